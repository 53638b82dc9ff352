//! What the verdicts come to: what was wrong question by question, and a table with a row for each tag: questions, right
//! plans, broken constraints, untraced figures, sentences that did not stand and those of them whose figures trace, right
//! endings, all right, nDCG@10, tokens written, seconds to the first word and in all (medians). Judges nothing.

use super::Verdict;

/// The shares over all questions.
#[derive(Debug, Default)]
pub struct Shares {
    pub questions: usize,
    pub plans_right: usize,
    pub constraints_kept: usize,
    pub figures_traced: usize,
    pub as_expected: usize,
    /// Answered where there is an answer, refused where there is none.
    pub ended_right: usize,
    pub ndcg: f64,
}

impl Shares {
    fn of<'a>(verdicts: impl Iterator<Item = &'a Verdict> + Clone) -> Self {
        let count = |good: fn(&Verdict) -> bool| verdicts.clone().filter(|v| good(v)).count();
        let gains: Vec<f64> = verdicts.clone().filter_map(|v| v.ndcg).collect();
        Self {
            questions: verdicts.clone().count(),
            plans_right: count(|v| v.plan.is_empty()),
            constraints_kept: count(|v| v.constraints.is_empty()),
            figures_traced: count(|v| v.figures.is_empty()),
            as_expected: count(|v| v.expected.is_empty()),
            ended_right: count(|v| v.ended_right),
            ndcg: gains.iter().sum::<f64>() / gains.len().max(1) as f64,
        }
    }
}

/// Prints what was wrong and the table; `details` also the questions that are not all right.
pub fn report(name: &str, verdicts: &[Verdict], details: bool) -> Shares {
    for verdict in verdicts.iter().filter(|_| details) {
        for (what, list) in [
            ("plan", &verdict.plan),
            ("constraint", &verdict.constraints),
            ("figure", &verdict.figures),
            ("struck though it traces", &verdict.struck_though_traced),
            ("expected", &verdict.expected),
        ] {
            list.iter().for_each(|item| println!("  {:24} {what}: {item}", verdict.id));
        }
    }
    let mut tags: Vec<&str> = verdicts.iter().flat_map(|v| &v.tags).map(String::as_str).collect();
    tags.sort_unstable();
    tags.dedup();
    println!(
        "{name:14} {:>5} {:>6} {:>6} {:>7} {:>7} {:>7} {:>7} {:>6} {:>6} {:>6} {:>6} {:>6}",
        "asked", "plan", "broken", "untrac.", "failed", "wrongly", "ended", "right", "nDCG", "tokens", "TTFT", "total"
    );
    for tag in tags {
        row(tag, verdicts.iter().filter(|v| v.tags.iter().any(|t| t == tag)));
    }
    row("to answer", verdicts.iter().filter(|v| !v.to_refuse));
    row("to refuse", verdicts.iter().filter(|v| v.to_refuse));
    row("all", verdicts.iter());
    let sum = |of: fn(&Verdict) -> usize| verdicts.iter().map(of).sum::<usize>();
    let worst = |of: fn(&Verdict) -> f64| verdicts.iter().map(of).fold(0.0, f64::max);
    println!(
        "{name}: {} products checked, {} figures traced, {} sentences, {} fell back, {} struck; slowest facts {:.3} s",
        sum(|v| v.products_seen),
        sum(|v| v.figures_seen),
        sum(|v| v.sentences),
        sum(|v| v.fell_back),
        sum(|v| v.struck),
        worst(|v| v.facts_after),
    );
    Shares::of(verdicts.iter())
}

/// A row: counts of questions and of faults, per cents, and medians of what the model took.
fn row<'a>(name: &str, verdicts: impl Iterator<Item = &'a Verdict> + Clone) {
    let shares = Shares::of(verdicts.clone());
    let of_all = |n: usize| format!("{:.0}%", n as f64 * 100.0 / shares.questions.max(1) as f64);
    let sum = |of: fn(&Verdict) -> usize| verdicts.clone().map(of).sum::<usize>();
    let first = median(verdicts.clone().filter_map(|v| v.first_word_after).collect());
    let total = median(verdicts.clone().map(|v| v.total).collect());
    let written = median(verdicts.clone().map(|v| v.tokens.1 as f64).collect());
    println!(
        "{name:14} {:>5} {:>6} {:>6} {:>7} {:>7} {:>7} {:>7} {:>6} {:>6} {:>6.0} {:>6.2} {:>6.2}",
        shares.questions,
        of_all(shares.plans_right),
        sum(|v| v.constraints.len()),
        sum(|v| v.figures.len()),
        sum(|v| v.fell_back + v.struck),
        sum(|v| v.struck_though_traced.len()),
        of_all(shares.ended_right),
        of_all(shares.as_expected),
        if verdicts.clone().any(|v| v.ndcg.is_some()) { format!("{:.2}", shares.ndcg) } else { "-".to_owned() },
        written,
        first,
        total,
    );
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
