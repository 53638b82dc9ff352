//! Finds the nouns of a clause that no list knows, by where they stand, and makes one of nouns that stand side by side.
//!
//! Told from other words by short lists of those and by endings. Judges nothing.

use super::reach::is_adverb;
use super::scan::is_verb;
use super::{Mention, Opinion, Standing};
use crate::answer::reviews::lexicon::{Lexicon, Role, Word};

/// Longest name that nouns side by side make, in words.
const LONGEST: usize = 4;

/// Listed mentions with the other nouns of the clause, in order; nouns side by side are one mention.
pub fn with_unlisted(lexicon: &Lexicon, clause: &[Word], listed: Vec<Mention>, opinions: &[Opinion]) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::new();
    let mut listed = listed.into_iter().peekable();
    let mut run: Vec<Mention> = Vec::new();
    let mut at = 0;
    while at < clause.len() {
        let known = listed.next_if(|m| m.at == at).filter(|m| m.own != 0 || !is_partitive(clause, at));
        let next = match known {
            Some(mention) => Some(mention),
            None => noun(lexicon, clause, at, opinions),
        };
        match next {
            Some(mention) => {
                at = mention.end;
                if !(mention.soft && mention.own == 0 && mention.standing != Standing::Pronoun) {
                    out.extend(joined(lexicon, clause, std::mem::take(&mut run)));
                    out.push(mention);
                } else {
                    // "one of the phones they make": what follows a plural is not part of its name.
                    if run.last().is_some_and(|m| is_plural(lexicon, &clause[m.end - 1].text)) {
                        out.extend(joined(lexicon, clause, std::mem::take(&mut run)));
                    }
                    run.push(mention);
                }
            }
            None => {
                out.extend(joined(lexicon, clause, std::mem::take(&mut run)));
                at += 1;
            }
        }
    }
    out.extend(joined(lexicon, clause, run));
    out
}

/// The noun that a word is, where no list of aspects has it.
fn noun(lexicon: &Lexicon, clause: &[Word], at: usize, opinions: &[Opinion]) -> Option<Mention> {
    let word = &clause[at];
    let text = word.text.as_str();
    let of = |standing| Mention { at, end: at + 1, aspect: plain(text), own: 0, soft: true, standing };
    if is_partitive(clause, at) {
        return None;
    }
    if word.is(Role::Pronoun) {
        return Some(of(Standing::Pronoun));
    }
    let plain_letters = text.len() > 1
        && text.is_ascii()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().any(|c| c.is_ascii_alphabetic());
    if !plain_letters || opinions.iter().any(|o| (o.at..o.end).contains(&at)) || word.is(Role::Closed) {
        return None;
    }
    let before = at.checked_sub(1).map(|i| &clause[i]);
    let describes = |o: &Opinion| o.manner == super::Manner::Describes && !is_adverb(clause, o);
    let opinion_before = opinions.iter().any(|o| o.end == at && describes(o) && clause[o.at].text != "too");
    let led = opinion_before
        || before
            .is_some_and(|w| w.is(Role::Determiner) || w.is(Role::Adjective) || matches!(w.text.as_str(), "a" | "an"));
    // A model's number may be a rival's.
    if word.is(Role::Idle) || text.bytes().any(|b| b.is_ascii_digit()) {
        return (!is_verb(lexicon, clause, at)).then(|| of(Standing::Idle));
    }
    let describing =
        ["ly", "ed", "ous", "able", "ible", "ful", "less", "sive", "tive", "ish"].iter().any(|e| text.ends_with(e));
    if word.is(Role::Adverb) || word.is(Role::Adjective) || describing || word.denies() {
        return None;
    }
    let is = clause.get(at + 1).is_some_and(|w| {
        w.is(Role::Wanting) || matches!(w.text.as_str(), "is" | "are" | "was" | "were" | "has" | "will")
    });
    let named = is && before.is_some_and(|w| !w.is(Role::Subject) && !w.is(Role::Closed) && !w.is(Role::Adverb));
    let led = led || named;
    let pointed = before.is_some_and(|w| matches!(w.text.as_str(), "that" | "this" | "these" | "those"));
    if (word.is(Role::Verb) || text.ends_with("ing")) && (!led || pointed || is_verb(lexicon, clause, at)) {
        return None;
    }
    if lexicon.opinion_at(&clause[at..]).is_some_and(|(n, ..)| n == 1) || lexicon.named(text).is_some() {
        return None;
    }
    Some(of(Standing::Open))
}

