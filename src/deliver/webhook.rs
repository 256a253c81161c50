//! Alerts posted to an HTTP receiver, signed by the rules of Standard Webhooks.
//!
//! The body is the alert record, byte for byte. `webhook-id` is the alert's identity, the same at every attempt, so that a
//! receiver can drop a repeat. `webhook-timestamp` is the moment of the attempt in seconds. `webhook-signature` is
//! `v1,` and the base64 of an HMAC-SHA256 over `id.timestamp.body`. See <https://www.standardwebhooks.com>.
//!
//! *Never:* follows a redirect; shows the address beyond its host, since the path of many receivers is itself the key to them.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{HeaderName, HeaderValue};
use sha2::Sha256;
use url::Url;

use crate::deliver::error::DeliverError;
use crate::deliver::post::{Alert, Call, Service};
use crate::deliver::secret::Secret;
use crate::model::id::ChannelId;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Settings of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Where alerts are posted to. The address of many receivers is itself the key to them.
    pub url: Secret<Url>,
    /// Signs what is posted: `whsec_` and base64, or any text, whose bytes are then the key.
    pub secret: Option<Secret<String>>,
}

impl Webhook {
    /// An unsigned webhook.
    pub const fn new(url: Url) -> Self {
        Self { url: Secret::new(url), secret: None }
    }
}

/// Alerts posted to an HTTP receiver.
#[derive(Debug)]
pub(super) struct WebhookService {
    url: Secret<Url>,
    key: Option<Key>,
}

impl WebhookService {
    /// Reads the secret; asks nothing of the receiver.
    ///
    /// # Errors
    /// When the secret is empty, or says it is base64 and is not.
    pub(super) fn new(settings: &Webhook, channel: &ChannelId) -> Result<Self, DeliverError> {
        let key = settings.secret.as_ref().map(|secret| Key::of(secret, channel)).transpose()?;
        Ok(Self { url: settings.url.clone(), key })
    }
}

impl Service for WebhookService {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let (id, timestamp, body) = (alert.delivery.alert.to_string(), alert.now.as_second(), &alert.delivery.body);
        let ascii = |text: String| HeaderValue::try_from(text).expect("identities, numbers and base64 are ASCII without controls");
        let mut call = Call::bytes(self.url.expose(), body.clone().into_bytes()).secret_address();
        call.headers.push((TIMESTAMP, HeaderValue::from(timestamp)));
        if let Some(key) = &self.key {
            call.headers.push((SIGNATURE, ascii(key.sign(&id, timestamp, body))));
        }
        call.headers.push((ID, ascii(id)));
        call
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

#[cfg(test)]
mod tests;
