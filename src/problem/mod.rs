//! A fault in something the user wrote: what, where, what would be right.

pub mod render;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::model::span::Span;

/// A text the user wrote: a configuration file, a watch list, a query on the command line.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Its name as the user knows it, such as `watch.d/ukraine.toml`.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// Where in which text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: Arc<SourceText>,
    /// The part, in bytes.
    pub span: Span,
}

impl Place {
    /// Line and column of its start, both from 1; the column counts characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = self.source.text.get(..self.span.start).unwrap_or(&self.source.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        (line, before.get(line_start..).unwrap_or_default().chars().count() + 1)
    }
}

/// Such as `wirewatch.toml:12:6`.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_and_column();
        write!(formatter, "{}:{line}:{column}", self.source.name)
    }
}

/// A value and where the user wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands; of a TOML string the whole literal with its quotation marks.
    pub place: Place,
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl Located<String> {
    /// The place of a part of the value, in bytes of the value: exact where the literal holds the value as it is, else the
    /// whole literal.
    pub fn part(&self, part: Span) -> Place {
        let literal = self.place.span.of(&self.place.source.text);
        match literal.find(self.value.as_str()).filter(|_| !self.value.is_empty()) {
            Some(offset) => Place { source: Arc::clone(&self.place.source), span: part.shifted(self.place.span.start + offset) },
            None => self.place.clone(),
        }
    }
}

impl<T> Located<T> {
    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), place: self.place }
    }
}

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing runs with it.
    Error,
    /// It runs, but it is probably not what was meant.
    Warning,
}

impl Level {
    /// The name written into records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad.
    pub level: Level,
    /// What is wrong; names the thing, lower case, no full stop.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// What would be right.
    pub help: Option<String>,
}

impl Problem {
    /// An error at a place.
    pub fn error(message: impl Into<String>, place: Place) -> Self {
        Self { level: Level::Error, message: message.into(), place: Some(place), help: None }
    }

    /// A warning at a place.
    pub fn warning(message: impl Into<String>, place: Place) -> Self {
        Self { level: Level::Warning, message: message.into(), place: Some(place), help: None }
    }

    /// Whether nothing runs with it.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Adds what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The candidate that is spelt most like `written`, when one is near enough to be meant.
///
/// ```
/// assert_eq!(wirewatch::problem::nearest("intervall", ["interval", "initial"]), Some("interval"));
/// assert_eq!(wirewatch::problem::nearest("zebra", ["interval", "initial"]), None);
/// ```
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&written, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count().max(written.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
