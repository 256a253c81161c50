//! WebSub: what a feed offers, what a hub asks and sends. Pure.

use std::net::SocketAddr;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, LINK};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use url::Url;

use crate::model::subscription::{Offer, Subscription};

/// The lease that is asked for; the hub decides.
const LEASE_WANTED: Duration = Duration::from_secs(7 * 24 * 3600);
/// A lease is never taken for shorter or longer than this.
const LEASE_BOUNDS: std::ops::RangeInclusive<u64> = 300..=30 * 24 * 3600;
/// How long a hub may take to confirm what it was asked.
const CONFIRM: Duration = Duration::from_secs(3600);
/// The longest wait before a hub that failed is asked again.
const RETRY_MAX: Duration = Duration::from_secs(24 * 3600);
/// Longest challenge that is echoed.
const CHALLENGE_BYTES_MAX: usize = 4096;

/// How hubs reach this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebsubSettings {
    /// Where to listen; a proxy with a certificate stands before it.
    pub listen: SocketAddr,
    /// The address under which hubs reach that.
    pub public_url: Url,
}

/// What a response offers: `Link` header fields before the links of the feed itself. Relative addresses are relative to `base`.
pub fn offer(headers: &HeaderMap, hub: Option<&str>, own: Option<&str>, base: &Url) -> Option<Offer> {
    let links: Vec<(String, String)> = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).flat_map(links).collect();
    let header = |rel: &str| links.iter().find(|(_, found)| found.split(' ').any(|found| found.eq_ignore_ascii_case(rel)));
    let pick = |rel: &str, of_feed: Option<&str>| {
        let href = header(rel).map(|(href, _)| href.as_str()).or(of_feed)?;
        base.join(href).ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from)
    };
    let hub = pick("hub", hub)?;
    let topic = pick("self", own).unwrap_or_else(|| base.to_string());
    Some(Offer { hub, topic })
}

/// Targets and relations of a `Link` field (RFC 8288).
fn links(value: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((href, after)) = after.split_once('>') else { break };
        // The parameters end where the next target begins; commas inside of quotation marks are theirs.
        let end = after.find(",<").or_else(|| after.find(", <")).unwrap_or(after.len());
        let (parameters, next) = after.split_at_checked(end).unwrap_or((after, ""));
        let rel = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_matches('"').to_owned())
        });
        found.extend(rel.map(|rel| (href.to_owned(), rel)));
        rest = next;
    }
    found
}

/// The fields of a request to the hub.
pub fn request(subscription: &Subscription, callback: &str) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", "subscribe")
        .append_pair("hub.topic", &subscription.offer.topic)
        .append_pair("hub.callback", callback)
        .append_pair("hub.secret", &subscription.secret)
        .append_pair("hub.lease_seconds", &LEASE_WANTED.as_secs().to_string());
    form.finish().into_bytes()
}

/// The subscription after the hub was asked.
pub fn asked(subscription: &Subscription, accepted: bool, now: Timestamp) -> Subscription {
    let mut next = subscription.clone();
    // A hub that accepts but never confirms is asked again too, less and less often.
    next.failures = subscription.failures.saturating_add(1);
    let wait = if accepted && subscription.failures == 0 {
        CONFIRM
    } else {
        CONFIRM.saturating_mul(2_u32.saturating_pow(subscription.failures.min(10))).min(RETRY_MAX)
    };
    next.ask_at = later(now, wait);
    next
}

/// What is said to a hub that asks whether a subscription is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// It is: the challenge, and the subscription from now on.
    Meant(String, Box<Subscription>),
    /// The hub refuses; the subscription from now on.
    Denied(Box<Subscription>),
    /// It is not.
    NotMeant,
}

/// Judges a verification of intent by its query.
pub fn verify(subscription: &Subscription, query: &str, now: Timestamp) -> Intent {
    let field =
        |name: &str| url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let topic = field("hub.topic");
    if topic.as_deref() != Some(subscription.offer.topic.as_str()) {
        return Intent::NotMeant;
    }
    match (field("hub.mode").as_deref(), field("hub.challenge")) {
        (Some("subscribe"), Some(challenge)) if challenge.len() <= CHALLENGE_BYTES_MAX => {
            let lease = field("hub.lease_seconds").and_then(|seconds| seconds.parse().ok()).unwrap_or(LEASE_WANTED.as_secs());
            let lease = lease.clamp(*LEASE_BOUNDS.start(), *LEASE_BOUNDS.end());
            let mut next = subscription.clone();
            next.failures = 0;
            next.confirmed_until = Some(later(now, Duration::from_secs(lease)));
            next.ask_at = later(now, Duration::from_secs(lease * 3 / 4));
            Intent::Meant(challenge, Box::new(next))
        }
        (Some("denied"), _) => {
            let mut next = subscription.clone();
            next.confirmed_until = None;
            next.failures = subscription.failures.saturating_add(1);
            next.ask_at = later(now, RETRY_MAX);
            Intent::Denied(Box::new(next))
        }
        _ => Intent::NotMeant,
    }
}

