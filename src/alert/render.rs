//! Alerts for people: plain text in pieces, which the caller colours or does not.

use crate::alert::record::{AlertRecord, WhyRecord};
use crate::model::alert::Severity;
use crate::text::safe::one_line;

/// What a piece of text is, so that a caller can colour it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text.
    Plain,
    /// A headline or name.
    Strong,
    /// What is read last.
    Dim,
    /// Words that made a condition hold.
    Hit,
    /// A severity.
    Severity(Severity),
}

/// A run of text of one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub style: Style,
    /// Without control characters, but for line feeds of the layout.
    pub text: String,
}

impl Piece {
    /// A piece; the text is taken as it is.
    pub fn new(style: Style, text: impl Into<String>) -> Self {
        Self { style, text: text.into() }
    }
}

/// The alert in one line: severity, watch, title, outlet.
pub fn subject(record: &AlertRecord) -> String {
    let title = record.item.title.as_deref().unwrap_or("(no title)");
    let outlet = record.item.outlet.as_deref().map(|outlet| format!(" ({})", one_line(outlet))).unwrap_or_default();
    let kind = if record.kind == "first" { String::new() } else { format!("{}: ", one_line(&record.kind)) };
    format!("[{}] {}: {kind}{}{outlet}", one_line(&record.watch.severity), one_line(&record.watch.name), one_line(title))
}

/// The alert on a few lines, each ended by a line feed: watch, title, where and when, address, evidence.
pub fn body(record: &AlertRecord) -> Vec<Piece> {
    let severity = Severity::parse(&record.watch.severity).unwrap_or_default();
    let mut out = vec![Piece::new(Style::Severity(severity), format!("[{}]", one_line(&record.watch.severity)))];
    out.push(Piece::new(Style::Plain, format!(" {}", one_line(&record.watch.name))));
    out.push(Piece::new(Style::Dim, format!(" · {}\n", one_line(&record.time))));
    let title = record.item.title.as_deref().unwrap_or("(no title)");
    out.push(Piece::new(Style::Strong, one_line(title)));
    out.push(Piece::new(Style::Plain, "\n"));
    let known = [&record.item.outlet, &record.item.published, &record.item.language];
    let mut about: Vec<String> = known.into_iter().flatten().map(|text| one_line(text)).collect();
    if let Some(story) = &record.story {
        about.push(format!("{} items in {} outlets", story.items, story.outlets));
    }
    if !about.is_empty() {
        out.push(Piece::new(Style::Dim, about.join(" · ")));
        out.push(Piece::new(Style::Plain, "\n"));
    }
    if let Some(url) = &record.item.url {
        out.push(Piece::new(Style::Plain, format!("{}\n", one_line(url))));
    }
    out.extend(evidence(&record.why, "  "));
    out
}

/// The evidence, one sentence with all its hits marked, below the conditions that they hold.
pub fn evidence(why: &[WhyRecord], indent: &str) -> Vec<Piece> {
    let mut groups: Vec<(String, Vec<&WhyRecord>)> = Vec::new();
    for one in why {
        let shown = one_line(one.context.as_deref().unwrap_or(&one.text));
        match groups.iter_mut().find(|(context, _)| *context == shown) {
            Some((_, group)) => group.push(one),
            None => groups.push((shown, vec![one])),
        }
    }
    let mut out = Vec::new();
    for (context, group) in groups {
        let mut names: Vec<String> = Vec::new();
        for one in &group {
            let speaker = one.speaker.as_deref().map(|speaker| format!(", {}", one_line(speaker))).unwrap_or_default();
            let name = format!("{} ({}{speaker})", one_line(&one.condition), one_line(&one.field));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        out.push(Piece::new(Style::Dim, format!("{indent}{}\n", names.join("; "))));
        out.push(Piece::new(Style::Plain, format!("{indent}  ")));
        out.extend(marked(&context, &group));
        out.push(Piece::new(Style::Plain, "\n"));
    }
    out
}

/// A sentence with its hits as pieces of their own; the whole of it where no hit is found in it.
fn marked(context: &str, group: &[&WhyRecord]) -> Vec<Piece> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for one in group {
        for part in one.text.split(" … ") {
            let words = one_line(part.trim_end_matches('…'));
            // The same words can be evidence twice in one sentence: each takes the next place.
            let places = context.match_indices(&words).map(|(at, _)| (at, at + words.len()));
            let free = places.filter(|_| !words.is_empty()).find(|span| !spans.contains(span));
            spans.extend(free);
        }
    }
    spans.sort_unstable();
    let mut out = Vec::new();
    let mut at = 0;
    for (start, end) in spans {
        let start = start.max(at);
        if end > start {
            out.push(Piece::new(Style::Plain, context.get(at..start).unwrap_or_default()));
            match out.pop() {
                Some(before) if !before.text.is_empty() => out.push(before),
                _ => {}
            }
            out.push(Piece::new(Style::Hit, context.get(start..end).unwrap_or_default()));
            at = end;
        }
    }
    out.push(Piece::new(Style::Plain, context.get(at..).unwrap_or_default()));
    out
}

/// Pieces as plain text; hits stand between « and ».
pub fn plain(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        if piece.style == Style::Hit {
            out.push('«');
            out.push_str(&piece.text);
            out.push('»');
        } else {
            out.push_str(&piece.text);
        }
    }
    out
}
