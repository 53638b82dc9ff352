//! Pairs of products that may be one and the same, for the user to decide: never joined from here.
//!
//! Candidates come by shared model numbers and titles, and by words, which the caller looks up; `domain::same` scores
//! them.

use super::error::Result;
use super::identity;
use super::merge;
use super::reader::Reader;
use crate::domain::same::{self, Likeness, Traits};
use crate::domain::*;
use serde::Serialize;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Most pairs by shared keys that are looked at.
const PAIRS: usize = 20_000;
/// Up to so many products each is also searched for by its words.
const SEARCHED: usize = 2_000;
/// Hits looked at for each.
const HITS: usize = 15;

/// Two products that are likely the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    pub a: Product,
    pub b: Product,
    #[serde(flatten)]
    pub likeness: Likeness,
}

/// What a product is judged by: its traits, whether it is invented, its shops, GTIN and group.
type Held = (Traits, bool, HashSet<i64>, Option<String>, Option<String>);

impl Reader {
    /// Likely same products of different shops, the likeliest first; only those with `product` where it is given.
    /// Leaves out what the user said is two things, and what differs in a way that no one item can.
    /// `alike` names the products that have most of the given words, at most so many.
    pub fn suggestions(
        &self,
        product: Option<ProductId>,
        limit: usize,
        alike: &dyn Fn(&[&str], usize) -> Vec<ProductId>,
    ) -> Result<Vec<Suggestion>> {
        let mut traits: HashMap<i64, Held> = HashMap::new();
        let mut found: Vec<(i64, i64, Likeness)> = Vec::new();
        for (a, b) in self.pairs(product, alike)? {
            for id in [a, b] {
                if let Entry::Vacant(place) = traits.entry(id) {
                    let facts = merge::load(&self.connection, id).map_err(|e| self.wrong(&e))?.facts;
                    let row = self.row("SELECT invented FROM product WHERE product_id = ?1", &[&id], |r| r.get(0))?;
                    let shops = self.rows("SELECT shop_id FROM offer WHERE product_id = ?1", &[&id], |r| r.get(0))?;
                    let held = (
                        Traits::of(&facts),
                        row.unwrap_or(false),
                        shops.into_iter().collect(),
                        facts.gtin.clone(),
                        facts.group.clone(),
                    );
                    place.insert(held);
                }
            }
            let (Some(one), Some(other)) = (traits.get(&a), traits.get(&b)) else { continue };
            let family = one.4.is_some() && one.4 == other.4;
            let gtins = one.3.is_some() && other.3.is_some();
            if one.1 != other.1 || family || gtins || !one.2.is_disjoint(&other.2) {
                continue;
            }
            let likeness = same::judge(&one.0, &other.0);
            let apart = || identity::kept_apart(&self.connection, a, b).map_err(|e| self.wrong(&e));
            if likeness.score >= same::SUGGEST && !apart()? {
                found.push((a, b, likeness));
            }
        }
        found.sort_by(|x, y| y.2.score.total_cmp(&x.2.score).then((x.0, x.1).cmp(&(y.0, y.1))));
        found.truncate(limit);
        let mut suggestions = Vec::new();
        for (a, b, likeness) in found {
            if let (Some(a), Some(b)) = (self.product(ProductId(a))?, self.product(ProductId(b))?) {
                suggestions.push(Suggestion { a, b, likeness });
            }
        }
        Ok(suggestions)
    }

    /// Pairs worth scoring, the smaller id first, each once.
    fn pairs(
        &self,
        product: Option<ProductId>,
        alike: &dyn Fn(&[&str], usize) -> Vec<ProductId>,
    ) -> Result<BTreeSet<(i64, i64)>> {
        let only = product.map(|id| id.0);
        let mut pairs: BTreeSet<(i64, i64)> = self
            .rows(
                "SELECT a.product_id, b.product_id FROM match_key a JOIN match_key b
                   ON b.key = a.key AND b.product_id > a.product_id
                 WHERE ?1 IS NULL OR ?1 IN (a.product_id, b.product_id) LIMIT ?2",
                &[&only, &PAIRS],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?
            .into_iter()
            .collect();
        let searched = match product {
            Some(id) => vec![id],
            None => self.product_ids(None, SEARCHED + 1)?,
        };
        if searched.len() > SEARCHED {
            return Ok(pairs);
        }
        for product in self.products(&searched)? {
            let traits = Traits::of(&product.facts);
            for hit in alike(&traits.search_words(), HITS) {
                let (a, b) = (product.id.0.min(hit.0), product.id.0.max(hit.0));
                if a != b {
                    pairs.insert((a, b));
                }
            }
        }
        Ok(pairs)
    }
}
