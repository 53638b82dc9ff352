//! Reads texts about one product after another and remembers what the product is called, so that "it" has a meaning.
//!
//! Remembers a count of names, no text.

use super::lexicon;
use super::syntax::{self, Found};
use crate::answer::clean;
use std::collections::BTreeMap;

/// Times a name must have been heard before "it" means it.
const LEAST: u32 = 3;

/// Mines texts of one product.
#[derive(Default)]
pub struct Miner {
    heard: BTreeMap<String, u32>,
    times: u32,
}

impl Miner {
    /// Every mention of an aspect with its sentence; escape sequences are gone before anything is read.
    pub(super) fn read(&mut self, text: &str) -> Vec<(String, Found)> {
        let mut out = Vec::new();
        let mut subject = self.subject().map(str::to_owned);
        for sentence in syntax::sentences(text) {
            let sentence = clean::line(sentence, clean::BODY);
            for found in syntax::read(lexicon::shipped(), &sentence, subject.as_deref()) {
                if found.whole {
                    self.hear(&found);
                    // Within one text the name last used is meant.
                    subject = Some(found.term.clone());
                }
                out.push((sentence.clone(), found));
            }
        }
        out
    }

    fn hear(&mut self, found: &Found) {
        if !found.said_by_pronoun {
            *self.heard.entry(found.term.clone()).or_default() += 1;
            self.times += 1;
        }
    }

    /// The name that most of the texts so far use, if most use one.
    fn subject(&self) -> Option<&str> {
        let (name, times) = self.heard.iter().max_by_key(|(_, times)| **times)?;
        (*times >= LEAST && *times * 5 >= self.times * 3).then_some(name)
    }
}
