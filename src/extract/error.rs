//! What can go wrong with an item record that is read back.

/// An item record that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The line is no item record.
    #[error("item record is not readable")]
    Unreadable(#[source] serde_json::Error),
    /// A record of another kind or a later version.
    #[error("item record has the schema `{0}`, not `wirewatch.item/1`")]
    Schema(String),
    /// Its identity is none.
    #[error("item record has the identity `{0}`, which is not 32 hexadecimal digits")]
    Identity(String),
}
