//! Article → Extraction: who, what, about what.
//!
//! *Takes:* an [`crate::model::article::Article`] and [`lexicon::Lexicons`].
//! *Gives:* an [`crate::model::extraction::Extraction`].
//! *Next:* [`crate::watch`].
//! *Never:* fails: it finds less. Never reads a clock, a file or the network.

pub mod lexicon;
