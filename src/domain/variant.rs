//! Variants: size, colour, capacity.
//!
//! The model: each variant is a product of its own, and a group links the products of one family. Whatever is kept per
//! product (history, summary, watch, deal, vector, evidence) is then of one variant without being told so everywhere,
//! a GTIN names exactly one product as GS1 means it, and who wants "not ten colours of one chair" asks for one product
//! of a group. The price is a title that must name the variant, which [`titled`] sees to.

use super::quantity::Parts;
use std::collections::BTreeSet;

/// Words that name an option, not its value.
const LABELS: [&str; 15] = [
    "size", "colour", "color", "farbe", "größe", "groesse", "taille", "couleur", "talla", "storage", "capacity",
    "style", "option", "default", "title",
];

/// Spellings of one colour or size, the first being the one compared by.
const SAME: &[&[&str]] = &[
    &["black", "schwarz", "noir", "negro", "שחור"],
    &["white", "weiß", "weiss", "blanc", "blanco", "לבן"],
    &["grey", "gray", "grau", "gris", "אפור"],
    &["red", "rot", "rouge", "rojo", "אדום"],
    &["blue", "blau", "bleu", "azul", "כחול"],
    &["green", "grün", "gruen", "vert", "verde", "ירוק"],
    &["yellow", "gelb", "jaune", "amarillo", "צהוב"],
    &["silver", "silber", "argent", "plata"],
    &["gold", "golden", "oro"],
    &["pink", "rosa", "rose"],
    &["brown", "braun", "marron"],
    &["purple", "violet", "lila", "violett"],
    &["orange"],
    &["beige"],
    &["navy"],
    &["teal"],
    &["turquoise", "türkis"],
    &["cream", "ivory"],
    &["graphite", "charcoal", "anthracite", "anthrazit"],
    &["mint"],
    &["olive"],
    &["copper"],
    &["lavender"],
    &["titanium"],
    &["small", "s"],
    &["medium", "m"],
    &["large", "l"],
    &["xs"],
    &["xl"],
    &["xxl", "2xl"],
];

/// How many rows of [`SAME`] are colours; the rest are sizes.
const COLOURS: usize = 24;

/// One spelling for a colour or size word; other words as they are.
pub fn spelt(word: &str) -> &str {
    SAME.iter().find(|row| row.contains(&word)).and_then(|row| row.first()).copied().unwrap_or(word)
}

/// Whether a word names a colour.
pub fn is_colour(word: &str) -> bool {
    SAME.iter().take(COLOURS).any(|row| row.contains(&word))
}

/// Whether a word is a clothing size that is no ordinary letter or word of a title.
pub fn is_size(word: &str) -> bool {
    matches!(word, "small" | "medium" | "large" | "xs" | "xl" | "xxl" | "2xl")
}

fn marks(text: &str) -> BTreeSet<String> {
    let parts = Parts::of(text);
    let mut marks: BTreeSet<String> =
        parts.quantities.iter().map(|q| format!("{:?} {}", q.measure, q.thousandths)).collect();
    marks.extend(parts.pack.map(|n| format!("pack {n}")));
    marks.extend(parts.numbers);
    marks.extend(parts.codes);
    let words = parts.words.iter().map(|w| spelt(w.trim_end_matches(':')).to_owned());
    marks.extend(words.filter(|w| !LABELS.contains(&w.as_str())));
    marks
}

/// A variant as it is compared: `Colour: Black / 128GB` and `128 GB, schwarz` are one; `None` where it says nothing.
pub fn key(text: &str) -> Option<String> {
    let marks = marks(text);
    (!marks.is_empty()).then(|| marks.into_iter().collect::<Vec<_>>().join("|"))
}

/// Whether two variant texts name amounts (sizes, capacities, packs) that cannot both be true of one thing.
pub fn amounts_differ(a: &str, b: &str) -> bool {
    let (a, b) = (Parts::of(a), Parts::of(b));
    let packs = a.pack.unwrap_or(1) != b.pack.unwrap_or(1);
    packs
        || a.quantities.iter().any(|q| {
            let mut same_measure = b.quantities.iter().filter(|p| p.measure == q.measure).peekable();
            same_measure.peek().is_some() && same_measure.all(|p| p != q)
        })
}

/// A title that names the variant, where it does not do so already.
pub fn titled(title: &str, variant: &str) -> String {
    let wanted = marks(variant);
    if title.trim().is_empty() || wanted.is_subset(&marks(title)) {
        return title.to_owned();
    }
    format!("{}, {}", title.trim_end(), variant.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_variant_in_other_words_has_one_key() {
        assert_eq!(key("Colour: Black / 128GB"), key("128 GB, schwarz"));
        assert_eq!(key("0,5 l"), key("500ml"));
        assert_ne!(key("500 ml"), key("1 l"));
        assert_eq!(key("Default Title"), None);
        assert_eq!(titled("Cola 500ml", "500 ml"), "Cola 500ml");
        assert_eq!(titled("Chair", "oak"), "Chair, oak");
        assert!(amounts_differ("128 GB", "256 GB") && !amounts_differ("128 GB", "black"));
        assert!(amounts_differ("6 x 330 ml", "330 ml"));
    }
}
