//! Subscriptions at hubs.

use rusqlite::{Connection, params};

use crate::model::id::FeedId;
use crate::model::subscription::{Offer, Subscription};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{nanos, time};

/// See [`crate::store::Store::subscriptions`].
pub(super) fn all(connection: &Connection) -> Result<Vec<Subscription>, Fault> {
    let mut all = connection
        .prepare_cached("SELECT feed, hub, topic, token, secret, confirmed_until, ask_at, failures FROM subscription ORDER BY feed")?;
    let all = all.query_map([], |row| {
        Ok(Subscription {
            feed: FeedId::from(row.get::<_, String>(0)?),
            offer: Offer { hub: row.get(1)?, topic: row.get(2)? },
            token: row.get(3)?,
            secret: row.get(4)?,
            confirmed_until: row.get::<_, Option<i64>>(5)?.map(time),
            ask_at: time(row.get(6)?),
            failures: row.get(7)?,
        })
    })?;
    Ok(all.collect::<rusqlite::Result<_>>()?)
}

/// See [`crate::store::Store::keep_subscription`].
pub(super) fn keep(connection: &Connection, subscription: &Subscription) -> Result<(), Fault> {
    let Subscription { feed, offer, token, secret, confirmed_until, ask_at, failures } = subscription;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO subscription (feed, hub, topic, token, secret, confirmed_until, ask_at, failures) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![feed.as_str(), offer.hub, offer.topic, token, secret, confirmed_until.map(nanos), nanos(*ask_at), failures])?;
    Ok(())
}

/// See [`crate::store::Store::end_subscription`].
pub(super) fn end(connection: &Connection, feed: &FeedId) -> Result<(), Fault> {
    connection.prepare_cached("DELETE FROM subscription WHERE feed = ?1")?.execute([feed.as_str()])?;
    Ok(())
}
