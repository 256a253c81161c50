//! One look over a page: titles, meta elements, dates, bylines, its language, and how hard it would be to build a tree of it.

use std::borrow::Cow;

use crate::text::markup::{Piece, Pieces, Tag, decode};
use crate::text::safe::{is_unsafe, one_line};

/// What one look over a page finds. Texts are plain and on one line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Head {
    /// `lang` of the page.
    pub language: Option<String>,
    /// `<title>`, the first.
    pub title: Option<String>,
    /// Names (`name`, `property` or `itemprop`, in lower case) and contents of meta elements.
    pub metas: Vec<(String, String)>,
    /// `link rel=canonical`.
    pub canonical: Option<String>,
    /// `link rel=amphtml`.
    pub amp: Option<String>,
    /// JSON-LD blocks as they stand.
    pub json_ld: Vec<String>,
    /// Texts of `h1`, in order.
    pub headings: Vec<String>,
    /// Elements marked as bylines, and links to pages of authors.
    pub bylines: Vec<Byline>,
    /// `<time>` elements and elements marked as dates.
    pub times: Vec<Time>,
    /// The first value named as the date of publication in the data of the page's scripts.
    pub scripted: Option<String>,
    /// Whether the page asks for a password.
    pub asks_password: bool,
    /// Levels of elements that are open at the same time, at most.
    pub depth: usize,
    /// How many times a tree builder would have to open formatting elements again that were never closed.
    pub repeats: usize,
}

/// An element marked as a byline, or a link to the page of an author.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Byline {
    /// What it shows; empty where that is too long for a byline.
    pub text: String,
    /// What marked elements and links to authors inside it show.
    pub parts: Vec<String>,
    /// Whether it is a link to the page of an author and nothing more.
    pub is_link: bool,
    /// Whether an `h1` stood before it.
    pub after_heading: bool,
}

/// A `<time>` element, or another that is marked as a date.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Time {
    /// Its `datetime`, `content` or `title`.
    pub value: Option<String>,
    /// What it shows.
    pub text: String,
    /// What the date is said to be of.
    pub of: Option<Event>,
    /// Whether it is a `<time>` element.
    pub is_element: bool,
    /// Whether an `h1` stood before it.
    pub after_heading: bool,
}

/// What a date is said to be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// The publication.
    Published,
    /// A change.
    Modified,
}

impl Head {
    /// Looks over the page.
    pub(super) fn read(html: &str) -> Self {
        let mut reading = Reading::default();
        for piece in Pieces::new(html) {
            match piece {
                Piece::Text(text) => reading.text(text),
                Piece::Open(tag) => reading.open(&tag),
                Piece::Close(name) => reading.close(&name),
            }
        }
        reading.end()
    }

    /// The content of the first meta element with one of these names, in the order of the names.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .find_map(|name| self.metas.iter().find(|(found, content)| found == name && !content.is_empty()))
            .map(|(_, content)| content.as_str())
    }

    /// The contents of all meta elements with one of these names.
    pub(super) fn all_metas<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(|(found, _)| names.contains(&found.as_str())).map(|(_, content)| content.as_str())
    }
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum What {
    Heading,
    Byline,
    Date,
}

/// The text of an element that is being collected.
struct Capture {
    what: What,
    name: String,
    depth: usize,
    text: String,
    time: Time,
    /// Bylines inside a byline.
    parts: Vec<String>,
    is_link: bool,
}

/// Elements collected at the same time; bounds the cost of a text.
const CAPTURES_MAX: usize = 8;
/// Elements of one kind that are kept; what is asked for stands near the top.
const KEPT_MAX: usize = 40;
const TEXT_MAX: usize = 400;
/// Characters of a byline at most.
const BYLINE_MAX: usize = 120;
/// Parts of a byline that are kept.
const PARTS_MAX: usize = 10;

#[derive(Default)]
struct Reading {
    head: Head,
    captures: Vec<Capture>,
    open: usize,
    formatting: usize,
}

impl Reading {
    fn text(&mut self, text: &str) {
        if self.captures.is_empty() {
            return;
        }
        let text = decode(text);
        for capture in &mut self.captures {
            if capture.text.len() < TEXT_MAX {
                capture.text.extend(text.chars().filter(|c| c.is_whitespace() || !is_unsafe(*c)).take(TEXT_MAX));
            }
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        if let Some(raw) = tag.raw {
            self.raw(tag, raw);
            return;
        }
        match &*tag.name {
            "html" if self.head.language.is_none() => {
                self.head.language = tag
                    .attribute("lang")
                    .or_else(|| tag.attribute("xml:lang"))
                    .map(|found| found.trim().to_owned())
                    .filter(|found| !found.is_empty());
            }
            "meta" => self.meta(tag),
            "link" => self.link(tag),
            "input" if tag.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("password")) => self.head.asks_password = true,
            _ => {}
        }
        for capture in &mut self.captures {
            if capture.name == tag.name {
                capture.depth += 1;
            }
            // Two inline elements side by side, such as first and last name, are words of their own.
            capture.text.push(' ');
        }
        if tag.is_void() {
            return;
        }
        self.open += 1;
        self.head.depth = self.head.depth.max(self.open);
        if is_formatting(&tag.name) {
            self.formatting += 1;
        } else {
            self.head.repeats += self.formatting;
        }
        self.capture(tag);
    }

