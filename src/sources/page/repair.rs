//! JSON of embedded scripts: strict first, then repaired step by step where what was meant is unambiguous.
//!
//! Each step runs only where the parse before it failed. Never evaluates anything.

use serde_json::Value;

/// Blocks longer than this are not read (bytes).
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The name of a repair and what does it.
type Step = (&'static str, fn(&str) -> String);

/// The values of a block (several where objects were concatenated) and the repairs that were needed.
///
/// # Errors
/// What the strict parser said, where no repair helped.
pub fn parse(block: &str) -> Result<(Vec<Value>, Vec<&'static str>), String> {
    if block.len() > MOST_BYTES {
        return Err(format!("{} bytes of JSON are more than is read", block.len()));
    }
    let first = match serde_json::from_str(block.trim()) {
        Ok(value) => return Ok((vec![value], Vec::new())),
        Err(error) => error.to_string(),
    };
    let steps: [Step; 6] = [
        ("wrappers removed", strip_wrappers),
        ("entities decoded", decode_entities),
        ("comments removed", strip_comments),
        ("raw line breaks in strings escaped", escape_controls),
        ("trailing commas removed", strip_commas),
        ("missing brackets closed", close_brackets),
    ];
    let mut text = block.to_owned();
    let mut used = Vec::new();
    for (name, step) in steps {
        let repaired = step(&text);
        if repaired == text {
            continue;
        }
        text = repaired;
        used.push(name);
        if let Some(values) = stream(&text) {
            return Ok((values, used));
        }
    }
    stream(&text).map(|values| (values, vec!["several values in one block"])).ok_or(first)
}

fn stream(text: &str) -> Option<Vec<Value>> {
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    values.ok().filter(|values| !values.is_empty())
}

fn strip_wrappers(text: &str) -> String {
    let mut text = text.replace(['\u{feff}', '\0'], "");
    for mark in ["//<![CDATA[", "//]]>", "/*<![CDATA[*/", "/*]]>*/", "<![CDATA[", "]]>", "<!--", "-->"] {
        text = text.replace(mark, " ");
    }
    text.trim().trim_end_matches([';', ' ', '\n', '\r', '\t']).to_owned()
}

/// The entities that templates escape JSON with; all others are left to the strings.
fn decode_entities(text: &str) -> String {
    // Where real quotes stand, entities belong to the strings between them.
    if text.contains('"') {
        return text.to_owned();
    }
    text.replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#x22;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Runs over the text and lets `outside` handle what stands outside strings; returns how many chars it consumed.
fn rewrite(
    text: &str,
    in_string: fn(char) -> Option<&'static str>,
    mut outside: impl FnMut(&[char], &mut String) -> usize,
) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut quoted) = (0, false);
    while at < chars.len() {
        let c = chars[at];
        if quoted {
            match c {
                '\\' => {
                    out.push(c);
                    if let Some(next) = chars.get(at + 1) {
                        out.push(*next);
                    }
                    at += 2;
                    continue;
                }
                '"' => {
                    quoted = false;
                    out.push(c);
                }
                c => match in_string(c) {
                    Some(escape) => out.push_str(escape),
                    None => out.push(c),
                },
            }
            at += 1;
        } else if c == '"' {
            quoted = true;
            out.push(c);
            at += 1;
        } else {
            let consumed = outside(&chars[at..], &mut out);
            if consumed == 0 {
                out.push(c);
            }
            at += consumed.max(1);
        }
    }
    out
}

fn keep(_: char) -> Option<&'static str> {
    None
}

fn strip_comments(text: &str) -> String {
    rewrite(text, keep, |rest, _| match rest {
        ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => rest.windows(2).position(|w| w == ['*', '/']).map_or(rest.len(), |at| at + 2),
        _ => 0,
    })
}

fn escape_controls(text: &str) -> String {
    let escape = |c: char| match c {
        '\n' => Some("\\n"),
        '\r' => Some("\\r"),
        '\t' => Some("\\t"),
        c if c.is_control() => Some(" "),
        _ => None,
    };
    rewrite(text, escape, |_, _| 0)
}

fn strip_commas(text: &str) -> String {
    rewrite(text, keep, |rest, _| {
        let [',', after @ ..] = rest else { return 0 };
        let next = after.iter().find(|c| !c.is_whitespace());
        usize::from(next.is_none_or(|c| matches!(c, '}' | ']' | ',')))
    })
}

/// Closes what a cut-off block left open, only where it ends after a whole value.
fn close_brackets(text: &str) -> String {
    let mut open = Vec::new();
    let _ = rewrite(text, keep, |rest, _| {
        match rest[0] {
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                open.pop();
            }
            _ => {}
        }
        0
    });
    let mut closed = text.trim_end().to_owned();
    closed.extend(open.into_iter().rev());
    closed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_fault_is_repaired_and_named() {
        for (block, repair) in [
            ("<!-- {\"a\":1} -->", "wrappers removed"),
            ("{\"a\":1};", "wrappers removed"),
            ("//<![CDATA[\n{\"a\":1}\n//]]>", "wrappers removed"),
            ("{&quot;a&quot;:1}", "entities decoded"),
            ("{\"a\":1 // note, see http://x.example\n}", "comments removed"),
            ("{/* one */\"a\":1}", "comments removed"),
            ("{\"a\":1,}", "trailing commas removed"),
            ("{\"a\":1", "missing brackets closed"),
        ] {
            let (values, used) = parse(block).unwrap();
            assert_eq!(values, [serde_json::json!({"a": 1})], "{block}");
            assert_eq!(used.last(), Some(&repair), "{block}");
        }
        let (values, _) = parse("{\"a\":\"line\nbreak\"}").unwrap();
        assert_eq!(values[0]["a"], "line\nbreak");
        assert_eq!(parse("{\"a\":1}{\"b\":2}").unwrap().0.len(), 2);
        assert_eq!(parse("{\"u\":\"http://x.example/a\",}").unwrap().0[0]["u"], "http://x.example/a");
        assert!(parse("hello").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[\\[\\]{}\",:/*\\\\a1\n<!&;-]{0,60}") {
            let _ = parse(&text);
        }
    }
}
