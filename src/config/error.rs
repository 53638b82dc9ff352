//! What can be wrong with the settings, each told in one line with place, key and what is allowed.

use std::path::PathBuf;

/// Why the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: {detail}; give a config file that can be read", path.display())]
    Read { path: PathBuf, detail: String },
    #[error("{place}: not valid TOML: {detail}")]
    Syntax { place: String, detail: String },
    #[error("{place}: there is no setting \"{key}\"; allowed here: {allowed}")]
    UnknownKey { place: String, key: String, allowed: String },
    /// `place` is file and line, an environment variable or a flag.
    #[error("{place}: {key} is {found}; allowed: {allowed}")]
    Value { place: String, key: String, found: String, allowed: String },
    #[error("{place}: model.endpoint needs {missing} too; set it in the file or as {env}")]
    Endpoint { place: String, missing: &'static str, env: &'static str },
    #[error(
        "no home folder is known, so there is no place for emptor's files; set HOME, or name a folder with XDG_DATA_HOME"
    )]
    NoHome,
    #[error("{}: {detail}; the setting was not saved", path.display())]
    Write { path: PathBuf, detail: String },
    #[error("{}: {key} stands there in a form that cannot be edited safely; change it by hand", path.display())]
    CannotEdit { path: PathBuf, key: String },
}
