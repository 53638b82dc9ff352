//! Prices as people write them -> exact amounts with currency and kind. The only parser of price strings.
//!
//! Rules, not lists of cases. Never a float, never a panic, never picks silently: every amount seen is kept, and
//! ranges, unit prices, instalments, member and coupon prices come out as what they are.

mod currency;
mod number;
mod role;
mod scan;

use crate::domain::{Currency, Money, PriceCandidate, PriceKind};
use currency::Token;
use number::Decimals;
use role::Role;
use scan::Numeral;
use serde::Serialize;

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
    let spotted = spot(&chars);
    let stray = stray_token(&chars, &spotted).or_else(|| hint.beside.and_then(token_in_hint));
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

/// A numeral with the currency tokens that touch it.
struct Spotted {
    at: Numeral,
    token: Option<(String, Token)>,
    /// Numeral and token together.
    start: usize,
    end: usize,
}

fn spot(chars: &[char]) -> Vec<Spotted> {
    let numerals = scan::numerals(chars);
    let mut spotted: Vec<Spotted> = Vec::with_capacity(numerals.len());
    for (index, numeral) in numerals.iter().enumerate() {
        let floor = spotted.last().map_or(0, |s| s.end);
        let ceiling = numerals.get(index + 1).map_or(chars.len(), |n| n.start);
        let inner = chars[numeral.start..numeral.digits_end].iter().find(|c| number::is_currency_mark(**c));
        let left = left_token(chars, floor.min(numeral.start), numeral.start);
        let right = right_token(chars, *numeral, ceiling.max(numeral.end), left.is_some());
        let word_before = numeral.start > 0 && chars[numeral.start - 1].is_alphabetic() && left.is_none();
        if word_before || right.is_none() && is_measure(&chars[numeral.digits_end..]) {
            continue;
        }
        let mut entry = Spotted { at: *numeral, token: None, start: numeral.start, end: numeral.end };
        if let Some(sign) = inner {
            entry.token = currency::lookup(&sign.to_string()).map(|token| (sign.to_string(), token));
        } else {
            if let Some((start, ..)) = &left {
                entry.start = *start;
            }
            if let Some((end, ..)) = &right {
                entry.end = *end;
            }
            entry.token = match (left, right) {
                (Some((_, a, left)), Some((_, b, right))) => {
                    Some(if !left.sure && right.sure && left.code != right.code { (b, right) } else { (a, left) })
                }
                (Some((_, text, token)), None) | (None, Some((_, text, token))) => Some((text, token)),
                (None, None) => None,
            };
        }
        spotted.push(entry);
    }
    share_in_ranges(chars, &mut spotted);
    spotted
}

/// "10-20 €" and "US$ 12 - 15" write the currency once. In "50 - $2" it belongs to the second alone.
fn share_in_ranges(chars: &[char], spotted: &mut [Spotted]) {
    for index in 1..spotted.len() {
        let (low, high) = (&spotted[index - 1], &spotted[index]);
        let between = chars.get(low.end..high.start).unwrap_or_default();
        let dash = between.contains(&'-') && between.iter().all(|c| matches!(c, '-' | ' '));
        if !dash {
            continue;
        }
        match (low.token.clone(), high.token.clone()) {
            (None, Some(token)) if high.start == high.at.start => spotted[index - 1].token = Some(token),
            (Some(token), None) if low.end == low.at.end => spotted[index].token = Some(token),
            _ => {}
        }
    }
}

/// The token that ends just before `end`, a code further left (`SGD$`, `$ SGD`) preferred over a shared sign.
fn left_token(chars: &[char], floor: usize, end: usize) -> Option<(usize, String, Token)> {
    let gap = |end: usize| {
        let stretch = &chars[floor..end];
        floor + stretch.len()
            - stretch.iter().rev().take_while(|c| matches!(c, ' ' | ':' | '-' | '+' | '=' | '(')).count()
    };
    let edge = gap(end);
    let (len, token) = currency::longest(&chars[floor..edge], false)?;
    let start = edge - len;
    let text = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
    if !token.sure {
        let edge = gap(start);
        if let Some((len, further)) = currency::longest(&chars[floor..edge], false)
            && further.sure
        {
            return Some((edge - len, text(edge - len, edge), further));
        }
    }
    Some((start, text(start, edge), token))
}

