//! What decisions rest on, in memory: the stories of the last days, what was told of them, and how much each channel was told
//! of late.
//!
//! One article is decided at a time, so that of two copies that are read at the same moment one is the first. What a decision
//! adds is taken back when it could not be kept; after a restart all of it is read from the store, which knows only what was.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::alert;
use crate::alert::rules::Rules;
use crate::alert::story::{Item, Limits, Link, Placed, Signature, Stories};
use crate::alert::{Single, Situation, Told};
use crate::model::alert::{Alert, Decision, Severity};
use crate::model::id::{AlertId, ChannelId, EntryId, StoryId, WatchId};
use crate::model::silence::Silence;
use crate::pipeline::find::Finding;
use crate::store::error::StoreError;
use crate::store::{Store, StoryItem};

/// How far back stories are read at the start.
const DAYS_READ: SignedDuration = SignedDuration::from_hours(8 * 24);
/// The longest time that a rate can be about.
pub(crate) const RATE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// When more stories than this were told of, those that are over are forgotten.
const TOLD_MAX: usize = 50_000;

/// What a channel was told by itself is remembered as far as its rate asks, and so far where it has none: one may come with the
/// next configuration.
const SINGLES_KEPT: usize = 1_000;
/// Among so many of the last alerts of a channel one that is decided again is looked for.
const AGAIN: usize = 64;

/// What decisions rest on.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Pages>);

#[derive(Debug)]
struct Pages {
    stories: Stories,
    told: HashMap<StoryId, HashMap<WatchId, Vec<Told>>>,
    singles: HashMap<ChannelId, VecDeque<Single>>,
}

impl Default for Pages {
    fn default() -> Self {
        Self { stories: Stories::new(Limits::default()), told: HashMap::new(), singles: HashMap::new() }
    }
}

/// What was decided about an article.
#[derive(Debug)]
pub struct Decided {
    /// Its story.
    pub placed: Placed,
    /// What becomes of each match.
    pub decisions: Vec<Decision>,
}

impl Ledger {
    /// Reads what an earlier process left.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn restore(&self, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
        let since = now.saturating_sub(DAYS_READ).unwrap_or(Timestamp::MIN);
        let items = store.story_items(since, Limits::default().texts).await?;
        let told = store.told_stories(since).await?;
        let singles = store.singles(now.saturating_sub(RATE_MAX).unwrap_or(Timestamp::MIN)).await?;
        let mut pages = Pages::default();
        for item in items {
            let Some(signature) = Signature::from_bytes(&item.signature) else { continue };
            let placed = Item { id: item.entry, outlet: item.outlet.as_deref(), at: item.at, signature: &signature };
            pages.stories.restore(&placed, item.story, link(item.link));
        }
        for told in told {
            let of_story = pages.told.entry(told.story).or_default();
            of_story.entry(told.watch).or_default().push(Told { alert: told.alert, outlets: told.outlets });
        }
        for (channel, at) in singles {
            pages.singles.entry(channel).or_default().push_back(Single { at, alert: None });
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pages;
        Ok(())
    }

    /// Places an article and decides about its matches.
    pub fn decide(&self, finding: &Finding, known: &HashSet<AlertId>, silences: &[Silence], rules: &Rules, now: Timestamp) -> Decided {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let article = &finding.article;
        let at = published(finding, now);
        let item = Item { id: article.id, outlet: outlet(finding), at: Some(at), signature: &finding.signature };
        let placed = pages.stories.place(&item);
        if finding.matches.is_empty() {
            return Decided { placed, decisions: Vec::new() };
        }
        let none = HashMap::new();
        let told = pages.told.get(&placed.story.id).unwrap_or(&none);
        let situation = Situation {
            article,
            extraction: &finding.extraction,
            known,
            story: Some(&placed),
            told,
            silences,
            rules,
            singles: &pages.singles,
            now,
        };
        let decisions = alert::decide(finding.matches.clone(), &situation);
        for decision in &decisions {
            if let Decision::Raise(alert) | Decision::Update(alert) | Decision::Hold(alert) = decision {
                pages.note(alert, rules, now);
            }
        }
        Decided { placed, decisions }
    }

    /// Takes back what was decided and could not be kept.
    pub fn take_back<'a>(&self, alerts: impl Iterator<Item = &'a Alert>) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for alert in alerts {
            let story = alert.story.as_ref().and_then(|story| pages.told.get_mut(&story.id));
            if let Some(told) = story.and_then(|told| told.get_mut(&alert.watch.id)) {
                told.retain(|told| told.alert != alert.id);
            }
            for singles in pages.singles.values_mut() {
                singles.retain(|single| single.alert != Some(alert.id));
            }
        }
    }
}

impl Pages {
    fn note(&mut self, alert: &Alert, rules: &Rules, now: Timestamp) {
        if !alert.is_told() {
            return;
        }
        if let Some(story) = &alert.story {
            if self.told.len() > TOLD_MAX {
                let Self { told, stories, .. } = self;
                told.retain(|story, _| EntryId::parse(story.as_str()).is_some_and(|story| stories.knows(story)));
            }
            let told = self.told.entry(story.id.clone()).or_default().entry(alert.watch.id.clone()).or_default();
            told.retain(|told| told.alert != alert.id);
            told.push(Told { alert: alert.id, outlets: story.outlets });
        }
        if alert.watch.severity == Severity::Critical {
            return;
        }
        for channel in &alert.notify {
            let singles = self.singles.entry(channel.clone()).or_default();
            // Decided again, as after an answer of the store that never came, it counts once.
            if singles.iter().rev().take(AGAIN).any(|single| single.alert == Some(alert.id)) {
                continue;
            }
            singles.push_back(Single { at: now, alert: Some(alert.id) });
            let most = rules.of(channel).most.map_or(0, |most| usize::try_from(most.count).unwrap_or(usize::MAX)).max(SINGLES_KEPT);
            while singles.len() > most || singles.front().is_some_and(|single| now.duration_since(single.at) >= RATE_MAX) {
                singles.pop_front();
            }
        }
    }
}

impl Decided {
    /// Its place among the stories, as the store keeps it.
    pub fn story_item(&self, finding: &Finding, now: Timestamp) -> Option<StoryItem> {
        Some(StoryItem {
            entry: finding.article.id,
            story: EntryId::parse(self.placed.story.id.as_str())?,
            link: match self.placed.link {
                Link::First => 0,
                Link::Sure => 1,
                Link::Likely => 2,
            },
            at: Some(published(finding, now)),
            outlet: outlet(finding).map(str::to_owned),
            signature: finding.signature.to_bytes(),
        })
    }
}

const fn link(number: u8) -> Link {
    match number {
        0 => Link::First,
        1 => Link::Sure,
        _ => Link::Likely,
    }
}

fn outlet(finding: &Finding) -> Option<&str> {
    let article = &finding.article;
    let publisher = article.publisher.as_ref().map(|publisher| publisher.value.as_str());
    article.outlet.as_deref().or(publisher).or(article.feed.as_ref().map(crate::model::id::FeedId::as_str))
}

/// When the article was published; now where that is not known, or is said to be later.
fn published(finding: &Finding, now: Timestamp) -> Timestamp {
    let published = finding.article.published.as_ref().and_then(|published| published.value.instant());
    published.map_or(now, |published| published.min(now))
}
