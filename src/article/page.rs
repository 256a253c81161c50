//! A page → Article.

use jiff::Timestamp;
use url::Url;

use crate::article::assemble::assemble;
use crate::article::blocks::{Blocks, Link, Marks};
use crate::article::body::{Body, length};
use crate::article::byline::visible_byline;
use crate::article::head::Head;
use crate::article::json_ld::JsonLd;
use crate::article::lost::Lost;
use crate::article::moment::Order;
use crate::article::published::visible_date;
use crate::article::{PageInput, binary, body, furniture, json_ld, title, wall};
use crate::model::article::{Article, Sourced, TextFrom};
use crate::model::span::Span;
use crate::net::charset::decode_html;
use crate::text::fold::fold;
use crate::text::html::{line, to_text};

/// Letters between standfirst and body at most: byline, date, the caption of a picture, buttons.
const STANDFIRST_GAP_MAX: usize = 600;
/// Bytes of a body that are too few for a whole article where nothing else says that it is one.
const SHORT_MAX: usize = 250;
/// Beyond this many bytes of a page the rest is not looked at.
const PAGE_BYTES_MAX: usize = 5 * 1024 * 1024;

/// Reads a page. `fetched` is when it was had: a date of publication lies not more than a day after it.
pub(super) fn read(input: PageInput, fetched: Option<Timestamp>) -> Article {
    read_with_amp(input, fetched).0
}

