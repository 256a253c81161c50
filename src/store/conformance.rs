//! One suite that every store passes.
//!
//! A store joins with [`suite!`] and a function that opens an empty one over a given clock.

mod telling;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::{Clock, ManualClock};
use crate::model::alert::Severity;
use crate::model::feed::{FeedState, Moved, Validators};
use crate::model::health::{Change, Notice, Subject, Told, Trouble};
use crate::model::id::{ChannelId, FeedId, WatchId};
use crate::model::robots::{RobotsAnswer, RobotsRules};
use crate::model::subscription::{Offer, Subscription};
use crate::model::terms::{Needed, Terms};
use crate::store::error::StoreError;
use crate::store::samples::{alert, alert_id, entry, entry_id, listed, start};
use crate::store::{
    AlertQuery, Beat, DeadLetter, DeadLetterChange, DeadLetters, DeliveryLease, FeedChange, FeedLease, FeedPlan, ItemQuery, Listed,
    ListedEntry, NewAlert, NewItem, NewNotice, Retention, SUSPECT_AFTER, Settlement, Store, VisitCommitted, VisitOutcome, When, WorkDone,
    WorkLease,
};

/// Makes a test of every case of the suite, with `$open: fn(Arc<ManualClock>) -> (impl Store, guard)`.
macro_rules! suite {
    ($open:path: $($case:ident)+) => {$(
        #[tokio::test]
        async fn $case() {
            let clock = std::sync::Arc::new($crate::clock::ManualClock::new($crate::store::samples::start()));
            let (store, _guard) = $open(std::sync::Arc::clone(&clock));
            $crate::store::conformance::$case(&store, &clock).await;
        }
    )+};
    ($open:path) => {
        $crate::store::conformance::suite! { $open:
            feeds_are_taken_oldest_first_and_by_one_only
            a_late_visit_is_refused_and_changes_nothing
            removed_feeds_come_back_with_their_state
            a_feed_with_a_new_address_keeps_only_what_was_seen
            entries_become_work_once
            an_entry_known_from_another_feed_is_not_new
            items_are_found_by_time_and_by_their_words
            an_entry_under_a_new_identity_is_not_new
            last_new_is_when_an_unknown_entry_came
            the_owner_stops_and_starts_feeds
            feeds_that_were_told_to_wait_are_found_until_then
            a_part_of_a_listing_lets_no_mark_grow_old
            what_hosts_said_is_kept_for_its_time
            a_feed_is_taken_by_name_due_or_not
            a_subscription_is_kept_until_it_is_over
            a_trouble_is_told_once_until_it_is_over
            feeds_that_fail_for_long_are_found_and_can_be_forgiven
            work_is_taken_in_order_and_again_after_its_lease
            put_off_work_waits_and_counts_no_attempt
            work_cut_short_often_is_lent_alone
            reading_leaves_item_alerts_and_deliveries
            an_alert_is_raised_and_delivered_once
            deliveries_go_in_order_and_a_failed_one_holds_up_nobody
            a_delivery_is_settled_by_its_holder_only
            a_channel_that_waits_keeps_its_order
            dead_letters_are_tried_again_or_dropped
            the_history_answers_by_time_watch_and_severity
            leases_of_an_earlier_process_are_freed
            the_next_moment_of_each_kind_is_told
            marks_live_while_the_feed_lists_the_entry
            a_dropped_entry_is_remembered_for_its_time
            old_items_and_alerts_are_forgotten
            a_feed_long_removed_begins_anew
            status_counts_everything
            what_is_held_gathers_until_it_is_told
            silences_are_kept_and_ended
            stories_and_what_was_told_of_them_outlive_the_process
            a_further_feed_is_added_to_the_first_alert
            when_deliveries_ended_is_told
        }
    };
}
pub(super) use suite;
pub(super) use telling::{
    a_further_feed_is_added_to_the_first_alert, silences_are_kept_and_ended, stories_and_what_was_told_of_them_outlive_the_process,
    what_is_held_gathers_until_it_is_told, when_deliveries_ended_is_told,
};

const LEASE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const POLICY: Retention = Retention { items: DAY.saturating_mul(30), alerts: DAY.saturating_mul(60), seen: DAY.saturating_mul(90) };

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn at(minute: i64) -> Timestamp {
    start() + minutes(minute)
}

async fn configure(store: &dyn Store, feeds: &[(&str, Timestamp)]) {
    let address = |feed: &str| format!("https://example.org/{feed}");
    store.configure_feeds(feeds.iter().map(|(feed, due)| FeedPlan::new(*feed, address(feed), *due)).collect()).await.unwrap();
}

async fn take_feeds(store: &dyn Store, limit: usize) -> Vec<FeedLease> {
    store.claim_feeds(limit, LEASE).await.unwrap()
}

fn names(leases: &[FeedLease]) -> Vec<&str> {
    leases.iter().map(|lease| lease.feed.as_str()).collect()
}

/// The state after a visit that went well, due again at once.
fn read(lease: &FeedLease, now: Timestamp) -> FeedState {
    FeedState { next_due: now, initialised: true, last_visit: Some(now), last_success: Some(now), ..lease.state.clone() }
}

/// Visits the one feed that is due.
async fn visit(store: &dyn Store, clock: &ManualClock, entries: Vec<ListedEntry>) -> VisitCommitted {
    let leases = take_feeds(store, 1).await;
    let lease = leases.first().expect("a feed is due");
    store.commit_visit(lease, VisitOutcome::new(read(lease, clock.now()), entries)).await.unwrap()
}

async fn take_work(store: &dyn Store, limit: usize) -> Vec<WorkLease> {
    store.claim_work(limit, LEASE).await.unwrap()
}

fn ids(leases: &[WorkLease]) -> Vec<u128> {
    leases.iter().map(|lease| u128::from_be_bytes(lease.entry.id.0)).collect()
}

/// Reads one entry with these alerts as what came of it.
async fn raise(store: &dyn Store, clock: &ManualClock, number: u128, alerts: Vec<NewAlert>) -> Vec<u128> {
    if store.feeds().await.unwrap().is_empty() {
        configure(store, &[("wire", clock.now())]).await;
    }
    visit(store, clock, listed("wire", [number])).await;
    let work = take_work(store, 1).await;
    let lease = work.first().expect("the entry is new");
    let done = WorkDone::new(Some(format!(r#"{{"item":{number}}}"#).as_str().into()), alerts);
    let raised = store.complete_work(lease, done).await.unwrap().raised;
    raised.iter().map(|alert| alert.0.as_u128()).collect()
}

async fn take_deliveries(store: &dyn Store, channel: &str, limit: usize) -> Vec<DeliveryLease> {
    store.claim_deliveries(&ChannelId::from(channel), limit, LEASE).await.unwrap()
}

fn numbers(leases: &[DeliveryLease]) -> Vec<(u128, u32)> {
    leases.iter().map(|lease| (lease.delivery.alert.0.as_u128(), lease.delivery.attempt)).collect()
}

fn is_lost<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::LostLease { .. }))
}

