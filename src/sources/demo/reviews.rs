//! Reviews and questions: sentences about aspects, for or against by how good the product is, in three languages.
//!
//! Some are sarcastic, some give stars that do not fit their words, two products get a burst of suspicious praise.

use super::lists::{Lists, Voices};
use super::product::{Made, filled};
use super::random::Random;
use crate::domain::{NewQuestion, NewReview, Timestamp};
use std::collections::HashMap;

const DAY: i64 = 86_400;

/// Writes reviews; remembers which sentences were used, so that none is heard too often.
pub struct Writer<'a> {
    lists: &'a Lists,
    until: Timestamp,
    used: HashMap<&'a str, u32>,
}

impl<'a> Writer<'a> {
    pub fn new(lists: &'a Lists, until: Timestamp) -> Self {
        Self { lists, until, used: HashMap::new() }
    }

    /// The reviews of one product, in no order.
    pub fn reviews(&mut self, made: &Made<'a>, count: usize, key: &str, random: &mut Random) -> Vec<NewReview> {
        (0..count).map(|at| self.review(made, format!("{key}-{at}"), random)).collect()
    }

    fn review(&mut self, made: &Made<'a>, key: String, random: &mut Random) -> NewReview {
        let stars = (expected_stars(made.quality) + random.normal() * 0.95).round().clamp(1.0, 5.0);
        let talk = &self.lists.talk;
        let language = language_of(made, random);
        let sort = sort_of(made);
        // What breaks is a thing; a week by the sea does not arrive in a box.
        let special = if sort == "things" { random.unit() } else { 1.0 };
        let (stars, body) = if language == "en" && special < 0.012 {
            (random.between(1.0, 2.6).floor(), self.unused(&talk.sarcasm, random).to_owned())
        } else if language == "en" && special < 0.020 {
            (5.0, self.unused(&talk.high_stars_low_words, random).to_owned())
        } else if language == "en" && special < 0.028 {
            (1.0, self.unused(&talk.low_stars_high_words, random).to_owned())
        } else {
            (stars, self.body(made, stars, language, random))
        };
        let title = (language == "en" && special >= 0.028 && random.chance(0.55))
            .then(|| talk.titles.get(&format!("{stars:.0}")))
            .flatten()
            .map(|list| random.word(list).to_owned());
        NewReview {
            key,
            stars: Some(stars),
            title,
            body: self.with_slots(&body, made, random),
            author: talk.names.get(language).map(|names| random.word(names).to_owned()),
            written_at: self.some_time_ago(made.weeks_on_sale, random),
            variant: random.pick(&made.colours).cloned(),
        }
    }

