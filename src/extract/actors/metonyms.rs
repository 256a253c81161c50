//! Whether a capital or a seat of power stands for its government or for the place.

use std::ops::Range;

use crate::extract::actors::scene::{Gap, Heading, Scene};
use crate::extract::lexicon::Means;
use crate::extract::lexicon::words::{
    ACTING, AFFECTING, GOVERNMENT_BEFORE, LED_BY, MOTION, PLACE_NOUNS, PLACE_PREPOSITIONS, SAYING, VIEWING, is_in,
};
use crate::model::extraction::MentionKind;

/// What a capital ([`Means::City`]) or seat ([`Means::Seat`]) stands for here: [`MentionKind::Metonym`] or [`MentionKind::Place`].
///
/// `linked` tells what the name it is joined to by "and" stands for.
pub(crate) fn stands_for(scene: &Scene<'_>, words: &Range<usize>, means: Means, linked: Option<MentionKind>) -> MentionKind {
    if scene.english { english(scene, words, means, linked) } else { other(scene, words, means, linked) }
}

fn english(scene: &Scene<'_>, words: &Range<usize>, means: Means, linked: Option<MentionKind>) -> MentionKind {
    let mut at = words.start;
    while matches!(scene.before(at), "the" | "either" | "both" | "nearby" | "downtown" | "central") {
        at -= 1;
    }
    let before = scene.before(at);
    let further = at.checked_sub(1).map_or("", |at| scene.before(at));
    let next = scene.after(words.end);
    let next_word = scene.word(words.end);
    let possessive = next_word.is_some_and(|word| word.gap == Gap::Possessive);
    if is_in(PLACE_PREPOSITIONS, before) {
        let viewed = matches!(before, "in" | "at") && (is_in(VIEWING, further) || is_view_before(scene, at));
        return if viewed || (before == "from" && possessive) { MentionKind::Metonym } else { MentionKind::Place };
    }
    if means == Means::Seat {
        return MentionKind::Metonym;
    }
    if scene.word(words.end).is_some_and(|word| word.gap == Gap::Tight && matches!(scene.folded(words.end), "based" | "born" | "area")) {
        return MentionKind::Place;
    }
    if scene.word(words.end).is_some_and(|word| word.gap == Gap::Tight && is_in(LED_BY, scene.folded(words.end))) {
        return MentionKind::Metonym;
    }
    if is_in(PLACE_NOUNS, next) {
        return MentionKind::Place;
    }
    if is_dateline(scene, words) {
        return MentionKind::Place;
    }
    if scene.heading_of(words.start) != Heading::Sentence {
        return if matches!(before, "of") { MentionKind::Place } else { MentionKind::Metonym };
    }
    if possessive {
        return MentionKind::Metonym;
    }
    if matches!(before, "to") {
        return if is_motion(further) { MentionKind::Place } else { MentionKind::Metonym };
    }
    if matches!(before, "and" | "or")
        && let Some(linked) = linked
    {
        return linked;
    }
    if is_in(GOVERNMENT_BEFORE, before) && (before != "by" || !is_in(VIEWING, next)) {
        let acts = is_in(ACTING, next) || is_in(SAYING, next);
        return if matches!(before, "as" | "while" | "when" | "where" | "after" | "before" | "on")
            && !acts
            && !next.ends_with('s')
            && !next.ends_with("ed")
        {
            MentionKind::Place
        } else {
            MentionKind::Metonym
        };
    }
    if is_in(SAYING, next) || is_in(ACTING, next) || next.ends_with("ed") && next.len() > 3 {
        return MentionKind::Metonym;
    }
    let adverb = next.ends_with("ly") || matches!(next, "also" | "now" | "still" | "never" | "not" | "once" | "itself");
    if adverb
        && (is_in(ACTING, scene.after(words.end + 1))
            || is_in(SAYING, scene.after(words.end + 1))
            || scene.after(words.end + 1).ends_with("ed")
            || scene.after(words.end + 1).ends_with('s'))
    {
        return MentionKind::Metonym;
    }
    let subject = scene.word(words.start).is_some_and(|word| word.first || word.gap == Gap::Break);
    if subject && next.len() > 3 && next.ends_with('s') && !next.ends_with("ss") {
        return MentionKind::Metonym;
    }
    // The object of a verb: "reassure Kyiv", "accused Moscow", "pressing Washington".
    let verb = is_in(SAYING, before)
        || is_in(ACTING, before)
        || before.ends_with("ing") && before.len() > 4
        || before.ends_with("ed") && before.len() > 3
        || is_in(AFFECTING, before);
    if verb {
        return MentionKind::Metonym;
    }
    MentionKind::Place
}

