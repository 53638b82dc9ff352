//! MiniLM through llama.cpp: near things are near, batches change nothing, long texts are cut.

use super::*;
use crate::model::testing::{small_chat, small_embedder};

fn open(path: PathBuf) -> Result<LocalEmbedder, ModelError> {
    let options = EmbedderOptions { path, name: "minilm".to_owned(), identity: "abc".to_owned(), threads: Some(1) };
    LocalEmbedder::open(options)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn near_meanings_are_near_and_vectors_have_length_one() {
    let embedder = open(small_embedder()).unwrap();
    assert_eq!((embedder.dimensions(), embedder.id()), (384, "minilm@abc"));
    let texts = ["a quiet dishwasher", "dish washing machine with low noise", "a tent for two in the mountains"];
    let vectors = embedder.embed(&texts, &CancellationToken::new()).unwrap();
    for vector in &vectors {
        assert!((dot(vector, vector) - 1.0).abs() < 1e-4);
    }
    let (near, far) = (dot(&vectors[0], &vectors[1]), dot(&vectors[0], &vectors[2]));
    assert!(near > 0.6 && near > far + 0.4, "near {near}, far {far}");
}

#[test]
fn a_batch_gives_what_single_texts_give_in_order() {
    let embedder = open(small_embedder()).unwrap();
    let texts: Vec<String> = (0..40).map(|n| format!("product number {n} {}", "word ".repeat(n % 7))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let cancel = CancellationToken::new();
    let together = embedder.embed(&texts, &cancel).unwrap();
    assert_eq!(together.len(), texts.len());
    for (text, vector) in texts.iter().zip(&together).step_by(7) {
        let alone = embedder.embed(&[text], &cancel).unwrap();
        assert!(dot(&alone[0], vector) > 0.999, "{text}: {}", dot(&alone[0], vector));
    }
}

#[test]
fn empty_and_endless_texts_get_vectors_and_a_cancelled_call_does_not() {
    let embedder = open(small_embedder()).unwrap();
    let endless = "noise ".repeat(3000);
    let cancel = CancellationToken::new();
    let vectors = embedder.embed(&["", &endless, "\u{5DE}\u{5D3}\u{5D9}\u{5D7}"], &cancel).unwrap();
    assert!(vectors.iter().all(|vector| (dot(vector, vector) - 1.0).abs() < 1e-4));
    assert!(embedder.embed(&[], &cancel).unwrap().is_empty());
    cancel.cancel();
    assert!(matches!(embedder.embed(&["a"], &cancel), Err(ModelError::Cancelled)));
}

#[test]
fn what_is_no_embedding_model_is_refused() {
    let error = open(small_chat()).err().unwrap().to_string();
    assert!(error.contains("no embedding model"), "{error}");
}