pub(super) async fn feeds_are_taken_oldest_first_and_by_one_only(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("c", at(0)), ("a", at(-1)), ("b", at(0)), ("later", at(2))]).await;
    assert_eq!(names(&take_feeds(store, 2).await), ["a", "c"]);
    assert_eq!(names(&take_feeds(store, 9).await), ["b"]);
    assert!(take_feeds(store, 9).await.is_empty());
    clock.advance(minutes(2));
    assert_eq!(names(&take_feeds(store, 9).await), ["c", "a", "b", "later"], "leases end, and waits too");
}

pub(super) async fn a_late_visit_is_refused_and_changes_nothing(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    let late = take_feeds(store, 1).await.remove(0);
    clock.advance(minutes(5));
    let current = take_feeds(store, 1).await.remove(0);
    assert!(current.generation > late.generation);
    let state = FeedState { title: Some("late".to_owned()), next_due: at(500), ..late.state.clone() };
    assert!(is_lost(&store.commit_visit(&late, VisitOutcome::new(state, listed("a", [1]))).await));
    assert_eq!(store.feeds().await.unwrap(), [(FeedId::from("a"), FeedState::new(at(0)))]);
    assert!(take_work(store, 9).await.is_empty());

    let state = read(&current, at(60));
    store.commit_visit(&current, VisitOutcome::new(state.clone(), Vec::new())).await.unwrap();
    assert_eq!(store.feeds().await.unwrap(), [(FeedId::from("a"), state.clone())]);
    assert!(is_lost(&store.commit_visit(&current, VisitOutcome::new(state, listed("a", [1]))).await), "a visit ends once");
    assert!(take_work(store, 9).await.is_empty());
}

pub(super) async fn removed_feeds_come_back_with_their_state(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0)), ("b", at(0))]).await;
    let lease = take_feeds(store, 1).await.remove(0);
    let state = FeedState { title: Some("A".to_owned()), ..read(&lease, at(30)) };
    store.commit_visit(&lease, VisitOutcome::new(state.clone(), listed("a", [1]))).await.unwrap();

    configure(store, &[("b", at(0))]).await;
    clock.advance(minutes(60));
    assert_eq!(names(&take_feeds(store, 9).await), ["b"]);
    assert_eq!(store.feeds().await.unwrap().len(), 1);

    configure(store, &[("b", at(99)), ("a", at(99))]).await;
    let back = take_feeds(store, 9).await.remove(0);
    let state = FeedState { last_new: Some(start()), ..state };
    assert_eq!((back.feed.as_str(), &back.state), ("a", &state), "its own due time counts, not that of a new feed");
    let committed = store.commit_visit(&back, VisitOutcome::new(state, listed("a", [1, 2]))).await.unwrap();
    assert_eq!(committed, VisitCommitted { new: 1, work: 1, told: 0 }, "its marks are still there");
}

pub(super) async fn a_feed_with_a_new_address_keeps_only_what_was_seen(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    let lease = take_feeds(store, 1).await.remove(0);
    let moved = Moved { to: "https://elsewhere.example/".parse().unwrap(), seen: 2 };
    let validators = Validators { etag: Some(b"x".to_vec()), last_modified: Some(b"y".to_vec()), body_hash: Some([7; 16]) };
    let state = FeedState {
        next_due: at(600),
        next_reason: "retry-after".to_owned(),
        validators,
        moved: Some(moved),
        failures: 2,
        last_status: Some(429),
        title: Some("A".to_owned()),
        ..read(&lease, at(0))
    };
    store.commit_visit(&lease, VisitOutcome::new(state.clone(), listed("a", [1]))).await.unwrap();
    configure(store, &[("a", at(1))]).await;
    assert!(take_feeds(store, 9).await.is_empty(), "the same address is left alone as before");

    store.configure_feeds(vec![FeedPlan::new("a", "https://example.org/new", at(0))]).await.unwrap();
    let lease = take_feeds(store, 9).await.remove(0);
    let expected = FeedState {
        initialised: true,
        last_visit: state.last_visit,
        last_success: state.last_success,
        last_new: lease.state.last_new,
        title: state.title,
        ..FeedState::new(at(0))
    };
    assert_eq!(lease.state, expected);

    store.configure_feeds(vec![FeedPlan::new("a", "https://example.org/newer", at(0))]).await.unwrap();
    let late = VisitOutcome::new(read(&lease, at(0)), listed("a", [2]));
    assert!(is_lost(&store.commit_visit(&lease, late).await), "a visit of the address before");
    let committed = visit(store, clock, listed("a", [1, 2])).await;
    assert_eq!(committed, VisitCommitted { new: 1, work: 1, told: 0 }, "its marks are still there");
}

pub(super) async fn entries_become_work_once(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    let mut entries = listed("a", [1, 2, 2]);
    entries.push(ListedEntry { id: entry_id(3), twin: None, entry: None });
    assert_eq!(visit(store, clock, entries).await, VisitCommitted { new: 3, work: 2, told: 0 });
    assert_eq!(visit(store, clock, Vec::new()).await, VisitCommitted::default(), "unchanged");
    assert_eq!(visit(store, clock, listed("a", [1, 2, 3])).await, VisitCommitted::default());
    assert_eq!(visit(store, clock, listed("a", [2, 3, 4])).await, VisitCommitted { new: 1, work: 1, told: 0 });
    assert_eq!(ids(&take_work(store, 9).await), [1, 2, 4]);
    assert_eq!(store.status().await.unwrap().seen, 4);
}

pub(super) async fn an_entry_known_from_another_feed_is_not_new(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0)), ("b", at(0)), ("c", at(0))]).await;
    let feeds = take_feeds(store, 3).await;
    assert_eq!(names(&feeds), ["a", "b", "c"]);
    let commit =
        async |lease: &FeedLease, entries| store.commit_visit(lease, VisitOutcome::new(read(lease, clock.now()), entries)).await.unwrap();
    let mut entries = listed("a", [1]);
    entries.push(ListedEntry { id: entry_id(9), twin: None, entry: None });
    assert_eq!(commit(&feeds[0], entries).await, VisitCommitted { new: 2, work: 1, told: 0 });
    assert_eq!(commit(&feeds[1], listed("b", [1, 2, 9])).await, VisitCommitted { new: 2, work: 2, told: 0 }, "9 was only marked");
    let work = take_work(store, 9).await;
    assert_eq!(ids(&work), [1, 2, 9]);
    for lease in work {
        store.complete_work(&lease, WorkDone::new(Some("{}".into()), Vec::new())).await.unwrap();
    }
    assert_eq!(commit(&feeds[2], listed("c", [1, 2, 9, 4])).await, VisitCommitted { new: 1, work: 1, told: 0 }, "read is read");
    assert_eq!(ids(&take_work(store, 9).await), [4]);
}

