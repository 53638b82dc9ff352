//! Bytes of a page or file as text, whatever they say they are: byte-order mark, valid UTF-8, header, page, Windows-1252.
//!
//! Shops declare one encoding and send another; a price beside a sign that was read wrongly is no price.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How far into a page its own word on its encoding is looked for (bytes).
const HEAD: usize = 1024;

/// The text of a body. Never fails: what cannot be read becomes U+FFFD.
pub fn text(body: &[u8], content_type: Option<&str>) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(body) {
        return encoding.decode(body).0.into_owned();
    }
    // Text of another encoding is hardly ever valid UTF-8 by chance, whatever the page declares.
    if let Ok(text) = std::str::from_utf8(body)
        && !text.is_ascii()
        && !text.contains('\0')
    {
        return text.to_owned();
    }
    let declared = content_type.and_then(in_header).or_else(|| in_page(body));
    let encoding = declared.unwrap_or(UTF_8);
    if encoding != UTF_8 {
        return encoding.decode(body).0.into_owned();
    }
    let text = String::from_utf8_lossy(body);
    let broken = text.chars().filter(|c| *c == '\u{FFFD}').count();
    let whole = text.chars().filter(|c| !c.is_ascii() && *c != '\u{FFFD}').count();
    if broken > whole { WINDOWS_1252.decode(body).0.into_owned() } else { text.into_owned() }
}

fn in_header(content_type: &str) -> Option<&'static Encoding> {
    let lower = content_type.to_ascii_lowercase();
    let label = lower.split("charset=").nth(1)?.split(';').next()?;
    Encoding::for_label(label.trim().trim_matches(['"', '\'']).as_bytes())
}

fn in_page(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(body.get(..HEAD.min(body.len()))?).to_ascii_lowercase();
    let rest = head.split_once("charset=").or_else(|| head.split_once("encoding="))?.1;
    let rest = rest.trim_start_matches(['"', '\'']);
    let label = rest.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).next()?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page that can be read this far is not UTF-16, whatever it says.
    Some(if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE { UTF_8 } else { encoding })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_page_is_outweighs_what_it_says() {
        for (body, content_type, wanted) in [
            (&b"3 \x80"[..], Some("text/html; charset=windows-1252"), "3 €"),
            ("3 €".as_bytes(), Some("text/html; charset=iso-8859-1"), "3 €"),
            (b"3 \x80", Some("text/html; charset=utf-8"), "3 €"),
            (b"3 \x80", None, "3 €"),
            (b"<meta charset=\"iso-8859-8\">\xf9", None, "<meta charset=\"iso-8859-8\">ש"),
            (b"\xff\xfe3\0 \0\xac\x20", Some("text/html; charset=utf-8"), "3 €"),
            (b"<?xml version='1.0' encoding='utf-16'?><a/>", None, "<?xml version='1.0' encoding='utf-16'?><a/>"),
            (b"\xe2\x82\xac\xe2\x82\xac 3\xff", Some("text/html; Charset=\"UTF-8\""), "€€ 3\u{FFFD}"),
            (b"", None, ""),
        ] {
            assert_eq!(text(body, content_type), wanted, "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(body in proptest::collection::vec(any::<u8>(), 0..80), label in "(charset=)?[a-z0-9\"-]{0,12}") {
            let _ = text(&body, Some(&label));
        }
    }
}
