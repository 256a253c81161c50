//! Articles and extractions made by hand for tests.

use std::sync::Arc;

use crate::model::alert::Severity;
use crate::model::article::{Article, Sourced, TextFrom};
use crate::model::extraction::{
    Act, Actor, ActorKind, Citation, Extraction, KnownActor, Language, Mention, MentionKind, Position, Quote, QuoteKind, Role, Speaker,
    Stance, Target,
};
use crate::model::id::EntryId;
use crate::model::span::Span;
use crate::problem::{Located, Place, Problem, SourceText};
use crate::watch::list::{TopicSource, WatchSource};

/// An article that is being made.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) article: Article,
    pub(crate) extraction: Extraction,
}

/// A text; a first line that begins with `# ` is its headline, empty lines part paragraphs. Known actors are found by name.
pub(crate) fn sample(text: &str) -> Sample {
    let (headline, rest) = match text.strip_prefix("# ") {
        Some(rest) => rest.split_once("\n\n").map_or((Some(rest), ""), |(headline, rest)| (Some(headline), rest)),
        None => (None, text),
    };
    let whole = headline.map_or_else(|| rest.to_owned(), |headline| format!("{headline}\n\n{rest}"));
    let body = Span::new(whole.len() - rest.len(), whole.len());
    let mut paragraphs = Vec::new();
    let mut at = body.start;
    for part in rest.split("\n\n") {
        paragraphs.push(Span::new(at, at + part.len()));
        at += part.len() + 2;
    }
    let head = headline.map(|headline| Span::new(0, headline.len()));
    let mut sentences: Vec<Span> = head.into_iter().collect();
    for paragraph in &paragraphs {
        let mut start = paragraph.start;
        for piece in paragraph.of(&whole).split_inclusive(". ") {
            sentences.push(Span::new(start, start + piece.trim_end().len()));
            start += piece.len();
        }
    }
    let article = Article {
        id: EntryId([7; 16]),
        feed: Some("kyiv-wire".into()),
        url: "https://news.example.org/world/guarantees-2025?utm_source=rss".parse().ok(),
        outlet: Some("Just Security".to_owned()),
        fetched: None,
        text_from: TextFrom::Given,
        text_confidence: 1.0,
        partial: false,
        free: None,
        shares_address: false,
        headline: headline.map(|headline| Sourced { value: headline.to_owned(), span: head, from: "text" }),
        standfirst: None,
        section: Some(Sourced { value: "World news".to_owned(), span: None, from: "page" }),
        authors: Some(Sourced { value: vec!["Zoë Łukasz".to_owned()], span: None, from: "page" }),
        publisher: None,
        language: None,
        published: None,
        modified: None,
        body,
        paragraphs,
        categories: vec!["Peace talks".to_owned()],
        notes: Vec::new(),
        text: whole,
    };
    let extraction = Extraction {
        language: Some(Language { code: "en".to_owned(), confidence: 1.0 }),
        sentences,
        actors: actors(&article.text),
        ..Extraction::default()
    };
    Sample { article, extraction }
}

fn actors(text: &str) -> Vec<Actor> {
    let mut found = Vec::new();
    for known in known() {
        let mut mentions: Vec<Mention> = std::iter::once(&known.name)
            .chain(&known.aliases)
            .flat_map(|name| text.match_indices(name.as_str()).map(|(at, name)| Span::new(at, at + name.len())))
            .map(|span| Mention { span, kind: MentionKind::Name, confidence: None })
            .collect();
        mentions.sort_by_key(|mention| mention.span);
        mentions.dedup_by(|later, first| first.span.overlaps(later.span));
        if !mentions.is_empty() {
            found.push(Actor {
                id: known.id,
                name: known.name,
                kind: known.kind,
                country: known.country,
                roles: known.roles,
                known: true,
                gender: None,
                salience: if mentions.len() > 1 { 0.8 } else { 0.3 },
                mentions,
            });
        }
    }
    found
}

impl Sample {
    pub(crate) fn span(&self, words: &str) -> Span {
        let start = self.article.text.find(words).unwrap_or_else(|| panic!("no {words:?} in the sample"));
        Span::new(start, start + words.len())
    }

