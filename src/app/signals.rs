//! What the system asks of the program: to end, to stop, to go on.
//!
//! Only listens; the loop acts.

/// A request of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    End,
    Stop,
    GoOn,
}

#[cfg(unix)]
pub struct Signals {
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    stop: tokio::signal::unix::Signal,
    go_on: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Starts to listen.
    pub fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(libc::SIGTSTP))?,
            go_on: signal(SignalKind::from_raw(libc::SIGCONT))?,
        })
    }

    /// The next request.
    pub async fn next(&mut self) -> Request {
        tokio::select! {
            _ = self.terminate.recv() => Request::End,
            _ = self.hangup.recv() => Request::End,
            _ = self.interrupt.recv() => Request::End,
            _ = self.stop.recv() => Request::Stop,
            _ = self.go_on.recv() => Request::GoOn,
        }
    }
}

/// Stops the process as the shell's job control does; returns when it goes on.
#[cfg(unix)]
pub fn stop_here() {
    // SAFETY: raise takes no pointer and SIGSTOP cannot be caught, so no handler runs.
    unsafe {
        libc::raise(libc::SIGSTOP);
    }
}

#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Starts to listen.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    /// The next request.
    pub async fn next(&mut self) -> Request {
        // Without Ctrl-C to listen to there is nothing to wait for.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Request::End
    }
}

/// There is no job control to obey.
#[cfg(not(unix))]
pub fn stop_here() {}
