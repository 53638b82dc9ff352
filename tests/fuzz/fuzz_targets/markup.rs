//! Pages put together from pieces of microdata, RDFa and OpenGraph in any order and nesting, with any text between:
//! never a panic, a price only with a good outcome, never negative.
#![no_main]

use emptor::domain::Timestamp;
use emptor::sources::selectors::Selectors;
use emptor::sources::shop;
use libfuzzer_sys::fuzz_target;
use url::Url;

const PIECES: &[&str] = &[
    "<div itemscope itemtype='https://schema.org/Product'>",
    "<div itemprop=offers itemscope itemtype='https://schema.org/Offer'>",
    "<div itemprop=offers itemscope itemtype='https://schema.org/AggregateOffer'>",
    "<div itemprop=priceSpecification itemscope itemtype='https://schema.org/UnitPriceSpecification'>",
    "<div itemprop=aggregateRating itemscope itemtype='https://schema.org/AggregateRating'>",
    "<div itemprop=review itemscope itemtype='https://schema.org/Review'>",
    "<div itemscope itemtype='https://schema.org/Hotel' id=a itemref='b c'>",
    "<div id=b itemref=a itemprop=isVariantOf itemscope>",
    "<div vocab='https://schema.org/' typeof=Product resource='#p'>",
    "<div property=offers typeof=Offer about='#p'>",
    "</div>",
    "<span itemprop=name>",
    "<span itemprop=price content='",
    "'>",
    "<span itemprop=price>",
    "<meta itemprop=priceCurrency content=EUR>",
    "<link itemprop=availability href='https://schema.org/InStock'>",
    "<link itemprop=itemCondition href='https://schema.org/UsedCondition'>",
    "<span property='price' content='12.99'>",
    "<meta property='product:price:amount' content='",
    "<meta property='product:price:currency' content='USD'>",
    "<meta property='og:type' content='product'>",
    "<span itemprop=lowPrice>",
    "<span itemprop=highPrice>",
    "<span itemprop=gtin13>4006381333931",
    "</span>",
    "<del>",
    "</del>",
    "1.299,00 €",
    "$12.99",
    "from 9.99",
    "<div itemprop=url>https://shop.example/p/other",
];

fuzz_target!(|data: &[u8]| {
    let mut html = String::new();
    let mut rest = data;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match PIECES.get(usize::from(first)) {
            Some(piece) => html.push_str(piece),
            None => html.push(char::from(first)),
        }
    }
    let address = Url::parse("https://shop.example/p/lamp").expect("a fixed address");
    for look in shop::page_observations(&html, &address, &Selectors::default(), Timestamp::UNIX_EPOCH) {
        assert!(look.price.is_none_or(|price| look.outcome.is_good() && price.minor >= 0), "{look:?}");
    }
});
