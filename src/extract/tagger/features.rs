//! What the tagger looks at: each piece with its neighbours, as numbers of rows in the table of weights.

use std::ops::Range;

use crate::extract::lexicon::parts as lexicon_parts;
use crate::extract::lexicon::words::{
    COMMON_WORDS, EVENT_HEADS, GROUP_NOUNS, ORGANISATION_HEADS, PARTICLES, PLACE_HEADS, ROLES, SAYING, STOP_WORDS, TITLES,
};
use crate::extract::lexicon::{Lexicons, Means, Written};
use crate::extract::tagger::classes::Classes;
use crate::extract::tagger::kinds::{Kinds, around};
use crate::extract::tagger::rows::Rows;
use crate::model::extraction::ActorKind;
use crate::model::span::Span;
use crate::text::fold::{fold, fold_char, is_apostrophe};
use crate::text::hash::WordMap;
use crate::text::token::Tokens;

/// What is known of words before a text is read: clusters of like meaning, and lists they stand in.
#[derive(Debug, Default)]
pub(super) struct Vocabulary<'a> {
    clusters: WordMap<&'a str, [u16; 3]>,
    lists: WordMap<Box<str>, u16>,
}

impl<'a> Vocabulary<'a> {
    /// Reads the table of clusters: on each line three numbers, then the words that share them.
    pub(super) fn new(table: &'a str) -> Self {
        let mut clusters: WordMap<&str, [u16; 3]> = WordMap::default();
        for line in table.lines().filter(|line| !line.starts_with("# ")) {
            let mut cells = line.split(' ');
            let numbers = [(); 3].map(|()| cells.next().and_then(|cell| cell.parse().ok()).unwrap_or(0));
            clusters.extend(cells.map(|word| (word, numbers)));
        }
        let mut lists: WordMap<Box<str>, u16> = WordMap::default();
        let tables = [TITLES, ORGANISATION_HEADS, PLACE_HEADS, SAYING, PARTICLES, COMMON_WORDS, GROUP_NOUNS, EVENT_HEADS, STOP_WORDS];
        for (bit, table) in tables.iter().enumerate() {
            for word in *table {
                *lists.entry((*word).into()).or_default() |= 1 << bit;
            }
        }
        for (_, phrases) in ROLES {
            for word in phrases.split(['|', ' ']).filter(|word| word.len() > 2) {
                *lists.entry(fold(word).into()).or_default() |= 1 << tables.len();
            }
        }
        Self { clusters, lists }
    }
}

/// A piece, read once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) word: u32,
    pub(super) lower: u32,
    pub(super) shape: u32,
    pub(super) short: u32,
    pub(super) prefixes: [u32; 3],
    pub(super) suffixes: [u32; 4],
    pub(super) clusters: [u32; 3],
    pub(super) lists: u32,
    pub(super) listed: u32,
    /// What the list of parts of names says of it, and whether the part begins here.
    pub(super) part: u32,
    /// The class of a small word.
    pub(super) class: u32,
}

/// A stretch of a sentence in which names can stand, with the rows of its pieces in a table of `1 << bits` rows.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    /// Index of its first piece.
    pub(super) from: usize,
    /// The rows of all its pieces, one after the other.
    pub(super) rows: Vec<u32>,
    /// Where in `rows` each piece ends.
    pub(super) ends: Vec<usize>,
    /// Whether other pieces of the sentence stand before it.
    pub(super) follows: bool,
    /// Whether other pieces of the sentence stand behind it.
    pub(super) goes_on: bool,
}

impl Stretch {
    /// The rows of each piece in order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.rows.get(start..*end).unwrap_or_default())
    }
}

/// How a tagger looks at pieces.
#[derive(Debug, Clone, Copy)]
pub(super) enum View<'v> {
    /// English words as they are.
    English(&'v Vocabulary<'v>),
    /// What all languages share: shapes, lists, endings of names, and small words by their class.
    Any(&'v Vocabulary<'v>, &'v Classes),
}

/// Small words that may stand between two capitals of one name.
const INSIDE_MAX: usize = 3;
/// Small words that may end a name: "2024 general election".
const BEHIND_MAX: usize = 2;

/// Longer stretches are lists or shouting; they are read in parts, which bounds the memory they take.
const STRETCH_MAX: usize = 400;

/// Where pieces stand and what is known of their words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) lexicons: &'a Lexicons,
    pub(super) language: &'a str,
    pub(super) view: View<'a>,
}

/// A sentence as the tagger looks at it.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// The kind of each piece; zero also for those that stand far from all names.
    pub(super) kinds: Vec<u32>,
    /// How each piece stands: whether it opens the sentence, and whether the sentence is shouted.
    pub(super) places: Vec<u32>,
    /// The stretches in which names can stand, in order.
    pub(super) ranges: Vec<Range<usize>>,
}

