//! Asks the evaluation questions and judges the answers from outside: the plan, the products, the figures.
//!
//! Shares no code with the parts it judges: constraints and figures are checked again here, from the rows of the store.

use emptor::answer::event::{AnswerEvent, Found, Outcome, ResultRow, Sentence};
use emptor::answer::{AskOptions, Session};
use emptor::domain::*;
use emptor::sources::demo;
use emptor::store::{Reader, Store};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// When the questions are asked.
pub const NOW: &str = "2026-11-22T20:00:00Z";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<Question>,
}

/// A question with what a right answer has; `questions.toml` says what each field means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    pub ask: String,
    /// What the question tries: `hebrew`, `unanswerable`, `trap`, ..; see `questions.toml`.
    #[serde(default)]
    pub tags: Vec<String>,
    pub plan: Plan,
    #[serde(default)]
    pub include: Vec<String>,
    #[serde(default)]
    pub include_any: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
    #[serde(default)]
    pub relevant: Vec<String>,
    #[serde(default)]
    pub facts: Vec<String>,
    pub outcome: Vec<Outcome_>,
}

/// `Outcome`, readable from the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome_ {
    Answered,
    Nothing,
    NotEnough,
    Ambiguous,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    pub kind: Option<QuestionKind>,
    pub language: Option<Language>,
    pub max_price: Option<i64>,
    pub min_price: Option<i64>,
    pub min_stars: Option<f64>,
    pub brands: Vec<String>,
    pub not_brands: Vec<String>,
    pub without: Vec<String>,
    pub category: Option<String>,
    pub in_stock: Option<bool>,
    pub words: Vec<String>,
    pub wants: Vec<String>,
    pub products: Option<usize>,
    pub fact: Option<String>,
}

/// The questions of all files but `kept.toml`.
pub fn questions() -> Vec<Question> {
    let files = [
        include_str!("questions.toml"),
        include_str!("questions_products.toml"),
        include_str!("questions_more.toml"),
        include_str!("questions_open.toml"),
        include_str!("questions_traps.toml"),
        include_str!("questions_unanswerable.toml"),
        include_str!("questions_hebrew.toml"),
    ];
    files.iter().flat_map(|f| toml::from_str::<File>(f).expect("a file of questions").question).collect()
}

/// The demo catalogue in a fresh database.
pub fn store(folder: &Path) -> Store {
    let store = Store::open(&folder.join("eval.db")).expect("a fresh database");
    store.writer().ingest(demo::observations(NOW.parse().expect("a time"))).expect("the demo is stored");
    store
}

/// What was found wrong with one answer. Empty lists: nothing.
#[derive(Debug, Default)]
pub struct Verdict {
    pub id: String,
    /// Fields of the plan that are not as expected.
    pub plan: Vec<String>,
    /// Products named as fitting that miss a hard constraint.
    pub constraints: Vec<String>,
    /// Figures in sentences that trace to no fact.
    pub figures: Vec<String>,
    /// Expected products, facts or outcome that are missing.
    pub expected: Vec<String>,
    pub figures_seen: usize,
    pub products_seen: usize,
    /// Discounted cumulative gain of the rows shown against the relevant titles (binary, ten rows).
    pub ndcg: Option<f64>,
    pub sentences: usize,
    pub fell_back: usize,
    pub struck: usize,
    /// Seconds.
    pub facts_after: f64,
    pub first_word_after: Option<f64>,
    pub total: f64,
}

/// Asks one question in a conversation of its own and judges the answer; `verbose` prints it.
pub fn ask(session: &mut Session, store: &Store, question: &Question, no_model: bool, verbose: bool) -> Verdict {
    let options = AskOptions { no_model, now: Some(NOW.parse().expect("a time")), ..AskOptions::default() };
    let mut events = Vec::new();
    let asked = session.ask(&question.ask, &options, &CancellationToken::new(), &mut |e| events.push(e));
    let mut verdict = Verdict { id: question.id.clone(), ..Verdict::default() };
    if let Err(error) = asked {
        verdict.expected.push(format!("no answer: {error}"));
        verdict.plan.push("no plan".to_owned());
        return verdict;
    }
    let answer = Answer::of(&events);
    if verbose {
        println!("{}\n{}", question.ask, serde_json::to_string(&answer.need).expect("a need serialises"));
        answer.rows.iter().for_each(|r| println!("  row {}: {:?}", r.product.facts.title, r.why));
        answer.near.iter().for_each(|r| println!("  near {}", r.product.facts.title));
        answer.claims.iter().for_each(|c| println!("  claim {}: {}", c.id, c.text));
        answer.sentences.iter().for_each(|s| println!("  prose {s:?}"));
    }
    let reader = store.reader().expect("a reader");
    judge_plan(&question.plan, &answer, &mut verdict);
    judge_constraints(question, &answer, &reader, &mut verdict);
    judge_figures(question, &answer, &mut verdict);
    judge_expected(question, &answer, &events, &mut verdict);
    verdict
}

