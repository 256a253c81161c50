//! Why a watch holds for an article, or does not.

use crate::model::extraction::{Actor, Position, Quote, Stance};
use crate::model::id::ActorId;
use crate::model::matched::{Evidence, Match, WatchFacts};
use crate::model::span::Span;
use crate::problem::nearest;
use crate::watch::about;
use crate::watch::condition::{Condition, Scope, Test, Who, Word};
use crate::watch::evaluate::Evaluation;
use crate::watch::evidence::evidence;
use crate::watch::query::ast::Field;

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
    outcome_within(evaluation, condition, scope, TOPICS_MAX)
}

/// `topics` bounds how many topics inside each other are asked for their reasons.
fn outcome_within<'a>(evaluation: &Evaluation<'a>, condition: &'a Condition, scope: &Scope<'_>, topics: usize) -> Outcome {
    let hits = evaluation.hits(condition, scope);
    let inner = match &condition.test {
        Test::Zone(zone, _) => evaluation.zone(*zone, scope),
        _ => scope.clone(),
    };
    // What QUOTE and STANCE ask is asked of each statement: their parts alone against the whole article say too little.
    let alone = matches!(condition.test, Test::Quote(..) | Test::Stance(..));
    let parts: Vec<Outcome> = condition.parts().into_iter().map(|part| outcome_within(evaluation, part, &inner, topics)).collect();
    let held = hits.is_some();
    let is_group = !parts.is_empty() && !alone;
    let evidence = if is_group { Vec::new() } else { hits.as_deref().map(|hits| evidence(evaluation, hits)).unwrap_or_default() };
    let why_not = if held { None } else { why_not(evaluation, condition, &parts, &inner, topics) };
    Outcome { condition: condition.label.to_string(), span: condition.span, held, evidence, why_not, parts }
}

/// Names that are told; more are counted.
const NAMES_MAX: usize = 5;
/// Topics inside each other whose reasons are looked for.
const TOPICS_MAX: usize = 2;
/// Characters of a statement that is told as the nearest.
const STATEMENT_MAX: usize = 80;

