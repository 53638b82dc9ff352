//! The real binary in a folder of its own: nothing of the user's settings, weights or data is seen.

#![allow(dead_code)] // each test program uses a part of it

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub const BINARY: &str = env!("CARGO_BIN_EXE_emptor");

/// A home of its own with a database.
pub struct Home {
    folder: tempfile::TempDir,
}

/// What a run left.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The run ended with this code, and whatever it says is no panic.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains("fault of emptor"), "{}", self.stderr);
        self
    }

    /// An error as the interface wants it: nothing on stdout, one line on stderr that begins with `emptor: `.
    #[track_caller]
    pub fn expect_error(self, code: i32, holds: &str) -> Self {
        let run = self.expect(code);
        assert_eq!(run.stdout, "", "an error is no result");
        assert_eq!(run.stderr.lines().count(), 1, "one line, not:\n{}", run.stderr);
        assert!(run.stderr.starts_with("emptor: "), "{}", run.stderr);
        assert!(run.stderr.contains(holds), "\"{holds}\" is not in: {}", run.stderr);
        run
    }

    /// The one JSON object on stdout, its schema and command checked.
    #[track_caller]
    pub fn json(&self, command: &str) -> serde_json::Value {
        let value: serde_json::Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stdout));
        assert_eq!(value["schema"], 1);
        assert_eq!(value["command"], command);
        value
    }
}

impl Home {
    /// Nothing in it.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With the demo catalogue, which is made once for each build of the binary.
    pub fn demo() -> Self {
        let home = Self::empty();
        fs::copy(demo_database(), home.database()).unwrap();
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn database(&self) -> PathBuf {
        self.path().join("emptor.db")
    }

    /// Writes a file into it and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// The binary with the environment of this home and these arguments.
    pub fn command<I: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = self.command_of(BINARY);
        command.args(arguments);
        command
    }

    /// Any program with the environment of this home.
    pub fn command_of(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path()).env_clear();
        for name in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("HOME", self.path()).env("LANG", "C.UTF-8").env("EMPTOR_DB", self.database());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the binary to its end.
    pub fn run<I: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// Runs the binary with this on its stdin.
    pub fn run_with<I: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = I>, stdin: &[u8]) -> Run {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let text = stdin.to_vec();
        // A program that stops reading is no fault of the test's.
        let feeder = std::thread::spawn(move || drop(pipe.write_all(&text)));
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        Run::of(output)
    }
}

/// The demo catalogue as a database file, made by the binary itself under a lock, once for each build of it.
fn demo_database() -> PathBuf {
    let built = fs::metadata(BINARY).unwrap().modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("demo-{}.db", built.as_nanos()));
    let lock = File::create(folder.join("demo.lock")).unwrap();
    lock.lock().unwrap();
    if !path.exists() {
        for old in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            let name = old.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("demo-") {
                fs::remove_file(old).unwrap();
            }
        }
        let home = Home::empty();
        home.run(["import", "demo"]).expect(0);
        fs::rename(home.database(), folder.join("demo-new.db"))
            .or_else(|_| fs::copy(home.database(), folder.join("demo-new.db")).map(|_| ()))
            .unwrap();
        fs::rename(folder.join("demo-new.db"), &path).unwrap();
    }
    path
}
