//! Lists of feeds as other readers write them (OPML), read leniently and with bounds, and written plainly.

use std::fmt::Write as _;

use crate::net::charset::decode_xml;
use crate::poll::xml::{NodeId, Tree};
use crate::text::safe::one_line;

/// Feeds of one list.
const FEEDS_MAX: usize = 20_000;
/// Tags of one feed.
const TAGS_MAX: usize = 20;
/// Characters of a name.
const NAME_CHARACTERS_MAX: usize = 200;

/// A feed of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Listed {
    /// Its address as written.
    pub(crate) url: String,
    /// Its name.
    pub(crate) name: Option<String>,
    /// Its language as written.
    pub(crate) language: Option<String>,
    /// Names of the folders it is in, from the outside in, then its categories.
    pub(crate) tags: Vec<String>,
}

/// What a list holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct List {
    /// Its feeds, in its order.
    pub(crate) feeds: Vec<Listed>,
    /// What was wrong with it.
    pub(crate) problems: Vec<String>,
}

/// Reads a list; `None` when it is no OPML.
pub(crate) fn read(bytes: &[u8]) -> Option<List> {
    let decoded = decode_xml(bytes, None);
    let tree = Tree::read(decoded.text.trim_start());
    let root = tree.elements(0).find(|node| tree.name(*node) == "opml")?;
    let mut list = List::default();
    list.problems.extend(tree.faults.iter().map(|fault| fault.what.to_owned()));
    collect(&tree, root, &[], &mut list.feeds);
    if list.feeds.len() == FEEDS_MAX {
        list.problems.push(format!("only the first {FEEDS_MAX} feeds were read"));
    }
    Some(list)
}

/// Feeds of outlines and of those inside them. The tree bounds how deep they can be.
fn collect(tree: &Tree<'_>, node: NodeId, folders: &[String], found: &mut Vec<Listed>) {
    for outline in tree.elements(node) {
        if found.len() == FEEDS_MAX {
            return;
        }
        if tree.name(outline) != "outline" {
            // Whatever was left open around it.
            collect(tree, outline, folders, found);
            continue;
        }
        let attribute = |name: &str| tree.attribute(outline, name);
        if attribute("iscomment").is_some_and(|is| is.eq_ignore_ascii_case("true")) {
            continue;
        }
        let name = attribute("title").or_else(|| attribute("text")).map(named).filter(|name| !name.is_empty());
        let is_feed = attribute("type").is_some_and(|kind| matches!(kind.to_ascii_lowercase().as_str(), "rss" | "atom"));
        if let Some(url) = attribute("xmlurl").or_else(|| attribute("url").filter(|_| is_feed)) {
            let categories = attribute("category").unwrap_or_default();
            let mut tags = folders.to_vec();
            for tag in categories.split([',', '/']).map(named).filter(|tag| !tag.is_empty()) {
                if tags.len() < TAGS_MAX && !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            found.push(Listed { url: url.to_owned(), name: name.clone(), language: attribute("language").map(str::to_owned), tags });
        }
        if tree.has_elements(outline) {
            let mut inner = folders.to_vec();
            inner.extend(name.filter(|name| inner.len() < TAGS_MAX && !folders.contains(name)));
            collect(tree, outline, &inner, found);
        }
    }
}

fn named(text: &str) -> String {
    one_line(text).trim_matches([' ', '/']).chars().take(NAME_CHARACTERS_MAX).collect()
}

/// The list as OPML. The first tag of a feed is its folder, the others are its categories.
pub(crate) fn written(feeds: &[Listed]) -> String {
    let mut out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>Feeds of wirewatch</title></head>\n<body>\n"
            .to_owned();
    let mut folders: Vec<&str> = Vec::new();
    for folder in feeds.iter().filter_map(|feed| feed.tags.first()) {
        if !folders.contains(&folder.as_str()) {
            folders.push(folder);
        }
    }
    for folder in folders {
        writeln!(out, "<outline text=\"{}\">", escaped(folder)).expect("text can always be written to memory");
        feeds.iter().filter(|feed| feed.tags.first().is_some_and(|first| first == folder)).for_each(|feed| outline(feed, "  ", &mut out));
        out.push_str("</outline>\n");
    }
    feeds.iter().filter(|feed| feed.tags.is_empty()).for_each(|feed| outline(feed, "", &mut out));
    out.push_str("</body>\n</opml>\n");
    out
}

fn outline(feed: &Listed, indent: &str, out: &mut String) {
    let name = escaped(feed.name.as_deref().unwrap_or_default());
    let mut row = format!("{indent}<outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{}\"", escaped(&feed.url));
    let categories = feed.tags.iter().skip(1).cloned().collect::<Vec<_>>().join(",");
    for (key, value) in [("language", feed.language.as_deref().unwrap_or_default()), ("category", &categories)] {
        if !value.is_empty() {
            write!(row, " {key}=\"{}\"", escaped(value)).expect("text can always be written to memory");
        }
    }
    out.push_str(&row);
    out.push_str("/>\n");
}

fn escaped(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{FEEDS_MAX, read, written};

    #[test]
    fn hostile_lists_are_read_within_bounds() {
        let deep = format!("<opml><body>{}<outline xmlUrl='https://deep.example/'/>", "<outline text='x'>".repeat(100_000));
        let list = read(deep.as_bytes()).unwrap();
        assert_eq!(list.feeds.len(), 1);
        assert_eq!(list.feeds[0].tags, ["x"]);
        let many = format!("<opml><body>{}", "<outline xmlUrl='https://a.example/' text='A'/>".repeat(FEEDS_MAX + 5));
        let list = read(many.as_bytes()).unwrap();
        assert_eq!(list.feeds.len(), FEEDS_MAX);
        assert!(list.problems.iter().any(|problem| problem.contains("only the first")));
        let bomb = "<!DOCTYPE opml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\"><!ENTITY c SYSTEM 'file:///etc/passwd'>]>\
            <opml><body><outline text='&b;&c;' xmlUrl='https://a.example/'/></body></opml>";
        assert_eq!(read(bomb.as_bytes()).unwrap().feeds[0].name.as_deref(), Some("&b;&c;"));
        assert_eq!(read(b"<html><body>"), None);
        assert_eq!(read(b""), None);
    }

    #[test]
    fn broken_lists_and_other_dialects_are_read() {
        let list = "<opml version=1.1><head><title>AT&T</title><body><outline title='Wire & more' text='x'><outline type='RSS' url='https://a.example/rss' category='/a/b,c'>\
            <outline text='inside a feed' xmlurl='https://b.example/'/></outline><outline type=link url='https://no.example/'/>";
        let list = read(list.as_bytes()).unwrap();
        let shown: Vec<String> = list.feeds.iter().map(|feed| format!("{} {:?}", feed.url, feed.tags)).collect();
        assert_eq!(shown, ["https://a.example/rss [\"Wire & more\", \"a\", \"b\", \"c\"]", "https://b.example/ [\"Wire & more\"]"]);
        assert!(read(written(&list.feeds).as_bytes()).unwrap().feeds.iter().zip(&list.feeds).all(|(again, feed)| again.tags == feed.tags));
    }
}
