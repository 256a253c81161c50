//! Who is in it: names from the lists, names that nobody listed, groups without names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::extract::actors::cast::Cast;
use crate::extract::actors::gazetteer::Hit;
use crate::extract::actors::names::Name;
use crate::extract::actors::roles::Settled;
use crate::extract::actors::scene::{Gap, Scene};
use crate::extract::lexicon::trie::Trie;
use crate::extract::lexicon::words::{PARTICLES, TITLES, is_in};
use crate::extract::lexicon::{Lexicons, Means};
use crate::extract::reading::Reading;
use crate::model::extraction::{Actor, ActorKind, MentionKind};
use crate::text::fold::fold;

mod cast;
mod gazetteer;
mod groups;
mod headed;
mod metonyms;
mod names;
mod roles;
mod scene;
mod tagged;

/// Everybody who is named, with all places where the name stands; pronouns are added later by
/// [`crate::extract::pronouns::resolve`]. Sorted by first mention; mentions of one actor are sorted and do not overlap.
pub fn find(reading: &Reading<'_>, lexicons: &Lexicons) -> Vec<Actor> {
    let scene = Scene::new(reading, lexicons);
    let mut hits = gazetteer::hits(&scene);
    let roles = roles::roles(&scene);
    let names = names::names(&scene, &mut hits, &roles);
    let mut cast = Cast::default();
    let mut settled = settle_names(&scene, &mut cast, &names);
    let mut mentions: Vec<(usize, MentionKind)> = settled.iter().map(|name| (name.actor, MentionKind::Name)).collect();
    settle_hits(&scene, &mut cast, &hits, &mut settled, &mut mentions);
    settle_repeats(&scene, &mut cast, &mut settled, &mut mentions);
    let modifiers = roles::assign(&scene, &mut cast, &settled, &roles);
    for (number, (name, (actor, kind))) in settled.iter().zip(&mentions).enumerate() {
        if !modifiers.contains(&number) {
            cast.mention(*actor, scene.span(&name.words), *kind, None);
        }
    }
    roles::held(&scene, &mut cast, &settled, &roles);
    roles::bare(&scene, &mut cast, &settled, &roles);
    groups::groups(&scene, &mut cast, &settled);
    let mut actors = cast.finish();
    roles::date(&scene, &mut actors);
    actors
}

/// Gives every new name its actor: a full name stands for itself, a surname for the last full name that ends so.
fn settle_names(scene: &Scene<'_>, cast: &mut Cast, names: &[Name]) -> Vec<Settled> {
    let mut settled: Vec<Settled> = Vec::new();
    let mut acronyms: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let written = scene.span(&name.words).of(scene.reading.text);
        let words: Vec<&str> = name.words.clone().map(|index| scene.folded(index)).filter(|word| !word.is_empty()).collect();
        let id = words.join("-");
        // "World Example Board (WEB)": the acronym is no name of its own; it is found again below.
        let acronym =
            settled.last().is_some_and(|last: &Settled| bracketed(scene, &last.words).is_some_and(|acronym| acronym == name.words.start))
                || acronyms.contains(&id);
        if acronym {
            acronyms.insert(id);
            continue;
        }
        if id.is_empty() || (name.kind == ActorKind::Person && name.words.len() == 1) {
            continue;
        }
        let gender = if name.kind == ActorKind::Person { words.first().and_then(|first| scene.lexicons.gender_of(first)) } else { None };
        let actor = cast.unknown(&id, &written.split_whitespace().collect::<Vec<_>>().join(" "), name.kind, gender);
        settled.push(Settled { words: name.words.clone(), actor, of: id.into(), seat: false });
    }
    let surnames: BTreeSet<String> =
        cast.iter().filter(|(_, actor)| actor.kind == ActorKind::Person).filter_map(|(_, actor)| surname(&actor.name)).collect();
    // A title before a surname alone makes a person where no full name does.
    for name in names.iter().filter(|name| name.kind == ActorKind::Person && name.words.len() == 1) {
        let folded = scene.folded(name.words.start);
        if !surnames.contains(folded) {
            let written = scene.span(&name.words).of(scene.reading.text);
            let actor = cast.unknown(folded, written, ActorKind::Person, None);
            settled.push(Settled { words: name.words.clone(), actor, of: folded.into(), seat: false });
        }
    }
    settled
}

