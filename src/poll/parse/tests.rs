//! Two readers, one result: whichever reads a feed, its entries are the same.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};

use base64::Engine as _;
use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;

use super::{Clean, ParsedFeed, entries, parse};
use crate::model::entry::Entry;
use crate::model::feed::{Feed, FeedSource};
use crate::model::id::EntryId;

fn feed() -> Feed {
    Feed { id: "f".into(), source: FeedSource::File("f".into()), outlet: None, language: None, tags: Vec::new() }
}

fn base() -> Url {
    "https://example.org/feeds/all".parse().unwrap()
}

/// What feed-rs alone makes of it, where that is taken.
fn wellformed(body: &[u8], header: Option<&str>, url: Option<&Url>) -> Option<ParsedFeed> {
    let clean = Clean::of(body, header).ok()?;
    let found = clean.wellformed(url)?;
    Some(entries(clean.document(found), url, &feed(), Timestamp::UNIX_EPOCH))
}

/// What the lenient reader alone makes of it.
fn lenient(body: &[u8], header: Option<&str>, url: Option<&Url>) -> Option<ParsedFeed> {
    let document = Clean::of(body, header).ok()?.lenient(url).ok()?;
    Some(entries(document, url, &feed(), Timestamp::UNIX_EPOCH))
}

fn ids(parsed: &ParsedFeed) -> Vec<EntryId> {
    parsed.entries.iter().map(|entry| entry.id).collect()
}

/// What decides over identity, time and what is read: names of people may differ in their brackets.
fn told(parsed: &ParsedFeed) -> Vec<Entry> {
    let told = |entry: &Entry| Entry { authors: Vec::new(), ..entry.clone() };
    parsed.entries.iter().map(told).collect()
}

