//! Offers of an item -> every price with its kind and place, and the one that a buyer pays, where that is clear.
//!
//! Never takes a range, a member price or an instalment for the price.

use super::decide::decide;
use super::graph::{Graph, text_of, types};
use super::{place, product};
use crate::domain::{Availability, Condition, Currency, Money, Outcome, PriceCandidate, PriceKind, UnitPrice};
use crate::sources::price::{self, Hint};
use serde_json::Value;

/// An offer as the page states it.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct PageOffer {
    pub outcome: Outcome,
    /// Why, where the outcome is not `Ok`.
    pub detail: Option<String>,
    pub price: Option<Money>,
    pub list_price: Option<Money>,
    pub unit_price: Option<UnitPrice>,
    pub shipping: Option<Money>,
    pub availability: Availability,
    pub condition: Condition,
    pub sku: Option<String>,
    pub url: Option<String>,
    pub seller: Option<String>,
    /// What sets this offer apart from others of the item: its name or the room it is for.
    pub variant: Option<String>,
    pub candidates: Vec<PriceCandidate>,
    /// Whether the price has tax in it, as its specification says.
    pub tax_included: Option<bool>,
    /// Why `price` is the price, where there is one.
    pub why: Option<String>,
}

/// What is known around an offer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// Currency of the parent offer or of the page.
    pub currency: Option<Currency>,
    /// Currency of the region that the page says it is for: settles shared signs.
    pub local: Option<Currency>,
    /// The item is a place to stay: a price per day is the price.
    pub lodging: bool,
    /// A price of zero is meant: software, tickets.
    pub may_be_free: bool,
    pub place: &'a str,
}

/// The offers of an item; nested ones of an AggregateOffer each for itself.
pub fn read_all(graph: &Graph, item: &Value, around: Around<'_>) -> Vec<PageOffer> {
    let mut found = Vec::new();
    let stated: Vec<&Value> = ["offers", "makesOffer"].iter().flat_map(|name| graph.all(item, name)).collect();
    for (index, offer) in stated.into_iter().take(500).enumerate() {
        let place = format!("{} offers[{index}]", around.place);
        let around = Around { place: &place, ..around };
        if !offer.is_object() {
            // "offers": "12.99 EUR" is wrong and clear.
            let reading = text_of(offer).map(|text| price::parse(&text, &Hint::currency(around.currency)));
            if let Some(reading) = reading.filter(|r| r.money.is_some()) {
                found.push(decide(
                    PageOffer { candidates: reading.candidates(&place), ..PageOffer::default() },
                    None,
                    around,
                ));
            }
            continue;
        }
        let nested: Vec<&Value> = graph.all(offer, "offers").into_iter().filter(|v| v.is_object()).collect();
        if nested.is_empty() {
            found.push(read(graph, offer, item, around));
        } else {
            let around = Around { currency: currency_of(graph, offer).or(around.currency), ..around };
            for (inner, one) in nested.into_iter().take(500).enumerate() {
                let place = format!("{place}.offers[{inner}]");
                found.push(read(graph, one, item, Around { place: &place, ..around }));
            }
        }
    }
    found
}

/// The currency that an item states for its prices.
pub fn currency_of(graph: &Graph, item: &Value) -> Option<Currency> {
    let text = graph.text(item, &["priceCurrency", "currency"])?;
    text.parse().ok().or_else(|| price::parse(&text, &Hint::default()).currency)
}

