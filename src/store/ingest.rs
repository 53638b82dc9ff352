//! Storing a batch of observations in one transaction.
//!
//! Every attempt becomes a snapshot; the last good price is never overwritten by a failure or an older look.

use super::codec::{json, millis, word};
use super::identity::KnownOffer;
use super::types::Ingested;
use super::{drift, group, identity, join, known, listing, merge, texts};
use crate::domain::same::Traits;
use crate::domain::*;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a batch has touched: facts are read once per product and keyed once at its end.
struct Batch<'t> {
    t: &'t Transaction<'t>,
    shops: HashMap<String, i64>,
    products: BTreeMap<i64, merge::Known>,
    changed: BTreeSet<i64>,
    /// Products whose text is another than before.
    texts: BTreeSet<i64>,
    next_offer: i64,
    next_product: i64,
    /// The source that lists these offers, where one does.
    source: Option<SourceId>,
    done: Ingested,
}

/// Stores the observations; see [`super::Writer::ingest`] and [`super::Writer::ingest_listed`].
pub(super) fn ingest(
    t: &Transaction<'_>,
    observations: Vec<Observation>,
    source: Option<SourceId>,
) -> rusqlite::Result<Ingested> {
    let next_offer = t.query_row("SELECT coalesce(max(offer_id), 0) + 1 FROM offer", [], |r| r.get(0))?;
    let mut batch = Batch {
        t,
        shops: HashMap::new(),
        products: BTreeMap::new(),
        changed: BTreeSet::new(),
        texts: BTreeSet::new(),
        next_offer,
        next_product: merge::next_id(t)?,
        source,
        done: Ingested::default(),
    };
    for mut look in observations {
        look.product.variant = look.product.variant.take().or_else(|| look.variant.clone());
        merge::clean(&mut look.product);
        plausible(&mut look);
        batch.one(look)?;
    }
    for id in &batch.texts {
        merge::text_changed(t, *id)?;
    }
    let changed = batch.changed.iter().filter_map(|id| Some((*id, Traits::of(&batch.products.get(id)?.facts))));
    merge::write_keys(t, changed)?;
    if !batch.changed.is_empty() {
        t.execute("UPDATE catalogue SET version = version + 1", [])?;
    }
    Ok(batch.done)
}

/// No price in minor units is larger: a hundred thousand million of a currency with two decimals.
const MOST: i64 = 10_000_000_000_000;

/// A look with a price that cannot be one is a failed look: what was read stays in its detail and its candidates.
fn plausible(look: &mut Observation) {
    look.shipping.take_if(|s| !(0..=MOST).contains(&s.minor));
    if let Some(price) = look.price.take_if(|p| !(0..=MOST).contains(&p.minor)) {
        look.outcome = Outcome::Error;
        look.detail = Some(format!("{price} cannot be a price"));
    }
}

/// What a look says of availability; `None` where it could not tell.
fn availability_said(look: &Observation) -> Option<Availability> {
    match (look.outcome, look.availability) {
        (Outcome::Blocked | Outcome::Error, _) | (Outcome::NotModified, Availability::Unknown) => None,
        (Outcome::Gone, Availability::Unknown) => Some(Availability::Discontinued),
        (_, said) => Some(said),
    }
}

/// The list price in minor units, where it is one: above the price, in its currency.
fn list_price_beside(price: Money, list: Option<Money>) -> Option<i64> {
    list.filter(|l| l.currency == price.currency && l.minor > price.minor).map(|l| l.minor)
}

