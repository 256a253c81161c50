//! The tree of a query as it was written.

use crate::model::extraction::Position;
use crate::model::span::Span;

/// A part of a query and where it stands in the query's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where, in bytes of the query.
    pub span: Span,
    /// What.
    pub kind: Kind,
}

/// What a part of a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A word or a phrase.
    Term(Term),
    /// `field:value` of the item or of what was found in it.
    Field(Field, Term),
    /// `headline:( )`, `lead:( )`, `body:( )`.
    Zone(Zone, Box<Node>),
    /// All of them; two or more.
    And(Vec<Node>),
    /// One of them; two or more.
    Or(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
    /// `NEAR/n` and `BEFORE/n`.
    Near {
        /// At most so many words from one to the other.
        distance: u32,
        /// Whether the left one comes first.
        ordered: bool,
        /// One side.
        left: Box<Node>,
        /// The other.
        right: Box<Node>,
    },
    /// `SENTENCE( )`, `PARAGRAPH( )`.
    Within(Unit, Box<Node>),
    /// `ATLEAST/n( )`.
    AtLeast(u32, Box<Node>),
    /// `QUOTE(who, query)`.
    Quote(Box<Node>, Box<Node>),
    /// `STANCE(holder, position, query)`.
    Stance(Box<Node>, Vec<Position>, Box<Node>),
    /// `ABOUT("plain words")`.
    About(String),
    /// `*` as a part of `QUOTE` or `STANCE`.
    Any,
    /// What could not be read; there is a fault for it.
    Fault,
}

/// A word or phrase as written, without quotation marks and `=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its text; a word may end in `*`.
    pub text: String,
    /// Whether it stood in quotation marks.
    pub quoted: bool,
    /// Whether `=` stood before it.
    pub exact: bool,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As the query language writes it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Reads what [`Self::as_str`] writes.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

words!(
    /// A part of the article's text.
    Zone {
        /// The headline.
        Headline = "headline",
        /// Headline, standfirst and first paragraph.
        Lead = "lead",
        /// The body.
        Body = "body",
    }
);

words!(
    /// What words must stand together in.
    Unit {
        /// One sentence.
        Sentence = "SENTENCE",
        /// One paragraph; headline and standfirst are paragraphs too.
        Paragraph = "PARAGRAPH",
    }
);

words!(
    /// A field that has a value.
    Field {
        /// The outlet that publishes the item.
        Outlet = "outlet",
        /// The feed it came from.
        Feed = "feed",
        /// Section of the outlet.
        Section = "section",
        /// Who wrote it.
        Byline = "byline",
        /// Language code.
        Language = "language",
        /// Words of its address.
        Url = "url",
        /// Categories of feed or page.
        Category = "category",
        /// An actor that is in it.
        Actor = "actor",
        /// An actor that it is about.
        ActorMain = "actor/main",
        /// The country of an actor that is in it.
        Country = "country",
        /// The kind of an actor that is in it.
        Type = "type",
        /// The role of an actor that is in it.
        Role = "role",
        /// Who is quoted.
        Speaker = "speaker",
        /// The outlet that is cited.
        Cites = "cites",
        /// Another query by name.
        Topic = "topic",
    }
);

impl Field {
    /// Whether it asks about an actor, so that it can stand as the first part of `QUOTE` and `STANCE`.
    pub const fn is_of_actor(self) -> bool {
        matches!(self, Self::Actor | Self::Country | Self::Type | Self::Role)
    }

    /// Whether it is a property of the item, which has no place in the text.
    pub const fn is_of_item(self) -> bool {
        matches!(self, Self::Outlet | Self::Feed | Self::Section | Self::Byline | Self::Language | Self::Url | Self::Category)
    }

    /// Whether its values are often more than one word.
    pub const fn is_wordy(self) -> bool {
        matches!(self, Self::Outlet | Self::Section | Self::Byline | Self::Category | Self::Role | Self::Cites)
    }
}

impl Node {
    /// The parts, in the order they are written.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::And(parts) | Kind::Or(parts) => parts.iter().collect(),
            Kind::Zone(_, part) | Kind::Not(part) | Kind::Within(_, part) | Kind::AtLeast(_, part) => vec![part],
            Kind::Near { left, right, .. } => vec![left, right],
            Kind::Quote(who, what) | Kind::Stance(who, _, what) => vec![who, what],
            Kind::Term(_) | Kind::Field(..) | Kind::About(_) | Kind::Any | Kind::Fault => Vec::new(),
        }
    }
}
