//! Shopify's public storefront JSON: a whole shop, a collection or one product, every variant an offer.
//!
//! The data names no currency: the shop's `/meta.json` is asked first, else the address says it
//! (`#currency=EUR`), else the front page. Never guesses one; without it offers are kept and have no price.

use super::common::{self, id, items, text};
use crate::domain::*;
use crate::sources::gtin;
use crate::sources::listing::{Ask, Listing, ListingError, Part};
use serde_json::{Value, json};
use std::collections::HashSet;
use url::Url;

mod front;

/// The most that the interface gives on one page.
const PER_PAGE: u32 = 250;
/// The interface refuses what lies beyond 25,000 products.
const MOST_PAGES: u32 = 25_000 / PER_PAGE;
/// The only value of the only option of a product that has no variants.
const NO_VARIANT: &str = "Default Title";

/// What to ask for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Currency,
    FrontPage,
    Page(u32),
    Product,
    Done,
}

/// What the address names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Listing { collection: Option<String> },
    Product { handle: String },
}

/// A Shopify shop that is being read.
#[derive(Debug)]
pub struct Shopify {
    origin: Url,
    /// Path before `/products`: the language or market, as in `/en-gb`.
    prefix: Vec<String>,
    wanted: Wanted,
    shop: ShopRef,
    /// What the user said with the address.
    given: Option<Currency>,
    /// What an earlier look found.
    kept: Option<Currency>,
    found: Option<Currency>,
    step: Step,
    seen: HashSet<u64>,
    /// Pages in a row that brought nothing but known variants.
    stale_pages: u32,
    /// Something could not be read, so that what is missing may be that.
    flawed: bool,
    complete: bool,
}

impl Shopify {
    /// A reader for a shop's front page, a collection or a product.
    ///
    /// # Errors
    /// Where the location is no http address, or names a currency that is none.
    pub fn open(location: &str, state: &Value) -> Result<Self, ListingError> {
        let url = common::address(location)?;
        let wrong = |detail: String| ListingError::Address { location: location.to_owned(), detail };
        let given = match url.fragment().and_then(|f| f.strip_prefix("currency=")) {
            Some(code) => Some(code.parse::<Currency>().map_err(|e| wrong(e.to_string()))?),
            None => None,
        };
        let path: Vec<String> = url.path_segments().into_iter().flatten().map(str::to_owned).collect();
        let (prefix, wanted) = wanted(&path);
        let mut origin = url.clone();
        origin.set_path("/");
        origin.set_query(None);
        origin.set_fragment(None);
        Ok(Self {
            shop: common::shop(&url),
            origin,
            prefix,
            wanted,
            given,
            kept: text(state, "currency").and_then(|code| code.parse().ok()),
            found: None,
            step: Step::Currency,
            seen: HashSet::new(),
            stale_pages: 0,
            flawed: false,
            complete: false,
        })
    }

    /// What the shop says now, else what the user said, else what the shop said before.
    fn currency(&self) -> Option<Currency> {
        self.found.or(self.given).or(self.kept)
    }

