use std::sync::{Arc, Mutex};

use insta::assert_snapshot;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::*;
use crate::deliver::receiver::{HOSTILE, clock, delivery, huge, means};

/// A mail server on loopback that answers as it is told and keeps every line it was sent.
struct Server {
    port: u16,
    lines: Arc<Mutex<Vec<String>>>,
    certificate: String,
}

/// What it says to the first lines that begin so; everything else it takes.
type Script = &'static [(&'static str, &'static str)];

impl Server {
    async fn start(security: Security, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = own.cert.pem();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        rustls::crypto::ring::default_provider().install_default().ok();
        let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key).unwrap();
        let tls = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, kept) = (tls.clone(), Arc::clone(&kept));
                match security {
                    Security::Tls => {
                        if let Ok(stream) = tls.accept(stream).await {
                            talk(stream, &kept, script, true).await;
                        }
                    }
                    Security::None => drop(talk(stream, &kept, script, true).await),
                    Security::StartTls => {
                        if let Some(stream) = talk(stream, &kept, script, false).await
                            && let Ok(stream) = tls.accept(stream).await
                        {
                            kept.lock().unwrap().push("(secured)".to_owned());
                            talk_on(stream, &kept, script, true).await;
                        }
                    }
                }
            }
        });
        Self { port, lines, certificate }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, kept: &Mutex<Vec<String>>, script: Script, secured: bool) -> Option<S> {
    stream.write_all(b"220 mail.example ESMTP\r\n").await.ok()?;
    talk_on(stream, kept, script, secured).await
}

/// Gives the stream back when it is to be secured.
async fn talk_on<S: AsyncRead + AsyncWrite + Unpin>(stream: S, kept: &Mutex<Vec<String>>, script: Script, secured: bool) -> Option<S> {
    let mut stream = BufReader::new(stream);
    let mut in_message = false;
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8(line).unwrap();
        assert!(line.ends_with("\r\n") && line.len() <= 1000 && !line.trim_end().contains(['\r', '\n']), "{line:?}");
        let line = line.trim_end_matches("\r\n").to_owned();
        kept.lock().unwrap().push(line.clone());
        if in_message && line != "." {
            continue;
        }
        let verb = if in_message { "." } else { line.split([' ', ':']).next().unwrap_or_default() };
        let answer = script.iter().find(|(start, _)| line.starts_with(start)).map(|(_, answer)| *answer);
        let answer = answer.map_or_else(
            || match verb {
                "EHLO" if secured => "250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN".to_owned(),
                "EHLO" => "250-mail.example\r\n250 STARTTLS".to_owned(),
                "STARTTLS" => "220 go ahead".to_owned(),
                "AUTH" => "235 welcome".to_owned(),
                "DATA" => "354 go on".to_owned(),
                "QUIT" => "221 bye".to_owned(),
                _ => "250 fine".to_owned(),
            },
            ToOwned::to_owned,
        );
        in_message = verb == "DATA" && answer.starts_with("354");
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
        if verb == "STARTTLS" && answer.starts_with("220") {
            return Some(stream.into_inner());
        }
    }
}

fn settings(server: &Server, security: Security) -> MailSettings {
    MailSettings {
        host: "localhost".to_owned(),
        port: server.port,
        security,
        login: (security != Security::None).then(|| ("desk".to_owned(), Secret::new("s3cret".to_owned()))),
        from: "The desk <desk@example.org>".parse().unwrap(),
        to: vec!["a@example.org".parse().unwrap(), "\"B, C\" <b@example.org>".parse().unwrap()],
        certificate: (security != Security::None).then(|| server.certificate.clone()),
    }
}

async fn sent(security: Security, script: Script, batch: &[Delivery]) -> (Vec<Outcome>, Vec<String>) {
    let server = Server::start(security, script).await;
    let mut channel = MailChannel::open(&Basics::new("mail"), &settings(&server, security), &means(&clock()));
    let outcomes = channel.deliver(batch).await;
    (outcomes, server.lines())
}