pub(super) async fn items_are_found_by_time_and_by_their_words(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    visit(store, clock, listed("a", [1, 2, 3, 4])).await;
    let word = |text: &str| Needed::Word(text.to_owned());
    let item = |number: usize, terms: Option<(u32, &[&str])>| NewItem {
        record: format!("item {number} «é»").repeat(50),
        terms: terms.map(|(version, words)| Terms { version, words: words.iter().map(|word| (*word).to_owned()).collect() }),
    };
    let items = [
        item(1, Some((7, &["kyiv", "гарантия", "actor:a-b"]))),
        item(2, Some((7, &["kyiv", "peace", "平"]))),
        item(3, Some((6, &["other"]))),
        item(4, None),
    ];
    for (lease, item) in take_work(store, 9).await.iter().zip(items.clone()) {
        store.complete_work(lease, WorkDone::new(Some(item), Vec::new())).await.unwrap();
        clock.advance(minutes(10));
    }
    let all = store.item_rows(ItemQuery::default()).await.unwrap();
    let read = store.items(&all).await.unwrap();
    assert_eq!(read.iter().map(|item| item.at).collect::<Vec<_>>(), [at(0), at(10), at(20), at(30)]);
    assert!(read.iter().zip(&items).all(|(read, item)| read.record == item.record));
    assert_eq!(store.item(entry_id(2)).await.unwrap().as_deref(), Some(items[1].record.as_str()));
    assert_eq!(store.items(&[all[2], 9999, all[0]]).await.unwrap(), [read[2].clone(), read[0].clone()], "what is gone is left out");

    let found = async |needed: Option<Needed>, since: Option<i64>, until: Option<i64>| {
        let needed = needed.map(|needed| (7, needed));
        let query = ItemQuery { since: since.map(at), until: until.map(at), needed, newest_first: false };
        let rows = store.item_rows(query).await.unwrap();
        rows.iter().map(|row| all.iter().position(|other| other == row).unwrap() + 1).collect::<Vec<_>>()
    };
    assert_eq!(found(None, Some(10), Some(30)).await, [2, 3]);
    assert_eq!(found(Some(word("kyiv")), None, None).await, [1, 2, 3, 4], "of another version, and without words, are never left out");
    assert_eq!(found(Some(word("гарантия")), None, None).await, [1, 3, 4]);
    assert_eq!(found(Some(word("平")), Some(10), None).await, [2, 3, 4]);
    assert_eq!(found(Some(word("actor:a-b")), None, Some(20)).await, [1]);
    assert_eq!(found(Some(word("actor")), None, Some(20)).await, Vec::<usize>::new());
    assert_eq!(found(Some(Needed::Beginning("гаран".to_owned())), None, Some(20)).await, [1]);
    assert_eq!(found(Some(Needed::Beginning("actor:a".to_owned())), None, Some(20)).await, [1]);
    let both = Needed::All(vec![word("kyiv"), Needed::Any(vec![word("peace"), word("war")])]);
    assert_eq!(found(Some(both), None, Some(20)).await, [2]);
    assert_eq!(found(Some(Needed::Any(Vec::new())), None, None).await, [3, 4], "nothing is of that kind");
    let deep = (0..200).fold(word("nobody"), |inner, _| Needed::All(vec![word("kyiv"), Needed::Any(vec![word("x"), inner])]));
    assert_eq!(found(Some(deep), None, None).await, [1, 2, 3, 4], "what nests too deep is not narrowed");
    let newest = ItemQuery { newest_first: true, ..ItemQuery::default() };
    assert_eq!(store.item_rows(newest).await.unwrap(), all.iter().rev().copied().collect::<Vec<_>>());

    // Words go with their item.
    clock.advance(minutes(60));
    store.retain(Retention { items: Duration::from_secs(75 * 60), ..Retention::default() }).await.unwrap();
    assert_eq!(store.item_rows(ItemQuery { needed: Some((7, word("kyiv"))), ..ItemQuery::default() }).await.unwrap(), all[3..]);
}

pub(super) async fn an_entry_under_a_new_identity_is_not_new(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    let twin = |twin: i64, number| listed("a", [number]).into_iter().map(move |entry| ListedEntry { twin: Some(twin), ..entry });
    let both = |left: (i64, u128), right: (i64, u128)| twin(left.0, left.1).chain(twin(right.0, right.1)).collect::<Vec<_>>();
    assert_eq!(visit(store, clock, both((7, 1), (8, 2))).await, VisitCommitted { new: 2, work: 2, told: 0 });
    // 1 is listed as 11 now. 12 looks like 2, which is still listed: another one.
    let mut entries = both((7, 11), (8, 2));
    entries.extend(twin(8, 12));
    assert_eq!(visit(store, clock, entries).await, VisitCommitted { new: 1, work: 1, told: 0 });
    // The mark of 1 has found its entry; what comes under 11 later is known, and 1 itself is too.
    assert_eq!(visit(store, clock, both((7, 11), (7, 1))).await, VisitCommitted::default());
    assert_eq!(ids(&take_work(store, 9).await), [1, 2, 12]);
}

pub(super) async fn last_new_is_when_an_unknown_entry_came(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    let last_new = async || store.feeds().await.unwrap().remove(0).1.last_new;
    visit(store, clock, vec![ListedEntry { id: entry_id(1), twin: None, entry: None }]).await;
    assert_eq!(last_new().await, None, "the old entries of a new feed are no news");
    clock.advance(minutes(10));
    visit(store, clock, listed("a", [1, 2])).await;
    assert_eq!(last_new().await, Some(at(10)));
    clock.advance(minutes(10));
    visit(store, clock, listed("a", [1, 2])).await;
    assert_eq!(last_new().await, Some(at(10)));
}

pub(super) async fn feeds_that_were_told_to_wait_are_found_until_then(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0)), ("b", at(0)), ("c", at(0))]).await;
    for (lease, (reason, due)) in take_feeds(store, 3).await.iter().zip([("retry-after", 30), ("retry-after", 10), ("interval", 30)]) {
        let state = FeedState { next_reason: reason.to_owned(), last_status: Some(429), ..read(lease, at(due)) };
        store.commit_visit(lease, VisitOutcome::new(state, Vec::new())).await.unwrap();
    }
    clock.advance(minutes(20));
    let waiting = store.feeds_told_to_wait().await.unwrap();
    let [(feed, state)] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!((feed.as_str(), state.next_due, state.last_status), ("a", at(30), Some(429)));
    clock.advance(minutes(10));
    assert!(store.feeds_told_to_wait().await.unwrap().is_empty());
}