    fn address(&self, path: &[&str]) -> Url {
        let mut url = self.origin.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(&self.prefix).extend(path);
        }
        url
    }

    fn page_address(&self, page: u32) -> String {
        let mut url = match &self.wanted {
            Wanted::Listing { collection: Some(handle) } => self.address(&["collections", handle, "products.json"]),
            _ => self.address(&["products.json"]),
        };
        url.query_pairs_mut().append_pair("limit", &PER_PAGE.to_string()).append_pair("page", &page.to_string());
        url.into()
    }

    /// The step after the currency is settled, as far as it can be.
    fn first_step(&self) -> Step {
        match self.wanted {
            Wanted::Listing { .. } => Step::Page(1),
            Wanted::Product { .. } => Step::Product,
        }
    }

    /// The front page is asked only where nothing else names a currency.
    fn step_without_data(&self) -> Step {
        if self.currency().is_none() { Step::FrontPage } else { self.first_step() }
    }

    /// A shop without this address, or with a web page in its place, names its currency nowhere.
    fn read_currency(&mut self, body: &[u8]) -> Part {
        let answer: Value = common::json(body).unwrap_or_default();
        self.found = text(&answer, "currency").and_then(|code| code.parse().ok());
        self.step = self.step_without_data();
        let mut part = Part::default();
        if let (Some(found), Some(given)) = (self.found, self.given)
            && found != given
        {
            part.notes.push(format!("the shop itself says that its prices are in {found}, not {given}"));
        }
        part
    }

    fn read_page(&mut self, page: u32, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        let answer: Value = common::json(body)?;
        let products = answer.get("products").and_then(Value::as_array).ok_or_else(|| refused(&answer))?;
        let mut part = self.first_part(page == 1);
        if products.is_empty() {
            // A shop that lists nothing at all is more likely closed for a while than sold out of everything.
            self.complete = !self.flawed && !self.seen.is_empty();
            self.step = Step::Done;
            return Ok(part);
        }
        let known = self.seen.len();
        for (at, product) in products.iter().enumerate() {
            self.read_product(product, &format!("products[{at}]"), now, &mut part);
        }
        self.stale_pages = if self.seen.len() == known { self.stale_pages + 1 } else { 0 };
        self.step = if self.stale_pages > 1 {
            part.notes.push("the shop gives the same page again and again: it was not read to its end".to_owned());
            Step::Done
        } else if page == MOST_PAGES {
            part.notes.push(format!(
                "only the first {} products can be read this way: add the shop's collections one by one",
                MOST_PAGES * PER_PAGE
            ));
            Step::Done
        } else {
            Step::Page(page + 1)
        };
        Ok(part)
    }

    fn read_single(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        let answer: Value = common::json(body)?;
        let product = answer.get("product").filter(|p| p.is_object()).ok_or_else(|| refused(&answer))?;
        let mut part = self.first_part(true);
        self.read_product(product, "product", now, &mut part);
        self.complete = !self.flawed && !self.seen.is_empty();
        self.step = Step::Done;
        Ok(part)
    }

    /// A part that says once that no currency is known.
    fn first_part(&self, first: bool) -> Part {
        let mut part = Part::default();
        if first && self.currency().is_none() {
            part.notes
                .push("the shop names no currency: add it again with --currency, as in --currency EUR".to_owned());
        }
        part
    }

    fn read_product(&mut self, product: &Value, place: &str, now: Timestamp, part: &mut Part) {
        let (Some(product_id), Some(title)) = (id(product, "id"), text(product, "title").and_then(common::name)) else {
            self.flawed = true;
            part.notes.push(format!("{place} has no id or no title"));
            return;
        };
        let facts = facts(product, title);
        for (at, variant) in items(product, "variants").iter().enumerate() {
            let place = format!("{place}.variants[{at}]");
            let Some(variant_id) = id(variant, "id") else {
                self.flawed = true;
                part.notes.push(format!("{place} has no id"));
                continue;
            };
            if self.seen.insert(variant_id) {
                let mut look = self.observe(product, variant, variant_id, facts.clone(), now);
                if look.variant.is_some() {
                    look.product.group = Some(format!("shopify:{product_id}"));
                }
                self.price(&mut look, variant, &place);
                part.observations.push(look);
            }
        }
    }

    /// One variant, apart from its price.
    fn observe(&self, product: &Value, variant: &Value, id: u64, facts: ProductFacts, now: Timestamp) -> Observation {
        let mut look = Observation::new(self.shop.clone(), format!("variant:{id}"), facts, now);
        let mut chosen = Vec::new();
        for (field, option) in ["option1", "option2", "option3"]
            .into_iter()
            .zip(items(product, "options").iter().map(Some).chain(std::iter::repeat(None)))
        {
            let Some(value) = text(variant, field).filter(|v| *v != NO_VARIANT) else { continue };
            chosen.push(value);
            // `options` is a list of objects, or of bare names in older answers.
            let name = option.and_then(|o| o.as_str().or_else(|| text(o, "name")));
            if let Some(name) = name.filter(|n| !n.eq_ignore_ascii_case("title")) {
                common::add_attribute(&mut look.product, name, value);
            }
        }
        look.variant = if chosen.is_empty() {
            text(variant, "title").filter(|t| *t != NO_VARIANT).and_then(common::name)
        } else {
            common::name(&chosen.join(", "))
        };
        look.sku = text(variant, "sku").and_then(common::name);
        look.product.gtin = text(variant, "barcode").and_then(gtin::normalise);
        look.url = text(product, "handle").map(|handle| {
            let mut url = self.address(&["products", handle]);
            url.query_pairs_mut().append_pair("variant", &id.to_string());
            url.into()
        });
        look.availability = match variant.get("available").and_then(Value::as_bool) {
            Some(true) => Availability::InStock,
            Some(false) => Availability::OutOfStock,
            None => Availability::Unknown,
        };
        let own = variant.get("featured_image").and_then(|i| text(i, "src")).and_then(common::image);
        if let Some(own) = own {
            look.product.images.retain(|other| *other != own);
            look.product.images.insert(0, own);
        }
        look
    }

    /// Prices are decimals as text; a reference price counts only where it is above the price.
    fn price(&self, look: &mut Observation, variant: &Value, place: &str) {
        let own = text(variant, "price_currency").and_then(|code| code.parse().ok());
        let Some(currency) = own.or_else(|| self.currency()) else {
            common::without_price(look, "the shop names no currency for its prices");
            return;
        };
        let Some(raw) = text(variant, "price") else {
            common::without_price(look, "the shop names no price");
            return;
        };
        let price = match Money::from_decimal(raw, currency) {
            Ok(price) if price.minor > 0 => price,
            Ok(_) => return common::without_price(look, format!("the shop's price is {raw}")),
            Err(error) => return common::without_price(look, error.to_string()),
        };
        let before = text(variant, "compare_at_price")
            .and_then(|raw| Some((raw, Money::from_decimal(raw, currency).ok()?)))
            .filter(|(_, before)| before.minor > price.minor);
        let kind = if before.is_some() { PriceKind::Sale } else { PriceKind::Current };
        look.candidates.push(PriceCandidate {
            money: price,
            kind,
            raw: raw.to_owned(),
            place: format!("{place}.price"),
        });
        if let Some((raw, money)) = before {
            let place = format!("{place}.compare_at_price");
            look.candidates.push(PriceCandidate { money, kind: PriceKind::List, raw: raw.to_owned(), place });
            look.list_price = Some(money);
        }
        look.price = Some(price);
    }
}

