//! The end of an alert log: what was written last, and a line that was torn.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;
use uuid::Uuid;

/// How much is read first, from the end backwards.
const CHUNK_BYTES: u64 = 64 * 1024;

/// At most so much of a file is read. A record is a few kilobytes, so this is more than any batch.
const READ_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Rotated siblings that are looked at besides the log itself. Most are never opened, since the newest ones hold enough lines.
const SIBLINGS_MAX: usize = 16;

/// The end of a log file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// Length of the file up to and with its last line feed.
    pub(super) whole_bytes: u64,
    /// What follows the last line feed: a line that was torn.
    pub(super) torn: Vec<u8>,
    /// Identities in the last lines, oldest first.
    pub(super) ids: Vec<Uuid>,
}

impl Tail {
    /// Whether the torn line can be the beginning of a record, or what a loss of power leaves of it.
    pub(super) fn is_torn_record(&self) -> bool {
        self.torn.first().is_some_and(|byte| matches!(byte, b'{' | 0))
    }
}

/// Reads the end of a file: at least the last `lines` lines, where it has so many.
pub(super) fn read(file: &mut File, lines: usize) -> io::Result<Tail> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut start = length;
    let mut end: Vec<u8> = Vec::new();
    while start > 0 && length - start < READ_BYTES_MAX && line_feeds(&end) <= lines {
        // Twice as much each time, so that the parts are not copied again and again.
        let step = CHUNK_BYTES.max(length - start).min(start);
        start -= step;
        let mut chunk = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.by_ref().take(step).read_to_end(&mut chunk)?;
        chunk.append(&mut end);
        end = chunk;
    }
    let whole = end.iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
    let torn = end.split_off(whole);
    let whole_bytes = start + u64::try_from(whole).expect("a length in memory fits");
    Ok(Tail { whole_bytes, torn, ids: ids(&end) })
}

/// The identities in the last lines of the log's rotated siblings, oldest first, until `lines` are found.
///
/// A delivery is in doubt when the program died after writing and before noting it. When the log was rotated in between, its
/// line is in a sibling. Packed siblings are not read: log rotation packs the newest one a turn later.
pub(super) fn read_siblings(log: &Path, lines: usize) -> Vec<Uuid> {
    let mut found: Vec<Uuid> = Vec::new();
    for path in siblings(log) {
        if found.len() >= lines {
            break;
        }
        // A sibling that cannot be read is no reason not to start: at worst a line is there twice.
        let Ok(tail) = File::open(&path).and_then(|mut file| read(&mut file, lines - found.len())) else { continue };
        found.splice(0..0, tail.ids);
    }
    found
}

/// Rotated siblings of the log, newest first: `alerts.jsonl.1`, `alerts.jsonl-20260901`.
fn siblings(log: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (log.parent(), log.file_name().and_then(|name| name.to_str())) else { return Vec::new() };
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_str().and_then(|other| other.strip_prefix(name)).is_some_and(is_rotation))
        .filter_map(|entry| Some((entry.metadata().ok().filter(fs::Metadata::is_file)?.modified().ok()?, entry.path())))
        .collect();
    found.sort_by(|one, other| other.cmp(one));
    found.into_iter().take(SIBLINGS_MAX).map(|(_, path)| path).collect()
}

/// Whether what follows the log's name is what log rotation adds, and the file is not packed.
fn is_rotation(suffix: &str) -> bool {
    suffix.strip_prefix(['.', '-']).is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_digit()) && !rest.contains(|letter: char| letter.is_ascii_alphabetic())
    })
}

fn line_feeds(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// The identities in whole lines. A first line that was cut by where reading began is no JSON and gives none.
fn ids(lines: &[u8]) -> Vec<Uuid> {
    #[derive(Deserialize)]
    struct Line<'a> {
        id: &'a str,
    }
    lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .filter_map(|line| serde_json::from_slice::<Line<'_>>(line).ok())
        .filter_map(|line| Uuid::parse_str(line.id).ok())
        .collect()
}
