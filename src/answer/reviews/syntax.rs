//! Sentences and clauses of a review, and which opinion belongs to which aspect: distance, negation, contrast.
//!
//! No parser: rules that hold for the short plain sentences that shoppers write.

use super::lexicon::Lexicon;

/// Words after which an opinion is turned round.
const NEGATIONS: [&str; 22] = [
    "not", "no", "never", "n't", "without", "hardly", "barely", "cannot", "can't", "don't", "doesn't", "didn't",
    "isn't", "wasn't", "aren't", "won't", "couldn't", "neither", "nor", "nothing", "לא", "אין",
];
/// Words that open a clause of their own.
const CONTRASTS: [&str; 12] = [
    "but",
    "however",
    "although",
    "though",
    "while",
    "except",
    "yet",
    "whereas",
    "despite",
    "unfortunately",
    "אבל",
    "אך",
];
/// Verbs that say the opinion after them of the noun before them.
const LINKS: [&str; 26] = [
    "is", "are", "was", "were", "be", "been", "being", "looks", "look", "seems", "seem", "feels", "feel", "sounds",
    "sound", "works", "work", "worked", "has", "have", "had", "performs", "gets", "stays", "s", "makes",
];
/// Words of liking and disliking that take the noun after them, articles between.
const TAKERS: [&str; 40] = [
    "love",
    "loved",
    "loves",
    "like",
    "liked",
    "likes",
    "enjoy",
    "enjoyed",
    "hate",
    "hated",
    "dislike",
    "recommend",
    "recommended",
    "pleased",
    "happy",
    "satisfied",
    "impressed",
    "disappointed",
    "problem",
    "problems",
    "issue",
    "issues",
    "complaint",
    "complaints",
    "trouble",
    "lacks",
    "lack",
    "lacking",
    "missing",
    "amazed",
    "thrilled",
    "delighted",
    "regret",
    "returned",
    "return",
    "wish",
    "unhappy",
    "annoyed",
    "frustrated",
    "complain",
];
/// Words that judge a product as a whole.
const WHOLE_JUDGEMENTS: [&str; 46] = [
    "great",
    "excellent",
    "amazing",
    "awesome",
    "fantastic",
    "wonderful",
    "superb",
    "perfect",
    "best",
    "love",
    "loved",
    "loves",
    "loving",
    "beautiful",
    "brilliant",
    "outstanding",
    "terrific",
    "incredible",
    "impressed",
    "happy",
    "pleased",
    "satisfied",
    "delighted",
    "recommend",
    "recommended",
    "favorite",
    "favourite",
    "thrilled",
    "worth",
    "hate",
    "hated",
    "terrible",
    "awful",
    "horrible",
    "worst",
    "disappointed",
    "disappointing",
    "disappointment",
    "useless",
    "defective",
    "junk",
    "regret",
    "avoid",
    "unhappy",
    "nice",
    "good",
];
/// Words after which nothing is said of what is at hand.
const CONDITIONS: [&str; 7] = ["if", "unless", "whether", "wanted", "looking", "want", "would"];
/// How far a linking verb carries, in words.
const REACH: usize = 6;

/// An aspect found in a sentence with the opinion on it: 1, -1 or 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub aspect: String,
    pub polarity: i32,
}

/// Cuts a text into sentences: at full stops, exclamation and question marks, semicolons and line ends.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let bytes: Vec<(usize, char)> = text.char_indices().collect();
    for (i, (at, c)) in bytes.iter().enumerate() {
        let digit = |j: Option<&(usize, char)>| j.is_some_and(|(_, c)| c.is_ascii_digit());
        let decimal = *c == '.' && digit(i.checked_sub(1).and_then(|j| bytes.get(j))) && digit(bytes.get(i + 1));
        if matches!(c, '.' | '!' | '?' | ';' | '\n') && !decimal {
            let end = at + c.len_utf8();
            if text[start..end].chars().any(char::is_alphanumeric) {
                out.push(text[start..end].trim());
            }
            start = end;
        }
    }
    if text[start..].chars().any(char::is_alphanumeric) {
        out.push(text[start..].trim());
    }
    out
}