/// Looks at a sentence. A name begins and ends with a capital, a digit or a sign of social media.
pub(super) fn look<'t>(source: &Source<'t>, pieces: &[Span], kinds: &mut Kinds<'t>) -> Look {
    let text = source.text;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut letters = 0;
    for (at, span) in pieces.iter().enumerate() {
        let capital = begins_with_capital(text, *span);
        letters += usize::from(capital);
        let head = capital || text.get(span.start..).and_then(|rest| rest.chars().next()).is_some_and(is_sign_or_number);
        match ranges.last_mut() {
            _ if !head => {}
            Some(range) if at - range.end <= INSIDE_MAX && range.len() < STRETCH_MAX => range.end = at + 1,
            _ => ranges.push(at..at + 1),
        }
    }
    let mut next = pieces.len();
    for range in ranges.iter_mut().rev() {
        range.end = (range.end + BEHIND_MAX).min(next);
        next = range.start;
    }
    if ranges.is_empty() {
        return Look::default();
    }
    let mut wanted = vec![false; pieces.len()];
    for range in &ranges {
        let near = range.start.saturating_sub(2)..(range.end + 2).min(pieces.len());
        wanted.get_mut(near).into_iter().flatten().for_each(|cell| *cell = true);
    }
    let shouted = u32::from(pieces.len() > 3 && letters * 10 > pieces.len() * 6);
    let mut opens = true;
    let mut places = Vec::with_capacity(pieces.len());
    for (index, span) in pieces.iter().enumerate() {
        places.push(u32::from(opens) + 2 * shouted);
        let written = span.of(text);
        opens = (index == 0 || opens) && !written.chars().any(char::is_alphanumeric) || matches!(written, "\"" | "“" | "``" | ":" | "‘");
    }
    Look { kinds: kinds_of(source, pieces, &wanted, kinds), places, ranges }
}

fn is_sign_or_number(character: char) -> bool {
    character.is_numeric() || matches!(character, '@' | '#')
}

/// Whether the text at a span begins with a capital.
fn begins_with_capital(text: &str, span: Span) -> bool {
    match text.as_bytes().get(span.start) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_uppercase() && !span.is_empty(),
        _ => span.of(text).starts_with(char::is_uppercase),
    }
}

/// The stretches of a sentence in which names can stand, each with the rows of its pieces in a table of `1 << bits` rows.
pub(super) fn stretches(source: &Source<'_>, pieces: &[Span], bits: u32) -> Vec<Stretch> {
    let mut kinds = Kinds::new(source.view);
    let look = look(source, pieces, &mut kinds);
    let stretch = |range: &Range<usize>| {
        let mut stretch = Stretch { from: range.start, follows: range.start > 0, goes_on: range.end < pieces.len(), ..Stretch::default() };
        for index in range.clone() {
            let around = around(&look.kinds, index).map(|kind| *kinds.seen(kind));
            let mut rows = Rows::new(bits, |row| stretch.rows.push(row));
            for (position, one) in around.iter().enumerate() {
                rows.alone(source.view, one, position);
            }
            rows.together(source.view, &around, look.places.get(index).copied().unwrap_or(0));
            stretch.ends.push(stretch.rows.len());
        }
        stretch
    };
    look.ranges.iter().map(stretch).collect()
}

/// The kind of each wanted piece.
fn kinds_of<'t>(source: &Source<'t>, pieces: &[Span], wanted: &[bool], kinds: &mut Kinds<'t>) -> Vec<u32> {
    let listed = listed(source, pieces);
    let parts = parts(source, pieces);
    let tokens = source.tokens;
    let mut at = pieces.first().map_or(0, |first| tokens.index_at(first.start));
    let mut found = Vec::with_capacity(pieces.len());
    for (((span, listed), part), wanted) in pieces.iter().zip(listed).zip(parts).zip(wanted) {
        if !wanted {
            found.push(0);
            continue;
        }
        while tokens.as_slice().get(at).is_some_and(|token| token.span.start < span.start) {
            at += 1;
        }
        let word = tokens.as_slice().get(at).filter(|token| token.span.end <= span.end);
        let folded = word.map_or("", |token| tokens.folded(token));
        let written = span.of(source.text);
        found.push(kinds.number(written, folded, (listed, part), || seen(source, written, folded, (listed, part))));
    }
    found
}