/// The parts of an answer.
struct Answer<'a> {
    need: Need,
    /// Rows shown as fitting, in order.
    rows: Vec<&'a ResultRow>,
    /// Products that the answer is about where it has no rows.
    subjects: Vec<&'a Product>,
    near: Vec<&'a ResultRow>,
    cards: Vec<&'a Card>,
    claims: Vec<&'a Claim>,
    sentences: Vec<&'a Sentence>,
    picked: Option<ProductId>,
    outcome: Option<Outcome>,
    timings: emptor::answer::event::Timings,
}

impl<'a> Answer<'a> {
    fn of(events: &'a [AnswerEvent]) -> Self {
        let mut answer = Answer {
            need: Need::default(),
            rows: Vec::new(),
            subjects: Vec::new(),
            near: Vec::new(),
            cards: Vec::new(),
            claims: Vec::new(),
            sentences: Vec::new(),
            picked: None,
            outcome: None,
            timings: emptor::answer::event::Timings::default(),
        };
        for event in events {
            match event {
                AnswerEvent::Planned { need } => answer.need = need.clone(),
                AnswerEvent::Found { found } => answer.found(found),
                AnswerEvent::Evidence { cards, claims } => {
                    answer.cards.extend(cards);
                    answer.claims.extend(claims);
                }
                AnswerEvent::Picked { pick } => {
                    answer.picked = Some(pick.product);
                    answer.claims.extend(pick.reasons.iter().chain(&pick.drawback));
                }
                AnswerEvent::Prose { sentence } => answer.sentences.push(sentence),
                AnswerEvent::Done { outcome, timings } => {
                    answer.outcome = Some(*outcome);
                    answer.timings = *timings;
                }
                _ => {}
            }
        }
        answer
    }

    fn found(&mut self, found: &'a Found) {
        match found {
            Found::Results { rows, near_misses, .. } => {
                self.rows.extend(rows);
                self.near.extend(near_misses.iter().map(|(row, _)| row));
            }
            Found::Comparison(comparison) => self.rows.extend(&comparison.products),
            Found::History { product, .. } | Found::Fact { product, .. } => self.subjects.push(product),
            Found::Reviews(findings) => self.subjects.push(&findings.product),
            Found::Advice { parts, .. } => self.rows.extend(parts.iter().flat_map(|(_, rows)| rows)),
            Found::Ambiguous { candidates, .. } => self.subjects.extend(candidates),
            Found::Nothing { near_misses, .. } => self.near.extend(near_misses.iter().map(|(row, _)| row)),
        }
    }

    /// Titles of what is shown, in order.
    fn titles(&self) -> Vec<&str> {
        let rows = self.rows.iter().map(|r| r.product.facts.title.as_str());
        rows.chain(self.subjects.iter().map(|p| p.facts.title.as_str())).collect()
    }

    /// Sentences shown as true: prose that stood, and the claims; each with the cards it cites.
    fn said(&self) -> Vec<(&str, Vec<u32>)> {
        let prose = self.sentences.iter().filter_map(|s| match s {
            Sentence::Verified { text } | Sentence::FellBack { text, .. } => Some((text.as_str(), cited(text))),
            Sentence::Struck { .. } => None,
        });
        prose.chain(self.claims.iter().map(|c| (c.text.as_str(), c.cards.clone()))).collect()
    }

    /// What the offers on these cards cost together.
    fn sum_of_prices(&self, numbers: &[u32]) -> f64 {
        let facts = self.cards.iter().filter(|c| numbers.contains(&c.number)).flat_map(|c| &c.facts);
        let prices = facts.filter(|f| f.field == "price").filter_map(|f| match f.value {
            FactValue::Money(money) => Some(money.minor),
            _ => None,
        });
        prices.sum::<i64>() as f64 / 100.0
    }
}

