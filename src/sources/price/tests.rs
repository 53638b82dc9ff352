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

    #[test]
    fn an_amount_is_read_back_in_every_way_of_writing(
        minor in 1_i64..1_000_000_000,
        grouping in 0_usize..6,
        decimals in 0_usize..2,
        place in 0_usize..6,
        digits in 0_usize..4,
        code in prop_oneof![Just("EUR"), Just("USD"), Just("GBP"), Just("SEK"), Just("CHF"), Just("INR"), Just("ILS"), Just("PLN")],
    ) {
        let currency: Currency = code.parse().unwrap();
        let money = Money::new(minor, currency);
        let (mark, group) = [(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u{202f}"), (".", "")][grouping];
        let (whole, cents) = ((minor / 100).to_string(), format!("{:02}", minor % 100));
        let grouped = if decimals == 1 && code == "INR" { indian(&whole, ",") } else { thousands(&whole, group) };
        let mark = if code == "INR" && decimals == 1 { "." } else { mark };
        let text = format!("{grouped}{mark}{cents}");
        let text = in_digits(&text, digits);
        let text = match place {
            0 => format!("{code} {text}"),
            1 => format!("{text} {code}"),
            2 => format!("{code}\u{a0}{text}"),
            3 => format!("{text}\u{202f}{code}"),
            4 => format!("  {code}{text} "),
            _ => format!("Price: {code} {text}"),
        };
        prop_assert_eq!(parse(&text, &Hint::default()).money, Some(money), "{}", text);
    }

    #[test]
    fn what_is_said_around_an_amount_says_what_it_is(
        minor in 100_i64..99_999,
        case in proptest::sample::select(SAID),
    ) {
        let (text, kind) = case;
        let amount = format!("€{}.{:02}", minor / 100, minor % 100);
        let text = text.replace("{}", &amount);
        let reading = parse(&text, &Hint::default());
        let found = reading.amounts.iter().find(|a| a.money == Some(Money::new(minor, Currency::EUR)));
        prop_assert_eq!(found.map(|a| a.kind), Some(kind), "{}", text);
        let is_price = matches!(kind, PriceKind::Current | PriceKind::Sale);
        prop_assert_eq!(reading.asked().is_some(), is_price, "{}", text);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic_and_never_below_zero(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        let reading = parse(&String::from_utf8_lossy(&bytes), &Hint { local: Some(Currency::EUR), ..Hint::default() });
        prop_assert!(reading.money.is_none_or(|m| m.minor >= 0));
    }
}

/// Classes of strings: what stands around an amount, and what the amount then is.
const SAID: &[(&str, PriceKind)] = &[
    ("{}", PriceKind::Current),
    ("Price {} incl. VAT", PriceKind::Current),
    ("now {}", PriceKind::Sale),
    ("jetzt nur {}", PriceKind::Sale),
    ("was {}", PriceKind::List),
    ("RRP: {}", PriceKind::List),
    ("UVP {}", PriceKind::List),
    ("statt {}", PriceKind::List),
    ("au lieu de {}", PriceKind::List),
    ("from {}", PriceKind::From),
    ("ab {}", PriceKind::From),
    ("à partir de {}", PriceKind::From),
    ("desde {}", PriceKind::From),
    ("vanaf {}", PriceKind::From),
    ("up to {}", PriceKind::UpTo),
    ("{} / 100 g", PriceKind::Unit),
    ("{}/kg", PriceKind::Unit),
    ("{} per litre", PriceKind::Unit),
    ("1 kg = {}", PriceKind::Unit),
    ("(100 ml = {})", PriceKind::Unit),
    ("{}/month", PriceKind::Instalment),
    ("{} per month", PriceKind::Instalment),
    ("12 x {}", PriceKind::Instalment),
    ("in 4 payments of {}", PriceKind::Instalment),
    ("Club price {}", PriceKind::Member),
    ("{} for members", PriceKind::Member),
    ("{} with coupon", PriceKind::Promotion),
    ("2 for {}", PriceKind::Promotion),
    ("Refurbished {}", PriceKind::OpenBox),
    ("Delivery {}", PriceKind::Shipping),
    ("plus {} shipping", PriceKind::Shipping),
    ("Save {}", PriceKind::Unknown),
    ("You save {}", PriceKind::Unknown),
    ("{} off", PriceKind::Unknown),
    ("on orders over {}", PriceKind::Unknown),
    ("deposit {}", PriceKind::Unknown),
];

fn thousands(digits: &str, mark: &str) -> String {
    let chunks: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    chunks.join(mark)
}

/// 12,34,567
fn indian(digits: &str, mark: &str) -> String {
    let Some(at) = digits.len().checked_sub(3).filter(|at| *at > 0) else { return digits.to_owned() };
    let chunks: Vec<&str> = digits.as_bytes()[..at].rchunks(2).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    format!("{}{mark}{}", chunks.join(mark), &digits[at..])
}

/// The digits of another script.
fn in_digits(text: &str, script: usize) -> String {
    let zero = ['0', '\u{660}', '\u{6f0}', '\u{ff10}'][script] as u32;
    let digit = |c: char| c.to_digit(10).and_then(|d| char::from_u32(zero + d)).unwrap_or(c);
    text.chars().map(digit).collect()
}

#[test]
fn a_shared_sign_means_what_the_region_uses_and_no_bare_number_becomes_money() {
    let of = |text: &str, locale: &str| {
        let hint = Hint { local: local_currency(locale), ..Hint::default() };
        parse(text, &hint).money.map(|m| m.currency.code().to_owned())
    };
    for (text, locale, wanted) in [
        ("199 kr", "sv-SE", Some("SEK")),
        ("199 kr.", "da-DK", Some("DKK")),
        ("kr 199,-", "nb-NO", Some("NOK")),
        ("¥1,280", "zh-CN", Some("CNY")),
        ("¥1,280", "ja-JP", Some("JPY")),
        ("$12.50", "en-CA", Some("CAD")),
        ("$12.50", "en-GB", Some("USD")),
        ("£12.50", "sv-SE", Some("GBP")),
        ("€12.50", "en-US", Some("EUR")),
        ("12.50", "en-US", None),
    ] {
        assert_eq!(of(text, locale).as_deref(), wanted, "{text} in {locale}");
    }
}

#[test]
fn a_unit_price_says_what_it_is_for() {
    for (text, quantity, unit) in [
        ("€ 3.99 / 100 g", "100", "g"),
        ("7,98 €/kg", "1", "kg"),
        ("(1 l = 1,29 €)", "1", "l"),
        ("£2.50 per 0.75 l", "0.75", "l"),
        ("3,99 € je 100 ml", "100", "ml"),
    ] {
        let reading = parse(text, &Hint::default());
        assert_eq!(reading.kind, PriceKind::Unit, "{text}");
        let per = reading.amounts[0].per.clone().unwrap_or_else(|| panic!("{text}: {reading:?}"));
        assert_eq!((per.quantity.as_str(), per.unit.as_str()), (quantity, unit), "{text}");
    }
}
