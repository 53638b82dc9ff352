//! Small repairs of tokens after translation: digits that a table wrote, "four hundred", "half a litre", "two litres",
//! "a tenner", "less then", "I'm".
//!
//! Halves only beside a unit. Never reads a bound.

use crate::domain::measure::index_word;
use crate::retrieval::money_words::number_word;
use crate::retrieval::tokens::{Kind, Token};
use crate::retrieval::units::{self, Dimension};

/// Makes numbers of the words that are some.
pub(super) fn numbers(tokens: Vec<Token>) -> Vec<Token> {
    let mut all: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some((value, taken)) = spelled(&tokens, at) {
            all.push(number(&value.to_string(), token));
            at += taken;
            continue;
        }
        if let Some(taken) = and_a_half(&tokens, at + 1)
            && let Some(whole) = whole_number(token)
        {
            all.push(number(&format!("{whole}.5"), token));
            at += 1 + taken;
            continue;
        }
        if let Some((value, currency)) = note(&token.text).filter(|_| token.is_word()) {
            all.push(number(value, token));
            all.push(Token::word(currency, &token.raw));
            at += 1;
            continue;
        }
        if token.is("grand") && !tokens.get(at + 1).is_some_and(|t| t.is("piano")) && thousands(&mut all) {
            at += 1;
            continue;
        }
        if let Some(value) = counted(&tokens, at, all.last()) {
            all.push(number(value, token));
            at += 1;
            continue;
        }
        // A Hebrew "less than" is "less from".
        let from = token.is("from") && all.last().is_some_and(|t| t.is("less") || t.is("more"));
        if from || token.is("then") && all.last().is_some_and(compares) {
            all.push(Token::word("than", &token.raw));
            at += 1;
            continue;
        }
        // "less than kilo", where the language has no article.
        if is_unit(token) && token.text.len() > 1 && all.last().is_some_and(|t| t.is("than")) {
            all.push(number("1", token));
            all.push(token.clone());
            at += 1;
            continue;
        }
        let unit = |n: usize| tokens.get(n).is_some_and(is_unit);
        let article = tokens.get(at + 1).is_some_and(|t| t.is("a") || t.is("an") || t.is("of"));
        if token.is("half") && (unit(at + 1) || article && unit(at + 2)) {
            all.push(number("0.5", token));
            at += if article { 2 } else { 1 };
            continue;
        }
        if is_unit(token)
            && let Some(taken) = and_a_half(&tokens, at + 1)
        {
            let whole = all.last().filter(|t| t.is_number()).and_then(|t| t.text.parse::<u32>().ok());
            if whole.is_some() || all.last().is_some_and(|t| t.is("a") || t.is("an")) {
                all.pop();
            }
            all.push(number(&format!("{}.5", whole.unwrap_or(1)), token));
            all.push(Token { joined: false, ..token.clone() });
            at += 1 + taken;
            continue;
        }
        // "I'm looking for": the m is neither a size nor a metre.
        if let Some(full) = all.last().filter(|t| t.is("i")).and_then(|_| contracted(token)) {
            all.push(Token::word(full, &token.raw));
            at += 1;
            continue;
        }
        let digits = token.is_word() && is_digits(&token.text);
        all.push(if digits { number(&token.text, token) } else { token.clone() });
        at += 1;
    }
    all
}

/// A number of several words at `at` ("four hundred and fifty", "2 thousand", "twenty five"), with how many it takes.
/// A single word is left as it is: "one", "seven" are more often words than numbers.
fn spelled(tokens: &[Token], at: usize) -> Option<(u64, usize)> {
    let small = |n: usize| -> Option<u64> {
        let token = tokens.get(at + n).filter(|t| n == 0 || t.is_word())?;
        match token.kind {
            Kind::Number if token.text.len() <= 2 => token.text.parse().ok(),
            // A table writes "two hundred" in digits where the language has one word for it.
            Kind::Word if is_digits(&token.text) && token.text.len() <= 4 => token.text.parse().ok(),
            Kind::Word => number_word(&token.text)?.parse().ok(),
            _ => None,
        }
    };
    let is = |n: usize, word: &str| tokens.get(at + n).is_some_and(|t| t.is(word));
    let (mut total, mut part) = match small(0)? {
        thousands if thousands >= 1000 => (Some(thousands).filter(|n| n.is_multiple_of(1000))?, 0),
        hundreds => (0, hundreds),
    };
    let mut taken = 1;
    loop {
        let and = usize::from(is(taken, "and"));
        let fits = |more: &u64| (*more < 100 || part == 0 && *more < 1000) && fits_behind(part, *more);
        if is(taken, "hundred") && part < 100 {
            part *= 100;
        } else if is(taken, "thousand") && total == 0 {
            (total, part) = (part * 1000, 0);
        } else if let Some(more) = small(taken + and).filter(fits) {
            part += more;
            taken += and;
        } else {
            break;
        }
        taken += 1;
    }
    // "2 people": digits alone are a number already.
    (taken > 1 && total + part > 0).then_some((total + part, taken))
}

