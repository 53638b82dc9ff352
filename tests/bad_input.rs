//! What people and machines get wrong: each is one clear line with the contract's exit code, nothing lost, no panic.

mod home;

use home::{Home, Run};
use std::fs;
use std::io::Write;
use std::process::Stdio;

const CSV: &str =
    "name,store,date,price,currency\nKettle One,Alpha,2026-01-05,19.99,EUR\nKettle Two,Alpha,2026-01-05,24.50,EUR\n";

fn products(home: &Home) -> u64 {
    let run = home.run(["export", "--format", "json"]);
    if run.code == Some(3) {
        return 0;
    }
    run.expect(0).json("export")["products"].as_array().unwrap().len() as u64
}

#[test]
fn wrong_usage_is_code_2_in_one_line() {
    let home = Home::empty();
    let cases: &[(&[&str], &str)] = &[
        (&["--bogus"], "unexpected argument '--bogus'"),
        (&["revews", "x"], "'reviews'"),
        (&["search", "x", "--bogus"], "emptor search --help"),
        (&["search"], "<WORDS>"),
        (&["search", "  "], "no words to look for"),
        (&["search", "x", "--limit", "0"], "1..=1000"),
        (&["search", "x", "--limit", "-3"], "-3"),
        (&["search", "x", "--limit", "many"], "many"),
        (&["search", "x", "--max-price", "0"], "a price above 0"),
        (&["search", "x", "--max-price=-5"], "a price above 0"),
        (&["search", "x", "--max-price", "cheap"], "a price above 0"),
        (&["compare", "1"], "2 values required"),
        (&["history", "1", "--since", "yesterday"], "a date such as"),
        (&["watch", "add", "1"], "--below"),
        (&["watch", "add", "1", "--below", "0"], "a price above 0"),
        (&["watch", "add", "1", "--below", "5 euros"], "currency code"),
        (&["watch"], "a command is missing"),
        (&["watch", "rm", "one"], "one"),
        (&["export", "--format", "xml"], "xml"),
        (&["import"], "FILE"),
        (&["import", "x.csv", "--map", "title"], "field=column"),
        (&["source", "add", "x", "--kind", "carrier-pigeon"], "one of page, shop"),
        (&["--color", "purple", "deals"], "auto, always or never"),
        (&["--json"], "--json needs a command"),
        (&["--ask", "x", "deals"], "--ask stands alone"),
        (&["--no-model", "deals"], "--ask"),
        (&["--ask", "x", "--as-of", "tomorrow"], "a date such as"),
        (&["--config", "/nowhere/c.toml", "deals"], "/nowhere/c.toml"),
    ];
    for (arguments, holds) in cases {
        let run = home.run(*arguments).expect_error(2, holds);
        assert!(run.stderr.len() < 400, "{}", run.stderr);
    }
    assert!(!home.database().exists(), "wrong usage makes no database");
}

#[test]
fn an_empty_question_is_refused() {
    let home = Home::empty();
    for question in ["", "   ", "\n\t"] {
        home.run(["--ask", question]).expect_error(2, "the question is empty");
    }
    home.run_with(["--ask", "-"], b"").expect_error(2, "the question is empty");
}

#[test]
fn a_megabyte_of_question_is_refused() {
    let home = Home::demo();
    let long = "dishwasher ".repeat(100_000);
    let run = home.run_with(["--ask", "-"], long.as_bytes()).expect_error(2, "more than 4000 characters");
    assert!(run.stderr.len() < 300);
    // The longest single argument that Linux hands over is 128 KiB.
    home.run(["--ask", &long[..120_000]]).expect_error(2, "more than 4000 characters");
    home.run(["search", &long[..120_000]]).expect_error(2, "4000 characters");
    home.run_with(["--ask", "-"], b"\xff\xfe quiet").expect_error(2, "not UTF-8");
}

#[test]
fn a_binary_file_is_no_import() {
    let home = Home::empty();
    let noise: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for name in ["noise.bin", "noise.csv", "noise.jsonl", "noise.html"] {
        let file = home.file(name, &noise);
        home.run([std::ffi::OsStr::new("import"), file.as_os_str()]).expect_error(2, name);
    }
    assert_eq!(products(&home), 0);
}

#[test]
fn files_that_are_not_there_or_empty() {
    let home = Home::empty();
    home.run(["import", "missing.csv"]).expect_error(2, "missing.csv");
    home.run(["import", "."]).expect_error(2, ".");
    home.file("empty.csv", "");
    home.run(["import", "empty.csv"]).expect_error(2, "empty.csv");
    home.file("head.csv", "name,price\n");
    home.run(["import", "head.csv"]).expect_error(2, "head.csv");
    home.run(["search", "--batch", "missing.tsv"]).expect_error(2, "missing.tsv");
    home.run(["inspect", "page", "missing.html"]).expect_error(2, "missing.html");
}

