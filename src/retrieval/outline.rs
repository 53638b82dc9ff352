//! What a product is ranked by before anything of it is read: its title and category in the form in which words are
//! looked for.
//!
//! Made once, when the index is; never reads the store.

use super::fold::name_key;
use crate::domain::ProductFacts;
use crate::domain::measure::measures;

/// Marks after which a title tells what comes with the thing or what it is for.
const AFTER_THE_THING: [&str; 7] = [" with ", " for ", " in ", " (", ", ", " - ", " | "];

/// A product's title and category, words in the singular between blanks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Outline<'t> {
    /// The title and, behind it, its measures as the index has them.
    pub title: &'t str,
    /// The title up to what comes "with" or "for" the thing.
    pub thing: &'t str,
    pub category: &'t str,
    /// [`crate::domain::appeal`] from 0 to 255.
    pub appeal: u8,
}

/// The texts of an [`Outline`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutlineTexts {
    pub title: String,
    /// How many bytes of the title are the thing.
    pub thing: usize,
    pub category: String,
    pub appeal: u8,
}

impl OutlineTexts {
    pub fn of(facts: &ProductFacts) -> Self {
        let title = &facts.title;
        let end = AFTER_THE_THING.iter().filter_map(|mark| title.find(mark)).min().unwrap_or(title.len());
        let whole = padded(&measures(title).into_iter().fold(title.clone(), |text, m| text + " " + &m.word));
        let thing = padded(title.get(..end).unwrap_or(title));
        Self {
            // A word that is cut by a mark may have another key: then the whole title is the thing.
            thing: if whole.starts_with(&thing) { thing.len() } else { whole.len() },
            title: whole,
            category: padded(facts.category.as_deref().unwrap_or_default()),
            appeal: (crate::domain::appeal(facts.rating) * 255.0).round() as u8,
        }
    }

    pub fn borrowed(&self) -> Outline<'_> {
        let thing = self.title.get(..self.thing).unwrap_or(&self.title);
        Outline { title: &self.title, thing, category: &self.category, appeal: self.appeal }
    }
}

/// A text's words in the singular between blanks.
fn padded(text: &str) -> String {
    format!(" {} ", name_key(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_title_is_the_thing_up_to_what_comes_with_it() {
        let facts = ProductFacts {
            title: "Oak Desks 5 ft. with Drawers".into(),
            category: Some("Office > Desks".into()),
            ..ProductFacts::default()
        };
        let texts = OutlineTexts::of(&facts);
        let outline = texts.borrowed();
        assert_eq!((outline.thing, outline.category), (" oak desk 5 ft ", " office desk "));
        assert!(outline.title.starts_with(" oak desk 5 ft with drawer "));
        assert!(outline.title.len() > " oak desk 5 ft with drawer ".len(), "measures stand behind it");
    }

    proptest! {
        #[test]
        fn the_thing_is_a_part_of_any_title(title in "\\PC{0,60}") {
            let texts = OutlineTexts::of(&ProductFacts { title, ..ProductFacts::default() });
            let outline = texts.borrowed();
            prop_assert!(outline.title.starts_with(outline.thing));
        }
    }
}
