//! Files of the user's by the real binary: previews, mappings that are remembered, feeds and foreign exports; and what
//! the user says about products and currencies.

mod home;

use home::Home;

const HISTORY: &str = "Artikel;Preis;Datum;Laden\nLampe Tolomeo;\"1.299,00 €\";13.01.2026;a.example\n\
                       Lampe Tolomeo;1.199,00 €;14.02.2026;a.example\n";

#[test]
fn a_dry_run_shows_the_looks_and_stores_nothing() {
    let home = Home::empty();
    home.file("h.csv", HISTORY);
    let shown = home.run(["import", "h.csv", "--dry-run"]).expect(0);
    assert!(shown.stdout.contains("2026-01-13") && shown.stdout.contains("1299.00"), "{}", shown.stdout);
    assert!(shown.stderr.contains("title=Artikel,price=Preis,date=Datum,shop=Laden"), "{}", shown.stderr);
    home.run(["search", "lampe"]).expect(3);
    let report = home.run(["import", "h.csv", "--json"]).expect(0).json("import");
    assert_eq!(report["counts"]["snapshots_new"], 2);
    let again = home.run(["import", "h.csv", "--json"]).expect(0).json("import");
    assert_eq!((&again["counts"]["snapshots_new"], &again["counts"]["duplicates"]), (&0.into(), &2.into()));
}

#[test]
fn a_mapping_is_asked_for_once_and_remembered_for_the_same_header() {
    let home = Home::empty();
    home.file("odd.csv", "c1,c2,c3\nDesk A,EUR 10,2026-01-01\n");
    home.run(["import", "odd.csv"]).expect_error(2, "--map title=COLUMN");
    home.run(["import", "odd.csv", "--map", "title=c1,price=c2,date=c3,shop=s.example"]).expect(0);
    home.file("later.csv", "c1,c2,c3\nDesk A,EUR 9,2026-02-01\n");
    let later = home.run(["import", "later.csv", "--json"]).expect(0).json("import");
    assert_eq!((&later["counts"]["snapshots_new"], &later["counts"]["products_new"]), (&1.into(), &0.into()));
    home.file("other.csv", "c1,c2,c4\nDesk A,EUR 9,2026-02-01\n");
    home.run(["import", "other.csv"]).expect_error(2, "--map");
}

#[test]
fn a_feed_is_recognised_and_keepas_export_is_read_with_its_own_clock() {
    let home = Home::empty();
    let item = "<item><g:id>1</g:id><g:title>Blue Mug 300 ml</g:title><g:price>9.90 EUR</g:price>\
                <g:link>https://m.example/1</g:link><g:availability>in_stock</g:availability></item>";
    let feed = format!(
        "<?xml version=\"1.0\"?><rss xmlns:g=\"http://base.google.com/ns/1.0\"><channel>{item}</channel></rss>"
    );
    home.file("feed.xml", feed);
    let read = home.run(["import", "feed.xml", "--json"]).expect(0).json("import");
    assert_eq!((&read["kind"], &read["observations"]), (&"merchant".into(), &1.into()));
    let keepa = r#"{"products":[{"asin":"B000TEST01","title":"Kettle X","domainId":3,
        "csv":[null,[7000000,1999,7001440,1899],null]}]}"#;
    home.file("k.json", keepa);
    home.run(["import", "k.json", "--kind", "keepa"]).expect(0);
    let history = home.run(["history", "kettle", "--json"]).expect(0);
    // 7,000,000 minutes after 2011-01-01.
    assert!(history.stdout.contains("2024-04-2") && history.stdout.contains("1899"), "{}", history.stdout);
    home.run(["import", "k.json", "--kind", "nonsense"]).expect_error(2, "nonsense");
}

#[test]
fn what_the_user_joins_stays_joined_and_what_is_split_stays_apart() {
    let home = Home::empty();
    let rows = "title,price,currency,date,shop\nMug Alpha,10.00,EUR,2026-01-03,a.example\n\
                Mug Alpha white,9.00,EUR,2026-01-03,b.example\n";
    home.file("m.csv", rows);
    home.run(["import", "m.csv"]).expect(0);
    let offers = |home: &Home, id: &str| {
        let shown = home.run(["show", id, "--json"]).expect(0).json("show");
        shown["offers"].as_array().unwrap().len()
    };
    home.run(["product", "join", "1", "2"]).expect(0);
    assert_eq!(offers(&home, "1"), 2);
    home.file("m2.csv", rows.replace("2026-01-03", "2026-01-04"));
    home.run(["import", "m2.csv"]).expect(0);
    assert_eq!(offers(&home, "1"), 2, "a later look joins nothing anew and takes nothing apart");
    home.run(["product", "split", "1"]).expect(0);
    assert_eq!(offers(&home, "1"), 1);
    home.file("m3.csv", rows.replace("2026-01-03", "2026-01-05"));
    home.run(["import", "m3.csv"]).expect(0);
    assert_eq!(offers(&home, "1"), 1);
    let suggested = home.run(["product", "suggest", "--json"]);
    assert!(!suggested.stdout.contains("\"score\""), "what was split is not suggested: {}", suggested.stdout);
}

#[test]
fn prices_are_compared_in_the_users_currency_by_a_dated_rate() {
    let home = Home::empty();
    home.file("rates.csv", "date,currency,rate\n2026-01-02,USD,1.25\n");
    home.file("m.csv", "title,price,currency,date,shop\nMug,10.00,USD,2026-01-03,a.example\n");
    home.run(["source", "add", "rates.csv", "--kind", "rates"]).expect(0);
    home.run(["import", "m.csv"]).expect(0);
    let shown = home.run(["search", "mug", "--currency", "EUR"]).expect(0);
    assert!(shown.stdout.contains("$10.00") && shown.stdout.contains("€8.00"), "{}", shown.stdout);
    assert!(shown.stdout.contains("2026-01-02"), "the rate's date: {}", shown.stdout);
    let none = home.run(["search", "mug", "--currency", "JPY"]).expect(0);
    assert!(!none.stdout.contains('¥'), "no rate, no figure: {}", none.stdout);
}

#[test]
fn doctor_names_a_selectors_file_that_is_wrong() {
    let home = Home::demo();
    let shown = home.run(["config", "show", "--json"]).expect(0);
    let folder = home.path().join(".config/emptor/selectors");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shop.toml"), "hosts = [\"shop.example\"]\nprize = 1\n").unwrap();
    let report = home.run(["doctor", "--json"]).json("doctor");
    let check = report["checks"].as_array().unwrap().iter().find(|c| c["name"] == "selectors").unwrap().clone();
    assert_eq!(check["state"], "warn", "{check} {}", shown.stdout);
    assert!(check["detail"].as_str().unwrap().contains("shop.toml"), "{check}");
}
