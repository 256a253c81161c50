//! The headline of a page, without the name of the site.

use std::collections::HashSet;

use crate::article::head::Head;
use crate::article::json_ld::JsonLd;
use crate::text::fold::fold;

/// The headline and the rung that supplied it.
///
/// What the page shows as its heading is taken where it says the same as the page's data; else the data, else the title.
pub(super) fn headline(head: &Head, data: &JsonLd, site: &[&str]) -> Option<(String, &'static str)> {
    let told = [
        (data.headline.as_deref().filter(|_| data.is_article), "json-ld"),
        (head.meta(&["og:title"]), "meta"),
        (head.meta(&["twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title"]), "meta"),
        (head.title.as_deref(), "page"),
    ];
    let told: Vec<(String, &'static str)> = told
        .into_iter()
        .filter_map(|(text, from)| Some((without_site(text?.trim(), site), from)))
        .filter(|(text, _)| text.chars().any(char::is_alphanumeric) && !is_site(text, site))
        .collect();
    let shown = head
        .headings
        .iter()
        .filter(|heading| heading.chars().filter(|c| c.is_alphanumeric()).count() >= 2 && !is_site(heading, site))
        .filter(|heading| heading.chars().count() <= 300);
    let alike = |heading: &&String| told.iter().any(|(text, _)| likeness(heading, text) >= 0.6);
    // Two sources that agree against the heading: it then stands below a kicker, or was written for this page alone.
    let agreed = || {
        let (data, meta) = (told.iter().find(|(_, from)| *from == "json-ld")?, told.iter().find(|(_, from)| *from == "meta")?);
        (squeezed(&data.0) == squeezed(&meta.0)).then(|| data.clone())
    };
    let shared = head.meta(&["og:title"]).map(|title| squeezed(&without_site(title, site)));
    if let Some(heading) = shown.clone().find(alike) {
        if shared.is_some_and(|shared| shared == squeezed(heading)) {
            return Some((heading.clone(), "page"));
        }
        // A heading often begins with a kicker that the data leave out: "Culture: What the guests read".
        let kicked = told.iter().find(|(text, _)| {
            text.split_whitespace().count() >= 3 && heading.len() > text.len() && squeezed(heading).ends_with(&squeezed(text))
        });
        return kicked.cloned().or_else(agreed).or_else(|| Some((heading.clone(), "page")));
    }
    // What the page calls itself for search engines often has few words in common with what it shows.
    let near = |heading: &&String| heading.split_whitespace().count() >= 3 && told.iter().any(|(text, _)| likeness(heading, text) >= 0.4);
    if let Some(heading) = shown.clone().take(2).find(near) {
        return agreed().or_else(|| Some((heading.clone(), "page")));
    }
    told.into_iter().next().or_else(|| shown.clone().next().map(|heading| (heading.clone(), "page")))
}

/// Cuts the name of the site off a title: `Bridge opens | The Paper`.
pub(super) fn without_site(title: &str, site: &[&str]) -> String {
    const JOINTS: [&str; 13] = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " « ", " │ ", " : ", "｜", "："];
    let mut title = title.trim();
    // A site often appends its section and its name.
    for _ in 0..3 {
        let last = JOINTS.iter().filter_map(|joint| title.rfind(joint).map(|at| (at, joint.len()))).max();
        let Some((at, joint)) = last else { break };
        let (Some(before), Some(after)) = (title.get(..at), title.get(at + joint..)) else { break };
        let is_pipe = title.get(at..at + joint).is_some_and(|joint| matches!(joint, " | " | " :: " | " » " | " │ " | "｜"));
        let short = after.split_whitespace().count() <= 4 && before.split_whitespace().count() >= 3 && !is_site(before, site);
        if is_site(after, site) || (is_pipe && short) {
            title = before.trim();
        } else {
            break;
        }
    }
    let first = JOINTS.iter().filter_map(|joint| title.find(joint).map(|at| (at, joint.len()))).min();
    if let Some((at, joint)) = first
        && let (Some(before), Some(after)) = (title.get(..at), title.get(at + joint..))
        && is_site(before, site)
        && after.split_whitespace().count() >= 2
    {
        title = after.trim();
    }
    title.to_owned()
}

