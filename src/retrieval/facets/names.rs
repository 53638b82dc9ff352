//! Facets of names: category levels, brands and shops, each under the spelling that the catalogue uses most.
//!
//! Names are compared by the same keys as in the filters. Never reads attributes.

use super::{MOST_VALUES, Tally, facet};
use crate::domain::*;
use crate::retrieval::Hit;
use crate::retrieval::filters::{levels, names, stated_brand};
use crate::retrieval::fold::name_key;
use std::collections::{BTreeMap, HashMap};

/// Products by key, with the spellings met.
#[derive(Default)]
pub struct Groups<'a> {
    groups: BTreeMap<String, (Tally, BTreeMap<&'a str, usize>)>,
}

impl<'a> Groups<'a> {
    pub fn add(&mut self, key: String, spelling: &'a str, rank: usize) {
        let (tally, spellings) = self.groups.entry(key).or_default();
        tally.add(rank);
        *spellings.entry(spelling).or_default() += 1;
    }

    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// The groups with the most products as key, spelling and count, the most first; and how many products are in
    /// the others.
    pub fn largest(self) -> (Vec<(String, &'a str, Tally)>, usize) {
        let mut all: Vec<(String, &str, Tally)> = self
            .groups
            .into_iter()
            .filter_map(|(key, (tally, spellings))| {
                let commonest = spellings.into_iter().max_by_key(|(text, count)| (*count, std::cmp::Reverse(*text)))?;
                Some((key, commonest.0, tally))
            })
            .collect();
        // Equal counts stay in the order of their keys.
        all.sort_by_key(|(_, _, tally)| std::cmp::Reverse(tally.count));
        let other = all.iter().skip(MOST_VALUES).map(|(_, _, tally)| tally.count).sum();
        all.truncate(MOST_VALUES);
        (all, other)
    }
}

/// Computes a key once for each spelling.
struct Keys<'a, K, F: Fn(&str) -> K>(HashMap<&'a str, K>, F);

impl<'a, K: Clone, F: Fn(&str) -> K> Keys<'a, K, F> {
    fn of(&mut self, text: &'a str) -> K {
        self.0.entry(text).or_insert_with(|| (self.1)(text)).clone()
    }
}

/// Brands. A product without one counts for every brand that its title names, as it does in the filters.
pub fn brand(hits: &[Hit]) -> Option<Facet> {
    let mut keys = Keys(HashMap::new(), name_key);
    let mut groups = Groups::default();
    let (mut nameless, mut silent) = (0, Vec::new());
    for (rank, hit) in hits.iter().enumerate() {
        match stated_brand(&hit.product.facts) {
            Some(brand) => match keys.of(brand) {
                key if key.is_empty() => nameless += 1,
                key => groups.add(key, brand, rank),
            },
            None => silent.push((rank, &hit.product.facts.title)),
        }
    }
    let (mut shown, other) = groups.largest();
    if shown.is_empty() {
        return None;
    }
    let mut made = facet(Aspect::Brand, "brand", Vec::new(), hits.len());
    made.other = other + nameless;
    for (rank, title) in silent {
        let title = name_key(title);
        let mut named = false;
        for (_, _, tally) in shown.iter_mut().filter(|(key, _, _)| names(&title, key)) {
            tally.add(rank);
            named = true;
        }
        made.unstated += usize::from(!named);
    }
    shown.sort_by_key(|(_, _, tally)| std::cmp::Reverse(tally.count));
    let value = |(_, name, tally): (String, &str, Tally)| {
        tally.value(name.trim(), Narrowing::Brand { brand: name.trim().to_owned() })
    };
    made.values = shown.into_iter().map(value).collect();
    Some(made)
}

/// The level of the category path below the one that all stated paths share.
pub fn category(hits: &[Hit]) -> Option<Facet> {
    let mut keys = Keys(HashMap::new(), levels);
    let stated: Vec<(usize, &str, Vec<String>)> = hits
        .iter()
        .enumerate()
        .filter_map(|(rank, hit)| Some((rank, hit.product.facts.category.as_deref()?)))
        .filter(|(_, path)| !path.trim().is_empty())
        .map(|(rank, path)| (rank, path, keys.of(path)))
        .collect();
    let mut shared = stated.first()?.2.clone();
    for (_, _, levels) in &stated {
        let same = shared.iter().zip(levels).take_while(|(a, b)| a == b).count();
        shared.truncate(same);
    }
    let depth = shared.len();
    let mut groups = Groups::default();
    let mut made = facet(Aspect::Category, "category", Vec::new(), hits.len());
    made.unstated = hits.len() - stated.len();
    for (rank, path, levels) in &stated {
        match levels.get(depth).filter(|level| !level.is_empty()) {
            Some(level) => groups.add(level.clone(), path, *rank),
            None => made.other += 1,
        }
    }
    let (shown, other) = groups.largest();
    made.other += other;
    let value = |(_, path, tally): (String, &str, Tally)| {
        let levels: Vec<&str> = path.split('>').map(str::trim).take(depth + 1).collect();
        let label = levels.last().copied().unwrap_or_default();
        tally.value(label, Narrowing::Category { path: levels.join(" > ") })
    };
    made.values = shown.into_iter().map(value).collect();
    Some(made)
}

/// Shops. A product counts for every shop that offers it.
pub fn shop(hits: &[Hit]) -> Facet {
    let mut keys = Keys(HashMap::new(), name_key);
    let mut groups = Groups::default();
    let mut made = facet(Aspect::Shop, "shop", Vec::new(), hits.len());
    for (rank, hit) in hits.iter().enumerate() {
        let mut own: BTreeMap<String, &str> = BTreeMap::new();
        for offer in &hit.offers {
            own.entry(keys.of(&offer.shop.name)).or_insert(&offer.shop.name);
        }
        own.remove("");
        made.unstated += usize::from(hit.offers.is_empty());
        made.other += usize::from(own.is_empty() && !hit.offers.is_empty());
        for (key, name) in own {
            groups.add(key, name, rank);
        }
    }
    let (shown, other) = groups.largest();
    made.other += other;
    let value = |(_, name, tally): (String, &str, Tally)| tally.value(name, Narrowing::Shop { shop: name.to_owned() });
    made.values = shown.into_iter().map(value).collect();
    made
}