/// Whether `X-Hub-Signature` signs the body with the secret: `sha1=`, `sha256=`, `sha384=` or `sha512=` and hexadecimal digits.
pub fn is_signed(secret: &str, signature: &str, body: &[u8]) -> bool {
    let Some((method, digits)) = signature.trim().split_once('=') else { return false };
    let Some(given) = bytes(digits.trim()) else { return false };
    let key = secret.as_bytes();
    match method.to_ascii_lowercase().as_str() {
        "sha1" => Hmac::<Sha1>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(body).verify_slice(&given).is_ok()),
        "sha256" => Hmac::<Sha256>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(body).verify_slice(&given).is_ok()),
        "sha384" => Hmac::<Sha384>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(body).verify_slice(&given).is_ok()),
        "sha512" => Hmac::<Sha512>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(body).verify_slice(&given).is_ok()),
        _ => false,
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes().chunks(2);
    digits
        .map(|pair| std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-02T08:00:00Z".parse().unwrap()
    }

    fn subscription() -> Subscription {
        Subscription {
            feed: "wire".into(),
            offer: Offer { hub: "https://hub.example/".to_owned(), topic: "https://example.org/feed?a=1".to_owned() },
            token: "t".to_owned(),
            secret: "secret".to_owned(),
            confirmed_until: None,
            ask_at: now(),
            failures: 0,
        }
    }

    fn offered(header: &[&'static str], hub: Option<&str>, own: Option<&str>) -> String {
        let headers = header.iter().map(|value| (LINK, reqwest::header::HeaderValue::from_static(value))).collect();
        let offer = offer(&headers, hub, own, &"https://example.org/feed".parse().unwrap());
        offer.map_or("none".to_owned(), |offer| format!("{} at {}", offer.topic, offer.hub))
    }

    #[test]
    fn header_fields_come_before_the_links_of_the_feed() {
        assert_eq!(offered(&[], None, Some("/self")), "none");
        assert_eq!(offered(&[], Some("https://hub.example/"), Some("/self")), "https://example.org/self at https://hub.example/");
        assert_eq!(offered(&[], Some("javascript:1"), None), "none");
        let header = r#"<https://hub.example/h>; rel="hub", <https://example.org/s>; title="a, b"; rel=self"#;
        assert_eq!(offered(&[header], Some("https://other.example/"), None), "https://example.org/s at https://hub.example/h");
        assert_eq!(offered(&["</h>;rel=\"x hub\"", "<broken"], None, None), "https://example.org/feed at https://example.org/h");
    }

    #[test]
    fn pol_19_the_right_topic_is_confirmed_and_no_other() {
        let topic = "hub.topic=https%3A%2F%2Fexample.org%2Ffeed%3Fa%3D1";
        let Intent::Meant(challenge, next) =
            verify(&subscription(), &format!("hub.mode=subscribe&{topic}&hub.challenge=a%26b+c&hub.lease_seconds=86400"), now())
        else {
            panic!("it was meant")
        };
        assert_eq!(challenge, "a&b c");
        assert!(next.is_active(now()) && !next.is_active(now() + SignedDuration::from_hours(24)));
        assert_eq!(next.ask_at, now() + SignedDuration::from_hours(18), "renewed before it ends");
        for other in ["hub.mode=subscribe&hub.topic=https://example.org/&hub.challenge=x", "hub.mode=subscribe&hub.challenge=x", ""] {
            assert_eq!(verify(&subscription(), other, now()), Intent::NotMeant, "{other}");
        }
        assert_eq!(verify(&subscription(), &format!("hub.mode=unsubscribe&{topic}&hub.challenge=x"), now()), Intent::NotMeant);
        assert!(matches!(verify(&subscription(), &format!("hub.mode=denied&{topic}"), now()), Intent::Denied(_)));
    }

    #[test]
    fn a_hub_that_does_not_confirm_is_asked_less_and_less() {
        let mut state = subscription();
        let waits: Vec<i64> = (0..7)
            .map(|_| {
                state = asked(&state, false, now());
                state.ask_at.duration_since(now()).as_hours()
            })
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 24, 24]);
    }

    #[test]
    fn signatures_are_checked_in_every_method() {
        // RFC 2202 and 4231, test case 2.
        let (key, body) = ("Jefe", b"what do ya want for nothing?");
        assert!(is_signed(key, "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", body));
        assert!(is_signed(key, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", body));
        assert!(!is_signed(key, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3844", body));
        for wrong in ["", "sha1", "sha1=", "sha1=zz", "md5=effcdf6a", "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c7"] {
            assert!(!is_signed(key, wrong, body), "{wrong}");
        }
    }
}
