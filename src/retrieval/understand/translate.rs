//! Tokens of a Hebrew, German, French or Spanish question -> English tokens, by longest phrase of the word tables.
//!
//! Hebrew prefixes are stripped and come out as the prepositions they are. Unknown words stay as they are.

use crate::domain::Language;
use crate::retrieval::fold::{fold, is_hebrew, name_key};
use crate::retrieval::lexicon::{Table, Translation, lexicon, other_names, synonym};
use crate::retrieval::tokens::Token;
use crate::retrieval::vocabulary::Vocabulary;

/// Words that betray a language in a question too short for [`Language::of`].
const TELLTALES: [(Language, &[&str]); 3] = [
    (
        Language::De,
        &[
            "billiger",
            "günstiger",
            "zweite",
            "zweiten",
            "dritte",
            "ersten",
            "warum",
            "vergleiche",
            "hilf",
            "unter",
            "ohne",
            "höchstens",
            "hochstens",
            "mindestens",
            "leise",
            "leiser",
            "billig",
            "günstig",
            "für",
            "kein",
            "keine",
            "sterne",
            "und",
            "zwischen",
            "unterschied",
            "preisverlauf",
            "bewertungen",
            "als",
            "bis",
            "von",
            "mit",
            "oder",
            "nicht",
            "zoll",
            "aber",
            "ab",
            "euro",
            "sternen",
            "zeitpunkt",
            "kostet",
            "kosten",
            "wie",
            "ist",
            "sind",
            "der",
            "den",
            "dem",
            "kann",
            "welche",
            "welcher",
            "sagen",
            "käufer",
            "kunden",
            "über",
            "wann",
            "günstigste",
            "besser",
            "leichter",
            "gibt",
            "auch",
            "noch",
            "andere",
            "anderen",
        ],
    ),
    (
        Language::Fr,
        &[
            "moins",
            "sans",
            "jusqu",
            "pour",
            "étoiles",
            "etoiles",
            "cher",
            "avec",
            "silencieux",
            "que",
            "pas",
            "trop",
            "une",
            "à",
            "pouces",
            "chère",
            "au",
            "du",
            "sauf",
            "avis",
            "combien",
            "quel",
            "quelle",
            "et",
            "est",
            "autres",
            "pourquoi",
            "disent",
        ],
    ),
    (
        Language::Es,
        &[
            "sin",
            "menos",
            "hasta",
            "barato",
            "barata",
            "para",
            "estrellas",
            "con",
            "silencioso",
            "que",
            "más",
            "muy",
            "por",
            "pulgadas",
            "máximo",
            "excepto",
            "del",
            "al",
            "y",
            "cuánto",
            "cuanto",
            "opiniones",
            "cuál",
            "otros",
            "otras",
            "momento",
            "comprar",
            "dicen",
            "hay",
        ],
    ),
];

/// Words that only English has among these languages.
const ENGLISH: [&str; 14] =
    ["the", "for", "with", "and", "under", "without", "of", "or", "than", "least", "most", "is", "what", "which"];

/// The language of a question: as the domain tells it, and for the shortest ones by a single telling word.
pub(super) fn language_of(question: &str, vocabulary: &Vocabulary) -> Language {
    let told = Language::of(question);
    if told != Language::En {
        return told;
    }
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect();
    if words.iter().any(|w| ENGLISH.contains(w)) {
        return Language::En;
    }
    let telling = |language: Language| {
        let list = TELLTALES.iter().find(|(of, _)| *of == language).map_or(&[][..], |(_, list)| list);
        let german = |w: &str| language == Language::De && stem_of_free(w).is_some();
        words.iter().filter(|w| list.contains(w) || german(w)).count()
    };
    best(telling)
        .filter(|(_, even)| !even)
        .map(|(language, _)| language)
        .or_else(|| by_tables(&lower, vocabulary))
        .unwrap_or(Language::En)
}

/// The language that scores most, and whether another scores the same; `None` where none scores.
fn best(score: impl Fn(Language) -> usize) -> Option<(Language, bool)> {
    let all = [Language::De, Language::Fr, Language::Es].map(|language| (score(language), language));
    let (most, language) = *all.iter().rev().max_by_key(|(count, _)| *count)?;
    (most > 0).then(|| (language, all.iter().filter(|(count, _)| *count == most).count() > 1))
}

