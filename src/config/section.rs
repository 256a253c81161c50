//! A walk through one parsed file that goes on after a fault, so that all are told at once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::value::Wrong;
use crate::model::span::Span;
use crate::problem::{Located, Place, Problem, SourceText, nearest};

/// The faults of one file.
#[derive(Debug)]
pub(crate) struct Faults {
    source: Arc<SourceText>,
    /// Lines that are no TOML: what is read from them means nothing.
    broken: BTreeSet<usize>,
    problems: RefCell<Vec<Problem>>,
}

impl Faults {
    /// Of a file with these faults of syntax, of which the first in each line is kept: the others follow from it.
    pub(crate) fn new(source: Arc<SourceText>, syntax: Vec<Problem>) -> Self {
        let mut broken = BTreeSet::new();
        let line = |problem: &Problem| problem.place.as_ref().map_or(0, |place| place.line_and_column().0);
        let first = syntax.into_iter().filter(|problem| broken.insert(line(problem))).collect();
        Self { source, broken, problems: RefCell::new(first) }
    }

    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place { source: Arc::clone(&self.source), span: Span::new(span.start, span.end) }
    }

    /// Notes a fault, unless its line is no TOML.
    pub(crate) fn push(&self, problem: Problem) {
        let broken = problem.place.as_ref().is_some_and(|place| self.broken.contains(&place.line_and_column().0));
        if !broken {
            self.problems.borrow_mut().push(problem);
        }
    }

    /// Notes that something is missing, unless it may stand in a line that is no TOML.
    fn push_missing(&self, problem: Problem) {
        if self.broken.is_empty() {
            self.push(problem);
        }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }
}

