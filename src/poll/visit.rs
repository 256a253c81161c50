//! One visit: ask, read, decide when to come back.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{
    AGE, CACHE_CONTROL, CONTENT_LOCATION, CONTENT_TYPE, ETAG, EXPIRES, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LAST_MODIFIED, LINK,
};
use tokio::io::AsyncReadExt;
use url::Url;

use crate::model::entry::Entry;
use crate::model::feed::{Feed, FeedSource, FeedState, Validators};
use crate::model::subscription::Offer;
use crate::net::body::Room;
use crate::net::client::{Client, Request, Response};
use crate::net::error::{NetError, shown, without_credentials};
use crate::net::wait::{retry_after, server_time, text};
use crate::poll::command;
use crate::poll::date;
use crate::poll::error::PollError;
use crate::poll::identity::body_hash;
use crate::poll::parse::{EntryProblem, FeedAbout, ParsedFeed, parse};
use crate::poll::push::offer;
use crate::poll::schedule::{Happened, Happening, closed_until, next};
use crate::poll::settings::{PollSettings, Scope};
use crate::text::chain::chain;

/// What is asked for.
pub(crate) const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, \
                      application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1";
/// Asks for new entries alone (RFC 3229), where the server can tell which those are.
const A_IM: HeaderName = HeaderName::from_static("a-im");
/// What was done to the answer.
const IM: HeaderName = HeaderName::from_static("im");

/// What came of a visit.
#[derive(Debug)]
pub struct Visit {
    /// The feed's state from now on.
    pub state: FeedState,
    /// What was found.
    pub outcome: Outcome,
}

/// What a visit found.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The feed was read.
    Read {
        /// All entries it lists now, or those that are new.
        entries: Vec<Entry>,
        /// Which of the two.
        listing: Listing,
        /// What was wrong with it.
        problems: Vec<EntryProblem>,
        /// What it says about itself.
        about: Box<FeedAbout>,
        /// The hub that would tell of its news; `None` also where nothing can be said.
        offer: Option<Offer>,
    },
    /// Nothing has changed since the last visit.
    Unchanged(Unchanged),
    /// Nothing was asked: the host has to be left alone until the state's next moment.
    Held,
    /// It went wrong; the state says when to try again.
    Failed(PollError),
}

/// Which entries an answer lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// All that the feed lists now.
    Whole,
    /// Those that are new since the last visit (226, RFC 3229); the feed still lists the others.
    Part,
}

/// How it was seen that nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// The server said 304.
    NotModified,
    /// The body is the same as last time: no conditional support.
    SameBody,
}

/// What was read from a source.
struct Fetched {
    body: Bytes,
    content_type: Option<String>,
    base: Option<Url>,
    validators: Validators,
    fresh: Option<Duration>,
    status: Option<u16>,
    moved: Option<Url>,
    listing: Listing,
    headers: HeaderMap,
    /// The place of a large body.
    room: Option<Room>,
}

enum Answer {
    Body(Box<Fetched>),
    NotModified { fresh: Option<Duration>, moved: Option<Url> },
}

/// Visits a feed once. Never fails: what went wrong is in the outcome.
pub async fn visit(feed: &Feed, state: &FeedState, settings: &PollSettings, client: &Client, now: Timestamp) -> Visit {
    if let Some(wait) = closed_until(&state.rhythm, now).and_then(|open| Duration::try_from(open.duration_since(now)).ok()) {
        let happened = Happened { status: None, moved: None, result: Happening::Held { wait } };
        return Visit { state: next(state, &happened, settings, now, fastrand::f64()), outcome: Outcome::Held };
    }
    let answer = match &feed.source {
        FeedSource::Http(url) => fetch(url, state, settings, client, now).await,
        FeedSource::File(path) => read_file(path, settings).await,
        FeedSource::Command(command) => command::run(command, settings.deadline, settings.body_bytes_max).await.map(local),
    };
    let (happened, outcome) = match answer {
        Ok(Answer::NotModified { fresh, moved }) => {
            let result = Happening::Unchanged { fresh, validators: None };
            (Happened { status: Some(304), moved, result }, Outcome::Unchanged(Unchanged::NotModified))
        }
        Ok(Answer::Body(fetched))
            if state.initialised
                && fetched.validators.body_hash.is_some()
                && fetched.validators.body_hash == state.validators.body_hash =>
        {
            let result = Happening::Unchanged { fresh: fetched.fresh, validators: Some(fetched.validators) };
            (Happened { status: fetched.status, moved: fetched.moved, result }, Outcome::Unchanged(Unchanged::SameBody))
        }
        Ok(Answer::Body(mut fetched)) => match roomy(&mut fetched, client).await {
            Ok(()) => understand(*fetched, feed, now).await,
            Err(wait) => (Happened { status: None, moved: None, result: Happening::Held { wait } }, Outcome::Held),
        },
        Err(PollError::Net(NetError::Held { wait, .. })) => {
            (Happened { status: None, moved: None, result: Happening::Held { wait } }, Outcome::Held)
        }
        Err(error) => failed(error, None, None),
    };
    Visit { state: next(state, &happened, settings, now, fastrand::f64()), outcome }
}

