//! Choosing among what is here. The project's own folder holds the small models (the tests need them anyway).

use super::*;
use crate::config::Config;
use crate::model::testing::{small_chat, small_embedder};

fn config(folder: &Path) -> ModelConfig {
    Config::under(folder).model
}

#[test]
fn names_files_and_paths_are_resolved_and_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let by_name = resolve("smollm2-135m", Kind::Chat, &config).unwrap();
    assert_eq!((by_name.path.clone(), by_name.name.as_str(), by_name.level()), (small_chat(), "smollm2-135m", 0));
    let file = folder.path().join("mine.gguf");
    fs::hard_link(fs::canonicalize(small_chat()).unwrap(), &file)
        .or_else(|_| fs::copy(small_chat(), &file).map(|_| ()))
        .unwrap();
    let by_path = resolve(file.to_str().unwrap(), Kind::Chat, &config).unwrap();
    assert_eq!((by_path.name.as_str(), by_path.entry, by_path.level()), ("mine", None, 1));
    assert_eq!(by_path.identity().unwrap(), "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53");

    let message = |name: &str, kind| resolve(name, kind, &config).unwrap_err().to_string();
    assert!(message("all-minilm-l6-v2", Kind::Chat).contains("it makes embeddings"));
    assert!(message(small_chat().to_str().unwrap(), Kind::Embedding).contains("it cannot make embeddings"));
    assert!(message("no-such-thing", Kind::Chat).contains("no such model and no such file"));
    assert!(message("qwen3-4b-instruct-2507", Kind::Chat).contains("`emptor model pull qwen3-4b-instruct-2507`"));
    let text = folder.path().join("text.gguf");
    fs::write(&text, "not a model").unwrap();
    assert!(
        message(text.to_str().unwrap(), Kind::Chat)
            .ends_with("text.gguf: not a GGUF file (it does not begin with `GGUF`)")
    );
}

#[test]
fn the_named_model_is_chosen_and_the_embedding_model_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.chat = Some("smollm2-135m".to_owned());
    assert_eq!(choose(Kind::Chat, &config).unwrap().unwrap().path, small_chat());
    assert_eq!(choose(Kind::Embedding, &config).unwrap().unwrap().path, small_embedder());
    config.chat = Some("gone".to_owned());
    assert!(choose(Kind::Chat, &config).is_err());
}

#[test]
fn the_list_tells_what_is_here_in_use_and_fits() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.chat = Some("smollm2-135m".to_owned());
    fs::create_dir_all(&config.directory).unwrap();
    fs::write(config.directory.join("Qwen3-4B-Instruct-2507-Q4_K_M.gguf.part"), "half").unwrap();
    fs::copy(small_embedder(), config.directory.join("other.gguf")).unwrap();
    let rows = list(&config);
    let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
    assert_eq!((row("smollm2-135m").in_use, row("smollm2-135m").bytes), (true, Some(98_362_432)));
    assert!(row("all-minilm-l6-v2").in_use && row("all-minilm-l6-v2").default);
    assert_eq!((row("qwen3-4b-instruct-2507").partial, row("qwen3-4b-instruct-2507").untried), (Some(4), true));
    assert_eq!((row("other").kind, row("other").in_use), (Kind::Embedding, false));
    let memory = memory_bytes().unwrap();
    assert!(memory > 100_000_000 && rows.iter().all(|row| row.fits == Some(row.ram_needed <= memory)));
}

#[test]
fn a_newcomer_gets_a_tried_chat_model_and_an_embedding_model() {
    let defaults = defaults();
    let kinds: Vec<Kind> = defaults.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::Chat, Kind::Embedding]);
    assert!(defaults.iter().all(|entry| !entry.untried));
    let names: Vec<&str> = for_tests().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["smollm2-135m", "all-minilm-l6-v2"]);
}
