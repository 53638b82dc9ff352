//! A document as a stream of bytes: gzip opened under a ratio limit, UTF-16 turned into UTF-8, byte-order marks cut.
//!
//! Holds no more than its buffers, whatever the length of the document. Never guesses what the document is about.

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};
use flate2::bufread::MultiGzDecoder;
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// Bytes that may come out of a gzip stream for each byte that went in. Repetitive feeds stay below a hundred.
const MOST_RATIO: u64 = 400;
/// Output below this is never taken for a bomb.
const RATIO_FROM: u64 = 64 << 20;
const CHUNK: usize = 64 << 10;

/// The stream grows out of all proportion: a decompression bomb.
#[derive(Debug, thiserror::Error)]
#[error("the compressed file swells to more than {MOST_RATIO} times its size; it is taken for a bomb and not read")]
pub struct Bomb;

/// Whether an I/O error is a [`Bomb`].
pub fn is_bomb(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Bomb>())
}

/// How the bytes of a document stand for text.
#[derive(Debug, Clone, Copy)]
pub struct Charset {
    /// What stands for bytes that are no UTF-8.
    other: &'static Encoding,
}

impl Charset {
    /// UTF-8, and Windows-1252 where bytes are none.
    pub const UNSAID: Self = Self { other: WINDOWS_1252 };

    /// The charset of a label such as `ISO-8859-1`; unknown ones and UTF-8 give [`Self::UNSAID`].
    pub fn labelled(label: &str) -> Self {
        let known = Encoding::for_label(label.trim().as_bytes()).filter(|e| *e != UTF_8 && e.is_ascii_compatible());
        Self { other: known.unwrap_or(WINDOWS_1252) }
    }

    /// Valid UTF-8 is UTF-8 whatever was declared (the commonest wrong declaration); else the declared charset.
    pub fn decode<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => self.other.decode_without_bom_handling(bytes).0,
        }
    }
}

/// An opened document.
pub struct Opened<'a> {
    pub reader: Box<dyn BufRead + 'a>,
    /// The first bytes, still to be read from `reader` too.
    pub start: Vec<u8>,
    /// It was compressed: a stream that is read to its end without an error is whole, its check sum says so.
    pub gzip: bool,
}

/// Opens a stream: unzips, cuts the byte-order mark, turns UTF-16 into UTF-8.
///
/// # Errors
/// Those of the reader; a broken gzip header.
pub fn open<'a>(mut reader: impl BufRead + 'a) -> io::Result<Opened<'a>> {
    let gzip = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let plain: Box<dyn Read + 'a> = if gzip {
        let taken = Rc::new(Cell::new(0));
        let counted = Counted { inner: reader, taken: Rc::clone(&taken) };
        Box::new(Guarded { inner: MultiGzDecoder::new(counted), taken, given: 0 })
    } else {
        Box::new(reader)
    };
    let mut plain: Box<dyn BufRead + 'a> = Box::new(BufReader::with_capacity(CHUNK, plain));
    let start = first_bytes(&mut plain)?;
    let utf16 = utf16_of(&start);
    let (mut reader, start): (Box<dyn BufRead + 'a>, Vec<u8>) = match utf16 {
        Some(encoding) => {
            let rest = io::Cursor::new(start).chain(plain);
            let transcoded =
                Transcoded { inner: rest, decoder: encoding.new_decoder(), text: Vec::new(), at: 0, done: false };
            let mut text: Box<dyn BufRead + 'a> = Box::new(transcoded);
            let start = first_bytes(&mut text)?;
            (Box::new(io::Cursor::new(start.clone()).chain(text)), start)
        }
        None => (Box::new(io::Cursor::new(start.clone()).chain(plain)), start),
    };
    let mut start = start;
    if start.starts_with(b"\xef\xbb\xbf") {
        reader.fill_buf()?;
        reader.consume(3);
        start.drain(..3);
    }
    Ok(Opened { reader, start, gzip })
}

/// Up to one chunk, read so that a slow reader's first short answer does not decide.
fn first_bytes(reader: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(CHUNK);
    reader.take(CHUNK as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// UTF-16 by its byte-order mark, or by an ASCII first character without one.
fn utf16_of(start: &[u8]) -> Option<&'static Encoding> {
    match start {
        [0xff, 0xfe, ..] => Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] => Some(encoding_rs::UTF_16BE),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some(encoding_rs::UTF_16LE),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Counts the bytes that were taken from a reader.
struct Counted<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + n as u64);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.taken.set(self.taken.get() + n as u64);
        self.inner.consume(n);
    }
}

/// Refuses a stream that swells too much.
struct Guarded<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
    given: u64,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.given += n as u64;
        if self.given > RATIO_FROM && self.given > self.taken.get().saturating_mul(MOST_RATIO) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, Bomb));
        }
        Ok(n)
    }
}

/// UTF-16 as UTF-8.
struct Transcoded<R> {
    inner: R,
    decoder: Decoder,
    text: Vec<u8>,
    at: usize,
    done: bool,
}

impl<R: BufRead> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = {
            let have = self.fill_buf()?;
            let n = have.len().min(buffer.len());
            if let (Some(to), Some(from)) = (buffer.get_mut(..n), have.get(..n)) {
                to.copy_from_slice(from);
            }
            n
        };
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Transcoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at >= self.text.len() && !self.done {
            let raw = self.inner.fill_buf()?;
            let last = raw.is_empty();
            self.text.resize(CHUNK, 0);
            let (result, taken, given, _) = self.decoder.decode_to_utf8(raw, &mut self.text, last);
            self.inner.consume(taken);
            self.text.truncate(given);
            self.at = 0;
            // A finished decoder must not be asked again; it may still owe text when the output was full.
            self.done = last && matches!(result, encoding_rs::CoderResult::InputEmpty);
        }
        Ok(self.text.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, n: usize) {
        self.at = (self.at + n).min(self.text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn all(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        open(bytes)?.reader.read_to_string(&mut text)?;
        Ok(text)
    }

    fn zipped(bytes: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::best());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn the_same_text_comes_out_of_every_wrapping() {
        let text = "name\tprice\nCafé\t5\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let two = [zipped(&text.as_bytes()[..7]), zipped(&text.as_bytes()[7..])].concat();
        for bytes in
            [text.as_bytes().to_vec(), utf16, big, marked.clone(), zipped(text.as_bytes()), zipped(&marked), two]
        {
            assert_eq!(all(&bytes).unwrap(), text);
        }
        assert_eq!(all(b"").unwrap(), "");
    }

    #[test]
    fn a_gzip_stream_cut_short_is_an_error_and_a_bomb_is_refused() {
        let whole = zipped("0123456789".repeat(20_000).as_bytes());
        assert!(all(&whole[..whole.len() - 4]).is_err());
        let bomb = zipped(&vec![b' '; 80 << 20]);
        assert!(bomb.len() < 100_000);
        assert!(is_bomb(&all(&bomb).unwrap_err()));
    }

    #[test]
    fn a_wrong_declaration_does_not_spoil_utf_8() {
        let latin = Charset::labelled("ISO-8859-1");
        assert_eq!(latin.decode("Café".as_bytes()), "Café");
        assert_eq!(latin.decode(b"Caf\xe9"), "Café");
        assert_eq!(Charset::UNSAID.decode(b"5 \x80"), "5 €");
        assert_eq!(Charset::labelled("windows-1251").decode(b"\xd6\xe5\xed\xe0"), "Цена");
    }
}
