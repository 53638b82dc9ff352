//! Beside the pick: one that is clearly cheaper and serves nearly as well, and one that is dearer and better.
//!
//! Both come from the same terms as the pick, each with one computed reason. Hard constraints were applied before.

use super::{Choice, Scored, stars_of};
use crate::answer::claims::{self, Stated};
use crate::answer::event::Alternative;
use crate::answer::evidence::CardFacts;
use crate::answer::phrases::Phrases;
use crate::domain::*;

/// A budget pick costs at most this share of the pick.
const CLEARLY_CHEAPER: f64 = 0.85;
/// And its quality is at most so much below: cheap and bad is no tip.
const NEARLY_AS_GOOD: f64 = 0.3;
/// Below this, many buyers were sorry: no tip at any price.
const POORLY_RATED: f64 = 3.3;
/// An upgrade is at least so much better.
const BETTER: f64 = 0.04;
/// And costs at most so many times as much.
const STILL_SENSIBLE: f64 = 3.0;

/// A card with its score and its price.
type Priced<'a> = (&'a Scored, &'a Card, Money);

fn priced<'a>(choice: &'a Choice, cards: &'a [Card]) -> Vec<Priced<'a>> {
    let of = |s: &'a Scored| {
        let card = cards.iter().find(|c| c.number == s.number)?;
        let gone = matches!(card.fact("in stock").map(|f| &f.value), Some(FactValue::Flag(false)));
        Some((s, card, card.money("price").filter(|_| !gone)?))
    };
    choice.ranking.iter().filter_map(of).collect()
}

/// The pick and the others whose prices compare with its own.
fn around<'a>(choice: &'a Choice, cards: &'a [Card]) -> Option<(Priced<'a>, Vec<Priced<'a>>)> {
    let all = priced(choice, cards);
    let pick = *all.iter().find(|(s, ..)| Some(s.number) == choice.pick())?;
    let others = all.into_iter().filter(|(s, _, p)| s.number != pick.0.number && p.currency == pick.2.currency);
    Some((pick, others.collect()))
}

/// The best of those that cost clearly less than the pick, where it is not much worse.
pub fn budget(choice: &Choice, cards: &[Card], need: &Need) -> Option<Alternative> {
    let ((pick, pick_card, price), others) = around(choice, cards)?;
    let most = price.minor as f64 * CLEARLY_CHEAPER;
    let bar = POORLY_RATED.min(stars_of(pick_card));
    let fit = |(s, c, p): &Priced| {
        p.minor as f64 <= most && s.quality() >= pick.quality() - NEARLY_AS_GOOD && stars_of(c) >= bar
    };
    let (scored, card, own) = others.into_iter().filter(fit).max_by(|(a, _, x), (b, _, y)| {
        let by = a.quality().total_cmp(&b.quality());
        by.then_with(|| y.minor.cmp(&x.minor)).then_with(|| b.product.cmp(&a.product))
    })?;
    let spared = price.checked_sub(&own)?;
    let (shown, against) = (own.to_string(), price.to_string());
    let one = Stated { name: card.name(), field: "price", value: &shown };
    let other = Stated { name: pick_card.name(), value: &against, ..one };
    let text = Phrases::of(need.language).compares(true, one, other, &spared.to_string());
    Some(alternative(scored, card, pick_card, ClaimKind::Comparison, "price", text, need))
}

/// The best of those that are better than the pick and cost more.
pub fn upgrade(choice: &Choice, cards: &[Card], need: &Need) -> Option<Alternative> {
    let ((pick, pick_card, price), others) = around(choice, cards)?;
    let most = price.minor as f64 * STILL_SENSIBLE;
    let fit =
        |(s, _, p): &Priced| p.minor > price.minor && p.minor as f64 <= most && s.quality() >= pick.quality() + BETTER;
    let mut better: Vec<Priced> = others.into_iter().filter(fit).collect();
    better.sort_by(|(a, _, x), (b, _, y)| {
        b.quality().total_cmp(&a.quality()).then_with(|| x.minor.cmp(&y.minor)).then_with(|| a.product.cmp(&b.product))
    });
    // Better without something to name is no reason to pay more.
    better.into_iter().find_map(|(scored, card, own)| {
        let claim = best_comparison(scored, card, pick_card, need)?;
        let more = own.checked_sub(&price)?;
        let sentence = claim.text.trim_end_matches('.');
        let parts = [("sentence", sentence), ("more", &*more.to_string())];
        let text = Phrases::of(need.language).say("for_more", &parts);
        Some(alternative(scored, card, pick_card, claim.kind, &claim.aspect, text, need))
    })
}

/// What a card is better in than the pick, the most telling first; the price apart.
fn best_comparison(scored: &Scored, card: &Card, pick: &Card, need: &Need) -> Option<Claim> {
    let cards = [card.clone(), pick.clone()];
    let leader = Choice {
        ranking: vec![scored.clone(), Scored { number: pick.number, product: pick.product, ..scored.clone() }],
        close_to: None,
    };
    let better =
        |c: &Claim| c.kind == ClaimKind::Comparison && c.cards == [card.number, pick.number] && c.aspect != "price";
    claims::build(&cards, need, Some(&leader)).into_iter().find(better)
}

fn alternative(
    scored: &Scored,
    card: &Card,
    pick: &Card,
    kind: ClaimKind,
    aspect: &str,
    text: String,
    need: &Need,
) -> Alternative {
    let score = claims::relevance(aspect, need);
    let cards = vec![card.number, pick.number];
    let reason = Claim { id: String::new(), kind, aspect: aspect.to_owned(), text, cards, score };
    Alternative { number: scored.number, product: scored.product, title: card.title.clone(), reason }
}
