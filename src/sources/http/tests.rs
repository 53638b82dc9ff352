use super::answer::{challenge, retry_after, wall};
use super::guard::{Guard, is_public};
use super::*;
use reqwest::header::{HeaderMap, RETRY_AFTER};

#[test]
fn only_public_numbers_are_public() {
    let inside = [
        "127.0.0.1",
        "10.1.2.3",
        "172.20.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "2001:db8::1",
        "100::1",
        "::7f00:1",
        "fec0::1",
    ];
    for text in inside {
        assert!(!is_public(text.parse().unwrap()), "{text}");
    }
    for text in ["93.184.216.34", "2606:2800:220:1::1", "172.32.0.1", "64:ff9b::5db8:d822"] {
        assert!(is_public(text.parse().unwrap()), "{text}");
    }
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let wait = |text: &str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]));
    assert_eq!(wait("90"), Some(Duration::from_secs(90)));
    assert_eq!(wait("9999999"), Some(Duration::from_secs(86_400)));
    assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
    assert_eq!(wait("soon"), None);
}

#[test]
fn addresses_need_no_scheme_and_nothing_but_http() {
    assert_eq!(parse_address("shop.example/p/1").unwrap().as_str(), "https://shop.example/p/1");
    assert_eq!(parse_address("http://shop.example").unwrap().scheme(), "http");
    for bad in ["ftp://shop.example/x", "file:///etc/passwd", "http://", ""] {
        assert!(parse_address(bad).is_err(), "{bad}");
    }
}

#[test]
fn text_is_decoded_as_the_header_or_the_page_says() {
    let page = |body: &[u8], content_type: Option<&str>| Page {
        url: Url::parse("http://shop.example").unwrap(),
        body: body.to_vec(),
        content_type: content_type.map(str::to_owned),
        validators: Validators::default(),
    };
    assert_eq!(page(b"3 \x80", Some("text/html; charset=windows-1252")).text(), "3 €");
    assert_eq!(page(b"<meta charset=\"iso-8859-8\">\xf9", None).text(), "<meta charset=\"iso-8859-8\">ש");
    assert_eq!(page("3 €".as_bytes(), None).text(), "3 €");
}

#[test]
fn a_product_page_that_mentions_a_captcha_is_no_wall() {
    let page = |body: &str| Page {
        url: Url::parse("http://shop.example").unwrap(),
        body: body.as_bytes().to_vec(),
        content_type: None,
        validators: Validators::default(),
    };
    assert!(challenge(&page("<form class=g-recaptcha>")).is_some());
    assert!(challenge(&page("<form class=g-recaptcha><script>\"https://schema.org\"</script>")).is_none());
}

#[test]
fn a_named_place_is_one_port_of_one_host() {
    let guard = Guard::default();
    let url = |text: &str| Url::parse(text).unwrap();
    guard.allow(&url("http://127.0.0.1:8080/shop"));
    guard.allow(&url("https://Shop.lan./"));
    for allowed in ["http://127.0.0.1:8080/x", "http://127.1:8080/x", "http://0x7f000001:8080/", "https://shop.lan/"] {
        assert!(guard.is_named(&url(allowed)) && guard.check_literal(&url(allowed)).is_ok(), "{allowed}");
    }
    for other in ["http://127.0.0.1/", "http://127.0.0.1:22/", "http://[::1]:8080/", "http://[::ffff:127.0.0.1]:8080/"]
    {
        assert!(!guard.is_named(&url(other)) && guard.check_literal(&url(other)).is_err(), "{other}");
    }
    assert!(guard.is_named(&url("http://shop.lan/")) && !guard.is_named(&url("http://shop.lan:22/")));
}

#[test]
fn a_password_page_and_a_page_instead_of_data_are_walls() {
    let page = |url: &str, body: &str| Page {
        url: Url::parse(url).unwrap(),
        body: body.as_bytes().to_vec(),
        content_type: Some("text/html; charset=utf-8".to_owned()),
        validators: Validators::default(),
    };
    let asked = Url::parse("https://shop.example/products/lamp").unwrap();
    let closed = page("https://shop.example/password", "<html>Opening soon</html>");
    assert!(wall(&closed, &asked, false).unwrap().contains("password"));
    let html = page(asked.as_str(), " <html>Hello</html>");
    assert!(wall(&html, &asked, true).unwrap().contains("instead of data"));
    assert_eq!(wall(&html, &asked, false), None);
    assert_eq!(wall(&page(asked.as_str(), "{\"products\":[]}"), &asked, true), None);
}
