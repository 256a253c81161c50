//! An alert record as templates see it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use url::Url;

use crate::text::safe::one_line;

/// Longest list of evidence that is ever shown; the record holds all of it.
const EVIDENCE_MAX: usize = 20;
/// Alerts of a digest that are ever shown; the record holds some, and the history all of them.
const GATHERED_MAX: usize = 40;

/// How much of an alert is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// Pieces of evidence.
    pub(super) evidence: usize,
    /// Alerts of a digest.
    pub(super) gathered: usize,
    /// Characters of each text.
    pub(super) text: usize,
}

impl Extent {
    /// Everything.
    pub(super) const WHOLE: Self = Self { evidence: EVIDENCE_MAX, gathered: GATHERED_MAX, text: usize::MAX };

    /// From everything to next to nothing, for texts that have to fit.
    pub(super) const SHRINKING: &[Self] = &[
        Self::WHOLE,
        Self { evidence: 6, gathered: 20, text: 1000 },
        Self { evidence: 3, gathered: 12, text: 500 },
        Self { evidence: 2, gathered: 8, text: 300 },
        Self { evidence: 1, gathered: 5, text: 200 },
        Self { evidence: 0, gathered: 3, text: 200 },
        Self { evidence: 0, gathered: 1, text: 80 },
        Self { evidence: 0, gathered: 0, text: 24 },
    ];
}

/// An alert record as templates see it: every text on one line and without anything that steers, addresses of the web only, and
/// a few things worked out from it.
///
/// | name | what it is |
/// |---|---|
/// | all fields of the record | as the record has them |
/// | `subject` | severity, watch, title and outlet on one line |
/// | `title` | the item's title, else "(no title)" |
/// | `about` | outlet, date, language and spread of the story, parted by dots |
/// | `evidence` | list of `{ conditions, words }`; `words` is for the filter `marked` |
/// | `gathered` | the alerts of a digest, severest first: list of `{ severity, watch, title, url, outlet }` |
/// | `more` | how many alerts a digest stands for besides those |
/// | `shortened` | whether something was left out to keep to the limits of the service |
/// | `titled` | whether a subject is shown above it |
/// | `linked` | whether the service shows the address by itself |
/// | `format` | `plain`, `html`, `telegram`, `slack`, `discord` or `mattermost` |
#[derive(Debug, Clone)]
pub(super) struct View(Map<String, Value>);

impl View {
    /// Reads a record; of one that cannot be read, all fields are there and empty: a channel never fails for a record.
    pub(super) fn of(record: &str) -> Self {
        let read = serde_json::from_str(record).ok().map(harmless);
        let mut fields = blank();
        if let Some(Value::Object(read)) = read {
            merge(&mut fields, read);
        }
        web_only(&mut fields);
        Self(fields)
    }

    /// The same for a text below a subject.
    pub(super) fn titled(&self) -> Self {
        let mut fields = self.0.clone();
        fields.insert("titled".to_owned(), true.into());
        Self(fields)
    }

    /// The same for a service that shows the address by itself.
    pub(super) fn linked(&self) -> Self {
        let mut fields = self.0.clone();
        fields.insert("linked".to_owned(), true.into());
        Self(fields)
    }

    /// What a link to the address is called.
    pub(super) fn link_name(&self) -> &'static str {
        if self.text("/kind") == "feed-health" { "Open the address" } else { "Open the article" }
    }

    /// The severity, `medium` where there is none.
    pub(super) fn severity(&self) -> crate::model::alert::Severity {
        crate::model::alert::Severity::parse(self.text("/watch/severity")).unwrap_or_default()
    }

    /// The text at a place such as `/item/title`; empty where there is none.
    pub(super) fn text(&self, place: &str) -> &str {
        let mut parts = place.split('/').skip(1);
        let first = parts.next().and_then(|part| self.0.get(part));
        parts.fold(first, |value, part| value?.get(part)).and_then(Value::as_str).unwrap_or_default()
    }

    /// The address of the item, where it has one of the web.
    pub(super) fn url(&self) -> Option<&str> {
        Some(self.text("/item/url")).filter(|url| !url.is_empty())
    }

    /// Severity, watch, title and outlet on one line.
    pub(super) fn subject(&self) -> String {
        subject(&self.0)
    }

    /// What a template is given; times of `about` are those of the zone.
    pub(super) fn context(&self, extent: Extent, zone: &TimeZone) -> Value {
        let mut fields = self.0.clone();
        let evidence = evidence(&fields);
        let (gathered, count) = gathered(&fields);
        let more = count.saturating_sub(gathered.len().min(extent.gathered));
        let shortened = extent != Extent::WHOLE || evidence.len() > extent.evidence;
        let mut context: Value = {
            fields.insert("subject".to_owned(), subject(&fields).into());
            fields.insert("title".to_owned(), title(&fields).into());
            fields.insert("about".to_owned(), about(&fields, zone).into());
            fields.insert("evidence".to_owned(), evidence.into_iter().take(extent.evidence).collect());
            fields.insert("gathered".to_owned(), gathered.into_iter().take(extent.gathered).collect());
            fields.insert("more".to_owned(), more.into());
            Value::Object(fields)
        };
        shorten(&mut context, extent.text);
        if let Value::Object(fields) = &mut context {
            fields.insert("shortened".to_owned(), shortened.into());
        }
        context
    }
}

