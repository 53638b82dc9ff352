//! The real program in a pseudo-terminal: it starts, loads the demo, answers, obeys resizes and signals, and leaves the
//! terminal as it found it. Waits for what is on the screen, never for time to pass.

#![cfg(unix)]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Longest wait for anything; reached only where a test fails.
const LIMIT: Duration = Duration::from_secs(90);

struct Shared {
    parser: vt100::Parser,
    /// Bytes received, ever.
    bytes: usize,
    closed: bool,
}

struct Program {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Mutex<Box<dyn Write + Send>>,
    shared: Arc<(Mutex<Shared>, Condvar)>,
    _home: tempfile::TempDir,
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

impl Program {
    /// Starts the program with everything of its own in a fresh folder and no model.
    fn start(columns: u16, rows: u16) -> Self {
        let home = tempfile::tempdir().unwrap();
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_emptor"));
        command.arg("--no-model");
        command.env_clear();
        command.cwd(home.path());
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.env("TZ", "UTC");
        command.env("EMPTOR_MODELS_DIR", home.path().join("models"));
        for name in ["XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            command.env(name, home.path().join(name));
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let shared = Arc::new((Mutex::new(Shared { parser, bytes: 0, closed: false }), Condvar::new()));
        let writer = Mutex::new(pair.master.take_writer().unwrap());
        let mut reader = pair.master.try_clone_reader().unwrap();
        let for_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut buffer = [0_u8; 8192];
            loop {
                let read = reader.read(&mut buffer).unwrap_or(0);
                let mut shared = for_thread.0.lock().unwrap();
                if read == 0 {
                    shared.closed = true;
                    for_thread.1.notify_all();
                    return;
                }
                shared.parser.process(&buffer[..read]);
                shared.bytes += read;
                for_thread.1.notify_all();
            }
        });
        Self { child, master: pair.master, writer, shared, _home: home }
    }

