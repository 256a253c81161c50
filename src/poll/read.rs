//! From a tree to a feed: RSS of all versions, RDF, CDF and Atom, by the names that each uses.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use url::Url;

use crate::model::feed::Rhythm;
use crate::poll::date;
use crate::poll::document::{Enclosure, End, FeedFormat, Link, Markup, Part, Person, Words};
use crate::poll::xml::{BaseId, NodeId, Tree};

/// Days as `skipDays` names them.
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// How deep below the root entries are looked for.
const ENTRY_DEPTH: usize = 4;
/// Links, people, categories and files of a feed or entry, each.
const LIST_MAX: usize = 500;

/// What was found in a tree.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) format: FeedFormat,
    pub(crate) feed: Part,
    pub(crate) entries: Vec<Part>,
    pub(crate) rhythm: Rhythm,
    pub(crate) end: End,
}

/// Reads the feed in the tree, at most so many entries; `None` when there is no feed in it.
pub(crate) fn read(tree: &Tree<'_>, base: Option<&Url>, entries_max: usize) -> Option<Found> {
    let root = root(tree)?;
    let format = if tree.name(root).starts_with("atom:") || matches!(tree.name(root), "feed" | "entry") {
        FeedFormat::Atom
    } else {
        FeedFormat::Rss
    };
    let mut nodes = Vec::new();
    if local(tree.name(root)) == "entry" {
        nodes.push(root);
    } else {
        add_entries(tree, root, 0, &mut nodes);
    }
    nodes.truncate(entries_max);
    let channel = tree.child(root, "channel").unwrap_or(root);
    let reader = Reader { tree, base, bases: RefCell::default() };
    let mut feed = reader.part(channel);
    // A feed is in the language of its name, where that says one.
    let own = [&feed.title, &feed.summary, &feed.rights].into_iter().flatten().find_map(|words| words.language.clone());
    feed.language = feed.language.or(own);
    if channel != root {
        // RSS 0.9 and 1.0 put the image beside the channel.
        feed.image = feed.image.or_else(|| tree.child(root, "image").and_then(|image| reader.image(image)));
    }
    if feed.language.is_none() {
        feed.language = tree.language(channel).map(str::to_owned);
    }
    let end = match nodes.last() {
        Some(last) if tree.is_cut(*last) => End::InEntry,
        _ if tree.is_cut(root) => End::BetweenEntries,
        _ => End::Whole,
    };
    let entries = nodes.into_iter().map(|node| reader.entry(node)).collect();
    Some(Found { format, feed, entries, rhythm: rhythm(tree, channel), end })
}

/// The element that is the feed.
fn root(tree: &Tree<'_>) -> Option<NodeId> {
    let is_feed =
        |node: &NodeId| matches!(tree.name(*node), "rss" | "rdf:rdf" | "rdf" | "feed" | "atom:feed" | "channel" | "entry" | "atom:entry");
    let first: Vec<NodeId> = tree.elements(0).collect();
    first.iter().copied().find(is_feed).or_else(|| first.iter().flat_map(|node| tree.elements(*node)).find(is_feed)).or_else(|| {
        // A document whose start was cut off still has its items.
        first.iter().copied().find(|node| matches!(tree.name(*node), "item")).map(|_| 0)
    })
}

fn add_entries(tree: &Tree<'_>, node: NodeId, depth: usize, out: &mut Vec<NodeId>) {
    for child in tree.elements(node) {
        match tree.name(child) {
            "item" | "entry" | "atom:entry" => out.push(child),
            "image" | "textinput" | "author" | "atom:author" => {}
            _ if depth < ENTRY_DEPTH => add_entries(tree, child, depth + 1, out),
            _ => {}
        }
    }
}

fn local(name: &str) -> &str {
    name.strip_prefix("atom:").unwrap_or(name)
}

struct Reader<'a> {
    tree: &'a Tree<'a>,
    base: Option<&'a Url>,
    /// What each `xml:base` comes to.
    bases: RefCell<HashMap<BaseId, Option<Url>>>,
}

/// Values that stand in only where the usual element is missing.
#[derive(Default)]
struct Fallback {
    title: Option<Words>,
    summary: Option<Words>,
    content: Option<Words>,
    image: Option<String>,
    published: Option<jiff::Timestamp>,
    authors: Vec<Person>,
    guid_link: Option<String>,
    publisher: Option<String>,
    /// The last address that stands in a `link` element of RSS.
    link: Option<String>,
}

