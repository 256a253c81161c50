//! `feeds add`, `feeds import`, `feeds export`: the feed set as text.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use url::Url;

use crate::cli::check::{EXIT_CONFIGURATION, Look};
use crate::cli::opml::{self, List, Listed};
use crate::config::edit::{NewFeed, add_feed, add_feeds};
use crate::config::{Config, Environment, load_text, value};
use crate::model::feed::{Feed, FeedSource};
use crate::model::id::FeedId;
use crate::poll::discover::NamedFeed;
use crate::problem::Problem;
use crate::problem::render::{counted, render};
use crate::text::safe::one_line;

/// What trying a feed showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It is a feed.
    Feed {
        /// Its own title.
        title: Option<String>,
        /// How many entries it lists.
        entries: usize,
    },
    /// It is a page that names these feeds.
    Page(Vec<NamedFeed>),
}

/// Where the configuration is and how people are told.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The configuration file; made when it does not exist.
    pub path: &'a Path,
    /// The environment.
    pub environment: &'a Environment,
    /// How faults look.
    pub look: Look,
}

/// `feeds add URL`: writes a `[[feed]]` into the configuration, after `try_feed` could read it.
///
/// `try_feed` is `None` for `--untried`. An address that is a page gives the one feed it names; where it names several, the owner has to
/// choose. The file keeps comments, layout, permissions and owner. Nothing is written when the feed is there already, cannot be read, or
/// would make the configuration wrong; the last gives exit code 78 and tells the faults to `notes`.
///
/// # Errors
/// When the feed is configured already, cannot be read, or the file cannot be changed.
pub fn add<T>(desk: &Desk<'_>, feed: &NewFeed, try_feed: Option<&T>, out: &mut dyn Write, notes: &mut dyn Write) -> anyhow::Result<ExitCode>
where
    T: Fn(&Config, &Feed) -> anyhow::Result<Tried>,
{
    let before = read(desk.path)?;
    let mut feed = feed.clone();
    // A page leads to a feed once; a feed that is a page again is none.
    for from_page in [false, true] {
        let (text, id) = add_feed(&before, &feed)?;
        let Some(config) = checked(desk, &text, notes)? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
        let about = match try_feed {
            None => String::new(),
            Some(try_feed) => {
                let (added, _) = config.feeds.iter().find(|(feed, _)| feed.id == id).ok_or_else(|| anyhow!("feed `{id}` was lost"))?;
                match try_feed(&config, added).context("the feed cannot be read now (--untried adds it all the same)")? {
                    Tried::Feed { title, entries } => {
                        let title = title.map(|title| format!("{}, ", one_line(&title))).unwrap_or_default();
                        format!(" ({title}{})", if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") })
                    }
                    Tried::Page(feeds) if !from_page => {
                        let chosen = the_one(&feeds)?;
                        writeln!(notes, "the address is a page; the feed it names is {}", chosen.url)?;
                        feed.url = chosen.url.to_string();
                        continue;
                    }
                    Tried::Page(_) => bail!("{} is a page too, not a feed", feed.url),
                }
            }
        };
        replace(desk.path, &text).with_context(|| format!("cannot change {}", desk.path.display()))?;
        writeln!(out, "added feed `{id}`{about} to {}", desk.path.display())?;
        break;
    }
    Ok(ExitCode::SUCCESS)
}

/// The feed of a page that names only one.
fn the_one(feeds: &[NamedFeed]) -> anyhow::Result<&NamedFeed> {
    match feeds {
        [] => bail!("the address is a page that names no feed\nhelp: `feeds discover --usual-paths` tries where feeds usually are"),
        [feed] => Ok(feed),
        many => {
            let rows = many.iter().map(|feed| format!("\n  {}  {}", feed.url, one_line(feed.title.as_deref().unwrap_or_default())));
            bail!("the address is a page that names {} feeds\nhelp: add one of them:{}", many.len(), rows.collect::<String>())
        }
    }
}

/// `feeds import FILE`: adds the feeds of an OPML text; folders and categories become tags.
///
/// Feeds that are there already are left as they are. Addresses other than `http:` and `https:` are left out: a list from
/// elsewhere must not name files and programs of this machine.
///
/// # Errors
/// When the text is no OPML, or the file cannot be changed.
pub fn import(desk: &Desk<'_>, list: &[u8], out: &mut dyn Write, notes: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let List { feeds, problems } = opml::read(list).ok_or_else(|| anyhow!("the list is no OPML"))?;
    for problem in &problems {
        writeln!(notes, "problem in the list: {problem}")?;
    }
    let (listed, others): (Vec<Listed>, Vec<Listed>) = feeds.into_iter().partition(|feed| is_web(&feed.url));
    for feed in &others {
        writeln!(notes, "left out: `{}` has no http: or https: address", feed.name.as_deref().unwrap_or_default())?;
    }
    let wanted: Vec<NewFeed> = listed.into_iter().map(new_listed).collect();
    let (text, added) = add_feeds(&read(desk.path)?, &wanted)?;
    if added > 0 {
        if checked(desk, &text, notes)?.is_none() {
            return Ok(ExitCode::from(EXIT_CONFIGURATION));
        }
        replace(desk.path, &text).with_context(|| format!("cannot change {}", desk.path.display()))?;
    }
    write!(out, "added {} to {}", counted(added, "feed"), desk.path.display())?;
    let present = wanted.len() - added;
    for (count, what) in [(present, "there already"), (others.len(), "left out")].into_iter().filter(|(count, _)| *count > 0) {
        write!(out, ", {count} {what}")?;
    }
    writeln!(out)?;
    Ok(ExitCode::SUCCESS)
}

fn new_listed(feed: Listed) -> NewFeed {
    let Listed { url, name, language, tags } = feed;
    // Lists from elsewhere name languages in many ways; a wrong one must not cost the feed.
    let language = language.filter(|language| value::language(language).is_ok());
    NewFeed { id: None, url, outlet: name, language, tags }
}

fn is_web(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// `feeds export`: the feeds as OPML. The first tag of a feed is its folder, the others are its categories.
///
/// Files and commands mean nothing elsewhere and are left out; so are names and passwords in addresses. `notes` tells of both.
///
/// # Errors
/// When there is no feed to write, or `out` cannot be written.
pub fn export(config: &Config, out: &mut dyn Write, notes: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let mut listed = Vec::new();
    for (feed, _) in &config.feeds {
        let FeedSource::Http(url) = &feed.source else {
            writeln!(notes, "left out: feed `{}` is a file or a command", feed.id)?;
            continue;
        };
        if !url.username().is_empty() || url.password().is_some() {
            writeln!(notes, "name and password of feed `{}` are left out", feed.id)?;
        }
        let name = feed.outlet.as_deref().unwrap_or(feed.id.as_str());
        let tags = feed.tags.iter().map(|tag| one_line(tag)).collect();
        listed.push(Listed { url: without_user(url), name: Some(name.to_owned()), language: feed.language.clone(), tags });
    }
    if listed.is_empty() {
        bail!("there is no feed with an address to export");
    }
    out.write_all(opml::written(&listed).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The address as text without name and password.
fn without_user(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail for addresses without a host alone, which have neither.
    if url.set_username("").is_err() || url.set_password(None).is_err() {
        return String::new();
    }
    url.into()
}

/// The text of the file; nothing where there is no file yet.
fn read(path: &Path) -> anyhow::Result<String> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        result => result.with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The configuration that the text would be; `None` when it has errors, which are told.
fn checked(desk: &Desk<'_>, text: &str, notes: &mut dyn Write) -> anyhow::Result<Option<Config>> {
    let loaded = load_text(desk.path, text, desk.environment);
    if loaded.config.is_none() {
        let errors = loaded.problems.into_iter().filter(Problem::is_error).collect::<Vec<_>>();
        write!(notes, "{}", render(&errors, desk.look.width, desk.look.colour))?;
        writeln!(notes, "{} was left as it is", desk.path.display())?;
    }
    Ok(loaded.config)
}

/// Puts a text in place of a file, whole or not at all: a reader sees the old text or the new one, also after a power cut.
/// Permissions and owner stay. Where the path is a link, the file it leads to is replaced.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let draft = draft_of(&target)?;
    let written = write_draft(&draft, &target, text).and_then(|()| std::fs::rename(&draft, &target).map_err(Into::into));
    if let Err(error) = written {
        return match std::fs::remove_file(&draft) {
            Err(removal) if removal.kind() != ErrorKind::NotFound => Err(error.context(format!("{} is left over", draft.display()))),
            _ => Err(error),
        };
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    Ok(())
}

fn draft_of(target: &Path) -> anyhow::Result<PathBuf> {
    let name = target.file_name().ok_or_else(|| anyhow!("{} names no file", target.display()))?;
    Ok(target.with_file_name(format!(".{}.{}.new", name.to_string_lossy(), std::process::id())))
}

fn write_draft(draft: &Path, target: &Path, text: &str) -> anyhow::Result<()> {
    // Closed to others until the permissions of the old file are known to hold.
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(text.as_bytes())?;
    let permissions = match std::fs::metadata(target) {
        Ok(old) => {
            let new = file.metadata()?;
            if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
                fchown(&file, Some(old.uid()), Some(old.gid())).context("the file would change its owner")?;
            }
            old.permissions()
        }
        Err(error) if error.kind() == ErrorKind::NotFound => <Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o640),
        Err(error) => return Err(error.into()),
    };
    file.set_permissions(permissions)?;
    file.sync_all()?;
    Ok(())
}

/// A feed as `feeds add` is asked for it.
pub fn new_feed(url: &str, id: Option<&str>) -> NewFeed {
    NewFeed { id: id.map(FeedId::from), url: url.to_owned(), ..NewFeed::default() }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use crate::cli::check::Look;
    use crate::cli::feeds_edit::{Desk, Tried, add, export, import, new_feed};
    use crate::config::edit::NewFeed;
    use crate::config::{Config, Environment, load};
    use crate::model::feed::{Feed, FeedSource};
    use crate::poll::discover::{FoundBy, NamedFeed};
    use crate::problem::render::Colour;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new(text: &str) -> Self {
            let folder = Self(tempfile::tempdir().unwrap());
            std::fs::write(folder.path(), text).unwrap();
            folder
        }

        fn path(&self) -> PathBuf {
            self.0.path().join("wirewatch.toml")
        }

        /// What a command writes to both outputs and its end.
        fn shown(&self, command: impl FnOnce(&Desk<'_>, &mut Vec<u8>, &mut Vec<u8>) -> anyhow::Result<std::process::ExitCode>) -> String {
            let (path, environment) = (self.path(), Environment::default());
            let desk = Desk { path: &path, environment: &environment, look: Look { width: 100, colour: Colour::Plain } };
            let (mut out, mut notes) = (Vec::new(), Vec::new());
            let end = match command(&desk, &mut out, &mut notes) {
                Ok(code) => format!("{code:?}"),
                Err(error) => format!("error: {error:#}"),
            };
            let text = [out, notes].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
            format!("{text}{end}").replace(&format!("{}/", self.0.path().display()), "")
        }

        fn add(&self, feed: &NewFeed, tried: Option<Result<Tried, &'static str>>) -> String {
            let try_feed = tried.map(|tried| move |_: &Config, _: &Feed| tried.clone().map_err(anyhow::Error::msg));
            self.shown(|desk, out, notes| add(desk, feed, try_feed.as_ref(), out, notes))
        }

        fn import(&self, opml: &str) -> String {
            self.shown(|desk, out, notes| import(desk, opml.as_bytes(), out, notes))
        }

        fn export(&self) -> String {
            let config = load(&self.path(), &Environment::default()).config.unwrap();
            self.shown(|_, out, notes| export(&config, out, notes))
        }

        fn text(&self) -> String {
            std::fs::read_to_string(self.path()).unwrap()
        }

        /// Names in the folder, to see that nothing is left behind.
        fn names(&self) -> Vec<String> {
            let names = std::fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.collect()
        }
    }

    #[test]
    fn a_feed_is_tried_and_added() {
        let folder = Folder::new("# mine\n[poll]\ninterval = \"1h\" # often\n");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o604)).unwrap();
        let tried = Tried::Feed { title: Some("Kyiv\u{1b}[1m Wire\n".to_owned()), entries: 20 };
        insta::assert_snapshot!(folder.add(&new_feed("https://kyiv.example/rss", None), Some(Ok(tried))), @"
        added feed `kyiv-example` (Kyiv [1m Wire, 20 entries) to wirewatch.toml
        ExitCode(unix_exit_status(0))
        ");
        insta::assert_snapshot!(folder.text(), @r#"
        # mine
        [poll]
        interval = "1h" # often

        [[feed]]
        id = "kyiv-example"
        url = "https://kyiv.example/rss"
        "#);
        assert_eq!(std::fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o604);
        assert_eq!(folder.names(), ["wirewatch.toml"]);
    }

    #[test]
    fn a_feed_that_is_there_or_wrong_or_unreadable_changes_nothing() {
        let before = "[[feed]]\nid = \"a\"\nurl = \"https://example.org/rss\"\n";
        let folder = Folder::new(before);
        insta::assert_snapshot!(folder.add(&new_feed("https://example.org/rss", None), None), @"error: the address is configured already, as feed `a`");
        insta::assert_snapshot!(folder.add(&new_feed("https://example.org/other", Some("a")), None), @"error: feed `a` is configured already");
        insta::assert_snapshot!(folder.add(&new_feed("ftp://example.org/rss", None), None), @r#"
          × `feed.url` has the scheme `ftp:`, which is never asked
           ╭─[wirewatch.toml:7:7]
         7 │ url = "ftp://example.org/rss"
           ·       ───────────────────────
           ╰────
          help: use https:, http:, file: or exec: instead of ftp:

        1 error in 1 file
        wirewatch.toml was left as it is
        ExitCode(unix_exit_status(78))
        "#);
        insta::assert_snapshot!(folder.add(&new_feed("http://127.0.0.1/rss", None), None), @r#"
          × `127.0.0.1` is no public address (loopback), and [net] allow_private does not list it
           ╭─[wirewatch.toml:7:7]
         7 │ url = "http://127.0.0.1/rss"
           ·       ──────────────────────
           ╰────
          help: add "127.0.0.1" to [net] allow_private if it is meant

        1 error in 1 file
        wirewatch.toml was left as it is
        ExitCode(unix_exit_status(78))
        "#);
        insta::assert_snapshot!(folder.add(&new_feed("https://example.net/page", None), Some(Err("it is a page"))), @"error: the feed cannot be read now (--untried adds it all the same): it is a page");
        assert_eq!(folder.text(), before);
        assert_eq!(folder.names(), ["wirewatch.toml"]);
    }

    #[test]
    fn a_page_gives_the_one_feed_it_names() {
        let folder = Folder::new("# mine\n");
        let named = |url: &str| NamedFeed { url: url.parse().unwrap(), title: Some("All".to_owned()), found: FoundBy::Page };
        let add_page = |feeds: Vec<NamedFeed>| {
            let try_feed = move |_: &Config, feed: &Feed| match &feed.source {
                FeedSource::Http(url) if url.path() == "/" => Ok(Tried::Page(feeds.clone())),
                _ => Ok(Tried::Feed { title: None, entries: 1 }),
            };
            folder.shown(|desk, out, notes| add(desk, &new_feed("https://wire.example/", None), Some(&try_feed), out, notes))
        };
        insta::assert_snapshot!(add_page(vec![named("https://wire.example/a"), named("https://wire.example/b")]), @"
        error: the address is a page that names 2 feeds
        help: add one of them:
          https://wire.example/a  All
          https://wire.example/b  All
        ");
        insta::assert_snapshot!(add_page(Vec::new()), @"
        error: the address is a page that names no feed
        help: `feeds discover --usual-paths` tries where feeds usually are
        ");
        assert_eq!(folder.text(), "# mine\n");
        insta::assert_snapshot!(add_page(vec![named("https://wire.example/rss")]), @"
        added feed `wire-example` (1 entry) to wirewatch.toml
        the address is a page; the feed it names is https://wire.example/rss
        ExitCode(unix_exit_status(0))
        ");
        insta::assert_snapshot!(folder.text(), @r#"
        # mine

        [[feed]]
        id = "wire-example"
        url = "https://wire.example/rss"
        "#);
        insta::assert_snapshot!(add_page(vec![named("https://wire.example/rss")]), @"
        the address is a page; the feed it names is https://wire.example/rss
        error: the address is configured already, as feed `wire-example`
        ");
    }

    #[test]
    fn a_file_is_made_and_a_link_stays_a_link() {
        let folder = Folder::new("");
        std::fs::remove_file(folder.path()).unwrap();
        assert!(folder.add(&new_feed("https://a.example/rss", None), None).starts_with("added feed `a-example` to"));
        let real = folder.0.path().join("real.toml");
        std::fs::rename(folder.path(), &real).unwrap();
        std::os::unix::fs::symlink(&real, folder.path()).unwrap();
        assert!(folder.add(&new_feed("https://b.example/rss", None), None).starts_with("added feed `b-example` to"));
        assert!(std::fs::symlink_metadata(folder.path()).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(real).unwrap().matches("[[feed]]").count(), 2);
    }

    const LIST: &str = r#"<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Europe"><outline text="Ukraine">
<outline text="ignored" title="Kyiv &amp; &quot;Wire&quot;" type="rss" xmlUrl="https://kyiv.example/rss" language="uk" category="/war,europe"/>
<outline text="Old" xmlUrl="https://old.example/rss" isComment="true"/>
</outline></outline>
<outline text="A" xmlUrl="https://example.org/rss" language="English"/>
<outline text="B" xmlUrl="exec:rm -rf /"/>
<outline text="C" xmlUrl="https://example.org/rss"/>
</body></opml>"#;

    #[test]
    fn lists_come_in_and_go_out() {
        let folder = Folder::new("");
        insta::assert_snapshot!(folder.import(LIST), @"
        added 2 feeds to wirewatch.toml, 1 there already, 1 left out
        left out: `B` has no http: or https: address
        ExitCode(unix_exit_status(0))
        ");
        insta::assert_snapshot!(folder.text(), @r#"
        [[feed]]
        id = "kyiv-example"
        url = "https://kyiv.example/rss"
        outlet = 'Kyiv & "Wire"'
        language = "uk"
        tags = ["Europe", "Ukraine", "war", "europe"]

        [[feed]]
        id = "example-org"
        url = "https://example.org/rss"
        outlet = "A"
        "#);
        insta::assert_snapshot!(folder.export(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <opml version="2.0">
        <head><title>Feeds of wirewatch</title></head>
        <body>
        <outline text="Europe">
          <outline type="rss" text="Kyiv &amp; &quot;Wire&quot;" title="Kyiv &amp; &quot;Wire&quot;" xmlUrl="https://kyiv.example/rss" language="uk" category="Ukraine,war,europe"/>
        </outline>
        <outline type="rss" text="A" title="A" xmlUrl="https://example.org/rss"/>
        </body>
        </opml>
        ExitCode(unix_exit_status(0))
        "#);
        insta::assert_snapshot!(folder.import(LIST), @"
        added 0 feeds to wirewatch.toml, 3 there already, 1 left out
        left out: `B` has no http: or https: address
        ExitCode(unix_exit_status(0))
        ");
        insta::assert_snapshot!(folder.import("<html/>"), @"error: the list is no OPML");
        insta::assert_snapshot!(folder.import("<opml version='2.0'><body></body></opml>"), @"
        added 0 feeds to wirewatch.toml
        ExitCode(unix_exit_status(0))
        ");
    }

    #[test]
    fn what_is_exported_can_be_imported_again() {
        let feeds = "[[feed]]\nid = \"a\"\nurl = \"https://u:hunter2@a.example/rss\"\ntags = [\"x <y>\", \"z\"]\nlanguage = \"pt-BR\"\n\
            [[feed]]\nid = \"b\"\nurl = \"https://b.example/rss?a=1&b=2\"\n[[feed]]\nid = \"c\"\nurl = \"file:c.xml\"\n";
        let text = Folder::new(feeds).export();
        insta::assert_snapshot!(text, @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <opml version="2.0">
        <head><title>Feeds of wirewatch</title></head>
        <body>
        <outline text="x &lt;y&gt;">
          <outline type="rss" text="a" title="a" xmlUrl="https://a.example/rss" language="pt-BR" category="z"/>
        </outline>
        <outline type="rss" text="b" title="b" xmlUrl="https://b.example/rss?a=1&amp;b=2"/>
        </body>
        </opml>
        name and password of feed `a` are left out
        left out: feed `c` is a file or a command
        ExitCode(unix_exit_status(0))
        "#);
        let start = text.find("<?xml").unwrap();
        let end = text.find("</opml>").unwrap() + "</opml>".len();
        let folder = Folder::new("");
        folder.import(text.get(start..end).unwrap());
        insta::assert_snapshot!(folder.text(), @r#"
        [[feed]]
        id = "a-example"
        url = "https://a.example/rss"
        outlet = "a"
        language = "pt-BR"
        tags = ["x <y>", "z"]

        [[feed]]
        id = "b-example"
        url = "https://b.example/rss?a=1&b=2"
        outlet = "b"
        "#);
    }
}
