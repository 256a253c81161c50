//! What the tagger looks at: each piece with its neighbours, as numbers of rows in the table of weights.

use crate::extract::lexicon::trie::FnvMap;
use crate::extract::lexicon::words::{
    COMMON_WORDS, EVENT_HEADS, GROUP_NOUNS, ORGANISATION_HEADS, PARTICLES, PLACE_HEADS, ROLES, SAYING, STOP_WORDS, TITLES,
};
use crate::extract::lexicon::{Lexicons, Means, Written};
use crate::model::extraction::ActorKind;
use crate::model::span::Span;
use crate::text::fold::{fold, is_apostrophe};
use crate::text::token::Tokens;

/// What is known of words before a text is read: clusters of like meaning, and lists they stand in.
#[derive(Debug, Default)]
pub(super) struct Vocabulary<'a> {
    clusters: FnvMap<&'a str, [u16; 3]>,
    lists: FnvMap<Box<str>, u16>,
}

impl<'a> Vocabulary<'a> {
    /// Reads the table of clusters: on each line three numbers, then the words that share them.
    pub(super) fn new(table: &'a str) -> Self {
        let mut clusters: FnvMap<&str, [u16; 3]> = FnvMap::default();
        for line in table.lines().filter(|line| !line.starts_with("# ")) {
            let mut cells = line.split(' ');
            let numbers = [(); 3].map(|()| cells.next().and_then(|cell| cell.parse().ok()).unwrap_or(0));
            clusters.extend(cells.map(|word| (word, numbers)));
        }
        let mut lists: FnvMap<Box<str>, u16> = FnvMap::default();
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
struct Seen {
    word: u32,
    lower: u32,
    shape: u32,
    short: u32,
    prefixes: [u32; 3],
    suffixes: [u32; 4],
    clusters: [u32; 3],
    lists: u32,
    listed: u32,
    capital: bool,
}

/// The rows of each piece of a sentence, in a table of `1 << bits` rows.
pub(super) fn features(
    text: &str,
    pieces: &[Span],
    tokens: &Tokens,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary<'_>,
    bits: u32,
) -> Vec<Vec<u32>> {
    let seen = seen(text, pieces, tokens, lexicons, vocabulary);
    let letters = seen.iter().filter(|one| one.capital).count();
    let shouted = u32::from(seen.len() > 3 && letters * 10 > seen.len() * 6);
    let mut opens = true;
    let mut found = Vec::with_capacity(seen.len());
    for (index, span) in pieces.iter().enumerate() {
        found.push(rows(&seen, index, u32::from(opens) + 2 * shouted, bits));
        let written = span.of(text);
        opens = (index == 0 || opens) && !written.chars().any(char::is_alphanumeric) || matches!(written, "\"" | "“" | "``" | ":" | "‘");
    }
    found
}

fn seen(text: &str, pieces: &[Span], tokens: &Tokens, lexicons: &Lexicons, vocabulary: &Vocabulary<'_>) -> Vec<Seen> {
    let listed = listed(text, pieces, tokens, lexicons);
    let mut lower = String::new();
    let mut shape = String::new();
    pieces
        .iter()
        .zip(listed)
        .map(|(span, listed)| {
            let written = span.of(text);
            lower.clear();
            shape.clear();
            for character in written.chars() {
                let plain = if is_apostrophe(character) { '\'' } else { character };
                lower.extend(plain.to_lowercase());
                shape.push(form(plain));
            }
            let word = tokens.as_slice().get(tokens.index_at(span.start)).filter(|token| token.span.end <= span.end);
            let folded = word.map_or("", |token| tokens.folded(token));
            let first_name = u32::from(!folded.is_empty() && lexicons.is_first_name(folded));
            let clusters = vocabulary.clusters.get(lower.as_str()).map_or([0; 3], |numbers| numbers.map(|number| u32::from(number) + 1));
            let digits = lower.bytes().any(|byte| byte.is_ascii_digit());
            let lower_hash = hash(lower.bytes().map(|byte| if digits && byte.is_ascii_digit() { b'0' } else { byte }));
            let mut last = ' ';
            let short = hash(shape.bytes().filter(|byte| std::mem::replace(&mut last, char::from(*byte)) != char::from(*byte)));
            Seen {
                word: hash(written.bytes()),
                lower: lower_hash,
                shape: hash(shape.bytes().take(12)),
                short,
                prefixes: [2, 3, 4].map(|length| prefix(&lower, length)),
                suffixes: [1, 2, 3, 4].map(|length| suffix(&lower, length)),
                clusters,
                lists: u32::from(vocabulary.lists.get(folded).copied().unwrap_or(0)) << 1 | first_name,
                listed,
                capital: written.chars().next().is_some_and(char::is_uppercase),
            }
        })
        .collect()
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

/// For each piece what the built-in lists say of it: the kind of the name that covers it, and whether it begins there.
fn listed(text: &str, pieces: &[Span], tokens: &Tokens, lexicons: &Lexicons) -> Vec<u32> {
    let mut codes = vec![0; pieces.len()];
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return codes };
    let words = tokens.inside(first.hull(*last));
    let trie = lexicons.names();
    let ids: Vec<u32> = words.clone().map(|index| trie.word(tokens.folded_at(index))).collect();
    let mut piece = 0;
    let mut from = 0;
    while from < ids.len() {
        let found = longest(text, tokens, lexicons, &ids, words.start, from);
        let end = found.map_or(from + 1, |(end, _)| end);
        if let Some((end, code)) = found {
            for (place, index) in (from..end).enumerate() {
                let Some(token) = tokens.as_slice().get(words.start + index) else { break };
                while pieces.get(piece).is_some_and(|span| span.end <= token.span.start) {
                    piece += 1;
                }
                if let Some(cell) = codes.get_mut(piece)
                    && (*cell == 0 || place == 0)
                {
                    *cell = code * 2 + u32::from(place == 0);
                }
            }
        }
        from = end;
    }
    codes
}

fn longest(text: &str, tokens: &Tokens, lexicons: &Lexicons, ids: &[u32], offset: usize, from: usize) -> Option<(usize, u32)> {
    let trie = lexicons.names();
    let first = tokens.as_slice().get(offset + from)?.span;
    if !first.of(text).starts_with(char::is_uppercase) {
        return None;
    }
    let mut node = 0;
    let mut found = None;
    for (index, id) in ids.iter().enumerate().skip(from) {
        let Some(next) = trie.step(node, *id) else { break };
        node = next;
        let span = tokens.as_slice().get(offset + index).map_or(first, |token| first.hull(token.span));
        let code = trie.values(node).iter().filter_map(|value| code(text, lexicons, *value, span)).min();
        if let Some(code) = code {
            found = Some((index + 1, code));
        }
    }
    found
}

/// The number of what a form means; `None` where it does not fit. The owner's own names are left out: the tagger never saw them.
fn code(text: &str, lexicons: &Lexicons, value: u32, span: Span) -> Option<u32> {
    let form = lexicons.form(value).filter(|form| !form.configured && matches!(form.language, "" | "en"))?;
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

/// The rows of one piece.
struct Rows {
    found: Vec<u32>,
    template: u64,
    shift: u32,
}

impl Rows {
    /// Adds the next template with its value. Every call site must be passed for every piece, so that templates keep their numbers.
    fn add(&mut self, values: &[u32]) {
        self.template += 1;
        let mut sum = self.template.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for value in values {
            sum = (sum ^ u64::from(*value)).wrapping_mul(0xff51_afd7_ed55_8ccd);
            sum ^= sum >> 32;
        }
        sum = sum.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        self.found.push(u32::try_from(sum >> self.shift).unwrap_or(0));
    }

    /// The same where a value is there to be seen.
    fn add_if(&mut self, seen: bool, values: &[u32]) {
        if seen {
            self.add(values);
        } else {
            self.template += 1;
        }
    }
}

fn rows(seen: &[Seen], index: usize, place: u32, bits: u32) -> Vec<u32> {
    let border = Seen { lower: 1, word: 1, shape: 1, short: 1, ..Seen::default() };
    let at = |offset: isize| index.checked_add_signed(offset).and_then(|index| seen.get(index)).unwrap_or(&border);
    let (before2, before, own, after, after2) = (at(-2), at(-1), at(0), at(1), at(2));
    let mut rows = Rows { found: Vec::with_capacity(88), template: 0, shift: 64 - bits };
    rows.add(&[]);
    rows.add(&[own.word]);
    rows.add(&[place, own.short]);
    rows.add(&[place, own.lower]);
    rows.add(&[place, own.clusters[1], own.short]);
    for one in [before2, before, own, after, after2] {
        rows.add(&[one.lower]);
        rows.add(&[one.shape]);
        rows.add(&[one.short]);
        rows.add_if(one.clusters[0] > 0, &[one.clusters[0]]);
        rows.add_if(one.clusters[1] > 0, &[one.clusters[1]]);
        rows.add_if(one.clusters[2] > 0, &[one.clusters[2]]);
        rows.add_if(one.lists > 0, &[one.lists]);
        rows.add_if(one.listed > 0, &[one.listed]);
    }
    for part in own.prefixes.iter().chain(&own.suffixes) {
        rows.add_if(*part > 0, &[*part]);
    }
    rows.add_if(own.suffixes[2] > 0, &[own.suffixes[2], own.short]);
    for one in [before, after] {
        rows.add_if(one.suffixes[2] > 0, &[one.suffixes[2]]);
        rows.add_if(one.prefixes[1] > 0, &[one.prefixes[1]]);
    }
    for (one, other) in [(before2, before), (before, own), (own, after), (after, after2)] {
        rows.add(&[one.lower, other.lower]);
        rows.add(&[one.short, other.short]);
        rows.add_if(one.clusters[1] > 0 && other.clusters[1] > 0, &[one.clusters[1], other.clusters[1]]);
        rows.add_if(one.listed > 0 || other.listed > 0, &[one.listed, other.listed]);
    }
    rows.add(&[before.lower, own.short]);
    rows.add(&[after.lower, own.short]);
    rows.add(&[before.clusters[1], own.short, after.clusters[1]]);
    rows.add(&[before.clusters[0], own.clusters[0], after.clusters[0]]);
    rows.add(&[own.clusters[2], own.short]);
    rows.add(&[own.listed, own.short]);
    rows.add(&[own.listed, own.lists, after.short]);
    rows.add(&[before.lists, own.lists, own.short]);
    rows.add(&[own.lists, own.short, after.lists]);
    rows.add(&[before.short, own.short, after.short]);
    rows.add(&[before2.short, before.short, own.short, after.short, after2.short]);
    rows.found
}
