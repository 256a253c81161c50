//! Mattermost, by an incoming webhook.
//!
//! Format and limits: "Incoming webhooks" and "Rate limiting" of Mattermost's documentation. A post holds 16,383 characters; ten
//! requests a second unless the server says otherwise. `@all`, `@channel`, `@here` and names are parted from their sign by a
//! character without width, so that they call nobody.

use serde_json::json;
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::post::{Alert, Answer, Call, Service, Verdict, usual};
use crate::deliver::secret::Secret;

/// A post; longer ones are split in the middle of a word.
const POST: Fit = Fit::characters(16_383);

/// An incoming webhook of Mattermost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mattermost {
    /// Its address, which is the key to it.
    pub url: Secret<Url>,
}

impl Mattermost {
    /// What a server allows by default.
    pub const RATES: &[Rate] = &[Rate::new(10, 1)];
}

impl Service for Mattermost {
    fn call(&self, alert: &Alert<'_>) -> Call {
        Call::json(self.url.expose(), &json!({"text": alert.composer.body(alert.view, Format::Mattermost, POST)})).secret_address()
    }

    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        match answer.status {
            // A hook that is not known is told with the status of a wrong message.
            400 if answer.says("web.incoming_webhook.invalid") => Verdict::Away(answer.retry_after()),
            501 => Verdict::Away(answer.retry_after()),
            _ => usual(answer),
        }
    }
}
