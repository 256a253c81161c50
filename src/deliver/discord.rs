//! Discord, by a webhook.
//!
//! Format and limits: "Execute Webhook", "Embed Limits", "Allowed Mentions Object" and "Rate Limits" of Discord's developer
//! documentation. The title of an embed holds 256 characters, its description 4,096; five requests in two seconds, thirty in a
//! minute; 429 says in JSON how long to wait. `allowed_mentions` is empty, so that nobody is called whatever stands in the text.

use serde_json::{Value, json};
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::post::{Alert, Answer, Call, Service, Verdict, seconds, usual};
use crate::deliver::secret::Secret;
use crate::model::alert::Severity;

/// Title of an embed.
const TITLE: Fit = Fit::utf16(256);
/// Description of an embed.
const DESCRIPTION: Fit = Fit::utf16(4096);
/// The longest address that an embed takes.
const URL: Fit = Fit::utf16(2048);

/// A webhook of Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discord {
    /// Its address, which is the key to it.
    pub url: Secret<Url>,
}

impl Discord {
    /// What Discord allows.
    pub const RATES: &[Rate] = &[Rate::new(5, 2), Rate::new(30, 60)];
}

impl Service for Discord {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let title = Format::Discord.inert_within(&alert.composer.subject(alert.view, TITLE), TITLE);
        let mut embed = json!({
            "title": title,
            "description": alert.composer.body_below(alert.view, Format::Discord, DESCRIPTION),
            "color": colour(alert.view.severity()),
            "timestamp": alert.delivery.raised.to_string(),
        });
        if let Some(url) = alert.view.url().filter(|url| URL.holds(url)) {
            embed["url"] = url.into();
        }
        let mut url = self.url.expose().clone();
        // Without this the answer says nothing of what became of the message.
        url.query_pairs_mut().append_pair("wait", "true");
        Call::json(&url, &json!({"embeds": [embed], "allowed_mentions": {"parse": []}})).secret_address()
    }

    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        match answer.status {
            429 => Verdict::Away(
                answer.json().get("retry_after").and_then(Value::as_f64).and_then(|number| seconds(Some(number))).or(answer.retry_after()),
            ),
            _ => usual(answer),
        }
    }
}

const fn colour(severity: Severity) -> u32 {
    match severity {
        Severity::Low => 0x4b_6478,
        Severity::Medium => 0x1f_5fa8,
        Severity::High => 0xb4_530a,
        Severity::Critical => 0xb3_261e,
    }
}
