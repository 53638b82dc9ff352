//! Weights for tests: found in `models/`, or the test fails and says how to get them.

use std::path::PathBuf;

/// The project's folder of weights.
pub fn models_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models")
}

/// A file of weights that the tests need.
pub fn weights(file: &str) -> PathBuf {
    let path = models_folder().join(file);
    assert!(path.exists(), "{} is missing: run `sh setup --for-tests`", path.display());
    path
}

/// The small chat model.
pub fn small_chat() -> PathBuf {
    weights("SmolLM2-135M-Instruct.Q4_1.gguf")
}

/// The embedding model.
pub fn small_embedder() -> PathBuf {
    weights("all-minilm-l6-v2-q8_0.gguf")
}
