//! A plain text → Article, with the places of headline, standfirst, section, date and body. The text is not rewritten.

use crate::article::moment::{Order, find};
use crate::article::{TextInput, names, sourced, wall};
use crate::model::article::{Article, Moment, Sourced, TextFrom};
use crate::model::span::Span;
use crate::text::fold::{fold, is_unspaced};

/// Units at the top of a text that may be something other than the body.
const TOP_MAX: usize = 14;

/// Reads a text.
pub(super) fn read(input: TextInput) -> Article {
    let TextInput { id, text, title, url, published, language } = input;
    let order = Order::of(language.as_deref());
    let units = units(&text);
    let title = title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty());
    let top = Top::read(&text, &units, title.as_deref(), order);
    let paragraphs = without_tail(&text, units.get(top.body..).unwrap_or_default());
    let body = match (paragraphs.first(), paragraphs.last()) {
        (Some(first), Some(last)) => first.hull(*last),
        _ => Span::new(text.len(), text.len()),
    };
    let placed = |span: Span| Sourced { value: span.of(&text).to_owned(), span: Some(span), from: "text" };
    let headline = match (title, top.headline) {
        (Some(value), span) => Some(Sourced { value, span, from: "input" }),
        (None, Some(span)) => Some(placed(span)),
        (None, None) => None,
    };
    let parts: Vec<String> = paragraphs.iter().rev().take(2).rev().map(|span| span.of(&text).to_owned()).collect();
    let is_empty = text.trim().is_empty();
    let dated = top.published.map(|(value, span)| Sourced { value, span: Some(span), from: "text" });
    Article {
        id,
        feed: None,
        outlet: url.as_ref().and_then(|url| url.host_str()).map(|host| host.trim_start_matches("www.").to_owned()),
        url,
        fetched: None,
        headline,
        standfirst: top.standfirst.map(placed),
        section: top.section.map(placed),
        authors: top.byline.and_then(|span| {
            let people = names::people([span.of(&text)], &[], names::Search::FullNames);
            (!people.is_empty()).then_some(Sourced { value: people, span: Some(span), from: "text" })
        }),
        publisher: None,
        language: language.map(|language| sourced(language, "input")),
        published: published.map(|published| sourced(published, "input")).or(dated),
        modified: None,
        text_from: TextFrom::Given,
        text_confidence: if is_empty { 0.0 } else { 1.0 },
        partial: is_empty || wall::goes_on(&parts),
        free: None,
        shares_address: false,
        body,
        paragraphs,
        categories: Vec::new(),
        notes: if is_empty { vec!["there is no text".to_owned()] } else { Vec::new() },
        text,
    }
}

/// The units of a text: its paragraphs, where a block of short lines at the top counts line by line.
fn units(text: &str) -> Vec<Span> {
    let mut units = Vec::new();
    let mut block: Vec<Span> = Vec::new();
    for line in lines(text).chain(std::iter::once(Span::default())) {
        if line.is_empty() {
            join(text, &block, &mut units);
            block.clear();
        } else {
            block.push(line);
        }
    }
    units
}

/// The lines of a text without the white space around them; an empty span for an empty line.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let trimmed = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
        let from = start + line.len() - line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}').len();
        start += line.len() + 1;
        if trimmed.is_empty() { Span::default() } else { Span::new(from, from + trimmed.len()) }
    })
}

/// Adds a block as one unit when its lines are a paragraph that was broken to a width, else each of its lines.
fn join(text: &str, block: &[Span], units: &mut Vec<Span>) {
    match (block.first(), block.last()) {
        (Some(first), Some(last)) if is_wrapped(text, block) => units.push(first.hull(*last)),
        _ => units.extend(block),
    }
}

