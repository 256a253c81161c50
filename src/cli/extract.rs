//! `wirewatch extract`: what is found in articles that are given by hand.

use std::io::{self, BufReader, Read, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::Value;
use url::Url;

use crate::article::settings::ArticleSettings;
use crate::article::with_amp;
use crate::cli::args::{ExtractArguments, Format};
use crate::cli::input::{article_behind, article_in, article_of};
use crate::cli::pretty::pretty;
use crate::cli::stories::StoryWriter;
use crate::cli::{batch, item_view};
use crate::model::article::Article;
use crate::net::client::{Client, Request};
use crate::net::settings::NetSettings;

/// Runs the command. `record` makes the record line of an article.
///
/// # Errors
/// When standard output cannot be written. A source that cannot be read is told on standard error and makes the exit code 1.
pub fn run(
    arguments: &ExtractArguments,
    net: &NetSettings,
    settings: &ArticleSettings,
    record: impl Fn(Article) -> String + Sync,
) -> anyhow::Result<ExitCode> {
    if arguments.jsonl {
        let work = |line: Value| {
            let (_, article) = article_of(&line)?;
            serde_json::from_str(&record(article)).map_err(|error| format!("the record is no JSON: {error}"))
        };
        let (input, output) = (BufReader::new(io::stdin()), io::stdout().lock());
        if arguments.stories {
            batch::run(input, StoryWriter::new(output), work)?;
        } else {
            batch::run(input, output, work)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut failed = false;
    let mut lines = Vec::new();
    for source in &arguments.sources {
        match read(source, net, settings) {
            Ok(article) => lines.push(record(article)),
            Err(error) => {
                failed = true;
                writeln!(anstream::stderr().lock(), "error: {error:#}")?;
            }
        }
    }
    match print(&lines, arguments.format, &mut anstream::stdout().lock()) {
        // Nobody reads on, as with `| head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(lines: &[String], format: Format, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Jsonl => lines.iter().try_for_each(|line| writeln!(out, "{}", line.trim_end())),
        Format::Json => match lines {
            [] => Ok(()),
            [one] => writeln!(out, "{}", pretty(one.trim_end())),
            // Several records are one document too.
            several => {
                writeln!(out, "{}", pretty(&format!("[{}]", several.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join(","))))
            }
        },
        Format::Text => {
            for (index, line) in lines.iter().enumerate() {
                if index > 0 {
                    writeln!(out)?;
                }
                item_view::item(&serde_json::from_str(line).map_err(io::Error::other)?, out)?;
            }
            Ok(())
        }
    }
}

/// The article in a file, behind an address, or on standard input (`-`).
///
/// # Errors
/// When it cannot be read.
pub fn read(source: &str, net: &NetSettings, settings: &ArticleSettings) -> anyhow::Result<Article> {
    if source == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(article_in(bytes));
    }
    if source.starts_with("http://") || source.starts_with("https://") {
        let url = Url::parse(source).with_context(|| format!("`{source}` is no address"))?;
        return fetch(url, net, settings);
    }
    if let Some((scheme, _)) = source.split_once("://")
        && !std::path::Path::new(source).exists()
    {
        bail!("`{source}` is no file, and of addresses only http and https can be fetched, not {scheme}");
    }
    let bytes = std::fs::read(source).with_context(|| format!("cannot read {source}"))?;
    Ok(article_in(bytes))
}

/// Fetches one page because somebody asked for exactly this one; so `robots.txt`, which is for programs that wander, is not asked.
/// Where it shows hardly any text, its AMP version is the same page once more.
fn fetch(url: Url, net: &NetSettings, settings: &ArticleSettings) -> anyhow::Result<Article> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?;
    let client = runtime.block_on(async { Client::new(net) })?;
    let behind = |url| runtime.block_on(fetch_one(url, &client, settings));
    Ok(match behind(url)? {
        (article, Some(amp)) => {
            let amp = behind(amp).map(|(article, _)| article).map_err(|error| format!("page not fetched: {error:#}"));
            with_amp(article, amp)
        }
        (article, None) => article,
    })
}

/// The article behind one address, and the address of its AMP version where that is worth a look.
async fn fetch_one(url: Url, client: &Client, settings: &ArticleSettings) -> anyhow::Result<(Article, Option<Url>)> {
    let mut request = Request::new(url);
    request.accept = "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.8";
    request.body_bytes_max = settings.page_bytes_max;
    request.deadline = settings.deadline;
    request.redirects_max = settings.redirects_max;
    let response = client.get(request).await?;
    if !(200..300).contains(&response.status) {
        bail!("{} answered {}", response.url, response.status);
    }
    let content_type = response.headers.get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok(article_behind(response.body.into(), Some(response.url), content_type))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    use super::read;
    use crate::article::settings::ArticleSettings;
    use crate::net::settings::NetSettings;

    #[test]
    fn what_cannot_be_read_is_told() {
        let told = |source: &str| format!("{:#}", read(source, &NetSettings::default(), &ArticleSettings::default()).unwrap_err());
        assert_eq!(
            told("ftp://sample.example/a"),
            "`ftp://sample.example/a` is no file, and of addresses only http and https can be fetched, not ftp"
        );
        assert!(told("no/such/file.html").starts_with("cannot read no/such/file.html: "));
    }

    /// What comes of a page on this machine that shows nothing; `amp` is the answer for its AMP version.
    fn read_scripted(status: &'static str, amp: &str) -> (String, Vec<String>) {
        drop(rustls::crypto::ring::default_provider().install_default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, amp) = (listener.local_addr().unwrap(), amp.to_owned());
        // It ends with the test: each of the two addresses is asked for once.
        std::thread::spawn(move || {
            for stream in listener.incoming().take(2) {
                let (mut stream, mut request) = (stream.unwrap(), [0; 4096]);
                let length = stream.read(&mut request).unwrap();
                let (status, body) = if request[..length].starts_with(b"GET /amp ") {
                    (status, amp.as_str())
                } else {
                    ("200 OK", "<html><title>Bridge opens</title><link rel=amphtml href=/amp><div id=root></div></html>")
                };
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                )
                .unwrap();
            }
        });
        let net =
            NetSettings { allow_private: vec!["127.0.0.0/8".parse().unwrap()], host_spacing: Duration::ZERO, ..NetSettings::default() };
        let article = read(&format!("http://{address}/bridge"), &net, &ArticleSettings::default()).unwrap();
        (format!("{} {}", article.text_from.as_str(), article.body.of(&article.text)), article.notes)
    }

    #[test]
    fn a_page_that_shows_nothing_has_the_text_of_its_amp_version() {
        let text =
            "The new bridge over the northern strait was opened to traffic on Friday morning, seven years after the first stone was laid.";
        let amp = format!("<html><title>Bridge opens</title><article><h1>Bridge opens</h1><p>{text}</p></article></html>");
        assert_eq!(read_scripted("200 OK", &amp).0, format!("amp {text}"));
        let (nothing, notes) = read_scripted("410 Gone", "");
        assert_eq!(nothing, "summary ");
        assert!(
            notes.iter().any(|note| note.starts_with("AMP version: page not fetched: http://127.0.0.1") && note.ends_with("answered 410")),
            "{notes:?}"
        );
    }
}
