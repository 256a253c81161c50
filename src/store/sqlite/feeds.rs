//! The schedule: which feeds there are, who holds them, and what is remembered of them.

use std::collections::HashMap;
use std::fmt::{Display, Write as _};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use sha2::{Digest, Sha256};
use url::Url;

use crate::model::feed::{FeedState, History, Moved, Rhythm, Validators};
use crate::model::health::Subject;
use crate::model::id::FeedId;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::health;
use crate::store::sqlite::seen;
use crate::store::sqlite::seen::{Days, Marked};
use crate::store::sqlite::value::{day, nanos, rows, span, time};
use crate::store::{FeedChange, FeedLease, FeedPlan, Listed, VisitCommitted, VisitOutcome, When};

/// The columns of [`FeedState`], in the order in which [`state`] reads them.
const STATE: &str = "next_due, next_reason, initialised, paused, gone, failures, last_status, last_visit, last_success, last_new, \
                     last_error, etag, last_modified, body_hash, moved_to, moved_seen, title, rhythm, failing_since, history";

/// See [`crate::store::Store::configure_feeds`].
pub(super) fn configure(connection: &Connection, feeds: &[FeedPlan], now: Timestamp) -> Result<(), Fault> {
    let mut stored = connection.prepare_cached("SELECT name, id, configured, address FROM feed")?;
    let mut stored: HashMap<String, (i64, bool, Option<Vec<u8>>)> =
        stored.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))?.collect::<rusqlite::Result<_>>()?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO feed (name, configured, ready_at, next_due, next_reason, address) VALUES (?1, 1, ?2, ?2, 'start', ?3) ON CONFLICT DO NOTHING",
    )?;
    let mut restore = connection.prepare_cached("UPDATE feed SET configured = 1, removed_at = NULL WHERE id = ?1")?;
    let mut note = connection.prepare_cached("UPDATE feed SET address = ?2 WHERE id = ?1")?;
    for FeedPlan { feed, address, due } in feeds {
        let address = Sha256::digest(address).to_vec();
        match stored.remove(feed.as_str()) {
            None => {
                insert.execute(params![feed.as_str(), nanos(*due), address])?;
            }
            Some((id, configured, known)) => {
                if !configured {
                    restore.execute([id])?;
                }
                match known {
                    Some(known) if known == address => {}
                    Some(_) => readdress(connection, id, &address, *due)?,
                    // Kept by an older version, which knew no address.
                    None => {
                        note.execute(params![id, address])?;
                    }
                }
            }
        }
    }
    let mut remove = connection.prepare_cached("UPDATE feed SET configured = 0, removed_at = ?2 WHERE id = ?1")?;
    for (id, configured, _) in stored.into_values() {
        if configured {
            remove.execute([id, nanos(now)])?;
        }
    }
    Ok(())
}

/// Forgets what the old address said of itself. The new generation refuses a visit that still asks the old one.
fn readdress(connection: &Connection, id: i64, address: &[u8], due: Timestamp) -> Result<(), Fault> {
    let mut readdress = connection.prepare_cached(
        "UPDATE feed SET address = ?2, ready_at = ?3, next_due = ?3, next_reason = 'start', held = 0, generation = generation + 1, gone = 0, \
         failures = 0, failing_since = NULL, last_status = NULL, last_error = NULL, etag = NULL, last_modified = NULL, body_hash = NULL, moved_to = NULL, \
         moved_seen = NULL, rhythm = '' WHERE id = ?1",
    )?;
    readdress.execute(params![id, address, nanos(due)])?;
    Ok(())
}

/// See [`crate::store::Store::make_due`]. `next_due` stays: a round that is cut short leaves the schedule as it was.
pub(super) fn make_due(connection: &Connection, now: Timestamp) -> Result<usize, Fault> {
    Ok(connection.execute(
        "UPDATE feed SET ready_at = ?1 WHERE configured = 1 AND held = 0 AND paused = 0 AND gone = 0 \
         AND NOT (next_reason = 'retry-after' AND next_due > ?1)",
        [nanos(now)],
    )?)
}

