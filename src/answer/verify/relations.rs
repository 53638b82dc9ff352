//! Comparatives and superlatives of a sentence, held against the values on the cards.
//!
//! A comparison is known by the aspect table's words; one that is not known is not supported.

use super::figures::{Figure, FigureKind};
use super::negation::negated;
use super::tokens::{Kind, Token};
use super::{Gate, Scene};
use super::{fields, units};
use crate::answer::aspect::{self, Aspect};
use crate::answer::evidence::CardFacts;
use crate::domain::*;

/// A phrase found: the aspects it may speak of, whether it says "lower", and the tokens it covers.
pub(super) struct Match {
    pub aspects: Vec<&'static Aspect>,
    pub low: bool,
    pub tokens: Vec<usize>,
}

/// Indices of tokens outside figures, so that "costs €30.00 more than" reads as "costs more than".
fn bare(tokens: &[Token], figures: &[Figure]) -> Vec<usize> {
    (0..tokens.len()).filter(|i| !figures.iter().any(|f| (f.start..f.end).contains(i))).collect()
}

fn find(
    tokens: &[Token],
    index: &[usize],
    low: fn(&Aspect) -> &[String],
    high: fn(&Aspect) -> &[String],
) -> Vec<Match> {
    let mut found = Vec::new();
    let mut from = 0;
    while from < index.len() {
        let mut best: Option<Match> = None;
        for aspect in aspect::all() {
            for (is_low, phrases) in [(true, low(aspect)), (false, high(aspect))] {
                for phrase in phrases {
                    let words: Vec<&str> = phrase.split([' ', '-']).collect();
                    let Some(span) = index.get(from..from + words.len()) else { continue };
                    if !span.iter().zip(&words).all(|(i, w)| tokens[*i].kind == Kind::Word && tokens[*i].lower == *w) {
                        continue;
                    }
                    match &mut best {
                        Some(m) if m.tokens.len() > words.len() => {}
                        Some(m) if m.tokens.len() == words.len() => m.aspects.push(aspect),
                        _ => best = Some(Match { aspects: vec![aspect], low: is_low, tokens: span.to_vec() }),
                    }
                }
            }
        }
        let superlative = low(&aspect::all()[0]).iter().any(|w| w == "cheapest");
        if best.as_ref().is_none_or(|m| m.tokens.len() < 2)
            && let Some(named) = named_extreme(tokens, &index[from..], superlative)
        {
            best = Some(named);
        }
        match best {
            Some(m) => {
                from += m.tokens.len();
                found.push(m);
            }
            None => from += 1,
        }
    }
    found
}

/// "The lowest weight", "a higher capacity": the word before the name of what is measured.
fn named_extreme(tokens: &[Token], index: &[usize], superlative: bool) -> Option<Match> {
    let (first, second) = (*index.first()?, *index.get(1)?);
    let words = if superlative { ["lowest", "highest"] } else { ["lower", "higher"] };
    let low = tokens[first].is_word(&words[..1]);
    if !low && !tokens[first].is_word(&words[1..]) {
        return None;
    }
    let length = |a: &&'static Aspect| {
        let name: Vec<&str> = a.name.split(' ').collect();
        let span = index.get(1..=name.len());
        let whole = span.is_some_and(|i| i.iter().zip(&name).all(|(i, w)| tokens[*i].is_word(&[w])));
        let one = fields::properties_of(&tokens[second].lower).any(|p| p == a.name);
        if whole { Some(name.len()) } else { one.then_some(1) }
    };
    let found: Vec<(&Aspect, usize)> = aspect::all().iter().filter_map(|a| length(&a).map(|n| (a, n))).collect();
    let longest = found.iter().map(|(_, n)| *n).max()?;
    let whole = |a: &Aspect| a.name.split(' ').next().is_some_and(|w| tokens[second].is_word(&[w]));
    let named = found.iter().any(|(a, _)| whole(a));
    let meant = found.iter().filter(|(a, n)| *n == longest && (!named || whole(a))).map(|(a, _)| *a);
    Some(Match { aspects: meant.collect(), low, tokens: index.get(..=longest)?.to_vec() })
}

fn comparatives(tokens: &[Token], figures: &[Figure]) -> Vec<Match> {
    find(tokens, &bare(tokens, figures), |a| &a.lower, |a| &a.higher)
}

fn superlatives(tokens: &[Token], figures: &[Figure]) -> Vec<Match> {
    find(tokens, &bare(tokens, figures), |a| &a.lowest, |a| &a.highest)
}

