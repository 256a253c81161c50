//! The one place that joins stages and store.
