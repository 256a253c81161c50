//! Gotify, as an application.
//!
//! Format: "Push messages", "Message extras" and the REST API of Gotify's documentation, which names no limits. The text is shown
//! as plain text, not as Markdown.

use reqwest::header::HeaderName;
use serde_json::json;
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::post::{Alert, Call, Service};
use crate::deliver::secret::Secret;
use crate::model::alert::Severity;

/// A message: what a telephone can show.
const MESSAGE: Fit = Fit::characters(8000);
/// A title.
const TITLE: Fit = Fit::characters(250);

/// An application of a Gotify server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gotify {
    /// The server.
    pub url: Url,
    /// The application's token.
    pub token: Secret<String>,
}

impl Service for Gotify {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("message");
        }
        let mut extras = json!({"client::display": {"contentType": "text/plain"}});
        if let Some(url) = alert.view.url() {
            extras["client::notification"] = json!({"click": {"url": url}});
        }
        let body = json!({
            "title": alert.composer.subject(alert.view, TITLE),
            "message": alert.composer.body_below(alert.view, Format::Plain, MESSAGE),
            "priority": priority(alert.view.severity()),
            "extras": extras,
        });
        Call::json(&url, &body).secret_header(HeaderName::from_static("x-gotify-key"), "", self.token.expose())
    }
}

const fn priority(severity: Severity) -> u8 {
    match severity {
        Severity::Low => 2,
        Severity::Medium => 5,
        Severity::High => 7,
        Severity::Critical => 10,
    }
}
