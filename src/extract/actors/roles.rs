//! Roles: "Kremlin spokesperson Dmitry Peskov", "Marco Rubio, the US secretary of state".

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;

use crate::extract::actors::cast::Cast;
use crate::extract::actors::scene::{Gap, Scene};
use crate::extract::lexicon::words::{ROLES, SAYING, is_in};
use crate::model::article::Moment;
use crate::model::extraction::{Actor, ActorKind, MentionKind, Role};
use crate::model::id::ActorId;
use crate::model::span::Span;

/// A role noun in the text.
#[derive(Debug, Clone)]
pub(crate) struct RoleHit {
    pub(crate) words: Range<usize>,
    pub(crate) title: &'static str,
}

/// A name that was settled: where it stands and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) words: Range<usize>,
    /// Place in the cast.
    pub(crate) actor: usize,
    /// The identity to be named in "of": the seat's own for a seat.
    pub(crate) of: Box<str>,
    /// Only a role modifier: no mention of its own.
    pub(crate) seat: bool,
}

/// All role nouns, the longest first, without overlaps.
pub(crate) fn roles(scene: &Scene<'_>) -> Vec<RoleHit> {
    let trie = scene.lexicons.roles();
    let ids: Vec<u32> = scene.reading.tokens.iter().map(|token| trie.word(scene.reading.tokens.folded(token))).collect();
    let mut found = Vec::new();
    let mut index = 0;
    while index < ids.len() {
        let inside = scene.word(index).is_some_and(|word| word.paragraph != u32::MAX);
        let role = if inside { scene.longest(trie, &ids, index, |values, _| values.first().copied()) } else { None };
        match role.and_then(|(words, role)| Some((words, ROLES.get(role as usize)?))) {
            Some((words, (title, _))) => {
                index = words.end;
                found.push(RoleHit { words, title });
            }
            None => index += 1,
        }
    }
    found
}

/// Gives persons the roles that stand before and behind their names; gives the settled seats that are only a part of a role.
pub(crate) fn assign(scene: &Scene<'_>, cast: &mut Cast, settled: &[Settled], roles: &[RoleHit]) -> BTreeSet<usize> {
    let starts: BTreeMap<usize, usize> = settled.iter().enumerate().map(|(number, name)| (name.words.start, number)).collect();
    let ends: BTreeMap<usize, usize> = settled.iter().enumerate().map(|(number, name)| (name.words.end, number)).collect();
    let mut modifiers = BTreeSet::new();
    let mut last_end: Option<usize> = None;
    for role in roles {
        let before = of_before(scene, &ends, role);
        let person = |number: &usize| {
            settled
                .get(*number)
                .filter(|name| cast.get(name.actor).is_some_and(|actor| actor.kind == ActorKind::Person))
                .map(|name| name.actor)
        };
        let joined = scene.word(role.words.end).is_some_and(|word| matches!(word.gap, Gap::Space | Gap::Tight));
        let follows = starts.get(&role.words.end).filter(|_| joined).and_then(person);
        if let Some(number) = before.filter(|number| {
            settled.get(*number).is_some_and(|name| name.seat)
                && scene.word(role.words.start).is_some_and(|word| word.gap != Gap::Possessive)
        }) {
            modifiers.insert(number);
        }
        // "Речник російського президента Дмитро Пєсков": the second office only tells whose the first is.
        let nested = !scene.english
            && last_end.is_some_and(|end| end <= role.words.start && role.words.start - end <= 1)
            && scene.word(role.words.start).is_some_and(|word| word.gap == Gap::Space);
        last_end = Some(role.words.end);
        let follows = follows.filter(|_| !nested);
        let holder = follows.or_else(|| apposed(scene, &ends, settled, cast, role));
        let Some(holder) = holder else { continue };
        let of = before.or_else(|| of_behind(scene, &starts, role)).and_then(|number| settled.get(number));
        let country = of.and_then(|name| cast.get(name.actor)).and_then(|actor| actor.country);
        let of = of.filter(|name| name.actor != holder).map(|name| name.of.clone());
        cast.role(holder, role.title, of.as_deref(), country);
    }
    modifiers
}

/// Gives an office without a name to who held it on the day of the article: "the Ukrainian foreign minister said".
pub(crate) fn held(scene: &Scene<'_>, cast: &mut Cast, settled: &[Settled], roles: &[RoleHit]) {
    let holders = scene.lexicons.holders();
    if holders.is_empty() {
        return;
    }
    let starts: BTreeMap<usize, usize> = settled.iter().enumerate().map(|(number, name)| (name.words.start, number)).collect();
    let ends: BTreeMap<usize, usize> = settled.iter().enumerate().map(|(number, name)| (name.words.end, number)).collect();
    let person =
        |number: &usize| settled.get(*number).and_then(|name| cast.get(name.actor)).is_some_and(|actor| actor.kind == ActorKind::Person);
    let mut made: Vec<(ActorId, Span)> = Vec::new();
    for role in roles {
        let before = of_before(scene, &ends, role);
        let Some(of) = before.or_else(|| of_behind(scene, &starts, role)).and_then(|number| settled.get(number)) else { continue };
        let first = if before.is_some() { of.words.start } else { role.words.start };
        let qualified = (of.words.end.min(role.words.start)..role.words.start).any(|at| is_in(NOT_THE_HOLDER, scene.folded(at)))
            || is_in(NOT_THE_HOLDER, scene.before(first))
            || is_in(NOT_THE_HOLDER, scene.before(role.words.start));
        let named = starts.get(&role.words.end).is_some_and(person)
            || apposed(scene, &ends, settled, cast, role).is_some()
            || starts.range(role.words.end..role.words.end + 2).any(|(_, number)| person(number));
        if qualified || named {
            continue;
        }
        let holder = holders.on(role.title, &of.of, day(scene)).or_else(|| {
            let actor = cast.get(of.actor)?;
            holders.on(role.title, actor.id.as_str(), day(scene))
        });
        made.extend(holder.map(|holder| (holder.clone(), scene.span(&role.words))));
    }
    for (holder, span) in made {
        if let Some(known) = scene.lexicons.known().iter().find(|known| known.id == holder) {
            let index = cast.known(known);
            cast.mention(index, span, MentionKind::Role, Some(0.8));
        }
    }
}

