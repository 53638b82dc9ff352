//! The phrases that make a bound of a number: "at most", "or less", "quieter than".
//!
//! Data and look-up only.

use crate::domain::Op;
use crate::retrieval::fits::Place;

/// What a cue says about the number beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cue {
    pub op: Op,
    pub about: About,
}

/// What the number measures, as far as the cue tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum About {
    Anything,
    Price,
    /// One of these attributes, likeliest first.
    Attribute(&'static [&'static str]),
    /// Only with another bound or a currency: "from".
    Weak,
    /// About this much.
    Near,
}

const fn cue(op: Op, about: About) -> Cue {
    Cue { op, about }
}

const NOISE: &[&str] = &["noise", "noise_level", "loudness"];
const SEA: &[&str] = &["sea_distance", "distance_to_sea", "beach_distance", "trail_distance"];

/// Phrases that stand before a number.
const BEFORE: &[(&str, Cue)] = &[
    ("at most", cue(Op::AtMost, About::Anything)),
    ("up to", cue(Op::AtMost, About::Anything)),
    ("upto", cue(Op::AtMost, About::Anything)),
    ("maximum", cue(Op::AtMost, About::Anything)),
    ("max", cue(Op::AtMost, About::Anything)),
    ("maximal", cue(Op::AtMost, About::Anything)),
    ("until", cue(Op::AtMost, About::Anything)),
    ("not exceeding", cue(Op::AtMost, About::Anything)),
    ("within", cue(Op::AtMost, About::Anything)),
    ("budget", cue(Op::AtMost, About::Price)),
    ("limit", cue(Op::AtMost, About::Price)),
    ("stretch to", cue(Op::AtMost, About::Price)),
    ("could go to", cue(Op::AtMost, About::Price)),
    ("can go to", cue(Op::AtMost, About::Price)),
    ("would go to", cue(Op::AtMost, About::Price)),
    ("put aside", cue(Op::AtMost, About::Price)),
    ("set aside", cue(Op::AtMost, About::Price)),
    ("saved", cue(Op::AtMost, About::Price)),
    ("saved up", cue(Op::AtMost, About::Price)),
    ("to spend", cue(Op::AtMost, About::Price)),
    ("spend", cue(Op::AtMost, About::Price)),
    ("sub", cue(Op::Below, About::Anything)),
    ("under", cue(Op::Below, About::Anything)),
    ("below", cue(Op::Below, About::Anything)),
    ("less than", cue(Op::Below, About::Anything)),
    ("lower than", cue(Op::Below, About::Anything)),
    ("fewer than", cue(Op::Below, About::Anything)),
    ("cheaper than", cue(Op::Below, About::Price)),
    ("at least", cue(Op::AtLeast, About::Anything)),
    ("minimum", cue(Op::AtLeast, About::Anything)),
    ("min", cue(Op::AtLeast, About::Anything)),
    ("starting at", cue(Op::AtLeast, About::Anything)),
    ("starting from", cue(Op::AtLeast, About::Anything)),
    ("from", cue(Op::AtLeast, About::Weak)),
    ("over", cue(Op::Above, About::Anything)),
    ("above", cue(Op::Above, About::Anything)),
    ("more than", cue(Op::Above, About::Anything)),
    ("higher than", cue(Op::Above, About::Anything)),
    ("greater than", cue(Op::Above, About::Anything)),
    ("better than", cue(Op::Above, About::Anything)),
    ("more expensive than", cue(Op::Above, About::Price)),
    ("about", cue(Op::Equal, About::Near)),
    ("around", cue(Op::Equal, About::Near)),
    ("approximately", cue(Op::Equal, About::Near)),
    ("roughly", cue(Op::Equal, About::Near)),
    ("approx", cue(Op::Equal, About::Near)),
    ("quieter than", cue(Op::Below, About::Attribute(NOISE))),
    ("louder than", cue(Op::Above, About::Attribute(NOISE))),
    ("noisier than", cue(Op::Above, About::Attribute(NOISE))),
    ("narrower than", cue(Op::Below, About::Attribute(&["width"]))),
    ("slimmer than", cue(Op::Below, About::Attribute(&["width", "thickness"]))),
    ("wider than", cue(Op::Above, About::Attribute(&["width"]))),
    ("broader than", cue(Op::Above, About::Attribute(&["width"]))),
    ("lighter than", cue(Op::Below, About::Attribute(&["weight"]))),
    ("heavier than", cue(Op::Above, About::Attribute(&["weight"]))),
    ("taller than", cue(Op::Above, About::Attribute(&["height"]))),
    ("higher up than", cue(Op::Above, About::Attribute(&["altitude", "height"]))),
    ("shorter than", cue(Op::Below, About::Attribute(&["length", "height"]))),
    ("longer than", cue(Op::Above, About::Attribute(&["length", "battery_life"]))),
    ("deeper than", cue(Op::Above, About::Attribute(&["depth"]))),
    ("shallower than", cue(Op::Below, About::Attribute(&["depth"]))),
    ("thinner than", cue(Op::Below, About::Attribute(&["thickness", "depth"]))),
    ("thicker than", cue(Op::Above, About::Attribute(&["thickness"]))),
    ("smaller than", cue(Op::Below, About::Attribute(&["width", "capacity", "volume", "length", "height"]))),
    ("bigger than", cue(Op::Above, About::Attribute(&["capacity", "volume", "width", "length", "height"]))),
    ("larger than", cue(Op::Above, About::Attribute(&["capacity", "volume", "width", "length", "height"]))),
    ("brighter than", cue(Op::Above, About::Attribute(&["brightness", "lumens"]))),
    ("warmer than", cue(Op::Below, About::Attribute(&["temperature_limit", "comfort_temperature"]))),
    ("fits under", cue(Op::AtMost, About::Attribute(&["height"]))),
    ("fit under", cue(Op::AtMost, About::Attribute(&["height"]))),
    ("goes under", cue(Op::AtMost, About::Attribute(&["height"]))),
    ("go under", cue(Op::AtMost, About::Attribute(&["height"]))),
    ("fits into", cue(Op::AtMost, About::Attribute(&["width"]))),
    ("fit into", cue(Op::AtMost, About::Attribute(&["width"]))),
    ("goes into", cue(Op::AtMost, About::Attribute(&["width"]))),
    ("closer than", cue(Op::Below, About::Attribute(SEA))),
    ("nearer than", cue(Op::Below, About::Attribute(SEA))),
];

