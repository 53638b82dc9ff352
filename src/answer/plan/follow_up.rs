//! Questions that lean on the answer before: "the second one", "cheaper", "and in blue?", "no, I meant under 300".
//!
//! Changes a plan only where the question has no subject of its own, or corrects the one before.

mod of_it;
pub(super) mod opening;
mod point;

use super::mention::{PRONOUNS, find_any, is_mark, is_specific};
use super::{Previous, PreviousRow, about, fact};
use crate::answer::aspect;
use crate::domain::*;
use crate::retrieval::{PlainWord, Vocabulary, is_stop_word, understand};

/// Most rows that "compare them" means, and "help me decide".
const COMPARED: usize = 3;
const DECIDED: usize = 5;

/// Questions that leave the choice to the answer.
const DECIDING: [&str; 21] = [
    "help me decide",
    "help me choose",
    "help me pick",
    "decide for me",
    "which should i",
    "which one should i",
    "which one would you",
    "which would you",
    "what would you",
    "which do you recommend",
    "what do you recommend",
    "which one do you",
    "which is best",
    "which is the best",
    "which one is best",
    "which one is the best",
    "which one is better",
    "which is better",
    "which one",
    "your recommendation",
    "what should i take",
];

/// What a follow-up question is read with.
struct Reading<'a> {
    words: &'a [PlainWord],
    previous: &'a Previous,
    vocabulary: &'a Vocabulary,
    corrects: bool,
}

/// Makes a follow-up question whole. `corrects`: it began by putting right what was said before.
pub(super) fn resolve(
    need: &mut Need,
    words: &[PlainWord],
    corrects: bool,
    previous: &Previous,
    vocabulary: &Vocabulary,
) {
    let reading = Reading { words, previous, vocabulary, corrects };
    let rows = point::numbered(words, previous);
    match need.kind {
        QuestionKind::WhyNot => reading.why_not(need, &rows),
        QuestionKind::Search => reading.search(need, &rows),
        QuestionKind::OpenAdvice => {}
        QuestionKind::Compare => reading.compare(need, &rows),
        _ => {
            let single =
                matches!(previous.kind, QuestionKind::ProductFact | QuestionKind::PriceHistory | QuestionKind::Reviews);
            if single && need.fact.is_none() && need.kind == QuestionKind::ProductFact && opening::goes_on(words) {
                // "and the Ovelund Basin 60?" asks the same of another one.
                (need.kind, need.fact, need.period) = (previous.kind, previous.fact.clone(), previous.period);
            }
            let own = need.products.iter().any(|p| is_specific(p, vocabulary) && !point::only_points(p));
            let listed: Vec<&PreviousRow> = need.products.iter().filter_map(|p| point::named(p, previous)).collect();
            if !rows.is_empty() && !own {
                need.products = rows.iter().take(1).map(|r| key(r)).collect();
            } else if let (Some(row), true) = (listed.first(), need.products.len() == 1) {
                need.products = vec![key(row)];
            } else if need.products.is_empty()
                && let Some(row) = previous.focus.first().or(previous.rows.first())
            {
                need.products = vec![key(row)];
            }
        }
    }
}

/// A row as `retrieval::resolve_product` reads it: by id, so that no second look at words is needed.
fn key(row: &PreviousRow) -> String {
    format!("product:{}", row.product)
}

