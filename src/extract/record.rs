//! The item as it leaves the process.
//!
#![doc = include_str!("record.md")]

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::extract::language::is_declared;
use crate::extract::lexicon::alpha3;
use crate::model::article::{Article, Moment, Precision, Sourced};
use crate::model::extraction::{Actor, Citation, Extraction, Quote, Stance, Topic};
use crate::model::id::StoryId;
use crate::model::span::Span;
use crate::text::points::CodePoints;

/// The name and version of the record.
pub const SCHEMA: &str = "wirewatch.item/1";

/// A half-open range of Unicode code points: `[start, end]`.
pub type Points = [usize; 2];

/// Microseconds spent on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// From entry to text.
    pub article: u64,
    /// From text to extraction.
    pub extract: u64,
}

/// The item record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ItemRecord {
    /// [`SCHEMA`].
    pub schema: String,
    /// Identity of the entry.
    pub id: String,
    /// Address of the article.
    pub uri: Option<String>,
    /// The feed.
    pub feed: Option<String>,
    /// The outlet.
    pub outlet: Option<String>,
    /// When it was fetched, RFC 3339.
    pub fetched: Option<String>,
    /// Its text.
    pub text: TextRecord,
    /// What is known of it as a publication.
    pub meta: MetaRecord,
    /// Its body.
    pub body: BodyRecord,
    /// Who is in it.
    pub actors: Vec<ActorRecord>,
    /// Who said what.
    pub quotes: Vec<QuoteRecord>,
    /// Which outlets are cited.
    pub citations: Vec<CitationRecord>,
    /// Who holds which position.
    pub stances: Vec<StanceRecord>,
    /// What it is about.
    pub topics: Vec<TopicRecord>,
    /// Dates in the text.
    pub dates: Vec<DateRecord>,
    /// 16 hexadecimal digits.
    pub fingerprint: Option<String>,
    /// Identity of the story.
    pub story: Option<String>,
    /// Microseconds spent.
    pub timing_us: Timing,
}

/// The text of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TextRecord {
    /// Headline, standfirst and body as one text.
    pub value: String,
    /// Whether it is known or suspected to be cut.
    pub partial: bool,
    /// Where it came from: `feed`, `page`, `json-ld`, `amp`, `summary` or `given`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// How sure it is that this is the article and all of it, between 0 and 1: how far independent extractors agree.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub confidence: Option<f64>,
    /// What went wrong or was left out on the way.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
}

/// What is known of an item as a publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetaRecord {
    /// Headline.
    pub headline: Option<SourcedRecord>,
    /// Standfirst.
    pub standfirst: Option<SourcedRecord>,
    /// Section of the outlet.
    pub section: Option<SourcedRecord>,
    /// Names of the authors.
    pub authors: Option<Vec<String>>,
    /// Publisher.
    pub publisher: Option<SourcedRecord>,
    /// Language.
    pub language: Option<LanguageRecord>,
    /// When it was published.
    pub published: Option<MomentRecord>,
    /// When it was changed.
    pub modified: Option<MomentRecord>,
    /// Language as page or feed declare it, a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub declared_language: Option<String>,
    /// Categories of feed or page.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub categories: Vec<String>,
    /// Whether the language found is the one that is declared; left out where none is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language_agrees: Option<bool>,
    /// The rung that supplied the authors.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authors_from: Option<String>,
    /// `free` or `paid`, as far as the page says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub access: Option<String>,
}

/// A value and the rung that supplied it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourcedRecord {
    /// The value.
    pub value: String,
    /// Where it stands in the text.
    pub span: Option<Points>,
    /// The rung.
    pub from: String,
}

/// A language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LanguageRecord {
    /// ISO 639-1 code, or 639-3 where there is none.
    pub value: String,
    /// Between 0 and 1.
    pub confidence: f64,
}

/// A point in time as exact as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MomentRecord {
    /// `2025`, `2025-12`, `2025-12-19` or RFC 3339.
    pub value: String,
    /// `year`, `month`, `day` or `second`.
    pub precision: String,
    /// The rung.
    pub from: String,
}

/// The body of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BodyRecord {
    /// All of it.
    pub span: Points,
    /// Its paragraphs.
    pub paragraphs: Vec<Points>,
    /// Sentences of headline, standfirst and body.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sentences: Vec<Points>,
}

