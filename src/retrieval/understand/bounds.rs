//! Numbers and what stands around them: price limits, ratings and attribute comparisons with units.
//!
//! A number without a cue, a currency or a rating word is left for the search ("55 inch", "iphone 15").

use super::cues::{self, About, Cue};
use super::{Reading, ends_phrase, is_filler, is_preposition};
use crate::domain::*;
use crate::retrieval::lexicon::lexicon;
use crate::retrieval::money_words;
use crate::retrieval::tokens::Kind;
use crate::retrieval::units::{self, Dimension};

/// A number with its currency, unit or stars.
#[derive(Debug, Clone)]
struct Amount {
    first: usize,
    last: usize,
    text: String,
    currency: Option<Currency>,
    unit: Option<&'static str>,
    stars: bool,
    /// `4+ stars`.
    plus: bool,
    /// The currency is the word "pound", which is a weight as well.
    pounds: bool,
}

/// A cue with the tokens it takes.
#[derive(Debug, Clone, Copy)]
struct Said {
    cue: Cue,
    first: usize,
    last: usize,
}

/// Words that may stand between a cue and its number.
const BETWEEN_CUE_AND_NUMBER: [&str; 13] =
    ["of", "is", "a", "an", "the", "price", "cost", "total", "be", "as", "about", "to", "only"];
const RATED: [&str; 8] = ["rated", "rating", "ratings", "score", "scored", "stars", "star", "reviews"];
const PRICE_WORDS: [&str; 8] = ["price", "priced", "cost", "costs", "costing", "budget", "spend", "pay"];

