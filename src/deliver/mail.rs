//! Mail, by a server that takes it over SMTP.
//!
//! Every alert is one message with a text and an HTML part, with the same bytes and the same `Message-ID` at every attempt, so that
//! a mailbox can drop a repeat. Alerts of one story are one thread. Headers are encoded and lines folded and dots doubled by the
//! library; nothing of an alert can become a header, since every text is on one line before it gets there.

use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use crate::deliver::compose::Composer;
use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::secret::Secret;
use crate::deliver::settings::Basics;
use crate::deliver::view::View;
use crate::deliver::{Channel, Means, Outcome};
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::net::client::Client;
use crate::text::chain::chain;
use crate::text::safe::one_line;

/// Deliveries over one connection.
const BATCH_MAX: usize = 16;
/// A subject that mail programs show.
const SUBJECT: Fit = Fit::characters(200);
/// Each of the two parts.
const PART: Fit = Fit::bytes(100_000);

/// Settings of mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// User and password, where the server asks for them.
    pub login: Option<(String, Secret<String>)>,
    /// The sender.
    pub from: Mailbox,
    /// Who gets it; at least one.
    pub to: Vec<Mailbox>,
    /// A certificate in PEM that is trusted besides those of the machine, for a server with one of its own.
    pub certificate: Option<String>,
}

/// How a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// From the first byte, mostly at port 465.
    Tls,
    /// After `STARTTLS`, mostly at port 587; without it nothing is sent.
    StartTls,
    /// Not at all: for a server on this machine. Never with a password.
    None,
}

impl MailSettings {
    /// A message every two seconds in the long run: what mailbox providers take from one sender without suspicion.
    pub const RATES: &[Rate] = &[Rate::new(30, 60)];
    /// For the whole conversation about one batch.
    pub const DEADLINE: Duration = Duration::from_secs(60);
}

/// Mail.
#[derive(Debug)]
pub struct MailChannel {
    basics: Basics,
    settings: MailSettings,
    composer: Composer,
    client: Client,
}

/// Why a message was not taken.
enum Trouble {
    /// The server, the way to it, or who we say we are.
    Away(String),
    /// This message.
    Alone(String),
    /// This message, for ever.
    Refused(String),
}

impl MailChannel {
    /// Asks nothing of the server yet.
    pub fn open(basics: &Basics, settings: &MailSettings, means: &Means) -> Self {
        let composer = Composer::new(basics.id.clone(), &basics.templates, &means.zone);
        Self { basics: basics.clone(), settings: settings.clone(), composer, client: means.client.clone() }
    }

