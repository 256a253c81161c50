//! The engine against the plain evaluation of every watch, over the whole grammar: both must give the same.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::{prop_assert_eq, proptest};

use crate::model::article::Sourced;
use crate::model::extraction::{Act, Citation, Position, Quote, QuoteKind, Speaker, Stance, Target};
use crate::model::id::TopicId;
use crate::model::span::Span;
use crate::watch::evaluate::Evaluation;
use crate::watch::evidence::{evidence, score};
use crate::watch::list::{TopicSource, WatchList, WatchSource};
use crate::watch::samples::{Sample, known, sample, short, told, topic, watch};
use crate::watch::scan::Scan;
use crate::watch::sources::WatchSources;
use crate::watch::{compile, evaluate, explain, find, holding, mark_topics, recompile};

const TERMS: &[&str] = &[
    "ukraine",
    "guarantee",
    "guaranteed",
    "force",
    "Moscow",
    "peskov",
    "talk",
    "rain",
    "лавров",
    "безопасность",
    "普京",
    "総理",
    "o'brien",
    "=Kyiv",
    "=kyiv",
    "zelensk*",
    "guar*",
    "\"security guarantee\"",
    "\"secur* guarantees\"",
    "\"multinational force\"",
    "=\"Multinational force\"",
    "\"force talks force\"",
    "\"俄罗斯总统\"",
    "the",
];

/// Words that articles are made of; some end a sentence, a paragraph or stand in other letters.
const PIECES: &[&str] = &[
    "Ukraine",
    "guarantee",
    "guarantees",
    "force",
    "forces",
    "Moscow",
    "Peskov",
    "Dmitry Peskov",
    "talks",
    "rain.",
    "Лаврова",
    "безопасности",
    "俄罗斯总统普京",
    "総理",
    "O’Brien’s",
    "Kyiv",
    "KYIV",
    "Zelensky",
    "security",
    "securities",
    "multinational",
    "Multinational force",
    "the",
    "and",
    "It rained.",
    "\n\n",
    "see https://example.org/force",
];

fn fields() -> impl Strategy<Value = String> {
    select(
        &[
            "actor:peskov",
            "actor:russia",
            "actor:(ukraine OR zelensky)",
            "actor/main:russia",
            "country:UA",
            "country:RUS",
            "type:person",
            "type:state",
            "role:spokesperson",
            "role:\"kremlin spokesperson\"",
            "speaker:peskov",
            "speaker:zelensky",
            "cites:reuters",
            "cites:\"just secur*\"",
            "cites:reut*",
            "outlet:\"just security\"",
            "outlet:secur*",
            "outlet:reuters",
            "feed:kyiv-wire",
            "feed:kyiv*",
            "feed:kyiv",
            "section:world",
            "byline:lukasz",
            "language:en",
            "language:ru",
            "url:example.org",
            "url:guarant*",
            "category:peace",
            "topic:a",
            "topic:b",
            "topic:c",
            "ABOUT(\"multinational force for Ukraine\")",
            "ABOUT(\"security talks in Kyiv\")",
            "ABOUT(\"rain\")",
        ][..],
    )
    .prop_map(str::to_owned)
}

/// What has a place in the text: may stand in `NEAR` and `ATLEAST`.
fn placed() -> impl Strategy<Value = String> + Clone {
    let leaf = select(TERMS).prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            2 => pair.clone().prop_map(|(a, b)| format!("({a} OR {b})")),
            1 => pair.clone().prop_map(|(a, b)| format!("({a} AND {b})")),
            2 => (pair, 1_u32..12, any::<bool>()).prop_map(|((a, b), n, near)| format!("({a} {}/{n} {b})", if near { "NEAR" } else { "BEFORE" })),
        ]
    })
}

fn queries() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![4 => select(TERMS).prop_map(str::to_owned), 2 => fields(), 2 => placed()];
    leaf.prop_recursive(4, 20, 4, |inner| {
        let who = select(&["peskov", "zelensky", "*", "country:RU", "type:person", "(peskov OR ukraine)", "(type:person NOT peskov)"][..]);
        let holder = select(&["russia", "ukraine", "*", "type:state", "country:UA"][..]);
        let position = select(&["oppose", "support", "*", "(oppose OR doubt)"][..]);
        let zone = select(&["headline", "lead", "body"][..]);
        let unit = select(&["SENTENCE", "PARAGRAPH"][..]);
        prop_oneof![
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND NOT {b})")),
            1 => (zone, inner.clone()).prop_map(|(zone, part)| format!("{zone}:({part})")),
            1 => (unit, inner.clone()).prop_map(|(unit, part)| format!("{unit}({part})")),
            1 => (1_u32..4, placed()).prop_map(|(times, part)| format!("ATLEAST/{times}({part})")),
            1 => (who, prop_oneof![Just("*".to_owned()), inner.clone()]).prop_map(|(who, part)| format!("QUOTE({who}, {part})")),
            1 => (holder, position, prop_oneof![Just("*".to_owned()), inner]).prop_map(|(holder, position, part)| format!("STANCE({holder}, {position}, {part})")),
        ]
    })
}

