//! Feeds as sites really change and break them, from outside: who is told what, how often, and what a person is shown.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::house::{House, text};
use crate::support::publisher::{Answer, Publisher};

#[path = "../fuzz/read.rs"]
mod fuzz;

const ROUND: &str = "interval = { min = \"200ms\", max = \"200ms\" }\ninitial = \"alert\"\nhost_spacing = \"1ms\"";

/// A story as a feed lists it: GUID, address, title, date.
type Story<'a> = (&'a str, String, &'a str, &'a str);

fn feed(stories: &[Story<'_>]) -> Answer {
    let mut body = String::from("<rss version=\"2.0\"><channel><title>Wire</title>");
    for (guid, link, title, date) in stories {
        write!(
            body,
            "<item><title>{title}</title><link>{link}</link><guid isPermaLink=\"false\">{guid}</guid><pubDate>{date}</pubDate><description>The ferry strike.</description></item>"
        )
        .unwrap();
    }
    Answer::say("200 OK", &["Content-Type: application/rss+xml"], &format!("{body}</channel></rss>"))
}

const MORNING: &str = "Mon, 05 Jan 2026 08:15:00 GMT";
const NOON: &str = "Mon, 05 Jan 2026 12:00:00 GMT";

fn told(before: &[Story<'_>], after: &[Story<'_>]) -> Vec<String> {
    let house = House::new();
    house.publisher.answer("/feed", feed(before));
    house.configure_with(ROUND, "fetch = \"never\"", &house.feed("one"));
    house.once();
    assert_eq!(house.log().len(), before.len(), "the first listing was not told whole");
    house.publisher.answer("/feed", feed(after));
    house.once();
    house.log().iter().skip(before.len()).map(|alert| alert["item"]["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn dur_11_an_entry_survives_changed_guids_tracking_and_moved_hosts() {
    let url = |host: &str, path: &str| format!("https://{host}.example/{path}");
    let before = [("g-1", url("a", "news/1"), "Ferry strike one", MORNING), ("g-2", url("a", "news/2"), "Ferry strike two", NOON)];
    let new = ("g-3", url("a", "news/3"), "Ferry strike three", NOON);
    let with_new = |changed: [Story<'static>; 2]| changed.into_iter().chain([new.clone()]).collect::<Vec<_>>();
    let guids =
        with_new([("uuid-7", url("a", "news/1"), "Ferry strike one", MORNING), ("uuid-8", url("a", "news/2"), "Ferry strike two", NOON)]);
    assert_eq!(told(&before, &guids), ["Ferry strike three"], "changed GUIDs");
    let tracking = with_new([
        ("g-1?utm_source=x", url("a", "news/1?utm_source=rss&amp;utm_medium=feed"), "Ferry strike one", MORNING),
        ("g-2", url("a", "news/2?fbclid=7"), "Ferry strike two", NOON),
    ]);
    assert_eq!(told(&before, &tracking), ["Ferry strike three"], "tracking");
    let moved = with_new([
        ("https://b.example/?p=1", url("b", "news/1"), "Ferry strike one", MORNING),
        ("https://b.example/?p=2", url("www.b", "news/2/"), "Ferry strike two", NOON),
    ]);
    assert_eq!(told(&before, &moved), ["Ferry strike three"], "moved");
}

#[test]
fn dur_11_what_only_looks_like_an_old_entry_is_told() {
    let url = |path: &str| format!("https://a.example/{path}");
    let old = [("g-1", url("news/1"), "Ferry strike", MORNING)];
    for (what, story) in [
        ("another page", ("g-2", url("news/2"), "Ferry strike", MORNING)),
        ("the old one is still listed", ("g-2", url("live"), "Ferry strike", NOON)),
    ] {
        let after: Vec<Story<'_>> = old.iter().cloned().chain([story]).collect();
        assert_eq!(told(&old, &after), ["Ferry strike"], "{what}");
    }
    assert_eq!(told(&old, &[("g-2", url("news/2"), "Ferry strike", NOON)]), ["Ferry strike"], "it came in place of the old one");
}

#[test]
fn a_cut_body_gives_whole_entries_and_no_validators() {
    let house = House::new();
    let whole = |title: &str, guid: &str| format!("<item><title>{title}</title><guid>{guid}</guid></item>");
    let head = "<rss><channel><title>Wire</title>";
    let cut = format!("{head}{}<item><title>Ferry strike, ha", whole("Ferry strike one", "1"));
    house.publisher.answer("/feed", Answer::say("200 OK", &["ETag: \"whole\""], &cut));
    house.configure_with(ROUND, "fetch = \"never\"", &house.feed("one"));
    house.once();
    assert_eq!(house.titles(), ["Ferry strike one"]);
    // The same bytes again: nothing was remembered, so they are read again, and the cut entry is still not told.
    house.once();
    assert_eq!(house.titles(), ["Ferry strike one"]);
    let rest = format!("{head}{}{}</channel></rss>", whole("Ferry strike one", "1"), whole("Ferry strike, half of it", "2"));
    house.publisher.answer("/feed", Answer::say("200 OK", &["ETag: \"whole\""], &rest));
    house.once();
    assert_eq!(house.titles(), ["Ferry strike one", "Ferry strike, half of it"]);
}

#[test]
fn every_problem_of_a_feed_is_shown_with_its_place() {
    let house = House::new();
    house.configure(&house.feed("one"));
    let file = house.path("broken.xml");
    fs::write(
        &file,
        "\n<rss><channel>\n<title>AT&T</title>\n<item><title>One</title><guid>1</guid><pubDate>soon</pubDate>\n<item><title>Two</b>",
    )
    .unwrap();
    let said = house.run(&["feed", file.to_str().unwrap()]);
    assert!(said.status.success(), "{}", text(&said.stderr));
    let shown = text(&said.stdout);
    for wanted in [
        "problem: line 3, column 10: an `&` stands alone",
        "problem: line 5, column 1: an end tag is missing",
        "problem: line 5, column 17: an end tag has no start tag",
        "problem: entry 1: `soon` is no date",
        "problem: entry 2: is cut off",
    ] {
        assert!(shown.contains(wanted), "{wanted} is not in\n{shown}");
    }
}

#[test]
fn feeds_are_discovered_and_added_from_a_page() {
    let house = House::new();
    let site = &house.publisher;
    site.publish("Ferry strike begins", "The ferry stands still.");
    site.answer(
        "/",
        Answer::page(
            "<html><head><link rel=alternate type=application/rss+xml title='All news' href=feed></head><body>Hello</body></html>",
        ),
    );
    site.answer("/silent", Answer::page("<html><body><p>Nothing here</p></body></html>"));
    let config = house.configure("# the end\n");
    let run = |arguments: &[&str]| {
        let said = house.run(arguments);
        (said.status.code(), text(&said.stdout), text(&said.stderr))
    };
    let found = run(&["feeds", "discover", &site.url("/")]);
    assert_eq!((found.0, found.1), (Some(0), format!("{}  All news\n", site.url("/feed"))));
    assert_eq!(site.requests("/feed"), 0, "a feed was asked for that nobody wanted yet");
    let itself = run(&["feeds", "discover", &site.url("/feed"), "--format", "jsonl"]);
    assert_eq!(itself.1, format!("{{\"found\":\"itself\",\"title\":\"Loopback Post\",\"url\":\"{}\"}}\n", site.url("/feed")));
    let silent = run(&["feeds", "discover", &site.url("/silent")]);
    assert_eq!((silent.0, silent.1.as_str()), (Some(1), "the page names no feed; --usual-paths tries where feeds usually are\n"));
    assert_eq!(site.requests("/rss.xml"), 0);
    let usual = run(&["feeds", "discover", &site.url("/silent"), "--usual-paths"]);
    assert_eq!((usual.0, usual.1), (Some(0), format!("{}  Loopback Post  (found at a usual place)\n", site.url("/feed"))));

    let added = run(&["feeds", "add", &site.url("/")]);
    assert_eq!(added.0, Some(0), "{}", added.2);
    assert!(added.2.contains(&format!("the feed it names is {}", site.url("/feed"))), "{}", added.2);
    let written = fs::read_to_string(&config).unwrap();
    assert!(written.contains(&format!("url = \"{}\"", site.url("/feed"))) && written.contains("# the end"), "{written}");
    let missing = run(&["feeds", "add", &Publisher::start_on("127.0.0.3").url("/nothing")]);
    assert_eq!(missing.0, Some(1));
    assert_eq!(fs::read_to_string(&config).unwrap(), written, "a feed that cannot be read was written");
}

#[test]
fn the_corpus_of_the_fuzz_target_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/feed");
    let mut files = 0;
    for file in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        fuzz::read(&bytes);
        // Cut and damaged everywhere, as a network does it.
        for end in (0..bytes.len()).step_by(1 + bytes.len() / 40) {
            fuzz::read(bytes.get(..end).unwrap());
            let mut damaged = bytes.clone();
            damaged[end] ^= 0x14;
            fuzz::read(&damaged);
        }
        files += 1;
    }
    assert!(files >= 20);
}

/// Documents at the cap of 10 MiB that were made to cost much: each is read in bounded time and memory.
#[test]
fn sec_10_hostile_documents_at_the_cap_are_read_in_bounds() {
    const SIZE: usize = 10 * 1024 * 1024;
    let rss = |inside: &str| format!("<rss><channel><title>x</title>{inside}");
    let often = |part: &str| part.repeat(SIZE / part.len() - 20);
    let spaces: String = (0..200_000).fold(String::new(), |mut all, number| {
        write!(all, " xmlns:n{number}='urn:x'").unwrap();
        all
    });
    let bases = "<x xml:base='y/'>".repeat(190);
    let documents = [
        ("comments", often("<!--")),
        ("cdata", rss(&often("<![CDATA[</"))),
        ("doctypes", often("<!x>")),
        ("doctypes with a bracket", often("<!x[>")),
        ("instructions", often("<?x")),
        ("elements", rss(&often("<a/>"))),
        ("depth", often("<a>")),
        ("namespaces", format!("<rss{spaces}><channel>{}", "<n1:a/>".repeat(SIZE / 8 - 600_000))),
        ("links", rss(&format!("<item>{}", often("<link rel='self' href='x'/><link href='y'/>")))),
        ("bases", rss(&format!("{bases}<item>{}", often("<link href='y'/>")))),
        ("ampersands", rss(&format!("<item><title>{}", often("&&amp;")))),
        ("entities", format!("<!DOCTYPE rss [<!ENTITY a '{}'>]>{}", "x".repeat(100), rss(&often("&a;")))),
        ("attributes", rss(&format!("<item{}>", often(" a='b'")))),
        ("items", rss(&often("<item><guid>1</guid>"))),
        ("markup", rss(&format!("<item><guid>1</guid><description>{}", often("&lt;b style='x'&gt;&lt;!--")))),
        ("arrays", format!("{{\"items\":[{}", often("[],"))),
        ("deep JSON", often("[")),
        ("objects", format!("{{\"items\":[{}", often("{},"))),
        ("quotes", format!("{{\"items\":[{{\"id\":\"{}", often("\\\\"))),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, document) in documents {
        let file = folder.path().join("feed.xml");
        fs::write(&file, &document).unwrap();
        // Processor time and memory as the system counts them: what else the machine does plays no part.
        let script = "ulimit -t 20; ulimit -v 1500000; \"$0\" feed \"$1\" > \"$1.out\" 2>&1; code=$?; [ $code -le 1 ]";
        let mut child = Command::new("sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_wirewatch")])
            .arg(&file)
            .env("HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path())
            .env_remove("WIREWATCH_CONFIG")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let status = child.wait().unwrap();
        writeln!(std::io::stderr(), "{name}: {status}").unwrap();
        assert!(
            status.success(),
            "{name}: {}",
            fs::read_to_string(folder.path().join("feed.xml.out")).unwrap_or_default().chars().take(500).collect::<String>()
        );
    }
}
