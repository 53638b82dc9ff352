//! Finds the listed aspects and the opinions of a clause, with negation, excess and wishes. Attaches none to another.

use super::reach::is_adverb;
use super::{Mention, Opinion, Standing};
use crate::answer::reviews::lexicon::{Lexicon, Manner, Role, Word};

/// Listed aspects and opinions, in order.
pub fn scan(lexicon: &Lexicon, clause: &[Word]) -> (Vec<Mention>, Vec<Opinion>) {
    let mut mentions = Vec::new();
    let mut opinions = Vec::new();
    let mut at = 0;
    while at < clause.len() {
        let rest = &clause[at..];
        if let Some((end, sign)) = degree(lexicon, clause, at) {
            opinions.push(Opinion { at, end, sign, manner: Manner::Describes, taken: Vec::new() });
            at = end;
            continue;
        }
        if clause[at].is(Role::Ability) && fails_to(clause, at) && lexicon.opinion_at(rest).is_none() {
            opinions.push(Opinion { at, end: at + 1, sign: -1, manner: Manner::Does, taken: Vec::new() });
            at += 1;
            continue;
        }
        if matches!(clause[at].text.as_str(), "wish" | "wished") {
            opinions.push(Opinion { at, end: at + 1, sign: -1, manner: Manner::Takes, taken: Vec::new() });
        }
        if clause[at].text == "like" && likes(clause, at) {
            let sign = if negated(clause, at) { -1 } else { 1 };
            opinions.push(Opinion { at, end: at + 1, sign, manner: Manner::Takes, taken: Vec::new() });
            at += 1;
            continue;
        }
        let aspect = lexicon.aspect(rest).filter(|(n, _)| *n > 1 || !is_verb(lexicon, clause, at));
        let opinion = lexicon.opinion_at(rest).filter(|_| !idle(clause, at));
        let telling = lexicon.telling(rest);
        let longest = [aspect.map(|a| a.0), opinion.map(|o| o.0), telling.map(|t| t.0)].into_iter().flatten().max();
        let Some(longest) = longest else {
            if clause[at].is(Role::Scale) {
                let manner = if clause[at].is(Role::Verb) { Manner::Does } else { Manner::Describes };
                let sign = if wanting(clause, at) { -1 } else { 0 };
                opinions.push(Opinion { at, end: at + 1, sign, manner, taken: Vec::new() });
            }
            at += 1;
            continue;
        };
        let supposed = supposed(clause, at);
        let turned = if negated(clause, at) { -1 } else { 1 };
        let plain = aspect.filter(|(n, _)| *n == longest).map(|(_, name)| name);
        let modest = clause[at].is(Role::Modest) && !of_whole(lexicon, clause, at);
        let tells = telling.filter(|(n, _, _)| *n == longest && !supposed && !(*n == 1 && modest));
        let standing = Standing::Listed;
        if let Some((n, name, sign)) = tells {
            let (end, aspect, soft) = (at + n, name.to_owned(), plain == Some(name));
            let own = match sign {
                _ if mended(clause, at) || is_state(clause, at) => 0,
                // "not the noise I hear" does not say that there is none.
                _ if turned < 0 && plain == Some(name) && !none_of(clause, at) => 0,
                1 if wanting(clause, at) => -1,
                sign => sign * turned,
            };
            mentions.push(Mention { at, end, aspect, own, soft, standing });
        } else if let Some(name) = plain {
            mentions.push(Mention { at, end: at + longest, aspect: name.to_owned(), own: 0, soft: true, standing });
        }
        let told = tells.map(|(_, _, sign)| sign);
        let told_so = |sign: i32| told == Some(sign);
        if let Some((n, sign, manner)) = opinion.filter(|(n, s, _)| *n == longest && !supposed && !told_so(*s)) {
            let sign = match sign {
                _ if excess(clause, at) => -1,
                1 if wanting(clause, at) => -1,
                -1 if mended(clause, at) => 0,
                sign => sign * turned,
            };
            if sign != 0 {
                opinions.push(Opinion { at, end: at + n, sign, manner, taken: Vec::new() });
            }
        } else if tells.is_none() && plain.is_none() && clause[at].is(Role::Scale) && !supposed {
            opinions.push(Opinion { at, end: at + longest, sign: 0, manner: Manner::Describes, taken: Vec::new() });
        }
        at += longest;
    }
    // "painfully slow", "easily scratched": the first word is only the measure of the second.
    let starts: Vec<usize> =
        opinions.iter().map(|o| o.at).chain(mentions.iter().filter(|m| m.own != 0).map(|m| m.at)).collect();
    opinions.retain(|o| !(is_adverb(clause, o) && starts.contains(&o.end)));
    // "scratches easily", "works poorly": the stronger of the two counts.
    let does: Vec<(usize, usize, i32)> =
        opinions.iter().filter(|o| o.manner == Manner::Does).map(|o| (o.at, o.end, o.sign)).collect();
    opinions.retain(|o| !(is_adverb(clause, o) && does.iter().any(|(_, end, sign)| *end == o.at && *sign < 0)));
    opinions.retain(|o| o.manner != Manner::Does || o.sign < 0 || !starts.contains(&o.end));
    (mentions, opinions)
}

