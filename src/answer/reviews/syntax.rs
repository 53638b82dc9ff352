//! Which opinion of a sentence belongs to which aspect: distance, negation, contrast, conditions.
//!
//! No parser: rules that hold for the short plain sentences that shoppers write.

mod attach;
mod cut;
mod describe;
mod nouns;
mod reach;
mod scan;

use super::lexicon::{Lexicon, Manner, Role, Word};
pub use cut::{sentences, words};

/// An aspect found in a sentence with the opinion on it: 1, -1 or 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub aspect: String,
    /// The word of the sentence for it, in the singular; the aspect's name where it is only implied.
    pub term: String,
    pub polarity: i32,
    /// A product as a whole.
    pub whole: bool,
    /// Known from a list and not by where it stands only.
    pub listed: bool,
    /// Named by "it" or by how the buyer feels, not by a word of its own.
    pub said_by_pronoun: bool,
}

struct Opinion {
    at: usize,
    end: usize,
    sign: i32,
    manner: Manner,
    /// Taken by the nouns that it is said of.
    taken: Vec<usize>,
}

/// How a noun is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// A list names it.
    Listed,
    /// Told by where it stands only: opinions reach it from close by.
    Open,
    /// Takes opinions and is no aspect: "a great day".
    Idle,
    /// "it", which stands for the product.
    Pronoun,
}

struct Mention {
    at: usize,
    end: usize,
    aspect: String,
    /// The opinion that its word is by itself: "heavy".
    own: i32,
    /// The word is also a plain noun ("noise"), which other opinions overrule.
    soft: bool,
    standing: Standing,
}

impl Mention {
    fn is_aspect(&self) -> bool {
        self.standing != Standing::Idle
    }
}

/// Aspects of one sentence with the opinions on them; `subject` is the product that "it" stands for. A question says
/// nothing.
pub fn read(lexicon: &Lexicon, sentence: &str, subject: Option<&str>) -> Vec<Found> {
    let words: Vec<Word> = words(sentence).into_iter().map(|w| lexicon.word(w)).collect();
    let asks = sentence.trim_end().ends_with('?');
    let mut found: Vec<Found> = Vec::new();
    let mut subject = subject.map(str::to_owned);
    for clause in cut::clauses(words) {
        read_clause(lexicon, &clause, asks, &mut subject, &mut found);
    }
    found
}

fn read_clause(lexicon: &Lexicon, clause: &[Word], asks: bool, subject: &mut Option<String>, found: &mut Vec<Found>) {
    let (mentions, opinions) = scan::scan(lexicon, clause);
    let mut mentions = nouns::with_unlisted(lexicon, clause, mentions, &opinions);
    let mut opinions = describe::describe(lexicon, clause, &mut mentions, opinions);
    if asks {
        opinions.clear();
        mentions.iter_mut().for_each(|m| m.own = 0);
    }
    let opinions = attach::attach(lexicon, clause, &mentions, opinions);
    for (at, mention) in mentions.iter().enumerate().filter(|(_, m)| m.is_aspect()) {
        let said: i32 = opinions.iter().filter(|o| o.taken.contains(&at)).map(|o| sign_on(clause, o, mention)).sum();
        let takes = |o: &&Opinion| o.manner == Manner::Takes && o.taken.contains(&at);
        let said = match said {
            // "it lacks a decent handle"
            0 => opinions.iter().find(takes).map_or(0, |o| o.sign),
            said => said,
        };
        let polarity = match mention.own {
            own if own != 0 && (said == 0 || !mention.soft) => own,
            _ if said == 0 && !asks && lacking(clause, mention) => {
                if clause[mention.end - 1].is(Role::Nuisance) {
                    1
                } else {
                    -1
                }
            }
            _ => said.signum(),
        };
        let whole = mention.standing == Standing::Pronoun || lexicon.is_whole(&mention.aspect);
        let weak = polarity != 0
            && (rival(clause, mention, whole)
                || whole && !opinions.iter().any(|o| o.taken.contains(&at) && judges(clause, o, mention))
                || whole && several(clause, mention));
        let (aspect, term) = match (mention.standing, &subject) {
            (Standing::Pronoun, None) => continue,
            (Standing::Pronoun, Some(name)) => (lexicon.named(name).unwrap_or(name).to_owned(), name.clone()),
            _ if mention.soft && !acts(clause, mention) => {
                (mention.aspect.clone(), nouns::singular(lexicon, &clause[mention.at..mention.end]))
            }
            _ => {
                let of = sufferer(lexicon, clause, &mentions, mention, subject.as_deref());
                (mention.aspect.clone(), of.unwrap_or_else(|| own_word(lexicon, &clause[mention.at], mention)))
            }
        };
        if whole && mention.standing == Standing::Listed && !several(clause, mention) {
            *subject = Some(term.clone());
        }
        let polarity = if weak { 0 } else { polarity };
        let said_by_pronoun = mention.standing == Standing::Pronoun;
        let listed = mention.standing == Standing::Listed;
        merge(found, Found { aspect, term, polarity, whole, listed, said_by_pronoun });
    }
}

