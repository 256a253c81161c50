//! Why a watch holds for an article, or does not.

use crate::model::matched::{Evidence, Match, WatchFacts};
use crate::model::span::Span;
use crate::watch::about;
use crate::watch::condition::{Condition, Scope, Test, Who};
use crate::watch::evaluate::Evaluation;
use crate::watch::evidence::evidence;

/// One watch against one article.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The watch.
    pub facts: WatchFacts,
    /// The match, where it holds.
    pub found: Option<Match>,
    /// Its query as written; empty in the short form.
    pub query: String,
    /// Its conditions, as the query nests them.
    pub tree: Outcome,
}

/// One condition against one article.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// As the query language writes it; of a group its operator alone.
    pub condition: String,
    /// Where it stands in the query, in bytes.
    pub span: Span,
    /// Whether it holds.
    pub held: bool,
    /// The words that make it hold; only of conditions that are no group.
    pub evidence: Vec<Evidence>,
    /// Why it does not hold, in a few words.
    pub why_not: Option<String>,
    /// The conditions it is made of.
    pub parts: Vec<Outcome>,
}

impl Explanation {
    /// The first condition that keeps the watch from holding, from outside to inside; `None` when it holds.
    pub fn first_missing(&self) -> Option<&Outcome> {
        (!self.tree.held).then(|| self.tree.first_missing())
    }
}

impl Outcome {
    fn first_missing(&self) -> &Self {
        if self.why_not.is_some() {
            return self;
        }
        self.parts.iter().find(|part| !part.held).map_or(self, Self::first_missing)
    }
}

/// Every condition alone against the article.
pub(crate) fn outcome<'a>(evaluation: &Evaluation<'a>, condition: &'a Condition, scope: &Scope<'_>) -> Outcome {
    let hits = evaluation.hits(condition, scope);
    let inner = match &condition.test {
        Test::Zone(zone, _) => evaluation.zone(*zone, scope),
        _ => scope.clone(),
    };
    // What QUOTE and STANCE ask is asked of each statement: their parts alone against the whole article say too little.
    let alone = matches!(condition.test, Test::Quote(..) | Test::Stance(..));
    let parts: Vec<Outcome> = condition.parts().into_iter().map(|part| outcome(evaluation, part, &inner)).collect();
    let held = hits.is_some();
    let is_group = !parts.is_empty() && !alone;
    let evidence = if is_group { Vec::new() } else { hits.as_deref().map(|hits| evidence(evaluation, hits)).unwrap_or_default() };
    let why_not = if held { None } else { why_not(evaluation, condition, &parts, &inner) };
    Outcome { condition: condition.label.to_string(), span: condition.span, held, evidence, why_not, parts }
}

/// Why a condition does not hold; `None` where its parts say it.
fn why_not<'a>(evaluation: &Evaluation<'a>, condition: &'a Condition, parts: &[Outcome], scope: &Scope<'_>) -> Option<String> {
    let extraction = evaluation.scan.extraction;
    let all_held = !parts.is_empty() && parts.iter().all(|part| part.held);
    Some(match &condition.test {
        Test::Words(_) => {
            let whole = evaluation.whole();
            if scope.ranges != whole.ranges && evaluation.hits(condition, &whole).is_some() {
                "the words are in the article, but not here".to_owned()
            } else {
                "the words are not there".to_owned()
            }
        }
        Test::Item(field, _) => format!("the item's {} is another or unknown", field.as_str()),
        Test::Actor { who, main } => {
            let mentioned = extraction.actors.iter().find(|actor| who.is(actor));
            match mentioned {
                Some(actor) if *main => format!("{} is mentioned, but it is not what the article is about", actor.name),
                Some(actor) => format!("{} is not named here", actor.name),
                None => "nobody in the article is meant by it".to_owned(),
            }
        }
        Test::Speaker(who) => not_quoted(evaluation, who),
        Test::Cites(_) => match extraction.citations.first() {
            Some(citation) => format!("other outlets are cited, such as {}", citation.outlet),
            None => "no outlet is cited".to_owned(),
        },
        Test::Quote(who, _) => {
            let speakers = extraction.quotes.iter().filter_map(|quote| quote.speaker.as_ref());
            match speakers.into_iter().find(|speaker| evaluation.is(who, speaker.actor.as_ref())) {
                Some(speaker) => format!("{} is quoted, but not on this", speaker.name),
                None => not_quoted(evaluation, who),
            }
        }
        Test::Stance(who, positions, _) => {
            let held = extraction.stances.iter().filter(|stance| evaluation.is(who, Some(&stance.holder)));
            let held: Vec<_> = held.collect();
            match held.first() {
                None => match extraction.actors.iter().find(|actor| who.is(actor)) {
                    Some(actor) => format!("{} is mentioned, but no position of it is reported", actor.name),
                    None => "the holder is not in the article".to_owned(),
                },
                Some(first) if !held.iter().any(|stance| positions.is_empty() || positions.contains(&stance.position)) => {
                    format!("the reported position is {}", first.position.as_str())
                }
                Some(_) => "the position is reported, but not on this".to_owned(),
            }
        }
        Test::Topic(_) => "the topic's query does not hold".to_owned(),
        Test::About(about) => {
            let missing = about::missing(evaluation, about, scope);
            format!("too few of the words are there; missing: {}", missing.join(", "))
        }
        Test::Not(part) => {
            let hits = evaluation.hits(part, scope).unwrap_or_default();
            match evidence(evaluation, &hits).first() {
                Some(found) => format!("it must be absent, but there is “{}”", found.text),
                None => "it must be absent, but it is there".to_owned(),
            }
        }
        Test::Near { distance, ordered, .. } if all_held => {
            let order = if *ordered { " in this order" } else { "" };
            format!("both are there, but not within {distance} words{order}")
        }
        Test::Within(unit, _) if all_held => format!("it holds in the article, but not in one {}", unit.as_str().to_lowercase()),
        Test::AtLeast(times, part) if all_held => {
            let count = evaluation.hits(part, scope).map_or(0, |hits| hits.len());
            format!("it is there {count} times, not {times}")
        }
        _ => return None,
    })
}

fn not_quoted(evaluation: &Evaluation<'_>, who: &Who) -> String {
    match evaluation.scan.extraction.actors.iter().find(|actor| who.is(actor)) {
        Some(actor) => format!("{} is mentioned, but not quoted", actor.name),
        None => "the speaker is not in the article".to_owned(),
    }
}
