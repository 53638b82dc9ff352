//! eBay's Browse search: what is on sale now for the words of a search, with who sells it in which condition.
//!
//! Listings are offers that end. An auction's bid is never a price. The client's secret goes to eBay's own hosts (and
//! to this machine, for tests) and nowhere else.

use super::common;
use crate::domain::*;
use crate::sources::listing::{Ask, Keys, Listing, ListingError, Part};
use crate::sources::price;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashSet;
use url::Url;

mod item;
#[cfg(test)]
mod tests;

const LIMIT: u64 = 200;
/// eBay answers no further result of one search.
const LAST_RESULT: u64 = 10_000;
const API: &str = "https://api.ebay.com/";
const SEARCH: &str = "buy/browse/v1/item_summary/search";
const TOKEN: &str = "identity/v1/oauth2/token";
const SCOPE: &str = "https://api.ebay.com/oauth/api_scope";
/// Parameters of the search that a user may give in the address of the interface.
const OWN: [&str; 8] = ["q", "gtin", "epid", "category_ids", "filter", "sort", "aspect_filter", "auto_correct"];

#[derive(Deserialize)]
struct Token {
    access_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Results<'a> {
    total: Option<u64>,
    next: Option<String>,
    #[serde(default, borrow)]
    item_summaries: Vec<&'a RawValue>,
    #[serde(default)]
    warnings: Vec<Warning>,
}

#[derive(Deserialize)]
struct Warning {
    message: Option<String>,
}

/// A search that is being read.
pub struct Ebay {
    base: Url,
    query: Vec<(String, String)>,
    marketplace: String,
    /// `id:secret` in base 64.
    basic: String,
    token: Option<String>,
    offset: u64,
    total: Option<u64>,
    seen: HashSet<String>,
    done: bool,
    complete: bool,
    /// Every page read so far was read whole and the number of results stayed the same.
    whole: bool,
}

impl Ebay {
    /// The search at an address: of one of eBay's sites (`/sch/i.html?_nkw=…`) or of the interface itself, with
    /// `marketplace_id` where it is not the one of the United States.
    ///
    /// # Errors
    /// Where the address names no search or no host of eBay's, or the keys are missing.
    pub fn open(location: &str, keys: &Keys) -> Result<Self, ListingError> {
        let wrong = |detail: &str| ListingError::Address { location: location.to_owned(), detail: detail.to_owned() };
        let address = common::address(location)?;
        let host = address.host_str().unwrap_or_default().to_owned();
        let given = |name: &str| {
            address.query_pairs().find(|(n, v)| n == name && !v.trim().is_empty()).map(|(_, value)| value.into_owned())
        };
        let (base, query, marketplace) = if address.path().trim_end_matches('/').ends_with(SEARCH) {
            let own = host == "api.ebay.com" || host == "api.sandbox.ebay.com";
            let here = matches!(host.as_str(), "127.0.0.1" | "localhost" | "[::1]");
            if !(own && address.scheme() == "https" || here) {
                return Err(wrong("eBay's keys are sent to https://api.ebay.com only"));
            }
            let base = address.join("/").map_err(|_| wrong("not an address"))?;
            let query = OWN.iter().filter_map(|name| Some(((*name).to_owned(), given(name)?))).collect();
            (base, query, given("marketplace_id").unwrap_or_else(|| "EBAY_US".to_owned()))
        } else {
            let site = marketplace(&host).ok_or_else(|| wrong("not a site of eBay's"))?;
            let words = given("_nkw").or_else(|| given("q")).map(|words| ("q".to_owned(), words));
            let category = given("_sacat").filter(|c| c != "0").map(|c| ("category_ids".to_owned(), c));
            let base = Url::parse(API).map_err(|_| wrong("not an address"))?;
            (base, words.into_iter().chain(category).collect(), site.to_owned())
        };
        let query: Vec<(String, String)> = query;
        if !query.iter().any(|(name, _)| matches!(name.as_str(), "q" | "gtin" | "epid" | "category_ids")) {
            return Err(wrong(
                "names no search: add ?_nkw=… to an address of an eBay site, or ?q=… to the interface's",
            ));
        }
        if !marketplace.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
            return Err(wrong("marketplace_id is a name such as EBAY_DE"));
        }
        let basic = base64(format!("{}:{}", keys.get("ebay_id")?, keys.get("ebay_secret")?).as_bytes());
        Ok(Self {
            base,
            query,
            marketplace,
            basic,
            token: None,
            offset: 0,
            total: None,
            seen: HashSet::new(),
            done: false,
            complete: false,
            whole: true,
        })
    }

    fn take_token(&mut self, body: &[u8]) -> Result<Part, ListingError> {
        let answer: Token = common::json(body)?;
        match answer.access_token.filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic())) {
            Some(token) => self.token = Some(token),
            None => {
                let why = answer.error_description.or(answer.error).unwrap_or_else(|| "no token came".to_owned());
                return Err(ListingError::Refused(format!(
                    "eBay refused the keys ({}): check ebay_id and ebay_secret",
                    common::short(&why)
                )));
            }
        }
        self.done = false;
        Ok(Part::default())
    }

    fn take_results(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        let results: Results<'_> = common::json(body)?;
        let mut part = Part::default();
        part.notes.extend(results.warnings.iter().filter_map(|w| w.message.as_deref()).map(common::short));
        let mut unstated = 0;
        for raw in &results.item_summaries {
            match item::observe(raw.get(), now) {
                Ok(Some(look)) => {
                    if self.seen.insert(look.shop_key.clone()) {
                        part.observations.push(look);
                    }
                }
                Ok(None) => unstated += 1,
                Err(error) => {
                    self.whole = false;
                    part.notes.push(format!("an item cannot be read: {error}"));
                }
            }
        }
        if unstated > 0 {
            part.notes.push(format!("{unstated} items state no condition and were left out"));
        }
        let total = results.total.unwrap_or(0);
        self.whole &= self.total.is_none_or(|before| before == total) && total <= LAST_RESULT;
        self.total = Some(total);
        // The offset must stay a multiple of the limit, however many a page holds.
        self.offset += LIMIT;
        let ended = results.next.is_none() || self.offset >= total || results.item_summaries.is_empty();
        self.done = ended || self.offset >= LAST_RESULT;
        self.complete = self.done && self.whole && self.offset >= total;
        if self.done && total > LAST_RESULT {
            part.notes.push(format!("{total} results, of which eBay answers {LAST_RESULT}: make the search narrower"));
        }
        Ok(part)
    }
}

