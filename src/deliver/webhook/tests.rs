use insta::assert_snapshot;
use jiff::SignedDuration;

use super::*;
use crate::deliver::receiver::{Receiver, clock, means};
use crate::deliver::settings::{Basics, ChannelSettings, ServiceSettings};
use crate::deliver::{Channel, Outcome, open};
use crate::model::delivery::Delivery;
use crate::model::id::AlertId;

/// The example of the specification's reference implementations.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn delivery(number: u128) -> Delivery {
    Delivery {
        alert: AlertId(uuid::Uuid::from_u128(number)),
        channel: ChannelId::from("desk"),
        body: format!(r#"{{"id":"{number}","title":"Пєсков, \u001b и т. д."}}"#),
        attempt: 0,
        raised: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn channel(receiver: &Receiver, secret: Option<&str>, clock: &std::sync::Arc<crate::clock::ManualClock>) -> Box<dyn Channel> {
    let mut settings = Webhook::new(receiver.url("/hook/s3cret?key=s3cret"));
    settings.secret = secret.map(|secret| Secret::new(secret.to_owned()));
    open(&ChannelSettings::Service(Basics::new("desk"), ServiceSettings::Webhook(settings)), &means(clock)).unwrap()
}

/// Outcomes of a batch of one delivery for each answer, without the port, which changes.
async fn shown(answers: &[&str]) -> String {
    let receiver = Receiver::start(answers).await;
    let mut channel = channel(&receiver, None, &clock());
    let batch: Vec<Delivery> = (0..answers.len()).map(|number| delivery(number as u128)).collect();
    let outcomes = channel.deliver(&batch).await;
    let lines: Vec<String> = outcomes.iter().map(|outcome| format!("{outcome:?}")).collect();
    format!("{}\nrequests: {}", lines.join("\n"), receiver.requests().len())
}

#[test]
fn the_example_of_the_specification_has_its_signature() {
    let key = Key::of(&Secret::new(SECRET.to_owned()), &ChannelId::from("desk")).unwrap();
    let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[tokio::test]
async fn three_attempts_carry_one_id_one_body_and_their_own_time_and_signature() {
    let receiver = Receiver::start(&["500 Broken", "400 Bad", "200 OK"]).await;
    let clock = clock();
    let mut channel = channel(&receiver, Some(SECRET), &clock);
    for last in [false, false, true] {
        let outcomes = channel.deliver(&[delivery(7)]).await;
        assert_eq!(outcomes == [Outcome::Delivered], last, "{outcomes:?}");
        clock.advance(SignedDuration::from_secs(60));
    }
    let requests = receiver.requests();
    let key = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    for (request, timestamp) in requests.iter().zip(["1788256800", "1788256860", "1788256920"]) {
        assert_eq!(request.header("webhook-id"), Some("00000000-0000-0000-0000-000000000007"));
        assert_eq!(request.header("webhook-timestamp"), Some(timestamp));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.body, delivery(7).body);
        // As a receiver checks it: over the bytes that came.
        let (version, signature) = request.header("webhook-signature").unwrap().split_once(',').unwrap();
        assert_eq!(version, "v1");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("00000000-0000-0000-0000-000000000007.{timestamp}.{}", request.body).as_bytes());
        mac.verify_slice(&BASE64_STANDARD.decode(signature).unwrap()).unwrap();
    }
    assert_eq!(requests.len(), 3);
}

#[tokio::test]
async fn one_refused_alert_does_not_hold_up_the_others() {
    assert_snapshot!(shown(&["200 OK", "400 Bad Request|no such field", "204 None", "410 Gone"]).await, @r#"
    Delivered
    Retry { after: None, error: "127.0.0.1 answered 400: no such field" }
    Delivered
    Refused { error: "127.0.0.1 answered 410" }
    requests: 4
    "#);
}

#[tokio::test]
async fn a_receiver_that_wants_peace_is_asked_once() {
    assert_snapshot!(shown(&["429 Slow\r\nretry-after: 120", "200 OK", "200 OK"]).await, @r#"
    Away { after: Some(120s), error: "127.0.0.1 answered 429" }
    requests: 1
    "#);
}

#[tokio::test]
async fn a_date_counts_from_the_receivers_own_clock() {
    let answer = "503 Away\r\ndate: Tue, 01 Sep 2020 10:00:00 GMT\r\nretry-after: Tue, 01 Sep 2020 10:05:00 GMT";
    assert_snapshot!(shown(&[answer]).await, @r#"
    Away { after: Some(300s), error: "127.0.0.1 answered 503" }
    requests: 1
    "#);
}

#[tokio::test]
async fn redirects_are_not_followed_and_the_answer_is_harmless() {
    assert_snapshot!(shown(&["302 Found\r\nlocation: /else|\u{1b}[31mgone\r\nto /hook/s3cret", "500 Oops"]).await, @r#"
    Away { after: None, error: "127.0.0.1 answered 302; redirects are not followed, write the new address: [31mgone to ***" }
    requests: 1
    "#);
}

#[tokio::test]
async fn a_receiver_that_hangs_up_keeps_its_path_secret() {
    let receiver = Receiver::start(&[]).await;
    let mut channel = channel(&receiver, None, &clock());
    let outcomes = channel.deliver(&[delivery(1), delivery(2)]).await;
    let [Outcome::Away { after: None, error }] = outcomes.as_slice() else { panic!("{outcomes:?}") };
    assert!(!error.is_empty() && !error.contains("s3cret"), "{error}");
    assert!(!format!("{channel:?}").contains("s3cret"));
}

#[test]
fn secrets_are_base64_where_they_say_so_and_never_shown() {
    let shown = |secret: &str| match Key::of(&Secret::new(secret.to_owned()), &ChannelId::from("desk")) {
        Ok(key) => format!("{} bytes {key:?}", key.0.len()),
        Err(error) => error.to_string(),
    };
    assert_snapshot!(shown(SECRET), @"24 bytes ***");
    assert_snapshot!(shown("plain words\n"), @"11 bytes ***");
    assert_snapshot!(shown("whsec_not base64!"), @"channel `desk`: the secret starts with `whsec_`, but what follows is not base64");
    assert_snapshot!(shown(" "), @"channel `desk`: the secret is empty");
    assert_snapshot!(shown("whsec_"), @"channel `desk`: the secret is empty");
}
