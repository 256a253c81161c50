//! Names that nobody listed: runs of words with capitals, and what speaks for a person, an organisation or a place.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::extract::actors::gazetteer::Hit;
use crate::extract::actors::headed::headed;
use crate::extract::actors::roles::RoleHit;
use crate::extract::actors::scene::{Gap, Heading, Scene};
use crate::extract::actors::tagged;
use crate::extract::lexicon::parts::{FAMILY, GIVEN, GOES_ON, inflected_part};
use crate::extract::lexicon::words::{EVENT_HEADS, ORGANISATION_HEADS, PARTICLES, PLACE_HEADS, SAYING, STOP_WORDS, TITLES, is_in};
use crate::extract::lexicon::{Form, Means};
use crate::extract::tagger;
use crate::model::extraction::ActorKind;

/// Longer runs are lists or shouting; they are read in parts.
const RUN_MAX: usize = 24;

/// A name that nobody listed.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) words: Range<usize>,
    pub(crate) kind: ActorKind,
    /// The words around it speak for it, not its capitals alone.
    pub(crate) sure: bool,
}

/// All names that nobody listed, in order. Listed names that are a part of one are taken out of `hits`.
pub(crate) fn names(scene: &Scene<'_>, hits: &mut Vec<Hit>, roles: &[RoleHit]) -> Vec<Name> {
    let mut covering: Vec<Option<u32>> = vec![None; scene.words.len()];
    for (number, hit) in hits.iter().enumerate() {
        for index in hit.words.clone() {
            if let Some(cell) = covering.get_mut(index) {
                *cell = u32::try_from(number).ok();
            }
        }
    }
    let mut role_at: Vec<Option<usize>> = vec![None; scene.words.len()];
    for role in roles {
        for index in role.words.clone() {
            if let Some(cell) = role_at.get_mut(index) {
                *cell = Some(role.words.end);
            }
        }
    }
    let mut search = Search { scene, hits, covering, role_at, dropped: BTreeSet::new(), found: Vec::new() };
    let mut index = 0;
    while index < scene.words.len() {
        let run = search.run(index);
        let formed = firm(scene, index).map(|words| (words, ActorKind::Company)).or_else(|| search.headed(index));
        if let Some((words, kind)) = formed {
            for inside in words.clone() {
                if let Some((number, ..)) = search.hit(inside) {
                    search.dropped.insert(number);
                }
            }
            index = words.end;
            search.found.push(Name { words, kind, sure: true });
        } else if run.is_empty() {
            index += 1;
        } else {
            index = run.end;
            search.read(run);
        }
    }
    let Search { mut dropped, mut found, .. } = search;
    if tagged::applies(scene) {
        found = tagged::merge(scene, hits, roles, found, &mut dropped);
    }
    let mut number = 0;
    hits.retain(|_| {
        number += 1;
        !dropped.contains(&(number - 1))
    });
    found
}

struct Search<'s, 'a> {
    scene: &'s Scene<'a>,
    hits: &'s Vec<Hit>,
    covering: Vec<Option<u32>>,
    /// For a word of a role: where the role ends.
    role_at: Vec<Option<usize>>,
    dropped: BTreeSet<usize>,
    found: Vec<Name>,
}

impl Search<'_, '_> {
    fn hit(&self, index: usize) -> Option<(usize, &Hit, &Form)> {
        let number = (*self.covering.get(index)?)? as usize;
        let hit = self.hits.get(number)?;
        Some((number, hit, self.scene.lexicons.form(hit.form)?))
    }

    /// An adjective and its noun, unless the lists know more than the adjective.
    fn headed(&self, index: usize) -> Option<(Range<usize>, ActorKind)> {
        let listed = self.hit(index).is_some_and(|(_, hit, _)| hit.words.len() > 1);
        if listed { None } else { headed(self.scene, index) }
    }

    fn is_covered(&self, index: usize) -> bool {
        self.covering.get(index).is_some_and(Option::is_some)
    }

    fn is_capital(&self, index: usize) -> bool {
        self.scene.word(index).is_some_and(|word| word.capital && word.paragraph != u32::MAX)
    }

    fn joined(&self, index: usize) -> bool {
        self.scene.word(index).is_some_and(|word| matches!(word.gap, Gap::Space | Gap::Tight))
    }

