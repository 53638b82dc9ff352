//! Judges figures: each number in a sentence is traced to the cards, the question, or plain arithmetic over them.
//!
//! Shares no code with the number gate it judges.

use super::Verdict;
use super::parts::{self, Answer};
use super::question::Question;
use emptor::answer::event::Sentence;
use emptor::domain::*;

/// Every number in a sentence shown as true must stand on a card, in the question, or be the difference, the
/// share or the sum of what stands there. A sentence of the model whose figures do so and that was not let stand may
/// have been struck wrongly.
pub fn judge_figures(question: &Question, answer: &Answer<'_>, verdict: &mut Verdict) {
    let stated = Stated::of(question, answer);
    for (sentence, cards) in answer.said() {
        let (seen, untraced) = stated.untraced(sentence, &cards, answer);
        verdict.figures_seen += seen;
        verdict.figures.extend(untraced.iter().map(|number| format!("{number} in \"{sentence}\"")));
    }
    for sentence in &answer.sentences {
        if let Sentence::Struck { said, .. } | Sentence::FellBack { said, .. } = sentence
            && stated.untraced(said, &parts::cited(said), answer).1.is_empty()
        {
            verdict.struck_though_traced.push(said.clone());
        }
    }
}

/// The numbers that an answer may speak of.
struct Stated<'a> {
    /// Anywhere on the cards or in the question.
    known: Vec<f64>,
    /// With the field that states them.
    values: Vec<(&'a str, f64)>,
    /// Amounts, in units of their currency.
    money: Vec<f64>,
    /// Names, longest first: their digits are no figures.
    names: Vec<&'a str>,
}

impl<'a> Stated<'a> {
    fn of(question: &Question, answer: &'a Answer<'a>) -> Self {
        // A limit counts as a person reads it: "1.200 Euro" is 1200.
        let limits = [question.plan.max_price, question.plan.min_price].into_iter().flatten();
        let asked: Vec<f64> = numbers(&question.ask).into_iter().chain(limits.map(|limit| limit as f64)).collect();
        let facts: Vec<&Fact> = answer.cards.iter().flat_map(|c| &c.facts).collect();
        let value = |fact: &Fact| match fact.value {
            FactValue::Money(money) => Some(money.minor as f64 / 100.0),
            FactValue::Number { value, .. } => Some(value),
            FactValue::Count(count) => Some(count as f64),
            FactValue::Percent(share) => Some(share),
            _ => None,
        };
        let values: Vec<(&str, f64)> =
            facts.iter().filter_map(|f| value(f).map(|value| (f.field.as_str(), value))).collect();
        let money = facts.iter().filter(|f| matches!(f.value, FactValue::Money(_))).filter_map(|f| value(f));
        let money = money.chain(asked.iter().copied()).collect();
        let mut known = asked;
        known.extend(answer.cards.iter().flat_map(|c| numbers(&c.title)));
        known.extend(facts.iter().flat_map(|f| numbers(&f.text)));
        known.extend(values.iter().map(|(_, value)| *value));
        let mut names = answer.titles();
        names.extend(answer.cards.iter().map(|c| c.title.as_str()));
        names.sort_by_key(|n| std::cmp::Reverse(n.len()));
        Self { known, values, money, names }
    }

    /// How many numbers the sentence has, and those that trace to nothing.
    fn untraced(&self, sentence: &str, cards: &[u32], answer: &Answer<'_>) -> (usize, Vec<f64>) {
        let together = answer.sum_of_prices(cards);
        // Names carry digits of their own, and `[2]` is a card's number.
        let bare = self.names.iter().fold(sentence.to_owned(), |bare, name| bare.replace(name, " "));
        let found = numbers(&without_citations(&bare));
        let percent = sentence.contains('%');
        let traced = |number: f64| {
            let near = |x: f64| (x - number).abs() < 0.006;
            let apart = self.money.iter().any(|a| self.money.iter().any(|b| near((a - b).abs())));
            let pairs = || self.values.iter().flat_map(|a| self.values.iter().map(move |b| (a, b)));
            let share = |a: f64, b: f64| b > 0.0 && number <= 100.0 && ((a / b * 100.0).round() - number).abs() <= 1.0;
            self.known.iter().any(|k| near(*k))
                || near(together)
                || apart
                || pairs().any(|(a, b)| a.0 == b.0 && near((a.1 - b.1).abs()))
                || percent && pairs().any(|(a, b)| share(a.1, b.1))
                || number <= 12.0 && number.fract() == 0.0 && counts_cards(number, answer)
        };
        let untraced = found.iter().copied().filter(|number| !traced(*number)).collect();
        (found.len(), untraced)
    }
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
