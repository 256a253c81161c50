//! What can go wrong in the store.

/// A fault of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The lease ran out and somebody else holds it, or has ended the work.
    #[error("the lease on {what} was lost")]
    LostLease {
        /// The thing on loan.
        what: String,
    },
}
