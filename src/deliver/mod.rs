//! Alert → Delivery: one file for each channel.
//!
//! *Takes:* deliveries on loan from the store. *Gives:* what became of them.
//! *Next:* nothing; the store notes the outcome, and [`retry`] says when the next attempt is due.
//! *Never:* decides what is told; changes a body; tries a delivery anew by itself.
//!
//! A service that takes messages over HTTP is one file that makes a request of an alert and says what an answer means; `post` does
//! the rest for all of them. Messages for people are written by templates, built in or the owner's ([`template`]), in which
//! whatever comes from an alert is kept from meaning anything.

pub mod apprise;
pub mod command;
pub mod console;
pub mod discord;
pub mod error;
pub mod feed_file;
pub mod gotify;
pub mod journald;
pub mod log;
pub mod mail;
pub mod matrix;
pub mod mattermost;
pub mod ntfy;
pub mod pace;
pub mod pushover;
pub mod retry;
pub mod secret;
pub mod settings;
pub mod slack;
pub mod teams;
pub mod telegram;
pub mod template;
pub mod webhook;

mod compose;
mod format;
mod post;
mod tail;
mod view;

#[cfg(test)]
mod receiver;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::tz::TimeZone;

use crate::clock::Clock;
use crate::deliver::error::DeliverError;
use crate::deliver::pace::Rate;
use crate::deliver::settings::ChannelSettings;
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::net::client::Client;

/// A way out of the program.
#[async_trait]
pub trait Channel: fmt::Debug + Send {
    /// Which one, as named in `[[channel]] id`.
    fn id(&self) -> &ChannelId;

    /// At most so many deliveries at a call.
    fn batch_max(&self) -> usize;

    /// How often the receiver may be asked. Whoever calls keeps to it.
    fn rates(&self) -> &[Rate] {
        &[]
    }

    /// After how many attempts a delivery is given up; `None` where it never is, because the channel cannot fail for one
    /// delivery alone.
    fn attempts_max(&self) -> Option<u32> {
        Some(retry::ATTEMPTS_MAX)
    }

    /// Sends a batch and tells of each delivery, in the same order, what became of it. Those at the end that it tells nothing of
    /// were not tried: after [`Outcome::Away`] there is nothing to be gained by trying the rest.
    ///
    /// Dropping the future leaves every delivery of the batch in doubt: it may have arrived, and is to be sent again.
    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome>;

    /// What would be sent, as text and without secrets; nothing is sent.
    fn preview(&self, delivery: &Delivery) -> String {
        format!("{}\n", delivery.body)
    }

    /// Whether [`Channel::deliver`] may be dropped before its end, when the program stops or takes a new configuration.
    fn may_be_left(&self) -> bool {
        true
    }

    /// Takes up again what may have been replaced from outside, such as a file that was rotated.
    fn reopen(&mut self) {}
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Received.
    Delivered,
    /// Not received now, for a reason of this alert alone; it may be later. Others go on meanwhile.
    Retry {
        /// The receiver's own wish for how long to wait.
        after: Option<Duration>,
        /// What went wrong, without secrets.
        error: String,
    },
    /// The receiver takes nothing now, whichever alert it is: all wait, and keep their order.
    Away {
        /// The receiver's own wish for how long to wait.
        after: Option<Duration>,
        /// What went wrong, without secrets.
        error: String,
    },
    /// Never to be received: trying again is of no use.
    Refused {
        /// What went wrong, without secrets.
        error: String,
    },
}

/// What channels need of the world around them.
#[derive(Debug, Clone)]
pub struct Means {
    /// For what goes over the network.
    pub client: Client,
    /// Tells the time of an attempt.
    pub clock: Arc<dyn Clock>,
    /// Makes readable text of one alert record, with times of the zone.
    pub render: fn(record: &str, zone: &TimeZone) -> String,
    /// In which messages show times.
    pub zone: TimeZone,
}

/// Opens a channel. Reads files, so it is for the start of the program and not for an async task that others wait for.
///
/// # Errors
/// When the channel cannot work as configured: a log that cannot be opened, a secret that is none.
pub fn open(settings: &ChannelSettings, means: &Means) -> Result<Box<dyn Channel>, DeliverError> {
    Ok(match settings {
        ChannelSettings::Log(settings) => Box::new(log::LogChannel::open(settings)?),
        ChannelSettings::Console(settings) => Box::new(console::ConsoleChannel::open(settings, means)),
        ChannelSettings::Journald(settings) => Box::new(journald::JournaldChannel::open(settings)),
        ChannelSettings::Mail(basics, settings) => Box::new(mail::MailChannel::open(basics, settings, means)),
        ChannelSettings::Command(basics, settings) => Box::new(command::CommandChannel::open(basics, settings)),
        ChannelSettings::FeedFile(basics, settings) => Box::new(feed_file::FeedFileChannel::open(basics, settings, &means.zone)),
        ChannelSettings::Service(basics, settings) => Box::new(post::PostChannel::new(basics, settings.service(&basics.id)?, means)),
    })
}
