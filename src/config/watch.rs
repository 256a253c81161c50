//! `[[topic]]` and `[[watch]]`: what is told.

use crate::config::section::Section;
use crate::config::value;
use crate::model::alert::Severity;
use crate::model::id::{ChannelId, TopicId, WatchId};
use crate::model::matched::Updates;
use crate::problem::{Located, Problem};
use crate::watch::list::{ExampleSource, TopicSource, WatchSource};

/// Stands in for a query that is missing, so that what refers to it is not told as a fault too. Nothing runs with it.
const NO_QUERY: &str = "missing";

/// Reads a topic. `None` where it has no usable identity.
pub(crate) fn read_topic(mut section: Section<'_>) -> Option<TopicSource> {
    const EXAMPLE: &str = r#"'ukraine NEAR/15 "security guarantee"'"#;
    section.require("id", r#""security-guarantees""#);
    section.require("query", EXAMPLE);
    let id = section.parsed("id", r#""security-guarantees""#, value::identity).map(|id| id.map(TopicId::from));
    let name = section.text("name", r#""Security guarantees""#).map(|name| name.value);
    let query = section.text("query", EXAMPLE).unwrap_or_else(|| no_query(&section));
    section.finish();
    id.map(|id| TopicSource { id, name, query })
}

fn no_query(section: &Section<'_>) -> Located<String> {
    Located { value: NO_QUERY.to_owned(), place: section.place().clone() }
}

/// Reads a watch. `None` where it has no usable identity.
pub(crate) fn read_watch(mut section: Section<'_>) -> Option<WatchSource> {
    section.require("id", r#""russia-on-guarantees""#);
    let id = section.parsed("id", r#""russia-on-guarantees""#, value::identity).map(|id| id.map(WatchId::from));
    let name = section.text("name", r#""Russia on guarantees""#).map(|name| name.value);
    let (when, actors, topics) = condition(&mut section);
    let severity = section.parsed("severity", r#""high""#, |text| {
        let choices = Severity::ALL.iter().map(|severity| (severity.as_str(), *severity)).collect::<Vec<_>>();
        value::choice(text, &choices)
    });
    // A list that is empty means no channel; no list leaves it to the severity.
    let named = section.key_place("notify").is_some();
    let notify = section.texts("notify", r#""desk""#).into_iter().map(|channel| channel.map(ChannelId::from)).collect();
    let updates = section.parsed("updates", r#""growth""#, |text| {
        value::choice(text, &[("never", Updates::Never), ("growth", Updates::Growth), ("each", Updates::Each)])
    });
    let example = r#"examples = [{ text = "…", matches = true }]"#;
    let examples = section.sections("examples", example).into_iter().filter_map(read_example).collect();
    section.finish();
    id.map(|id| WatchSource {
        id,
        name,
        when,
        actors,
        topics,
        severity: severity.map(|severity| severity.value).unwrap_or_default(),
        notify: named.then_some(notify),
        updates: updates.map(|updates| updates.value).unwrap_or_default(),
        examples,
    })
}

type Condition = (Option<Located<String>>, Vec<Located<String>>, Vec<Located<String>>);

/// Either `when`, or the short form.
fn condition(section: &mut Section<'_>) -> Condition {
    let written = section.key_place("when");
    let when = section.text("when", r"'actor:peskov AND guarantee'");
    let short = section.key_place("actors").or_else(|| section.key_place("topics"));
    let actors = section.texts("actors", r#""NATO""#);
    let topics = section.texts("topics", r#""security guarantees""#);
    match (&written, short) {
        (Some(_), Some(place)) => {
            let message = "the watch has both `when` and the short form";
            let help = "keep `when`, or keep `actors` and `topics`";
            section.faults().push(Problem::error(message, place).help(help));
        }
        (None, None) => section.require("when", r"'actor:peskov AND guarantee', or actors = [ ] and topics = [ ]"),
        (None, Some(place)) if actors.is_empty() && topics.is_empty() => {
            let message = "the watch names neither an actor nor a topic";
            section.faults().push(Problem::error(message, place).help("write topics = [\"security guarantees\"]"));
        }
        _ => {}
    }
    let when = if written.is_some() { Some(when.unwrap_or_else(|| no_query(section))) } else { None };
    (when, actors, topics)
}

fn read_example(mut section: Section<'_>) -> Option<ExampleSource> {
    section.require("text", r#""Moscow rejects the plan.""#);
    section.require("matches", "true");
    let text = section.text("text", r#""Moscow rejects the plan.""#);
    let matches = section.flag("matches");
    section.finish();
    let text = text?;
    Some(ExampleSource { text: text.value, matches: matches?, place: text.place })
}
