//! The short form: actors by name, topics in plain words.
//!
//! Several actors are alternatives, several topics are alternatives, and one of each must hold. A topic in plain words
//! holds when enough of its words are in the article, often and near enough: small words are left out, names of known actors count in all
//! their spellings, words that any news holds count less, and words that stand side by side in the topic count more where
//! they stand near each other in the article. There is no corpus behind it, so that the same article always has the same
//! score.

use crate::model::span::Span;
use crate::problem::{Located, Problem};
use crate::text::fold::is_unspaced;
use crate::text::token::Tokens;
use crate::watch::compile::Compiler;
use crate::watch::condition::{About, AboutPart, Condition, Scope, Test, Who, Word};
use crate::watch::evaluate::{Evaluation, Hit, Hits, Mark, MarkPlace, in_ranges};
use crate::watch::list::WatchSource;
use crate::watch::query::ast::Term;

/// Strength from which plain words hold. Chosen on a public set of standing queries, for most of what is meant at
/// the cost of some that is not.
const STRENGTH_MIN: f32 = 0.2;
/// Words from one to the other so that two count as near.
const NEAR: u32 = 15;
/// Words of an article of usual length.
const LENGTH_USUAL: f32 = 400.0;
/// Words from which an article counts as no longer.
const LENGTH_MAX: usize = 1500;
/// Tokens of the longest name that is looked for.
const NAME_TOKENS_MAX: usize = 6;

/// Words that say nothing about what a text is about.
const SMALL: &str = "a about above across after again against all almost along already also although always am among an and another any are \
around as at away back be became because become been before behind being below between beyond both brought but by can cannot could did do does \
doing done down due during each either else ever every few figure first for from further get give given giving go going had has have having he \
her here hers him his how however i if in into involve involved involves involving is it its itself just last later least less let like made make \
makes making many may me might mine more most much must my near neither never next no nor not now of off often on once one only onto or other \
others our out over own per perhaps put quite rather regarding same say says second see seen several shall she should since so some still such \
take taken taking than that the their them then there these they this those through thus to together too toward towards two under until up upon \
us use used uses using very via was way we well went were what when where whether which while who whom whose why will with within without would \
yet you your \
der die das den dem des ein eine einer eines einem einen und oder aber in im an am auf aus bei mit nach von vom zu zum zur über unter für gegen \
um ist sind war wird werden hat haben nicht auch als wie \
le la les un une des du de et ou mais dans en au aux par pour sur sous avec sans contre est sont être qui que ce cette ces son sa ses \
el los las una unos del y o pero al por para con sin contra es son que su sus \
il lo gli uno di da e ed che non si \
и или но а в во на к ко с со у о об от до из за по для при про не что как это его ее их \
і й та або але у в на до з із зі від за по для при про не що як це його її їх";

/// Words that most news holds.
const COMMON: &str = "affair affairs agree agreement aid announce announcement area attempt background belief campaign case change chief close closer \
committee complaint complaints conference consider consideration control country countries crisis decision demand development discuss discussion \
discussions effort efforts event events fear fears figure force forces foreign full future general government group growth head high \
international issue issues leader leaders level meeting member members minister ministry move nation national nations new news nation number \
official officials old opinion part party people person persons plan plans policy position possess power powers premier president pressure \
prime problem problems produce proposal proposals propose provide provision provisions public question reaction reject relation relations \
relationship report reports result role situation state states statement suggestion support talks team time today top use war west week work \
world year years";

