//! The polite client itself: one request with all its redirects.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONNECTION, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use rustls::crypto::CryptoProvider;
use tokio::time::{Instant, timeout};
use url::{Host, Origin, Url};

use crate::net::address::AddressRules;
use crate::net::body::{self, Beyond, Incoming, Room, Rooms};
use crate::net::error::{NetError, shown, without_credentials};
use crate::net::host::{Held, Hosts, Limits, Turn};
use crate::net::resolve::{CheckedResolver, Lookup, SystemLookup};
use crate::net::settings::NetSettings;

/// How long a connection stays open for the next request.
const IDLE: Duration = Duration::from_secs(15);
/// Bytes of all header fields of an answer over HTTP/2; HTTP/1 is bounded by the library at about 400 KiB.
const HEADER_BYTES_MAX: u32 = 256 * 1024;
/// Header fields of an answer.
const HEADERS_MAX: usize = 200;
/// Of an answer to a POST, only so much is read: it is shown to people when it is an error.
const POST_ANSWER_BYTES_MAX: usize = 64 * 1024;

/// One polite client; clones share connections and limits.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    lookup: Arc<dyn Lookup>,
    rules: AddressRules,
    hosts: Hosts,
    rooms: Rooms,
    /// Connections kept open while nobody waits for them.
    idle_max: usize,
}

/// What to ask for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where. User name and password are sent to this origin only.
    pub url: Url,
    /// Media types that are understood.
    pub accept: &'static str,
    /// More header fields, sent with every hop.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Longest body, in bytes after decompression.
    pub body_bytes_max: usize,
    /// For all hops and the whole body. Waiting for the host's turn does not count.
    pub deadline: Duration,
    /// Redirects that are followed.
    pub redirects_max: u8,
}

impl Request {
    /// Anything there, at most 10 MiB, within a minute, over at most five redirects.
    pub const fn new(url: Url) -> Self {
        Self {
            url,
            accept: "*/*",
            headers: Vec::new(),
            body_bytes_max: 10 * 1024 * 1024,
            deadline: Duration::from_secs(60),
            redirects_max: 5,
        }
    }
}

/// What came back, whatever the status.
#[derive(Debug, Clone)]
pub struct Response {
    /// Where it came from in the end, without user name and password.
    pub url: Url,
    /// HTTP status.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Bytes,
    /// The new address when there were redirects and every one was permanent (301 or 308).
    pub permanent: Option<Url>,
    /// Held for as long as a large body is held; see [`Room`].
    pub(crate) room: Option<Room>,
}

impl Response {
    /// A header field as text, where it is text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What one hop gave.
enum Hop {
    Answer(Box<Response>),
    /// The beginning of a large body, which has to wait for room.
    Large(Box<Incoming>),
    Redirect {
        status: u16,
        to: Url,
    },
}

impl Client {
    /// A client with its own connections and limits.
    ///
    /// # Errors
    /// When the contact cannot stand in a header, or TLS cannot be set up.
    pub fn new(settings: &NetSettings) -> Result<Self, NetError> {
        Self::with_lookup(settings, Arc::new(SystemLookup))
    }

    pub(crate) fn with_lookup(settings: &NetSettings, lookup: Arc<dyn Lookup>) -> Result<Self, NetError> {
        if CryptoProvider::get_default().is_none() && rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::trace!("another part of the program has chosen the cryptography first");
        }
        let rules = AddressRules::new(settings.allow_private.clone());
        let http = reqwest::Client::builder()
            .user_agent(user_agent(settings.contact.as_deref())?)
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .no_proxy()
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .http1_max_headers(HEADERS_MAX)
            .http2_max_header_list_size(HEADER_BYTES_MAX)
            .dns_resolver(Arc::new(CheckedResolver { lookup: Arc::clone(&lookup), rules: rules.clone() }))
            .build()
            .map_err(NetError::Setup)?;
        let limits = Limits {
            spacing: settings.host_spacing,
            queue_max: settings.host_queue_max,
            requests_max: settings.requests_max,
            remember: IDLE,
        };
        let hosts = Hosts::new(limits, settings.services.clone());
        Ok(Self { shared: Arc::new(Shared { http, lookup, rules, hosts, rooms: Rooms::new(), idle_max: idle_max() }) })
    }