/// What there is to see of a piece by itself, and by the lists whose names cover it.
fn seen(source: &Source<'_>, written: &str, folded: &str, (listed, part): (u32, u32)) -> Seen {
    let (vocabulary, classes) = match source.view {
        View::English(vocabulary) => (vocabulary, None),
        View::Any(vocabulary, classes) => (vocabulary, Some(classes)),
    };
    let capital = written.chars().next().is_some_and(char::is_uppercase);
    let mut lower = String::with_capacity(written.len());
    let mut shape = String::with_capacity(written.len());
    for character in written.chars() {
        let plain = if is_apostrophe(character) { '\'' } else { character };
        if classes.is_some() {
            latin(plain, &mut lower);
        } else if plain.is_ascii() {
            lower.push(plain.to_ascii_lowercase());
        } else {
            lower.extend(plain.to_lowercase());
        }
        shape.push(form(plain));
    }
    let digits = lower.bytes().any(|byte| byte.is_ascii_digit());
    let lower_hash = hash(lower.bytes().map(|byte| if digits && byte.is_ascii_digit() { b'0' } else { byte }));
    let mut last = ' ';
    let short = hash(shape.bytes().filter(|byte| std::mem::replace(&mut last, char::from(*byte)) != char::from(*byte)));
    let lists = u32::from(vocabulary.lists.get(folded).copied().unwrap_or(0));
    let mut one = Seen { lower: lower_hash, shape: hash(shape.bytes().take(12)), short, listed, part, ..Seen::default() };
    if let Some(classes) = classes {
        one.class = classes.class(folded);
        one.lists = lists;
        let letters = written.chars().count();
        if one.class == 0 && !capital {
            // An unknown small word shows its length alone.
            one.class = 32 + u32::from(letters > 3) + u32::from(letters > 6);
        }
        if !lower.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            // A mark is what it is.
            one.class = one.lower;
        }
    } else {
        one.word = hash(written.bytes());
        let first_name = u32::from(!folded.is_empty() && source.lexicons.is_first_name(folded));
        one.lists = lists << 1 | first_name;
        one.clusters = vocabulary.clusters.get(lower.as_str()).map_or([0; 3], |numbers| numbers.map(|number| u32::from(number) + 1));
    }
    if capital || classes.is_none() {
        one.prefixes = [2, 3, 4].map(|length| prefix(&lower, length));
        one.suffixes = [1, 2, 3, 4].map(|length| suffix(&lower, length));
    }
    one
}

/// A letter in small Latin letters without accents, so that one name looks alike in all alphabets.
fn latin(character: char, out: &mut String) {
    let plain = match character {
        'А' | 'а' => "a",
        'Б' | 'б' => "b",
        'В' | 'в' => "v",
        'Г' | 'г' | 'Ґ' | 'ґ' => "g",
        'Д' | 'д' => "d",
        'Е' | 'е' | 'Ё' | 'ё' | 'Э' | 'э' | 'Є' | 'є' => "e",
        'Ж' | 'ж' => "zh",
        'З' | 'з' => "z",
        'И' | 'и' | 'І' | 'і' | 'Ы' | 'ы' | 'Ї' | 'ї' => "i",
        'Й' | 'й' | 'Ј' | 'ј' => "y",
        'К' | 'к' => "k",
        'Л' | 'л' => "l",
        'М' | 'м' => "m",
        'Н' | 'н' => "n",
        'О' | 'о' => "o",
        'П' | 'п' => "p",
        'Р' | 'р' => "r",
        'С' | 'с' => "s",
        'Т' | 'т' => "t",
        'У' | 'у' => "u",
        'Ф' | 'ф' => "f",
        'Х' | 'х' => "h",
        'Ц' | 'ц' => "ts",
        'Ч' | 'ч' => "ch",
        'Ш' | 'ш' => "sh",
        'Щ' | 'щ' => "sht",
        'Ь' | 'ь' | 'Ъ' | 'ъ' => "",
        'Ю' | 'ю' => "yu",
        'Я' | 'я' => "ya",
        _ => {
            fold_char(character, out);
            return;
        }
    };
    out.push_str(plain);
}

fn form(character: char) -> char {
    match character {
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        '0'..='9' => '0',
        other if other.is_ascii() => other,
        other if other.is_uppercase() => 'A',
        other if other.is_alphabetic() => 'a',
        _ => '?',
    }
}

fn prefix(lower: &str, length: usize) -> u32 {
    lower.char_indices().nth(length).map_or(0, |(end, _)| hash(lower.bytes().take(end)))
}

fn suffix(lower: &str, length: usize) -> u32 {
    let start = lower.char_indices().rev().nth(length - 1).map_or(0, |(start, _)| start);
    if start == 0 { 0 } else { hash(lower.bytes().skip(start)) }
}

/// What the list of parts of names does not tell: small towns have the names of many other things, and English has words
/// that say more.
const fn unseen(view: View<'_>) -> u8 {
    match view {
        View::English(_) => lexicon_parts::TOWN | lexicon_parts::GOES_ON,
        View::Any(..) => lexicon_parts::GOES_ON,
    }
}

