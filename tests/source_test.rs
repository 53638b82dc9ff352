//! `emptor source test`: what is read on a page, by whom, which price won and why; selectors files; exit codes.

mod home;

use home::Home;

const PAGE: &str = r#"<html lang="de-DE"><head><title>Lampe</title>
  <link rel="canonical" href="https://lampen.example/p/nook">
  <meta property="og:type" content="product"><meta property="og:title" content="Nook Leselampe">
  <meta property="product:price:amount" content="59,90"><meta property="product:price:currency" content="EUR"></head>
  <body><div id="product"><h1>Nook <b>Leselampe</b></h1>
  <p class="price"><del>59,90 €</del> <ins>39<sup>90</sup> €</ins></p>
  <p class="club">Club: 35,00 €</p><p class="unit">(3,99 € / 100 g)</p>
  <span class="stock">Auf Lager (12)</span><i data-sku="NL-1"></i></div>
  <div class="teaser"><p class="price">9,90 €</p></div></body></html>"#;

const RULES: &str = r##"hosts = ["*.lampen.example"]
locale = "de-DE"
[select]
title = "#product h1"
price = "#product .price"
member_price = ".club"
unit_price = ".unit"
availability = ".stock"
sku = { css = "[data-sku]", attribute = "data-sku" }
"##;

#[test]
fn without_selectors_the_last_resort_is_read_and_the_screen_says_so() {
    let home = Home::empty();
    let page = home.file("page.html", PAGE);
    let run = home.run(["source", "test", &page.display().to_string()]).expect(0);
    for line in
        ["read      opengraph", "Nook Leselampe", "● €59.90  availability not stated, new", "product:price:amount"]
    {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
    let seen = home.run(["source", "test", "page.html", "--json"]).expect(0).json("source test");
    assert_eq!(seen["offers"][0]["price"]["minor"], 5990);
    assert_eq!(seen["offers"][0]["shop_key"], "url:/p/nook");
    assert_eq!(seen["offers"][0]["verdicts"][0]["won"], true);
}

#[test]
fn a_selectors_file_wins_and_every_other_price_stays_in_sight() {
    let home = Home::empty();
    home.file("page.html", PAGE);
    home.file("rules.toml", RULES);
    let seen =
        home.run(["source", "test", "page.html", "--selectors", "rules.toml", "--json"]).expect(0).json("source test");
    let offer = &seen["offers"][0];
    assert_eq!((offer["price"]["minor"].as_i64(), offer["list_price"]["minor"].as_i64()), (Some(3990), Some(5990)));
    assert_eq!((offer["availability"].as_str(), offer["sku"].as_str()), (Some("in_stock"), Some("NL-1")));
    assert_eq!((offer["format"].as_str(), &offer["product"]["title"]), (Some("selectors"), &"Nook Leselampe".into()));
    assert_eq!(offer["unit_price"]["unit"], "g");
    let rows: Vec<(String, i64, bool)> = offer["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .zip(offer["verdicts"].as_array().unwrap())
        .map(|(c, v)| {
            let kind = c["kind"].as_str().unwrap().to_owned();
            (kind, c["money"]["minor"].as_i64().unwrap(), v["won"].as_bool().unwrap())
        })
        .collect();
    let wanted = [
        ("list", 5990, false),
        ("sale", 3990, true),
        ("member", 3500, false),
        ("unit", 399, false),
        ("current", 5990, false),
    ];
    assert_eq!(rows, wanted.map(|(kind, minor, won)| (kind.to_owned(), minor, won)));
    let place = offer["candidates"][1]["place"].as_str().unwrap();
    assert_eq!(place, "selectors div#product > p.price");
}

#[test]
fn the_folder_beside_the_config_file_is_used_by_tests_and_imports_alike() {
    let home = Home::empty();
    home.file("page.html", PAGE);
    std::fs::create_dir(home.path().join("selectors")).unwrap();
    home.file("config.toml", "");
    home.file("selectors/lampen.toml", RULES);
    home.file("selectors/broken.toml", "hosts = 1");
    let url = "https://www.lampen.example/p/nook";
    let arguments = ["--config", "config.toml", "source", "test", "page.html", "--url", url];
    let run = home.run(arguments).expect(0);
    assert!(run.stdout.contains("● €39.90  in stock, new") && run.stdout.contains("lampen.toml"), "{}", run.stdout);
    assert!(run.stderr.contains("broken.toml: hosts must be a text"), "{}", run.stderr);
    home.run(["--config", "config.toml", "import", "page.html", "--url", url]).expect(0);
    let shown = home.run(["search", "Leselampe", "--json"]).expect(0).stdout;
    assert!(shown.contains("3990"), "{shown}");
}

#[test]
fn each_end_has_its_exit_code() {
    let home = Home::empty();
    home.file("none.html", "<p>nothing</p>");
    let two = r#"<script type="application/ld+json">{"@type":"Product","name":"Mug","offers":[
      {"@type":"Offer","price":"5","priceCurrency":"EUR"},{"@type":"Offer","price":"7","priceCurrency":"EUR"}]}</script>"#;
    home.file("two.html", two);
    home.file("bad.toml", "hosts = [\"a.example\"]\n[select]\nprise = \"p\"");
    let run = home.run(["source", "test", "none.html"]).expect(1);
    assert!(run.stdout.contains("emptor config selectors"), "{}", run.stdout);
    let run = home.run(["source", "test", "two.html"]).expect(4);
    assert!(run.stdout.contains("with different prices: €5.00, €7.00"), "{}", run.stdout);
    home.run(["source", "test", "two.html", "--selectors", "bad.toml"]).expect_error(2, "there is no field \"prise\"");
    home.run(["source", "test", "missing.html"]).expect_error(2, "missing.html");
    home.run(["source", "test", "http://127.0.0.1:1/p"]).expect_error(5, "http://127.0.0.1:1/p");
    home.run(["--offline", "source", "test", "http://127.0.0.1:1/p"]).expect_error(5, "offline");
    let example = home.run(["config", "selectors"]).expect(0).stdout;
    home.file("example.toml", example);
    home.run(["source", "test", "two.html", "--selectors", "example.toml"]).expect(4);
}

/// Two pages of a real django-oscar (see `tests/shops`): its own template, and one that adds JSON-LD.
#[test]
fn pages_of_real_shop_software_are_read_with_selectors_or_with_json_ld() {
    let home = Home::empty();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = |name: &str| root.join("tests/pages").join(name).display().to_string();
    let rules = root.join("tests/shops/oscar/selectors.toml").display().to_string();
    home.run(["source", "test", &page("oscar-plain.html")]).expect(1);
    for arguments in [vec![page("oscar-plain.html"), "--selectors".to_owned(), rules], vec![page("oscar-json-ld.html")]]
    {
        let mut command = vec!["source".to_owned(), "test".to_owned(), "--json".to_owned()];
        command.extend(arguments);
        let seen = home.run(&command).expect(0).json("source test");
        let offer = &seen["offers"][0];
        assert_eq!(offer["product"]["title"], "Artikel Schreibtisch 140 x 70");
        assert_eq!(offer["product"]["gtin"], "09520000200121");
        assert_eq!(offer["price"], serde_json::json!({ "minor": 129_900, "currency": "EUR" }));
        assert_eq!(offer["availability"], "in_stock");
    }
}