/// Phrases that stand behind a number.
const BEHIND: &[(&str, Cue)] = &[
    ("or less", cue(Op::AtMost, About::Anything)),
    ("or under", cue(Op::AtMost, About::Anything)),
    ("or below", cue(Op::AtMost, About::Anything)),
    ("or fewer", cue(Op::AtMost, About::Anything)),
    ("or lower", cue(Op::AtMost, About::Anything)),
    ("or cheaper", cue(Op::AtMost, About::Price)),
    ("max", cue(Op::AtMost, About::Anything)),
    ("maximum", cue(Op::AtMost, About::Anything)),
    ("at most", cue(Op::AtMost, About::Anything)),
    ("tops", cue(Op::AtMost, About::Anything)),
    ("at the most", cue(Op::AtMost, About::Anything)),
    ("budget", cue(Op::AtMost, About::Price)),
    ("is the limit", cue(Op::AtMost, About::Price)),
    ("is my limit", cue(Op::AtMost, About::Price)),
    ("is the maximum", cue(Op::AtMost, About::Price)),
    ("is my maximum", cue(Op::AtMost, About::Price)),
    ("is my budget", cue(Op::AtMost, About::Price)),
    ("is the budget", cue(Op::AtMost, About::Price)),
    ("is the most", cue(Op::AtMost, About::Price)),
    ("is all", cue(Op::AtMost, About::Price)),
    ("is our limit", cue(Op::AtMost, About::Price)),
    ("is our maximum", cue(Op::AtMost, About::Price)),
    ("is our budget", cue(Op::AtMost, About::Price)),
    ("is the max", cue(Op::AtMost, About::Price)),
    ("is my max", cue(Op::AtMost, About::Price)),
    ("is what i", cue(Op::AtMost, About::Price)),
    ("is what we", cue(Op::AtMost, About::Price)),
    ("would be ok", cue(Op::AtMost, About::Price)),
    ("would be fine", cue(Op::AtMost, About::Price)),
    ("and not more", cue(Op::AtMost, About::Price)),
    ("and no more", cue(Op::AtMost, About::Price)),
    ("and not a", cue(Op::AtMost, About::Price)),
    ("limit", cue(Op::AtMost, About::Price)),
    ("to spend", cue(Op::AtMost, About::Price)),
    ("to blow", cue(Op::AtMost, About::Price)),
    ("to burn", cue(Op::AtMost, About::Price)),
    ("or so", cue(Op::Equal, About::Near)),
    ("give or take", cue(Op::Equal, About::Near)),
    ("approximately", cue(Op::Equal, About::Near)),
    ("approx", cue(Op::Equal, About::Near)),
    ("or more", cue(Op::AtLeast, About::Anything)),
    ("or better", cue(Op::AtLeast, About::Anything)),
    ("or above", cue(Op::AtLeast, About::Anything)),
    ("or over", cue(Op::AtLeast, About::Anything)),
    ("or higher", cue(Op::AtLeast, About::Anything)),
    ("or up", cue(Op::AtLeast, About::Anything)),
    ("and up", cue(Op::AtLeast, About::Anything)),
    ("and above", cue(Op::AtLeast, About::Anything)),
    ("and over", cue(Op::AtLeast, About::Anything)),
    ("and more", cue(Op::AtLeast, About::Anything)),
    ("and better", cue(Op::AtLeast, About::Anything)),
    ("minimum", cue(Op::AtLeast, About::Anything)),
    ("min", cue(Op::AtLeast, About::Anything)),
    ("at least", cue(Op::AtLeast, About::Anything)),
    ("plus", cue(Op::AtLeast, About::Anything)),
    ("upwards", cue(Op::AtLeast, About::Anything)),
    ("or lighter", cue(Op::AtMost, About::Attribute(&["weight"]))),
    ("or heavier", cue(Op::AtLeast, About::Attribute(&["weight"]))),
    ("or quieter", cue(Op::AtMost, About::Attribute(NOISE))),
    ("or narrower", cue(Op::AtMost, About::Attribute(&["width"]))),
    ("or wider", cue(Op::AtLeast, About::Attribute(&["width"]))),
    ("or smaller", cue(Op::AtMost, About::Attribute(&["width", "capacity", "length"]))),
    ("or larger", cue(Op::AtLeast, About::Attribute(&["capacity", "volume", "width"]))),
    ("or bigger", cue(Op::AtLeast, About::Attribute(&["capacity", "volume", "width"]))),
    ("or shorter", cue(Op::AtMost, About::Attribute(&["length", "height"]))),
    ("or longer", cue(Op::AtLeast, About::Attribute(&["length", "battery_life"]))),
    ("or taller", cue(Op::AtLeast, About::Attribute(&["height"]))),
    ("or thinner", cue(Op::AtMost, About::Attribute(&["thickness"]))),
    ("or closer", cue(Op::AtMost, About::Attribute(SEA))),
    ("or brighter", cue(Op::AtLeast, About::Attribute(&["brightness", "lumens"]))),
];

/// The bound that a length at a place is: what goes under it has a height, what goes into it a width, unless a side is
/// named.
pub(super) fn room(place: Place, side: Option<&str>) -> Cue {
    let names: &[&str] = match (place, side) {
        (_, Some("depth")) => &["depth"],
        (Place::Into, Some("height")) | (Place::Under, None | Some("height")) => &["height"],
        _ => &["width"],
    };
    cue(Op::AtMost, About::Attribute(names))
}

fn look_up(list: &[(&str, Cue)], phrase: &str) -> Option<Cue> {
    list.iter().find(|(name, _)| *name == phrase).map(|(_, cue)| *cue)
}

/// The cue that a phrase before a number is.
pub(super) fn before(phrase: &str) -> Option<Cue> {
    look_up(BEFORE, phrase)
}

/// The cue that a phrase behind a number is.
pub(super) fn behind(phrase: &str) -> Option<Cue> {
    look_up(BEHIND, phrase)
}

/// The opposite bound: "no wider than" of "wider than".
pub(super) fn negated(op: Op) -> Op {
    match op {
        Op::Below => Op::AtLeast,
        Op::Above => Op::AtMost,
        // "not at most", "not exactly": taken as said without the negation's reach.
        other => other,
    }
}
