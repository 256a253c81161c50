//! Paragraphs that belong to the article and that the extractors left out: its lead above the body, and single ones in its midst.
//!
//! Where the article is stays the extractors' word. A paragraph is taken in where it stands in the same elements as those that were
//! found, or below the headline and above them.

use std::collections::{HashMap, HashSet};

use crate::article::blocks::{Block, Blocks, Link, letters_of};
use crate::text::fold::is_unspaced;

/// Letters of a paragraph that can be lost, at least.
const LETTERS_MIN: usize = 30;
/// Blocks of other kinds between a lost paragraph and the next that was found, at most.
const APART_MAX: usize = 6;
/// Blocks between the headline and the body, at most: byline, date, buttons, a picture.
const HEAD_BLOCKS_MAX: usize = 60;
/// Letters of what stands between the headline and the body, at most.
const HEAD_LETTERS_MAX: usize = 2_500;
/// Blocks that are looked at for a found paragraph to either side of a lost one, at most.
const NEAR_MAX: usize = 40;
/// Blocks of which is asked whether the body has them, at most.
const ASKED_MAX: usize = 500;
/// Bytes of the body that are searched for them, at most.
const SEARCHED_MAX: usize = 50_000_000;
/// Letters of a lead, at most.
const LEAD_MAX: usize = 1_500;

/// A body and the blocks of the page it was found in.
pub(super) struct Lost<'a> {
    blocks: &'a [Block],
    /// For each block the paragraph that has its letters.
    places: Vec<Option<usize>>,
    /// All letters of the body.
    squeezed: String,
    /// Blocks that have been taken in.
    told: HashSet<u64>,
}

impl<'a> Lost<'a> {
    /// Finds the paragraphs in the page.
    pub(super) fn new(blocks: &'a Blocks, paragraphs: &[String]) -> Self {
        let blocks = blocks.sequence.as_slice();
        let known: HashMap<u64, usize> = paragraphs
            .iter()
            .enumerate()
            .rev()
            .map(|(index, paragraph)| (letters_of(paragraph), index))
            .filter(|((_, letters), _)| *letters >= 8)
            .map(|((hash, _), index)| (hash, index))
            .collect();
        let places = blocks.iter().map(|block| known.get(&block.hash).copied()).collect();
        Self { blocks, places, squeezed: squeezed(&paragraphs.concat()), told: HashSet::new() }
    }

    /// Puts lost paragraphs where they belong; gives how many.
    pub(super) fn put_back(&mut self, paragraphs: &mut Vec<String>) -> usize {
        let (kin, homes) = (self.common(|block| block.kin), self.common(|block| block.home));
        let mut found: Vec<(usize, &str)> = Vec::new();
        let (mut asked, mut before) = (0, None);
        for (index, block) in self.blocks.iter().enumerate() {
            before = self.places.get(index).copied().flatten().or(before);
            let belongs = || {
                kin.contains(&block.kin) && is_paragraph(block) && (self.is_near(index, &kin, true) || self.is_near(index, &kin, false))
                    || homes.contains(&block.home) && is_part(block) && self.is_amidst(index)
            };
            if asked < self.asked_max()
                && self.places.get(index) == Some(&None)
                && belongs()
                && {
                    asked += 1;
                    !self.has(block)
                }
                && self.told.insert(block.hash)
            {
                found.push((before.map_or(0, |place| place + 1), &block.text));
            }
        }
        for (place, text) in found.iter().rev() {
            paragraphs.insert((*place).min(paragraphs.len()), (*text).to_owned());
        }
        found.len()
    }

    /// Blocks that are looked for in the body, at most: fewer in a long one.
    fn asked_max(&self) -> usize {
        ASKED_MAX.min(SEARCHED_MAX / self.squeezed.len().max(1))
    }

    /// Whether the body has a block already: two of three samples of its letters are in it.
    fn has(&self, block: &Block) -> bool {
        const SAMPLE: usize = 40;
        let letters: Vec<char> = block.text.chars().filter(|c| c.is_alphanumeric()).collect();
        let last = letters.len().saturating_sub(SAMPLE);
        let sample = |from: usize| -> String { letters.iter().skip(from).take(SAMPLE).collect() };
        // A few letters stand everywhere.
        letters.len() >= LETTERS_MIN / 2 && [0, last / 2, last].iter().filter(|from| self.squeezed.contains(&sample(**from))).count() >= 2
    }