/// The cards that a sentence names: `[1][3]`, `[1, 3]`.
fn cited(text: &str) -> Vec<u32> {
    let brackets = text.split('[').skip(1).filter_map(|part| part.split_once(']').map(|(inside, _)| inside));
    brackets.flat_map(|inside| inside.split(',')).filter_map(|n| n.trim().parse().ok()).collect()
}

fn judge_plan(plan: &Plan, answer: &Answer<'_>, verdict: &mut Verdict) {
    let need = &answer.need;
    let mut wrong = |what: String| verdict.plan.push(what);
    if plan.kind.is_some_and(|k| k != need.kind) {
        wrong(format!("kind {:?}", need.kind));
    }
    if plan.language.is_some_and(|l| l != need.language) {
        wrong(format!("language {:?}", need.language));
    }
    let euros = |limit: Option<PriceLimit>| limit.map(|l| l.milli as f64 / 1000.0);
    for (name, wanted, got) in [
        ("max price", plan.max_price, euros(need.must.max_price)),
        ("min price", plan.min_price, euros(need.must.min_price)),
    ] {
        // A bound that nobody set is as wrong as one that was missed.
        if wanted.map(|w| w as f64) != got {
            wrong(format!("{name} {got:?}"));
        }
    }
    if plan.min_stars != need.must.min_stars {
        wrong(format!("min stars {:?}", need.must.min_stars));
    }
    let set = |list: &[String]| list.iter().map(|s| s.to_lowercase()).collect::<BTreeSet<_>>();
    for (name, wanted, got) in
        [("brands", &plan.brands, &need.must.brands), ("not brands", &plan.not_brands, &need.must.not_brands)]
    {
        if set(wanted) != set(got) {
            wrong(format!("{name} {got:?}"));
        }
    }
    let stem = |word: &str| word.to_lowercase().trim_end_matches('s').to_owned();
    let without: BTreeSet<String> = need.must.without.iter().map(|w| stem(w)).collect();
    if plan.without.iter().map(|w| stem(w)).collect::<BTreeSet<_>>() != without {
        wrong(format!("without {:?}", need.must.without));
    }
    if plan.in_stock.is_some_and(|s| s != need.must.in_stock) {
        wrong(format!("in stock {}", need.must.in_stock));
    }
    if let Some(category) = &plan.category
        && !need.must.category.as_ref().is_some_and(|c| c.starts_with(category.as_str()))
    {
        wrong(format!("category {:?}", need.must.category));
    }
    let place =
        format!("{} {} {}", need.words.join(" "), need.parts.join(" "), need.must.category.as_deref().unwrap_or(""));
    for word in &plan.words {
        if !place.to_lowercase().contains(&stem(word)) {
            wrong(format!("words {:?} without {word}", need.words));
        }
    }
    for want in &plan.wants {
        if !need.wants.iter().any(|w| w.aspect == *want) {
            wrong(format!("wants {:?} without {want}", need.wants.iter().map(|w| &w.aspect).collect::<Vec<_>>()));
        }
    }
    if plan.products.is_some_and(|n| n != need.products.len()) {
        wrong(format!("products {:?}", need.products));
    }
    if let Some(fact) = &plan.fact
        && !need.fact.as_ref().is_some_and(|f| f.to_lowercase().contains(fact.as_str()))
    {
        wrong(format!("fact {:?}", need.fact));
    }
}

