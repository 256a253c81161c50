//! The alert as it leaves the process.
//!
#![doc = include_str!("record.md")]
//!
//! The serde form of [`crate::model::alert::Alert`].

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::alert::error::AlertError;
use crate::model::alert::{Alert, Digest, DigestLine, Held, Kept};
use crate::model::matched::Evidence;
use crate::model::silence::Silence;
use crate::text::safe::is_unsafe;

/// The name and version of the record.
pub const SCHEMA: &str = "wirewatch.alert/1";

/// An alert as it leaves the process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertRecord {
    /// `wirewatch.alert/1`.
    pub schema: String,
    /// A UUID: the same whenever the same decision is made again.
    pub id: String,
    /// When it was raised, RFC 3339 in UTC.
    pub time: String,
    /// `first`, `update`, `digest`, `test` or `feed-health`.
    pub kind: String,
    /// The watch.
    pub watch: WatchRecord,
    /// The item.
    pub item: ItemPart,
    /// How strongly the item is a match, between 0 and 1; absent where no watch held, and before this was told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<f64>,
    /// The evidence.
    pub why: Vec<WhyRecord>,
    /// The story, where it has one.
    pub story: Option<StoryRecord>,
    /// Why it was raised, such as `first-match`.
    pub reason: String,
    /// Who is in the item, the most important first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<ActorPart>,
    /// Channels that get it later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<HeldRecord>,
    /// Why no channel gets it, where none does though some were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptRecord>,
    /// What it gathers, where it is a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestRecord>,
}

/// Somebody who is in the item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActorPart {
    /// The actor, as `actor:` in a query names it.
    pub id: String,
    /// The actor's name.
    pub name: String,
}

/// A channel that gets the alert later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldRecord {
    /// The channel.
    pub channel: String,
    /// `quiet-hours`, `digest` or `over-rate`.
    pub reason: String,
    /// When, RFC 3339 in UTC.
    pub until: String,
}

/// Why the alert is in the log and the history alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptRecord {
    /// `same-story` or `silenced`.
    pub reason: String,
    /// The silence, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<String>,
}

/// What a digest gathers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DigestRecord {
    /// The channel it is for.
    pub channel: String,
    /// `quiet-hours`, `digest` or `over-rate`.
    pub reason: String,
    /// When its window began, RFC 3339 in UTC.
    pub from: String,
    /// When its window ended.
    pub until: String,
    /// How many alerts it stands for.
    pub count: u64,
    /// How many of each watch, by name, most first.
    pub watches: Vec<WatchCount>,
    /// Alerts it shows, severest first; they can be fewer than it stands for.
    pub alerts: Vec<DigestLineRecord>,
}

/// How many alerts of a watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WatchCount {
    /// The watch's name.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// One alert in a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DigestLineRecord {
    /// The alert's identity.
    pub id: String,
    /// When it was raised, RFC 3339 in UTC.
    pub time: String,
    /// Name of its watch.
    pub watch: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// Title of its item.
    pub title: Option<String>,
    /// Address of its item.
    pub url: Option<String>,
    /// Outlet of its item.
    pub outlet: Option<String>,
}

/// The watch that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WatchRecord {
    /// Its identity in the configuration.
    pub id: String,
    /// Its name, else its identity.
    pub name: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: String,
}

/// The item it holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemPart {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Headline, else title.
    pub title: Option<String>,
    /// Address, `http:` or `https:` only.
    pub url: Option<String>,
    /// Outlet.
    pub outlet: Option<String>,
    /// Feed.
    pub feed: Option<String>,
    /// A year, month, day or instant.
    pub published: Option<String>,
    /// Language code.
    pub language: Option<String>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyRecord {
    /// The condition as the query language writes it.
    pub condition: String,
    /// `headline`, `standfirst`, `body`, or the name of the item's property.
    pub field: String,
    /// Half-open, in Unicode code points of the item's text.
    pub span: Option<[usize; 2]>,
    /// The words.
    pub text: String,
    /// Who speaks them.
    pub speaker: Option<String>,
    /// The sentence they stand in.
    #[serde(default)]
    pub context: Option<String>,
}

/// The story it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoryRecord {
    /// Its identity.
    pub id: String,
    /// In how many outlets it was seen.
    pub outlets: u32,
    /// In how many items.
    pub items: u32,
}

