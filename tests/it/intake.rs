//! What comes in from outside, whole: bad pages, many entries, the same story twice, feeds that ask for peace.
//! Names begin with the line of the behaviour they hold.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

use crate::support::house::{House, until};
use crate::support::publisher::{Answer, Publisher};

const POLL: &str = "interval = { min = \"200ms\", max = \"200ms\" }\ninitial = \"alert\"\nhost_spacing = \"1ms\"";
const HOURLY: &str = "interval = { min = \"1h\", max = \"1h\" }\ninitial = \"alert\"\nhost_spacing = \"1ms\"";

fn story(text: &str) -> Answer {
    let sentence = "The harbour lay quiet at dawn, and nobody knew when the next boat would leave for the islands. ";
    Answer::page(&format!("<html><body><article><h1>Harbour news</h1><p>{text}</p><p>{}</p></article></body></html>", sentence.repeat(6)))
}

/// A gigabyte of spaces, packed.
fn bomb(coding: &str) -> Vec<u8> {
    static PIECE: [u8; 1 << 20] = [b' '; 1 << 20];
    let fill = |to: &mut dyn Write| (0..1024).try_for_each(|_| to.write_all(&PIECE)).unwrap();
    let mut packed = Vec::new();
    if coding == "gzip" {
        fill(&mut flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast()));
    } else {
        let mut encoder = zstd::stream::write::Encoder::new(&mut packed, 1).unwrap();
        // As much as a decoder may be asked to remember.
        encoder.window_log(27).unwrap();
        fill(&mut encoder);
        encoder.finish().unwrap();
    }
    packed
}

#[test]
fn sec_08_what_unpacks_without_end_costs_little_memory() {
    for coding in ["gzip", "zstd"] {
        let house = House::new();
        let bomb = bomb(coding);
        house.publisher.publish("Ferry strike", "A ferry strike began at dawn.");
        let poll = "interval = { min = \"2s\", max = \"2s\" }\ninitial = \"alert\"";
        house.configure_with(poll, "fetch = \"never\"", &house.feed("bomb"));
        let mut daemon = house.start();
        until("an article is read", || house.log().len() == 1);
        // The peak of the start says nothing of what comes now.
        fs::write(format!("/proc/{}/clear_refs", daemon.id()), "5").unwrap();
        let before = daemon.peak_kib();
        let head = format!("Content-Encoding: {coding}");
        house.publisher.answer("/feed", Answer::say("200 OK", &[&head], &bomb));
        daemon.says("too large");
        let more = daemon.peak_kib() - before;
        println!("{coding}: {} bytes unpack to a gigabyte, {more} KiB more than before", bomb.len());
        assert!(more <= (10 + 16) << 10, "{coding}: {more} KiB more than before");
    }
}

#[test]
fn dur_13_many_feeds_at_the_cap_stay_within_memory() {
    const FEEDS: u8 = 16;
    let entry = |number: usize| {
        let text = "The harbour ferry stands still, and nobody knows why. ".repeat(40);
        format!("<item><title>Report {number}</title><guid>{number}</guid><description>{text}</description></item>")
    };
    let entries: String = (0..4_500).map(entry).collect();
    let feed = format!("<rss version=\"2.0\"><channel><title>Large</title>{entries}</channel></rss>");
    assert!((9 << 20..10 << 20).contains(&feed.len()), "{} bytes", feed.len());
    let house = House::new();
    let sites: Vec<Publisher> = (1..=FEEDS).map(|number| Publisher::start_on(&format!("127.0.13.{number}"))).collect();
    let configured = |(number, site): (usize, &Publisher)| {
        site.answer("/feed", Answer::say("200 OK", &["Content-Type: application/rss+xml"], &feed));
        format!("[[feed]]\nid = \"large-{number}\"\nurl = \"{}\"\n", site.url("/feed"))
    };
    let feeds: Vec<String> = sites.iter().enumerate().map(configured).collect();
    house.configure_with("interval = { min = \"1h\", max = \"1h\" }", "fetch = \"never\"", &feeds.concat());
    let mut daemon = house.start();
    for _ in 0..FEEDS {
        daemon.says("first visit");
    }
    let peak = daemon.peak_kib();
    println!("{FEEDS} feeds of {} bytes: at most {peak} KiB", feed.len());
    assert!(peak <= 256 << 10, "{peak} KiB");
}

