use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::deliver::format::uncalling;
use crate::deliver::receiver::{HOSTILE, huge, record};

const WIDE: Fit = Fit::characters(10_000);

fn composer(subject: Option<&str>, body: Option<&str>) -> Composer {
    let own = Templates { subject: subject.map(ToOwned::to_owned), body: body.map(ToOwned::to_owned), html: None };
    Composer::new(ChannelId::from("desk"), &own, &jiff::tz::TimeZone::UTC)
}

fn view(title: &str) -> View {
    View::of(&record(title).to_string())
}

/// What is logged while something is done.
fn logged(work: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let own = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || own.clone()).with_ansi(false).without_time().finish();
    tracing::subscriber::with_default(subscriber, work);
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_template_of_the_owner_is_filled_and_escaped() {
    let composer =
        composer(Some("{{ watch.name }}: {{ title }}"), Some("<i>{{ title }}</i> {{ watch.name|strong }} {{ title|link(item.url) }}"));
    let view = view("a <b> & c");
    assert_eq!(composer.subject(&view, WIDE), "On guarantees: a <b> & c");
    assert_eq!(
        composer.body(&view, Format::Html, WIDE),
        "<i>a &lt;b&gt; &amp; c</i> <b>On guarantees</b> <a href=\"https://example.org/news/1?a=1&amp;b=%282%29\">a &lt;b&gt; &amp; c</a>"
    );
}

#[test]
fn a_template_that_fails_gives_way_and_is_reported_once() {
    let built_in = composer(None, None).body(&view("One"), Format::Plain, WIDE);
    let failing = composer(None, Some("{% if item.title == \"One\" %}{{ no.such }}{% endif %}{{ title }}"));
    let said = logged(|| {
        for _ in 0..5 {
            assert_eq!(failing.body(&view("One"), Format::Plain, WIDE), built_in);
        }
        assert_eq!(failing.body(&view("Two"), Format::Plain, WIDE), "Two");
    });
    assert_eq!(said.matches("template fails; the built-in message goes out").count(), 1, "{said}");
    assert_eq!(said.matches("template works again").count(), 1, "{said}");
    let endless = composer(None, Some("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"));
    assert_eq!(endless.body(&view("One"), Format::Plain, WIDE), built_in);
}

#[test]
fn whatever_comes_fits_and_is_closed() {
    let small = Fit::utf16(300);
    let records = [huge().body, record(HOSTILE).to_string(), "no record".to_owned(), "{}".to_owned(), String::new()];
    for body in records {
        let view = View::of(&body);
        for format in Format::ALL {
            let text = composer(None, None).body(&view, *format, small);
            assert!(small.holds(&text) && !text.is_empty(), "{format:?}: {text}");
            if *format == Format::Html {
                assert_eq!(text.matches("<b>").count(), text.matches("</b>").count(), "{text}");
                assert_eq!(text.matches("<a ").count(), text.matches("</a>").count(), "{text}");
            }
            let own = composer(
                None,
                Some("{{ title|strong }} {% for one in why %}{{ one.text }} {{ one.context }}{% endfor %} and so on, and so on, and so on"),
            );
            assert!(small.holds(&own.body(&view, *format, small)));
        }
        assert!(Fit::characters(40).holds(&composer(None, None).subject(&view, Fit::characters(40))));
    }
}

#[test]
fn only_addresses_of_the_web_are_linked() {
    for (url, linked) in [("javascript:alert(1)", false), ("https://example.org/\"><script>", true), ("data:text/html,x", false)] {
        let mut record = record("One");
        record["item"]["url"] = url.into();
        let text = composer(None, None).body(&View::of(&record.to_string()), Format::Html, WIDE);
        assert_eq!(text.contains("<a href=\"https://"), linked, "{text}");
        assert!(!text.contains("javascript") && !text.contains("<script"), "{text}");
    }
}