/// Whether the sentence compares at all.
pub fn compares(tokens: &[Token]) -> bool {
    let figures = super::figures::figures(tokens);
    tokens.iter().any(|t| t.is_word(&["than", "difference", "apart"])) || !comparatives(tokens, &figures).is_empty()
}

/// Whether the words at `at` belong to a comparative, figures between its words left out ("costs €30.00 less").
pub fn starts_comparative(tokens: &[Token], at: usize) -> bool {
    let figures = super::figures::figures(tokens);
    comparatives(tokens, &figures).iter().any(|m| m.tokens.contains(&at))
}

/// Whether a text from outside holds a comparative or a superlative.
pub fn speaks(tokens: &[Token]) -> bool {
    let free = vec![false; tokens.len()];
    compares(tokens) || !superlatives(tokens, &[]).is_empty() || unknown(tokens, &[], &free).is_err()
}

/// The aspects that comparatives in the sentence speak of.
pub fn compared_fields(tokens: &[Token]) -> Vec<&'static str> {
    let figures = super::figures::figures(tokens);
    let found = comparatives(tokens, &figures);
    let mut fields: Vec<&str> = found.iter().flat_map(|m| &m.aspects).map(|a| a.name.as_str()).collect();
    if tokens.iter().any(|t| t.is_word(&["price", "costs", "cost"])) && compares_words(tokens) {
        fields.push("price");
    }
    fields
}

fn compares_words(tokens: &[Token]) -> bool {
    tokens.iter().any(|t| t.is_word(&["than", "difference", "apart"]))
}

/// Checks every comparative and superlative; marks the tokens they cover and counts what held.
pub fn check(
    gate: &Gate,
    tokens: &[Token],
    scene: &Scene,
    figures: &[Figure],
    covered: &mut [bool],
) -> Result<usize, String> {
    let mut held = 0;
    for found in superlatives(tokens, figures) {
        found.tokens.iter().for_each(|i| covered[*i] = true);
        super::superlatives::check(gate, tokens, scene, figures, &found)?;
        held += 1;
    }
    // "Costs less than $250": held as a bound, not against another product.
    let mut bounded: Vec<usize> = Vec::new();
    for figure in figures {
        let from = super::bounds::before(tokens, figure).map(|(_, from)| from);
        bounded.extend(from.into_iter().flat_map(|from| from..figure.start));
    }
    for found in comparatives(tokens, figures) {
        if found.tokens.iter().any(|i| covered[*i] || bounded.contains(i)) {
            continue;
        }
        found.tokens.iter().for_each(|i| covered[*i] = true);
        comparative(gate, tokens, scene, &found)?;
        held += 1;
    }
    bounded.into_iter().for_each(|i| covered[i] = true);
    held += amounts_apart(gate, tokens, scene, figures, covered)?;
    unknown(tokens, figures, covered)?;
    Ok(held)
}

/// "56 g more than B": a difference with its direction, in the field whose values are so far apart.
fn amounts_apart(
    gate: &Gate,
    tokens: &[Token],
    scene: &Scene,
    figures: &[Figure],
    covered: &mut [bool],
) -> Result<usize, String> {
    let mut held = 0;
    for figure in figures {
        let at = figure.end;
        let Some(word) = tokens.get(at).filter(|t| t.is_word(&["more", "less", "higher"])) else { continue };
        let measured = matches!(figure.kind, FigureKind::Quantity { .. } | FigureKind::Money { .. });
        if !measured || covered[at] || !tokens.get(at + 1).is_some_and(|t| t.is_word(&["than"])) {
            continue;
        }
        let subject = &scene.places[figure.start].subject;
        let others = objects(gate, tokens, scene, at, subject);
        let way = if word.lower == "less" { -1.0 } else { 1.0 };
        let so = |card: &Card, other: &Card| {
            let FigureKind::Quantity { value, unit, .. } = &figure.kind else {
                return dearer_by(tokens, figure, card, other, way);
            };
            let apart = value * unit.factor * way;
            card.facts.iter().filter(|f| matches!(f.value, FactValue::Number { .. })).any(|fact| {
                let pair = units::based(card.number(&fact.field)).zip(units::based(other.number(&fact.field)));
                let meant = word.lower != "higher" || aspect::same(&fact.field, "height");
                meant
                    && pair.is_some_and(|((a, d), (b, e))| {
                        d == unit.dimension && d == e && units::equal(a - b, apart) && !negated(tokens, figure.start)
                    })
            })
        };
        let holds = !others.is_empty()
            && !subject.is_empty()
            && subject.iter().filter_map(|n| gate.card(*n)).all(|card| others.iter().all(|other| so(card, other)));
        if !holds {
            return Err(format!("\"{}\": the values shown say otherwise", word.raw));
        }
        covered[at] = true;
        held += 1;
    }
    Ok(held)
}