impl Reading<'_> {
    /// Reads every number of the question.
    pub(super) fn bounds(&mut self) {
        let mut i = 0;
        while i < self.tokens.len() {
            match self.amount(i) {
                Some(amount) => i = self.bound(amount).max(i + 1),
                None => i += 1,
            }
        }
        if let (Some(low), Some(high)) = (self.need.must.min_price, self.need.must.max_price)
            && low.milli > high.milli
        {
            (self.need.must.min_price, self.need.must.max_price) = (Some(high), Some(low));
        }
    }

    /// The amount whose first digit stands at `i`.
    fn amount(&self, i: usize) -> Option<Amount> {
        let token = self.tokens.get(i).filter(|t| !t.used)?;
        let next_is = |n: usize, word: &str| self.tokens.get(n).is_some_and(|t| t.is(word));
        let mut text = match token.kind {
            Kind::Number => token.text.clone(),
            Kind::Word if is_thousands(&token.text) => token.text.clone(),
            Kind::Word if money_words::number_word(&token.text).is_some() && self.counts_something(i + 1) => {
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
        let (first, mut last) = (if currency.is_some() { i - 1 } else { i }, i);
        let money_at = |n: usize| match self.tokens.get(n).map(|t| (&t.kind, t.text.as_str())) {
            Some((Kind::Money(c), _)) => Some(*c),
            Some((Kind::Word, word)) => money_words::currency_of(word),
            _ => None,
        };
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
        }
        Some(Amount { first, last, text, currency, unit, stars, plus, pounds })
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

    /// Reads one amount, alone or as the lower end of a range; where to go on.
    fn bound(&mut self, amount: Amount) -> usize {
        let left = self.cue_before(amount.first);
        let between = amount.first > 0 && self.tokens[amount.first - 1].is("between");
        if let Some((upper, end)) = self.range(&amount, between || left.is_some_and(|l| l.cue.about == About::Weak)) {
            let first = if between { amount.first - 1 } else { left.map_or(amount.first, |l| l.first) };
            return self.apply_range(&amount, &upper, first, end);
        }
        let right = self.cue_behind(amount.last + 1);
        let plus = amount.plus.then_some(Cue { op: Op::AtLeast, about: About::Anything });
        let cue = match (left, right) {
            (Some(l), Some(r)) if l.cue.about == About::Weak => Some(r.cue),
            (Some(l), _) => Some(l.cue),
            (None, Some(r)) => Some(r.cue),
            (None, None) => plus,
        };
        let first = left.map_or(amount.first, |l| l.first);
        let last = right.map_or(amount.last, |r| r.last);
        if self.apply(&amount, cue, first, last) { last + 1 } else { amount.last + 1 }
    }

    /// The longest cue that ends right before `at`, fillers skipped.
    fn cue_before(&self, at: usize) -> Option<Said> {
        for skip in 0..=3 {
            let end = at.checked_sub(skip + 1)?;
            for words in (1..=3).rev() {
                let Some(start) = (end + 1).checked_sub(words) else { continue };
                let phrase: Option<Vec<&str>> = (start..=end).map(|i| self.free_word(i)).collect();
                let Some(mut cue) = phrase.and_then(|p| cues::before(&p.join(" "))) else { continue };
                let mut first = start;
                let not = |word: &str| ["not", "no", "never", "dont", "nothing"].contains(&word);
                if start > 0 && self.free_word(start - 1).is_some_and(not) {
                    first -= 1;
                    cue.op = cues::negated(cue.op);
                }
                return Some(Said { cue, first, last: end });
            }
            let skippable = match &self.tokens[end].kind {
                Kind::Word => BETWEEN_CUE_AND_NUMBER.contains(&self.tokens[end].text.as_str()),
                Kind::Mark(c) => matches!(c, ':' | '.'),
                _ => false,
            };
            if !skippable {
                return None;
            }
        }
        None
    }

    /// The longest cue right behind an amount, or behind an aspect that stands between.
    fn cue_behind(&self, at: usize) -> Option<Said> {
        let direct = self.longest(at, 3, cues::behind);
        let (start, (n, cue)) = match direct {
            Some(found) => (at, found),
            None => {
                let (skip, _) = self.aspect_at(at)?;
                (at + skip, self.longest(at + skip, 3, cues::behind)?)
            }
        };
        // "at least" and "max" behind a number may open the next bound: "600 euros, at least 4 stars".
        let opens_next = ["at least", "at most", "max", "maximum", "min", "minimum", "budget", "limit"];
        let phrase: Vec<&str> = (start..start + n).filter_map(|i| self.free_word(i)).collect();
        if opens_next.contains(&phrase.join(" ").as_str()) && self.number_follows(start + n) {
            return None;
        }
        Some(Said { cue, first: start, last: start + n - 1 })
    }

    fn number_follows(&self, at: usize) -> bool {
        (at..at + 3)
            .map_while(|i| self.tokens.get(i))
            .take_while(|t| !ends_phrase(t))
            .any(|t| t.is_number() || matches!(t.kind, Kind::Money(_)))
    }

    /// The upper end of a range that begins with `low`, and the range's last token.
    fn range(&self, low: &Amount, opened: bool) -> Option<(Amount, usize)> {
        let next = self.tokens.get(low.last + 1)?;
        let at = if next.is_mark('-') || next.is("to") || next.is("until") {
            low.last + 2
        } else if opened && ["and", "for", "up", "at"].iter().any(|w| next.is(w)) {
            // "from 40 up to 60", "from 40 at most 60"; "for" is a Hebrew "to".
            low.last + if next.is("and") || next.is("for") { 2 } else { 3 }
        } else if next.joined && (next.is_number() || matches!(next.kind, Kind::Money(_))) && low.unit.is_none() {
            low.last + 1
        } else {
            return None;
        };
        let at = if matches!(self.tokens.get(at)?.kind, Kind::Money(_)) { at + 1 } else { at };
        let high = self.amount(at)?;
        let meant = opened
            || low.currency.or(high.currency).is_some()
            || low.unit.or(high.unit).is_some()
            || high.stars
            || self.price_word_near(low.first);
        meant.then_some((high.clone(), high.last))
    }

    fn apply_range(&mut self, low: &Amount, high: &Amount, first: usize, end: usize) -> usize {
        let currency = low.currency.or(high.currency);
        let unit = low.unit.or(high.unit);
        if high.stars {
            self.need.must.min_stars = low.text.parse().ok();
        } else if let Some(unit) = unit.filter(|_| currency.is_none()) {
            let low_unit = low.unit.unwrap_or(unit);
            let found = self.attribute_filter(low, Some(low_unit), Op::AtLeast, None, first, end);
            let also = self.attribute_filter(high, Some(unit), Op::AtMost, None, first, end);
            let (Some((low, _, _)), Some((high, from, to))) = (found, also) else { return end + 1 };
            self.need.must.attributes.extend([low, high]);
            self.take(from, to);
            return to + 1;
        } else {
            let limit = |text: &str| money_words::milli(text).map(|milli| PriceLimit { milli, currency });
            (self.need.must.min_price, self.need.must.max_price) = (limit(&low.text), limit(&high.text));
        }
        self.take(first, end);
        end + 1
    }

    /// Makes a constraint of an amount; whether it did.
    fn apply(&mut self, amount: &Amount, cue: Option<Cue>, first: usize, last: usize) -> bool {
        let op = cue.map(|c| c.op);
        let about = cue.map_or(About::Anything, |c| c.about);
        let value: Option<f64> = money_words::measure(&amount.text, self.language);
        let rated = amount.stars || self.rated_near(first, last);
        if rated && value.is_some_and(|v| v <= 5.0) && amount.currency.is_none() && amount.unit.is_none() {
            return self.apply_stars(op, value, first, last);
        }
        // "25 pound dog food": without a word about a price, pounds behind a number are a weight.
        if amount.pounds && cue.is_none() && !self.price_word_near(first) {
            return false;
        }
        let heavy_pounds = matches!(about, About::Attribute(["weight", ..]));
        if amount.currency.is_some() && !heavy_pounds {
            return self.apply_price(amount, op, about, first, last);
        }
        if amount.unit.is_some() || matches!(about, About::Attribute(_)) {
            let unit = if amount.currency.is_some() { Some("lb") } else { amount.unit };
            let Some(op) = op.filter(|_| about != About::Weak) else { return false };
            let names = if let About::Attribute(names) = about { Some(names) } else { None };
            let op = if about == About::Near { Op::Equal } else { op };
            let Some((filter, from, to)) = self.attribute_filter(amount, unit, op, names, first, last) else {
                return false;
            };
            self.push_attribute(filter, about == About::Near);
            self.take(from, to);
            return true;
        }
        let priced = about == About::Price || self.price_word_near(first);
        if let (Some(op), false) = (op, priced)
            && let Some((skip, names)) = self.aspect_at(last + 1).or_else(|| self.aspect_at(amount.last + 1))
        {
            let names: Vec<String> = names.to_vec();
            let Some(name) = names.iter().find(|n| self.vocabulary.has_attribute(n)).or(names.first()) else {
                return false;
            };
            let unit = self.vocabulary.attribute_units(name).and_then(|u| u.first()).map_or("", |u| u.0.as_str());
            let filter = AttributeFilter { name: name.clone(), op, value: value.unwrap_or(0.0), unit: unit.to_owned() };
            self.push_attribute(filter, about == About::Near);
            self.take(first, last.max(amount.last + skip));
            return true;
        }
        if !priced && (op.is_none() || about == About::Weak || self.counts_a_noun(amount.last + 1, op)) {
            return false;
        }
        self.apply_price(amount, op, about, first, last)
    }

    fn apply_stars(&mut self, op: Option<Op>, value: Option<f64>, first: usize, last: usize) -> bool {
        let hotel = ["hotel", "hotels", "resort", "resorts"];
        if op.is_none() && self.free_word(last + 1).is_some_and(|w| hotel.contains(&w)) {
            return false;
        }
        if !matches!(op, Some(Op::AtMost | Op::Below)) {
            self.need.must.min_stars = value;
        }
        let from = (first.saturating_sub(2)..first).find(|i| self.free_word(*i).is_some_and(|w| RATED.contains(&w)));
        let behind = (last + 1..=last + 1).rfind(|i| self.free_word(*i).is_some_and(|w| RATED.contains(&w)));
        self.take(from.unwrap_or(first), behind.unwrap_or(last));
        true
    }

    fn apply_price(&mut self, amount: &Amount, op: Option<Op>, about: About, first: usize, last: usize) -> bool {
        let per_amount = self.free_word(last + 1) == Some("per")
            && self.tokens.get(last + 2).is_some_and(|t| t.is_number() || units::symbol(&t.text).is_some());
        let Some(milli) = money_words::milli(&amount.text).filter(|_| !per_amount) else { return false };
        let limit = |milli| Some(PriceLimit { milli, currency: amount.currency });
        let must = &mut self.need.must;
        match op {
            _ if about == About::Near => {
                must.min_price = limit(milli - milli / 5);
                must.max_price = limit(milli.saturating_add(milli / 5));
            }
            Some(Op::AtLeast | Op::Above) => must.min_price = limit(milli),
            _ => must.max_price = limit(milli),
        }
        let from =
            (first.saturating_sub(2)..first).find(|i| self.free_word(*i).is_some_and(|w| PRICE_WORDS.contains(&w)));
        let mut to = last;
        for phrase in
            [&["a", "night"][..], &["per", "night"], &["each"], &["per", "piece"], &["a", "piece"], &["apiece"]]
        {
            if phrase.iter().enumerate().all(|(n, word)| self.free_word(last + 1 + n) == Some(*word)) {
                to = last + phrase.len();
            }
        }
        self.take(from.unwrap_or(first), to);
        true
    }

    fn push_attribute(&mut self, filter: AttributeFilter, near: bool) {
        if near {
            let (low, high) = (filter.value * 0.9, filter.value * 1.1);
            self.need.must.attributes.push(AttributeFilter { op: Op::AtLeast, value: low, ..filter.clone() });
            self.need.must.attributes.push(AttributeFilter { op: Op::AtMost, value: high, ..filter });
        } else {
            self.need.must.attributes.push(filter);
        }
    }

    /// A filter on the attribute that cue, neighbouring words or the unit mean, with the tokens it takes.
    fn attribute_filter(
        &self,
        amount: &Amount,
        unit: Option<&str>,
        op: Op,
        names: Option<&'static [&'static str]>,
        first: usize,
        last: usize,
    ) -> Option<(AttributeFilter, usize, usize)> {
        let value = money_words::measure(&amount.text, self.language)?;
        let (mut from, mut to) = (first, last);
        let mut candidates: Vec<String> = names.map_or_else(Vec::new, |n| n.iter().map(|s| (*s).to_owned()).collect());
        if let Some((skip, found)) = self.aspect_at(amount.last + 1) {
            candidates = found.to_vec();
            to = to.max(amount.last + skip);
        } else if let Some((start, found)) = self.aspect_before(first) {
            candidates = found.to_vec();
            from = start;
        }
        let Some(unit) = unit else {
            let name = self.first_known(&candidates, None)?;
            let unit =
                self.vocabulary.attribute_units(&name).and_then(|u| u.first()).map_or(String::new(), |u| u.0.clone());
            return Some((AttributeFilter { name, op, value, unit }, from, to));
        };
        let dimension = units::dimension(unit)?;
        if candidates.is_empty() {
            candidates = usual_attributes(dimension, unit).iter().map(|s| (*s).to_owned()).collect();
        }
        let name = self.first_known(&candidates, Some(dimension)).or_else(|| candidates.first().cloned())?;
        let units = self.vocabulary.attribute_units(&name).unwrap_or(&[]);
        let own = units.iter().find(|(u, _)| units::dimension(u) == Some(dimension)).map_or(unit, |(u, _)| u.as_str());
        let value = units::convert(value, unit, own).unwrap_or(value);
        Some((AttributeFilter { name, op, value, unit: own.to_owned() }, from, to))
    }

    fn first_known(&self, candidates: &[String], dimension: Option<Dimension>) -> Option<String> {
        let fits = |name: &&String| {
            let Some(units) = self.vocabulary.attribute_units(name) else { return false };
            dimension.is_none_or(|d| units.iter().any(|(u, _)| units::dimension(u) == Some(d)))
        };
        candidates.iter().find(fits).cloned()
    }

    /// The aspect named right behind an amount ("10 hours of battery"), with the tokens it takes.
    fn aspect_at(&self, at: usize) -> Option<(usize, &'static [String])> {
        let skip =
            (0..2).take_while(|n| self.free_word(at + n).is_some_and(|w| ["of", "in", "for"].contains(&w))).count();
        let known = |p: &str| lexicon().aspects.get(p).map(Vec::as_slice);
        let (n, names) =
            self.longest(at + skip, 4, known).or_else(|| self.longest(at, 4, known).filter(|_| skip > 0))?;
        Some((skip + n, names))
    }

    /// The aspect named right before a bound ("width under 50 cm"), with its first token.
    fn aspect_before(&self, first: usize) -> Option<(usize, &'static [String])> {
        let mut end = first.checked_sub(1)?;
        while ["of", "is", "a", "with", "has", "be"].iter().any(|w| self.tokens[end].is(w)) {
            end = end.checked_sub(1)?;
        }
        (end.saturating_sub(2)..=end).find_map(|start| {
            let phrase: Option<Vec<&str>> = (start..=end).map(|i| self.free_word(i)).collect();
            Some((start, lexicon().aspects.get(&phrase?.join(" "))?.as_slice()))
        })
    }

    fn rated_near(&self, first: usize, last: usize) -> bool {
        let rated = |i: usize| self.free_word(i).is_some_and(|w| RATED.contains(&w));
        let before = (first.saturating_sub(2)..first).rev().take_while(|i| !ends_phrase(&self.tokens[*i])).any(rated);
        before || rated(last + 1)
    }

    fn price_word_near(&self, first: usize) -> bool {
        let mut before = (first.saturating_sub(3)..first)
            .rev()
            .take_while(|i| !ends_phrase(&self.tokens[*i]) || self.tokens[*i].is_mark(':'));
        before.any(|i| self.free_word(i).is_some_and(|w| PRICE_WORDS.contains(&w)))
    }

    /// Whether the number counts the word behind it ("up to 6 drawers") and is no price.
    fn counts_a_noun(&self, at: usize, op: Option<Op>) -> bool {
        let Some(word) = self.free_word(at) else { return self.tokens.get(at).is_some_and(|t| t.is_number()) };
        if is_preposition(word)
            || is_filler(word)
            || ["without", "but"].contains(&word)
            || lexicon().wants.contains_key(word)
        {
            return false;
        }
        // "under 100 headphones" is a price; "under 12 kids" is too rare to spoil it.
        !matches!(op, Some(Op::Below))
    }
}

