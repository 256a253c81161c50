//! The article this project began with, read as the daemon reads it. The article stays outside the project: without it the test
//! says so and ends.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wirewatch::article::{self, TextInput};
use wirewatch::config::{self, Environment};
use wirewatch::model::id::EntryId;
use wirewatch::pipeline::find::{Finding, find};

/// The checks of the annotation in the query language. The last four must not match.
const WATCHES: &str = r#"
[[topic]]
id = "ukraine-security-guarantees"
query = '(ukraine OR kyiv) NEAR/40 ("security guarantee" OR "security assurance" OR "multinational force")'

[[topic]]
id = "russia-sanctions"
query = '(sanction OR embargo) NEAR/20 (russia OR moscow)'

[[watch]]
id = "hit-speaker-peskov"
when = 'speaker:peskov'

[[watch]]
id = "hit-actor-russia"
when = 'actor:russia'

[[watch]]
id = "hit-russia-opposes-guarantees"
when = 'STANCE(russia, oppose, topic:ukraine-security-guarantees)'

[[watch]]
id = "hit-us-supports"
when = 'STANCE(us, support, *)'

[[watch]]
id = "hit-topic"
when = 'topic:ukraine-security-guarantees'

[[watch]]
id = "hit-cites"
when = 'cites:"Pháp luật & Xã hội"'

[[watch]]
id = "hit-cites-folded"
when = 'cites:"phap luat & xa hoi"'

[[watch]]
id = "no-speaker-putin"
when = 'speaker:putin'

[[watch]]
id = "no-zelensky"
when = 'actor:zelensky'

[[watch]]
id = "no-sanctions"
when = 'topic:russia-sanctions'

[[watch]]
id = "no-us-opposes"
when = 'STANCE(us, oppose, *)'
"#;

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/seed");
    if folder.join("article.txt").exists() {
        return Some(folder);
    }
    println!("skipped: {} is not here", folder.display());
    None
}

fn read(folder: &Path) -> (Finding, Value, Value) {
    let held = tempfile::tempdir().unwrap();
    let path = held.path().join("wirewatch.toml");
    fs::write(&path, format!("state = \"{}\"\n{WATCHES}", held.path().join("state").display())).unwrap();
    let loaded = config::load(&path, &Environment::default());
    let config = loaded.config.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    let text = fs::read_to_string(folder.join("article.txt")).unwrap();
    let input = TextInput { id: EntryId([0; 16]), text, title: None, url: None, published: None, language: None };
    let finding = find(article::from_text(input), &config);
    let record = serde_json::from_str(&finding.record(std::time::Duration::ZERO, None)).unwrap();
    let gold = serde_json::from_str(&fs::read_to_string(folder.join("gold.json")).unwrap()).unwrap();
    (finding, record, gold)
}

fn span(value: &Value) -> (u64, u64) {
    (value["start"].as_u64().unwrap(), value["end"].as_u64().unwrap())
}

fn pair(value: &Value) -> (u64, u64) {
    (value[0].as_u64().unwrap(), value[1].as_u64().unwrap())
}

#[test]
fn structure_is_found() {
    let Some(folder) = folder() else { return };
    let (_, record, gold) = read(&folder);
    let structure = &gold["structure"];
    assert_eq!(pair(&record["meta"]["headline"]["span"]), span(&structure["headline"]));
    assert_eq!(pair(&record["meta"]["standfirst"]["span"]), span(&structure["standfirst"]));
    assert_eq!(record["meta"]["published"]["value"], structure["published"]["value"]);
    assert_eq!(record["meta"]["published"]["precision"], "day");
    assert_eq!(pair(&record["body"]["span"]), span(&structure["body"]));
    assert_eq!(record["body"]["paragraphs"].as_array().unwrap().len() as u64, structure["body"]["paragraphs"].as_u64().unwrap());
}

#[test]
fn marked_quotes_have_their_speakers() {
    let Some(folder) = folder() else { return };
    let (_, record, gold) = read(&folder);
    let mut wanted = 0;
    for quote in gold["quotes"].as_array().unwrap().iter().filter(|quote| quote["type"] == "direct") {
        for content in quote["content"].as_array().unwrap() {
            wanted += 1;
            let found = record["quotes"]
                .as_array()
                .unwrap()
                .iter()
                .find(|found| found["marked"].as_array().unwrap().iter().any(|marked| pair(marked) == span(content)))
                .unwrap_or_else(|| panic!("the quote at {:?} is missing", span(content)));
            let speaker = &found["speaker"];
            assert_eq!(pair(&speaker["span"]), span(&quote["speaker"]["mention"]), "the words that name the speaker");
            if quote["speaker"]["actor"] == "peskov" {
                assert_eq!(speaker["actor"], "peskov");
            } else {
                assert_ne!(speaker["actor"], "peskov", "a collective speaker was taken for a person");
                assert_eq!(speaker["name"].as_str().unwrap().to_lowercase(), "russian officials");
            }
        }
    }
    assert_eq!(wanted, 5);
}

#[test]
fn every_citation_is_found() {
    let Some(folder) = folder() else { return };
    let (_, record, gold) = read(&folder);
    let found: Vec<_> = record["citations"].as_array().unwrap().iter().map(|citation| pair(&citation["span"])).collect();
    for cited in gold["cited_sources"].as_array().unwrap() {
        assert!(found.contains(&span(&cited["span"])), "the citation at {:?} is missing; found {found:?}", span(&cited["span"]));
    }
    assert_eq!(found.len(), 6);
}

#[test]
fn actors_are_found_and_metonyms_resolved() {
    let Some(folder) = folder() else { return };
    let (_, record, gold) = read(&folder);
    let actor = |id: &str| {
        record["actors"].as_array().unwrap().iter().find(|actor| actor["id"] == id).unwrap_or_else(|| panic!("actor `{id}` is missing"))
    };
    for id in ["peskov", "putin", "russia", "ukraine", "eu", "us", "nato"] {
        actor(id);
    }
    let metonyms: Vec<_> = actor("russia")["mentions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|mention| mention["kind"] == "metonym")
        .map(|mention| pair(&mention["span"]))
        .collect();
    for id in ["russia", "kremlin"] {
        let gold = gold["actors"].as_array().unwrap().iter().find(|actor| actor["id"] == id).unwrap();
        for mention in gold["mentions"].as_array().unwrap().iter().filter(|mention| mention["kind"] == "metonym") {
            assert!(metonyms.contains(&span(mention)), "`{}` at {:?} is a metonym of Russia", mention["exact"], span(mention));
        }
    }
}

#[test]
fn watches_hold_and_do_not_hold() {
    let Some(folder) = folder() else { return };
    let (finding, _, _) = read(&folder);
    let mut held: Vec<&str> = finding.matches.iter().map(|(facts, _)| facts.watch.id.as_str()).collect();
    held.sort_unstable();
    assert_eq!(
        held,
        [
            "hit-actor-russia",
            "hit-cites",
            "hit-cites-folded",
            "hit-russia-opposes-guarantees",
            "hit-speaker-peskov",
            "hit-topic",
            "hit-us-supports",
        ]
    );
    assert!(finding.matches.iter().all(|(_, found)| !found.why.is_empty()), "a match without evidence");
}
