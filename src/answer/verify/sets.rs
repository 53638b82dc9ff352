//! Sentences about so many of the products: "two of the three have wifi", "of the two with wifi, A is the cheaper",
//! "A and B cost 1 and 2 respectively", "unlike B, A folds", "prices range from 1 to 2".
//!
//! Each is taken apart into plain sentences of one card each; a part that cannot be judged fails the whole.

use super::figures::{self, FigureKind};
use super::money::minor_units;
use super::tokens::{Kind, Token, word_at};
use super::{Gate, bounds, exceptions, missing, negation, scene};
use crate::answer::evidence::CardFacts;
use crate::domain::*;

/// How many of the products a sentence speaks of.
#[derive(Clone, Copy, PartialEq)]
enum Quantity {
    All,
    Exactly(usize),
}

/// The cards that the sentence rests on, why it fails, or nothing where it is of none of these forms.
pub fn check(gate: &Gate, tokens: &[Token], about: Option<u32>) -> Option<Result<Vec<u32>, String>> {
    let found = respectively(gate, tokens).or_else(|| unlike(gate, tokens, about));
    let found = found.or_else(|| missing::of_cards(gate, tokens));
    let found = found.or_else(|| exceptions::except(gate, tokens)).or_else(|| exceptions::sole(gate, tokens));
    if let Some(found) = found.or_else(|| part(gate, tokens)) {
        return Some(found);
    }
    range(gate, tokens).or_else(|| counted(gate, tokens, false)).map(|held| held.map(|()| gate.numbers()))
}

fn fail<T>(why: &str) -> Option<Result<T, String>> {
    Some(Err(why.to_owned()))
}

fn whole_number(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let (value, end) = match tokens.get(at)?.kind {
        Kind::Number(value) => (value, at + 1),
        _ => super::numerals::read(tokens, at)?,
    };
    (value.fract() == 0.0 && (0.0..1000.0).contains(&value)).then_some((value as usize, end))
}

/// The index after "shown", "of them" or the kind of thing that was asked for.
fn noun(gate: &Gate, tokens: &[Token], at: usize) -> usize {
    let named = |t: &Token| {
        let plural = t.kind == Kind::Word && t.lower.ends_with('s');
        let stem = t.lower.trim_end_matches('s');
        let kind = |c: &Card| c.fact("category").is_some_and(|f| f.text.to_lowercase().contains(stem));
        t.is_word(&["products", "options", "models", "items", "ones", "candidates", "offers"])
            || plural && stem.len() > 3 && gate.cards.iter().all(kind)
    };
    let at = at + usize::from(tokens.get(at).is_some_and(named));
    at + usize::from(word_at(tokens, at, &["shown", "here", "compared"]))
}

/// Whether every one of the words holds of the card, whatever they are.
fn holds(gate: &Gate, tokens: &[Token], card: u32) -> bool {
    gate.judge(tokens, &scene::read(tokens, Some(card))).is_ok_and(|held| held > 0)
}

/// The opposite of a simple predicate; nothing where it is not simple.
fn opposite(tokens: &[Token]) -> Option<Vec<Token>> {
    let mut out = tokens.to_vec();
    let fields: Vec<usize> = (0..tokens.len()).filter(|i| matches!(tokens[*i].kind, Kind::Field(_))).collect();
    let stock = ["in stock", "out of stock"].iter().find_map(|p| super::phrase_at(tokens, p));
    let figures = figures::figures(tokens);
    let flag = match (fields.as_slice(), stock) {
        ([], at) => at,
        ([at], None) => Some(*at),
        _ => return None,
    };
    match (flag, figures.as_slice()) {
        (Some(at), []) if negation::negated(tokens, at) => {
            let no = (0..at).rev().find(|i| negation::is_denial(&tokens[*i]))?;
            out.remove(no);
        }
        (Some(at), []) => out.insert(at, Token::word("not")),
        (None, [figure]) => {
            let (bound, from) = bounds::before(tokens, figure)?;
            out.splice(from..figure.start, bound.opposite().map(Token::word));
        }
        _ => return None,
    }
    Some(out)
}

/// The cards of which the words hold; an error where it is not known of one whether they do.
pub fn split(gate: &Gate, tokens: &[Token]) -> Result<Vec<u32>, String> {
    let unclear = || "it is not known of every product shown".to_owned();
    let denied = opposite(tokens).ok_or_else(unclear)?;
    let mut yes = Vec::new();
    for card in &gate.cards {
        match (holds(gate, tokens, card.number), holds(gate, &denied, card.number)) {
            (true, false) => yes.push(card.number),
            (false, true) => {}
            _ => return Err(unclear()),
        }
    }
    Ok(yes)
}

