//! Forms of English words by their endings, so that lists need the plain form only. Knows no meanings.

fn vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// "jam" doubles its last letter before an ending.
fn doubles(word: &str) -> bool {
    let mut back = word.chars().rev();
    let (Some(last), Some(middle)) = (back.next(), back.next()) else { return false };
    let before = back.next();
    !vowel(last) && !matches!(last, 'w' | 'x' | 'y') && vowel(middle) && before.is_some_and(|c| !vowel(c))
}

/// The plural of a noun: "watches", "batteries".
pub fn plural(word: &str) -> String {
    match word.strip_suffix('y').filter(|stem| !stem.ends_with(vowel)) {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") => format!("{word}es"),
        None => format!("{word}s"),
    }
}

/// Forms of a verb: "jams", "jammed", "jamming".
pub fn of_verb(word: &str) -> impl Iterator<Item = String> {
    let mut forms = Vec::new();
    if let Some(stem) = word.strip_suffix('e') {
        forms.extend([format!("{word}s"), format!("{word}d"), format!("{stem}ing")]);
    } else if let Some(stem) = word.strip_suffix('y').filter(|s| !s.ends_with(vowel)) {
        forms.extend([format!("{stem}ies"), format!("{stem}ied"), format!("{word}ing")]);
    } else if word.ends_with(['s', 'x', 'z']) || word.ends_with("sh") || word.ends_with("ch") {
        forms.extend([format!("{word}es"), format!("{word}ed"), format!("{word}ing")]);
    } else {
        forms.extend([format!("{word}s"), format!("{word}ed"), format!("{word}ing")]);
        if let Some(last) = word.chars().last().filter(|_| doubles(word)) {
            forms.extend([format!("{word}{last}ed"), format!("{word}{last}ing")]);
        }
    }
    forms.into_iter()
}

/// Forms of a describing word: "sharper", "sharpest", "sharply".
pub fn of_adjective(word: &str) -> impl Iterator<Item = String> {
    let mut forms = Vec::new();
    let ending = |ends: &[&str]| ends.iter().any(|e| word.ends_with(e));
    if word.len() < 3 || !word.is_ascii() || ending(&["ly", "s", "er", "est"]) && !ending(&["less", "ous"]) {
        return forms.into_iter();
    }
    if let Some(stem) = word.strip_suffix('e') {
        forms.extend([format!("{word}r"), format!("{word}st"), format!("{word}ly")]);
        forms.extend(word.ends_with("le").then(|| format!("{stem}y")));
    } else if let Some(stem) = word.strip_suffix('y').filter(|s| !s.ends_with(vowel)) {
        forms.extend([format!("{stem}ier"), format!("{stem}iest"), format!("{stem}ily")]);
    } else if ending(&["ed", "ing", "less", "ous", "ful", "al", "ic", "ive", "ent", "ant"]) {
        forms.extend([format!("{word}ly"), format!("{word}ally")]);
    } else {
        forms.extend([format!("{word}er"), format!("{word}est"), format!("{word}ly")]);
        if let Some(last) = word.chars().last().filter(|_| doubles(word)) {
            forms.extend([format!("{word}{last}er"), format!("{word}{last}est")]);
        }
    }
    forms.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_follow_the_spelling() {
        let verb = |w: &str| of_verb(w).collect::<Vec<_>>().join(" ");
        assert_eq!(verb("freeze"), "freezes freezed freezing");
        assert_eq!(verb("jam"), "jams jamed jaming jammed jamming");
        assert_eq!(verb("crash"), "crashes crashed crashing");
        assert_eq!(verb("annoy"), "annoys annoyed annoying");
        assert_eq!([plural("watch"), plural("battery"), plural("shoe")], ["watches", "batteries", "shoes"]);
        let adjective = |w: &str| of_adjective(w).collect::<Vec<_>>().join(" ");
        assert_eq!(adjective("noisy"), "noisier noisiest noisily");
        assert_eq!(adjective("dim"), "dimer dimest dimly dimmer dimmest");
        assert_eq!(adjective("reliable"), "reliabler reliablest reliablely reliably");
        assert_eq!(adjective("careless"), "carelessly carelessally");
        assert_eq!(adjective("poorly"), "");
    }
}
