//! The parts of an item record that are read back, borrowed from the line where it says them plainly.
//!
//! What [`crate::extract::record::ItemRecord`] writes and nobody reads again is passed over without being made.

use std::borrow::Cow;
use std::ops::Deref;

use serde::Deserialize;

use crate::extract::record::Points;

/// A text of the line, which needs no memory of its own unless it holds an escape.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Text<'l>(#[serde(borrow)] Cow<'l, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.0.into_owned()
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Line<'l> {
    #[serde(borrow)]
    pub(crate) schema: Text<'l>,
    pub(crate) id: Text<'l>,
    pub(crate) uri: Option<Text<'l>>,
    pub(crate) feed: Option<Text<'l>>,
    pub(crate) outlet: Option<Text<'l>>,
    pub(crate) fetched: Option<Text<'l>>,
    pub(crate) text: WholeText<'l>,
    pub(crate) meta: Meta<'l>,
    pub(crate) body: Body,
    pub(crate) actors: Vec<Actor<'l>>,
    pub(crate) quotes: Vec<Quote<'l>>,
    pub(crate) citations: Vec<Citation<'l>>,
    pub(crate) stances: Vec<Stance<'l>>,
    pub(crate) topics: Vec<Topic<'l>>,
    pub(crate) dates: Vec<Date<'l>>,
    pub(crate) fingerprint: Option<Text<'l>>,
    pub(crate) story: Option<Text<'l>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WholeText<'l> {
    #[serde(borrow)]
    pub(crate) value: Text<'l>,
    pub(crate) partial: bool,
    pub(crate) from: Option<Text<'l>>,
    pub(crate) confidence: Option<f64>,
    #[serde(default)]
    pub(crate) notes: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Meta<'l> {
    #[serde(borrow)]
    pub(crate) headline: Option<Sourced<'l>>,
    pub(crate) standfirst: Option<Sourced<'l>>,
    pub(crate) section: Option<Sourced<'l>>,
    pub(crate) authors: Option<Vec<String>>,
    pub(crate) publisher: Option<Sourced<'l>>,
    pub(crate) language: Option<Language<'l>>,
    pub(crate) published: Option<Moment<'l>>,
    pub(crate) modified: Option<Moment<'l>>,
    pub(crate) declared_language: Option<Text<'l>>,
    #[serde(default)]
    pub(crate) categories: Vec<String>,
    pub(crate) access: Option<Text<'l>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Sourced<'l> {
    #[serde(borrow)]
    pub(crate) value: Text<'l>,
    pub(crate) span: Option<Points>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Language<'l> {
    #[serde(borrow)]
    pub(crate) value: Text<'l>,
    pub(crate) confidence: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Moment<'l> {
    #[serde(borrow)]
    pub(crate) value: Text<'l>,
    pub(crate) precision: Text<'l>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Body {
    pub(crate) span: Points,
    pub(crate) paragraphs: Vec<Points>,
    #[serde(default)]
    pub(crate) sentences: Vec<Points>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Actor<'l> {
    #[serde(borrow)]
    pub(crate) id: Text<'l>,
    pub(crate) name: Text<'l>,
    #[serde(rename = "type")]
    pub(crate) kind: Text<'l>,
    pub(crate) country: Option<Text<'l>>,
    pub(crate) roles: Vec<Role<'l>>,
    pub(crate) known: bool,
    pub(crate) salience: f64,
    pub(crate) mentions: Vec<Mention<'l>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Role<'l> {
    #[serde(borrow)]
    pub(crate) title: Text<'l>,
    pub(crate) of: Option<Text<'l>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Mention<'l> {
    pub(crate) span: Points,
    #[serde(borrow)]
    pub(crate) kind: Text<'l>,
    pub(crate) confidence: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Quote<'l> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Text<'l>,
    pub(crate) act: Text<'l>,
    pub(crate) content: Vec<Points>,
    pub(crate) marked: Vec<Points>,
    pub(crate) cue: Option<Points>,
    pub(crate) speaker: Option<Speaker<'l>>,
    pub(crate) via: Option<Text<'l>>,
    pub(crate) topics: Vec<Text<'l>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Speaker<'l> {
    #[serde(borrow)]
    pub(crate) actor: Option<Text<'l>>,
    pub(crate) name: Text<'l>,
    pub(crate) span: Option<Points>,
    pub(crate) confidence: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Citation<'l> {
    #[serde(borrow)]
    pub(crate) outlet: Text<'l>,
    pub(crate) span: Points,
    pub(crate) cue: Text<'l>,
    pub(crate) quote: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Stance<'l> {
    #[serde(borrow)]
    pub(crate) holder: Text<'l>,
    pub(crate) position: Text<'l>,
    pub(crate) target: Target<'l>,
    pub(crate) evidence: Points,
    pub(crate) by: Option<Text<'l>>,
    pub(crate) confidence: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Target<'l> {
    pub(crate) span: Points,
    #[serde(borrow)]
    pub(crate) actors: Vec<Text<'l>>,
    pub(crate) topics: Vec<Text<'l>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Topic<'l> {
    #[serde(borrow)]
    pub(crate) id: Text<'l>,
    pub(crate) name: Option<Text<'l>>,
    pub(crate) kind: Text<'l>,
    pub(crate) score: f64,
    #[serde(default)]
    pub(crate) evidence: Option<Vec<Points>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Date<'l> {
    pub(crate) span: Points,
    #[serde(borrow)]
    pub(crate) value: Text<'l>,
    pub(crate) precision: Text<'l>,
}