/// A table of the file. Every key that is asked for is thereby known; [`Section::finish`] tells the others.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    table: &'a DeTable<'a>,
    /// As messages name it, such as `poll.interval`; empty for the whole file.
    name: String,
    place: Place,
    faults: &'a Faults,
    known: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(crate) fn root(table: &'a DeTable<'a>, faults: &'a Faults) -> Self {
        Self { table, name: String::new(), place: faults.place(0..0), faults, known: Vec::new() }
    }

    /// The header of the table, for faults of the table as a whole.
    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// Where the faults go.
    pub(crate) const fn faults(&self) -> &'a Faults {
        self.faults
    }

    /// As messages name a key.
    pub(crate) fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.push(key);
        self.table.iter().find(|(written, _)| written.get_ref() == key).map(|(_, value)| value)
    }

    /// Where the key stands, if it does.
    pub(crate) fn key_place(&mut self, key: &'static str) -> Option<Place> {
        self.known.push(key);
        self.table.iter().find(|(written, _)| written.get_ref() == key).map(|(written, _)| self.faults.place(written.span()))
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, example: &str) {
        let message = format!("`{}` is {}, but {wanted} is needed", self.path(key), kind(value.get_ref()));
        self.faults.push(Problem::error(message, self.faults.place(value.span())).help(format!("write {key} = {example}")));
    }

    /// Notes a fault when the key is missing.
    pub(crate) fn require(&mut self, key: &'static str, example: &str) {
        if self.value(key).is_none() {
            let message = format!("`{}` is missing", self.path(key));
            self.faults.push_missing(Problem::error(message, self.place.clone()).help(format!("write {key} = {example}")));
        }
    }

    /// A text that is not empty.
    pub(crate) fn text(&mut self, key: &'static str, example: &str) -> Option<Located<String>> {
        let value = self.value(key)?;
        self.checked_text(key, value, example)
    }

    fn checked_text(&self, key: &str, value: &Spanned<DeValue<'_>>, example: &str) -> Option<Located<String>> {
        let place = self.faults.place(value.span());
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                let message = format!("`{}` is empty", self.path(key));
                self.faults.push(Problem::error(message, place).help(format!("write something such as {example}, or leave it out")));
                None
            }
            DeValue::String(text) => Some(Located { value: text.clone().into_owned(), place }),
            _ => {
                self.wrong_type(key, value, "text", example);
                None
            }
        }
    }

    /// A text that `parse` understands.
    pub(crate) fn parsed<T>(
        &mut self,
        key: &'static str,
        example: &str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<Located<T>> {
        let text = self.text(key, example)?;
        self.understood(key, text, parse)
    }

    /// What `parse` makes of a text of this table.
    pub(crate) fn understood<T>(
        &self,
        key: &str,
        text: Located<String>,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<Located<T>> {
        match parse(&text.value) {
            Ok(value) => Some(Located { value, place: text.place }),
            Err(wrong) => {
                self.faults.push(Problem::error(format!("`{}` {}", self.path(key), wrong.what), text.place).help(wrong.help));
                None
            }
        }
    }

    /// A list of texts, none of them empty.
    pub(crate) fn texts(&mut self, key: &'static str, example: &str) -> Vec<Located<String>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong_type(key, value, "a list", &format!("[{example}]"));
            return Vec::new();
        };
        list.iter().filter_map(|element| self.checked_element(key, element, example)).collect()
    }

    fn checked_element(&self, key: &str, element: &Spanned<DeValue<'_>>, example: &str) -> Option<Located<String>> {
        if element.get_ref().is_str() {
            return self.checked_text(key, element, example);
        }
        let message = format!("`{}` holds {}, but only texts are allowed in it", self.path(key), kind(element.get_ref()));
        let help = format!("write {key} = [{example}]");
        self.faults.push(Problem::error(message, self.faults.place(element.span())).help(help));
        None
    }

    /// True or false.
    pub(crate) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, value, "true or false", "true");
        }
        flag
    }

    /// Whether the value is a table.
    pub(crate) fn is_table(&mut self, key: &'static str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// A table inside.
    pub(crate) fn section(&mut self, key: &'static str, example: &str) -> Option<Section<'a>> {
        let value = self.value(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "a table", example);
            return None;
        };
        Some(self.inner(key, table, value.span()))
    }

    fn inner(&self, key: &str, table: &'a DeTable<'a>, span: Range<usize>) -> Section<'a> {
        Section { table, name: self.path(key), place: self.faults.place(span), faults: self.faults, known: Vec::new() }
    }

    /// A list of tables, as `[[key]]` or as `key = [{ … }]`.
    pub(crate) fn sections(&mut self, key: &'static str, example: &str) -> Vec<Section<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(list) => list.iter().filter_map(|element| self.checked_section(key, element, example)).collect(),
            DeValue::Table(table) => {
                let message = format!("`{}` is one table, but there can be several", self.path(key));
                self.faults.push(Problem::error(message, self.faults.place(value.span())).help(format!("write {example}")));
                vec![self.inner(key, table, value.span())]
            }
            _ => {
                let message = format!("`{}` is {}, but tables are needed", self.path(key), kind(value.get_ref()));
                self.faults.push(Problem::error(message, self.faults.place(value.span())).help(format!("write {example}")));
                Vec::new()
            }
        }
    }

    fn checked_section(&self, key: &str, element: &'a Spanned<DeValue<'a>>, example: &str) -> Option<Section<'a>> {
        if let Some(table) = element.get_ref().as_table() {
            return Some(self.inner(key, table, element.span()));
        }
        let message = format!("`{}` holds {}, but only tables are allowed in it", self.path(key), kind(element.get_ref()));
        self.faults.push(Problem::error(message, self.faults.place(element.span())).help(format!("write {example}")));
        None
    }

    /// Tells keys that are right in another file.
    pub(crate) fn misplaced(&mut self, keys: &[&'static str], help: &str) {
        for key in keys.iter().copied() {
            if let Some(place) = self.key_place(key) {
                self.faults.push(Problem::error(format!("`{}` has no place in this file", self.path(key)), place).help(help));
            }
        }
        self.known.retain(|known| !keys.contains(known));
        self.known.extend(keys.iter().copied().filter(|key| self.table.keys().any(|written| written.get_ref() == key)));
    }

    /// Tells every key that nobody asked for.
    pub(crate) fn finish(self) {
        let mut known = self.known.clone();
        known.sort_unstable();
        known.dedup();
        for written in self.table.keys().filter(|written| !known.contains(&written.get_ref().as_ref())) {
            let name = written.get_ref();
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            };
            let message = format!("`{}` is not a known key", self.path(name));
            self.faults.push(Problem::error(message, self.faults.place(written.span())).help(help));
        }
    }
}

/// What a value is, with its article.
const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
