//! Open Prices: what people saw on shelves and receipts, each with its day and place.
//!
//! A look at a shop on a day, never an offer of now. Copies of a report are left out; amounts are read from the digits
//! as they stand in the answer.

use crate::domain::*;
use crate::sources::gtin;
use crate::sources::listing::{Ask, Listing, ListingError, Part};
use crate::sources::price;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use url::Url;

const SIZE: u32 = 100;
/// The interface answers no further page.
const LAST_PAGE: u32 = 500;

/// What became of a report.
#[derive(Debug)]
pub enum Item {
    Look(Box<Observation>),
    /// Left out on purpose.
    LeftOut(&'static str),
}

#[derive(Deserialize)]
struct Report<'a> {
    id: Option<u64>,
    #[serde(rename = "type")]
    kind: Option<String>,
    product_code: Option<String>,
    product_name: Option<String>,
    category_tag: Option<String>,
    #[serde(borrow)]
    price: Option<&'a RawValue>,
    #[serde(borrow)]
    price_without_discount: Option<&'a RawValue>,
    price_is_discounted: Option<bool>,
    discount_type: Option<String>,
    price_per: Option<String>,
    currency: Option<String>,
    date: Option<String>,
    created: Option<String>,
    location_id: Option<u64>,
    location_osm_id: Option<u64>,
    location_osm_type: Option<String>,
    duplicate_of: Option<Value>,
    product: Option<Product>,
    location: Option<Location>,
}

#[derive(Deserialize)]
struct Product {
    product_name: Option<String>,
    product_quantity: Option<Value>,
    product_quantity_unit: Option<String>,
    brands: Option<String>,
    categories_tags: Option<Vec<String>>,
    image_url: Option<String>,
    nutriscore_grade: Option<String>,
}

#[derive(Deserialize)]
struct Location {
    osm_name: Option<String>,
    osm_brand: Option<String>,
    osm_address_city: Option<String>,
    osm_address_country_code: Option<String>,
    website_url: Option<String>,
}

/// One report, from the answer of the interface or from a line of the dump.
///
/// # Errors
/// Why it is no look at a price.
pub fn observe(text: &str) -> Result<Item, String> {
    let report: Report<'_> = serde_json::from_str(text).map_err(|e| format!("is no report: {e}"))?;
    if report.duplicate_of.as_ref().is_some_and(|d| !d.is_null()) {
        return Ok(Item::LeftOut("copies of another report"));
    }
    let currency: Currency =
        report.currency.as_deref().unwrap_or_default().parse().map_err(|_| "names no currency".to_owned())?;
    let money = |raw: Option<&RawValue>| raw.and_then(|raw| amount(raw.get(), currency));
    let asked = money(report.price).ok_or("names no price that can be read")?;
    let date = report.date.as_deref().ok_or("names no day")?;
    let at = crate::sources::feed::moment(date).ok_or_else(|| format!("\"{date}\" is no day"))?;
    let Some(facts) = facts(&report) else { return Ok(Item::LeftOut("reports that name neither product nor kind")) };
    let key = facts.gtin.clone().or_else(|| report.product_code.clone()).or_else(|| report.category_tag.clone());
    let mut look = Observation::new(place(&report), key.unwrap_or_else(|| facts.title.clone()), facts, at);
    look.availability = Availability::InStoreOnly;
    look.tax_included = Some(true);
    let candidate = |money, kind, raw: Option<&RawValue>, name: &str| PriceCandidate {
        money,
        kind,
        raw: raw.map(RawValue::get).unwrap_or_default().to_owned(),
        place: format!("open prices {name}"),
    };
    let before = money(report.price_without_discount);
    let sale = report.price_is_discounted == Some(true);
    look.candidates
        .extend(before.map(|m| candidate(m, PriceKind::List, report.price_without_discount, "price_without_discount")));
    let kind = kind_of(&report, sale);
    look.candidates.push(candidate(asked, kind, report.price, "price"));
    match kind {
        PriceKind::Current | PriceKind::Sale => {
            look.price = Some(asked);
            look.list_price = before.filter(|b| b.minor > asked.minor);
        }
        // A discount that not everyone gets: the price of everyone else is the one before it, where that is known.
        PriceKind::Member | PriceKind::Promotion if before.is_some() => look.price = before,
        _ => {
            look.outcome = Outcome::NoPrice;
            look.detail = Some(match kind {
                PriceKind::Unit => "priced by weight: only the price of a kilogram is known".to_owned(),
                _ => format!("a price under a condition: {}", report.discount_type.as_deref().unwrap_or("discount")),
            });
        }
    }
    if kind == PriceKind::Unit {
        look.unit_price = Some(UnitPrice { money: asked, per: 1.0, unit: "kg".to_owned() });
    }
    if kind == PriceKind::OpenBox {
        look.condition = Condition::Used;
        look.price = Some(asked);
        (look.outcome, look.detail) = (Outcome::Ok, None);
    }
    Ok(Item::Look(Box::new(look)))
}

