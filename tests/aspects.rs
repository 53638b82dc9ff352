//! Which aspect a need speaks of first, held against labelled needs over the demo catalogue, without a model.
//!
//! Plans by the rules alone. Of the kept needs only the share is printed; nothing is mended by them.

#[allow(dead_code)]
#[path = "eval/run.rs"]
mod run;

use emptor::answer::aspect;
use emptor::retrieval::{Vocabulary, understand};

/// Per cent of `aspects.txt` whose first aspect must be right.
const RIGHT_FLOOR: usize = 85;

#[test]
fn the_aspect_that_matters_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let vocabulary = Vocabulary::load(&run::store(folder.path()).reader().unwrap()).unwrap();
    let (main, kept) = (needs(include_str!("eval/aspects.txt")), needs(include_str!("eval/aspects_kept.txt")));
    for (_, labels) in main.iter().chain(&kept) {
        for label in labels {
            let known = aspect::of(label).is_some() || vocabulary.has_attribute(&aspect::key(label));
            assert!(known, "no aspect {label}");
        }
    }
    assert!(main.len() + kept.len() >= 250 && kept.len() * 3 >= main.len() + kept.len() - 3);
    let (right, _) = (score("main", &main, &vocabulary, true), score("kept", &kept, &vocabulary, false));
    assert!(right * 100 >= main.len() * RIGHT_FLOOR, "{right} of {} first aspects are right", main.len());
}

/// Needs with the aspects of which any may come first.
fn needs(file: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').expect(line)).map(|(n, l)| (n, l.split('|').collect())).collect()
}

/// Prints the share and, where `show`, what is wrong; the number right.
fn score(name: &str, needs: &[(&str, Vec<&str>)], vocabulary: &Vocabulary, show: bool) -> usize {
    let mut right = 0;
    for (need, labels) in needs {
        let first = first_aspect(need, vocabulary);
        let good = first.as_deref().is_some_and(|first| labels.iter().any(|label| aspect::same(first, label)));
        right += usize::from(good);
        if show && !good {
            println!("  {need}: {}, got {first:?}", labels.join(" or "));
        }
    }
    println!("{name}: {right} of {} needs with the right aspect first ({} %)", needs.len(), right * 100 / needs.len());
    right
}

/// The plan's first want, else its first condition.
fn first_aspect(need: &str, vocabulary: &Vocabulary) -> Option<String> {
    let need = understand(need, vocabulary);
    let wants = need.wants.iter().map(|want| want.aspect.clone());
    let bounds = need.must.attributes.iter().map(|condition| condition.name.clone());
    wants.chain(bounds).chain(need.must.stated.iter().map(|stated| stated.name.clone())).next()
}