/// Every product shown as fitting, picked or named in a sentence is looked up in the store and held against what was
/// asked for (by the question file) and what was understood (by the plan).
fn judge_constraints(question: &Question, answer: &Answer<'_>, reader: &Reader, verdict: &mut Verdict) {
    verdict.products_seen = answer.rows.len() + answer.subjects.len();
    if !matches!(answer.need.kind, QuestionKind::Search | QuestionKind::OpenAdvice) {
        return;
    }
    for row in &answer.rows {
        let title = &row.product.facts.title;
        let Ok(Some(product)) = reader.product(row.product.id) else {
            verdict.constraints.push(format!("{title} is not in the store"));
            continue;
        };
        let offers = reader.offers(product.id).unwrap_or_default();
        for offer in row.offer.iter().chain(&row.other_offers) {
            match offers.iter().find(|o| o.id == offer.id) {
                Some(stored) if stored.price == offer.price && stored.availability == offer.availability => {}
                _ => verdict.constraints.push(format!("{title}: an offer that the store does not have")),
            }
            broken_by_offer(question, &answer.need, offer)
                .into_iter()
                .for_each(|why| verdict.constraints.push(format!("{title} at {}: {why}", offer.shop.name)));
        }
        let limited = question.plan.max_price.is_some() || answer.need.must.max_price.is_some();
        if row.offer.is_none() && limited {
            verdict.constraints.push(format!("{title}: no offer, with a limit on the price"));
        }
        broken_by_product(question, &answer.need, &product)
            .into_iter()
            .for_each(|why| verdict.constraints.push(format!("{title}: {why}")));
    }
    let shown: BTreeSet<&str> = answer.titles().into_iter().collect();
    let near: BTreeSet<&str> = answer.near.iter().map(|r| r.product.facts.title.as_str()).collect();
    if let Some(picked) = answer.picked
        && !answer.rows.iter().any(|r| r.product.id == picked)
    {
        verdict.constraints.push(format!("the pick {picked} is not among the rows"));
    }
    // Names in prose: only of what is shown, or said to be a near miss.
    let ids = reader.product_ids(None, 10_000).unwrap_or_default();
    for product in reader.products(&ids).unwrap_or_default() {
        let title = product.facts.title.as_str();
        if !shown.contains(title) && !near.contains(title) && answer.said().iter().any(|(s, _)| s.contains(title)) {
            verdict.constraints.push(format!("a sentence names {title}, which is not shown"));
        }
    }
}

fn broken_by_offer(question: &Question, need: &Need, offer: &Offer) -> Vec<String> {
    let mut broken = Vec::new();
    let limits = [question.plan.max_price.map(|m| m * 1000), need.must.max_price.map(|l| l.milli)];
    for limit in limits.into_iter().flatten() {
        if offer.price.is_none_or(|p| p.milli() > i128::from(limit)) {
            broken.push(format!("{:?} is over {}", offer.price.map(|p| p.to_string()), limit / 1000));
        }
    }
    if need.must.min_price.is_some_and(|l| offer.price.is_none_or(|p| p.milli() < i128::from(l.milli))) {
        broken.push("below the lower limit".to_owned());
    }
    let stock = need.must.in_stock || question.plan.in_stock == Some(true);
    if stock && offer.availability.buyable() != Some(true) {
        broken.push(offer.availability.label().to_owned());
    }
    broken
}

fn broken_by_product(question: &Question, need: &Need, product: &Product) -> Vec<String> {
    let facts = &product.facts;
    let mut broken = Vec::new();
    for stars in [question.plan.min_stars, need.must.min_stars].into_iter().flatten() {
        if facts.rating.is_none_or(|r| r.stars < stars) {
            broken.push(format!("{:?} stars, not {stars}", facts.rating.map(|r| r.stars)));
        }
    }
    let brand = facts.brand.as_deref().unwrap_or_default();
    for brands in [&question.plan.brands, &need.must.brands] {
        if !brands.is_empty() && !brands.iter().any(|b| b.eq_ignore_ascii_case(brand)) {
            broken.push(format!("brand {brand}"));
        }
    }
    if question.plan.not_brands.iter().chain(&need.must.not_brands).any(|b| b.eq_ignore_ascii_case(brand)) {
        broken.push(format!("brand {brand} was ruled out"));
    }
    for filter in &need.must.attributes {
        if !facts.number(&filter.name).is_some_and(|(value, _)| filter.op.holds(value, filter.value)) {
            broken.push(format!("{} {:?} {}", filter.name, filter.op, filter.value));
        }
    }
    for word in question.plan.without.iter().chain(&need.must.without) {
        // The demo states what is in a thing as a flag: `contains_nuts`.
        if facts.attribute(&format!("contains_{word}")) == Some(&AttributeValue::Flag(true)) {
            broken.push(format!("contains {word}"));
        }
    }
    broken
}

