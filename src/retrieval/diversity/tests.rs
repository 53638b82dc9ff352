use super::*;
use proptest::prelude::*;

fn kin(title: &str, group: Option<&str>, variant: Option<&str>) -> Kin {
    Kin::of(&ProductFacts {
        title: title.into(),
        group: group.map(str::to_owned),
        variant: variant.map(str::to_owned),
        ..ProductFacts::default()
    })
}

fn order(kin: &[Kin], asked: &str, most: usize) -> Vec<usize> {
    spread(kin, &words_of(asked), most)
}

#[test]
fn the_stores_group_is_a_family_and_without_one_the_name_is() {
    let all = [
        kin("Saga armchair", Some("7"), Some("oak, 128 cm")),
        kin("Fauteuil Saga", Some("7"), Some("birch")),
        kin("Pine chair black", None, None),
        kin("Pine chair white", None, None),
        kin("Pine chair 60 cm", None, None),
        // Named like a member of the group.
        kin("Saga armchair white", None, None),
    ];
    assert_eq!(families(&all), [0, 0, 2, 2, 4, 0]);
    assert_eq!(order(&all, "chair", 10), [0, 2, 4, 1, 3, 5]);
    assert_eq!(families(&[kin("", None, None), kin("", None, None)]), [0, 1], "no name is no family");
}

#[test]
fn a_variant_that_the_question_names_stands_among_the_first() {
    let all = ["black", "white", "red"].map(|colour| kin("Oak chair", Some("1"), Some(colour)));
    assert_eq!(order(&[all[0].clone(), all[1].clone(), kin("Lamp", None, None)], "chair", 10), [0, 2, 1]);
    let asked = [all[0].clone(), all[2].clone(), kin("Lamp", None, None), all[1].clone()];
    assert_eq!(order(&asked, "chairs in black or weiß", 10), [0, 2, 3, 1]);
    // Five sizes of the black one are not what "black" asks for.
    let sizes = ["S", "M", "L"].map(|size| kin("T-shirt", Some("2"), Some(&format!("black, {size}"))));
    assert_eq!(order(&[&sizes[..], &[kin("Sock", None, None)]].concat(), "black t-shirt", 10), [0, 3, 1, 2]);
    let drives = ["128 GB", "0.5 l", "500 ml"].map(|size| kin("Thing", Some("3"), Some(size)));
    assert_eq!(order(&drives, "thing 500ml", 10), [0, 1, 2], "one 500 ml is enough, however it is written");
}

#[test]
fn words_are_read_off_any_text() {
    assert_eq!(words_of("Chairs, schwarz"), ["black", "chair"].map(str::to_owned).into());
    assert_eq!(words_of("0.5 l"), words_of("500ml"));
    assert_eq!(words_of("500 ml").len(), 1);
}

#[test]
fn the_others_are_counted_and_named_by_what_they_differ_in() {
    let colours = ["black", "white", "red"].map(|colour| kin(&format!("Oak chair, {colour}"), Some("1"), Some(colour)));
    let told = |kin: &[Kin], shown| others(kin, shown).iter().map(Variants::told).collect::<Vec<_>>();
    assert_eq!(told(&colours, 1), [Some("+2 colours".to_owned())]);
    assert_eq!(told(&colours, 2), [Some("+1 colour".to_owned()), None]);
    assert_eq!(told(&colours, 9), [None, None, None]);
    let sizes = ["500 ml", "1 l"].map(|size| kin("Cola", Some("1"), Some(size)));
    assert_eq!(told(&sizes, 1), [Some("+1 size".to_owned())]);
    let mixed = [sizes[0].clone(), kin("Cola", Some("1"), Some("cherry")), sizes[1].clone()];
    assert_eq!(told(&mixed, 1), [Some("+2 variants".to_owned())]);
}

fn any_kin() -> impl Strategy<Value = Kin> {
    let title = prop::sample::select(vec!["Oak chair", "Oak chair black", "Pine chair", "Lamp red", "Lamp", ""]);
    let group = prop::option::of(prop::sample::select(vec!["1", "2", "3"]));
    let variant = prop::option::of(prop::sample::select(vec!["black", "red", "500 ml", "XL"]));
    (title, group, variant).prop_map(|(title, group, variant)| kin(title, group, variant))
}

proptest! {
    #[test]
    fn no_hit_is_lost_and_the_best_of_each_family_keep_their_order(
        all in prop::collection::vec(any_kin(), 0..40),
        asked in prop::sample::select(vec!["", "chair", "black chair", "red or black 500ml"]),
        most in 0_usize..50,
    ) {
        let order = order(&all, asked, most);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(&sorted, &(0..all.len()).collect::<Vec<_>>());
        let family = families(&all);
        let best = |order: &[usize]| {
            let mut seen = BTreeSet::new();
            order.iter().copied().filter(|at| seen.insert(family[*at])).collect::<Vec<_>>()
        };
        prop_assert_eq!(best(&order), best(&sorted));
        // Behind the first ones nothing is moved about.
        let distinct = best(&sorted).len();
        if asked.is_empty() {
            let first = most.min(distinct);
            prop_assert_eq!(best(&order[..first]).len(), first, "one of each family among the first");
            prop_assert!(order[first..].is_sorted());
        }
    }

    #[test]
    fn what_is_shown_and_what_is_told_are_all_there_is(
        all in prop::collection::vec(any_kin(), 0..40), shown in 0_usize..50,
    ) {
        let told = others(&all, shown);
        let family = families(&all);
        let met: BTreeSet<usize> = family.iter().take(shown).copied().collect();
        let unseen = family.iter().skip(shown).filter(|family| met.contains(family)).count();
        prop_assert_eq!(told.len(), shown.min(all.len()));
        prop_assert_eq!(told.iter().map(|variants| variants.count).sum::<usize>(), unseen);
    }
}
