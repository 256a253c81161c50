//! The AMP version of a page as a rescue: pages that are built by scripts often have one that is not.

use crate::model::article::{Article, TextFrom};

/// A body beyond so many bytes is taken as it is.
const BODY_ENOUGH: usize = 600;

/// Whether the AMP version of a page is worth a request: it shows hardly any text, and does not ask to be paid for more.
pub(super) fn is_wanted(page: &Article) -> bool {
    page.free != Some(false) && page.body.len() < BODY_ENOUGH
}

/// The better of a page and its AMP version. What the page says of itself stays where it says it.
pub(super) fn rescued(page: Article, amp: Article) -> Article {
    if amp.paragraphs.is_empty() || amp.body.len() <= page.body.len() {
        let note = "AMP version has no more text".to_owned();
        return Article { notes: [page.notes, vec![note]].concat(), ..page };
    }
    Article {
        id: page.id,
        url: page.url.or(amp.url),
        outlet: page.outlet.or(amp.outlet),
        section: page.section.or(amp.section),
        authors: page.authors.or(amp.authors),
        publisher: page.publisher.or(amp.publisher),
        language: page.language.or(amp.language),
        published: page.published.or(amp.published),
        modified: page.modified.or(amp.modified),
        categories: if page.categories.is_empty() { amp.categories } else { page.categories },
        free: page.free.or(amp.free),
        text_from: TextFrom::Amp,
        notes: amp.notes,
        ..amp
    }
}