impl Reading<'_> {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|w| w.text == word)
    }

    /// Words that are no punctuation.
    fn count(&self) -> usize {
        self.words.iter().filter(|w| !is_mark(w)).count()
    }

    fn search(&self, need: &mut Need, rows: &[&PreviousRow]) {
        if !rows.is_empty() {
            need.words.retain(|w| !point::only_points(w));
        }
        if let Some(product) = need.products.first() {
            let like = self.first_of(rows, product).map(key);
            need.products = like.or_else(|| need.products.pop()).into_iter().collect();
            return;
        }
        if self.decides_by(need, rows) || self.asks_of_it(need) {
            return;
        }
        if self.leaves_out(need) {
            self.go_on(need);
            return;
        }
        let dearer =
            ["dearer", "pricier"].iter().any(|w| self.has(w)) || find_any(self.words, &["more expensive"]).is_some();
        let one_of_them = find_any(self.words, &["the cheaper one", "the dearer one"]).is_some() && !rows.is_empty();
        if (self.has("cheaper") || dearer) && !one_of_them && self.leans(need) {
            self.go_on(need);
            self.against_price(need, rows, dearer);
            return;
        }
        if find_any(self.words, &DECIDING).is_some() && need.must.category.is_none() {
            self.decide(need, rows);
            return;
        }
        let which = self.words.first().is_some_and(|w| w.text == "which") && !need.wants.is_empty();
        if which && need.must.category.is_none() && self.previous.rows.len() > 1 {
            self.decide(need, rows);
            return;
        }
        let branded = point::branded(self.words, self.previous);
        let pointed: Vec<&PreviousRow> =
            if rows.is_empty() && self.asks_again(need, &branded) { branded } else { rows.to_vec() };
        if !pointed.is_empty() && self.count() <= 9 {
            self.about(need, &pointed);
        } else if self.leans(need) || self.takes_back(need) {
            self.go_on(need);
        } else if self.corrects {
            self.swap(need);
        }
    }

    /// "which has the longest battery life?", "sort by weight", "the lightest": what was shown, decided by one aspect.
    fn decides_by(&self, need: &mut Need, rows: &[&PreviousRow]) -> bool {
        let opens = |w: &PlainWord| !is_mark(w) && !["and", "ok", "so", "but"].contains(&w.text.as_str());
        let first = self.words.iter().find(|w| opens(w)).map_or("", |w| w.text.as_str());
        let which = first == "which" || ["sort", "rank", "order"].contains(&first);
        let short = first == "the" && self.count() <= 3 && rows.is_empty();
        let listed: Vec<&PreviousRow> = if self.previous.rows.len() > 1 {
            self.previous.rows.iter().take(DECIDED).collect()
        } else {
            self.previous.focus.iter().collect()
        };
        if !(which || short) || need.must.category.is_some() || listed.len() < 2 {
            return false;
        }
        // "which is best" leaves it to the whole of what speaks for each.
        let best = need.wants.iter().all(|w| w.aspect == "rating") && !need.wants.is_empty();
        let wished = need.wants.first().filter(|_| !best).map(|w| w.aspect.replace('_', " "));
        let Some(fact) = about::compared(self.words, self.vocabulary).or(wished) else { return false };
        if !need.wants.iter().any(|w| aspect::same(&w.aspect, &fact)) {
            need.wants.insert(0, about::wish(&fact, self.words, self.vocabulary));
        }
        need.fact = Some(fact);
        self.decide(need, if rows.len() > 1 { rows } else { &listed });
        true
    }

    /// "no nuts", "without sugar": alone it would leave nothing to look for, behind a search it leaves something out.
    fn leaves_out(&self, need: &mut Need) -> bool {
        let first = self.words.iter().find(|w| !is_mark(w)).map_or("", |w| w.text.as_str());
        let Some(thing) = self.previous.need.words.first() else { return false };
        if !["no", "not", "without"].contains(&first) || self.count() > 4 || need.must.category.is_some() {
            return false;
        }
        let read = understand(&format!("{thing} {}", super::mention::text(self.words)), self.vocabulary);
        if read.must.without.is_empty() {
            return false;
        }
        need.must.without = read.must.without;
        need.words.clear();
        true
    }

    /// What a substitute is wanted for: the row pointed at or named, else what was talked of last.
    fn first_of<'p>(&'p self, rows: &[&'p PreviousRow], phrase: &str) -> Option<&'p PreviousRow> {
        let talked = || self.previous.focus.first().or(self.previous.rows.first()).filter(|_| phrase.is_empty());
        rows.first().copied().or_else(|| point::named(phrase, self.previous)).or_else(talked)
    }

    /// "and the Norrvik?" behind a question on one product asks the same of another one that was shown.
    fn asks_again(&self, need: &Need, branded: &[&PreviousRow]) -> bool {
        let single = matches!(
            self.previous.kind,
            QuestionKind::ProductFact | QuestionKind::PriceHistory | QuestionKind::Reviews
        );
        single
            && !branded.is_empty()
            && self.count() <= 5
            && need.must.max_price.is_none()
            && need.must.category.is_none()
    }

    /// "the second one": the same question of it where the last one was of a single product, else what is known of it.
    fn about(&self, need: &mut Need, rows: &[&PreviousRow]) {
        let again = opening::goes_on(self.words) || self.corrects || self.count() <= 4;
        need.kind = match self.previous.kind {
            _ if rows.len() > 1 => QuestionKind::Compare,
            kind @ (QuestionKind::PriceHistory | QuestionKind::Reviews) if again => kind,
            _ => QuestionKind::ProductFact,
        };
        let known = |phrase: &str| fact::fact_name(phrase, self.vocabulary);
        let own = about::property(self.words, &known).map(|(fact, _)| fact).filter(|_| self.count() > 3);
        need.fact = match self.previous.kind {
            kind if again && kind == need.kind && own.is_none() => self.previous.fact.clone(),
            _ => own.filter(|_| need.kind == QuestionKind::ProductFact),
        };
        need.period = self.previous.period.filter(|_| again && need.kind == QuestionKind::PriceHistory);
        need.products = rows.iter().map(|r| key(r)).collect();
        need.must = Constraints::default();
        self.inherit_wants(need);
        need.sure = 0.8;
    }

    /// Products of the last answer side by side, for the choice.
    fn decide(&self, need: &mut Need, rows: &[&PreviousRow]) {
        let chosen: Vec<&PreviousRow> = match rows.len() {
            0 | 1 => self.previous.rows.iter().take(DECIDED).collect(),
            _ => rows.to_vec(),
        };
        if chosen.len() < 2 {
            return;
        }
        need.kind = QuestionKind::Compare;
        need.products = chosen.iter().map(|r| key(r)).collect();
        need.must = Constraints::default();
        need.words.clone_from(&self.previous.need.words);
        self.inherit_wants(need);
        need.sure = 0.8;
    }

    /// Wishes of the search before hold until another is said.
    fn inherit_wants(&self, need: &mut Need) {
        for want in &self.previous.need.wants {
            if !need.wants.iter().any(|w| w.aspect == want.aspect) {
                // Said before, and so of less weight than what is said now.
                need.wants
                    .push(Want { weight: want.weight * if need.wants.is_empty() { 1.0 } else { 0.5 }, ..want.clone() });
            }
        }
    }

    fn compare(&self, need: &mut Need, rows: &[&PreviousRow]) {
        let all = &self.previous.rows;
        let named: Vec<String> = need
            .products
            .iter()
            .filter(|p| is_specific(p, self.vocabulary) && !point::only_points(p))
            .cloned()
            .collect();
        if all.len() < 2 && named.is_empty() {
            return;
        }
        let numbers: Vec<u32> = self.words.iter().filter_map(|w| w.text.parse().ok()).collect();
        let by_number: Vec<&PreviousRow> = numbers.iter().filter_map(|n| all.iter().find(|r| r.number == *n)).collect();
        let pronoun = self.words.iter().any(|w| PRONOUNS.contains(&w.text.as_str()));
        let it = self.words.iter().any(|w| ["it", "this", "that"].contains(&w.text.as_str()));
        let talked = self.previous.focus.first().or(all.first());
        if rows.len() >= 2 {
            need.products = rows.iter().map(|r| key(r)).collect();
        } else if let (true, true, [row], Some(one)) = (it, named.is_empty(), rows, talked) {
            need.products = vec![key(one), key(row)];
        } else if named.is_empty() && by_number.len() >= 2 {
            need.products = by_number.iter().map(|r| key(r)).collect();
        } else if !need.products.is_empty() && !named.is_empty() {
            // "compare it with the Norrvik": one named, one pointed at.
            let of_phrase = |p: &String| point::named(p, self.previous).map_or_else(|| p.clone(), key);
            let mut products: Vec<String> = named.iter().map(of_phrase).collect();
            let other = rows.first().copied().or(self.previous.focus.first()).or(all.first());
            if products.len() < 2
                && let Some(other) = other.map(key).filter(|o| !products.contains(o))
            {
                products.insert(0, other);
            }
            need.products = products;
        } else if (pronoun && need.must.category.is_none()) || self.count() == 1 {
            need.products = all.iter().take(COMPARED).map(key).collect();
        } else if find_any(self.words, &DECIDING).is_some() {
            return self.decide(need, rows);
        }
        self.inherit_wants(need);
    }

    /// "why not the Norrvik?": the conditions are those of the search that it was left out of.
    fn why_not(&self, need: &mut Need, rows: &[&PreviousRow]) {
        let before = &self.previous.need;
        let listed = need.products.first().and_then(|p| point::named(p, self.previous)).or_else(|| {
            let branded = point::branded(self.words, self.previous);
            // "why the Quellhof and not the Norrvik?" asks after the one that is not the pick.
            branded.iter().copied().find(|r| Some(r.product) != self.previous.pick).or(branded.first().copied())
        });
        let row = rows.first().copied().or(listed);
        if let Some(row) = row {
            need.products = vec![key(row)];
        } else if need.products.is_empty() {
            let other = self.previous.rows.iter().find(|r| Some(r.product) != self.previous.pick);
            need.products = self.previous.focus.first().or(other).map(key).into_iter().collect();
        }
        need.must = before.must.clone();
        need.words.clone_from(&before.words);
        need.wants.clone_from(&before.wants);
        // A comparison that was decided by one aspect is asked after by it.
        need.fact = self.previous.fact.clone().filter(|_| self.previous.kind == QuestionKind::Compare);
    }

    /// Whether a search has no subject of its own.
    fn leans(&self, need: &Need) -> bool {
        let count = self.count();
        let subject = need.must.category.is_some() || !need.must.brands.is_empty() && count > 4;
        let known = |w: &str| !is_stop_word(w) && self.vocabulary.knows(w) && !variant::is_colour(w);
        let thing = need.words.first().is_some_and(|w| w.split(' ').any(known));
        let bare = need.words.iter().all(|w| w.split(' ').all(is_stop_word));
        let amount = self.corrects && opening::amount(self.words).is_some();
        let opens = opening::goes_on(self.words);
        // "waterproof", "cabin approved": a property and no thing.
        let known = |phrase: &str| fact::fact_name(phrase, self.vocabulary);
        let must = &need.must;
        let told = !must.features.is_empty() || !must.attributes.is_empty() || !must.stated.is_empty();
        let property = count <= 4 && (told || !need.wants.is_empty() || about::property(self.words, &known).is_some());
        if property && !subject {
            return true;
        }
        !subject && count <= 10 && ((opens && count <= 7) || bare || amount || (count <= 3 && !thing))
    }

    /// Whether the question takes back a condition of the search before.
    fn takes_back(&self, need: &Need) -> bool {
        let mut must = self.previous.need.must.clone();
        need.must.category.is_none() && self.count() <= 9 && opening::take_back(self.words, &mut must)
    }

    /// Adds the question's conditions and words to the search before.
    fn go_on(&self, need: &mut Need) {
        let mut whole = self.previous.need.clone();
        whole.products.clear();
        whole.question.clone_from(&need.question);
        whole.language = need.language;
        whole.planner = Planner::Rules;
        let taken = opening::take_back(self.words, &mut whole.must);
        if taken && whole.must.max_price.is_none() {
            whole.total = None;
        }
        if let Some(amount) = opening::amount(self.words).filter(|_| self.corrects && need.must.max_price.is_none()) {
            let currency = self.previous.need.must.max_price.and_then(|l| l.currency);
            need.must.max_price = Some(PriceLimit { milli: amount * 1000, currency });
            need.words.clear();
        }
        if let Some(pieces) = whole.pieces.filter(|_| need.pieces.is_none()) {
            // Said of all of them again.
            for limit in [&mut need.must.max_price, &mut need.must.min_price].into_iter().flatten() {
                limit.milli /= i64::from(pieces);
            }
        }
        let limit = need.must.max_price;
        merge_constraints(&mut whole.must, std::mem::take(&mut need.must));
        if whole.total.is_some() && limit.is_some() {
            whole.total = limit;
        }
        // "forget the budget" wishes for nothing cheap.
        need.wants.retain(|w| !taken || w.aspect != "price");
        for want in need.wants.drain(..) {
            whole.wants.retain(|w| w.aspect != want.aspect);
            whole.wants.push(want);
        }
        if !taken && whole.kind == QuestionKind::Search {
            add_words(&mut whole.words, std::mem::take(&mut need.words));
        }
        whole.sure = self.previous.need.sure.max(0.7);
        *need = whole;
    }

    /// Below (or above) the price of what the question compares with: the row it names, what was talked of last, the first.
    fn against_price(&self, need: &mut Need, rows: &[&PreviousRow], dearer: bool) {
        let among = |rows: &[&PreviousRow]| rows.iter().filter_map(|r| r.price).min_by_key(Money::milli);
        let focus: Vec<&PreviousRow> = self.previous.focus.iter().collect();
        let price = among(rows).or_else(|| among(&focus)).or_else(|| self.previous.rows.first().and_then(|r| r.price));
        let Some(price) = price else { return };
        let milli = |shift: i128| i64::try_from(price.milli() + shift).unwrap_or(i64::MAX);
        let currency = Some(price.currency);
        if dearer {
            need.must.min_price = Some(PriceLimit { milli: milli(1), currency });
            need.must.max_price = need.must.max_price.filter(|l| l.milli > milli(1));
        } else {
            need.must.max_price = Some(PriceLimit { milli: milli(-1), currency });
            need.must.min_price = need.must.min_price.filter(|l| l.milli < milli(-1));
        }
    }

    /// "sorry, I meant a dishwasher": another thing under the conditions said before, as far as they are not the thing's own.
    fn swap(&self, need: &mut Need) {
        let before = &self.previous.need;
        if before.kind != QuestionKind::Search {
            return;
        }
        let mut must =
            Constraints { category: None, attributes: Vec::new(), stated: Vec::new(), ..before.must.clone() };
        must.brands.clear();
        merge_constraints(&mut must, std::mem::take(&mut need.must));
        need.must = must;
        for want in &before.wants {
            if !need.wants.iter().any(|w| w.aspect == want.aspect) {
                need.wants.push(want.clone());
            }
        }
    }
}

