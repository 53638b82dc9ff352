//! The lock remembers, notices changes, and survives being damaged.

use super::*;

#[test]
fn a_hash_is_remembered_until_the_file_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gguf");
    fs::write(&path, "abc").unwrap();
    let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash_of(&path).unwrap(), of_abc);
    let locked = find(folder.path(), "a.gguf").unwrap();
    assert_eq!((locked.sha256.as_str(), locked.size), (of_abc, 3));
    // What the lock says is believed while size and time agree.
    put(folder.path(), Locked { sha256: "remembered".to_owned(), ..locked }).unwrap();
    assert_eq!(hash_of(&path).unwrap(), "remembered");
    fs::write(&path, "abcd").unwrap();
    assert_eq!(hash_of(&path).unwrap().len(), 64);
}

#[test]
fn a_damaged_lock_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NAME), "file = 3").unwrap();
    assert_eq!(find(folder.path(), "a"), None);
    let locked = Locked { file: "a".into(), sha256: "x".into(), size: 1, modified: 2, source: "there".into() };
    put(folder.path(), locked.clone()).unwrap();
    assert_eq!(find(folder.path(), "a"), Some(locked));
    assert!(hash_of(&folder.path().join("none")).is_err());
}
