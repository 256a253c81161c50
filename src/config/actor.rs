//! `[[actor]]`: who is known by name.

use crate::config::section::Section;
use crate::config::value;
use crate::extract::lexicon::ConfiguredActor;
use crate::model::extraction::{ActorKind, Role};
use crate::model::id::ActorId;
use crate::problem::Located;

/// Reads an actor. One without a usable identity or name gives `None`, and its identity, so that it still counts as taken.
pub(crate) fn read(mut section: Section<'_>) -> (Option<Located<ActorId>>, Option<ConfiguredActor>) {
    section.require("id", r#""peskov""#);
    section.require("name", r#""Dmitry Peskov""#);
    let id = section.parsed("id", r#""peskov""#, value::identity).map(|id| id.map(ActorId::from));
    let name = section.text("name", r#""Dmitry Peskov""#);
    let aliases = section.texts("aliases", r#""Peskov""#);
    let kind = section.parsed("type", r#""person""#, |text| {
        let names = ActorKind::ALL.iter().map(|kind| kind.as_str());
        let wrong = || value::Wrong::new(format!("is `{text}`, which is no type of actor"), value::suggestion(text, names));
        ActorKind::parse(text).ok_or_else(wrong)
    });
    let country = section.parsed("country", r#""RU""#, value::country);
    let roles = section.sections("roles", r#"roles = [{ title = "spokesperson", of = "kremlin" }]"#).into_iter().filter_map(role).collect();
    section.finish();
    let actor = id.clone().zip(name).map(|(id, name)| ConfiguredActor {
        id,
        name,
        aliases,
        kind: kind.map(|kind| kind.value),
        country: country.map(|country| country.value),
        roles,
    });
    (id, actor)
}

fn role(mut section: Section<'_>) -> Option<Role> {
    section.require("title", r#""spokesperson""#);
    let title = section.text("title", r#""spokesperson""#);
    let of = section.text("of", r#""kremlin""#).map(|of| of.value);
    section.finish();
    Some(Role { title: title?.value, of })
}
