//! Holds what erodes unseen: the direction of imports, and the purity of the pure modules.

use std::fs;
use std::path::{Path, PathBuf};

/// Groups of modules, left to right: a module imports its own group's members only if they are the same module, else only
/// groups further left.
const GROUPS: &[&[&str]] = &[
    &["model"],
    &["text", "net", "problem", "clock"],
    &["poll", "article", "extract", "watch", "alert", "deliver", "store"],
    &["config"],
    &["pipeline"],
    &["daemon"],
    &["cli"],
];

/// Modules that compute and do nothing else.
const PURE: &[&str] = &["model", "text", "extract", "watch", "alert"];

/// What a pure module never says.
const IMPURE: &[&str] = &[
    "async fn",
    ".await",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::time::Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "tokio::",
    "reqwest::",
    "rusqlite::",
    "fastrand::",
    "std::thread",
];

fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let mut names: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|name| name.unwrap().path()).collect();
        names.sort();
        for name in names {
            if name.is_dir() {
                walk(&name, found);
            } else if name.extension().is_some_and(|extension| extension == "rs") {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string()
}

/// The top module a file belongs to; `None` for `lib.rs` and `main.rs`.
fn module(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    let name = first.strip_suffix(".rs").unwrap_or(&first).to_owned();
    (name != "lib" && name != "main").then_some(name)
}

fn group(module: &str) -> usize {
    GROUPS.iter().position(|group| group.contains(&module)).unwrap_or_else(|| panic!("module `{module}` has no place in GROUPS"))
}

/// The code of a file: without comments, and without what follows its test module.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim() == "#[cfg(test)]" && text.lines().nth(index + 1).is_some_and(|next| next.contains("mod ") && next.ends_with('{')) {
            break;
        }
        let code = line.split("//").next().unwrap_or_default();
        lines.push((index + 1, code.to_owned()));
    }
    lines
}

fn is_test_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "tests.rs" || name == "conformance.rs")
        || path.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn modules_import_only_to_the_left() {
    let mut faults = Vec::new();
    for path in sources() {
        let Some(own) = module(&path) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for (line, code) in code(&text) {
            if code.contains("crate::{") || code.contains("super::super") {
                faults.push(format!("{}:{line}: write imports in full from crate::", shown(&path)));
            }
            for part in code.split("crate::").skip(1) {
                let other: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if other.is_empty() || other == own || !GROUPS.iter().any(|group| group.contains(&other.as_str())) {
                    continue;
                }
                if group(&other) >= group(&own) && !is_test_file(&path) {
                    faults.push(format!("{}:{line}: `{own}` imports `{other}`", shown(&path)));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn pure_modules_stay_pure() {
    let mut faults = Vec::new();
    for path in sources() {
        if is_test_file(&path) || !module(&path).is_some_and(|module| PURE.contains(&module.as_str())) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (line, code) in code(&text) {
            for word in IMPURE.iter().filter(|word| code.contains(**word)) {
                faults.push(format!("{}:{line}: `{word}` in a pure module", shown(&path)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let is_silent = |path: &&PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        !is_test_file(path) && !text.starts_with("//!") && !text.starts_with("#![doc = include_str!(")
    };
    let silent: Vec<String> = sources().iter().filter(is_silent).map(|path| shown(path)).collect();
    assert!(silent.is_empty(), "without a first `//!` line: {}", silent.join(", "));
}

#[test]
fn main_is_short_and_features_stay_in_one_place() {
    let mut faults = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        if path.ends_with("src/main.rs") && text.lines().count() > 40 {
            faults.push("src/main.rs is longer than 40 lines".to_owned());
        }
        if text.contains("cfg(feature") && !path.ends_with("postgres/mod.rs") {
            faults.push(format!("{}: cfg(feature) outside store/postgres/mod.rs", shown(&path)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