/// Whether lines were broken to a width: none is long, most are nearly as long as the longest, and most end inside a sentence.
fn is_wrapped(text: &str, block: &[Span]) -> bool {
    let widths: Vec<usize> = block.iter().map(|line| line.of(text).chars().count()).collect();
    let longest = widths.iter().copied().max().unwrap_or_default();
    let inner = widths.len().saturating_sub(1);
    if inner == 0 || !(30..=120).contains(&longest) {
        return false;
    }
    let full = widths.iter().take(inner).filter(|width| **width * 10 >= longest * 7).count();
    let open = block.iter().take(inner).filter(|line| !ends_sentence(line.of(text))).count();
    let goes_on = block.iter().skip(1).filter(|line| line.of(text).starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit())).count();
    full * 10 >= inner * 8 && open * 2 >= inner && (inner >= 3 || goes_on * 2 >= inner)
}

/// What stands above the body.
#[derive(Debug, Default)]
struct Top {
    headline: Option<Span>,
    standfirst: Option<Span>,
    section: Option<Span>,
    byline: Option<Span>,
    published: Option<(Moment, Span)>,
    /// Index of the first unit of the body.
    body: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Page furniture, such as the reader's own date.
    Chrome,
    Date(Moment, Span),
    Byline,
    /// Could be a headline or a section.
    Title,
    Prose,
}

impl Top {
    fn read(text: &str, units: &[Span], title: Option<&str>, order: Order) -> Self {
        let mut kinds: Vec<(Span, Kind)> = units.iter().take(TOP_MAX).map(|unit| (*unit, kind(unit.of(text), *unit, order))).collect();
        // What stands above the line that begins a wire report is its headline, whatever it ends with.
        if let [(first, kind @ Kind::Prose), (second, _), ..] = kinds.as_mut_slice()
            && has_dateline(second.of(text))
            && first.of(text).chars().count() <= 150
            && sentences(first.of(text)) == 1
        {
            *kind = Kind::Title;
        }
        let mut top = Self::default();
        let headline = match title {
            Some(title) => kinds.iter().take(6).position(|(unit, _)| same(unit.of(text), title)),
            None => headline(text, &kinds, units.len()),
        };
        top.headline = headline.and_then(|index| Some(kinds.get(index)?.0));
        for (index, (unit, kind)) in kinds.iter().enumerate() {
            match kind {
                _ if headline == Some(index) => {}
                Kind::Chrome => {}
                Kind::Date(moment, span) => top.published = top.published.or(Some((*moment, *span))),
                Kind::Byline => top.byline = top.byline.or(Some(*unit)),
                Kind::Title if headline.is_some_and(|headline| index < headline) => {
                    if top.section.is_none() && unit.of(text).chars().count() <= 40 {
                        top.section = Some(*unit);
                    }
                }
                _ if headline.is_some_and(|headline| index < headline) => {}
                _ if headline.is_some() && top.standfirst.is_none() && top.body == 0 && is_standfirst(text, &kinds, index, units) => {
                    top.standfirst = Some(*unit);
                }
                _ => {
                    top.body = index;
                    return top;
                }
            }
        }
        // Nothing but short lines: whatever they are, they are all there is.
        top.body = if units.len() > kinds.len() { kinds.len() } else { headline.map_or(0, |headline| headline + 1) };
        if top.body >= units.len() && title.is_none() {
            return Self::default();
        }
        top
    }
}

/// The unit that is the headline: the first that reads like one, with the body below it.
fn headline(text: &str, kinds: &[(Span, Kind)], units: usize) -> Option<usize> {
    let first_prose = kinds.iter().position(|(_, kind)| *kind == Kind::Prose).unwrap_or(if units > kinds.len() { kinds.len() } else { 0 });
    let titles = || kinds.iter().enumerate().take(first_prose).filter(|(_, (_, kind))| *kind == Kind::Title);
    // A section is a word or two; a headline says something.
    titles()
        .find(|(_, (unit, _))| weight(unit.of(text)) >= 4 && !unit.of(text).chars().any(|c| matches!(c, '>' | '|' | '›' | '»')))
        .or_else(|| titles().rfind(|(_, (unit, _))| weight(unit.of(text)) >= 2))
        .map(|(index, _)| index)
}

