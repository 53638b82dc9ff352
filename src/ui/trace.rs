//! Where the figures of an answer come from: each statement with the facts that stand in it, their rows, shops, times
//! and pages.
//!
//! Reads the cards that the answer sent. Never judges a statement: that was done before it was shown.

use super::turn::Turn;
use crate::answer::event::{Phrases, Sentence};
use crate::domain::{Card, Claim, Fact, FactValue, Language, Offer, ProductId, Timestamp};

/// Letters by which a word is known whatever its ending.
const LEAST_STEM: usize = 4;

/// One figure or word of a statement and the row that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    pub text: String,
    pub field: String,
    /// `offer:12`, `product:7`, `review:3`.
    pub row: String,
    pub shop: Option<String>,
    pub observed_at: Option<Timestamp>,
    /// Address of the page that it was read from, where the shop has one.
    pub page: Option<String>,
}

/// Something that the answer says, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub text: String,
    pub traces: Vec<Trace>,
    /// The card that it is about.
    pub card: u32,
    /// It says figures that stand in no row: differences and the like, computed from those that do.
    pub computed: bool,
}

impl Statement {
    /// The first page that it rests on.
    pub fn page(&self) -> Option<&str> {
        self.traces.iter().find_map(|trace| trace.page.as_deref())
    }

    /// The product that it is about.
    pub fn product(&self, turn: &Turn) -> Option<ProductId> {
        turn.cards.iter().find(|card| card.number == self.card).map(|card| card.product)
    }
}

/// What a turn says, in the order of the screen: reasons, drawback, prose.
pub fn statements(turn: &Turn) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    let mut add = |text: &str, cards: &[u32], aspect: Option<&str>| {
        let plain = without_citations(text);
        if !statements.iter().any(|s| s.text == plain) {
            statements.push(statement(turn, plain, cards, aspect));
        }
    };
    let claims = turn.pick.iter().flat_map(|pick| pick.reasons.iter().chain(&pick.drawback));
    for Claim { text, cards, aspect, .. } in claims {
        add(text, cards, Some(aspect));
    }
    for sentence in &turn.sentences {
        match sentence {
            Sentence::Verified { text } | Sentence::FellBack { text, .. } => add(text, &citations(text), None),
            Sentence::Struck { .. } => {}
        }
    }
    statements
}

fn statement(turn: &Turn, text: String, cited: &[u32], aspect: Option<&str>) -> Statement {
    let cards: Vec<&Card> = turn.cards.iter().filter(|card| cited.contains(&card.number)).collect();
    // Figures inside names are none.
    let mut masked = text.clone();
    for card in &cards {
        let name = card.facts.iter().find(|f| f.field == "name").map_or(card.title.as_str(), |f| &f.text);
        masked = masked.replace(name, &" ".repeat(name.len()));
    }
    let mut traces = Vec::new();
    let mut explained = vec![false; masked.len()];
    for card in &cards {
        let mut facts: Vec<(&Fact, &str, Vec<usize>)> = card
            .facts
            .iter()
            .filter(|fact| !matches!(fact.field.as_str(), "name" | "brand" | "category"))
            .filter_map(|fact| shown(fact, &masked).map(|(shown, at)| (fact, shown, at)))
            .collect();
        // One figure may be several facts: those of the statement's aspect are meant, else the first.
        let of_aspect = |fact: &Fact| aspect.is_some_and(|a| fact.field.replace('_', " ") == a);
        facts.sort_by_key(|(fact, shown, _)| (!of_aspect(fact), std::cmp::Reverse(shown.len())));
        let mut taken: Vec<&str> = Vec::new();
        let mut own = vec![false; masked.len()];
        for (fact, shown, mut places) in facts {
            // "5" within "4.2 of 5" is no figure of its own, and a bare count must be named.
            places.retain(|at| !own[*at..at + shown.len()].contains(&true));
            if taken.contains(&shown) || places.is_empty() || !(of_aspect(fact) || named(turn, fact, shown, &masked)) {
                continue;
            }
            taken.push(shown);
            places.iter().for_each(|at| own[*at..at + shown.len()].fill(true));
            places.iter().for_each(|at| explained[*at..at + shown.len()].fill(true));
            traces.push(trace(turn, card, fact, shown));
        }
    }
    let computed = masked.char_indices().any(|(at, c)| c.is_ascii_digit() && !explained[at]);
    let card = cited.first().copied().unwrap_or_default();
    Statement { text, traces, card, computed }
}

