//! What becomes of each match: told, told as more on a story, held, or no alert of its own.

use std::collections::{HashMap, HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::alert::rules::Rules;
use crate::alert::story::{Link, Placed};
use crate::model::alert::{Alert, AlertActor, AlertItem, AlertKind, Decision, DropReason, Held, HoldReason, Kept, Reason, Severity};
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::id::{AlertId, ChannelId, WatchId};
use crate::model::matched::{Evidence, Match, Updates, WatchFacts};
use crate::model::silence::{Muted, Silence};
use crate::text::fold::fold;
use crate::text::link::canonical;
use crate::text::points::CodePoints;

/// The namespace of alert identities; it never changes, or everything would be told again.
pub(super) const NAMESPACE: Uuid = Uuid::from_u128(0x6d0f_3b1e_8a54_5c27_9e61_2f8c_04d7_ab93);

/// A story that grows is told again from so many outlets on: two outlets are often one agency and its first reader.
const GROWN_OUTLETS_MIN: u32 = 3;

/// Actors that an alert names.
const ACTORS_MAX: usize = 8;

/// Everything that a decision rests on besides the match.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The item.
    pub article: &'a Article,
    /// What was found in it.
    pub extraction: &'a Extraction,
    /// Alerts that were raised before.
    pub known: &'a HashSet<AlertId>,
    /// The story of the item; `None` where stories are not looked at.
    pub story: Option<&'a Placed>,
    /// What each watch told of that story.
    pub told: &'a HashMap<WatchId, Vec<Told>>,
    /// Silences, also those that have ended.
    pub silences: &'a [Silence],
    /// Where alerts go and when.
    pub rules: &'a Rules,
    /// What each channel was told by itself of late, oldest first.
    pub singles: &'a HashMap<ChannelId, VecDeque<Single>>,
    /// The time.
    pub now: Timestamp,
}

/// One alert that a channel was told by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Single {
    /// When.
    pub at: Timestamp,
    /// Which; `None` for one that an earlier process told.
    pub alert: Option<AlertId>,
}

/// One alert that a watch told of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The alert.
    pub alert: AlertId,
    /// In how many outlets the story was then.
    pub outlets: u32,
}

/// Decides each match. Pure: the same match in the same situation is the same decision.
///
/// In this order: an alert that is known is dropped; a story that was told makes an update, and the watch's `updates` says
/// whether channels hear of it; a silence keeps it from channels; then each channel is told now or later, as its quiet hours,
/// digest and rate say. Whatever is not dropped stands in the alert log. The evidence of an alert has its spans in code points,
/// as its record has.
pub fn decide(found: Vec<(WatchFacts, Match)>, situation: &Situation<'_>) -> Vec<Decision> {
    if found.is_empty() {
        return Vec::new();
    }
    let points = CodePoints::new(&situation.article.text);
    let item = item(situation.article, situation.extraction);
    let actors = actors(situation.extraction);
    let mut decided: HashSet<AlertId> = HashSet::new();
    // What this item itself adds to the singles of a channel.
    let mut added: HashMap<ChannelId, u32> = HashMap::new();
    let mut decisions = Vec::with_capacity(found.len());
    for (facts, found) in found {
        let id = alert_id(&found.watch, situation.article);
        if situation.known.contains(&id) || !decided.insert(id) {
            decisions.push(Decision::Drop { watch: found.watch, alert: id, reason: DropReason::AlreadyTold });
            continue;
        }
        let (kind, reason) = news(&facts, id, situation);
        let counted = |evidence: Evidence| Evidence { span: evidence.span.map(|span| points.span(span)), ..evidence };
        let mut alert = Alert {
            id,
            // Records show whole seconds; nobody needs more, and it reads back as it was written.
            time: Timestamp::from_second(situation.now.as_second()).unwrap_or(situation.now),
            kind,
            watch: facts.watch.clone(),
            item: item.clone(),
            score: Some(found.score),
            why: found.why.into_iter().map(counted).collect(),
            story: situation.story.map(|placed| placed.story.clone()),
            reason,
            notify: Vec::new(),
            held: Vec::new(),
            kept: kept(&facts, reason, situation),
            digest: None,
            actors: actors.clone(),
        };
        let channels = situation.rules.channels_of(facts.notify.as_deref(), facts.watch.severity);
        if alert.is_told() {
            route(&mut alert, channels, situation, &mut added);
        }
        let alert = Box::new(alert);
        decisions.push(match alert.kind {
            _ if !alert.is_told() || (alert.notify.is_empty() && !alert.held.is_empty()) => Decision::Hold(alert),
            AlertKind::Update => Decision::Update(alert),
            _ => Decision::Raise(alert),
        });
    }
    decisions
}

