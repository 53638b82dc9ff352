//! Words that bend a statement: "almost", "far from", "because", "you can buy", a judgement without a measure.
//!
//! The words are data in `assets/lexicon/gate_twists.txt`. What they leave of a true statement no card can show.

use super::figures::{Figure, FigureKind};
use super::relations;
use super::tokens::{Kind, Token};
use super::{Gate, phrase_at};
use std::sync::LazyLock;

#[derive(Default)]
struct Twists {
    always: Vec<&'static str>,
    figure: Vec<&'static str>,
    most: Vec<&'static str>,
    cause: Vec<&'static str>,
    adjective: Vec<&'static str>,
}

static TWISTS: LazyLock<Twists> = LazyLock::new(|| {
    let mut twists = Twists::default();
    for line in include_str!("../../../assets/lexicon/gate_twists.txt").lines() {
        match line.split_once(' ') {
            Some(("always", phrase)) => twists.always.push(phrase),
            Some(("figure", phrase)) => twists.figure.push(phrase),
            Some(("most", phrase)) => twists.most.push(phrase),
            Some(("cause", phrase)) => twists.cause.push(phrase),
            Some(("adjective", phrase)) => twists.adjective.push(phrase),
            _ => {}
        }
    }
    twists
});

/// Fails where the sentence bends what it says.
pub fn check(gate: &Gate, tokens: &[Token], figures: &[Figure], advises: bool, missing: &[bool]) -> Result<(), String> {
    let cannot = |phrase: &str| Err(format!("\"{phrase}\": more or less than the data says"));
    if tokens.iter().any(|t| matches!(t.kind, Kind::Punct('?' | '¿' | '؟'))) {
        return Err("a question, not a statement".to_owned());
    }
    // "What it will cost is not known."
    let open = |at: usize| missing.get(at).copied().unwrap_or(false) && figures.is_empty();
    if let Some(phrase) = TWISTS.always.iter().find(|p| phrase_at(tokens, p).is_some_and(|at| !open(at))) {
        return cannot(phrase);
    }
    for figure in figures {
        let before = &tokens[figure.start.saturating_sub(4)..figure.start];
        let ends = |p: &&&str| {
            let n = p.split(' ').count();
            before.len() >= n && phrase_at(&before[before.len() - n..], p) == Some(0)
        };
        if let Some(phrase) = TWISTS.figure.iter().find(ends) {
            return cannot(phrase);
        }
    }
    if relations::has_superlative(tokens, figures)
        && let Some(phrase) = TWISTS.most.iter().find(|p| phrase_at(tokens, p).is_some())
    {
        return cannot(phrase);
    }
    lacking(tokens)?;
    causes(tokens, advises)?;
    only_there(tokens)?;
    free(tokens)?;
    vague(tokens, figures)?;
    parts(gate, tokens, missing)?;
    judged(gate, tokens, figures, missing)
}

/// "Lacks comfort": only what is known as yes or no can be lacking.
fn lacking(tokens: &[Token]) -> Result<(), String> {
    let field = |t: &Token| matches!(t.kind, Kind::Field(_));
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.is_word(&["lack", "lacks", "lacking"])) {
        if !tokens[at..].iter().take(4).any(field) {
            return Err(format!("\"{}\": not known as yes or no", token.raw));
        }
    }
    Ok(())
}

/// "Because" gives a reason that no row gives; a recommendation may have one.
fn causes(tokens: &[Token], advises: bool) -> Result<(), String> {
    for word in &TWISTS.cause {
        let Some(at) = tokens.iter().position(|t| t.is_word(&[word])) else { continue };
        let dated = tokens.get(at + 1).is_some_and(|t| !matches!(t.kind, Kind::Word | Kind::Name(_)))
            || tokens.get(at + 1).is_some_and(|t| super::figures::month(&t.lower).is_some());
        if !advises && !dated {
            return Err(format!("\"{word}\": a cause that the data does not give"));
        }
    }
    Ok(())
}

/// "Only sold at A": the data cannot know of other shops.
fn only_there(tokens: &[Token]) -> Result<(), String> {
    let shop = tokens.iter().position(|t| matches!(t.kind, Kind::Shop(_)));
    let only = shop.is_some_and(|at| {
        tokens[at.saturating_sub(4)..at].iter().any(|t| t.is_word(&["only", "just"]))
            && !tokens[at.saturating_sub(4)..at].iter().any(|t| matches!(t.kind, Kind::Number(_)))
            || tokens.get(at + 1).is_some_and(|t| t.is_word(&["only", "alone"]))
    });
    if only { Err("\"only\": the data knows of no other shop, not that there is none".to_owned()) } else { Ok(()) }
}

