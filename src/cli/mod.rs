//! Arguments, then one file for each command.
//!
//! Standard output is data, standard error is for people. Exit codes: 0 done, 1 failed while running, 2 wrong arguments,
//! 78 wrong configuration.

pub mod args;