/// An actor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActorRecord {
    /// Its identity.
    pub id: String,
    /// Full name.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 3166-1 alpha-3.
    pub country_alpha3: Option<String>,
    /// Roles.
    pub roles: Vec<RoleRecord>,
    /// Whether it is in the configured or built-in list.
    pub known: bool,
    /// How much the article is about it, between 0 and 1.
    pub salience: f64,
    /// Where it is meant.
    pub mentions: Vec<MentionRecord>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleRecord {
    /// Such as `spokesperson`.
    pub title: String,
    /// An actor's identity, or a name.
    pub of: Option<String>,
}

/// A mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MentionRecord {
    /// Where.
    pub span: Points,
    /// How.
    pub kind: String,
    /// Only where the mention is not the name itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub confidence: Option<f64>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuoteRecord {
    /// `direct`, `mixed` or `indirect`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `said` or `held`.
    pub act: String,
    /// The whole statement in its parts.
    pub content: Vec<Points>,
    /// The parts inside marks.
    pub marked: Vec<Points>,
    /// The word of saying.
    pub cue: Option<Points>,
    /// Who speaks.
    pub speaker: Option<SpeakerRecord>,
    /// The outlet that is cited for it.
    pub via: Option<String>,
    /// Topics of the watch list.
    pub topics: Vec<String>,
}

/// A speaker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpeakerRecord {
    /// The actor.
    pub actor: Option<String>,
    /// The actor's name, else the words of the mention.
    pub name: String,
    /// The words that name the speaker here.
    pub span: Option<Points>,
    /// The rule that found it.
    pub rule: String,
    /// Between 0 and 1.
    pub confidence: f64,
}

/// A citation of an outlet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CitationRecord {
    /// The outlet.
    pub outlet: String,
    /// Where.
    pub span: Points,
    /// The words that make it a citation.
    pub cue: String,
    /// Index into `quotes`.
    pub quote: Option<usize>,
}

/// A position that somebody holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StanceRecord {
    /// Who.
    pub holder: String,
    /// Where the holder stands.
    pub position: String,
    /// Towards what.
    pub target: TargetRecord,
    /// PLOVER event class.
    pub plover: Option<String>,
    /// The clause that says so.
    pub evidence: Points,
    /// Who says so of the holder.
    pub by: Option<String>,
    /// Between 0 and 1.
    pub confidence: f64,
}

/// What a stance is towards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TargetRecord {
    /// Its words.
    pub text: String,
    /// Where.
    pub span: Points,
    /// Actors named in it.
    pub actors: Vec<String>,
    /// Topics of the watch list.
    pub topics: Vec<String>,
}

/// What an item is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopicRecord {
    /// Its identity.
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// `watch` or `iptc`.
    pub kind: String,
    /// Between 0 and 1.
    pub score: f64,
    /// The words that say so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<Vec<Points>>,
}

/// A date in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DateRecord {
    /// Where.
    pub span: Points,
    /// As long as the precision allows.
    pub value: String,
    /// `year`, `month` or `day`.
    pub precision: String,
}

impl ItemRecord {
    /// The record of an article and what was found in it.
    pub fn new(article: &Article, extraction: &Extraction, timing: Timing) -> Self {
        let text = article.text.as_str();
        let points = Spans(CodePoints::new(text));
        Self {
            schema: SCHEMA.to_owned(),
            id: article.id.to_string(),
            uri: article.url.as_ref().map(ToString::to_string),
            feed: article.feed.as_ref().map(ToString::to_string),
            outlet: article.outlet.clone(),
            fetched: article.fetched.map(|time| time.to_string()),
            text: TextRecord {
                value: text.to_owned(),
                partial: article.partial,
                from: Some(article.text_from.as_str().to_owned()),
                confidence: Some(number(article.text_confidence)),
                notes: article.notes.clone(),
            },
            meta: meta(article, extraction, &points),
            body: BodyRecord {
                span: points.one(article.body),
                paragraphs: points.all(&article.paragraphs),
                sentences: points.all(&extraction.sentences),
            },
            actors: extraction.actors.iter().map(|actor| actor_record(actor, &points)).collect(),
            quotes: extraction.quotes.iter().map(|quote| quote_record(quote, &points)).collect(),
            citations: extraction.citations.iter().map(|citation| citation_record(citation, &points)).collect(),
            stances: extraction.stances.iter().map(|stance| stance_record(stance, text, &points)).collect(),
            topics: extraction.topics.iter().map(|topic| topic_record(topic, &points)).collect(),
            dates: extraction
                .dates
                .iter()
                .map(|date| DateRecord {
                    span: points.one(date.span),
                    value: civil(date.value, date.precision),
                    precision: date.precision.as_str().to_owned(),
                })
                .collect(),
            fingerprint: extraction.fingerprint.map(|bits| format!("{bits:016x}")),
            story: None,
            timing_us: timing,
        }
    }

