//! The best set within a total: one thing of each kind, the sum of prices at most a limit, the sum of utilities highest.
//!
//! Exact: a multiple-choice knapsack solved over the non-dominated sums of the kinds taken so far. Knows no product.

/// A thing that may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// In minor units of one currency, not negative.
    pub cost: i64,
    /// How well it serves; whole numbers, so that sums are exact and ties are ties.
    pub utility: u32,
}

/// One choice of each kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// For each kind the place of its item.
    pub chosen: Vec<usize>,
    pub cost: i64,
    pub utility: u64,
}

/// A non-dominated sum over the kinds taken so far, with the choice that made it.
#[derive(Debug, Clone, Copy)]
struct Sum {
    cost: i64,
    utility: u64,
    /// Its place among the sums of the kind before, and the item added.
    before: usize,
    item: usize,
}

/// The set of the highest utility whose cost is at most `limit`; of equals the cheapest. `None`: nothing fits, or a kind
/// has no item. Time and room are bounded by the number of kinds times the range of utilities, whatever the limit.
pub fn best(kinds: &[Vec<Item>], limit: i64) -> Option<Set> {
    // What the kinds still to come cost at least: sums that cannot be completed are not kept.
    let mut rest: Vec<i64> = vec![0];
    for kind in kinds.iter().rev() {
        let least = kind.iter().map(|i| i.cost).min()?;
        rest.push(rest.last()?.checked_add(least)?);
    }
    rest.reverse();
    if limit < *rest.first()? {
        return None;
    }
    let mut fronts: Vec<Vec<Sum>> = vec![vec![Sum { cost: 0, utility: 0, before: 0, item: 0 }]];
    for (kind, rest) in kinds.iter().zip(rest.iter().skip(1)) {
        let room = limit.checked_sub(*rest)?;
        let front = extended(fronts.last()?, kind, room);
        fronts.push(front);
    }
    // Along a front cost and utility rise together: its last sum serves best.
    let last = fronts.last()?;
    let top = last.last()?;
    let mut chosen = Vec::with_capacity(kinds.len());
    let mut at = *top;
    for front in fronts.iter().rev().skip(1) {
        chosen.push(at.item);
        at = *front.get(at.before)?;
    }
    chosen.reverse();
    Some(Set { chosen, cost: top.cost, utility: top.utility })
}

/// The sums of `front` with one item of `kind` each that cost at most `room`, without those that another one dominates.
fn extended(front: &[Sum], kind: &[Item], room: i64) -> Vec<Sum> {
    let mut all: Vec<Sum> = Vec::new();
    for (before, sum) in front.iter().enumerate() {
        for (item, option) in kind.iter().enumerate() {
            let Some(cost) = sum.cost.checked_add(option.cost).filter(|cost| *cost <= room) else { continue };
            all.push(Sum { cost, utility: sum.utility + u64::from(option.utility), before, item });
        }
    }
    all.sort_by(|a, b| {
        (a.cost, std::cmp::Reverse(a.utility), a.before, a.item).cmp(&(
            b.cost,
            std::cmp::Reverse(b.utility),
            b.before,
            b.item,
        ))
    });
    let mut kept: Vec<Sum> = Vec::new();
    for sum in all {
        if kept.last().is_none_or(|held| sum.utility > held.utility) {
            kept.push(sum);
        }
    }
    kept
}

/// The cheapest set, of equals the one that serves better. `None` where a kind has no item.
pub fn cheapest(kinds: &[Vec<Item>]) -> Option<Set> {
    let mut set = Set { chosen: Vec::new(), cost: 0, utility: 0 };
    for kind in kinds {
        let (at, item) = kind.iter().enumerate().min_by_key(|(_, i)| (i.cost, std::cmp::Reverse(i.utility)))?;
        set.chosen.push(at);
        set.cost = set.cost.checked_add(item.cost)?;
        set.utility += u64::from(item.utility);
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(cost: i64, utility: u32) -> Item {
        Item { cost, utility }
    }

    /// Every set, by counting through all of them.
    fn by_hand(kinds: &[Vec<Item>], limit: i64) -> Option<(u64, i64)> {
        let mut sums = vec![(0_u64, 0_i64)];
        for kind in kinds {
            sums = sums
                .iter()
                .flat_map(|(u, c)| kind.iter().map(move |i| (u + u64::from(i.utility), c + i.cost)))
                .collect();
        }
        sums.into_iter().filter(|(_, c)| *c <= limit).max_by_key(|(u, c)| (*u, std::cmp::Reverse(*c)))
    }

    #[test]
    fn the_dearer_thing_is_bought_where_it_serves_most() {
        let desk = vec![item(100, 10), item(200, 30)];
        let chair = vec![item(50, 5), item(150, 20)];
        let set = best(&[desk.clone(), chair.clone()], 300).unwrap();
        assert_eq!((set.chosen, set.cost, set.utility), (vec![1, 0], 250, 35));
        assert_eq!(best(&[desk.clone(), chair.clone()], 149), None);
        assert_eq!(cheapest(&[desk.clone(), chair]).unwrap().cost, 150);
        assert_eq!(best(&[desk.clone(), Vec::new()], 900), None);
        assert_eq!(cheapest(&[desk, Vec::new()]), None);
        assert_eq!(best(&[], 0).unwrap().chosen, Vec::<usize>::new());
    }

    #[test]
    fn ten_kinds_of_many_things_are_no_work() {
        let kinds: Vec<Vec<Item>> = (0..10)
            .map(|k| (0..60).map(|n| item(1_000 + 977 * n + 13 * k, (n as u32 * 37 + k as u32) % 1000)).collect())
            .collect();
        let set = best(&kinds, 250_000).unwrap();
        assert!(set.cost <= 250_000 && set.utility > cheapest(&kinds).unwrap().utility);
    }

    proptest! {
        #[test]
        fn as_good_as_trying_every_set(
            kinds in prop::collection::vec(prop::collection::vec((0_i64..60, 0_u32..40), 0..6), 0..5),
            limit in -5_i64..200,
        ) {
            let kinds: Vec<Vec<Item>> =
                kinds.into_iter().map(|k| k.into_iter().map(|(c, u)| item(c, u)).collect()).collect();
            let found = best(&kinds, limit);
            prop_assert_eq!(found.as_ref().map(|s| (s.utility, s.cost)), by_hand(&kinds, limit));
            if let Some(set) = found {
                let of = |f: fn(&Item) -> i64| -> i64 { set.chosen.iter().zip(&kinds).map(|(at, kind)| f(&kind[*at])).sum() };
                prop_assert_eq!(of(|i| i.cost), set.cost);
                prop_assert_eq!(of(|i| i64::from(i.utility)), i64::try_from(set.utility).unwrap());
            }
        }
    }
}