/// Words of a sentence in lower case; commas kept, contractions opened ("doesn't" -> "doesn't", "does n't" -> "n't").
pub fn words(sentence: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut Vec<String>| {
        if !word.is_empty() {
            out.push(std::mem::take(word));
        }
    };
    for c in sentence.chars().map(|c| if c == '’' { '\'' } else { c }) {
        if c.is_alphanumeric() || matches!(c, '\'' | '&' | '״' | '"') && !word.is_empty() && c != '"' {
            word.extend(c.to_lowercase());
        } else {
            flush(&mut word, &mut out);
            if matches!(c, ',' | ':' | '(' | ')') {
                out.push(c.to_string());
            }
        }
    }
    flush(&mut word, &mut out);
    out.iter_mut().for_each(|w| {
        let stem = w.trim_end_matches('\'').trim_end_matches("'s").to_owned();
        *w = stem;
    });
    out.retain(|w| !w.is_empty());
    // "does n ' t" and "n 't" of tokenised texts.
    out
}

struct Opinion {
    at: usize,
    end: usize,
    sign: i32,
    /// Taken by the noun that it stands right before or that it is said of.
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
    let words = words(sentence);
    let asks = sentence.trim_end().ends_with('?');
    let mut found: Vec<Found> = Vec::new();
    for clause in clauses(&words) {
        let (mut mentions, opinions) = scan(lexicon, clause);
        let mut opinions = describe(lexicon, clause, &mut mentions, opinions);
        if asks {
            opinions.clear();
            mentions.iter_mut().for_each(|m| m.own = 0);
        }
        let opinions = attach(clause, &mentions, opinions);
        for (at, mention) in mentions.iter().enumerate() {
            let said: i32 = opinions.iter().filter(|o| o.taken.contains(&at)).map(|o| o.sign).sum();
            let polarity = match mention.own {
                own if own != 0 && (said == 0 || !mention.soft) => own,
                _ if said == 0 && !asks && lacking(clause, mention) => -1,
                _ => said.signum(),
            };
            let whole = polarity != 0 && lexicon.is_whole(&mention.aspect);
            let weak = whole && !opinions.iter().any(|o| o.taken.contains(&at) && judges(clause, o));
            merge(&mut found, &mention.aspect, if weak { 0 } else { polarity });
        }
    }
    found
}

/// Whether an opinion judges a whole product ("great phone", "love this camera") and not just something done with it.
fn judges(clause: &[String], opinion: &Opinion) -> bool {
    clause[opinion.at..opinion.end].iter().any(|w| WHOLE_JUDGEMENTS.contains(&w.as_str()))
        && (takes(clause, opinion)
            || !clause[..opinion.at].iter().rev().take(8).any(|w| CONDITIONS.contains(&w.as_str())))
}

/// Whether the opinion is a word of liking or disliking.
fn takes(clause: &[String], opinion: &Opinion) -> bool {
    clause[opinion.at..opinion.end].iter().any(|w| TAKERS.contains(&w.as_str()))
}

/// Whether the thing is said to be missing: "no flash", "does not have a radio", "I miss a zoom".
fn lacking(clause: &[String], mention: &Mention) -> bool {
    if !mention.soft || mention.aspect == "feature" {
        return false;
    }
    let mut before =
        clause[..mention.at].iter().rev().map(String::as_str).filter(|w| !matches!(*w, "a" | "an" | "any" | "the"));
    match before.next() {
        Some("no" | "miss" | "without" | "lacks") => true,
        Some("have" | "offer" | "support" | "include" | "offers") => {
            before.next().is_some_and(|w| w == "not" || w == "no" || w.ends_with("n't"))
        }
        _ => false,
    }
}