pub(super) async fn the_owner_stops_and_starts_feeds(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    let feed = FeedId::from("a");
    assert!(!store.set_feed(&FeedId::from("unknown"), FeedChange::Pause).await.unwrap());

    let lease = take_feeds(store, 1).await.remove(0);
    assert!(store.set_feed(&feed, FeedChange::Pause).await.unwrap());
    store.commit_visit(&lease, VisitOutcome::new(read(&lease, at(10)), Vec::new())).await.unwrap();
    clock.advance(minutes(20));
    assert!(take_feeds(store, 1).await.is_empty(), "a pause during a visit holds");
    assert_eq!(store.next_feed_due().await.unwrap(), None);
    assert!(store.feeds().await.unwrap().remove(0).1.paused);

    assert!(store.set_feed(&feed, FeedChange::Resume).await.unwrap());
    let lease = take_feeds(store, 1).await.remove(0);
    assert_eq!(lease.state, read(&lease, at(10)), "its wait is as before the pause");
    let gone = FeedState { gone: true, failures: 4, last_error: Some("410".to_owned()), next_due: at(900), ..lease.state.clone() };
    store.commit_visit(&lease, VisitOutcome::new(gone, Vec::new())).await.unwrap();
    clock.advance(minutes(1000));
    assert!(take_feeds(store, 1).await.is_empty());

    assert!(store.set_feed(&feed, FeedChange::Resume).await.unwrap());
    let state = take_feeds(store, 1).await.remove(0).state;
    assert_eq!((state.gone, state.failures, state.next_due, state.next_reason.as_str()), (false, 0, clock.now(), "start"));
}

pub(super) async fn work_is_taken_in_order_and_again_after_its_lease(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    visit(store, clock, listed("a", [3, 1, 2])).await;
    let first = take_work(store, 2).await;
    assert_eq!(ids(&first), [3, 1]);
    assert_eq!(first.iter().map(|lease| lease.entry.clone()).collect::<Vec<_>>(), [entry("a", 3), entry("a", 1)]);
    assert_eq!(ids(&take_work(store, 9).await), [2]);
    assert!(take_work(store, 9).await.is_empty());
    clock.advance(minutes(2));
    let again = take_work(store, 9).await;
    assert_eq!(ids(&again), [3, 1, 2]);
    assert_eq!(again.iter().map(|lease| lease.attempt).collect::<Vec<_>>(), [1, 1, 1]);
    assert!(is_lost(&store.complete_work(&first[0], WorkDone::new(Some("late".into()), Vec::new())).await));
    assert_eq!(store.item(entry_id(3)).await.unwrap(), None);
    store.complete_work(&again[0], WorkDone::new(Some("good".into()), Vec::new())).await.unwrap();
    assert_eq!(store.item(entry_id(3)).await.unwrap().as_deref(), Some("good"));
}

pub(super) async fn put_off_work_waits_and_counts_no_attempt(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    assert!(!store.has_work().await.unwrap());
    visit(store, clock, listed("a", [1])).await;
    let lease = take_work(store, 1).await.remove(0);
    assert!(store.has_work().await.unwrap());
    store.defer_work(&lease, at(10)).await.unwrap();
    assert!(is_lost(&store.defer_work(&lease, at(20)).await));
    assert!(is_lost(&store.complete_work(&lease, WorkDone::new(None, Vec::new())).await));
    clock.advance(minutes(9));
    assert!(take_work(store, 1).await.is_empty());
    clock.advance(minutes(1));
    assert_eq!(take_work(store, 1).await.remove(0).attempt, 0);
}

pub(super) async fn work_cut_short_often_is_lent_alone(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    visit(store, clock, listed("a", [1, 2, 3])).await;
    for _ in 0..SUSPECT_AFTER {
        assert_eq!(ids(&take_work(store, 9).await), [1, 2, 3]);
        clock.advance(minutes(2));
    }
    visit(store, clock, listed("a", [4, 1, 2, 3])).await;
    let taken = take_work(store, 9).await;
    assert_eq!(ids(&taken), [4, 1], "what is new, and one suspect");
    assert_eq!(taken[1].attempt, SUSPECT_AFTER);
    assert!(take_work(store, 9).await.is_empty(), "none while one is on loan");
    clock.advance(minutes(2));
    let taken = take_work(store, 1).await;
    assert_eq!(ids(&taken), [2], "the one that was tried least");
    store.complete_work(&taken[0], WorkDone::new(None, Vec::new())).await.unwrap();
    assert_eq!(ids(&take_work(store, 9).await), [4, 3]);
}

