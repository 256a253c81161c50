//! An explanation as one page of HTML that needs nothing else: no script, no address, and everything from outside is escaped.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::model::alert::AlertWatch;
use crate::model::article::Article;
use crate::model::matched::Evidence;
use crate::model::span::Span;
use crate::text::safe::{lines, one_line};
use crate::watch::explain::{Explanation, Outcome};

/// Colours that watches take in turn, each readable below black text.
const COLOURS: usize = 8;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<style>
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 2rem; }
header { grid-column: 1 / -1; border-bottom: 1px solid #ccc; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
.facts, .dim { color: #5a5a5a; font-size: .875rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
mark { color: inherit; border-radius: 2px; padding: 0 1px; }
mark sup { font-size: .65em; line-height: 0; margin-left: 1px; font-weight: 600; }
.several { outline: 1px solid #444; }
.number { display: inline-block; min-width: 1.3em; text-align: center; border-radius: 3px; font-weight: 600; }
.c0 { background: #ffe08a; } .c1 { background: #a8d8ff; } .c2 { background: #b9efc1; } .c3 { background: #ffc2d1; }
.c4 { background: #d9c8ff; } .c5 { background: #ffcfa3; } .c6 { background: #a9ecea; } .c7 { background: #dcdcdc; }
ul { margin: .25rem 0; padding-left: 1.1rem; } li { margin: .15rem 0; }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
summary { cursor: pointer; margin: .5rem 0 .25rem; }
.yes { color: #0a6b2d; } .no { color: #a3151d; }
@media (max-width: 50rem) { body { display: block; } }
</style>
"#;

/// The page: the text with every hit marked by the number of its watch, beside it every watch, held or not, and why. `told` says
/// where an alert of a watch that holds would go.
pub fn page(explained: &[Explanation], article: &Article, told: &dyn Fn(&Explanation) -> Option<String>) -> String {
    let title = article.headline.as_ref().map_or("(no headline)", |headline| headline.value.as_str());
    let mut out = HEAD.to_owned();
    let held: Vec<&Explanation> = explained.iter().filter(|one| one.found.is_some()).collect();
    let facts = [
        article.outlet.clone(),
        article.published.as_ref().map(|published| published.value.to_string()),
        article.url.as_ref().map(ToString::to_string),
        Some(format!("{} of {} watches hold", held.len(), explained.len())),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().map(|fact| escaped(&one_line(&fact))).collect();
    put(&mut out, format_args!("<title>{0}</title>\n</head>\n<body>\n<header><h1>{0}</h1>\n", escaped(&one_line(title))));
    put(&mut out, format_args!("<p class=\"facts\">{}</p></header>\n<main class=\"text\" dir=\"auto\">", facts.join(" · ")));
    text(&held, article, &mut out);
    out.push_str("</main>\n<aside>\n");
    for (number, one) in held.iter().enumerate() {
        watch_that_held(number, one, told(one).as_deref(), &mut out);
    }
    for one in explained.iter().filter(|one| one.found.is_none()) {
        watch_that_did_not(one, &mut out);
    }
    out.push_str("</aside>\n</body>\n</html>\n");
    out
}

/// The text in runs that are part of the same hits.
fn text(held: &[&Explanation], article: &Article, out: &mut String) {
    let hits = held
        .iter()
        .enumerate()
        .flat_map(|(number, one)| one.found.iter().flat_map(move |found| found.why.iter().map(move |why| (number, why))));
    let hits: Vec<(usize, &Evidence, Span)> = hits.filter_map(|(number, why)| Some((number, why, why.span?))).collect();
    let ends = hits.iter().flat_map(|(_, _, span)| [span.start, span.end]);
    let cuts: Vec<usize> = ends.chain([0, article.text.len()]).collect::<BTreeSet<_>>().into_iter().collect();
    for pair in cuts.windows(2) {
        let (Some(start), Some(end)) = (pair.first(), pair.last()) else { continue };
        let run = Span::new(*start, *end);
        let words = escaped(&lines(run.of(&article.text)));
        let of_run: Vec<&(usize, &Evidence, Span)> =
            hits.iter().filter(|(_, _, span)| span.start <= run.start && run.end <= span.end).collect();
        let Some((first, ..)) = of_run.first() else {
            out.push_str(&words);
            continue;
        };
        let numbers: BTreeSet<usize> = of_run.iter().map(|(number, ..)| *number).collect();
        let name = |number: usize| held.get(number).map_or("", |one| one.facts.watch.id.as_str());
        let told: BTreeSet<String> =
            of_run.iter().map(|(number, why, _)| format!("{}: {}", name(*number), one_line(&why.condition))).collect();
        let told = escaped(&told.into_iter().collect::<Vec<_>>().join(" · "));
        let several = if numbers.len() > 1 { " several" } else { "" };
        put(out, format_args!("<mark class=\"c{}{several}\" title=\"{told}\">{words}", first % COLOURS));
        // A number once for hits of a watch that overlap or touch: where the last of them ends.
        let goes_on = |number: &usize| hits.iter().any(|(of, _, span)| of == number && span.start <= run.end && run.end < span.end);
        if !numbers.iter().all(goes_on) {
            let shown: Vec<String> = numbers.iter().map(|number| (number + 1).to_string()).collect();
            put(out, format_args!("<sup>{}</sup>", shown.join(",")));
        }
        out.push_str("</mark>");
    }
}

fn watch_that_held(number: usize, one: &Explanation, told: Option<&str>, out: &mut String) {
    let Some(found) = &one.found else { return };
    let watch = &one.facts.watch;
    put(
        out,
        format_args!(
            "<h2><span class=\"number c{}\">{}</span> {} <span class=\"dim\">[{}] score {:.2}</span></h2>\n",
            number % COLOURS,
            number + 1,
            name_and_id(watch),
            watch.severity.as_str(),
            found.score
        ),
    );
    query(one, out);
    out.push_str("<ul>\n");
    for why in &found.why {
        let speaker = why.speaker.as_deref().map(|speaker| format!(" — {}", escaped(&one_line(speaker)))).unwrap_or_default();
        put(
            out,
            format_args!(
                "<li><code>{}</code> <span class=\"dim\">{}</span> “{}”{speaker}</li>\n",
                escaped(&one_line(&why.condition)),
                escaped(why.field),
                escaped(&one_line(&why.text))
            ),
        );
    }
    out.push_str("</ul>\n");
    if let Some(told) = told {
        put(out, format_args!("<p class=\"dim\">→ {}</p>\n", escaped(&one_line(told))));
    }
}

fn watch_that_did_not(one: &Explanation, out: &mut String) {
    let watch = &one.facts.watch;
    let missing = one.first_missing();
    let reason = missing.map(|missing| {
        let reason = missing.why_not.as_deref().unwrap_or("does not hold");
        format!("<code>{}</code>: {}", escaped(&one_line(&missing.condition)), escaped(&one_line(reason)))
    });
    put(
        out,
        format_args!(
            "<details><summary><span class=\"no\">✗</span> {} <span class=\"dim\">[{}]</span> {}</summary>\n",
            name_and_id(watch),
            watch.severity.as_str(),
            reason.unwrap_or_default()
        ),
    );
    query(one, out);
    out.push_str("<ul>\n");
    condition(&one.tree, out);
    out.push_str("</ul></details>\n");
}

/// The name of a watch, and beside it the id by which the list and the marks in the text call it, where that is another.
fn name_and_id(watch: &AlertWatch) -> String {
    let name = escaped(&one_line(&watch.name));
    if watch.name == watch.id.as_str() { name } else { format!("{name} <code>{}</code>", escaped(&one_line(watch.id.as_str()))) }
}

fn query(one: &Explanation, out: &mut String) {
    if !one.query.is_empty() {
        put(out, format_args!("<code>{}</code>\n", escaped(&one_line(&one.query))));
    }
}

fn condition(outcome: &Outcome, out: &mut String) {
    let sign = if outcome.held { "<span class=\"yes\">✓</span>" } else { "<span class=\"no\">✗</span>" };
    put(out, format_args!("<li>{sign} <code>{}</code>", escaped(&one_line(&outcome.condition))));
    if let Some(reason) = &outcome.why_not {
        put(out, format_args!(" <span class=\"dim\">{}</span>", escaped(&one_line(reason))));
    }
    if let Some(first) = outcome.evidence.first() {
        put(out, format_args!(" “{}”", escaped(&one_line(&first.text))));
    }
    if !outcome.parts.is_empty() {
        out.push_str("\n<ul>\n");
        outcome.parts.iter().for_each(|part| condition(part, out));
        out.push_str("</ul>");
    }
    out.push_str("</li>\n");
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string cannot fail");
}

/// Text that means nothing to a browser, in an element as in an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::page;
    use crate::watch::explain::Explanation;
    use crate::watch::samples::{Sample, known, sample, watch};

    fn shown(made: &Sample) -> String {
        let mut force = watch("force", "\"multinational force\" NEAR/5 kyiv");
        force.name = Some("The <force>".to_owned());
        let watches = [force, watch("kyiv", "kyiv <script>"), watch("said", "guarantee AND speaker:zelensky")];
        let (list, _) = crate::watch::compile(&[], &watches.into_iter().collect(), &known());
        let told = |_: &Explanation| Some("alert log, <desk>".to_owned());
        page(&crate::watch::explain(&list, &made.article, &made.extraction), &made.article, &told)
    }

    #[test]
    fn hits_are_marked_with_their_watches() {
        let made = sample("# Moscow <b>rejects</b>\n\nNo multinational force in Kyiv, \"script\" or not.");
        let whole = shown(&made);
        let body = whole.split("</style>").nth(1).unwrap();
        insta::assert_snapshot!(body, @r#"

        <title>Moscow &lt;b&gt;rejects&lt;/b&gt;</title>
        </head>
        <body>
        <header><h1>Moscow &lt;b&gt;rejects&lt;/b&gt;</h1>
        <p class="facts">Just Security · https://news.example.org/world/guarantees-2025?utm_source=rss · 1 of 2 watches hold</p></header>
        <main class="text" dir="auto">Moscow &lt;b&gt;rejects&lt;/b&gt;

        No <mark class="c0" title="force: &quot;multinational force&quot;">multinational force<sup>1</sup></mark> in <mark class="c0" title="force: kyiv">Kyiv<sup>1</sup></mark>, &quot;script&quot; or not.</main>
        <aside>
        <h2><span class="number c0">1</span> The &lt;force&gt; <code>force</code> <span class="dim">[high] score 0.52</span></h2>
        <code>&quot;multinational force&quot; NEAR/5 kyiv</code>
        <ul>
        <li><code>&quot;multinational force&quot;</code> <span class="dim">body</span> “multinational force”</li>
        <li><code>kyiv</code> <span class="dim">body</span> “Kyiv”</li>
        </ul>
        <p class="dim">→ alert log, &lt;desk&gt;</p>
        <details><summary><span class="no">✗</span> said <span class="dim">[high]</span> <code>guarantee</code>: the words are not there</summary>
        <code>guarantee AND speaker:zelensky</code>
        <ul>
        <li><span class="no">✗</span> <code>AND</code>
        <ul>
        <li><span class="no">✗</span> <code>guarantee</code> <span class="dim">the words are not there</span></li>
        <li><span class="no">✗</span> <code>speaker:zelensky</code> <span class="dim">the speaker is not in the article; nobody is quoted</span></li>
        </ul></li>
        </ul></details>
        </aside>
        </body>
        </html>
        "#);
    }

    #[test]
    fn hits_of_one_watch_that_overlap_have_one_number() {
        let made = sample("Kyiv will not wait, Zelensky said.").quote("Kyiv will not wait", Some("zelensky"));
        let watches = [watch("both", "kyiv AND QUOTE(zelensky, wait)"), watch("will", "will")];
        let (list, _) = crate::watch::compile(&[], &watches.into_iter().collect(), &known());
        let whole = page(&crate::watch::explain(&list, &made.article, &made.extraction), &made.article, &|_| None);
        let numbers: Vec<&str> = whole.split("<sup>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!(numbers, ["1,2", "1"], "{whole}");
    }

    /// Tags in a page, in order.
    fn tags(page: &str) -> Vec<String> {
        page.split('<')
            .skip(1)
            .map(|tag| tag.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '!')).collect())
            .collect()
    }

    proptest! {
        #[test]
        fn nothing_from_outside_becomes_markup(text in "(\\PC{0,8}|<script>alert\\(1\\)</script>|\"onload=\"x|&lt;|kyiv|multinational force|\n\n| ){0,12}") {
            let made = sample(&format!("# {}\n\n{text}", text.replace('\n', " ")));
            let known = ["!doctype", "html", "head", "meta", "style", "title", "body", "header", "h1", "p", "main", "mark", "sup", "aside", "h2",
                "span", "ul", "li", "code", "details", "summary", "/html", "/head", "/style", "/title", "/body", "/header", "/h1", "/p", "/main",
                "/mark", "/sup", "/aside", "/h2", "/span", "/ul", "/li", "/code", "/details", "/summary"];
            for tag in tags(&shown(&made)) {
                prop_assert!(known.contains(&tag.as_str()), "{tag}");
            }
        }
    }
}