/// Whether the clause before says that something is seen so: "is widely seen by some in Moscow as".
fn is_view_before(scene: &Scene<'_>, at: usize) -> bool {
    let Some(sentence) = scene.word(at).map(|word| word.sentence) else { return false };
    (1..=4).any(|back| {
        at.checked_sub(back + 1)
            .is_some_and(|index| scene.word(index).is_some_and(|word| word.sentence == sentence) && is_in(VIEWING, scene.folded(index)))
    }) && matches!(scene.after(at + 1), "as")
}

fn is_motion(verb: &str) -> bool {
    is_in(MOTION, verb)
}

/// "KYIV, Dec 19 (Reuters) -" at the head of a paragraph.
fn is_dateline(scene: &Scene<'_>, words: &Range<usize>) -> bool {
    let span = scene.span(words);
    let begins = scene
        .reading
        .paragraph_at(span.start)
        .and_then(|index| scene.reading.paragraphs.get(index))
        .is_some_and(|paragraph| paragraph.start == span.start);
    let rest = scene.reading.text.get(span.end..).unwrap_or_default();
    begins
        && (rest.starts_with(" (")
            || rest.starts_with(" —")
            || rest.starts_with(" –")
            || rest.starts_with(" -")
            || rest.starts_with(". ")
            || (rest.starts_with(", ") && scene.word(words.end).is_some_and(|word| word.capital)))
}

/// Other languages: a preposition of place makes it the place.
fn other(scene: &Scene<'_>, words: &Range<usize>, means: Means, linked: Option<MentionKind>) -> MentionKind {
    let mut at = words.start;
    while matches!(scene.before(at), "der" | "dem" | "den" | "la" | "le" | "el" | "il" | "l" | "the") {
        at -= 1;
    }
    let before = scene.before(at);
    if is_preposition_of_place(scene.reading.language, before) {
        return MentionKind::Place;
    }
    if matches!(before, "и" | "та" | "і" | "й" | "und" | "et" | "y" | "e" | "i" | "a")
        && let Some(linked) = linked
    {
        return linked;
    }
    if means == Means::Seat || scene.word(words.start).is_some_and(|word| word.first) || scene.heading_of(words.start) != Heading::Sentence
    {
        return MentionKind::Metonym;
    }
    let next = scene.after(words.end);
    let speaks = matches!(
        next,
        "hat"
            | "will"
            | "ist"
            | "wird"
            | "kann"
            | "a"
            | "est"
            | "veut"
            | "va"
            | "ha"
            | "quiere"
            | "es"
            | "vuole"
            | "заявил"
            | "заявила"
            | "хочет"
            | "считает"
            | "не"
            | "заявив"
            | "хоче"
            | "вважає"
            | "готова"
            | "готов"
            | "chce"
            | "nie"
            | "jest"
    );
    if speaks
        || matches!(
            before,
            "что"
                | "що"
                | "dass"
                | "que"
                | "che"
                | "że"
                | "mit"
                | "avec"
                | "con"
                | "с"
                | "з"
                | "между"
                | "між"
                | "zwischen"
                | "entre"
                | "tra"
        )
    {
        MentionKind::Metonym
    } else {
        MentionKind::Place
    }
}

fn is_preposition_of_place(language: &str, before: &str) -> bool {
    match language {
        "ru" | "uk" | "be" | "bg" => matches!(
            before,
            "в" | "во"
                | "у"
                | "из"
                | "із"
                | "зі"
                | "под"
                | "під"
                | "около"
                | "біля"
                | "поблизу"
                | "через"
                | "над"
                | "до"
                | "городе"
                | "город"
                | "місті"
                | "місто"
                | "столице"
                | "столиці"
        ),
        "de" | "nl" => matches!(before, "in" | "aus" | "bei" | "nach" | "im" | "ins" | "uit" | "te" | "durch"),
        "fr" => matches!(before, "a" | "depuis" | "vers" | "dans" | "pres"),
        "es" | "pt" => matches!(before, "en" | "desde" | "hacia" | "em"),
        "it" => matches!(before, "a" | "da" | "in" | "verso"),
        "pl" | "cs" | "sk" => matches!(before, "w" | "we" | "z" | "ze" | "do" | "pod" | "koło" | "kolo" | "v" | "ve" | "nad"),
        _ => false,
    }
}
