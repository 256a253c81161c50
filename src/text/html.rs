//! From HTML to text with paragraphs.
//!
//! Blocks are parted by an empty line, `<br>` is a line break, two of them in a row part blocks too. White space is unified, control
//! and direction characters are dropped, letters are composed (NFC).

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::text::markup::{Piece, Pieces, Tag, decode};
use crate::text::safe::is_unsafe;

/// Visible text of an HTML fragment, without scripts, styles, forms and hidden parts.
///
/// ```
/// let html = "<h1>Kyiv&nbsp;&amp; Oslo</h1><p>One<br>two <b>th</b>ree.<script>x()</script><ul><li>a<li>b</ul>";
/// assert_eq!(wirewatch::text::html::to_text(html), "Kyiv & Oslo\n\nOne\ntwo three.\n\na\n\nb");
/// ```
pub fn to_text(html: &str) -> String {
    let mut out = Paragraphs::with_capacity(html.len() / 2);
    let mut hidden: Option<Hidden> = None;
    for piece in Pieces::new(html) {
        if let Some(inside) = &mut hidden {
            if inside.ends_with(&piece) {
                hidden = None;
            }
            continue;
        }
        match piece {
            Piece::Text(text) => out.text(&decode(text)),
            Piece::Open(tag) if is_hidden(&tag) => {
                out.gap(gap_of(&tag.name));
                // One that holds text alone and is never closed would hide the rest of the page.
                if tag.raw.is_none() && !tag.is_void() && !matches!(&*tag.name, "textarea" | "iframe" | "noembed" | "noframes") {
                    hidden = Some(Hidden { name: tag.name.into_owned(), depth: 1 });
                }
            }
            Piece::Open(tag) => {
                out.gap(gap_of(&tag.name));
                if let Some(raw) = tag.raw {
                    out.text(&decode(raw));
                    out.gap(gap_of(&tag.name));
                }
            }
            Piece::Close(name) => out.gap(if name == "br" { Gap::None } else { gap_of(&name) }),
        }
    }
    out.finish()
}

/// The text of something that may be HTML or plain text, such as a feed's title or summary.
///
/// ```
/// use wirewatch::text::html::plain;
/// assert_eq!(plain("AT&amp;T <b>up</b>"), "AT&T up");
/// assert_eq!(plain("Why 1 < 2\r\nmatters"), "Why 1 < 2\nmatters");
/// ```
pub fn plain(html_or_text: &str) -> String {
    if has_markup(html_or_text) { to_text(html_or_text) } else { clean(&decode(html_or_text)) }
}

/// Like [`plain`], on one line.
pub fn line(html_or_text: &str) -> String {
    let text = plain(html_or_text);
    if text.contains('\n') { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text }
}

/// White space unified with line breaks and paragraphs kept, control and direction characters dropped, letters composed.
pub fn clean(text: &str) -> String {
    let mut out = Paragraphs::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.gap(Gap::Line);
        }
        out.text(line);
    }
    out.finish()
}

/// Whether bytes look like an HTML page or fragment rather than plain text.
///
/// ```
/// use wirewatch::text::html::is_html;
/// assert!(is_html(b"\xef\xbb\xbf <!DOCTYPE html><html>"));
/// assert!(!is_html(b"Kyiv <editor@example.org> said x < y."));
/// ```
pub fn is_html(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or_default());
    let start = head.trim_start_matches('\u{feff}').trim_start();
    let begins = |prefix: &str| start.get(..prefix.len()).is_some_and(|found| found.eq_ignore_ascii_case(prefix));
    begins("<!doctype html") || begins("<html") || begins("<?xml") && head.contains("<html") || has_markup(&head)
}

/// Whether a text holds at least one tag of a well-known element.
fn has_markup(text: &str) -> bool {
    text.contains('<')
        && Pieces::new(text).any(|piece| match piece {
            Piece::Text(_) => false,
            Piece::Open(tag) => is_known(&tag.name),
            Piece::Close(name) => is_known(&name),
        })
}

fn is_known(name: &str) -> bool {
    gap_of(name) != Gap::None
        || matches!(
            name,
            "a" | "abbr"
                | "b"
                | "body"
                | "br"
                | "cite"
                | "code"
                | "em"
                | "font"
                | "head"
                | "html"
                | "i"
                | "iframe"
                | "img"
                | "link"
                | "meta"
                | "q"
                | "s"
                | "script"
                | "small"
                | "span"
                | "strong"
                | "style"
                | "sub"
                | "sup"
                | "time"
                | "title"
                | "u"
        )
}

/// An element whose content is not shown, up to its closing tag.
struct Hidden {
    name: String,
    depth: usize,
}

impl Hidden {
    /// Takes a piece from inside; true when it closes the element.
    fn ends_with(&mut self, piece: &Piece<'_>) -> bool {
        match piece {
            Piece::Open(tag) if tag.name == self.name && tag.raw.is_none() => self.depth += 1,
            Piece::Close(name) if *name == self.name => self.depth -= 1,
            _ => {}
        }
        self.depth == 0
    }
}

/// Whether an element is never shown as text.
pub fn is_hidden(tag: &Tag<'_>) -> bool {
    if matches!(
        &*tag.name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "object"
            | "embed"
            | "svg"
            | "math"
            | "canvas"
            | "audio"
            | "video"
            | "select"
            | "textarea"
            | "button"
            | "noembed"
            | "noframes"
            | "dialog"
    ) {
        return true;
    }
    tag.attributes().any(|(name, value)| {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        is("hidden") || is("aria-hidden") && value.eq_ignore_ascii_case("true") || is("style") && hides(value)
    })
}

