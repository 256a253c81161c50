//! Alerts as text, with or without colour.

use std::fmt::Write;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style as Ansi};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::alert::record::AlertRecord;
use crate::alert::render::{self, Piece, Style};
use crate::model::alert::Severity;

/// Makes readable text of one alert record.
pub type Render = fn(record: &str) -> String;

/// The way alerts look on standard output: coloured on a terminal, unless `NO_COLOR` is set.
pub fn on_stdout() -> Render {
    let is_coloured = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if is_coloured { coloured } else { plain }
}

/// Plain text, hits between « and ». A record that cannot be read is shown as it is, made safe.
pub fn plain(record: &str) -> String {
    read(record).map_or_else(|| render::clean(record), |record| render::plain(&render::body(&record)))
}

/// Text with escape sequences for colour.
pub fn coloured(record: &str) -> String {
    read(record).map_or_else(|| render::clean(record), |record| pieces(&render::body(&record)))
}

/// The record with its times as a clock on the wall here shows them.
fn read(record: &str) -> Option<AlertRecord> {
    let mut record = AlertRecord::parse(record).ok()?;
    let zone = TimeZone::system();
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
