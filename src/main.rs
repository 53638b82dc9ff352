//! Runs the command line and hands its exit code to the system. A panic is told in one line.

use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("unknown");
        eprintln!("emptor: a fault of emptor itself{place}: {what}; please report it");
    }));
    ExitCode::from(emptor::cli::run(std::env::args_os()).code())
}
