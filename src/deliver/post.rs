//! What all services have in common that take messages over HTTP: the request, the answer, and what it means for the alert.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::deliver::compose::Composer;
use crate::deliver::pace::Rate;
use crate::deliver::settings::Basics;
use crate::deliver::view::View;
use crate::deliver::{Channel, Means, Outcome};
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::text::chain::chain;
use crate::text::safe::one_line;

/// Deliveries at a time. They go one after the other, so few of them keep a loan short when the receiver is slow.
const BATCH_MAX: usize = 4;

/// How much of a receiver's answer is quoted in an error.
const ANSWER_BYTES_MAX: usize = 300;

/// So many failures in a row that may be the alert's or the receiver's fault are taken for the receiver's.
const DOUBTS_MAX: u32 = 3;

/// A service that takes messages over HTTP.
pub(super) trait Service: fmt::Debug + Send + Sync {
    /// The request that carries an alert: the same for every attempt, but for what must change with the time.
    fn call(&self, alert: &Alert<'_>) -> Call;

    /// What an answer means.
    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        usual(answer)
    }
}

/// An alert that is to be sent.
pub(super) struct Alert<'a> {
    /// As the store has it.
    pub(super) delivery: &'a Delivery,
    /// As templates see it.
    pub(super) view: &'a View,
    /// Writes its texts.
    pub(super) composer: &'a Composer,
    /// When the attempt is made.
    pub(super) now: Timestamp,
}

/// A request.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
    /// Texts that are never shown.
    secrets: Vec<String>,
}

impl Call {
    /// A POST of JSON.
    pub(super) fn json(url: &Url, body: &Value) -> Self {
        Self::bytes(url, body.to_string().into_bytes())
    }

    /// The same with a body that is JSON already.
    pub(super) fn bytes(url: &Url, body: Vec<u8>) -> Self {
        let headers = vec![(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let secrets = url.password().map(ToOwned::to_owned).into_iter().collect();
        Self { method: Method::POST, url: url.clone(), headers, body, secrets }
    }

    /// To an address that is itself the key to the service.
    pub(super) fn secret_address(mut self) -> Self {
        self.secrets.extend(key_of(&self.url));
        self
    }

    /// With a header that is a secret.
    pub(super) fn secret_header(mut self, name: HeaderName, before: &str, secret: &str) -> Self {
        // A secret that cannot stand in a header is refused with the configuration.
        if let Ok(mut value) = HeaderValue::try_from(format!("{before}{secret}")) {
            value.set_sensitive(true);
            self.headers.push((name, value));
        }
        self.secret(secret)
    }

    /// With a text that stands somewhere in the request and is never shown.
    pub(super) fn secret(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// A text without the secrets of this request.
    fn covered(&self, text: &str) -> String {
        let secrets = self.secrets.iter().filter(|secret| secret.len() > 1);
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "***"))
    }

    /// The request as text, without its secrets.
    fn shown(&self) -> String {
        let mut out = format!("{} {}\n", self.method, self.covered(&crate::net::error::shown(&self.url)));
        for (name, value) in &self.headers {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            writeln!(out, "{name}: {}", self.covered(&value)).expect("writing to a string cannot fail");
        }
        let body = String::from_utf8_lossy(&self.body).into_owned();
        let pretty = serde_json::from_str::<Value>(&body).ok().and_then(|body| serde_json::to_string_pretty(&body).ok());
        out.push('\n');
        out.push_str(&self.covered(&pretty.unwrap_or(body)));
        out.push('\n');
        out
    }
}

/// Path and query, which with many receivers are the key to them. Longest first, so that no rest is left of them.
fn key_of(url: &Url) -> Vec<String> {
    let path = url.path();
    let mut keys = Vec::new();
    if let Some(query) = url.query() {
        keys.push(format!("{path}?{query}"));
        keys.push(query.to_owned());
    }
    keys.push(path.to_owned());
    keys
}

/// An answer.
pub(super) struct Answer<'a> {
    pub(super) status: u16,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    pub(super) now: Timestamp,
}

impl Answer<'_> {
    /// The body as JSON, else nothing.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(self.body).unwrap_or(Value::Null)
    }

    /// Whether the body says so.
    pub(super) fn says(&self, words: &str) -> bool {
        String::from_utf8_lossy(self.body).contains(words)
    }

    /// How long the receiver wants to be left alone: a number of seconds, whole or not, or a date, which counts from the
    /// receiver's own clock where it tells it.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Some(wait) = seconds(text.parse().ok()) {
            return Some(wait);
        }
        let date = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp());
        let from = self.headers.get(DATE).and_then(|value| value.to_str().ok()).and_then(date).unwrap_or(self.now);
        Duration::try_from(date(text)?.duration_since(from)).ok()
    }
}

/// A length of time that a service gave as a number.
pub(super) fn seconds(number: Option<f64>) -> Option<Duration> {
    Duration::try_from_secs_f64(number?).ok()
}

