//! The chat pane before the first question: how to get a catalogue, or what can be asked.

use crate::text::spark;
use crate::ui::paint::Piece;
use crate::ui::state::{Demo, Focus, State};
use crate::ui::when;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Draws the first screen.
pub fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width.min(76)).saturating_sub(4);
    let lines = lines(state, width);
    // A third of the way down reads as the middle.
    let above = usize::from(area.height).saturating_sub(lines.len()) / 3;
    let left = area.x + (area.width.saturating_sub(width as u16 + 4)) / 2 + 2;
    for (i, (line, chosen)) in lines.iter().enumerate().take(usize::from(area.height).saturating_sub(above)) {
        let y = area.y + (above + i) as u16;
        if *chosen {
            buffer.set_string(left.saturating_sub(2).max(area.x), y, "▌", state.painter.theme.accent);
        }
        buffer.set_line(left, y, line, area.right().saturating_sub(left));
    }
}

fn lines(state: &State, width: usize) -> Vec<(Line<'static>, bool)> {
    let theme = state.painter.theme;
    let mut out = Vec::new();
    let mut say = |lead: Vec<Piece>, pieces: &[Piece], chosen: bool| {
        out.extend(state.painter.flow(lead, pieces, width).into_iter().map(|l| (l, chosen)));
    };
    let text = |t: &str| [(t.to_owned(), theme.text)];
    let name =
        [("emptor".to_owned(), theme.strong()), (" is the buyer, and works for nobody else.".to_owned(), theme.text)];
    say(Vec::new(), &name, false);
    let what = "It finds things, compares them and reads their price history, on this machine.";
    say(Vec::new(), &[(what.to_owned(), theme.dim)], false);
    say(Vec::new(), &text(""), false);
    if state.is_bare() {
        bare(state, width, &mut say);
    } else if let Some(counts) = state.counts {
        let mut words = format!(
            "{} at {}.",
            when::plural(counts.products, "product", "products"),
            when::plural(counts.shops, "shop", "shops")
        );
        if counts.invented == counts.products {
            words.push_str(" All of them, and the shops, are invented for trying things out.");
        }
        say(Vec::new(), &[(words, theme.dim)], false);
        say(Vec::new(), &text(""), false);
        for (i, question) in state.examples().iter().enumerate() {
            let chosen = state.focus == Focus::Results && state.selected == i;
            say(vec![("→ ".to_owned(), theme.accent)], &text(question), chosen);
        }
    }
    out
}

/// Adds a paragraph; the flag says that it is chosen.
type Say<'a> = dyn FnMut(Vec<Piece>, &[Piece], bool) + 'a;

fn bare(state: &State, width: usize, say: &mut Say<'_>) {
    let theme = state.painter.theme;
    let text = |t: &str| [(t.to_owned(), theme.text)];
    match &state.demo {
        Demo::Loading { done, total } => {
            let bar = spark::bar(*done, (*total).max(1), width.min(40));
            let of = format!(" {}%", done * 100 / (*total).max(1));
            say(vec![(bar, theme.accent), (of, theme.dim)], &[], false);
        }
        demo => {
            say(Vec::new(), &text("There is nothing in the catalogue yet."), false);
            say(Vec::new(), &text(""), false);
            say(
                vec![(" d  ".to_owned(), theme.accent)],
                &text("loads a demo catalogue: invented shops, products, prices and reviews to try things with"),
                false,
            );
            say(Vec::new(), &text(""), false);
            say(Vec::new(), &[("or, in a shell, add real ones:".to_owned(), theme.dim)], false);
            for (command, meaning) in [
                ("emptor source add URL", "a shop or a product page"),
                ("emptor import FILE", "CSV, JSONL or a saved page"),
            ] {
                say(vec![(format!("    {command:<24}"), theme.text)], &[(meaning.to_owned(), theme.dim)], false);
            }
            if let Demo::Failed(error) = demo {
                say(Vec::new(), &text(""), false);
                say(Vec::new(), &[(error.clone(), theme.bad)], false);
            }
        }
    }
}
