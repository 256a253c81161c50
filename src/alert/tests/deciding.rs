//! What becomes of a match in every situation that matters, each as one line.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use jiff::civil::{Time, time};
use jiff::{SignedDuration, Timestamp};

use super::{article, found};
use crate::alert::rules::{ChannelRules, DAYS, Every, Most, Quiet, Rules};
use crate::alert::story::{Link, Placed};
use crate::alert::{Single, Situation, Told, alert_id, decide};
use crate::model::alert::{AlertStory, Decision, Kept, Severity};
use crate::model::extraction::Extraction;
use crate::model::matched::Updates;
use crate::model::silence::{Muted, Silence};

/// A situation with everything off, to be changed by a case.
struct Case {
    severity: Severity,
    notify: Option<Vec<&'static str>>,
    updates: Updates,
    link: Link,
    outlets: u32,
    told: Vec<u32>,
    muted: Vec<(Muted, i64)>,
    rules: Rules,
    singles: u32,
    now: Timestamp,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Default for Case {
    fn default() -> Self {
        Self {
            severity: Severity::High,
            notify: Some(vec!["desk"]),
            updates: Updates::Growth,
            link: Link::First,
            outlets: 1,
            told: Vec::new(),
            muted: Vec::new(),
            rules: Rules::default(),
            singles: 0,
            now: at("2026-03-02T12:00:00Z"),
        }
    }
}

impl Case {
    fn of(change: impl FnOnce(&mut Self)) -> String {
        let mut case = Self::default();
        change(&mut case);
        case.shown()
    }

    fn channel(&mut self, rules: ChannelRules) {
        self.rules.channels.insert("desk".into(), rules);
    }

