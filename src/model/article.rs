//! An entry with its best available text.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use url::Url;

use crate::model::id::{EntryId, FeedId};
use crate::model::span::Span;

/// An entry with its best available text, and what is known about it as a publication.
///
/// All spans point into [`Article::text`].
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Identity of the entry.
    pub id: EntryId,
    /// The feed, where it came from one.
    pub feed: Option<FeedId>,
    /// Address of the article.
    pub url: Option<Url>,
    /// Whether other entries of the feed had the same address: it does not tell one article from another then.
    pub shares_address: bool,
    /// The outlet that publishes it.
    pub outlet: Option<String>,
    /// When it was fetched.
    pub fetched: Option<Timestamp>,
    /// Headline, standfirst and body as one text; paragraphs are parted by empty lines. A text that was given is not rewritten.
    pub text: String,
    /// Where the text came from.
    pub text_from: TextFrom,
    /// How sure it is that the text is the article and all of it, between 0 and 1.
    pub text_confidence: f32,
    /// Whether the text is known or suspected to be cut: a teaser, a paywall, a "read more".
    pub partial: bool,
    /// Whether everybody may read all of it, as far as the page says.
    pub free: Option<bool>,
    /// Headline, without the name of the site.
    pub headline: Option<Sourced<String>>,
    /// Standfirst: the sentence or two below the headline.
    pub standfirst: Option<Sourced<String>>,
    /// Section of the outlet.
    pub section: Option<Sourced<String>>,
    /// People who wrote it.
    pub authors: Option<Sourced<Vec<String>>>,
    /// Publisher as the page names it.
    pub publisher: Option<Sourced<String>>,
    /// Language as declared by page or feed, a BCP 47 tag; what is detected is in the extraction.
    pub language: Option<Sourced<String>>,
    /// When it was published.
    pub published: Option<Sourced<Moment>>,
    /// When it was changed.
    pub modified: Option<Sourced<Moment>>,
    /// The body as the reader meets it below the headline: on a page it begins with the standfirst, where the page shows one.
    pub body: Span,
    /// Paragraphs of the body in order, without the standfirst.
    pub paragraphs: Vec<Span>,
    /// Categories of the feed or page.
    pub categories: Vec<String>,
    /// What went wrong or was left out on the way, such as `page not fetched: robots`.
    pub notes: Vec<String>,
}

/// A value with the place it was taken from.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it stands in the text, when it does.
    pub span: Option<Span>,
    /// The rung that supplied it: `feed.title`, `json-ld`, `meta`, `page`, `text`, `input`.
    pub from: &'static str,
}

/// Where the text of an article came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFrom {
    /// Full content in the feed.
    Feed,
    /// The article page.
    Page,
    /// `articleBody` of the page's JSON-LD.
    JsonLd,
    /// The AMP version of the page, where the page itself shows little or nothing.
    Amp,
    /// The summary of the feed: nothing better was to be had.
    Summary,
    /// Given on the command line.
    Given,
}

impl TextFrom {
    /// The name written into records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Page => "page",
            Self::JsonLd => "json-ld",
            Self::Amp => "amp",
            Self::Summary => "summary",
            Self::Given => "given",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Feed, Self::Page, Self::JsonLd, Self::Amp, Self::Summary, Self::Given].into_iter().find(|from| from.as_str() == text)
    }
}

/// A point in time as exact as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day, a month or a year; the date is its first day.
    Civil(Date, Precision),
    /// An instant.
    Instant(Timestamp),
    /// An instant with the offset from UTC it was written in: its day is the day there.
    Local(Timestamp, Offset),
}

impl Moment {
    /// The day, where it was written when that is known, else in UTC.
    pub fn date(self) -> Date {
        match self {
            Self::Civil(date, _) => date,
            Self::Instant(instant) => Offset::UTC.to_datetime(instant).date(),
            Self::Local(instant, offset) => offset.to_datetime(instant).date(),
        }
    }

    /// The instant; the first one of the day in UTC where only a date is known.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::Civil(date, _) => Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok(),
            Self::Instant(instant) | Self::Local(instant, _) => Some(instant),
        }
    }
}

/// As records write it: `2025-12`, `2025-12-19`, `2025-12-19T08:12:03Z`, `2025-12-19T10:12:03+02:00`.
impl std::fmt::Display for Moment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Civil(date, Precision::Year) => write!(formatter, "{:04}", date.year()),
            Self::Civil(date, Precision::Month) => write!(formatter, "{:04}-{:02}", date.year(), date.month()),
            Self::Civil(date, _) => write!(formatter, "{date}"),
            Self::Instant(instant) => write!(formatter, "{instant}"),
            Self::Local(instant, offset) => write!(formatter, "{}", instant.display_with_offset(*offset)),
        }
    }
}

/// How exact a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// A year.
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
    /// A minute or better.
    Second,
}

impl Precision {
    /// The name written into records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Second => "second",
        }
    }
}