/// Whether it is news, and of which kind.
fn news(facts: &WatchFacts, id: AlertId, situation: &Situation<'_>) -> (AlertKind, Reason) {
    let Some(placed) = situation.story else { return (AlertKind::First, Reason::FirstMatch) };
    let told = situation.told.get(&facts.watch.id).into_iter().flatten().filter(|told| told.alert != id);
    let Some(outlets) = told.map(|told| told.outlets).max() else { return (AlertKind::First, Reason::FirstMatch) };
    let reason = match facts.updates {
        // A likeness that may deceive must not silence anything.
        _ if placed.link == Link::Likely => Reason::RelatedStory,
        Updates::Each => Reason::StoryContinues,
        Updates::Growth if placed.story.outlets >= GROWN_OUTLETS_MIN.max(outlets.saturating_mul(2)) => Reason::StoryGrew,
        Updates::Growth | Updates::Never => Reason::SameStory,
    };
    (AlertKind::Update, reason)
}

/// Why channels do not hear of it, if they do not.
fn kept(facts: &WatchFacts, reason: Reason, situation: &Situation<'_>) -> Option<Kept> {
    if reason == Reason::SameStory {
        return Some(Kept::SameStory);
    }
    let holds = |silence: &&Silence| silence.is_on(situation.now) && mutes(&silence.muted, facts, situation);
    // The one that ends last says best how long it lasts.
    let silence = situation.silences.iter().filter(holds).max_by_key(|silence| silence.until)?;
    Some(Kept::Silenced(silence.clone()))
}

fn mutes(muted: &Muted, facts: &WatchFacts, situation: &Situation<'_>) -> bool {
    let article = situation.article;
    match muted {
        Muted::Watch(id) => facts.watch.id == *id,
        Muted::Actor(id) => situation.extraction.actors.iter().any(|actor| actor.id == *id),
        Muted::Outlet(name) => {
            let publisher = article.publisher.as_ref().map(|publisher| &publisher.value);
            let outlets = article.outlet.iter().chain(publisher).map(|outlet| fold(outlet));
            outlets.chain(article.feed.iter().map(|feed| fold(feed.as_str()))).any(|outlet| outlet == fold(name))
        }
        Muted::Story(id) => situation.story.is_some_and(|placed| placed.story.id == *id),
    }
}

/// Which channels are told now, and which later. What is critical waits for no quiet hours and counts against no rate.
fn route(alert: &mut Alert, channels: &[ChannelId], situation: &Situation<'_>, added: &mut HashMap<ChannelId, u32>) {
    let Situation { rules, now, .. } = *situation;
    let is_critical = alert.watch.severity == Severity::Critical;
    for channel in channels {
        let own = rules.of(channel);
        let later = |until, reason| Some(Held { channel: channel.clone(), until, reason });
        let held = if let Some(every) = own.digest {
            later(every.after(now, &rules.zone), HoldReason::Digest)
        } else if is_critical {
            None
        } else if let Some(until) = own.quiet_until(now, &rules.zone) {
            later(until, HoldReason::QuietHours)
        } else {
            own.most.and_then(|most| {
                let per = SignedDuration::try_from(most.per).unwrap_or(SignedDuration::MAX);
                let singles = situation.singles.get(channel).into_iter().flatten().rev();
                let enough = usize::try_from(most.count).unwrap_or(usize::MAX);
                let recent = singles.take_while(|single| now.duration_since(single.at) < per).take(enough).count();
                let count = u32::try_from(recent).unwrap_or(u32::MAX).saturating_add(added.get(channel).copied().unwrap_or(0));
                // What is over gathers for one such time, so that digests do not come more often than that.
                if count < most.count { None } else { later(now.saturating_add(per).unwrap_or(Timestamp::MAX), HoldReason::OverRate) }
            })
        };
        if let Some(held) = held {
            alert.held.push(held);
            continue;
        }
        if !is_critical {
            *added.entry(channel.clone()).or_default() += 1;
        }
        alert.notify.push(channel.clone());
    }
}

/// The identity of the alert of a watch for an article: the same for the same address, in whatever feed it was listed and
/// whatever was added to track its readers; where there is no address of its own, the same for the same entry.
pub fn alert_id(watch: &WatchId, article: &Article) -> AlertId {
    let own = article.url.as_ref().filter(|_| !article.shares_address);
    let about = own.and_then(canonical).unwrap_or_else(|| article.id.to_string());
    AlertId(Uuid::new_v5(&NAMESPACE, format!("{watch}\n{about}").as_bytes()))
}

fn item(article: &Article, extraction: &Extraction) -> AlertItem {
    let declared = article.language.as_ref().map(|language| language.value.clone());
    AlertItem {
        id: article.id,
        title: article.headline.as_ref().map(|headline| headline.value.clone()),
        url: article.url.as_ref().filter(|url| matches!(url.scheme(), "http" | "https")).map(ToString::to_string),
        outlet: article.outlet.clone().or_else(|| article.publisher.as_ref().map(|publisher| publisher.value.clone())),
        feed: article.feed.clone(),
        published: article.published.as_ref().map(|published| published.value),
        language: extraction.language.as_ref().map(|language| language.code.clone()).or(declared),
    }
}

/// Those who matter most in an item, by how much they do.
fn actors(extraction: &Extraction) -> Vec<AlertActor> {
    let mut actors: Vec<_> = extraction.actors.iter().collect();
    actors.sort_by(|a, b| b.salience.total_cmp(&a.salience));
    actors.into_iter().take(ACTORS_MAX).map(|actor| AlertActor { id: actor.id.clone(), name: actor.name.clone() }).collect()
}