impl Reader<'_> {
    /// An entry's language is that of its longest text.
    fn entry(&self, node: NodeId) -> Part {
        let mut part = self.part(node);
        let own = || [&part.content, &part.summary, &part.title].into_iter().flatten().find_map(|words| words.language.clone());
        part.language = part.language.clone().or_else(own);
        part
    }

    fn part(&self, node: NodeId) -> Part {
        let tree = self.tree;
        let mut part = Part { id: tree.attribute(node, "rdf:about").map(str::to_owned), ..Part::default() };
        let mut fallback = Fallback::default();
        // The addresses and dates of CDF are attributes.
        if let Some(href) = tree.attribute(node, "href") {
            part.link = Some(self.resolved(node, href));
            part.links.push(Link { href: self.resolved(node, href), rel: "alternate".to_owned(), media_type: None });
        }
        if let Some(text) = tree.attribute(node, "lastmod") {
            date_of(text.to_owned(), &mut part, |part| (&mut part.updated, &mut part.updated_text));
        }
        for child in tree.elements(node) {
            self.child(child, &mut part, &mut fallback);
        }
        part.title = part.title.or(fallback.title);
        part.summary = part.summary.or(fallback.summary);
        part.content = part.content.or(fallback.content);
        part.image = part.image.or(fallback.image);
        part.published = part.published.or(fallback.published);
        part.publisher = part.publisher.or(fallback.publisher);
        if part.authors.is_empty() {
            part.authors = fallback.authors;
            // A name says more than an address.
            part.authors.sort_by_key(|person| person.name.is_none());
        }
        part.link = part.link.or(fallback.link).or_else(|| page(&part.links)).or(fallback.guid_link);
        part
    }

    fn child(&self, node: NodeId, part: &mut Part, fallback: &mut Fallback) {
        let tree = self.tree;
        let text = || tree.text(node);
        match local(of_dublin_core(tree.name(node))) {
            "title" => set(&mut part.title, self.words(node)),
            "dc:title" | "media:title" | "itunes:title" => set(&mut fallback.title, self.words(node)),
            "link" | "a10:link" => self.link(node, part, fallback),
            "guid" => {
                set(&mut part.id, text());
                if tree.attribute(node, "ispermalink").is_none_or(|is| !is.eq_ignore_ascii_case("false")) {
                    fallback.guid_link = text().filter(|guid| guid.starts_with("http")).map(|guid| self.resolved(node, &guid));
                }
            }
            "id" => part.id = text().or(part.id.take()),
            "dc:identifier" => set(&mut part.id, text()),
            "feedburner:origlink" => {
                if let Some(link) = text() {
                    part.link = Some(link);
                }
            }
            "description" | "summary" | "subtitle" | "tagline" | "abstract" => {
                let words = self.words(node);
                // Of two texts the second is the longer story.
                let second = part.summary.is_some() && words.as_ref() != part.summary.as_ref();
                set(if second { &mut fallback.content } else { &mut part.summary }, words);
            }
            "dc:description" | "itunes:summary" | "media:description" | "itunes:subtitle" | "dcterms:abstract" | "info" => {
                set(&mut fallback.summary, self.words(node));
            }
            "content:encoded" | "content" | "fullitem" => set(&mut part.content, self.words(node)),
            "xhtml:body" | "body" | "xhtml:div" => set(&mut fallback.content, self.words(node)),
            "pubdate" | "published" | "issued" | "dcterms:issued" => {
                self.date(node, part, |part| (&mut part.published, &mut part.published_text));
            }
            "created" | "dcterms:created" | "prism:publicationdate" => {
                fallback.published = fallback.published.or_else(|| text().and_then(|text| date::parse(&text)));
            }
            "updated" | "modified" | "lastbuilddate" | "dc:date" | "dcterms:modified" | "lastmod" => {
                self.date(node, part, |part| (&mut part.updated, &mut part.updated_text));
            }
            "author" | "dc:creator" | "dc:author" => add(&mut part.authors, self.person(node)),
            "managingeditor" | "itunes:author" => add(&mut fallback.authors, self.person(node)),
            "media:credit" if tree.attribute(node, "role").is_some_and(|role| role.eq_ignore_ascii_case("author")) => {
                add(&mut fallback.authors, self.person(node));
            }
            "contributor" | "dc:contributor" | "podcast:person" => add(&mut part.contributors, self.person(node)),
            "dc:publisher" | "webmaster" => set(&mut part.publisher, text()),
            "itunes:owner" => set(&mut fallback.publisher, self.person(node).and_then(|owner| owner.name.or(owner.email))),
            "category" | "dc:subject" | "itunes:category" => self.category(node, part),
            "keywords" | "itunes:keywords" | "media:keywords" => {
                let all = text().unwrap_or_default();
                let words = all.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty());
                words.for_each(|word| add(&mut part.categories, Some(word)));
            }
            "copyright" | "rights" | "dc:rights" => set(&mut part.rights, self.words(node)),
            "language" | "dc:language" => set(&mut part.language, text()),
            "image" | "itunes:image" => set(&mut part.image, self.image(node)),
            "logo" | "media:thumbnail" | "icon" => set(&mut fallback.image, self.image(node)),
            "enclosure" | "media:content" => self.enclosure(node, part, fallback),
            "media:group" => tree.elements(node).for_each(|child| self.child(child, part, fallback)),
            "comments" => set(&mut part.comments, text().map(|text| self.resolved(node, &text))),
            "docs" => set(&mut part.docs, text().map(|text| self.resolved(node, &text))),
            "generator" => set(&mut part.generator, text()),
            "admin:generatoragent" => set(&mut part.generator, tree.attribute(node, "rdf:resource").map(str::to_owned)),
            "source" => self.source(node, part),
            _ => {}
        }
    }

    /// The base address in force here: every `xml:base` from the outside in, on top of the document's own.
    fn base(&self, base: BaseId) -> Option<Url> {
        if base == 0 {
            return self.base.cloned();
        }
        if let Some(known) = self.bases.borrow().get(&base) {
            return known.clone();
        }
        let (outer, written) = self.tree.base_text(base);
        let outer = self.base(outer);
        let own = match &outer {
            Some(outer) => outer.join(written).ok().or_else(|| Some(outer.clone())),
            None => Url::parse(written).ok(),
        };
        self.bases.borrow_mut().insert(base, own.clone());
        own
    }

    fn resolved(&self, node: NodeId, href: &str) -> String {
        let href = href.trim();
        match self.base(self.tree.base(node)) {
            Some(base) if Url::parse(href).is_err() => base.join(href).map_or_else(|_| href.to_owned(), String::from),
            _ => href.to_owned(),
        }
    }

    fn link(&self, node: NodeId, part: &mut Part, fallback: &mut Fallback) {
        let tree = self.tree;
        let written = tree.attribute(node, "href").or_else(|| tree.attribute(node, "rdf:resource")).map(str::to_owned);
        let Some(href) = written.or_else(|| tree.text(node)).map(|href| self.resolved(node, &href)) else { return };
        let rel = relation(tree.attribute(node, "rel").unwrap_or("alternate"));
        let media_type = tree.attribute(node, "type").map(str::to_owned);
        if rel == "enclosure" {
            let length = tree.attribute(node, "length").map(str::to_owned);
            add(&mut part.enclosures, Some(Enclosure { url: href.clone(), media_type: media_type.clone(), length }));
        }
        // Among alternates a web page is what people can read. RSS has one; where there are more, each corrects the one before.
        if rel == "alternate" && is_page(media_type.as_deref()) && (fallback.link.is_none() || tree.name(node) == "link") {
            fallback.link = Some(href.clone());
        }
        add(&mut part.links, Some(Link { href, rel, media_type }));
    }

    /// A text with what is said about its markup, HTML of inline elements included.
    fn words(&self, node: NodeId) -> Option<Words> {
        let tree = self.tree;
        let kind = tree.attribute(node, "type").map(str::to_lowercase);
        let mode = tree.attribute(node, "mode");
        let language = tree.language(node).map(str::to_owned);
        let base = Some(tree.base(node)).filter(|base| *base != 0).and_then(|base| self.base(base)).map(Box::new);
        let words =
            |value: String, markup| (!value.is_empty()).then_some(Words { value, markup, language: language.clone(), base: base.clone() });
        if tree.has_elements(node) {
            return words(tree.markup(node), Markup::Html);
        }
        let text = tree.text(node)?;
        let is_media = kind.as_deref().is_some_and(|kind| kind.contains('/') && !kind.starts_with("text/") && !kind.contains("xml"));
        if mode == Some("base64") || is_media && !text.contains(' ') {
            let packed: String = text.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok();
            if let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
                return words(text.trim().to_owned(), Markup::Unsaid);
            }
        }
        let markup = match kind.as_deref() {
            Some("text" | "text/plain" | "plain") => Markup::Plain,
            Some("html" | "xhtml" | "text/html" | "application/xhtml+xml") => Markup::Html,
            None if tree.name(node).starts_with("atom:") && mode.is_none() => Markup::Plain,
            _ => Markup::Unsaid,
        };
        words(text, markup)
    }

    fn date(&self, node: NodeId, part: &mut Part, field: DateField) {
        if let Some(text) = self.tree.text(node) {
            date_of(text, part, field);
        }
    }

    fn person(&self, node: NodeId) -> Option<Person> {
        let tree = self.tree;
        let field = |names: &[&str]| names.iter().find_map(|name| tree.child(node, name)).and_then(|child| tree.text(child));
        if tree.has_elements(node) {
            let url = field(&["uri", "url", "homepage"]).map(|url| self.resolved(node, &url));
            let person = Person { name: field(&["name"]), email: field(&["email"]), url };
            let named = person.name.is_some() || person.email.is_some() || person.url.is_some();
            return if named { Some(person) } else { tree.text(node).map(|text| person_of(&text)) };
        }
        tree.text(node).map(|text| person_of(&text))
    }

    fn category(&self, node: NodeId, part: &mut Part) {
        let tree = self.tree;
        let named = tree.attribute(node, "term").or_else(|| tree.attribute(node, "text")).or_else(|| tree.attribute(node, "label"));
        let category = named.map(str::to_owned).or_else(|| if tree.has_elements(node) { None } else { tree.text(node) });
        add(&mut part.categories, category);
        for inner in tree.elements(node).filter(|inner| tree.name(*inner) == "itunes:category") {
            self.category(inner, part);
        }
    }

    fn image(&self, node: NodeId) -> Option<String> {
        let tree = self.tree;
        let attribute = ["href", "url", "rdf:resource"].iter().find_map(|name| tree.attribute(node, name)).map(str::to_owned);
        let inner = || ["url", "link"].iter().find_map(|name| tree.child(node, name)).and_then(|child| tree.text(child));
        let own = || if tree.has_elements(node) { None } else { tree.text(node) };
        attribute.or_else(inner).or_else(own).map(|url| self.resolved(node, &url))
    }

    fn enclosure(&self, node: NodeId, part: &mut Part, fallback: &mut Fallback) {
        let tree = self.tree;
        for child in tree.elements(node).filter(|child| tree.name(*child).starts_with("media:") && tree.name(*child) != "media:content") {
            self.child(child, part, fallback);
        }
        if let Some(url) = tree.attribute(node, "url").or_else(|| tree.attribute(node, "href")) {
            let length = tree.attribute(node, "length").or_else(|| tree.attribute(node, "filesize")).map(str::to_owned);
            let media_type = tree.attribute(node, "type").map(str::to_owned);
            add(&mut part.enclosures, Some(Enclosure { url: self.resolved(node, url), media_type, length }));
        }
    }

    fn source(&self, node: NodeId, part: &mut Part) {
        let tree = self.tree;
        if tree.has_elements(node) {
            let inner = self.part(node);
            set(&mut part.source_title, inner.title.map(|words| words.value));
            set(&mut part.source_link, inner.link);
            if part.authors.is_empty() {
                part.authors = inner.authors;
            }
        } else {
            set(&mut part.source_title, tree.text(node));
            set(&mut part.source_link, tree.attribute(node, "url").map(|url| self.resolved(node, url)));
        }
    }
}

