//! Prices as people write them -> exact amounts with currency and kind. The only parser of price strings.
//!
//! Rules, not lists of cases. Never a float, never a panic, never picks silently: every amount seen is kept, and
//! ranges, unit prices, instalments, member and coupon prices come out as what they are.

mod currency;
mod locale;
mod number;
mod per;
mod role;
mod scan;
mod spot;

use crate::domain::{Currency, Money, PriceCandidate, PriceKind};
use currency::Token;
use number::Decimals;
use role::Role;
use serde::Serialize;
use spot::Spotted;

pub use locale::{decimal_mark, local_currency};
pub use per::Per;
pub use role::unit;

/// What is known beside the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hint<'a> {
    /// The currency where the text names none or a shared sign such as `$`: of the feed, the shop, the column.
    pub currency: Option<Currency>,
    /// Text seen beside the price, searched for a currency only.
    pub beside: Option<&'a str>,
    /// The mark before decimals in the page's locale.
    pub decimal_mark: Option<char>,
    /// The currency of the page's region: settles a shared sign such as `kr`, never stands in for a missing one.
    pub local: Option<Currency>,
}

impl Hint<'_> {
    /// Only a currency is known.
    pub fn currency(currency: Option<Currency>) -> Self {
        Self { currency, ..Self::default() }
    }
}

/// One amount of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// Plain decimal with a point: `1299.00`.
    pub amount: String,
    /// The currency as it is written beside the amount.
    pub token: Option<String>,
    pub currency: Option<Currency>,
    pub kind: PriceKind,
    /// The amount in minor units, where the currency is known.
    pub money: Option<Money>,
    /// The stretch of text that it was read from.
    pub raw: String,
    /// What a unit price is for: 100 g.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
}

/// What a text says about a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceReading {
    /// Plain decimal of the leading amount; `None` where the text names no price.
    pub amount: Option<String>,
    pub currency: Option<Currency>,
    /// The currency as written: `US$`, `Kč`, `€`.
    pub token: Option<String>,
    /// The token belongs to one currency only, or a hint agreed.
    pub sure: bool,
    pub kind: PriceKind,
    pub money: Option<Money>,
    /// Every amount in the order of the text, the leading one included.
    pub amounts: Vec<Amount>,
}

impl PriceReading {
    /// The price one buyer pays for one item now, where the text states one.
    pub fn asked(&self) -> Option<Money> {
        self.money.filter(|_| matches!(self.kind, PriceKind::Current | PriceKind::Sale))
    }

    /// All amounts whose currency is known as candidates of a place.
    pub fn candidates(&self, place: &str) -> Vec<PriceCandidate> {
        let candidate = |a: &Amount| {
            Some(PriceCandidate { money: a.money?, kind: a.kind, raw: a.raw.clone(), place: place.to_owned() })
        };
        self.amounts.iter().filter_map(candidate).collect()
    }
}

/// Reads a price. Never fails: a text without one has no amount.
pub fn parse(text: &str, hint: &Hint<'_>) -> PriceReading {
    let chars = scan::fold(text);
    let spotted = spot::spot(&chars);
    let stray = spot::stray_token(&chars, &spotted).or_else(|| hint.beside.and_then(spot::token_in_hint));
    let amounts: Vec<Amount> = read_all(&chars, &spotted, stray.as_ref(), hint);
    let leading = leading(&amounts).cloned();
    let fallback = || stray.clone().map(|(text, token)| (Some(text), token.currency(), token.sure));
    match leading {
        Some(amount) => {
            let token = amount.token.as_deref().and_then(currency::lookup);
            let sure = token.is_some_and(|t| t.sure) || hint.currency.is_some() && hint.currency == amount.currency;
            PriceReading {
                amount: Some(amount.amount),
                currency: amount.currency,
                token: amount.token,
                sure,
                kind: amount.kind,
                money: amount.money,
                amounts,
            }
        }
        None => {
            let (token, currency, sure) = fallback().unwrap_or((None, hint.currency, hint.currency.is_some()));
            let free = is_free(text).then(|| "0".to_owned());
            let money = free.as_ref().and(currency).map(|c| Money::new(0, c));
            let kind = if free.is_some() { PriceKind::Current } else { PriceKind::Unknown };
            // What costs nothing is an amount that was seen, like any other.
            let seen = free.iter().map(|amount| Amount {
                amount: amount.clone(),
                token: token.clone(),
                currency,
                kind,
                money,
                raw: text.trim().to_owned(),
                per: None,
            });
            let amounts = amounts.into_iter().chain(seen).collect();
            PriceReading { amount: free, currency, token, sure, kind, money, amounts }
        }
    }
}

/// A plain decimal as money, rounded half up to the minor unit; `None` beyond what money can hold.
///
/// Shops emit floats (`1399.9899999999998`) and prices of tenths of a cent; nobody can pay either.
pub fn to_money(decimal: &str, currency: Currency) -> Option<Money> {
    if let Ok(money) = Money::from_decimal(decimal, currency) {
        return Some(money);
    }
    let places = currency.exponent() as usize;
    let (whole, fraction) = decimal.split_once('.')?;
    let kept = fraction.get(..places)?;
    let up = fraction.as_bytes().get(places).is_some_and(|d| *d >= b'5');
    let base = Money::from_decimal(&format!("{whole}.{kept}"), currency).ok()?;
    let step = if decimal.starts_with('-') { -1 } else { 1 };
    Some(Money::new(base.minor.checked_add(if up { step } else { 0 })?, currency))
}

