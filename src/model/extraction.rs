//! What was found in an article.

use jiff::civil::Date;

use crate::model::article::Precision;
use crate::model::id::{ActorId, TopicId};
use crate::model::span::Span;

/// What was found in an article. All spans point into the article's text; lists are sorted by first span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extraction {
    /// The language, where it could be told.
    pub language: Option<Language>,
    /// Sentences of headline, standfirst and body, in order.
    pub sentences: Vec<Span>,
    /// Who is in it.
    pub actors: Vec<Actor>,
    /// Who said what.
    pub quotes: Vec<Quote>,
    /// Which outlets are cited.
    pub citations: Vec<Citation>,
    /// Who holds which position on what.
    pub stances: Vec<Stance>,
    /// What it is about; topics of the watch list are added by [`crate::watch`].
    pub topics: Vec<Topic>,
    /// Dates in the text.
    pub dates: Vec<DateMention>,
    /// `SimHash` of the text, for near copies.
    pub fingerprint: Option<u64>,
}

/// A language and how sure that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Language {
    /// ISO 639-1 code, or 639-3 where there is none.
    pub code: String,
    /// Between 0 and 1.
    pub confidence: f32,
}

/// Somebody or something that acts, speaks or is spoken about.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// Configured, built-in, or made from the name.
    pub id: ActorId,
    /// Full name.
    pub name: String,
    /// What it is.
    pub kind: ActorKind,
    /// ISO 3166-1 alpha-2 code of the country it belongs to.
    pub country: Option<[u8; 2]>,
    /// Roles, from the lists or from the text.
    pub roles: Vec<Role>,
    /// Whether it is in the configured or built-in list.
    pub known: bool,
    /// Gender of a person, where it is known.
    pub gender: Option<Gender>,
    /// How much the article is about it, between 0 and 1.
    pub salience: f32,
    /// Every place where it is meant, sorted.
    pub mentions: Vec<Mention>,
}

/// An actor that is known before an article is read: built in or configured.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownActor {
    /// Its identity.
    pub id: ActorId,
    /// Full name.
    pub name: String,
    /// Other names, acronyms and names in other scripts.
    pub aliases: Vec<String>,
    /// What it is.
    pub kind: ActorKind,
    /// ISO 3166-1 alpha-2 code of the country it belongs to.
    pub country: Option<[u8; 2]>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Gender of a person, where it is known.
    pub gender: Option<Gender>,
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name written into records and queries.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Reads what [`Self::as_str`] writes.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

named!(
    /// What kind of thing an actor is.
    ActorKind {
        /// A human being.
        Person = "person",
        /// A state, standing for its government too.
        State = "state",
        /// A ministry, a head of state's office, a seat of power.
        Government = "government",
        /// An organisation of another kind.
        Organisation = "organisation",
        /// An international organisation of states.
        Igo = "igo",
        /// A political party.
        Party = "party",
        /// An armed group that is no state's army.
        ArmedGroup = "armed-group",
        /// An outlet.
        Media = "media",
        /// A business.
        Company = "company",
        /// A loose bloc, such as the West.
        Bloc = "bloc",
        /// A place that is not acting.
        Place = "place",
        /// A group without a name, such as "Russian officials".
        Group = "group",
    }
);

named!(
    /// How a mention means its actor.
    MentionKind {
        /// The full name.
        Name = "name",
        /// The surname alone.
        Surname = "surname",
        /// Another name.
        Alias = "alias",
        /// An acronym.
        Acronym = "acronym",
        /// "Russian" for Russia.
        Demonym = "demonym",
        /// "the foreign minister".
        Role = "role",
        /// A capital or seat that stands for its government.
        Metonym = "metonym",
        /// A capital or seat as a place.
        Place = "place",
        /// "he", "they".
        Pronoun = "pronoun",
    }
);

named!(
    /// Grammatical gender by which a pronoun finds a person.
    Gender {
        /// she
        Female = "female",
        /// he
        Male = "male",
    }
);

named!(
    /// How much of a statement stands inside quotation marks.
    QuoteKind {
        /// All of it.
        Direct = "direct",
        /// A part.
        Mixed = "mixed",
        /// Nothing.
        Indirect = "indirect",
    }
);

