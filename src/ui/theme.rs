//! Six semantic roles as styles over the terminal's own 16 colours, read from `assets/themes`.
//!
//! Never names a colour outside the 16; without colour the roles differ by bold, dim, italic and underline.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

const THEMES: [(&str, &str); 3] = [
    ("default", include_str!("../../assets/themes/default.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
];

/// Why a theme cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ThemeError {
    #[error("there is no theme \"{0}\"; take one of default, light, mono")]
    Unknown(String),
    #[error("theme \"{theme}\": {detail}")]
    Invalid { theme: String, detail: String },
}

/// A style for each role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub text: Style,
    pub dim: Style,
    pub accent: Style,
    pub good: Style,
    pub bad: Style,
    pub warn: Style,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    text: String,
    dim: String,
    accent: String,
    good: String,
    bad: String,
    warn: String,
}

impl Theme {
    /// The theme of that name; without `colors` the one that uses none, whatever the name.
    ///
    /// # Errors
    /// Where there is no such theme.
    pub fn named(name: &str, colors: bool) -> Result<Self, ThemeError> {
        let (_, source) =
            THEMES.iter().find(|(n, _)| *n == name).ok_or_else(|| ThemeError::Unknown(name.to_owned()))?;
        let chosen = if colors { Self::parse(name, source)? } else { Self::parse("mono", THEMES[2].1)? };
        Ok(chosen)
    }

    fn parse(theme: &str, source: &str) -> Result<Self, ThemeError> {
        let invalid = |detail: String| ThemeError::Invalid { theme: theme.to_owned(), detail };
        let raw: Raw = toml::from_str(source).map_err(|e| invalid(e.message().to_owned()))?;
        let read = |words: &str| style_of(words).ok_or_else(|| invalid(format!("\"{words}\" is no style")));
        Ok(Self {
            text: read(&raw.text)?,
            dim: read(&raw.dim)?,
            accent: read(&raw.accent)?,
            good: read(&raw.good)?,
            bad: read(&raw.bad)?,
            warn: read(&raw.warn)?,
        })
    }

    /// Style of the n-th line of a chart.
    pub fn series(&self, index: usize) -> Style {
        [self.accent, self.warn, self.good, self.text, self.bad][index % 5]
    }

    /// Headings and names.
    pub fn strong(&self) -> Style {
        self.text.add_modifier(Modifier::BOLD)
    }

    /// What was said and is not so.
    pub fn struck(&self) -> Style {
        self.dim.add_modifier(Modifier::CROSSED_OUT)
    }
}

fn style_of(words: &str) -> Option<Style> {
    words.split_whitespace().try_fold(Style::new(), |style, word| {
        Some(match word {
            "default" => style,
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underlined" => style.add_modifier(Modifier::UNDERLINED),
            "black" => style.fg(Color::Black),
            "red" => style.fg(Color::Red),
            "green" => style.fg(Color::Green),
            "yellow" => style.fg(Color::Yellow),
            "blue" => style.fg(Color::Blue),
            "magenta" => style.fg(Color::Magenta),
            "cyan" => style.fg(Color::Cyan),
            "white" => style.fg(Color::Gray),
            "bright-black" => style.fg(Color::DarkGray),
            "bright-red" => style.fg(Color::LightRed),
            "bright-green" => style.fg(Color::LightGreen),
            "bright-yellow" => style.fg(Color::LightYellow),
            "bright-blue" => style.fg(Color::LightBlue),
            "bright-magenta" => style.fg(Color::LightMagenta),
            "bright-cyan" => style.fg(Color::LightCyan),
            "bright-white" => style.fg(Color::White),
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_reads_and_mono_has_no_colour() {
        for (name, _) in THEMES {
            Theme::named(name, true).unwrap();
        }
        let mono = Theme::named("default", false).unwrap();
        assert!([mono.text, mono.dim, mono.accent, mono.good, mono.bad, mono.warn].iter().all(|s| s.fg.is_none()));
        assert_eq!(Theme::named("neon", true), Err(ThemeError::Unknown("neon".to_owned())));
        assert!(matches!(Theme::parse("x", "text = \"puce\""), Err(ThemeError::Invalid { .. })));
    }
}
