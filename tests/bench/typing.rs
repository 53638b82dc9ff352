//! Search while typing: every key of made queries, in the process, beside an FTS5 prefix query for the same text.

use crate::Setting;
use crate::bare::Bare;
use crate::catalogue::Words;
use crate::catalogue::queries::Asked;
use crate::measure::{line, ms, quantile, time, value};
use crate::scale;
use emptor::retrieval::{Completer, SearchOptions, Vocabulary, as_typed};
use std::time::Duration;

const SIZES: [usize; 2] = [10_000, 100_000];
/// Made queries, each typed from its first letter to its last.
const QUERIES: usize = 40;
const SEED: u64 = 73;
/// As many as the interface asks for.
const SHOWN: usize = 18;

/// Runs every size.
pub fn run(setting: &Setting) -> anyhow::Result<()> {
    setting.sizes(&SIZES).iter().try_for_each(|size| one(setting, *size))
}

fn one(setting: &Setting, size: usize) -> anyhow::Result<()> {
    let words = Words::load();
    let (store, ..) = scale::stored(setting, &words, size)?;
    let reader = store.reader()?;
    let vocabulary = Vocabulary::load(&reader)?;
    let (completer, making) = time(|| Completer::new(&vocabulary));
    let bare = setting.folder.path().join("typing-bare.db");
    let fts = Bare::of(&reader, &bare)?;
    let options = SearchOptions { limit: SHOWN, as_of: None };
    let asked: Vec<String> = (0..QUERIES).map(|n| Asked::make(&words, SEED, n).text).collect();
    let ends = |text: &'_ str| text.char_indices().map(|(at, c)| at + c.len_utf8()).collect::<Vec<_>>();
    let texts: Vec<&str> = asked.iter().flat_map(|text| ends(text).into_iter().map(|end| &text[..end])).collect();
    let (mut keys, mut short, mut beside): (Vec<Duration>, Vec<Duration>, Vec<Duration>) = Default::default();
    let (mut slowest, mut nothing) = ((Duration::ZERO, ""), [0_usize; 2]);
    for text in &texts {
        let (found, took) = time(|| {
            let rest = completer.rest(text, &vocabulary);
            as_typed(&reader, &vocabulary, text, options).map(|found| (found, rest))
        });
        nothing[0] += usize::from(found?.0.hits.is_empty());
        slowest = slowest.max((took, text));
        if text.chars().count() < 3 { short.push(took) } else { keys.push(took) }
    }
    // Not in turns: each would push what the other reads out of the caches, and nobody types into both.
    for text in &texts {
        let (found, took) = time(|| fts.begin(text));
        nothing[1] += usize::from(found?.is_empty());
        beside.push(took);
    }
    let ratio = quantile(&mut keys, 0.5).as_secs_f64() / quantile(&mut beside, 0.5).as_secs_f64().max(1e-9);
    let count = keys.len() + short.len();
    line(&format!("a key, {size} products"), &mut keys, &format!("the goal is 10 ms; slowest: \"{}\"", slowest.1));
    line("  the first two keys", &mut short, "");
    line("  FTS5, the last word as a prefix", &mut beside, &format!("a key takes {ratio:.2} times that"));
    let mut empty: Vec<Duration> = (0..20).map(|_| time(|| as_typed(&reader, &vocabulary, "", options)).1).collect();
    line("  the empty text", &mut empty, "read once for each version of the catalogue");
    value("  keys that bring nothing", &format!("{} of {count}", nothing[0]), &format!("FTS5: {}", nothing[1]));
    value("  names put in order to complete", &ms(making), "once for each version of the catalogue");
    drop(fts);
    Ok(std::fs::remove_file(bare)?)
}
