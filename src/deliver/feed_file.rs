//! The last alerts as a file that feed readers read: Atom, RSS or JSON Feed.
//!
//! The file is replaced whole, so a reader never sees half of it, and holds the newest alerts only. Every entry has the alert's
//! identity, so a reader shows none twice. What it holds is kept beside it as records, one a line, since the file itself is
//! written for readers and not for this program. Formats: RFC 4287, the RSS 2.0 specification, JSON Feed version 1.1.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::deliver::compose::Composer;
use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::settings::Basics;
use crate::deliver::view::View;
use crate::deliver::{Channel, Outcome};
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;

/// Deliveries in one writing of the file.
const BATCH_MAX: usize = 256;
/// Content of an entry.
const CONTENT: Fit = Fit::characters(20_000);
/// Title of an entry.
const TITLE: Fit = Fit::characters(500);

/// In which form a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeedForm {
    /// Atom.
    #[default]
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

/// Settings of a feed of alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFileSettings {
    /// The file.
    pub path: PathBuf,
    /// Its form.
    pub form: FeedForm,
    /// So many alerts are in it, the newest.
    pub entries_max: usize,
    /// Its title.
    pub title: String,
}

impl FeedFileSettings {
    /// An Atom feed with the last hundred alerts.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), form: FeedForm::Atom, entries_max: 100, title: "wirewatch".to_owned() }
    }
}

/// The last alerts as a file.
#[derive(Debug)]
pub struct FeedFileChannel {
    basics: Basics,
    writer: Arc<Mutex<Writer>>,
}

/// One alert of the feed, as it is kept beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    id: String,
    /// RFC 3339 in UTC.
    raised: String,
    body: String,
}

#[derive(Debug)]
struct Writer {
    channel: ChannelId,
    settings: FeedFileSettings,
    composer: Composer,
    /// Newest last; `None` until it was read.
    kept: Option<Vec<Kept>>,
}

impl FeedFileChannel {
    /// Reads and writes nothing yet. Times in texts are those of the zone.
    pub fn open(basics: &Basics, settings: &FeedFileSettings, zone: &TimeZone) -> Self {
        let composer = Composer::new(basics.id.clone(), &basics.templates, zone);
        let writer = Writer { channel: basics.id.clone(), settings: settings.clone(), composer, kept: None };
        Self { basics: basics.clone(), writer: Arc::new(Mutex::new(writer)) }
    }
}

#[async_trait]
impl Channel for FeedFileChannel {
    fn id(&self) -> &ChannelId {
        &self.basics.id
    }

    fn batch_max(&self) -> usize {
        BATCH_MAX
    }

    fn rates(&self) -> &[Rate] {
        &self.basics.rates
    }

    /// A writing that was begun goes on in its thread.
    fn may_be_left(&self) -> bool {
        false
    }

    fn preview(&self, delivery: &Delivery) -> String {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.written(&[Kept::of(delivery)])
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let new: Vec<Kept> = batch.iter().map(Kept::of).collect();
        let writer = Arc::clone(&self.writer);
        let written = tokio::task::spawn_blocking(move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.add(new).map_err(|error| format!("{} cannot be written: {error}", writer.settings.path.display()))
        });
        match written.await.unwrap_or_else(|_| Err("writing stopped in the middle".to_owned())) {
            Ok(()) => batch.iter().map(|_| Outcome::Delivered).collect(),
            Err(error) => vec![Outcome::Away { after: None, error }],
        }
    }
}

impl Kept {
    fn of(delivery: &Delivery) -> Self {
        Self { id: delivery.alert.to_string(), raised: delivery.raised.to_string(), body: delivery.body.clone() }
    }
}

impl Writer {
    /// Adds what is not there yet and writes both files.
    fn add(&mut self, new: Vec<Kept>) -> io::Result<()> {
        let mut kept = match &self.kept {
            Some(kept) => kept.clone(),
            None => self.read()?,
        };
        for one in new {
            if !kept.iter().any(|known| known.id == one.id) {
                kept.push(one);
            }
        }
        kept.drain(..kept.len().saturating_sub(self.settings.entries_max));
        let mut records = Vec::new();
        for one in &kept {
            serde_json::to_writer(&mut records, one)?;
            records.push(b'\n');
        }
        if let Some(folder) = self.settings.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        replace(&self.records_path(), &records, 0o600)?;
        replace(&self.settings.path, self.written(&kept).as_bytes(), 0o644)?;
        self.kept = Some(kept);
        Ok(())
    }

    fn records_path(&self) -> PathBuf {
        beside(&self.settings.path, "records")
    }

