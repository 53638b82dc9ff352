//! The gate's lists of single words, read from `assets/lexicon/gate_claims.txt`.
//!
//! Only hands them out; what a word of a list does to a sentence is decided where it is met.

use std::sync::LazyLock;

/// The lists by their names in the file.
#[derive(Default)]
pub struct Lists {
    /// More than any catalogue can hold.
    pub absolute: Vec<&'static str>,
    /// Said of the pick only: recommendations, then judgements.
    pub recommends: Vec<&'static str>,
    pub advice: Vec<&'static str>,
    /// Orders to a reader that name what to take.
    pub urges: Vec<&'static str>,
    /// What a name from outside may not say.
    pub orders: Vec<&'static str>,
}

pub static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut lists = Lists::default();
    for line in include_str!("../../../assets/lexicon/gate_claims.txt").lines() {
        let Some((name, words)) = line.split_once(' ') else { continue };
        let list = match name {
            "absolute" => &mut lists.absolute,
            "recommends" => &mut lists.recommends,
            "advice" => &mut lists.advice,
            "urges" => &mut lists.urges,
            "orders" => &mut lists.orders,
            _ => continue,
        };
        list.extend(words.split_whitespace());
    }
    lists
});

impl Lists {
    /// A recommendation or a judgement.
    pub fn advises(&self, token: &super::Token) -> bool {
        token.is_word(&self.recommends) || token.is_word(&self.advice)
    }
}