/// Whether a text is one of the names of the site.
fn is_site(text: &str, site: &[&str]) -> bool {
    let text = squeezed(text);
    !text.is_empty()
        && site.iter().map(|name| squeezed(name)).any(|name| {
            !name.is_empty()
                && (text == name
                    || (name.len() >= 5 && text.len() <= name.len() + 8 && text.contains(&name))
                    || (text.len() >= 5 && name.contains(&text)))
        })
}

/// Letters and digits alone, folded.
fn squeezed(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Shared words of two titles, against the shorter one.
fn likeness(one: &str, other: &str) -> f32 {
    let words = |text: &str| -> HashSet<String> {
        let folded = fold(text);
        let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        // A script without spaces gives no words; its characters serve.
        if folded.chars().any(crate::text::fold::is_unspaced) {
            folded.chars().map(String::from).collect()
        } else {
            words.map(str::to_owned).collect()
        }
    };
    let (one, other) = (words(one), words(other));
    let least = one.len().min(other.len());
    #[expect(clippy::cast_precision_loss, reason = "titles have a few words")]
    let share = if least == 0 { 0.0 } else { one.intersection(&other).count() as f32 / least as f32 };
    if least == 1 && one.len().max(other.len()) > 3 { 0.0 } else { share }
}

#[cfg(test)]
mod tests {
    use super::{headline, without_site};
    use crate::article::head::Head;
    use crate::article::json_ld::JsonLd;

    #[test]
    fn site_names_go() {
        let cut = |title| without_site(title, &["The Daily Sample", "dailysample"]);
        assert_eq!(cut("Bridge opens after years - The Daily Sample"), "Bridge opens after years");
        assert_eq!(cut("Bridge opens after years | World | The Daily Sample"), "Bridge opens after years");
        assert_eq!(cut("Daily Sample: bridge opens - at last"), "Daily Sample: bridge opens - at last");
        assert_eq!(cut("The Daily Sample | Bridge opens"), "Bridge opens");
        assert_eq!(cut("Bridge opens - a new time begins"), "Bridge opens - a new time begins");
    }

    #[test]
    fn the_heading_that_says_what_the_data_say() {
        let head = Head {
            title: Some("Bridge opens after years - Sample".to_owned()),
            headings: vec!["Sample".to_owned(), "Most read".to_owned(), "Bridge opens after seven years".to_owned()],
            ..Head::default()
        };
        assert_eq!(headline(&head, &JsonLd::default(), &["Sample"]), Some(("Bridge opens after seven years".to_owned(), "page")));
    }

    #[test]
    fn what_the_data_agree_on() {
        let data = |headline: &str| JsonLd { is_article: true, headline: Some(headline.to_owned()), ..JsonLd::default() };
        let head = |shown: &str, shared: &str| Head {
            metas: vec![("og:title".to_owned(), shared.to_owned())],
            headings: vec![shown.to_owned()],
            ..Head::default()
        };
        let found = |shown: &str, shared: &str, told: &str| headline(&head(shown, shared), &data(told), &["Sample"]).unwrap().0;
        assert_eq!(
            found("Bridge opens", "After seven years: Bridge opens", "After seven years: Bridge opens"),
            "After seven years: Bridge opens"
        );
        assert_eq!(found("Culture: What the guests read", "What the guests read", "Culture: What the guests read"), "What the guests read");
        assert_eq!(
            found("Strike Day of the two unions", "Strike Day of the two unions", "Day of the two unions"),
            "Strike Day of the two unions"
        );
        assert_eq!(found("Bridge opens after seven years", "Bridge opens: pictures", "Bridge opens"), "Bridge opens after seven years");
        // A sole heading that has few words in common with what search engines are told.
        assert_eq!(
            found("Best bridges of the north, seen and crossed", "Best bridges of the north 2026", "-"),
            "Best bridges of the north, seen and crossed"
        );
    }
}
