//! JSON Feed, versions 1 and 1.1.
//!
//! Values are taken by what they are, not by what they should be: a number is an identity, one person a list of people, and what
//! fits nowhere is passed over without being kept. Broken JSON is mended first, as far as it goes.

mod mend;
mod value;

use url::Url;

use crate::model::feed::Rhythm;
use crate::poll::date;
use crate::poll::document::{End, FeedFormat, Link, Markup, Part, Words};
use crate::poll::json::mend::mend;
use crate::poll::json::value::{FeedValue, PartValue};
use crate::poll::parse::{EntryProblem, ParseError, Place};
use crate::poll::read::Found;

/// Reads a JSON Feed and says what had to be mended.
///
/// # Errors
/// When the text is no JSON Feed.
pub(crate) fn read(text: &str, base: Option<&Url>) -> Result<(Found, Option<EntryProblem>), ParseError> {
    let (value, end, problem) = match value::parse(text) {
        Ok(value) => (value, End::Whole, None),
        Err(error) => {
            let (mended, cut) = mend(text);
            let value = value::parse(&mended).map_err(|_| ParseError::BrokenJson { error: error.to_string() })?;
            // What was cut off in the middle of an entry is gone already.
            let end = if cut { End::BetweenEntries } else { End::Whole };
            let what = error.to_string();
            let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
            let place = Place { line: error.line(), column: error.column().max(1) };
            (value, end, Some(EntryProblem { place: Some(place), ..EntryProblem::of_feed(format!("the JSON is broken: {what}")) }))
        }
    };
    let FeedValue { feed: about, items } = value;
    let items = items.ok_or(ParseError::Json)?;
    let mut feed = part(&about, base);
    feed.link = about.home_page_url.as_deref().map(|url| resolved(url, base));
    feed.links.extend(feed.link.iter().map(|href| link(href, "alternate")));
    feed.links.extend(about.feed_url.iter().map(|href| link(href, "self")));
    feed.id.clone_from(&about.feed_url);
    feed.summary = words(about.description.as_ref(), Markup::Plain);
    feed.image = about.icon.or(about.favicon);
    let entries: Vec<Part> = items.iter().map(|item| part(item, base)).collect();
    // The format has no date of a feed: it is as new as its newest entry.
    feed.published = entries.iter().filter_map(|entry| entry.published).max();
    feed.updated = entries.iter().filter_map(|entry| entry.updated).max();
    Ok((Found { format: FeedFormat::Json, feed, entries, rhythm: Rhythm::default(), end }, problem))
}

fn part(value: &PartValue, base: Option<&Url>) -> Part {
    let url = value.url.as_ref().or(value.external_url.as_ref()).map(|url| resolved(url, base));
    let mut part = Part {
        id: value.id.clone(),
        title: words(value.title.as_ref(), Markup::Plain),
        links: url.iter().map(|href| link(href, "alternate")).collect(),
        link: url,
        summary: words(value.summary.as_ref(), Markup::Plain),
        content: words(value.content_html.as_ref(), Markup::Html).or_else(|| words(value.content_text.as_ref(), Markup::Plain)),
        language: value.language.clone(),
        image: value.image.as_ref().or(value.banner_image.as_ref()).cloned(),
        authors: value.authors.clone(),
        categories: value.tags.clone(),
        enclosures: value.attachments.clone(),
        ..Part::default()
    };
    part.authors.dedup();
    let dates = [
        (&value.date_published, &mut part.published, &mut part.published_text),
        (&value.date_modified, &mut part.updated, &mut part.updated_text),
    ];
    for (text, moment, written) in dates {
        let Some(text) = text else { continue };
        *moment = date::parse(text);
        if moment.is_some() {
            *written = Some(text.clone());
        } else {
            part.bad_dates.push(text.clone());
        }
    }
    part
}

fn words(text: Option<&String>, markup: Markup) -> Option<Words> {
    text.map(|value| Words { value: value.clone(), markup, language: None, base: None })
}

fn link(href: &str, rel: &str) -> Link {
    Link { href: href.to_owned(), rel: rel.to_owned(), media_type: None }
}

fn resolved(href: &str, base: Option<&Url>) -> String {
    base.and_then(|base| base.join(href).ok()).map_or_else(|| href.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::read;

    fn shown(text: &str) -> String {
        let (found, problem) = match read(text, Some(&"https://example.org/feed".parse().unwrap())) {
            Ok(found) => found,
            Err(error) => return format!("error: {error}"),
        };
        let mut out = String::new();
        for entry in &found.entries {
            let title = entry.title.as_ref().map(|words| words.value.as_str());
            writeln!(out, "{:?} {:?} {:?} {:?} {:?}", entry.id, title, entry.link, entry.published_text, entry.categories).unwrap();
        }
        if let Some(problem) = problem {
            writeln!(out, "! {problem}").unwrap();
        }
        out
    }

    #[test]
    fn values_are_taken_for_what_they_are() {
        insta::assert_snapshot!(shown(
            r#"{"version": null, "authors": {"name": "A"}, "items": [
            {"id": 7, "title": ["no", "title"], "url": "a", "tags": ["x", 1, {}], "date_published": "2026-01-01"},
            "no item", {"id": "b", "id": "c", "extra": {"items": [{}]}, "external_url": "https://other.example/", "date_published": true}]} {"#
        ), @r#"
        Some("7") None Some("https://example.org/a") Some("2026-01-01") ["x", "1"]
        Some("c") None Some("https://other.example/") None []
        "#);
        insta::assert_snapshot!(shown(r#"{"items": 1}"#), @"error: is JSON, but no JSON Feed");
        insta::assert_snapshot!(shown("[1]"), @"error: is JSON, but no JSON Feed");
        insta::assert_snapshot!(shown("{\"items\": [}"), @"! line 1, column 12: the JSON is broken: expected value");
    }

    #[test]
    fn what_is_broken_is_read_as_far_as_it_goes() {
        insta::assert_snapshot!(shown("{\"items\": [{\"id\": \"a\", \"title\": \"two\nlines \\d83d \\ud83d end\",}, {\"id\": \"b\", \"title\": \"cut"), @r#"
        Some("a") Some("two lines \\d83d � end") None None []
        ! line 2, column 1: the JSON is broken: control character (\u0000-\u001F) found while parsing a string
        "#);
        insta::assert_snapshot!(shown("{\"title\": \"nothing but this"), @"error: is broken JSON: EOF while parsing a string at line 1 column 27");
    }
}
