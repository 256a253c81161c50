//! What a page says about itself as schema.org data (JSON-LD).

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::text::html::line;

/// The fields of an article's JSON-LD that are used. Texts are plain.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct JsonLd {
    /// Whether the page says it is an article.
    pub is_article: bool,
    /// `headline` or `name`.
    pub headline: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `articleSection`, the first.
    pub section: Option<String>,
    /// `datePublished`.
    pub published: Option<String>,
    /// `dateModified`.
    pub modified: Option<String>,
    /// Names of the authors that are not said to be organisations.
    pub authors: Vec<String>,
    /// Name of the publisher.
    pub publisher: Option<String>,
    /// `inLanguage`.
    pub language: Option<String>,
    /// `isAccessibleForFree`, of the article or any part of it.
    pub free: Option<bool>,
    /// `articleBody` as given; may be HTML.
    pub body: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
}

/// Reads the blocks of a page; a block that cannot be read costs only itself.
pub(super) fn read<'a>(blocks: impl IntoIterator<Item = &'a str>) -> JsonLd {
    let values: Vec<Value> = blocks.into_iter().filter_map(parse).collect();
    let mut nodes = Nodes::default();
    for value in &values {
        nodes.collect(value, 0);
    }
    let Some((kind, best)) = nodes.best() else { return JsonLd::default() };
    let page = nodes.pages.first().copied();
    let text = |name: &str| text_of(best.get(name)).or_else(|| page.and_then(|page| text_of(page.get(name))));
    let is_article = kind == Kind::Article;
    JsonLd {
        is_article,
        headline: text_of(best.get("headline")).or_else(|| text_of(best.get("name")).filter(|_| is_article)),
        description: text("description"),
        section: best.get("articleSection").and_then(|value| texts(value).into_iter().next()),
        published: text("datePublished").or_else(|| text("dateCreated")).or_else(|| text("uploadDate")),
        modified: text("dateModified"),
        authors: ["author", "creator"]
            .iter()
            .filter_map(|name| best.get(*name))
            .map(|value| nodes.people(value))
            .find(|found| !found.is_empty())
            .unwrap_or_default(),
        publisher: best.get("publisher").and_then(|value| nodes.name(value)),
        language: text("inLanguage"),
        free: nodes.free(best),
        body: ["articleBody", "text"].iter().filter_map(|name| best.get(*name)).find_map(|value| value.as_str().map(str::to_owned)),
        keywords: best.get("keywords").map(keywords).unwrap_or_default(),
    }
}

fn keywords(value: &Value) -> Vec<String> {
    let mut found: Vec<String> = texts(value);
    if let [one] = found.as_slice()
        && one.contains(',')
    {
        found = one.split(',').map(|part| part.trim().to_owned()).collect();
    }
    found.retain(|keyword| !keyword.is_empty() && keyword.len() <= 100);
    found.truncate(30);
    found
}

/// Parses a block, forgiving what pages commonly get wrong.
fn parse(block: &str) -> Option<Value> {
    let trimmed = block.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let trimmed = trimmed.trim().trim_end_matches("-->").trim_end_matches("//]]>").trim_end_matches("]]>").trim_end_matches(';').trim();
    serde_json::from_str(trimmed)
        .or_else(|_| {
            // Line breaks inside strings, and commas before a closing bracket.
            let spaced: String = trimmed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            serde_json::from_str(&without_trailing_commas(&spaced))
        })
        .ok()
}

fn without_trailing_commas(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut inside, mut escaped) = (false, false);
    for character in json.chars() {
        if inside {
            inside = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if character == '"' {
            inside = true;
        } else if matches!(character, ']' | '}') {
            let kept = out.trim_end().trim_end_matches(',').len();
            out.truncate(kept);
        }
        out.push(character);
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Page,
    Article,
}

#[derive(Default)]
struct Nodes<'a> {
    articles: Vec<&'a Map<String, Value>>,
    pages: Vec<&'a Map<String, Value>>,
    by_id: HashMap<&'a str, &'a Map<String, Value>>,
}

