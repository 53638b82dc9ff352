//! The refresher against many shops on loopback: what it stores a second with limits off, and whether every attempt is
//! accounted for when a share of the pages is broken, hangs or is walled off.

use crate::Setting;
use crate::measure::value;
use crate::web::{Fate, Web};
use anyhow::{Context, ensure};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const HOSTS: usize = 50;
const PAGES_EACH: usize = 400;
const HOST_DELAY: Duration = Duration::from_millis(20);
/// How often memory is read off.
const SAMPLE: Duration = Duration::from_millis(500);

/// What a run of the program took.
struct Taken {
    /// Pages asked for and pages left due because their host rested, as the program told.
    asked: u64,
    postponed: u64,
    wall: Duration,
    /// User and system time.
    cpu: Duration,
    /// Resident memory over time, bytes.
    resident: Vec<u64>,
}

impl Taken {
    fn at(&self, share: f64) -> String {
        let index = (self.resident.len().saturating_sub(1) as f64 * share) as usize;
        format!("{} MB", self.resident.get(index).copied().unwrap_or_default() / 1_000_000)
    }

    fn peak(&self) -> String {
        format!("{} MB", self.resident.iter().max().copied().unwrap_or_default() / 1_000_000)
    }
}

/// Runs both parts.
pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    throughput(setting, &runtime)?;
    soak(setting, &runtime)
}

/// One shop, no pauses.
fn throughput(setting: &Setting, runtime: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    let pages = if setting.quick { 500 } else { 5_000 };
    let web = runtime.block_on(Web::start(1, pages))?;
    let place = Place::new(setting, "one", Duration::ZERO)?;
    place.add(&web)?;
    let first = place.refresh()?;
    let second = place.refresh()?;
    let rate = |taken: &Taken| format!("{:.0}/s", pages as f64 / taken.wall.as_secs_f64());
    let cpu = |taken: &Taken| {
        format!("{:.2} ms CPU each, peak {}", taken.cpu.as_secs_f64() * 1000.0 / pages as f64, taken.peak())
    };
    value("snapshots from one loopback shop, new products", &rate(&first), &cpu(&first));
    value("the same pages again", &rate(&second), &cpu(&second));
    value("database after both", &format!("{} MB", place.size()? / 1_000_000), &format!("{} snapshots", 2 * pages));
    Ok(())
}

/// Many shops, a share of their pages failing.
fn soak(setting: &Setting, runtime: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    let (hosts, each) = if setting.quick { (5, 100) } else { (HOSTS, PAGES_EACH) };
    let web = runtime.block_on(Web::start(hosts, each))?;
    let place = Place::new(setting, "many", HOST_DELAY)?;
    place.add(&web)?;
    place.refresh()?;
    let before = place.attempts()?;
    web.forget();
    web.set_faults(true);
    let taken = place.refresh()?;
    let after = place.attempts()?;
    let stored: BTreeMap<String, i64> = after
        .iter()
        .map(|(outcome, count)| (outcome.clone(), count - before.get(outcome).unwrap_or(&0)))
        .filter(|(_, count)| *count != 0)
        .collect();
    let treatment = web.treatment();
    let mut met: BTreeMap<Fate, u64> = BTreeMap::new();
    let mut asked_twice = 0;
    for (times, fate) in treatment.iter().flat_map(|t| t.pages.values()) {
        *met.entry(*fate).or_default() += 1;
        asked_twice += u64::from(*times > 1);
    }
    let total = (hosts * each) as i64;
    let attempts = stored.values().sum::<i64>();
    let rate = total as f64 / taken.wall.as_secs_f64();
    value("soak: addresses on hosts", &format!("{total} on {hosts}"), &format!("{:.0} a second", rate));
    value("attempts stored", &attempts.to_string(), &format!("{stored:?}; shops met {met:?}"));
    let left = format!("their host rested after five failures in a row; {} asked for", taken.asked);
    value("pages left due", &taken.postponed.to_string(), &left);
    value("addresses asked more than once", &asked_twice.to_string(), "");
    let most = treatment.iter().map(|t| t.most_in_flight).max().unwrap_or_default();
    let gap = treatment.iter().filter_map(|t| t.least_gap).min().unwrap_or_default();
    value("most requests at once on a host", &most.to_string(), "the limit is 1");
    value("least time between two on a host", &format!("{} ms", gap.as_millis()), "20 ms is set");
    let quarters = [0.25, 0.5, 0.75, 1.0].map(|share| taken.at(share)).join(", ");
    value("memory at each quarter", &taken.peak(), &quarters);
    let cpu = format!("{:.0} s CPU", taken.cpu.as_secs_f64());
    value("time", &format!("{:.0} s", taken.wall.as_secs_f64()), &cpu);
    ensure!(attempts as u64 == taken.asked, "attempts stored and pages asked for differ");
    ensure!(taken.asked + taken.postponed == total as u64, "an address is unaccounted for");
    Ok(())
}

