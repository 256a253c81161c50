//! Files into tables: which are read, and what is in them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeTable;

use crate::config::actor;
use crate::config::channel::ChannelTable;
use crate::config::environment::Environment;
use crate::config::feed::FeedTable;
use crate::config::general::General;
use crate::config::holder;
use crate::config::mask;
use crate::config::path;
use crate::config::secret::Surroundings;
use crate::config::section::{Faults, Section};
use crate::config::watch;
use crate::extract::lexicon::{ConfiguredActor, ConfiguredHolder};
use crate::model::id::{ActorId, TopicId};
use crate::model::span::Span;
use crate::problem::{Level, Located, Place, Problem, SourceText};
use crate::watch::list::{TopicSource, WatchSource};
use crate::watch::sources::WatchSources;

/// Everything that was read from all files, not yet held against each other.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) general: General,
    pub(crate) feeds: Vec<FeedTable>,
    pub(crate) actor_ids: Vec<Located<ActorId>>,
    pub(crate) actors: Vec<ConfiguredActor>,
    pub(crate) holders: Vec<ConfiguredHolder>,
    pub(crate) topics: Vec<TopicSource>,
    pub(crate) watches: WatchSources,
    pub(crate) channels: Vec<ChannelTable>,
    /// Files in the order in which they were read, the main file first.
    pub(crate) files: Vec<PathBuf>,
    /// Whether a file could not be read whole, so that what seems to be missing may stand there.
    pub(crate) is_partial: bool,
    pub(crate) problems: Vec<Problem>,
}

/// Which tables a file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Main,
    Watch,
}

/// Tables of the file and of the watch files beside it.
pub(crate) fn load(main: &Path, environment: &Environment) -> Tables {
    let mut tables = Tables::default();
    tables.read_file(main, Kind::Main, environment);
    tables.read_watch_files(main, environment);
    tables
}

/// The same, with a text that is not yet in the file.
pub(crate) fn load_text(main: &Path, text: &str, environment: &Environment) -> Tables {
    let mut tables = Tables::default();
    tables.files.push(main.to_path_buf());
    tables.read_text(main.display().to_string(), text, Kind::Main, main.parent().unwrap_or(Path::new("")), environment);
    tables.read_watch_files(main, environment);
    tables
}

/// Tables of watch lists that are to be tried; see [`crate::config::load_lists`].
pub(crate) fn load_lists(file: &Path, main: &Path, environment: &Environment) -> Tables {
    let whole = std::fs::read_to_string(file).is_ok_and(|text| {
        let (document, _) = DeTable::parse_recoverable(&text);
        document.get_ref().keys().any(|key| !matches!(key.get_ref().as_ref(), "actor" | "holder" | "topic" | "watch"))
    });
    let mut tables = if whole {
        load(file, environment)
    } else {
        let mut tables = Tables::default();
        tables.read_file(file, Kind::Watch, environment);
        let around = load(main, environment);
        let (actors, topics) = (tables.actors.len(), tables.topics.len());
        let has_actor = |id: &ActorId| tables.actors.iter().take(actors).any(|own| own.id.value == *id);
        let more: Vec<_> = around.actors.into_iter().filter(|actor| !has_actor(&actor.id.value)).collect();
        tables.actors.extend(more);
        tables.holders.extend(around.holders);
        let has_topic = |id: &TopicId| tables.topics.iter().take(topics).any(|own| own.id.value == *id);
        let more: Vec<_> = around.topics.into_iter().filter(|topic| !has_topic(&topic.id.value)).collect();
        tables.topics.extend(more);
        tables
    };
    let told_to_nobody = |watch| WatchSource { notify: Some(Vec::new()), ..watch };
    tables.watches = tables.watches.into_iter().map(told_to_nobody).collect();
    tables
}

impl Tables {
    fn read_watch_files(&mut self, main: &Path, environment: &Environment) {
        match path::watch_files(main) {
            Ok(files) => files.iter().for_each(|file| self.read_file(file, Kind::Watch, environment)),
            Err(error) => self.cannot_read(&main.with_file_name("watch.d"), &error),
        }
    }

