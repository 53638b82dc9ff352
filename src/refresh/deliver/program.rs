//! Runs a program of the user's for a short while, without a shell, and says what came of it.
//!
//! A thread of its own waits for it, so that quitting emptor does not. Never reads what the program prints, but the
//! first line of its complaint.

use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A program may take this long; then it is killed with everything it started.
pub(super) const LIMIT: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(10);
const MOST_COMPLAINT_BYTES: u64 = 4096;

/// What to run.
pub(super) struct Call {
    /// The program and its arguments.
    pub words: Vec<String>,
    pub stdin: Vec<u8>,
    pub variables: Vec<(String, String)>,
}

/// Why it is not done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is no such program.
    Missing,
    /// To be read after the program's name.
    Failed(String),
}

impl Call {
    pub(super) async fn run(self) -> Result<(), Fault> {
        self.run_within(LIMIT).await
    }

    pub(super) async fn run_within(self, limit: Duration) -> Result<(), Fault> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        let spawned = std::thread::Builder::new().name("watch-program".into()).spawn(move || {
            // Nobody waits any more: the program has run all the same.
            let _ = reply.send(self.run_here(limit));
        });
        spawned.map_err(|error| Fault::Failed(format!("could not be started: {error}")))?;
        answer.await.unwrap_or_else(|_| Err(Fault::Failed("ended in a fault of emptor".to_owned())))
    }

    fn run_here(self, limit: Duration) -> Result<(), Fault> {
        let failed = |error: std::io::Error| Fault::Failed(format!("could not be started: {error}"));
        let Some((program, arguments)) = self.words.split_first() else { return Err(Fault::Missing) };
        let mut complaint = tempfile::tempfile().map_err(failed)?;
        let mut command = Command::new(program);
        command.args(arguments).envs(self.variables).stdin(Stdio::piped()).stdout(Stdio::null());
        command.stderr(complaint.try_clone().map_err(failed)?);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Fault::Missing,
            _ => failed(error),
        })?;
        if let Some(mut pipe) = child.stdin.take() {
            let stdin = self.stdin;
            // A program that does not read its input is no fault.
            std::thread::spawn(move || drop(pipe.write_all(&stdin)));
        }
        let status = match wait(&mut child, limit) {
            Ok(Some(status)) => status,
            Ok(None) => return Err(Fault::Failed(format!("took longer than {} s and was killed", limit.as_secs()))),
            Err(error) => return Err(Fault::Failed(format!("could not be waited for: {error}"))),
        };
        if status.success() {
            return Ok(());
        }
        Err(Fault::Failed(format!("{}{}", ending(status), said(&mut complaint))))
    }
}

/// `None`: it was killed, with its group.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() >= limit {
            kill_group(child);
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn kill_group(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(group) = libc::pid_t::try_from(child.id()) {
        // SAFETY: plain system call; the child is not waited for yet, so the group is still its own.
        unsafe { libc::kill(-group, libc::SIGKILL) };
    }
    // Where there are no groups, or besides: an error means that it has ended.
    let _ = child.kill();
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with code {code}"),
        None => "was ended by a signal".to_owned(),
    }
}

/// `: first line of what it complained of`.
fn said(complaint: &mut std::fs::File) -> String {
    let mut bytes = Vec::new();
    let read =
        complaint.seek(SeekFrom::Start(0)).and_then(|_| complaint.take(MOST_COMPLAINT_BYTES).read_to_end(&mut bytes));
    if read.is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let line: String = crate::text::line(text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default());
    if line.is_empty() { line } else { format!(": {}", crate::text::truncate(&line, 200)) }
}
