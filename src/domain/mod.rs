//! The nouns of the program: money, products, offers, observations, history, reviews, needs, evidence.
//!
//! Plain data with the arithmetic that belongs to it. Imports nothing else of ours, does no I/O, reads no clock.

pub mod appeal;
pub mod evidence;
pub mod facet;
pub mod fnv;
pub mod gtin;
pub mod history;
pub mod language;
pub mod listing;
pub mod measure;
pub mod money;
pub mod need;
pub mod observation;
pub mod offer;
pub mod period;
pub mod price;
pub mod product;
pub mod quantity;
pub mod rate;
pub mod review;
pub mod same;
pub mod source;
pub mod variant;
pub mod units;
pub mod watch;

pub use appeal::{appeal, shrunk_stars};
pub use evidence::{Card, CardKind, Claim, ClaimKind, Coverage, Fact, FactValue};
pub use facet::{Aspect, Facet, FacetValue, Narrowing};
pub use fnv::fnv1a;
pub use history::{CurrentState, PriceHistory, PricePoint, PriceSummary};
pub use jiff::Timestamp;
pub use language::Language;
pub use listing::{ChangedField, ListingChange};
pub use money::{Currency, Money, MoneyError};
pub use need::{
    AttributeFilter, Constraints, Direction, Need, Op, Planner, PriceLimit, QuestionKind, StatedFilter, Want,
    states_people,
};
pub use observation::{Observation, Outcome, ShopRef};
pub use offer::{Availability, Condition, Offer, OfferId, Shop, ShopId, UnitPrice};
pub use period::{Days, Period, Reach, Time};
pub use price::{PriceCandidate, PriceKind};
pub use product::{Attribute, AttributeValue, Product, ProductFacts, ProductId, Rating};
pub use review::{NewQuestion, NewReview, Question, Review, ReviewId};
pub use source::{Source, SourceId, SourceKind};
pub use watch::{Percent, Watch, WatchId, WatchKind};
