//! What was read: records, packed, and the words by which they are found.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use zstd::bulk::{Compressor, Decompressor};

use crate::model::id::EntryId;
use crate::model::terms::{Needed, Terms};
use crate::store::error::StoreError;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{entry_key, nanos, time};
use crate::store::sqlite::work::tally;
use crate::store::{ItemQuery, NewItem, StoredItem};

/// How hard records are packed: the level at which packing costs less than writing what it saves.
const LEVEL: i32 = 3;
/// A record that says it is longer is damaged; an article has at most some megabytes.
const RECORD_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Groups inside each other that the engine takes; a query that nests deeper is not narrowed.
const DEPTH_MAX: usize = 40;

/// An item ready to be written.
#[derive(Debug)]
pub(super) struct Packed {
    record: Vec<u8>,
    terms: Option<Terms>,
}

/// Packs an item; costs some 50 µs, so it is done before the writer has it.
pub(super) fn pack(item: NewItem) -> Result<Packed, StoreError> {
    let packed = Compressor::new(LEVEL).and_then(|mut compressor| compressor.compress(item.record.as_bytes()));
    let record =
        packed.map_err(|source| StoreError::Record { what: "an item that is to be packed".to_owned(), source: Arc::new(source) })?;
    Ok(Packed { record, terms: item.terms })
}

