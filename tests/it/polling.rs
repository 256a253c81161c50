//! Politeness and fetch safety, seen from a server on the loopback interface. Names begin with the line of the behaviour they hold.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::support::feed_server::{FeedServer, Say};
use wirewatch::model::feed::{Feed, FeedSource, FeedState};
use wirewatch::net::client::{Client, Request};
use wirewatch::net::error::NetError;
use wirewatch::net::settings::NetSettings;
use wirewatch::poll::settings::{PollSettings, Scope};
use wirewatch::poll::{Listing, Outcome, PollError, Unchanged, Visit, remember_hold, visit};
use wirewatch::text::chain::chain;

const FEED: &[u8] = b"<rss version=\"2.0\"><channel><title>Wire</title><link>https://example.org/</link>
    <image><url>https://example.org/i.png</url></image>
    <item><title>One</title><guid>1</guid><link>https://example.org/1</link><enclosure url=\"https://example.org/1.mp3\"/></item></channel></rss>";

fn now() -> Timestamp {
    "2026-09-02T12:00:00Z".parse().unwrap()
}

fn client() -> Client {
    client_with(NetSettings::default())
}

fn client_with(settings: NetSettings) -> Client {
    let allow_private = vec!["127.0.0.0/8".parse().unwrap()];
    Client::new(&NetSettings { allow_private, host_spacing: Duration::ZERO, ..settings }).unwrap()
}

fn feed(url: Url) -> Feed {
    feed_from(FeedSource::Http(url))
}

fn feed_from(source: FeedSource) -> Feed {
    Feed { id: "f".into(), source, outlet: None, language: None, tags: Vec::new() }
}

/// An interval of exactly an hour; deadlines short enough for tests in which they must pass.
fn settings() -> PollSettings {
    let hour = Duration::from_secs(3600);
    PollSettings {
        interval_min: hour,
        interval_max: hour,
        deadline: Duration::from_millis(300),
        body_bytes_max: 1 << 20,
        ..PollSettings::default()
    }
}

async fn once(url: Url, state: &FeedState) -> Visit {
    visit(&feed(url), state, &settings(), &client(), now()).await
}

/// Visits one after the other, each with the state of the one before.
async fn visits(server: &FeedServer, count: usize) -> Vec<Visit> {
    let client = client();
    let feed = feed(server.url("/feed?a=1&b=x%20y"));
    let mut made: Vec<Visit> = Vec::new();
    for _ in 0..count {
        let state = made.last().map_or_else(|| FeedState::new(now()), |visit| visit.state.clone());
        made.push(visit(&feed, &state, &settings(), &client, now()).await);
    }
    made
}

/// The error of a visit that must have failed, and how far off the next one is, in whole hours.
fn failure(visit: &Visit) -> String {
    match &visit.outcome {
        Outcome::Failed(error) => chain(error),
        other => panic!("the visit gave {other:?}"),
    }
}

fn hours(visit: &Visit) -> i64 {
    visit.state.next_due.duration_since(now()).as_hours()
}

fn entries(visit: &Visit) -> usize {
    match &visit.outcome {
        Outcome::Read { entries, .. } => entries.len(),
        other => panic!("the visit gave {other:?}"),
    }
}