/// Words beside an office that speak of somebody else than its holder.
const NOT_THE_HOLDER: &[&str] =
    &["a", "acting", "an", "any", "deputy", "ex", "former", "future", "late", "next", "no", "outgoing", "then", "vice"];

/// The offices that the actors held on the day of the article.
pub(crate) fn date(scene: &Scene<'_>, actors: &mut [Actor]) {
    let holders = scene.lexicons.holders();
    if !holders.is_empty() {
        let listed = |id: &ActorId, role: &Role| scene.lexicons.known().iter().any(|known| known.id == *id && known.roles.contains(role));
        holders.date(actors, listed, day(scene));
    }
}

fn day(scene: &Scene<'_>) -> Option<Date> {
    scene.reading.article.published.as_ref().map(|published| Moment::date(published.value))
}

/// What stands right before a role: "Kremlin spokesperson", "Russia's foreign minister", "Russian deputy …".
fn of_before(scene: &Scene<'_>, ends: &BTreeMap<usize, usize>, role: &RoleHit) -> Option<usize> {
    let mut at = role.words.start;
    for _ in 0..3 {
        if scene.word(at).is_some_and(|word| word.gap == Gap::Break) {
            return None;
        }
        if let Some(number) = ends.get(&at) {
            return Some(*number);
        }
        // A word between: "Russian deputy foreign minister", "US special envoy".
        let before = at.checked_sub(1)?;
        if !matches!(
            scene.folded(before),
            "deputy"
                | "former"
                | "acting"
                | "first"
                | "new"
                | "then"
                | "outgoing"
                | "chief"
                | "top"
                | "senior"
                | "special"
                | "presidential"
                | "ex"
                | "interim"
                | "long"
                | "serving"
        ) {
            return None;
        }
        at = before;
    }
    None
}

/// What a role is of: "president of France", "head of the European Commission".
fn of_behind(scene: &Scene<'_>, starts: &BTreeMap<usize, usize>, role: &RoleHit) -> Option<usize> {
    let mut at = role.words.end;
    if !matches!(scene.after(at), "of" | "for" | "at" | "de" | "du" | "del" | "della") {
        return starts.get(&at).filter(|_| !scene.english && !scene.after(at).is_empty()).copied();
    }
    at += 1;
    if matches!(scene.after(at), "the" | "la" | "los" | "les") {
        at += 1;
    }
    starts.get(&at).copied()
}

/// The person before: "Marco Rubio, the US secretary of state".
fn apposed(scene: &Scene<'_>, ends: &BTreeMap<usize, usize>, settled: &[Settled], cast: &Cast, role: &RoleHit) -> Option<usize> {
    let sentence = scene.word(role.words.start)?.sentence;
    let (end, number) = ends.range(..=role.words.start).rev().find(|(_, number)| {
        settled.get(**number).and_then(|name| cast.get(name.actor)).is_some_and(|actor| actor.kind == ActorKind::Person)
    })?;
    let name = settled.get(*number)?;
    let near = role.words.start - end <= 5 && scene.word(name.words.start)?.sentence == sentence;
    let comma = Span::new(scene.span(&name.words).end, scene.word(*end)?.span.start).of(scene.reading.text).trim() == ",";
    let clean = (*end + 1..=role.words.start).all(|index| scene.word(index).is_some_and(|word| word.gap != Gap::Break));
    // ", President Putin said" names another person: then the role is followed by a name of its own.
    let verbs = (*end..role.words.start).any(|index| is_in(SAYING, scene.folded(index)));
    (near && comma && clean && !verbs).then_some(name.actor)
}

/// "the foreign minister": a role without a name means the last person who was given that role.
pub(crate) fn bare(scene: &Scene<'_>, cast: &mut Cast, settled: &[Settled], roles: &[RoleHit]) {
    if !scene.english {
        return;
    }
    let starts: BTreeSet<usize> = settled.iter().map(|name| name.words.start).collect();
    let mut by_title: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (index, actor) in cast.iter().filter(|(_, actor)| actor.kind == ActorKind::Person) {
        for held in &actor.roles {
            by_title.entry(held.title.as_str()).or_default().extend(actor.mentions.iter().map(|mention| (mention.span.end, index)));
        }
    }
    for places in by_title.values_mut() {
        places.sort_unstable();
    }
    let mut made: Vec<(usize, Span)> = Vec::new();
    for role in roles {
        let named = starts.contains(&role.words.end);
        if scene.before(role.words.start) != "the" || named || matches!(scene.after(role.words.end), "of" | "for") {
            continue;
        }
        let start = scene.word(role.words.start).map_or(0, |word| word.span.start);
        let places = by_title.get(role.title).map_or(&[][..], Vec::as_slice);
        let holder = places.get(places.partition_point(|(end, _)| *end <= start).wrapping_sub(1)).copied();
        if let Some((_, index)) = holder {
            made.push((index, scene.span(&role.words)));
        }
    }
    for (index, span) in made {
        cast.mention(index, span, MentionKind::Role, Some(0.7));
    }
}
