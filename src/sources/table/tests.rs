use super::*;

fn import(text: &str, map: Option<&str>) -> Result<(Imported, Vec<Observation>), ImportError> {
    let shop = ShopRef { name: "file".into(), domain: None, invented: false };
    let pairs: Option<Vec<(String, String)>> = map
        .map(|m| m.split(',').filter_map(|p| p.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect());
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    let options = ImportOptions { kind: None, map: pairs.as_deref(), url: None, selectors: None, now };
    let mut all = Vec::new();
    let imported = read(text, &shop, &options, &mut |batch| {
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
