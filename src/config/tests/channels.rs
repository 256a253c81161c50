//! Channels of every type: what is read, and what is wrong.

use super::{Folder, listed};
use crate::deliver::settings::ChannelSettings;

/// Every type with its keys.
const ALL: &str = r#"
[[channel]]
id = "mail"
type = "mail"
server = "smtp.example.org:2525"
security = "tls"
user = "desk"
password_file = "secret"
from = "The desk <desk@example.org>"
to = ["a@example.org", "b@example.org"]
subject = "{{ watch.name }}: {{ title }}"
html = "<p>{{ title }}</p>"
[[channel]]
id = "slack"
type = "slack"
url_file = "url"
rate = "30/1m, 2/s"
deadline = "5s"
body_file = "body.jinja"
[[channel]]
id = "discord"
type = "discord"
url_file = "url"
[[channel]]
id = "mattermost"
type = "mattermost"
url_file = "url"
[[channel]]
id = "teams"
type = "teams"
url_file = "url"
[[channel]]
id = "telegram"
type = "telegram"
token_file = "secret"
chat = "@news"
[[channel]]
id = "matrix"
type = "matrix"
url = "https://matrix.example.org"
token_env = "TOKEN"
room = "!a:example.org"
[[channel]]
id = "ntfy"
type = "ntfy"
url = "https://ntfy.sh/desk"
[[channel]]
id = "gotify"
type = "gotify"
url = "https://gotify.example.org"
token_file = "secret"
[[channel]]
id = "pushover"
type = "pushover"
token_file = "secret"
user_key_file = "secret"
[[channel]]
id = "apprise"
type = "apprise"
url = "https://apprise.example.org"
urls_file = "secret"
tag = "urgent"
[[channel]]
id = "exec"
type = "exec"
command = "./tell --to 'the desk'"
[[channel]]
id = "feed"
type = "feed"
path = "alerts.json"
format = "json"
entries = "20"
title = "Alerts"
"#;

const FILES: &[(&str, &str)] =
    &[("secret", "hunter2\n"), ("url", "https://hooks.example.org/s3cret\n"), ("body.jinja", "{{ title }}"), ("tell", "")];

#[test]
fn every_type_is_read_and_no_secret_is_shown() {
    let files: Vec<(&str, &str)> = FILES.iter().copied().chain([("wirewatch.toml", ALL)]).collect();
    let folder = Folder::new(&files);
    let loaded = folder.load(&[("TOKEN", "s3cret")]);
    let errors: Vec<_> = loaded.problems.iter().filter(|problem| problem.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let channels = loaded.config.unwrap().channels;
    let types: Vec<&str> = channels.iter().skip(1).map(|channel| channel.id().as_str()).collect();
    let known: Vec<&str> =
        ChannelSettings::TYPES.iter().copied().filter(|kind| !matches!(*kind, "console" | "journald" | "webhook")).collect();
    assert_eq!(
        {
            let mut types = types.clone();
            types.sort_unstable();
            types
        },
        {
            let mut known = known;
            known.sort_unstable();
            known
        }
    );
    let shown = format!("{channels:#?}");
    assert!(!shown.contains("hunter2") && !shown.contains("s3cret"), "{shown}");
    let ChannelSettings::Service(slack, _) = &channels[2] else { panic!("{:?}", channels[2]) };
    assert_eq!(slack.rates.iter().map(ToString::to_string).collect::<Vec<_>>(), ["30/1m", "2/1s"]);
    let ChannelSettings::Service(discord, _) = &channels[3] else { panic!("{:?}", channels[3]) };
    assert_eq!(discord.rates.iter().map(ToString::to_string).collect::<Vec<_>>(), ["5/2s", "30/1m"], "what the service publishes");
}

#[test]
fn faults_are_told_with_their_place_and_fix() {
    let wrong = r#"[[channel]]
id = "a"
type = "email"
[[channel]]
id = "b"
type = "mail"
server = "smtp.example.org/x"
user = "desk"
from = "nobody"
to = ["a@example.org", "a@b@c"]
[[channel]]
id = "c"
type = "slack"
url = "https://10.0.0.1/hook"
rate = "fast"
subject = "{{ titel }}"
body = "{{ title"
[[channel]]
id = "d"
type = "telegram"
token = "123:abc"
chat = "news room"
[[channel]]
id = "e"
type = "ntfy"
url = "https://ntfy.sh/"
[[channel]]
id = "f"
type = "matrix"
url = "https://matrix.example.org"
room = "news:example.org"
[[channel]]
id = "g"
type = "exec"
command = "./missing --now"
[[channel]]
id = "h"
type = "webhook"
url = "https://example.org/hook"
body = "{{ title }}"
[[channel]]
id = "i"
type = "mail"
server = "192.168.1.5"
security = "none"
from = "a@example.org"
to = ["b@example.org"]
[[channel]]
id = "j"
type = "feed"
path = "x"
entries = "many"
"#;
    insta::assert_snapshot!(listed(wrong), @r#"
    3:8 error: `channel.type` is `email`, which is no type of channel (did you mean "mail"?)
    7:10 error: `channel.server` is no server (write a name such as "smtp.example.org", with a port where it is not the usual one: "smtp.example.org:2525")
    8:8 error: `channel.user` is written without a password (write password_file or password_env)
    9:8 error: `channel.from` is no mail address (write one such as "desk@example.org" or "The desk <desk@example.org>")
    10:24 error: `channel.to` is no mail address (write one such as "desk@example.org" or "The desk <desk@example.org>")
    14:7 error: `10.0.0.1` is no public address (private), and [net] allow_private does not list it (add "10.0.0.1" to [net] allow_private if it is meant)
    15:8 error: `channel.rate` is no rate (write how many in which time, such as "30/1m" or "5/2s, 30/1m")
    16:11 error: `channel.subject` names `titel`, which no alert has (did you mean `title`?)
    17:8 error: `channel.body` is no template: unexpected end of input, expected end of variable block in line 1 (the templates are those of Jinja; the names are in the documentation of [[channel]])
    21:9 error: `channel.token` stands in the configuration itself (put it into a file and write token_file, or into the environment and write token_env)
    22:8 error: `channel.chat` is neither the number of a chat nor the name of a channel (write a number such as "-1001234567890", or "@name")
    26:7 error: `channel.url` names no topic (write the server and the topic, such as "https://ntfy.sh/my-topic"; a topic has letters, digits, `-` and `_`)
    27:1 error: `channel.token_file` is missing (write token_file = "/etc/wirewatch/desk.token", or token_env)
    31:8 error: `channel.room` is no identity of a room (it begins with `!`; the settings of the room show it, under "Advanced")
    35:11 error: `channel.command` names missing, which is no file (write the path of a program that is there)
    40:1 error: `channel.body` is not a known key (known here: deadline, digest, id, most, quiet, rate, secret, secret_env, secret_file, type, url, url_env, url_file)
    44:10 error: `192.168.1.5` is no public address (private), and [net] allow_private does not list it (add "192.168.1.5" to [net] allow_private if it is meant)
    52:11 error: `channel.entries` is no number from 1 to 5000 (write a number such as "100")
    "#);
}