/// Whether `more` may follow `part` in one number: "twenty five", "four hundred fifty"; not "five six".
fn fits_behind(part: u64, more: u64) -> bool {
    match part {
        0 => true,
        1..=99 => part >= 20 && part.is_multiple_of(10) && (1..10).contains(&more),
        _ => part.is_multiple_of(100),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The whole number that a token is, in digits or as a word.
fn whole_number(token: &Token) -> Option<u32> {
    match token.kind {
        Kind::Number => token.text.parse().ok(),
        Kind::Word => number_word(&token.text)?.parse().ok(),
        _ => None,
    }
}

/// What people call a bank note.
fn note(word: &str) -> Option<(&'static str, &'static str)> {
    match word {
        "fiver" => Some(("5", "gbp")),
        "tenner" => Some(("10", "gbp")),
        _ => None,
    }
}

/// Makes thousands of the number that stands last, or of "a" behind a bound: "2 grand", "under a grand".
fn thousands(all: &mut Vec<Token>) -> bool {
    const BEFORE: [&str; 8] = ["under", "than", "about", "around", "most", "over", "to", "for"];
    let bound = |t: &Token| BEFORE.contains(&t.text.as_str());
    let whole = match all.as_slice() {
        [.., last] if last.is_number() => last.text.clone(),
        [.., before, last] if last.is("a") && bound(before) => "1".to_owned(),
        _ => return false,
    };
    let Some(last) = all.pop() else { return false };
    all.push(number(&format!("{whole}000"), &last));
    true
}

/// The digits of a single number word that counts a unit ("two litres", "three piece"), or of "a" before the unit of a
/// bound ("less than a kilo").
fn counted(tokens: &[Token], at: usize, before: Option<&Token>) -> Option<&'static str> {
    const BOUNDS: [&str; 9] = ["than", "under", "over", "below", "above", "most", "least", "within", "exceeding"];
    let token = tokens.get(at).filter(|t| t.is_word())?;
    let next = tokens.get(at + 1).filter(|t| t.is_word() && t.text.len() > 1)?;
    if token.is("a") || token.is("an") {
        let bound = before.is_some_and(|t| BOUNDS.contains(&t.text.as_str()));
        return (bound && is_unit(next)).then_some("1");
    }
    let alone = before.is_none_or(|t| !t.is_number() && number_word(&t.text).is_none());
    let time = matches!(units::dimension(&next.text), Some(Dimension::Time | Dimension::Age));
    let unit = if token.is("one") { is_unit(next) && !time } else { index_word(1.0, &next.text).is_some() };
    number_word(&token.text).filter(|_| alone && unit)
}

/// Whether a word compares, so that "then" behind it is a slip of "than".
fn compares(token: &Token) -> bool {
    token.is_word() && (token.text.ends_with("er") || token.is("less") || token.is("more"))
}

/// The word that a contraction behind "I" stands for.
fn contracted(token: &Token) -> Option<&'static str> {
    const FORMS: [(&str, &str); 4] = [("m", "am"), ("d", "would"), ("ll", "will"), ("ve", "have")];
    FORMS.iter().find(|(short, _)| token.is(short)).map(|(_, full)| *full)
}

/// A unit that is more than one letter or clearly written as one: "l" counts, since only tables write it alone.
fn is_unit(token: &Token) -> bool {
    token.is_word() && units::symbol(&token.text).is_some()
}

/// "and half", "and a half" at `at`: how many tokens.
fn and_a_half(tokens: &[Token], at: usize) -> Option<usize> {
    let is = |n: usize, word: &str| tokens.get(at + n).is_some_and(|t| t.is(word));
    match (is(0, "and"), is(1, "half"), is(1, "a") && is(2, "half")) {
        (true, true, _) => Some(2),
        (true, _, true) => Some(3),
        _ => None,
    }
}

fn number(text: &str, from: &Token) -> Token {
    Token { text: text.to_owned(), kind: Kind::Number, ..from.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::tokens::tokenize;

    #[test]
    fn halves_are_numbers_beside_units_only() {
        let read = |text: &str| numbers(tokenize(text)).into_iter().map(|t| t.text).collect::<Vec<_>>().join(" ");
        assert_eq!(read("half a litre bottle"), "0.5 litre bottle");
        assert_eq!(read("a litre and a half"), "1.5 litre");
        assert_eq!(read("2 litres and a half"), "2.5 litres");
        assert_eq!(read("I'm after a tent, size m"), "i am after a tent , size m");
        assert_eq!(read("half price kettle"), "half price kettle");
        assert_eq!(read("four and a half stars"), "4.5 stars");
    }

    #[test]
    fn numbers_of_several_words_are_one() {
        let read = |text: &str| numbers(tokenize(text)).into_iter().map(|t| t.text).collect::<Vec<_>>().join(" ");
        assert_eq!(read("under four hundred euros"), "under 400 euros");
        assert_eq!(read("two thousand five hundred and fifty shekels"), "2550 shekels");
        assert_eq!(read("twenty five euros"), "25 euros");
        assert_eq!(read("2 thousand"), "2000");
        assert_eq!(read("for five six year olds"), "for five six year olds");
        assert_eq!(read("one of seven"), "one of seven");
        assert_eq!(read("a hundred euros"), "a hundred euros");
        assert_eq!(read("2 four slice toasters"), "2 four slice toasters");
        assert_eq!(read("a hundred fifty"), "a 150");
        assert_eq!(read("thousand five hundred"), "1500");
        assert_eq!(read("200 50"), "200 50", "typed in digits they are two");
    }

    #[test]
    fn words_that_count_a_unit_or_name_money_are_numbers() {
        let read = |text: &str| numbers(tokenize(text)).into_iter().map(|t| t.text).collect::<Vec<_>>().join(" ");
        assert_eq!(read("two litre bottle"), "2 litre bottle");
        assert_eq!(read("one day, one gallon, the one way"), "one day , 1 gallon , the one way");
        assert_eq!(read("less then a kilo"), "less than 1 kilo");
        assert_eq!(read("a tenner or 2 grand"), "a 10 gbp or 2000");
        assert_eq!(read("under a grand, a grand piano"), "under 1000 , a grand piano");
    }
}