fn surname(name: &str) -> Option<String> {
    name.rsplit([' ', '-']).next().map(fold)
}

/// Gives every listed name its actor, and every capital and seat what it stands for.
fn settle_hits(scene: &Scene<'_>, cast: &mut Cast, hits: &[Hit], settled: &mut Vec<Settled>, mentions: &mut Vec<(usize, MentionKind)>) {
    let full_elsewhere: BTreeMap<String, usize> = cast
        .iter()
        .filter(|(_, actor)| actor.kind == ActorKind::Person && actor.name.contains(' '))
        .filter_map(|(index, actor)| Some((surname(&actor.name)?, index)))
        .collect();
    let full_known: BTreeSet<u32> = hits
        .iter()
        .filter_map(|hit| scene.lexicons.form(hit.form))
        .filter(|form| matches!(form.means, Means::Name | Means::Alias))
        .map(|form| form.actor)
        .collect();
    let mut linked: Option<(Range<usize>, MentionKind)> = None;
    for hit in hits {
        let Some(form) = scene.lexicons.form(hit.form) else { continue };
        let Some(known) = scene.lexicons.known_at(form.actor) else { continue };
        let mut seat = false;
        let mut of: Box<str> = known.id.as_str().into();
        let (actor, kind) = match form.means {
            Means::City | Means::Seat => {
                let near = linked.take().filter(|(words, _)| hit.words.start - words.end <= 1).map(|(_, kind)| kind);
                let mut kind = metonyms::stands_for(scene, &hit.words, form.means, near);
                let place = form.place.and_then(|place| scene.lexicons.known_at(place));
                if place.is_none() {
                    kind = MentionKind::Metonym;
                }
                linked = Some((hit.words.clone(), kind));
                seat = form.means == Means::Seat;
                if let Some(place) = place.filter(|_| seat) {
                    of = place.id.as_str().into();
                }
                match (kind, place) {
                    (_, Some(place)) if hit.attributive => (cast.known(place), MentionKind::Demonym),
                    (MentionKind::Place, Some(place)) => (cast.known(place), kind),
                    _ => (cast.known(known), kind),
                }
            }
            Means::Surname => {
                let folded = scene.folded(hit.words.start);
                let other = full_elsewhere.get(folded).filter(|_| !full_known.contains(&form.actor) && !form.configured);
                match other {
                    Some(other) => (*other, MentionKind::Surname),
                    None => (cast.known(known), MentionKind::Surname),
                }
            }
            Means::Name | Means::Alias | Means::Acronym if hit.attributive => (cast.known(known), MentionKind::Demonym),
            Means::Name => (cast.known(known), MentionKind::Name),
            Means::Alias => (cast.known(known), MentionKind::Alias),
            Means::Acronym => (cast.known(known), MentionKind::Acronym),
            Means::Demonym => (cast.known(known), MentionKind::Demonym),
        };
        settled.push(Settled { words: hit.words.clone(), actor, of, seat });
        mentions.push((actor, kind));
    }
}

