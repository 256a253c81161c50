//! `status` and `healthcheck`: one look at the daemon, through its store.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anstyle::Style;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::cli::args::{Format, StatusArguments};
use crate::cli::view::{BAD, GOOD, HEADING, ODD, PLAIN, Table, View, block_on, distance, length};
use crate::model::alert::HoldReason;
use crate::model::id::ChannelId;
use crate::store::lock::StateLock;
use crate::store::{Beat, ChannelTrouble, Gathering, Store, StoreStatus};

/// A daemon that has given no sign of life for so long is not well.
const SILENT_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// Shows how the daemon is; exit code 0 when it lives, else 1.
///
/// # Errors
/// When there is no store, it cannot be read, or the output cannot be written.
pub fn run(arguments: &StatusArguments, view: &mut View<'_>) -> anyhow::Result<ExitCode> {
    let store = view.store()?;
    let status = block_on(async { Ok(store.status().await?) })?;
    let now = view.clock.now();
    let life = Life::of(status.beat.as_ref(), StateLock::is_held(view.state), now);
    match arguments.format {
        Format::Text => table(&status, life, now, view).write(view.width, view.out)?,
        Format::Json => writeln!(view.out, "{}", serde_json::to_string_pretty(&Record::new(&status, life, view))?)?,
        Format::Jsonl => writeln!(view.out, "{}", serde_json::to_string(&Record::new(&status, life, view))?)?,
    }
    Ok(exit_code(life))
}

