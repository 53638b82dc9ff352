//! Amounts of money in a sentence: which price field the words around them mean, and the differences that code allows.

use super::Gate;
use super::figures::{Figure, FigureKind};
use super::hold::{has, near};
use super::tokens::{Kind, Token};
use super::units;
use crate::answer::claims::limit_money;
use crate::answer::evidence::CardFacts;
use crate::domain::*;

/// What the words around an amount say that it is.
#[derive(Debug, Default)]
pub struct Cues {
    field: Field,
    limit: bool,
    spare: bool,
    other: bool,
    off_list: bool,
    under: bool,
    over: bool,
    lowest: bool,
    highest: bool,
    median: bool,
    /// The unit that the amount is of: "€12.00 per litre".
    per: Option<units::Unit>,
    /// "Per port": of what no price is stated.
    of_part: bool,
    /// The sentence speaks of prices per unit.
    by_unit: bool,
    /// Shipping is part of the amount.
    shipped: bool,
    /// The amount is of several products together.
    sum: bool,
    /// The amount is a difference by the words after it.
    apart: bool,
    /// The amount is of so many pieces: "two bottles of A cost".
    pieces: Option<f64>,
    /// The day that the sentence names, where it names one.
    day: Option<Day>,
    /// What is saved is saved by the cheaper one.
    saves: bool,
}

/// A day, or a month of any year.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    pub year: Option<i16>,
    pub month: i8,
    pub day: Option<i8>,
}

impl Day {
    pub fn fits(self, at: Timestamp) -> bool {
        let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        date.month() == self.month
            && self.year.is_none_or(|y| date.year() == y)
            && self.day.is_none_or(|d| date.day() == d)
    }
}

/// The day that is said of an amount: the date right after it, or else right before it.
fn day_of(tokens: &[Token], figure: &Figure) -> Option<Day> {
    let all = super::figures::figures(tokens);
    let at = all.iter().position(|f| f.start == figure.start)?;
    let day = |f: &Figure| match f.kind {
        FigureKind::Date { year, month, day } => Some(Day { year, month, day }),
        _ => None,
    };
    let of_another = at >= 2 && matches!(all[at - 2].kind, FigureKind::Money { .. });
    let before = at.checked_sub(1).filter(|_| !of_another).and_then(|i| day(&all[i]));
    all.get(at + 1).and_then(day).or(before)
}

/// The amount that a date is said of, in minor units: the one right before it, or else right after it.
pub fn amount_of(tokens: &[Token], date: &Figure) -> Option<f64> {
    let all = super::figures::figures(tokens);
    let at = all.iter().position(|f| f.start == date.start)?;
    let amount = |f: &Figure| match f.kind {
        FigureKind::Money { major, currency } => Some(minor_units(major, currency)),
        _ => None,
    };
    at.checked_sub(1).and_then(|i| amount(&all[i])).or_else(|| all.get(at + 1).and_then(amount))
}

#[derive(Debug, Default, PartialEq, Clone, Copy)]
enum Field {
    #[default]
    Price,
    List,
    EarlierList,
    Lowest,
    Highest,
    Median,
    Shipping,
}

