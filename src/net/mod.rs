//! One polite HTTP client: limits per host and in all, caps, deadlines, address checks, redirects.
//!
//! *Takes:* a [`client::Request`]. *Gives:* a [`client::Response`] of any status, or a [`error::NetError`] that says why there is none.
//! *Never:* knows what a feed or an article is; sends a cookie or a referrer; asks twice; reads a proxy from the environment.

pub mod address;
pub(crate) mod body;
pub mod charset;
pub mod client;
pub mod error;
pub(crate) mod host;
pub mod process;
mod resolve;
pub mod service;
pub mod settings;
pub(crate) mod wait;
