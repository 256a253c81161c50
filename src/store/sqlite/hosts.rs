//! What hosts said of themselves: what may be asked of them, and until when nothing at all.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::robots::{RobotsAnswer, RobotsRules};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::retention::STEP_ROWS;
use crate::store::sqlite::value::{nanos, time};

/// How long an answer is kept after its time: a host that cannot say anything then is held to it.
const STALE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// See [`crate::store::Store::robots`].
pub(super) fn robots(connection: &Connection, origin: &str) -> Result<Option<RobotsAnswer>, Fault> {
    let mut robots = connection.prepare_cached("SELECT kind, body, until FROM robots WHERE origin = ?1")?;
    let answer = robots.query_row([origin], |row| {
        let rules = match row.get::<_, i64>(0)? {
            0 => RobotsRules::Open,
            1 => RobotsRules::Written(row.get::<_, Option<Vec<u8>>>(1)?.unwrap_or_default()),
            _ => RobotsRules::Closed,
        };
        Ok(RobotsAnswer { rules, until: time(row.get(2)?) })
    });
    Ok(answer.optional()?)
}

/// See [`crate::store::Store::keep_robots`].
pub(super) fn keep_robots(connection: &Connection, origin: &str, answer: &RobotsAnswer) -> Result<(), Fault> {
    let (kind, body) = match &answer.rules {
        RobotsRules::Open => (0, None),
        RobotsRules::Written(body) => (1, Some(body)),
        RobotsRules::Closed => (2, None),
    };
    connection.prepare_cached("INSERT OR REPLACE INTO robots (origin, kind, body, until) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        origin,
        kind,
        body,
        nanos(answer.until)
    ])?;
    Ok(())
}

/// See [`crate::store::Store::hold_host`].
pub(super) fn hold(connection: &Connection, host: &str, until: Timestamp) -> Result<(), Fault> {
    connection
        .prepare_cached("INSERT INTO host_hold (host, until) VALUES (?1, ?2) ON CONFLICT (host) DO UPDATE SET until = max(until, ?2)")?
        .execute(params![host, nanos(until)])?;
    Ok(())
}

/// See [`crate::store::Store::held_hosts`].
pub(super) fn held(connection: &Connection, now: Timestamp) -> Result<Vec<(String, Timestamp)>, Fault> {
    let mut held = connection.prepare_cached("SELECT host, until FROM host_hold WHERE until > ?1 ORDER BY host")?;
    let held = held.query_map([nanos(now)], |row| Ok((row.get(0)?, time(row.get(1)?))))?;
    Ok(held.collect::<rusqlite::Result<_>>()?)
}

/// Forgets some of what has had its time.
pub(super) fn forget(connection: &Connection, now: Timestamp) -> Result<usize, Fault> {
    let before = nanos(now.checked_sub(STALE).unwrap_or(Timestamp::MIN));
    let robots = connection
        .prepare_cached("DELETE FROM robots WHERE origin IN (SELECT origin FROM robots WHERE until < ?1 LIMIT ?2)")?
        .execute([before, STEP_ROWS])?;
    let holds = connection.prepare_cached("DELETE FROM host_hold WHERE until <= ?1")?.execute([nanos(now)])?;
    Ok(robots + holds)
}