    fn raw(&mut self, tag: &Tag<'_>, raw: &str) {
        match &*tag.name {
            "title" if self.head.title.is_none() => self.head.title = Some(one_line(&decode(raw))).filter(|title| !title.is_empty()),
            "script"
                if self.head.json_ld.len() < KEPT_MAX
                    && tag.attribute("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json")) =>
            {
                self.head.json_ld.push(raw.to_owned());
                self.head.scripted = self.head.scripted.take().or_else(|| scripted(raw));
            }
            "script" if self.head.scripted.is_none() => self.head.scripted = scripted(raw),
            _ => {}
        }
    }

    fn link(&mut self, tag: &Tag<'_>) {
        let Some(rel) = tag.attribute("rel") else { return };
        let place = match rel.to_ascii_lowercase().as_str() {
            "canonical" => &mut self.head.canonical,
            "amphtml" => &mut self.head.amp,
            _ => return,
        };
        if place.is_none() {
            *place = tag.attribute("href").map(|href| href.trim().to_owned());
        }
    }

    fn meta(&mut self, tag: &Tag<'_>) {
        if self.head.metas.len() >= 300 {
            return;
        }
        let Some(content) = tag.attribute("content") else { return };
        let content = one_line(&content);
        for name in ["property", "name", "itemprop"] {
            if let Some(name) = tag.attribute(name) {
                self.head.metas.push((name.trim().to_ascii_lowercase(), content.clone()));
            }
        }
    }

    fn capture(&mut self, tag: &Tag<'_>) {
        if self.captures.len() >= CAPTURES_MAX {
            return;
        }
        let mut marks = String::new();
        let (mut value, mut marked_date, mut is_link) = (None, false, false);
        for (name, found) in tag.attributes() {
            match name.to_ascii_lowercase().as_str() {
                "class" | "id" | "itemprop" | "rel" | "data-testid" | "data-test" | "data-qa" | "property" => {
                    marks.push(' ');
                    marks.push_str(&found.to_ascii_lowercase());
                }
                "datetime" => value = Some(decode(found)),
                "content" | "title" if value.is_none() => value = Some(decode(found)),
                "pubdate" => marked_date = true,
                "href" => is_link = tag.name == "a" && leads_to_author(found),
                _ => {}
            }
        }
        if marks.is_empty() && !is_link && !matches!(&*tag.name, "h1" | "time" | "relative-time") {
            return;
        }
        is_link |= tag.name == "a" && marks.split_whitespace().any(|mark| mark == "author");
        let is_time = tag.name == "time" || tag.name == "relative-time";
        let has = |words: &[&str]| words.iter().any(|word| marks.contains(word));
        // Inside a byline the name is often marked as such.
        let is_name = has(&[" name", " fn", "-name", "_name"]) && self.captures.iter().any(|capture| capture.what == What::Byline);
        let kept = |what| self.captures.iter().all(|capture| capture.what != what);
        let what = if tag.name == "h1" || has(&[" headline"]) && tag.name.starts_with('h') {
            What::Heading
        } else if is_time
            || has(&[
                "date",
                "publish",
                "posted",
                "timestamp",
                "time-",
                "-time",
                " time",
                "pubtime",
                "datum",
                "fecha",
                "byline-time",
                "entry-time",
                "post-meta",
            ]) && !has(&["update-", "validate", "candidate", "author", "timeline", "unpublish"])
                && !matches!(&*tag.name, "body" | "html" | "form" | "main" | "article" | "a")
        {
            What::Date
        } else if is_link
            || is_name
            || has(&["byline", "author", "writer", " autor", "auteur", "autore", "contributor", "verfasser"])
                && !has(&["authority", "authoriz", "authors-list", "comment", "author-bio", "author_bio", "authorbox"])
                && !matches!(&*tag.name, "body" | "html" | "main" | "article")
        {
            What::Byline
        } else {
            return;
        };
        let (count, limit) = match what {
            What::Heading => (self.head.headings.len(), 10),
            What::Byline => (self.head.bylines.len(), KEPT_MAX),
            What::Date => (self.head.times.len(), KEPT_MAX),
        };
        // A byline inside another one is a part of it.
        if count >= limit || !(kept(what) || is_time || what == What::Byline) {
            return;
        }
        let of = if has(&["modif", "updated", "update"]) {
            Some(Event::Modified)
        } else {
            (marked_date || has(&["datepublished", "publish", "pubdate", "posted", "pub-date", "entry-date"])).then_some(Event::Published)
        };
        let time = Time {
            value: value.filter(|value| value.len() < 100).map(Cow::into_owned),
            of,
            is_element: is_time,
            after_heading: !self.head.headings.is_empty(),
            text: String::new(),
        };
        let name = tag.name.clone().into_owned();
        self.captures.push(Capture { what, name, depth: 1, text: String::new(), time, parts: Vec::new(), is_link });
    }

    fn close(&mut self, name: &str) {
        self.open = self.open.saturating_sub(1);
        if is_formatting(name) {
            self.formatting = self.formatting.saturating_sub(1);
        }
        for capture in &mut self.captures {
            if capture.name == name {
                capture.depth -= 1;
            }
            capture.text.push(' ');
        }
        while let Some(index) = self.captures.iter().position(|capture| capture.depth == 0) {
            let capture = self.captures.remove(index);
            self.keep(capture);
        }
    }

    fn keep(&mut self, capture: Capture) {
        let text = one_line(&capture.text);
        match capture.what {
            What::Heading if !text.is_empty() => self.head.headings.push(text),
            What::Byline => self.byline(text, capture),
            What::Date => {
                let time = Time { text, ..capture.time };
                if time.value.is_some() || time.text.bytes().any(|byte| byte.is_ascii_digit()) {
                    self.head.times.push(time);
                }
            }
            What::Heading => {}
        }
    }

    fn byline(&mut self, text: String, capture: Capture) {
        let short = !text.is_empty() && text.chars().count() <= BYLINE_MAX;
        let outer = self.captures.iter_mut().rev().find(|outer| outer.what == What::Byline);
        if let Some(outer) = outer {
            // Of parts in parts the inner ones say it best.
            let parts = if capture.parts.is_empty() { short.then_some(text).into_iter().collect() } else { capture.parts };
            outer.parts.extend(parts.into_iter().take(PARTS_MAX.saturating_sub(outer.parts.len())));
        } else if short || !capture.parts.is_empty() {
            self.head.bylines.push(Byline {
                text: if short { text } else { String::new() },
                parts: capture.parts,
                is_link: capture.is_link,
                after_heading: capture.time.after_heading,
            });
        }
    }

    fn end(mut self) -> Head {
        for capture in std::mem::take(&mut self.captures) {
            self.keep(capture);
        }
        self.head
    }
}