/// What an answer means for the alert and for those that come after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Received.
    Delivered,
    /// Not this alert; the next one may be taken.
    Alone(Option<Duration>),
    /// Perhaps not this alert, perhaps none.
    Doubtful(Option<Duration>),
    /// None for now.
    Away(Option<Duration>),
    /// Never this alert.
    Refused,
}

/// What the status of an answer means where a service says nothing else.
pub(super) fn usual(answer: &Answer<'_>) -> Verdict {
    let after = answer.retry_after();
    match answer.status {
        200..=299 => Verdict::Delivered,
        // Who may not come in, or asks at a door that is not there, is told so whatever he brings. Redirects are not followed.
        // Nor is a receiver that has no time a matter of the one alert.
        300..=399 | 401 | 403..=405 | 407 | 408 | 425 | 429 | 502..=504 | 520..=529 => Verdict::Away(after),
        410 => Verdict::Refused,
        400..=499 => Verdict::Alone(after),
        _ => Verdict::Doubtful(after),
    }
}

/// A channel that posts.
#[derive(Debug)]
pub(super) struct PostChannel {
    basics: Basics,
    service: Box<dyn Service>,
    composer: Composer,
    client: Client,
    clock: Arc<dyn Clock>,
    /// Failures in a row of which it is not known whose fault they are.
    doubts: u32,
}

impl PostChannel {
    pub(super) fn new(basics: &Basics, service: Box<dyn Service>, means: &Means) -> Self {
        Self {
            basics: basics.clone(),
            service,
            composer: Composer::new(basics.id.clone(), &basics.templates, &means.zone),
            client: means.client.clone(),
            clock: Arc::clone(&means.clock),
            doubts: 0,
        }
    }

    fn call(&self, delivery: &Delivery) -> Call {
        let view = View::of(&delivery.body);
        self.service.call(&Alert { delivery, view: &view, composer: &self.composer, now: self.clock.now() })
    }

    async fn send(&mut self, delivery: &Delivery) -> Outcome {
        let call = self.call(delivery);
        let (url, headers, body) = (call.url.clone(), call.headers.clone(), call.body.clone());
        match self.client.send(call.method.clone(), url, headers, body, self.basics.deadline).await {
            Ok(response) => {
                let answer = Answer { status: response.status, headers: &response.headers, body: &response.body, now: self.clock.now() };
                let verdict = self.service.judge(&answer);
                self.outcome(verdict, || said(&call, &answer))
            }
            Err(error) => Outcome::Away { after: None, error: one_line(&call.covered(&without_key(&error, &call))) },
        }
    }

    fn outcome(&mut self, verdict: Verdict, error: impl Fn() -> String) -> Outcome {
        self.doubts = if matches!(verdict, Verdict::Doubtful(_)) { self.doubts.saturating_add(1) } else { 0 };
        match verdict {
            Verdict::Delivered => Outcome::Delivered,
            Verdict::Doubtful(after) if self.doubts >= DOUBTS_MAX => Outcome::Away { after, error: error() },
            Verdict::Alone(after) | Verdict::Doubtful(after) => Outcome::Retry { after, error: error() },
            Verdict::Away(after) => Outcome::Away { after, error: error() },
            Verdict::Refused => Outcome::Refused { error: error() },
        }
    }
}

#[async_trait]
impl Channel for PostChannel {
    fn id(&self) -> &ChannelId {
        &self.basics.id
    }

    fn batch_max(&self) -> usize {
        BATCH_MAX
    }

    fn rates(&self) -> &[Rate] {
        &self.basics.rates
    }

    fn preview(&self, delivery: &Delivery) -> String {
        self.call(delivery).shown()
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for delivery in batch {
            let outcome = self.send(delivery).await;
            let is_away = matches!(outcome, Outcome::Away { .. });
            outcomes.push(outcome);
            if is_away {
                // Asking for the others would only take time and patience.
                break;
            }
        }
        outcomes
    }
}

/// What the receiver answered, for people.
fn said(call: &Call, answer: &Answer<'_>) -> String {
    let host = call.url.host_str().unwrap_or_default();
    let hint = match answer.status {
        300..=399 => "; redirects are not followed, write the new address",
        401 | 403 => "; the secret is wrong, or does not allow this",
        404 | 405 => "; the address is wrong, or the receiver is gone",
        _ => "",
    };
    let start = answer.body.get(..answer.body.len().min(ANSWER_BYTES_MAX)).unwrap_or_default();
    let words = call.covered(&one_line(&String::from_utf8_lossy(start)));
    let words = if words.is_empty() { words } else { format!(": {words}") };
    format!("{host} answered {}{hint}{words}", answer.status)
}

/// The message of an error, which names the address without its key.
fn without_key(error: &NetError, call: &Call) -> String {
    let origin = call.url.origin().ascii_serialization();
    chain(error).replace(&crate::net::error::shown(&call.url), &format!("{origin}/***"))
}
