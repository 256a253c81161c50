//! From what the owner wrote to what is evaluated: names are resolved, words numbered, and every fault is told.

use std::collections::{HashMap, HashSet};

use crate::model::extraction::{ActorKind, KnownActor};
use crate::model::id::{ActorId, TopicId};
use crate::model::span::Span;
use crate::problem::{Level, Located, Problem, nearest};
use crate::text::fold::{fold, is_unspaced};
use crate::text::token::Tokens;
use crate::watch::condition::{Condition, Phrase, Test, Value, Who, Word};
use crate::watch::country::country;
use crate::watch::list::{CompiledTopic, TopicSource};
use crate::watch::names::Names;
use crate::watch::query::Fault;
use crate::watch::query::ast::{Field, Kind, Node, Term};
use crate::watch::query::parse::parse;
use crate::watch::segment::{NAMES, TOPICS};

/// Pairs of parts that one `NEAR` may hold against each other.
const NEAR_PAIRS_MAX: usize = 1_000;

/// Builds one query that stands alone, with the topics it may name.
pub(crate) fn compile_one(
    query: &Located<String>,
    known: &[KnownActor],
    topics: &[TopicSource],
) -> (Option<(Vec<CompiledTopic>, Condition)>, Vec<Problem>) {
    let (names, ids) = (Names::new(known), topic_ids(topics));
    let mut compiler = Compiler::new(&names, &ids);
    let built = compiler.topics(topics);
    // Faults of the topics are the configuration's; here only those of the query matter.
    compiler.problems.clear();
    let condition = compiler.query(query);
    (condition.map(|condition| (built, condition)), compiler.problems)
}

/// The tree of a query that was compiled before.
pub(crate) fn tree(names: &Names, topics: &HashMap<TopicId, usize>, query: &str) -> Option<Condition> {
    let (tree, _) = parse(query);
    Compiler::new(names, topics).condition(&tree)
}

/// Topics by identity; of two with the same the first.
pub(crate) fn topic_ids(topics: &[TopicSource]) -> HashMap<TopicId, usize> {
    topics.iter().enumerate().rev().map(|(index, topic)| (topic.id.value.clone(), index)).collect()
}

/// The words of a name or property, folded; here an address is split too.
pub(crate) fn folded_words(text: &str) -> Vec<Box<str>> {
    let folded = fold(text);
    let mut words: Vec<Box<str>> = Vec::new();
    for word in folded.split(|c: char| !(c.is_alphanumeric() || crate::text::fold::is_apostrophe(c))) {
        let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        if plain.chars().any(is_unspaced) {
            words.extend(plain.chars().map(|c| c.to_string().into()));
        } else if !plain.is_empty() {
            words.push(plain.into());
        }
    }
    words
}

