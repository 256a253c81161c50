//! One alert on its way through one channel.

use jiff::Timestamp;

use crate::model::id::{AlertId, ChannelId};

/// One alert on its way through one channel.
///
/// The body is fixed when the alert is raised: every repeat carries the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The alert.
    pub alert: AlertId,
    /// The channel.
    pub channel: ChannelId,
    /// The alert record as JSON, one line, without the line feed.
    pub body: String,
    /// Attempts made before this one.
    pub attempt: u32,
    /// When the alert was raised.
    pub raised: Timestamp,
}
