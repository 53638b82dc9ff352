//! The command line as typed: flags, commands and their help texts. Never acts.

use super::values;
use crate::config::ColorChoice;
use crate::domain::PriceLimit;
use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  emptor import demo                              load the invented demo catalogue
  emptor --ask \"quiet dishwasher, at most 600 euros, 4 stars or better\"
  emptor search \"trail running shoes\" --max-price 120 --json
  emptor history 12 --since 2026-06-01
  emptor source add https://shop.example/p/lamp

A PRODUCT is an id, an address, a GTIN or words that name one product.
Exit codes: 0 answered or true, 1 nothing found or false, 2 wrong usage or bad input,
3 not enough data to say, 4 ambiguous, 5 a source, the model or the database failed, 130 interrupted.
EMPTOR_DB, EMPTOR_CONFIG, EMPTOR_OFFLINE, EMPTOR_COLOR and EMPTOR_MODEL weigh less than flags and more
than the config file.";

/// A shopping copilot for the terminal: private, offline, on the buyer's side. Without a command: the terminal interface.
#[derive(Debug, Parser)]
#[command(name = "emptor", version, after_help = EXAMPLES, max_term_width = 110, subcommand_help_heading = "Commands")]
pub struct Args {
    /// Answer one question and exit; `-` reads it from stdin
    #[arg(short = 'a', long, value_name = "QUESTION", allow_hyphen_values = true)]
    pub ask: Option<String>,
    /// Facts and claims only, no model (with --ask, or for the interface)
    #[arg(long)]
    pub no_model: bool,
    /// Answer from what was known at the end of that day (with --ask)
    #[arg(long, value_name = "DATE", requires = "ask")]
    pub as_of: Option<String>,
    /// Tell more than the usual two to five sentences (with --ask)
    #[arg(long, requires = "ask")]
    pub long: bool,
    /// Show the utility behind the pick, its reasons and its drawback (with --ask)
    #[arg(long, requires = "ask")]
    pub explain: bool,
    /// Choose again N times, cards reshuffled and names neutral, and tell how often the pick stays (with --ask)
    #[arg(long, value_name = "N", requires = "ask", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub flip: Option<u32>,
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, ClapArgs)]
pub struct Global {
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// The database to use [env: EMPTOR_DB]
    #[arg(long, value_name = "FILE", global = true)]
    pub db: Option<PathBuf>,
    /// The config file to read [env: EMPTOR_CONFIG]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Fetch nothing [env: EMPTOR_OFFLINE]
    #[arg(long, global = true)]
    pub offline: bool,
    /// When to colour [env: EMPTOR_COLOR]
    #[arg(long, value_name = "WHEN", value_parser = color, global = true, hide_possible_values = true)]
    pub color: Option<ColorChoice>,
    /// Compare prices in this currency, by the rates of `emptor source add RATES` [env: EMPTOR_CURRENCY]
    #[arg(long, value_name = "CODE", global = true)]
    pub currency: Option<crate::domain::Currency>,
    /// Log more, to the log file; twice: everything
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
}

