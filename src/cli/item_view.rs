//! An item record for people to read.

use std::collections::HashMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use crate::cli::view::{HEADING, QUIET};
use crate::text::safe::one_line;

const NAME: Style = AnsiColor::Cyan.on_default();
const WORDS: Style = AnsiColor::Green.on_default();

/// Writes what was found in an article. `record` is a `wirewatch.item/1`.
///
/// Colours are written always; the stream takes them out where they do not belong.
///
/// # Errors
/// When writing fails.
pub fn item(record: &Value, out: &mut impl Write) -> io::Result<()> {
    let seen = View { text: Points::new(record["text"]["value"].as_str().unwrap_or_default()), record };
    seen.top(out)?;
    seen.actors(out)?;
    seen.quotes(out)?;
    seen.citations(out)?;
    seen.stances(out)?;
    seen.topics(out)
}

/// A text that is cut by code points.
struct Points<'a> {
    text: &'a str,
    /// Byte of every code point.
    bytes: Vec<usize>,
}

impl<'a> Points<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, bytes: text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect() }
    }

    /// The text under a span given as `[start, end]`.
    fn of(&self, span: &Value) -> String {
        let byte = |index: usize| self.bytes.get(usize::try_from(span[index].as_u64()?).ok()?).copied();
        byte(0).zip(byte(1)).and_then(|(start, end)| self.text.get(start..end)).map(one_line).unwrap_or_default()
    }
}

struct View<'a> {
    text: Points<'a>,
    record: &'a Value,
}