/// Why a condition does not hold, and what comes nearest to it; `None` where its parts say it.
fn why_not<'a>(
    evaluation: &Evaluation<'a>,
    condition: &'a Condition,
    parts: &[Outcome],
    scope: &Scope<'_>,
    topics: usize,
) -> Option<String> {
    let extraction = evaluation.scan.extraction;
    let all_held = !parts.is_empty() && parts.iter().all(|part| part.held);
    Some(match &condition.test {
        Test::Words(phrase) => {
            let whole = evaluation.whole();
            if scope.ranges != whole.ranges && evaluation.hits(condition, &whole).is_some() {
                "the words are in the article, but not here".to_owned()
            } else {
                nearest_words(evaluation, phrase, &condition.label)
            }
        }
        Test::Item(field, _) => match property(evaluation, *field) {
            Some(held) => format!("the item's {} is “{}”", field.as_str(), cut(&held, STATEMENT_MAX)),
            None => format!("the item's {} is not known", field.as_str()),
        },
        Test::Actor { who, main } => {
            let mentioned = extraction.actors.iter().find(|actor| who.is(actor));
            match mentioned {
                Some(actor) if *main => format!("{} is mentioned, but it is not what the article is about", actor.name),
                Some(actor) => format!("{} is not named here", actor.name),
                None => not_named(evaluation, who),
            }
        }
        Test::Speaker(who) => not_quoted(evaluation, who),
        Test::Cites(_) => match names(extraction.citations.iter().map(|citation| citation.outlet.as_str())) {
            Some(outlets) => format!("cited in this article: {outlets}"),
            None => "no outlet is cited".to_owned(),
        },
        Test::Quote(who, _) => {
            let said = |quote: &&Quote| evaluation.is(who, quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref()));
            let mut quotes = extraction.quotes.iter().filter(said);
            match quotes.next() {
                Some(quote) => {
                    let name = quote.speaker.as_ref().map_or("somebody", |speaker| speaker.name.as_str());
                    let words = quote.content.first().map_or("", |span| span.of(&evaluation.scan.article.text));
                    let more = counted_more(quotes.count());
                    format!("{name} is quoted, but not on this: “{}”{more}", cut(words, STATEMENT_MAX))
                }
                None => not_quoted(evaluation, who),
            }
        }
        Test::Stance(who, positions, _) => no_stance(evaluation, who, positions),
        Test::Topic(index) => match topic_missing(evaluation, *index, topics) {
            Some((condition, reason)) => format!("the topic's query does not hold: {condition}: {reason}"),
            None => "the topic's query does not hold".to_owned(),
        },
        Test::About(about) => about::why_not(evaluation, about, scope),
        Test::Not(part) => {
            let hits = evaluation.hits(part, scope).unwrap_or_default();
            match evidence(evaluation, &hits).first() {
                Some(found) => format!("it must be absent, but there is “{}”", found.text),
                None => "it must be absent, but it is there".to_owned(),
            }
        }
        Test::Near { distance, ordered, left, right } if all_held => {
            let order = if *ordered { " in this order" } else { "" };
            let sides = if left.parts().is_empty() && right.parts().is_empty() {
                format!("{} and {} are there", left.label, right.label)
            } else {
                "both are there".to_owned()
            };
            match apart(evaluation, left, right, scope) {
                Some((words, false)) if *ordered && words <= *distance => {
                    format!("{sides}, {} apart, but in the other order", words_of(words))
                }
                Some((words, _)) => format!("{sides}, {} apart, not within {distance}{order}", words_of(words)),
                None => format!("{sides}, but not within {distance} words{order}"),
            }
        }
        Test::Within(unit, _) if all_held => format!("it holds in the article, but not in one {}", unit.as_str().to_lowercase()),
        Test::AtLeast(times, part) if all_held => {
            let count = evaluation.hits(part, scope).map_or(0, |hits| hits.len());
            format!("it is there {count} times, not {times}")
        }
        _ => return None,
    })
}

/// The position of somebody that comes nearest to the one that is asked for.
fn no_stance(evaluation: &Evaluation<'_>, who: &Who, positions: &[Position]) -> String {
    let extraction = evaluation.scan.extraction;
    let held: Vec<_> = extraction.stances.iter().filter(|stance| evaluation.is(who, Some(&stance.holder))).collect();
    let target = |stance: &Stance| cut(stance.target.span.of(&evaluation.scan.article.text), STATEMENT_MAX);
    let meant = held.iter().find(|stance| positions.is_empty() || positions.contains(&stance.position));
    match (meant, held.first()) {
        (Some(stance), _) => format!("the position is reported, but not on this: {} “{}”", stance.position.as_str(), target(stance)),
        (None, Some(first)) => {
            let more = counted_more(held.len() - 1);
            format!("the reported position is {} “{}”{more}", first.position.as_str(), target(first))
        }
        (None, None) => match extraction.actors.iter().find(|actor| who.is(actor)) {
            Some(actor) => {
                let holders = extraction.stances.iter().filter_map(|stance| name_of(evaluation, &stance.holder));
                let others = names(holders).map(|names| format!("; only of {names}")).unwrap_or_default();
                format!("{} is mentioned, but no position of it is reported{others}", actor.name)
            }
            None => not_named(evaluation, who),
        },
    }
}

