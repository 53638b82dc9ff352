//! Where emptor's files lie unless the settings say otherwise. Reads no file, makes no folder.

use super::error::ConfigError;
use std::path::{Path, PathBuf};

/// The default places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    pub config_file: PathBuf,
    pub database: PathBuf,
    pub models: PathBuf,
    pub state: PathBuf,
    pub home: Option<PathBuf>,
}

impl Places {
    /// The platform's usual folders for this user.
    ///
    /// # Errors
    /// No home folder is known.
    pub fn of_user() -> Result<Self, ConfigError> {
        let dirs = directories::ProjectDirs::from("", "", "emptor").ok_or(ConfigError::NoHome)?;
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
        Ok(Self {
            config_file: dirs.config_dir().join("config.toml"),
            database: dirs.data_dir().join("emptor.db"),
            models: dirs.data_dir().join("models"),
            state: state.to_path_buf(),
            home: directories::BaseDirs::new().map(|base| base.home_dir().to_path_buf()),
        })
    }

    /// Everything under one folder.
    pub fn under(root: &Path) -> Self {
        Self {
            config_file: root.join("config.toml"),
            database: root.join("emptor.db"),
            models: root.join("models"),
            state: root.join("state"),
            home: None,
        }
    }

    /// `~/x` -> the home folder's `x`; relative paths stay relative to the working folder.
    pub fn expand(&self, text: &str) -> PathBuf {
        match (text.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(text),
        }
    }
}
