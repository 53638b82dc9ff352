//! Each command over the real binary on a database of its own: text and JSON, exit codes, stdout apart from stderr.

mod home;

use home::{Home, Run};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;

fn first_hits(home: &Home, words: &str) -> Vec<Value> {
    let run = home.run(["search", words, "--json"]).expect(0);
    run.json("search")["result"]["hits"].as_array().unwrap().clone()
}

fn first_id(home: &Home, words: &str) -> String {
    first_hits(home, words)[0]["product"]["id"].to_string()
}

#[track_caller]
fn is_money(value: &Value) {
    assert!(value["minor"].is_i64() && value["currency"].as_str().is_some_and(|c| c.len() == 3), "{value}");
}

/// No colour, no cursor movement, nothing cut: what a pipe gets.
#[track_caller]
fn plain(run: &Run) {
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{}{}", run.stdout, run.stderr);
}

#[test]
fn the_exit_codes_are_the_contract() {
    let bare = Home::empty();
    bare.run(["search", "dishwasher"]).expect_error(3, "import demo");
    bare.run(["--ask", "quiet dishwasher", "--no-model"]).expect_error(3, "import demo");
    bare.run(["show", "1"]).expect_error(3, "import demo");
    bare.run(["export"]).expect_error(3, "import demo");
    assert_eq!(bare.run(["watch", "list"]).expect(0).stdout, "");
    assert_eq!(bare.run(["source", "list"]).expect(0).stdout, "");
    let home = Home::demo();
    let cases: &[(&[&str], i32)] = &[
        (&["search", "dishwasher"], 0),
        (&["search", "zyzzogeton quux"], 1),
        (&["search", "dishwasher", "--max-price", "0.01"], 1),
        (&["show", "1"], 0),
        (&["show", "999999"], 1),
        (&["show", "dishwasher"], 4),
        (&["history", "1"], 0),
        (&["history", "1", "--since", "2099-01-01"], 3),
        (&["reviews", "999999"], 1),
        (&["deals"], 0),
        (&["watch", "check"], 1),
        (&["watch", "rm", "7"], 1),
        (&["source", "rm", "nobody"], 1),
        (&["source", "refresh", "nobody"], 1),
        (&["config", "show"], 0),
        (&["--version"], 0),
        (&["--help"], 0),
        (&["history", "--help"], 0),
        (&["--bogus"], 2),
    ];
    for (arguments, code) in cases {
        let run = home.run(*arguments);
        assert_eq!(run.code, Some(*code), "{arguments:?}\n{}\n{}", run.stdout, run.stderr);
        plain(&run);
    }
}

#[test]
fn loading_the_demo_says_that_it_is_invented_and_twice_changes_nothing() {
    let home = Home::empty();
    let run = home.run(["import", "demo"]).expect(0);
    assert!(run.stdout.contains("invented") || run.stderr.contains("invented"), "{}{}", run.stdout, run.stderr);
    let first = home.run(["export", "--format", "csv", "--history"]).expect(0).stdout;
    let again = home.run(["import", "demo", "--json"]).expect(0);
    let report = again.json("import");
    assert_eq!(report["counts"]["snapshots_new"], 0, "{report}");
    assert_eq!(report["counts"]["products_new"], 0, "{report}");
    assert_eq!(home.run(["export", "--format", "csv", "--history"]).expect(0).stdout, first);
    assert!(first.lines().count() > 1000);
}

#[test]
fn search_tells_what_the_products_found_differ_in() {
    let home = Home::demo();
    let run = home.run(["search", "dishwasher", "--facets"]).expect(0);
    plain(&run);
    let bare = home.run(["search", "dishwasher"]).expect(0);
    let block = run.stdout.strip_prefix(&bare.stdout).expect("the hits stand as without facets");
    assert!(block.contains("differ in:") && block.contains("  brand  ") && block.contains("  price  "), "{block}");
    let json = home.run(["search", "dishwasher", "--facets", "--json"]).expect(0).json("search");
    let facets = json["facets"].as_array().unwrap();
    let price = facets.iter().find(|facet| facet["aspect"] == "price").unwrap();
    let values = price["values"].as_array().unwrap();
    assert!(values.len() > 1, "{price}");
    for pair in values.windows(2) {
        is_money(&pair[0]["narrowing"]["below"]);
        assert_eq!(pair[0]["narrowing"]["below"], pair[1]["narrowing"]["from"], "bands meet");
    }
    let counted: u64 = values.iter().filter_map(|value| value["count"].as_u64()).sum();
    assert!(counted >= price["of"].as_u64().unwrap() - price["unstated"].as_u64().unwrap(), "{price}");
    assert!(home.run(["search", "dishwasher", "--json"]).expect(0).json("search").get("facets").is_none());
    // Nothing found has nothing to differ in.
    assert_eq!(home.run(["search", "zyzzogeton quux", "--facets"]).stdout, "");
}

