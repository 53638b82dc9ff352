//! Reviews and questions that come with an observation: each kept once.
//!
//! Never judges what they say.

use super::codec::{millis, text_key};
use super::types::Ingested;
use crate::domain::*;
use rusqlite::{OptionalExtension, Transaction, params};

/// Adds the reviews that are new.
pub(super) fn reviews(
    t: &Transaction<'_>,
    product: i64,
    shop: i64,
    look: &Observation,
    done: &mut Ingested,
) -> rusqlite::Result<()> {
    if look.reviews.is_empty() {
        return Ok(());
    }
    let mut next: i64 = t.query_row("SELECT coalesce(max(review_id), 0) + 1 FROM review", [], |r| r.get(0))?;
    let mut put = t.prepare_cached(
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
        done.reviews_new += added as u64;
    }
    Ok(())
}

/// Adds the questions that are new, and answers that have come since.
pub(super) fn questions(
    t: &Transaction<'_>,
    product: i64,
    look: &Observation,
    done: &mut Ingested,
) -> rusqlite::Result<()> {
    for asked in &look.questions {
        let known: Option<(i64, Option<String>)> = t
            .prepare_cached("SELECT question_id, answer FROM question WHERE product_id = ?1 AND question = ?2")?
            .query_row(params![product, asked.question], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        match known {
            Some((id, answer)) if answer != asked.answer && asked.answer.is_some() => {
                t.execute(
                    "UPDATE question SET answer = ?3 WHERE product_id = ?1 AND question_id = ?2",
                    params![product, id, asked.answer],
                )?;
            }
            Some(_) => {}
            None => {
                t.prepare_cached(
                    "INSERT INTO question (product_id, question_id, question, answer, asked_at)
                         SELECT ?1, coalesce(max(question_id), 0) + 1, ?2, ?3, ?4 FROM question",
                )?
                .execute(params![
                    product,
                    asked.question,
                    asked.answer,
                    asked.asked_at.map(millis)
                ])?;
                done.questions_new += 1;
            }
        }
    }
    Ok(())
}
