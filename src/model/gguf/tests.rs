//! Whole files are recognised, every way of being broken has its own message.

use super::*;
use crate::model::testing::{small_chat, small_embedder};
use proptest::prelude::*;
use std::io::Write;

fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn beginning(path: &Path, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    File::open(path).unwrap().read_exact(&mut bytes).unwrap();
    bytes
}

#[test]
fn headers_of_real_models_are_read_and_their_sizes_agree() {
    let chat = inspect(&small_chat()).unwrap();
    assert_eq!((chat.architecture.as_str(), chat.has_chat_template), ("llama", true));
    assert_eq!(chat.expected_bytes, std::fs::metadata(small_chat()).unwrap().len());
    let embedder = inspect(&small_embedder()).unwrap();
    assert_eq!((embedder.architecture.as_str(), embedder.context), ("bert", Some(512)));
    assert_eq!(embedder.expected_bytes, std::fs::metadata(small_embedder()).unwrap().len());
}

#[test]
fn a_truncated_file_says_how_much_is_missing() {
    let whole = std::fs::metadata(small_embedder()).unwrap().len();
    let cut = written(&beginning(&small_embedder(), 5_000_000));
    match inspect(cut.path()) {
        Err(GgufError::Truncated { actual: 5_000_000, expected }) => assert_eq!(expected, whole),
        other => panic!("{other:?}"),
    }
    let in_header = written(&beginning(&small_embedder(), 1000));
    assert!(matches!(inspect(in_header.path()), Err(GgufError::Truncated { actual: 1000, .. })));
}

#[test]
fn other_files_are_refused_for_what_they_are() {
    assert!(matches!(inspect(written(b"").path()), Err(GgufError::NotGguf)));
    assert!(matches!(inspect(written(b"PK\x03\x04").path()), Err(GgufError::NotGguf)));
    assert!(matches!(inspect(written(b"GGUF\x09\0\0\0").path()), Err(GgufError::Version(9))));
    let mut huge = b"GGUF\x03\0\0\0".to_vec();
    huge.extend(u64::MAX.to_le_bytes().repeat(2));
    assert!(matches!(inspect(written(&huge).path()), Err(GgufError::Damaged(_))));
    assert!(matches!(inspect(Path::new("/")), Err(GgufError::Io(_))));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_or_take_long(rest in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = b"GGUF\x03\0\0\0".to_vec();
        bytes.extend(rest);
        let _ = inspect(written(&bytes).path());
    }
}
