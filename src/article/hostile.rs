//! Pages that are broken, huge, or no pages: each costs only itself, and not much.

use std::process::Command;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde_json::{Value, json};

use crate::article::tests::{BODY, page};

/// What a process of its own makes of a page.
struct Read {
    text: String,
    body: String,
    paragraphs: usize,
    partial: bool,
    notes: Vec<String>,
}

/// Where that process finds its page.
const PAGE: &str = "WIREWATCH_TEST_PAGE";
/// Seconds of processor time that one page may take; tests are built without care for speed, some ten times slower than the program.
const SECONDS_MAX: f64 = 10.0;

/// Reads a page in a process of its own, whose processor time is that of the page alone whatever else the machine does.
fn within(html: impl Into<Vec<u8>>) -> Read {
    let (folder, html) = (tempfile::tempdir().unwrap(), html.into());
    let path = folder.path().join("page.html");
    std::fs::write(&path, &html).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "article::hostile::reads_the_page_it_is_given", "--nocapture"]).env(PAGE, &path);
    let out = command.output().unwrap();
    let out = String::from_utf8_lossy(&out.stdout);
    let found = out.lines().find_map(|line| line.split_once("PAGE ").and_then(|(_, page)| serde_json::from_str::<Value>(page).ok()));
    let found = found.unwrap_or_else(|| panic!("the reader broke on {} bytes: {out}", html.len()));
    let seconds = found["seconds"].as_f64().unwrap();
    assert!(seconds < SECONDS_MAX, "{} bytes took {seconds} seconds", html.len());
    let text = |name: &str| found[name].as_str().unwrap().to_owned();
    Read {
        text: text("text"),
        body: text("body"),
        paragraphs: usize::try_from(found["paragraphs"].as_u64().unwrap()).unwrap(),
        partial: found["partial"].as_bool().unwrap(),
        notes: found["notes"].as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

/// The other side of [`within`]; nothing where no page is given.
#[test]
#[expect(clippy::print_stdout, reason = "the process that asked reads it")]
fn reads_the_page_it_is_given() {
    let Ok(path) = std::env::var(PAGE) else { return };
    let article = page(std::fs::read(path).unwrap());
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let millis = usage.user_time().num_milliseconds() + usage.system_time().num_milliseconds();
    let body = article.body.of(&article.text);
    let found = json!({"text": article.text, "body": body, "paragraphs": article.paragraphs.len(), "partial": article.partial,
        "notes": article.notes, "seconds": i32::try_from(millis).map(f64::from).unwrap() / 1e3});
    println!("PAGE {found}");
}

#[test]
fn a_hundred_thousand_nested_tags() {
    for tag in ["div", "b", "blockquote", "table><tr><td", "ul><li", "span class=share", "a href=/x", "svg", "form"] {
        let close = tag.split(['>', '<', ' ']).find(|name| !name.is_empty()).unwrap_or_default();
        let article =
            within(format!("<title>x</title>{}text{}", format!("<{tag}>").repeat(100_000), format!("</{close}>").repeat(100_000)));
        assert!(article.text.len() < 100, "{tag}");
    }
    within(format!("<title>x</title><article>{}{BODY}", "<div>".repeat(1_000)));
    let formatting: Vec<String> = (0..3_000).map(|number| format!("<b id={number}><p>x")).collect();
    within(formatting.concat());
}

#[test]
fn fifty_megabytes_of_markup_are_cut() {
    let article = within(format!("<title>Bridge opens</title><article>{BODY}</article><!--{}", "x".repeat(50_000_000)));
    assert_eq!(article.notes, ["page cut: too large"]);
    assert!(article.body.starts_with("The new bridge"));
    within("<p class=byline>&#x202e;".repeat(20_000));
    within(format!("<title>x</title><div {}>", "a=b ".repeat(50_000)));
    within(format!("<title>x</title>{}", "<".repeat(200_000)));
    within(format!("<title>x</title>{}", "&amp".repeat(50_000)));
}

#[test]
fn pages_of_one_thing_again_and_again() {
    let sentence = "The bridge over the strait was opened on Friday by the mayor, who walked across it with a brass band.";
    for (part, times) in [
        ("<p>x</p>", 40_000),
        ("&amp;&nbsp;x", 50_000),
        ("<li>x", 40_000),
        ("<a href=/x>word</a> ", 20_000),
        ("<p>橋は金曜日に市長によって開通した。</p>", 5_000),
        ("<nav><ul><li><svg>x", 20_000),
        (&format!("<div class=teaser><h3><a href=/x>Storm over the coast</a></h3><p>{sentence}</p></div>"), 1_500),
        (&format!("<table><tr><td>{sentence}</table>"), 2_000),
        (&format!("<h1>Bridge opens</h1><p>{sentence}"), 2_000),
        (&format!("{}<p>{sentence}</p>{}", "<div>".repeat(500), "</div>".repeat(500)), 5),
    ] {
        within(format!("<title>x</title><article>{}", part.repeat(times)));
    }
}

#[test]
fn many_paragraphs_of_one_kind() {
    let sentence = "The bridge over the strait was opened on Friday by the mayor, who walked across it with a brass band";
    let paragraphs: Vec<String> = (0..2_000).map(|number| format!("<p>{sentence}, number {number}.</p>")).collect();
    let article = within(format!("<title>Bridge opens</title><h1>Bridge opens</h1><div>{}</div>", paragraphs.concat()));
    assert!(article.paragraphs > 1_900);
}

#[test]
fn wrong_and_mixed_encodings() {
    let html = |charset: &str| {
        format!(
            "<html><head><meta charset={charset}><title>Brücke öffnet</title></head><article><h1>Brücke öffnet</h1>{}",
            BODY.replace("bridge", "Brücke")
        )
    };
    // In UTF-8, whatever it is called.
    for charset in ["utf-8", "iso-8859-1", "no-such-thing", "utf-16"] {
        let article = within(html(charset));
        assert!(article.body.starts_with("The new Br"), "{charset}: {}", article.text);
    }
    assert!(within(html("utf-8")).text.contains("Brücke"));
    // Called UTF-8, but in Windows-1252.
    let called = html("utf-8");
    assert!(within(encoding_rs::WINDOWS_1252.encode(&called).0.into_owned()).text.contains("Brücke"));
    // One paragraph is from elsewhere: nothing is lost but its wrong letters.
    let mut mixed = html("utf-8").repeat(4).into_bytes();
    mixed.extend(
        encoding_rs::WINDOWS_1252.encode("<p>Die Fähren fahren weiter bis zum Mai, sagte die Leitung des Hafens am Freitag.</p>").0.iter(),
    );
    let article = within(mixed);
    assert!(article.text.contains("Brücke") && article.text.contains("weiter bis zum Mai"), "{}", article.text);
    let wide: Vec<u8> = std::iter::once(0xfeff_u16).chain(html("utf-16").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(within(wide).text.contains("Brücke"));
}

#[test]
fn what_is_no_page_gives_no_text() {
    let script = format!(
        "<html><head><title>Sample</title></head><body><div id=root></div><script>{}</script></body></html>",
        "start();".repeat(10_000)
    );
    let pages: [&[u8]; 8] = [
        b"%PDF-1.7\n%\xe2\xe3 stream of the bridge",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xd8\xff\xe0 JFIF",
        b"PK\x03\x04 a text in an archive",
        b"<html><script>start()</script></html>",
        b"",
        b" \n\t ",
        script.as_bytes(),
    ];
    for bytes in pages {
        let article = within(bytes.to_vec());
        assert!(article.body.is_empty() && article.partial, "{:?}", article.text);
    }
    assert_eq!(within(b"%PDF-1.7".to_vec()).notes, ["page not read: it is a PDF"]);
    within(vec![0; 100_000]);
    within(vec![0xff; 1_000]);
}
