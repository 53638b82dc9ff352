//! Server-sent events: bytes -> the data of each event. Any line end, comments, several data lines, any cut.
//!
//! Knows nothing of what the data mean.

/// Collects bytes into events.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Option<String>,
    /// The last byte was a carriage return: a line feed next belongs to it.
    after_return: bool,
}

impl Events {
    /// The events that are complete after these bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut done = Vec::new();
        for &byte in bytes {
            let continues = std::mem::replace(&mut self.after_return, byte == b'\r') && byte == b'\n';
            match byte {
                b'\n' if continues => {}
                b'\n' | b'\r' => done.extend(self.end_line()),
                byte => self.line.push(byte),
            }
        }
        done
    }

    /// What is left when the stream ends without a blank line.
    pub fn finish(&mut self) -> Vec<String> {
        let last = self.end_line();
        last.into_iter().chain(self.data.take()).collect()
    }

    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        // A line is whole here, so no character is cut.
        let line = String::from_utf8_lossy(&line);
        if line.is_empty() {
            return self.data.take();
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        if field == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            }
        }
        None
    }
}
