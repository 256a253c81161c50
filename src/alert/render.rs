//! Alerts for people: plain text in pieces, which the caller colours or does not.

use jiff::Timestamp;

use crate::alert::record::{AlertRecord, DigestRecord, WhyRecord};
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
    let title = one_line(record.item.title.as_deref().unwrap_or("(no title)"));
    let severity = one_line(&record.watch.severity);
    if let Some(digest) = &record.digest {
        return format!("[{severity}] Digest: {title}, {}", window(digest));
    }
    let outlet = record.item.outlet.as_deref().map(|outlet| format!(" ({})", one_line(outlet))).unwrap_or_default();
    let kind = match record.kind.as_str() {
        "update" => format!("update{}: ", spread(record).map(|spread| format!(", {spread}")).unwrap_or_default()),
        _ => String::new(),
    };
    format!("[{severity}] {}: {kind}{title}{outlet}", one_line(&record.watch.name))
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
    if let Some(digest) = &record.digest {
        out.extend(gathered(digest));
        return out;
    }
    let known = [&record.item.outlet, &record.item.published, &record.item.language];
    let mut about: Vec<String> = known.into_iter().flatten().map(|text| one_line(text)).collect();
    about.extend(spread(record));
    if !about.is_empty() {
        out.push(Piece::new(Style::Dim, about.join(" · ")));
        out.push(Piece::new(Style::Plain, "\n"));
    }
    if let Some(url) = &record.item.url {
        out.push(Piece::new(Style::Plain, format!("{}\n", one_line(url))));
    }
    if let Some(reason) = told(record) {
        out.push(Piece::new(Style::Dim, format!("{reason}\n")));
    }
    out.extend(evidence(&record.why, "  "));
    out
}

/// How far its story has spread, where it is in more than this item.
fn spread(record: &AlertRecord) -> Option<String> {
    let story = record.story.as_ref().filter(|story| story.items > 1)?;
    Some(match story.outlets {
        0 | 1 => format!("{} items on this", story.items),
        outlets => format!("now in {outlets} outlets"),
    })
}

/// Why it is told as it is, where that is not plain: as an update, later, or not at all.
pub fn told(record: &AlertRecord) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    match record.reason.as_str() {
        "story-grew" => parts.push("update: the story has grown".to_owned()),
        "story-continues" => parts.push("update: more on a story that was told".to_owned()),
        "related-story" => parts.push("update: it seems to be a story that was told".to_owned()),
        _ => {}
    }
    if let Some(kept) = &record.kept {
        parts.push(match &kept.silence {
            Some(silence) => format!("not told on channels: {}", one_line(silence)),
            None => "not told on channels: the story was told".to_owned(),
        });
    }
    for held in &record.held {
        let why = match held.reason.as_str() {
            "quiet-hours" => "quiet hours",
            "over-rate" => "it had as many as it takes",
            _ => "digest",
        };
        parts.push(format!("{} gets it at {}: {why}", one_line(&held.channel), minute(&held.until)));
    }
    if parts.is_empty() { None } else { Some(parts.join("; ")) }
}

/// The window of a digest, to the minute.
pub fn window(digest: &DigestRecord) -> String {
    format!("{} to {}", minute(&digest.from).trim_end_matches(" UTC"), minute(&digest.until))
}

/// `2026-03-02 08:00 UTC`; what is no instant as it stands.
fn minute(instant: &str) -> String {
    match instant.parse::<Timestamp>() {
        Ok(instant) => format!("{} UTC", instant.strftime("%Y-%m-%d %H:%M")),
        Err(_) => one_line(instant),
    }
}