fn read(graph: &Graph, offer: &Value, item: &Value, around: Around<'_>) -> PageOffer {
    let specifications = specifications(graph, offer);
    let currency = currency_of(graph, offer)
        .or_else(|| specifications.iter().find_map(|s| currency_of(graph, s)))
        .or(around.currency);
    let around = Around { currency, ..around };
    let mut made = PageOffer {
        availability: graph.text(offer, &["availability"]).map_or(Availability::Unknown, |t| availability(&t)),
        condition: graph
            .text(offer, &["itemCondition"])
            .or_else(|| graph.text(item, &["itemCondition"]))
            .map_or(Condition::New, |t| condition(&t)),
        sku: graph.text(offer, &["sku"]),
        url: graph.text(offer, &["url"]).filter(|u| u.contains('/') || u.contains('#')),
        seller: graph.text(offer, &["seller", "offeredBy"]).filter(|s| !s.starts_with("http")),
        variant: graph
            .first(offer, "itemOffered")
            .and_then(|v| graph.text(v, &["name"]))
            .or_else(|| graph.text(offer, &["name"])),
        ..PageOffer::default()
    };
    let mut unclear = None;
    for (name, kind) in [("price", PriceKind::Current), ("lowPrice", PriceKind::From), ("highPrice", PriceKind::UpTo)] {
        for value in graph.all(offer, name).into_iter().filter(|v| !v.is_object()) {
            let (candidates, note) = amounts(value, kind, &stood(offer, name, around), around);
            made.candidates.extend(candidates);
            unclear = unclear.or(note);
        }
    }
    for (index, specification) in specifications.iter().enumerate() {
        let place = format!("{}.priceSpecification[{index}]", around.place);
        let kind = specification_kind(graph, specification, around.lodging);
        let around = Around { currency: currency_of(graph, specification).or(currency), place: &place, ..around };
        made.candidates.extend(specified(graph, specification, kind, around));
        if kind == PriceKind::Unit {
            made.unit_price = made.unit_price.or_else(|| unit_price(graph, specification, &made.candidates));
        }
    }
    let taxed = std::iter::once(offer).chain(specifications.iter().copied());
    made.tax_included = taxed.filter_map(|item| graph.text(item, &["valueAddedTaxIncluded"])).find_map(|t| flag(&t));
    made.shipping = shipping(graph, offer, around, &mut made.candidates);
    decide(made, unclear, around)
}

