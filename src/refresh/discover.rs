//! Finding the product pages of a source: the page itself, the links of a shop's front page, its sitemaps.
//!
//! Only adds addresses; looking at them is `pages`. A page that is no longer linked is still looked at: it says
//! itself when it is gone.

use super::source::{Looked, Looker, blocking};
use crate::domain::*;
use crate::sources::http::{Fetched, Validators, parse_address};
use crate::sources::shop;
use crate::store::StoreError;
use url::Url;

/// Sitemaps read in one look.
const MOST_SITEMAPS: usize = 50;

impl Looker {
    /// Adds pages that the source names and that are not known yet; says so where none is known at all.
    pub(super) async fn discover(&self, source: &Source, now: Timestamp) -> Result<Looked, StoreError> {
        let mut looked = Looked::default();
        let (store, id) = (self.store.clone(), source.id);
        let known = blocking(move || store.reader()?.page_counts(id, now)).await?.pages as usize;
        let mut found = match source.kind {
            SourceKind::Shop => self.linked(&source.location, &mut looked).await,
            SourceKind::Sitemap => self.mapped(&source.location, &mut looked).await,
            _ => vec![source.location.clone()],
        };
        found.truncate(self.config.pages_per_shop.saturating_sub(known).max(usize::from(known == 0)));
        let nothing = known == 0 && found.is_empty();
        let store = self.store.clone();
        blocking(move || store.writer().add_pages(id, found, now)).await?;
        if nothing && looked.outcome.is_good() {
            looked.outcome = Outcome::NoPrice;
            looked.detail = Some("no product page was found".to_owned());
        } else if !nothing {
            // What is known is looked at, whatever the front page said.
            looked.outcome = Outcome::Ok;
        }
        Ok(looked)
    }

    /// Product links of a front page; where it has none, those of the shop's sitemap.
    async fn linked(&self, location: &str, looked: &mut Looked) -> Vec<String> {
        let links: Vec<Url> = match self.client.get(location, &Validators::default()).await {
            Fetched::Page(page) => shop::product_links(&page.text(), &page.url),
            Fetched::NotModified => Vec::new(),
            Fetched::Failed(failure) => {
                looked.outcome = failure.outcome;
                looked.retry_after = failure.retry_after;
                looked.detail = Some(failure.detail);
                return Vec::new();
            }
        };
        if !links.is_empty() {
            return links.into_iter().map(String::from).collect();
        }
        let Ok(mut place) = parse_address(location) else { return Vec::new() };
        place.set_path("/sitemap.xml");
        place.set_query(None);
        // A shop without a sitemap is no failure: its front page was read.
        self.mapped(place.as_str(), &mut Looked::default()).await
    }

    /// Product pages of a sitemap and of those that it names.
    async fn mapped(&self, location: &str, looked: &mut Looked) -> Vec<String> {
        let mut waiting = vec![location.to_owned()];
        let mut found = Vec::new();
        let mut read = 0;
        while let Some(place) = waiting.pop() {
            read += 1;
            if read > MOST_SITEMAPS || found.len() >= self.config.pages_per_shop {
                break;
            }
            match self.client.get(&place, &Validators::default()).await {
                Fetched::Page(page) => {
                    let (pages, more) = shop::sitemap_links(&page.text(), &page.url);
                    found.extend(pages.into_iter().map(String::from));
                    waiting.extend(more.into_iter().map(String::from));
                }
                Fetched::NotModified => {}
                Fetched::Failed(failure) => {
                    looked.outcome = failure.outcome;
                    looked.retry_after = failure.retry_after;
                    looked.detail = Some(failure.detail);
                }
            }
        }
        found
    }
}