/// An item that is read again keeps its place in time.
pub(super) fn put(connection: &Connection, entry: &EntryId, item: &Packed, now: Timestamp) -> Result<(), Fault> {
    let version = item.terms.as_ref().map_or(0, |terms| terms.version);
    let key = entry_key(entry);
    let known: Option<i64> =
        connection.prepare_cached("SELECT row FROM item WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?;
    let row = if let Some(row) = known {
        let mut update = connection.prepare_cached("UPDATE item SET record = '', packed = ?2, terms = ?3 WHERE row = ?1")?;
        update.execute(params![row, item.record, version])?;
        connection.prepare_cached("DELETE FROM item_word WHERE rowid = ?1")?.execute([row])?;
        row
    } else {
        let mut insert = connection.prepare_cached("INSERT INTO item (key, at, record, packed, terms) VALUES (?1, ?2, '', ?3, ?4)")?;
        insert.execute(params![key, nanos(now), item.record, version])?;
        let row = connection.last_insert_rowid();
        tally(connection, "items", 1)?;
        row
    };
    if let Some(terms) = &item.terms {
        let mut words = String::new();
        for word in &terms.words {
            token(word, &mut words);
            words.push(' ');
        }
        connection.prepare_cached("INSERT INTO item_word (rowid, word) VALUES (?1, ?2)")?.execute(params![row, words])?;
    }
    Ok(())
}

/// See [`crate::store::Store::item`].
pub(super) fn one(connection: &Connection, id: &EntryId) -> Result<Option<String>, Fault> {
    let mut item = connection.prepare_cached("SELECT record, packed FROM item WHERE key = ?1")?;
    let found: Option<(String, Option<Vec<u8>>)> = item.query_row([entry_key(id)], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((record, packed)) = found else { return Ok(None) };
    let unreadable = |source| StoreError::Record { what: format!("item {id}"), source: Arc::new(source) };
    Ok(Some(Unpacker::default().record(record, packed).map_err(unreadable)?))
}

/// See [`crate::store::Store::item_rows`].
pub(super) fn rows(connection: &Connection, query: &ItemQuery) -> Result<Vec<i64>, Fault> {
    let since = query.since.map_or(i64::MIN, nanos);
    let until = query.until.map_or(i64::MAX, nanos);
    let needed = query.needed.as_ref().and_then(|(version, needed)| Some((*version, expression(needed)?)));
    let mut found = match needed {
        None => connection
            .prepare_cached("SELECT row FROM item WHERE at >= ?1 AND at < ?2 ORDER BY at, row")?
            .query_map([since, until], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?,
        Some((version, words)) => connection
            .prepare_cached(
                "SELECT row FROM item WHERE at >= ?1 AND at < ?2 AND (terms <> ?3 OR row IN \
                 (SELECT rowid FROM item_word WHERE item_word MATCH ?4)) ORDER BY at, row",
            )?
            .query_map(params![since, until, version, words], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?,
    };
    if query.newest_first {
        found.reverse();
    }
    Ok(found)
}

/// See [`crate::store::Store::items`].
pub(super) fn several(connection: &Connection, rows: &[i64]) -> Result<Vec<StoredItem>, Fault> {
    let mut item = connection.prepare_cached("SELECT at, record, packed FROM item WHERE row = ?1")?;
    let mut unpacker = Unpacker::default();
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let read = item.query_row([row], |found| Ok((found.get(0)?, found.get(1)?, found.get(2)?))).optional()?;
        // One that was forgotten meanwhile is not missed.
        let Some((at, record, packed)) = read else { continue };
        match unpacker.record(record, packed) {
            Ok(record) => found.push(StoredItem { row: *row, at: time(at), record }),
            // One that is damaged costs no other.
            Err(error) => tracing::error!(row, error = %error, "a stored item cannot be unpacked"),
        }
    }
    Ok(found)
}

/// Forgets the words of some items; the items go in the same transaction.
pub(super) fn forget_words(connection: &Connection, rows: &[i64]) -> Result<(), Fault> {
    let mut forget = connection.prepare_cached("DELETE FROM item_word WHERE rowid = ?1")?;
    for row in rows {
        forget.execute([row])?;
    }
    Ok(())
}

/// Unpacks records one after the other.
#[derive(Default)]
struct Unpacker {
    decompressor: Option<Decompressor<'static>>,
}

impl Unpacker {
    fn record(&mut self, record: String, packed: Option<Vec<u8>>) -> std::io::Result<String> {
        let Some(packed) = packed else { return Ok(record) };
        let damaged = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
        let length = zstd::zstd_safe::get_frame_content_size(&packed).ok().flatten().filter(|length| *length <= RECORD_BYTES_MAX);
        let length =
            length.and_then(|length| usize::try_from(length).ok()).ok_or_else(|| damaged("a packed record does not say its length"))?;
        let decompressor = match &mut self.decompressor {
            Some(decompressor) => decompressor,
            none => none.insert(Decompressor::new()?),
        };
        String::from_utf8(decompressor.decompress(&packed, length)?).map_err(|_| damaged("a packed record is no text"))
    }
}

/// What is needed as the engine reads it; `None` when it cannot be asked so.
fn expression(needed: &Needed) -> Option<String> {
    let mut out = String::new();
    write_expression(needed, 0, &mut out)?;
    Some(out)
}

fn write_expression(needed: &Needed, depth: usize, out: &mut String) -> Option<()> {
    if depth > DEPTH_MAX {
        return None;
    }
    let (parts, between) = match needed {
        Needed::Word(word) => {
            out.push('"');
            token(word, out);
            out.push('"');
            return Some(());
        }
        Needed::Beginning(word) => {
            out.push('"');
            token(word, out);
            out.push_str("\"*");
            return Some(());
        }
        Needed::All(parts) => (parts, " AND "),
        Needed::Any(parts) => (parts, " OR "),
    };
    if parts.is_empty() {
        // No item has this word: words are letters and digits.
        out.push_str("\"\u{e000}\"");
        return matches!(needed, Needed::Any(_)).then_some(());
    }
    out.push('(');
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        write_expression(part, depth + 1, out)?;
    }
    out.push(')');
    Some(())
}

/// A word as one token of the engine, which parts texts at every ASCII character but letters and digits.
fn token(word: &str, out: &mut String) {
    for character in word.chars() {
        match u32::from(character) {
            code @ 0..0x80 if !character.is_ascii_alphanumeric() => out.extend(char::from_u32(0x2400 + code)),
            _ => out.push(character),
        }
    }
}
