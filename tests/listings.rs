//! Shops' interfaces read through `refresh` from a shop on loopback: prices follow, refusals delist nothing.

#[path = "common/shop.rs"]
mod shop;

use emptor::config::{RefreshConfig, WatchConfig};
use emptor::domain::*;
use emptor::refresh::source::{Looked, Looker};
use emptor::sources::http::Client;
use emptor::sources::listing::Keys;
use emptor::store::{NewSource, Store};
use serde_json::{Value, json};
use shop::{Response, Shop, http_config};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the shop answers now: products of the first page, and whether the second is refused.
#[derive(Default)]
struct Shown {
    products: Vec<Value>,
    refuses: bool,
    currency: Option<&'static str>,
}

fn data(value: &Value) -> Response {
    Response { status: 200, body: value.to_string().into_bytes(), ..Response::default() }
        .with("Content-Type", "application/json")
}

/// Both interfaces on one host, each with what is shown.
fn running() -> (Shop, Arc<Mutex<Shown>>) {
    let shown = Arc::new(Mutex::new(Shown::default()));
    let state = shown.clone();
    let shop = Shop::start(move |request| {
        let shown = state.lock().unwrap();
        let path = request.path.as_str();
        let second = path.contains("&page=2");
        match path.split('?').next().unwrap() {
            "/meta.json" => shown.currency.map_or(Response::status(404), |c| data(&json!({ "currency": c }))),
            "/products.json" | "/wp-json/wc/store/v1/products" if second && shown.refuses => Response::status(429),
            "/products.json" if second => data(&json!({"products": []})),
            "/products.json" => data(&json!({"products": shown.products})),
            "/wp-json/wc/store/v1/products" if second => data(&json!([])),
            "/wp-json/wc/store/v1/products" => data(&json!(shown.products)),
            _ => Response::status(404),
        }
    });
    (shop, shown)
}

struct Bench {
    folder: tempfile::TempDir,
    store: Store,
}

impl Bench {
    fn of(kind: SourceKind, location: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("emptor.db")).unwrap();
        let state = Value::Null;
        let new = NewSource {
            name: "mugs".into(),
            kind,
            location,
            added_at: Timestamp::UNIX_EPOCH,
            next_due_at: None,
            state,
        };
        store.writer().add_source(new).unwrap();
        Self { folder, store }
    }

    /// A look with a client of its own: the rest that a refusal costs is not what is tested here.
    async fn look(&self, seconds: i64) -> Looked {
        let config = RefreshConfig {
            enabled: true,
            interval: Duration::from_secs(3600),
            stale_after: Duration::from_secs(7 * 86_400),
            pages_per_shop: 500,
            selectors: self.folder.path().join("selectors"),
            watch: WatchConfig::default(),
        };
        let client = Client::new(&http_config(), false).unwrap();
        let looker = Looker::new(self.store.clone(), client, config, Keys::default());
        let source = self.store.reader().unwrap().sources().unwrap().remove(0);
        let at = Timestamp::from_second(1_790_000_000 + seconds).unwrap();
        looker.look(source, at, true, &|_, _| {}).await.unwrap().0
    }

    /// Title, last good price and last outcome of every offer, by title.
    fn offers(&self) -> Vec<(String, Option<Money>, Outcome)> {
        let reader = self.store.reader().unwrap();
        let mut all = Vec::new();
        for product in reader.products(&reader.product_ids(None, 1_000).unwrap()).unwrap() {
            for offer in reader.offers(product.id).unwrap() {
                all.push((product.facts.title.clone(), offer.price, offer.last_outcome));
            }
        }
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }
}

fn euro(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::EUR))
}

fn offer(title: &str, price: Option<Money>, outcome: Outcome) -> (String, Option<Money>, Outcome) {
    (title.to_owned(), price, outcome)
}

fn shopify(id: u64, title: &str, price: &str) -> Value {
    json!({"id": id, "title": title, "handle": title.to_lowercase(), "variants": [{"id": id * 10, "price": price}]})
}