impl Cues {
    pub fn read(tokens: &[Token], figure: &Figure) -> Self {
        let close = near(tokens, figure, 4);
        let before = &tokens[figure.start.saturating_sub(3)..figure.start];
        let after = &tokens[figure.end..(figure.end + 2).min(tokens.len())];
        let added = parts_added(tokens);
        let around = |words: &[&str]| has(before, words) || has(after, words);
        Self {
            field: if added && figure.start > 0 && tokens[figure.start - 1].is_word(&["plus"]) {
                Field::Shipping
            } else {
                field_before(tokens, figure)
            },
            saves: has(tokens, &["save", "saves", "saving"]),
            limit: has(before, &["limit", "budget", "asked", "ceiling", "maximum", "under", "below", "within", "most"])
                || has(after, &["limit", "budget", "ceiling", "maximum"]),
            spare: has(close, &["limit", "budget", "spare", "left"]),
            other: super::scope::difference(tokens, figure)
                && (super::relations::compared_fields(tokens).iter().any(|f| matches!(*f, "price" | "unit price"))
                    || for_more(tokens, figure)
                    || has(tokens, &["difference", "save", "saves", "saving", "apart"])),
            by_unit: super::phrase_at(tokens, "per unit").is_some() || (0..tokens.len()).any(|at| is_per(tokens, at)),
            off_list: has(close, &["off", "save", "saves", "saving", "reduced", "reduction", "discount", "list"]),
            under: around(&["under", "below", "spare", "left", "off", "within"]),
            over: around(&["over", "above", "beyond"]),
            lowest: has(close, &["lowest"]),
            highest: has(close, &["highest"]),
            median: has(close, &["median", "average", "usual"]),
            of_part: per_unit(tokens, figure.end).is_none()
                && tokens.get(figure.end).is_some_and(|t| t.is_word(&["per"]) || t.kind == Kind::Punct('/'))
                && !tokens.get(figure.end + 1).is_some_and(|t| t.is_word(&["unit"])),
            per: per_unit(tokens, figure.end),
            // "$199.00 plus $4.90 shipping" names the parts.
            shipped: !added
                && has(tokens, &SHIPPING)
                && has(tokens, &["with", "including", "included", "incl", "plus", "total"]),
            sum: has(tokens, &["together", "total", "combined", "altogether"]),
            pieces: pieces(tokens),
            apart: super::scope::apart(tokens, figure),
            day: day_of(tokens, figure),
        }
    }
}

impl Cues {
    /// Whether nothing around the amount makes it anything but the price.
    pub fn of_price(&self) -> bool {
        let other = self.by_unit || self.shipped || self.sum || self.apart;
        self.field == Field::Price && self.per.is_none() && self.pieces.is_none() && !other
    }
}

/// "$199.00 plus $4.90 shipping": the price and the shipping as amounts of their own.
fn parts_added(tokens: &[Token]) -> bool {
    let figures = super::figures::figures(tokens);
    figures.windows(2).any(|pair| {
        let money = pair.iter().all(|f| matches!(f.kind, FigureKind::Money { .. }));
        let plus = pair[1].start == pair[0].end + 1 && tokens[pair[0].end].is_word(&["plus"]);
        let after = &tokens[pair[1].end..(pair[1].end + 2).min(tokens.len())];
        money && plus && has(after, &SHIPPING)
    })
}

/// "For €50.00 more than B": what more is paid.
fn for_more(tokens: &[Token], figure: &Figure) -> bool {
    let led = figure.start.checked_sub(1).is_some_and(|i| tokens[i].is_word(&["for"]));
    led && tokens.get(figure.end).is_some_and(|t| t.is_word(&["more", "less"]))
}

const SHIPPING: [&str; 3] = ["shipping", "delivery", "postage"];

/// The unit of "per litre", "/ kg" or "per 100 ml" at `at`.
pub fn per_unit(tokens: &[Token], at: usize) -> Option<units::Unit> {
    let per = tokens.get(at).is_some_and(|t| t.is_word(&["per", "a"]) || t.kind == Kind::Punct('/'));
    let word = |i: usize| tokens.get(i).filter(|t| t.kind == Kind::Word).and_then(|t| units::of(&t.lower));
    match tokens.get(at + 1).filter(|_| per)?.kind {
        Kind::Number(n) => word(at + 2).map(|unit| units::Unit { factor: unit.factor * n, ..unit }),
        _ => word(at + 1),
    }
}

/// Whether an amount of a unit stands at `at`.
pub fn is_per(tokens: &[Token], at: usize) -> bool {
    per_unit(tokens, at).is_some()
}

