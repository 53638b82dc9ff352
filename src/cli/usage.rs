//! Arguments read and checked: what was typed becomes an action, and a mistake becomes one line.

use super::args::{Args, Command};
use super::exit::{Exit, Failure};
use super::values;
use crate::config::Overrides;
use crate::domain::Timestamp;
use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;
use std::io::Read;

/// Most characters of a question; more is no question but a document.
pub const MOST_CHARS: usize = 4000;

/// What is to be done, checked.
#[derive(Debug)]
pub enum Action {
    Tui { no_model: bool },
    Ask { question: String, no_model: bool, as_of: Option<Timestamp>, how: How },
    Command(Command),
}

/// How an answer is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct How {
    pub long: bool,
    pub explain: bool,
    /// Runs of choosing again; 0: none.
    pub flip: u32,
}

/// The whole command line, checked.
#[derive(Debug)]
pub struct Invocation {
    pub action: Action,
    pub overrides: Overrides,
    pub json: bool,
}

/// Reads the arguments; `Ok(Err(text))` is help or version to print on stdout.
///
/// # Errors
/// Wrong usage, told in one line.
pub fn read(
    arguments: impl IntoIterator<Item = OsString>,
    now: Timestamp,
) -> Result<Result<Invocation, String>, Failure> {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return Ok(Err(error.render().to_string()));
        }
        Err(error) => return Err(Failure::usage(in_one_line(&error))),
    };
    let Args { ask, no_model, as_of, long, explain, flip, global, command } = args;
    let how = How { long, explain, flip: flip.unwrap_or(0) };
    let overrides = Overrides {
        config_file: global.config,
        database: global.db,
        offline: global.offline,
        color: global.color,
        currency: global.currency,
        verbosity: global.verbose,
    };
    let action = match (ask, command) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage("--ask stands alone, without a command; give one or the other"));
        }
        (Some(question), None) => {
            let as_of = as_of.map(|text| values::as_of(&text, now)).transpose();
            let as_of = as_of.map_err(|allowed| Failure::usage(format!("--as-of takes {allowed}")))?;
            Action::Ask { question: question_text(question)?, no_model, as_of, how }
        }
        (None, Some(_)) if no_model => {
            return Err(Failure::usage("--no-model goes with --ask or the interface, not with a command"));
        }
        (None, Some(command)) => Action::Command(command),
        (None, None) if global.json => {
            return Err(Failure::usage("--json needs a command or --ask; see emptor --help"));
        }
        (None, None) => Action::Tui { no_model },
    };
    Ok(Ok(Invocation { action, overrides, json: global.json }))
}

/// The question itself, or stdin where it is `-`; neither empty nor a document.
fn question_text(typed: String) -> Result<String, Failure> {
    let text = if typed == "-" {
        let mut bytes = Vec::new();
        let most = MOST_CHARS * 4 + 1;
        let read = std::io::stdin().take(most as u64).read_to_end(&mut bytes);
        read.map_err(|error| Failure::reading(std::path::Path::new("stdin"), &error))?;
        if bytes.len() == most {
            return Err(too_long());
        }
        String::from_utf8(bytes)
            .map_err(|_| Failure::usage("the question on stdin is not UTF-8 text; give it as plain text"))?
    } else {
        typed
    };
    if text.chars().count() > MOST_CHARS {
        return Err(too_long());
    }
    if text.trim().is_empty() {
        return Err(Failure::usage("the question is empty; say what you are looking for"));
    }
    Ok(text.trim().to_owned())
}

fn too_long() -> Failure {
    Failure::usage(format!(
        "the question has more than {MOST_CHARS} characters; say in a few words what you are looking for"
    ))
}

/// A complaint of the argument parser as one line: what, in which argument, what is allowed.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut parts = text.split("\n\n");
    let join = |part: &str| part.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let first = join(parts.next().unwrap_or_default());
    let first = first.trim_start_matches("error: ").trim_end_matches('.');
    let tips: Vec<String> = parts
        .map(join)
        .filter_map(|part| part.strip_prefix("tip: ").map(|tip| format!("; {tip}")))
        .filter(|tip| !tip.contains("to pass"))
        .collect();
    let command = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(_)) => "emptor --help".to_owned(),
        _ => help_command(&text),
    };
    match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            format!("a command is missing; see {command}")
        }
        _ => format!("{first}{}; see {command}", tips.concat()),
    }
}

/// The help of the command that the usage line names.
fn help_command(text: &str) -> String {
    let usage = text.lines().find_map(|line| line.trim().strip_prefix("Usage: ")).unwrap_or("emptor");
    let words: Vec<&str> = usage.split(' ').take_while(|w| w.chars().all(|c| c.is_ascii_lowercase())).collect();
    format!("{} --help", if words.is_empty() { "emptor".to_owned() } else { words.join(" ") })
}

/// The exit code of a failure and its message, where there is one to tell.
pub fn told(failure: &Failure) -> (Exit, Option<&str>) {
    match failure {
        Failure::Told { exit, message } => (*exit, Some(message)),
        Failure::ClosedPipe => (Exit::Ok, None),
    }
}
