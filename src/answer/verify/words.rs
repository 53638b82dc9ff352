//! What a sentence says in words: yes-or-no attributes, budget, stock, sale, recommendation, quantifiers, absolutes;
//! and that every other word stands in the evidence of the product it speaks of, in the question, or says nothing.

use super::figures::Figure;
use super::lists::LISTS;
use super::negation::{self, negated};
use super::tokens::{Kind, Token};
use super::{Gate, Scene, fields, missing, phrase_at};
use crate::answer::aspect;
use crate::answer::claims::limit_money;
use crate::answer::evidence::CardFacts;
use crate::domain::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static PLAIN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    include_str!("../../../assets/lexicon/plain_words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
});

static ASPECT_WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let phrases = |a: &'static aspect::Aspect| {
        let lists = [&a.words, &a.lower, &a.higher, &a.lowest, &a.highest];
        let texts = [&a.lower_than, &a.higher_than, &a.is_lowest, &a.is_highest, &a.state, &a.name];
        lists.into_iter().flatten().chain(texts)
    };
    let words = |p: &'static String| p.split([' ', '-']).filter(|w| !w.contains('{'));
    aspect::all().iter().flat_map(phrases).flat_map(words).collect()
});

/// Whether a word says nothing by itself or names an aspect.
pub fn is_common(word: &str) -> bool {
    PLAIN.contains(word) || ASPECT_WORDS.contains(word)
}

/// Whether a text from outside holds an absolute, advice or an order.
pub fn speaks(tokens: &[Token]) -> bool {
    let free = vec![false; tokens.len()];
    absolutes(tokens, &free).is_err() || tokens.iter().any(|t| LISTS.advises(t) || t.is_word(&LISTS.orders))
}

/// Claims that no product is free of: checked sentence by sentence.
pub fn check(
    gate: &Gate,
    tokens: &[Token],
    scene: &Scene,
    figures: &[Figure],
    covered: &mut [bool],
) -> Result<usize, String> {
    let mut held = 0;
    absolutes(tokens, covered)?;
    let mask = missing::mask(tokens);
    let advises = tokens.iter().any(|t| LISTS.advises(t));
    super::bends::check(gate, tokens, figures, advises, &mask)?;
    for (at, token) in tokens.iter().enumerate() {
        if let Kind::Field(field) = &token.kind
            && !mask[at]
        {
            flag(gate, tokens, scene, at, field)?;
            held += 1;
        }
        if let Kind::Shop(shop) = &token.kind {
            of_shop(gate, scene, at, shop)?;
        }
    }
    held += missing::check(gate, tokens, scene, &mask, covered)?;
    held += budget(gate, tokens, scene, figures)?;
    held += states(gate, tokens, scene, covered)?;
    held += recommendation(gate, tokens, scene)?;
    held += quantifier(gate, tokens, scene)?;
    held += grounded(gate, tokens, scene, figures, covered)?;
    let inside = |i: usize| figures.iter().any(|f| (f.start..f.end).contains(&i));
    let skip: Vec<bool> = covered.iter().enumerate().map(|(i, c)| *c || inside(i)).collect();
    super::texts::check(gate, tokens, scene, &skip)?;
    Ok(held)
}

fn cards<'a>(gate: &'a Gate, numbers: &[u32]) -> Vec<&'a Card> {
    numbers.iter().filter_map(|n| gate.card(*n)).collect()
}

fn absolutes(tokens: &[Token], covered: &[bool]) -> Result<(), String> {
    let word = tokens.iter().enumerate().find(|(at, t)| !covered[*at] && t.is_word(&LISTS.absolute)).map(|(_, t)| t);
    let time = phrase_at(tokens, "all time").is_some();
    match word {
        // The warranty's guarantee is an attribute like others.
        Some(t) if t.lower == "guarantee" => Ok(()),
        Some(t) => Err(format!("\"{}\": more than any data can say", t.raw)),
        None if time => Err("\"all-time\": more than any data can say".to_owned()),
        None => Ok(()),
    }
}

