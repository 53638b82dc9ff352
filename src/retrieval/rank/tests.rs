use super::*;
use crate::retrieval::outline::OutlineTexts;
use crate::retrieval::{Ideas, Vocabulary};

fn scored(id: i64, title: &str, noise: Option<f64>, rating: Option<Rating>) -> Hit {
    let facts = ProductFacts {
        title: title.into(),
        category: Some("kitchen".into()),
        attributes: noise
            .map(|value| Attribute::new("noise", AttributeValue::Number { value, unit: "dB".into() }))
            .into_iter()
            .collect(),
        rating,
        ..ProductFacts::default()
    };
    let product = Product { id: ProductId(id), invented: false, facts };
    Hit { product, offers: vec![], score: 0.0, why: vec![] }
}

fn order(need: &Need, mut items: Vec<Hit>) -> Vec<i64> {
    let texts: Vec<OutlineTexts> = items.iter().map(|item| OutlineTexts::of(&item.product.facts)).collect();
    let candidate = |item: &Hit| Candidate { product: item.product.id, stage: 0, score: 5.0, met: 0 };
    let found: Vec<_> = items.iter().zip(&texts).map(|(item, text)| (candidate(item), text.borrowed())).collect();
    let query = Query::new(need, &Vocabulary::default(), Ideas::default());
    for ranked in by_words(&found, &query, &Vocabulary::default(), false) {
        items[ranked.at].score = ranked.score;
    }
    rank(&mut items, &need.wants);
    items.iter().map(|s| s.product.id.0).collect()
}

fn need(words: &[&str]) -> Need {
    Need { words: words.iter().map(|w| (*w).to_owned()).collect(), ..Need::default() }
}

#[test]
fn the_head_noun_outweighs_what_stands_beside_it() {
    let items = vec![scored(1, "Kitchen pan for small kitchens", None, None), scored(2, "Dishwasher", None, None)];
    assert_eq!(order(&need(&["dishwasher", "small kitchen"]), items), [2, 1]);
}

#[test]
fn a_wish_orders_what_fits_and_the_silent_come_behind_the_good() {
    let mut quiet = need(&["dishwasher"]);
    quiet.wants = vec![Want { aspect: "noise".into(), direction: Direction::Lower, said: "quiet".into(), weight: 1.0 }];
    let items = vec![
        scored(1, "Dishwasher A", Some(49.0), None),
        scored(2, "Dishwasher B", Some(42.0), None),
        scored(3, "Dishwasher C", None, None),
        scored(4, "Dishwasher D", Some(44.0), None),
    ];
    assert_eq!(order(&quiet, items), [2, 4, 3, 1]);
}

#[test]
fn ratings_only_break_ties() {
    let best = Some(Rating { stars: 5.0, count: 5000 });
    let items = vec![
        scored(1, "Dishwasher", None, None),
        scored(2, "Dishwasher", None, best),
        scored(3, "Other dish", None, best),
    ];
    assert_eq!(order(&need(&["dishwasher"]), items), [2, 1, 3]);
    let few = shrunk_stars(Some(Rating { stars: 5.0, count: 1 }));
    assert!(few < shrunk_stars(Some(Rating { stars: 4.6, count: 300 })));
}

#[test]
fn variants_of_one_thing_stand_behind_other_things() {
    let mut items = vec![
        scored(1, "Oak chair black", None, None),
        scored(2, "Oak chair white", None, None),
        scored(3, "Pine chair black", None, None),
    ];
    spread_variants(&mut items, 10);
    let ids: Vec<i64> = items.iter().map(|s| s.product.id.0).collect();
    assert_eq!(ids, [1, 3, 2]);
}

/// Candidates with these scores by words, the last found by meaning only, in the order after meaning had its say.
fn with_meaning(scores: [f64; 3], nearest: &[(i64, f32)]) -> (Vec<i64>, Vec<Ranked>) {
    let at = [0, 1, 2];
    let stage = |n: usize| if n == 2 { usize::MAX } else { 0 };
    let candidate = |n: usize| Candidate { product: ProductId(n as i64), stage: stage(n), score: 0.0, met: 0 };
    let candidates = at.map(|n| (candidate(n), Outline::default()));
    let mut ranked = at.map(|n| Ranked { at: n, score: scores[n], why: Vec::new() });
    let nearest: Vec<(ProductId, f32)> = nearest.iter().map(|(id, near)| (ProductId(*id), *near)).collect();
    by_meaning(&mut ranked, &candidates, &nearest);
    (ranked.iter().map(|r| r.at as i64).collect(), ranked.into())
}

#[test]
fn meaning_orders_equals_and_leads_only_where_words_find_little() {
    let near = [(1, 0.8), (2, 0.9), (7, 0.3)];
    let (order, ranked) = with_meaning([FULL, FULL, 0.0], &near);
    assert_eq!(order, [1, 0, 2], "words cover the question: what only meaning finds comes below");
    assert_eq!((ranked[0].why.len(), ranked[1].why.len()), (1, 0));
    assert_eq!(
        with_meaning([FULL, 0.7 * FULL, 0.0], &near).0,
        [0, 1, 2],
        "meaning moves no half match past a whole one"
    );
    assert_eq!(with_meaning([0.3 * FULL, 0.1 * FULL, 0.0], &near).0, [2, 1, 0], "words cover little of it");
    assert_eq!(with_meaning([3.0, 2.0, 0.0], &[]).0, [0, 1, 2]);
}
