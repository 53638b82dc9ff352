//! Reads the embedded word lists into the lexicon; the head of each list says how its lines are meant.

use super::{Entry, Lexicon, Manner, ROLES, Role, Tail, endings};

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty())
}

impl Lexicon {
    fn entry(&mut self, word: &str) -> &mut Entry {
        self.entries.entry(word.to_owned()).or_default()
    }

    /// The entry of a phrase's first word, with the words that follow.
    fn phrase(&mut self, phrase: &str) -> Option<(&mut Entry, Tail)> {
        let mut words = phrase.split([' ', '_', '-']).filter(|w| !w.is_empty()).map(str::to_lowercase);
        let first = words.next()?;
        Some((self.entries.entry(first).or_default(), words.collect()))
    }

    pub(super) fn roles(&mut self, text: &str) {
        for line in lines(text) {
            let Some((name, words)) = line.split_once(" = ") else { continue };
            let Some((_, role)) = ROLES.iter().find(|(known, _)| *known == name) else { continue };
            for word in words.split_whitespace() {
                self.entry(word).roles |= 1 << *role as u32;
                if matches!(role, Role::Verb | Role::Ability) {
                    endings::of_verb(word).for_each(|form| self.entry(&form).roles |= 1 << *role as u32);
                }
            }
        }
    }

    pub(super) fn opinions(&mut self, text: &str) {
        for line in lines(text) {
            let mut words = line.split_whitespace();
            let Some((sign, letter)) = words.next().and_then(|head| Some((sign(&head[..1])?, &head[1..]))) else {
                continue;
            };
            let manner = match letter {
                "v" => Manner::Does,
                "n" => Manner::Names,
                "t" => Manner::Takes,
                _ => Manner::Describes,
            };
            for word in words {
                let forms: Vec<String> = match manner {
                    _ if word.contains('_') => Vec::new(),
                    Manner::Does | Manner::Takes => endings::of_verb(word).collect(),
                    Manner::Describes => endings::of_adjective(word).collect(),
                    Manner::Names => Vec::new(),
                };
                self.opinion(word, sign, manner, false);
                forms.iter().for_each(|form| self.opinion(form, sign, manner, true));
            }
        }
    }

    /// Adds an opinion; a word that a list names outright is not overruled by an ending worked out.
    fn opinion(&mut self, word: &str, sign: i32, manner: Manner, worked_out: bool) {
        let Some((entry, tail)) = self.phrase(word) else { return };
        // "fairly" and "roughly" are measures, whatever "fair" and "rough" are.
        if worked_out && entry.roles & (1 << Role::Adverb as u32) != 0 {
            return;
        }
        match entry.opinions.iter().position(|(t, _)| *t == tail) {
            Some(_) if worked_out => {}
            Some(at) if manner == Manner::Describes => entry.opinions[at].1 = (sign, manner),
            Some(_) => {}
            None => entry.opinions.push((tail, (sign, manner))),
        }
    }

    pub(super) fn aspects(&mut self, text: &str) {
        for line in lines(text) {
            let Some((name, rest)) = line.split_once('=') else { continue };
            let (words, telling) = rest.split_once('>').unwrap_or((rest, ""));
            let whole = name.starts_with('*');
            let name = name.trim_start_matches('*').trim();
            if whole && !name.is_empty() {
                self.wholes.insert(name.to_owned());
            }
            if whole && name.is_empty() {
                words.split(',').map(str::trim).for_each(|word| self.whole(word));
                continue;
            }
            for word in words.split(',') {
                if let Some((entry, tail)) = self.phrase(word.trim()) {
                    entry.aspects.push((tail, name.to_owned()));
                }
            }
            for word in telling.split_whitespace() {
                let (word, polarity) = match word.split_once('=') {
                    Some((word, mark)) => (word, sign(mark)),
                    None => (word.trim_start_matches(['+', '-']), sign(&word[..1])),
                };
                if let (Some(polarity), Some((entry, tail))) = (polarity, self.phrase(word)) {
                    entry.telling.push((tail, (name.to_owned(), polarity)));
                }
            }
        }
    }

    /// Adds a product that is called by its own name.
    fn whole(&mut self, word: &str) {
        self.wholes.insert(word.to_owned());
        for form in [word.to_owned(), endings::plural(word)] {
            if let Some((entry, tail)) = self.phrase(&form) {
                entry.aspects.push((tail, word.to_owned()));
            }
        }
    }

    pub(super) fn scales(&mut self, text: &str) {
        for line in lines(text) {
            let Some((words, aspects)) = line.split_once(" = ") else { continue };
            for word in words.split_whitespace() {
                let entry = self.entry(word);
                entry.roles |= 1 << Role::Scale as u32;
                for aspect in aspects.split(',').map(str::trim) {
                    if let Some(sign) = aspect.get(..1).and_then(sign) {
                        entry.scales.insert(aspect[1..].trim().to_owned(), sign);
                    }
                }
            }
        }
    }
}

fn sign(mark: &str) -> Option<i32> {
    match mark {
        "+" => Some(1),
        "-" => Some(-1),
        _ => None,
    }
}
