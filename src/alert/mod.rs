//! Matches → decisions: what is told, and why.
//!
//! *Takes:* matches, the alerts that were raised before, now. *Gives:* [`crate::model::alert::Decision`]s and their records.
//! *Next:* [`crate::deliver`], through the store.
//! *Never:* reads a clock; sends anything.

pub mod error;
pub mod health;
pub mod record;
pub mod render;
pub mod story;

mod decide;
#[cfg(test)]
mod tests;

pub use decide::{alert_id, decide};
