//! Names in Russian and Ukrainian that are an adjective with a capital and a common noun: "Киевская область", "Верховного суда".

use std::ops::Range;

use crate::extract::actors::scene::{Gap, Heading, Scene};
use crate::model::extraction::ActorKind;

/// Beginnings of nouns that make a place of such an adjective.
const PLACES: &[&str] = &[
    "област",
    "район",
    "округ",
    "республик",
    "пролив",
    "остров",
    "острів",
    "полуостров",
    "океан",
    "долин",
    "пустын",
    "побережь",
    "узбереж",
    "улиц",
    "вулиц",
    "проспект",
    "площад",
    "площ",
    "шоссе",
    "переул",
    "провул",
    "кладбищ",
    "аэропорт",
    "аеропорт",
    "губерни",
    "волост",
];
/// Words that do so only whole.
const PLACES_WHOLE: &[&str] = &[
    "край",
    "края",
    "краю",
    "крае",
    "краем",
    "море",
    "моря",
    "морю",
    "морем",
    "морі",
    "горы",
    "горах",
    "гор",
    "гори",
    "порт",
    "порта",
    "порту",
];
/// Beginnings of nouns that make an organisation of such an adjective.
const BODIES: &[&str] = &[
    "институт",
    "інститут",
    "университет",
    "університет",
    "комитет",
    "комітет",
    "совет",
    "союз",
    "спілк",
    "банк",
    "управлен",
    "управлін",
    "служб",
    "комисси",
    "комісі",
    "академи",
    "академі",
    "театр",
    "музе",
    "парти",
    "парті",
    "завод",
    "компани",
    "компані",
    "фонд",
    "агентств",
    "центр",
    "министерств",
    "міністерств",
    "палат",
    "прокуратур",
    "полици",
    "поліці",
    "церк",
    "лиг",
    "ліг",
    "федераци",
    "федераці",
    "ассоциаци",
    "асоціаці",
    "клуб",
    "школ",
    "больниц",
    "лікарн",
    "департамент",
    "инспекци",
    "інспекці",
    "администраци",
    "адміністраці",
    "райрад",
    "облрад",
    "міськрад",
    "сборн",
    "збірн",
    "филармони",
    "філармоні",
    "консерватори",
    "библиотек",
    "бібліотек",
    "залізниц",
];
const BODIES_WHOLE: &[&str] =
    &["суд", "суда", "суду", "судом", "суде", "суді", "рада", "ради", "раді", "раду", "радою", "дума", "думы", "думе", "думу", "думой"];

/// Endings of adjectives, the longest first.
const ADJECTIVE: &[&str] = &[
    "ского",
    "скому",
    "ской",
    "ский",
    "ская",
    "ское",
    "ские",
    "ских",
    "ским",
    "ском",
    "скую",
    "ською",
    "ського",
    "ському",
    "ської",
    "ський",
    "ська",
    "ське",
    "ські",
    "ських",
    "ським",
    "ську",
    "ного",
    "ному",
    "ной",
    "ный",
    "ная",
    "ное",
    "ные",
    "ных",
    "ным",
    "ном",
    "ную",
    "ної",
    "ний",
    "не",
    "ні",
    "них",
    "ним",
    "ную",
    "вого",
    "вому",
    "вой",
    "вый",
    "вая",
    "вое",
    "вого",
    "вої",
    "вий",
    "ший",
    "шего",
    "шая",
    "цкий",
    "цкого",
    "цкой",
    "цком",
    "цької",
    "цького",
    "цька",
    "цький",
    "цькій",
    "ській",
    "ній",
    "вій",
];
/// Endings of adjectives in the genitive: what follows a noun and tells it apart.
const GENITIVE: &[&str] = &["ого", "его", "ой", "ей", "ых", "их", "ої", "ьої"];

/// The name that begins at a word, and what it is the name of.
pub(super) fn headed(scene: &Scene<'_>, at: usize) -> Option<(Range<usize>, ActorKind)> {
    if !matches!(scene.reading.language, "ru" | "uk") || scene.heading_of(at) != Heading::Sentence {
        return None;
    }
    let word = scene.word(at)?;
    let adjective = word.capital && !word.all_caps && word.paragraph != u32::MAX && ends(scene.folded(at), ADJECTIVE);
    if !adjective {
        return None;
    }
    // One more adjective in small letters may stand between: "Дальневосточный федеральный округ".
    let noun = (at + 1..at + 3).find(|noun| *noun == at + 1 && !small_adjective(scene, *noun) || *noun == at + 2)?;
    if (at + 1..=noun).any(|one| scene.word(one).is_none_or(|word| word.capital || word.gap != Gap::Space)) {
        return None;
    }
    let kind = kind(scene.folded(noun))?;
    let mut end = noun + 1;
    if kind == ActorKind::Organisation
        && small_genitive(scene, end)
        && scene.word(end + 1).is_some_and(|next| !next.capital && next.gap == Gap::Space)
    {
        end += 2;
    }
    Some((at..end, kind))
}

fn kind(noun: &str) -> Option<ActorKind> {
    if PLACES.iter().any(|stem| noun.starts_with(stem)) || PLACES_WHOLE.contains(&noun) {
        return Some(ActorKind::Place);
    }
    (BODIES.iter().any(|stem| noun.starts_with(stem)) || BODIES_WHOLE.contains(&noun)).then_some(ActorKind::Organisation)
}

fn ends(folded: &str, endings: &[&str]) -> bool {
    folded.chars().count() > 4 && endings.iter().any(|ending| folded.ends_with(ending))
}

fn small_adjective(scene: &Scene<'_>, at: usize) -> bool {
    scene.word(at).is_some_and(|word| !word.capital && word.gap == Gap::Space) && ends(scene.folded(at), ADJECTIVE)
}

fn small_genitive(scene: &Scene<'_>, at: usize) -> bool {
    scene.word(at).is_some_and(|word| !word.capital && word.gap == Gap::Space) && ends(scene.folded(at), GENITIVE)
}