/// Whether a figure means this fact: one with a unit or a currency says so itself, a bare count is meant where the text
/// has a word of its field, such as the reviews of "in 32 reviews".
fn named(turn: &Turn, fact: &Fact, shown: &str, text: &str) -> bool {
    if !shown.chars().all(|c| c.is_ascii_digit()) {
        return true;
    }
    let words = Phrases::of(turn.need.as_ref().map_or_else(Language::default, |need| need.language));
    let text = text.to_lowercase();
    let label = words.row_label(&fact.field).to_lowercase();
    let stem = |word: &str| word.chars().take(LEAST_STEM.max(word.chars().count() / 2)).collect::<String>();
    label.split(|c: char| !c.is_alphanumeric()).any(|word| word.chars().count() >= 3 && text.contains(&stem(word)))
}

/// The fact as it stands in the text, whole: its text, or only its figure where another language has other words for the
/// rest.
fn shown<'f>(fact: &'f Fact, text: &str) -> Option<(&'f str, Vec<usize>)> {
    let whole = fact.text.as_str();
    let figure = whole.split(' ').next().unwrap_or(whole);
    let has_figure = matches!(fact.value, FactValue::Number { .. } | FactValue::Percent(_));
    let candidates = [whole, if has_figure { figure } else { whole }];
    candidates.into_iter().filter(|c| !c.is_empty()).map(|c| (c, places(text, c))).find(|(_, at)| !at.is_empty())
}

/// Where `part` stands in `text` as words of its own.
fn places(text: &str, part: &str) -> Vec<usize> {
    let joins = |c: char| c.is_alphanumeric();
    let inside = |c: Option<char>, beyond: Option<char>| {
        c.is_some_and(joins) || matches!(c, Some('.' | ',' | '-')) && beyond.is_some_and(|b| b.is_ascii_digit())
    };
    text.match_indices(part)
        .map(|(at, _)| at)
        .filter(|at| {
            let mut before = text[..*at].chars().rev();
            let mut after = text[at + part.len()..].chars();
            !inside(before.next(), before.next()) && !inside(after.next(), after.next())
        })
        .collect()
}

fn trace(turn: &Turn, card: &Card, fact: &Fact, shown: &str) -> Trace {
    Trace {
        text: shown.to_owned(),
        field: fact.field.replace('_', " "),
        row: fact.row.clone(),
        shop: fact.shop.clone(),
        observed_at: fact.observed_at,
        page: page(turn, card, fact),
    }
}

/// The page of the fact's offer; of a fact of the product the page of the offer on the card.
fn page(turn: &Turn, card: &Card, fact: &Fact) -> Option<String> {
    let rows = turn.rows();
    let mut offers = rows
        .iter()
        .filter(|row| row.product.id == card.product)
        .flat_map(|row| row.offer.iter().chain(&row.other_offers));
    let meant = |offer: &&Offer| match fact.row.strip_prefix("offer:") {
        Some(id) => offer.id.0.to_string() == id,
        None => fact.shop.as_ref().is_none_or(|shop| *shop == offer.shop.name),
    };
    offers.find(meant)?.url.clone()
}

/// Numbers of the cards that a text cites: `[1][4]`.
fn citations(text: &str) -> Vec<u32> {
    text.split('[').skip(1).filter_map(|part| part.split_once(']')?.0.parse().ok()).collect()
}

fn without_citations(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        match after.split_once(']') {
            Some((number, after)) if number.parse::<u32>().is_ok() => {
                plain.push_str(before.trim_end());
                rest = after;
            }
            _ => {
                plain.push_str(before);
                plain.push('[');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests;
