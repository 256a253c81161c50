//! What the owner may set of the HTTP client.

use std::time::Duration;

use ipnet::IpNet;

use crate::net::service::Services;

/// Settings of [`crate::net`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetSettings {
    /// Private addresses that may be asked; all others are refused.
    pub allow_private: Vec<IpNet>,
    /// Address or e-mail that tells publishers who asks; goes into `User-Agent`.
    pub contact: Option<String>,
    /// Which names count as one host.
    pub services: Services,
    /// Between the starts of two requests to one host. One second is what publishers and crawlers agreed on.
    pub host_spacing: Duration,
    /// Longest time a request may queue for its host before it is sent back as [`crate::net::error::NetError::Held`].
    /// Shorter than the lease of a feed, so that the visit ends while the lease is still good.
    pub host_queue_max: Duration,
    /// Requests at the same time, in all.
    pub requests_max: usize,
}

impl Default for NetSettings {
    fn default() -> Self {
        Self {
            allow_private: Vec::new(),
            contact: None,
            services: Services::default(),
            host_spacing: Duration::from_secs(1),
            host_queue_max: Duration::from_secs(60),
            requests_max: 64,
        }
    }
}