/// What is free is the shipping.
fn free(tokens: &[Token]) -> Result<(), String> {
    let free = tokens.iter().any(|t| t.is_word(&["free"]));
    let shipping = ["shipping", "ships", "delivery", "delivered", "postage", "shipped"];
    if free && !tokens.iter().any(|t| t.is_word(&shipping)) {
        return Err("\"free\": it is not said of the shipping".to_owned());
    }
    Ok(())
}

/// "The lid of A is made of glass", "noise cancelling off", "saves energy": what is said of A is not said of that.
fn parts(gate: &Gate, tokens: &[Token], missing: &[bool]) -> Result<(), String> {
    let reviewers = ["reviews", "reviewers", "reviewer", "review", "buyers", "customers", "people"];
    let told = tokens.iter().any(|t| t.is_word(&reviewers));
    let counted = |field: &str| ["mentions of", "praise of", "complaints about"].iter().any(|c| field.starts_with(c));
    let label = |word: &str| {
        let says = |field: &str| !counted(field) && field.to_lowercase().split([' ', '_', '-']).any(|w| w == word);
        gate.cards.iter().flat_map(|c| &c.facts).any(|f| says(&f.field))
    };
    for (at, token) in tokens.iter().enumerate().filter(|(at, _)| !missing[*at]) {
        let next = |n: usize| tokens.get(at + n);
        let named = next(2).is_some_and(|t| matches!(t.kind, Kind::Name(_)));
        let part = token.kind == Kind::Word && next(1).is_some_and(|t| t.is_word(&["of"])) && named;
        let the = at > 0 && tokens[at - 1].is_word(&["the"]);
        let switched = matches!(token.kind, Kind::Field(_)) && next(1).is_some_and(|t| t.is_word(&["off"]));
        let saved = token.is_word(&["save", "saves", "saving"])
            && !tokens[at..].iter().take(4).any(|t| matches!(t.kind, Kind::Number(_)));
        let unknown = part && the && !told && !super::words::is_common(&token.lower) && !label(&token.lower);
        if unknown || switched || saved {
            return Err(format!("\"{}\": nothing in the evidence says so of it", token.raw));
        }
    }
    Ok(())
}

/// "Costs little", "has many ratings": amounts that nothing measures.
fn vague(tokens: &[Token], figures: &[Figure]) -> Result<(), String> {
    let counted =
        ["complain", "complains", "praise", "praises", "mention", "mentions", "like", "dislike", "complaints"];
    let told = tokens.iter().any(|t| t.is_word(&counted));
    for (at, pair) in tokens.windows(2).enumerate() {
        let little = pair[0].is_word(&["cost", "costs", "weighs", "weigh", "uses", "lasts"])
            && pair[1].is_word(&["little", "much", "enough", "well"])
            && !relations::starts_comparative(tokens, at + 2)
            && !tokens.get(at + 2).is_some_and(|t| t.is_word(&["more", "less"]));
        let many = pair[0].is_word(&["many", "few", "several", "most", "some"])
            && pair[1].is_word(&[
                "rating",
                "ratings",
                "reviews",
                "reviewers",
                "buyers",
                "people",
                "customers",
                "stars",
            ])
            && !told;
        if (little || many) && !figures.iter().any(|f| (f.start..f.end).contains(&at)) {
            return Err(format!("\"{} {}\": no amount of the data", pair[0].raw, pair[1].raw));
        }
    }
    Ok(())
}

/// "Is quiet" without a figure beside it is a judgement of nobody's.
fn judged(gate: &Gate, tokens: &[Token], figures: &[Figure], missing: &[bool]) -> Result<(), String> {
    const LINKS: [&str; 12] =
        ["is", "are", "was", "and", "very", "quite", "rather", "so", "too", "but", "stays", "fairly"];
    for (at, token) in tokens.iter().enumerate().filter(|(at, t)| !missing[*at] && t.is_word(&TWISTS.adjective)) {
        let measured = figures.iter().any(|f| {
            matches!(f.kind, FigureKind::Quantity { .. } | FigureKind::Ratio(_)) && at <= f.end + 2 && at + 3 >= f.start
        });
        // "Is quiet", "is a quiet kettle".
        let article = usize::from(at > 0 && tokens[at - 1].is_word(&["a", "an"]));
        let predicate = at > article && tokens[at - 1 - article].is_word(&LINKS);
        let asked = gate.asked.contains(&token.lower) && !predicate;
        let stated = tokens.get(at + 1).is_some_and(|t| matches!(t.kind, Kind::Field(_)));
        if !measured && !asked && !stated && !relations::is_compared(tokens, figures, at) {
            return Err(format!("\"{}\": a judgement without a measure", token.raw));
        }
    }
    Ok(())
}
