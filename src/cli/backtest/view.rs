//! What a backtest found, for people and for programs.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::alert::render::{Piece, Style, plain};
use crate::cli::args::Format;
use crate::cli::backtest::Report;
use crate::cli::backtest::tally::{Best, In, Sample, Watched};
use crate::cli::paint;
use crate::cli::view::View;
use crate::problem::render::Colour;
use crate::text::safe::one_line;

/// Columns of the bar chart.
const BARS_MAX: usize = 60;
/// From least to most.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Writes the report.
///
/// # Errors
/// What the writer says.
pub(crate) fn write(report: &Report, format: Format, colour: Colour, view: &mut View<'_>) -> anyhow::Result<()> {
    match format {
        Format::Text => {
            let pieces = text(report, view);
            let text = if colour == Colour::Ansi { paint::pieces(&pieces) } else { plain(&pieces) };
            view.out.write_all(text.as_bytes())?;
        }
        Format::Json => {
            let watches: Vec<Value> = report.watches.iter().map(|watched| document(watched, report)).collect();
            let whole = json!({
                "articles": report.articles,
                "unreadable": report.unreadable,
                "first": report.span.map(|(first, _)| first.to_string()),
                "last": report.span.map(|(_, last)| last.to_string()),
                "seconds": (report.took.as_secs_f64() * 1000.0).round() / 1000.0,
                "against": report.against,
                "watches": watches,
            });
            serde_json::to_writer_pretty(&mut *view.out, &whole)?;
            writeln!(view.out)?;
        }
        Format::Jsonl => {
            for watched in &report.watches {
                writeln!(view.out, "{}", document(watched, report))?;
            }
        }
    }
    Ok(())
}

fn document(watched: &Watched, report: &Report) -> Value {
    let seen = &watched.seen;
    let days: serde_json::Map<String, Value> = seen.days.iter().map(|(day, count)| (day.to_string(), (*count).into())).collect();
    let samples = |best: &Best| -> Vec<Value> { best.samples.iter().map(sample).collect() };
    let mut out = json!({
        "watch": watched.id.as_str(),
        "name": watched.name,
        "severity": watched.severity.as_str(),
        "matches": seen.samples.count,
        "alerts": seen.alerts(),
        "stories": seen.stories(),
        "days": days,
        "cost_us": (watched.cost.as_secs_f64() * 1e7).round() / 10.0,
        "cost_share": (watched.share * 1000.0).round() / 1000.0,
        "samples": samples(&seen.samples),
    });
    if report.against.is_some() {
        out["in"] = match watched.place {
            In::Both => "both",
            In::This => "this",
            In::Other => "other",
        }
        .into();
        if watched.place == In::Other {
            // It was not measured, as it is not in the list that is.
            out["cost_us"] = Value::Null;
            out["cost_share"] = Value::Null;
        }
        for (name, best) in [("gained", &seen.gained), ("lost", &seen.lost)] {
            out[name] = json!({"count": best.count, "samples": samples(best)});
        }
    }
    out
}

fn sample(sample: &Sample) -> Value {
    json!({
        "id": sample.id.to_string(),
        "stored": sample.at.to_string(),
        "score": (f64::from(sample.score) * 10_000.0).round() / 10_000.0,
        "title": sample.title,
        "outlet": sample.outlet,
        "url": sample.url,
    })
}

fn text(report: &Report, view: &View<'_>) -> Vec<Piece> {
    let mut out = Vec::new();
    let day = |time: Timestamp| view.zone.to_datetime(time).date();
    let days = report.span.map(|(first, last)| (day(first), day(last)));
    for watched in &report.watches {
        head(watched, report, &mut out);
        if let Some((first, last)) = days.filter(|_| watched.seen.samples.count > 0) {
            out.push(Piece::new(Style::Plain, chart(watched, first, last)));
        }
        samples(&watched.seen.samples, "  ", view, &mut out);
        for (sign, name, best) in [("+", "gained", &watched.seen.gained), ("-", "lost", &watched.seen.lost)] {
            if best.count > 0 {
                let all = if watched.place == In::Both { "" } else { ", all that it holds for" };
                out.push(Piece::new(Style::Strong, format!("  {sign} {} {name}{all}\n", best.count)));
                // What only this list has stands above already.
                if watched.place != In::This {
                    samples(best, &format!("  {sign} "), view, &mut out);
                }
            }
        }
        out.push(Piece::new(Style::Plain, "\n"));
    }
    out.push(Piece::new(Style::Dim, summary(report, days)));
    out
}

