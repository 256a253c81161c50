//! Structured conditions as keys: what an article and its extraction must have for a condition to hold.
//!
//! A condition holds only where one of its keys is among those of the article. Keys are wider than conditions: that a country
//! is there does not say that it speaks.

use crate::model::extraction::Actor;
use crate::model::id::ActorId;
use crate::text::keys::Keys;
use crate::watch::compile::folded_words;
use crate::watch::condition::{Value, Who};
use crate::watch::evaluate::held;
use crate::watch::query::ast::Field;
use crate::watch::scan::Scan;

/// In which part somebody is in the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Part {
    Named = 0,
    Speaker = 1,
    Holder = 2,
}

/// What a key says of somebody, added to [`Part`].
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
enum Says {
    Anybody = 0,
    Identity = 10,
    Country = 20,
    Kind = 30,
    Role = 40,
}

const CITED: u8 = 50;
const TOPIC: u8 = 60;
/// Properties of the item: one kind for each field.
const ITEM: u8 = 100;

/// A key, and for how many of a thousand articles it is there: a guess that decides only the order of work.
pub(crate) type Key = (u64, f32);

/// Somebody's keys; one of them is there when `who` is.
pub(crate) fn of_who(keys: Keys, part: Part, who: &Who) -> Vec<Key> {
    let key = |says: Says, text: &str, rarity: f32| {
        // Fewer speak than are named.
        let rarity = if part == Part::Named { rarity } else { rarity * 0.4 };
        (keys.of_kind(says as u8 + part as u8, text), rarity)
    };
    match who {
        Who::Anyone | Who::Not(_) => vec![key(Says::Anybody, "", 900.0)],
        Who::Actor(ids) => ids.iter().map(|id| key(Says::Identity, id.as_str(), 15.0)).collect(),
        Who::Country(code) => vec![key(Says::Country, &String::from_utf8_lossy(code), 100.0)],
        Who::Kind(kind) => vec![key(Says::Kind, kind.as_str(), 500.0)],
        Who::Role(words) => words.iter().take(1).map(|word| key(Says::Role, word, 80.0)).collect(),
        Who::All(parts) => {
            let sum = |keys: &Vec<Key>| keys.iter().map(|(_, rarity)| rarity).sum::<f32>();
            let found = parts.iter().map(|part_of| of_who(keys, part, part_of)).filter(|keys| !keys.is_empty());
            found.min_by(|a, b| sum(a).total_cmp(&sum(b))).unwrap_or_else(|| vec![key(Says::Anybody, "", 900.0)])
        }
        Who::OneOf(parts) => parts.iter().flat_map(|part_of| of_who(keys, part, part_of)).collect(),
    }
}

/// The key of a cited outlet.
pub(crate) fn of_cited(keys: Keys, value: &Value) -> Key {
    match whole_word(value) {
        Some(word) => (keys.of_kind(CITED, word), 10.0),
        None => (keys.of_kind(CITED, ""), 200.0),
    }
}

/// The key of a property of the item.
pub(crate) fn of_item(keys: Keys, field: Field, value: &Value) -> Key {
    let rarity = match field {
        Field::Language => 500.0,
        Field::Byline => 5.0,
        _ => 60.0,
    };
    // A language is its first word, whatever else was written.
    let word = if field == Field::Language { value.words.first().map(|word| &**word) } else { whole_word(value) };
    match word {
        Some(word) => (keys.of_kind(ITEM + field as u8, word), rarity),
        None => (keys.of_kind(ITEM + field as u8, ""), 900.0),
    }
}

/// The key of a topic.
pub(crate) fn of_topic(keys: Keys, id: &str) -> u64 {
    keys.of_kind(TOPIC, id)
}

/// A word that must be there whole.
fn whole_word(value: &Value) -> Option<&str> {
    let whole = value.words.len() - usize::from(value.open && !value.words.is_empty());
    value.words.get(..whole)?.iter().max_by_key(|word| word.len()).map(|word| &**word)
}

/// The keys of an article, each once.
pub(crate) fn of_article<'s>(keys: Keys, scan: &Scan<'s>) -> Vec<u64> {
    let extraction = scan.extraction;
    let mut found = Vec::with_capacity(64);
    let mut told: Vec<(Part, &ActorId)> = Vec::new();
    for actor in &extraction.actors {
        of_actor(keys, Part::Named, actor, &mut found);
    }
    let mut somebody = |part: Part, id: Option<&'s ActorId>| {
        found.push(keys.of_kind(Says::Anybody as u8 + part as u8, ""));
        let Some(id) = id.filter(|id| !told.contains(&(part, id))) else { return };
        told.push((part, id));
        found.push(keys.of_kind(Says::Identity as u8 + part as u8, id.as_str()));
        if let Some(actor) = extraction.actors.iter().find(|actor| actor.id == *id) {
            of_actor(keys, part, actor, &mut found);
        }
    };
    for quote in &extraction.quotes {
        somebody(Part::Speaker, quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref()));
    }
    for stance in &extraction.stances {
        somebody(Part::Holder, Some(&stance.holder));
    }
    let vias = extraction.quotes.iter().filter_map(|quote| quote.via.as_deref());
    for outlet in extraction.citations.iter().map(|citation| citation.outlet.as_str()).chain(vias) {
        words_of(keys, CITED, outlet, &mut found);
    }
    for field in Field::ALL.iter().filter(|field| field.is_of_item()) {
        for property in held(scan, *field) {
            words_of(keys, ITEM + *field as u8, &property, &mut found);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn words_of(keys: Keys, kind: u8, text: &str, found: &mut Vec<u64>) {
    found.push(keys.of_kind(kind, ""));
    found.extend(folded_words(text).iter().map(|word| keys.of_kind(kind, word)));
}

fn of_actor(keys: Keys, part: Part, actor: &Actor, found: &mut Vec<u64>) {
    let mut add = |says: Says, text: &str| found.push(keys.of_kind(says as u8 + part as u8, text));
    add(Says::Anybody, "");
    add(Says::Identity, actor.id.as_str());
    add(Says::Kind, actor.kind.as_str());
    if let Some(country) = actor.country {
        add(Says::Country, &String::from_utf8_lossy(&country));
    }
    for role in &actor.roles {
        for word in folded_words(&format!("{} {}", role.title, role.of.as_deref().unwrap_or_default())) {
            add(Says::Role, &word);
        }
    }
}
