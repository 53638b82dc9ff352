//! Currency signs, codes and words as people write them, and the ISO 4217 code behind each.
//!
//! A sign shared by several currencies (`$`, `kr`) gets the commonest one and is marked as unsure. Never converts.

use crate::domain::Currency;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a written token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// ISO code; empty where the token is a currency without one.
    pub code: &'static str,
    /// The token is used by one currency only.
    pub sure: bool,
    /// Amounts are in hundredths of the currency: pence, cents.
    pub hundredths: bool,
}

impl Token {
    /// The currency, where the token has an ISO code.
    pub fn currency(self) -> Option<Currency> {
        self.code.parse().ok()
    }
}

/// The longest token that is a prefix of `text` (`from_start`) or a suffix of it, ended by a word boundary.
/// Returns its length in chars.
pub fn longest(text: &[char], from_start: bool) -> Option<(usize, Token)> {
    let most = MAX_TOKEN.min(text.len());
    (1..=most).rev().find_map(|len| {
        let (slice, outer) = if from_start {
            (&text[..len], text.get(len))
        } else {
            (&text[text.len() - len..], text.len().checked_sub(len + 1).and_then(|i| text.get(i)))
        };
        let edge = if from_start { slice.last() } else { slice.first() };
        let inside_word = edge.is_some_and(|c| is_word(*c)) && outer.is_some_and(|c| is_word(*c));
        if inside_word {
            return None;
        }
        let word: String = slice.iter().collect();
        lookup(&word).map(|token| (len, token))
    })
}

/// The token that `word` is, as a whole.
pub fn lookup(word: &str) -> Option<Token> {
    let (exact, any_case) = &*TABLES;
    let made = |(code, sure): &(&'static str, bool)| token(word, code, *sure);
    exact.get(word).map(made).or_else(|| iso(word)).or_else(|| any_case.get(word.to_lowercase().as_str()).map(made))
}

/// Whether the token is a sign (found anywhere in a text) and not letters (which need a number beside them).
pub fn is_sign(word: &str) -> bool {
    !word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '"' | ' ' | '/'))
}

fn token(word: &str, code: &'static str, sure: bool) -> Token {
    Token { code, sure, hundredths: matches!(word, "GBp" | "GBX" | "¢" | "p") }
}

fn iso(word: &str) -> Option<Token> {
    let upper = word.to_ascii_uppercase();
    // "Eur" and "CHf" are codes carelessly typed, "All" and "Top" are words.
    if word.len() != 3 || (upper != word && SHY.contains(&upper.as_str())) {
        return None;
    }
    CODES.split(' ').find(|code| *code == upper).map(|code| Token { code, sure: true, hundredths: false })
}

fn is_word(c: char) -> bool {
    c.is_alphabetic()
}

/// No token is longer, in chars.
const MAX_TOKEN: usize = 14;

type Table = HashMap<&'static str, (&'static str, bool)>;

/// Tokens whose case matters, and lower-case words that mean the same in any case.
static TABLES: LazyLock<(Table, Table)> = LazyLock::new(|| {
    let text = include_str!("../../../assets/currency-tokens.txt");
    let (exact, any_case) = text.split_once("== words").unwrap_or((text, ""));
    (table(exact), table(any_case))
});

fn table(text: &'static str) -> Table {
    let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    let row = |(code, tokens): (&'static str, &'static str)| {
        let sure = !code.ends_with('?');
        let code = code.trim_end_matches('?');
        let code = if code == "---" { "" } else { code };
        tokens.split(" | ").map(move |token| (token, (code, sure)))
    };
    lines.flat_map(row).collect()
}

/// Codes that are also words of some language unless written in capitals.
const SHY: &[&str] =
    &["ALL", "TOP", "CUP", "MAD", "TRY", "GEL", "PEN", "BAM", "COP", "SOS", "MOP", "LAK", "SEK", "MIN"];

/// Active codes of ISO 4217, retired ones still met on pages, and common unofficial ones.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTC BTN BWP \
BYN BYR BZD CAD CDF CHF CLF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP \
GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP \
LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB \
PEN PGK PHP PKR PLN PTE PYG QAR RON RSD RUB RUR RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP \
SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VEF VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMK ZMW ZWL \
DEM FRF ITL ESP ATS BEF NLG FIM GRD IEP EEK SKK";
