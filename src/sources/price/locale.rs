//! What a locale such as `de-CH` says about numbers and money: the mark before decimals and the region's currency.
//!
//! From Unicode CLDR's number symbols and territory currencies; knows the locales that shops are met in.

use crate::domain::Currency;

/// Languages that write a comma before decimals, unless [`POINT_REGIONS`] says otherwise.
const COMMA: &str = "af az be bg bs ca cs da de el es et eu fi fo fr gl hr hu hy id is it ka kk ky lb lt lv mk mn nb nl \
nn no pl pt ro ru sk sl sq sr sv tr uk uz vi";
/// Languages that write a point.
const POINT: &str =
    "am ar bn cy en fa fil ga gu he hi iw ja km kn ko lo ml mr ms mt my ne pa si sw ta te th tl ur zh zu";
/// Regions whose writing of numbers differs from that of their language's country of origin.
const POINT_REGIONS: &str = "de-CH de-LI fr-CH it-CH es-MX es-US es-GT es-HN es-NI es-PA es-PE es-PR es-SV es-DO es-CU";
const COMMA_REGIONS: &str = "en-ZA en-DE en-AT en-BE en-NL en-DK en-SE en-FI en-SI";

const CURRENCIES: &str = "AD EUR|AE AED|AR ARS|AT EUR|AU AUD|BD BDT|BE EUR|BG EUR|BR BRL|CA CAD|CH CHF|CL CLP|CN CNY|\
CO COP|CR CRC|CY EUR|CZ CZK|DE EUR|DK DKK|DO DOP|EE EUR|EG EGP|ES EUR|FI EUR|FO DKK|FR EUR|GB GBP|GI GIP|GR EUR|HK HKD|\
HR EUR|HU HUF|ID IDR|IE EUR|IL ILS|IN INR|IS ISK|IT EUR|JM JMD|JP JPY|KE KES|KR KRW|KW KWD|LI CHF|LK LKR|LT EUR|LU EUR|\
LV EUR|MA MAD|MT EUR|MX MXN|MY MYR|NG NGN|NL EUR|NO NOK|NP NPR|NZ NZD|PE PEN|PH PHP|PK PKR|PL PLN|PT EUR|RO RON|RS RSD|\
RU RUB|SA SAR|SE SEK|SG SGD|SI EUR|SK EUR|TH THB|TN TND|TR TRY|TT TTD|TW TWD|UA UAH|US USD|UY UYU|VN VND|ZA ZAR";

/// The mark that a locale writes before decimals; `None` for a locale that is not known.
pub fn decimal_mark(locale: &str) -> Option<char> {
    let (language, region) = parts(locale);
    let is = |list: &str, word: &str| list.split(' ').any(|w| w == word);
    let full = region.as_ref().map(|region| format!("{language}-{region}"));
    if full.as_deref().is_some_and(|full| is(POINT_REGIONS, full)) {
        return Some('.');
    }
    if full.as_deref().is_some_and(|full| is(COMMA_REGIONS, full)) || is(COMMA, &language) {
        return Some(',');
    }
    is(POINT, &language).then_some('.')
}

/// The currency of a locale's region; `None` where it names no region that is known.
pub fn local_currency(locale: &str) -> Option<Currency> {
    let region = parts(locale).1?;
    CURRENCIES.split('|').find_map(|row| row.strip_prefix(region.as_str())?.trim().parse().ok())
}

/// Language and region of `de`, `de-CH`, `de_CH.UTF-8` and `zh-Hant-TW`.
fn parts(locale: &str) -> (String, Option<String>) {
    let locale = locale.split(['.', '@']).next().unwrap_or_default();
    let mut words = locale.split(['-', '_']);
    let language = words.next().unwrap_or_default().trim().to_lowercase();
    let region = words.find(|w| w.len() == 2 && w.bytes().all(|b| b.is_ascii_alphabetic()));
    (language, region.map(str::to_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_has_its_mark_and_its_money() {
        for (locale, mark, currency) in [
            ("de-DE", Some(','), Some("EUR")),
            ("de_CH.UTF-8", Some('.'), Some("CHF")),
            ("en", Some('.'), None),
            ("en-IE", Some('.'), Some("EUR")),
            ("es-MX", Some('.'), Some("MXN")),
            ("zh-Hant-TW", Some('.'), Some("TWD")),
            ("sv-SE", Some(','), Some("SEK")),
            ("xx", None, None),
            ("", None, None),
        ] {
            assert_eq!(decimal_mark(locale), mark, "{locale}");
            assert_eq!(local_currency(locale).map(|c| c.code().to_owned()).as_deref(), currency, "{locale}");
        }
    }
}
