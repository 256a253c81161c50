//! Keeps what hosts say in their `robots.txt` in the store.

use std::sync::Arc;

use async_trait::async_trait;
use tracing::debug;

use crate::article::robots::RobotsKeeper;
use crate::model::robots::RobotsAnswer;
use crate::store::Store;
use crate::text::chain::chain;

/// The store as a memory of answers. A store in trouble costs a host one more question.
#[derive(Debug)]
pub struct InStore(pub Arc<dyn Store>);

#[async_trait]
impl RobotsKeeper for InStore {
    async fn find(&self, origin: &str) -> Option<RobotsAnswer> {
        let found = self.0.robots(origin).await;
        found.inspect_err(|error| debug!(error = %chain(error), "what a host allows could not be looked up")).ok().flatten()
    }

    async fn keep(&self, origin: &str, answer: RobotsAnswer) {
        if let Err(error) = self.0.keep_robots(origin, answer).await {
            debug!(error = %chain(&error), "what a host allows could not be kept");
        }
    }
}