/// The address of the page among the links of an entry.
pub(crate) fn page(links: &[Link]) -> Option<String> {
    let alternates = || links.iter().filter(|link| link.rel == "alternate");
    let best = alternates().find(|link| is_page(link.media_type.as_deref())).or_else(|| alternates().next());
    best.or_else(|| links.iter().find(|link| link.rel == "via")).map(|link| link.href.clone())
}

/// Whether something of this media type is what people read.
fn is_page(media_type: Option<&str>) -> bool {
    media_type.is_none_or(|kind| kind.contains("html"))
}

/// The relation of a link in its short form.
pub(crate) fn relation(written: &str) -> String {
    let rel = written.to_lowercase();
    rel.strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(&rel).to_owned()
}

/// Where a date goes: the moment and the text that told it.
type DateField = fn(&mut Part) -> (&mut Option<jiff::Timestamp>, &mut Option<String>);

fn date_of(text: String, part: &mut Part, field: DateField) {
    match date::parse(&text) {
        Some(time) => {
            let (moment, written) = field(part);
            if moment.is_none() {
                (*moment, *written) = (Some(time), Some(text));
            }
        }
        None => add(&mut part.bad_dates, Some(text)),
    }
}

/// The qualified terms of Dublin Core say the same as the plain ones.
fn of_dublin_core(name: &str) -> &str {
    match name {
        "dcterms:title" => "dc:title",
        "dcterms:creator" => "dc:creator",
        "dcterms:contributor" => "dc:contributor",
        "dcterms:publisher" => "dc:publisher",
        "dcterms:subject" => "dc:subject",
        "dcterms:description" => "dc:description",
        "dcterms:date" => "dc:date",
        "dcterms:identifier" => "dc:identifier",
        "dcterms:language" => "dc:language",
        "dcterms:rights" => "dc:rights",
        _ => name,
    }
}

