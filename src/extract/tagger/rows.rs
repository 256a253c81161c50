//! The templates: which rows of the table of weights a piece adds up.

use crate::extract::tagger::features::{Seen, View};

/// What stands before and behind a sentence.
pub(super) const BORDER_ENGLISH: Seen = Seen { lower: 1, word: 1, shape: 1, short: 1, ..NOTHING };
/// The same in any language.
pub(super) const BORDER_ANY: Seen = Seen { class: 63, short: 1, ..NOTHING };

const NOTHING: Seen = Seen {
    word: 0,
    lower: 0,
    shape: 0,
    short: 0,
    prefixes: [0; 3],
    suffixes: [0; 4],
    clusters: [0; 3],
    lists: 0,
    listed: 0,
    part: 0,
    class: 0,
};

/// How many pieces are looked at together, and which of them is the one that gets the rows.
pub(super) const AROUND: usize = 5;
const BEFORE: usize = 1;
const OWN: usize = 2;
const AFTER: usize = 3;

/// Gives the rows of one piece to `found`. Each template has its number, which is a part of the hash.
pub(super) struct Rows<F> {
    found: F,
    template: u64,
    shift: u32,
}

impl<F: FnMut(u32)> Rows<F> {
    /// For a table of `1 << bits` rows.
    pub(super) const fn new(bits: u32, found: F) -> Self {
        Self { found, template: 0, shift: 64 - bits }
    }

    /// The rows that come from one of the pieces around alone; `position` says which one it is.
    pub(super) fn alone(&mut self, view: View<'_>, one: &Seen, position: usize) {
        match view {
            View::English(_) => self.alone_english(one, position),
            View::Any(..) => self.alone_any(one, position),
        }
    }

    /// The rows that come from several of the pieces around, or from how the own one stands.
    pub(super) fn together(&mut self, view: View<'_>, around: &[Seen; AROUND], place: u32) {
        match view {
            View::English(_) => self.together_english(around, place),
            View::Any(..) => self.together_any(around, place),
        }
    }

    /// The next template is this one.
    const fn begin(&mut self, template: u64) {
        self.template = template;
    }

    /// Adds the next template with its value.
    #[inline]
    fn add(&mut self, values: &[u32]) {
        let mut sum = self.template.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for value in values {
            sum = (sum ^ u64::from(*value)).wrapping_mul(0xff51_afd7_ed55_8ccd);
            sum ^= sum >> 32;
        }
        sum = sum.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        (self.found)(u32::try_from(sum >> self.shift).unwrap_or(0));
        self.template += 1;
    }

    /// The same where a value is there to be seen.
    #[inline]
    fn add_if(&mut self, seen: bool, values: &[u32]) {
        if seen {
            self.add(values);
        } else {
            self.template += 1;
        }
    }

    fn alone_english(&mut self, one: &Seen, position: usize) {
        self.begin(6 + 9 * position as u64);
        self.add(&[one.lower]);
        self.add(&[one.shape]);
        self.add(&[one.short]);
        for cluster in one.clusters {
            self.add_if(cluster > 0, &[cluster]);
        }
        for list in [one.lists, one.listed, one.part] {
            self.add_if(list > 0, &[list]);
        }
        match position {
            BEFORE | AFTER => {
                self.begin(if position == BEFORE { 59 } else { 61 });
                self.add_if(one.suffixes[2] > 0, &[one.suffixes[2]]);
                self.add_if(one.prefixes[1] > 0, &[one.prefixes[1]]);
            }
            OWN => {
                self.begin(1);
                self.add(&[]);
                self.add(&[one.word]);
                self.begin(51);
                for part in one.prefixes.iter().chain(&one.suffixes) {
                    self.add_if(*part > 0, &[*part]);
                }
                self.add_if(one.suffixes[2] > 0, &[one.suffixes[2], one.short]);
                self.begin(83);
                self.add(&[one.clusters[2], one.short]);
                self.add(&[one.listed, one.short]);
            }
            _ => {}
        }
    }

