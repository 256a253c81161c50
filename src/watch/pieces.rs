//! Many texts that say the same words again and again, each word kept once.
//!
//! Queries of watch lists name the same people and places many times. A text is cut behind its spaces, and each different piece
//! has a number; pieces that come early, which are the frequent ones, have short numbers. A million queries need some two fifths
//! of what they are long.

use crate::text::keys::Keys;
use crate::watch::engine::table::Table;

/// Pieces of texts, each once.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    text: String,
    /// Where each piece ends in the text.
    ends: Vec<u32>,
}

/// Numbers pieces.
#[derive(Debug, Default)]
pub(crate) struct PiecesBuilder {
    pieces: Pieces,
    keys: Keys,
    /// By the key of a piece its number, from 1.
    numbers: Table,
}

impl PiecesBuilder {
    /// Writes a text as numbers of pieces, seven bits a byte.
    pub(crate) fn write(&mut self, text: &str, out: &mut Vec<u8>) {
        for piece in text.split_inclusive(' ') {
            let mut number = self.number(piece);
            while number >= 0x80 {
                out.push(low(number) | 0x80);
                number >>= 7;
            }
            out.push(low(number));
        }
    }

    fn number(&mut self, piece: &str) -> u32 {
        let next = u32::try_from(self.pieces.ends.len()).unwrap_or(u32::MAX - 1);
        let known = self.numbers.get_or(self.keys.of(piece), next + 1) - 1;
        // Two pieces with one key are as good as never there; then the later one stands once more.
        if known == next || self.pieces.get(known) != piece {
            self.pieces.text.push_str(piece);
            self.pieces.ends.push(u32::try_from(self.pieces.text.len()).unwrap_or(u32::MAX));
            return next;
        }
        known
    }

    /// The pieces, ready.
    pub(crate) fn finish(self) -> Pieces {
        let mut pieces = self.pieces;
        pieces.text.shrink_to_fit();
        pieces.ends.shrink_to_fit();
        pieces
    }
}

const fn low(number: u32) -> u8 {
    (number & 0x7f) as u8
}

impl Pieces {
    fn get(&self, number: u32) -> &str {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before as usize)).copied().unwrap_or(0);
        let end = self.ends.get(number as usize).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The text that was written.
    pub(crate) fn read(&self, written: &[u8]) -> String {
        let mut text = String::with_capacity(written.len() * 4);
        let (mut number, mut shift) = (0_u32, 0);
        for byte in written {
            number |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                text.push_str(self.get(number));
                (number, shift) = (0, 0);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::watch::pieces::PiecesBuilder;

    proptest! {
        #[test]
        fn texts_come_back(texts in proptest::collection::vec("((a|b|Київ|\"[a-z]{1,3}\"|\\PC{0,3})( |  |\n)?){0,12}", 0..40)) {
            let mut builder = PiecesBuilder::default();
            let written: Vec<Vec<u8>> = texts.iter().map(|text| {
                let mut out = Vec::new();
                builder.write(text, &mut out);
                out
            }).collect();
            let pieces = builder.finish();
            for (text, written) in texts.iter().zip(&written) {
                prop_assert_eq!(&pieces.read(written), text);
            }
        }
    }

    #[test]
    fn many_pieces_have_numbers_of_several_bytes() {
        let mut builder = PiecesBuilder::default();
        let texts: Vec<String> = (0..40_000).map(|number| format!("w{number} OR w{}", number / 2)).collect();
        let mut written = Vec::new();
        let ends: Vec<usize> = texts
            .iter()
            .map(|text| {
                builder.write(text, &mut written);
                written.len()
            })
            .collect();
        let pieces = builder.finish();
        let mut start = 0;
        for (text, end) in texts.iter().zip(ends) {
            assert_eq!(&pieces.read(&written[start..end]), text);
            start = end;
        }
    }
}
