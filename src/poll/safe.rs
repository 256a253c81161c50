//! HTML from strangers made safe to show: only harmless elements and attributes, addresses absolute and of known schemes.

use url::Url;

use crate::text::markup::{Piece, Pieces, Tag, decode};

/// Elements that may stay. Of others the tags go and the text stays.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "big",
    "blockquote",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "command",
    "datagrid",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "event-source",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "keygen",
    "label",
    "legend",
    "li",
    "m",
    "map",
    "menu",
    "meter",
    "multicol",
    "nav",
    "nextid",
    "noscript",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "pre",
    "progress",
    "q",
    "s",
    "samp",
    "section",
    "select",
    "small",
    "sound",
    "source",
    "spacer",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
];

/// Attributes that may stay.
const ATTRIBUTES: &[&str] = &[
    "abbr",
    "accept",
    "accept-charset",
    "accesskey",
    "action",
    "align",
    "alt",
    "autocomplete",
    "autofocus",
    "axis",
    "background",
    "balance",
    "bgcolor",
    "bgproperties",
    "border",
    "bordercolor",
    "bordercolordark",
    "bordercolorlight",
    "bottompadding",
    "cellpadding",
    "cellspacing",
    "ch",
    "challenge",
    "char",
    "charoff",
    "charset",
    "checked",
    "choff",
    "cite",
    "class",
    "clear",
    "color",
    "cols",
    "colspan",
    "compact",
    "contenteditable",
    "controls",
    "coords",
    "data",
    "datafld",
    "datapagesize",
    "datasrc",
    "datetime",
    "default",
    "delay",
    "dir",
    "disabled",
    "draggable",
    "dynsrc",
    "enctype",
    "end",
    "face",
    "for",
    "form",
    "frame",
    "galleryimg",
    "gutter",
    "headers",
    "height",
    "hidden",
    "hidefocus",
    "high",
    "href",
    "hreflang",
    "hspace",
    "icon",
    "id",
    "inputmode",
    "ismap",
    "keytype",
    "label",
    "lang",
    "leftspacing",
    "list",
    "longdesc",
    "loop",
    "loopcount",
    "loopend",
    "loopstart",
    "low",
    "lowsrc",
    "max",
    "maxlength",
    "media",
    "method",
    "min",
    "multiple",
    "name",
    "nohref",
    "noshade",
    "nowrap",
    "open",
    "optimum",
    "pattern",
    "ping",
    "point-size",
    "poster",
    "pqg",
    "preload",
    "prompt",
    "radiogroup",
    "readonly",
    "rel",
    "repeat-max",
    "repeat-min",
    "replace",
    "required",
    "rev",
    "rightspacing",
    "rows",
    "rowspan",
    "rules",
    "scope",
    "selected",
    "shape",
    "size",
    "span",
    "src",
    "start",
    "step",
    "summary",
    "suppress",
    "tabindex",
    "target",
    "template",
    "title",
    "toppadding",
    "type",
    "unselectable",
    "urn",
    "usemap",
    "valign",
    "value",
    "variable",
    "volume",
    "vrml",
    "vspace",
    "width",
    "wrap",
];

/// Properties of style that may stay.
const PROPERTIES: &[&str] = &[
    "azimuth",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-right",
    "border-right-color",
    "border-style",
    "border-top",
    "border-top-color",
    "border-width",
    "clear",
    "color",
    "cursor",
    "direction",
    "display",
    "elevation",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "overflow",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "pause",
    "pitch",
    "richness",
    "speak",
    "stress",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "voice-family",
    "volume",
    "white-space",
    "width",
    "word-spacing",
];

/// Attributes that hold an address.
const ADDRESSES: &[&str] =
    &["action", "background", "cite", "data", "dynsrc", "href", "icon", "longdesc", "lowsrc", "ping", "poster", "src", "usemap"];

/// Schemes that do nothing when they are opened but open something.
const SCHEMES: &[&str] =
    &["http", "https", "ftp", "feed", "mailto", "news", "nntp", "tel", "sms", "xmpp", "irc", "magnet", "gopher", "git"];

/// Elements whose content goes with them.
const DROPPED: &[&str] = &["script", "style", "applet", "math", "svg"];

