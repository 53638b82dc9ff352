//! The interface as a pure program: state, messages, `update`, `view`. [`msg`] and [`effect`] are its whole vocabulary.
//!
//! Never does input or output, never reads a clock: `app` carries effects out and brings messages in.

pub mod effect;
pub mod keys;
mod layout;
pub mod msg;
mod paint;
mod screens;
mod series;
pub mod state;
#[cfg(test)]
mod testing;
pub mod theme;
mod trace;
mod transcript;
mod turn;
pub mod update;
pub mod view;
mod when;
mod widgets;

pub use effect::Effect;
pub use msg::{Counts, Look, Msg, Typed};
pub use state::{ModelState, QueryId, Setup, State, TurnId};
pub use theme::Theme;
pub use update::update;
pub use view::view;
