//! The blocks of a page and what their markup says they are: a link and nothing else, a caption, part of a box beside the article.
//!
//! The extractors decide where the article is; this look at the page only takes out of their result what the page itself marks
//! as something else.

use std::collections::HashMap;

use crate::text::html::{is_block, is_hidden};
use crate::text::markup::{Piece, Pieces, Tag, decode};

/// Whether a block is a link and nothing else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// It has words of its own.
    #[default]
    No,
    /// It is, but a heading, a cell of a table, or too short for a headline.
    Short,
    /// It is, and can point to another story.
    Story,
}

/// What the markup says of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Whether every word of it stands inside a link.
    pub link: Link,
    /// It is the caption or the credit of a picture.
    pub caption: bool,
    /// It stands in a box that is named for something beside the article: related stories, newsletters, sharing.
    pub aside: bool,
}

/// The blocks of a page by their letters and digits.
#[derive(Debug, Default)]
pub(super) struct Blocks(HashMap<u64, Marks>);

impl Blocks {
    /// Looks over the page.
    pub(super) fn read(html: &str) -> Self {
        let mut reading = Reading::default();
        let mut hidden: Option<(String, usize)> = None;
        for piece in Pieces::new(html) {
            if let Some((name, depth)) = &mut hidden {
                match &piece {
                    Piece::Open(tag) if tag.name == *name && tag.raw.is_none() => *depth += 1,
                    Piece::Close(closed) if *closed == *name => *depth -= 1,
                    _ => {}
                }
                if *depth == 0 {
                    hidden = None;
                }
                continue;
            }
            match piece {
                Piece::Text(text) => reading.text(&decode(text)),
                Piece::Open(tag) if tag.raw.is_some() || tag.is_void() => {
                    if is_block(&tag.name) {
                        reading.end();
                    }
                }
                Piece::Open(tag) if is_hidden(&tag) && !matches!(&*tag.name, "iframe" | "textarea" | "noscript") => {
                    hidden = Some((tag.name.into_owned(), 1));
                }
                Piece::Open(tag) => reading.open(&tag),
                Piece::Close(name) => reading.close(&name),
            }
        }
        reading.end();
        Self(reading.found)
    }

    /// What the page says of a paragraph; nothing where it has no block of these words.
    pub(super) fn marks(&self, paragraph: &str) -> Marks {
        let mut key = Key::default();
        key.add(paragraph);
        self.0.get(&key.hash).copied().unwrap_or_default()
    }
}

impl Blocks {
    /// Whether paragraphs are the teasers of several stories: headlines that are links, short texts that break off, and hardly a
    /// whole paragraph.
    pub(super) fn is_list_of_teasers(&self, paragraphs: &[String]) -> bool {
        const TEASERS_MIN: usize = 5;
        let cut = |paragraph: &str| paragraph.ends_with('…') || paragraph.ends_with("...") || paragraph.ends_with("[…]");
        let headlines =
            paragraphs.iter().filter(|paragraph| paragraph.chars().count() >= 15 && self.marks(paragraph).link != Link::No).count();
        let broken = paragraphs.iter().filter(|paragraph| cut(paragraph)).count();
        let whole = paragraphs.iter().filter(|paragraph| paragraph.chars().count() >= 200 && !cut(paragraph)).count();
        headlines.max(broken) >= TEASERS_MIN && whole * 3 <= headlines.max(broken) && headlines.max(broken) * 3 >= paragraphs.len()
    }
}

/// The letters and digits of a text as one number.
#[derive(Clone, Copy)]
struct Key {
    hash: u64,
    letters: usize,
}

impl Default for Key {
    fn default() -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, letters: 0 }
    }
}

impl Key {
    fn add(&mut self, text: &str) {
        for character in text.chars().filter(|c| c.is_alphanumeric()) {
            self.hash = (self.hash ^ u64::from(character)).wrapping_mul(0x0100_0000_01b3);
            self.letters += 1;
        }
    }
}

/// An open element.
struct Open {
    name: String,
    caption: bool,
    aside: bool,
}

/// Letters of a link that can be the headline of another story, at least: shorter ones are names and numbers.
const LINK_MIN: usize = 28;
/// Elements kept open at the same time; deeper ones count as text of the deepest.
const OPEN_MAX: usize = 400;

#[derive(Default)]
struct Reading {
    open: Vec<Open>,
    links: usize,
    block: Key,
    linked: usize,
    caption: bool,
    aside: bool,
    found: HashMap<u64, Marks>,
}