impl Batch<'_> {
    fn one(&mut self, mut look: Observation) -> rusqlite::Result<()> {
        let shop = self.shop(&look.shop)?;
        let condition = word(&look.condition);
        if let Some(variant) = look.product.variant.as_deref() {
            look.product.title = variant::titled(&look.product.title, variant);
        }
        let known = match known::known_offer(self.t, shop, &look, &condition)? {
            Some(mut known) => {
                let leads = identity::first_offer(self.t, known.product)? == Some(known.offer);
                known.product = self.merge_facts(
                    known.product,
                    shop,
                    &mut look,
                    leads.then_some((known.offer, known.observed_at)),
                )?;
                known
            }
            None => {
                let Some(product) = self.product_for(shop, &mut look)? else {
                    self.done.unnamed += 1;
                    return Ok(());
                };
                self.insert_offer(product, shop, &condition, &look)?
            }
        };
        if let Some(source) = self.source {
            listing::remember(self.t, source, known.product, known.offer, look.observed_at)?;
        }
        texts::reviews(self.t, known.product, shop, &look, &mut self.done)?;
        texts::questions(self.t, known.product, &look, &mut self.done)?;
        let price = self.price_seen(&known, &look)?;
        if !self.snapshot(&known, &look, price)? {
            self.done.duplicates += 1;
            return Ok(());
        }
        self.done.snapshots_new += 1;
        self.candidates(known.product, known.offer, &look)?;
        drift::note(self.t, &known, &look, price.map(|(p, _)| p))?;
        self.update_attempt(&known, &look)?;
        self.update_price(&known, &look, price)?;
        let seen = price.map(|(money, _)| money);
        self.done.prices_changed += u64::from(known.price.zip(seen).is_some_and(|(old, new)| old != new));
        match price {
            Some((price, _)) if look.condition == Condition::New => {
                self.summarise(known.product, price, look.observed_at)
            }
            _ => Ok(()),
        }
    }

    fn shop(&mut self, shop: &ShopRef) -> rusqlite::Result<i64> {
        if let Some(id) = self.shops.get(&shop.name) {
            return Ok(*id);
        }
        self.t.execute(
            "INSERT INTO shop (name, domain, invented) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET domain = coalesce(excluded.domain, domain)",
            params![shop.name, shop.domain, shop.invented],
        )?;
        let id = self.t.query_row("SELECT shop_id FROM shop WHERE name = ?1", [&shop.name], |r| r.get(0))?;
        self.shops.insert(shop.name.clone(), id);
        Ok(id)
    }

    /// The product of an offer not seen before, made where there is none; `None` where a failed look does not even
    /// know what it looked for.
    fn product_for(&mut self, shop: i64, look: &mut Observation) -> rusqlite::Result<Option<i64>> {
        let traits = Traits::of(&look.product);
        if let Some(id) = identity::product_for(self.t, shop, look, &traits)? {
            return self.merge_facts(id, shop, look, None).map(Some);
        }
        if look.product.title.trim().is_empty() {
            if !look.outcome.is_good() {
                return Ok(None);
            }
            look.product.title.clone_from(&look.shop_key);
        }
        let mut facts = look.product.clone();
        facts.group = self.group(shop, look, None)?;
        let id = self.next_product;
        self.next_product += 1;
        merge::insert(self.t, id, &facts, look.shop.invented, look.observed_at)?;
        // At once, not at the batch's end: the next offer of the batch may be of this product.
        merge::write_keys(self.t, [(id, &traits)])?;
        self.done.products_new += 1;
        self.changed.insert(id);
        self.texts.insert(id);
        self.products.insert(id, merge::Known { facts, facts_at: look.observed_at });
        Ok(Some(id))
    }

    /// The number of the group that the shop names, as the store's facts hold it; none for a failed look.
    fn group(&mut self, shop: i64, look: &Observation, known: Option<&str>) -> rusqlite::Result<Option<String>> {
        let Some(name) = look.product.group.as_deref() else { return Ok(None) };
        let known = known.and_then(|id| id.parse().ok());
        let (id, united) = group::of(self.t, shop, name, known)?;
        if let Some(old) = united.map(|old| old.to_string()) {
            for product in self.products.values_mut().filter(|p| p.facts.group.as_deref() == Some(&old)) {
                product.facts.group = Some(id.to_string());
            }
        }
        Ok(Some(id.to_string()))
    }

    /// The offer that brought the product first (`leads`: its id and when it was last seen well) may change what it
    /// said; others only add what is missing, or two shops' titles would take turns with every refresh.
    ///
    /// The product that the offer then belongs to: where its GTIN turns out to be another product's, the two are one.
    fn merge_facts(
        &mut self,
        mut id: i64,
        shop: i64,
        look: &mut Observation,
        leads: Option<(i64, Option<i64>)>,
    ) -> rusqlite::Result<i64> {
        // A failed look knows no facts worth keeping over those of a good one.
        if matches!(look.outcome, Outcome::Blocked | Outcome::Gone | Outcome::Error | Outcome::NotModified) {
            return Ok(id);
        }
        self.hold(id)?;
        if let Some(gtin) = look.product.gtin.clone().filter(|_| self.facts(id).is_some_and(|f| f.gtin.is_none()))
            && let Some(owner) = identity::product_by_gtin(self.t, &gtin)?.filter(|owner| *owner != id)
        {
            if join::may(self.t, id, owner, shop, look)? {
                let (keep, lose) = (id.min(owner), id.max(owner));
                join::join(self.t, keep, lose, "the same GTIN", look.observed_at)?;
                self.products.remove(&keep);
                self.products.remove(&lose);
                self.changed.remove(&lose);
                self.texts.remove(&lose);
                id = keep;
                self.hold(id)?;
            } else {
                look.product.gtin = None;
            }
        }
        let group = self.facts(id).and_then(|f| f.group.clone());
        look.product.group = self.group(shop, look, group.as_deref())?;
        let Some(known) = self.products.get_mut(&id) else { return Ok(id) };
        let newer = leads.is_some_and(|(_, seen)| {
            look.observed_at >= known.facts_at && seen.is_none_or(|seen| millis(look.observed_at) >= seen)
        });
        if let Some((offer, _)) = leads.filter(|_| newer) {
            drift::specifications(self.t, id, offer, &known.facts, look)?;
        }
        let merged = merge::merge(&mut known.facts, &look.product, newer);
        if merged.changed {
            known.facts_at = known.facts_at.max(look.observed_at);
            merge::update(self.t, id, known)?;
            self.changed.insert(id);
        }
        if merged.text {
            self.texts.insert(id);
        }
        Ok(id)
    }

    /// Reads a product's facts, once in a batch.
    fn hold(&mut self, id: i64) -> rusqlite::Result<()> {
        if !self.products.contains_key(&id) {
            self.products.insert(id, merge::load(self.t, id)?);
        }
        Ok(())
    }

    fn facts(&self, id: i64) -> Option<&ProductFacts> {
        self.products.get(&id).map(|known| &known.facts)
    }

    fn insert_offer(
        &mut self,
        product: i64,
        shop: i64,
        condition: &str,
        look: &Observation,
    ) -> rusqlite::Result<KnownOffer> {
        let offer = self.next_offer;
        self.next_offer += 1;
        let unknown = word(&Availability::Unknown);
        self.t
            .prepare_cached(
                "INSERT INTO offer (product_id, offer_id, shop_id, shop_key, variant, sku, url, condition,
                   availability, last_outcome, seller, title)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                product,
                offer,
                shop,
                look.shop_key,
                look.variant,
                look.sku,
                look.url,
                condition,
                unknown,
                look.outcome.word(),
                look.seller,
                Some(&look.product.title).filter(|title| !title.is_empty())
            ])?;
        drift::condition(self.t, (product, offer), shop, condition, look)?;
        self.done.offers_new += 1;
        let (variant, sku, url) = (look.variant.clone(), look.sku.clone(), look.url.clone());
        let (seller, title) = (look.seller.clone(), Some(look.product.title.clone()).filter(|t| !t.is_empty()));
        Ok(KnownOffer { product, offer, variant, sku, url, seller, title, ..KnownOffer::default() })
    }

    /// The price that this look saw, or the one before it that it confirmed by "not modified"; with its list price.
    fn price_seen(&self, known: &KnownOffer, look: &Observation) -> rusqlite::Result<Option<(Money, Option<i64>)>> {
        match (look.outcome, look.price) {
            (outcome, Some(price)) if outcome.is_good() => Ok(Some((price, list_price_beside(price, look.list_price)))),
            (Outcome::NotModified, None) => self
                .t
                .prepare_cached(
                    "SELECT price, currency, list_price FROM snapshot
                     WHERE product_id = ?1 AND offer_id = ?2 AND at < ?3 AND price IS NOT NULL ORDER BY at DESC LIMIT 1",
                )?
                .query_row([known.product, known.offer, millis(look.observed_at)], |r| {
                    let code: Option<String> = r.get(1)?;
                    Ok(super::codec::money(r.get(0)?, code.as_deref()).zip(Some(r.get(2)?)))
                })
                .optional()
                .map(Option::flatten),
            _ => Ok(None),
        }
    }

    /// Whether the row is new.
    fn snapshot(
        &self,
        known: &KnownOffer,
        look: &Observation,
        price: Option<(Money, Option<i64>)>,
    ) -> rusqlite::Result<bool> {
        let added = self
            .t
            .prepare_cached(
                "INSERT OR IGNORE INTO snapshot (product_id, offer_id, at, outcome, price, list_price, currency,
                   availability, detail, shipping, shipping_included)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                known.product,
                known.offer,
                millis(look.observed_at),
                look.outcome.word(),
                price.map(|(p, _)| p.minor),
                price.and_then(|(_, list)| list),
                price.as_ref().map(|(p, _)| p.currency.code()),
                availability_said(look).map(|a| word(&a)),
                look.detail,
                price.zip(look.shipping).filter(|((p, _), s)| p.currency == s.currency).map(|(_, s)| s.minor),
                price.and(look.shipping_included)
            ])?;
        Ok(added > 0)
    }

    /// Every amount seen, written only where it is not what the offer's last look but one showed: an unchanged page
    /// costs no row.
    fn candidates(&self, product: i64, offer: i64, look: &Observation) -> rusqlite::Result<()> {
        if look.candidates.is_empty() || self.candidates_stand(product, offer, look)? {
            return Ok(());
        }
        let mut put = self.t.prepare_cached(
            "INSERT INTO candidate (product_id, offer_id, at, ord, kind, minor, currency, raw, place)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for (ord, c) in look.candidates.iter().enumerate() {
            put.execute(params![
                product,
                offer,
                millis(look.observed_at),
                ord,
                word(&c.kind),
                c.money.minor,
                c.money.currency.code(),
                c.raw,
                c.place
            ])?;
        }
        Ok(())
    }

    /// Whether the candidates kept last before this look are the same.
    fn candidates_stand(&self, product: i64, offer: i64, look: &Observation) -> rusqlite::Result<bool> {
        let mut last = self.t.prepare_cached(
            "SELECT kind, minor, currency, raw, place FROM candidate WHERE product_id = ?1 AND offer_id = ?2 AND at =
               (SELECT max(at) FROM candidate WHERE product_id = ?1 AND offer_id = ?2 AND at <= ?3) ORDER BY ord",
        )?;
        let mut rows = last.query([product, offer, millis(look.observed_at)])?;
        for c in &look.candidates {
            let Some(r) = rows.next()? else { return Ok(false) };
            let same = r.get_ref(0)?.as_str()? == word(&c.kind)
                && r.get::<_, i64>(1)? == c.money.minor
                && r.get_ref(2)?.as_str()? == c.money.currency.code()
                && r.get_ref(3)?.as_str()? == c.raw
                && r.get_ref(4)?.as_str()? == c.place;
            if !same {
                return Ok(false);
            }
        }
        Ok(rows.next()?.is_none())
    }

    /// Keeps the last attempt, the availability and the names of the offer up to date.
    fn update_attempt(&self, known: &KnownOffer, look: &Observation) -> rusqlite::Result<()> {
        let at = millis(look.observed_at);
        let latest = known.attempted_at.is_none_or(|seen| seen <= at);
        let pick = |old: &Option<String>, new: &Option<String>| {
            if latest { new.clone().or_else(|| old.clone()) } else { old.clone().or_else(|| new.clone()) }
        };
        let title = Some(look.product.title.clone()).filter(|title| look.outcome == Outcome::Ok && !title.is_empty());
        let (seller, title) = (pick(&known.seller, &look.seller), pick(&known.title, &title));
        if latest {
            let said = availability_said(look).map(|a| word(&a));
            self.t
                .prepare_cached(
                    "UPDATE offer SET attempted_at = ?3, last_outcome = ?4, availability = coalesce(?5, availability),
                       seller = ?6, title = ?7 WHERE product_id = ?1 AND offer_id = ?2",
                )?
                .execute(params![known.product, known.offer, at, look.outcome.word(), said, seller, title])?;
        } else {
            // It arrived late: what was last said may still be news, where later attempts could not tell.
            self.t
                .prepare_cached(
                    "UPDATE offer SET availability = coalesce((
                       SELECT n.availability FROM snapshot n WHERE n.product_id = ?1 AND n.offer_id = ?2
                         AND n.availability IS NOT NULL ORDER BY n.at DESC LIMIT 1), availability),
                       seller = ?3, title = ?4 WHERE product_id = ?1 AND offer_id = ?2",
                )?
                .execute(params![known.product, known.offer, seller, title])?;
        }
        // Apart, and only where they are others: two of them stand in indexes.
        let names = [pick(&known.variant, &look.variant), pick(&known.sku, &look.sku), pick(&known.url, &look.url)];
        if [&known.variant, &known.sku, &known.url].into_iter().ne(&names) {
            self.t
                .prepare_cached(
                    "UPDATE offer SET variant = ?3, sku = ?4, url = ?5 WHERE product_id = ?1 AND offer_id = ?2",
                )?
                .execute(params![known.product, known.offer, names[0], names[1], names[2]])?;
        }
        Ok(())
    }

    /// Only a good look that is no older than the one before sets or confirms the price.
    fn update_price(
        &self,
        known: &KnownOffer,
        look: &Observation,
        price: Option<(Money, Option<i64>)>,
    ) -> rusqlite::Result<()> {
        let at = millis(look.observed_at);
        let Some((price, list)) = price.filter(|_| known.observed_at.is_none_or(|seen| seen <= at)) else {
            return Ok(());
        };
        if look.price.is_none() {
            self.t
                .prepare_cached("UPDATE offer SET observed_at = ?3 WHERE product_id = ?1 AND offer_id = ?2")?
                .execute([known.product, known.offer, at])?;
            return Ok(());
        }
        self.t
            .prepare_cached(
                "UPDATE offer SET price = ?4, list_price = ?5, currency = ?6, unit_price = ?7, shipping = ?8,
                   shipping_included = ?9, tax_included = ?10, observed_at = ?3 WHERE product_id = ?1 AND offer_id = ?2",
            )?
            .execute(params![
                known.product,
                known.offer,
                at,
                price.minor,
                list,
                price.currency.code(),
                look.unit_price.as_ref().map(json),
                look.shipping.as_ref().map(json),
                look.shipping_included,
                look.tax_included
            ])
            .map(drop)
    }

    /// Sums stop at the largest number instead of overflowing: an absurd price must not stop an import.
    fn summarise(&self, product: i64, price: Money, at: Timestamp) -> rusqlite::Result<()> {
        self.t
            .prepare_cached(
                "INSERT INTO price_summary (product_id, currency, lowest, highest, observations, total, first_at, last_at)
                 VALUES (?1, ?2, ?3, ?3, 1, max(?3, 0), ?4, ?4)
                 ON CONFLICT (product_id, currency) DO UPDATE SET
                   lowest = min(lowest, excluded.lowest), highest = max(highest, excluded.highest),
                   observations = observations + 1,
                   total = CASE WHEN total > 9223372036854775807 - excluded.total THEN 9223372036854775807
                     ELSE total + excluded.total END,
                   first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)",
            )?
            .execute(params![product, price.currency.code(), price.minor, millis(at)])
            .map(drop)
    }
}
