//! The item record read back, so that watches can be held against what was stored without extracting again.
//!
//! What evaluation looks at comes back as it was; a property test holds that. What only says how something was found (the rung
//! of a value, the rule of a speaker) reads as `record`, and gender and notes are not kept. A span that lies outside of the text
//! is cut to it.

mod line;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;

use crate::extract::error::RecordError;
use crate::extract::record::{Points, SCHEMA};
use crate::extract::stored::line::{Line, Text};
use crate::model::article::{Article, Moment, Precision, Sourced, TextFrom};
use crate::model::extraction::{
    Act, Actor, ActorKind, Citation, DateMention, Extraction, Language, Mention, MentionKind, Position, Quote, QuoteKind, Role, Speaker,
    Stance, Target, Topic, TopicKind,
};
use crate::model::id::{ActorId, EntryId, FeedId, TopicId};
use crate::model::span::Span;
use crate::text::sentence;

/// Where a value came from, when all that is known is that it was stored.
const FROM: &str = "record";

/// An article as it was stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The article.
    pub article: Article,
    /// What was found in it.
    pub extraction: Extraction,
    /// Its story, where it was given one.
    pub story: Option<String>,
}

impl Stored {
    /// Reads what [`crate::extract::record::ItemRecord::to_line`] writes, of this and of earlier builds.
    ///
    /// # Errors
    /// When the line is no JSON, lacks a field that is read, has another schema, or no identity.
    pub fn parse(line: &str) -> Result<Self, RecordError> {
        let line: Line<'_> = serde_json::from_str(line).map_err(RecordError::Unreadable)?;
        if &*line.schema != SCHEMA {
            return Err(RecordError::Schema(line.schema.into()));
        }
        let Some(id) = EntryId::parse(&line.id) else { return Err(RecordError::Identity(line.id.into())) };
        let text: String = line.text.value.into();
        let at = Bytes::new(&text);
        let (meta, body) = (line.meta, line.body);
        let sourced = |found: Option<line::Sourced<'_>>| {
            found.map(|found| Sourced { value: found.value.into(), span: found.span.map(|span| at.one(span)), from: FROM })
        };
        let (headline, standfirst) = (sourced(meta.headline), sourced(meta.standfirst));
        let paragraphs = at.all(&body.paragraphs);
        let sentences = if body.sentences.is_empty() {
            // As records were before they told them.
            let heads = [&headline, &standfirst].into_iter().filter_map(|found| found.as_ref()?.span);
            heads.chain(paragraphs.iter().copied()).flat_map(|paragraph| sentence::sentences(&text, paragraph)).collect()
        } else {
            at.all(&body.sentences)
        };
        let extraction = Extraction {
            language: meta.language.map(|language| Language { code: language.value.into(), confidence: number(language.confidence) }),
            sentences,
            actors: line.actors.into_iter().map(|actor| at.actor(actor)).collect(),
            quotes: line.quotes.into_iter().map(|quote| at.quote(quote)).collect(),
            citations: line.citations.into_iter().map(|citation| at.citation(citation)).collect(),
            stances: line.stances.into_iter().filter_map(|stance| at.stance(stance)).collect(),
            topics: line.topics.into_iter().filter_map(|topic| at.topic(topic)).collect(),
            dates: line.dates.iter().filter_map(|date| at.date(date)).collect(),
            fingerprint: line.fingerprint.and_then(|digits| u64::from_str_radix(&digits, 16).ok()),
        };
        let article = Article {
            id,
            feed: line.feed.map(|feed| FeedId::from(&*feed)),
            url: line.uri.and_then(|uri| uri.parse().ok()),
            outlet: line.outlet.map(Into::into),
            fetched: line.fetched.and_then(|time| time.parse().ok()),
            text_from: line.text.from.and_then(|from| TextFrom::parse(&from)).unwrap_or(TextFrom::Given),
            text_confidence: line.text.confidence.map_or(1.0, number),
            partial: line.text.partial,
            shares_address: false,
            free: meta.access.and_then(|access| match &*access {
                "free" => Some(true),
                "paid" => Some(false),
                _ => None,
            }),
            headline,
            standfirst,
            section: sourced(meta.section),
            authors: meta.authors.map(|value| Sourced { value, span: None, from: FROM }),
            publisher: sourced(meta.publisher),
            language: meta.declared_language.map(|value| Sourced { value: value.into(), span: None, from: FROM }),
            published: meta.published.as_ref().and_then(moment),
            modified: meta.modified.as_ref().and_then(moment),
            body: at.one(body.span),
            paragraphs,
            categories: meta.categories,
            notes: line.text.notes,
            text,
        };
        Ok(Self { article, extraction, story: line.story.map(Into::into) })
    }
}

