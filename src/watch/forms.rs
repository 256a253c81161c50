//! The words of one article by their folded forms and by their stems, so that where a word of a query stands is a look or two.

use std::sync::LazyLock;

use crate::text::keys::Keys;
use crate::text::stem::Stems;

/// Keys of forms and stems; the same for all articles, and unknown to who writes them.
static KEYS: LazyLock<Keys> = LazyLock::new(Keys::default);

/// No further one.
const END: u32 = u32::MAX;

/// The words of one article by their folded forms and by their stems.
#[derive(Debug)]
pub(crate) struct Forms {
    stems: Stems,
    /// The Russian stemmer cuts the base form of surnames in -ов, -ев, -ин further than their other cases, so that there a stem
    /// may be the whole of another form.
    crosswise: bool,
    written: Vec<Form>,
    by_form: Slots,
    /// For each word the next one that is written so.
    next: Vec<u32>,
    groups: Vec<Group>,
    by_stem: Slots,
    /// All stems, one after the other.
    text: String,
}

/// Words that are written alike.
#[derive(Debug, Clone, Copy)]
struct Form {
    key: u64,
    first: u32,
    last: u32,
    /// The next form with the same stem.
    next: u32,
}

/// Forms with the same stem.
#[derive(Debug, Clone, Copy)]
struct Group {
    key: u64,
    start: u32,
    end: u32,
    /// The form that came last.
    form: u32,
}

/// Open addressing over numbers, half of it free.
#[derive(Debug, Default)]
struct Slots(Vec<u32>);

impl Slots {
    fn new(count: usize) -> Self {
        Self(vec![END; (count * 2).next_power_of_two().max(8)])
    }

    /// The slot that holds a number which `is` meant, or the free one where it belongs.
    fn find(&self, key: u64, is: impl Fn(u32) -> bool) -> usize {
        let mask = self.0.len() - 1;
        #[expect(clippy::cast_possible_truncation, reason = "any bits of the key will do")]
        let mut at = key as usize & mask;
        while self.0.get(at).is_some_and(|number| *number != END && !is(*number)) {
            at = (at + 1) & mask;
        }
        at
    }

    fn get(&self, slot: usize) -> Option<u32> {
        self.0.get(slot).copied().filter(|number| *number != END)
    }

    fn set(&mut self, slot: usize, number: u32) {
        if let Some(held) = self.0.get_mut(slot) {
            *held = number;
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(END)
}

impl Forms {
    /// Reads so many words, of which `folded` gives the folded forms.
    pub(crate) fn new<'t>(language: &str, count: u32, folded: impl Fn(u32) -> &'t str) -> Self {
        let mut made = Self {
            stems: Stems::new(language),
            crosswise: is_crosswise(language),
            written: Vec::with_capacity(count as usize / 2),
            by_form: Slots::new(count as usize),
            next: vec![END; count as usize],
            groups: Vec::new(),
            by_stem: Slots::default(),
            text: String::new(),
        };
        for at in 0..count {
            let word = folded(at);
            if !word.is_empty() {
                made.put(at, word, &folded);
            }
        }
        made.group(&folded);
        made
    }

    fn put<'t>(&mut self, at: u32, word: &str, folded: &impl Fn(u32) -> &'t str) {
        let key = KEYS.of(word);
        let slot = self.by_form.find(key, |form| self.is_form(form, key, word, folded));
        if let Some(form) = self.by_form.get(slot).and_then(|form| self.written.get_mut(form as usize)) {
            let before = std::mem::replace(&mut form.last, at);
            if let Some(next) = self.next.get_mut(before as usize) {
                *next = at;
            }
        } else {
            self.by_form.set(slot, number(self.written.len()));
            self.written.push(Form { key, first: at, last: at, next: END });
        }
    }

