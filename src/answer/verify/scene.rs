//! Who a stretch of a sentence is about: for every token the cards that are its subject and those it is compared with.
//!
//! Simple syntax, made to be strict: where it cannot tell, it leaves both readings and the holder decides.

use super::tokens::{Kind, Token};

/// Subject and object cards at one token.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    pub subject: Vec<u32>,
    /// Cards named after "than", "against" and the like.
    pub object: Vec<u32>,
}

/// The places of all tokens, and every card named.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    pub places: Vec<Place>,
    pub named: Vec<u32>,
}

const MARKERS: [&str; 5] = ["than", "against", "versus", "vs", "unlike"];
const BREAKS: [&str; 6] = ["and", "but", "while", "whereas", "though", "although"];

/// Reads the sentence; `about` is what "it" means where the sentence names nothing.
pub fn read(tokens: &[Token], about: Option<u32>) -> Scene {
    let mut scene = Scene { places: vec![Place::default(); tokens.len()], named: Vec::new() };
    let mut now = Place::default();
    let mut last_is_object = false;
    let mut last_named: Vec<u32> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Name(cards) => {
                scene.named.extend(cards.iter().filter(|c| !scene.named.contains(c)).copied().collect::<Vec<_>>());
                if joined(tokens, at) {
                    let group = if last_is_object { &mut now.object } else { &mut now.subject };
                    group.extend(cards);
                    last_named.extend(cards);
                } else {
                    last_is_object = marked(tokens, at);
                    if last_is_object {
                        now.object.clone_from(cards);
                    } else {
                        now = Place { subject: cards.clone(), object: Vec::new() };
                    }
                    last_named.clone_from(cards);
                }
            }
            Kind::Word if token.is_word(&["which", "whose"]) && !last_named.is_empty() => {
                now = Place { subject: last_named.clone(), object: Vec::new() };
            }
            Kind::Word if BREAKS.contains(&token.lower.as_str()) && !name_follows(tokens, at) => now.object.clear(),
            Kind::Punct(',' | ';' | ':') if !name_follows(tokens, at) => now.object.clear(),
            _ => {}
        }
        scene.places[at] = now.clone();
    }
    lead_in(&mut scene, tokens, about);
    pair(&mut scene, tokens);
    beside(&mut scene, tokens);
    for_name(&mut scene, tokens);
    scene
}

/// "A, B and C": a name in a list right after a name.
fn joined(tokens: &[Token], at: usize) -> bool {
    let is_name = |i: usize| matches!(tokens.get(i).map(|t| &t.kind), Some(Kind::Name(_)));
    let link =
        |i: usize| tokens.get(i).is_some_and(|t| t.is_word(&["and", "or"]) || matches!(t.kind, Kind::Punct(',' | '&')));
    let mut i = at;
    if i > 0 && tokens[i - 1].is_word(&["the"]) {
        i -= 1;
    }
    let mut links = 0;
    while i > 0 && link(i - 1) {
        i -= 1;
        links += 1;
    }
    links > 0 && i > 0 && is_name(i - 1)
}

/// Whether the name stands after a word of comparison.
fn marked(tokens: &[Token], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).and_then(|i| tokens.get(i));
    let skip = usize::from(before(1).is_some_and(|t| t.is_word(&["the"])));
    let marker = |n: usize| before(n + skip).is_some_and(|t| t.is_word(&MARKERS));
    let compared = before(2 + skip).is_some_and(|t| t.is_word(&["compared", "next", "relative"]))
        && before(1 + skip).is_some_and(|t| t.is_word(&["to", "with"]));
    let that = before(1 + skip).is_some_and(|t| t.is_word(&["of"]))
        && before(2 + skip).is_some_and(|t| t.is_word(&["that", "those"]));
    marker(1)
        || compared
        || that && marker(3)
        || (marker(2) && before(1 + skip).is_some_and(|t| t.is_word(&["for", "of", "that"])))
}