/// Says in one line whether the daemon is well and why; exit code 0 or 1.
///
/// # Errors
/// When the output cannot be written.
pub fn healthcheck(view: &mut View<'_>) -> anyhow::Result<ExitCode> {
    let looked = view.store().map_err(anyhow::Error::from).and_then(|store| block_on(async { Ok(store.status().await?) }));
    match looked {
        Ok(status) => {
            let now = view.clock.now();
            let life = Life::of(status.beat.as_ref(), StateLock::is_held(view.state), now);
            let verdict = if life == Life::Lives { "well" } else { "not well" };
            writeln!(view.out, "{verdict}: the daemon {}", life.told(status.beat.as_ref(), now))?;
            Ok(exit_code(life))
        }
        Err(error) => {
            writeln!(view.out, "not well: {error:#}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Whether the daemon lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// It gave a sign of life lately.
    Lives,
    /// It holds its state folder, but has said nothing for too long.
    Silent,
    /// No process holds the state folder.
    Ended,
    /// It never gave a sign of life.
    NeverStarted,
}

impl Life {
    /// From the last sign of life and whether a process holds the state folder, where that is known. The lock is asked and
    /// not the process table, because it is right in containers too and a process number may be somebody else's by now.
    fn of(beat: Option<&Beat>, held: Option<bool>, now: Timestamp) -> Self {
        match (beat, held) {
            (None, Some(true)) => Self::Silent,
            (None, _) => Self::NeverStarted,
            (Some(_), Some(false)) => Self::Ended,
            (Some(beat), _) if now.duration_since(beat.at) < SILENT_AFTER => Self::Lives,
            (Some(_), Some(true)) => Self::Silent,
            (Some(_), None) => Self::Ended,
        }
    }

    fn told(self, beat: Option<&Beat>, now: Timestamp) -> String {
        let last = beat.map_or_else(String::new, |beat| format!("; its last sign of life was {}", distance(now, beat.at)));
        match (self, beat) {
            (Self::Lives, Some(beat)) => {
                format!("has run for {} as process {}, version {}", length(now.duration_since(beat.started)), beat.pid, beat.version)
            }
            (Self::Silent, None) => "is starting, or does not get on".to_owned(),
            (Self::Silent, Some(_)) => format!("runs but does not get on{last}"),
            (Self::Ended | Self::Lives, _) => format!("does not run{last}"),
            (Self::NeverStarted, _) => "was never started".to_owned(),
        }
    }

    const fn style(self) -> Style {
        match self {
            Self::Lives => GOOD,
            Self::Silent | Self::Ended | Self::NeverStarted => BAD,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Lives => "lives",
            Self::Silent => "silent",
            Self::Ended => "ended",
            Self::NeverStarted => "never-started",
        }
    }
}

fn exit_code(life: Life) -> ExitCode {
    if life == Life::Lives { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn table(status: &StoreStatus, life: Life, now: Timestamp, view: &View<'_>) -> Table {
    let mut table = Table::default();
    let mut row = |name: &str, text: String, style: Style| table.row([(name.to_owned(), HEADING), (text, style)]);
    row("daemon", life.told(status.beat.as_ref(), now), life.style());
    let feeds = with_parts(status.feeds, &[(status.feeds_failing, "failing"), (status.feeds_stopped, "stopped")]);
    row("feeds", feeds, if status.feeds_failing > 0 { ODD } else { PLAIN });
    row("entries", with_parts(status.seen, &[(status.work, "waiting to be read")]), PLAIN);
    row("items", status.items.to_string(), PLAIN);
    let last = status.last_alert.map_or_else(String::new, |time| format!(", the last {} ({})", distance(now, time), view.local(time)));
    row("alerts", format!("{}{last}", status.alerts), PLAIN);
    for channel in channels(status) {
        let mut parts = Vec::new();
        if let Some((number, oldest)) = channel.waiting {
            parts.push(format!("{number} waiting, the oldest raised {}", distance(now, oldest)));
        }
        if channel.dead > 0 {
            parts.push(format!("{} given up", channel.dead));
        }
        if let Some(trouble) = channel.trouble {
            let next = distance(now, trouble.until.max(now));
            parts.push(format!("fails since {}, next attempt {next}: {}", view.local(trouble.since), trouble.error));
        }
        parts.extend(channel.gathering.iter().map(|gathering| gathers(gathering, view)));
        let style = match &channel {
            Channel { dead, trouble, .. } if *dead > 0 || trouble.is_some() => BAD,
            Channel { waiting: Some(_), .. } => ODD,
            Channel { .. } => PLAIN,
        };
        row(&format!("channel {}", channel.id), parts.join("; "), style);
    }
    row("state", view.state.display().to_string(), PLAIN);
    table
}

/// `12, 3 failing`, without the parts of which there are none.
fn with_parts(all: u64, parts: &[(u64, &str)]) -> String {
    let parts = parts.iter().filter(|(number, _)| *number > 0).map(|(number, name)| format!("{number} {name}"));
    std::iter::once(all.to_string()).chain(parts).collect::<Vec<_>>().join(", ")
}

/// What gathers for a channel, why, and until when.
fn gathers(gathering: &Gathering, view: &View<'_>) -> String {
    let (count, due) = (gathering.count, view.local(gathering.due));
    match gathering.reason {
        HoldReason::QuietHours => format!("{count} held until its quiet hours end, {due}"),
        HoldReason::Digest => format!("{count} gathered for the digest of {due}"),
        HoldReason::OverRate => format!("{count} over its rate gathered for a digest, {due}"),
    }
}

struct Channel<'a> {
    id: &'a ChannelId,
    waiting: Option<(u64, Timestamp)>,
    gathering: Vec<&'a Gathering>,
    dead: u64,
    trouble: Option<&'a ChannelTrouble>,
}

impl<'a> Channel<'a> {
    const fn new(id: &'a ChannelId) -> Self {
        Self { id, waiting: None, gathering: Vec::new(), dead: 0, trouble: None }
    }
}

/// Channels with a backlog, with something gathering, with dead letters, or in trouble, by name.
fn channels(status: &StoreStatus) -> Vec<Channel<'_>> {
    let mut channels: BTreeMap<&ChannelId, Channel<'_>> = BTreeMap::new();
    for (id, number, oldest) in &status.waiting {
        channels.entry(id).or_insert_with(|| Channel::new(id)).waiting = Some((*number, *oldest));
    }
    for gathering in &status.gathering {
        channels.entry(&gathering.channel).or_insert_with(|| Channel::new(&gathering.channel)).gathering.push(gathering);
    }
    for (id, dead) in &status.dead {
        channels.entry(id).or_insert_with(|| Channel::new(id)).dead = *dead;
    }
    for trouble in &status.failing {
        channels.entry(&trouble.channel).or_insert_with(|| Channel::new(&trouble.channel)).trouble = Some(trouble);
    }
    channels.into_values().collect()
}

/// `wirewatch.status/1`.
#[derive(Serialize)]
struct Record {
    schema: &'static str,
    daemon: &'static str,
    pid: Option<u32>,
    version: Option<String>,
    started: Option<String>,
    last_sign: Option<String>,
    state: String,
    feeds: u64,
    feeds_failing: u64,
    feeds_stopped: u64,
    entries_seen: u64,
    entries_waiting: u64,
    items: u64,
    alerts: u64,
    last_alert: Option<String>,
    channels: Vec<ChannelRecord>,
}

#[derive(Serialize)]
struct ChannelRecord {
    id: String,
    waiting: u64,
    oldest: Option<String>,
    gathering: Vec<GatheringRecord>,
    dead: u64,
    failing_since: Option<String>,
    error: Option<String>,
}

#[derive(Serialize)]
struct GatheringRecord {
    reason: &'static str,
    count: u64,
    due: String,
}

impl Record {
    fn new(status: &StoreStatus, life: Life, view: &View<'_>) -> Self {
        let beat = status.beat.as_ref();
        Self {
            schema: "wirewatch.status/1",
            daemon: life.as_str(),
            pid: beat.map(|beat| beat.pid),
            version: beat.map(|beat| beat.version.clone()),
            started: beat.map(|beat| beat.started.to_string()),
            last_sign: beat.map(|beat| beat.at.to_string()),
            state: view.state.display().to_string(),
            feeds: status.feeds,
            feeds_failing: status.feeds_failing,
            feeds_stopped: status.feeds_stopped,
            entries_seen: status.seen,
            entries_waiting: status.work,
            items: status.items,
            alerts: status.alerts,
            last_alert: status.last_alert.map(|time| time.to_string()),
            channels: channels(status)
                .into_iter()
                .map(|channel| ChannelRecord {
                    id: channel.id.to_string(),
                    waiting: channel.waiting.map_or(0, |(number, _)| number),
                    oldest: channel.waiting.map(|(_, oldest)| oldest.to_string()),
                    gathering: channel
                        .gathering
                        .iter()
                        .map(|one| GatheringRecord { reason: one.reason.as_str(), count: one.count, due: one.due.to_string() })
                        .collect(),
                    dead: channel.dead,
                    failing_since: channel.trouble.map(|trouble| trouble.since.to_string()),
                    error: channel.trouble.map(|trouble| trouble.error.clone()),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use jiff::tz::TimeZone;

    use super::*;
    use crate::clock::ManualClock;
    use crate::store::sqlite::SqliteStore;

    fn at(second: i64) -> Timestamp {
        "2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
    }

    fn status() -> StoreStatus {
        StoreStatus {
            feeds: 120,
            feeds_failing: 3,
            feeds_stopped: 0,
            seen: 4200,
            items: 900,
            work: 7,
            alerts: 12,
            last_alert: Some(at(-300)),
            waiting: vec![(ChannelId::from("desk"), 3, at(-7200)), (ChannelId::from("log"), 1, at(-1))],
            gathering: vec![
                Gathering { channel: ChannelId::from("mail"), reason: HoldReason::Digest, due: at(3600), count: 5 },
                Gathering { channel: ChannelId::from("desk"), reason: HoldReason::QuietHours, due: at(7200), count: 2 },
            ],
            dead: vec![(ChannelId::from("chat"), 2), (ChannelId::from("desk"), 1)],
            failing: vec![ChannelTrouble {
                channel: ChannelId::from("desk"),
                since: at(-7100),
                until: at(600),
                failures: 9,
                error: "no answer".to_owned(),
            }],
            beat: Some(Beat { pid: 4242, started: at(-10_000), at: at(-5), version: "0.1.0".to_owned() }),
        }
    }

    fn shown(run: impl FnOnce(&mut View<'_>)) -> String {
        let mut out = anstream::StripStream::new(Vec::new());
        let clock = Arc::new(ManualClock::new(at(0)));
        run(&mut View { state: Path::new("/state"), clock, zone: TimeZone::UTC, width: None, out: &mut out });
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn people_see_it_aligned() {
        let shown = shown(|view| {
            let table = table(&status(), Life::Lives, at(0), view);
            table.write(None, view.out).unwrap();
        });
        insta::assert_snapshot!(shown, @"
        daemon        has run for 2 h as process 4242, version 0.1.0
        feeds         120, 3 failing
        entries       4200, 7 waiting to be read
        items         900
        alerts        12, the last 5 min ago (2026-03-02 07:55)
        channel chat  2 given up
        channel desk  3 waiting, the oldest raised 2 h ago; 1 given up; fails since 2026-03-02 06:01, next attempt in 10 min: no answer; 2 held until its quiet hours end, 2026-03-02 10:00
        channel log   1 waiting, the oldest raised 1 s ago
        channel mail  5 gathered for the digest of 2026-03-02 09:00
        state         /state
        ");
    }

    #[test]
    fn programs_see_a_record() {
        let shown = shown(|view| {
            writeln!(view.out, "{}", serde_json::to_string_pretty(&Record::new(&status(), Life::Lives, view)).unwrap()).unwrap();
        });
        insta::assert_snapshot!(shown, @r#"
        {
          "schema": "wirewatch.status/1",
          "daemon": "lives",
          "pid": 4242,
          "version": "0.1.0",
          "started": "2026-03-02T05:13:20Z",
          "last_sign": "2026-03-02T07:59:55Z",
          "state": "/state",
          "feeds": 120,
          "feeds_failing": 3,
          "feeds_stopped": 0,
          "entries_seen": 4200,
          "entries_waiting": 7,
          "items": 900,
          "alerts": 12,
          "last_alert": "2026-03-02T07:55:00Z",
          "channels": [
            {
              "id": "chat",
              "waiting": 0,
              "oldest": null,
              "gathering": [],
              "dead": 2,
              "failing_since": null,
              "error": null
            },
            {
              "id": "desk",
              "waiting": 3,
              "oldest": "2026-03-02T06:00:00Z",
              "gathering": [
                {
                  "reason": "quiet-hours",
                  "count": 2,
                  "due": "2026-03-02T10:00:00Z"
                }
              ],
              "dead": 1,
              "failing_since": "2026-03-02T06:01:40Z",
              "error": "no answer"
            },
            {
              "id": "log",
              "waiting": 1,
              "oldest": "2026-03-02T07:59:59Z",
              "gathering": [],
              "dead": 0,
              "failing_since": null,
              "error": null
            },
            {
              "id": "mail",
              "waiting": 0,
              "oldest": null,
              "gathering": [
                {
                  "reason": "digest",
                  "count": 5,
                  "due": "2026-03-02T09:00:00Z"
                }
              ],
              "dead": 0,
              "failing_since": null,
              "error": null
            }
          ]
        }
        "#);
    }

    #[test]
    fn life_is_told_from_beat_and_lock() {
        let beat = |second| Beat { at: at(second), ..status().beat.unwrap() };
        let cases = [
            (None, Some(false)),
            (None, Some(true)),
            (Some(beat(-5)), Some(true)),
            (Some(beat(-5)), None),
            (Some(beat(-5)), Some(false)),
            (Some(beat(-61)), Some(true)),
            (Some(beat(-61)), None),
        ];
        let shown: Vec<String> = cases
            .into_iter()
            .map(|(beat, held)| {
                let life = Life::of(beat.as_ref(), held, at(0));
                format!("{}: the daemon {}", life.as_str(), life.told(beat.as_ref(), at(0)))
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        never-started: the daemon was never started
        silent: the daemon is starting, or does not get on
        lives: the daemon has run for 2 h as process 4242, version 0.1.0
        lives: the daemon has run for 2 h as process 4242, version 0.1.0
        ended: the daemon does not run; its last sign of life was 5 s ago
        silent: the daemon runs but does not get on; its last sign of life was 1 min ago
        ended: the daemon does not run; its last sign of life was 1 min ago
        ");
    }

    #[test]
    fn a_healthcheck_is_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(at(0)));
        let check = || {
            let mut out = Vec::new();
            let mut view = View { state: folder.path(), clock: clock.clone(), zone: TimeZone::UTC, width: None, out: &mut out };
            let code = i32::from(healthcheck(&mut view).unwrap() != ExitCode::SUCCESS);
            let told = String::from_utf8(out).unwrap().replace(&folder.path().display().to_string(), "STATE");
            format!("exit {code}: {told}")
        };
        let mut told = check();
        let lock = StateLock::take(folder.path()).unwrap();
        let store = SqliteStore::open(folder.path(), clock.clone()).unwrap();
        block_on(async { Ok(store.beat(status().beat.unwrap()).await?) }).unwrap();
        told += &check();
        drop(lock);
        told += &check();
        insta::assert_snapshot!(told, @"
        exit 1: not well: there is no store at `STATE/wirewatch.db` yet; `wirewatch run` makes it
        exit 0: well: the daemon has run for 2 h as process 4242, version 0.1.0
        exit 1: not well: the daemon does not run; its last sign of life was 5 s ago
        ");
    }
}
