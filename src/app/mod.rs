//! Composition root: opens store, models and session, runs the interface's loop, carries its effects out.
//!
//! Owns threads, the terminal and the log file. Decides nothing about shopping.

mod clipboard;
pub mod compose;
mod demo;
mod embed;
mod frames;
mod logging;
mod models;
mod panes;
mod quiet;
mod refreshing;
mod run;
mod session;
mod signals;
mod terminal;
mod typing;
mod workers;

pub use demo::load_demo;
pub use embed::{EmbedError, Pass, Progress, document, embed_missing, prepare_uses};

use crate::config::{ColorChoice, Config, Rtl};
use crate::domain::Timestamp;
use crate::ui::{ModelState, Setup, State, Theme};
use anyhow::Context as _;

/// Exit code of a program that a signal ended.
const INTERRUPTED: u8 = 130;

/// Runs the interface until the user quits or a signal ends it; returns the exit code. With `no_model` it answers with
/// facts and claims only.
///
/// # Errors
/// Where it could not start: no terminal, no database, an unknown theme. The terminal is as it was before.
pub fn run_tui(config: &Config, no_model: bool) -> anyhow::Result<u8> {
    let theme = Theme::named(&config.ui.theme, wants_color(config.color, &environment))?;
    let store = compose::open_store(config)?;
    let log = logging::start(config);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the program's threads could not be started")?;
    let screen = terminal::Screen::enter(config.ui.mouse).context("emptor needs a terminal to draw on")?;
    let size = screen.size()?;
    let mut state = State::new(Setup {
        columns: size.width,
        rows: size.height,
        now: Timestamp::now(),
        zone: jiff::tz::TimeZone::system(),
        theme,
        reorder: reorders(config.ui.rtl, &environment),
        offline: config.offline,
        model: if no_model { ModelState::Off } else { ModelState::Loading("model".to_owned()) },
    });
    if let Err(error) = log {
        crate::ui::update(&mut state, crate::ui::Msg::Notice(error.to_string()));
    }
    let ended = runtime.block_on(run::run(state, screen, config, no_model, store));
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    Ok(match ended? {
        run::End::Quit => 0,
        run::End::Signal => INTERRUPTED,
    })
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Colours, unless the settings or `NO_COLOR` forbid them.
fn wants_color(choice: ColorChoice, environment: &dyn Fn(&str) -> Option<String>) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => environment("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Whether right-to-left text is reordered here: by itself not in terminals that are known to do it.
fn reorders(rtl: Rtl, environment: &dyn Fn(&str) -> Option<String>) -> bool {
    match rtl {
        Rtl::App => true,
        Rtl::Terminal | Rtl::Off => false,
        Rtl::Auto => {
            let is = |name: &str, value: &str| environment(name).is_some_and(|held| held.starts_with(value));
            let by_itself = environment("VTE_VERSION").is_some()
                || environment("KONSOLE_VERSION").is_some()
                || is("TERM", "mlterm")
                || is("TERM_PROGRAM", "Apple_Terminal");
            // A multiplexer draws on its own grid; what it runs in is not known, and tmux and screen do not reorder.
            let multiplexed = environment("TMUX").is_some() || environment("STY").is_some();
            multiplexed || !by_itself
        }
    }
}

#[cfg(test)]
mod tests;