named!(
    /// Whether a statement was made or a view is ascribed.
    Act {
        /// A speech act is reported.
        Said = "said",
        /// A belief or view is ascribed.
        Held = "held",
    }
);

named!(
    /// Where a holder stands towards a target.
    Position {
        /// For it.
        Support = "support",
        /// Against it.
        Oppose = "oppose",
        /// Puts it forward.
        Propose = "propose",
        /// Asks for it with force.
        Demand = "demand",
        /// Blames for it.
        Accuse = "accuse",
        /// Warns of it.
        Warn = "warn",
        /// Threatens with it.
        Threaten = "threaten",
        /// Agreed to it.
        Agree = "agree",
        /// Does not believe in it.
        Doubt = "doubt",
        /// Only under conditions.
        Conditional = "conditional",
        /// Does not rule it out.
        Open = "open",
        /// Speaks of it without a side.
        Neutral = "neutral",
    }
);

named!(
    /// Where a topic comes from.
    TopicKind {
        /// A `[[topic]]` of the configuration.
        Watch = "watch",
        /// An IPTC Media Topic.
        Iptc = "iptc",
    }
);

/// A role of an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Such as `spokesperson`.
    pub title: String,
    /// Of what: an actor's id or a name.
    pub of: Option<String>,
}

/// One place where an actor is meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mention {
    /// Where.
    pub span: Span,
    /// How.
    pub kind: MentionKind,
    /// Between 0 and 1; `None` where the words themselves are the name.
    pub confidence: Option<f32>,
}

/// A statement and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// How much stands inside marks.
    pub kind: QuoteKind,
    /// Made, or ascribed.
    pub act: Act,
    /// The whole statement in its parts, without marks and cue.
    pub content: Vec<Span>,
    /// The parts that stand inside marks, without the marks.
    pub marked: Vec<Span>,
    /// The word of saying.
    pub cue: Option<Span>,
    /// Who speaks; `None` is an honest answer.
    pub speaker: Option<Speaker>,
    /// The outlet that is cited for it.
    pub via: Option<String>,
    /// Topics of the watch list it is on; filled by [`crate::watch`].
    pub topics: Vec<TopicId>,
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Speaker {
    /// The actor, where the mention could be linked to one.
    pub actor: Option<ActorId>,
    /// The actor's name, else the words of the mention.
    pub name: String,
    /// The words that name the speaker here.
    pub span: Option<Span>,
    /// The rule that found it.
    pub rule: &'static str,
    /// Measured precision of that rule, between 0 and 1.
    pub confidence: f32,
}

/// An outlet that is cited for a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    /// Its name as an outlet: known name, else the words of the text.
    pub outlet: String,
    /// The words that name it.
    pub span: Span,
    /// The words that make it a citation, such as `according to`.
    pub cue: String,
    /// Index into [`Extraction::quotes`] of the statement it is cited for.
    pub quote: Option<usize>,
}

/// A position that somebody holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Stance {
    /// Who.
    pub holder: ActorId,
    /// Where the holder stands.
    pub position: Position,
    /// Towards what.
    pub target: Target,
    /// Event class of the PLOVER ontology, such as `REJECT`.
    pub plover: Option<&'static str>,
    /// The clause that says so.
    pub evidence: Span,
    /// Who says so of the holder, when that is somebody else.
    pub by: Option<ActorId>,
    /// Between 0 and 1.
    pub confidence: f32,
}

/// What a stance is towards.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Where it stands; its words are the target's text.
    pub span: Span,
    /// Actors named in it.
    pub actors: Vec<ActorId>,
    /// Topics of the watch list it is on; filled by [`crate::watch`].
    pub topics: Vec<TopicId>,
}

/// What an article is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Its identity.
    pub id: TopicId,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Where it comes from.
    pub kind: TopicKind,
    /// Between 0 and 1.
    pub score: f32,
    /// The words that say so.
    pub evidence: Vec<Span>,
}

/// A date in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateMention {
    /// Where.
    pub span: Span,
    /// The first day of what is meant.
    pub value: Date,
    /// How exact.
    pub precision: Precision,
}
