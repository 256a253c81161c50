//! Matrix, into a room.
//!
//! Format and limits: "PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}", "m.room.message", "Mentions" and "Rate
//! limiting" of the Client-Server API. An event holds 65,536 bytes. The alert's identity is the transaction, so a repeat makes no
//! second message. `m.mentions` is empty, so that nobody is called whatever stands in the text. 429 says how long to wait.

use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::post::{Alert, Answer, Call, Service, Verdict, seconds, usual};
use crate::deliver::secret::Secret;

/// Each of the two texts: both, as JSON, stay below the size of an event.
const TEXT: Fit = Fit::bytes(14_000);

/// A room of Matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The home server.
    pub url: Url,
    /// Access token of the user that writes.
    pub token: Secret<String>,
    /// Identity of the room, such as `!abc:example.org`.
    pub room: String,
}

impl Matrix {
    /// What Synapse allows a user by default: ten at once, one in five seconds in the long run.
    pub const RATES: &[Rate] = &[Rate::new(10, 50)];
}

impl Service for Matrix {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let mut url = self.url.clone();
        let transaction = alert.delivery.alert.to_string();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["_matrix", "client", "v3", "rooms", &self.room, "send", "m.room.message", &transaction]);
        }
        let html = alert.composer.body(alert.view, Format::Html, TEXT).replace('\n', "<br>\n");
        let body = json!({
            "msgtype": "m.text",
            "body": alert.composer.body(alert.view, Format::Plain, TEXT),
            "format": "org.matrix.custom.html",
            "formatted_body": html,
            "m.mentions": {},
        });
        let mut call = Call::json(&url, &body).secret_header(AUTHORIZATION, "Bearer ", self.token.expose());
        call.method = Method::PUT;
        call
    }

    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        match answer.status {
            429 => {
                let milliseconds = answer.json().get("retry_after_ms").and_then(Value::as_f64);
                Verdict::Away(answer.retry_after().or(seconds(milliseconds.map(|number| number / 1000.0))))
            }
            413 => Verdict::Refused,
            _ => usual(answer),
        }
    }
}
