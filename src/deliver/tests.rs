//! Each service against a receiver that checks what the service publishes.

use insta::assert_snapshot;
use serde_json::Value;

use crate::deliver::apprise::{Apprise, Target};
use crate::deliver::discord::Discord;
use crate::deliver::gotify::Gotify;
use crate::deliver::matrix::Matrix;
use crate::deliver::mattermost::Mattermost;
use crate::deliver::ntfy::Ntfy;
use crate::deliver::pushover::Pushover;
use crate::deliver::receiver::{HOSTILE, Receiver, channel, delivery, huge, outcomes, request};
use crate::deliver::secret::Secret;
use crate::deliver::settings::ServiceSettings;
use crate::deliver::slack::Slack;
use crate::deliver::teams::Teams;
use crate::deliver::telegram::Telegram;
use crate::text::safe::is_unsafe;

const TITLE: &str = "Kremlin rejects plan";

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn slack(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Slack(Slack { url: Secret::new(receiver.url("/services/T0/B0/s3cret")) })
}

fn discord(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Discord(Discord { url: Secret::new(receiver.url("/api/webhooks/1/s3cret")) })
}

fn mattermost(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Mattermost(Mattermost { url: Secret::new(receiver.url("/hooks/s3cret")) })
}

fn teams(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Teams(Teams { url: Secret::new(receiver.url("/workflows/s3cret?sig=s3cret2")) })
}

fn telegram(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Telegram(Telegram { url: receiver.url("/"), token: secret("123:s3cret"), chat: "-1001".to_owned() })
}

fn matrix(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Matrix(Matrix { url: receiver.url("/"), token: secret("syt_s3cret"), room: "!a/b:example.org".to_owned() })
}

fn ntfy(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Ntfy(Ntfy::of(&receiver.url("/desk-s3cret"), Some(secret("tk_s3cret"))).unwrap())
}

fn gotify(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Gotify(Gotify { url: receiver.url("/push/"), token: secret("As3cret") })
}

fn pushover(receiver: &Receiver) -> ServiceSettings {
    ServiceSettings::Pushover(Pushover { url: receiver.url("/1/messages.json"), token: secret("as3cret"), user: secret("us3cret") })
}

fn apprise_key(receiver: &Receiver) -> ServiceSettings {
    let target = Target::Key(secret("s3cret"));
    ServiceSettings::Apprise(Apprise { url: receiver.url("/"), target, tag: Some("urgent".to_owned()) })
}

fn apprise_urls(receiver: &Receiver) -> ServiceSettings {
    let target = Target::Addresses(secret("mailto://a:s3cret@example.org\nxmpp://s3cret2"));
    ServiceSettings::Apprise(Apprise { url: receiver.url("/base"), target, tag: None })
}

type Make = fn(&Receiver) -> ServiceSettings;

/// Every service, with an answer by which it says that it took a message.
const ALL: &[(Make, &str)] = &[
    (slack, "200 OK|ok"),
    (discord, "200 OK|{\"id\":\"1\"}"),
    (mattermost, "200 OK|ok"),
    (teams, "202 Accepted"),
    (telegram, "200 OK|{\"ok\":true,\"result\":{}}"),
    (matrix, "200 OK|{\"event_id\":\"$1\"}"),
    (ntfy, "200 OK|{\"id\":\"1\"}"),
    (gotify, "200 OK|{\"id\":1}"),
    (pushover, "200 OK|{\"status\":1}"),
    (apprise_key, "200 OK"),
    (apprise_urls, "200 OK"),
];

async fn body(make: Make, answer: &str, title: &str) -> String {
    let request = request(make, answer, delivery(title)).await;
    let body = serde_json::to_string_pretty(&request.json()).unwrap();
    format!("{} {}\n{}", request.method, request.path, body.replace('\u{200b}', "⌀"))
}