/// What stands there of a phrase that does not.
fn nearest_words<'a>(evaluation: &Evaluation<'a>, phrase: &'a [Word], label: &str) -> String {
    let stands = |word: &&'a Word| !evaluation.looked_up(std::slice::from_ref(*word)).is_empty();
    let there = phrase.iter().filter(stands).count();
    if phrase.len() == 1 {
        let Some(Word::Exact(exact)) = phrase.first() else { return "the words are not there".to_owned() };
        let folded = crate::text::fold::fold(exact);
        let other = evaluation.scan.all().find(|at| evaluation.scan.folded(*at) == folded);
        return other.map_or_else(
            || "the words are not there".to_owned(),
            |at| format!("it is there, but written “{}”", evaluation.scan.written(at)),
        );
    }
    if there == phrase.len() {
        return "all of its words are there, but not one after the other".to_owned();
    }
    // Words of the query as they were written, where each became one.
    let written: Vec<&str> = label.trim_matches(|c: char| c == '"' || c == '=').split_whitespace().collect();
    let missing = phrase.iter().position(|word| !stands(&word));
    match missing.and_then(|at| written.get(at)).filter(|_| written.len() == phrase.len()) {
        Some(word) if there + 1 == phrase.len() => format!("all of its words but “{word}” are there"),
        _ => format!("{there} of its {} words are there", phrase.len()),
    }
}

/// The fewest words between a hit of one side and one of the other, and whether they stand in this order there.
fn apart<'a>(evaluation: &Evaluation<'a>, left: &'a Condition, right: &'a Condition, scope: &Scope<'_>) -> Option<(u32, bool)> {
    let (left, right) = (evaluation.hits(left, scope)?, evaluation.hits(right, scope)?);
    let mut best: Option<(u32, bool)> = None;
    for one in left.iter().filter(|hit| !hit.words.is_empty()) {
        for other in right.iter().filter(|hit| !hit.words.is_empty() && evaluation.scan.same_text(one.words.start, hit.words.start)) {
            let found = if one.words.end <= other.words.start {
                (other.words.start - one.words.end + 1, true)
            } else if other.words.end <= one.words.start {
                (one.words.start - other.words.end + 1, false)
            } else {
                continue;
            };
            if best.is_none_or(|best| found.0 < best.0) {
                best = Some(found);
            }
        }
    }
    best
}

fn words_of(count: u32) -> String {
    if count == 1 { "1 word".to_owned() } else { format!("{count} words") }
}

/// The first condition of a topic's query that does not hold, and why.
fn topic_missing(evaluation: &Evaluation<'_>, index: usize, topics: usize) -> Option<(String, String)> {
    let condition = evaluation.topic_condition(index)?;
    let outcome = outcome_within(evaluation, condition, &evaluation.whole(), topics.checked_sub(1)?);
    let missing = (!outcome.held).then(|| outcome.first_missing())?;
    Some((missing.condition.clone(), missing.why_not.clone().unwrap_or_else(|| "nothing of it holds".to_owned())))
}

/// What the item says of itself.
fn property(evaluation: &Evaluation<'_>, field: Field) -> Option<String> {
    let article = evaluation.scan.article;
    match field {
        Field::Outlet => article.outlet.clone().or_else(|| article.publisher.as_ref().map(|publisher| publisher.value.clone())),
        Field::Feed => article.feed.as_ref().map(ToString::to_string),
        Field::Section => article.section.as_ref().map(|section| section.value.clone()),
        Field::Byline => article.authors.as_ref().map(|authors| authors.value.join(", ")),
        Field::Url => article.url.as_ref().map(ToString::to_string),
        Field::Category => Some(article.categories.join(", ")).filter(|categories| !categories.is_empty()),
        Field::Language => evaluation.scan.extraction.language.as_ref().map(|language| language.code.clone()),
        _ => None,
    }
}

