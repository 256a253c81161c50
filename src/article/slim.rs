//! A page as the extractors need it: without what none of them reads and all of them copy.
//!
//! An extractor builds a tree of the page and copies it several times. Scripts, styles, drawings, white space and most attributes are
//! the larger part of many pages and say nothing of where the article is. What a page says of itself is told in a short head of our
//! own, since the extractors would search all of the page for what they miss in it.

use std::borrow::Cow;

use crate::article::head::Head;
use crate::article::json_ld::JsonLd;
use crate::text::markup::{Piece, Pieces, Tag};

/// A page for each of the two extractors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slim {
    /// For the main one.
    pub main: String,
    /// For the one that checks it.
    pub check: String,
    /// Whether the page goes on behind what they get.
    pub is_cut: bool,
}

/// Bytes of a page that the extractors get, at most: several times the largest pages that outlets have. What they do with a page can
/// take the square of its length.
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// A head in which the main extractor finds all that it looks for of the page itself; nothing of it is used.
const FULL_HEAD: &str = "<meta property=og:title content=a><meta property=og:author content='a b'><meta property=og:url content='https://a.example/'>\
    <meta property=og:description content=a><meta property=og:site_name content=A><meta property=og:image content='https://a.example/a'>\
    <meta property=og:type content=article><meta property=og:article:tag content=a>\
    <script type='application/ld+json'>{\"@context\":\"https://schema.org\",\"@type\":\"Article\",\"articleSection\":\"a\"}</script>";