/// The marketplace of a site, by its host.
fn marketplace(host: &str) -> Option<&'static str> {
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host);
    Some(match host {
        "ebay.com" => "EBAY_US",
        "ebay.de" => "EBAY_DE",
        "ebay.co.uk" => "EBAY_GB",
        "ebay.fr" => "EBAY_FR",
        "ebay.it" => "EBAY_IT",
        "ebay.es" => "EBAY_ES",
        "ebay.at" => "EBAY_AT",
        "ebay.ch" => "EBAY_CH",
        "ebay.nl" => "EBAY_NL",
        "ebay.be" => "EBAY_BE",
        "ebay.ie" => "EBAY_IE",
        "ebay.pl" => "EBAY_PL",
        "ebay.ca" => "EBAY_CA",
        "ebay.com.au" => "EBAY_AU",
        "ebay.com.hk" => "EBAY_HK",
        "ebay.com.sg" => "EBAY_SG",
        "ebay.com.my" => "EBAY_MY",
        "ebay.ph" => "EBAY_PH",
        _ => return None,
    })
}

/// RFC 4648, section 4, for the one header that needs it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let group = three.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS.get((group >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

impl Listing for Ebay {
    fn next(&mut self) -> Option<Ask> {
        if self.done {
            return None;
        }
        let Some(token) = &self.token else {
            let form = vec![("grant_type", "client_credentials".to_owned()), ("scope", SCOPE.to_owned())];
            let headers = vec![("authorization".to_owned(), format!("Basic {}", self.basic))];
            return Some(Ask { form, headers, ..Ask::get(self.base.join(TOKEN).ok()?) });
        };
        let mut url = self.base.join(SEARCH).ok()?;
        url.query_pairs_mut()
            .extend_pairs(&self.query)
            .append_pair("limit", &LIMIT.to_string())
            .append_pair("offset", &self.offset.to_string());
        let headers = vec![
            ("authorization".to_owned(), format!("Bearer {token}")),
            ("x-ebay-c-marketplace-id".to_owned(), self.marketplace.clone()),
        ];
        Some(Ask { headers, ..Ask::get(url) })
    }

    fn read(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        self.done = true;
        common::refusal(body)?;
        if self.token.is_none() { self.take_token(body) } else { self.take_results(body, now) }
    }

    fn complete(&self) -> bool {
        self.complete
    }
}

/// An amount as eBay writes it, the seller's own where it was converted: with its text.
fn amount(value: Option<&str>, currency: Option<&str>) -> Option<Money> {
    price::to_money(value?.trim(), currency?.parse().ok()?)
}