    /// What is in the feed by now. A line that cannot be read is left out: the alert log has them all.
    fn read(&self) -> io::Result<Vec<Kept>> {
        match fs::read_to_string(self.records_path()) {
            Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The file, newest entry first.
    fn written(&self, kept: &[Kept]) -> String {
        let entries: Vec<Entry> = kept.iter().rev().map(|one| self.entry(one)).collect();
        match self.settings.form {
            FeedForm::Atom => self.atom(&entries),
            FeedForm::Rss => self.rss(&entries),
            FeedForm::Json => self.json(&entries),
        }
    }

    fn entry(&self, kept: &Kept) -> Entry {
        let view = View::of(&kept.body);
        Entry {
            id: format!("urn:uuid:{}", kept.id),
            title: self.composer.subject(&view, TITLE),
            url: view.url().map(ToOwned::to_owned),
            raised: kept.raised.parse().unwrap_or_default(),
            html: self.composer.body_below(&view, Format::Html, CONTENT).replace('\n', "<br>\n"),
            tags: vec![view.text("/watch/id").to_owned(), view.text("/watch/severity").to_owned()],
            author: view.text("/item/outlet").to_owned(),
        }
    }

    fn atom(&self, entries: &[Entry]) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
        let updated = entries.first().map_or(Timestamp::UNIX_EPOCH, |entry| entry.raised);
        element(&mut out, "id", &format!("urn:wirewatch:{}", self.channel));
        element(&mut out, "title", &self.settings.title);
        element(&mut out, "updated", &updated.to_string());
        out.push_str("<author><name>wirewatch</name></author>\n");
        for entry in entries {
            out.push_str("<entry>\n");
            element(&mut out, "id", &entry.id);
            element(&mut out, "title", &entry.title);
            element(&mut out, "updated", &entry.raised.to_string());
            if !entry.author.is_empty() {
                put(&mut out, &format!("<author><name>{}</name></author>\n", xml(&entry.author)));
            }
            if let Some(url) = &entry.url {
                put(&mut out, &format!("<link rel=\"alternate\" href=\"{}\"/>\n", xml(url)));
            }
            for tag in entry.tags.iter().filter(|tag| !tag.is_empty()) {
                put(&mut out, &format!("<category term=\"{}\"/>\n", xml(tag)));
            }
            put(&mut out, &format!("<content type=\"html\">{}</content>\n</entry>\n", xml(&entry.html)));
        }
        out.push_str("</feed>\n");
        out
    }

    fn rss(&self, entries: &[Entry]) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\">\n<channel>\n");
        element(&mut out, "title", &self.settings.title);
        element(&mut out, "link", "https://localhost/");
        element(&mut out, "description", "Alerts of wirewatch");
        for entry in entries {
            out.push_str("<item>\n");
            element(&mut out, "title", &entry.title);
            if let Some(url) = &entry.url {
                element(&mut out, "link", url);
            }
            put(&mut out, &format!("<guid isPermaLink=\"false\">{}</guid>\n", xml(&entry.id)));
            let date = jiff::fmt::rfc2822::to_string(&entry.raised.to_zoned_datetime(jiff::tz::TimeZone::UTC)).unwrap_or_default();
            element(&mut out, "pubDate", &date);
            for tag in entry.tags.iter().filter(|tag| !tag.is_empty()) {
                element(&mut out, "category", tag);
            }
            element(&mut out, "description", &entry.html);
            out.push_str("</item>\n");
        }
        out.push_str("</channel>\n</rss>\n");
        out
    }

    fn json(&self, entries: &[Entry]) -> String {
        let items: Vec<_> = entries
            .iter()
            .map(|entry| {
                let mut item = json!({
                    "id": entry.id, "title": entry.title, "content_html": entry.html, "date_published": entry.raised.to_string(),
                    "tags": entry.tags,
                });
                if let Some(url) = &entry.url {
                    item["url"] = url.as_str().into();
                }
                if !entry.author.is_empty() {
                    item["authors"] = json!([{"name": entry.author}]);
                }
                item
            })
            .collect();
        let feed = json!({"version": "https://jsonfeed.org/version/1.1", "title": self.settings.title, "items": items});
        format!("{feed:#}\n")
    }
}

/// One alert as the feed shows it.
struct Entry {
    id: String,
    title: String,
    url: Option<String>,
    raised: Timestamp,
    html: String,
    tags: Vec<String>,
    author: String,
}

fn put(out: &mut String, text: &str) {
    out.push_str(text);
}

fn element(out: &mut String, name: &str, text: &str) {
    writeln!(out, "<{name}>{}</{name}>", xml(text)).expect("writing to a string cannot fail");
}

/// Text of an XML document: escaped, and without the characters that none may hold.
fn xml(text: &str) -> String {
    let allowed = |character: &char| matches!(character, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    Format::Html.inert(&text.chars().filter(allowed).collect::<String>())
}

/// A hidden file beside another.
fn beside(path: &Path, what: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{what}"))
}

/// Puts a whole file in the place of another, or leaves that as it is.
fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let unfinished = beside(path, "unfinished");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
