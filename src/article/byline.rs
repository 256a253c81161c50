//! Who wrote a page, by what it says of itself and by what it shows.

use crate::article::head::Byline;
use crate::article::names::{self, Search};
use crate::article::page::Page;
use crate::model::article::Sourced;
use crate::text::fold::fold;

impl Page {
    pub(super) fn authors(&self, written: Option<&str>) -> Option<Sourced<Vec<String>>> {
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
        let is_other = |name: &str| {
            name.contains("author")
                && !["url", "id", "image", "img", "photo", "avatar", "mail", "page", "slug", "desc", "twitter"]
                    .iter()
                    .any(|part| name.contains(part))
        };
        let others: Vec<&str> = self.head.metas.iter().filter(|(name, _)| is_other(name)).map(|(_, value)| value.as_str()).collect();
        let labels: Vec<&str> = [["twitter:label1", "twitter:data1"], ["twitter:label2", "twitter:data2"]]
            .iter()
            .filter(|[label, _]| self.head.meta(&[label]).is_some_and(names::is_by))
            .filter_map(|[_, value]| self.head.meta(&[value]))
            .collect();
        let data: Vec<&str> = self.data.authors.iter().map(String::as_str).collect();
        // Of the bylines on the page only the first is the article's; the others are of other articles.
        let marked = || self.head.bylines.iter().filter(|byline| !byline.is_link && !names::is_of_another(&byline.text)).take(6);
        let links = || self.head.bylines.iter().filter(|byline| byline.is_link && byline.after_heading).take(2);
        let mut rungs: Vec<(Vec<String>, &'static str)> = Vec::new();
        for search in [Search::FullNames, Search::AnyName, Search::OwnName] {
            let people = |raw: &[&str]| names::people(raw.iter().copied(), &sites, search);
            rungs.push((people(&data), "json-ld"));
            rungs.push((people(&metas), "meta"));
            rungs.push((people(&others), "meta"));
            rungs.extend(labels.iter().map(|label| (people(&[*label]), "meta")));
            let in_bylines =
                marked().filter(|byline| search == Search::FullNames || byline.after_heading).map(|byline| people_of(byline, people));
            // First names in a row are sections or labels.
            rungs.extend(in_bylines.filter(|people| search == Search::FullNames || people.len() <= 2).map(|people| (people, "page")));
            rungs.extend(written.map(|line| (people(&[line]), "page")));
            rungs.extend(links().map(|link| (people(&[link.text.as_str()]), "page")));
        }
        rungs.into_iter().find(|(people, _)| !people.is_empty()).map(|(value, from)| Sourced { value, span: None, from })
    }
}

/// The people in one byline; `people` finds them in texts.
fn people_of(byline: &Byline, people: impl Fn(&[&str]) -> Vec<String>) -> Vec<String> {
    let whole = people(&[byline.text.as_str()]);
    let parts = people(&byline.parts.iter().map(String::as_str).collect::<Vec<_>>());
    // The whole names those too that are not marked; it may also run a name into a role or a date.
    if parts.iter().all(|part| whole.contains(part)) { whole } else { parts }
}

/// A short line below the headline or another heading of the page that begins like a byline: `By Ann Lee`.
pub(super) fn visible_byline<'a>(text: &'a str, headline: Option<&str>, headings: &[String]) -> Option<&'a str> {
    let squeezed = |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    let wanted: Vec<String> =
        headline.into_iter().chain(headings.first().map(String::as_str)).map(squeezed).filter(|text| !text.is_empty()).collect();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).take(5_000).collect();
    // A trail of sections and a heading may both show the headline.
    let headed = lines.iter().enumerate().filter(|(_, line)| line.len() < 400 && wanted.contains(&squeezed(line))).map(|(index, _)| index);
    let is_byline = |line: &&&str| line.chars().count() <= 80 && names::has_by(line);
    let below = headed.take(3).find_map(|index| lines.iter().skip(index + 1).take(12).find(is_byline).copied());
    // Else the first line of the page that is a byline and nothing more.
    below.or_else(|| {
        let short = lines.iter().take(400).filter(|line| line.chars().count() <= 40).filter(is_byline);
        short.copied().find(|line| line.split_whitespace().count() <= 5 && !names::people([*line], &[], Search::FullNames).is_empty())
    })
}
