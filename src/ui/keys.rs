//! The one table of keys: dispatch, the footer's hints and the help screen all read it.
//!
//! Knows which key means what where; never what the meaning does.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Where the keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The input box, empty.
    Idle,
    /// The input box with text in it.
    Typing,
    Results,
    Compare,
    History,
    Detail,
    Filters,
    Evidence,
    Help,
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Ask,
    Back,
    Interrupt,
    Quit,
    NextPane,
    PreviousPane,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    Open,
    Mark,
    ClearMarks,
    Copy,
    Filter,
    Evidence,
    Complete,
    Help,
    LoadDemo,
    RecallOlder,
    RecallNewer,
    ClearInput,
    Repaint,
    Suspend,
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub modes: &'static [Mode],
    pub keys: &'static [Key],
    pub command: Command,
    /// A word for the footer; empty: not shown there.
    pub hint: &'static str,
    /// What the help screen says.
    pub help: &'static str,
}

const fn plain(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::NONE }
}

const fn letter(c: char) -> Key {
    plain(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

use Mode::{Compare, Detail, Evidence, Filters, Help, History, Idle, Results, Typing};

const EVERYWHERE: &[Mode] = &[Idle, Typing, Results, Compare, History, Detail, Filters, Evidence, Help];
const PANES: &[Mode] = &[Results, Compare, History];
const LISTS: &[Mode] = &[Idle, Results, Compare, Detail, Filters, Evidence, Help];
const READING: &[Mode] = &[Results, Compare, History, Detail, Filters, Evidence, Help];

/// Every key that means something; the first row that fits counts. What no row names is typed into the input box.
pub const TABLE: &[Row] = &[
    Row {
        modes: &[Typing],
        keys: &[plain(KeyCode::Enter)],
        command: Command::Ask,
        hint: "ask",
        help: "ask the question",
    },
    Row {
        modes: &[Idle, Results],
        keys: &[plain(KeyCode::Enter)],
        command: Command::Open,
        hint: "open",
        help: "open the chosen product, or ask the chosen question",
    },
    Row {
        modes: &[Filters],
        keys: &[plain(KeyCode::Enter)],
        command: Command::Open,
        hint: "narrow down",
        help: "keep only what fits the chosen value",
    },
    Row {
        modes: &[Compare, History, Evidence],
        keys: &[plain(KeyCode::Enter)],
        command: Command::Open,
        hint: "",
        help: "open the product in full",
    },
    Row {
        modes: EVERYWHERE,
        keys: &[plain(KeyCode::Esc)],
        command: Command::Back,
        hint: "",
        help: "close what is on top, stop the answer, or go back to the input",
    },
    Row {
        modes: &[Typing],
        keys: &[plain(KeyCode::Tab), plain(KeyCode::Right)],
        command: Command::Complete,
        hint: "complete",
        help: "take the rest of the word that stands behind the cursor",
    },
    Row {
        modes: &[Typing],
        keys: &[plain(KeyCode::Down)],
        command: Command::Down,
        hint: "choose",
        help: "choose among what the words bring so far; Enter opens it",
    },
    Row {
        modes: &[Typing],
        keys: &[plain(KeyCode::Up)],
        command: Command::Up,
        hint: "",
        help: "choose, and back to the words",
    },
    Row {
        modes: &[Idle, Results, Compare, History],
        keys: &[plain(KeyCode::Tab)],
        command: Command::NextPane,
        hint: "panes",
        help: "next pane",
    },
    Row {
        modes: &[Idle, Typing, Results, Compare, History],
        keys: &[plain(KeyCode::BackTab), Key { code: KeyCode::BackTab, modifiers: KeyModifiers::SHIFT }],
        command: Command::PreviousPane,
        hint: "",
        help: "previous pane",
    },
    Row {
        modes: &[Results, Compare, Detail, Filters, Evidence, Help],
        keys: &[plain(KeyCode::Down), letter('j')],
        command: Command::Down,
        hint: "",
        help: "down",
    },
    Row {
        modes: &[Results, Compare, Detail, Filters, Evidence, Help],
        keys: &[plain(KeyCode::Up), letter('k')],
        command: Command::Up,
        hint: "",
        help: "up",
    },
    Row { modes: LISTS, keys: &[plain(KeyCode::Down)], command: Command::Down, hint: "", help: "choose a result" },
    Row { modes: LISTS, keys: &[plain(KeyCode::Up)], command: Command::Up, hint: "", help: "choose a result" },
    Row {
        modes: &[Compare],
        keys: &[plain(KeyCode::Left), letter('h')],
        command: Command::Left,
        hint: "",
        help: "products to the left",
    },
    Row {
        modes: &[Compare],
        keys: &[plain(KeyCode::Right), letter('l')],
        command: Command::Right,
        hint: "",
        help: "products to the right",
    },
    Row {
        modes: EVERYWHERE,
        keys: &[plain(KeyCode::PageDown)],
        command: Command::PageDown,
        hint: "",
        help: "a page down",
    },
    Row { modes: EVERYWHERE, keys: &[plain(KeyCode::PageUp)], command: Command::PageUp, hint: "", help: "a page up" },
    Row {
        modes: READING,
        keys: &[plain(KeyCode::Home), letter('g')],
        command: Command::First,
        hint: "",
        help: "to the beginning",
    },
    Row {
        modes: READING,
        keys: &[plain(KeyCode::End), letter('G'), Key { code: KeyCode::Char('G'), modifiers: KeyModifiers::SHIFT }],
        command: Command::Last,
        hint: "",
        help: "to the end",
    },
    Row {
        modes: PANES,
        keys: &[letter('f')],
        command: Command::Filter,
        hint: "filter",
        help: "narrow the result down by brand, price, size and the like",
    },
    Row {
        modes: &[Results, History, Detail],
        keys: &[letter('c')],
        command: Command::Mark,
        hint: "compare",
        help: "mark for comparison; marked products stand side by side",
    },
    Row {
        modes: PANES,
        keys: &[letter('e')],
        command: Command::Evidence,
        hint: "evidence",
        help: "where each figure of the answer comes from: row, shop, time and page",
    },
    Row {
        modes: &[Compare],
        keys: &[letter('c')],
        command: Command::ClearMarks,
        hint: "clear marks",
        help: "forget the marks",
    },
    Row {
        modes: &[Results, Compare, History, Detail, Evidence],
        keys: &[letter('y')],
        command: Command::Copy,
        hint: "copy",
        help: "copy the link, or the name where there is none",
    },
    Row {
        modes: &[Idle],
        keys: &[letter('d')],
        command: Command::LoadDemo,
        hint: "demo",
        help: "load the invented demo catalogue, while the catalogue is empty",
    },
    Row {
        modes: &[Idle, Typing],
        keys: &[ctrl('p')],
        command: Command::RecallOlder,
        hint: "",
        help: "an earlier question",
    },
    Row {
        modes: &[Idle, Typing],
        keys: &[ctrl('n')],
        command: Command::RecallNewer,
        hint: "",
        help: "a later question",
    },
    Row { modes: &[Typing], keys: &[ctrl('u')], command: Command::ClearInput, hint: "", help: "empty the input box" },
    Row {
        modes: &[Idle, Results, Compare, History, Detail],
        keys: &[letter('?'), Key { code: KeyCode::Char('?'), modifiers: KeyModifiers::SHIFT }],
        command: Command::Help,
        hint: "help",
        help: "this list of keys",
    },
    Row {
        modes: EVERYWHERE,
        keys: &[plain(KeyCode::F(1))],
        command: Command::Help,
        hint: "",
        help: "this list of keys, while typing too",
    },
    Row {
        modes: PANES,
        keys: &[letter('i'), letter('/')],
        command: Command::Back,
        hint: "type",
        help: "back to the input box",
    },
    Row {
        modes: READING,
        keys: &[letter('q')],
        command: Command::Quit,
        hint: "quit",
        help: "quit, or close what is on top",
    },
    Row {
        modes: EVERYWHERE,
        keys: &[ctrl('c')],
        command: Command::Interrupt,
        hint: "",
        help: "stop the answer; twice: quit",
    },
    Row { modes: &[Idle], keys: &[ctrl('d')], command: Command::Quit, hint: "", help: "quit" },
    Row { modes: EVERYWHERE, keys: &[ctrl('l')], command: Command::Repaint, hint: "", help: "draw the screen afresh" },
    Row {
        modes: EVERYWHERE,
        keys: &[ctrl('z')],
        command: Command::Suspend,
        hint: "",
        help: "suspend; fg brings it back",
    },
];

/// What `key` means in `mode`.
pub fn lookup(mode: Mode, key: &KeyEvent) -> Option<Command> {
    let pressed = Key { code: key.code, modifiers: key.modifiers };
    TABLE.iter().find(|row| row.modes.contains(&mode) && row.keys.contains(&pressed)).map(|row| row.command)
}

/// What the footer of `mode` may name.
pub fn hints(mode: Mode) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |row| row.modes.contains(&mode) && !row.hint.is_empty())
}

