//! `[[feed]]`: where entries come from.

use std::path::{Path, PathBuf};

use url::Url;

use crate::article::settings::Fetch;
use crate::config::environment::Environment;
use crate::config::general::{self, PollKeys};
use crate::config::path;
use crate::config::secret::Surroundings;
use crate::config::section::Section;
use crate::config::value::{self, Wrong};
use crate::model::feed::FeedSource;
use crate::model::id::FeedId;
use crate::problem::Located;

/// A `[[feed]]` as written.
#[derive(Debug)]
pub(crate) struct FeedTable {
    pub(crate) id: Option<Located<FeedId>>,
    pub(crate) source: Option<Located<FeedSource>>,
    pub(crate) outlet: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) poll: PollKeys,
    pub(crate) fetch: Option<Fetch>,
}

impl FeedTable {
    pub(crate) fn read(mut section: Section<'_>, around: Surroundings<'_>) -> Self {
        section.require("id", r#""kyiv-wire""#);
        section.require("url", r#""https://example.org/rss""#);
        let feed = Self {
            id: section.parsed("id", r#""kyiv-wire""#, value::identity).map(|id| id.map(FeedId::from)),
            source: section.parsed("url", r#""https://example.org/rss""#, |text| source(text, around)),
            outlet: section.text("outlet", r#""Kyiv Wire""#).map(|outlet| outlet.value),
            language: section.parsed("language", r#""en""#, value::language).map(|language| language.value),
            tags: section.texts("tags", r#""europe""#).into_iter().map(|tag| tag.value).collect(),
            poll: PollKeys::read(&mut section),
            fetch: general::fetch(&mut section),
        };
        section.finish();
        feed
    }
}

/// What `url` names: an address, a file or a command.
fn source(text: &str, around: Surroundings<'_>) -> Result<FeedSource, Wrong> {
    let text = text.trim();
    if let Some(command) = after_scheme(text, "exec:") {
        let mut words = value::command(command)?;
        words[0] = program(&words[0], around.base);
        return Ok(FeedSource::Command(words));
    }
    if let Some(rest) = after_scheme(text, "file:") {
        return file(text, rest, around.base, around.environment).map(FeedSource::File);
    }
    let looks_like_path = text.starts_with(['/', '.', '~']);
    value::web_address(text).map(FeedSource::Http).map_err(|wrong| match text.split_once(':') {
        None if looks_like_path => Wrong::new(wrong.what, format!("write \"file:{text}\"")),
        Some((scheme, _)) if wrong.help == "use https: or http:" => {
            Wrong::new(wrong.what, format!("use https:, http:, file: or exec: instead of {scheme}:"))
        }
        _ => wrong,
    })
}

fn after_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    text.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme))?;
    text.get(scheme.len()..)
}

/// A program with a folder in its name is beside the configuration; a bare name is looked up by the system.
fn program(written: &str, base: &Path) -> String {
    if written.contains('/') { base.join(written).to_string_lossy().into_owned() } else { written.to_owned() }
}

/// `file:///a/b` is a URL with its escapes; `file:a/b` is a path as it is.
fn file(text: &str, rest: &str, base: &Path, environment: &Environment) -> Result<PathBuf, Wrong> {
    let wrong = || Wrong::new("names no file of this machine", r#"write "file:/path/to/feed.xml", or a path beside this file"#);
    if rest.starts_with("//") {
        return Url::parse(text).ok().and_then(|url| url.to_file_path().ok()).ok_or_else(wrong);
    }
    if rest.trim().is_empty() { Err(wrong()) } else { Ok(path::resolve(rest, base, environment)) }
}
