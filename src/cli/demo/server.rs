//! A small web site inside the program: a few invented outlets, their feeds and their pages, on 127.0.0.1 alone.
//!
//! It does what a well-kept site does: validators, 304, and a page of its own where there is none. It serves no other client
//! well and is not meant to.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// The shipped configuration of the demo. Its feeds stand under [`PLACEHOLDER`], so that the file can be checked as it is.
pub const CONFIGURATION: &str = include_str!("../../../config/demo.toml");

/// Address in [`CONFIGURATION`] that stands for [`Site::base`]. Nothing listens there.
pub const PLACEHOLDER: &str = "http://127.0.0.1:1";

/// Longest head of a request.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// How long one client may take.
const DEADLINE: Duration = Duration::from_secs(10);

const RSS: &str = "application/rss+xml; charset=utf-8";
const ATOM: &str = "application/atom+xml; charset=utf-8";
const JSON_FEED: &str = "application/feed+json";
const HTML: &str = "text/html; charset=utf-8";

/// Path, content type, content. `{base}` in a content stands for the site's address.
const PAGES: &[(&str, &str, &str)] = &[
    ("/feeds/baltic-courier.xml", RSS, include_str!("feeds/baltic-courier.xml")),
    ("/feeds/dniprovskyi-visnyk.xml", ATOM, include_str!("feeds/dniprovskyi-visnyk.xml")),
    ("/feeds/northern-wire.json", JSON_FEED, include_str!("feeds/northern-wire.json")),
    ("/feeds/kontinent-rundschau.xml", RSS, include_str!("feeds/kontinent-rundschau.xml")),
    ("/courier/zelensky-guarantees", HTML, include_str!("pages/courier-zelensky-guarantees.html")),
    ("/wire/sanctions-package", HTML, include_str!("pages/wire-sanctions-package.html")),
    ("/visnyk/mist", HTML, include_str!("pages/visnyk-mist.html")),
];

/// What stands at every other path.
const LOST: &str = include_str!("pages/error.html");

/// The site while it is served; it ends when this is dropped.
#[derive(Debug)]
pub struct Site {
    /// Where it listens.
    pub address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Site {
    /// Serves the site on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let base: Arc<str> = format!("http://{address}").into();
        let serving = tokio::spawn(async move {
            // A connection that fails is the client's loss; the next one may be well.
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => drop(tokio::spawn(serve(stream, Arc::clone(&base)))),
                    Err(_) => sleep(Duration::from_millis(10)).await,
                }
            }
        });
        Ok(Self { address, serving })
    }

    /// Its address as a URL, without a slash at the end.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// [`CONFIGURATION`] with this site's address in the place of [`PLACEHOLDER`].
    pub fn configuration(&self) -> String {
        // With what may follow a port, so that a longer port number is not touched.
        CONFIGURATION.replace(&format!("{PLACEHOLDER}/"), &format!("{}/", self.base()))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One request and its answer; the connection is closed afterwards.
async fn serve(mut stream: TcpStream, base: Arc<str>) {
    let exchange = async {
        let head = read_head(&mut stream).await?;
        stream.write_all(&answer(&head, &base)).await?;
        stream.shutdown().await
    };
    // Whether the client has read the answer is its own affair.
    drop(timeout(DEADLINE, exchange).await);
}

async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        if bytes.len() > HEAD_BYTES_MAX || stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The whole answer to a request.
fn answer(head: &str, base: &str) -> Vec<u8> {
    let mut words = head.lines().next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if method != "GET" && method != "HEAD" {
        return response("405 Method Not Allowed", HTML, "", "", false);
    }
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let Some((_, kind, content)) = PAGES.iter().find(|(known, _, _)| *known == path) else {
        return response("404 Not Found", HTML, "", LOST, method == "GET");
    };
    let content = content.replace("{base}", base);
    let tag = format!("\"{}\"", digest(&content));
    let validators = format!("etag: {tag}\r\ncache-control: no-cache\r\n");
    if header(head, "if-none-match").is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
        return response("304 Not Modified", kind, &validators, "", false);
    }
    response("200 OK", kind, &validators, &content, method == "GET")
}