/// Adds words of a follow-up; a colour takes the place of another.
fn add_words(words: &mut Vec<String>, more: Vec<String>) {
    let is_colour = |w: &String| !w.is_empty() && w.split(' ').all(variant::is_colour);
    if more.iter().any(is_colour) {
        words.retain(|w| !is_colour(w));
    }
    for word in more {
        if !words.contains(&word) && !["cheaper", "dearer", "pricier"].contains(&word.as_str()) {
            words.push(word);
        }
    }
}
fn merge_constraints(old: &mut Constraints, new: Constraints) {
    old.min_price = new.min_price.or(old.min_price);
    old.max_price = new.max_price.or(old.max_price);
    if let (Some(low), Some(high)) = (old.min_price, old.max_price)
        && low.milli > high.milli
    {
        // The newer of two limits that exclude each other counts.
        if new.max_price.is_some() { old.min_price = None } else { old.max_price = None }
    }
    old.min_stars = new.min_stars.or(old.min_stars);
    if !new.brands.is_empty() {
        old.brands = new.brands;
    }
    old.brands.retain(|b| !new.not_brands.contains(b));
    old.not_brands.extend(new.not_brands);
    old.without.extend(new.without);
    old.in_stock |= new.in_stock;
    if !new.shops.is_empty() {
        old.shops = new.shops;
    }
    old.shops.retain(|s| !new.not_shops.contains(s));
    old.not_shops.extend(new.not_shops);
    if !new.conditions.is_empty() {
        old.conditions = new.conditions;
    }
    old.people = new.people.or(old.people);
    old.category = new.category.or(old.category.take());
    for filter in new.attributes {
        old.attributes.retain(|f| f.name != filter.name);
        old.attributes.push(filter);
    }
}
