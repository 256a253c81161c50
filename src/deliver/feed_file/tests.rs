use jiff::SignedDuration;
use uuid::Uuid;

use super::*;
use crate::deliver::receiver::{HOSTILE, record};
use crate::model::id::AlertId;

fn delivery(number: u128, title: &str) -> Delivery {
    Delivery {
        alert: AlertId(Uuid::from_u128(number)),
        channel: ChannelId::from("feed"),
        body: record(title).to_string(),
        attempt: 0,
        raised: "2026-09-01T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(i64::try_from(number).unwrap()),
    }
}

fn settings(folder: &Path, form: FeedForm) -> FeedFileSettings {
    FeedFileSettings { form, entries_max: 3, ..FeedFileSettings::new(folder.join("alerts.xml")) }
}

async fn deliver(settings: &FeedFileSettings, numbers: &[u128], title: &str) -> String {
    let mut channel = FeedFileChannel::open(&Basics::new("feed"), settings, &jiff::tz::TimeZone::UTC);
    let batch: Vec<Delivery> = numbers.iter().map(|number| delivery(*number, title)).collect();
    let outcomes = channel.deliver(&batch).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Delivered), "{outcomes:?}");
    fs::read_to_string(&settings.path).unwrap()
}

/// The feed as a feed reader reads it: identities and titles.
fn read(text: &str) -> Vec<(String, String)> {
    let feed = feed_rs::parser::parse(text.as_bytes()).unwrap();
    let entries = feed.entries.into_iter();
    entries.map(|entry| (entry.id, entry.title.map(|title| title.content).unwrap_or_default())).collect()
}

#[tokio::test]
async fn readers_find_the_newest_alerts_once() {
    for form in [FeedForm::Atom, FeedForm::Rss, FeedForm::Json] {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), form);
        deliver(&settings, &[1, 2], "One").await;
        // A repeat after a crash, by another process, and more than the feed holds.
        let text = deliver(&settings, &[2, 3, 4], "One").await;
        let ids: Vec<String> = read(&text).into_iter().map(|(id, _)| id).collect();
        let wanted: Vec<String> = [4, 3, 2].map(|number| format!("urn:uuid:{}", Uuid::from_u128(number))).into();
        assert_eq!(ids, wanted, "{form:?}: {text}");
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }
}

// OUT-01, OUT-02.
#[tokio::test]
async fn a_hostile_title_is_a_title() {
    for form in [FeedForm::Atom, FeedForm::Rss, FeedForm::Json] {
        let folder = tempfile::tempdir().unwrap();
        let text = deliver(&settings(folder.path(), form), &[1], &format!("{HOSTILE}]]></title>\u{fffe}")).await;
        assert!(!text.chars().any(|character| character != '\n' && crate::text::safe::is_unsafe(character)), "{text:?}");
        let entries = read(&text);
        assert_eq!(entries.len(), 1);
        assert!(entries[0].1.contains("@everyone") && entries[0].1.contains("]]></title>"), "{form:?}: {}", entries[0].1);
        let content = match form {
            FeedForm::Json => {
                serde_json::from_str::<serde_json::Value>(&text).unwrap()["items"][0]["content_html"].as_str().unwrap().to_owned()
            }
            _ => text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
        };
        assert!(!content.contains("<b>\u{1b}") && !content.contains("href=\"javascript"), "{content}");
    }
}

#[tokio::test]
async fn an_atom_feed_looks_so() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(deliver(&settings(folder.path(), FeedForm::Atom), &[1], "Kremlin rejects plan").await, @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <feed xmlns="http://www.w3.org/2005/Atom">
    <id>urn:wirewatch:feed</id>
    <title>wirewatch</title>
    <updated>2026-09-01T10:01:00Z</updated>
    <author><name>wirewatch</name></author>
    <entry>
    <id>urn:uuid:00000000-0000-0000-0000-000000000001</id>
    <title>[high] On guarantees: Kremlin rejects plan (Baltic Courier)</title>
    <updated>2026-09-01T10:01:00Z</updated>
    <author><name>Baltic Courier</name></author>
    <link rel="alternate" href="https://example.org/news/1?a=1&amp;b=(2)"/>
    <category term="guarantees"/>
    <category term="high"/>
    <content type="html">Baltic Courier · 2026-09-01 · en · 7 items in 4 outlets&lt;br&gt;
    &lt;br&gt;
    speaker:peskov (body, Dmitry Peskov); guarantee (body)&lt;br&gt;
    There will be &lt;b&gt;no such guarantees&lt;/b&gt;, Peskov said.</content>
    </entry>
    </feed>
    "#);
    insta::assert_snapshot!(deliver(&settings(folder.path(), FeedForm::Rss), &[1], "Kremlin rejects plan").await, @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <rss version="2.0">
    <channel>
    <title>wirewatch</title>
    <link>https://localhost/</link>
    <description>Alerts of wirewatch</description>
    <item>
    <title>[high] On guarantees: Kremlin rejects plan (Baltic Courier)</title>
    <link>https://example.org/news/1?a=1&amp;b=(2)</link>
    <guid isPermaLink="false">urn:uuid:00000000-0000-0000-0000-000000000001</guid>
    <pubDate>Tue, 1 Sep 2026 10:01:00 +0000</pubDate>
    <category>guarantees</category>
    <category>high</category>
    <description>Baltic Courier · 2026-09-01 · en · 7 items in 4 outlets&lt;br&gt;
    &lt;br&gt;
    speaker:peskov (body, Dmitry Peskov); guarantee (body)&lt;br&gt;
    There will be &lt;b&gt;no such guarantees&lt;/b&gt;, Peskov said.</description>
    </item>
    </channel>
    </rss>
    "#);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_stops_the_channel_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let settings = FeedFileSettings::new(folder.path().join("file/alerts.xml"));
    let outcomes = FeedFileChannel::open(&Basics::new("feed"), &settings, &jiff::tz::TimeZone::UTC)
        .deliver(&[delivery(1, "a"), delivery(2, "b")])
        .await;
    assert!(matches!(outcomes.as_slice(), [Outcome::Away { .. }]), "{outcomes:?}");
}