/// Reads a page, and the address of its AMP version where that is of the same site.
pub(super) fn read_with_amp(mut input: PageInput, fetched: Option<Timestamp>) -> (Article, Option<Url>) {
    let latest = fetched.or(input.read_at);
    let mut notes = Vec::new();
    if let Some(kind) = binary::kind(&input.html) {
        notes.push(format!("page not read: it is {kind}"));
        input.html.clear();
    }
    if input.html.len() > PAGE_BYTES_MAX {
        notes.push("page cut: too large".to_owned());
    }
    let html = decode_html(input.html.get(..input.html.len().min(PAGE_BYTES_MAX)).unwrap_or_default(), input.content_type.as_deref()).text;
    let head = Head::read(&html);
    let data = json_ld::read(head.json_ld.iter().map(String::as_str));
    let page = Page { url: canonical(&head, input.url.as_ref()), head, data };

    let given = input.title.as_deref().map(|given| (line(given), "input")).filter(|(text, _)| !text.is_empty());
    let mut headline = given
        .clone()
        .or_else(|| title::headline(&page.head, &page.data, &page.site_names().iter().map(String::as_str).collect::<Vec<_>>()));
    let mut body = body::read(&html, &page.head, &page.data);
    let blocks = Blocks::read(&html);
    let goes_on = wall::goes_on(&body.paragraphs);
    let is_list = !page.is_article() && blocks.is_list_of_teasers(&body.paragraphs);
    let lead = complete(&mut body, &blocks, &page, headline.as_ref().map(|(text, _)| text.as_str()));
    let language = input.language.map(|value| Sourced { value, span: None, from: "input" }).or_else(|| page.language());
    let order = Order::of(language.as_ref().map(|language| language.value.as_str()));
    furniture::take_out(&mut body.paragraphs, order);
    trim(&mut body, headline.as_ref().map(|(text, _)| text.as_str()), &page.head.headings);
    body.notes.retain(|note| !notes.contains(note));
    notes.append(&mut body.notes);

    let free = if page.says_paid() { Some(false) } else { page.data.free };
    let mut partial = free == Some(false) || goes_on;
    let mut description = page.description();
    let wall = wall::instead(&page.head, headline.as_ref().map(|(text, _)| text.as_str()), &body.paragraphs, page.data.is_article);
    if let Some(wall) = wall.or(is_list.then_some("list of teasers")) {
        notes.push(format!("page is no article: {wall}"));
        body = Body { paragraphs: Vec::new(), from: TextFrom::Summary, confidence: 0.0, notes: Vec::new() };
        // Such a page's own heading and description are about the wall.
        (headline, description) = (given, None);
    }
    let visible = to_text(&html);
    let shown_headline = headline.as_ref().map(|(text, _)| text.as_str());
    if let Some((text, _)) = &description
        && length(&body.paragraphs) < text.len() + 80
    {
        partial = true;
    }
    let authors = page.authors(visible_byline(&visible, shown_headline, &page.head.headings));
    let lead = lead.or_else(|| marked_lead(&body.paragraphs, &blocks));
    let lead = lead.filter(|lead| body.paragraphs.len() > 1 && body.paragraphs.first() == Some(lead));
    if lead.is_some() {
        body.paragraphs.remove(0);
    }
    let standfirst = lead
        .map(|lead| (lead, "page"))
        .or_else(|| description.filter(|(text, _)| is_standfirst(text, &visible, &body.paragraphs, shown_headline)));
    if body.paragraphs.is_empty() {
        partial = true;
        body.from = TextFrom::Summary;
    }
    let made = assemble(shown_headline, standfirst.as_ref().map(|(text, _)| text.as_str()), &body.paragraphs);

    let given = input.published.map(|value| Sourced { value, span: None, from: "input" });
    let published = given.or_else(|| page.published(order, latest)).or_else(|| {
        let found = visible_date(&visible, shown_headline, order, latest);
        found.map(|value| Sourced { value, span: None, from: "page" })
    });
    // A line or two that are neither dated nor said to be an article may be anything.
    if length(&body.paragraphs) < SHORT_MAX && published.is_none() && !page.is_article() {
        partial = true;
    }
    let modified = page.modified(order, latest, published.as_ref());
    let sourced = |part: Option<(String, &'static str)>, span: Option<Span>| part.map(|(value, from)| Sourced { value, span, from });
    let amp = page.amp(input.url.as_ref());
    let article = Article {
        id: input.id,
        feed: None,
        outlet: page.outlet(),
        fetched,
        headline: sourced(headline, made.headline),
        standfirst: sourced(standfirst, made.standfirst),
        section: page.section(),
        authors,
        publisher: page.publisher(),
        language,
        published,
        modified,
        text_from: body.from,
        text_confidence: body.confidence,
        partial,
        free,
        shares_address: false,
        text: made.text,
        body: made.body,
        paragraphs: made.paragraphs,
        categories: page.data.keywords.clone(),
        notes,
        url: page.url,
    };
    (article, amp)
}

/// What a page says of itself.
pub(super) struct Page {
    pub head: Head,
    pub data: JsonLd,
    pub url: Option<Url>,
}

impl Page {
    pub(super) fn site_names(&self) -> Vec<String> {
        let told = [self.head.meta(&["og:site_name", "application-name", "apple-mobile-web-app-title"]), self.data.publisher.as_deref()];
        // Some pages give the title of the article as the name of the site.
        let is_title = |name: &str| {
            self.head.headings.first().is_some_and(|heading| heading.split_whitespace().count() >= 3 && name.starts_with(heading.as_str()))
        };
        let mut names: Vec<String> = told.into_iter().flatten().filter(|name| !is_title(name)).map(str::to_owned).collect();
        if let Some(host) = self.url.as_ref().and_then(Url::host_str) {
            let host = host.trim_start_matches("www.");
            names.push(host.to_owned());
            let labels: Vec<&str> = host.split('.').collect();
            names.extend(labels.iter().rev().skip(1).find(|label| label.len() > 3).map(|label| (*label).to_owned()));
        }
        names
    }

    fn outlet(&self) -> Option<String> {
        let named = self.head.meta(&["og:site_name"]).or(self.data.publisher.as_deref()).map(str::to_owned);
        named.or_else(|| self.url.as_ref().and_then(Url::host_str).map(|host| host.trim_start_matches("www.").to_owned()))
    }

    /// The address of its AMP version, when it is one of the same site and not the page's own.
    fn amp(&self, url: Option<&Url>) -> Option<Url> {
        let url = url?;
        let named = self.head.amp.as_deref().and_then(|named| url.join(named).ok())?;
        let scheme = matches!((url.scheme(), named.scheme()), (_, "https") | ("http", "http"));
        (scheme && named != *url && is_same_site(&named, url)).then_some(named)
    }

    fn publisher(&self) -> Option<Sourced<String>> {
        let data = self.data.publisher.clone().map(|value| (value, "json-ld"));
        data.or_else(|| {
            self.head.meta(&["og:site_name", "dc.publisher", "dcterms.publisher", "publisher"]).map(|value| (value.to_owned(), "meta"))
        })
        .filter(|(value, _)| !value.starts_with("http"))
        .map(|(value, from)| Sourced { value, span: None, from })
    }

    fn section(&self) -> Option<Sourced<String>> {
        let data = self.data.section.clone().map(|value| (value, "json-ld"));
        let meta = || {
            self.head
                .meta(&["article:section", "og:section", "parsely-section", "sailthru.section", "section"])
                .map(|value| (line(value), "meta"))
        };
        data.or_else(meta).filter(|(value, _)| !value.is_empty() && value.len() <= 80).map(|(value, from)| Sourced {
            value,
            span: None,
            from,
        })
    }

    fn language(&self) -> Option<Sourced<String>> {
        let data = || self.data.language.clone().map(|value| (value, "json-ld"));
        let meta =
            || self.head.meta(&["og:locale", "language", "content-language", "dc.language"]).map(|value| (value.replace('_', "-"), "meta"));
        let own = self.head.language.clone().map(|value| (value.replace('_', "-"), "page"));
        own.or_else(data).or_else(meta).filter(|(value, _)| (2..=20).contains(&value.len())).map(|(value, from)| Sourced {
            value,
            span: None,
            from,
        })
    }

    fn description(&self) -> Option<(String, &'static str)> {
        let data = self.data.description.clone().map(|value| (value, "json-ld"));
        let meta = || {
            self.head.meta(&["og:description", "description", "twitter:description", "dc.description"]).map(|value| (line(value), "meta"))
        };
        data.filter(|(value, _)| !value.is_empty()).or_else(meta).filter(|(value, _)| value.chars().count() >= 20)
    }

    /// All that the page says of itself in a sentence or two.
    fn descriptions(&self) -> impl Iterator<Item = &str> {
        let metas = self.head.all_metas(&["og:description", "description", "twitter:description", "dc.description"]);
        self.data.description.as_deref().into_iter().chain(metas)
    }

    fn is_article(&self) -> bool {
        self.data.is_article || self.head.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"))
    }

    fn says_paid(&self) -> bool {
        self.head
            .meta(&["article:content_tier", "og:content_tier", "content_tier"])
            .is_some_and(|tier| matches!(tier.to_ascii_lowercase().as_str(), "locked" | "metered" | "paid" | "premium"))
    }
}

/// Whether an address that a page names is of the site of the page: of the same host but for versions for telephones and the like,
/// and of no other port.
fn is_same_site(named: &Url, url: &Url) -> bool {
    site(named) == site(url) && named.port().is_none_or(|port| url.port() == Some(port))
}

/// The host of an address without the labels before it of its versions for telephones and the like. Two labels stay.
fn site(url: &Url) -> &str {
    let mut host = url.host_str().unwrap_or_default();
    while let Some((label, rest)) = host.split_once('.')
        && matches!(label, "www" | "m" | "amp" | "mobile")
        && rest.contains('.')
    {
        host = rest;
    }
    host
}

/// The address the page names for itself, when it is one of the same site; else the one it was had from.
fn canonical(head: &Head, url: Option<&Url>) -> Option<Url> {
    let named = head.canonical.as_deref().or_else(|| head.meta(&["og:url"]));
    let named = named.and_then(|named| match url {
        Some(url) => url.join(named).ok(),
        None => Url::parse(named).ok(),
    });
    named
        .filter(|named| {
            matches!(named.scheme(), "http" | "https") && named.path().len() > 1 && url.is_none_or(|url| is_same_site(named, url))
        })
        .or_else(|| url.cloned())
}

/// Takes out of the body what the page marks as something else, and puts back what was lost of it. Gives the lead, if it was lost:
/// it is then the first paragraph.
fn complete(body: &mut Body, blocks: &Blocks, page: &Page, headline: Option<&str>) -> Option<String> {
    sift(body, blocks, 0);
    let mut lost = Lost::new(blocks, &body.paragraphs);
    let descriptions: Vec<&str> = page.descriptions().collect();
    let lead = lost.lead(headline.as_slice(), &descriptions);
    lost.put_back(&mut body.paragraphs);
    let (leads, first) = (lead.len(), lead.first().cloned());
    body.paragraphs.splice(0..0, lead);
    sift(body, blocks, leads);
    first
}

/// The first paragraph, where the page marks it and not the next one as the lead.
fn marked_lead(paragraphs: &[String], blocks: &Blocks) -> Option<String> {
    const LEAD_MAX: usize = 600;
    let [first, second, ..] = paragraphs else { return None };
    (first.chars().count() <= LEAD_MAX && blocks.is_lead(first) && !blocks.is_lead(second)).then(|| first.clone())
}

/// Takes out of the body what the page marks as something else: captions, boxes beside the article, links to other stories.
///
/// Marks that are on much of the body are not believed: then a list of links is the article, or a box holds all of it.
/// The first `kept` paragraphs stay.
fn sift(body: &mut Body, blocks: &Blocks, kept: usize) {
    const LINKS_MAX: usize = 30;
    const BOXES_MAX: usize = 40;
    const CAPTIONS_MAX: usize = 60;
    let marks: Vec<Marks> = body.paragraphs.iter().map(|paragraph| blocks.marks(paragraph)).collect();
    let all = length(&body.paragraphs).max(1);
    let share = |wanted: fn(&Marks) -> bool| {
        let marked = body.paragraphs.iter().zip(&marks).filter(|(_, marks)| wanted(marks));
        marked.map(|(paragraph, _)| paragraph.len()).sum::<usize>() * 100 / all
    };
    let links = share(|marks| marks.link == Link::Story) <= LINKS_MAX;
    let captions = share(|marks| marks.caption) <= CAPTIONS_MAX;
    let asides = share(|marks| marks.aside) <= BOXES_MAX;
    let mut marks = marks.into_iter().enumerate();
    body.paragraphs.retain(|_| {
        let (index, marks) = marks.next().unwrap_or_default();
        index < kept || !(links && marks.link == Link::Story || captions && marks.caption || asides && marks.aside)
    });
    cut_links(&mut body.paragraphs, blocks);
}

/// Cuts a list of links to other stories off the end, where they are headings too.
fn cut_links(paragraphs: &mut Vec<String>, blocks: &Blocks) {
    const LINKS_MIN: usize = 2;
    const LETTERS_MIN: usize = 28;
    let is_story = |paragraph: &&String| paragraph.chars().count() >= LETTERS_MIN && blocks.marks(paragraph).link != Link::No;
    let stories = paragraphs.iter().rev().take_while(is_story).count();
    if stories >= LINKS_MIN && stories * 2 < paragraphs.len() {
        paragraphs.truncate(paragraphs.len() - stories);
    }
}

/// Takes the headline off the body, and what stands at its ends without being part of it.
fn trim(body: &mut Body, headline: Option<&str>, headings: &[String]) {
    let squeezed = |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    // The name of a section above the headline.
    if body.paragraphs.len() > 1
        && let Some(first) = body.paragraphs.first().map(|first| squeezed(first))
        && headings.iter().any(|heading| squeezed(heading) == first)
    {
        body.paragraphs.remove(0);
    }
    if let Some(headline) = headline.map(squeezed).filter(|headline| !headline.is_empty())
        && let Some(at) = body.paragraphs.iter().take(3).position(|paragraph| squeezed(paragraph) == headline)
    {
        body.paragraphs.remove(at);
    }
    // An extractor may join the heading to the first paragraph: "Bridge opensThe new bridge".
    if let (Some(headline), Some(first)) = (headline, body.paragraphs.first_mut())
        && let Some(rest) = first.strip_prefix(headline)
        && rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '“' | '«' | '„'))
    {
        *first = rest.to_owned();
    }
}

