//! Pages that were read of late: a page that several feeds list is fetched once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use crate::model::article::Article;
use crate::text::link::canonical;

/// Pages remembered; some ten kilobytes each. Feeds of one outlet list an article within minutes of each other.
const PAGES_MAX: usize = 512;

/// What became of pages, as last fetched. Clones share what they remember.
#[derive(Clone, Default)]
pub struct PageMemory(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    pages: HashMap<String, Arc<Page>>,
    oldest: VecDeque<String>,
}

/// The article of a page or why there is none; `None` while nobody has asked.
pub(crate) type Page = tokio::sync::Mutex<Option<Result<Article, String>>>;

impl std::fmt::Debug for PageMemory {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("PageMemory").field(&self.0.lock().unwrap_or_else(PoisonError::into_inner).pages.len()).finish()
    }
}

impl PageMemory {
    /// Where the page of this address is remembered, whatever was added to the address to track its readers.
    pub(crate) fn place(&self, url: &Url) -> Arc<Page> {
        let name = canonical(url).unwrap_or_else(|| url.to_string());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = known.pages.get(&name) {
            return Arc::clone(page);
        }
        if known.pages.len() >= PAGES_MAX
            && let Some(oldest) = known.oldest.pop_front()
        {
            known.pages.remove(&oldest);
        }
        known.oldest.push_back(name.clone());
        Arc::clone(known.pages.entry(name).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGES_MAX, PageMemory};

    #[tokio::test]
    async fn the_oldest_pages_are_forgotten() {
        let memory = PageMemory::default();
        let place = |number: usize| memory.place(&format!("https://example.org/{number}?utm_source=a").parse().unwrap());
        for number in 0..=PAGES_MAX {
            *place(number).lock().await = Some(Err("none".to_owned()));
        }
        assert!(place(PAGES_MAX).lock().await.is_some());
        assert!(memory.place(&format!("https://example.org/{PAGES_MAX}").parse().unwrap()).lock().await.is_some());
        assert!(place(0).lock().await.is_none());
    }
}