fn flag(gate: &Gate, tokens: &[Token], scene: &Scene, at: usize, field: &str) -> Result<(), String> {
    let subjects = cards(gate, &scene.places[at].subject);
    if subjects.is_empty() {
        return Err(format!("\"{field}\": it is not clear of which product"));
    }
    if negation::twice_denied(tokens, at) || negation::denied_after(tokens, at) {
        return Err(format!("\"{field}\": it is not clear whether it is denied"));
    }
    for card in subjects {
        match card.facts.iter().find(|f| f.field == field).map(|f| &f.value) {
            Some(FactValue::Flag(yes)) if *yes != negated(tokens, at) => {}
            Some(FactValue::Flag(_)) => return Err(format!("\"{field}\": the data says otherwise of {}", card.name())),
            _ => return Err(format!("\"{field}\": not stated of {}", card.name())),
        }
    }
    Ok(())
}

fn of_shop(gate: &Gate, scene: &Scene, at: usize, shop: &str) -> Result<(), String> {
    let place = &scene.places[at];
    let sells = |card: &&Card| card.facts.iter().any(|f| f.shop.as_deref() == Some(shop));
    let all = |numbers: &[u32]| !numbers.is_empty() && cards(gate, numbers).iter().all(sells);
    if all(&place.subject) || all(&place.object) || (place.subject.is_empty() && place.object.is_empty()) {
        return Ok(());
    }
    Err(format!("\"{shop}\": no offer of the product is from there"))
}

fn budget(gate: &Gate, tokens: &[Token], scene: &Scene, figures: &[Figure]) -> Result<usize, String> {
    let Some(at) = tokens.iter().position(|t| t.is_word(&["budget", "limit"])) else { return Ok(0) };
    let Some(limit) = gate.need.must.max_price else { return Err("\"budget\": none was given".to_owned()) };
    let priced = figures.iter().any(|f| f.end <= at && f.end + 3 >= at);
    let before = &tokens[at.saturating_sub(4)..at];
    let over = before.iter().any(|t| t.is_word(&["over", "above", "exceeds", "exceed", "beyond"]));
    let subjects = cards(gate, &scene.places[at].subject);
    if subjects.is_empty() {
        return Err("\"budget\": it is not clear of which product".to_owned());
    }
    for card in &subjects {
        let Some(price) = card.money("price") else { return Err("\"budget\": the price is not known".to_owned()) };
        let within = limit_money(limit, price.currency).is_some_and(|l| price.minor <= l.minor);
        let outside = over != negated(tokens, at);
        if within == outside && !(priced && within) {
            return Err(format!("\"{}\": {} costs {price}", tokens[at].raw, card.name()));
        }
    }
    Ok(1)
}

/// Fixed phrases about the offer.
fn states(gate: &Gate, tokens: &[Token], scene: &Scene, covered: &mut [bool]) -> Result<usize, String> {
    let mut held = 0;
    let mut check = |phrases: &[&str], holds: &dyn Fn(&Card) -> Option<bool>| -> Result<(), String> {
        for phrase in phrases {
            let Some(at) = phrase_at(tokens, phrase) else { continue };
            for card in cards(gate, &scene.places[at].subject) {
                if holds(card) != Some(!negated(tokens, at)) {
                    return Err(format!("\"{phrase}\": the data does not say so of {}", card.name()));
                }
                held += 1;
                let words = phrase.split(' ').count();
                covered.iter_mut().skip(at).take(words).for_each(|c| *c = true);
            }
        }
        Ok(())
    };
    let stock = |c: &Card| match c.fact("in stock").map(|f| &f.value) {
        Some(FactValue::Flag(yes)) => Some(*yes),
        _ => None,
    };
    check(&["in stock", "available"], &stock)?;
    check(&["out of stock", "sold out", "unavailable"], &|c| stock(c).map(|yes| !yes))?;
    check(&["on sale", "discounted", "reduced from", "is reduced"], &|c| c.fact("list price").map(|_| true))?;
    check(&["free shipping", "free delivery", "ships free"], &|c| c.money("shipping").map(|m| m.minor == 0))?;
    if phrase_at(tokens, "no ratings").is_some() {
        check(&["ratings"], &|c| Some(c.count("ratings").is_some_and(|n| n > 0)))?;
    }
    if phrase_at(tokens, "no reviews").is_some() {
        check(&["reviews"], &|c| Some(c.count("reviews").is_some_and(|n| n > 0)))?;
    }
    Ok(held)
}

