//! WooCommerce's public Store API: products page by page, and the variations of each variable product.
//!
//! Amounts are digits of the shop's own minor unit, rescaled exactly. A variable product's own figures are the lowest
//! of each kind over its variations, taken apart, so they never make a sale. Whether tax is in them is not said.

use super::common::{self, id, items, text};
use crate::domain::*;
use crate::sources::listing::{Ask, Listing, ListingError, Part};
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use url::Url;

/// The most that the interface gives on one page.
const PER_PAGE: usize = 100;
/// More pages of one list than this are not asked for.
const MOST_PAGES: u32 = 5_000;
/// More minor digits than this are no price.
const MOST_DIGITS: u64 = 12;
const API: &str = "wc/store/v1/products";
/// Path parts that begin a page of the shop rather than the folder that the site is installed in.
const PAGES: [&str; 7] = ["shop", "store", "product", "products", "product-category", "product-tag", "wp-json"];
/// Parameters that are this reader's to set.
const OWN: [&str; 6] = ["page", "per_page", "orderby", "order", "rest_route", "parent"];

/// A variable product whose variations are still to be read.
#[derive(Debug)]
struct Parent {
    id: u64,
    value: Value,
    place: String,
    /// Some variation of it was found.
    found: bool,
}

/// A WooCommerce shop that is being read.
#[derive(Debug)]
pub struct WooCommerce {
    site: Url,
    /// The user's own narrowing, as in `category=15`.
    narrowed: Vec<(String, String)>,
    /// A site without readable addresses takes the interface's path as a parameter.
    plain_links: bool,
    shop: ShopRef,
    page: u32,
    last_page: bool,
    parents: VecDeque<Parent>,
    /// The page of the first parent's variations.
    variation_page: u32,
    seen: HashSet<u64>,
    flawed: bool,
    complete: bool,
    done: bool,
}

impl WooCommerce {
    /// A reader for a shop's site, or the address of its interface with parameters that narrow it.
    ///
    /// # Errors
    /// Where the location is no http address.
    pub fn open(location: &str) -> Result<Self, ListingError> {
        let url = common::address(location)?;
        let is_folder = |part: &&str| !part.is_empty() && !PAGES.contains(part) && !part.ends_with(".php");
        let folder: Vec<&str> = url.path_segments().into_iter().flatten().take_while(is_folder).collect();
        let mut site = url.clone();
        site.set_path(&folder.join("/"));
        site.set_query(None);
        site.set_fragment(None);
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let plain_links = pairs.iter().any(|(name, _)| name == "rest_route");
        let is_interface = plain_links || url.path().contains("/wp-json/");
        let narrowed = pairs.into_iter().filter(|(name, _)| is_interface && !OWN.contains(&name.as_str())).collect();
        Ok(Self {
            shop: common::shop(&url),
            site,
            narrowed,
            plain_links,
            page: 1,
            last_page: false,
            parents: VecDeque::new(),
            variation_page: 1,
            seen: HashSet::new(),
            flawed: false,
            complete: false,
            done: false,
        })
    }

