//! Folding of words to the form they are compared in: lower case, no diacritics, singular.
//!
//! The text index has its words in this form. Never looks at meaning.

/// Lower case without Latin diacritics, Hebrew points, direction marks and control characters.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text
            .bytes()
            .map(|b| if b.is_ascii_control() { ' ' } else { char::from(b.to_ascii_lowercase()) })
            .collect();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match ligature(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.extend(fold_char(c)),
        }
    }
    folded
}

/// One letter that is also written as two.
fn ligature(c: char) -> Option<&'static str> {
    match c {
        'ß' => Some("ss"),
        'œ' => Some("oe"),
        'æ' => Some("ae"),
        _ => None,
    }
}

fn fold_char(c: char) -> Option<char> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ī' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' => 's',
        'ť' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{05F3}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{05F4}' => '"',
        // Combining marks, Hebrew points, direction marks, joiners, soft hyphen, byte order mark.
        '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}'..='\u{05C7}' => return None,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{00AD}' | '\u{FEFF}' => {
            return None;
        }
        _ if c.is_control() => ' ',
        _ => c,
    })
}

/// Whether the text has a Hebrew letter.
pub fn is_hebrew(text: &str) -> bool {
    text.chars().any(|c| ('\u{05D0}'..='\u{05EA}').contains(&c))
}

/// Words whose plural no rule gives, or that only look like plurals.
const IRREGULAR: &[(&str, &str)] = &[
    ("knives", "knife"),
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("mice", "mouse"),
    ("shelves", "shelf"),
    ("scarves", "scarf"),
    ("loaves", "loaf"),
    ("leaves", "leaf"),
    ("movies", "movie"),
    ("cookies", "cookie"),
    ("onesies", "onesie"),
    ("smoothies", "smoothie"),
    ("shoes", "shoe"),
    ("canoes", "canoe"),
    ("toes", "toe"),
    ("axes", "axe"),
];

/// The singular of a folded English word; other words come back unchanged.
pub fn singular(word: &str) -> String {
    let (stem, end) = singular_parts(word);
    [stem, end].concat()
}

/// The singular as what stays of the word and what comes behind it: names are keyed too often to make a text of each.
fn singular_parts(word: &str) -> (&str, &'static str) {
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return ("", one);
    }
    let short = word.len() < 4 || !word.is_ascii();
    if short || !word.ends_with('s') || ["ss", "us", "is", "as", "'s"].iter().any(|end| word.ends_with(end)) {
        return (word, "");
    }
    let cut = |n: usize| &word[..word.len() - n];
    if word.ends_with("ies") && word.len() > 4 {
        return (cut(3), "y");
    }
    if ["ches", "shes", "sses", "xes", "zes", "toes"].iter().any(|end| word.ends_with(end)) {
        return (cut(2), "");
    }
    (cut(1), "")
}

/// The other number of a word whose plural no stemmer undoes: `knife` <-> `knives`.
pub fn irregular(word: &str) -> Option<&'static str> {
    IRREGULAR.iter().find_map(|(many, one)| match () {
        () if *many == word => Some(*one),
        () if *one == word => Some(*many),
        () => None,
    })
}

/// Each word of a phrase in the singular, joined by single spaces: the key that names are looked up by.
pub fn name_key(phrase: &str) -> String {
    let folded = fold(phrase);
    let mut key = String::with_capacity(folded.len());
    for word in folded.split(|c: char| !c.is_alphanumeric() && c != '\'') {
        let word = word.trim_end_matches("'s");
        let bare;
        let word = if word.contains('\'') {
            bare = word.replace('\'', "");
            &bare
        } else {
            word
        };
        if word.is_empty() {
            continue;
        }
        if !key.is_empty() {
            key.push(' ');
        }
        let (stem, end) = singular_parts(word);
        key.push_str(stem);
        key.push_str(end);
    }
    key
}

/// The plural that goes with a singular English word, where the rules give one.
pub fn plural(word: &str) -> Option<String> {
    if !word.is_ascii() || word.len() < 3 || word.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if let Some((many, _)) = IRREGULAR.iter().find(|(_, one)| *one == word) {
        return Some((*many).to_owned());
    }
    if word.ends_with('y') && !["ay", "ey", "oy", "uy"].iter().any(|end| word.ends_with(end)) {
        return Some(format!("{}ies", &word[..word.len() - 1]));
    }
    if word.ends_with('s') && !word.ends_with("ss") {
        return None;
    }
    if ["ch", "sh", "ss", "x", "z"].iter().any(|end| word.ends_with(end)) {
        return Some(format!("{word}es"));
    }
    Some(format!("{word}s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_marks_and_directions() {
        assert_eq!(fold("Crème\u{200F} BRÛLÉE"), "creme brulee");
        assert_eq!(fold("שָׁלוֹם"), "שלום");
        assert_eq!(fold("Weiße Œufs"), "weisse oeufs");
    }

    #[test]
    fn singulars_and_plurals_meet() {
        for (many, one) in [
            ("dishwashers", "dishwasher"),
            ("batteries", "battery"),
            ("glasses", "glass"),
            ("boxes", "box"),
            ("torches", "torch"),
            ("knives", "knife"),
            ("shoes", "shoe"),
        ] {
            assert_eq!(singular(many), one);
            assert_eq!(singular(&plural(one).unwrap()), one);
        }
        assert_eq!((singular("bus"), plural("bus")), ("bus".to_owned(), None));
        assert_eq!(name_key("Men's Shoes & Boots"), "man shoe boot");
    }
}
