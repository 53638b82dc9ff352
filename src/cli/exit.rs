//! How the program ends: the exit codes of the interface, and errors as one line with what to do next.
//!
//! The only place that turns an error into a code.

use crate::answer::AnswerError;
use crate::config::{ConfigError, plain_io};
use crate::model::ModelError;
use crate::store::StoreError;
use std::io;

/// The exit codes that other programs rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Answered, or true; also a closed pipe.
    Ok,
    /// Nothing found, or false.
    Nothing,
    /// Wrong usage or bad input.
    Usage,
    /// Not enough data to say.
    NotEnough,
    /// Several products fit a name.
    Ambiguous,
    /// A source, the model or the database failed.
    Failed,
    Interrupted,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Nothing => 1,
            Self::Usage => 2,
            Self::NotEnough => 3,
            Self::Ambiguous => 4,
            Self::Failed => 5,
            Self::Interrupted => 130,
        }
    }
}

/// Why a command ended before its result.
#[derive(Debug)]
pub enum Failure {
    /// To be told on stderr as `emptor: MESSAGE`.
    Told { exit: Exit, message: String },
    /// Whoever read stdout has gone: not an error.
    ClosedPipe,
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Told { exit: Exit::Usage, message: message.into() }
    }

    pub fn failed(message: impl Into<String>) -> Self {
        Self::Told { exit: Exit::Failed, message: message.into() }
    }

    /// A file that could not be read: bad input where it is missing or no file, a failure otherwise.
    pub fn reading(path: &std::path::Path, error: &io::Error) -> Self {
        let exit = match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::InvalidData
            | io::ErrorKind::PermissionDenied => Exit::Usage,
            _ => Exit::Failed,
        };
        let message = format!("{}: {}; give a file that can be read", path.display(), plain_io(error));
        Self::Told { exit, message }
    }

    /// A result that could not be written.
    pub fn writing(place: &str, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        Self::failed(format!("{place}: {}; the result is not complete", plain_io(error)))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Write { .. } => Self::failed(error.to_string()),
            _ => Self::usage(error.to_string()),
        }
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<AnswerError> for Failure {
    fn from(error: AnswerError) -> Self {
        let exit = match &error {
            AnswerError::Empty | AnswerError::TooLong(..) => Exit::Usage,
            AnswerError::NoData => Exit::NotEnough,
            AnswerError::Store(_) => Exit::Failed,
        };
        Self::Told { exit, message: error.to_string() }
    }
}

/// One line without control characters: names in a message come from outside.
pub fn one_line(message: &str) -> String {
    crate::text::line(message)
}