    /// The same record with the story it belongs to.
    #[must_use]
    pub fn with_story(mut self, story: &StoryId) -> Self {
        self.story = Some(story.to_string());
        self
    }

    /// One line of JSON, without the line feed.
    #[expect(clippy::missing_panics_doc, reason = "texts and finite numbers are always JSON")]
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("a record of texts and finite numbers is always JSON")
    }
}

struct Spans(CodePoints);

impl Spans {
    fn one(&self, span: Span) -> Points {
        let points = self.0.span(span);
        [points.start, points.end]
    }

    fn all(&self, spans: &[Span]) -> Vec<Points> {
        spans.iter().map(|span| self.one(*span)).collect()
    }
}

fn meta(article: &Article, extraction: &Extraction, points: &Spans) -> MetaRecord {
    let sourced = |found: &Option<Sourced<String>>| {
        found.as_ref().map(|found| SourcedRecord {
            value: found.value.clone(),
            span: found.span.map(|span| points.one(span)),
            from: found.from.to_owned(),
        })
    };
    MetaRecord {
        headline: sourced(&article.headline),
        standfirst: sourced(&article.standfirst),
        section: sourced(&article.section),
        authors: article.authors.as_ref().map(|authors| authors.value.clone()).filter(|authors| !authors.is_empty()),
        publisher: sourced(&article.publisher),
        language: extraction
            .language
            .as_ref()
            .map(|language| LanguageRecord { value: language.code.clone(), confidence: number(language.confidence) }),
        published: article.published.as_ref().map(moment),
        modified: article.modified.as_ref().map(moment),
        declared_language: article.language.as_ref().map(|language| language.value.clone()),
        categories: article.categories.clone(),
        language_agrees: article
            .language
            .as_ref()
            .zip(extraction.language.as_ref())
            .map(|(told, found)| is_declared(&found.code, &told.value)),
        authors_from: article.authors.as_ref().filter(|authors| !authors.value.is_empty()).map(|authors| authors.from.to_owned()),
        access: article.free.map(|free| if free { "free" } else { "paid" }.to_owned()),
    }
}

fn moment(found: &Sourced<Moment>) -> MomentRecord {
    let (value, precision) = match found.value {
        Moment::Civil(date, precision) => (civil(date, precision), if precision == Precision::Second { Precision::Day } else { precision }),
        Moment::Instant(instant) => (Moment::Instant(whole_second(instant)).to_string(), Precision::Second),
        Moment::Local(instant, offset) => (Moment::Local(whole_second(instant), offset).to_string(), Precision::Second),
    };
    MomentRecord { value, precision: precision.as_str().to_owned(), from: found.from.to_owned() }
}

fn whole_second(instant: Timestamp) -> Timestamp {
    Timestamp::from_second(instant.as_second()).unwrap_or(instant)
}

fn civil(date: Date, precision: Precision) -> String {
    match precision {
        Precision::Year => format!("{:04}", date.year()),
        Precision::Month => format!("{:04}-{:02}", date.year(), date.month()),
        Precision::Day | Precision::Second => date.to_string(),
    }
}

/// A number between 0 and 1 with three digits, so that every build writes the same.
fn number(value: f32) -> f64 {
    if value.is_finite() { (f64::from(value) * 1000.0).round() / 1000.0 } else { 0.0 }
}

fn strings<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn actor_record(actor: &Actor, points: &Spans) -> ActorRecord {
    ActorRecord {
        id: actor.id.to_string(),
        name: actor.name.clone(),
        kind: actor.kind.as_str().to_owned(),
        country: actor.country.map(|code| String::from_utf8_lossy(&code).into_owned()),
        country_alpha3: actor.country.and_then(alpha3).map(str::to_owned),
        roles: actor.roles.iter().map(|role| RoleRecord { title: role.title.clone(), of: role.of.clone() }).collect(),
        known: actor.known,
        salience: number(actor.salience),
        mentions: actor
            .mentions
            .iter()
            .map(|mention| MentionRecord {
                span: points.one(mention.span),
                kind: mention.kind.as_str().to_owned(),
                confidence: mention.confidence.map(number),
            })
            .collect(),
    }
}