    /// The run of capitals and listed names that begins at a word; empty where none does or where capitals tell nothing.
    fn run(&self, from: usize) -> Range<usize> {
        if !(self.is_capital(from) || self.is_covered(from)) || self.scene.heading_of(from) != Heading::Sentence {
            return from..from;
        }
        let mut end = from + 1;
        while end < from + RUN_MAX {
            if !self.joined(end) || self.begins_person(from, end) {
                break;
            }
            if self.is_capital(end) || self.is_covered(end) {
                end += 1;
                continue;
            }
            let folded = self.scene.folded(end);
            let next = end + 1;
            let next_name = self.joined(next) && self.is_capital(next);
            if is_in(PARTICLES, folded) && next_name && !matches!(folded, "y" | "e" | "le" | "la") {
                end += 2;
            } else if self.connects(from..end, end) {
                end = if self.is_capital(next) { end + 2 } else { end + 3 };
            } else {
                break;
            }
        }
        from..end.min(self.scene.words.len())
    }

    /// Whether another name begins inside a run: "Нью-Йорка Фрэнка Кали", "Минздрава Анна Иванова". Slavic languages set the one whose
    /// the other is behind it, without a comma.
    fn begins_person(&self, from: usize, at: usize) -> bool {
        let language = self.scene.reading.language;
        if !matches!(language, "ru" | "uk" | "be" | "bg") || !self.is_capital(at) {
            return false;
        }
        let (before, word, next) = (self.scene.folded(at - 1), self.scene.folded(at), self.scene.folded(at + 1));
        if before.is_ascii() != word.is_ascii() && before.chars().count() > 1 && word.chars().count() > 1 {
            return true;
        }
        let named = self.is_capital(at + 1) && self.joined(at + 1) && !is_patronymic(next);
        let given = |word: &str| inflected_part(word, language) & GIVEN != 0;
        let surname_first = at == from + 1 && inflected_part(before, language) & FAMILY != 0 && !given(before) && !self.is_covered(from);
        named
            && before.chars().count() > 2
            && given(word)
            && !given(before)
            && !surname_first
            && self.scene.word(at).is_some_and(|word| word.gap == Gap::Space)
    }

    /// Whether a word at the head of a sentence is no part of the name behind it: "Помимо Анны Ивановой", "Уроженка Шанхая".
    fn opens_sentence(&self, at: usize) -> bool {
        let scene = self.scene;
        let language = scene.reading.language;
        let no_name = |at: usize| inflected_part(scene.folded(at), language) & !GOES_ON == 0;
        matches!(language, "ru" | "uk" | "be" | "bg")
            && scene.word(at).is_some_and(|word| word.first && !word.all_caps && scene.folded(at).chars().count() > 3)
            && self.is_capital(at + 1)
            && self.joined(at + 1)
            && no_name(at)
            && !self.is_organisation_head(at)
            && (self.is_covered(at + 1) || inflected_part(scene.folded(at + 1), language) & GIVEN != 0)
    }

    /// Whether a small word goes on with the name of an organisation: "Ministry of Foreign Affairs", "Institute for the Study of War".
    fn connects(&self, run: Range<usize>, at: usize) -> bool {
        let folded = self.scene.folded(at);
        if !matches!(folded, "of" | "for" | "on" | "to" | "de" | "des" | "du" | "del" | "della" | "für" | "fur" | "di") {
            return false;
        }
        let headed = run.clone().any(|index| self.is_organisation_head(index));
        let continued = self.is_capital(at + 1) && self.joined(at + 1)
            || matches!(self.scene.folded(at + 1), "the" | "la" | "les")
                && self.joined(at + 1)
                && self.is_capital(at + 2)
                && self.joined(at + 2);
        headed
            && continued
            && !(folded == "to" || folded == "on" || folded == "for") | (headed && continued && !self.is_covered(at + 1) && folded != "to")
    }

    fn is_organisation_head(&self, index: usize) -> bool {
        self.is_capital(index) && is_in(ORGANISATION_HEADS, self.scene.folded(index)) && !self.is_person(index)
    }

    fn is_person(&self, index: usize) -> bool {
        self.hit(index)
            .and_then(|(_, _, form)| self.scene.lexicons.known_at(form.actor))
            .is_some_and(|actor| actor.kind == ActorKind::Person)
    }

    /// Where the name of an organisation ends at the latest: before a person or an office of it.
    fn organisation_end(&self, part: &Range<usize>) -> usize {
        let office = |index: usize| {
            self.role_at.get(index).copied().flatten().is_some() && !self.is_covered(index) && !self.is_organisation_head(index)
        };
        part.clone().skip(1).find(|index| self.is_person(*index) || office(*index)).unwrap_or(part.end)
    }