impl View<'_> {
    fn top(&self, out: &mut impl Write) -> io::Result<()> {
        let meta = &self.record["meta"];
        let headline = value_of(&meta["headline"]).unwrap_or_else(|| "(no headline)".to_owned());
        writeln!(out, "{HEADING}{headline}{HEADING:#}")?;
        if let Some(standfirst) = value_of(&meta["standfirst"]) {
            writeln!(out, "{standfirst}")?;
        }
        let authors = meta["authors"]["value"]
            .as_array()
            .or(meta["authors"].as_array())
            .map(|names| names.iter().filter_map(Value::as_str).map(one_line).collect::<Vec<_>>().join(", "));
        let paragraphs = self.record["body"]["paragraphs"].as_array().map_or(0, Vec::len);
        let length = if paragraphs == 1 { "1 paragraph".to_owned() } else { format!("{paragraphs} paragraphs") };
        let facts = [
            self.record["outlet"].as_str().map(one_line),
            value_of(&meta["published"]),
            value_of(&meta["section"]),
            value_of(&meta["language"]),
            authors.filter(|names| !names.is_empty()).map(|names| format!("by {names}")),
            Some(length),
            self.record["text"]["partial"].as_bool().filter(|partial| *partial).map(|_| "text not complete".to_owned()),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        writeln!(out, "{QUIET}{}{QUIET:#}", facts.join(" · "))?;
        if let Some(uri) = self.record["uri"].as_str() {
            writeln!(out, "{QUIET}{}{QUIET:#}", one_line(uri))?;
        }
        self.source(out)
    }

    /// Where the text is from and how sure that is, and what went wrong.
    fn source(&self, out: &mut impl Write) -> io::Result<()> {
        let (text, meta) = (&self.record["text"], &self.record["meta"]);
        let from = match text_of(&text["from"]).as_deref() {
            None | Some("given") => None,
            Some("json-ld") => Some("text from the page's data".to_owned()),
            Some("amp") => Some("text from the AMP version".to_owned()),
            Some("summary") => Some("no text but the summary".to_owned()),
            Some(from) => Some(format!("text from the {from}")),
        };
        let confidence = text["confidence"].as_f64().filter(|_| from.is_some()).map(|confidence| format!("confidence {confidence:.2}"));
        let access = text_of(&meta["access"]).filter(|access| access == "paid").map(|_| "behind a paywall".to_owned());
        let facts: Vec<String> = [from, confidence, access].into_iter().flatten().collect();
        if !facts.is_empty() {
            writeln!(out, "{QUIET}{}{QUIET:#}", facts.join(" · "))?;
        }
        for note in list(&text["notes"]).iter().filter_map(text_of) {
            writeln!(out, "note: {note}")?;
        }
        Ok(())
    }

    fn actors(&self, out: &mut impl Write) -> io::Result<()> {
        let rows: Vec<[String; 3]> = list(&self.record["actors"])
            .iter()
            .map(|actor| {
                let mentions = list(&actor["mentions"]).len();
                let kind = [text_of(&actor["type"]), text_of(&actor["country"])].into_iter().flatten().collect::<Vec<_>>().join(", ");
                [text_of(&actor["name"]).unwrap_or_default(), mentions.to_string(), kind]
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        title(out, "Actors")?;
        let width = rows.iter().map(|[name, ..]| name.chars().count()).max().unwrap_or_default();
        for [name, mentions, kind] in rows {
            let gap = " ".repeat(width.saturating_sub(name.chars().count()));
            writeln!(out, "  {NAME}{name}{NAME:#}{gap} {mentions:>4}  {QUIET}{kind}{QUIET:#}")?;
        }
        Ok(())
    }

    fn quotes(&self, out: &mut impl Write) -> io::Result<()> {
        let quotes = list(&self.record["quotes"]);
        if quotes.is_empty() {
            return Ok(());
        }
        title(out, "Quotes")?;
        for quote in quotes {
            let speaker = text_of(&quote["speaker"]["name"]).unwrap_or_else(|| "(speaker unknown)".to_owned());
            let content: Vec<String> = list(&quote["content"]).iter().map(|span| self.text.of(span)).collect();
            let kind = text_of(&quote["type"]).unwrap_or_default();
            let via = text_of(&quote["via"]).map(|via| format!(", via {via}")).unwrap_or_default();
            writeln!(out, "  {NAME}{speaker}{NAME:#} {QUIET}({kind}{via}){QUIET:#}")?;
            writeln!(out, "    {WORDS}{}{WORDS:#}", content.join(" … "))?;
        }
        Ok(())
    }

    fn citations(&self, out: &mut impl Write) -> io::Result<()> {
        let citations = list(&self.record["citations"]);
        if citations.is_empty() {
            return Ok(());
        }
        title(out, "Cited outlets")?;
        let mut counts: Vec<(String, usize)> = Vec::new();
        for outlet in citations.iter().filter_map(|citation| text_of(&citation["outlet"])) {
            match counts.iter_mut().find(|(known, _)| *known == outlet) {
                Some((_, count)) => *count += 1,
                None => counts.push((outlet, 1)),
            }
        }
        for (outlet, count) in counts {
            writeln!(out, "  {NAME}{outlet}{NAME:#} {count:>4}")?;
        }
        Ok(())
    }

    fn stances(&self, out: &mut impl Write) -> io::Result<()> {
        let stances = list(&self.record["stances"]);
        if stances.is_empty() {
            return Ok(());
        }
        let names: HashMap<&str, &str> =
            list(&self.record["actors"]).iter().filter_map(|actor| Some((actor["id"].as_str()?, actor["name"].as_str()?))).collect();
        title(out, "Stances")?;
        for stance in stances {
            let holder = stance["holder"].as_str().map_or("(holder unknown)", |id| names.get(id).copied().unwrap_or(id));
            let position = text_of(&stance["position"]).unwrap_or_default();
            let target = text_of(&stance["target"]["text"]).unwrap_or_else(|| self.text.of(&stance["target"]["span"]));
            writeln!(out, "  {NAME}{}{NAME:#} {HEADING}{position}{HEADING:#} {WORDS}{target}{WORDS:#}", one_line(holder))?;
        }
        Ok(())
    }

    fn topics(&self, out: &mut impl Write) -> io::Result<()> {
        let topics: Vec<String> = list(&self.record["topics"])
            .iter()
            .filter_map(|topic| {
                let score = topic["score"].as_f64().map(|score| format!(" {score:.2}")).unwrap_or_default();
                Some(format!("{}{score}", text_of(&topic["name"]).or_else(|| text_of(&topic["id"]))?))
            })
            .collect();
        if topics.is_empty() {
            return Ok(());
        }
        title(out, "Topics")?;
        writeln!(out, "  {}", topics.join(" · "))
    }
}

fn title(out: &mut impl Write, name: &str) -> io::Result<()> {
    writeln!(out, "\n{HEADING}{name}{HEADING:#}")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(one_line).filter(|text| !text.is_empty())
}

/// A field of `meta`, which is a value with its source.
fn value_of(field: &Value) -> Option<String> {
    text_of(&field["value"]).or_else(|| text_of(field))
}

#[cfg(test)]
mod tests {
    use super::item;

    #[test]
    fn a_record_for_people() {
        let record = serde_json::json!({
            "outlet": "Sample", "text": {"value": "Bridge é opens\u{1b}[2J today, Ann Lee said.", "partial": true, "from": "page", "confidence": 0.871, "notes": ["page cut: too large"]},
            "meta": {"headline": {"value": "Bridge opens"}, "access": "paid", "published": {"value": "2025-12-19"}, "authors": {"value": ["Bo Ek"]}},
            "body": {"paragraphs": [[0, 5]]},
            "actors": [{"id": "ann", "name": "Ann Lee", "type": "person", "mentions": [{}, {}]}, {"id": "x", "name": "Union", "type": "bloc", "mentions": [{}]}],
            "quotes": [{"type": "indirect", "content": [[0, 14]], "speaker": {"name": "Ann Lee"}, "via": "Wire"}, {"type": "direct", "content": [[7, 14]], "speaker": null}],
            "citations": [{"outlet": "Wire"}, {"outlet": "Wire"}],
            "stances": [{"holder": "ann", "position": "support", "target": {"text": "bridge"}}],
            "topics": [{"id": "roads", "score": 0.5}],
        });
        let mut out = anstream::StripStream::new(Vec::new());
        item(&record, &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out.into_inner()).unwrap(), @"
        Bridge opens
        Sample · 2025-12-19 · by Bo Ek · 1 paragraph · text not complete
        text from the page · confidence 0.87 · behind a paywall
        note: page cut: too large

        Actors
          Ann Lee    2  person
          Union      1  bloc

        Quotes
          Ann Lee (indirect, via Wire)
            Bridge é opens
          (speaker unknown) (direct)
            é opens

        Cited outlets
          Wire    2

        Stances
          Ann Lee support bridge

        Topics
          roads 0.50
        ");
        item(&serde_json::json!({}), &mut Vec::new()).unwrap();
    }
}
