//! Stops, full disks and damaged files, seen from outside. Names begin with the line of the behaviour they hold.

use std::fmt::Write as _;
use std::fs;
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::support::house::{House, text, until};
use crate::support::publisher::{Answer, Publisher};

const POLL: &str = "interval = { min = \"200ms\", max = \"200ms\" }\ninitial = \"alert\"\nhost_spacing = \"1ms\"";

#[test]
fn svc_04_slow_servers_do_not_hold_up_the_end() {
    let house = House::new();
    // Five hosts that never answer a visit, pages that never come, and a receiver that never answers.
    let slow: Vec<Publisher> = (2..7).map(|host| Publisher::start_on(&format!("127.0.0.{host}"))).collect();
    let mut more = house.feed("good") + &house.desk();
    for (number, host) in slow.iter().enumerate() {
        host.answer("/feed", Answer::Stall);
        write!(more, "[[feed]]\nid = \"slow-{number}\"\nurl = \"{}\"\n", host.url("/feed")).unwrap();
    }
    let page = Publisher::start_on("127.0.0.8");
    page.answer("/page", Answer::Stall);
    let link = page.url("/page");
    house.publisher.answer("/linked", Answer::feed([("p", "Ferry strike on a slow page", link.as_str())]));
    house.publisher.answer("/hook", Answer::Stall);
    house.publisher.publish("Ferry strike begins", "The ferry stands still.");
    house.configure_with(POLL, "fetch = \"never\"", &(more + &house.feed_at("linked", "/linked") + "fetch = \"always\"\n"));

    let daemon = house.start();
    until("all of them are asked", || {
        slow.iter().all(|host| host.requests("/feed") > 0) && page.requests("/page") > 0 && house.publisher.requests("/hook") > 0
    });
    until("the log does not wait for the receiver", || house.titles() == ["Ferry strike begins"]);
    daemon.stop();

    house.publisher.forget("/hook");
    page.answer("/page", Answer::page("<html><body><p>The ferry strike is here.</p></body></html>"));
    let daemon = house.start();
    until("what was under way is done after the next start", || {
        house.titles() == ["Ferry strike begins", "Ferry strike on a slow page"] && house.publisher.received().len() == 2
    });
    daemon.stop();
}

#[test]
fn svc_04_a_reload_beside_a_slow_receiver_does_not_hold_up_the_end() {
    let house = House::new();
    house.publisher.answer("/hook", Answer::Stall);
    house.publisher.publish("Ferry strike begins", "The ferry stands still.");
    house.configure(&(house.feed("one") + &house.desk()));
    let mut daemon = house.start();
    until("the receiver is asked", || house.publisher.requests("/hook") > 0);
    daemon.signal("HUP");
    daemon.says("new configuration is in force");
    daemon.stop();
    assert_eq!(house.titles(), ["Ferry strike begins"]);
}

/// A small file system in memory; unmounted when it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "wirewatch-test"]).arg(at).output();
        if mounted.is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self(at.to_path_buf()));
        }
        println!("skipped: no file system can be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[test]
fn dur_05_a_full_disk_is_waited_out() {
    let house = House::new();
    let Some(disk) = SmallDisk::mount(&house.path("state")) else { return };
    house.publisher.publish("Ferry strike 0", "The ferry stands still.");
    house.configure(&(house.feed("one") + &house.desk()));
    let mut daemon = house.start();
    until("the first alert is told", || house.log().len() == 1);

    let filler = disk.0.join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 16384]).is_ok() {}
    while file.write_all(&[0; 512]).is_ok() {}
    for number in 1..=40 {
        house.publisher.publish(&format!("Ferry strike {number}"), "The ferry stands still.");
    }
    daemon.says("ERROR");
    // Some rounds of trying again.
    std::thread::sleep(Duration::from_secs(2));
    assert!(daemon.lives(), "a full disk ended it");
    let told = daemon.said("ERROR");
    assert!(told <= 2, "one error for the store and one for the log, not {told}:\n{}", daemon.heard.join("\n"));

    drop(file);
    fs::remove_file(filler).unwrap();
    until("everything is told when there is space again", || house.log().len() == 41 && house.publisher.received().len() >= 41);
    daemon.stop();
    let mut titles = house.titles();
    titles.dedup();
    assert_eq!(titles.len(), 41, "told twice");
}

/// A store with some alerts in it, whose daemon has ended.
fn lived_in() -> House {
    let house = House::new();
    for number in 0..30 {
        house.publisher.publish(&format!("Ferry strike {number}"), "The ferry stands still.");
    }
    house.configure(&house.feed("one"));
    house.once();
    assert_eq!(house.log().len(), 30);
    house
}

/// What happens to the file.
type Damage = fn(&Path);

#[test]
fn dur_07_a_damaged_store_is_refused_with_the_way_out() {
    let damages: [(&str, Damage); 6] = [
        ("noise in the middle", |path| {
            let mut file = OpenOptions::new().write(true).open(path).unwrap();
            let length = file.metadata().unwrap().len();
            file.seek(SeekFrom::Start(length / 2 / 4096 * 4096)).unwrap();
            let mut random = fastrand::Rng::with_seed(7);
            let noise: Vec<u8> = (0..8192).map(|_| random.u8(..)).collect();
            file.write_all(&noise).unwrap();
        }),
        ("noise at the start", |path| {
            OpenOptions::new().write(true).open(path).unwrap().write_all(&[0x5a; 512]).unwrap();
        }),
        ("cut in half", |path| {
            let length = fs::metadata(path).unwrap().len();
            OpenOptions::new().write(true).open(path).unwrap().set_len(length / 2).unwrap();
        }),
        ("cut by a byte", |path| {
            let length = fs::metadata(path).unwrap().len();
            OpenOptions::new().write(true).open(path).unwrap().set_len(length - 1).unwrap();
        }),
        ("of no length", |path| OpenOptions::new().write(true).open(path).unwrap().set_len(0).unwrap()),
        ("missing", |path| fs::remove_file(path).unwrap()),
    ];
    let house = lived_in();
    let path = house.path("state/wirewatch.db");
    let whole = fs::read(&path).unwrap();
    for (name, damage) in damages {
        fs::write(&path, &whole).unwrap();
        damage(&path);
        for arguments in [&["run", "--once"][..], &["run"][..]] {
            let said = house.run(arguments);
            let errors = text(&said.stderr);
            assert_eq!(said.status.code(), Some(1), "{name}: {errors}");
            assert!(errors.contains("wirewatch.db") && errors.contains("put back a copy"), "{name}: {errors}");
        }
        assert_eq!(house.log().len(), 30, "{name}: the backlog was told again");
    }
    // The way out: with the copy put back it goes on where it was.
    fs::write(&path, &whole).unwrap();
    house.publisher.publish("Ferry strike at last", "The ferry stands still.");
    house.once();
    assert_eq!(house.log().len(), 31);
}
