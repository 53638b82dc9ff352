//! When to draw: as many requests as like are one frame, at most sixty a second, none without a request.
//!
//! Pure: the time is handed in.

use std::time::{Duration, Instant};

/// Least time between two frames.
const LEAST: Duration = Duration::from_micros(16_667);

/// Keeps count of what is to be drawn when.
#[derive(Debug, Default)]
pub struct Frames {
    drawn: Option<Instant>,
    due: Option<Instant>,
}

impl Frames {
    /// Something changed.
    pub fn request(&mut self, now: Instant) {
        let earliest = self.drawn.map_or(now, |at| at + LEAST);
        self.due.get_or_insert(earliest.max(now));
    }

    /// When the next frame is due, if one is.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// A frame was drawn.
    pub fn drawn(&mut self, now: Instant) {
        self.drawn = Some(now);
        self.due = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_coalesce_and_frames_keep_their_distance() {
        let start = Instant::now();
        let mut frames = Frames::default();
        let mut drawn = 0;
        // A thousand requests in one second.
        for ms in 0..1000 {
            let now = start + Duration::from_millis(ms);
            frames.request(now);
            if frames.due().is_some_and(|due| due <= now) {
                frames.drawn(now);
                drawn += 1;
            }
        }
        assert!((50..=60).contains(&drawn), "{drawn} frames");
    }

    #[test]
    fn nothing_is_due_without_a_request() {
        let mut frames = Frames::default();
        assert_eq!(frames.due(), None);
        let now = Instant::now();
        frames.request(now);
        assert_eq!(frames.due(), Some(now));
        frames.drawn(now);
        assert_eq!(frames.due(), None);
    }
}
