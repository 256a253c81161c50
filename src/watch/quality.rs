//! What is probably not meant in a watch list: watches that can never hold, that hold nearly always, that are there twice, or that
//! name a feed that nobody reads.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};

use crate::model::span::Span;
use crate::problem::{Located, Problem, nearest};
use crate::watch::compile::folded_words;
use crate::watch::condition::{Condition, Test, Value};
use crate::watch::list::WatchSource;
use crate::watch::query::ast::{Field, Kind, Node, Zone};
use crate::watch::query::parse::parse;

/// Articles in a thousand from which a watch holds for nearly everything.
pub(crate) const NEARLY_ALL: f32 = 500.0;

/// Whether a problem is a guess of how much a watch may bring; for one who has measured it.
pub fn is_guess(problem: &Problem) -> bool {
    problem.message.starts_with("the watch `") && problem.message.ends_with(GUESS)
}

/// The end of what is said of a watch that may hold for nearly everything.
pub(crate) const GUESS: &str = "of a thousand articles";

/// Watches that ask the same of the same channels as an earlier one.
pub fn repeated(watches: &[WatchSource]) -> Vec<Problem> {
    let hasher = RandomState::new();
    let mut first: HashMap<u64, &WatchSource> = HashMap::with_capacity(watches.len());
    let mut problems = Vec::new();
    for watch in watches {
        let earlier = match first.entry(hasher.hash_one(asked(watch).collect::<Vec<_>>())) {
            Entry::Vacant(free) => {
                free.insert(watch);
                continue;
            }
            Entry::Occupied(held) => *held.get(),
        };
        if earlier.id.value != watch.id.value && asked(earlier).eq(asked(watch)) {
            let message = format!("the watch `{}` asks the same as `{}`: both will tell every article", watch.id.value, earlier.id.value);
            problems.push(Problem::warning(message, watch.id.place.clone()).help("remove one of the two"));
        }
    }
    problems
}

/// What a watch asks, of whom and how urgently: two with the same words do the same.
fn asked(watch: &WatchSource) -> impl Iterator<Item = &str> {
    let when = watch.when.iter().flat_map(|when| when.value.split_whitespace());
    let actors = watch.actors.iter().map(|name| name.value.as_str());
    let topics = watch.topics.iter().map(|name| name.value.as_str());
    let channels = watch.notify.iter().flatten().map(|channel| channel.value.as_str());
    // No word or name is a line feed alone.
    when.chain(["\n"]).chain(actors).chain(["\n"]).chain(topics).chain(["\n"]).chain(channels).chain([watch.severity.as_str()])
}

/// Values of `feed:` that no feed has, in the queries of topics and watches.
pub fn unknown_feeds<'q>(queries: impl Iterator<Item = &'q Located<String>>, feeds: &[&str]) -> Vec<Problem> {
    fn values<'n>(node: &'n Node, found: &mut Vec<(Span, &'n str)>) {
        if let Kind::Field(Field::Feed, value) = &node.kind {
            found.push((node.span, &value.text));
        }
        node.parts().into_iter().for_each(|part| values(part, found));
    }
    let ids: Vec<Vec<Box<str>>> = feeds.iter().map(|id| folded_words(id)).collect();
    let mut problems = Vec::new();
    for query in queries.filter(|query| query.value.contains("feed:")) {
        let (tree, _) = parse(&query.value);
        let mut found = Vec::new();
        values(&tree, &mut found);
        for (span, written) in found {
            let words = folded_words(written);
            let is_one = |id: &Vec<Box<str>>| match words.split_last().filter(|_| written.ends_with('*')) {
                Some((last, before)) => id.starts_with(before) && id.get(before.len()).is_some_and(|word| word.starts_with(&**last)),
                None => *id == words,
            };
            if words.is_empty() || ids.iter().any(is_one) {
                continue;
            }
            let help = nearest(written, feeds.iter().copied())
                .map_or_else(|| "write the `id` of a [[feed]]".to_owned(), |near| format!("did you mean feed:{near}?"));
            problems.push(Problem::warning(format!("there is no feed `{written}`"), query.part(span)).help(help));
        }
    }
    problems
}

/// Why a condition can never hold, and where in its query; `None` when it can.
pub(crate) fn never(condition: &Condition) -> Option<(Span, String)> {
    never_in(condition, None)
}

fn never_in(condition: &Condition, zone: Option<Zone>) -> Option<(Span, String)> {
    match &condition.test {
        Test::All(parts) => parts.iter().find_map(|part| never_in(part, zone)).or_else(|| contradiction(parts)),
        Test::Any(parts) => {
            let mut whys = parts.iter().map(|part| never_in(part, zone));
            let first = whys.next().flatten()?;
            whys.all(|why| why.is_some()).then_some(first)
        }
        Test::Zone(inner, part) => match (zone, inner) {
            (Some(Zone::Headline), Zone::Body) | (Some(Zone::Body), Zone::Headline) => {
                Some((condition.span, "nothing is in headline and body at once".to_owned()))
            }
            _ => never_in(part, zone.filter(|zone| *zone != Zone::Lead).or(Some(*inner))),
        },
        Test::Near { left, right, .. } => never_in(left, zone).or_else(|| never_in(right, zone)),
        Test::Within(_, part) | Test::AtLeast(_, part) => never_in(part, zone),
        Test::Quote(_, Some(about)) | Test::Stance(_, _, Some(about)) => never_in(about, None),
        _ => None,
    }
}

/// Parts of an `AND` that exclude each other.
fn contradiction(parts: &[Condition]) -> Option<(Span, String)> {
    for part in parts {
        let Test::Not(absent) = &part.test else { continue };
        let excluded = alternatives(absent);
        if let Some(wanted) = parts.iter().find(|wanted| excluded.iter().any(|absent| is_same(absent, wanted))) {
            return Some((part.span, format!("`{}` must be there and must be absent", wanted.label)));
        }
    }
    let single = |field: Field| {
        parts
            .iter()
            .filter_map(move |part| if let Test::Item(held, value) = &part.test { (*held == field).then_some((part, value)) } else { None })
    };
    for field in [Field::Feed, Field::Language] {
        let values: Vec<(&Condition, &Value)> = single(field).collect();
        for ((_, one), (part, other)) in values.iter().zip(values.iter().skip(1)) {
            if !one.open && !other.open && one.words != other.words {
                return Some((part.span, format!("an article has one {}, not two", field.as_str())));
            }
        }
    }
    None
}

fn alternatives(condition: &Condition) -> Vec<&Condition> {
    match &condition.test {
        Test::Any(parts) => parts.iter().flat_map(alternatives).collect(),
        _ => vec![condition],
    }
}

/// Whether two conditions ask the same words or have the same name.
fn is_same(one: &Condition, other: &Condition) -> bool {
    match (&one.test, &other.test) {
        (Test::Words(one), Test::Words(other)) => one == other,
        (Test::Item(..) | Test::Actor { .. } | Test::Speaker(_) | Test::Cites(_) | Test::Topic(_), _) => one.label == other.label,
        _ => false,
    }
}
