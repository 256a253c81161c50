//! Pushover, to a user or group.
//!
//! Format and limits: "Pushover Message API", its sections on limitations and on being friendly. A message holds 1,024 characters,
//! a title 250, an address 512 and its title 100. A 4xx is for ever, but for 429, which lasts until the month is over; a 5xx is to
//! be tried again after five seconds or more.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::post::{Alert, Answer, Call, Service, Verdict, usual};
use crate::deliver::secret::Secret;
use crate::model::alert::Severity;

const MESSAGE: Fit = Fit::characters(1024);
const TITLE: Fit = Fit::characters(250);
const URL: Fit = Fit::characters(512);

/// When a new month of messages begins, in seconds since 1970.
const RESET: &str = "x-limit-app-reset";

/// An application of Pushover and whom it writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushover {
    /// Where messages are posted to.
    pub url: Url,
    /// The application's token.
    pub token: Secret<String>,
    /// Key of the user or group.
    pub user: Secret<String>,
}

impl Pushover {
    /// Pushover asks for no more than two connections at once; this is one message after the other.
    pub const RATES: &[Rate] = &[Rate::new(60, 60)];
    /// The API.
    pub const URL: &str = "https://api.pushover.net/1/messages.json";
}

impl Service for Pushover {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let url = alert.view.url().filter(|url| URL.holds(url));
        let view = if url.is_some() { alert.view.linked() } else { alert.view.clone() };
        let mut body = json!({
            "token": self.token.expose(),
            "user": self.user.expose(),
            "title": alert.composer.subject(alert.view, TITLE),
            "message": alert.composer.body_below(&view, Format::Plain, MESSAGE),
            "priority": priority(alert.view.severity()),
            "timestamp": alert.delivery.raised.as_second(),
        });
        if let Some(url) = url {
            body["url"] = url.into();
            body["url_title"] = alert.view.link_name().into();
        }
        Call::json(&self.url, &body).secret(self.token.expose()).secret(self.user.expose())
    }

    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        let is_of_the_channel = || {
            let said = answer.json();
            ["token", "user"].iter().any(|key| said.get(key).is_some_and(|word| word == "invalid"))
        };
        match answer.status {
            429 => Verdict::Away(reset(answer).or(answer.retry_after())),
            400..=499 if is_of_the_channel() => Verdict::Away(None),
            400 => Verdict::Refused,
            _ => usual(answer),
        }
    }
}

fn reset(answer: &Answer<'_>) -> Option<Duration> {
    let second = answer.headers.get(RESET)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from(Timestamp::from_second(second).ok()?.duration_since(answer.now)).ok()
}

const fn priority(severity: Severity) -> i8 {
    match severity {
        Severity::Low => -1,
        Severity::Medium => 0,
        Severity::High | Severity::Critical => 1,
    }
}
