//! What the tagger proposes, held against the lists and the rules for capitals.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::extract::actors::gazetteer::Hit;
use crate::extract::actors::names::{Name, organisation_kind};
use crate::extract::actors::roles::RoleHit;
use crate::extract::actors::scene::{Heading, Scene};
use crate::extract::lexicon::parts::{GOES_ON, inflected_part};
use crate::extract::lexicon::words::{EVENT_HEADS, PARTICLES, STOP_WORDS, TITLES, is_in};
use crate::extract::lexicon::{Form, Means};
use crate::extract::tagger::{self, Label, Tagged};
use crate::model::extraction::ActorKind;

/// Whether the tagger knows the language of the article. A text too short to tell counts where it is written in plain letters.
pub(crate) fn applies(scene: &Scene<'_>) -> bool {
    scene.reading.language == "en"
        || (!matches!(scene.reading.language, "und" | "de") && tagger::reads(scene.reading.language))
        || (scene.english && scene.reading.text.len() < 600 && scene.reading.text.chars().filter(|c| !c.is_ascii()).count() < 20)
}

/// The names of the tagger with those of the rules that it leaves room for. Listed names that are a part of one are added to
/// `dropped`; listed names that only a given-up rule had dropped come back.
pub(crate) fn merge(
    scene: &Scene<'_>,
    hits: &mut [Hit],
    roles: &[RoleHit],
    by_rule: Vec<Name>,
    dropped: &mut BTreeSet<usize>,
) -> Vec<Name> {
    let tagged = tagged(scene);
    mark_attributive(scene, hits, &tagged);
    let mut label_at: Vec<Option<usize>> = vec![None; scene.words.len()];
    for (number, name) in tagged.iter().enumerate() {
        label_at.get_mut(name.words.clone()).into_iter().flatten().for_each(|cell| *cell = Some(number));
    }
    let mut titled: BTreeSet<usize> = BTreeSet::new();
    let mut found: Vec<Name> = Vec::new();
    let mut taken = vec![false; scene.words.len()];
    // Slavic languages in Cyrillic letters write few words with a capital, and the tagger learnt from Latin ones: it only adds.
    let capitals_tell = matches!(scene.reading.language, "ru" | "uk" | "be" | "bg" | "mk" | "sr");
    for name in by_rule {
        let mut over = name.words.clone().filter_map(|index| label_at.get(index).copied().flatten());
        // "United States Senate": a ministry or chamber is whole by its head word, even where the tagger sees a part of it.
        // In other languages the tagger guesses more often than the words around a name.
        let whole = capitals_tell
            || (!scene.english && name.sure)
            || name.sure && name.words.len() > 1 && name.words.clone().all(|index| scene.word(index).is_some_and(|word| word.all_caps))
            || name.kind == ActorKind::Government
                && over.clone().all(|number| {
                    tagged.get(number).is_some_and(|tag| name.words.start <= tag.words.start && tag.words.end <= name.words.end)
                });
        if let Some(number) = over.next().filter(|_| !whole) {
            if name.sure && name.kind == ActorKind::Person && tagged.get(number).is_some_and(|tag| tag.words == name.words) {
                titled.insert(number);
            }
        } else if name.sure || capitals_tell {
            taken.get_mut(name.words.clone()).into_iter().flatten().for_each(|cell| *cell = true);
            found.push(name);
        }
    }
    let is_taken = |words: &Range<usize>| taken.get(words.clone()).is_some_and(|words| words.contains(&true));
    dropped.retain(|number| hits.get(*number).is_some_and(|hit| is_taken(&hit.words)));
    for (number, name) in tagged.iter().enumerate() {
        let label = if titled.contains(&number) { Label::Person } else { name.label };
        if let Some((name, instead)) = propose(scene, hits, roles, &name.words, label).filter(|(name, _)| !is_taken(&name.words)) {
            dropped.extend(instead);
            found.push(name);
        }
    }
    found.sort_by_key(|name| name.words.start);
    found
}

