//! A feed as it was written, in one form for RSS, Atom and JSON Feed.

use jiff::Timestamp;
use url::Url;

use crate::model::feed::Rhythm;
use crate::poll::parse::EntryProblem;

/// A feed as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its family.
    pub format: FeedFormat,
    /// The encoding it was read in.
    pub encoding: &'static str,
    /// The feed itself.
    pub feed: Part,
    /// Its entries, in order.
    pub entries: Vec<Part>,
    /// How often the publisher wishes to be asked.
    pub rhythm: Rhythm,
    /// How it ends.
    pub end: End,
    /// What was wrong with it.
    pub problems: Vec<EntryProblem>,
}

/// How a document ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As it should.
    Whole,
    /// Before its elements do, between two entries.
    BetweenEntries,
    /// Inside its last entry, of which a part is missing.
    InEntry,
}

/// The family of a feed's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    /// RSS 0.9 to 2.0, RDF and CDF.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
    /// JSON Feed.
    Json,
}

impl FeedFormat {
    /// The name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        }
    }

    /// The name written into records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }
}

/// The feed itself or one entry: every format gives both nearly the same properties.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    /// `guid`, `id` or `rdf:about`.
    pub id: Option<String>,
    /// Title.
    pub title: Option<Words>,
    /// Address of the page, absolute where a base is known.
    pub link: Option<String>,
    /// Summary; of a feed its description.
    pub summary: Option<Words>,
    /// Full content.
    pub content: Option<Words>,
    /// Language tag.
    pub language: Option<String>,
    /// Who wrote it.
    pub authors: Vec<Person>,
    /// Who helped.
    pub contributors: Vec<Person>,
    /// Rights.
    pub rights: Option<Words>,
    /// Publisher.
    pub publisher: Option<String>,
    /// Address of an image.
    pub image: Option<String>,
    /// Address of comments.
    pub comments: Option<String>,
    /// Address of the format's documentation.
    pub docs: Option<String>,
    /// Program that wrote it.
    pub generator: Option<String>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// When it was changed.
    pub updated: Option<Timestamp>,
    /// The text that told when it was published.
    pub published_text: Option<String>,
    /// The text that told when it was changed.
    pub updated_text: Option<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// All links.
    pub links: Vec<Link>,
    /// Files that come with it.
    pub enclosures: Vec<Enclosure>,
    /// Title of the feed it came from first.
    pub source_title: Option<String>,
    /// Address of the feed it came from first.
    pub source_link: Option<String>,
    /// Dates that could not be read, as written.
    pub bad_dates: Vec<String>,
}

/// A text that is plain or HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// As written.
    pub value: String,
    /// Whether it is HTML for sure, plain for sure, or unsaid.
    pub markup: Markup,
    /// Its own language tag.
    pub language: Option<String>,
    /// What relative addresses in it are relative to, where the document says so itself.
    pub base: Option<Box<Url>>,
}

/// Whether a text is HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// It is.
    Html,
    /// It is not.
    Plain,
    /// RSS does not say.
    Unsaid,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Home page.
    pub url: Option<String>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// What for; `alternate` when nothing is said.
    pub rel: String,
    /// Media type.
    pub media_type: Option<String>,
}

/// A file that comes with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Where it is.
    pub url: String,
    /// Media type.
    pub media_type: Option<String>,
    /// Length in bytes, as written.
    pub length: Option<String>,
}