#[tokio::test]
async fn pol_01_validators_come_back_byte_for_byte() {
    let headers = ["ETag: \"a-1\"", "Last-Modified: Tue, 01 Sep 2026 10:00:00 GMT"];
    let server = FeedServer::start(vec![Say::answer("200 OK", &headers, FEED), Say::raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")]).await;
    let made = visits(&server, 2).await;
    assert_eq!(entries(&made[0]), 1);
    assert_eq!((server.header(0, "if-none-match"), server.header(0, "if-modified-since")), (None, None));
    assert_eq!(server.header(1, "if-none-match").as_deref(), Some("\"a-1\""));
    assert_eq!(server.header(1, "if-modified-since").as_deref(), Some("Tue, 01 Sep 2026 10:00:00 GMT"));
    assert!(matches!(made[1].outcome, Outcome::Unchanged(Unchanged::NotModified)));
}

#[tokio::test]
async fn pol_02_odd_validators_are_opaque() {
    for (etag, modified) in [
        ("W/\"x\"", "yesterday at noon"),
        ("no-quotes", "2026-09-01"),
        ("\"a b--gzip\"", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ("\"\u{e9}\"", "0"),
    ] {
        let headers = [format!("ETag: {etag}"), format!("Last-Modified: {modified}")];
        let server = FeedServer::start(vec![Say::answer("200 OK", &[&headers[0], &headers[1]], FEED)]).await;
        let made = visits(&server, 2).await;
        assert_eq!(made[0].state.validators.etag.as_deref(), Some(etag.as_bytes()));
        assert_eq!(server.header(1, "if-none-match").as_deref(), Some(etag));
        assert_eq!(server.header(1, "if-modified-since").as_deref(), Some(modified));
    }
}

#[tokio::test]
async fn pol_03_a_bare_304_keeps_the_validators() {
    let server =
        FeedServer::start(vec![Say::answer("200 OK", &["ETag: \"a\""], FEED), Say::raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")]).await;
    visits(&server, 6).await;
    for request in 1..6 {
        assert_eq!(server.header(request, "if-none-match").as_deref(), Some("\"a\""), "request {request}");
    }
}

#[tokio::test]
async fn only_the_news_is_asked_for_where_the_server_can_tell_it() {
    let part = Say::answer("226 IM Used", &["IM: feed", "ETag: \"b\"", "Cache-Control: max-age=7200"], FEED);
    let server = FeedServer::start(vec![Say::answer("200 OK", &["ETag: \"a\""], FEED), part.clone(), part]).await;
    let made = visits(&server, 3).await;
    assert_eq!(server.header(0, "a-im"), None, "there is nothing to compare with yet");
    assert_eq!((server.header(1, "a-im").as_deref(), server.header(1, "if-none-match").as_deref()), (Some("feed"), Some("\"a\"")));
    assert_eq!(server.header(2, "if-none-match").as_deref(), Some("\"b\""));
    assert!(matches!(made[0].outcome, Outcome::Read { listing: Listing::Whole, .. }));
    // The same part again is no unchanged feed: what is in it was news each time.
    assert!(made[1..].iter().all(|visit| matches!(visit.outcome, Outcome::Read { listing: Listing::Part, .. })), "{made:#?}");
    assert_eq!((made[1].state.validators.body_hash, hours(&made[1])), (None, 2));

    // What was done to an answer that does not say so, nobody knows; and it was not asked for without an ETag.
    let server = FeedServer::start(vec![Say::answer("200 OK", &["ETag: \"a\""], FEED), Say::answer("226 IM Used", &[], FEED)]).await;
    assert!(failure(&visits(&server, 2).await[1]).contains("226"));
    let server = FeedServer::start(vec![Say::answer("200 OK", &[], FEED)]).await;
    visits(&server, 2).await;
    assert_eq!(server.header(1, "a-im"), None);
}

#[tokio::test]
async fn pol_10_a_feed_that_was_due_long_before_is_left_alone_in_the_hours_it_skips() {
    let server = FeedServer::start(vec![Say::answer("200 OK", &[], FEED)]).await;
    let mut state = FeedState::new(now() - SignedDuration::from_hours(48));
    state.rhythm.skip_hours = 1 << jiff::tz::Offset::UTC.to_datetime(now()).hour();
    let made = once(server.url("/"), &state).await;
    assert!(matches!(made.outcome, Outcome::Held));
    assert_eq!((server.heads().len(), made.state.failures, made.state.last_visit), (0, 0, None));
    assert!(made.state.next_due > now() && hours(&made) <= 1, "{}", made.state.next_due);
}

#[tokio::test]
async fn pol_04_the_same_body_is_unchanged() {
    let server = FeedServer::start(vec![Say::answer("200 OK", &[], FEED)]).await;
    let made = visits(&server, 2).await;
    assert!(matches!(made[1].outcome, Outcome::Unchanged(Unchanged::SameBody)));
}

#[tokio::test]
async fn pol_04_what_was_not_read_leaves_no_trace() {
    let cut = [b"HTTP/1.1 200 OK\r\nETag: \"cut\"\r\nContent-Length: 5000\r\n\r\n".as_slice(), FEED].concat();
    let server = FeedServer::start(vec![
        Say::answer("200 OK", &["ETag: \"a\""], FEED),
        Say::raw(&cut),
        Say::answer("200 OK", &["ETag: \"page\""], b"<html><head><link rel=alternate type=application/rss+xml href=/rss></head></html>"),
        Say::answer("200 OK", &["ETag: \"empty\""], b""),
        Say::answer("200 OK", &["ETag: \"b\""], FEED),
    ])
    .await;
    let made = visits(&server, 5).await;
    insta::assert_snapshot!(failure(&made[1]).replace(&server.port().to_string(), "PORT"), @"http://127.0.0.1:PORT/feed?a=1&b=x%20y: cannot read the answer: error decoding response body: error reading a body from connection: end of file before message length reached");
    insta::assert_snapshot!(failure(&made[2]).replace(&server.port().to_string(), "PORT"), @"http://127.0.0.1:PORT/feed?a=1&b=x%20y: is an HTML page, not a feed; the page names http://127.0.0.1:PORT/rss");
    insta::assert_snapshot!(failure(&made[3]).replace(&server.port().to_string(), "PORT"), @"http://127.0.0.1:PORT/feed?a=1&b=x%20y: the body is empty");
    for request in 1..5 {
        assert_eq!(server.header(request, "if-none-match").as_deref(), Some("\"a\""), "request {request}");
    }
    assert_eq!((made[3].state.failures, made[4].state.failures), (3, 0));
}

#[tokio::test]
async fn pol_08_http_freshness_is_waited_for() {
    for (headers, wait) in [
        (vec!["Cache-Control: public, max-age=43200"], 12),
        (vec!["Cache-Control: max-age=43200", "Age: 36000"], 2),
        (vec!["Cache-Control: max-age=0"], 1),
        (vec!["Cache-Control: no-cache, max-age=43200"], 1),
        (vec!["Date: Tue, 01 Sep 2026 10:00:00 GMT", "Expires: Tue, 01 Sep 2026 15:00:00 GMT"], 5),
        (vec!["Date: Tue, 01 Sep 2026 10:00:00 GMT", "Expires: Tue, 01 Sep 2026 15:00:00 GMT", "Cache-Control: max-age=60"], 1),
        (vec!["Expires: 0"], 1),
        (vec!["Cache-Control: max-age=99999999"], 24),
    ] {
        let server = FeedServer::start(vec![Say::answer("200 OK", &headers, FEED)]).await;
        // After its first visit a feed waits longer, to part from those that began with it.
        let state = FeedState { last_success: Some(now() - SignedDuration::from_hours(1)), ..FeedState::new(now()) };
        let visit = once(server.url("/"), &state).await;
        let earliest = now() + SignedDuration::from_hours(wait);
        let latest = earliest + SignedDuration::from_mins(wait * 6 + 1);
        assert!((earliest..=latest).contains(&visit.state.next_due), "{headers:?}: {}", visit.state.next_due);
    }
}

#[tokio::test]
async fn pol_09_and_10_the_feed_says_how_often() {
    let sy = "http://purl.org/rss/1.0/modules/syndication/";
    let every = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>";
    for (says, wait) in [("<ttl>180</ttl>", 3), (every, 6), ("<ttl>nonsense</ttl>", 1), ("<skipDays><day>Wednesday</day></skipDays>", 12)] {
        let body = format!("<rss xmlns:sy='{sy}'><channel><title>t</title>{says}<item><title>x</title></item></channel></rss>");
        let server = FeedServer::start(vec![Say::answer("200 OK", &[], body.as_bytes())]).await;
        assert_eq!(hours(&once(server.url("/"), &FeedState::new(now())).await), wait, "{says}");
    }
}

#[tokio::test]
async fn pol_11_a_429_silences_the_host_also_after_a_restart() {
    let server = FeedServer::start(vec![Say::answer("429 Too Many Requests", &["Retry-After: 7200"], b"")]).await;
    let client = client();
    let (first, second) = (feed(server.url("/a")), feed(server.url("/b")));
    let refused = visit(&first, &FeedState::new(now()), &settings(), &client, now()).await;
    assert_eq!((hours(&refused), refused.state.next_reason.as_str()), (2, "retry-after"));
    let held = visit(&second, &FeedState::new(now()), &settings(), &client, now()).await;
    assert!(matches!(held.outcome, Outcome::Held));
    assert!(hours(&held) >= 1 && held.state.failures == 0, "{:?}", held.state);
    assert_eq!(server.heads().len(), 1);

    let restarted = self::client();
    remember_hold(&first, &refused.state, &settings(), &restarted, now() + SignedDuration::from_mins(10));
    assert!(matches!(visit(&second, &FeedState::new(now()), &settings(), &restarted, now()).await.outcome, Outcome::Held));

    let alone = PollSettings { retry_after_scope: Scope::Feed, ..settings() };
    let other = self::client();
    visit(&first, &FeedState::new(now()), &alone, &other, now()).await;
    visit(&second, &FeedState::new(now()), &alone, &other, now()).await;
    assert_eq!(server.heads().len(), 3, "with the scope of a feed, the other feed is asked");
}

#[tokio::test]
async fn pol_12_a_503_with_a_date_holds_only_this_feed() {
    let headers = ["Date: Tue, 01 Sep 2026 10:00:00 GMT", "Retry-After: Tue, 01 Sep 2026 15:00:00 GMT"];
    let server = FeedServer::start(vec![Say::answer("503 Service Unavailable", &headers, b""), Say::answer("200 OK", &[], FEED)]).await;
    let client = client();
    let refused = visit(&feed(server.url("/a")), &FeedState::new(now()), &settings(), &client, now()).await;
    assert_eq!((hours(&refused), refused.state.next_reason.as_str()), (5, "retry-after"));
    assert_eq!(entries(&visit(&feed(server.url("/b")), &FeedState::new(now()), &settings(), &client, now()).await), 1);
}

#[tokio::test]
async fn pol_13_failures_back_off_and_are_not_tried_again_at_once() {
    let server = FeedServer::start(vec![Say::answer("500 Internal Server Error", &[], b"")]).await;
    let made = visits(&server, 4).await;
    assert_eq!(server.heads().len(), 4);
    assert_eq!(made.iter().map(hours).collect::<Vec<_>>(), [1, 2, 4, 8]);
}

#[tokio::test]
async fn pol_14_gone_is_remembered() {
    let server = FeedServer::start(vec![Say::answer("410 Gone", &[], b"")]).await;
    let made = visits(&server, 1).await;
    assert!(made[0].state.gone);
    assert!(matches!(made[0].outcome, Outcome::Failed(PollError::Gone { .. })));
}

#[tokio::test]
async fn pol_15_a_permanent_address_is_asked_directly_after_two_visits() {
    let new = FeedServer::start_on(Ipv4Addr::new(127, 0, 0, 2), vec![Say::answer("200 OK", &[], FEED)]).await;
    let to = format!("Location: {}", new.url("/new"));
    let old = FeedServer::start(vec![Say::answer("301 Moved Permanently", &[&to], b"")]).await;
    let made = visits(&old, 4).await;
    assert_eq!(old.heads().len(), 2, "from the third visit on the old address is not asked");
    assert_eq!(new.heads().len(), 4);
    assert_eq!(made[3].state.moved.as_ref().map(|moved| moved.to.as_str()), Some(new.url("/new").as_str()));

    let temporary = FeedServer::start(vec![Say::answer("302 Found", &[&to], b"")]).await;
    let made = visits(&temporary, 3).await;
    assert_eq!((temporary.heads().len(), &made[2].state.moved), (3, &None));
}

#[tokio::test]
async fn pol_15_loops_and_long_chains_are_errors() {
    let server =
        FeedServer::start(vec![Say::answer("302 Found", &["Location: /b"], b""), Say::answer("302 Found", &["Location: /a"], b"")]).await;
    let error = client().get(Request::new(server.url("/a"))).await.unwrap_err();
    assert!(matches!(error, NetError::Loop { .. }), "{error}");

    let chain = (0..20).map(|step| Say::answer("302 Found", &[&format!("Location: /{step}")], b"")).collect();
    let server = FeedServer::start(chain).await;
    let error = client().get(Request::new(server.url("/"))).await.unwrap_err();
    assert!(matches!(error, NetError::TooManyRedirects { redirects_max: 5, .. }), "{error}");
    assert_eq!(server.heads().len(), 6);
}

#[tokio::test]
async fn pol_16_and_17_what_is_sent_and_what_is_not() {
    let server = FeedServer::start(vec![Say::answer("200 OK", &["Set-Cookie: id=1", "ETag: \"a\""], FEED)]).await;
    let client = client_with(NetSettings { contact: Some("https://example.org/bot".to_owned()), ..NetSettings::default() });
    let feed = feed(server.url("/feed?a=1&b=x%20y"));
    for _ in 0..3 {
        visit(&feed, &FeedState::new(now()), &settings(), &client, now()).await;
    }
    let heads = server.heads();
    assert_eq!(heads.len(), 3, "nothing but the feed is asked for");
    for (request, head) in heads.iter().enumerate() {
        assert!(head.starts_with("GET /feed?a=1&b=x%20y HTTP/1.1\r\n"), "{head}");
        assert_eq!((server.header(request, "cookie"), server.header(request, "referer")), (None, None));
    }
    let agent = format!("wirewatch/{} (+https://example.org/bot)", env!("CARGO_PKG_VERSION"));
    assert_eq!(server.header(0, "user-agent"), Some(agent));
    assert!(server.header(0, "accept").unwrap().contains("application/rss+xml"));
    assert!(server.header(0, "accept-encoding").unwrap().contains("gzip"));
    assert_eq!(server.connections(), 1, "the connection is used again");
}

#[tokio::test]
async fn pol_18_one_request_at_a_time_to_a_host() {
    let server = FeedServer::start(vec![Say::answer("200 OK", &[], FEED)]).await;
    let client = client();
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let (client, feed) = (client.clone(), feed(server.url(&format!("/{number}"))));
            tokio::spawn(async move { visit(&feed, &FeedState::new(now()), &settings(), &client, now()).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(entries(&task.await.unwrap()), 1);
    }
    assert_eq!((server.heads().len(), server.open_most()), (40, 1));
}

#[tokio::test]
async fn sec_01_and_02_private_addresses_are_refused_in_every_notation() {
    let server = FeedServer::start(vec![Say::answer("200 OK", &[], FEED)]).await;
    let port = server.port();
    assert_eq!(server.ip(), Ipv4Addr::LOCALHOST);
    let closed = Client::new(&NetSettings::default()).unwrap();
    for host in [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "[::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "localhost",
        "localhost.",
        "LOCALHOST",
    ] {
        let url: Url = format!("http://{host}:{port}/").parse().unwrap();
        let error = closed.get(Request::new(url)).await.unwrap_err();
        assert!(matches!(&error, NetError::Address { rule, .. } if !rule.is_empty()), "{host}: {error}");
        assert!(!error.is_transient());
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn sec_03_and_04_every_hop_is_checked() {
    let inner = FeedServer::start_on(Ipv4Addr::new(127, 0, 2, 1), vec![Say::answer("200 OK", &[], FEED)]).await;
    let open = Client::new(&NetSettings {
        allow_private: vec!["127.0.1.0/24".parse().unwrap()],
        host_spacing: Duration::ZERO,
        ..NetSettings::default()
    });
    let open = open.unwrap();
    for to in [inner.url("/").to_string(), "file:///etc/passwd".to_owned(), "gopher://127.0.1.1/".to_owned()] {
        let location = format!("Location: {to}");
        let outer = FeedServer::start_on(Ipv4Addr::new(127, 0, 1, 1), vec![Say::answer("302 Found", &[&location], b"")]).await;
        let error = open.get(Request::new(outer.url("/"))).await.unwrap_err();
        assert!(matches!(error, NetError::Address { .. } | NetError::Scheme { .. }), "{error}");
        assert_eq!(outer.heads().len(), 1);
    }
    assert!(matches!(open.get(Request::new(inner.url("/"))).await, Err(NetError::Address { .. })));
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn sec_06_only_web_addresses_are_fetched_and_linked() {
    for url in ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:,x", "javascript:x()"] {
        let error = client().get(Request::new(url.parse().unwrap())).await.unwrap_err();
        assert!(matches!(error, NetError::Scheme { .. }), "{error}");
    }
    let body = "<rss><channel><item><title>a</title><link>javascript:x()</link></item><item><title>b</title><link>file:///x</link></item></channel></rss>";
    let server = FeedServer::start(vec![Say::answer("200 OK", &[], body.as_bytes())]).await;
    let Outcome::Read { entries, .. } = once(server.url("/"), &FeedState::new(now())).await.outcome else {
        panic!("the feed was not read")
    };
    assert_eq!(entries.iter().map(|entry| &entry.url).collect::<Vec<_>>(), [&None, &None]);
}

#[tokio::test]
async fn sec_07_the_password_is_sent_to_its_origin_and_told_to_nobody() {
    let other = FeedServer::start_on(Ipv4Addr::new(127, 0, 0, 3), vec![Say::answer("200 OK", &[], FEED)]).await;
    let to = format!("Location: {}", other.url("/"));
    let server = FeedServer::start(vec![
        Say::answer("302 Found", &["Location: /same"], b""),
        Say::answer("302 Found", &[&to], b""),
        Say::answer("401 Unauthorized", &[], b""),
        Say::stall(b""),
        Say::raw(b"no HTTP"),
    ])
    .await;
    let mut url = server.url("/");
    url.set_username("user").unwrap();
    url.set_password(Some("p@ss")).unwrap();
    assert!(url.as_str().contains("p%40ss"));
    let read = once(url.clone(), &FeedState::new(now())).await;
    assert_eq!(entries(&read), 1);
    let basic = "Basic dXNlcjpwQHNz";
    assert_eq!(server.header(0, "authorization").as_deref(), Some(basic));
    assert_eq!(server.header(1, "authorization").as_deref(), Some(basic));
    assert_eq!(other.header(0, "authorization"), None);

    let mut told = format!("{read:?}");
    for _ in 0..3 {
        let visit = once(url.clone(), &FeedState::new(now())).await;
        write!(told, "{} {visit:?} {:?}", failure(&visit), visit.state).unwrap();
    }
    for host in [
        "http://user:p%40ss@127.0.0.1:1/",
        "http://user:p%40ss@name.invalid/",
        "https://user:p%40ss@127.0.0.1:1/",
        "http://user:p%40ss@10.0.0.1/",
    ] {
        let visit = once(host.parse().unwrap(), &FeedState::new(now())).await;
        write!(told, "{} {visit:?} {:?}", failure(&visit), visit.state).unwrap();
    }
    for secret in ["p%40ss", "p@ss", basic] {
        assert!(!told.contains(secret), "`{secret}` is told");
    }
}

fn gzip_of_zeros(megabytes: usize) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..megabytes {
        packed.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    packed.finish().unwrap()
}

#[tokio::test]
async fn sec_08_the_cap_counts_what_is_unpacked() {
    let bomb = gzip_of_zeros(64);
    assert!(bomb.len() < 1 << 17);
    let server = FeedServer::start(vec![Say::answer("200 OK", &["Content-Encoding: gzip"], &bomb)]).await;
    let visit = visit(
        &feed(server.url("/")),
        &FeedState::new(now()),
        &PollSettings { deadline: Duration::from_secs(20), ..settings() },
        &client(),
        now(),
    )
    .await;
    assert!(matches!(visit.outcome, Outcome::Failed(PollError::Net(NetError::TooLarge { .. }))), "{}", failure(&visit));
}

#[tokio::test]
async fn sec_08_a_coding_that_was_not_offered_is_named() {
    for (coding, fails) in [("br", true), ("gzip, BR", true), ("utf-8", false), ("identity", false)] {
        let server = FeedServer::start(vec![Say::answer("200 OK", &[&format!("Content-Encoding: {coding}")], FEED)]).await;
        let visit = once(server.url("/"), &FeedState::new(now())).await;
        if fails {
            assert!(failure(&visit).contains("packed as `br`"), "{coding}: {}", failure(&visit));
        } else {
            assert_eq!(entries(&visit), 1, "{coding}");
        }
    }
}

#[tokio::test]
async fn pol_11_a_coding_hides_no_wish_of_the_server() {
    let heads = ["Content-Encoding: br", "Retry-After: 7200"];
    let server = FeedServer::start(vec![Say::answer("429 Too Many Requests", &heads, b"x")]).await;
    let visit = once(server.url("/"), &FeedState::new(now())).await;
    assert_eq!((visit.state.last_status, visit.state.next_reason.as_str()), (Some(429), "retry-after"), "{}", failure(&visit));
}

#[tokio::test]
async fn sec_08_packed_feeds_are_read() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(FEED).unwrap();
    let server = FeedServer::start(vec![Say::answer("200 OK", &["Content-Encoding: gzip"], &packed.finish().unwrap())]).await;
    assert_eq!(entries(&once(server.url("/"), &FeedState::new(now())).await), 1);
}

#[tokio::test]
async fn sec_09_nothing_goes_on_without_end() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n";
    let body = [head.as_slice(), b"\r\n"].concat();
    let chunked = [head.as_slice(), b"Transfer-Encoding: chunked\r\n\r\n"].concat();
    let announced = [head.as_slice(), b"Content-Length: 99999999999\r\n\r\n"].concat();
    for (say, expected) in [
        (Say::endless(&body, &[b'x'; 4096]), "too large"),
        (Say::endless(&chunked, b"5\r\nhello\r\n"), "too large"),
        (Say::raw(&announced), "too large"),
        (Say::stall(&body), "no complete answer"),
        (Say::stall(head), "no complete answer"),
        (Say::stall(b""), "no complete answer"),
        (Say::endless(head, &[b"X: ".as_slice(), &[b'y'; 4000], b"\r\n"].concat()), "cannot read the answer"),
        (Say::endless(b"HTTP/1.1 200 OK\r\nX: ", &[b'y'; 4096]), "cannot read the answer"),
    ] {
        let server = FeedServer::start(vec![say.clone()]).await;
        // Long enough for a busy machine to reach the cap; a stall needs all of it.
        let patient = matches!(expected, "too large" | "cannot read the answer");
        let deadline = if patient { Duration::from_secs(20) } else { Duration::from_millis(200) };
        let begun = Instant::now();
        let visit = visit(&feed(server.url("/")), &FeedState::new(now()), &PollSettings { deadline, ..settings() }, &client(), now()).await;
        assert!(failure(&visit).contains(expected), "{}, expected {expected}", failure(&visit));
        assert!(begun.elapsed() < Duration::from_secs(15), "{expected} took {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn sec_10_entities_are_not_expanded_and_nothing_is_fetched() {
    let server = FeedServer::start(vec![Say::answer("200 OK", &[], b"never asked for")]).await;
    let laughs: String =
        (1..10).fold("<!ENTITY l0 \"lol\">".to_owned(), |all, n| format!("{all}<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)));
    let outer = server.url("/x.dtd");
    let body = format!(
        "<!DOCTYPE rss SYSTEM \"{outer}\" [{laughs}<!ENTITY f SYSTEM \"file:///etc/passwd\"><!ENTITY u SYSTEM \"{outer}\">]>
        <rss><channel><title>t</title><item><title>&l9; &f; &u;</title></item></channel></rss>"
    );
    let begun = Instant::now();
    let feeds = FeedServer::start(vec![Say::answer("200 OK", &[], body.as_bytes())]).await;
    let Outcome::Read { entries, problems, .. } = once(feeds.url("/"), &FeedState::new(now())).await.outcome else {
        panic!("the feed was not read")
    };
    assert_eq!(entries[0].title.as_deref(), Some("&l9; &f; &u;"));
    assert!(problems.iter().any(|problem| problem.message.contains("entities")), "{problems:?}");
    assert_eq!(server.connections(), 0);
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn the_header_and_the_declaration_may_disagree() {
    let body = "<?xml version='1.0' encoding='utf-8'?><rss><channel><item><title>Київ é</title></item></channel></rss>";
    let server = FeedServer::start(vec![Say::answer("200 OK", &["Content-Type: text/html; charset=iso-8859-1"], body.as_bytes())]).await;
    let Outcome::Read { entries, .. } = once(server.url("/"), &FeedState::new(now())).await.outcome else {
        panic!("the feed was not read")
    };
    assert_eq!(entries[0].title.as_deref(), Some("Київ é"));
}

#[tokio::test]
async fn files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.xml");
    let feed = feed_from(FeedSource::File(path.clone()));
    let absent = visit(&feed, &FeedState::new(now()), &settings(), &client(), now()).await;
    assert!(matches!(absent.outcome, Outcome::Failed(PollError::File { .. })));
    std::fs::write(&path, FEED).unwrap();
    let read = visit(&feed, &FeedState::new(now()), &settings(), &client(), now()).await;
    assert_eq!(entries(&read), 1);
    let again = visit(&feed, &read.state, &settings(), &client(), now()).await;
    assert!(matches!(again.outcome, Outcome::Unchanged(Unchanged::SameBody)));
    std::fs::write(&path, vec![b'x'; 2 << 20]).unwrap();
    let large = visit(&feed, &read.state, &settings(), &client(), now()).await;
    assert!(matches!(large.outcome, Outcome::Failed(PollError::TooLarge { .. })));
}

#[tokio::test]
async fn commands_are_run_without_a_shell_and_stopped_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.xml");
    std::fs::write(&path, FEED).unwrap();
    let command = |words: &[&str]| feed_from(FeedSource::Command(words.iter().map(|word| (*word).to_owned()).collect()));
    let run = async |words: &[&str]| visit(&command(words), &FeedState::new(now()), &settings(), &client(), now()).await;
    assert_eq!(entries(&run(&["cat", path.to_str().unwrap()]).await), 1);
    insta::assert_snapshot!(failure(&run(&["sh", "-c", "echo $((1+1)) wrong >&2; exit 3"]).await), @"`sh` failed with exit status: 3: 2 wrong");
    insta::assert_snapshot!(failure(&run(&["echo", "$(touch pwned); x"]).await), @"output of `echo`: is no feed: found neither RSS, Atom nor JSON Feed");
    insta::assert_snapshot!(failure(&run(&["wirewatch-has-no-such-program"]).await), @"cannot run `wirewatch-has-no-such-program`: No such file or directory (os error 2)");
    assert!(matches!(run(&["yes"]).await.outcome, Outcome::Failed(PollError::TooLarge { .. })));

    // Whoever reads the pipe gets to its end only when all who hold it are gone, the grandchild too.
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let script = format!("exec 3>{}; sleep 60 & sleep 60", pipe.display());
    let reading = tokio::task::spawn_blocking(move || std::fs::read(pipe).unwrap());
    let stopped = run(&["sh", "-c", &script]).await;
    assert!(matches!(stopped.outcome, Outcome::Failed(PollError::CommandDeadline { .. })));
    let read = tokio::time::timeout(Duration::from_secs(20), reading).await;
    assert!(read.is_ok_and(|read| read.unwrap().is_empty()), "the process group was not stopped");
}
