//! Headline, standfirst and body as one text with spans.

use crate::model::span::Span;

/// The text of an article and the places of its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Assembled {
    /// Parts and paragraphs, parted by empty lines.
    pub text: String,
    /// The headline.
    pub headline: Option<Span>,
    /// The standfirst.
    pub standfirst: Option<Span>,
    /// The body from the standfirst on, where there is one; empty, at the end, when there is none.
    pub body: Span,
    /// Its paragraphs.
    pub paragraphs: Vec<Span>,
}

/// Joins the parts.
pub(super) fn assemble(headline: Option<&str>, standfirst: Option<&str>, paragraphs: &[String]) -> Assembled {
    let mut made = Assembled::default();
    made.headline = headline.map(|part| push(&mut made.text, part));
    made.standfirst = standfirst.map(|part| push(&mut made.text, part));
    made.paragraphs = paragraphs.iter().map(|part| push(&mut made.text, part)).collect();
    let end = made.text.len();
    made.body = match (made.paragraphs.first(), made.paragraphs.last()) {
        (Some(first), Some(last)) => made.standfirst.unwrap_or(*first).hull(*last),
        _ => Span::new(end, end),
    };
    made
}

fn push(text: &mut String, part: &str) -> Span {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    let start = text.len();
    text.push_str(part);
    Span::new(start, text.len())
}
