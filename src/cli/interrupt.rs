//! Ctrl-C: work under way is told to stop, what was printed is kept, the exit code is 130.
//!
//! Never touches the terminal; the terminal interface reads its own keys.

use super::exit::Exit;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long work may take to stop by itself.
const GRACE: Duration = Duration::from_millis(600);

/// Starts to listen; the token is cancelled by the first Ctrl-C.
pub fn listen() -> CancellationToken {
    let token = CancellationToken::new();
    let shared = token.clone();
    let listener = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            shared.cancel();
            std::thread::sleep(GRACE);
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    };
    // Without the thread Ctrl-C still ends the program, only less gently.
    _ = std::thread::Builder::new().name("interrupt".to_owned()).spawn(listener);
    token
}
