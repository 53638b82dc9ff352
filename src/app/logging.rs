//! The log: a file a day in the state directory, the last five kept. Never standard error while the interface is up.
//!
//! What is logged never holds a key or a question.

use crate::config::Config;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

const KEPT: usize = 5;

/// Starts to log; once per process, later calls change nothing.
///
/// # Errors
/// Where the log file cannot be made: the program then runs without one.
pub fn start(config: &Config) -> anyhow::Result<()> {
    let path = &config.log_file;
    let folder = path.parent().unwrap_or(&config.state_directory);
    let stem = path.file_stem().map_or("emptor".into(), |s| s.to_string_lossy());
    let ending = path.extension().map_or("log".into(), |e| e.to_string_lossy());
    let unwritable = |error: String| anyhow::anyhow!("no log can be written to {}: {error}", folder.display());
    // Made here: the appender complains on standard error of a folder that is not there yet.
    std::fs::create_dir_all(folder).map_err(|error| unwritable(crate::config::plain_io(&error)))?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix(stem)
        .filename_suffix(ending)
        .max_log_files(KEPT)
        .build(folder)
        .map_err(|error| unwritable(error.to_string()))?;
    let level = ["warn", "info", "debug", "trace"][usize::from(config.verbosity.min(3))];
    let _ =
        tracing_subscriber::fmt().with_env_filter(EnvFilter::new(level)).with_ansi(false).with_writer(file).try_init();
    Ok(())
}
