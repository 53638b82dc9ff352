use super::*;
use proptest::prelude::*;

fn import(text: &str, map: Option<&str>) -> Result<(Imported, Vec<Observation>), ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file.csv");
    std::fs::write(&file, text).unwrap();
    let pairs: Option<Vec<(String, String)>> = map
        .map(|m| m.split(',').filter_map(|p| p.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect());
    let options =
        ImportOptions { map: pairs.as_deref(), ..ImportOptions::new("2026-11-22T10:00:00Z".parse().unwrap()) };
    let mut all = Vec::new();
    let imported = crate::sources::import::import_file(&file, &options, &mut |batch| {
        all.extend(batch);
        true
    })?;
    Ok((imported, all))
}

#[test]
fn a_broken_row_is_reported_with_its_line_and_the_rest_is_read() {
    let text = "date,store,name,price\n2026-01-01,Lumen,Lamp,12.50\n2026-01-01,Lumen\n2026-13-01,Lumen,Lamp,9\n\
                2026-01-08,Lumen,Lamp,cheap\n2026-01-08,Lumen,,5\n2026-01-08,Lumen,Lamp,-3\n2026-01-15,Lumen,Lamp,11\n";
    let (imported, looks) = import(text, Some("title=name,price=price,date=date,shop=store,currency=EUR")).unwrap();
    assert_eq!(looks.len(), 2);
    assert_eq!(imported.broken.iter().map(|b| b.line).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    assert_eq!((imported.rows, imported.broken_rows), (7, 5));
    assert_eq!(looks[1].price, Some(Money::new(1100, Currency::EUR)));
    assert_eq!(looks[1].shop.name, "Lumen");
}

#[test]
fn semicolons_quotes_and_comma_decimals_of_a_german_export() {
    let text = "Artikelnummer;Bezeichnung;Preis;Währung;Datum\n7;\"Lampe; rund\";1.299,00;EUR;31.01.2026\n";
    let (imported, looks) = import(text, None).unwrap();
    assert_eq!(imported.broken_rows, 0, "{:?}", imported.broken);
    let look = &looks[0];
    assert_eq!((look.product.title.as_str(), look.price), ("Lampe; rund", Some(Money::new(129_900, Currency::EUR))));
    assert_eq!(look.observed_at, "2026-01-31T00:00:00Z".parse().unwrap());
}

#[test]
fn equal_rows_are_one_look_and_different_prices_are_ambiguous() {
    let text = "date,name,price,currency\n2026-01-01,Lamp,5,EUR\n2026-01-01,Mug,3,EUR\n2026-01-01,Lamp,5,EUR\n\
                2026-01-01,Mug,9,EUR\n2026-01-01,Mug,3,EUR\n";
    let (_, looks) = import(text, None).unwrap();
    assert_eq!(looks.len(), 2);
    assert_eq!((looks[0].outcome, looks[0].price), (Outcome::Ok, Some(Money::new(500, Currency::EUR))));
    assert_eq!((looks[1].outcome, looks[1].price), (Outcome::Ambiguous, None));
    let kept: Vec<i64> = looks[1].candidates.iter().map(|c| c.money.minor).collect();
    assert_eq!(kept, [300, 900]);
}

#[test]
fn a_list_price_and_a_promotion_are_candidates_of_their_kind() {
    let text = "name,price,old_price,promotion,currency\nMug,18.00,22.00,2 For R32.00,ZAR\n";
    let (_, looks) = import(text, None).unwrap();
    let kinds: Vec<PriceKind> = looks[0].candidates.iter().map(|c| c.kind).collect();
    assert_eq!(looks[0].price, Some(Money::new(1800, Currency::ZAR)));
    assert_eq!(looks[0].list_price, Some(Money::new(2200, Currency::ZAR)));
    assert!(kinds.contains(&PriceKind::List) && kinds.contains(&PriceKind::Promotion), "{kinds:?}");
}

#[test]
fn dates_with_slashes_follow_the_file() {
    let at = |text: &str| import(text, None).unwrap().1[0].observed_at.to_string();
    assert!(at("name,price,date\nMug,5 EUR,03/04/2026\nMug,5 EUR,03/28/2026\n").starts_with("2026-03-04"));
    assert!(at("name,price,date\nMug,5 EUR,03/04/2026\nMug,5 EUR,28/03/2026\n").starts_with("2026-04-03"));
}

#[test]
fn a_price_without_any_currency_is_not_guessed() {
    let (imported, looks) = import("name,price\nMug,5\n", None).unwrap();
    assert!(looks.is_empty());
    assert!(imported.broken[0].reason.contains("--map currency="), "{:?}", imported.broken);
}

#[test]
fn a_table_without_a_title_says_which_columns_there_are() {
    let error = import("a,b\n1,2\n", None).unwrap_err().to_string();
    assert!(error.contains("title") && error.contains("a, b"), "{error}");
}

#[test]
fn rows_of_one_thing_and_moment_join_however_far_apart_they_stand() {
    let mut text = "name,date,price,currency\nMug,2026-01-01,5,EUR\n".to_owned();
    for n in 0..3 * BATCH {
        text.push_str(&format!("Lamp {n},2026-01-{:02},7,EUR\n", n % 28 + 1));
    }
    text.push_str("Mug,2026-01-01,6,EUR\nMug,2026-01-02,6,EUR\n");
    let (imported, looks) = import(&text, None).unwrap();
    let mugs: Vec<_> = looks.iter().filter(|l| l.product.title == "Mug").collect();
    assert_eq!(
        mugs.iter().map(|l| (l.outcome, l.candidates.len())).collect::<Vec<_>>(),
        [(Outcome::Ok, 1), (Outcome::Ambiguous, 2)]
    );
    assert_eq!(imported.observations, looks.len() as u64);
    assert!(imported.complete);
}

#[test]
fn a_wide_file_becomes_a_look_for_each_series_and_gaps_break_the_line() {
    let text = "Time,Amazon,New,Used,List Price\n7900000,49.99,-1,15.20,59.99\n7905760,-,47.99,N/A,59.99\n";
    let (imported, looks) =
        import(text, Some("date=Time,series=Amazon|New|Used,list=List Price,currency=EUR,dates=keepa,title==Kettle"))
            .unwrap();
    assert_eq!(imported.broken_rows, 0, "{:?}", imported.broken);
    let told: Vec<_> =
        looks.iter().map(|l| (l.shop_key.as_str(), l.condition, l.price.map(|p| p.minor), l.outcome)).collect();
    assert_eq!(
        told[..3],
        [
            ("Kettle [amazon]", Condition::New, Some(4999), Outcome::Ok),
            ("Kettle [new]", Condition::New, None, Outcome::NoPrice),
            ("Kettle [used]", Condition::Used, Some(1520), Outcome::Ok),
        ]
    );
    assert_eq!((looks[3].availability, looks[3].price), (Availability::OutOfStock, None));
    assert_eq!(looks[0].list_price, Some(Money::new(5999, Currency::EUR)));
    assert_eq!(looks[0].observed_at.to_string(), "2026-01-08T02:40:00Z");
    let guessed = import(
        &text
            .replace("7900000", "2026-01-08")
            .replace("7905760", "2026-01-12")
            .replace(",59.99\n", " EUR,59.99\n")
            .replace("49.99,", "49.99 EUR,")
            .replace("47.99,", "47.99 EUR,"),
        None,
    )
    .unwrap();
    assert!(
        guessed.0.mapping.iter().any(|p| p.field == "series" && p.from == "Amazon|New|Used"),
        "{:?}",
        guessed.0.mapping
    );
    assert_eq!(guessed.1[0].product.title, "file");
}

#[test]
fn a_table_without_a_header_is_told_by_its_cells() {
    let text = "2026-01-01;Lamp, round and red;12,50 EUR\n2026-01-02;Lamp, round and red;1.299,00 EUR\n";
    let (imported, looks) = import(text, None).unwrap();
    let pairs: Vec<_> = imported.mapping.iter().map(|p| (p.field.as_str(), p.from.as_str())).collect();
    assert_eq!(pairs, [("date", "1"), ("price", "3"), ("title", "2")]);
    assert_eq!(looks.iter().map(|l| l.price.unwrap().minor).collect::<Vec<_>>(), [1250, 129_900]);
    let (_, looks) = import(text, Some("title=2,price=3")).unwrap();
    assert_eq!(looks[0].product.title, "Lamp, round and red");
}

#[test]
fn an_order_of_day_and_month_that_nothing_decides_is_asked_for() {
    let text = "name,price,date\nMug,5 EUR,03/04/2026\nMug,5 EUR,05/06/2026\n";
    let told = import(text, None).unwrap_err().to_string();
    assert!(told.contains("03/04/2026") && told.contains("dates=dmy"), "{told}");
    let at = |order: &str| {
        import(text, Some(&format!("title=name,price=price,date=date,dates={order}"))).unwrap().1[0]
            .observed_at
            .to_string()
    };
    assert!(at("dmy").starts_with("2026-04-03") && at("mdy").starts_with("2026-03-04"));
}

#[test]
fn one_decimal_mark_in_the_column_decides_what_the_others_are() {
    let minor = |cells: [&str; 2]| {
        let text = format!("name;price;currency\nA;{};EUR\nB;{};EUR\n", cells[0], cells[1]);
        import(&text, None).unwrap().1.iter().map(|l| l.price.unwrap().minor).collect::<Vec<_>>()
    };
    assert_eq!(minor(["12,50", "1.299"]), [1250, 129_900]);
    assert_eq!(minor(["12.50", "1,299"]), [1250, 129_900]);
}

#[test]
fn utf_16_and_gzip_tables_are_read() {
    use std::io::Write;
    let text = "name\tprice\tcurrency\nCafé\t5\tEUR\n";
    let folder = tempfile::tempdir().unwrap();
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(text.as_bytes()).unwrap();
    for (name, bytes) in [("a.tsv", utf16), ("a.csv.gz", zip.finish().unwrap())] {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let mut titles = Vec::new();
        let options = ImportOptions::new(Timestamp::UNIX_EPOCH);
        crate::sources::import::import_file(&file, &options, &mut |batch| {
            titles.extend(batch.into_iter().map(|l| l.product.title));
            true
        })
        .unwrap();
        assert_eq!(titles, ["Café"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_table_makes_the_importer_panic(
        head in prop_oneof![Just("name,price,date\n"), Just("Time;Amazon;New\n"), Just("")],
        body in proptest::collection::vec(prop_oneof![
            Just("\"".to_owned()), Just(",".to_owned()), Just(";".to_owned()), Just("\n".to_owned()), Just("5,00 EUR".to_owned()),
            Just("03/04/2026".to_owned()), Just("-1".to_owned()), Just("99999999999999999999".to_owned()), any::<String>()
        ], 0..40),
    ) {
        let text = format!("{head}{}", body.concat());
        if let Ok((_, looks)) = import(&text, None) {
            prop_assert!(looks.iter().all(|l| l.price.is_none_or(|p| p.minor >= 0)));
        }
    }
}