fn read_all(chars: &[char], spotted: &[Spotted], stray: Option<&(String, Token)>, hint: &Hint<'_>) -> Vec<Amount> {
    let text = |from: usize, to: usize| chars.get(from..to).map(|c| c.iter().collect::<String>()).unwrap_or_default();
    let mut amounts = Vec::new();
    for (index, this) in spotted.iter().enumerate() {
        let before = text(index.checked_sub(1).map_or(0, |i| spotted[i].end), this.start);
        let after = text(this.end, spotted.get(index + 1).map_or(chars.len(), |s| s.start));
        let written = this.token.as_ref().or(stray);
        let currency = match written {
            Some((_, token)) if token.sure => token.currency(),
            Some((word, token)) => shared_sign(word, *token, hint.currency, hint.local),
            None => hint.currency,
        };
        let decimals = Decimals { mark: hint.decimal_mark, three: currency.is_some_and(|c| c.exponent() == 3) };
        let numeral = text(this.at.start, this.at.end);
        let Some(amount) = number::normalise(&numeral, decimals) else { continue };
        let refund = index == 0 && is_negative(chars, this) || this.token.is_none() && role::counts(&before, &after);
        let kind = if refund {
            PriceKind::Unknown
        } else {
            match role::of(&text(0, this.start), &before, &after) {
                Some(Role::NotAsked) => PriceKind::Unknown,
                Some(Role::Price(kind)) => kind,
                None => range_role(&before, &after, index, spotted.len()),
            }
        };
        let hundredths = written.is_some_and(|(_, t)| t.hundredths);
        let money = currency.and_then(|c| to_money(&if hundredths { hundredth(&amount) } else { amount.clone() }, c));
        let raw = text(this.start, this.end).trim().to_owned();
        let token = written.map(|(w, _)| w.clone());
        let per = (kind == PriceKind::Unit).then(|| per::of(&before, &after)).flatten();
        amounts.push((Amount { amount, token, currency, kind, money, raw, per }, this.token.is_some()));
    }
    drop_bare(amounts)
}

/// A minus that touches the amount, or stands between it and its sign: a refund or a discount.
fn is_negative(chars: &[char], this: &Spotted) -> bool {
    let minus_at = |at: usize| {
        let opens = at.checked_sub(2).and_then(|i| chars.get(i)).is_none_or(|c| *c == ' ');
        at.checked_sub(1).and_then(|i| chars.get(i)) == Some(&'-') && opens
    };
    let inner = this.start < this.at.start && this.at.start.checked_sub(1).and_then(|i| chars.get(i)) == Some(&'-');
    inner || minus_at(this.start)
}

/// Beside amounts with a currency of their own, bare numbers are quantities, ratings or references.
fn drop_bare(amounts: Vec<(Amount, bool)>) -> Vec<Amount> {
    let any = amounts.iter().any(|(_, own)| *own);
    amounts.into_iter().filter(|(_, own)| *own || !any).map(|(amount, _)| amount).collect()
}

/// A sign of several currencies means the hinted one where that one uses the sign, else the region's where that does.
fn shared_sign(word: &str, token: Token, hinted: Option<Currency>, local: Option<Currency>) -> Option<Currency> {
    const DOLLARS: &str = "USD AUD CAD NZD SGD HKD TWD MXN ARS CLP COP BRL UYU BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD";
    const KRONER: &str = "SEK NOK DKK ISK";
    let group = match word {
        "$" => DOLLARS,
        "£" => "GBP EGP LBP SYP GIP FKP SHP",
        "¥" => "JPY CNY",
        "₨" | "Rs" | "Rs." => "INR PKR LKR NPR MUR SCR",
        "Fr" | "Fr." | "fr." => "CHF XOF XAF RWF",
        _ if word.to_lowercase().starts_with("kr") => KRONER,
        _ => return token.currency().or(hinted),
    };
    let uses = |currency: &Currency| group.split(' ').any(|code| code == currency.code());
    hinted.filter(uses).or_else(|| local.filter(uses).filter(|_| hinted.is_none())).or(token.currency())
}

/// "A - B": the lower and the upper end.
fn range_role(before: &str, after: &str, index: usize, count: usize) -> PriceKind {
    let dash = |t: &str| {
        let t = t.trim().to_lowercase();
        matches!(t.as_str(), "-" | "--" | "~" | "to" | "bis" | "à" | "a" | "until" | "до")
    };
    if index > 0 && dash(before) {
        PriceKind::UpTo
    } else if index + 1 < count && dash(after) {
        PriceKind::From
    } else {
        PriceKind::Current
    }
}

/// The amount that the text as a whole stands for.
fn leading(amounts: &[Amount]) -> Option<&Amount> {
    let first = |kind: PriceKind| amounts.iter().find(|a| a.kind == kind);
    first(PriceKind::Sale)
        .or_else(|| first(PriceKind::Current))
        .or_else(|| first(PriceKind::From))
        .or_else(|| amounts.iter().find(|a| a.kind != PriceKind::Unknown))
}

fn hundredth(amount: &str) -> String {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let padded = format!("{whole:0>3}");
    let (high, low) = padded.split_at(padded.len() - 2);
    format!("{high}.{low}{fraction}")
}

/// The text is the word for "costs nothing" and no more.
fn is_free(text: &str) -> bool {
    const FREE: [&str; 16] = [
        "free",
        "gratis",
        "kostenlos",
        "gratuit",
        "gratuito",
        "zdarma",
        "za darmo",
        "bezpłatnie",
        "бесплатно",
        "ilmainen",
        "umsonst",
        "חינם",
        "مجاني",
        "無料",
        "免费",
        "무료",
    ];
    let word = text.trim().trim_end_matches(['!', '.', '*']).trim().to_lowercase();
    FREE.contains(&word.as_str())
}

#[cfg(test)]
mod tests;
