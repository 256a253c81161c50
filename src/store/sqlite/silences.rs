//! What the owner muted.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::model::silence::{Muted, Silence};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{nanos, time};

/// See [`crate::store::Store::silences`]. A kind that this version does not know mutes nothing.
pub(super) fn all(connection: &Connection) -> Result<Vec<Silence>, Fault> {
    let mut silences = connection.prepare_cached("SELECT number, kind, name, made, until, reason FROM silence ORDER BY number")?;
    let silences = silences.query_map([], |row| {
        let muted = Muted::parse(&row.get::<_, String>(1)?, &row.get::<_, String>(2)?);
        let (number, from, until, reason) = (row.get(0)?, time(row.get(3)?), time(row.get(4)?), row.get(5)?);
        Ok(muted.map(|muted| Silence { number, muted, from, until, reason }))
    })?;
    Ok(silences.filter_map(rusqlite::Result::transpose).collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::add_silence`].
pub(super) fn add(connection: &Connection, muted: &Muted, until: Timestamp, reason: &str, now: Timestamp) -> Result<Silence, Fault> {
    connection.prepare_cached("INSERT INTO silence (kind, name, made, until, reason) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        muted.kind(),
        muted.name(),
        nanos(now),
        nanos(until),
        reason
    ])?;
    Ok(Silence { number: connection.last_insert_rowid(), muted: muted.clone(), from: now, until, reason: reason.to_owned() })
}

/// See [`crate::store::Store::expire_silence`].
pub(super) fn expire(connection: &Connection, number: i64, now: Timestamp) -> Result<bool, Fault> {
    let mut expire = connection.prepare_cached("UPDATE silence SET until = ?2 WHERE number = ?1 AND until > ?2")?;
    Ok(expire.execute([number, nanos(now)])? > 0)
}