/// Every number in a sentence must stand on a card, in the question, or be the difference, the
/// share or the sum of what stands there.
fn judge_figures(question: &Question, answer: &Answer<'_>, verdict: &mut Verdict) {
    let mut known: Vec<f64> = asked_numbers(question);
    let mut values: Vec<(&str, f64)> = Vec::new();
    for card in &answer.cards {
        known.extend(numbers(&card.title));
        for fact in &card.facts {
            known.extend(numbers(&fact.text));
            match &fact.value {
                FactValue::Money(money) => values.push((fact.field.as_str(), money.minor as f64 / 100.0)),
                FactValue::Number { value, .. } => values.push((fact.field.as_str(), *value)),
                FactValue::Count(count) => values.push((fact.field.as_str(), *count as f64)),
                FactValue::Percent(share) => values.push((fact.field.as_str(), *share)),
                _ => {}
            }
        }
    }
    known.extend(values.iter().map(|(_, v)| *v));
    let money = answer.cards.iter().flat_map(|c| &c.facts).filter_map(|f| match f.value {
        FactValue::Money(m) => Some(m.minor as f64 / 100.0),
        _ => None,
    });
    let money: Vec<f64> = money.chain(asked_numbers(question)).collect();
    let shown: Vec<&str> = answer.titles();
    for (sentence, cards) in answer.said() {
        let together = answer.sum_of_prices(&cards);
        // Names carry digits of their own, and `[2]` is a card's number.
        let mut bare = sentence.to_owned();
        let mut names: Vec<&str> = shown.iter().copied().chain(answer.cards.iter().map(|c| c.title.as_str())).collect();
        names.sort_by_key(|n| std::cmp::Reverse(n.len()));
        for name in names {
            bare = bare.replace(name, " ");
        }
        for number in numbers(&without_citations(&bare)) {
            verdict.figures_seen += 1;
            let near = |x: f64| (x - number).abs() < 0.006;
            let apart = |list: &[f64]| list.iter().any(|a| list.iter().any(|b| near((a - b).abs())));
            let difference = apart(&money)
                || values.iter().any(|(field, a)| values.iter().any(|(f, b)| f == field && near((a - b).abs())));
            let share = values.iter().any(|(_, a)| {
                values
                    .iter()
                    .any(|(_, b)| *b > 0.0 && ((a / b * 100.0).round() - number).abs() <= 1.0 && number <= 100.0)
            }) && sentence.contains('%');
            let counted = number <= 12.0 && number.fract() == 0.0 && counts_cards(number, answer);
            if !(known.iter().any(|k| near(*k)) || near(together) || difference || share || counted) {
                verdict.figures.push(format!("{number} in \"{sentence}\""));
            }
        }
    }
}

/// Numbers of the question, and its limits as a person reads them: "1.200 Euro" is 1200.
fn asked_numbers(question: &Question) -> Vec<f64> {
    let limits = [question.plan.max_price, question.plan.min_price].into_iter().flatten();
    numbers(&question.ask).into_iter().chain(limits.map(|limit| limit as f64)).collect()
}

/// "The quietest of the 5 shown".
fn counts_cards(number: f64, answer: &Answer<'_>) -> bool {
    number == answer.rows.len() as f64 || number == answer.cards.len() as f64
}

fn without_citations(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        match after.split_once(']') {
            Some((inside, tail)) if inside.chars().all(|c| c.is_ascii_digit() || c == ',' || c == ' ') => rest = tail,
            _ => rest = after,
        }
    }
    out + rest
}

/// Plain numbers in a text: `1,299.00` and `549` and `4.2`; the digits of `USB2` are a name's.
fn numbers(text: &str) -> Vec<f64> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut glued = false;
    let mut before = ' ';
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() || (matches!(c, '.' | ',') && !current.is_empty()) {
            if current.is_empty() {
                glued = before.is_alphabetic();
            }
            current.push(c);
        } else if !current.is_empty() {
            let digits = current.trim_end_matches(['.', ',']).replace(',', "");
            if !glued {
                found.extend(digits.parse::<f64>().ok());
            }
            current.clear();
        }
        before = c;
    }
    found
}

