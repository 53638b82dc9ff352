//! The HTTP client's manners, against a shop on loopback.

#[path = "common/shop.rs"]
mod shop;

use emptor::domain::{Outcome, SourceKind, Timestamp};
use emptor::sources::http::{Client, Downloaded, Failure, Fetched, Validators};
use emptor::sources::listing::{self, Ask, Keys};
use shop::{Request, Response, Shop, http_config};
use std::time::{Duration, Instant};

fn client() -> Client {
    let client = Client::new(&http_config(), false).unwrap();
    client.allow_host("127.0.0.1");
    client
}

fn no_robots(handler: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Shop {
    Shop::start(move |r| if r.path == "/robots.txt" { Response::status(404) } else { handler(r) })
}

async fn failure(client: &Client, url: &str) -> Failure {
    match client.get(url, &Validators::default()).await {
        Fetched::Failed(failure) => failure,
        other => panic!("{url}: {other:?}"),
    }
}

#[tokio::test]
async fn validators_go_back_verbatim_and_304_is_not_modified() {
    let shop = no_robots(|r| match r.headers.get("if-none-match").map(String::as_str) {
        Some("W/\"v1\"") => Response::status(304),
        _ => Response::page("lamp").with("ETag", "W/\"v1\"").with("Last-Modified", "Sun, 01 Nov 2026 10:00:00 GMT"),
    });
    let client = client();
    let Fetched::Page(page) = client.get(&shop.url("/p"), &Validators::default()).await else { panic!("no page") };
    assert_eq!(page.text(), "lamp");
    assert_eq!(client.get(&shop.url("/p"), &page.validators).await, Fetched::NotModified);
    let second = &shop.requests("/p")[1];
    assert_eq!(second.headers["if-modified-since"], "Sun, 01 Nov 2026 10:00:00 GMT");
    assert!(second.headers["user-agent"].starts_with("emptor/"), "{second:?}");
    assert!(second.headers["user-agent"].contains("tests@shop.example"), "{second:?}");
}

#[tokio::test]
async fn refusals_are_blocks_and_missing_pages_are_gone() {
    let shop = no_robots(|r| match r.path.as_str() {
        "/gone" => Response::status(410),
        "/broken" => Response::status(500),
        "/wall" => Response::page("<html>Please verify you are human</html>"),
        _ => Response::status(403),
    });
    let client = client();
    let mut outcomes = Vec::new();
    for path in ["/forbidden", "/gone", "/broken", "/wall"] {
        outcomes.push(failure(&client, &shop.url(path)).await.outcome);
    }
    assert_eq!(outcomes, [Outcome::Blocked, Outcome::Gone, Outcome::Error, Outcome::Blocked]);
    assert_eq!(shop.requests("/forbidden").len(), 1, "a block is not retried around");
}

#[tokio::test]
async fn a_host_that_asks_for_a_rest_gets_it() {
    let shop = no_robots(|_| Response::status(429).with("Retry-After", "120"));
    let client = client();
    assert_eq!(failure(&client, &shop.url("/a")).await.retry_after, Some(Duration::from_secs(120)));
    let second = failure(&client, &shop.url("/b")).await;
    assert_eq!(second.outcome, Outcome::Blocked);
    assert!(shop.requests("/b").is_empty(), "nothing may be asked during the rest");
}

#[tokio::test]
async fn five_failures_in_a_row_shut_a_host() {
    let shop = no_robots(|_| Response::status(500));
    let client = client();
    for n in 0..8 {
        failure(&client, &shop.url(&format!("/{n}"))).await;
    }
    let asked = (0..8).filter(|n| !shop.requests(&format!("/{n}")).is_empty()).count();
    assert_eq!(asked, 5);
}

#[tokio::test]
async fn robots_txt_is_obeyed_wildcards_included() {
    let shop = Shop::start(|r| match r.path.as_str() {
        "/robots.txt" => Response::page("User-agent: *\nDisallow: /*.json\nDisallow: /private\n"),
        _ => Response::page("open"),
    });
    let client = client();
    for closed in ["/products.json", "/private/lamp"] {
        assert_eq!(failure(&client, &shop.url(closed)).await.outcome, Outcome::Blocked, "{closed}");
        assert!(shop.requests(closed).is_empty());
    }
    assert!(matches!(client.get(&shop.url("/p/lamp"), &Validators::default()).await, Fetched::Page(_)));
    assert_eq!(shop.requests("/robots.txt").len(), 1, "robots.txt is read once");
}

#[tokio::test]
async fn a_crawl_delay_is_kept_between_two_requests() {
    let shop = Shop::start(|r| match r.path.as_str() {
        "/robots.txt" => Response::page("User-agent: *\nCrawl-delay: 1\n"),
        _ => Response::page("open"),
    });
    let client = client();
    let begun = Instant::now();
    for path in ["/a", "/b"] {
        client.get(&shop.url(path), &Validators::default()).await;
    }
    assert!(begun.elapsed() >= Duration::from_secs(2), "one delay before each page, robots.txt having come first");
}

#[tokio::test]
async fn private_addresses_need_to_be_named_even_through_a_redirect() {
    let inner = no_robots(|_| Response::page("secret"));
    let stranger = Client::new(&http_config(), false).unwrap();
    let refused = failure(&stranger, &inner.url("/p")).await;
    assert!(refused.detail.contains("private address"), "{refused:?}");

    let target = format!("http://localhost:{}/p", inner.port);
    let outer = no_robots(move |_| Response::status(302).with("Location", target.clone()));
    let refused = failure(&client(), &outer.url("/r")).await;
    assert_eq!(refused.outcome, Outcome::Error);
    assert!(inner.requests("/p").is_empty(), "{refused:?}");
}

#[tokio::test]
async fn redirect_loops_large_pages_and_cut_pages_end_in_an_error() {
    let shop = no_robots(|r| match r.path.as_str() {
        "/loop" => Response::status(302).with("Location", "/loop"),
        "/large" => Response::page("x".repeat(300_000)),
        _ => Response { truncate: true, ..Response::page("half a page".repeat(100)) },
    });
    let client = client();
    for (path, word) in [("/loop", "redirects"), ("/large", "larger"), ("/cut", "")] {
        let failure = failure(&client, &shop.url(path)).await;
        assert_eq!(failure.outcome, Outcome::Error);
        assert!(failure.detail.contains(word), "{failure:?}");
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn packed_answers_are_read_and_bombs_cut_ones_and_unknown_packings_are_not() {
    let packed =
        |bytes: Vec<u8>, how: &str| Response { body: bytes, ..Response::page("") }.with("Content-Encoding", how);
    let bomb = gzip(&vec![b' '; 4 << 20]);
    assert!(bomb.len() < 20_000);
    let mut cut = gzip(&(0..40_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect::<Vec<_>>());
    cut.truncate(cut.len() / 2);
    let shop = no_robots(move |r| match r.path.as_str() {
        "/good" => packed(gzip(b"lamp"), "gzip"),
        "/bomb" => packed(bomb.clone(), "gzip"),
        "/cut" => packed(cut.clone(), "gzip"),
        _ => packed(b"x".to_vec(), "br"),
    });
    let config = emptor::config::HttpConfig { max_body_bytes: 8 << 20, ..http_config() };
    let client = Client::new(&config, false).unwrap();
    client.allow(&shop.address);
    let Fetched::Page(page) = client.get(&shop.url("/good"), &Validators::default()).await else { panic!("no page") };
    assert_eq!(page.text(), "lamp");
    for (path, word) in [("/bomb", "grows more than"), ("/cut", "cut short"), ("/other", "not asked for")] {
        let failure = failure(&client, &shop.url(path)).await;
        assert!(failure.outcome == Outcome::Error && failure.detail.contains(word), "{failure:?}");
    }
}

#[tokio::test]
async fn a_download_is_whole_or_not_there() {
    let shop = no_robots(|r| match r.path.as_str() {
        "/feed" => Response::page("a feed").with("ETag", "\"1\""),
        _ => Response { truncate: true, ..Response::page("half a feed".repeat(100)) },
    });
    let client = client();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed");
    let ask = |path: &str| Ask::get(shop.url(path));
    let Downloaded::File(found) = client.download(&ask("/feed"), &Validators::default(), &file).await else {
        panic!("no file")
    };
    assert_eq!((std::fs::read_to_string(&file).unwrap().as_str(), found.etag.as_deref()), ("a feed", Some("\"1\"")));
    let cut = client.download(&ask("/cut"), &Validators::default(), &file).await;
    assert!(matches!(cut, Downloaded::Failed(_)) && !file.exists(), "{cut:?}");
}

#[tokio::test]
async fn a_secret_header_stays_with_its_server_and_other_ports_stay_shut() {
    let other = no_robots(|_| Response::page("{}"));
    let target = other.url("/elsewhere");
    let shop = no_robots(move |r| match r.path.as_str() {
        "/api" => Response::status(302).with("Location", target.clone()),
        "/moved" => Response::status(302).with("Location", "/here"),
        _ => Response::page("{}"),
    });
    let secret =
        |path: &str| Ask { headers: vec![("X-Key".to_owned(), "s3cret".to_owned())], ..Ask::get(shop.url(path)) };
    let client = Client::new(&http_config(), false).unwrap();
    client.allow(&shop.address);
    let Fetched::Failed(refused) = client.ask(&secret("/api")).await else { panic!("another port was opened") };
    assert!(refused.detail.contains("private address"), "{refused:?}");
    client.allow(&other.address);
    assert!(matches!(client.ask(&secret("/api")).await, Fetched::Page(_)));
    assert!(!other.requests("/elsewhere")[0].headers.contains_key("x-key"));
    assert!(matches!(client.ask(&secret("/moved")).await, Fetched::Page(_)));
    assert_eq!(shop.requests("/here")[0].headers["x-key"], "s3cret");
}

#[tokio::test]
async fn a_redirect_that_asks_for_a_long_wait_is_not_followed_and_the_budget_of_a_day_holds() {
    let shop = no_robots(|r| match r.path.as_str() {
        "/moved" => Response::status(302).with("Location", "/here").with("Retry-After", "600"),
        _ => Response::page("here"),
    });
    let config = emptor::config::HttpConfig { daily_requests: 4, ..http_config() };
    let client = Client::new(&config, false).unwrap();
    client.allow(&shop.address);
    for n in 0..3 {
        assert!(matches!(client.get(&shop.url(&format!("/{n}")), &Validators::default()).await, Fetched::Page(_)));
    }
    let spent = failure(&client, &shop.url("/moved")).await;
    assert_eq!((spent.outcome, spent.detail.contains("budget")), (Outcome::Blocked, true), "robots.txt counts too");
    let client = self::client();
    let moved = failure(&client, &shop.url("/moved")).await;
    assert_eq!((moved.outcome, moved.retry_after), (Outcome::Blocked, Some(Duration::from_secs(600))));
    assert!(shop.requests("/here").is_empty());
    assert!(failure(&client, &shop.url("/later")).await.detail.contains("rest"));
}

#[tokio::test]
async fn offline_opens_no_socket() {
    let shop = no_robots(|_| Response::page("x"));
    let client = Client::new(&http_config(), true).unwrap();
    client.allow_host("127.0.0.1");
    assert!(failure(&client, &shop.url("/p")).await.detail.contains("offline"));
    assert!(shop.requests("/p").is_empty() && shop.requests("/robots.txt").is_empty());
}

#[tokio::test]
async fn a_search_at_ebay_goes_from_the_form_for_a_token_to_the_items() {
    const SEARCH: &str = "/buy/browse/v1/item_summary/search";
    let shop = no_robots(|r| match (r.method.as_str(), r.path.split('?').next().unwrap_or_default()) {
        ("POST", "/identity/v1/oauth2/token") => Response::page(r#"{"access_token":"t0ken","expires_in":7200}"#),
        ("GET", SEARCH) if r.headers.get("authorization").is_some_and(|a| a == "Bearer t0ken") => Response::page(
            r#"{"total":1,"itemSummaries":[{"itemId":"v1|1|0","title":"Brass lamp","conditionId":"1000",
            "price":{"value":"28.90","currency":"EUR"},"buyingOptions":["FIXED_PRICE"]}]}"#,
        ),
        _ => Response::status(403),
    });
    let keys = Keys::new([("ebay_id".to_owned(), "me".to_owned()), ("ebay_secret".to_owned(), "s3cret".to_owned())]);
    let location = shop.url(&format!("{SEARCH}?q=brass+lamp&marketplace_id=EBAY_DE"));
    let mut listing = listing::open(SourceKind::Ebay, &location, &serde_json::Value::Null, &keys).unwrap();
    let client = client();
    let mut found = Vec::new();
    while let Some(ask) = listing.next() {
        let Fetched::Page(page) = client.ask(&ask).await else { panic!("no answer to {ask:?}") };
        found.extend(listing.read(&page.body, Timestamp::now()).unwrap().observations);
    }
    assert_eq!(found.iter().map(|o| o.price.map(|p| p.minor)).collect::<Vec<_>>(), [Some(2890)]);
    assert!(listing.complete());
    let token = &shop.requests("/identity/v1/oauth2/token")[0];
    assert_eq!(token.headers["content-type"], "application/x-www-form-urlencoded");
    assert!(token.body.starts_with("grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2F"), "{token:?}");
    assert_eq!(token.headers["authorization"], "Basic bWU6czNjcmV0");
    let search = &shop.requests(&format!("{SEARCH}?q=brass+lamp&limit=200&offset=0"))[0];
    assert_eq!(search.headers["x-ebay-c-marketplace-id"], "EBAY_DE");
}
