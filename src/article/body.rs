//! The body of a page: two extractors, and how far they agree.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use trafilatura::dom::Document;
use trafilatura::{ExtractionFocus, HtmlDateMode, Options};

use crate::article::head::Head;
use crate::article::json_ld::JsonLd;
use crate::article::slim::Slim;
use crate::model::article::TextFrom;
use crate::text::fold::fold;
use crate::text::html::{plain, to_text};

/// The body of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Body {
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// Where it came from.
    pub from: TextFrom,
    /// How sure it is that this is the body and all of it, between 0 and 1.
    pub confidence: f32,
    /// What went wrong on the way.
    pub notes: Vec<String>,
}

/// Elements open at the same time beyond which no tree is built: pages have some 30, and the extractors go down by recursion.
const DEPTH_MAX: usize = 1_500;
/// Formatting elements opened again beyond which no tree is built: it would be many times larger than the page.
const REPEATS_MAX: usize = 300_000;
/// Two results that agree so far are taken as one.
const AGREED: f32 = 0.85;
/// Bytes of a result that may be no more than a teaser.
const SHORT: usize = 1_000;

/// Finds the body. `rescue` is `articleBody` of the page's JSON-LD.
pub(super) fn read(html: &str, head: &Head, data: &JsonLd) -> Body {
    let mut notes = Vec::new();
    let found = if head.depth > DEPTH_MAX || head.repeats > REPEATS_MAX {
        notes.push("page too deeply nested for the extractors".to_owned());
        Found::default()
    } else {
        let page = Slim::new(html, head, data);
        if page.is_cut {
            notes.push("page cut: too large".to_owned());
        }
        extract(&page, &mut notes)
    };
    let mut body = choose(found, notes);
    if let [one] = body.paragraphs.as_slice()
        && let Some(parts) = split_again(one, html)
    {
        body.paragraphs = parts;
    }
    if let Some(rescue) = data.body.as_deref().map(paragraphs_of_rescue) {
        let (own, other) = (length(&body.paragraphs), length(&rescue));
        // A page that is built by scripts shows nothing but has its text as data. A page that shows more is believed.
        if other > 250 && own * 2 < other {
            body = Body { paragraphs: rescue, from: TextFrom::JsonLd, confidence: 0.9, notes: body.notes };
        }
    }
    body
}

#[derive(Default)]
struct Found {
    main: Option<Vec<String>>,
    check: Option<Vec<String>>,
    /// The main extractor once more, with more care; only where the two disagree.
    careful: Option<Vec<String>>,
}

/// Runs both extractors on a thread with room for deep pages. A panic costs the extractor's result and nothing else.
fn extract(page: &Slim, notes: &mut Vec<String>) -> Found {
    const STACK_BYTES: usize = 64 * 1024 * 1024;
    thread::scope(|scope| {
        let work = || {
            let tree = catch_unwind(|| Document::parse(&page.main));
            let read = |focus, fallback| catch_unwind(AssertUnwindSafe(|| main(tree.as_ref().ok()?.clone_document(), focus, fallback)));
            let check = catch_unwind(AssertUnwindSafe(|| check(&page.check)));
            let mut main = read(ExtractionFocus::Balanced, Fallback::Off);
            // Its own second opinion costs as much again; it is asked for where there is little text.
            let is_short = match (&main, &check) {
                (Ok(Some(main)), Ok(Some(check))) => length(main) < SHORT || length(main) * 2 < length(check),
                (Ok(Some(main)), _) => length(main) < SHORT,
                _ => true,
            };
            if is_short {
                main = read(ExtractionFocus::Balanced, Fallback::On);
            }
            let careful = match (&main, &check) {
                (Ok(Some(main)), Ok(Some(check))) if !is_teaser(main, check) && agreement(main, check) < AGREED => {
                    read(ExtractionFocus::FavorPrecision, Fallback::On)
                }
                _ => Ok(None),
            };
            (main, check, careful)
        };
        let Ok(Ok((main, check, careful))) = thread::Builder::new()
            .name("extractor".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .map(thread::ScopedJoinHandle::join)
        else {
            notes.push("the extractors could not be run".to_owned());
            return Found::default();
        };
        if main.is_err() || check.is_err() || careful.is_err() {
            notes.push("an extractor failed on this page".to_owned());
        }
        Found { main: main.ok().flatten(), check: check.ok().flatten(), careful: careful.ok().flatten() }
    })
}

/// Whether the main extractor compares its result with those of two others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fallback {
    On,
    Off,
}

fn main(page: Document, focus: ExtractionFocus, fallback: Fallback) -> Option<Vec<String>> {
    let mut options = Options::default().with_fallback(fallback == Fallback::On).with_exclude_comments(true).with_focus(focus);
    // The page is asked for its dates elsewhere.
    options.html_date_mode = HtmlDateMode::Disabled;
    let found = trafilatura::extract_document(page, &options).ok()?;
    Some(paragraphs(&to_text(&found.content_html))).filter(|found| !found.is_empty())
}

fn check(html: &str) -> Option<Vec<String>> {
    let config = dom_smoothie::Config { disable_json_ld: true, ..dom_smoothie::Config::default() };
    let mut reader = dom_smoothie::Readability::new(html, None, Some(config)).ok()?;
    let found = reader.parse().ok()?;
    Some(paragraphs(&to_text(&found.content))).filter(|found| !found.is_empty())
}

