//! Ctrl-C, or SIGTERM: work under way is told to stop, what was printed is kept, the exit code is 130.
//!
//! For one-shot commands; the terminal interface hears signals itself.

use super::exit::Exit;
use std::io;
use std::sync::mpsc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long work may take to stop by itself.
const GRACE: Duration = Duration::from_millis(600);

/// Listens from now on; the token is cancelled by the first Ctrl-C or SIGTERM.
pub fn listen() -> CancellationToken {
    let token = CancellationToken::new();
    let shared = token.clone();
    let (ready, listening) = mpsc::channel();
    let listener = move || {
        if wait(&ready).is_ok() {
            shared.cancel();
            std::thread::sleep(GRACE);
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    };
    // Without the thread Ctrl-C still ends the program, only less gently.
    if std::thread::Builder::new().name("interrupt".to_owned()).spawn(listener).is_ok() {
        _ = listening.recv();
    }
    token
}

/// Returns at the first Ctrl-C or SIGTERM; says when it has begun to listen.
#[cfg(unix)]
fn wait(ready: &mpsc::Sender<()>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let mut interrupts = signal(SignalKind::interrupt())?;
        let mut ends = signal(SignalKind::terminate())?;
        _ = ready.send(());
        let heard = tokio::select! { heard = interrupts.recv() => heard, heard = ends.recv() => heard };
        heard.ok_or_else(|| io::Error::other("no more signals"))
    })
}

#[cfg(not(unix))]
fn wait(ready: &mpsc::Sender<()>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    _ = ready.send(());
    runtime.block_on(tokio::signal::ctrl_c())
}