/// The token that starts just after `start`. One that touches the next numeral belongs to that one, where this
/// numeral has a token already.
fn right_token(chars: &[char], numeral: Numeral, ceiling: usize, has_left: bool) -> Option<(usize, String, Token)> {
    let start = numeral.end;
    let stretch = &chars[start..ceiling];
    let skip = stretch.iter().take_while(|c| matches!(c, ' ' | '*' | '\'')).count();
    let (len, token) = currency::longest(&stretch[skip..], true)?;
    let end = start + skip + len;
    let gap = chars[end..ceiling].iter().all(|c| *c == ' ');
    let whole = chars[numeral.start..numeral.digits_end].iter().all(char::is_ascii_digit);
    // "Size 42 €59": the sign leans on the amount it touches.
    let leans = whole && skip > 0 && end == ceiling;
    if ceiling < chars.len() && gap && (has_left || leans) {
        return None;
    }
    Some((end, chars[start + skip..end].iter().collect(), token))
}

/// A size and no price: "16 ft", "500g", "4K", "2 Litre".
fn is_measure(after: &[char]) -> bool {
    const SIZES: [&str; 22] = [
        "ft", "in", "inch", "mm", "cm", "km", "w", "kw", "v", "hz", "gb", "tb", "mb", "mah", "x", "st", "nd", "th",
        "pcs", "stars", "k", "d",
    ];
    let spaced = after.first() == Some(&' ');
    let word: String =
        after.iter().skip(usize::from(spaced)).take_while(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    !word.is_empty() && (SIZES.contains(&word.as_str()) || unit(&word).is_some())
}

/// A currency in the text that touches no numeral: a sign anywhere, letters only as the whole text.
fn stray_token(chars: &[char], spotted: &[Spotted]) -> Option<(String, Token)> {
    if let Some(owned) = spotted.iter().find_map(|s| s.token.clone()) {
        return Some(owned);
    }
    let whole: String = chars.iter().collect::<String>().trim().to_owned();
    if let Some(token) = currency::lookup(&whole) {
        return Some((whole, token));
    }
    signs_and_codes(chars, false)
}

/// The currency in a text that stands beside a price: the same, and codes in capitals as words of their own.
fn token_in_hint(text: &str) -> Option<(String, Token)> {
    let chars = scan::fold(text);
    let spotted = spot(&chars);
    stray_token(&chars, &spotted).or_else(|| signs_and_codes(&chars, true))
}

fn signs_and_codes(chars: &[char], codes: bool) -> Option<(String, Token)> {
    for at in 0..chars.len() {
        if at > 0 && chars[at - 1].is_alphabetic() && chars[at].is_alphabetic() {
            continue;
        }
        let Some((len, token)) = currency::longest(&chars[at..], true) else { continue };
        let word: String = chars[at..at + len].iter().collect();
        let code = codes && len == 3 && word.bytes().all(|b| b.is_ascii_uppercase());
        if code || currency::is_sign(&word) {
            return Some((word, token));
        }
    }
    None
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
            Some((word, token)) => shared_sign(word, *token, hint.currency),
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
        amounts.push((Amount { amount, token, currency, kind, money, raw }, this.token.is_some()));
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

/// A sign of several currencies means the hinted one where that one uses the sign.
fn shared_sign(word: &str, token: Token, hinted: Option<Currency>) -> Option<Currency> {
    const DOLLARS: &str = "USD AUD CAD NZD SGD HKD TWD MXN ARS CLP COP BRL UYU BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD";
    const KRONER: &str = "SEK NOK DKK ISK";
    let Some(hinted) = hinted else { return token.currency() };
    let group = match word {
        "$" => DOLLARS,
        "£" => "GBP EGP LBP SYP GIP FKP SHP",
        "¥" => "JPY CNY",
        "₨" | "Rs" | "Rs." => "INR PKR LKR NPR MUR SCR",
        "Fr" | "Fr." | "fr." => "CHF XOF XAF RWF",
        _ if word.to_lowercase().starts_with("kr") => KRONER,
        _ => return token.currency().or(Some(hinted)),
    };
    if group.split(' ').any(|code| code == hinted.code()) { Some(hinted) } else { token.currency() }
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
