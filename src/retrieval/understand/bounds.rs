//! Numbers and what stands around them: price limits, ratings and attribute comparisons with units.
//!
//! A number without a cue, a currency or a rating word is left for the search ("55 inch", "iphone 15").

use super::amounts::{Amount, is_thousands};
use super::cues::{self, About, Cue};
use super::{Reading, ends_phrase, is_filler, is_preposition};
use crate::domain::*;
use crate::retrieval::lexicon::lexicon;
use crate::retrieval::money_words;
use crate::retrieval::tokens::Kind;
use crate::retrieval::units;

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
pub(super) const RATED: [&str; 8] = ["rated", "rating", "ratings", "score", "scored", "stars", "star", "reviews"];
/// Units and pieces that no filter is made of: "under 500 sq ft" is no price all the same.
const COUNTED: [&str; 17] = [
    "sq", "square", "cu", "cubic", "cfm", "btu", "psi", "gpm", "rpm", "lumen", "lumens", "grit", "gauge", "ct",
    "count", "pack", "pieces",
];
const PRICE_WORDS: [&str; 8] = ["price", "priced", "cost", "costs", "costing", "budget", "spend", "pay"];

/// What `+` behind a number says.
const PLUS: Cue = Cue { op: Op::AtLeast, about: About::Anything };

/// Up to this `3+` is an age.
const HIGHEST_STEP: f64 = 18.0;

/// Words that negate a bound.
const NOT: [&str; 11] =
    ["not", "no", "never", "dont", "nothing", "cant", "cannot", "wont", "doesnt", "shouldnt", "mustnt"];

/// Words between a negation and its bound: "I don't want to spend more than".
const SPENDING: [&str; 15] = [
    "need", "want", "wants", "to", "spend", "pay", "cost", "costs", "be", "go", "like", "should", "must", "have", "it",
];
const SPENDING_REACH: usize = 5;

