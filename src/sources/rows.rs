//! Delimited text as rows, one at a time: quoted line breaks joined, a quote that never closes kept to its own line.
//!
//! Memory is bounded by the longest row allowed; a longer one is passed over with a reason. Never reads a header.

use super::stream::Charset;
use memchr::{memchr, memchr_iter};
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A row may be so long.
const MOST_ROW: usize = 1 << 20;
/// Lines that one quoted cell may span.
const MOST_LINES: usize = 400;
/// After so many quotes that never closed, quotes are taken literally.
const MOST_UNCLOSED: u32 = 8;

/// One row, or why the line at that place is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// 1-based line that it starts on.
    pub line: u64,
    pub cells: Result<Vec<String>, String>,
    /// The input ended without a line end after it: it may be cut off.
    pub unended: bool,
}

/// Rows of delimited text.
pub struct Rows<R> {
    lines: Lines<R>,
    charset: Charset,
    delimiter: u8,
    /// Cells that a row should have, once known: tells a quoted line break from a stray quote.
    width: Option<usize>,
    pending: VecDeque<Line>,
    unclosed: u32,
}

impl<R: BufRead> Rows<R> {
    /// Rows of `reader`, whose cells are parted by `delimiter`.
    pub fn new(reader: R, delimiter: u8, charset: Charset) -> Self {
        Self {
            lines: Lines::new(reader, MOST_ROW),
            charset,
            delimiter,
            width: None,
            pending: VecDeque::new(),
            unclosed: 0,
        }
    }

    /// Tells how many cells a row has.
    pub fn expect_cells(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// The next row; blank lines are skipped. `None` at the end.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn next_row(&mut self) -> io::Result<Option<RawRow>> {
        loop {
            let Some(line) = self.next_line()? else { return Ok(None) };
            if line.too_long {
                let reason = format!("is longer than {} KiB", MOST_ROW >> 10);
                return Ok(Some(RawRow { line: line.number, cells: Err(reason), unended: !line.ended }));
            }
            if line.bytes.iter().all(u8::is_ascii_whitespace) && !line.bytes.contains(&self.delimiter) {
                continue;
            }
            return self.row_from(line).map(Some);
        }
    }

    fn row_from(&mut self, first: Line) -> io::Result<RawRow> {
        let delimiter = self.delimiter;
        let literal = || split(&first.bytes, delimiter, false).0;
        let (cells, quote) = split(&first.bytes, self.delimiter, true);
        let make = |cells: Vec<Vec<u8>>, charset: Charset, unended: bool| RawRow {
            line: first.number,
            cells: Ok(cells.iter().map(|c| charset.decode(c).into_owned()).collect()),
            unended,
        };
        if quote != Quote::Open {
            return Ok(make(cells, self.charset, !first.ended));
        }
        if self.unclosed >= MOST_UNCLOSED {
            return Ok(make(literal(), self.charset, !first.ended));
        }
        let mut joined = first.bytes.clone();
        let mut taken: Vec<Line> = Vec::new();
        let mut closed = None;
        while taken.len() < MOST_LINES && joined.len() < MOST_ROW {
            let Some(next) = self.next_line()? else { break };
            joined.push(b'\n');
            joined.extend_from_slice(&next.bytes);
            let ends = memchr(b'"', &next.bytes).is_some();
            let (long, ended) = (next.too_long, next.ended);
            taken.push(next);
            if long {
                break;
            }
            if ends {
                let (cells, quote) = split(&joined, self.delimiter, true);
                if quote != Quote::Open {
                    closed = (quote == Quote::Closed).then_some((cells, ended));
                    break;
                }
            }
        }
        let fits = |cells: &[Vec<u8>]| self.width.is_none_or(|width| cells.len() == width);
        match closed {
            Some((cells, ended)) if fits(&cells) || !fits(&literal()) => Ok(make(cells, self.charset, !ended)),
            _ => {
                self.unclosed += 1;
                let row = make(literal(), self.charset, !first.ended);
                for line in taken.into_iter().rev() {
                    self.pending.push_front(line);
                }
                Ok(row)
            }
        }
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        match self.pending.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next_line(),
        }
    }
}

/// One line.
#[derive(Debug, Clone)]
pub struct Line {
    /// 1-based.
    pub number: u64,
    pub bytes: Vec<u8>,
    /// It is longer than allowed; `bytes` is not all of it.
    pub too_long: bool,
    /// A line end follows it.
    pub ended: bool,
}

/// Lines of a stream, none longer than a cap in memory.
pub struct Lines<R> {
    reader: R,
    line: u64,
    most: usize,
}

impl<R: BufRead> Lines<R> {
    /// Lines of at most `most` bytes.
    pub fn new(reader: R, most: usize) -> Self {
        Self { reader, line: 0, most }
    }

    /// The next line, without its end; `None` at the end.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut line = Line { number: self.line + 1, bytes: Vec::new(), too_long: false, ended: false };
        loop {
            let have = self.reader.fill_buf()?;
            if have.is_empty() {
                if line.bytes.is_empty() && !line.too_long {
                    return Ok(None);
                }
                break;
            }
            let end = memchr(b'\n', have);
            let part = have.get(..end.unwrap_or(have.len())).unwrap_or_default();
            if line.bytes.len() + part.len() > self.most {
                line.too_long = true;
            } else if !line.too_long {
                line.bytes.extend_from_slice(part);
            }
            let used = end.map_or(have.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                line.ended = true;
                break;
            }
        }
        self.line += 1;
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        Ok(Some(line))
    }
}

