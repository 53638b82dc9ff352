//! A comparison by one aspect: "which is quieter, A or B?" is decided by the noise, whatever else speaks for the other.
//!
//! Where the aspect is not stated of both, or does not differ, no pick stands. Never looks at another aspect.

use super::turn::{Facts, Turn, direct, with_direct};
use crate::answer::aspect;
use crate::answer::claims::Stated;
use crate::answer::event::Outcome;
use crate::answer::evidence::CardFacts;
use crate::answer::phrases::Phrases;
use crate::answer::pick::Choice;
use crate::domain::*;

/// What became of the comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    aspect: String,
    verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq)]
enum Verdict {
    /// The card with the best value.
    Best(u32),
    Alike,
    /// Cards that state it are fewer than can be compared.
    Unstated,
}

/// Puts the cards into the order of the aspect, where it tells them apart.
pub fn by(turn: &Turn, cards: &[Card], aspect: &str, choice: &mut Choice) -> Decided {
    let aspect = stated_name(turn, cards, aspect);
    let wish = turn.need.wants.iter().find(|w| aspect::same(&w.aspect, aspect)).map(|w| w.direction);
    let direction = wish.or_else(|| aspect::better(aspect)).unwrap_or(Direction::Higher);
    let values: Vec<(u32, Option<f64>)> =
        cards.iter().map(|c| (c.number, goodness(c, cards, aspect, direction))).collect();
    let stated: Vec<(u32, f64)> = values.iter().filter_map(|(n, v)| Some((*n, (*v)?))).collect();
    let top = stated.iter().map(|(_, v)| *v).max_by(f64::total_cmp);
    let holders: Vec<u32> = stated.iter().filter(|(_, v)| Some(*v) == top).map(|(n, _)| *n).collect();
    // Of those that say whether they have it, the only one that does is the answer.
    let only = direction == Direction::Yes && top == Some(1.0) && holders.len() == 1;
    let verdict = match holders.as_slice() {
        [one] if stated.len() > 1 || only => Verdict::Best(*one),
        all if stated.len() > 1 && all.len() == cards.len() => Verdict::Alike,
        // Several share the best value: among them the rest decides.
        [first, ..] if stated.len() > 1 && holders.len() < stated.len() => {
            Verdict::Best(choice.ranking.iter().map(|s| s.number).find(|n| holders.contains(n)).unwrap_or(*first))
        }
        _ if stated.len() > 1 => Verdict::Alike,
        _ => Verdict::Unstated,
    };
    if let Verdict::Best(_) = verdict {
        let value = |number: u32| values.iter().find(|(n, _)| *n == number).and_then(|(_, v)| *v);
        choice.ranking.sort_by(|a, b| {
            let [a, b] = [value(a.number), value(b.number)].map(|v| v.unwrap_or(f64::NEG_INFINITY));
            b.total_cmp(&a)
        });
        choice.close_to = None;
    }
    Decided { aspect: aspect.to_owned(), verdict }
}

/// One word may wish for several attributes ("stronger": power, torque): the one that most cards state.
fn stated_name<'t>(turn: &'t Turn, cards: &[Card], aspect: &'t str) -> &'t str {
    let said = turn.need.wants.iter().find(|w| aspect::same(&w.aspect, aspect)).map(|w| w.said.as_str());
    let kin = turn.need.wants.iter().filter(|w| Some(w.said.as_str()) == said).map(|w| w.aspect.as_str());
    let count = |name: &str| cards.iter().filter(|c| c.fact(name).is_some()).count();
    kin.chain([aspect]).max_by_key(|name| (count(name), *name == aspect)).unwrap_or(aspect)
}

/// The value of a card on a scale on which more is better, where it is in the commonest unit.
fn goodness(card: &Card, cards: &[Card], aspect: &str, direction: Direction) -> Option<f64> {
    if direction == Direction::Yes {
        return match card.fact(aspect)?.value {
            FactValue::Flag(yes) => Some(f64::from(u8::from(yes))),
            _ => None,
        };
    }
    let (value, unit) = card.number(aspect)?;
    let first = cards.iter().find_map(|c| c.number(aspect)).map(|(_, unit)| unit)?;
    (unit == first).then_some(if direction == Direction::Lower { -value } else { value })
}

/// Words that ask whether something holds of both.
const BOTH: [&str; 5] = ["both", "beide", "beides", "ambos", "שניהם"];

/// What is told of it: beside the pick its reasons stand already.
pub fn told(turn: &Turn, facts: Facts, decided: Decided) -> Facts {
    let phrases = Phrases::of(turn.need.language);
    let field = decided.aspect.as_str();
    let both = turn.need.question.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|w| BOTH.contains(&w));
    let have = facts.cards.iter().all(|c| !matches!(c.fact(field).map(|f| &f.value), Some(FactValue::Flag(false))));
    let outcome = match (&decided.verdict, first_is_asked_about(turn)) {
        (Verdict::Best(_), _) if both => Outcome::Nothing,
        (Verdict::Alike, _) if both => {
            if have {
                Outcome::Answered
            } else {
                Outcome::Nothing
            }
        }
        (Verdict::Best(number), true) if *number != 1 => Outcome::Nothing,
        (Verdict::Alike, true) => Outcome::Nothing,
        (Verdict::Unstated, _) => Outcome::NotEnough,
        _ => Outcome::Answered,
    };
    if let Verdict::Best(_) = decided.verdict {
        return Facts { outcome, ..facts };
    }
    let lead = match decided.verdict {
        Verdict::Alike => {
            let value = |c: &Card| c.fact(field).map(|f| format!("{} {}", c.name(), phrases.value(&f.text)));
            let list: Vec<String> = facts.cards.iter().filter_map(value).collect();
            let text = phrases.say("alike", &[("aspect", &phrases.aspect(field)), ("list", &list.join(", "))]);
            let cards = facts.cards.iter().map(|c| c.number).collect();
            vec![Claim { cards, ..direct(ClaimKind::Fit, field, 1, text) }]
        }
        _ => facts.cards.iter().map(|c| stated_or_missing(c, field, phrases)).collect(),
    };
    let told = lead.len();
    let claims = with_direct(lead, facts.claims);
    let lead = claims.iter().take(told).cloned().collect();
    Facts { pick: None, lead, claims, outcome, told_all: true, ..facts }
}

fn stated_or_missing(card: &Card, field: &str, phrases: &Phrases) -> Claim {
    let name = card.name();
    match card.fact(field) {
        Some(fact) => {
            let text = match fact.value {
                FactValue::Flag(yes) => phrases.flag(name, field, yes),
                _ => phrases.states(Stated { name, field, value: &fact.text }),
            };
            direct(ClaimKind::Attribute, field, card.number, text)
        }
        // What no list knows is told in the shopper's word.
        None if aspect::of(field).is_none() => {
            let text = phrases.say("not_in_data", &[("name", name), ("asked", field)]);
            direct(ClaimKind::Missing, field, card.number, text)
        }
        None => direct(ClaimKind::Missing, field, card.number, phrases.missing(name, field)),
    }
}

/// Whether the question is one of yes or no on its first product: "is A quieter than B?"
fn first_is_asked_about(turn: &Turn) -> bool {
    const ASKING: [&str; 12] = ["is", "are", "does", "do", "was", "will", "has", "can", "ist", "sind", "hat", "האם"];
    const THAN: [&str; 4] = ["than", "als", "que", "מ"];
    let question = turn.need.question.to_lowercase();
    let mut words = question.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let asks = words.next().is_some_and(|first| ASKING.contains(&first));
    asks && words.any(|w| THAN.contains(&w))
}
