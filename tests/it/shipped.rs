//! What a newcomer gets: the shipped configuration, the demo, and the README's own examples.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn wirewatch(arguments: &[&str]) -> Output {
    // The time zone is one whose offset the shown times must have.
    Command::new(env!("CARGO_BIN_EXE_wirewatch")).args(arguments).env("TZ", "Asia/Tokyo").env_remove("RUST_LOG").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn shipped(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

#[test]
fn shipped_configurations_are_well() {
    for (path, wanted) in [("config/wirewatch.toml", "28 feeds"), ("config/demo.toml", "4 feeds")] {
        let said = wirewatch(&["-c", &shipped(path), "check"]);
        let told = text(&said.stdout);
        assert_eq!(said.status.code(), Some(0), "{told}{}", text(&said.stderr));
        assert!(told.contains("well") && told.contains(wanted) && told.contains("examples hold"), "{told}");
    }
}

#[test]
fn the_demo_tells_who_said_what_and_nothing_twice() {
    let said = wirewatch(&["demo"]);
    let (alerts, notes) = (text(&said.stdout), text(&said.stderr));
    assert_eq!(said.status.code(), Some(0), "{notes}");
    let told = alerts.lines().filter(|line| line.starts_with('[')).count();
    assert!(told >= 8, "{alerts}");
    assert!(notes.contains(&format!("first run: 4 feeds polled, 14 new entries, 14 articles read, {told} alerts")), "{notes}");
    assert!(notes.contains("second run: 4 feeds polled, 0 new entries, 0 articles read, 0 alerts"), "{notes}");
    // Who said it, in Russian, of an actor whose name stands in another script in the watch list.
    assert!(alerts.contains("QUOTE(peskov, topic:security-guarantees) (body, Dmitry Peskov)"), "{alerts}");
    // 07:30 in UTC is half past four in the afternoon in Tokyo; the Northern Wire lists it at 08:10.
    assert!(alerts.contains("2025-12-09 16:30") || alerts.contains("2025-12-09 17:10"), "times are not local:\n{alerts}");
    // The same article in two feeds is one alert.
    assert_eq!(alerts.matches("Kremlin rejects plan for European force in Ukraine").count(), 1, "{alerts}");
    for trap in ["Harbour bank", "did not find"] {
        assert!(!alerts.contains(trap), "`{trap}` was told:\n{alerts}");
    }
}

#[test]
fn the_watch_list_of_the_readme_is_well() {
    let readme = fs::read_to_string(shipped("README.md")).unwrap();
    let blocks: Vec<&str> = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wirewatch.toml");
        fs::write(&path, block).unwrap();
        let said = wirewatch(&["-c", &path.display().to_string(), "check"]);
        assert_eq!(said.status.code(), Some(0), "{block}\n{}", text(&said.stdout));
    }
}

#[test]
fn every_command_of_the_readme_is_there() {
    let readme = fs::read_to_string(shipped("README.md")).unwrap();
    let help = text(&wirewatch(&["--help"]).stdout);
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    let mut seen = 0;
    for row in rows {
        let named = row.split('|').nth(1).unwrap();
        let verb = named.split('`').nth(1).unwrap().split_whitespace().next().unwrap();
        assert!(help.contains(&format!("\n  {verb} ")), "`{verb}` is in the README and not in --help:\n{help}");
        seen += 1;
    }
    assert!(seen >= 10);
}

#[test]
fn records_fit_their_schema() {
    let schema: serde_json::Value = serde_json::from_slice(&wirewatch(&["schema", "item"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut checked = 0;
    for folder in fs::read_dir(shipped("tests/it/corpus")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let article = ["article.txt", "page.html"].map(|name| folder.join(name)).into_iter().find(|path| path.exists()).unwrap();
        let said = wirewatch(&["extract", "--format", "jsonl", &article.display().to_string()]);
        let record: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        let faults: Vec<String> = validator.iter_errors(&record).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{}: {}", article.display(), faults.join("; "));
        checked += 1;
    }
    assert!(checked >= 8);
}
