//! The progress bar of a pull on stderr: how much, how fast, how long still. Draws nothing where stderr is no terminal.

use super::{Progress, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

const KNOWN: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
const UNKNOWN: &str = "{msg} {spinner} {bytes} {bytes_per_sec}";

/// A drawer for [`super::pull`]'s progress of the model called `name`. The bar goes when it is dropped.
pub fn bar(name: &str) -> impl FnMut(Progress) + use<> {
    let mut bar = Bar { name: name.to_owned(), stage: None, bar: ProgressBar::hidden() };
    move |progress| bar.show(&progress)
}

struct Bar {
    name: String,
    stage: Option<Stage>,
    bar: ProgressBar,
}

impl Bar {
    fn show(&mut self, progress: &Progress) {
        if self.stage != Some(progress.stage) {
            self.bar.finish_and_clear();
            self.bar = self.begin(progress);
            self.stage = Some(progress.stage);
        }
        if self.bar.length() != progress.total {
            match progress.total {
                Some(total) => self.bar.set_length(total),
                None => self.bar.unset_length(),
            }
            self.bar.set_style(style(progress.total));
        }
        self.bar.set_position(progress.bytes);
    }

    /// A bar with everything set before it is first drawn.
    fn begin(&self, progress: &Progress) -> ProgressBar {
        let what = match progress.stage {
            Stage::Download(from) => format!("{} from {from}", self.name),
            Stage::Convert => format!("{}: converting", self.name),
            Stage::Verify => format!("{}: verifying", self.name),
        };
        let bar = ProgressBar::with_draw_target(progress.total, ProgressDrawTarget::stderr());
        let bar = bar.with_style(style(progress.total)).with_message(what).with_position(progress.bytes);
        // Bytes of an earlier run are no speed of this one.
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(250));
        bar
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(total: Option<u64>) -> ProgressStyle {
    ProgressStyle::with_template(if total.is_some() { KNOWN } else { UNKNOWN })
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_valid() {
        for template in [KNOWN, UNKNOWN] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
