//! The templates: which rows of the table of weights a piece adds up.

use crate::extract::tagger::features::Seen;

/// The rows of one piece.
struct Rows<'r> {
    found: &'r mut Vec<u32>,
    template: u64,
    shift: u32,
}

impl Rows<'_> {
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

/// Adds the rows of a piece of an English sentence.
pub(super) fn english(seen: &[Seen], index: usize, place: u32, bits: u32, found: &mut Vec<u32>) {
    let border = Seen { lower: 1, word: 1, shape: 1, short: 1, ..Seen::default() };
    let at = |offset: isize| index.checked_add_signed(offset).and_then(|index| seen.get(index)).unwrap_or(&border);
    let (before2, before, own, after, after2) = (at(-2), at(-1), at(0), at(1), at(2));
    let mut rows = Rows { found, template: 0, shift: 64 - bits };
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
        rows.add_if(one.part > 0, &[one.part]);
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
    rows.add_if(before.part > 0 || own.part > 0, &[before.part, own.part, own.short]);
    rows.add_if(own.part > 0 || after.part > 0, &[own.part, after.part, own.short]);
}

/// Adds the rows of a piece of a sentence in any language.
pub(super) fn any(seen: &[Seen], index: usize, place: u32, bits: u32, found: &mut Vec<u32>) {
    let border = Seen { class: 63, short: 1, ..Seen::default() };
    let at = |offset: isize| index.checked_add_signed(offset).and_then(|index| seen.get(index)).unwrap_or(&border);
    let (before2, before, own, after, after2) = (at(-2), at(-1), at(0), at(1), at(2));
    let mut rows = Rows { found, template: 0, shift: 64 - bits };
    rows.add(&[]);
    rows.add(&[place, own.short]);
    rows.add(&[place, own.class, own.part]);
    for one in [before2, before, own, after, after2] {
        rows.add(&[one.short]);
        rows.add_if(one.class > 0, &[one.class]);
        rows.add_if(one.lists > 0, &[one.lists]);
        rows.add_if(one.listed > 0, &[one.listed]);
        rows.add_if(one.part > 0, &[one.part]);
    }
    rows.add(&[own.shape, place]);
    for part in own.prefixes.iter().skip(1).chain(own.suffixes.iter().skip(1)) {
        rows.add_if(*part > 0, &[*part]);
    }
    rows.add_if(own.suffixes[2] > 0, &[own.suffixes[2], own.short]);
    for one in [before, after] {
        rows.add_if(one.suffixes[2] > 0, &[one.suffixes[2]]);
        rows.add_if(one.prefixes[2] > 0, &[one.prefixes[2]]);
    }
    for (one, other) in [(before2, before), (before, own), (own, after), (after, after2)] {
        rows.add(&[one.short, other.short]);
        rows.add(&[one.class, one.short, other.class, other.short]);
        rows.add_if(one.listed > 0 || other.listed > 0, &[one.listed, other.listed]);
        rows.add_if(one.part > 0 || other.part > 0, &[one.part, other.part]);
        rows.add_if(one.lists > 0 || other.lists > 0, &[one.lists, other.lists]);
    }
    rows.add(&[before.class, own.short, after.class]);
    rows.add(&[before2.class, before.class, own.short, own.part]);
    rows.add(&[own.short, own.part, after.class, after2.class]);
    rows.add(&[before.class, own.part, own.listed]);
    rows.add(&[own.part, own.listed, after.class]);
    rows.add(&[before.part, own.part, after.part, own.short]);
    rows.add(&[own.listed, own.lists, own.short]);
    rows.add(&[before.lists, own.lists, after.lists]);
    rows.add(&[before.short, own.short, after.short]);
    rows.add(&[before2.short, before.short, own.short, after.short, after2.short]);
}