/// Gives a large body its place, unless it has one since it came over the network; else how long to put it off.
async fn roomy(fetched: &mut Fetched, client: &Client) -> Result<(), Duration> {
    if fetched.room.is_none() {
        fetched.room = client.room_for(fetched.body.len()).await?;
    }
    Ok(())
}

/// What a hub sent, read as a visit would; `room` is the place of a large body. The feed was not asked, so nothing changes in what is known of its server; and what
/// was sent says nothing of the other entries of the feed.
pub(crate) async fn pushed(
    feed: &Feed,
    state: &FeedState,
    (body, room): (Bytes, Option<Room>),
    content_type: Option<String>,
    now: Timestamp,
) -> Visit {
    let unchanged = |outcome| Visit { state: state.clone(), outcome };
    if !state.initialised {
        // Which of its entries are old is not known yet.
        return unchanged(Outcome::Held);
    }
    let base = match &feed.source {
        FeedSource::Http(url) => Some(without_credentials(&address(url, state))),
        FeedSource::File(_) | FeedSource::Command(_) => None,
    };
    let fetched = Fetched {
        body,
        content_type,
        base,
        validators: Validators::default(),
        fresh: None,
        status: None,
        moved: None,
        listing: Listing::Part,
        headers: HeaderMap::new(),
        room,
    };
    unchanged(understand(fetched, feed, now).await.1)
}

/// The state of a feed that could not be asked, since the machine's own network is down.
pub fn offline(state: &FeedState, settings: &PollSettings, now: Timestamp) -> FeedState {
    next(state, &Happened { status: None, moved: None, result: Happening::Offline }, settings, now, fastrand::f64())
}

/// Reads the body off the async threads: a large feed takes milliseconds.
async fn understand(fetched: Fetched, feed: &Feed, now: Timestamp) -> (Happened, Outcome) {
    let Fetched { body, content_type, base, validators, fresh, status, moved, listing, headers, room } = fetched;
    let place = match &feed.source {
        FeedSource::Http(url) => shown(base.as_ref().unwrap_or(url)),
        FeedSource::File(path) => path.display().to_string(),
        FeedSource::Command(command) => format!("output of `{}`", command.first().map_or("", String::as_str)),
    };
    let turn = match &room {
        Some(room) => Some(room.turn_to_read().await),
        None => None,
    };
    let (owned, own_base) = (feed.clone(), base.clone());
    let read = move || {
        // Held to the end of the reading, also when nobody waits for it any more.
        let _held = (turn, room);
        parse(&body, content_type.as_deref(), base.as_ref(), &owned, now)
    };
    let parsed = tokio::task::spawn_blocking(read).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
    match parsed {
        Ok(ParsedFeed { entries, problems, about, cut }) => {
            // Of a response that was cut off nothing is remembered, so that the next one is read whatever it is.
            let validators = if cut { Validators::default() } else { validators };
            let whole = entries.iter().filter(|_| listing == Listing::Whole);
            let dates = whole.filter_map(|entry| entry.published.or(entry.updated)).collect();
            let result = Happening::Read { validators, fresh, rhythm: about.rhythm, dates, title: about.title.clone() };
            let offer = own_base.and_then(|base| offer(&headers, about.hub.as_deref(), about.own.as_deref(), &base));
            (Happened { status, moved, result }, Outcome::Read { entries, listing, problems, about: Box::new(about), offer })
        }
        Err(source) => failed(PollError::Parse { place, source }, status, moved),
    }
}

fn failed(error: PollError, status: Option<u16>, moved: Option<Url>) -> (Happened, Outcome) {
    let (status, retry_after, gone) = match &error {
        PollError::Status { status, retry_after, .. } => (Some(*status), *retry_after, false),
        PollError::Gone { .. } => (Some(410), None, true),
        _ => (status, None, false),
    };
    let result = Happening::Failed { error: chain(&error), retry_after, gone };
    (Happened { status, moved, result }, Outcome::Failed(error))
}

async fn fetch(url: &Url, state: &FeedState, settings: &PollSettings, client: &Client, now: Timestamp) -> Result<Answer, PollError> {
    let asked = address(url, state);
    let mut request = Request::new(asked.clone());
    request.accept = ACCEPT;
    request.body_bytes_max = settings.body_bytes_max;
    request.deadline = settings.deadline;
    request.headers = conditions(&state.validators);
    if state.initialised && state.validators.etag.is_some() {
        request.headers.push((A_IM, HeaderValue::from_static("feed")));
    }
    let response = client.get(request).await?;
    let moved = response.permanent.clone();
    match response.status {
        200 => Ok(Answer::Body(Box::new(fetched(response, Listing::Whole, now)))),
        226 if state.initialised && is_feed_part(&response) => Ok(Answer::Body(Box::new(fetched(response, Listing::Part, now)))),
        304 => Ok(Answer::NotModified { fresh: freshness(&response.headers, now), moved }),
        410 => Err(PollError::Gone { url: shown(&response.url) }),
        status => {
            let retry_after = retry_after(&response.headers, now, date::parse);
            if let Some(wait) = retry_after.filter(|_| status == 429 && settings.retry_after_scope == Scope::Host) {
                client.hold_host(&response.url, wait);
            }
            Err(PollError::Status { url: shown(&response.url), status, retry_after })
        }
    }
}