fn color(text: &str) -> Result<ColorChoice, String> {
    ColorChoice::from_word(text).ok_or_else(|| "auto, always or never".to_owned())
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find products by words
    #[command(
        after_help = "Prices are in each offer's own currency.\n\nExamples:\n  emptor search \"rain jacket\" --max-price 150 --brand Norrland\n  emptor search dishwasher --facets\n  emptor search \"5 ft desk\" --explain\n  emptor search --batch queries.tsv > hits.jsonl    lines `id<TAB>query`; one JSON line each"
    )]
    Search(SearchArgs),
    /// Show one product with all its offers
    Show(ProductArg),
    /// Put two or more products side by side
    #[command(after_help = "Example:\n  emptor compare 12 40 \"Silento 45\"")]
    Compare {
        #[arg(value_name = "PRODUCT", num_args = 2.., required = true)]
        products: Vec<String>,
    },
    /// Show the price history of a product
    #[command(after_help = "Examples:\n  emptor history 12 --since 2026-06-01\n  emptor history 12 --since 90d --json")]
    History {
        #[command(flatten)]
        product: ProductArg,
        /// Only from this day on; 90d: the last 90 days
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
    },
    /// List what costs less now than it usually did
    Deals {
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
    },
    /// Tell what reviewers say of a product
    Reviews(ProductArg),
    /// Say which products are one item and which are not; remembered against every refresh
    #[command(subcommand)]
    Product(ProductCommand),
    /// Be told when a price falls below a bound
    #[command(subcommand)]
    Watch(WatchCommand),
    /// Pages, shops and files that offers come from
    #[command(subcommand)]
    Source(SourceCommand),
    /// Look at every source that is due, once or for ever; for cron and systemd
    Refresh {
        /// Stay and look at each source when it is due
        #[arg(long)]
        watch: bool,
        /// Look at every page of every source, due or not
        #[arg(long, conflicts_with = "watch")]
        all: bool,
    },
    /// Read offers from a CSV, JSONL or saved product page, or load the demo catalogue
    #[command(
        after_help = "The kind and the columns are guessed unless given; what was guessed is told on stderr.\n\nExamples:\n  emptor import demo\n  emptor import prices.csv --map title=name,price=price,date=date,shop=store,currency=ZAR\n  emptor import saved-page.html --url https://shop.example/p/lamp"
    )]
    Import(ImportArgs),
    /// Write products with their offers to stdout or a file
    Export {
        /// Every price ever observed instead of the offers as they stand
        #[arg(long)]
        history: bool,
        #[arg(long, value_enum, default_value_t = ExportFormat::Csv, value_name = "FORMAT")]
        format: ExportFormat,
        /// Write to this file, which is replaced only once all is written
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// List the last answers, or word one again from the evidence kept with it
    #[command(
        after_help = "With the model that worded it, the answer comes out the same, byte for byte: exit code 0, else 1;\n3 where that model is not here.\n\nExamples:\n  emptor replay\n  emptor replay 12 --json"
    )]
    Replay {
        /// Its number in the list
        id: Option<i64>,
    },
    /// List, get or choose language models
    #[command(subcommand)]
    Model(ModelCommand),
    /// Check database, models, sources and terminal
    Doctor,
    /// Show settings and where they come from
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Show what emptor makes of a price, a question, a review or a page; one JSON line for each line on stdin
    #[command(subcommand)]
    Inspect(InspectCommand),
}

#[derive(Debug, ClapArgs)]
pub struct SearchArgs {
    /// What to look for
    #[arg(value_name = "WORDS", required_unless_present = "batch")]
    pub words: Vec<String>,
    /// At most this price
    #[arg(long, value_name = "N", value_parser = values::price_limit)]
    pub max_price: Option<PriceLimit>,
    /// Only this brand; may be given more than once
    #[arg(long, value_name = "BRAND")]
    pub brand: Vec<String>,
    /// At most so many products; 10, or 100 for each line of a batch
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: Option<u16>,
    /// Also print what the products found differ in, with counts
    #[arg(long)]
    pub facets: bool,
    /// Say for each product why it is there and what it scored
    #[arg(long)]
    pub explain: bool,
    /// Run every line `id<TAB>query` of a file, or of stdin as `-`, printing one JSON line each
    #[arg(long, value_name = "FILE.tsv", conflicts_with_all = ["words", "facets", "explain"])]
    pub batch: Option<PathBuf>,
    /// Search by words only, whatever vectors the catalogue has
    #[arg(long)]
    pub no_model: bool,
}

#[derive(Debug, ClapArgs)]
pub struct ProductArg {
    /// An id, an address, a GTIN or words that name one product
    #[arg(value_name = "PRODUCT", required = true)]
    pub product: Vec<String>,
}

impl ProductArg {
    /// The words as one name.
    pub fn name(&self) -> String {
        self.product.join(" ")
    }
}

