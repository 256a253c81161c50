//! Changes to the text of a configuration that keep its comments and layout.

use std::collections::{HashMap, HashSet};

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};
use url::Url;

use crate::config::error::ConfigError;
use crate::config::value::slug;
use crate::model::id::FeedId;

/// A feed to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewFeed {
    /// Its name; made from the address when there is none.
    pub id: Option<FeedId>,
    /// Its address, as it will stand in the file.
    pub url: String,
    /// The outlet.
    pub outlet: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
}

/// The text with a `[[feed]]` more, after the last one, and the name it got.
///
/// # Errors
/// When the text is no TOML, or the name or the address stands in it already.
///
/// ```
/// use wirewatch::config::edit::{NewFeed, add_feed};
///
/// let feed = NewFeed { url: "https://www.example.org/world/rss".to_owned(), ..NewFeed::default() };
/// let (text, id) = add_feed("# mine\n", &feed)?;
/// assert_eq!(id.as_str(), "example-org");
/// assert_eq!(text, "# mine\n\n[[feed]]\nid = \"example-org\"\nurl = \"https://www.example.org/world/rss\"\n");
/// # Ok::<(), wirewatch::config::error::ConfigError>(())
/// ```
pub fn add_feed(text: &str, feed: &NewFeed) -> Result<(String, FeedId), ConfigError> {
    let mut file = FeedFile::read(text)?;
    let id = file.add(feed)?;
    Ok((file.text(), id))
}