/// Who reads the document, and what is found.
fn shown(body: &str) -> String {
    let reader = if wellformed(body.as_bytes(), None, Some(&base())).is_some() { "feed-rs" } else { "lenient" };
    let parsed = parse(body.as_bytes(), None, Some(&base()), &feed(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(Some(ids(&parsed)), lenient(body.as_bytes(), None, Some(&base())).map(|parsed| ids(&parsed)));
    let mut out = format!("{reader} {:?} {:?} {}\n", parsed.about.title, parsed.about.language, parsed.about.rhythm);
    for entry in &parsed.entries {
        let time = |time: Option<Timestamp>| time.map_or_else(|| "-".to_owned(), |time| time.to_string());
        let url = entry.url.as_ref().map(Url::as_str).unwrap_or_default();
        let (guid, title) = (entry.guid.as_deref().unwrap_or_default(), entry.title.as_deref().unwrap_or_default());
        let (published, updated) = (time(entry.published), time(entry.updated));
        writeln!(out, "{guid}|{title}|{url}|{published}|{updated}|{:?}|{:?}|{:?}", entry.summary, entry.content, entry.authors).unwrap();
    }
    out
}

const ITEM: &str = "<item><title>One &amp; &#8220;two&#8221;</title><link>/1</link><guid isPermaLink='false'>g1</guid>
    <description><![CDATA[<p>Text</p>]]></description><pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate><author>me@example.org (Me)</author></item>";

fn rss(channel: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'
        xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Wire</title>
        <language>en-US</language>{channel}</channel></rss>"
    )
}

#[test]
fn what_is_well_formed_is_read_by_feed_rs() {
    insta::assert_snapshot!(shown(&rss(ITEM)), @r#"
    feed-rs Some("Wire") Some("en-US") hours=0 days=0
    g1|One & “two”|https://example.org/1|2026-01-01T10:00:00Z|-|Some("<p>Text</p>")|None|["Me"]
    "#);
}

#[test]
fn wishes_are_read_beside_feed_rs() {
    let wishes = "<ttl>30</ttl><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
        <skipHours><hour>1</hour><hour>2</hour></skipHours><skipDays><day>Sunday</day></skipDays>";
    insta::assert_snapshot!(shown(&rss(&format!("{wishes}{ITEM}"))), @r#"
    feed-rs Some("Wire") Some("en-US") ttl=1800 sy=43200 hours=6 days=40
    g1|One & “two”|https://example.org/1|2026-01-01T10:00:00Z|-|Some("<p>Text</p>")|None|["Me"]
    "#);
}

#[test]
fn what_says_nothing_of_an_entry_is_no_gap() {
    for addition in
        ["<source url='https://other.example/'>Other</source>", "<comments>/c</comments>", "<x:y xmlns:x='urn:x'><x:z/></x:y>", "<title/>"]
    {
        let body = rss(&ITEM.replace("</item>", &format!("{addition}</item>")));
        // An empty title behind the other is read as none by feed-rs.
        let reader = if addition == "<title/>" { "lenient" } else { "feed-rs" };
        assert!(shown(&body).starts_with(reader), "{addition}");
    }
}

#[test]
fn gaps_are_read_by_the_lenient_reader() {
    for gap in [
        "<dc:identifier>x</dc:identifier>",
        "<dc:date>2026-01-01</dc:date>",
        "<link>/2</link>",
        "<dc:subject>x</dc:subject>",
        "<title>b</title>",
        "<undeclared:title>c</undeclared:title>",
        "<content type='html'>x</content>",
        "&nbsp;",
        "<author>Жuë—a@example.org</author>",
        "<br>",
    ] {
        let body = rss(&ITEM.replace("</item>", &format!("{gap}</item>")));
        assert!(shown(&body).starts_with("lenient"), "{gap}");
    }
    for (from, to) in
        [("Thu, 01 Jan 2026 10:00:00 GMT", "soon"), ("One", "One <b>bold</b>"), ("<link>/1</link><guid isPermaLink='false'>g1</guid>", "")]
    {
        assert!(shown(&rss(&ITEM.replace(from, to))).starts_with("lenient"), "{from}");
    }
}

#[test]
fn what_would_cost_feed_rs_too_much_is_kept_from_it() {
    let spaces: String = (0..1100).fold(String::new(), |mut all, number| {
        write!(all, " xmlns:n{number}='urn:x'").unwrap();
        all
    });
    let attributes: String = (0..300).fold(String::new(), |mut all, number| {
        write!(all, " a{number}=''").unwrap();
        all
    });
    let deep = format!("{}{}", "<x>".repeat(300), "</x>".repeat(300));
    let many = ITEM.repeat(2001);
    for hostile in [format!("<x{spaces}/>{ITEM}"), format!("<x{attributes}/>{ITEM}"), format!("{deep}{ITEM}"), many] {
        assert!(wellformed(rss(&hostile).as_bytes(), None, None).is_none());
    }
}

#[derive(Debug, Clone)]
struct Story {
    id: Option<String>,
    link: Option<String>,
    title: Option<String>,
    text: Option<String>,
    cdata: bool,
    permalink: bool,
    day: Option<u8>,
}

fn stories() -> impl Strategy<Value = Vec<Story>> {
    let words = || "[a-zé&<>\"' ]{0,12}";
    let id = proptest::option::of(prop_oneof!["[a-z0-9&:/?= ]{1,8}", "https://example\\.org/[a-z]{1,3}"]);
    let link = proptest::option::of(prop_oneof!["/?[a-z]{1,4}(\\?a=[0-9]&b=é)?", "https://EXAMPLE\\.org/[a-z]{1,3}(#x|\\?utm_source=y)?"]);
    let texts = (proptest::option::of(words()), proptest::option::of(words()));
    let story = (id, link, texts, any::<bool>(), any::<bool>(), proptest::option::of(1..29_u8));
    let story = story.prop_map(|(id, link, (title, text), cdata, permalink, day)| Story { id, link, title, text, cdata, permalink, day });
    proptest::collection::vec(story, 1..5)
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Old,
    Rdf,
    Rss,
    Atom,
    Json,
}

fn forms() -> impl Strategy<Value = Form> {
    prop_oneof![Just(Form::Old), Just(Form::Rdf), Just(Form::Rss), Just(Form::Atom), Just(Form::Json)]
}

fn escaped(text: &str, cdata: bool) -> String {
    if cdata {
        format!("<![CDATA[{text}]]>")
    } else {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&#34;")
    }
}

fn element(name: &str, value: Option<&String>, cdata: bool, out: &mut String) {
    if let Some(value) = value {
        write!(out, "<{name}>{}</{}>", escaped(value, cdata), name.split(' ').next().unwrap()).unwrap();
    }
}

/// The stories as a feed; `extra` stands beside them.
fn written(stories: &[Story], form: Form, bases: bool, extra: &str) -> String {
    let own_base = if bases { " xml:base='https://other.example/a/'" } else { "" };
    if let Form::Json = form {
        let items: Vec<serde_json::Value> = stories
            .iter()
            .map(|story| {
                let date = story.day.map(|day| format!("2026-01-{day:02}T10:00:00Z"));
                serde_json::json!({"id": story.id, "url": story.link, "title": story.title, "content_html": story.text, "date_published": date})
            })
            .collect();
        return serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": items, "extra": extra})
            .to_string();
    }
    let mut items = String::new();
    for story in stories {
        let cdata = story.cdata;
        let mut item = String::new();
        element("title", story.title.as_ref(), cdata, &mut item);
        if let Form::Atom = form {
            element("id", story.id.as_ref(), cdata, &mut item);
            if let Some(link) = &story.link {
                write!(item, "<link href=\"{}\" rel='alternate'/>", escaped(link, false)).unwrap();
            }
            element("summary type='html'", story.text.as_ref(), cdata, &mut item);
            element("updated", story.day.map(|day| format!("2026-01-{day:02}T10:00:00Z")).as_ref(), false, &mut item);
            write!(items, "<entry{own_base}>{item}</entry>").unwrap();
            continue;
        }
        element("link", story.link.as_ref(), cdata, &mut item);
        element("description", story.text.as_ref(), cdata, &mut item);
        if let Form::Rdf = form {
            element("dc:date", story.day.map(|day| format!("2026-01-{day:02}")).as_ref(), false, &mut item);
            let about = story.id.as_ref().map(|id| format!(" rdf:about=\"{}\"", escaped(id, false))).unwrap_or_default();
            write!(items, "<item{about}{own_base}>{item}</item>").unwrap();
        } else {
            element(if story.permalink { "guid" } else { "guid isPermaLink='false'" }, story.id.as_ref(), cdata, &mut item);
            element("pubDate", story.day.map(|day| format!("{day} Jan 2026 10:00:00 +0100")).as_ref(), false, &mut item);
            write!(items, "<item{own_base}>{item}</item>").unwrap();
        }
    }
    match form {
        Form::Old => format!("<rss version='0.92'><channel><title>Wire</title>{extra}{items}</channel></rss>"),
        Form::Rss => {
            format!("<rss version='2.0'><channel><title>Wire</title><link>https://example.org</link>{extra}{items}</channel></rss>")
        }
        Form::Rdf => format!(
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
             <channel><title>Wire</title>{extra}</channel>{items}</rdf:RDF>"
        ),
        Form::Atom => format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>Wire</title>{extra}{items}</feed>"),
        Form::Json => String::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn both_readers_find_the_same_entries(stories in stories(), form in forms(), bases: bool) {
        let body = written(&stories, form, bases, "");
        let ours = lenient(body.as_bytes(), None, Some(&base())).unwrap();
        if let Some(theirs) = wellformed(body.as_bytes(), None, Some(&base())) {
            prop_assert_eq!(told(&theirs), told(&ours), "{}", body);
        }
        if !matches!(form, Form::Json) {
            // Broken tomorrow: an ampersand and a lost end tag beside the entries.
            let broken = written(&stories, form, bases, "<note>AT&T<b></note>");
            prop_assert!(wellformed(broken.as_bytes(), None, Some(&base())).is_none());
            let broken = parse(broken.as_bytes(), None, Some(&base()), &feed(), Timestamp::UNIX_EPOCH).unwrap();
            prop_assert_eq!(ids(&broken), ids(&ours));
        }
    }

    #[test]
    fn a_usual_feed_is_read_by_feed_rs(mut stories in stories(), form in prop_oneof![Just(Form::Old), Just(Form::Rss), Just(Form::Atom), Just(Form::Json)]) {
        for (index, story) in stories.iter_mut().enumerate() {
            story.id = Some(format!("tag:example.org,2026:{index}"));
            if story.title.as_ref().is_none_or(|title| title.trim().is_empty()) {
                story.title = Some("Title".to_owned());
            }
        }
        let body = written(&stories, form, false, "");
        prop_assert!(wellformed(body.as_bytes(), None, Some(&base())).is_some(), "{}", body);
    }
}

/// `WIREWATCH_FEEDS` names files of feeds, one in each line as `{"body_b64": …, "url": …, "headers": {…}}`, gzipped.
#[test]
fn real_feeds_give_the_same_entries() {
    let Ok(paths) = std::env::var("WIREWATCH_FEEDS") else {
        writeln!(std::io::stderr(), "skipped: WIREWATCH_FEEDS names no files").unwrap();
        return;
    };
    for path in paths.split(':') {
        let (mut all, mut by_feed_rs, mut differing) = (0, 0, Vec::new());
        let lines = BufReader::new(flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap())).lines();
        for line in lines {
            let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            let packed = line.get("body_b64").or_else(|| line.pointer("/input/body_b64")).and_then(serde_json::Value::as_str).unwrap();
            let body = base64::engine::general_purpose::STANDARD.decode(packed).unwrap();
            let url = line.get("url").and_then(serde_json::Value::as_str).and_then(|url| Url::parse(url).ok());
            let header = line.pointer("/headers/content-type").and_then(serde_json::Value::as_str);
            all += 1;
            if let Some(theirs) = wellformed(&body, header, url.as_ref()) {
                by_feed_rs += 1;
                let ours = lenient(&body, header, url.as_ref()).unwrap();
                let (mut theirs, mut ours) = (told(&theirs), told(&ours));
                // White space in a text and its entities may be written in two ways.
                for entry in theirs.iter_mut().chain(&mut ours) {
                    for text in [&mut entry.summary, &mut entry.content] {
                        *text = text.as_deref().map(crate::text::html::line);
                    }
                }
                if theirs != ours {
                    let pair = theirs.iter().zip(&ours).find(|(theirs, ours)| theirs != ours);
                    differing.push(format!("{}: {pair:#?}", line.get("id").unwrap_or(&serde_json::Value::Null)));
                }
            }
        }
        writeln!(std::io::stderr(), "{path}: {by_feed_rs} of {all} read by feed-rs").unwrap();
        assert!(differing.is_empty(), "{} differ, the first {}", differing.len(), differing.concat());
    }
}
