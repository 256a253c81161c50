//! Alerts as text, data, tables and pages.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::alert::record::AlertRecord;
use crate::alert::render::{Piece, Style, plain, sentences, told, window};
use crate::cli::args::AlertFormat;
use crate::cli::report::{Report, escape, markdown};
use crate::store::StoredAlert;
use crate::text::safe::one_line;

/// The columns of a table for spreadsheets.
const COLUMNS: &[&str] =
    &["time", "kind", "severity", "watch", "title", "outlet", "published", "language", "url", "story", "outlets", "told", "also", "id"];

/// Prints alerts in one format.
pub struct Printer<'a> {
    /// The format.
    pub format: AlertFormat,
    /// Turns a record, one line of JSON, into text for people.
    pub render: &'a dyn Fn(&str) -> String,
    /// The zone in which pages show times.
    pub zone: &'a TimeZone,
    /// Where to.
    pub out: &'a mut dyn Write,
}

impl std::fmt::Debug for Printer<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Printer").field("format", &self.format).finish_non_exhaustive()
    }
}

impl Printer<'_> {
    /// What comes before the first alert, where anything does.
    ///
    /// # Errors
    /// What the writer says.
    pub fn begin(&mut self) -> io::Result<()> {
        match self.format {
            AlertFormat::Csv => writeln!(self.out, "{}", COLUMNS.join(",")),
            AlertFormat::Html => self.out.write_all(page_begins("Alerts").as_bytes()),
            _ => Ok(()),
        }
    }

    /// What comes after the last alert.
    ///
    /// # Errors
    /// What the writer says.
    pub fn end(&mut self) -> io::Result<()> {
        if self.format == AlertFormat::Html {
            self.out.write_all(PAGE_ENDS.as_bytes())?;
        }
        self.out.flush()
    }

    /// Prints some alerts.
    ///
    /// # Errors
    /// What the writer says.
    pub fn print(&mut self, alerts: &[StoredAlert]) -> io::Result<()> {
        match self.format {
            AlertFormat::Text => alerts.iter().try_for_each(|alert| self.text(alert))?,
            AlertFormat::Jsonl => alerts.iter().try_for_each(|alert| writeln!(self.out, "{}", alert.body))?,
            AlertFormat::Json => {
                let bodies: Vec<&str> = alerts.iter().map(|alert| alert.body.as_str()).collect();
                writeln!(self.out, "[{}]", bodies.join(",\n "))?;
            }
            AlertFormat::Csv => read(alerts).try_for_each(|(alert, record)| writeln!(self.out, "{}", csv(alert, &record)))?,
            AlertFormat::Html => read(alerts).try_for_each(|(alert, record)| self.out.write_all(self.html(alert, &record).as_bytes()))?,
            AlertFormat::Markdown => {
                read(alerts).try_for_each(|(alert, record)| self.out.write_all(self.markdown(alert, &record).as_bytes()))?;
            }
        }
        self.out.flush()
    }

    /// Says to people that there is nothing; data is empty then.
    ///
    /// # Errors
    /// What the writer says.
    pub fn nothing(&mut self) -> io::Result<()> {
        match self.format {
            AlertFormat::Html => writeln!(self.out, "<p>no alerts</p>"),
            AlertFormat::Text | AlertFormat::Markdown => writeln!(self.out, "no alerts"),
            AlertFormat::Json | AlertFormat::Jsonl | AlertFormat::Csv => Ok(()),
        }
    }

    /// A story that goes on costs a line, so that its copies do not bury what is new.
    fn text(&mut self, alert: &StoredAlert) -> io::Result<()> {
        let record = AlertRecord::parse(&alert.body).ok();
        if let Some(record) = record.as_ref().filter(|record| record.reason == "same-story") {
            let outlet = record.item.outlet.as_deref().map(|outlet| format!("{}: ", one_line(outlet))).unwrap_or_default();
            let title = one_line(record.item.title.as_deref().unwrap_or("(no title)"));
            return writeln!(self.out, "  + {outlet}{title} · {} (same story)\n", self.local(&record.time));
        }
        let text = (self.render)(&alert.body);
        writeln!(self.out, "{}", text.trim_end_matches('\n'))?;
        if !alert.also.is_empty() {
            writeln!(self.out, "also in {}", one_line(&alert.also.join(", ")))?;
        }
        writeln!(self.out)
    }

    fn local(&self, text: &str) -> String {
        text.parse::<Timestamp>().map_or_else(|_| one_line(text), |time| self.zone.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string())
    }

    /// Outlet, when published, how far it has spread.
    fn about(&self, alert: &StoredAlert, record: &AlertRecord) -> String {
        let mut about: Vec<String> = record.item.outlet.iter().map(|outlet| one_line(outlet)).collect();
        about.extend(record.item.published.as_deref().map(|published| self.local(published)));
        if let Some(story) = record.story.as_ref().filter(|story| story.outlets > 1) {
            about.push(format!("in {} outlets", story.outlets));
        }
        if !alert.also.is_empty() {
            about.push(format!("also in {}", one_line(&alert.also.join(", "))));
        }
        about.extend(record.digest.as_ref().map(window));
        about.join(" · ")
    }

    fn html(&self, alert: &StoredAlert, record: &AlertRecord) -> String {
        let title = escape(record.item.title.as_deref().unwrap_or("(no title)"));
        let title = match record.item.url.as_deref().filter(|url| url.starts_with("http://") || url.starts_with("https://")) {
            Some(url) => format!("<a href=\"{}\" rel=\"noreferrer nofollow\">{title}</a>", escape(url)),
            None => title,
        };
        let severity = escape(&record.watch.severity);
        let mut out = format!(
            "<article class=\"{severity}\">\n<p class=\"head\"><b>{severity}</b> {} <time>{}</time></p>\n<h2>{title}</h2>\n<p class=\"about\">{}</p>\n",
            escape(&record.watch.name),
            escape(&self.local(&record.time)),
            escape(&self.about(alert, record))
        );
        for (conditions, sentence) in sentences(&record.why) {
            let sentence: String = sentence.iter().map(html_piece).collect();
            out.extend([format!("<p class=\"why\"><code>{}</code><br>{sentence}</p>\n", escape(&conditions))]);
        }
        if let Some(told) = told(record) {
            out.extend([format!("<p class=\"about\">{}</p>\n", escape(&told))]);
        }
        out.push_str("</article>\n");
        out
    }

    fn markdown(&self, alert: &StoredAlert, record: &AlertRecord) -> String {
        let title = markdown(record.item.title.as_deref().unwrap_or("(no title)"));
        let title = match record.item.url.as_deref().filter(|url| url.starts_with("http://") || url.starts_with("https://")) {
            Some(url) => format!("[{title}](<{}>)", url.replace(['<', '>', '\n'], "")),
            None => title,
        };
        let (severity, watch) = (markdown(&record.watch.severity), markdown(&record.watch.name));
        let mut out =
            format!("### {title}\n\n**{severity}** {watch} · {} · {}\n", self.local(&record.time), markdown(&self.about(alert, record)));
        for (conditions, sentence) in sentences(&record.why) {
            out.extend([format!("\n> {}\\\n> {}\n", markdown(&conditions), markdown(&plain(&sentence)))]);
        }
        if let Some(told) = told(record) {
            out.extend([format!("\n_{}_\n", markdown(&told))]);
        }
        out.push('\n');
        out
    }
}

