//! Writing several tokens at once against one after the other: the same engine, the same requests, by turns in one run.
//! The requests are those that real questions over the demo catalogue make: answers to word and plans to draw up.

use crate::Setting;
use crate::measure::value;
use crate::recorded::{open, requests, weights};
use emptor::model::engine::Engine;
use emptor::model::{ChatModel, ChatRequest, Finish};
use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

#[derive(Default)]
struct Sum {
    seconds: f64,
    written: usize,
    drafted: usize,
    accepted: usize,
    forced: usize,
    same: usize,
}

pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let requests = requests(setting, 1, false)?;
    for file in &weights(setting)? {
        println!("{}:", file.file_name().unwrap_or_default().to_string_lossy());
        let ways = [
            ("one after the other", 0, false),
            ("drafts of up to 3", 3, false),
            ("drafts and forced text", 3, true),
            ("longer drafts, of up to 8", 8, true),
        ];
        let engines = ways.iter().map(|(_, drafts, jump)| open(file, *drafts, *jump)).collect::<Result<Vec<_>, _>>()?;
        for (what, requests) in ["answers", "plans"].into_iter().zip(&requests) {
            let requests = requests.get(..if setting.quick { 3.min(requests.len()) } else { requests.len() });
            compare(what, requests.unwrap_or_default(), &ways, &engines)?;
        }
    }
    Ok(())
}

fn compare(
    what: &str,
    requests: &[ChatRequest],
    ways: &[(&str, usize, bool)],
    engines: &[Engine],
) -> anyhow::Result<()> {
    let mut sums: Vec<Sum> = ways.iter().map(|_| Sum::default()).collect();
    for request in requests {
        let mut first: Option<String> = None;
        for (engine, sum) in engines.iter().zip(&mut sums) {
            let said = engine.generate(request, &CancellationToken::new(), &mut |_| ControlFlow::Continue(()))?;
            anyhow::ensure!(said.finish != Finish::Cancelled, "an answer was cut off");
            sum.seconds += said.generate_seconds;
            sum.written += said.text.len();
            sum.drafted += said.drafted_tokens;
            sum.accepted += said.accepted_tokens;
            sum.forced += said.forced_tokens;
            sum.same += usize::from(*first.get_or_insert_with(|| said.text.clone()) == said.text);
        }
    }
    let rate = |sum: &Sum| sum.written as f64 / sum.seconds.max(f64::MIN_POSITIVE);
    for ((way, ..), sum) in ways.iter().zip(&sums) {
        let beside = format!(
            "{:.2} times; {}/{} the same text; drafted {}, right {}, forced {}",
            rate(sum) / rate(&sums[0]),
            sum.same,
            requests.len(),
            sum.drafted,
            sum.accepted,
            sum.forced
        );
        value(&format!("  {what}, {way}"), &format!("{:.0} bytes/s", rate(sum)), &beside);
    }
    Ok(())
}
