//! The shipped systemd unit keeps what it promises, also where there is no systemd to ask.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Settings of the `[Service]` section: each with its values in order. An empty value forgets those before it.
fn service(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut settings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut section = "";
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])) {
        if line.starts_with('[') {
            section = line;
        } else if section == "[Service]" {
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("no setting: {line}"));
            settings.entry(name.to_owned()).or_default().push(value.to_owned());
        }
    }
    settings
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd")
}

fn unit() -> BTreeMap<String, Vec<String>> {
    service(&fs::read_to_string(folder().join("wirewatch.service")).unwrap())
}

/// The one value of a setting.
fn one(settings: &BTreeMap<String, Vec<String>>, name: &str) -> String {
    let values = settings.get(name).unwrap_or_else(|| panic!("{name} is not set"));
    assert_eq!(values.len(), 1, "{name} is set more than once");
    values[0].clone()
}

#[test]
fn the_daemon_says_itself_when_it_is_ready_alive_and_wrongly_configured() {
    let unit = unit();
    // systemd 252 knows no notify-reload and would fall back to simple.
    assert_eq!(one(&unit, "Type"), "notify");
    assert_eq!(one(&unit, "NotifyAccess"), "main");
    assert_eq!(one(&unit, "Restart"), "always");
    assert_eq!(one(&unit, "RestartPreventExitStatus").split(' ').collect::<Vec<_>>(), ["78", "2"]);
    assert!(one(&unit, "WatchdogSec").parse::<u32>().unwrap() >= 30);
    // A stop takes at most ten seconds; the manager must not be quicker.
    assert!(one(&unit, "TimeoutStopSec").parse::<u32>().unwrap() > 10);
    assert!(one(&unit, "ExecStart").ends_with(" run"));
    // What fails before the main process is started again and again, whatever RestartPreventExitStatus says.
    assert!(!unit.contains_key("ExecStartPre"));
    let reload = &unit["ExecReload"];
    assert!(reload[0].ends_with(" check") && reload[1] == "/bin/kill -HUP $MAINPID" && reload.len() == 2, "{reload:?}");
}

#[test]
fn its_folders_are_its_own() {
    let unit = unit();
    for folder in ["State", "Logs", "Cache"] {
        assert_eq!(one(&unit, &format!("{folder}Directory")), "wirewatch");
        assert_eq!(one(&unit, &format!("{folder}DirectoryMode")), "0700");
    }
    assert_eq!(one(&unit, "ConfigurationDirectory"), "wirewatch");
    // Owned by root and read by a user who is nobody's owner.
    assert_eq!(one(&unit, "ConfigurationDirectoryMode"), "0755");
    assert_eq!(one(&unit, "DynamicUser"), "yes");
    assert_eq!(one(&unit, "UMask"), "0077");
}

#[test]
fn everything_it_does_not_need_is_shut() {
    let unit = unit();
    let shut = [
        "LockPersonality",
        "MemoryDenyWriteExecute",
        "NoNewPrivileges",
        "PrivateDevices",
        "PrivateMounts",
        "PrivateTmp",
        "PrivateUsers",
        "ProtectClock",
        "ProtectControlGroups",
        "ProtectHome",
        "ProtectHostname",
        "ProtectKernelLogs",
        "ProtectKernelModules",
        "ProtectKernelTunables",
        "RemoveIPC",
        "RestrictNamespaces",
        "RestrictRealtime",
        "RestrictSUIDSGID",
    ];
    for name in shut {
        assert_eq!(one(&unit, name), "yes", "{name}");
    }
    assert_eq!(one(&unit, "CapabilityBoundingSet"), "");
    assert_eq!(one(&unit, "AmbientCapabilities"), "");
    assert_eq!(one(&unit, "ProtectSystem"), "strict");
    assert_eq!(one(&unit, "ProtectProc"), "invisible");
    assert_eq!(one(&unit, "ProcSubset"), "pid");
    assert_eq!(one(&unit, "DevicePolicy"), "closed");
    assert_eq!(one(&unit, "KeyringMode"), "private");
    assert_eq!(one(&unit, "RestrictAddressFamilies"), "AF_INET AF_INET6 AF_UNIX");
    assert_eq!(one(&unit, "SystemCallArchitectures"), "native");
    assert_eq!(unit["SystemCallFilter"], ["@system-service", "~@privileged @resources"]);
}

#[test]
fn every_drop_in_is_a_service_section_and_in_the_readme() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder().join("wirewatch.service.d")).unwrap() {
        let path = entry.unwrap().path();
        let settings = service(&fs::read_to_string(&path).unwrap());
        assert!(!settings.is_empty(), "{} sets nothing", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        if path.ends_with("notify-reload.conf") {
            assert_eq!(one(&settings, "Type"), "notify-reload");
            // The manager sends the signal itself; a second one would reload twice.
            assert_eq!(one(&settings, "ExecReload"), "");
        }
    }
    names.sort();
    assert_eq!(names, ["address-wall.conf", "commands.conf", "credentials.conf", "notify-reload.conf"]);
    assert!(names.iter().all(|name| readme.contains(&format!("`{name}`"))));
}
