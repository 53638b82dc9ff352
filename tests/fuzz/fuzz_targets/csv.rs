//! Any bytes as a table of prices: never a panic, never a negative price, a price only with a good outcome, and every
//! row read or told as broken.
#![no_main]

use emptor::domain::{SourceKind, Timestamp};
use emptor::sources::import::{ImportOptions, import_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let path = std::env::temp_dir().join(format!("emptor-fuzz-{}.csv", std::process::id()));
    std::fs::write(&path, data).expect("a file in the folder for temporary files");
    let mut taken = 0;
    let options = ImportOptions { kind: Some(SourceKind::Csv), ..ImportOptions::new(Timestamp::UNIX_EPOCH) };
    let read = import_file(&path, &options, &mut |batch| {
        for look in &batch {
            assert!(look.price.is_none_or(|price| look.outcome.is_good() && price.minor >= 0), "{look:?}");
        }
        taken += batch.len() as u64;
        true
    });
    if let Ok(read) = read {
        assert_eq!(read.observations, taken);
        assert!(read.broken_rows <= read.rows);
    }
});