impl<'a> Nodes<'a> {
    fn collect(&mut self, value: &'a Value, depth: usize) {
        match value {
            Value::Array(values) => values.iter().take(200).for_each(|value| self.collect(value, depth)),
            Value::Object(node) if depth < 6 => {
                if let Some(id) = node.get("@id").and_then(Value::as_str) {
                    // A node that only refers to another one says nothing of its own.
                    if node.len() > 1 {
                        self.by_id.entry(id).or_insert(node);
                    }
                }
                if has_type(node, |kind| {
                    kind.ends_with("Article")
                        || matches!(kind, "BlogPosting" | "LiveBlogPosting" | "Report" | "SocialMediaPosting" | "Review")
                }) {
                    self.articles.push(node);
                } else if has_type(node, |kind| kind.ends_with("Page") || matches!(kind, "VideoObject" | "CreativeWork")) {
                    self.pages.push(node);
                }
                for name in ["@graph", "mainEntity", "mainEntityOfPage", "author", "publisher"] {
                    if let Some(inner) = node.get(name) {
                        self.collect(inner, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// The article of the page: the one that says most when there are several.
    fn best(&self) -> Option<(Kind, &'a Map<String, Value>)> {
        const TOLD: [&str; 5] = ["headline", "datePublished", "author", "articleBody", "description"];
        let told = |node: &&Map<String, Value>| TOLD.iter().filter(|name| node.contains_key(**name)).count();
        let mut best: Option<&'a Map<String, Value>> = None;
        for article in &self.articles {
            if best.is_none_or(|best| told(article) > told(&best)) {
                best = Some(article);
            }
        }
        best.map(|node| (Kind::Article, node)).or_else(|| self.pages.first().map(|node| (Kind::Page, *node)))
    }

    fn free(&self, best: &Map<String, Value>) -> Option<bool> {
        let own = best.get("isAccessibleForFree").and_then(truth);
        let parts = best.get("hasPart").map(|parts| match parts {
            Value::Array(parts) => parts.iter().collect(),
            other => vec![other],
        });
        let part = parts.unwrap_or_default().into_iter().filter_map(|part| part.get("isAccessibleForFree").and_then(truth)).min();
        let page = self.pages.first().and_then(|page| page.get("isAccessibleForFree")).and_then(truth);
        own.or(part).or(page)
    }

    fn resolve(&self, value: &'a Value) -> Option<&'a Map<String, Value>> {
        let node = value.as_object()?;
        let known = node.get("@id").and_then(Value::as_str).and_then(|id| self.by_id.get(id).copied());
        if node.contains_key("name") { Some(node) } else { known.or(Some(node)) }
    }

    fn people(&self, value: &'a Value) -> Vec<String> {
        match value {
            Value::Array(values) => values.iter().take(50).flat_map(|value| self.people(value)).collect(),
            Value::String(name) => vec![line(name)],
            Value::Object(_) => self
                .resolve(value)
                .filter(|node| !has_type(node, |kind| kind.ends_with("Organization") || kind == "Corporation" || kind == "WebSite"))
                .and_then(|node| node.get("name"))
                .map(texts)
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn name(&self, value: &'a Value) -> Option<String> {
        match value {
            Value::String(name) => Some(line(name)).filter(|name| !name.is_empty() && !name.starts_with("http")),
            Value::Array(values) => values.iter().find_map(|value| self.name(value)),
            Value::Object(_) => text_of(self.resolve(value)?.get("name")),
            _ => None,
        }
    }
}

fn has_type(node: &Map<String, Value>, wanted: impl Fn(&str) -> bool) -> bool {
    let is = |value: &Value| value.as_str().is_some_and(|kind| wanted(kind.rsplit(['/', ':']).next().unwrap_or(kind)));
    match node.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is),
        Some(kind) => is(kind),
        None => false,
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match text.to_ascii_lowercase().rsplit('/').next() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn text_of(value: Option<&Value>) -> Option<String> {
    texts(value?).into_iter().next()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => Some(line(text)).filter(|text| !text.is_empty()).into_iter().collect(),
        Value::Array(values) => values.iter().take(100).flat_map(texts).collect(),
        Value::Object(node) => node.get("@value").or_else(|| node.get("name")).map(texts).unwrap_or_default(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn shown(blocks: &[&str]) -> String {
        let found = read(blocks.iter().copied());
        format!("{:?} | {:?} | {:?} | {:?} | free {:?}", found.headline, found.authors, found.publisher, found.published, found.free)
    }

    #[test]
    fn articles_in_graphs_lists_and_broken_blocks() {
        insta::assert_snapshot!(shown(&[r#"{"@graph":[{"@type":"WebPage","datePublished":"2025-12-19"},
            {"@type":"NewsArticle","headline":"Bridge &amp; tunnel","author":{"@id":"ann"},"publisher":{"@id":"org"},"isAccessibleForFree":"False"},
            {"@id":"ann","@type":"Person","name":"Ann Lee"},{"@id":"org","@type":"NewsMediaOrganization","name":"Sample"}]}"#]), @r#"Some("Bridge & tunnel") | ["Ann Lee"] | Some("Sample") | Some("2025-12-19") | free Some(false)"#);
        insta::assert_snapshot!(shown(&["not json", "{\"@type\":[\"Thing\",\"http://schema.org/NewsArticle\"],\"headline\":\"a\nb\",\"author\":[\"Bo Ek\",{\"@type\":\"Organization\",\"name\":\"Desk\"}],}"]), @r#"Some("a b") | ["Bo Ek"] | None | None | free None"#);
        insta::assert_snapshot!(shown(&[r#"[{"@type":"Organization","name":"Sample"}]"#, "[[[[", "{}"]), @"None | [] | None | None | free None");
        insta::assert_snapshot!(shown(&[r#"{"@type":"NewsArticle","headline":"a","hasPart":{"isAccessibleForFree":false}}"#]), @r#"Some("a") | [] | None | None | free Some(false)"#);
    }
}
