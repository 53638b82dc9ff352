//! Gives every opinion of a clause to the noun that it is said of. Reads no text and scores nothing.

use super::{Mention, Opinion, said_with};
use crate::answer::reviews::lexicon::{Lexicon, Role};

/// How far a linking verb carries, in words.
const REACH: usize = 6;

/// A describing word with a noun of its own ("beautiful prints", "the menus are easy to use") is an opinion on that noun;
/// alone, or said of the whole product, it stays the aspect that it names.
pub fn describe(
    lexicon: &Lexicon,
    clause: &[String],
    mentions: &mut Vec<Mention>,
    mut opinions: Vec<Opinion>,
) -> Vec<Opinion> {
    let mut moved = Vec::new();
    for (at, word) in mentions.iter().enumerate().filter(|(_, m)| m.own != 0 && !m.soft) {
        let part = |m: &&Mention| m.soft && !lexicon.is_whole(&m.aspect) && m.aspect != word.aspect;
        let after = mentions.iter().find(|m| m.at == word.end).filter(part);
        let before = mentions.iter().rev().find(|m| m.end <= word.at && m.soft).filter(part).filter(|m| {
            let between = &clause[m.end..word.at];
            between.len() <= 4 && between.iter().any(|w| lexicon.is(Role::Link, w)) && !between.iter().any(|w| w == ",")
        });
        if after.or(before).is_some() {
            moved.push(at);
            if !opinions.iter().any(|o| o.at < word.end && word.at < o.end) {
                opinions.push(Opinion { at: word.at, end: word.end, sign: word.own, taken: Vec::new() });
            }
        }
    }
    let mut at = 0;
    mentions.retain(|_| {
        at += 1;
        !moved.contains(&(at - 1))
    });
    opinions.sort_by_key(|o| o.at);
    opinions
}

/// Adds nouns that no list knows where an opinion is said of them outright: "the rate plans are good".
pub fn unlisted(lexicon: &Lexicon, clause: &[String], mentions: &mut Vec<Mention>, opinions: &[Opinion]) {
    for opinion in opinions {
        let from = opinion.at.saturating_sub(4);
        let Some(link) =
            (from..opinion.at).rev().find(|i| matches!(clause[*i].as_str(), "is" | "are" | "was" | "were"))
        else {
            continue;
        };
        let taken = |i: usize| {
            mentions.iter().any(|m| (m.at..m.end).contains(&i)) || opinions.iter().any(|o| (o.at..o.end).contains(&i))
        };
        let noun = |i: usize| {
            let word = &clause[i];
            word.chars().count() > 2 && word.chars().all(char::is_alphabetic) && !taken(i) && !lexicon.has_role(word)
        };
        let start = (link.saturating_sub(2)..link).rev().take_while(|i| noun(*i)).last();
        let Some(start) = start else { continue };
        let led = start == 0 || lexicon.is(Role::Determiner, &clause[start - 1]);
        if led && !(link..opinion.at).any(taken) {
            let aspect = super::singular(lexicon, &clause[start..link]);
            mentions.push(Mention { at: start, end: link, aspect, own: 0, soft: true });
        }
    }
    mentions.sort_by_key(|m| m.at);
}

/// Gives every opinion to the one noun it is said of: the noun right after it ("great lens"), else the noun before a
/// linking verb ("the lens is great"), else the noun that a verb of liking takes ("I love this lens").
pub fn attach(lexicon: &Lexicon, clause: &[String], mentions: &[Mention], mut opinions: Vec<Opinion>) -> Vec<Opinion> {
    let spans: Vec<(usize, usize)> = opinions.iter().map(|o| (o.at, o.end)).collect();
    let mark = |w: &String| matches!(w.as_str(), "," | ":");
    let stop = |from: usize, to: usize| clause[from.min(to)..to].iter().any(mark);
    // "bright, visible screen": a comma between two opinions does not part them from the noun.
    let parted = |from: usize, to: usize| {
        let stops = (from..to).filter(|i| mark(&clause[*i]));
        stops.into_iter().any(|i| !spans.iter().any(|(at, _)| *at == i + 1))
    };
    for opinion in &mut opinions {
        let after = mentions.iter().enumerate().filter(|(_, m)| m.at >= opinion.end).min_by_key(|(_, m)| m.at);
        let before =
            mentions.iter().enumerate().filter(|(_, m)| m.end <= opinion.at && m.soft).max_by_key(|(_, m)| m.end);
        let right = after.filter(|(_, m)| m.soft && !parted(opinion.end, m.at)).map(|(i, m)| (i, m.at - opinion.end));
        let linked = before.filter(|(_, m)| {
            let between = &clause[m.end..opinion.at];
            between.len() <= REACH && between.iter().any(|w| lexicon.is(Role::Link, w))
        });
        let takes = said_with(lexicon, clause, opinion, Role::Taker);
        let left = |(i, _): (usize, &Mention)| head(lexicon, clause, mentions, i);
        let named = if takes { told_of(lexicon, clause, mentions, opinion.end) } else { None };
        let taken = match (right, linked) {
            _ if named.is_some() => named,
            (Some((i, gap)), _) if gap <= 1 => Some(i),
            (Some((i, gap)), _) if takes && gap <= 4 => Some(i),
            (_, Some(found)) => Some(left(found)),
            (Some((i, gap)), None) if gap <= 2 && !takes => Some(i),
            (None, None) => before.filter(|(_, m)| opinion.at - m.end <= 2 && !stop(m.end, opinion.at)).map(left),
            _ => None,
        };
        let taken = taken.and_then(|i| no_mere_feature(lexicon, clause, mentions, i));
        if let Some(first) = taken {
            let backward = linked.is_some() && mentions[first].end <= opinion.at;
            opinion.taken = listed(lexicon, clause, mentions, first, backward);
            let named = named_after(lexicon, clause, mentions, &opinion.taken);
            if !named.is_empty() {
                opinion.taken.retain(|i| mentions[*i].aspect != "feature");
                opinion.taken.extend(named);
            }
        }
    }
    opinions
}

