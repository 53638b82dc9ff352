//! Arguments, one-shot commands, text and JSON output, exit codes.
//!
//! Composes what the layers below offer; owns no rule of shopping.

mod args;
mod config;
mod context;
mod exit;
mod interrupt;
mod output;
mod product;
mod render;
mod search;
mod table;
mod usage;
mod values;

pub use exit::Exit;

use args::Command;
use context::Context;
use exit::Failure;
use std::ffi::OsString;
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
    let mut context = Context::new(&overrides, json, now)?;
    let done = dispatch(&mut context, action).and_then(|exit| context.out.flush().map(|()| exit));
    if context.cancel.is_cancelled() {
        return Ok(Exit::Interrupted);
    }
    done
}

fn dispatch(context: &mut Context, action: Action) -> Result<Exit, Failure> {
    match action {
        Action::Tui => todo!(),
        Action::Ask { .. } => todo!(),
        Action::Command(command) => match command {
            Command::Search(args) => search::run(context, &args),
            Command::Show(product) => product::show(context, &product.name()),
            Command::History { product, since } => product::history(context, &product.name(), since.as_deref()),
            Command::Deals { limit } => product::deals(context, limit),
            _ => todo!(),
        },
    }
}

/// Help and version go to stdout; a reader that left is no error.
fn print_help(text: &str) -> Result<Exit, Failure> {
    use std::io::Write;
    let mut stdout = std::io::stdout();
    let printed = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    printed.map(|()| Exit::Ok).map_err(|error| Failure::writing("stdout", &error))
}