/// Adds to a list that has a bound.
fn add<T>(list: &mut Vec<T>, value: Option<T>) {
    if list.len() < LIST_MAX {
        list.extend(value);
    }
}

fn set<T>(field: &mut Option<T>, value: Option<T>) {
    if field.is_none() {
        *field = value;
    }
}

/// `me@example.com (Name)`, `Name <me@example.com>`, `Name (me@example.com)`, `Name`.
fn person_of(text: &str) -> Person {
    let is_email = |part: &str| part.contains('@') && !part.contains(' ') && part.len() > 2;
    let clean = |part: &str| part.trim().trim_start_matches("mailto:").to_owned();
    let some = |part: String| (!part.is_empty()).then_some(part);
    for (open, close) in [('(', ')'), ('<', '>')] {
        if let Some((before, after)) = text.split_once(open) {
            let inside = after.split(close).next().unwrap_or_default();
            let (before, inside) = (clean(before), clean(inside));
            if is_email(&before) {
                return Person { name: some(inside).filter(|name| *name != before), email: Some(before), url: None };
            }
            if is_email(&inside) {
                return Person { name: some(before), email: Some(inside), url: None };
            }
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.iter().position(|word| is_email(word)) {
        Some(at) => {
            let email = words.get(at).map(|word| clean(word));
            let rest: Vec<&str> = words.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, word)| *word).collect();
            Person { name: some(rest.join(" ")), email, url: None }
        }
        None => Person { name: some(words.join(" ")), email: None, url: None },
    }
}

