//! A receiver for tests: it answers what it is told, and keeps what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use crate::clock::ManualClock;
use crate::deliver::settings::{Basics, ChannelSettings, ServiceSettings};
use crate::deliver::{Channel, Means, Outcome, open};
use crate::model::delivery::Delivery;
use crate::model::id::{AlertId, ChannelId};
use crate::net::client::Client;
use crate::net::settings::NetSettings;

/// A title that tries everything at once.
pub(super) const HOSTILE: &str = "<!channel> <@U123> & @everyone @all @here [x](javascript:1) ![i](http://e.example/p) **b** `c` <b>\u{1b}[31m\r\nBcc: a@b.example\u{202e}\u{0}";

/// An HTTP receiver on loopback.
pub(super) struct Receiver {
    pub(super) origin: Url,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    head: String,
    pub(super) body: String,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// The body, which must be JSON and said to be.
    pub(super) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Receiver {
    /// One answer for each request, `STATUS WORDS|BODY` with lines of the head after the words; afterwards the connection is
    /// closed without one.
    pub(super) async fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let mut answers = answers.iter().map(|answer| (*answer).to_owned()).collect::<Vec<_>>().into_iter();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                let Some(answer) = answers.next() else { continue };
                let (head, body) = answer.split_once('|').unwrap_or((&answer, ""));
                let text = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
                stream.write_all(text.as_bytes()).await.unwrap();
            }
        });
        Self { origin, requests }
    }

    pub(super) fn url(&self, path: &str) -> Url {
        self.origin.join(path).unwrap()
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read(stream: &mut tokio::net::TcpStream) -> Request {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                let mut words = head.split_whitespace();
                let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
                return Request { method, path, head: head.to_owned(), body: body.to_owned() };
            }
        }
        assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "half a request: {text}");
    }
}

pub(super) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-09-01T10:00:00Z".parse().unwrap()))
}

/// Means that may reach loopback.
pub(super) fn means(clock: &Arc<ManualClock>) -> Means {
    // Fails where another test of this process was first, which is as good.
    rustls::crypto::ring::default_provider().install_default().ok();
    let net = NetSettings { allow_private: vec!["127.0.0.0/8".parse().unwrap()], host_spacing: Duration::ZERO, ..NetSettings::default() };
    Means {
        client: Client::new(&net).unwrap(),
        clock: Arc::<ManualClock>::clone(clock),
        render: |record, _| record.to_owned(),
        zone: jiff::tz::TimeZone::UTC,
    }
}

pub(super) fn channel(service: ServiceSettings) -> Box<dyn Channel> {
    open(&ChannelSettings::Service(Basics::new("desk"), service), &means(&clock())).unwrap()
}

/// A record that has everything, with a title.
pub(super) fn record(title: &str) -> Value {
    json!({
        "schema": "wirewatch.alert/1", "id": AlertId(uuid::Uuid::from_u128(7)).to_string(), "time": "2026-09-01T10:00:00Z", "kind": "first",
        "watch": {"id": "guarantees", "name": "On guarantees", "severity": "high"},
        "item": {"id": "ab", "title": title, "url": "https://example.org/news/1?a=1&b=(2)", "outlet": "Baltic Courier", "feed": "courier",
                 "published": "2026-09-01", "language": "en"},
        "why": [{"condition": "speaker:peskov", "field": "body", "span": [0, 4], "text": "no such guarantees", "speaker": "Dmitry Peskov",
                 "context": "There will be no such guarantees, Peskov said."},
                {"condition": "guarantee", "field": "body", "span": [0, 4], "text": "guarantees", "speaker": null,
                 "context": "There will be no such guarantees, Peskov said."}],
        "story": {"id": "5b1f", "outlets": 4, "items": 7}, "reason": "first-match",
    })
}

pub(super) fn delivery_of(record: &Value) -> Delivery {
    Delivery {
        alert: AlertId(uuid::Uuid::from_u128(7)),
        channel: ChannelId::from("desk"),
        body: record.to_string(),
        attempt: 0,
        raised: "2026-09-01T10:00:00Z".parse::<Timestamp>().unwrap(),
    }
}

pub(super) fn delivery(title: &str) -> Delivery {
    delivery_of(&record(title))
}

/// An alert with more and longer evidence than any service takes.
pub(super) fn huge() -> Delivery {
    let mut record = record(&"ы ".repeat(3000));
    let one = |number: usize| json!({"condition": format!("word{number}"), "field": "body", "text": "𝔴 & <ord>", "context": format!("{number} 𝔴 & <ord> \"{}\"", "𝔴'*_ ".repeat(900))});
    record["why"] = (0..40).map(one).collect();
    delivery_of(&record)
}

/// Outcomes of one delivery for each answer, without the port, which changes.
pub(super) async fn outcomes(make: impl Fn(&Receiver) -> ServiceSettings, answers: &[&str]) -> String {
    let mut lines = Vec::new();
    for answer in answers {
        let receiver = Receiver::start(&[answer]).await;
        let outcome = channel(make(&receiver)).deliver(&[delivery("One")]).await.remove(0);
        lines.push(match outcome {
            Outcome::Delivered => "delivered".to_owned(),
            Outcome::Retry { after, error } => format!("retry {after:?}: {error}"),
            Outcome::Away { after, error } => format!("away {after:?}: {error}"),
            Outcome::Refused { error } => format!("refused: {error}"),
        });
    }
    lines.join("\n")
}

/// The one request that came of a delivery that was taken.
pub(super) async fn request(make: impl Fn(&Receiver) -> ServiceSettings, answer: &str, delivery: Delivery) -> Request {
    let receiver = Receiver::start(&[answer]).await;
    let outcomes = channel(make(&receiver)).deliver(&[delivery]).await;
    assert_eq!(outcomes, [Outcome::Delivered]);
    receiver.requests().remove(0)
}