pub(super) async fn reading_leaves_item_alerts_and_deliveries(store: &dyn Store, clock: &Arc<ManualClock>) {
    let alerts = vec![alert(7, "w", Severity::High, at(0), &["desk", "log", "desk"]), alert(8, "v", Severity::Low, at(0), &[])];
    let bodies: Vec<String> = alerts.iter().map(|alert| alert.body.clone()).collect();
    assert_eq!(raise(store, clock, 1, alerts).await, [7, 8]);
    assert_eq!(store.item(entry_id(1)).await.unwrap().as_deref(), Some(r#"{"item":1}"#));
    assert!(take_work(store, 9).await.is_empty());
    let stored = store.alerts(AlertQuery::default()).await.unwrap();
    assert_eq!(stored.into_iter().map(|alert| alert.body).collect::<Vec<_>>(), bodies);
    let log = take_deliveries(store, "log", 9).await;
    assert_eq!(numbers(&log), [(7, 0), (8, 0)]);
    assert_eq!(log[0].delivery.body, bodies[0]);
    assert_eq!((log[0].delivery.raised, log[0].delivery.channel.as_str()), (at(0), "log"));
    assert_eq!(numbers(&take_deliveries(store, "desk", 9).await), [(7, 0)]);
    assert_eq!(store.known_alerts(vec![alert_id(9), alert_id(8)]).await.unwrap(), [alert_id(8)]);
}

pub(super) async fn an_alert_is_raised_and_delivered_once(store: &dyn Store, clock: &Arc<ManualClock>) {
    assert_eq!(raise(store, clock, 1, vec![alert(7, "w", Severity::High, at(0), &["desk"])]).await, [7]);
    let log = take_deliveries(store, "log", 9).await;
    store.settle(log.into_iter().map(|lease| (lease, Settlement::Delivered)).collect()).await.unwrap();
    let mut again = alert(7, "w", Severity::Low, at(5), &["desk", "other"]);
    again.body = "another body".to_owned();
    assert!(raise(store, clock, 2, vec![again]).await.is_empty());
    clock.advance(minutes(10));
    assert!(take_deliveries(store, "log", 9).await.is_empty());
    assert!(take_deliveries(store, "other", 9).await.is_empty());
    assert_eq!(take_deliveries(store, "desk", 9).await.remove(0).delivery.body, r#"{"alert":7}"#);
    assert_eq!(store.alerts(AlertQuery::default()).await.unwrap().len(), 1);
}

pub(super) async fn deliveries_go_in_order_and_a_failed_one_holds_up_nobody(store: &dyn Store, clock: &Arc<ManualClock>) {
    let alerts = (1..=4).map(|number| alert(number, "w", Severity::High, at(0), &["desk"])).collect();
    raise(store, clock, 1, alerts).await;
    let mut first = take_deliveries(store, "desk", 3).await;
    assert_eq!(numbers(&first), [(1, 0), (2, 0), (3, 0)]);
    let third = first.remove(2);
    let second = first.remove(1);
    let retry = Settlement::Retry { at: at(5), error: "refused".to_owned() };
    store
        .settle(vec![(first.remove(0), retry), (second, Settlement::Dead { error: "400".to_owned() }), (third, Settlement::Released)])
        .await
        .unwrap();
    assert_eq!(numbers(&take_deliveries(store, "desk", 9).await), [(3, 0), (4, 0)]);
    clock.advance(minutes(5));
    assert_eq!(numbers(&take_deliveries(store, "desk", 9).await), [(1, 1), (3, 0), (4, 0)], "in order of raising");
    assert_eq!(store.status().await.unwrap().dead, [(ChannelId::from("desk"), 1)]);
}

pub(super) async fn a_channel_that_waits_keeps_its_order(store: &dyn Store, clock: &Arc<ManualClock>) {
    let alerts = (1..=3).map(|number| alert(number, "w", Severity::Low, at(0), &["desk", "other"])).collect();
    raise(store, clock, 1, alerts).await;
    let desk = ChannelId::from("desk");
    assert_eq!(store.resume_channel(&desk).await.unwrap(), None);
    for (attempt, asked) in [(1, false), (2, true)] {
        let mut first = take_deliveries(store, "desk", 2).await;
        assert_eq!(numbers(&first), [(1, 0), (2, 0)], "no attempt is counted while the channel waits");
        let until = clock.now() + minutes(10);
        let waits = Settlement::ChannelWaits { until, asked, error: format!("no answer {attempt}") };
        store.settle(vec![(first.remove(0), waits), (first.remove(0), Settlement::Released)]).await.unwrap();
        assert!(take_deliveries(store, "desk", 9).await.is_empty(), "nobody overtakes");
        let trouble = store.status().await.unwrap().failing.remove(0);
        assert_eq!((trouble.channel.as_str(), trouble.since, trouble.until, trouble.failures), ("desk", at(0), until, attempt));
        assert_eq!(trouble.error, format!("no answer {attempt}"));
        clock.advance(minutes(10));
    }
    assert_eq!(numbers(&take_deliveries(store, "other", 9).await).len(), 3, "other channels go on");
    let first = take_deliveries(store, "desk", 1).await.remove(0);
    store.settle(vec![(first, Settlement::ChannelWaits { until: at(1000), asked: true, error: String::new() })]).await.unwrap();
    assert_eq!(store.resume_channel(&desk).await.unwrap().map(|trouble| trouble.until), Some(at(1000)), "the receiver asked for it");
    assert!(take_deliveries(store, "desk", 9).await.is_empty());
    clock.advance(minutes(1000));
    let first = take_deliveries(store, "desk", 1).await.remove(0);
    store.settle(vec![(first, Settlement::ChannelWaits { until: at(5000), asked: false, error: String::new() })]).await.unwrap();
    assert_eq!(store.resume_channel(&desk).await.unwrap().map(|trouble| (trouble.until, trouble.failures)), Some((clock.now(), 4)));
    let all = take_deliveries(store, "desk", 9).await;
    assert_eq!(numbers(&all), [(1, 0), (2, 0), (3, 0)]);
    store.settle(all.into_iter().map(|lease| (lease, Settlement::Delivered)).collect()).await.unwrap();
    assert!(store.status().await.unwrap().failing.is_empty());
}

pub(super) async fn dead_letters_are_tried_again_or_dropped(store: &dyn Store, clock: &Arc<ManualClock>) {
    let alerts = (1..=2).map(|number| alert(number, "w", Severity::Low, at(0), &["desk"])).collect();
    raise(store, clock, 1, alerts).await;
    let all = take_deliveries(store, "desk", 9).await;
    let dead = |lease| (lease, Settlement::Dead { error: "no".to_owned() });
    store.settle(all.into_iter().map(dead).collect()).await.unwrap();
    let letters = |letters: Vec<DeadLetter>| letters.iter().map(|letter| letter.delivery.alert.0.as_u128()).collect::<Vec<_>>();
    let of =
        |channel: Option<&str>, number: Option<u128>| DeadLetters { channel: channel.map(ChannelId::from), alert: number.map(alert_id) };
    let first = store.dead_letters(of(None, Some(1))).await.unwrap().remove(0);
    assert_eq!((first.given_up, first.error.as_str(), first.delivery.attempt), (at(0), "no", 1));
    assert_eq!(letters(store.dead_letters(of(Some("desk"), None)).await.unwrap()), [1, 2]);
    assert!(store.dead_letters(of(Some("other"), None)).await.unwrap().is_empty());

    clock.advance(minutes(5));
    assert_eq!(store.change_dead_letters(of(None, Some(2)), DeadLetterChange::Drop).await.unwrap(), 1);
    assert_eq!(store.change_dead_letters(of(None, Some(7)), DeadLetterChange::Drop).await.unwrap(), 0);
    assert_eq!(store.change_dead_letters(of(Some("desk"), None), DeadLetterChange::Retry).await.unwrap(), 1);
    assert!(store.dead_letters(of(None, None)).await.unwrap().is_empty());
    assert_eq!(numbers(&take_deliveries(store, "desk", 9).await), [(1, 0)], "from the first attempt on; what was dropped stays so");
    assert!(store.status().await.unwrap().dead.is_empty());
}

pub(super) async fn a_delivery_is_settled_by_its_holder_only(store: &dyn Store, clock: &Arc<ManualClock>) {
    raise(store, clock, 1, vec![alert(1, "w", Severity::High, at(0), &[]), alert(2, "w", Severity::High, at(0), &[])]).await;
    let late = take_deliveries(store, "log", 1).await.remove(0);
    clock.advance(minutes(2));
    let mut current = take_deliveries(store, "log", 2).await;
    let other = current.remove(1);
    assert!(is_lost(&store.settle(vec![(other.clone(), Settlement::Delivered), (late, Settlement::Delivered)]).await));
    clock.advance(minutes(2));
    let again = take_deliveries(store, "log", 2).await;
    assert_eq!(numbers(&again), [(1, 0), (2, 0)], "nothing of a refused call is kept");
    assert!(is_lost(&store.settle(vec![(other, Settlement::Delivered)]).await));
    store.settle(again.iter().map(|lease| (lease.clone(), Settlement::Delivered)).collect()).await.unwrap();
    assert!(is_lost(&store.settle(vec![(again[0].clone(), Settlement::Delivered)]).await), "a delivery is settled once");
    clock.advance(minutes(2));
    assert!(take_deliveries(store, "log", 2).await.is_empty());
}

pub(super) async fn the_history_answers_by_time_watch_and_severity(store: &dyn Store, clock: &Arc<ManualClock>) {
    let all = [(1, "w", Severity::Low, 0), (2, "v", Severity::High, 10), (3, "w", Severity::Critical, 20), (4, "w", Severity::Medium, 15)];
    for (number, watch, severity, minute) in all {
        raise(store, clock, number, vec![alert(number, watch, severity, at(minute), &[])]).await;
    }
    let found = async |query: AlertQuery| -> Vec<String> {
        store.alerts(query).await.unwrap().into_iter().map(|alert| alert.body.replace(r#"{"alert":"#, "").replace('}', "")).collect()
    };
    assert_eq!(found(AlertQuery::default()).await, ["1", "2", "3", "4"]);
    assert_eq!(found(AlertQuery { limit: Some(2), ..AlertQuery::default() }).await, ["3", "4"]);
    assert_eq!(found(AlertQuery { limit: Some(0), ..AlertQuery::default() }).await, [""; 0]);
    assert_eq!(found(AlertQuery { since: Some(at(10)), ..AlertQuery::default() }).await, ["2", "3", "4"]);
    assert_eq!(found(AlertQuery { since: Some(at(16)), ..AlertQuery::default() }).await, ["3"]);
    assert_eq!(found(AlertQuery { since: Some(at(21)), ..AlertQuery::default() }).await, [""; 0]);
    let of_w = AlertQuery { watch: Some(WatchId::from("w")), ..AlertQuery::default() };
    assert_eq!(found(of_w.clone()).await, ["1", "3", "4"]);
    assert_eq!(found(AlertQuery { severity: Some(Severity::Medium), ..of_w.clone() }).await, ["3", "4"]);
    assert_eq!(found(AlertQuery { limit: Some(1), since: Some(at(0)), ..of_w }).await, ["4"]);
    let rows: Vec<i64> = store.alerts(AlertQuery::default()).await.unwrap().into_iter().map(|alert| alert.row).collect();
    assert!(rows.is_sorted_by(|a, b| a < b));
    assert_eq!(found(AlertQuery { after: Some(rows[1]), ..AlertQuery::default() }).await, ["3", "4"]);
}

pub(super) async fn leases_of_an_earlier_process_are_freed(store: &dyn Store, clock: &Arc<ManualClock>) {
    raise(store, clock, 1, vec![alert(1, "w", Severity::High, at(0), &[])]).await;
    visit(store, clock, listed("wire", [2])).await;
    let feed = take_feeds(store, 1).await.remove(0);
    let work = take_work(store, 1).await.remove(0);
    let delivery = take_deliveries(store, "log", 1).await.remove(0);
    store.free_leases().await.unwrap();
    assert!(is_lost(&store.commit_visit(&feed, VisitOutcome::new(feed.state.clone(), Vec::new())).await));
    assert!(is_lost(&store.complete_work(&work, WorkDone::new(None, Vec::new())).await));
    assert!(is_lost(&store.settle(vec![(delivery, Settlement::Delivered)]).await));
    assert_eq!(names(&take_feeds(store, 9).await), ["wire"]);
    assert_eq!(ids(&take_work(store, 9).await), [2]);
    assert_eq!(numbers(&take_deliveries(store, "log", 9).await), [(1, 0)]);
}

pub(super) async fn the_next_moment_of_each_kind_is_told(store: &dyn Store, clock: &Arc<ManualClock>) {
    assert_eq!(store.next_feed_due().await.unwrap(), None);
    assert_eq!(store.next_due().await.unwrap(), None);
    configure(store, &[("a", at(0)), ("b", at(30))]).await;
    assert_eq!(store.next_feed_due().await.unwrap(), Some(at(0)));
    let lease = take_feeds(store, 1).await.remove(0);
    assert_eq!(store.next_feed_due().await.unwrap(), Some(at(1)), "a lease that is not ended ends itself");
    store.commit_visit(&lease, VisitOutcome::new(read(&lease, at(60)), listed("a", [1]))).await.unwrap();
    assert_eq!(store.next_feed_due().await.unwrap(), Some(at(30)));
    assert_eq!(store.next_due().await.unwrap(), Some(at(0)));
    let work = take_work(store, 1).await.remove(0);
    store.defer_work(&work, at(7)).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(7)));
    clock.advance(minutes(7));
    let work = take_work(store, 1).await.remove(0);
    let alerts = vec![alert(1, "w", Severity::High, at(7), &[])];
    store.complete_work(&work, WorkDone::new(None, alerts)).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(7)));
    let delivery = take_deliveries(store, "log", 1).await.remove(0);
    store.settle(vec![(delivery, Settlement::Retry { at: at(9), error: String::new() })]).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(9)));
    clock.advance(minutes(2));
    let delivery = take_deliveries(store, "log", 1).await.remove(0);
    store.settle(vec![(delivery, Settlement::Dead { error: String::new() })]).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), None);
}

