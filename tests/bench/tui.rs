//! The interface in a pseudo-terminal: time to its first frame, and resident memory without and with the model.

use crate::Setting;
use crate::measure::{line, value};
use crate::search::demo;
use anyhow::{Context, bail};
use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const STARTS: usize = 10;
const LONGEST: Duration = Duration::from_secs(90);

/// A running interface and what it draws.
struct Shown {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Shown {
    fn start(setting: &Setting, database: &Path, with_model: bool) -> anyhow::Result<Self> {
        let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let mut command = CommandBuilder::new(&setting.binary);
        command.env("EMPTOR_DB", database);
        command.env("HOME", setting.folder.path());
        command.env("TERM", "xterm-256color");
        if !with_model {
            // An endpoint that is never asked keeps the local engine out.
            command.env("EMPTOR_ENDPOINT", "http://127.0.0.1:9/v1");
            command.env("EMPTOR_ENDPOINT_MODEL", "none");
            command.env("EMPTOR_OFFLINE", "true");
        }
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader()?;
        let writer = pair.master.take_writer()?;
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let _master = pair.master;
            let mut buffer = [0_u8; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let cells = |count| NonZero::new(count).context("a terminal has cells");
        let screen = vt100::Parser::new(cells(30)?, cells(100)?, 0);
        Ok(Self { child, writer, bytes, screen })
    }

    /// Reads until the screen holds text; answers what a terminal is asked.
    fn first_frame(&mut self) -> anyhow::Result<()> {
        let start = Instant::now();
        while start.elapsed() < LONGEST {
            let bytes = self.bytes.recv_timeout(LONGEST).context("the interface drew nothing")?;
            if bytes.windows(4).any(|w| w == b"\x1b[6n") {
                self.writer.write_all(b"\x1b[1;1R")?;
            }
            self.screen.process(&bytes);
            if self.screen.screen().alternate_screen() && self.screen.screen().contents().trim().len() > 20 {
                return Ok(());
            }
        }
        bail!("no first frame within {LONGEST:?}")
    }

    fn end(mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Program start to first frame.
pub fn start(setting: &Setting) -> anyhow::Result<()> {
    let database = demo(setting)?;
    for (name, with_model) in [("TUI start to first frame", false), ("TUI start to first frame, model loading", true)] {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let start = Instant::now();
            let mut shown = Shown::start(setting, &database, with_model)?;
            shown.first_frame()?;
            times.push(start.elapsed());
            shown.end();
        }
        line(name, &mut times, "100 x 30");
    }
    Ok(())
}

/// Resident memory once it has stopped growing.
pub fn memory(setting: &Setting) -> anyhow::Result<()> {
    let database = demo(setting)?;
    for (name, with_model) in [("resident memory, no model", false), ("resident memory, default model", true)] {
        let mut shown = Shown::start(setting, &database, with_model)?;
        shown.first_frame()?;
        let pid = shown.child.process_id().context("the interface has no process id")?;
        let (mut most, mut since) = (0, Instant::now());
        let start = Instant::now();
        while start.elapsed() < LONGEST && since.elapsed() < Duration::from_secs(6) {
            std::thread::sleep(Duration::from_millis(250));
            while shown.bytes.try_recv().is_ok() {}
            let now = resident(pid)?;
            if now > most + most / 50 {
                (most, since) = (now, Instant::now());
            }
        }
        value(name, &format!("{} MB", most / 1_000_000), "the mapped weights included");
        shown.end();
    }
    Ok(())
}

/// VmRSS in bytes.
fn resident(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("memory is read from /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}
