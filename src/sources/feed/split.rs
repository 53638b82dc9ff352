//! The items of an XML feed as pieces of bytes, found without building a tree: one item in memory at a time.
//!
//! Knows comments, CDATA, quotes in tags and nesting, so that a broken item spoils nothing after it. Refuses entity
//! declarations. Never reads what an item says.

use memchr::{memchr, memchr_iter, memchr3, memmem};
use std::io::{self, BufRead};

/// Bytes that one item may have.
pub const MOST_ITEM: usize = 2 << 20;
/// Bytes of tags outside of items that are kept for their names and namespaces.
const MOST_HEAD: usize = 64 << 10;
/// Bytes of a single tag.
const MOST_TAG: usize = 64 << 10;
/// What is kept of an item that is too large, to tell which one it was.
const SAMPLE: usize = 4 << 10;
const CHUNK: usize = 64 << 10;

/// A stretch of a feed.
#[derive(Debug)]
pub struct Piece {
    /// Byte offset of the item's first character, in the text as UTF-8.
    pub offset: u64,
    /// 1-based line it starts on.
    pub line: u64,
    pub bytes: Vec<u8>,
    /// It is larger than allowed, and `bytes` only its beginning.
    pub too_large: bool,
}

/// Why a feed is refused.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it declares entities, which no product feed needs and which can swell without end; it is not read")]
    Entities,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Inside {
    Text,
    Comment,
    Cdata,
    Instruction,
    Doctype,
}

/// Cuts a feed into its items.
pub struct Splitter<R> {
    reader: R,
    held: Vec<u8>,
    /// Where the scan stands in `held`.
    at: usize,
    inside: Inside,
    /// Offset of `held[0]` in the document.
    offset: u64,
    /// Line of `held[counted]`.
    line: u64,
    counted: usize,
    ended: bool,
    item: Option<Item>,
    root: Option<Vec<u8>>,
    closed: bool,
    /// Start tags outside of items, one after the other, and the text of a title before the first item.
    head: Vec<u8>,
}

#[derive(Debug)]
struct Item {
    start: usize,
    name: Vec<u8>,
    depth: u32,
    /// Offset, line and first bytes, once it is too large to be kept.
    dropped: Option<(u64, u64, Vec<u8>)>,
}

/// One step of the scan.
enum Step {
    More,
    Go,
    Item(Piece),
}

