use super::*;
use crate::retrieval::outline::OutlineTexts;
use crate::retrieval::{Ideas, Variants, Vocabulary};
use proptest::prelude::*;

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
    Hit { product, offers: vec![], score: 0.0, why: vec![], variants: Variants::default() }
}

fn order(need: &Need, mut items: Vec<Hit>) -> Vec<i64> {
    let texts: Vec<OutlineTexts> = items.iter().map(|item| OutlineTexts::of(&item.product.facts)).collect();
    let candidate = |item: &Hit| Candidate { product: item.product.id, stage: 0, score: 5.0, met: 0 };
    let found: Vec<_> = items.iter().zip(&texts).map(|(item, text)| (candidate(item), text.borrowed())).collect();
    let query = Query::new(need, &Vocabulary::default(), Ideas::default());
    for ranked in ByWords::new(&found, &query, &Vocabulary::default(), false).ranked(&found, 0) {
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
    ByWords::new(&found, query, &Vocabulary::default(), false)
        .ranked(&found, 0)
        .iter()
        .map(|ranked| ranked.at)
        .collect()
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

#[test]
fn a_name_is_the_last_of_a_thing_but_for_sizes_and_colours() {
    for (thing, named) in [
        (" storm door white 36 in ", true),
        (" door 30 x 80 ", true),
        (" door 30 in w x 80 in h ", true),
        (" door d ", false),
        (" door sweep ", false),
        (" door 2 light ", true),
        (" door light ", false),
        (" sliding patio ", false),
    ] {
        assert_eq!(names_last(thing, " door "), named, "{thing}");
    }
    assert!(names_last(" drill kit ", " drill ") && !names_last(" drill bit set ", " drill "));
}
