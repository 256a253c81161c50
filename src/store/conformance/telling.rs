//! What is held, gathered and silenced, and what is known of stories.

use std::sync::Arc;

use jiff::Timestamp;

use super::{LEASE, at, configure, ids, numbers, raise, take_deliveries, take_work, visit};
use crate::clock::ManualClock;
use crate::model::alert::{AlertStory, Held, HoldReason, Kept, Severity};
use crate::model::id::ChannelId;
use crate::model::silence::{Muted, Silence};
use crate::store::samples::{alert, alert_id, entry_id, listed};
use crate::store::{AlertQuery, Also, Gathered, Gathering, NewAlert, Settlement, Store, StoryItem, Together, WorkDone};

fn held(number: u128, reason: HoldReason, until: Timestamp) -> NewAlert {
    let mut new = alert(number, "w", Severity::High, at(0), &[]);
    new.alert.held = vec![Held { channel: ChannelId::from("desk"), until, reason }];
    new
}

pub(in crate::store) async fn what_is_held_gathers_until_it_is_told(store: &dyn Store, clock: &Arc<ManualClock>) {
    let (desk, quiet) = (ChannelId::from("desk"), HoldReason::QuietHours);
    let alerts = vec![held(1, quiet, at(60)), held(2, quiet, at(90)), held(3, HoldReason::Digest, at(600))];
    raise(store, clock, 1, alerts).await;
    assert_eq!(numbers(&take_deliveries(store, "log", 9).await), [(1, 0), (2, 0), (3, 0)], "the log waits for nothing");
    assert!(take_deliveries(store, "desk", 9).await.is_empty());
    let gathering = |reason, due, count| Gathering { channel: desk.clone(), reason, due, count };
    let all = [gathering(HoldReason::Digest, at(600), 1), gathering(quiet, at(60), 2)];
    assert_eq!(store.gatherings().await.unwrap(), all);
    assert_eq!(store.status().await.unwrap().gathering, all);
    let due = |until| async move {
        let found = store.gathered(&ChannelId::from("desk"), quiet, until).await.unwrap();
        found.into_iter().map(|one| one.id.0.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(due(at(60)).await, [1]);
    assert_eq!(due(Timestamp::MAX).await, [1, 2]);

    let digest = alert(9, "wirewatch:digest", Severity::High, at(60), &["desk"]);
    let how = Together::Digest(Box::new(digest));
    let told = Gathered { channel: desk.clone(), alerts: vec![alert_id(1), alert_id(2)], how, until: Some(at(60)) };
    store.tell_gathered(told.clone()).await.unwrap();
    store.tell_gathered(told).await.unwrap();
    assert_eq!(numbers(&take_deliveries(store, "desk", 9).await), [(9, 0)], "one digest, though it was told twice");
    assert_eq!(store.gatherings().await.unwrap(), [gathering(HoldReason::Digest, at(600), 1)]);
    assert_eq!(store.digested().await.unwrap(), [(desk.clone(), at(60))]);

    let one = Gathered { channel: desk.clone(), alerts: vec![alert_id(3)], how: Together::OneByOne, until: None };
    store.tell_gathered(one).await.unwrap();
    assert_eq!(numbers(&take_deliveries(store, "desk", 9).await), [(3, 0)]);
    let of_desk = AlertQuery { channel: Some(desk), ..AlertQuery::default() };
    assert_eq!(store.alerts(of_desk).await.unwrap().len(), 4);
    let early = AlertQuery { until: Some(at(1)), ..AlertQuery::default() };
    assert_eq!(store.alerts(early).await.unwrap().len(), 3);
}

pub(in crate::store) async fn when_deliveries_ended_is_told(store: &dyn Store, clock: &Arc<ManualClock>) {
    let alerts = (1..=5).map(|number| alert(number, "w", Severity::High, at(0), &["desk", "other"])).collect();
    raise(store, clock, 1, alerts).await;
    let desk = ChannelId::from("desk");
    let ended = |since, limit| async move {
        let ended = store.ended(&ChannelId::from("desk"), since, limit).await.unwrap();
        assert!(ended.is_sorted());
        ended
    };
    assert_eq!(ended(Timestamp::MIN, 9).await, []);
    let settlements = [
        Settlement::Delivered,
        Settlement::Dead { error: "400".to_owned() },
        Settlement::Retry { at: at(50), error: "500".to_owned() },
        Settlement::Released,
        Settlement::Delivered,
    ];
    let leases = store.claim_deliveries(&desk, 9, LEASE).await.unwrap();
    for (lease, settlement) in leases.into_iter().zip(settlements) {
        clock.advance(jiff::SignedDuration::from_secs(1));
        store.settle(vec![(lease, settlement)]).await.unwrap();
    }
    let second = |second: i64| at(0) + jiff::SignedDuration::from_secs(second);
    assert_eq!(ended(Timestamp::MIN, 9).await, [second(1), second(2), second(5)], "what goes on has not ended");
    assert_eq!(ended(second(2), 9).await, [second(2), second(5)], "that moment is part of it");
    assert_eq!(ended(Timestamp::MIN, 2).await, [second(2), second(5)], "the newest");
    assert_eq!(ended(second(6), 9).await, []);
    assert_eq!(store.ended(&ChannelId::from("other"), Timestamp::MIN, 9).await.unwrap(), []);
}

pub(in crate::store) async fn silences_are_kept_and_ended(store: &dyn Store, clock: &Arc<ManualClock>) {
    let muted = Muted::Outlet("Kyiv Wire".to_owned());
    let made = store.add_silence(muted.clone(), at(60), "known".to_owned()).await.unwrap();
    assert_eq!(made, Silence { number: 1, muted, from: at(0), until: at(60), reason: "known".to_owned() });
    store.add_silence(Muted::Watch("w".into()), at(90), "too".to_owned()).await.unwrap();
    clock.advance(jiff::SignedDuration::from_mins(5));
    assert!(store.expire_silence(1).await.unwrap());
    assert!(!store.expire_silence(1).await.unwrap());
    assert!(!store.expire_silence(7).await.unwrap());
    let all = store.silences().await.unwrap();
    assert_eq!(all.iter().map(|one| (one.number, one.until)).collect::<Vec<_>>(), [(1, at(5)), (2, at(90))]);
}

pub(in crate::store) async fn stories_and_what_was_told_of_them_outlive_the_process(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("wire", at(0))]).await;
    visit(store, clock, listed("wire", [1, 2])).await;
    let leases = take_work(store, 9).await;
    assert_eq!(ids(&leases), [1, 2]);
    let item = |number: u128, link| StoryItem {
        entry: entry_id(number),
        story: entry_id(1),
        link,
        at: Some(at(-5)),
        outlet: Some("Wire".to_owned()),
        signature: vec![1, 2, 3],
    };
    let of_story = |number, kept| {
        let mut new = alert(number, "w", Severity::High, at(0), &["desk"]);
        new.alert.story = Some(AlertStory { id: "s".into(), outlets: 4, items: 5 });
        new.alert.kept = kept;
        new
    };
    let first = WorkDone { story: Some(item(1, 0)), ..WorkDone::new(None, vec![of_story(1, None)]) };
    store.complete_work(&leases[0], first).await.unwrap();
    let other = WorkDone { story: Some(item(2, 2)), ..WorkDone::new(None, vec![of_story(2, Some(Kept::SameStory))]) };
    store.complete_work(&leases[1], other).await.unwrap();
    assert_eq!(store.story_items(at(-1), 9).await.unwrap(), [item(1, 0), item(2, 2)]);
    assert_eq!(store.story_items(at(-1), 1).await.unwrap(), [item(2, 2)]);
    assert!(store.story_items(at(1), 9).await.unwrap().is_empty());
    let told = store.told_stories(at(-1)).await.unwrap();
    assert_eq!(told.iter().map(|one| (one.alert, one.outlets)).collect::<Vec<_>>(), [(alert_id(1), 4)], "what was kept was not told");
    assert_eq!(store.singles(at(-1)).await.unwrap(), [(ChannelId::from("desk"), at(0))]);
}

/// DUR-11: the second feed is added to the first alert, whether it was known when the second was decided or not.
pub(in crate::store) async fn a_further_feed_is_added_to_the_first_alert(store: &dyn Store, clock: &Arc<ManualClock>) {
    raise(store, clock, 1, vec![alert(1, "w", Severity::High, at(0), &[])]).await;
    visit(store, clock, listed("wire", [2, 3])).await;
    let leases = store.claim_work(9, LEASE).await.unwrap();
    let also = Also { alert: alert_id(1), feed: Some("other".into()), outlet: Some("Other".to_owned()) };
    store.complete_work(&leases[0], WorkDone { also: vec![also], ..WorkDone::new(None, Vec::new()) }).await.unwrap();
    let mut again = alert(1, "w", Severity::High, at(0), &[]);
    again.alert.item.feed = Some("third".into());
    assert!(store.complete_work(&leases[1], WorkDone::new(None, vec![again])).await.unwrap().raised.is_empty());
    let alerts = store.alerts(AlertQuery::default()).await.unwrap();
    assert_eq!(alerts.iter().map(|alert| alert.also.clone()).collect::<Vec<_>>(), [["Other", "third"]]);
}
