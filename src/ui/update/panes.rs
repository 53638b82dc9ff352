//! The comparison and the history pane: what they ask for and what comes back.

use crate::answer::event::Comparison;
use crate::domain::ProductId;
use crate::ui::effect::Effect;
use crate::ui::msg::Look;
use crate::ui::state::{Loaded, QueryId, Side, State};

/// More side by side than this cannot be read.
const MOST_MARKED: usize = 6;

/// Has the history pane show the chosen product.
pub fn follow_selection(state: &mut State) -> Vec<Effect> {
    match state.selected_product() {
        Some(product) => look(state, product),
        None => Vec::new(),
    }
}

/// Has the history pane show `product`. What it shows stays until the new one is there.
pub fn look(state: &mut State, product: ProductId) -> Vec<Effect> {
    if state.history.wanted == Some(product) {
        return Vec::new();
    }
    let query = QueryId(state.fresh_id());
    state.history.query = query;
    state.history.wanted = Some(product);
    if state.history.data.ready().is_none() {
        state.history.data = Loaded::Pending;
    }
    vec![Effect::Look { query, product }]
}

/// Reads the product shown anew: its prices changed.
pub fn look_again(state: &mut State) -> Vec<Effect> {
    let shown = state.history.wanted.take().or(state.history.data.ready().map(|look| look.product.id));
    shown.map_or_else(Vec::new, |product| look(state, product))
}

/// Takes a product in for the history pane.
pub fn looked(state: &mut State, query: QueryId, result: Result<Box<Look>, String>) {
    if query == state.history.query {
        if result.is_err() {
            state.history.wanted = None;
        }
        state.history.data = result.map_or_else(Loaded::Failed, Loaded::Ready);
    }
}

/// Has the comparison pane show these products side by side.
pub fn compare(state: &mut State, products: Vec<ProductId>) -> Vec<Effect> {
    let query = QueryId(state.fresh_id());
    state.compare.query = query;
    if state.compare.data.ready().is_none() {
        state.compare.data = Loaded::Pending;
    }
    let need = state.turns.last().and_then(|t| t.need.clone()).map(Box::new);
    vec![Effect::Compare { query, products, need }]
}

/// Takes a comparison in.
pub fn compared(state: &mut State, query: QueryId, result: Result<Comparison, String>) {
    if query == state.compare.query {
        state.compare.top = 0;
        state.compare.left = 0;
        state.compare.data = result.map_or_else(Loaded::Failed, Loaded::Ready);
    }
}

/// Marks a product for comparison, or takes the mark away. Two marks and more are compared at once.
pub fn toggle_mark(state: &mut State, product: ProductId) -> Vec<Effect> {
    if let Some(at) = state.marked.iter().position(|p| *p == product) {
        state.marked.remove(at);
    } else if state.marked.len() == MOST_MARKED {
        state.notice = Some(format!("{MOST_MARKED} products are the most that fit side by side"));
        return Vec::new();
    } else {
        state.marked.push(product);
    }
    if state.marked.len() < 2 {
        state.notice = Some(match state.marked.len() {
            0 => "no product is marked".to_owned(),
            _ => "marked; mark another one to compare them".to_owned(),
        });
        return Vec::new();
    }
    state.side = Side::Compare;
    state.notice = Some(format!("{} products side by side", state.marked.len()));
    compare(state, state.marked.clone())
}