    fn shown(&self) -> String {
        let article = article("https://example.org/a");
        let (mut facts, matched) = found("guarantees");
        facts.watch.severity = self.severity;
        facts.notify = self.notify.as_ref().map(|names| names.iter().map(|name| (*name).into()).collect());
        facts.updates = self.updates;
        let story = AlertStory { id: "s1".into(), outlets: self.outlets, items: self.outlets };
        let told = self
            .told
            .iter()
            .zip(1..)
            .map(|(outlets, number)| Told { alert: crate::model::id::AlertId(uuid::Uuid::from_u128(number)), outlets: *outlets });
        let silences: Vec<Silence> = self
            .muted
            .iter()
            .zip(1..)
            .map(|((muted, hours), number)| Silence {
                number,
                muted: muted.clone(),
                from: self.now - SignedDuration::from_hours(1),
                until: self.now + SignedDuration::from_hours(*hours),
                reason: "known".to_owned(),
            })
            .collect();
        let singles = (0..self.singles)
            .rev()
            .map(|number| Single { at: self.now - SignedDuration::from_secs(i64::from(number)), alert: None })
            .collect();
        let situation = Situation {
            article: &article,
            extraction: &Extraction::default(),
            known: &HashSet::new(),
            story: Some(&Placed { story, link: self.link }),
            told: &HashMap::from([("guarantees".into(), told.collect())]),
            silences: &silences,
            rules: &self.rules,
            singles: &HashMap::from([("desk".into(), singles)]),
            now: self.now,
        };
        let decisions = decide(vec![(facts, matched)], &situation);
        let (word, alert) = match decisions.as_slice() {
            [Decision::Raise(alert)] => ("raise", alert),
            [Decision::Update(alert)] => ("update", alert),
            [Decision::Hold(alert)] => ("hold", alert),
            other => panic!("{other:?}"),
        };
        let mut out = format!("{word} {} {}", alert.kind.as_str(), alert.reason.as_str());
        for channel in &alert.notify {
            out.extend([format!(" → {channel}")]);
        }
        for held in &alert.held {
            out.extend([format!(" → {} at {} ({})", held.channel, held.until, held.reason.as_str())]);
        }
        match &alert.kept {
            Some(Kept::Silenced(silence)) => out.extend([format!(" kept: silence {}", silence.number)]),
            Some(kept) => out.extend([format!(" kept: {}", kept.as_str())]),
            None => {}
        }
        out
    }
}

#[test]
fn a_story_is_told_once_and_again_as_the_watch_wants() {
    let more = |updates, link, outlets, told: &[u32]| {
        Case::of(|case| (case.updates, case.link, case.outlets, case.told) = (updates, link, outlets, told.to_vec()))
    };
    insta::assert_snapshot!(more(Updates::Growth, Link::First, 1, &[]), @"raise first first-match → desk");
    insta::assert_snapshot!(more(Updates::Growth, Link::Sure, 2, &[]), @"raise first first-match → desk");
    insta::assert_snapshot!(more(Updates::Growth, Link::Sure, 2, &[1]), @"hold update same-story kept: same-story");
    insta::assert_snapshot!(more(Updates::Growth, Link::Sure, 3, &[1]), @"update update story-grew → desk");
    insta::assert_snapshot!(more(Updates::Growth, Link::Sure, 5, &[1, 3]), @"hold update same-story kept: same-story");
    insta::assert_snapshot!(more(Updates::Growth, Link::Sure, 6, &[1, 3]), @"update update story-grew → desk");
    insta::assert_snapshot!(more(Updates::Never, Link::Sure, 9, &[1]), @"hold update same-story kept: same-story");
    insta::assert_snapshot!(more(Updates::Each, Link::Sure, 1, &[1]), @"update update story-continues → desk");
    // A likeness that may deceive silences nothing, whatever the watch wants.
    insta::assert_snapshot!(more(Updates::Never, Link::Likely, 2, &[1]), @"update update related-story → desk");
}

#[test]
fn what_this_very_alert_told_does_not_count_against_it() {
    let own = alert_id(&"guarantees".into(), &article("https://example.org/a"));
    let article = article("https://example.org/a");
    let placed = Placed { story: AlertStory { id: "s1".into(), outlets: 1, items: 1 }, link: Link::First };
    let situation = Situation {
        article: &article,
        extraction: &Extraction::default(),
        known: &HashSet::new(),
        story: Some(&placed),
        told: &HashMap::from([("guarantees".into(), vec![Told { alert: own, outlets: 1 }])]),
        silences: &[],
        rules: &Rules::default(),
        singles: &HashMap::new(),
        now: at("2026-03-02T12:00:00Z"),
    };
    assert!(matches!(decide(vec![found("guarantees")], &situation).as_slice(), [Decision::Raise(_)]));
}

#[test]
fn a_silence_keeps_it_from_channels_until_it_ends() {
    let muted = |muted: Muted, hours| Case::of(|case| case.muted = vec![(muted.clone(), hours)]);
    insta::assert_snapshot!(muted(Muted::Watch("guarantees".into()), 1), @"hold first first-match kept: silence 1");
    insta::assert_snapshot!(muted(Muted::Watch("guarantees".into()), 0), @"raise first first-match → desk");
    insta::assert_snapshot!(muted(Muted::Watch("other".into()), 1), @"raise first first-match → desk");
    insta::assert_snapshot!(muted(Muted::Outlet("KYIV wire".to_owned()), 1), @"hold first first-match kept: silence 1");
    insta::assert_snapshot!(muted(Muted::Outlet("kyiv-wire".to_owned()), 1), @"hold first first-match kept: silence 1");
    insta::assert_snapshot!(muted(Muted::Story("s1".into()), 1), @"hold first first-match kept: silence 1");
    insta::assert_snapshot!(muted(Muted::Actor("peskov".into()), 1), @"raise first first-match → desk");
    let two = Case::of(|case| case.muted = vec![(Muted::Watch("guarantees".into()), 1), (Muted::Story("s1".into()), 9)]);
    insta::assert_snapshot!(two, @"hold first first-match kept: silence 2");
}

#[test]
fn channels_are_told_in_their_hours_by_their_digests_and_up_to_their_rate() {
    let night = Quiet { days: DAYS.iter().map(|(_, day)| *day).collect(), from: time(22, 0, 0, 0), to: time(7, 0, 0, 0) };
    let quiet = ChannelRules { quiet: vec![night], ..ChannelRules::default() };
    let told = |severity, now: &str, rules: &ChannelRules, singles| {
        Case::of(|case| {
            (case.severity, case.now, case.singles) = (severity, at(now), singles);
            case.channel(rules.clone());
        })
    };
    let (noon, evening) = ("2026-03-02T12:00:00Z", "2026-03-02T23:00:00Z");
    insta::assert_snapshot!(told(Severity::High, noon, &quiet, 0), @"raise first first-match → desk");
    insta::assert_snapshot!(told(Severity::High, evening, &quiet, 0), @"hold first first-match → desk at 2026-03-03T07:00:00Z (quiet-hours)");
    insta::assert_snapshot!(told(Severity::Critical, evening, &quiet, 0), @"raise first first-match → desk");
    let daily = ChannelRules { digest: Some(Every::Day(Time::constant(8, 0, 0, 0))), ..ChannelRules::default() };
    insta::assert_snapshot!(told(Severity::Critical, noon, &daily, 0), @"hold first first-match → desk at 2026-03-03T08:00:00Z (digest)");
    let most = ChannelRules { most: Some(Most { count: 3, per: Duration::from_secs(60) }), ..ChannelRules::default() };
    insta::assert_snapshot!(told(Severity::High, noon, &most, 2), @"raise first first-match → desk");
    insta::assert_snapshot!(told(Severity::High, noon, &most, 3), @"hold first first-match → desk at 2026-03-02T12:01:00Z (over-rate)");
    insta::assert_snapshot!(told(Severity::Critical, noon, &most, 3), @"raise first first-match → desk");
}

#[test]
fn severity_chooses_the_channels_of_a_watch_that_names_none() {
    let routed = |severity, notify: Option<Vec<&'static str>>| {
        Case::of(|case| {
            (case.severity, case.notify) = (severity, notify);
            case.rules.by_severity.insert(Severity::High, vec!["pager".into(), "mail".into()]);
        })
    };
    insta::assert_snapshot!(routed(Severity::High, None), @"raise first first-match → pager → mail");
    insta::assert_snapshot!(routed(Severity::High, Some(vec!["desk"])), @"raise first first-match → desk");
    insta::assert_snapshot!(routed(Severity::High, Some(Vec::new())), @"raise first first-match");
    insta::assert_snapshot!(routed(Severity::Low, None), @"raise first first-match");
}

