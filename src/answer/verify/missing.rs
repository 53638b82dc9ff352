//! What a sentence says is not in the data: true only where no fact of the product states it.
//!
//! Holds the clause that says so and no other; what the rest of the sentence says is judged like any sentence.

use super::tokens::{Kind, Token};
use super::{Gate, Scene, fields, phrase_at, words};
use crate::answer::aspect;
use crate::answer::evidence::CardFacts;
use crate::domain::*;
use std::sync::LazyLock;

#[derive(Default)]
struct Phrases {
    after: Vec<&'static str>,
    before: Vec<&'static str>,
    no: Vec<&'static str>,
    states: Vec<&'static str>,
    /// A field of code's own with the words that speak of it.
    own: Vec<(&'static str, Vec<&'static str>)>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases::default();
    for line in include_str!("../../../assets/lexicon/gate_missing.txt").lines() {
        match line.split_once(' ') {
            Some(("after", phrase)) => phrases.after.push(phrase),
            Some(("before", phrase)) => phrases.before.push(phrase),
            Some(("no", phrase)) => phrases.no.push(phrase),
            Some(("states", word)) => phrases.states.push(word),
            Some(("of", line)) => {
                phrases.own.extend(line.split_once(" = ").map(|(field, words)| (field, words.split(' ').collect())));
            }
            _ => {}
        }
    }
    phrases
});

const TURNS: [&str; 6] = ["but", "while", "whereas", "though", "although", "only"];
const VERBS: [&str; 20] = [
    "is", "are", "was", "were", "has", "have", "does", "do", "says", "costs", "cost", "weighs", "lasts", "comes",
    "ships", "offers", "carries", "holds", "runs", "lacks",
];

/// For every token whether it belongs to a clause that says that something is not in the data.
pub fn mask(tokens: &[Token]) -> Vec<bool> {
    let mut mask = vec![false; tokens.len()];
    let mut from = 0;
    for end in clause_ends(tokens) {
        if says_missing(&tokens[from..end]) {
            mask[from..end].fill(true);
        }
        from = end;
    }
    mask
}

fn says_missing(clause: &[Token]) -> bool {
    let stands = |p: &&str| phrase_at(clause, p).is_some();
    let denied = |p: &&str| phrase_at(clause, p).is_some_and(|at| clause[..at].iter().any(|t| t.is_word(&["no"])));
    PHRASES.after.iter().chain(&PHRASES.before).any(stands) || PHRASES.no.iter().any(denied)
}

/// Where clauses end: at a turn, and at "and" or a comma where something of its own follows a verb.
fn clause_ends(tokens: &[Token]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut from = 0;
    for at in 0..tokens.len() {
        let token = &tokens[at];
        let turn = matches!(token.kind, Kind::Punct(';' | ':' | '(' | ')')) || token.is_word(&TURNS);
        let link = matches!(token.kind, Kind::Punct(',')) || token.is_word(&["and", "or"]);
        let told = tokens[from..at].iter().any(|t| t.is_word(&VERBS));
        let next = tokens.get(at + 1);
        let list =
            token.is_word(&["and", "or"]) && next.is_some_and(|t| t.is_word(&["how", "what", "whether", "when"]));
        let own = matches!(token.kind, Kind::Punct(','))
            || next.is_some_and(|t| matches!(t.kind, Kind::Name(_)))
            || next
                .is_some_and(|t| t.is_word(&VERBS) || t.is_word(&["it", "its", "the", "no", "they", "their", "also"]));
        if turn || link && told && own && !list {
            ends.push(at);
            from = at;
        }
    }
    ends.push(tokens.len());
    ends
}

