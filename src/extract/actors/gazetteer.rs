//! Names from the lists.

use std::ops::Range;

use crate::extract::actors::scene::{Gap, Heading, Scene};
use crate::extract::lexicon::words::{COMMON_WORDS, SAYING, STOP_WORDS, is_in};
use crate::extract::lexicon::{Form, Means, Written};
use crate::model::extraction::ActorKind;

/// A name of the lists that stands in the text.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) words: Range<usize>,
    /// Index of the form.
    pub(crate) form: u32,
    /// Stands inside the name of something else, as the state in "2019 United Kingdom general election".
    pub(crate) attributive: bool,
}

/// All names of the lists, from left to right, the longest first, without overlaps.
pub(crate) fn hits(scene: &Scene<'_>) -> Vec<Hit> {
    let trie = scene.lexicons.names();
    let ids: Vec<u32> = scene.reading.tokens.iter().map(|token| trie.word(scene.reading.tokens.folded(token))).collect();
    let mut found = Vec::new();
    let mut index = 0;
    while index < scene.words.len() {
        let inside = scene.words.get(index).is_some_and(|word| word.paragraph != u32::MAX);
        let hit = if inside { scene.longest(trie, &ids, index, |values, words| choose(scene, values, &words)) } else { None };
        match hit {
            Some((words, form)) => {
                index = words.end;
                found.push(Hit { words, form, attributive: false });
            }
            None => index += 1,
        }
    }
    found
}

/// The best form that is written as it should be: the owner's own, then by what it means, then by the order of the lists.
fn choose(scene: &Scene<'_>, values: &[u32], words: &Range<usize>) -> Option<u32> {
    values
        .iter()
        .copied()
        .filter_map(|value| Some((value, scene.lexicons.form(value)?)))
        .filter(|(_, form)| fits(scene, form, words))
        .min_by_key(|(value, form)| (!form.configured, form.means, *value))
        .map(|(value, _)| value)
}

fn fits(scene: &Scene<'_>, form: &Form, words: &Range<usize>) -> bool {
    if !form.language.is_empty() && form.language != scene.reading.language && !(form.language == "en" && scene.english) {
        return false;
    }
    let heading = scene.heading_of(words.start);
    let written = match &form.written {
        Written::Exact(exact) => {
            let text = scene.span(words).of(scene.reading.text);
            let shouted = heading == Heading::Capitals && is_in(STOP_WORDS, scene.folded(words.start));
            !shouted && text.chars().filter(|c| *c != '.').eq(exact.chars())
        }
        Written::Capitals(bits) => words.clone().enumerate().all(|(place, index)| {
            let wanted = place < 32 && bits >> place & 1 == 1;
            !wanted || scene.word(index).is_some_and(|word| word.capital)
        }),
    };
    written && (!form.doubtful || is_meant(scene, form, words)) && !is_mere_word(scene, form, words)
}

/// A one-word name that is an ordinary word too, at a place where every word has a capital.
fn is_mere_word(scene: &Scene<'_>, form: &Form, words: &Range<usize>) -> bool {
    words.len() == 1
        && matches!(form.written, Written::Capitals(bits) if bits != 0)
        && is_in(COMMON_WORDS, scene.folded(words.start))
        && (scene.word(words.start).is_some_and(|word| word.first) || scene.heading_of(words.start) != Heading::Sentence)
        && form.means != Means::Demonym
        && !form.doubtful
}

/// Whether the surroundings of a doubtful name speak for it.
fn is_meant(scene: &Scene<'_>, form: &Form, words: &Range<usize>) -> bool {
    let before = scene.before(words.start);
    let after = scene.after(words.end);
    let next_is_capital = scene.word(words.end).is_some_and(|word| word.capital && matches!(word.gap, Gap::Space | Gap::Tight));
    let kind = scene.lexicons.known_at(form.actor).map(|actor| actor.kind);
    // "the West", not "the West Coast".
    if matches!(kind, Some(ActorKind::Bloc | ActorKind::Igo)) {
        return before == "the" && !next_is_capital;
    }
    if scene.heading_of(words.start) != Heading::Sentence {
        return false;
    }
    match kind {
        Some(ActorKind::Media) => {
            matches!(
                before,
                "to" | "told"
                    | "by"
                    | "citing"
                    | "newspaper"
                    | "magazine"
                    | "daily"
                    | "weekly"
                    | "agency"
                    | "broadcaster"
                    | "tabloid"
                    | "outlet"
                    | "quoted"
                    | "via"
                    | "zufolge"
                    | "zeitung"
                    | "laut"
                    | "quotidien"
                    | "journal"
                    | "diario"
                    | "quotidiano"
                    | "giornale"
                    | "газета"
                    | "газете"
                    | "издание"
                    | "видання"
                    | "газеті"
                    | "dem"
                    | "der"
            ) && !next_is_capital
                && (before != "to" || scene.before(words.start.saturating_sub(1)) == "according" || scene.words.get(words.start).is_some())
                && (before != "to"
                    || matches!(scene.before(words.start.saturating_sub(1)), "according" | "speaking" | "spoke" | "interview"))
                && (!matches!(before, "dem" | "der") || matches!(after, "zufolge"))
                || matches!(
                    after,
                    "reported"
                        | "reports"
                        | "newspaper"
                        | "magazine"
                        | "wrote"
                        | "writes"
                        | "quoted"
                        | "berichtet"
                        | "berichtete"
                        | "zufolge"
                        | "пишет"
                        | "сообщает"
                        | "пише"
                        | "повідомляє"
                )
        }
        Some(ActorKind::State | ActorKind::Place) if form.means == Means::City => is_place_word(before) && !next_is_capital,
        Some(ActorKind::State) if form.means == Means::City || form.means == Means::Name || form.means == Means::Alias => {
            let possessive = scene.word(words.end).is_some_and(|word| word.gap == Gap::Possessive);
            !next_is_capital
                && (possessive
                    || is_place_word(before)
                    || matches!(before, "of" | "with" | "and" | "for" | "between" | "on" | "against" | "king")
                    || is_in(SAYING, after))
        }
        _ => !next_is_capital && (is_in(SAYING, after) || scene.word(words.end).is_some_and(|word| word.gap == Gap::Possessive)),
    }
}

fn is_place_word(before: &str) -> bool {
    matches!(before, "in" | "at" | "near" | "from" | "to" | "outside" | "across" | "into" | "capital" | "through" | "leaving")
}