/// Whether a description stands on the page, above the body and not in it. `visible` is the text of the page.
fn is_standfirst(description: &str, visible: &str, body: &[String], headline: Option<&str>) -> bool {
    let squeezed = |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    let key = squeezed(description);
    if description.ends_with('…')
        || description.ends_with("...")
        || headline.is_some_and(|headline| squeezed(headline) == key)
        || description.chars().count() > 600
    {
        return false;
    }
    // With no body the description is the summary, whether the page shows it or not.
    if body.is_empty() {
        return true;
    }
    if body.iter().take(8).any(|paragraph| squeezed(paragraph).contains(&key)) {
        return false;
    }
    // A description that is only in the page's data is written for search engines; one that stands elsewhere is a teaser's.
    let visible = squeezed(visible);
    let first = body
        .iter()
        .take(3)
        .map(|paragraph| squeezed(paragraph))
        .filter(|paragraph| paragraph.len() >= 20)
        .find_map(|paragraph| visible.find(&paragraph));
    let Some(first) = first else { return visible.contains(&key) };
    let above = visible.get(..first).and_then(|above| above.rfind(&key));
    above.is_some_and(|at| first - at - key.len() <= STANDFIRST_GAP_MAX)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::is_same_site;
    use crate::article::page::{Head, JsonLd, Page};

    #[test]
    fn versions_for_telephones_are_of_one_site() {
        let same = |named: &str, url: &str| {
            let of = |address: &str| Url::parse(&format!("https://{address}/a")).unwrap();
            is_same_site(&of(named), &of(url))
        };
        assert!(same("amp.sample.example", "www.sample.example") && same("www.m.sample.example", "sample.example"));
        assert!(same("www.mobile.example", "mobile.example"));
        assert!(!same("amp.example", "mobile.example") && !same("sample.amp.example", "sample.example"));
        assert!(!same("sample.example:8443", "sample.example") && same("sample.example:8443", "sample.example:8443"));
    }

    #[test]
    fn an_amp_version_is_as_safe_as_its_page() {
        let amp = |url: &str, named: &str| {
            let head = Head { amp: Some(named.to_owned()), ..Head::default() };
            Page { head, data: JsonLd::default(), url: None }.amp(Url::parse(url).ok().as_ref()).map(String::from)
        };
        let (safe, plain) = ("https://sample.example/amp", "http://sample.example/amp");
        assert_eq!(amp("https://sample.example/a", "/amp").as_deref(), Some(safe));
        assert_eq!(amp("http://sample.example/a", safe).as_deref(), Some(safe));
        assert_eq!(amp("http://sample.example/a", plain).as_deref(), Some(plain));
        assert_eq!(amp("https://sample.example/a", plain), None);
        assert_eq!(amp("https://sample.example/a", "ftp://sample.example/amp"), None);
    }
}
