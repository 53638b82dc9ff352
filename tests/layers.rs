//! Holds every source file to the architecture page in `lib.rs`: who may import whom, how long a file may be,
//! that it says what it owns, and that the table in `lib.rs` names the same modules in the same order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const MOST_LINES: usize = 500;

/// Modules of which `ui` may name only the event types.
const EVENTS_ONLY: [&str; 2] = ["answer", "refresh"];

/// Module -> modules it may import, besides itself.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let low = ["domain", "text", "config"];
    let parts = ["domain", "text", "config", "sources", "store", "model"];
    let with = |list: &[&'static str], more: &[&'static str]| [list, more].concat();
    BTreeMap::from([
        ("domain", vec![]),
        ("text", vec![]),
        ("config", vec!["domain", "text"]),
        ("sources", low.to_vec()),
        ("store", low.to_vec()),
        ("model", low.to_vec()),
        ("refresh", parts.to_vec()),
        ("retrieval", parts.to_vec()),
        ("answer", with(&parts, &["retrieval"])),
        ("ui", with(&low, &["refresh", "answer"])),
        ("app", with(&parts, &["refresh", "retrieval", "answer", "ui"])),
        ("cli", with(&parts, &["refresh", "retrieval", "answer", "ui", "app"])),
    ])
}

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    source_files(&root.join("src"), &mut files);
    assert!(files.len() > 12, "the source tree was not found");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.strip_prefix(root).unwrap().to_path_buf(), text)
    };
    files.into_iter().map(read).collect()
}

fn is_test(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "tests")
        || path.components().any(|c| c.as_os_str() == "tests" || c.as_os_str() == "testing")
}

/// `src/store/writer.rs` -> `store`; `src/main.rs` and `src/lib.rs` -> None.
fn module_of(path: &Path) -> Option<String> {
    let mut parts = path.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).skip(1);
    let first = parts.next()?;
    parts.next().map(|_| first)
}

/// The modules (with the next path segment) that a text names by `crate::a::b`, `crate::{a::b, c}` included.
fn named_modules(text: &str) -> BTreeSet<(String, String)> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_items(group).iter().filter_map(|item| split_path(item.trim()))),
            None => found.extend(split_path(rest)),
        }
    }
    found
}

/// The comma-separated items of a use group up to its closing brace, nested groups kept whole.
fn group_items(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut items = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && c == ',' {
            items.push(String::new());
        } else if let Some(last) = items.last_mut() {
            last.push(c);
        }
    }
    items
}

fn split_path(path: &str) -> Option<(String, String)> {
    let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let first = word(path);
    let second = path[first.len()..].strip_prefix("::").map(word).unwrap_or_default();
    (!first.is_empty()).then_some((first, second))
}

#[test]
fn imports_follow_the_data_flow() {
    let table = allowed();
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        if is_test(&path) {
            continue;
        }
        let Some(module) = module_of(&path) else { continue };
        let Some(may) = table.get(module.as_str()) else {
            wrong.push(format!("{}: module {module} is not in the table", path.display()));
            continue;
        };
        for (named, next) in named_modules(&text) {
            if named == module || !table.contains_key(named.as_str()) {
                continue;
            }
            if !may.contains(&named.as_str()) {
                wrong.push(format!("{}: {module} may not import {named}", path.display()));
            } else if module == "ui" && EVENTS_ONLY.contains(&named.as_str()) && next != "event" {
                wrong.push(format!("{}: of {named} the ui names only event types, not {next}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_check_itself_sees_an_import() {
    let names =
        named_modules("use crate::{store::{Reader, Writer}, answer::event as e};\nlet x = crate::ui::update();");
    let expected = [("answer", "event"), ("store", ""), ("ui", "update")];
    assert_eq!(names, expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = all_sources()
        .into_iter()
        .filter(|(path, text)| !is_test(path) && text.lines().count() > MOST_LINES)
        .map(|(path, text)| format!("{}: {} lines", path.display(), text.lines().count()))
        .collect();
    assert!(long.is_empty(), "over {MOST_LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_owns() {
    let silent: Vec<String> = all_sources()
        .into_iter()
        .filter(|(path, text)| !is_test(path) && !text.starts_with("//!"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no module header:\n{}", silent.join("\n"));
}

#[test]
fn the_architecture_page_names_every_module_in_order() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let declared: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let described: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("//! | [`")?.split('`').next()).collect();
    assert_eq!(declared, described);
    let known: BTreeSet<&str> = allowed().into_keys().collect();
    assert_eq!(declared.into_iter().collect::<BTreeSet<_>>(), known);
}

#[test]
fn main_stays_thin() {
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 40, "src/main.rs has {} lines", main.lines().count());
}
