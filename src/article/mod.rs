//! Entry → Article: the best available text of an entry.
//!
//! *Takes:* an [`crate::model::entry::Entry`], or text and HTML given by hand, and the polite client.
//! *Gives:* an [`crate::model::article::Article`] that says where its text came from and whether it is whole.
//! *Next:* [`crate::extract`].
//! *Never:* judges what the text says; fails because a page cannot be had: the article then has the summary.

mod amp;
mod assemble;
mod binary;
mod blocks;
mod body;
mod byline;
mod feed;
mod furniture;
mod head;
mod json_ld;
mod lost;
mod moment;
mod names;
mod page;
pub mod pages;
mod plain;
mod published;
pub mod robots;
pub mod settings;
mod signs;
mod slim;
mod title;
mod wall;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::article::robots::Permission;
use crate::article::settings::{ArticleSettings, Fetch};
use crate::model::article::{Article, Moment, Sourced};
use crate::model::entry::Entry;
use crate::model::id::EntryId;
use crate::net::client::{Client, Request};
use crate::net::error::NetError;
use crate::net::wait::retry_after;

/// A text given by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct TextInput {
    /// Identity of the article.
    pub id: EntryId,
    /// The text; it is not rewritten.
    pub text: String,
    /// Its title, when that is known apart from the text.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<Url>,
    /// When it was published.
    pub published: Option<Moment>,
    /// Its language, a BCP 47 tag.
    pub language: Option<String>,
}

/// A page given by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct PageInput {
    /// Identity of the article.
    pub id: EntryId,
    /// The page as it came.
    pub html: Vec<u8>,
    /// `Content-Type` it came with.
    pub content_type: Option<String>,
    /// Its address.
    pub url: Option<Url>,
    /// Its title, when that is known apart from the page.
    pub title: Option<String>,
    /// When it was published.
    pub published: Option<Moment>,
    /// Its language, a BCP 47 tag.
    pub language: Option<String>,
    /// When it is read, where it is not known when it was fetched: nothing was published later.
    pub read_at: Option<Timestamp>,
}

/// The article in a text that was given, with the places of its parts.
///
/// ```
/// use wirewatch::article::{TextInput, from_text};
/// use wirewatch::model::id::EntryId;
///
/// let text = "Bridge opens after seven years\n\nThe bridge was opened on Friday. Ferries will go on until May.";
/// let article = from_text(TextInput { id: EntryId([0; 16]), text: text.into(), title: None, url: None, published: None, language: None });
/// assert_eq!(article.headline.unwrap().value, "Bridge opens after seven years");
/// assert_eq!(article.body.of(text), "The bridge was opened on Friday. Ferries will go on until May.");
/// ```
pub fn from_text(input: TextInput) -> Article {
    plain::read(input)
}

/// The article in a page that was given.
pub fn from_page(input: PageInput) -> Article {
    page::read(input, None)
}

/// The article in a page that was given, and the address of its AMP version where that is worth a look: the page shows hardly any
/// text, and does not ask to be paid for more. What comes of that look goes into [`with_amp`].
pub fn from_page_or_amp(input: PageInput) -> (Article, Option<Url>) {
    let (article, address) = page::read_with_amp(input, None);
    let address = address.filter(|_| amp::is_wanted(&article));
    (article, address)
}

/// The article of a page, with the text of its AMP version where that has more; or with a note why that could not be had.
pub fn with_amp(page: Article, amp: Result<Article, String>) -> Article {
    match amp {
        Ok(amp) => amp::rescued(page, amp),
        Err(note) => Article { notes: [page.notes, vec![format!("AMP version: {note}")]].concat(), ..page },
    }
}

/// Whether bytes are no page and no text but a PDF, an image or the like; [`from_page`] makes an article without text of them.
///
/// ```
/// assert!(wirewatch::article::is_binary(b"%PDF-1.7"));
/// assert!(!wirewatch::article::is_binary(b"The bridge was opened on Friday."));
/// ```
pub fn is_binary(bytes: &[u8]) -> bool {
    binary::kind(bytes).is_some()
}

/// What came of reading an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The best article that can be had now.
    pub article: Article,
    /// Its page was not asked for, since the host has to be left alone so long. After that there may be a better article.
    pub held: Option<Duration>,
    /// The host that asked to be left alone now, and for how long.
    pub asked: Option<(String, Duration)>,
}

/// The article of an entry: from the feed when that has the full text, else from its page, else from the summary.
///
/// Never fails: [`Article::notes`] say why the page could not be had.
pub async fn read(entry: &Entry, client: &Client, settings: &ArticleSettings) -> Reading {
    let own = {
        let copy = entry.clone();
        let reading = tokio::task::spawn_blocking(move || feed::read(&copy));
        match tokio::time::timeout(settings.reading_max, reading).await {
            Ok(Ok(own)) => own,
            _ => feed::title_alone(entry),
        }
    };
    let Some(url) = entry.url.clone().filter(|_| own.partial && settings.fetch == Fetch::Always) else {
        return Reading { article: own, held: None, asked: None };
    };
    // Several feeds may list one page. Who wants it while it is fetched waits for the one answer.
    let place = settings.pages.place(&url);
    let mut known = place.lock().await;
    let (found, Wait { held, asked }) = match known.as_ref() {
        Some(found) => (found.clone(), Wait::default()),
        None => match from_address(entry, url, client, settings).await {
            Ok((page, wait)) => (Ok(page), wait),
            Err(NoPage { note, wait }) => (Err(note), wait),
        },
    };
    // What was not asked is no answer.
    if held.is_none() {
        *known = Some(found.clone());
    }
    drop(known);
    let article = match found {
        Ok(page) => feed::joined(entry, own, Article { id: entry.id, ..page }),
        Err(note) => Article { notes: [own.notes, vec![note]].concat(), ..own },
    };
    Reading { article, held, asked }
}

