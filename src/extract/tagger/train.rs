//! From sentences with labels to the file of weights: the mean of several averaged structured perceptrons (Collins 2002).
//!
//! Each learns with a margin (Taskar et al. 2003: a wrong label must lose by so much) and sees half of the features of a piece at
//! a time, so that no label hangs on one of them (dropout, Srivastava et al. 2014). All sums are whole numbers and all orders are
//! fixed, so the same sentences give the same bytes on every machine.

use crate::extract::lexicon::Lexicons;
use crate::extract::tagger::classes::Classes;
use crate::extract::tagger::features::{Source, Stretch, View, Vocabulary, stretches};
use crate::extract::tagger::model::{LABELS, Model, OUTSIDE, START, Transitions, best};
use crate::model::span::Span;
use crate::text::token::Tokens;

/// Perceptrons of which the weights are the mean.
const LEARNERS: u64 = 4;
/// Times that each reads all sentences.
const ROUNDS: usize = 6;
/// By how much the right label of a piece must beat each other one.
const MARGIN: i32 = 20;
/// How many times in a round edited prose is read, and the sets that are none: posts of social media write names their own way.
const PROSE: usize = 3;
const POSTS: &[&str] = &["btc"];
/// Binary logarithm of the number of rows.
const BITS: u32 = 17;
/// The same for the weights of any language.
const BITS_ANY: u32 = 16;
const NAMES: [&str; LABELS] = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"];

/// A stretch to learn from: its rows and its labels.
struct Example {
    stretch: Stretch,
    gold: Vec<usize>,
    /// How many times it is read in a round.
    times: usize,
}

/// Trains on sentences and gives the file of weights.
///
/// `marked` holds one piece and its label (BIO over PER, ORG, LOC, MISC) a line with a tab between, an empty line after each
/// sentence, and `# set = …` before a set; `leave_out` names sets to pass over. `clusters` is the table of word clusters in
/// its compact form.
///
/// ```
/// use wirewatch::extract::tagger::train::weights;
/// let file = weights("Rome\tB-LOC\nsleeps\tO\n.\tO\n\n", "", &[]);
/// assert_eq!(file.len(), 8 + 2 * 9 * (10 + (1 << 17)));
/// ```
pub fn weights(marked: &str, clusters: &str, leave_out: &[&str]) -> Vec<u8> {
    let vocabulary = Vocabulary::new(clusters);
    learnt(marked, leave_out, View::English(&vocabulary), BITS)
}

/// The same for the weights that read any language: they see no English word.
///
/// ```
/// use wirewatch::extract::tagger::train::weights_any;
/// let file = weights_any("Rome\tB-LOC\nsleeps\tO\n.\tO\n\n", &[]);
/// assert_eq!(file.len(), 8 + 2 * 9 * (10 + (1 << 16)));
/// ```
pub fn weights_any(marked: &str, leave_out: &[&str]) -> Vec<u8> {
    let vocabulary = Vocabulary::new("");
    learnt(marked, leave_out, View::Any(&vocabulary, Classes::of("en")), BITS_ANY)
}

fn learnt(marked: &str, leave_out: &[&str], view: View<'_>, bits: u32) -> Vec<u8> {
    let (lexicons, _) = Lexicons::new(&[]);
    let examples = examples(marked, leave_out, &lexicons, view, bits);
    let mut means = Means::new(bits);
    for learner in 0..LEARNERS {
        let mut sums = Sums::new(bits);
        let repeated = |(index, example): (usize, &Example)| std::iter::repeat_n(index, example.times);
        let mut order: Vec<usize> = examples.iter().enumerate().flat_map(repeated).collect();
        let mut dice = Dice(0x5eed + learner);
        for _ in 0..ROUNDS {
            dice.shuffle(&mut order);
            for example in order.iter().filter_map(|index| examples.get(*index)) {
                sums.learn(example, &mut dice);
            }
        }
        means.add(&sums);
    }
    Model::write(bits, means.finish().into_iter())
}

/// The table of clusters in its compact form, from lines of a word and its three clusters with tabs between.
///
/// ```
/// use wirewatch::extract::tagger::train::compact_clusters;
/// assert_eq!(compact_clusters("b\t1\t2\t3\na\t1\t2\t3\nc\t0\t2\t9\n"), "0 2 9 c\n1 2 3 a b\n");
/// ```
pub fn compact_clusters(table: &str) -> String {
    let mut groups: std::collections::BTreeMap<[u16; 3], Vec<&str>> = std::collections::BTreeMap::new();
    for line in table.lines() {
        let mut cells = line.split('\t');
        let word = cells.next().unwrap_or_default();
        let numbers = [(); 3].map(|()| cells.next().and_then(|cell| cell.parse().ok()).unwrap_or(0));
        if !word.is_empty() && !word.contains(' ') {
            groups.entry(numbers).or_default().push(word);
        }
    }
    let mut made = String::new();
    for ([coarse, middle, fine], mut words) in groups {
        words.sort_unstable();
        let line = [coarse.to_string(), middle.to_string(), fine.to_string(), words.join(" ")].join(" ");
        made.push_str(&line);
        made.push('\n');
    }
    made
}

