//! What tests talk to.

pub(crate) mod feed_server;
pub(crate) mod publisher;
