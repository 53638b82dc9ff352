//! Which of the products on a page it is about, and how the page's formats are put together.
//!
//! The better format leads; the others fill gaps and leave their prices as candidates.

use super::{PageProduct, decide, product};
use url::Url;

/// More candidates of other products are not kept beside a price that a person's rule read.
const MOST_BESIDE: usize = 200;

/// Merges the products of the formats, best format first, and marks those that the page is about.
pub fn merge(readings: Vec<Vec<PageProduct>>, address: Option<&str>) -> Vec<PageProduct> {
    let mut readings: Vec<Vec<PageProduct>> = readings.into_iter().map(|r| mark_main(r, address)).collect();
    let priced = |list: &Vec<PageProduct>| list.iter().any(|p| p.main && p.offers.iter().any(|o| o.price.is_some()));
    let offered =
        |list: &Vec<PageProduct>| list.iter().any(|p| p.main && p.offers.iter().any(|o| !o.candidates.is_empty()));
    let lead = readings.iter().position(priced).or_else(|| readings.iter().position(offered));
    let Some(lead) = lead.or_else(|| readings.iter().position(|r| !r.is_empty())) else { return Vec::new() };
    let mut chosen = std::mem::take(&mut readings[lead]);
    let one = chosen.iter().filter(|p| p.main).count() == 1;
    if let Some(main) = chosen.iter_mut().find(|p| p.main).filter(|_| one) {
        for other in readings {
            let mut others = other.into_iter().filter(|p| p.main);
            let (Some(other), None) = (others.next(), others.next()) else { continue };
            if same_thing(main, &other) {
                fill(main, other);
            }
        }
    }
    chosen
}

/// Puts what a person's rules read before what the page says. Where they name a price, or the page is about one
/// product, they make one product of it; what the page says fills its gaps and stays as candidates.
pub fn lead(products: &mut Vec<PageProduct>, mut selected: PageProduct) {
    let priced = selected.offers.iter().any(|o| !o.candidates.is_empty());
    let mains: Vec<usize> = products.iter().enumerate().filter(|(_, p)| p.main).map(|(index, _)| index).collect();
    if !priced && mains.len() > 1 {
        // Rules without a price cannot tell apart the variants that the page states.
        return;
    }
    let stated: Vec<PageProduct> = mains.iter().rev().map(|index| products.remove(*index)).collect();
    selected.group = products.iter().map(|p| p.group + 1).max().unwrap_or(0);
    if let [_] = stated.as_slice() {
        for one in stated {
            match selected.offers.first().map(|o| (o.candidates.is_empty(), o.availability)) {
                // Only availability was read: the page's own offers stay, with it.
                Some((true, availability)) => {
                    selected.offers.clone_from(&one.offers);
                    if availability != crate::domain::Availability::Unknown {
                        selected.offers.iter_mut().for_each(|o| o.availability = availability);
                    }
                    fill(&mut selected, PageProduct { offers: Vec::new(), ..one });
                }
                _ => fill(&mut selected, one),
            }
        }
    } else if let Some(own) = selected.offers.first_mut() {
        let others = stated.into_iter().rev().flat_map(|p| p.offers).flat_map(|o| o.candidates);
        own.candidates.extend(others.take(MOST_BESIDE));
    }
    products.insert(0, selected);
}

/// Two formats of one page describe one thing unless their numbers or titles speak against it.
fn same_thing(a: &PageProduct, b: &PageProduct) -> bool {
    if let (Some(a), Some(b)) = (&a.facts.gtin, &b.facts.gtin) {
        return a == b;
    }
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2).map(str::to_owned).collect()
    };
    let (a, b) = (words(&a.facts.title), words(&b.facts.title));
    a.is_empty() || b.is_empty() || a.intersection(&b).count() * 2 >= a.len().min(b.len())
}

fn fill(main: &mut PageProduct, other: PageProduct) {
    product::inherit(&mut main.facts, &other.facts);
    if main.facts.gtin.is_none() {
        main.facts.gtin = other.facts.gtin;
    }
    main.sku = main.sku.take().or(other.sku);
    main.url = main.url.take().or(other.url);
    if main.reviews.is_empty() {
        main.reviews = other.reviews;
    }
    if main.questions.is_empty() {
        main.questions = other.questions;
    }
    match main.offers.as_mut_slice() {
        [] => main.offers = other.offers,
        [own, ..] => {
            for offer in other.offers {
                if own.availability == crate::domain::Availability::Unknown {
                    own.availability = offer.availability;
                }
                if own.condition == crate::domain::Condition::New {
                    own.condition = offer.condition;
                }
                own.sku = own.sku.take().or(offer.sku);
                own.unit_price = own.unit_price.take().or(offer.unit_price);
                own.shipping = own.shipping.or(offer.shipping);
                own.tax_included = own.tax_included.or(offer.tax_included);
                let stated = offer.candidates.iter().filter(|c| c.kind == crate::domain::PriceKind::List).cloned();
                let stated: Vec<_> = stated.collect();
                own.list_price = own.list_price.or(own.price.and_then(|price| decide::list_price(&stated, price)));
                own.candidates.extend(offer.candidates);
            }
        }
    }
}

/// Marks the products that the page is about: the stated main entity, else the one at the page's address, else the
/// only one with an offer, else all (a listing).
fn mark_main(mut list: Vec<PageProduct>, address: Option<&str>) -> Vec<PageProduct> {
    let groups: std::collections::BTreeSet<usize> = list.iter().map(|p| p.group).collect();
    let at_address = |p: &PageProduct| match (address, &p.url) {
        (Some(address), Some(url)) => same_address(address, url),
        _ => false,
    };
    let with = |test: &dyn Fn(&PageProduct) -> bool| -> std::collections::BTreeSet<usize> {
        list.iter().filter(|p| test(p)).map(|p| p.group).collect()
    };
    let stated = with(&|p| p.main);
    let here = with(&at_address);
    // Of a list, the one with a price is no more the page's than the others.
    let outside = with(&|p| !p.in_list);
    let offered = with(&|p| p.offers.iter().any(|o| !o.candidates.is_empty()) && (outside.is_empty() || !p.in_list));
    let offered = if outside.is_empty() { groups.clone() } else { offered };
    let chosen = [stated, here, offered].into_iter().find(|set| set.len() == 1).unwrap_or(groups);
    for product in &mut list {
        product.main = chosen.contains(&product.group);
    }
    list
}

/// Host (without `www.`) and path are equal; what follows a `?` or `#` does not count.
fn same_address(page: &str, stated: &str) -> bool {
    let Ok(page) = Url::parse(page) else { return false };
    let Ok(stated) = page.join(stated) else { return false };
    let host = |u: &Url| u.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    host(&page) == host(&stated) && page.path().trim_end_matches('/') == stated.path().trim_end_matches('/')
}
