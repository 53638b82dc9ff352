//! Words and tables that several commands share: product heads, offers, hits, prices, dates.
//!
//! Turns data into cells; never reads the database, never prints.

use super::output::{Out, Role};
use super::table::{Cell, Table, cell};
use crate::domain::rate::Rates;
use crate::domain::{
    Availability, ChangedField, Condition, Currency, ListingChange, Money, Offer, Outcome, Product, ProductFacts,
    Rating, Timestamp, UnitPrice,
};
use crate::retrieval::Hit;

/// Said wherever something of the demo catalogue is shown.
pub const INVENTED: &str = "Demo data: these products, shops, prices and reviews are invented.";

/// `2026-11-20`, UTC.
pub fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// `4.3★ (37)`; nothing where there is no rating.
pub fn stars(rating: Option<Rating>) -> String {
    rating.map(|r| format!("{:.1}★ ({})", r.stars, r.count)).unwrap_or_default()
}

/// `€3.99 / 100 g`.
pub fn unit_price(price: &UnitPrice) -> String {
    format!("{} / {} {}", price.money, price.per, price.unit)
}

/// A cell for a price that may be missing: never blank, so that a missing price is not taken for a lost column.
pub fn money_cell(money: Option<Money>, role: Role) -> Cell {
    match money {
        Some(money) => cell(role, money.to_string()),
        None => cell(Role::Dim, "no price"),
    }
}

/// Availability and, where it is not new, the condition.
pub fn stock(offer: &Offer) -> Cell {
    let role = match offer.availability.buyable() {
        Some(true) => Role::Good,
        Some(false) => Role::Bad,
        None => Role::Dim,
    };
    let condition = match offer.condition {
        Condition::New => "",
        Condition::Used => ", used",
        Condition::Refurbished => ", refurbished",
        Condition::OpenBox => ", open box",
        Condition::Damaged => ", damaged",
    };
    let stock = match offer.availability {
        Availability::Unknown => "stock not stated",
        known => known.label(),
    };
    cell(role, format!("{stock}{condition}"))
}

/// When the price was seen, and that the last look failed where it did.
pub fn seen(offer: &Offer) -> Cell {
    let when = offer.observed_at.map(day).unwrap_or_else(|| "never".to_owned());
    if offer.last_outcome.is_good() {
        return cell(Role::Dim, when);
    }
    cell(Role::Warn, format!("{when}; last look: {}", outcome(offer.last_outcome)))
}

/// An outcome in plain words.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::NotModified => "unchanged",
        Outcome::Blocked => "blocked by the shop",
        Outcome::NoPrice => "no price on the page",
        Outcome::Ambiguous => "several prices, none sure",
        Outcome::Gone => "gone",
        Outcome::Error => "failed",
    }
}

/// `[12] NordWash 45 Slim`, marked where it is invented.
pub fn title(out: &Out, product: &Product) -> String {
    let id = out.paint(Role::Accent, &format!("[{}]", product.id));
    let title = out.paint(Role::Strong, &out.clean(&product.facts.title));
    let mark = if product.invented { out.paint(Role::Warn, "  invented demo data") } else { String::new() };
    format!("{id} {title}{mark}")
}

/// Brand, model, category, GTIN and rating on one line.
pub fn identity(out: &Out, facts: &ProductFacts) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(facts.brand.iter().map(|brand| out.clean(brand)));
    parts.extend(facts.model.iter().map(|model| out.clean(model)));
    parts.extend(facts.category.iter().map(|category| out.clean(category)));
    parts.extend(facts.gtin.iter().map(|gtin| format!("GTIN {}", out.clean(gtin))));
    parts.extend(facts.rating.map(|r| format!("{:.1} of 5 stars from {} ratings", r.stars, r.count)));
    parts.join(" · ")
}

/// Shipping as the shop states it.
pub fn shipping(offer: &Offer) -> String {
    match (offer.shipping_included, offer.shipping) {
        (Some(true), _) => "in the price".to_owned(),
        (_, Some(shipping)) if shipping.minor == 0 => "free".to_owned(),
        (_, Some(shipping)) => shipping.to_string(),
        (_, None) => String::new(),
    }
}