/// Holds every clause of the mask; marks its words, so that only the rest is judged on.
pub fn check(
    gate: &Gate,
    tokens: &[Token],
    scene: &Scene,
    mask: &[bool],
    covered: &mut [bool],
) -> Result<usize, String> {
    let mut held = 0;
    let mut from = 0;
    for end in clause_ends(tokens) {
        if mask.get(from).copied().unwrap_or(false) {
            let of = |at: usize| scene.places.get(at).map(|p| p.subject.as_slice()).unwrap_or_default();
            let whose = (from..end).map(of).find(|s| !s.is_empty()).unwrap_or_default();
            let cards: Vec<&Card> = whose.iter().filter_map(|n| gate.card(*n)).collect();
            if cards.is_empty() {
                return Err("what is not stated: it is not clear of which product".to_owned());
            }
            clause(gate, &tokens[from..end], &cards)?;
            covered[from..end].fill(true);
            held += 1;
        }
        from = end;
    }
    Ok(held)
}

/// The thing that a clause says is missing has to be named, and no card may state it.
fn clause(gate: &Gate, tokens: &[Token], cards: &[&Card]) -> Result<(), String> {
    if let Some(stated) = stated(gate, tokens, cards) {
        return Err(format!("\"{stated}\" is stated"));
    }
    let mut named = names_something(gate, tokens);
    let mut strange = 0;
    let starts = |at: usize, p: &&str| phrase_at(&tokens[at..], p) == Some(0);
    let before = (0..tokens.len()).find(|at| PHRASES.before.iter().any(|p| starts(*at, p)));
    let after = (0..tokens.len()).find(|at| PHRASES.after.iter().any(|p| starts(*at, p)));
    // "A, sturdy and dry, does not state it": what is put between commas is no part of what is missing.
    let aside = tokens.windows(2).any(|t| matches!(t[0].kind, Kind::Name(_)) && t[1].kind == Kind::Punct(','));
    for (at, token) in tokens.iter().enumerate() {
        let plain = token.kind != Kind::Word || words::is_common(&token.lower) || is_way(&token.lower);
        if plain || token.lower.chars().count() < 2 {
            continue;
        }
        // "The lovely A": a judgement carried along.
        let carried = tokens.get(at + 1).is_some_and(|t| matches!(t.kind, Kind::Name(_)));
        let beside = before.is_some_and(|p| at < p) || before.is_none() && after.is_some_and(|p| at > p + 2);
        if carried || aside || beside {
            return Err(format!("\"{}\": nothing in the evidence says so", token.raw));
        }
        strange += 1;
        named = true;
    }
    match named && strange <= 3 {
        true => Ok(()),
        false => Err("what is not stated is not clear".to_owned()),
    }
}

/// Words by which the thing is asked for or denied.
fn is_way(word: &str) -> bool {
    const WAYS: [&str; 12] = [
        "how",
        "whether",
        "why",
        "nothing",
        "nowhere",
        "specified",
        "listed",
        "recorded",
        "indicated",
        "facts",
        "tell",
        "list",
    ];
    WAYS.contains(&word)
}

/// What the clause names that a card states.
fn stated(gate: &Gate, tokens: &[Token], cards: &[&Card]) -> Option<String> {
    let tokens = &without_longer(gate, tokens, cards);
    let facts = || cards.iter().flat_map(|c| &c.facts).filter(|f| f.field != "name");
    let own = |(_, words): &&(&str, Vec<&str>)| tokens.iter().any(|t| t.is_word(words));
    if let Some((field, _)) = PHRASES.own.iter().filter(own).find(|(field, _)| facts().any(|f| f.field == *field)) {
        return Some((*field).to_owned());
    }
    for token in tokens {
        if let Kind::Field(field) = &token.kind
            && facts().any(|f| f.field == *field)
        {
            return Some(field.clone());
        }
    }
    if let Some(fact) = facts().find(|f| phrase_at(tokens, &f.field).is_some()) {
        return Some(aspect::label(&fact.field));
    }
    let has = |name: &str| cards.iter().any(|c| c.fact(name).is_some());
    let says = |words: &[String]| words.iter().any(|w| phrase_at(tokens, w).is_some());
    let by_word = |a: &&aspect::Aspect| (says(&a.words) || phrase_at(tokens, &a.name).is_some()) && has(&a.name);
    if let Some(aspect) = aspect::all().iter().find(by_word) {
        return Some(aspect.name.clone());
    }
    let content = tokens.iter().filter(|t| t.kind == Kind::Word && !words::is_plain(&t.lower));
    for token in content {
        if let Some(property) = fields::properties_of(&token.lower).find(|p| has(p)) {
            return Some(property.to_owned());
        }
        let text = |f: &&Fact| {
            !is_name(&f.field)
                && matches!(f.value, FactValue::Text(_))
                && words::holds(&words::asked(&f.text), &token.lower)
        };
        if token.lower.chars().count() > 2 && facts().any(|f| text(&f)) {
            return Some(token.raw.clone());
        }
    }
    let made = ["made of", "made from"].iter().any(|p| phrase_at(tokens, p).is_some());
    facts().find(|f| made && fields::is_material(&f.field)).map(|f| f.field.clone())
}