/// A record in which every field is there and empty.
fn blank() -> Map<String, Value> {
    let text = || Value::from("");
    let fields = json!({
        "schema": text(), "id": text(), "time": text(), "kind": text(), "reason": text(),
        "watch": {"id": text(), "name": text(), "severity": text()},
        "item": {"id": null, "title": null, "url": null, "outlet": null, "feed": null, "published": null, "language": null},
        "score": null, "why": [], "story": null, "actors": [], "held": [], "kept": null, "digest": null, "titled": false, "linked": false,
        "format": "plain",
    });
    if let Value::Object(fields) = fields { fields } else { Map::new() }
}

/// Lays what was read over what is there, tables field by field.
fn merge(under: &mut Map<String, Value>, over: Map<String, Value>) {
    for (name, value) in over {
        match (under.get_mut(&name), value) {
            (Some(Value::Object(under)), Value::Object(over)) => merge(under, over),
            (Some(Value::Object(_)), _) => {}
            (_, value) => {
                under.insert(name, value);
            }
        }
    }
}

/// The same value with texts on one line, without characters that steer.
fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(one_line(&text)),
        Value::Array(values) => values.into_iter().map(harmless).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, harmless(value))).collect(),
        other => other,
    }
}

/// Takes out every `url` that is no address of the web, wherever it stands.
fn web_only(fields: &mut Map<String, Value>) {
    for (name, value) in fields.iter_mut() {
        match value {
            Value::String(text) if name == "url" => {
                let web = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
                *value = web.map_or(Value::Null, |url| String::from(url).into());
            }
            Value::Object(inner) => web_only(inner),
            Value::Array(list) => list.iter_mut().filter_map(Value::as_object_mut).for_each(web_only),
            _ => {}
        }
    }
}

/// Cuts every text but addresses and identities.
fn shorten(value: &mut Value, most: usize) {
    match value {
        Value::String(text) if text.chars().nth(most).is_some() => *text = text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        Value::Array(values) => values.iter_mut().for_each(|value| shorten(value, most)),
        Value::Object(members) => {
            members
                .iter_mut()
                .filter(|(name, _)| !matches!(name.as_str(), "url" | "id" | "schema"))
                .for_each(|(_, value)| shorten(value, most));
        }
        _ => {}
    }
}

fn get<'a>(fields: &'a Map<String, Value>, table: &str, name: &str) -> &'a str {
    fields.get(table).and_then(|table| table.get(name)).and_then(Value::as_str).unwrap_or_default()
}

fn title(fields: &Map<String, Value>) -> String {
    let title = get(fields, "item", "title");
    if title.is_empty() { "(no title)".to_owned() } else { title.to_owned() }
}

fn subject(fields: &Map<String, Value>) -> String {
    let outlet = get(fields, "item", "outlet");
    let outlet = if outlet.is_empty() { String::new() } else { format!(" ({outlet})") };
    let update = match fields.get("kind").and_then(Value::as_str) {
        Some("update") => format!("update{}: ", spread(fields).map(|spread| format!(", {spread}")).unwrap_or_default()),
        _ => String::new(),
    };
    let watch = match get(fields, "watch", "name") {
        "" => get(fields, "watch", "id"),
        name => name,
    };
    format!("[{}] {watch}: {update}{}{outlet}", get(fields, "watch", "severity"), title(fields))
}

fn count(fields: &Map<String, Value>, name: &str) -> Option<u64> {
    fields.get("story")?.get(name)?.as_u64()
}

/// How far the story of an update has spread.
fn spread(fields: &Map<String, Value>) -> Option<String> {
    match (count(fields, "items")?, count(fields, "outlets")?) {
        (0 | 1, _) => None,
        (items, 0 | 1) => Some(format!("{items} items on this")),
        (_, outlets) => Some(format!("now in {outlets} outlets")),
    }
}

fn about(fields: &Map<String, Value>, zone: &TimeZone) -> String {
    if let Some(digest) = fields.get("digest").filter(|digest| digest.is_object()) {
        return window(digest, zone);
    }
    let known = [
        get(fields, "item", "outlet").to_owned(),
        minute(get(fields, "item", "published"), zone),
        get(fields, "item", "language").to_owned(),
    ];
    let mut parts: Vec<String> = known.into_iter().filter(|text| !text.is_empty()).collect();
    match (count(fields, "items"), count(fields, "outlets")) {
        (None | Some(0 | 1), _) | (_, None) => {}
        (Some(items), Some(0 | 1)) => parts.push(format!("{items} items on this")),
        (Some(items), Some(outlets)) => parts.push(format!("{items} items in {outlets} outlets")),
    }
    parts.join(" · ")
}