/// Marks the states inside the names of events, works and peoples, and all that is no person inside those of events: the city in
/// "2015 Hong Kong local elections".
fn mark_attributive(scene: &Scene<'_>, hits: &mut [Hit], tagged: &[Tagged]) {
    for name in tagged.iter().filter(|name| name.label == Label::Other && name.words.len() > 1) {
        let event = name.words.clone().any(|index| is_in(EVENT_HEADS, scene.folded(index)));
        let first = hits.partition_point(|hit| hit.words.end <= name.words.start);
        for hit in hits.iter_mut().skip(first).take_while(|hit| hit.words.start < name.words.end) {
            let modifies = scene
                .lexicons
                .form(hit.form)
                .filter(|form| !form.configured)
                .and_then(|form| scene.lexicons.known_at(form.actor))
                .is_some_and(|actor| actor.kind == ActorKind::State || event && actor.kind != ActorKind::Person);
            hit.attributive = modifies && hit.words.end < name.words.end;
        }
    }
}

/// One name of the tagger and the listed names that it takes the place of; `None` where the lists know better.
fn propose(scene: &Scene<'_>, hits: &[Hit], roles: &[RoleHit], words: &Range<usize>, label: Label) -> Option<(Name, Vec<usize>)> {
    if label == Label::Other {
        return None;
    }
    let mut words = words.clone();
    if label == Label::Person {
        words = without_titles(scene, roles, words);
    }
    while words.len() > 1 && is_in(STOP_WORDS, scene.folded(words.start)) && scene.folded(words.start) == "the" {
        words.start += 1;
    }
    if !scene.english {
        words = without_small(scene, words);
        words = without_opening(scene, hits, words);
    }
    let capital = words.clone().any(|index| scene.word(index).is_some_and(|word| word.capital));
    if words.is_empty() || !capital || (words.len() == 1 && is_in(STOP_WORDS, scene.folded(words.start))) {
        return None;
    }
    let before = scene.before(words.start);
    if label == Label::Person && words.len() == 1 && matches!(before, "storm" | "hurricane" | "typhoon" | "cyclone") {
        return None;
    }
    let of_business = matches!(
        before,
        "operator"
            | "company"
            | "firm"
            | "carmaker"
            | "automaker"
            | "airline"
            | "bank"
            | "retailer"
            | "supplier"
            | "provider"
            | "giant"
            | "startup"
            | "manufacturer"
            | "insurer"
            | "broadcaster"
            | "brand"
            | "chain"
            | "maker"
            | "group"
    );
    let kind = match label {
        Label::Person if of_business => ActorKind::Company,
        Label::Person => ActorKind::Person,
        Label::Organisation => organisation_kind(scene, &words),
        _ => ActorKind::Place,
    };
    let first = hits.partition_point(|hit| hit.words.end <= words.start);
    let mut drop = Vec::new();
    for (number, hit) in hits.iter().enumerate().skip(first).take_while(|(_, hit)| hit.words.start < words.end) {
        let Some(form) = scene.lexicons.form(hit.form) else { continue };
        let inside = words.start <= hit.words.start && hit.words.end <= words.end;
        let same = inside && hit.words.len() == words.len();
        let demonym = form.means == Means::Demonym;
        if demonym && (inside && !same) {
            continue;
        }
        if form.configured || !inside || same || is_whole_person(scene, hit, form, &words, label) {
            return None;
        }
        // "US Energy Department" speaks of the state too.
        let state = scene.lexicons.known_at(form.actor).is_some_and(|actor| matches!(actor.kind, ActorKind::State | ActorKind::Igo));
        if !(state && hit.words.len() == 1 && kind == ActorKind::Government && hit.words.start == words.start) {
            drop.push(number);
        }
    }
    Some((Name { words, kind, sure: true }, drop))
}