/// After a restart: makes the client leave a host alone that a feed was told to leave alone.
pub fn remember_hold(feed: &Feed, state: &FeedState, settings: &PollSettings, client: &Client, now: Timestamp) {
    if let FeedSource::Http(url) = &feed.source
        && state.next_reason == "retry-after"
        && state.last_status == Some(429)
        && settings.retry_after_scope == Scope::Host
        && let Ok(wait) = Duration::try_from(state.next_due.duration_since(now))
    {
        client.hold_host(&address(url, state), wait);
    }
}

/// The address to ask: the new one once it was confirmed. User name and password stay with their origin.
fn address(url: &Url, state: &FeedState) -> Url {
    let Some(moved) = state.moved.as_ref().filter(|moved| moved.seen >= 2) else { return url.clone() };
    let mut to = moved.to.clone();
    if to.origin() == url.origin() {
        // Both fail only for addresses that have no host, and such an address is never remembered.
        let kept = to.set_username(url.username()).and_then(|()| to.set_password(url.password()));
        if kept.is_err() {
            return url.clone();
        }
    }
    to
}

fn conditions(validators: &Validators) -> Vec<(HeaderName, HeaderValue)> {
    let field =
        |name, value: &Option<Vec<u8>>| value.as_ref().and_then(|value| HeaderValue::from_bytes(value).ok()).map(|value| (name, value));
    field(IF_NONE_MATCH, &validators.etag).into_iter().chain(field(IF_MODIFIED_SINCE, &validators.last_modified)).collect()
}

/// Whether the answer says that it holds the new entries and nothing else was done to it.
fn is_feed_part(response: &Response) -> bool {
    response.header(&IM).is_some_and(|done| done.split(',').all(|done| done.trim().eq_ignore_ascii_case("feed")))
}

fn fetched(response: Response, listing: Listing, now: Timestamp) -> Fetched {
    let bytes = |name| response.headers.get(name).map(|value| value.as_bytes().to_vec());
    let base = response.header(&CONTENT_LOCATION).and_then(|place| response.url.join(place).ok()).unwrap_or_else(|| response.url.clone());
    Fetched {
        content_type: response.header(&CONTENT_TYPE).map(str::to_owned),
        // The hash of a part is no hash of the feed.
        validators: Validators {
            etag: bytes(ETAG),
            last_modified: bytes(LAST_MODIFIED),
            body_hash: (listing == Listing::Whole).then(|| body_hash(&response.body)),
        },
        fresh: freshness(&response.headers, now),
        status: Some(response.status),
        moved: response.permanent,
        listing,
        headers: response.headers.get_all(LINK).iter().map(|link| (LINK, link.clone())).collect(),
        base: Some(base),
        body: response.body,
        room: response.room,
    }
}

fn local(body: Vec<u8>) -> Answer {
    let validators = Validators { body_hash: Some(body_hash(&body)), ..Validators::default() };
    Answer::Body(Box::new(Fetched {
        body: body.into(),
        content_type: None,
        base: None,
        validators,
        fresh: None,
        status: None,
        moved: None,
        listing: Listing::Whole,
        headers: HeaderMap::new(),
        room: None,
    }))
}

async fn read_file(path: &std::path::Path, settings: &PollSettings) -> Result<Answer, PollError> {
    let failed = |source| PollError::File { path: path.to_owned(), source };
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut body = Vec::new();
    let cap = u64::try_from(settings.body_bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    // A pipe that nobody writes to would be waited for without end.
    let read = tokio::time::timeout(settings.deadline, file.take(cap).read_to_end(&mut body)).await;
    read.map_err(|_| failed(std::io::ErrorKind::TimedOut.into()))?.map_err(failed)?;
    if body.len() > settings.body_bytes_max {
        return Err(PollError::TooLarge { place: path.display().to_string(), body_bytes_max: settings.body_bytes_max });
    }
    Ok(local(body))
}

/// How long the response is fresh: `max-age` less `Age`, else `Expires`.
fn freshness(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let mut max_age = None;
    for value in headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok()) {
        for directive in value.split(',').map(str::trim) {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            match name.to_ascii_lowercase().as_str() {
                "no-cache" | "no-store" => return None,
                "max-age" => max_age = argument.trim_matches('"').parse::<u64>().ok().map(Duration::from_secs),
                _ => {}
            }
        }
    }
    if let Some(max_age) = max_age {
        let age = text(headers, &AGE).and_then(|age| age.parse().ok()).map_or(Duration::ZERO, Duration::from_secs);
        return Some(max_age.saturating_sub(age));
    }
    let expires = text(headers, &EXPIRES).and_then(date::parse)?;
    Duration::try_from(expires.duration_since(server_time(headers, now, date::parse))).ok()
}