#[test]
fn sec_05_bad_pages_cost_no_alert() {
    let house = House::new();
    let site = &house.publisher;
    let other = Publisher::start_on("127.0.0.9");
    site.answer("/stall", Answer::Stall);
    site.answer("/endless", Answer::Endless);
    site.answer("/inside", Answer::say("302 Found", &["Location: http://169.254.169.254/latest/meta-data/"], ""));
    site.answer("/file", Answer::say("302 Found", &["Location: file:///etc/passwd"], ""));
    let round = format!("Location: {}", site.url("/round"));
    site.answer("/round", Answer::say("302 Found", &[&round], ""));
    let links: Vec<(String, String)> = ["/stall", "/endless", "/inside", "/file", "/round", "/missing"]
        .iter()
        .map(|path| (format!("Ferry strike {path}"), site.url(path)))
        .chain([
            ("Ferry strike metadata".to_owned(), "http://169.254.169.254/latest/meta-data/".to_owned()),
            ("Ferry strike script".to_owned(), "javascript:alert(1)".to_owned()),
            ("Ferry strike disk".to_owned(), "file:///etc/passwd".to_owned()),
            ("Ferry strike closed".to_owned(), other.url("/closed/page")),
        ])
        .collect();
    other.answer("/robots.txt", Answer::say("200 OK", &["Content-Type: text/plain"], "User-agent: wirewatch\nDisallow: /closed\n"));
    site.answer("/feed", Answer::feed(links.iter().map(|(title, link)| (title.as_str(), title.as_str(), link.as_str()))));
    house.configure_with(POLL, "deadline = \"1s\"\npage_max = \"100 KiB\"", &house.feed("one"));
    house.once();
    let mut wanted: Vec<&String> = links.iter().map(|(title, _)| title).collect();
    wanted.sort();
    assert_eq!(house.titles(), wanted.into_iter().cloned().collect::<Vec<_>>());
    assert_eq!(other.requests("/closed/page"), 0, "ART-01: a page was fetched that robots.txt closes");
    let log = fs::read_to_string(house.path("state/alerts.jsonl")).unwrap();
    assert!(!log.contains("javascript:") && !log.contains("file:///"), "SEC-06: a link that is none was told");
}

#[test]
fn art_03_rules_and_pages_are_fetched_once() {
    let house = House::new();
    let site = &house.publisher;
    let entries: Vec<(String, String)> =
        (0..20).map(|number| (format!("Harbour {number}"), site.url(&format!("/page/{number}")))).collect();
    for number in 0..20 {
        site.answer(&format!("/page/{number}"), story("The ferry strike goes on."));
    }
    site.answer("/robots.txt", Answer::say("200 OK", &["Content-Type: text/plain"], "User-agent: *\nDisallow: /closed\n"));
    site.answer("/feed", Answer::feed(entries.iter().map(|(title, link)| (title.as_str(), title.as_str(), link.as_str()))));
    house.configure_with(POLL, "", &house.feed("one"));
    house.once();
    assert_eq!(house.log().len(), 20, "the pages were not read");
    assert_eq!(site.requests("/robots.txt"), 1);
    house.once();
    for number in 0..20 {
        assert_eq!(site.requests(&format!("/page/{number}")), 1, "page {number}");
    }
    // Another start, another page: what the host allows is known.
    site.answer("/page/20", story("The ferry sails again, and the ferry strike is over."));
    site.answer("/feed", Answer::feed([("Harbour 20", "Harbour 20", site.url("/page/20").as_str())]));
    house.once();
    assert_eq!((site.requests("/page/20"), site.requests("/robots.txt")), (1, 1));
}

