//! Question text -> tokens: words, numbers with their separators, currencies and marks.
//!
//! Knows spelling only (hyphens, apostrophes, glued units, feet and inches). Never knows what a word means.

use super::fold::{fold, is_hebrew};
use super::units;
use crate::domain::Currency;

/// At most this many tokens of a question are read; the rest of an endless one is ignored.
pub const MOST_TOKENS: usize = 300;

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Word,
    /// Digits with separators as typed.
    Number,
    Money(Currency),
    /// Punctuation that ends a phrase, and `-`, `+`.
    Mark(char),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Folded; for a number its digits and separators.
    pub text: String,
    pub raw: String,
    pub kind: Kind,
    /// Stands directly behind the token before, or joined to it by a hyphen.
    pub joined: bool,
    /// Read by a rule; what remains unread is what to look for.
    pub used: bool,
}

impl Token {
    pub fn word(text: &str, raw: &str) -> Self {
        Self { text: text.to_owned(), raw: raw.to_owned(), kind: Kind::Word, joined: false, used: false }
    }

    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    fn of(kind: Kind, text: &str, joined: bool) -> Self {
        Self { text: fold(text), raw: text.to_owned(), kind, joined, used: false }
    }
}

/// The currency of a sign, where the sign has one usual reading.
fn currency_sign(c: char) -> Option<Currency> {
    let code = match c {
        '€' => "EUR",
        '$' => "USD",
        '£' => "GBP",
        '₪' => "ILS",
        '₹' => "INR",
        '¥' => "JPY",
        _ => return None,
    };
    code.parse().ok()
}

/// French and English elisions whose first part is a word of its own.
const ELISIONS: [&str; 11] = ["l", "d", "j", "qu", "jusqu", "n", "m", "t", "c", "s", "i"];

/// English words that are run together with a verb.
const PRONOUNS: [&str; 9] = ["i", "we", "you", "they", "he", "she", "it", "who", "there"];

/// The verb of `we'd` and its like.
fn contracted(head: &str, tail: &str) -> Option<&'static str> {
    PRONOUNS.contains(&fold(head).as_str()).then_some(())?;
    Some(match fold(tail).as_str() {
        "d" => "would",
        "ll" => "will",
        "re" => "are",
        "ve" => "have",
        "m" => "am",
        _ => return None,
    })
}

/// Units that are shortened with a full stop, beside those of [`units`].
const SHORTENED: [&str; 8] = ["in", "inch", "sq", "cu", "fl", "ga", "pk", "qt"];

/// Splits a question into tokens.
pub fn tokenize(question: &str) -> Vec<Token> {
    let chars: Vec<char> = question.chars().collect();
    let mut scan = Scan { chars: &chars, at: 0, tokens: Vec::new(), spaced: true, hyphen: false, quote_open: false };
    while scan.at < chars.len() && scan.tokens.len() < MOST_TOKENS {
        scan.step();
    }
    scan.tokens
}

