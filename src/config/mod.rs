//! The TOML files: read, checked whole, and turned into the settings of the stages.
//!
//! *Never:* a default that belongs to a stage; those stand in the `settings.rs` beside the code that reads them.