pub(crate) struct Compiler<'a> {
    pub(crate) names: &'a Names,
    topic_ids: &'a HashMap<TopicId, usize>,
    pub(crate) problems: Vec<Problem>,
    /// What the queries since it was last emptied depend on, as [`crate::watch::segment`] keeps it.
    pub(crate) flags: u8,
    /// Errors of the query that is compiled now.
    errors: usize,
    place: Option<Located<String>>,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(names: &'a Names, topic_ids: &'a HashMap<TopicId, usize>) -> Self {
        Self { names, topic_ids, problems: Vec::new(), flags: 0, errors: 0, place: None }
    }

    /// All topics, in the order given; `None` where one has a fault.
    pub(crate) fn topics(&mut self, topics: &[TopicSource]) -> Vec<CompiledTopic> {
        let trees: Vec<(Node, Vec<Fault>)> = topics.iter().map(|topic| parse(&topic.query.value)).collect();
        let edges: Vec<Vec<(usize, Span)>> = trees.iter().map(|(tree, _)| self.named_topics(tree)).collect();
        let cyclic = cycles(&edges);
        let mut compiled: Vec<CompiledTopic> = Vec::with_capacity(topics.len());
        for (index, (topic, (tree, faults))) in topics.iter().zip(trees).enumerate() {
            let mut condition = self.tree(&topic.query, &tree, faults);
            if let Some((_, next, span)) = cyclic.iter().find(|(from, _, _)| *from == index) {
                let named = topics.get(*next).map_or("", |topic| topic.id.value.as_str());
                let message = format!("topic `{}` asks for itself by way of `topic:{named}`", topic.id.value);
                let problem = Problem::error(message, topic.query.part(*span)).help("take one of the topics out of the circle");
                self.problems.push(problem);
                condition = None;
            }
            compiled.push(CompiledTopic { id: topic.id.value.clone(), name: topic.name.clone(), condition, expected: 0.0 });
        }
        compiled
    }

    /// The topics that a query names, and where.
    fn named_topics(&self, node: &Node) -> Vec<(usize, Span)> {
        if let Kind::Field(Field::Topic, term) = &node.kind {
            return self.topic_ids.get(term.text.as_str()).map(|index| (*index, node.span)).into_iter().collect();
        }
        node.parts().into_iter().flat_map(|part| self.named_topics(part)).collect()
    }

    /// Compiles one query; `None` when it has a fault, which is told.
    pub(crate) fn query(&mut self, query: &Located<String>) -> Option<Condition> {
        let (tree, faults) = parse(&query.value);
        self.tree(query, &tree, faults)
    }

    fn tree(&mut self, query: &Located<String>, tree: &Node, faults: Vec<Fault>) -> Option<Condition> {
        self.place = Some(query.clone());
        self.errors = 0;
        let before = self.problems.len();
        for fault in faults {
            self.tell(fault);
        }
        let condition = self.condition(tree);
        if self.errors == 0
            && let Some(span) = absence(tree)
        {
            let (message, help) = if span == tree.span {
                ("query asks only for what is absent", "add what must be there, such as ukraine NOT sport")
            } else {
                ("this alternative asks only for what is absent", "join it with AND to what must be there")
            };
            self.tell(Fault::new(span, message, help));
        }
        self.place = None;
        let made = self.problems.get_mut(before..).unwrap_or_default();
        made.sort_by_key(|problem| problem.place.as_ref().map_or((0, 0), |place| (place.span.start, place.span.end)));
        condition.filter(|_| self.errors == 0)
    }

    pub(crate) fn tell(&mut self, fault: Fault) {
        self.errors += usize::from(fault.level == Level::Error);
        let place = self.place.as_ref().map(|query| query.part(fault.span));
        self.problems.push(Problem { level: fault.level, message: fault.message, place, help: fault.help });
    }

    /// `None` stands for a fault, which is told; all parts are looked at in any case.
    fn condition(&mut self, node: &Node) -> Option<Condition> {
        let test = match &node.kind {
            Kind::Term(term) => Test::Words(self.phrase(node.span, term)?),
            Kind::Field(field, value) => self.field(node.span, *field, value)?,
            Kind::Zone(zone, part) => Test::Zone(*zone, self.boxed(part)?),
            Kind::And(parts) => Test::All(self.all(parts)?),
            Kind::Or(parts) => Test::Any(self.all(parts)?),
            Kind::Not(part) => Test::Not(self.boxed(part)?),
            Kind::Near { distance, ordered, left, right } => {
                let pairs = sides(left).saturating_mul(sides(right));
                if pairs > NEAR_PAIRS_MAX {
                    let message = format!("the groups beside {} make {pairs} pairs, more than {NEAR_PAIRS_MAX}", label(node));
                    self.tell(Fault::new(node.span, message, "split the query; alternatives joined by OR alone count as one"));
                }
                let (left, right) = (self.boxed(left), self.boxed(right));
                Test::Near { distance: *distance, ordered: *ordered, left: left?, right: right? }
            }
            Kind::Within(unit, part) => Test::Within(*unit, self.boxed(part)?),
            Kind::AtLeast(times, part) => Test::AtLeast(*times as usize, self.boxed(part)?),
            Kind::Quote(who, what) => {
                let (who, what) = (self.who(who), self.what(what));
                Test::Quote(who?, what?)
            }
            Kind::Stance(who, positions, what) => {
                let (who, what) = (self.who(who), self.what(what));
                Test::Stance(who?, positions.clone(), what?)
            }
            Kind::About(words) => {
                let about = self.about(words);
                if about.is_none() {
                    let help = "write at least one word that says what it is about";
                    self.tell(Fault::new(node.span, "plain words hold nothing but small words", help));
                }
                Test::About(about?)
            }
            Kind::Any => {
                self.tell(Fault::new(
                    node.span,
                    "`*` stands alone",
                    "write it at the end of a word, or as a part of QUOTE( ) or STANCE( )",
                ));
                return None;
            }
            Kind::Fault => return None,
        };
        Some(Condition { label: label(node), span: node.span, test })
    }

    fn boxed(&mut self, node: &Node) -> Option<Box<Condition>> {
        self.condition(node).map(Box::new)
    }

    fn all(&mut self, parts: &[Node]) -> Option<Vec<Condition>> {
        let made: Vec<Option<Condition>> = parts.iter().map(|part| self.condition(part)).collect();
        made.into_iter().collect()
    }

    /// The last part of `QUOTE` and `STANCE`; `Some(None)` is any.
    #[expect(clippy::option_option, reason = "the outer one is a fault, the inner one the star")]
    fn what(&mut self, node: &Node) -> Option<Option<Box<Condition>>> {
        if node.kind == Kind::Any { Some(None) } else { self.boxed(node).map(Some) }
    }

    fn who(&mut self, node: &Node) -> Option<Who> {
        match &node.kind {
            Kind::Any => Some(Who::Anyone),
            Kind::And(parts) => self.whos(parts).map(Who::All),
            Kind::Or(parts) => self.whos(parts).map(Who::OneOf),
            Kind::Not(part) => self.who(part).map(|part| Who::Not(Box::new(part))),
            Kind::Field(field, value) => self.who_of(node.span, *field, value),
            _ => None,
        }
    }

    fn whos(&mut self, parts: &[Node]) -> Option<Vec<Who>> {
        let made: Vec<Option<Who>> = parts.iter().map(|part| self.who(part)).collect();
        made.into_iter().collect()
    }

    fn who_of(&mut self, span: Span, field: Field, value: &Term) -> Option<Who> {
        match field {
            Field::Country => {
                let code = country(&value.text);
                if code.is_none() {
                    let message = format!("there is no country code `{}`", value.text);
                    self.tell(Fault::new(span, message, "write the two or three letters of ISO 3166, such as country:UA or country:UKR"));
                }
                code.map(Who::Country)
            }
            Field::Type => {
                let kind = ActorKind::parse(&value.text.to_lowercase());
                if kind.is_none() {
                    let names: Vec<&str> = ActorKind::ALL.iter().map(|kind| kind.as_str()).collect();
                    let near =
                        nearest(&value.text, names.iter().copied()).map_or_else(String::new, |near| format!("did you mean {near}? "));
                    let message = format!("there is no actor type `{}`", value.text);
                    self.tell(Fault::new(span, message, format!("{near}types are {}", names.join(", "))));
                }
                kind.map(Who::Kind)
            }
            Field::Role => self.value(span, value).map(|value| Who::Role(value.words)),
            _ => self.actor(span, &value.text).map(Who::Actor),
        }
    }

    /// The actors that an id or name means.
    fn actor(&mut self, span: Span, text: &str) -> Option<Vec<ActorId>> {
        if let Some(found) = self.find_actor(text) {
            return Some(found);
        }
        let help = self.nearest_actor(text);
        self.tell(Fault::new(span, format!("there is no actor `{text}`"), help));
        None
    }

    pub(crate) fn find_actor(&mut self, text: &str) -> Option<Vec<ActorId>> {
        self.flags |= NAMES;
        self.names.find(text)
    }

    /// What somebody may have meant who named an actor that nobody knows.
    fn nearest_actor(&self, text: &str) -> String {
        let candidates = self.names.known.iter().flat_map(|actor| [actor.id.as_str(), actor.name.as_str()]);
        let mut candidates: Vec<&str> = candidates.collect();
        candidates.sort_unstable();
        if let Some(near) = nearest(&text.to_lowercase(), candidates.iter().copied()) {
            let quoted = if near.contains(' ') { format!("\"{near}\"") } else { near.to_owned() };
            format!("did you mean {quoted}?")
        } else if let Some(part) = self.names.known.iter().find(|actor| folded_words(&actor.name).contains(&fold(text).into())) {
            format!("did you mean {} ({})?", part.id, part.name)
        } else {
            "add it as [[actor]] with its names, or search its name as plain words".to_owned()
        }
    }

    fn field(&mut self, span: Span, field: Field, value: &Term) -> Option<Test> {
        Some(match field {
            Field::Actor | Field::Country | Field::Type | Field::Role => Test::Actor { who: self.who_of(span, field, value)?, main: false },
            Field::ActorMain => Test::Actor { who: self.who_of(span, Field::Actor, value)?, main: true },
            Field::Speaker => Test::Speaker(self.who_of(span, Field::Actor, value)?),
            Field::Cites => Test::Cites(self.value(span, value)?),
            Field::Topic => {
                self.flags |= TOPICS;
                let id = TopicId::from(value.text.as_str());
                let Some(index) = self.topic_ids.get(&id).copied() else {
                    let mut names: Vec<&str> = self.topic_ids.keys().map(TopicId::as_str).collect();
                    names.sort_unstable();
                    let help = match nearest(&value.text, names.iter().copied()) {
                        Some(near) => format!("did you mean topic:{near}?"),
                        None if names.is_empty() => "there is no [[topic]] yet; add one with this id".to_owned(),
                        None => format!("topics are {}", names.join(", ")),
                    };
                    self.tell(Fault::new(span, format!("there is no topic `{}`", value.text), help));
                    return None;
                };
                Test::Topic(index)
            }
            _ => Test::Item(field, self.value(span, value)?),
        })
    }

    fn value(&mut self, span: Span, term: &Term) -> Option<Value> {
        let plain = term.text.strip_suffix('*').unwrap_or(&term.text);
        let open = plain.len() < term.text.len();
        let words = folded_words(plain);
        if words.is_empty() || plain.contains('*') {
            let help = "write a word or a phrase; `*` stands only at its end";
            self.tell(Fault::new(span, format!("`{}` is no value", term.text), help));
            return None;
        }
        Some(Value { words, open, exact: term.exact.then(|| plain.into()) })
    }

    pub(crate) fn phrase(&mut self, span: Span, term: &Term) -> Option<Phrase> {
        let mut phrase = Phrase::new();
        for piece in term.text.split_whitespace() {
            let open = piece.ends_with('*');
            let tokens = Tokens::new(piece);
            let last = tokens.len().saturating_sub(1);
            for (index, token) in tokens.iter().enumerate() {
                let folded = tokens.folded(token);
                if folded.is_empty() {
                    let help = "use url:example.org for the item's own address";
                    self.tell(Fault::new(span, "addresses in the text are never searched", help));
                    return None;
                }
                phrase.push(if open && index == last {
                    Word::Prefix(folded.into())
                } else if term.exact {
                    Word::Exact(composed(token.span.of(piece)))
                } else {
                    Word::Stem(folded.into())
                });
            }
        }
        if phrase.is_empty() {
            // The parser told it already.
            self.errors += 1;
            return None;
        }
        Some(phrase)
    }
}

