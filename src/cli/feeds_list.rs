//! `feeds list`, `feeds pause` and `feeds resume`: the feed set and its health.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use anstyle::Style;
use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use crate::cli::args::Format;
use crate::cli::view::{BAD, GOOD, ODD, PLAIN, QUIET, Table, View, WrongArgument, block_on, distance};
use crate::model::feed::{Feed, FeedSource, FeedState, History};
use crate::model::health::{Subject, Trouble};
use crate::model::id::FeedId;
use crate::problem::nearest;
use crate::store::error::StoreError;
use crate::store::sqlite::SqliteStore;
use crate::store::{FeedChange, Store};

/// Shows every configured feed, in the order of the configuration, and how it is. Before the first run of the daemon all of
/// them are new.
///
/// # Errors
/// When the store cannot be read or the output cannot be written.
pub fn list(feeds: &[&Feed], format: Format, view: &mut View<'_>) -> anyhow::Result<ExitCode> {
    let (states, told) = match view.store() {
        Ok(store) => block_on(async { Ok((store.feeds().await?, store.told().await?)) })?,
        Err(StoreError::Missing { .. }) => Default::default(),
        Err(error) => return Err(error.into()),
    };
    let states: HashMap<FeedId, FeedState> = states.into_iter().collect();
    let silent: HashMap<FeedId, Timestamp> = told
        .into_iter()
        .filter_map(|told| match (told.subject, told.trouble) {
            (Subject::Feed(feed), Trouble::Silent) => Some((feed, told.since)),
            _ => None,
        })
        .collect();
    let rows = feeds.iter().map(|feed| Row { feed, state: states.get(&feed.id), silent_since: silent.get(&feed.id).copied() });
    match format {
        Format::Text => table(rows, view.clock.now()).write(view.width, view.out)?,
        Format::Json => {
            let records: Vec<Record<'_>> = rows.map(|row| Record::new(&row)).collect();
            writeln!(view.out, "{}", serde_json::to_string_pretty(&records)?)?;
        }
        Format::Jsonl => {
            for row in rows {
                writeln!(view.out, "{}", serde_json::to_string(&Record::new(&row))?)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Stops or starts the polling of one feed; a running daemon heeds it at once.
///
/// # Errors
/// [`WrongArgument`] when no such feed is configured; else when the store cannot be changed, or does not know the feed yet.
pub fn change(id: &str, change: FeedChange, feeds: &[&Feed], view: &mut View<'_>) -> anyhow::Result<ExitCode> {
    if !feeds.iter().any(|feed| feed.id.as_str() == id) {
        let near = nearest(id, feeds.iter().map(|feed| feed.id.as_str()));
        return Err(WrongArgument::new(format!("no feed is named `{id}`"), near.map(|near| format!("did you mean `{near}`?"))).into());
    }
    let store = SqliteStore::open_beside(view.state, Arc::clone(&view.clock))?;
    let known = block_on(async { Ok(store.set_feed(&FeedId::from(id), change).await?) })?;
    anyhow::ensure!(known, "the daemon has not read a configuration with feed `{id}` yet; start or reload it first");
    let done = match change {
        FeedChange::Pause => "paused",
        FeedChange::Resume => "resumed",
    };
    writeln!(view.out, "{id} {done}")?;
    Ok(ExitCode::SUCCESS)
}

/// A feed with what the store knows of it.
#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    feed: &'a Feed,
    state: Option<&'a FeedState>,
    silent_since: Option<Timestamp>,
}

/// How a feed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    New,
    Well,
    Silent,
    Failing,
    Gone,
    Paused,
}

impl Health {
    fn of(row: &Row<'_>) -> Self {
        match row.state {
            None => Self::New,
            Some(state) if state.paused => Self::Paused,
            Some(state) if state.gone => Self::Gone,
            Some(state) if state.failures > 0 => Self::Failing,
            Some(state) if state.last_success.is_none() => Self::New,
            Some(_) if row.silent_since.is_some() => Self::Silent,
            Some(_) => Self::Well,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Well => "well",
            Self::Silent => "silent",
            Self::Failing => "failing",
            Self::Gone => "gone",
            Self::Paused => "paused",
        }
    }

    const fn style(self) -> Style {
        match self {
            Self::New => PLAIN,
            Self::Well => GOOD,
            Self::Failing | Self::Gone => BAD,
            Self::Silent | Self::Paused => ODD,
        }
    }
}

fn table<'a>(rows: impl Iterator<Item = Row<'a>>, now: Timestamp) -> Table {
    let mut table = Table::with_headings(&["FEED", "HEALTH", "READ", "NEW ENTRY", "NEXT VISIT", "WHY THEN", "ANSWERS", "NOTE"]);
    for row in rows {
        let (health, state) = (Health::of(&row), row.state);
        let when = |time: Option<Timestamp>| time.map_or_else(String::new, |time| distance(now, time));
        let next = match (health, state) {
            (Health::Gone | Health::Paused, _) => "never".to_owned(),
            (_, Some(state)) if state.next_due > now => distance(now, state.next_due),
            (_, Some(_)) => "now".to_owned(),
            (_, None) => String::new(),
        };
        let why = state.filter(|_| !matches!(health, Health::Gone | Health::Paused)).map(|state| state.next_reason.clone());
        table.row([
            (row.feed.id.to_string(), PLAIN),
            (health.as_str().to_owned(), health.style()),
            (when(state.and_then(|state| state.last_success)), PLAIN),
            (when(state.and_then(|state| state.last_new)), PLAIN),
            (next, PLAIN),
            (why.unwrap_or_default(), QUIET),
            (state.map(|state| answers(&state.history)).unwrap_or_default(), QUIET),
            (state.map(|state| note(state, row.silent_since, now)).unwrap_or_default(), PLAIN),
        ]);
    }
    table
}

/// The last answers, the newest first, those that are the same counted; `-` is none.
fn answers(history: &History) -> String {
    const MOST: usize = 4;
    let mut runs: Vec<(String, usize)> = Vec::new();
    for visit in history.visits() {
        let status = visit.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        match runs.last_mut() {
            Some((last, count)) if *last == status => *count += 1,
            _ => runs.push((status, 1)),
        }
    }
    let shown = runs.into_iter().take(MOST).map(|(status, count)| if count > 1 { format!("{status}×{count}") } else { status });
    shown.collect::<Vec<_>>().join(" ")
}

/// What went wrong and since when, and where the feed has moved.
fn note(state: &FeedState, silent_since: Option<Timestamp>, now: Timestamp) -> String {
    let mut parts = Vec::new();
    parts.extend(silent_since.map(|since| format!("nothing new since {}", distance(now, since))));
    match (&state.last_error, state.failures) {
        (Some(error), 2..) => parts.push(match state.failing_since {
            Some(since) => format!("{error} ({} times, first {})", state.failures, distance(now, since)),
            None => format!("{error} ({} times)", state.failures),
        }),
        (Some(error), _) => parts.push(error.clone()),
        (None, _) => {}
    }
    parts.extend(state.moved.as_ref().map(|moved| format!("moved to {}", without_password(&moved.to))));
    parts.join("; ")
}

/// The address as it may be shown.
fn without_password(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return "***".to_owned();
    }
    url.to_string()
}

