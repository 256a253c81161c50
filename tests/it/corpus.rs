//! Every article of the corpus, read as the daemon reads it, held against the facts that are known of it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use wirewatch::article::{PageInput, TextInput, from_page, from_text};
use wirewatch::config;
use wirewatch::config::{Config, Environment};
use wirewatch::model::id::EntryId;
use wirewatch::pipeline::find::find;

use crate::fixtures::{Article, Expected, Fixture, MentionFact, QuoteFact, StanceFact, all, occurrence};

/// What was found, as the item record tells it.
struct Found {
    record: Value,
    text: Vec<char>,
}

impl Found {
    fn read(fixture: &Fixture, config: &Config) -> Self {
        let id = EntryId([0; 16]);
        let article = match &fixture.article {
            Article::Text(text) => from_text(TextInput { id, text: text.clone(), title: None, url: None, published: None, language: None }),
            Article::Page(html) => from_page(PageInput {
                id,
                html: html.clone().into_bytes(),
                content_type: Some("text/html; charset=utf-8".to_owned()),
                url: None,
                title: None,
                published: None,
                language: None,
                read_at: None,
            }),
        };
        let line = find(article, config).record(std::time::Duration::ZERO, None);
        let record: Value = serde_json::from_str(&line).unwrap();
        let text = record["text"]["value"].as_str().unwrap().chars().collect();
        Self { record, text }
    }

    fn list(&self, key: &str) -> &[Value] {
        self.record[key].as_array().unwrap()
    }

    fn words(&self, span: &Value) -> String {
        let at = |index: usize| usize::try_from(span[index].as_u64().unwrap()).unwrap();
        self.text[at(0)..at(1)].iter().collect()
    }

    fn has_quote(&self, fact: &QuoteFact) -> bool {
        fact.content.iter().all(|passage| {
            self.list("quotes").iter().any(|quote| {
                quote["content"].as_array().unwrap().iter().any(|span| self.words(span).contains(passage.as_str()))
                    && fact.speaker.as_ref().is_none_or(|speaker| quote["speaker"]["actor"] == speaker.as_str())
                    && fact.kind.as_ref().is_none_or(|kind| quote["type"] == kind.as_str())
                    && fact.via.as_ref().is_none_or(|via| quote["via"] == via.as_str())
            })
        })
    }

    fn has_mention(&self, fact: &MentionFact) -> bool {
        let text: String = self.text.iter().collect();
        let Some(start) = occurrence(&text, &fact.text, fact.nth) else { return false };
        let start = u64::try_from(text.get(..start).unwrap().chars().count()).unwrap();
        let end = start + u64::try_from(fact.text.chars().count()).unwrap();
        self.list("actors").iter().filter(|actor| fact.actor.as_ref().is_none_or(|id| actor["id"] == id.as_str())).any(|actor| {
            actor["mentions"].as_array().unwrap().iter().any(|mention| {
                mention["span"][0].as_u64().unwrap() < end
                    && start < mention["span"][1].as_u64().unwrap()
                    && fact.kind.as_ref().is_none_or(|kind| mention["kind"] == kind.as_str())
            })
        })
    }

    fn has_stance(&self, fact: &StanceFact) -> bool {
        // A state's seat and government speak for it.
        let stands_for = |holder: &str| {
            holder == fact.holder
                || match fact.holder.as_str() {
                    "russia" => ["kremlin", "moscow"].contains(&holder),
                    "us" => ["white-house", "washington"].contains(&holder),
                    state => holder.starts_with(&format!("{state}-")),
                }
        };
        self.list("stances").iter().any(|stance| {
            stands_for(stance["holder"].as_str().unwrap())
                && stance["position"] == fact.position.as_str()
                && fact.target_has.as_ref().is_none_or(|words| stance["target"]["text"].as_str().unwrap().contains(words.as_str()))
        })
    }

    /// The facts that do not hold, each as a line.
    fn misses(&self, expected: &Expected) -> BTreeSet<String> {
        let mut misses = BTreeSet::new();
        let mut fact = |holds: bool, line: String| {
            if !holds {
                misses.insert(line);
            }
        };
        let language = self.record["meta"]["language"]["value"].as_str().unwrap_or_default();
        fact(language.starts_with(&expected.language), format!("language {}", expected.language));
        if let Some(headline) = &expected.headline {
            fact(self.record["meta"]["headline"]["value"] == headline.as_str(), format!("headline {headline}"));
        }
        let body = self.words(&self.record["body"]["span"]);
        for passage in &expected.body_has {
            fact(body.contains(passage.as_str()), format!("body has {passage}"));
        }
        for passage in &expected.body_has_not {
            fact(!body.contains(passage.as_str()), format!("body has not {passage}"));
        }
        let actor = |id: &str| self.list("actors").iter().find(|actor| actor["id"] == id);
        for id in &expected.actors {
            fact(actor(id).is_some(), format!("actor {id}"));
        }
        for mention in &expected.mentions {
            fact(self.has_mention(mention), format!("mention {} {}", mention.text, mention.nth));
        }
        for quote in &expected.quotes {
            fact(self.has_quote(quote), format!("quote {}", quote.content[0]));
        }
        for citation in &expected.citations {
            let found = self.list("citations").iter().any(|found| found["outlet"] == citation.outlet.as_str());
            fact(found, format!("citation {}", citation.outlet));
        }
        for stance in &expected.stances {
            fact(self.has_stance(stance), format!("stance {} {}", stance.holder, stance.position));
        }
        for never in &expected.never.actors {
            let acts = actor(&never.id)
                .is_some_and(|actor| actor["mentions"].as_array().unwrap().iter().any(|mention| mention["kind"] != "place"));
            fact(!acts, format!("never actor {}", never.id));
        }
        for mention in &expected.never.mentions {
            fact(!self.has_mention(mention), format!("never mention {} {}", mention.text, mention.nth));
        }
        for quote in &expected.never.quotes {
            fact(!self.has_quote(quote), format!("never quote {}", quote.content[0]));
        }
        for stance in &expected.never.stances {
            fact(!self.has_stance(stance), format!("never stance {} {}", stance.holder, stance.position));
        }
        misses
    }
}

#[test]
fn the_facts_of_the_corpus_hold_but_for_those_known_to_be_wrong() {
    let loaded = config::load_text(Path::new("wirewatch.toml"), "", &Environment::default());
    let config = loaded.config.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    let mut faults = Vec::new();
    for fixture in all() {
        let misses = Found::read(&fixture, &config).misses(&fixture.expected);
        let known: BTreeSet<String> = fixture.expected.known_wrong.iter().map(|wrong| wrong.fact.clone()).collect();
        faults.extend(misses.difference(&known).map(|fact| format!("{}: does not hold: {fact}", fixture.name)));
        faults.extend(known.difference(&misses).map(|fact| format!("{}: holds now, or is no fact: {fact}", fixture.name)));
        assert!(fixture.expected.known_wrong.iter().all(|wrong| !wrong.why.is_empty()));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
