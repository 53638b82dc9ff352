//! Prompts for the two levels of a model's wording: a fixed system part first, so that its KV is reused, then as few
//! tokens as will do. Text from outside is quoted as data.

use super::literals::Literals;
use crate::answer::clean;
use crate::answer::evidence::CardFacts;
use crate::domain::*;
use crate::model::{ChatRequest, Message, Role};

const WORD_CLAIMS: &str = include_str!("../../../assets/prompts/word_claims.txt");
const ADVISE: &str = include_str!("../../../assets/prompts/advise.txt");
/// Tokens generated at most: two to four short sentences.
const LEVEL_1_TOKENS: usize = 140;
const LEVEL_2_TOKENS: usize = 220;
/// Of a sentence said again.
const AGAIN_TOKENS: usize = 60;
/// Facts of a card put before a level 2 model.
const FACTS: usize = 10;

fn message(role: Role, text: impl Into<String>, droppable: bool) -> Message {
    Message { role, text: text.into(), droppable }
}

/// What every request to a model of that level begins with.
pub fn openings(level: u8) -> Vec<ChatRequest> {
    let system = if level >= 2 { ADVISE } else { WORD_CLAIMS };
    let again = (level >= 2).then_some(WORD_CLAIMS);
    let beginning = |text: &str| ChatRequest {
        messages: vec![message(Role::System, text.trim(), false)],
        ..ChatRequest::default()
    };
    [Some(system), again].into_iter().flatten().map(beginning).collect()
}

/// What requests to one model are made of.
pub struct Material<'a> {
    pub need: &'a Need,
    pub cards: &'a [Card],
    pub lead: &'a [Claim],
    pub literals: &'a Literals,
    pub level: u8,
    pub long: bool,
}

impl Material<'_> {
    /// The request to word these claims.
    pub fn whole(&self, claims: &[usize]) -> ChatRequest {
        self.of(claims, self.cards, (2, 4))
    }

    /// The request to begin with one sentence on one claim: short, so that it is soon read.
    pub fn first(&self, claim: usize) -> ChatRequest {
        ChatRequest { max_tokens: AGAIN_TOKENS, ..self.of(&[claim], &[], (1, 1)) }
    }

    /// The request to go on with other claims behind the first one and what was said to it.
    pub fn rest(&self, first: ChatRequest, said: &str, claims: &[usize]) -> ChatRequest {
        let whole = self.of(claims, self.cards, (1, if claims.len() > 1 { 3 } else { 1 }));
        let said = message(Role::Assistant, said, false);
        // The system's words stand at the head already.
        let then = whole.messages.into_iter().filter(|message| message.role != Role::System);
        ChatRequest { messages: first.messages.into_iter().chain([said]).chain(then).collect(), ..whole }
    }

    /// `sentences`: least and most, where the level's grammar counts them.
    fn of(&self, claims: &[usize], cards: &[Card], sentences: (usize, usize)) -> ChatRequest {
        let request = if self.level >= 2 {
            level_2(self.need, cards, self.lead, claims)
        } else {
            level_1(self.lead, self.literals, claims, sentences)
        };
        ChatRequest { max_tokens: request.max_tokens * if self.long { 2 } else { 1 }, ..request }
    }
}

fn level_1(lead: &[Claim], literals: &Literals, open: &[usize], sentences: (usize, usize)) -> ChatRequest {
    let mut user = String::new();
    for at in open {
        let against = matches!(lead[*at].kind, ClaimKind::Drawback | ClaimKind::Missing);
        let mark = if against { "But: " } else { "" };
        user.push_str(&format!("- {mark}{}\n", without_asides(&lead[*at].text)));
    }
    ChatRequest {
        messages: vec![message(Role::System, WORD_CLAIMS.trim(), false), message(Role::User, user.trim_end(), false)],
        grammar: Some(grammar(&literals.allowed(open), sentences)),
        max_tokens: LEVEL_1_TOKENS,
        temperature: 0.0,
        seed: 1,
        stop: Vec::new(),
    }
}

/// The claim without what stands in brackets: fewer tokens, and nothing that a small model leaves open.
fn without_asides(text: &str) -> String {
    match (text.find(" ("), text.find(')')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &text[..open], &text[close + 1..]),
        _ => text.to_owned(),
    }
}

