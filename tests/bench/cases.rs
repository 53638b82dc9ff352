//! Judged queries by type over the made catalogue, and MiniLM's vectors of it, made once and kept under `target/`.

use crate::Setting;
use crate::catalogue::judge::Quality;
use crate::catalogue::queries::Asked;
use crate::catalogue::{Item, Words};
use crate::ranking::{Judged, PART_NUMBERS};
use emptor::config::Config;
use emptor::domain::{Need, ProductId};
use emptor::model::{Embedder, open_embedder};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Part numbers asked for.
const PARTS: usize = 60;
/// Texts embedded at a time.
const CHUNK: usize = 256;

/// The types of query, in the order of the table.
pub const TYPES: [&str; 6] =
    ["a part number", "brand and kind", "a kind with measures", "another name", "a kind", "no word in common"];

/// A query of a type, with what answers it.
pub struct Case {
    pub text: String,
    pub of_type: &'static str,
    answers: Answers,
}

enum Answers {
    Asked(Asked),
    /// Any product of this kind.
    Kind(usize),
    /// Any product whose title has this.
    Titled(String),
}

impl Case {
    pub fn judge(&self, judged: &Judged, ranked: &[ProductId]) -> Quality {
        judged.judge_by(&|item| self.grade(item), ranked)
    }

    fn grade(&self, item: &Item) -> u8 {
        let all_or_none = |all: bool| if all { 3 } else { 0 };
        match &self.answers {
            Answers::Asked(asked) => asked.grade(item),
            Answers::Kind(kind) => all_or_none(item.kind == *kind),
            Answers::Titled(part) => all_or_none(item.title.contains(part)),
        }
    }
}

/// Every judged query, then part numbers, then words that name no title.
pub fn cases(words: &Words, judged: &Judged) -> Vec<Case> {
    let of_words = judged.sets.iter().filter(|set| set.name != PART_NUMBERS).flat_map(|set| &set.asked);
    let asked = of_words.map(|asked| {
        let has = |slip| asked.slips.contains(&slip);
        let of_type = match () {
            () if asked.brand.is_some() => TYPES[1],
            () if has("units") => TYPES[2],
            () if has("other name") => TYPES[3],
            () => TYPES[4],
        };
        Case { text: asked.text.clone(), of_type, answers: Answers::Asked(asked.clone()) }
    });
    let mut cases: Vec<Case> = asked.collect();
    let numbers = judged.items.iter().filter_map(|item| Some((item, item.title.split_once('#')?.1.split(' ').next()?)));
    cases.extend(numbers.step_by(3).take(PARTS).enumerate().map(|(at, (item, number))| {
        let kind = &words.kinds[item.kind];
        let text = match at % 3 {
            0 => number.to_lowercase(),
            1 => format!("#{number}"),
            _ => format!("{} {number}", kind.name),
        };
        Case { text, of_type: TYPES[0], answers: Answers::Titled(format!("#{number} ")) }
    }));
    let lines = include_str!("../catalogue/words/paraphrases.txt").lines().filter(|line| !line.starts_with('#'));
    for (name, said) in lines.filter_map(|line| line.split_once(" | ")) {
        let kind = words.kinds.iter().position(|kind| kind.name == name);
        let kind = kind.filter(|kind| judged.items.iter().any(|item| item.kind == *kind));
        cases.extend(kind.into_iter().flat_map(|kind| {
            let case =
                move |text: &str| Case { text: text.to_owned(), of_type: TYPES[5], answers: Answers::Kind(kind) };
            said.split(';').map(str::trim).map(case)
        }));
    }
    cases
}

/// What of a need is embedded, as the program does it: not repaired. Repairs made the same mistakes on both sides.
pub fn wording(need: &Need) -> String {
    if need.words.is_empty() { need.question.clone() } else { need.words.join(" ") }
}

/// The small embedding model of the project.
pub fn embedder(setting: &Setting) -> anyhow::Result<Arc<dyn Embedder>> {
    let config = Config::under(setting.folder.path());
    open_embedder(&config)?.ok_or_else(|| anyhow::anyhow!("no embedding model is here; run `sh setup --for-tests`"))
}

/// Vectors of these texts that an earlier run made and kept.
pub fn kept(embedder: &str, texts: &[String]) -> anyhow::Result<Option<Vec<Vec<f32>>>> {
    let Ok(bytes) = fs::read(kept_in(embedder, texts)?) else { return Ok(None) };
    let values: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    let dimensions = (values.len() / texts.len().max(1)).max(1);
    Ok(Some(values.chunks_exact(dimensions).map(<[f32]>::to_vec).collect()))
}

/// Vectors of these texts; kept in a file that is named after the embedder and the texts.
pub fn vectors(embedder: &dyn Embedder, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
    if let Some(vectors) = kept(embedder.id(), texts)? {
        return Ok(vectors);
    }
    let mut vectors = Vec::with_capacity(texts.len());
    for part in texts.chunks(CHUNK) {
        let part: Vec<&str> = part.iter().map(String::as_str).collect();
        vectors.extend(embedder.embed(&part, &CancellationToken::new())?);
        eprintln!("embedded {} of {}", vectors.len(), texts.len());
    }
    let bytes: Vec<u8> = vectors.iter().flatten().flat_map(|x| x.to_le_bytes()).collect();
    let path = kept_in(embedder.id(), texts)?;
    let part = path.with_extension("part");
    fs::write(&part, bytes)?;
    fs::rename(part, path)?;
    Ok(vectors)
}

fn kept_in(embedder: &str, texts: &[String]) -> anyhow::Result<PathBuf> {
    // FNV-1a: names a file, nothing more.
    let mut name = 0xCBF2_9CE4_8422_2325_u64;
    for byte in texts.iter().flat_map(|text| text.bytes().chain([0])).chain(embedder.bytes()) {
        name = (name ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    }
    Ok(folder()?.join(format!("{}-{name:016x}.f32", texts.len())))
}

/// Where vectors and rankings are kept for later runs.
fn folder() -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let target = here.ancestors().filter(|folder| folder.file_name().is_some_and(|name| name == "target")).last();
    let target = target.ok_or_else(|| anyhow::anyhow!("no target folder above the benchmark"))?;
    let folder = target.join("bench-vectors");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Keeps rankings, by number of item, for `sh tests/bench/run alternatives`: a line for each way and query.
pub fn keep_rankings(rankings: &[(&str, Vec<Vec<usize>>)]) -> anyhow::Result<()> {
    let mut lines = String::new();
    for (way, lists) in rankings {
        for (query, list) in lists.iter().enumerate() {
            let items: Vec<String> = list.iter().map(usize::to_string).collect();
            writeln!(lines, "{way}\t{query}\t{}", items.join(" "))?;
        }
    }
    Ok(fs::write(folder()?.join("rankings.tsv"), lines)?)
}