// DUR-12, its decisions alone. The time is for people: `cargo test a_flood -- --nocapture`.
#[test]
#[expect(clippy::print_stdout, reason = "the figure is read by people")]
fn a_flood_is_decided_whole_and_told_up_to_the_rate() {
    const FLOOD: u32 = 5000;
    let mut rules = Rules::default();
    let most = ChannelRules { most: Some(Most { count: 20, per: Duration::from_secs(3600) }), ..ChannelRules::default() };
    rules.channels.insert("desk".into(), most);
    let (extraction, known, told) = (Extraction::default(), HashSet::new(), HashMap::new());
    let mut singles: HashMap<_, VecDeque<Single>> = HashMap::new();
    let (mut raised, mut held) = (0, 0);
    let mut took = Duration::ZERO;
    for number in 0..FLOOD {
        let article = article(&format!("https://example.org/{number}"));
        let now = at("2026-03-02T12:00:00Z") + SignedDuration::from_millis(i64::from(number) * 12);
        let situation = Situation {
            article: &article,
            extraction: &extraction,
            known: &known,
            story: None,
            told: &told,
            silences: &[],
            rules: &rules,
            singles: &singles,
            now,
        };
        let found = vec![found("guarantees")];
        let began = Instant::now();
        let decisions = decide(found, &situation);
        took += began.elapsed();
        match decisions.as_slice() {
            [Decision::Raise(alert)] => {
                raised += 1;
                for channel in &alert.notify {
                    singles.entry(channel.clone()).or_default().push_back(Single { at: now, alert: Some(alert.id) });
                }
            }
            [Decision::Hold(alert)] => {
                held += 1;
                assert_eq!(alert.held.len(), 1);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((raised, held), (20, FLOOD - 20), "nothing is lost, and the channel keeps within its rate");
    println!("{FLOOD} decisions in {took:?}, {:?} each", took / FLOOD);
}
