//! What the owner is told of troubles: once when one begins, once when it is over.
//!
//! The decision is [`judge`]. What was told is kept by the store in the transaction that raises the alert, so that a restart
//! tells nothing twice; the identity of the alert is made from the subject, the trouble, the change and the moment at which
//! the trouble began, so that the same decision always is the same alert.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::alert::decide::NAMESPACE;
use crate::model::alert::{Alert, AlertItem, AlertKind, AlertWatch, Reason, Severity};
use crate::model::health::{Change, Notice, Seen, Subject, Told, Trouble};
use crate::model::id::{AlertId, ChannelId, EntryId, WatchId};
use crate::model::matched::Evidence;

/// The watch that notices are told under; no configured watch can have a colon in its name.
pub const WATCH: &str = "wirewatch:health";

/// What the owner wants to be told of the monitor itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorSettings {
    /// Channels besides the alert log.
    pub notify: Vec<ChannelId>,
    /// How long a feed fails before that is told.
    pub failing_after: Duration,
}

impl Default for OperatorSettings {
    /// A day: most failures of publishers are over by then, and what is not is seldom over by itself.
    fn default() -> Self {
        Self { notify: Vec::new(), failing_after: Duration::from_secs(24 * 3600) }
    }
}

/// What is to be told now of one kind of trouble of a subject: that it has lasted for `patience`, unless that was told, or
/// that what was told is over.
///
/// ```
/// use std::time::Duration;
/// use wirewatch::alert::health::judge;
/// use wirewatch::model::health::{Change, Seen, Subject, Trouble};
///
/// let (subject, day) = (Subject::Feed("kyiv-wire".into()), Duration::from_secs(86_400));
/// let began = "2026-03-02T08:00:00Z".parse().unwrap();
/// let next_day = "2026-03-03T08:00:00Z".parse().unwrap();
/// assert_eq!(judge(&subject, Trouble::Failing, &[], Seen::Ill(began), day, began), None);
/// let notice = judge(&subject, Trouble::Failing, &[], Seen::Ill(began), day, next_day).unwrap();
/// assert_eq!(notice.change, Change::Begins);
/// let told = [notice.told];
/// assert_eq!(judge(&subject, Trouble::Failing, &told, Seen::Ill(began), day, next_day), None);
/// assert_eq!(judge(&subject, Trouble::Failing, &told, Seen::Well, day, next_day).unwrap().change, Change::Ends);
/// ```
pub fn judge(subject: &Subject, trouble: Trouble, told: &[Told], seen: Seen, patience: Duration, now: Timestamp) -> Option<Notice> {
    let known = told.iter().find(|told| told.subject == *subject && told.trouble == trouble);
    match (known, seen) {
        (None, Seen::Ill(since)) if has_lasted(since, patience, now) => {
            Some(Notice { told: Told { subject: subject.clone(), trouble, since }, change: Change::Begins, at: now })
        }
        (Some(told), Seen::Well) => Some(Notice { told: told.clone(), change: Change::Ends, at: now }),
        _ => None,
    }
}

fn has_lasted(since: Timestamp, patience: Duration, now: Timestamp) -> bool {
    SignedDuration::try_from(patience).is_ok_and(|patience| now.duration_since(since) >= patience)
}

/// The words of a notice, and what else is known of its subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// What is wrong or well again, as a sentence without a full stop.
    pub title: String,
    /// The cause, or how long it took.
    pub detail: String,
    /// An address that belongs to it, without user name and password.
    pub url: Option<String>,
    /// The outlet, where the subject is a feed.
    pub outlet: Option<String>,
}