/// The language whose table knows two or more words of the question, and more of them than the catalogue does. Things
/// tell more than grammar, which the languages share ("de").
fn by_tables(question: &str, vocabulary: &Vocabulary) -> Option<Language> {
    let folded = fold(question);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() > 1).collect();
    let ours = words.iter().filter(|w| vocabulary.knows(w)).count();
    let known = |language: Language| words.iter().filter_map(|w| lexicon().table(language)?.get(w)).collect::<Vec<_>>();
    let score = |language: Language| {
        let known = known(language);
        // One word may be enough where the catalogue and the English lists know none: "aspirateur 100-200".
        let thing = |w: &str| lexicon().table(language).and_then(|t| t.get(w)).is_some_and(|found| found.thing);
        let telling = |w: &&str| w.len() >= LONG_ENOUGH && thing(w) && !is_english(w);
        let alone = ours == 0 && words.iter().any(telling) && !words.iter().any(|w| lexicon().is_stop(w));
        let enough = known.len() >= 2 && known.len() > ours || alone;
        if enough { known.iter().map(|found| if found.thing { 2 } else { 1 }).sum() } else { 0 }
    };
    best(score).map(|(language, _)| language)
}

/// Letters of a word that tells its language alone.
const LONG_ENOUGH: usize = 6;

/// Whether the lists of English names know a word, so that it tells no other language.
fn is_english(word: &str) -> bool {
    let key = name_key(word);
    !other_names(&key).is_empty() || synonym(&key).is_some()
}

/// The tokens in English, as far as the tables reach.
pub(super) fn to_english(tokens: Vec<Token>, language: Language, vocabulary: &Vocabulary) -> Vec<Token> {
    let Some(table) = lexicon().table(language) else { return tokens };
    let mut english = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let found = phrase_at(&tokens[at..], table, language, vocabulary);
        let found = found.or_else(|| free_of(&tokens[at], table, language).map(|words| (1, words)));
        match found {
            Some((used, words)) => {
                let raw: Vec<&str> = tokens[at..at + used].iter().map(|t| t.raw.as_str()).collect();
                english.extend(words.iter().map(|word| Token::word(word, &raw.join(" "))));
                at += used;
            }
            None => {
                // A translated prefix is a word of its own: "ל-4" is "for 4", not one word.
                let own = at > 0 && english.last().is_some_and(|t: &Token| t.is_word() && is_hebrew(&t.raw));
                let joined = tokens[at].joined && !(own && tokens[at].is_number());
                english.push(Token { joined, ..tokens[at].clone() });
                at += 1;
            }
        }
    }
    english
}

/// How many tokens the longest known phrase takes, and its English words.
fn phrase_at(
    tokens: &[Token],
    table: &Table,
    language: Language,
    vocabulary: &Vocabulary,
) -> Option<(usize, Vec<String>)> {
    let words = tokens.iter().take(table.longest).take_while(|t| t.is_word()).count();
    let hebrew = language == Language::He;
    for n in (1..=words).rev() {
        if let Some(found) = exact(&tokens[..n], "", table, language, vocabulary) {
            return Some((n, found));
        }
    }
    if !hebrew || words == 0 || !is_hebrew(&tokens[0].text) {
        return None;
    }
    for prefix in prefixes(&tokens[0].text) {
        for n in (1..=words).rev() {
            if let Some(found) = exact(&tokens[..n], prefix, table, language, vocabulary) {
                let mut all: Vec<String> = prefix.chars().filter_map(preposition).map(str::to_owned).collect();
                all.extend(found);
                return Some((n, all));
            }
        }
    }
    let first = tokens[0].text.as_str();
    let mut letters = first.chars();
    match (letters.next().and_then(preposition), letters.next()) {
        // A prefix that a hyphen parted from its number: ב-50.
        (Some(word), None) => Some((1, vec![word.to_owned()])),
        // The article likewise: ה-200.
        _ if first == "ה" => Some((1, Vec::new())),
        _ if vocabulary.knows(first) => None,
        _ => prefixes(first).into_iter().find(|p| vocabulary.knows(&first[p.len()..])).map(|p| {
            let mut all: Vec<String> = p.chars().filter_map(preposition).map(str::to_owned).collect();
            all.push(first[p.len()..].to_owned());
            (1, all)
        }),
    }
}