/// A listed full name with something before it that is no part of it.
fn is_whole_person(scene: &Scene<'_>, hit: &Hit, form: &Form, words: &Range<usize>, label: Label) -> bool {
    label == Label::Person
        && hit.words.end == words.end
        && matches!(form.means, Means::Name | Means::Alias)
        && scene.lexicons.known_at(form.actor).is_some_and(|actor| actor.kind == ActorKind::Person)
}

/// In other languages a name begins with no small word, save "van" and "von", and at the head of a sentence with no common noun.
fn without_small(scene: &Scene<'_>, words: Range<usize>) -> Range<usize> {
    let language = scene.reading.language;
    let mut words = words;
    while words.len() > 1
        && scene.word(words.start).is_some_and(|word| {
            let folded = scene.folded(words.start);
            let particle = matches!(language, "nl" | "de") && is_in(PARTICLES, folded);
            (!word.capital && !particle) || (word.first && tagger::is_common(language, folded))
        })
    {
        words.start += 1;
    }
    while words.len() > 1 && scene.word(words.end - 1).is_some_and(|word| !word.capital) {
        words.end -= 1;
    }
    // A capital that the begin of the sentence explains, of a word that no list of names has.
    let folded = scene.folded(words.start);
    let mere = words.len() == 1
        && scene.word(words.start).is_some_and(|word| word.first && !word.all_caps)
        && (tagger::is_common(language, folded) || inflected_part(folded, language) & !GOES_ON == 0);
    if mere { words.start..words.start } else { words }
}

/// "Уряд України" at the head of a sentence: a first word that no list of names has is no part of the listed name behind it.
fn without_opening(scene: &Scene<'_>, hits: &[Hit], words: Range<usize>) -> Range<usize> {
    let next = words.start + 1;
    let listed = hits.get(hits.partition_point(|hit| hit.words.start < next)).is_some_and(|hit| hit.words.start == next);
    let opens = scene.word(words.start).is_some_and(|word| word.first && !word.all_caps)
        && inflected_part(scene.folded(words.start), scene.reading.language) & !GOES_ON == 0;
    if words.len() > 1 && listed && opens { next..words.end } else { words }
}

/// Titles and roles are told apart from the name: "President", "Sir".
fn without_titles(scene: &Scene<'_>, roles: &[RoleHit], words: Range<usize>) -> Range<usize> {
    let mut words = words;
    while words.len() > 1 {
        let role = roles.get(roles.partition_point(|role| role.words.end <= words.start)).filter(|role| role.words.start == words.start);
        words.start = match role {
            Some(role) if role.words.end < words.end => role.words.end,
            _ if is_in(TITLES, scene.folded(words.start)) => words.start + 1,
            _ => break,
        };
    }
    words
}

/// The names in all paragraphs whose capitals tell something, each form with the label that it has most often.
fn tagged(scene: &Scene<'_>) -> Vec<Tagged> {
    let prose = scene.headings.contains(&Heading::Sentence);
    let sentences = scene.reading.sentences.iter().copied().filter(|sentence| {
        let heading = scene.reading.paragraph_at(sentence.start).and_then(|paragraph| scene.headings.get(paragraph)).copied();
        heading == Some(Heading::Sentence) || (!prose && heading == Some(Heading::Title))
    });
    let mut found = tagger::tag(scene.reading, sentences, scene.lexicons);
    let form = |name: &Tagged| name.words.clone().map(|index| scene.folded(index)).collect::<Vec<_>>().join(" ");
    let mut votes: BTreeMap<String, BTreeMap<Label, (u32, i32)>> = BTreeMap::new();
    for name in &found {
        let vote = votes.entry(form(name)).or_default().entry(name.label).or_default();
        *vote = (vote.0 + 1, vote.1.saturating_add(name.lead));
    }
    for name in &mut found {
        let labels = votes.get(&form(name));
        if let Some((label, _)) = labels.and_then(|labels| labels.iter().max_by_key(|(_, vote)| **vote)) {
            name.label = *label;
        }
    }
    found
}