/// "Two of the three have wifi", "all three cost less than"; `implied` where "of the three" was said before.
fn counted(gate: &Gate, tokens: &[Token], implied: bool) -> Option<Result<(), String>> {
    let start = usize::from(word_at(tokens, 0, &["only", "exactly", "just"]));
    let of_all = word_at(tokens, start, &["all", "each", "every"]);
    let (mut quantity, mut at) = match whole_number(tokens, start) {
        Some((n, end)) => (Quantity::Exactly(n), end),
        None if of_all => (Quantity::All, start + 1),
        None if word_at(tokens, start, &["none", "neither"]) => (Quantity::Exactly(0), start + 1),
        None => return None,
    };
    if quantity == Quantity::All && word_at(tokens, at, &["one"]) && word_at(tokens, at + 1, &["of"]) {
        at += 1;
    }
    let of = word_at(tokens, at, &["of"]);
    if of {
        at += 1;
        at += usize::from(word_at(tokens, at, &["the", "these", "those"]));
    }
    let them = of && word_at(tokens, at, &["them"]);
    let total = if them { Some((gate.cards.len(), at + 1)) } else { whole_number(tokens, at) };
    match total {
        // "120 of 400 reviews".
        Some((_, end))
            if word_at(
                tokens,
                end,
                &["review", "reviews", "reviewers", "ratings", "buyers", "people", "customers"],
            ) =>
        {
            return None;
        }
        Some((n, end)) if of || quantity == Quantity::All => {
            if n != gate.cards.len() {
                return fail("not so many products are shown");
            }
            at = end;
        }
        _ if implied => {}
        _ => return None,
    }
    let rest = &tokens[noun(gate, tokens, at)..];
    if rest.iter().any(|t| matches!(t.kind, Kind::Name(_))) {
        return fail("of how many that holds cannot be checked");
    }
    if quantity == Quantity::All && gate.cards.iter().all(|c| holds(gate, rest, c.number)) {
        return Some(Ok(()));
    }
    if quantity == Quantity::All {
        quantity = Quantity::Exactly(gate.cards.len());
    }
    Some(split(gate, rest).and_then(|yes| match quantity == Quantity::Exactly(yes.len()) {
        true => Ok(()),
        false => Err(format!("it holds of {} of the {} shown", yes.len(), gate.cards.len())),
    }))
}

/// "Of the two with wifi, A is the cheaper one": judged among these alone.
fn part(gate: &Gate, tokens: &[Token]) -> Option<Result<Vec<u32>, String>> {
    if !word_at(tokens, 0, &["of"]) {
        return None;
    }
    let start = 1 + usize::from(word_at(tokens, 1, &["the", "these", "those"]));
    let (n, end) = whole_number(tokens, start)?;
    let from = noun(gate, tokens, end);
    let comma = tokens.iter().position(|t| t.kind == Kind::Punct(','))?;
    let mut rest = tokens.get(comma + 1..)?.to_vec();
    if from == comma {
        if n != gate.cards.len() {
            return fail("not so many products are shown");
        }
        if let Some(held) = counted(gate, &rest, true) {
            return Some(held.map(|()| gate.numbers()));
        }
        return Some(gate.held(&of_two(rest, n), None));
    }
    let mut which = tokens.get(from..comma)?.to_vec();
    match which.first()? {
        t if t.is_word(&["with", "without", "having"]) => {
            let without = t.is_word(&["without"]);
            let has: &[&str] = if without { &["has", "no"] } else { &["has"] };
            which.splice(..1, has.iter().map(|w| Token::word(w)));
        }
        t if t.is_word(&["that", "which"]) => {
            which.remove(0);
        }
        _ => return fail("which products these are is not clear"),
    }
    let cards = match split(gate, &which) {
        Ok(cards) if cards.len() == n && n > 1 => cards,
        Ok(cards) => return Some(Err(format!("there are {} of these", cards.len()))),
        Err(reason) => return Some(Err(reason)),
    };
    let stranger = |t: &Token| matches!(&t.kind, Kind::Name(named) if !named.iter().all(|n| cards.contains(n)));
    if rest.iter().any(stranger) {
        return fail("a product that is not one of these");
    }
    rest = of_two(rest, n);
    let shown: Vec<Card> = gate.cards.iter().filter(|c| cards.contains(&c.number)).cloned().collect();
    Some(Gate::new(&shown, &[], &gate.need, gate.pick).held(&rest, None))
}

/// What is said of one of two is said of it "of the two".
fn of_two(mut tokens: Vec<Token>, n: usize) -> Vec<Token> {
    if n == 2 {
        tokens.retain(|t| t.kind != Kind::Punct('.'));
        tokens.extend(["of", "the", "two"].map(Token::word));
    }
    tokens
}

