//! Slack, by an incoming webhook.
//!
//! Format and limits: "Sending messages using incoming webhooks", "Formatting message text" and "Rate limits" of Slack's developer
//! documentation. A section holds 3,000 characters; one message a second, short bursts aside; 429 comes with `Retry-After`.
//! `&`, `<` and `>` are escaped, and `verbatim` keeps Slack from making links and mentions of what it finds in the text.

use serde_json::json;
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::post::{Alert, Answer, Call, Service, Verdict, usual};
use crate::deliver::secret::Secret;

/// Text of a section.
const SECTION: Fit = Fit::characters(3000);
/// The line of a notification.
const LINE: Fit = Fit::characters(300);

/// An incoming webhook of Slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slack {
    /// Its address, which is the key to it.
    pub url: Secret<Url>,
}

impl Slack {
    /// What Slack allows.
    pub const RATES: &[Rate] = &[Rate::new(1, 1)];
}

impl Service for Slack {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let line = Format::Slack.inert_within(&alert.composer.subject(alert.view, LINE), LINE);
        let text = alert.composer.body(alert.view, Format::Slack, SECTION);
        let body = json!({
            "text": line,
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}}],
            "unfurl_links": false,
            "unfurl_media": false,
        });
        Call::json(self.url.expose(), &body).secret_address()
    }

    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        match answer.status {
            // "channel_is_archived", whatever is sent.
            410 => Verdict::Away(answer.retry_after()),
            _ => usual(answer),
        }
    }
}
