//! Which clauses of a question ask for a thing and which only tell of the shopper: "my kids spill everything and I need
//! kitchen towels" asks for towels.
//!
//! Marks the words that name nothing to look for, no more: limits, wishes and people count in whatever clause they stand.
//! The cues are data, `assets/lexicon/clauses.txt`.

use super::{Reading, ends_phrase, is_filler, is_preposition};
use crate::retrieval::fold::name_key;
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
struct Clause {
    words: Range<usize>,
    role: Role,
}

impl Reading<'_> {
    /// Which tokens only tell of the shopper.
    pub(super) fn told(&self) -> Vec<bool> {
        let mut told = vec![false; self.tokens.len()];
        if self.tokens.iter().filter(|t| t.is_word()).count() < FEWEST {
            return told;
        }
        let clauses = self.clauses();
        let asked = |clause: &Clause| match &clause.role {
            Role::Asks(cue) => self.names_something(cue.end..clause.words.end),
            Role::Names => self.names_something(clause.words.clone()),
            Role::Tells => false,
        };
        let tells = || clauses.iter().filter(|clause| clause.role == Role::Tells);
        let is_asked = clauses.iter().any(asked);
        let kept = if is_asked { None } else { tells().rev().find_map(|clause| self.told_thing(&clause.words)) };
        if is_asked || kept.is_some() {
            tells().for_each(|clause| told[clause.words.clone()].fill(true));
            kept.into_iter().for_each(|thing| told[thing].fill(false));
        }
        for clause in clauses.iter().filter(|clause| asked(clause)) {
            if let Role::Asks(cue) = &clause.role {
                told[clause.words.start..cue.end].fill(true);
            }
        }
        told
    }

    /// Lets rules read what is asked without what is only told.
    pub(super) fn of_what_is_asked(&mut self, read: impl FnOnce(&mut Self)) {
        let free = |this: &Self| (0..this.tokens.len()).filter(|i| this.told[*i] && !this.tokens[*i].used).collect();
        let hidden: Vec<usize> = free(self);
        hidden.iter().for_each(|i| self.tokens[*i].used = true);
        read(self);
        hidden.iter().for_each(|i| self.tokens[*i].used = false);
    }

    fn clauses(&self) -> Vec<Clause> {
        let mut all = Vec::new();
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
        joins(at)
            && !at.checked_sub(1).is_some_and(joins)
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
        let first = self.tokens.get(from).map_or("", |t| t.text.as_str());
        let thing = cues("thing").has(first);
        let who = self.cue("does", from).is_some();
        if let Some(n) = self.cue("opens", from) {
            return Role::Asks(from..from + n);
        }
        // "It needs to be quiet" asks for nothing more.
        let cue = (from..words.end).find_map(|at| Some(at..at + self.cue("asks", at)?)).filter(|cue| {
            let who = || !is_preposition(first) && (who || cues("whose").has(first) || is_filler(first));
            let denied = cue.start > from && self.denies(cue.start - 1);
            let reach = if self.cue("does", from).is_some() { words.len() } else { TO_CUE };
            cue.end <= words.end && !thing && !denied && (cue.start == from || cue.start - from <= reach && who())
        });
        if let Some(cue) = cue {
            return Role::Asks(cue);
        }
        let said = (from..words.end).filter(|at| self.tokens[*at].is_word()).count();
        let modal = self.tokens.get(from + 1).is_some_and(|t| cues("should").has(&t.text));
        match () {
            () if said < 2 || thing && modal => Role::Names,
            () if who || thing || self.acts(from) => Role::Tells,
            () => Role::Names,
        }
    }

    /// The words of the list's phrase that begins at a token.
    fn cue(&self, key: &str, at: usize) -> Option<usize> {
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
        let Some(first) = self.tokens.get(at).filter(|t| t.is_word()) else { return false };
        if cues("thing").has(&first.text) {
            return self.tokens.get(at + 1).is_some_and(|t| cues("verbs").has(&t.text));
        }
        let counted = first.is_number() || cues("whose").has(&first.text);
        let behind = self.tokens[at + 1..].iter().take(TO_VERB);
        // "The dishwasher that is quiet" does nothing.
        let words: Vec<&str> =
            behind.take_while(|t| t.is_word() && !is_preposition(&t.text)).map(|t| t.text.as_str()).collect();
        counted && words.iter().skip(1).any(|word| cues("verbs").has(word))
    }

    fn denies(&self, at: usize) -> bool {
        let word = self.tokens[at].text.as_str();
        word.ends_with("nt") && cues("verbs").has(word)
            || word.ends_with("n't")
            || ["not", "never", "nobody", "no", "without"].contains(&word)
    }

    /// Whether a thing is named before what only describes it begins.
    fn names_something(&self, words: Range<usize>) -> bool {
        let mut words = words.map(|at| &self.tokens[at]).take_while(|t| !(t.is_word() && is_preposition(&t.text)));
        words.any(|t| {
            let nothing = cues("nothing").has(&t.text) || cues("joins").has(&t.text) || cues("verbs").has(&t.text);
            t.is_word() && !t.used && !is_filler(&t.text) && !nothing && !lexicon().wants.contains_key(&t.text)
        })
    }

    /// The thing in a clause that only tells: "my old vacuum died".
    fn told_thing(&self, words: &Range<usize>) -> Option<Range<usize>> {
        let named = |at: usize, n: usize| {
            let words: Option<Vec<&str>> = (at..at + n).map(|i| self.free_word(i)).collect();
            let phrase = words?.join(" ");
            let kind = self.vocabulary.category_paths(&name_key(&phrase)).iter().any(|path| path.contains('>'));
            (kind || is_thing(&phrase)).then_some(at..at + n)
        };
        let in_clause = |n: &usize, at: usize| at + n <= words.end;
        let first =
            words.clone().find_map(|at| (1..=LONGEST).rev().filter(|n| in_clause(n, at)).find_map(|n| named(at, n)));
        let got = || words.clone().find(|at| cues("gets").has(&self.tokens[*at].text)).map(|at| at + 1..words.end);
        // What nobody knows is told to be missing by its name.
        let unknown = |behind: Range<usize>| {
            let mut free = behind.skip_while(|at| self.tokens.get(*at).is_some_and(|t| is_filler(&t.text)));
            let from = free.next()?;
            let ends = |at: &usize| self.free_word(*at).is_none_or(|w| is_preposition(w) || is_filler(w));
            let to = (from..words.end).find(ends).unwrap_or(words.end);
            (to > from).then_some(from..to)
        };
        first.or_else(|| got().and_then(unknown))
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