/// See [`crate::store::Store::claim_feeds`].
pub(super) fn claim(connection: &Connection, now: Timestamp, limit: usize, lease: Duration) -> Result<Vec<FeedLease>, Fault> {
    let mut due = connection.prepare_cached(&format!(
        "SELECT {STATE}, id, name, generation, EXISTS (SELECT 1 FROM health WHERE subject = 'feed:' || name) FROM feed \
         WHERE configured = 1 AND paused = 0 AND gone = 0 AND ready_at <= ?1 ORDER BY ready_at, id LIMIT ?2"
    ))?;
    let mut due: Vec<(i64, bool, FeedLease)> = due
        .query_map([nanos(now), rows(limit)], |row| {
            let feed = FeedId::from(row.get::<_, String>(21)?);
            let lease = FeedLease { feed, state: state(row)?, generation: row.get::<_, i64>(22)? + 1, told: Vec::new() };
            Ok((row.get(20)?, row.get(23)?, lease))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let until = nanos(now).saturating_add(span(lease));
    let mut hold = connection.prepare_cached("UPDATE feed SET ready_at = ?2, held = 1, generation = generation + 1 WHERE id = ?1")?;
    for (id, ill, lease) in &mut due {
        hold.execute([*id, until])?;
        if *ill {
            lease.told = health::told_of(connection, &Subject::Feed(lease.feed.clone()))?;
        }
    }
    Ok(due.into_iter().map(|(_, _, lease)| lease).collect())
}

/// See [`crate::store::Store::claim_feed`].
pub(super) fn claim_one(connection: &Connection, feed: &FeedId, now: Timestamp, lease: Duration) -> Result<Option<FeedLease>, Fault> {
    let mut free = connection.prepare_cached(&format!(
        "SELECT {STATE}, id, name, generation FROM feed \
         WHERE name = ?1 AND configured = 1 AND paused = 0 AND gone = 0 AND (held = 0 OR ready_at <= ?2)"
    ))?;
    let found = free
        .query_row(params![feed.as_str(), nanos(now)], |row| Ok((row.get::<_, i64>(20)?, state(row)?, row.get::<_, i64>(22)? + 1)))
        .optional()?;
    let Some((id, state, generation)) = found else { return Ok(None) };
    connection
        .prepare_cached("UPDATE feed SET ready_at = ?2, held = 1, generation = generation + 1 WHERE id = ?1")?
        .execute([id, nanos(now).saturating_add(span(lease))])?;
    let told = health::told_of(connection, &Subject::Feed(feed.clone()))?;
    Ok(Some(FeedLease { feed: feed.clone(), state, generation, told }))
}

/// See [`crate::store::Store::next_feed_due`].
pub(super) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, Fault> {
    let mut next = connection.prepare_cached("SELECT min(ready_at) FROM feed WHERE configured = 1 AND paused = 0 AND gone = 0")?;
    Ok(next.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(time))
}

/// See [`crate::store::Store::commit_visit`].
pub(super) fn commit_visit(
    connection: &Connection,
    feed: &FeedId,
    generation: i64,
    visit: &VisitOutcome,
    now: Timestamp,
) -> Result<VisitCommitted, Fault> {
    let mut on_loan =
        connection.prepare_cached("SELECT id, read_day, marks, initialised FROM feed WHERE name = ?1 AND generation = ?2 AND held = 1")?;
    let held = on_loan
        .query_row(params![feed.as_str(), generation], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, bool>(3)?))
        })
        .optional()?;
    let Some((id, read_day, marks, initialised)) = held else {
        return Err(Fault::lost(format!("feed `{feed}`")));
    };
    let VisitOutcome { state, entries: listing, notices, .. } = visit;
    // A part says nothing of what else the feed lists, so the day of the last whole listing stands.
    let today = match visit.listing {
        Listed::Whole => day(now).max(read_day),
        Listed::Part => read_day,
    };
    let marked = if listing.is_empty() {
        Marked::default()
    } else {
        seen::mark(connection, id, Days { read_day, today }, marks == 0, listing, now)?
    };
    let read_day = if listing.is_empty() { read_day } else { today };
    // Only here is it known what is new. At the first visit everything is, which says nothing unless it is to be told.
    let has_news = marked.work > 0 || (marked.new > 0 && initialised);
    let last_new = if has_news { Some(now) } else { state.last_new };
    let mut update = connection.prepare_cached(
        "UPDATE feed SET ready_at = :next_due, held = 0, read_day = :read_day, marks = marks + :marks, next_due = :next_due, \
         next_reason = :next_reason, initialised = :initialised, gone = :gone, failures = :failures, failing_since = :failing_since, last_status = :last_status, \
         last_visit = :last_visit, last_success = :last_success, last_new = :last_new, last_error = :last_error, etag = :etag, \
         last_modified = :last_modified, body_hash = :body_hash, moved_to = :moved_to, moved_seen = :moved_seen, title = :title, rhythm = :rhythm, history = :history \
         WHERE id = :id",
    )?;
    update.execute(named_params! {
        ":id": id,
        ":read_day": read_day,
        ":marks": marked.rows,
        ":next_due": nanos(state.next_due),
        ":next_reason": state.next_reason,
        ":initialised": state.initialised,
        ":gone": state.gone,
        ":failures": state.failures,
        ":failing_since": state.failing_since.map(nanos),
        ":last_status": state.last_status,
        ":last_visit": state.last_visit.map(nanos),
        ":last_success": state.last_success.map(nanos),
        ":last_new": last_new.map(nanos),
        ":last_error": state.last_error,
        ":etag": state.validators.etag,
        ":last_modified": state.validators.last_modified,
        ":body_hash": state.validators.body_hash,
        ":moved_to": state.moved.as_ref().map(|moved| moved.to.as_str()),
        ":moved_seen": state.moved.as_ref().map(|moved| moved.seen),
        ":title": state.title,
        ":rhythm": written(&state.rhythm),
        ":history": written(&state.history),
    })?;
    let mut told = 0;
    for (when, notice) in notices {
        let holds = match when {
            When::Always => true,
            When::News => has_news,
            When::NoNews => !has_news,
        };
        told += usize::from(holds && health::tell_one(connection, notice, now)?);
    }
    Ok(VisitCommitted { new: marked.new, work: marked.work, told })
}

