//! What an amount is, from the words beside it: was, from, per month, for members, per kilogram.
//!
//! Words of English, German, French, Spanish, Italian, Dutch, Swedish, Czech, Polish, Russian and Hebrew shops.

use super::per;
use crate::domain::PriceKind;

/// The role of an amount in its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    Price(PriceKind),
    /// "orders over 49", "save 20": an amount that nobody asks for the item.
    NotAsked,
}

/// The role that the words before (nearest last) and after (nearest first) give; `None` where they say nothing.
/// `all_before` reaches back to the start of the text, over other numerals.
pub fn of(all_before: &str, before: &str, after: &str) -> Option<Role> {
    let before = before.to_lowercase();
    let after = after.to_lowercase();
    let (b, a) = (Words::new(&before), Words::new(&after));
    if after.starts_with('+') && a.nothing_but("+")
        || b.any(THRESHOLD)
        || saves(&b)
        || a.first_any(&["off", "rabatt", "sparen", "discount", "זול"])
    {
        return Some(Role::NotAsked);
    }
    if let Some(kind) = unit_or_instalment(&all_before.to_lowercase(), &b, &after) {
        return Some(Role::Price(kind));
    }
    let labelled = LABELS.iter().filter_map(|(words, kind)| Some((b.last(words)?, *kind))).max_by_key(|(at, _)| *at);
    if let Some((_, kind)) = labelled {
        return Some(Role::Price(kind));
    }
    if is_bundle(&all_before.to_lowercase()) {
        return Some(Role::Price(PriceKind::Promotion));
    }
    AFTER.iter().find(|(words, _)| a.first_any(words)).map(|(_, kind)| Role::Price(*kind))
}

/// "Save 5 €", but not "save 10%, now 45 €".
fn saves(before: &Words<'_>) -> bool {
    before.last(SAVING).and_then(|at| before.text.get(at..)).is_some_and(|rest| !rest.contains('%'))
}

/// Whether the words beside a bare number say that it counts something: "4.5 out of 5", "31 reviews", "3 left".
pub fn counts(before: &str, after: &str) -> bool {
    if before.trim_end().ends_with("out of") {
        return true;
    }
    let after = after.to_lowercase();
    Words::new(&after).first_any(&["out of", "reviews", "ratings", "stars", "left", "bewertungen", "avis", "opinie"])
}

const THRESHOLD: &[&str] =
    &["orders", "spend", "bestellwert", "einkaufswert", "mindestbestellwert", "minimum order", "over"];
const SAVING: &[&str] = &[
    "save",
    "saving",
    "savings",
    "you save",
    "sparen",
    "ersparnis",
    "sie sparen",
    "économisez",
    "ahorra",
    "risparmi",
    "bespaar",
    "spara",
    "скидка",
    "экономия",
    "rabatt",
    "discount",
    "deposit",
    "pfand",
    "חסכון",
    "zľava",
    "sleva",
];

