//! Stories of the last days, and what was told of them.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::model::id::{AlertId, EntryId, StoryId, WatchId};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{alert_key, entry_key, nanos, rows, time};
use crate::store::{Also, StoryItem, ToldStory};

/// Keeps where an article was placed. One that is read again stays where it was.
pub(super) fn put(connection: &Connection, item: &StoryItem, now: Timestamp) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO story_item (entry, story, link, at, published, outlet, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
             ON CONFLICT (entry) DO NOTHING",
        )?
        .execute(params![
            entry_key(&item.entry),
            entry_key(&item.story),
            item.link,
            nanos(now),
            item.at.map(nanos),
            item.outlet,
            item.signature
        ])?;
    Ok(())
}

/// See [`crate::store::Store::story_items`].
pub(super) fn items(connection: &Connection, since: Timestamp, limit: usize) -> Result<Vec<StoryItem>, Fault> {
    let mut items = connection.prepare_cached(
        "SELECT entry, story, link, published, outlet, signature FROM story_item WHERE at >= ?1 ORDER BY row DESC LIMIT ?2",
    )?;
    let items = items.query_map([nanos(since), rows(limit)], |row| {
        Ok(StoryItem {
            entry: EntryId(row.get(0)?),
            story: EntryId(row.get(1)?),
            link: row.get(2)?,
            at: row.get::<_, Option<i64>>(3)?.map(time),
            outlet: row.get(4)?,
            signature: row.get(5)?,
        })
    })?;
    let mut items: Vec<StoryItem> = items.collect::<rusqlite::Result<_>>()?;
    items.reverse();
    Ok(items)
}

/// See [`crate::store::Store::told_stories`].
pub(super) fn told(connection: &Connection, since: Timestamp) -> Result<Vec<ToldStory>, Fault> {
    let mut told = connection.prepare_cached(
        "SELECT watch, story, id, told FROM alert WHERE told IS NOT NULL AND story IS NOT NULL AND at >= ?1 ORDER BY row",
    )?;
    let told = told.query_map([nanos(since)], |row| {
        Ok(ToldStory {
            watch: WatchId::from(row.get::<_, String>(0)?),
            story: StoryId::from(row.get::<_, String>(1)?),
            alert: AlertId(Uuid::from_bytes(row.get(2)?)),
            outlets: row.get(3)?,
        })
    })?;
    Ok(told.collect::<rusqlite::Result<_>>()?)
}

/// Adds an article of a further feed to the alert that stands for it.
pub(super) fn add(connection: &Connection, entry: &EntryId, also: &Also, now: Timestamp) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO alert_also (alert, entry, feed, outlet, at) SELECT row, ?2, ?3, ?4, ?5 FROM alert WHERE id = ?1 AND entry IS NOT ?2 \
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            alert_key(&also.alert),
            entry_key(entry),
            also.feed.as_ref().map(crate::model::id::FeedId::as_str),
            also.outlet,
            nanos(now)
        ])?;
    Ok(())
}

/// Forgets some of the articles that were placed before the moment, or before the newest `most`; none left when it gives 0.
pub(super) fn forget(connection: &Connection, before: i64, most: usize) -> Result<usize, Fault> {
    let mut forget = connection.prepare_cached(
        "DELETE FROM story_item WHERE row IN (SELECT row FROM story_item ORDER BY row LIMIT 500) \
         AND (at < ?1 OR row <= (SELECT max(row) FROM story_item) - ?2)",
    )?;
    Ok(forget.execute([before, rows(most)])?)
}
