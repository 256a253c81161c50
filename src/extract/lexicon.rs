//! Names and words that are known before an article is read: built in, and configured.

use std::sync::OnceLock;

use crate::extract::lexicon::builtin::Builder;
use crate::extract::lexicon::holders::Holders;
use crate::extract::lexicon::trie::Trie;
use crate::model::extraction::{ActorKind, Gender, KnownActor, Role};
use crate::model::id::ActorId;
use crate::problem::{Located, Problem};
use crate::text::fold::fold;
use crate::text::hash::WordMap;

mod builtin;
mod cases;
mod holders;
pub(crate) mod parts;
pub(crate) mod trie;
pub(crate) mod words;

pub use builtin::alpha3;
pub use holders::ConfiguredHolder;

/// An actor as the owner configured it (`[[actor]]`).
#[derive(Debug, Clone)]
pub struct ConfiguredActor {
    /// Its identity; the same as a built-in one's adds to that one.
    pub id: Located<ActorId>,
    /// Full name.
    pub name: Located<String>,
    /// Other names, in any script.
    pub aliases: Vec<Located<String>>,
    /// What it is; `None` keeps the built-in kind, else a person.
    pub kind: Option<ActorKind>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<[u8; 2]>,
    /// Roles.
    pub roles: Vec<Role>,
}

/// How a written form means its actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Means {
    Name,
    Alias,
    Acronym,
    Surname,
    Demonym,
    Seat,
    City,
}

/// How the letters of a form have to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// Letter for letter, full stops aside.
    Exact(Box<str>),
    /// The words whose bit is set begin with a capital.
    Capitals(u32),
}

/// One way to write an actor's name.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// Index into [`Lexicons::known`].
    pub(crate) actor: u32,
    pub(crate) means: Means,
    pub(crate) written: Written,
    /// The only language in which it counts; empty for all.
    pub(crate) language: &'static str,
    /// It has other common meanings, so its surroundings have to speak for it.
    pub(crate) doubtful: bool,
    /// The owner wrote it.
    pub(crate) configured: bool,
    /// Of a city or a seat: index of the place that it is where it does not stand for its government.
    pub(crate) place: Option<u32>,
}

/// All that is known before an article is read. Built once; shared by all readings.
///
/// Who is known is there at once, since configurations and queries name them. The forms in which texts name them, in all their cases
/// and languages, are most of the work and made when the first text is read.
#[derive(Debug)]
pub struct Lexicons {
    known: Vec<KnownActor>,
    first_names: WordMap<Box<str>, Gender>,
    domains: WordMap<Box<str>, u32>,
    holders: Holders,
    /// What the owner configured, for the forms.
    configured: Vec<ConfiguredActor>,
    forms: OnceLock<Forms>,
}

/// How texts name those who are known, and which words are roles.
#[derive(Debug, Default)]
struct Forms {
    all: Vec<Form>,
    names: Trie,
    roles: Trie,
}

impl Lexicons {
    /// Merges the configured actors with the built-in lists and says what is doubtful in them.
    ///
    /// ```
    /// use wirewatch::extract::lexicon::Lexicons;
    /// let (lexicons, problems) = Lexicons::new(&[]);
    /// assert!(problems.is_empty());
    /// assert!(lexicons.known().iter().any(|actor| actor.id.as_str() == "ukraine"));
    /// ```
    pub fn new(configured: &[ConfiguredActor]) -> (Self, Vec<Problem>) {
        Self::with_holders(configured, &[])
    }

    /// The same, with who held which office when.
    pub fn with_holders(configured: &[ConfiguredActor], holders: &[ConfiguredHolder]) -> (Self, Vec<Problem>) {
        let mut builder = Builder::without_forms();
        let mut problems: Vec<Problem> = configured.iter().flat_map(|actor| builder.configure(actor)).collect();
        let mut lexicons = builder.finish();
        lexicons.configured = configured.to_vec();
        let (holders, faults) = Holders::new(holders, &lexicons.known);
        lexicons.holders = holders;
        problems.extend(faults);
        (lexicons, problems)
    }

    /// Every known actor, built in or configured.
    pub fn known(&self) -> &[KnownActor] {
        &self.known
    }

    /// The outlet that publishes under a host name, such as `www.reuters.com`.
    ///
    /// ```
    /// use wirewatch::extract::lexicon::Lexicons;
    /// let (lexicons, _) = Lexicons::new(&[]);
    /// assert_eq!(lexicons.outlet_of_host("www.reuters.com").map(|outlet| outlet.name.as_str()), Some("Reuters"));
    /// ```
    pub fn outlet_of_host(&self, host: &str) -> Option<&KnownActor> {
        let mut rest = host;
        loop {
            if let Some(index) = self.domains.get(rest) {
                return self.known.get(*index as usize);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The gender that a first name tells.
    pub fn gender_of(&self, first_name: &str) -> Option<Gender> {
        self.first_names.get(fold(first_name).as_str()).copied()
    }

    fn forms(&self) -> &Forms {
        self.forms.get_or_init(|| {
            let mut builder = Builder::with_forms();
            for actor in &self.configured {
                builder.configure(actor);
            }
            builder.forms()
        })
    }

    pub(crate) fn form(&self, index: u32) -> Option<&Form> {
        self.forms().all.get(index as usize)
    }

    pub(crate) fn names(&self) -> &Trie {
        &self.forms().names
    }

    pub(crate) const fn holders(&self) -> &Holders {
        &self.holders
    }

    pub(crate) fn roles(&self) -> &Trie {
        &self.forms().roles
    }

    pub(crate) fn known_at(&self, index: u32) -> Option<&KnownActor> {
        self.known.get(index as usize)
    }

    pub(crate) fn is_first_name(&self, folded: &str) -> bool {
        self.first_names.contains_key(folded)
    }
}

#[cfg(test)]
mod tests;