/// Every text in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn slack_takes_blocks() {
    assert_snapshot!(body(slack, "200 OK|ok", TITLE).await, @r#"
    POST /services/T0/B0/s3cret
    {
      "blocks": [
        {
          "text": {
            "text": "*[high] On guarantees*\n<https://example.org/news/1?a=1&amp;b=%282%29|Kremlin rejects plan>\nBaltic Courier · 2026-09-01 · en · 7 items in 4 outlets\n\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)\nThere will be *no such guarantees*, Peskov said.",
            "type": "mrkdwn",
            "verbatim": true
          },
          "type": "section"
        }
      ],
      "text": "[high] On guarantees: Kremlin rejects plan (Baltic Courier)",
      "unfurl_links": false,
      "unfurl_media": false
    }
    "#);
    assert_snapshot!(outcomes(slack, &["400 Bad|invalid_blocks", "404 No|no_service /services/T0/B0/s3cret", "410 Gone|channel_is_archived", "429 Slow\r\nretry-after: 30", "500 No|rollup_error"]).await, @"
    retry None: 127.0.0.1 answered 400: invalid_blocks
    away None: 127.0.0.1 answered 404; the address is wrong, or the receiver is gone: no_service ***
    away None: 127.0.0.1 answered 410: channel_is_archived
    away Some(30s): 127.0.0.1 answered 429
    retry None: 127.0.0.1 answered 500: rollup_error
    ");
}

#[tokio::test]
async fn discord_takes_an_embed_and_calls_nobody() {
    assert_snapshot!(body(discord, "200 OK|{}", TITLE).await, @r#"
    POST /api/webhooks/1/s3cret?wait=true
    {
      "allowed_mentions": {
        "parse": []
      },
      "embeds": [
        {
          "color": 11817738,
          "description": "Baltic Courier · 2026\\-09\\-01 · en · 7 items in 4 outlets\n\nspeaker\\:peskov \\(body, Dmitry Peskov\\); guarantee \\(body\\)\nThere will be **no such guarantees**, Peskov said.",
          "timestamp": "2026-09-01T10:00:00Z",
          "title": "\\[high\\] On guarantees\\: Kremlin rejects plan \\(Baltic Courier\\)",
          "url": "https://example.org/news/1?a=1&b=(2)"
        }
      ]
    }
    "#);
    assert_snapshot!(outcomes(discord, &[r#"400 Bad|{"embeds": ["0"]}"#, r#"404 No|{"message": "Unknown Webhook", "code": 10015}"#, r#"429 Slow|{"message": "You are being rate limited.", "retry_after": 0.65, "global": false}"#, "429 Slow\r\nretry-after: 3|cloudflare"]).await, @r#"
    retry None: 127.0.0.1 answered 400: {"embeds": ["0"]}
    away None: 127.0.0.1 answered 404; the address is wrong, or the receiver is gone: {"message": "Unknown Webhook", "code": 10015}
    away Some(650ms): 127.0.0.1 answered 429: {"message": "You are being rate limited.", "retry_after": 0.65, "global": false}
    away Some(3s): 127.0.0.1 answered 429: cloudflare
    "#);
}

#[tokio::test]
async fn mattermost_takes_a_text() {
    assert_snapshot!(body(mattermost, "200 OK|ok", TITLE).await, @r#"
    POST /hooks/s3cret
    {
      "text": "**\\[high\\] On guarantees**\n[Kremlin rejects plan](<https://example.org/news/1?a=1&b=%282%29>)\nBaltic Courier · 2026\\-09\\-01 · en · 7 items in 4 outlets\n\nspeaker:peskov \\(body, Dmitry Peskov\\); guarantee \\(body\\)\nThere will be **no such guarantees**, Peskov said."
    }
    "#);
    assert_snapshot!(outcomes(mattermost, &[r#"400 Bad|{"id":"web.incoming_webhook.invalid.app_error","message":"Invalid webhook."}"#, r#"400 Bad|{"id":"web.incoming_webhook.text.app_error","message":"No text specified."}"#, "501 No|disabled"]).await, @r#"
    away None: 127.0.0.1 answered 400: {"id":"web.incoming_webhook.invalid.app_error","message":"Invalid webhook."}
    retry None: 127.0.0.1 answered 400: {"id":"web.incoming_webhook.text.app_error","message":"No text specified."}
    away None: 127.0.0.1 answered 501: disabled
    "#);
}

#[tokio::test]
async fn teams_takes_a_card() {
    assert_snapshot!(body(teams, "202 Accepted", TITLE).await, @r#"
    POST /workflows/s3cret?sig=s3cret2
    {
      "attachments": [
        {
          "content": {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "actions": [
              {
                "title": "Open the article",
                "type": "Action.OpenUrl",
                "url": "https://example.org/news/1?a=1&b=(2)"
              }
            ],
            "body": [
              {
                "inlines": [
                  {
                    "color": "warning",
                    "size": "medium",
                    "text": "[high] On guarantees: Kremlin rejects plan (Baltic Courier)",
                    "type": "TextRun",
                    "weight": "bolder"
                  }
                ],
                "spacing": "none",
                "type": "RichTextBlock"
              },
              {
                "inlines": [
                  {
                    "text": "Baltic Courier · 2026-09-01 · en · 7 items in 4 outlets",
                    "type": "TextRun"
                  }
                ],
                "spacing": "small",
                "type": "RichTextBlock"
              },
              {
                "inlines": [
                  {
                    "text": "speaker:peskov (body, Dmitry Peskov); guarantee (body)",
                    "type": "TextRun"
                  }
                ],
                "spacing": "medium",
                "type": "RichTextBlock"
              },
              {
                "inlines": [
                  {
                    "text": "There will be «no such guarantees», Peskov said.",
                    "type": "TextRun"
                  }
                ],
                "spacing": "none",
                "type": "RichTextBlock"
              }
            ],
            "msteams": {
              "width": "Full"
            },
            "type": "AdaptiveCard",
            "version": "1.4"
          },
          "contentType": "application/vnd.microsoft.card.adaptive",
          "contentUrl": null
        }
      ],
      "type": "message"
    }
    "#);
    assert_snapshot!(outcomes(teams, &["200 OK|Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429", "413 Large", "401 No|sig=s3cret2 is not valid"]).await, @"
    away None: 127.0.0.1 answered 200: Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429
    retry None: 127.0.0.1 answered 413
    away None: 127.0.0.1 answered 401; the secret is wrong, or does not allow this: *** is not valid
    ");
}

#[tokio::test]
async fn telegram_takes_html() {
    assert_snapshot!(body(telegram, "200 OK|{}", TITLE).await.replace("123:s3cret", "TOKEN"), @r#"
    POST /botTOKEN/sendMessage
    {
      "chat_id": "-1001",
      "link_preview_options": {
        "is_disabled": true
      },
      "parse_mode": "HTML",
      "text": "<b>[high] On guarantees</b>\n<a href=\"https://example.org/news/1?a=1&amp;b=%282%29\">Kremlin rejects plan</a>\nBaltic Courier · 2026-09-01 · en · 7 items in 4 outlets\n\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)\nThere will be <b>no such guarantees</b>, Peskov said."
    }
    "#);
    assert_snapshot!(outcomes(telegram, &[r#"429 Slow|{"ok":false,"error_code":429,"parameters":{"retry_after":35}}"#, r#"400 Bad|{"ok":false,"description":"Bad Request: chat not found"}"#, r#"400 Bad|{"ok":false,"description":"Bad Request: can't parse entities"}"#, r#"404 No|{"ok":false,"description":"Not Found"}"#]).await, @r#"
    away Some(35s): 127.0.0.1 answered 429: {"ok":false,"error_code":429,"parameters":{"retry_after":35}}
    away None: 127.0.0.1 answered 400: {"ok":false,"description":"Bad Request: chat not found"}
    retry None: 127.0.0.1 answered 400: {"ok":false,"description":"Bad Request: can't parse entities"}
    away None: 127.0.0.1 answered 404; the address is wrong, or the receiver is gone: {"ok":false,"description":"Not Found"}
    "#);
}

#[tokio::test]
async fn matrix_takes_an_event_once() {
    assert_snapshot!(body(matrix, "200 OK|{}", TITLE).await, @r#"
    PUT /_matrix/client/v3/rooms/!a%2Fb:example.org/send/m.room.message/00000000-0000-0000-0000-000000000007
    {
      "body": "[high] On guarantees\nKremlin rejects plan\nhttps://example.org/news/1?a=1&b=(2)\nBaltic Courier · 2026-09-01 · en · 7 items in 4 outlets\n\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)\nThere will be «no such guarantees», Peskov said.",
      "format": "org.matrix.custom.html",
      "formatted_body": "<b>[high] On guarantees</b><br>\n<a href=\"https://example.org/news/1?a=1&amp;b=%282%29\">Kremlin rejects plan</a><br>\nBaltic Courier · 2026-09-01 · en · 7 items in 4 outlets<br>\n<br>\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)<br>\nThere will be <b>no such guarantees</b>, Peskov said.",
      "m.mentions": {},
      "msgtype": "m.text"
    }
    "#);
    let request = request(matrix, "200 OK|{}", delivery(TITLE)).await;
    assert_eq!(request.header("authorization"), Some("Bearer syt_s3cret"));
    assert_snapshot!(outcomes(matrix, &[r#"429 Slow|{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1500}"#, r#"401 No|{"errcode":"M_UNKNOWN_TOKEN"}"#, r#"403 No|{"errcode":"M_FORBIDDEN","error":"not in the room"}"#, r#"413 Large|{"errcode":"M_TOO_LARGE"}"#]).await, @r#"
    away Some(1.5s): 127.0.0.1 answered 429: {"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1500}
    away None: 127.0.0.1 answered 401; the secret is wrong, or does not allow this: {"errcode":"M_UNKNOWN_TOKEN"}
    away None: 127.0.0.1 answered 403; the secret is wrong, or does not allow this: {"errcode":"M_FORBIDDEN","error":"not in the room"}
    refused: 127.0.0.1 answered 413: {"errcode":"M_TOO_LARGE"}
    "#);
}

#[tokio::test]
async fn ntfy_takes_json_at_its_root() {
    assert_snapshot!(body(ntfy, "200 OK|{}", TITLE).await, @r#"
    POST /
    {
      "click": "https://example.org/news/1?a=1&b=(2)",
      "message": "Baltic Courier · 2026-09-01 · en · 7 items in 4 outlets\nhttps://example.org/news/1?a=1&b=(2)\n\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)\nThere will be «no such guarantees», Peskov said.",
      "priority": 4,
      "tags": [
        "warning"
      ],
      "title": "[high] On guarantees: Kremlin rejects plan (Baltic Courier)",
      "topic": "desk-s3cret"
    }
    "#);
    let request = request(ntfy, "200 OK|{}", delivery(TITLE)).await;
    assert_eq!(request.header("authorization"), Some("Bearer tk_s3cret"));
    assert_snapshot!(outcomes(ntfy, &[r#"429 Slow|{"code":42901,"error":"limit reached: too many requests"}"#, r#"403 No|{"code":40301,"error":"forbidden"}"#]).await, @r#"
    away None: 127.0.0.1 answered 429: {"code":42901,"error":"limit reached: too many requests"}
    away None: 127.0.0.1 answered 403; the secret is wrong, or does not allow this: {"code":40301,"error":"forbidden"}
    "#);
}

#[tokio::test]
async fn gotify_takes_a_plain_message() {
    assert_snapshot!(body(gotify, "200 OK|{}", TITLE).await, @r#"
    POST /push/message
    {
      "extras": {
        "client::display": {
          "contentType": "text/plain"
        },
        "client::notification": {
          "click": {
            "url": "https://example.org/news/1?a=1&b=(2)"
          }
        }
      },
      "message": "Baltic Courier · 2026-09-01 · en · 7 items in 4 outlets\nhttps://example.org/news/1?a=1&b=(2)\n\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)\nThere will be «no such guarantees», Peskov said.",
      "priority": 7,
      "title": "[high] On guarantees: Kremlin rejects plan (Baltic Courier)"
    }
    "#);
    let request = request(gotify, "200 OK|{}", delivery(TITLE)).await;
    assert_eq!(request.header("x-gotify-key"), Some("As3cret"));
    assert_snapshot!(outcomes(gotify, &[r#"401 No|{"error":"Unauthorized","errorDescription":"you need to provide a valid access token"}"#]).await, @r#"away None: 127.0.0.1 answered 401; the secret is wrong, or does not allow this: {"error":"Unauthorized","errorDescription":"you need to provide a valid access token"}"#);
}

#[tokio::test]
async fn pushover_takes_a_short_message() {
    assert_snapshot!(body(pushover, "200 OK|{}", TITLE).await, @r#"
    POST /1/messages.json
    {
      "message": "Baltic Courier · 2026-09-01 · en · 7 items in 4 outlets\n\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)\nThere will be «no such guarantees», Peskov said.",
      "priority": 1,
      "timestamp": 1788256800,
      "title": "[high] On guarantees: Kremlin rejects plan (Baltic Courier)",
      "token": "as3cret",
      "url": "https://example.org/news/1?a=1&b=(2)",
      "url_title": "Open the article",
      "user": "us3cret"
    }
    "#);
    assert_snapshot!(outcomes(pushover, &["429 Slow\r\nx-limit-app-reset: 1788260400", r#"400 Bad|{"token":"invalid","errors":["application token is invalid"],"status":0}"#, r#"400 Bad|{"message":"cannot be blank","status":0}"#, "500 No"]).await, @r#"
    away Some(3600s): 127.0.0.1 answered 429
    away None: 127.0.0.1 answered 400: {"token":"invalid","errors":["application token is invalid"],"status":0}
    refused: 127.0.0.1 answered 400: {"message":"cannot be blank","status":0}
    retry None: 127.0.0.1 answered 500
    "#);
}

#[tokio::test]
async fn apprise_takes_a_key_or_addresses() {
    assert_snapshot!(body(apprise_key, "200 OK", TITLE).await, @r#"
    POST /notify/s3cret
    {
      "body": "Baltic Courier · 2026-09-01 · en · 7 items in 4 outlets\nhttps://example.org/news/1?a=1&b=(2)\n\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)\nThere will be «no such guarantees», Peskov said.",
      "format": "text",
      "tag": "urgent",
      "title": "[high] On guarantees: Kremlin rejects plan (Baltic Courier)",
      "type": "warning"
    }
    "#);
    assert_snapshot!(body(apprise_urls, "200 OK", TITLE).await, @r#"
    POST /base/notify
    {
      "body": "Baltic Courier · 2026-09-01 · en · 7 items in 4 outlets\nhttps://example.org/news/1?a=1&b=(2)\n\nspeaker:peskov (body, Dmitry Peskov); guarantee (body)\nThere will be «no such guarantees», Peskov said.",
      "format": "text",
      "title": "[high] On guarantees: Kremlin rejects plan (Baltic Courier)",
      "type": "warning",
      "urls": "mailto://a:s3cret@example.org xmpp://s3cret2"
    }
    "#);
    assert_snapshot!(outcomes(apprise_key, &["204 None", "424 Failed|one of them failed", "500 No"]).await, @"
    away None: 127.0.0.1 answered 204
    retry None: 127.0.0.1 answered 424: one of them failed
    retry None: 127.0.0.1 answered 500
    ");
}

// OUT-01, OUT-02.
#[tokio::test]
async fn a_hostile_title_does_nothing_anywhere() {
    let mut shown = String::new();
    for (make, answer) in ALL {
        let request = request(*make, answer, delivery(HOSTILE)).await;
        let json = request.json();
        for text in texts(&json) {
            let steers = text.chars().find(|character| *character != '\n' && *character != '\u{200b}' && is_unsafe(*character));
            assert_eq!(steers, None, "{text:?}");
            let is_markdown = request.path.starts_with("/api/webhooks") || request.path.starts_with("/hooks");
            assert!(!is_markdown || !(text.contains("](javascript:") || text.contains("@everyone") || text.contains("@all")), "{text}");
        }
        let told = texts(&json).into_iter().find(|text| text.contains("U123")).unwrap();
        let line = told.lines().find(|line| line.contains("U123")).unwrap();
        shown.push_str(&line.replace('\u{200b}', "⌀"));
        shown.push('\n');
    }
    assert_snapshot!(shown, @r#"
    <https://example.org/news/1?a=1&amp;b=%282%29|&lt;!channel&gt; &lt;@U123&gt; &amp; @everyone @all @here [x](javascript:1) ![i](http://e.example/p) **b** `c` &lt;b&gt; [31m Bcc: a@b.example>
    \[high\] On guarantees\: \<!channel\> \<@⌀U123\> & @⌀everyone @⌀all @⌀here \[x\]\(javascript\:1\) !\[i\]\(http\://e.example/p\) \*\*b\*\* \`c\` \<b\> \[31m Bcc\: a@⌀b.example \(Baltic Courier\)
    [<!channel\> <@⌀U123\> & @⌀everyone @⌀all @⌀here \[x\]\(javascript:1\) !\[i\]\(http://e.example/p\) \*\*b\*\* \`c\` <b\> \[31m Bcc: a@⌀b.example](<https://example.org/news/1?a=1&b=%282%29>)
    [high] On guarantees: <!channel> <@U123> & @everyone @all @here [x](javascript:1) ![i](http://e.example/p) **b** `c` <b> [31m Bcc: a@b.example (Baltic Courier)
    <a href="https://example.org/news/1?a=1&amp;b=%282%29">&lt;!channel&gt; &lt;@⌀U123&gt; &amp; @⌀everyone @⌀all @⌀here [x](javascript:1) ![i](http://e.example/p) **b** `c` &lt;b&gt; [31m Bcc: a@⌀b.example</a>
    <!channel> <@U123> & @everyone @all @here [x](javascript:1) ![i](http://e.example/p) **b** `c` <b> [31m Bcc: a@b.example
    [high] On guarantees: <!channel> <@U123> & @everyone @all @here [x](javascript:1) ![i](http://e.example/p) **b** `c` <b> [31m Bcc: a@b.example (Baltic Courier)
    [high] On guarantees: <!channel> <@U123> & @everyone @all @here [x](javascript:1) ![i](http://e.example/p) **b** `c` <b> [31m Bcc: a@b.example (Baltic Courier)
    [high] On guarantees: <!channel> <@U123> & @everyone @all @here [x](javascript:1) ![i](http://e.example/p) **b** `c` <b> [31m Bcc: a@b.example (Baltic Courier)
    [high] On guarantees: <!channel> <@⌀U123> & @⌀everyone @⌀all @⌀here [x](javascript:1) ![i](http://e.example/p) **b** `c` <b> [31m Bcc: a@⌀b.example (Baltic Courier)
    [high] On guarantees: <!channel> <@⌀U123> & @⌀everyone @⌀all @⌀here [x](javascript:1) ![i](http://e.example/p) **b** `c` <b> [31m Bcc: a@⌀b.example (Baltic Courier)
    "#);
}

#[tokio::test]
async fn a_huge_alert_is_shortened_to_what_each_service_takes() {
    for (make, answer) in ALL {
        let request = request(*make, answer, huge()).await;
        let json = request.json();
        let count = |path: &str| json.pointer(path).and_then(Value::as_str).unwrap_or_default().encode_utf16().count();
        let bytes = |path: &str| json.pointer(path).and_then(Value::as_str).unwrap_or_default().len();
        // What each publishes; a path that a service does not have counts nothing.
        assert!(
            count("/blocks/0/text/text") <= 3000
                && count("/text") <= 4096.max(if request.path.starts_with("/hooks/") { 16_383 * 2 } else { 0 })
        );
        assert!(count("/embeds/0/title") <= 256 && count("/embeds/0/description") <= 4096);
        assert!(bytes("/message") <= 32_000 && request.body.len() <= 60_000, "{}", request.body.len());
        match request.path.as_str() {
            "/" => assert!(bytes("/message") <= 4096, "ntfy"),
            "/1/messages.json" => {
                assert!(
                    json["message"].as_str().unwrap().chars().count() <= 1024 && json["title"].as_str().unwrap().chars().count() <= 250
                );
            }
            path if path.starts_with("/workflows") => assert!(request.body.len() <= 28 * 1024, "{}", request.body.len()),
            _ => {}
        }
        let shortened = texts(&json).iter().any(|text| text.contains("(shortened)") || text.ends_with('…'));
        assert!(shortened, "{}", request.body);
    }
}

// OUT-06.
#[tokio::test]
async fn no_preview_and_no_error_shows_a_secret() {
    for (make, _) in ALL {
        let receiver = Receiver::start(&["500 No|as3cret us3cret 123:s3cret /services/T0/B0/s3cret"]).await;
        let service = make(&receiver);
        let mut channel = channel(service.clone());
        let preview = channel.preview(&delivery(TITLE));
        assert!(preview.contains(TITLE), "{preview}");
        for text in [preview, format!("{channel:?} {service:?}")] {
            assert!(!text.contains("s3cret"), "{text}");
        }
        let gone = channel.deliver(&[delivery(TITLE)]).await;
        assert!(!format!("{gone:?}").contains(if matches!(service, ServiceSettings::Pushover(_)) { "as3cret" } else { "123:s3cret/" }));
        let hung_up = format!("{:?}", channel.deliver(&[delivery(TITLE)]).await);
        assert!(!hung_up.contains("s3cret"), "{hung_up}");
    }
}