/// "Two bottles of A cost": how many pieces, where a number with a plural stands before "of" and a name.
pub fn pieces(tokens: &[Token]) -> Option<f64> {
    let named = |i: usize| matches!(tokens.get(i).map(|t| &t.kind), Some(Kind::Name(_)));
    let of = (2..tokens.len()).find(|i| tokens[*i].is_word(&["of"]) && named(i + 1))?;
    let plural = tokens[of - 1].kind == Kind::Word && tokens[of - 1].lower.ends_with('s');
    let value = match &tokens[of - 2].kind {
        Kind::Number(value) => *value,
        Kind::Word => super::numerals::value(&tokens[of - 2].lower)?,
        _ => return None,
    };
    (plural && super::units::of(&tokens[of - 1].lower).is_none() && value.fract() == 0.0 && value > 1.0)
        .then_some(value)
}

/// The nearest word before the amount that names a price field.
fn field_before(tokens: &[Token], figure: &Figure) -> Field {
    for at in (0..figure.start).rev() {
        let token = &tokens[at];
        if token.kind != Kind::Word {
            continue;
        }
        match token.lower.as_str() {
            "list" | "rrp" | "recommended" | "original" | "originally" => return Field::List,
            "raised" => return Field::EarlierList,
            "lowest" | "low" => return Field::Lowest,
            "highest" | "peak" => return Field::Highest,
            "median" | "average" | "usual" | "usually" => return Field::Median,
            "shipping" | "delivery" | "postage" => return Field::Shipping,
            "cost" | "costs" if shipping_leads(tokens, at) => return Field::Shipping,
            "cost" | "costs" | "costing" | "priced" | "sells" | "now" | "today" | "current" | "currently" | "buy" => {
                return Field::Price;
            }
            _ => {}
        }
    }
    Field::Price
}

/// "Shipping of A costs": the subject is the shipping, not what it is added to.
fn shipping_leads(tokens: &[Token], verb: usize) -> bool {
    let added = ["with", "including", "included", "incl", "plus", "without", "excluding", "free"];
    has(&tokens[..verb], &SHIPPING) && !has(&tokens[..verb], &added)
}

/// An amount in the smallest unit of its currency, unrounded.
pub fn minor_units(major: f64, currency: Currency) -> f64 {
    major * 10_f64.powi(i32::try_from(currency.exponent()).unwrap_or(2))
}

/// Whether the amount is a price of the card of the field meant, or a difference that the words call for.
pub fn supported(gate: &Gate, card: &Card, others: &[&Card], major: f64, currency: Currency, cues: &Cues) -> bool {
    let exact = minor_units(major, currency);
    let minor = exact.round();
    if !exact.is_finite() || (exact - minor).abs() > 1e-4 {
        return false;
    }
    let amount = Money::new(minor as i64, currency);
    if cues.of_part {
        return false;
    }
    if let Some(per) = &cues.per {
        return of_unit(card, others, amount, per, cues.other);
    }
    if cues.by_unit && cues.apart {
        let unit = |c: &Card| c.number("unit price").filter(|(_, u)| u.starts_with(currency.code()));
        let own = unit(card);
        let apart = |o: &&Card| {
            own.as_ref().zip(unit(o)).is_some_and(|((a, ua), (b, ub))| *ua == ub && units::equal((a - b).abs(), minor))
        };
        return cues.other && others.iter().any(apart);
    }
    if let Some(pieces) = cues.pieces {
        return card.money("price").is_some_and(|p| p.currency == currency && p.minor as f64 * pieces == minor);
    }
    if cues.sum && !others.is_empty() && !cues.shipped {
        let all = std::iter::once(card).chain(others.iter().copied()).map(|c| c.money("price"));
        let sum = all.map(|p| p.filter(|p| p.currency == currency).map(|p| p.minor)).sum::<Option<i64>>();
        return sum == Some(amount.minor);
    }
    if cues.shipped {
        let (price, shipping) = (card.money("price"), card.money("shipping"));
        if price.zip(shipping).and_then(|(p, s)| p.checked_add(&s)) == Some(amount) {
            return true;
        }
        // Part of the amount is not known: only the parts themselves may be named, as what they are.
        return cues.field == Field::Shipping && shipping == Some(amount) && !total(card, amount);
    }
    !cues.apart && direct(gate, card, amount, cues) || difference(gate, card, others, amount, cues)
}