/// A range that no word opens goes no further than so many times its lower end.
const WIDEST_RANGE: i64 = 5;

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
        // "over 50 but under 100 euros": the currency is said once for both.
        if let (Some(low), Some(high)) = (&mut self.need.must.min_price, &mut self.need.must.max_price) {
            let said = low.currency.or(high.currency);
            (low.currency, high.currency) = (low.currency.or(said), high.currency.or(said));
        }
    }

    /// Reads one amount, alone or as the lower end of a range; where to go on.
    fn bound(&mut self, amount: Amount) -> usize {
        let left = self.cue_before(amount.first).or_else(|| self.purse(&amount));
        let stop = amount.first.checked_sub(1).is_some_and(|i| self.tokens[i].is_mark('.'));
        let before = amount.first.checked_sub(1 + usize::from(stop));
        let opens = |word: &str| before.is_some_and(|i| self.tokens[i].is(word));
        let between = opens("between");
        // "von 20 bis 40": the tables say "of 20 at most 40".
        let opened = between || left.is_some_and(|l| l.cue.about == About::Weak);
        let opened = opened || self.language == Language::De && opens("of");
        if let Some((upper, end)) = self.range(&amount, opened) {
            let first = if between { before.unwrap_or(amount.first) } else { left.map_or(amount.first, |l| l.first) };
            return self.apply_range(&amount, &upper, first, end);
        }
        if let Some((cue, first, last)) = self.room(&amount)
            && self.apply(&amount, Some(cue), first, last)
        {
            return last + 1;
        }
        let right = self.cue_behind(amount.last + 1).or_else(|| self.price_range_behind(&amount));
        let plus = amount.plus.then_some(PLUS);
        let cue = match (left, right) {
            (Some(l), Some(r)) if l.cue.about == About::Weak => Some(r.cue),
            (Some(l), _) => Some(l.cue),
            (None, Some(r)) => Some(r.cue),
            (None, None) => plus,
        };
        let first = left.map_or(amount.first, |l| l.first);
        let last = right.map_or(amount.last, |r| r.last);
        let turned = cue.map(|cue| Cue { op: cues::negated(cue.op), ..cue }).filter(|turned| cue != Some(*turned));
        let behind = turned.filter(|_| amount.currency.is_some() || left.is_some()).zip(self.negation_behind(last + 1));
        let cue = match behind {
            Some((turned, (not, spend))) => {
                (self.tokens[not].used, self.tokens[spend].used) = (true, true);
                Some(turned)
            }
            None => cue,
        };
        if self.apply(&amount, cue, first, last) { last + 1 } else { amount.last + 1 }
    }

    /// Whether a bound opens right before `at`.
    pub(super) fn bounds_before(&self, at: usize) -> bool {
        self.cue_before(at).is_some_and(|said| said.cue.about != About::Weak)
    }

    /// The longest cue that ends right before `at`, fillers skipped; or before the aspect there: "max width 60 cm".
    fn cue_before(&self, at: usize) -> Option<Said> {
        let aspect = || self.aspect_before(at).and_then(|(start, _)| self.cue_right_before(start));
        self.cue_right_before(at).or_else(|| aspect().filter(|said| said.cue.about == About::Anything))
    }

    fn cue_right_before(&self, at: usize) -> Option<Said> {
        for skip in 0..=3 {
            let end = at.checked_sub(skip + 1)?;
            for words in (1..=3).rev() {
                let Some(start) = (end + 1).checked_sub(words) else { continue };
                let phrase: Option<Vec<&str>> = (start..=end).map(|i| self.free_word(i)).collect();
                let Some(mut cue) = phrase.and_then(|p| cues::before(&p.join(" "))) else { continue };
                let mut first = start;
                if let Some(not) = self.negation_before(start).filter(|_| cues::negated(cue.op) != cue.op) {
                    first = not;
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

    /// The word that negates the cue at `at`: right before it, or before "want to spend" and its like.
    fn negation_before(&self, at: usize) -> Option<usize> {
        let spending = |i: &usize| self.free_word(*i).is_some_and(|w| SPENDING.contains(&w));
        let skipped = (0..at).rev().take(SPENDING_REACH).take_while(spending).count();
        let not = at.checked_sub(skipped + 1)?;
        let denies = |i: &usize| self.free_word(*i).is_some_and(|w| NOT.contains(&w));
        Some(not).filter(denies).or_else(|| self.no_room_for(at))
    }

    /// "There is no room for anything wider than 45 cm".
    fn no_room_for(&self, at: usize) -> Option<usize> {
        let no = at.checked_sub(4)?;
        let words: Option<Vec<&str>> = (no..at).map(|i| self.free_word(i)).collect();
        let [denies, room, for_what, thing] = words?[..] else { return None };
        let denied = NOT.contains(&denies) && ["room", "space", "place", "use", "need"].contains(&room);
        (denied && for_what == "for" && ["anything", "one", "something", "things"].contains(&thing)).then_some(no)
    }

    /// "More than 50 I do not want to spend": the negation stands behind. Where "not" and the verb stand.
    fn negation_behind(&self, at: usize) -> Option<(usize, usize)> {
        if let Some(too) = self.too_much(at) {
            return Some(too);
        }
        let mut clause =
            (at..self.tokens.len()).take_while(|i| !ends_phrase(&self.tokens[*i])).take(SPENDING_REACH + 3);
        let is = |i: usize, list: &[&str]| self.free_word(i).is_some_and(|w| list.contains(&w));
        let not = clause.clone().find(|i| is(*i, &NOT))?;
        Some((not, clause.find(|i| is(*i, &["spend", "pay"]))?))
    }

    /// "Over 300 is too much": what stands behind turns the bound. Its first and last word.
    fn too_much(&self, at: usize) -> Option<(usize, usize)> {
        let is = |i: usize, list: &[&str]| self.free_word(i).is_some_and(|w| list.contains(&w));
        if !is(at, &["is", "are", "would", "will", "costs", "gets"]) {
            return None;
        }
        let too = (at..at + 4).find(|i| is(*i, &["too"]))?;
        is(too + 1, &["much", "expensive", "dear", "pricey", "steep", "high", "many"]).then_some((too, too + 1))
    }

    /// "I have 300." is what may be spent; "I have 3 kids" is not, nor "I have 2".
    fn purse(&self, amount: &Amount) -> Option<Said> {
        const FEWEST: f64 = 20.0;
        let before = amount.first.checked_sub(1)?;
        let has = self.free_word(before).is_some_and(|w| ["have", "got", "gave", "us", "me"].contains(&w));
        let given = ["us", "me"].iter().all(|w| !self.tokens[before].is(w))
            || before > 0 && ["gave", "gives", "allow", "allows"].iter().any(|w| self.tokens[before - 1].is(w));
        let ends = self.tokens.get(amount.last + 1).is_none_or(ends_phrase);
        let value = money_words::measure(&amount.text, self.language);
        let plain = amount.unit.is_none() && value.is_some_and(|value| value >= FEWEST);
        let cue = Cue { op: Op::AtMost, about: About::Price };
        (has && given && ends && plain).then_some(Said { cue, first: before, last: before })
    }

    /// "in the 100 euro range": about that much.
    fn price_range_behind(&self, amount: &Amount) -> Option<Said> {
        let at = amount.last + 1;
        let range = amount.currency.is_some() && self.free_word(at) == Some("range");
        range.then_some(Said { cue: Cue { op: Op::Equal, about: About::Near }, first: at, last: at })
    }

    /// The longest cue right behind an amount, or behind an aspect that stands between.
    fn cue_behind(&self, at: usize) -> Option<Said> {
        // "150 a night tops".
        let of_each = self.free_word(at).is_some_and(|w| ["a", "per", "each"].contains(&w))
            && self.free_word(at + 1).is_some_and(|w| ["night", "piece", "person", "pair", "unit"].contains(&w));
        let at = if of_each { at + 2 } else { at };
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
            // "400 lumen minimum under 30": the next number has a bound of its own.
            .take_while(|t| !ends_phrase(t) && cues::before(&t.text).is_none())
            .any(|t| t.is_number() || matches!(t.kind, Kind::Money(_)))
    }

    /// The upper end of a range that begins with `low`, and the range's last token.
    fn range(&self, low: &Amount, opened: bool) -> Option<(Amount, usize)> {
        let next = self.tokens.get(low.last + 1)?;
        let romance = matches!(self.language, Language::Fr | Language::Es);
        // "100 bis 200": the tables say "100 at most 200".
        let up_to = self.language != Language::En
            && !opened
            && next.is("at")
            && self.tokens.get(low.last + 2).is_some_and(|t| t.is("most"));
        let at = if up_to {
            low.last + 3
        } else if next.is_mark('-') || next.is("to") || next.is("until") || romance && next.is("a") {
            low.last + 2
        } else if opened && ["and", "for", "up", "at"].iter().any(|w| next.is(w)) {
            // "from 40 up to 60", "from 40 at most 60"; "for" is a Hebrew "to".
            low.last + if next.is("and") || next.is("for") { 2 } else { 3 }
        } else if next.joined && (next.is_number() || is_thousands(&next.text) || matches!(next.kind, Kind::Money(_))) {
            low.last + 1
        } else {
            return None;
        };
        let at = if matches!(self.tokens.get(at)?.kind, Kind::Money(_)) { at + 1 } else { at };
        let high = self.amount(at)?;
        // 5'5" is one length and no range.
        let two_units = low.unit.is_some() && low.unit != high.unit && at == low.last + 1;
        let mixed =
            two_units || low.unit.is_some() && high.currency.is_some() || low.currency.is_some() && high.unit.is_some();
        let far = |factor: i64| {
            let ends = money_words::milli(&low.text).zip(money_words::milli(&high.text));
            ends.is_none_or(|(low, high)| high <= low || low.saturating_mul(factor) < high)
        };
        // "iPhone 15 bis 800 Euro" is no range.
        if mixed || up_to && far(WIDEST_RANGE) {
            return None;
        }
        let meant = opened
            || low.currency.or(high.currency).is_some()
            || low.unit.or(high.unit).is_some()
            || high.stars
            || is_thousands(&high.text)
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
            // "1-2k": both are thousands.
            let thousands = is_thousands(&high.text) && !is_thousands(&low.text) && low.text.len() < high.text.len();
            let low_text = if thousands { format!("{}k", low.text) } else { low.text.clone() };
            let (mut least, mut most) = (limit(&low_text), limit(&high.text));
            // "between 500 and 300": one range, said the wrong way round; two bounds that contradict stay as said.
            if least.zip(most).is_some_and(|(l, m)| l.milli > m.milli) {
                std::mem::swap(&mut least, &mut most);
            }
            (self.need.must.min_price, self.need.must.max_price) = (least, most);
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
        // "4.5+": no price is said so.
        let decimal = amount.plus && amount.text.contains('.') && value.is_some_and(|v| v <= 5.0);
        if decimal && !priced && op == Some(Op::AtLeast) {
            return self.apply_stars(op, value, first, last);
        }
        // "Growth 3+", "for 3+": an age or a step, never a price.
        let step = amount.plus && cue.is_some_and(|c| c == PLUS) && value.is_some_and(|v| v <= HIGHEST_STEP);
        if step && !priced {
            return false;
        }
        if let (Some(op), Some(value), false) = (op, value, priced)
            && self.apply_count(amount, (op, about == About::Near), value, (first, last))
        {
            return true;
        }
        // "500 max dishwasher": what follows the bound is not counted.
        let counts = last == amount.last && self.counts_a_noun(amount.last + 1, op);
        if !priced && (op.is_none() || about == About::Weak || counts) {
            return false;
        }
        self.apply_price(amount, op, about, first, last)
    }

    /// A bound without a unit on something that is named beside it: "at least 3 people", "sleeps at least 4".
    fn apply_count(
        &mut self,
        amount: &Amount,
        (op, near): (Op, bool),
        value: f64,
        (first, last): (usize, usize),
    ) -> bool {
        let own_unit = |name: &str| self.vocabulary.attribute_units(name).and_then(|u| u.first()).map(|u| u.0.clone());
        let at = |end: usize| self.aspect_at(end + 1).map(|(skip, names)| (end + skip, names));
        // Before the number only what is counted: "battery under 50" speaks of a price.
        let counted = |name: &String| own_unit(name).is_some_and(|u| units::dimension(&u).is_none());
        // "under 800 storage 512 GB": what is measured belongs to the number behind it.
        let ours = |(to, names): &(usize, Vec<String>)| names.iter().any(counted) || !self.number_follows(to + 1);
        let behind = at(last).or_else(|| at(amount.last)).filter(ours);
        // "max noise 44": the bound says that the aspect is meant.
        let between = self.aspect_before(amount.first).filter(|(start, _)| *start > first);
        let (from, to, names) = match behind.or(between.map(|(_, names)| (last, names))) {
            Some((to, names)) => (first, last.max(to), names),
            None => match self.aspect_before(first).filter(|(_, names)| names.iter().any(counted)) {
                Some((start, names)) => (start, last, names.into_iter().filter(counted).collect()),
                None => return false,
            },
        };
        let known = |name: &&String| self.vocabulary.has_attribute(name);
        let Some(name) = names.iter().find(known).or(names.first()).cloned() else { return false };
        let unit = own_unit(&name).unwrap_or_default();
        self.push_attribute(AttributeFilter { name, op, value, unit }, near);
        self.take(from, to);
        true
    }

    fn apply_stars(&mut self, op: Option<Op>, value: Option<f64>, first: usize, last: usize) -> bool {
        let hotel = ["hotel", "hotels", "resort", "resorts"];
        // "5 star" is a class or a name; nobody sets the highest mark as the least.
        let class = value.is_some_and(|v| v >= 5.0) && self.tokens[last].is("star");
        if op.is_none() && (class || self.free_word(last + 1).is_some_and(|w| hotel.contains(&w))) {
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
        if COUNTED.contains(&word) {
            return true;
        }
        // "under 100 headphones" is a price; "under 12 kids" is too rare to spoil it.
        !matches!(op, Some(Op::Below))
    }
}