fn quote_record(quote: &Quote, points: &Spans) -> QuoteRecord {
    QuoteRecord {
        kind: quote.kind.as_str().to_owned(),
        act: quote.act.as_str().to_owned(),
        content: points.all(&quote.content),
        marked: points.all(&quote.marked),
        cue: quote.cue.map(|span| points.one(span)),
        speaker: quote.speaker.as_ref().map(|speaker| SpeakerRecord {
            actor: speaker.actor.as_ref().map(ToString::to_string),
            name: speaker.name.clone(),
            span: speaker.span.map(|span| points.one(span)),
            rule: speaker.rule.to_owned(),
            confidence: number(speaker.confidence),
        }),
        via: quote.via.clone(),
        topics: strings(&quote.topics),
    }
}

fn citation_record(citation: &Citation, points: &Spans) -> CitationRecord {
    CitationRecord { outlet: citation.outlet.clone(), span: points.one(citation.span), cue: citation.cue.clone(), quote: citation.quote }
}

fn stance_record(stance: &Stance, text: &str, points: &Spans) -> StanceRecord {
    StanceRecord {
        holder: stance.holder.to_string(),
        position: stance.position.as_str().to_owned(),
        target: TargetRecord {
            text: stance.target.span.of(text).to_owned(),
            span: points.one(stance.target.span),
            actors: strings(&stance.target.actors),
            topics: strings(&stance.target.topics),
        },
        plover: stance.plover.map(str::to_owned),
        evidence: points.one(stance.evidence),
        by: stance.by.as_ref().map(ToString::to_string),
        confidence: number(stance.confidence),
    }
}

fn topic_record(topic: &Topic, points: &Spans) -> TopicRecord {
    TopicRecord {
        id: topic.id.to_string(),
        name: topic.name.clone(),
        kind: topic.kind.as_str().to_owned(),
        score: number(topic.score),
        evidence: Some(points.all(&topic.evidence)).filter(|evidence| !evidence.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::{ItemRecord, Timing};
    use crate::extract::extract;
    use crate::extract::lexicon::Lexicons;
    use crate::extract::reading::headed_article;
    use crate::model::article::{Moment, Precision, Sourced};

    fn example() -> serde_json::Value {
        let page = include_str!("record.md");
        let json = page.split("```json").nth(1).unwrap().split("```").next().unwrap();
        serde_json::from_str(json).unwrap()
    }

    fn schema() -> jsonschema::Validator {
        jsonschema::validator_for(&schemars::schema_for!(ItemRecord).to_value()).unwrap()
    }

    #[test]
    fn the_page_shows_a_record() {
        let example = example();
        assert!(schema().is_valid(&example));
        let record: ItemRecord = serde_json::from_value(example.clone()).unwrap();
        assert_eq!(serde_json::to_value(&record).unwrap(), example);
    }

    #[test]
    fn records_read_back_and_fit_the_schema() {
        let (lexicons, _) = Lexicons::new(&[]);
        let mut article = headed_article("Ελλάδα waits\n\nКремль and “NATO” met in Kyiv on 18 December 2025.");
        article.published =
            Some(Sourced { value: Moment::Civil(jiff::civil::date(2025, 12, 1), Precision::Month), span: None, from: "meta" });
        let extraction = extract(&article, &lexicons);
        let record = ItemRecord::new(&article, &extraction, Timing::default());
        let line = record.to_line();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<ItemRecord>(&line).unwrap(), record);
        assert!(schema().is_valid(&serde_json::to_value(&record).unwrap()));
        assert_eq!(record.meta.published.as_ref().unwrap().value, "2025-12");
        let characters: Vec<char> = record.text.value.chars().collect();
        let words: Vec<String> = record
            .actors
            .iter()
            .flat_map(|actor| &actor.mentions)
            .map(|mention| characters[mention.span[0]..mention.span[1]].iter().collect())
            .collect();
        assert_eq!(words, ["Ελλάδα", "Кремль", "NATO", "Kyiv"]);
        assert_eq!(line, ItemRecord::new(&article, &extract(&article, &lexicons), Timing::default()).to_line());
    }
}
