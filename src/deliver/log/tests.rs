use std::process::Command;

use jiff::Timestamp;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::model::id::AlertId;

/// A log in a folder of its own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self) -> Log {
        let mut log = Log::new(self.path("alerts.jsonl"));
        log.reopen().unwrap();
        log
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Numbers of the alerts in a file; fails on a line that is no record.
    fn shown(&self, name: &str) -> Vec<u128> {
        let text = self.text(name);
        assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
        let id = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        text.lines().map(|line| Uuid::parse_str(&id(line)).unwrap().as_u128()).collect()
    }
}

fn delivery(number: u128) -> Delivery {
    let id = Uuid::from_u128(number);
    Delivery {
        alert: AlertId(id),
        channel: ChannelId::from("log"),
        body: format!(r#"{{"schema":"wirewatch.alert/1","id":"{id}","title":"a\u001b\nb"}}"#),
        attempt: 0,
        raised: Timestamp::UNIX_EPOCH,
    }
}

fn deliveries(numbers: impl IntoIterator<Item = u128>) -> Vec<Delivery> {
    numbers.into_iter().map(delivery).collect()
}

fn delivered(outcomes: &[Outcome]) -> bool {
    outcomes.iter().all(|outcome| *outcome == Outcome::Delivered)
}

#[tokio::test]
async fn a_batch_is_appended_and_a_repeat_writes_nothing() {
    let place = Place::new();
    let mut channel = LogChannel::open(&LogSettings::new(place.path("new/folder/alerts.jsonl"))).unwrap();
    assert_eq!(channel.deliver(&deliveries([1, 2, 1])).await, vec![Outcome::Delivered; 3]);
    assert_eq!(channel.deliver(&deliveries([2, 3])).await, vec![Outcome::Delivered; 2]);
    assert_eq!(place.shown("new/folder/alerts.jsonl"), [1, 2, 3]);
    assert_eq!(channel.id().as_str(), "log");
    assert_eq!(channel.attempts_max(), None);
}

#[test]
fn a_record_that_is_not_one_line_is_refused_and_the_others_are_written() {
    let place = Place::new();
    let mut batch = deliveries([1, 2, 3]);
    batch[1].body.push('\n');
    batch[2].body.clear();
    let outcomes = place.open().write(&batch);
    assert_eq!(outcomes[0], Outcome::Delivered);
    assert!(outcomes[1..].iter().all(|outcome| matches!(outcome, Outcome::Refused { .. })));
    assert_eq!(place.shown("alerts.jsonl"), [1]);
}

#[test]
fn a_restart_knows_what_is_written() {
    let place = Place::new();
    assert!(delivered(&place.open().write(&deliveries(1..=600))));
    assert!(delivered(&place.open().write(&deliveries(88..=601))));
    assert_eq!(place.shown("alerts.jsonl"), (1..=601).collect::<Vec<_>>());
}

#[test]
fn a_torn_line_is_cut_off_and_comes_again_whole() {
    let place = Place::new();
    assert!(delivered(&place.open().write(&deliveries([1, 2]))));
    for torn in [r#"{"schema":"wirewatch.alert/1","id":"0"#, "{\0\0\0\0", "\0\0\0"] {
        OpenOptions::new().append(true).open(place.path("alerts.jsonl")).unwrap().write_all(torn.as_bytes()).unwrap();
        let mut log = place.open();
        assert_eq!(place.shown("alerts.jsonl"), [1, 2]);
        assert!(delivered(&log.write(&deliveries([2]))));
    }
    // A line that only lacks its line feed was not noted as delivered either.
    OpenOptions::new().append(true).open(place.path("alerts.jsonl")).unwrap().write_all(delivery(3).body.as_bytes()).unwrap();
    assert!(delivered(&place.open().write(&deliveries([3]))));
    assert_eq!(place.shown("alerts.jsonl"), [1, 2, 3]);
}

#[test]
fn a_file_of_somebody_else_is_left_as_it_is() {
    let place = Place::new();
    fs::write(place.path("alerts.jsonl"), "my diary").unwrap();
    let error = Log::new(place.path("alerts.jsonl")).reopen().unwrap_err();
    assert!(error.to_string().contains("does not look like an alert log"), "{error}");
    assert_eq!(place.text("alerts.jsonl"), "my diary");
    let error = Log::new(PathBuf::from("/dev/null")).reopen().unwrap_err();
    assert_eq!(error.to_string(), "alert log /dev/null is not a regular file; set `log.path` to a file of its own");
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let place = Place::new();
    fs::write(place.path("file"), "").unwrap();
    let error = Log::new(place.path("file/alerts.jsonl")).reopen().unwrap_err();
    let text = chain(&error);
    assert!(text.starts_with(&format!("alert log {}: its folder", place.path("file/alerts.jsonl").display())), "{text}");
    assert!(text.contains("set `log.path`: "), "{text}");
}

#[test]
fn a_rotated_log_goes_on_in_a_new_file() {
    let place = Place::new();
    let mut log = place.open();
    assert!(delivered(&log.write(&deliveries([1, 2]))));
    fs::rename(place.path("alerts.jsonl"), place.path("alerts.jsonl.1")).unwrap();
    assert!(delivered(&log.write(&deliveries([2, 3]))));
    fs::rename(place.path("alerts.jsonl"), place.path("alerts.jsonl-20260901")).unwrap();
    fs::write(place.path("alerts.jsonl"), "").unwrap();
    assert!(delivered(&log.write(&deliveries([1, 2, 3, 4]))));
    assert_eq!(place.shown("alerts.jsonl.1"), [1, 2]);
    assert_eq!(place.shown("alerts.jsonl-20260901"), [3]);
    assert_eq!(place.shown("alerts.jsonl"), [4]);
}

#[test]
fn a_restart_after_rotation_looks_into_the_rotated_file() {
    let place = Place::new();
    assert!(delivered(&place.open().write(&deliveries([1, 2]))));
    fs::rename(place.path("alerts.jsonl"), place.path("alerts.jsonl.1")).unwrap();
    // Neither a packed file nor a file of another name counts.
    fs::write(place.path("alerts.jsonl.2.gz"), "\u{1}").unwrap();
    fs::write(place.path("alerts.jsonl.backup"), format!("{}\n", delivery(3).body)).unwrap();
    assert!(delivered(&place.open().write(&deliveries([2, 3]))));
    assert_eq!(place.shown("alerts.jsonl"), [3]);
}

#[test]
fn a_log_cut_to_nothing_is_filled_from_its_start() {
    let place = Place::new();
    let mut log = place.open();
    assert!(delivered(&log.write(&deliveries([1, 2]))));
    fs::copy(place.path("alerts.jsonl"), place.path("alerts.jsonl.1")).unwrap();
    OpenOptions::new().write(true).open(place.path("alerts.jsonl")).unwrap().set_len(0).unwrap();
    assert!(delivered(&log.write(&deliveries([2, 3]))));
    assert_eq!(place.shown("alerts.jsonl"), [3]);
}

#[test]
fn a_deleted_log_is_made_anew() {
    let place = Place::new();
    let mut log = place.open();
    fs::remove_file(place.path("alerts.jsonl")).unwrap();
    assert!(delivered(&log.write(&deliveries([1]))));
    assert_eq!(place.shown("alerts.jsonl"), [1]);
}

#[test]
fn lines_that_somebody_else_appended_count_as_written() {
    let place = Place::new();
    let mut log = place.open();
    assert!(delivered(&place.open().write(&deliveries([1, 2]))));
    assert!(delivered(&log.write(&deliveries([2, 3]))));
    assert_eq!(place.shown("alerts.jsonl"), [1, 2, 3]);
}

/// What is logged while the function runs, one line an event.
fn logged(run: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).without_time().with_target(false);
    tracing::subscriber::with_default(subscriber.with_writer(move || writer.clone()).finish(), run);
    String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn trouble_is_told_once_and_its_end_once() {
    let place = Place::new();
    let mut log = place.open();
    let moved = place.path("moved");
    let told = logged(|| {
        fs::rename(place.path("alerts.jsonl"), &moved).unwrap();
        fs::create_dir(place.path("alerts.jsonl")).unwrap();
        for _ in 0..3 {
            assert!(log.write(&deliveries([1])).iter().all(|outcome| matches!(outcome, Outcome::Away { after: None, .. })));
        }
        fs::remove_dir(place.path("alerts.jsonl")).unwrap();
        assert!(delivered(&log.write(&deliveries([1]))));
        assert!(delivered(&log.write(&deliveries([2]))));
    });
    let levels: Vec<&str> = told.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(levels, ["ERROR", "INFO"], "{told}");
    assert_eq!(place.shown("alerts.jsonl"), [1, 2]);
}

/// The same as a full disk: the system writes a part and refuses the rest. The limit is one of the process, so the test runs
/// itself in a process of its own.
#[test]
fn a_full_disk_leaves_no_half_of_a_line() {
    const INSIDE: &str = "WIREWATCH_TEST_FILE_LIMIT";
    if std::env::var_os(INSIDE).is_none() {
        let name = "deliver::log::tests::a_full_disk_leaves_no_half_of_a_line";
        let status = Command::new("sh")
            .args(["-c", r#"trap '' XFSZ; ulimit -f 8; exec "$@""#, "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env(INSIDE, "1")
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&status.stdout);
        assert!(status.status.success() && output.contains("1 passed"), "{output}");
        return;
    }
    let place = Place::new();
    let mut log = place.open();
    let mut number = 0;
    let waiting = loop {
        let batch = deliveries(number + 1..=number + 7);
        if !delivered(&log.write(&batch)) {
            break batch;
        }
        number += 7;
        assert!(number < 1000, "there is no limit");
    };
    assert!(number > 0);
    let before = place.text("alerts.jsonl");
    assert_eq!(place.shown("alerts.jsonl"), (1..=number).collect::<Vec<_>>());
    assert!(matches!(&log.write(&waiting)[0], Outcome::Away { error, .. } if error.contains("cannot be written")));
    assert_eq!(place.text("alerts.jsonl"), before);
    // A new file has room again.
    fs::rename(place.path("alerts.jsonl"), place.path("alerts.jsonl.1")).unwrap();
    assert!(delivered(&log.write(&waiting)));
    assert_eq!(place.shown("alerts.jsonl"), (number + 1..=number + 7).collect::<Vec<_>>());
}

#[test]
fn a_large_log_is_read_from_its_end() {
    let place = Place::new();
    let lines = (1..=20_000).flat_map(|number| [delivery(number).body, "\n".to_owned()]).collect::<String>();
    fs::write(place.path("alerts.jsonl"), &lines).unwrap();
    let mut file = File::open(place.path("alerts.jsonl")).unwrap();
    let tail = tail::read(&mut file, REMEMBERED).unwrap();
    assert!(tail.ids.len() >= REMEMBERED && tail.ids.len() < 10_000, "{}", tail.ids.len());
    assert_eq!(tail.ids.last().unwrap().as_u128(), 20_000);
    assert_eq!(tail.whole_bytes, lines.len() as u64);
    assert!(delivered(&place.open().write(&deliveries(20_000 - 511..=20_001))));
    assert_eq!(place.shown("alerts.jsonl").len(), 20_001);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The program dies at any byte of any batch, the log is rotated at any time, and everything that was not noted as
    /// delivered comes again: every alert is there exactly once.
    #[test]
    fn every_alert_is_there_once_whatever_happens(
        steps in prop::collection::vec((1_usize..12, 0_u8..6, 0.0_f64..1.0), 1..12),
    ) {
        let place = Place::new();
        let mut log = place.open();
        let mut next = 1;
        let mut in_doubt: Vec<Delivery> = Vec::new();
        let mut rotations = 0;
        for (count, event, part) in steps {
            let mut batch = in_doubt.clone();
            batch.extend(deliveries(next..next + count as u128));
            next += count as u128;
            let before = fs::metadata(place.path("alerts.jsonl")).map_or(0, |metadata| metadata.len());
            prop_assert!(delivered(&log.write(&batch)));
            in_doubt.clear();
            match event {
                // Dies in the middle of the write: a part of it is there.
                0 | 1 => {
                    let file = OpenOptions::new().write(true).open(place.path("alerts.jsonl")).unwrap();
                    let after = file.metadata().unwrap().len();
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a part of a small length")]
                    file.set_len(before + ((after - before) as f64 * part) as u64).unwrap();
                    in_doubt = batch;
                    log = place.open();
                }
                // Dies after the write and before it is noted.
                2 => {
                    in_doubt = batch;
                    log = place.open();
                }
                3 => {
                    rotations += 1;
                    fs::rename(place.path("alerts.jsonl"), place.path(&format!("alerts.jsonl.{rotations}"))).unwrap();
                }
                // Rotated and dead.
                4 => {
                    rotations += 1;
                    fs::rename(place.path("alerts.jsonl"), place.path(&format!("alerts.jsonl.{rotations}"))).unwrap();
                    in_doubt = batch;
                    log = place.open();
                }
                _ => {}
            }
        }
        prop_assert!(delivered(&log.write(&in_doubt)));
        let mut found: Vec<u128> = (1..=rotations).flat_map(|number| place.shown(&format!("alerts.jsonl.{number}"))).collect();
        if place.path("alerts.jsonl").exists() {
            found.extend(place.shown("alerts.jsonl"));
        }
        prop_assert_eq!(found, (1..next).collect::<Vec<_>>());
    }
}
