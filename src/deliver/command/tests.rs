use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use super::*;
use crate::deliver::receiver::{HOSTILE, delivery};

/// A program that is this script, and a folder for what it writes.
struct Program {
    folder: tempfile::TempDir,
    basics: Basics,
    settings: CommandSettings,
}

impl Program {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tell");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let settings = CommandSettings {
            command: vec![path.into_os_string(), "--desk".into()],
            folder: folder.path().to_owned(),
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
        };
        Self { folder, basics: Basics::new("desk"), settings }
    }

    async fn run(&self, title: &str) -> String {
        let outcome = CommandChannel::open(&self.basics, &self.settings).deliver(&[delivery(title)]).await.remove(0);
        format!("{outcome:?}").replace(&self.folder.path().display().to_string(), "")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }
}

// OUT-04.
#[tokio::test]
async fn nothing_of_an_alert_is_a_command() {
    let program = Program::new("cat > body; printf '%s' \"$WIREWATCH_TITLE\" > title; env > environment; echo \"$@\" > arguments");
    for title in ["$(touch pwned); rm -rf / #", "--help", "`touch pwned`", HOSTILE] {
        assert_eq!(program.run(title).await, "Delivered");
        assert_eq!(program.read("body"), format!("{}\n", delivery(title).body), "one line of JSON");
        assert_eq!(program.read("title"), one_line(title));
        assert_eq!(program.read("arguments"), "--desk\n");
    }
    assert!(!program.folder.path().join("pwned").exists());
    let mut names: Vec<String> = program.read("environment").lines().filter_map(|line| Some(line.split_once('=')?.0.to_owned())).collect();
    names.retain(|name| !name.starts_with("WIREWATCH_") && !matches!(name.as_str(), "PWD" | "SHLVL" | "_" | "OLDPWD"));
    assert_eq!(names, ["PATH"], "the daemon's own environment stays where it is");
}

#[tokio::test]
async fn exit_codes_say_what_is_to_be_done() {
    let shown = async |script: &str| Program::new(script).run("One").await;
    insta::assert_snapshot!(shown("exit 0").await, @"Delivered");
    insta::assert_snapshot!(shown("echo 'no \u{1b}[31mline' >&2; exit 75").await, @r#"Away { after: None, error: "`/tell` ended with exit status: 75: no [31mline" }"#);
    insta::assert_snapshot!(shown("exit 65").await, @r#"Refused { error: "`/tell` ended with exit status: 65" }"#);
    insta::assert_snapshot!(shown("exit 3").await, @r#"Retry { after: None, error: "`/tell` ended with exit status: 3" }"#);
    insta::assert_snapshot!(shown("kill -9 $$").await, @r#"Retry { after: None, error: "`/tell` ended with signal: 9 (SIGKILL)" }"#);
    let noisy = shown("yes | head -c 1000000 >&2; exit 1").await;
    assert!(noisy.len() < 3000, "{}", noisy.len());
    let mut missing = Program::new("exit 0");
    missing.settings.command = vec!["no-such-program-here".into()];
    insta::assert_snapshot!(missing.run("One").await, @r#"Away { after: None, error: "`no-such-program-here` cannot be started: No such file or directory (os error 2); write its whole path" }"#);
}

// OUT-04: the whole group.
#[tokio::test]
async fn a_program_that_does_not_end_is_killed_with_all_it_started() {
    let mut program = Program::new("(sleep 300 & echo $! > child; sleep 300)");
    program.basics.deadline = Duration::from_millis(500);
    let begun = Instant::now();
    insta::assert_snapshot!(program.run("One").await, @r#"Retry { after: None, error: "`/tell` took longer than 500ms and was killed with all that it started" }"#);
    assert!(begun.elapsed() < Duration::from_secs(60));
    let child: i32 = program.read("child").trim().parse().unwrap();
    // A process that was killed may still be waiting for its parent to look.
    let lives = || std::fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    for _ in 0..200 {
        if !lives() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the child lives");
}

#[tokio::test]
async fn what_it_leaves_behind_holds_up_nothing() {
    let program = Program::new("sleep 300 &\nexit 0");
    let begun = Instant::now();
    assert_eq!(program.run("One").await, "Delivered");
    assert!(begun.elapsed() < Duration::from_secs(20));
}
