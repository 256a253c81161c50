//! Entries that wait to be read, and what reading them leaves behind.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::id::{AlertId, ChannelId, EntryId};
use crate::store::record;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::items::{self, Packed};
use crate::store::sqlite::stories;
use crate::store::sqlite::value::{alert_key, entry_key, nanos, rows, span};
use crate::store::{Also, NewAlert, SUSPECT_AFTER, WorkCommitted, WorkDone, WorkLease};

/// The channel that every alert goes to.
const LOG: &str = "log";

/// A row of work that is due: its number, its generation, its attempts, its entry.
type Due = (i64, i64, u32, String);

/// See [`crate::store::Store::has_work`].
pub(super) fn any(connection: &Connection) -> Result<bool, Fault> {
    Ok(connection.prepare_cached("SELECT 1 FROM work LIMIT 1")?.exists([])?)
}

/// See [`crate::store::Store::claim_work`]. A row that cannot be read is ended, so that it holds up nothing.
pub(super) fn claim(connection: &Connection, now: Timestamp, limit: usize, lease: Duration) -> Result<Vec<WorkLease>, Fault> {
    let suspect = suspect(connection, now)?.filter(|_| limit > 0);
    let mut due = unsuspected(connection, now, limit - usize::from(suspect.is_some()))?;
    due.extend(suspect);
    let until = nanos(now).saturating_add(span(lease));
    // An attempt counts from here, so that an entry which ends the process is known by its count at the next start.
    let mut hold = connection
        .prepare_cached("UPDATE work SET ready_at = ?2, held = 1, generation = generation + 1, attempt = attempt + 1 WHERE id = ?1")?;
    let mut leases = Vec::with_capacity(due.len());
    for (work, generation, attempt, entry) in due {
        match record::entry_from_json(&entry) {
            Ok(entry) => {
                hold.execute([work, until])?;
                leases.push(WorkLease { work, generation: generation + 1, attempt, entry });
            }
            Err(error) => {
                tracing::error!(work, error = %error, "an entry was given up");
                connection.execute("DELETE FROM work WHERE id = ?1", [work])?;
            }
        }
    }
    Ok(leases)
}