/// Whether the words are no noun of the reviewer's: "to use", "rusted".
fn acts(clause: &[Word], mention: &Mention) -> bool {
    clause[mention.at].text == "to" || mention.own != 0 && clause[mention.end - 1].text.ends_with("ed")
}

/// The sentence's own word for what is implied, where it has one: "look" of "looks great".
fn own_word(lexicon: &Lexicon, first: &Word, implied: &Mention) -> String {
    Some(nouns::plain(&first.text))
        .filter(|stem| lexicon.named(stem) == Some(&implied.aspect) && !stem.ends_with("ed"))
        .unwrap_or_else(|| implied.aspect.clone())
}

/// The product that what is implied befell: of "the player broke" the durability of the player, in its own word.
fn sufferer(
    lexicon: &Lexicon,
    clause: &[Word],
    mentions: &[Mention],
    implied: &Mention,
    subject: Option<&str>,
) -> Option<String> {
    if implied.aspect != "durability" {
        return None;
    }
    let before = mentions.iter().rev().find(|m| m.end <= implied.at && implied.at - m.end <= 3 && m.soft)?;
    match before.standing {
        Standing::Pronoun => subject.map(str::to_owned),
        _ if lexicon.is_whole(&before.aspect) => Some(nouns::singular(lexicon, &clause[before.at..before.end])),
        _ => None,
    }
}

fn supposed(clause: &[Word], at: usize) -> bool {
    clause[..at].iter().rev().take(8).any(|w| w.is(Role::Condition))
}

/// What an opinion says of a noun: for "long" and its like that is the noun's matter.
fn sign_on(clause: &[Word], opinion: &Opinion, mention: &Mention) -> i32 {
    match opinion.sign {
        0 => {
            let word = &clause[opinion.at];
            let term = || nouns::plain(&clause[mention.end - 1].text);
            let sign = match word.scale(&mention.aspect) {
                0 => word.scale(&term()),
                sign => sign,
            };
            if scan::negated(clause, opinion.at) { -sign } else { sign }
        }
        sign => sign,
    }
}

/// "other phones are great" says nothing of this one.
fn several(clause: &[Word], mention: &Mention) -> bool {
    mention.standing != Standing::Pronoun
        && clause[mention.end - 1].text.ends_with('s')
        && !clause[..mention.at].iter().any(|w| matches!(w.text.as_str(), "one" | "these" | "those"))
}

/// "my old camera", "another player", "most players".
fn rival(clause: &[Word], mention: &Mention, whole: bool) -> bool {
    let before = &clause[mention.at.saturating_sub(3)..mention.at];
    before.iter().any(|w| w.is(Role::Other) || whole && matches!(w.text.as_str(), "most" | "many" | "every"))
}

/// Whether an opinion judges a whole product ("great phone", "love this camera") and not just something done with it.
/// Of "it" only liking is told: what "it is" may be anything.
fn judges(clause: &[Word], opinion: &Opinion, mention: &Mention) -> bool {
    let likes = opinion.manner == Manner::Takes || said_with(clause, opinion, Role::Taker);
    let fails = opinion.sign < 0 && matches!(opinion.manner, Manner::Does | Manner::Names);
    let works =
        opinion.manner == Manner::Does || said_with(clause, opinion, Role::Judge) && !supposed(clause, opinion.at);
    likes || fails || works && mention.standing != Standing::Pronoun
}

/// Whether one of the opinion's words has the role.
fn said_with(clause: &[Word], opinion: &Opinion, role: Role) -> bool {
    clause[opinion.at..opinion.end].iter().any(|w| w.is(role))
}

/// Whether the thing is said to be missing: "no flash", "does not have a radio", "I miss a zoom".
fn lacking(clause: &[Word], mention: &Mention) -> bool {
    if !mention.soft || mention.aspect == "feature" || mention.standing != Standing::Listed {
        return false;
    }
    let articles = ["a", "an", "any", "the"];
    let mut before = clause[..mention.at].iter().rev().filter(|w| !articles.contains(&w.text.as_str()));
    match before.next().map(|w| w.text.as_str()) {
        Some("no" | "miss" | "lacks") => true,
        Some("without") => matches!(clause[mention.at - 1].text.as_str(), "a" | "an" | "any" | "without"),
        Some("have" | "offer" | "support" | "include" | "offers") => before.next().is_some_and(Word::denies),
        _ => false,
    }
}

fn merge(found: &mut Vec<Found>, new: Found) {
    match found.iter_mut().find(|f| f.aspect == new.aspect) {
        Some(known) if known.polarity == 0 => *known = new,
        Some(known) if new.polarity != 0 && known.polarity != new.polarity => found.push(new),
        Some(_) => {}
        None => found.push(new),
    }
}
