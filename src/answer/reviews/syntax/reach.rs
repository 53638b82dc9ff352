//! How far an opinion reaches: over which words it goes on to a noun after it or back to one before. Chooses none.

use super::{Mention, Opinion, Standing};
use crate::answer::reviews::lexicon::{Lexicon, Manner, Role, Word};

/// How far a linking verb carries, in words.
const REACH: usize = 6;

/// Where the noun begins: after the "range of" of "a great range of lenses".
pub fn past_partitive(clause: &[Word], at: usize) -> usize {
    let of = |i: usize| clause.get(i).is_some_and(|w| w.text == "of");
    match clause.get(at).is_some_and(|w| w.is(Role::Partitive)) && of(at + 1) {
        true if clause.get(at + 2).is_some_and(|w| w.is(Role::Determiner)) => at + 3,
        true => at + 2,
        false => at,
    }
}

/// "you need a better strap": what is not had is not praised.
fn sought(clause: &[Word], opinion: &Opinion) -> bool {
    let mut before = clause[..opinion.at].iter().rev().skip_while(|w| w.is(Role::Adverb) || w.is(Role::Adjective));
    let Some(last) = before.next() else { return false };
    let seeks = |w: &Word| w.is(Role::Seeker);
    match last.text.as_str() {
        "a" | "an" => before.next().is_some_and(seeks),
        "need" | "needs" | "want" => true,
        _ => false,
    }
}

/// "easily", "works flawlessly".
pub fn is_adverb(clause: &[Word], opinion: &Opinion) -> bool {
    opinion.end == opinion.at + 1
        && clause[opinion.at].text.ends_with("ly")
        && !matches!(clause[opinion.at].text.as_str(), "friendly" | "lovely" | "ugly" | "smelly" | "wobbly")
}

/// Whether a description is stated and not just said along the way: "it has a superb hood", not "from a decent uncle".
fn stated(clause: &[Word], at: usize) -> bool {
    let passes = |w: &Word| {
        w.is(Role::Determiner)
            || w.is(Role::Adverb)
            || w.is(Role::Adjective)
            || matches!(w.text.as_str(), "a" | "an" | "some")
    };
    clause[..at].iter().rev().find(|w| !passes(w)).is_none_or(|w| w.is(Role::Giver))
}

/// "the X is a nice ...".
pub fn is_said_to_be(clause: &[Word], noun: &Mention, opinion: &Opinion) -> bool {
    clause[noun.end..opinion.at].iter().any(|w| matches!(w.text.as_str(), "a" | "an"))
}

/// Whether a noun after the opinion only says what kind of thing the one before is.
pub fn named_of(lexicon: &Lexicon, before: &Mention, after: &Mention) -> bool {
    matches!(after.standing, Standing::Idle | Standing::Open) && before.is_aspect() && !lexicon.is_whole(&after.aspect)
}

/// Whether a noun that no list knows only belongs to another: "from the neighbours".
pub fn of_another(clause: &[Word], noun: &Mention) -> bool {
    let mut before = clause[..noun.at].iter().rev().skip_while(|w| w.is(Role::Determiner));
    noun.standing == Standing::Open && before.next().is_some_and(|w| w.is(Role::Preposition) && w.text != "that")
}

/// Whether a noun may begin after the word: not "I hope menus are ...".
fn begins(word: &Word) -> bool {
    let plain = !word.is(Role::Closed) && !word.is(Role::Verb);
    plain
        || word.text.ends_with("ing")
        || [Role::Determiner, Role::Joiner, Role::Idle, Role::Preposition].iter().any(|role| word.is(*role))
}

/// Whether a linking verb carries an opinion back to a noun.
pub fn links(clause: &[Word], noun: &Mention, opinion: &Opinion) -> bool {
    let between = &clause[noun.end..opinion.at];
    let near = if noun.standing == Standing::Open { REACH - 2 } else { REACH };
    let led = noun.standing != Standing::Open || noun.at == 0 || begins(&clause[noun.at - 1]);
    let broken = || between.iter().any(|w| matches!(w.text.as_str(), "," | "and" | "it" | "which"));
    let open = noun.standing != Standing::Open
        || !broken() && between.iter().find(|w| !w.is(Role::Adverb)).is_some_and(|w| w.is(Role::Link));
    led && open && between.len() <= near && between.iter().any(|w| w.is(Role::Link))
}

/// Whether an opinion reaches a noun after it that begins so many words on.
pub fn reaches(clause: &[Word], opinion: &Opinion, noun: &Mention, from: usize, takes: bool) -> bool {
    let between = &clause[from..noun.at];
    if takes {
        return !sought(clause, opinion)
            && (noun.standing != Standing::Open || reaches_open(clause, opinion, between, true));
    }
    let crosses = |role: Role| between.iter().any(|w| w.is(role));
    let far = !between.is_empty() && (noun.standing == Standing::Idle || crosses(Role::Preposition));
    // "a larger card" may be one that is wanted.
    let compares = opinion.sign == 0 && opinion.end == opinion.at + 1 && is_comparative(&clause[opinion.at].text);
    let open = noun.standing != Standing::Open || reaches_open(clause, opinion, between, false);
    open && !far && !compares && !crosses(Role::Parting) && !sought(clause, opinion) && !is_adverb(clause, opinion)
}

fn is_comparative(word: &str) -> bool {
    word.len() > 4 && word.ends_with(['r', 't'])
}

/// Whether an opinion reaches a noun after it that no list knows.
fn reaches_open(clause: &[Word], opinion: &Opinion, between: &[Word], takes: bool) -> bool {
    let gap = between.len();
    let figure = |w: &Word| w.text.bytes().any(|b| b.is_ascii_digit());
    let describes = |w: &Word| w.is(Role::Adjective) || w.is(Role::Scale) || figure(w);
    match opinion.manner {
        Manner::Describes if !takes => gap <= 1 && between.iter().all(describes) && stated(clause, opinion.at),
        Manner::Does => gap <= 1 && between.iter().all(|w| w.is(Role::Determiner)),
        Manner::Names if !takes => false,
        _ => {
            gap <= 3
                && (gap > 0 || opinion.end - opinion.at > 1)
                && between
                    .iter()
                    .all(|w| w.is(Role::Determiner) || describes(w) || matches!(w.text.as_str(), "with" | "a"))
        }
    }
}
