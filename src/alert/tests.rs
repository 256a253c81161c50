use std::collections::{HashMap, HashSet};

use crate::alert::record::AlertRecord;
use crate::alert::render::{Piece, Style, body, plain, subject};
use crate::alert::rules::Rules;
use crate::alert::{Situation, alert_id, decide};
use crate::model::alert::{Alert, AlertStory, AlertWatch, Decision, DropReason, Severity};
use crate::model::article::{Article, Moment, Precision, Sourced, TextFrom};
use crate::model::extraction::{Extraction, Language};
use crate::model::id::EntryId;
use crate::model::matched::{Evidence, Match, Updates, WatchFacts};
use crate::model::span::Span;

/// A record as this version wrote it first; it must stay readable.
const GOLDEN: &str = include_str!("golden-1.json");

fn article(url: &str) -> Article {
    let text = "Київ: guarantees rejected.";
    Article {
        id: EntryId([9; 16]),
        feed: Some("kyiv-wire".into()),
        url: url.parse().ok(),
        outlet: Some("Kyiv Wire".to_owned()),
        fetched: None,
        text: text.to_owned(),
        text_from: TextFrom::Given,
        text_confidence: 1.0,
        partial: false,
        free: None,
        shares_address: false,
        headline: Some(Sourced { value: "Guarantees\u{1b}[31m rejected\r\nBcc: x".to_owned(), span: None, from: "feed.title" }),
        standfirst: None,
        section: None,
        authors: None,
        publisher: None,
        language: None,
        published: Some(Sourced { value: Moment::Civil(jiff::civil::date(2025, 12, 1), Precision::Month), span: None, from: "text" }),
        modified: None,
        body: Span::new(0, text.len()),
        paragraphs: vec![Span::new(0, text.len())],
        categories: Vec::new(),
        notes: Vec::new(),
    }
}

fn found(watch: &str) -> (WatchFacts, Match) {
    let facts = WatchFacts {
        watch: AlertWatch { id: watch.into(), name: "Russia on guarantees".to_owned(), severity: Severity::High },
        notify: Some(vec!["desk".into()]),
        updates: Updates::Growth,
    };
    let evidence = Evidence {
        condition: "guarantee".to_owned(),
        field: "body",
        span: Some(Span::new(10, 20)),
        text: "guarantees".to_owned(),
        speaker: Some("Dmitry Peskov".to_owned()),
        context: Some("Київ: guarantees rejected.".to_owned()),
    };
    (facts, Match { watch: watch.into(), score: 0.5, why: vec![evidence] })
}

fn decided(url: &str, watches: &[&str], known: &HashSet<crate::model::id::AlertId>) -> Vec<Decision> {
    let extraction = Extraction { language: Some(Language { code: "en".to_owned(), confidence: 1.0 }), ..Extraction::default() };
    let situation = Situation {
        article: &article(url),
        extraction: &extraction,
        known,
        story: None,
        told: &HashMap::new(),
        silences: &[],
        rules: &Rules::default(),
        singles: &HashMap::new(),
        now: "2025-12-19T08:12:05.123Z".parse().unwrap(),
    };
    decide(watches.iter().map(|watch| found(watch)).collect(), &situation)
}

fn raised() -> Alert {
    match decided("https://example.org/a?utm_source=rss", &["guarantees"], &HashSet::new()).pop() {
        Some(Decision::Raise(alert)) => *alert,
        other => panic!("not raised: {other:?}"),
    }
}

#[test]
fn the_same_decision_has_the_same_identity() {
    let id = |url: &str| alert_id(&"guarantees".into(), &article(url));
    let first = id("https://example.org/news/a");
    for same in ["http://EXAMPLE.org/news/a/", "https://www.example.org/news/a#top", "https://example.org:443/news/a?utm_medium=x&fbclid=1"]
    {
        assert_eq!(id(same), first, "{same}");
    }
    for other in
        ["https://example.org/news/b", "https://example.org/news/a?id=2", "https://example.com/news/a", "https://example.org:8443/news/a"]
    {
        assert_ne!(id(other), first, "{other}");
    }
    assert_ne!(alert_id(&"other".into(), &article("https://example.org/news/a")), first);
    assert_eq!(id("no address"), id("mailto:a@example.org"));
    let of_several = |number: u8| {
        let article = Article { id: EntryId([number; 16]), shares_address: true, ..article("https://example.org/news/a") };
        alert_id(&"guarantees".into(), &article)
    };
    assert_ne!(of_several(1), of_several(2), "each note of a live page is told");
    assert_eq!(of_several(1), of_several(1));
    // Never change this: everything that was told would be told again.
    assert_eq!(first.to_string(), "88af3666-4828-5181-8e36-29ada8dd9710");
}

