//! Bodies of responses: read under a cap, and only a few large ones at a time.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use url::Url;

use crate::net::client::Response;
use crate::net::error::{NetError, shown};

/// From this size on, in bytes, a body is a large one.
const LARGE: usize = 1 << 18;
/// Large bodies that are held at a time.
const HELD_MAX: usize = 2;
/// Large bodies that are read at a time: what reading makes of one can take more than ten times its size.
const READ_MAX: usize = 1;

/// How long a body waits for its place; the request is put off then. The server waits too, and may not for longer. As many visits as
/// can be under way are through by then, at the fifth of a second that a body at the cap was measured to take.
pub(super) const WAIT_MAX: Duration = Duration::from_secs(60);

/// What to do with a body that is longer than the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beyond {
    Refuse,
    Cut,
}

/// The places for large bodies.
#[derive(Debug)]
pub(super) struct Rooms {
    held: Arc<Semaphore>,
    read: Arc<Semaphore>,
}

/// A place among the large bodies that are held, free again when the last clone is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    _place: Arc<OwnedSemaphorePermit>,
    read: Arc<Semaphore>,
}

impl Rooms {
    pub(super) fn new() -> Self {
        Self { held: Arc::new(Semaphore::new(HELD_MAX)), read: Arc::new(Semaphore::new(READ_MAX)) }
    }

    /// The place of a body of so many bytes that was not asked for over the network, if it is a large one; an error of how long to
    /// wait where there is none for long.
    pub(super) async fn take_for(&self, bytes: usize) -> Result<Option<Room>, Duration> {
        if bytes < LARGE { Ok(None) } else { self.take().await.map(Some).ok_or(WAIT_MAX) }
    }

    /// `None` when there is none for long.
    pub(super) async fn take(&self) -> Option<Room> {
        let place = timeout(WAIT_MAX, place(&self.held)).await.ok()?;
        Some(Room { _place: Arc::new(place), read: Arc::clone(&self.read) })
    }
}

impl Room {
    /// The turn to read it, over when it is dropped.
    pub(crate) async fn turn_to_read(&self) -> OwnedSemaphorePermit {
        place(&self.read).await
    }
}

async fn place(among: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(among).acquire_owned().await.expect("the places are never closed")
}

/// A response whose body comes in.
#[derive(Debug)]
pub(super) struct Incoming {
    response: reqwest::Response,
    url: Url,
    body: Vec<u8>,
    body_bytes_max: usize,
    beyond: Beyond,
}

impl Incoming {
    /// # Errors
    /// When what is announced cannot be read or is over the cap.
    pub(super) fn new(response: reqwest::Response, url: &Url, body_bytes_max: usize, beyond: Beyond) -> Result<Self, NetError> {
        // Of any other answer, what counts stands in its head.
        if let Some(coding) = unknown_coding(response.headers()).filter(|_| response.status().is_success()) {
            return Err(NetError::Coding { url: shown(url), coding });
        }
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if beyond == Beyond::Refuse && announced.is_some_and(|length| length > body_bytes_max) {
            return Err(NetError::TooLarge { url: shown(url), body_bytes_max });
        }
        let body = Vec::with_capacity(announced.unwrap_or(0).min(body_bytes_max).min(LARGE));
        Ok(Self { response, url: url.clone(), body, body_bytes_max, beyond })
    }

    /// Reads to the end, or until the body is a large one.
    pub(super) async fn is_large_before_its_end(&mut self) -> Result<bool, NetError> {
        self.read_until(LARGE).await
    }

    /// Reads to the end what is large and has a place.
    pub(super) async fn rest(mut self, room: Room) -> Result<Response, NetError> {
        // All it may need at once: growing by halves would hold two copies of it for a while.
        self.body.reserve_exact(self.body_bytes_max - self.body.len());
        self.read_until(usize::MAX).await?;
        Ok(Response { room: Some(room), ..self.into_response() })
    }

    /// Reads to the end what the cap keeps small.
    pub(super) async fn all(mut self) -> Result<Response, NetError> {
        self.read_until(usize::MAX).await?;
        Ok(self.into_response())
    }

    /// Whether so many bytes came before the end did.
    async fn read_until(&mut self, bytes: usize) -> Result<bool, NetError> {
        while self.body.len() < bytes {
            let Some(chunk) = self.response.chunk().await.map_err(|error| NetError::of(&self.url, error))? else {
                return Ok(false);
            };
            let room = self.body_bytes_max - self.body.len();
            if chunk.len() <= room {
                self.body.extend_from_slice(&chunk);
            } else if self.beyond == Beyond::Refuse {
                return Err(NetError::TooLarge { url: shown(&self.url), body_bytes_max: self.body_bytes_max });
            } else {
                self.body.extend(chunk.iter().take(room));
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn into_response(mut self) -> Response {
        let status = self.response.status().as_u16();
        let headers = std::mem::take(self.response.headers_mut());
        Response { url: self.url, status, headers, body: self.body.into(), permanent: None, room: None }
    }
}

/// A content coding that makes the body unreadable; what was unpacked is named no more. Brotli is not offered: its decoder
/// fills a window of up to 16 MiB for each response, where that of gzip has 32 KiB, and who speaks it speaks gzip too.
/// Other words are let pass, since servers write the character set and the like there.
fn unknown_coding(headers: &HeaderMap) -> Option<String> {
    const UNKNOWN: [&str; 5] = ["br", "compress", "x-compress", "dcb", "dcz"];
    let values = headers.get_all(CONTENT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    let mut codings = values.flat_map(|value| value.split(',')).map(|coding| coding.trim().to_ascii_lowercase());
    codings.find(|coding| UNKNOWN.contains(&coding.as_str()))
}
