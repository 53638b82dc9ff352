//! The thin binary: parse, panic hook, exit code.

fn main() {}
