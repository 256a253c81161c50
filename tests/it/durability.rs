//! What is kept over rotation, upgrades and restarts, seen from outside.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
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

/// The heads of the requests that came to a feed of one entry, which has the validator `"a-1"` at first, and then a second entry
/// and `"a-2"`. Before it says the second entry it calls `hold`, and it keeps what that gives until all is over.
fn feed_that_holds<T: Send + 'static>(hold: impl Fn() -> T + Send + 'static) -> (String, Receiver<(String, Option<T>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/feed", listener.local_addr().unwrap());
    let (sender, heads) = channel();
    thread::spawn(move || {
        let item = |number| format!("<item><guid>{number}</guid><title>Ferry strike {number}</title></item>");
        let (mut number, mut is_over) = (0, false);
        while let Some(Ok(mut stream)) = (!is_over).then(|| listener.accept().map(|(stream, _)| stream)) {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
                head.push(byte[0]);
            }
            number += 1;
            let kept = (number == 2).then(&hold);
            let (items, tag) = if number == 1 { (item(1), 1) } else { (item(1) + &item(2), 2) };
            let body = format!("<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>");
            let head_out = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"a-{tag}\"\r\nContent-Length: {}\r\n\r\n", body.len());
            // The other side is killed at some time.
            drop(stream.write_all((head_out + &body).as_bytes()));
            is_over = sender.send((String::from_utf8(head).unwrap(), kept)).is_err();
        }
    });
    (url, heads)
}

/// Keeps everybody else from writing to the store, as long as it lives.
fn alone(database: &Path) -> Connection {
    let connection = Connection::open(database).unwrap();
    connection.busy_timeout(Duration::from_secs(20)).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

#[test]
fn dur_02_a_kill_between_an_answer_and_its_commit_leaves_the_old_validators() {
    let house = House::new();
    let (database, log) = (house.path("state/wirewatch.db"), house.path("state/alerts.jsonl"));
    let (url, heads) = feed_that_holds(move || {
        until("the first entry is told", || fs::read_to_string(&log).is_ok_and(|log| log.lines().count() == 1));
        alone(&database)
    });
    house.configure(&format!("[[feed]]\nid = \"wire\"\nurl = \"{url}\"\n"));
    let daemon = house.start();
    let next = || heads.recv_timeout(Duration::from_secs(30)).unwrap();
    let asked = |head: &str| head.lines().find_map(|line| line.to_lowercase().strip_prefix("if-none-match: ").map(str::to_owned));
    assert_eq!(asked(&next().0), None);
    let (head, lock) = next();
    assert_eq!(asked(&head).as_deref(), Some("\"a-1\""));
    // It has the whole answer and cannot commit it.
    thread::sleep(Duration::from_millis(400));
    daemon.kill();
    drop(lock);
    assert_eq!(house.titles(), ["Ferry strike 1"]);

    let daemon = house.start();
    assert_eq!(asked(&next().0).as_deref(), Some("\"a-1\""), "what was not committed leaves no trace");
    until("the second entry is told", || house.titles().len() == 2);
    until("its validator is kept", || asked(&next().0).as_deref() == Some("\"a-2\""));
    assert_eq!(house.titles(), ["Ferry strike 1", "Ferry strike 2"]);
    daemon.stop();
}
