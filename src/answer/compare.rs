//! Products side by side: differing rows first, the best cell marked where "better" is defined. No words, no model.

use super::aspect;
use super::event::{CompareRow, Comparison, ResultRow};
use super::evidence::{self, CardFacts};
use crate::domain::*;
use crate::store::{self, Reader};

/// Compares products by id, in that order; unknown ids are left out, and what was not known at `as_of`. `need` decides what counts as better.
///
/// # Errors
/// Those of the store.
pub fn compare(reader: &Reader, ids: &[ProductId], need: &Need, as_of: Option<Timestamp>) -> store::Result<Comparison> {
    let mut rows = Vec::new();
    let mut number = 0;
    for product in reader.products(ids)? {
        let Some(product) = super::as_of::known(reader, product, as_of)? else { continue };
        number += 1;
        let offers = super::rows::offers_at(reader, product.id, as_of)?;
        rows.push(super::rows::row(number, product, offers, need, Vec::new()));
    }
    Ok(side_by_side(rows, need))
}

/// The table over rows that are known already.
pub fn side_by_side(products: Vec<ResultRow>, need: &Need) -> Comparison {
    let mut cards: Vec<Card> = products.iter().map(|r| evidence::row_card(r, CardKind::Offer)).collect();
    for (card, row) in cards.iter_mut().zip(&products) {
        card.facts.extend(row.offer.as_ref().and_then(with_shipping));
    }
    let mut fields: Vec<String> =
        ["price", "price with shipping", "shop", "rating", "list price", "unit price", "in stock"]
            .map(str::to_owned)
            .into();
    for fact in cards.iter().flat_map(|c| &c.facts) {
        let hidden = ["name", "ratings", "category", "shipping", "variant"].contains(&fact.field.as_str());
        if !hidden && !fields.contains(&fact.field) {
            fields.push(fact.field.clone());
        }
    }
    let mut rows: Vec<CompareRow> = fields.iter().filter_map(|field| row(field, &cards, need)).collect();
    // Stable: what matters to the need and what differs comes first.
    rows.sort_by_key(|r| {
        let asked = super::claims::relevance(&r.label, need) >= 2.0;
        (!(r.differs && asked), !r.differs)
    });
    Comparison { products, rows }
}

/// Price and shipping in one, where the offer states its shipping.
fn with_shipping(offer: &Offer) -> Option<Fact> {
    let total = offer.total()?;
    Some(Fact {
        field: "price with shipping".to_owned(),
        value: FactValue::Money(total),
        text: total.to_string(),
        row: format!("offer:{}", offer.id.0),
        shop: Some(offer.shop.name.clone()),
        observed_at: offer.observed_at,
    })
}

fn row(field: &str, cards: &[Card], need: &Need) -> Option<CompareRow> {
    let fact = |card: &Card| card.facts.iter().find(|f| f.field == field).cloned();
    let cells: Vec<Option<String>> = cards
        .iter()
        .map(|c| {
            let text = fact(c)?.text;
            let count = (field == "rating").then(|| c.count("ratings")).flatten();
            Some(count.map_or(text.clone(), |n| format!("{text} ({n})")))
        })
        .collect();
    cells.iter().any(Option::is_some).then(|| CompareRow {
        label: if field == "price" { "best price".to_owned() } else { field.to_owned() },
        best: best(field, cards, need),
        differs: cells.iter().any(|c| *c != cells[0]),
        cells,
    })
}

/// The one card with the best value; `None` for ties, mixed units, and fields without a better.
fn best(field: &str, cards: &[Card], need: &Need) -> Option<usize> {
    let wish = need.wants.iter().find(|w| aspect::same(&w.aspect, field)).map(|w| w.direction);
    let direction = wish.or_else(|| aspect::better(field))?;
    let own = |c: &Card| c.facts.iter().find(|f| f.field == field).cloned();
    let value = |c: &Card| -> Option<(f64, String)> {
        match own(c)?.value {
            FactValue::Flag(yes) if direction == Direction::Yes => Some((f64::from(u8::from(yes)), String::new())),
            _ => c.number(field),
        }
    };
    let values: Vec<Option<(f64, String)>> = cards.iter().map(value).collect();
    let unit = values.iter().flatten().map(|(_, u)| u).next()?;
    if values.iter().flatten().any(|(_, u)| u != unit) || values.iter().flatten().count() < 2 {
        return None;
    }
    let goodness = |v: f64| if direction == Direction::Lower { -v } else { v };
    let top = values.iter().flatten().map(|(v, _)| goodness(*v)).max_by(f64::total_cmp)?;
    let mut holders = values.iter().enumerate().filter(|(_, v)| v.as_ref().is_some_and(|(v, _)| goodness(*v) == top));
    match (holders.next(), holders.next()) {
        (Some((at, _)), None) => Some(at),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::rows;
    use crate::answer::testing::{BRISA, KALTHAUS, NORDWASH, need, offer, product};

    #[test]
    fn differing_rows_first_and_the_winner_only_where_better_is_defined() {
        let rows = [NORDWASH, KALTHAUS, BRISA]
            .iter()
            .zip(1..)
            .map(|(m, n)| rows::row(n, product(m), vec![offer(m)], &need(), Vec::new()))
            .collect();
        let table = side_by_side(rows, &need());
        let find = |label: &str| table.rows.iter().find(|r| r.label == label).unwrap();
        assert_eq!(find("noise").best, Some(0));
        assert_eq!(find("best price").best, Some(2));
        assert_eq!(find("width").best, None);
        assert_eq!(find("energy").cells, [None, Some("0.7 kWh".to_owned()), None]);
        assert_eq!(find("energy").best, None);
        assert!(table.rows[0].differs && table.rows[0].label != "shop");
        assert_eq!(find("rating").cells[0].as_deref(), Some("4.4 of 5 (312)"));
        let same = table.rows.iter().position(|r| !r.differs).unwrap();
        assert!(table.rows[same..].iter().all(|r| !r.differs));
    }
}
