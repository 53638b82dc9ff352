//! `emptor model embed`: gives products that lack one a vector, without the interface.
//!
//! Tells how it goes on stderr. What is made and in which order is `app::embed`'s.

use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::tell;
use crate::app::{EmbedError, Pass, Progress, embed_missing, prepare_uses};
use crate::model::manifest::{self, Kind};
use crate::model::{self, Embedder};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

const BAR: &str = "vectors {wide_bar} {pos} of {len}, {msg}";
/// Lines of progress where stderr is no terminal.
const LINES: u64 = 10;

/// Runs the command.
pub fn run(context: &mut Context, limit: Option<u64>) -> Result<Exit, Failure> {
    context.filled()?;
    let embedder = open(context)?;
    let store = context.store()?;
    let missing = store.reader()?.count_without_vector(embedder.id())?;
    let goal = limit.map_or(missing, |limit| missing.min(limit));
    let mut teller = Teller::new(goal);
    let pass = Pass { busy: &AtomicBool::new(false), cancel: &context.cancel, limit };
    let mut made = 0;
    let ended = embed_missing(&store, &embedder, &pass, &mut |progress| {
        made = progress.made;
        teller.tell(progress.made);
    });
    let seconds = teller.begun.elapsed().as_secs_f64();
    drop(teller);
    let progress = ended.map_err(|error| failed(&error, made))?;
    prepare_uses(&store, embedder.as_ref(), &pass).map_err(|error| failed(&error, made))?;
    summary(context, embedder.as_ref(), progress, seconds)?;
    Ok(if context.cancel.is_cancelled() { Exit::Interrupted } else { Exit::Ok })
}

/// Someone who watches a terminal works at this machine: a core is left to them.
fn open(context: &Context) -> Result<Arc<dyn Embedder>, Failure> {
    let watched = std::io::stderr().is_terminal();
    match model::open_embedders(&context.config, watched) {
        Ok(Some(embedder)) => Ok(embedder),
        Ok(None) => {
            let known = manifest::entries().iter().find(|entry| entry.kind == Kind::Embedding);
            let name = known.map_or("NAME", |entry| entry.name.as_str());
            Err(Failure::failed(format!("no embedding model is here; get one with `emptor model pull {name}`")))
        }
        Err(error) => Err(Failure::failed(format!("{error}; `emptor model list` shows the models that are here"))),
    }
}

fn failed(error: &EmbedError, made: u64) -> Failure {
    Failure::failed(format!("{error}; {made} vectors were made and are kept, run it again to go on"))
}

fn summary(context: &mut Context, by: &dyn Embedder, progress: Progress, seconds: f64) -> Result<(), Failure> {
    let Progress { made, done, total } = progress;
    let left = total - done;
    let rate = rate(made, seconds);
    if context.out.json {
        let body = json!({
            "embedder": by.id(), "made": made, "with_vector": done, "left": left, "products": total,
            "seconds": seconds, "per_second": rate,
        });
        return context.out.object("model embed", body);
    }
    let held = format!("{done} of {total} products have one");
    let go_on = if left > 0 { "; run it again to go on" } else { "" };
    match made {
        0 if left == 0 => context.out.line(&format!("nothing to do: all {total} products have a vector")),
        _ => context.out.line(&format!(
            "{made} vectors made in {} ({rate:.0} a second); {held}{go_on}",
            span(Duration::from_secs_f64(seconds))
        )),
    }
}

fn rate(made: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { made as f64 / seconds } else { 0.0 }
}

/// `40 s`, `12 min`, `3 h 20 min`.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Count, rate and time left: a bar on a terminal, some lines elsewhere.
struct Teller {
    goal: u64,
    begun: Instant,
    bar: Option<ProgressBar>,
    /// Tenths told.
    told: u64,
}

impl Teller {
    fn new(goal: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::with_draw_target(Some(goal), ProgressDrawTarget::stderr()).with_style(style)
        });
        Self { goal, begun: Instant::now(), bar, told: 0 }
    }

    fn tell(&mut self, made: u64) {
        let rate = rate(made, self.begun.elapsed().as_secs_f64());
        let left = self.goal.saturating_sub(made) as f64 / rate.max(f64::MIN_POSITIVE);
        let pace = format!("{rate:.0} a second, {} left", span(Duration::try_from_secs_f64(left).unwrap_or_default()));
        if let Some(bar) = &self.bar {
            bar.set_message(pace);
            bar.set_position(made);
            return;
        }
        let tenths = made * LINES / self.goal.max(1);
        if tenths > self.told {
            self.told = tenths;
            tell(&format!("{made} of {} vectors, {pace}", self.goal));
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_unit_that_matters() {
        let told = |seconds| span(Duration::from_secs(seconds));
        assert_eq!([told(3), told(119), told(600), told(12_000)], ["3 s", "119 s", "10 min", "3 h 20 min"]);
        assert!(ProgressStyle::with_template(BAR).is_ok());
        assert_eq!((rate(10, 0.0), rate(10, 2.0)), (0.0, 5.0));
    }
}
