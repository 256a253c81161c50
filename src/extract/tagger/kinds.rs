//! Pieces that look alike: most words of an article come again, and are read once.

use crate::extract::tagger::features::{Seen, View};
use crate::extract::tagger::model::{Model, Sums};
use crate::extract::tagger::rows::{AROUND, BORDER_ANY, BORDER_ENGLISH, Rows};
use crate::text::hash::WordMap;

/// More kinds than this are forgotten before the next sentence, which bounds the memory that a long text takes.
const KINDS_MAX: usize = 4096;
/// Of no kind.
const NONE: u32 = u32::MAX;

/// The kinds of pieces of one text, each with a number. The kind with the number zero is the border of a sentence.
#[derive(Debug)]
pub(super) struct Kinds<'t> {
    view: View<'t>,
    /// By how a piece is written: the last kind that was found.
    by_written: WordMap<&'t str, u32>,
    all: Vec<Kind<'t>>,
}

/// All pieces that are written alike and that the lists say the same of.
#[derive(Debug)]
struct Kind<'t> {
    seen: Seen,
    folded: &'t str,
    /// Another kind that is written so.
    other: u32,
    /// What it adds to the score of a piece, by its position around that one.
    sums: [Option<Sums>; AROUND],
}

impl<'t> Kinds<'t> {
    pub(super) fn new(view: View<'t>) -> Self {
        let mut made = Self { view, by_written: WordMap::default(), all: Vec::new() };
        made.forget();
        made
    }

    /// Forgets all kinds when they are many. Numbers that were given before mean nothing then.
    pub(super) fn forget_many(&mut self) {
        if self.all.len() > KINDS_MAX {
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.by_written.clear();
        self.all.clear();
        let seen = match self.view {
            View::English(_) => BORDER_ENGLISH,
            View::Any(..) => BORDER_ANY,
        };
        self.all.push(Kind { seen, folded: "", other: NONE, sums: [None; AROUND] });
    }

    /// The number of a piece's kind; one that is new is looked at with `seen`.
    pub(super) fn number(&mut self, written: &'t str, folded: &'t str, lists: (u32, u32), seen: impl FnOnce() -> Seen) -> u32 {
        let first = self.by_written.get(written).copied().unwrap_or(NONE);
        let mut at = first;
        while let Some(kind) = self.all.get(at as usize) {
            if (kind.seen.listed, kind.seen.part) == lists && kind.folded == folded {
                return at;
            }
            at = kind.other;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(NONE);
        self.all.push(Kind { seen: seen(), folded, other: first, sums: [None; AROUND] });
        self.by_written.insert(written, number);
        number
    }

    pub(super) fn seen(&self, kind: u32) -> &Seen {
        self.all.get(kind as usize).map_or(&BORDER_ENGLISH, |kind| &kind.seen)
    }

    /// The score of a piece for each label, by the kinds around it.
    pub(super) fn score(&mut self, model: &Model, around: [u32; AROUND], place: u32) -> Sums {
        let mut sums = Sums::default();
        for (position, kind) in around.into_iter().enumerate() {
            let Some(kind) = self.all.get_mut(kind as usize) else { continue };
            let Some(own) = kind.sums.get_mut(position) else { continue };
            let own = own.get_or_insert_with(|| {
                let mut own = Sums::default();
                Rows::new(model.bits, |row| model.add(row, &mut own)).alone(self.view, &kind.seen, position);
                own
            });
            sums = std::array::from_fn(|label| sums[label] + own[label]);
        }
        let around = around.map(|kind| *self.seen(kind));
        Rows::new(model.bits, |row| model.add(row, &mut sums)).together(self.view, &around, place);
        sums
    }
}

/// The kinds of a piece of a sentence and of the two before and behind.
pub(super) fn around(kinds: &[u32], index: usize) -> [u32; AROUND] {
    let middle = AROUND / 2;
    std::array::from_fn(|position| (index + position).checked_sub(middle).and_then(|at| kinds.get(at)).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{Kinds, around};
    use crate::extract::lexicon::Lexicons;
    use crate::extract::tagger::classes::Classes;
    use crate::extract::tagger::features::{Source, View, look, stretches};
    use crate::extract::tagger::model::Sums;
    use crate::extract::tagger::{any, english, pieces};
    use crate::model::span::Span;
    use crate::text::token::Tokens;

    #[test]
    fn what_is_remembered_of_a_kind_adds_up_to_all_rows() {
        let text = "Anna Lind of the Port Board met Anna Lind, Ana, in Oslo on 3 May. The Port Board of Oslo said: “Anna Lind met Ana.”";
        let tokens = Tokens::new(text);
        let (lexicons, _) = Lexicons::new(&[]);
        let pieces = pieces::pieces(text, Span::new(0, text.len()), false);
        let (plain, other) = (english().unwrap(), any().unwrap());
        let views = [(plain, View::English(&plain.vocabulary), "en"), (other, View::Any(&other.vocabulary, Classes::of("de")), "de")];
        for (tagger, view, language) in views {
            let source = Source { text, tokens: &tokens, lexicons: &lexicons, language, view };
            let mut kinds = Kinds::new(view);
            let look = look(&source, &pieces, &mut kinds);
            let mut scores = look.ranges.iter().flat_map(Clone::clone).map(|index| {
                let place = look.places[index];
                kinds.score(&tagger.model, around(&look.kinds, index), place)
            });
            for stretch in stretches(&source, &pieces, tagger.model.bits) {
                for rows in stretch.pieces() {
                    let mut sums = Sums::default();
                    for row in rows {
                        tagger.model.add(*row, &mut sums);
                    }
                    assert_eq!(scores.next(), Some(sums));
                }
            }
            assert_eq!(scores.next(), None);
        }
    }
}
