//! `emptor model tune` with the real binary and the small model: what it tells, and when it leaves the config file alone.
#![cfg(feature = "llama")]

mod home;

use home::{Home, Run};
use std::process::Command;

const SETTINGS: &str = "# mine\n[model]\nchat = \"smollm2-135m\"\n";

fn tune(home: &Home, arguments: &[&str]) -> Command {
    let config = home.file("settings.toml", SETTINGS);
    let mut command = home.command(["model", "tune"]);
    // One thread, so that tests side by side do not take each other's cores.
    command.args(arguments).arg("--config").arg(config).env("EMPTOR_THREADS", "1");
    command.env("EMPTOR_MODELS_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/models"));
    command
}

fn kept(home: &Home) -> String {
    std::fs::read_to_string(home.path().join("settings.toml")).unwrap()
}

#[test]
fn what_was_measured_is_told_and_what_there_was_no_time_for() {
    let home = Home::empty();
    let told = Run::of(tune(&home, &["--seconds", "1", "--json"]).output().unwrap()).expect(0).json("model tune");
    let tuned = &told["tuned"];
    assert_eq!((&told["model"], &tuned["before"]["threads"]), (&"smollm2-135m".into(), &1.into()));
    assert!(tuned["before_run"]["writing"].as_f64().unwrap() > 0.0);
    assert_eq!((tuned["trials"].as_array().unwrap().len(), &tuned["before"]), (0, &tuned["after"]));
    assert!(tuned["untried"].as_array().unwrap().len() > 6);
    assert_eq!((told["config"].is_null(), kept(&home).as_str()), (true, SETTINGS));
}

#[test]
fn what_cannot_be_measured_is_told_in_one_line() {
    let home = Home::empty();
    let run = |arguments: &[&str]| Run::of(tune(&home, arguments).output().unwrap());
    run(&["no-such-model"]).expect_error(2, "no such model");
    run(&["all-minilm-l6-v2"]).expect_error(2, "embeddings");
    run(&["--seconds", "0"]).expect_error(2, "--seconds");
    assert_eq!(kept(&home), SETTINGS);
}

#[cfg(unix)]
#[test]
fn an_interrupt_changes_nothing() {
    use std::io::{BufRead, BufReader, Read};
    let home = Home::empty();
    let mut child = tune(&home, &[]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert!(line.contains("measuring"), "{line}");
    // SAFETY: the process is a child that was not waited for, so its number is still its own.
    assert_eq!(unsafe { libc::kill(i32::try_from(child.id()).unwrap(), libc::SIGINT) }, 0);
    told.read_to_string(&mut line).unwrap();
    assert_eq!((child.wait().unwrap().code(), kept(&home).as_str()), (Some(130), SETTINGS), "{line}");
}