    fn together_english(&mut self, around: &[Seen; AROUND], place: u32) {
        let [before2, before, own, after, after2] = around;
        self.begin(3);
        self.add(&[place, own.short]);
        self.add(&[place, own.lower]);
        self.add(&[place, own.clusters[1], own.short]);
        self.begin(63);
        for (one, other) in [(before2, before), (before, own), (own, after), (after, after2)] {
            self.add(&[one.lower, other.lower]);
            self.add(&[one.short, other.short]);
            self.add_if(one.clusters[1] > 0 && other.clusters[1] > 0, &[one.clusters[1], other.clusters[1]]);
            self.add_if(one.listed > 0 || other.listed > 0, &[one.listed, other.listed]);
        }
        self.add(&[before.lower, own.short]);
        self.add(&[after.lower, own.short]);
        self.add(&[before.clusters[1], own.short, after.clusters[1]]);
        self.add(&[before.clusters[0], own.clusters[0], after.clusters[0]]);
        self.begin(85);
        self.add(&[own.listed, own.lists, after.short]);
        self.add(&[before.lists, own.lists, own.short]);
        self.add(&[own.lists, own.short, after.lists]);
        self.add(&[before.short, own.short, after.short]);
        self.add(&[before2.short, before.short, own.short, after.short, after2.short]);
        self.add_if(before.part > 0 || own.part > 0, &[before.part, own.part, own.short]);
        self.add_if(own.part > 0 || after.part > 0, &[own.part, after.part, own.short]);
    }

    fn alone_any(&mut self, one: &Seen, position: usize) {
        self.begin(4 + 5 * position as u64);
        self.add(&[one.short]);
        for list in [one.class, one.lists, one.listed, one.part] {
            self.add_if(list > 0, &[list]);
        }
        match position {
            BEFORE | AFTER => {
                self.begin(if position == BEFORE { 36 } else { 38 });
                self.add_if(one.suffixes[2] > 0, &[one.suffixes[2]]);
                self.add_if(one.prefixes[2] > 0, &[one.prefixes[2]]);
            }
            OWN => {
                self.begin(1);
                self.add(&[]);
                self.begin(30);
                for part in one.prefixes.iter().skip(1).chain(one.suffixes.iter().skip(1)) {
                    self.add_if(*part > 0, &[*part]);
                }
                self.add_if(one.suffixes[2] > 0, &[one.suffixes[2], one.short]);
                self.begin(66);
                self.add(&[one.listed, one.lists, one.short]);
            }
            _ => {}
        }
    }

    fn together_any(&mut self, around: &[Seen; AROUND], place: u32) {
        let [before2, before, own, after, after2] = around;
        self.begin(2);
        self.add(&[place, own.short]);
        self.add(&[place, own.class, own.part]);
        self.begin(29);
        self.add(&[own.shape, place]);
        self.begin(40);
        for (one, other) in [(before2, before), (before, own), (own, after), (after, after2)] {
            self.add(&[one.short, other.short]);
            self.add(&[one.class, one.short, other.class, other.short]);
            self.add_if(one.listed > 0 || other.listed > 0, &[one.listed, other.listed]);
            self.add_if(one.part > 0 || other.part > 0, &[one.part, other.part]);
            self.add_if(one.lists > 0 || other.lists > 0, &[one.lists, other.lists]);
        }
        self.add(&[before.class, own.short, after.class]);
        self.add(&[before2.class, before.class, own.short, own.part]);
        self.add(&[own.short, own.part, after.class, after2.class]);
        self.add(&[before.class, own.part, own.listed]);
        self.add(&[own.part, own.listed, after.class]);
        self.add(&[before.part, own.part, after.part, own.short]);
        self.begin(67);
        self.add(&[before.lists, own.lists, after.lists]);
        self.add(&[before.short, own.short, after.short]);
        self.add(&[before2.short, before.short, own.short, after.short, after2.short]);
    }
}
