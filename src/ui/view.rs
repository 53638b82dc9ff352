//! Draws the state: panes, what lies over them, the lines around. A function of the state alone.

use super::layout;
use super::screens::{chat, compare, detail, evidence, filters, help, history, live};
use super::state::{Overlay, State};
use super::widgets::bars;
use ratatui::Frame;

/// Draws everything.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    let panes = layout::panes(state);
    let buffer = frame.buffer_mut();
    bars::header(state, panes.header, buffer);
    let mut below = 0;
    if let Some(area) = panes.chat {
        if panes.live != panes.chat {
            below = chat::draw(state, area, buffer);
        }
        if area.width < panes.body.width {
            bars::separator(state, area.right(), panes.body, buffer);
        }
    }
    if let Some(area) = panes.history {
        history::draw(state, area, buffer);
    }
    if let (Some(area), Some(typed)) = (panes.live, state.live()) {
        live::draw(state, typed, area, buffer);
    }
    if let (Some(_), Some(below)) = (panes.history, panes.compare) {
        bars::divider(state, below, buffer);
    }
    if let Some(area) = panes.compare {
        compare::draw(state, area, buffer);
    }
    for overlay in &state.overlays {
        match overlay {
            Overlay::Detail { top } => detail::draw(state, *top, buffer),
            Overlay::Evidence { chosen } => evidence::draw(state, *chosen, buffer),
            Overlay::Filters { chosen } => filters::draw(state, *chosen, buffer),
            Overlay::Help { top } => help::draw(state, *top, buffer),
        }
    }
    bars::rule(state, panes.rule, buffer, if state.overlays.is_empty() { below } else { 0 });
    bars::footer(state, &panes, buffer);
    bars::input(state, panes.input, frame);
}

#[cfg(test)]
mod tests;
