//! Alerts that gather for a channel, and what becomes of them.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::model::alert::HoldReason;
use crate::model::id::{AlertId, ChannelId};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{alert_key, count, nanos, time};
use crate::store::sqlite::work;
use crate::store::{Gathered, GatheredAlert, Gathering, Together};

/// See [`crate::store::Store::gatherings`].
pub(super) fn gatherings(connection: &Connection) -> Result<Vec<Gathering>, Fault> {
    let mut gatherings = connection.prepare_cached(
        "SELECT channel, reason, min(ready_at), count(*) FROM delivery WHERE state = 4 GROUP BY channel, reason ORDER BY 1, 2",
    )?;
    let gatherings = gatherings.query_map([], |row| {
        let reason = row.get::<_, String>(1)?;
        let (channel, due, number) = (ChannelId::from(row.get::<_, String>(0)?), time(row.get(2)?), count(row.get(3)?));
        Ok(HoldReason::parse(&reason).map(|reason| Gathering { channel, reason, due, count: number }))
    })?;
    Ok(gatherings.filter_map(rusqlite::Result::transpose).collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::gathered`].
pub(super) fn gathered(
    connection: &Connection,
    channel: &ChannelId,
    reason: HoldReason,
    until: Timestamp,
) -> Result<Vec<GatheredAlert>, Fault> {
    let mut alerts = connection.prepare_cached(
        "SELECT a.id, a.at, a.body FROM delivery d JOIN alert a ON a.row = d.alert \
         WHERE d.state = 4 AND d.channel = ?1 AND d.reason = ?2 AND d.ready_at <= ?3 ORDER BY d.alert",
    )?;
    let alerts = alerts.query_map(params![channel.as_str(), reason.as_str(), nanos(until)], |row| {
        Ok(GatheredAlert { id: AlertId(Uuid::from_bytes(row.get(0)?)), raised: time(row.get(1)?), body: row.get(2)? })
    })?;
    Ok(alerts.collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::digested`].
pub(super) fn digested(connection: &Connection) -> Result<Vec<(ChannelId, Timestamp)>, Fault> {
    let mut marks = connection.prepare_cached("SELECT channel, until FROM digest ORDER BY channel")?;
    let marks = marks.query_map([], |row| Ok((ChannelId::from(row.get::<_, String>(0)?), time(row.get(1)?))))?;
    Ok(marks.collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::tell_gathered`].
pub(super) fn tell(connection: &Connection, gathered: &Gathered, now: Timestamp) -> Result<(), Fault> {
    let channel = gathered.channel.as_str();
    if let Some(until) = gathered.until {
        connection
            .prepare_cached(
                "INSERT INTO digest (channel, until) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
            )?
            .execute(params![channel, nanos(until)])?;
    }
    let member = "channel = ?1 AND state = 4 AND alert = (SELECT row FROM alert WHERE id = ?2)";
    match &gathered.how {
        Together::Digest(digest) => {
            work::raise(connection, digest, now)?;
            let mut update = connection.prepare_cached(&format!(
                "UPDATE delivery SET state = 5, done_at = ?3, digest = (SELECT row FROM alert WHERE id = ?4) WHERE {member}"
            ))?;
            for alert in &gathered.alerts {
                update.execute(params![channel, alert_key(alert), nanos(now), alert_key(&digest.alert.id)])?;
            }
        }
        Together::OneByOne => {
            let mut update =
                connection.prepare_cached(&format!("UPDATE delivery SET state = 0, ready_at = ?3, due_at = ?3 WHERE {member}"))?;
            for alert in &gathered.alerts {
                update.execute(params![channel, alert_key(alert), nanos(now)])?;
            }
        }
    }
    Ok(())
}

/// See [`crate::store::Store::singles`].
pub(super) fn singles(connection: &Connection, since: Timestamp) -> Result<Vec<(ChannelId, Timestamp)>, Fault> {
    let mut singles = connection.prepare_cached(
        "SELECT d.channel, a.at FROM alert a JOIN delivery d ON d.alert = a.row \
         WHERE a.at >= ?1 AND d.state < 4 AND d.channel <> 'log' AND a.severity < 3 AND a.told IS NOT NULL ORDER BY a.at, a.row",
    )?;
    let singles = singles.query_map([nanos(since)], |row| Ok((ChannelId::from(row.get::<_, String>(0)?), time(row.get(1)?))))?;
    Ok(singles.collect::<rusqlite::Result<_>>()?)
}