pub(super) async fn marks_live_while_the_feed_lists_the_entry(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    visit(store, clock, listed("a", [1, 2])).await;
    for _ in 0..20 {
        clock.advance(days(20));
        visit(store, clock, Vec::new()).await;
        store.retain(POLICY).await.unwrap();
    }
    assert_eq!(store.status().await.unwrap().seen, 2, "unchanged for more than a year");
    assert_eq!(visit(store, clock, listed("a", [1, 2])).await, VisitCommitted::default());
    for _ in 0..20 {
        clock.advance(days(20));
        visit(store, clock, listed("a", [1, 2])).await;
        store.retain(POLICY).await.unwrap();
    }
    assert_eq!(store.status().await.unwrap().seen, 2, "listed for more than a year");
}

pub(super) async fn a_dropped_entry_is_remembered_for_its_time(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    visit(store, clock, listed("a", [1, 2])).await;
    for lease in take_work(store, 9).await {
        store.complete_work(&lease, WorkDone::new(None, Vec::new())).await.unwrap();
    }
    clock.advance(days(200));
    visit(store, clock, Vec::new()).await;
    visit(store, clock, listed("a", [2, 3])).await;
    store.retain(POLICY).await.unwrap();
    clock.advance(days(80));
    visit(store, clock, listed("a", [2, 3])).await;
    store.retain(POLICY).await.unwrap();
    assert_eq!(visit(store, clock, listed("a", [1, 2, 3])).await.new, 0, "dropped 80 days ago, after 200 of silence");
    clock.advance(days(1));
    visit(store, clock, listed("a", [2, 3])).await;
    clock.advance(days(100));
    visit(store, clock, listed("a", [2, 3])).await;
    assert_eq!(store.retain(POLICY).await.unwrap(), 1);
    assert_eq!(store.status().await.unwrap().seen, 2);
    assert_eq!(visit(store, clock, listed("a", [1, 2, 3])).await.new, 1);
}