/// Whether the amount is the price without its shipping.
fn total(card: &Card, amount: Money) -> bool {
    card.money("price") == Some(amount)
}

/// A price of one litre or kilogram, or the difference of two.
fn of_unit(card: &Card, others: &[&Card], amount: Money, per: &units::Unit, compared: bool) -> bool {
    let value = |card: &Card| {
        let (minor, unit) = card.number("unit price")?;
        let known = unit.strip_prefix(amount.currency.code())?.trim_start().strip_prefix("per ")?.to_owned();
        let known = units::amount(&known).filter(|k| k.dimension == per.dimension)?;
        Some(minor * per.factor / known.factor)
    };
    let Some(own) = value(card) else { return false };
    let said = amount.minor as f64;
    let apart = |o: &&Card| value(o).is_some_and(|v| units::equal((own - v).abs(), said));
    units::equal(own, said) || compared && others.iter().any(apart)
}

fn direct(gate: &Gate, card: &Card, amount: Money, cues: &Cues) -> bool {
    let is = |field: &str| {
        card.facts.iter().any(|f| f.field == field && matches!(f.value, FactValue::Money(m) if m == amount))
    };
    let extreme = |lowest: bool| {
        let of = |c: &Card| c.money("price").filter(|m| m.currency == amount.currency).map(|m| m.minor);
        let all = gate.cards.iter().filter_map(of);
        let best = if lowest { all.min() } else { all.max() };
        is("price") && best == Some(amount.minor)
    };
    let priced = is("price") || is("current price");
    match cues.field {
        Field::Price if cues.day.is_some() && !priced => {
            let on = |field: &str| {
                let date = |f: &Fact| matches!(f.value, FactValue::Date(at) if cues.day.is_some_and(|d| d.fits(at)));
                card.facts.iter().any(|f| f.field == field && date(f))
            };
            is("lowest price") && on("lowest on") || is("highest price") && on("highest on")
        }
        Field::Price => priced && !(cues.limit && !cues.spare && limit(gate, amount.currency) == Some(amount)),
        Field::List => is("list price"),
        Field::EarlierList => is("earlier list price") || is("list price"),
        Field::Lowest => is("lowest price") || extreme(true),
        Field::Highest => is("highest price") || extreme(false),
        Field::Median => is("median price"),
        Field::Shipping => is("shipping"),
    }
}

fn limit(gate: &Gate, currency: Currency) -> Option<Money> {
    let limit = gate.need.must.max_price.filter(|l| l.currency.is_none_or(|c| c == currency))?;
    limit_money(limit, currency)
}

fn difference(gate: &Gate, card: &Card, others: &[&Card], amount: Money, cues: &Cues) -> bool {
    let Some(price) = card.money("price").or_else(|| card.money("current price")) else { return false };
    let apart = |other: Money| price.checked_sub(&other).is_some_and(|d| d.minor.abs() == amount.minor);
    let side = |other: Money| match (cues.under, cues.over) {
        (true, false) => price.minor < other.minor,
        (false, true) => price.minor > other.minor,
        _ => true,
    };
    if let Some(limit) = limit(gate, price.currency) {
        // The limit itself: "within your budget of €600.00".
        if cues.limit && limit == amount {
            return if cues.over { price.minor > limit.minor } else { price.minor <= limit.minor };
        }
        if cues.spare && apart(limit) && side(limit) {
            return true;
        }
    }
    let way = |other: &Money| !cues.saves || price.minor < other.minor;
    if cues.other && others.iter().filter_map(|o| o.money("price")).filter(way).any(apart) {
        return true;
    }
    let against = |named: bool, field: &str| named && card.money(field).is_some_and(|m| apart(m) && side(m));
    let of_list = cues.off_list && (!cues.saves || others.is_empty());
    against(of_list, "list price")
        || against(cues.lowest, "lowest price")
        || against(cues.highest, "highest price")
        || against(cues.median, "median price")
}
