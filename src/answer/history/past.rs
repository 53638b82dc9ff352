//! What is asked of a price at a time or over all times, in sentences: "what did it cost in June?", "was it ever cheaper?"
//!
//! Arithmetic over what was observed; a time without an observation is said to be one. Never foretells.

use crate::answer::event::Outcome;
use crate::answer::evidence::day_text;
use crate::answer::phrases::Phrases;
use crate::answer::plan::price;
use crate::domain::*;

/// A price seen longer than this before a day says nothing of that day.
const SEEN_BEFORE_DAYS: i64 = 31;

/// What is asked, and all that is known of it.
pub struct Asked<'a> {
    pub phrases: &'static Phrases,
    pub name: &'a str,
    pub history: &'a PriceHistory,
    pub summary: &'a PriceSummary,
    /// One of the constants of [`crate::answer::plan::price`].
    pub asked: Option<&'a str>,
    pub period: Option<Period>,
    /// "ever under 600".
    pub limit: Option<PriceLimit>,
    /// The offer shown, for its list price.
    pub offer: Option<&'a Offer>,
    pub now: Timestamp,
    /// "the 214 days observed".
    pub window: &'a str,
}

/// The answer in sentences, how it ends, and whether the price's standing belongs to it too.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub sentences: Vec<String>,
    /// What the sentences rest on, beside what a card has of the whole history.
    pub facts: Vec<Fact>,
    pub outcome: Outcome,
    pub goes_on: bool,
}

fn told(sentences: Vec<String>, outcome: Outcome) -> Told {
    Told { sentences, facts: Vec::new(), outcome, goes_on: false }
}

/// The figures of a stretch of time, each with its day and shop.
fn facts_of(label: &str, product: ProductId, seen: &PriceSummary) -> Vec<Fact> {
    let fact = |what: &str, value: FactValue, text: String, shop: Option<&str>, at: Option<Timestamp>| Fact {
        field: format!("{what} {label}"),
        value,
        text,
        row: format!("product:{product}"),
        shop: shop.map(str::to_owned),
        observed_at: at,
    };
    let money = |what: &str, m: Money, shop: Option<&str>, at| fact(what, FactValue::Money(m), m.to_string(), shop, at);
    let day = |what: &str, at: Timestamp| fact(what, FactValue::Date(at), day_text(at), None, Some(at));
    vec![
        fact("time", FactValue::Text(label.to_owned()), label.to_owned(), None, None),
        money("lowest", seen.lowest, Some(&seen.lowest_shop), Some(seen.lowest_at)),
        day("lowest on", seen.lowest_at),
        money("highest", seen.highest, None, Some(seen.highest_at)),
        day("highest on", seen.highest_at),
        money("median", seen.median, None, None),
        money("last seen", seen.current, Some(&seen.current_shop), Some(seen.current_at)),
        day("last seen on", seen.current_at),
    ]
}

/// Yes is answered, no is nothing.
fn verdict(yes: bool) -> Outcome {
    if yes { Outcome::Answered } else { Outcome::Nothing }
}

/// `None` where the standing of the price is all that is asked.
pub fn tell(asked: &Asked) -> Option<Told> {
    match asked.period {
        Some(period) => Some(asked.at_a_time(period)),
        None => asked.ever(),
    }
}

