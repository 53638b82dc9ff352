//! What must not be: "without nuts or milk", "not leather", "gluten free", "not too heavy", "no Bosch".
//!
//! A negated word never becomes a word to look for.

use super::free_of::SUBSTANCES;
use super::{Reading, ends_phrase, is_filler, is_preposition, sold_free_of};
use crate::domain::{Direction, Want};
use crate::retrieval::fold::{name_key, singular};
use crate::retrieval::lexicon::lexicon;

/// Phrases that negate what follows.
const CUES: [&str; 48] = [
    "without",
    "no",
    "not",
    "never",
    "none of",
    "non",
    "avoid",
    "avoiding",
    "except",
    "except for",
    "excluding",
    "exclude",
    "but not",
    "other than",
    "anything but",
    "instead of",
    "rather than",
    "minus",
    "do not",
    "does not",
    "dont",
    "doesnt",
    "isnt",
    "arent",
    "cant",
    "cannot",
    "mustnt",
    "must not",
    "shouldnt",
    "should not",
    "wont",
    "hate",
    "dislike",
    "allergic to",
    "allergy to",
    "intolerant to",
    "free of",
    "free from",
    "nothing with",
    "nothing",
    "lacking",
    "neither",
    "nor",
    "w o",
    "minus the",
    "can not",
    "skip",
    "apart from",
];

/// Openings in which "no" or "not" negates nothing that could be bought.
const IDIOMS: [&str; 18] = [
    "doesnt matter",
    "does not matter",
    "dont care",
    "do not care",
    "dont mind",
    "do not mind",
    "not only",
    "not just",
    "not sure",
    "no idea",
    "no matter",
    "no problem",
    "no preference",
    "not yet",
    "no rush",
    "not bad",
    "if not",
    "why not",
];

/// Who says this is at a loss; none of its words is looked for.
const UNDECIDED: [&str; 9] = [
    "help me decide",
    "help me choose",
    "cannot decide",
    "cant decide",
    "can not decide",
    "cannot choose",
    "cant choose",
    "dont know",
    "do not know",
];

/// Words skipped between a cue and what it negates.
const FILLER: [&str; 45] = [
    "another",
    "a",
    "an",
    "the",
    "any",
    "too",
    "very",
    "so",
    "much",
    "really",
    "contain",
    "contains",
    "containing",
    "have",
    "has",
    "having",
    "want",
    "like",
    "need",
    "include",
    "includes",
    "including",
    "use",
    "uses",
    "made",
    "of",
    "from",
    "be",
    "being",
    "is",
    "are",
    "in",
    "it",
    "that",
    "to",
    "those",
    "added",
    "eat",
    "eats",
    "drink",
    "tolerate",
    "stand",
    "wear",
    "handle",
    "digest",
];

/// Words that turn round the word before them: "a nut allergy", "lactose intolerant".
const ALLERGY: [&str; 5] = ["allergy", "allergies", "allergic", "intolerance", "intolerant"];

/// Words before "but" that make "but Bosk" an exception.
const ALL_BUT: [&str; 6] = ["any", "anything", "all", "every", "everything", "anyone"];

/// "no", "non" joined to these is praise of the product, not a condition.
const FEATURES: [&str; 12] =
    ["stick", "slip", "iron", "spill", "drip", "fuss", "drill", "mess", "touch", "name", "toxic", "skid"];

/// Cues before such a verb.
const DOES_NOT: [&str; 6] = ["does", "do", "doesnt", "dont", "wont", "not"];

