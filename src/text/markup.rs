//! A scanner for HTML: text, tags and attributes in the order they stand, in one pass, without a tree.
//!
//! It never fails and is linear in its input whatever that holds: nothing is looked for twice.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text between tags, entities not yet decoded.
    Text(&'a str),
    /// An opening tag.
    Open(Tag<'a>),
    /// The name of a closing tag, in lower case.
    Close(Cow<'a, str>),
}

/// An opening tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Its name in lower case.
    pub name: Cow<'a, str>,
    /// What stands between name and `>`.
    pub attributes: &'a str,
    /// What stands up to the closing tag, for elements that hold no markup (`script`, `style`, `title`, …). Their closing tag is
    /// not given as a piece of its own.
    pub raw: Option<&'a str>,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, entities decoded; an attribute without a value is empty.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        Attributes { rest: self.attributes }.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| decode(value))
    }

    /// Names and undecoded values of the attributes.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        Attributes { rest: self.attributes }
    }

    /// Whether the element can hold nothing and so has no closing tag.
    pub fn is_void(&self) -> bool {
        matches!(
            &*self.name,
            "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "param" | "source" | "track" | "wbr"
        )
    }
}

struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if start.is_empty() {
            self.rest = start;
            return None;
        }
        let end = start.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(start.len()).max(1);
        let (name, after) = start.split_at_checked(end).unwrap_or((start, ""));
        let Some(value) = after.trim_start().strip_prefix('=') else {
            self.rest = after;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let (value, rest) = match value.chars().next() {
            Some(mark @ ('"' | '\'')) => {
                let inner = value.get(1..).unwrap_or_default();
                inner.split_once(mark).unwrap_or((inner, ""))
            }
            _ => value.split_at_checked(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())).unwrap_or((value, "")),
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// Gives the pieces of an HTML text. Comments, declarations and processing instructions are left out.
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    html: &'a str,
    position: usize,
    /// Elements without markup inside whose closing tag is known to be missing from here on.
    unclosed: Vec<&'static str>,
    no_comment_end: bool,
}

impl<'a> Pieces<'a> {
    /// Begins at the start.
    ///
    /// ```
    /// use wirewatch::text::markup::{Piece, Pieces};
    /// let names: Vec<String> = Pieces::new("<p CLASS=a>x<br/>y</p>")
    ///     .filter_map(|piece| if let Piece::Open(tag) = piece { Some(tag.name.into_owned()) } else { None })
    ///     .collect();
    /// assert_eq!(names, ["p", "br"]);
    /// ```
    pub const fn new(html: &'a str) -> Self {
        Self { html, position: 0, unclosed: Vec::new(), no_comment_end: false }
    }

    /// The byte at which the next piece begins.
    pub const fn position(&self) -> usize {
        self.position
    }