#[test]
fn a_match_is_told_once() {
    let known: HashSet<_> = [alert_id(&"old".into(), &article("https://example.org/a"))].into();
    let shown: Vec<String> = decided("https://example.org/a", &["new", "old", "new"], &known)
        .iter()
        .map(|decision| match decision {
            Decision::Raise(alert) => format!("raise {} {}", alert.watch.id, alert.reason.as_str()),
            Decision::Drop { watch, reason, .. } => format!("drop {watch} {}", reason.as_str()),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, ["raise new first-match", "drop old already-told", "drop new already-told"]);
    assert_eq!(DropReason::AlreadyTold.as_str(), "already-told");
}

#[test]
fn a_record_is_one_line_that_is_safe_to_print() {
    let line = AlertRecord::from(&raised()).to_line();
    assert!(!line.chars().any(char::is_control), "{line}");
    insta::assert_snapshot!(line, @r#"{"schema":"wirewatch.alert/1","id":"05a2bbcb-827a-5767-be8b-f0a89aab0c25","time":"2025-12-19T08:12:05Z","kind":"first","watch":{"id":"guarantees","name":"Russia on guarantees","severity":"high"},"item":{"id":"09090909090909090909090909090909","title":"Guarantees\u001b[31m rejected\r\nBcc: x","url":"https://example.org/a?utm_source=rss","outlet":"Kyiv Wire","feed":"kyiv-wire","published":"2025-12","language":"en"},"score":0.5,"why":[{"condition":"guarantee","field":"body","span":[6,16],"text":"guarantees","speaker":"Dmitry Peskov","context":"Київ: guarantees rejected."}],"story":null,"reason":"first-match"}"#);
    let mut alert = raised();
    alert.item.title = Some("a\u{202e}b\u{9b}c\u{7f}d\u{0}e\tf \"g\"".to_owned());
    alert.story = Some(AlertStory { id: "s".into(), outlets: 4, items: 7 });
    let record = AlertRecord::from(&alert);
    let line = record.to_line();
    assert!(line.contains("a\\u202eb\\u009bc\\u007fd\\u0000e\\tf \\\"g\\\""), "{line}");
    assert_eq!(AlertRecord::parse(&line).unwrap(), record);
}

#[test]
fn records_of_this_version_stay_readable() {
    let record = AlertRecord::parse(GOLDEN.trim()).unwrap();
    assert_eq!(record.to_line(), GOLDEN.trim());
    let schema = serde_json::to_value(schemars::schema_for!(AlertRecord)).unwrap();
    let written: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
    assert!(jsonschema::is_valid(&schema, &written));
    // A later build adds fields; an earlier one had no context.
    let mut other = written;
    other["later"] = 1.into();
    other["why"][0].as_object_mut().unwrap().remove("context");
    assert!(AlertRecord::parse(&other.to_string()).is_ok());
    assert!(AlertRecord::parse(&GOLDEN.replace("alert/1", "alert/2")).is_err());
    assert!(AlertRecord::parse("{}").is_err());
}

#[test]
fn text_for_people_holds_no_control_characters() {
    let record = AlertRecord::from(&raised());
    insta::assert_snapshot!(subject(&record), @"[high] Russia on guarantees: Guarantees [31m rejected Bcc: x (Kyiv Wire)");
    insta::assert_snapshot!(plain(&body(&record)), @"
    [high] Russia on guarantees · 2025-12-19T08:12:05Z
    Guarantees [31m rejected Bcc: x
    Kyiv Wire · 2025-12 · en
    https://example.org/a?utm_source=rss
      guarantee (body, Dmitry Peskov)
        Київ: «guarantees» rejected.
    ");
    let mut bare = raised();
    bare.item.title = None;
    bare.item.url = None;
    bare.item.outlet = None;
    bare.item.published = None;
    for one in &mut bare.why {
        one.context = None;
        one.text = "Moscow … \u{202e}guarantees".to_owned();
    }
    let record = AlertRecord::from(&bare);
    insta::assert_snapshot!(plain(&body(&record)), @"
    [high] Russia on guarantees · 2025-12-19T08:12:05Z
    (no title)
    en
      guarantee (body, Dmitry Peskov)
        «Moscow» … «guarantees»
    ");
    assert!(!plain(&body(&record)).chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn hits_stand_between_marks_that_the_text_has_not() {
    let shown = |text: &str| plain(&[Piece::new(Style::Plain, text), Piece::new(Style::Hit, "hit")]);
    assert_eq!(shown("a "), "a «hit»");
    assert_eq!(shown("b « "), "b « ⟦hit⟧");
    assert_eq!(shown("» c ⟧ "), "» c ⟧ ⟪hit⟫");
    assert_eq!(shown("«»⟦⟧⟪⟫❮❯ "), "«»⟦⟧⟪⟫❮❯ ❮hit❯");
    assert_eq!(plain(&[Piece::new(Style::Hit, "«hit»")]), "⟦«hit»⟧");
}

mod deciding;