/// `2026-03-02 10:00 EET`; what is no instant, such as a date, as it stands.
fn minute(text: &str, zone: &TimeZone) -> String {
    text.parse::<Timestamp>()
        .map_or_else(|_| text.to_owned(), |at| at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string())
}

/// When the window of a digest began and ended, and how many alerts each watch had in it.
fn window(digest: &Value, zone: &TimeZone) -> String {
    let time = |name: &str| minute(digest.get(name).and_then(Value::as_str).unwrap_or_default(), zone);
    let (from, until) = (time("from"), time("until"));
    // The name of the zone once, unless the clocks were changed in between.
    let from = match (from.rsplit_once(' '), until.rsplit_once(' ')) {
        (Some((short, own)), Some((_, other))) if own == other => short.to_owned(),
        _ => from,
    };
    let watches = digest.get("watches").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let counts = watches.iter().filter_map(|watch| Some(format!("{} {}", watch.get("name")?.as_str()?, watch.get("count")?)));
    let counts: Vec<String> = counts.collect();
    let counts = if counts.is_empty() { String::new() } else { format!(" · {}", counts.join(", ")) };
    format!("{from} to {until}{counts}")
}

/// The alerts that a digest shows, each with every field, and how many it stands for.
fn gathered(fields: &Map<String, Value>) -> (Vec<Value>, usize) {
    let digest = fields.get("digest");
    let alerts = digest.and_then(|digest| digest.get("alerts")).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let count = digest.and_then(|digest| digest.get("count")).and_then(Value::as_u64).unwrap_or_default();
    let text = |alert: &Value, name: &str| alert.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let line = |alert: &Value| {
        let title = Some(text(alert, "title")).filter(|title| !title.is_empty()).unwrap_or_else(|| "(no title)".to_owned());
        json!({"severity": text(alert, "severity"), "watch": text(alert, "watch"), "title": title, "url": alert.get("url"),
               "outlet": text(alert, "outlet")})
    };
    (alerts.iter().map(line).collect(), usize::try_from(count).unwrap_or(usize::MAX))
}

/// The evidence, one sentence with all its hits, below the conditions that they hold.
fn evidence(fields: &Map<String, Value>) -> Vec<Value> {
    let why = fields.get("why").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut groups: Vec<(&str, Vec<String>, Vec<&str>)> = Vec::new();
    for one in why {
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
        let sentence = if text("context").is_empty() { text("text") } else { text("context") };
        let speaker = if text("speaker").is_empty() { String::new() } else { format!(", {}", text("speaker")) };
        // What the program says of itself stands in no field of an article, and is no sentence with hits.
        let of_itself = text("field") == "health";
        let condition =
            if of_itself { text("condition").to_owned() } else { format!("{} ({}{speaker})", text("condition"), text("field")) };
        let hit = if of_itself { "" } else { text("text") };
        match groups.iter_mut().find(|(shown, _, _)| *shown == sentence) {
            Some((_, conditions, hits)) => {
                if !conditions.contains(&condition) {
                    conditions.push(condition);
                }
                hits.push(hit);
            }
            None => groups.push((sentence, vec![condition], vec![hit])),
        }
    }
    let shown = |(sentence, conditions, hits): (&str, Vec<String>, Vec<&str>)| json!({"conditions": conditions.join("; "), "words": words(sentence, &hits)});
    groups.into_iter().map(shown).collect()
}

/// A sentence in pieces, those that are hits being marked as such.
fn words(sentence: &str, hits: &[&str]) -> Vec<Value> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for part in hits.iter().flat_map(|hit| hit.split(" … ")).map(|part| part.trim_end_matches('…').trim()).filter(|part| !part.is_empty())
    {
        // The same words can be a hit twice in one sentence: each takes the next place.
        let mut places = sentence.match_indices(part).map(|(at, _)| (at, at + part.len()));
        spans.extend(places.find(|span| !spans.contains(span)));
    }
    spans.sort_unstable();
    // Hits that overlap or touch are one.
    let mut whole: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spans {
        match whole.last_mut().filter(|last| start <= last.1) {
            Some(last) => last.1 = last.1.max(end),
            None => whole.push((start, end)),
        }
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut piece = |text: Option<&str>, hit: bool| {
        pieces.extend(text.filter(|text| !text.is_empty()).map(|text| json!({"text": text, "hit": hit})));
    };
    for (start, end) in whole {
        piece(sentence.get(at..start), false);
        piece(sentence.get(start..end), true);
        at = end;
    }
    piece(sentence.get(at..), false);
    pieces
}