#[test]
fn search_finds_and_keeps_to_its_limits() {
    let home = Home::demo();
    let hits = first_hits(&home, "dishwasher");
    assert!(hits.len() > 1 && hits.len() <= 10);
    assert!(hits.iter().all(|hit| hit["product"]["invented"] == true));
    let price = |hit: &Value| hit["offers"][0]["price"].clone();
    let mut prices: Vec<i64> = hits.iter().filter_map(|hit| price(hit)["minor"].as_i64()).collect();
    prices.sort_unstable();
    is_money(&price(&hits[0]));
    let limit = format!("{}.{:02}", prices[1] / 100, prices[1] % 100);
    let run = home.run(["search", "dishwasher", "--max-price", &limit, "--json"]).expect(0);
    let fitting = run.json("search")["result"]["hits"].as_array().unwrap().clone();
    assert!(!fitting.is_empty());
    for offer in fitting.iter().flat_map(|hit| hit["offers"].as_array().unwrap()) {
        assert!(offer["price"]["minor"].as_i64().unwrap() <= prices[1], "{offer}");
    }
    let brand = hits[0]["product"]["brand"].as_str().unwrap();
    let run = home.run(["search", "dishwasher", "--brand", brand, "--limit", "2", "--json"]).expect(0);
    let branded = run.json("search")["result"]["hits"].as_array().unwrap().clone();
    assert!(branded.len() <= 2 && branded.iter().all(|hit| hit["product"]["brand"] == brand));
    let text = home.run(["search", "dishwasher"]).expect(0);
    assert!(text.stdout.contains("invented"), "demo data is marked: {}", text.stdout);
    assert!(text.stdout.contains(hits[0]["product"]["title"].as_str().unwrap()));
    plain(&text);
}

#[test]
fn a_batch_answers_line_by_line() {
    let home = Home::demo();
    let file = home.file("queries.tsv", "a\tdishwasher\r\nb\tzyzzogeton quux\nc\theadphones\n");
    let run = home.run([OsStr::new("search"), "--batch".as_ref(), file.as_os_str(), "--limit".as_ref(), "3".as_ref()]);
    let run = run.expect(0);
    let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|l| l["id"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "b", "c"]);
    let hits = lines[0]["hits"].as_array().unwrap();
    assert!((1..=3).contains(&hits.len()));
    assert!(hits[0]["product"].is_i64() && hits[0]["score"].is_number(), "{}", hits[0]);
    assert!(hits[0]["sku"].is_string());
    assert_eq!(lines[1]["hits"], serde_json::json!([]));
}

#[test]
fn a_product_is_named_by_id_gtin_address_or_words() {
    let home = Home::demo();
    let id = first_id(&home, "dishwasher");
    let shown = home.run(["show", &id, "--json"]).expect(0).json("show");
    is_money(&shown["offers"][0]["price"]);
    assert!(shown["offers"][0]["observed_at"].as_str().unwrap().ends_with('Z'));
    let title = shown["product"]["title"].as_str().unwrap();
    let mut names = vec![title.to_owned()];
    names.extend(shown["product"]["gtin"].as_str().map(str::to_owned));
    names.extend(shown["offers"][0]["url"].as_str().map(str::to_owned));
    for name in names {
        let again = home.run(["show", &name, "--json"]).expect(0).json("show");
        assert_eq!(again["product"]["id"].to_string(), id, "{name}");
    }
    let text = home.run(["show", &id]).expect(0);
    assert!(text.stdout.contains(title) && text.stdout.contains("invented demo data"), "{}", text.stdout);
    let several = home.run(["show", "dishwasher", "--json"]).expect(4).json("show");
    assert!(several["candidates"].as_array().unwrap().len() > 1);
    let several = home.run(["show", "dishwasher"]).expect(4);
    assert!(several.stdout.lines().count() > 2 && several.stderr.contains("by its id"), "{}", several.stdout);
}

