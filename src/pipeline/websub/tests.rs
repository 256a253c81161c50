//! A feed with a hub: subscribed, confirmed, told, and polled seldom; and everything that only looks like it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::clock::{Clock, ManualClock};
use crate::config;
use crate::config::Environment;
use crate::net::client::Client;
use crate::pipeline::poller::Rounds;
use crate::pipeline::{Gate, Phase, Setup, Shared, poller, websub};
use crate::store::sqlite::SqliteStore;
use crate::store::{FeedPlan, Store, samples};

fn feed(entries: std::ops::Range<u32>) -> String {
    let items = entries.map(|number| format!("<item><guid>{number}</guid><title>No {number}</title></item>")).collect::<Vec<_>>().concat();
    format!("<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>")
}

/// One request and its answer; whatever comes is read to the end of the connection or of the body it announces.
async fn talk(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return text,
            Ok(bytes) => request.extend(&buffer[..bytes]),
        }
    }
}

/// A site that is its own hub; gives what the hub was sent.
async fn site() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (asked, own) = (Arc::new(Mutex::new(Vec::new())), address.clone());
    let sent = Arc::clone(&asked);
    drop(tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let request = talk(&mut stream).await;
            let answer = if request.starts_with("POST /hub") {
                sent.lock().unwrap().push(request);
                "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned()
            } else {
                let body = feed(0..1);
                let links = format!("Link: <{own}/hub>; rel=\"hub\", <{own}/feed>; rel=\"self\"");
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{links}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
            };
            drop(stream.write_all(answer.as_bytes()).await);
        }
    }));
    (address, asked)
}

/// Sends a request and gives status and body of the answer.
async fn ask(address: &str, request: String) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn signed(secret: &str, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body.as_bytes()).finalize().into_bytes();
    mac.iter().fold("sha256=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

fn post(path: &str, signature: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: {signature}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn get(path: &str, query: &str) -> String {
    format!("GET {path}?{query} HTTP/1.1\r\nHost: x\r\n\r\n")
}

async fn poll(store: &Arc<dyn Store>, shared: &Arc<Shared>) {
    store.make_due().await.unwrap();
    let (_open, gate) = Gate::new(Phase::Run);
    poller::run(Arc::clone(shared), gate, Rounds::Once).await.unwrap();
}

#[tokio::test]
async fn pol_19_a_hub_is_asked_confirmed_and_believed_only_when_it_signs() {
    let (site, asked) = site().await;
    let text = format!(
        "[poll]\nhost_spacing = \"0s\"\n[net]\nallow_private = [\"127.0.0.0/8\"]\n[websub]\nlisten = \"127.0.0.1:1\"\n\
         public_url = \"https://me.example/news\"\n[[feed]]\nid = \"wire\"\nurl = \"{site}/feed\"\n"
    );
    let loaded = config::load_text(Path::new("/nowhere/wirewatch.toml"), &text, &Environment::default());
    let config = loaded.config.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    let client = Client::new(&config.net).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(samples::start()));
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
    store.configure_feeds(vec![FeedPlan::new("wire", "feed", clock.now())]).await.unwrap();
    let shared = Arc::new(Shared::new(Arc::clone(&store), Arc::clone(&clock) as Arc<dyn Clock>, Setup::new(config, client)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let hooks = listener.local_addr().unwrap().to_string();
    let (stop, gate) = Gate::new(Phase::Run);
    let push = tokio::spawn(websub::run(Arc::clone(&shared), gate, listener));

    poll(&store, &shared).await;
    let form = loop {
        if let Some(request) = asked.lock().unwrap().first() {
            break request.split_once("\r\n\r\n").unwrap().1.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    let form: HashMap<_, _> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    assert_eq!((form["hub.mode"].as_str(), form["hub.topic"].as_str()), ("subscribe", format!("{site}/feed").as_str()));
    let path = form["hub.callback"].strip_prefix("https://me.example/news").unwrap().to_owned();
    let secret = &form["hub.secret"];
    assert!(!shared.push.is_active(&"wire".into(), clock.now()));

    let query = |topic: &str| format!("hub.mode=subscribe&hub.topic={topic}&hub.challenge=c-1&hub.lease_seconds=86400");
    assert_eq!(ask(&hooks, get(&path, &query("https://example.org/other"))).await.0, 404);
    assert_eq!(ask(&hooks, get("/websub/guessed", &query(&form["hub.topic"]))).await.0, 404);
    assert_eq!(ask(&hooks, get(&path, &query(&form["hub.topic"]))).await, (200, "c-1".to_owned()));
    assert!(shared.push.is_active(&"wire".into(), clock.now()));
    let kept = store.subscriptions().await.unwrap().remove(0);
    assert_eq!(kept.confirmed_until, Some(clock.now() + SignedDuration::from_hours(24)));
    assert!(kept.ask_at < clock.now() + SignedDuration::from_hours(24), "renewed before it ends");
    assert!(!format!("{kept:?}").contains(secret.as_str()));

    let news = feed(1..3);
    let waits = async || store.status().await.unwrap().work;
    for forged in ["sha256=00", &signed("another", &news), "md5=00", ""] {
        assert_eq!(ask(&hooks, post(&path, forged, &news)).await.0, 202, "{forged}");
    }
    assert_eq!(waits().await, 0, "what is not signed is ignored");
    assert_eq!(ask(&hooks, post(&path, &signed(secret, &news), &news)).await.0, 204);
    assert_eq!(waits().await, 2);
    assert_eq!(ask(&hooks, post(&path, &signed(secret, &news), &news)).await.0, 204);
    assert_eq!(ask(&hooks, post(&path, &signed(secret, "no feed"), "no feed")).await.0, 204);
    assert_eq!(waits().await, 2, "told once");

    // Two that announce much and send nothing hold up what is large, and nothing else.
    let mut stalled = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(&hooks).await.unwrap();
        stream.write_all(format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n").as_bytes()).await.unwrap();
        stalled.push(stream);
    }
    while shared.push.large.available_permits() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let long = feed(1..4) + &" ".repeat(300_000);
    let third = ask(&hooks, post(&path, &signed(secret, &long), &long));
    let mut third = std::pin::pin!(third);
    assert!(tokio::time::timeout(std::time::Duration::from_millis(200), &mut third).await.is_err());
    assert_eq!(ask(&hooks, post(&path, &signed(secret, &news), &news)).await.0, 204);
    drop(stalled);
    assert_eq!(third.await.0, 204);
    assert_eq!(waits().await, 3);
    let (_, before) = store.feeds().await.unwrap().remove(0);
    assert_eq!((before.failures, before.last_new), (0, Some(clock.now())));

    clock.advance(SignedDuration::from_hours(1));
    poll(&store, &shared).await;
    let (_, after) = store.feeds().await.unwrap().remove(0);
    assert!(after.next_due >= clock.now() + SignedDuration::from_hours(6), "polling goes on, but seldom: {}", after.next_due);

    clock.advance(SignedDuration::from_hours(20));
    shared.push.changed.notify_one();
    while asked.lock().unwrap().len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    stop.send_replace(Phase::Stop);
    push.await.unwrap().unwrap();
}
