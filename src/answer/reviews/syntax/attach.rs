//! Gives every opinion of a clause to the noun that it is said of. Reads no text and scores nothing.

use super::reach::{is_adverb, is_said_to_be, links, named_of, of_another, past_partitive, reaches};
use super::{Mention, Opinion, Standing, said_with};
use crate::answer::reviews::lexicon::{Lexicon, Manner, Role, Word};

/// What is good or bad without being named yet.
const POINTS: [&str; 4] = ["thing", "part", "aspect", "point"];

/// Gives every opinion to the one noun it is said of: the noun right after it ("great lens"), else the noun before a
/// linking verb ("the lens is great"), else the noun that a verb of liking takes ("I love this lens").
pub fn attach(lexicon: &Lexicon, clause: &[Word], mentions: &[Mention], mut opinions: Vec<Opinion>) -> Vec<Opinion> {
    let spans: Vec<(usize, usize)> = opinions.iter().map(|o| (o.at, o.end)).collect();
    for opinion in &mut opinions {
        let Some((first, backward)) = said_of(lexicon, clause, mentions, opinion, &spans) else { continue };
        let Some(first) = no_mere_feature(clause, mentions, first) else { continue };
        let alone = mentions[first].standing == Standing::Pronoun || lexicon.is_whole(&mentions[first].aspect);
        let backward = backward && mentions[first].end <= opinion.at;
        opinion.taken = if alone { vec![first] } else { listed(clause, mentions, first, backward) };
        let named = named_after(clause, mentions, &opinion.taken);
        if !named.is_empty() {
            opinion.taken.retain(|i| mentions[*i].aspect != "feature");
            opinion.taken.extend(named);
        }
    }
    opinions
}

/// The noun an opinion is said of, and whether by a linking verb after the noun.
fn said_of(
    lexicon: &Lexicon,
    clause: &[Word],
    mentions: &[Mention],
    opinion: &Opinion,
    spans: &[(usize, usize)],
) -> Option<(usize, bool)> {
    let mark = |w: &Word| matches!(w.text.as_str(), "," | ":");
    // "bright, visible screen": a comma between two opinions does not part them from the noun.
    let parted = |from: usize, to: usize| {
        (from..to).any(|i| {
            let goes_on = clause.get(i + 1).is_some_and(|w| w.is(Role::Adjective));
            mark(&clause[i]) && !goes_on && !spans.iter().any(|(at, _)| *at == i + 1)
        })
    };
    let before = mentions.iter().enumerate().rev().find(|(_, m)| m.end <= opinion.at && m.soft);
    // "its size makes it easy to carry" is said of the size.
    let made = before.filter(|(_, m)| m.at > 0 && matches!(clause[m.at - 1].text.as_str(), "makes" | "made" | "make"));
    let before = match made {
        Some((i, m)) if m.standing == Standing::Pronoun => i.checked_sub(1).map(|i| (i, &mentions[i])),
        _ => before,
    };
    let takes = opinion.manner == Manner::Takes || said_with(clause, opinion, Role::Taker);
    if let Some(named) = takes.then(|| told_of(clause, mentions, opinion.end)).flatten() {
        return Some((named, before.is_some()));
    }
    if clause[opinion.at].text.starts_with("wish") {
        let missed = |m: &Mention| m.is_aspect() && m.standing != Standing::Pronoun && m.at < opinion.end + 8;
        return mentions.iter().position(|m| m.at >= opinion.end && missed(m)).map(|i| (i, false));
    }
    let linked = before.filter(|(_, m)| links(clause, m, opinion));
    let from = past_partitive(clause, opinion.end);
    let after = mentions.iter().enumerate().find(|(_, m)| m.at >= opinion.end);
    let after = after.filter(|(_, m)| m.soft && m.at >= from && !parted(opinion.end, m.at));
    // "the best thing about it is the sound"
    let points = after.filter(|(_, m)| m.at <= from + 1 && POINTS.contains(&clause[m.end - 1].text.as_str()));
    if let Some(told) = points.and_then(|(_, m)| told_of(clause, mentions, m.end)) {
        return Some((told, false));
    }
    let right = after.filter(|(_, m)| reaches(clause, opinion, m, from, takes)).map(|(i, m)| (i, m, m.at - from));
    if opinion.manner == Manner::Does {
        return does(clause, mentions, opinion, before, right.map(|(i, _, gap)| (i, gap)));
    }
    let linked = linked.map(|(i, _)| head(clause, mentions, i)).filter(|i| !of_another(clause, &mentions[*i]));
    let linked = linked.map(|i| (i, &mentions[i]));
    let left = |(i, _): (usize, &Mention)| (i, true);
    match (right, linked) {
        // "the zoom is a nice addition" praises the zoom.
        (Some((_, m, 0..=1)), Some(found))
            if is_said_to_be(clause, found.1, opinion) && named_of(lexicon, found.1, m) =>
        {
            Some(left(found))
        }
        (Some((i, _, 0..=1)), _) => Some((i, linked.is_some())),
        (Some((i, _, 0..=4)), _) if takes => Some((i, linked.is_some())),
        (_, Some(found)) => Some(left(found)),
        (Some((i, _, 0..=2)), None) if !takes => Some((i, false)),
        (None, None) if !takes || opinion.manner == Manner::Names => before
            .filter(|(_, m)| {
                let reach = if is_adverb(clause, opinion) { 4 } else { 2 };
                let known =
                    m.standing == Standing::Listed || m.standing == Standing::Open && is_adverb(clause, opinion);
                known && opinion.at - m.end <= reach && !clause[m.end..opinion.at].iter().any(|w| w.text == ",")
            })
            .map(|(i, _)| (head(clause, mentions, i), false)),
        _ => None,
    }
}

