//! All other services, by a server of Apprise.
//!
//! Format: "API Usage" and "API Endpoints" of Apprise's documentation: `/notify/KEY` for what is configured there under a key,
//! `/notify` with the addresses of the services in each request. 204 says that nothing is configured under the key, 424 that a
//! service did not take the message. The services behind it may read `@everyone` in plain text as a call, so none is left whole.

use serde_json::json;
use url::Url;

use crate::deliver::format::{Fit, Format, uncalling};
use crate::deliver::post::{Alert, Answer, Call, Service, Verdict, usual};
use crate::deliver::secret::Secret;
use crate::model::alert::Severity;

/// A message; Apprise splits or cuts it as the service behind it needs.
const MESSAGE: Fit = Fit::characters(8000);
/// A title.
const TITLE: Fit = Fit::characters(250);

/// A server of Apprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apprise {
    /// The server.
    pub url: Url,
    /// Which services.
    pub target: Target,
    /// Only those with this tag.
    pub tag: Option<String>,
}

/// Which services Apprise is to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// What is configured there under this key.
    Key(Secret<String>),
    /// These addresses, parted by spaces or commas.
    Addresses(Secret<String>),
}

impl Service for Apprise {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let mut url = self.url.clone();
        let mut body = json!({
            "title": uncalling(&alert.composer.subject(alert.view, TITLE)),
            "body": uncalling(&alert.composer.body_below(alert.view, Format::Plain, MESSAGE)),
            "type": weight(alert.view.severity()),
            "format": "text",
        });
        let (key, secret) = match &self.target {
            Target::Key(key) => (key.expose().as_str(), key),
            Target::Addresses(addresses) => {
                body["urls"] = addresses.expose().split_whitespace().collect::<Vec<_>>().join(" ").into();
                ("", addresses)
            }
        };
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("notify");
            if !key.is_empty() {
                path.push(key);
            }
        }
        if let Some(tag) = &self.tag {
            body["tag"] = tag.as_str().into();
        }
        let call = Call::json(&url, &body);
        secret.expose().split_whitespace().map(|part| part.trim_matches(',')).fold(call, Call::secret)
    }

    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        match answer.status {
            204 => Verdict::Away(None),
            424 => Verdict::Doubtful(answer.retry_after()),
            _ => usual(answer),
        }
    }
}

const fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Low | Severity::Medium => "info",
        Severity::High => "warning",
        Severity::Critical => "failure",
    }
}
