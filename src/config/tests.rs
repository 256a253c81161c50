//! Whole configurations: what is read, and all that is told of faults at once.

mod channels;

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::config::{Environment, Loaded, load};
use crate::deliver::settings::{ChannelSettings, ServiceSettings};
use crate::model::feed::FeedSource;
use crate::model::id::FeedId;
use crate::problem::render::{Colour, render};

/// Files in a folder of their own, the first of them the configuration.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        }
        Self(folder)
    }

    fn load(&self, environment: &[(&str, &str)]) -> Loaded {
        let environment = environment.iter().map(|(name, value)| (name.into(), value.replace("{folder}", &self.name()).into()));
        load(&self.0.path().join("wirewatch.toml"), &Environment::new(environment))
    }

    fn name(&self) -> String {
        self.0.path().display().to_string()
    }

    /// A text without the name of the folder, which differs from run to run.
    fn plain(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.name()), "").replace(&self.name(), ".")
    }
}

/// All that is told of these files.
fn shown(files: &[(&str, &str)]) -> String {
    shown_in(files, &[])
}

fn shown_in(files: &[(&str, &str)], environment: &[(&str, &str)]) -> String {
    let folder = Folder::new(files);
    let loaded = folder.load(environment);
    assert_eq!(loaded.config.is_none(), loaded.problems.iter().any(crate::problem::Problem::is_error));
    if loaded.problems.is_empty() {
        return "no faults".to_owned();
    }
    folder.plain(&render(&loaded.problems, 400, Colour::Plain))
}

/// One line for each problem: place, message, help.
fn listed(text: &str) -> String {
    let folder = Folder::new(&[("wirewatch.toml", text)]);
    let problems = folder.load(&[]).problems;
    let lines = problems.iter().map(|problem| {
        let (line, column) = problem.place.as_ref().unwrap().line_and_column();
        let help = problem.help.as_deref().unwrap_or("no help");
        format!("{line}:{column} {}: {} ({help})\n", problem.level.as_str(), problem.message)
    });
    folder.plain(&lines.collect::<String>())
}

