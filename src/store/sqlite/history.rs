//! What was raised, how much there is, and whether the daemon lives.

use rusqlite::{Connection, OptionalExtension, ToSql, params};

use crate::model::id::{ChannelId, WatchId};
use crate::store::sqlite::deliveries;
use crate::store::sqlite::digests;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{count, nanos, rows, time};
use crate::store::{AlertQuery, Beat, StoreStatus, StoredAlert};

/// See [`crate::store::Store::alerts`].
pub(super) fn alerts(connection: &Connection, query: &AlertQuery) -> Result<Vec<StoredAlert>, Fault> {
    let since = query.since.map(nanos);
    let severity = query.severity.map(|severity| severity as i64);
    let watch = query.watch.as_ref().map(WatchId::as_str);
    let limit = query.limit.map_or(-1, rows);
    let mut sql = "SELECT row, body, (SELECT json_group_array(coalesce(outlet, feed)) FROM alert_also WHERE alert = alert.row) \
                   FROM alert WHERE TRUE"
        .to_owned();
    let mut values: Vec<(&str, &dyn ToSql)> = vec![(":limit", &limit)];
    if let Some(after) = &query.after {
        sql.push_str(" AND row > :after");
        values.push((":after", after));
    }
    if let Some(since) = &since {
        // The row bound ends the walk back from the newest; the time itself decides, for clocks that were set back.
        sql.push_str(" AND row >= (SELECT min(row) FROM alert WHERE at >= :since) AND at >= :since");
        values.push((":since", since));
    }
    let until = query.until.map(nanos);
    if let Some(until) = &until {
        sql.push_str(" AND at < :until");
        values.push((":until", until));
    }
    let channel = query.channel.as_ref().map(ChannelId::as_str);
    if let Some(channel) = &channel {
        sql.push_str(" AND EXISTS (SELECT 1 FROM delivery d WHERE d.alert = alert.row AND d.channel = :channel)");
        values.push((":channel", channel));
    }
    if let Some(watch) = &watch {
        sql.push_str(" AND watch = :watch");
        values.push((":watch", watch));
    }
    if let Some(severity) = &severity {
        sql.push_str(" AND severity >= :severity");
        values.push((":severity", severity));
    }
    sql.push_str(" ORDER BY row DESC LIMIT :limit");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(values.as_slice(), |row| {
        let also = serde_json::from_str::<Vec<Option<String>>>(&row.get::<_, String>(2)?).unwrap_or_default();
        Ok(StoredAlert { row: row.get(0)?, body: row.get(1)?, also: also.into_iter().flatten().collect() })
    })?;
    let mut found: Vec<StoredAlert> = found.collect::<rusqlite::Result<_>>()?;
    found.reverse();
    Ok(found)
}

/// See [`crate::store::Store::status`].
pub(super) fn status(connection: &Connection) -> Result<StoreStatus, Fault> {
    let number = |sql: &str| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0)).map(count);
    let (feeds, failing, stopped) = connection
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE failures > 0 AND NOT gone AND NOT paused), \
             count(*) FILTER (WHERE gone OR paused) FROM feed WHERE configured = 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let last_alert: Option<i64> = connection.prepare_cached("SELECT max(at) FROM alert")?.query_row([], |row| row.get(0))?;
    Ok(StoreStatus {
        feeds: count(feeds),
        feeds_failing: count(failing),
        feeds_stopped: count(stopped),
        seen: number("SELECT coalesce(sum(marks), 0) FROM feed")?,
        items: number("SELECT value FROM tally WHERE name = 'items'")?,
        work: number("SELECT count(*) FROM work")?,
        alerts: number("SELECT value FROM tally WHERE name = 'alerts'")?,
        last_alert: last_alert.map(time),
        waiting: connection
            .prepare_cached(
                "SELECT w.channel, w.number, a.at FROM \
                 (SELECT channel, count(*) AS number, min(alert) AS oldest FROM delivery WHERE state = 0 GROUP BY channel) w \
                 JOIN alert a ON a.row = w.oldest ORDER BY w.channel",
            )?
            .query_map([], |row| Ok((channel(row.get(0)?), count(row.get(1)?), time(row.get(2)?))))?
            .collect::<rusqlite::Result<_>>()?,
        gathering: digests::gatherings(connection)?,
        dead: connection
            .prepare_cached("SELECT channel, count(*) FROM delivery WHERE state = 2 GROUP BY channel ORDER BY channel")?
            .query_map([], |row| Ok((channel(row.get(0)?), count(row.get(1)?))))?
            .collect::<rusqlite::Result<_>>()?,
        failing: deliveries::troubles(connection)?,
        beat: last_beat(connection)?,
    })
}

/// See [`crate::store::Store::beat`].
pub(super) fn beat(connection: &Connection, beat: &Beat) -> Result<(), Fault> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO beat (one, pid, started, at, version) VALUES (1, ?1, ?2, ?3, ?4)")?
        .execute(params![beat.pid, nanos(beat.started), nanos(beat.at), beat.version])?;
    Ok(())
}

fn last_beat(connection: &Connection) -> Result<Option<Beat>, Fault> {
    let mut beat = connection.prepare_cached("SELECT pid, started, at, version FROM beat")?;
    let beat =
        beat.query_row([], |row| Ok(Beat { pid: row.get(0)?, started: time(row.get(1)?), at: time(row.get(2)?), version: row.get(3)? }));
    Ok(beat.optional()?)
}

fn channel(text: String) -> ChannelId {
    ChannelId::from(text)
}
