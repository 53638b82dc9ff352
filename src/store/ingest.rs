//! Storing a batch of observations in one transaction.
//!
//! Every attempt becomes a snapshot; the last good price is never overwritten by a failure or an older look.

use super::codec::{json, millis, text_key, word};
use super::identity::KnownOffer;
use super::types::Ingested;
use super::{identity, known, listing, merge};
use crate::domain::*;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a batch has touched: facts are read once per product and indexed once at its end.
struct Batch<'t> {
    t: &'t Transaction<'t>,
    shops: HashMap<String, i64>,
    products: BTreeMap<i64, merge::Known>,
    to_index: BTreeSet<i64>,
    next_offer: i64,
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
        to_index: BTreeSet::new(),
        next_offer,
        source,
        done: Ingested::default(),
    };
    for mut look in observations {
        merge::clean(&mut look.product);
        batch.one(look)?;
    }
    for id in &batch.to_index {
        if let Some(known) = batch.products.get(id) {
            merge::index(t, *id, &known.facts)?;
        }
    }
    if !batch.to_index.is_empty() {
        t.execute("UPDATE catalogue SET version = version + 1", [])?;
    }
    Ok(batch.done)
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
        let known = match known::known_offer(self.t, shop, &look, &condition)? {
            Some(known) => {
                let leads = identity::first_offer(self.t, known.product)? == Some(known.offer);
                self.merge_facts(known.product, &mut look, leads.then_some(known.observed_at))?;
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
        self.reviews(known.product, shop, &look)?;
        self.questions(known.product, &look)?;
        let price = self.price_seen(&known, &look)?;
        if !self.snapshot(&known, &look, price)? {
            self.done.duplicates += 1;
            return Ok(());
        }
        self.done.snapshots_new += 1;
        self.candidates(known.product, known.offer, &look)?;
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
        let found = match identity::product_by_facts(self.t, &look.product)? {
            Some(id) => Some(id),
            None => {
                let gtin = look.product.gtin.as_deref();
                identity::product_by_shop_key(self.t, shop, &look.shop_key, gtin)?
            }
        };
        if let Some(id) = found {
            self.merge_facts(id, look, None)?;
            return Ok(Some(id));
        }
        if look.product.title.trim().is_empty() {
            if !look.outcome.is_good() {
                return Ok(None);
            }
            look.product.title.clone_from(&look.shop_key);
        }
        let facts = std::mem::take(&mut look.product);
        let id = merge::insert(self.t, &facts, look.shop.invented, look.observed_at)?;
        self.done.products_new += 1;
        self.to_index.insert(id);
        self.products.insert(id, merge::Known { facts, facts_at: look.observed_at });
        Ok(Some(id))
    }

    /// The offer that brought the product first (`leads`: when it was last seen well) may change what it said; others
    /// only add what is missing, or two shops' titles would take turns with every refresh.
    fn merge_facts(&mut self, id: i64, look: &mut Observation, leads: Option<Option<i64>>) -> rusqlite::Result<()> {
        // A failed look knows no facts worth keeping over those of a good one.
        if matches!(look.outcome, Outcome::Blocked | Outcome::Gone | Outcome::Error | Outcome::NotModified) {
            return Ok(());
        }
        if !self.products.contains_key(&id) {
            self.products.insert(id, merge::load(self.t, id)?);
        }
        let Some(known) = self.products.get_mut(&id) else { return Ok(()) };
        if let Some(gtin) = look.product.gtin.as_deref().filter(|_| known.facts.gtin.is_none())
            && identity::product_by_gtin(self.t, gtin)?.is_some_and(|owner| owner != id)
        {
            look.product.gtin = None;
        }
        let newer = leads.is_some_and(|seen| {
            look.observed_at >= known.facts_at && seen.is_none_or(|seen| millis(look.observed_at) >= seen)
        });
        if merge::merge(&mut known.facts, &look.product, newer) {
            known.facts_at = known.facts_at.max(look.observed_at);
            merge::update(self.t, id, known)?;
            self.to_index.insert(id);
        }
        Ok(())
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
                   availability, last_outcome, seller) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
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
                look.seller
            ])?;
        self.done.offers_new += 1;
        let (variant, sku, url) = (look.variant.clone(), look.sku.clone(), look.url.clone());
        Ok(KnownOffer { product, offer, attempted_at: None, observed_at: None, variant, sku, url, price: None })
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

    fn candidates(&self, product: i64, offer: i64, look: &Observation) -> rusqlite::Result<()> {
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

    /// Keeps the last attempt, the availability and the names of the offer up to date.
    fn update_attempt(&self, known: &KnownOffer, look: &Observation) -> rusqlite::Result<()> {
        let at = millis(look.observed_at);
        let latest = known.attempted_at.is_none_or(|seen| seen <= at);
        if latest {
            let said = availability_said(look).map(|a| word(&a));
            self.t
                .prepare_cached(
                    "UPDATE offer SET attempted_at = ?3, last_outcome = ?4, availability = coalesce(?5, availability)
                     WHERE product_id = ?1 AND offer_id = ?2",
                )?
                .execute(params![known.product, known.offer, at, look.outcome.word(), said])?;
        } else {
            // It arrived late: what was last said may still be news, where later attempts could not tell.
            self.t
                .prepare_cached(
                    "UPDATE offer SET availability = coalesce((
                       SELECT n.availability FROM snapshot n WHERE n.product_id = ?1 AND n.offer_id = ?2
                         AND n.availability IS NOT NULL ORDER BY n.at DESC LIMIT 1), availability)
                     WHERE product_id = ?1 AND offer_id = ?2",
                )?
                .execute([known.product, known.offer])?;
        }
        let pick = |old: &Option<String>, new: &Option<String>| {
            if latest { new.clone().or_else(|| old.clone()) } else { old.clone().or_else(|| new.clone()) }
        };
        let names = [pick(&known.variant, &look.variant), pick(&known.sku, &look.sku), pick(&known.url, &look.url)];
        if names[0] != known.variant || names[1] != known.sku || names[2] != known.url {
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

    fn reviews(&mut self, product: i64, shop: i64, look: &Observation) -> rusqlite::Result<()> {
        if look.reviews.is_empty() {
            return Ok(());
        }
        let mut next: i64 = self.t.query_row("SELECT coalesce(max(review_id), 0) + 1 FROM review", [], |r| r.get(0))?;
        let mut put = self.t.prepare_cached(
            "INSERT OR IGNORE INTO review (product_id, review_id, shop_id, review_key, stars, title, body, author,
               written_at, variant) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        for review in &look.reviews {
            let written = review.written_at.map(|at| millis(at).to_string()).unwrap_or_default();
            let (title, author) = (review.title.as_deref(), review.author.as_deref());
            let hashed = || text_key(&[author.unwrap_or_default(), title.unwrap_or_default(), &written, &review.body]);
            let key = if review.key.is_empty() { hashed() } else { review.key.clone() };
            let added = put.execute(params![
                product,
                next,
                shop,
                key,
                review.stars,
                review.title,
                review.body,
                review.author,
                review.written_at.map(millis),
                review.variant
            ])?;
            next += added as i64;
            self.done.reviews_new += added as u64;
        }
        Ok(())
    }

    fn questions(&mut self, product: i64, look: &Observation) -> rusqlite::Result<()> {
        for asked in &look.questions {
            let known: Option<(i64, Option<String>)> = self
                .t
                .prepare_cached("SELECT question_id, answer FROM question WHERE product_id = ?1 AND question = ?2")?
                .query_row(params![product, asked.question], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?;
            match known {
                Some((id, answer)) if answer != asked.answer && asked.answer.is_some() => {
                    self.t.execute(
                        "UPDATE question SET answer = ?3 WHERE product_id = ?1 AND question_id = ?2",
                        params![product, id, asked.answer],
                    )?;
                }
                Some(_) => {}
                None => {
                    self.t
                        .prepare_cached(
                            "INSERT INTO question (product_id, question_id, question, answer, asked_at)
                             SELECT ?1, coalesce(max(question_id), 0) + 1, ?2, ?3, ?4 FROM question",
                        )?
                        .execute(params![product, asked.question, asked.answer, asked.asked_at.map(millis)])?;
                    self.done.questions_new += 1;
                }
            }
        }
        Ok(())
    }
}