/// Only the pick may be recommended or called a good fit.
fn recommendation(gate: &Gate, tokens: &[Token], scene: &Scene) -> Result<usize, String> {
    let mut held = 0;
    for (at, token) in tokens.iter().enumerate() {
        // "Take A", "go for A": what is advised stands after the words.
        let urged = tokens
            .iter()
            .skip(at + 1)
            .take(3)
            .take_while(|t| !matches!(t.kind, Kind::Punct(_)))
            .find_map(|t| if let Kind::Name(cards) = &t.kind { Some(cards) } else { None });
        let urges = token.is_word(&LISTS.urges) && urged.is_some();
        if !urges && !LISTS.advises(token) {
            continue;
        }
        let meant = urged.filter(|_| urges || token.is_word(&LISTS.recommends)).unwrap_or(&scene.places[at].subject);
        let of_pick = gate.pick.is_some() && meant.iter().all(|n| Some(*n) == gate.pick) && !negated(tokens, at);
        if !of_pick || meant.is_empty() {
            return Err(format!("\"{}\": said of what is not the pick", token.raw));
        }
        held = 1;
    }
    Ok(held)
}

/// "Most reviewers complain about noise": the shares have to say so.
fn quantifier(gate: &Gate, tokens: &[Token], scene: &Scene) -> Result<usize, String> {
    let reviewers = ["reviews", "reviewers", "buyers", "people", "customers", "reviewer", "review", "users"];
    let verb = tokens.iter().position(|t| {
        t.is_word(&[
            "complain",
            "complains",
            "complaints",
            "complaint",
            "praise",
            "praises",
            "mention",
            "mentions",
            "like",
            "dislike",
        ])
    });
    let Some(verb) = verb.filter(|_| tokens.iter().any(|t| t.is_word(&reviewers))) else { return Ok(0) };
    let prefix = match tokens[verb].lower.as_str() {
        "praise" | "praises" | "like" => "praise of ",
        "mention" | "mentions" => "mentions of ",
        _ => "complaints about ",
    };
    let cards = cards(gate, &scene.places[verb].subject);
    let Some(card) = cards.first() else { return Err("reviews: it is not clear of which product".to_owned()) };
    let total = card.count("reviews").unwrap_or(0);
    let count = card.facts.iter().find_map(|f| match (&f.value, f.field.strip_prefix(prefix)) {
        (FactValue::Count(n), Some(aspect)) if phrase_at(tokens, aspect).is_some() => Some(*n),
        _ => None,
    });
    let Some(count) = count.filter(|n| *n > 0 && total > 0) else {
        return Err("reviews: no count says so".to_owned());
    };
    let share = count as f64 / total as f64;
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.kind == Kind::Word) {
        // "...mention noise: all praise it": all of those that mention it.
        let of_those = at > 0 && tokens[at - 1].kind == Kind::Punct(':');
        if of_those && token.lower == "all" {
            all_of_those(card, tokens, at)?;
            continue;
        }
        let holds = match token.lower.as_str() {
            "most" | "majority" => share > 0.5,
            "many" => share >= 0.25 && count >= 3,
            "several" => count >= 3,
            "few" => share <= 0.15,
            "some" => share < 0.5,
            "all" | "every" | "everyone" => count == total,
            "no" | "none" => false,
            _ => true,
        };
        if !holds {
            return Err(format!("\"{}\": {count} of {total} reviews", token.raw));
        }
    }
    Ok(1)
}

/// "all praise it" after the count of those that mention it.
fn all_of_those(card: &Card, tokens: &[Token], at: usize) -> Result<(), String> {
    let side = match tokens.get(at + 1).map(|t| t.lower.as_str()) {
        Some("praise" | "like") => "praise of ",
        _ => "complaints about ",
    };
    let aspects = card.facts.iter().filter_map(|f| f.field.strip_prefix("mentions of "));
    let all = |aspect: &str| card.count(&format!("mentions of {aspect}")) == card.count(&format!("{side}{aspect}"));
    let mut named = aspects.filter(|aspect| phrase_at(tokens, aspect).is_some()).peekable();
    if named.peek().is_some() && named.all(all) { Ok(()) } else { Err("\"all\": the counts say otherwise".to_owned()) }
}

