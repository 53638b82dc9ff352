//! What fills panes and overlays. Each is a function of state and rectangle.

pub mod chat;
pub mod compare;
pub mod detail;
pub mod evidence;
pub mod filters;
pub mod help;
pub mod history;
pub mod live;
pub mod welcome;

use super::state::{Overlay, State};

/// Lines of what lies on top, for scrolling.
pub fn overlay_lines(state: &State) -> usize {
    match state.overlays.last() {
        Some(Overlay::Help { .. }) => help::lines(state).len(),
        Some(Overlay::Detail { .. }) => detail::lines(state, detail::text_width(state)).len(),
        Some(Overlay::Filters { .. } | Overlay::Evidence { .. }) | None => 0,
    }
}
