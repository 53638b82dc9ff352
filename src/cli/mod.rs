//! Arguments, one-shot commands, text and JSON output, exit codes.
//!
//! Composes what the layers below offer; owns no rule of shopping.

mod args;
mod ask;
mod config;
mod context;
mod deals;
mod doctor;
mod embed;
mod exit;
mod explain;
mod export;
mod found;
mod history;
mod identity;
mod import;
mod inspect;
mod interrupt;
mod model;
mod output;
mod page_test;
mod product;
mod refresh;
mod render;
mod replay;
mod search;
mod semantic;
mod source;
mod table;
mod tune;
mod usage;
mod values;
mod watch;
mod watch_test;

pub use exit::Exit;

use args::Command;
use context::Context;
use exit::Failure;
use std::ffi::OsString;
use std::io::IsTerminal;
use usage::{Action, Invocation};

/// Runs the program with these arguments (the first is its name) and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    match start(arguments) {
        Ok(exit) => exit,
        Err(failure) => {
            let (exit, message) = usage::told(&failure);
            if let Some(message) = message {
                output::tell(message);
            }
            exit
        }
    }
}

fn start(arguments: impl IntoIterator<Item = OsString>) -> Result<Exit, Failure> {
    let now = jiff::Timestamp::now();
    let Invocation { action, overrides, json } = match usage::read(arguments, now)? {
        Ok(invocation) => invocation,
        Err(help) => return print_help(&help),
    };
    if let Action::Command(Command::Config(command)) = &action {
        return config::run(command, &overrides, json);
    }
    if let Action::Command(Command::Doctor) = &action {
        return doctor::run(&overrides, json, now);
    }
    let mut context = Context::new(&overrides, json, now, !matches!(action, Action::Tui { .. }))?;
    let done = dispatch(&mut context, action).and_then(|exit| context.out.flush().map(|()| exit));
    if context.cancel.is_cancelled() {
        return Ok(Exit::Interrupted);
    }
    done
}

fn dispatch(context: &mut Context, action: Action) -> Result<Exit, Failure> {
    match action {
        Action::Tui { no_model } => tui(context, no_model),
        Action::Ask { question, no_model, as_of, how } => {
            ask::run(context, &ask::Request { question: &question, no_model, as_of, how })
        }
        Action::Command(command) => run_command(context, command),
    }
}

fn run_command(context: &mut Context, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Replay { id } => replay::run(context, id),
        Command::Search(args) => search::run(context, &args),
        Command::Show(product) => product::show(context, &product.name()),
        Command::Compare { products } => product::compare(context, &products),
        Command::History { product, since } => history::run(context, &product.name(), since.as_deref()),
        Command::Deals { limit } => deals::run(context, limit),
        Command::Reviews(product) => product::reviews(context, &product.name()),
        Command::Product(command) => identity::run(context, &command),
        Command::Watch(command) => watch::run(context, &command),
        Command::Source(command) => source::run(context, &command),
        Command::Refresh { watch, all } => refresh::run(context, watch, all),
        Command::Import(args) => import::run(context, &args),
        Command::Export { format, history, out } => export::run(context, format, history, out.as_deref()),
        Command::Model(command) => model::run(context, &command),
        Command::Inspect(command) => inspect::run(context, &command),
        // Both work with settings that are wrong, and were taken before the settings were read.
        Command::Doctor | Command::Config(_) => Ok(Exit::Usage),
    }
}

/// The terminal interface. It puts the terminal back before an error is told.
fn tui(context: &mut Context, no_model: bool) -> Result<Exit, Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Failure::usage(
            "the interface needs a terminal; ask with `emptor --ask \"QUESTION\"`, see emptor --help",
        ));
    }
    let code = crate::app::run_tui(&context.config, no_model).map_err(|error| Failure::failed(format!("{error:#}")))?;
    Ok(if code == Exit::Interrupted.code() { Exit::Interrupted } else { Exit::Ok })
}

/// Help and version go to stdout; a reader that left is no error.
fn print_help(text: &str) -> Result<Exit, Failure> {
    use std::io::Write;
    let mut stdout = std::io::stdout();
    let printed = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    printed.map(|()| Exit::Ok).map_err(|error| Failure::writing("stdout", &error))
}
