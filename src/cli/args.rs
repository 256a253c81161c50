//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::silence::Muted;

/// A streaming news-feed monitor: who said what about what, matched against your watch lists.
#[derive(Debug, Parser)]
#[command(name = "wirewatch", version, max_term_width = 110, disable_help_subcommand = true)]
pub struct Arguments {
    /// Configuration file
    ///
    /// Without it: `$WIREWATCH_CONFIG`, then wirewatch.toml in `$XDG_CONFIG_HOME/wirewatch` (~/.config/wirewatch), then in
    /// /etc/wirewatch.
    #[arg(short, long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Log more to standard error; twice for everything. `RUST_LOG` overrides
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run the daemon: poll, read, match, alert
    Run(RunArguments),
    /// Check configuration and watch lists, run their examples, show all faults
    Check(CheckArguments),
    /// Read one feed and print its entries and every problem met
    Feed(FeedArguments),
    /// The feed set and its health
    Feeds(FeedsArguments),
    /// Read articles and print what is found in them, as item records
    Extract(ExtractArguments),
    /// Hold every watch against one article: what held, what did not, and why
    Explain(ExplainArguments),
    /// Find stored articles with the query language
    Search(SearchArguments),
    /// Hold the watch lists against stored articles: what they would have told, and what they cost
    Backtest(BacktestArguments),
    /// The alert history
    Alerts(AlertsArguments),
    /// What is not told on channels for a while
    Silence(SilenceArguments),
    /// Deliveries that were given up
    Deadletter(DeadletterArguments),
    /// Send one marked test alert through a channel
    TestChannel(TestChannelArguments),
    /// One look at a running daemon
    Status(StatusArguments),
    /// Exit code 0 when the daemon is well, 1 when it is not
    Healthcheck,
    /// The main job offline: feeds from inside the program, polled, read, matched, alerted
    Demo,
    /// JSON Schema of a record
    Schema(SchemaArguments),
}

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Poll every feed once, finish everything, deliver, and stop
    #[arg(long)]
    pub once: bool,
    /// Deliver nothing; show what would be sent
    #[arg(long)]
    pub no_deliver: bool,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Print what every watch in the short form becomes
    #[arg(long)]
    pub expand: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `feed`.
