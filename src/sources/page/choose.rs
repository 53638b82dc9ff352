//! Which of the products on a page it is about, and how the page's formats are put together.
//!
//! The better format leads; the others fill gaps and leave their prices as candidates.

use super::{PageProduct, product};
use url::Url;

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
    let offered = with(&|p| p.offers.iter().any(|o| !o.candidates.is_empty()));
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