#[test]
fn compare_puts_products_side_by_side() {
    let home = Home::demo();
    let hits = first_hits(&home, "dishwasher");
    let ids: Vec<String> = hits.iter().take(3).map(|hit| hit["product"]["id"].to_string()).collect();
    let run = home.run(["compare", &ids[0], &ids[1], &ids[2], "--json"]).expect(0);
    let compared = run.json("compare");
    assert_eq!(compared["products"].as_array().unwrap().len(), 3);
    let rows = compared["rows"].as_array().unwrap();
    assert!(rows.len() > 2 && rows.iter().all(|row| row["cells"].as_array().unwrap().len() == 3), "{compared}");
    let text = home.run(["compare", &ids[0], &ids[1]]).expect(0);
    assert!(text.stdout.contains(hits[0]["product"]["title"].as_str().unwrap()), "{}", text.stdout);
    home.run(["compare", &ids[0], "999999"]).expect_error(1, "999999");
}

#[test]
fn history_claims_no_more_than_was_observed() {
    let home = Home::demo();
    let of = |hit: &Value| {
        let id = hit["product"]["id"].to_string();
        (home.run(["history", &id, "--json"]).expect(0).json("history"), id)
    };
    let (whole, id) = first_hits(&home, "dishwasher")
        .iter()
        .map(of)
        .find(|(whole, _)| whole["summary"]["days_observed"].as_u64() > Some(300))
        .expect("the demo has eighteen months of history");
    let summary = &whole["summary"];
    is_money(&summary["lowest"]);
    let points = whole["points"].as_array().unwrap();
    let lowest = points.iter().filter_map(|p| p["price"]["minor"].as_i64()).min();
    assert_eq!(summary["lowest"]["minor"].as_i64(), lowest);
    let recent = home.run(["history", &id, "--since", "60d", "--json"]).expect(0).json("history");
    assert!(recent["summary"]["days_observed"].as_u64().unwrap() <= 61);
    assert!(recent["points"].as_array().unwrap().len() < points.len());
    let text = home.run(["history", &id]).expect(0);
    assert!(text.stdout.contains(&format!("In the {} days observed", summary["days_observed"])), "{}", text.stdout);
    assert!(text.stdout.chars().any(|c| ('▁'..='█').contains(&c)), "a chart: {}", text.stdout);
}

