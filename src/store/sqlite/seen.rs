//! Seen marks: which entries a feed lists or has listed.
//!
//! A mark holds the last day on which the feed was known to list the entry; the feed holds the day on which it was last
//! read. While the two are the same the entry counts as listed, so months of "unchanged" need no write. When a feed is read
//! after a gap, the marks it no longer lists are moved to the day before: until then it did list them.
//!
//! A mark also holds the twin of its entry. Only when an unknown entry comes are the marks of the feed looked through for it, so it has
//! no index.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::entry::Entry;
use crate::model::id::EntryId;
use crate::store::ListedEntry;
use crate::store::record;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{entry_key, nanos};

/// What marking did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marked {
    /// Marks made.
    pub(super) rows: i64,
    /// Entries that are new.
    pub(super) new: usize,
    /// Of these, how many became work.
    pub(super) work: usize,
}

/// The day on which the feed was last read whole before this visit, and the day that this visit marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    pub(super) read_day: i64,
    /// Never before `read_day`: a clock that was set back must not make marks look older than they are.
    pub(super) today: i64,
}

/// Marks what a feed lists today. `has_none` says that the feed has no mark yet.
pub(super) fn mark(
    connection: &Connection,
    feed: i64,
    Days { read_day, today }: Days,
    has_none: bool,
    listing: &[ListedEntry],
    now: Timestamp,
) -> Result<Marked, Fault> {
    let mut own = connection.prepare_cached("SELECT listed FROM seen WHERE feed = ?1 AND key = ?2")?;
    let mut renew = connection.prepare_cached("UPDATE seen SET listed = ?3, twin = ?4 WHERE feed = ?1 AND key = ?2")?;
    let mut insert = connection.prepare_cached("INSERT INTO seen (feed, key, listed, twin) VALUES (?1, ?2, ?3, ?4)")?;
    let mut twins = Twins::new(feed, listing);
    let mut marked = Marked::default();
    for ListedEntry { id, twin, entry } in listing {
        let key = entry_key(id);
        let listed: Option<i64> =
            if has_none && marked.rows == 0 { None } else { own.query_row(params![feed, key], |row| row.get(0)).optional()? };
        match listed {
            Some(listed) if listed >= today => {}
            Some(_) => {
                renew.execute(params![feed, key, today, twin])?;
            }
            None => {
                let known = !has_none && twins.is_known(connection, *twin)?;
                insert.execute(params![feed, key, today, twin])?;
                marked.rows += 1;
                match entry {
                    _ if known => {}
                    None => marked.new += 1,
                    Some(entry) => {
                        let work = wait_to_be_read(connection, id, entry, now)?;
                        marked.new += work;
                        marked.work += work;
                    }
                }
            }
        }
    }
    if read_day < today - 1 && !has_none {
        let mut dropped = connection.prepare_cached("UPDATE seen SET listed = ?3 WHERE feed = ?1 AND listed = ?2")?;
        dropped.execute([feed, read_day, today - 1])?;
    }
    Ok(marked)
}

/// Looks for entries that were listed under another identity.
struct Twins<'a> {
    feed: i64,
    listing: &'a [ListedEntry],
    /// What the feed lists now; made when it is asked for.
    listed: Option<HashSet<&'a EntryId>>,
}

impl<'a> Twins<'a> {
    const fn new(feed: i64, listing: &'a [ListedEntry]) -> Self {
        Self { feed, listing, listed: None }
    }

    /// Whether a mark has this twin whose entry is not listed any more.
    fn is_known(&mut self, connection: &Connection, twin: Option<i64>) -> Result<bool, Fault> {
        let Some(twin) = twin else { return Ok(false) };
        let listed = self.listed.get_or_insert_with(|| self.listing.iter().map(|entry| &entry.id).collect());
        let mut marks = connection.prepare_cached("SELECT key FROM seen WHERE feed = ?1 AND twin = ?2")?;
        let keys = marks.query_map(params![self.feed, twin], |row| row.get::<_, [u8; 16]>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(keys.into_iter().any(|key| !listed.contains(&EntryId(key))))
    }
}

/// One when the entry became work; none when it waits or was read already, from whatever feed it came. A mark of another feed
/// alone says less: a feed that was just added marks as old what this one brings as news.
fn wait_to_be_read(connection: &Connection, id: &EntryId, entry: &Entry, now: Timestamp) -> Result<usize, Fault> {
    if connection.prepare_cached("SELECT 1 FROM item WHERE key = ?1")?.exists([entry_key(id)])? {
        return Ok(0);
    }
    let mut insert = connection
        .prepare_cached("INSERT INTO work (key, entry, ready_at, due_at) VALUES (?1, ?2, ?3, ?3) ON CONFLICT (key) DO NOTHING")?;
    // Few of the entries that are listed are new, so only here the row is written out.
    Ok(insert.execute(params![entry_key(id), record::entry_to_json(entry), nanos(now)])?)
}