/// The clause without the labels of other cards that hold a shorter one of these: "the freezer capacity".
fn without_longer(gate: &Gate, tokens: &[Token], cards: &[&Card]) -> Vec<Token> {
    let mut left = tokens.to_vec();
    let has = |field: &str| cards.iter().any(|c| c.facts.iter().any(|f| f.field == field));
    for fact in gate.cards.iter().flat_map(|c| &c.facts).filter(|f| !has(&f.field)) {
        let words = fact.field.split([' ', '-', '_']).count();
        if words > 1
            && let Some(at) = phrase_at(&left, &fact.field)
        {
            left.drain(at..(at + words).min(left.len()));
        }
    }
    left
}

fn is_name(field: &str) -> bool {
    matches!(field, "name" | "brand" | "category" | "shop")
}

/// Whether the clause names a label of any card, a yes-or-no attribute, an aspect, or what was asked for.
fn names_something(gate: &Gate, tokens: &[Token]) -> bool {
    let said = |text: &str| phrase_at(tokens, text).is_some();
    tokens.iter().any(|t| matches!(t.kind, Kind::Field(_)))
        || gate.cards.iter().flat_map(|c| &c.facts).any(|f| f.field != "name" && said(&f.field))
        || aspect::all().iter().any(|a| said(&a.name) || a.words.iter().any(|w| said(w)))
        || tokens.iter().any(|t| t.kind == Kind::Word && fields::properties_of(&t.lower).next().is_some())
        || gate.need.wants.iter().any(|w| said(&w.aspect))
        || gate.need.must.attributes.iter().any(|f| said(&f.name))
}

/// "No card states the warranty", "only A states it": of every card shown.
pub fn of_cards(gate: &Gate, tokens: &[Token]) -> Option<Result<Vec<u32>, String>> {
    let verb = tokens.iter().position(|t| t.is_word(&PHRASES.states))?;
    let (head, rest) = (&tokens[..verb], tokens.get(verb + 1..)?);
    let only = match head {
        [first, who @ ..] if first.is_word(&["no", "none", "neither"]) && who.iter().all(is_of_cards) => None,
        [first, who @ ..] if first.is_word(&["only"]) => match who.iter().find(|t| !t.is_word(&["the"])) {
            Some(Token { kind: Kind::Name(cards), .. }) if who.len() < 3 => Some(cards),
            _ => return None,
        },
        _ => return None,
    };
    if rest.iter().any(|t| matches!(t.kind, Kind::Name(_) | Kind::Number(_) | Kind::Shop(_))) {
        return Some(Err("which products state it cannot be told".to_owned()));
    }
    let states = |card: &Card| stated(gate, rest, &[card]).is_some();
    for card in &gate.cards {
        let wanted = only.is_some_and(|cards| cards.contains(&card.number));
        if states(card) != wanted {
            return Some(Err(format!("{} is otherwise", card.name())));
        }
        if !wanted && let Err(reason) = clause(gate, rest, &[card]) {
            return Some(Err(reason));
        }
    }
    Some(Ok(gate.numbers()))
}

/// "No card", "none of the three products shown".
fn is_of_cards(token: &Token) -> bool {
    let who = [
        "of", "the", "these", "them", "card", "cards", "product", "products", "model", "models", "option", "options",
        "shown", "here", "one", "item", "items", "seller", "shop",
    ];
    token.is_word(&who) || matches!(token.kind, Kind::Number(_)) || super::numerals::value(&token.lower).is_some()
}
