//! Results on stdout: lines coloured by role, and the JSON envelope. Notes go to stderr.
//!
//! Every text from outside passes [`Out::clean`], so that no title can steer the terminal. Never decides what to print.

use super::exit::Failure;
use crate::config::{ColorChoice, Config, Rtl};
use crate::text;
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::{self, BufWriter, IsTerminal, Write};

/// Version of every JSON object printed.
pub const SCHEMA: u32 = 1;

/// What a piece of text is for; the terminal's own 16 colours follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    #[default]
    Text,
    Dim,
    Strong,
    Accent,
    Good,
    Bad,
    Warn,
    /// Said by the model and not shown as true.
    Struck,
}

impl Role {
    fn code(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Dim => "2",
            Self::Strong => "1",
            Self::Accent => "36",
            Self::Good => "32",
            Self::Bad => "31",
            Self::Warn => "33",
            Self::Struck => "2;9",
        }
    }
}

/// How wide prose gets however wide the terminal is, and how wide it is where there is no terminal.
const PROSE_CELLS: usize = 100;

/// Stdout with the manners of the interface.
pub struct Out {
    sink: BufWriter<io::Stdout>,
    color: bool,
    /// Cells of the terminal; `None`: not a terminal, nothing is cut.
    cells: Option<usize>,
    reorder: bool,
    /// One JSON object is wanted instead of text.
    pub json: bool,
}

impl Out {
    /// Looks at the terminal and the settings once.
    pub fn new(config: &Config, json: bool) -> Self {
        let tty = io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
            || std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        let color = match config.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => tty && !plain,
        };
        let cells = tty.then(|| crossterm::terminal::size().map_or(80, |(width, _)| usize::from(width).max(40)));
        let reorder = config.ui.rtl == Rtl::App;
        Self { sink: BufWriter::new(io::stdout()), color: color && !json, cells, reorder, json }
    }

    /// Cells of a table row; `None`: as many as it takes.
    pub fn table_cells(&self) -> Option<usize> {
        self.cells
    }

    /// Cells of a line of prose.
    pub fn prose_cells(&self) -> usize {
        self.cells.map_or(PROSE_CELLS, |cells| cells.min(PROSE_CELLS))
    }

    /// One line of text from outside, free of control sequences, in the order in which it is painted.
    pub fn clean(&self, text: &str) -> String {
        let line = text::line(text);
        if self.reorder && text::has_rtl(&line) { text::bidi::reorder(&line) } else { line }
    }

    /// `text` in the colour of its role.
    pub fn paint(&self, role: Role, text: &str) -> String {
        if !self.color || role == Role::Text || text.is_empty() {
            return text.to_owned();
        }
        format!("\x1b[{}m{text}\x1b[0m", role.code())
    }

    /// Prints one line.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.sink.write_all(text.as_bytes()).and_then(|()| self.sink.write_all(b"\n")).map_err(stdout_failed)
    }

    /// Prints one line of a role.
    pub fn say(&mut self, role: Role, text: &str) -> Result<(), Failure> {
        let text = self.paint(role, text);
        self.line(&text)
    }

    /// Prints text of a role without ending the line.
    pub fn write(&mut self, role: Role, text: &str) -> Result<(), Failure> {
        let text = self.paint(role, text);
        self.sink.write_all(text.as_bytes()).map_err(stdout_failed)
    }

    /// Prints bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.sink.write_all(bytes).map_err(stdout_failed)
    }

    /// Prints a paragraph, wrapped, every line after the first indented by `indent` cells.
    pub fn prose(&mut self, role: Role, indent: usize, text: &str) -> Result<(), Failure> {
        self.wrapped(role, "", indent, text)
    }

    /// Prints a paragraph behind a lead such as `  + `, wrapped and aligned under its own beginning.
    pub fn item(&mut self, role: Role, lead: &str, text: &str) -> Result<(), Failure> {
        self.wrapped(role, lead, text::width(lead), text)
    }

    fn wrapped(&mut self, role: Role, lead: &str, indent: usize, text: &str) -> Result<(), Failure> {
        let room = self.prose_cells();
        let text = text::line(text);
        let (first, rest) = (room.saturating_sub(text::width(lead)), room.saturating_sub(indent));
        for (number, range) in text::wrap(&text, first, rest).into_iter().enumerate() {
            let piece = self.clean(text.get(range).unwrap_or_default());
            let painted = if number == 0 { format!("{lead}{piece}") } else { format!("{:indent$}{piece}", "") };
            self.say(role, &painted)?;
        }
        Ok(())
    }

    /// Hands over to the reader what was printed so far.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.sink.flush().map_err(stdout_failed)
    }

    /// Prints the one JSON object of a command: `schema`, `command`, then the fields of `body`.
    pub fn object(&mut self, command: &str, body: impl Serialize) -> Result<(), Failure> {
        let mut object = Map::new();
        object.insert("schema".to_owned(), SCHEMA.into());
        object.insert("command".to_owned(), command.into());
        match serde_json::to_value(body).map_err(|e| Failure::failed(format!("the result has no JSON form: {e}")))? {
            Value::Object(fields) => object.extend(fields),
            other => _ = object.insert("result".to_owned(), other),
        }
        self.json_line(&Value::Object(object))
    }

    /// Prints a value as one line of JSON.
    pub fn json_line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(|e| Failure::failed(format!("no JSON form: {e}")))?;
        self.line(&text)
    }

    /// Tells something beside the result on stderr.
    pub fn note(&mut self, text: &str) {
        // What was printed before must stand before it; a lost reader shows at the next line printed.
        _ = self.sink.flush();
        tell(text);
    }
}

/// `emptor: TEXT` on stderr. A stderr that is gone is no reason to stop.
pub fn tell(text: &str) {
    _ = writeln!(io::stderr(), "emptor: {}", super::exit::one_line(text));
}

fn stdout_failed(error: io::Error) -> Failure {
    Failure::writing("stdout", &error)
}