#[derive(Debug, Args)]
pub struct FeedArguments {
    /// Address, file, or - for standard input
    #[arg(required_unless_present = "jsonl")]
    pub source: Option<String>,
    /// Batch form: one JSON object a line in and out
    #[arg(long, conflicts_with = "source")]
    pub jsonl: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `feeds`.
#[derive(Debug, Args)]
pub struct FeedsArguments {
    /// What to do with the feed set
    #[command(subcommand)]
    pub verb: FeedsVerb,
}

/// What to do with the feed set.
#[derive(Debug, Subcommand)]
pub enum FeedsVerb {
    /// Every configured feed and how it is
    List {
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Try a feed, then add it to the configuration
    Add {
        /// Address of the feed
        url: String,
        /// Its name in the configuration; made from the address without it
        #[arg(long)]
        id: Option<String>,
        /// Add it even if it cannot be read now
        #[arg(long)]
        untried: bool,
    },
    /// Find the feeds of a web page; an address that is a feed itself says so
    Discover {
        /// Address of the page
        url: String,
        /// When the page names none, try where feeds usually are on its site
        #[arg(long)]
        usual_paths: bool,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Add the feeds of an OPML file
    Import {
        /// The OPML file, or - for standard input
        file: PathBuf,
    },
    /// Print the feeds as OPML
    Export,
    /// Stop polling a feed
    Pause {
        /// Its name in the configuration
        id: String,
    },
    /// Poll a feed again, even one that was gone
    Resume {
        /// Its name in the configuration
        id: String,
    },
}

/// Arguments of `extract`.
#[derive(Debug, Args)]
pub struct ExtractArguments {
    /// Files, addresses, or - for standard input; HTML is told from text by looking at it
    #[arg(required_unless_present = "jsonl")]
    pub sources: Vec<String>,
    /// Batch form: one JSON object a line in and out
    #[arg(long, conflicts_with = "sources")]
    pub jsonl: bool,
    /// With --jsonl: group the batch into stories, in the order given
    #[arg(long, requires = "jsonl")]
    pub stories: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub format: Format,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// File, address, id of a stored item, or - for standard input
    #[arg(required_unless_present = "jsonl")]
    pub source: Option<String>,
    /// Batch form: one JSON object a line in and out
    #[arg(long, conflicts_with = "source")]
    pub jsonl: bool,
    /// Only this watch
    #[arg(long)]
    pub watch: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: ExplainFormat,
}

/// How an explanation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ExplainFormat {
    /// For people; where there is no colour, hits stand between « and », or between ⟦ and ⟧ if the article has « »
    #[default]
    Text,
    /// One JSON document
    Json,
    /// One JSON object a line, for each watch
    Jsonl,
    /// One page that needs nothing else, the hits marked in the text
    Html,
}

/// Arguments of `search`.
#[derive(Debug, Args)]
pub struct SearchArguments {
    /// A query, such as 'kyiv AND speaker:zelensky'
    pub query: String,
    /// Stored not before this: a span such as 2d, or a date or time
    #[arg(long)]
    pub since: Option<String>,
    /// Stored before this
    #[arg(long)]
    pub until: Option<String>,
    /// At most so many
    #[arg(long, short = 'n', default_value_t = 20)]
    pub limit: usize,
    /// What comes first
    #[arg(long, value_enum, default_value_t)]
    pub sort: Sort,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Sort {
    /// The newest
    #[default]
    Date,
    /// The best match
    Score,
}

/// Arguments of `backtest`.
#[derive(Debug, Args)]
pub struct BacktestArguments {
    /// Other watch lists than the configured ones: a file as in watch.d, or a whole configuration
    #[arg(long, value_name = "FILE")]
    pub watches: Option<PathBuf>,
    /// Show what is gained and lost against the watch lists of this file
    #[arg(long, value_name = "OTHER")]
    pub against: Option<PathBuf>,
    /// Articles stored not before this: a span such as 30d, or a date or time
    #[arg(long)]
    pub since: Option<String>,
    /// Articles stored before this
    #[arg(long)]
    pub until: Option<String>,
    /// Only this watch
    #[arg(long)]
    pub watch: Option<String>,
    /// Examples of each watch, the best ones, each with the id that `explain` takes
    #[arg(long, default_value_t = 3)]
    pub samples: usize,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `alerts`.
#[derive(Debug, Args, Default)]
pub struct AlertsArguments {
    /// A report of a day, a week, or all that is chosen: counts for each watch, actor and outlet
    #[arg(value_enum, long, value_name = "OF", num_args = 0..=1, default_missing_value = "all", conflicts_with = "follow")]
    pub report: Option<Stretch>,
    /// Not older than this: a span such as 2d, or a date or time
    #[arg(long)]
    pub since: Option<String>,
    /// Older than this
    #[arg(long, conflicts_with = "follow")]
    pub until: Option<String>,
    /// Only of this watch
    #[arg(long)]
    pub watch: Option<String>,
    /// Only of at least this severity
    #[arg(long)]
    pub severity: Option<String>,
    /// Only on items in which this actor is, by id or name
    #[arg(long)]
    pub actor: Option<String>,
    /// Only on items of this outlet or feed
    #[arg(long)]
    pub outlet: Option<String>,
    /// Only what went to this channel, or waits for it
    #[arg(long)]
    pub channel: Option<String>,
    /// Only of this kind: first, update, digest, test, feed-health
    #[arg(long)]
    pub kind: Option<String>,
    /// Only with these words in title or evidence
    #[arg(long)]
    pub text: Option<String>,
    /// At most so many, the newest
    #[arg(long, short = 'n')]
    pub limit: Option<usize>,
    /// Go on and print new ones as they come
    #[arg(long, short)]
    pub follow: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: AlertFormat,
}

/// How alerts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum AlertFormat {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
    /// A table for spreadsheets
    Csv,
    /// A page
    Html,
    /// For notes and issues
    Markdown,
}

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stretch {
    /// The last 24 hours, or those before `--until`
    Day,
    /// Seven days of the calendar, the last of them today or that of `--until`
    Week,
    /// All that is chosen by the other options
    All,
}

/// Arguments of `silence`.
#[derive(Debug, Args)]
pub struct SilenceArguments {
    /// What to do with silences
    #[command(subcommand)]
    pub verb: SilenceVerb,
}

/// What to do with silences.
#[derive(Debug, Subcommand)]
pub enum SilenceVerb {
    /// Keep something from channels from now on
    Add {
        /// What
        #[command(flatten)]
        what: MutedArguments,
        /// When it ends: a span such as 2h or 3d, or a date or time
        #[arg(long)]
        until: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// What is silenced now
    List {
        /// Also those that have ended
        #[arg(long)]
        all: bool,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// End a silence now
    Expire {
        /// Its number
        number: i64,
    },
}

/// What is silenced: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct MutedArguments {
    /// All alerts of this watch
    #[arg(long)]
    pub watch: Option<String>,
    /// Alerts on items in which this actor is, by id
    #[arg(long)]
    pub actor: Option<String>,
    /// Alerts on items of this outlet or feed
    #[arg(long)]
    pub outlet: Option<String>,
    /// Alerts on this story, by the id that alerts show
    #[arg(long)]
    pub story: Option<String>,
}

impl MutedArguments {
    /// What is meant.
    ///
    /// # Panics
    /// Never: the command line has exactly one of them.
    pub fn muted(&self) -> Muted {
        let watch = self.watch.as_deref().map(|id| Muted::Watch(id.into()));
        let actor = self.actor.as_deref().map(|id| Muted::Actor(id.into()));
        let outlet = self.outlet.as_deref().map(|name| Muted::Outlet(name.to_owned()));
        let story = self.story.as_deref().map(|id| Muted::Story(id.into()));
        watch.or(actor).or(outlet).or(story).expect("one of them is required")
    }
}

/// Arguments of `deadletter`.
#[derive(Debug, Args)]
pub struct DeadletterArguments {
    /// What to do with them
    #[command(subcommand)]
    pub verb: DeadletterVerb,
}

/// What to do with deliveries that were given up.
#[derive(Debug, Subcommand)]
pub enum DeadletterVerb {
    /// Every delivery that was given up, and why
    List {
        /// Only of this channel
        #[arg(long)]
        channel: Option<String>,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Try them again, from the first attempt on
    Retry(Letters),
    /// Never deliver them
    Drop(Letters),
}

/// Which deliveries.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Letters {
    /// Identities of alerts, or their beginnings
    #[arg(conflicts_with = "all")]
    pub alerts: Vec<String>,
    /// Only of this channel
    #[arg(long)]
    pub channel: Option<String>,
    /// All there are
    #[arg(long)]
    pub all: bool,
}

/// Arguments of `test-channel`.
#[derive(Debug, Args)]
pub struct TestChannelArguments {
    /// Name of the channel in the configuration
    pub channel: String,
    /// Send nothing; show what would be sent, without its secrets
    #[arg(long)]
    pub show: bool,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct StatusArguments {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// Which record
    #[arg(value_enum)]
    pub record: RecordName,
}

/// A record that leaves the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordName {
    /// wirewatch.item/1
    Item,
    /// wirewatch.alert/1
    Alert,
}
