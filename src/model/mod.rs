//! Plain data that crosses an arrow of the way of a datum, one file per noun.
//!
//! *Never:* behaviour beyond constructors and look-ups, serialisation (see the `record.rs` files), input or output.

pub mod alert;
pub mod article;
pub mod delivery;
pub mod entry;
pub mod extraction;
pub mod feed;
pub mod health;
pub mod id;
pub mod matched;
pub mod robots;
pub mod silence;
pub mod span;
pub mod subscription;
pub mod terms;
