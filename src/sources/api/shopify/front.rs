//! The currency that a shop's front page says its prices are in. Never one that was converted for the visitor: the
//! interface gives prices of the shop's own market.

use crate::domain::Currency;
use serde_json::Value;

/// What every theme's head begins to say the currency with.
const MARK: &str = "Shopify.currency";

/// The shop's own currency, where the page is shown in it.
pub fn currency(page: &[u8]) -> Option<Currency> {
    let page = String::from_utf8_lossy(page);
    page.match_indices(MARK).find_map(|(at, mark)| shown(page.get(at + mark.len()..)?))
}

/// Reads ` = {"active":"EUR","rate":"1.0"}`.
fn shown(after: &str) -> Option<Currency> {
    let object = after.trim_start().strip_prefix('=')?;
    let value = serde_json::Deserializer::from_str(object).into_iter::<Value>().next()?.ok()?;
    let rate = match value.get("rate")? {
        Value::String(rate) => rate.trim().parse::<f64>().ok()?,
        rate => rate.as_f64()?,
    };
    let is_own = (rate - 1.0).abs() < f64::EPSILON;
    value.get("active")?.as_str()?.parse().ok().filter(|_| is_own)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EURO: Option<Currency> = Some(Currency::EUR);

    #[test]
    fn only_the_currency_of_the_shops_own_market_counts() {
        for (page, found) in [
            (r#"<script>Shopify.currency = {"active":"EUR","rate":"1.0"};</script>"#, EURO),
            (r#"Shopify.currency={"rate":1,"active":"USD"};"#, Some(Currency::USD)),
            (r#"Shopify.currency = Shopify.currency || {}; Shopify.currency = {"active":"EUR","rate":1.0}"#, EURO),
            (r#"Shopify.currency = {"active":"USD","rate":"1.0832"};"#, None),
            (r#"Shopify.currency = {"active":"EUR"};"#, None),
            (r#"Shopify.currency = {"active":"EUROS","rate":"1.0"};"#, None),
            (r#"Shopify.currency = {"active":"EUR","rate":"1.0"#, None),
            ("Shopify.currency", None),
            ("<html>no shop</html>", None),
        ] {
            assert_eq!(currency(page.as_bytes()), found, "{page}");
        }
    }
}