    fn body(&mut self, made: &Made<'a>, stars: f64, language: &str, random: &mut Random) -> String {
        let lists = self.lists;
        let talk = &lists.talk;
        let by_aspect = match language {
            "he" => &talk.hebrew,
            "de" => &talk.german,
            _ => &talk.aspects,
        };
        let mut possible: Vec<(&'a Voices, f64)> =
            made.aspects.iter().filter_map(|(aspect, goodness)| Some((by_aspect.get(*aspect)?, *goodness))).collect();
        if language != "en"
            && let Some(general) = by_aspect.get("general")
        {
            possible.push((general, made.quality));
        }
        let count = 1 + random.below(3);
        let mut sentences: Vec<String> = Vec::new();
        if let Some(openers) = talk.openers.get(sort_of(made)).filter(|_| language == "en" && random.chance(0.45)) {
            sentences.push(self.voice(openers, stars >= 3.5, random).to_owned());
        }
        let chosen: Vec<(&'a Voices, f64)> = random.some(&possible, count).into_iter().copied().collect();
        for (voices, goodness) in chosen {
            // Both the thing and the mood speak: a five-star review of a loud machine may still call it loud.
            let leaning = goodness * 0.7 + (stars - 1.0) / 4.0 * 0.6 - 0.15;
            let good = random.chance(leaning.clamp(0.02, 0.98));
            sentences.push(self.voice(voices, good, random).to_owned());
        }
        if let Some(closers) = talk.closers.get(sort_of(made)).filter(|_| language == "en" && random.chance(0.24)) {
            sentences.push(self.voice(closers, stars >= 3.0, random).to_owned());
        }
        sentences.join(" ")
    }

    fn voice(&mut self, voices: &'a Voices, good: bool, random: &mut Random) -> &'a str {
        self.unused(if good { &voices.good } else { &voices.bad }, random)
    }

    /// The least heard of three drawn at random.
    fn unused(&mut self, list: &'a [String], random: &mut Random) -> &'a str {
        let drawn = random.some(list, 3);
        let Some(least) = drawn.into_iter().min_by_key(|s| self.used.get(s.as_str()).copied().unwrap_or(0)) else {
            return "";
        };
        *self.used.entry(least.as_str()).or_default() += 1;
        least
    }

    fn with_slots(&self, template: &str, made: &Made<'_>, random: &mut Random) -> String {
        let mut out = String::with_capacity(template.len() + 16);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            out.push_str(before);
            let word = match self.lists.talk.slots.get(name) {
                Some(list) => random.word(list),
                None => made.kind.noun.as_str(),
            };
            // First letter of a sentence.
            if out.is_empty() || out.ends_with(". ") || out.ends_with("! ") || out.ends_with("? ") {
                let mut letters = word.chars();
                out.extend(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters));
            } else {
                out.push_str(word);
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn some_time_ago(&self, weeks_on_sale: i64, random: &mut Random) -> Option<Timestamp> {
        let days = (weeks_on_sale.min(super::history::WEEKS) * 7 - 10).max(20) as f64;
        // More recent ones are more likely.
        let ago = 1.0 + days * random.unit() * random.between(0.4, 1.0);
        let seconds = (ago as i64) * DAY + random.between(0.0, DAY as f64) as i64;
        Timestamp::from_second(self.until.as_second() - seconds).ok()
    }

    /// Praise from nowhere, all within four days.
    pub fn burst(&mut self, made: &Made<'a>, key: &str, random: &mut Random) -> Vec<NewReview> {
        let talk = &self.lists.talk;
        let start = self.until.as_second() - random.between(60.0, 90.0) as i64 * DAY;
        (0..18)
            .map(|at| {
                let body = self.unused(&talk.gush, random).to_owned();
                NewReview {
                    key: format!("{key}-burst-{at}"),
                    stars: Some(5.0),
                    title: None,
                    body: self.with_slots(&body, made, random),
                    author: talk.names.get("bot").map(|names| random.word(names).to_owned()),
                    written_at: Timestamp::from_second(start + random.between(0.0, 4.0 * DAY as f64) as i64).ok(),
                    variant: None,
                }
            })
            .collect()
    }

    /// Questions with their answers; an answer that nobody gave is `None`.
    pub fn questions(&self, made: &Made<'_>, random: &mut Random) -> Vec<NewQuestion> {
        let mut questions: Vec<NewQuestion> = made
            .kind
            .asks
            .iter()
            .filter(|_| random.chance(0.4))
            .filter_map(|[question, answer]| {
                let answer = if answer.is_empty() { None } else { Some(filled(answer, &made.facts.attributes)?) };
                Some(NewQuestion { question: question.clone(), answer, asked_at: None })
            })
            .collect();
        for question in &mut questions {
            question.asked_at = self.some_time_ago(made.weeks_on_sale, random);
        }
        questions
    }
}

/// What the average buyer gives, by quality.
pub fn expected_stars(quality: f64) -> f64 {
    2.75 + 2.0 * quality
}

/// Which openers and closers fit.
fn sort_of(made: &Made<'_>) -> &'static str {
    match made.kind.category.split(" > ").next() {
        Some("travel") => "stays",
        Some("groceries") => "food",
        _ => "things",
    }
}

fn language_of(made: &Made<'_>, random: &mut Random) -> &'static str {
    // Houses with Hebrew-speaking guests, and a few elsewhere.
    let hebrew = if made.facts.brand.is_none() { 0.13 } else { 0.018 };
    let draw = random.unit();
    if draw < hebrew {
        "he"
    } else if draw < hebrew + 0.018 {
        "de"
    } else {
        "en"
    }
}
