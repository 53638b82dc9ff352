//! Scores the mining of reviews against a hand-marked file: `cargo run --example reviews -- FILE... [--errors] [--alone]`.
//!
//! Reads lines `aspect[+2], aspect[-1]##sentence` and prints precision and recall of aspect with polarity, sentence by
//! sentence, and how many sentences a second were mined. The sentences of a file are read one after another as reviews of
//! one product, as `emptor inspect reviews` does; with `--alone` each is read by itself. Keeps nothing and copies nothing.

use emptor::answer::reviews::{self, Miner, Polarity};
use std::time::{Duration, Instant};

/// A mark of a sentence: what it is said of and which way.
type Mark = (String, Polarity);

/// What a file adds up to.
#[derive(Default)]
struct Score {
    marks: usize,
    found: usize,
    /// Marks whose aspect was found with the same polarity, and found ones that answer a mark.
    recalled: usize,
    right: usize,
    /// Aspect met, whatever the polarity.
    aspect_met: usize,
    sentences: usize,
    spent: Duration,
}

fn main() {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let (errors, alone) = (flags.iter().any(|f| f == "--errors"), flags.iter().any(|f| f == "--alone"));
    if files.is_empty() {
        eprintln!("usage: reviews FILE... [--errors] [--alone]");
        std::process::exit(2);
    }
    for file in &files {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{file}: {error}");
                std::process::exit(1);
            }
        };
        let score = score(&String::from_utf8_lossy(&bytes), errors, alone);
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let (precision, recall) = (share(score.right, score.found), share(score.recalled, score.marks));
        println!(
            "{file}: {} sentences, {} marks, {} found: precision {precision:.3}, recall {recall:.3}, F1 {:.3}; aspect met \
             {:.3}; {:.0} sentences a second",
            score.sentences,
            score.marks,
            score.found,
            2.0 * precision * recall / (precision + recall).max(f64::EPSILON),
            share(score.aspect_met, score.marks),
            score.sentences as f64 / score.spent.as_secs_f64().max(f64::EPSILON)
        );
    }
}

fn score(text: &str, errors: bool, alone: bool) -> Score {
    let mut score = Score::default();
    let mut miner = Miner::default();
    for line in text.lines() {
        let Some((left, sentence)) = line.split_once("##") else { continue };
        let marks = marks(left);
        if alone {
            miner = Miner::default();
        }
        let start = Instant::now();
        let found: Vec<Mark> = miner.aspects(sentence).into_iter().map(|m| (m.aspect, m.polarity)).collect();
        score.spent += start.elapsed();
        score.sentences += 1;
        score.marks += marks.len();
        score.found += found.len();
        let met = |mark: &Mark| found.iter().any(|f| f.1 == mark.1 && same(&f.0, &mark.0));
        score.recalled += marks.iter().filter(|m| met(m)).count();
        score.aspect_met += marks.iter().filter(|m| found.iter().any(|f| same(&f.0, &m.0))).count();
        let right = |f: &Mark| marks.iter().any(|m| f.1 == m.1 && same(&f.0, &m.0));
        score.right += found.iter().filter(|f| right(f)).count();
        if errors {
            let missed: Vec<&Mark> = marks.iter().filter(|m| !met(m)).collect();
            let wrong: Vec<&Mark> = found.iter().filter(|f| !right(f)).collect();
            if !missed.is_empty() || !wrong.is_empty() {
                println!("missed {missed:?} wrong {wrong:?} ## {sentence}");
            }
        }
    }
    score
}

/// `size[+2][u], look{+1]` -> the marks with their polarity.
fn marks(left: &str) -> Vec<Mark> {
    let mark = |part: &str| {
        let (name, rest) = part.split_once(['[', '{'])?;
        let polarity = match rest.trim_start().chars().next()? {
            '+' => Polarity::Positive,
            '-' => Polarity::Negative,
            _ => return None,
        };
        Some((name.trim().to_lowercase(), polarity)).filter(|(name, _)| !name.is_empty())
    };
    left.split(',').filter_map(mark).collect()
}

/// Words of an aspect without plural endings and spelling variants.
fn words(name: &str) -> Vec<String> {
    let name = name.replace("colour", "color");
    name.split([' ', '-', '_']).filter(|w| !w.is_empty()).map(|w| w.trim_end_matches('s').to_owned()).collect()
}

/// Whether two names mean one aspect: the words of one are all in the other, or the miner gives both one name.
fn same(found: &str, mark: &str) -> bool {
    let (a, b) = (words(found), words(mark));
    let within = |a: &[String], b: &[String]| !a.is_empty() && a.iter().all(|w| b.contains(w));
    within(&a, &b) || within(&b, &a) || reviews::canonical(mark).is_some_and(|name| name == found)
}