impl Compiler<'_> {
    /// Compiles the short form of a watch.
    pub(crate) fn short(&mut self, watch: &WatchSource) -> Option<Condition> {
        let before = self.problems.len();
        let actors: Vec<Condition> = watch.actors.iter().filter_map(|name| self.short_actor(name)).collect();
        let topics: Vec<Condition> = watch.topics.iter().filter_map(|topic| self.short_topic(topic)).collect();
        if self.problems.len() > before {
            return None;
        }
        let mut parts: Vec<Condition> = [actors, topics].into_iter().filter_map(one_of).collect();
        if parts.len() == 1 { parts.pop() } else { Some(Condition { label: "AND".into(), span: Span::default(), test: Test::All(parts) }) }
    }

    fn short_actor(&mut self, name: &Located<String>) -> Option<Condition> {
        let Some(ids) = self.find_actor(&name.value) else {
            let names = self.known.iter().flat_map(|actor| std::iter::once(&actor.name).chain(&actor.aliases));
            let help = match crate::problem::nearest(&name.value, names.map(String::as_str)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "add it as [[actor]] with its names, or write it into `topics`".to_owned(),
            };
            self.problems.push(Problem::error(format!("there is no actor `{}`", name.value), name.place.clone()).help(help));
            return None;
        };
        let label = ids.first().map(|id| format!("actor:{id}")).unwrap_or_default();
        Some(Condition { label: label.into(), span: Span::default(), test: Test::Actor { who: Who::Actor(ids), main: false } })
    }

    fn short_topic(&mut self, topic: &Located<String>) -> Option<Condition> {
        let label = format!("ABOUT(\"{}\")", topic.value.replace('"', ""));
        let Some(about) = self.about(&topic.value) else {
            let problem = Problem::error(format!("topic `{}` holds nothing but small words", topic.value), topic.place.clone());
            self.problems.push(problem.help("write at least one word that says what it is about"));
            return None;
        };
        Some(Condition { label: label.into(), span: Span::default(), test: Test::About(about) })
    }

    /// Plain words as parts that are looked for; `None` when there are only small words.
    pub(crate) fn about(&mut self, text: &str) -> Option<About> {
        let tokens = Tokens::new(text);
        let shouted = !text.chars().any(char::is_lowercase);
        let mut parts: Vec<AboutPart> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let longest = NAME_TOKENS_MAX.min(tokens.len() - at);
            let named = (1..=longest).rev().find_map(|length| {
                let slice = tokens.as_slice().get(at..at + length)?;
                let span = slice.first()?.span.hull(slice.last()?.span);
                let written = span.of(text);
                let is_name = length > 1 || written.chars().any(char::is_uppercase);
                let is_small = length == 1 && is_small(written, tokens.folded_at(at), shouted);
                let ids = self.find_actor(written).filter(|_| is_name && !is_small)?;
                Some((length, written, ids))
            });
            if let Some((length, written, ids)) = named {
                let spellings: Vec<String> = self
                    .known
                    .iter()
                    .filter(|actor| ids.contains(&actor.id))
                    .flat_map(|actor| std::iter::once(&actor.name).chain(&actor.aliases))
                    // A short name in small letters is another word.
                    .filter(|name| name.chars().count() > 3 && is_plain(name))
                    .cloned()
                    .chain([written.to_owned()])
                    .collect();
                let mut phrases = Vec::new();
                for name in spellings {
                    let term = Term { text: name, quoted: true, exact: false };
                    phrases.extend(self.phrase(Span::default(), &term));
                }
                add(&mut parts, AboutPart { label: written.into(), phrases, actors: ids, weight: 1.5, order: order(at) });
                at += length;
                continue;
            }
            let length = unspaced(&tokens, at).max(1);
            let words = tokens.as_slice().get(at..at + length).unwrap_or_default();
            let written = words.iter().map(|token| token.span).reduce(Span::hull).unwrap_or_default().of(text);
            let folded: String = words.iter().map(|token| tokens.folded(token)).collect();
            if !is_small(written, &folded, shouted) {
                let phrase = words.iter().map(|token| Word::Stem(self.vocabulary.add(tokens.folded(token)))).collect();
                let weight = weight(&folded);
                add(&mut parts, AboutPart { label: folded.into(), phrases: vec![phrase], actors: Vec::new(), weight, order: order(at) });
            }
            at += length;
        }
        (!parts.is_empty()).then_some(About { parts })
    }
}

/// Whether a name has words, and no address among them.
fn is_plain(name: &str) -> bool {
    let tokens = Tokens::new(name);
    !tokens.is_empty() && tokens.iter().all(|token| !tokens.folded(token).is_empty())
}

/// Words from here on that are characters of a script without spaces, side by side: together they are a phrase.
fn unspaced(tokens: &Tokens, at: usize) -> usize {
    let rest = tokens.as_slice().get(at..).unwrap_or_default();
    let run = rest.iter().take_while(|token| tokens.folded(token).chars().all(is_unspaced) && !tokens.folded(token).is_empty()).count();
    let apart = rest.windows(2).take(run).position(|pair| matches!(pair, [one, next] if one.span.end != next.span.start));
    apart.map_or(run, |apart| run.min(apart + 1))
}

fn order(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A word that is there twice says no more.
fn add(parts: &mut Vec<AboutPart>, part: AboutPart) {
    if !parts.iter().any(|other| other.label == part.label) {
        parts.push(part);
    }
}

fn one_of(mut parts: Vec<Condition>) -> Option<Condition> {
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(Condition { label: "OR".into(), span: Span::default(), test: Test::Any(parts) }),
    }
}

/// Whether a word says nothing: small words and single letters, but not acronyms such as U.S. or, where not all is in
/// capitals, US.
fn is_small(written: &str, folded: &str, shouted: bool) -> bool {
    let acronym = written.contains('.') || (!shouted && written.chars().count() > 1 && written.chars().all(char::is_uppercase));
    let letter = folded.chars().count() < 2 && !folded.chars().any(is_unspaced);
    letter || (!acronym && SMALL.split_ascii_whitespace().any(|small| small == folded))
}

