//! Makes text from outside harmless for a terminal: no escape sequences, no control or direction-changing characters.
//!
//! Never changes what a person reads; never decides what is shown.

/// One line: escape sequences and control characters gone, runs of white space folded to one blank.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in Visible::new(text) {
        if c.is_whitespace() {
            blank = !out.is_empty();
        } else {
            if std::mem::take(&mut blank) {
                out.push(' ');
            }
            out.push(c);
        }
    }
    out
}

/// Several lines: as [`line()`], but line ends and indentation stay; a tab becomes four blanks.
pub fn block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in Visible::new(text) {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\u{2028}' | '\u{2029}' => out.push('\n'),
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Characters that stay, escape sequences skipped as a terminal would read them.
struct Visible<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
}

impl<'a> Visible<'a> {
    fn new(text: &'a str) -> Self {
        Self { chars: text.chars().peekable() }
    }

    /// Skips what follows an ESC: a CSI up to its final byte, a string (OSC, DCS, ...) up to its terminator, or one byte.
    fn skip_escape(&mut self) {
        match self.chars.peek() {
            Some('[') => {
                self.chars.next();
                self.skip_csi();
            }
            Some(']' | 'P' | 'X' | '^' | '_') => {
                self.chars.next();
                self.skip_string();
            }
            // An escape before a line end or a letter from beyond ASCII hides nothing.
            Some(c) if c.is_ascii_graphic() => {
                self.chars.next();
            }
            _ => {}
        }
    }

    fn skip_csi(&mut self) {
        while let Some(c) = self.chars.peek() {
            if !(' '..='~').contains(c) {
                return;
            }
            let last = ('@'..='~').contains(c);
            self.chars.next();
            if last {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        while let Some(c) = self.chars.next() {
            match c {
                '\u{7}' | '\u{9c}' => return,
                '\u{1b}' => {
                    if self.chars.peek() == Some(&'\\') {
                        self.chars.next();
                    }
                    return;
                }
                // An unterminated string must not swallow the rest of a page.
                '\n' => return,
                _ => {}
            }
        }
    }
}

impl Iterator for Visible<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        loop {
            match self.chars.next()? {
                '\u{1b}' => self.skip_escape(),
                '\u{9b}' => self.skip_csi(),
                '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => self.skip_string(),
                c @ ('\n' | '\t') => return Some(c),
                '\r' => return Some(if self.chars.peek() == Some(&'\n') { ' ' } else { '\n' }),
                c if c.is_control() || is_hidden(c) => {}
                c => return Some(c),
            }
        }
    }
}

/// Characters that show nothing and can make text look like other text. Joiners stay: emoji and some scripts need them.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{feff}' | '\u{00ad}' | '\u{2060}'..='\u{2064}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
