//! Which implementation the settings lead to.

use super::*;
use crate::config::Endpoint;
use crate::model::State;

fn config(folder: &std::path::Path) -> Config {
    let mut config = Config::under(folder);
    config.model.chat = Some("smollm2-135m".to_owned());
    config.model.threads = Some(1);
    config
}

fn endpoint(base_url: &str) -> Option<Endpoint> {
    let base_url = base_url.to_owned();
    Some(Endpoint { base_url, model: "remote".to_owned(), key: None, context_tokens: 4096, level: 2 })
}

#[test]
fn an_endpoint_goes_before_a_local_model_unless_offline_forbids_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    let name = |config: &Config| open(config).unwrap().unwrap().info().name;
    config.model.endpoint = endpoint("https://models.example.org/v1");
    assert_eq!(name(&config), "remote");
    config.offline = true;
    assert_eq!(name(&config), "smollm2-135m");
    config.model.endpoint = endpoint("http://127.0.0.1:9/v1");
    assert_eq!(name(&config), "remote");
}

#[test]
fn a_local_model_knows_its_hash_level_and_context_before_it_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let model = open(&config(folder.path())).unwrap().unwrap();
    assert!(matches!(model.state(), State::Loading(_) | State::Ready));
    let info = model.info();
    assert_eq!(info.identity, "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53");
    assert_eq!((info.level, info.context_tokens), (0, config(folder.path()).model.context_tokens));
    let embedder = open_embedder(&config(folder.path())).unwrap().unwrap();
    assert!(embedder.id().starts_with("all-minilm-l6-v2@c5233c70"));
}

#[test]
fn a_named_model_that_is_not_here_is_an_error_with_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.model.chat = Some("qwen3-4b-instruct-2507".to_owned());
    let error = open(&config).err().unwrap().to_string();
    assert!(error.contains("emptor model pull qwen3-4b-instruct-2507"), "{error}");
}
