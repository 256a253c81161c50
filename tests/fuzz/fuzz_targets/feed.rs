//! Anything at all read as a feed: no panic, no second spent, memory within the limit that libFuzzer holds.

#![no_main]

#[path = "../read.rs"]
mod read;

libfuzzer_sys::fuzz_target!(|data: &[u8]| read::read(data));
