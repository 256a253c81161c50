//! Push: asks hubs to tell of news, answers their questions, and takes what they send on the way of a visit.
//!
//! Off unless `[websub]` is configured. What a hub sends is believed only when it is signed with the secret of the
//! subscription. Polling goes on at the longest interval, so that a hub that falls silent costs hours and no news.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tracing::{debug, info, warn};
use url::Url;
use uuid::Uuid;

use crate::model::id::FeedId;
use crate::model::subscription::{Offer, Subscription};
use crate::pipeline::keep::keep;
use crate::pipeline::{Gate, Phase, Shared, health, poller, until};
use crate::poll;
use crate::poll::push::{Intent, asked, is_signed, request, verify};
use crate::store::error::StoreError;
use crate::text::chain::chain;

/// Requests of hubs at the same time.
const TALKS_MAX: usize = 64;
/// How long the head of a request may take.
const HEAD_MAX: Duration = Duration::from_secs(10);
/// How long a request may take in all.
const TALK_MAX: Duration = Duration::from_secs(60);
/// How long a hub may take to answer.
const HUB_MAX: Duration = Duration::from_secs(20);
/// Between two requests to hubs.
const SPACING: Duration = Duration::from_secs(1);
/// The longest sleep.
const SLEEP_MAX: Duration = Duration::from_secs(60);
/// How long a visit under way is waited for, in steps.
const LEASE: Duration = Duration::from_secs(120);
const STEP: Duration = Duration::from_millis(250);
const STEPS: u32 = 80;

/// From this size on, in bytes, what a hub sends is large.
const LARGE: u64 = 1 << 18;
/// So many large ones are taken in at the same time.
const LARGE_MAX: usize = 2;

/// The subscriptions, as the store has them.
#[derive(Debug)]
pub struct Subscriptions {
    known: Mutex<HashMap<FeedId, Subscription>>,
    changed: Notify,
    large: Semaphore,
}

impl Default for Subscriptions {
    fn default() -> Self {
        Self { known: Mutex::default(), changed: Notify::new(), large: Semaphore::new(LARGE_MAX) }
    }
}

impl Subscriptions {
    fn known(&self) -> MutexGuard<'_, HashMap<FeedId, Subscription>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a hub tells of the feed's news now.
    pub(crate) fn is_active(&self, feed: &FeedId, now: Timestamp) -> bool {
        self.known().get(feed).is_some_and(|subscription| subscription.is_active(now))
    }

    fn of_token(&self, token: &str) -> Option<Subscription> {
        self.known().values().find(|subscription| subscription.token == token).cloned()
    }
}

/// Takes note of what a feed that was read offers; nothing when it is as it was.
pub(crate) async fn offered(shared: &Shared, gate: &Gate, feed: &FeedId, offer: Option<Offer>) {
    if shared.setup.load().config.websub.is_none() {
        return;
    }
    let known = shared.push.known().get(feed).cloned();
    match (known, offer) {
        (Some(known), Some(offer)) if known.offer == offer => {}
        (_, Some(offer)) => {
            let random = || Uuid::new_v4().simple().to_string();
            let subscription = Subscription {
                feed: feed.clone(),
                offer,
                token: random(),
                secret: format!("{}{}", random(), random()),
                confirmed_until: None,
                ask_at: shared.clock.now(),
                failures: 0,
            };
            set(shared, gate, subscription).await;
            shared.push.changed.notify_one();
        }
        (Some(_), None) => {
            shared.push.known().remove(feed);
            if let Err(error) = keep(&shared.trouble, gate, || shared.store.end_subscription(feed)).await {
                debug!(error = %chain(&error), "a subscription that is over could not be forgotten");
            }
        }
        (None, None) => {}
    }
}

/// Keeps a subscription. What cannot be kept holds until the next start.
async fn set(shared: &Shared, gate: &Gate, subscription: Subscription) {
    shared.push.known().insert(subscription.feed.clone(), subscription.clone());
    if let Err(error) = keep(&shared.trouble, gate, || shared.store.keep_subscription(subscription.clone())).await {
        warn!(feed = %subscription.feed, error = %chain(&error), "a subscription could not be kept");
    }
}

/// Asks hubs and listens to them until it is told to stop.
///
/// # Errors
/// When the subscriptions cannot be read.
pub async fn run(shared: Arc<Shared>, mut gate: Gate, listener: TcpListener) -> Result<(), StoreError> {
    let setup = shared.setup.load_full();
    let stored = keep(&shared.trouble, &gate, || shared.store.subscriptions()).await?;
    shared
        .push
        .known()
        .extend(stored.into_iter().filter(|known| setup.feed(&known.feed).is_some()).map(|known| (known.feed.clone(), known)));
    let talking = tokio::spawn(listen(Arc::clone(&shared), gate.clone(), listener));
    while gate.phase() != Phase::Stop {
        let now = shared.clock.now();
        let next = shared.push.known().values().min_by_key(|subscription| subscription.ask_at).cloned();
        match next {
            Some(subscription) if subscription.ask_at <= now => {
                ask(&shared, &gate, subscription).await;
                tokio::time::sleep(SPACING).await;
            }
            next => {
                let sleep = until(next.map(|subscription| subscription.ask_at), now, SLEEP_MAX);
                tokio::select! {
                    () = tokio::time::sleep(sleep) => {}
                    () = shared.push.changed.notified() => {}
                    () = gate.changed() => {}
                }
            }
        }
    }
    talking.abort();
    Ok(())
}