/// How often a side of `NEAR` is held against the other: every part of an `AND` is, alternatives of single words are at once.
fn sides(node: &Node) -> usize {
    match &node.kind {
        Kind::And(parts) => parts.iter().map(sides).fold(0, usize::saturating_add),
        Kind::Or(parts) => parts.iter().map(sides).filter(|sides| *sides > 1).fold(1, usize::saturating_add),
        _ => 1,
    }
}

/// The composed form, so that two ways to write é are one.
pub(crate) fn composed(text: &str) -> Box<str> {
    use unicode_normalization::UnicodeNormalization;
    if text.is_ascii() { text.into() } else { text.nfc().collect::<String>().into() }
}

/// What a condition is called: all of it, or the operator alone where it is a group.
fn label(node: &Node) -> Box<str> {
    match &node.kind {
        Kind::And(_) => "AND".into(),
        Kind::Or(_) => "OR".into(),
        Kind::Not(_) => "NOT".into(),
        Kind::Near { distance, ordered, .. } => format!("{}/{distance}", if *ordered { "BEFORE" } else { "NEAR" }).into(),
        Kind::Within(unit, _) => unit.as_str().into(),
        Kind::AtLeast(times, _) => format!("ATLEAST/{times}").into(),
        Kind::Zone(zone, _) => format!("{}:", zone.as_str()).into(),
        _ => node.to_string().into(),
    }
}

/// The first part that asks only for what is absent where something must be present.
fn absence(node: &Node) -> Option<Span> {
    match &node.kind {
        Kind::Not(_) => Some(node.span),
        Kind::And(parts) => parts.iter().all(|part| absence(part).is_some()).then_some(node.span),
        Kind::Or(parts) => parts.iter().find_map(absence),
        Kind::Zone(_, part) | Kind::Within(_, part) => absence(part),
        // In a statement of somebody the absence of a word is something that is there.
        _ => None,
    }
}

/// For each topic that is part of a circle: the topic, the one it names on the circle, and where.
fn cycles(edges: &[Vec<(usize, Span)>]) -> Vec<(usize, usize, Span)> {
    let mut found = Vec::new();
    for (from, named) in edges.iter().enumerate() {
        for (next, span) in named {
            let mut seen = HashSet::new();
            let mut open = vec![*next];
            while let Some(at) = open.pop() {
                if at == from {
                    found.push((from, *next, *span));
                    break;
                }
                if seen.insert(at) {
                    open.extend(edges.get(at).into_iter().flatten().map(|(to, _)| *to));
                }
            }
        }
    }
    found
}