fn woo(id: u64, title: &str, price: &str) -> Value {
    json!({"id": id, "name": title, "type": "simple", "prices": {
        "currency_code": "EUR", "currency_minor_unit": 2, "price": price, "regular_price": price}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopify_shop_is_followed_and_a_refusal_in_the_middle_delists_nothing() {
    let (shop, shown) = running();
    let bench = Bench::of(SourceKind::Shopify, shop.url("/"));
    let show = |currency, products: Vec<Value>, refuses| {
        *shown.lock().unwrap() = Shown { products, refuses, currency };
    };
    show(Some("EUR"), vec![shopify(1, "Bowl", "8.00"), shopify(2, "Mug", "5.50")], false);
    let first = bench.look(0).await;
    assert_eq!((first.outcome, first.pages), (Outcome::Ok, 3), "{first:?}");
    assert_eq!(first.listed.unwrap().to_string(), "2 products, 2 offers, in EUR");
    assert_eq!(bench.offers(), [offer("Bowl", euro(800), Outcome::Ok), offer("Mug", euro(550), Outcome::Ok)]);

    // The currency is kept from the first look, since the shop no longer says it.
    show(None, vec![shopify(1, "Bowl", "8.00"), shopify(2, "Mug", "4.95")], false);
    let second = bench.look(7_200).await;
    assert_eq!((second.outcome, second.changed_prices), (Outcome::Ok, 1), "{second:?}");

    show(None, vec![shopify(2, "Mug", "4.95")], true);
    assert_eq!(bench.look(14_400).await.outcome, Outcome::Blocked);
    // The mug was read before the refusal; the bowl was not: an attempt without a price, and nothing is delisted.
    assert_eq!(bench.offers(), [offer("Bowl", euro(800), Outcome::Blocked), offer("Mug", euro(495), Outcome::Ok)]);

    show(None, vec![shopify(2, "Mug", "4.95")], false);
    bench.look(21_600).await;
    assert_eq!(bench.offers(), [offer("Bowl", euro(800), Outcome::Gone), offer("Mug", euro(495), Outcome::Ok)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_woocommerce_shop_is_followed_and_a_refusal_in_the_middle_delists_nothing() {
    let (shop, shown) = running();
    let bench = Bench::of(SourceKind::WooCommerce, shop.url("/"));
    let all = |mug: &str| -> Vec<Value> {
        let mut all = vec![woo(1, "Mug", mug)];
        all.extend((2..=100).map(|n| woo(n, &format!("Tile {n}"), "200")));
        all
    };
    let mug = || bench.offers().into_iter().next().unwrap();
    let gone = || bench.offers().into_iter().filter(|(_, _, outcome)| *outcome == Outcome::Gone).collect::<Vec<_>>();
    let show = |products: Vec<Value>, refuses| {
        *shown.lock().unwrap() = Shown { products, refuses, currency: None };
    };
    show(all("550"), false);
    let first = bench.look(0).await;
    assert_eq!((first.outcome, first.pages, bench.offers().len()), (Outcome::Ok, 2, 100), "{first:?}");
    show(all("495"), false);
    assert_eq!(bench.look(7_200).await.changed_prices, 1);
    assert_eq!(mug(), offer("Mug", euro(495), Outcome::Ok));

    // A full first page, one item replaced, and a second page that is refused.
    let mut replaced = all("495");
    replaced[99] = woo(101, "Vase", "900");
    show(replaced.clone(), true);
    assert_eq!(bench.look(14_400).await.outcome, Outcome::Blocked);
    assert!(gone().is_empty());

    show(replaced, false);
    bench.look(21_600).await;
    assert_eq!(gone(), [offer("Tile 100", euro(200), Outcome::Gone)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_front_page_of_a_shopify_shop_names_the_currency_where_the_shop_does_not() {
    let shop = Shop::start(|request| match request.path.as_str() {
        "/" => Response::page(r#"<html><script>Shopify.currency = {"active":"EUR","rate":"1.0"};</script></html>"#),
        "/products.json?limit=250&page=1" => data(&json!({"products": [shopify(1, "Bowl", "8.00")]})),
        "/products.json?limit=250&page=2" => data(&json!({"products": []})),
        _ => Response::status(404),
    });
    let bench = Bench::of(SourceKind::Shopify, shop.url("/"));
    let looked = bench.look(0).await;
    assert_eq!((looked.outcome, looked.pages), (Outcome::Ok, 4), "{looked:?}");
    assert_eq!(bench.offers(), [offer("Bowl", euro(800), Outcome::Ok)]);
    // It is kept: the second look asks for no front page.
    assert_eq!(bench.look(7_200).await.pages, 3);
    assert_eq!(shop.requests("/").len(), 1);
}