/// Takes the main result where the two agree, else judges.
fn choose(found: Found, notes: Vec<String>) -> Body {
    let body = |paragraphs, confidence| Body { paragraphs, from: TextFrom::Page, confidence, notes };
    match (found.main, found.check) {
        (Some(main), Some(check)) => {
            let agreement = agreement(&main, &check);
            if agreement >= AGREED {
                return body(main, 0.5 + agreement / 2.0);
            }
            let chosen = judge(main, check, found.careful);
            body(chosen, (agreement * 0.9).max(0.2))
        }
        (Some(one), None) | (None, Some(one)) => body(one, 0.5),
        (None, None) => body(Vec::new(), 0.0),
    }
}

/// The better of two results that disagree.
fn judge(main: Vec<String>, check: Vec<String>, careful: Option<Vec<String>>) -> Vec<String> {
    if is_teaser(&main, &check) {
        return check;
    }
    match careful {
        // Of three, the one that is closest to the two others.
        Some(careful) => {
            let (main_check, main_careful, careful_check) =
                (agreement(&main, &check), agreement(&main, &careful), agreement(&careful, &check));
            if main_check + main_careful >= careful_check + main_careful && main_check + main_careful >= main_check + careful_check {
                main
            } else if careful_check + main_careful >= main_check + careful_check {
                careful
            } else {
                check
            }
        }
        None => main,
    }
}

/// Whether the main result can be no more than a teaser of the other one. That one at times takes the whole page.
fn is_teaser(main: &[String], check: &[String]) -> bool {
    let (own, other) = (length(main), length(check));
    own * 4 < other && other > 600
}

/// The paragraphs of a text that an extractor put into one, as the page has them.
fn split_again(one: &str, html: &str) -> Option<Vec<String>> {
    let squeezed = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let wanted = squeezed(one);
    let page = paragraphs(&to_text(html));
    let blocks: Vec<String> = page.iter().map(|block| squeezed(block)).collect();
    // Only a block that begins the text can be the first; there are few of them.
    let begins =
        blocks.iter().enumerate().filter(|(_, block)| !block.is_empty() && wanted.starts_with(block.as_str())).map(|(index, _)| index);
    begins.take(20).find_map(|begin| {
        let mut rest = wanted.as_str();
        let mut parts = Vec::new();
        for (block, text) in blocks.iter().zip(&page).skip(begin) {
            if let Some(after) = rest.strip_prefix(block.as_str()).filter(|_| !block.is_empty()) {
                rest = after;
                parts.push(text.clone());
            }
        }
        rest.is_empty().then_some(parts).filter(|parts| parts.len() > 1)
    })
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).map(str::to_owned).collect()
}

fn paragraphs_of_rescue(body: &str) -> Vec<String> {
    let text = plain(body);
    if text.contains("\n\n") { paragraphs(&text) } else { text.lines().map(str::to_owned).filter(|line| !line.is_empty()).collect() }
}

/// Letters and digits of the paragraphs, as far as it matters which of two texts is longer.
pub(super) fn length(paragraphs: &[String]) -> usize {
    paragraphs.iter().map(String::len).sum()
}

/// How far two texts agree, between 0 and 1: shared runs of three words, against those of both.
pub(super) fn agreement(one: &[String], other: &[String]) -> f32 {
    let (one, other) = (runs(one), runs(other));
    let total: usize = one.values().sum::<usize>() + other.values().sum::<usize>();
    let shared: usize = one.iter().map(|(run, count)| (*count).min(other.get(run).copied().unwrap_or(0))).sum();
    #[expect(clippy::cast_precision_loss, reason = "a share of word counts needs no more than a few digits")]
    let share = if total == 0 { 1.0 } else { 2.0 * shared as f32 / total as f32 };
    share
}

fn runs(paragraphs: &[String]) -> HashMap<u64, usize> {
    let mut runs = HashMap::new();
    let mut last = [0u64; 3];
    for paragraph in paragraphs {
        for word in fold(paragraph).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            last = [last[1], last[2], hash];
            *runs.entry(last[0].rotate_left(21) ^ last[1].rotate_left(42) ^ last[2]).or_insert(0) += 1;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{agreement, judge, split_again};

    fn parts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn agreement_is_of_words_and_not_of_paragraphs() {
        let one = parts(&["The bridge was opened on Friday.", "Ferries go on until May."]);
        assert!(agreement(&one, &parts(&["the bridge was opened on Friday; ferries go on until May"])) > 0.99);
        assert!(agreement(&one, &parts(&["A wholly different text about other things."])) < 0.01);
        assert!(agreement(&[], &[]) > 0.99);
    }

    #[test]
    fn of_three_the_one_closest_to_the_others() {
        let body = "The bridge over the strait was opened on Friday by the mayor of the town";
        let whole = parts(&[body, "Ferries go on until May, the port authority said in a statement"]);
        let menu = parts(&["Home World Sport Weather Radar Login Search About", body]);
        assert_eq!(judge(menu.clone(), parts(&[body]), Some(whole.clone())), parts(&[body]));
        assert_eq!(judge(menu.clone(), whole, None), menu);
    }

    #[test]
    fn paragraphs_that_were_glued() {
        let page = "<nav>Menu</nav><h1>Bridge</h1><p>It opened.</p><img><p>Ferries go on.</p><p>Other news</p>";
        assert_eq!(split_again("BridgeIt opened.Ferries go on.", page), Some(parts(&["Bridge", "It opened.", "Ferries go on."])));
        assert_eq!(split_again("Something that is not on the page", page), None);
    }
}
