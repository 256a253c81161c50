//! A tree of what is in an XML document, read leniently: nothing in a document can make this fail.
//!
//! Lost end tags, bare ampersands, unknown entities, stray bytes and cut documents cost at most their own place, and are
//! noted with the place. Of the entities that a document defines only short plain texts are used, and nothing outside of the
//! document is ever read. Every step looks at each byte a bounded number of times, whatever the document is made of.

use std::borrow::Cow;

use crate::text::markup::decode;

/// Deeper elements are taken as children of the deepest allowed one.
const DEPTH_MAX: usize = 200;
/// Bounds memory: a node costs some 100 bytes.
const NODES_MAX: usize = 600_000;
const ATTRIBUTES_MAX: usize = 64;
/// Prefixes that are declared at one place; real feeds have some twenty.
const SPACES_MAX: usize = 256;
/// Entities of the document that are used, how long each may be, and how much all uses of them may add to the document.
const ENTITIES_MAX: usize = 64;
const ENTITY_BYTES_MAX: usize = 100;
const EXPANDED_BYTES_MAX: usize = 64 * 1024;

/// The index of a node.
pub(crate) type NodeId = usize;

/// A document as a tree. The first node stands for the document itself.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// What was wrong with the document, at most one of a kind.
    pub(crate) faults: Vec<Fault>,
    /// Every `xml:base`, with the one around it; the first stands for none.
    bases: Vec<(BaseId, String)>,
    /// Elements that were still open at the end, from the outside in.
    open_at_end: Vec<NodeId>,
}

/// Something that is wrong with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What, as a problem says it.
    pub(crate) what: &'static str,
    /// The byte at which it was seen first.
    pub(crate) at: usize,
    /// How often it was seen.
    pub(crate) times: usize,
}

/// The index of an `xml:base`; 0 for none.
pub(crate) type BaseId = usize;

#[derive(Debug)]
struct Node<'a> {
    parent: NodeId,
    base: BaseId,
    kind: Kind<'a>,
    children: Vec<NodeId>,
}

#[derive(Debug)]
enum Kind<'a> {
    Element { name: Cow<'a, str>, raw: &'a str, attributes: Vec<(Cow<'a, str>, Cow<'a, str>)> },
    Text(Cow<'a, str>),
}

impl<'a> Tree<'a> {
    /// Reads the document.
    pub(crate) fn read(text: &'a str) -> Self {
        let root = Node { parent: 0, base: 0, kind: Kind::Text("".into()), children: Vec::new() };
        let mut reader = Reader {
            tree: Self { nodes: vec![root], faults: Vec::new(), bases: vec![(0, String::new())], open_at_end: Vec::new() },
            open: Vec::new(),
            spaces: Vec::new(),
            entities: Vec::new(),
            expanded: 0,
            endless: Endless::default(),
            length: text.len(),
            rest: text,
        };
        while reader.tree.nodes.len() < NODES_MAX && reader.step() {}
        if reader.tree.nodes.len() >= NODES_MAX {
            reader.fault("the document has too many elements; the rest was not read");
        } else if !reader.open.is_empty() {
            reader.tree.open_at_end = reader.open.iter().map(|open| open.node).collect();
            reader.fault("the document ends before its elements do");
        }
        reader.tree
    }

    /// Whether the document ended inside this element.
    pub(crate) fn is_cut(&self, node: NodeId) -> bool {
        self.open_at_end.contains(&node)
    }

    /// The canonical name: lower case, with the usual prefix of its namespace; RSS and unknown default namespaces have none.
    pub(crate) fn name(&self, node: NodeId) -> &str {
        match self.nodes.get(node).map(|node| &node.kind) {
            Some(Kind::Element { name, .. }) => name,
            _ => "",
        }
    }

    /// The elements directly below.
    pub(crate) fn elements(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let children = self.nodes.get(node).map(|node| node.children.as_slice()).unwrap_or_default();
        children.iter().copied().filter(|child| !self.name(*child).is_empty())
    }

    /// The first element directly below with this name.
    pub(crate) fn child(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.elements(node).find(|child| self.name(*child).strip_prefix("atom:").unwrap_or(self.name(*child)) == name)
    }