impl Reading<'_> {
    /// "a nut allergy", "lactose intolerant": left out.
    fn allergies(&mut self) {
        for i in 1..self.tokens.len() {
            let of = self.free_word(i + 1).is_some_and(|w| ["to", "against"].contains(&w));
            let names = self.free_word(i).is_some_and(|w| ALLERGY.contains(&w)) && !of;
            let Some(thing) = self.free_word(i - 1).filter(|w| names && !is_filler(w) && !is_preposition(w)) else {
                continue;
            };
            let thing = thing.to_owned();
            self.leave_out(&thing);
            self.take(i - 1, i);
        }
    }

    /// Whether "but" at `at` leaves a brand out: "any brand but Bosk".
    fn all_but(&self, at: usize) -> bool {
        let vocabulary = self.vocabulary;
        let all = (at.saturating_sub(3)..at).any(|i| self.free_word(i).is_some_and(|w| ALL_BUT.contains(&w)));
        all && self.tokens[at].is("but")
            && self.longest(at + 1, 4, |p| vocabulary.brand(&name_key(p)).map(|_| ())).is_some()
    }

    /// Reads every negation.
    pub(super) fn negations(&mut self) {
        self.allergies();
        let mut i = 0;
        while i < self.tokens.len() {
            i = self.negation(i).max(i + 1);
        }
    }

    /// Reads a negation that opens at `at`; where to go on.
    fn negation(&mut self, at: usize) -> usize {
        if let Some((n, ())) = self.longest(at, 3, |p| UNDECIDED.contains(&p).then_some(())) {
            (at..at + n).for_each(|i| self.tokens[i].used = true);
            return at + n;
        }
        if let Some((n, ())) = self.longest(at, 3, |p| IDIOMS.contains(&p).then_some(())) {
            (at..at + n).for_each(|i| self.tokens[i].used = true);
            return at + n;
        }
        // "waterproof or not" negates nothing; "dishwasher safe or not" neither.
        let cue = self.longest(at, 2, |p| CUES.contains(&p).then_some(()));
        let other = || self.all_but(at) || self.zero(at);
        let Some((n, ())) = cue.or_else(|| other().then_some((1, ()))) else { return at + 1 };
        let cue = self.tokens[at].text.clone();
        let allergy = ALLERGY.contains(&cue.as_str());
        if ["no", "non"].contains(&cue.as_str()) && self.is_feature(at, &cue) {
            self.tokens[at + 1].text = format!("{cue}-{}", self.tokens[at + 1].text);
            self.tokens[at + 1].joined = false;
            self.tokens[at].used = true;
            return at + 2;
        }
        // "A pan that does not stick" is a non-stick pan.
        if let Some(verb) = self.free_word(at + n).filter(|w| DOES_NOT.contains(&cue.as_str()) && FEATURES.contains(w))
        {
            self.tokens[at + n].text = format!("non-{verb}");
            self.side[at + n] = true;
            self.take(at, at + n - 1);
            return at + n + 1;
        }
        let mut end = at + n;
        // A Hebrew allergy is "for" something.
        while self.free_word(end).is_some_and(|w| FILLER.contains(&w) || CUES.contains(&w) || allergy && w == "for") {
            end += 1;
        }
        // "not at Halberd", "not made by Bosk": the name's preposition is skipped as well.
        let brand = |i: usize| self.longest(i, 4, |p| self.vocabulary.brand(&name_key(p)).map(|_| ())).is_some();
        if self.free_word(end).is_some_and(|w| w == "at" || w == "by")
            && (self.shop_at(end + 1).is_some() || brand(end + 1))
        {
            end += 1;
        }
        self.take(at, end.saturating_sub(1));
        let start = self.behind_wanted(end).unwrap_or(end);
        let mut next = start;
        loop {
            let taken = self.negated_phrase(next);
            if taken == 0 {
                break;
            }
            next += taken;
            match self.list_goes_on(next) {
                Some(skip) => {
                    self.take(next, next + skip - 1);
                    next += skip;
                }
                None => break,
            }
        }
        next
    }

    /// "zero sugar", said of what goods are sold free of.
    fn zero(&self, at: usize) -> bool {
        self.tokens[at].is("zero") && self.free_word(at + 1).is_some_and(sold_free_of)
    }

    /// "don't want a kettle with plastic": the kettle is wanted, what it comes with is not. Where that begins.
    fn behind_wanted(&mut self, at: usize) -> Option<usize> {
        let named = |p: &str| (!self.vocabulary.category_paths(&name_key(p)).is_empty()).then_some(());
        let (n, ()) = self.longest(at, 4, named)?;
        let with = self.free_word(at + n).is_some_and(|w| ["with", "containing", "having"].contains(&w));
        self.free_word(at + n + 1).filter(|_| with)?;
        self.take(at + n, at + n);
        Some(at + n + 1)
    }

    /// Whether the word behind a cue makes it praise: "non-slip"; "no drill blinds" where titles say "no drill" too.
    fn is_feature(&self, at: usize, cue: &str) -> bool {
        let Some(next) = self.tokens.get(at + 1).filter(|t| t.is_word()) else { return false };
        let named = at == 0 && !sold_free_of(&singular(&next.text)) && !sold_free_of(&next.text);
        next.joined && FEATURES.contains(&next.text.as_str())
            || named && self.free_word(at + 2).is_some() && self.vocabulary.index.together(cue, &next.text) > 1
    }

    /// How many tokens join the next item of a negated list: "or", "nor", "and", and a comma before "x or y".
    fn list_goes_on(&self, at: usize) -> Option<usize> {
        let join = |i: usize| self.free_word(i).is_some_and(|w| ["or", "nor", "and"].contains(&w));
        let item = |i: usize| {
            self.free_word(i).is_some_and(|w| {
                !is_preposition(w) && !CUES.contains(&w) && !["is", "are", "has", "must", "so", "i", "we"].contains(&w)
            })
        };
        if join(at) && item(at + 1) {
            return Some(1);
        }
        let comma = self.tokens.get(at).is_some_and(|t| t.is_mark(','));
        if comma && join(at + 1) && item(at + 2) {
            return Some(2);
        }
        // A comma goes on only where the list is closed by "or x": "nuts, milk or eggs".
        let closed = (at + 2..=at + 3).any(join) && item(at + 1);
        (comma && closed).then_some(1)
    }

    /// Reads one negated phrase; how many tokens it took.
    fn negated_phrase(&mut self, at: usize) -> usize {
        let vocabulary = self.vocabulary;
        if let Some((n, brand)) = self.longest(at, 4, |p| vocabulary.brand(&name_key(p)).map(str::to_owned)) {
            self.need.must.not_brands.push(brand);
            self.take(at, at + n - 1);
            return n;
        }
        if let Some((n, shop)) = self.shop_at(at) {
            self.need.must.not_shops.push(shop);
            self.take(at, at + n - 1);
            return n;
        }
        if let Some((n, entry)) = self.longest(at, 4, |p| lexicon().unwanted.get(p)) {
            if self.wish_of_negation(at, n) {
                let wants = entry.aspects.clone();
                let said: Vec<String> = (at..at + n).map(|i| self.tokens[i].text.clone()).collect();
                self.push_wants(&wants, &format!("not {}", said.join(" ")));
            }
            if self.wish_of_negation(at, n) || !self.leaves_out(at, n) {
                self.take(at, at + n - 1);
                return n;
            }
        } else if let Some((n, entry)) = self.longest(at, 4, |p| lexicon().wants.get(p)) {
            // "not cheap": no wish, and above all not the wish for its opposite word.
            if entry.aspects.iter().all(|(_, d)| *d != Direction::Yes) {
                self.take(at, at + n - 1);
                return n;
            }
        }
        // "I hate washing up" leaves nothing out.
        let chore = at > 0 && ["hate", "dislike"].iter().any(|w| self.tokens[at - 1].is(w));
        if chore && self.free_word(at).is_some_and(|w| w.ends_with("ing")) {
            return 0;
        }
        let mut words: Vec<String> = Vec::new();
        let mut taken = 0;
        while words.len() < 3 {
            let Some(token) = self.tokens.get(at + taken) else { break };
            let Some(word) = self.free_word(at + taken) else { break };
            let stops = ends_phrase(token)
                || is_preposition(word)
                || ["and", "or", "nor", "but", "please", "than", "as", "if"].contains(&word)
                || CUES.contains(&word);
            if stops {
                break;
            }
            if !is_filler(word) || taken > 0 {
                words.push(word.to_owned());
            }
            taken += 1;
            // "no sugar low calorie": the substance is all that is left out.
            if words.len() == 1 && SUBSTANCES.contains(&words[0].as_str()) {
                taken += usize::from(self.free_word(at + taken) == Some("added"));
                break;
            }
        }
        while words.last().is_some_and(|w| is_filler(w)) {
            words.pop();
        }
        if let Some(kept) = self.only_describes(at, taken) {
            // "not leather hiking boots": the boots are wanted, the leather is not.
            taken = kept;
            words.truncate(kept);
        }
        if taken > 0 {
            self.take(at, at + taken - 1);
        }
        if !words.is_empty() {
            self.leave_out(&words.join(" "));
        }
        taken
    }

    /// Where a negated phrase ends in the name of a category and the question looks for nothing else: how many of its
    /// words describe what is not wanted, the rest being the thing looked for.
    fn only_describes(&self, at: usize, taken: usize) -> Option<usize> {
        let elsewhere = (0..self.tokens.len()).filter(|i| !(at..at + taken).contains(i));
        let content = |i: usize| {
            self.free_word(i).is_some_and(|w| !is_filler(w) && !is_preposition(w) && !lexicon().wants.contains_key(w))
        };
        if taken < 2 || elsewhere.into_iter().any(content) {
            return None;
        }
        (1..taken).find(|kept| {
            let tail: Vec<&str> = (at + kept..at + taken).filter_map(|i| self.free_word(i)).collect();
            !self.vocabulary.category_paths(&name_key(&tail.join(" "))).is_empty()
        })
    }

    /// Whether "no/not <word>" is a wish ("not noisy") and not a thing to leave out.
    fn wish_of_negation(&self, at: usize, n: usize) -> bool {
        let next = self.free_word(at + n);
        next.is_none_or(|w| {
            is_preposition(w) || is_filler(w) || ["and", "or", "but"].contains(&w) || self.vocabulary.knows(w)
        })
    }

    fn leaves_out(&self, at: usize, n: usize) -> bool {
        self.free_word(at + n).is_some()
    }

    pub(super) fn leave_out(&mut self, phrase: &str) {
        let without = &mut self.need.must.without;
        if !without.iter().any(|w| w == phrase) {
            without.push(phrase.to_owned());
        }
    }

    /// Adds a wish for each of the aspects that the catalogue states; the first weighs most.
    pub(super) fn push_wants(&mut self, aspects: &[(String, Direction)], said: &str) -> bool {
        let known = |name: &str| name == "price" || name == "rating" || self.vocabulary.has_attribute(name);
        let kept: Vec<(String, Direction)> = aspects.iter().filter(|(name, _)| known(name)).cloned().collect();
        for (n, (aspect, direction)) in kept.iter().enumerate() {
            if self.need.wants.iter().any(|w| w.aspect == *aspect) {
                continue;
            }
            let weight = if n == 0 { 1.0 } else { 0.4 };
            let want = Want { aspect: aspect.clone(), direction: *direction, said: said.to_owned(), weight };
            self.need.wants.push(want);
        }
        !kept.is_empty()
    }
}