fn flag(text: &str) -> Option<bool> {
    match super::graph::local_name(text).to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// Where a property of an item stood on the page.
fn stood(item: &Value, name: &str, around: Around<'_>) -> String {
    place::of(item, name).map_or_else(|| format!("{}.{name}", around.place), str::to_owned)
}

/// Reads one stated amount; its kind is `kind` unless the text itself says otherwise.
fn amounts(value: &Value, kind: PriceKind, place: &str, around: Around<'_>) -> (Vec<PriceCandidate>, Option<String>) {
    let Some(text) = text_of(value) else { return (Vec::new(), None) };
    let decimal_mark = value.is_number().then_some('.');
    let reading =
        price::parse(&text, &Hint { currency: around.currency, decimal_mark, local: around.local, beside: None });
    let mut candidates = reading.candidates(place);
    for candidate in &mut candidates {
        if candidate.kind == PriceKind::Current {
            candidate.kind = kind;
        }
    }
    let unclear = match (&reading.amount, candidates.is_empty()) {
        (Some(_), true) if reading.currency.is_some() => Some(format!("{place} is too large to be a price")),
        (Some(amount), true) => Some(format!("{place} is {amount} without a currency")),
        _ => None,
    };
    (candidates, unclear)
}

fn specifications<'a>(graph: &'a Graph, offer: &'a Value) -> Vec<&'a Value> {
    let stated = graph.all(offer, "priceSpecification").into_iter();
    let nested = graph.all(offer, "price").into_iter().filter(|v| v.is_object());
    stated.chain(nested).filter(|v| v.is_object()).take(50).collect()
}

fn specification_kind(graph: &Graph, item: &Value, lodging: bool) -> PriceKind {
    let kinds = types(item);
    let tag = |name: &str| graph.text(item, &[name]).map(|t| super::graph::local_name(&t).to_lowercase());
    if kinds.contains(&"DeliveryChargeSpecification") {
        return PriceKind::Shipping;
    }
    if kinds.contains(&"PaymentChargeSpecification") {
        return PriceKind::Unknown;
    }
    if graph.first(item, "validForMemberTier").is_some() {
        return PriceKind::Member;
    }
    if let Some(kind) = tag("priceType").and_then(|t| price_type(&t)) {
        return kind;
    }
    let unit = graph.text(item, &["unitCode", "unitText"]).unwrap_or_default();
    if lodging && matches!(unit.to_lowercase().as_str(), "day" | "night" | "d") {
        return PriceKind::Current;
    }
    let billed =
        ["billingDuration", "billingIncrement", "priceComponentType"].iter().any(|p| graph.first(item, p).is_some());
    if billed || matches!(unit.as_str(), "MON" | "ANN" | "WEE" | "month") {
        return PriceKind::Instalment;
    }
    if reference(graph, item).is_some_and(|(_, unit)| !unit.is_empty()) {
        return PriceKind::Unit;
    }
    let least = graph.first(item, "eligibleQuantity").and_then(|q| graph.text(q, &["minValue", "value"]));
    if least.and_then(|t| t.parse::<f64>().ok()).is_some_and(|n| n > 1.0) {
        return PriceKind::Promotion;
    }
    PriceKind::Current
}

fn price_type(word: &str) -> Option<PriceKind> {
    Some(match word {
        "listprice" | "strikethroughprice" | "regularprice" | "msrp" | "srp" | "maximumretailprice" => PriceKind::List,
        "saleprice" => PriceKind::Sale,
        "tierbenefitloyaltyprice" => PriceKind::Member,
        "minimumadvertisedprice" | "invoiceprice" => PriceKind::Unknown,
        _ => return None,
    })
}

fn specified(graph: &Graph, item: &Value, kind: PriceKind, around: Around<'_>) -> Vec<PriceCandidate> {
    let mut found = Vec::new();
    let current = matches!(kind, PriceKind::Current | PriceKind::Sale);
    let ranged = [
        ("price", kind),
        ("minPrice", if current { PriceKind::From } else { kind }),
        ("maxPrice", if current { PriceKind::UpTo } else { kind }),
    ];
    for (name, kind) in ranged {
        for value in graph.all(item, name) {
            found.extend(amounts(value, kind, &stood(item, name, around), around).0);
        }
    }
    let parts: Vec<&Value> = graph.all(item, "priceComponent");
    if found.is_empty() && !parts.is_empty() {
        let own = |part: &&Value| specification_kind(graph, part, around.lodging) == PriceKind::Current;
        let sums: Vec<Money> = parts
            .iter()
            .filter(|p| own(p))
            .filter_map(|part| Some(amounts(graph.first(part, "price")?, kind, "", around).0.first()?.money))
            .collect();
        let sum = sums.split_first().and_then(|(first, rest)| rest.iter().try_fold(*first, |a, b| a.checked_add(b)));
        found.extend(sum.map(|money| PriceCandidate {
            money,
            kind,
            raw: format!("sum of {} parts", sums.len()),
            place: around.place.to_owned(),
        }));
    }
    found
}

/// The amount and unit that a unit price is for; the unit is empty for a piece.
fn reference(graph: &Graph, item: &Value) -> Option<(f64, String)> {
    let quantity = graph.first(item, "referenceQuantity")?;
    let value = graph.text(quantity, &["value"]).and_then(|t| t.parse().ok()).unwrap_or(1.0);
    let code = graph.text(quantity, &["unitCode", "unitText"]).unwrap_or_default();
    let unit = match price::unit(&code) {
        Some(unit) => unit.to_owned(),
        None => crate::sources::attribute::unit_symbol(&code).unwrap_or_default(),
    };
    Some((value, unit))
}

fn unit_price(graph: &Graph, item: &Value, candidates: &[PriceCandidate]) -> Option<UnitPrice> {
    let (per, unit) = reference(graph, item).filter(|(per, _)| *per > 0.0)?;
    let money = candidates.iter().rev().find(|c| c.kind == PriceKind::Unit)?.money;
    Some(UnitPrice { money, per, unit })
}

fn shipping(graph: &Graph, offer: &Value, around: Around<'_>, candidates: &mut Vec<PriceCandidate>) -> Option<Money> {
    let mut rates = Vec::new();
    for (index, detail) in graph.all(offer, "shippingDetails").into_iter().take(50).enumerate() {
        for rate in graph.all(detail, "shippingRate") {
            let around = Around { currency: currency_of(graph, rate).or(around.currency), ..around };
            let built = format!("{}.shippingDetails[{index}]", around.place);
            let place = place::of(rate, "value").map_or(built, str::to_owned);
            let values = graph.all(rate, "value").into_iter();
            rates.extend(values.flat_map(|value| amounts(value, PriceKind::Shipping, &place, around).0));
        }
    }
    let first = rates.first().map(|c| c.money);
    let same = rates.iter().all(|c| Some(c.money) == first);
    candidates.extend(rates);
    first.filter(|_| same)
}

/// schema.org's names and those met in the wild, with or without address.
pub fn availability(text: &str) -> Availability {
    let word: String = super::graph::local_name(text).chars().filter(|c| c.is_alphanumeric()).collect();
    match word.to_lowercase().as_str() {
        "instock" | "available" | "auflager" | "lieferbar" | "enstock" => Availability::InStock,
        "limitedavailability" | "limited" | "lowstock" => Availability::Limited,
        "outofstock" | "soldout" | "oos" | "unavailable" | "notavailable" => Availability::OutOfStock,
        "preorder" | "presale" | "pending" => Availability::PreOrder,
        "backorder" | "backordered" => Availability::BackOrder,
        "instoreonly" => Availability::InStoreOnly,
        "onlineonly" => Availability::OnlineOnly,
        "madetoorder" => Availability::MadeToOrder,
        "reserved" => Availability::Reserved,
        "discontinued" => Availability::Discontinued,
        _ => Availability::Unknown,
    }
}

/// What a sentence of a shop says about stock: "In stock (19 available)", "Nicht mehr lieferbar".
pub fn availability_in(text: &str) -> Availability {
    const SAID: [(Availability, &[&str]); 8] = [
        (Availability::Discontinued, &["discontinued", "no longer available", "nicht mehr lieferbar", "abgekündigt"]),
        (
            Availability::OutOfStock,
            &[
                "out of stock",
                "sold out",
                "unavailable",
                "not available",
                "not in stock",
                "no stock",
                "ausverkauft",
                "nicht auf lager",
                "nicht verfügbar",
                "nicht lieferbar",
                "vergriffen",
                "épuisé",
                "rupture",
                "indisponible",
                "agotado",
                "sin stock",
                "no disponible",
                "esaurito",
                "non disponibile",
                "uitverkocht",
                "niet op voorraad",
                "slutsåld",
                "slut i lager",
                "vyprodáno",
                "není skladem",
                "niedostępny",
                "нет в наличии",
                "אזל",
                "לא במלאי",
            ],
        ),
        (Availability::PreOrder, &["pre-order", "preorder", "vorbestell", "précommande", "prevendita", "предзаказ"]),
        (Availability::BackOrder, &["back-order", "backorder", "back order", "nachbestell"]),
        (Availability::InStoreOnly, &["in store only", "in-store only", "nur im markt", "nur in der filiale"]),
        (Availability::MadeToOrder, &["made to order", "auf bestellung", "sur commande"]),
        (
            Availability::Limited,
            &["low stock", "few left", "left in stock", "nur noch", "plus que", "last items", "limited stock"],
        ),
        (
            Availability::InStock,
            &[
                "in stock",
                "available",
                "auf lager",
                "vorrätig",
                "lieferbar",
                "verfügbar",
                "en stock",
                "disponible",
                "disponibile",
                "op voorraad",
                "i lager",
                "på lager",
                "skladem",
                "dostępny",
                "в наличии",
                "במלאי",
                "זמין",
            ],
        ),
    ];
    let lower = text.to_lowercase();
    let said = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    SAID.iter().find(|(_, words)| said(words)).map_or(Availability::Unknown, |(kind, _)| *kind)
}

/// schema.org's OfferItemCondition and plain words.
pub fn condition(text: &str) -> Condition {
    match super::graph::local_name(text).to_lowercase().trim_end_matches("condition") {
        "used" | "preowned" | "gebraucht" => Condition::Used,
        "refurbished" | "renewed" | "refurb" => Condition::Refurbished,
        "openbox" | "open box" => Condition::OpenBox,
        "damaged" => Condition::Damaged,
        _ => Condition::New,
    }
}

/// Whether a price of zero may be meant for an item.
pub fn may_be_free(item: &Value) -> bool {
    !product::is_lodging(item)
        && types(item).iter().any(|t| {
            t.ends_with("Application")
                || t.ends_with("Event")
                || matches!(*t, "Event" | "VideoGame" | "Course" | "Book")
        })
}