/// Asks the hub for the subscription, for the first time or anew.
async fn ask(shared: &Shared, gate: &Gate, subscription: Subscription) {
    let setup = shared.setup.load_full();
    let (Some(settings), Some(_)) = (&setup.config.websub, setup.feed(&subscription.feed)) else {
        shared.push.known().remove(&subscription.feed);
        return;
    };
    let mut callback = settings.public_url.clone();
    callback.set_path(&format!("{}/websub/{}", settings.public_url.path().trim_end_matches('/'), subscription.token));
    // Noted before it is sent: the hub may ask back before it answers.
    let now = shared.clock.now();
    set(shared, gate, asked(&subscription, true, now)).await;
    let answer = match Url::parse(&subscription.offer.hub) {
        Ok(hub) => {
            let form = vec![(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/x-www-form-urlencoded"))];
            let sent = setup.client.post(hub, form, request(&subscription, callback.as_str()), HUB_MAX).await;
            sent.map_err(|error| chain(&error)).and_then(|answer| match answer.status {
                200..=299 => Ok(()),
                status => Err(format!("status {status}")),
            })
        }
        Err(error) => Err(error.to_string()),
    };
    match answer {
        Ok(()) => debug!(feed = %subscription.feed, hub = subscription.offer.hub, "hub was asked"),
        Err(error) => {
            info!(feed = %subscription.feed, hub = subscription.offer.hub, error, "hub refuses; the feed is polled as before");
            let current = shared.push.known().get(&subscription.feed).cloned().unwrap_or(subscription);
            set(shared, gate, asked(&Subscription { failures: current.failures.saturating_sub(1), ..current }, false, now)).await;
        }
    }
}

/// Takes connections, so many at a time.
async fn listen(shared: Arc<Shared>, gate: Gate, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(TALKS_MAX));
    let mut talks = JoinSet::new();
    loop {
        while talks.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                warn!(error = %error, "a connection of a hub could not be taken");
                tokio::time::sleep(SPACING).await;
                continue;
            }
        };
        let (shared, gate) = (Arc::clone(&shared), gate.clone());
        talks.spawn(async move {
            let answer = service_fn(move |request| {
                let (shared, gate) = (Arc::clone(&shared), gate.clone());
                async move { Ok::<_, std::convert::Infallible>(answer(&shared, &gate, request).await) }
            });
            let talk = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_MAX)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), answer);
            if let Ok(Err(error)) = tokio::time::timeout(TALK_MAX, talk).await {
                debug!(error = %error, "a connection of a hub broke");
            }
            drop(place);
        });
    }
}

fn say(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

async fn answer(shared: &Arc<Shared>, gate: &Gate, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let token = request.uri().path().rsplit('/').next().unwrap_or_default();
    let Some(subscription) = shared.push.of_token(token) else { return say(StatusCode::NOT_FOUND, String::new()) };
    match *request.method() {
        Method::GET => match verify(&subscription, request.uri().query().unwrap_or_default(), shared.clock.now()) {
            Intent::Meant(challenge, next) => {
                info!(feed = %next.feed, hub = next.offer.hub, until = ?next.confirmed_until, "hub tells of this feed's news");
                set(shared, gate, *next).await;
                say(StatusCode::OK, challenge)
            }
            Intent::Denied(next) => {
                info!(feed = %next.feed, hub = next.offer.hub, "hub denies the subscription; the feed is polled as before");
                set(shared, gate, *next).await;
                say(StatusCode::OK, String::new())
            }
            Intent::NotMeant => say(StatusCode::NOT_FOUND, String::new()),
        },
        Method::POST => say(take(shared, gate, &subscription, request).await, String::new()),
        _ => say(StatusCode::METHOD_NOT_ALLOWED, String::new()),
    }
}

/// What a hub sends. A wrong signature is answered as if all were well, and ignored, as the standard says.
async fn take(shared: &Arc<Shared>, gate: &Gate, subscription: &Subscription, request: Request<Incoming>) -> StatusCode {
    let setup = shared.setup.load_full();
    let Some((feed, settings)) = setup.feed(&subscription.feed) else { return StatusCode::GONE };
    let field = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (signature, content_type) = (field("x-hub-signature"), field("content-type"));
    // Nothing is known yet of who sends it, so what may be large waits until others are done, in a queue of its own.
    let large = request.body().size_hint().upper().is_none_or(|bytes| bytes > LARGE);
    let _turn = if large { shared.push.large.acquire().await.ok() } else { None };
    let Ok(body) = Limited::new(request.into_body(), settings.body_bytes_max).collect().await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let body = body.to_bytes();
    if !signature.is_some_and(|signature| is_signed(&subscription.secret, &signature, &body)) {
        warn!(feed = %feed.id, "something was sent in a hub's name without its signature; it is ignored");
        return StatusCode::ACCEPTED;
    }
    let Ok(room) = setup.client.room_for(body.len()).await else { return StatusCode::SERVICE_UNAVAILABLE };
    for _ in 0..STEPS {
        match shared.store.claim_feed(&feed.id, LEASE).await {
            Ok(Some(lease)) => {
                let now = shared.clock.now();
                let visit = poll::pushed(feed, &lease.state, (body, room), content_type, now).await;
                shared.stats.feeds_pushed_total.add(1);
                let notices = health::after_visit(&setup, feed, &visit.state, &lease.told, now);
                return if poller::commit(shared, gate, lease, visit, settings, notices, now).await {
                    StatusCode::NO_CONTENT
                } else {
                    StatusCode::SERVICE_UNAVAILABLE
                };
            }
            // A visit is under way.
            Ok(None) => tokio::time::sleep(STEP).await,
            Err(error) => {
                debug!(feed = %feed.id, error = %chain(&error), "what a hub sent could not be taken");
                return StatusCode::SERVICE_UNAVAILABLE;
            }
        }
    }
    StatusCode::SERVICE_UNAVAILABLE
}

#[cfg(test)]
mod tests;