impl Slim {
    /// Makes both of a page and of what it says of itself.
    pub(super) fn new(html: &str, head: &Head, data: &JsonLd) -> Self {
        let html = html.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
        let body = body(html);
        let is_cut = body.len() + 4 > BYTES_MAX;
        // Without it tables stand inside paragraphs.
        let has_doctype = html.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        let doctype = if has_doctype { "<!DOCTYPE html>" } else { "" };
        let main = [doctype, "<head>", FULL_HEAD, "</head>", &body].concat();
        // It takes a heading out that repeats the title, and looks for a byline where none is named.
        let mut named = String::new();
        if let Some(title) = &head.title {
            named.extend(["<title>", &escaped(title), "</title>"]);
        }
        if let Some(title) = data.headline.as_deref().or_else(|| head.meta(&["dc:title", "og:title", "title", "twitter:title"])) {
            named.extend(["<meta property=og:title content=\"", &escaped(title), "\">"]);
        }
        if !data.authors.is_empty() || head.meta(&["dc:creator", "author", "parsely-author"]).is_some() {
            named.push_str("<meta name=author content=a>");
        }
        Self { main, check: [doctype, "<head>", &named, "</head>", &body].concat(), is_cut }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The page but for its head, scripts, styles, drawings, comments, and attributes that say nothing of what an element holds.
fn body(html: &str) -> String {
    let mut out = String::with_capacity(BYTES_MAX.min(html.len() / 2));
    let mut pieces = Pieces::new(html);
    let mut as_written = 0_usize;
    let mut unskipped = 0;
    while let Some(piece) = pieces.next() {
        let room = BYTES_MAX.saturating_sub(out.len());
        if room == 0 {
            break;
        }
        match piece {
            Piece::Text(text) => {
                let text = (0..=room.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default();
                if as_written > 0 { out.push_str(text) } else { push_spaced(&mut out, text) }
            }
            Piece::Open(tag) => match &*tag.name {
                "html" | "head" | "meta" | "link" | "base" | "title" | "style" | "script" => {}
                "svg" | "nav" | "footer" | "noscript" | "select" if skip(&mut pieces, &tag.name, &mut unskipped) => {}
                _ => {
                    as_written += usize::from(tag.name == "pre");
                    push_tag(&mut out, &tag);
                }
            },
            Piece::Close(name) if matches!(&*name, "html" | "head") => {}
            Piece::Close(name) => {
                as_written = as_written.saturating_sub(usize::from(name == "pre"));
                out.extend(["</", &*name, ">"]);
            }
        }
    }
    out
}

/// Adds text with one space for each run of white space.
fn push_spaced(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_whitespace()) {
        let (run, behind) = rest.split_at(at);
        let after = behind.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let space = behind.get(..behind.len() - after.len()).unwrap_or_default();
        out.push_str(run);
        out.push(if space.contains('\n') { '\n' } else { ' ' });
        rest = after;
    }
    out.push_str(rest);
}

/// Passes over an element and all in it, where it is closed before anything that belongs to an article; says whether it was.
///
/// `unskipped` is where the last look ahead ended that found no end; so nothing is looked at more than twice.
fn skip(pieces: &mut Pieces<'_>, name: &str, unskipped: &mut usize) -> bool {
    if (*pieces).position() < *unskipped {
        return false;
    }
    let mut ahead = pieces.clone();
    let mut depth = 1_usize;
    while depth > 0 {
        match ahead.next() {
            Some(Piece::Open(tag)) if tag.name == name => depth += 1,
            Some(Piece::Close(closed)) if closed == name => depth -= 1,
            Some(Piece::Open(tag)) if !matches!(&*tag.name, "h1" | "article" | "main" | "body") => {}
            Some(Piece::Text(_) | Piece::Close(_)) => {}
            Some(Piece::Open(_)) | None => {
                *unskipped = ahead.position();
                return false;
            }
        }
    }
    *pieces = ahead;
    true
}

/// Adds a tag with those of its attributes that an extractor asks for.
fn push_tag(out: &mut String, tag: &Tag<'_>) {
    out.extend(["<", &*tag.name]);
    let mut has_image = false;
    for (name, value) in tag.attributes() {
        let name = if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { Cow::from(name) };
        let value = match (&*tag.name, &*name) {
            (
                _,
                "class"
                | "id"
                | "role"
                | "itemprop"
                | "rel"
                | "hidden"
                | "aria-hidden"
                | "aria-modal"
                | "data-component"
                | "data-lp-replacement-content",
            )
            | ("td" | "th", "colspan")
            | ("table", "summary" | "datatable")
            | ("iframe" | "embed" | "object", "src" | "data") => value,
            (_, "style") if ["none", "hidden", "border"].iter().any(|word| value.contains(word)) => value,
            // Where a link leads is not asked, but whether it stays on the page.
            ("a", "href") => {
                value.get(..value.find(|c: char| !matches!(c, '#' | ':' | 'a'..='z')).unwrap_or(value.len()).min(12)).unwrap_or_default()
            }
            ("img", "src" | "srcset" | "data-src" | "data-srcset") => {
                has_image = true;
                continue;
            }
            _ => continue,
        };
        let mark = if value.contains('"') { "'" } else { "\"" };
        if !value.contains(mark) {
            out.extend([" ", &name, "=", mark, value, mark]);
        }
    }
    if has_image {
        out.push_str(" src=a.jpg");
    }
    out.push('>');
    if let Some(raw) = tag.raw.filter(|_| tag.name != "iframe") {
        out.push_str(raw);
    }
    if tag.raw.is_some() {
        out.extend(["</", &*tag.name, ">"]);
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, Slim, body};
    use crate::article::head::Head;
    use crate::article::json_ld::JsonLd;

    #[test]
    fn what_no_extractor_reads_is_left_out() {
        let page = "<!doctype html><html lang=en><head><title>a</title><meta name=b></head><!-- menu --><p class='a' onclick=x() hidden>One<br/>\n\n  &amp; two</p>\
            <style>p{}</style><script>x('<p>')</script><script type=application/ld+json>{}</script><pre>a\n  b</pre><textarea><b></textarea>";
        assert_eq!(body(page), "<p class=\"a\" hidden=\"\">One<br>\n&amp; two</p><pre>a\n  b</pre><textarea><b></textarea>");
        assert_eq!(body("<table><tr><td COLSPAN=2 width=9>1 < 2"), "<table><tr><td colspan=\"2\">1 < 2");
        assert_eq!(
            body("<a href='#notes'>1</a><a href='https://sample.example/'>2</a>"),
            "<a href=\"#notes\">1</a><a href=\"https:\">2</a>"
        );
        assert_eq!(body("<p style='color: red'>a<p style='display:none' class='\"b\"'>c"), "<p>a<p style=\"display:none\" class='\"b\"'>c");
        assert_eq!(body("<img srcset='a 2x'><img alt=a>"), "<img src=a.jpg><img>");
    }

    #[test]
    fn menus_and_drawings_are_left_out_whole() {
        assert_eq!(body("<nav><ul><li>Home<nav>More</nav></ul></nav><p>a<svg><path d=1><title>b</title></svg>c"), "<p>ac");
        // One that is never closed, or that holds the article, is none.
        assert_eq!(body("<nav><a>Home</a><p>a"), "<nav><a>Home</a><p>a");
        assert_eq!(body("<nav><a>Home</a><article><p>a</article></nav>"), "<nav><a>Home</a><article><p>a</article></nav>");
        for part in ["<nav>", "<svg><nav>", "<nav></nav><svg>", "<footer><h1>"] {
            assert!(body(&part.repeat(50_000)).len() <= part.len() * 50_000);
        }
    }

    #[test]
    fn a_huge_page_is_cut_between_letters() {
        let slim = |html: &str| Slim::new(html, &Head::default(), &JsonLd::default());
        let long = slim(&format!("<p>{}", "橋".repeat(BYTES_MAX)));
        assert!(long.is_cut && long.check.len() < BYTES_MAX + 100 && long.check.ends_with('橋'));
        assert!(slim(&"<p>a</p>".repeat(BYTES_MAX / 4)).is_cut && !slim("<p>a").is_cut);
    }

    #[test]
    fn the_checking_extractor_is_told_the_title() {
        let head = Head { title: Some("Bridge \"opens\" | Sample".to_owned()), ..Head::default() };
        let slim =
            Slim::new("\u{feff} <!DOCTYPE html><p>a", &head, &JsonLd { headline: Some("Bridge <opens>".to_owned()), ..JsonLd::default() });
        assert_eq!(
            slim.check,
            "<!DOCTYPE html><head><title>Bridge &quot;opens&quot; | Sample</title><meta property=og:title content=\"Bridge &lt;opens>\"></head><p>a"
        );
        assert!(slim.main.starts_with("<!DOCTYPE html><head><meta ") && slim.main.ends_with("</head><p>a"));
    }
}