/// The HTML without what could do harm, with addresses made absolute.
pub(crate) fn safe(html: &str, base: Option<&Url>) -> String {
    if !html.contains(['<', '&']) {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len());
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
            Piece::Text(text) => escape(&decode(text), &mut out),
            Piece::Open(tag) if DROPPED.contains(&&*tag.name) => {
                if tag.raw.is_none() && !tag.attributes.ends_with('/') {
                    dropped = Some((tag.name.into_owned(), 1));
                }
            }
            Piece::Open(tag) => open(&tag, base, &mut out),
            Piece::Close(name) if is_harmless(&name) => {
                out.push_str("</");
                out.push_str(&name);
                out.push('>');
            }
            Piece::Close(_) => {}
        }
    }
    out
}

fn is_harmless(name: &str) -> bool {
    ELEMENTS.binary_search(&name).is_ok()
}

fn open(tag: &Tag<'_>, base: Option<&Url>, out: &mut String) {
    let harmless = is_harmless(&tag.name);
    if harmless {
        out.push('<');
        out.push_str(&tag.name);
        for (name, value) in tag.attributes() {
            let name = name.to_ascii_lowercase();
            if name == "style" {
                let kept = style(&decode(value));
                if !kept.is_empty() {
                    out.push_str(" style=\"");
                    escape_quoted(&kept, out);
                    out.push('"');
                }
                continue;
            }
            if ATTRIBUTES.binary_search(&name.as_str()).is_err() {
                continue;
            }
            let value = decode(value);
            let value = if ADDRESSES.contains(&name.as_str()) { address(&value, base) } else { Some(value.into_owned()) };
            if let Some(value) = value {
                out.push(' ');
                out.push_str(&name);
                out.push_str("=\"");
                escape_quoted(&value, out);
                out.push('"');
            }
        }
        out.push_str(if tag.is_void() { " />" } else { ">" });
    }
    if let Some(raw) = tag.raw {
        // The content of a text field, or of an element that is not let through.
        escape(&decode(raw), out);
        if harmless {
            out.push_str("</");
            out.push_str(&tag.name);
            out.push('>');
        }
    }
}

/// The declarations that only change how the text itself looks.
fn style(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '#' | '.' | ',' | '%' | '-' | '!');
    let kept = text.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let (name, value) = (name.trim(), value.trim());
        let known = PROPERTIES.binary_search(&name.to_ascii_lowercase().as_str()).is_ok();
        (known && !value.is_empty() && value.chars().all(plain)).then(|| format!("{name}: {value};"))
    });
    kept.collect::<Vec<_>>().join(" ")
}

/// The address, absolute where a base is known; `None` when its scheme is not a harmless one.
fn address(value: &str, base: Option<&Url>) -> Option<String> {
    // Browsers skip white space and controls inside a scheme.
    let flat: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let scheme = flat.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let has_scheme = scheme.as_ref().is_some_and(|scheme| !scheme.is_empty() && !scheme.contains(['/', '?', '#']));
    if has_scheme {
        let known = scheme.is_some_and(|scheme| SCHEMES.contains(&scheme.as_str()));
        return known.then(|| value.trim().to_owned());
    }
    let resolved = base.and_then(|base| base.join(value.trim()).ok()).map(String::from);
    Some(resolved.unwrap_or_else(|| value.trim().to_owned()))
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
    use super::{ATTRIBUTES, ELEMENTS, PROPERTIES};

    fn shown(html: &str) -> String {
        super::safe(html, Some(&"https://example.org/a/b".parse().unwrap()))
    }

    #[test]
    fn the_lists_are_sorted() {
        assert!(ELEMENTS.is_sorted());
        assert!(ATTRIBUTES.is_sorted());
        assert!(PROPERTIES.is_sorted());
    }

    #[test]
    fn harm_goes_and_text_stays() {
        insta::assert_snapshot!(shown("a<script>x()</script><b onclick='x()' class=k>b</b><iframe src=x>c</iframe>
            <a href='java\tscript:x()'>d</a><a href='../c?x=1&amp;y'>e</a><svg><p>f</p></svg>1 < 2 &amp; &lt;b&gt;<img src='data:x' alt=\"&quot;\">"), @r#"
        a<b class="k">b</b>c
                    <a>d</a><a href="https://example.org/c?x=1&amp;y">e</a>1 &lt; 2 &amp; &lt;b&gt;<img alt="&quot;" />
        "#);
    }
}
