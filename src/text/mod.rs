//! Text as cells of a terminal: width, truncation, wrapping, direction, cleaning. The only user of the unicode crates.
//!
//! Works on plain strings and byte ranges, so that callers keep their own styles. Never colours, never draws.

pub mod bidi;
pub mod clean;
pub mod spark;
pub mod width;
pub mod wrap;

pub use bidi::{has_rtl, is_rtl, visual_order};
pub use clean::{block, line};
pub use width::{fit, fit_right, graphemes, truncate, width};
pub use wrap::wrap;

#[cfg(test)]
mod tests;
