//! Text primitives: tokens, folding, sentences, HTML, whose offsets are kept; addresses, error chains and what is safe to show.
//!
//! *Never:* a language's words, a name, a rule about news.

pub mod chain;
pub(crate) mod endings;
pub mod fold;
pub(crate) mod hash;
pub mod html;
pub(crate) mod keys;
pub mod link;
pub mod markup;
pub mod points;
pub mod safe;
pub mod sentence;
pub mod stem;
pub mod token;
