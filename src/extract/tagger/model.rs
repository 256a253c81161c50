//! The weights, and the best labels of a stretch by them.

/// What a piece can be: outside, or the begin or the inside of a name of four kinds.
pub(super) const LABELS: usize = 9;
/// The label before the first piece.
pub(super) const START: usize = LABELS;
/// Outside of all names.
pub(super) const OUTSIDE: usize = 0;

const MAGIC: &[u8; 4] = b"WWT1";
const HEAD: usize = MAGIC.len() + 4;
const ROW: usize = LABELS * 2;

/// A row of weights: by how much more it speaks for each label but the first than for being outside. Only such differences
/// count, and eight of them fill one register of the processor.
#[derive(Debug, Clone, Copy)]
#[repr(align(16))]
struct Row([i16; LABELS - 1]);

/// Sums of such differences.
pub(super) type Sums = [i32; LABELS - 1];

/// The weights, read once.
///
/// The file is four letters, the binary logarithm of the number of rows (u32), one row of nine weights for each label that
/// can stand before, then one row for each place a feature can hash to.
#[derive(Debug, Clone)]
pub(super) struct Model {
    transitions: Transitions,
    rows: Vec<Row>,
    pub(super) bits: u32,
}

impl Model {
    /// Reads the file; `None` when its length is not what its head says, or where two weights of a row lie farther apart than
    /// 16 bits can say.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let bits = u32::from_le_bytes(rest.get(..4)?.try_into().ok()?);
        let (before, rows) = bytes.get(HEAD..)?.split_at_checked(ROW * (LABELS + 1))?;
        if !(8..=24).contains(&bits) || rows.len() != ROW << bits {
            return None;
        }
        let mut transitions = [[0; LABELS]; LABELS + 1];
        for (row, bytes) in transitions.iter_mut().zip(before.chunks_exact(ROW)) {
            for (weight, number) in row.iter_mut().zip(numbers(bytes)) {
                *weight = i32::from(number);
            }
        }
        let mut made = Self { transitions, rows: Vec::with_capacity(1 << bits), bits };
        for bytes in rows.chunks_exact(ROW) {
            let mut weights = numbers(bytes);
            let outside = weights.next()?;
            let mut row = Row([0; LABELS - 1]);
            for (difference, weight) in row.0.iter_mut().zip(weights) {
                *difference = weight.checked_sub(outside)?;
            }
            made.rows.push(row);
        }
        Some(made)
    }

    /// The file of given weights: transitions first, then the rows.
    pub(super) fn write(bits: u32, weights: impl Iterator<Item = i16>) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(bits.to_le_bytes());
        for weight in weights {
            bytes.extend(weight.to_le_bytes());
        }
        bytes
    }

    /// Adds a row to sums.
    #[inline]
    pub(super) fn add(&self, row: u32, sums: &mut Sums) {
        if let Some(Row(weights)) = self.rows.get(row as usize) {
            *sums = std::array::from_fn(|label| sums[label] + i32::from(weights[label]));
        }
    }

    /// The best labels of a stretch by the scores of its pieces, and by how much each name beats no name there.
    pub(super) fn labels(&self, scores: &[[i32; LABELS]], follows: bool, goes_on: bool) -> Vec<Labelled> {
        let best = best(scores, &self.transitions, follows, goes_on).into_iter().zip(scores);
        best.map(|(label, scores)| Labelled { label, lead: scores.get(label).copied().unwrap_or(0) }).collect()
    }
}

/// The scores of all labels by how far they lie from that of being outside.
pub(super) fn scores(sums: Sums) -> [i32; LABELS] {
    let mut scores = [0; LABELS];
    scores.iter_mut().skip(1).zip(sums).for_each(|(score, sum)| *score = sum);
    scores
}

/// What each label gains by the one before it; the last row is that of the begin of a sentence.
pub(super) type Transitions = [[i32; LABELS]; LABELS + 1];

fn numbers(bytes: &[u8]) -> impl Iterator<Item = i16> {
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
}

/// The label of a piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labelled {
    pub(super) label: usize,
    /// Its own score less the score of being outside.
    pub(super) lead: i32,
}

/// Whether a label can follow another: the inside of a name follows its begin or its inside.
pub(super) const fn follows(before: usize, label: usize) -> bool {
    label == OUTSIDE || label % 2 == 1 || (before != START && (before == label || before + 1 == label))
}

/// The best path by Viterbi; of equals the lowest label. What stands before and behind a stretch is no part of a name.
pub(super) fn best(scores: &[[i32; LABELS]], transitions: &Transitions, follows_others: bool, goes_on: bool) -> Vec<usize> {
    const NEVER: i32 = i32::MIN / 4;
    let mut back: Vec<[u8; LABELS]> = Vec::with_capacity(scores.len());
    let mut so_far = [NEVER; LABELS];
    for (place, own) in scores.iter().enumerate() {
        let mut next = [NEVER; LABELS];
        let mut from = [0_u8; LABELS];
        for label in 0..LABELS {
            let mut top = NEVER;
            if place == 0 {
                let before = if follows_others { OUTSIDE } else { START };
                if follows(before, label) {
                    top = transitions[before][label];
                }
            } else {
                // The inside of a name has its begin or its inside before it; all else may follow all.
                let before = if label == OUTSIDE || label % 2 == 1 { 0..LABELS } else { label - 1..label + 1 };
                for before in before {
                    let score = so_far[before] + transitions[before][label];
                    if score > top {
                        top = score;
                        from[label] = u8::try_from(before).unwrap_or(0);
                    }
                }
            }
            next[label] = (top + own[label]).max(NEVER);
        }
        // Only differences count: drawn back to zero, the sums of a sentence of any length stay in range.
        let top = next.iter().copied().max().unwrap_or(0);
        so_far = next.map(|score| score.saturating_sub(top).max(NEVER));
        back.push(from);
    }
    if goes_on {
        so_far.iter_mut().zip(transitions).for_each(|(score, from)| *score = score.saturating_add(from[OUTSIDE]));
    }
    let mut label = (0..LABELS).max_by_key(|label| (so_far[*label], std::cmp::Reverse(*label))).unwrap_or(OUTSIDE);
    let mut path = vec![OUTSIDE; scores.len()];
    for (place, from) in back.iter().enumerate().rev() {
        if let Some(cell) = path.get_mut(place) {
            *cell = label;
        }
        label = usize::from(from[label]);
    }
    path
}