    /// The attribute, by canonical name.
    pub(crate) fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        match self.nodes.get(node).map(|node| &node.kind) {
            Some(Kind::Element { attributes, .. }) => {
                attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
            }
            _ => None,
        }
    }

    /// All text below, trimmed; `None` when there is none.
    pub(crate) fn text(&self, node: NodeId) -> Option<String> {
        let mut out = String::new();
        self.add_text(node, &mut out);
        let trimmed = out.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    fn add_text(&self, node: NodeId, out: &mut String) {
        let Some(node) = self.nodes.get(node) else { return };
        if let Kind::Text(text) = &node.kind {
            out.push_str(text);
        }
        for child in &node.children {
            self.add_text(*child, out);
        }
    }

    /// Whether there are elements below.
    pub(crate) fn has_elements(&self, node: NodeId) -> bool {
        self.elements(node).next().is_some()
    }

    /// What is below as HTML: elements without prefixes, text escaped.
    pub(crate) fn markup(&self, node: NodeId) -> String {
        let mut out = String::new();
        self.add_children_markup(node, &mut out);
        out.trim().to_owned()
    }

    fn add_children_markup(&self, node: NodeId, out: &mut String) {
        for child in self.nodes.get(node).map(|node| node.children.as_slice()).unwrap_or_default() {
            self.add_markup(*child, out);
        }
    }

    fn add_markup(&self, node: NodeId, out: &mut String) {
        let Some(Node { kind, .. }) = self.nodes.get(node) else { return };
        match kind {
            Kind::Text(text) => escape(text, out),
            Kind::Element { raw, attributes, .. } => {
                let name = raw.rsplit(':').next().unwrap_or(raw);
                out.push('<');
                out.push_str(name);
                for (key, value) in attributes.iter().filter(|(key, _)| key != "xmlns" && !key.starts_with("xml")) {
                    out.push(' ');
                    out.push_str(key);
                    out.push_str("=\"");
                    escape(value, out);
                    out.push('"');
                }
                if is_void(name) {
                    out.push_str(" />");
                    return;
                }
                out.push('>');
                self.add_children_markup(node, out);
                out.push_str("</");
                out.push_str(name);
                out.push('>');
            }
        }
    }

    /// `xml:lang` as it is in force here.
    pub(crate) fn language(&self, mut node: NodeId) -> Option<&str> {
        while node != 0 {
            if let Some(language) = self.attribute(node, "xml:lang") {
                return Some(language);
            }
            node = self.nodes.get(node)?.parent;
        }
        None
    }

    /// The `xml:base` in force here; 0 for none.
    pub(crate) fn base(&self, node: NodeId) -> BaseId {
        self.nodes.get(node).map_or(0, |node| node.base)
    }

    /// The `xml:base` around this one, and this one as written.
    pub(crate) fn base_text(&self, base: BaseId) -> (BaseId, &str) {
        self.bases.get(base).map_or((0, ""), |(outer, text)| (*outer, text))
    }
}

/// Whether the `&` here is neither the beginning of an entity nor written as one.
fn stands_alone(text: &str) -> bool {
    let head = (0..=text.len().min(40)).rev().find_map(|end| text.get(..end)).unwrap_or_default();
    !head.starts_with("&amp") && !head.starts_with("&#38") && decode(head).starts_with('&')
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
}

fn is_void(name: &str) -> bool {
    matches!(name, "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr")
}

/// Elements that hold nothing but text: another element of an entry inside means that the end tag was lost.
fn is_leaf(name: &str) -> bool {
    matches!(name, "title" | "link" | "guid" | "pubdate" | "comments" | "dc:date" | "dc:creator")
}

fn is_of_an_entry(name: &str) -> bool {
    matches!(name, "title" | "link" | "guid" | "pubdate" | "comments" | "description" | "category" | "enclosure" | "dc:date" | "dc:creator")
}

struct Open<'a> {
    node: NodeId,
    raw: &'a str,
    /// Namespaces known before it was opened.
    spaces: usize,
}

struct Reader<'a> {
    tree: Tree<'a>,
    open: Vec<Open<'a>>,
    /// Declared prefixes, and the prefix that is usual for the namespace.
    spaces: Vec<(&'a str, Option<&'static str>)>,
    /// Entities that the document defines and that are used.
    entities: Vec<(&'a str, Cow<'a, str>)>,
    /// Bytes that their use has added.
    expanded: usize,
    endless: Endless,
    length: usize,
    rest: &'a str,
}

/// What is known to have no end from here on, so that it is not looked for again.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four things that are looked for, each by itself")]
struct Endless {
    comment: bool,
    data: bool,
    instruction: bool,
    doctype: bool,
}

