//! The blocks of a page and what their markup says they are: a link and nothing else, a caption, part of a box beside the article.
//!
//! The extractors decide where the article is; this look at the page only takes out of their result what the page itself marks
//! as something else.

use std::collections::HashMap;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::text::html::{is_block, is_hidden};
use crate::text::markup::{Piece, Pieces, Tag, decode};
use crate::text::safe::one_line;

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

/// A block of a page in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark that may stand beside any other")]
pub(super) struct Block {
    /// What it shows, on one line; cut at some thousand characters.
    pub text: String,
    /// Its letters and digits as one number.
    pub hash: u64,
    /// How many letters and digits it has.
    pub letters: usize,
    /// How many of them stand inside links.
    pub linked: usize,
    /// What the markup says of it here, wherever else its words stand.
    pub marks: Marks,
    /// The elements it stands in and their classes as one number: paragraphs side by side have the same.
    pub kin: u64,
    /// The same for the element that holds it together with other paragraphs, headings and lists.
    pub home: u64,
    /// It is an item of a list.
    pub is_item: bool,
    /// It stands in an `h1`.
    pub is_title: bool,
    /// It stands in a heading of any level, or in a cell of a table.
    pub is_heading: bool,
    /// It stands in an element that is named for the lead of an article.
    pub is_lead: bool,
    /// It stands in an element that is named for something beside the article, and not only for a teaser: the lead of an article
    /// may be named so too.
    pub is_beside: bool,
}

/// The blocks of a page.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// In the order of the page.
    pub sequence: Vec<Block>,
    by_letters: HashMap<u64, Marks>,
}

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
                Piece::Text(text) => {
                    let text = decode(text);
                    if is_nfc(&text) { reading.text(&text) } else { reading.text(&text.nfc().collect::<String>()) }
                }
                Piece::Open(tag) if tag.raw.is_some() || tag.is_void() => {
                    if is_block(&tag.name) {
                        reading.end();
                    }
                    reading.shown.push(' ');
                }
                Piece::Open(tag) if is_hidden(&tag) && !matches!(&*tag.name, "iframe" | "textarea" | "noscript") => {
                    hidden = Some((tag.name.into_owned(), 1));
                }
                Piece::Open(tag) => reading.open(&tag),
                Piece::Close(name) => reading.close(&name),
            }
        }
        reading.end();
        Self { sequence: reading.sequence, by_letters: reading.found }
    }

    /// What the page says of a paragraph; nothing where it has no block of these words.
    pub(super) fn marks(&self, paragraph: &str) -> Marks {
        self.by_letters.get(&letters_of(paragraph).0).copied().unwrap_or_default()
    }
}

/// The letters and digits of a text as one number, and how many they are.
pub(super) fn letters_of(text: &str) -> (u64, usize) {
    let mut key = Key::default();
    key.add(text);
    (key.hash, key.letters)
}

impl Blocks {
    /// Whether a paragraph stands in an element that is named for the lead of an article.
    pub(super) fn is_lead(&self, paragraph: &str) -> bool {
        let (hash, _) = letters_of(paragraph);
        self.sequence.iter().any(|block| block.hash == hash && block.is_lead)
    }

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
#[derive(Default)]
struct Open {
    name: String,
    named: Named,
    is_link: bool,
    kin: u64,
}

/// Letters of a link that can be the headline of another story, at least: shorter ones are names and numbers.
const LINK_MIN: usize = 28;
/// Elements kept open at the same time; deeper ones count as text of the deepest.
const OPEN_MAX: usize = 400;
/// Blocks kept in their order.
const SEQUENCE_MAX: usize = 20_000;
/// Bytes of a block that are kept.
const SHOWN_MAX: usize = 5_000;

#[derive(Default)]
struct Reading<'a> {
    /// What values of attributes name an element for; pages repeat the same few.
    named_by: HashMap<(&'a str, bool), Named>,
    open: Vec<Open>,
    links: usize,
    block: Key,
    linked: usize,
    shown: String,
    named: Named,
    kin: u64,
    home: u64,
    found: HashMap<u64, Marks>,
    sequence: Vec<Block>,
}

impl<'a> Reading<'a> {
    fn text(&mut self, text: &str) {
        let before = self.block.letters;
        self.block.add(text);
        if self.shown.len() < SHOWN_MAX {
            self.shown.push_str(text);
        }
        let added = self.block.letters - before;
        if added == 0 {
            return;
        }
        if before == 0 {
            self.named = self.open.last().map(|open| open.named).unwrap_or_default();
            self.kin = self.open.iter().rfind(|open| is_block(&open.name)).map_or(0, |open| open.kin);
            self.home = self.open.iter().rfind(|open| is_home(&open.name)).map_or(0, |open| open.kin);
        }
        if self.links > 0 {
            self.linked += added;
        }
    }

