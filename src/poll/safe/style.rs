//! The declarations of a `style` attribute that only change how the text itself looks.

/// Properties that may stay with any plain value.
const PROPERTIES: &[&str] = &[
    "azimuth",
    "background-color",
    "border-bottom-color",
    "border-collapse",
    "border-color",
    "border-left-color",
    "border-right-color",
    "border-top-color",
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
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "overflow",
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

/// Properties of SVG.
const SVG_PROPERTIES: &[&str] =
    &["fill", "fill-opacity", "fill-rule", "stroke", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-width"];

/// Properties of boxes, by the first word of their name. They may move a text out of sight, so only small values stay.
const BOXES: &[&str] = &["background", "border", "margin", "padding"];

/// Words that are harmless as values of these.
const KEYWORDS: &[&str] = &[
    "!important",
    "aqua",
    "auto",
    "black",
    "block",
    "blue",
    "bold",
    "both",
    "bottom",
    "brown",
    "center",
    "collapse",
    "dashed",
    "dotted",
    "double",
    "fuchsia",
    "gray",
    "green",
    "grey",
    "groove",
    "inherit",
    "inset",
    "italic",
    "left",
    "lime",
    "maroon",
    "medium",
    "navy",
    "none",
    "normal",
    "nowrap",
    "olive",
    "orange",
    "outset",
    "pointer",
    "purple",
    "red",
    "repeat-x",
    "repeat-y",
    "ridge",
    "right",
    "silver",
    "solid",
    "teal",
    "thick",
    "thin",
    "top",
    "transparent",
    "underline",
    "white",
    "yellow",
];

/// What may stay of the text of a `style` attribute.
pub(super) fn harmless(text: &str, svg: bool) -> String {
    let kept = text.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let (name, value) = (name.trim(), value.trim());
        let lower = name.to_ascii_lowercase();
        let family = lower.split('-').next().unwrap_or_default();
        let known = PROPERTIES.contains(&lower.as_str())
            || svg && SVG_PROPERTIES.contains(&lower.as_str())
            || BOXES.contains(&family) && value.split_whitespace().all(is_small);
        (known && !value.is_empty() && is_plain(value)).then(|| format!("{name}: {value};"))
    });
    kept.collect::<Vec<_>>().join(" ")
}

/// A word, a colour, or a length of at most two digits.
fn is_small(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    if KEYWORDS.contains(&lower.as_str()) {
        return true;
    }
    if let Some(colour) = lower.strip_prefix('#') {
        return !colour.is_empty() && colour.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if lower.starts_with("rgb(") {
        return true;
    }
    let number = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '%' | ',' | ')'));
    let unit = lower.get(number.len()..).unwrap_or_default();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_short = |digits: &str| digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_short(whole)
        && is_short(fraction)
        && matches!(unit, "" | "cm" | "em" | "rem" | "ex" | "in" | "mm" | "pc" | "pt" | "px" | "%" | "," | ")")
}

/// No address, no function, nothing that a browser could run.
fn is_plain(value: &str) -> bool {
    let mut rest = value;
    let mut after_word = false;
    while let Some(first) = rest.chars().next() {
        let behind = rest.get(first.len_utf8()..).unwrap_or_default();
        let is_word = first.is_ascii_alphanumeric() || first == '_';
        rest = match first {
            '\'' | '"' => match behind.split_once(first) {
                Some((inside, behind)) if inside.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || c == '_') => behind,
                _ => return false,
            },
            '(' => match behind.split_once(')') {
                Some((inside, behind)) if inside.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '%')) => behind,
                _ => return false,
            },
            '-' if after_word && behind.starts_with(|c: char| c.is_ascii_alphanumeric()) => behind,
            _ if is_word || matches!(first, ' ' | '#' | '.' | ',' | '%' | '!') => behind,
            _ => return false,
        };
        after_word = is_word;
    }
    true
}

#[cfg(test)]
mod tests {
    #[test]
    fn looks_stay_and_tricks_go() {
        let shown = |style: &str| super::harmless(style, false);
        assert_eq!(shown("color: red; position: fixed; margin: 1em 2px; padding: 999em"), "color: red; margin: 1em 2px;");
        assert_eq!(
            shown("width: expression(alert(1)); background: url(x); font-family: 'Noto Sans', serif"),
            "font-family: 'Noto Sans', serif;"
        );
        assert_eq!(
            shown("border: solid #ff0 1px; color: rgb(1, 2, 3); fill: red; margin-top: -9px"),
            "border: solid #ff0 1px; color: rgb(1, 2, 3);"
        );
        assert_eq!(super::harmless("fill: red", true), "fill: red;");
    }
}
