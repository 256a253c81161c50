//! A server on the loopback interface that says exactly the bytes it is told, and remembers what it was asked.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server says to one request.
#[derive(Debug, Clone)]
pub(crate) struct Say {
    bytes: Vec<u8>,
    then: Then,
}

/// What it does after that.
#[derive(Debug, Clone)]
enum Then {
    /// Waits for the next request on the same connection.
    Listen,
    /// Closes the connection.
    Close,
    /// Says nothing more and holds the connection open.
    Stall,
    /// Says these bytes again and again.
    Repeat(Vec<u8>),
}

impl Say {
    /// A whole answer with a right `Content-Length`; `headers` are lines without line ends.
    pub(crate) fn answer(status: &str, headers: &[&str], body: &[u8]) -> Self {
        let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len()).into_bytes();
        for header in headers {
            write!(bytes, "{header}\r\n").unwrap();
        }
        bytes.extend(b"\r\n");
        bytes.extend(body);
        Self { bytes, then: Then::Listen }
    }

    /// These bytes, then the end of the connection.
    pub(crate) fn raw(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), then: Then::Close }
    }

    /// These bytes, then silence.
    pub(crate) fn stall(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), then: Then::Stall }
    }

    /// The first bytes, then the others without end.
    pub(crate) fn endless(bytes: &[u8], again: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), then: Then::Repeat(again.to_vec()) }
    }
}

/// What the server saw.
#[derive(Debug, Default)]
struct Seen {
    heads: Vec<String>,
    connections: usize,
    open: usize,
    open_most: usize,
}

/// The server; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct FeedServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl FeedServer {
    /// On 127.0.0.1: each request gets the next of the answers, and the last one again and again.
    pub(crate) async fn start(answers: Vec<Say>) -> Self {
        Self::start_on(Ipv4Addr::LOCALHOST, answers).await
    }

    /// On any address of 127.0.0.0/8.
    pub(crate) async fn start_on(address: Ipv4Addr, answers: Vec<Say>) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let task = tokio::spawn(serve(listener, answers.into(), Arc::clone(&seen)));
        Self { address, seen, task }
    }

    /// The address of a path on this server.
    pub(crate) fn url(&self, path: &str) -> url::Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    /// Where it listens.
    pub(crate) fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of all requests so far, as they came.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.seen.lock().unwrap().heads.clone()
    }

    /// The value of a header field of a request; names are compared without case.
    pub(crate) fn header(&self, request: usize, name: &str) -> Option<String> {
        let heads = self.heads();
        heads.get(request)?.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// The most connections that were open at the same time.
    pub(crate) fn open_most(&self) -> usize {
        self.seen.lock().unwrap().open_most
    }
}

impl Drop for FeedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, answers: Arc<[Say]>, seen: Arc<Mutex<Seen>>) {
    // Dropping the set with this task ends the connections too.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        {
            let mut seen = seen.lock().unwrap();
            seen.connections += 1;
            seen.open += 1;
            seen.open_most = seen.open_most.max(seen.open);
        }
        let (answers, seen) = (Arc::clone(&answers), Arc::clone(&seen));
        connections.spawn(async move {
            // The other side may go away at any time: that is what is tested.
            let ended = talk(stream, &answers, &seen).await;
            drop(ended);
            seen.lock().unwrap().open -= 1;
        });
    }
}

async fn talk(mut stream: TcpStream, answers: &[Say], seen: &Mutex<Seen>) -> std::io::Result<()> {
    loop {
        let Some(head) = read_head(&mut stream).await? else { return Ok(()) };
        let say = {
            let mut seen = seen.lock().unwrap();
            let number = seen.heads.len().min(answers.len() - 1);
            seen.heads.push(head);
            answers[number].clone()
        };
        stream.write_all(&say.bytes).await?;
        match say.then {
            Then::Listen => {}
            Then::Close => return stream.shutdown().await,
            Then::Stall => std::future::pending().await,
            Then::Repeat(again) => loop {
                stream.write_all(&again).await?;
            },
        }
    }
}

/// The head of the next request, `None` at the end of the connection. No test sends a body.
async fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}
