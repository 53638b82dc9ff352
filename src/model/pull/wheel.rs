//! Reads members of a Python wheel, which is a zip file: streaming, sizes and checksums verified.
//!
//! Knows what wheels use (stored and deflated members, no zip64), nothing more.

use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// One member, ready to be read.
pub(super) struct Member {
    inner: Box<dyn Read>,
    crc: Crc,
    expected_crc: u32,
    left: u64,
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the wheel is damaged: {what}"))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 2)?.try_into().ok().map(|bytes| u64::from(u16::from_le_bytes(bytes)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 4)?.try_into().ok().map(|bytes| u64::from(u32::from_le_bytes(bytes)))
}

/// Where a member lies, as the central directory says.
struct Place {
    method: u64,
    crc: u32,
    packed: u64,
    size: u64,
    header: u64,
}

/// Opens `member` of the wheel at `path`.
///
/// # Errors
/// The file cannot be read, is no zip file, or has no such member.
pub(super) fn open(path: &Path, member: &str) -> io::Result<Member> {
    let mut file = File::open(path)?;
    let directory = central_directory(&mut file)?;
    let place = find(&directory, member)?;
    let mut header = [0; 30];
    file.seek(SeekFrom::Start(place.header))?;
    file.read_exact(&mut header)?;
    let (Some(name), Some(extra)) = (u16_at(&header, 26), u16_at(&header, 28)) else {
        return Err(damaged("a member's header is cut"));
    };
    if !header.starts_with(b"PK\x03\x04") {
        return Err(damaged("a member is not where it should be"));
    }
    file.seek(SeekFrom::Start(place.header + 30 + name + extra))?;
    let packed = io::BufReader::with_capacity(1 << 16, file.take(place.packed));
    let inner: Box<dyn Read> = match place.method {
        0 => Box::new(packed),
        8 => Box::new(DeflateDecoder::new(packed)),
        _ => return Err(damaged("a member is packed in an unknown way")),
    };
    Ok(Member { inner, crc: Crc::new(), expected_crc: place.crc, left: place.size })
}

fn central_directory(file: &mut File) -> io::Result<Vec<u8>> {
    const END: usize = 22;
    let length = file.metadata()?.len();
    let tail_length = length.min(END as u64 + u64::from(u16::MAX));
    file.seek(SeekFrom::Start(length - tail_length))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06").ok_or_else(|| damaged("no directory"))?;
    let end = tail.get(at..).unwrap_or_default();
    let (Some(size), Some(offset)) = (u32_at(end, 12), u32_at(end, 16)) else {
        return Err(damaged("its directory is cut"));
    };
    if offset + size > length {
        return Err(damaged("its directory is cut"));
    }
    file.seek(SeekFrom::Start(offset))?;
    let mut directory = Vec::new();
    file.take(size).read_to_end(&mut directory)?;
    Ok(directory)
}

fn find(directory: &[u8], member: &str) -> io::Result<Place> {
    let mut rest = directory;
    while rest.starts_with(b"PK\x01\x02") {
        let lengths = [28, 30, 32].map(|at| u16_at(rest, at).unwrap_or(0) as usize);
        let [name_length, extra, comment] = lengths;
        let name = rest.get(46..46 + name_length).unwrap_or_default();
        if name == member.as_bytes() {
            let number = |at| u32_at(rest, at).ok_or_else(|| damaged("its directory is cut"));
            return Ok(Place {
                method: u16_at(rest, 10).unwrap_or(u64::MAX),
                crc: u32::try_from(number(16)?).unwrap_or(0),
                packed: number(20)?,
                size: number(24)?,
                header: number(42)?,
            });
        }
        rest = rest.get(46 + name_length + extra + comment..).unwrap_or_default();
    }
    Err(io::Error::new(io::ErrorKind::NotFound, format!("the wheel has no member {member}")))
}

impl Read for Member {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let count = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..count).unwrap_or_default());
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| damaged("a member is too long"))?;
        if count == 0 && (self.left > 0 || self.crc.sum() != self.expected_crc) {
            return Err(damaged("a member's checksum is wrong"));
        }
        Ok(count)
    }
}
