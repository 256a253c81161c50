//! The query language: text → [`ast::Node`].
//!
//! [`lex`] cuts the text into pieces, [`parse`] builds the tree, [`mod@print`] writes a tree as text that parses back to it.
//! Nothing here knows actors, topics or articles: [`crate::watch::compile`] checks names and builds what is evaluated.

pub mod ast;
pub mod lex;
pub mod parse;
pub mod print;

use crate::model::span::Span;
use crate::problem::Level;

/// A fault in the text of one query; spans count bytes of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// How bad.
    pub level: Level,
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Fault {
    /// An error.
    pub fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { level: Level::Error, span, message: message.into(), help: Some(help.into()) }
    }

    /// Something that is allowed but probably not meant.
    pub fn warning(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::new(span, message, help) }
    }
}
