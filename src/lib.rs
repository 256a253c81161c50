//! wirewatch: a streaming news-feed monitor that tells who said what about what.
//!
//! # The way of a datum
//!
//! ```text
//! Feed ─poll→ Entry ─article→ Article ─extract→ Extraction ─watch→ Match ─alert→ Alert ─deliver→ Delivery
//! ```

pub mod model;

pub mod clock;
pub mod net;
pub mod problem;
pub mod text;

pub mod alert;
pub mod article;
pub mod deliver;
pub mod extract;
pub mod poll;
pub mod store;
pub mod watch;

pub mod config;
pub mod pipeline;

pub mod daemon;

pub mod cli;
