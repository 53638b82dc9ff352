//! What remains of a question: the thing looked for, its category, and what stands beside it.
//!
//! `Need::words` begins with the thing itself ("dishwasher"); the phrases after it ("small kitchen") only tilt the ranking.

use super::{Reading, ends_phrase, is_filler, is_preposition};
use crate::domain::Language;
use crate::domain::measure::index_word;
use crate::retrieval::fold::{name_key, singular};
use crate::retrieval::lexicon::{other_names, synonym};
use crate::retrieval::tokens::Token;
use crate::retrieval::units;

/// A run of words that belong together.
#[derive(Debug, Default)]
struct Phrase {
    words: Vec<String>,
    /// Begins with a preposition or behind punctuation: describes the thing, is not it.
    beside: bool,
    /// Begins behind punctuation or what another rule has read, not with a preposition.
    clause: bool,
    /// Has the thing that is asked for, where others only tell of the shopper.
    asked: bool,
}

/// Whether the noun comes before what describes it.
pub(super) fn noun_first(language: Language) -> bool {
    matches!(language, Language::He | Language::Fr | Language::Es)
}

/// Bytes of the longest word whose spelling is repaired: no catalogue's word is longer, and repair takes time.
const LONGEST_REPAIRED: usize = 48;

/// Who a thing is for; alone before a comma they are not what is looked for.
pub(super) const PERSONS: [&str; 24] = [
    "son",
    "daughter",
    "wife",
    "husband",
    "mother",
    "mom",
    "mum",
    "father",
    "dad",
    "kid",
    "child",
    "baby",
    "girlfriend",
    "boyfriend",
    "friend",
    "brother",
    "sister",
    "niece",
    "nephew",
    "boy",
    "girl",
    "grandchild",
    "toddler",
    "family",
];

/// Words behind which "for" names the thing.
const SEEKING: [&str; 9] =
    ["looking", "look", "searching", "search", "shopping", "hunting", "decide", "deciding", "choosing"];

/// Words for anywhere at all: before where it is ("a place by the sea") they name no thing, and what stands before them
/// describes it.
const ANYWHERE: [&str; 4] = ["place", "places", "somewhere", "spot"];

/// Most words of the thing itself; no product needs more to be named.
const MOST_THING_WORDS: usize = 40;

/// Most phrases that are searched for.
const MOST_WORDS: usize = 24;

/// Whether a word behind a number is its unit.
pub(super) fn is_unit(word: &str) -> bool {
    index_word(1.0, word).is_some()
}

/// What goods come in; behind a size it names nothing: "dog food 15kg bag".
const CONTAINERS: [&str; 12] =
    ["bag", "pack", "box", "bottle", "can", "jar", "tin", "sack", "tub", "bucket", "carton", "packet"];

/// How many of the words there are without sizes, and what comes in them, at their end: "monitor 27in".
fn name_ends(words: &[String]) -> usize {
    let sized = |w: Option<&String>| w.is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let mut count = words.len();
    loop {
        let last = count.checked_sub(1).and_then(|at| words.get(at));
        let before = count.checked_sub(2).and_then(|at| words.get(at));
        let contains = last.is_some_and(|w| CONTAINERS.contains(&singular(w).as_str()));
        match (sized(last), contains && sized(before)) {
            (true, _) => count -= 1,
            (_, true) => count -= 2,
            _ => return count,
        }
    }
}