/// What a digest holds, below its title.
fn gathered(digest: &DigestRecord) -> Vec<Piece> {
    let counts: Vec<String> = digest.watches.iter().map(|watch| format!("{} {}", one_line(&watch.name), watch.count)).collect();
    let counts = if counts.is_empty() { String::new() } else { format!(" · {}", counts.join(", ")) };
    let mut out = vec![Piece::new(Style::Dim, format!("{}{counts}\n", window(digest)))];
    for line in &digest.alerts {
        let severity = Severity::parse(&line.severity).unwrap_or_default();
        out.push(Piece::new(Style::Severity(severity), format!("  [{}]", one_line(&line.severity))));
        let outlet = line.outlet.as_deref().map(|outlet| format!(" ({})", one_line(outlet))).unwrap_or_default();
        out.push(Piece::new(Style::Plain, format!(" {}: ", one_line(&line.watch))));
        out.push(Piece::new(Style::Strong, one_line(line.title.as_deref().unwrap_or("(no title)"))));
        out.push(Piece::new(Style::Plain, format!("{outlet}\n")));
        if let Some(url) = &line.url {
            out.push(Piece::new(Style::Dim, format!("    {}\n", one_line(url))));
        }
    }
    let more = digest.count.saturating_sub(u64::try_from(digest.alerts.len()).unwrap_or(u64::MAX));
    if more > 0 {
        out.push(Piece::new(Style::Dim, format!("  and {more} more; `wirewatch alerts` shows them\n")));
    }
    out
}

/// The evidence, one sentence with all its hits marked, below the conditions that they hold.
pub fn evidence(why: &[WhyRecord], indent: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    for (conditions, sentence) in sentences(why) {
        out.push(Piece::new(Style::Dim, format!("{indent}{conditions}\n")));
        out.push(Piece::new(Style::Plain, format!("{indent}  ")));
        out.extend(sentence);
        out.push(Piece::new(Style::Plain, "\n"));
    }
    out
}

/// Each sentence of the evidence once, with its hits as pieces of their own, and before it the conditions that it holds.
pub fn sentences(why: &[WhyRecord]) -> Vec<(String, Vec<Piece>)> {
    let mut groups: Vec<(String, Vec<&WhyRecord>)> = Vec::new();
    for one in why {
        let shown = one_line(one.context.as_deref().unwrap_or(&one.text));
        match groups.iter_mut().find(|(context, _)| *context == shown) {
            Some((_, group)) => group.push(one),
            None => groups.push((shown, vec![one])),
        }
    }
    groups.into_iter().map(|(context, group)| (conditions(&group), marked(&context, &group))).collect()
}

/// Such as `speaker:peskov (body, Dmitry Peskov); guarantee (body)`, each once.
fn conditions(group: &[&WhyRecord]) -> String {
    let mut names: Vec<String> = Vec::new();
    for one in group {
        let speaker = one.speaker.as_deref().map(|speaker| format!(", {}", one_line(speaker))).unwrap_or_default();
        let name = format!("{} ({}{speaker})", one_line(&one.condition), one_line(&one.field));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("; ")
}

/// A sentence with its hits as pieces of their own, those that overlap or touch as one; the whole of it where no hit is found in it.
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
    let mut whole: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spans {
        match whole.last_mut().filter(|last| start <= last.1) {
            Some(last) => last.1 = last.1.max(end),
            None => whole.push((start, end)),
        }
    }
    let mut out = Vec::new();
    let mut at = 0;
    for (start, end) in whole {
        if start > at {
            out.push(Piece::new(Style::Plain, context.get(at..start).unwrap_or_default()));
        }
        out.push(Piece::new(Style::Hit, context.get(start..end).unwrap_or_default()));
        at = end;
    }
    out.push(Piece::new(Style::Plain, context.get(at..).unwrap_or_default()));
    out
}

/// Marks around hits in text without colour. Those that stand in the text itself are passed over, so that no mark is taken for a
/// quotation mark of the text or the other way round.
const MARKS: [(char, char); 4] = [('«', '»'), ('⟦', '⟧'), ('⟪', '⟫'), ('❮', '❯')];

/// Pieces as plain text; hits stand between « and », or between ⟦ and ⟧ where the text has the former, and so on through the pairs.
/// All of the pieces have the same marks.
pub fn plain(pieces: &[Piece]) -> String {
    let stands = |mark: char| pieces.iter().any(|piece| piece.text.contains(mark));
    let [.., last] = MARKS;
    let (open, close) = MARKS.into_iter().find(|(open, close)| !stands(*open) && !stands(*close)).unwrap_or(last);
    let mut out = String::new();
    for piece in pieces {
        if piece.style == Style::Hit {
            out.push(open);
            out.push_str(&piece.text);
            out.push(close);
        } else {
            out.push_str(&piece.text);
        }
    }
    out
}
