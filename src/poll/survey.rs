//! A look at an XML feed before feed-rs reads it: which elements its items have, in one pass over the tags.
//!
//! feed-rs reads what is well-formed and leaves out what it has no field for without a word. So it only gets documents of
//! which this look can say that nothing will be missing, and [`Seen`] tells what each entry must then have. For every other
//! document there is no survey, and the lenient reader is asked.

use crate::poll::xml::{attribute, canonical, usual};

/// More tags are not worth the memory that feed-rs would take for them.
const TAGS_MAX: usize = 200_000;
/// Bounds on what feed-rs compares with each other: it would take hours for a document that was made for it.
const DEPTH_MAX: usize = 200;
const NAMESPACES_MAX: usize = 1000;
const SPACES_MAX: usize = 200;
const ATTRIBUTES_MAX: usize = 200;
/// Bytes within which a name ends.
const PERSON_BYTES_MAX: usize = 4000;

/// What was seen of a feed.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Whether it is Atom; RSS otherwise.
    pub(crate) atom: bool,
    /// Its items, in order.
    pub(crate) items: Vec<Seen>,
    /// `language` of an RSS channel as written.
    pub(crate) language: Option<String>,
    /// The elements that say how often the feed wishes to be asked, as written.
    pub(crate) wishes: String,
}

/// The elements of one item, as far as an entry is made of them. Empty elements do not count.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    found: u16,
    /// `guid` is an address.
    pub(crate) guid_is_link: bool,
}

/// Elements of an item, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Field {
    Guid = 1,
    Title = 1 << 1,
    Link = 1 << 2,
    Summary = 1 << 3,
    Content = 1 << 4,
    Published = 1 << 5,
    Updated = 1 << 6,
    DublinDate = 1 << 7,
    Author = 1 << 8,
    /// Elements that stand in for a missing title, text or author, of which feed-rs does not know all.
    OtherTitle = 1 << 9,
    OtherText = 1 << 10,
    OtherAuthor = 1 << 11,
}

impl Seen {
    pub(crate) const fn has(self, field: Field) -> bool {
        self.found & field as u16 != 0
    }

    /// Notes an element; `None` when there may be only one and there was one.
    fn once(&mut self, field: Field) -> Option<()> {
        if self.has(field) {
            return None;
        }
        self.found |= field as u16;
        Some(())
    }

    fn add(&mut self, field: Field) {
        self.found |= field as u16;
    }
}

/// Surveys the document; `None` when it is not well-formed at a glance, or has what only the lenient reader understands.
pub(crate) fn survey(text: &str, items_max: usize) -> Option<Survey> {
    let mut surveyor = Surveyor { items_max, ..Surveyor::default() };
    let mut rest = text;
    let (mut tags, mut namespaces) = (0, 0);
    while let Some((before, after)) = rest.split_once('<') {
        has_only_plain_references(before)?;
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1;
        } else if let Some(data) = after.strip_prefix("![CDATA[") {
            rest = data.split_once("]]>")?.1;
        } else if after.starts_with('?') {
            let (instruction, behind) = after.split_once("?>")?;
            (!instruction.contains('>')).then_some(())?;
            rest = behind;
        } else if after.starts_with('!') {
            let (declaration, behind) = after.split_once('>')?;
            (!declaration.contains('[')).then_some(())?;
            rest = behind;
        } else if let Some(end) = after.strip_prefix('/') {
            let (_, behind) = end.split_once('>')?;
            surveyor.close(text, text.len() - behind.len())?;
            rest = behind;
        } else {
            let end = tag_end(after)?;
            let (tag, behind) = (after.get(..end)?, after.get(end + 1..)?);
            has_only_plain_references(tag)?;
            if tag.contains("xmlns") {
                namespaces += tag.matches("xmlns").count();
            }
            let is_bounded = namespaces <= NAMESPACES_MAX && tag.matches('=').take(ATTRIBUTES_MAX + 1).count() <= ATTRIBUTES_MAX;
            (is_bounded && surveyor.depth < DEPTH_MAX).then_some(())?;
            let at = text.len() - after.len() - 1;
            surveyor.open(tag, behind, at)?;
            if tag.ends_with('/') {
                surveyor.close(text, text.len() - behind.len())?;
            }
            rest = behind;
            tags += 1;
            (tags <= TAGS_MAX).then_some(())?;
        }
    }
    (surveyor.depth == 0).then_some(surveyor.survey)
}