fn stem(word: &str) -> &str {
    let cut = |end: &str| word.strip_suffix(end).filter(|w| w.chars().count() >= 3);
    cut("ies").or_else(|| cut("es")).or_else(|| cut("s")).unwrap_or(word)
}

fn words_of(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).map(str::to_lowercase)
}

/// Every remaining word says nothing by itself, or stands in the question, or on the card that it is said of.
fn grounded(
    gate: &Gate,
    tokens: &[Token],
    scene: &Scene,
    figures: &[Figure],
    covered: &[bool],
) -> Result<usize, String> {
    let mut held = 0;
    for (at, token) in tokens.iter().enumerate() {
        let word = token.lower.as_str();
        let skip = token.kind != Kind::Word || covered[at] || figures.iter().any(|f| (f.start..f.end).contains(&at));
        let per = at > 0 && super::money::is_per(tokens, at - 1);
        if skip || per || PLAIN.contains(word) || word.chars().count() == 1 {
            continue;
        }
        // "The maximum load", "the max. weight": the load that the card states.
        let label = tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Word && fields::is_measured(&t.lower));
        if fields::is_neutral(word) && label && fields::fits_bound(gate, word) {
            continue;
        }
        let place = &scene.places[at];
        let own = |n: &u32| gate.vocabulary(*n).is_some_and(|v| holds(v, word));
        if (!place.subject.is_empty() && place.subject.iter().all(own)) || place.object.iter().any(own) {
            // "Is not navy" of what is navy.
            let article = usize::from(at > 0 && tokens[at - 1].is_word(&["a", "an", "any", "its", "the"]));
            let without = at > article && tokens[at - 1 - article].is_word(&["no", "without"]);
            if without || !ASPECT_WORDS.contains(word) && negated(tokens, at) {
                return Err(format!("\"{}\": the data says otherwise", token.raw));
            }
            held += 1;
            continue;
        }
        if ASPECT_WORDS.contains(word) || holds(&gate.asked, word) && !ascribed(tokens, at) {
            continue;
        }
        let elsewhere = gate.cards.iter().any(|c| gate.vocabulary(c.number).is_some_and(|v| holds(v, word)));
        return Err(if elsewhere {
            format!("\"{}\": stated of another product, not of this one", token.raw)
        } else {
            format!("\"{}\": nothing in the evidence says so", token.raw)
        });
    }
    Ok(held)
}

/// "Is wireless": a word of the question said of a product as its own.
fn ascribed(tokens: &[Token], at: usize) -> bool {
    let links = ["is", "are", "has", "have", "very", "quite", "and", "also", "being", "with"];
    let before = at.checked_sub(1).and_then(|i| tokens.get(i));
    let after = tokens.get(at + 1).is_none_or(|t| t.kind != Kind::Word || t.is_word(&["and", "but", "at", "with"]));
    before.is_some_and(|t| t.is_word(&links)) && after
}

/// The words of one card: its texts, field labels where they are not denied, and review aspects.
pub fn vocabulary(card: &Card) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = words_of(&card.title).collect();
    for fact in &card.facts {
        words.extend(words_of(&fact.field));
        if let FactValue::Text(text) = &fact.value {
            words.extend(words_of(text));
        } else {
            words.extend(words_of(&fact.text));
        }
    }
    words
}

/// The words of a text.
pub fn asked(text: &str) -> BTreeSet<String> {
    words_of(text).collect()
}

/// The words of a text as they follow each other.
pub fn asked_in_order(text: &str) -> Vec<String> {
    words_of(text).collect()
}

/// Whether a word says nothing by itself.
pub fn is_plain(word: &str) -> bool {
    PLAIN.contains(word)
}

/// Whether a set has the word, in the singular or the plural.
pub fn holds(set: &BTreeSet<String>, word: &str) -> bool {
    set.contains(word) || set.iter().any(|w| stem(w) == stem(word))
}
