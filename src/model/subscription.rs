//! A wish to be told of a feed's news by its hub (WebSub).

use jiff::Timestamp;

use crate::model::id::FeedId;

/// What a feed says of its hub: the hub, and the address that the hub knows the feed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The hub.
    pub hub: String,
    /// The feed's own address.
    pub topic: String,
}

/// A subscription, asked for or confirmed.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The feed.
    pub feed: FeedId,
    /// What was offered.
    pub offer: Offer,
    /// The end of the callback's path; nobody else can guess it.
    pub token: String,
    /// Signs what the hub sends.
    pub secret: String,
    /// The hub has confirmed it, until then.
    pub confirmed_until: Option<Timestamp>,
    /// When the hub is asked, or asked again.
    pub ask_at: Timestamp,
    /// Times in a row that it did not work.
    pub failures: u32,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { feed, offer, confirmed_until, ask_at, failures, .. } = self;
        formatter
            .debug_struct("Subscription")
            .field("feed", feed)
            .field("offer", offer)
            .field("confirmed_until", confirmed_until)
            .field("ask_at", ask_at)
            .field("failures", failures)
            .finish_non_exhaustive()
    }
}

impl Subscription {
    /// Whether the hub tells of news now.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.confirmed_until.is_some_and(|until| until > now)
    }
}
