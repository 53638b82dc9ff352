//! Keepa's product interface, with the user's key, and its answers saved to a file: price histories of Amazon.
//!
//! Series of different conditions and sellers are different offers; a gap is a look that found none, never a zero. NEW
//! has shipping in it from 2026-02-16 on: said of each look, so that the step is none of the price.

use super::super::import::{BATCH, ImportError, Imported, OnBatch};
use crate::domain::*;
use crate::sources::gtin;
use crate::sources::listing::{Ask, Keys, Listing, ListingError, Part};
use crate::sources::table::moment::keepa_seconds;
use serde::Deserialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;
use url::Url;

/// Products asked for at once; the interface allows 100 and each takes a token.
const AT_ONCE: usize = 20;
/// 2026-02-16T00:00:00Z: from here on NEW has shipping in it.
const NEW_HAS_SHIPPING_FROM: i64 = 1_771_200_000;
const LIST_PRICE: usize = 4;
const RATING: usize = 16;
const REVIEWS: usize = 17;

/// One series: place in `csv`, name, condition, whether its entries have shipping as a third number.
struct Series {
    at: usize,
    name: &'static str,
    condition: Condition,
    triple: bool,
}

const fn series(at: usize, name: &'static str, condition: Condition, triple: bool) -> Series {
    Series { at, name, condition, triple }
}

/// The series that are offers. Sales ranks, counts, lightning deals, trade-in, rent and members' prices are none.
const SERIES: [Series; 15] = [
    series(0, "Amazon", Condition::New, false),
    series(1, "lowest new", Condition::New, false),
    series(2, "lowest used", Condition::Used, false),
    series(5, "collectible", Condition::Used, false),
    series(6, "refurbished", Condition::Refurbished, false),
    series(7, "new, sent by the seller", Condition::New, true),
    series(9, "Amazon warehouse", Condition::Used, false),
    series(10, "new, sent by Amazon", Condition::New, false),
    series(18, "buy box", Condition::New, true),
    series(19, "used, like new", Condition::Used, true),
    series(20, "used, very good", Condition::Used, true),
    series(21, "used, good", Condition::Used, true),
    series(22, "used, acceptable", Condition::Used, true),
    series(27, "refurbished, with shipping", Condition::Refurbished, true),
    series(32, "buy box, used", Condition::Used, true),
];

/// Keepa's number of a marketplace, its address and currency.
const DOMAINS: [(u64, &str, &str); 11] = [
    (1, "amazon.com", "USD"),
    (2, "amazon.co.uk", "GBP"),
    (3, "amazon.de", "EUR"),
    (4, "amazon.fr", "EUR"),
    (5, "amazon.co.jp", "JPY"),
    (6, "amazon.ca", "CAD"),
    (8, "amazon.it", "EUR"),
    (9, "amazon.es", "EUR"),
    (10, "amazon.in", "INR"),
    (11, "amazon.com.mx", "MXN"),
    (12, "amazon.com.br", "BRL"),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    products: Vec<Value>,
    tokens_left: Option<i64>,
    /// Milliseconds up to the next tokens.
    refill_in: Option<u64>,
    /// Tokens a minute.
    refill_rate: Option<u64>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    asin: String,
    domain_id: u64,
    #[serde(default)]
    product_type: u64,
    title: Option<String>,
    brand: Option<String>,
    manufacturer: Option<String>,
    model: Option<String>,
    part_number: Option<String>,
    parent_asin: Option<String>,
    ean_list: Option<Vec<String>>,
    upc_list: Option<Vec<String>>,
    gtin_list: Option<Vec<String>>,
    category_tree: Option<Vec<Value>>,
    last_update: Option<i64>,
    availability_amazon: Option<i64>,
    csv: Option<Vec<Option<Vec<i64>>>>,
}