/// "too thick" and "not loud enough" blame, "loud enough" praises, whatever the word.
fn degree(lexicon: &Lexicon, clause: &[Word], at: usize) -> Option<(usize, i32)> {
    let plain = |i: usize| {
        let word = clause.get(i)?;
        let says = word.is(Role::Adjective) || word.is(Role::Scale) || word.is(Role::Modest);
        (says && lexicon.telling(&clause[at..]).is_none()).then_some(())
    };
    if matches!(clause[at].text.as_str(), "too" | "overly" | "excessively") && !negated(clause, at) {
        // "too sensitive for me": no list needs to know the word.
        let ends = clause.get(at + 2).is_none_or(|w| w.is(Role::Closed) || w.text == ",");
        plain(at + 1).or_else(|| (ends && clause.get(at + 1)?.is_unknown()).then_some(()))?;
        return (lexicon.opinion_at(&clause[at..]).is_none() && !supposed(clause, at)).then_some((at + 2, -1));
    }
    plain(at)?;
    let enough = clause.get(at + 1)?.text == "enough" && !supposed(clause, at);
    enough.then(|| (at + 2, if negated(clause, at) { -1 } else { 1 }))
}

/// "in the cold": a state of the world, not of the thing.
fn is_state(clause: &[Word], at: usize) -> bool {
    let ends = clause.get(at + 1).is_none_or(|w| w.is(Role::Closed) || w.text == ",");
    ends && at > 0
        && clause[at - 1].text == "the"
        && !clause[at].is(Role::Link)
        && clause[..at].iter().any(|w| w.text == "in")
}

/// "no noise", "less noise", "without any noise".
fn none_of(clause: &[Word], at: usize) -> bool {
    let denials = ["no", "without", "less", "zero", "minimal", "hardly", "never", "any", "little"];
    clause[at.saturating_sub(4)..at].iter().any(|w| denials.contains(&w.text.as_str()))
}

/// "I really like": the verb, not "looks like".
fn likes(clause: &[Word], at: usize) -> bool {
    let before = clause[..at].iter().rev().find(|w| !w.is(Role::Adverb) && !w.denies() && w.text != "do");
    before.is_some_and(|w| matches!(w.text.as_str(), "i" | "we")) && !supposed(clause, at)
}

/// "the door will not open", "refuses to read": a thing that does not do what it is for. "I cannot read" is another matter.
fn fails_to(clause: &[Word], at: usize) -> bool {
    let mut i = at;
    while i > 0 && clause[i - 1].is(Role::Adverb) && !clause[i - 1].denies() {
        i -= 1;
    }
    let Some(before) = i.checked_sub(1).map(|i| &clause[i]) else { return false };
    let start = match before.text.as_str() {
        "to" if i > 1 && clause[i - 2].is(Role::Refusal) => i - 2,
        "longer" if i > 1 && clause[i - 2].text == "no" => i - 2,
        _ if before.denies() => i - 1,
        _ => return false,
    };
    let people = ["i", "you", "we", "they", "he", "she", "if", "why"];
    let who = clause[start.saturating_sub(2)..start].iter().any(|w| people.contains(&w.text.as_str()));
    !who && !supposed(clause, start)
}

/// After "if" and "I wish" nothing is said, up to the next comma.
fn supposed(clause: &[Word], at: usize) -> bool {
    let before = clause[..at].iter().rev().take(8).take_while(|w| w.text != ",");
    before.into_iter().any(|w| w.is(Role::Supposed))
}

/// "could be better", "would be nice": what is not there.
pub fn wanting(clause: &[Word], at: usize) -> bool {
    let from = at.saturating_sub(4);
    let Some(i) = (from..at).rev().find(|i| clause[*i].is(Role::Wanting)) else { return false };
    let denied = i > 0 && clause[i - 1].denies() || clause[i].denies() || clause[i + 1..at].iter().any(Word::denies);
    !denied && clause[i + 1..at].iter().any(|w| matches!(w.text.as_str(), "be" | "been" | "use"))
}