fn examples(marked: &str, leave_out: &[&str], lexicons: &Lexicons, view: View<'_>, bits: u32) -> Vec<Example> {
    let mut found = Vec::new();
    let (mut wanted, mut times) = (true, PROSE);
    let mut text = String::new();
    let mut pieces: Vec<Span> = Vec::new();
    let mut gold: Vec<usize> = Vec::new();
    for line in marked.lines().chain(std::iter::once("")) {
        if let Some((piece, label)) = line.split_once('\t') {
            if !text.is_empty() {
                text.push(' ');
            }
            pieces.push(Span::new(text.len(), text.len() + piece.len()));
            text.push_str(piece);
            gold.push(NAMES.iter().position(|name| *name == label).unwrap_or(OUTSIDE));
            continue;
        }
        if wanted && !pieces.is_empty() {
            let tokens = Tokens::new(&text);
            let source = Source { text: &text, tokens: &tokens, lexicons, language: "en", view };
            for stretch in stretches(&source, &pieces, bits) {
                let gold = gold.get(stretch.from..stretch.from + stretch.ends.len()).unwrap_or_default().to_vec();
                found.push(Example { stretch, gold, times });
            }
        }
        text.clear();
        pieces.clear();
        gold.clear();
        if let Some(set) = line.strip_prefix("# set = ") {
            wanted = !leave_out.contains(&set.trim());
            times = if POSTS.contains(&set.trim()) { 1 } else { PROSE };
        }
    }
    found
}

/// The weights while they are learnt, and what is needed for their mean over all steps.
struct Sums {
    rows: Vec<[i32; LABELS]>,
    /// Each change times the step at which it was made.
    dated: Vec<[i64; LABELS]>,
    transitions: Transitions,
    transitions_dated: [[i64; LABELS]; LABELS + 1],
    step: i64,
}

impl Sums {
    fn new(bits: u32) -> Self {
        Self {
            rows: vec![[0; LABELS]; 1 << bits],
            dated: vec![[0; LABELS]; 1 << bits],
            transitions: [[0; LABELS]; LABELS + 1],
            transitions_dated: [[0; LABELS]; LABELS + 1],
            step: 0,
        }
    }

    fn learn(&mut self, example: &Example, dice: &mut Dice) {
        let stretch = &example.stretch;
        let seen: Vec<Vec<u32>> = stretch.pieces().map(|features| dice.half(features)).collect();
        let sums = |(features, gold): (&Vec<u32>, &usize)| {
            let mut scores = [MARGIN; LABELS];
            scores[*gold] = 0;
            for row in features.iter().filter_map(|feature| self.rows.get(*feature as usize)) {
                for (score, weight) in scores.iter_mut().zip(row) {
                    *score += weight;
                }
            }
            scores
        };
        let scores: Vec<[i32; LABELS]> = seen.iter().zip(&example.gold).map(sums).collect();
        let path = best(&scores, &self.transitions, stretch.follows, stretch.goes_on);
        let first = if stretch.follows { OUTSIDE } else { START };
        let (mut told, mut held) = (first, first);
        for ((features, gold), guess) in seen.iter().zip(&example.gold).zip(path) {
            if *gold != guess {
                for feature in features {
                    self.change(*feature as usize, *gold, 1);
                    self.change(*feature as usize, guess, -1);
                }
            }
            self.follow((told, *gold), (held, guess));
            (told, held) = (*gold, guess);
        }
        if stretch.goes_on {
            self.follow((told, OUTSIDE), (held, OUTSIDE));
        }
        self.step += 1;
    }

    /// One label after another, as told and as held.
    fn follow(&mut self, told: (usize, usize), held: (usize, usize)) {
        if told != held {
            self.transitions[told.0][told.1] += 1;
            self.transitions_dated[told.0][told.1] += self.step;
            self.transitions[held.0][held.1] -= 1;
            self.transitions_dated[held.0][held.1] -= self.step;
        }
    }

    fn change(&mut self, row: usize, label: usize, by: i32) {
        if let (Some(row), Some(dated)) = (self.rows.get_mut(row), self.dated.get_mut(row)) {
            row[label] += by;
            dated[label] += i64::from(by) * self.step;
        }
    }
}

/// The sums of the means of all learners, each times the steps it took; all take as many.
struct Means {
    rows: Vec<[i64; LABELS]>,
    transitions: [[i64; LABELS]; LABELS + 1],
}

impl Means {
    fn new(bits: u32) -> Self {
        Self { rows: vec![[0; LABELS]; 1 << bits], transitions: [[0; LABELS]; LABELS + 1] }
    }

    fn add(&mut self, sums: &Sums) {
        let held = sums.transitions.iter().zip(&sums.transitions_dated).chain(sums.rows.iter().zip(&sums.dated));
        for (row, (weights, dated)) in self.transitions.iter_mut().chain(&mut self.rows).zip(held) {
            for (sum, (weight, dated)) in row.iter_mut().zip(weights.iter().zip(dated)) {
                *sum += i64::from(*weight) * sums.step - dated;
            }
        }
    }

    /// Transitions first, drawn to the range of 16 bits.
    fn finish(self) -> Vec<i16> {
        let means: Vec<i64> = self.transitions.into_iter().chain(self.rows).flatten().collect();
        let top = means.iter().map(|mean| mean.abs()).max().unwrap_or(0).max(1);
        let half = top / 2;
        let drawn = means.into_iter().map(|mean| (mean.abs() * i64::from(i16::MAX) + half) / top * mean.signum());
        drawn.map(|drawn| i16::try_from(drawn).unwrap_or(i16::MAX)).collect()
    }
}

/// Numbers that look like chance and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Half of what is given, more or less.
    fn half(&mut self, all: &[u32]) -> Vec<u32> {
        let (mut bits, mut left) = (0, 0);
        let mut tossed = || {
            if left == 0 {
                (bits, left) = (self.next(), u64::BITS);
            }
            (bits, left) = (bits >> 1, left - 1);
            bits & 1 == 0
        };
        all.iter().copied().filter(|_| tossed()).collect()
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            let other = usize::try_from(self.next() % (last as u64 + 1)).unwrap_or(0);
            order.swap(last, other);
        }
    }
}
