//! A page read by the rules that a person wrote for its shop: one product, its amounts with their places.
//!
//! The rules are a person's word and lead over what the page says of itself; what the page says stays as candidates.

use super::decide::decide;
use super::offer::{self, Around, PageOffer};
use super::written::{self, Piece};
use super::{PageProduct, markup, place, product};
use crate::domain::{Availability, Currency, PriceCandidate, PriceKind, ProductFacts, Rating, UnitPrice};
use crate::sources::gtin;
use crate::sources::price::{self, Hint, PriceReading};
use crate::sources::selectors::{Field, Find, Pick, Rule, ShopRules};
use scraper::{ElementRef, Html};

/// More elements of one rule are not read.
const MOST_ELEMENTS: usize = 50;

/// What the rules made of a page.
#[derive(Debug, Default)]
pub struct Selected {
    pub product: Option<PageProduct>,
    /// Fields that found nothing, each in a line.
    pub notes: Vec<String>,
}

/// A text that a rule found.
struct Found<'a> {
    pieces: Vec<Piece>,
    place: String,
    rule: &'a Rule,
}

struct Reading<'a> {
    document: &'a Html,
    rules: &'a ShopRules,
    notes: Vec<String>,
}

/// Reads a page. `currency` is the page's own, for prices beside which none is written.
pub fn read(document: &Html, rules: &ShopRules, currency: Option<Currency>) -> Selected {
    let mut reading = Reading { document, rules, notes: Vec::new() };
    let facts = ProductFacts {
        title: reading.text(Field::Title).unwrap_or_default(),
        brand: reading.text(Field::Brand),
        gtin: reading.gtin(),
        rating: reading.text(Field::Rating).and_then(|text| stars(&text)),
        images: reading.text(Field::Image).into_iter().collect(),
        ..ProductFacts::default()
    };
    let sku = reading.text(Field::Sku).filter(|sku| sku.len() <= 100);
    let stated = reading.text(Field::Currency).and_then(|text| currency_of(&text));
    let offer = reading.offer(stated.or(currency));
    let nothing = facts == ProductFacts::default() && sku.is_none() && offer.is_none();
    let product = PageProduct {
        facts,
        format: "selectors",
        sku,
        main: true,
        offers: offer.into_iter().collect(),
        ..PageProduct::default()
    };
    Selected { product: (!nothing).then_some(product), notes: reading.notes }
}

fn currency_of(text: &str) -> Option<Currency> {
    text.parse().ok().or_else(|| price::parse(text, &Hint::default()).currency)
}

impl<'a> Reading<'a> {
    /// What the first rule of a field that finds something finds.
    fn found(&mut self, field: Field) -> Vec<Found<'a>> {
        let mut tried = Vec::new();
        for rule in self.rules.of(field) {
            let found = match &rule.find {
                Find::Value(value) => {
                    let piece = Piece { text: value.clone(), kind: None };
                    vec![Found { pieces: vec![piece], place: rule.written(), rule }]
                }
                Find::Css { selector, .. } => {
                    let elements: Vec<ElementRef<'a>> = self.document.select(selector).take(MOST_ELEMENTS).collect();
                    tried.push((rule.written(), elements.len()));
                    picked(elements, rule.pick).into_iter().filter_map(|el| found_in(el, rule)).collect()
                }
            };
            if !found.is_empty() {
                return found;
            }
        }
        for (written, elements) in tried {
            self.notes.push(match elements {
                0 => format!("{}: {written} finds nothing on this page", field.word()),
                _ => format!("{}: {written} finds elements, but not the text that is asked for", field.word()),
            });
        }
        Vec::new()
    }

    fn text(&mut self, field: Field) -> Option<String> {
        let found = self.found(field);
        let text = |one: &Found<'_>| one.pieces.iter().map(|p| p.text.trim()).collect::<Vec<_>>().join(" ");
        found.iter().map(text).find(|text| !text.is_empty())
    }

    fn gtin(&mut self) -> Option<String> {
        let text = self.text(Field::Gtin)?;
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let read = gtin::normalise(&digits);
        if read.is_none() {
            self.notes.push(format!("gtin: \"{text}\" is no GTIN: its check digit does not fit"));
        }
        read
    }

    /// The offer that the rules for prices and availability make; `None` where they find nothing.
    fn offer(&mut self, currency: Option<Currency>) -> Option<PageOffer> {
        let mut made = PageOffer::default();
        let mut unclear = None;
        for field in [Field::Price, Field::ListPrice, Field::MemberPrice, Field::UnitPrice] {
            for found in self.found(field) {
                unclear = unclear.or(self.amounts(field, &found, currency, &mut made));
            }
        }
        if let Some(found) = self.found(Field::Availability).first() {
            let text: Vec<&str> = found.pieces.iter().map(|p| p.text.as_str()).collect();
            made.availability = availability(&text.join(" "), found.rule);
        }
        if made.candidates.is_empty() && unclear.is_none() && made.availability == Availability::Unknown {
            return None;
        }
        Some(decide(made, unclear, Around { currency, ..Around::default() }))
    }

    /// Adds the amounts of one place to the offer; returns what is unclear about them.
    fn amounts(
        &mut self,
        field: Field,
        found: &Found<'_>,
        currency: Option<Currency>,
        made: &mut PageOffer,
    ) -> Option<String> {
        let decimal_mark = found.rule.decimal_mark.or(self.rules.decimal_mark);
        let hint = Hint { currency, decimal_mark, local: self.rules.local_currency, beside: None };
        let mut unclear = None;
        let mut any = false;
        for piece in &found.pieces {
            let reading = price::parse(&piece.text, &hint);
            any |= reading.amount.is_some();
            if reading.money.is_none()
                && let Some(amount) = &reading.amount
            {
                unclear = Some(format!("the {} is {amount} without a currency", field.word().replace('_', " ")));
            }
            if field == Field::UnitPrice && made.unit_price.is_none() {
                made.unit_price = unit_price(&reading);
            }
            made.candidates.extend(candidates(&reading, field, piece.kind, &found.place));
        }
        if !any {
            let text = found.pieces.first().map(|p| p.text.as_str()).unwrap_or_default();
            let short: String = text.chars().take(40).collect();
            self.notes.push(format!("{}: \"{short}\" names no price", field.word()));
        }
        unclear
    }
}