impl<R: BufRead> Splitter<R> {
    /// Cuts what `reader` gives.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            held: Vec::with_capacity(2 * CHUNK),
            at: 0,
            inside: Inside::Text,
            offset: 0,
            line: 1,
            counted: 0,
            ended: false,
            item: None,
            root: None,
            closed: false,
            head: Vec::new(),
        }
    }

    /// Name of the outermost element.
    pub fn root(&self) -> Option<&[u8]> {
        self.root.as_deref()
    }

    /// The start tags outside of items.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The outermost element was closed: the feed is whole.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The input ended inside an item.
    pub fn ends_in_item(&self) -> bool {
        self.item.is_some()
    }

    /// The next item.
    ///
    /// # Errors
    /// Those of the reader; entity declarations.
    pub fn next_item(&mut self) -> Result<Option<Piece>, SplitError> {
        loop {
            match self.step()? {
                Step::Item(piece) => return Ok(Some(piece)),
                Step::Go => {}
                Step::More if self.ended => return Ok(None),
                Step::More => self.fill()?,
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.drop_oversize();
        let keep = self.item.as_ref().filter(|i| i.dropped.is_none()).map_or(self.at, |i| i.start.min(self.at));
        if keep > 0 {
            self.count_to(keep);
            self.held.drain(..keep);
            self.at -= keep;
            self.counted -= keep;
            self.offset += keep as u64;
            if let Some(item) = &mut self.item {
                item.start = item.start.saturating_sub(keep);
            }
        }
        let have = self.reader.fill_buf()?;
        let n = have.len().min(CHUNK);
        self.held.extend_from_slice(have.get(..n).unwrap_or_default());
        self.ended = n == 0;
        self.reader.consume(n);
        Ok(())
    }

    /// An item that has outgrown the cap is read on without being kept.
    fn drop_oversize(&mut self) {
        let Some(item) = &self.item else { return };
        if item.dropped.is_some() || self.held.len() - item.start <= MOST_ITEM {
            return;
        }
        let start = item.start;
        let sample = self.held.get(start..(start + SAMPLE).min(self.held.len())).unwrap_or_default().to_vec();
        self.count_to(start);
        let place = (self.offset + start as u64, self.line, sample);
        if let Some(item) = &mut self.item {
            item.dropped = Some(place);
        }
    }

    fn count_to(&mut self, to: usize) {
        if let Some(part) = self.held.get(self.counted..to) {
            self.line += memchr_iter(b'\n', part).count() as u64;
            self.counted = to;
        }
    }

    fn rest(&self) -> &[u8] {
        self.held.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self) -> Result<Step, SplitError> {
        match self.inside {
            Inside::Text => self.text(),
            Inside::Comment => Ok(self.until(b"-->")),
            Inside::Cdata => Ok(self.until(b"]]>")),
            Inside::Instruction => Ok(self.until(b"?>")),
            Inside::Doctype => self.doctype(),
        }
    }

    fn until(&mut self, end: &[u8]) -> Step {
        match memmem::find(self.rest(), end) {
            Some(found) => {
                self.at += found + end.len();
                self.inside = Inside::Text;
                Step::Go
            }
            None => {
                self.at = self.at.max((self.held.len() + 1).saturating_sub(end.len()));
                Step::More
            }
        }
    }

    fn doctype(&mut self) -> Result<Step, SplitError> {
        let rest = self.rest();
        let end = memchr(b'>', rest);
        let part = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        if memchr(b'[', part).is_some() || part.len() > MOST_TAG {
            return Err(SplitError::Entities);
        }
        match end {
            Some(end) => {
                self.at += end + 1;
                self.inside = Inside::Text;
                Ok(Step::Go)
            }
            None => Ok(Step::More),
        }
    }

    fn text(&mut self) -> Result<Step, SplitError> {
        let Some(found) = memchr(b'<', self.rest()) else {
            self.at = self.held.len();
            return Ok(Step::More);
        };
        self.at += found;
        let rest = self.rest();
        if rest.len() < 9 && !self.ended {
            return Ok(Step::More);
        }
        let (inside, skip) = if rest.starts_with(b"<!--") {
            (Inside::Comment, 4)
        } else if rest.starts_with(b"<![CDATA[") {
            (Inside::Cdata, 9)
        } else if rest.starts_with(b"<?") {
            (Inside::Instruction, 2)
        } else if rest.starts_with(b"<!") {
            if rest.get(2..8).is_some_and(|w| w.eq_ignore_ascii_case(b"ENTITY")) {
                return Err(SplitError::Entities);
            }
            (Inside::Doctype, 2)
        } else {
            return Ok(self.tag());
        };
        self.inside = inside;
        self.at += skip;
        Ok(Step::Go)
    }

    /// The tag that starts here, or a mere `<` in a text.
    fn tag(&mut self) -> Step {
        let rest = self.rest();
        let opens =
            rest.get(1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'_' | b':') || *b >= 0x80);
        let end = match opens.then(|| tag_end(rest)) {
            Some(TagEnd::At(end)) => end,
            Some(TagEnd::Unknown) if rest.len() <= MOST_TAG => {
                return if self.ended {
                    self.at = self.held.len();
                    Step::More
                } else {
                    Step::More
                };
            }
            _ => {
                self.at += 1;
                return Step::Go;
            }
        };
        let tag = rest.get(..=end).unwrap_or_default().to_vec();
        let start = self.at;
        self.at += end + 1;
        self.took(&tag, start)
    }

    fn took(&mut self, tag: &[u8], start: usize) -> Step {
        let closing = tag.get(1) == Some(&b'/');
        let empty = tag.ends_with(b"/>");
        let name = name_of(tag);
        match &mut self.item {
            None if closing => {
                self.closed |= self.root.as_deref() == Some(name);
                Step::Go
            }
            None if is_item(name) && self.root.is_some() => {
                self.item = Some(Item { start, name: name.to_vec(), depth: 1, dropped: None });
                if empty { self.finish() } else { Step::Go }
            }
            None => {
                if self.root.is_none() {
                    self.root = Some(name.to_vec());
                    self.closed = empty;
                }
                if self.head.len() + tag.len() <= MOST_HEAD {
                    self.head.extend_from_slice(tag);
                }
                Step::Go
            }
            Some(item) if item.name == name && !empty => {
                item.depth = if closing { item.depth.saturating_sub(1) } else { item.depth + 1 };
                if item.depth == 0 { self.finish() } else { Step::Go }
            }
            Some(_) => Step::Go,
        }
    }

    fn finish(&mut self) -> Step {
        let Some(item) = self.item.take() else { return Step::Go };
        if let Some((offset, line, bytes)) = item.dropped {
            return Step::Item(Piece { offset, line, bytes, too_large: true });
        }
        self.count_to(item.start);
        let too_large = self.at - item.start > MOST_ITEM;
        let end = if too_large { item.start + SAMPLE } else { self.at };
        let bytes = self.held.get(item.start..end).unwrap_or_default().to_vec();
        Step::Item(Piece { offset: self.offset + item.start as u64, line: self.line, bytes, too_large })
    }
}