/// The `>` that ends a tag, and not one in the value of an attribute.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.bytes().position(|byte| {
        match quote {
            None if byte == b'>' => return true,
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            Some(open) if open == byte => quote = None,
            _ => {}
        }
        false
    })
}

/// References that every reader of XML takes for the same character.
fn has_only_plain_references(text: &str) -> Option<()> {
    let is_plain = |after: &str| {
        let name = after.get(..after.bytes().take(10).position(|byte| byte == b';')?)?;
        if let Some(number) = name.strip_prefix('#') {
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            // Numbers of control characters are letters of Windows in disguise.
            return code.ok().filter(|code| matches!(code, 9 | 10 | 13 | 0x20..=0x7e | 0xa0..)).map(|_| ());
        }
        matches!(name, "amp" | "lt" | "gt" | "quot" | "apos").then_some(())
    };
    text.split('&').skip(1).try_for_each(is_plain)
}

#[derive(Default)]
struct Surveyor<'a> {
    survey: Survey,
    items_max: usize,
    depth: usize,
    ended: bool,
    /// Prefixes that the document declares once for all of it.
    spaces: Vec<(&'a str, Option<&'static str>)>,
    /// How deep the elements of the channel are, once it has begun.
    channel: Option<usize>,
    /// How deep the elements of the item are that is open.
    item: Option<usize>,
    seen: Seen,
    /// Whether the element of the item that is open must hold no other.
    is_text: bool,
    channel_title: bool,
    /// Where an element began that tells a wish, and how deep it is.
    wish: Option<(usize, usize)>,
}

impl<'a> Surveyor<'a> {
    fn close(&mut self, text: &str, end: usize) -> Option<()> {
        self.depth = self.depth.checked_sub(1)?;
        self.ended |= self.depth == 0;
        if self.item == Some(self.depth + 1) {
            self.item = None;
            self.survey.items.push(self.seen);
            (self.survey.items.len() <= self.items_max).then_some(())?;
        }
        if let Some((start, _)) = self.wish.filter(|(_, depth)| *depth == self.depth) {
            self.survey.wishes.push_str(text.get(start..end)?);
            self.wish = None;
        }
        Some(())
    }

    fn open(&mut self, tag: &'a str, behind: &str, at: usize) -> Option<()> {
        let depth = self.depth;
        self.depth += 1;
        if let Some(item) = self.item
            && depth > item
        {
            return (!self.is_text).then_some(());
        }
        let raw = tag.split(|c: char| c.is_whitespace() || c == '/').next().filter(|raw| raw.starts_with(char::is_alphabetic))?;
        let attributes = tag.get(raw.len()..)?;
        let own = self.spaces(attributes, depth == 0 || raw == "channel")?;
        let prefix = raw.split_once(':').map_or("", |(prefix, _)| prefix);
        let spaces = if own.iter().any(|(declared, _)| *declared == prefix) { &own } else { &self.spaces };
        if !prefix.is_empty() && spaces.iter().all(|(declared, _)| *declared != prefix) {
            return None;
        }
        let name = canonical(raw, true, spaces);
        if attributes.contains("xml:lang") && !(depth == 0 && name.starts_with("atom:")) {
            return None;
        }
        if self.item.is_some() {
            return self.element(&name, attributes, behind);
        }
        match &*name {
            "rss" | "rdf:rdf" if depth == 0 && !self.ended => {}
            "atom:feed" if depth == 0 && !self.ended => {
                self.survey.atom = true;
                self.channel = Some(1);
            }
            _ if depth == 0 => return None,
            "channel" if depth == 1 && self.channel.is_none() => self.channel = Some(2),
            "item" | "entry" | "atom:entry" => self.begin(&name, depth, attributes)?,
            // What is cut out of the document has lost its prefixes.
            _ if name.starts_with("sy:") && !raw.eq_ignore_ascii_case(&name) => return None,
            _ if self.channel == Some(depth) => self.of_channel(&name, behind, at)?,
            _ => {}
        }
        Some(())
    }

