//! Telegram, by a bot.
//!
//! Format and limits: "sendMessage", "Formatting options" and "Making requests" of the Telegram Bot API, and its FAQ on limits. A
//! message holds 4,096 characters; one a second to a chat, twenty a minute to a group; 429 says in `parameters.retry_after` how
//! long to wait. An `@name` in a message of a bot calls who is so named; those in texts from outside are broken.

use serde_json::{Value, json};
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::post::{Alert, Answer, Call, Service, Verdict, seconds, usual};
use crate::deliver::secret::Secret;

/// A message. Telegram counts without markup, so this is a little strict.
const MESSAGE: Fit = Fit::utf16(4096);

/// A bot of Telegram and a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telegram {
    /// The server, `https://api.telegram.org` or one of the owner's own.
    pub url: Url,
    /// The bot's token.
    pub token: Secret<String>,
    /// Number of the chat, or `@name` of a channel.
    pub chat: String,
}

impl Telegram {
    /// What Telegram allows.
    pub const RATES: &[Rate] = &[Rate::new(1, 1), Rate::new(20, 60)];
    /// Where bots are served.
    pub const URL: &str = "https://api.telegram.org";
}

impl Service for Telegram {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(&format!("bot{}", self.token.expose())).push("sendMessage");
        }
        let body = json!({
            "chat_id": self.chat,
            "text": alert.composer.body(alert.view, Format::Telegram, MESSAGE),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": true},
        });
        Call::json(&url, &body).secret(self.token.expose())
    }

    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        let said = answer.json();
        let wait = || seconds(said.pointer("/parameters/retry_after").and_then(Value::as_f64)).or(answer.retry_after());
        match answer.status {
            429 => Verdict::Away(wait()),
            // Of the chat, not of the message.
            400 if ["chat not found", "upgraded to a supergroup", "chat_id", "not enough rights"]
                .iter()
                .any(|words| answer.says(words)) =>
            {
                Verdict::Away(wait())
            }
            _ => usual(answer),
        }
    }
}
