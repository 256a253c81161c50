//! Whether there is colour, which colours there are, and alerts as text with or without them.

use std::fmt::Write;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style as Ansi};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::alert::record::AlertRecord;
use crate::alert::render::{self, Piece, Style};
use crate::model::alert::Severity;
use crate::problem::render::Colour;
use crate::text::safe::one_line;

/// Makes readable text of one alert record, with times of the zone.
pub type Render = fn(record: &str, zone: &TimeZone) -> String;

/// Whether text on standard output or standard error is coloured: on a terminal that can, unless the environment says otherwise
/// (`NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`).
pub fn colour(stream: &impl RawStream) -> Colour {
    match AutoStream::choice(stream) {
        ColorChoice::Never => Colour::Plain,
        _ => Colour::Ansi,
    }
}

/// The way alerts look on standard output.
pub fn on_stdout() -> Render {
    match colour(&std::io::stdout()) {
        Colour::Ansi => coloured,
        Colour::Plain => plain,
    }
}

/// Plain text, hits between marks that do not stand in it, as [`render::plain`] says. A record that cannot be read is shown as it
/// is, made safe.
pub fn plain(record: &str, zone: &TimeZone) -> String {
    read(record, zone).map_or_else(|| one_line(record), |record| render::plain(&render::body(&record)))
}

/// Text with escape sequences for colour.
pub fn coloured(record: &str, zone: &TimeZone) -> String {
    read(record, zone).map_or_else(|| one_line(record), |record| pieces(&render::body(&record)))
}

/// The record with its times as a clock on a wall in the zone shows them.
fn read(record: &str, zone: &TimeZone) -> Option<AlertRecord> {
    let mut record = AlertRecord::parse(record).ok()?;
    let local = |text: &str| text.parse().ok().map(|time: Timestamp| zone.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string());
    record.time = local(&record.time).unwrap_or(record.time);
    record.item.published = record.item.published.map(|text| local(&text).unwrap_or(text));
    Some(record)
}

/// Pieces with escape sequences for colour.
pub fn pieces(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        let style = ansi(piece.style);
        write!(out, "{style}{}{style:#}", piece.text).expect("writing to a string cannot fail");
    }
    out
}

fn ansi(style: Style) -> Ansi {
    let colour = |colour: AnsiColor| Ansi::new().fg_color(Some(colour.into()));
    match style {
        Style::Plain => Ansi::new(),
        Style::Strong => Ansi::new().bold(),
        Style::Dim => Ansi::new().dimmed(),
        Style::Hit => colour(AnsiColor::Yellow).bold(),
        Style::Severity(Severity::Low) => colour(AnsiColor::Cyan),
        Style::Severity(Severity::Medium) => colour(AnsiColor::Blue).bold(),
        Style::Severity(Severity::High) => colour(AnsiColor::Magenta).bold(),
        Style::Severity(Severity::Critical) => colour(AnsiColor::Red).bold(),
    }
}