impl<'a> Reader<'a> {
    fn fault(&mut self, what: &'static str) {
        let at = self.length - self.rest.len();
        self.fault_at(what, at);
    }

    fn fault_at(&mut self, what: &'static str, at: usize) {
        match self.tree.faults.iter_mut().find(|fault| fault.what == what) {
            Some(fault) => fault.times += 1,
            None => self.tree.faults.push(Fault { what, at, times: 1 }),
        }
    }

    /// Reads the next piece; `false` at the end.
    fn step(&mut self) -> bool {
        if self.rest.is_empty() {
            return false;
        }
        let Some(markup) = self.rest.find('<') else {
            let text = std::mem::take(&mut self.rest);
            self.text(text);
            return false;
        };
        if markup > 0 {
            let (text, rest) = self.rest.split_at(markup);
            self.rest = rest;
            self.text(text);
        }
        let inside = self.rest.get(1..).unwrap_or_default();
        if let Some(comment) = inside.strip_prefix("!--") {
            self.comment(comment);
        } else if let Some(data) = inside.strip_prefix("![CDATA[") {
            self.data(data);
        } else if let Some(instruction) = inside.strip_prefix('?') {
            let end = if self.endless.instruction { None } else { instruction.split_once('>') };
            self.endless.instruction = end.is_none();
            self.rest = end.map_or(instruction, |(_, rest)| rest);
        } else if inside.starts_with('!') {
            self.doctype(inside);
        } else if let Some(end) = inside.strip_prefix('/') {
            let (name, rest) = end.split_once('>').unwrap_or((end, ""));
            self.close(name.trim());
            self.rest = rest;
        } else if inside.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            self.start(inside);
        } else {
            self.fault("a `<` stands alone");
            self.push_text("<".into());
            self.rest = inside;
        }
        true
    }

    fn comment(&mut self, comment: &'a str) {
        let end = if self.endless.comment { None } else { comment.split_once("-->") };
        self.endless.comment = end.is_none();
        self.rest = if let Some((_, rest)) = end {
            rest
        } else {
            // One that never ends would hide the rest of the document.
            self.fault("a comment is not ended");
            comment
        };
    }

    fn data(&mut self, data: &'a str) {
        let end = if self.endless.data { None } else { data.split_once("]]>") };
        self.endless.data = end.is_none();
        let (data, rest) = end.unwrap_or_else(|| {
            self.fault("a CDATA section is not ended");
            // It goes on to the end of the element around it.
            data.find("</").map_or((data, ""), |end| data.split_at(end))
        });
        self.rest = rest;
        self.push_text(data.into());
    }

    /// A document type declaration with all in it.
    fn doctype(&mut self, inside: &'a str) {
        let end = inside.find('>').unwrap_or(inside.len());
        let has_subset = inside.get(..end).is_some_and(|head| head.contains('[')) && !self.endless.doctype;
        let from = if has_subset {
            let close =
                inside.match_indices(']').find(|(at, _)| inside.get(at + 1..).is_some_and(|after| after.trim_start().starts_with('>')));
            self.endless.doctype = close.is_none();
            close.map_or(end, |(close, _)| close + inside.get(close..).and_then(|after| after.find('>')).unwrap_or_default())
        } else {
            end
        };
        if inside.get(..from).unwrap_or_default().contains("<!ENTITY") {
            self.define(inside.get(..from).unwrap_or_default());
        }
        self.rest = inside.get(from + 1..).unwrap_or_default();
    }

    /// Takes the entities that are short texts. Others could grow without bound or name files, and are not used.
    fn define(&mut self, subset: &'a str) {
        for definition in subset.split("<!ENTITY").skip(1) {
            let mut words = definition.trim_start().splitn(2, char::is_whitespace);
            let (name, value) = (words.next().unwrap_or_default(), words.next().unwrap_or_default().trim_start());
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
            let text = quote.and_then(|quote| value.get(1..)?.split_once(quote)).map(|(text, _)| text);
            match text.filter(|text| text.len() <= ENTITY_BYTES_MAX && !text.contains(['<', '%'])).map(decode) {
                Some(text) if !text.contains(['&', '<']) && name != "%" && self.entities.len() < ENTITIES_MAX => {
                    self.entities.push((name, text));
                }
                _ => self.fault("the document defines entities that are not used"),
            }
        }
    }

    /// The text with the entities of the document replaced, as far as that adds little.
    fn expand(&mut self, text: &'a str) -> Cow<'a, str> {
        if self.entities.is_empty() || !text.contains('&') {
            return text.into();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('&') {
            out.push_str(before);
            let known = self.entities.iter().find_map(|(name, value)| Some((value, after.strip_prefix(name)?.strip_prefix(';')?)));
            rest = match known {
                Some((value, behind)) if self.expanded + value.len() <= EXPANDED_BYTES_MAX => {
                    self.expanded += value.len();
                    out.push_str(value);
                    behind
                }
                _ => {
                    out.push('&');
                    after
                }
            };
        }
        out.push_str(rest);
        out.into()
    }

    /// Text up to where `rest` begins.
    fn text(&mut self, text: &'a str) {
        let begin = self.length - self.rest.len() - text.len();
        let decoded = match self.expand(text) {
            Cow::Borrowed(text) => decode(text),
            Cow::Owned(text) => decode(&text).into_owned().into(),
        };
        if let Cow::Owned(decoded) = &decoded
            && decoded.matches('&').count() > text.matches("&amp;").count() + text.matches("&#38;").count()
        {
            let alone = text.match_indices('&').find(|(at, _)| text.get(*at..).is_some_and(stands_alone));
            self.fault_at("an `&` stands alone, or begins an entity that is not known", begin + alone.map_or(0, |(at, _)| at));
        }
        self.push_text(decoded);
    }

    fn push_text(&mut self, text: Cow<'a, str>) {
        let parent = self.open.last().map_or(0, |open| open.node);
        if !text.is_empty() && parent != 0 {
            self.add(parent, Kind::Text(text));
        }
    }

    fn add(&mut self, parent: NodeId, kind: Kind<'a>) -> NodeId {
        let node = self.tree.nodes.len();
        self.tree.nodes.push(Node { parent, base: self.tree.base(parent), kind, children: Vec::new() });
        if let Some(parent) = self.tree.nodes.get_mut(parent) {
            parent.children.push(node);
        }
        node
    }

    fn start(&mut self, inside: &'a str) {
        let at = self.length - self.rest.len();
        let end = inside.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<')).unwrap_or(inside.len());
        let (raw, mut rest) = inside.split_at(end);
        let mut attributes: Vec<(&'a str, Cow<'a, str>)> = Vec::new();
        let known = self.spaces.len();
        let empty = loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix("/>") {
                rest = after;
                break true;
            }
            match rest.chars().next() {
                None => {
                    self.fault_at("the document ends inside a tag", at);
                    break false;
                }
                Some('>') => {
                    rest = rest.get(1..).unwrap_or_default();
                    break false;
                }
                Some('<') => {
                    self.fault_at("a tag is not ended", at);
                    break false;
                }
                Some('/' | '=' | '"' | '\'') => rest = rest.get(1..).unwrap_or_default(),
                Some(_) => {
                    let (key, value, after) = attribute(rest);
                    rest = after;
                    let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
                    if let Some(prefix) = prefix {
                        if self.spaces.len() < SPACES_MAX {
                            self.spaces.push((prefix, usual(&value)));
                        }
                    } else if attributes.len() < ATTRIBUTES_MAX {
                        attributes.push((key, value));
                    }
                }
            }
        };
        self.rest = rest;
        let name = self.canonical(raw, true);
        self.close_lost(&name, at);
        let attributes = attributes.into_iter().map(|(key, value)| (self.canonical(key, false), value)).collect::<Vec<_>>();
        let own_base = attributes.iter().find(|(key, _)| key == "xml:base").map(|(_, value)| value.trim().to_owned());
        let parent = self.open.last().map_or(0, |open| open.node);
        let node = self.add(parent, Kind::Element { name, raw, attributes });
        if let Some(written) = own_base.filter(|written| !written.is_empty()) {
            let outer = self.tree.base(parent);
            self.tree.bases.push((outer, written));
            let own = self.tree.bases.len() - 1;
            if let Some(node) = self.tree.nodes.get_mut(node) {
                node.base = own;
            }
        }
        if empty {
            self.spaces.truncate(known);
        } else if self.open.len() < DEPTH_MAX {
            self.open.push(Open { node, raw, spaces: known });
        } else {
            self.fault_at("elements are nested too deeply", at);
        }
    }

    /// Ends what must have ended before an element of this name.
    fn close_lost(&mut self, name: &str, at: usize) {
        let keep = if matches!(name, "item" | "entry" | "atom:entry") {
            self.open.iter().position(|open| self.tree.name(open.node) == name)
        } else {
            let inside_leaf = self.open.last().is_some_and(|open| is_leaf(self.tree.name(open.node)) && is_of_an_entry(name));
            inside_leaf.then(|| self.open.len() - 1)
        };
        if let Some(keep) = keep {
            self.fault_at("an end tag is missing", at);
            self.open.truncate(keep);
        }
    }

    fn close(&mut self, raw: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.raw == raw || open.raw.eq_ignore_ascii_case(raw)) else {
            self.fault("an end tag has no start tag");
            return;
        };
        if at + 1 != self.open.len() {
            self.fault("an end tag is missing");
        }
        if let Some(open) = self.open.get(at) {
            self.spaces.truncate(open.spaces);
        }
        self.open.truncate(at);
    }

    fn canonical(&self, raw: &'a str, element: bool) -> Cow<'a, str> {
        canonical(raw, element, &self.spaces)
    }
}

