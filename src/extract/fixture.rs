//! Articles and actors for the tests of this folder.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use crate::model::article::{Article, TextFrom};
use crate::model::extraction::{Actor, ActorKind, Mention, MentionKind};
use crate::model::id::EntryId;
use crate::model::span::Span;

/// Processor time that some work takes of this thread: what else the machine does costs it nothing.
pub(crate) fn processor_time(work: impl FnOnce()) -> Duration {
    let now = || Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap());
    let begun = now();
    work();
    now().saturating_sub(begun)
}

/// An article of paragraphs that are parted by line breaks.
pub(crate) fn article(text: &str) -> Article {
    let mut paragraphs = Vec::new();
    let mut start = 0;
    for part in text.split('\n') {
        if !part.trim().is_empty() {
            paragraphs.push(Span::new(start, start + part.len()));
        }
        start += part.len() + 1;
    }
    Article {
        id: EntryId([0; 16]),
        feed: None,
        url: None,
        outlet: None,
        fetched: None,
        text: text.to_owned(),
        text_from: TextFrom::Given,
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

/// An actor with a mention wherever one of its names stands.
pub(crate) fn actor(text: &str, id: &str, kind: ActorKind, names: &[&str]) -> Actor {
    let mut mentions: Vec<Mention> = names
        .iter()
        .flat_map(|name| text.match_indices(name).map(|(at, found)| Span::new(at, at + found.len())))
        .map(|span| Mention { span, kind: MentionKind::Name, confidence: None })
        .collect();
    mentions.sort_by_key(|mention| mention.span);
    Actor {
        id: id.into(),
        name: names.first().copied().unwrap_or(id).to_owned(),
        kind,
        country: None,
        roles: Vec::new(),
        known: true,
        gender: None,
        salience: 0.0,
        mentions,
    }
}