    /// Asks politely: waits for the host's turn, follows redirects, checks every address on the way.
    ///
    /// # Errors
    /// For refusals, network faults, deadlines, caps and loops; a status that is no success is a [`Response`].
    pub async fn get(&self, request: Request) -> Result<Response, NetError> {
        let credentials = Credentials::of(&request.url);
        let mut url = without_credentials(&request.url);
        url.set_fragment(None);
        let mut left = request.deadline;
        let mut been: Vec<Url> = Vec::new();
        let mut permanent = true;
        loop {
            self.check(&url)?;
            let mut turn = self.turn(&url).await?;
            let late = |_| NetError::Deadline { url: shown(&url), deadline: request.deadline };
            let begun = Instant::now();
            let hop = timeout(left, self.hop(&url, &request, &credentials, &turn)).await.map_err(late)??;
            left = left.saturating_sub(begun.elapsed());
            let response = match hop {
                Hop::Answer(response) => *response,
                Hop::Large(incoming) => {
                    // What others hold is no fault of this server, so waiting for it does not count, and holds up no small one.
                    turn.leave_place();
                    let held = || NetError::Held { host: url.host_str().unwrap_or_default().to_owned(), wait: body::WAIT_MAX };
                    let room = self.shared.rooms.take().await.ok_or_else(held)?;
                    timeout(left, incoming.rest(room)).await.map_err(late)??
                }
                Hop::Redirect { status, to } => {
                    permanent &= matches!(status, 301 | 308);
                    been.push(url);
                    if been.contains(&to) {
                        return Err(NetError::Loop { url: shown(&to) });
                    }
                    if been.len() > usize::from(request.redirects_max) {
                        return Err(NetError::TooManyRedirects { url: shown(&to), redirects_max: request.redirects_max });
                    }
                    url = to;
                    continue;
                }
            };
            let permanent = (permanent && !been.is_empty()).then(|| url.clone());
            return Ok(Response { url, permanent, ..response });
        }
    }

    /// The place that a body of so many bytes takes which comes another way than by [`Self::get`]; none is needed for a small one.
    ///
    /// # Errors
    /// For how long to put it off, when so much is under way that there is no place for long.
    pub(crate) async fn room_for(&self, bytes: usize) -> Result<Option<Room>, Duration> {
        self.shared.rooms.take_for(bytes).await
    }

    /// Sends a body to a receiver of the owner's choice. No redirect is followed, no turn is waited for: receivers are
    /// not publishers, and whoever delivers has a rate of its own. Of the answer, the first 64 KiB are kept.
    ///
    /// # Errors
    /// For refusals, network faults and the deadline; a status that is no success is a [`Response`].
    pub async fn post(
        &self,
        url: Url,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: Vec<u8>,
        deadline: Duration,
    ) -> Result<Response, NetError> {
        self.send(Method::POST, url, headers, body, deadline).await
    }

    /// As [`Self::post`], with any method.
    ///
    /// # Errors
    /// As [`Self::post`].
    pub async fn send(
        &self,
        method: Method,
        url: Url,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: Vec<u8>,
        deadline: Duration,
    ) -> Result<Response, NetError> {
        let credentials = Credentials::of(&url);
        let url = without_credentials(&url);
        self.check(&url)?;
        let mut fields: HeaderMap = headers.into_iter().collect();
        credentials.add(&url, &mut fields);
        let sent = async {
            let request = self.shared.http.request(method, url.clone()).headers(fields).body(body);
            let response = request.send().await.map_err(|error| NetError::of(&url, error))?;
            Incoming::new(response, &url, POST_ANSWER_BYTES_MAX, Beyond::Cut)?.all().await
        };
        timeout(deadline, sent).await.map_err(|_| NetError::Deadline { url: shown(&url), deadline })?
    }

