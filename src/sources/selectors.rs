//! Rules that a person wrote for the pages of a shop: where its title, price and the rest stand. One TOML file a shop.
//!
//! Reads and checks the files and says which one an address falls under. Never looks at a page: `page::selected` does.

mod host;
mod rule;

use crate::sources::price;
use std::path::{Path, PathBuf};
use url::Url;

pub use host::HostPattern;
pub use rule::{Field, Find, Pick, Rule};

/// A longer file is not a selectors file (bytes).
const MOST_BYTES: u64 = 256 * 1024;
/// More files of a folder are not read.
const MOST_FILES: usize = 1_000;

/// The commented example that ships with emptor.
pub const EXAMPLE: &str = include_str!("../../assets/selectors-example.toml");

/// What is wrong with a selectors file, in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct SelectorsError {
    pub file: String,
    pub what: String,
}

/// The rules of one shop.
#[derive(Debug, Clone)]
pub struct ShopRules {
    /// The file that they were read from, as it is named to the user.
    pub file: PathBuf,
    pub hosts: Vec<HostPattern>,
    /// Path patterns with `*`; empty: every page.
    pub paths: Vec<String>,
    /// The mark before decimals that the locale of the shop writes.
    pub decimal_mark: Option<char>,
    /// The currency of the locale's region: settles `kr`, `$` and `¥`, never stands in for a missing currency.
    pub local_currency: Option<crate::domain::Currency>,
    pub rules: Vec<Rule>,
}

impl ShopRules {
    /// The rules for a field in the order of the file.
    pub fn of(&self, field: Field) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.field == field)
    }

    /// How specific the match with an address is; `None`: the rules are for other pages.
    fn fit(&self, address: &Url) -> Option<usize> {
        let host = self.hosts.iter().filter_map(|pattern| pattern.fit(address)).max()?;
        let path = match self.paths.as_slice() {
            [] => 0,
            paths => paths.iter().filter(|p| host::glob(p, address.path())).map(String::len).max()?,
        };
        Some(host * 1_000 + path.min(999))
    }
}

/// The rules of all shops that somebody wrote rules for.
#[derive(Debug, Clone, Default)]
pub struct Selectors {
    shops: Vec<ShopRules>,
}

impl Selectors {
    /// The `*.toml` files of a folder in the order of their names, and what is wrong with those left out. A folder
    /// that is not there holds none.
    pub fn read_folder(folder: &Path) -> (Self, Vec<SelectorsError>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return (Self::default(), Vec::new()) };
        let is_toml = |path: &PathBuf| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).filter(is_toml).collect();
        files.sort();
        let (mut shops, mut wrong) = (Vec::new(), Vec::new());
        for file in files.iter().take(MOST_FILES) {
            match read_file(file) {
                Ok(rules) => shops.push(rules),
                Err(error) => wrong.push(error),
            }
        }
        (Self { shops }, wrong)
    }

    /// These rules and no others.
    pub fn only(rules: ShopRules) -> Self {
        Self { shops: vec![rules] }
    }

    /// The rules for a page: of the files that fit, the one whose host and path say the most, then the first by name.
    pub fn of(&self, address: &Url) -> Option<&ShopRules> {
        let fitting = self.shops.iter().filter_map(|shop| Some((shop.fit(address)?, shop)));
        fitting.rev().max_by_key(|(fit, _)| *fit).map(|(_, shop)| shop)
    }

    /// How many shops have rules.
    pub fn len(&self) -> usize {
        self.shops.len()
    }

    pub fn is_empty(&self) -> bool {
        self.shops.is_empty()
    }
}

/// Reads one file.
///
/// # Errors
/// One line that names the file, the setting and what it may be.
pub fn read_file(file: &Path) -> Result<ShopRules, SelectorsError> {
    let name = file.display().to_string();
    let wrong = |what: String| SelectorsError { file: name.clone(), what };
    let unreadable = |error: std::io::Error| wrong(crate::config::plain_io(&error));
    if std::fs::metadata(file).map_err(unreadable)?.len() > MOST_BYTES {
        return Err(wrong("it is too large for a file of selectors; give each shop a file of its own".to_owned()));
    }
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    read(&text, file)
}

/// Reads the text of a file; `file` is only named.
///
/// # Errors
/// As [`read_file`].
pub fn read(text: &str, file: &Path) -> Result<ShopRules, SelectorsError> {
    let wrong = |what: String| SelectorsError { file: file.display().to_string(), what };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(syntax(&error, text)))?;
    const KNOWN: [&str; 4] = ["hosts", "paths", "locale", "select"];
    if let Some(key) = table.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(wrong(format!("there is no setting \"{key}\"; there are {}", KNOWN.join(", "))));
    }
    let hosts = rule::texts(table.get("hosts"), "hosts").map_err(wrong)?;
    if hosts.is_empty() {
        return Err(wrong("hosts is missing; write for example hosts = [\"shop.example\"]".to_owned()));
    }
    let hosts = hosts.iter().map(|host| host.parse()).collect::<Result<Vec<HostPattern>, String>>().map_err(wrong)?;
    let paths = rule::texts(table.get("paths"), "paths").map_err(wrong)?;
    if let Some(path) = paths.iter().find(|path| !path.starts_with(['/', '*'])) {
        return Err(wrong(format!("paths: \"{path}\" must begin with / or *, for example \"/p/*\"")));
    }
    let locale = rule::text(table.get("locale"), "locale").map_err(wrong)?;
    if let Some(locale) = locale.as_ref().filter(|locale| price::decimal_mark(locale).is_none()) {
        return Err(wrong(format!("locale: \"{locale}\" is not known; write for example \"de-DE\" or \"en-GB\"")));
    }
    let Some(select) = table.get("select").and_then(toml::Value::as_table) else {
        return Err(wrong(
            "[select] is missing; write for example [select] and under it price = \".price\"".to_owned(),
        ));
    };
    let mut rules = Vec::new();
    for (field, value) in select {
        rules.extend(rule::read(field, value).map_err(wrong)?);
    }
    if rules.is_empty() {
        return Err(wrong("[select] names no field; write for example price = \".price\"".to_owned()));
    }
    Ok(ShopRules {
        file: file.to_path_buf(),
        hosts,
        paths,
        decimal_mark: locale.as_deref().and_then(price::decimal_mark),
        local_currency: locale.as_deref().and_then(price::local_currency),
        rules,
    })
}

/// A syntax error of TOML as one line.
fn syntax(error: &toml::de::Error, text: &str) -> String {
    let what = error.message().lines().next().unwrap_or("this is not TOML");
    match error.span() {
        Some(span) => format!("line {}: {what}", text.get(..span.start).unwrap_or(text).matches('\n').count() + 1),
        None => what.to_owned(),
    }
}

#[cfg(test)]
mod tests;
