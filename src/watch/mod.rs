//! Article and extraction → matches: the watch lists and their query language.
//!
//! *Takes:* a compiled [`list::WatchList`], an [`crate::model::article::Article`] and its
//! [`crate::model::extraction::Extraction`]. *Gives:* [`crate::model::matched::Match`]es with evidence.
//! *Next:* [`crate::alert`].
//! *Never:* decides whether a match is told; reads a file or a clock.

pub mod list;
