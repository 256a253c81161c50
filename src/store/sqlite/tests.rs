//! What only this store promises: its files, its transactions, its versions.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::clock::ManualClock;
use crate::store::conformance;
use crate::store::samples::{self, alert, entry_id, listed, start};
use crate::store::{FeedPlan, ListedEntry, NewAlert};

const LEASE: Duration = Duration::from_secs(60);

fn fresh(clock: Arc<ManualClock>) -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (SqliteStore::open(folder.path(), clock).unwrap(), folder)
}

conformance::suite!(fresh);

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(start()))
}

fn database(folder: &TempDir) -> PathBuf {
    folder.path().join("wirewatch.db")
}

fn open(folder: &TempDir) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(folder.path(), clock())
}

/// A folder with a store that has some content, closed.
async fn kept() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).unwrap();
    visit(&store, "wire", listed("wire", 0..2000)).await;
    folder
}

/// Visits a feed that was not configured before.
async fn visit(store: &SqliteStore, feed: &str, entries: Vec<ListedEntry>) -> VisitCommitted {
    store.configure_feeds(vec![FeedPlan::new(feed, "https://example.org/feed", start())]).await.unwrap();
    let lease = store.claim_feeds(1, LEASE).await.unwrap().remove(0);
    let state = FeedState { initialised: true, ..lease.state.clone() };
    store.commit_visit(&lease, VisitOutcome::new(state, entries)).await.unwrap()
}

/// Writes bytes over those at `offset`.
fn write_at(path: &Path, offset: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(bytes).unwrap();
}

fn what_is_damaged(folder: &TempDir) -> String {
    match open(folder) {
        Err(error @ StoreError::Damaged { .. }) => {
            assert!(!error.is_transient());
            assert!(error.to_string().contains("wirewatch.db.known"), "the way out is told: {error}");
            let StoreError::Damaged { what, .. } = error else { unreachable!() };
            what
        }
        other => panic!("a damaged store was opened: {other:?}"),
    }
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = kept().await;
    assert!(!Files::below(folder.path()).log().exists(), "closing works the log into the database");
    let store = open(&folder).unwrap();
    let status = store.status().await.unwrap();
    assert_eq!((status.feeds, status.seen, status.work), (1, 2000, 2000));
    let lease = store.claim_feeds(1, LEASE).await.unwrap().remove(0);
    let state = lease.state.clone();
    let again = store.commit_visit(&lease, VisitOutcome::new(state, listed("wire", 1990..2010))).await.unwrap();
    assert_eq!(again, VisitCommitted { new: 10, work: 10, told: 0 });
}

#[tokio::test]
async fn a_lost_store_is_never_answered_by_starting_empty() {
    let folder = kept().await;
    fs::write(database(&folder), "").unwrap();
    assert_eq!(what_is_damaged(&folder), "it is empty, though a store was kept here");
    fs::remove_file(database(&folder)).unwrap();
    assert_eq!(what_is_damaged(&folder), "it is missing, though a store was kept here");
    // A database without tables, as when the log that held them was lost.
    Connection::open(database(&folder)).unwrap().execute_batch("VACUUM").unwrap();
    assert!(what_is_damaged(&folder).starts_with("it is empty"));
    assert!(matches!(SqliteStore::open_read_only(folder.path(), clock()), Err(StoreError::Damaged { .. })));

    fs::remove_file(folder.path().join("wirewatch.db.known")).unwrap();
    open(&folder).expect("the owner may begin anew");
}

#[tokio::test]
async fn a_truncated_store_is_refused() {
    let folder = kept().await;
    let len = fs::metadata(database(&folder)).unwrap().len();
    for keep in [len / 2, len - 4096, len - 100, 100] {
        let cut = tempfile::tempdir().unwrap();
        for name in ["wirewatch.db", "wirewatch.db.known"] {
            fs::copy(folder.path().join(name), cut.path().join(name)).unwrap();
        }
        OpenOptions::new().write(true).open(database(&cut)).unwrap().set_len(keep).unwrap();
        what_is_damaged(&cut);
    }
}

