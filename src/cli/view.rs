//! What commands that look at the store share: where it is, what time it is, and how tables and ages are shown.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::problem::nearest;
use crate::store::error::StoreError;
use crate::store::sqlite::SqliteStore;
use crate::text::safe::one_line;

/// Headings.
pub const HEADING: Style = Style::new().bold();
/// What is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What wants a look.
pub const ODD: Style = AnsiColor::Yellow.on_default();
/// What is wrong.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What matters less.
pub const QUIET: Style = Style::new().dimmed();
/// Nothing special.
pub const PLAIN: Style = Style::new();

/// Between two columns.
const GAP: &str = "  ";

/// An argument that says nothing the command can do; the program ends with exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{message}{}", help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default())]
pub struct WrongArgument {
    message: String,
    help: Option<String>,
}

impl WrongArgument {
    /// What is wrong, and what would be right where that is known.
    pub fn new(message: impl Into<String>, help: Option<String>) -> Self {
        Self { message: message.into(), help }
    }
}

/// Where a command looks and where it shows what it saw.
pub struct View<'a> {
    /// The state folder.
    pub state: &'a Path,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// Columns of the terminal; `None` where lines may be of any length.
    pub width: Option<usize>,
    /// Standard output. It is given colours and drops them itself where they are not wanted.
    pub out: &'a mut dyn Write,
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("View").field("state", &self.state).field("width", &self.width).finish_non_exhaustive()
    }
}

impl View<'_> {
    /// Opens the store for reading.
    ///
    /// # Errors
    /// As [`SqliteStore::open_read_only`].
    pub fn store(&self) -> Result<SqliteStore, StoreError> {
        SqliteStore::open_read_only(self.state, Arc::clone(&self.clock))
    }

    /// A moment as people read it, to the minute.
    pub fn local(&self, time: Timestamp) -> String {
        self.zone.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// What is said of a name that nothing has, with the nearest, else all of them where they are few.
pub fn unknown<'a>(what: &str, name: &str, all: impl Iterator<Item = &'a str> + Clone) -> WrongArgument {
    const LISTED: usize = 20;
    let help = match nearest(name, all.clone()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if (1..=LISTED).contains(&all.clone().count()) => Some(format!("one of {}", all.collect::<Vec<_>>().join(", "))),
        None => None,
    };
    WrongArgument::new(format!("no {what} is named `{name}`"), help)
}

/// Runs a future to its end on this thread.
///
/// # Errors
/// When the runtime cannot be started, or what the future gives.
pub fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}

/// How long ago a moment was or how far it is: `5 min ago`, `in 2 h`, `now`.
pub fn distance(now: Timestamp, then: Timestamp) -> String {
    let span = now.duration_since(then);
    if span.abs() < SignedDuration::from_secs(1) {
        "now".to_owned()
    } else if span.is_negative() {
        format!("in {}", length(span))
    } else {
        format!("{} ago", length(span))
    }
}

/// A length of time in its largest unit, rounded down: `45 s`, `5 min`, `2 h`, `3 d`.
pub fn length(span: SignedDuration) -> String {
    let seconds = span.unsigned_abs().as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// A table for people: columns aligned, the last one cut where the terminal ends.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<(String, Style)>>,
}

impl Table {
    /// A table with these headings.
    pub fn with_headings(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(|heading| ((*heading).to_owned(), HEADING)).collect()] }
    }

    /// Adds a row; its texts are made fit for a terminal.
    pub fn row(&mut self, cells: impl IntoIterator<Item = (String, Style)>) {
        self.rows.push(cells.into_iter().map(|(text, style)| (one_line(&text), style)).collect());
    }

    /// Writes it, at most `width` columns wide.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().filter_map(|row| row.get(column)).map(|(text, _)| text.chars().count()).max().unwrap_or(0))
            .collect();
        for row in &self.rows {
            let mut room = width.unwrap_or(usize::MAX);
            let last = row.iter().rposition(|(text, _)| !text.is_empty());
            for (column, (text, style)) in row.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
                if column > 0 {
                    let gap = GAP.len().min(room);
                    write!(out, "{:gap$}", "")?;
                    room -= gap;
                }
                let text = cut(text, room);
                let length = text.chars().count();
                write!(out, "{style}{text}{style:#}")?;
                if Some(column) != last {
                    let padded = widths.get(column).copied().unwrap_or(0).min(room);
                    write!(out, "{:fill$}", "", fill = padded.saturating_sub(length))?;
                    room -= padded.max(length);
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// The text, or as much of it as fits with a mark that there was more.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        text.to_owned()
    } else {
        text.chars().take(room.saturating_sub(1)).chain((room > 0).then_some('…')).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: Option<usize>) -> String {
        let mut table = Table::with_headings(&["FEED", "NEXT", "NOTE"]);
        table.row([
            ("kyiv-wire".to_owned(), PLAIN),
            ("in 5 min".to_owned(), PLAIN),
            ("connection \u{1b}[31mrefused\nby \u{202e}host".to_owned(), PLAIN),
        ]);
        table.row([("a".to_owned(), PLAIN), (String::new(), PLAIN), (String::new(), PLAIN)]);
        let mut out = anstream::StripStream::new(Vec::new());
        table.write(width, &mut out).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn tables_are_aligned_and_plain() {
        insta::assert_snapshot!(shown(None), @"
        FEED       NEXT      NOTE
        kyiv-wire  in 5 min  connection [31mrefused by host
        a
        ");
    }

    #[test]
    fn tables_fit_the_terminal() {
        for width in 0..60 {
            assert!(shown(Some(width)).lines().all(|line| line.chars().count() <= width), "{width}:\n{}", shown(Some(width)));
        }
        insta::assert_snapshot!(shown(Some(30)), @"
        FEED       NEXT      NOTE
        kyiv-wire  in 5 min  connecti…
        a
        ");
    }

    #[test]
    fn distances_are_in_their_largest_unit() {
        let now: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
        let shown: Vec<String> =
            [0, 1, 59, 60, 3599, 3600, 172_799, 172_800, -90].map(|seconds| distance(now, now - SignedDuration::from_secs(seconds))).into();
        insta::assert_snapshot!(shown.join(" | "), @"now | 1 s ago | 59 s ago | 1 min ago | 59 min ago | 1 h ago | 47 h ago | 2 d ago | in 1 min");
    }
}
