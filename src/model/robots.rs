//! What a host said in its `robots.txt`.

use jiff::Timestamp;

/// An answer that is kept for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsAnswer {
    /// What it allows.
    pub rules: RobotsRules,
    /// Until when it is used without asking again.
    pub until: Timestamp,
}

/// What an answer allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotsRules {
    /// Everything: there is no such file.
    Open,
    /// As the file says.
    Written(Vec<u8>),
    /// Nothing: the host could not say.
    Closed,
}
