//! The products among the items of one format of a page: groups opened into variants, offers found wherever they hang.
//!
//! Leaves out what a page merely shows beside its product (related, similar, accessories).

use super::PageProduct;
use super::graph::{Graph, MOST_DEPTH, local_name, text_of, types};
use super::offer::{self, Around};
use super::product;
use crate::domain::{Currency, ProductFacts};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// More products of a page are not read.
const MOST_PRODUCTS: usize = 2_000;

/// Properties that lead to other products than the page's.
const BESIDE: [&str; 10] = [
    "isRelatedTo",
    "isSimilarTo",
    "isAccessoryOrSparePartFor",
    "isConsumableFor",
    "isVariantOf",
    "hasVariant",
    "predecessorOf",
    "successorOf",
    "relatedLink",
    "addOn",
];

/// Properties that a taken item has been read with.
const CONSUMED: [&str; 6] = ["offers", "makesOffer", "review", "reviews", "itemOffered", "priceSpecification"];

/// What one format brought.
#[derive(Debug, Default)]
pub struct Collected {
    pub products: Vec<PageProduct>,
    pub listed: Vec<String>,
}

/// What is known of the page around its items.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageFacts<'a> {
    /// For offers that name none.
    pub currency: Option<Currency>,
    /// Of the page's region: settles shared signs.
    pub local: Option<Currency>,
    /// For offers of no named item.
    pub title: Option<&'a str>,
}

struct Walk<'a> {
    graph: &'a Graph,
    currency: Option<Currency>,
    local: Option<Currency>,
    title: Option<&'a str>,
    groups: Vec<&'a Value>,
    /// Ids of items taken as products, with their place in `found`.
    seen: HashMap<String, usize>,
    main: HashSet<String>,
    next_group: usize,
    found: Collected,
    /// Offers that name no item, each with whether it is the page's main entity and who makes it.
    orphans: Vec<Orphan<'a>>,
    questions: Vec<crate::domain::NewQuestion>,
    crumbs: Option<String>,
}

/// An offer that names no item.
struct Orphan<'a> {
    offer: &'a Value,
    main: bool,
    /// The named item around it.
    maker: Option<String>,
}

/// Where the walk is.
#[derive(Clone, Copy, Default)]
struct Spot<'a> {
    /// The property that led here.
    key: Option<&'a str>,
    /// Below the page's main entity.
    main: bool,
    /// Below the elements of an ItemList.
    in_list: bool,
    /// The nearest named item around.
    maker: Option<&'a Value>,
    depth: usize,
}

/// The products of a graph in page order.
pub fn products(graph: &Graph, page: PageFacts<'_>) -> Collected {
    let currency = page.currency.or_else(|| only_currency(graph));
    let mut walk = Walk {
        graph,
        currency,
        local: page.local,
        title: page.title,
        groups: Vec::new(),
        seen: HashMap::new(),
        main: HashSet::new(),
        next_group: 0,
        found: Collected::default(),
        orphans: Vec::new(),
        questions: Vec::new(),
        crumbs: None,
    };
    for root in &graph.roots {
        walk.survey(root, 0);
    }
    for root in &graph.roots {
        walk.visit(root, Spot::default());
    }
    walk.finish()
}

/// The currency of a page that names only one.
fn only_currency(graph: &Graph) -> Option<Currency> {
    fn gather(value: &Value, found: &mut HashSet<Currency>, depth: usize) {
        match value {
            Value::Array(items) if depth < MOST_DEPTH => items.iter().for_each(|v| gather(v, found, depth + 1)),
            Value::Object(object) if depth < MOST_DEPTH => {
                found.extend(object.get("priceCurrency").and_then(text_of).and_then(|t| t.parse::<Currency>().ok()));
                object.values().for_each(|v| gather(v, found, depth + 1));
            }
            _ => {}
        }
    }
    let mut found = HashSet::new();
    graph.roots.iter().for_each(|root| gather(root, &mut found, 0));
    found.iter().next().copied().filter(|_| found.len() == 1)
}