/// The text with these feeds more, and how many were added: those whose address stands in it already are left out.
///
/// # Errors
/// When the text is no TOML, or a name stands in it already.
pub fn add_feeds(text: &str, feeds: &[NewFeed]) -> Result<(String, usize), ConfigError> {
    let mut file = FeedFile::read(text)?;
    let mut added = 0;
    for feed in feeds {
        match file.add(feed) {
            Ok(_) => added += 1,
            Err(ConfigError::TakenUrl { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok((file.text(), added))
}

/// A configuration file that gets feeds.
struct FeedFile {
    document: DocumentMut,
    /// Names that are taken.
    ids: HashSet<String>,
    /// Addresses that are there, and the feed that has each.
    urls: HashMap<String, String>,
    /// The next number for names made from the same host.
    numbers: HashMap<String, u32>,
}

impl FeedFile {
    fn read(text: &str) -> Result<Self, ConfigError> {
        let document = text.parse::<DocumentMut>().map_err(ConfigError::NotToml)?;
        let (mut ids, mut urls) = (HashSet::new(), HashMap::new());
        for table in document.get("feed").and_then(Item::as_array_of_tables).into_iter().flat_map(ArrayOfTables::iter) {
            let text = |key: &str| table.get(key).and_then(Item::as_str).unwrap_or_default().to_owned();
            urls.entry(same_for_all(&text("url"))).or_insert_with(|| text("id"));
            ids.insert(text("id"));
        }
        Ok(Self { document, ids, urls, numbers: HashMap::new() })
    }

    fn text(&self) -> String {
        self.document.to_string()
    }

    fn add(&mut self, feed: &NewFeed) -> Result<FeedId, ConfigError> {
        let address = same_for_all(&feed.url);
        if let Some(id) = self.urls.get(&address) {
            return Err(ConfigError::TakenUrl { id: FeedId::from(id.as_str()) });
        }
        let id = match &feed.id {
            Some(id) if self.ids.contains(id.as_str()) => return Err(ConfigError::TakenId { id: id.clone() }),
            Some(id) => id.clone(),
            None => FeedId::from(self.free_id(&feed.url)),
        };
        self.push(table(feed, &id))?;
        self.ids.insert(id.to_string());
        self.urls.insert(address, id.to_string());
        Ok(id)
    }

    fn push(&mut self, mut table: Table) -> Result<(), ConfigError> {
        let trailing = self.document.trailing().as_str().unwrap_or_default().to_owned();
        let is_bare = self.document.as_table().is_empty();
        let feeds = self.document.entry("feed").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        let feeds = feeds.as_array_of_tables_mut().ok_or(ConfigError::FeedsNotTables)?;
        if is_bare && !trailing.is_empty() {
            // A file of comments alone: they stay above what is added.
            table.decor_mut().set_prefix(format!("{trailing}\n"));
            feeds.push(table);
            self.document.set_trailing("");
        } else {
            table.decor_mut().set_prefix(if is_bare { "" } else { "\n" });
            feeds.push(table);
        }
        Ok(())
    }

    /// A name from the host, then with more of the address, then with a number, whichever is free first.
    fn free_id(&mut self, url: &str) -> String {
        let parsed = Url::parse(url.trim()).ok();
        let host = parsed.as_ref().and_then(Url::host_str).map(|host| slug(host.trim_start_matches("www.")));
        let whole = slug(&parsed.as_ref().map_or_else(|| url.to_owned(), |url| format!("{} {}", host_of(url), url.path())));
        let base = host.filter(|host| !host.is_empty()).unwrap_or_else(|| if whole.is_empty() { "feed".to_owned() } else { whole.clone() });
        for id in [&base, &whole] {
            if !id.is_empty() && !self.ids.contains(id) {
                return id.clone();
            }
        }
        let number = self.numbers.entry(base.clone()).or_insert(1);
        loop {
            *number += 1;
            let id = format!("{base}-{number}");
            if !self.ids.contains(&id) {
                return id;
            }
        }
    }
}

/// What is the same for all ways to write an address.
fn same_for_all(url: &str) -> String {
    Url::parse(url.trim()).map_or_else(|_| url.trim().to_owned(), String::from)
}

fn host_of(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_start_matches("www.")
}

fn table(feed: &NewFeed, id: &FeedId) -> Table {
    let mut table = Table::new();
    table.insert("id", value(id.as_str()));
    table.insert("url", value(&feed.url));
    for (key, text) in [("outlet", &feed.outlet), ("language", &feed.language)] {
        if let Some(text) = text {
            table.insert(key, value(text));
        }
    }
    if !feed.tags.is_empty() {
        table.insert("tags", value(feed.tags.iter().collect::<Array>()));
    }
    table
}

#[cfg(test)]
mod tests {
    use crate::config::edit::{NewFeed, add_feed};
    use crate::model::id::FeedId;

    fn feed(url: &str) -> NewFeed {
        NewFeed { url: url.to_owned(), ..NewFeed::default() }
    }

    fn shown(text: &str, feed: &NewFeed) -> String {
        match add_feed(text, feed) {
            Ok((text, _)) => text,
            Err(error) => format!("error: {error}"),
        }
    }

    const FILE: &str = r#"# My feeds.
state = "x"   # here

[[feed]]   # the first
id  = "example-org"
url = "https://example.org/rss"   # kept

# Who is told.
[[channel]]
id = "desk"
type = "console"
# The end.
"#;

    #[test]
    fn comments_and_layout_are_kept() {
        let full = NewFeed {
            outlet: Some("Kyiv \"Wire\"".to_owned()),
            language: Some("uk".to_owned()),
            tags: vec!["ukraine".to_owned(), "europe".to_owned()],
            ..feed("https://kyiv.example/rss")
        };
        insta::assert_snapshot!(shown(FILE, &full), @r#"
        # My feeds.
        state = "x"   # here

        [[feed]]   # the first
        id  = "example-org"
        url = "https://example.org/rss"   # kept

        [[feed]]
        id = "kyiv-example"
        url = "https://kyiv.example/rss"
        outlet = 'Kyiv "Wire"'
        language = "uk"
        tags = ["ukraine", "europe"]

        # Who is told.
        [[channel]]
        id = "desk"
        type = "console"
        # The end.
        "#);
        insta::assert_snapshot!(shown("", &feed("https://kyiv.example/rss")), @r#"
        [[feed]]
        id = "kyiv-example"
        url = "https://kyiv.example/rss"
        "#);
        insta::assert_snapshot!(shown("# only a comment\n", &feed("https://kyiv.example/rss")), @r#"
        # only a comment

        [[feed]]
        id = "kyiv-example"
        url = "https://kyiv.example/rss"
        "#);
    }

    #[test]
    fn names_are_made_from_the_address_and_are_free() {
        let id = |text: &str, url: &str| add_feed(text, &feed(url)).unwrap().1;
        assert_eq!(id("", "https://www.kyiv.example:8443/rss"), FeedId::from("kyiv-example"));
        assert_eq!(id(FILE, "https://example.org/world.xml"), FeedId::from("example-org-world-xml"));
        let (two, _) = add_feed(FILE, &feed("https://example.org/world.xml")).unwrap();
        assert_eq!(id(&two, "https://example.org/world.xml?page=2"), FeedId::from("example-org-2"));
        assert_eq!(id("", "exec:fetch-feed --all"), FeedId::from("fetch-feed-all"));
    }

    #[test]
    fn what_is_there_is_not_added_again() {
        let named = |id: &str| NewFeed { id: Some(FeedId::from(id)), ..feed("https://other.example/rss") };
        insta::assert_snapshot!(shown(FILE, &feed("HTTPS://example.org:443/rss")), @"error: the address is configured already, as feed `example-org`");
        insta::assert_snapshot!(shown(FILE, &named("example-org")), @"error: feed `example-org` is configured already");
        insta::assert_snapshot!(shown("feed = 1", &named("other")), @"error: `feed` is written as a value, not as [[feed]] tables");
        insta::assert_snapshot!(shown("feed = ", &named("other")), @"error: the configuration is not readable as TOML");
    }
}
