//! The progress bar of a pull on stderr: how much, how fast, how long still. Draws nothing where stderr is no terminal.

use super::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};
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
            self.bar = ProgressBar::no_length();
            // Bytes of an earlier run are no speed of this one.
            self.bar.set_position(progress.bytes);
            self.bar.reset_eta();
            self.bar.enable_steady_tick(Duration::from_millis(250));
            self.stage = Some(progress.stage);
            let what = match progress.stage {
                Stage::Download(from) => format!("{} from {from}", self.name),
                Stage::Convert => format!("{}: converting", self.name),
                Stage::Verify => format!("{}: verifying", self.name),
            };
            self.bar.set_message(what);
        }
        match progress.total {
            Some(total) if self.bar.length() != Some(total) => {
                self.bar.set_length(total);
                self.bar.set_style(style(KNOWN));
            }
            None => self.bar.set_style(style(UNKNOWN)),
            Some(_) => {}
        }
        self.bar.set_position(progress.bytes);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
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