/// Finds names again that were made above: surnames alone, acronyms from brackets, names in headlines and at the begin of sentences.
fn settle_repeats(scene: &Scene<'_>, cast: &mut Cast, settled: &mut Vec<Settled>, mentions: &mut Vec<(usize, MentionKind)>) {
    let mut taken = vec![false; scene.words.len()];
    let mut last_at: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for name in settled.iter() {
        for index in name.words.clone() {
            if let Some(cell) = taken.get_mut(index) {
                *cell = true;
            }
        }
        last_at.entry(name.actor).or_default().push(name.words.start);
    }
    for places in last_at.values_mut() {
        places.sort_unstable();
    }
    let mut trie = Trie::default();
    let mut forms: Vec<(usize, MentionKind)> = Vec::new();
    let mut add = |phrase: &[&str], actor: usize, kind: MentionKind| {
        trie.insert(phrase.iter().copied(), u32::try_from(forms.len()).unwrap_or(u32::MAX));
        forms.push((actor, kind));
    };
    for name in settled.iter() {
        let Some(actor) = cast.get(name.actor) else { continue };
        let words: Vec<&str> = name.words.clone().map(|index| scene.folded(index)).collect();
        if !actor.known {
            add(&words, name.actor, MentionKind::Name);
            if let Some(acronym) = bracketed(scene, &name.words) {
                add(&[scene.folded(acronym)], name.actor, MentionKind::Acronym);
            }
        }
        let full = words.len() > 1 && actor.kind == ActorKind::Person;
        if let Some(surname) = words.last().filter(|surname| full && surname.chars().count() > 1) {
            add(&[surname], name.actor, MentionKind::Surname);
            if words.len() > 2 {
                let tail = words.iter().rposition(|word| is_in(PARTICLES, word));
                if let Some(tail) = tail.and_then(|tail| words.get(tail..)) {
                    add(tail, name.actor, MentionKind::Surname);
                }
            }
        }
    }
    let ids: Vec<u32> = scene.reading.tokens.iter().map(|token| trie.word(scene.reading.tokens.folded(token))).collect();
    let mut index = 0;
    while index < scene.words.len() {
        let free =
            !taken.get(index).copied().unwrap_or(true) && scene.word(index).is_some_and(|word| word.capital && word.paragraph != u32::MAX);
        let found = if free {
            scene.longest(&trie, &ids, index, |values, words| {
                let clean = words.clone().all(|at| !taken.get(at).copied().unwrap_or(true))
                    && scene.word(words.end - 1).is_some_and(|word| word.capital);
                if clean { nearest(values, &forms, &last_at, index) } else { None }
            })
        } else {
            None
        };
        match found {
            Some((words, (actor, kind))) if is_free_standing(scene, &words, kind) => {
                index = words.end;
                let of = cast.get(actor).map_or_else(|| "".into(), |actor| actor.id.as_str().into());
                settled.push(Settled { words, actor, of, seat: false });
                mentions.push((actor, kind));
            }
            _ => index += 1,
        }
    }
}

/// Of several people with one surname, the one who was named last before; else the first one named.
fn nearest(
    values: &[u32],
    forms: &[(usize, MentionKind)],
    last_at: &BTreeMap<usize, Vec<usize>>,
    index: usize,
) -> Option<(usize, MentionKind)> {
    let candidates = values.iter().filter_map(|value| forms.get(*value as usize)).map(|(actor, kind)| {
        let places = last_at.get(actor).map_or(&[][..], Vec::as_slice);
        let before = places.get(places.partition_point(|place| *place < index).wrapping_sub(1));
        (before.copied(), std::cmp::Reverse(places.first().copied()), *actor, *kind)
    });
    candidates.max_by_key(|(before, first, actor, _)| (*before, *first, std::cmp::Reverse(*actor))).map(|(_, _, actor, kind)| (actor, kind))
}

/// A surname beside another capital word is a part of another name.
fn is_free_standing(scene: &Scene<'_>, words: &Range<usize>, kind: MentionKind) -> bool {
    if kind != MentionKind::Surname || !scene.capital_tells(words.start) {
        return true;
    }
    let before = words.start.checked_sub(1).and_then(|at| scene.word(at));
    let joined = scene.word(words.start).is_some_and(|word| word.gap == Gap::Space);
    let titled = words.start.checked_sub(1).is_some_and(|at| {
        scene.is_ordinary(at)
            || is_in(TITLES, scene.folded(at))
            || scene.lexicons.roles().step(0, scene.lexicons.roles().word(scene.folded(at))).is_some()
    });
    !(joined && before.is_some_and(|word| word.capital) && !titled)
}

/// The acronym in brackets behind a long name, when its letters come from the name: "World Example Board (WEB)".
fn bracketed(scene: &Scene<'_>, words: &Range<usize>) -> Option<usize> {
    let end = scene.span(words).end;
    let acronym = scene.word(words.end)?;
    let between = scene.reading.text.get(end..acronym.span.start)?;
    let closes = scene.reading.text.get(acronym.span.end..)?.starts_with(')');
    let letter = scene.folded(words.end).chars().next()?;
    let initial = words.clone().any(|index| scene.folded(index).starts_with(letter));
    (words.len() > 1 && between.trim() == "(" && closes && acronym.all_caps && initial).then_some(words.end)
}

#[cfg(test)]
mod tests;
