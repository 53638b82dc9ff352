use super::*;
use crate::retrieval::outline::OutlineTexts;
use crate::retrieval::{Ideas, Variants, Vocabulary};
use proptest::prelude::*;

fn scored(id: i64, title: &str, noise: Option<f64>, rating: Option<Rating>) -> Scored {
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
    Scored {
        hit: Hit { product, offers: vec![], score: 0.0, why: vec![], variants: Variants::default() },
        lexical: true,
        similarity: None,
    }
}

fn order(need: &Need, mut items: Vec<Scored>) -> Vec<i64> {
    let texts: Vec<OutlineTexts> = items.iter().map(|item| OutlineTexts::of(&item.hit.product.facts)).collect();
    let candidate = |item: &Scored| Candidate { product: item.hit.product.id, stage: 0, score: 5.0, met: 0 };
    let found: Vec<_> = items.iter().zip(&texts).map(|(item, text)| (candidate(item), text.borrowed())).collect();
    let query = Query::new(need, &Vocabulary::default(), Ideas::default());
    for ranked in by_words(&found, &query, &Vocabulary::default(), false) {
        items[ranked.at].hit.score = ranked.score;
    }
    rank(&mut items, &need.wants);
    items.iter().map(|s| s.hit.product.id.0).collect()
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
fn meaning_lifts_among_equals_and_what_only_it_finds_comes_below() {
    let mut items = [1, 2, 3].map(|id| scored(id, "lamp", None, None));
    items.iter_mut().for_each(|item| item.hit.score = 5.0);
    items[2].lexical = false;
    items[2].similarity = Some(0.95);
    let vectors = vec![(ProductId(1), vec![0.0, 1.0]), (ProductId(2), vec![1.0, 0.0]), (ProductId(3), vec![0.9, 0.1])];
    by_meaning(&mut items, &[1.0, 0.0], &VectorIndex::new("e", vectors));
    assert_eq!(items.iter().map(|s| s.hit.product.id.0).collect::<Vec<_>>(), [2, 1, 3]);
    assert!(items[2].hit.why.contains(&"similar in meaning".to_owned()));
}

/// Candidates with these titles and ratings as the index would bring them: every word that a title has is met.
fn by_title(query: &Query, things: &[(String, Option<Rating>)]) -> Vec<usize> {
    let facts = |(title, rating): &(String, Option<Rating>)| {
        OutlineTexts::of(&ProductFacts { title: title.clone(), rating: *rating, ..ProductFacts::default() })
    };
    let texts: Vec<OutlineTexts> = things.iter().map(facts).collect();
    let met = |text: &OutlineTexts| {
        let has = query.core.iter().map(|term| has(&text.title, term) > 0.0);
        has.enumerate().map(|(nth, has)| u32::from(has) << nth).sum()
    };
    let candidate = |(n, text): (usize, &OutlineTexts)| {
        let candidate = Candidate { product: ProductId(n as i64), stage: 0, score: 5.0, met: met(text) };
        (candidate, n)
    };
    let found: Vec<_> = texts.iter().enumerate().map(candidate).collect();
    let found: Vec<_> = found.iter().map(|(candidate, n)| (*candidate, texts[*n].borrowed())).collect();
    by_words(&found, query, &Vocabulary::default(), false).iter().map(|ranked| ranked.at).collect()
}

fn any_rating() -> impl Strategy<Value = Option<Rating>> {
    prop::option::of((0.0..5.0, any::<u32>()).prop_map(|(stars, count)| Rating { stars, count }))
}

proptest! {
    #[test]
    fn no_rating_lifts_a_hit_over_one_that_has_a_word_more(
        words in prop::collection::hash_set("[b-d][aeiou][l-n][aeiou][p-t]", 2..12),
        less in any_rating(), more in any_rating(), without in any::<prop::sample::Index>(),
    ) {
        let mut words: Vec<String> = words.into_iter().collect();
        words.sort();
        let query = Query::new(&need(&[&words.join(" ")]), &Vocabulary::default(), Ideas::default());
        let mut fewer = words.clone();
        fewer.remove(without.index(words.len()));
        // Put at the front: what the title ends in is another signal.
        let things = [(format!("zzz {}", fewer.join(" ")), more), (words.join(" "), less)];
        prop_assert_eq!(by_title(&query, &things)[0], 1);
    }

    #[test]
    fn among_equals_the_rating_decides(one in any_rating(), other in any_rating()) {
        let things = [one, other].map(|rating| ("oak chair".to_owned(), rating));
        let query = Query::new(&need(&["oak chair"]), &Vocabulary::default(), Ideas::default());
        let first = things[by_title(&query, &things)[0]].1;
        let best = appeal(one).max(appeal(other));
        prop_assert!(best - appeal(first) <= 1.0 / 255.0, "{first:?}");
    }
}
