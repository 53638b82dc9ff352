//! Opening the file: what it is, whether this program may touch it, pragmas, migrations.
//!
//! A file that is refused is left byte for byte as it was: its header is read before SQLite sees it.

use super::error::{Result, StoreError};
use rusqlite::{Connection, OpenFlags, TransactionBehavior, config::DbConfig};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// `EMPT`, in the header field that SQLite keeps for telling file types apart.
const APPLICATION_ID: i64 = 0x454D_5054;
const MIGRATIONS: [&str; 10] = [
    include_str!("../../assets/migrations/0001_initial.sql"),
    include_str!("../../assets/migrations/0002_listing.sql"),
    include_str!("../../assets/migrations/0003_variants.sql"),
    include_str!("../../assets/migrations/0004_identity.sql"),
    include_str!("../../assets/migrations/0005_source_page.sql"),
    include_str!("../../assets/migrations/0006_watches.sql"),
    include_str!("../../assets/migrations/0007_text_index.sql"),
    include_str!("../../assets/migrations/0008_vectors.sql"),
    include_str!("../../assets/migrations/0009_one_text_index.sql"),
    include_str!("../../assets/migrations/0010_text_log.sql"),
];
/// The schema from which on identities are computed with every product.
const IDENTITIES: i64 = 4;
/// How long to wait for another emptor that is writing.
const BUSY: Duration = Duration::from_secs(10);

/// How the file can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    ReadWrite,
    ReadOnly,
    /// Read-only folder: SQLite cannot keep its shared-memory file beside the database.
    Immutable,
}

/// The schema that this program writes.
pub(super) fn known_schema() -> i64 {
    MIGRATIONS.len() as i64
}

/// Opens the file for the writer thread, creating and migrating it as needed.
pub(super) fn open_for_writing(path: &Path) -> Result<(Connection, How)> {
    let existed = check_header(path)?;
    if !existed {
        create_private(path)?;
    }
    let how = usable(path);
    let mut connection = connect(path, how)?;
    let found = patiently(|| check_schema(path, &connection))?;
    if how == How::ReadWrite {
        patiently(|| prepare(&connection).map_err(|e| StoreError::of(path, &e)))?;
        patiently(|| migrate(&mut connection).map_err(|e| StoreError::of(path, &e)))?;
    } else if found < known_schema() {
        return Err(StoreError::ReadOnly { path: path.to_path_buf() });
    }
    Ok((connection, how))
}

/// Tries again while another emptor is just making the same file: turning on the write-ahead log is refused at once
/// then, whatever time SQLite was given to wait.
fn patiently<T>(mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let begun = std::time::Instant::now();
    loop {
        match work() {
            Err(StoreError::Busy { .. }) if begun.elapsed() < BUSY => std::thread::sleep(Duration::from_millis(5)),
            done => return done,
        }
    }
}

/// A connection that cannot write.
pub(super) fn open_for_reading(path: &Path, how: How) -> Result<Connection> {
    let how = if how == How::ReadWrite { How::ReadOnly } else { how };
    let connection = connect(path, how)?;
    let set = |name, value: i64| connection.pragma_update(None, name, value).map_err(|e| StoreError::of(path, &e));
    set("query_only", 1)?;
    // In KiB, negative: the products of one search are not read again for the next.
    set("cache_size", -16_000)?;
    Ok(connection)
}

fn connect(path: &Path, how: How) -> Result<Connection> {
    let wrong = |e: rusqlite::Error| StoreError::of(path, &e);
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = match how {
        How::ReadWrite => Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_READ_WRITE),
        How::ReadOnly => Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_READ_ONLY),
        How::Immutable => {
            let mut address = url::Url::from_file_path(std::path::absolute(path).unwrap_or_else(|_| path.into()))
                .map_err(|()| StoreError::Io { path: path.into(), detail: "not a usable path".into() })?;
            address.set_query(Some("immutable=1"));
            Connection::open_with_flags(address.as_str(), flags | OpenFlags::SQLITE_OPEN_READ_ONLY)
        }
    }
    .map_err(wrong)?;
    connection.busy_timeout(BUSY).map_err(wrong)?;
    connection.set_prepared_statement_cache_capacity(128);
    // Without it SQLite plans a kept statement anew for each value bound to it: half the time of an import.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(wrong)?;
    Ok(connection)
}

