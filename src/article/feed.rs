//! What a feed itself has of an article, and how a page is joined to it.

use crate::article::assemble::assemble;
use crate::article::names::Search;
use crate::article::{names, sourced, wall};
use crate::model::article::{Article, Moment, Sourced, TextFrom};
use crate::model::entry::Entry;
use crate::text::fold::fold;
use crate::text::html::{line, plain};

/// Letters from which on a feed's content is taken for the full text when it does not say that it goes on elsewhere.
const FULL_TEXT_MIN: usize = 900;

/// The article as the feed has it; `partial` unless the feed has the full text.
pub(super) fn read(entry: &Entry) -> Article {
    let summary = entry.summary.as_deref().map(plain).filter(|text| !text.is_empty());
    let content = entry.content.as_deref().map(plain).filter(|text| !text.is_empty());
    // Some feeds put the full text where the summary belongs.
    let longest = match (&content, &summary) {
        (Some(content), Some(summary)) if summary.len() > content.len() => Some(summary),
        (Some(content), _) => Some(content),
        (None, summary) => summary.as_ref(),
    };
    let paragraphs: Vec<String> =
        longest.map(|text| text.split("\n\n").map(str::to_owned).filter(|part| !part.is_empty()).collect()).unwrap_or_default();
    let full = is_full(&paragraphs);
    let standfirst = match (&content, &summary) {
        (Some(content), Some(summary)) if full && !squeezed(content).contains(&squeezed(summary)) && summary.chars().count() <= 400 => {
            Some(line(summary))
        }
        _ => None,
    };
    made(entry, standfirst.as_deref(), &paragraphs, full)
}

/// The article of an entry whose text could not be read.
pub(super) fn title_alone(entry: &Entry) -> Article {
    let mut article = made(entry, None, &[], false);
    article.notes.push("text of the feed not read: it took too long".to_owned());
    article
}

fn is_full(paragraphs: &[String]) -> bool {
    let letters: usize = paragraphs.iter().map(|paragraph| paragraph.chars().count()).sum();
    // A script without spaces says as much in a third of the letters.
    let unspaced = paragraphs.iter().any(|paragraph| paragraph.chars().take(20).any(crate::text::fold::is_unspaced));
    letters >= if unspaced { FULL_TEXT_MIN / 3 } else { FULL_TEXT_MIN } && !wall::goes_on(paragraphs)
}

fn made(entry: &Entry, standfirst: Option<&str>, paragraphs: &[String], full: bool) -> Article {
    let title = entry.title.as_deref().map(line).filter(|title| !title.is_empty());
    let made = assemble(title.as_deref(), standfirst, paragraphs);
    let sites: Vec<&str> = entry.outlet.iter().map(String::as_str).collect();
    let people = |search| names::people(entry.authors.iter().map(String::as_str), &sites, search);
    let authors = Some(people(Search::FullNames)).filter(|people| !people.is_empty()).unwrap_or_else(|| people(Search::AnyName));
    Article {
        id: entry.id,
        feed: Some(entry.feed.clone()),
        url: entry.url.clone(),
        outlet: entry.outlet.clone(),
        fetched: Some(entry.fetched),
        headline: title.map(|value| Sourced { value, span: made.headline, from: "feed.title" }),
        standfirst: standfirst.map(|value| Sourced { value: value.to_owned(), span: made.standfirst, from: "feed.summary" }),
        section: None,
        authors: Some(authors).filter(|authors| !authors.is_empty()).map(|authors| sourced(authors, "feed.author")),
        publisher: None,
        language: entry.language.clone().map(|language| sourced(language, "feed.language")),
        published: entry.published.map(|published| sourced(Moment::Instant(published), "feed.published")),
        modified: entry.updated.map(|updated| sourced(Moment::Instant(updated), "feed.updated")),
        text_from: if full { TextFrom::Feed } else { TextFrom::Summary },
        text_confidence: if full { 0.9 } else { 0.3 },
        partial: !full,
        free: None,
        shares_address: entry.shares_address,
        text: made.text,
        body: made.body,
        paragraphs: made.paragraphs,
        categories: entry.categories.clone(),
        notes: Vec::new(),
    }
}

/// The page's text with what the feed says of the article. The feed's text stays where the page has less.
pub(super) fn joined(entry: &Entry, own: Article, page: Article) -> Article {
    if page.body.len() <= own.body.len() {
        let note = if page.paragraphs.is_empty() { "page has no text of an article" } else { "page has less text than the feed" };
        let notes = [own.notes, page.notes, vec![note.to_owned()]].concat();
        return Article {
            url: page.url.or(own.url),
            section: page.section,
            authors: own.authors.or(page.authors),
            publisher: page.publisher,
            language: own.language.or(page.language),
            published: own.published.or(page.published),
            modified: own.modified.or(page.modified),
            outlet: own.outlet.or(page.outlet),
            notes,
            ..own
        };
    }
    // The headline is the feed's where there is one; the text is put together again with it in front.
    let headline = own.headline.as_ref().or(page.headline.as_ref()).cloned();
    let paragraphs: Vec<String> = page.paragraphs.iter().map(|span| span.of(&page.text).to_owned()).collect();
    let made = assemble(
        headline.as_ref().map(|headline| headline.value.as_str()),
        page.standfirst.as_ref().map(|standfirst| standfirst.value.as_str()),
        &paragraphs,
    );
    let mut categories = entry.categories.clone();
    categories.extend(page.categories.iter().filter(|category| !entry.categories.contains(category)).cloned());
    Article {
        id: entry.id,
        feed: Some(entry.feed.clone()),
        shares_address: own.shares_address,
        outlet: own.outlet.or(page.outlet),
        fetched: Some(entry.fetched),
        headline: headline.map(|headline| Sourced { span: made.headline, ..headline }),
        standfirst: page.standfirst.map(|standfirst| Sourced { span: made.standfirst, ..standfirst }),
        authors: own.authors.or(page.authors),
        language: own.language.or(page.language),
        published: own.published.or(page.published),
        modified: own.modified.or(page.modified),
        text: made.text,
        body: made.body,
        paragraphs: made.paragraphs,
        categories,
        notes: [own.notes, page.notes].concat(),
        ..page
    }
}

fn squeezed(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}