struct Scan<'a> {
    chars: &'a [char],
    at: usize,
    tokens: Vec<Token>,
    /// White space or punctuation stood before the next token.
    spaced: bool,
    hyphen: bool,
    quote_open: bool,
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn push(&mut self, kind: Kind, text: &str) {
        let joined = !self.tokens.is_empty() && (self.hyphen || !self.spaced);
        self.tokens.push(Token::of(kind, text, joined));
        self.spaced = false;
        self.hyphen = false;
    }

    fn word(&mut self, text: &str) {
        self.push(Kind::Word, text);
        self.spaced = true;
    }

    fn step(&mut self) {
        let Some(c) = self.peek(0) else { return };
        if c.is_ascii_digit() || c == '.' && self.opens_fraction() {
            self.number();
        } else if c.is_alphanumeric() {
            self.letters();
        } else {
            self.at += 1;
            self.sign(c);
        }
    }

    /// `.75` as a number of its own, not the end of a sentence.
    fn opens_fraction(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|i| self.chars.get(i));
        before.is_none_or(|c| c.is_whitespace()) && self.peek(1).is_some_and(|c| c.is_ascii_digit())
    }

    fn number(&mut self) {
        let start = self.at;
        while let Some(c) = self.peek(0) {
            let separator =
                matches!(c, '.' | ',' | '\u{2019}' | '/') && self.peek(1).is_some_and(|n| n.is_ascii_digit());
            if !c.is_ascii_digit() && !separator {
                break;
            }
            self.at += 1;
        }
        let mut digits: String = self.chars[start..self.at].iter().collect();
        if digits.starts_with('.') {
            digits.insert(0, '0');
        }
        let tail_start = self.at;
        while self.peek(0).is_some_and(|c| c.is_alphanumeric() || c == '²') {
            self.at += 1;
        }
        let tail: String = self.chars[tail_start..self.at].iter().collect();
        let folded = fold(&tail);
        if tail.is_empty() {
            self.push(Kind::Number, &digits);
            self.inch_or_foot();
        } else if folded == "ish" {
            self.word("about");
            self.push(Kind::Number, &digits);
        } else if folded == "yo" {
            self.push(Kind::Number, &digits);
            self.word("years");
            self.word("old");
        } else if units::symbol(&folded).is_some() || super::money_words::is_currency_word(&folded) || folded == "in" {
            self.push(Kind::Number, &digits);
            self.push(Kind::Word, if folded == "in" { "inch" } else { &tail });
        } else {
            self.push(Kind::Word, &format!("{digits}{tail}"));
        }
    }

    /// `5'` and `60"` directly behind digits.
    fn inch_or_foot(&mut self) {
        let unit = match self.peek(0) {
            Some('\'' | '\u{2032}') => "ft",
            Some('"' | '\u{2033}') if !self.quote_open => "inch",
            _ => return,
        };
        if !self.peek(1).is_some_and(char::is_alphanumeric) {
            self.at += 1;
            self.push(Kind::Word, unit);
        }
    }

    fn letters(&mut self) {
        let start = self.at;
        let hebrew = self.peek(0).is_some_and(|c| is_hebrew(c.encode_utf8(&mut [0; 4])));
        while let Some(c) = self.peek(0) {
            let quote =
                matches!(c, '\'' | '\u{2019}' | '\u{05F3}') || (hebrew && matches!(c, '"' | '\u{05F4}' | '\u{201D}'));
            let inside = quote && self.at > start && self.peek(1).is_some_and(char::is_alphabetic);
            let mark = ('\u{0300}'..='\u{036F}').contains(&c) || ('\u{0591}'..='\u{05C7}').contains(&c);
            // A Hebrew prefix stands before digits: ב50.
            if !c.is_alphanumeric() && !inside && !mark || (hebrew && c.is_ascii_digit()) {
                break;
            }
            self.at += 1;
        }
        let word: String = self.chars[start..self.at].iter().collect();
        let rand: Option<&str> =
            word.strip_prefix('R').filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if let Some(amount) = rand {
            self.push(Kind::Money(Currency::ZAR), "R");
            self.push(Kind::Number, amount);
        } else if hebrew {
            self.push(Kind::Word, &word.replace(['"', '\u{05F4}', '\u{201D}', '\'', '\u{2019}', '\u{05F3}'], ""));
        } else {
            self.apostrophes(&word);
        }
    }

    fn apostrophes(&mut self, word: &str) {
        let plain = word.replace('\u{2019}', "'");
        match plain.split_once('\'') {
            None => self.push(Kind::Word, &plain),
            Some((head, tail)) if tail.eq_ignore_ascii_case("s") => self.push(Kind::Word, head),
            Some((head, tail)) if contracted(head, tail).is_some() || ELISIONS.contains(&fold(head).as_str()) => {
                self.push(Kind::Word, head);
                self.spaced = true;
                self.push(Kind::Word, contracted(head, tail).unwrap_or(tail));
            }
            Some(_) => self.push(Kind::Word, &plain.replace('\'', "")),
        }
    }

    fn sign(&mut self, c: char) {
        if let Some(currency) = currency_sign(c) {
            self.push(Kind::Money(currency), &c.to_string());
            return;
        }
        let next_equals = self.peek(0) == Some('=');
        match c {
            '-' | '\u{2010}' | '\u{2011}' | '\u{05BE}'
                if !self.spaced && self.peek(0).is_some_and(char::is_alphanumeric) =>
            {
                self.hyphen = true;
                return;
            }
            '-' | '\u{2013}' | '\u{2014}' | '\u{2212}' => self.push(Kind::Mark('-'), "-"),
            '<' | '\u{2264}' => {
                self.at += usize::from(next_equals);
                self.word("under");
            }
            '>' | '\u{2265}' => {
                self.at += usize::from(next_equals);
                self.word(if next_equals || c == '\u{2265}' { "at least" } else { "over" });
                self.split_last();
            }
            '~' if !self.spaced && self.peek(0).is_some_and(|c| c.is_ascii_digit()) => self.push(Kind::Mark('-'), "-"),
            '~' | '\u{2248}' => self.word("about"),
            '&' => self.word("and"),
            '½' => self.push(Kind::Number, "0.5"),
            '*' | '★' | '⭐' if self.tokens.last().is_some_and(Token::is_number) => {
                self.word("stars");
                while matches!(self.peek(0), Some('*' | '★' | '⭐' | '\u{FE0F}')) {
                    self.at += 1;
                }
            }
            '%' => self.push(Kind::Word, "%"),
            '+' => self.push(Kind::Mark('+'), "+"),
            '.' if self.shortened() => {}
            ',' | '.' | ';' | ':' | '?' | '!' | '(' | ')' | '/' | '\n' | '|' => {
                self.push(Kind::Mark(c), &c.to_string())
            }
            '"' | '\u{201C}' | '\u{201D}' => self.quote_open = !self.quote_open,
            // Invisible marks stand inside words; they neither join nor part.
            _ if fold(&c.to_string()).is_empty() => return,
            _ => {}
        }
        self.spaced = true;
    }

    /// Whether the last token is a unit behind its number, so that a full stop only shortens it: `1 in. x 6 in.`
    fn shortened(&self) -> bool {
        let [.., number, unit] = self.tokens.as_slice() else { return false };
        let known = units::symbol(&unit.text).is_some() || SHORTENED.contains(&unit.text.as_str());
        let part = ["sq", "cu", "fl"].contains(&number.text.as_str());
        unit.is_word() && known && (number.is_number() || part)
    }

    /// Makes two tokens of a two-word cue.
    fn split_last(&mut self) {
        if let Some(last) = self.tokens.pop() {
            for part in last.text.split(' ') {
                self.tokens.push(Token::word(part, &last.raw));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(question: &str) -> Vec<String> {
        tokenize(question).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn numbers_units_and_currencies_part() {
        assert_eq!(texts("500ml €100-200 45dB"), ["500", "ml", "€", "100", "200", "45", "db"]);
        assert_eq!(texts("4k tv, R200 5' 60\""), ["4k", "tv", ",", "r", "200", "5", "ft", "60", "inch"]);
        assert_eq!(texts("1.200,50 €"), ["1.200,50", "€"]);
        assert_eq!(texts("price >= 20"), ["price", "at", "least", "20"]);
        assert_eq!(
            texts(".75 hp 50ish 200~300 a 2yo"),
            "0.75 hp about 50 200 - 300 a 2 years old".split(' ').collect::<Vec<_>>()
        );
    }

    #[test]
    fn apostrophes_and_hyphens() {
        assert_eq!(texts("women's don't l'eau nut-free"), ["women", "dont", "l", "eau", "nut", "free"]);
        let tokens = tokenize("nut-free x");
        assert!(tokens[1].joined && !tokens[2].joined);
        assert_eq!(texts("600 ש\"ח ב-50"), ["600", "שח", "ב", "50"]);
    }

    #[test]
    fn any_text_is_read_in_bounds() {
        assert_eq!(tokenize(&"word ".repeat(10_000)).len(), MOST_TOKENS);
        assert!(texts("\0\u{200F}🙂").is_empty());
    }
}
