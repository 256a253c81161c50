//! wirewatch: a streaming news-feed monitor that tells who said what about what.
//!
//! This page is the architecture of the program. The user's side is the README; the pages of the
//! [query language](crate::watch), the [configuration](crate::config) and the [item record](crate::extract::record) stand
//! beside the code they describe.
//!
//! # The way of a datum
//!
//! ```text
//! Feed ─poll→ Entry ─article→ Article ─extract→ Extraction ─watch→ Match ─alert→ Alert ─deliver→ Delivery
//! ```
//!
//! `src` has a folder for each arrow, named for what it does; [`model`] has a file for each noun, named for what it is.
//!
//! | folder | takes | gives |
//! |---|---|---|
//! | [`poll`] | a [`Feed`](model::feed::Feed) and what is remembered of it | [`Entry`](model::entry::Entry)s, problems, the next visit |
//! | [`article`] | an entry | an [`Article`](model::article::Article): the best text there is, and where it came from |
//! | [`extract`] | an article and the lexicons | an [`Extraction`](model::extraction::Extraction): actors, quotes, citations, stances, dates |
//! | [`watch`] | article, extraction and the watch lists | [`Match`](model::matched::Match)es with evidence |
//! | [`alert`] | matches and what was told before | [`Decision`](model::alert::Decision)s with their reason |
//! | [`deliver`] | [`Delivery`](model::delivery::Delivery)s | what became of them, channel by channel |
//! | [`store`] | what each of these leaves behind | it again, on loan, after any kind of stop |
//!
//! The product in one function is [`pipeline::worker`]: read, extract, evaluate, decide, keep.
//!
//! # Who may know whom
//!
//! A module imports only groups to its left; a test (`tests/it/tidy.rs`) holds it.
//!
//! `model` · `text net problem clock` · `poll article extract watch alert deliver store` · `config` · `pipeline` · `daemon` · `cli`
//!
//! So a stage never names another stage, the store or the configuration: values go in, values come out. [`pipeline`] is the
//! one place that joins them. [`model`], [`text`], [`extract`], [`watch`] and [`alert`] are pure: the same input gives the same
//! output, and time, lexicons and limits come in as arguments.
//!
//! # What must never happen, and why it cannot
//!
//! * *A match is lost.* An entry is marked as seen in the same transaction that makes it work to do; the work ends only in
//!   the transaction that holds its item, its alerts and their deliveries; a delivery ends only when its channel has it.
//!   Between these there is no queue in memory. After any stop, what was not committed happens again.
//! * *Something is told twice.* An alert's identity is made from watch and article, and the store refuses a second one. Every
//!   attempt of a delivery carries the same identity and the same bytes; the alert log looks for the identity before it writes.
//! * *Two processes work on one state.* The state folder is locked; every lease has a generation, and a late writer is refused.
//! * *One bad thing costs another.* A broken entry costs itself, a broken page its text, a slow channel its own alerts, a
//!   panic in a library the article at hand.
//!
//! # Threads
//!
//! One scheduler task visits feeds, one task reads entries, one task a channel delivers; where hubs are configured, one listens
//! to them. What computes (reading a page,
//! extracting, matching) runs off the async threads, as many at a time as there are cores. The store has one writer thread that
//! commits what waits in one transaction.

pub mod model;

pub mod clock;
pub mod net;
pub mod problem;
pub mod text;

pub mod poll;

pub mod article;

pub mod extract;

pub mod watch;

pub mod alert;

pub mod deliver;

pub mod store;

pub mod config;

pub mod pipeline;

pub mod daemon;

pub mod cli;