enum TagEnd {
    At(usize),
    Unknown,
    /// Another `<` comes first: this one was no tag.
    None,
}

/// Index of the `>` that ends a tag, quoted ones aside.
fn tag_end(tag: &[u8]) -> TagEnd {
    let mut at = 1;
    while let Some(found) = memchr3(b'>', b'"', b'\'', tag.get(at..).unwrap_or_default()) {
        let place = at + found;
        let mark = tag.get(place).copied().unwrap_or_default();
        if memchr(b'<', tag.get(at..place).unwrap_or_default()).is_some() {
            return TagEnd::None;
        }
        if mark == b'>' {
            return TagEnd::At(place);
        }
        match memchr(mark, tag.get(place + 1..).unwrap_or_default()) {
            Some(close) => at = place + close + 2,
            None => return TagEnd::Unknown,
        }
    }
    if memchr(b'<', tag.get(at..).unwrap_or_default()).is_some() { TagEnd::None } else { TagEnd::Unknown }
}

fn name_of(tag: &[u8]) -> &[u8] {
    let from = if tag.get(1) == Some(&b'/') { 2 } else { 1 };
    let rest = tag.get(from..).unwrap_or_default();
    let end = rest.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

fn is_item(name: &[u8]) -> bool {
    let local = name.iter().rposition(|b| *b == b':').map_or(name, |colon| name.get(colon + 1..).unwrap_or_default());
    matches!(local, b"item" | b"entry")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &[u8]) -> (Vec<(u64, u64, String, bool)>, bool) {
        let mut splitter = Splitter::new(text);
        let mut found = Vec::new();
        while let Some(piece) = splitter.next_item().unwrap() {
            found.push((piece.offset, piece.line, String::from_utf8(piece.bytes).unwrap(), piece.too_large));
        }
        (found, splitter.is_closed())
    }

    #[test]
    fn items_are_found_whatever_stands_in_them() {
        let text = "<?xml version=\"1.0\"?><!-- <item> --><rss a='>'>\n<item><d><![CDATA[</item>]]></d></item>\n\
                    <item x=\"</item>\">a < b</item><item/></rss>";
        let (found, closed) = items(text.as_bytes());
        let bodies: Vec<&str> = found.iter().map(|f| f.2.as_str()).collect();
        assert_eq!(bodies, ["<item><d><![CDATA[</item>]]></d></item>", "<item x=\"</item>\">a < b</item>", "<item/>"]);
        assert_eq!(found.iter().map(|f| f.1).collect::<Vec<_>>(), [2, 3, 3]);
        assert!(closed && found.iter().all(|f| text[f.0 as usize..].starts_with(&f.2)));
    }

    #[test]
    fn one_item_beyond_the_cap_is_passed_over_and_the_next_is_read() {
        let text = format!("<rss><item>{}</item><item>b</item></rss>", "x".repeat(3 * MOST_ITEM));
        let (found, closed) = items(text.as_bytes());
        assert_eq!(found.iter().map(|f| (f.2.len() <= SAMPLE, f.3)).collect::<Vec<_>>(), [(true, true), (true, false)]);
        assert!(closed);
        assert_eq!(found[1].2, "<item>b</item>");
    }

    #[test]
    fn entity_declarations_are_refused() {
        for text in [
            "<!DOCTYPE r [<!ENTITY a \"b\">]><r/>",
            "<!DOCTYPE r [\n<!ENTITY % x SYSTEM 'file:///x'>]>",
            "<!ENTITY a 'b'>",
        ] {
            assert!(matches!(Splitter::new(text.as_bytes()).next_item(), Err(SplitError::Entities)), "{text}");
        }
        assert!(Splitter::new(&b"<!DOCTYPE rss SYSTEM \"x.dtd\"><rss></rss>"[..]).next_item().is_ok());
    }
}