    /// Reads one run: titles and roles off its head, then names.
    fn read(&mut self, run: Range<usize>) {
        let mut at = run.start;
        let mut titled = false;
        while at < run.end {
            if let Some(end) = self.role_at.get(at).copied().flatten().filter(|_| !self.is_covered(at))
                && end > at
                && !(at + 1 < run.end && end >= run.end && self.role_is_part_of_name(at, &run))
            {
                titled = true;
                at = end;
            } else if !self.is_covered(at) && is_in(TITLES, self.scene.folded(at)) {
                titled = true;
                at += 1;
            } else if !self.is_covered(at) && (self.scene.is_ordinary(at) || (at + 1 < run.end && self.opens_sentence(at))) {
                titled = false;
                at += 1;
            } else {
                break;
            }
        }
        if at >= run.end {
            return;
        }
        let lower_role = self.role_before(at);
        self.name(at..run.end, titled || lower_role);
    }

    /// "Bank Governor": a role word behind a word of the name ends the search for roles, not the name.
    fn role_is_part_of_name(&self, at: usize, run: &Range<usize>) -> bool {
        run.clone().skip_while(|index| *index <= at).any(|index| self.is_organisation_head(index))
    }

    /// Whether a role in small letters stands right before: "spokesperson X", "the president, X".
    fn role_before(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| {
            self.role_at.get(before).copied().flatten() == Some(at) && self.joined(at)
                || (is_in(TITLES, self.scene.folded(before)) && self.joined(at))
        })
    }

    fn name(&mut self, part: Range<usize>, titled: bool) {
        if part.is_empty() {
            return;
        }
        // An organisation takes the whole of the run, unless the lists know all of it.
        let end = self.organisation_end(&part);
        let headed = (part.start..end).any(|index| self.is_organisation_head(index));
        let listed = self.hit(part.start).is_some_and(|(_, hit, _)| hit.words.end >= end);
        if headed && end - part.start >= 2 && !titled && !listed && !self.is_person(part.start) {
            self.organisation(part.start..end);
            self.rest(end, part.end);
            return;
        }
        let Some(first_hit) = part.clone().find(|index| self.is_covered(*index)) else {
            self.plain(part, titled);
            return;
        };
        let Some((number, words, means)) = self.hit(first_hit).map(|(number, hit, form)| (number, hit.words.clone(), form.means)) else {
            return;
        };
        if first_hit > part.start {
            let lead = part.start..first_hit;
            // "Ivanka Trump": a first name before a listed surname is another person.
            let surname =
                words.len() == 1 && matches!(means, Means::Surname | Means::Name | Means::City | Means::Demonym) && self.joined(first_hit);
            if surname
                && lead.len() <= 2
                && self.scene.lexicons.is_first_name(self.scene.folded(lead.start))
                && self.scene.word(first_hit).is_some_and(|word| !word.all_caps)
            {
                self.dropped.insert(number);
                self.found.push(Name { words: part.start..words.end, kind: ActorKind::Person, sure: titled });
            } else {
                self.plain(lead, titled);
            }
            self.rest(words.end, part.end);
            return;
        }
        // "Paris Saint-Germain": a city before another capital is a part of a name.
        let next = words.end;
        let stands_alone = next >= part.end
            || self.is_covered(next)
            || self.role_at.get(next).copied().flatten().is_some()
            || is_in(STOP_WORDS, self.scene.folded(next));
        if means == Means::City && !stands_alone && words.len() == 1 && self.scene.english && !is_in(TITLES, self.scene.folded(next)) {
            let mut end = next;
            while end < part.end && !self.is_covered(end) {
                end += 1;
            }
            let place = (words.start..end).any(|index| is_in(PLACE_HEADS, self.scene.folded(index)));
            self.dropped.insert(number);
            self.found.push(Name {
                words: words.start..end,
                kind: if place { ActorKind::Place } else { ActorKind::Organisation },
                sure: false,
            });
            self.rest(end, part.end);
            return;
        }
        self.rest(next, part.end);
    }

    fn rest(&mut self, from: usize, end: usize) {
        if from < end {
            self.read(from..end);
        }
    }

    fn organisation(&mut self, part: Range<usize>) {
        let mut words = part;
        // "Trump Police": a listed person before it is no part of it.
        while let Some((_, hit, form)) = self.hit(words.start)
            && (matches!(form.means, Means::Surname)
                || self.scene.lexicons.known_at(form.actor).is_some_and(|actor| actor.kind == ActorKind::Person))
            && hit.words.end < words.end
        {
            words.start = hit.words.end;
        }
        for index in words.clone() {
            if let Some((number, _, form)) = self.hit(index)
                && form.means != Means::Demonym
                // "US Energy Department" speaks of the state too, "Bank of China" does not.
                && !(index == words.start && matches!(self.scene.lexicons.known_at(form.actor).map(|actor| actor.kind), Some(ActorKind::State | ActorKind::Igo)))
            {
                self.dropped.insert(number);
            }
        }
        if words.len() < 2 {
            return;
        }
        let kind = organisation_kind(self.scene, &words);
        self.found.push(Name { words, kind, sure: kind == ActorKind::Government });
    }

    /// A run without listed names.
    fn plain(&mut self, part: Range<usize>, titled: bool) {
        let mut part = part;
        while !part.is_empty() && part.len() > 1 && (is_in(STOP_WORDS, self.scene.folded(part.end - 1))) {
            part.end -= 1;
        }
        if part.is_empty() {
            return;
        }
        // "Die Grünen-Fraktionschefin Anna Beispiel": German nouns have capitals too; the person begins with the given name.
        if self.scene.reading.language == "de" && !titled {
            let common = |at: usize| tagger::is_common("de", self.scene.folded(at));
            let given = |at: usize| {
                let word = self.scene.folded(at);
                let listed = self.scene.lexicons.is_first_name(word) || inflected_part(word, "de") & GIVEN != 0 && !common(at);
                listed && word.chars().count() > 2 && !common(at + 1) && self.scene.word(at + 1).is_some_and(|next| next.gap == Gap::Space)
            };
            if let Some(start) = (part.start..part.end.saturating_sub(1)).find(|at| given(*at)) {
                self.found.push(Name { words: start..part.end, kind: ActorKind::Person, sure: false });
                return;
            }
        }
        if self.is_transcript(&part) {
            self.found.push(Name { words: part, kind: ActorKind::Person, sure: true });
            return;
        }
        if let Some(kind) = self.kind(&part, titled) {
            let speaks = self.scene.english && kind == ActorKind::Person && is_in(SAYING, self.scene.after(part.end));
            let marked = kind == ActorKind::Organisation && is_in_marks(self.scene, &part);
            let sure = titled || speaks || marked || self.is_apposed(&part);
            self.found.push(Name { words: part, kind, sure });
        }
    }

    /// "LENA OSTROW: We will wait.": who speaks, in capitals and with a colon.
    fn is_transcript(&self, part: &Range<usize>) -> bool {
        let scene = self.scene;
        let behind = scene.reading.text.get(scene.span(part).end..).is_some_and(|rest| rest.starts_with(':'));
        let shouted = part.clone().all(|index| scene.word(index).is_some_and(|word| word.all_caps));
        part.len() > 1 && behind && shouted && inflected_part(scene.folded(part.start), "en") & GIVEN != 0
    }

    fn kind(&self, part: &Range<usize>, titled: bool) -> Option<ActorKind> {
        let scene = self.scene;
        let first = scene.word(part.start)?;
        let length = part.len();
        let letters = scene.span(part).of(scene.reading.text).chars().filter(|c| c.is_alphabetic()).count();
        if letters < 2 || (length == 1 && is_in(STOP_WORDS, scene.folded(part.start))) {
            return None;
        }
        if length > 1 && part.clone().any(|index| is_in(EVENT_HEADS, scene.folded(index))) {
            return None;
        }
        let next = scene.after(part.end);
        let before = scene.before(part.start);
        let speaks = is_in(SAYING, next) && scene.english || (is_in(SAYING, before) && scene.english && length > 1);
        if titled {
            return Some(ActorKind::Person);
        }
        if length > 1 && part.clone().any(|index| is_in(PLACE_HEADS, scene.folded(index))) {
            return Some(ActorKind::Place);
        }
        if is_in_marks(scene, part) && length > 1 {
            // Slavic print sets the names of firms in marks; elsewhere it is the title of a work.
            return matches!(scene.reading.language, "ru" | "uk" | "be" | "bg" | "pl").then_some(ActorKind::Organisation);
        }
        let german = scene.reading.language == "de";
        let first_name =
            scene.lexicons.is_first_name(scene.folded(part.start)) || (length > 2 && scene.folded(part.start).chars().count() == 1);
        if length == 1 {
            if first.all_caps && (2..=6).contains(&letters) {
                return (!is_in(NO_ORGANISATION, scene.folded(part.start))).then_some(ActorKind::Organisation);
            }
            if is_institution(scene.folded(part.start), scene.reading.language) {
                return Some(ActorKind::Organisation);
            }
            if is_in_marks(scene, part) && letters > 3 && matches!(scene.reading.language, "ru" | "uk" | "be" | "bg") {
                return Some(ActorKind::Organisation);
            }
            if first.first || german {
                return None;
            }
            if is_in_place(scene, before) {
                return Some(ActorKind::Place);
            }
            return (speaks && letters > 2 || self.is_apposed(part)).then_some(ActorKind::Person);
        }
        if first_name
            || self.is_apposed(part)
            || (scene.folded(part.start).chars().count() <= 2 && scene.word(part.start + 1).is_some_and(|word| word.gap == Gap::Tight))
        {
            return Some(ActorKind::Person);
        }
        if german {
            return None;
        }
        if part.clone().all(|index| scene.word(index).is_some_and(|word| word.all_caps)) {
            return Some(ActorKind::Organisation);
        }
        if speaks {
            return Some(ActorKind::Person);
        }
        if is_in_place(scene, before) {
            return Some(ActorKind::Place);
        }
        if matches!(before, "the") || length > 3 {
            return Some(ActorKind::Organisation);
        }
        Some(ActorKind::Person)
    }

    /// Whether an apposition of a person follows: ", the finance minister", ", 45,".
    fn is_apposed(&self, part: &Range<usize>) -> bool {
        let scene = self.scene;
        let end = scene.span(part).end;
        let Some(word) = scene.word(part.end) else { return false };
        let between = scene.reading.text.get(end..word.span.start).unwrap_or_default();
        if between.trim() != "," || scene.word(part.start).is_none_or(|first| first.sentence != word.sentence) {
            return false;
        }
        let written = scene.folded(part.end);
        if written.len() == 2 && written.chars().all(|c| c.is_ascii_digit()) {
            return true;
        }
        (part.end..part.end + 5)
            .take_while(|index| {
                *index == part.end || self.joined(*index) || scene.word(*index).is_some_and(|word| word.gap == Gap::Possessive)
            })
            .any(|index| self.role_at.get(index).copied().flatten().is_some())
    }
}