impl Reading<'_> {
    /// Sets words, category and how sure the reading is.
    pub(super) fn words(&mut self) {
        if self.ideas.compounds {
            self.join_compounds();
        }
        let (mut phrases, sides) = self.phrases();
        let main = self.main_phrase(&phrases);
        let mut words = Vec::new();
        if let Some(main) = main {
            let mut thing = phrases.remove(main).words;
            thing.truncate(MOST_THING_WORDS);
            self.category(&mut thing);
            words.push(thing.join(" "));
        }
        words.extend(phrases.into_iter().map(|p| p.words.join(" ")));
        for side in sides {
            if !words.iter().any(|w| w.split(' ').any(|part| part == side)) {
                words.push(side);
            }
        }
        words.truncate(MOST_WORDS);
        self.need.sure = self.surety(&words);
        self.need.words = words;
    }

    /// The phrase that names the thing: the first that stands for itself. "My son is ill, chocolate please": persons
    /// give way to the next clause.
    fn main_phrase(&self, phrases: &[Phrase]) -> Option<usize> {
        if let Some(asked) = phrases.iter().position(|p| p.asked) {
            return Some(asked);
        }
        let persons = |p: &Phrase| p.words.iter().all(|w| PERSONS.contains(&singular(w).as_str()));
        let first = phrases.iter().position(|p| !p.beside).unwrap_or(0);
        let clause = || phrases.iter().position(|p| p.clause && !persons(p));
        match phrases.get(first) {
            Some(phrase) if persons(phrase) => clause().or(Some(first)),
            Some(_) => Some(first),
            None => None,
        }
    }

    /// Phrases in order, and the wishes and features that are only looked for beside them.
    fn phrases(&self) -> (Vec<Phrase>, Vec<String>) {
        let mut all: Vec<Phrase> = Vec::new();
        let mut sides = Vec::new();
        let mut now = Phrase::default();
        let mut i = 0;
        while i < self.tokens.len() {
            let token = &self.tokens[i];
            let joined_next = self.tokens.get(i + 1).is_some_and(|t| t.joined && !t.used);
            let down_to = token.is("down") && self.tokens.get(i + 1).is_some_and(|t| t.is("to"));
            let made_of = token.is("of") && i > 0 && self.tokens[i - 1].is("made");
            let prepares = token.is_word() && is_preposition(&token.text) && !token.joined && !joined_next;
            let opens = (prepares || down_to || made_of) && !self.told[i];
            if self.cut[i] || self.told[i] || ends_phrase(token) || token.is_mark('-') || opens {
                all.push(std::mem::take(&mut now));
                now.clause = !opens;
                // "looking for a tent": the tent is the thing.
                let sought = i > 0 && SEEKING.iter().any(|w| self.tokens[i - 1].is(w));
                let opens = opens && !sought;
                now.beside = opens || !all.iter().all(|p| p.words.is_empty()) && !self.cut[i] && !self.told[i];
            } else if self.verb[i] {
                // "which drill would manage concrete": the concrete is what for.
            } else if self.side[i] {
                sides.push(token.text.clone());
            } else if self.wish[i] {
                // "small" in "for a small kitchen" still describes the kitchen.
                if now.beside {
                    now.words.push(token.text.clone());
                }
            } else if token.is("somewhere") && self.cut.get(i + 1) == Some(&true) {
                // "somewhere between 200 and 300" is no place.
            } else if self.is_anywhere(i) {
                sides.append(&mut now.words);
            } else if !token.used && (token.is_word() || token.is_number()) {
                // "Which headphones would you give a teenager": what stands behind the thing describes it.
                if now.asked && i >= self.thing.end && !noun_first(self.need.language) {
                    all.push(std::mem::take(&mut now));
                    now.beside = true;
                }
                let taken = self.word(i, &mut now.words);
                now.asked |= (i..i + taken).any(|at| self.thing.contains(&at));
                i += taken;
                continue;
            }
            i += 1;
        }
        all.push(now);
        let wished = |p: &Phrase| p.words.iter().all(|w| crate::retrieval::lexicon::lexicon().wants.contains_key(w));
        all.retain(|p| !(p.words.is_empty() || p.beside && wished(p)));
        (all, sides)
    }

    /// "a quiet place by the sea": the word names nothing that could be looked for.
    fn is_anywhere(&self, i: usize) -> bool {
        let opens = |t: &Token| t.is_word() && is_preposition(&t.text);
        // "somewhere cheap in the mountains": a wish may stand between.
        let wished = |n: usize| self.wish.get(n).is_some_and(|wish| *wish);
        let between = (i + 1..self.tokens.len()).take_while(|n| wished(*n)).count();
        let next = (i + 1..=i + 1 + between).any(|n| self.tokens.get(n).is_some_and(opens));
        !self.tokens[i].used && ANYWHERE.iter().any(|word| self.tokens[i].is(word)) && next
    }

    /// Adds the word at `i` (a number with its unit, hyphened parts together); how many tokens it took.
    fn word(&self, i: usize, into: &mut Vec<String>) -> usize {
        let token = &self.tokens[i];
        if token.is_number() {
            return self.number(i, into);
        }
        let mut text = token.text.clone();
        let mut taken = 1;
        while let Some(part) =
            self.tokens.get(i + taken).filter(|t| t.joined && !t.used && (t.is_word() || t.is_number()))
        {
            text.push('-');
            text.push_str(&part.text);
            taken += 1;
        }
        let filler = is_filler(&text) && !self.belongs(i) || ["x", "s", "w", "o"].contains(&text.as_str());
        if !filler && text.chars().any(char::is_alphanumeric) {
            into.push(text);
        }
        taken
    }

    /// Whether a word that is filler elsewhere is part of a name here: "trash can", "shop vac", "right angle drill". The
    /// lists know the name, or products have both words far oftener than by chance.
    fn belongs(&self, i: usize) -> bool {
        const TWOFOLD: [&str; 12] =
            ["can", "shop", "store", "right", "type", "show", "perfect", "out", "up", "make", "kind", "new"];
        const GRAMMAR: [&str; 11] = ["i", "we", "you", "it", "that", "which", "they", "he", "she", "be", "a"];
        const BY_CHANCE: u64 = 5;
        let word = self.tokens[i].text.as_str();
        let free = |i: usize| self.free_word(i).filter(|w| !is_filler(w) && !is_preposition(w));
        let (before, behind) = (i.checked_sub(1), i + 1);
        let grammar = |i: usize| self.free_word(i).is_some_and(|w| GRAMMAR.contains(&w));
        if !TWOFOLD.contains(&singular(word).as_str()) || before.is_some_and(grammar) || grammar(behind) {
            return false;
        }
        let total = self.vocabulary.most_used();
        let goes_with = |other: &str, phrase: String| {
            let both = self.vocabulary.index.together(word, other) as u64;
            let chance = self.vocabulary.frequency(word).saturating_mul(self.vocabulary.frequency(other));
            !other_names(&name_key(&phrase)).is_empty()
                || both >= 2 && both.saturating_mul(total) >= chance.saturating_mul(BY_CHANCE)
        };
        before.and_then(free).is_some_and(|other| goes_with(other, format!("{other} {word}")))
            || free(behind).is_some_and(|other| goes_with(other, format!("{word} {other}")))
    }

    /// Adds the number at `i`: with its fraction (`1-1/4`), its unit, and the numbers of a size (`2 x 4 in`).
    fn number(&self, i: usize, into: &mut Vec<String>) -> usize {
        let free = |n: usize| self.tokens.get(n).filter(|t| !t.used);
        let (mut text, mut next) = (String::new(), i);
        let (mut measured, mut size) = (false, false);
        while let Some(token) = free(next).filter(|t| t.is_number()) {
            text.push_str(&token.text);
            next += 1;
            if let Some(part) =
                free(next).filter(|t| t.is_number() && t.text.contains('/') && !token.text.contains('/'))
            {
                text = format!("{text}-{}", part.text);
                next += 1;
            }
            measured = false;
            // "3 in 1" is no length.
            let of_several = |t: &&Token| t.is("in") && free(next + 1).is_some_and(Token::is_number);
            let unit = free(next).filter(|t| t.is_word() && is_unit(&t.text) && !of_several(t));
            if let Some(unit) = unit {
                let symbol = units::symbol(&unit.text).map(str::to_lowercase);
                text.push_str(symbol.as_deref().unwrap_or(&unit.text));
                next += 1;
                measured = true;
            }
            let by = free(next).is_some_and(|t| t.is("x") || t.is("by"));
            if !by || !free(next + 1).is_some_and(|t| t.is_number()) {
                break;
            }
            text = text.trim_end_matches(char::is_alphabetic).to_owned() + "x";
            size = true;
            next += 1;
        }
        // "2 in x 4 in" and "2x4" are one size, and "4 in" is none.
        let plain = if size && measured { text.trim_end_matches(char::is_alphabetic) } else { &text };
        into.push(plain.to_owned());
        next - i
    }

    /// "dish washer" -> "dishwasher" where the catalogue writes it so.
    fn join_compounds(&mut self) {
        for i in 1..self.tokens.len() {
            let (Some(a), Some(b)) = (self.free_word(i - 1), self.free_word(i)) else { continue };
            if a.chars().count() < 3 || b.chars().count() < 3 || is_filler(a) || is_preposition(b) {
                continue;
            }
            let joined = format!("{a}{b}");
            let apart = self.vocabulary.frequency(a).min(self.vocabulary.frequency(b));
            let together = self.vocabulary.frequency(&joined);
            if together > 0
                && together >= apart / 4
                && self.vocabulary.category_paths(&name_key(&format!("{a} {b}"))).is_empty()
            {
                self.tokens[i].text = joined;
                self.tokens[i].joined = false;
                self.tokens[i - 1].used = true;
            }
        }
    }

    /// Finds the category that the thing's head names; puts the catalogue's word for it where the shopper's is unknown.
    fn category(&mut self, thing: &mut Vec<String>) {
        if self.ideas.synonyms {
            self.use_synonyms(thing);
        }
        let repaired: Vec<String> = thing.iter().map(|w| self.repaired(w)).collect();
        // "monitor 27 inch": the size stands behind the name.
        let sized = |w: &&String| w.starts_with(|c: char| c.is_ascii_digit());
        let count = name_ends(&repaired);
        let mut found: Option<(usize, usize, String)> = None;
        for n in (1..=count.min(4)).rev() {
            let spans: Vec<usize> =
                if noun_first(self.need.language) { (0..=count - n).collect() } else { vec![count - n] };
            for start in spans {
                let key = name_key(&repaired[start..start + n].join(" "));
                if let [path] = self.vocabulary.category_paths(&key) {
                    found = Some((start, n, path.clone()));
                    break;
                }
            }
            if found.is_some() {
                break;
            }
        }
        let Some((start, n, path)) = found else { return };
        let top = !path.contains('>');
        let others = repaired[..count].iter().enumerate().filter(|(i, w)| (*i < start || *i >= start + n) && !sized(w));
        // "dog toys" is not the category of toys: the other word names a category too. What a thing is for does not:
        // "hiking backpack".
        let foreign = others.clone().any(|(_, w)| {
            let one = singular(w);
            !one.ends_with("ing")
                && self.vocabulary.in_category_name(&one)
                && !name_key(&path).split(' ').any(|p| p == one)
        });
        if foreign || (top && others.count() > 0) {
            return;
        }
        thing[start..start + n].clone_from_slice(&repaired[start..start + n]);
        self.need.must.category = Some(path);
    }

    fn use_synonyms(&self, thing: &mut Vec<String>) {
        for n in (1..=thing.len().min(3)).rev() {
            for start in 0..=thing.len() - n {
                let phrase = thing[start..start + n].join(" ").replace('-', " ");
                if !self.vocabulary.category_paths(&name_key(&phrase)).is_empty() {
                    continue;
                }
                let Some(other) = synonym(&phrase) else { continue };
                // "vacuum" in "vacuum cleaner" and "pan" in "frying pan" are said in full already.
                let longer: Vec<String> = other.split(' ').map(str::to_owned).collect();
                let in_full = thing[start..].starts_with(&longer) || thing[..start + n].ends_with(&longer);
                if longer.len() > n && in_full {
                    continue;
                }
                // A word that the catalogue uses gives way only to the longer name of a category: "pan", "frying pan".
                let one = singular(&phrase);
                let named =
                    other.split(' ').any(|w| w == one) && !self.vocabulary.category_paths(&name_key(other)).is_empty();
                if n == 1
                    && self.vocabulary.knows(&phrase)
                    && !named
                    && !self.names_rather(&one, other, start + n == thing.len())
                {
                    continue;
                }
                if other.split(' ').all(|w| self.vocabulary.knows(w)) {
                    thing.splice(start..start + n, other.split(' ').map(str::to_owned));
                    return;
                }
            }
        }
    }

    /// Whether the thing's own word is rare here and no category's, and the other word is a category's and common:
    /// "hotel" in a catalogue of stays where one toy is called a hotel.
    fn names_rather(&self, one: &str, other: &str, is_head: bool) -> bool {
        let last = other.rsplit(' ').next().unwrap_or(other);
        let common = other.split(' ').map(|w| self.vocabulary.frequency(w)).min().unwrap_or(0);
        (is_head || noun_first(self.need.language))
            && !self.vocabulary.in_category_name(one)
            && self.vocabulary.in_category_name(&singular(last))
            && self.vocabulary.frequency(one) * 3 <= common
    }

    fn repaired(&self, word: &str) -> String {
        if !self.ideas.repair || self.vocabulary.knows(word) || word.len() > LONGEST_REPAIRED {
            return word.to_owned();
        }
        self.vocabulary.repair(word).map_or_else(|| word.to_owned(), str::to_owned)
    }

    /// How much of the question was understood: the share of words that the catalogue knows.
    fn surety(&self, words: &[String]) -> f64 {
        let must = &self.need.must;
        let named = must.category.is_some() || !must.brands.is_empty();
        let parts: Vec<&str> = words.iter().flat_map(|w| w.split([' ', '-'])).collect();
        let known = parts.iter().filter(|w| self.vocabulary.knows(w)).count();
        let share = if parts.is_empty() { 0.0 } else { known as f64 / parts.len() as f64 };
        let bounded = *must != crate::domain::Constraints::default() || !self.need.wants.is_empty();
        match (named, parts.is_empty(), bounded) {
            (true, _, _) => 0.9 + 0.1 * share,
            (false, true, true) => 0.6,
            (false, true, false) => 0.2,
            (false, false, _) => 0.3 + 0.6 * share,
        }
    }
}