/// What is due and no suspect, the longest waiting first.
fn unsuspected(connection: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Due>, Fault> {
    let mut due = connection.prepare_cached(
        "SELECT id, generation, attempt, entry FROM work WHERE ready_at <= ?1 AND attempt < ?3 ORDER BY ready_at, id LIMIT ?2",
    )?;
    let due = due.query_map(params![nanos(now), rows(limit), SUSPECT_AFTER], due_row)?.collect::<rusqlite::Result<_>>()?;
    Ok(due)
}

/// The suspect that was tried least, unless one is on loan: of those on loan when the process ends, only it counts an attempt
/// that says something about it. The bound stands in the text, as the index is for it alone; it is [`SUSPECT_AFTER`].
fn suspect(connection: &Connection, now: Timestamp) -> Result<Option<Due>, Fault> {
    let mut on_loan = connection.prepare_cached("SELECT 1 FROM work WHERE attempt >= 5 AND attempt > 5 AND held = 1 AND ready_at > ?1")?;
    if on_loan.exists([nanos(now)])? {
        return Ok(None);
    }
    let mut suspect = connection.prepare_cached(
        "SELECT id, generation, attempt, entry FROM work WHERE attempt >= 5 AND ready_at <= ?1 ORDER BY attempt, ready_at, id LIMIT 1",
    )?;
    Ok(suspect.query_row([nanos(now)], due_row).optional()?)
}

fn due_row(row: &Row<'_>) -> rusqlite::Result<Due> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

/// See [`crate::store::Store::defer_work`].
pub(super) fn defer(connection: &Connection, work: i64, generation: i64, until: Timestamp) -> Result<(), Fault> {
    let mut defer = connection.prepare_cached(
        "UPDATE work SET ready_at = ?3, due_at = ?3, held = 0, attempt = attempt - 1 WHERE id = ?1 AND generation = ?2 AND held = 1",
    )?;
    match defer.execute([work, generation, nanos(until)])? {
        0 => Err(lost(work)),
        _ => Ok(()),
    }
}

/// See [`crate::store::Store::complete_work`].
pub(super) fn complete(
    connection: &Connection,
    work: i64,
    generation: i64,
    entry: &EntryId,
    item: Option<&Packed>,
    done: &WorkDone,
    now: Timestamp,
) -> Result<WorkCommitted, Fault> {
    let mut end = connection.prepare_cached("DELETE FROM work WHERE id = ?1 AND generation = ?2 AND held = 1")?;
    if end.execute([work, generation])? == 0 {
        return Err(lost(work));
    }
    if let Some(item) = item {
        items::put(connection, entry, item, now)?;
    }
    if let Some(story) = &done.story {
        stories::put(connection, story, now)?;
    }
    let mut raised = Vec::new();
    for new in &done.alerts {
        if raise(connection, new, now)? {
            raised.push(new.alert.id);
        } else {
            // Another feed brought the same article at the same moment.
            let item = &new.alert.item;
            stories::add(connection, entry, &Also { alert: new.alert.id, feed: item.feed.clone(), outlet: item.outlet.clone() }, now)?;
        }
    }
    for also in &done.also {
        stories::add(connection, entry, also, now)?;
    }
    Ok(WorkCommitted { raised })
}

/// See [`crate::store::Store::known_alerts`].
pub(super) fn known(connection: &Connection, ids: Vec<AlertId>) -> Result<Vec<AlertId>, Fault> {
    let mut known = connection.prepare_cached("SELECT 1 FROM alert WHERE id = ?1")?;
    let mut found = Vec::new();
    for id in ids {
        if known.exists([alert_key(&id)])? {
            found.push(id);
        }
    }
    Ok(found)
}

/// Frees the work an earlier process held.
pub(super) fn free(connection: &Connection) -> Result<(), Fault> {
    connection.execute("UPDATE work SET held = 0, ready_at = due_at, generation = generation + 1 WHERE held = 1", [])?;
    Ok(())
}

/// Adds to a kept count.
pub(super) fn tally(connection: &Connection, name: &str, by: i64) -> Result<(), Fault> {
    connection.prepare_cached("UPDATE tally SET value = value + ?2 WHERE name = ?1")?.execute(params![name, by])?;
    Ok(())
}

fn lost(work: i64) -> Fault {
    Fault::lost(format!("entry no. {work}"))
}

/// Whether the alert was not known.
pub(super) fn raise(connection: &Connection, new: &NewAlert, now: Timestamp) -> Result<bool, Fault> {
    let alert = &new.alert;
    let mut insert = connection.prepare_cached(
        "INSERT INTO alert (id, at, watch, severity, body, entry, story, told) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (id) DO NOTHING",
    )?;
    let severity = alert.watch.severity as i64;
    let story = alert.story.as_ref().map(|story| story.id.as_str());
    let outlets = alert.story.as_ref().map_or(1, |story| story.outlets);
    let told = alert.is_told().then_some(outlets).filter(|_| alert.is_news());
    let inserted = insert.execute(params![
        alert_key(&alert.id),
        nanos(alert.time),
        alert.watch.id.as_str(),
        severity,
        new.body,
        entry_key(&alert.item.id),
        story,
        told
    ])?;
    if inserted == 0 {
        return Ok(false);
    }
    let row = connection.last_insert_rowid();
    let mut deliver = connection
        .prepare_cached("INSERT INTO delivery (alert, channel, ready_at, due_at) VALUES (?1, ?2, ?3, ?3) ON CONFLICT DO NOTHING")?;
    for channel in std::iter::once(LOG).chain(alert.notify.iter().map(ChannelId::as_str)) {
        deliver.execute(params![row, channel, nanos(now)])?;
    }
    let mut gather = connection.prepare_cached(
        "INSERT INTO delivery (alert, channel, state, ready_at, due_at, reason) VALUES (?1, ?2, 4, ?3, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    for held in &alert.held {
        gather.execute(params![row, held.channel.as_str(), nanos(held.until), held.reason.as_str()])?;
    }
    tally(connection, "alerts", 1)?;
    Ok(true)
}