/// What a host wants to be waited for, as in [`Reading`].
#[derive(Default)]
struct Wait {
    held: Option<Duration>,
    asked: Option<(String, Duration)>,
}

/// Why there is no page.
struct NoPage {
    note: String,
    wait: Wait,
}

impl From<String> for NoPage {
    fn from(note: String) -> Self {
        Self { note, wait: Wait::default() }
    }
}

/// The article behind an address, or why there is none. Where the page shows little, its AMP version is looked at too.
async fn from_address(entry: &Entry, url: Url, client: &Client, settings: &ArticleSettings) -> Result<(Article, Wait), NoPage> {
    let (page, amp) = from_one_address(entry, url, client, settings).await?;
    let Some(address) = amp.filter(|_| amp::is_wanted(&page)) else { return Ok((page, Wait::default())) };
    Ok(match from_one_address(entry, address, client, settings).await {
        Ok((other, _)) => (with_amp(page, Ok(other)), Wait::default()),
        Err(NoPage { note, wait }) => {
            // A short text is told at once; where there is none, a better article is worth the wait.
            let held = wait.held.filter(|_| page.paragraphs.is_empty());
            (with_amp(page, Err(note)), Wait { held, ..wait })
        }
    })
}

/// The article behind an address and the address of its AMP version, or why there is no article.
async fn from_one_address(entry: &Entry, url: Url, client: &Client, settings: &ArticleSettings) -> Result<(Article, Option<Url>), NoPage> {
    let left_alone =
        |wait, asked| NoPage { note: "page not fetched: the host has to be left alone".to_owned(), wait: Wait { held: Some(wait), asked } };
    match settings.robots.allows(client, settings.product, &url, entry.fetched, settings.deadline).await {
        Permission::Granted => {}
        Permission::Refused => return Err("page not fetched: robots".to_owned().into()),
        Permission::NotAsked(wait) => return Err(left_alone(wait, None)),
    }
    let mut request = Request::new(url);
    request.accept = "text/html, application/xhtml+xml;q=0.9";
    request.body_bytes_max = settings.page_bytes_max;
    request.deadline = settings.deadline;
    request.redirects_max = settings.redirects_max;
    let response = match client.get(request).await {
        Err(NetError::Held { wait, .. }) => return Err(left_alone(wait, None)),
        answer => answer.map_err(|error| format!("page not fetched: {error}"))?,
    };
    // A server that has had enough says so, and is not asked for any of its pages before.
    if matches!(response.status, 429 | 503)
        && let Some(wait) = retry_after(&response.headers, entry.fetched, instant)
    {
        client.hold_host(&response.url, wait);
        let asked = response.url.host_str().map(|host| (host.to_owned(), wait));
        return Err(left_alone(wait, asked));
    }
    if !(200..300).contains(&response.status) {
        return Err(format!("page not fetched: status {}", response.status).into());
    }
    let content_type = response.headers.get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(kind) = content_type.as_deref().map(str::to_ascii_lowercase)
        && !(kind.contains("html") || kind.contains("xml") || kind.starts_with("text/"))
    {
        return Err(format!("page not read: it is {}", kind.split(';').next().unwrap_or_default()).into());
    }
    let input = PageInput {
        id: entry.id,
        html: response.body.into(),
        content_type,
        url: Some(response.url),
        title: None,
        published: None,
        language: None,
        read_at: None,
    };
    // Others may fetch large bodies while this one is read.
    drop(response.room);
    let fetched = entry.fetched;
    let reading = tokio::task::spawn_blocking(move || page::read_with_amp(input, Some(fetched)));
    match tokio::time::timeout(settings.reading_max, reading).await {
        Ok(Ok(page)) => Ok(page),
        Ok(Err(_)) => Err("page not read: the reader failed on it".to_owned().into()),
        Err(_) => Err("page not read: it took too long".to_owned().into()),
    }
}

/// A date or time as data fields write it: ISO 8601, RFC 2822, or in words.
pub fn moment(text: &str) -> Option<Moment> {
    moment::parse(text, moment::Order::MonthFirst)
}

/// A moment of HTTP.
fn instant(text: &str) -> Option<Timestamp> {
    match moment(text)? {
        Moment::Instant(instant) | Moment::Local(instant, _) => Some(instant),
        Moment::Civil(..) => None,
    }
}

/// A value without a place in the text.
fn sourced<T>(value: T, from: &'static str) -> Sourced<T> {
    Sourced { value, span: None, from }
}