    /// The addresses of a host that may be connected to, for what does not speak HTTP.
    ///
    /// # Errors
    /// When the host has none, or only such as are refused.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, NetError> {
        let named = format!("{host}:{port}");
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) if is_localhost(host) => vec![Ipv4Addr::LOCALHOST.into()],
            Err(_) => self.shared.lookup.lookup(host).await.map_err(|source| NetError::Lookup { host: named.clone(), source })?,
        };
        let mut refused = None;
        let mut open = Vec::new();
        for address in found {
            match self.shared.rules.forbidden(address) {
                None => open.push(SocketAddr::new(address, port)),
                Some(rule) => refused = Some(NetError::Address { url: named.clone(), address, rule }),
            }
        }
        match refused {
            Some(refused) if open.is_empty() => Err(refused),
            _ if open.is_empty() => Err(NetError::Lookup { host: named, source: std::io::ErrorKind::NotFound.into() }),
            _ => Ok(open),
        }
    }

    /// Leaves the host of the address alone for so long: requests to it end with [`NetError::Held`].
    pub fn hold_host(&self, url: &Url, wait: Duration) {
        if let Some(host) = url.host_str() {
            self.hold_name(host, wait);
        }
    }

    /// The same for a host by its name.
    pub fn hold_name(&self, host: &str, wait: Duration) {
        self.shared.hosts.hold(host, wait);
    }

    async fn turn(&self, url: &Url) -> Result<Turn, NetError> {
        let host = url.host_str().unwrap_or_default();
        self.shared.hosts.take(host).await.map_err(|Held(wait)| NetError::Held { host: host.to_owned(), wait })
    }

    /// Scheme, and the address where the host is one; names are judged by the addresses that are connected to.
    fn check(&self, url: &Url) -> Result<(), NetError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NetError::Scheme { url: shown(url), scheme: url.scheme().to_owned() });
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            // These names mean this machine, whatever a resolver says.
            Some(Host::Domain(name)) if is_localhost(name) => Ipv4Addr::LOCALHOST.into(),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        match self.shared.rules.forbidden(address) {
            Some(rule) => Err(NetError::Address { url: shown(url), address, rule }),
            None => Ok(()),
        }
    }

    async fn hop(&self, url: &Url, request: &Request, credentials: &Credentials, turn: &Turn) -> Result<Hop, NetError> {
        let mut fields: HeaderMap = request.headers.iter().cloned().collect();
        fields.insert(ACCEPT, HeaderValue::from_static(request.accept));
        credentials.add(url, &mut fields);
        // Connections that nobody waits for are kept only while there are few: each costs a file descriptor here and there.
        if !turn.is_awaited() && self.shared.hosts.recent() > self.shared.idle_max {
            fields.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let sent = self.shared.http.get(url.clone()).headers(fields).send().await;
        let response = sent.map_err(|error| NetError::of(url, error))?;
        let status = response.status().as_u16();
        if matches!(status, 301 | 302 | 303 | 307 | 308) {
            return Ok(Hop::Redirect { status, to: target(url, response.headers())? });
        }
        let mut incoming = Incoming::new(response, url, request.body_bytes_max, Beyond::Refuse)?;
        Ok(if incoming.is_large_before_its_end().await? {
            Hop::Large(Box::new(incoming))
        } else {
            Hop::Answer(Box::new(incoming.into_response()))
        })
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case("localhost"))
}

/// Where a redirect leads.
fn target(url: &Url, headers: &HeaderMap) -> Result<Url, NetError> {
    let location = headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let to = location.and_then(|location| url.join(location.trim()).ok()).ok_or_else(|| NetError::Location { url: shown(url) })?;
    let mut to = without_credentials(&to);
    to.set_fragment(None);
    Ok(to)
}

/// User name and password, and the only origin that may see them.
struct Credentials(Option<(Origin, HeaderValue)>);

impl Credentials {
    fn of(url: &Url) -> Self {
        if url.username().is_empty() && url.password().is_none() {
            return Self(None);
        }
        let plain = |text: &str| percent_decoded(text.as_bytes());
        let mut both = plain(url.username());
        both.push(b':');
        both.extend(plain(url.password().unwrap_or_default()));
        let field = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(both));
        let mut value = HeaderValue::from_str(&field).expect("base64 consists of characters that a header may hold");
        value.set_sensitive(true);
        Self(Some((url.origin(), value)))
    }

    fn add(&self, url: &Url, fields: &mut HeaderMap) {
        if let Some((origin, value)) = &self.0
            && *origin == url.origin()
        {
            fields.insert(AUTHORIZATION, value.clone());
        }
    }
}

