//! Alerts posted to an HTTP receiver, signed by the rules of Standard Webhooks.
//!
//! The body is the alert record, byte for byte. `webhook-id` is the alert's identity, the same at every attempt, so that a
//! receiver can drop a repeat. `webhook-timestamp` is the moment of the attempt in seconds. `webhook-signature` is
//! `v1,` and the base64 of an HMAC-SHA256 over `id.timestamp.body`. See <https://www.standardwebhooks.com>.
//!
//! *Never:* follows a redirect; shows the address beyond its host, since the path of many receivers is itself the key to them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use sha2::Sha256;
use url::Url;

use crate::clock::Clock;
use crate::deliver::error::DeliverError;
use crate::deliver::secret::Secret;
use crate::deliver::{Channel, Outcome};
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::net::client::Client;
use crate::text::chain::chain;
use crate::text::safe::one_line;

/// Deliveries at a time. They go one after the other, so few of them keep a loan short when the receiver is slow.
const BATCH_MAX: usize = 4;

/// How much of a receiver's answer is quoted in an error.
const ANSWER_BYTES_MAX: usize = 200;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Settings of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSettings {
    /// The channel.
    pub id: ChannelId,
    /// Where alerts are posted to. The address of many receivers is itself the key to them.
    pub url: Secret<Url>,
    /// Signs what is posted: `whsec_` and base64, or any text, whose bytes are then the key.
    pub secret: Option<Secret<String>>,
    /// For one attempt. A receiver that needs longer should take the alert first and work on it later.
    pub deadline: Duration,
}

impl WebhookSettings {
    /// An unsigned webhook.
    pub fn new(id: ChannelId, url: Url) -> Self {
        Self { id, url: Secret::new(url), secret: None, deadline: Duration::from_secs(15) }
    }
}

/// Alerts posted to an HTTP receiver.
#[derive(Debug)]
pub struct WebhookChannel {
    settings: WebhookSettings,
    key: Option<Key>,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl WebhookChannel {
    /// Reads the secret; asks nothing of the receiver.
    ///
    /// # Errors
    /// When the secret is empty, or says it is base64 and is not.
    pub fn open(settings: &WebhookSettings, client: Client, clock: Arc<dyn Clock>) -> Result<Self, DeliverError> {
        let key = settings.secret.as_ref().map(|secret| Key::of(secret, &settings.id)).transpose()?;
        Ok(Self { settings: settings.clone(), key, client, clock })
    }

    async fn post(&self, delivery: &Delivery) -> Attempt {
        let now = self.clock.now();
        let headers = headers(delivery, self.key.as_ref(), now);
        let url = self.settings.url.expose();
        match self.client.post(url.clone(), headers, delivery.body.clone().into_bytes(), self.settings.deadline).await {
            Ok(response) => Attempt::of(response.status, &response.headers, &response.body, url, now),
            Err(error) => {
                let error = one_line(&without_path(&chain(&error), url));
                Attempt { outcome: Outcome::Retry { after: None, error }, all_must_wait: true }
            }
        }
    }
}

#[async_trait]
impl Channel for WebhookChannel {
    fn id(&self) -> &ChannelId {
        &self.settings.id
    }

    fn batch_max(&self) -> usize {
        BATCH_MAX
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for delivery in batch {
            let attempt = self.post(delivery).await;
            outcomes.push(attempt.outcome.clone());
            if attempt.all_must_wait {
                // The receiver is away or wants peace: asking it for the others would only take time and patience.
                outcomes.resize(batch.len(), attempt.outcome);
                break;
            }
        }
        outcomes
    }
}

/// One attempt.
struct Attempt {
    outcome: Outcome,
    /// Whether what went wrong is the receiver's state and not this one delivery.
    all_must_wait: bool,
}

impl Attempt {
    fn of(status: u16, headers: &HeaderMap, body: &[u8], url: &Url, now: Timestamp) -> Self {
        let error = || said(status, body, url);
        match status {
            200..=299 => Self { outcome: Outcome::Delivered, all_must_wait: false },
            410 => Self { outcome: Outcome::Refused { error: error() }, all_must_wait: false },
            429 | 503 => Self { outcome: Outcome::Retry { after: retry_after(headers, now), error: error() }, all_must_wait: true },
            _ => Self { outcome: Outcome::Retry { after: retry_after(headers, now), error: error() }, all_must_wait: false },
        }
    }
}

/// What signs.
struct Key(Vec<u8>);

impl Key {
    fn of(secret: &Secret<String>, channel: &ChannelId) -> Result<Self, DeliverError> {
        let text = secret.expose().trim();
        let key = match text.strip_prefix("whsec_") {
            Some(encoded) => BASE64_STANDARD.decode(encoded).map_err(|_| DeliverError::Secret { channel: channel.clone() })?,
            None => text.as_bytes().to_vec(),
        };
        if key.is_empty() {
            return Err(DeliverError::SecretEmpty { channel: channel.clone() });
        }
        Ok(Self(key))
    }

    /// The signature as the header has it.
    fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

fn headers(delivery: &Delivery, key: Option<&Key>, now: Timestamp) -> Vec<(HeaderName, HeaderValue)> {
    let id = delivery.alert.to_string();
    let timestamp = now.as_second();
    let ascii = |text: String| HeaderValue::try_from(text).expect("identities, numbers and base64 are ASCII without controls");
    let mut headers = vec![(CONTENT_TYPE, HeaderValue::from_static("application/json")), (TIMESTAMP, HeaderValue::from(timestamp))];
    if let Some(key) = key {
        headers.push((SIGNATURE, ascii(key.sign(&id, timestamp, &delivery.body))));
    }
    headers.push((ID, ascii(id)));
    headers
}

/// How long the receiver wants to be left alone: a number of seconds, or a date, which counts from the receiver's own clock
/// where it tells it.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp());
    let from = headers.get(DATE).and_then(|value| value.to_str().ok()).and_then(date).unwrap_or(now);
    Duration::try_from(date(text)?.duration_since(from)).ok()
}

/// What the receiver answered, for people.
fn said(status: u16, body: &[u8], url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let hint = if (300..400).contains(&status) { "; redirects are not followed, write the new address" } else { "" };
    let start = body.get(..body.len().min(ANSWER_BYTES_MAX)).unwrap_or_default();
    let answer = one_line(&String::from_utf8_lossy(start));
    let answer = if answer.is_empty() { answer } else { format!(": {}", without_path(&answer, url)) };
    format!("{host} answered {status}{hint}{answer}")
}

/// A text without the receiver's path and query.
fn without_path(text: &str, url: &Url) -> String {
    let key = url.as_str().strip_prefix(&url.origin().ascii_serialization()).unwrap_or(url.as_str());
    let bare = url.path();
    [key, bare].into_iter().filter(|part| part.len() > 1).fold(text.to_owned(), |text, part| text.replace(part, "/***"))
}

#[cfg(test)]
mod tests;