const LABELS: &[(&[&str], PriceKind)] = &[
    (
        &[
            "was",
            "statt",
            "uvp",
            "rrp",
            "msrp",
            "list",
            "list price",
            "regular",
            "regular price",
            "old",
            "old price",
            "bisher",
            "früher",
            "vorher",
            "before",
            "previously",
            "prix conseillé",
            "au lieu de",
            "antes",
            "pvpr",
            "invece di",
            "listino",
            "van",
            "adviesprijs",
            "tidigare",
            "ord",
            "ord.",
            "původní",
            "původně",
            "doporučená",
            "cena katalogowa",
            "старая",
            "вместо",
            "compare at",
            "original",
            "orig",
            "retail",
            "במקום",
        ],
        PriceKind::List,
    ),
    (
        &[
            "now",
            "now only",
            "jetzt",
            "nur",
            "only",
            "sale",
            "sale price",
            "special",
            "deal",
            "angebot",
            "sonderpreis",
            "ahora",
            "oferta",
            "maintenant",
            "promo",
            "ora",
            "nu",
            "teď",
            "nyní",
            "akce",
            "teraz",
            "сейчас",
            "reduced",
            "today",
            "clearance",
            "עכשיו",
        ],
        PriceKind::Sale,
    ),
    (
        &[
            "from",
            "ab",
            "à partir de",
            "dès",
            "desde",
            "a partire da",
            "da",
            "vanaf",
            "från",
            "od",
            "от",
            "starting at",
            "as low as",
            "starts at",
            "החל מ",
            "fra",
        ],
        PriceKind::From,
    ),
    (&["up to", "bis", "bis zu", "jusqu'à", "hasta", "fino a", "tot", "до"], PriceKind::UpTo),
    (
        &[
            "member",
            "members",
            "member price",
            "club",
            "clubcard",
            "prime",
            "mitglieder",
            "mitglied",
            "mitgliederpreis",
            "card price",
            "with card",
            "loyalty",
            "membre",
            "membres",
            "socio",
            "socios",
            "lid",
            "medlem",
            "medlemspris",
            "חבר",
            "חברי",
        ],
        PriceKind::Member,
    ),
    (
        &["coupon", "voucher", "code", "with code", "gutschein", "bon", "cupón", "codice", "promo code", "קופון"],
        PriceKind::Promotion,
    ),
    (
        &[
            "used",
            "open box",
            "open-box",
            "refurbished",
            "renewed",
            "gebraucht",
            "occasion",
            "usado",
            "usato",
            "b-ware",
            "refurb",
            "pre-owned",
            "second hand",
        ],
        PriceKind::OpenBox,
    ),
    (
        &[
            "shipping",
            "delivery",
            "postage",
            "versand",
            "versandkosten",
            "lieferung",
            "livraison",
            "envío",
            "spedizione",
            "verzending",
            "frakt",
            "doprava",
            "wysyłka",
            "доставка",
            "p&p",
            "משלוח",
        ],
        PriceKind::Shipping,
    ),
];

const AFTER: &[(&[&str], PriceKind)] = &[
    (&["shipping", "delivery", "versand", "versandkosten", "livraison", "postage", "p&p"], PriceKind::Shipping),
    (&["for members", "members", "with card", "with clubcard", "member"], PriceKind::Member),
    (&["with coupon", "with code", "coupon", "mit gutschein", "after coupon"], PriceKind::Promotion),
    (&["rrp", "msrp", "uvp", "list price"], PriceKind::List),
    (&["used", "refurbished", "open box", "gebraucht"], PriceKind::OpenBox),
];

fn unit_or_instalment(all_before: &str, b: &Words<'_>, after: &str) -> Option<PriceKind> {
    if times_before(all_before)
        || b.any(&[
            "monthly",
            "monatlich",
            "instalments of",
            "installments of",
            "raten",
            "mensualités",
            "cuotas",
            "תשלומים",
        ])
    {
        return Some(PriceKind::Instalment);
    }
    if per::equation(b.text) {
        return Some(PriceKind::Unit);
    }
    let rest = after.trim_start().trim_start_matches(['*', ')', ' ']);
    let per = per::LEADS.iter().find_map(|lead| rest.strip_prefix(lead));
    if rest.starts_with("a month") || rest.starts_with("monthly") || rest.starts_with("mtl") || rest.starts_with("pm ")
    {
        return Some(PriceKind::Instalment);
    }
    let rest = per?
        .trim_start()
        .trim_start_matches('1')
        .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '));
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '²' || *c == '³').collect();
    if PERIODS.contains(&word.as_str()) {
        return Some(PriceKind::Instalment);
    }
    unit(&word).map(|_| PriceKind::Unit)
}

const PERIODS: &[&str] = &[
    "month", "months", "mo", "mth", "monat", "mois", "mes", "mese", "maand", "mån", "měsíc", "miesiąc", "мес", "week",
    "woche", "semaine", "year", "yr", "jahr", "חודש",
];

