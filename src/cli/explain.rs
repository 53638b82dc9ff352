//! `--ask --explain`: the utility behind a pick as a table, and what its reasons and drawback scored.
//!
//! Prints what code computed; decides nothing.

use super::exit::Failure;
use super::output::{Out, Role};
use super::table::{Table, cell};
use crate::answer::event::Pick;

/// The terms of every card: value between 0 and 1, times weight.
pub fn table(out: &mut Out, pick: &Pick) -> Result<(), Failure> {
    let mut names: Vec<(&str, f64)> = Vec::new();
    for term in pick.utilities.iter().flat_map(|u| &u.terms) {
        if !names.iter().any(|(name, _)| *name == term.name) {
            names.push((&term.name, term.weight));
        }
    }
    out.line("")?;
    out.say(Role::Dim, "Utility: the mean of the terms by their weights (1 is best of those shown)")?;
    let mut table = Table::new().right("Card").right("Utility");
    for (name, weight) in &names {
        table = table.right(&format!("{name} x{weight:.2}"));
    }
    for utility in &pick.utilities {
        let mut cells = vec![
            cell(Role::Accent, format!("[{}]", utility.number)),
            cell(Role::Strong, format!("{:.3}", utility.total)),
        ];
        for (name, _) in &names {
            let value = utility.terms.iter().find(|t| t.name == *name);
            cells.push(cell(Role::Text, value.map_or(String::new(), |t| format!("{:.2}", t.value))));
        }
        table.row(cells);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    let claims = pick.reasons.iter().map(|c| ("+", c)).chain(pick.drawback.iter().map(|c| ("-", c)));
    for (sign, claim) in claims {
        out.say(Role::Dim, &format!("{sign} {} ({}): relevance {:.2}", claim.aspect, claim.id, claim.score))?;
    }
    Ok(())
}
