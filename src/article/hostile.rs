//! Pages that are broken, huge, or no pages: each costs only itself, and not much.

use std::time::Instant;

use crate::article::settings::ArticleSettings;
use crate::article::tests::{BODY, page};
use crate::model::article::Article;

/// Reads a page within the time that one page may take.
fn within(html: impl Into<Vec<u8>>) -> Article {
    // Tests are built without care for speed, and the machine may have much else to do.
    let limit = ArticleSettings::default().reading_max * 5;
    let (html, begun) = (html.into(), Instant::now());
    let bytes = html.len();
    let article = page(html);
    assert!(begun.elapsed() < limit, "{bytes} bytes took {:?}", begun.elapsed());
    article
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
    assert!(article.body.of(&article.text).starts_with("The new bridge"));
    within("<p class=byline>&#x202e;".repeat(20_000));
    within(format!("<title>x</title><div {}>", "a=b ".repeat(50_000)));
    within(format!("<title>x</title>{}", "<".repeat(200_000)));
    within(format!("<title>x</title>{}", "&amp".repeat(50_000)));
}

#[test]
fn many_paragraphs_of_one_kind() {
    let sentence = "The bridge over the strait was opened on Friday by the mayor, who walked across it with a brass band";
    let paragraphs: Vec<String> = (0..2_000).map(|number| format!("<p>{sentence}, number {number}.</p>")).collect();
    let article = within(format!("<title>Bridge opens</title><h1>Bridge opens</h1><div>{}</div>", paragraphs.concat()));
    assert!(article.paragraphs.len() > 1_900);
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
        assert!(article.body.of(&article.text).starts_with("The new Br"), "{charset}: {}", article.text);
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
    assert_eq!(page(b"%PDF-1.7".to_vec()).notes, ["page not read: it is a PDF"]);
    within(vec![0; 100_000]);
    within(vec![0xff; 1_000]);
}