/// The short symbol of a unit of amount that prices are given per; `piece` is not one: that is the price itself.
pub fn unit(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    UNITS.iter().find(|(words, _)| words.contains(&lower.as_str())).map(|(_, symbol)| *symbol)
}

const UNITS: &[(&[&str], &str)] = &[
    (&["kg", "kilo", "kilogramm", "kilogram", "kgm", "кг", "קג"], "kg"),
    (&["g", "gr", "gramm", "gram", "grm", "г"], "g"),
    (&["mg"], "mg"),
    (&["l", "liter", "litre", "litro", "ltr", "lt", "л"], "l"),
    (&["ml", "mlt", "мл"], "ml"),
    (&["cl", "clt"], "cl"),
    (&["m", "meter", "metre", "mtr", "lfm"], "m"),
    (&["m2", "m²", "qm", "sqm", "mtk"], "m2"),
    (&["lb", "lbs", "pound", "lbr"], "lb"),
    (&["oz", "ounce", "onz"], "oz"),
    (&["wash", "wl", "waschladung"], "wash"),
];

/// "12x de", "3 x", "in 4 payments of".
fn times_before(before: &str) -> bool {
    let text = before.trim_end().trim_end_matches(|c: char| !c.is_alphanumeric()).trim_end();
    let text = ["de", "of", "à", "zu", "von", "jeweils"]
        .iter()
        .find_map(|w| text.strip_suffix(w).filter(|r| r.ends_with(' ')))
        .unwrap_or(text)
        .trim_end();
    let text = ["payments", "instalments", "installments", "raten", "mensualités", "cuotas", "rate"]
        .iter()
        .find_map(|w| text.strip_suffix(w))
        .map(|t| (t.trim_end(), true));
    let (text, worded) =
        text.unwrap_or((before.trim_end().trim_end_matches(" de").trim_end_matches(" of").trim_end(), false));
    let digits_before = |t: &str| t.trim_end().ends_with(|c: char| c.is_ascii_digit());
    if worded {
        return digits_before(text);
    }
    text.strip_suffix(['x', '×']).is_some_and(digits_before)
}

/// "2 for", "3 pour", "3 Ausgaben für nur".
fn is_bundle(before: &str) -> bool {
    let text = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let text = ["nur", "only", "just"].iter().find_map(|w| text.strip_suffix(w)).unwrap_or(text).trim_end();
    let Some(rest) = ["for", "für", "pour", "por", "voor", "för", "за", "ב"]
        .iter()
        .find_map(|w| text.strip_suffix(w).filter(|r| r.ends_with(' ')))
    else {
        return false;
    };
    rest.split_whitespace().rev().take(2).any(|w| w.chars().all(|c| c.is_ascii_digit()))
}

/// Words of a stretch of text, with phrases looked up at word boundaries.
struct Words<'a> {
    text: &'a str,
}

impl<'a> Words<'a> {
    fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// Where the last of the phrases stands.
    fn last(&self, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|p| self.places(p).last()).max()
    }

    fn any(&self, phrases: &[&str]) -> bool {
        self.last(phrases).is_some()
    }

    fn first_any(&self, phrases: &[&str]) -> bool {
        let start = self.text.trim_start_matches(|c: char| !c.is_alphanumeric());
        phrases.iter().any(|p| start.strip_prefix(p).is_some_and(|r| !r.starts_with(char::is_alphanumeric)))
    }

    fn nothing_but(&self, marks: &str) -> bool {
        self.text.chars().all(|c| marks.contains(c) || c == ' ' || c == '.' || c == '!')
    }

    fn places(&self, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
        let text = self.text;
        let ends_word = phrase.ends_with(char::is_alphanumeric);
        text.match_indices(phrase).map(|(at, _)| at).filter(move |at| {
            let after = text.get(at + phrase.len()..).and_then(|t| t.chars().next());
            let before = text.get(..*at).and_then(|t| t.chars().next_back());
            let joined =
                before.is_some_and(char::is_alphanumeric) || ends_word && after.is_some_and(char::is_alphanumeric);
            !joined
        })
    }
}