#[tokio::test]
async fn bytes_written_into_the_middle_are_found() {
    let folder = kept().await;
    let whole = fs::read(database(&folder)).unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    let noise: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(8192).collect();
    for part in 1..=8 {
        fs::write(database(&folder), &whole).unwrap();
        write_at(&database(&folder), u64::try_from(whole.len()).unwrap() * part / 10, &noise);
        what_is_damaged(&folder);
    }
    write_at(&database(&folder), 0, &noise);
    what_is_damaged(&folder);
    fs::write(database(&folder), &whole).unwrap();
    open(&folder).expect("a copy that was put back is good");
}

#[tokio::test]
async fn other_databases_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    Connection::open(database(&folder)).unwrap().execute_batch("CREATE TABLE bookmarks (id)").unwrap();
    assert_eq!(what_is_damaged(&folder), "it is a database, but none that wirewatch wrote");
    fs::write(database(&folder), "this is a text and no database at all, but long enough to look at").unwrap();
    assert_eq!(what_is_damaged(&folder), "file is not a database");
}

#[tokio::test]
async fn dur_09_a_newer_store_is_refused_unchanged() {
    let folder = kept().await;
    let version = schema::newest(schema::STEPS) + 1;
    let set = |version: i64| Connection::open(database(&folder)).unwrap().pragma_update(None, "user_version", version).unwrap();
    set(version);
    let error = open(&folder).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found, .. } if found == version), "{error}");
    assert!(matches!(SqliteStore::open_read_only(folder.path(), clock()), Err(StoreError::Newer { .. })));
    set(version - 1);
    assert_eq!(open(&folder).unwrap().status().await.unwrap().seen, 2000);
}

#[tokio::test]
async fn dur_09_an_older_store_is_copied_and_brought_up_to_date() {
    let folder = kept().await;
    let old = schema::newest(schema::STEPS);
    let broken: Vec<&str> = schema::STEPS.iter().copied().chain(["CREATE TABLE extra (id); INSERT INTO nowhere VALUES (1)"]).collect();
    SqliteStore::open_steps(folder.path(), clock(), &broken).unwrap_err();
    assert_eq!(open(&folder).unwrap().status().await.unwrap().seen, 2000, "a step that fails leaves the old version");

    let steps: Vec<&str> = schema::STEPS.iter().copied().chain(["ALTER TABLE feed ADD COLUMN extra INTEGER"]).collect();
    let store = SqliteStore::open_steps(folder.path(), clock(), &steps).unwrap();
    assert_eq!(store.status().await.unwrap().seen, 2000);
    drop(store);
    assert!(matches!(open(&folder), Err(StoreError::Newer { .. })));
    let copy = Files::below(folder.path()).copy_of_version(old);
    fs::rename(copy, database(&folder)).unwrap();
    assert_eq!(open(&folder).unwrap().status().await.unwrap().seen, 2000, "the copy is a whole store of the old version");
    let older = SqliteStore::open_read_only(folder.path(), clock()).unwrap();
    drop(older);
    assert!(matches!(connect::for_reading(&Files::below(folder.path()), &steps), Err(StoreError::Older { .. })));
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let error = SqliteStore::open(&file.join("state"), clock()).unwrap_err();
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error}");
    assert!(matches!(SqliteStore::open_read_only(folder.path(), clock()), Err(StoreError::Missing { .. })));
    assert!(!database(&folder).exists(), "looking makes nothing");
    fs::create_dir(database(&folder)).unwrap();
    let error = open(&folder).unwrap_err();
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error}");
}

