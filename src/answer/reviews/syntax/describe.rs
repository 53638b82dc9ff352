//! Decides whether a describing word that names an aspect ("heavy") is an opinion on a noun beside it or stands alone.

use super::attach::head;
use super::scan::{negated, wanting};
use super::{Mention, Opinion, Standing};
use crate::answer::reviews::lexicon::{Lexicon, Manner, Role, Word};

/// What is said of a product along the way is no opinion: "such a small phone", "an expensive lens".
const SAID_IN_PASSING: [&str; 3] = ["size", "weight", "price"];

/// What stays said of itself: of "the filter is easy to clean" the cleaning is what counts.
const STAYS: [&str; 2] = ["cleaning", "setup"];

/// A describing word with a noun of its own ("beautiful prints", "the menus are easy to use") is an opinion on that noun;
/// alone, or said of the whole product, it stays the aspect that it names.
pub fn describe(
    lexicon: &Lexicon,
    clause: &[Word],
    mentions: &mut Vec<Mention>,
    mut opinions: Vec<Opinion>,
) -> Vec<Opinion> {
    let mut moved = Vec::new();
    for (at, word) in
        mentions.iter().enumerate().filter(|(_, m)| m.own != 0 && !m.soft && !STAYS.contains(&m.aspect.as_str()))
    {
        let does = lexicon.opinion_at(&clause[word.at..]).filter(|(_, _, manner)| *manner == Manner::Does);
        let links = does.is_some() || clause[word.at].is(Role::Link);
        let part = |m: &&Mention| {
            let named = matches!(m.standing, Standing::Listed | Standing::Open);
            m.soft && named && !lexicon.is_whole(&m.aspect) && m.aspect != word.aspect
        };
        let after = mentions.iter().find(|m| m.at == word.end).filter(part);
        let before = mentions.iter().rposition(|m| m.end <= word.at && m.soft);
        let from = before.map_or(0, |i| mentions[i].end);
        // "the card that came with it is too small"
        let before = before.map(|i| &mentions[head(clause, mentions, i)]).filter(part).filter(|_| {
            let between = &clause[from..word.at];
            let carried = between.iter().any(|w| w.is(Role::Link)) || between.len() <= 1 && links || between.is_empty();
            between.len() <= 4 && carried && !between.iter().any(|w| w.text == ",")
        });
        let whole = mentions.iter().find(|m| m.at == word.end && m.soft && !part(m) && m.aspect != word.aspect);
        let stated = clause[word.at.saturating_sub(4)..word.at].iter().any(|w| w.is(Role::Link));
        let in_passing = !stated || whole.is_some_and(|m| !lexicon.is_whole(&m.aspect));
        if whole.is_some() && !in_passing && SAID_IN_PASSING.contains(&word.aspect.as_str()) {
            continue;
        }
        if whole.is_some_and(|m| {
            matches!(m.standing, Standing::Idle | Standing::Open) || SAID_IN_PASSING.contains(&word.aspect.as_str())
        }) {
            moved.push(at);
        } else if after.or(before).or(whole).is_some() {
            moved.push(at);
            if !opinions.iter().any(|o| o.at < word.end && word.at < o.end) {
                let noun = after.or(before).map_or("", |m| m.aspect.as_str());
                let scaled = clause[word.at].scale(noun);
                let sign = match scaled {
                    _ if wanting(clause, word.at) => -1,
                    0 => word.own,
                    sign if negated(clause, word.at) => -sign,
                    sign => sign,
                };
                let manner = if links { Manner::Does } else { Manner::Describes };
                opinions.push(Opinion { at: word.at, end: word.end, sign, manner, taken: Vec::new() });
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
