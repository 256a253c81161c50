//! From the lists in `lexicon/*.tsv` and the configured actors to one table of forms.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::OnceLock;

use crate::extract::lexicon::cases::{Sort, adjective_forms, forms};
use crate::extract::lexicon::holders::Holders;
use crate::extract::lexicon::words::{COMMON_WORDS, ROLES};
use crate::extract::lexicon::{ConfiguredActor, Form, Forms, Lexicons, Means, Written};
use crate::model::extraction::{ActorKind, Gender, KnownActor, Role};
use crate::model::id::ActorId;
use crate::problem::{Located, Problem};
use crate::text::fold::fold;
use crate::text::hash::WordMap;
use crate::text::token::Tokens;

const STATES: &str = include_str!("states.tsv");
const TERRITORIES: &str = include_str!("territories.tsv");
const NAMES: &str = include_str!("names.tsv");
const ADJECTIVES: &str = include_str!("adjectives.tsv");
const SEATS: &str = include_str!("seats.tsv");
const ORGANISATIONS: &str = include_str!("organisations.tsv");
const GROUPS: &str = include_str!("groups.tsv");
const INSTITUTIONS: &str = include_str!("institutions.tsv");
const PEOPLE: &str = include_str!("people.tsv");
const OUTLETS: &str = include_str!("outlets.tsv");
const FIRST_NAMES: &str = include_str!("first_names.tsv");

/// Languages that stand in the columns of `names.tsv`.
const COLUMNS: [&str; 7] = ["ru", "uk", "de", "fr", "es", "it", "pl"];
/// Languages that stand in the columns of `adjectives.tsv`.
const ADJECTIVE_COLUMNS: [&str; 6] = ["pt", "nl", "cs", "sv", "bg", "ro"];
const LANGUAGES: [&str; 11] = ["ru", "uk", "de", "fr", "es", "it", "pl", "pt", "nl", "tr", "cs"];

/// The three-letter code of a country by its two-letter code; `None` for codes of no state in the list.
///
/// ```
/// assert_eq!(wirewatch::extract::lexicon::alpha3(*b"UA"), Some("UKR"));
/// ```
pub fn alpha3(alpha2: [u8; 2]) -> Option<&'static str> {
    static CODES: OnceLock<WordMap<[u8; 2], &'static str>> = OnceLock::new();
    let codes = CODES.get_or_init(|| rows(STATES).filter_map(|row| Some((country(cell(&row, 1))?, *row.get(2)?))).collect());
    codes.get(&alpha2).copied()
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| line.split('\t').collect())
}

