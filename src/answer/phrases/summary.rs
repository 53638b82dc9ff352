//! What an answer rests on, as lines in its language: what was looked at, which prices were seen and for how long.
//!
//! Says counts and prices that are handed in; never computes one.

use super::Phrases;
use crate::domain::{Coverage, CurrentState, Direction, PriceSummary, Timestamp, Want};
use crate::retrieval::{Differ, Variants};

/// Shops named in the coverage line; of more only the number is told.
const SHOPS: usize = 6;

/// How a day is written.
type Day<'a> = &'a dyn Fn(Timestamp) -> String;

impl Phrases {
    /// What the answer looked at: shops, what was left out, how old the prices are; then notes, a line each.
    pub fn coverage(&self, coverage: &Coverage) -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        if coverage.products_considered > 0 {
            let count = self.count_of("considered", u64::from(coverage.products_considered));
            let how = self.field_word(&coverage.search).unwrap_or(&coverage.search);
            parts.push(if how.is_empty() { count } else { format!("{count} ({how})") });
        }
        match coverage.shops.len() {
            0 => {}
            n if n <= SHOPS => parts.push(self.labelled("shops", &[("what", &coverage.shops.join(", "))])),
            n => parts.push(self.count_of("shop_count", n as u64)),
        }
        if let Some(newest) = coverage.newest_observation {
            let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
            let (first, last) = (day(coverage.oldest_observation.unwrap_or(newest)), day(newest));
            let label = if first == last { "seen_on" } else { "seen_between" };
            parts.push(self.labelled(label, &[("first", &first), ("day", &last)]));
        }
        for (label, count) in [("stale", coverage.stale_offers), ("dropped", coverage.cards_dropped)] {
            if count > 0 {
                parts.push(self.count_of(label, u64::from(count)));
            }
        }
        let mut lines = vec![parts.join(" · ")];
        lines.extend(coverage.skipped.iter().map(|what| self.labelled("skipped", &[("what", what)])));
        lines.extend(coverage.notes.iter().map(|note| self.told(note)));
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// A wish: as it was said in English; the aspect and the direction of better elsewhere, whose words were put into
    /// English before they were understood.
    pub fn wish(&self, want: &Want) -> String {
        if self.is_english() {
            return want.said.clone();
        }
        let mark = match want.direction {
            Direction::Lower => " ↓",
            Direction::Higher => " ↑",
            _ => "",
        };
        format!("{}{mark}", self.aspect(&want.aspect))
    }

    /// `+3 colours`; `None` where there are none.
    pub fn variants(&self, variants: Variants) -> Option<String> {
        let label = match variants.differ {
            Differ::Colour => "colours",
            Differ::Size => "sizes",
            Differ::Variant => "variants",
        };
        (variants.count > 0).then(|| self.count_of(label, variants.count as u64))
    }

    /// Now, lowest, highest and median, each with its shop and day.
    pub fn prices(&self, summary: &PriceSummary, day: Day) -> Vec<(&'static str, String)> {
        let at = |price: String, shop: &str, when: Timestamp| {
            self.labelled("price_at_shop_on", &[("price", &price), ("shop", shop), ("day", &day(when))])
        };
        let current = summary.current.to_string();
        let last = || at(current.clone(), &summary.current_shop, summary.current_at);
        let now = match summary.current_state {
            CurrentState::Available => {
                let parts = [("price", current.as_str()), ("shop", summary.current_shop.as_str())];
                ("now", self.labelled("price_at_shop", &parts))
            }
            CurrentState::OutOfStock => ("gone", last()),
            CurrentState::Stale => ("last", last()),
        };
        let highest = [("price", summary.highest.to_string()), ("day", day(summary.highest_at))];
        vec![
            (self.label(now.0), now.1),
            (self.label("lowest"), at(summary.lowest.to_string(), &summary.lowest_shop, summary.lowest_at)),
            (self.label("highest"), self.labelled("price_on", &highest.each_ref().map(|(n, p)| (*n, p.as_str())))),
            (self.label("median"), summary.median.to_string()),
        ]
    }

    /// How long was really looked: `214 days observed, 3 gaps, 2 failed looks`.
    pub fn window(&self, summary: &PriceSummary) -> String {
        let mut text = self.count_of("days", summary.days_observed.into());
        if summary.days_with_price < summary.days_observed {
            text.push_str(&format!(" ({})", self.count_of("days_priced", summary.days_with_price.into())));
        }
        let gaps = match summary.gaps {
            0 => self.label("no_gaps").to_owned(),
            n => self.count_of("gaps", n.into()),
        };
        text.push_str(&format!(", {gaps}"));
        if summary.failures > 0 {
            text.push_str(&format!(", {}", self.count_of("failures", summary.failures.into())));
        }
        text
    }
}