    fn rest(&self) -> &'a str {
        self.html.get(self.position..).unwrap_or_default()
    }

    /// Passes over a comment, a declaration or an instruction that begins here. One that is cut off is text.
    fn skip_declaration(&mut self) -> Option<Piece<'a>> {
        let rest = self.rest();
        let length = if let Some(comment) = rest.strip_prefix("<!--") {
            let end = if self.no_comment_end { None } else { comment.find("-->") };
            self.no_comment_end = end.is_none();
            match end {
                Some(end) => end + 7,
                // A comment that never ends would hide the rest of a page that was cut or badly written.
                None => 4,
            }
        } else if rest.starts_with("<![CDATA[") {
            9
        } else if let Some(end) = rest.find('>') {
            end + 1
        } else {
            self.position = self.html.len();
            return Some(Piece::Text(rest));
        };
        self.position += length;
        None
    }

    /// Reads the tag that begins here.
    fn tag(&mut self) -> Option<Piece<'a>> {
        let rest = self.rest();
        let closing = rest.starts_with("</");
        let inner = rest.get(if closing { 2 } else { 1 }..).unwrap_or_default();
        let name_end = inner.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/' | '<')).unwrap_or(inner.len());
        let (name, after) = inner.split_at_checked(name_end)?;
        let name = if name.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(name.to_ascii_lowercase()) } else { name.into() };
        let Some(end) = tag_end(after) else {
            self.position = self.html.len();
            return None;
        };
        self.position += rest.len() - after.len() + end + 1;
        if closing {
            return Some(Piece::Close(name));
        }
        let attributes = after.get(..end).unwrap_or_default();
        let raw = raw_name(&name).and_then(|name| self.raw(name));
        Some(Piece::Open(Tag { name, attributes, raw }))
    }

    /// Takes everything up to the closing tag of an element that holds no markup.
    fn raw(&mut self, name: &'static str) -> Option<&'a str> {
        if self.unclosed.contains(&name) {
            return None;
        }
        let rest = self.rest();
        let mut from = 0;
        while let Some(found) = rest.get(from..).and_then(|part| part.find("</")) {
            let at = from + found;
            let candidate = rest.as_bytes().get(at + 2..at + 2 + name.len()).unwrap_or_default();
            let next = rest.as_bytes().get(at + 2 + name.len()).copied().unwrap_or(b'>');
            if candidate.eq_ignore_ascii_case(name.as_bytes()) && !next.is_ascii_alphanumeric() {
                let after = rest.get(at..).unwrap_or_default();
                self.position += at + after.find('>').map_or(after.len(), |end| end + 1);
                return rest.get(..at);
            }
            from = at + 2;
        }
        self.unclosed.push(name);
        if matches!(name, "script" | "style") {
            self.position = self.html.len();
            return Some(rest);
        }
        None
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            match markup_at(rest) {
                Some(Markup::Tag) => return self.tag(),
                Some(Markup::Declaration) => {
                    if let Some(text) = self.skip_declaration() {
                        return Some(text);
                    }
                }
                None => {
                    let end = text_end(rest);
                    self.position += end;
                    return rest.get(..end).map(Piece::Text);
                }
            }
        }
    }
}

enum Markup {
    Tag,
    Declaration,
}

/// What kind of markup begins with the text, if any does.
fn markup_at(rest: &str) -> Option<Markup> {
    let bytes = rest.as_bytes();
    if bytes.first() != Some(&b'<') {
        return None;
    }
    match (bytes.get(1), bytes.get(2)) {
        (Some(b'!'), Some(next)) if next.is_ascii_alphabetic() || matches!(next, b'-' | b'[' | b'>') => Some(Markup::Declaration),
        (Some(b'?'), _) => Some(Markup::Declaration),
        (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => Some(Markup::Tag),
        (Some(letter), _) if letter.is_ascii_alphabetic() => Some(Markup::Tag),
        _ => None,
    }
}

/// Length of the text up to the next markup.
fn text_end(rest: &str) -> usize {
    let mut from = 1;
    while let Some(found) = rest.as_bytes().get(from..).and_then(|part| part.iter().position(|byte| *byte == b'<')) {
        let at = from + found;
        if rest.get(at..).and_then(markup_at).is_some() {
            return at;
        }
        from = at + 1;
    }
    rest.len()
}

/// Where the `>` stands that ends a tag; those inside quoted values do not count.
fn tag_end(after: &str) -> Option<usize> {
    let mut quote = None;
    let mut value_begins = false;
    for (at, byte) in after.bytes().enumerate() {
        match (quote, byte) {
            (Some(mark), _) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if value_begins => quote = Some(byte),
            (None, _) => value_begins = byte == b'=' || (value_begins && byte.is_ascii_whitespace()),
        }
    }
    None
}

fn raw_name(name: &str) -> Option<&'static str> {
    ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"].into_iter().find(|raw| *raw == name)
}

/// Names and code points of the entities that stand for letters, punctuation, spaces and currency.
static ENTITIES: LazyLock<HashMap<&'static str, char>> = LazyLock::new(|| {
    include_str!("entities.txt")
        .split([',', '\n'])
        .filter_map(|row| row.trim().split_once(' '))
        .filter_map(|(name, code)| Some((name, char::from_u32(u32::from_str_radix(code, 16).ok()?)?)))
        .collect()
});

/// What the numbers 128 to 159 stand for on pages whose authors thought of Windows-1252; zero where there is nothing.
const WINDOWS: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17D, 0, 0, 0x2018, 0x2019, 0x201C,
    0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0, 0x17E, 0x178,
];