/// How much a word says: those of most news little, long ones more than short ones.
fn weight(folded: &str) -> f32 {
    if COMMON.split_ascii_whitespace().any(|common| common == folded) || folded.chars().all(char::is_numeric) {
        return 0.5;
    }
    match folded.chars().count() {
        0..=4 => 0.8,
        5..=7 => 1.0,
        _ => 1.15,
    }
}

/// Where each part of plain words stands, in order.
fn found(evaluation: &Evaluation<'_>, about: &About, scope: &Scope<'_>) -> Vec<Vec<std::ops::Range<u32>>> {
    let scan = evaluation.scan;
    let of_part = |part: &AboutPart| {
        let mut places: Vec<std::ops::Range<u32>> = Vec::new();
        for phrase in &part.phrases {
            let length = u32::try_from(phrase.len()).unwrap_or(u32::MAX);
            places.extend(evaluation.looked_up(phrase).into_iter().map(|start| start..start.saturating_add(length)));
        }
        for actor in scan.extraction.actors.iter().filter(|actor| part.actors.contains(&actor.id)) {
            let mentions = actor.mentions.iter().filter(|mention| mention.kind != crate::model::extraction::MentionKind::Pronoun);
            places.extend(mentions.map(|mention| scan.range(mention.span)));
        }
        places.retain(|words| in_ranges(&scope.ranges, words));
        places.sort_by_key(|words| (words.start, words.end));
        places.dedup_by_key(|words| words.start);
        places
    };
    about.parts.iter().map(of_part).collect()
}

/// How far plain words are what an article is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Likeness {
    /// Share of the words that are there, by weight.
    covered: f32,
    /// Between 0 and 1: seven tenths for how often each word is there, which counts less with every time and in long
    /// articles; three tenths for how often words that stand side by side in the topic are near each other.
    pub(crate) strength: f32,
}

/// How far plain words are what an article is about.
pub(crate) fn likeness(evaluation: &Evaluation<'_>, about: &About, scope: &Scope<'_>) -> Likeness {
    let places = found(evaluation, about, scope);
    let length = count(evaluation.scan.all().len().min(LENGTH_MAX)) / LENGTH_USUAL;
    let total: f32 = about.parts.iter().map(|part| part.weight).sum();
    let (mut covered, mut dense) = (0.0, 0.0);
    for (part, places) in about.parts.iter().zip(&places).filter(|(_, places)| !places.is_empty()) {
        let times = count(places.len());
        covered += part.weight;
        dense += part.weight * times / (times + 1.2 * (0.5 + 0.5 * length));
    }
    let (mut beside, mut near) = (0.0, 0.0);
    let parts: Vec<(&AboutPart, &Vec<std::ops::Range<u32>>)> = about.parts.iter().zip(&places).collect();
    for ((left, some), (right, others)) in parts.iter().zip(parts.iter().skip(1)).filter(|((a, _), (b, _))| b.order - a.order <= 3) {
        let worth = left.weight.min(right.weight);
        let is_near = |one: &&std::ops::Range<u32>| others.iter().any(|other| one.start.abs_diff(other.start) <= NEAR);
        beside += worth;
        near += worth * count(some.iter().filter(is_near).count().min(3)) / 3.0;
    }
    let near = if beside > 0.0 { near / beside } else { dense / total };
    Likeness { covered: covered / total, strength: 0.7 * dense / total + 0.3 * near }
}

impl Likeness {
    /// Of few words most must be there, of many less than half: nobody repeats a whole sentence.
    fn holds(self, about: &About) -> bool {
        self.covered >= (0.35 + 0.6 / count(about.parts.len())).min(1.0) - 1e-4 && self.strength >= STRENGTH_MIN
    }
}

/// The hits of plain words; `None` when too little of what they say is there.
pub(crate) fn hits<'a>(evaluation: &Evaluation<'a>, about: &'a About, scope: &Scope<'_>) -> Option<Hits<'a>> {
    if !likeness(evaluation, about, scope).holds(about) {
        return None;
    }
    let places = found(evaluation, about, scope);
    let mut hits: Hits<'a> = Vec::new();
    for (part, places) in about.parts.iter().zip(places) {
        let mark = |words: &std::ops::Range<u32>| Mark { label: &part.label, place: MarkPlace::Words(words.clone()) };
        hits.extend(places.into_iter().take(20).map(|words| Hit { marks: vec![mark(&words)], words }));
    }
    hits.sort_by_key(|hit| hit.words.start);
    Some(hits)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words of one article")]
const fn count(number: usize) -> f32 {
    number as f32
}

/// What of plain words an article lacks, for the one who asks why.
pub(crate) fn missing<'a>(evaluation: &Evaluation<'a>, about: &'a About, scope: &Scope<'_>) -> Vec<&'a str> {
    let places = found(evaluation, about, scope);
    about.parts.iter().zip(places).filter(|(_, places)| places.is_empty()).map(|(part, _)| &*part.label).collect()
}