fn response(status: &str, kind: &str, headers: &str, body: &str, with_body: bool) -> Vec<u8> {
    let length = if status.starts_with("304") { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let body = if with_body { body } else { "" };
    format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{length}{headers}connection: close\r\n\r\n{body}").into_bytes()
}

/// The value of a header of a request.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// Enough of a digest to tell one content from another.
fn digest(content: &str) -> String {
    Sha256::digest(content.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    async fn asked(site: &Site, request: &str) -> String {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.replace(&site.base(), "{base}")
    }

    /// Head of the answer without the tag, and the first line of the body.
    async fn shown(request: &str) -> String {
        let site = Site::start().await.unwrap();
        let answer = asked(&site, &format!("{request}\r\nhost: x\r\n\r\n")).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let head: Vec<&str> = head.lines().filter(|line| !line.starts_with("etag") && !line.starts_with("content-length")).collect();
        format!("{}\n\n{}", head.join("\n"), body.lines().next().unwrap_or_default())
    }

    #[tokio::test]
    async fn feeds_and_pages_are_served_as_what_they_are() {
        assert_snapshot!(shown("GET /feeds/northern-wire.json HTTP/1.1").await, @r"
        HTTP/1.1 200 OK
        content-type: application/feed+json
        cache-control: no-cache
        connection: close

        {
        ");
        assert_snapshot!(shown("GET /courier/zelensky-guarantees?utm_source=rss HTTP/1.1").await, @r"
        HTTP/1.1 200 OK
        content-type: text/html; charset=utf-8
        cache-control: no-cache
        connection: close

        <!DOCTYPE html>
        ");
        assert_snapshot!(shown("GET /wire/lost-page HTTP/1.1").await, @r"
        HTTP/1.1 404 Not Found
        content-type: text/html; charset=utf-8
        connection: close

        <!DOCTYPE html>
        ");
        assert_snapshot!(shown("POST /feeds/northern-wire.json HTTP/1.1").await, @r"
        HTTP/1.1 405 Method Not Allowed
        content-type: text/html; charset=utf-8
        connection: close
        ");
    }

    #[tokio::test]
    async fn what_did_not_change_is_not_sent_again() {
        let site = Site::start().await.unwrap();
        let path = "GET /feeds/baltic-courier.xml HTTP/1.1\r\n";
        let first = asked(&site, &format!("{path}\r\n")).await;
        let tag = header(&first, "etag").unwrap().to_owned();
        assert!(first.contains("<link>{base}/courier/kremlin-rejects-force</link>"));
        let second = asked(&site, &format!("{path}If-None-Match: {tag}\r\n\r\n")).await;
        assert!(second.starts_with("HTTP/1.1 304 Not Modified\r\n") && second.ends_with("\r\n\r\n"), "{second}");
        assert!(!second.contains("content-length"));
        let other = asked(&site, &format!("{path}If-None-Match: \"other\"\r\n\r\n")).await;
        assert_eq!(other, first);
    }

    #[tokio::test]
    async fn the_site_ends_with_the_demo() {
        let site = Site::start().await.unwrap();
        let address = site.address;
        assert!(address.ip().is_loopback());
        // The task ends when the runtime comes to it.
        let serving = site.serving.abort_handle();
        drop(site);
        while !serving.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn the_configuration_names_feeds_that_are_served() {
        let site = Site::start().await.unwrap();
        let configuration = site.configuration();
        assert!(!configuration.contains(PLACEHOLDER));
        let configuration: toml::Table = configuration.parse().unwrap();
        let feeds: Vec<&str> = configuration["feed"].as_array().unwrap().iter().map(|feed| feed["url"].as_str().unwrap()).collect();
        assert_eq!(feeds.len(), 4);
        for feed in feeds {
            let path = feed.strip_prefix(&site.base()).unwrap();
            assert!(PAGES.iter().any(|(known, _, _)| *known == path), "{feed}");
        }
    }
}
