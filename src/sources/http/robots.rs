//! robots.txt by origin (RFC 9309): read once a day, longest match wins, wildcards honoured, crawl delay capped.
//!
//! Never fetches it: the client does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use texting_robots::Robot;
use url::Url;

/// RFC 9309, 2.5: at least 500 kibibytes must be parsed.
pub const MOST_BYTES: u64 = 512 * 1024;
const KEEP: Duration = Duration::from_secs(24 * 3600);
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// What came back for /robots.txt.
pub enum Answer {
    Text(Vec<u8>),
    /// 4xx: everything is allowed.
    Missing,
}

/// The rules of one origin.
#[derive(Clone)]
pub struct Rules {
    robot: Option<Arc<Robot>>,
}

impl Rules {
    /// Whether the address may be read.
    pub fn allows(&self, url: &Url) -> bool {
        self.robot.as_ref().is_none_or(|robot| robot.allowed(url.as_str()))
    }

    /// The pause that the site asks for, a minute at most.
    pub fn delay(&self) -> Duration {
        let asked = self.robot.as_ref().and_then(|robot| robot.delay).filter(|d| d.is_finite() && *d > 0.0);
        asked.map_or(Duration::ZERO, |d| Duration::from_secs_f32(d.min(LONGEST_DELAY.as_secs_f32())))
    }
}

/// Rules by origin, with the moment they were read.
#[derive(Default)]
pub struct Robots {
    known: Mutex<HashMap<String, (Instant, Rules)>>,
    gates: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Robots {
    /// Held by whoever reads an origin's rules.
    pub fn gate(&self, url: &Url) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.entry(url.origin().ascii_serialization()).or_default().clone()
    }

    /// The rules of the address's origin, where they are fresh.
    pub fn known(&self, url: &Url) -> Option<Rules> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, rules) = known.get(&url.origin().ascii_serialization())?;
        (read.elapsed() < KEEP).then(|| rules.clone())
    }

    /// Keeps what the origin answered; a text that cannot be parsed counts as none.
    pub fn learn(&self, url: &Url, answer: Answer, agent: &str) -> Rules {
        let name = agent.split('/').next().unwrap_or(agent);
        let robot = match answer {
            Answer::Text(text) => Robot::new(name, &text).ok().map(Arc::new),
            Answer::Missing => None,
        };
        let rules = Rules { robot };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(url.origin().ascii_serialization(), (Instant::now(), rules.clone()));
        rules
    }
}
