//! `explain`: every watch against one article: what held, what did not, and the words that made it.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};

use crate::alert::record::{AlertRecord, WhyRecord};
use crate::alert::render::{Piece, Style, evidence, plain};
use crate::cli::args::{ExplainArguments, ExplainFormat};
use crate::cli::telling::{Telling, line};
use crate::cli::view::WrongArgument;
use crate::cli::{explain_page, paint};
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::id::ChannelId;
use crate::model::matched::Evidence;
use crate::model::span::Span;
use crate::problem::nearest;
use crate::problem::render::Colour;
use crate::text::points::CodePoints;
use crate::text::safe::{lines, one_line};
use crate::watch::explain::{Explanation, Outcome};
use crate::watch::list::WatchList;

fn nothing() -> WrongArgument {
    WrongArgument::new("nothing to explain", Some("name a file, an address, the id of a stored item, or - for standard input".to_owned()))
}

/// Runs the command for one source. `read` gives its article and what was found in it, topics marked.
///
/// # Errors
/// When there is no such watch, the source cannot be read, or `out` cannot be written.
pub fn run(
    arguments: &ExplainArguments,
    watches: &WatchList,
    telling: &Telling,
    read: impl FnOnce(&str) -> anyhow::Result<(Article, Extraction)>,
    colour: Colour,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    if let Some(wanted) = &arguments.watch
        && watches.facts(&wanted.as_str().into()).is_none()
    {
        let near = nearest(wanted, watches.ids());
        return Err(WrongArgument::new(format!("there is no watch `{wanted}`"), near.map(|near| format!("did you mean `{near}`?"))).into());
    }
    let source = arguments.source.as_deref().ok_or_else(nothing)?;
    let (article, extraction) = read(source)?;
    let mut explained = crate::watch::explain(watches, &article, &extraction);
    explained.retain(|one| arguments.watch.as_ref().is_none_or(|wanted| one.facts.watch.id.as_str() == wanted));
    match arguments.format {
        ExplainFormat::Html => {
            let told = |one: &Explanation| Some(line(&telling.alert(&one.facts, one.found.as_ref()?, &article, &extraction)?));
            out.write_all(explain_page::page(&explained, &article, &told).as_bytes())?;
        }
        ExplainFormat::Text => {
            let pieces = pieces(&explained, telling, &article, &extraction);
            let text = if colour == Colour::Ansi { paint::pieces(&pieces) } else { plain(&pieces) };
            out.write_all(text.as_bytes())?;
        }
        ExplainFormat::Json => {
            let watches: Vec<Value> = explained.iter().map(|one| document(one, telling, &article, &extraction)).collect();
            let whole = json!({"id": article.id.to_string(), "watches": watches});
            serde_json::to_writer_pretty(&mut *out, &whole).context("cannot write")?;
            writeln!(out)?;
        }
        ExplainFormat::Jsonl => {
            for one in &explained {
                writeln!(out, "{}", document(one, telling, &article, &extraction))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The answer of the batch form for one article: `{"matches": [{"watch", "score", "why": […]}]}`, in the order of the list.
pub fn answer(watches: &WatchList, article: &Article, extraction: &Extraction) -> Value {
    let points = CodePoints::new(&article.text);
    let found = crate::watch::evaluate(watches, article, extraction);
    let matches: Vec<Value> = found
        .iter()
        .map(|found| json!({"watch": found.watch.as_str(), "score": rounded(found.score), "why": why(&found.why, &points)}))
        .collect();
    json!({ "matches": matches })
}

fn why(evidence: &[Evidence], points: &CodePoints) -> Vec<WhyRecord> {
    let counted = |one: &Evidence| WhyRecord::from(&Evidence { span: one.span.map(|span| points.span(span)), ..one.clone() });
    evidence.iter().map(counted).collect()
}

/// Four digits are enough to order by.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 10_000.0).round() / 10_000.0
}

/// Where an alert would go: the channels that were told at once, and those that were told later or not, and why.
fn told(one: &Explanation, telling: &Telling, article: &Article, extraction: &Extraction) -> Option<Value> {
    let alert = telling.alert(&one.facts, one.found.as_ref()?, article, extraction)?;
    let channels: Vec<&str> = alert.notify.iter().map(ChannelId::as_str).collect();
    let record = AlertRecord::from(&alert);
    Some(json!({"notify": channels, "held": record.held, "kept": record.kept, "reason": record.reason}))
}

fn document(one: &Explanation, telling: &Telling, article: &Article, extraction: &Extraction) -> Value {
    let points = CodePoints::new(&article.text);
    let missing = one.first_missing().map(|outcome| json!({"condition": outcome.condition, "why_not": outcome.why_not}));
    json!({
        "watch": one.facts.watch.id.as_str(),
        "name": one.facts.watch.name,
        "severity": one.facts.watch.severity.as_str(),
        "query": one.query,
        "held": one.found.is_some(),
        "score": one.found.as_ref().map(|found| rounded(found.score)),
        "why": one.found.as_ref().map(|found| why(&found.why, &points)).unwrap_or_default(),
        "missing": missing,
        "told": told(one, telling, article, extraction),
        "conditions": tree(&one.tree, &points),
    })
}

fn tree(outcome: &Outcome, points: &CodePoints) -> Value {
    let parts: Vec<Value> = outcome.parts.iter().map(|part| tree(part, points)).collect();
    json!({
        "condition": outcome.condition,
        "held": outcome.held,
        "why_not": outcome.why_not,
        "evidence": why(&outcome.evidence, points),
        "parts": parts,
    })
}

fn pieces(explained: &[Explanation], telling: &Telling, article: &Article, extraction: &Extraction) -> Vec<Piece> {
    let mut out = Vec::new();
    let points = CodePoints::new(&article.text);
    for one in explained {
        let watch = &one.facts.watch;
        let sign = if one.found.is_some() { "✓" } else { "✗" };
        out.push(Piece::new(Style::Plain, format!("{sign} ")));
        out.push(Piece::new(Style::Strong, one_line(watch.id.as_str())));
        out.push(Piece::new(Style::Plain, " "));
        out.push(Piece::new(Style::Severity(watch.severity), format!("[{}]", watch.severity.as_str())));
        if watch.name != watch.id.as_str() {
            out.push(Piece::new(Style::Plain, format!(" {}", one_line(&watch.name))));
        }
        if let Some(found) = &one.found {
            out.push(Piece::new(Style::Dim, format!("  score {:.2}\n", found.score)));
            out.extend(evidence(&why(&found.why, &points), "    "));
            if let Some(alert) = telling.alert(&one.facts, found, article, extraction) {
                out.push(Piece::new(Style::Dim, format!("    → {}\n", line(&alert))));
            }
        } else {
            let missing = one.first_missing().map(|missing| {
                let reason = missing.why_not.as_deref().unwrap_or("does not hold");
                format!("  {}: {reason}", missing.condition)
            });
            out.push(Piece::new(Style::Dim, format!("{}\n", clean_kept(&missing.unwrap_or_default()))));
            conditions(&one.tree, 2, None, &mut out);
        }
        out.push(Piece::new(Style::Plain, "\n"));
    }
    out.extend(text(explained, article));
    out
}

/// The conditions of a watch that does not hold, one a line. A reason that is the one of the condition before it is told once.
fn conditions(outcome: &Outcome, depth: usize, before: Option<&Outcome>, out: &mut Vec<Piece>) {
    let sign = if outcome.held { "✓" } else { "✗" };
    let told = before.and_then(|before| before.why_not.as_ref());
    let reason = outcome.why_not.as_ref().filter(|reason| Some(*reason) != told);
    let reason = reason.map(|reason| format!(" — {}", one_line(reason))).unwrap_or_default();
    let first = outcome.evidence.first().map(|first| one_line(&first.text));
    out.push(Piece::new(Style::Plain, format!("{}{sign} {}", "  ".repeat(depth), one_line(&outcome.condition))));
    out.push(Piece::new(Style::Dim, reason));
    if let Some(words) = first {
        out.push(Piece::new(Style::Plain, " "));
        out.push(Piece::new(Style::Hit, words));
    }
    out.push(Piece::new(Style::Plain, "\n"));
    for (index, part) in outcome.parts.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| outcome.parts.get(before));
        conditions(part, depth + 1, before, out);
    }
}

/// The text with every hit of a watch that holds, those that overlap or touch as one.
fn text(explained: &[Explanation], article: &Article) -> Vec<Piece> {
    let mut spans: Vec<Span> =
        explained.iter().filter_map(|one| one.found.as_ref()).flat_map(|found| &found.why).filter_map(|why| why.span).collect();
    spans.sort_unstable();
    let mut whole: Vec<Span> = Vec::new();
    for span in spans {
        match whole.last_mut().filter(|last| span.start <= last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => whole.push(span),
        }
    }
    let mut out = Vec::new();
    let mut at = 0;
    for span in whole {
        out.push(Piece::new(Style::Plain, lines(Span::new(at, span.start).of(&article.text))));
        out.push(Piece::new(Style::Hit, lines(span.of(&article.text))));
        at = span.end;
    }
    out.push(Piece::new(Style::Plain, lines(Span::new(at, article.text.len()).of(&article.text))));
    out.push(Piece::new(Style::Plain, "\n"));
    out
}

/// As [`one_line`], with the indent kept.
fn clean_kept(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("  {}", one_line(text)) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{answer, run, text};
    use crate::alert::render::plain;
    use crate::cli::args::{Arguments, Verb};
    use crate::cli::telling::Telling;
    use crate::problem::render::Colour;
    use crate::watch::compile;
    use crate::watch::list::WatchList;
    use crate::watch::samples::{Sample, known, sample, watch};

    fn list() -> WatchList {
        let watches = [watch("force", "\"multinational force\" NEAR/5 kyiv"), watch("said", "guarantee AND speaker:zelensky")];
        compile(&[], &watches.into_iter().collect(), &known()).0
    }

    fn given() -> Sample {
        sample("# Moscow rejects plan\n\nКиїв\u{1b}[31m: no multinational force in Kyiv. Zelensky was there.")
    }

    fn shown(words: &[&str], colour: Colour) -> String {
        shown_of(&given(), words, colour)
    }

    fn shown_of(made: &Sample, words: &[&str], colour: Colour) -> String {
        let line = ["wirewatch", "explain"].into_iter().chain(words.iter().copied());
        let Verb::Explain(arguments) = Arguments::try_parse_from(line).unwrap().verb else { panic!("another verb") };
        let mut out = Vec::new();
        let read = |_: &str| Ok((made.article.clone(), made.extraction.clone()));
        match run(&arguments, &list(), &Telling::default(), read, colour, &mut out) {
            Ok(_) => String::from_utf8(out).unwrap(),
            Err(error) => format!("error: {error:#}"),
        }
    }

    #[test]
    fn text_for_people() {
        insta::assert_snapshot!(shown(&["-"], Colour::Plain), @r#"
        ✓ force [high]  score 0.52
            "multinational force" (body); kyiv (body)
              Київ [31m: no «multinational force» in «Kyiv».
            → alert log

        ✗ said [high]  guarantee: the words are not there
            ✗ AND
              ✗ guarantee — the words are not there
              ✗ speaker:zelensky — Volodymyr Zelensky is mentioned, but not quoted; nobody is quoted

        Moscow rejects plan

        Київ [31m: no «multinational force» in «Kyiv». Zelensky was there.
        "#);
        assert!(shown(&["-"], Colour::Ansi).contains("\u{1b}[1m\u{1b}[33mmultinational force\u{1b}[0m"));
        insta::assert_snapshot!(shown(&["--watch", "sait", "-"], Colour::Plain), @"
        error: there is no watch `sait`
        help: did you mean `said`?
        ");
        assert!(!shown(&["--watch", "said", "-"], Colour::Plain).contains("[high]\u{1b}"));
    }

    #[test]
    fn marks_of_hits_are_no_marks_of_the_text() {
        let made = sample("«A multinational force is in Kyiv», he said. It is not in Kyiv.");
        insta::assert_snapshot!(shown_of(&made, &["--watch", "force", "-"], Colour::Plain), @r#"
        ✓ force [high]  score 0.60
            "multinational force" (body); kyiv (body)
              «A ⟦multinational force⟧ is in ⟦Kyiv⟧», he said.
            → alert log

        «A ⟦multinational force⟧ is in ⟦Kyiv⟧», he said. It is not in Kyiv.
        "#);
    }

    #[test]
    fn hits_that_overlap_are_marked_as_one() {
        let made = sample("Kyiv will not wait, Zelensky said.").quote("Kyiv will not wait", Some("zelensky"));
        let watches = [watch("words", "kyiv"), watch("quote", "QUOTE(zelensky, wait)")];
        let list = compile(&[], &watches.into_iter().collect(), &known()).0;
        let explained = crate::watch::explain(&list, &made.article, &made.extraction);
        assert_eq!(explained.iter().filter(|one| one.found.is_some()).count(), 2);
        assert_eq!(plain(&text(&explained, &made.article)), "«Kyiv will not wait», Zelensky said.\n");
    }

    #[test]
    fn json_for_programs() {
        let whole: serde_json::Value = serde_json::from_str(&shown(&["--format", "json", "-"], Colour::Plain)).unwrap();
        insta::assert_snapshot!(whole["watches"][1], @r#"{"conditions":{"condition":"AND","evidence":[],"held":false,"parts":[{"condition":"guarantee","evidence":[],"held":false,"parts":[],"why_not":"the words are not there"},{"condition":"speaker:zelensky","evidence":[],"held":false,"parts":[],"why_not":"Volodymyr Zelensky is mentioned, but not quoted; nobody is quoted"}],"why_not":null},"held":false,"missing":{"condition":"guarantee","why_not":"the words are not there"},"name":"said","query":"guarantee AND speaker:zelensky","score":null,"severity":"high","told":null,"watch":"said","why":[]}"#);
        assert_eq!(shown(&["--format", "jsonl", "-"], Colour::Plain).lines().count(), 2);
        insta::assert_snapshot!(answer(&list(), &given().article, &given().extraction), @r#"{"matches":[{"score":0.52,"watch":"force","why":[{"condition":"\"multinational force\"","context":"Київ\u001b[31m: no multinational force in Kyiv.","field":"body","span":[35,54],"speaker":null,"text":"multinational force"},{"condition":"kyiv","context":"Київ\u001b[31m: no multinational force in Kyiv.","field":"body","span":[58,62],"speaker":null,"text":"Kyiv"}]}]}"#);
    }
}