/// For each piece what the list of parts of names says of the longest phrase that covers it.
fn parts(source: &Source<'_>, pieces: &[Span]) -> Vec<u32> {
    let Source { text, tokens, language, view, .. } = *source;
    let unseen = unseen(view);
    let mut found = vec![0; pieces.len()];
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return found };
    let words = tokens.inside(first.hull(*last));
    let mut phrase = String::new();
    let mut piece = 0;
    let mut at = words.start;
    while at < words.end {
        let Some(token) = tokens.as_slice().get(at) else { break };
        if !begins_with_capital(text, token.span) {
            at += 1;
            continue;
        }
        let own = lexicon_parts::inflected_part(tokens.folded(token), language);
        let (mut best, mut end) = (own & !unseen, at + 1);
        if own & lexicon_parts::GOES_ON != 0 {
            phrase.clear();
            phrase.push_str(tokens.folded(token));
            for next in at + 1..words.end.min(at + 3) {
                phrase.push(' ');
                phrase.push_str(tokens.folded_at(next));
                let longer = lexicon_parts::part(&phrase);
                if longer & !unseen != 0 {
                    (best, end) = (longer & !unseen, next + 1);
                }
                if longer & lexicon_parts::GOES_ON == 0 {
                    break;
                }
            }
        }
        if best != 0 {
            let long = end > at + 1;
            for (place, index) in (at..end).enumerate() {
                let Some(token) = tokens.as_slice().get(index) else { break };
                while pieces.get(piece).is_some_and(|span| span.end <= token.span.start) {
                    piece += 1;
                }
                if let Some(cell) = found.get_mut(piece)
                    && *cell == 0
                {
                    *cell = u32::from(best) << 2 | u32::from(long) << 1 | u32::from(place == 0);
                }
            }
        }
        at = end;
    }
    found
}

/// For each piece what the built-in lists say of it: the kind of the name that covers it, and whether it begins there.
fn listed(source: &Source<'_>, pieces: &[Span]) -> Vec<u32> {
    let mut codes = vec![0; pieces.len()];
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return codes };
    let words = source.tokens.inside(first.hull(*last));
    let mut piece = 0;
    let mut from = words.start;
    while from < words.end {
        let found = longest(source, from..words.end);
        let end = found.map_or(from + 1, |(end, _)| end);
        if let Some((end, code)) = found {
            for index in from..end {
                let Some(token) = source.tokens.as_slice().get(index) else { break };
                while pieces.get(piece).is_some_and(|span| span.end <= token.span.start) {
                    piece += 1;
                }
                if let Some(cell) = codes.get_mut(piece)
                    && (*cell == 0 || index == from)
                {
                    *cell = code * 2 + u32::from(index == from);
                }
            }
        }
        from = end;
    }
    codes
}

/// The longest listed name at the head of the words: where it ends, and its number.
fn longest(source: &Source<'_>, words: Range<usize>) -> Option<(usize, u32)> {
    let first = source.tokens.as_slice().get(words.start)?.span;
    if !begins_with_capital(source.text, first) {
        return None;
    }
    let trie = source.lexicons.names();
    let mut node = 0;
    let mut found = None;
    for index in words {
        let Some(next) = trie.step(node, trie.word(source.tokens.folded_at(index))) else { break };
        node = next;
        let span = source.tokens.as_slice().get(index).map_or(first, |token| first.hull(token.span));
        let code = trie.values(node).iter().filter_map(|value| code(source, *value, span)).min();
        if let Some(code) = code {
            found = Some((index + 1, code));
        }
    }
    found
}

/// The number of what a form means; `None` where it does not fit. The owner's own names are left out: the tagger never saw them.
fn code(source: &Source<'_>, value: u32, span: Span) -> Option<u32> {
    let Source { text, lexicons, language, .. } = *source;
    let form = lexicons.form(value).filter(|form| !form.configured && form.language.is_empty() || form.language == language)?;
    if let Written::Exact(exact) = &form.written
        && !span.of(text).chars().filter(|c| *c != '.').eq(exact.chars())
    {
        return None;
    }
    Some(match form.means {
        Means::Demonym => 1,
        Means::City => 2,
        Means::Seat => 3,
        Means::Surname => 4,
        Means::Name | Means::Alias | Means::Acronym => match lexicons.known_at(form.actor)?.kind {
            ActorKind::State => 5,
            ActorKind::Place => 6,
            ActorKind::Person => 7,
            ActorKind::Media => 8,
            ActorKind::Party => 9,
            _ => 10,
        },
    })
}

fn hash(bytes: impl Iterator<Item = u8>) -> u32 {
    let sum = bytes.fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    sum ^ (sum >> 15)
}