    /// The kinds of blocks that hold much of the body.
    fn common(&self, kind: impl Fn(&Block) -> u64) -> HashSet<u64> {
        let mut letters: HashMap<u64, (usize, usize)> = HashMap::new();
        let mut all = 0;
        for (block, place) in self.blocks.iter().zip(&self.places) {
            if place.is_some() && block.letters >= LETTERS_MIN && !block.is_heading {
                let entry = letters.entry(kind(block)).or_default();
                entry.0 += block.letters;
                entry.1 += 1;
                all += block.letters;
            }
        }
        letters.into_iter().filter(|(_, (letters, count))| *count >= 2 && letters * 4 >= all).map(|(kin, _)| kin).collect()
    }

    /// Whether a found paragraph stands near, before or behind: of the blocks to it few are of another kind, and none is a headline.
    fn is_near(&self, index: usize, kin: &HashSet<u64>, before: bool) -> bool {
        let mut others = 0;
        for (block, place) in self.around(index, before) {
            if place.is_some() && block.letters >= LETTERS_MIN {
                return true;
            }
            others += usize::from(!kin.contains(&block.kin));
            if others > APART_MAX || block.is_title {
                return false;
            }
        }
        false
    }

    /// Whether paragraphs of the same element were found before and behind.
    fn is_amidst(&self, index: usize) -> bool {
        let home = self.blocks.get(index).map(|block| block.home);
        let stands = |before| {
            let mut around = self.around(index, before).take_while(|(block, _)| !block.is_title);
            around.any(|(block, place)| place.is_some() && block.letters >= LETTERS_MIN && Some(block.home) == home)
        };
        stands(true) && stands(false)
    }

    /// The blocks next to one and their places, the nearest first.
    fn around(&self, index: usize, before: bool) -> Box<dyn Iterator<Item = (&Block, Option<usize>)> + '_> {
        let range = if before { index.saturating_sub(NEAR_MAX)..index } else { index + 1..(index + 1 + NEAR_MAX).min(self.blocks.len()) };
        let blocks = self.blocks.get(range.clone()).unwrap_or_default();
        let pairs = blocks.iter().zip(self.places.get(range).unwrap_or_default().iter().copied());
        if before { Box::new(pairs.rev()) } else { Box::new(pairs) }
    }

    /// The lead of the article: what stands as a paragraph between the headline and the body.
    ///
    /// `headlines` and `descriptions` are what the page calls itself and says of itself.
    pub(super) fn lead(&mut self, headlines: &[&str], descriptions: &[&str]) -> Vec<String> {
        let headlines: HashSet<u64> = headlines.iter().map(|headline| letters_of(headline).0).collect();
        let descriptions: Vec<String> = descriptions.iter().map(|text| squeezed(text).chars().take(60).collect()).collect();
        let Some((heading, first)) = self.head(&headlines) else { return Vec::new() };
        let between = self.blocks.get(heading + 1..first).unwrap_or_default();
        if between.len() > HEAD_BLOCKS_MAX.min(self.asked_max())
            || between.iter().map(|block| block.letters).sum::<usize>() > HEAD_LETTERS_MAX
        {
            return Vec::new();
        }
        let described = |block: &Block| {
            let text: String = squeezed(&block.text).chars().take(60).collect();
            let alike = |told: &String| told.chars().count() >= LETTERS_MIN && (told.starts_with(&text) || text.starts_with(told));
            text.chars().count() >= LETTERS_MIN && descriptions.iter().any(alike)
        };
        // A box that holds the body too is none.
        let boxed = self.blocks.get(first).is_some_and(|block| block.is_beside);
        let leads = between.iter().filter(|block| {
            !block.is_title
                && is_of_the_article(block)
                && (boxed || !block.is_beside)
                && (described(block)
                    || block.is_lead && block.letters * 2 >= LETTERS_MIN * 3
                    || ends_sentence(&block.text) && block.letters >= LETTERS_MIN * 2)
        });
        let leads: Vec<&Block> = leads.filter(|block| !self.has(block)).collect();
        if leads.iter().map(|block| block.letters).sum::<usize>() > LEAD_MAX {
            return Vec::new();
        }
        let told = &mut self.told;
        leads.into_iter().filter(|block| told.insert(block.hash)).map(|block| block.text.clone()).collect()
    }

    /// Where the headline stands and where the body begins.
    fn head(&self, headlines: &HashSet<u64>) -> Option<(usize, usize)> {
        let is_headline = |block: &Block| headlines.contains(&block.hash);
        let begins = |block: &Block, place: &Option<usize>| {
            place.is_some_and(|place| place < 3) && block.letters >= LETTERS_MIN && !block.is_title && !is_headline(block)
        };
        let is_heading: [&dyn Fn(&Block) -> bool; 4] = [
            &|block| block.is_title && is_headline(block),
            &|block| block.is_heading && is_headline(block),
            &|block| block.is_title,
            &is_headline,
        ];
        is_heading.into_iter().find_map(|is_heading| {
            let top = self.blocks.iter().position(is_heading)?;
            let first = (top..).zip(self.blocks.iter().zip(&self.places).skip(top)).find(|(_, (block, place))| begins(block, place))?.0;
            let heading = self.blocks.iter().take(first).rposition(is_heading)?;
            Some((heading, first))
        })
    }
}