/// What an organisation is, by the words of its name.
pub(crate) fn organisation_kind(scene: &Scene<'_>, words: &Range<usize>) -> ActorKind {
    let state = words.clone().any(|index| {
        matches!(
            scene.folded(index),
            "ministry"
                | "department"
                | "parliament"
                | "senate"
                | "army"
                | "navy"
                | "court"
                | "government"
                | "police"
                | "министерство"
                | "міністерство"
                | "ministerium"
                | "ministerio"
                | "ministero"
                | "ministère"
                | "ministerstwo"
        )
    });
    let party = words
        .clone()
        .any(|index| matches!(scene.folded(index), "party" | "partei" | "parti" | "partido" | "partito" | "partia" | "партия" | "партія"));
    let company = words.clone().any(|index| {
        matches!(
            scene.folded(index),
            "inc"
                | "ltd"
                | "plc"
                | "llc"
                | "corp"
                | "company"
                | "holdings"
                | "airlines"
                | "airways"
                | "motors"
                | "industries"
                | "technologies"
        )
    });
    if party {
        ActorKind::Party
    } else if state {
        ActorKind::Government
    } else if company {
        ActorKind::Company
    } else {
        ActorKind::Organisation
    }
}

/// Acronyms of things that are no organisation: exams, diseases, prices, media in general.
const NO_ORGANISATION: &[&str] = &[
    "азс", "аэс", "ввп", "вич", "врп", "днк", "дтп", "егэ", "жкх", "зно", "зож", "ивл", "ипц", "лгбт", "мрот", "мрт", "ндс", "ндфл", "нпз",
    "огэ", "орви", "пво", "пдв", "пдд", "пмж", "пцр", "рнк", "сми", "спид", "тц", "тэс", "тэц", "фио", "чп", "чс",
];