    fn open(&mut self, tag: &Tag<'a>) {
        if is_block(&tag.name) {
            self.end();
            if self.open.last().is_some_and(|open| open.name == "p") {
                self.pop(self.open.len() - 1);
            }
        }
        if self.open.len() >= OPEN_MAX {
            return;
        }
        let (outer, outer_kin) = self.open.last().map(|open| (open.named, open.kin)).unwrap_or_default();
        // An anchor that leads nowhere is a place and not a link.
        let is_link = tag.name == "a" && tag.attribute("href").is_some();
        self.links += usize::from(is_link);
        let mut kin = outer_kin;
        for byte in tag.name.bytes().chain(tag.attribute("class").unwrap_or_default().bytes()) {
            kin = (kin ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let named = outer.or(self.named(tag));
        self.open.push(Open { name: tag.name.clone().into_owned(), named, is_link, kin });
    }

    /// What an element is named for.
    fn named(&mut self, tag: &Tag<'a>) -> Named {
        if matches!(&*tag.name, "html" | "body" | "main" | "article") {
            return Named::default();
        }
        let mut named = Named { caption: matches!(&*tag.name, "figcaption" | "caption"), ..Named::default() };
        for (name, value) in tag.attributes() {
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
            let is_name = is("class") || is("id") || is("itemprop");
            let is_data = || name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data-")) && value.len() < 60;
            if is_name || is_data() {
                named = named.or(*self.named_by.entry((value, is_name)).or_insert_with(|| Named::of_value(value, is_name)));
            }
        }
        // Sites name a size of letters so too.
        named.caption &= !matches!(&*tag.name, "h1" | "h2" | "h3");
        named
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
        let closed = self.open.drain(index..).filter(|open| open.is_link).count();
        self.links = self.links.saturating_sub(closed);
    }

    fn end(&mut self) {
        let block = std::mem::take(&mut self.block);
        let linked = std::mem::take(&mut self.linked);
        let shown = std::mem::take(&mut self.shown);
        if block.letters == 0 {
            return;
        }
        let inside = |names: &[&str]| self.open.iter().rev().take(4).any(|open| names.contains(&open.name.as_str()));
        let heading = inside(&["h1", "h2", "h3", "h4", "td", "th"]);
        let link = match (linked == block.letters, heading || block.letters < LINK_MIN) {
            (false, _) => Link::No,
            (true, true) => Link::Short,
            (true, false) => Link::Story,
        };
        let Named { caption, aside, is_lead, teaser, is_byline } = self.named;
        let marks = Marks { link, caption, aside: aside || teaser };
        if self.sequence.len() < SEQUENCE_MAX {
            self.sequence.push(Block {
                text: one_line(&shown),
                hash: block.hash,
                letters: block.letters,
                linked,
                marks,
                kin: self.kin,
                home: self.home,
                is_item: inside(&["li", "dd"]),
                is_title: inside(&["h1"]),
                is_heading: heading,
                is_lead,
                is_beside: aside || is_byline,
            });
        }
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

/// Whether an element holds blocks of several kinds.
fn is_home(name: &str) -> bool {
    matches!(name, "div" | "section" | "article" | "main" | "body" | "td" | "aside" | "header" | "footer" | "nav" | "form" | "center")
}

/// What an element is named for, by its name, its classes and the like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark that may stand beside any other")]
struct Named {
    caption: bool,
    /// Something beside the article.
    aside: bool,
    /// The lead of the article.
    is_lead: bool,
    /// A teaser: of another story, or the lead of this one.
    teaser: bool,
    /// A byline, or what is told of an author.
    is_byline: bool,
}

/// Parts of names that stand for captions and credits of pictures.
const CAPTION: &[&str] = &[
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
    "imagedesc",
    "image-desc",
    "image_desc",
    "img-desc",
    "photo-desc",
    "picture-desc",
];

/// Parts of names that stand for something beside the article.
const ASIDE: &[&str] = &[
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
    "author_bio",
    "authorbio",
    "author-desc",
    "author_desc",
    "author-info",
    "author_info",
    "author-box",
    "author_box",
    "authorbox",
    "about-author",
    "about-the-author",
    "advert",
    "cookie",
    "sidebar",
    "most-read",
    "mostread",
    "popular",
    "trending",
    "breadcrumb",
    "disclaimer",
    "see-also",
    "also-read",
    "outbrain",
    "taboola",
    "signup",
    "sign-up",
    "comment",
    "kommentar",
    "comentario",
];

/// Names, between their hyphens, that stand for the lead of an article.
const LEAD: &[&str] = &[
    "lead",
    "lede",
    "intro",
    "introduction",
    "standfirst",
    "deck",
    "dek",
    "subtitle",
    "subheadline",
    "subhead",
    "subheading",
    "summary",
    "excerpt",
    "chapo",
    "chapeau",
    "abstract",
    "vorspann",
    "einleitung",
    "anreisser",
    "ingress",
    "manchet",
    "perex",
    "entradilla",
    "bajada",
    "sommario",
    "occhiello",
    "teaser",
    "description",
    "preamble",
];

impl Named {
    /// By the value of an attribute; `is_name` where that is a name of the element and no other data.
    fn of_value(value: &str, is_name: bool) -> Self {
        let value = value.to_ascii_lowercase();
        value.split_whitespace().take(20).fold(Self::default(), |named, word| named.or(Self::of_word(word, is_name)))
    }

    fn of_word(word: &str, is_name: bool) -> Self {
        let is_state = ["has-", "no-", "with-"].iter().any(|beginning| word.starts_with(beginning));
        Self {
            caption: CAPTION.iter().any(|mark| word.contains(mark)),
            aside: !is_state && (ASIDE.iter().any(|mark| word.contains(mark)) || is_name && parts(word).any(|part| part == "cta")),
            is_lead: is_name && parts(word).any(|part| LEAD.contains(&part)),
            teaser: !is_state && word.contains("teaser"),
            is_byline: is_name && parts(word).any(|part| matches!(part, "author" | "authors" | "byline" | "bio" | "contributor")),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            caption: self.caption || other.caption,
            aside: self.aside || other.aside,
            is_lead: self.is_lead || other.is_lead,
            teaser: self.teaser || other.teaser,
            is_byline: self.is_byline || other.is_byline,
        }
    }
}

/// The parts of a name: `article__lead-text` has three.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    word.split(|c: char| !c.is_ascii_alphanumeric())
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
        // An anchor that leads nowhere is a place.
        assert_eq!(
            shown("<p><a name=three>What does the mayor say to all of this?</a></p>", "What does the mayor say to all of this?"),
            ""
        );
        assert_eq!(shown("<h2 class=caption-large>Storm warning</h2><p class=imagedescription>Bo Ek</p>", "Storm warning"), "");
        assert_eq!(shown("<div class=box-cta><p>Write to us</div>", "Write to us"), "aside");
        assert_eq!(shown("<section id=kommentare><p>I was there</section>", "I was there"), "aside");
        // Letters count as they are shown, however they are written.
        assert_eq!(shown("<figcaption>Zu\u{308}rich am Morgen</figcaption>", "Zürich am Morgen"), "caption");
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
