//! The words of all queries, each with a number, and which of them a word of an article stands for.

use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard};

use crate::text::keys::Keys;
use crate::text::stem::Stems;
use crate::watch::engine::table::Table;
use crate::watch::forms::is_crosswise;
use crate::watch::rarity;
use crate::watch::scan::Scan;

/// The language whose stems give words their numbers.
const ENGLISH: &str = "en";
/// Words of articles that are remembered for each language; when there are more, all are forgotten and learned anew.
const REMEMBERED_MAX: usize = 150_000;
/// Marks a code that is the number of one word.
const ONE: u32 = 1 << 31;
/// Marks a code that is a place among the lists of the article alone.
const OWN: u32 = 1 << 30;
/// Stands for no word at all among what is remembered.
const NONE: u32 = u32::MAX;

/// The words of all queries. Numbers begin at 1.
///
/// Plain words with the same English stem have one number, since an article in English has all of them or none. In another language
/// a word of an article may stand for some of them alone; there a number says only that one of its words may be there.
#[derive(Debug)]
pub(crate) struct Words {
    keys: Keys,
    /// Plain words by their folded forms; each with its place among `ends`, from 1.
    plain: Table,
    /// The numbers of plain words by their English stems.
    stems: Table,
    /// As they are written, where that matters.
    exact: Table,
    prefixes: Table,
    /// Lengths in bytes that prefixes have.
    lengths: Vec<usize>,
    /// Folded forms of the plain words, one after the other, for their stems in other languages.
    text: String,
    /// Where each plain word ends in it, and its number.
    ends: Vec<(u32, u32)>,
    count: u32,
    /// For each number how many of a thousand articles hold it; empty once all words are there.
    rarities: Vec<f32>,
    english: Stems,
    /// Those of [`Stems::LANGUAGES`], then all others as one.
    languages: Vec<OnceLock<Language>>,
}

/// The stems of all words in one language, and what its articles' words turned out to stand for.
#[derive(Debug, Default)]
struct Language {
    /// By the stem one of the places; empty for English, whose stems are known already.
    stems: Table,
    /// For each place the next with the same stem; 0 ends.
    next: Vec<u32>,
    is_english: bool,
    crosswise: bool,
    remembered: RwLock<Remembered>,
}

#[derive(Debug, Default)]
struct Remembered {
    /// By the key of a word: [`NONE`], a number with [`ONE`], or one more than where the list of several begins.
    codes: Table,
    /// Lists of numbers, each with its length before it.
    several: Vec<u32>,
}

impl Default for Words {
    fn default() -> Self {
        let languages = (0..=Stems::LANGUAGES.len()).map(|_| OnceLock::new()).collect();
        let (plain, stems, exact, prefixes) = Default::default();
        Self {
            keys: Keys::default(),
            plain,
            stems,
            exact,
            prefixes,
            lengths: Vec::new(),
            text: String::new(),
            ends: Vec::new(),
            count: 0,
            rarities: vec![0.0],
            english: Stems::new(ENGLISH),
            languages,
        }
    }
}

impl Words {
    /// The number of a folded word.
    pub(crate) fn plain(&mut self, folded: &str) -> u32 {
        let place = self.plain.get_or(self.keys.of(folded), number(self.ends.len() + 1));
        if let Some((_, id)) = self.ends.get(place as usize - 1) {
            return *id;
        }
        let stem = self.english.stem(folded);
        let id = self.stems.get_or(self.keys.of(&stem), self.count + 1);
        if id > self.count {
            self.count = id;
            self.rarities.push(rarity::of_stem(folded, &stem));
        }
        self.text.push_str(folded);
        self.ends.push((number(self.text.len()), id));
        id
    }

    /// The number of a word that must be written so.
    pub(crate) fn exact(&mut self, written: &str) -> u32 {
        let id = self.exact.get_or(self.keys.of(written), self.count + 1);
        if id > self.count {
            self.count = id;
            self.rarities.push(rarity::of_exact(written));
        }
        id
    }