/// One feed as `feeds list` tells it to programs.
#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    source: String,
    outlet: Option<&'a str>,
    title: Option<&'a str>,
    tags: &'a [String],
    health: &'static str,
    last_visit: Option<String>,
    last_success: Option<String>,
    last_new: Option<String>,
    next_due: Option<String>,
    next_reason: Option<&'a str>,
    failures: u32,
    last_status: Option<u16>,
    last_error: Option<&'a str>,
    moved_to: Option<String>,
    failing_since: Option<String>,
    silent_since: Option<String>,
    interval_seconds: Option<u64>,
    history: Vec<PastRecord>,
}

/// One visit that was.
#[derive(Serialize)]
struct PastRecord {
    at: String,
    status: Option<u16>,
    failed: bool,
}

impl<'a> Record<'a> {
    fn new(row: &Row<'a>) -> Self {
        let Row { feed, state, silent_since } = *row;
        let health = Health::of(row);
        let scheduled = state.filter(|_| !matches!(health, Health::Gone | Health::Paused));
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        Self {
            id: feed.id.as_str(),
            source: match &feed.source {
                FeedSource::Http(url) => without_password(url),
                FeedSource::File(path) => format!("file:{}", path.display()),
                FeedSource::Command(words) => format!("exec:{}", words.join(" ")),
            },
            outlet: feed.outlet.as_deref(),
            title: state.and_then(|state| state.title.as_deref()),
            tags: &feed.tags,
            health: health.as_str(),
            last_visit: text(state.and_then(|state| state.last_visit)),
            last_success: text(state.and_then(|state| state.last_success)),
            last_new: text(state.and_then(|state| state.last_new)),
            next_due: text(scheduled.map(|state| state.next_due)),
            next_reason: scheduled.map(|state| state.next_reason.as_str()),
            failures: state.map_or(0, |state| state.failures),
            last_status: state.and_then(|state| state.last_status),
            last_error: state.and_then(|state| state.last_error.as_deref()),
            moved_to: state.and_then(|state| state.moved.as_ref()).map(|moved| without_password(&moved.to)),
            failing_since: text(state.and_then(|state| state.failing_since)),
            silent_since: text(silent_since),
            interval_seconds: state.and_then(|state| state.rhythm.pace).map(|pace| pace.as_secs()),
            history: state
                .into_iter()
                .flat_map(|state| state.history.visits())
                .map(|visit| PastRecord { at: visit.at.to_string(), status: visit.status, failed: visit.failed })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::SignedDuration;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::clock::ManualClock;
    use crate::model::feed::Moved;
    use crate::store::{FeedPlan, VisitOutcome};

    fn at(minute: i64) -> Timestamp {
        "2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
    }

    fn feed(id: &str) -> Feed {
        let url = Url::parse(&format!("https://user:secret@example.org/{id}")).unwrap();
        Feed { id: FeedId::from(id), source: FeedSource::Http(url), outlet: None, language: None, tags: vec!["europe".to_owned()] }
    }

    fn state(id: &str) -> FeedState {
        let well = FeedState {
            initialised: true,
            last_status: Some(304),
            last_visit: Some(at(-5)),
            last_success: Some(at(-5)),
            last_new: Some(at(-600)),
            next_due: at(10),
            next_reason: "max-age".to_owned(),
            history: History::parse("1772438100:304 1772437000:304 1772436000:200 1772435000:!"),
            ..FeedState::new(at(0))
        };
        match id {
            "failing" => FeedState {
                failures: 3,
                failing_since: Some(at(-90)),
                last_error: Some("feed `failing`: cannot connect\u{1b}[2J".to_owned()),
                next_reason: "back-off".to_owned(),
                ..well
            },
            "gone" => FeedState { gone: true, failures: 1, last_error: Some("feed `gone`: answered 410".to_owned()), ..well },
            "moved" => FeedState {
                moved: Some(Moved { to: Url::parse("https://user:secret@example.org/new").unwrap(), seen: 2 }),
                last_status: Some(200),
                ..well
            },
            _ => well,
        }
    }

    const NAMES: [&str; 6] = ["well", "failing", "gone", "moved", "paused", "waiting"];

    fn looked(folder: &std::path::Path, look: impl FnOnce(&[&Feed], &mut View<'_>) -> anyhow::Result<ExitCode>) -> String {
        let feeds: Vec<Feed> = NAMES.into_iter().map(feed).collect();
        let mut out = anstream::StripStream::new(Vec::new());
        let clock = Arc::new(ManualClock::new(at(0)));
        let mut view = View { state: folder, clock, zone: TimeZone::UTC, width: Some(100), out: &mut out };
        let result = look(&feeds.iter().collect::<Vec<_>>(), &mut view);
        let out = String::from_utf8(out.into_inner()).unwrap();
        match result {
            Ok(_) => out,
            Err(error) => format!("{out}error: {error:#}\n"),
        }
    }

    fn filled() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), Arc::new(ManualClock::new(at(0)))).unwrap();
        block_on(async {
            // The last feed was configured after the daemon read its configuration.
            store.configure_feeds(NAMES[..5].iter().map(|name| FeedPlan::new(*name, "https://example.org/feed", at(0))).collect()).await?;
            for lease in store.claim_feeds(9, Duration::from_secs(60)).await? {
                let state = state(lease.feed.as_str());
                store.commit_visit(&lease, VisitOutcome::new(state, Vec::new())).await?;
            }
            Ok(())
        })
        .unwrap();
        folder
    }