/// "my only gripe about the hardware is the buttons": the noun after the verb.
fn told_of(lexicon: &Lexicon, clause: &[String], mentions: &[Mention], from: usize) -> Option<usize> {
    let is = |w: &String| matches!(w.as_str(), "is" | "are" | "was" | "were" | "being");
    let link = (from..clause.len().min(from + 8)).find(|i| is(&clause[*i]))?;
    let skip = |w: &String| lexicon.is(Role::Determiner, w) || matches!(w.as_str(), "with" | "that" | "in");
    let start = (link + 1..clause.len()).find(|i| !skip(&clause[*i]))?;
    mentions.iter().position(|m| m.at == start && m.soft)
}

/// "the radio is a nice feature" praises the radio; "that is a nice feature" nothing that is named.
fn no_mere_feature(lexicon: &Lexicon, clause: &[String], mentions: &[Mention], at: usize) -> Option<usize> {
    let mention = &mentions[at];
    let single =
        mention.aspect == "feature" && !clause[mention.end - 1].ends_with('s') && mention.end - mention.at == 1;
    let before = &clause[mention.at.saturating_sub(4)..mention.at];
    if !single || !before.iter().any(|w| matches!(w.as_str(), "a" | "an" | "this" | "that" | "one")) {
        return Some(at);
    }
    let owner = mentions[..at].iter().rposition(|m| {
        m.soft && clause[m.end..mention.at].iter().any(|w| lexicon.is(Role::Link, w)) && mention.at - m.end <= 8
    });
    owner.or_else(|| {
        let next = mentions.get(at + 1)?;
        (next.soft && next.at - mention.end <= 5).then_some(at)
    })
}

/// The noun that a noun belongs to: of "the colours on the screen are" the colours.
fn head(lexicon: &Lexicon, clause: &[String], mentions: &[Mention], mut at: usize) -> usize {
    loop {
        let mut i = mentions[at].at;
        let mut joined = false;
        while i > 0 && mentions[at].at - i < 6 {
            let word = &clause[i - 1];
            let preposition = lexicon.is(Role::Preposition, word);
            joined |= preposition && !matches!(word.as_str(), "that" | "which");
            if !preposition && !lexicon.is(Role::Determiner, word) {
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
fn named_after(lexicon: &Lexicon, clause: &[String], mentions: &[Mention], taken: &[usize]) -> Vec<usize> {
    let Some(at) = taken.iter().copied().find(|i| mentions[*i].aspect == "feature") else { return Vec::new() };
    let Some(next) = mentions.get(at + 1).filter(|m| m.soft && m.aspect != "feature") else { return Vec::new() };
    let between = &clause[mentions[at].end..next.at];
    let names = |w: &String| matches!(w.as_str(), "like" | "as" | "is" | "are" | "being" | ":" | ",");
    if between.len() > 8 || !(between.is_empty() || between.iter().any(names) || between == ["the"]) {
        return Vec::new();
    }
    listed(lexicon, clause, mentions, at + 1, false).into_iter().filter(|i| !taken.contains(i)).collect()
}

/// The noun with those that stand in one list with it: "great screen, sound and battery", "screen and sound are great".
fn listed(lexicon: &Lexicon, clause: &[String], mentions: &[Mention], first: usize, backward: bool) -> Vec<usize> {
    let mut list = vec![first];
    let mut at = first;
    loop {
        let next = if backward { at.checked_sub(1) } else { Some(at + 1).filter(|n| *n < mentions.len()) };
        let Some(next) = next.filter(|n| mentions[*n].soft) else { return list };
        let (left, right) = if backward { (next, at) } else { (at, next) };
        let between = clause.get(mentions[left].end..mentions[right].at).unwrap_or_default();
        let joins = between.iter().any(|w| matches!(w.as_str(), "," | "and" | "&" | "or"));
        if !joins || between.len() > 4 || !between.iter().all(|w| lexicon.is(Role::Joiner, w)) {
            return list;
        }
        list.push(next);
        at = next;
    }
}