/// Everything that a saved answer says.
///
/// # Errors
/// Where it is no answer of Keepa's.
pub fn import(text: &str, on_batch: OnBatch<'_>) -> Result<Imported, ImportError> {
    let answer: Answer = serde_json::from_str(text)
        .map_err(|e| ImportError::reading(format!("no answer of Keepa's product interface: {e}")))?;
    let mut imported = Imported::new(SourceKind::Keepa);
    for product in answer.products {
        imported.rows += 1;
        match observe(product) {
            Ok(looks) => {
                let mut looks = looks.into_iter();
                loop {
                    let batch: Vec<Observation> = looks.by_ref().take(BATCH).collect();
                    if batch.is_empty() {
                        break;
                    }
                    imported.observations += batch.len() as u64;
                    if !on_batch(batch) {
                        return Ok(imported);
                    }
                }
            }
            Err(reason) => imported.broken(1, reason),
        }
    }
    imported.complete = true;
    Ok(imported)
}

/// All looks of a product in time order of each series.
///
/// # Errors
/// Why there are none.
pub fn observe(product: Value) -> Result<Vec<Observation>, String> {
    let product: Product = serde_json::from_value(product).map_err(|e| format!("is no product: {e}"))?;
    if matches!(product.product_type, 3..=5) {
        return Err(format!("{} has no prices of its own (unknown to Amazon, or a family of variants)", product.asin));
    }
    let domain = DOMAINS.iter().find(|(id, _, _)| *id == product.domain_id);
    let (_, host, currency) =
        domain.ok_or_else(|| format!("{}: marketplace {} is not known", product.asin, product.domain_id))?;
    let currency: Currency = currency.parse().map_err(|e: MoneyError| e.to_string())?;
    let reading = Reading {
        host,
        currency,
        list: entries(&product, LIST_PRICE, false),
        facts: facts(&product),
        product: &product,
    };
    let looks: Vec<Observation> = SERIES.iter().flat_map(|series| reading.series(series)).collect();
    if looks.is_empty() {
        return Err(format!("{} has no price history; ask for it with history=1", product.asin));
    }
    Ok(looks)
}

/// An entry of a series: seconds since 1970, price, shipping.
type Entry = (i64, i64, Option<i64>);

fn entries(product: &Product, at: usize, triple: bool) -> Vec<Entry> {
    let Some(Some(numbers)) = product.csv.as_ref().and_then(|csv| csv.get(at)) else { return Vec::new() };
    let width = if triple { 3 } else { 2 };
    let entry = |n: &[i64]| match n {
        [minutes, price, rest @ ..] => Some((keepa_seconds(*minutes)?, *price, rest.first().copied())),
        _ => None,
    };
    // A series that is cut inside an entry ends before it.
    let mut entries: Vec<Entry> = numbers.chunks_exact(width).filter_map(entry).collect();
    entries.sort_by_key(|e| e.0);
    entries
}

fn facts(product: &Product) -> ProductFacts {
    let own = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let codes = [&product.ean_list, &product.gtin_list, &product.upc_list].into_iter().flatten().flatten();
    let path: Vec<&str> = product.category_tree.iter().flatten().filter_map(|c| c.get("name")?.as_str()).collect();
    let latest = |at: usize| entries(product, at, false).last().map(|e| e.1).filter(|n| *n >= 0);
    let rating = latest(RATING).filter(|tenths| *tenths <= 50).map(|tenths| Rating {
        stars: tenths as f64 / 10.0,
        count: latest(REVIEWS).and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
    });
    ProductFacts {
        title: own(&product.title).unwrap_or_else(|| product.asin.clone()),
        brand: own(&product.brand).or_else(|| own(&product.manufacturer)),
        model: own(&product.model).or_else(|| own(&product.part_number)),
        gtin: codes.map(String::as_str).find_map(gtin::normalise),
        group: own(&product.parent_asin),
        category: (!path.is_empty()).then(|| path.join(" > ")),
        rating,
        ..ProductFacts::default()
    }
}

struct Reading<'a> {
    host: &'a str,
    currency: Currency,
    list: Vec<Entry>,
    facts: ProductFacts,
    product: &'a Product,
}

