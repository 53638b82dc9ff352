//! Which opinion of a sentence belongs to which aspect: distance, negation, contrast, conditions.
//!
//! No parser: rules that hold for the short plain sentences that shoppers write.

mod attach;
mod cut;

use super::lexicon::{Lexicon, Role};
pub use cut::{sentences, words};

/// An aspect found in a sentence with the opinion on it: 1, -1 or 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub aspect: String,
    /// The word of the sentence for it, in the singular; the aspect's name where it is only implied.
    pub term: String,
    pub polarity: i32,
}

struct Opinion {
    at: usize,
    end: usize,
    sign: i32,
    /// Taken by the nouns that it is said of.
    taken: Vec<usize>,
}

struct Mention {
    at: usize,
    end: usize,
    aspect: String,
    /// The opinion that its word is by itself: "heavy".
    own: i32,
    /// The word is also a plain noun ("noise"), which other opinions overrule.
    soft: bool,
}

/// Aspects of one sentence with the opinions on them. A question says nothing.
pub fn read(lexicon: &Lexicon, sentence: &str) -> Vec<Found> {
    let words: Vec<String> = words(sentence).into_iter().map(|w| lexicon.settled(w)).collect();
    let asks = sentence.trim_end().ends_with('?');
    let mut found: Vec<Found> = Vec::new();
    for clause in cut::clauses(lexicon, words) {
        let (mentions, opinions) = scan(lexicon, &clause);
        let mut mentions = compounds(lexicon, mentions);
        let mut opinions = attach::describe(lexicon, &clause, &mut mentions, opinions);
        attach::unlisted(lexicon, &clause, &mut mentions, &opinions);
        if asks {
            opinions.clear();
            mentions.iter_mut().for_each(|m| m.own = 0);
        }
        let opinions = attach::attach(lexicon, &clause, &mentions, opinions);
        for (at, mention) in mentions.iter().enumerate() {
            let said: i32 = opinions.iter().filter(|o| o.taken.contains(&at)).map(|o| o.sign).sum();
            let polarity = match mention.own {
                own if own != 0 && (said == 0 || !mention.soft) => own,
                _ if said == 0 && !asks && lacking(&clause, mention) => -1,
                _ => said.signum(),
            };
            // "other phones are great" says nothing of this one.
            let several = clause[mention.end - 1].ends_with('s') && !clause[..mention.at].iter().any(|w| w == "one");
            let whole = polarity != 0 && lexicon.is_whole(&mention.aspect);
            let weak =
                whole && (several || !opinions.iter().any(|o| o.taken.contains(&at) && judges(lexicon, &clause, o)));
            let term =
                if mention.soft { singular(lexicon, &clause[mention.at..mention.end]) } else { mention.aspect.clone() };
            merge(
                &mut found,
                Found { aspect: mention.aspect.clone(), term, polarity: if weak { 0 } else { polarity } },
            );
        }
    }
    found
}

/// The words with the last one in the singular, where the singular is known as the same aspect.
fn singular(lexicon: &Lexicon, words: &[String]) -> String {
    let text = words.join(" ");
    let Some(last) = words.last() else { return text };
    let known = |stem: &str| lexicon.aspect(&[stem.to_owned()]).map(|(_, name)| name.to_owned());
    let stems = [last.strip_suffix("ies").map(|s| format!("{s}y")), last.strip_suffix('s').map(str::to_owned)];
    let aspect = known(last);
    for stem in stems.into_iter().flatten() {
        let plain = aspect.is_none() && !stem.ends_with(['s', 'u', 'i']) && stem.len() > 2;
        if plain || aspect.is_some() && known(&stem) == aspect {
            return format!("{}{stem}", &text[..text.len() - last.len()]);
        }
    }
    text
}

/// Whether an opinion judges a whole product ("great phone", "love this camera") and not just something done with it.
fn judges(lexicon: &Lexicon, clause: &[String], opinion: &Opinion) -> bool {
    let supposed = || clause[..opinion.at].iter().rev().take(8).any(|w| lexicon.is(Role::Condition, w));
    said_with(lexicon, clause, opinion, Role::Judge)
        && (said_with(lexicon, clause, opinion, Role::Taker) || !supposed())
}

/// Whether one of the opinion's words has the role.
fn said_with(lexicon: &Lexicon, clause: &[String], opinion: &Opinion, role: Role) -> bool {
    clause[opinion.at..opinion.end].iter().any(|w| lexicon.is(role, w))
}

/// Whether the thing is said to be missing: "no flash", "does not have a radio", "I miss a zoom".
fn lacking(clause: &[String], mention: &Mention) -> bool {
    if !mention.soft || mention.aspect == "feature" {
        return false;
    }
    let articles = ["a", "an", "any", "the"];
    let mut before = clause[..mention.at].iter().rev().map(String::as_str).filter(|w| !articles.contains(w));
    match before.next() {
        Some("no" | "miss" | "without" | "lacks") => true,
        Some("have" | "offer" | "support" | "include" | "offers") => {
            before.next().is_some_and(|w| w == "not" || w == "no" || w.ends_with("n't"))
        }
        _ => false,
    }
}

fn merge(found: &mut Vec<Found>, new: Found) {
    match found.iter_mut().find(|f| f.aspect == new.aspect) {
        Some(known) if known.polarity == 0 => known.polarity = new.polarity,
        Some(known) if new.polarity != 0 && known.polarity != new.polarity => found.push(new),
        Some(_) => {}
        None => found.push(new),
    }
}