/// From code points to bytes of one text.
struct Bytes {
    /// The byte of every code point and the length; empty where they are the same.
    bytes: Vec<usize>,
    len: usize,
}

impl Bytes {
    fn new(text: &str) -> Self {
        let bytes = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(byte, _)| byte).collect() };
        Self { bytes, len: text.len() }
    }

    fn at(&self, point: usize) -> usize {
        if self.bytes.is_empty() { point.min(self.len) } else { self.bytes.get(point).copied().unwrap_or(self.len) }
    }

    fn one(&self, [start, end]: Points) -> Span {
        let (start, end) = (self.at(start), self.at(end));
        Span::new(start, end.max(start))
    }

    fn all(&self, spans: &[Points]) -> Vec<Span> {
        spans.iter().map(|span| self.one(*span)).collect()
    }

    fn actor(&self, actor: line::Actor<'_>) -> Actor {
        let mentions = actor.mentions.iter().map(|mention| Mention {
            span: self.one(mention.span),
            kind: MentionKind::parse(&mention.kind).unwrap_or(MentionKind::Alias),
            confidence: mention.confidence.map(number),
        });
        Actor {
            mentions: mentions.collect(),
            id: ActorId::from(&*actor.id),
            name: actor.name.into(),
            kind: ActorKind::parse(&actor.kind).unwrap_or(ActorKind::Organisation),
            country: actor.country.and_then(|code| code.as_bytes().try_into().ok()),
            roles: actor.roles.into_iter().map(|role| Role { title: role.title.into(), of: role.of.map(Into::into) }).collect(),
            known: actor.known,
            gender: None,
            salience: number(actor.salience),
        }
    }

    fn quote(&self, quote: line::Quote<'_>) -> Quote {
        Quote {
            kind: QuoteKind::parse(&quote.kind).unwrap_or(QuoteKind::Indirect),
            act: Act::parse(&quote.act).unwrap_or(Act::Said),
            content: self.all(&quote.content),
            marked: self.all(&quote.marked),
            cue: quote.cue.map(|span| self.one(span)),
            speaker: quote.speaker.map(|speaker| Speaker {
                actor: speaker.actor.map(|id| ActorId::from(&*id)),
                name: speaker.name.into(),
                span: speaker.span.map(|span| self.one(span)),
                rule: FROM,
                confidence: number(speaker.confidence),
            }),
            via: quote.via.map(Into::into),
            topics: ids(&quote.topics),
        }
    }

    fn citation(&self, citation: line::Citation<'_>) -> Citation {
        Citation { outlet: citation.outlet.into(), span: self.one(citation.span), cue: citation.cue.into(), quote: citation.quote }
    }

    /// A position that a later build knows and this one does not is none.
    fn stance(&self, stance: line::Stance<'_>) -> Option<Stance> {
        Some(Stance {
            holder: ActorId::from(&*stance.holder),
            position: Position::parse(&stance.position)?,
            target: Target { span: self.one(stance.target.span), actors: ids(&stance.target.actors), topics: ids(&stance.target.topics) },
            plover: None,
            evidence: self.one(stance.evidence),
            by: stance.by.map(|id| ActorId::from(&*id)),
            confidence: number(stance.confidence),
        })
    }

    fn topic(&self, topic: line::Topic<'_>) -> Option<Topic> {
        Some(Topic {
            id: TopicId::from(&*topic.id),
            name: topic.name.map(Into::into),
            kind: TopicKind::parse(&topic.kind)?,
            score: number(topic.score),
            evidence: self.all(&topic.evidence.unwrap_or_default()),
        })
    }

    fn date(&self, date: &line::Date<'_>) -> Option<DateMention> {
        let (value, precision) = civil(&date.value, &date.precision)?;
        Some(DateMention { span: self.one(date.span), value, precision })
    }
}

