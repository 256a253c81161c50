//! One test binary for everything that is tested from outside.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop where it stands and say what it skips")]

mod commands;
mod corpus;
mod durability;
mod faults;
mod fixtures;
mod intake;
mod kill;
mod polling;
mod reading;
mod seed;
mod service;
mod shipped;
mod support;
mod tidy;
mod unit_file;
