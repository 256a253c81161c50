//! Which channel, with its settings.

use crate::deliver::console::ConsoleSettings;
use crate::deliver::journald::JournaldSettings;
use crate::deliver::log::LogSettings;
use crate::deliver::webhook::WebhookSettings;
use crate::model::id::ChannelId;

/// One channel as configured: a `[[channel]]`, or the alert log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelSettings {
    /// The alert log.
    Log(LogSettings),
    /// Text on standard output.
    Console(ConsoleSettings),
    /// The systemd journal.
    Journald(JournaldSettings),
    /// An HTTP receiver.
    Webhook(WebhookSettings),
}

impl ChannelSettings {
    /// Values of `[[channel]] type`. The alert log is there without being asked for.
    pub const TYPES: &[&str] = &["console", "journald", "webhook"];

    /// Which channel.
    pub const fn id(&self) -> &ChannelId {
        match self {
            Self::Log(settings) => &settings.id,
            Self::Console(settings) => &settings.id,
            Self::Journald(settings) => &settings.id,
            Self::Webhook(settings) => &settings.id,
        }
    }
}
