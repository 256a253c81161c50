//! `alerts`: the alert history, and new alerts as they come.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::alert::record::AlertRecord;
use crate::cli::alerts_view::{self, Printer};
use crate::cli::args::{AlertFormat, AlertsArguments, Stretch};
use crate::cli::report::Report;
use crate::cli::view::{View, WrongArgument, block_on, unknown};
use crate::model::alert::Severity;
use crate::model::id::{ChannelId, WatchId};
use crate::store::error::StoreError;
use crate::store::sqlite::SqliteStore;
use crate::store::{AlertQuery, Store, StoredAlert};
use crate::text::fold::fold;

/// How often a follower looks for new alerts.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A follower begins with so many of the newest, unless told otherwise.
const FOLLOW_FROM: usize = 10;

/// The names that are configured.
#[derive(Debug, Default)]
pub struct Known {
    /// Of watches.
    pub watches: Vec<String>,
    /// Of channels, the alert log among them.
    pub channels: Vec<String>,
}

/// Prints stored alerts, oldest first; with `--follow` also new ones, until it is interrupted; with `--report` what there is of them.
///
/// `known` is what is configured. `render` turns a record, one line of JSON, into text for people. What is followed is the
/// history in the store, so the alert log can be rotated meanwhile.
///
/// # Errors
/// [`WrongArgument`] for a time, watch, channel, kind or severity that means nothing; else when there is no store or it cannot be read. A
/// reader who has seen enough and closes the pipe is no error.
pub fn run(arguments: &AlertsArguments, known: &Known, render: &dyn Fn(&str) -> String, view: &mut View<'_>) -> anyhow::Result<ExitCode> {
    let now = view.clock.now();
    let query = query(arguments, now, &view.zone)?;
    let filter = Filter::new(arguments)?;
    let (follow_on, format) = (arguments.follow, arguments.format);
    if follow_on && matches!(format, AlertFormat::Json | AlertFormat::Html) {
        let help = Some("use `--format jsonl`".to_owned());
        return Err(WrongArgument::new("one document cannot be followed", help).into());
    }
    let store = view.store()?;
    let zone = view.zone.clone();
    let shown = block_on(async {
        refuse_unknown(&store, &query, known).await?;
        if arguments.report.is_some() {
            let until = query.until.unwrap_or(now);
            let records = filter.records(store.alerts(query.clone()).await?);
            alerts_view::report(&Report::new(records.iter(), query.since, until, &zone), format, &zone, view.out)?;
            return Ok(());
        }
        let mut printer = Printer { format, render, zone: &zone, out: view.out };
        printer.begin()?;
        if follow_on {
            follow(&store, query, &filter, &mut printer, interrupted()).await?;
        } else {
            once(&store, query, &filter, &mut printer).await?;
        }
        Ok(printer.end()?)
    });
    match shown {
        Err(error) if is_closed_pipe(&error) => Ok(ExitCode::SUCCESS),
        shown => shown.map(|()| ExitCode::SUCCESS),
    }
}

async fn once(store: &SqliteStore, query: AlertQuery, filter: &Filter, printer: &mut Printer<'_>) -> anyhow::Result<()> {
    let alerts = filter.newest(store, query).await?;
    if alerts.is_empty() {
        printer.nothing()?;
    }
    printer.print(&alerts)?;
    Ok(())
}