/// The value of the first field of a script's data that is named for the publication: `"published_at":"2025-12-19T…"`.
fn scripted(script: &str) -> Option<String> {
    const NAMES: [&str; 14] = [
        "datepublished",
        "date_published",
        "publishedat",
        "published_at",
        "publishdate",
        "publish_date",
        "publisheddate",
        "published_date",
        "publicationdate",
        "publication_date",
        "firstpublished",
        "first_published_at",
        "pubdate",
        "publishedtime",
    ];
    let value = |at: usize| -> Option<String> {
        let start = script.get(..at)?.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))? + 1;
        let (name, rest) =
            script.get(start..)?.split_at_checked(script.get(start..)?.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?)?;
        let rest = rest.trim_start_matches(['"', '\'', '\\']).trim_start().strip_prefix(':')?;
        let rest = rest.trim_start().trim_start_matches(['"', '\'', '\\']);
        let value = rest.split(['"', '\'', '\\', ',', '}']).next()?;
        (NAMES.contains(&name.to_ascii_lowercase().as_str())
            && (8..=40).contains(&value.len())
            && value.starts_with(|c: char| c.is_ascii_digit()))
        .then(|| value.to_owned())
    };
    script
        .match_indices("ubli")
        .chain(script.match_indices("pubDate"))
        .chain(script.match_indices("pubdate"))
        .take(2_000)
        .find_map(|(at, _)| value(at))
}

/// Whether an address is that of a page about an author: `/author/ann-lee`, `?author=7`.
fn leads_to_author(address: &str) -> bool {
    const FOLDERS: [&str; 14] = [
        "author",
        "authors",
        "autor",
        "autoren",
        "autores",
        "autore",
        "auteur",
        "auteurs",
        "profile",
        "people",
        "our-people",
        "contributors",
        "reporters",
        "redakteure",
    ];
    if address.len() > 300 {
        return false;
    }
    let lower = address.to_ascii_lowercase();
    let (path, query) = lower.split_once('?').unwrap_or((&lower, ""));
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let last = segments.len().saturating_sub(1);
    segments.iter().take(last).any(|segment| FOLDERS.contains(segment)) || query.starts_with("author=")
}