fn picked(mut elements: Vec<ElementRef<'_>>, pick: Pick) -> Vec<ElementRef<'_>> {
    match pick {
        Pick::All => elements,
        Pick::First => {
            elements.truncate(1);
            elements
        }
        Pick::Last => elements.pop().into_iter().collect(),
    }
}

fn found_in<'a>(el: ElementRef<'_>, rule: &'a Rule) -> Option<Found<'a>> {
    let element = el.value();
    let own = match element.name() {
        "meta" => element.attr("content"),
        "img" if rule.field == Field::Image => element.attr("src"),
        "a" | "link" if rule.field == Field::Image => element.attr("href"),
        "data" | "input" => element.attr("value"),
        _ => None,
    };
    let attribute = match &rule.attribute {
        Some(name) => Some(element.attr(name)?),
        None => own,
    };
    let is_price = matches!(rule.field, Field::Price | Field::ListPrice | Field::MemberPrice | Field::UnitPrice);
    let pieces = match attribute {
        Some(text) => vec![Piece { text: text.trim().to_owned(), kind: None }],
        None if is_price => written::pieces(el),
        None => vec![Piece { text: markup::text_under(el), kind: None }],
    };
    let kept = |piece: Piece| {
        let text = rule.keep(&piece.text)?.trim().to_owned();
        (!text.is_empty()).then_some(Piece { text, kind: piece.kind })
    };
    let pieces: Vec<Piece> = pieces.into_iter().filter_map(kept).collect();
    let place = match &rule.attribute {
        Some(attribute) => format!("selectors {} @{attribute}", place::css(el)),
        None => format!("selectors {}", place::css(el)),
    };
    (!pieces.is_empty()).then_some(Found { pieces, place, rule })
}

/// The candidates of a reading: the rule's field says what a plain amount is, the text may know better.
fn candidates(reading: &PriceReading, field: Field, marked: Option<PriceKind>, at: &str) -> Vec<PriceCandidate> {
    let mut list = reading.candidates(at);
    for candidate in &mut list {
        let plain = matches!(candidate.kind, PriceKind::Current | PriceKind::Sale);
        candidate.kind = match field {
            Field::MemberPrice if plain => PriceKind::Member,
            Field::UnitPrice if plain => PriceKind::Unit,
            Field::ListPrice if plain => PriceKind::List,
            _ if plain => marked.unwrap_or(candidate.kind),
            _ => candidate.kind,
        };
    }
    list
}

fn unit_price(reading: &PriceReading) -> Option<UnitPrice> {
    reading.amounts.iter().find_map(|amount| {
        let per = amount.per.as_ref()?;
        Some(UnitPrice { money: amount.money?, per: per.quantity.parse().ok()?, unit: per.unit.clone() })
    })
}

/// The shop's own words first, then the usual ones.
fn availability(text: &str, rule: &Rule) -> Availability {
    let lower = text.to_lowercase();
    let has = |words: &[String]| words.iter().any(|word| lower.contains(word.as_str()));
    if has(&rule.out_of_stock) {
        return Availability::OutOfStock;
    }
    if has(&rule.in_stock) {
        return Availability::InStock;
    }
    match offer::availability(text) {
        Availability::Unknown => offer::availability_in(text),
        known => known,
    }
}

/// Stars out of five from "4.3", "4,3 / 5", "8 of 10" or a class such as "star-rating Three".
fn stars(text: &str) -> Option<Rating> {
    const WORDS: [&str; 5] = ["one", "two", "three", "four", "five"];
    let lower = text.to_lowercase();
    let made = |stars: f64| (0.0..=5.0).contains(&stars).then_some(Rating { stars, count: 0 });
    if let Some(at) = WORDS.iter().position(|w| lower.split_whitespace().any(|word| word == *w)) {
        return made(f64::from(u8::try_from(at + 1).ok()?));
    }
    let mut numbers = lower
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .filter(|t| t.contains(|c: char| c.is_ascii_digit()))
        .filter_map(product::stars_number);
    let value = numbers.next()?;
    let best = numbers.next().filter(|best| *best >= value && matches!(*best as u32, 5 | 6 | 10 | 100));
    made(value / best.unwrap_or(5.0) * 5.0)
}