/// Whether a style keeps an element from being shown.
fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// Whether an element begins a paragraph of its own.
pub fn is_block(name: &str) -> bool {
    gap_of(name) == Gap::Block
}

/// How far two texts stand apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
    Block,
}

fn gap_of(name: &str) -> Gap {
    match name {
        "br" => Gap::Line,
        "td" | "th" => Gap::Space,
        "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "center" | "dd" | "details" | "dialog" | "dir" | "div"
        | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header"
        | "hgroup" | "hr" | "html" | "li" | "main" | "menu" | "nav" | "ol" | "option" | "p" | "pre" | "section" | "summary" | "table"
        | "tbody" | "tfoot" | "thead" | "title" | "tr" | "ul" | "video" | "audio" | "iframe" | "legend" => Gap::Block,
        _ => Gap::None,
    }
}

/// Collects text; what stands between two words is decided when the second one comes.
struct Paragraphs {
    out: String,
    gap: Gap,
}

impl Paragraphs {
    fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), gap: Gap::None }
    }

    fn gap(&mut self, gap: Gap) {
        // A second line break in a row leaves a line empty, which is how many pages part their paragraphs.
        self.gap = if gap == Gap::Line && self.gap >= Gap::Line { Gap::Block } else { self.gap.max(gap) };
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        loop {
            let (run, behind) = rest.split_at(plain_run(rest.as_bytes()));
            if !run.is_empty() {
                self.close_gap();
                self.out.push_str(run);
            }
            let mut characters = behind.chars();
            let Some(character) = characters.next() else { return };
            rest = characters.as_str();
            if character.is_whitespace() {
                self.gap = self.gap.max(Gap::Space);
            } else if !is_unsafe(character) {
                self.close_gap();
                self.out.push(character);
            }
        }
    }

    fn close_gap(&mut self) {
        if self.gap != Gap::None && !self.out.is_empty() {
            self.out.push_str(match self.gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Line => "\n",
                Gap::Block => "\n\n",
            });
        }
        self.gap = Gap::None;
    }

    fn finish(self) -> String {
        if self.out.is_ascii() || is_nfc(&self.out) { self.out } else { self.out.nfc().collect() }
    }
}

/// How many bytes at the start stay as they are: printable ASCII with single spaces between the words.
fn plain_run(bytes: &[u8]) -> usize {
    let mut end = 0;
    loop {
        end += bytes.iter().skip(end).take_while(|byte| byte.is_ascii_graphic()).count();
        let goes_on = end > 0 && bytes.get(end) == Some(&b' ') && bytes.get(end + 1).is_some_and(u8::is_ascii_graphic);
        if !goes_on {
            return end;
        }
        end += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::{clean, is_html, line, plain, to_text};

    #[test]
    fn blocks_lines_and_spaces() {
        insta::assert_snapshot!(to_text(" <div> <p>One  \n two</p>\t<p></p><div><span>three</span> four</div></div> "), @"
        One two

        three four
        ");
        insta::assert_snapshot!(to_text("a<br>b<br><br>c<br/>\n<br/>d<p>e"), @"
        a
        b

        c

        d

        e
        ");
        insta::assert_snapshot!(to_text("<table><tr><th>Name<td>Age<tr><td>Ann<td>7</table>after"), @"
        Name Age

        Ann 7

        after
        ");
        insta::assert_snapshot!(to_text("<ul><li>a</li><li>b<ol><li>c</ol></ul>"), @"
        a

        b

        c
        ");
    }

    #[test]
    fn what_is_not_seen_is_not_text() {
        insta::assert_snapshot!(to_text(
            "<p>a<script>x('<p>')</script>b<style>p{}</style><span hidden>c<span>d</span>e</span><i style='Display : none'>f</i>\
             <noscript>g</noscript><!-- h --><button>i</button><b aria-hidden=true>j</b>k"
        ), @"abk");
        assert_eq!(
            to_text("sof\u{ad}t \u{202e}turned\u{202c} \u{1b}[31mred\u{7} zero\u{200b}width e\u{301}"),
            "soft turned [31mred zerowidth é"
        );
    }

    #[test]
    fn tells_html_from_text() {
        assert_eq!(plain("x &lt;b&gt; y"), "x <b> y");
        assert_eq!(plain("I <3 you <name@example.org>"), "I <3 you <name@example.org>");
        assert_eq!(line("<p>a</p><p>b</p>"), "a b");
        assert_eq!(clean(" a \r\n\r\n\r\n b\u{a0}\u{3000}c\n"), "a\n\nb c");
        assert!(is_html(b"  <p>text"));
        assert!(!is_html("Ціна < 5 і > 3".as_bytes()));
        assert!(!is_html(b""));
    }

    #[test]
    fn deep_nesting_costs_no_more_than_its_length() {
        let deep = format!("{}x{}", "<div><b>".repeat(100_000), "</b></div>".repeat(50_000));
        assert_eq!(to_text(&deep), "x");
        assert_eq!(to_text(&"<span hidden>".repeat(100_000)), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn text_is_clean_whatever_comes(html in "(<[/a-z!\"'= -]{0,8}>?|[ \\PC\n&;#x]{0,6}){0,20}") {
            let text = to_text(&html);
            assert_eq!(clean(&text), text);
            assert!(!text.contains("\n\n\n") && !text.contains("  "));
        }
    }
}
