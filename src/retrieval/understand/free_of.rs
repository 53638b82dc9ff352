//! What goods are sold free of: "gluten-free", "sugar free", "sugarless".
//!
//! Leaves it out and searches for the phrase that products use. Reads no other negation.

use super::Reading;

/// What "... free" speaks of without a hyphen.
const FREE_FROM: [&str; 34] = [
    "gluten",
    "sugar",
    "nut",
    "nuts",
    "peanut",
    "dairy",
    "lactose",
    "fat",
    "alcohol",
    "caffeine",
    "bpa",
    "fragrance",
    "perfume",
    "soy",
    "egg",
    "latex",
    "wheat",
    "meat",
    "paraben",
    "parabens",
    "additive",
    "additives",
    "palm oil",
    "plastic",
    "lead",
    "milk",
    "salt",
    "yeast",
    "grain",
    "scent",
    "pvc",
    "phosphate",
    "sulphate",
    "colouring",
];

/// What is left out whole: the word behind it begins something new.
pub(super) const SUBSTANCES: [&str; 9] =
    ["gluten", "sugar", "dairy", "lactose", "caffeine", "alcohol", "bpa", "parabens", "additives"];

/// "... free" in which nothing is left out.
const FREE_OTHERWISE: [&str; 14] = [
    "hands",
    "duty",
    "care",
    "worry",
    "stress",
    "maintenance",
    "wrinkle",
    "toll",
    "risk",
    "for",
    "tangle",
    "language",
    "crease",
    "hassle",
];

/// Whether goods are sold free of it.
pub fn sold_free_of(thing: &str) -> bool {
    FREE_FROM.contains(&thing)
}

impl Reading<'_> {
    /// "gluten-free", "sugar free", "sugarless": left out, and searched for as the phrase that products use.
    pub(super) fn free_from(&mut self) {
        for i in 0..self.tokens.len() {
            let stem = self.free_word(i).and_then(|w| w.strip_suffix("less")).filter(|stem| sold_free_of(stem));
            if let Some(thing) = stem.map(str::to_owned) {
                self.leave_out(&thing);
                self.tokens[i].text = format!("{thing}-free");
                self.side[i] = true;
            }
        }
        for i in 1..self.tokens.len() {
            if !self.tokens[i].is("free") || self.tokens[i].used {
                continue;
            }
            let Some(thing) = self.free_word(i - 1).map(str::to_owned) else { continue };
            let hyphen = self.tokens[i].joined && !FREE_OTHERWISE.contains(&thing.as_str());
            let of = self.free_word(i + 1).is_some_and(|w| w == "of" || w == "from");
            if (hyphen || FREE_FROM.contains(&thing.as_str())) && !of {
                self.leave_out(&thing);
                self.tokens[i - 1].used = true;
                self.tokens[i].text = format!("{thing}-free");
                self.tokens[i].joined = false;
                self.side[i] = true;
            }
        }
    }
}
