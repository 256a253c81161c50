//! How long a new entry takes from the answer of its feed to its line in the alert log, at a hundred new entries a second.
//!
//! `cargo bench --bench latency` runs the built program against a feed on loopback for some 20 seconds and prints the median and
//! the slowest hundredth, beside the time that one append and sync of a line takes on the same disk.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long it runs.
const SECONDS: u64 = 20;
/// New entries a second, all of which match.
const RATE: u64 = 100;

/// When each entry was first given to the program.
type Given = Arc<Mutex<HashMap<u64, Instant>>>;

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the state");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let address = listener.local_addr().expect("it is bound");
    let given: Given = Arc::default();
    let begun = Instant::now();
    let served = Arc::clone(&given);
    thread::spawn(move || serve(&listener, &served, begun));

    let config = format!(
        "state = \"{}\"\n[poll]\ninterval = \"100ms\"\ninitial = \"alert\"\nhost_spacing = \"1ms\"\n[article]\nfetch = \"never\"\n\
         [net]\nallow_private = [\"127.0.0.0/8\"]\n[[feed]]\nid = \"loopback\"\nurl = \"http://{address}/feed\"\n\
         [[watch]]\nid = \"ferry\"\nwhen = 'ferry AND strike'\n",
        folder.path().join("state").display()
    );
    let path = folder.path().join("wirewatch.toml");
    fs::write(&path, config).expect("the configuration can be written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
        .arg("-c")
        .arg(&path)
        .arg("run")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");

    let log = folder.path().join("state/alerts.jsonl");
    let mut seen: HashMap<u64, Instant> = HashMap::new();
    let mut at = 0;
    while begun.elapsed() < Duration::from_secs(SECONDS + 5) {
        thread::sleep(Duration::from_millis(2));
        let now = Instant::now();
        let text = fs::read_to_string(&log).unwrap_or_default();
        let Some(new) = text.get(at..).and_then(|new| new.rfind('\n').and_then(|end| new.get(..=end))) else { continue };
        at += new.len();
        for line in new.lines() {
            let number = line.split("Report ").nth(1).and_then(|rest| rest.split(' ').next()).and_then(|number| number.parse().ok());
            seen.extend(number.map(|number| (number, now)));
        }
    }
    child.kill().expect("it runs");
    child.wait().expect("it has ended");

    let given = given.lock().expect("nobody panicked");
    let mut waits: Vec<f64> =
        given.iter().filter_map(|(number, then)| Some(seen.get(number)?.duration_since(*then).as_secs_f64() * 1e3)).collect();
    waits.sort_by(f64::total_cmp);
    let share = |percent: usize| waits.get((waits.len() * percent / 100).min(waits.len().saturating_sub(1))).copied().unwrap_or(f64::NAN);
    println!("{} of {} entries told, at {RATE} a second", waits.len(), given.len());
    println!("feed's answer to log line: p50 {:.0} ms, p99 {:.0} ms, most {:.0} ms", share(50), share(99), share(100));
    println!("floor, one line appended and synced: {:.1} ms", floor(folder.path()));
}

/// Answers each request with the newest 300 entries there are by then.
fn serve(listener: &TcpListener, given: &Given, begun: Instant) {
    for stream in listener.incoming().flatten() {
        let given = Arc::clone(given);
        thread::spawn(move || {
            let mut stream = stream;
            let mut request = [0; 4096];
            while stream.read(&mut request).is_ok_and(|read| read > 0) {
                let last = (u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX) * RATE / 1000).min(SECONDS * RATE);
                let mut items = String::new();
                for number in last.saturating_sub(300)..last {
                    write!(
                        items,
                        "<item><guid isPermaLink=\"false\">{number}</guid><title>Report {number} from the coast</title>\
                         <description>The ferry of line {number} stands still: a strike began at dawn, the union said.</description></item>"
                    )
                    .expect("writing to a string cannot fail");
                }
                let body =
                    format!("<rss version=\"2.0\"><channel><title>Loopback</title><link>http://127.0.0.1/</link>{items}</channel></rss>");
                let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {}\r\n\r\n", body.len());
                let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
                let now = Instant::now();
                let mut given = given.lock().expect("nobody panicked");
                for number in last.saturating_sub(300)..last {
                    given.entry(number).or_insert(now);
                }
                if sent.is_err() {
                    break;
                }
            }
        });
    }
}

/// Milliseconds that one line takes to reach the disk.
fn floor(folder: &std::path::Path) -> f64 {
    let mut file = fs::File::create(folder.join("floor")).expect("a file can be made");
    let started = Instant::now();
    for _ in 0..50 {
        file.write_all(b"a line of a log\n").and_then(|()| file.sync_data()).expect("it can be written");
    }
    started.elapsed().as_secs_f64() * 1e3 / 50.0
}
