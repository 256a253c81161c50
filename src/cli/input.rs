//! What `extract` and `explain` are given: a line of the batch form, a file, an address.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::article::{PageInput, TextInput, from_page, from_page_or_amp, from_text, is_binary};
use crate::clock::{Clock, SystemClock};
use crate::model::article::{Article, Moment, Precision};
use crate::model::id::EntryId;
use crate::text::html::is_html;

/// The identity and the article of a line of the batch form:
/// `{"id", "html" | "html_b64" | "text", "url"?, "title"?, "published"?, "language"?}`.
///
/// # Errors
/// Says what is wrong with the line.
pub fn article_of(value: &Value) -> Result<(String, Article), String> {
    let line = value.as_object().ok_or("the line is no JSON object")?;
    let text = |name: &str| match line.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`{name}` is no string")),
    };
    let id = match line.get("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(_) => return Err("`id` is no string".to_owned()),
    };
    let published = match text("published")? {
        Some(published) => moment_of(&published)?,
        None => None,
    };
    let url = text("url")?.filter(|url| !url.is_empty()).and_then(|url| Url::parse(&url).ok());
    let (title, language) = (text("title")?, text("language")?.filter(|language| !language.is_empty()));
    let html = match (text("html")?, text("html_b64")?) {
        (Some(html), _) => Some((html.into_bytes(), Some("text/html; charset=utf-8".to_owned()))),
        (None, Some(encoded)) => {
            Some((STANDARD.decode(encoded.trim()).map_err(|error| format!("`html_b64` is no base64: {error}"))?, None))
        }
        (None, None) => None,
    };
    let article = match (html, text("text")?) {
        (Some((html, content_type)), _) => {
            let entry = identity(id.as_deref(), &html);
            from_page(PageInput { id: entry, html, content_type, url, title, published, language, read_at: Some(SystemClock.now()) })
        }
        (None, Some(text)) => {
            let entry = identity(id.as_deref(), text.as_bytes());
            from_text(TextInput { id: entry, text, title, url, published, language })
        }
        (None, None) => return Err("the line has none of `html`, `html_b64` and `text`".to_owned()),
    };
    Ok((id.unwrap_or_else(|| article.id.to_string()), article))
}

/// When an article was published; `None` for nothing and for days long ago such as "1970-01-01" and "0000-00-00", which many
/// systems write for a day they do not know.
fn moment_of(published: &str) -> Result<Option<Moment>, String> {
    let day: String = published.trim().chars().take("1970-01-01".len()).collect();
    let unknown = || day.is_empty() || day == "0000-00-00" || day.parse::<Date>().is_ok();
    match moment(published) {
        None if !unknown() => Err(format!("`published` is no date: {published:?}")),
        found => Ok(found),
    }
}

/// The article in bytes that may be a page or a text.
pub fn article_in(bytes: Vec<u8>) -> Article {
    article_behind(bytes, None, None).0
}

/// The article in what an address gave, a page or a text, and the address of its AMP version where that is worth a look.
pub fn article_behind(bytes: Vec<u8>, url: Option<Url>, content_type: Option<String>) -> (Article, Option<Url>) {
    let id = identity(url.as_ref().map(Url::as_str), &bytes);
    let says_html = content_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    if says_html || is_html(&bytes) || is_binary(&bytes) {
        let read_at = Some(SystemClock.now());
        return from_page_or_amp(PageInput { id, html: bytes, content_type, url, title: None, published: None, language: None, read_at });
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => encoding_rs::Encoding::for_bom(error.as_bytes())
            .map_or(encoding_rs::WINDOWS_1252, |(encoding, _)| encoding)
            .decode(error.as_bytes())
            .0
            .into_owned(),
    };
    (from_text(TextInput { id, text, title: None, url, published: None, language: None }), None)
}

/// The identity of something given by hand: by its name where it has one, else by its content.
fn identity(name: Option<&str>, content: &[u8]) -> EntryId {
    let mut hash = Sha256::new();
    if let Some(name) = name {
        hash.update(b"name\0");
        hash.update(name);
    } else {
        hash.update(b"content\0");
        hash.update(content);
    }
    let mut id = [0; 16];
    id.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    EntryId(id)
}

/// A date or time as records and people write it: `2025`, `2025-12`, `2025-12-19`, an RFC 3339 time.
fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let year = || {
        let year: i16 = text.parse().ok().filter(|_| text.len() == 4)?;
        jiff::civil::Date::new(year, 1, 1).ok().map(|date| Moment::Civil(date, Precision::Year))
    };
    year().or_else(|| crate::article::moment(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{article_in, article_of};

    fn shown(line: &serde_json::Value) -> String {
        match article_of(line) {
            Ok((id, article)) => {
                let published = article.published.map_or_else(|| "-".to_owned(), |published| published.value.to_string());
                let language = article.language.map_or_else(|| "-".to_owned(), |language| language.value);
                format!("{id}: {:?} {published} {language}", article.body.of(&article.text))
            }
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn lines_of_the_batch_form() {
        assert_eq!(
            shown(&json!({"id": "a", "text": "It opened.", "published": "2025-12", "language": "en"})),
            "a: \"It opened.\" 2025-12 en"
        );
        assert_eq!(shown(&json!({"id": 7, "text": "It opened.", "published": null, "title": ""})), "7: \"It opened.\" - -");
        assert_eq!(
            shown(&json!({"id": "b", "html_b64": "PHA+SXQgb3BlbmVkLjwvcD4=", "published": "2025-12-19T10:00:00+02:00"})),
            "b: \"It opened.\" 2025-12-19T10:00:00+02:00 -"
        );
        assert_eq!(shown(&json!({"id": "c"})), "error: the line has none of `html`, `html_b64` and `text`");
        assert_eq!(shown(&json!({"id": "c", "text": 1})), "error: `text` is no string");
        assert_eq!(shown(&json!({"id": "c", "text": "x", "published": "soon"})), "error: `published` is no date: \"soon\"");
        for unknown in ["1970-01-01", "1970-01-01T00:00:00Z", "0000-00-00 00:00:00", " "] {
            assert_eq!(shown(&json!({"id": "c", "text": "It opened.", "published": unknown})), "c: \"It opened.\" - -");
        }
        assert_eq!(shown(&json!([1])), "error: the line is no JSON object");
        assert!(shown(&json!({"id": "c", "html_b64": "*"})).starts_with("error: `html_b64` is no base64"));
    }

    #[test]
    fn the_same_input_has_the_same_identity() {
        let one = article_in(b"It opened.".to_vec());
        assert_eq!(one.id, article_in(b"It opened.".to_vec()).id);
        assert_ne!(one.id, article_in(b"It closed.".to_vec()).id);
        assert_eq!(article_in("Ціна".as_bytes().to_vec()).text, "Ціна");
        assert_eq!(article_in(b"caf\xe9".to_vec()).text, "café");
    }
}