#[test]
fn dur_10_old_entries_of_a_new_feed_are_marked_and_that_is_said_once() {
    let house = House::new();
    for number in 0..300 {
        house.publisher.publish(&format!("Ferry strike {number}"), "The ferry stands still.");
    }
    house.configure_with(
        "interval = { min = \"200ms\", max = \"200ms\" }\nhost_spacing = \"1ms\"",
        "fetch = \"never\"",
        &house.feed("one"),
    );
    let mut daemon = house.start();
    daemon.says("old entries are marked as seen");
    house.publisher.publish("Ferry strike now", "The ferry stands still.");
    until("what is new is told", || house.titles() == ["Ferry strike now"]);
    assert_eq!(daemon.said("old entries are marked as seen"), 1);
    assert_eq!(daemon.said("marked=300"), 1);
    daemon.stop();
}

#[test]
fn dur_11_an_edited_entry_and_a_story_in_two_feeds_are_told_once() {
    let house = House::new();
    let site = &house.publisher;
    let link = site.url("/story");
    let tracked = format!("{link}?utm_source=feed");
    site.answer("/a", Answer::feed([("a-1", "Ferry strike begins", link.as_str())]));
    site.answer("/b", Answer::feed([("b-1", "Strike begins on every ferry", tracked.as_str())]));
    house.configure(&(house.feed_at("a", "/a") + &house.feed_at("b", "/b")));
    house.once();
    assert_eq!(house.log().len(), 1, "{:?}", house.titles());
    // Whichever feed came second is added to the alert of the first.
    let shown = String::from_utf8(house.run(&["alerts"]).stdout).unwrap();
    assert!(shown.contains("also in Loopback Post"), "{shown}");
    site.answer("/a", Answer::feed([("a-1", "Ferry strike begins (updated)", link.as_str())]));
    house.once();
    assert_eq!(house.log().len(), 1, "{:?}", house.titles());
}

