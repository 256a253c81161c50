//! What can go wrong with an alert record.

/// An alert record that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AlertError {
    /// The line is no alert record.
    #[error("alert record is not readable")]
    Unreadable(#[source] serde_json::Error),
    /// A record of another kind or a later version.
    #[error("alert record has the schema `{0}`, not `wirewatch.alert/1`")]
    Schema(String),
}