fn cell(row: &[&'static str], index: usize) -> &'static str {
    row.get(index).copied().unwrap_or_default().trim()
}

fn list(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('|').map(str::trim).filter(|name| !name.is_empty())
}

fn country(cell: &str) -> Option<[u8; 2]> {
    <[u8; 2]>::try_from(cell.as_bytes()).ok()
}

fn is_cyrillic(name: &str) -> bool {
    name.chars().any(|c| matches!(c as u32, 0x0400..=0x052F))
}

/// Names in other languages, written as `ru=…|… uk=…` with an underscore for a space.
fn translated(cell: &'static str) -> impl Iterator<Item = (&'static str, String)> {
    cell.split(' ').filter_map(|part| part.split_once('=')).flat_map(|(language, names)| {
        let language = LANGUAGES.iter().copied().find(|known| *known == language).unwrap_or_default();
        list(names).map(move |name| (language, name.replace('_', " ")))
    })
}

/// The identity of a thing that is known by its name alone: its folded words, joined by hyphens.
pub(crate) fn slug(name: &str) -> String {
    let tokens = Tokens::new(name);
    let words: Vec<&str> = tokens.iter().map(|token| tokens.folded(token)).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

pub(crate) struct Builder {
    made: Lexicons,
    /// How texts name them; `None` where only who is known is wanted, which costs a fraction.
    forms: Option<Forms>,
    by_id: WordMap<Box<str>, u32>,
}

impl Builder {
    /// Who is known by the built-in lists.
    pub(crate) fn without_forms() -> Self {
        Self::built_in(None)
    }

    /// The same, with the forms in which texts name them.
    pub(crate) fn with_forms() -> Self {
        Self::built_in(Some(Forms::default()))
    }

    fn built_in(forms: Option<Forms>) -> Self {
        let made = Lexicons {
            known: Vec::new(),
            first_names: WordMap::default(),
            domains: WordMap::default(),
            holders: Holders::default(),
            configured: Vec::new(),
            forms: OnceLock::new(),
        };
        let mut builder = Self { made, forms, by_id: WordMap::default() };
        builder.states();
        builder.organisations();
        builder.seats();
        builder.listed(GROUPS);
        builder.listed(INSTITUTIONS);
        builder.people();
        builder.outlets();
        builder.first_names();
        builder.roles();
        builder
    }

    /// Who is known.
    pub(crate) fn finish(self) -> Lexicons {
        self.made
    }

    /// How texts name them.
    pub(crate) fn forms(self) -> Forms {
        self.forms.unwrap_or_default()
    }

    fn roles(&mut self) {
        let Some(forms) = &mut self.forms else { return };
        for (index, (_, written)) in ROLES.iter().enumerate() {
            for phrase in written.split('|') {
                let tokens = Tokens::new(phrase);
                forms.roles.insert(tokens.iter().map(|token| tokens.folded(token)), u32::try_from(index).unwrap_or(0));
            }
        }
    }

    fn actor(&mut self, id: &str, name: &str, kind: ActorKind, country: Option<[u8; 2]>) -> u32 {
        let next = u32::try_from(self.made.known.len()).unwrap_or(u32::MAX);
        match self.by_id.entry(id.into()) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(free) => {
                free.insert(next);
                self.made.known.push(KnownActor {
                    id: ActorId::new(id),
                    name: name.to_owned(),
                    aliases: Vec::new(),
                    kind,
                    country,
                    roles: Vec::new(),
                    gender: None,
                });
                next
            }
        }
    }

    fn known(&mut self, actor: u32) -> Option<&mut KnownActor> {
        self.made.known.get_mut(actor as usize)
    }

    /// Notes another name, so that configurations and queries can use it.
    fn alias(&mut self, actor: u32, name: &str) {
        if let Some(known) = self.known(actor)
            && known.name != name
            && !known.aliases.iter().any(|alias| alias == name)
        {
            known.aliases.push(name.to_owned());
        }
    }

    fn form(&mut self, name: &str, form: Form) {
        self.tokenised(name, |_| form);
    }

    /// The same, where the form depends on the words of the name.
    fn tokenised(&mut self, name: &str, form: impl FnOnce(&Tokens) -> Form) {
        let Some(forms) = &mut self.forms else { return };
        let index = u32::try_from(forms.all.len()).unwrap_or(u32::MAX);
        let tokens = Tokens::new(name);
        forms.names.insert(tokens.iter().map(|token| tokens.folded(token)), index);
        forms.all.push(form(&tokens));
    }

    /// A form whose capitals are wanted as they are written.
    fn name(&mut self, actor: u32, name: &str, means: Means, language: &'static str) {
        let doubtful = name.starts_with('?');
        let name = name.trim_start_matches('?');
        self.tokenised(name, |tokens| Form {
            actor,
            means,
            written: capitals(name, tokens),
            language,
            doubtful,
            configured: false,
            place: None,
        });
    }

    fn acronym(&mut self, actor: u32, name: &str, language: &'static str) {
        if self.forms.is_none() {
            return;
        }
        let written = Written::Exact(name.replace('.', "").into());
        self.form(name, Form { actor, means: Means::Acronym, written, language, doubtful: false, configured: false, place: None });
    }

    /// A name with its case forms, where its language has them.
    fn inflected(&mut self, actor: u32, name: &str, means: Means, language: &'static str, sort: Sort) {
        if self.forms.is_none() {
            return;
        }
        let scope = if is_cyrillic(name) { "" } else { language };
        if name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && !name.contains(' ') {
            self.acronym(actor, name, scope);
            return;
        }
        for form in forms(name, language, sort) {
            self.name(actor, &form, means, scope);
        }
    }

    fn city(&mut self, state: u32, place: u32, name: &str, language: &'static str, means: Means) {
        if self.forms.is_none() {
            return;
        }
        let doubtful = name.starts_with('?');
        let name = name.trim_start_matches('?');
        let scope = if is_cyrillic(name) { "" } else { language };
        for form in forms(name, language, Sort::Thing) {
            self.tokenised(&form, |tokens| Form {
                actor: state,
                means,
                written: capitals(&form, tokens),
                language: scope,
                doubtful,
                configured: false,
                place: Some(place),
            });
        }
    }

    fn states(&mut self) {
        let mut first_city: WordMap<&str, u32> = WordMap::default();
        for row in rows(STATES) {
            let (id, code) = (cell(&row, 0), country(cell(&row, 1)));
            let written = cell(&row, 3);
            let state = self.actor(id, written.trim_start_matches('?'), ActorKind::State, code);
            self.name(state, written, Means::Name, "");
            for alias in list(cell(&row, 4)) {
                let plain = alias.trim_start_matches('?');
                self.alias(state, plain);
                if plain.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && !plain.contains(' ') {
                    self.acronym(state, plain, "");
                } else {
                    self.name(state, alias, Means::Alias, "");
                }
            }
            for demonym in list(cell(&row, 5)) {
                self.name(state, demonym, Means::Demonym, "en");
                if !demonym.ends_with(['s', 'h', 'e']) && !demonym.ends_with("man") {
                    self.name(state, &format!("{demonym}s"), Means::Demonym, "en");
                }
            }
            for capital in list(cell(&row, 6)) {
                let plain = capital.trim_start_matches('?');
                let place = *first_city.entry(id).or_insert_with(|| self.actor(&slug(plain), plain, ActorKind::Place, code));
                let place = if fold(plain) == fold(&self.made.known.get(place as usize).map(|known| known.name.clone()).unwrap_or_default())
                {
                    place
                } else if is_other_spelling(id) {
                    self.alias(place, plain);
                    place
                } else {
                    self.actor(&slug(plain), plain, ActorKind::Place, code)
                };
                self.alias(state, plain);
                self.city(state, place, capital, "", Means::City);
            }
        }
        let mut told: BTreeSet<(u32, &str)> = BTreeSet::new();
        for row in rows(NAMES) {
            let Some(state) = self.by_id.get(cell(&row, 0)).copied() else { continue };
            for (column, language) in COLUMNS.into_iter().enumerate() {
                let mut parts = cell(&row, column + 1).split('/');
                for name in list(parts.next().unwrap_or_default()) {
                    told.insert((state, language));
                    self.alias(state, name);
                    self.inflected(state, name, Means::Name, language, Sort::Thing);
                }
                let adjectives = parts.next().filter(|_| self.forms.is_some()).unwrap_or_default();
                for adjective in list(adjectives) {
                    let scope = if is_cyrillic(adjective) { "" } else { language };
                    for form in adjective_forms(adjective, language) {
                        self.name(state, &form, Means::Demonym, scope);
                    }
                }
                let Some(place) = first_city.get(cell(&row, 0)).copied() else { continue };
                for capital in list(parts.next().unwrap_or_default()) {
                    self.alias(place, capital);
                    self.city(state, place, capital, language, Means::City);
                }
            }
        }
        if self.forms.is_none() {
            return;
        }
        for row in rows(ADJECTIVES) {
            let Some(state) = self.by_id.get(cell(&row, 0)).copied() else { continue };
            for (column, language) in ADJECTIVE_COLUMNS.into_iter().enumerate() {
                for form in list(cell(&row, column + 1)).flat_map(|adjective| adjective_forms(adjective, language)) {
                    self.name(state, &form, Means::Demonym, language);
                }
            }
        }
        self.territories(&first_city, &told);
    }

    /// The names of states and capitals in the languages of CLDR, where `names.tsv` has none.
    fn territories(&mut self, first_city: &WordMap<&str, u32>, told: &BTreeSet<(u32, &str)>) {
        let states: Vec<(u32, Option<u32>, [u8; 2])> = (0_u32..)
            .zip(&self.made.known)
            .filter(|(_, known)| known.kind == ActorKind::State)
            .filter_map(|(state, known)| Some((state, first_city.get(known.id.as_str()).copied(), known.country?)))
            .collect();
        for row in rows(TERRITORIES) {
            let code = country(cell(&row, 0));
            let Some((state, place, _)) = states.iter().find(|(_, _, held)| Some(*held) == code).copied() else { continue };
            for (language, names) in row.iter().skip(1).filter_map(|cell| cell.split_once('=')) {
                if told.contains(&(state, language)) {
                    continue;
                }
                let (name, capital) = names.split_once('/').unwrap_or((names, ""));
                if !name.is_empty() {
                    self.inflected(state, name, Means::Name, scope(name, language), Sort::Thing);
                }
                if let Some(place) = place.filter(|_| !capital.is_empty()) {
                    self.city(state, place, capital, scope(capital, language), Means::City);
                }
            }
        }
    }

    fn organisations(&mut self) {
        for row in rows(ORGANISATIONS) {
            let kind = ActorKind::parse(cell(&row, 1)).unwrap_or(ActorKind::Organisation);
            let actor = self.actor(cell(&row, 0), cell(&row, 2).trim_start_matches('?'), kind, None);
            self.names_of(actor, &row, 2, 3, Some(4));
            for demonym in list(cell(&row, 5)) {
                self.name(actor, demonym, Means::Demonym, "en");
                self.name(actor, &format!("{demonym}s"), Means::Demonym, "en");
            }
            for (language, name) in translated(cell(&row, 6)) {
                self.alias(actor, &name);
                self.inflected(actor, &name, Means::Alias, language, Sort::Thing);
            }
        }
    }

    /// Tables of the columns id, kind, name, other names, acronyms, country, other languages.
    fn listed(&mut self, table: &'static str) {
        for row in rows(table) {
            let kind = ActorKind::parse(cell(&row, 1)).unwrap_or(ActorKind::Organisation);
            let actor = self.actor(cell(&row, 0), cell(&row, 2).trim_start_matches('?'), kind, country(cell(&row, 5)));
            self.names_of(actor, &row, 2, 3, Some(4));
            for (language, name) in translated(cell(&row, 6)) {
                self.alias(actor, &name);
                self.inflected(actor, &name, Means::Alias, language, Sort::Thing);
            }
        }
    }

    fn names_of(&mut self, actor: u32, row: &[&'static str], name: usize, aliases: usize, acronyms: Option<usize>) {
        self.name(actor, without_article(cell(row, name)), Means::Name, "");
        for alias in list(cell(row, aliases)) {
            self.alias(actor, alias.trim_start_matches('?'));
            self.name(actor, without_article(alias), Means::Alias, "");
        }
        for acronym in acronyms.into_iter().flat_map(|column| list(cell(row, column))) {
            self.alias(actor, acronym);
            self.acronym(actor, acronym, "");
        }
    }

    fn seats(&mut self) {
        for row in rows(SEATS) {
            let Some(holder) = self.by_id.get(cell(&row, 3)).copied() else { continue };
            let written = cell(&row, 1);
            let means = if written.starts_with('@') { Means::City } else { Means::Seat };
            let name = written.trim_start_matches('@');
            let place = self.actor(cell(&row, 0), name.trim_start_matches('?'), ActorKind::Place, country(cell(&row, 4)));
            for form in std::iter::once(name).chain(list(cell(&row, 2))) {
                let plain = form.trim_start_matches('?');
                self.alias(place, plain);
                self.alias(holder, plain);
                self.city(holder, place, form, "", means);
            }
            for (language, name) in translated(cell(&row, 5)) {
                self.alias(place, &name);
                self.city(holder, place, &name, language, means);
            }
        }
    }

    fn people(&mut self) {
        for row in rows(PEOPLE) {
            let (id, name) = (cell(&row, 0), cell(&row, 1));
            let actor = self.actor(id, name, ActorKind::Person, country(cell(&row, 4)));
            let gender = if cell(&row, 3) == "f" { Gender::Female } else { Gender::Male };
            let sort = if gender == Gender::Female { Sort::Woman } else { Sort::Man };
            if let Some(known) = self.known(actor) {
                known.gender = Some(gender);
                let title = cell(&row, 5);
                if !title.is_empty() {
                    let of = Some(cell(&row, 6)).filter(|of| !of.is_empty()).map(str::to_owned);
                    known.roles.push(Role { title: title.to_owned(), of });
                }
            }
            for (number, written) in std::iter::once(name).chain(list(cell(&row, 2))).enumerate() {
                let means = match (number, written.contains([' ', '.'])) {
                    (0, _) => Means::Name,
                    (_, true) => Means::Alias,
                    (_, false) => Means::Surname,
                };
                self.alias(actor, written);
                self.name(actor, written, means, "");
                if self.forms.is_none() {
                    continue;
                }
                for language in ["pl", "cs"] {
                    for form in forms(written, language, sort).into_iter().skip(1) {
                        self.name(actor, &form, means, language);
                    }
                }
                for form in forms(written, "de", sort).into_iter().skip(1) {
                    self.name(actor, &form, means, "de");
                }
            }
            for (language, written) in translated(cell(&row, 7)) {
                let means = if written.contains(' ') { Means::Name } else { Means::Surname };
                self.alias(actor, &written);
                if self.forms.is_none() {
                    continue;
                }
                for form in forms(&written, language, sort) {
                    self.name(actor, &form, means, "");
                }
            }
        }
    }

    fn outlets(&mut self) {
        for row in rows(OUTLETS) {
            let written = cell(&row, 0);
            let name = written.trim_start_matches('?');
            let mut id = slug(name);
            if self.by_id.contains_key(id.as_str()) {
                id.push_str("-media");
            }
            let actor = self.actor(&id, name, ActorKind::Media, country(cell(&row, 1)));
            let domain = cell(&row, 2);
            if !domain.is_empty() {
                self.made.domains.entry(domain.into()).or_insert(actor);
            }
            self.name(actor, written, Means::Name, "");
            for alias in list(cell(&row, 3)) {
                let plain = alias.trim_start_matches('?');
                self.alias(actor, plain);
                if plain.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && plain.len() < 8 && !alias.starts_with('?') {
                    self.acronym(actor, plain, "");
                } else {
                    self.name(actor, alias, Means::Alias, "");
                }
            }
        }
    }

    fn first_names(&mut self) {
        for row in rows(FIRST_NAMES) {
            let gender = if cell(&row, 0) == "f" { Gender::Female } else { Gender::Male };
            for name in cell(&row, 1).split(' ') {
                self.made.first_names.entry(fold(name).into()).or_insert(gender);
            }
        }
        let known: Vec<(Box<str>, Gender)> = self
            .made
            .known
            .iter()
            .filter_map(|actor| Some((actor, actor.gender?)))
            .flat_map(|(actor, gender)| std::iter::once(&actor.name).chain(&actor.aliases).map(move |name| (name, gender)))
            .filter_map(|(name, gender)| Some((fold(name.split_once(' ')?.0).into(), gender)))
            .filter(|(name, _): &(Box<str>, Gender)| {
                name.chars().count() > 3 && !ROLES.iter().any(|(_, written)| written.split('|').any(|role| role == &**name))
            })
            .collect();
        for (name, gender) in known {
            self.made.first_names.entry(name).or_insert(gender);
        }
    }

    /// Adds a configured actor to the list, or to the built-in one with the same identity.
    pub(crate) fn configure(&mut self, configured: &ConfiguredActor) -> Vec<Problem> {
        let id = configured.id.value.as_str();
        let existed = self.by_id.get(id).copied();
        let kind = configured.kind.unwrap_or(ActorKind::Person);
        let actor = self.actor(id, &configured.name.value, kind, configured.country);
        if let Some(known) = self.known(actor) {
            if existed.is_some() && known.name != configured.name.value {
                let former = std::mem::replace(&mut known.name, configured.name.value.clone());
                known.aliases.push(former);
            }
            known.kind = configured.kind.unwrap_or(known.kind);
            known.country = configured.country.or(known.country);
            for role in &configured.roles {
                if !known.roles.contains(role) {
                    known.roles.push(role.clone());
                }
            }
        }
        let kind = self.known(actor).map_or(kind, |known| known.kind);
        let mut problems = Vec::new();
        for (number, name) in std::iter::once(&configured.name).chain(&configured.aliases).enumerate() {
            problems.extend(doubt(name));
            self.alias(actor, &name.value);
            self.configured_name(actor, &name.value, if number == 0 { Means::Name } else { Means::Alias }, kind);
        }
        if kind == ActorKind::Person
            && let Some(gender) = self
                .known(actor)
                .and_then(|known| known.name.split(' ').next().map(fold))
                .and_then(|first| self.made.first_names.get(first.as_str()).copied())
            && let Some(known) = self.known(actor)
        {
            known.gender = known.gender.or(Some(gender));
        }
        problems
    }

    fn configured_name(&mut self, actor: u32, name: &str, means: Means, kind: ActorKind) {
        if self.forms.is_none() {
            return;
        }
        let letters = || name.chars().filter(|c| c.is_alphabetic());
        let form =
            |written: Written, means: Means| Form { actor, means, written, language: "", doubtful: false, configured: true, place: None };
        let cased = letters().any(|c| c.is_uppercase() || c.is_lowercase());
        if cased && letters().all(char::is_uppercase) && !name.contains(' ') && letters().count() <= 6 {
            self.form(name, form(Written::Exact(name.replace('.', "").into()), Means::Acronym));
            return;
        }
        let person = kind == ActorKind::Person;
        let means = if person && means == Means::Alias && !name.contains(' ') { Means::Surname } else { means };
        self.tokenised(name, |tokens| form(capitals(name, tokens), means));
        let gender = self.known(actor).and_then(|known| known.gender);
        let sort = match (person, gender) {
            (false, _) => Sort::Thing,
            (true, Some(Gender::Female)) => Sort::Woman,
            (true, _) if name.ends_with(['а', 'я']) && is_cyrillic(name) => Sort::Woman,
            (true, _) => Sort::Man,
        };
        let languages: &[&str] = if is_cyrillic(name) { &["ru", "uk"] } else { &["pl", "cs", "de"] };
        for language in languages.iter().copied() {
            let scope = if is_cyrillic(name) { "" } else { language };
            for inflected in forms(name, language, sort).into_iter().skip(1) {
                self.tokenised(&inflected, |tokens| Form { language: scope, ..form(capitals(&inflected, tokens), means) });
            }
        }
    }
}

/// Names are found without their article.
fn without_article(name: &str) -> &str {
    name.strip_prefix("the ").unwrap_or(name)
}

/// Capitals whose second name is another spelling of the same city, not another city.
fn is_other_spelling(state: &str) -> bool {
    !matches!(
        state,
        "israel"
            | "netherlands"
            | "south-africa"
            | "bolivia"
            | "ivory-coast"
            | "myanmar"
            | "tanzania"
            | "yemen"
            | "sudan"
            | "burundi"
            | "malaysia"
    )
}

/// The language in which a name counts: letters that no other table uses tell it by themselves.
fn scope(name: &str, language: &'static str) -> &'static str {
    let plain = name.chars().any(|c| (c as u32) < 0x0250 && c.is_alphabetic() || matches!(c as u32, 0x0400..=0x052F | 0x1E00..=0x1EFF));
    if plain { language } else { "" }
}

/// Which words of a name begin with a capital.
fn capitals(name: &str, tokens: &Tokens) -> Written {
    let bits = tokens.iter().take(32).enumerate().filter(|(_, token)| token.span.of(name).chars().next().is_some_and(char::is_uppercase));
    Written::Capitals(bits.fold(0, |bits, (index, _)| bits | (1 << index)))
}

/// What is doubtful in a name the owner wrote.
fn doubt(name: &Located<String>) -> Option<Problem> {
    let value = name.value.trim();
    let letters = value.chars().filter(|c| c.is_alphanumeric()).count();
    let folded = fold(value);
    let acronym = value.chars().all(|c| !c.is_lowercase());
    if letters == 0 {
        return Some(
            Problem::error("the name of an actor has no letter".to_owned(), name.place.clone())
                .help("write the name as it stands in the news"),
        );
    }
    if !acronym && COMMON_WORDS.binary_search(&folded.as_str()).is_ok() {
        return Some(
            Problem::warning(format!("`{value}` is a common word and will be found where the actor is not meant"), name.place.clone())
                .help("write a longer name, or the acronym in capitals"),
        );
    }
    if !acronym && letters < 3 {
        return Some(
            Problem::warning(format!("`{value}` is shorter than three letters"), name.place.clone())
                .help("write a longer name, or an acronym in capitals, which is matched letter for letter"),
        );
    }
    None
}