    /// The prefixes a tag declares; those of the whole document are kept. `None` when a part of it gets another default.
    fn spaces(&mut self, attributes: &'a str, whole: bool) -> Option<Vec<(&'a str, Option<&'static str>)>> {
        let mut own = Vec::new();
        if attributes.contains("xmlns") {
            let mut rest = attributes.trim_start();
            while !rest.is_empty() && rest != "/" {
                let (key, value, after) = attribute(rest);
                if key == "xmlns" && !whole {
                    return None;
                } else if key == "xmlns" {
                    own.push(("", usual(&value)));
                } else if let Some(prefix) = key.strip_prefix("xmlns:") {
                    own.push((prefix, usual(&value)));
                }
                (after.len() < rest.len()).then_some(())?;
                rest = after.trim_start();
            }
        }
        if whole {
            self.spaces.append(&mut own);
            (self.spaces.len() <= SPACES_MAX).then_some(())?;
        }
        Some(own)
    }

    fn begin(&mut self, name: &str, depth: usize, attributes: &str) -> Option<()> {
        let expected = if self.survey.atom { ("atom:entry", Some(1)) } else { ("item", Some(2)) };
        // The items of RSS 1.0 stand beside the channel; where they have an identity, it is in an attribute.
        let in_place = Some(depth) == expected.1 && self.channel.is_some_and(|channel| channel == depth) || !self.survey.atom && depth == 1;
        if name != expected.0 || !in_place || attributes.contains("about") || attributes.contains("href") {
            return None;
        }
        self.item = Some(depth + 1);
        self.seen = Seen::default();
        self.is_text = false;
        Some(())
    }

    fn of_channel(&mut self, name: &str, behind: &str, at: usize) -> Option<()> {
        match name.strip_prefix("atom:").unwrap_or(name) {
            "title" => {
                (!self.channel_title).then_some(())?;
                self.channel_title = true;
            }
            "language" => self.survey.language = behind.split('<').next().map(|text| text.trim().to_owned()),
            "ttl" | "skiphours" | "skipdays" | "sy:updateperiod" | "sy:updatefrequency" => self.wish = Some((at, self.depth - 1)),
            "managingeditor" | "webmaster" | "author" | "itunes:author" | "dc:creator" => is_safe_person(behind)?,
            _ => {}
        }
        Some(())
    }

