//! Which channel, with its settings.

use std::time::Duration;

use url::Url;

use crate::deliver::apprise::Apprise;
use crate::deliver::command::CommandSettings;
use crate::deliver::console::ConsoleSettings;
use crate::deliver::discord::Discord;
use crate::deliver::error::DeliverError;
use crate::deliver::feed_file::FeedFileSettings;
use crate::deliver::gotify::Gotify;
use crate::deliver::journald::JournaldSettings;
use crate::deliver::log::LogSettings;
use crate::deliver::mail::MailSettings;
use crate::deliver::matrix::Matrix;
use crate::deliver::mattermost::Mattermost;
use crate::deliver::ntfy::Ntfy;
use crate::deliver::pace::Rate;
use crate::deliver::post::Service;
use crate::deliver::pushover::Pushover;
use crate::deliver::slack::Slack;
use crate::deliver::teams::Teams;
use crate::deliver::telegram::Telegram;
use crate::deliver::template::Templates;
use crate::deliver::webhook::{Webhook, WebhookService};
use crate::model::id::ChannelId;

/// For one attempt, where nothing else is said. A receiver that needs longer should take the alert first and work on it later.
pub const DEADLINE: Duration = Duration::from_secs(15);

/// One channel as configured: a `[[channel]]`, or the alert log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelSettings {
    /// The alert log.
    Log(LogSettings),
    /// Text on standard output.
    Console(ConsoleSettings),
    /// The systemd journal.
    Journald(JournaldSettings),
    /// Mail.
    Mail(Basics, MailSettings),
    /// A program.
    Command(Basics, CommandSettings),
    /// A file that feed readers read.
    FeedFile(Basics, FeedFileSettings),
    /// A service that takes messages over HTTP.
    Service(Basics, ServiceSettings),
}

/// What is said of every channel that sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basics {
    /// The channel.
    pub id: ChannelId,
    /// How often it may be used.
    pub rates: Vec<Rate>,
    /// For one attempt.
    pub deadline: Duration,
    /// The owner's templates.
    pub templates: Templates,
}

impl Basics {
    /// With what holds where nothing is said.
    pub fn new(id: impl Into<ChannelId>) -> Self {
        Self { id: id.into(), rates: Vec::new(), deadline: DEADLINE, templates: Templates::default() }
    }
}

/// A service that takes messages over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named for the service")]
pub enum ServiceSettings {
    Webhook(Webhook),
    Slack(Slack),
    Discord(Discord),
    Mattermost(Mattermost),
    Teams(Teams),
    Telegram(Telegram),
    Matrix(Matrix),
    Ntfy(Ntfy),
    Gotify(Gotify),
    Pushover(Pushover),
    Apprise(Apprise),
}

impl ServiceSettings {
    pub(super) fn service(&self, channel: &ChannelId) -> Result<Box<dyn Service>, DeliverError> {
        Ok(match self {
            Self::Webhook(settings) => Box::new(WebhookService::new(settings, channel)?),
            Self::Slack(service) => Box::new(service.clone()),
            Self::Discord(service) => Box::new(service.clone()),
            Self::Mattermost(service) => Box::new(service.clone()),
            Self::Teams(service) => Box::new(service.clone()),
            Self::Telegram(service) => Box::new(service.clone()),
            Self::Matrix(service) => Box::new(service.clone()),
            Self::Ntfy(service) => Box::new(service.clone()),
            Self::Gotify(service) => Box::new(service.clone()),
            Self::Pushover(service) => Box::new(service.clone()),
            Self::Apprise(service) => Box::new(service.clone()),
        })
    }

    /// How often the service may be asked by its own word.
    pub const fn rates(&self) -> &'static [Rate] {
        match self {
            Self::Slack(_) => Slack::RATES,
            Self::Discord(_) => Discord::RATES,
            Self::Mattermost(_) => Mattermost::RATES,
            Self::Teams(_) => Teams::RATES,
            Self::Telegram(_) => Telegram::RATES,
            Self::Matrix(_) => Matrix::RATES,
            Self::Ntfy(_) => Ntfy::RATES,
            Self::Pushover(_) => Pushover::RATES,
            Self::Webhook(_) | Self::Gotify(_) | Self::Apprise(_) => &[],
        }
    }
}

impl ChannelSettings {
    /// Values of `[[channel]] type`. The alert log is there without being asked for.
    pub const TYPES: &[&str] = &[
        "console",
        "journald",
        "webhook",
        "mail",
        "slack",
        "discord",
        "mattermost",
        "teams",
        "telegram",
        "matrix",
        "ntfy",
        "gotify",
        "pushover",
        "apprise",
        "exec",
        "feed",
    ];

    /// An unsigned webhook.
    pub fn webhook(id: impl Into<ChannelId>, url: Url) -> Self {
        Self::Service(Basics::new(id), ServiceSettings::Webhook(Webhook::new(url)))
    }

    /// Which channel.
    pub const fn id(&self) -> &ChannelId {
        match self {
            Self::Log(settings) => &settings.id,
            Self::Console(settings) => &settings.id,
            Self::Journald(settings) => &settings.id,
            Self::Mail(basics, _) | Self::Command(basics, _) | Self::FeedFile(basics, _) | Self::Service(basics, _) => &basics.id,
        }
    }
}
