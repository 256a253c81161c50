//! Who held which office from when to when, as the owner noted it with a source.

use jiff::civil::Date;

use crate::extract::lexicon::words::ROLES;
use crate::model::extraction::{Actor, ActorKind, KnownActor, Role};
use crate::model::id::ActorId;
use crate::problem::{Located, Problem, nearest};

/// A holder of an office as the owner configured it (`[[holder]]`).
#[derive(Debug, Clone)]
pub struct ConfiguredHolder {
    /// The office, as a role noun such as `foreign minister`.
    pub office: Located<String>,
    /// Of which state or organisation: an actor's identity.
    pub of: Located<ActorId>,
    /// Who: an actor's identity.
    pub actor: Located<ActorId>,
    /// First day.
    pub from: Located<Date>,
    /// Last day; `None` while it lasts.
    pub to: Option<Located<Date>>,
    /// Where that is written.
    pub source: String,
    /// The day on which it was last known to be right.
    pub checked: Date,
}

#[derive(Debug, Clone)]
struct Holder {
    title: &'static str,
    of: ActorId,
    actor: ActorId,
    from: Date,
    to: Option<Date>,
}

/// The holders of all offices that the owner noted.
#[derive(Debug, Default)]
pub(crate) struct Holders(Vec<Holder>);

impl Holders {
    /// Takes what is right, and tells the rest.
    pub(crate) fn new(configured: &[ConfiguredHolder], known: &[KnownActor]) -> (Self, Vec<Problem>) {
        let mut holders: Vec<Holder> = Vec::new();
        let mut problems = Vec::new();
        for one in configured {
            let (title, faults) = (office(&one.office), faults(one, known));
            let right = faults.is_empty();
            problems.extend(title.as_ref().err().cloned().into_iter().chain(faults));
            let Ok(title) = title else { continue };
            let (from, to) = (one.from.value, one.to.as_ref().map(|to| to.value));
            let other = holders.iter().find(|other| {
                other.title == title
                    && other.of == one.of.value
                    && other.to.is_none_or(|end| from < end)
                    && to.is_none_or(|end| other.from < end)
            });
            if let Some(other) = other {
                let message = format!("`{}` is noted as {title} of `{}` for the same days", other.actor, other.of);
                problems.push(Problem::error(message, one.from.place.clone()).help("end the earlier one with to = \"2025-05-06\""));
            } else if right {
                holders.push(Holder { title, of: one.of.value.clone(), actor: one.actor.value.clone(), from, to });
            }
        }
        (Self(holders), problems)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Who held an office on a day; without a day who holds it with no end noted. The last day of one and the first of the next is
    /// the next one's.
    pub(crate) fn on(&self, title: &str, of: &str, day: Option<Date>) -> Option<&ActorId> {
        let held = |holder: &&Holder| match day {
            Some(day) => holder.from <= day && holder.to.is_none_or(|to| day <= to),
            None => holder.to.is_none(),
        };
        let offices = self.0.iter().filter(|holder| holder.title == title && holder.of.as_str() == of);
        offices.filter(held).max_by_key(|holder| holder.from).map(|holder| &holder.actor)
    }

    /// Gives actors the offices that they held on the day, and takes those of the lists away that others held then.
    pub(crate) fn date(&self, actors: &mut [Actor], listed: impl Fn(&ActorId, &Role) -> bool, day: Option<Date>) {
        let noted = |role: &Role| self.0.iter().any(|holder| holder.title == role.title && Some(holder.of.as_str()) == role.of.as_deref());
        for actor in actors.iter_mut().filter(|actor| actor.known) {
            let id = actor.id.clone();
            let held = |role: &Role| role.of.as_deref().and_then(|of| self.on(&role.title, of, day)) == Some(&id);
            let formerly = |role: &Role| {
                let title = role.title.strip_prefix("former ").map(str::to_owned);
                title.is_some_and(|title| held(&Role { title, of: role.of.clone() }))
            };
            actor.roles.retain(|role| !listed(&id, role) || (!noted(role) || held(role)) && !formerly(role));
            for holder in self.0.iter().filter(|holder| holder.actor == id) {
                let role = Role { title: holder.title.to_owned(), of: Some(holder.of.to_string()) };
                if held(&role) && !actor.roles.contains(&role) {
                    actor.roles.push(role);
                }
            }
        }
    }
}

/// The office by any of its names.
fn office(written: &Located<String>) -> Result<&'static str, Problem> {
    let name = written.value.to_lowercase();
    let found = ROLES.iter().find(|(title, names)| *title == name || names.split('|').any(|one| one == name));
    found.map(|(title, _)| *title).ok_or_else(|| {
        let near = nearest(&name, ROLES.iter().map(|(title, _)| *title));
        let help = near
            .map_or_else(|| "write it as the news does, such as \"foreign minister\"".to_owned(), |near| format!("did you mean `{near}`?"));
        Problem::error(format!("`{}` is no office that is found in texts", written.value), written.place.clone()).help(help)
    })
}