/// A database and settings of their own.
struct Place {
    binary: PathBuf,
    database: PathBuf,
    config: PathBuf,
}

impl Place {
    fn new(setting: &Setting, name: &str, host_delay: Duration) -> anyhow::Result<Self> {
        let config = setting.folder.path().join(format!("{name}.toml"));
        let text = format!(
            "[http]\nhost_delay = \"{}ms\"\ntimeout = \"2s\"\n[refresh]\npages_per_shop = 10000\n\
             daily_requests_per_host = 1000000\n",
            host_delay.as_millis()
        );
        std::fs::write(&config, text)?;
        let database = setting.folder.path().join(format!("{name}.db"));
        Ok(Self { binary: setting.binary.clone(), database, config })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--db").arg(&self.database).arg("--config").arg(&self.config).args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::inherit()).stdin(Stdio::null());
        command
    }

    fn add(&self, web: &Arc<Web>) -> anyhow::Result<()> {
        for host in &web.hosts {
            let map = format!("http://{host}/sitemap.xml");
            let mut command = self.command(&["--offline", "source", "add", &map, "--kind", "sitemap"]);
            let added = command.stderr(Stdio::null()).status()?;
            ensure!(added.success(), "{map} could not be added");
        }
        Ok(())
    }

    /// One pass over everything.
    fn refresh(&self) -> anyhow::Result<Taken> {
        let start = Instant::now();
        let told = self.config.with_extension("json");
        let mut command = self.command(&["refresh", "--all", "--json"]);
        let mut child = command.stdout(std::fs::File::create(&told)?).stderr(Stdio::null()).spawn()?;
        let mut resident = Vec::new();
        let mut cpu = Duration::ZERO;
        while child.try_wait()?.is_none() {
            if let Some((now, memory)) = usage(&child) {
                cpu = now;
                resident.push(memory);
            }
            std::thread::sleep(SAMPLE.min(Duration::from_millis(50)));
        }
        let wall = start.elapsed();
        let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&told)?)?;
        let sources = told["sources"].as_array().context("the sources as JSON")?;
        let sum = |name: &str| sources.iter().filter_map(|s| s["looked"][name].as_u64()).sum();
        Ok(Taken { asked: sum("pages"), postponed: sum("postponed"), wall, cpu, resident })
    }

    /// Snapshots by outcome.
    fn attempts(&self) -> anyhow::Result<BTreeMap<String, i64>> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = rusqlite::Connection::open_with_flags(&self.database, flags)?;
        let mut statement = connection.prepare("SELECT outcome, count(*) FROM snapshot GROUP BY outcome")?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn size(&self) -> anyhow::Result<u64> {
        Ok(std::fs::metadata(&self.database).context("the database")?.len())
    }
}

/// CPU time and resident memory of a process, from /proc.
fn usage(child: &Child) -> Option<(Duration, u64)> {
    let folder = Path::new("/proc").join(child.id().to_string());
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    let pages: u64 = std::fs::read_to_string(folder.join("statm")).ok()?.split_whitespace().nth(1)?.parse().ok()?;
    // Linux counts a hundred ticks a second and maps 4 KiB pages on the machines that this runs on.
    Some((Duration::from_millis(ticks * 10), pages * 4096))
}
