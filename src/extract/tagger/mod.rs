//! Names that nobody listed: a tagger that was trained on English texts with marked names.
//!
//! It has two tables of weights. One reads English; the other looks only at what languages share (capitals, lists of names,
//! small words by their class), so that it reads languages it never saw.
//!
//! What it was trained on, under which licences, and the command that makes its files again stand in `MODEL-CARD.md` beside
//! this file. The trainer is `examples/train_tagger.rs`.

use std::ops::Range;
use std::sync::OnceLock;

use crate::extract::lexicon::Lexicons;
use crate::extract::reading::Reading;
use crate::extract::tagger::classes::Classes;
use crate::extract::tagger::features::{Source, View, Vocabulary, look};
use crate::extract::tagger::kinds::{Kinds, around};
use crate::extract::tagger::model::{LABELS, Labelled, Model, OUTSIDE, scores};
use crate::model::span::Span;

mod classes;
mod features;
mod kinds;
mod model;
mod pieces;
mod rows;
pub mod train;

const WEIGHTS: &[u8] = include_bytes!("weights.bin");
const WEIGHTS_ANY: &[u8] = include_bytes!("weights_any.bin");
const CLUSTERS: &str = include_str!("clusters.txt");

/// What a tagged name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    Person,
    Organisation,
    Place,
    /// A work, an event, a people, a product.
    Other,
}

/// A name as the tagger sees it.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    /// The words of [`Reading::tokens`] that it covers.
    pub(crate) words: Range<usize>,
    pub(crate) label: Label,
    /// By how much its weakest piece beats being no part of a name; in the units of the weights.
    pub(crate) lead: i32,
}

struct Tagger {
    model: Model,
    vocabulary: Vocabulary<'static>,
}

/// Built at the first article that needs it. `None` only while the files are being made for the first time.
fn english() -> Option<&'static Tagger> {
    static TAGGER: OnceLock<Option<Tagger>> = OnceLock::new();
    TAGGER.get_or_init(|| Some(Tagger { model: Model::parse(WEIGHTS)?, vocabulary: Vocabulary::new(CLUSTERS) })).as_ref()
}

fn any() -> Option<&'static Tagger> {
    static TAGGER: OnceLock<Option<Tagger>> = OnceLock::new();
    TAGGER.get_or_init(|| Some(Tagger { model: Model::parse(WEIGHTS_ANY)?, vocabulary: Vocabulary::new("") })).as_ref()
}

/// Whether there is anything to go by in a language other than English.
pub(crate) fn reads(language: &str) -> bool {
    !Classes::of(language).is_empty()
}

/// Whether a word is a small one or a common noun by the table of the language.
pub(crate) fn is_common(language: &str, folded: &str) -> bool {
    Classes::of(language).class(folded) != 0
}

/// The names in the given sentences, in order, without overlaps.
pub(crate) fn tag(reading: &Reading<'_>, sentences: impl Iterator<Item = Span>, lexicons: &Lexicons) -> Vec<Tagged> {
    let plain = matches!(reading.language, "en" | "und");
    let Some(Tagger { model, vocabulary }) = (if plain { english() } else { any() }) else { return Vec::new() };
    let language = if plain { "en" } else { reading.language };
    let view = if plain { View::English(vocabulary) } else { View::Any(vocabulary, Classes::of(language)) };
    let elides = matches!(language, "fr" | "it" | "ca");
    let source = Source { text: reading.text, tokens: &reading.tokens, lexicons, language, view };
    let mut kinds = Kinds::new(view);
    let mut found = Vec::new();
    for sentence in sentences {
        kinds.forget_many();
        let pieces = pieces::pieces(reading.text, sentence, elides);
        let look = look(&source, &pieces, &mut kinds);
        for range in look.ranges {
            let score = |index: usize| scores(kinds.score(model, around(&look.kinds, index), look.places.get(index).copied().unwrap_or(0)));
            let scores: Vec<[i32; LABELS]> = range.clone().map(score).collect();
            let labels = model.labels(&scores, range.start > 0, range.end < pieces.len());
            collect(reading, pieces.get(range).unwrap_or_default(), &labels, &mut found);
        }
    }
    found
}