fn ids<T: for<'t> From<&'t str>>(texts: &[Text<'_>]) -> Vec<T> {
    texts.iter().map(|text| T::from(&**text)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "three digits between 0 and 1")]
const fn number(value: f64) -> f32 {
    value as f32
}

fn civil(value: &str, precision: &str) -> Option<(Date, Precision)> {
    let precision = match precision {
        "year" => Precision::Year,
        "month" => Precision::Month,
        _ => Precision::Day,
    };
    let whole = match precision {
        Precision::Year => format!("{value}-01-01"),
        Precision::Month => format!("{value}-01"),
        Precision::Day | Precision::Second => value.to_owned(),
    };
    Some((whole.parse().ok()?, precision))
}

fn moment(record: &line::Moment<'_>) -> Option<Sourced<Moment>> {
    let value = if &*record.precision == Precision::Second.as_str() {
        let instant: Timestamp = record.value.parse().ok()?;
        let offset =
            Pieces::parse(&*record.value).ok().filter(|_| !record.value.ends_with('Z')).and_then(|pieces| pieces.to_numeric_offset());
        offset.map_or(Moment::Instant(instant), |offset| Moment::Local(instant, offset))
    } else {
        let (date, precision) = civil(&record.value, &record.precision)?;
        Moment::Civil(date, precision)
    };
    Some(Sourced { value, span: None, from: FROM })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::extract::extract;
    use crate::extract::lexicon::Lexicons;
    use crate::extract::reading::headed_article;
    use crate::extract::record::{ItemRecord, Timing};
    use crate::extract::stored::Stored;
    use crate::model::article::{Moment, Precision, Sourced};

    /// The record as it is, but for what is not kept.
    fn told(mut record: ItemRecord) -> serde_json::Value {
        let meta = &mut record.meta;
        for found in [&mut meta.headline, &mut meta.standfirst, &mut meta.section, &mut meta.publisher].into_iter().flatten() {
            found.from = super::FROM.to_owned();
        }
        for found in [&mut meta.published, &mut meta.modified].into_iter().flatten() {
            found.from = super::FROM.to_owned();
        }
        for speaker in record.quotes.iter_mut().filter_map(|quote| quote.speaker.as_mut()) {
            speaker.rule = super::FROM.to_owned();
        }
        for stance in &mut record.stances {
            stance.plover = None;
        }
        serde_json::to_value(record).unwrap()
    }

    fn back(record: &ItemRecord) -> ItemRecord {
        let Stored { article, extraction, .. } = Stored::parse(&record.to_line()).unwrap();
        ItemRecord::new(&article, &extraction, Timing::default())
    }

    #[test]
    fn times_keep_their_exactness() {
        let (lexicons, _) = Lexicons::new(&[]);
        let mut article = headed_article("Talks\n\nA word.");
        let extraction = extract(&article, &lexicons);
        let date = jiff::civil::date(2025, 12, 1);
        let instant = "2025-12-19T08:12:03Z".parse().unwrap();
        for moment in [
            Moment::Civil(jiff::civil::date(2025, 1, 1), Precision::Year),
            Moment::Civil(date, Precision::Month),
            Moment::Civil(date, Precision::Day),
            Moment::Instant(instant),
            Moment::Local(instant, jiff::tz::offset(2)),
            Moment::Local(instant, jiff::tz::Offset::UTC),
        ] {
            article.published = Some(Sourced { value: moment, span: None, from: "meta" });
            let record = ItemRecord::new(&article, &extraction, Timing::default());
            let read = Stored::parse(&record.to_line()).unwrap().article;
            assert_eq!(read.published.unwrap().value, moment);
        }
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let record = include_str!("record.md").split("```json").nth(1).unwrap().split("```").next().unwrap();
        assert!(Stored::parse(record).is_ok());
        assert!(Stored::parse("{}").is_err());
        assert!(Stored::parse(&record.replace("wirewatch.item/1", "wirewatch.item/2")).is_err());
        let nameless = record.replace("000102030405060708090a0b0c0d0e0f", "x");
        assert!(Stored::parse(&nameless).is_err());
        // Spans beyond the text and unknown words cost nothing else.
        let odd = record.replace("[32, 39]", "[32, 9999]").replace("acronym", "telepathy");
        let Stored { article, extraction, .. } = Stored::parse(&odd).unwrap();
        assert_eq!(extraction.quotes[0].speaker.as_ref().unwrap().span.unwrap().end, article.text.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
        #[test]
        fn records_read_back_as_they_were(
            text in "((“Ми чекаємо”|Moscow|President Zelensky|said|rejects|Кремль|the plan|NATO|on 18 December 2025|\\PC{0,6}|according to Reuters|習近平)( |\\. |, |\\n\\n)){1,25}",
        ) {
            let (lexicons, _) = Lexicons::new(&[]);
            let mut article = headed_article(&text);
            article.categories = vec!["Peace".to_owned()];
            article.language = Some(Sourced { value: "en-GB".to_owned(), span: None, from: "page" });
            let extraction = extract(&article, &lexicons);
            let record = ItemRecord::new(&article, &extraction, Timing::default());
            prop_assert_eq!(told(back(&record)), told(record));
        }
    }
}
