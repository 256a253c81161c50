//! Trouble of feeds, channels, watches, store and network → notices for the operator.
//!
//! What is told of a feed is committed with the visit that showed it. Whoever watches another subject calls [`see`].

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use crate::alert::health::{Words, alert, judge};
use crate::alert::record::AlertRecord;
use crate::model::alert::Reason;
use crate::model::feed::{Feed, FeedSource, FeedState};
use crate::model::health::{Change, Notice, Seen, Subject, Told, Trouble};
use crate::net::error::shown;
use crate::pipeline::keep::keep;
use crate::pipeline::{Gate, Setup, Shared};
use crate::poll::health::{failing, gone, silent};
use crate::store::error::StoreError;
use crate::store::{NewAlert, NewNotice, When};
use crate::text::chain::chain;

/// How long the network must be away before the owner is told; the log says it at once.
const OUTAGE_MIN: Duration = Duration::from_secs(5 * 60);

/// A notice with its alert and record, for the operator's channels.
pub fn told(setup: &Setup, notice: Notice, words: Words) -> NewNotice {
    let alert = alert(&notice, words, &setup.config.operator);
    let body = AlertRecord::from(&alert).to_line();
    NewNotice { notice, alert: NewAlert { alert, body } }
}

/// Says what is seen of a subject that is no feed: the owner is told once when it has been in trouble for `patience`, and
/// once when that is over. Costs one look into the store, so call it when something may have changed.
///
/// # Errors
/// When the store refuses for good, or the loop must stop.
pub async fn see(
    shared: &Shared,
    gate: &Gate,
    subject: &Subject,
    trouble: Trouble,
    seen: Seen,
    patience: Duration,
    words: impl FnOnce(&Notice) -> Words,
) -> Result<Option<Change>, StoreError> {
    let before = keep(&shared.trouble, gate, || shared.store.told()).await?;
    let Some(notice) = judge(subject, trouble, &before, seen, patience, shared.clock.now()) else { return Ok(None) };
    let words = words(&notice);
    let change = notice.change;
    tell(shared, gate, vec![told(&shared.setup.load(), notice, words)]).await?;
    Ok(Some(change))
}

/// Tells notices that were judged already.
async fn tell(shared: &Shared, gate: &Gate, notices: Vec<NewNotice>) -> Result<(), StoreError> {
    let raised = keep(&shared.trouble, gate, || shared.store.tell(notices.clone())).await?;
    noted(shared, raised.len());
    for notice in notices.iter().filter(|notice| raised.contains(&notice.alert.alert.id)) {
        log(notice);
    }
    Ok(())
}

/// Counts notices that were told, and calls the channels.
pub(crate) fn noted(shared: &Shared, told: usize) {
    if told > 0 {
        shared.stats.notices_told_total.add(told);
        shared.wakes.deliveries.notify_waiters();
    }
}

fn log(notice: &NewNotice) {
    let alert = &notice.alert.alert;
    info!(alert = %alert.id, subject = %notice.notice.told.subject, reason = alert.reason.as_str(), "operator told");
}

/// What the owner is told of a feed after a visit. Whether it is silent or has news is known only to the commit.
pub(crate) fn after_visit(setup: &Setup, feed: &Feed, state: &FeedState, before: &[Told], now: Timestamp) -> Vec<(When, NewNotice)> {
    let subject = Subject::Feed(feed.id.clone());
    let patience = setup.config.operator.failing_after;
    let judged = [
        (When::Always, judge(&subject, Trouble::Failing, before, failing(state), patience, now)),
        (When::Always, judge(&subject, Trouble::Gone, before, gone(state), Duration::ZERO, now)),
        (When::NoNews, judge(&subject, Trouble::Silent, before, silent(state, now), Duration::ZERO, now)),
        (When::News, judge(&subject, Trouble::Silent, before, Seen::Well, Duration::ZERO, now)),
    ];
    let judged = judged.into_iter().filter_map(|(when, notice)| Some((when, notice?)));
    judged.map(|(when, notice)| (when, told(setup, notice.clone(), of_feed(&notice, feed, state)))).collect()
}

/// Tells of feeds that have failed for so long but are not due yet: back-off makes their visits rare.
///
/// # Errors
/// When the store refuses for good, or the loop must stop.
pub(crate) async fn tell_of_failing_feeds(shared: &Shared, gate: &Gate) -> Result<(), StoreError> {
    let setup = shared.setup.load_full();
    let now = shared.clock.now();
    let patience = setup.config.operator.failing_after;
    let since = SignedDuration::try_from(patience).ok().and_then(|patience| now.checked_sub(patience).ok()).unwrap_or(Timestamp::MIN);
    let failing_feeds = keep(&shared.trouble, gate, || shared.store.feeds_failing(since)).await?;
    let judged = failing_feeds.iter().filter_map(|(id, state)| {
        let (feed, _) = setup.feed(id)?;
        let notice = judge(&Subject::Feed(id.clone()), Trouble::Failing, &[], failing(state), patience, now)?;
        let words = of_feed(&notice, feed, state);
        Some(told(&setup, notice, words))
    });
    let notices: Vec<_> = judged.collect();
    if notices.is_empty() { Ok(()) } else { tell(shared, gate, notices).await }
}

/// Says that the network is lost, or back.
pub(crate) async fn network(shared: &Shared, gate: &Gate, seen: Seen) {
    let words = |notice: &Notice| match notice.change {
        Change::Begins => Words {
            title: format!("No host can be reached since {}", minute(notice.told.since)),
            detail: "all hosts that were tried failed; no feed is blamed for it".to_owned(),
            ..Words::default()
        },
        Change::Ends => Words {
            title: "Hosts can be reached again".to_owned(),
            detail: format!("none could since {}", minute(notice.told.since)),
            ..Words::default()
        },
    };
    if let Err(error) = see(shared, gate, &Subject::Network, Trouble::Failing, seen, OUTAGE_MIN, words).await {
        warn!(error = %chain(&error), "the operator could not be told of the network");
    }
}

/// The words of a notice on a feed.
fn of_feed(notice: &Notice, feed: &Feed, state: &FeedState) -> Words {
    let (id, since) = (&feed.id, minute(notice.told.since));
    let (title, detail) = match Reason::Health(notice.told.trouble, notice.change) {
        Reason::Health(Trouble::Failing, Change::Begins) => {
            (format!("Feed {id} has failed since {since}"), state.last_error.clone().unwrap_or_default())
        }
        Reason::Health(Trouble::Gone, Change::Begins) => {
            (format!("Feed {id} is gone for good"), format!("its server said 410; `wirewatch feeds resume {id}` asks it again"))
        }
        Reason::Health(_, Change::Begins) => {
            let usual = state.rhythm.usual.map(|gap| format!("it usually brings something every {}", humantime::format_duration(gap)));
            (format!("Feed {id} has brought nothing new since {since}"), usual.unwrap_or_default())
        }
        Reason::Health(Trouble::Silent, Change::Ends) => (format!("Feed {id} has news again"), format!("it had none since {since}")),
        _ => (format!("Feed {id} can be read again"), format!("it could not since {since}")),
    };
    let url = match &feed.source {
        FeedSource::Http(url) => Some(shown(url)),
        FeedSource::File(_) | FeedSource::Command(_) => None,
    };
    Words { title, detail, url, outlet: feed.outlet.clone().or_else(|| state.title.clone()) }
}

/// A moment as people read it.
pub(crate) fn minute(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests;