/// A describing word with a noun of its own ("beautiful prints", "the menus are easy to use") is an opinion on that noun;
/// alone, or said of the whole product, it stays the aspect that it names.
fn describe(
    lexicon: &Lexicon,
    clause: &[String],
    mentions: &mut Vec<Mention>,
    mut opinions: Vec<Opinion>,
) -> Vec<Opinion> {
    let mut moved = Vec::new();
    for (at, word) in mentions.iter().enumerate().filter(|(_, m)| m.own != 0 && !m.soft) {
        let part = |m: &&Mention| m.soft && !lexicon.is_whole(&m.aspect) && m.aspect != word.aspect;
        let after = mentions.iter().find(|m| m.at == word.end).filter(part);
        let before = mentions.iter().rev().find(|m| m.end <= word.at && m.soft).filter(part).filter(|m| {
            let between = &clause[m.end..word.at];
            between.len() <= 4
                && between.iter().any(|w| LINKS.contains(&w.as_str()))
                && !between.iter().any(|w| w == ",")
        });
        if after.or(before).is_some() {
            moved.push(at);
            if !opinions.iter().any(|o| o.at < word.end && word.at < o.end) {
                opinions.push(Opinion { at: word.at, end: word.end, sign: word.own, taken: Vec::new() });
            }
        }
    }
    let mut at = 0;
    mentions.retain(|_| {
        at += 1;
        !moved.contains(&(at - 1))
    });
    opinions.sort_by_key(|o| o.at);
    opinions
}

fn merge(found: &mut Vec<Found>, aspect: &str, polarity: i32) {
    match found.iter_mut().find(|f| f.aspect == aspect) {
        Some(known) if known.polarity == 0 => known.polarity = polarity,
        Some(known) if polarity != 0 && known.polarity != polarity => {
            found.push(Found { aspect: aspect.to_owned(), polarity });
        }
        Some(_) => {}
        None => found.push(Found { aspect: aspect.to_owned(), polarity }),
    }
}

/// Stretches between words of contrast.
fn clauses(words: &[String]) -> Vec<&[String]> {
    words.split(|w| CONTRASTS.contains(&w.as_str())).filter(|c| !c.is_empty()).collect()
}

fn scan(lexicon: &Lexicon, clause: &[String]) -> (Vec<Mention>, Vec<Opinion>) {
    let mut mentions = Vec::new();
    let mut opinions = Vec::new();
    let mut at = 0;
    while at < clause.len() {
        let rest = &clause[at..];
        let aspect = lexicon.aspect(rest);
        let opinion = lexicon.opinion(rest);
        let telling = lexicon.telling(rest);
        let longest = [aspect.map(|a| a.0), opinion.map(|o| o.0), telling.map(|t| t.0)].into_iter().flatten().max();
        let Some(longest) = longest else {
            at += 1;
            continue;
        };
        let turned = if negated(clause, at) { -1 } else { 1 };
        let plain = aspect.filter(|(n, _)| *n == longest).map(|(_, name)| name);
        if let Some((n, name, sign)) = telling
            && n == longest
        {
            let (end, aspect, soft) = (at + n, name.to_owned(), plain == Some(name));
            mentions.push(Mention { at, end, aspect, own: sign * turned, soft });
        } else if let Some(name) = plain {
            mentions.push(Mention { at, end: at + longest, aspect: name.to_owned(), own: 0, soft: true });
        }
        if let Some((n, sign)) = opinion
            && n == longest
        {
            opinions.push(Opinion { at, end: at + n, sign: sign * turned, taken: Vec::new() });
        }
        at += longest;
    }
    (mentions, opinions)
}

/// A negation up to four words before, no comma between; "not only" is none.
fn negated(clause: &[String], at: usize) -> bool {
    let from = at.saturating_sub(4);
    let mut before = clause[from..at].iter().rev();
    let mut next: Option<&str> = None;
    before.by_ref().take_while(|w| !matches!(w.as_str(), "," | ":" | "(" | ")")).any(|word| {
        let negation = NEGATIONS.contains(&word.as_str()) || word.ends_with("n't");
        let hit = negation && !matches!(next, Some("only" | "just" | "sure"));
        next = Some(word);
        hit
    })
}