fn head(watched: &Watched, report: &Report, out: &mut Vec<Piece>) {
    let seen = &watched.seen;
    out.push(Piece::new(Style::Strong, one_line(watched.id.as_str())));
    out.push(Piece::new(Style::Plain, " "));
    out.push(Piece::new(Style::Severity(watched.severity), format!("[{}]", watched.severity.as_str())));
    if watched.name != watched.id.as_str() {
        out.push(Piece::new(Style::Plain, format!(" {}", one_line(&watched.name))));
    }
    match watched.place {
        In::Both => {}
        In::This => out.push(Piece::new(Style::Strong, "  only in this list")),
        In::Other => {
            let against = report.against.as_deref().map_or_else(|| "the other list".to_owned(), one_line);
            let found = if seen.lost.count == 0 { ": nothing lost" } else { "" };
            out.push(Piece::new(Style::Strong, format!("  only in {against}{found}\n")));
            return;
        }
    }
    let counts = match seen.samples.count {
        0 => "  nothing".to_owned(),
        count => format!(
            "  {} · {} · {} on {}",
            counted(count, "match", "matches"),
            counted(seen.alerts(), "alert", "alerts"),
            counted(seen.stories(), "story", "stories"),
            counted(seen.days.len(), "day", "days"),
        ),
    };
    out.push(Piece::new(Style::Plain, counts));
    let micros = watched.cost.as_secs_f64() * 1e6;
    out.push(Piece::new(Style::Dim, format!("  ({micros:.1} µs an article, {:.0} % of the watches' time)\n", watched.share * 100.0)));
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Matches for each day, or for a few days where there are many.
fn chart(watched: &Watched, first: Date, last: Date) -> String {
    let days = usize::try_from(last.since(first).map_or(0, |span| span.get_days())).unwrap_or(0) + 1;
    let width = days.div_ceil(BARS_MAX);
    let mut bars = vec![0_usize; days.div_ceil(width)];
    for (day, count) in &watched.seen.days {
        let at = usize::try_from(day.since(first).map_or(0, |span| span.get_days())).unwrap_or(0) / width;
        if let Some(bar) = bars.get_mut(at) {
            *bar += count;
        }
    }
    let most = bars.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: usize| if count == 0 { Some(' ') } else { BARS.get((count * BARS.len()).div_ceil(most) - 1).copied() };
    let drawn: String = bars.iter().filter_map(|count| bar(*count)).collect();
    let mut out = format!("  {first} │{drawn}│ {last}");
    let peak = bars.iter().position(|count| *count == most).unwrap_or(0);
    let from = first.checked_add(i64::try_from(peak * width).unwrap_or(0).days()).unwrap_or(first);
    let when = if width == 1 { format!("on {from}") } else { format!("in {width} days from {from}") };
    writeln!(out, "  most: {most} {when}").expect("writing to a string cannot fail");
    out
}

fn samples(best: &Best, indent: &str, view: &View<'_>, out: &mut Vec<Piece>) {
    for sample in &best.samples {
        out.push(Piece::new(Style::Dim, format!("{indent}{:.2}  {}  ", sample.score, view.local(sample.at))));
        out.push(Piece::new(Style::Plain, one_line(&sample.title)));
        let outlet = sample.outlet.as_deref().map(|outlet| format!(" ({})", one_line(outlet))).unwrap_or_default();
        out.push(Piece::new(Style::Dim, format!("{outlet} · id {}\n", sample.id)));
    }
}

/// What the lists gain and lose as a whole, and how many watches only one of them has.
fn difference(report: &Report) -> String {
    let sum = |count: fn(&Watched) -> usize| report.watches.iter().map(count).sum::<usize>();
    let mut parts = vec![
        format!("{} gained", counted(sum(|watched| watched.seen.gained.count), "match", "matches")),
        format!("{} lost", sum(|watched| watched.seen.lost.count)),
    ];
    for (place, whose) in [(In::This, "only in this list"), (In::Other, "only in that one")] {
        let count = report.watches.iter().filter(|watched| watched.place == place).count();
        if count > 0 {
            parts.push(format!("{} {whose}", counted(count, "watch", "watches")));
        }
    }
    parts.join(", ")
}

fn summary(report: &Report, days: Option<(Date, Date)>) -> String {
    let mut parts = vec![counted(report.articles, "stored article", "stored articles")];
    parts.extend(days.map(|(first, last)| format!("{first} to {last}")));
    parts.push(counted(report.watches.len(), "watch", "watches"));
    if report.unreadable > 0 {
        parts.push(format!("{} could not be read", report.unreadable));
    }
    parts.extend(report.against.as_ref().map(|against| format!("against {}: {}", one_line(against), difference(report))));
    parts.push(format!("{:.1} s", report.took.as_secs_f64()));
    format!("{}\n", parts.join(" · "))
}