fn percent_decoded(mut rest: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(rest.len());
    while let Some((first, after)) = rest.split_first() {
        let decoded = match (first, after) {
            (b'%', [high, low, ..]) => digit(high).zip(digit(low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        out.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    out
}

fn user_agent(contact: Option<&str>) -> Result<HeaderValue, NetError> {
    let product = concat!("wirewatch/", env!("CARGO_PKG_VERSION"));
    let text = contact.map_or_else(|| product.to_owned(), |contact| format!("{product} (+{contact})"));
    HeaderValue::from_str(&text).map_err(|_| NetError::Contact { contact: contact.unwrap_or_default().to_owned() })
}

/// Half of the files that the process may open.
fn idle_max() -> usize {
    nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE)
        .map_or(512, |(soft, _)| usize::try_from(soft / 2).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::IpAddr;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use async_trait::async_trait;

    use super::{Client, Request};
    use crate::net::error::NetError;
    use crate::net::resolve::Lookup;
    use crate::net::settings::NetSettings;

    /// Answers one address after the other, and the last again and again.
    #[derive(Debug)]
    struct Answers(Vec<Vec<IpAddr>>, AtomicUsize);

    #[async_trait]
    impl Lookup for Answers {
        async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let number = self.1.fetch_add(1, Ordering::Relaxed);
            Ok(self.0.get(number.min(self.0.len() - 1)).cloned().unwrap_or_default())
        }
    }

    /// What becomes of a request to a name that resolves so; a port on which nobody listens stands for "connected".
    async fn shown(allowed: &[&str], addresses: &str) -> String {
        let addresses = addresses.split_whitespace().map(|address| address.parse().unwrap()).collect();
        let allow_private = allowed.iter().map(|net| net.parse().unwrap()).collect();
        let settings = NetSettings { allow_private, ..NetSettings::default() };
        let client = Client::with_lookup(&settings, Arc::new(Answers(vec![addresses], AtomicUsize::new(0)))).unwrap();
        let mut request = Request::new("http://user:secret@name.example:1/".parse().unwrap());
        request.deadline = Duration::from_millis(200);
        client.get(request).await.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn a_name_is_judged_by_its_addresses() {
        for address in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "0.0.0.0"] {
            let refused = shown(&[], address).await;
            assert!(refused.contains(&format!("the address {address} is refused (")), "{refused}");
        }
        insta::assert_snapshot!(shown(&[], "10.0.0.1").await, @"http://name.example:1/: the address 10.0.0.1 is refused (private); `net.allow_private` can open it");
        insta::assert_snapshot!(shown(&["127.0.0.0/8"], "127.0.0.1").await, @"http://name.example:1/: cannot connect");
        insta::assert_snapshot!(shown(&["127.0.0.0/8"], "10.0.0.1 127.0.0.1").await, @"http://name.example:1/: cannot connect");
        insta::assert_snapshot!(shown(&[], "").await, @"http://name.example:1/: cannot resolve the host");
    }

    #[tokio::test]
    async fn the_address_that_was_judged_is_the_one_that_is_connected_to() {
        // A name that answers with another address the second time: there must be no second time.
        let lookup = Arc::new(Answers(vec![vec!["127.0.0.1".parse().unwrap()], vec!["10.0.0.1".parse().unwrap()]], AtomicUsize::new(0)));
        let settings = NetSettings { allow_private: vec!["127.0.0.0/8".parse().unwrap()], ..NetSettings::default() };
        let client = Client::with_lookup(&settings, Arc::<Answers>::clone(&lookup)).unwrap();
        let error = client.get(Request::new("http://name.example:1/".parse().unwrap())).await.unwrap_err();
        assert!(matches!(error, NetError::Connect { .. }), "{error}");
        assert_eq!(lookup.1.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_contact_that_is_no_header_is_an_error() {
        let settings = NetSettings { contact: Some("a\r\nb".to_owned()), ..NetSettings::default() };
        assert!(matches!(Client::new(&settings), Err(NetError::Contact { .. })));
    }
}
