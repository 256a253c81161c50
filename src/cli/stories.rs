//! `extract --jsonl --stories`: the records of a batch get their stories, in the order in which they are written.

use std::io::{self, Write};

use serde_json::Value;

use crate::alert::story::{Item, Limits, Signature, Source, Stories};
use crate::model::id::EntryId;

/// Fills `story` of every record that passes on its way to another writer.
#[derive(Debug)]
pub struct StoryWriter<W> {
    inner: W,
    stories: Stories,
    line: Vec<u8>,
    number: u128,
}

impl<W: Write> StoryWriter<W> {
    /// Before `inner`.
    pub fn new(inner: W) -> Self {
        Self { inner, stories: Stories::new(Limits::default()), line: Vec::new(), number: 0 }
    }

    fn line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let Ok(mut record) = serde_json::from_slice::<Value>(&line) else { return self.inner.write_all(&line) };
        if record.get("error").is_none() {
            let headline = record["meta"]["headline"].clone();
            let apart = headline["value"].as_str().filter(|_| headline["span"].is_null());
            let text = record["text"]["value"].as_str().unwrap_or_default();
            let language = record["meta"]["language"]["value"].as_str().unwrap_or("und");
            let actors: Vec<&str> = record["actors"].as_array().map_or_else(Vec::new, |actors| {
                actors.iter().filter(|actor| actor["known"] == true).filter_map(|actor| actor["id"].as_str()).collect()
            });
            let fingerprint = record["fingerprint"].as_str().and_then(|text| u64::from_str_radix(text, 16).ok());
            let signature = Signature::new(&Source { title: apart, text, language, actors: &actors, fingerprint });
            // Lines of one text have one identity; the number tells them apart.
            self.number += 1;
            let id = EntryId(self.number.to_be_bytes());
            let story = self.stories.place(&Item { id, outlet: record["outlet"].as_str(), at: None, signature: &signature }).story;
            record["story"] = Value::String(story.id.to_string());
        }
        serde_json::to_writer(&mut self.inner, &record)?;
        self.inner.write_all(b"\n")
    }
}

impl<W: Write> Write for StoryWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::StoryWriter;

    #[test]
    fn records_get_their_stories_and_other_lines_pass() {
        let lines = [
            r#"{"id":"a","meta":{"headline":null,"language":{"value":"en"}},"text":{"value":"Ferry strike halts crossings to Gotland, the union Seko said."}}"#,
            r#"{"id":"b","error":"the line has no text"}"#,
            r#"{"id":"c","meta":{"headline":null,"language":{"value":"en"}},"text":{"value":"Gotland cut off: ferry strike by the union Seko halts crossings."}}"#,
        ];
        let mut out = Vec::new();
        let mut writer = StoryWriter::new(&mut out);
        for part in (lines.join("\n") + "\n").as_bytes().chunks(7) {
            writer.write_all(part).unwrap();
        }
        let records: Vec<serde_json::Value> =
            String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(records.len(), 3);
        assert_eq!(records[0]["story"], records[2]["story"]);
        assert!(records[0]["story"].is_string());
        assert_eq!(records[1], serde_json::json!({"id": "b", "error": "the line has no text"}));
    }
}
