//! Which ideas of reading and ranking are in use: all of them, but for measurements that switch one off at a time.
//!
//! Plain data, passed along explicitly. Decides nothing itself.

/// Switches of single ideas; all on by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ideas {
    /// Words meet under their stem: `fencing`, `fence`.
    pub stems: bool,
    /// Equal measures are equal words: `5 ft`, `60"`.
    pub measures: bool,
    /// Words that the catalogue does not use are read as its likeliest ones.
    pub repair: bool,
    /// A rare word that a common one is near to is also looked for as that one.
    pub doubt: bool,
    /// Words are joined and split as the catalogue writes them.
    pub compounds: bool,
    /// Names of one thing from the hand list.
    pub synonyms: bool,
    /// Makers' numbers are found with and without their hyphens.
    pub part_numbers: bool,
    /// What is typed may be the beginning of a word.
    pub unfinished: bool,
    /// What stands behind `for` and `with` brings candidates too.
    pub beside: bool,
    /// The share of the words that a title has counts most, by how rare each is.
    pub coverage: bool,
    /// A word that names the thing counts more than one that describes it.
    pub naming: bool,
    /// Neighbours in the question are neighbours in the title.
    pub neighbours: bool,
}

impl Default for Ideas {
    fn default() -> Self {
        Self {
            stems: true,
            measures: true,
            repair: true,
            doubt: true,
            compounds: true,
            synonyms: true,
            part_numbers: true,
            unfinished: true,
            beside: true,
            coverage: true,
            naming: true,
            neighbours: true,
        }
    }
}