impl Reading<'_> {
    fn series(&self, series: &Series) -> Vec<Observation> {
        let mut entries = entries(self.product, series.at, series.triple);
        if entries.iter().all(|e| e.1 <= 0) {
            return Vec::new();
        }
        // The last entry holds up to the last time that Keepa looked.
        let looked = self.product.last_update.and_then(keepa_seconds);
        if let (Some(looked), Some(&(at, price, shipping))) = (looked, entries.last())
            && looked > at
        {
            entries.push((looked, price, shipping));
        }
        let mut looks: Vec<Observation> = entries.into_iter().filter_map(|entry| self.look(series, entry)).collect();
        if series.at == 0
            && let Some(last) = looks.last_mut()
        {
            last.availability = match self.product.availability_amazon {
                Some(0) => Availability::InStock,
                Some(1) => Availability::PreOrder,
                Some(3 | 4) => Availability::BackOrder,
                Some(-1) => Availability::OutOfStock,
                _ => last.availability,
            };
        }
        looks
    }

    fn look(&self, series: &Series, (at, price, shipping): Entry) -> Option<Observation> {
        let shop = ShopRef { name: self.host.to_owned(), domain: Some(self.host.to_owned()), invented: false };
        let asin = &self.product.asin;
        let key = if series.at == 0 { asin.clone() } else { format!("{asin} [{}]", series.name) };
        let mut look = Observation::new(shop, key, self.facts.clone(), Timestamp::from_second(at).ok()?);
        look.sku = Some(asin.clone());
        look.url = Some(format!("https://www.{}/dp/{asin}", self.host));
        look.seller = Some(series.name.to_owned());
        look.condition = series.condition;
        if price <= 0 {
            look.outcome = Outcome::NoPrice;
            look.availability = Availability::OutOfStock;
            look.detail = Some("no offer at that time".to_owned());
            return Some(look);
        }
        let money = Money::new(price, self.currency);
        look.price = Some(money);
        look.shipping = shipping.filter(|s| series.triple && *s >= 0).map(|s| Money::new(s, self.currency));
        look.shipping_included = match series.at {
            1 => Some(at >= NEW_HAS_SHIPPING_FROM),
            _ => look.shipping.map(|_| false),
        };
        let candidate = |money: Money, kind, name: &str| PriceCandidate {
            money,
            kind,
            raw: money.minor.to_string(),
            place: format!("keepa {name}"),
        };
        look.candidates.push(candidate(money, PriceKind::Current, series.name));
        let list = self.list.iter().take_while(|e| e.0 <= at).last().filter(|e| e.1 > price);
        if let Some((_, list, _)) = list.filter(|_| series.condition == Condition::New) {
            look.list_price = Some(Money::new(*list, self.currency));
            look.candidates.push(candidate(Money::new(*list, self.currency), PriceKind::List, "list price"));
        }
        Some(look)
    }
}

/// Products by their numbers, some at a time, as tokens allow.
pub struct Keepa {
    key: String,
    domain: u64,
    base: Url,
    left: VecDeque<String>,
    asked: usize,
}

impl Keepa {
    /// Reads the products that an address names: `https://api.keepa.com/product?domain=3&asin=A,B`, or a product's page
    /// at Amazon.
    ///
    /// # Errors
    /// Where it names none, or the key is missing.
    pub fn open(location: &str, keys: &Keys) -> Result<Self, ListingError> {
        let wrong = |detail: &str| ListingError::Address { location: location.to_owned(), detail: detail.to_owned() };
        let url = Url::parse(location).map_err(|e| wrong(&e.to_string()))?;
        let query = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned());
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
        let at_amazon = DOMAINS.iter().find(|(_, known, _)| *known == host);
        let (domain, numbers, base) = match at_amazon {
            Some((id, _, _)) => {
                let mut parts =
                    url.path_segments().into_iter().flatten().skip_while(|p| !matches!(*p, "dp" | "product"));
                let number = parts.nth(1).unwrap_or_default().to_owned();
                (*id, number, Url::parse("https://api.keepa.com/product").map_err(|e| wrong(&e.to_string()))?)
            }
            None => {
                let domain = query("domain")
                    .and_then(|d| d.parse().ok())
                    .ok_or_else(|| wrong("say which marketplace with domain=NUMBER"))?;
                let mut base = url.clone();
                base.set_query(None);
                (domain, query("asin").unwrap_or_default(), base)
            }
        };
        let is_number = |n: &&str| n.len() == 10 && n.bytes().all(|b| b.is_ascii_alphanumeric());
        let left: VecDeque<String> = numbers.split(',').map(str::trim).filter(is_number).map(str::to_owned).collect();
        if left.is_empty() {
            return Err(wrong("it names no product; give asin=NUMBER,NUMBER"));
        }
        Ok(Self { key: keys.get("keepa")?.to_owned(), domain, base, left, asked: 0 })
    }
}