impl Row {
    /// All keys of the row as they are printed: `Up k`.
    pub fn names(&self) -> String {
        let mut names: Vec<String> = self.keys.iter().map(Key::name).collect();
        names.dedup();
        names.join(" ")
    }
}

impl Key {
    /// As it is printed on help screens: `Ctrl-C`, `PgUp`, `c`.
    pub fn name(&self) -> String {
        let base = match self.code {
            KeyCode::Char(c) if self.modifiers.contains(KeyModifiers::CONTROL) => c.to_ascii_uppercase().to_string(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::F(n) => format!("F{n}"),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            other => format!("{other:?}"),
        };
        if self.modifiers.contains(KeyModifiers::CONTROL) { format!("Ctrl-{base}") } else { base }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_that_fits_counts_and_typing_is_left_alone() {
        let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
        assert_eq!(lookup(Mode::Typing, &key(KeyCode::Char('q'))), None);
        assert_eq!(lookup(Mode::Typing, &key(KeyCode::Char('?'))), None);
        assert_eq!(lookup(Mode::Results, &key(KeyCode::Char('q'))), Some(Command::Quit));
        assert_eq!(lookup(Mode::Idle, &key(KeyCode::Enter)), Some(Command::Open));
        assert_eq!(lookup(Mode::Typing, &key(KeyCode::Enter)), Some(Command::Ask));
    }

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        for mode in EVERYWHERE {
            let mut seen: Vec<(Key, Command)> = Vec::new();
            for row in TABLE.iter().filter(|r| r.modes.contains(mode)) {
                for key in row.keys {
                    let other = seen.iter().find(|(k, c)| k == key && *c != row.command);
                    assert_eq!(other, None, "{key:?} in {mode:?}");
                    seen.push((*key, row.command));
                }
            }
        }
    }

    #[test]
    fn keys_print_as_people_name_them() {
        assert_eq!(
            (ctrl('c').name(), plain(KeyCode::PageUp).name(), letter('c').name()),
            ("Ctrl-C".into(), "PgUp".into(), "c".into())
        );
    }
}