#[tokio::test]
async fn others_read_and_change_beside_the_daemon() {
    let clock = clock();
    let (daemon, folder) = fresh(clock.clone());
    let reader = SqliteStore::open_read_only(folder.path(), clock.clone()).unwrap();
    assert_eq!(visit(&daemon, "wire", listed("wire", [1])).await.new, 1);
    assert_eq!(reader.status().await.unwrap().seen, 1);
    assert!(matches!(reader.set_feed(&FeedId::from("wire"), FeedChange::Pause).await, Err(StoreError::ReadOnly { .. })));
    let beside = SqliteStore::open_beside(folder.path(), clock).unwrap();
    assert!(beside.set_feed(&FeedId::from("wire"), FeedChange::Pause).await.unwrap());
    assert!(daemon.claim_feeds(1, LEASE).await.unwrap().is_empty());
    drop(daemon);
    assert_eq!(reader.status().await.unwrap().feeds_stopped, 1, "a reader outlives the daemon");
}

/// A store whose file cannot grow beyond what it needs now and `pages` more.
fn full_after(folder: &TempDir, pages: i64) -> (SqliteStore, Arc<ManualClock>) {
    let files = Files::below(folder.path());
    let clock = clock();
    let (connection, refusal) = connect::for_daemon(&files, schema::STEPS).unwrap();
    let used: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    connection.pragma_update_and_check(None, "max_page_count", used + pages, |_| Ok(())).unwrap();
    (SqliteStore::over(connection, &files, clock.clone(), refusal).unwrap(), clock)
}

#[tokio::test]
async fn a_full_disk_costs_nothing_but_time() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder).unwrap());
    let (store, _) = full_after(&folder, 40);
    store.configure_feeds(vec![FeedPlan::new("wire", "https://example.org/feed", start())]).await.unwrap();
    let lease = store.claim_feeds(1, LEASE).await.unwrap().remove(0);
    let outcome = VisitOutcome::new(lease.state.clone(), listed("wire", 0..2000));
    for _ in 0..3 {
        let error = store.commit_visit(&lease, outcome.clone()).await.unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }) && error.is_transient(), "{error}");
    }
    let status = store.status().await.unwrap();
    assert_eq!((status.seen, status.work), (0, 0), "nothing is half done");
    drop(store);

    let (store, _) = full_after(&folder, 100_000);
    assert_eq!(store.commit_visit(&lease, outcome).await.unwrap().work, 2000, "the lease and its work are still good");
}

#[tokio::test]
async fn one_refused_operation_costs_only_itself() {
    let (store, _folder) = fresh(clock());
    let store = Arc::new(store);
    let feeds = (0..60).map(|number| FeedPlan::new(format!("feed-{number}"), "https://example.org/feed", start())).collect();
    store.configure_feeds(feeds).await.unwrap();
    let leases = store.claim_feeds(60, LEASE).await.unwrap();
    // All at once, so that they share transactions; every third comes under a lease that never was, after its marks.
    let commits = leases.into_iter().enumerate().map(|(number, mut lease)| {
        let store = Arc::clone(&store);
        if number % 3 == 0 {
            lease.generation += 7;
        }
        tokio::spawn(async move {
            let entries = listed(lease.feed.as_str(), [u128::try_from(number).unwrap()]);
            store.commit_visit(&lease, VisitOutcome::new(lease.state.clone(), entries)).await
        })
    });
    let mut refused = 0;
    for commit in futures_util::future::join_all(commits).await {
        refused += usize::from(matches!(commit.unwrap(), Err(StoreError::LostLease { .. })));
    }
    assert_eq!(refused, 20);
    let status = store.status().await.unwrap();
    assert_eq!((status.seen, status.work), (40, 40));
}