impl Listing for Keepa {
    fn next(&mut self) -> Option<Ask> {
        self.asked = self.left.len().min(AT_ONCE);
        if self.asked == 0 {
            return None;
        }
        let numbers: Vec<&str> = self.left.iter().take(self.asked).map(String::as_str).collect();
        let mut url = self.base.clone();
        url.query_pairs_mut()
            .append_pair("domain", &self.domain.to_string())
            .append_pair("asin", &numbers.join(","))
            .append_pair("rating", "1");
        Some(Ask { secret_query: vec![("key".to_owned(), self.key.clone())], ..Ask::get(url) })
    }

    fn read(&mut self, body: &[u8], _now: Timestamp) -> Result<Part, ListingError> {
        let asked = self.asked;
        let rest: VecDeque<String> = self.left.drain(..).skip(asked).collect();
        let answer: Answer =
            serde_json::from_slice(body).map_err(|error| ListingError::Unreadable(error.to_string()))?;
        if let Some(error) = answer.error.filter(|e| !e.is_null()) {
            let told = error.get("message").and_then(Value::as_str).unwrap_or("an error without a message");
            return Err(ListingError::Refused(format!("Keepa refused: {told}")));
        }
        self.left = rest;
        let mut part = Part::default();
        for product in answer.products {
            match observe(product) {
                Ok(looks) => part.observations.extend(looks),
                Err(why) => part.notes.push(why),
            }
        }
        let next = i64::try_from(self.left.len().min(AT_ONCE)).unwrap_or(0);
        part.rest = rest_for(next, answer.tokens_left, answer.refill_in, answer.refill_rate);
        Ok(part)
    }

    /// A history is no listing: nothing in it goes away.
    fn complete(&self) -> bool {
        false
    }
}