fn exact(
    tokens: &[Token],
    prefix: &str,
    table: &Table,
    language: Language,
    vocabulary: &Vocabulary,
) -> Option<Vec<String>> {
    let hebrew = language == Language::He;
    let mut phrase = tokens[0].text.strip_prefix(prefix)?.to_owned();
    for token in &tokens[1..] {
        phrase.push(' ');
        phrase.push_str(&token.text);
    }
    let inflected = || if hebrew { hebrew_forms(&phrase, table) } else { inflected(&phrase, language, table) };
    let found = table.get(&phrase).or_else(inflected)?;
    let own = found.thing && !found.words.iter().all(|w| vocabulary.knows(w));
    if own && tokens.iter().all(|t| vocabulary.knows(t.text.strip_prefix(prefix).unwrap_or(&t.text))) {
        return None;
    }
    Some(found.words.clone())
}

/// A single word without the ending of its case, gender or number: `schweres` -> `schwer`, `pesadas` -> `pesado`.
fn inflected<'t>(word: &str, language: Language, table: &'t Table) -> Option<&'t Translation> {
    if word.contains(' ') || word.chars().count() < 5 {
        return None;
    }
    let endings: &[(&str, &[&str])] = match language {
        Language::De => &[
            ("en", &[""]),
            ("er", &[""]),
            ("es", &[""]),
            ("em", &[""]),
            ("e", &[""]),
            ("n", &[""]),
            // "billigster", "leiseste"
            ("ste", &["", "e"]),
            ("ster", &["", "e"]),
            ("stes", &["", "e"]),
            ("sten", &["", "e"]),
            ("stem", &["", "e"]),
        ],
        Language::Fr => &[("es", &["", "e"]), ("s", &[""]), ("e", &[""])],
        Language::Es => &[("as", &["a", "o"]), ("es", &["", "e"]), ("s", &[""]), ("a", &["o"])],
        Language::En | Language::He => &[],
    };
    endings.iter().find_map(|(ending, bases)| {
        let stem = word.strip_suffix(ending).filter(|stem| stem.chars().count() > 2)?;
        bases.iter().find_map(|base| table.get(&format!("{stem}{base}")))
    })
}

/// What stands before the inflected German "-free"; bare "frei" ends words of other languages too.
fn stem_of_free(word: &str) -> Option<&str> {
    let stem = ["freie", "freier", "freies", "freien", "freiem"].iter().find_map(|ending| word.strip_suffix(ending))?;
    (stem.chars().count() > 2).then_some(stem)
}

/// German "glutenfreie" -> "gluten free", of what goods are sold without.
fn free_of(token: &Token, table: &Table, language: Language) -> Option<Vec<String>> {
    if language != Language::De || !token.is_word() {
        return None;
    }
    let stem = stem_of_free(&token.text).or_else(|| token.text.strip_suffix("frei"))?;
    let known = table.get(stem).or_else(|| inflected(stem, language, table));
    let thing = known.map_or_else(|| stem.to_owned(), |found| found.words.join(" "));
    super::sold_free_of(&thing).then(|| vec![thing, "free".to_owned()])
}

/// Tries the article on the last word, and the plural endings of a single word.
fn hebrew_forms<'t>(phrase: &str, table: &'t Table) -> Option<&'t Translation> {
    if let Some((head, last)) = phrase.rsplit_once(' ') {
        return last.strip_prefix('ה').and_then(|bare| table.get(&format!("{head} {bare}")));
    }
    if phrase.chars().count() < 4 {
        return None;
    }
    let base = phrase.strip_suffix("ים").or_else(|| phrase.strip_suffix("ות"))?;
    table.get(base).or_else(|| table.get(&format!("{base}ה"))).filter(|t| t.thing)
}

/// Prefixes that may stand before a Hebrew word, the shortest first, always leaving two letters or more.
fn prefixes(word: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    for n in 1..=3 {
        if letters.len() < n + 2 || !"הובלמשכ".contains(letters[n - 1].1) {
            break;
        }
        found.push(&word[..letters[n].0]);
    }
    found
}

fn preposition(prefix: char) -> Option<&'static str> {
    match prefix {
        'ב' => Some("in"),
        'ל' => Some("for"),
        'מ' => Some("from"),
        'ו' => Some("and"),
        'ש' => Some("that"),
        'כ' => Some("as"),
        _ => None,
    }
}