    fn send(&self, keys: &str) {
        let mut writer = self.writer.lock().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    fn resize(&self, columns: u16, rows: u16) {
        self.shared.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Waits until the screen is as wished.
    fn wait(&self, what: &str, wish: impl Fn(&vt100::Screen) -> bool) {
        let start = Instant::now();
        let mut shared = self.shared.0.lock().unwrap();
        while !wish(shared.parser.screen()) {
            let left = LIMIT.checked_sub(start.elapsed());
            let screen = shared.parser.screen().contents();
            let left = left.unwrap_or_else(|| panic!("no {what} in time; on the screen:\n{screen}"));
            assert!(!shared.closed, "the program ended without {what}; on the screen:\n{screen}");
            shared = self.shared.1.wait_timeout(shared, left).unwrap().0;
        }
    }

    fn wait_for(&self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    /// Waits for the end; the exit code, once all output is read.
    fn ended(&mut self) -> u32 {
        let code = self.child.wait().unwrap().exit_code();
        let start = Instant::now();
        let mut shared = self.shared.0.lock().unwrap();
        while !shared.closed && start.elapsed() < LIMIT {
            shared = self.shared.1.wait_timeout(shared, Duration::from_millis(200)).unwrap().0;
        }
        code
    }

    fn assert_restored(&self) {
        let shared = self.shared.0.lock().unwrap();
        let screen = shared.parser.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Waits until the process stands still: a signal to go on that comes before would be lost.
    fn wait_stopped(&self) {
        let stat = format!("/proc/{}/stat", self.child.process_id().unwrap());
        let deadline = std::time::Instant::now() + LIMIT;
        let stopped =
            || std::fs::read_to_string(&stat).is_ok_and(|s| s.rsplit(')').next().is_some_and(|s| s.starts_with(" T")));
        while !stopped() {
            assert!(std::time::Instant::now() < deadline, "it did not stop");
            std::thread::yield_now();
        }
    }

    fn bytes(&self) -> usize {
        self.shared.0.lock().unwrap().bytes
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn demo_question_resize_and_a_clean_end() {
    let mut program = Program::start(100, 30);
    program.wait_for("There is nothing in the catalogue yet.");
    program.wait("the alternate screen", |s| s.alternate_screen() && s.bracketed_paste());
    program.send("d");
    program.wait_for("demo catalogue, invented");
    program.send("\x1b[200~quiet dishwasher for a small kitchen,\r\nat most 600 euros\x1b[201~\r");
    program.wait_for("› quiet dishwasher for a small kitchen");
    program.wait_for("Pick: ");
    program.wait_for("median");
    program.resize(60, 20);
    program.wait("a narrow screen", |s| {
        s.rows(0, 60).last().is_some_and(|footer| footer.contains("no model")) && !s.contents().contains('│')
    });
    program.send("\t\t");
    program.wait("the chart by itself", |s| s.contents().contains("lowest") && s.contents().contains('└'));
    // While the answer is coming Esc stops it, and goes nowhere.
    program.wait("the end of the answer", |s| !s.contents().contains("Esc stop"));
    program.send("\x1b");
    program.wait("the chat again", |s| s.contents().contains("dishwasher") && !s.contents().contains('└'));
    program.send("\x03");
    program.wait_for("Ctrl-C again quits");
    program.send("\x03");
    assert_eq!(program.ended(), 0);
    program.assert_restored();
}

#[test]
fn a_result_is_narrowed_down_by_a_filter() {
    let mut program = Program::start(100, 30);
    program.wait_for("There is nothing in the catalogue yet.");
    program.send("d");
    program.wait_for("demo catalogue, invented");
    program.send("dishwasher\r");
    program.wait("the whole answer", |s| s.contents().contains("Pick: ") && !s.contents().contains("Esc stop"));
    program.send("\x1b[B");
    program.wait_for("f filter");
    program.send("f");
    program.wait("the filters", |s| {
        s.contents().contains(" products down ") && s.contents().contains("Enter narrow down")
    });
    program.send("\x1b[B\r");
    // The first facet of the demo's dishwashers is a size; whatever it is, its name stands behind the question.
    program.wait_for("› dishwasher · ");
    program.wait("a narrower result", |s| !s.contents().contains(" products down ") && s.contents().contains("Pick: "));
    program.send("\x03\x03");
    assert_eq!(program.ended(), 0);
    program.assert_restored();
}

/// The list that stands under the heading of the live search; empty where there is none.
fn live(screen: &vt100::Screen, heading: &str) -> Vec<String> {
    let lines: Vec<String> = screen.rows(0, 100).collect();
    let first = lines.iter().position(|line| line.contains(heading)).map_or(lines.len(), |at| at + 1);
    lines.into_iter().skip(first).take_while(|line| !line.contains("────")).filter(|line| line.contains('★')).collect()
}

#[test]
fn each_key_narrows_the_list_and_erasing_brings_the_popular() {
    let mut program = Program::start(100, 30);
    program.wait_for("There is nothing in the catalogue yet.");
    program.send("d");
    program.wait_for("demo catalogue, invented");
    program.send("dis");
    program.wait("several things", |s| live(s, "as you type").iter().any(|line| line.to_lowercase().contains("dis")));
    program.send("hw");
    // The cursor tells what was typed from what is offered.
    let typed =
        |s: &vt100::Screen, letters: u16| s.contents().contains("› dishwasher") && s.cursor_position().1 == 3 + letters;
    program.wait("how it goes on", |s| typed(s, 5));
    program.send("\t");
    program.wait("only dishwashers", |s| typed(s, 10) && live(s, "as you type").len() >= 5);
    program.send("\x15");
    program.wait("the popular", |s| live(s, "what most people rated").len() >= 5);
    program.send("\x1b");
    program.wait("the first screen", |s| s.contents().contains("is the buyer"));
    // Typed and asked in one go: what comes late does not cover the answer.
    program.send("dishwasher\r");
    program.wait("the whole answer", |s| s.contents().contains("Pick: ") && !s.contents().contains("Esc stop"));
    program.wait("no list", |s| !s.contents().contains("as you type"));
    program.send("\x03\x03");
    assert_eq!(program.ended(), 0);
    program.assert_restored();
}

#[test]
fn a_terminated_program_gives_the_terminal_back() {
    let mut program = Program::start(80, 24);
    program.wait_for("There is nothing in the catalogue yet.");
    program.signal("-TERM");
    assert_eq!(program.ended(), 130);
    program.assert_restored();
}

#[test]
fn suspended_it_gives_the_terminal_back_and_takes_it_again() {
    let mut program = Program::start(80, 24);
    program.wait_for("There is nothing in the catalogue yet.");
    program.send("\x1a");
    program.wait("the shell's screen", |s| !s.alternate_screen());
    program.wait_stopped();
    program.signal("-CONT");
    program.wait("the alternate screen", |s| s.alternate_screen() && s.contents().contains("nothing in the catalogue"));
    program.send("\x03\x03");
    assert_eq!(program.ended(), 0);
    program.assert_restored();
}

/// Nothing is drawn while nothing happens: the measured time is the subject here, not a wait for something else.
#[test]
fn idle_it_writes_nothing() {
    let program = Program::start(80, 24);
    program.wait_for("There is nothing in the catalogue yet.");
    // What starts behind the first frame may still tell of itself on a busy machine: then come two quiet seconds.
    let quiet = (0..20).any(|_| {
        let before = program.bytes();
        std::thread::sleep(Duration::from_secs(2));
        program.bytes() == before
    });
    assert!(quiet, "it goes on writing");
}