#[tokio::test]
async fn an_operation_that_fails_half_way_is_undone() {
    let (store, _folder) = fresh(clock());
    let raised = vec![alert(1, "w", crate::model::alert::Severity::High, start(), &[])];
    visit(&store, "wire", listed("wire", [1])).await;
    let lease = store.claim_work(1, LEASE).await.unwrap().remove(0);
    store.complete_work(&lease, WorkDone::new(None, raised)).await.unwrap();
    let failed: Result<(), StoreError> = store
        .write(Durability::Synced, |connection, _| {
            connection.execute("DELETE FROM delivery", [])?;
            connection.execute("DELETE FROM alert", [])?;
            Err(Fault::lost("half a thing"))
        })
        .await;
    assert!(matches!(failed, Err(StoreError::LostLease { .. })));
    assert_eq!(store.status().await.unwrap().waiting.len(), 1);
}

#[tokio::test]
async fn of_a_batch_only_what_failed_is_undone() {
    let (store, _folder) = fresh(clock());
    let tally = |by: i64, fails: bool| {
        store.write(Durability::Synced, move |connection, _| {
            work::tally(connection, "items", by)?;
            if fails { Err(Fault::lost("this one")) } else { Ok(()) }
        })
    };
    // While this one is at work the others gather, so they are one batch, perhaps with this one.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let first = store.write(Durability::Synced, move |_, _| {
        assert!(wait.lock().unwrap().recv().is_err(), "nothing is sent");
        Ok(())
    });
    let rest = async {
        let rest = futures_util::future::join4(tally(1, false), tally(10, true), tally(100, false), tally(1_000, true));
        let mut rest = std::pin::pin!(rest);
        assert!(futures_util::poll!(rest.as_mut()).is_pending());
        drop(go);
        rest.await
    };
    let (first, (one, ten, hundred, thousand)) = futures_util::future::join(first, rest).await;
    assert!(first.is_ok() && one.is_ok() && hundred.is_ok());
    assert!(matches!((ten, thousand), (Err(StoreError::LostLease { .. }), Err(StoreError::LostLease { .. }))));
    assert_eq!(store.status().await.unwrap().items, 101, "each that was done is done once");
}

#[tokio::test]
async fn a_panic_in_the_writer_closes_the_store() {
    let (store, _folder) = fresh(clock());
    let broken: Result<(), StoreError> = store.write(Durability::Synced, |_, _| panic!("as a test of what follows")).await;
    assert!(matches!(broken, Err(StoreError::Closed { .. })));
    assert!(matches!(store.set_feed(&FeedId::from("a"), FeedChange::Pause).await, Err(StoreError::Closed { .. })));
    assert!(store.status().await.is_ok(), "what was committed can still be read");
}

#[tokio::test]
async fn space_is_given_back_in_steps() {
    let clock = clock();
    let (store, folder) = fresh(clock.clone());
    // Digits by chance, which cannot be packed to nothing.
    let mut dice = fastrand::Rng::with_seed(1);
    let item: String = (0..20_000).map(|_| dice.alphanumeric()).collect();
    visit(&store, "wire", listed("wire", 0..600)).await;
    for lease in store.claim_work(600, LEASE).await.unwrap() {
        store.complete_work(&lease, WorkDone::new(Some(item.as_str().into()), Vec::new())).await.unwrap();
    }
    clock.advance(jiff::SignedDuration::from_hours(48));
    let pages = async || {
        let pages = |connection: &Connection| Ok(connection.pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0))?);
        store.readers.read(pages).await.unwrap()
    };
    let before = pages().await;
    let day = Duration::from_secs(24 * 60 * 60);
    assert_eq!(store.retain(Retention { items: day, alerts: day, seen: day }).await.unwrap(), 600);
    assert!(pages().await < before / 3, "{before} pages became {}", pages().await);
    drop(store);
    SqliteStore::open(folder.path(), clock).expect("the file is whole");
}

