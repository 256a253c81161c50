//! An article as the extractors read it: its words, sentences and paragraphs, found once.

use std::cell::OnceCell;

use crate::extract::words::Grammar;
use crate::model::article::Article;
use crate::model::span::Span;
use crate::text::sentence;
use crate::text::token::Tokens;

/// An article with its words, sentences and paragraphs. All spans point into [`Reading::text`].
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    /// The article.
    pub article: &'a Article,
    /// Its text.
    pub text: &'a str,
    /// The words of the whole text, in order.
    pub tokens: Tokens,
    /// The sentences of all paragraphs, in order.
    pub sentences: Vec<Span>,
    /// Headline, standfirst and the paragraphs of the body, in order.
    pub paragraphs: Vec<Span>,
    /// ISO 639-1 code such as `en`, or `und`.
    pub language: &'a str,
    /// What the extractors that go by grammar share; read by the first of them.
    pub(crate) grammar: OnceCell<Grammar>,
}

impl<'a> Reading<'a> {
    /// Finds words and sentences once for all extractors.
    pub fn new(article: &'a Article, language: &'a str) -> Self {
        let text = article.text.as_str();
        let heads = [article.headline.as_ref().and_then(|found| found.span), article.standfirst.as_ref().and_then(|found| found.span)];
        let mut paragraphs: Vec<Span> = heads.into_iter().flatten().chain(article.paragraphs.iter().copied()).collect();
        paragraphs.retain(|span| !span.of(text).is_empty());
        paragraphs.sort_unstable();
        let mut end = 0;
        paragraphs.retain(|span| {
            let apart = span.start >= end;
            end = end.max(span.end);
            apart
        });
        let sentences = paragraphs.iter().flat_map(|paragraph| sentence::sentences(text, *paragraph)).collect();
        Self { article, text, tokens: Tokens::new(text), sentences, paragraphs, language, grammar: OnceCell::new() }
    }

    /// The words under a span.
    pub fn of(&self, span: Span) -> &'a str {
        span.of(self.text)
    }

    /// The index of the sentence in which the byte lies; `None` between sentences.
    pub fn sentence_at(&self, byte: usize) -> Option<usize> {
        let index = self.sentences.partition_point(|sentence| sentence.end <= byte);
        self.sentences.get(index).filter(|sentence| sentence.start <= byte).map(|_| index)
    }

    /// The index of the paragraph in which the byte lies; `None` outside them.
    pub fn paragraph_at(&self, byte: usize) -> Option<usize> {
        let index = self.paragraphs.partition_point(|paragraph| paragraph.end <= byte);
        self.paragraphs.get(index).filter(|paragraph| paragraph.start <= byte).map(|_| index)
    }

    /// The headline as a span of the text, where it stands there.
    pub fn headline(&self) -> Option<Span> {
        self.article.headline.as_ref().and_then(|found| found.span).filter(|span| !self.of(*span).is_empty())
    }
}

/// An article of the text alone; its paragraphs are parted by empty lines.
#[cfg(test)]
pub(crate) fn plain_article(text: &str) -> Article {
    let mut paragraphs = Vec::new();
    let mut start = 0;
    for part in text.split("\n\n") {
        if !part.trim().is_empty() {
            paragraphs.push(Span::new(start, start + part.len()));
        }
        start += part.len() + 2;
    }
    Article {
        id: crate::model::id::EntryId([7; 16]),
        feed: None,
        url: None,
        outlet: None,
        fetched: None,
        text: text.to_owned(),
        text_from: crate::model::article::TextFrom::Given,
        text_confidence: 1.0,
        partial: false,
        free: None,
        shares_address: false,
        headline: None,
        standfirst: None,
        section: None,
        authors: None,
        publisher: None,
        language: None,
        published: None,
        modified: None,
        body: Span::new(0, text.len()),
        paragraphs,
        categories: Vec::new(),
        notes: Vec::new(),
    }
}

/// The same with its first paragraph as headline.
#[cfg(test)]
pub(crate) fn headed_article(text: &str) -> Article {
    let mut article = plain_article(text);
    let span = article.paragraphs.remove(0);
    article.body.start = article.paragraphs.first().map_or(span.end, |first| first.start);
    article.headline = Some(crate::model::article::Sourced { value: span.of(text).to_owned(), span: Some(span), from: "text" });
    article
}
