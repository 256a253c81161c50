//! Matches → decisions: what is told, and why.
//!
//! *Takes:* matches, the story of the item and what was told of it, silences, rules, now. *Gives:* [`crate::model::alert::Decision`]s and their records.
//! *Next:* [`crate::deliver`], through the store.
//! *Never:* reads a clock; sends anything.

pub mod digest;
pub mod error;
pub mod health;
pub mod record;
pub mod render;
pub mod rhythm;
pub mod rules;
pub mod story;

mod decide;
#[cfg(test)]
mod tests;

pub use decide::{Single, Situation, Told, alert_id, decide};