#[tokio::test]
async fn a_message_has_a_text_and_an_html_part() {
    let (outcomes, lines) = sent(Security::None, &[], &[delivery("Кремль rejects plan")]).await;
    assert_eq!(outcomes, [Outcome::Delivered]);
    let html = lines.iter().position(|line| line.contains("text/html")).unwrap();
    assert_snapshot!(lines[..html].join("\n"), @r#"
    EHLO example.org
    MAIL FROM:<desk@example.org>
    RCPT TO:<a@example.org>
    RCPT TO:<b@example.org>
    DATA
    From: "The desk" <desk@example.org>
    Subject: [high] On guarantees: =?utf-8?b?0JrRgNC10LzQu9GM?= rejects plan
     (Baltic Courier)
    Date: Tue, 01 Sep 2026 10:00:00 +0000
    Message-ID: <00000000-0000-0000-0000-000000000007@example.org>
    To: a@example.org, =?utf-8?b?QiwgQw==?= <b@example.org>
    References: <story.5b1f@example.org>
    MIME-Version: 1.0
    Auto-Submitted: auto-generated
    X-Wirewatch-Watch: guarantees
    X-Wirewatch-Severity: high
    Content-Type: multipart/alternative;
     boundary="wirewatch-00000000-0000-0000-0000-000000000007"

    --wirewatch-00000000-0000-0000-0000-000000000007
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    [high] On guarantees
    =D0=9A=D1=80=D0=B5=D0=BC=D0=BB=D1=8C rejects plan
    https://example.org/news/1?a=3D1&b=3D(2)
    Baltic Courier =C2=B7 2026-09-01 =C2=B7 en =C2=B7 7 items in 4 outlets

    speaker:peskov (body, Dmitry Peskov); guarantee (body)
    There will be =C2=ABno such guarantees=C2=BB, Peskov said.
    --wirewatch-00000000-0000-0000-0000-000000000007
    "#);
    assert_eq!(lines.last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn connections_are_secured_and_logins_made() {
    for security in [Security::Tls, Security::StartTls] {
        let (outcomes, lines) = sent(security, &[], &[delivery("One"), delivery("Two")]).await;
        assert_eq!(outcomes, [Outcome::Delivered, Outcome::Delivered], "{security:?}: {lines:?}");
        let auth = lines.iter().position(|line| line.starts_with("AUTH")).unwrap();
        if security == Security::StartTls {
            assert!(lines[..auth].contains(&"(secured)".to_owned()), "no password over an open line");
        }
        assert_eq!(lines.iter().filter(|line| line.starts_with("MAIL FROM:<desk@example.org>")).count(), 2, "one connection, two messages");
        assert_eq!(lines.iter().filter(|line| line.starts_with("EHLO")).count(), if security == Security::Tls { 1 } else { 2 });
    }
}

// OUT-03.
#[tokio::test]
async fn a_hostile_alert_adds_no_header_and_no_recipient() {
    let mut record = crate::deliver::receiver::record(&format!("x\r\nBcc: a@b.example {HOSTILE}"));
    record["why"][0]["context"] = ".".into();
    record["watch"]["id"] = "a\r\nX-Evil: yes".into();
    let one = crate::deliver::receiver::delivery_of(&record);
    let (outcomes, lines) = sent(Security::None, &[], &[one.clone(), one, huge()]).await;
    assert_eq!(outcomes, [Outcome::Delivered, Outcome::Delivered, Outcome::Delivered]);
    assert_eq!(lines.iter().filter(|line| line.starts_with("RCPT")).count(), 6, "two recipients each");
    assert!(!lines.iter().any(|line| line.starts_with("Bcc:") || line.starts_with("X-Evil")), "{lines:#?}");
    assert!(lines.iter().any(|line| line == ".." || line.ends_with("=2E")) || lines.iter().any(|line| line == "."), "dots are doubled");
    assert!(lines.iter().all(|line| line.len() <= 998));
    let starts: Vec<usize> = lines.iter().enumerate().filter(|(_, line)| *line == "DATA").map(|(at, _)| at).collect();
    let ends: Vec<usize> = lines.iter().enumerate().filter(|(_, line)| *line == ".").map(|(at, _)| at).collect();
    assert_eq!((starts.len(), ends.len()), (3, 3), "a line with one dot ends no message");
    assert_eq!(lines[starts[0]..ends[0]], lines[starts[1]..ends[1]], "every repeat has the same bytes");
    let html = lines[..ends[0]].iter().skip_while(|line| !line.contains("text/html")).collect::<Vec<_>>();
    assert!(html.iter().any(|line| line.contains("&lt;b&gt;")) && !html.iter().any(|line| line.contains("<b> ")), "{html:#?}");
}

#[tokio::test]
async fn a_line_of_one_dot_is_doubled_on_the_way() {
    let server = Server::start(Security::None, &[]).await;
    let mut basics = Basics::new("mail");
    basics.templates.body = Some("one\n.\n.two {{ title }}".to_owned());
    let mut channel = MailChannel::open(&basics, &settings(&server, Security::None), &means(&clock()));
    assert_eq!(channel.deliver(&[delivery("One")]).await, [Outcome::Delivered]);
    let lines = server.lines();
    assert!(lines.contains(&"..".to_owned()) && lines.contains(&"..two One".to_owned()), "{lines:#?}");
}

#[tokio::test]
async fn what_the_server_says_decides() {
    let shown = async |script: Script| {
        let (outcomes, _) = sent(Security::None, script, &[delivery("One"), delivery("Two")]).await;
        outcomes.iter().map(|outcome| format!("{outcome:?}")).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(shown(&[("MAIL", "550 5.7.1 sender not allowed")]).await, @r#"Away { after: None, error: "localhost: refuses the sender: permanent error (550): 5.7.1 sender not allowed" }"#);
    assert_snapshot!(shown(&[("RCPT TO:<b", "450 greylisted")]).await, @r#"Away { after: None, error: "localhost: refuses the recipient b@example.org: transient error (450): greylisted" }"#);
    assert_snapshot!(shown(&[(".", "554 5.7.1 looks like spam")]).await, @r#"
    Refused { error: "localhost: refuses the message: permanent error (554): 5.7.1 looks like spam" }
    Refused { error: "localhost: refuses the message: permanent error (554): 5.7.1 looks like spam" }
    "#);
    assert_snapshot!(shown(&[(".", "451 later")]).await, @r#"
    Retry { after: None, error: "localhost: does not take the message: transient error (451): later" }
    Retry { after: None, error: "localhost: does not take the message: transient error (451): later" }
    "#);
    assert_snapshot!(shown(&[("DATA", "421 closing")]).await, @r#"Away { after: None, error: "localhost: takes no message: transient error (421): closing" }"#);
}

#[tokio::test]
async fn faults_of_the_way_are_told_in_words_and_without_the_password() {
    let server = Server::start(Security::StartTls, &[("AUTH", "535 5.7.8 no: s3cret")]).await;
    let shown = async |change: fn(&mut MailSettings)| {
        let mut settings = settings(&server, Security::StartTls);
        change(&mut settings);
        let outcome = MailChannel::open(&Basics::new("mail"), &settings, &means(&clock())).deliver(&[delivery("One")]).await.remove(0);
        format!("{outcome:?}")
    };
    assert_snapshot!(shown(|_| {}).await, @r#"Away { after: None, error: "localhost: refuses the login: permanent error (535): 5.7.8 no: ***" }"#);
    let untrusted = shown(|settings| settings.certificate = None).await;
    assert!(untrusted.contains("STARTTLS fails") && untrusted.starts_with("Away"), "{untrusted}");
    let private = shown(|settings| settings.host = "10.0.0.1".to_owned()).await;
    assert!(private.contains("net.allow_private"), "{private}");
    let plain = Server::start(Security::None, &[]).await;
    let mut settings = settings(&plain, Security::StartTls);
    settings.login = None;
    let outcome = MailChannel::open(&Basics::new("mail"), &settings, &means(&clock())).deliver(&[delivery("One")]).await.remove(0);
    assert_snapshot!(format!("{outcome:?}"), @r#"Away { after: None, error: "localhost: does not offer STARTTLS; write security = \"tls\" with its port, or \"none\" on this machine" }"#);
}