    pub(crate) fn language(mut self, code: &str) -> Self {
        self.extraction.language = Some(Language { code: code.to_owned(), confidence: 1.0 });
        self
    }

    pub(crate) fn quote(mut self, words: &str, speaker: Option<&str>) -> Self {
        let content = self.span(words);
        let speaker = speaker.map(|id| {
            let name = self.extraction.actors.iter().find(|actor| actor.id.as_str() == id).map_or(id, |actor| &actor.name).to_owned();
            Speaker { actor: Some(id.into()), name, span: None, rule: "test", confidence: 1.0 }
        });
        self.extraction.quotes.push(Quote {
            kind: QuoteKind::Direct,
            act: Act::Said,
            content: vec![content],
            marked: vec![content],
            cue: None,
            speaker,
            via: None,
            topics: Vec::new(),
        });
        self
    }

    pub(crate) fn cites(mut self, outlet: &str, words: &str) -> Self {
        let span = self.span(words);
        self.extraction.citations.push(Citation { outlet: outlet.to_owned(), span, cue: "according to".to_owned(), quote: None });
        self
    }

    pub(crate) fn stance(mut self, holder: &str, position: Position, target: &str, evidence: &str) -> Self {
        let target = Target { span: self.span(target), actors: Vec::new(), topics: Vec::new() };
        let evidence = self.span(evidence);
        self.extraction.stances.push(Stance { holder: holder.into(), position, target, plover: None, evidence, by: None, confidence: 1.0 });
        self
    }
}

pub(crate) fn known() -> Vec<KnownActor> {
    let actor = |id: &str, name: &str, aliases: &[&str], kind, country: &[u8; 2]| KnownActor {
        id: id.into(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        kind,
        country: Some(*country),
        roles: Vec::new(),
        gender: None,
    };
    let mut peskov = actor("peskov", "Dmitry Peskov", &["Peskov", "Дмитрий Песков"], ActorKind::Person, b"RU");
    peskov.roles.push(Role { title: "spokesperson".to_owned(), of: Some("kremlin".to_owned()) });
    let zelensky = actor("zelensky", "Volodymyr Zelensky", &["Zelensky", "Zelenskyy"], ActorKind::Person, b"UA");
    let russia = actor("russia", "Russia", &["Moscow", "Russian"], ActorKind::State, b"RU");
    let ukraine = actor("ukraine", "Ukraine", &["Kyiv"], ActorKind::State, b"UA");
    vec![peskov, zelensky, russia, ukraine]
}

/// A text as it stands in a file of one TOML string.
pub(crate) fn located(text: &str) -> Located<String> {
    let source = Arc::new(SourceText { name: "test.toml".to_owned(), text: format!("when = '{text}'") });
    let span = Span::new(7, source.text.len());
    Located { value: text.to_owned(), place: Place { source, span } }
}

pub(crate) fn topic(id: &str, query: &str) -> TopicSource {
    let place = located(id).place;
    TopicSource { id: Located { value: id.into(), place }, name: None, query: located(query) }
}

pub(crate) fn watch(id: &str, when: &str) -> WatchSource {
    let place = located(id).place;
    WatchSource {
        id: Located { value: id.into(), place },
        name: None,
        when: Some(located(when)),
        actors: Vec::new(),
        topics: Vec::new(),
        severity: Severity::High,
        notify: None,
        updates: crate::model::matched::Updates::default(),
        examples: Vec::new(),
    }
}

pub(crate) fn short(id: &str, actors: &[&str], topics: &[&str]) -> WatchSource {
    let all = |names: &[&str]| names.iter().map(|name| located(name)).collect();
    WatchSource { when: None, actors: all(actors), topics: all(topics), ..watch(id, "") }
}

/// Problems as a person would read them: what, the words it is about, what would be right.
pub(crate) fn told(problems: &[Problem]) -> String {
    let one = |problem: &Problem| {
        let words = problem.place.as_ref().map_or("", |place| place.span.of(&place.source.text));
        format!("{:?} {} at [{words}] help: {}", problem.level, problem.message, problem.help.as_deref().unwrap_or("-"))
    };
    problems.iter().map(one).collect::<Vec<_>>().join("\n")
}
