//! Search by meaning with the real binary and the small embedding model: used where the catalogue has vectors of it,
//! left alone where it is not wanted or not there.
#![cfg(feature = "llama")]

mod home;

use emptor::config::Config;
use emptor::model::open_embedder;
use emptor::store::Store;
use home::Home;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// A home whose demo products have vectors of the small embedding model.
fn with_vectors() -> Home {
    let home = Home::demo();
    let mut config = Config::under(home.path());
    config.model.directory = weights().into();
    let embedder = open_embedder(&config).unwrap().expect("no embedding model: run `sh setup --for-tests`");
    let store = Store::open(&home.database()).unwrap();
    let reader = store.reader().unwrap();
    let products = reader.products_without_vector(embedder.id(), None, 120).unwrap();
    let texts: Vec<&str> = products.iter().map(|(product, _)| product.facts.title.as_str()).collect();
    let vectors = embedder.embed(&texts, &CancellationToken::new()).unwrap();
    let rows = products.iter().zip(vectors).map(|((product, revision), v)| (product.id, *revision, v)).collect();
    store.writer().put_vectors(embedder.id().to_owned(), rows).unwrap();
    home
}

fn weights() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/models")
}

/// The result, and what was noted beside it.
fn searched(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> (Value, String) {
    let mut command = home.command(["search", "dishwasher", "--json"]);
    let environment = environment.iter().copied();
    let output = command.args(arguments).env("EMPTOR_MODELS_DIR", weights()).envs(environment).output().unwrap();
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{notes}");
    (serde_json::from_slice::<Value>(&output.stdout).unwrap()["result"].take(), notes)
}

#[test]
fn search_uses_vectors_where_they_are_and_no_model_leaves_them() {
    let home = with_vectors();
    assert_eq!(searched(&home, &[], &[]).0["method"], "lexical and semantic");
    assert_eq!(searched(&home, &["--no-model"], &[]).0["method"], "lexical");
    assert_eq!(searched(&Home::demo(), &[], &[]).0["method"], "lexical", "a model but no vectors");
    let (result, notes) = searched(&home, &[], &[("EMPTOR_EMBEDDING", "/no/such/model.gguf")]);
    assert_eq!(result["method"], "lexical", "vectors but no model");
    assert!(notes.contains("searched by words only"), "{notes}");
}

#[test]
fn a_batch_uses_vectors_too() {
    let home = with_vectors();
    // No word of the catalogue's: only meaning finds something.
    let file = home.file("queries.tsv", "a\tmachine that cleans plates and cutlery\n");
    let mut hits = Vec::new();
    for more in [&[][..], &["--no-model"][..]] {
        let mut command = home.command(["search".as_ref(), "--batch".as_ref(), file.as_os_str()]);
        let output = command.args(more).env("EMPTOR_MODELS_DIR", weights()).output().unwrap();
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        hits.push(line["hits"].as_array().unwrap().len());
    }
    assert!(hits[0] > hits[1], "meaning adds to what words find: {hits:?}");
}
