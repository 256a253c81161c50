//! Why there is no response.

use std::net::IpAddr;
use std::time::Duration;

use url::Url;

/// Why there is no response. Addresses are shown without user name and password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// The client itself cannot be made.
    #[error("cannot set up the HTTP client")]
    Setup(#[source] reqwest::Error),
    /// The contact cannot stand in a header.
    #[error("the contact `{contact}` cannot be sent in a header")]
    Contact {
        /// As configured.
        contact: String,
    },
    /// Only `http:` and `https:` are fetched.
    #[error("{url}: the scheme `{scheme}` is not fetched")]
    Scheme {
        /// The address.
        url: String,
        /// Its scheme.
        scheme: String,
    },
    /// The host leads to an address that may not be connected to.
    #[error("{url}: the address {address} is refused ({rule}); `net.allow_private` can open it")]
    Address {
        /// What was asked for.
        url: String,
        /// Where it leads.
        address: IpAddr,
        /// The rule that forbids it.
        rule: &'static str,
    },
    /// The host has no address.
    #[error("{url}: cannot resolve the host")]
    Resolve {
        /// What was asked for.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The host of a receiver that does not speak HTTP has no address.
    #[error("{host}: cannot resolve the host")]
    Lookup {
        /// Host and port.
        host: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// No connection, or no secure one.
    #[error("{url}: cannot connect")]
    Connect {
        /// What was asked for.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The connection broke, or what came over it is no HTTP.
    #[error("{url}: cannot read the answer")]
    Broken {
        /// What was asked for.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// It took too long.
    #[error("{url}: no complete answer within {deadline:?}")]
    Deadline {
        /// What was asked for.
        url: String,
        /// The time it had.
        deadline: Duration,
    },
    /// The body is longer than the cap, counted after decompression.
    #[error("{url}: the body is too large, more than {body_bytes_max} bytes")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// The cap.
        body_bytes_max: usize,
    },
    /// The body is packed in a way that was not asked for and is not known here.
    #[error("{url}: the body is packed as `{coding}`, which was not offered")]
    Coding {
        /// What was asked for.
        url: String,
        /// The content coding, as the server names it.
        coding: String,
    },
    /// A redirect without an address that can be read.
    #[error("{url}: redirects to nowhere")]
    Location {
        /// What was asked for.
        url: String,
    },
    /// A redirect leads back to where it came from.
    #[error("{url}: redirects in a loop")]
    Loop {
        /// The address that came again.
        url: String,
    },
    /// One redirect after the other.
    #[error("{url}: more than {redirects_max} redirects")]
    TooManyRedirects {
        /// The last address.
        url: String,
        /// The limit.
        redirects_max: u8,
    },
    /// The host has to be left alone for now. Nothing was sent.
    #[error("{host} has to be left alone for {wait:?}")]
    Held {
        /// The host.
        host: String,
        /// From now on.
        wait: Duration,
    },
}

impl NetError {
    /// Whether the same request may work later without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Resolve { .. }
            | Self::Lookup { .. }
            | Self::Connect { .. }
            | Self::Broken { .. }
            | Self::Deadline { .. }
            | Self::Held { .. } => true,
            Self::Setup(_)
            | Self::Contact { .. }
            | Self::Scheme { .. }
            | Self::Address { .. }
            | Self::Coding { .. }
            | Self::TooLarge { .. }
            | Self::Location { .. }
            | Self::Loop { .. }
            | Self::TooManyRedirects { .. } => false,
        }
    }

    /// Sorts out what the HTTP library says.
    pub(crate) fn of(url: &Url, error: reqwest::Error) -> Self {
        let shown = shown(url);
        let source = error.without_url();
        if let Some(forbidden) = cause::<crate::net::resolve::Forbidden>(&source) {
            return Self::Address { url: shown, address: forbidden.address, rule: forbidden.rule };
        }
        if source.is_dns() {
            Self::Resolve { url: shown, source }
        } else if source.is_connect() {
            Self::Connect { url: shown, source }
        } else {
            Self::Broken { url: shown, source }
        }
    }
}

/// The first cause of this type.
fn cause<T: std::error::Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The address as it may be shown: without user name and password.
///
/// ```
/// let url = url::Url::parse("https://user:p%40ss@example.org/feed?a=1").unwrap();
/// assert_eq!(wirewatch::net::error::shown(&url), "https://example.org/feed?a=1");
/// ```
pub fn shown(url: &Url) -> String {
    without_credentials(url).into()
}

/// The address without user name and password.
pub(crate) fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    if url.has_authority() && (!url.username().is_empty() || url.password().is_some()) {
        // These fail only for addresses without a host, which have no credentials.
        if url.set_username("").is_err() || url.set_password(None).is_err() {
            url.set_path("");
        }
    }
    url
}