fn is_patronymic(folded: &str) -> bool {
    const ENDINGS: &[&str] =
        &["вич", "вича", "вичу", "вичем", "виче", "вна", "вны", "вне", "вной", "вну", "ович", "івна", "івни", "івні", "івну", "івною"];
    folded.chars().count() > 5 && ENDINGS.iter().any(|ending| folded.ends_with(ending))
}

/// Ministries and offices by the blends that Russian and Ukrainian make of their names: "Минздрав", "Роскомнадзор", "Мінфін".
fn is_institution(folded: &str, language: &str) -> bool {
    const BEGIN: &[&str] = &[
        "мин",
        "мін",
        "рос",
        "гос",
        "мос",
        "держ",
        "нац",
        "глав",
        "голов",
        "укр",
        "обл",
        "гор",
        "центр",
        "цик",
        "внеш",
        "спец",
        "бел",
        "каз",
        "крым",
        "лен",
    ];
    const IN: &[&str] = &[
        "надзор",
        "нагляд",
        "здрав",
        "здоров",
        "обр",
        "осв",
        "фин",
        "фін",
        "юст",
        "обор",
        "эконом",
        "економ",
        "культ",
        "транс",
        "энерг",
        "енерг",
        "пром",
        "торг",
        "связ",
        "цифр",
        "наук",
        "стат",
        "реестр",
        "реєстр",
        "космос",
        "атом",
        "нефт",
        "нафт",
        "газ",
        "гварди",
        "дум",
        "дума",
        "думы",
        "думе",
        "думу",
        "деп",
        "избирком",
        "виборчком",
        "банк",
        "комитет",
        "комстат",
        "служб",
        "прир",
        "сельхоз",
        "туризм",
        "молодеж",
        "спорт",
        "резерв",
        "дор",
        "авиа",
        "спец",
        "имущество",
        "финмон",
        "фінмон",
        "трансгаз",
        "потреб",
        "обнадзор",
        "комнадзор",
        "просвещ",
        "соцполит",
        "соц",
        "труд",
        "труда",
        "суд",
    ];
    if !matches!(language, "ru" | "uk" | "be") || folded.chars().count() < 6 {
        return false;
    }
    BEGIN
        .iter()
        .filter_map(|begin| folded.strip_prefix(begin))
        .any(|rest| IN.iter().any(|stem| rest.starts_with(stem) || stem.chars().count() > 3 && rest.contains(stem)))
}

