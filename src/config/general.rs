//! The tables that stand once: `[poll]`, `[article]`, `[log]`, `[net]`, `[notify]`, `[keep]`, `[operator]`, and the keys that a feed can override.

use std::time::Duration;

use ipnet::IpNet;

use crate::alert::health::OperatorSettings;
use crate::article::settings::{ArticleSettings, Fetch};
use crate::config::notify::NotifyTable;
use crate::config::section::Section;
use crate::config::value::{self, Wrong};
use crate::model::id::ChannelId;
use crate::net::service::Services;
use crate::net::settings::NetSettings;
use crate::poll::push::WebsubSettings;
use crate::poll::settings::{Initial, PollSettings, Scope};
use crate::problem::{Located, Problem, nearest};
use crate::store::Retention;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Bodies and pages: less is no feed, more is no longer held in memory.
const SIZES: std::ops::RangeInclusive<u64> = 1024..=1024 * 1024 * 1024;

/// Keys of `[poll]` that a `[[feed]]` can override.
#[derive(Debug, Default)]
pub(crate) struct PollKeys {
    pub(crate) interval_min: Option<Located<Duration>>,
    pub(crate) interval_max: Option<Located<Duration>>,
    initial: Option<Initial>,
    body_bytes_max: Option<usize>,
    deadline: Option<Duration>,
    retry_after_scope: Option<Scope>,
}