/// Whether a block can be a paragraph of an article.
fn is_paragraph(block: &Block) -> bool {
    !block.is_heading && !block.marks.aside && is_of_the_article(block) && ends_sentence(&block.text)
}

/// Whether a block can be a heading or an item of a list inside an article.
fn is_part(block: &Block) -> bool {
    let marks = block.marks;
    (block.is_heading || block.is_item) && block.letters >= 3 && block.linked * 2 < block.letters && !marks.caption && !marks.aside
}

fn is_of_the_article(block: &Block) -> bool {
    let least = if block.text.chars().any(is_unspaced) { LETTERS_MIN / 2 } else { LETTERS_MIN };
    block.letters >= least && block.marks.link == Link::No && block.linked * 2 < block.letters && !block.marks.caption
}

/// Whether a text ends as a sentence does.
fn ends_sentence(text: &str) -> bool {
    let end =
        text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '”' | '“' | '’' | '»' | '«' | ')' | ']' | '」'));
    end.ends_with(['.', '!', '?', ':', '…', '。', '！', '？', '।', '؟', '۔', '։'])
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::Lost;
    use crate::article::blocks::Blocks;

    const FIRST: &str = "The bridge over the strait was opened on Friday by the mayor, who walked across it with a brass band.";
    const SECOND: &str = "Ferries will go on until May, the port authority said; it wants to sell two of its three ships.";
    const THIRD: &str = "The bridge cost a third more than planned, and the state will look into the reasons next year.";
    const OTHER: &str = "A storm is on its way to the northern coast, the weather office said in the morning of that day.";

    fn found(html: &str, paragraphs: &[&str]) -> Vec<String> {
        let mut paragraphs: Vec<String> = paragraphs.iter().map(|text| (*text).to_owned()).collect();
        let blocks = Blocks::read(html);
        let mut lost = Lost::new(&blocks, &paragraphs);
        let lead = lost.lead(&["Bridge opens"], &["Two towns are joined at last, and an old line ends …"]);
        lost.put_back(&mut paragraphs);
        lead.into_iter().chain(paragraphs).collect()
    }

    #[test]
    fn a_paragraph_among_its_kind_is_put_back() {
        let page = |class: &str| {
            format!(
                "<article><div class=text><p>{FIRST}<p>{SECOND}<p>{THIRD}</div></article><div class={class}><p>{OTHER}</div><p>{OTHER} Else."
            )
        };
        assert_eq!(found(&page("more"), &[FIRST, THIRD]), [FIRST, SECOND, THIRD]);
        assert_eq!(found(&page("more"), &[FIRST, SECOND]), [FIRST, SECOND, THIRD], "at the end too");
        assert_eq!(found(&page("more"), &[FIRST, &format!("{SECOND} {THIRD}")]).len(), 2, "what the body has is not said twice");
        // One paragraph alone says nothing of its kind.
        assert_eq!(found(&page("more"), &[FIRST]), [FIRST]);
        let far = format!("<div class=text><p>{FIRST}<p>{THIRD}</div><h1>Storm</h1><div class=text><p>{OTHER}</div>");
        assert_eq!(found(&far, &[FIRST, THIRD]), [FIRST, THIRD], "another headline begins another article");
        let linked = format!("<div class=text><p>{FIRST}<p><a href=/storm>{OTHER}</a><p class=caption>{SECOND}<p>{THIRD}</div>");
        assert_eq!(found(&linked, &[FIRST, THIRD]), [FIRST, THIRD]);
    }

    #[test]
    fn the_blocks_around_are_near_and_the_nearest_come_first() {
        let html: String = (0..100).map(|number| format!("<p>Line number {number} of the list.</p>")).collect::<Vec<_>>().concat();
        let blocks = Blocks::read(&html);
        let lost = Lost::new(&blocks, &[]);
        let around = |index, before| lost.around(index, before).map(|(block, _)| block.text.as_str()).collect::<Vec<_>>();
        assert_eq!(blocks.sequence.len(), 100);
        assert_eq!(around(2, true), ["Line number 1 of the list.", "Line number 0 of the list."]);
        assert_eq!(around(97, false), ["Line number 98 of the list.", "Line number 99 of the list."]);
        assert_eq!((around(90, true).len(), around(9, false).len()), (super::NEAR_MAX, super::NEAR_MAX));
        assert_eq!((around(90, true)[0], around(99, false).len()), ("Line number 89 of the list.", 0));
    }

    #[test]
    fn a_long_body_is_searched_less_often() {
        let blocks = Blocks::read("<p>A line.</p>");
        let asked = |letters: usize| Lost::new(&blocks, &["a".repeat(letters)]).asked_max();
        assert_eq!((asked(0), asked(10_000)), (super::ASKED_MAX, super::ASKED_MAX));
        assert_eq!(asked(5_000_000), 10);
    }

    #[test]
    fn headings_and_lists_amidst_the_body_are_put_back() {
        let page = |more: &str| format!("<div class=text><p>{FIRST}</p>{more}<p>{SECOND}</p></div><p>{THIRD}</p>");
        let between = |more: &str| found(&page(more), &[FIRST, SECOND]).len() - 2;
        assert_eq!(
            found(&page("<h2>Seven years</h2><ul><li>Two towers<li>One deck</ul>"), &[FIRST, SECOND]),
            [FIRST, "Seven years", "Two towers", "One deck", SECOND]
        );
        assert_eq!(between("<h2><a href=/storm>A storm is on its way</a></h2>"), 0);
        assert_eq!(between("<div class=related><h2>Storm</h2><ul><li>A storm is on its way</ul></div>"), 0);
        assert_eq!(between("<div class=box><h2>Storm</h2></div>"), 0, "it stands in a box of its own");
        assert_eq!(between("<p>12 May</p>"), 0);
        let behind = format!("<div class=text><p>{FIRST}</p><p>{SECOND}</p><h2>Also</h2></div>");
        assert_eq!(found(&behind, &[FIRST, SECOND]), [FIRST, SECOND], "nothing of the body comes behind it");
    }

    #[test]
    fn the_lead_stands_between_headline_and_body() {
        let page = |head: &str| format!("<p>{OTHER}</p><header><h1>Bridge opens</h1>{head}</header><div><p>{FIRST}<p>{SECOND}</div>");
        let lead = |head: &str| found(&page(head), &[FIRST, SECOND]).len() - 2;
        let text = "Two towns are joined at last, and an old line ends after more than a hundred years";
        assert_eq!(found(&page(&format!("<p>{text}.</p><p>12 May</p>")), &[FIRST, SECOND]), [&format!("{text}."), FIRST, SECOND]);
        assert_eq!(lead(&format!("<div class=article__teaser>{text}</div>")), 1, "it is named for a lead");
        assert_eq!(lead("<h2>More of what the two towns have to say to the new bridge, and to each other</h2>"), 0, "it is no sentence");
        assert_eq!(lead("<h2>Two towns are joined at last, and an old line ends: what comes now</h2>"), 1, "the page says it of itself");
        assert_eq!(lead(&format!("<p><a href=/towns>{text}.</a></p>")), 0);
        assert_eq!(lead(&format!("<figcaption>{text}.</figcaption>")), 0);
        assert_eq!(lead(&format!("<div class=author-card>{text}.</div>")), 0);
        assert_eq!(lead(&format!("<p>{text}.</p>").repeat(2)), 1);
        assert_eq!(lead(&"<p>A line of a list that never ends.</p>".repeat(80)), 0);
    }

    #[test]
    fn a_box_that_holds_the_body_too_is_none() {
        let text = "Two towns are joined at last, and an old line ends after more than a hundred years.";
        let html = format!("<div class=shareable><h1>Bridge opens</h1><p>{text}</p><div><p>{FIRST}<p>{SECOND}</div></div>");
        assert_eq!(found(&html, &[FIRST, SECOND]), [text, FIRST, SECOND]);
    }
}
