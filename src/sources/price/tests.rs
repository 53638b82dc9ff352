use super::*;
use proptest::prelude::*;

fn read(text: &str) -> (Option<String>, Option<String>, PriceKind) {
    let reading = parse(text, &Hint::default());
    (reading.amount, reading.currency.map(|c| c.code().to_owned()), reading.kind)
}

fn money(text: &str) -> Option<String> {
    parse(text, &Hint::default()).money.map(|m| format!("{} {}", m.decimal(), m.currency))
}

#[test]
fn signs_codes_and_words_stand_on_either_side() {
    for (text, wanted) in [
        ("€ 18,40", "18.40 EUR"),
        ("18,40\u{202f}€", "18.40 EUR"),
        ("18€40", "18.40 EUR"),
        ("US$:7.25", "7.25 USD"),
        ("$7.25 NZD", "7.25 NZD"),
        ("HKD$ 45", "45.00 HKD"),
        ("1 234,50 zł", "1234.50 PLN"),
        ("CHF 2’340.–", "2340.00 CHF"),
        ("SFr. 19.90", "19.90 CHF"),
        ("64,- Kč", "64.00 CZK"),
        ("₪ 249", "249.00 ILS"),
        ("249 ש\"ח", "249.00 ILS"),
        ("１２８０円", "1280 JPY"),
        ("٤٥٫٥٠ ر.س", "45.50 SAR"),
        ("Rs.1,23,456.00", "123456.00 INR"),
        ("R 154.45", "154.45 ZAR"),
        ("235 GBp", "2.35 GBP"),
        ("299:- kr", "299.00 SEK"),
        ("¥128.00 RMB", "128.00 CNY"),
        ("Size 42 €59", "59.00 EUR"),
        ("Model X200 150,00 €", "150.00 EUR"),
        ("Save 10% $45", "45.00 USD"),
        ("39,90 € + 4,90 € Versand", "39.90 EUR"),
    ] {
        assert_eq!(money(text).as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn three_digits_after_one_mark_are_a_group_unless_the_currency_or_the_locale_says_otherwise() {
    assert_eq!(money("2.599 €").as_deref(), Some("2599.00 EUR"));
    assert_eq!(money("12.345 KD").as_deref(), Some("12.345 KWD"));
    assert_eq!(money("0.125 €").as_deref(), Some("0.13 EUR"));
    let hint = Hint { decimal_mark: Some('.'), ..Hint::default() };
    assert_eq!(parse("€2.599", &hint).amount.as_deref(), Some("2.599"));
}

#[test]
fn what_is_not_the_price_comes_out_as_what_it_is() {
    use PriceKind::{From, Instalment, List, Member, OpenBox, Promotion, Sale, Shipping, Unit, UpTo};
    let kinds =
        |text: &str| parse(text, &Hint::default()).amounts.into_iter().map(|a| (a.amount, a.kind)).collect::<Vec<_>>();
    let is = |text: &str, wanted: &[(&str, PriceKind)]| {
        let wanted: Vec<(String, PriceKind)> = wanted.iter().map(|(a, k)| ((*a).to_owned(), *k)).collect();
        assert_eq!(kinds(text), wanted, "{text}");
    };
    is("£4.50 – £7.25", &[("4.50", From), ("7.25", UpTo)]);
    is("10–20 €", &[("10", From), ("20", UpTo)]);
    is("ab 39,90 €", &[("39.90", From)]);
    is("à partir de 12 €", &[("12", From)]);
    is("€ 3.99 / 100 g", &[("3.99", Unit)]);
    is("7,98 € pro Kilogramm", &[("7.98", Unit)]);
    is("10x de R$ 24,90", &[("24.90", Instalment)]);
    is("$21.40/month", &[("21.40", Instalment)]);
    is("Members £8.00", &[("8.00", Member)]);
    is("2 for R32.00", &[("32.00", Promotion)]);
    is("with coupon $9.99", &[("9.99", Promotion)]);
    is("Was $80.00 Now $59.00", &[("80.00", List), ("59.00", Sale)]);
    is("UVP 129,00 € jetzt 99,00 €", &[("129.00", List), ("99.00", Sale)]);
    is("Versand 4,95 €", &[("4.95", Shipping)]);
    is("Used $45.10", &[("45.10", OpenBox)]);
}

#[test]
fn the_sale_price_leads_and_an_old_one_never_does() {
    assert_eq!(read("Was $80.00 Now $59.00"), (Some("59.00".into()), Some("USD".into()), PriceKind::Sale));
    assert_eq!(parse("RRP £80", &Hint::default()).asked(), None);
    assert_eq!(parse("2 for R32.00", &Hint::default()).asked(), None);
}

#[test]
fn a_text_without_a_price_has_none() {
    for text in [
        "",
        "40% off",
        "Sold out",
        "July 2024",
        "15.08.2024",
        "12-08",
        "16 ft cable",
        "Free delivery over $30+",
        "-",
        "4K",
        "-5.00 €",
        "$-5",
        "-$5",
        "4.5 out of 5",
        "31 reviews",
    ] {
        assert_eq!(parse(text, &Hint::default()).amount, None, "{text}");
    }
    assert_eq!(read("Free!").0.as_deref(), Some("0"));
}

#[test]
fn a_hint_settles_a_shared_sign_and_never_an_unshared_one() {
    let canada = Hint::currency("CAD".parse().ok());
    assert_eq!(parse("$12.50", &canada).money.map(|m| m.currency.to_string()).as_deref(), Some("CAD"));
    assert_eq!(parse("12.50", &canada).money.map(|m| m.currency.to_string()).as_deref(), Some("CAD"));
    assert_eq!(parse("€12.50", &canada).money.map(|m| m.currency.to_string()).as_deref(), Some("EUR"));
    let beside = Hint { beside: Some("Price in DKK/pc"), ..Hint::default() };
    assert_eq!(parse("17,95", &beside).currency.map(|c| c.to_string()).as_deref(), Some("DKK"));
}

#[test]
fn floats_of_shops_round_to_what_can_be_paid() {
    let eur = Currency::EUR;
    assert_eq!(to_money("1399.9899999999998", eur).map(|m| m.minor), Some(139_999));
    assert_eq!(to_money("0.005", eur).map(|m| m.minor), Some(1));
    assert_eq!(to_money("99999999999999999999", eur), None);
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,60}", beside in proptest::option::of("\\PC{0,20}")) {
        let hint = Hint { beside: beside.as_deref(), ..Hint::default() };
        let _ = parse(&text, &hint);
    }

    #[test]
    fn any_heap_of_price_parts_is_read_without_a_panic(parts in proptest::collection::vec(
        prop_oneof![Just("€"), Just("$"), Just("12"), Just("1.299"), Just(","), Just("."), Just(" "), Just("-"), Just("GBp"), Just("x"), Just("/kg"), Just("'"), Just("0"), Just("%"), Just("руб.")], 0..12)) {
        let _ = parse(&parts.concat(), &Hint::default());
    }

    #[test]
    fn what_is_written_is_what_is_read(minor in 0_i64..1_000_000_000, style in 0_usize..5) {
        let (whole, cents) = (minor / 100, minor % 100);
        let grouped = |mark: &str| {
            let digits = whole.to_string();
            let chunks: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
            chunks.join(mark)
        };
        let text = match style {
            0 => format!("€{}.{cents:02}", grouped(",")),
            1 => format!("{},{cents:02} €", grouped(".")),
            2 => format!("{},{cents:02} €", grouped("\u{a0}")),
            3 => format!("EUR {}.{cents:02}", grouped("’")),
            _ => format!("{whole}.{cents:02}EUR"),
        };
        prop_assert_eq!(parse(&text, &Hint::default()).money, Some(Money::new(minor, Currency::EUR)), "{}", text);
    }
}