/// Raises one alert for each entry that is new.
async fn run_once(store: &SqliteStore, feed: &str, entries: &[u128]) -> usize {
    visit(store, feed, listed(feed, entries.iter().copied())).await;
    let mut raised = 0;
    for lease in store.claim_work(1000, LEASE).await.unwrap() {
        let number = u128::from_be_bytes(lease.entry.id.0);
        let alerts: Vec<NewAlert> = vec![alert(number, "w", crate::model::alert::Severity::Low, start(), &[])];
        raised += store.complete_work(&lease, WorkDone::new(None, alerts)).await.unwrap().raised.len();
    }
    raised
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn committing_an_entry_again_raises_nothing(listings in proptest::collection::vec(proptest::collection::vec(0..30_u128, 0..20), 1..6)) {
        let (store, _folder) = fresh(clock());
        let different = listings.iter().flatten().collect::<std::collections::HashSet<_>>().len();
        let raised = block_on(async {
            let mut raised = 0;
            for (number, listing) in listings.iter().enumerate() {
                raised += run_once(&store, &format!("feed-{number}"), listing).await;
            }
            raised
        });
        prop_assert_eq!(raised, different);
    }

    #[test]
    fn states_read_back_as_written(states in proptest::collection::vec(samples::states(), 1..20)) {
        let (store, folder) = fresh(clock());
        let feeds: Vec<_> = (0..states.len()).map(|number| FeedPlan::new(format!("feed-{number:03}"), "https://example.org/feed", start())).collect();
        let written: Vec<_> = feeds.iter().map(|plan| plan.feed.clone()).zip(states).collect();
        block_on(async {
            store.configure_feeds(feeds).await.unwrap();
            for lease in store.claim_feeds(100, LEASE).await.unwrap() {
                let state = written.iter().find(|(feed, _)| *feed == lease.feed).unwrap().1.clone();
                store.commit_visit(&lease, VisitOutcome::new(state, Vec::new())).await.unwrap();
            }
        });
        drop(store);
        let store = open(&folder).unwrap();
        prop_assert_eq!(block_on(store.feeds()).unwrap(), written);
    }
}

#[tokio::test]
async fn marks_of_entries_without_text_are_kept_too() {
    let (store, _folder) = fresh(clock());
    let marks = (0..300).map(|number| ListedEntry { id: entry_id(number), twin: None, entry: None }).collect();
    assert_eq!(visit(&store, "wire", marks).await, VisitCommitted { new: 300, work: 0, told: 0 });
}

#[tokio::test]
async fn items_of_earlier_versions_stay_readable_and_are_always_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_steps(folder.path(), clock(), &schema::STEPS[..2]).unwrap();
    let old = |connection: &Connection, _: Timestamp| {
        Ok(connection.execute("INSERT INTO item (key, at, record) VALUES (?1, 5, '{\"old\":1}')", [&entry_id(1).0[..]])?)
    };
    store.write(Durability::Synced, old).await.unwrap();
    drop(store);
    let store = open(&folder).unwrap();
    assert_eq!(store.item(entry_id(1)).await.unwrap().as_deref(), Some("{\"old\":1}"));
    let needed = Some((1, crate::model::terms::Needed::Word("kyiv".to_owned())));
    let rows = store.item_rows(ItemQuery { needed, ..ItemQuery::default() }).await.unwrap();
    assert_eq!(store.items(&rows).await.unwrap()[0].record, "{\"old\":1}");
}

#[tokio::test]
async fn an_item_that_is_damaged_costs_no_other() {
    let (store, _folder) = fresh(clock());
    visit(&store, "wire", listed("wire", 0..3)).await;
    for lease in store.claim_work(3, LEASE).await.unwrap() {
        store.complete_work(&lease, WorkDone::new(Some("{}".into()), Vec::new())).await.unwrap();
    }
    let rows = store.item_rows(ItemQuery::default()).await.unwrap();
    let spoil = |connection: &Connection, _: Timestamp| {
        Ok(connection.execute("UPDATE item SET packed = x'00ff' WHERE key = ?1", [&entry_id(1).0[..]])?)
    };
    store.write(Durability::Synced, spoil).await.unwrap();
    assert_eq!(store.items(&rows).await.unwrap().len(), 2);
    assert!(matches!(store.item(entry_id(1)).await, Err(StoreError::Record { .. })));
}
