//! Alerts on their way through channels.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::model::delivery::Delivery;
use crate::model::id::{AlertId, ChannelId};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{alert_key, nanos, rows, span, time};
use crate::store::{DeliveryLease, Settlement};

/// See [`crate::store::Store::claim_deliveries`].
pub(super) fn claim(
    connection: &Connection,
    channel: &ChannelId,
    now: Timestamp,
    limit: usize,
    lease: Duration,
) -> Result<Vec<DeliveryLease>, Fault> {
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
    let changed = match settlement {
        Settlement::Delivered => update("state = 1, attempt = attempt + 1, last_error = NULL, done_at = ?4")?.execute(params![
            row,
            channel,
            generation,
            nanos(now)
        ])?,
        Settlement::Retry { at, error } => update("attempt = attempt + 1, ready_at = ?4, due_at = ?4, last_error = ?5")?
            .execute(params![row, channel, generation, nanos(*at), error])?,
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
