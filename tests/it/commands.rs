//! Commands beside a daemon that runs: what they say and how they end.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use crate::support::house::{House, text, until};
use crate::support::publisher::Answer;

#[test]
fn health_and_status_follow_the_life_of_the_daemon() {
    let house = House::new();
    house.publisher.publish("Ferry strike begins", "The ferry stands still.");
    house.configure(&house.feed("one"));
    let said = house.run(&["healthcheck"]);
    assert_eq!(said.status.code(), Some(1), "before the first start: {}", text(&said.stdout));

    let daemon = house.start();
    until("the alert is told", || house.log().len() == 1);
    until("it is well", || house.run(&["healthcheck"]).status.success());
    let said = house.run(&["healthcheck"]);
    assert!(text(&said.stdout).starts_with("well: "), "{}", text(&said.stdout));
    let said = house.run(&["status"]);
    assert_eq!(said.status.code(), Some(0));
    let shown = text(&said.stdout);
    assert!(shown.contains(&daemon.id().to_string()) && shown.contains("feeds"), "{shown}");
    daemon.stop();

    let said = house.run(&["healthcheck"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(text(&said.stdout).starts_with("not well: "), "{}", text(&said.stdout));
    assert_eq!(house.run(&["status"]).status.code(), Some(1));
}

#[test]
fn a_killed_daemon_is_not_well() {
    let house = House::new();
    house.configure(&house.feed("one"));
    let daemon = house.start();
    until("it is well", || house.run(&["healthcheck"]).status.success());
    daemon.kill();
    assert_eq!(house.run(&["healthcheck"]).status.code(), Some(1));
}

#[test]
fn a_follower_shows_each_alert_as_it_is_raised() {
    let house = House::new();
    house.publisher.publish("Ferry strike begins", "The ferry stands still.");
    house.configure(&house.feed("one"));
    let daemon = house.start();
    until("the first is told", || house.log().len() == 1);
    let mut follower = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
        .arg("-c")
        .arg(house.path("wirewatch.toml"))
        .args(["alerts", "--follow", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let (sender, receiver) = channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let next = || -> String {
        let line = receiver.recv_timeout(Duration::from_secs(20)).expect("a follower shows what is raised");
        let alert: serde_json::Value = serde_json::from_str(&line).unwrap();
        alert["item"]["title"].as_str().unwrap().to_owned()
    };
    assert_eq!(next(), "Ferry strike begins");
    house.publisher.publish("Ferry strike ends", "The ferry sails again.");
    assert_eq!(next(), "Ferry strike ends");
    assert!(Command::new("kill").arg("-INT").arg(follower.id().to_string()).status().unwrap().success());
    assert_eq!(follower.wait().unwrap().code(), Some(0));
    daemon.stop();
}

#[test]
fn a_feed_rests_while_it_is_paused() {
    let house = House::new();
    house.configure(&house.feed("one"));
    let daemon = house.start();
    until("it is polled", || house.publisher.requests("/feed") > 1);
    assert_eq!(house.run(&["feeds", "pause", "one"]).status.code(), Some(0));
    // A visit that was under way may end.
    thread::sleep(Duration::from_millis(300));
    let paused = house.publisher.requests("/feed");
    let listed = house.run(&["feeds", "list"]);
    assert!(text(&listed.stdout).contains("paused"), "{}", text(&listed.stdout));
    thread::sleep(Duration::from_secs(1));
    assert_eq!(house.publisher.requests("/feed"), paused, "a paused feed was polled");

    assert_eq!(house.run(&["feeds", "resume", "one"]).status.code(), Some(0));
    until("it is polled again", || house.publisher.requests("/feed") > paused);
    let unknown = house.run(&["feeds", "pause", "onne"]);
    assert!(!unknown.status.success());
    assert!(text(&unknown.stderr).contains("one"), "the nearest is not named: {}", text(&unknown.stderr));
    daemon.stop();
}

// OUT-05 and OUT-06 as the owner meets them.
#[test]
fn a_channel_is_tried_shown_and_fails_in_the_words_of_its_receiver() {
    let house = House::new();
    house.configure(&house.desk());
    let said = house.run(&["test-channel", "desk", "--show"]);
    let shown = text(&said.stdout);
    assert!(
        said.status.success() && shown.contains("\"kind\": \"test\"") && shown.contains("test-requested"),
        "{shown}{}",
        text(&said.stderr)
    );
    assert!(house.publisher.received().is_empty() && !shown.contains("/hook"), "nothing is sent, and the address is the key: {shown}");

    let said = house.run(&["test-channel", "desk"]);
    assert!(said.status.success(), "{}", text(&said.stderr));
    let received = house.publisher.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].1.contains(r#""kind":"test""#) && received[0].1.contains(r#""reason":"test-requested""#), "{}", received[0].1);

    house.publisher.answer("/hook", Answer::say("401 Unauthorized", &[], "the key has expired"));
    let said = house.run(&["test-channel", "desk"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(
        text(&said.stderr).contains("answered 401; the secret is wrong, or does not allow this: the key has expired"),
        "{}",
        text(&said.stderr)
    );
    let said = house.run(&["test-channel", "dsek"]);
    assert_eq!(said.status.code(), Some(2));
    assert!(text(&said.stderr).contains("did you mean `desk`?"), "{}", text(&said.stderr));
}

// DUR-03 as the owner meets it.
#[test]
fn what_waits_for_a_receiver_goes_when_it_is_back() {
    let house = House::new();
    house.publisher.answer("/hook", Answer::say("503 Away", &[], "at lunch"));
    for number in 1..=3 {
        house.publisher.publish(&format!("Ferry strike {number}"), "The ferry stands still.");
    }
    house.configure(&(house.feed("one") + &house.desk()));
    house.once();
    let status = text(&house.run(&["status"]).stdout);
    assert!(status.contains("3 waiting") && status.contains("at lunch"), "{status}");
    assert_eq!(house.publisher.requests("/hook"), 1, "one alert asks for all");
    let said = text(&house.run(&["deadletter", "list"]).stdout);
    assert_eq!(said, "no dead letters\n");

    house.publisher.forget("/hook");
    house.once();
    let received: Vec<serde_json::Value> = house.publisher.received().iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect();
    let log: Vec<serde_json::Value> = house.log().iter().map(|alert| alert["id"].clone()).collect();
    assert_eq!(received.iter().map(|alert| alert["id"].clone()).collect::<Vec<_>>(), log, "in the order of the log");
    let status = text(&house.run(&["status"]).stdout);
    assert!(!status.contains("channel desk"), "{status}");
}