pub(super) async fn old_items_and_alerts_are_forgotten(store: &dyn Store, clock: &Arc<ManualClock>) {
    raise(store, clock, 1, vec![alert(1, "w", Severity::High, clock.now(), &["desk"])]).await;
    raise(store, clock, 2, vec![alert(2, "w", Severity::High, clock.now(), &[])]).await;
    for channel in ["log", "desk"] {
        let leases = take_deliveries(store, channel, 1).await;
        store.settle(leases.into_iter().map(|lease| (lease, Settlement::Delivered)).collect()).await.unwrap();
    }
    clock.advance(days(31));
    raise(store, clock, 3, vec![alert(3, "w", Severity::High, clock.now(), &[])]).await;
    assert_eq!(store.retain(POLICY).await.unwrap(), 2);
    let status = store.status().await.unwrap();
    assert_eq!((status.items, status.alerts), (1, 3));
    assert_eq!(store.item(entry_id(1)).await.unwrap(), None);
    assert!(store.item(entry_id(3)).await.unwrap().is_some());
    clock.advance(days(31));
    assert_eq!(store.retain(POLICY).await.unwrap(), 1 + 1, "an item, and the one old alert that waits for nobody");
    assert_eq!(store.known_alerts(vec![alert_id(1), alert_id(2), alert_id(3)]).await.unwrap(), [alert_id(2), alert_id(3)]);
    assert_eq!(numbers(&take_deliveries(store, "log", 9).await), [(2, 0), (3, 0)]);
    assert_eq!(store.status().await.unwrap().alerts, 2);
}

pub(super) async fn a_feed_long_removed_begins_anew(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0)), ("b", at(0))]).await;
    visit(store, clock, listed("a", 0..1200)).await;
    configure(store, &[("b", at(0))]).await;
    clock.advance(days(89));
    assert_eq!(store.retain(POLICY).await.unwrap(), 0);
    clock.advance(days(2));
    assert_eq!(store.retain(POLICY).await.unwrap(), 1201, "its marks and itself");
    configure(store, &[("a", clock.now()), ("b", clock.now() + days(1))]).await;
    let states = store.feeds().await.unwrap();
    let state = states.iter().find(|(feed, _)| feed.as_str() == "a").map(|(_, state)| state);
    assert_eq!(state, Some(&FeedState::new(clock.now())));
}

pub(super) async fn status_counts_everything(store: &dyn Store, clock: &Arc<ManualClock>) {
    raise(store, clock, 1, vec![alert(1, "w", Severity::High, at(-3), &["desk"]), alert(2, "w", Severity::High, at(-2), &["desk"])]).await;
    visit(store, clock, listed("wire", [1, 2])).await;
    let first = take_deliveries(store, "desk", 1).await.remove(0);
    store.settle(vec![(first, Settlement::Delivered)]).await.unwrap();
    configure(store, &[("wire", at(0)), ("bad", at(0)), ("gone", at(0)), ("paused", at(0))]).await;
    for lease in take_feeds(store, 9).await {
        let gone = lease.feed.as_str() == "gone";
        let failures = u32::from(lease.feed.as_str() != "wire");
        let state = FeedState { gone, failures, ..lease.state.clone() };
        store.commit_visit(&lease, VisitOutcome::new(state, Vec::new())).await.unwrap();
    }
    store.set_feed(&FeedId::from("paused"), FeedChange::Pause).await.unwrap();
    let beat = Beat { pid: 4242, started: at(-9), at: at(0), version: "0.1.0".to_owned() };
    store.beat(Beat { at: at(-1), ..beat.clone() }).await.unwrap();
    store.beat(beat.clone()).await.unwrap();
    let status = store.status().await.unwrap();
    assert_eq!((status.feeds, status.feeds_failing, status.feeds_stopped), (4, 1, 2));
    assert_eq!((status.seen, status.items, status.work, status.alerts), (2, 1, 1, 2));
    assert_eq!(status.last_alert, Some(at(-2)));
    assert_eq!(status.waiting, [(ChannelId::from("desk"), 1, at(-2)), (ChannelId::from("log"), 2, at(-3))]);
    assert_eq!(status.dead, []);
    assert_eq!(status.beat, Some(beat));
}

/// A notice on the silence of a feed, told by alert `number`.
fn notice(feed: &str, number: u128, change: Change) -> NewNotice {
    let told = Told { subject: Subject::Feed(feed.into()), trouble: Trouble::Silent, since: at(-60) };
    NewNotice { notice: Notice { told, change, at: at(0) }, alert: alert(number, "wirewatch:health", Severity::Medium, at(0), &["desk"]) }
}

pub(super) async fn a_trouble_is_told_once_until_it_is_over(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0)), ("b", at(0))]).await;
    let leases = take_feeds(store, 2).await;
    let outcome = |lease: &FeedLease, entries, notices| VisitOutcome { notices, ..VisitOutcome::new(read(lease, at(0)), entries) };
    // Of these the commit tells only the one that fits.
    let notices = vec![(When::News, notice("a", 1, Change::Ends)), (When::NoNews, notice("a", 2, Change::Begins))];
    assert_eq!(store.commit_visit(&leases[0], outcome(&leases[0], Vec::new(), notices)).await.unwrap().told, 1);
    let told = notice("a", 2, Change::Begins).notice.told;
    assert_eq!(store.told().await.unwrap(), std::slice::from_ref(&told));
    assert_eq!(numbers(&take_deliveries(store, "desk", 9).await), [(2, 0)]);
    assert_eq!(numbers(&take_deliveries(store, "log", 9).await), [(2, 0)]);

    // A late visit tells nothing.
    assert!(is_lost(
        &store.commit_visit(&leases[0], outcome(&leases[0], Vec::new(), vec![(When::Always, notice("a", 3, Change::Ends))])).await
    ));
    assert_eq!(store.tell(vec![notice("a", 2, Change::Begins)]).await.unwrap(), [], "known");
    clock.advance(minutes(1));
    let lease = take_feeds(store, 1).await.remove(0);
    assert_eq!(lease.told, [told]);
    let notices = vec![(When::News, notice("a", 4, Change::Ends)), (When::NoNews, notice("a", 5, Change::Begins))];
    assert_eq!(store.commit_visit(&lease, outcome(&lease, listed("a", [1]), notices)).await.unwrap().told, 1);
    assert_eq!(store.told().await.unwrap(), []);
    assert_eq!(store.tell(vec![notice("b", 6, Change::Begins), notice("b", 7, Change::Ends)]).await.unwrap(), [alert_id(6), alert_id(7)]);
    assert_eq!(store.told().await.unwrap(), []);
}

