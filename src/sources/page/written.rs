//! The amounts that an element shows, in pieces: crossed-out prices apart, raised cents as decimals.
//!
//! Reads elements, never decides which amount is the price.

use crate::domain::PriceKind;
use scraper::{ElementRef, Node};

/// Text of an element beyond this many bytes is not gathered.
const MOST_TEXT: usize = 20_000;

/// A stretch of an element's text that belongs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// What the markup says the amount is: crossed out means the list price.
    pub kind: Option<PriceKind>,
}

/// A step of the walk over an element's descendants.
enum Step<'a> {
    Enter(ElementRef<'a>),
    Text(&'a str),
    Leave(ElementRef<'a>),
}

/// The pieces of an element in page order; those without a digit are left out where others have one.
pub fn pieces(el: ElementRef<'_>) -> Vec<Piece> {
    let mut made = Gathering::default();
    let mut stack = vec![Step::Enter(el)];
    while let Some(step) = stack.pop().filter(|_| made.length <= MOST_TEXT) {
        match step {
            Step::Text(text) => made.add(text),
            Step::Leave(el) => made.leave(el),
            Step::Enter(el) => {
                if matches!(el.value().name(), "script" | "style" | "template" | "noscript") {
                    continue;
                }
                made.enter(el);
                stack.push(Step::Leave(el));
                let below: Vec<Step<'_>> = el
                    .children()
                    .filter_map(|node| match node.value() {
                        Node::Text(text) => Some(Step::Text(text)),
                        _ => ElementRef::wrap(node).map(Step::Enter),
                    })
                    .collect();
                stack.extend(below.into_iter().rev());
            }
        }
    }
    made.flush();
    let has_digit = |piece: &Piece| piece.text.contains(|c: char| c.is_numeric());
    if made.pieces.iter().any(has_digit) {
        made.pieces.retain(has_digit);
    }
    made.pieces
}

/// The text of an element without crossed-out prices, raised cents as decimals; for one amount.
pub fn amount(el: ElementRef<'_>) -> String {
    let pieces = pieces(el);
    let asked: Vec<&str> = pieces.iter().filter(|p| p.kind.is_none()).map(|p| p.text.as_str()).collect();
    if asked.is_empty() {
        return pieces.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(" ");
    }
    asked.join(" ")
}

#[derive(Default)]
struct Gathering {
    pieces: Vec<Piece>,
    text: String,
    /// Elements around the walk that cross their text out.
    crossed: usize,
    length: usize,
    /// Text of an element that may be raised cents, gathered until it ends.
    raised: Option<String>,
}

impl Gathering {
    fn add(&mut self, text: &str) {
        self.length += text.len();
        match &mut self.raised {
            Some(raised) => raised.push_str(text),
            None => self.text.push_str(text),
        }
    }

    fn enter(&mut self, el: ElementRef<'_>) {
        if crosses_out(el) {
            self.flush();
            self.crossed += 1;
        } else if parts(el) {
            self.text.push(' ');
        } else if self.raised.is_none() && may_be_cents(el) {
            self.raised = Some(String::new());
        }
    }

    fn leave(&mut self, el: ElementRef<'_>) {
        if crosses_out(el) {
            self.flush();
            self.crossed = self.crossed.saturating_sub(1);
        } else if parts(el) {
            self.text.push(' ');
        } else if may_be_cents(el)
            && let Some(raised) = self.raised.take()
        {
            let cents = raised.trim();
            let whole = self.text.trim_end();
            let after_digit = whole.ends_with(|c: char| c.is_ascii_digit()) && !whole.contains(['.', ',']);
            if after_digit && cents.len() == 2 && cents.bytes().all(|b| b.is_ascii_digit()) {
                self.text.truncate(whole.len());
                self.text.push('.');
                self.text.push_str(cents);
            } else {
                self.text.push_str(&raised);
            }
        }
    }

    fn flush(&mut self) {
        if let Some(raised) = self.raised.take() {
            self.text.push_str(&raised);
        }
        let text = std::mem::take(&mut self.text).split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.pieces.push(Piece { text, kind: (self.crossed > 0).then_some(PriceKind::List) });
        }
    }
}

fn crosses_out(el: ElementRef<'_>) -> bool {
    matches!(el.value().name(), "del" | "s" | "strike")
}

/// Elements that stand apart from the text around them.
fn parts(el: ElementRef<'_>) -> bool {
    matches!(
        el.value().name(),
        "address"
            | "article"
            | "br"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "hr"
            | "ins"
            | "li"
            | "option"
            | "p"
            | "section"
            | "table"
            | "td"
            | "th"
            | "tr"
            | "ul"
    )
}

/// `12<sup>99</sup>`, and the same written with classes.
fn may_be_cents(el: ElementRef<'_>) -> bool {
    let named = |class: &str| {
        let class = class.to_lowercase();
        ["cent", "decimal", "fraction", "penc", "penny", "subunit"].iter().any(|word| class.contains(word))
    };
    matches!(el.value().name(), "sup" | "small") || el.value().name() == "span" && el.value().classes().any(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    fn read(html: &str) -> Vec<(String, bool)> {
        let document = Html::parse_fragment(html);
        pieces(document.root_element()).into_iter().map(|p| (p.text, p.kind.is_some())).collect()
    }

    #[test]
    fn crossed_out_prices_stand_apart_and_raised_cents_are_decimals() {
        for (html, wanted) in [
            ("<b>12<sup>99</sup> €</b>", vec![("12.99 €", false)]),
            ("$12<sup>99</sup><sup>*</sup>", vec![("$12.99*", false)]),
            ("<del>€20</del> <ins>€15</ins>", vec![("€20", true), ("€15", false)]),
            ("<span class=whole>8</span><span class='price-cents'>05</span>", vec![("8.05", false)]),
            ("<span>12.</span><span class=fraction>50</span>", vec![("12.50", false)]),
            ("<p>€5</p><p>€7</p>", vec![("€5 €7", false)]),
            ("<small>99</small> left", vec![("99 left", false)]),
            ("4<small>kg</small>", vec![("4kg", false)]),
            ("<script>1</script>call us", vec![("call us", false)]),
            ("was <s>9</s>, now 8", vec![("9", true), (", now 8", false)]),
        ] {
            let wanted: Vec<(String, bool)> = wanted.into_iter().map(|(t, k)| (t.to_owned(), k)).collect();
            assert_eq!(read(html), wanted, "{html}");
        }
    }
}
