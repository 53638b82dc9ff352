//! Storing a batch of observations in one transaction.
//!
//! Every attempt becomes a snapshot; the last good price is never overwritten by a failure or an older look.

use super::codec::{from_word, json, seconds, text_key, word};
use super::types::Ingested;
use super::{identity, merge};
use crate::domain::*;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, HashMap};

/// What a batch has touched: facts are read once per product and indexed once at its end.
struct Batch<'t> {
    t: &'t Transaction<'t>,
    shops: HashMap<String, i64>,
    products: BTreeMap<i64, merge::Known>,
    to_index: BTreeMap<i64, ()>,
    next_offer: i64,
    done: Ingested,
}

/// Stores the observations; see [`super::Writer::ingest`].
pub(super) fn ingest(t: &Transaction<'_>, observations: &[Observation]) -> rusqlite::Result<Ingested> {
    let next_offer = t.query_row("SELECT coalesce(max(offer_id), 0) + 1 FROM offer", [], |r| r.get(0))?;
    let mut batch = Batch {
        t,
        shops: HashMap::new(),
        products: BTreeMap::new(),
        to_index: BTreeMap::new(),
        next_offer,
        done: Ingested::default(),
    };
    for observation in observations {
        batch.one(observation)?;
    }
    for id in batch.to_index.keys() {
        if let Some(known) = batch.products.get(id) {
            merge::index(t, *id, &known.facts)?;
        }
    }
    if !batch.to_index.is_empty() {
        t.execute("UPDATE catalogue SET version = version + 1", [])?;
    }
    Ok(batch.done)
}

