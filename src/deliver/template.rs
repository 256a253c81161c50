//! The owner's templates, and what is wrong with them before they are used.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use minijinja::Error;

use crate::deliver::compose::bare;
use crate::deliver::format::Format;
use crate::deliver::view::{Extent, View};

/// What a template writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The subject or title: plain text on one line.
    Subject,
    /// The message.
    Body,
    /// The HTML part of a mail.
    Html,
}

impl Part {
    /// As the configuration names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
            Self::Html => "html",
        }
    }
}

/// The owner's templates of a channel, in the language of Jinja.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Templates {
    /// Of the subject.
    pub subject: Option<String>,
    /// Of the body.
    pub body: Option<String>,
    /// Of the HTML part of a mail.
    pub html: Option<String>,
}

impl Templates {
    pub(super) fn parts(&self) -> impl Iterator<Item = (Part, &str)> {
        let all = [(Part::Subject, &self.subject), (Part::Body, &self.body), (Part::Html, &self.html)];
        all.into_iter().filter_map(|(part, source)| source.as_deref().map(|source| (part, source)))
    }

    pub(super) fn has(&self, part: Part) -> bool {
        self.parts().any(|(own, _)| own == part)
    }
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Goes on from the name of the key.
    pub what: String,
    /// What would be right, where that is known.
    pub help: Option<String>,
}

/// Reads a template, holds the names in it against those that there are, and runs it for a sample alert of each kind.
///
/// # Errors
/// The first thing that is wrong.
///
/// ```
/// use wirewatch::deliver::template::check;
///
/// assert_eq!(check("{{ watch.name }}: {{ title }}"), Ok(()));
/// let fault = check("{{ item.titel }}").unwrap_err();
/// assert_eq!(fault.what, "names `item.titel`, which no alert has");
/// assert_eq!(fault.help.as_deref(), Some("did you mean `item.title`?"));
/// ```
pub fn check(source: &str) -> Result<(), Fault> {
    let mut environment = bare();
    let named = format!("check.{}", Format::Plain.as_str());
    environment.add_template_owned(named.clone(), source.to_owned()).map_err(|error| fault("is no template", &error))?;
    let template = environment.get_template(&named).map_err(|error| fault("is no template", &error))?;
    let context = View::of(SAMPLE).context(Extent::WHOLE, &TimeZone::UTC);
    let digest = View::of(SAMPLE_DIGEST).context(Extent::WHOLE, &TimeZone::UTC);
    let known = &names(&context, "") | &names(&digest, "");
    let mut wanted: Vec<String> = template.undeclared_variables(true).into_iter().collect();
    wanted.sort();
    if let Some(unknown) =
        wanted.iter().find(|name| !known.contains(*name) && !is_inside_a_list(name, &known) && !is_function(&environment, name))
    {
        let near = crate::problem::nearest(unknown, known.iter().map(String::as_str).filter(|name| !name.contains('[')))
            .map(|near| format!("did you mean `{near}`?"));
        let all =
            || format!("there are {}", known.iter().filter(|name| !name.contains(['.', '['])).cloned().collect::<Vec<_>>().join(", "));
        return Err(Fault { what: format!("names `{unknown}`, which no alert has"), help: Some(near.unwrap_or_else(all)) });
    }
    let samples = ["first", "update", "test", "feed-health"].into_iter().map(|kind| (kind, &context)).chain([("digest", &digest)]);
    for (kind, context) in samples {
        let mut context = context.clone();
        context["kind"] = kind.into();
        template.render(minijinja::value::Serde(context)).map_err(|error| fault("fails for a sample alert", &error))?;
    }
    let nothing = View::of("").context(Extent::SHRINKING[Extent::SHRINKING.len() - 1], &TimeZone::UTC);
    template.render(minijinja::value::Serde(nothing)).map_err(|error| fault("fails for an alert of which little is known", &error))?;
    Ok(())
}

fn is_function(environment: &minijinja::Environment<'_>, name: &str) -> bool {
    environment.globals().any(|(global, _)| global == name)
}

/// `why` is a list; what is asked of one of its members cannot be told from here and shows when the sample is run.
fn is_inside_a_list(name: &str, known: &BTreeSet<String>) -> bool {
    name.split_once('.').is_some_and(|(list, _)| known.contains(&format!("{list}[]")))
}

/// Every name that can be asked for, such as `item.title`; lists have `[]` after them too.
fn names(value: &serde_json::Value, before: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let name = format!("{before}{name}");
        if value.is_object() {
            names.extend(self::names(value, &format!("{name}.")));
        }
        if value.is_array() {
            names.insert(format!("{name}[]"));
        }
        names.insert(name);
    }
    names
}

fn fault(what: &str, error: &Error) -> Fault {
    let place = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
    let said = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
    Fault { what: format!("{what}: {said}{place}"), help: None }
}

/// An alert that has everything an alert can have, for checks and previews.
pub const SAMPLE: &str = include_str!("templates/sample.json");

/// The same of a digest.
const SAMPLE_DIGEST: &str = include_str!("templates/sample_digest.json");

#[cfg(test)]
mod tests {
    use super::check;

    fn shown(source: &str) -> String {
        match check(source) {
            Ok(()) => "well".to_owned(),
            Err(fault) => format!("{}; {}", fault.what, fault.help.unwrap_or_default()),
        }
    }

    #[test]
    fn faults_are_found_before_an_alert_is_lost_to_them() {
        insta::assert_snapshot!(shown("{{ title|upper }} {% for one in evidence %}{{ one.words|marked }}{% endfor %}"), @"well");
        insta::assert_snapshot!(shown("{{ item.outlet or \"?\" }} {% if story %}{{ story.outlets }}{% endif %}"), @"well");
        insta::assert_snapshot!(shown("{% for one in why %}{{ one.text }}{% endfor %}"), @"well");
        insta::assert_snapshot!(shown("{{ title"), @"is no template: unexpected end of input, expected end of variable block in line 1;");
        insta::assert_snapshot!(shown("{{ tittle }}"), @"names `tittle`, which no alert has; did you mean `title`?");
        insta::assert_snapshot!(shown("{{ nonsense }}"), @"names `nonsense`, which no alert has; there are about, actors, digest, evidence, format, gathered, held, id, item, kept, kind, linked, more, reason, schema, score, shortened, story, subject, time, title, titled, watch, why");
        insta::assert_snapshot!(shown("{% for one in why %}{{ one.txet }}{% endfor %}"), @"fails for a sample alert: undefined value in line 1;");
        insta::assert_snapshot!(shown("{% if kind == \"update\" %}{{ title|nope }}{% endif %}"), @"fails for a sample alert: filter nope is unknown in line 1;");
        insta::assert_snapshot!(shown("{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}"), @"fails for a sample alert: engine ran out of fuel in line 1;");
        insta::assert_snapshot!(shown("{{ story.outlets }}"), @"fails for a sample alert: undefined value in line 1;");
    }
}
