//! Known actors, found by identity or by any of their names.

use std::collections::HashMap;

use crate::model::extraction::KnownActor;
use crate::model::id::ActorId;
use crate::watch::compile::folded_words;

/// Known actors, found by identity or by any of their names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) known: Vec<KnownActor>,
    /// By identity in small letters.
    pub(crate) ids: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Names {
    pub(crate) fn new(known: &[KnownActor]) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, actor) in known.iter().enumerate() {
            for name in std::iter::once(&actor.name).chain(&actor.aliases) {
                let found = by_name.entry(key(name)).or_default();
                if !found.contains(&index) {
                    found.push(index);
                }
            }
        }
        let ids = known.iter().enumerate().map(|(index, actor)| (actor.id.as_str().to_lowercase(), index)).collect();
        Self { known: known.to_vec(), ids, by_name }
    }

    /// The actors that an identity or a name means.
    pub(crate) fn find(&self, text: &str) -> Option<Vec<ActorId>> {
        Some(self.actors(text)?.into_iter().map(|actor| actor.id.clone()).collect())
    }

    /// The same, whole.
    pub(crate) fn actors(&self, text: &str) -> Option<Vec<&KnownActor>> {
        if let Some(actor) = self.ids.get(&text.to_lowercase()).and_then(|index| self.known.get(*index)) {
            return Some(vec![actor]);
        }
        let name = key(text);
        let found = self.by_name.get(&name).filter(|_| !name.is_empty())?;
        Some(found.iter().filter_map(|index| self.known.get(*index)).collect())
    }
}

/// A name as it is looked up.
fn key(name: &str) -> String {
    folded_words(name).join(" ")
}
