//! A product feed of a million items, read by emptor and by Python's iterparse in one run: time and peak memory.
//!
//! The feed is invented here and goes with the benchmark's folder. Each reading is a process of its own, so that its
//! peak memory is its own.

use crate::Setting;
use crate::measure::{ms, time, value};
use crate::search::emptor;
use anyhow::{Context, ensure};
use emptor::domain::{ShopRef, SourceKind, Timestamp};
use emptor::sources::feed::{self, FeedOptions};
use flate2::{Compression, write::GzEncoder};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What Python does with the same file: every item's id and price, each item dropped when it is done.
const ITERPARSE: &str = "
import sys, gzip, xml.etree.ElementTree as E
path = sys.argv[1]
stream = gzip.open(path) if path.endswith('.gz') else open(path, 'rb')
g = '{http://base.google.com/ns/1.0}'
count = 0
context = E.iterparse(stream, events=('start', 'end'))
_, root = next(context)
for event, element in context:
    if event == 'end' and element.tag == 'item':
        count += (element.findtext(g + 'id') is not None) and (element.findtext(g + 'price') is not None)
        element.clear()
        root[0].clear()
print(count)
print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])
";

pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let items: u64 = if setting.quick { 50_000 } else { 1_000_000 };
    let (plain, zipped) = (setting.folder.path().join("feed.xml"), setting.folder.path().join("feed.xml.gz"));
    write_feed(items, BufWriter::new(File::create(&plain)?))?;
    let mut packed = GzEncoder::new(File::create(&zipped)?, Compression::fast());
    write_feed(items, &mut packed)?;
    packed.finish()?;
    for path in [&plain, &zipped] {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let size = std::fs::metadata(path)?.len() >> 20;
        let (own, own_peak) = alone(items, std::env::current_exe()?.to_str().context("path")?, &["--read-feed"], path)?;
        let (python, python_peak) = alone(items, "python3", &["-c", ITERPARSE], path)?;
        let ratio = python.as_secs_f64() / own.as_secs_f64();
        let beside = format!("iterparse {}, peak {python_peak} MiB: {ratio:.1} times as long", ms(python));
        value(&format!("{name}, {items} items, {size} MiB, read"), &ms(own), &beside);
        value(&format!("{name}, peak memory"), &format!("{own_peak} MiB"), "");
        if name.ends_with("xml") {
            lint(path)?;
        }
    }
    store(setting, items, &zipped)
}

fn lint(path: &Path) -> anyhow::Result<()> {
    let mut command = Command::new("xmllint");
    command.args(["--stream", "--noout"]).arg(path).stdout(Stdio::null());
    let (status, took) = time(|| command.status());
    match status {
        Ok(status) => {
            ensure!(status.success(), "xmllint does not read the feed");
            value("the same by xmllint --stream", &ms(took), "checks the XML, keeps nothing");
        }
        Err(_) => value("the same by xmllint --stream", "not here", ""),
    }
    Ok(())
}

/// Runs a reader that prints the items it saw and its peak in KiB; how long it took, its peak in MiB.
fn alone(items: u64, program: &str, arguments: &[&str], path: &Path) -> anyhow::Result<(Duration, u64)> {
    let (output, took) = time(|| Command::new(program).args(arguments).arg(path).stderr(Stdio::inherit()).output());
    let text = String::from_utf8(output.with_context(|| format!("{program} does not start"))?.stdout)?;
    let mut numbers = text.split_whitespace().map(str::parse::<u64>);
    let (seen, peak) = (numbers.next().context("no count")??, numbers.next().context("no peak")??);
    ensure!(seen == items, "{program} saw {seen} of {items} items");
    Ok((took, peak >> 10))
}

