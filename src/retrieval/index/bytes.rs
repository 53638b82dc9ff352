//! The bytes of a segment: made just now, or a file's, mapped so that a start does not wait for what no search needs.
//!
//! Never writes. A file is only ever replaced whole by another, never changed in its place (see `keep`).

use std::fs::File;
use std::io::Read;
use std::ops::Deref;

/// Bytes in memory or in a file.
#[derive(Debug)]
pub enum Bytes {
    Held(Vec<u8>),
    Mapped(memmap2::Mmap),
}

impl Default for Bytes {
    fn default() -> Self {
        Self::Held(Vec::new())
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Held(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

impl Bytes {
    /// A whole file; read where it cannot be mapped.
    ///
    /// # Errors
    /// Where it cannot be read either.
    pub fn of(mut file: File) -> std::io::Result<Self> {
        // SAFETY: emptor replaces these files by renaming a new one into their place and never writes into them, so
        // that the bytes under the map stay as they are; whatever they are, `Segment` reads them with checks.
        match unsafe { memmap2::Mmap::map(&file) } {
            Ok(map) => Ok(Self::Mapped(map)),
            Err(_) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes)?;
                Ok(Self::Held(bytes))
            }
        }
    }
}