/// What a verb judges: what does it ("the lid leaks"), else what it is done to ("scratches discs").
fn does(
    clause: &[Word],
    mentions: &[Mention],
    opinion: &Opinion,
    before: Option<(usize, &Mention)>,
    right: Option<(usize, usize)>,
) -> Option<(usize, bool)> {
    let subject = before.filter(|(_, m)| {
        let between = &clause[m.end..opinion.at];
        between.len() <= 3 && !between.iter().any(|w| matches!(w.text.as_str(), "," | "and" | "to" | "i" | "you"))
    });
    let object = right.filter(|(i, gap)| opinion.sign <= 0 && *gap <= 1 && mentions[*i].standing != Standing::Idle);
    let part = |m: &Mention| m.is_aspect() && m.standing != Standing::Pronoun;
    match (subject, object) {
        (Some((i, m)), None) if m.is_aspect() => Some((i, true)),
        (Some((i, m)), Some(_)) if part(m) => Some((i, true)),
        (_, Some((i, _))) => Some((i, false)),
        _ => None,
    }
}

/// "my only gripe about the hardware is the buttons": the noun after the verb; else "the problem I had with the buttons".
fn told_of(clause: &[Word], mentions: &[Mention], from: usize) -> Option<usize> {
    let near = |from: usize, words: usize, is: fn(&str) -> bool| {
        (from..clause.len().min(from + words)).find(|i| is(&clause[*i].text)).map(|i| i + 1)
    };
    let noun =
        |start: usize| mentions.iter().position(|m| (start..start + 4).contains(&m.at) && m.soft && m.is_aspect());
    let is = near(from, 8, |w| matches!(w, "is" | "are" | "was" | "were" | "being"));
    let with = near(from, 5, |w| matches!(w, "with" | "about"));
    let of_it = |i: &usize| mentions[*i].standing != Standing::Pronoun;
    is.and_then(noun).filter(of_it).or_else(|| with.and_then(noun).filter(of_it))
}

/// "the radio is a nice feature" praises the radio; "that is a nice feature" nothing that is named.
fn no_mere_feature(clause: &[Word], mentions: &[Mention], at: usize) -> Option<usize> {
    let mention = &mentions[at];
    let single =
        mention.aspect == "feature" && !clause[mention.end - 1].text.ends_with('s') && mention.end - mention.at == 1;
    let before = &clause[mention.at.saturating_sub(4)..mention.at];
    if !single || !before.iter().any(|w| matches!(w.text.as_str(), "a" | "an" | "this" | "that" | "one")) {
        return Some(at);
    }
    let owner = mentions[..at]
        .iter()
        .rposition(|m| m.soft && clause[m.end..mention.at].iter().any(|w| w.is(Role::Link)) && mention.at - m.end <= 8);
    owner.or_else(|| {
        let next = mentions.get(at + 1)?;
        (next.soft && next.at - mention.end <= 5).then_some(at)
    })
}

/// The noun that a noun belongs to: of "the colours on the screen are" the colours.
pub fn head(clause: &[Word], mentions: &[Mention], mut at: usize) -> usize {
    loop {
        let mut i = mentions[at].at;
        let mut joined = false;
        while i > 0 && mentions[at].at - i < 7 {
            let word = &clause[i - 1];
            let preposition = word.is(Role::Preposition);
            joined |= preposition && !matches!(word.text.as_str(), "that" | "which");
            let passes = word.is(Role::Determiner)
                || word.is(Role::Idle) && !joined
                || word.text.ends_with("ed")
                || word.is(Role::Adjective)
                || matches!(word.text.as_str(), "a" | "was" | "were");
            if !preposition && !passes {
                break;
            }
            i -= 1;
        }
        match mentions.iter().position(|m| m.end == i && m.soft).filter(|n| joined && *n != at) {
            Some(owner) => at = owner,
            None => return at,
        }
    }
}

/// What a feature praised in general is named as after it: "cool features like the radio and the games".
fn named_after(clause: &[Word], mentions: &[Mention], taken: &[usize]) -> Vec<usize> {
    let Some(at) = taken.iter().copied().find(|i| mentions[*i].aspect == "feature") else { return Vec::new() };
    let Some(next) = mentions.get(at + 1).filter(|m| m.soft && m.aspect != "feature" && m.standing == Standing::Listed)
    else {
        return Vec::new();
    };
    let between = &clause[mentions[at].end..next.at];
    let names = |w: &Word| matches!(w.text.as_str(), "like" | "as" | "is" | "are" | "being" | ":" | ",");
    if between.len() > 8
        || !(between.is_empty() || between.iter().any(names) || between.len() == 1 && between[0].text == "the")
    {
        return Vec::new();
    }
    listed(clause, mentions, at + 1, false).into_iter().filter(|i| !taken.contains(i)).collect()
}

/// The noun with those that stand in one list with it: "great screen, sound and battery", "screen and sound are great".
fn listed(clause: &[Word], mentions: &[Mention], first: usize, backward: bool) -> Vec<usize> {
    let mut list = vec![first];
    let mut at = first;
    loop {
        let next = if backward { at.checked_sub(1) } else { Some(at + 1).filter(|n| *n < mentions.len()) };
        let Some(next) = next.filter(|n| mentions[*n].soft) else { return list };
        let (left, right) = if backward { (next, at) } else { (at, next) };
        let between = clause.get(mentions[left].end..mentions[right].at).unwrap_or_default();
        let joins = between.iter().any(|w| matches!(w.text.as_str(), "," | "and" | "&" | "or"));
        if !joins || between.len() > 4 || !between.iter().all(|w| w.is(Role::Joiner) || w.is(Role::Adjective)) {
            return list;
        }
        list.push(next);
        at = next;
    }
}
