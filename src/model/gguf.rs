//! Reads the header of a GGUF file: what model it is, and whether the file is whole.
//!
//! Never reads weights, never trusts a length in the file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// What the header tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub version: u32,
    /// `general.architecture`: `qwen2`, `llama`, `bert`.
    pub architecture: String,
    pub name: Option<String>,
    /// Context the model was trained for, in tokens.
    pub context: Option<u64>,
    pub has_chat_template: bool,
    /// Whether the file says how to pool its vectors, as embedding models do.
    pub embeds: bool,
    /// Where the last tensor ends: a shorter file is truncated. 0 where a tensor type is unknown to this version.
    pub expected_bytes: u64,
}

/// Why a file is no usable model.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("not a GGUF file (it does not begin with `GGUF`)")]
    NotGguf,
    #[error("GGUF version {0} is not supported (2 and 3 are)")]
    Version(u32),
    #[error("the file is truncated: {actual} bytes of {expected}")]
    Truncated { actual: u64, expected: u64 },
    #[error("the GGUF header is damaged: {0}")]
    Damaged(&'static str),
}

/// Longest string or array that a header may hold; a vocabulary has some 300,000 entries.
const MOST_ENTRIES: u64 = 16 << 20;
const MOST_STRING: u64 = 64 << 20;
const MOST_DIMENSIONS: u32 = 8;

/// Reads the header and holds the file's size against it.
///
/// # Errors
/// A file that is no GGUF, of an unknown version, truncated or damaged, or that cannot be read.
pub fn inspect(path: &Path) -> Result<Header, GgufError> {
    let file = File::open(path)?;
    let actual = file.metadata()?.len();
    let mut reader = Reader { inner: BufReader::with_capacity(1 << 16, file), at: 0 };
    let header = read_header(&mut reader).map_err(|error| match error {
        GgufError::Io(io) if io.kind() == io::ErrorKind::UnexpectedEof => match reader.at {
            0..4 => GgufError::NotGguf,
            at => GgufError::Truncated { actual, expected: at.max(actual + 1) },
        },
        other => other,
    })?;
    if actual < header.expected_bytes {
        return Err(GgufError::Truncated { actual, expected: header.expected_bytes });
    }
    Ok(header)
}

struct Reader<R> {
    inner: R,
    at: u64,
}

impl<R: Read> Reader<R> {
    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.inner.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn u32(&mut self) -> io::Result<u32> {
        self.bytes().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> io::Result<u64> {
        self.bytes().map(u64::from_le_bytes)
    }

    fn skip(&mut self, count: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.inner.by_ref().take(count), &mut io::sink())?;
        self.at += skipped;
        if skipped == count { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn string(&mut self) -> Result<String, GgufError> {
        let length = self.u64()?;
        if length > MOST_STRING {
            return Err(GgufError::Damaged("a string is too long"));
        }
        let mut bytes = Vec::new();
        self.inner.by_ref().take(length).read_to_end(&mut bytes)?;
        self.at += bytes.len() as u64;
        if (bytes.len() as u64) < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn skip_string(&mut self) -> Result<(), GgufError> {
        match self.u64()? {
            length if length > MOST_STRING => Err(GgufError::Damaged("a string is too long")),
            length => Ok(self.skip(length)?),
        }
    }

    /// A value; only strings and whole numbers are kept.
    fn value(&mut self) -> Result<Value, GgufError> {
        let kind = self.u32()?;
        Ok(match kind {
            4 => Value::Number(u64::from(self.u32()?)),
            10 => Value::Number(self.u64()?),
            8 => Value::Text(self.string()?),
            9 => {
                let (element, count) = (self.u32()?, self.u64()?);
                if count > MOST_ENTRIES {
                    return Err(GgufError::Damaged("a list is too long"));
                }
                match scalar_bytes(element) {
                    Some(size) => self.skip(size * count)?,
                    None if element == 8 => (0..count).try_for_each(|_| self.skip_string())?,
                    None => return Err(GgufError::Damaged("a list of an unknown type")),
                }
                Value::Other
            }
            _ => {
                let size = scalar_bytes(kind).ok_or(GgufError::Damaged("a value of an unknown type"))?;
                self.skip(size)?;
                Value::Other
            }
        })
    }
}

enum Value {
    Text(String),
    Number(u64),
    Other,
}

fn scalar_bytes(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

fn read_header<R: Read>(reader: &mut Reader<R>) -> Result<Header, GgufError> {
    if &reader.bytes::<4>()? != b"GGUF" {
        return Err(GgufError::NotGguf);
    }
    let version = reader.u32()?;
    if !(2..=3).contains(&version) {
        return Err(GgufError::Version(version));
    }
    let (tensors, pairs) = (reader.u64()?, reader.u64()?);
    if tensors > MOST_ENTRIES || pairs > MOST_ENTRIES {
        return Err(GgufError::Damaged("too many entries"));
    }
    let mut known = BTreeMap::new();
    for _ in 0..pairs {
        let key = reader.string()?;
        known.insert(key, reader.value()?);
    }
    let text = |key: &str| match known.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let number = |key: &str| match known.get(key) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let architecture = text("general.architecture").ok_or(GgufError::Damaged("no architecture is named"))?;
    let alignment = number("general.alignment").unwrap_or(32).max(1);
    let end = tensors_end(reader, tensors)?;
    let data = reader.at.checked_next_multiple_of(alignment).ok_or(GgufError::Damaged("impossible alignment"))?;
    Ok(Header {
        version,
        name: text("general.name"),
        context: number(&format!("{architecture}.context_length")),
        embeds: known.contains_key(&format!("{architecture}.pooling_type")),
        has_chat_template: known.contains_key("tokenizer.chat_template"),
        architecture,
        expected_bytes: end.map_or(0, |end| data.saturating_add(end)),
    })
}

/// Where the last tensor ends within the data; `None` where a tensor's type is not known here.
fn tensors_end<R: Read>(reader: &mut Reader<R>, tensors: u64) -> Result<Option<u64>, GgufError> {
    let mut end = Some(0);
    for _ in 0..tensors {
        reader.skip_string()?;
        let dimensions = reader.u32()?;
        if dimensions > MOST_DIMENSIONS {
            return Err(GgufError::Damaged("a tensor has too many dimensions"));
        }
        let mut elements = 1u64;
        for _ in 0..dimensions {
            elements = elements.checked_mul(reader.u64()?).ok_or(GgufError::Damaged("a tensor of impossible size"))?;
        }
        let kind = reader.u32()?;
        let offset = reader.u64()?;
        end = match (end, block(kind)) {
            (Some(end), Some((count, bytes))) => {
                let size = elements.div_ceil(count).saturating_mul(bytes);
                Some(u64::max(end, offset.saturating_add(size)))
            }
            _ => None,
        };
    }
    Ok(end)
}

/// Elements and bytes of one block of a ggml tensor type (ggml-common.h).
fn block(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 | 26 => (1, 4),
        1 | 25 | 30 => (1, 2),
        2 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        9 => (32, 36),
        10 => (256, 84),
        11 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        15 => (256, 292),
        16 => (256, 66),
        17 => (256, 74),
        18 => (256, 98),
        19 => (256, 50),
        20 => (32, 18),
        21 => (256, 110),
        22 => (256, 82),
        23 => (256, 136),
        24 => (1, 1),
        27 | 28 => (1, 8),
        29 => (256, 56),
        34 => (256, 54),
        35 => (256, 66),
        39 => (32, 17),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