/// Each price that is in another currency than the user's, in the user's, with rate and date; or that it cannot be
/// compared.
pub fn conversions(offers: &[Offer], currency: Option<Currency>, rates: &Rates, now: Timestamp) -> Vec<String> {
    let Some(currency) = currency else { return Vec::new() };
    let mut lines = Vec::new();
    for offer in offers {
        let Some(price) = offer.price.filter(|price| price.currency != currency) else { continue };
        let all = offer.total().filter(|all| *all != price).and_then(|all| rates.convert(all, currency, now));
        let with = all.map(|all| format!(", with shipping ≈ {}", all.money)).unwrap_or_default();
        lines.push(match rates.convert(price, currency, now) {
            Some(told) => format!("{} at {}: {told}{with}", price, offer.shop.name),
            None => format!("{} at {}: not comparable in {currency}, no rate is known", price, offer.shop.name),
        });
    }
    lines
}

/// The shop, with who sells there where that is another.
fn seller(out: &Out, offer: &Offer) -> String {
    let by = offer.seller.as_deref().filter(|seller| !seller.eq_ignore_ascii_case(&offer.shop.name));
    out.clean(&by.map_or(offer.shop.name.clone(), |seller| format!("{} ({seller})", offer.shop.name)))
}

/// Offers one under another.
pub fn offers(out: &Out, offers: &[Offer]) -> Table {
    let mut table = Table::new()
        .flexible("Shop", 12)
        .flexible("Variant", 8)
        .right("Price")
        .right("In all")
        .right("List price")
        .right("Per unit")
        .right("Shipping")
        .roomy("Stock")
        .left("Seen");
    for offer in offers {
        table.row(vec![
            cell(Role::Text, seller(out, offer)),
            cell(Role::Text, out.clean(offer.variant.as_deref().unwrap_or_default())),
            money_cell(offer.price, Role::Strong),
            cell(Role::Text, offer.total().map(|m| m.to_string()).unwrap_or_default()),
            cell(Role::Dim, offer.list_price.map(|m| m.to_string()).unwrap_or_default()),
            cell(Role::Dim, offer.unit_price.as_ref().map(unit_price).unwrap_or_default()),
            cell(Role::Dim, shipping(offer)),
            stock(offer),
            seen(offer),
        ]);
    }
    table
}

/// Most changes of listings told at once.
const CHANGES: usize = 5;

/// How listings changed, newest first: what was in the pack before all else.
pub fn changes(changes: &[ListingChange]) -> Vec<String> {
    let mut sorted: Vec<&ListingChange> = changes.iter().collect();
    sorted.sort_by_key(|c| (c.field != ChangedField::Content, std::cmp::Reverse(c.at)));
    sorted.iter().take(CHANGES).map(|c| format!("{} at {}: {}", day(c.at), c.shop, c.told())).collect()
}

/// Products with their best fitting offer.
pub fn hits(out: &Out, hits: &[Hit]) -> Table {
    let mut table = Table::new()
        .right("Id")
        .flexible("Product", 24)
        .right("Price")
        .flexible("Brand", 8)
        .roomy("Stars")
        .roomy("Shop")
        .roomy("Stock");
    let also = hits.iter().any(|hit| hit.variants.count > 0);
    if also {
        table = table.roomy("Also in");
    }
    for hit in hits {
        let offer = hit.offers.first();
        let more = hit.offers.len().saturating_sub(1);
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        let mut row = vec![
            cell(Role::Accent, hit.product.id.to_string()),
            cell(Role::Text, out.clean(&hit.product.facts.title)),
            money_cell(offer.and_then(|offer| offer.price), Role::Strong),
            cell(Role::Dim, out.clean(hit.product.facts.brand.as_deref().unwrap_or_default())),
            cell(Role::Text, stars(hit.product.facts.rating)),
            cell(Role::Text, offer.map(|o| format!("{}{more}", out.clean(&o.shop.name))).unwrap_or_default()),
            offer.map(stock).unwrap_or_default(),
        ];
        if also {
            row.push(cell(Role::Dim, hit.variants.told().unwrap_or_default()));
        }
        table.row(row);
    }
    table
}

/// Products that a name may mean.
pub fn candidates(out: &Out, products: &[Product]) -> Table {
    let mut table = Table::new().right("Id").flexible("Product", 24).flexible("Brand", 8);
    for product in products {
        table.row(vec![
            cell(Role::Accent, product.id.to_string()),
            cell(Role::Text, out.clean(&product.facts.title)),
            cell(Role::Dim, out.clean(product.facts.brand.as_deref().unwrap_or_default())),
        ]);
    }
    table
}