fn articles() -> impl Strategy<Value = Sample> {
    let text = proptest::collection::vec(select(PIECES), 0..40).prop_map(|pieces| pieces.join(" "));
    let head = proptest::option::of(proptest::collection::vec(select(PIECES), 1..5));
    let places = proptest::collection::vec((any::<u16>(), any::<u16>(), 0_u8..6), 0..4);
    let beside = any::<bool>();
    let language = select(&["en", "ru", "zh", "xx"][..]);
    (text, head, places, beside, language).prop_map(|(text, head, places, beside, language)| {
        let head = head.map(|pieces| pieces.join(" ").replace('\n', " "));
        let whole = match &head {
            Some(head) if !beside => format!("# {head}\n\n{text}"),
            _ => text,
        };
        let mut made = sample(&whole).language(language);
        if beside && let Some(head) = head {
            made.article.headline = Some(Sourced { value: head, span: None, from: "input" });
        }
        for (at, other, what) in places {
            attach(&mut made, at.into(), other.into(), what);
        }
        made
    })
}

/// A statement, citation or stance on some sentence by somebody who is in the article.
fn attach(made: &mut Sample, at: usize, other: usize, what: u8) {
    let sentences = &made.extraction.sentences;
    let Some(span) = sentences.get(at % sentences.len().max(1)).copied() else { return };
    let actors = &made.extraction.actors;
    let actor = actors.get(other % (actors.len() + 1)).map(|actor| (actor.id.clone(), actor.name.clone()));
    match what {
        0 | 1 => {
            let speaker = actor.map(|(id, name)| Speaker { actor: Some(id), name, span: None, rule: "test", confidence: 1.0 });
            let via = (what == 1).then(|| "Reuters".to_owned());
            let content = vec![span];
            made.extraction.quotes.push(Quote {
                kind: QuoteKind::Indirect,
                act: Act::Said,
                marked: Vec::new(),
                cue: None,
                topics: Vec::new(),
                content,
                speaker,
                via,
            });
        }
        2 | 3 => {
            let outlet = if what == 2 { "Reuters" } else { "Just Security" }.to_owned();
            made.extraction.citations.push(Citation { outlet, span, cue: "according to".to_owned(), quote: None });
        }
        _ => {
            let Some((holder, _)) = actor else { return };
            let position = if what == 4 { Position::Oppose } else { Position::Support };
            let target = Target { span: Span::new(span.start, span.start + (span.len() / 2)), actors: Vec::new(), topics: Vec::new() };
            let target = if made.article.text.is_char_boundary(target.span.end) { target } else { Target { span, ..target } };
            made.extraction.stances.push(Stance { holder, position, target, plover: None, evidence: span, by: None, confidence: 1.0 });
        }
    }
}

fn topics(queries: &[String]) -> Vec<TopicSource> {
    let [a, b] = queries else { panic!("two queries") };
    // The names of topics in topics would be circles.
    let plain = |query: &str| query.replace("topic:a", "talk").replace("topic:b", "rain").replace("topic:c", "force");
    vec![topic("a", &plain(a)), topic("b", &plain(b)), topic("c", "topic:a OR (topic:b AND NOT ukraine)")]
}

/// Every watch held against the article by itself.
fn plain(list: &WatchList, made: &Sample) -> Vec<String> {
    let scan = Scan::new(&made.article, &made.extraction);
    let trees: Vec<_> = list.ids().zip((0..).map_while(|place| list.tree(place))).collect();
    let evaluation = Evaluation::new(&list.topics.compiled, &scan);
    let held = trees.iter().filter_map(|(id, tree)| {
        let hits = evaluation.hits(tree, &evaluation.whole())?;
        Some(format!("{id} {} {:?}", score(&evaluation, tree, &hits), evidence(&evaluation, &hits)))
    });
    held.collect()
}

fn plain_topics(list: &WatchList, made: &Sample) -> Vec<TopicId> {
    let scan = Scan::new(&made.article, &made.extraction);
    let evaluation = Evaluation::new(&list.topics.compiled, &scan);
    let topics = list.topics.compiled.iter().enumerate();
    topics.filter(|(index, _)| evaluation.topic(*index).is_some()).map(|(_, topic)| topic.id.clone()).collect()
}

