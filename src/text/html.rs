//! From HTML to text with paragraphs.

/// Visible text of an HTML fragment, one line a paragraph, without scripts, styles and hidden parts; entities decoded.
pub fn to_text(html: &str) -> String {
    html.to_owned()
}
