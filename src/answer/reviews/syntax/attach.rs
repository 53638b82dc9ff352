//! Gives every opinion of a clause to the noun that it is said of. Reads no text and scores nothing.

use super::{Mention, Opinion, Standing, said_with};
use crate::answer::reviews::lexicon::{Lexicon, Manner, Role, Word};

/// What is good or bad without being named yet.
const POINTS: [&str; 4] = ["thing", "part", "aspect", "point"];

/// How far a linking verb carries, in words.
const REACH: usize = 6;

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
    let after = mentions.iter().enumerate().find(|(_, m)| m.at >= opinion.end);
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
    let right =
        after.filter(|(_, m)| m.soft && m.at >= from && !parted(opinion.end, m.at)).map(|(i, m)| (i, m, m.at - from));
    // "the best thing about it is the sound"
    let points = right.filter(|(_, m, gap)| *gap <= 1 && POINTS.contains(&clause[m.end - 1].text.as_str()));
    if let Some(told) = points.and_then(|(_, m, _)| told_of(clause, mentions, m.end)) {
        return Some((told, false));
    }
    let right = right.filter(|_| !sought(clause, opinion));
    let right = right.filter(|(_, m, _)| takes || !clause[from..m.at].iter().any(|w| w.is(Role::Parting)));
    let right = right.filter(|_| takes || !is_adverb(clause, opinion));
    let right = right.filter(|(_, m, gap)| m.standing != Standing::Open || reaches(clause, opinion, m, *gap, takes));
    let beyond = |m: &Mention| clause[from..m.at].iter().any(|w| w.is(Role::Preposition));
    let right = right.filter(|(_, m, gap)| takes || *gap == 0 || !(m.standing == Standing::Idle || beyond(m)));
    let compares = opinion.sign == 0 && clause[opinion.at].text.ends_with(['r', 't']);
    let right = right.filter(|_| !(compares && clause[opinion.at].text.len() > 4));
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

/// Where the noun begins: after the "range of" of "a great range of lenses".
fn past_partitive(clause: &[Word], at: usize) -> usize {
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
fn is_said_to_be(clause: &[Word], noun: &Mention, opinion: &Opinion) -> bool {
    clause[noun.end..opinion.at].iter().any(|w| matches!(w.text.as_str(), "a" | "an"))
}

/// Whether a noun after the opinion only says what kind of thing the one before is.
fn named_of(lexicon: &Lexicon, before: &Mention, after: &Mention) -> bool {
    matches!(after.standing, Standing::Idle | Standing::Open) && before.is_aspect() && !lexicon.is_whole(&after.aspect)
}

/// Whether a noun that no list knows only belongs to another: "from the neighbours".
fn of_another(clause: &[Word], noun: &Mention) -> bool {
    let mut before = clause[..noun.at].iter().rev().skip_while(|w| w.is(Role::Determiner));
    noun.standing == Standing::Open && before.next().is_some_and(|w| w.is(Role::Preposition) && w.text != "that")
}

/// Whether a linking verb carries an opinion back to a noun.
fn links(clause: &[Word], noun: &Mention, opinion: &Opinion) -> bool {
    let between = &clause[noun.end..opinion.at];
    let near = if noun.standing == Standing::Open { REACH - 2 } else { REACH };
    let led = noun.standing != Standing::Open
        || noun.at == 0
        || clause[noun.at - 1].is(Role::Determiner)
        || clause[noun.at - 1].is(Role::Adjective)
        || clause[noun.at - 1].is(Role::Joiner)
        || clause[noun.at - 1].is(Role::Idle)
        || clause[noun.at - 1].text.ends_with("ing")
        || clause[noun.at - 1].is(Role::Preposition);
    let broken = || between.iter().any(|w| matches!(w.text.as_str(), "," | "and" | "it" | "which"));
    let open = noun.standing != Standing::Open
        || !broken() && between.iter().find(|w| !w.is(Role::Adverb)).is_some_and(|w| w.is(Role::Link));
    led && open && between.len() <= near && between.iter().any(|w| w.is(Role::Link))
}

/// Whether an opinion reaches a noun after it that no list knows.
fn reaches(clause: &[Word], opinion: &Opinion, noun: &Mention, gap: usize, takes: bool) -> bool {
    let between = &clause[opinion.end..noun.at];
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
fn head(clause: &[Word], mentions: &[Mention], mut at: usize) -> usize {
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
