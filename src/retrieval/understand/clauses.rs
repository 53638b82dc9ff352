//! Which clauses of a question ask for a thing and which only tell of the shopper: "my kids spill everything and I need
//! kitchen towels" asks for towels.
//!
//! Marks the words that name nothing to look for, no more: limits, wishes and people count in whatever clause they stand.
//! The cues are data, `assets/lexicon/clauses.txt`.

use super::words::{PERSONS, is_unit};
use super::{Reading, ends_phrase, is_filler, is_preposition, sold_free_of};
use crate::retrieval::fold::{name_key, singular};
use crate::retrieval::lexicon::{is_thing, lexicon};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

/// Fewer words than these are one clause.
const FEWEST: usize = 5;
/// So many words behind a noun its verb may stand: "my very old upright vacuum cleaner died".
const TO_VERB: usize = 6;
/// So many words before "needs" who needs may stand: "my little sister really needs".
const TO_CUE: usize = 5;
/// Words of the longest name of a thing that is picked from a clause that tells.
const LONGEST: usize = 3;
/// So many words before "that" its "so" may stand.
const SO_REACH: usize = 4;

/// The phrases of one key of the list, by their words.
#[derive(Debug, Default)]
struct Phrases {
    all: HashSet<String>,
    longest: usize,
}

impl Phrases {
    fn has(&self, word: &str) -> bool {
        self.all.contains(word)
    }
}

static CUES: LazyLock<HashMap<&'static str, Phrases>> = LazyLock::new(|| {
    let listed = include_str!("../../../assets/lexicon/clauses.txt").lines().filter(|line| !line.starts_with('#'));
    let keyed = listed.filter_map(|line| line.split_once('='));
    let phrases = |right: &str| {
        let all: HashSet<String> = right.split('|').map(|phrase| phrase.trim().to_owned()).collect();
        Phrases { longest: all.iter().map(|p| p.split(' ').count()).max().unwrap_or(0), all }
    };
    keyed.map(|(key, right)| (key.trim(), phrases(right))).collect()
});

fn cues(key: &str) -> &'static Phrases {
    static NONE: LazyLock<Phrases> = LazyLock::new(Phrases::default);
    CUES.get(key).unwrap_or(&NONE)
}

/// What a clause does.
#[derive(Debug, Clone, PartialEq)]
enum Role {
    /// Asks for what stands behind its cue.
    Asks(Range<usize>),
    Tells,
    /// Names the thing, or says how it should be.
    Names,
}

#[derive(Debug)]
pub(super) struct Clause {
    words: Range<usize>,
    role: Role,
}

