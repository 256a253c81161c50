//! Which matches become alerts.

use std::collections::HashSet;

use jiff::Timestamp;
use uuid::Uuid;

use crate::model::alert::{Alert, AlertItem, AlertKind, Decision, DropReason, Reason};
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::id::{AlertId, WatchId};
use crate::model::matched::{Evidence, Match, WatchFacts};
use crate::text::link::canonical;
use crate::text::points::CodePoints;

/// The namespace of alert identities; it never changes, or everything would be told again.
pub(super) const NAMESPACE: Uuid = Uuid::from_u128(0x6d0f_3b1e_8a54_5c27_9e61_2f8c_04d7_ab93);

/// Decides each match: raised, unless an alert with its identity is known already.
///
/// The evidence of an alert has its spans in code points, as its record has.
#[expect(clippy::implicit_hasher, reason = "one caller, one kind of set")]
pub fn decide(
    found: Vec<(WatchFacts, Match)>,
    article: &Article,
    extraction: &Extraction,
    known: &HashSet<AlertId>,
    now: Timestamp,
) -> Vec<Decision> {
    if found.is_empty() {
        return Vec::new();
    }
    let points = CodePoints::new(&article.text);
    let item = item(article, extraction);
    let mut told: HashSet<AlertId> = HashSet::new();
    let mut decisions = Vec::with_capacity(found.len());
    for (facts, found) in found {
        let id = alert_id(&found.watch, article);
        if known.contains(&id) || !told.insert(id) {
            decisions.push(Decision::Drop { watch: found.watch, alert: id, reason: DropReason::AlreadyTold });
            continue;
        }
        let counted = |evidence: Evidence| Evidence { span: evidence.span.map(|span| points.span(span)), ..evidence };
        decisions.push(Decision::Raise(Box::new(Alert {
            id,
            // Records show whole seconds; nobody needs more, and it reads back as it was written.
            time: Timestamp::from_second(now.as_second()).unwrap_or(now),
            kind: AlertKind::First,
            watch: facts.watch,
            item: item.clone(),
            score: Some(found.score),
            why: found.why.into_iter().map(counted).collect(),
            story: None,
            reason: Reason::FirstMatch,
            notify: facts.notify,
        })));
    }
    decisions
}

/// The identity of the alert of a watch for an article: the same for the same address, in whatever feed it was listed and
/// whatever was added to track its readers; where there is no address, the same for the same entry.
pub fn alert_id(watch: &WatchId, article: &Article) -> AlertId {
    let about = article.url.as_ref().and_then(canonical).unwrap_or_else(|| article.id.to_string());
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