/// Records an attempt on the offers known by `url` (or by it with a query or fragment behind);
/// see [`super::Writer::attempt`].
pub(super) fn attempt(
    t: &Transaction<'_>,
    url: &str,
    outcome: Outcome,
    detail: Option<&str>,
    at: Timestamp,
) -> rusqlite::Result<u64> {
    let offers: Vec<(ShopRef, String, String)> = t
        .prepare_cached(
            "SELECT s.name, s.domain, s.invented, o.shop_key, o.condition FROM offer o JOIN shop s USING (shop_id)
             WHERE o.url = ?1 OR substr(o.url, 1, length(?1) + 1) IN (?1 || '?', ?1 || '#') ORDER BY o.offer_id",
        )?
        .query_map([url], |r| {
            let shop = ShopRef { name: r.get(0)?, domain: r.get(1)?, invented: r.get(2)? };
            Ok((shop, r.get(3)?, r.get(4)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let looks: Vec<Observation> = offers
        .into_iter()
        .map(|(shop, key, condition)| {
            let mut look = Observation::new(shop, key, ProductFacts::default(), at);
            look.condition = from_word(condition);
            look.outcome = outcome;
            look.detail = detail.map(str::to_owned);
            look
        })
        .collect();
    Ok(ingest(t, &looks)?.snapshots_new)
}

impl Batch<'_> {
    fn one(&mut self, look: &Observation) -> rusqlite::Result<()> {
        let shop = self.shop(&look.shop)?;
        let condition = word(&look.condition);
        let known_offer = identity::offer_by_key(self.t, shop, &look.shop_key, &condition)?;
        let (product, offer) = match known_offer {
            Some((product, offer)) => {
                let leads = identity::first_offer(self.t, product)? == Some(offer);
                self.merge_facts(product, look, leads)?;
                (product, offer)
            }
            None => {
                let product = self.product_for(shop, look)?;
                (product, self.insert_offer(product, shop, &condition, look)?)
            }
        };
        self.reviews(product, shop, look)?;
        self.questions(product, look)?;
        let confirmed = self.confirmed_price(product, offer, look)?;
        if !self.snapshot(product, offer, look, confirmed)? {
            self.done.duplicates += 1;
            return Ok(());
        }
        self.done.snapshots_new += 1;
        self.candidates(product, offer, look)?;
        self.update_offer(product, offer, look)?;
        match confirmed {
            Some((price, _)) if look.condition == Condition::New => self.summarise(product, price, look.observed_at),
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

    fn product_for(&mut self, shop: i64, look: &Observation) -> rusqlite::Result<i64> {
        let found = match identity::product_by_facts(self.t, &look.product)? {
            Some(id) => Some(id),
            None => identity::product_by_shop_key(self.t, shop, &look.shop_key)?,
        };
        if let Some(id) = found {
            self.merge_facts(id, look, false)?;
            return Ok(id);
        }
        let id = merge::insert(self.t, &look.product, look.shop.invented, look.observed_at)?;
        self.done.products_new += 1;
        self.to_index.insert(id, ());
        let known = merge::Known { facts: look.product.clone(), facts_at: look.observed_at };
        self.products.insert(id, known);
        Ok(id)
    }

    /// The shop that brought the product first (`leads`) may change what it said; others only add what is missing,
    /// or two shops' titles would take turns with every refresh.
    fn merge_facts(&mut self, id: i64, look: &Observation, leads: bool) -> rusqlite::Result<()> {
        // A failed look knows no facts worth keeping over those of a good one.
        if matches!(look.outcome, Outcome::Blocked | Outcome::Gone | Outcome::Error | Outcome::NotModified) {
            return Ok(());
        }
        if !self.products.contains_key(&id) {
            self.products.insert(id, merge::load(self.t, id)?);
        }
        let Some(known) = self.products.get_mut(&id) else { return Ok(()) };
        let mut facts = look.product.clone();
        if known.facts.gtin.is_none() && facts.gtin.is_some() {
            let owner = identity::product_by_facts(
                self.t,
                &ProductFacts { gtin: facts.gtin.clone(), ..ProductFacts::default() },
            )?;
            if owner.is_some_and(|owner| owner != id) {
                facts.gtin = None;
            }
        }
        let newer = leads && look.observed_at >= known.facts_at;
        if merge::merge(&mut known.facts, &facts, newer) {
            known.facts_at = known.facts_at.max(look.observed_at);
            merge::update(self.t, id, known)?;
            self.to_index.insert(id, ());
        }
        Ok(())
    }

    fn insert_offer(&mut self, product: i64, shop: i64, condition: &str, look: &Observation) -> rusqlite::Result<i64> {
        let id = self.next_offer;
        self.next_offer += 1;
        self.t
            .prepare_cached(
                "INSERT INTO offer (product_id, offer_id, shop_id, shop_key, variant, sku, url, condition,
                   availability, last_outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                product,
                id,
                shop,
                look.shop_key,
                look.variant,
                look.sku,
                look.url,
                condition,
                word(&look.availability),
                look.outcome.word()
            ])?;
        self.done.offers_new += 1;
        Ok(id)
    }

    /// The price that this look saw, or that it confirmed by "not modified".
    fn confirmed_price(
        &self,
        product: i64,
        offer: i64,
        look: &Observation,
    ) -> rusqlite::Result<Option<(Money, Option<i64>)>> {
        let list = |price: Money| {
            look.list_price.filter(|l| l.currency == price.currency && l.minor > price.minor).map(|l| l.minor)
        };
        match (look.outcome, look.price) {
            (outcome, Some(price)) if outcome.is_good() => Ok(Some((price, list(price)))),
            (Outcome::NotModified, None) => self
                .t
                .prepare_cached(
                    "SELECT price, currency, list_price FROM offer WHERE product_id = ?1 AND offer_id = ?2",
                )?
                .query_row([product, offer], |r| {
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
        product: i64,
        offer: i64,
        look: &Observation,
        price: Option<(Money, Option<i64>)>,
    ) -> rusqlite::Result<bool> {
        let added = self
            .t
            .prepare_cached(
                "INSERT OR IGNORE INTO snapshot (product_id, offer_id, at, outcome, price, list_price, currency,
                   availability, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                product,
                offer,
                seconds(look.observed_at),
                look.outcome.word(),
                price.map(|(p, _)| p.minor),
                price.and_then(|(_, list)| list),
                price.as_ref().map(|(p, _)| p.currency.code()),
                word(&look.availability),
                look.detail
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
                seconds(look.observed_at),
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

    fn update_offer(&self, product: i64, offer: i64, look: &Observation) -> rusqlite::Result<()> {
        let at = seconds(look.observed_at);
        self.t
            .prepare_cached(
                "UPDATE offer SET attempted_at = ?3, last_outcome = ?4
                 WHERE product_id = ?1 AND offer_id = ?2 AND (attempted_at IS NULL OR attempted_at <= ?3)",
            )?
            .execute(params![product, offer, at, look.outcome.word()])?;
        if look.outcome == Outcome::NotModified && look.price.is_none() {
            self.t
                .prepare_cached(
                    "UPDATE offer SET observed_at = ?3 WHERE product_id = ?1 AND offer_id = ?2 AND observed_at <= ?3",
                )?
                .execute(params![product, offer, at])?;
            return Ok(());
        }
        if matches!(look.outcome, Outcome::Blocked | Outcome::Error) {
            return Ok(());
        }
        self.update_offer_state(product, offer, look, at)
    }

    /// What a look that reached the shop says of the offer; only a good one sets the price.
    fn update_offer_state(&self, product: i64, offer: i64, look: &Observation, at: i64) -> rusqlite::Result<()> {
        let gone = look.outcome == Outcome::Gone && look.availability == Availability::Unknown;
        let availability = if gone { Availability::Discontinued } else { look.availability };
        self.t
            .prepare_cached(
                "UPDATE offer SET availability = ?4, variant = coalesce(?5, variant), sku = coalesce(?6, sku),
                   url = coalesce(?7, url)
                 WHERE product_id = ?1 AND offer_id = ?2 AND attempted_at <= ?3",
            )?
            .execute(params![product, offer, at, word(&availability), look.variant, look.sku, look.url])?;
        let Some(price) = look.price.filter(|_| look.outcome.is_good()) else { return Ok(()) };
        let list = look.list_price.filter(|l| l.currency == price.currency && l.minor > price.minor);
        self.t
            .prepare_cached(
                "UPDATE offer SET price = ?4, list_price = ?5, currency = ?6, unit_price = ?7, shipping = ?8,
                   observed_at = ?3
                 WHERE product_id = ?1 AND offer_id = ?2 AND (observed_at IS NULL OR observed_at <= ?3)",
            )?
            .execute(params![
                product,
                offer,
                at,
                price.minor,
                list.map(|l| l.minor),
                price.currency.code(),
                look.unit_price.as_ref().map(json),
                look.shipping.as_ref().map(json)
            ])
            .map(drop)
    }

    fn summarise(&self, product: i64, price: Money, at: Timestamp) -> rusqlite::Result<()> {
        self.t
            .prepare_cached(
                "INSERT INTO price_summary (product_id, currency, lowest, highest, observations, total, first_at, last_at)
                 VALUES (?1, ?2, ?3, ?3, 1, ?3, ?4, ?4)
                 ON CONFLICT (product_id, currency) DO UPDATE SET
                   lowest = min(lowest, excluded.lowest), highest = max(highest, excluded.highest),
                   observations = observations + 1, total = total + excluded.total,
                   first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)",
            )?
            .execute(params![product, price.currency.code(), price.minor, seconds(at)])
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
            let hashed = || text_key(&[review.author.as_deref().unwrap_or_default(), &review.body]);
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
                review.written_at.map(seconds),
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
                        .execute(params![product, asked.question, asked.answer, asked.asked_at.map(seconds)])?;
                    self.done.questions_new += 1;
                }
            }
        }
        Ok(())
    }
}
