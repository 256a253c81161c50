//! How articles are read.

use std::time::Duration;

use crate::article::pages::PageMemory;
use crate::article::robots::RobotsMemory;

/// How articles are read.
#[derive(Debug, Clone)]
pub struct ArticleSettings {
    /// When an article page is fetched.
    pub fetch: Fetch,
    /// A page beyond this many bytes is not read.
    pub page_bytes_max: usize,
    /// From the start of the request to its last byte, redirects included.
    pub deadline: Duration,
    /// A page that takes longer to make sense of is given up; its article has the summary.
    pub reading_max: Duration,
    /// Redirects followed for a page.
    pub redirects_max: u8,
    /// Name of this program in `robots.txt`.
    pub product: &'static str,
    /// What hosts said in their `robots.txt`. Clones share it.
    pub robots: RobotsMemory,
    /// Pages that were fetched of late. Clones share them.
    pub pages: PageMemory,
}

impl Default for ArticleSettings {
    fn default() -> Self {
        Self {
            fetch: Fetch::Always,
            // Article pages have some 100 KiB; what is larger is hardly ever an article.
            page_bytes_max: 5 * 1024 * 1024,
            deadline: Duration::from_secs(30),
            // A page costs some 10 ms. The slowest ones seen cost a second.
            reading_max: Duration::from_secs(20),
            redirects_max: 5,
            product: "wirewatch",
            robots: RobotsMemory::default(),
            pages: PageMemory::default(),
        }
    }
}

/// When an article page is fetched, if the feed itself has not the full text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fetch {
    /// For every entry.
    #[default]
    Always,
    /// Only when a watch already holds for title and summary. [`crate::article::read`] does not fetch then: who asks knows the
    /// watches and reads again with [`Fetch::Always`].
    WhenMatchedInSummary,
    /// Never: title and summary are all there is.
    Never,
}
