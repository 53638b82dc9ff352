//! Text to the terminal's clipboard by the escape sequence OSC 52, which works over SSH too.
//!
//! Never reads a clipboard.

use std::io::{self, Write};

/// Terminals refuse more than about this.
const MOST_BYTES: usize = 74_994;

/// Asks the terminal to put `text` on its clipboard.
pub fn copy(out: &mut impl Write, text: &str) -> io::Result<()> {
    let bytes = &text.as_bytes()[..text.len().min(MOST_BYTES)];
    write!(out, "\u{1b}]52;c;{}\u{7}", base64(bytes))?;
    out.flush()
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |held, byte| held << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            if i <= chunk.len() {
                out.push(char::from(ALPHABET[(group >> (18 - 6 * i) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_and_the_sequence_around_them() {
        let plain = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
        let coded = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        assert_eq!(plain.map(|p| base64(p.as_bytes())), coded.map(str::to_owned));
        let mut out = Vec::new();
        copy(&mut out, "foo").unwrap();
        assert_eq!(out, b"\x1b]52;c;Zm9v\x07");
    }
}
