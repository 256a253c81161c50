//! Alerts on their way through channels.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::model::delivery::Delivery;
use crate::model::id::{AlertId, ChannelId};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{alert_key, nanos, rows, span, time};
use crate::store::{ChannelTrouble, DeadLetter, DeadLetterChange, DeadLetters, DeliveryLease, Settlement};

/// See [`crate::store::Store::claim_deliveries`].
pub(super) fn claim(
    connection: &Connection,
    channel: &ChannelId,
    now: Timestamp,
    limit: usize,
    lease: Duration,
) -> Result<Vec<DeliveryLease>, Fault> {
    let waits = "SELECT EXISTS (SELECT 1 FROM channel WHERE name = ?1 AND until > ?2)";
    if connection.prepare_cached(waits)?.query_row(params![channel.as_str(), nanos(now)], |row| row.get(0))? {
        return Ok(Vec::new());
    }
    let mut due = connection.prepare_cached(
        "SELECT d.alert, d.generation, d.attempt, a.id, a.at, a.body FROM delivery d JOIN alert a ON a.row = d.alert \
         WHERE d.channel = ?1 AND d.state = 0 AND d.ready_at <= ?2 ORDER BY d.alert LIMIT ?3",
    )?;
    let due: Vec<(i64, DeliveryLease)> = due
        .query_map(params![channel.as_str(), nanos(now), rows(limit)], |row| {
            let delivery = Delivery {
                alert: AlertId(Uuid::from_bytes(row.get(3)?)),
                channel: channel.clone(),
                body: row.get(5)?,
                attempt: row.get(2)?,
                raised: time(row.get(4)?),
            };
            Ok((row.get(0)?, DeliveryLease { delivery, generation: row.get::<_, i64>(1)? + 1 }))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let until = nanos(now).saturating_add(span(lease));
    let mut hold = connection
        .prepare_cached("UPDATE delivery SET ready_at = ?3, held = 1, generation = generation + 1 WHERE alert = ?1 AND channel = ?2")?;
    for (alert, _) in &due {
        hold.execute(params![alert, channel.as_str(), until])?;
    }
    Ok(due.into_iter().map(|(_, lease)| lease).collect())
}

/// A delivery that is settled: which, under which loan, and what became of it.
pub(super) type Settled = (AlertId, ChannelId, i64, Settlement);

/// See [`crate::store::Store::settle`].
pub(super) fn settle(connection: &Connection, settled: &[Settled], now: Timestamp) -> Result<(), Fault> {
    for (alert, channel, generation, settlement) in settled {
        if settle_one(connection, alert, channel, *generation, settlement, now)? == 0 {
            // The whole operation is rolled back by the writer.
            return Err(Fault::lost(format!("the delivery of alert {alert} to channel `{channel}`")));
        }
    }
    Ok(())
}

/// A delivery that its holder still holds.
const ON_LOAN: &str = "alert = ?1 AND channel = ?2 AND generation = ?3 AND held = 1 AND state = 0";

/// How many rows were changed: one, or none when the lease was lost.
fn settle_one(
    connection: &Connection,
    alert: &AlertId,
    channel: &ChannelId,
    generation: i64,
    settlement: &Settlement,
    now: Timestamp,
) -> Result<usize, Fault> {
    let row =
        connection.prepare_cached("SELECT row FROM alert WHERE id = ?1")?.query_row([alert_key(alert)], |row| row.get(0)).optional()?;
    let Some(row): Option<i64> = row else { return Ok(0) };
    let update = |what: &str| connection.prepare_cached(&format!("UPDATE delivery SET held = 0, {what} WHERE {ON_LOAN}"));
    let channel = channel.as_str();
    match settlement {
        Settlement::Delivered => {
            connection.prepare_cached("DELETE FROM channel WHERE name = ?1")?.execute([channel])?;
        }
        Settlement::ChannelWaits { until, asked, error } => {
            connection
                .prepare_cached(
                    "INSERT INTO channel (name, since, until, asked, failures, error) VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT DO UPDATE \
                     SET until = excluded.until, asked = excluded.asked, failures = failures + 1, error = excluded.error",
                )?
                .execute(params![channel, nanos(now), nanos(*until), asked, error])?;
        }
        Settlement::Retry { .. } | Settlement::Dead { .. } | Settlement::Released => {}
    }
    let changed = match settlement {
        Settlement::Delivered => update("state = 1, attempt = attempt + 1, last_error = NULL, done_at = ?4")?.execute(params![
            row,
            channel,
            generation,
            nanos(now)
        ])?,
        Settlement::Retry { at, error } => update("attempt = attempt + 1, ready_at = ?4, due_at = ?4, last_error = ?5")?
            .execute(params![row, channel, generation, nanos(*at), error])?,
        Settlement::ChannelWaits { error, .. } => {
            update("ready_at = due_at, last_error = ?4")?.execute(params![row, channel, generation, error])?
        }
        Settlement::Dead { error } => update("state = 2, attempt = attempt + 1, done_at = ?4, last_error = ?5")?.execute(params![
            row,
            channel,
            generation,
            nanos(now),
            error
        ])?,
        Settlement::Released => update("ready_at = due_at")?.execute(params![row, channel, generation])?,
    };
    Ok(changed)
}

/// See [`crate::store::Store::next_due`]: work and deliveries.
pub(super) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, Fault> {
    let mut work = connection.prepare_cached("SELECT min(ready_at) FROM work")?;
    let mut delivery = connection.prepare_cached("SELECT min(ready_at) FROM delivery WHERE state = 0")?;
    let work: Option<i64> = work.query_row([], |row| row.get(0))?;
    let delivery: Option<i64> = delivery.query_row([], |row| row.get(0))?;
    Ok(work.into_iter().chain(delivery).min().map(time))
}

/// Frees the deliveries an earlier process held.
pub(super) fn free(connection: &Connection) -> Result<(), Fault> {
    connection.execute("UPDATE delivery SET held = 0, ready_at = due_at, generation = generation + 1 WHERE state = 0 AND held = 1", [])?;
    Ok(())
}

/// See [`crate::store::Store::ended`].
pub(super) fn ended(connection: &Connection, channel: &ChannelId, since: Timestamp, limit: usize) -> Result<Vec<Timestamp>, Fault> {
    let mut ended = connection.prepare_cached(
        "SELECT done_at FROM delivery WHERE channel = ?1 AND state IN (1, 2) AND done_at >= ?2 ORDER BY done_at DESC LIMIT ?3",
    )?;
    let ended = ended.query_map(params![channel.as_str(), nanos(since), rows(limit)], |row| Ok(time(row.get(0)?)))?;
    let mut ended: Vec<Timestamp> = ended.collect::<rusqlite::Result<_>>()?;
    ended.reverse();
    Ok(ended)
}

/// See [`crate::store::Store::resume_channel`].
pub(super) fn resume(connection: &Connection, channel: &ChannelId, now: Timestamp) -> Result<Option<ChannelTrouble>, Fault> {
    connection
        .prepare_cached("UPDATE channel SET until = ?2 WHERE name = ?1 AND asked = 0 AND until > ?2")?
        .execute(params![channel.as_str(), nanos(now)])?;
    let mut trouble = connection.prepare_cached(&format!("{TROUBLE} WHERE name = ?1"))?;
    Ok(trouble.query_row([channel.as_str()], read_trouble).optional()?)
}

/// Channels whose receiver takes nothing, by name.
pub(super) fn troubles(connection: &Connection) -> Result<Vec<ChannelTrouble>, Fault> {
    let mut troubles = connection.prepare_cached(&format!("{TROUBLE} ORDER BY name"))?;
    Ok(troubles.query_map([], read_trouble)?.collect::<rusqlite::Result<_>>()?)
}

const TROUBLE: &str = "SELECT name, since, until, failures, error FROM channel";

fn read_trouble(row: &Row<'_>) -> rusqlite::Result<ChannelTrouble> {
    Ok(ChannelTrouble {
        channel: ChannelId::from(row.get::<_, String>(0)?),
        since: time(row.get(1)?),
        until: time(row.get(2)?),
        failures: row.get(3)?,
        error: row.get(4)?,
    })
}

/// Which dead letters, over `d` and with ?1 the channel and ?2 the alert, each or NULL.
const DEAD: &str = "d.state = 2 AND (?1 IS NULL OR d.channel = ?1) AND (?2 IS NULL OR d.alert = (SELECT row FROM alert WHERE id = ?2))";

/// See [`crate::store::Store::dead_letters`].
pub(super) fn dead(connection: &Connection, which: &DeadLetters) -> Result<Vec<DeadLetter>, Fault> {
    let mut dead = connection.prepare_cached(&format!(
        "SELECT a.id, d.channel, a.body, d.attempt, a.at, d.done_at, d.last_error FROM delivery d JOIN alert a ON a.row = d.alert \
         WHERE {DEAD} ORDER BY d.alert, d.channel"
    ))?;
    let letters = dead.query_map(params![which.channel.as_ref().map(ChannelId::as_str), which.alert.as_ref().map(alert_key)], |row| {
        let delivery = Delivery {
            alert: AlertId(Uuid::from_bytes(row.get(0)?)),
            channel: ChannelId::from(row.get::<_, String>(1)?),
            body: row.get(2)?,
            attempt: row.get(3)?,
            raised: time(row.get(4)?),
        };
        let given_up = row.get::<_, Option<i64>>(5)?.map_or(delivery.raised, time);
        Ok(DeadLetter { delivery, given_up, error: row.get::<_, Option<String>>(6)?.unwrap_or_default() })
    })?;
    Ok(letters.collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::change_dead_letters`].
pub(super) fn change_dead(connection: &Connection, which: &DeadLetters, change: DeadLetterChange, now: Timestamp) -> Result<usize, Fault> {
    let what = match change {
        DeadLetterChange::Retry => "state = 0, attempt = 0, held = 0, ready_at = ?3, due_at = ?3, done_at = NULL",
        DeadLetterChange::Drop => "state = 3, done_at = ?3",
    };
    let mut update = connection.prepare_cached(&format!("UPDATE delivery AS d SET {what} WHERE {DEAD}"))?;
    Ok(update.execute(params![which.channel.as_ref().map(ChannelId::as_str), which.alert.as_ref().map(alert_key), nanos(now)])?)
}