/// Lower case, with the usual prefix of the namespace. A prefix that was never declared is taken for the usual one.
/// `spaces` are the declared prefixes, the inner ones last, each with the prefix that is usual for its namespace.
pub(crate) fn canonical<'a>(raw: &'a str, element: bool, spaces: &[(&str, Option<&'static str>)]) -> Cow<'a, str> {
    let (prefix, local) = raw.split_once(':').unwrap_or(("", raw));
    if prefix.is_empty() && !element {
        return lower(raw);
    }
    let declared = spaces.iter().rev().find(|(declared, _)| *declared == prefix).map(|(_, usual)| *usual);
    match declared {
        Some(Some("")) => lower(local),
        Some(Some(usual)) if usual == prefix => lower(raw),
        Some(Some(usual)) => format!("{usual}:{}", local.to_lowercase()).into(),
        Some(None) if prefix.is_empty() => lower(local),
        Some(None) | None => lower(raw),
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// Name, value and what follows.
pub(crate) fn attribute(rest: &str) -> (&str, Cow<'_, str>, &str) {
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '<')).unwrap_or(rest.len());
    let (key, after) = rest.split_at(end);
    let Some(value) = after.trim_start().strip_prefix('=') else { return (key, "".into(), after) };
    let value = value.trim_start();
    if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let inside = value.get(1..).unwrap_or_default();
        let (value, after) = match inside.split_once(quote) {
            Some(both) => both,
            // A quotation mark that is never closed: the value goes on to the end of the tag.
            None => inside.split_at(inside.find('>').unwrap_or(inside.len())),
        };
        return (key, decode(value), after);
    }
    let end = value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len());
    let (value, after) = value.split_at(end);
    (key, decode(value), after)
}

