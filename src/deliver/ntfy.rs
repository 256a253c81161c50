//! ntfy, into a topic.
//!
//! Format and limits: "Publish as JSON", "Access tokens" and "Limitations" of ntfy's documentation. A message holds 4,096 bytes,
//! above which it becomes an attachment; sixty requests at once, one in five seconds in the long run.

use reqwest::header::AUTHORIZATION;
use serde_json::json;
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::post::{Alert, Call, Service};
use crate::deliver::secret::Secret;
use crate::model::alert::Severity;

/// A message.
const MESSAGE: Fit = Fit::bytes(4096);
/// A title.
const TITLE: Fit = Fit::bytes(250);

/// A topic of ntfy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ntfy {
    /// The server.
    pub server: Url,
    /// The topic, which is the key to it where the server asks for no other.
    pub topic: Secret<String>,
    /// Access token, where the topic is closed.
    pub token: Option<Secret<String>>,
}

impl Ntfy {
    /// What ntfy.sh allows.
    pub const RATES: &[Rate] = &[Rate::new(60, 300)];

    /// From the address of a topic, such as `https://ntfy.sh/desk`; `None` when it names no topic.
    pub fn of(address: &Url, token: Option<Secret<String>>) -> Option<Self> {
        let mut server = address.clone();
        let topic = address.path_segments()?.rfind(|part| !part.is_empty())?.to_owned();
        let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if topic.len() > 64 || !topic.chars().all(fits) {
            return None;
        }
        server.path_segments_mut().ok()?.pop_if_empty().pop();
        Some(Self { server, topic: Secret::new(topic), token })
    }
}

impl Service for Ntfy {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let (priority, tags) = weight(alert.view.severity());
        let mut body = json!({
            "topic": self.topic.expose(),
            "title": alert.composer.subject(alert.view, TITLE),
            "message": alert.composer.body_below(alert.view, Format::Plain, MESSAGE),
            "priority": priority,
            "tags": tags,
        });
        if let Some(url) = alert.view.url() {
            body["click"] = url.into();
        }
        let call = Call::json(&self.server, &body).secret(self.topic.expose());
        match &self.token {
            Some(token) => call.secret_header(AUTHORIZATION, "Bearer ", token.expose()),
            None => call,
        }
    }
}

const fn weight(severity: Severity) -> (u8, &'static [&'static str]) {
    match severity {
        Severity::Low => (2, &[]),
        Severity::Medium => (3, &[]),
        Severity::High => (4, &["warning"]),
        Severity::Critical => (5, &["rotating_light"]),
    }
}
