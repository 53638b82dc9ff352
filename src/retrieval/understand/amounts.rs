//! Amounts: a number with the currency, unit or stars beside it, as people type them.
//!
//! Only recognises; what an amount bounds is decided in `bounds`.

use super::Reading;
use super::bounds::RATED;
use crate::domain::Currency;
use crate::retrieval::money_words;
use crate::retrieval::tokens::Kind;
use crate::retrieval::units;

/// A number with its currency, unit or stars.
#[derive(Debug, Clone)]
pub(super) struct Amount {
    pub first: usize,
    pub last: usize,
    pub text: String,
    pub currency: Option<Currency>,
    pub unit: Option<&'static str>,
    pub stars: bool,
    /// `4+ stars`.
    pub plus: bool,
    /// The currency is the word "pound", which is a weight as well.
    pub pounds: bool,
}

impl Reading<'_> {
    /// The amount whose first digit stands at `i`.
    pub(super) fn amount(&self, i: usize) -> Option<Amount> {
        let token = self.tokens.get(i).filter(|t| !t.used)?;
        let next_is = |n: usize, word: &str| self.tokens.get(n).is_some_and(|t| t.is(word));
        let mut text = match token.kind {
            Kind::Number => token.text.clone(),
            Kind::Word if is_thousands(&token.text) => token.text.clone(),
            Kind::Word
                if money_words::number_word(&token.text).is_some()
                    && (self.counts_something(i + 1) || self.is_bounded(i)) =>
            {
                money_words::number_word(&token.text)?.to_owned()
            }
            _ => return None,
        };
        let mut stars = false;
        if let Some(rest) = text.strip_suffix("/5") {
            text = rest.to_owned();
            stars = true;
        }
        let before = i.checked_sub(1).and_then(|b| self.tokens.get(b)).filter(|t| !t.used);
        let mut currency = before.and_then(|t| if let Kind::Money(c) = t.kind { Some(c) } else { None });
        let mut first = if currency.is_some() { i - 1 } else { i };
        let mut last = i;
        let money_at = |n: usize| match self.tokens.get(n).map(|t| (&t.kind, t.text.as_str())) {
            Some((Kind::Money(c), _)) => Some(*c),
            Some((Kind::Word, word)) => money_words::currency_of(word),
            _ => None,
        };
        // 1-1/4 and 1 1/4 are one number.
        if let Some(part) = self.tokens.get(i + 1).filter(|t| t.is_number() && t.text.contains('/') && !stars)
            && text.bytes().all(|b| b.is_ascii_digit())
        {
            text = format!("{text}-{}", part.text);
            last = i + 1;
        }
        // "EUR 80", but the code in "20 eur 40" belongs to what stands before it.
        let coded = before.filter(|t| t.is_word() && money_at(i + 1).is_none() && is_code(&t.text));
        let taken = i.checked_sub(2).and_then(|b| self.tokens.get(b)).is_some_and(|t| t.is_number());
        if let Some(code) = coded.filter(|_| currency.is_none() && !taken) {
            currency = money_words::currency_of(&code.text);
            first = i - 1;
        }
        // 1 200 €: a space groups thousands before a currency.
        if let Some(next) = self.tokens.get(i + 1).filter(|t| t.is_number() && !t.joined && t.text.len() == 3)
            && text.len() <= 3
            && text.bytes().all(|b| b.is_ascii_digit())
            && (currency.is_some() || money_at(i + 2).is_some())
        {
            text.push_str(&next.text);
            last = i + 1;
        }
        let pounds = |n: usize| next_is(n, "pound") || next_is(n, "pounds");
        let plus = self.tokens.get(last + 1).is_some_and(|t| t.is_mark('+'));
        if plus {
            last += 1;
        }
        let mut unit = None;
        let pounds = currency.is_none() && pounds(last + 1);
        if currency.is_none() && money_at(last + 1).is_some() {
            currency = money_at(last + 1);
            last += 1;
        } else if next_is(last + 1, "star") || next_is(last + 1, "stars") {
            stars = true;
            last += 1;
        } else if next_is(last + 1, "out")
            && next_is(last + 2, "of")
            && self.tokens.get(last + 3).is_some_and(|t| t.text == "5")
        {
            stars = true;
            last += 3;
        } else if currency.is_none()
            && let Some(symbol) = self.tokens.get(last + 1).filter(|t| t.is_word()).and_then(|t| units::symbol(&t.text))
        {
            unit = Some(symbol);
            last += 1;
            // "m³/h"
            if symbol.ends_with("/h")
                && self.tokens.get(last + 1).is_some_and(|t| t.is_mark('/'))
                && next_is(last + 2, "h")
            {
                last += 2;
            }
        }
        // "40h+"
        let behind_unit = !plus && unit.is_some() && self.tokens.get(last + 1).is_some_and(|t| t.is_mark('+'));
        last += usize::from(behind_unit);
        let plus = plus || behind_unit;
        Some(Amount { first, last, text, currency, unit, stars, plus, pounds })
    }

    /// Whether a spelled-out number of ten or more stands right behind a bound: "under a hundred".
    fn is_bounded(&self, i: usize) -> bool {
        let many = money_words::number_word(&self.tokens[i].text).is_some_and(|digits| digits.len() > 1);
        many && self.bounds_before(i)
    }

    /// Whether the word at `i` makes a number of the spelled-out number before it.
    fn counts_something(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| match &t.kind {
            Kind::Money(_) => true,
            Kind::Word => {
                RATED.contains(&t.text.as_str())
                    || money_words::is_currency_word(&t.text)
                    || units::symbol(&t.text).is_some_and(|s| s.len() > 1)
            }
            _ => false,
        })
    }
}

pub(super) fn is_thousands(word: &str) -> bool {
    word.strip_suffix('k')
        .is_some_and(|n| !n.is_empty() && n.len() <= 5 && n.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        && word != "4k"
        && word != "8k"
}

/// Whether a word is a currency's code, as it stands before an amount.
fn is_code(word: &str) -> bool {
    ["eur", "usd", "gbp", "ils", "nis", "chf", "zar", "jpy", "inr"].contains(&word)
}