fn faults(one: &ConfiguredHolder, known: &[KnownActor]) -> Vec<Problem> {
    let mut faults = Vec::new();
    for id in [&one.of, &one.actor] {
        if known.iter().any(|actor| actor.id == id.value) {
            continue;
        }
        let near = nearest(id.value.as_str(), known.iter().map(|actor| actor.id.as_str()));
        let help = near.map_or_else(
            || "add an [[actor]] with this id".to_owned(),
            |near| format!("did you mean `{near}`? Else add an [[actor]] with this id"),
        );
        faults.push(Problem::error(format!("there is no actor `{}`", id.value), id.place.clone()).help(help));
    }
    if let Some(actor) = known.iter().find(|actor| actor.id == one.actor.value).filter(|actor| actor.kind != ActorKind::Person) {
        let message = format!("`{}` is a {}, and only persons hold offices", actor.id, actor.kind.as_str());
        faults.push(
            Problem::error(message, one.actor.place.clone()).help("name the person in `actor` and the state or organisation in `of`"),
        );
    }
    if let Some(to) = one.to.as_ref().filter(|to| to.value < one.from.value) {
        faults.push(Problem::error("the last day is before the first", to.place.clone()).help("exchange `from` and `to`"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::{Date, date};

    use super::{ConfiguredHolder, Holders};
    use crate::extract::actors;
    use crate::extract::lexicon::Lexicons;
    use crate::extract::reading::{Reading, plain_article};
    use crate::model::article::{Moment, Precision, Sourced};
    use crate::model::span::Span;
    use crate::problem::{Located, Place, SourceText};

    fn located<T>(value: T) -> Located<T> {
        let source = Arc::new(SourceText { name: "watch.d/holders.toml".to_owned(), text: String::new() });
        Located { value, place: Place { source, span: Span::new(0, 0) } }
    }

    fn holder(office: &str, of: &str, actor: &str, from: Date, to: Option<Date>) -> ConfiguredHolder {
        ConfiguredHolder {
            office: located(office.to_owned()),
            of: located(of.into()),
            actor: located(actor.into()),
            from: located(from),
            to: to.map(located),
            source: "https://example.org/ministers".to_owned(),
            checked: date(2026, 1, 15),
        }
    }

    fn noted() -> Vec<ConfiguredHolder> {
        vec![
            holder("foreign minister", "ukraine", "sybiha", date(2024, 9, 5), None),
            holder("foreign minister", "ukraine", "kuleba", date(2020, 3, 4), Some(date(2024, 9, 5))),
        ]
    }

    /// `actor (roles): mentions`, one a line.
    fn shown(text: &str, day: Date) -> String {
        let (lexicons, _) = Lexicons::with_holders(&[], &noted());
        let mut article = plain_article(text);
        article.published = Some(Sourced { value: Moment::Civil(day, Precision::Day), span: None, from: "feed" });
        let reading = Reading::new(&article, "en");
        let found = actors::find(&reading, &lexicons);
        let shown = found.iter().map(|actor| {
            let roles: Vec<String> =
                actor.roles.iter().map(|role| format!("{} of {}", role.title, role.of.as_deref().unwrap_or("-"))).collect();
            let mentions: Vec<&str> = actor.mentions.iter().map(|mention| mention.span.of(text)).collect();
            format!("{} ({}): {}", actor.id, roles.join(", "), mentions.join(", "))
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_office_means_who_held_it_on_the_day_of_the_article() {
        let text = "The Ukrainian foreign minister said the talks went on. A former Ukrainian foreign minister did not agree.";
        insta::assert_snapshot!(shown(text, date(2025, 12, 9)), @"
        ukraine (): Ukrainian, Ukrainian
        sybiha (foreign minister of ukraine): foreign minister
        ");
        insta::assert_snapshot!(shown(text, date(2023, 12, 9)), @"
        ukraine (): Ukrainian, Ukrainian
        kuleba (foreign minister of ukraine): foreign minister
        ");
        insta::assert_snapshot!(shown("Ukraine's foreign minister, Andrii Sybiha, came.", date(2023, 12, 9)), @"
        ukraine (): Ukraine
        sybiha (): Andrii Sybiha
        ");
    }

    #[test]
    fn what_cannot_be_is_told() {
        let (lexicons, _) = Lexicons::new(&[]);
        let wrong = [
            holder("foreign ministr", "ukraine", "sybiha", date(2024, 9, 5), None),
            holder("president", "ukrain", "zelenski", date(2019, 5, 20), None),
            holder("president", "france", "ukraine", date(2017, 5, 14), Some(date(2016, 5, 14))),
            holder("prime minister", "italy", "meloni", date(2022, 10, 22), None),
            holder("prime minister", "italy", "draghi", date(2021, 2, 13), None),
        ];
        let (_, problems) = Holders::new(&wrong, lexicons.known());
        let told: Vec<String> =
            problems.iter().map(|problem| format!("{} help: {}", problem.message, problem.help.as_deref().unwrap_or("-"))).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        `foreign ministr` is no office that is found in texts help: did you mean `foreign minister`?
        there is no actor `ukrain` help: did you mean `ukraine`? Else add an [[actor]] with this id
        there is no actor `zelenski` help: did you mean `zelensky`? Else add an [[actor]] with this id
        `ukraine` is a state, and only persons hold offices help: name the person in `actor` and the state or organisation in `of`
        the last day is before the first help: exchange `from` and `to`
        there is no actor `draghi` help: did you mean `araghchi`? Else add an [[actor]] with this id
        `meloni` is noted as prime minister of `italy` for the same days help: end the earlier one with to = "2025-05-06"
        "#);
    }
}