/// Decodes entities, once.
///
/// The final semicolon may be missing where no letter or digit follows. What is no entity stays as it is.
///
/// ```
/// assert_eq!(wirewatch::text::markup::decode("AT&amp;T &#8211; caf&eacute; &unknown; &#151;"), "AT&T – café &unknown; —");
/// ```
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        if let Some((character, length)) = entity(after) {
            out.push(character);
            rest = after.get(length..).unwrap_or_default();
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out.into()
}

/// The character of the entity that begins here, after its `&`, and its length with the semicolon.
fn entity(after: &str) -> Option<(char, usize)> {
    let head = after.as_bytes().get(..after.len().min(34))?;
    let numeric = head.first() == Some(&b'#');
    let begin = usize::from(numeric);
    let length = head.iter().skip(begin).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = after.get(begin..begin + length).filter(|name| !name.is_empty())?;
    let character = if numeric {
        let number = match name.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => name.parse(),
        }
        .ok()?;
        let windows = number.checked_sub(0x80).and_then(|index| WINDOWS.get(usize::try_from(index).ok()?)).filter(|code| **code != 0);
        char::from_u32(windows.map_or(number, |code| u32::from(*code))).filter(|found| *found != '\0').unwrap_or('\u{fffd}')
    } else {
        *ENTITIES.get(name)?
    };
    let end = begin + length;
    Some((character, if after.as_bytes().get(end) == Some(&b';') { end + 1 } else { end }))
}

#[cfg(test)]
mod tests {
    use super::{Piece, Pieces, decode};

    fn shown(html: &str) -> String {
        let pieces: Vec<String> = Pieces::new(html)
            .map(|piece| match piece {
                Piece::Text(text) => format!("{text:?}"),
                Piece::Close(name) => format!("/{name}"),
                Piece::Open(tag) => {
                    let attributes: Vec<String> = tag.attributes().map(|(name, value)| format!(" {name}={value:?}")).collect();
                    format!("<{}{}>{}", tag.name, attributes.concat(), tag.raw.map(|raw| format!("{raw:?}")).unwrap_or_default())
                }
            })
            .collect();
        pieces.join(" ")
    }

    #[test]
    fn pieces_of_good_and_bad_markup() {
        insta::assert_snapshot!(shown("a<b>c</b><br/>d"), @r#""a" <b> "c" /b <br> "d""#);
        insta::assert_snapshot!(shown("<A HREF='x>y' data-z=1 hidden>q</A>"), @r#"<a HREF="x>y" data-z="1" hidden=""> "q" /a"#);
        insta::assert_snapshot!(shown("1 < 2 <3 <> </ x> &lt;p>"), @r#""1 < 2 <3 <> </ x> &lt;p>""#);
        insta::assert_snapshot!(shown("<script>if (a</b>) '<p>'</SCRIPT >x<style>p{}"), @r#"<script>"if (a</b>) '<p>'" "x" <style>"p{}""#);
        insta::assert_snapshot!(shown("<!-- a <p> --><!doctype html><title>T &amp; <b>U</b></title><![CDATA[x]]>"), @r#"<title>"T &amp; <b>U</b>" "x]]>""#);
        insta::assert_snapshot!(shown("x <!-- never closed <p>y"), @r#""x " " never closed " <p> "y""#);
        insta::assert_snapshot!(shown("<p title=\"never closed>x"), @"");
        insta::assert_snapshot!(shown("<textarea>never closed <p>x"), @r#"<textarea> "never closed " <p> "x""#);
    }

    #[test]
    fn entities() {
        assert_eq!(decode("&lt;&#x41;&#65;&#0;&nbsp;&copy 2025 &copyright &amp"), "<AA\u{fffd}\u{a0}© 2025 &copyright &");
        assert_eq!(decode("?a=1&b=2&&;&#;&#x;&#99999999;"), "?a=1&b=2&&;&#;&#x;\u{fffd}");
    }

    #[test]
    fn hostile_input_is_read_in_one_pass() {
        for part in ["<title>", "<!--", "<script", "<a href=\"", "<", "</", "&", "<![CDATA[", "<p a='"] {
            let html = part.repeat(200_000);
            assert!(Pieces::new(&html).count() <= 200_001);
        }
    }
}
