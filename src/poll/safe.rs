//! HTML from strangers made safe to show: only harmless elements and attributes, addresses absolute and of known schemes.
//!
//! Formulas (`MathML`) and drawings (SVG) stay as far as they only show something.

mod lists;
mod style;

use url::Url;

use crate::poll::safe::lists::{
    ADDRESSES, ATTRIBUTES, DROPPED, ELEMENTS, MATH_ATTRIBUTES, MATH_ELEMENTS, SCHEMES, SVG_ATTRIBUTES, SVG_ELEMENTS,
};
use crate::text::markup::{Piece, Pieces, Tag, decode};

/// The HTML without what could do harm, with addresses made absolute.
pub(crate) fn safe(html: &str, base: Option<&Url>) -> String {
    if !html.contains(['<', '&']) {
        return html.to_owned();
    }
    let mut out = Output { text: String::with_capacity(html.len()), base, svg: 0, math: 0 };
    let mut dropped: Option<(String, u32)> = None;
    for piece in Pieces::new(html) {
        if let Some((name, depth)) = &mut dropped {
            match &piece {
                Piece::Open(tag) if tag.name == name.as_str() && tag.raw.is_none() => *depth += 1,
                Piece::Close(closed) if closed == name.as_str() => *depth -= 1,
                _ => {}
            }
            if *depth == 0 {
                dropped = None;
            }
            continue;
        }
        match piece {
            Piece::Text(text) => escape(&decode(text), &mut out.text),
            Piece::Open(tag) if DROPPED.contains(&&*tag.name) => {
                if tag.raw.is_none() && !tag.attributes.ends_with('/') {
                    dropped = Some((tag.name.into_owned(), 1));
                }
            }
            Piece::Open(tag) => out.open(&tag),
            Piece::Close(name) => out.close(&name),
        }
    }
    out.text
}

/// What is written, and what it stands in.
struct Output<'a> {
    text: String,
    base: Option<&'a Url>,
    /// Drawings and formulas that are open.
    svg: u32,
    math: u32,
}

/// The language an element belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vocabulary {
    Html,
    Svg,
    Math,
}

impl Vocabulary {
    const fn namespace(self) -> &'static str {
        match self {
            Self::Html => "http://www.w3.org/1999/xhtml",
            Self::Svg => "http://www.w3.org/2000/svg",
            Self::Math => "http://www.w3.org/1998/Math/MathML",
        }
    }

    fn knows(self, attribute: &str) -> bool {
        let own = match self {
            Self::Html => &[],
            Self::Svg => SVG_ATTRIBUTES,
            Self::Math => MATH_ATTRIBUTES,
        };
        // What programs of a page keep for themselves does nothing without them; the other family speaks to screen readers.
        let of_family = attribute
            .strip_prefix("data-")
            .or_else(|| attribute.strip_prefix("aria-"))
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        of_family || ATTRIBUTES.binary_search(&attribute).is_ok() || own.binary_search(&attribute).is_ok()
    }
}