/// Words of a text; characters count for half in a script without spaces.
fn weight(text: &str) -> usize {
    let unspaced = text.chars().filter(|c| is_unspaced(*c)).count();
    text.split_whitespace().count() + unspaced / 2
}

fn kind(unit: &str, span: Span, order: Order) -> Kind {
    let letters = unit.chars().count();
    if letters > 250 || unit.contains('\n') {
        return Kind::Prose;
    }
    if is_chrome(unit) {
        return Kind::Chrome;
    }
    if let Some((moment, at)) = find(unit, order) {
        let rest = letters.saturating_sub(at.of(unit).chars().count());
        let label = fold(unit.get(..at.start).unwrap_or_default());
        let labelled = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count() <= 2;
        if labelled && rest <= 40 && !ends_sentence(unit.get(at.end..).unwrap_or_default().trim()) {
            return Kind::Date(moment, at.shifted(span.start));
        }
    }
    if is_byline(unit) {
        return Kind::Byline;
    }
    if letters <= 200 && !ends_sentence(unit) && !unit.ends_with([',', ';']) && !has_dateline(unit) && unit.chars().any(char::is_alphabetic)
    {
        return Kind::Title;
    }
    // Some archives end headlines with a full stop; in English their capitals still tell them.
    if letters <= 150 && sentences(unit) == 1 && is_capitalised(unit) && !has_dateline(unit) {
        return Kind::Title;
    }
    // A question or a call can be a headline, another sentence that ends in a full stop hardly ever is.
    if letters <= 150 && unit.ends_with(['?', '!', '？', '！']) && sentences(unit) == 1 {
        return Kind::Title;
    }
    Kind::Prose
}

/// Whether nearly all longer words begin with a capital, as in English headlines.
fn is_capitalised(unit: &str) -> bool {
    let long: Vec<&str> = unit
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() > 3)
        .collect();
    let capitals = long.iter().filter(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())).count();
    long.len() >= 4 && capitals * 100 >= long.len() * 85
}

/// Page furniture: the reader's own date, menus, buttons, trails of sections.
fn is_chrome(unit: &str) -> bool {
    const LABELS: [&str; 12] =
        ["today", "heute", "aujourd'hui", "hoy", "oggi", "hoje", "vandaag", "dzis", "сегодня", "сьогодні", "今日", "今天"];
    const BUTTONS: [&str; 38] = [
        "menu",
        "home",
        "search",
        "share",
        "share this",
        "share this article",
        "print",
        "save",
        "listen",
        "subscribe",
        "sign in",
        "log in",
        "login",
        "register",
        "advertisement",
        "advertising",
        "anzeige",
        "werbung",
        "publicite",
        "publicidad",
        "pubblicita",
        "реклама",
        "skip to content",
        "skip to main content",
        "breaking news",
        "live",
        "exclusive",
        "newsletter",
        "newsletters",
        "follow us",
        "read later",
        "copy link",
        "tweet",
        "facebook",
        "comments",
        "toggle navigation",
        "close",
        "e-paper",
    ];
    let folded = fold(unit);
    let folded = folded.trim();
    if BUTTONS.contains(&folded.trim_end_matches([':', '.'])) {
        return true;
    }
    if LABELS.iter().any(|label| folded.strip_prefix(label).is_some_and(|rest| rest.trim_start().starts_with([':', '：', '-', '|', ','])))
        && unit.chars().count() < 60
    {
        return true;
    }
    // "Home > World > Europe"
    let trail: Vec<&str> = unit.split(['>', '›', '»', '|', '•']).map(str::trim).collect();
    trail.len() >= 3 && trail.iter().all(|part| part.split_whitespace().count() <= 3) || !unit.chars().any(char::is_alphanumeric)
}