    fn address(&self, pairs: &[(&str, &str)], page: u32) -> String {
        let mut url = self.site.clone();
        if self.plain_links {
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.pop_if_empty().push("");
            }
            url.query_pairs_mut().append_pair("rest_route", &format!("/{API}"));
        } else if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("wp-json").extend(API.split('/'));
        }
        url.query_pairs_mut()
            .append_pair("per_page", &PER_PAGE.to_string())
            .append_pair("page", &page.to_string())
            .append_pair("orderby", "id")
            .append_pair("order", "asc")
            .extend_pairs(pairs);
        url.into()
    }

    fn read_products(&mut self, products: &[Value], now: Timestamp) -> Part {
        let mut part = Part::default();
        let known = self.seen.len();
        for (at, product) in products.iter().enumerate() {
            let place = format!("products[{at}]");
            let Some(found) = self.identified(product, &place, &mut part) else { continue };
            let is_variable = text(product, "type") == Some("variable") || !items(product, "variations").is_empty();
            if !self.seen.insert(found) {
                continue;
            }
            if is_variable {
                self.parents.push_back(Parent { id: found, value: product.clone(), place, found: false });
            } else {
                let key = format!("product:{found}");
                part.observations.extend(self.observe(product, None, &key, &place, now));
            }
        }
        self.last_page = products.len() < PER_PAGE;
        if !self.last_page && (self.seen.len() == known || self.page == MOST_PAGES) {
            self.last_page = true;
            self.flawed = true;
            part.notes.push("the shop gives no new products on a further page: it was not read to its end".to_owned());
        }
        self.page += 1;
        part
    }

    fn read_variations(&mut self, variations: &[Value], now: Timestamp) -> Part {
        let mut part = Part::default();
        let Some(mut parent) = self.parents.pop_front() else { return part };
        let known = self.seen.len();
        for (at, variation) in variations.iter().enumerate() {
            let place = format!("{}.variations[{at}]", parent.place);
            let Some(found) = self.identified(variation, &place, &mut part) else { continue };
            // A shop that does not know the parameter answers with its products.
            let is_its_own = id(variation, "parent").is_none_or(|of| of == parent.id) && found != parent.id;
            if is_its_own && self.seen.insert(found) {
                parent.found = true;
                let key = format!("variation:{found}");
                part.observations.extend(self.observe(variation, Some(&parent), &key, &place, now));
            }
        }
        if variations.len() == PER_PAGE && self.seen.len() > known {
            self.variation_page += 1;
            self.parents.push_front(parent);
            return part;
        }
        if !parent.found {
            let key = format!("product:{}", parent.id);
            part.observations.extend(self.observe(&parent.value, None, &key, &parent.place, now));
        }
        self.variation_page = 1;
        part
    }

    /// The id of a product that has a name too.
    fn identified(&mut self, product: &Value, place: &str, part: &mut Part) -> Option<u64> {
        let found = id(product, "id").filter(|_| text(product, "name").and_then(common::name).is_some());
        if found.is_none() {
            self.flawed = true;
            part.notes.push(format!("{place} has no id or no name"));
        }
        found
    }

    fn observe(
        &self,
        product: &Value,
        parent: Option<&Parent>,
        key: &str,
        place: &str,
        now: Timestamp,
    ) -> Option<Observation> {
        let mut facts = facts(parent.map_or(product, |p| &p.value))?;
        let mut look_variant = None;
        if let Some(parent) = parent {
            facts.group = Some(format!("woocommerce:{}", parent.id));
            let chosen = chosen(&parent.value, id(product, "id"));
            for (name, value) in &chosen {
                common::add_attribute(&mut facts, name, value);
            }
            let values: Vec<&str> = chosen.iter().map(|(_, value)| value.as_str()).collect();
            look_variant =
                common::name(&values.join(", ")).or_else(|| text(product, "variation").and_then(common::name));
            let own: Vec<String> = images(product);
            facts.images.retain(|image| !own.contains(image));
            facts.images.splice(0..0, own);
        }
        let mut look = Observation::new(self.shop.clone(), key, facts, now);
        look.variant = look_variant;
        look.sku = text(product, "sku").and_then(common::name);
        look.url = text(product, "permalink").filter(|u| Url::parse(u).is_ok()).map(str::to_owned);
        look.availability = availability(product);
        price(&mut look, product, place);
        Some(look)
    }
}

impl Listing for WooCommerce {
    fn next(&mut self) -> Option<Ask> {
        if self.done {
            return None;
        }
        if let Some(parent) = self.parents.front() {
            let of = parent.id.to_string();
            return Some(Ask::get(self.address(&[("type", "variation"), ("parent", &of)], self.variation_page)));
        }
        if self.last_page {
            self.done = true;
            self.complete = !self.flawed && !self.seen.is_empty();
            return None;
        }
        let narrowed: Vec<(&str, &str)> = self.narrowed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        Some(Ask::get(self.address(&narrowed, self.page)))
    }