fn html_piece(piece: &Piece) -> String {
    // Making it safe takes the spaces at its ends, which part it from what stands beside it.
    let words = escape(&piece.text);
    let begins = if piece.text.starts_with(' ') { " " } else { "" };
    let ends = if piece.text.ends_with(' ') && !words.is_empty() { " " } else { "" };
    let text = format!("{begins}{}{ends}", words.trim());
    if piece.style == Style::Hit { format!("<mark>{text}</mark>") } else { text }
}

/// A report in one format; alerts follow it in none of them.
///
/// # Errors
/// [`io::Error`] of the writer.
pub fn report(report: &Report, format: AlertFormat, zone: &TimeZone, out: &mut dyn Write) -> io::Result<()> {
    match format {
        AlertFormat::Text => out.write_all(report.text(zone).as_bytes())?,
        AlertFormat::Markdown => out.write_all(report.markdown(zone).as_bytes())?,
        AlertFormat::Html => out.write_all(format!("{}{}{PAGE_ENDS}", page_begins("Alert report"), report.html(zone)).as_bytes())?,
        AlertFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(report)?)?,
        AlertFormat::Jsonl => writeln!(out, "{}", serde_json::to_string(report)?)?,
        AlertFormat::Csv => {
            writeln!(out, "by,name,alerts")?;
            let parts = [
                ("day", &report.days),
                ("severity", &report.severities),
                ("watch", &report.watches),
                ("actor", &report.actors),
                ("outlet", &report.outlets),
            ];
            for (by, counts) in parts {
                for count in counts {
                    writeln!(out, "{by},{},{}", cell(&count.name), count.count)?;
                }
            }
        }
    }
    out.flush()
}

fn read(alerts: &[StoredAlert]) -> impl Iterator<Item = (&StoredAlert, AlertRecord)> {
    alerts.iter().filter_map(|alert| Some((alert, AlertRecord::parse(&alert.body).ok()?)))
}

