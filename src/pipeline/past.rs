//! Stored articles, read back from their records and handed to somebody who holds queries against them.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::Timestamp;

use crate::extract::error::RecordError;
use crate::extract::stored::Stored;
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::store::error::StoreError;
use crate::store::{Store, StoredItem};
use crate::text::chain::chain;

/// Items that a thread takes at a time: enough that taking them costs little, few enough that no thread waits long at the end.
const TAKEN: usize = 64;

/// An article as it was read when it came, without being extracted again.
#[derive(Debug)]
pub struct Past {
    /// Its place among the rows that were asked for.
    pub place: usize,
    /// When it was stored.
    pub at: Timestamp,
    /// The article.
    pub article: Article,
    /// What was found in it.
    pub extraction: Extraction,
    /// Its story, where it was given one.
    pub story: Option<String>,
}

/// Why the past could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PastError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The machine refused.
    #[error("no thread to read the store with")]
    Thread(#[source] io::Error),
}

/// Reads stored items on every core, a few at a time, so that memory is bounded however many there are.
///
/// Each thread has a state of its own, which `begin` makes and `step` changes; all of them are handed back. Items that cannot be
/// read are counted and told in the log, and cost nothing else.
///
/// # Errors
/// What the store says, or the machine.
pub fn sweep<T: Send>(
    store: &dyn Store,
    rows: &[i64],
    begin: impl Fn() -> T + Sync,
    step: impl Fn(&mut T, Past) + Sync,
) -> Result<(Vec<T>, usize), PastError> {
    let cores = thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let threads = cores.min(rows.len().div_ceil(TAKEN)).max(1);
    let next = AtomicUsize::new(0);
    let unreadable = AtomicUsize::new(0);
    let work = || -> Result<T, PastError> {
        let mut state = begin();
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(PastError::Thread)?;
        loop {
            let first = next.fetch_add(TAKEN, Ordering::Relaxed);
            let Some(taken) = rows.get(first..rows.len().min(first.saturating_add(TAKEN))).filter(|taken| !taken.is_empty()) else {
                return Ok(state);
            };
            let items = runtime.block_on(store.items(taken))?;
            let mut places = taken.iter().zip(first..);
            for item in items {
                let row = item.row;
                let Some((_, place)) = places.find(|(taken, _)| **taken == row) else { continue };
                match past(&item, place) {
                    Ok(past) => step(&mut state, past),
                    Err(error) => {
                        unreadable.fetch_add(1, Ordering::Relaxed);
                        tracing::warn!(row, error = %chain(&error), "a stored item cannot be read");
                    }
                }
            }
        }
    };
    let states = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect::<Result<Vec<T>, PastError>>()
    })?;
    Ok((states, unreadable.into_inner()))
}

fn past(item: &StoredItem, place: usize) -> Result<Past, RecordError> {
    let Stored { article, extraction, story } = Stored::parse(&item.record)?;
    Ok(Past { place, at: item.at, article, extraction, story })
}

/// A store filled with articles that were read as the daemon reads them.
#[cfg(test)]
pub(crate) mod samples {
    use std::sync::Arc;
    use std::time::Duration;

    use jiff::SignedDuration;

    use crate::article::{TextInput, from_text};
    use crate::clock::{Clock, ManualClock};
    use crate::config::Config;
    use crate::model::article::Article;
    use crate::model::entry::Entry;
    use crate::model::id::StoryId;
    use crate::pipeline::find::find;
    use crate::store::samples::{entry, start};
    use crate::store::sqlite::SqliteStore;
    use crate::store::{FeedPlan, ListedEntry, NewItem, Store, VisitOutcome, WorkDone};

    /// A text with a title, as an article.
    pub(crate) fn article(of: &Entry, title: &str, text: &str) -> Article {
        let url = format!("https://example.org/{}", of.id).parse().ok();
        let input = TextInput { id: of.id, text: text.to_owned(), title: Some(title.to_owned()), url, published: None, language: None };
        Article { outlet: Some("Sample Wire".to_owned()), ..from_text(input) }
    }

    /// Stores articles of a title and a text each, one every six hours from [`start`] on.
    pub(crate) async fn filled(texts: &[(&str, &str)], config: &Config) -> (tempfile::TempDir, Arc<ManualClock>) {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start()));
        let store = SqliteStore::open(folder.path(), clock.clone()).unwrap();
        store.configure_feeds(vec![FeedPlan::new("wire", "https://example.org/feed", start())]).await.unwrap();
        let lease = store.claim_feeds(1, Duration::from_secs(60)).await.unwrap().remove(0);
        let entries: Vec<Entry> = (0..texts.len()).map(|number| entry("wire", number as u128 + 1)).collect();
        let listed = entries.iter().map(|entry| ListedEntry { id: entry.id, twin: None, entry: Some(Arc::new(entry.clone())) }).collect();
        store.commit_visit(&lease, VisitOutcome::new(lease.state.clone(), listed)).await.unwrap();
        for (title, text) in texts {
            let work = store.claim_work(1, Duration::from_secs(60)).await.unwrap().remove(0);
            let found = find(article(&work.entry, title, text), config);
            let told = StoryId::from(format!("story-{}", title.len()));
            let item = NewItem { record: found.record(Duration::ZERO, Some(&told)), terms: Some(found.terms()) };
            store.complete_work(&work, WorkDone::new(Some(item), Vec::new())).await.unwrap();
            clock.advance(SignedDuration::from_hours(6));
        }
        assert!(clock.now() > start());
        (folder, clock)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::config::{Environment, empty};
    use crate::extract::extract;
    use crate::extract::record::{ItemRecord, Timing};
    use crate::extract::stored::Stored;
    use crate::pipeline::past::samples::article;
    use crate::problem::{Located, Place, SourceText};
    use crate::store::samples::entry;
    use crate::watch::compile_query;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn a_query_finds_the_same_in_a_record_as_in_the_article(
            title in "(Moscow|Kyiv|NATO) (rejects|supports|discusses) (guarantees|the plan)",
            text in "((“We wait,” Peskov said|Moscow|President Zelensky said|rejects guarantees|Кремль|the plan|NATO|according to Reuters|習近平|\\PC{0,5})( |\\. |, |\n\n)){1,25}",
            query in "guarantee|speaker:peskov|STANCE\\(russia, \\*, \\*\\)|cites:reuters|SENTENCE\\(moscow guarantee\\)|actor/main:russia|headline:kyiv OR nato|PARAGRAPH\\(plan nato\\)|QUOTE\\(\\*, wait\\)|language:en plan|outlet:sample|moscow NEAR/4 plan|ABOUT\\(\"nato plan for kyiv\"\\)",
        ) {
            let config = empty(&Environment::new(Vec::new())).config.unwrap();
            let article = article(&entry("wire", 1), &title, &text);
            let extraction = extract(&article, &config.lexicons);
            let line = ItemRecord::new(&article, &extraction, Timing::default()).to_line();
            let Stored { article: read, extraction: found, .. } = Stored::parse(&line).unwrap();
            let source = std::sync::Arc::new(SourceText { name: "query".to_owned(), text: query.clone() });
            let place = Place { source, span: crate::model::span::Span::new(0, query.len()) };
            let query = compile_query(&Located { value: query, place }, config.lexicons.known(), &[]).unwrap();
            prop_assert_eq!(query.find(&read, &found), query.find(&article, &extraction));
        }
    }
}