fn judge_expected(question: &Question, answer: &Answer<'_>, events: &[AnswerEvent], verdict: &mut Verdict) {
    let titles = answer.titles();
    let mut missing = |what: String| verdict.expected.push(what);
    for title in &question.include {
        if !titles.contains(&title.as_str()) {
            missing(format!("{title} is not shown"));
        }
    }
    if !question.include_any.is_empty() && !question.include_any.iter().any(|t| titles.contains(&t.as_str())) {
        missing(format!("none of {:?} is shown, but {titles:?}", question.include_any));
    }
    for title in &question.exclude {
        if titles.contains(&title.as_str()) {
            missing(format!("{title} is shown"));
        }
    }
    let told = serde_json::to_string(events).expect("events serialise");
    for fact in &question.facts {
        if !told.contains(fact.as_str()) {
            missing(format!("no \"{fact}\""));
        }
    }
    let outcome = match answer.outcome {
        Some(Outcome::Answered) => Some(Outcome_::Answered),
        Some(Outcome::Nothing) => Some(Outcome_::Nothing),
        Some(Outcome::NotEnough) => Some(Outcome_::NotEnough),
        Some(Outcome::Ambiguous) => Some(Outcome_::Ambiguous),
        Some(Outcome::Cancelled) | None => None,
    };
    if !outcome.is_some_and(|o| question.outcome.contains(&o)) {
        missing(format!("outcome {outcome:?}"));
    }
    verdict.ndcg = (!question.relevant.is_empty()).then(|| ndcg(&titles, &question.relevant));
    verdict.sentences = answer.sentences.len();
    verdict.fell_back = answer.sentences.iter().filter(|s| matches!(s, Sentence::FellBack { .. })).count();
    verdict.struck = answer.sentences.iter().filter(|s| matches!(s, Sentence::Struck { .. })).count();
    verdict.facts_after = answer.timings.facts;
    verdict.first_word_after = answer.timings.first_word;
    verdict.total = answer.timings.total;
}

/// Järvelin and Kekäläinen 2002, binary gains, cut at ten.
fn ndcg(shown: &[&str], relevant: &[String]) -> f64 {
    let discount = |at: usize| 1.0 / ((at + 2) as f64).log2();
    let gain: f64 = shown
        .iter()
        .take(10)
        .enumerate()
        .filter(|(_, title)| relevant.iter().any(|r| r == *title))
        .map(|(at, _)| discount(at))
        .sum();
    let best: f64 = (0..relevant.len().min(10)).map(discount).sum();
    gain / best
}

/// The shares over all questions.
#[derive(Debug, Default)]
pub struct Shares {
    pub questions: usize,
    pub plans_right: usize,
    pub constraints_kept: usize,
    pub figures_traced: usize,
    pub as_expected: usize,
    pub ndcg: f64,
}

/// Prints what was wrong, question by question, and the shares.
pub fn report(name: &str, verdicts: &[Verdict]) -> Shares {
    let count = |good: fn(&Verdict) -> bool| verdicts.iter().filter(|v| good(v)).count();
    for verdict in verdicts {
        for (what, list) in [
            ("plan", &verdict.plan),
            ("constraint", &verdict.constraints),
            ("figure", &verdict.figures),
            ("expected", &verdict.expected),
        ] {
            list.iter().for_each(|item| println!("  {:22} {what}: {item}", verdict.id));
        }
    }
    let gains: Vec<f64> = verdicts.iter().filter_map(|v| v.ndcg).collect();
    let shares = Shares {
        questions: verdicts.len(),
        plans_right: count(|v| v.plan.is_empty()),
        constraints_kept: count(|v| v.constraints.is_empty()),
        figures_traced: count(|v| v.figures.is_empty()),
        as_expected: count(|v| v.expected.is_empty()),
        ndcg: gains.iter().sum::<f64>() / gains.len().max(1) as f64,
    };
    let sum = |of: fn(&Verdict) -> usize| verdicts.iter().map(of).sum::<usize>();
    let worst = |of: fn(&Verdict) -> f64| verdicts.iter().map(of).fold(0.0, f64::max);
    println!(
        "{name}: {} questions, plans right {}, constraints kept {} ({} products), figures traced {} ({} figures), as expected {}, nDCG@10 {:.2}",
        shares.questions,
        shares.plans_right,
        shares.constraints_kept,
        sum(|v| v.products_seen),
        shares.figures_traced,
        sum(|v| v.figures_seen),
        shares.as_expected,
        shares.ndcg
    );
    println!(
        "{name}: {} sentences, {} fell back, {} struck; slowest facts {:.3} s, first word {:.2} s, whole {:.2} s",
        sum(|v| v.sentences),
        sum(|v| v.fell_back),
        sum(|v| v.struck),
        worst(|v| v.facts_after),
        worst(|v| v.first_word_after.unwrap_or_default()),
        worst(|v| v.total)
    );
    shares
}