/// "eliminates the problem", "with no problem".
fn mended(clause: &[Word], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).map_or("", |i| clause[i].text.as_str());
    if before(2) == "with" && before(1) == "no" {
        return true;
    }
    clause[at.saturating_sub(3)..at].iter().any(|w| w.is(Role::Mender))
}

/// "the phone is small, light and ...", "its tiny", "a light design": smallness praised of the product, not of its keys.
fn of_whole(lexicon: &Lexicon, clause: &[Word], at: usize) -> bool {
    let whole = |i: usize| {
        lexicon
            .aspect(&clause[i..])
            .is_some_and(|(_, name)| lexicon.is_whole(name) || name == "design" || name == "size")
    };
    if (at + 1..clause.len().min(at + 4)).any(whole) {
        return true;
    }
    let from = at.saturating_sub(6);
    let text = |i: usize| clause[i].text.as_str();
    let link = (from..at).rev().find(|i| matches!(text(*i), "is" | "s" | "its" | "was" | "are" | "so"));
    let Some(link) = link.filter(|i| !(*i + 1..at).any(|j| lexicon.aspect(&clause[j..]).is_some())) else {
        return false;
    };
    match link.checked_sub(1) {
        None => text(link) == "its",
        Some(i) => text(link) == "its" || whole(i) || matches!(text(i), "it" | "this" | "that" | "and"),
    }
}

/// "too quickly": too much of a good thing; "not too good" is a plain denial.
fn excess(clause: &[Word], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).map(|i| &clause[i]);
    let passes = || clause[at].text == "good" && clause.get(at + 1).is_some_and(|w| w.text == "to");
    before(1).is_some_and(|w| matches!(w.text.as_str(), "too" | "overly" | "excessively"))
        && !passes()
        && !before(2).is_some_and(Word::denies)
}

/// "as well" and "Well, ..." praise nothing.
fn idle(clause: &[Word], at: usize) -> bool {
    let before = |i: usize| matches!(clause[i].text.as_str(), "as" | "," | "oh" | "might" | "may");
    let of = || clause.get(at + 1).is_some_and(|w| w.text == "of");
    clause[at].text == "kind" && of() || clause[at].text == "well" && (at == 0 || before(at - 1))
}

/// Whether a word that may be a noun is a verb here: "you feel", "to focus", "the speakers sound", "charge it".
pub fn is_verb(lexicon: &Lexicon, clause: &[Word], at: usize) -> bool {
    if !clause[at].is(Role::Verb) {
        return false;
    }
    let Some(before) = at.checked_sub(1).map(|i| &clause[i]) else { return acts(clause, at) };
    let plural =
        || before.text.ends_with('s') && lexicon.named(&before.text).is_some() && !clause[at].text.ends_with('s');
    // "I paid less and feel clever"
    let goes_on = || before.text == "and" && clause[..at].iter().any(|w| matches!(w.text.as_str(), "i" | "we"));
    before.is(Role::Subject)
        || goes_on()
        || plural()
        || !before.is(Role::Determiner) && before.text != "a" && acts(clause, at)
}

/// Whether an object of its own follows: "charge it".
fn acts(clause: &[Word], at: usize) -> bool {
    let objects = ["the", "my", "your", "a", "an", "it", "them", "this", "these", "me", "you", "us"];
    clause.get(at + 1).is_some_and(|w| objects.contains(&w.text.as_str()))
}

/// A negation up to four words before, no comma between; "not only" is none, nor is that of "no better one".
pub fn negated(clause: &[Word], at: usize) -> bool {
    // "no trace of any of the usual problems": a denial reaches as far as an "any" of its own.
    let any = (at.saturating_sub(5)..at).find(|i| clause[*i].text == "any");
    let from = any.unwrap_or(at).saturating_sub(4);
    let stop = (from..at).rev().find(|i| matches!(clause[*i].text.as_str(), "," | ":")).map_or(from, |i| i + 1);
    if (stop..at).any(|i| clause[i].text == "far" && clause[i + 1].text == "from") {
        return true;
    }
    let spares = |i: usize| matches!(clause[i + 1].text.as_str(), "only" | "just" | "sure");
    let Some(denial) = (stop..at).rev().find(|i| clause[*i].denies() && (*i + 1 == at || !spares(*i))) else {
        return false;
    };
    let tops = ["better", "happier", "easier", "nicer"].contains(&clause[at].text.as_str())
        || at > 0 && clause[at - 1].text == "more" && clause[..at].iter().any(|w| w.text.starts_with("ask"));
    let utmost = ["no", "never", "nothing", "couldn't", "can't", "cannot", "haven't"];
    let not = |i: usize| clause[i].text == "not" && i > 0 && clause[i - 1].text == "could";
    !(tops && (utmost.contains(&clause[denial].text.as_str()) || not(denial)))
}
