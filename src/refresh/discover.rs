//! Product pages of a shop: what its front page links to and what its sitemap lists, the pages changed last first.
//!
//! Finds pages and remembers them in the source's state; reading them is `source`'s.

use super::source::{Looked, Looker, PageState, State};
use crate::domain::{Source, SourceKind};
use crate::sources::http::{Fetched, Validators, parse_address};
use crate::sources::shop;
use crate::sources::sitemap::{self, Entry};
use url::Url;

/// Sitemaps read in one look.
const MOST_MAPS: usize = 10;

impl Looker {
    /// Adds product pages that are not known yet. Says where more were found than are followed.
    pub(super) async fn discover(&self, source: &Source, state: &mut State, looked: &mut Looked) {
        let mut found: Vec<Entry> = Vec::new();
        if source.kind == SourceKind::Shop {
            match self.client.get(&source.location, &Validators::default()).await {
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
            }
        }
        if found.is_empty() && looked.outcome.is_good() {
            found = self.sitemap_pages(source, looked).await;
        }
        let mut untaken = 0_usize;
        for Entry { url, changed } in found {
            let url = String::from(url);
            if let Some(known) = state.pages.iter_mut().find(|page| page.url == url) {
                known.changed = changed.or(known.changed);
            } else if state.pages.len() < shop::MOST_PAGES {
                state.pages.push(PageState { url, changed, ..PageState::default() });
            } else {
                untaken += 1;
            }
        }
        // A look that is cut short has then seen what changed.
        state.pages.sort_by_key(|page| std::cmp::Reverse(page.changed));
        if untaken > 0 && looked.detail.is_none() {
            let (taken, all) = (state.pages.len(), state.pages.len() + untaken);
            looked.detail = Some(format!("{taken} of {all} product pages are followed, those changed last first"));
        }
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
