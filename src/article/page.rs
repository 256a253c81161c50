//! A page → Article.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::article::assemble::assemble;
use crate::article::body::{Body, length};
use crate::article::decode::decode;
use crate::article::head::{Event, Head, Time};
use crate::article::json_ld::JsonLd;
use crate::article::moment::Order;
use crate::article::{PageInput, body, json_ld, moment, names, title, wall};
use crate::model::article::{Article, Moment, Precision, Sourced, TextFrom};
use crate::model::span::Span;
use crate::text::fold::fold;
use crate::text::html::{line, to_text};

/// Beyond this many bytes of a page the rest is not looked at.
const PAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Reads a page. `fetched` is when it was had: a date of publication lies not more than a day after it.
pub(super) fn read(input: PageInput, fetched: Option<Timestamp>) -> Article {
    let mut notes = Vec::new();
    if input.html.len() > PAGE_BYTES_MAX {
        notes.push("page cut: too large".to_owned());
    }
    let html = decode(input.html.get(..input.html.len().min(PAGE_BYTES_MAX)).unwrap_or_default(), input.content_type.as_deref());
    let head = Head::read(&html);
    let data = json_ld::read(head.json_ld.iter().map(String::as_str));
    let page = Page { url: canonical(&head, input.url.as_ref()), head, data };

    let given = input.title.as_deref().map(|given| (line(given), "input")).filter(|(text, _)| !text.is_empty());
    let mut headline = given
        .clone()
        .or_else(|| title::headline(&page.head, &page.data, &page.site_names().iter().map(String::as_str).collect::<Vec<_>>()));
    let mut body = body::read(&html, &page.head, input.url.as_ref(), page.data.body.as_deref());
    trim(&mut body, headline.as_ref().map(|(text, _)| text.as_str()));
    notes.append(&mut body.notes);

    let mut partial = page.data.free == Some(false) || page.says_paid() || wall::goes_on(&body.paragraphs);
    let mut description = page.description();
    if let Some(wall) = wall::instead(&page.head, headline.as_ref().map(|(text, _)| text.as_str()), &body.paragraphs, page.data.is_article)
    {
        notes.push(format!("page is no article: {wall}"));
        body = Body { paragraphs: Vec::new(), from: TextFrom::Summary, confidence: 0.0, notes: Vec::new() };
        // Such a page's own heading and description are about the wall.
        (headline, description) = (given, None);
    }
    let shown_headline = headline.as_ref().map(|(text, _)| text.as_str());
    if let Some((text, _)) = &description
        && length(&body.paragraphs) < text.len() + 80
    {
        partial = true;
    }
    let standfirst = description.filter(|(text, _)| is_standfirst(text, &html, &body.paragraphs, shown_headline));
    if body.paragraphs.is_empty() {
        partial = true;
        body.from = TextFrom::Summary;
    }
    let made = assemble(shown_headline, standfirst.as_ref().map(|(text, _)| text.as_str()), &body.paragraphs);

    let language = input.language.map(|value| Sourced { value, span: None, from: "input" }).or_else(|| page.language());
    let order = Order::of(language.as_ref().map(|language| language.value.as_str()));
    let visible = to_text(&html);
    let given = input.published.map(|value| Sourced { value, span: None, from: "input" });
    let published = given.or_else(|| page.published(order, fetched)).or_else(|| {
        let found = visible_date(&visible, shown_headline, order, fetched);
        found.map(|value| Sourced { value, span: None, from: "page" })
    });
    let authors = page.authors(visible_byline(&visible, shown_headline));
    let modified = page.modified(order, fetched, published.as_ref());
    let sourced = |part: Option<(String, &'static str)>, span: Option<Span>| part.map(|(value, from)| Sourced { value, span, from });
    Article {
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
        text: made.text,
        body: made.body,
        paragraphs: made.paragraphs,
        categories: page.data.keywords.clone(),
        notes,
        url: page.url,
    }
}

/// What a page says of itself.
struct Page {
    head: Head,
    data: JsonLd,
    url: Option<Url>,
}

impl Page {
    fn site_names(&self) -> Vec<String> {
        let told = [self.head.meta(&["og:site_name", "application-name", "apple-mobile-web-app-title"]), self.data.publisher.as_deref()];
        let mut names: Vec<String> = told.into_iter().flatten().map(str::to_owned).collect();
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

    fn says_paid(&self) -> bool {
        self.head
            .meta(&["article:content_tier", "og:content_tier", "content_tier"])
            .is_some_and(|tier| matches!(tier.to_ascii_lowercase().as_str(), "locked" | "metered" | "paid" | "premium"))
    }

    fn authors(&self, written: Option<&str>) -> Option<Sourced<Vec<String>>> {
        let sites = self.site_names();
        let sites: Vec<&str> = sites.iter().map(String::as_str).collect();
        let names = [
            "author",
            "article:author",
            "parsely-author",
            "byl",
            "sailthru.author",
            "dc.creator",
            "dcterms.creator",
            "dc:creator",
            "authors",
            "citation_author",
            "cxenseparse:author",
            "article:author_name",
            "og:article:author",
        ];
        let metas: Vec<&str> = self.head.all_metas(&names).collect();
        let rungs: [(Vec<&str>, &'static str); 2] = [(self.data.authors.iter().map(String::as_str).collect(), "json-ld"), (metas, "meta")];
        // Of the bylines on the page only the first is the article's; the others are of other articles.
        let shown = self.head.bylines.iter().take(6).map(|byline| (vec![byline.as_str()], "page"));
        rungs
            .into_iter()
            .chain(shown)
            .chain(written.map(|line| (vec![line], "page")))
            .map(|(raw, from)| (names::people(raw, &sites), from))
            .find(|(people, _)| !people.is_empty())
            .map(|(value, from)| Sourced { value, span: None, from })
    }

    /// From the page's data, its meta elements, its `<time>`, its address, and what it shows, in this order.
    fn published(&self, order: Order, fetched: Option<Timestamp>) -> Option<Sourced<Moment>> {
        const METAS: [&str; 26] = [
            "article:published_time",
            "article:published",
            "og:published_time",
            "datepublished",
            "og:article:published_time",
            "published_time",
            "parsely-pub-date",
            "sailthru.date",
            "pubdate",
            "publishdate",
            "publish-date",
            "publish_date",
            "publication_date",
            "date",
            "dc.date.issued",
            "dcterms.date",
            "dc.date",
            "dcterms.issued",
            "dc.date.created",
            "dcterms.created",
            "date.issued",
            "cxenseparse:recs:publishtime",
            "cxenseparse:publishtime",
            "article_date_original",
            "citation_publication_date",
            "datecreated",
        ];
        let good = |moment: &Moment| is_past(*moment, fetched);
        let parsed = |value: &str| moment::parse(value, order).filter(good);
        let data = || self.data.published.as_deref().and_then(parsed).map(|value| (value, "json-ld"));
        let meta = || METAS.iter().find_map(|name| self.head.all_metas(&[name]).find_map(parsed)).map(|value| (value, "meta"));
        let time = |wanted: fn(&Time) -> bool| {
            let found = self.head.times.iter().filter(|time| time.of != Some(Event::Modified) && wanted(time));
            found.filter_map(|time| read_time(time, order)).find(good).map(|value| (value, "page"))
        };
        let address = || self.url.as_ref().and_then(moment::in_url).filter(good).map(|value| (value, "url"));
        let (value, from) = data()
            .or_else(meta)
            .or_else(|| time(|time| time.of == Some(Event::Published)))
            .or_else(address)
            .or_else(|| time(|time| time.is_element && time.after_heading))
            .or_else(|| time(|time| time.is_element))
            .or_else(|| time(|_| true))?;
        Some(Sourced { value, span: None, from })
    }

    fn modified(&self, order: Order, fetched: Option<Timestamp>, published: Option<&Sourced<Moment>>) -> Option<Sourced<Moment>> {
        let names =
            ["article:modified_time", "og:updated_time", "datemodified", "article:updated", "last-modified", "lastmod", "dcterms.modified"];
        let good = |moment: &Moment| is_past(*moment, fetched) && published.is_none_or(|published| moment.date() >= published.value.date());
        let data = self.data.modified.as_deref().and_then(|value| moment::parse(value, order)).filter(good).map(|value| (value, "json-ld"));
        let meta = || self.head.meta(&names).and_then(|value| moment::parse(value, order)).filter(good).map(|value| (value, "meta"));
        data.or_else(meta).map(|(value, from)| Sourced { value, span: None, from })
    }
}

fn read_time(time: &Time, order: Order) -> Option<Moment> {
    let value = time.value.as_deref().and_then(|value| moment::parse(value, order));
    value.or_else(|| moment::find(&time.text, order).map(|(moment, _)| moment))
}

/// A short line below the headline that begins like a byline: `By Ann Lee`.
fn visible_byline<'a>(text: &'a str, headline: Option<&str>) -> Option<&'a str> {
    let squeezed = |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    let headline = headline.map(squeezed)?;
    let mut lines = text.lines().filter(|line| !line.is_empty()).skip_while(|line| line.len() >= 400 || squeezed(line) != headline);
    let begins = |line: &str| {
        let folded = fold(line);
        ["by ", "by: ", "written by", "von ", "par ", "por ", "автор", "text: ", "author: "].iter().any(|by| folded.starts_with(by))
    };
    lines.next()?;
    lines.take(12).find(|line| line.chars().count() <= 80 && begins(line))
}

/// A date in a short line near the headline; else the first line that is little more than a date.
fn visible_date(text: &str, headline: Option<&str>, order: Order, fetched: Option<Timestamp>) -> Option<Moment> {
    let squeezed = |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).take(5_000).collect();
    let headline = headline.map(squeezed);
    let at = lines.iter().position(|line| headline.as_ref().is_some_and(|headline| line.len() < 400 && squeezed(line) == *headline));
    let dated = |line: &str, others_max: usize| {
        let (moment, span) = moment::find(line, order)?;
        let others = line.chars().count().saturating_sub(span.of(line).chars().count());
        let todays = ["today", "heute", "hoy", "oggi"].iter().any(|word| fold(line).trim_start().starts_with(word));
        (others <= others_max && !todays && is_past(moment, fetched)).then_some(moment)
    };
    let near = at.and_then(|at| {
        let below = lines.iter().skip(at + 1).take(12);
        below.chain(lines.iter().take(at).rev().take(4)).find_map(|line| dated(line, 90))
    });
    near.or_else(|| lines.iter().find_map(|line| dated(line, 25)))
}

/// Nothing is published more than a day after it was read; a day for the zones of the world.
fn is_past(found: Moment, fetched: Option<Timestamp>) -> bool {
    let limit = fetched.and_then(|fetched| fetched.checked_add(SignedDuration::from_hours(24)).ok());
    let coarse = matches!(found, Moment::Civil(_, Precision::Year));
    !coarse && found.date().year() >= 1990 && limit.is_none_or(|limit| found.instant().is_some_and(|instant| instant <= limit))
}

/// The address the page names for itself, when it is one of the same site; else the one it was had from.
fn canonical(head: &Head, url: Option<&Url>) -> Option<Url> {
    let site = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let labels: Vec<&str> = host.split('.').filter(|label| !matches!(*label, "www" | "m" | "amp" | "mobile")).collect();
        labels.join(".")
    };
    let named = head.canonical.as_deref().or_else(|| head.meta(&["og:url"]));
    let named = named.and_then(|named| match url {
        Some(url) => url.join(named).ok(),
        None => Url::parse(named).ok(),
    });
    named
        .filter(|named| {
            matches!(named.scheme(), "http" | "https") && named.path().len() > 1 && url.is_none_or(|url| site(url) == site(named))
        })
        .or_else(|| url.cloned())
}

/// Takes the headline off the body, and what stands at its ends without being part of it.
fn trim(body: &mut Body, headline: Option<&str>) {
    let squeezed = |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
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

/// Whether a description stands on the page, above the body and not in it.
fn is_standfirst(description: &str, html: &str, body: &[String], headline: Option<&str>) -> bool {
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
    // A description that is only in the page's data is written for search engines.
    let visible = squeezed(&to_text(html));
    visible.contains(&key)
}