/// Nobody is meant; says who comes nearest.
fn not_named(evaluation: &Evaluation<'_>, who: &Who) -> String {
    let actors = &evaluation.scan.extraction.actors;
    if actors.is_empty() {
        return "nobody is named in this article".to_owned();
    }
    match who {
        Who::Actor(ids) => {
            let all: Vec<&str> = actors.iter().flat_map(|actor| [actor.id.as_str(), actor.name.as_str()]).collect();
            let near = ids.iter().find_map(|id| nearest(id.as_str(), all.iter().copied()));
            let near = near.and_then(|near| actors.iter().find(|actor| actor.id.as_str() == near || actor.name == near));
            // By name: beside a statement of several parts, an "it" could be any of them.
            let asked = names(ids.iter().map(ActorId::as_str)).unwrap_or_else(|| "it".to_owned());
            match (near, names(by_salience(actors))) {
                (Some(actor), _) => format!("{asked} is not in this article; the nearest named is {} ({})", actor.name, actor.id),
                (None, Some(names)) => format!("{asked} is not in this article; named: {names}"),
                (None, None) => format!("{asked} is not in this article"),
            }
        }
        Who::Country(_) => {
            let codes: Vec<String> = actors.iter().filter_map(|actor| String::from_utf8(actor.country?.to_vec()).ok()).collect();
            let named = names(codes.iter().map(String::as_str)).unwrap_or_else(|| "none".to_owned());
            format!("nobody of this country is named; the countries here: {named}")
        }
        Who::Kind(_) => {
            let kinds = names(actors.iter().map(|actor| actor.kind.as_str())).unwrap_or_default();
            format!("nobody of this kind is named; the kinds here: {kinds}")
        }
        Who::Role(_) => match names(actors.iter().flat_map(|actor| actor.roles.iter().map(|role| role.title.as_str()))) {
            Some(roles) => format!("nobody with this role is named; the roles here: {roles}"),
            None => "nobody with a role is named".to_owned(),
        },
        _ => "nobody in the article is meant by it".to_owned(),
    }
}

fn not_quoted(evaluation: &Evaluation<'_>, who: &Who) -> String {
    let extraction = evaluation.scan.extraction;
    let quoted = names(extraction.quotes.iter().filter_map(|quote| quote.speaker.as_ref()).map(|speaker| speaker.name.as_str()));
    let quoted = match (quoted, extraction.quotes.is_empty()) {
        (Some(names), _) => format!("quoted in this article: {names}"),
        (None, false) => "nobody who is quoted has a name".to_owned(),
        (None, true) => "nobody is quoted".to_owned(),
    };
    match extraction.actors.iter().find(|actor| who.is(actor)) {
        Some(actor) => format!("{} is mentioned, but not quoted; {quoted}", actor.name),
        None => format!("the speaker is not in the article; {quoted}"),
    }
}

fn name_of<'e>(evaluation: &'e Evaluation<'_>, id: &ActorId) -> Option<&'e str> {
    evaluation.scan.extraction.actors.iter().find(|actor| actor.id == *id).map(|actor| actor.name.as_str())
}

/// Names, those the article is most about first.
fn by_salience(actors: &[Actor]) -> impl Iterator<Item = &str> {
    let mut sorted: Vec<&Actor> = actors.iter().collect();
    sorted.sort_by(|a, b| b.salience.total_cmp(&a.salience));
    sorted.into_iter().map(|actor| actor.name.as_str())
}

/// Each name once, a few of them; `None` where there are none.
fn names<'n>(all: impl Iterator<Item = &'n str>) -> Option<String> {
    let mut seen: Vec<&str> = Vec::new();
    for name in all {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    let more = counted_more(seen.len().saturating_sub(NAMES_MAX));
    seen.truncate(NAMES_MAX);
    (!seen.is_empty()).then(|| format!("{}{more}", seen.join(", ")))
}

fn counted_more(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" and {count} more") }
}

fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max { text.to_owned() } else { text.chars().take(max - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use crate::model::extraction::Position;
    use crate::watch::samples::{known, sample, topic, watch};

    /// For each query the first condition that does not hold, and what comes nearest.
    fn shown(queries: &[&str]) -> String {
        let between =
            "they talked of many other things, none of which matters here, and went on for hours and hours until the evening came";
        let made = sample(&format!(
            "# Moscow rejects plan\n\nA security guarantee was asked for, and {between}, in Kyiv. Nato met. \
             Zelensky said we will not wait. Security of the force.\n\nThe multinational police was there; one force was not."
        ))
        .quote("we will not wait", Some("zelensky"))
        .cites("Reuters", "they talked")
        .stance("russia", Position::Oppose, "plan", "Moscow rejects plan");
        let topics = [topic("force", "\"multinational force\""), topic("wider", "topic:force OR nobody")];
        let watches: Vec<_> = queries.iter().map(|query| watch(query, query)).collect();
        let (list, problems) = crate::watch::compile(&topics, &watches.into_iter().collect(), &known());
        assert!(problems.iter().all(|problem| !problem.is_error()), "{problems:?}");
        let explained = crate::watch::explain(&list, &made.article, &made.extraction);
        let lines = explained.iter().map(|one| match one.first_missing() {
            Some(missing) => format!("{}: {}", missing.condition, missing.why_not.as_deref().unwrap_or("-")),
            None => format!("{} holds", one.query),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_nearest_miss_of_words_is_told() {
        insta::assert_snapshot!(shown(&[
            "\"security guarantee\" NEAR/15 kyiv",
            "kyiv BEFORE/30 guarantee",
            "multinational BEFORE/2 security",
            "\"multinational force\"",
            "\"force of the security\"",
            "=NATO",
            "zebra",
            "headline:kyiv",
            "SENTENCE(guarantee police)",
            "ATLEAST/5(security)",
            "force NOT police",
            "topic:wider",
            "ABOUT(\"zebra crossing at night\")",
            "ABOUT(\"security force and a zebra, a crocodile, a giraffe\")",
            "outlet:reuters",
            "byline:smith",
        ]), @r#"
        NEAR/15: "security guarantee" and kyiv are there, 28 words apart, not within 15
        BEFORE/30: kyiv and guarantee are there, 28 words apart, but in the other order
        BEFORE/2: multinational and security are there, 5 words apart, not within 2 in this order
        "multinational force": all of its words are there, but not one after the other
        "force of the security": all of its words are there, but not one after the other
        =NATO: it is there, but written “Nato”
        zebra: the words are not there
        kyiv: the words are in the article, but not here
        SENTENCE: it holds in the article, but not in one sentence
        ATLEAST/5: it is there 2 times, not 5
        NOT: it must be absent, but there is “police”
        topic:wider: the topic's query does not hold: topic:force: the topic's query does not hold: "multinational force": all of its words are there, but not one after the other
        ABOUT("zebra crossing at night"): too few of the words are there; missing: zebra, crossing, night
        ABOUT("security force and a zebra, a crocodile, a giraffe"): none of the rarest words is there; missing: zebra, crocodile, giraffe
        outlet:reuters: the item's outlet is “Just Security”
        byline:smith: the item's byline is “Zoë Łukasz”
        "#);
    }

    #[test]
    fn the_nearest_miss_of_actors_is_told() {
        insta::assert_snapshot!(shown(&[
            "speaker:peskov",
            "speaker:russia",
            "actor:peskov",
            "country:US",
            "type:armed-group",
            "role:minister",
            "cites:bloomberg",
            "QUOTE(zelensky, guarantee)",
            "STANCE(russia, support, *)",
            "STANCE(russia, oppose, guarantee)",
            "STANCE(ukraine, *, *)",
            "STANCE(peskov, *, *)",
            "headline:(actor:ukraine)",
        ]), @"
        speaker:peskov: the speaker is not in the article; quoted in this article: Volodymyr Zelensky
        speaker:russia: Russia is mentioned, but not quoted; quoted in this article: Volodymyr Zelensky
        actor:peskov: peskov is not in this article; named: Volodymyr Zelensky, Russia, Ukraine
        country:US: nobody of this country is named; the countries here: UA, RU
        type:armed-group: nobody of this kind is named; the kinds here: person, state
        role:minister: nobody with a role is named
        cites:bloomberg: cited in this article: Reuters
        QUOTE(zelensky, guarantee): Volodymyr Zelensky is quoted, but not on this: “we will not wait”
        STANCE(russia, support, *): the reported position is oppose “plan”
        STANCE(russia, oppose, guarantee): the position is reported, but not on this: oppose “plan”
        STANCE(ukraine, *, *): Ukraine is mentioned, but no position of it is reported; only of Russia
        STANCE(peskov, *, *): peskov is not in this article; named: Volodymyr Zelensky, Russia, Ukraine
        actor:ukraine: Ukraine is not named here
        ");
    }
}