/// "For €50.00 more than B": the price, by its difference with its direction.
fn dearer_by(tokens: &[Token], figure: &Figure, card: &Card, other: &Card, way: f64) -> bool {
    let FigureKind::Money { major, currency } = figure.kind else { return false };
    let prices = card.money("price").zip(other.money("price"));
    let apart = prices.and_then(|(own, other)| own.checked_sub(&other)).filter(|d| d.currency == currency);
    let said = super::money::minor_units(major, currency).round() * way;
    !negated(tokens, figure.start) && apart.is_some_and(|d| units::equal(d.minor as f64, said))
}

pub(super) fn said(tokens: &[Token], found: &Match) -> String {
    found.tokens.iter().map(|i| tokens[*i].raw.as_str()).collect::<Vec<_>>().join(" ")
}

/// The field that an aspect means here: of a price "per litre" the unit price.
pub(super) fn field_of<'a>(aspect: &'a Aspect, tokens: &[Token]) -> &'a str {
    let per = aspect.name == "price" && (0..tokens.len()).any(|at| super::money::is_per(tokens, at));
    if per { "unit price" } else { &aspect.name }
}

/// The fields that the comparative right after a figure speaks of; of the only one where none follows.
pub fn fields_beside(tokens: &[Token], figure: &Figure) -> Vec<&'static str> {
    let figures = super::figures::figures(tokens);
    let found = comparatives(tokens, &figures);
    let beside = found.iter().find(|m| m.tokens.contains(&figure.end)).or(match found.as_slice() {
        [one] => Some(one),
        _ => None,
    });
    let mut fields: Vec<&str> = beside.iter().flat_map(|m| &m.aspects).map(|a| a.name.as_str()).collect();
    if found.is_empty() {
        fields = compared_fields(tokens);
    }
    fields
}

/// The comparative that ends at `at`: whether it says "lower", where it starts and the fields it is of.
pub fn ending_at(tokens: &[Token], at: usize) -> Option<(bool, usize, Vec<&'static str>)> {
    let figures = super::figures::figures(tokens);
    let found = comparatives(tokens, &figures).into_iter().find(|m| m.tokens.last() == Some(&at))?;
    let fields = found.aspects.iter().map(|a| a.name.as_str()).collect();
    Some((found.low, *found.tokens.first()?, fields))
}

/// Whether a superlative stands in the sentence.
pub fn has_superlative(tokens: &[Token], figures: &[Figure]) -> bool {
    !superlatives(tokens, figures).is_empty()
}

/// Whether the word at `at` is part of a comparison of the table.
pub fn is_compared(tokens: &[Token], figures: &[Figure], at: usize) -> bool {
    comparatives(tokens, figures).iter().chain(&superlatives(tokens, figures)).any(|m| m.tokens.contains(&at))
}

fn comparative(gate: &Gate, tokens: &[Token], scene: &Scene, found: &Match) -> Result<(), String> {
    let (Some(first), Some(last)) = (found.tokens.first(), found.tokens.last()) else { return Ok(()) };
    let words = said(tokens, found);
    let fail = |why: &str| Err(format!("\"{words}\": {why}"));
    let place = &scene.places[*first];
    let subjects: Vec<&Card> = place.subject.iter().filter_map(|n| gate.card(*n)).collect();
    if subjects.is_empty() {
        return fail("it is not clear of which product");
    }
    let objects = objects(gate, tokens, scene, *last, &place.subject);
    if objects.is_empty() {
        return fail("compared with nothing that is named");
    }
    let named: Vec<&&Aspect> = found
        .aspects
        .iter()
        .filter(|a| found.aspects.len() == 1 || a.words.iter().any(|w| super::phrase_at(tokens, w).is_some()))
        .collect();
    let aspects: Vec<&Aspect> =
        if named.is_empty() { found.aspects.clone() } else { named.into_iter().copied().collect() };
    let denied = negated(tokens, *first);
    for subject in &subjects {
        for object in &objects {
            let mut judged = 0;
            for aspect in &aspects {
                let field = field_of(aspect, tokens);
                let of = |card: &Card| units::based(card.number(field));
                let (Some((a, ua)), Some((b, ub))) = (of(subject), of(object)) else { continue };
                let low = low_of(aspect, &words, found.low);
                let holds = ua == ub && if low { a < b } else { a > b };
                if holds == denied {
                    return fail("the values shown say otherwise");
                }
                judged += 1;
            }
            if judged == 0 {
                return fail("not stated for both");
            }
        }
    }
    Ok(())
}

