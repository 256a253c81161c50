//! Feed → Visit: asks one feed politely and reads what it lists.
//!
//! *Takes:* a [`crate::model::feed::Feed`], its [`crate::model::feed::FeedState`], the polite client, now.
//! *Gives:* a visit: entries, problems, and the state from now on.
//! *Next:* the entries go to [`crate::article`], through the store.
//! *Never:* decides which entries are new; writes anything.
//!
#![doc = include_str!("reading.md")]

mod command;
pub mod date;
pub mod discover;
pub mod document;
pub mod error;
pub mod fresh;
pub mod health;
pub mod identity;
mod json;
pub mod parse;
pub mod push;
mod read;
pub mod record;
mod safe;
pub mod schedule;
pub mod settings;
mod survey;
pub mod uplink;
mod visit;
mod wellformed;
pub(crate) mod xml;

pub use crate::poll::error::PollError;
pub use crate::poll::parse::{EntryProblem, FeedAbout};
pub(crate) use crate::poll::visit::pushed;
pub use crate::poll::visit::{Listing, Outcome, Unchanged, Visit, offline, remember_hold, visit};