#[derive(Debug, Subcommand)]
pub enum WatchCommand {
    /// Watch a product's price or stock
    Add(WatchAdd),
    /// List the watches
    List,
    /// Remove a watch by its id
    Rm { id: i64 },
    /// Compare every watch with what is stored and tell what is new; exit code 0 where one's condition holds, else 1
    Check,
    /// Send a test message by every way that is set, or by those named; exit code 5 where one failed
    Test {
        /// The watch whose product the message names
        id: Option<i64>,
        /// By a desktop notification
        #[arg(long)]
        desktop: bool,
        /// By the program under `hook` in the settings
        #[arg(long)]
        hook: bool,
        /// By the address under `webhook` in the settings
        #[arg(long)]
        webhook: bool,
    },
}

#[derive(Debug, ClapArgs)]
#[command(group(clap::ArgGroup::new("kind").required(true).args(["below", "drop", "new_low", "back_in_stock", "rise"])))]
pub struct WatchAdd {
    #[command(flatten)]
    pub product: ProductArg,
    /// Tell when it costs less, in the product's currency unless one is named: 450 or "450 EUR"
    #[arg(long, value_name = "N", value_parser = values::bound)]
    pub below: Option<values::Bound>,
    /// Tell when it costs so many percent less than now, and again at each further drop of that size
    #[arg(long, value_name = "PERCENT", value_parser = values::drop_percent)]
    pub drop: Option<crate::domain::Percent>,
    /// Tell when it costs less than ever observed
    #[arg(long)]
    pub new_low: bool,
    /// Tell when it can be bought after it could not
    #[arg(long)]
    pub back_in_stock: bool,
    /// Tell when it costs so many percent more than now, and again at each further rise of that size
    #[arg(long, value_name = "PERCENT", value_parser = values::rise_percent)]
    pub rise: Option<crate::domain::Percent>,
    /// Compare price and shipping together; shops whose shipping is not known take no part
    #[arg(long, conflicts_with = "back_in_stock")]
    pub with_shipping: bool,
    /// The currency to compare in, where shops ask for several
    #[arg(long, value_name = "CODE", value_parser = values::currency, conflicts_with_all = ["below", "back_in_stock"])]
    pub currency: Option<crate::domain::Currency>,
}

#[derive(Debug, Subcommand)]
pub enum ProductCommand {
    /// Make two products one: offers, history, reviews and watches move to the first
    #[command(after_help = "Example:\n  emptor product join 12 40")]
    Join { product: String, other: String },
    /// Undo the last join of a product, else give each shop's offers their own; offer:12 takes that offer out
    #[command(after_help = "Examples:\n  emptor product split 12\n  emptor product split offer:31")]
    Split {
        #[arg(value_name = "PRODUCT|offer:ID", required = true)]
        what: Vec<String>,
    },
    /// Remember that two products are two things, so that they are never joined or suggested
    Apart { product: String, other: String },
    /// List products of different shops that look like one item, with score and reasons
    Suggest {
        /// Only those with this product
        #[arg(value_name = "PRODUCT")]
        product: Vec<String>,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
    },
}

#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Add a product page, a shop, a feed or a file and fetch it once
    Add(AddSourceArgs),
    /// Show what emptor reads on a page: every price, where it stood, which won and why; stores nothing
    #[command(
        after_help = "Exit codes: 0 a price was read, 1 no product or no price, 2 wrong usage or a wrong selectors file,\n4 several prices and none sure, 5 the page could not be fetched.\n\nExamples:\n  emptor source test https://shop.example/p/lamp\n  emptor source test saved.html --url https://shop.example/p/lamp --selectors lamp.toml"
    )]
    Test {
        #[arg(value_name = "URL-OR-FILE")]
        location: String,
        /// Read the page by this selectors file alone, whatever hosts it is for
        #[arg(long, value_name = "FILE")]
        selectors: Option<PathBuf>,
        /// The address that a saved page came from
        #[arg(long, value_name = "URL")]
        url: Option<String>,
    },
    /// List the sources and how they fare
    List,
    /// Fetch one source, or all of them
    Refresh { name: Option<String> },
    /// Forget a source; what it brought stays
    Rm { name: String },
}

