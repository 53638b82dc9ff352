//! What a sentence denies: which words deny, how far a denial reaches, and where it cannot be told.
//!
//! Reads tokens only; whether a denied statement is true is held elsewhere.

use super::figures::Figure;
use super::tokens::{Kind, Token};

const TURNS: [&str; 5] = ["but", "while", "whereas", "though", "although"];

/// Verbs that begin what is said next: a denial before one does not reach past it.
const VERBS: [&str; 14] = [
    "is", "are", "was", "has", "costs", "weighs", "lasts", "comes", "ships", "offers", "carries", "holds", "runs",
    "charges",
];

/// Whether a word denies what follows it.
pub fn is_denial(token: &Token) -> bool {
    is_not(token) || is_without(token)
}

fn is_not(token: &Token) -> bool {
    token.is_word(&["not", "never", "neither", "nor", "hardly", "cannot"])
        || (token.kind == Kind::Word && token.lower.ends_with("n't"))
}

fn is_without(token: &Token) -> bool {
    token.is_word(&["no", "without", "lacks", "lack", "lacking"])
}

/// The words that may deny what stands at `at`: the three before it, up to the end of the clause.
fn denials(tokens: &[Token], at: usize) -> impl Iterator<Item = &Token> {
    let inside = |t: &&Token| !matches!(t.kind, Kind::Punct(';' | ':')) && !t.is_word(&TURNS);
    tokens[at.saturating_sub(3)..at].iter().rev().take_while(inside).filter(|t| is_denial(t))
}

/// Whether the word at `at` is denied.
pub fn negated(tokens: &[Token], at: usize) -> bool {
    denials(tokens, at).next().is_some() || from_afar(tokens, at)
}

/// "Does not come with a hood", "neither A nor B has a hood": a denial further off in the same clause.
fn from_afar(tokens: &[Token], at: usize) -> bool {
    let mut past_verb = false;
    for i in (0..at).rev() {
        let token = &tokens[i];
        let joins = token.is_word(&["and", "or"]) || matches!(token.kind, Kind::Punct(','));
        let goes_on = tokens.get(i + 1).is_some_and(|t| t.is_word(&VERBS) || matches!(t.kind, Kind::Name(_)));
        if matches!(token.kind, Kind::Punct(';' | ':' | '(' | ')')) || token.is_word(&TURNS) || joins && goes_on {
            return false;
        }
        // The subject of the sentence may be denied with a verb after it; what a verb says may not.
        if token.is_word(&["neither", "nor"]) {
            return true;
        }
        past_verb |= token.is_word(&VERBS) || joins || matches!(token.kind, Kind::Name(_));
        let denies = token.is_word(&["not", "never", "cannot"]) || token.kind == Kind::Word && is_contracted(token);
        if denies && !past_verb {
            return true;
        }
    }
    false
}

fn is_contracted(token: &Token) -> bool {
    token.lower.ends_with("n't")
}

/// "Isn't without": a denial of a denial.
pub fn twice_denied(tokens: &[Token], at: usize) -> bool {
    denials(tokens, at).any(is_not) && denials(tokens, at).any(is_without)
}

/// "Wifi is what A does not have": a denial after what it denies.
pub fn denied_after(tokens: &[Token], at: usize) -> bool {
    let ends =
        |t: &&Token| !matches!(t.kind, Kind::Punct(_)) && !t.is_word(&TURNS) && !t.is_word(&["and", "or", "nor"]);
    let clause: Vec<&Token> = tokens[at + 1..].iter().take_while(ends).collect();
    clause.iter().any(|t| is_denial(t)) && !clause.iter().any(|t| matches!(t.kind, Kind::Field(_)))
}

/// Whether a figure is denied: "does not cost €199.00".
pub fn denies_figure(tokens: &[Token], figure: &Figure) -> bool {
    let stops = |t: &&Token| {
        !matches!(t.kind, Kind::Name(_) | Kind::Punct(',' | ';' | ':' | '('))
            && !t.is_word(&["and", "but", "while", "though"])
    };
    let mut before = tokens[..figure.start].iter().rev().take(4).take_while(stops);
    before.any(|t| t.is_word(&["not", "never", "cannot"]) || t.kind == Kind::Word && is_contracted(t))
}