    #[test]
    fn people_see_a_table() {
        let folder = filled();
        looked(folder.path(), |feeds, view| change("paused", FeedChange::Pause, feeds, view));
        insta::assert_snapshot!(looked(folder.path(), |feeds, view| list(feeds, Format::Text, view)), @"
        FEED     HEALTH   READ       NEW ENTRY  NEXT VISIT  WHY THEN  ANSWERS      NOTE
        well     well     5 min ago  10 h ago   in 10 min   max-age   304×2 200 -
        failing  failing  5 min ago  10 h ago   in 10 min   back-off  304×2 200 -  feed `failing`: cannot c…
        gone     gone     5 min ago  10 h ago   never                 304×2 200 -  feed `gone`: answered 410
        moved    well     5 min ago  10 h ago   in 10 min   max-age   304×2 200 -  moved to https://user:**…
        paused   paused   5 min ago  10 h ago   never                 304×2 200 -
        waiting  new
        ");
    }

    #[test]
    fn programs_see_records_without_passwords() {
        let folder = filled();
        let shown = looked(folder.path(), |feeds, view| list(feeds, Format::Jsonl, view));
        assert!(!shown.contains("secret"), "{shown}");
        insta::assert_snapshot!(shown.lines().nth(3).unwrap(), @r#"{"id":"moved","source":"https://user:***@example.org/moved","outlet":null,"title":null,"tags":["europe"],"health":"well","last_visit":"2026-03-02T07:55:00Z","last_success":"2026-03-02T07:55:00Z","last_new":"2026-03-01T22:00:00Z","next_due":"2026-03-02T08:10:00Z","next_reason":"max-age","failures":0,"last_status":200,"last_error":null,"moved_to":"https://user:***@example.org/new","failing_since":null,"silent_since":null,"interval_seconds":null,"history":[{"at":"2026-03-02T07:55:00Z","status":304,"failed":false},{"at":"2026-03-02T07:36:40Z","status":304,"failed":false},{"at":"2026-03-02T07:20:00Z","status":200,"failed":false},{"at":"2026-03-02T07:03:20Z","status":null,"failed":true}]}"#);
        let document = looked(folder.path(), |feeds, view| list(feeds, Format::Json, view));
        let records: Vec<serde_json::Value> = serde_json::from_str(&document).unwrap();
        assert_eq!(records.len(), NAMES.len());
    }

    #[test]
    fn feeds_are_listed_before_the_first_run() {
        let folder = tempfile::tempdir().unwrap();
        let shown = looked(folder.path(), |feeds, view| list(feeds, Format::Text, view));
        assert_eq!(shown.lines().filter(|line| line.ends_with("new")).count(), NAMES.len(), "{shown}");
    }

    #[test]
    fn feeds_are_paused_and_resumed_by_name() {
        let folder = filled();
        let said: Vec<String> =
            [("well", FeedChange::Pause), ("well", FeedChange::Resume), ("wel", FeedChange::Pause), ("waiting", FeedChange::Pause)]
                .into_iter()
                .map(|(id, what)| looked(folder.path(), |feeds, view| change(id, what, feeds, view)))
                .collect();
        insta::assert_snapshot!(said.concat(), @"
        well paused
        well resumed
        error: no feed is named `wel`
        help: did you mean `well`?
        error: the daemon has not read a configuration with feed `waiting` yet; start or reload it first
        ");
    }
}