    fn cannot_read(&mut self, file: &Path, error: &std::io::Error) {
        self.is_partial = true;
        let help = (error.kind() == std::io::ErrorKind::NotFound).then(|| "name the configuration with -c FILE".to_owned());
        self.problems.push(Problem { level: Level::Error, message: format!("cannot read {}: {error}", file.display()), place: None, help });
    }

    fn read_file(&mut self, file: &Path, kind: Kind, environment: &Environment) {
        let name = file.display().to_string();
        match std::fs::read(file).map(String::from_utf8) {
            Ok(Ok(text)) => {
                self.files.push(file.to_path_buf());
                self.read_text(name, &text, kind, file.parent().unwrap_or(Path::new("")), environment);
            }
            Ok(Err(error)) => {
                self.is_partial = true;
                let start = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let text = mask::masked(&text, &DeTable::new());
                let place = Place { source: Arc::new(SourceText { name, text }), span: Span::new(start, start + '\u{fffd}'.len_utf8()) };
                self.problems.push(Problem::error("the file is not UTF-8 text", place).help("save it as UTF-8"));
            }
            Err(error) => self.cannot_read(file, &error),
        }
    }

    fn read_text(&mut self, name: String, text: &str, kind: Kind, base: &Path, environment: &Environment) {
        let (document, errors) = DeTable::parse_recoverable(text);
        self.is_partial |= !errors.is_empty();
        let source = Arc::new(SourceText { name, text: mask::masked(text, document.get_ref()) });
        let syntax = errors.iter().map(|error| syntax_problem(&source, error)).collect();
        let faults = Faults::new(Arc::clone(&source), syntax);
        let mut root = Section::root(document.get_ref(), &faults);
        self.read_tables(&mut root, kind, Surroundings { base, environment });
        root.finish();
        self.problems.extend(faults.into_problems());
    }

    fn read_tables(&mut self, root: &mut Section<'_>, kind: Kind, around: Surroundings<'_>) {
        match kind {
            Kind::Main => {
                self.general = General::read(root);
                self.feeds.extend(root.sections("feed", "[[feed]]").into_iter().map(|section| FeedTable::read(section, around)));
                let channels = root.sections("channel", "[[channel]]");
                self.channels.extend(channels.into_iter().map(|section| ChannelTable::read(section, around)));
            }
            Kind::Watch => {
                let help = "move it to wirewatch.toml; a file of watch.d holds [[actor]], [[holder]], [[topic]] and [[watch]]";
                root.misplaced(
                    &["state", "poll", "article", "log", "net", "notify", "keep", "websub", "operator", "feed", "channel"],
                    help,
                );
            }
        }
        for section in root.sections("actor", "[[actor]]") {
            let (id, actor) = actor::read(section);
            self.actor_ids.extend(id);
            self.actors.extend(actor);
        }
        self.holders.extend(root.sections("holder", "[[holder]]").into_iter().filter_map(holder::read));
        self.topics.extend(root.sections("topic", "[[topic]]").into_iter().filter_map(watch::read_topic));
        self.watches.extend(root.sections("watch", "[[watch]]").into_iter().filter_map(watch::read_watch));
    }
}

/// A fault of syntax, with the fix that its kind mostly wants.
fn syntax_problem(source: &Arc<SourceText>, error: &toml::de::Error) -> Problem {
    let end = source.text.len();
    let span =
        error.span().map_or(Span::new(end, end), |span| on_boundaries(&source.text, Span::new(span.start.min(end), span.end.min(end))));
    let message = error.message();
    let help = if message.contains("duplicate key") {
        "a key stands once in a table; remove one of the two"
    } else if message.contains("string") || message.contains("quot") {
        "texts stand in quotation marks, opened and closed on one line"
    } else {
        "TOML lines read `key = \"text\"`, `[table]` or `[[table]]`"
    };
    Problem::error(format!("not TOML: {message}"), Place { source: Arc::clone(source), span }).help(help)
}

/// The smallest span on character boundaries that holds `span`.
fn on_boundaries(text: &str, span: Span) -> Span {
    let start = (0..=span.start).rev().find(|position| text.is_char_boundary(*position)).unwrap_or(0);
    let end = (span.end..=text.len()).find(|position| text.is_char_boundary(*position)).unwrap_or(text.len());
    Span::new(start, end.max(start))
}