/// Nouns side by side are one: "radio feature" is the radio, "signal reception" the reception.
fn compounds(lexicon: &Lexicon, mentions: Vec<Mention>) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::new();
    for mention in mentions {
        let noun = mention.soft && mention.own == 0;
        match out.last_mut().filter(|last| noun && last.soft && last.own == 0 && last.end == mention.at) {
            Some(last) if lexicon.is_whole(&last.aspect) => *last = mention,
            Some(last) => {
                if !matches!(mention.aspect.as_str(), "feature" | "control") && !lexicon.is_whole(&mention.aspect) {
                    last.aspect = mention.aspect;
                }
                last.end = mention.end;
            }
            None => out.push(mention),
        }
    }
    out
}

fn scan(lexicon: &Lexicon, clause: &[String]) -> (Vec<Mention>, Vec<Opinion>) {
    let mut mentions = Vec::new();
    let mut opinions = Vec::new();
    let mut at = 0;
    while at < clause.len() {
        let rest = &clause[at..];
        let aspect = lexicon.aspect(rest).filter(|(n, _)| *n > 1 || !is_verb(lexicon, clause, at));
        let opinion = lexicon.opinion(rest).filter(|_| !idle(clause, at));
        let telling = lexicon.telling(rest);
        let longest = [aspect.map(|a| a.0), opinion.map(|o| o.0), telling.map(|t| t.0)].into_iter().flatten().max();
        let Some(longest) = longest else {
            at += 1;
            continue;
        };
        let supposed = clause[..at].iter().rev().take(8).any(|w| lexicon.is(Role::Supposed, w));
        let turned = if negated(lexicon, clause, at) { -1 } else { 1 };
        let plain = aspect.filter(|(n, _)| *n == longest).map(|(_, name)| name);
        let modest = lexicon.is(Role::Modest, &clause[at]) && !of_whole(lexicon, clause, at);
        let tells = telling.filter(|(n, _, _)| *n == longest && !supposed && !(*n == 1 && modest));
        if let Some((n, name, sign)) = tells {
            let (end, aspect, soft) = (at + n, name.to_owned(), plain == Some(name));
            mentions.push(Mention { at, end, aspect, own: sign * turned, soft });
        } else if let Some(name) = plain {
            mentions.push(Mention { at, end: at + longest, aspect: name.to_owned(), own: 0, soft: true });
        }
        let told = tells.map(|(_, _, sign)| sign);
        if let Some((n, sign)) = opinion.filter(|(n, sign)| *n == longest && !supposed && told != Some(*sign)) {
            let sign = if excess(clause, at) { -1 } else { sign * turned };
            opinions.push(Opinion { at, end: at + n, sign, taken: Vec::new() });
        }
        at += longest;
    }
    (mentions, opinions)
}

/// "the phone is small, light and ...", "its tiny", "a light design": smallness praised of the product, not of its keys.
fn of_whole(lexicon: &Lexicon, clause: &[String], at: usize) -> bool {
    let whole = |i: usize| {
        lexicon
            .aspect(&clause[i..])
            .is_some_and(|(_, name)| lexicon.is_whole(name) || name == "design" || name == "size")
    };
    if (at + 1..clause.len().min(at + 4)).any(whole) {
        return true;
    }
    let from = at.saturating_sub(6);
    let link = (from..at).rev().find(|i| matches!(clause[*i].as_str(), "is" | "s" | "its" | "was" | "are" | "so"));
    let Some(link) = link.filter(|i| !(*i + 1..at).any(|j| lexicon.aspect(&clause[j..]).is_some())) else {
        return false;
    };
    match link.checked_sub(1) {
        None => clause[link] == "its",
        Some(i) => clause[link] == "its" || whole(i) || matches!(clause[i].as_str(), "it" | "this" | "that" | "and"),
    }
}

/// "too quickly": too much of a good thing; "not too good" is a plain denial.
fn excess(clause: &[String], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).map(|i| clause[i].as_str());
    before(1) == Some("too") && before(2) != Some("not")
}

/// "as well" and "Well, ..." praise nothing.
fn idle(clause: &[String], at: usize) -> bool {
    clause[at] == "well" && (at == 0 || matches!(clause[at - 1].as_str(), "as" | "," | "oh" | "might" | "may"))
}

/// Whether a word that may be a noun is a verb here: "you feel", "to focus", "the speakers sound".
fn is_verb(lexicon: &Lexicon, clause: &[String], at: usize) -> bool {
    const BOTH: [&str; 14] = [
        "feel", "look", "sound", "focus", "control", "play", "fit", "design", "cost", "ring", "view", "power",
        "charge", "wash",
    ];
    let Some(before) = at.checked_sub(1).map(|i| &clause[i]) else { return false };
    let plural = || before.ends_with('s') && lexicon.aspect(std::slice::from_ref(before)).is_some();
    BOTH.contains(&clause[at].as_str())
        && (lexicon.is(Role::Subject, before) || BOTH[..3].contains(&clause[at].as_str()) && plural())
}

/// A negation up to four words before, no comma between; "not only" is none.
fn negated(lexicon: &Lexicon, clause: &[String], at: usize) -> bool {
    let mut before = clause[at.saturating_sub(4)..at].iter().rev();
    let mut next: Option<&str> = None;
    before.by_ref().take_while(|w| !matches!(w.as_str(), "," | ":")).any(|word| {
        let negation = lexicon.is(Role::Negation, word) || word.ends_with("n't");
        let hit = negation && !matches!(next, Some("only" | "just" | "sure"));
        next = Some(word);
        hit
    })
}
