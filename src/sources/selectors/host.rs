//! Which hosts and paths a file of selectors is for: `shop.example`, `*.shop.example`, `127.0.0.1:8000`, `/p/*`.
//!
//! Matches names as they are written; never resolves one.

use std::str::FromStr;
use url::Url;

/// A host as a person names it. `www.` makes no difference; without a port every port fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern {
    name: String,
    port: Option<u16>,
    /// Hosts below `name` fit, and `name` itself.
    below: bool,
}

impl HostPattern {
    /// How much of the address the pattern names; `None`: another host.
    pub(super) fn fit(&self, address: &Url) -> Option<usize> {
        let host = bare(address.host_str()?);
        if self.port.is_some() && self.port != address.port_or_known_default() {
            return None;
        }
        let fits = host == self.name
            || self.below
                && (self.name.is_empty()
                    || host.strip_suffix(&self.name).is_some_and(|sub| sub.ends_with('.') && sub.len() > 1));
        fits.then(|| self.name.len() * 4 + usize::from(self.port.is_some()) * 2 + usize::from(!self.below))
    }
}

impl FromStr for HostPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("hosts: \"{text}\" is no host; write for example \"shop.example\" or \"*.shop.example\"");
        let trimmed = text.trim();
        let (below, rest) = match trimmed.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None if trimmed == "*" => (true, ""),
            None => (false, trimmed),
        };
        let (name, port) = match rest.rsplit_once(':').filter(|_| !rest.ends_with(']')) {
            Some((name, port)) => (name, Some(port.parse().map_err(|_| wrong())?)),
            None => (rest, None),
        };
        let name = bare(&name.to_lowercase()).to_owned();
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':');
        if name.is_empty() && trimmed != "*" || !name.chars().all(plain) {
            return Err(wrong());
        }
        Ok(Self { name, port, below })
    }
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// Whether a text fits a pattern in which `*` stands for any characters.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