impl<'a> Walk<'a> {
    /// Finds groups, the page's main entity, questions and the breadcrumb trail.
    fn survey(&mut self, value: &'a Value, depth: usize) {
        if depth > MOST_DEPTH {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.survey(item, depth + 1)),
            Value::Object(object) => {
                let kinds = types(value);
                if kinds.contains(&"ProductGroup") {
                    self.groups.push(value);
                }
                if kinds.contains(&"Question") && self.questions.len() < 200 {
                    self.questions.extend(product::question(self.graph, value));
                }
                if kinds.contains(&"BreadcrumbList") && self.crumbs.is_none() {
                    self.crumbs = crumbs(self.graph, value);
                }
                let entity = ["mainEntity", "mainEntityOfPage"].iter().filter_map(|k| object.get(*k));
                self.main.extend(entity.filter_map(|v| Some(v.get("@id")?.as_str()?.to_owned())));
                object.values().for_each(|inner| self.survey(inner, depth + 1));
            }
            _ => {}
        }
    }

    fn visit(&mut self, value: &'a Value, spot: Spot<'a>) {
        if spot.depth > MOST_DEPTH || self.found.products.len() >= MOST_PRODUCTS {
            return;
        }
        match value {
            Value::Array(items) => {
                items.iter().for_each(|item| self.visit(item, Spot { depth: spot.depth + 1, ..spot }));
            }
            Value::Object(object) => {
                let consumed = self.take(value, spot);
                let listing = types(value).contains(&"ListItem") || spot.key == Some("itemListElement");
                if listing && let Some(address) = self.graph.text(value, &["url"]) {
                    self.found.listed.push(address);
                }
                let maker = if object.contains_key("name") { Some(value) } else { spot.maker };
                for (name, inner) in object {
                    let skip = BESIDE.contains(&name.as_str()) || (consumed && CONSUMED.contains(&name.as_str()));
                    if !skip {
                        let in_list = spot.in_list || name == "itemListElement";
                        let main = spot.main || name == "mainEntity";
                        self.visit(inner, Spot { key: Some(name), main, in_list, maker, depth: spot.depth + 1 });
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes the item as a product where it is one, or is an offer for one. Returns whether it did.
    fn take(&mut self, item: &'a Value, spot: Spot<'a>) -> bool {
        let Spot { key, main, in_list, .. } = spot;
        let named = self.graph.text(item, &["name", "headline", "title"]).is_some();
        let kinds = types(item);
        let offers = item.get("offers").is_some_and(|o| !o.is_null());
        if kinds.contains(&"Offer") || kinds.contains(&"AggregateOffer") {
            return self.take_offer(item, spot);
        }
        let reference = item.as_object().is_some_and(|o| o.keys().all(|k| k.starts_with('@')));
        let inside = matches!(key, Some("itemOffered" | "itemReviewed")) && !offers && !named;
        if reference || inside || !(product::is_product(item) || offers && named) {
            return false;
        }
        let id = item.get("@id").and_then(Value::as_str);
        let main = main || id.is_some_and(|id| self.main.contains(id));
        let item = self.graph.resolve_richest(item);
        if let Some(id) = id {
            if self.seen.contains_key(id) {
                return true;
            }
            self.seen.insert(id.to_owned(), self.found.products.len());
        }
        let variants: Vec<&Value> = self.graph.all(item, "hasVariant").into_iter().filter(|v| v.is_object()).collect();
        let group = self.next_group;
        self.next_group += 1;
        if variants.is_empty() {
            self.add(item, group, main, in_list);
            return true;
        }
        let mut facts = product::facts(self.graph, item);
        facts.group = self.graph.text(item, &["productGroupID", "sku", "@id"]).filter(|id| id.len() <= 100);
        for variant in variants {
            if let Some(id) = variant.get("@id").and_then(Value::as_str) {
                self.seen.insert(id.to_owned(), self.found.products.len());
            }
            let mut made = self.read(variant, group, main);
            product::inherit(&mut made.facts, &facts);
            made.variant = label(self.graph, item, variant).or(made.variant);
            made.in_list = in_list;
            made.reviews.extend(product::reviews(self.graph, item));
            self.found.products.push(made);
        }
        true
    }

    /// An offer outside of any product: for the item that it names, or kept until all products are known.
    fn take_offer(&mut self, item: &'a Value, spot: Spot<'a>) -> bool {
        let offered: Vec<&Value> = self
            .graph
            .all(item, "itemOffered")
            .into_iter()
            .map(|v| self.graph.by_text(v))
            .filter(|v| v.is_object())
            .collect();
        if offered.iter().any(|o| o.get("offers").is_some()) {
            return false;
        }
        let Some(goods) = offered.first().copied() else {
            let maker = spot.maker.and_then(|maker| self.graph.text(maker, &["name"]));
            self.orphans.push(Orphan { offer: item, main: spot.main, maker });
            return true;
        };
        let id = goods.get("@id").and_then(Value::as_str);
        if let Some(owner) = id.and_then(|id| self.seen.get(id)).and_then(|at| self.found.products.get_mut(*at)) {
            let around =
                Around { currency: self.currency, local: self.local, place: self.graph.format, ..Around::default() };
            owner.offers.extend(offer::read_all(self.graph, &offered_by(item), around));
            return true;
        }
        if let Some(id) = id {
            self.seen.insert(id.to_owned(), self.found.products.len());
        }
        let made = self.made_of(item, Some(goods), product::facts(self.graph, goods), spot.main);
        self.found.products.push(made);
        true
    }

    /// A product that only its offer tells of.
    fn made_of(&mut self, item: &Value, goods: Option<&Value>, facts: ProductFacts, main: bool) -> PageProduct {
        let group = self.next_group;
        self.next_group += 1;
        let around =
            Around { currency: self.currency, local: self.local, place: self.graph.format, ..Around::default() };
        let text = |names: &[&str]| goods.and_then(|goods| self.graph.text(goods, names));
        let mut made = PageProduct {
            format: self.graph.format,
            sku: text(&["sku", "productID"]),
            url: text(&["url"]),
            group,
            main,
            offers: offer::read_all(self.graph, &offered_by(item), around),
            reviews: goods.map(|goods| product::reviews(self.graph, goods)).unwrap_or_default(),
            facts,
            ..PageProduct::default()
        };
        for offer in &mut made.offers {
            offer.variant = offer.variant.take().filter(|v| *v != made.facts.title);
        }
        made
    }

    /// Finds owners for offers that name no item: the only product where that has no offer of its own, else the page;
    /// offers without a price count only where nothing else does.
    fn adopt(&mut self) {
        let orphans = std::mem::take(&mut self.orphans);
        if let [only] = self.found.products.as_mut_slice()
            && only.offers.is_empty()
        {
            let around =
                Around { currency: self.currency, local: self.local, place: self.graph.format, ..Around::default() };
            for orphan in &orphans {
                only.offers.extend(offer::read_all(self.graph, &offered_by(orphan.offer), around));
            }
            return;
        }
        let none = self.found.products.is_empty();
        for orphan in orphans.into_iter().take(MOST_PRODUCTS) {
            let stated = ["price", "lowPrice", "highPrice"].iter().any(|p| self.graph.first(orphan.offer, p).is_some());
            let name = self.graph.text(orphan.offer, &["name"]);
            let title = match stated {
                true => name.or_else(|| self.title.map(str::to_owned)),
                false => name.or(orphan.maker),
            };
            let facts = ProductFacts { title: title.unwrap_or_default(), ..ProductFacts::default() };
            let made = self.made_of(orphan.offer, None, facts, orphan.main);
            if none || stated || made.offers.iter().any(|o| !o.candidates.is_empty()) {
                self.found.products.push(made);
            }
        }
    }

    fn add(&mut self, item: &'a Value, group: usize, main: bool, in_list: bool) {
        let mut made = self.read(item, group, main);
        made.in_list = in_list;
        let stated = self.graph.first(item, "isVariantOf").filter(|v| v.is_object());
        let group_id = self.graph.text(item, &["inProductGroupWithID"]);
        made.facts.group = made.facts.group.take().or_else(|| group_id.clone());
        let by_id = group_id.and_then(|id| {
            self.groups
                .iter()
                .copied()
                .find(|g| self.graph.text(g, &["productGroupID"]).as_deref() == Some(id.as_str()))
        });
        if let Some(parent) = stated.or(by_id) {
            let mut facts = product::facts(self.graph, parent);
            facts.group = self.graph.text(parent, &["productGroupID", "sku", "@id"]).filter(|id| id.len() <= 100);
            product::inherit(&mut made.facts, &facts);
            made.variant = label(self.graph, parent, item);
        }
        self.found.products.push(made);
    }

    fn read(&self, item: &Value, group: usize, main: bool) -> PageProduct {
        let facts = product::facts(self.graph, item);
        let around = Around {
            currency: offer::currency_of(self.graph, item).or(self.currency),
            local: self.local,
            lodging: product::is_lodging(item),
            may_be_free: offer::may_be_free(item),
            place: self.graph.format,
        };
        let mut offers = offer::read_all(self.graph, item, around);
        for offer in &mut offers {
            offer.variant = offer.variant.take().filter(|v| *v != facts.title);
        }
        PageProduct {
            format: self.graph.format,
            sku: self.graph.text(item, &["sku", "productID"]).filter(|s| s.len() <= 100),
            url: self.graph.text(item, &["url"]),
            variant: None,
            group,
            main,
            offers,
            reviews: product::reviews(self.graph, item),
            questions: Vec::new(),
            facts,
            in_list: false,
        }
    }

    fn finish(mut self) -> Collected {
        self.adopt();
        let alone = self.next_group == 1;
        for (index, made) in self.found.products.iter_mut().enumerate() {
            if alone && made.facts.category.is_none() {
                made.facts.category.clone_from(&self.crumbs);
            }
            if alone && index == 0 {
                made.questions = std::mem::take(&mut self.questions);
            }
        }
        // A product that is only a type and no more is worth a look only where it is all there is.
        let several = self.found.products.len() > 1;
        self.found.products.retain(|p| !p.facts.title.is_empty() || !p.offers.is_empty() || !several);
        for made in &mut self.found.products {
            if made.facts.title.is_empty() {
                made.facts.title = self.title.unwrap_or("untitled product").to_owned();
            }
        }
        self.found
    }
}

/// An item that has the offer.
fn offered_by(offer: &Value) -> Value {
    serde_json::json!({ "offers": offer })
}

/// What sets a variant apart: the properties that its group varies by, or the usual ones.
fn label(graph: &Graph, group: &Value, variant: &Value) -> Option<String> {
    let stated: Vec<String> =
        graph.all(group, "variesBy").into_iter().filter_map(text_of).map(|t| local_name(&t).to_owned()).collect();
    let names =
        if stated.is_empty() { ["color", "size", "material", "pattern"].map(str::to_owned).to_vec() } else { stated };
    let values: Vec<String> = names.iter().filter_map(|name| graph.text(variant, &[name.as_str()])).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// The trail without the shop's front page and the product itself.
fn crumbs(graph: &Graph, list: &Value) -> Option<String> {
    let mut steps: Vec<(f64, String)> = Vec::new();
    for (index, step) in graph.all(list, "itemListElement").into_iter().enumerate().take(12) {
        let at = graph.text(step, &["position"]).and_then(|t| t.parse().ok()).unwrap_or(index as f64);
        let name = graph.text(step, &["name"]).filter(|n| !n.starts_with("http"));
        let name = name.or_else(|| graph.first(step, "item").and_then(|i| graph.text(i, &["name"])));
        steps.extend(name.map(|name| (at, name)));
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let names: Vec<String> = steps.into_iter().map(|(_, name)| name).collect();
    let inner = names.get(1..names.len().saturating_sub(1))?;
    (!inner.is_empty()).then(|| inner.join(" > "))
}