#[test]
fn dur_12_many_matches_at_once_are_all_told() {
    // The five thousand of the line take a minute in a debug build.
    let count: usize = std::env::var("ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(600);
    let house = House::new();
    let titles: Vec<(String, String)> =
        (0..count).map(|number| (format!("Ferry strike {number}"), format!("https://example.org/{number}"))).collect();
    house.publisher.answer("/feed", Answer::feed(titles.iter().map(|(title, link)| (link.as_str(), title.as_str(), link.as_str()))));
    house.configure(&house.feed("one"));
    house.once();
    let mut told = house.titles();
    told.dedup();
    assert_eq!(told.len(), count);
    assert_eq!(house.log().len(), count);
}

#[test]
fn commands_and_files_are_feeds() {
    let house = House::new();
    let feed = |title: &str| {
        format!("<rss version=\"2.0\"><channel><title>Local</title><item><title>{title}</title><guid>{title}</guid></item></channel></rss>")
    };
    fs::write(house.path("local.xml"), feed("Ferry strike in a file")).unwrap();
    let script = house.path("print feed.sh");
    fs::write(&script, format!("#!/bin/sh\nprintf '%s' '{}'\n", feed("Ferry strike from a command"))).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(house.path("fails.sh"), "#!/bin/sh\necho no idea >&2\nexit 3\n").unwrap();
    fs::set_permissions(house.path("fails.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    house.configure("[[feed]]\nid = \"file\"\nurl = \"file:local.xml\"\n[[feed]]\nid = \"command\"\nurl = \"exec:'./print feed.sh' --all\"\n[[feed]]\nid = \"broken\"\nurl = \"exec:./fails.sh\"\n");
    let said = house.once();
    assert_eq!(house.titles(), ["Ferry strike from a command", "Ferry strike in a file"], "{said}");
    assert!(said.contains("no idea"), "what the command said is not told:\n{said}");
}

#[test]
fn dur_03_a_receiver_that_is_away_does_not_delay_the_log() {
    let house = House::new();
    let desk = "[[channel]]\nid = \"desk\"\ntype = \"webhook\"\nurl = \"http://127.0.0.1:1/hook\"\n";
    house.configure(&(house.feed("one") + desk));
    let mut daemon = house.start();
    for number in 0..10 {
        house.publisher.publish(&format!("Ferry strike {number}"), "The ferry stands still.");
        until("the log has it", || house.log().len() == number + 1);
    }
    daemon.says("channel fails");
    let status = house.run(&["status", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert!(status.to_string().contains("desk"), "the backlog is not shown: {status}");
    assert_eq!(daemon.said("channel fails"), 1);
    daemon.stop();
}

#[test]
fn svc_03_a_removed_feed_is_not_polled_and_a_broken_reload_changes_nothing() {
    let house = House::new();
    let site = &house.publisher;
    for path in ["/a", "/b"] {
        site.answer(path, Answer::feed([(path, "Fair weather", "https://example.org/")]));
    }
    let config = house.configure(&(house.feed_at("a", "/a") + &house.feed_at("b", "/b")));
    let mut daemon = house.start();
    until("both are polled", || site.requests("/a") > 0 && site.requests("/b") > 0);

    let good = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{good}\n[poll")).unwrap();
    daemon.signal("HUP");
    daemon.says("the old one stays in force");
    let before = (site.requests("/a"), site.requests("/b"));
    until("polling goes on", || site.requests("/a") > before.0 && site.requests("/b") > before.1);

    house.configure(&house.feed_at("a", "/a"));
    daemon.signal("HUP");
    daemon.says("new configuration is in force");
    let removed = site.requests("/b");
    let kept = site.requests("/a");
    until("the feed that stays is polled", || site.requests("/a") > kept + 3);
    // A visit may have been under way.
    assert!(site.requests("/b") <= removed + 1, "a feed that was removed is still polled");
    daemon.stop();
}

#[test]
fn pol_05_restarts_ask_no_sooner() {
    let house = House::new();
    house.publisher.publish("Ferry strike begins", "The ferry stands still.");
    house.configure_with(HOURLY, "fetch = \"never\"", &house.feed("one"));
    let daemon = house.start();
    until("it is polled", || house.log().len() == 1);
    daemon.kill();
    for round in 0..5 {
        let daemon = house.start();
        thread::sleep(Duration::from_millis(150));
        if round % 2 == 0 {
            daemon.kill();
        } else {
            daemon.stop();
        }
    }
    assert_eq!(house.publisher.requests("/feed"), 1);
}

#[test]
fn pol_11_and_pol_14_peace_and_gone_survive_a_restart() {
    let house = House::new();
    let site = &house.publisher;
    let away = Publisher::start_on("127.0.0.10");
    away.answer("/feed", Answer::say("429 Too Many Requests", &["Retry-After: 7200"], ""));
    site.answer("/gone", Answer::say("410 Gone", &[], ""));
    let more = format!(
        "[[feed]]\nid = \"busy\"\nurl = \"{}\"\n[[feed]]\nid = \"same-host\"\nurl = \"{}\"\n",
        away.url("/feed"),
        away.url("/other")
    );
    house.configure(&(house.feed_at("gone", "/gone") + &more));
    let mut daemon = house.start();
    daemon.says("feed is gone (410)");
    until("the busy one is asked", || away.requests("/feed") == 1);
    thread::sleep(Duration::from_millis(300));
    let others = away.requests("/other");
    assert!(others <= 1);
    daemon.stop();

    site.answer("/gone", Answer::feed([("g", "Ferry strike is back", "https://example.org/g")]));
    let daemon = house.start();
    thread::sleep(Duration::from_millis(700));
    daemon.kill();
    house.once();
    assert_eq!((site.requests("/gone"), away.requests("/feed"), away.requests("/other")), (1, 1, others));

    assert!(house.run(&["feeds", "resume", "gone"]).status.success());
    house.once();
    assert_eq!(site.requests("/gone"), 2);
    assert_eq!(house.titles(), ["Ferry strike is back"]);
    assert_eq!(house.notices(), ["Feed gone is gone for good", "Feed gone can be read again"], "each told once");
}