    fn is_form<'t>(&self, form: u32, key: u64, word: &str, folded: &impl Fn(u32) -> &'t str) -> bool {
        self.written.get(form as usize).is_some_and(|form| form.key == key && folded(form.first) == word)
    }

    /// Puts forms with the same stem together.
    fn group<'t>(&mut self, folded: &impl Fn(u32) -> &'t str) {
        if !self.stems.is_known() {
            return;
        }
        let Self { stems, written, groups, by_stem, text, .. } = self;
        *by_stem = Slots::new(written.len());
        let first: Vec<u32> = written.iter().map(|form| form.first).collect();
        let mut at = 0;
        stems.each(first.into_iter().map(folded), |stem| {
            let key = KEYS.of(stem);
            let slot = by_stem.find(key, |group| is_group(groups, text, group, key, stem));
            let form = number(at);
            if let Some(group) = by_stem.get(slot).and_then(|group| groups.get_mut(group as usize)) {
                let before = std::mem::replace(&mut group.form, form);
                if let Some(form) = written.get_mut(at) {
                    form.next = before;
                }
            } else {
                let start = number(text.len());
                text.push_str(stem);
                by_stem.set(slot, number(groups.len()));
                groups.push(Group { key, start, end: number(text.len()), form });
            }
            at += 1;
        });
    }

    /// Where a folded word stands in any inflection, in order. `folded` gives the folded forms of the words that were read.
    pub(crate) fn positions<'t>(&self, word: &str, folded: impl Fn(u32) -> &'t str) -> Vec<u32> {
        let mut places = Vec::new();
        if !self.stems.is_known() {
            self.of_form(word, &folded, &mut places);
            return places;
        }
        // A word that is written so has the same stem.
        let stem = self.stems.stem(word);
        let mut several = self.of_stem(&stem, &mut places);
        if self.crosswise {
            self.of_stem(word, &mut places);
            self.of_form(&stem, &folded, &mut places);
            several = true;
        }
        if several {
            places.sort_unstable();
            places.dedup();
        }
        places
    }

    /// Adds the places of words that are written so.
    fn of_form<'t>(&self, word: &str, folded: &impl Fn(u32) -> &'t str, places: &mut Vec<u32>) {
        let key = KEYS.of(word);
        let slot = self.by_form.find(key, |form| self.is_form(form, key, word, folded));
        if let Some(form) = self.by_form.get(slot).and_then(|form| self.written.get(form as usize)) {
            self.chain(form, places);
        }
    }

    /// Adds the places of words with this stem; says whether there are several forms, so that the places are not in order.
    fn of_stem(&self, stem: &str, places: &mut Vec<u32>) -> bool {
        let key = KEYS.of(stem);
        let slot = self.by_stem.find(key, |group| is_group(&self.groups, &self.text, group, key, stem));
        let mut form = self.by_stem.get(slot).and_then(|group| self.groups.get(group as usize)).map_or(END, |group| group.form);
        let mut forms = 0;
        while let Some(one) = self.written.get(form as usize) {
            self.chain(one, places);
            form = one.next;
            forms += 1;
        }
        forms > 1
    }

    fn chain(&self, form: &Form, places: &mut Vec<u32>) {
        let mut at = form.first;
        while at != END {
            places.push(at);
            at = self.next.get(at as usize).copied().unwrap_or(END);
        }
    }
}

fn is_group(groups: &[Group], text: &str, group: u32, key: u64, stem: &str) -> bool {
    let group = groups.get(group as usize).filter(|group| group.key == key);
    group.is_some_and(|group| text.get(group.start as usize..group.end as usize) == Some(stem))
}

/// Whether a stem of the language may be the whole of another form of the word.
pub(crate) fn is_crosswise(language: &str) -> bool {
    language == "ru"
}

#[cfg(test)]
mod tests {
    use crate::watch::forms::Forms;

    fn positions(language: &str, text: &str, word: &str) -> Vec<u32> {
        let words: Vec<&str> = text.split(' ').collect();
        let folded = |at: u32| words[at as usize];
        Forms::new(language, u32::try_from(words.len()).unwrap(), folded).positions(word, folded)
    }

    #[test]
    fn words_are_found_in_any_inflection_and_in_order() {
        let text = "guarantees of a guarantee are guaranteed  a guarantee";
        assert_eq!(positions("en", text, "guarantee"), [0, 3, 5, 8]);
        assert_eq!(positions("en", text, "a"), [2, 7]);
        assert_eq!(positions("en", text, "an"), [] as [u32; 0]);
        assert_eq!(positions("xx", text, "guarantee"), [3, 8]);
        assert_eq!(positions("en", "", "guarantee"), [] as [u32; 0]);
        assert_eq!(positions("ru", "лавров лаврова сказал лаврову", "лавров"), [0, 1, 3]);
        assert_eq!(positions("ru", "лавров лаврова сказал лаврову", "лаврова"), [0, 1, 3]);
    }
}