fn collect(reading: &Reading<'_>, pieces: &[Span], labels: &[Labelled], found: &mut Vec<Tagged>) {
    let mut open: Option<(Span, Label, i32)> = None;
    let close = |open: &mut Option<(Span, Label, i32)>, found: &mut Vec<Tagged>| {
        if let Some((span, label, lead)) = open.take() {
            let words = reading.tokens.index_at(span.start)..reading.tokens.as_slice().partition_point(|token| token.span.start < span.end);
            if !words.is_empty() {
                found.push(Tagged { words, label, lead });
            }
        }
    };
    for (piece, labelled) in pieces.iter().zip(labels) {
        let begins = labelled.label % 2 == 1;
        if labelled.label == OUTSIDE || begins {
            close(&mut open, found);
        }
        let label = match labelled.label {
            OUTSIDE => continue,
            1 | 2 => Label::Person,
            3 | 4 => Label::Organisation,
            5 | 6 => Label::Place,
            _ => Label::Other,
        };
        open = match open {
            Some((span, label, lead)) => Some((span.hull(*piece), label, lead.min(labelled.lead))),
            None => Some((*piece, label, labelled.lead)),
        };
    }
    close(&mut open, found);
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::Path;
    use std::process::Command;

    use sha2::{Digest, Sha256};

    use crate::extract::lexicon::Lexicons;
    use crate::extract::reading::{Reading, plain_article};
    use crate::extract::tagger::{CLUSTERS, WEIGHTS, WEIGHTS_ANY, tag, train};

    fn hash(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().fold(String::new(), |mut made, byte| {
            write!(made, "{byte:02x}").unwrap();
            made
        })
    }

    fn shown(text: &str) -> String {
        shown_in("en", text)
    }

    fn shown_in(language: &str, text: &str) -> String {
        let article = plain_article(text);
        let reading = Reading::new(&article, language);
        let (lexicons, _) = Lexicons::new(&[]);
        let found = tag(&reading, reading.sentences.iter().copied(), &lexicons);
        let names: Vec<String> = found
            .iter()
            .map(|name| {
                let spans = &reading.tokens.as_slice()[name.words.clone()];
                format!("{}={:?}", reading.of(spans[0].span.hull(spans[spans.len() - 1].span)), name.label)
            })
            .collect();
        names.join(", ")
    }

    #[test]
    fn names_that_nobody_listed() {
        insta::assert_snapshot!(shown("Anna Kowalczyk of the Northern Growers Association met Tom Okafor in Hartlepool, the Daily Bugle’s reporter said."), @"Anna Kowalczyk=Person, Northern Growers Association=Organisation, Tom Okafor=Person, Hartlepool=Place, Daily Bugle=Organisation");
        insta::assert_snapshot!(shown("nothing is named here."), @"");
        assert_eq!(shown_in("nl", "Gisteren sprak Pieter Jansen in Groningen."), "Pieter Jansen=Person, Groningen=Place");
        assert_eq!(shown_in("xx", ""), "");
        insta::assert_snapshot!(shown(""), @"");
    }

    #[test]
    fn files_are_those_of_the_card() {
        let card = include_str!("MODEL-CARD.md");
        assert!(card.contains(&hash(WEIGHTS)), "weights.bin is not the file of MODEL-CARD.md: {}", hash(WEIGHTS));
        assert!(card.contains(&hash(WEIGHTS_ANY)), "weights_any.bin is not the file of MODEL-CARD.md: {}", hash(WEIGHTS_ANY));
        assert!(card.contains(&hash(CLUSTERS.as_bytes())), "clusters.txt is not the file of MODEL-CARD.md: {}", hash(CLUSTERS.as_bytes()));
    }

    /// Trains again when `WIREWATCH_TRAIN_TAGGER` names the folder of the packed training files; a minute or more unoptimised.
    #[test]
    fn training_gives_the_same_bytes() {
        let Some(folder) = std::env::var_os("WIREWATCH_TRAIN_TAGGER") else {
            writeln!(std::io::stdout(), "skipped: WIREWATCH_TRAIN_TAGGER names no folder").unwrap();
            return;
        };
        let unpacked = |tool: &str, name: &str| {
            let out = Command::new(tool).arg("-dc").arg(Path::new(&folder).join(name)).output().unwrap();
            assert!(out.status.success(), "{tool} cannot unpack {name}");
            String::from_utf8(out.stdout).unwrap()
        };
        let clusters = train::compact_clusters(&unpacked("gzip", "clusters.tsv.gz"));
        assert!(clusters == CLUSTERS, "the cluster table differs");
        let names = unpacked("xz", "names.tsv.xz");
        assert_eq!(hash(&train::weights(&names, &clusters, &[])), hash(WEIGHTS));
        assert_eq!(hash(&train::weights_any(&names, &[])), hash(WEIGHTS_ANY));
    }
}