    /// An element of an item. What the lenient reader would make something of, and feed-rs nothing, ends the survey.
    fn element(&mut self, name: &str, attributes: &str, behind: &str) -> Option<()> {
        let atom = self.survey.atom;
        if !atom && name.starts_with("atom:") && name != "atom:updated" {
            return None;
        }
        self.is_text = true;
        let is_empty = attributes.ends_with('/') || is_empty(behind);
        let seen = &mut self.seen;
        let typed = !atom && attributes.contains("type");
        match (name.strip_prefix("atom:").unwrap_or(name), atom) {
            ("title" | "description" | "content:encoded", false) if typed => return None,
            ("link", true) => {
                let (_, value) = attributes.split_once("href")?;
                let value = value.trim_start().strip_prefix('=')?.trim_start();
                (!value.get(1..)?.trim_start().starts_with(['"', '\''])).then_some(())?;
                seen.add(Field::Link);
            }
            ("link", false) if attributes.contains("href") || attributes.contains("resource") => return None,
            ("author", true) => {
                self.is_text = false;
                seen.add(Field::Author);
            }
            ("author" | "dc:creator", false) => {
                is_safe_person(behind)?;
                seen.add(Field::Author);
            }
            ("category", false) if attributes.contains("term") || attributes.contains("text") || attributes.contains("label") => {
                return None;
            }
            (
                "title" | "description" | "content:encoded" | "link" | "guid" | "pubdate" | "dc:date" | "updated" | "summary" | "content"
                | "published" | "id",
                _,
            ) if is_empty => {}
            ("title", _) => seen.once(Field::Title)?,
            ("link", false) => seen.once(Field::Link)?,
            ("guid", false) => {
                seen.once(Field::Guid)?;
                let attributes = attributes.to_ascii_lowercase();
                seen.guid_is_link = !(attributes.contains("ispermalink") && attributes.contains("false"));
            }
            ("id", true) => seen.once(Field::Guid)?,
            ("description", false) | ("summary", true) => seen.once(Field::Summary)?,
            ("content:encoded", false) => seen.once(Field::Content)?,
            ("content", true) if !attributes.contains("src") => seen.once(Field::Content)?,
            ("pubdate", false) | ("published", true) => seen.once(Field::Published)?,
            ("updated", _) => seen.once(Field::Updated)?,
            ("dc:date", false) => seen.once(Field::DublinDate)?,
            ("category", _) => {}
            ("dc:title" | "media:title" | "itunes:title", _) => seen.add(Field::OtherTitle),
            ("dc:description" | "itunes:summary" | "media:description" | "itunes:subtitle" | "dcterms:abstract" | "info", _) => {
                self.is_text = false;
                seen.add(Field::OtherText);
            }
            // Only a source that is a feed of its own can have authors.
            ("source", false) if behind.split_once('<').is_some_and(|(_, after)| after.starts_with('/')) => {}
            ("itunes:author" | "managingeditor" | "source", _) => {
                is_safe_person(behind)?;
                self.is_text = false;
                seen.add(Field::OtherAuthor);
            }
            ("media:group", _) => {
                self.is_text = false;
                seen.add(Field::OtherTitle);
                seen.add(Field::OtherText);
                seen.add(Field::OtherAuthor);
            }
            (name, _) if is_only_ours(name) => return None,
            _ => self.is_text = false,
        }
        Some(())
    }
}

/// Elements that say something of an entry, and that feed-rs passes over, at least where they stand now.
fn is_only_ours(name: &str) -> bool {
    matches!(
        name,
        "item"
            | "entry"
            | "link"
            | "a10:link"
            | "guid"
            | "id"
            | "dc:identifier"
            | "feedburner:origlink"
            | "description"
            | "summary"
            | "subtitle"
            | "tagline"
            | "abstract"
            | "content:encoded"
            | "content"
            | "fullitem"
            | "pubdate"
            | "published"
            | "issued"
            | "dcterms:issued"
            | "created"
            | "dcterms:created"
            | "modified"
            | "lastbuilddate"
            | "dc:date"
            | "dcterms:modified"
            | "lastmod"
            | "dc:creator"
            | "dc:author"
            | "dc:subject"
            | "dcterms:creator"
            | "dcterms:title"
            | "dcterms:subject"
            | "dcterms:description"
            | "dcterms:date"
            | "dcterms:identifier"
            | "dcterms:language"
            | "prism:publicationdate"
            | "media:keywords"
            | "media:credit"
            | "body"
            | "xhtml:body"
            | "xhtml:div"
            | "itunes:category"
            | "keywords"
            | "itunes:keywords"
            | "language"
            | "dc:language"
    )
}

fn is_empty(behind: &str) -> bool {
    let behind = behind.trim_start();
    behind.starts_with("</") || behind.strip_prefix("<![CDATA[").is_some_and(|data| data.trim_start().starts_with("]]></"))
}

/// feed-rs cuts the name beside an e-mail address by bytes, which ends in a panic beside a letter of more than one.
fn is_safe_person(behind: &str) -> Option<()> {
    let end = behind.as_bytes().windows(2).take(PERSON_BYTES_MAX).position(|pair| pair == b"</")?;
    let text = behind.get(..end)?;
    (text.is_ascii() || !text.contains('@')).then_some(())
}