impl Listing for Shopify {
    fn next(&mut self) -> Option<Ask> {
        match self.step {
            // Of the whole shop, whatever the language or market of the pages.
            Step::Currency => self.origin.join("/meta.json").ok().map(Ask::get),
            Step::FrontPage => Some(Ask::page(self.origin.clone())),
            Step::Page(page) => Some(Ask::get(self.page_address(page))),
            Step::Product => match &self.wanted {
                Wanted::Product { handle } => Some(Ask::get(self.address(&["products", &format!("{handle}.json")]))),
                Wanted::Listing { .. } => None,
            },
            Step::Done => None,
        }
    }

    fn read(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        match self.step {
            Step::Currency => Ok(self.read_currency(body)),
            Step::FrontPage => {
                self.found = front::currency(body);
                self.step = self.first_step();
                Ok(Part::default())
            }
            Step::Page(page) => self.read_page(page, body, now),
            Step::Product => self.read_single(body, now),
            Step::Done => Ok(Part::default()),
        }
        .inspect_err(|_| self.step = Step::Done)
    }

    fn goes_on_without(&mut self, outcome: Outcome) -> bool {
        self.step = match (self.step, outcome) {
            (Step::Currency, Outcome::Gone) => self.step_without_data(),
            // A shop that refuses one page is not asked for another in its place.
            (Step::Currency, Outcome::Blocked) | (Step::FrontPage, Outcome::Gone | Outcome::Blocked) => {
                self.first_step()
            }
            _ => return false,
        };
        true
    }

    fn complete(&self) -> bool {
        self.complete
    }

    fn state(&self) -> Value {
        match self.found.or(self.kept) {
            Some(currency) => json!({ "currency": currency }),
            None => Value::Null,
        }
    }
}

/// What a path names: `/collections/H` and what lies in it, `/products/H`, or the whole shop.
fn wanted(path: &[String]) -> (Vec<String>, Wanted) {
    let named = |word: &str| {
        let at = path.iter().position(|p| p == word)?;
        let handle = path.get(at + 1).filter(|h| !h.is_empty() && *h != "products.json")?;
        let handle = handle.strip_suffix(".json").or(handle.strip_suffix(".js")).unwrap_or(handle);
        Some((at, decoded(handle)))
    };
    let collection = named("collections").filter(|(_, handle)| handle != "all");
    let (at, wanted) = match (named("products"), collection) {
        (Some((at, handle)), outer) => (outer.map_or(at, |(outer, _)| outer.min(at)), Wanted::Product { handle }),
        (None, Some((at, handle))) => (at, Wanted::Listing { collection: Some(handle) }),
        (None, None) => (usize::MAX, Wanted::Listing { collection: None }),
    };
    let is_market = |p: &&String| {
        let parts: Vec<&str> = p.split('-').collect();
        parts.len() <= 2 && parts.iter().all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    (path.iter().take(at).take_while(is_market).cloned().collect(), wanted)
}

/// A path segment without its percent signs, since addresses are built anew.
fn decoded(segment: &str) -> String {
    let form = segment.replace('+', "%2B");
    url::form_urlencoded::parse(form.as_bytes()).next().map_or_else(|| segment.to_owned(), |(text, _)| text.into())
}

/// An object without products: the interface's own words where it has some.
fn refused(answer: &Value) -> ListingError {
    let said = answer.get("errors").or_else(|| answer.get("error")).and_then(Value::as_str).and_then(common::name);
    match said {
        Some(said) => ListingError::Refused(format!("the shop's interface refused: {said}")),
        None => ListingError::Unreadable("it holds no products; is this a Shopify shop?".to_owned()),
    }
}

/// What all variants of a product share.
fn facts(product: &Value, title: String) -> ProductFacts {
    let tags: Vec<String> = match product.get("tags") {
        Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).filter_map(common::name).collect(),
        Some(Value::String(tags)) => tags.split(',').filter_map(common::name).collect(),
        _ => Vec::new(),
    };
    let kind = text(product, "product_type").and_then(common::name);
    let mut facts = ProductFacts {
        title,
        brand: text(product, "vendor").and_then(common::name),
        category: kind.or_else(|| tags.first().cloned()),
        description: text(product, "body_html").and_then(common::description),
        images: items(product, "images")
            .iter()
            .filter_map(|image| image.as_str().or_else(|| text(image, "src")))
            .filter_map(common::image)
            .take(common::MOST_IMAGES)
            .collect(),
        ..ProductFacts::default()
    };
    common::add_attribute(&mut facts, "tags", &tags.join(", "));
    facts
}

#[cfg(test)]
mod tests;
