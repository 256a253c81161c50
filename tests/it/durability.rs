//! What is kept over rotation, upgrades and restarts, seen from outside.

use std::fs;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use crate::support::house::{Daemon, House, text, until};

#[test]
fn dur_06_a_rotated_log_loses_no_line_and_writes_none_twice() {
    let house = House::new();
    house.configure(&house.feed("one"));
    let daemon = house.start();
    let rotated = house.path("state/alerts.jsonl.1");
    for number in 0..3 {
        house.publisher.publish(&format!("Ferry strike before {number}"), "The ferry stands still.");
    }
    until("the first are told", || house.log().len() == 3);
    fs::rename(house.path("state/alerts.jsonl"), &rotated).unwrap();
    // Some come between the rename and the signal, some after it.
    house.publisher.publish("Ferry strike between", "The ferry stands still.");
    thread::sleep(Duration::from_millis(300));
    daemon.signal("HUP");
    for number in 0..3 {
        house.publisher.publish(&format!("Ferry strike after {number}"), "The ferry stands still.");
    }
    let lines = |path| fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
    let all = || [lines(rotated.clone()), lines(house.path("state/alerts.jsonl"))].concat();
    until("all are told", || all().len() >= 7);
    assert!(!house.log().is_empty(), "the new file is used");
    daemon.stop();
    let mut titles: Vec<String> = all()
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["item"]["title"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(titles.len(), 7);
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), 7);
}

/// A store as version 2 left it, with so many items that bringing it up to date takes a while.
fn old_store(house: &House) {
    fs::create_dir_all(house.path("state")).unwrap();
    let database = Connection::open(house.path("state/wirewatch.db")).unwrap();
    database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA auto_vacuum = INCREMENTAL;").unwrap();
    database.execute_batch(include_str!("../../src/store/sqlite/schema.sql")).unwrap();
    database
        .execute_batch("ALTER TABLE feed ADD COLUMN address BLOB; PRAGMA application_id = 0x77776174; PRAGMA user_version = 2;")
        .unwrap();
    database
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
             INSERT INTO item (key, at, record) SELECT randomblob(16), i, hex(randomblob(500)) FROM n; \
             UPDATE tally SET value = 20000 WHERE name = 'items';",
        )
        .unwrap();
}

#[test]
fn dur_09_a_kill_in_the_middle_of_an_upgrade_leaves_a_usable_store() {
    let house = House::new();
    house.configure(&house.feed("one"));
    old_store(&house);
    let version = || {
        Connection::open(house.path("state/wirewatch.db"))
            .unwrap()
            .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(version(), 2);
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut versions = Vec::new();
    for _ in 0..8 {
        let daemon = Daemon::spawn(&house.path("wirewatch.toml"), &["run"]);
        thread::sleep(Duration::from_millis(random.u64(5..250)));
        daemon.kill();
        // Whatever happened, the store is whole, of the old version or of the new one.
        versions.push(version());
        let database = Connection::open(house.path("state/wirewatch.db")).unwrap();
        let items: i64 = database.query_row("SELECT count(*) FROM item", [], |row| row.get(0)).unwrap();
        let state: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!((items, state.as_str()), (20_000, "ok"), "{versions:?}");
    }
    println!("versions after each kill: {versions:?}");
    house.publisher.publish("Ferry strike now", "The ferry stands still.");
    let said = house.once();
    assert_eq!(house.titles(), ["Ferry strike now"], "{said}");
    assert!(version() > 2);
    assert!(house.path("state/wirewatch.db.v2.bak").exists(), "a copy of the old version is kept");
}

#[test]
fn a_silence_holds_from_now_on_and_the_log_has_it_all_the_same() {
    let house = House::new();
    house.configure(&(house.feed("one") + &house.desk()));
    let daemon = house.start();
    house.publisher.publish("Ferry strike 1 begins", "The ferry stands still in the north.");
    until("the first is told", || house.publisher.received().len() == 1);
    let said = house.run(&["silence", "add", "--watch", "ferry", "--until", "2h", "--reason", "known"]);
    assert!(said.status.success(), "{}", text(&said.stderr));
    house.publisher.publish("Ferry strike 2 goes on", "No ferry sails in the south either.");
    until("the second is logged", || house.log().len() == 2);
    assert!(house.run(&["silence", "expire", "1"]).status.success());
    house.publisher.publish("Ferry strike 3 ends", "All ferries sail again in the west.");
    until("the third is told", || house.publisher.received().len() == 2);
    daemon.stop();
    let shown = text(&house.run(&["alerts"]).stdout);
    assert!(shown.contains("not told on channels: silence 1 of watch ferry") && shown.contains("known"), "{shown}");
    let report = text(&house.run(&["alerts", "--report", "day", "--format", "html"]).stdout);
    assert!(report.contains("<svg") && report.contains("3 alerts"), "{report}");
}