impl PollKeys {
    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let (interval_min, interval_max) = interval(section);
        Self {
            interval_min,
            interval_max,
            initial: section.parsed("initial", r#""mark""#, initial).map(|initial| initial.value),
            body_bytes_max: size(section, "body_max", r#""10 MiB""#),
            deadline: duration(section, "deadline", r#""60s""#, SECOND..=HOUR),
            retry_after_scope: section
                .parsed("retry_after_scope", r#""host""#, |text| value::choice(text, &[("host", Scope::Host), ("feed", Scope::Feed)]))
                .map(|scope| scope.value),
        }
    }

    /// What is written here over what holds otherwise.
    pub(crate) fn over(&self, under: &PollSettings) -> PollSettings {
        let mut settings = under.clone();
        if let Some(min) = &self.interval_min {
            settings.interval_min = min.value;
            settings.interval_max = settings.interval_max.max(min.value);
        }
        if let Some(max) = &self.interval_max {
            settings.interval_max = max.value;
            settings.interval_min = settings.interval_min.min(max.value);
        }
        settings.initial = self.initial.unwrap_or(settings.initial);
        settings.body_bytes_max = self.body_bytes_max.unwrap_or(settings.body_bytes_max);
        settings.deadline = self.deadline.unwrap_or(settings.deadline);
        settings.retry_after_scope = self.retry_after_scope.unwrap_or(settings.retry_after_scope);
        settings
    }
}

/// `interval = "30m"` or `interval = { min = "15m", max = "6h" }`.
fn interval(section: &mut Section<'_>) -> (Option<Located<Duration>>, Option<Located<Duration>>) {
    const EXAMPLE: &str = r#"{ min = "15m", max = "6h" }"#;
    // Shorter than any source can be asked usefully; what is right for a public host is checked with the feeds.
    let bounds = Duration::from_millis(100)..=30 * DAY;
    if !section.is_table("interval") {
        let both = section.parsed("interval", EXAMPLE, |text| value::duration(text, bounds));
        return (both.clone(), both);
    }
    let Some(mut inner) = section.section("interval", EXAMPLE) else { return (None, None) };
    let min = inner.parsed("min", r#""15m""#, |text| value::duration(text, bounds.clone()));
    let max = inner.parsed("max", r#""6h""#, |text| value::duration(text, bounds));
    if let (Some(min), Some(max)) = (&min, &max)
        && min.value > max.value
    {
        let message = format!("`{}` is shorter than `{}`", inner.path("max"), inner.path("min"));
        let help = format!("write \"{}\" or more", humantime::format_duration(min.value));
        inner.faults().push(Problem::error(message, max.place.clone()).help(help));
    }
    inner.finish();
    (min, max)
}

fn initial(text: &str) -> Result<Initial, Wrong> {
    match text {
        "mark" => Ok(Initial::Mark),
        "alert" => Ok(Initial::Alert),
        _ => value::duration(text, SECOND..=365 * DAY).map(Initial::Age).map_err(|wrong| match nearest(text, ["mark", "alert"]) {
            Some(near) => Wrong::new(format!("is `{text}`, which is none of its values"), format!("did you mean \"{near}\"?")),
            None if wrong.what == "is no duration" => {
                Wrong::new(format!("is `{text}`, which is none of its values"), r#"write "mark", "alert" or an age such as "2d""#)
            }
            None => wrong,
        }),
    }
}

fn duration(section: &mut Section<'_>, key: &'static str, example: &str, bounds: std::ops::RangeInclusive<Duration>) -> Option<Duration> {
    section.parsed(key, example, |text| value::duration(text, bounds)).map(|duration| duration.value)
}

fn size(section: &mut Section<'_>, key: &'static str, example: &str) -> Option<usize> {
    section.parsed(key, example, |text| value::size(text, SIZES)).map(|size| size.value)
}

/// `fetch`, of `[article]` or of a feed.
pub(crate) fn fetch(section: &mut Section<'_>) -> Option<Fetch> {
    const CHOICES: &[(&str, Fetch)] =
        &[("always", Fetch::Always), ("when-matched-in-summary", Fetch::WhenMatchedInSummary), ("never", Fetch::Never)];
    section.parsed("fetch", r#""always""#, |text| value::choice(text, CHOICES)).map(|fetch| fetch.value)
}

/// Everything that stands once.
#[derive(Debug, Default)]
pub(crate) struct General {
    pub(crate) state: Option<String>,
    pub(crate) log_path: Option<String>,
    pub(crate) poll: PollKeys,
    pub(crate) net: NetSettings,
    pub(crate) article: ArticleSettings,
    pub(crate) retention: Retention,
    pub(crate) websub: Option<WebsubSettings>,
    pub(crate) operator: OperatorSettings,
    /// `operator.notify` as written, to be held against the channels.
    pub(crate) operator_notify: Vec<Located<ChannelId>>,
    pub(crate) notify: NotifyTable,
}

impl General {
    pub(crate) fn read(root: &mut Section<'_>) -> Self {
        let mut general = Self { state: root.text("state", r#""/var/lib/wirewatch""#).map(|state| state.value), ..Self::default() };
        if let Some(mut section) = root.section("poll", r#"{ interval = "30m" }"#) {
            general.read_poll(&mut section);
            section.finish();
        }
        if let Some(mut section) = root.section("article", r#"{ fetch = "always" }"#) {
            general.read_article(&mut section);
            section.finish();
        }
        if let Some(mut section) = root.section("log", r#"{ path = "alerts.jsonl" }"#) {
            general.log_path = section.text("path", r#""alerts.jsonl""#).map(|path| path.value);
            section.finish();
        }
        if let Some(mut section) = root.section("net", r#"{ allow_private = ["127.0.0.0/8"] }"#) {
            general.net.allow_private = allow_private(&mut section);
            let shared = domains(&mut section, "shared_hosts", r#""blogs.example.org""#);
            let separate = domains(&mut section, "separate_hosts", r#""medium.com""#);
            general.net.services = Services::new(shared, separate);
            section.finish();
        }
        if let Some(mut section) = root.section("notify", r#"{ high = ["desk"] }"#) {
            general.notify = NotifyTable::read(&mut section);
            section.finish();
        }
        if let Some(mut section) = root.section("keep", r#"{ items = "90d" }"#) {
            general.read_keep(&mut section);
            section.finish();
        }
        if let Some(mut section) = root.section("websub", r#"{ listen = "127.0.0.1:8081", public_url = "https://example.org" }"#) {
            general.websub = websub(&mut section);
            section.finish();
        }
        if let Some(mut section) = root.section("operator", r#"{ notify = ["desk"] }"#) {
            let notify = section.texts("notify", r#""desk""#);
            general.operator_notify = notify.into_iter().map(|channel| channel.map(ChannelId::from)).collect();
            let failing_after = duration(&mut section, "failing_after", r#""1d""#, HOUR..=30 * DAY);
            general.operator.failing_after = failing_after.unwrap_or(general.operator.failing_after);
            section.finish();
        }
        general
    }

    fn read_poll(&mut self, section: &mut Section<'_>) {
        self.poll = PollKeys::read(section);
        if let Some(spacing) = duration(section, "host_spacing", r#""1s""#, Duration::ZERO..=HOUR) {
            self.net.host_spacing = spacing;
        }
        self.net.contact = section.parsed("contact", r#""https://example.org/bot""#, value::contact).map(|contact| contact.value);
    }

    fn read_article(&mut self, section: &mut Section<'_>) {
        let article = &mut self.article;
        article.fetch = fetch(section).unwrap_or(article.fetch);
        article.page_bytes_max = size(section, "page_max", r#""5 MiB""#).unwrap_or(article.page_bytes_max);
        article.deadline = duration(section, "deadline", r#""30s""#, SECOND..=HOUR).unwrap_or(article.deadline);
    }

    fn read_keep(&mut self, section: &mut Section<'_>) {
        let bounds = HOUR..=36_500 * DAY;
        let keep = &mut self.retention;
        keep.items = duration(section, "items", r#""90d""#, bounds.clone()).unwrap_or(keep.items);
        keep.alerts = duration(section, "alerts", r#""2y""#, bounds.clone()).unwrap_or(keep.alerts);
        keep.seen = duration(section, "seen", r#""180d""#, DAY..=*bounds.end()).unwrap_or(keep.seen);
    }
}

/// Both are needed: nobody can tell from one what the other is.
fn websub(section: &mut Section<'_>) -> Option<WebsubSettings> {
    section.require("listen", r#""127.0.0.1:8081""#);
    section.require("public_url", r#""https://example.org/wirewatch""#);
    let listen = section.parsed("listen", r#""127.0.0.1:8081""#, |text| {
        let wrong = |_| Wrong::new("is no address with a port", r#"write one such as "127.0.0.1:8081""#);
        text.trim().parse().map_err(wrong)
    });
    let public_url = section.parsed("public_url", r#""https://example.org/wirewatch""#, value::web_address);
    Some(WebsubSettings { listen: listen?.value, public_url: public_url?.value })
}

/// Names of hosts.
fn domains(section: &mut Section<'_>, key: &'static str, example: &str) -> Vec<String> {
    let texts = section.texts(key, example);
    texts.into_iter().filter_map(|text| section.understood(key, text, value::domain)).map(|name| name.value).collect()
}

fn allow_private(section: &mut Section<'_>) -> Vec<IpNet> {
    let texts = section.texts("allow_private", r#""127.0.0.0/8""#);
    let ranges = texts.into_iter().filter_map(|text| section.understood("allow_private", text, value::address_range));
    ranges.map(|range| range.value).collect()
}
