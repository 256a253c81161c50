use std::io;
use std::sync::{Arc, Mutex};

use super::*;
use crate::deliver::receiver::{HOSTILE, huge, record};

const WIDE: Fit = Fit::characters(10_000);

fn composer(subject: Option<&str>, body: Option<&str>) -> Composer {
    let own = Templates { subject: subject.map(ToOwned::to_owned), body: body.map(ToOwned::to_owned), html: None };
    Composer::new(ChannelId::from("desk"), &own)
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
    [high] Digest (digest)
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
