//! Search by meaning with the real binary and the small embedding model: vectors made from the command line, used where
//! the catalogue has them, left alone where they are not wanted or not there.
#![cfg(feature = "llama")]

mod home;

use home::{Home, Run};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};

/// A home where a hundred of the demo products have vectors of the small embedding model.
fn with_vectors() -> Home {
    let home = Home::demo();
    embed(&home, &["--limit", "120"], &[]).expect(0);
    home
}

/// `emptor model embed` with the small model.
fn embed(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let mut command = home.command(["model", "embed"]);
    command.args(arguments).env("EMPTOR_MODELS_DIR", weights()).envs(environment.iter().copied());
    Run::of(command.output().unwrap())
}

/// A home with twelve products; the first is called `first`.
fn twelve(home: &Home, first: &str) {
    let mut table = format!("title,sku,price,currency,shop\n{first},S0,10,EUR,shop.example\n");
    table.extend((1..12).map(|n| format!("Brass Lamp Model {n},S{n},{n}5,EUR,shop.example\n")));
    let file = home.file("twelve.csv", table);
    home.run(["import".as_ref(), file.as_os_str()]).expect(0);
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

#[test]
fn embedding_goes_on_where_it_stopped_and_ends() {
    let home = Home::empty();
    embed(&home, &[], &[]).expect_error(3, "import demo");
    twelve(&home, "Oak Desk");
    let made = |arguments: &[&str], environment: &[(&str, &str)]| {
        let run = embed(&home, &[arguments, &["--json"]].concat(), environment).expect(0);
        let report = run.json("model embed");
        assert!(report["embedder"].as_str().unwrap().contains('@') && report["per_second"].is_f64(), "{report}");
        ["made", "with_vector", "left", "products"].map(|count| report[count].as_u64().unwrap())
    };
    assert_eq!(made(&["--limit", "5"], &[]), [5, 5, 7, 12]);
    let rest = embed(&home, &[], &[]).expect(0);
    assert!(rest.stdout.starts_with("7 vectors made in") && rest.stdout.contains("12 of 12"), "{}", rest.stdout);
    assert!(rest.stderr.contains("7 of 7 vectors, ") && rest.stderr.contains(" a second, 0 s left"), "{}", rest.stderr);
    let nothing = embed(&home, &[], &[]).expect(0);
    assert_eq!(
        (nothing.stdout.as_str(), nothing.stderr.as_str()),
        ("nothing to do: all 12 products have a vector\n", "")
    );
    twelve(&home, "Walnut Desk");
    assert_eq!(made(&[], &[]), [1, 12, 0, 12], "only what changed is made again");
    let other = home.path().join("another-name.gguf");
    let small = std::path::Path::new(weights()).join("all-minilm-l6-v2-q8_0.gguf");
    std::fs::copy(small, &other).unwrap();
    assert_eq!(made(&[], &[("EMPTOR_EMBEDDING", other.to_str().unwrap())]), [12, 12, 0, 12], "another embedder's");
}

#[test]
fn what_is_no_embedding_model_is_told_with_what_to_do_next() {
    let home = Home::empty();
    twelve(&home, "Oak Desk");
    let broken = home.file("broken.gguf", "no weights");
    for wrong in ["/no/such/model.gguf", broken.to_str().unwrap()] {
        embed(&home, &[], &[("EMPTOR_EMBEDDING", wrong)]).expect_error(5, "emptor model list");
    }
    embed(&home, &["--limit", "0"], &[]).expect_error(2, "--limit");
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_the_vectors_that_were_made() {
    let home = Home::demo();
    let mut command = home.command(["model", "embed"]);
    let mut child = command.env("EMPTOR_MODELS_DIR", weights()).env("EMPTOR_THREADS", "1").spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert!(line.contains(" vectors, ") && line.contains(" left"), "{line}");
    // SAFETY: the process is a child that was not waited for, so its number is still its own.
    assert_eq!(unsafe { libc::kill(i32::try_from(child.id()).unwrap(), libc::SIGINT) }, 0);
    told.read_to_string(&mut line).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{line}");
    let after = embed(&home, &["--limit", "1", "--json"], &[]).expect(0).json("model embed");
    let (held, left) = (after["with_vector"].as_u64().unwrap(), after["left"].as_u64().unwrap());
    assert!(held > 16 && left > 0, "{after}\n{line}");
}