/// From so many to so many sentences of words and literals: a digit stands only inside a literal.
pub fn grammar(literals: &[&str], (least, most): (usize, usize)) -> String {
    let literals: Vec<String> = literals.iter().map(|l| quoted(l)).collect();
    let more = if most > 1 { format!(" (\" \" sentence){{{},{}}}", least - 1, most - 1) } else { String::new() };
    format!(
        "root ::= sentence{more}\n\
         sentence ::= first (\" \" unit){{2,30}} \".\"\n\
         first ::= literal | [A-Z] [a-z]{{0,14}} \",\"?\n\
         unit ::= (literal | word) \",\"?\n\
         word ::= [a-zA-Z] [a-zA-Z'-]{{0,16}}\n\
         literal ::= {}\n",
        literals.join(" | ")
    )
}

/// Words that join claims and say nothing by themselves.
const JOINERS: [&str; 24] = [
    "and", "but", "it", "its", "is", "has", "with", "at", "which", "that", "the", "a", "an", "of", "in", "to", "for",
    "so", "while", "also", "this", "your", "you", "than",
];

/// The request to say some claims again, after a sentence that did not hold: one sentence of their own words, names and
/// figures and of words that join, nothing else.
pub fn again(lead: &[Claim], literals: &Literals, claims: &[usize]) -> ChatRequest {
    let texts: Vec<String> = claims.iter().filter_map(|at| lead.get(*at)).map(|c| without_asides(&c.text)).collect();
    let user: Vec<String> = texts.iter().map(|text| format!("- {text}")).collect();
    let allowed = literals.allowed(claims);
    let mut words: Vec<String> = JOINERS.iter().map(|w| (*w).to_owned()).collect();
    for text in &texts {
        let mut masked = text.clone();
        allowed.iter().for_each(|literal| masked = masked.replace(literal, " "));
        for word in masked.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|w| !w.is_empty()) {
            if !words.iter().any(|w| w == word) {
                words.push(word.to_owned());
            }
        }
    }
    ChatRequest {
        messages: vec![message(Role::System, WORD_CLAIMS.trim(), false), message(Role::User, user.join("\n"), false)],
        grammar: Some(tight_grammar(&allowed, &words)),
        max_tokens: AGAIN_TOKENS,
        temperature: 0.0,
        seed: 1,
        stop: Vec::new(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// One sentence of these literals and words alone.
pub fn tight_grammar(literals: &[&str], words: &[String]) -> String {
    let capital = |word: &String| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
    };
    let alternatives = |all: Vec<String>| all.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(" | ");
    let literals: Vec<String> = literals.iter().map(|l| (*l).to_owned()).collect();
    let first: Vec<String> = literals.iter().cloned().chain(words.iter().map(capital)).collect();
    let unit: Vec<String> = literals.into_iter().chain(words.iter().cloned()).collect();
    format!(
        "root ::= first (\" \" unit \",\"?){{2,24}} \".\"\nfirst ::= {}\nunit ::= {}\n",
        alternatives(first),
        alternatives(unit)
    )
}

fn level_2(need: &Need, cards: &[Card], lead: &[Claim], open: &[usize]) -> ChatRequest {
    let mut messages = vec![message(Role::System, ADVISE.trim(), false)];
    for card in cards {
        messages.push(message(Role::User, card_text(card), true));
    }
    let facts: Vec<String> = open.iter().map(|at| format!("- {}", lead[*at].text)).collect();
    let question = clean::quoted(&need.question, 400);
    let language = match need.language {
        Language::En => "",
        Language::He => "\nAnswer in Hebrew.",
        Language::De => "\nAnswer in German.",
        Language::Fr => "\nAnswer in French.",
        Language::Es => "\nAnswer in Spanish.",
    };
    let asked = format!("Question: {question}\nFacts:\n{}{language}", facts.join("\n"));
    messages.push(message(Role::User, asked, false));
    ChatRequest { messages, grammar: None, max_tokens: LEVEL_2_TOKENS, temperature: 0.0, seed: 1, stop: Vec::new() }
}

fn card_text(card: &Card) -> String {
    let shown = card.facts.iter().filter(|f| f.field != "name" && f.field != "category").take(FACTS);
    let facts: Vec<String> = shown.map(|f| format!("{} {}", f.field, f.text)).collect();
    format!("Card [{}] {}: {}", card.number, card.name(), facts.join("; "))
}
