//! The weights, and the best labels of a sentence by them.

/// What a piece can be: outside, or the begin or the inside of a name of four kinds.
pub(super) const LABELS: usize = 9;
/// The label before the first piece.
pub(super) const START: usize = LABELS;
/// Outside of all names.
pub(super) const OUTSIDE: usize = 0;

const MAGIC: &[u8; 4] = b"WWT1";
const HEAD: usize = MAGIC.len() + 4;
const ROW: usize = LABELS * 2;

/// The weights as they lie in the file: little-endian 16-bit numbers, read in place.
///
/// The file is four letters, the binary logarithm of the number of rows (u32), one row of nine weights for each label that
/// can stand before, then one row for each place a feature can hash to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Model<'a> {
    transitions: [[i32; LABELS]; LABELS + 1],
    rows: &'a [u8],
    pub(super) bits: u32,
}

impl<'a> Model<'a> {
    /// Reads the file; `None` when its length is not what its head says.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let bits = u32::from_le_bytes(rest.get(..4)?.try_into().ok()?);
        let (before, rows) = bytes.get(HEAD..)?.split_at_checked(ROW * (LABELS + 1))?;
        if !(8..=24).contains(&bits) || rows.len() != ROW << bits {
            return None;
        }
        let mut transitions = [[0; LABELS]; LABELS + 1];
        for (row, bytes) in transitions.iter_mut().zip(before.chunks_exact(ROW)) {
            add(row, bytes);
        }
        Some(Self { transitions, rows, bits })
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

    /// The best labels of a sentence, and by how much each name beats no name there.
    pub(super) fn labels(&self, features: &[Vec<u32>]) -> Vec<Labelled> {
        let scores: Vec<[i32; LABELS]> = features
            .iter()
            .map(|features| {
                let mut scores = [0; LABELS];
                for feature in features {
                    let from = *feature as usize * ROW;
                    if let Some(bytes) = self.rows.get(from..from + ROW) {
                        add(&mut scores, bytes);
                    }
                }
                scores
            })
            .collect();
        best(&scores, &self.transitions)
            .into_iter()
            .zip(&scores)
            .map(|(label, scores)| Labelled { label, lead: scores.get(label).copied().unwrap_or(0) - scores.first().copied().unwrap_or(0) })
            .collect()
    }
}

/// The label of a piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labelled {
    pub(super) label: usize,
    /// Its own score less the score of being outside.
    pub(super) lead: i32,
}

fn add(scores: &mut [i32; LABELS], bytes: &[u8]) {
    for (score, weight) in scores.iter_mut().zip(bytes.chunks_exact(2)) {
        if let [low, high] = *weight {
            *score += i32::from(i16::from_le_bytes([low, high]));
        }
    }
}

/// Whether a label can follow another: the inside of a name follows its begin or its inside.
pub(super) const fn follows(before: usize, label: usize) -> bool {
    label == OUTSIDE || label % 2 == 1 || (before != START && (before == label || before + 1 == label))
}

/// The best path by Viterbi; of equals the lowest label.
pub(super) fn best(scores: &[[i32; LABELS]], transitions: &[[i32; LABELS]; LABELS + 1]) -> Vec<usize> {
    const NEVER: i32 = i32::MIN / 4;
    let mut back: Vec<[u8; LABELS]> = Vec::with_capacity(scores.len());
    let mut so_far = [NEVER; LABELS];
    for (place, own) in scores.iter().enumerate() {
        let mut next = [NEVER; LABELS];
        let mut from = [0_u8; LABELS];
        for label in 0..LABELS {
            let mut top = NEVER;
            if place == 0 {
                if follows(START, label) {
                    top = transitions[START][label];
                }
            } else {
                for before in 0..LABELS {
                    let score = so_far[before] + transitions[before][label];
                    if follows(before, label) && score > top {
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