/// Nouns side by side are one: "radio feature" is the radio, "signal reception" the reception, "lens hood" itself.
fn joined(lexicon: &Lexicon, clause: &[Word], run: Vec<Mention>) -> Option<Mention> {
    let last = run.last()?;
    let (end, idle) = (last.end, last.standing == Standing::Idle);
    let head = last.standing;
    let mut out: Option<Mention> = None;
    for mention in run {
        let fits = end - mention.at <= LONGEST || mention.end == end;
        if !fits {
            continue;
        }
        out = Some(match out {
            None => mention,
            Some(known) if lexicon.is_whole(&known.aspect) || known.standing == Standing::Idle => {
                let at = if known.standing == Standing::Idle || mention.standing == Standing::Listed {
                    mention.at
                } else {
                    known.at
                };
                Mention { at, ..mention }
            }
            Some(known) => {
                let general =
                    matches!(mention.aspect.as_str(), "feature" | "control") || lexicon.is_whole(&mention.aspect);
                let keeps = general && known.standing == Standing::Listed;
                let (aspect, standing) =
                    if keeps { (known.aspect, known.standing) } else { (mention.aspect, mention.standing) };
                Mention { end: mention.end, aspect, standing, ..known }
            }
        });
    }
    let mut out = out?;
    if idle {
        out.standing = Standing::Idle;
    }
    if head == Standing::Open {
        out.aspect = singular(lexicon, &clause[out.at..out.end]);
    }
    Some(out)
}

/// "range" of "a range of lenses".
fn is_partitive(clause: &[Word], at: usize) -> bool {
    clause[at].is(Role::Partitive) && clause.get(at + 1).is_some_and(|w| w.text == "of")
}

fn is_plural(lexicon: &Lexicon, word: &str) -> bool {
    let stem = plain(word);
    stem != word && lexicon.named(word).is_some() && lexicon.named(&stem) == lexicon.named(word)
}

/// A word without its plural ending.
pub fn plain(word: &str) -> String {
    let ie = ["movie", "cookie", "smoothie", "hoodie", "calorie", "beanie", "selfie", "zombie", "pie", "tie"];
    if let Some(stem) = word.strip_suffix("ies").filter(|s| s.len() > 1 && !ie.iter().any(|w| word.starts_with(w))) {
        return format!("{stem}y");
    }
    if ["ches", "shes", "xes", "sses"].iter().any(|e| word.ends_with(e)) {
        return word[..word.len() - 2].to_owned();
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) && stem.len() > 2 => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// The words with the last one in the singular, where the singular is known as the same aspect.
pub fn singular(lexicon: &Lexicon, words: &[Word]) -> String {
    let text = words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    let Some(last) = words.last() else { return text };
    let aspect = lexicon.named(&last.text);
    let bare = last.text.strip_suffix('s').unwrap_or(&last.text);
    let known = [bare.to_owned(), plain(&last.text)];
    let same = |stem: &String| lexicon.named(stem) == aspect || Some(stem.as_str()) == aspect;
    let known = known.into_iter().find(|stem| aspect.is_some() && same(stem));
    match known.or_else(|| aspect.is_none().then(|| plain(&last.text))) {
        Some(stem) => format!("{}{stem}", &text[..text.len() - last.text.len()]),
        None => text,
    }
}