#[test]
fn reviews_are_told_in_proportion() {
    let home = Home::demo();
    let hits = first_hits(&home, "headphones");
    let most = hits.iter().max_by_key(|h| h["product"]["rating"]["count"].as_u64()).unwrap();
    let id = most["product"]["id"].to_string();
    let told = home.run(["reviews", &id, "--json"]).expect(0).json("reviews");
    let total = told["total"].as_u64().unwrap();
    assert!(total > 0);
    let stars: u64 = told["stars"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum();
    assert!(stars <= total);
    for aspect in told["aspects"].as_array().unwrap() {
        let mentions = aspect["mentions"].as_u64().unwrap();
        assert!(mentions <= total, "{aspect}");
        assert!((aspect["share"].as_f64().unwrap() - mentions as f64 / total as f64).abs() < 1e-9, "{aspect}");
    }
    assert!(told["suspicious"].is_array());
    let text = home.run(["reviews", &id]).expect(0);
    assert!(text.stdout.contains("Share"), "{}", text.stdout);
    assert!(text.stdout.contains(&format!("{total} reviews")), "{}", text.stdout);
}

#[test]
fn deals_are_below_what_they_are_held_against() {
    let home = Home::demo();
    let deals = home.run(["deals", "--limit", "5", "--json"]).expect(0).json("deals");
    let deals = deals["deals"].as_array().unwrap();
    assert!(!deals.is_empty() && deals.len() <= 5);
    for deal in deals {
        let price = deal["offer"]["price"]["minor"].as_i64().unwrap();
        assert!(price < deal["summary"]["median"]["minor"].as_i64().unwrap(), "{deal}");
        assert_eq!(deal["offer"]["condition"], "new");
    }
    home.run(["deals"]).expect(0);
}

#[test]
fn a_watch_is_true_once_the_price_is_below() {
    let home = Home::demo();
    let id = first_id(&home, "dishwasher");
    let added = home.run(["watch", "add", &id, "--below", "0.01", "--json"]).expect(0).json("watch add");
    assert_eq!(added["watch"]["below"]["minor"], 1);
    assert_eq!(home.run(["watch", "check", "--json"]).expect(1).json("watch check")["watches"][0]["below"], false);
    home.run(["watch", "add", &id, "--below", "99999"]).expect(0);
    let checked = home.run(["watch", "check", "--json"]).expect(0).json("watch check");
    assert_eq!(checked["watches"][1]["below"], true);
    let listed = home.run(["watch", "list", "--json"]).expect(0).json("watch list");
    assert!(listed["watches"][1]["watch"]["crossed_at"].is_string(), "noted down: {listed}");
    let first = listed["watches"][0]["watch"]["id"].to_string();
    home.run(["watch", "rm", &first]).expect(0);
    assert_eq!(home.run(["watch", "list"]).expect(0).stdout.lines().count(), 2, "a head and one watch");
    home.run(["watch", "add", &id, "--below", "5 JPY"]).expect(0);
    home.run(["watch", "add", &id, "--below", "5.55 JPY"]).expect_error(2, "decimals");
}

const ROWS: &str = "when,what,where,now,code\n2026-01-05,Oak Table,Alpha Home,199.00,T1\n2026-02-02,Oak Table,Alpha Home,179.00,T1\n2026-02-02,Pine Shelf,Alpha Home,39.50,S1\n";
const MAP: &str = "title=what,sku=code,price=now,date=when,shop=where,currency=ZAR";

#[test]
fn a_table_with_a_mapping_becomes_history_and_twice_changes_nothing() {
    let home = Home::empty();
    home.file("prices.csv", ROWS);
    let import = ["import", "prices.csv", "--kind", "csv", "--map", MAP, "--json"];
    let first = home.run(import).expect(0).json("import");
    assert_eq!(first["counts"]["products_new"], 2, "{first}");
    assert_eq!(first["counts"]["snapshots_new"], 3, "{first}");
    let again = home.run(import).expect(0).json("import");
    assert_eq!(again["counts"]["snapshots_new"], 0, "{again}");
    assert_eq!(again["counts"]["duplicates"], 3, "{again}");
    let history = home.run(["history", "oak table", "--json"]).expect(0).json("history");
    let prices: Vec<i64> =
        history["points"].as_array().unwrap().iter().map(|p| p["price"]["minor"].as_i64().unwrap()).collect();
    assert_eq!(prices, [19_900, 17_900]);
    assert_eq!(history["summary"]["current"]["currency"], "ZAR");
    home.run(["import", "prices.csv", "--map", "title=nowhere,price=now"]).expect_error(2, "nowhere");
}

#[test]
fn what_is_exported_comes_back_in_every_format() {
    let home = Home::empty();
    home.file("prices.csv", ROWS);
    home.run(["import", "prices.csv", "--map", MAP]).expect(0);
    let csv = home.run(["export"]).expect(0).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|h| h == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.unwrap()).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0][column("title")], &rows[0][column("price")]), ("Oak Table", "179.00"));
    assert_eq!((&rows[0][column("currency")], &rows[0][column("sku")]), ("ZAR", "T1"));
    let json = home.run(["export", "--format", "json"]).expect(0).json("export");
    assert_eq!(json["products"][1]["offers"][0]["price"]["minor"], 3950);
    let out = home.path().join("all.parquet");
    home.run(["export", "--history", "--format", "parquet", "--out", "all.parquet"]).expect(0);
    let bytes = fs::read(&out).unwrap();
    assert_eq!((&bytes[..4], &bytes[bytes.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let file = SerializedFileReader::new(fs::File::open(&out).unwrap()).unwrap();
    let read: Vec<_> = file.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    assert_eq!(read.len(), 3, "every price observed");
    assert!(read[0].contains("price_minor: 19900") && read[0].contains("currency: \"ZAR\""), "{}", read[0]);
    assert_eq!(
        fs::read_dir(home.path())
            .unwrap()
            .filter(|e| { e.as_ref().unwrap().file_name().to_string_lossy().contains(".part") })
            .count(),
        0,
        "nothing half-written is left"
    );
    home.run(["export", "--out", "no-such-folder/x.csv"]).expect_error(2, "no-such-folder");
}

#[test]
fn facts_stand_without_a_model() {
    let home = Home::demo();
    let question = "quiet dishwasher for a small kitchen, at most 600 euros, 4 stars or better";
    let answer = home.run(["--ask", question, "--no-model", "--json"]).expect(0).json("ask");
    assert_eq!(answer["question"], question);
    assert_eq!(answer["outcome"], "answered");
    assert_eq!(answer["need"]["must"]["max_price"]["milli"], 600_000, "{}", answer["need"]);
    let rows = answer["found"][0]["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert!(row["offer"]["price"]["minor"].as_i64().unwrap() <= 60_000, "{row}");
        assert!(row["product"]["rating"]["stars"].as_f64().unwrap() >= 4.0, "{row}");
    }
    assert!(answer["pick"]["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()), "{}", answer["pick"]);
    for key in ["cards", "claims", "prose", "suggestions", "coverage", "timings"] {
        assert!(!answer[key].is_null(), "{key}");
    }
    assert_eq!(answer["coverage"]["invented"], true);
    let text = home.run(["-a", question, "--no-model"]).expect(0);
    let title = answer["pick"]["title"].as_str().unwrap();
    assert!(text.stdout.contains("Pick") && text.stdout.contains(title), "{}", text.stdout);
    assert!(text.stdout.contains("invented") && text.stdout.contains("considered"), "{}", text.stdout);
    plain(&text);
    let piped = home.run_with(["--ask", "-", "--no-model", "--json"], question.as_bytes()).expect(0).json("ask");
    assert_eq!(piped["pick"]["product"], answer["pick"]["product"]);
}

#[test]
fn an_answer_as_of_a_day_knows_no_later_price() {
    let home = Home::demo();
    let id = first_id(&home, "dishwasher");
    let history = home.run(["history", &id, "--json"]).expect(0).json("history");
    let first = history["summary"]["first_at"].as_str().unwrap()[..10].to_owned();
    let day: jiff::civil::Date = first.parse().unwrap();
    let day = day.checked_add(jiff::Span::new().days(100)).unwrap().to_string();
    let run = home.run(["--ask", "dishwasher", "--no-model", "--as-of", &day, "--json"]).expect(0);
    let answer = run.json("ask");
    let newest = answer["coverage"]["newest_observation"].as_str().unwrap();
    assert!(newest[..10] <= day[..], "{newest} is after {day}");
}

#[test]
fn inspect_gives_a_line_for_a_line() {
    let home = Home::demo();
    let run = home.run_with(
        ["inspect", "price"],
        "€ 1.299,00\n{\"text\": \"12.99\", \"currency_hint\": \"USD\"}\ncall us\n\n".as_bytes(),
    );
    let lines: Vec<Value> = run.expect(0).stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[0]["amount"], &lines[0]["currency"]), (&"1299.00".into(), &"EUR".into()));
    assert_eq!((&lines[1]["amount"], &lines[1]["currency"]), (&"12.99".into(), &"USD".into()));
    assert!(lines[2]["amount"].is_null() && lines[3]["amount"].is_null());
    let asked = b"quiet dishwasher under 600 euros\nwhat should I pack for camping\nkettle and toaster for under 100\n";
    let run = home.run_with(["inspect", "plan"], asked).expect(0);
    let plans: Vec<Value> = run.stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(plans[0]["must"]["max_price"]["milli"], 600_000, "{plans:?}");
    let kinds: Vec<&Value> = plans.iter().map(|plan| &plan["kind"]).collect();
    assert_eq!(kinds, ["search", "open_advice", "open_advice"], "the plan that an answer is made by");
    let run = home.run_with(["inspect", "reviews"], b"The sound is great but the battery is terrible.\n\n").expect(0);
    let lines: Vec<Value> = run.stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    let found = lines[0].as_array().unwrap();
    assert!(found.iter().any(|f| f["polarity"] == "positive") && found.iter().any(|f| f["polarity"] == "negative"));
    assert!(found.iter().all(|f| f["aspect"].is_string() && f["quote"].is_string()), "{found:?}");
    let page = r#"<html><head><script type="application/ld+json">{"@context":"https://schema.org","@type":"Product",
        "name":"Oak Lamp","sku":"L1","offers":{"@type":"Offer","price":"49.90","priceCurrency":"EUR",
        "availability":"https://schema.org/InStock"}}</script></head><body>Oak Lamp</body></html>"#;
    home.file("lamp.html", page);
    let run = home.run(["inspect", "page", "lamp.html", "--url", "https://shop.example/p/lamp"]).expect(0);
    let seen: Value = serde_json::from_str(run.stdout.trim()).unwrap();
    assert_eq!(seen["products"][0]["title"], "Oak Lamp", "{seen}");
    assert_eq!(seen["offers"][0]["price"], serde_json::json!({ "minor": 4990, "currency": "EUR" }));
    assert!(!seen["candidates"].as_array().unwrap().is_empty());
}

#[test]
fn doctor_says_how_things_are() {
    let home = Home::demo();
    let run = home.run(["doctor", "--json"]);
    let report = run.json("doctor");
    let checks = report["checks"].as_array().unwrap();
    let state = |name: &str| {
        checks
            .iter()
            .find(|c| c["name"] == name)
            .map(|c| c["state"].clone())
            .unwrap_or_else(|| panic!("{name}: {report}"))
    };
    assert_eq!(state("database"), "ok");
    assert_eq!(state("config"), "ok");
    let failed = checks.iter().any(|check| check["state"] == "fail");
    assert_eq!(run.code, Some(if failed { 5 } else { 0 }));
    let text = home.run(["doctor"]);
    assert!(text.stdout.contains("database") && text.stdout.contains("emptor"), "{}", text.stdout);
    fs::write(home.database(), b"no database at all, but long enough to be looked at as one").unwrap();
    let broken = home.run(["doctor", "--json"]).expect(5).json("doctor");
    assert!(broken["checks"].as_array().unwrap().iter().any(|c| c["name"] == "database" && c["state"] == "fail"));
}

#[test]
fn settings_are_shown_with_their_origin_and_without_secrets() {
    let home = Home::empty();
    home.file("c.toml", "[model.endpoint]\nbase_url = 'http://127.0.0.1:9/v1'\nmodel = 'm'\nkey = 'very-secret'\n");
    for arguments in
        [&["--config", "c.toml", "config", "show"][..], &["--config", "c.toml", "config", "show", "--json"]]
    {
        let run = home.run(arguments).expect(0);
        assert!(!run.stdout.contains("very-secret") && !run.stderr.contains("very-secret"));
        assert!(run.stdout.contains("c.toml:2") && run.stdout.contains("EMPTOR_DB"), "{}", run.stdout);
    }
    let default = home.run(["config", "show", "--default"]).expect(0);
    assert!(default.stdout.contains("stale_after"));
    let path = home.run(["config", "path"]).expect(0).stdout;
    assert!(path.trim().ends_with("emptor/config.toml"), "{path}");
}

#[test]
fn a_pick_is_explained_flipped_and_replayed() {
    let home = Home::demo();
    let question = "quiet dishwasher, at most 800 euros";
    let text = home.run(["--ask", question, "--no-model", "--explain", "--flip", "10"]).expect(0);
    assert!(text.stdout.contains("same pick in 10 of 10 orders"), "{}", text.stdout);
    assert!(text.stdout.contains("noise x1.50") && text.stdout.contains("relevance"), "{}", text.stdout);
    let answer = home.run(["--ask", question, "--no-model", "--flip", "5", "--json"]).expect(0).json("ask");
    assert_eq!((&answer["stability"]["runs"], &answer["stability"]["same"]), (&5.into(), &5.into()), "{answer}");
    assert!(answer["pick"]["utilities"][0]["terms"].as_array().is_some_and(|t| t.len() >= 3), "{}", answer["pick"]);
    let plainly = home.run(["--ask", question, "--no-model", "--json"]).expect(0).json("ask");
    assert!(plainly["stability"].is_null());
    assert_eq!(plainly["pick"]["product"], answer["pick"]["product"]);
    let long = home.run(["--ask", question, "--no-model", "--long", "--json"]).expect(0).json("ask");
    let count = |answer: &serde_json::Value| answer["prose"].as_array().map_or(0, Vec::len);
    assert!(count(&long) > count(&plainly) + 3, "{} against {}", count(&long), count(&plainly));
    home.run(["search", "x", "--flip", "3"]).expect_error(2, "--flip");

    let listed = home.run(["replay", "--json"]).expect(0).json("replay");
    let answers = listed["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 4);
    assert!(answers.iter().all(|a| a["question"] == question && a["replayable"] == true), "{listed}");
    let id = answers[0]["id"].to_string();
    let again = home.run(["replay", &id, "--json"]).expect(0).json("replay");
    assert_eq!(again["verdict"], "same");
    assert_eq!(again["prose"], long["prose"]);
    let told = home.run(["replay", &id]).expect(0);
    assert!(told.stdout.contains("byte for byte") && told.stdout.contains("Pick"), "{}", told.stdout);
    home.run(["replay", "99"]).expect_error(1, "99");
    assert!(home.run(["replay"]).expect(0).stdout.contains(question));
}

#[test]
fn a_set_that_does_not_fit_says_what_it_costs_at_least() {
    let home = Home::demo();
    let fits = home.run(["--ask", "desk setup for 1500 euros", "--no-model", "--json"]).expect(0).json("ask");
    let set = &fits["found"][0]["set"];
    assert_eq!(set["fits"], true, "{set}");
    let minor = |row: &serde_json::Value| row["offer"]["price"]["minor"].as_i64().unwrap();
    let parts = fits["found"][0]["parts"].as_array().unwrap();
    let sum: i64 = parts.iter().map(|part| minor(&part[1][0])).sum();
    assert_eq!(Some(sum), set["total"]["minor"].as_i64());
    assert!(sum <= 150_000);
    let not = home.run(["--ask", "desk setup for 100 euros", "--no-model"]).expect(1);
    assert!(not.stdout.contains("cheapest complete set") && not.stdout.contains("Without"), "{}", not.stdout);
}

#[test]
fn models_are_listed_with_where_they_stand() {
    let home = Home::empty();
    let listed = home.run(["model", "list", "--json"]).expect(0).json("model list");
    let models = listed["models"].as_array().unwrap();
    assert!(models.len() >= 3);
    for model in models {
        assert!(model["name"].is_string() && model["here"].is_boolean() && model["fits"].is_boolean(), "{model}");
    }
    let text = home.run(["model", "list"]).expect(0);
    assert!(text.stdout.contains(models[0]["name"].as_str().unwrap()), "{}", text.stdout);
}

#[test]
fn a_file_is_a_source_that_is_read_again() {
    let home = Home::empty();
    home.file("feed.csv", "name,store,date,price,currency\nOak Lamp,Alpha,2026-01-05,49.90,EUR\n");
    home.run(["source", "add", "feed.csv"]).expect(0);
    let sources = home.run(["source", "list", "--json"]).expect(0).json("source list");
    assert_eq!(sources["sources"][0]["kind"], "csv", "{sources}");
    let name = sources["sources"][0]["name"].as_str().unwrap().to_owned();
    home.run(["show", "Oak Lamp"]).expect(0);
    home.file(
        "feed.csv",
        "name,store,date,price,currency\nOak Lamp,Alpha,2026-01-05,49.90,EUR\nOak Lamp,Alpha,2026-01-12,44.90,EUR\n",
    );
    home.run(["source", "refresh", &name]).expect(0);
    let history = home.run(["history", "Oak Lamp", "--json"]).expect(0).json("history");
    assert_eq!(history["summary"]["current"]["minor"], 4490, "{history}");
    home.run(["source", "rm", &name]).expect(0);
    home.run(["show", "Oak Lamp"]).expect(0);
}

#[test]
fn an_interrupt_ends_with_code_130() {
    use std::io::{BufRead, BufReader, Write};
    let home = Home::empty();
    let mut child = home.command(["inspect", "price"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"12 EUR\n").unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("\"12"), "at work: {line}");
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(stdin);
}