fn csv(alert: &StoredAlert, record: &AlertRecord) -> String {
    let item = &record.item;
    let told = record.kept.as_ref().map_or_else(|| record.reason.clone(), |kept| kept.reason.clone());
    let (story, outlets) = record.story.as_ref().map(|story| (story.id.clone(), story.outlets.to_string())).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        record.time.clone(),
        record.kind.clone(),
        record.watch.severity.clone(),
        record.watch.name.clone(),
        text(&item.title),
        text(&item.outlet),
        text(&item.published),
        text(&item.language),
        text(&item.url),
        story,
        outlets,
        told,
        alert.also.join("; "),
        record.id.clone(),
    ];
    cells.map(|text| cell(&text)).join(",")
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = one_line(text);
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text };
    if text.contains([',', '"', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn page_begins(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n<main>\n"
    )
}

const PAGE_ENDS: &str = "</main>\n</html>\n";

const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1c2430; --dim: #66707f; --line: #d9dee6; --bar: #3b74b9; --mark: #ffe9a8; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --dim: #98a2b0; --line: #38414e; --bar: #6ea3e0; --mark: #6b5a17; --page: #161b22; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: .2rem 0; }
article { border-left: 4px solid var(--line); padding: .2rem 0 .2rem 1rem; margin: 1.4rem 0; }
article.critical { border-color: #b3261e; } article.high { border-color: #d9822b; } article.medium { border-color: var(--bar); }
.head, .about { margin: 0; color: var(--dim); font-size: .9rem; } .why { margin: .4rem 0; } time { float: right; }
mark { background: var(--mark); color: inherit; } a { color: inherit; } code { color: var(--dim); font-size: .85em; }
section { margin: 2rem 0; } svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; } svg rect { fill: var(--bar); }
";

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> StoredAlert {
        let body = r#"{"schema":"wirewatch.alert/1","id":"1","time":"2026-03-02T08:00:00Z","kind":"first","watch":{"id":"w","name":"EU & UN","severity":"high"},"item":{"id":"i","title":"=HYPERLINK(\"x\") <b>, [x](javascript:1)","url":"javascript:1","outlet":"Wire","feed":null,"published":null,"language":"en"},"why":[{"condition":"a","field":"body","span":null,"text":"guarantee","speaker":null,"context":"No <guarantee>."}],"story":null,"reason":"first-match"}"#;
        StoredAlert { row: 1, body: body.to_owned(), also: vec!["Other".to_owned()] }
    }

    fn shown(format: AlertFormat) -> String {
        let mut out = Vec::new();
        let mut printer = Printer { format, render: &|_| "text\n".to_owned(), zone: &TimeZone::UTC, out: &mut out };
        printer.begin().unwrap();
        printer.print(&[stored()]).unwrap();
        printer.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_page_shows_each_sentence_once_with_all_its_hits() {
        let why = |condition: &str, text: &str| {
            format!(
                r#"{{"condition":"{condition}","field":"body","span":null,"text":"{text}","speaker":null,"context":"Kyiv asks for a guarantee now."}}"#
            )
        };
        let mut stored = stored();
        let one = r#"{"condition":"a","field":"body","span":null,"text":"guarantee","speaker":null,"context":"No <guarantee>."}"#;
        assert!(stored.body.contains(one));
        stored.body = stored.body.replace(one, &[why("kyiv", "Kyiv"), why("ask", "asks"), why("a b", "asks for")].join(","));
        let mut out = Vec::new();
        let mut printer = Printer { format: AlertFormat::Html, render: &|_| String::new(), zone: &TimeZone::UTC, out: &mut out };
        printer.print(&[stored]).unwrap();
        let page = String::from_utf8(out).unwrap();
        let why: Vec<&str> = page.lines().filter(|line| line.contains("\"why\"")).collect();
        let expected = "<p class=\"why\"><code>kyiv (body); ask (body); a b (body)</code><br><mark>Kyiv</mark> <mark>asks for</mark> a guarantee now.</p>";
        assert_eq!(why, [expected]);
    }

    #[test]
    fn hostile_titles_are_inert_in_every_format() {
        insta::assert_snapshot!(shown(AlertFormat::Text), @r"
        text
        also in Other
        ");
        insta::assert_snapshot!(shown(AlertFormat::Csv), @r#"
        time,kind,severity,watch,title,outlet,published,language,url,story,outlets,told,also,id
        2026-03-02T08:00:00Z,first,high,EU & UN,"'=HYPERLINK(""x"") <b>, [x](javascript:1)",Wire,,en,javascript:1,,,first-match,Other,1
        "#);
        insta::assert_snapshot!(shown(AlertFormat::Markdown), @r#"
        ### =HYPERLINK("x") \<b\>, \[x\](javascript:1)

        **high** EU \& UN · 2026-03-02 08:00 · Wire · also in Other

        > a (body)\
        > No \<«guarantee»\>.
        "#);
        let html = shown(AlertFormat::Html);
        assert!(html.contains("<p class=\"why\"><code>a (body)</code><br>No "), "{html}");
        assert!(html.contains("&lt;b&gt;") && html.contains("No &lt;<mark>guarantee</mark>&gt;.") && !html.contains("href"), "{html}");
    }
}