/// Whether there is a database already; refuses what is none of ours. Reads a hundred bytes and nothing more:
/// the header fields are at fixed places (SQLite file format, "The Database Header").
fn check_header(path: &Path) -> Result<bool> {
    let io = |e: std::io::Error| StoreError::Io { path: path.to_path_buf(), detail: e.to_string() };
    let corrupt = |detail: &str| StoreError::Corrupt { path: path.to_path_buf(), detail: detail.to_owned() };
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(io(e)),
    };
    if file.metadata().map_err(io)?.is_dir() {
        return Err(StoreError::Io { path: path.to_path_buf(), detail: "is a folder, not a database".into() });
    }
    let mut header = Vec::with_capacity(100);
    file.by_ref().take(100).read_to_end(&mut header).map_err(io)?;
    if header.is_empty() {
        return Ok(true);
    }
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return Err(corrupt("it is no SQLite file"));
    }
    let field =
        |at: usize| header.get(at..at + 4).map_or(0, |b| i64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]])));
    let (schema, application) = (field(60), field(68));
    if application != 0 && application != APPLICATION_ID {
        return Err(corrupt("it belongs to another program"));
    }
    if application == APPLICATION_ID && schema > known_schema() {
        return Err(StoreError::Newer { path: path.to_path_buf(), found: schema, known: known_schema() });
    }
    Ok(true)
}

/// The schema as SQLite sees it, the write-ahead log included.
fn check_schema(path: &Path, connection: &Connection) -> Result<i64> {
    let number =
        |sql: &str| connection.query_row(sql, [], |r| r.get::<_, i64>(0)).map_err(|e| StoreError::of(path, &e));
    // Tables first: another emptor may be making them now, and writes the mark in the same transaction.
    let empty = number("SELECT count(*) FROM sqlite_master")? == 0;
    if !empty && number("PRAGMA application_id")? != APPLICATION_ID {
        let detail = "it belongs to another program".to_owned();
        return Err(StoreError::Corrupt { path: path.to_path_buf(), detail });
    }
    let found = number("PRAGMA user_version")?;
    if found > known_schema() {
        return Err(StoreError::Newer { path: path.to_path_buf(), found, known: known_schema() });
    }
    Ok(found)
}

fn usable(path: &Path) -> How {
    let writable = fs::OpenOptions::new().write(true).open(path).is_ok();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder_writable = is_writable_folder(folder);
    match (writable, folder_writable) {
        (true, true) => How::ReadWrite,
        (_, true) => How::ReadOnly,
        // What a crash or a running emptor left in the log counts; an immutable database would be read without it.
        (_, false) if has_log(path) => How::ReadOnly,
        (_, false) => How::Immutable,
    }
}

/// Whether there is a write-ahead log with something in it.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|m| m.len() > 0)
}

#[cfg(unix)]
fn is_writable_folder(folder: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    let Ok(name) = std::ffi::CString::new(folder.as_os_str().as_bytes()) else { return false };
    // SAFETY: `name` is a NUL-terminated string that outlives the call; access(2) only reads it.
    unsafe { libc::access(name.as_ptr(), libc::W_OK) == 0 }
}

#[cfg(not(unix))]
fn is_writable_folder(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|m| !m.permissions().readonly())
}

/// An empty file that only its owner may read; SQLite gives its side files the same mode.
fn create_private(path: &Path) -> Result<()> {
    let io = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::StorageFull => StoreError::DiskFull { path: path.to_path_buf() },
        std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path: path.to_path_buf() },
        _ => StoreError::Io { path: path.to_path_buf(), detail: e.to_string() },
    };
    let mut builder = fs::DirBuilder::new();
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        builder.mode(0o700);
        options.mode(0o600);
    }
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        builder.recursive(true).create(folder).map_err(io)?;
    }
    options.open(path).map(drop).map_err(io)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -64_000)?;
    // In pages: the writer writes the log back when nothing else is to be written; this bounds it where there always is.
    // Ten thousand products that changed all over a large catalogue make half of that, and do not wait for the disk.
    connection.pragma_update(None, "wal_autocheckpoint", 128_000)?;
    connection.pragma_update(None, "journal_size_limit", 64_000_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// Runs the migrations that are missing, all in one transaction that another emptor starting now waits for.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let version = |c: &Connection| c.query_row("PRAGMA user_version", [], |r| r.get::<_, i64>(0));
    if version(connection)? >= known_schema() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    for sql in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(sql)?;
    }
    if (1..IDENTITIES).contains(&found) {
        // After all SQL, since it reads and writes the tables as this version knows them.
        super::upgrade::identities(&transaction)?;
    }
    if found < known_schema() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", known_schema())?;
    }
    transaction.commit()
}
