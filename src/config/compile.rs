//! The one place where what was read becomes lexicons and a watch list.

use crate::extract::lexicon::{ConfiguredActor, Lexicons};
use crate::problem::Problem;
use crate::watch::list::{TopicSource, WatchList, WatchSource};

/// Lexicons and watch list, and what is wrong with names and queries.
pub(crate) fn compile(actors: &[ConfiguredActor], topics: &[TopicSource], watches: &[WatchSource]) -> (Lexicons, WatchList, Vec<Problem>) {
    let (lexicons, mut problems) = Lexicons::new(actors);
    let (list, faults) = crate::watch::compile(topics, watches, lexicons.known());
    problems.extend(faults);
    (lexicons, list, problems)
}
