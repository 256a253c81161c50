//! What hosts allow in their `robots.txt`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use texting_robots::Robot;
use url::Url;

use crate::model::robots::{RobotsAnswer, RobotsRules};
use crate::net::client::{Client, Request};
use crate::net::error::NetError;

/// How long an answer is used.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long it is not asked again after a failure.
const KEPT_FAILURE: SignedDuration = SignedDuration::from_mins(30);
/// What lies beyond is not read; crawlers agreed on 500 KiB.
const BYTES_MAX: usize = 500 * 1024;
/// Hosts remembered; beyond, the oldest are forgotten.
const HOSTS_MAX: usize = 10_000;

/// The rules of hosts, as last read. Clones share what they remember.
#[derive(Clone, Default)]
pub struct RobotsMemory {
    hosts: Arc<Mutex<HashMap<String, Arc<Host>>>>,
    keeper: Option<Arc<dyn RobotsKeeper>>,
}

/// Keeps answers over a restart. What it cannot keep or find is asked for again.
#[async_trait]
pub trait RobotsKeeper: std::fmt::Debug + Send + Sync {
    /// The answer from this address, however old.
    async fn find(&self, origin: &str) -> Option<RobotsAnswer>;
    /// Keeps an answer in place of the one before.
    async fn keep(&self, origin: &str, answer: RobotsAnswer);
}

/// What is known of one host. Who wants to know while the host is asked waits for the one answer.
type Host = tokio::sync::Mutex<Option<Remembered>>;

impl std::fmt::Debug for RobotsMemory {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("RobotsMemory").field(&self.lock().len()).finish()
    }
}

/// Whether a page may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It may.
    Granted,
    /// It may not.
    Refused,
    /// The host has to be left alone so long, and its rules are not known.
    NotAsked(Duration),
}

struct Remembered {
    rules: Rules,
    until: Timestamp,
}

enum Rules {
    /// Everything is allowed: there is no `robots.txt`.
    Open,
    /// As written.
    Written(Box<Robot>),
    /// Nothing is allowed: the host could not say.
    Closed,
}

impl Rules {
    /// Of an answer. A file that makes no sense forbids nothing.
    fn of(rules: &RobotsRules, product: &str) -> Self {
        match rules {
            RobotsRules::Open => Self::Open,
            RobotsRules::Written(text) => Robot::new(product, text).map_or(Self::Open, |robot| Self::Written(Box::new(robot))),
            RobotsRules::Closed => Self::Closed,
        }
    }

    fn allow(&self, url: &Url) -> bool {
        match self {
            Self::Open => true,
            Self::Written(robot) => robot.allowed(url.as_str()),
            Self::Closed => false,
        }
    }
}

impl RobotsMemory {
    /// One that keeps what it learns.
    pub fn kept_by(keeper: Arc<dyn RobotsKeeper>) -> Self {
        Self { hosts: Arc::default(), keeper: Some(keeper) }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Host>>> {
        // What is remembered is whole after every step, also when a thread died.
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `product` may fetch the page. Asks the host when nothing fresh is known.
    ///
    /// A host without the file (any 4xx) allows everything. One that fails (5xx, no connection) allows nothing, unless an older
    /// answer is known.
    pub async fn allows(&self, client: &Client, product: &str, url: &Url, now: Timestamp, deadline: Duration) -> Permission {
        let permission = |rules: &Rules| if rules.allow(url) { Permission::Granted } else { Permission::Refused };
        let Ok(origin) = url.join("/robots.txt") else { return Permission::Refused };
        let key = origin.to_string();
        let host = self.host(key.clone());
        let mut known = host.lock().await;
        if known.is_none()
            && let Some(keeper) = &self.keeper
        {
            let kept = keeper.find(&key).await;
            *known = kept.map(|kept| Remembered { rules: Rules::of(&kept.rules, product), until: kept.until });
        }
        if let Some(known) = known.as_ref().filter(|known| now < known.until) {
            return permission(&known.rules);
        }
        let read = match read(client, origin, deadline).await {
            Ok(read) => read,
            // It was not asked, so nothing is known of it that was not known before.
            Err(wait) => return Permission::NotAsked(wait),
        };
        let until = |kept: SignedDuration| now.checked_add(kept).unwrap_or(Timestamp::MAX);
        let learnt = match (read, known.take()) {
            // The last answer holds, but the file of the host is not changed by what could not be read of it.
            (None, Some(before)) => Remembered { until: until(KEPT_FAILURE), ..before },
            (read, _) => {
                let until = until(if read.is_some() { KEPT } else { KEPT_FAILURE });
                let answer = RobotsAnswer { rules: read.unwrap_or(RobotsRules::Closed), until };
                let rules = Rules::of(&answer.rules, product);
                if let Some(keeper) = &self.keeper {
                    keeper.keep(&key, answer).await;
                }
                Remembered { rules, until }
            }
        };
        let answer = permission(&learnt.rules);
        *known = Some(learnt);
        answer
    }

    fn host(&self, key: String) -> Arc<Host> {
        let mut hosts = self.lock();
        if hosts.len() >= HOSTS_MAX && !hosts.contains_key(&key) {
            // One that is asked just now counts as the newest.
            let until = |host: &Arc<Host>| {
                host.try_lock().map_or(Timestamp::MAX, |known| known.as_ref().map_or(Timestamp::MIN, |known| known.until))
            };
            if let Some(oldest) = hosts.iter().min_by_key(|(_, host)| until(host)).map(|(key, _)| key.clone()) {
                hosts.remove(&oldest);
            }
        }
        Arc::clone(hosts.entry(key).or_default())
    }
}

/// The rules of a host; `None` when it cannot say. The error is how long it has to be left alone before it can be asked.
async fn read(client: &Client, address: Url, deadline: Duration) -> Result<Option<RobotsRules>, Duration> {
    let mut request = Request::new(address);
    request.accept = "text/plain";
    request.body_bytes_max = BYTES_MAX;
    request.deadline = deadline;
    let response = match client.get(request).await {
        Ok(response) => response,
        Err(NetError::Held { wait, .. }) => return Err(wait),
        Err(_) => return Ok(None),
    };
    Ok(match response.status {
        200..=299 => Some(RobotsRules::Written(response.body.into())),
        // Too many requests is no answer to the question.
        429 => None,
        400..=499 => Some(RobotsRules::Open),
        _ => None,
    })
}
