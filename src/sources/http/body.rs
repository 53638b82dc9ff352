//! Reads a body piece by piece under caps: size, growth when unpacked, and a least rate.
//!
//! Unpacks gzip itself, so that what came over the wire and what it became are both counted. Never holds more than a
//! piece beyond the cap.

use super::Failure;
use super::answer::{header, plain};
use super::hosts::Turn;
use crate::domain::Outcome;
use flate2::write::MultiGzDecoder;
use futures::StreamExt;
use futures::stream::BoxStream;
use std::io::Write;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Text that grows more than this when unpacked is a bomb; gzip's own limit is about 1,030.
const MOST_GROWTH: u64 = 250;
/// Growth is judged from this size on: small answers may be all alike.
const FIRST_JUDGED: u64 = 1 << 20;
/// Averaged over [`WINDOW`]; a body that comes more slowly is given up.
const LEAST_BYTES_PER_SECOND: u64 = 256;
const WINDOW: Duration = Duration::from_secs(30);

/// What a body may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// Unpacked.
    pub most_bytes: u64,
    /// Longest silence.
    pub silence: Duration,
}

/// A body that is being read; the host counts as busy until it is dropped.
pub(super) struct Body {
    stream: BoxStream<'static, reqwest::Result<Vec<u8>>>,
    unpack: Option<MultiGzDecoder<Vec<u8>>>,
    caps: Caps,
    raw: u64,
    out: u64,
    window: (Instant, u64),
    turn: Turn,
}

/// Begins to read the body of an answer.
///
/// # Errors
/// An announced size over the cap, or a packing that was not asked for.
pub(super) fn begin(response: reqwest::Response, caps: Caps, turn: Turn) -> Result<Body, Failure> {
    if response.content_length().is_some_and(|length| length > caps.most_bytes) {
        return Err(too_large(caps));
    }
    let packing = header(response.headers(), "content-encoding").map(|p| p.trim().to_ascii_lowercase());
    let unpack = match packing.as_deref() {
        None | Some("" | "identity") => None,
        Some("gzip" | "x-gzip") => Some(MultiGzDecoder::new(Vec::new())),
        Some(other) => {
            let shown: String = other.chars().filter(char::is_ascii_graphic).take(20).collect();
            let detail = format!("the answer is packed as {shown}, which was not asked for");
            return Err(Failure::new(Outcome::Error, detail));
        }
    };
    let stream = response.bytes_stream().map(|piece| piece.map(|bytes| bytes.to_vec())).boxed();
    Ok(Body { stream, unpack, caps, raw: 0, out: 0, window: (Instant::now(), 0), turn })
}

fn too_large(caps: Caps) -> Failure {
    Failure::new(Outcome::Error, format!("the answer is larger than {} bytes", caps.most_bytes))
}

impl Body {
    /// The next unpacked bytes, maybe none yet; `None` at the end.
    ///
    /// # Errors
    /// A cap was met, or the answer broke off: the host has failed once more.
    pub(super) async fn piece(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let piece = self.read().await;
        if piece.is_err() {
            self.turn.record(true, None);
        }
        piece
    }

    async fn read(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let stalled = |_| Failure::new(Outcome::Error, "no answer in time: it stalled half way");
        match timeout(self.caps.silence, self.stream.next()).await.map_err(stalled)? {
            Some(piece) => {
                let piece = piece.map_err(|e| Failure::new(Outcome::Error, plain(&e)))?;
                self.raw += piece.len() as u64;
                self.keep_pace()?;
                self.unpacked(piece).map(Some)
            }
            None => match self.unpack.take() {
                // Fails where the packed data is cut short.
                Some(unpack) if self.raw > 0 => {
                    let rest = unpack.finish().map_err(|_| broken())?;
                    self.checked(rest).map(Some)
                }
                _ => Ok(None),
            },
        }
    }

    /// Unpacks in small steps, so that a bomb is noticed before it has grown.
    fn unpacked(&mut self, piece: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let Some(mut unpack) = self.unpack.take() else { return self.checked(piece) };
        let mut bytes = Vec::new();
        for step in piece.chunks(4096) {
            unpack.write_all(step).map_err(|_| broken())?;
            let more = std::mem::take(unpack.get_mut());
            bytes.extend(self.checked(more)?);
        }
        self.unpack = Some(unpack);
        Ok(bytes)
    }

    fn checked(&mut self, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
        self.out += bytes.len() as u64;
        if self.out > self.caps.most_bytes {
            return Err(too_large(self.caps));
        }
        if self.out > FIRST_JUDGED && self.out / self.raw.max(1) > MOST_GROWTH {
            let detail = format!("the answer grows more than {MOST_GROWTH} times when unpacked: not read further");
            return Err(Failure::new(Outcome::Error, detail));
        }
        Ok(bytes)
    }

    fn keep_pace(&mut self) -> Result<(), Failure> {
        let (since, before) = self.window;
        let elapsed = since.elapsed();
        if elapsed < WINDOW {
            return Ok(());
        }
        self.window = (Instant::now(), self.raw);
        if (self.raw - before) < LEAST_BYTES_PER_SECOND * elapsed.as_secs() {
            let detail = format!("no answer in time: it drips at under {LEAST_BYTES_PER_SECOND} bytes a second");
            return Err(Failure::new(Outcome::Error, detail));
        }
        Ok(())
    }
}

fn broken() -> Failure {
    Failure::new(Outcome::Error, "the answer's gzip packing is broken or cut short")
}
