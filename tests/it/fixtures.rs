//! The articles of the corpus and the facts that are known of them; `corpus/README.md` says what each key means.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// An article of the corpus.
#[derive(Debug)]
pub(crate) struct Fixture {
    /// Name of its folder.
    pub(crate) name: String,
    /// What is read.
    pub(crate) article: Article,
    /// What is known of it.
    pub(crate) expected: Expected,
}

/// What is read.
#[derive(Debug)]
pub(crate) enum Article {
    /// `article.txt`
    Text(String),
    /// `page.html`
    Page(String),
}

impl Article {
    /// The file as it is.
    pub(crate) fn source(&self) -> &str {
        match self {
            Self::Text(text) | Self::Page(text) => text,
        }
    }
}

/// Facts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pub(crate) origin: String,
    pub(crate) language: String,
    pub(crate) headline: Option<String>,
    #[serde(default)]
    pub(crate) body_has: Vec<String>,
    #[serde(default)]
    pub(crate) body_has_not: Vec<String>,
    #[serde(default)]
    pub(crate) actors: Vec<String>,
    #[serde(default, rename = "mention")]
    pub(crate) mentions: Vec<MentionFact>,
    #[serde(default, rename = "quote")]
    pub(crate) quotes: Vec<QuoteFact>,
    #[serde(default, rename = "citation")]
    pub(crate) citations: Vec<CitationFact>,
    #[serde(default, rename = "stance")]
    pub(crate) stances: Vec<StanceFact>,
    #[serde(default)]
    pub(crate) never: Never,
    #[serde(default)]
    pub(crate) known_wrong: Vec<KnownWrong>,
}

/// A fact that does not hold yet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownWrong {
    pub(crate) fact: String,
    pub(crate) why: String,
}

/// What must not be found.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Never {
    #[serde(default, rename = "actor")]
    pub(crate) actors: Vec<ActorFact>,
    #[serde(default, rename = "mention")]
    pub(crate) mentions: Vec<MentionFact>,
    #[serde(default, rename = "quote")]
    pub(crate) quotes: Vec<QuoteFact>,
    #[serde(default, rename = "stance")]
    pub(crate) stances: Vec<StanceFact>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActorFact {
    pub(crate) id: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MentionFact {
    pub(crate) text: String,
    #[serde(default = "first")]
    pub(crate) nth: usize,
    pub(crate) actor: Option<String>,
    pub(crate) kind: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteFact {
    pub(crate) content: Vec<String>,
    pub(crate) speaker: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) via: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CitationFact {
    pub(crate) outlet: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StanceFact {
    pub(crate) holder: String,
    pub(crate) position: String,
    pub(crate) target_has: Option<String>,
}

const fn first() -> usize {
    1
}

/// All of the corpus, by name.
pub(crate) fn all() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders.into_iter().filter(|folder| folder.join("expected.toml").exists()).map(|folder| read(&folder)).collect()
}

fn read(folder: &Path) -> Fixture {
    let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let facts = fs::read_to_string(folder.join("expected.toml")).unwrap();
    let expected = toml::from_str(&facts).unwrap_or_else(|error| panic!("{name}: {error}"));
    let article = match fs::read_to_string(folder.join("article.txt")) {
        Ok(text) => Article::Text(text),
        Err(_) => Article::Page(fs::read_to_string(folder.join("page.html")).unwrap()),
    };
    Fixture { name, article, expected }
}

/// Where the `nth` occurrence of a text as a whole word begins, in bytes.
pub(crate) fn occurrence(source: &str, text: &str, nth: usize) -> Option<usize> {
    let inside_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    source
        .match_indices(text)
        .filter(|(start, found)| {
            let (before, after) = source.split_at(*start);
            !inside_word(before.chars().next_back()) && !inside_word(after.chars().nth(found.chars().count()))
        })
        .nth(nth - 1)
        .map(|(start, _)| start)
}

#[test]
fn every_fact_is_about_words_that_are_there() {
    let fixtures = all();
    assert!(fixtures.len() >= 10);
    for Fixture { name, article, expected } in &fixtures {
        let source = article.source();
        let passages = expected.body_has.iter().chain(&expected.body_has_not).chain(&expected.headline);
        let quoted = expected.quotes.iter().chain(&expected.never.quotes).flat_map(|quote| &quote.content);
        let targets = expected.stances.iter().chain(&expected.never.stances).filter_map(|stance| stance.target_has.as_ref());
        for passage in passages.chain(quoted).chain(targets) {
            assert!(source.contains(passage.as_str()), "{name}: {passage:?} is not in it");
        }
        for mention in expected.mentions.iter().chain(&expected.never.mentions) {
            assert!(occurrence(source, &mention.text, mention.nth).is_some(), "{name}: {mention:?} is not in it");
        }
        assert!(!expected.origin.is_empty() && expected.language.len() == 2, "{name}");
        let facts = expected.quotes.len() + expected.stances.len() + expected.citations.len() + expected.mentions.len();
        assert!(facts > 0, "{name} says nothing");
        if matches!(article, Article::Page(_)) {
            assert!(expected.headline.is_some() && !expected.body_has.is_empty() && !expected.body_has_not.is_empty(), "{name}");
        }
    }
}

#[test]
fn kinds_and_positions_are_those_of_the_model() {
    use wirewatch::model::extraction::{MentionKind, Position, QuoteKind};

    for Fixture { name, expected, .. } in &all() {
        let Expected { mentions, quotes, stances, never, .. } = expected;
        let kinds = mentions.iter().chain(&never.mentions).filter_map(|mention| mention.kind.as_deref());
        assert!(kinds.into_iter().all(|kind| MentionKind::parse(kind).is_some()), "{name}");
        let kinds = quotes.iter().chain(&never.quotes).filter_map(|quote| quote.kind.as_deref());
        assert!(kinds.into_iter().all(|kind| QuoteKind::parse(kind).is_some()), "{name}");
        assert!(stances.iter().chain(&never.stances).all(|stance| Position::parse(&stance.position).is_some()), "{name}");
    }
}

#[test]
fn identities_are_written_as_identities() {
    let is_id =
        |id: &str| !id.is_empty() && id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    for Fixture { name, expected, .. } in &all() {
        let Expected { actors, mentions, quotes, citations, stances, never, .. } = expected;
        let ids = actors.iter().chain(never.actors.iter().map(|actor| &actor.id));
        let ids = ids.chain(mentions.iter().chain(&never.mentions).filter_map(|mention| mention.actor.as_ref()));
        let ids = ids.chain(quotes.iter().chain(&never.quotes).filter_map(|quote| quote.speaker.as_ref()));
        for id in ids.chain(stances.iter().chain(&never.stances).map(|stance| &stance.holder)) {
            assert!(is_id(id), "{name}: {id:?}");
        }
        // An outlet is written by its name.
        for outlet in quotes.iter().filter_map(|quote| quote.via.as_ref()).chain(citations.iter().map(|citation| &citation.outlet)) {
            assert!(outlet.starts_with(char::is_uppercase), "{name}: {outlet:?}");
        }
    }
}

#[test]
fn occurrences_are_whole_words() {
    assert_eq!(occurrence("bus us USA us", "us", 1), Some(4));
    assert_eq!(occurrence("bus us USA us", "us", 2), Some(11));
    assert_eq!(occurrence("bus us USA us", "us", 3), None);
    assert_eq!(occurrence("у Києві, Києві.", "Києві", 2), Some("у Києві, ".len()));
}