impl Reading<'_> {
    /// Sets which tokens only tell of the shopper, and which are verbs of asking.
    pub(super) fn tell(&mut self, clauses: &[Clause]) {
        let (told, thing) = self.told_in(clauses);
        // One clause names its thing by its last words; of several the one that is told apart counts.
        let several = clauses.len() > 1 && self.known_thing(&thing).is_some();
        self.thing = if several || told.contains(&true) { thing.clone() } else { 0..0 };
        self.told = told;
        // What only tells is all there is to answer where nothing is asked.
        let asks = clauses.iter().any(|clause| clause.role != Role::Tells);
        let whole = |clause: &&Clause| asks && clause.role == Role::Tells;
        let whole = self.marked(clauses.iter().filter(whole).map(|clause| clause.words.clone()));
        self.aside = whole.iter().zip(&self.told).map(|(whole, told)| *whole && *told).collect();
        for at in 0..self.told.len() {
            if self.told[at] && self.completes(at, &thing) {
                (self.told[at], self.side[at]) = (false, true);
            }
        }
        for at in self.asking_verbs() {
            self.verb[at] = true;
        }
    }

    /// Lets rules read what is left without these tokens.
    pub(super) fn without(&mut self, hidden: &[bool], read: impl FnOnce(&mut Self)) {
        let free = (0..self.tokens.len()).filter(|i| hidden[*i] && !self.tokens[*i].used);
        let hidden: Vec<usize> = free.collect();
        hidden.iter().for_each(|i| self.tokens[*i].used = true);
        read(self);
        hidden.iter().for_each(|i| self.tokens[*i].used = false);
    }

    /// Lets rules read what is asked without what is only told.
    pub(super) fn of_what_is_asked(&mut self, read: impl FnOnce(&mut Self)) {
        self.without(&self.told.clone(), read);
    }

    /// What somebody paid before is no limit.
    pub(super) fn paid(&self, clauses: &[Clause]) -> Vec<bool> {
        let paid = |clause: &&Clause| clause.role == Role::Tells && self.has_any("paid", &clause.words);
        self.marked(clauses.iter().filter(paid).map(|clause| clause.words.clone()))
    }

    /// Whether a wish for a size is told of something else: "our old one was far too big", but not "our flat is small".
    pub(super) fn is_of_another(&self, at: usize, smaller: bool) -> bool {
        let ends = |at: &usize| !ends_phrase(&self.tokens[*at]);
        let from = (0..at).rev().take_while(ends).last().unwrap_or(at);
        let to = (at..self.tokens.len()).take_while(ends).last().map_or(at, |last| last + 1);
        self.told[at] && !(smaller && self.has_any("home", &(from..to)))
    }

    /// Where a negation speaks of what happened ("we can't agree"), not of what must not be ("I don't want plastic").
    pub(super) fn denied_of_life(&self, clauses: &[Clause]) -> Vec<bool> {
        let told = |words: &Range<usize>| words.clone().any(|i| self.told[i]);
        let substance = |words: &Range<usize>| words.clone().any(|i| sold_free_of(&self.tokens[i].text));
        let life = |clause: &&Clause| {
            let refuses = self.has_any("refuses", &clause.words) || substance(&clause.words);
            clause.role == Role::Tells && told(&clause.words) && !refuses
        };
        self.marked(clauses.iter().filter(life).map(|clause| clause.words.clone()))
    }

    fn marked(&self, ranges: impl Iterator<Item = Range<usize>>) -> Vec<bool> {
        let mut marked = vec![false; self.tokens.len()];
        ranges.for_each(|range| marked[range].fill(true));
        marked
    }

    fn has_any(&self, key: &str, words: &Range<usize>) -> bool {
        words.clone().any(|at| self.cue(key, at).is_some_and(|n| at + n <= words.end))
    }

    /// The tokens that only tell, and the thing that is asked for.
    fn told_in(&self, clauses: &[Clause]) -> (Vec<bool>, Range<usize>) {
        let main = |clause: &Clause| match &clause.role {
            Role::Asks(cue) => Some(self.main_part(cue.end..clause.words.end)),
            Role::Names => Some(self.main_part(clause.words.clone())),
            Role::Tells => None,
        };
        let asks = |clause: &Clause| matches!(clause.role, Role::Asks(_));
        let asked = |fits: &dyn Fn(&Clause, Range<usize>) -> bool| {
            clauses.iter().find_map(|clause| main(clause).filter(|words| fits(clause, words.clone())))
        };
        let known = |words: &Range<usize>| self.known_thing(words).is_some();
        let known = asked(&|clause, words| asks(clause) && known(&words))
            .or_else(|| asked(&|_, words| known(&words)))
            .and_then(|words| self.known_thing(&words))
            .or_else(|| asked(&|clause, words| asks(clause) && self.names_something(words)));
        let tells = || clauses.iter().filter(|clause| clause.role == Role::Tells).map(|clause| clause.words.clone());
        // "My old vacuum died. What should I get?"
        let told = || tells().rev().find_map(|words| self.known_thing(&words));
        let other = || asked(&|_, words| self.names_something(words));
        let missing = || tells().rev().find_map(|words| self.missing_thing(&words));
        let mut marked = self.marked(tells());
        let thing = match (known, told()) {
            (Some(words), _) => words,
            (None, Some(thing)) => thing,
            (None, None) => match other().or_else(missing) {
                Some(words) => words,
                // The place where one would go is what a question of stays has: it is told.
                None if tells().any(|words| self.has_any("places", &words)) => 0..0,
                None => return (vec![false; self.tokens.len()], 0..0),
            },
        };
        for clause in clauses {
            if let Role::Asks(cue) = &clause.role
                && self.names_something(self.main_part(cue.end..clause.words.end))
            {
                marked[clause.words.start..cue.end].fill(true);
            }
        }
        for (at, marked) in marked.iter_mut().enumerate() {
            *marked &= !(thing.contains(&at) || thing.is_empty() && self.cue("places", at).is_some());
        }
        (marked, thing)
    }

    /// "My dog is old, he needs a bed": the bed is a dog bed.
    fn completes(&self, at: usize, thing: &Range<usize>) -> bool {
        let Some(word) = self.free_word(at).filter(|w| !is_filler(w)) else { return false };
        let last = thing.clone().rev().find_map(|i| self.free_word(i));
        last.is_some_and(|last| self.is_kind(&format!("{} {last}", singular(word))))
    }

    /// Verbs of a question: "which drill would *manage* concrete", "where could we *go*".
    fn asking_verbs(&self) -> Vec<usize> {
        let is = |at: usize, key: &str| self.tokens.get(at).is_some_and(|t| t.is_word() && cues(key).has(&t.text));
        let verb = |at: usize| {
            let word = self.free_word(at).filter(|w| !is_filler(w) && !is_preposition(w))?;
            let names = self.is_kind(word) || lexicon().wants.contains_key(word);
            (!names).then_some(at)
        };
        let asks = |at: usize| match is(at, "aux") {
            true if is(at + 1, "pronouns") => verb(at + 2),
            true if is(at, "would") || at.checked_sub(1).is_some_and(|before| is(before, "relative")) => verb(at + 1),
            _ => None,
        };
        let going = (0..self.tokens.len()).filter_map(|at| Some(at..at + self.cue("goes", at)?)).flatten();
        (0..self.tokens.len()).filter_map(asks).chain(going).collect()
    }

    pub(super) fn clauses(&self) -> Vec<Clause> {
        let mut all = Vec::new();
        if self.tokens.iter().filter(|t| t.is_word()).count() < FEWEST {
            return all;
        }
        // "The Bosk has five stars, right?" is no telling.
        let words: Vec<usize> = (0..self.tokens.len()).filter(|at| self.tokens[*at].is_word()).collect();
        let tag = |n: usize| words.len().checked_sub(n).and_then(|i| words.get(i)).and_then(|at| self.cue("tags", *at));
        if (1..=3).any(|n| tag(n) == Some(n)) {
            return all;
        }
        let mut from = 0;
        for at in 0..=self.tokens.len() {
            let mark = self.tokens.get(at).is_none_or(ends_phrase);
            if (mark || self.begins_clause(at)) && at > from {
                all.push(Clause { words: from..at, role: self.role(from..at) });
                from = at;
            }
            from += usize::from(mark);
        }
        all
    }

    /// Whether a word joins a clause to the one before: "because", and "and" before one who does something.
    fn begins_clause(&self, at: usize) -> bool {
        if self.cue("because", at).is_some() {
            return true;
        }
        let joins = |at: usize| self.tokens.get(at).is_some_and(|t| t.is_word() && cues("joins").has(&t.text));
        let next = at + 1;
        // "So dry that I wake up".
        let so = || (at.saturating_sub(SO_REACH)..at).any(|i| self.tokens[i].is("so") || self.tokens[i].is("such"));
        let that = self.tokens.get(at).is_some_and(|t| t.is("that")) && so();
        (that || joins(at) && !at.checked_sub(1).is_some_and(joins))
            && (self.cue("does", next).is_some()
                || self.cue("asks", next).is_some()
                || self.cue("opens", next).is_some()
                || self.acts(next))
    }

    fn role(&self, words: Range<usize>) -> Role {
        if self.cue("because", words.start).is_some() {
            return Role::Tells;
        }
        let joins = |at: &usize| self.tokens.get(*at).is_some_and(|t| cues("joins").has(&t.text));
        let from = words.start + words.clone().take_while(joins).count();
        let from = from + self.cue("when", from).filter(|n| from + n < words.end).unwrap_or(0);
        let first = self.tokens.get(from).map_or("", |t| t.text.as_str());
        let thing = cues("thing").has(first);
        let who = self.cue("does", from).is_some();
        if let Some(n) = self.cue("opens", from) {
            return Role::Asks(from..words.end.min(from + n));
        }
        // "It needs to be quiet" asks for nothing more.
        let cue = (from..words.end).find_map(|at| Some(at..at + self.cue("asks", at)?)).filter(|cue| {
            let someone = || !is_preposition(first) && (who || cues("whose").has(first) || is_filler(first));
            let denied = cue.start > from && self.denies(cue.start - 1);
            let reach = if who { words.len() } else { TO_CUE };
            cue.end <= words.end && !thing && !denied && (cue.start == from || cue.start - from <= reach && someone())
        });
        if let Some(cue) = cue {
            return Role::Asks(cue);
        }
        let said = (from..words.end).filter(|at| self.tokens[*at].is_word() || self.tokens[*at].is_number()).count();
        let modal = self.tokens.get(from + 1).is_some_and(|t| cues("should").has(&t.text));
        // "Wheelchair access is a must", "we are off to the south": said of what is looked for.
        let wished = self.has_any("wished", &words) || self.has_any("goes", &words);
        match () {
            () if said < 2 || thing && modal || wished => Role::Names,
            () if who || thing || self.acts(from) => Role::Tells,
            // "Is it broken?", "has it gone up?" ask.
            () if !cues("verbs").has(first) && !cues("aux").has(first) && self.has_any("lost", &words) => Role::Tells,
            () => Role::Names,
        }
    }

    /// The words of the list's phrase that begins at a token.
    pub(super) fn cue(&self, key: &str, at: usize) -> Option<usize> {
        let phrases = cues(key);
        let words = |n: usize| -> Option<String> {
            let tokens = self.tokens.get(at..at + n)?;
            let words: Vec<&str> = tokens.iter().filter(|t| t.is_word()).map(|t| t.text.as_str()).collect();
            (words.len() == n).then(|| words.join(" "))
        };
        (1..=phrases.longest).rev().find(|n| words(*n).is_some_and(|phrase| phrases.has(&phrase)))
    }

    /// "My old vacuum died": a noun with its verb begins here.
    fn acts(&self, at: usize) -> bool {
        let Some(first) = self.tokens.get(at).filter(|t| t.is_word() || t.is_number()) else { return false };
        let is = |at: usize, key: &str| self.tokens.get(at).is_some_and(|t| t.is_word() && cues(key).has(&t.text));
        if cues("thing").has(&first.text) {
            return is(at + 1, "verbs");
        }
        // "Glass won't last", but not "so loud is it".
        let describes = lexicon().wants.contains_key(&first.text) || lexicon().unwanted.contains_key(&first.text);
        let noun = first.is_word() && !is_filler(&first.text) && !is_preposition(&first.text) && !describes;
        if noun && is(at + 1, "being") {
            return true;
        }
        let counted = first.is_number() || cues("whose").has(&first.text);
        if !counted {
            return false;
        }
        let person = |at: usize| self.tokens.get(at).is_some_and(|t| PERSONS.contains(&singular(&t.text).as_str()));
        let own = ["my", "our", "his", "her", "their"].contains(&first.text.as_str());
        if own && person(at + 1) {
            return true;
        }
        // "The dishwasher that is quiet" does nothing.
        let ends = |at: &usize| {
            self.tokens.get(*at).is_some_and(|t| (t.is_word() || t.is_number()) && !cues("relative").has(&t.text))
        };
        // Whatever stands before "my" and its like is a verb: "the dog ate my headphones".
        let verb = |at: &usize| {
            let word = self.tokens[*at].text.as_str();
            let content = !is_filler(word) && !is_preposition(word);
            cues("verbs").has(word) || content && is(at + 1, "objects")
        };
        (at + 1..=at + TO_VERB).take_while(ends).skip(1).any(|at| verb(&at))
    }

    fn denies(&self, at: usize) -> bool {
        let word = self.tokens[at].text.as_str();
        word.ends_with("nt") && cues("verbs").has(word)
            || word.ends_with("n't")
            || ["not", "never", "nobody", "no", "without", "was", "were", "had"].contains(&word)
    }

    /// The words before what only describes them begins.
    fn main_part(&self, words: Range<usize>) -> Range<usize> {
        let describes = |at: &usize| {
            let token = &self.tokens[*at];
            token.is_word() && (is_preposition(&token.text) || cues("leaves").has(&token.text))
        };
        // "For my kitchen I need": what it begins with describes nothing yet.
        let from = words.clone().find(|at| !describes(at)).unwrap_or(words.end);
        let to = (from..words.end).find(describes).unwrap_or(words.end);
        from..to
    }

    fn names_something(&self, words: Range<usize>) -> bool {
        words.map(|at| &self.tokens[at]).any(|t| {
            let keys = ["nothing", "joins", "verbs", "aux", "pronouns"];
            let nothing = keys.iter().any(|key| cues(key).has(&t.text)) || is_unit(&t.text);
            t.is_word() && !t.used && !is_filler(&t.text) && !nothing && !lexicon().wants.contains_key(&t.text)
        })
    }

    /// Whether a phrase names a kind of thing, of this catalogue or of those that people look for.
    pub(super) fn is_kind(&self, phrase: &str) -> bool {
        is_thing(phrase) || self.vocabulary.category_paths(&name_key(phrase)).iter().any(|path| path.contains('>'))
    }

    /// A kind of thing that people look for, the longest name first.
    fn known_thing(&self, words: &Range<usize>) -> Option<Range<usize>> {
        let named = |at: usize, n: usize| {
            let words: Option<Vec<&str>> = (at..at + n).map(|i| self.free_word(i)).collect();
            let phrase = words?.join(" ");
            // "The same price range" is no kitchen range.
            (!cues("nothing").has(&phrase) && self.is_kind(&phrase)).then_some(at..at + n)
        };
        let from = |at: usize| (1..=LONGEST).rev().filter(|n| at + n <= words.end).find_map(|n| named(at, n));
        // "Cabin approved pet carrier" is a carrier, where the noun stands last.
        let all = words.clone().filter_map(from);
        let lost = words.clone().find(|at| cues("lost").has(&self.tokens[*at].text));
        if super::words::noun_first(self.language) && lost.is_none() {
            return all.min_by_key(|found| found.start);
        }
        let joined = words.clone().find(|at| self.tokens[*at].is("and") || self.tokens[*at].is("or"));
        let to = lost.or(joined).unwrap_or(words.end);
        all.filter(|found| found.end <= to).max_by_key(|found| (found.end, found.len()))
    }

    /// What somebody speaks of getting or has lost, though nobody here knows it: the answer tells by its name that
    /// there is none.
    fn missing_thing(&self, words: &Range<usize>) -> Option<Range<usize>> {
        let is = |at: usize, key: &str| cues(key).has(&self.tokens[at].text);
        let got = words.clone().find(|at| is(*at, "gets"));
        let own = || words.clone().find(|at| is(*at, "whose")).filter(|_| self.has_any("lost", words));
        let behind = got.or_else(own)? + 1;
        let ends =
            |at: &usize| self.free_word(*at).is_none_or(|w| is_preposition(w) || is_filler(w)) || is(*at, "verbs");
        let from = (behind..words.end).find(|at| !ends(at))?;
        Some(from..(from..words.end).find(ends).unwrap_or(words.end))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{tests::vocabulary, understand};

    #[test]
    fn what_is_told_of_the_shopper_is_not_searched_for() {
        let vocabulary = vocabulary();
        let cases = [
            ("my kids spill everything and I need kitchen towels in bulk", "kitchen towels"),
            (
                "I moved into a new flat and my old vacuum died yesterday, so I'm after something quiet",
                "vacuum cleaner",
            ),
            ("my dishwasher broke. what would you buy instead for under 600?", "dishwasher"),
            ("we have two cats and there is hair everywhere, which vacuum cleaner should we get", "vacuum cleaner"),
            (
                "could you please help me find an espresso machine for the office, there are about ten of us and nobody wants to clean it",
                "coffee machine",
            ),
            ("I've been running for years but my knees hurt, need new shoes", "shoes"),
            ("it gets really cold in my study in winter so I want a small heater that isn't noisy", "heater"),
            (
                "my neighbour recommended getting a dehumidifier because our bathroom has mould. which one is good",
                "dehumidifier",
            ),
            ("I spend my evenings on the balcony and would like a lamp that survives rain", "lamp"),
            ("my sofa is grey and I want a lamp that goes with it", "lamp"),
            ("I already have a kettle, now I need a toaster", "toaster"),
        ];
        for (question, thing) in cases {
            let need = understand(question, &vocabulary);
            assert_eq!(need.words.first().map(String::as_str), Some(thing), "{question}: {:?}", need.words);
        }
    }

    #[test]
    fn limits_and_wishes_count_in_whatever_clause_they_stand() {
        let vocabulary = vocabulary();
        let need =
            understand("my budget is 300 euros and the baby sleeps next door. I need a quiet dishwasher", &vocabulary);
        assert_eq!(need.must.max_price.map(|p| p.milli), Some(300_000));
        assert!(need.wants.iter().any(|want| want.aspect == "noise"));
        let ten = understand("find me an espresso machine for the office, there are about ten of us", &vocabulary);
        assert_eq!((ten.must.max_price, ten.must.people), (None, Some(10)));
    }

    #[test]
    fn a_question_of_one_clause_stays_what_it_is() {
        let vocabulary = vocabulary();
        let plain = understand("quiet dishwasher for a small kitchen", &vocabulary);
        let asked = understand("I really need a quiet dishwasher for a small kitchen", &vocabulary);
        assert_eq!(plain.words, asked.words);
    }
}