#[derive(Debug, ClapArgs)]
pub struct AddSourceArgs {
    #[arg(value_name = "URL-OR-FILE")]
    pub location: String,
    /// What it is, such as page, shop, shopify, woocommerce, merchant or csv; recognised without
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<crate::domain::SourceKind>,
    /// A short name to call it by; the host or file name without
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The currency of a shop whose data names none
    #[arg(long, value_name = "CODE")]
    pub currency: Option<crate::domain::Currency>,
}

fn kind(text: &str) -> Result<crate::domain::SourceKind, String> {
    crate::domain::SourceKind::from_word(text).filter(|kind| *kind != crate::domain::SourceKind::Demo).ok_or_else(
        || {
            let words: Vec<&str> =
                crate::domain::SourceKind::ALL.iter().map(|kind| kind.word()).filter(|word| *word != "demo").collect();
            format!("one of {}", words.join(", "))
        },
    )
}

#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    /// The file, `-` for stdin, or the word demo
    #[arg(value_name = "FILE|demo")]
    pub file: PathBuf,
    /// What it is: csv, jsonl, page, merchant, acp, openprices or keepa; guessed without
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<crate::domain::SourceKind>,
    /// Which column holds what: title=COL,sku=COL,price=COL,date=COL,shop=COL,currency=ZAR
    ///
    /// Guessed from the header without it, and remembered for the next file with that header. Columns of a table without
    /// a header are called 1, 2, 3. `field==TEXT` gives every row that text. `series=COL|COL` names columns that are a
    /// price series each. `dates=dmy`, `dates=mdy` or `dates=keepa` says how dates are written.
    #[arg(long, value_name = "PAIRS", value_parser = values::mapping)]
    pub map: Option<Mapping>,
    /// The address that a saved page came from
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Show what would be read and store nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Pairs of field and column. A type of its own, since clap reads a bare `Vec` as many values.
pub type Mapping = std::sync::Arc<[(String, String)]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    Csv,
    Json,
    Parquet,
}

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// List the models known, those here, and which fit this machine
    List,
    /// Get a model; without a name the best that fits this machine
    Pull { name: Option<String> },
    /// Use a model of the list or any GGUF file from now on
    Use {
        #[arg(value_name = "NAME|FILE")]
        model: String,
    },
    /// Measure what is fastest on this machine and write it to the config file
    ///
    /// Threads, batch, flash attention, drafts and the KV cache's type, one after the other, on answers as emptor asks
    /// them. Takes about a minute; Ctrl-C leaves the config file as it is.
    #[command(after_help = "Examples:\n  emptor model tune\n  emptor model tune --seconds 300 --dry-run")]
    Tune {
        /// The model to measure; without it the one in use
        #[arg(value_name = "NAME|FILE")]
        model: Option<String>,
        /// How long to measure
        #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
        seconds: u64,
        /// Measure and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Give products that lack one a vector of the embedding model, so that search finds things in other words too
    ///
    /// New products, those whose text changed and those with vectors of another model. Ctrl-C stops it and loses
    /// nothing that was made; the next run goes on.
    #[command(after_help = "Examples:\n  emptor model embed\n  emptor model embed --limit 5000 --json")]
    Embed {
        /// At most so many products, and the rest another time
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        limit: Option<u64>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the path of the config file
    Path,
    /// Print a commented selectors file to start from: how to read a shop whose pages state their prices badly
    Selectors,
    /// Print the settings in force and where each comes from
    Show {
        /// Print the commented default file instead
        #[arg(long)]
        default: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum InspectCommand {
    /// Price texts, or {"text", "currency_hint"} objects -> amount, currency, kind
    Price,
    /// Questions -> the plan that rules make of them
    Plan,
    /// Review texts -> aspects with polarity and quote
    Reviews,
    /// A saved page -> products, offers and candidate prices
    Page {
        file: PathBuf,
        /// The address that the page came from
        #[arg(long, value_name = "URL")]
        url: Option<String>,
    },
}