fn is_formatting(name: &str) -> bool {
    matches!(name, "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u")
}

#[cfg(test)]
mod tests {
    use super::Head;

    #[test]
    fn reads_what_a_page_says_of_itself() {
        let head = Head::read(
            "<html lang=en-GB><title> A &amp; B </title><meta property=og:title content='A'><meta name=Author content='Ann Lee'>\
             <link rel=canonical href=/a><script type='application/ld+json'>{}</script><h1>A <b>and</b> B</h1>\
             <p class=byline>By <a rel=author>Ann Lee</a></p><time datetime=2025-12-19 itemprop=datePublished>Friday</time>\
             <span class=post-date>19 May 2025</span><input type=password>",
        );
        insta::assert_debug_snapshot!(head, @r#"
        Head {
            language: Some(
                "en-GB",
            ),
            title: Some(
                "A & B",
            ),
            metas: [
                (
                    "og:title",
                    "A",
                ),
                (
                    "author",
                    "Ann Lee",
                ),
            ],
            canonical: Some(
                "/a",
            ),
            amp: None,
            json_ld: [
                "{}",
            ],
            headings: [
                "A and B",
            ],
            bylines: [
                Byline {
                    text: "By Ann Lee",
                    parts: [
                        "Ann Lee",
                    ],
                    is_link: false,
                    after_heading: true,
                },
            ],
            times: [
                Time {
                    value: Some(
                        "2025-12-19",
                    ),
                    text: "Friday",
                    of: Some(
                        Published,
                    ),
                    is_element: true,
                    after_heading: true,
                },
                Time {
                    value: None,
                    text: "19 May 2025",
                    of: None,
                    is_element: false,
                    after_heading: true,
                },
            ],
            scripted: None,
            asks_password: true,
            depth: 3,
            repeats: 0,
        }
        "#);
        assert_eq!(head.meta(&["author"]), Some("Ann Lee"));
    }

    #[test]
    fn bylines_in_parts_and_links_to_authors() {
        let bylines = |html: &str| {
            let found = Head::read(html).bylines.into_iter();
            found
                .map(|byline| format!("{}[{}]{}", byline.text, byline.parts.join("; "), if byline.is_link { " link" } else { "" }))
                .collect::<Vec<_>>()
                .join(" | ")
        };
        assert_eq!(
            bylines("<div class=article__author><h4 class=author-details-name>Ann Lee</h4><time>12 May</time></div>"),
            "Ann Lee 12 May[Ann Lee]"
        );
        let long =
            format!("<div itemprop=author><span itemprop=name>Ann Lee</span><p>{}</p></div>", "She writes about bridges. ".repeat(10));
        assert_eq!(bylines(&long), "[Ann Lee]");
        assert_eq!(bylines("<p>by <a href='https://example.org/authors/ann-lee/'>Ann Lee</a>"), "Ann Lee[] link");
        assert_eq!(
            bylines("<a href='/news?author=7'>Ann Lee</a> <a href='/authors'>All</a> <a href='/news/authors-meet'>x</a>"),
            "Ann Lee[] link"
        );
    }

    #[test]
    fn dates_in_the_data_of_scripts() {
        let found = |script: &str| Head::read(&format!("<script>{script}</script>")).scripted.unwrap_or_else(|| "-".to_owned());
        assert_eq!(found(r#"{"product":{"published_at":"2025-12-19T10:12:00+02:00","x":1}}"#), "2025-12-19T10:12:00+02:00");
        assert_eq!(found(r#"push("{\"firstPublished\": \"2025-12-19\"}")"#), "2025-12-19");
        assert_eq!(found("dataLayer = [{ 'publishDate': '20251219' }]"), "20251219");
        assert_eq!(found(r#"{"isPublished":"2025-12-19","published":true,"republished_at":"2025-12-19"}"#), "-");
    }

    #[test]
    fn measures_hostile_pages() {
        assert_eq!(Head::read(&"<div>".repeat(100_000)).depth, 100_000);
        let unclosed: Vec<String> = (0..1000).map(|number| format!("<b id={number}><p>x")).collect();
        assert!(Head::read(&unclosed.concat()).repeats > 400_000);
        assert!(Head::read(&"<p><b>x</b></p>".repeat(10_000)).repeats == 0);
        Head::read(&"<p class=byline><time>".repeat(50_000));
    }
}