/// The alert that tells a notice.
pub fn alert(notice: &Notice, words: Words, settings: &OperatorSettings) -> Alert {
    let subject = notice.told.subject.to_string();
    let feed = match &notice.told.subject {
        Subject::Feed(feed) => Some(feed.clone()),
        _ => None,
    };
    let severity = match notice.change {
        Change::Begins => Severity::Medium,
        Change::Ends => Severity::Low,
    };
    Alert {
        id: id(notice),
        time: Timestamp::from_second(notice.at.as_second()).unwrap_or(notice.at),
        kind: AlertKind::FeedHealth,
        watch: AlertWatch { id: WatchId::from(WATCH), name: "wirewatch".to_owned(), severity },
        item: AlertItem {
            id: EntryId(Uuid::new_v5(&NAMESPACE, subject.as_bytes()).into_bytes()),
            title: Some(words.title),
            url: words.url,
            outlet: words.outlet,
            feed,
            published: None,
            language: None,
        },
        score: None,
        why: vec![Evidence { condition: subject, field: "health", span: None, text: words.detail, speaker: None, context: None }],
        story: None,
        reason: Reason::Health(notice.told.trouble, notice.change),
        notify: settings.notify.clone(),
        held: Vec::new(),
        kept: None,
        digest: None,
        actors: Vec::new(),
    }
}

/// The identity of the alert of a notice.
fn id(notice: &Notice) -> AlertId {
    let Notice { told: Told { subject, trouble, since }, change, .. } = notice;
    let reason = Reason::Health(*trouble, *change).as_str();
    AlertId(Uuid::new_v5(&NAMESPACE, format!("health\n{subject}\n{reason}\n{}", since.as_nanosecond()).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    fn at(hours: i64) -> Timestamp {
        "2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
    }

    /// What is told of a feed that is looked at every six hours; `f` is a failure, `.` a success, `?` a look that tells nothing.
    fn shown(looks: &str) -> String {
        let subject = Subject::Feed("wire".into());
        let mut told: Vec<Told> = Vec::new();
        let mut since = None;
        let mut out = Vec::new();
        for (look, hours) in looks.chars().zip((0..).step_by(6)) {
            let seen = match look {
                'f' => Seen::Ill(*since.get_or_insert(at(hours))),
                '.' => {
                    since = None;
                    Seen::Well
                }
                _ => Seen::Unknown,
            };
            if let Some(notice) = judge(&subject, Trouble::Failing, &told, seen, DAY, at(hours)) {
                out.push(format!("{hours}h {}", Reason::Health(notice.told.trouble, notice.change).as_str()));
                match notice.change {
                    Change::Begins => told.push(notice.told),
                    Change::Ends => told.clear(),
                }
            }
        }
        out.join(", ")
    }

    #[test]
    fn svc_06_a_trouble_is_told_once_and_its_end_once() {
        assert_eq!(shown(".ffff...."), "", "less than a day");
        assert_eq!(shown(".fffffffff..."), "30h failing, 60h failing-over");
        assert_eq!(shown(".ffff???ff..ff.fffff."), "48h failing, 60h failing-over, 114h failing, 120h failing-over");
    }

    #[test]
    fn the_same_decision_is_the_same_alert() {
        let subject = Subject::Channel("desk".into());
        let notice = |since, at| judge(&subject, Trouble::Failing, &[], Seen::Ill(since), Duration::ZERO, at).unwrap();
        let settings = OperatorSettings { notify: vec!["mail".into()], ..OperatorSettings::default() };
        let alert = |notice: &Notice| alert(notice, Words { title: "t".to_owned(), ..Words::default() }, &settings);
        let first = alert(&notice(at(0), at(1)));
        assert_eq!(first.id, alert(&notice(at(0), at(2))).id, "seen later");
        assert_ne!(first.id, alert(&notice(at(1), at(2))).id, "another trouble");
        let over = Notice { change: Change::Ends, ..notice(at(0), at(1)) };
        assert_ne!(first.id, alert(&over).id);
        assert_eq!((first.kind, first.notify), (AlertKind::FeedHealth, settings.notify.clone()));
        for (change, kind) in Trouble::ALL.iter().flat_map(|kind| [(Change::Begins, *kind), (Change::Ends, *kind)]) {
            assert!(Reason::Health(kind, change).as_str().starts_with(kind.as_str()));
        }
    }
}