/// How the quotes of a row stand at its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Closed,
    Open,
    /// Text follows a closing quote: it may have been none.
    Stray,
}

/// The cells of a row, and how its quotes stand. Without `quotes` they are plain characters.
fn split(row: &[u8], delimiter: u8, quotes: bool) -> (Vec<Vec<u8>>, Quote) {
    let mut state = Quote::Closed;
    let mut cells = Vec::with_capacity(memchr_iter(delimiter, row).count() + 1);
    let mut rest = row;
    loop {
        let start = rest.iter().position(|b| !matches!(b, b' ')).unwrap_or(0);
        if quotes && rest.get(start) == Some(&b'"') {
            let (cell, after, closed) = quoted(rest.get(start + 1..).unwrap_or_default());
            if !closed {
                cells.push(cell);
                return (cells, Quote::Open);
            }
            let end = memchr(delimiter, after);
            let mut cell = cell;
            let tail = after.get(..end.unwrap_or(after.len())).unwrap_or_default();
            if !tail.trim_ascii_end().is_empty() {
                state = Quote::Stray;
            }
            cell.extend_from_slice(tail.trim_ascii_end());
            cells.push(cell);
            match end {
                Some(end) => rest = after.get(end + 1..).unwrap_or_default(),
                None => return (cells, state),
            }
            continue;
        }
        match memchr(delimiter, rest) {
            Some(end) => {
                cells.push(rest.get(..end).unwrap_or_default().to_vec());
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            None => {
                cells.push(rest.to_vec());
                return (cells, state);
            }
        }
    }
}

/// What stands up to the closing quote (doubled quotes are one), what follows it, and whether there was one.
fn quoted(text: &[u8]) -> (Vec<u8>, &[u8], bool) {
    let mut cell = Vec::new();
    let mut rest = text;
    while let Some(end) = memchr(b'"', rest) {
        cell.extend_from_slice(rest.get(..end).unwrap_or_default());
        rest = rest.get(end + 1..).unwrap_or_default();
        if rest.first() == Some(&b'"') {
            cell.push(b'"');
            rest = rest.get(1..).unwrap_or_default();
        } else {
            return (cell, rest, true);
        }
    }
    cell.extend_from_slice(rest);
    (cell, &[], false)
}

/// The one of `, ; tab |` that parts the first lines into the same number of cells, two or more; the comma else.
pub fn delimiter_of(start: &[u8]) -> u8 {
    let lines: Vec<&[u8]> = start.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()).take(12).collect();
    let lines = if lines.len() > 2 { lines.get(..lines.len() - 1).unwrap_or_default() } else { &lines };
    let score = |mark: u8| {
        let first = lines.first().map_or(1, |line| split(line, mark, true).0.len());
        let agree = lines.iter().filter(|line| split(line, mark, true).0.len() == first).count();
        (first > 1).then_some((agree, first))
    };
    // Commas stand in texts and amounts too: where two marks part alike, the other one is meant.
    let marks = [b'\t', b';', b'|', b','];
    let best = marks.into_iter().enumerate().filter_map(|(n, mark)| Some((score(mark)?, std::cmp::Reverse(n), mark)));
    best.max().map_or(b',', |(_, _, mark)| mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &[u8], delimiter: u8, width: Option<usize>) -> Vec<RawRow> {
        let mut rows = Rows::new(text, delimiter, Charset::UNSAID);
        if let Some(width) = width {
            rows.expect_cells(width);
        }
        std::iter::from_fn(|| rows.next_row().unwrap()).collect()
    }

    fn cells(text: &str, width: usize) -> Vec<Vec<String>> {
        rows(text.as_bytes(), b',', Some(width)).into_iter().map(|r| r.cells.unwrap()).collect()
    }

    #[test]
    fn quoted_line_breaks_join_and_a_stray_quote_stays_on_its_line() {
        assert_eq!(cells("a,\"b\nc, \"\"d\"\"\",e\nf,g,h\n", 3), [vec!["a", "b\nc, \"d\"", "e"], vec!["f", "g", "h"]]);
        let stray = "x,\"24 inch,5\ny,TV,6\nz,\"30 inch,7\n";
        assert_eq!(cells(stray, 3), [["x", "\"24 inch", "5"], ["y", "TV", "6"], ["z", "\"30 inch", "7"]]);
    }

    #[test]
    fn lines_are_numbered_and_a_row_beyond_the_cap_is_passed_over() {
        let mut text = b"a,b\r\n\r\n".to_vec();
        text.extend(vec![b'x'; MOST_ROW + 10]);
        text.extend(b"\nc,d");
        let rows = rows(&text, b',', None);
        assert_eq!(
            rows.iter().map(|r| (r.line, r.cells.is_ok(), r.unended)).collect::<Vec<_>>(),
            [(1, true, false), (3, false, false), (4, true, true)]
        );
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_all_rows_alike() {
        assert_eq!(delimiter_of(b"a;b;c\n1,5;2,5;3,5\n"), b';');
        assert_eq!(delimiter_of(b"a,b\n\"x;y;z\",2\n"), b',');
        assert_eq!(delimiter_of(b"id\ttitle, long\n1\tLamp, red, small\n"), b'\t');
        assert_eq!(delimiter_of(b"2026-01-01|5.00\n2026-01-02|6.00\n"), b'|');
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), any::<u8>()], 0..400)) {
            let read = rows(&bytes, b',', Some(3));
            prop_assert!(read.len() <= bytes.len());
        }
    }
}