fn is_byline(unit: &str) -> bool {
    let folded = fold(unit);
    let begins = ["by ", "von ", "par ", "por ", "written by ", "автор: ", "автор ", "text: ", "reporting by "]
        .iter()
        .any(|by| folded.starts_with(by));
    begins
        && unit.chars().count() <= 120
        && !ends_sentence(unit.trim_end_matches('.'))
        && !names::people([unit], &[], names::Search::FullNames).is_empty()
}

/// Whether a paragraph begins with the place (and agency) of a wire report: `KYIV, Dec 19 (Reuters) -`.
fn has_dateline(unit: &str) -> bool {
    let Some((head, _)) =
        [" - ", " – ", " — ", "— ", "– "].iter().filter_map(|dash| unit.split_once(dash)).min_by_key(|(head, _)| head.len())
    else {
        return false;
    };
    let place = head.split([',', '(', '/']).next().unwrap_or_default().trim();
    let upper = place.chars().filter(|c| c.is_alphabetic()).count() >= 3 && place.chars().all(|c| !c.is_lowercase());
    head.chars().count() <= 60 && (head.ends_with(')') || upper && (head.contains(',') || head.contains('(')))
}

/// Whether the unit after the headline is a standfirst: one sentence or two, shorter than what follows, and no report's beginning.
fn is_standfirst(text: &str, kinds: &[(Span, Kind)], index: usize, units: &[Span]) -> bool {
    let Some((unit, kind)) = kinds.get(index) else { return false };
    let words = unit.of(text);
    if words.chars().count() > 350 || has_dateline(words) || sentences(words) > 2 {
        return false;
    }
    let Some(next) = units.get(index + 1) else { return false };
    // Byline and date stand below the standfirst, never inside a body.
    if matches!(kinds.get(index + 1), Some((_, Kind::Byline | Kind::Date(..)))) {
        return true;
    }
    let below = next.of(text);
    let opens =
        below.chars().count() >= 2 * words.chars().count() || (sentences(below) >= 2 && below.chars().count() > words.chars().count());
    sentences(words) == 1 && (opens || *kind == Kind::Title) && !matches!(words.chars().next(), Some('"' | '“' | '«' | '„'))
}

/// The paragraphs of the body without what pages append.
fn without_tail(text: &str, units: &[Span]) -> Vec<Span> {
    let mut units = units.to_vec();
    while units.len() > 1
        && let Some(last) = units.last()
    {
        let words = fold(last.of(text));
        let appended = last.len() <= 120
            && (words.starts_with('©')
                || words.starts_with("copyright ")
                || words.starts_with("(c) ")
                || words.starts_with("all rights reserved")
                || is_chrome(last.of(text)));
        if !appended {
            break;
        }
        units.pop();
    }
    units
}

fn ends_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(['"', '”', '’', '»', '“', ')', ']', '\'']);
    end.ends_with(['.', '!', '?', '。', '！', '？', '…', ':', '।', '؟', '۔']) && !end.ends_with("U.S.") && !end.ends_with("U.N.")
}

/// Sentences, roughly: ends followed by a new beginning.
fn sentences(text: &str) -> usize {
    let mut count = 1;
    let mut characters = text.chars().peekable();
    let (mut before, mut word) = (' ', 0);
    while let Some(character) = characters.next() {
        let wide = matches!(character, '。' | '！' | '？');
        if wide && characters.peek().is_some() {
            count += 1;
        }
        if matches!(character, '.' | '!' | '?' | '…') && (word > 2 || !before.is_uppercase()) {
            let mut rest = characters.clone().take(4).skip_while(|c| matches!(c, '"' | '”' | '’' | '»' | ')'));
            if rest.next().is_some_and(char::is_whitespace) && rest.next().is_some_and(|c| !c.is_lowercase()) {
                count += 1;
            }
        }
        word = if character.is_alphanumeric() { word + 1 } else { 0 };
        before = character;
    }
    count
}

fn same(unit: &str, title: &str) -> bool {
    let squeezed = |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    unit.len() < 2 * title.len() + 40 && squeezed(unit) == squeezed(title)
}