/// The digits as they stand there; a number in quotes is one too. Zero and less is no price.
fn amount(raw: &str, currency: Currency) -> Option<Money> {
    let text = raw.trim().trim_matches('"');
    price::to_money(text, currency).filter(|m| m.minor > 0)
}

fn kind_of(report: &Report<'_>, sale: bool) -> PriceKind {
    if report.price_per.as_deref() == Some("KILOGRAM") {
        return PriceKind::Unit;
    }
    match report.discount_type.as_deref().filter(|_| sale) {
        Some("LOYALTY_PROGRAM") => PriceKind::Member,
        Some("QUANTITY") => PriceKind::Promotion,
        Some("SECOND_HAND") => PriceKind::OpenBox,
        _ if sale => PriceKind::Sale,
        _ => PriceKind::Current,
    }
}

fn facts(report: &Report<'_>) -> Option<ProductFacts> {
    let product = report.product.as_ref();
    let own = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let code = own(&report.product_code);
    let named = product.and_then(|p| own(&p.product_name)).or_else(|| own(&report.product_name));
    let of_kind = || report.category_tag.as_deref().map(plain_tag);
    let title = match report.kind.as_deref() {
        Some("CATEGORY") => named.or_else(of_kind)?,
        _ => named.or_else(of_kind).or_else(|| code.as_ref().map(|code| format!("Product {code}")))?,
    };
    let amount = product.and_then(|p| {
        let value = p.product_quantity.as_ref()?;
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        crate::sources::attribute::read("pack size", &value, p.product_quantity_unit.as_deref().or(Some("g")))
    });
    let grade =
        product.and_then(|p| crate::sources::attribute::read("nutri-score", p.nutriscore_grade.as_deref()?, None));
    let category =
        report.category_tag.as_deref().or_else(|| product?.categories_tags.as_ref()?.last().map(String::as_str));
    Some(ProductFacts {
        title,
        brand: product.and_then(|p| own(&p.brands)).map(|b| b.split(',').next().unwrap_or_default().trim().to_owned()),
        gtin: code.as_deref().and_then(gtin::normalise),
        category: category.map(plain_tag),
        attributes: amount.into_iter().chain(grade).collect(),
        images: product.and_then(|p| own(&p.image_url)).into_iter().collect(),
        ..ProductFacts::default()
    })
}

/// `en:oat-drinks` -> `oat drinks`.
fn plain_tag(tag: &str) -> String {
    tag.split_once(':').map_or(tag, |(_, name)| name).replace('-', " ")
}

/// The shop is the place: its name and town, or its number where the answer names none.
fn place(report: &Report<'_>) -> ShopRef {
    let named = report.location.as_ref().and_then(|l| {
        let name = l.osm_name.as_deref().or(l.osm_brand.as_deref()).filter(|n| !n.is_empty());
        let site =
            l.website_url.as_deref().and_then(|u| Url::parse(u).ok()).and_then(|u| u.host_str().map(str::to_owned));
        let name = name.map(str::to_owned).or_else(|| site.clone())?;
        let town = l.osm_address_city.as_deref().or(l.osm_address_country_code.as_deref());
        Some((town.map_or_else(|| name.clone(), |town| format!("{name}, {town}")), site))
    });
    let number = || {
        let id = report.location_id.or(report.location_osm_id);
        let kind = report.location_osm_type.as_deref().unwrap_or("place").to_lowercase();
        id.map_or_else(
            || format!("Open Prices report {}", report.id.unwrap_or(0)),
            |id| format!("Open Prices {kind} {id}"),
        )
    };
    let (name, domain) = named.unwrap_or_else(|| (number(), None));
    ShopRef { name, domain, invented: false }
}