    fn read(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        let products = match common::json(body) {
            Ok(Value::Array(products)) => products,
            Ok(other) => {
                self.done = true;
                return Err(refused(&other));
            }
            Err(error) => {
                self.done = true;
                return Err(error);
            }
        };
        Ok(if self.parents.is_empty() {
            self.read_products(&products, now)
        } else {
            self.read_variations(&products, now)
        })
    }

    /// A site without readable addresses has no `/wp-json/`.
    fn goes_on_without(&mut self, outcome: Outcome) -> bool {
        let first = self.page == 1 && self.parents.is_empty() && self.seen.is_empty();
        let again = first && !self.plain_links && outcome == Outcome::Gone;
        self.plain_links |= again;
        again
    }

    fn complete(&self) -> bool {
        self.complete
    }
}

fn refused(answer: &Value) -> ListingError {
    match text(answer, "message").and_then(common::name) {
        Some(said) => ListingError::Refused(format!("the shop's interface refused: {said}")),
        None => ListingError::Unreadable("it is no list of products; is this a WooCommerce shop?".to_owned()),
    }
}

fn images(product: &Value) -> Vec<String> {
    let addresses = items(product, "images").iter().filter_map(|image| text(image, "src"));
    addresses.filter_map(common::image).take(common::MOST_IMAGES).collect()
}

/// What a product says of itself; `None` without a name.
fn facts(product: &Value) -> Option<ProductFacts> {
    let named = |field: &str| items(product, field).iter().filter_map(|i| text(i, "name").and_then(common::name));
    let long = text(product, "description").and_then(common::description);
    let mut facts = ProductFacts {
        title: text(product, "name").and_then(common::name)?,
        brand: named("brands").next(),
        category: named("categories").next(),
        description: long.or_else(|| text(product, "short_description").and_then(common::description)),
        images: images(product),
        rating: rating(product),
        ..ProductFacts::default()
    };
    // What varies is said by each variation.
    for attribute in items(product, "attributes").iter().filter(|a| a.get("has_variations") != Some(&Value::Bool(true)))
    {
        let Some(name) = text(attribute, "name").and_then(common::name) else { continue };
        let terms: Vec<String> =
            items(attribute, "terms").iter().filter_map(|t| text(t, "name").and_then(common::name)).collect();
        common::add_attribute(&mut facts, &name, &terms.join(", "));
    }
    common::add_attribute(&mut facts, "tags", &named("tags").collect::<Vec<_>>().join(", "));
    Some(facts)
}

/// Names and values that set a variation apart, as its parent lists them; a value that may be any is left out.
fn chosen(parent: &Value, variation: Option<u64>) -> Vec<(String, String)> {
    let listed = items(parent, "variations").iter().find(|v| variation.is_some() && id(v, "id") == variation);
    let attributes = listed.map(|v| items(v, "attributes")).unwrap_or_default();
    let written = |name: &str, value: &str| {
        // A value is the term's slug; the parent's own list has the words for it.
        let of_name = items(parent, "attributes").iter().filter(|a| text(a, "name") == Some(name));
        let term = of_name.flat_map(|a| items(a, "terms")).find(|t| text(t, "slug") == Some(value));
        term.and_then(|t| text(t, "name")).unwrap_or(value).to_owned()
    };
    let pairs = attributes.iter().filter_map(|a| Some((text(a, "name")?, text(a, "value")?)));
    pairs.filter_map(|(n, v)| Some((common::name(n)?, common::name(&written(n, v))?))).collect()
}

