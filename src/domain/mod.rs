//! The nouns of the program: money, products, offers, observations, history, reviews, needs, evidence.
//!
//! Plain data with the arithmetic that belongs to it. Imports nothing else of ours, does no I/O, reads no clock.

pub mod evidence;
pub mod history;
pub mod language;
pub mod measure;
pub mod money;
pub mod need;
pub mod observation;
pub mod offer;
pub mod price;
pub mod product;
pub mod review;
pub mod source;
pub mod units;
pub mod watch;

pub use evidence::{Card, CardKind, Claim, ClaimKind, Coverage, Fact, FactValue};
pub use history::{PriceHistory, PricePoint, PriceSummary};
pub use jiff::Timestamp;
pub use language::Language;
pub use money::{Currency, Money, MoneyError};
pub use need::{AttributeFilter, Constraints, Direction, Need, Op, Planner, PriceLimit, QuestionKind, Want};
pub use observation::{Observation, Outcome, ShopRef};
pub use offer::{Availability, Condition, Offer, OfferId, Shop, ShopId, UnitPrice};
pub use price::{PriceCandidate, PriceKind};
pub use product::{Attribute, AttributeValue, Product, ProductFacts, ProductId, Rating};
pub use review::{NewQuestion, NewReview, Question, Review, ReviewId};
pub use source::{Source, SourceId, SourceKind};
pub use watch::{Percent, Watch, WatchId, WatchKind};
