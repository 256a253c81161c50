//! What tests talk to.

pub(crate) mod feed_server;
pub(crate) mod house;
pub(crate) mod publisher;
