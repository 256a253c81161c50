//! A site that publishes entries by a script, and a receiver that notes what it is sent. For tests of the built binary.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// One request a receiver got: the `webhook-id`, and the body.
pub(crate) type Received = (String, String);

/// A feed at `/feed`, article pages at `/article/N`, and a webhook receiver at `/hook`, on one loopback address.
///
/// Its threads end with the process; it holds nothing outside memory.
#[derive(Debug, Clone)]
pub(crate) struct Publisher {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<(String, String)>,
    received: Vec<Received>,
    requests: HashMap<String, usize>,
    answers: HashMap<String, Answer>,
}

/// What is said at a path.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Status with its words, lines of the head, body.
    Say(String, Vec<String>, Vec<u8>),
    /// Nothing, for ever.
    Stall,
    /// A body without end.
    Endless,
}

impl Answer {
    pub(crate) fn page(body: &str) -> Self {
        Self::say("200 OK", &["Content-Type: text/html; charset=utf-8"], body)
    }

    pub(crate) fn say(status: &str, headers: &[&str], body: &(impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::Say(status.to_owned(), headers.iter().map(|line| (*line).to_owned()).collect(), body.as_ref().to_vec())
    }

    /// A feed of entries: identity, title, link.
    pub(crate) fn feed<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> Self {
        let mut body = String::from(HEAD);
        for (guid, title, link) in entries {
            write!(body, "<item><title>{title}</title><link>{link}</link><guid isPermaLink=\"false\">{guid}</guid></item>").unwrap();
        }
        body.push_str("</channel></rss>");
        Self::say("200 OK", &["Content-Type: application/rss+xml"], &body)
    }
}

const HEAD: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Loopback Post</title><link>http://127.0.0.1/</link><description>d</description>";

impl Publisher {
    pub(crate) fn start() -> Self {
        Self::start_on("127.0.0.1")
    }

    /// On any address of 127.0.0.0/8: another address is another host.
    pub(crate) fn start_on(address: &str) -> Self {
        let listener = TcpListener::bind((address, 0)).unwrap();
        let made = Self { address: listener.local_addr().unwrap(), state: Arc::default() };
        let shared = made.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || shared.talk(stream));
            }
        });
        made
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Publishes one entry; its text is all there is.
    pub(crate) fn publish(&self, title: &str, text: &str) {
        self.state.lock().unwrap().entries.push((title.to_owned(), text.to_owned()));
    }

    /// From now on this is said at a path.
    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        self.state.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    /// From now on nothing special is said at a path.
    pub(crate) fn forget(&self, path: &str) {
        self.state.lock().unwrap().answers.remove(path);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    pub(crate) fn requests(&self, path: &str) -> usize {
        self.state.lock().unwrap().requests.get(path).copied().unwrap_or(0)
    }

    fn feed(&self) -> String {
        let state = self.state.lock().unwrap();
        let mut body = String::from(HEAD);
        // The newest 400, newest first, as a feed lists them.
        for (number, (title, text)) in state.entries.iter().enumerate().rev().take(400) {
            write!(
                body,
                "<item><title>{title}</title><link>{}</link><guid isPermaLink=\"false\">entry-{number}</guid><description>{text}</description></item>",
                self.url(&format!("/article/{number}"))
            )
            .unwrap();
        }
        body.push_str("</channel></rss>");
        body
    }

    fn talk(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        loop {
            let mut head = String::new();
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 {
                    return;
                }
                if line == "\r\n" {
                    break;
                }
                head.push_str(&line);
            }
            let header = |name: &str| {
                head.lines().find_map(|line| {
                    line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
                })
            };
            let length: usize = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_err() {
                return;
            }
            let path = head.split_whitespace().nth(1).unwrap_or("/").to_owned();
            *self.state.lock().unwrap().requests.entry(path.clone()).or_default() += 1;
            let special = self.state.lock().unwrap().answers.get(&path).cloned();
            match special {
                None => {}
                Some(Answer::Say(status, headers, body)) => {
                    let headers: String = headers.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect();
                    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
                    if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).is_err() {
                        return;
                    }
                    continue;
                }
                Some(Answer::Stall) => {
                    // Until the other side has had enough.
                    drop(reader.read_to_end(&mut Vec::new()));
                    return;
                }
                Some(Answer::Endless) => {
                    let mut alive = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>").is_ok();
                    while alive {
                        alive = stream.write_all(b"<p>The ferry sails on and on.</p>\n").is_ok();
                    }
                    return;
                }
            }
            let (status, kind, text) = match path.as_str() {
                "/feed" => ("200 OK", "application/rss+xml", self.feed()),
                "/hook" => {
                    let id = header("webhook-id").unwrap_or_default();
                    self.state.lock().unwrap().received.push((id, String::from_utf8(body).unwrap()));
                    ("204 No Content", "text/plain", String::new())
                }
                _ => ("404 Not Found", "text/plain", String::new()),
            };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{text}", text.len());
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}