    /// The message as it goes over the line, but for doubled dots.
    fn message(&self, delivery: &Delivery) -> Result<Vec<u8>, String> {
        let view = View::of(&delivery.body);
        let id = delivery.alert.to_string();
        let domain = self.settings.from.email.domain();
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(delivery.raised.as_second()).unwrap_or(0));
        let mut builder = lettre::Message::builder()
            .from(self.settings.from.clone())
            .subject(self.composer.subject(&view, SUBJECT))
            .date(date)
            .message_id(Some(format!("<{id}@{domain}>")));
        for to in &self.settings.to {
            builder = builder.to(to.clone());
        }
        let story = view.text("/story/id");
        if !story.is_empty() && story.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            builder = builder.references(format!("<story.{story}@{domain}>"));
        }
        let part = |kind: ContentType, text: String| SinglePart::builder().header(kind).body(text);
        // The same at each attempt, where the library would take a random one.
        let parts = MultiPart::alternative()
            .boundary(format!("wirewatch-{id}"))
            .singlepart(part(ContentType::TEXT_PLAIN, self.composer.body(&view, Format::Plain, PART)))
            .singlepart(part(ContentType::TEXT_HTML, self.composer.html(&view, PART)));
        let mut message = builder.multipart(parts).map_err(|error| chain(&error))?;
        // Nobody's absence note is wanted in return.
        for (name, value) in [
            ("Auto-Submitted", "auto-generated"),
            ("X-Wirewatch-Watch", view.text("/watch/id")),
            ("X-Wirewatch-Severity", view.text("/watch/severity")),
        ] {
            let safe = value.bytes().all(|byte| byte.is_ascii_graphic());
            if safe && !value.is_empty() {
                let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| chain(&error))?;
                message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
            }
        }
        Ok(message.formatted())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let settings = &self.settings;
        let away = |error: &dyn std::error::Error| Trouble::Away(chain(error));
        let addresses = self.client.addresses(&settings.host, settings.port).await.map_err(|error| away(&error))?;
        let us = ClientId::Domain(settings.from.email.domain().to_owned());
        let tls = || self.tls().map_err(|error| Trouble::Away(said(&error)));
        let implicit = if settings.security == Security::Tls { Some(tls()?) } else { None };
        let connected = AsyncSmtpConnection::connect_tokio1(addresses.as_slice(), Some(self.basics.deadline), &us, implicit, None).await;
        let mut connection = connected.map_err(|error| Trouble::Away(format!("cannot connect: {}", said(&error))))?;
        if settings.security == Security::StartTls {
            if !connection.can_starttls() {
                return Err(Trouble::Away(
                    "does not offer STARTTLS; write security = \"tls\" with its port, or \"none\" on this machine".to_owned(),
                ));
            }
            connection.starttls(tls()?, &us).await.map_err(|error| Trouble::Away(format!("STARTTLS fails: {}", said(&error))))?;
        }
        if let Some((user, password)) = &settings.login {
            let credentials = Credentials::new(user.clone(), password.expose().clone());
            let login = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            login.map_err(|error| Trouble::Away(format!("refuses the login: {}", said(&error))))?;
        }
        Ok(connection)
    }

    fn tls(&self) -> Result<TlsParameters, Error> {
        let mut parameters = TlsParameters::builder(self.settings.host.clone());
        if let Some(certificate) = &self.settings.certificate {
            parameters = parameters.add_root_certificate(Certificate::from_pem(certificate.as_bytes())?);
        }
        parameters.build_rustls()
    }

    async fn send(&self, connection: &mut AsyncSmtpConnection, delivery: &Delivery) -> Result<(), Trouble> {
        let message = self.message(delivery).map_err(|error| Trouble::Refused(format!("no message can be made of it: {error}")))?;
        let of_the_way = |what: &str, error: &Error| Trouble::Away(format!("{what}: {}", said(error)));
        let from = Some(self.settings.from.email.clone());
        connection.command(Mail::new(from, Vec::new())).await.map_err(|error| of_the_way("refuses the sender", &error))?;
        for to in &self.settings.to {
            let accepted = connection.command(Rcpt::new(to.email.clone(), Vec::new())).await;
            accepted.map_err(|error| of_the_way(&format!("refuses the recipient {}", to.email), &error))?;
        }
        connection.command(Data).await.map_err(|error| of_the_way("takes no message", &error))?;
        match connection.message(&message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Trouble::Refused(format!("refuses the message: {}", said(&error)))),
            Err(error) if error.is_transient() => Err(Trouble::Alone(format!("does not take the message: {}", said(&error)))),
            Err(error) => Err(of_the_way("broke off", &error)),
        }
    }

    /// A batch over one connection.
    async fn converse(&self, batch: &[Delivery], outcomes: &mut Vec<Outcome>) {
        let host = &self.settings.host;
        let mut connection = match self.connect().await {
            Ok(connection) => connection,
            Err(trouble) => return outcomes.push(self.outcome(trouble)),
        };
        for delivery in batch {
            match self.send(&mut connection, delivery).await {
                Ok(()) => outcomes.push(Outcome::Delivered),
                Err(trouble) => {
                    let outcome = self.outcome(trouble);
                    let is_away = matches!(outcome, Outcome::Away { .. });
                    outcomes.push(outcome);
                    // After a message that was refused the server is ready for the next one.
                    if is_away || connection.has_broken() {
                        break;
                    }
                }
            }
        }
        if let Err(error) = connection.quit().await {
            tracing::trace!(host, %error, "server did not say goodbye");
        }
    }

    fn outcome(&self, trouble: Trouble) -> Outcome {
        let named = |error: String| {
            let error = format!("{}: {error}", self.settings.host);
            let login = self.settings.login.as_ref();
            one_line(&login.map_or(error.clone(), |(_, password)| error.replace(password.expose().as_str(), "***")))
        };
        match trouble {
            Trouble::Away(error) => Outcome::Away { after: None, error: named(error) },
            Trouble::Alone(error) => Outcome::Retry { after: None, error: named(error) },
            Trouble::Refused(error) => Outcome::Refused { error: named(error) },
        }
    }
}

/// What the server or the library says.
fn said(error: &Error) -> String {
    chain(error)
}

#[async_trait]
impl Channel for MailChannel {
    fn id(&self) -> &ChannelId {
        &self.basics.id
    }

    fn batch_max(&self) -> usize {
        BATCH_MAX
    }

    fn rates(&self) -> &[Rate] {
        &self.basics.rates
    }

    fn preview(&self, delivery: &Delivery) -> String {
        match self.message(delivery) {
            Ok(message) => String::from_utf8_lossy(&message).replace("\r\n", "\n"),
            Err(error) => format!("no message can be made of it: {error}\n"),
        }
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(batch.len());
        let limit = self.basics.deadline * u32::try_from(batch.len()).unwrap_or(1).max(1);
        if timeout(limit, self.converse(batch, &mut outcomes)).await.is_err() && outcomes.len() < batch.len() {
            let limit = humantime::format_duration(limit);
            outcomes.push(self.outcome(Trouble::Away(format!("the conversation took longer than {limit}"))));
        }
        outcomes
    }
}

impl fmt::Debug for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Away(error) | Self::Alone(error) | Self::Refused(error)) = self;
        formatter.write_str(error)
    }
}

#[cfg(test)]
mod tests;