/// Prints what is there and then what comes, until `stop`.
async fn follow(
    store: &SqliteStore,
    query: AlertQuery,
    filter: &Filter,
    printer: &mut Printer<'_>,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let newest = store.alerts(AlertQuery { limit: Some(1), ..AlertQuery::default() }).await?;
    let mut seen = newest.last().map_or(0, |alert| alert.row);
    let from = if query.limit.is_none() && query.since.is_none() { Some(FOLLOW_FROM) } else { query.limit };
    let before = filter.newest(store, AlertQuery { limit: from, ..query.clone() }).await?;
    seen = before.last().map_or(seen, |alert| alert.row.max(seen));
    printer.print(&before)?;
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return Ok(()),
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        match store.alerts(AlertQuery { after: Some(seen), limit: None, since: None, ..query.clone() }).await {
            Ok(new) => {
                seen = new.last().map_or(seen, |alert| alert.row);
                printer.print(&filter.keep(new))?;
            }
            Err(error) if error.is_transient() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What is chosen by the words of a record, which the store does not look into.
#[derive(Debug, Default)]
struct Filter {
    kind: Option<String>,
    actor: Option<String>,
    outlet: Option<String>,
    text: Option<String>,
}

impl Filter {
    fn new(arguments: &AlertsArguments) -> Result<Self, WrongArgument> {
        const KINDS: &[&str] = &["first", "update", "digest", "test", "feed-health"];
        let folded = |text: &Option<String>| text.as_deref().map(|text| fold(text.trim()));
        if let Some(kind) = arguments.kind.as_deref().filter(|kind| !KINDS.contains(kind)) {
            return Err(unknown("kind", kind, KINDS.iter().copied()));
        }
        Ok(Self {
            kind: arguments.kind.clone(),
            actor: folded(&arguments.actor),
            outlet: folded(&arguments.outlet),
            text: folded(&arguments.text),
        })
    }

    const fn is_open(&self) -> bool {
        self.kind.is_none() && self.actor.is_none() && self.outlet.is_none() && self.text.is_none()
    }

    fn fits(&self, alert: &StoredAlert) -> bool {
        if self.is_open() {
            return true;
        }
        let Ok(record) = AlertRecord::parse(&alert.body) else { return false };
        let is = |text: &str, wanted: &str| fold(text) == wanted;
        let outlet = |wanted: &String| {
            let own = record.item.outlet.iter().chain(&record.item.feed).chain(&alert.also);
            own.into_iter().any(|outlet| is(outlet, wanted))
        };
        let actor = |wanted: &String| {
            let speakers = record.why.iter().filter_map(|why| why.speaker.as_deref());
            record.actors.iter().any(|actor| is(&actor.id, wanted) || is(&actor.name, wanted))
                || speakers.into_iter().any(|name| is(name, wanted))
        };
        let text = |wanted: &String| {
            let evidence = record.why.iter().flat_map(|why| [Some(why.text.as_str()), why.context.as_deref()]);
            [record.item.title.as_deref()].into_iter().chain(evidence).flatten().any(|text| fold(text).contains(wanted.as_str()))
        };
        self.kind.as_ref().is_none_or(|kind| record.kind == *kind)
            && self.actor.as_ref().is_none_or(actor)
            && self.outlet.as_ref().is_none_or(outlet)
            && self.text.as_ref().is_none_or(text)
    }

    fn keep(&self, mut alerts: Vec<StoredAlert>) -> Vec<StoredAlert> {
        alerts.retain(|alert| self.fits(alert));
        alerts
    }

    fn records(&self, alerts: Vec<StoredAlert>) -> Vec<AlertRecord> {
        self.keep(alerts).iter().filter_map(|alert| AlertRecord::parse(&alert.body).ok()).collect()
    }

    /// The newest that fit, as many as the query asks for.
    async fn newest(&self, store: &SqliteStore, query: AlertQuery) -> Result<Vec<StoredAlert>, StoreError> {
        if self.is_open() {
            return store.alerts(query).await;
        }
        let limit = query.limit.unwrap_or(usize::MAX);
        let mut found = self.keep(store.alerts(AlertQuery { limit: None, ..query }).await?);
        found.drain(..found.len().saturating_sub(limit));
        Ok(found)
    }
}

/// Ends when the person at the terminal has seen enough.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the interrupt ends the process by itself.
        std::future::pending::<()>().await;
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn query(arguments: &AlertsArguments, now: Timestamp, zone: &TimeZone) -> Result<AlertQuery, WrongArgument> {
    let until = arguments.until.as_deref().map(|text| moment(text, now, zone)).transpose()?;
    let since = match (&arguments.since, arguments.report.and_then(|stretch| begins(stretch, until.unwrap_or(now), zone))) {
        (Some(_), Some(_)) => {
            let help = Some("write `--report all` with `--since`".to_owned());
            return Err(WrongArgument::new("a report of a day or a week has its own beginning", help));
        }
        (Some(text), None) => Some(moment(text, now, zone)?),
        (None, own) => own,
    };
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        let shown = |time: Timestamp| zone.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string();
        let help = format!("`--since` is {}, `--until` is {}", shown(since), shown(until));
        return Err(WrongArgument::new("nothing is between the two times", Some(help)));
    }
    Ok(AlertQuery {
        since,
        until,
        watch: arguments.watch.as_deref().map(WatchId::from),
        channel: arguments.channel.as_deref().map(ChannelId::from),
        severity: arguments.severity.as_deref().map(severity).transpose()?,
        after: None,
        limit: arguments.limit,
    })
}

/// When a stretch begins that ends at a moment. A week is seven days of the calendar in the zone, the last of them that in which
/// it ends, so that each of its days is a whole one but perhaps the last.
fn begins(stretch: Stretch, end: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    match stretch {
        Stretch::Day => end.checked_sub(24.hours()).ok(),
        Stretch::Week => {
            let last = zone.to_datetime(end.checked_sub(1.nanosecond()).ok()?).date();
            zone.to_timestamp(last.checked_sub(6.days()).ok()?.to_datetime(jiff::civil::Time::midnight())).ok()
        }
        Stretch::All => None,
    }
}

fn severity(text: &str) -> Result<Severity, WrongArgument> {
    Severity::parse(&text.to_lowercase()).ok_or_else(|| unknown("severity", text, Severity::ALL.iter().map(|severity| severity.as_str())))
}

/// A moment in the past: a span back from now, `today` or `yesterday`, a date or time of day in the zone, or an instant.
///
/// # Errors
/// [`WrongArgument`] for what is none of these.
pub fn moment(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, WrongArgument> {
    let text = text.trim();
    let wrong = || {
        let help =
            "write a span such as `2d` or `90min`, `today`, `yesterday`, a date such as `2026-03-02`, or a time such as `2026-03-02 14:30`";
        WrongArgument::new(format!("`{text}` is no time"), Some(help.to_owned()))
    };
    if let Ok(span) = humantime::parse_duration(text) {
        return now.checked_sub(span).map_err(|_| wrong());
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let today = zone.to_datetime(now).date();
    let local = match text {
        "today" => today.to_datetime(jiff::civil::Time::midnight()),
        "yesterday" => today.checked_sub(1.day()).map_err(|_| wrong())?.to_datetime(jiff::civil::Time::midnight()),
        text => text.parse::<DateTime>().map_err(|_| wrong())?,
    };
    zone.to_timestamp(local).map_err(|_| wrong())
}

/// A watch or channel that was taken out of the configuration may still have a history; any other unknown name is a slip.
async fn refuse_unknown(store: &SqliteStore, query: &AlertQuery, known: &Known) -> anyhow::Result<()> {
    if let Some(watch) = query.watch.as_ref().filter(|watch| !known.watches.iter().any(|known| known == watch.as_str())) {
        let any = AlertQuery { watch: Some(watch.clone()), limit: Some(1), ..AlertQuery::default() };
        if store.alerts(any).await?.is_empty() {
            return Err(unknown("watch", watch.as_str(), known.watches.iter().map(String::as_str)).into());
        }
    }
    let channels = || known.channels.iter().map(String::as_str);
    if let Some(channel) = query.channel.as_ref().filter(|channel| !channels().any(|known| known == channel.as_str())) {
        let any = AlertQuery { channel: Some(channel.clone()), limit: Some(1), ..AlertQuery::default() };
        if store.alerts(any).await?.is_empty() {
            return Err(unknown("channel", channel.as_str(), channels()).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;
    use std::sync::Mutex;

    use jiff::SignedDuration;

    use super::*;
    use crate::clock::ManualClock;
    use crate::store::samples::{alert, listed, start};
    use crate::store::{FeedPlan, NewAlert, VisitOutcome, WorkDone};

    async fn raise(store: &SqliteStore, number: u128, alerts: Vec<NewAlert>) {
        store.configure_feeds(vec![FeedPlan::new(format!("feed-{number}"), "https://example.org/feed", start())]).await.unwrap();
        let feed = store.claim_feeds(1, Duration::from_secs(60)).await.unwrap().remove(0);
        store.commit_visit(&feed, VisitOutcome::new(feed.state.clone(), listed("wire", [number]))).await.unwrap();
        let work = store.claim_work(1, Duration::from_secs(60)).await.unwrap().remove(0);
        store.complete_work(&work, WorkDone::new(None, alerts)).await.unwrap();
    }

    fn hours(hours: i64) -> Timestamp {
        start() + SignedDuration::from_hours(hours)
    }

    fn filled() -> (tempfile::TempDir, SqliteStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), Arc::new(ManualClock::new(start()))).unwrap();
        let alerts = vec![
            alert(1, "eu-forces", Severity::Low, hours(-50), &[]),
            alert(2, "guarantees", Severity::High, hours(-20), &[]),
            alert(3, "eu-forces", Severity::Critical, hours(-1), &[]),
        ];
        block_on(async {
            raise(&store, 1, alerts).await;
            Ok(())
        })
        .unwrap();
        (folder, store)
    }

    fn shown(folder: &std::path::Path, arguments: &[&str]) -> String {
        use clap::Parser;

        use crate::cli::args::{Arguments, Verb};
        let words = ["wirewatch", "alerts"].into_iter().chain(arguments.iter().copied());
        let Verb::Alerts(arguments) = Arguments::parse_from(words).verb else { unreachable!() };
        let mut out = Vec::new();
        let mut view = View { state: folder, clock: Arc::new(ManualClock::new(start())), zone: TimeZone::UTC, width: None, out: &mut out };
        let known =
            Known { watches: vec!["eu-forces".to_owned(), "configured".to_owned()], channels: vec!["log".to_owned(), "desk".to_owned()] };
        let result = run(&arguments, &known, &|line| format!("<{line}>\n"), &mut view);
        let out = String::from_utf8(out).unwrap();
        match result {
            Ok(_) => out,
            Err(error) => format!("error: {error:#}\n").replace(&folder.display().to_string(), "STATE"),
        }
    }

    #[test]
    fn the_history_is_chosen_by_its_options() {
        let (folder, _store) = filled();
        let cases: &[&[&str]] = &[
            &[],
            &["--since", "1d"],
            &["--since", "2026-03-02"],
            &["--severity", "high", "-n", "1"],
            &["--watch", "eu-forces"],
            &["--watch", "guarantees"],
            &["--watch", "configured"],
            &["--format", "jsonl", "-n", "2"],
            &["--format", "json", "-n", "2"],
            &["--format", "json", "--since", "1s"],
        ];
        let all: Vec<String> = cases.iter().map(|case| format!("{}\n{}", case.join(" "), shown(folder.path(), case))).collect();
        let all = all.concat();
        insta::assert_snapshot!(all, @r#"

        <{"alert":1}>

        <{"alert":2}>

        <{"alert":3}>

        --since 1d
        <{"alert":2}>

        <{"alert":3}>

        --since 2026-03-02
        <{"alert":3}>

        --severity high -n 1
        <{"alert":3}>

        --watch eu-forces
        <{"alert":1}>

        <{"alert":3}>

        --watch guarantees
        <{"alert":2}>

        --watch configured
        no alerts
        --format jsonl -n 2
        {"alert":2}
        {"alert":3}
        --format json -n 2
        [{"alert":2},
         {"alert":3}]
        --format json --since 1s
        []
        "#);
    }

    #[test]
    fn what_means_nothing_is_answered_with_the_nearest() {
        let (folder, _store) = filled();
        let cases: &[&[&str]] = &[
            &["--watch", "eu-force"],
            &["--watch", "zebra"],
            &["--channel", "dsek"],
            &["--channel", "zebra"],
            &["--kind", "frist"],
            &["--since", "1d", "--until", "2d"],
            &["--report", "week", "--since", "3d"],
            &["--severity", "hihg"],
            &["--severity", "zebra"],
            &["--since", "soon"],
            &["--format", "json", "--follow"],
        ];
        let all: Vec<String> = cases.iter().map(|case| format!("{}\n{}", case.join(" "), shown(folder.path(), case))).collect();
        let all = all.concat();
        insta::assert_snapshot!(all, @"
        --watch eu-force
        error: no watch is named `eu-force`
        help: did you mean `eu-forces`?
        --watch zebra
        error: no watch is named `zebra`
        help: one of eu-forces, configured
        --channel dsek
        error: no channel is named `dsek`
        help: did you mean `desk`?
        --channel zebra
        error: no channel is named `zebra`
        help: one of log, desk
        --kind frist
        error: no kind is named `frist`
        help: did you mean `first`?
        --since 1d --until 2d
        error: nothing is between the two times
        help: `--since` is 2026-03-01 08:00, `--until` is 2026-02-28 08:00
        --report week --since 3d
        error: a report of a day or a week has its own beginning
        help: write `--report all` with `--since`
        --severity hihg
        error: no severity is named `hihg`
        help: did you mean `high`?
        --severity zebra
        error: no severity is named `zebra`
        help: one of low, medium, high, critical
        --since soon
        error: `soon` is no time
        help: write a span such as `2d` or `90min`, `today`, `yesterday`, a date such as `2026-03-02`, or a time such as `2026-03-02 14:30`
        --format json --follow
        error: one document cannot be followed
        help: use `--format jsonl`
        ");
        let nothing = tempfile::tempdir().unwrap();
        insta::assert_snapshot!(shown(nothing.path(), &[]), @"error: there is no store at `STATE/wirewatch.db` yet; `wirewatch run` makes it");
    }

    #[test]
    fn a_week_is_seven_days_of_the_calendar_also_where_the_clocks_change() {
        let zone = TimeZone::get("Europe/Kyiv").unwrap();
        let begun = |end: &str| {
            let end = zone.to_timestamp(end.parse::<DateTime>().unwrap()).unwrap();
            zone.to_datetime(begins(Stretch::Week, end, &zone).unwrap()).strftime("%a %Y-%m-%d %H:%M").to_string()
        };
        assert_eq!(begun("2026-03-02T08:00"), "Tue 2026-02-24 00:00");
        assert_eq!(begun("2026-03-02T00:00"), "Mon 2026-02-23 00:00", "a week that ends at midnight has the seven days before");
        assert_eq!(begun("2026-03-30T00:00"), "Mon 2026-03-23 00:00", "an hour short of 168");
        assert_eq!(begun("2026-10-26T00:00"), "Mon 2026-10-19 00:00", "an hour more");
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let read = |text: &str| moment(text, start(), &zone).map_or_else(|_| "no time".to_owned(), |time| time.to_string());
        let texts = [
            "2d",
            "90min",
            "1h 30min",
            "today",
            "yesterday",
            "2026-03-01",
            "2026-03-01 14:30",
            "2026-03-01T14:30",
            "2026-03-01T14:30:00Z",
            "99999999d",
            "",
        ];
        let all: Vec<String> = texts.into_iter().map(|text| format!("{text}: {}", read(text))).collect();
        insta::assert_snapshot!(all.join("\n"), @"
        2d: 2026-02-28T08:00:00Z
        90min: 2026-03-02T06:30:00Z
        1h 30min: 2026-03-02T06:30:00Z
        today: 2026-03-01T22:00:00Z
        yesterday: 2026-02-28T22:00:00Z
        2026-03-01: 2026-02-28T22:00:00Z
        2026-03-01 14:30: 2026-03-01T12:30:00Z
        2026-03-01T14:30: 2026-03-01T12:30:00Z
        2026-03-01T14:30:00Z: 2026-03-01T14:30:00Z
        99999999d: no time
        : no time
        ");
    }

    /// Output that can be read while it is written.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_follower_sees_new_alerts_once_until_it_stops() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), Arc::new(ManualClock::new(start()))).unwrap();
        raise(&store, 1, vec![alert(1, "w", Severity::Low, hours(-3), &[])]).await;
        raise(&store, 2, vec![alert(2, "w", Severity::High, hours(-2), &[])]).await;
        let reader = SqliteStore::open_read_only(folder.path(), Arc::new(ManualClock::new(start()))).unwrap();
        let mut out = Shared::default();
        let seen = out.clone();
        let mut printer = Printer { format: AlertFormat::Jsonl, render: &|_| String::new(), zone: &TimeZone::UTC, out: &mut out };
        let query = AlertQuery { severity: Some(Severity::Medium), ..AlertQuery::default() };
        let stop = async {
            tokio::time::sleep(LOOK_EVERY * 3).await;
            raise(&store, 3, vec![alert(3, "w", Severity::Critical, hours(-1), &[]), alert(4, "w", Severity::Low, hours(-1), &[])]).await;
            tokio::time::sleep(LOOK_EVERY * 3).await;
            raise(&store, 5, vec![alert(5, "w", Severity::Medium, hours(0), &[])]).await;
            tokio::time::sleep(LOOK_EVERY * 3).await;
        };
        follow(&reader, query, &Filter::default(), &mut printer, stop).await.unwrap();
        let seen = String::from_utf8(seen.0.lock().unwrap().clone()).unwrap();
        assert_eq!(seen, "{\"alert\":2}\n{\"alert\":3}\n{\"alert\":5}\n");
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (folder, _store) = filled();
        let arguments = AlertsArguments { follow: true, ..AlertsArguments::default() };
        let clock = Arc::new(ManualClock::new(start()));
        let mut view = View { state: folder.path(), clock, zone: TimeZone::UTC, width: None, out: &mut Closed };
        assert!(run(&arguments, &Known::default(), &str::to_owned, &mut view).is_ok());
    }
}