#[test]
fn a_broken_row_is_told_and_the_rest_imported() {
    let home = Home::empty();
    home.file(
        "rows.csv",
        format!("{CSV}Kettle Three,Alpha,not a date,9.99,EUR\nKettle Four,Alpha,2026-01-05,31.00,EUR\n"),
    );
    let run = home.run(["import", "rows.csv"]).expect(0);
    assert!(run.stderr.contains("row 4") || run.stderr.contains("line 4"), "the row is named: {}", run.stderr);
    assert_eq!(products(&home), 3);
}

#[test]
fn a_page_without_a_price_is_kept_as_such() {
    let home = Home::empty();
    let page = r#"<html><head><title>Lamp</title><script type="application/ld+json">
        {"@context":"https://schema.org","@type":"Product","name":"Quiet Lamp","sku":"L1"}</script></head><body></body></html>"#;
    home.file("lamp.html", page);
    let run = home.run(["import", "lamp.html", "--url", "https://shop.example/p/lamp"]);
    let run = run.expect(0);
    assert!(run.stderr.contains("no price"), "{}", run.stderr);
    let history = home.run(["history", "Quiet Lamp", "--json"]).expect(3);
    let points = history.json("history")["points"].clone();
    assert_eq!(points[0]["outcome"], "no_price", "the look is a row: {points}");
    home.file("nothing.html", "<html><body><p>About us</p></body></html>");
    home.run(["import", "nothing.html"]).expect_error(2, "nothing.html");
}

#[test]
fn weights_that_are_none() {
    let home = Home::demo();
    let none = home.file("none.gguf", "this is no model at all, only some text that is long enough to be read");
    let mut head = b"GGUF".to_vec();
    head.extend(3_u32.to_le_bytes());
    head.extend(200_u64.to_le_bytes());
    head.extend(20_u64.to_le_bytes());
    let cut = home.file("cut.gguf", &head);
    for file in [&none, &cut] {
        let name = file.file_name().unwrap().to_str().unwrap();
        home.run([std::ffi::OsStr::new("model"), "use".as_ref(), file.as_os_str()]).expect_error(2, name);
        assert!(!home.path().join(".config/emptor/config.toml").exists(), "a bad model is not chosen");
        // Chosen by hand all the same: the facts stand, the model's failure is told, the code is 5.
        let mut command = home.command(["--ask", "quiet dishwasher"]);
        let output = command.env("EMPTOR_MODEL", file).output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(5), "{stdout}\n{stderr}");
        assert!(stderr.contains(name), "{stderr}");
    }
    home.run(["model", "use", "no-such-model"]).expect_error(2, "no-such-model");
    home.run(["model", "pull", "no-such-model"]).expect_error(2, "no-such-model");
}

#[test]
fn no_network_is_told_and_what_is_stored_stands() {
    let home = Home::demo();
    // A port that was free a moment ago: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/p/lamp");
    let run = home.run(["source", "add", &url]).expect(5);
    assert!(run.stderr.lines().all(|line| line.starts_with("emptor: ")), "{}", run.stderr);
    let run = home.run(["source", "refresh"]).expect(5);
    assert!(run.stderr.contains("127.0.0.1"), "{}", run.stderr);
    home.run(["--offline", "source", "refresh"]).expect_error(5, "offline");
    home.run(["search", "dishwasher"]).expect(0);
}

#[test]
fn a_database_that_is_none_stays_untouched() {
    let home = Home::empty();
    let noise = b"this is not a database, it is somebody's letter to a friend".repeat(100);
    fs::write(home.database(), &noise).unwrap();
    for arguments in [&["search", "x"][..], &["import", "demo"], &["--ask", "x"], &["deals"]] {
        home.run(arguments).expect_error(5, "emptor.db");
    }
    assert_eq!(fs::read(home.database()).unwrap(), noise);
    let names: Vec<_> = fs::read_dir(home.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.iter().all(|n| !n.to_string_lossy().contains("-wal")), "{names:?}");
}

#[test]
fn no_place_for_the_database() {
    let home = Home::empty();
    home.file("a-file", "x");
    home.run(["--db", "a-file/sub/emptor.db", "import", "demo"]).expect_error(5, "a-file");
    home.run(["--db", ".", "import", "demo"]).expect_error(5, ".");
}

/// The superuser may write to any file, so there the binary runs as nobody.
#[test]
fn a_read_only_database_answers_and_refuses_to_write() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let home = Home::demo();
    let superuser = fs::metadata(home.path()).unwrap().uid() == 0;
    let program = if superuser {
        let copy = home.path().join("emptor-of-nobody");
        fs::copy(home::BINARY, &copy).unwrap();
        copy
    } else {
        home::BINARY.into()
    };
    let mode = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&home.database(), 0o444);
    mode(home.path(), 0o555);
    let run = |arguments: &[&str]| {
        let mut command = home.command_of(&program);
        command.args(arguments);
        if superuser {
            command.uid(65_534).gid(65_534);
        }
        let output = command.current_dir("/").output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let before = fs::read(home.database()).unwrap();
    let (found, added, imported) =
        (run(&["search", "dishwasher"]), run(&["watch", "add", "1", "--below", "1"]), run(&["import", "demo"]));
    mode(home.path(), 0o755);
    mode(&home.database(), 0o600);
    assert_eq!(found.0, Some(0), "{}", found.1);
    for (code, stderr) in [added, imported] {
        assert_eq!(code, Some(5), "{stderr}");
        assert!(stderr.contains("read-only") && stderr.lines().count() == 1, "{stderr}");
    }
    assert_eq!(fs::read(home.database()).unwrap(), before);
}