#[test]
fn a_digest_shows_what_it_gathers_and_counts_the_rest() {
    let record = include_str!("../templates/sample_digest.json");
    insta::assert_snapshot!(composer(None, None).body(&View::of(record), Format::Plain, WIDE), @"
    [high] Digest
    3 alerts
    2026-01-04 08:00 to 2026-01-05 08:00 UTC · Sample watch 2, Other watch 1

    [high] Sample watch (Harbour Post)
    Ministers agree on a ferry timetable
    https://example.org/ferry

    [low] Other watch
    Storm <over> the *quay*

    and 1 more; `wirewatch alerts` shows them
    ");
    insta::assert_snapshot!(composer(None, None).body(&View::of(record).titled(), Format::Discord, WIDE), @r"
    2026\-01\-04 08\:00 to 2026\-01\-05 08\:00 UTC · Sample watch 2, Other watch 1

    [high] Sample watch (Harbour Post)
    [Ministers agree on a ferry timetable](<https://example.org/ferry>)

    [low] Other watch
    Storm \<over\> the \*quay\*

    and 1 more; `wirewatch alerts` shows them
    ");
    let tight = composer(None, None).body(&View::of(record), Format::Plain, Fit::characters(200));
    assert!(tight.contains("more; `wirewatch alerts` shows them"), "{tight}");
    let own = composer(None, Some("{% for one in digest.alerts %}{{ one.watch }};{% endfor %}"));
    assert_eq!(own.body(&View::of(record), Format::Plain, WIDE), "Sample watch;Other watch;");
}

fn kyiv(record: &Value) -> String {
    let zone = jiff::tz::TimeZone::get("Europe/Kyiv").unwrap();
    let composer = Composer::new(ChannelId::from("desk"), &Templates::default(), &zone);
    let view = View::of(&record.to_string());
    format!("{}\n--\n{}", composer.subject(&view, WIDE), composer.body_below(&view, Format::Plain, WIDE))
}

#[test]
fn an_update_says_how_far_its_story_has_spread() {
    let mut record = record("Kremlin rejects plan");
    record["kind"] = "update".into();
    record["item"]["published"] = "2026-09-01T07:30:00Z".into();
    insta::assert_snapshot!(kyiv(&record), @"
    [high] On guarantees: update, now in 4 outlets: Kremlin rejects plan (Baltic Courier)
    --
    Baltic Courier · 2026-09-01 10:30 EEST · en · 7 items in 4 outlets
    https://example.org/news/1?a=1&b=(2)

    speaker:peskov (body, Dmitry Peskov); guarantee (body)
    There will be «no such guarantees», Peskov said.
    ");
    record["story"]["outlets"] = 1.into();
    assert!(kyiv(&record).starts_with("[high] On guarantees: update, 7 items on this: Kremlin"));
}

#[test]
fn a_digest_of_nothing_is_a_line_and_names_the_zone_twice_where_the_clocks_changed() {
    let mut record: Value = serde_json::from_str(include_str!("../templates/sample_digest.json")).unwrap();
    record["watch"]["severity"] = "low".into();
    record["item"]["title"] = "Nothing matched".into();
    let digest = &mut record["digest"];
    (digest["count"], digest["watches"], digest["alerts"]) = (0.into(), json!([]), json!([]));
    insta::assert_snapshot!(kyiv(&record), @"
    [low] Digest: Nothing matched
    --
    2026-01-04 10:00 to 2026-01-05 10:00 EET
    ");
    record["digest"]["from"] = "2026-03-28T06:00:00Z".into();
    record["digest"]["until"] = "2026-03-29T05:00:00Z".into();
    assert!(kyiv(&record).ends_with("2026-03-28 08:00 EET to 2026-03-29 08:00 EEST"));
}

#[test]
fn a_notice_of_the_program_itself_is_plain() {
    let mut record = record("Feed courier fails");
    record["kind"] = "feed-health".into();
    record["watch"]["name"] = "wirewatch".into();
    record["story"] = Value::Null;
    record["item"] = json!({"title": "Feed courier fails", "url": "https://example.org/feed"});
    record["why"] = json!([{"condition": "feed courier", "field": "health", "text": "503 for 2 d", "context": null, "speaker": null}]);
    insta::assert_snapshot!(kyiv(&record), @"
    [high] wirewatch: Feed courier fails
    --
    https://example.org/feed

    feed courier
    503 for 2 d
    ");
}

#[test]
fn hits_that_overlap_are_marked_as_one() {
    let mut record = record("T");
    let hit =
        |text: &str| json!({"condition": text, "field": "body", "text": text, "context": "There will be no such guarantees, he said."});
    record["why"] = json!([hit("no such guarantees"), hit("guarantees"), hit("such"), hit("There"), hit("will be no")]);
    assert!(kyiv(&record).ends_with("«There» «will be no such guarantees», he said."), "{}", kyiv(&record));
}

#[test]
fn a_name_calls_nobody_and_an_address_leads_to_the_same_place() {
    assert_eq!(
        uncalling("@all (@here)\nhttps://example.org/@a/1 b@c"),
        "@\u{200b}all (@\u{200b}here)\nhttps://example.org/%40a/1 b@\u{200b}c"
    );
}