/// "Unlike B, A has wifi": A has, and B is known not to.
fn unlike(gate: &Gate, tokens: &[Token], about: Option<u32>) -> Option<Result<Vec<u32>, String>> {
    let at = tokens.iter().position(|t| t.is_word(&["unlike"]))?;
    let Some(Kind::Name(others)) = tokens.get(at + 1).map(|t| &t.kind) else { return None };
    let (before, after) = (&tokens[..at], &tokens[at + 2..]);
    let is_end = |t: &Token| matches!(t.kind, Kind::Punct(',' | '.'));
    let rest: Vec<Token> = match (at, after.iter().all(is_end)) {
        (0, _) => after.iter().skip_while(|t| is_end(t)).cloned().collect(),
        (_, true) => before.to_vec(),
        _ => return fail("\"unlike\": it is not clear of which product"),
    };
    let mut predicate = rest.clone();
    let subject = predicate.iter().position(|t| matches!(t.kind, Kind::Name(_)));
    if let Some(at) = subject.filter(|at| *at < 2) {
        predicate.drain(..=at);
    }
    if predicate.iter().any(|t| matches!(t.kind, Kind::Name(_))) {
        return fail("\"unlike\": it is not clear of which product");
    }
    let denied = opposite(&predicate);
    if !denied.is_some_and(|denied| others.iter().all(|other| holds(gate, &denied, *other))) {
        return fail("\"unlike\": the data does not show that it is otherwise there");
    }
    Some(gate.held(&rest, about).map(|mut cards| {
        cards.extend(others);
        cards
    }))
}

/// "A and B cost $1 and $2 respectively": as "A cost $1" and "B cost $2".
fn respectively(gate: &Gate, tokens: &[Token]) -> Option<Result<Vec<u32>, String>> {
    let end = tokens.iter().position(|t| t.is_word(&["respectively"]))?;
    let unclear = || fail("\"respectively\": it is not clear of which product");
    let names: Vec<usize> = (0..end).filter(|i| matches!(tokens[*i].kind, Kind::Name(_))).collect();
    let link = |t: &Token| t.is_word(&["and", "the"]) || t.kind == Kind::Punct(',');
    let Some(last) = names.last().copied() else { return unclear() };
    let Some(verb) = tokens[last + 1..end].iter().position(|t| !link(t)).map(|n| n + last + 1) else {
        return unclear();
    };
    let listed = |i: usize| names.contains(&i) || link(&tokens[i]);
    let Some(first) = figures::figures(&tokens[verb..end]).first().map(|f| f.start + verb) else { return unclear() };
    let mut parts: Vec<Vec<Token>> = vec![Vec::new()];
    for token in &tokens[first..end] {
        match (link(token), parts.last_mut()) {
            (true, Some(part)) if !part.is_empty() => parts.push(Vec::new()),
            (false, Some(part)) => part.push(token.clone()),
            _ => {}
        }
    }
    parts.retain(|p| !p.is_empty());
    if parts.len() != names.len() || names.len() < 2 || !(0..=last).all(listed) {
        return unclear();
    }
    let tail: Vec<Token> = parts.last().map(|p| p.iter().skip(1).cloned().collect()).unwrap_or_default();
    let mut cards = Vec::new();
    for (name, part) in names.iter().zip(&parts) {
        let mut said = vec![tokens[*name].clone()];
        said.extend_from_slice(&tokens[verb..first]);
        said.extend_from_slice(part);
        if part.len() == 1 {
            said.extend_from_slice(&tail);
        }
        match gate.held(&said, None) {
            Ok(held) => cards.extend(held),
            Err(reason) => return Some(Err(reason)),
        }
    }
    Some(Ok(cards))
}

/// "Prices range from $1 to $2": the lowest and the highest of all shown.
fn range(gate: &Gate, tokens: &[Token]) -> Option<Result<(), String>> {
    const WORDS: [&str; 17] = [
        "the", "prices", "price", "of", "range", "ranges", "from", "to", "all", "shown", "products", "their", "they",
        "between", "and", "cost", "here",
    ];
    tokens.iter().find(|t| t.is_word(&["range", "ranges"]))?;
    let figures = figures::figures(tokens);
    let [low, high] = figures.as_slice() else { return None };
    let inside = |i: usize| figures.iter().any(|f| (f.start..f.end).contains(&i));
    let plain = |i: usize| inside(i) || tokens[i].is_word(&WORDS) || tokens[i].kind == Kind::Punct('.');
    if !(0..tokens.len()).all(plain) {
        return None;
    }
    let (FigureKind::Money { major: from, currency }, FigureKind::Money { major: to, currency: same }) =
        (&low.kind, &high.kind)
    else {
        return None;
    };
    let price = |c: &Card| c.money("price").filter(|p| p.currency == *currency && currency == same).map(|p| p.minor);
    let prices: Option<Vec<i64>> = gate.cards.iter().map(price).collect();
    let ends = prices.and_then(|p| p.iter().min().copied().zip(p.iter().max().copied()));
    let said = (minor_units(*from, *currency).round() as i64, minor_units(*to, *currency).round() as i64);
    if ends == Some(said) { Some(Ok(())) } else { fail("the prices shown range otherwise") }
}
