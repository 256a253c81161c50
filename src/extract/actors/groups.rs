//! Groups without names: "Russian officials", "EU leaders", "analysts".

use std::collections::BTreeMap;

use crate::extract::actors::cast::Cast;
use crate::extract::actors::roles::Settled;
use crate::extract::actors::scene::{Gap, Scene};
use crate::extract::lexicon::words::{ACTING, GROUP_MODIFIERS, GROUP_NOUNS, SAYING, is_in};
use crate::model::extraction::{ActorKind, MentionKind};

/// Adds the groups that act or speak. Only English texts.
pub(crate) fn groups(scene: &Scene<'_>, cast: &mut Cast, settled: &[Settled]) {
    if !scene.english {
        return;
    }
    let ends: BTreeMap<usize, &Settled> = settled.iter().map(|name| (name.words.end, name)).collect();
    let mut last_with: BTreeMap<String, usize> = BTreeMap::new();
    for index in 0..scene.words.len() {
        let noun = scene.folded(index);
        if !is_in(GROUP_NOUNS, noun) || scene.word(index).is_none_or(|word| word.paragraph == u32::MAX || (word.capital && !word.first)) {
            continue;
        }
        let mut start = index;
        let mut of: Option<&Settled> = None;
        let mut words = vec![noun];
        while start > 0 && scene.word(start).is_some_and(|word| matches!(word.gap, Gap::Space | Gap::Tight)) {
            if let Some(name) = ends.get(&start) {
                of = Some(name);
                start = name.words.start;
                break;
            }
            let modifier = scene.folded(start - 1);
            if !is_in(GROUP_MODIFIERS, modifier) {
                break;
            }
            if !matches!(modifier, "senior" | "top" | "other" | "some" | "many" | "several" | "unnamed" | "former") {
                words.insert(0, modifier);
            }
            start -= 1;
        }
        let actor = of
            .and_then(|name| cast.get(name.actor))
            .filter(|actor| !matches!(actor.kind, ActorKind::Person | ActorKind::Media | ActorKind::Place));
        if of.is_some() && actor.is_none() {
            continue;
        }
        let mut lead = start;
        while matches!(scene.before(lead), "senior" | "top" | "other" | "some" | "many" | "several" | "unnamed" | "former") {
            lead -= 1;
        }
        let active = acts(scene, lead, index) || (actor.is_some() && is_named_with_others(scene, lead, noun));
        if !active {
            continue;
        }
        let bare = words.len() == 1 && of.is_none();
        let other = (start..index).any(|at| scene.folded(at) == "other");
        // The span holds the words that make the name; "senior" and "other" before them are no part of it.
        let mut first = start;
        while of.is_none()
            && first < index
            && matches!(scene.folded(first), "senior" | "top" | "other" | "some" | "many" | "several" | "unnamed" | "former")
        {
            first += 1;
        }
        let span = scene.span(&(first..index + 1));
        let confidence = Some(0.8);
        if bare && let Some(known) = last_with.get(noun).copied().filter(|_| other || noun == "officials") {
            let whole = if other { scene.span(&(start..index + 1)) } else { span };
            cast.mention(known, whole, MentionKind::Role, Some(if other { 0.6 } else { 0.5 }));
            continue;
        }
        let country = actor.and_then(|actor| actor.country);
        let id = match (of, actor) {
            (Some(name), Some(_)) => format!(
                "{}-{}",
                scene.reading.tokens.inside(scene.span(&name.words)).map(|at| scene.folded(at)).collect::<Vec<_>>().join("-"),
                words.join("-")
            ),
            _ => words.join("-"),
        };
        let name = match of {
            Some(name) => format!("{} {}", scene.span(&name.words).of(scene.reading.text), words.join(" ")),
            None => words.join(" "),
        };
        let place = cast.unknown(&id, &name, ActorKind::Group, None);
        if cast.get(place).is_some_and(|actor| actor.kind == ActorKind::Group) {
            cast.country(place, country);
            cast.mention(place, span, MentionKind::Role, confidence);
            if !bare {
                last_with.insert(noun.to_owned(), place);
            }
        }
    }
}

/// Officials of a state who are named beside or behind others act with them: "by the president and other Russian officials".
fn is_named_with_others(scene: &Scene<'_>, start: usize, noun: &str) -> bool {
    matches!(
        noun,
        "officials" | "leaders" | "diplomats" | "authorities" | "lawmakers" | "commanders" | "negotiators" | "envoys" | "ministers"
    ) && matches!(scene.before(start), "by" | "and" | "with" | "to" | "from")
}

/// Whether the group acts or speaks here.
fn acts(scene: &Scene<'_>, start: usize, noun: usize) -> bool {
    let next = scene.after(noun + 1);
    let verb = |word: &str| is_in(SAYING, word) || is_in(ACTING, word) || (word.len() > 4 && word.ends_with("ed"));
    if verb(next)
        || (next.len() > 4
            && next.ends_with("ing")
            && (is_in(SAYING, next.trim_end_matches("ing")) || is_in(ACTING, next.trim_end_matches("ing"))))
    {
        return true;
    }
    if next.ends_with("ly") && verb(scene.after(noun + 2))
        || matches!(next, "who" | "also" | "now" | "still" | "already" | "in" | "from" | "cited" | "familiar") && {
            (2..=5).take_while(|ahead| !scene.after(noun + ahead).is_empty()).any(|ahead| is_in(SAYING, scene.after(noun + ahead)))
        }
    {
        return true;
    }
    let before = scene.before(start);
    let further = start.checked_sub(1).map_or("", |at| scene.before(at));
    (before == "to" && further == "according")
        || is_in(SAYING, before)
            && !matches!(
                before,
                "told"
                    | "asked"
                    | "accused"
                    | "urges"
                    | "urged"
                    | "accuses"
                    | "tell"
                    | "tells"
                    | "ask"
                    | "asks"
                    | "warn"
                    | "warned"
                    | "warns"
                    | "called"
                    | "calls"
                    | "report"
                    | "reports"
                    | "claims"
                    | "estimates"
            )
            && scene.word(start).is_some_and(|word| word.gap == Gap::Space)
        || matches!(before, "citing")
}
