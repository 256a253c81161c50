//! When a page was published and changed, as it says itself.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::article::head::{Event, Time};
use crate::article::moment::{self, Order};
use crate::article::page::Page;
use crate::model::article::{Moment, Precision, Sourced};
use crate::text::fold::fold;

impl Page {
    /// From the page's data, its meta elements, its `<time>`, its address, and what it shows, in this order.
    pub(super) fn published(&self, order: Order, fetched: Option<Timestamp>) -> Option<Sourced<Moment>> {
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
        let other = || {
            let named = |name: &str| (name.contains("publi") || name.contains("issue")) && (name.contains("date") || name.contains("time"));
            self.head.metas.iter().filter(|(name, _)| named(name)).find_map(|(_, value)| parsed(value))
        };
        let meta =
            || METAS.iter().find_map(|name| self.head.all_metas(&[name]).find_map(parsed)).or_else(other).map(|value| (value, "meta"));
        let script = || self.head.scripted.as_deref().and_then(parsed).map(|value| (value, "script"));
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
            .or_else(script)
            .or_else(|| time(|time| time.is_element))
            .or_else(|| time(|_| true))?;
        Some(Sourced { value: self.in_its_zone(value), span: None, from })
    }

    /// A moment with the offset that the page itself has for it, where it was found in UTC.
    ///
    /// Many sites give their data in UTC and the same moment in their own time elsewhere; the day is the one there.
    fn in_its_zone(&self, found: Moment) -> Moment {
        let instant = match found {
            Moment::Instant(instant) => instant,
            Moment::Local(instant, offset) if offset == Offset::UTC => instant,
            Moment::Local(..) | Moment::Civil(..) => return found,
        };
        let times = self.head.times.iter().filter_map(|time| time.value.as_deref());
        let metas = self.head.metas.iter().map(|(_, value)| value.as_str());
        let data = self.data.published.iter().chain(&self.data.modified).chain(&self.head.scripted).map(String::as_str);
        let mut written = times.chain(metas).chain(data).filter(|value| (19..=35).contains(&value.len()));
        written.find_map(|value| moment::offset_at(value, instant)).map_or(found, |offset| Moment::Local(instant, offset))
    }

    pub(super) fn modified(
        &self,
        order: Order,
        fetched: Option<Timestamp>,
        published: Option<&Sourced<Moment>>,
    ) -> Option<Sourced<Moment>> {
        let names =
            ["article:modified_time", "og:updated_time", "datemodified", "article:updated", "last-modified", "lastmod", "dcterms.modified"];
        let good = |moment: &Moment| is_past(*moment, fetched) && published.is_none_or(|published| moment.date() >= published.value.date());
        let data = self.data.modified.as_deref().and_then(|value| moment::parse(value, order)).filter(good).map(|value| (value, "json-ld"));
        let meta = || self.head.meta(&names).and_then(|value| moment::parse(value, order)).filter(good).map(|value| (value, "meta"));
        data.or_else(meta).map(|(value, from)| Sourced { value: self.in_its_zone(value), span: None, from })
    }
}

fn read_time(time: &Time, order: Order) -> Option<Moment> {
    let value = time.value.as_deref().and_then(|value| moment::parse(value, order));
    value.or_else(|| moment::find(&time.text, order).map(|(moment, _)| moment))
}

/// A date in a short line near the headline; else the first line that is little more than a date.
pub(super) fn visible_date(text: &str, headline: Option<&str>, order: Order, fetched: Option<Timestamp>) -> Option<Moment> {
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
    // A report may begin with its day: "19.12.2025 The bridge was opened …".
    let begins = || {
        let found = at.map(|at| lines.iter().skip(at + 1).take(15).filter(|line| line.len() >= 80)).into_iter().flatten();
        found.take(3).find_map(|line| {
            moment::find(line, order).filter(|(found, span)| span.start <= 30 && is_past(*found, fetched)).map(|(found, _)| found)
        })
    };
    near.or_else(|| lines.iter().find_map(|line| dated(line, 25))).or_else(begins)
}

/// Nothing is published more than a day after it was read; a day for the zones of the world.
fn is_past(found: Moment, fetched: Option<Timestamp>) -> bool {
    let limit = fetched.and_then(|fetched| fetched.checked_add(SignedDuration::from_hours(24)).ok());
    let coarse = matches!(found, Moment::Civil(_, Precision::Year));
    !coarse && found.date().year() >= 1990 && limit.is_none_or(|limit| found.instant().is_some_and(|instant| instant <= limit))
}
