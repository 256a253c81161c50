//! The words by which a stored article is found again.

/// What an item holds, as words that a store can look up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// By which rules they were made; items of other versions must all be looked at.
    pub version: u32,
    /// Each once.
    pub words: Vec<String>,
}

/// What an item must hold so that a query may match it. A query needs all of it and more: an item that lacks it is no match, one
/// that has it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needed {
    /// This word.
    Word(String),
    /// A word that begins so.
    Beginning(String),
    /// All of these.
    All(Vec<Needed>),
    /// One of these; of none, nothing can match.
    Any(Vec<Needed>),
}