pub(super) async fn feeds_that_fail_for_long_are_found_and_can_be_forgiven(store: &dyn Store, _: &Arc<ManualClock>) {
    configure(store, &[("a", at(0)), ("b", at(0)), ("c", at(0))]).await;
    for (lease, minute) in take_feeds(store, 3).await.iter().zip([-30, -20, -10]) {
        let state = FeedState { failures: 3, failing_since: Some(at(minute)), last_error: Some("e".to_owned()), ..lease.state.clone() };
        store.commit_visit(lease, VisitOutcome::new(state, Vec::new())).await.unwrap();
    }
    let failing = async |minute| -> Vec<String> {
        store.feeds_failing(at(minute)).await.unwrap().into_iter().map(|(feed, _)| feed.to_string()).collect()
    };
    assert_eq!(failing(-20).await, ["a", "b"]);
    let told = Told { subject: Subject::Feed("a".into()), trouble: Trouble::Failing, since: at(-30) };
    let begins = Notice { told, change: Change::Begins, at: at(0) };
    store.tell(vec![NewNotice { notice: begins, ..notice("a", 1, Change::Begins) }]).await.unwrap();
    store.set_feed(&FeedId::from("c"), FeedChange::Pause).await.unwrap();
    assert_eq!(failing(0).await, ["b"], "nobody was told of it, and it is not paused");
    assert_eq!(store.forgive_failures(at(-20)).await.unwrap(), 2);
    assert_eq!(failing(0).await, [""; 0]);
    let states = store.feeds().await.unwrap();
    assert_eq!(states.iter().map(|(_, state)| state.failures).collect::<Vec<_>>(), [3, 0, 0]);
}

pub(super) async fn a_part_of_a_listing_lets_no_mark_grow_old(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(0))]).await;
    visit(store, clock, listed("a", [1, 2])).await;
    for day in 0..10 {
        clock.advance(days(20));
        let lease = take_feeds(store, 1).await.remove(0);
        let outcome = VisitOutcome::new(read(&lease, clock.now()), listed("a", [10 + day]));
        assert_eq!(store.commit_visit(&lease, VisitOutcome { listing: Listed::Part, ..outcome }).await.unwrap().new, 1);
        store.retain(POLICY).await.unwrap();
    }
    // The feed listed these all the time, though only its news came.
    assert_eq!(visit(store, clock, listed("a", [1, 2, 10, 19, 20])).await.new, 1);
}

pub(super) async fn what_hosts_said_is_kept_for_its_time(store: &dyn Store, clock: &Arc<ManualClock>) {
    let origin = "https://example.org/robots.txt";
    assert_eq!(store.robots(origin).await.unwrap(), None);
    for rules in [RobotsRules::Open, RobotsRules::Closed, RobotsRules::Written(b"User-agent: *\nDisallow: /a".to_vec())] {
        let answer = RobotsAnswer { rules, until: at(60) };
        store.keep_robots(origin, answer.clone()).await.unwrap();
        assert_eq!(store.robots(origin).await.unwrap(), Some(answer));
    }
    store.hold_host("example.org", at(60)).await.unwrap();
    store.hold_host("example.org", at(30)).await.unwrap();
    store.hold_host("example.net", at(10)).await.unwrap();
    clock.advance(minutes(20));
    assert_eq!(store.held_hosts().await.unwrap(), [("example.org".to_owned(), at(60))]);
    clock.advance(days(1));
    assert_eq!(store.retain(POLICY).await.unwrap(), 2, "holds");
    assert!(store.robots(origin).await.unwrap().is_some(), "an old answer is better than none");
    clock.advance(days(31));
    assert_eq!(store.retain(POLICY).await.unwrap(), 1);
    assert_eq!(store.robots(origin).await.unwrap(), None);
}

pub(super) async fn a_feed_is_taken_by_name_due_or_not(store: &dyn Store, clock: &Arc<ManualClock>) {
    configure(store, &[("a", at(90)), ("b", at(0))]).await;
    let claim = async |name: &str| store.claim_feed(&FeedId::from(name), LEASE).await.unwrap();
    let lease = claim("a").await.unwrap();
    assert_eq!(lease.state, FeedState::new(at(90)));
    assert_eq!(claim("a").await, None, "on loan");
    assert_eq!(names(&take_feeds(store, 9).await), ["b"]);
    store.commit_visit(&lease, VisitOutcome::new(lease.state.clone(), listed("a", [1]))).await.unwrap();
    assert!(claim("a").await.is_some(), "handed back");
    clock.advance(minutes(2));
    assert!(claim("a").await.is_some(), "its lease is over");
    store.set_feed(&FeedId::from("b"), FeedChange::Pause).await.unwrap();
    assert_eq!(claim("b").await, None);
    assert_eq!(claim("unknown").await, None);
}

pub(super) async fn a_subscription_is_kept_until_it_is_over(store: &dyn Store, _: &Arc<ManualClock>) {
    let offer = Offer { hub: "https://hub.example/".to_owned(), topic: "https://example.org/feed".to_owned() };
    let first = Subscription {
        feed: FeedId::from("a"),
        offer,
        token: "t".to_owned(),
        secret: "s".to_owned(),
        confirmed_until: None,
        ask_at: at(0),
        failures: 0,
    };
    store.keep_subscription(first.clone()).await.unwrap();
    let confirmed = Subscription { confirmed_until: Some(at(60)), ask_at: at(45), failures: 2, ..first };
    store.keep_subscription(confirmed.clone()).await.unwrap();
    assert_eq!(store.subscriptions().await.unwrap(), [confirmed]);
    store.end_subscription(&FeedId::from("a")).await.unwrap();
    assert_eq!(store.subscriptions().await.unwrap(), []);
}