impl Output<'_> {
    /// What a harmless element belongs to; `None` for one that is not let through.
    fn vocabulary(&self, name: &str) -> Option<Vocabulary> {
        if name == "svg" || self.svg > 0 && SVG_ELEMENTS.binary_search(&name).is_ok() {
            Some(Vocabulary::Svg)
        } else if name == "math" || self.math > 0 && MATH_ELEMENTS.binary_search(&name).is_ok() {
            Some(Vocabulary::Math)
        } else {
            ELEMENTS.binary_search(&name).is_ok().then_some(Vocabulary::Html)
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let vocabulary = self.vocabulary(&tag.name);
        if let Some(vocabulary) = vocabulary {
            self.text.push('<');
            self.text.push_str(&tag.name);
            self.attributes(tag, vocabulary);
            // Only drawings and formulas have elements that end themselves.
            let ends = vocabulary != Vocabulary::Html && tag.attributes.ends_with('/');
            self.text.push_str(if ends || tag.is_void() { " />" } else { ">" });
            match &*tag.name {
                "svg" if !ends => self.svg += 1,
                "math" if !ends => self.math += 1,
                _ => {}
            }
        }
        if let Some(raw) = tag.raw {
            // The content of a text field, or of an element that is not let through.
            escape(&decode(raw), &mut self.text);
            if vocabulary.is_some() {
                self.end(&tag.name);
            }
        }
    }

    fn close(&mut self, name: &str) {
        if self.vocabulary(name).is_none() {
            return;
        }
        match name {
            "svg" => self.svg = self.svg.saturating_sub(1),
            "math" => self.math = self.math.saturating_sub(1),
            _ => {}
        }
        self.end(name);
    }

    fn end(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    fn attributes(&mut self, tag: &Tag<'_>, vocabulary: Vocabulary) {
        if matches!(&*tag.name, "svg" | "math") {
            self.attribute("xmlns", vocabulary.namespace());
        }
        let mut links = false;
        for (name, value) in tag.attributes() {
            let name = name.to_ascii_lowercase();
            let value = decode(value);
            if name == "style" {
                let kept = style::harmless(&value, vocabulary == Vocabulary::Svg);
                if !kept.is_empty() {
                    self.attribute("style", &kept);
                }
            } else if ADDRESSES.contains(&name.as_str()) || name == "xlink:href" && vocabulary != Vocabulary::Html {
                if let Some(address) = address(&value, self.base) {
                    self.attribute(&name, &address);
                    links |= name.starts_with("xlink:");
                }
            } else if name == "srcset" {
                if let Some(sources) = self.sources(&value) {
                    self.attribute("srcset", &sources);
                }
            } else if vocabulary.knows(&name) && (vocabulary == Vocabulary::Html || !value.contains("url") || value.starts_with("url(#")) {
                self.attribute(&name, &value);
                links |= name.starts_with("xlink:");
            }
        }
        if links {
            self.attribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
        }
    }

    /// A list of pictures in several sizes, each with a harmless address; `None` when one is not.
    fn sources(&self, value: &str) -> Option<String> {
        let mut kept: Vec<String> = Vec::new();
        let mut rest = value.trim_start_matches([' ', '\t', '\n', '\r', ',']);
        while !rest.is_empty() {
            let (source, behind) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
            // A comma at its end ends the candidate; inside it belongs to the address.
            let (source, size, behind) = if let Some(source) = source.strip_suffix(',') {
                (source, "", behind)
            } else {
                let (size, behind) = behind.split_at(behind.find(',').unwrap_or(behind.len()));
                (source, size.trim(), behind)
            };
            let harmless = address(source.trim_end_matches(','), self.base)?;
            kept.push(if size.is_empty() { harmless } else { format!("{harmless} {size}") });
            rest = behind.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        }
        (!kept.is_empty()).then(|| kept.join(","))
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        escape_quoted(value, &mut self.text);
        self.text.push('"');
    }
}

/// The address, absolute where a base is known; `None` when its scheme is not a harmless one.
pub(crate) fn address(value: &str, base: Option<&Url>) -> Option<String> {
    // Browsers skip white space and controls inside a scheme.
    let flat: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let scheme = flat.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let has_scheme = scheme.as_ref().is_some_and(|scheme| !scheme.is_empty() && !scheme.contains(['/', '?', '#']));
    if has_scheme {
        let known = scheme.is_some_and(|scheme| SCHEMES.contains(&scheme.as_str()));
        return known.then(|| value.trim().to_owned());
    }
    let resolved = base.and_then(|base| base.join(value.trim()).ok()).map(String::from);
    Some(match resolved {
        // What was written in letters stays so.
        Some(resolved) if !value.is_ascii() => with_letters(&resolved),
        Some(resolved) => resolved,
        None => value.trim().to_owned(),
    })
}

/// The address with its letters beyond ASCII as letters; every other escape stays.
fn with_letters(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut rest = address;
    while let Some((before, _)) = rest.split_once('%') {
        out.push_str(before);
        rest = rest.get(before.len()..).unwrap_or_default();
        let escaped = |at: usize| {
            let digits = rest.get(at..at + 3)?.strip_prefix('%')?;
            u8::from_str_radix(digits, 16).ok().filter(|byte| *byte >= 0x80)
        };
        let bytes: Vec<u8> = (0..).step_by(3).map_while(escaped).take(4 * 256).collect();
        let length = if let Ok(letters) = std::str::from_utf8(&bytes) {
            out.push_str(letters);
            bytes.len() * 3
        } else {
            0
        };
        let kept = length.max(1);
        if length == 0 {
            out.push('%');
        }
        rest = rest.get(kept..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(character),
        }
    }
}

fn escape_quoted(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    fn shown(html: &str) -> String {
        super::safe(html, Some(&"https://example.org/a/b".parse().unwrap()))
    }

    #[test]
    fn harm_goes_and_text_stays() {
        insta::assert_snapshot!(shown("a<script>x()</script><b onclick='x()' class=k aria-live=off>b</b><iframe src=x>c</iframe>
            <a href='java\tscript:x()'>d</a><a href='../c?x=1&amp;y'>e</a><svg><p>f</p></svg>1 < 2 &amp; &lt;b&gt;<img src='data:x' alt=\"&quot;\">"), @r#"
        a<b class="k" aria-live="off">b</b>c
                    <a>d</a><a href="https://example.org/c?x=1&amp;y">e</a><svg xmlns="http://www.w3.org/2000/svg"><p>f</p></svg>1 &lt; 2 &amp; &lt;b&gt;<img alt="&quot;" />
        "#);
    }
}
