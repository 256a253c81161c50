//! Text primitives: tokens, folding, sentences, HTML. Offsets are kept through all of them.
//!
//! *Never:* a language's words, a name, a rule about news.

pub mod fold;
pub mod html;
pub mod markup;
pub mod points;
pub mod sentence;
pub mod stem;
pub mod token;
