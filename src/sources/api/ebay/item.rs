//! One result of eBay's search -> one observation. Never asks for anything.

use super::amount;
use crate::domain::*;
use crate::sources::api::common;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_id: String,
    title: String,
    price: Option<Amount>,
    marketing_price: Option<MarketingPrice>,
    current_bid_price: Option<Amount>,
    #[serde(default)]
    buying_options: Vec<String>,
    condition: Option<String>,
    condition_id: Option<String>,
    epid: Option<String>,
    item_group_href: Option<String>,
    item_web_url: Option<String>,
    image: Option<Image>,
    seller: Option<Seller>,
    #[serde(default)]
    shipping_options: Vec<Shipping>,
    #[serde(default)]
    categories: Vec<Category>,
    unit_price: Option<Amount>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Amount {
    value: Option<String>,
    currency: Option<String>,
    converted_from_value: Option<String>,
    converted_from_currency: Option<String>,
}

impl Amount {
    /// The seller's own amount; the converted one only where there is no other.
    fn money(&self) -> Option<Money> {
        amount(self.converted_from_value.as_deref(), self.converted_from_currency.as_deref())
            .or_else(|| amount(self.value.as_deref(), self.currency.as_deref()))
    }

    fn text(&self) -> String {
        let (value, currency) = match &self.converted_from_value {
            Some(value) => (Some(value), &self.converted_from_currency),
            None => (self.value.as_ref(), &self.currency),
        };
        format!("{} {}", value.map_or("", String::as_str), currency.as_deref().unwrap_or_default())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MarketingPrice {
    original_price: Option<Amount>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    image_url: Option<String>,
}

#[derive(Deserialize)]
struct Seller {
    username: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shipping {
    shipping_cost: Option<Amount>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Category {
    category_name: Option<String>,
}

/// What a result says; `None` where it states no condition, since used goods must not pass for new ones.
///
/// # Errors
/// Where it is no result of a search.
pub fn observe(text: &str, now: Timestamp) -> Result<Option<Observation>, String> {
    let item: Item = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Some(condition) = condition(item.condition_id.as_deref(), item.condition.as_deref()) else { return Ok(None) };
    let shop = ShopRef { name: "eBay".to_owned(), domain: Some("ebay.com".to_owned()), invented: false };
    let facts = ProductFacts {
        title: item.title.trim().to_owned(),
        group: item.item_group_href.as_deref().and_then(group),
        category: item.categories.first().and_then(|c| c.category_name.clone()),
        attributes: item.epid.iter().map(|id| Attribute::new("epid", AttributeValue::Text(id.clone()))).collect(),
        images: item.image.as_ref().and_then(|image| image.image_url.clone()).into_iter().collect(),
        ..ProductFacts::default()
    };
    let mut look = Observation::new(shop, item.item_id.clone(), facts, now);
    look.condition = condition;
    look.seller = item.seller.as_ref().and_then(|seller| seller.username.clone());
    // What follows the question mark tells where the visitor came from.
    look.url = item.item_web_url.as_deref().and_then(|url| url.split('?').next()).map(str::to_owned);
    put_price(&item, &mut look);
    Ok(Some(look))
}

fn put_price(item: &Item, look: &mut Observation) {
    let seen = |amount: &Amount, money, kind, place: &str| common::candidate(money, kind, &amount.text(), place);
    let stands = |amount: &Option<Amount>| {
        let amount = amount.as_ref()?;
        Some((amount.money().filter(|money| money.minor > 0)?, seen(amount, amount.money()?, PriceKind::Unknown, "")))
    };
    if let Some((money, mut bid)) = stands(&item.current_bid_price) {
        (bid.money, bid.place) = (money, "ebay currentBidPrice".to_owned());
        look.candidates.push(bid);
    }
    if let Some((_, mut unit)) = stands(&item.unit_price) {
        (unit.kind, unit.place) = (PriceKind::Unit, "ebay unitPrice".to_owned());
        look.candidates.push(unit);
    }
    let buyable = item.buying_options.iter().any(|option| option == "FIXED_PRICE");
    let Some((money, mut price)) = stands(&item.price) else {
        let auction = item.buying_options.iter().any(|option| option == "AUCTION");
        let why = if auction { "an auction: a bid is no price" } else { "the listing names no price" };
        return common::without_price(look, why);
    };
    price.place = "ebay price".to_owned();
    if !buyable {
        look.candidates.push(price);
        return common::without_price(look, "an auction or advertisement: nothing to buy at that price now");
    }
    let before = item.marketing_price.as_ref().and_then(|m| stands(&m.original_price));
    let before = before.filter(|(before, _)| before.currency == money.currency && before.minor > money.minor);
    price.kind = if before.is_some() { PriceKind::Sale } else { PriceKind::Current };
    look.candidates.push(price);
    look.price = Some(money);
    if let Some((before, mut candidate)) = before {
        (candidate.kind, candidate.place) = (PriceKind::List, "ebay marketingPrice".to_owned());
        look.candidates.push(candidate);
        look.list_price = Some(before);
    }
    let costs = item.shipping_options.iter().filter_map(|option| option.shipping_cost.as_ref()?.money());
    look.shipping = costs.filter(|cost| cost.currency == money.currency && cost.minor >= 0).min_by_key(|c| c.minor);
    look.shipping_included = Some(false);
}

/// eBay's numbers for conditions; by the words where there is no number.
fn condition(id: Option<&str>, words: Option<&str>) -> Option<Condition> {
    match id.and_then(|id| id.trim().parse::<u32>().ok()) {
        Some(1000) => return Some(Condition::New),
        Some(1500) => return Some(Condition::OpenBox),
        Some(1750 | 7000) => return Some(Condition::Damaged),
        Some(2000..=2500) => return Some(Condition::Refurbished),
        Some(2750..=6000) => return Some(Condition::Used),
        _ => {}
    }
    let words = words?.to_lowercase();
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if says(&["parts", "defect"]) {
        Some(Condition::Damaged)
    } else if says(&["refurbished"]) {
        Some(Condition::Refurbished)
    } else if says(&["open box", "new other"]) {
        Some(Condition::OpenBox)
    } else if says(&["used", "pre-owned", "like new", "very good", "acceptable"]) {
        Some(Condition::Used)
    } else {
        words.starts_with("new").then_some(Condition::New)
    }
}

/// The number of the listing that this is one variation of.
fn group(href: &str) -> Option<String> {
    let url = url::Url::parse(href).ok()?;
    url.query_pairs().find(|(name, _)| name == "item_group_id").map(|(_, id)| id.into_owned())
}
