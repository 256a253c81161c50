use std::sync::Arc;

use crate::extract::lexicon::{ConfiguredActor, Lexicons};
use crate::model::extraction::ActorKind;
use crate::model::id::ActorId;
use crate::model::span::Span;
use crate::problem::{Level, Located, Place, SourceText};

fn located<T>(value: T) -> Located<T> {
    let source = Arc::new(SourceText { name: "wirewatch.toml".to_owned(), text: String::new() });
    Located { value, place: Place { source, span: Span::new(0, 0) } }
}

fn configured(id: &str, name: &str, aliases: &[&str]) -> ConfiguredActor {
    ConfiguredActor {
        id: located(ActorId::from(id)),
        name: located(name.to_owned()),
        aliases: aliases.iter().map(|alias| located((*alias).to_owned())).collect(),
        kind: None,
        country: None,
        roles: Vec::new(),
    }
}

#[test]
fn every_identity_is_there_once() {
    let (lexicons, problems) = Lexicons::new(&[]);
    assert!(problems.is_empty());
    let mut ids: Vec<&str> = lexicons.known().iter().map(|actor| actor.id.as_str()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert!(all > 900, "{all}");
}

#[test]
fn roles_name_actors_that_exist() {
    let (lexicons, _) = Lexicons::new(&[]);
    for actor in lexicons.known() {
        for of in actor.roles.iter().filter_map(|role| role.of.as_deref()) {
            assert!(lexicons.known().iter().any(|other| other.id.as_str() == of), "{}: {of}", actor.id);
        }
    }
}

#[test]
fn a_configured_actor_adds_to_the_built_in_one() {
    let (lexicons, problems) = Lexicons::new(&[configured("peskov", "Dmitry S. Peskov", &["The Mouthpiece"])]);
    assert!(problems.is_empty());
    let actor = lexicons.known().iter().find(|actor| actor.id.as_str() == "peskov").unwrap();
    assert_eq!(actor.kind, ActorKind::Person);
    assert_eq!(actor.country, Some(*b"RU"));
    assert!(actor.aliases.iter().any(|alias| alias == "The Mouthpiece"));
}

#[test]
fn doubtful_names_are_told() {
    let (_, problems) = Lexicons::new(&[configured("x", "Police", &["Xi", "EU", "Jane Example"])]);
    let messages: Vec<(Level, &str)> = problems.iter().map(|problem| (problem.level, problem.message.as_str())).collect();
    assert_eq!(
        messages,
        [
            (Level::Warning, "`Police` is a common word and will be found where the actor is not meant"),
            (Level::Warning, "`Xi` is shorter than three letters"),
        ]
    );
}
