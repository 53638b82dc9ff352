//! Column mappings that worked, kept in a file of the user's by what the header looked like.
//!
//! A mapping is only a convenience: a file that cannot be read or written is as good as none, and says so.

use super::mapping::{Pair, folded};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Headers remembered; the one used longest ago goes first.
const MOST: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    header: Vec<String>,
    mapping: Vec<Pair>,
    /// Counts up with each use.
    used: u64,
}

/// The mappings of headers seen before.
#[derive(Debug, Clone, Default)]
pub struct Remembered {
    path: PathBuf,
    known: BTreeMap<String, Known>,
}

impl Remembered {
    /// Those of a file; none where it is not there or cannot be read.
    pub fn read(path: &Path) -> Self {
        let known = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { path: path.to_path_buf(), known }
    }

    /// The mapping that worked for such a header, as field and column pairs.
    pub fn of(&self, header: &[String]) -> Option<Vec<(String, String)>> {
        let known = self.known.get(&signature(header))?;
        Some(known.mapping.iter().map(|pair| (pair.field.clone(), pair.from.clone())).collect())
    }

    /// Remembers a mapping and writes the file whole, so that a crash leaves the old one.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn keep(&mut self, header: &[String], mapping: &[Pair]) -> io::Result<()> {
        let used = self.known.values().map(|k| k.used).max().unwrap_or(0) + 1;
        let known = Known { header: header.to_vec(), mapping: mapping.to_vec(), used };
        let before = self.known.insert(signature(header), known);
        if before.is_some_and(|b| b.mapping == mapping && b.used + 1 == used) {
            return Ok(());
        }
        while self.known.len() > MOST {
            let oldest = self.known.iter().min_by_key(|(_, k)| k.used).map(|(signature, _)| signature.clone());
            oldest.and_then(|signature| self.known.remove(&signature));
        }
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(&self.known)?)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// The same for headers that differ in letter case, underscores and blanks only.
fn signature(header: &[String]) -> String {
    let mut hash = Sha256::new();
    for name in header {
        hash.update(folded(name).as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_comes_back_for_the_same_header_and_outlives_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/mappings.json");
        let header = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let pairs = [Pair { field: "title".into(), from: "Was".into() }];
        Remembered::read(&path).keep(&header("Was,Preis_alt"), &pairs).unwrap();
        let again = Remembered::read(&path);
        assert_eq!(again.of(&header("was,preis alt")), Some(vec![("title".into(), "Was".into())]));
        assert_eq!(again.of(&header("was,preis neu")), None);
        std::fs::write(&path, "broken").unwrap();
        assert_eq!(Remembered::read(&path).of(&header("was,preis alt")), None);
    }
}
