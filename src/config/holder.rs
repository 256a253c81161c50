//! `[[holder]]`: who held which office from when to when.

use crate::config::section::Section;
use crate::config::value;
use crate::extract::lexicon::ConfiguredHolder;
use crate::model::id::ActorId;

/// Reads a holder of an office. `None` where something is missing or wrong, which is told.
pub(crate) fn read(mut section: Section<'_>) -> Option<ConfiguredHolder> {
    const DAY: &str = r#""2024-09-05""#;
    const SOURCE: &str = r#""https://example.org/ministers""#;
    for (key, example) in [
        ("office", r#""foreign minister""#),
        ("of", r#""ukraine""#),
        ("actor", r#""sybiha""#),
        ("from", DAY),
        ("source", SOURCE),
        ("checked", DAY),
    ] {
        section.require(key, example);
    }
    let office = section.text("office", r#""foreign minister""#);
    let of = section.parsed("of", r#""ukraine""#, value::identity).map(|id| id.map(ActorId::from));
    let actor = section.parsed("actor", r#""sybiha""#, value::identity).map(|id| id.map(ActorId::from));
    let from = section.parsed("from", DAY, value::day);
    let ends = section.key_place("to").is_some();
    let to = section.parsed("to", DAY, value::day);
    let source = section.text("source", SOURCE).map(|source| source.value);
    let checked = section.parsed("checked", DAY, value::day).map(|day| day.value);
    section.finish();
    if ends && to.is_none() {
        return None;
    }
    Some(ConfiguredHolder { office: office?, of: of?, actor: actor?, from: from?, to, source: source?, checked: checked? })
}
