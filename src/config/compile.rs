//! The one place where what was read becomes lexicons and a watch list.

use crate::extract::lexicon::{ConfiguredActor, ConfiguredHolder, Lexicons};
use crate::problem::Problem;
use crate::watch::list::{TopicSource, WatchList, WatchSource};
use crate::watch::sources::WatchSources;

/// Lexicons and watch list, and what is wrong with names and queries. What the `previous` list holds already is not compiled
/// again.
pub(crate) fn compile(
    actors: &[ConfiguredActor],
    holders: &[ConfiguredHolder],
    topics: &[TopicSource],
    watches: &WatchSources,
    previous: Option<&WatchList>,
) -> (Lexicons, WatchList, Vec<Problem>) {
    let (lexicons, mut problems) = Lexicons::with_holders(actors, holders);
    let (list, faults) = match previous {
        Some(previous) => crate::watch::recompile(previous, topics, watches, lexicons.known()),
        None => crate::watch::compile(topics, watches, lexicons.known()),
    };
    problems.extend(faults);
    problems.extend(without_country(actors, &lexicons, topics, watches));
    (lexicons, list, problems)
}

/// Actors without a country, where a query asks for one: it will never mean them.
fn without_country(actors: &[ConfiguredActor], lexicons: &Lexicons, topics: &[TopicSource], watches: &[WatchSource]) -> Vec<Problem> {
    let is_without = |actor: &&ConfiguredActor| {
        let known = lexicons.known().iter().find(|known| known.id == actor.id.value);
        known.is_some_and(|known| known.country.is_none())
    };
    let unknown: Vec<&ConfiguredActor> = actors.iter().filter(is_without).collect();
    if unknown.is_empty() {
        return Vec::new();
    }
    let queries = topics.iter().map(|topic| (topic.id.value.as_str(), &topic.query));
    let whens = watches.iter().filter_map(|watch| Some((watch.id.value.as_str(), watch.when.as_ref()?)));
    let Some((asking, _)) = queries.chain(whens).find(|(_, query)| query.value.contains("country:")) else { return Vec::new() };
    let told = unknown.into_iter().map(|actor| {
        let message = format!("the actor `{}` has no country, but the query of `{asking}` asks for one", actor.id.value);
        Problem::warning(message, actor.id.place.clone()).help("add country = \"UA\", or leave it where the actor has none")
    });
    told.collect()
}
