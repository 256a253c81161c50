//! `feeds discover`: which feeds a page names.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use crate::cli::args::Format;
use crate::net::client::Client;
use crate::net::settings::NetSettings;
use crate::poll::discover::{FoundBy, NamedFeed, Search, discover};
use crate::text::chain::chain;
use crate::text::safe::one_line;

/// Looks for the feeds of a page and prints them; exit code 1 when there are none.
///
/// # Errors
/// When the address is none of the web, or the page cannot be read.
pub fn run(url: &str, search: Search, format: Format, net: &NetSettings, now: Timestamp, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let url = web_address(url)?;
    let client = Client::new(net)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the async runtime")?;
    let feeds = match runtime.block_on(discover(&url, search, &client, now)) {
        Ok(feeds) => feeds,
        Err(error) => bail!("{}", chain(&error)),
    };
    print(&feeds, search, format, out)?;
    Ok(if feeds.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// People leave out the scheme.
fn web_address(text: &str) -> anyhow::Result<Url> {
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    match Url::parse(&whole) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => bail!("`{}` is no web address", one_line(text)),
    }
}

fn print(feeds: &[NamedFeed], search: Search, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    match format {
        Format::Text => {
            for feed in feeds {
                let title = feed.title.as_deref().map(|title| format!("  {}", one_line(title))).unwrap_or_default();
                let found = match feed.found {
                    FoundBy::Itself => "  (is a feed itself)",
                    FoundBy::UsualPath => "  (found at a usual place)",
                    FoundBy::Page => "",
                };
                writeln!(out, "{}{title}{found}", feed.url)?;
            }
            if feeds.is_empty() {
                let help = if search == Search::PageOnly { "; --usual-paths tries where feeds usually are" } else { "" };
                writeln!(out, "the page names no feed{help}")?;
            }
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &feeds.iter().map(record).collect::<Vec<_>>())?;
            writeln!(out)?;
        }
        Format::Jsonl => {
            for feed in feeds {
                serde_json::to_writer(&mut *out, &record(feed))?;
                writeln!(out)?;
            }
        }
    }
    Ok(())
}

fn record(feed: &NamedFeed) -> Value {
    json!({"url": feed.url.as_str(), "title": feed.title, "found": feed.found.as_str()})
}

#[cfg(test)]
mod tests {
    use super::{print, web_address};
    use crate::cli::args::Format;
    use crate::poll::discover::{FoundBy, NamedFeed, Search};

    fn shown(feeds: &[NamedFeed], format: Format) -> String {
        let mut out = Vec::new();
        print(feeds, Search::PageOnly, format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn feeds_are_printed_one_a_line() {
        let feed = |url: &str, title: Option<&str>, found| NamedFeed { url: url.parse().unwrap(), title: title.map(str::to_owned), found };
        let feeds = [
            feed("https://example.org/rss", Some("All\u{1b}[1m news"), FoundBy::Page),
            feed("https://example.org/feed", None, FoundBy::UsualPath),
        ];
        insta::assert_snapshot!(shown(&feeds, Format::Text), @"
        https://example.org/rss  All [1m news
        https://example.org/feed  (found at a usual place)
        ");
        insta::assert_snapshot!(shown(&feeds, Format::Jsonl), @r#"
        {"found":"page","title":"All\u001b[1m news","url":"https://example.org/rss"}
        {"found":"usual-path","title":null,"url":"https://example.org/feed"}
        "#);
        insta::assert_snapshot!(shown(&[], Format::Text), @"the page names no feed; --usual-paths tries where feeds usually are");
    }

    #[test]
    fn an_address_may_lack_its_scheme() {
        assert_eq!(web_address("example.org/news").unwrap().as_str(), "https://example.org/news");
        assert!(web_address("file:///etc/passwd").is_err());
    }
}