/// The same words may mean less of one aspect and more of another ("faster": less time, more speed).
fn low_of(aspect: &Aspect, words: &str, fallback: bool) -> bool {
    let words = words.to_lowercase();
    let holds = |list: &[String]| list.iter().any(|p| p.replace('-', " ") == words);
    match (holds(&aspect.lower), holds(&aspect.higher)) {
        (true, false) => true,
        (false, true) => false,
        _ => fallback,
    }
}

/// What the subject is compared with: names after "than", the other one named, or all others shown.
fn objects<'a>(gate: &'a Gate, tokens: &[Token], scene: &Scene, last: usize, subject: &[u32]) -> Vec<&'a Card> {
    let cards = |numbers: &[u32]| numbers.iter().filter_map(|n| gate.card(*n)).collect::<Vec<_>>();
    let rest = || gate.cards.iter().filter(|c| !subject.contains(&c.number)).collect::<Vec<_>>();
    let mut than = false;
    for (at, token) in tokens.iter().enumerate().skip(last + 1) {
        if token.kind == Kind::Punct(';') {
            break;
        }
        than |= token.is_word(&["than"]);
        if than && token.is_word(&["others", "rest", "other", "both"]) {
            let rest = rest();
            return if token.is_word(&["both"]) && rest.len() != 2 { Vec::new() } else { rest };
        }
        if matches!(token.kind, Kind::Name(_)) {
            return cards(&scene.places[super::scene::list_end(tokens, at)].object);
        }
    }
    if than {
        return Vec::new();
    }
    let others: Vec<u32> = scene.named.iter().filter(|n| !subject.contains(n)).copied().collect();
    let of_two = super::phrase_at(tokens, "of the two").is_some();
    match others.as_slice() {
        [_] => cards(&others),
        [] if of_two && gate.cards.len() == 2 => rest(),
        _ => Vec::new(),
    }
}

/// Words of comparison that no phrase covered.
fn unknown(tokens: &[Token], figures: &[Figure], covered: &[bool]) -> Result<(), String> {
    const EST: [&str; 16] = [
        "best", "rest", "test", "tests", "west", "guest", "request", "interest", "suggest", "honest", "forest", "nest",
        "chest", "vest", "digest", "harvest",
    ];
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word || covered[at] {
            continue;
        }
        let word = token.lower.as_str();
        let next = tokens.get(at + 1);
        let previous = at.checked_sub(1).and_then(|i| tokens.get(i));
        let quantity =
            next.is_some_and(|t| t.is_word(&["reviews", "reviewers", "buyers", "people", "of", "customers"]));
        let said = match word {
            "most" | "least" => !previous.is_some_and(|t| t.is_word(&["at"])) && !quantity,
            "more" | "less" | "fewer" => true,
            "lowest" | "highest" => !tokens.iter().any(|t| t.is_word(&["seen", "observed", "price", "prices"])),
            "better" => !previous.is_some_and(|t| t.is_word(&["or"])),
            "best" => !next.is_some_and(|t| t.is_word(&["pick", "fit", "match", "choice"])),
            "worse" | "worst" | "superior" | "inferior" => true,
            _ if word.len() > 4 && word.ends_with("est") => !EST.contains(&word),
            _ if word.len() > 3 && word.ends_with("er") => next.is_some_and(|t| t.is_word(&["than"])),
            _ => false,
        };
        if said {
            return Err(format!("\"{}\": a comparison that the data cannot check", token.raw));
        }
        let as_as = word == "as" && tokens.get(at + 2).is_some_and(|t| t.is_word(&["as"]));
        // "Twice as heavy as": held with the ratio.
        let ratio = figures.iter().any(|f| matches!(f.kind, FigureKind::Ratio(_)) && f.end == at);
        if as_as && !ratio && !next.is_some_and(|t| t.is_word(&["well", "far", "long"])) {
            return Err("\"as ... as\": a comparison that the data cannot check".to_owned());
        }
    }
    Ok(())
}