/// Reads a feed and prints the count of its priced items and this process's peak memory: a process of `alone`.
pub fn read_alone(path: &Path) -> anyhow::Result<()> {
    let shop = ShopRef { name: "Bench".into(), domain: None, invented: true };
    let options = FeedOptions { whole: true, ..FeedOptions::new(shop, Timestamp::now()) };
    let mut priced = 0_u64;
    let read = feed::read(SourceKind::Merchant, BufReader::new(File::open(path)?), &options, &mut |batch| {
        priced += batch.iter().filter(|look| look.price.is_some()).count() as u64;
        true
    })?;
    ensure!(read.complete, "not complete: {:?}", read.cut);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    println!("{priced}\n{}", peak.unwrap_or("0"));
    Ok(())
}

/// The whole way: the program imports the feed into a database.
fn store(setting: &Setting, items: u64, feed: &Path) -> anyhow::Result<()> {
    let database = setting.folder.path().join("feed.db");
    let feed = feed.to_str().context("the path is not UTF-8")?;
    let mut child = emptor(setting, &database, &["import", feed, "--kind", "merchant"]);
    let ((status, peak), took) = time(|| -> (anyhow::Result<bool>, u64) {
        let mut child = match child.spawn() {
            Ok(child) => child,
            Err(error) => return (Err(error.into()), 0),
        };
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        loop {
            match child.try_wait() {
                Ok(Some(done)) => return (Ok(done.success()), peak),
                Ok(None) => {}
                Err(error) => return (Err(error.into()), peak),
            }
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let high = text.lines().find_map(|l| l.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
            peak = peak.max(high.unwrap_or(0));
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    ensure!(status?, "the feed was not imported");
    let rate = items as f64 / took.as_secs_f64();
    let size = std::fs::metadata(&database)?.len() >> 20;
    let beside = format!("{rate:.0} items a second, peak {} MiB, database {size} MiB", peak >> 10);
    value("feed.xml.gz into a new database", &ms(took), &beside);
    Ok(())
}

/// Items as shops write them: a sale in some, a description of a few sentences, shipping, unit prices.
fn write_feed(items: u64, mut out: impl Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss xmlns:g=\"http://base.google.com/ns/1.0\" version=\"2.0\"><channel><title>Bench</title>"
    )?;
    for n in 0..items {
        let (kind, size) = (["Lamp", "Kettle", "Kitchen knife", "Desk", "Rug"][(n % 5) as usize], n % 40 + 1);
        let (whole, cents) = (n % 900 + 5, n % 100);
        let sale = if n % 4 == 0 {
            format!(
                "<g:sale_price>{}.{cents:02} EUR</g:sale_price><g:sale_price_effective_date>2020-01-01T00:00+0100/2040-01-01T00:00+0100</g:sale_price_effective_date>",
                whole - 1
            )
        } else {
            String::new()
        };
        writeln!(
            out,
            "<item><g:id>B-{n}</g:id><title>{kind} no. {n} &amp; cover, {size} cm</title><link>https://bench.example/p/{n}?a=1&amp;b=2</link>\
             <description><![CDATA[<p>A {kind} of the <b>{size}</b> cm kind, made for a bench. It is invented, like everything here, yet as long as such texts are.</p><ul><li>Quiet</li><li>Easy to clean</li></ul>]]></description>\
             <g:image_link>https://bench.example/i/{n}.jpg</g:image_link><g:additional_image_link>https://bench.example/i/{n}-2.jpg</g:additional_image_link>\
             <g:availability>in_stock</g:availability><g:price>{whole}.{cents:02} EUR</g:price>{sale}\
             <g:brand>Brand {}</g:brand><g:mpn>M{n}</g:mpn><g:condition>new</g:condition><g:item_group_id>G-{}</g:item_group_id><g:color>blue</g:color><g:size>{size} cm</g:size>\
             <g:product_type>Home &gt; {kind}s</g:product_type><g:google_product_category>594</g:google_product_category>\
             <g:unit_pricing_measure>{size}00g</g:unit_pricing_measure><g:unit_pricing_base_measure>1kg</g:unit_pricing_base_measure>\
             <g:shipping><g:country>DE</g:country><g:service>Standard</g:service><g:price>4.90 EUR</g:price></g:shipping></item>",
            n % 300,
            n / 4,
        )?;
    }
    writeln!(out, "</channel></rss>")?;
    out.flush()?;
    Ok(())
}