#[test]
fn no_space_left_loses_nothing() {
    let home = Home::demo();
    let before = products(&home);
    // The largest file that this process may write stands for a full disk: writing beyond it fails as it would there.
    let mut rows = String::from("name,store,date,price,currency\n");
    for number in 0..60_000 {
        rows.push_str(&format!("Thing number {number} of a long list,Alpha,2026-01-05,19.99,EUR\n"));
    }
    home.file("big.csv", rows);
    let size = fs::metadata(home.database()).unwrap().len();
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", (size + 2_000_000) / 512);
    let mut command = home.command_of("sh");
    let output = command.args(["-c", &script, "sh", home::BINARY, "import", "big.csv"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(stderr.lines().last().unwrap_or_default().contains("emptor.db"), "{stderr}");
    assert!(products(&home) >= before, "what was there is there");
    home.run(["search", "dishwasher"]).expect(0);
}

#[test]
fn a_full_disk_behind_stdout_is_told() {
    let home = Home::demo();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = home.command(["export", "--format", "csv"]).stdout(full).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(stderr.contains("no space left"), "{stderr}");
}

#[test]
fn two_at_once_on_one_database_lose_nothing() {
    let home = Home::empty();
    let rows = |shop: &str| {
        let mut text = String::from("name,store,date,price,currency\n");
        for number in 0..2_000 {
            text.push_str(&format!("{shop} thing {number},{shop},2026-01-05,19.99,EUR\n"));
        }
        text
    };
    home.file("a.csv", rows("Alpha"));
    home.file("b.csv", rows("Beta"));
    let first = home.command(["import", "a.csv"]).spawn().unwrap();
    let second = home.command(["import", "b.csv"]).spawn().unwrap();
    for child in [first, second] {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(products(&home), 4_000);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let home = Home::demo();
    for arguments in
        [&["search", "dishwasher", "--limit", "1000"][..], &["export"], &["export", "--format", "json"], &["--help"]]
    {
        let mut child = home.command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let run = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(0), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("panicked") && !stderr.contains("pipe"), "{stderr}");
    }
}

#[test]
fn no_text_from_outside_steers_the_terminal() {
    let home = Home::empty();
    let title = "Kettle \u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[31mred\u{202e}drawkcab";
    // Enough plain rows that it is a text file with a bad title, not a binary one.
    let plain: String = (0..60).map(|n| format!("Plain teapot number {n},Alpha,2026-01-05,9.99,EUR\n")).collect();
    let evil = format!("\"{title}\",Al\u{1b}[5mpha,2026-01-05,19.99,EUR\n");
    home.file("evil.csv", format!("name,store,date,price,currency\n{evil}{plain}"));
    home.run(["import", "evil.csv"]).expect(0);
    for arguments in [&["search", "kettle"][..], &["show", "1"], &["history", "1"], &["--ask", "kettle", "--no-model"]]
    {
        let run: Run = home.run(arguments).expect(0);
        assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains('\u{7}'), "{:?}", run.stdout);
        assert!(!run.stdout.contains('\u{202e}'), "{:?}", run.stdout);
    }
}

#[test]
fn a_bad_config_is_one_line_for_every_command_but_its_path() {
    let home = Home::empty();
    let file = home.file("bad.toml", "[model]\nthreads = 0\n");
    let with = |arguments: &[&str]| {
        let mut all = vec!["--config", file.to_str().unwrap()];
        all.extend(arguments);
        home.run(all)
    };
    with(&["deals"]).expect_error(2, "bad.toml:2: model.threads is 0");
    with(&["config", "show"]).expect_error(2, "bad.toml:2");
    assert_eq!(with(&["config", "path"]).expect(0).stdout.trim(), file.to_str().unwrap());
}

#[test]
fn batch_lines_that_are_none_are_told_and_passed_over() {
    let home = Home::demo();
    home.file("q.tsv", "q1\tdishwasher\nno tab here\n\nq2\theadphones\n");
    let run = home.run(["search", "--batch", "q.tsv"]).expect(0);
    assert_eq!(run.stdout.lines().count(), 2);
    assert!(run.stderr.contains("q.tsv:2"), "{}", run.stderr);
    let mut child = home.command(["search", "--batch", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2), "nothing asked is wrong usage");
}