/// See [`crate::store::Store::feeds`].
pub(super) fn all(connection: &Connection) -> Result<Vec<(FeedId, FeedState)>, Fault> {
    let mut feeds = connection.prepare_cached(&format!("SELECT {STATE}, name FROM feed WHERE configured = 1 ORDER BY id"))?;
    let feeds = feeds.query_map([], |row| Ok((FeedId::from(row.get::<_, String>(20)?), state(row)?)))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::feeds_told_to_wait`].
pub(super) fn told_to_wait(connection: &Connection, now: Timestamp) -> Result<Vec<(FeedId, FeedState)>, Fault> {
    let mut feeds = connection.prepare_cached(&format!(
        "SELECT {STATE}, name FROM feed WHERE configured = 1 AND next_reason = 'retry-after' AND next_due > ?1 ORDER BY id"
    ))?;
    let feeds = feeds.query_map([nanos(now)], |row| Ok((FeedId::from(row.get::<_, String>(20)?), state(row)?)))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::feeds_failing`].
pub(super) fn failing(connection: &Connection, since: Timestamp) -> Result<Vec<(FeedId, FeedState)>, Fault> {
    let mut feeds = connection.prepare_cached(&format!(
        "SELECT {STATE}, name FROM feed WHERE failing_since <= ?1 AND configured = 1 AND paused = 0 AND gone = 0 \
         AND NOT EXISTS (SELECT 1 FROM health WHERE subject = 'feed:' || feed.name AND trouble = 'failing')"
    ))?;
    let feeds = feeds.query_map([nanos(since)], |row| Ok((FeedId::from(row.get::<_, String>(20)?), state(row)?)))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::forgive_failures`]. Why a feed is asked when it is stays as it is: it is soon enough.
pub(super) fn forgive(connection: &Connection, since: Timestamp) -> Result<usize, Fault> {
    let mut forgive =
        connection.prepare_cached("UPDATE feed SET failures = 0, failing_since = NULL, last_error = NULL WHERE failing_since >= ?1")?;
    Ok(forgive.execute([nanos(since)])?)
}

/// See [`crate::store::Store::set_feed`].
pub(super) fn set(connection: &Connection, id: &FeedId, change: FeedChange, now: Timestamp) -> Result<bool, Fault> {
    let changed = match change {
        FeedChange::Pause => {
            connection.prepare_cached("UPDATE feed SET paused = 1 WHERE name = ?1 AND configured = 1")?.execute([id.as_str()])?
        }
        // A feed that was gone waits for nothing; any other keeps the wait that its server or its failures asked for.
        FeedChange::Resume => connection
            .prepare_cached(
                "UPDATE feed SET paused = 0, gone = 0, next_due = iif(gone, ?2, next_due), next_reason = iif(gone, 'start', next_reason), \
                 ready_at = iif(gone AND NOT held, ?2, ready_at), failures = iif(gone, 0, failures), failing_since = iif(gone, NULL, failing_since), \
                 last_error = iif(gone, NULL, last_error) WHERE name = ?1 AND configured = 1",
            )?
            .execute(params![id.as_str(), nanos(now)])?,
    };
    Ok(changed > 0)
}

/// Frees the feeds an earlier process held.
pub(super) fn free(connection: &Connection) -> Result<(), Fault> {
    connection.execute("UPDATE feed SET held = 0, ready_at = next_due, generation = generation + 1 WHERE held = 1", [])?;
    Ok(())
}

/// A durable form, written without growing its text step by step: this is done at every visit.
fn written(form: &impl Display) -> String {
    let mut text = String::with_capacity(192);
    // Writing to a text never fails.
    write!(text, "{form}").expect("a text takes all that is written");
    text
}

fn state(row: &Row<'_>) -> rusqlite::Result<FeedState> {
    let moment = |index| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(index)?.map(time));
    let to = row.get::<_, Option<String>>(14)?.and_then(|text| Url::parse(&text).ok());
    let moved_seen = row.get::<_, Option<u32>>(15)?;
    Ok(FeedState {
        next_due: time(row.get(0)?),
        next_reason: row.get(1)?,
        initialised: row.get(2)?,
        paused: row.get(3)?,
        gone: row.get(4)?,
        failures: row.get(5)?,
        last_status: row.get(6)?,
        last_visit: moment(7)?,
        last_success: moment(8)?,
        last_new: moment(9)?,
        last_error: row.get(10)?,
        validators: Validators { etag: row.get(11)?, last_modified: row.get(12)?, body_hash: row.get(13)? },
        moved: to.zip(moved_seen).map(|(to, seen)| Moved { to, seen }),
        title: row.get(16)?,
        rhythm: Rhythm::parse(&row.get::<_, String>(17)?),
        failing_since: moment(18)?,
        history: History::parse(&row.get::<_, String>(19)?),
    })
}