/// Where the namespaces of the versions of RSS begin.
const RSS: &[&str] = &[
    "purl.org/rss/1.0",
    "purl.org/rss/2.0",
    "purl.org/net/rss1.1",
    "backend.userland.com/",
    "blogs.law.harvard.edu/tech/",
    "cyber.law.harvard.edu/rss",
    "www.rssboard.org/rss",
    "my.netscape.com/",
    "channel.netscape.com/",
];

/// The usual prefix of a namespace; empty for those whose names need none.
pub(crate) fn usual(namespace: &str) -> Option<&'static str> {
    let namespace = namespace.trim().trim_end_matches(['/', '#']).to_ascii_lowercase();
    let bare = namespace.split_once("://").map_or(namespace.as_str(), |(_, bare)| bare);
    Some(match bare {
        "www.w3.org/2005/atom"
        | "purl.org/atom/ns"
        | "purl.org/echo"
        | "purl.org/net/atom"
        | "purl.org/atom-blog/ns"
        | "example.com/newformat"
        | "example.com/necho"
        | "uri/of/echo/namespace" => "atom",
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" => "dc",
        "purl.org/dc/terms" => "dcterms",
        "purl.org/rss/1.0/modules/content" => "content",
        "purl.org/rss/1.0/modules/syndication" => "sy",
        "search.yahoo.com/mrss" | "video.search.yahoo.com/mrss" => "media",
        "www.itunes.com/dtds/podcast-1.0.dtd" | "example.com/dtds/podcast-1.0.dtd" => "itunes",
        "www.w3.org/1999/02/22-rdf-syntax-ns" => "rdf",
        "www.w3.org/1999/xhtml" => "xhtml",
        "www.w3.org/xml/1998/namespace" => "xml",
        "webns.net/mvcb" => "admin",
        "podcastindex.org/namespace/1.0" | "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md" => "podcast",
        "www.w3.org/2000/svg" => "svg",
        "www.w3.org/1998/math/mathml" => "math",
        "www.w3.org/1999/xlink" => "xlink",
        "purl.org/rss/1.0/modules/slash" => "slash",
        "rssnamespace.org/feedburner/ext/1.0" => "feedburner",
        _ if bare.starts_with("purl.org/rss/1.0/modules/") => return None,
        _ if RSS.iter().any(|rss| bare.starts_with(rss)) => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::{NodeId, Tree};

    fn add(tree: &Tree<'_>, node: NodeId, depth: usize, out: &mut String) {
        for child in tree.elements(node) {
            let text = if tree.has_elements(child) { None } else { tree.text(child) };
            writeln!(out, "{:depth$}{}{}", "", tree.name(child), text.map_or(String::new(), |text| format!(" = {text}"))).unwrap();
            add(tree, child, depth + 1, out);
        }
    }

    fn shown(document: &str) -> String {
        let tree = Tree::read(document);
        let mut out = String::new();
        add(&tree, 0, 0, &mut out);
        tree.faults.iter().for_each(|fault| writeln!(out, "! {} ({} from byte {})", fault.what, fault.times, fault.at).unwrap());
        out
    }

    #[test]
    fn a_good_document_has_no_faults() {
        insta::assert_snapshot!(shown("<?xml version='1.0'?><!-- x --><rss xmlns:D='http://purl.org/dc/elements/1.1/'><channel><title>A &amp; B</title>
            <D:creator><![CDATA[x < y]]></D:creator><link/></channel></rss>"), @"
        rss
         channel
          title = A & B
          dc:creator = x < y
          link
        ");
    }

    #[test]
    fn faults_cost_only_their_place() {
        insta::assert_snapshot!(shown("<rss><item><title>AT&T &nbsp;&unknown; 1 < 2<link>u</link></item></b><item a=1 b='2 c><title>x</title><item><title>cut"), @"
        rss
         item
          title = AT&T  &unknown; 1 < 2
          link = u
         item
          title = x
         item
          title = cut
        ! an `&` stands alone, or begins an entity that is not known (1 from byte 20)
        ! a `<` stands alone (1 from byte 41)
        ! an end tag is missing (2 from byte 44)
        ! an end tag has no start tag (1 from byte 65)
        ! the document ends before its elements do (1 from byte 118)
        ");
    }

    #[test]
    fn short_entities_of_the_document_are_used_within_bounds() {
        let text = |document: &str| Tree::read(document).text(1);
        assert_eq!(text("<!DOCTYPE t [<!ENTITY co 'Wire &#38;amp; Co'><!ENTITY n \"x\" >]><t>&co; &n;</t>"), Some("&co; x".to_owned()));
        let many = format!("<!DOCTYPE t [<!ENTITY a '{}'>]><t>{}</t>", "x".repeat(100), "&a;".repeat(100_000));
        assert!(text(&many).is_some_and(|text| text.len() < 64 * 1024 + 300_000));
    }

    #[test]
    fn entities_of_the_document_are_not_used() {
        let bomb = "<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>
            <rss><title>&b; &f;</title></rss>";
        insta::assert_snapshot!(shown(bomb), @"
        rss
         title = &b; &f;
        ! the document defines entities that are not used (2 from byte 0)
        ! an `&` stands alone, or begins an entity that is not known (1 from byte 132)
        ");
    }

    #[test]
    fn markup_is_written_as_html() {
        let tree = Tree::read("<d xmlns:h='http://www.w3.org/1999/xhtml'><h:p class='a'>1 &lt; 2<h:br/></h:p></d>");
        assert_eq!(tree.markup(1), "<p class=\"a\">1 &lt; 2<br /></p>");
    }

    #[test]
    fn depth_is_bounded() {
        let document = "<a>".repeat(100_000);
        let tree = Tree::read(&document);
        assert!(tree.faults.iter().any(|fault| fault.what == "elements are nested too deeply"));
        assert_eq!(tree.text(1), None);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "(<[/!?a-c:= '\"]*>?|&[#a-z0-9]*;?|[a-zé ]|]]>|<!\\[CDATA\\[|<!--|-->){0,60}") {
            let tree = Tree::read(&text);
            tree.markup(0);
            tree.text(0);
        }
    }
}
