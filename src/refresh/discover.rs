//! Product pages of a source: the page itself, what a shop's front page links to, what its sitemap lists.
//!
//! Only adds addresses; looking at them is `pages`. A page that is no longer linked is still looked at: it says itself
//! when it is gone.

use super::source::{Looked, Looker, blocking};
use crate::domain::{Outcome, Source, SourceKind, Timestamp};
use crate::sources::http::{Fetched, Validators, parse_address};
use crate::sources::shop;
use crate::sources::sitemap::{self, Entry};
use crate::store::StoreError;
use url::Url;

/// Sitemaps read in one look.
const MOST_MAPS: usize = 50;

impl Looker {
    /// Adds pages that the source names and that are not known yet. Says so where more were found than are followed,
    /// and where none is known at all.
    pub(super) async fn discover(&self, source: &Source, now: Timestamp) -> Result<Looked, StoreError> {
        let mut looked = Looked::default();
        let found = self.named(source, &mut looked).await;
        let (store, id, most) = (self.store.clone(), source.id, self.config.pages_per_shop);
        let listed: Vec<(String, Option<Timestamp>)> =
            found.into_iter().map(|entry| (String::from(entry.url), entry.changed)).collect();
        let (known, untaken) = blocking(move || {
            let untaken = store.writer().add_pages(id, listed, most, now)?;
            Ok((store.reader()?.page_counts(id, now)?.pages, untaken))
        })
        .await?;
        if untaken > 0 && looked.detail.is_none() {
            let all = u64::from(known) + untaken;
            looked.detail = Some(format!("{known} of {all} product pages are followed, those changed last first"));
        }
        if known > 0 {
            // What is known is looked at, whatever the front page said.
            looked.outcome = Outcome::Ok;
        } else if looked.outcome.is_good() {
            looked.outcome = Outcome::NoPrice;
            looked.detail.get_or_insert_with(|| "no product page was found".to_owned());
        }
        Ok(looked)
    }

    /// The pages that the source names now.
    async fn named(&self, source: &Source, looked: &mut Looked) -> Vec<Entry> {
        let mut found: Vec<Entry> = Vec::new();
        match source.kind {
            SourceKind::Shop => match self.client.get(&source.location, &Validators::default()).await {
                Fetched::Page(page) => {
                    let links = shop::product_links(&page.text(), &page.url).into_iter();
                    found.extend(links.map(|url| Entry { url, changed: None }));
                }
                Fetched::NotModified => {}
                Fetched::Failed(failure) => {
                    looked.outcome = failure.outcome;
                    looked.retry_after = failure.retry_after;
                    looked.detail = Some(failure.detail);
                }
            },
            SourceKind::Sitemap => {}
            _ => return parse_address(&source.location).map(|url| Entry { url, changed: None }).into_iter().collect(),
        }
        if found.is_empty() && looked.outcome.is_good() {
            found = self.sitemap_pages(source, looked).await;
        }
        found
    }

    /// The product pages of the sitemap at its usual place or where robots.txt says; of a sitemap source, its own.
    async fn sitemap_pages(&self, source: &Source, looked: &mut Looked) -> Vec<Entry> {
        let Ok(location) = parse_address(&source.location) else { return Vec::new() };
        let own = source.kind == SourceKind::Sitemap;
        let mut waiting = vec![if own { location.clone() } else { at(&location, "/sitemap.xml") }];
        let mut seen: Vec<Url> = Vec::new();
        let mut found: Vec<Entry> = Vec::new();
        let mut listed = 0_usize;
        while let Some(place) = (!waiting.is_empty()).then(|| waiting.remove(0)) {
            if seen.len() >= MOST_MAPS || seen.contains(&place) {
                continue;
            }
            seen.push(place.clone());
            match self.client.get(place.as_str(), &Validators::default()).await {
                Fetched::Page(page) => {
                    let map = sitemap::read(&page.body, &page.url);
                    listed += map.pages.len();
                    found.extend(shop::products_of(&map, &place));
                    waiting.extend(map.maps.into_iter().map(|entry| entry.url));
                }
                Fetched::Failed(failure) if own && seen.len() == 1 => {
                    looked.outcome = failure.outcome;
                    looked.retry_after = failure.retry_after;
                    looked.detail = Some(failure.detail);
                }
                _ if seen.len() == 1 => waiting.extend(self.maps_in_robots(&location).await),
                _ => {}
            }
        }
        if found.is_empty() && listed > 0 {
            looked.detail = Some(format!("none of the {listed} pages in the sitemap looks like a product"));
        }
        found.sort_by_key(|entry| std::cmp::Reverse(entry.changed));
        found
    }

    async fn maps_in_robots(&self, location: &Url) -> Vec<Url> {
        match self.client.get(at(location, "/robots.txt").as_str(), &Validators::default()).await {
            Fetched::Page(page) => sitemap::in_robots(&page.text(), &page.url),
            _ => Vec::new(),
        }
    }
}

/// Another path of the same server.
fn at(location: &Url, path: &str) -> Url {
    let mut place = location.clone();
    place.set_path(path);
    place.set_query(None);
    place
}