fn compare(list: &WatchList, made: &Sample) {
    let wanted = plain(list, made);
    let found = evaluate(list, &made.article, &made.extraction);
    let shown: Vec<String> = found.iter().map(|one| format!("{} {} {:?}", one.watch, one.score, one.why)).collect();
    assert_eq!(shown, wanted);
    let ids: Vec<&str> = list.ids().collect();
    let holding: Vec<&str> = holding(list, &made.article, &made.extraction).iter().map(|place| ids[*place as usize]).collect();
    assert_eq!(holding, found.iter().map(|one| one.watch.as_str()).collect::<Vec<_>>());
    let (marked, together) = find(list, &made.article, made.extraction.clone());
    assert_eq!(marked, mark_topics(list, &made.article, made.extraction.clone()));
    assert_eq!(together.into_iter().map(|(_, one)| one).collect::<Vec<_>>(), found);
    let mut topics: Vec<TopicId> = marked.topics.iter().map(|topic| topic.id.clone()).collect();
    topics.sort();
    assert_eq!(topics, plain_topics(list, made));
    let explained = explain(list, &made.article, &made.extraction);
    assert_eq!(explained.into_iter().filter_map(|one| one.found).collect::<Vec<_>>(), found);
}

fn sources(queries: &[String]) -> Vec<WatchSource> {
    queries.iter().enumerate().map(|(number, query)| watch(&format!("w{number:02}"), query)).collect()
}

/// The same, as they are read from a file.
fn read(watches: &[WatchSource]) -> WatchSources {
    watches.iter().cloned().collect()
}

proptest! {
    #[test]
    fn the_engine_agrees_with_the_plain_evaluation(
        queries in proptest::collection::vec(queries(), 1..16),
        of_topics in proptest::collection::vec(queries(), 2),
        articles in proptest::collection::vec(articles(), 1..6),
    ) {
        let (list, _) = compile(&topics(&of_topics), &read(&sources(&queries)), &known());
        for made in &articles {
            compare(&list, made);
        }
    }

    #[test]
    fn a_list_made_of_an_earlier_one_is_as_one_made_anew(
        queries in proptest::collection::vec(queries(), 4..10),
        changes in proptest::collection::vec((0_usize..10, queries(), 0_u8..4), 0..5),
        of_topics in proptest::collection::vec(queries(), 4),
        articles in proptest::collection::vec(articles(), 1..4),
    ) {
        let first = sources(&queries);
        let mut second = first.clone();
        for (number, (at, query, what)) in changes.iter().enumerate() {
            let at = at % second.len().max(1);
            let made = watch(&format!("n{number}"), query);
            match what {
                0 if !second.is_empty() => drop(second.remove(at)),
                1 => second.insert(at, made),
                2 => second.reverse(),
                _ => if let Some(slot) = second.get_mut(at) { *slot = WatchSource { id: slot.id.clone(), ..made } },
            }
        }
        let (earlier, _) = compile(&topics(&of_topics[..2]), &read(&first), &known());
        let (anew, faults) = compile(&topics(&of_topics[2..]), &read(&second), &known());
        let (after, told_again) = recompile(&earlier, &topics(&of_topics[2..]), &read(&second), &known());
        prop_assert_eq!(told(&faults), told(&told_again));
        prop_assert_eq!(anew.ids().collect::<Vec<_>>(), after.ids().collect::<Vec<_>>());
        let (third, _) = recompile(&after, &topics(&of_topics[2..]), &read(&first), &known()[1..]);
        let (third_anew, _) = compile(&topics(&of_topics[2..]), &read(&first), &known()[1..]);
        for made in &articles {
            compare(&after, made);
            prop_assert_eq!(plain(&after, made), plain(&anew, made));
            prop_assert_eq!(evaluate(&third, &made.article, &made.extraction), evaluate(&third_anew, &made.article, &made.extraction));
        }
    }
}

#[test]
fn what_is_unchanged_is_not_compiled_again() {
    let queries: Vec<String> = (0..40).map(|number| format!("word{number} AND force")).collect();
    let mut watches = sources(&queries);
    watches.push(short("s", &["Russia"], &["multinational force"]));
    let (first, _) = compile(&[], &read(&watches), &known());
    watches.remove(3);
    watches[7] = watch("w08", "rain");
    watches.push(watch("new", "talk"));
    let (second, problems) = recompile(&first, &[], &read(&watches), &known());
    assert_eq!(told(&problems), "");
    assert!(std::sync::Arc::ptr_eq(&first.base, &second.base));
    assert_eq!((second.delta.len(), second.len(), second.always()), (2, 41, 0));
    let made = sample("Rain and talks, word3 and word5 of force. Moscow saw a multinational force.");
    let found: Vec<String> = evaluate(&second, &made.article, &made.extraction).iter().map(|one| one.watch.to_string()).collect();
    assert_eq!(found, ["w05", "w08", "s", "new"]);
    assert_eq!(second.facts(&"w08".into()).map(|facts| facts.watch.name), Some("w08".to_owned()));
    assert_eq!(second.facts(&"w03".into()), None);
}