    /// The number of the words that begin so.
    pub(crate) fn prefix(&mut self, folded: &str) -> u32 {
        let id = self.prefixes.get_or(self.keys.of(folded), self.count + 1);
        if id > self.count {
            self.count = id;
            self.rarities.push(rarity::of_prefix(folded));
            if !self.lengths.contains(&folded.len()) {
                self.lengths.push(folded.len());
            }
        }
        id
    }

    /// How many of a thousand articles hold a word, by general frequencies; known until all words are there.
    pub(crate) fn rarity(&self, id: u32) -> f32 {
        self.rarities.get(id as usize).copied().unwrap_or(0.0)
    }

    /// How many there are.
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// Gives back what it does not need.
    pub(crate) fn finish(&mut self) {
        for table in [&mut self.plain, &mut self.stems, &mut self.exact, &mut self.prefixes] {
            table.shrink();
        }
        self.rarities = Vec::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn language(&self, code: &str) -> Option<&Language> {
        let code = if matches!(code, "nb" | "nn") { "no" } else { code };
        let index = Stems::LANGUAGES.iter().position(|known| *known == code).unwrap_or(Stems::LANGUAGES.len());
        let made = self.languages.get(index)?.get_or_init(|| {
            let stems = Stems::new(code);
            let mut language = Language { is_english: code == ENGLISH, crosswise: is_crosswise(code), ..Language::default() };
            if !stems.is_known() || language.is_english {
                return language;
            }
            language.next = vec![0; self.ends.len() + 1];
            let mut start = 0;
            for ((end, _), place) in self.ends.iter().zip(1..) {
                let word = self.text.get(start..*end as usize).unwrap_or_default();
                start = *end as usize;
                let head = language.stems.get_or(self.keys.of(&stems.stem(word)), place);
                if head != place {
                    // Behind the head, so that nothing else has to move.
                    let after = language.next.get(head as usize).copied().unwrap_or(0);
                    for (at, value) in [(place, after), (head, place)] {
                        if let Some(next) = language.next.get_mut(at as usize) {
                            *next = value;
                        }
                    }
                }
            }
            language.stems.shrink();
            language
        });
        Some(made)
    }

    /// What every word of an article stands for.
    pub(crate) fn read(&self, scan: &Scan<'_>) -> Option<Codes<'_>> {
        let code = scan.language();
        let language = self.language(&code)?;
        let (mut codes, mut missing) = self.remembered(scan, language);
        if !missing.is_empty() {
            drop(codes);
            let stems = Stems::new(&code);
            self.learn(scan, &stems, language, &missing);
            (codes, missing) = self.remembered(scan, language);
            // Only where others learned so much meanwhile that all was forgotten, or an article has too many words.
            for (at, _) in missing {
                let ids = self.ids(language, &stems, scan.folded(at));
                let code = listed(&ids, &mut codes.own).map_or(0, |code| if code & ONE == 0 { code | OWN } else { code });
                if let Some(slot) = codes.of.get_mut(at as usize) {
                    *slot = code;
                }
            }
        }
        if self.exact.len() > 0 {
            codes.exact = (0..scan.count())
                .map(|at| {
                    let written = scan.written(at);
                    let key =
                        if written.is_ascii() { self.keys.of(written) } else { self.keys.of(&crate::watch::compile::composed(written)) };
                    self.exact.get(key)
                })
                .collect();
        }
        Some(codes)
    }

    /// What is remembered of the words of an article, and which are not known, with their keys.
    fn remembered<'w>(&self, scan: &Scan<'_>, language: &'w Language) -> (Codes<'w>, Vec<(u32, u64)>) {
        let remembered = language.remembered.read().unwrap_or_else(PoisonError::into_inner);
        let mut of = Vec::with_capacity(scan.count() as usize);
        let mut missing: Vec<(u32, u64)> = Vec::new();
        scan.each_folded(|at, folded| {
            let key = self.keys.of_bytes(folded);
            of.push(match remembered.codes.get(key) {
                0 => {
                    missing.push((at, key));
                    0
                }
                NONE => 0,
                code => code,
            });
        });
        (Codes { of, is_sure: language.is_english, remembered, own: Vec::new(), exact: Vec::new() }, missing)
    }

    fn learn(&self, scan: &Scan<'_>, stems: &Stems, language: &Language, missing: &[(u32, u64)]) {
        let mut remembered = language.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.codes.len() + missing.len() > REMEMBERED_MAX {
            *remembered = Remembered::default();
        }
        for (at, key) in missing {
            if remembered.codes.get(*key) == 0 {
                let ids = self.ids(language, stems, scan.folded(*at));
                let code = listed(&ids, &mut remembered.several).unwrap_or(NONE);
                remembered.codes.get_or(*key, code);
            }
        }
    }

    /// The words of the queries that a folded word stands for.
    fn ids(&self, language: &Language, stems: &Stems, folded: &str) -> Vec<u32> {
        if folded.is_empty() {
            return Vec::new();
        }
        let mut found = if language.is_english {
            vec![self.stems.get(self.keys.of(&stems.stem(folded)))]
        } else {
            let mut places = vec![self.plain.get(self.keys.of(folded))];
            if stems.is_known() {
                let stem = stems.stem(folded);
                self.of_stem(language, &stem, &mut places);
                if language.crosswise {
                    places.push(self.plain.get(self.keys.of(&stem)));
                    self.of_stem(language, folded, &mut places);
                }
            }
            let number = |place: u32| self.ends.get((place as usize).checked_sub(1)?).map(|(_, id)| *id);
            places.into_iter().filter_map(number).collect()
        };
        let begins = self.lengths.iter().filter_map(|length| folded.get(..*length));
        found.extend(begins.map(|prefix| self.prefixes.get(self.keys.of(prefix))));
        found.retain(|id| *id != 0);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The places of the words with a stem.
    fn of_stem(&self, language: &Language, stem: &str, places: &mut Vec<u32>) {
        let mut place = language.stems.get(self.keys.of(stem));
        while place != 0 {
            places.push(place);
            place = language.next.get(place as usize).copied().unwrap_or(0);
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The code of numbers: of one by itself, of several by one more than the place where they now stand; `None` of none.
fn listed(ids: &[u32], lists: &mut Vec<u32>) -> Option<u32> {
    match ids {
        [] => None,
        [id] => Some(*id | ONE),
        several => {
            let at = u32::try_from(lists.len() + 1).unwrap_or(0);
            lists.push(u32::try_from(several.len()).unwrap_or(0));
            lists.extend_from_slice(several);
            Some(at)
        }
    }
}

/// What the words of one article stand for.
#[derive(Debug)]
pub(crate) struct Codes<'w> {
    /// For each word: 0 for none, or a code: among what is remembered, or with [`OWN`] among the lists here.
    of: Vec<u32>,
    /// Whether a word stands for all words of a number, and not only for one of them.
    pub(crate) is_sure: bool,
    remembered: RwLockReadGuard<'w, Remembered>,
    own: Vec<u32>,
    /// For each word the number it stands for as it is written; empty when nothing asks for that.
    exact: Vec<u32>,
}

impl Codes<'_> {
    /// Calls `use_id` with every word that the word at a place stands for.
    #[inline]
    pub(crate) fn each(&self, at: usize, mut use_id: impl FnMut(u32)) {
        match self.of.get(at).copied().unwrap_or(0) {
            0 => {}
            code if code & ONE != 0 => use_id(code & !ONE),
            code => {
                let lists = if code & OWN == 0 { &self.remembered.several } else { &self.own };
                let list = lists.get((code & !OWN) as usize - 1..).and_then(<[u32]>::split_first);
                let ids = list.and_then(|(length, rest)| rest.get(..*length as usize)).unwrap_or_default();
                for id in ids {
                    use_id(*id);
                }
            }
        }
        if let Some(id) = self.exact.get(at).filter(|id| **id != 0) {
            use_id(*id);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.of.len()
    }
}