fn is_thousands(word: &str) -> bool {
    word.strip_suffix('k')
        .is_some_and(|n| !n.is_empty() && n.len() <= 5 && n.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        && word != "4k"
        && word != "8k"
}

/// The attributes that a bare unit usually speaks of.
fn usual_attributes(dimension: Dimension, unit: &str) -> &'static [&'static str] {
    match dimension {
        Dimension::Sound => &["noise", "noise_level", "loudness"],
        Dimension::Mass => &["weight", "net_weight"],
        Dimension::Power => &["power", "motor_power"],
        Dimension::Charge => &["battery_capacity", "battery"],
        Dimension::Energy => &["energy_per_year", "energy_use", "energy"],
        Dimension::Time if unit == "h" => &["battery_life", "runtime", "playtime"],
        Dimension::Volume => &["capacity", "volume", "net_volume"],
        Dimension::Data => &["storage", "memory"],
        Dimension::Length if ["mm", "cm", "in"].contains(&unit) => &["width", "length", "height"],
        Dimension::Temperature => &["temperature_limit", "comfort_temperature", "temperature"],
        Dimension::Age => &["age_from", "age"],
        Dimension::Lumen => &["brightness", "lumens"],
        Dimension::Pressure => &["pressure"],
        Dimension::Frequency => &["refresh_rate", "frequency"],
        Dimension::Voltage => &["voltage"],
        _ => &[],
    }
}