/// What these elements of a channel say about how often it changes.
pub(crate) fn wishes(elements: &str) -> Rhythm {
    let document = format!("<channel>{elements}</channel>");
    let tree = Tree::read(&document);
    tree.child(0, "channel").map(|channel| rhythm(&tree, channel)).unwrap_or_default()
}

/// What the feed says about how often it changes.
fn rhythm(tree: &Tree<'_>, channel: NodeId) -> Rhythm {
    let number = |name: &str| tree.child(channel, name).and_then(|node| tree.text(node)).and_then(|text| text.parse::<u32>().ok());
    let text = |name: &str| tree.child(channel, name).and_then(|node| tree.text(node)).map(|text| text.to_lowercase());
    let ttl = number("ttl").map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    let period = text("sy:updateperiod").and_then(|period| {
        Some(Duration::from_secs(match period.as_str() {
            "hourly" => 3600,
            "daily" => 86_400,
            "weekly" => 7 * 86_400,
            "monthly" => 30 * 86_400,
            "yearly" => 365 * 86_400,
            _ => return None,
        }))
    });
    let syndication = period.map(|period| period / number("sy:updatefrequency").unwrap_or(1).max(1));
    let inner = |outer: &str, name: &str| -> Vec<String> {
        let nodes = tree.child(channel, outer).map(|node| tree.elements(node).collect::<Vec<_>>()).unwrap_or_default();
        nodes.into_iter().filter(|node| tree.name(*node) == name).filter_map(|node| tree.text(node)).collect()
    };
    let hours = inner("skiphours", "hour");
    // Both 0 to 23 and 1 to 24 are in use; 24 is midnight.
    let skip_hours =
        hours.iter().filter_map(|hour| hour.parse::<u32>().ok()).filter(|hour| *hour <= 24).fold(0, |all, hour| all | 1 << (hour % 24));
    let days = inner("skipdays", "day");
    let skip_days = DAYS
        .iter()
        .enumerate()
        .filter(|(_, name)| days.iter().any(|day| day.eq_ignore_ascii_case(name)))
        .fold(0, |all, (at, _)| all | 1 << at);
    Rhythm { ttl, syndication, skip_hours, skip_days, ..Rhythm::default() }
}