/// How long to wait until there are tokens for so many products.
fn rest_for(next: i64, left: Option<i64>, refill_in: Option<u64>, rate: Option<u64>) -> Option<Duration> {
    let missing = u64::try_from(next - left?).ok().filter(|n| next > 0 && *n > 0)?;
    let first = Duration::from_millis(refill_in.unwrap_or(60_000));
    let minutes = missing.div_ceil(rate.unwrap_or(1).max(1)) - 1;
    Some(first + Duration::from_secs(60 * minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"timestamp":1767850000000,"tokensLeft":1,"refillIn":31000,"refillRate":5,"tokensConsumed":1,"products":[{"asin":"B0SYNTH001","domainId":3,"productType":0,"title":"Kettle 1 l","brand":"Boil","eanList":["9520000123451"],"lastUpdate":7910080,
"csv":[[7900000,4999,7905760,-1,7908640,4499],[7900000,4799,7957000,5199],null,[7900000,1520,7908640,980],[7900000,5999],null,null,[7900000,4500,399,7908640,-1,-1]]}]}"#;

    fn looks() -> Vec<Observation> {
        let answer: Answer = serde_json::from_str(BODY).unwrap();
        observe(answer.products.into_iter().next().unwrap()).unwrap()
    }

    #[test]
    fn a_gap_breaks_the_line_and_the_last_value_holds_until_keepa_looked() {
        let all = looks();
        let amazon: Vec<_> = all
            .iter()
            .filter(|l| l.shop_key == "B0SYNTH001")
            .map(|l| (l.observed_at.to_string(), l.price.map(|p| p.minor), l.outcome))
            .collect();
        assert_eq!(
            amazon,
            [
                ("2026-01-08T02:40:00Z".to_owned(), Some(4999), Outcome::Ok),
                ("2026-01-12T02:40:00Z".to_owned(), None, Outcome::NoPrice),
                ("2026-01-14T02:40:00Z".to_owned(), Some(4499), Outcome::Ok),
                ("2026-01-15T02:40:00Z".to_owned(), Some(4499), Outcome::Ok),
            ]
        );
        assert_eq!(all[0].list_price, Some(Money::new(5999, Currency::EUR)));
        assert_eq!((all[0].shop.name.as_str(), all[0].product.gtin.as_deref()), ("amazon.de", Some("09520000123451")));
        assert!(!all.iter().any(|l| l.price.is_some_and(|p| p.minor == 1520)), "sales ranks are no prices");
    }

    #[test]
    fn new_has_shipping_in_it_from_its_day_on_and_triples_beside_it() {
        let all = looks();
        let new: Vec<_> = all
            .iter()
            .filter(|l| l.shop_key.ends_with("[lowest new]"))
            .map(|l| (l.price.unwrap().minor, l.shipping_included))
            .collect();
        assert_eq!(new, [(4799, Some(false)), (5199, Some(true))]);
        let own: Vec<_> = all
            .iter()
            .filter(|l| l.shop_key.contains("by the seller"))
            .map(|l| (l.price.map(|p| p.minor), l.shipping.map(|p| p.minor), l.shipping_included))
            .collect();
        assert_eq!(own, [(Some(4500), Some(399), Some(false)), (None, None, None), (None, None, None)]);
    }

    #[test]
    fn tokens_are_waited_for_and_the_key_is_never_in_the_address() {
        let keys = Keys::new([("keepa".to_owned(), "SECRET".to_owned())]);
        let numbers: Vec<String> = (0..25).map(|n| format!("B0SYNTH{n:03}")).collect();
        let location = format!("https://api.keepa.com/product?domain=3&asin={}", numbers.join(","));
        let mut listing = Keepa::open(&location, &keys).unwrap();
        let ask = listing.next().unwrap();
        assert!(ask.url.contains("domain=3&asin=B0SYNTH000%2C") && !format!("{ask:?}").contains("SECRET"), "{ask:?}");
        assert_eq!(ask.secret_query, [("key".to_owned(), "SECRET".to_owned())]);
        let part = listing.read(BODY.as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(part.rest, Some(Duration::from_millis(31_000)));
        assert!(listing.next().unwrap().url.contains("B0SYNTH024"));
        listing.read(br#"{"products":[],"tokensLeft":0}"#, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((listing.next(), listing.complete()), (None, false));
        assert!(matches!(Keepa::open(&location, &Keys::default()), Err(ListingError::KeyMissing { name: "keepa" })));
        let page =
            Keepa::open("https://www.amazon.co.uk/Some-Kettle/dp/B0SYNTH001/ref=x", &keys).unwrap().next().unwrap();
        assert!(page.url.contains("domain=2&asin=B0SYNTH001"), "{}", page.url);
    }

    #[test]
    fn odd_products_and_refusals_are_told() {
        let refused = br#"{"error":{"message":"not enough tokens"}}"#;
        let keys = Keys::new([("keepa".to_owned(), "k".to_owned())]);
        let mut listing = Keepa::open("https://api.keepa.com/product?domain=1&asin=B0SYNTH001", &keys).unwrap();
        listing.next();
        assert!(listing.read(refused, Timestamp::UNIX_EPOCH).unwrap_err().to_string().contains("not enough tokens"));
        for product in [
            r#"{"asin":"B0SYNTH001","domainId":3,"productType":5}"#,
            r#"{"asin":"B0SYNTH001","domainId":99}"#,
            r#"{"asin":"B0SYNTH001","domainId":3,"csv":[[1]]}"#,
            "[]",
        ] {
            assert!(observe(serde_json::from_str(product).unwrap()).is_err(), "{product}");
        }
        assert_eq!(rest_for(20, Some(3), Some(1_000), Some(5)), Some(Duration::from_secs(1 + 180)));
        assert_eq!(rest_for(0, Some(-5), Some(1_000), Some(5)), None);
    }
}