/// The last name of the list that starts with the name at `at`, unless it is the subject of what follows.
pub fn list_end(tokens: &[Token], at: usize) -> usize {
    const VERBS: [&str; 12] =
        ["is", "are", "has", "have", "costs", "cost", "weighs", "lasts", "runs", "holds", "carries", "ships"];
    let mut end = at;
    for (i, token) in tokens.iter().enumerate().skip(at + 1) {
        let link = token.is_word(&["and", "or", "the"]) || matches!(token.kind, Kind::Punct(',' | '&'));
        let own = tokens.get(i + 1).is_some_and(|t| t.is_word(&VERBS));
        match token.kind {
            Kind::Name(_) if !own => end = i,
            _ if link => {}
            _ => break,
        }
    }
    end
}

fn name_follows(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).filter(|t| !t.is_word(&["the", "and", "or"])).or_else(|| tokens.get(at + 2));
    matches!(next.map(|t| &t.kind), Some(Kind::Name(_)))
}

/// What stands before the first subject belongs to it: "At €549.00, A is ...".
fn lead_in(scene: &mut Scene, tokens: &[Token], about: Option<u32>) {
    let first = scene.places.iter().position(|p| !p.subject.is_empty());
    let subject = match first {
        Some(at) => scene.places[at].subject.clone(),
        None => about.into_iter().collect(),
    };
    let end = first.unwrap_or(tokens.len());
    for place in &mut scene.places[..end] {
        place.subject.clone_from(&subject);
    }
}

/// "(42 dB against 49 dB)" after "A ... than B": the first is A's, the second B's.
fn pair(scene: &mut Scene, tokens: &[Token]) {
    let Some(open) = tokens.iter().position(|t| t.kind == Kind::Punct('(')) else { return };
    let Some(close) = tokens.iter().skip(open).position(|t| t.kind == Kind::Punct(')')).map(|n| n + open) else {
        return;
    };
    let inside = &tokens[open..close];
    if inside.iter().any(|t| matches!(t.kind, Kind::Name(_))) {
        return;
    }
    let Some(split) = inside.iter().position(|t| t.is_word(&["against", "versus", "vs", "to"])).map(|n| n + open)
    else {
        return;
    };
    let before = scene.places[open].clone();
    if before.object.is_empty() {
        return;
    }
    for (at, place) in scene.places[open..close].iter_mut().enumerate() {
        let subject = if open + at < split { &before.subject } else { &before.object };
        *place = Place { subject: subject.clone(), object: Vec::new() };
    }
}

/// "A, at 231 g, is lighter than B, at 254 g": where both names have a figure of their own beside them.
fn beside(scene: &mut Scene, tokens: &[Token]) {
    let figures = super::figures::figures(tokens);
    let own = |name: usize| {
        let led = tokens.get(name + 1).is_some_and(|t| t.kind == Kind::Punct(','))
            && tokens.get(name + 2).is_some_and(|t| t.is_word(&["at", "with"]));
        figures.iter().find(|f| led && f.start == name + 3).map(|f| name + 2..f.end)
    };
    let named = |at: &usize| matches!(tokens[*at].kind, Kind::Name(_));
    let found: Vec<_> = (0..tokens.len()).filter(named).map(|at| (at, own(at))).collect();
    if found.len() < 2 || found.iter().any(|(_, own)| own.is_none()) {
        return;
    }
    for (at, own) in found {
        let Kind::Name(cards) = &tokens[at].kind else { continue };
        for i in own.into_iter().flatten() {
            scene.places[i] = Place { subject: cards.clone(), object: Vec::new() };
        }
    }
}

/// "49 dB for B": the figure belongs to the name after "for".
fn for_name(scene: &mut Scene, tokens: &[Token]) {
    for at in 0..tokens.len() {
        let Kind::Name(cards) = &tokens[at].kind else { continue };
        let article = usize::from(at > 0 && tokens[at - 1].is_word(&["the"]));
        let Some(link) = at.checked_sub(1 + article).filter(|i| tokens[*i].is_word(&["for"])) else { continue };
        let from = link.saturating_sub(3);
        for i in (from..link).rev() {
            if !matches!(tokens[i].kind, Kind::Number(_) | Kind::Punct('€' | '$' | '£' | '₪' | '%')) && i + 1 != link
            {
                break;
            }
            scene.places[i] = Place { subject: cards.clone(), object: Vec::new() };
        }
    }
}