impl Asked<'_> {
    fn say(&self, sentence: &str, parts: &[(&str, &str)]) -> String {
        let own = [("name", self.name), ("window", self.window)];
        self.phrases.say(sentence, &own.into_iter().chain(parts.iter().copied()).collect::<Vec<_>>())
    }

    fn now_is(&self) -> String {
        let price = self.summary.current.to_string();
        self.say("now_is", &[("price", &price), ("shop", &self.summary.current_shop)])
    }

    /// Over all that was observed.
    fn ever(&self) -> Option<Told> {
        let s = self.summary;
        let (low, high, median) = (s.lowest.to_string(), s.highest.to_string(), s.median.to_string());
        let (low_day, high_day) = (day_text(s.lowest_at), day_text(s.highest_at));
        let lowest = || self.say("was_lowest", &[("lowest", &low), ("day", &low_day)]);
        let below = || self.say("ever_below", &[("low", &low), ("day", &low_day), ("shop", &s.lowest_shop)]);
        match self.asked? {
            price::CHEAPER if self.limit.is_some() => {
                let under = self.limit.and_then(|l| l.admits_at_most(&s.lowest));
                let Some(under) = under else { return Some(told(vec![lowest()], Outcome::NotEnough)) };
                Some(told(vec![if under { below() } else { lowest() }], verdict(under)))
            }
            price::CHEAPER => {
                let yes = s.lowest.minor < s.current.minor;
                let now = s.current.to_string();
                let sentences = match yes {
                    true => vec![below(), self.now_is()],
                    false => vec![self.say("never_cheaper", &[("price", &now)])],
                };
                Some(told(sentences, verdict(yes)))
            }
            price::LOWEST => Some(told(vec![lowest(), self.now_is()], Outcome::Answered)),
            price::HIGHEST => {
                let highest = self.say("high_ever", &[("high", &high), ("day", &high_day)]);
                Some(told(vec![highest, self.now_is()], Outcome::Answered))
            }
            price::AVERAGE => {
                Some(told(vec![self.say("usual_ever", &[("median", &median)]), self.now_is()], Outcome::Answered))
            }
            price::SALE => self.sale(),
            price::FORECAST => {
                let unknown = self.say("not_foretold", &[]);
                Some(Told { goes_on: true, ..told(vec![unknown], Outcome::NotEnough) })
            }
            _ => None,
        }
    }

    /// Whether the offer shown costs less than a list price that its shop names.
    fn sale(&self) -> Option<Told> {
        let offer = self.offer?;
        let price = offer.price?;
        let shop = offer.shop.name.as_str();
        let off = offer.list_price.and_then(|list| Some((list, list.checked_sub(&price).filter(|d| d.minor > 0)?)));
        let now = price.to_string();
        let (sentence, yes) = match off {
            Some((list, difference)) => {
                let (list, difference) = (list.to_string(), difference.to_string());
                let parts = [("price", &*now), ("shop", shop), ("difference", &difference), ("list", &list)];
                (self.say("reduced", &parts), true)
            }
            None => (self.say("not_reduced", &[("price", &now), ("shop", shop)]), false),
        };
        Some(Told { goes_on: true, ..told(vec![sentence], verdict(yes)) })
    }

    fn at_a_time(&self, period: Period) -> Told {
        let Some(days) = period.time.days(self.now) else { return self.unseen("?") };
        let Some((first, last)) = days.moments() else { return self.unseen(&days.label()) };
        let now = self.now;
        let day = jiff::SignedDuration::from_hours(24);
        let second = jiff::SignedDuration::from_secs(1);
        // From when to when, and the moment that a change is measured from.
        let (from, to, base) = match period.reach {
            Reach::Within => (Some(first), last.min(now), first.checked_sub(second).unwrap_or(first)),
            Reach::Since => (Some(first), now, first.checked_add(day).unwrap_or(first)),
            Reach::After => (last.checked_add(second).ok(), now, last),
            Reach::Before => (None, first.checked_sub(second).unwrap_or(first), first),
        };
        let label = match (period.reach, from) {
            (Reach::Within, _) => days.label(),
            (_, Some(from)) => format!("{} – {}", day_text(from), day_text(to)),
            (_, None) => format!("{} – {}", day_text(self.summary.first_at), day_text(to)),
        };
        let seen = self.history.summary(from, Some(to));
        let facts = seen.as_ref().map_or_else(Vec::new, |s| facts_of(&label, self.history.product, s));
        let answer = self.of_a_time(period.reach, (days, last, base), &label, seen);
        Told { facts: answer.facts.iter().cloned().chain(facts).collect(), ..answer }
    }

    fn of_a_time(
        &self,
        reach: Reach,
        (days, last, base): (Days, Timestamp, Timestamp),
        label: &str,
        seen: Option<PriceSummary>,
    ) -> Told {
        if let Some(change @ (price::DROP | price::RISE)) = self.asked {
            let end = if reach == Reach::Within { seen.clone() } else { Some(self.summary.clone()) };
            return self.change(change == price::DROP, base, seen, end).unwrap_or_else(|| self.unseen(label));
        }
        if days.one_day && reach == Reach::Within {
            return self.on_day(last, label);
        }
        let Some(seen) = seen else { return self.unseen(label) };
        let (low, high, median) = (seen.lowest.to_string(), seen.highest.to_string(), seen.median.to_string());
        let (low_day, high_day) = (day_text(seen.lowest_at), day_text(seen.highest_at));
        let lowest = [("time", label), ("low", &low), ("shop", &seen.lowest_shop), ("day", &low_day)];
        let usual = || match seen.lowest.minor == seen.highest.minor {
            true => vec![self.say("cost_same", &[("time", label), ("low", &low)])],
            false => vec![
                self.say("cost_between", &[("time", label), ("low", &low), ("high", &high)]),
                self.say("low_in", &lowest),
            ],
        };
        match self.asked {
            Some(price::LOWEST) => told(vec![self.say("low_in_time", &lowest)], Outcome::Answered),
            Some(price::HIGHEST) => {
                let parts = [("time", label), ("high", &high), ("day", &high_day)];
                told(vec![self.say("high_in_time", &parts)], Outcome::Answered)
            }
            Some(price::AVERAGE) => {
                let text = self.say("usual_in_time", &[("time", label), ("median", &median)]);
                told(vec![text], Outcome::Answered)
            }
            Some(price::CHEAPER) if self.limit.is_some() => {
                let under = self.limit.and_then(|l| l.admits_at_most(&seen.lowest));
                told(vec![self.say("low_in_time", &lowest)], under.map_or(Outcome::NotEnough, verdict))
            }
            Some(cheaper @ (price::CHEAPER | price::CHEAPER_NOW)) => {
                let before = seen.lowest.minor < self.summary.current.minor;
                let now = self.summary.current.minor < seen.lowest.minor;
                let mut all = usual();
                all.push(self.now_is());
                told(all, verdict(if cheaper == price::CHEAPER { before } else { now }))
            }
            _ => told(usual(), Outcome::Answered),
        }
    }

    /// How the price at the end of a time, or the lowest within it, stands to the one it began with.
    fn change(
        &self,
        drop: bool,
        base: Timestamp,
        seen: Option<PriceSummary>,
        end: Option<PriceSummary>,
    ) -> Option<Told> {
        let (seen, end) = (seen?, end?);
        let before = self.history.summary(None, Some(base)).map(|s| (s.current, s.current_at));
        // Where nothing was seen before, the time's own first day is what it is measured from.
        let first = || self.history.summary(None, Some(seen.first_at)).map(|s| (s.current, s.current_at));
        let (then, then_at) = before.or_else(first)?;
        let (then_text, day) = (then.to_string(), day_text(then_at));
        let fell = seen.lowest.minor < then.minor;
        let yes = if drop { fell } else { end.current.minor > then.minor };
        let lower_now = end.current.minor < then.minor;
        if drop && fell && !lower_now {
            let (low, low_day) = (seen.lowest.to_string(), day_text(seen.lowest_at));
            let parts = [
                ("then", &*then_text),
                ("day", &day),
                ("low", &low),
                ("shop", &seen.lowest_shop),
                ("low_day", &low_day),
            ];
            let sentences = vec![self.say("fell_to", &parts), self.now_is()];
            return Some(Told { facts: self.at(then_at), ..told(sentences, verdict(yes)) });
        }
        let now = self.summary.current.to_string();
        let sentence = self.say("was_and_is", &[("then", &then_text), ("day", &day), ("now", &now)]);
        Some(Told { facts: self.at(then_at), ..told(vec![sentence], verdict(yes)) })
    }

    /// What was known at a moment, as facts.
    fn at(&self, moment: Timestamp) -> Vec<Fact> {
        let seen = self.history.summary(None, Some(moment));
        seen.map_or_else(Vec::new, |s| facts_of(&format!("by {}", day_text(moment)), self.history.product, &s))
    }

    /// The price seen last by the end of a day.
    fn on_day(&self, end: Timestamp, label: &str) -> Told {
        let seen = self.history.summary(None, Some(end));
        let near = |s: &PriceSummary| (end.as_second() - s.current_at.as_second()) / 86_400 <= SEEN_BEFORE_DAYS;
        let Some(seen) = seen.filter(near) else { return self.unseen(label) };
        let (price, day) = (seen.current.to_string(), day_text(seen.current_at));
        let parts = [("price", &*price), ("shop", &*seen.current_shop), ("day", &*day), ("time", label)];
        Told { facts: self.at(end), ..told(vec![self.say("seen_last", &parts)], Outcome::Answered) }
    }

    fn unseen(&self, label: &str) -> Told {
        let (first, last) = (day_text(self.summary.first_at), day_text(self.summary.last_at));
        let sentences = vec![
            self.say("not_seen", &[("time", label)]),
            self.say("watched_from", &[("first", &first), ("last", &last)]),
        ];
        let time = Fact {
            field: "time asked about".to_owned(),
            value: FactValue::Text(label.to_owned()),
            text: label.to_owned(),
            row: format!("product:{}", self.history.product),
            shop: None,
            observed_at: None,
        };
        Told { facts: vec![time], ..told(sentences, Outcome::NotEnough) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::testing::at;

    fn history() -> PriceHistory {
        let prices =
            [("2026-05-10", 500), ("2026-06-07", 480), ("2026-06-21", 520), ("2026-08-02", 450), ("2026-11-20", 510)];
        let points = prices.iter().map(|(day, euros)| PricePoint {
            offer: OfferId(1),
            shop: "NordShop".into(),
            at: at(day),
            outcome: crate::domain::Outcome::Ok,
            price: Some(Money::new(euros * 100, Currency::EUR)),
            list_price: None,
            shipping_included: None,
            availability: None,
        });
        PriceHistory { product: ProductId(7), points: points.collect(), repacked: Vec::new() }
    }

    fn ask(asked: Option<&str>, period: Option<(Reach, Time)>, limit: Option<i64>) -> Told {
        let history = history();
        let summary = history.summary(None, None).unwrap();
        let asked = Asked {
            phrases: Phrases::of(Language::En),
            name: "A",
            history: &history,
            summary: &summary,
            asked,
            period: period.map(|(reach, time)| Period { reach, time }),
            limit: limit.map(|euros| PriceLimit { milli: euros * 1000, currency: None }),
            offer: None,
            now: at("2026-11-22"),
            window: "the 195 days observed",
        };
        tell(&asked).unwrap()
    }

    const JUNE: (Reach, Time) = (Reach::Within, Time::Month { month: 6, year: None });

    #[test]
    fn a_month_is_told_by_what_was_seen_in_it() {
        let june = ask(None, Some(JUNE), None);
        assert_eq!(june.sentences[0], "In 2026-06, A cost between €480.00 and €520.00.");
        assert_eq!(june.sentences[1], "Its lowest price then was €480.00 at NordShop on 2026-06-07.");
        let july = ask(None, Some((Reach::Within, Time::Month { month: 7, year: None })), None);
        assert_eq!((july.outcome, &*july.sentences[0]), (Outcome::NotEnough, "No price of A was observed in 2026-07."));
        let highest = ask(Some(price::HIGHEST), Some(JUNE), None);
        assert_eq!(highest.sentences, ["The highest price of A in 2026-06 was €520.00 on 2026-06-21."]);
    }

    #[test]
    fn a_day_is_told_by_the_last_price_before_it_that_is_near() {
        let on = |month, day| ask(None, Some((Reach::Within, Time::Day { year: 2026, month, day })), None);
        assert_eq!(
            on(8, 20).sentences,
            ["A cost €450.00 at NordShop on 2026-08-02, the last price seen by 2026-08-20."]
        );
        assert_eq!(on(10, 20).outcome, Outcome::NotEnough, "the price of August says nothing of October");
    }

    #[test]
    fn drops_and_rises_are_measured_from_what_it_cost_then() {
        let since = |month| Some((Reach::After, Time::Month { month, year: None }));
        let fell = ask(Some(price::DROP), since(6), None);
        assert_eq!(fell.outcome, Outcome::Answered);
        assert_eq!(fell.sentences[0], "A cost €520.00 on 2026-06-21, and costs €510.00 now.");
        let back = ask(Some(price::DROP), since(5), None);
        assert_eq!(back.sentences[0], "A cost €500.00 on 2026-05-10, and €450.00 at NordShop on 2026-08-02.");
        assert_eq!(ask(Some(price::DROP), since(8), None).outcome, Outcome::Nothing);
        assert_eq!(ask(Some(price::RISE), since(8), None).outcome, Outcome::Answered);
        assert_eq!(ask(Some(price::RISE), since(6), None).outcome, Outcome::Nothing);
    }

    #[test]
    fn cheaper_before_is_yes_or_no() {
        assert_eq!(ask(Some(price::CHEAPER), None, None).outcome, Outcome::Answered);
        assert_eq!(ask(Some(price::CHEAPER), None, Some(440)).outcome, Outcome::Nothing);
        assert_eq!(ask(Some(price::CHEAPER), None, Some(460)).outcome, Outcome::Answered);
        assert_eq!(ask(Some(price::CHEAPER), Some(JUNE), None).outcome, Outcome::Answered);
        assert_eq!(ask(Some(price::CHEAPER_NOW), Some(JUNE), None).outcome, Outcome::Nothing);
        assert_eq!(ask(Some(price::FORECAST), None, None).outcome, Outcome::NotEnough);
    }
}
