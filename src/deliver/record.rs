//! The parts of an alert record that channels look at.

use serde::Deserialize;

/// The parts of an alert record that channels look at. What is missing is empty: a channel never fails for a record.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) watch: SeenWatch,
    pub(super) item: SeenItem,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SeenWatch {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) severity: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SeenItem {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) feed: Option<String>,
    pub(super) published: Option<String>,
    pub(super) language: Option<String>,
}

impl Seen {
    /// Reads a record; one that cannot be read is empty.
    pub(super) fn of(record: &str) -> Self {
        serde_json::from_str(record).unwrap_or_default()
    }
}
