//! Forgetting in small steps, so that nobody else waits long for the writer.

use rusqlite::{Connection, params};

use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::items;
use crate::store::sqlite::work;

/// How many rows one step looks at.
pub(super) const STEP_ROWS: i64 = 500;

/// How many free pages one step gives back to the disk.
const STEP_PAGES: i64 = 512;

/// Forgets some of the items that are older than `before`; none left when it gives 0.
pub(super) fn items(connection: &Connection, before: i64) -> Result<usize, Fault> {
    let old: Vec<i64> = connection
        .prepare_cached("SELECT row FROM item WHERE at < ?1 ORDER BY at LIMIT ?2")?
        .query_map([before, STEP_ROWS], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    items::forget_words(connection, &old)?;
    let mut forget = connection.prepare_cached("DELETE FROM item WHERE row = ?1")?;
    let mut gone = 0;
    for row in old {
        gone += forget.execute([row])?;
    }
    less(connection, "items", gone)?;
    Ok(gone)
}

/// Forgets some of the alerts that are older than `before`, with their deliveries; what still waits to be delivered stays.
pub(super) fn alerts(connection: &Connection, before: i64) -> Result<usize, Fault> {
    let mut forget = connection.prepare_cached(
        "DELETE FROM alert WHERE row IN (SELECT row FROM alert a WHERE at < ?1 \
         AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.alert = a.row AND d.state IN (0, 4)) ORDER BY at LIMIT ?2)",
    )?;
    let gone = forget.execute([before, STEP_ROWS])?;
    less(connection, "alerts", gone)?;
    Ok(gone)
}

/// The feeds that have marks to forget: entries that were last listed before `day` and that the feed lists no more.
pub(super) fn feeds_with_old_marks(connection: &Connection, day: i64) -> Result<Vec<i64>, Fault> {
    let mut feeds = connection.prepare_cached(
        "SELECT id FROM feed WHERE marks > 0 AND EXISTS (SELECT 1 FROM seen WHERE feed = feed.id AND listed < min(feed.read_day, ?1))",
    )?;
    let feeds = feeds.query_map([day], |row| row.get(0))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// Whether all that [`feeds_with_old_marks`] gives for the day was forgotten. Marks are dated by the day, so looking through them
/// once a day is enough.
pub(super) fn is_done_with_marks(connection: &Connection, day: i64) -> Result<bool, Fault> {
    Ok(connection.prepare_cached("SELECT 1 FROM tally WHERE name = 'marks_day' AND value >= ?1")?.exists([day])?)
}

/// Notes that it was.
pub(super) fn done_with_marks(connection: &Connection, day: i64) -> Result<(), Fault> {
    connection.prepare_cached("INSERT OR REPLACE INTO tally (name, value) VALUES ('marks_day', ?1)")?.execute([day])?;
    Ok(())
}

/// Forgets some of the marks of a feed that [`feeds_with_old_marks`] gave.
pub(super) fn marks(connection: &Connection, feed: i64, day: i64) -> Result<usize, Fault> {
    let listed_before = "(SELECT min(read_day, ?2) FROM feed WHERE id = ?1)";
    forget_marks(connection, feed, day, listed_before)
}

/// The feeds that were taken out of the configuration before the moment.
pub(super) fn feeds_removed(connection: &Connection, before: i64) -> Result<Vec<i64>, Fault> {
    let mut feeds = connection.prepare_cached("SELECT id FROM feed WHERE configured = 0 AND removed_at < ?1")?;
    let feeds = feeds.query_map([before], |row| row.get(0))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// Forgets some of the marks of a removed feed, and in the end the feed. Should the owner bring it back meanwhile, it is a
/// feed that was never read, so that what has lost its mark is not taken for news.
pub(super) fn removed_feed(connection: &Connection, feed: i64) -> Result<usize, Fault> {
    let removed = connection.prepare_cached("SELECT 1 FROM feed WHERE id = ?1 AND configured = 0")?.exists([feed])?;
    if !removed {
        return Ok(0);
    }
    connection
        .prepare_cached(
            "UPDATE feed SET initialised = 0, etag = NULL, last_modified = NULL, body_hash = NULL WHERE id = ?1 AND initialised = 1",
        )?
        .execute([feed])?;
    match forget_marks(connection, feed, i64::MAX, "?2")? {
        0 => Ok(connection.prepare_cached("DELETE FROM feed WHERE id = ?1")?.execute([feed])?),
        gone => Ok(gone),
    }
}

/// Gives some free pages back to the disk while they are many; `false` when there is no more to do.
pub(super) fn give_back(connection: &Connection) -> Result<bool, Fault> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    // Some room is left for what comes next.
    let spare = number("freelist_count")? - number("page_count")? / 8;
    if spare < STEP_PAGES {
        return Ok(false);
    }
    let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({STEP_PAGES})"))?;
    let mut steps = vacuum.query([])?;
    while steps.next()?.is_some() {}
    Ok(true)
}

fn forget_marks(connection: &Connection, feed: i64, day: i64, listed_before: &str) -> Result<usize, Fault> {
    let mut forget = connection.prepare_cached(&format!(
        "DELETE FROM seen WHERE feed = ?1 AND key IN (SELECT key FROM seen WHERE feed = ?1 AND listed < {listed_before} LIMIT ?3)"
    ))?;
    let gone = forget.execute([feed, day, STEP_ROWS])?;
    if gone > 0 {
        let fewer = i64::try_from(gone).unwrap_or(STEP_ROWS);
        connection.prepare_cached("UPDATE feed SET marks = marks - ?2 WHERE id = ?1")?.execute(params![feed, fewer])?;
    }
    Ok(gone)
}

fn less(connection: &Connection, name: &str, gone: usize) -> Result<(), Fault> {
    match i64::try_from(gone) {
        Ok(0) | Err(_) => Ok(()),
        Ok(gone) => work::tally(connection, name, -gone),
    }
}