#[test]
fn ten_faults_in_one_file_are_ten_problems() {
    insta::assert_snapshot!(shown(&[("wirewatch.toml", r#"stat = "/var/lib/wirewatch"

[poll]
intervall = "30m"
deadline = 60
body_max = "10"

[[feed]]
id = "bbc"
url = "ftp://example.org/rss"

[[feed]]
id = "bbc"
url = "https://example.org/rss"
interval = "60s"

[[actor]]
id = "peskov"
name = "Dmitry Peskov"
type = "persona"
country = "Russia"

[[watch]]
id = "talks"
topics = ["peace talks"]
severity = "hihg"
notify = ["dsek"]

[[channel]]
id = "desk"
type = "console"
"#)]), @r#"
      × `stat` is not a known key
       ╭─[wirewatch.toml:1:1]
     1 │ stat = "/var/lib/wirewatch"
       · ────
       ╰────
      help: did you mean `state`?

      × `poll.intervall` is not a known key
       ╭─[wirewatch.toml:4:1]
     4 │ intervall = "30m"
       · ─────────
       ╰────
      help: did you mean `interval`?

      × `poll.deadline` is a number, but text is needed
       ╭─[wirewatch.toml:5:12]
     5 │ deadline = 60
       ·            ──
       ╰────
      help: write deadline = "60s"

      × `poll.body_max` has no unit
       ╭─[wirewatch.toml:6:12]
     6 │ body_max = "10"
       ·            ────
       ╰────
      help: write "10 KiB" or "10 MiB"

      × `feed.url` has the scheme `ftp:`, which is never asked
        ╭─[wirewatch.toml:10:7]
     10 │ url = "ftp://example.org/rss"
        ·       ───────────────────────
        ╰────
      help: use https:, http:, file: or exec: instead of ftp:

      × the feed id `bbc` is taken: it stands at wirewatch.toml:9:6
        ╭─[wirewatch.toml:13:6]
     13 │ id = "bbc"
        ·      ─────
        ╰────
      help: choose another id, or remove one of the two

      × `feed.interval` is shorter than 5m, the floor for public hosts such as example.org
        ╭─[wirewatch.toml:15:12]
     15 │ interval = "60s"
        ·            ─────
        ╰────
      help: write "5m" or more; only addresses listed in [net] allow_private, file: and exec: may be read more often

      × `actor.type` is `persona`, which is no type of actor
        ╭─[wirewatch.toml:20:8]
     20 │ type = "persona"
        ·        ─────────
        ╰────
      help: did you mean "person"?

      × `actor.country` is `Russia`, which is no country code
        ╭─[wirewatch.toml:21:11]
     21 │ country = "Russia"
        ·           ────────
        ╰────
      help: write the two letters of ISO 3166-1, such as "UA" or "DE"

      × `watch.severity` is `hihg`, which is none of its values
        ╭─[wirewatch.toml:26:12]
     26 │ severity = "hihg"
        ·            ──────
        ╰────
      help: did you mean "high"?

      × `notify` names the channel `dsek`, which is not configured
        ╭─[wirewatch.toml:27:11]
     27 │ notify = ["dsek"]
        ·           ──────
        ╰────
      help: did you mean "desk"?

    11 errors in 1 file
    "#);
}

#[test]
fn faults_of_all_files_are_told_in_file_order() {
    insta::assert_snapshot!(shown(&[
        ("wirewatch.toml", "[[watch]]\nid = \"talks\"\ntopics = [\"talks\"]\n\n[[watch]]\nid = \"second\"\nwhen = 1\n"),
        ("watch.d/b.toml", "[[watch]]\nid = \"talks\"\ntopics = [\"talks\"]\n"),
        ("watch.d/a.toml", "[poll]\ninterval = \"1h\"\n\n[[feed]]\nid = \"x\"\n\n[[topics]]\n"),
        ("watch.d/notes.txt", "not read"),
        ("watch.d/.draft.toml", "not read"),
    ]), @r#"
      × `watch.when` is a number, but text is needed
       ╭─[wirewatch.toml:7:8]
     7 │ when = 1
       ·        ─
       ╰────
      help: write when = 'actor:peskov AND guarantee'

      × `poll` has no place in this file
       ╭─[watch.d/a.toml:1:2]
     1 │ [poll]
       ·  ────
       ╰────
      help: move it to wirewatch.toml; a file of watch.d holds [[actor]], [[holder]], [[topic]] and [[watch]]

      × `feed` has no place in this file
       ╭─[watch.d/a.toml:4:3]
     4 │ [[feed]]
       ·   ────
       ╰────
      help: move it to wirewatch.toml; a file of watch.d holds [[actor]], [[holder]], [[topic]] and [[watch]]

      × `topics` is not a known key
       ╭─[watch.d/a.toml:7:3]
     7 │ [[topics]]
       ·   ──────
       ╰────
      help: did you mean `topic`?

      × the watch id `talks` is taken: it stands at wirewatch.toml:2:6
       ╭─[watch.d/b.toml:2:6]
     2 │ id = "talks"
       ·      ───────
       ╰────
      help: choose another id, or remove one of the two

    5 errors in 3 files
    "#);
}

#[test]
fn faults_of_syntax_do_not_hide_others() {
    insta::assert_snapshot!(shown(&[
        ("wirewatch.toml", "[poll]\ninterval = \n\n[[feed]]\nid = \"a\nurl = \"https://example.org/rss\"\ntgas = []\n\n[[channel]]\nid = desk\nsecret = hunter2\nid = 1\n"),
        ("watch.d/a.toml", "[[actor]]\nid = \"a\"\nid = \"b\"\nname = \"A\"\ncountry = \"uk\"\n"),
    ]), @r#"
      × not TOML: string values must be quoted, expected literal string
       ╭─[wirewatch.toml:2:12]
     2 │ interval = 
       ·            ▲
       ╰────
      help: texts stand in quotation marks, opened and closed on one line

      × not TOML: invalid basic string, expected `"`
       ╭─[wirewatch.toml:5:8]
     5 │ id = "a
       ·        ▲
       ╰────
      help: texts stand in quotation marks, opened and closed on one line

      × `feed.tgas` is not a known key
       ╭─[wirewatch.toml:7:1]
     7 │ tgas = []
       · ────
       ╰────
      help: did you mean `tags`?

      × not TOML: string values must be quoted, expected literal string
        ╭─[wirewatch.toml:10:6]
     10 │ id = desk
        ·      ────
        ╰────
      help: texts stand in quotation marks, opened and closed on one line

      × not TOML: string values must be quoted, expected literal string
        ╭─[wirewatch.toml:11:10]
     11 │ secret = *******
        ·          ───────
        ╰────
      help: texts stand in quotation marks, opened and closed on one line

      × not TOML: duplicate key
        ╭─[wirewatch.toml:12:1]
     12 │ id = 1
        · ──
        ╰────
      help: a key stands once in a table; remove one of the two

      × not TOML: duplicate key
       ╭─[watch.d/a.toml:3:1]
     3 │ id = "b"
       · ──
       ╰────
      help: a key stands once in a table; remove one of the two

      × `actor.country` is `uk`, which is no country code
       ╭─[watch.d/a.toml:5:11]
     5 │ country = "uk"
       ·           ────
       ╰────
      help: write "GB"

    8 errors in 2 files
    "#);
}

#[test]
fn wrong_types_and_empty_values() {
    insta::assert_snapshot!(listed(r#"
state = ""
poll = 1
feed = ["https://example.org/rss"]
net = { allow_private = "127.0.0.0/8" }
article = { fetch = "sometimes", page_max = 5 }
watch = [{ id = "a", topics = [1, ""], examples = [{ text = "x" }, "y"] }]
channel = 1

[topic]
id = "t"
query = "a"
"#), @r#"
    2:9 error: `state` is empty (write something such as "/var/lib/wirewatch", or leave it out)
    3:8 error: `poll` is a number, but a table is needed (write poll = { interval = "30m" })
    4:9 error: `feed` holds text, but only tables are allowed in it (write [[feed]])
    5:25 error: `net.allow_private` is text, but a list is needed (write allow_private = ["127.0.0.0/8"])
    6:21 error: `article.fetch` is `sometimes`, which is none of its values (write one of "always", "when-matched-in-summary", "never")
    6:45 error: `article.page_max` is a number, but text is needed (write page_max = "5 MiB")
    7:22 error: the watch names neither an actor nor a topic (write topics = ["security guarantees"])
    7:32 error: `watch.topics` holds a number, but only texts are allowed in it (write topics = ["security guarantees"])
    7:35 error: `watch.topics` is empty (write something such as "security guarantees", or leave it out)
    7:52 error: `watch.examples.matches` is missing (write matches = true)
    7:68 error: `watch.examples` holds text, but only tables are allowed in it (write examples = [{ text = "…", matches = true }])
    8:11 error: `channel` is a number, but tables are needed (write [[channel]])
    10:1 error: `topic` is one table, but there can be several (write [[topic]])
    "#);
}

#[test]
fn values_of_polling() {
    insta::assert_snapshot!(listed(r#"
[poll]
interval = { min = "6h", max = "15m", mean = "1h" }
initial = "marks"
retry_after_scope = "site"
host_spacing = "2 days"
contact = "a b"
deadline = "1ms"
body_max = "1 B"
[keep]
seen = "1h"
items = "forever"
"#), @r#"
    3:32 error: `poll.interval.max` is shorter than `poll.interval.min` (write "6h" or more)
    3:39 error: `poll.interval.mean` is not a known key (did you mean `max`?)
    4:11 error: `poll.initial` is `marks`, which is none of its values (did you mean "mark"?)
    5:21 error: `poll.retry_after_scope` is `site`, which is none of its values (write one of "host", "feed")
    6:16 error: `poll.host_spacing` is longer than 1h (write "1h" or less)
    7:11 error: `poll.contact` is neither a web nor an e-mail address (write one such as "https://example.org/bot" or "desk@example.org")
    8:12 error: `poll.deadline` is shorter than 1s (write "1s" or more)
    9:12 error: `poll.body_max` is not between 1.0 KiB and 1.0 GiB (the default suits most; the least is "1.0 KiB")
    11:8 error: `keep.seen` is shorter than 1day (write "1day" or more)
    12:9 error: `keep.items` is no duration (write a number and a unit, such as "90s", "15m", "6h" or "2d")
    "#);
    insta::assert_snapshot!(listed("[poll]\ninitial = \"soon\"\n"), @r#"2:11 error: `poll.initial` is `soon`, which is none of its values (write "mark", "alert" or an age such as "2d")"#);
}

#[test]
fn sources_of_feeds() {
    let feeds = [
        "example.org/rss",
        "gopher://example.org",
        "data:text/xml,x",
        "/srv/feed.xml",
        "file:",
        "file://host/share",
        "exec:",
        "exec:a 'b",
        "http://10.1.2.3/rss",
        "http://2130706433/",
        "http://localhost./rss",
        "http://[::ffff:169.254.169.254]/",
    ];
    let mut text = String::new();
    for (index, feed) in feeds.iter().enumerate() {
        writeln!(text, "[[feed]]\nid = \"f{index}\"\nurl = \"{feed}\"").unwrap();
    }
    insta::assert_snapshot!(listed(&text), @r#"
    3:7 error: `feed.url` is no address (did you mean "https://example.org/rss"?)
    6:7 error: `feed.url` has the scheme `gopher:`, which is never asked (use https:, http:, file: or exec: instead of gopher:)
    9:7 error: `feed.url` has the scheme `data:`, which is never asked (use https:, http:, file: or exec: instead of data:)
    12:7 error: `feed.url` is no address (write "file:/srv/feed.xml")
    15:7 error: `feed.url` names no file of this machine (write "file:/path/to/feed.xml", or a path beside this file)
    18:7 error: `feed.url` names no file of this machine (write "file:/path/to/feed.xml", or a path beside this file)
    21:7 error: `feed.url` names no program (write "exec:program argument")
    24:7 error: `feed.url` ends inside a quotation (close every quotation mark; nothing is run through a shell)
    27:7 error: `10.1.2.3` is no public address (private), and [net] allow_private does not list it (add "10.1.2.3" to [net] allow_private if it is meant)
    30:7 error: `127.0.0.1` is no public address (loopback), and [net] allow_private does not list it (add "127.0.0.1" to [net] allow_private if it is meant)
    33:7 error: `localhost.` is no public address (loopback), and [net] allow_private does not list it (add "127.0.0.1" to [net] allow_private if it is meant)
    36:7 error: `[::ffff:a9fe:a9fe]` is no public address (link-local), and [net] allow_private does not list it (add "::ffff:169.254.169.254" to [net] allow_private if it is meant)
    "#);
}

#[test]
fn the_floor_is_for_public_hosts_alone() {
    let own = r#"
[net]
allow_private = ["127.0.0.0/8", "fd00::/8", "93.184.0.0/16"]
[poll]
interval = "10s"
[[feed]]
id = "a"
url = "http://127.0.0.1:8080/rss"
[[feed]]
id = "b"
url = "http://localhost/rss"
[[feed]]
id = "c"
url = "file:feeds/c.xml"
[[feed]]
id = "d"
url = "exec:./fetch 'a b'"
[[feed]]
id = "e"
url = "http://[fd00::1]/rss"
"#;
    assert_eq!(listed(own), "");
    insta::assert_snapshot!(listed(&format!("{own}
[[feed]]
id = \"f\"
url = \"https://example.org/rss\"
[[feed]]
id = \"g\"
url = \"https://example.org/slow\"
interval = {{ min = \"5m\" }}
[[feed]]
id = \"h\"
url = \"https://example.org/fast\"
interval = \"4m 59s\"
[[feed]]
id = \"i\"
url = \"http://93.184.215.14/rss\"
")), @r#"
    5:12 error: `poll.interval` is shorter than 5m, the floor for public hosts such as example.org (write "5m" or more; only addresses listed in [net] allow_private, file: and exec: may be read more often)
    32:12 error: `feed.interval` is shorter than 5m, the floor for public hosts such as example.org (write "5m" or more; only addresses listed in [net] allow_private, file: and exec: may be read more often)
    "#);
}

#[test]
fn the_same_feed_twice() {
    insta::assert_snapshot!(listed(r#"
[[feed]]
id = "a"
url = "https://example.org/rss"
[[feed]]
id = "a"
url = "https://EXAMPLE.org:443/rss"
[[feed]]
id = "not an id"
url = "https://user:hunter2@example.org/rss"
[[feed]]
"#), @r#"
    6:6 error: the feed id `a` is taken: it stands at wirewatch.toml:3:6 (choose another id, or remove one of the two)
    7:7 error: another feed has the same address: it stands at wirewatch.toml:4:7 (remove one of the two; tags can be several)
    9:6 error: `feed.id` has characters besides letters, digits, `-`, `_` and `.`, or more than 64 (write "not-an-id"; a title can stand in `name`)
    11:1 error: `feed.id` is missing (write id = "kyiv-wire")
    11:1 error: `feed.url` is missing (write url = "https://example.org/rss")
    "#);
}

#[test]
fn actors_topics_and_watches() {
    insta::assert_snapshot!(listed(r#"
[[actor]]
id = "a"
name = "A"
aliases = ["EU", "Li", "普京", "N.A"]
roles = [{ titel = "minister" }, { title = "minister", of = "" }]
[[topic]]
id = "t"
[[watch]]
id = "both"
when = "a"
topics = ["b"]
[[watch]]
id = "none"
[[watch]]
id = "empty"
actors = []
[[watch]]
id = "log"
when = "a"
notify = ["log", "desk"]
"#), @r#"
    5:18 warning: `Li` is shorter than three letters (write a longer name, or an acronym in capitals, which is matched letter for letter)
    6:10 error: `actor.roles.title` is missing (write title = "spokesperson")
    6:12 error: `actor.roles.titel` is not a known key (did you mean `title`?)
    6:61 error: `actor.roles.of` is empty (write something such as "kremlin", or leave it out)
    7:1 error: `topic.query` is missing (write query = 'ukraine NEAR/15 "security guarantee"')
    12:1 error: the watch has both `when` and the short form (keep `when`, or keep `actors` and `topics`)
    13:1 error: `watch.when` is missing (write when = 'actor:peskov AND guarantee', or actors = [ ] and topics = [ ])
    17:1 error: the watch names neither an actor nor a topic (write topics = ["security guarantees"])
    20:9 warning: the watch `log` may hold for 1000 of a thousand articles (ask for a rarer word beside it, or for an actor, a quote or a place in the text)
    21:11 warning: `notify` names `log`, which every alert is written to anyway (leave it out)
    21:18 error: `notify` names the channel `desk`, which is not configured (add a [[channel]] to wirewatch.toml; the alert log is always written)
    "#);
}

/// Channels with a fault each, or more.
const CHANNELS: &str = r#"
[[channel]]
id = "log"
type = "webhok"
[[channel]]
id = "two"
type = "webhook"
url_file = "desk.url"
url_env = "DESK_URL"
secret = "hunter2"
[[channel]]
id = "bad"
type = "webhook"
url_file = "bad.url"
secret_env = "DESK_SECRE"
[[channel]]
id = "absent"
type = "webhook"
url_file = "absent.url"
secret_file = "empty"
[[channel]]
id = "bare"
type = "webhook"
[[channel]]
id = "inside"
type = "webhook"
url = "http://127.0.0.1/hook?key=hunter2"
[[channel]]
id = "more"
type = "console"
url = "https://example.org/hunter2"
[[channel]]
id = "l2"
type = "log"
"#;

#[test]
fn channels_and_their_secrets() {
    let files = [("wirewatch.toml", CHANNELS), ("desk.url", "https://example.org/hook\n"), ("bad.url", "hunter2"), ("empty", "\n")];
    let text = shown_in(&files, &[("DESK_URL", "https://example.org/hook"), ("DESK_SECRET", "hunter2")]);
    assert!(!text.contains("hunter2"), "{text}");
    insta::assert_snapshot!(text, @r#"
      × the channel id `log` is that of the alert log
       ╭─[wirewatch.toml:3:6]
     3 │ id = "log"
       ·      ─────
       ╰────
      help: choose another id

      × `channel.type` is `webhok`, which is no type of channel
       ╭─[wirewatch.toml:4:8]
     4 │ type = "webhok"
       ·        ────────
       ╰────
      help: did you mean "webhook"?

      × `channel.url_file` and `channel.url_env` say the same thing twice
       ╭─[wirewatch.toml:9:1]
     9 │ url_env = "DESK_URL"
       · ───────
       ╰────
      help: keep one of them

      × `channel.secret` stands in the configuration itself
        ╭─[wirewatch.toml:10:10]
     10 │ secret = "*******"
        ·          ─────────
        ╰────
      help: put it into a file and write secret_file, or into the environment and write secret_env

      × `channel.url` is no http: or https: address there
        ╭─[wirewatch.toml:14:12]
     14 │ url_file = "bad.url"
        ·            ─────────
        ╰────
      help: the file or variable must hold the address and nothing else

      × `channel.secret_env` names the variable DESK_SECRE, which is not set
        ╭─[wirewatch.toml:15:14]
     15 │ secret_env = "DESK_SECRE"
        ·              ────────────
        ╰────
      help: did you mean `DESK_SECRET`?

      × `channel.url_file` names absent.url, which cannot be read: No such file or directory (os error 2)
        ╭─[wirewatch.toml:19:12]
     19 │ url_file = "absent.url"
        ·            ────────────
        ╰────
      help: write the path of a file that holds the value and nothing else, or the name of a systemd credential

      × `channel.secret_file` names empty, which is empty
        ╭─[wirewatch.toml:20:15]
     20 │ secret_file = "empty"
        ·               ───────
        ╰────
      help: write the path of a file that holds the value and nothing else, or the name of a systemd credential

      × `channel.url_file` is missing
        ╭─[wirewatch.toml:21:1]
     21 │ [[channel]]
        · ───────────
        ╰────
      help: write url_file = "/etc/wirewatch/desk.url", or url or url_env

      × `127.0.0.1` is no public address (loopback), and [net] allow_private does not list it
        ╭─[wirewatch.toml:27:7]
     27 │ url = "http://127.0.0.1/****************"
        ·       ───────────────────────────────────
        ╰────
      help: add "127.0.0.1" to [net] allow_private if it is meant

      × `channel.url` is not a known key
        ╭─[wirewatch.toml:31:1]
     31 │ url = "https://example.org/*******"
        · ───
        ╰────
      help: known here: digest, id, most, quiet, type

      × `channel.type` is `log`, which is there without being asked for
        ╭─[wirewatch.toml:34:8]
     34 │ type = "log"
        ·        ─────
        ╰────
      help: remove this channel; [log] path names the alert log

    12 errors in 1 file
    "#);
}

#[test]
fn secrets_come_from_files_credentials_and_variables() {
    let folder = Folder::new(&[
        (
            "wirewatch.toml",
            r#"
[[channel]]
id = "file"
type = "webhook"
url_file = "desk.url"
secret_env = "DESK_SECRET"
[[channel]]
id = "credential"
type = "webhook"
url_file = "hook"
secret_file = "$CREDENTIALS_DIRECTORY/key"
deadline = "3s"
"#,
        ),
        ("desk.url", "https://example.org/file\r\n"),
        ("credentials/hook", "https://example.org/credential"),
        ("credentials/key", "whsec_a2V5\n"),
    ]);
    std::fs::set_permissions(folder.0.path().join("desk.url"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let loaded = folder.load(&[("DESK_SECRET", "hunter2\n"), ("CREDENTIALS_DIRECTORY", "{folder}/credentials")]);
    insta::assert_snapshot!(folder.plain(&render(&loaded.problems, 400, Colour::Plain)), @r#"
      ⚠ `channel.url_file` names desk.url, which is open to every user (mode 644)
       ╭─[wirewatch.toml:5:12]
     5 │ url_file = "desk.url"
       ·            ──────────
       ╰────
      help: chmod 640 desk.url

    1 warning in 1 file
    "#);
    let channels = loaded.config.unwrap().channels;
    insta::assert_snapshot!(folder.plain(&format!("{channels:#?}")), @r#"
    [
        Log(
            LogSettings {
                id: ChannelId(
                    "log",
                ),
                path: "/var/lib/wirewatch/alerts.jsonl",
            },
        ),
        Service(
            Basics {
                id: ChannelId(
                    "file",
                ),
                rates: [],
                deadline: 15s,
                templates: Templates {
                    subject: None,
                    body: None,
                    html: None,
                },
            },
            Webhook(
                Webhook {
                    url: ***,
                    secret: Some(
                        ***,
                    ),
                },
            ),
        ),
        Service(
            Basics {
                id: ChannelId(
                    "credential",
                ),
                rates: [],
                deadline: 3s,
                templates: Templates {
                    subject: None,
                    body: None,
                    html: None,
                },
            },
            Webhook(
                Webhook {
                    url: ***,
                    secret: Some(
                        ***,
                    ),
                },
            ),
        ),
    ]
    "#);
    let exposed = channels.iter().filter_map(|channel| match channel {
        ChannelSettings::Service(_, ServiceSettings::Webhook(webhook)) => {
            Some((webhook.url.expose().to_string(), webhook.secret.as_ref().unwrap().expose().clone()))
        }
        _ => None,
    });
    let exposed = exposed.collect::<Vec<_>>();
    assert_eq!(exposed[0], ("https://example.org/file".to_owned(), "hunter2".to_owned()));
    assert_eq!(exposed[1], ("https://example.org/credential".to_owned(), "whsec_a2V5".to_owned()));
}

/// Every key that needs no channel.
const EVERY_KEY: &str = r#"
state = "state"
[poll]
interval = { min = "30m", max = "12h" }
initial = "2d"
host_spacing = "2s"
contact = "https://example.org/bot"
body_max = "2 MiB"
deadline = "20s"
retry_after_scope = "feed"
[article]
fetch = "when-matched-in-summary"
page_max = "1 MiB"
deadline = "10s"
[log]
path = "log/alerts.jsonl"
[net]
allow_private = ["10.1.2.3/24", "::1"]
shared_hosts = ["*.Blogs.example.org"]
separate_hosts = ["medium.com"]
[keep]
items = "1d"
alerts = "2d"
seen = "3d"
[websub]
listen = "127.0.0.1:8081"
public_url = "https://example.org/ww"
[operator]
failing_after = "12h"
[[feed]]
id = "plain"
url = "https://example.org/rss"
[[feed]]
id = "full"
url = "file:feeds/full.xml"
outlet = "Full"
language = "uk"
tags = ["a", "b"]
interval = { min = "1d" }
initial = "alert"
body_max = "1 MiB"
deadline = "5s"
retry_after_scope = "host"
fetch = "never"
[[feed]]
id = "command"
url = "exec:bin/fetch 'two words'"
interval = "7m"
"#;

#[test]
fn every_key_reaches_the_settings() {
    let folder = Folder::new(&[("wirewatch.toml", EVERY_KEY)]);
    let config = folder.load(&[("LOGS_DIRECTORY", "/var/log/ww")]).config.unwrap();
    assert_eq!(config.article_of(&FeedId::from("full")).fetch, crate::article::settings::Fetch::Never);
    assert_eq!(config.article_of(&FeedId::from("plain")).fetch, config.article.fetch);
    let mut text = format!("{:?}\n{:?}\n{:?}\n{:?}\n", config.state, config.log_path, config.net, config.retention);
    for (feed, settings) in &config.feeds {
        let source = match &feed.source {
            FeedSource::Http(url) => url.to_string(),
            other => format!("{other:?}"),
        };
        writeln!(text, "{} {source} {:?} {:?} {:?}\n  {settings:?}", feed.id, feed.outlet, feed.language, feed.tags).unwrap();
    }
    insta::assert_snapshot!(folder.plain(&text), @r#"
    "state"
    "/var/log/ww/log/alerts.jsonl"
    NetSettings { allow_private: [10.1.2.0/24, ::1/128], contact: Some("https://example.org/bot"), services: Services { shared: ["blogs.example.org"], separate: ["medium.com"] }, host_spacing: 2s, host_queue_max: 60s, requests_max: 64 }
    Retention { items: 86400s, alerts: 172800s, seen: 259200s }
    plain https://example.org/rss None None []
      PollSettings { interval_min: 1800s, interval_max: 43200s, initial: Age(172800s), body_bytes_max: 2097152, deadline: 20s, retry_after_scope: Feed }
    full File("feeds/full.xml") Some("Full") Some("uk") ["a", "b"]
      PollSettings { interval_min: 86400s, interval_max: 86400s, initial: Alert, body_bytes_max: 1048576, deadline: 5s, retry_after_scope: Host }
    command Command(["bin/fetch", "two words"]) None None []
      PollSettings { interval_min: 420s, interval_max: 420s, initial: Age(172800s), body_bytes_max: 2097152, deadline: 20s, retry_after_scope: Feed }
    "#);
    let websub = config.websub.as_ref().map(|websub| (websub.listen.to_string(), websub.public_url.to_string()));
    assert_eq!(websub, Some(("127.0.0.1:8081".to_owned(), "https://example.org/ww".to_owned())));
    assert_eq!(config.operator.failing_after.as_secs(), 12 * 3600);
    let article = (config.article.fetch, config.article.page_bytes_max, config.article.deadline.as_secs());
    assert_eq!(article, (crate::article::settings::Fetch::WhenMatchedInSummary, 1024 * 1024, 10));
}

#[test]
fn what_is_not_written_has_its_default() {
    let config = Folder::new(&[("wirewatch.toml", "")]).load(&[("HOME", "/home/desk")]).config.unwrap();
    assert_eq!(config.state, Path::new("/home/desk/.local/state/wirewatch"));
    assert_eq!(config.log_path, Path::new("/home/desk/.local/state/wirewatch/alerts.jsonl"));
    assert_eq!(config.poll, crate::poll::settings::PollSettings::default());
    assert_eq!(config.net, crate::net::settings::NetSettings::default());
    assert_eq!(config.retention, crate::store::Retention::default());
    assert_eq!(config.channels.len(), 1);
}

#[test]
fn files_that_cannot_be_read() {
    insta::assert_snapshot!(shown(&[("other.toml", "")]), @"
      × cannot read wirewatch.toml: No such file or directory (os error 2)
      help: name the configuration with -c FILE

    1 error
    ");
    let folder = Folder::new(&[("wirewatch.toml", "")]);
    std::fs::write(folder.0.path().join("wirewatch.toml"), b"state = \"x\"\nsecret = \"hunter2\"\n# caf\xe9\n").unwrap();
    let text = folder.plain(&render(&folder.load(&[]).problems, 80, Colour::Plain));
    insta::assert_snapshot!(text, @"
      × the file is not UTF-8 text
       ╭─[wirewatch.toml:3:6]
     3 │ # caf�
       ·      ─
       ╰────
      help: save it as UTF-8

    1 error in 1 file
    ");
    assert_eq!(shown(&[("wirewatch.toml", "\u{feff}# with a byte order mark\r\n[poll]\r\ninterval = \"1h\"\r\n")]), "no faults");
}

/// Every TOML block of the page is a configuration without a fault, and every key the page lists is one that is read.
#[test]
fn the_examples_of_the_page_hold() {
    let page = include_str!("configuration.md");
    let blocks = page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect::<Vec<_>>();
    assert!(blocks.len() >= 5);
    for block in blocks {
        let urls = ["desk.url", "slack.url", "ntfy.url"].map(|name| (name, "https://example.org/hook"));
        let secrets = ["desk.secret", "mail.password"].map(|name| (name, "whsec_a2V5"));
        let files = [("wirewatch.toml", block)].into_iter().chain(urls).chain(secrets).collect::<Vec<_>>();
        assert_eq!(shown(&files), "no faults", "in\n{block}");
    }
}

/// Every shipped configuration is read with the watch files beside it, and has no fault.
#[test]
fn the_shipped_files_have_no_fault() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            seen += 1;
            let loaded = load(&path, &Environment::default());
            assert_eq!(render(&loaded.problems, 120, Colour::Plain), "");
            assert!(loaded.config.is_some());
        }
    }
    assert!(seen > 0);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Whatever is written, every fault has a place inside its file and can be shown.
    #[test]
    fn no_text_is_too_strange(lines in proptest::collection::vec("(\\[\\[)?(feed|poll|watch|channel|secret|url|id)?(\\]\\])?( = )?[\"'{\\[]?\\PC{0,8}[\"'}\\]]?", 0..12)) {
        let folder = Folder::new(&[("wirewatch.toml", &lines.join("\n"))]);
        let problems = folder.load(&[]).problems;
        for place in problems.iter().filter_map(|problem| problem.place.as_ref()) {
            proptest::prop_assert!(place.source.text.get(place.span.start..place.span.end).is_some());
        }
        render(&problems, 80, Colour::Plain);
    }
}

#[test]
fn hubs_need_an_address_and_hosts_a_name() {
    let text = "[net]\nshared_hosts = [\"https://example.org\"]\n[websub]\nlisten = \"8081\"\n[operator]\nnotify = [\"desk\"]\n";
    let loaded = Folder::new(&[("wirewatch.toml", text)]).load(&[]);
    let said: Vec<_> = loaded.problems.iter().map(|problem| problem.message.clone()).collect();
    assert_eq!(said.len(), 4, "{said:#?}");
    for part in ["no name of a host", "`websub.public_url` is missing", "no address with a port", "channel `desk`, which is not configured"]
    {
        assert!(said.iter().any(|said| said.contains(part)), "{part}: {said:#?}");
    }
}