/// Whether marks enclose the words and nothing else.
fn is_in_marks(scene: &Scene<'_>, part: &Range<usize>) -> bool {
    let span = scene.span(part);
    let text = scene.reading.text;
    text.get(..span.start).is_some_and(|before| before.ends_with(['«', '„', '“', '"']))
        && text.get(span.end..).is_some_and(|after| after.starts_with(['»', '“', '”', '"']))
}

/// A firm with its legal form and its name in marks: "ООО «Пример»".
fn firm(scene: &Scene<'_>, at: usize) -> Option<Range<usize>> {
    const FORMS: &[&str] = &[
        "ооо", "оао", "зао", "пао", "ао", "гуп", "муп", "фгуп", "нпо", "чп", "ип", "тов", "дп", "кп", "пат", "прат", "зат", "ват", "ат",
        "пп", "гк", "тк", "ск", "ук", "фк", "хк", "нпп", "нко", "чвк", "пвк",
    ];
    let word = scene.word(at).filter(|word| word.all_caps && FORMS.contains(&scene.folded(at)))?;
    let rest = scene.reading.text.get(word.span.end..)?;
    let opened = rest.trim_start_matches([' ', '\u{a0}']).strip_prefix(['«', '"', '“', '„'])?;
    let start = scene.reading.text.len() - opened.len();
    let length = opened.char_indices().take(60).find(|(_, character)| matches!(character, '»' | '"' | '”' | '“' | '\n'))?.0;
    let mut end = at + 1;
    while scene.word(end).is_some_and(|word| word.span.end <= start + length) {
        end += 1;
    }
    (end > at + 1).then_some(at..end)
}

fn is_in_place(scene: &Scene<'_>, before: &str) -> bool {
    match scene.reading.language {
        "ru" | "uk" | "be" => matches!(
            before,
            "в" | "во"
                | "у"
                | "из"
                | "із"
                | "зі"
                | "под"
                | "під"
                | "городе"
                | "город"
                | "місті"
                | "місто"
                | "селе"
                | "селі"
                | "посёлке"
                | "поселке"
                | "біля"
                | "около"
        ),
        "es" | "pt" => matches!(before, "en" | "em"),
        "fr" | "it" => matches!(before, "a"),
        "pl" => matches!(before, "w" | "we"),
        _ => matches!(before, "in" | "at" | "near" | "outside" | "around"),
    }
}