impl Reading {
    fn text(&mut self, text: &str) {
        let before = self.block.letters;
        self.block.add(text);
        let added = self.block.letters - before;
        if added == 0 {
            return;
        }
        if before == 0 {
            (self.caption, self.aside) = self.open.last().map_or((false, false), |open| (open.caption, open.aside));
        }
        if self.links > 0 {
            self.linked += added;
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        if is_block(&tag.name) {
            self.end();
            if self.open.last().is_some_and(|open| open.name == "p") {
                self.pop(self.open.len() - 1);
            }
        }
        if self.open.len() >= OPEN_MAX {
            return;
        }
        let outer = self.open.last().map_or((false, false), |open| (open.caption, open.aside));
        let (caption, aside) = named_for(tag);
        self.links += usize::from(tag.name == "a");
        self.open.push(Open { name: tag.name.clone().into_owned(), caption: outer.0 || caption, aside: outer.1 || aside });
    }

    fn close(&mut self, name: &str) {
        if is_block(name) {
            self.end();
        }
        if let Some(at) = self.open.iter().rev().take(30).position(|open| open.name == name) {
            self.pop(self.open.len() - 1 - at);
        }
    }

    /// Closes the element at an index and all inside it.
    fn pop(&mut self, index: usize) {
        let closed = self.open.drain(index..).filter(|open| open.name == "a").count();
        self.links = self.links.saturating_sub(closed);
    }

    fn end(&mut self) {
        let block = std::mem::take(&mut self.block);
        let linked = std::mem::take(&mut self.linked);
        if block.letters == 0 {
            return;
        }
        let heading = self.open.iter().rev().take(4).any(|open| matches!(open.name.as_str(), "h1" | "h2" | "h3" | "h4" | "td" | "th"));
        let link = match (linked == block.letters, heading || block.letters < LINK_MIN) {
            (false, _) => Link::No,
            (true, true) => Link::Short,
            (true, false) => Link::Story,
        };
        let marks = Marks { link, caption: self.caption, aside: self.aside };
        // What stands in the article too is the article's, wherever else it stands.
        self.found
            .entry(block.hash)
            .and_modify(|known| {
                *known =
                    Marks { link: known.link.min(marks.link), caption: known.caption && marks.caption, aside: known.aside && marks.aside };
            })
            .or_insert(marks);
    }
}

/// Whether an element is named for a caption, and whether for something beside the article.
fn named_for(tag: &Tag<'_>) -> (bool, bool) {
    const CAPTION: [&str; 11] = [
        "caption",
        "credit",
        "bildunterschrift",
        "bildtext",
        "legende",
        "bildnachweis",
        "photographer",
        "pie-foto",
        "piefoto",
        "image-source",
        "copyright",
    ];
    const ASIDE: [&str; 30] = [
        "related",
        "recommend",
        "newsletter",
        "promo",
        "share",
        "sharing",
        "social",
        "subscribe",
        "subscription",
        "readmore",
        "read-more",
        "read_more",
        "author-bio",
        "authorbio",
        "advert",
        "cookie",
        "sidebar",
        "most-read",
        "mostread",
        "popular",
        "trending",
        "breadcrumb",
        "disclaimer",
        "teaser",
        "see-also",
        "also-read",
        "outbrain",
        "taboola",
        "signup",
        "sign-up",
    ];
    if matches!(&*tag.name, "html" | "body" | "main" | "article") {
        return (false, false);
    }
    let mut caption = tag.name == "figcaption" || tag.name == "caption";
    let mut aside = false;
    for (name, value) in tag.attributes() {
        if name.eq_ignore_ascii_case("class")
            || name.eq_ignore_ascii_case("id")
            || name.to_ascii_lowercase().starts_with("data-") && value.len() < 60
        {
            let value = value.to_ascii_lowercase();
            for word in value.split_whitespace().take(20) {
                caption |= CAPTION.iter().any(|mark| word.contains(mark));
                aside |= ASIDE.iter().any(|mark| word.contains(mark))
                    && !word.starts_with("has-")
                    && !word.starts_with("no-")
                    && !word.starts_with("with-");
            }
        }
    }
    (caption, aside)
}

#[cfg(test)]
mod tests {
    use super::{Blocks, Link, Marks};

    fn shown(html: &str, paragraph: &str) -> String {
        let Marks { link, caption, aside } = Blocks::read(html).marks(paragraph);
        let names = [(link == Link::Short, "linked"), (link == Link::Story, "link"), (caption, "caption"), (aside, "aside")];
        names.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_the_markup_says() {
        assert_eq!(shown("<p><a href=/1>Storm warning for the northern coast</a></p>", "Storm warning for the northern coast"), "link");
        assert_eq!(shown("<p>The <a href=/1>storm</a> came.</p>", "The storm came."), "");
        assert_eq!(shown("<h2><a href=/1>Storm warning for the northern coast</a></h2>", "Storm warning for the northern coast"), "linked");
        assert_eq!(shown("<figure><img><figcaption>The bridge. <span>Bo Ek</span></figcaption></figure>", "The bridge. Bo Ek"), "caption");
        assert_eq!(shown("<div class='box related-stories'><p>Storm <b>warning</b></div>", "Storm warning"), "aside");
        assert_eq!(shown("<article class=has-sidebar><p>Storm warning</article>", "Storm warning"), "");
        // What is a teaser here and a paragraph there is a paragraph.
        assert_eq!(shown("<div class=related>Storm warning</div><p>Storm warning</p>", "Storm warning"), "");
        assert_eq!(shown("<p>One<p>Two", "Three"), "");
        Blocks::read(&"<div class=related>x".repeat(50_000));
    }

    #[test]
    fn lists_of_teasers() {
        let html: Vec<String> = (0..6)
            .map(|number| format!("<h3><a href=/{number}>Storm warning number {number}</a></h3><p>The storm {number} came over …</p>"))
            .collect();
        let paragraphs: Vec<String> =
            (0..6).flat_map(|number| [format!("Storm warning number {number}"), format!("The storm {number} came over …")]).collect();
        assert!(Blocks::read(&html.concat()).is_list_of_teasers(&paragraphs));
        assert!(!Blocks::read("<p>One</p>").is_list_of_teasers(&["One".to_owned()]));
    }
}
