//! Counts of alerts for each watch, actor, outlet and day, with small charts: what a report of a day or a week shows.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::alert::record::AlertRecord;
use crate::text::safe::one_line;

/// Lines of a count; what comes after is summed up.
const LINES_MAX: usize = 12;
/// Cells of the longest bar.
const BAR: usize = 24;

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// When it begins, RFC 3339 in UTC; `null` for the beginning of the history.
    pub from: Option<String>,
    /// When it ends.
    pub until: String,
    /// Alerts on items that matched.
    pub alerts: usize,
    /// Stories among them.
    pub stories: usize,
    /// Of these alerts, how many channels were not told of.
    pub kept: usize,
    /// By severity, severest first.
    pub severities: Vec<Count>,
    /// By watch, most first.
    pub watches: Vec<Count>,
    /// By actor in the item, most first.
    pub actors: Vec<Count>,
    /// By outlet, most first.
    pub outlets: Vec<Count>,
    /// By day, each day in between, oldest first.
    pub days: Vec<Count>,
}

/// How many alerts of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// What.
    pub name: String,
    /// How many.
    pub count: usize,
}

impl Report {
    /// Counts alert records. Those of the program itself (digests, tests, notices) do not count.
    pub fn new<'a>(records: impl Iterator<Item = &'a AlertRecord>, from: Option<Timestamp>, until: Timestamp, zone: &TimeZone) -> Self {
        let (mut watches, mut actors, mut outlets, mut severities) =
            (Tally::default(), Tally::default(), Tally::default(), Tally::default());
        let mut days: BTreeMap<Date, usize> = BTreeMap::new();
        let mut stories: Vec<String> = Vec::new();
        let (mut alerts, mut kept) = (0, 0);
        for record in records.filter(|record| matches!(record.kind.as_str(), "first" | "update")) {
            alerts += 1;
            kept += usize::from(record.kept.is_some());
            watches.add(&record.watch.name);
            severities.add(&record.watch.severity);
            outlets.add(record.item.outlet.as_deref().unwrap_or("(unknown)"));
            record.actors.iter().for_each(|actor| actors.add(&actor.name));
            if let Ok(time) = record.time.parse::<Timestamp>() {
                *days.entry(zone.to_datetime(time).date()).or_default() += 1;
            }
            stories.push(record.story.as_ref().map_or_else(|| record.id.clone(), |story| story.id.clone()));
        }
        stories.sort_unstable();
        stories.dedup();
        let first = from.map(|from| zone.to_datetime(from).date()).or_else(|| days.keys().next().copied());
        let last = zone.to_datetime(until).date();
        let mut filled = Vec::new();
        let mut day = first;
        while let Some(date) = day.filter(|date| *date <= last && filled.len() < 400) {
            filled.push(Count { name: date.to_string(), count: days.get(&date).copied().unwrap_or(0) });
            day = date.tomorrow().ok();
        }
        let order = ["critical", "high", "medium", "low"];
        let severities = severities.0;
        Self {
            from: from.map(|from| from.to_string()),
            until: until.to_string(),
            alerts,
            stories: stories.len(),
            kept,
            severities: order
                .iter()
                .filter_map(|name| severities.get(*name).map(|count| Count { name: (*name).to_owned(), count: *count }))
                .collect(),
            watches: watches.most(),
            actors: actors.most(),
            outlets: outlets.most(),
            days: filled,
        }
    }

    /// The counts with their headings; days only where there are several.
    fn parts(&self) -> Vec<(&'static str, &[Count])> {
        let mut parts: Vec<(&'static str, &[Count])> =
            vec![("By severity", &self.severities), ("By watch", &self.watches), ("By actor", &self.actors), ("By outlet", &self.outlets)];
        if self.days.len() > 1 {
            parts.insert(0, ("By day", &self.days));
        }
        parts.retain(|(_, counts)| !counts.is_empty());
        parts
    }

    /// Such as `12 alerts on 7 stories`.
    fn summary(&self) -> String {
        if self.alerts == 0 {
            return "nothing matched".to_owned();
        }
        let number = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let kept = if self.kept == 0 { String::new() } else { format!("; {} not told on channels", self.kept) };
        format!("{} on {}{kept}", number(self.alerts, "alert", "alerts"), number(self.stories, "story", "stories"))
    }

    fn window(&self, zone: &TimeZone) -> String {
        let local = |text: &str| {
            text.parse::<Timestamp>().map_or_else(|_| text.to_owned(), |time| zone.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string())
        };
        match &self.from {
            Some(from) => format!("{} to {}", local(from), local(&self.until)),
            None => format!("until {}", local(&self.until)),
        }
    }

    /// For a terminal, with bars.
    pub fn text(&self, zone: &TimeZone) -> String {
        let mut out = format!("{}\n{}\n", self.window(zone), self.summary());
        for (heading, counts) in self.parts() {
            let counts = cut(heading, counts);
            let width = counts.iter().map(|count| one_line(&count.name).chars().count()).max().unwrap_or(0);
            let most = counts.iter().map(|count| count.count).max().unwrap_or(1);
            out.extend([format!("\n{heading}\n")]);
            for count in &counts {
                let name = one_line(&count.name);
                let pad = " ".repeat(width - name.chars().count());
                let line = format!("  {name}{pad}  {:>5}  {}", count.count, bar(count.count, most));
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
        out
    }

    /// Markdown, with tables.
    pub fn markdown(&self, zone: &TimeZone) -> String {
        let mut out = format!("# Alerts, {}\n\n{}\n", self.window(zone), self.summary());
        for (heading, counts) in self.parts() {
            let counts = cut(heading, counts);
            let most = counts.iter().map(|count| count.count).max().unwrap_or(1);
            out.extend([format!("\n## {heading}\n\n| | alerts | |\n|---|---:|---|\n")]);
            for count in &counts {
                out.extend([format!("| {} | {} | {} |\n", markdown(&count.name), count.count, bar(count.count, most))]);
            }
        }
        out
    }

    /// The body of a page, with charts as SVG.
    pub fn html(&self, zone: &TimeZone) -> String {
        let mut out = format!("<h1>Alerts, {}</h1>\n<p>{}</p>\n", escape(&self.window(zone)), escape(&self.summary()));
        for (heading, counts) in self.parts() {
            let counts = cut(heading, counts);
            let chart = if heading == "By day" { columns(&counts) } else { bars(&counts) };
            out.extend([format!("<section><h2>{heading}</h2>\n{chart}</section>\n")]);
        }
        out
    }
}

/// Names and how often they came.
#[derive(Debug, Default)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    fn add(&mut self, name: &str) {
        *self.0.entry(name.to_owned()).or_default() += 1;
    }

    fn most(self) -> Vec<Count> {
        let mut counts: Vec<Count> = self.0.into_iter().map(|(name, count)| Count { name, count }).collect();
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        counts
    }
}