/// Gives every opinion to the one noun it is said of: the noun right after it ("great lens"), else the noun before a
/// linking verb ("the lens is great"), else the noun that a verb of liking takes ("I love this lens").
fn attach(clause: &[String], mentions: &[Mention], mut opinions: Vec<Opinion>) -> Vec<Opinion> {
    let stop =
        |from: usize, to: usize| clause[from.min(to)..to].iter().any(|w| matches!(w.as_str(), "," | ":" | "(" | ")"));
    for opinion in &mut opinions {
        let after = mentions.iter().enumerate().filter(|(_, m)| m.at >= opinion.end).min_by_key(|(_, m)| m.at);
        let before =
            mentions.iter().enumerate().filter(|(_, m)| m.end <= opinion.at && m.soft).max_by_key(|(_, m)| m.end);
        let right = after.filter(|(_, m)| m.soft && !stop(opinion.end, m.at)).map(|(i, m)| (i, m.at - opinion.end));
        let linked = before.filter(|(_, m)| {
            let between = &clause[m.end..opinion.at];
            between.len() <= REACH && between.iter().any(|w| LINKS.contains(&w.as_str()))
        });
        let takes = takes(clause, opinion);
        let taken = match (right, linked) {
            (Some((i, gap)), _) if gap <= 1 => Some(i),
            (Some((i, gap)), _) if takes && gap <= 4 => Some(i),
            (_, Some((i, _))) => Some(i),
            (Some((i, gap)), None) if gap <= 2 && !takes => Some(i),
            (None, None) => before.filter(|(_, m)| opinion.at - m.end <= 2 && !stop(m.end, opinion.at)).map(|(i, _)| i),
            _ => None,
        };
        if let Some(first) = taken {
            opinion.taken = listed(clause, mentions, first, linked.map(|(i, _)| i) == Some(first));
            opinion.taken.extend(named_after(clause, mentions, &opinion.taken));
        }
    }
    opinions
}

/// What a feature praised in general is named as after it: "cool features like the radio and the games".
fn named_after(clause: &[String], mentions: &[Mention], taken: &[usize]) -> Vec<usize> {
    let Some(at) = taken.iter().copied().find(|i| mentions[*i].aspect == "feature") else { return Vec::new() };
    let Some(next) = mentions.get(at + 1).filter(|m| m.soft && m.aspect != "feature") else { return Vec::new() };
    let between = &clause[mentions[at].end..next.at];
    let names = |w: &String| matches!(w.as_str(), "like" | "as" | "is" | "are" | "being" | ":" | "," | "(");
    if between.len() > 8 || !(between.is_empty() || between.iter().any(names) || between == ["the"]) {
        return Vec::new();
    }
    listed(clause, mentions, at + 1, false).into_iter().filter(|i| !taken.contains(i)).collect()
}

/// The noun with those that stand in one list with it: "great screen, sound and battery", "screen and sound are great".
fn listed(clause: &[String], mentions: &[Mention], first: usize, backward: bool) -> Vec<usize> {
    let plain = |w: &String| matches!(w.as_str(), "," | "and" | "&" | "or" | "the" | "a" | "its" | "as" | "well" | "(");
    let mut list = vec![first];
    let mut at = first;
    loop {
        let next = if backward { at.checked_sub(1) } else { Some(at + 1).filter(|n| *n < mentions.len()) };
        let Some(next) = next.filter(|n| mentions[*n].soft) else { return list };
        let (left, right) = if backward { (next, at) } else { (at, next) };
        let between = clause.get(mentions[left].end..mentions[right].at).unwrap_or_default();
        let joins = between.iter().any(|w| matches!(w.as_str(), "," | "and" | "&" | "or"));
        if !joins || between.len() > 4 || !between.iter().all(plain) {
            return list;
        }
        list.push(next);
        at = next;
    }
}