impl From<&Alert> for AlertRecord {
    fn from(alert: &Alert) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            id: alert.id.to_string(),
            time: alert.time.to_string(),
            kind: alert.kind.as_str().to_owned(),
            watch: WatchRecord {
                id: alert.watch.id.to_string(),
                name: alert.watch.name.clone(),
                severity: alert.watch.severity.as_str().to_owned(),
            },
            item: ItemPart {
                id: alert.item.id.to_string(),
                title: alert.item.title.clone(),
                url: alert.item.url.clone(),
                outlet: alert.item.outlet.clone(),
                feed: alert.item.feed.as_ref().map(ToString::to_string),
                published: alert.item.published.as_ref().map(ToString::to_string),
                language: alert.item.language.clone(),
            },
            score: alert.score.map(rounded),
            why: alert.why.iter().map(WhyRecord::from).collect(),
            story: alert.story.as_ref().map(|story| StoryRecord { id: story.id.to_string(), outlets: story.outlets, items: story.items }),
            reason: alert.reason.as_str().to_owned(),
            actors: alert.actors.iter().map(|actor| ActorPart { id: actor.id.to_string(), name: actor.name.clone() }).collect(),
            held: alert.held.iter().map(HeldRecord::from).collect(),
            kept: alert.kept.as_ref().map(KeptRecord::from),
            digest: alert.digest.as_ref().map(DigestRecord::from),
        }
    }
}

impl From<&Held> for HeldRecord {
    fn from(held: &Held) -> Self {
        Self { channel: held.channel.to_string(), reason: held.reason.as_str().to_owned(), until: held.until.to_string() }
    }
}

impl From<&Kept> for KeptRecord {
    fn from(kept: &Kept) -> Self {
        let silence = match kept {
            Kept::Silenced(Silence { number, muted, until, reason, .. }) => {
                Some(format!("silence {number} of {muted} until {until}: {reason}"))
            }
            Kept::SameStory => None,
        };
        Self { reason: kept.as_str().to_owned(), silence }
    }
}

impl From<&Digest> for DigestRecord {
    fn from(digest: &Digest) -> Self {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Self {
            channel: digest.channel.to_string(),
            reason: digest.reason.as_str().to_owned(),
            from: digest.from.to_string(),
            until: digest.until.to_string(),
            count: number(digest.count),
            watches: digest.watches.iter().map(|(name, count)| WatchCount { name: name.clone(), count: number(*count) }).collect(),
            alerts: digest.shown.iter().map(DigestLineRecord::from).collect(),
        }
    }
}

impl From<&DigestLine> for DigestLineRecord {
    fn from(line: &DigestLine) -> Self {
        Self {
            id: line.id.to_string(),
            time: line.time.to_string(),
            watch: line.watch.clone(),
            severity: line.severity.as_str().to_owned(),
            title: line.title.clone(),
            url: line.url.clone(),
            outlet: line.outlet.clone(),
        }
    }
}

/// Four digits are enough to order by, and every build writes the same.
fn rounded(score: f32) -> f64 {
    if score.is_finite() { (f64::from(score) * 10_000.0).round() / 10_000.0 } else { 0.0 }
}

impl From<&Evidence> for WhyRecord {
    /// The span is taken as it is: it must count code points already.
    fn from(evidence: &Evidence) -> Self {
        Self {
            condition: evidence.condition.clone(),
            field: evidence.field.to_owned(),
            span: evidence.span.map(|span| [span.start, span.end]),
            text: evidence.text.clone(),
            speaker: evidence.speaker.clone(),
            context: evidence.context.clone(),
        }
    }
}

impl AlertRecord {
    /// The record as one line of JSON, without the line feed.
    ///
    /// # Panics
    /// Never: strings and numbers are always JSON.
    pub fn to_line(&self) -> String {
        let json = serde_json::to_string(self).expect("a record of strings and numbers is always JSON");
        if !json.chars().any(is_unsafe) {
            return json;
        }
        // Only inside strings can such characters stand, and there an escape means the same.
        let mut line = String::with_capacity(json.len() + 16);
        for character in json.chars() {
            if is_unsafe(character) {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    write!(line, "\\u{unit:04x}").expect("writing to a string cannot fail");
                }
            } else {
                line.push(character);
            }
        }
        line
    }

    /// Reads what [`Self::to_line`] writes, of this and of earlier builds.
    ///
    /// # Errors
    /// When the line is no JSON, lacks a field, or has another schema.
    pub fn parse(line: &str) -> Result<Self, AlertError> {
        let record: Self = serde_json::from_str(line).map_err(AlertError::Unreadable)?;
        if record.schema == SCHEMA { Ok(record) } else { Err(AlertError::Schema(record.schema)) }
    }
}