/// As many lines as are read; the rest as one line. Days are never cut.
fn cut(heading: &str, counts: &[Count]) -> Vec<Count> {
    if heading == "By day" || counts.len() <= LINES_MAX {
        return counts.to_vec();
    }
    let (shown, rest) = counts.split_at(LINES_MAX - 1);
    let more = Count { name: format!("{} others", rest.len()), count: rest.iter().map(|count| count.count).sum() };
    shown.iter().cloned().chain([more]).collect()
}

/// A bar of eighths of a cell.
fn bar(count: usize, most: usize) -> String {
    let eighths = (count * BAR * 8).div_ceil(most.max(1));
    let part = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let mut bar = "█".repeat(eighths / 8);
    bar.extend(eighths.checked_rem(8).and_then(|rest| rest.checked_sub(1)).and_then(|rest| part.get(rest)));
    bar
}

/// Bars that lie, each with its name and number.
fn bars(counts: &[Count]) -> String {
    const ROW: usize = 22;
    let most = counts.iter().map(|count| count.count).max().unwrap_or(1).max(1);
    let mut svg = format!("<svg viewBox=\"0 0 640 {}\" role=\"img\">\n", counts.len() * ROW);
    for (row, count) in counts.iter().enumerate() {
        let (y, width) = (row * ROW, (count.count * 360).div_ceil(most));
        let (name, whole) = (escape(&shortened(&count.name)), escape(&one_line(&count.name)));
        let text = y + 15;
        // Writing to a string cannot fail.
        let _written = writeln!(
            svg,
            "<text x=\"210\" y=\"{text}\" text-anchor=\"end\"><title>{whole}</title>{name}</text><rect x=\"218\" y=\"{}\" width=\"{width}\" height=\"14\" rx=\"2\"/>\
             <text x=\"{}\" y=\"{text}\">{}</text>",
            y + 4,
            224 + width,
            count.count
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Columns that stand, one a day.
fn columns(counts: &[Count]) -> String {
    let most = counts.iter().map(|count| count.count).max().unwrap_or(1).max(1);
    let step = (620 / counts.len().max(1)).clamp(4, 80);
    let mut svg = "<svg viewBox=\"0 0 640 150\" role=\"img\">\n".to_owned();
    for (column, count) in counts.iter().enumerate() {
        let (x, height) = (10 + column * step, (count.count * 100).div_ceil(most));
        let middle = x + step / 2 - 1;
        let bar = format!("<rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{height}\" rx=\"2\"/>", 120 - height, step.saturating_sub(3));
        // Of many days only every so manyth has its name.
        let named = column % (counts.len() / 10 + 1) == 0;
        let day = if named { count.name.get(5..).unwrap_or_default() } else { "" };
        let number = if count.count > 0 && step >= 14 { count.count.to_string() } else { String::new() };
        let _written = writeln!(
            svg,
            "{bar}<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{number}</text><text x=\"{middle}\" y=\"138\" text-anchor=\"middle\">{}</text>",
            114 - height,
            escape(day)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// A name that fits beside its bar, wide letters too.
fn shortened(name: &str) -> String {
    const MOST: usize = 25;
    let name = one_line(name);
    if name.chars().count() <= MOST { name } else { name.chars().take(MOST - 1).chain(['…']).collect() }
}

/// Text that Markdown shows as it is.
pub fn markdown(text: &str) -> String {
    let mut out = String::new();
    for character in one_line(text).chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '&' | '~') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Text that a page shows as it is, also inside an attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    for character in one_line(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            plain => out.push(plain),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u8, watch: &str, severity: &str, outlet: &str, time: &str, kept: bool) -> AlertRecord {
        let kept = if kept { r#","kept":{"reason":"same-story"}"# } else { "" };
        let json = format!(
            r#"{{"schema":"wirewatch.alert/1","id":"{number}","time":"{time}","kind":"first","watch":{{"id":"w","name":"{watch}","severity":"{severity}"}},
            "item":{{"id":"i","title":"T","url":null,"outlet":"{outlet}","feed":null,"published":null,"language":null}},"why":[],
            "story":{{"id":"s{}","outlets":1,"items":1}},"reason":"first-match","actors":[{{"id":"a","name":"Ana <Vorel>"}}]{kept}}}"#,
            number % 3
        );
        AlertRecord::parse(&json).unwrap()
    }

    fn sample() -> Report {
        let records: Vec<AlertRecord> = (0..9)
            .map(|number| {
                let time = format!("2026-03-0{}T1{number}:00:00Z", 1 + number % 4);
                let watch = if number < 6 { "EU forces" } else { "Guarantees | new" };
                record(number, watch, if number == 0 { "high" } else { "low" }, &format!("Outlet {}", number % 2), &time, number > 6)
            })
            .collect();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        Report::new(records.iter(), Some(at("2026-03-01T00:00:00Z")), at("2026-03-05T08:00:00Z"), &TimeZone::UTC)
    }

    #[test]
    fn a_report_counts_and_draws() {
        insta::assert_snapshot!(sample().text(&TimeZone::UTC), @r"
        2026-03-01 00:00 to 2026-03-05 08:00
        9 alerts on 3 stories; 2 not told on channels

        By day
          2026-03-01      3  ████████████████████████
          2026-03-02      2  ████████████████
          2026-03-03      2  ████████████████
          2026-03-04      2  ████████████████
          2026-03-05      0

        By severity
          high      1  ███
          low       8  ████████████████████████

        By watch
          EU forces             6  ████████████████████████
          Guarantees | new      3  ████████████

        By actor
          Ana <Vorel>      9  ████████████████████████

        By outlet
          Outlet 0      5  ████████████████████████
          Outlet 1      4  ███████████████████▎
        ");
        let markdown = sample().markdown(&TimeZone::UTC);
        assert!(markdown.contains(r"| Guarantees \| new | 3 | ████████████ |"), "{markdown}");
        let html = sample().html(&TimeZone::UTC);
        assert!(html.contains("Ana &lt;Vorel&gt;") && !html.contains("<Vorel>"), "{html}");
        assert_eq!(html.matches("<svg").count(), html.matches("</svg>").count());
    }

    #[test]
    fn nothing_is_a_report_too_and_many_lines_are_summed_up() {
        let until = "2026-03-05T08:00:00Z".parse().unwrap();
        assert_eq!(
            Report::new(std::iter::empty(), None, until, &TimeZone::UTC).text(&TimeZone::UTC),
            "until 2026-03-05 08:00\nnothing matched\n"
        );
        let records: Vec<AlertRecord> =
            (0..30).map(|number| record(number, "w", "low", &format!("Outlet {number:02}"), "2026-03-01T10:00:00Z", false)).collect();
        let text = Report::new(records.iter(), None, until, &TimeZone::UTC).text(&TimeZone::UTC);
        assert!(text.contains("19 others"), "{text}");
    }
}