/// Reports page by page, in the order they came in, from where the last look ended.
pub struct OpenPrices {
    base: Url,
    page: u32,
    pages: u32,
    /// Reports that came in since: the `created` of the newest one read, verbatim.
    since: Option<String>,
    newest: Option<String>,
    done: bool,
}

impl OpenPrices {
    /// Reads the prices at an address; its own filters (a product, a place, a currency) stay.
    ///
    /// # Errors
    /// Where the address is none.
    pub fn open(location: &str, state: &Value) -> Result<Self, ListingError> {
        let wrong = |detail: &str| ListingError::Address { location: location.to_owned(), detail: detail.to_owned() };
        let mut base = Url::parse(location).map_err(|e| wrong(&e.to_string()))?;
        if !base.path().contains("/api/") {
            base = base.join("/api/v1/prices").map_err(|e| wrong(&e.to_string()))?;
        }
        let kept: Vec<(String, String)> = base
            .query_pairs()
            .filter(|(name, _)| !matches!(name.as_ref(), "page" | "size" | "order_by" | "created__gte"))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        base.set_query(None);
        if !kept.is_empty() {
            base.query_pairs_mut().extend_pairs(kept);
        }
        let since = state.get("created").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { base, page: 1, pages: 1, newest: since.clone(), since, done: false })
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    pages: u32,
}

impl Listing for OpenPrices {
    fn next(&mut self) -> Option<Ask> {
        if self.done || self.page > self.pages {
            return None;
        }
        let mut url = self.base.clone();
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("order_by", "created").append_pair("size", &SIZE.to_string());
            query.append_pair("page", &self.page.to_string());
            if let Some(since) = &self.since {
                query.append_pair("created__gte", since);
            }
        }
        Some(Ask::get(url))
    }

    fn read(&mut self, body: &[u8], _now: Timestamp) -> Result<Part, ListingError> {
        self.done = true;
        if body.trim_ascii_start().first() == Some(&b'<') {
            return Err(ListingError::Blocked("a web page came instead".to_owned()));
        }
        let answer: Answer<'_> =
            serde_json::from_slice(body).map_err(|error| ListingError::Unreadable(error.to_string()))?;
        let mut part = Part::default();
        let (mut left_out, mut broken) = (0, 0);
        for item in &answer.items {
            match observe(item.get()) {
                Ok(Item::Look(look)) => part.observations.push(*look),
                Ok(Item::LeftOut(_)) => left_out += 1,
                Err(reason) => {
                    broken += 1;
                    if broken <= 3 {
                        part.notes.push(format!("a report on page {}: {reason}", self.page));
                    }
                }
            }
            let created = serde_json::from_str::<Report<'_>>(item.get()).ok().and_then(|r| r.created);
            if created > self.newest {
                self.newest = created;
            }
        }
        if left_out > 0 {
            part.notes.push(format!("{left_out} reports on page {} are copies or name nothing", self.page));
        }
        self.pages = answer.pages;
        self.page += 1;
        self.done = answer.items.is_empty();
        if self.page > LAST_PAGE && self.pages > LAST_PAGE {
            // Further pages are not answered: go on from the newest report seen, unless that leads nowhere.
            if self.newest > self.since {
                self.since.clone_from(&self.newest);
                (self.page, self.pages) = (1, 1);
            } else {
                self.done = true;
                part.notes.push("more reports of one moment than the interface answers; read its dump".to_owned());
            }
        }
        Ok(part)
    }

    /// Reports are looks at a day: none of them goes away.
    fn complete(&self) -> bool {
        false
    }

    fn state(&self) -> Value {
        self.newest.as_ref().map_or(Value::Null, |created| json!({ "created": created }))
    }
}

#[cfg(test)]
mod tests;