/// Stars as text, `"4.50"`; none without a count.
fn rating(product: &Value) -> Option<Rating> {
    let count = u32::try_from(product.get("review_count")?.as_u64()?).ok().filter(|n| *n > 0)?;
    let stars: f64 = text(product, "average_rating")?.parse().ok()?;
    (stars > 0.0 && stars <= 5.0).then_some(Rating { stars, count })
}

fn availability(product: &Value) -> Availability {
    let flag = |field: &str| product.get(field).and_then(Value::as_bool);
    match (flag("is_in_stock"), flag("is_on_backorder")) {
        (_, Some(true)) => Availability::BackOrder,
        (Some(true), _) if product.get("low_stock_remaining").is_some_and(Value::is_number) => Availability::Limited,
        (Some(true), _) => Availability::InStock,
        (Some(false), _) => Availability::OutOfStock,
        (None, _) => Availability::Unknown,
    }
}

/// The `prices` object of a product with its currency and how many digits are decimals.
struct Prices<'a> {
    of: &'a Value,
    currency: Currency,
    digits: usize,
    place: &'a str,
}

impl Prices<'_> {
    /// An amount of minor units in the currency's own decimals; zero and anything finer are no price.
    fn amount(&self, within: &Value, field: &str, kind: PriceKind) -> Option<PriceCandidate> {
        let raw = text(within, field)?;
        if !raw.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let padded = format!("{raw:0>width$}", width = self.digits + 1);
        let (whole, decimals) = padded.split_at_checked(padded.len() - self.digits)?;
        let money = Money::from_decimal(&format!("{whole}.{decimals}"), self.currency).ok()?;
        let place = format!("{}.prices.{field}", self.place);
        (money.minor > 0).then(|| PriceCandidate { money, kind, raw: raw.to_owned(), place })
    }
}

fn price(look: &mut Observation, product: &Value, place: &str) {
    let none = |look: &mut Observation, why: &str| common::without_price(look, why);
    let Some(of) = product.get("prices") else { return none(look, "the shop names no price") };
    let Some(currency) = text(of, "currency_code").and_then(|code| code.parse().ok()) else {
        return none(look, "the shop names no currency");
    };
    let Some(digits) = of.get("currency_minor_unit").and_then(Value::as_u64).filter(|d| *d <= MOST_DIGITS) else {
        return none(look, "the shop does not say how many decimals its prices have");
    };
    let prices = Prices { of, currency, digits: digits as usize, place };
    if product.get("is_purchasable") == Some(&Value::Bool(false)) {
        return none(look, "the shop does not sell it online");
    }
    let range = of.get("price_range").unwrap_or(&Value::Null);
    let lowest = prices.amount(range, "min_amount", PriceKind::From);
    let highest = prices.amount(range, "max_amount", PriceKind::UpTo);
    if let (Some(lowest), Some(highest)) = (lowest, highest) {
        if lowest.money == highest.money {
            look.price = Some(lowest.money);
            look.candidates.push(PriceCandidate { kind: PriceKind::Current, ..lowest });
        } else {
            let why = format!("{} to {}, depending on the choice", lowest.money, highest.money);
            common::unpriced(look, Outcome::Ambiguous, why);
            look.candidates.extend([lowest, highest]);
        }
        return;
    }
    let Some(mut current) = prices.amount(prices.of, "price", PriceKind::Current) else {
        return none(look, "the shop names no price that can be read");
    };
    let on_sale = product.get("on_sale") == Some(&Value::Bool(true));
    let is_variable = text(product, "type").is_some_and(|kind| kind.starts_with("variable"));
    look.price = Some(current.money);
    let regular = prices.amount(prices.of, "regular_price", PriceKind::List);
    let regular = regular.filter(|r| on_sale && !is_variable && r.money.minor > current.money.minor);
    if let Some(regular) = &regular {
        current.kind = PriceKind::Sale;
        look.list_price = Some(regular.money);
    }
    look.candidates.push(current);
    look.candidates.extend(regular);
}

#[cfg(test)]
mod tests;
