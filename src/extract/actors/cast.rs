//! The actors found so far, each once.

use crate::model::extraction::{Actor, ActorKind, Gender, KnownActor, Mention, MentionKind, Role};
use crate::model::id::ActorId;
use crate::model::span::Span;
use crate::text::hash::WordMap;

/// The actors found so far, each once, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Cast {
    actors: Vec<Actor>,
    by_id: WordMap<Box<str>, usize>,
}

impl Cast {
    /// The place of a listed actor.
    pub(crate) fn known(&mut self, known: &KnownActor) -> usize {
        if let Some(found) = self.by_id.get(known.id.as_str()) {
            return *found;
        }
        self.push(Actor {
            id: known.id.clone(),
            name: known.name.clone(),
            kind: known.kind,
            country: known.country,
            roles: known.roles.clone(),
            known: true,
            gender: known.gender,
            salience: 0.0,
            mentions: Vec::new(),
        })
    }

    /// The place of an actor that nobody listed.
    pub(crate) fn unknown(&mut self, id: &str, name: &str, kind: ActorKind, gender: Option<Gender>) -> usize {
        if let Some(found) = self.by_id.get(id) {
            return *found;
        }
        self.push(Actor {
            id: ActorId::new(id),
            name: name.to_owned(),
            kind,
            country: None,
            roles: Vec::new(),
            known: false,
            gender,
            salience: 0.0,
            mentions: Vec::new(),
        })
    }

    fn push(&mut self, actor: Actor) -> usize {
        let index = self.actors.len();
        self.by_id.insert(actor.id.as_str().into(), index);
        self.actors.push(actor);
        index
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Actor> {
        self.actors.get(index)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Actor)> {
        self.actors.iter().enumerate()
    }

    pub(crate) fn mention(&mut self, index: usize, span: Span, kind: MentionKind, confidence: Option<f32>) {
        if let Some(actor) = self.actors.get_mut(index)
            && !span.is_empty()
        {
            actor.mentions.push(Mention { span, kind, confidence });
        }
    }

    /// Notes a role that the text gives; a role that is known already is not told twice.
    pub(crate) fn role(&mut self, index: usize, title: &str, of: Option<&str>, country: Option<[u8; 2]>) {
        if let Some(actor) = self.actors.get_mut(index) {
            let told = actor.roles.iter().any(|role| role.title == title && (of.is_none() || role.of.as_deref() == of));
            if !told {
                actor.roles.push(Role { title: title.to_owned(), of: of.map(str::to_owned) });
            }
            if !actor.known {
                actor.country = actor.country.or(country);
            }
        }
    }

    pub(crate) fn country(&mut self, index: usize, country: Option<[u8; 2]>) {
        if let Some(actor) = self.actors.get_mut(index) {
            actor.country = actor.country.or(country);
        }
    }

    /// The actors that are mentioned, sorted by first mention; mentions sorted, without overlaps.
    pub(crate) fn finish(self) -> Vec<Actor> {
        let mut actors: Vec<Actor> = self.actors.into_iter().filter(|actor| !actor.mentions.is_empty()).collect();
        for actor in &mut actors {
            actor.mentions.sort_by_key(|mention| (mention.span.start, usize::MAX - mention.span.end));
            let mut end = 0;
            actor.mentions.retain(|mention| {
                let apart = mention.span.start >= end;
                end = end.max(mention.span.end);
                apart
            });
        }
        actors.sort_by(|one, other| {
            let first = |actor: &Actor| actor.mentions.first().map(|mention| mention.span);
            first(one).cmp(&first(other)).then_with(|| one.id.cmp(&other.id))
        });
        actors
    }
}
