//! The keys of mail.

use lettre::message::Mailbox;
use url::{Host, Url};

use crate::config::channel::template::{self, Parts};
use crate::config::channel::{Read, basics, hidden};
use crate::config::path;
use crate::config::secret::{self, Surroundings};
use crate::config::section::Section;
use crate::config::value::{self, Wrong};
use crate::deliver::mail::{MailSettings, Security};
use crate::deliver::settings::ChannelSettings;
use crate::model::id::ChannelId;
use crate::problem::{Located, Problem};

const SECURITY: &[(&str, Security)] = &[("starttls", Security::StartTls), ("tls", Security::Tls), ("none", Security::None)];

pub(super) fn read(id: ChannelId, section: &mut Section<'_>, around: Surroundings<'_>) -> Read {
    section.require("server", r#""smtp.example.org""#);
    section.require("from", r#""wirewatch@example.org""#);
    section.require("to", r#"["desk@example.org"]"#);
    let mut basics = basics(id, section, MailSettings::RATES, MailSettings::DEADLINE);
    basics.templates = template::read(section, around, Parts::Html);
    let server = section.parsed("server", r#""smtp.example.org""#, server);
    let security = section.parsed("security", r#""starttls""#, |text| value::choice(text, SECURITY));
    let security = security.map_or(Security::StartTls, |security| security.value);
    let from = section.parsed("from", r#""wirewatch@example.org""#, mailbox);
    let to = section.texts("to", r#""desk@example.org""#);
    let to: Vec<Mailbox> = to.into_iter().filter_map(|text| section.understood("to", text, mailbox)).map(|to| to.value).collect();
    let login = login(section, around, security);
    let certificate = certificate(section, around);
    let address = server.as_ref().and_then(|server| stand_in(server, security));
    let (Some(server), Some(from), false) = (server, from, to.is_empty()) else { return (None, address) };
    let (host, port) = server.value;
    let port = port.unwrap_or(usual_port(security));
    let settings = MailSettings { host, port, security, login, from: from.value, to, certificate };
    (Some(ChannelSettings::Mail(basics, settings)), address)
}

const fn usual_port(security: Security) -> u16 {
    match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::None => 25,
    }
}

/// Host and, where it is written, port.
fn server(text: &str) -> Result<(String, Option<u16>), Wrong> {
    let wrong = || {
        Wrong::new(
            "is no server",
            r#"write a name such as "smtp.example.org", with a port where it is not the usual one: "smtp.example.org:2525""#,
        )
    };
    // Parsed as the host of an address, which knows names, numbers and brackets.
    let url = Url::parse(&format!("http://{}/", text.trim())).map_err(|_| wrong())?;
    let bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    let host = match url.host() {
        Some(Host::Domain(name)) if bare => name.to_owned(),
        Some(Host::Ipv4(address)) if bare => address.to_string(),
        Some(Host::Ipv6(address)) if bare => address.to_string(),
        _ => return Err(wrong()),
    };
    // Port 80 is that of the stand-in and would be lost.
    let port = if text.trim().ends_with(":80") { Some(80) } else { url.port() };
    Ok((host, port))
}

/// The server as the address that it is judged by.
fn stand_in(server: &Located<(String, Option<u16>)>, security: Security) -> Option<Located<Url>> {
    let (host, port) = &server.value;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    let url = Url::parse(&format!("http://{host}:{}/", port.unwrap_or(usual_port(security)))).ok()?;
    Some(Located { value: url, place: server.place.clone() })
}

fn mailbox(text: &str) -> Result<Mailbox, Wrong> {
    let wrong = || Wrong::new("is no mail address", r#"write one such as "desk@example.org" or "The desk <desk@example.org>""#);
    let is_one_line = !text.chars().any(char::is_control);
    text.trim().parse::<Mailbox>().ok().filter(|mailbox| is_one_line && mailbox.email.domain().is_ascii()).ok_or_else(wrong)
}

fn login(
    section: &mut Section<'_>,
    around: Surroundings<'_>,
    security: Security,
) -> Option<(String, crate::deliver::secret::Secret<String>)> {
    let user = section.text("user", r#""wirewatch@example.org""#);
    let place = ["password_file", "password_env"].into_iter().find_map(|key| section.key_place(key));
    let password = hidden(section, secret::PASSWORD, around);
    match (&user, &place) {
        (Some(user), None) => {
            let message = format!("`{}` is written without a password", section.path("user"));
            section.faults().push(Problem::error(message, user.place.clone()).help("write password_file or password_env"));
        }
        (None, Some(place)) => {
            let message = "a password is written without a user";
            section.faults().push(Problem::error(message, place.clone()).help(r#"write user = "wirewatch@example.org""#));
        }
        (Some(user), Some(_)) if security == Security::None => {
            let message = format!("`{}` would send its password over an open line", section.path("user"));
            let help = r#"write security = "starttls" or "tls"; a server on this machine wants no password"#;
            section.faults().push(Problem::error(message, user.place.clone()).help(help));
        }
        _ => {}
    }
    user.map(|user| user.value).zip(password)
}

fn certificate(section: &mut Section<'_>, around: Surroundings<'_>) -> Option<String> {
    let file = section.text("certificate_file", r#""/etc/wirewatch/mail.pem""#)?;
    let path = path::resolve(&file.value, around.base, around.environment);
    let read = std::fs::read_to_string(&path).map_err(|error| format!("which cannot be read: {error}"));
    let read =
        read.and_then(
            |text| if text.contains("-----BEGIN CERTIFICATE-----") { Ok(text) } else { Err("which holds no certificate".to_owned()) },
        );
    match read {
        Ok(text) => Some(text),
        Err(why) => {
            let message = format!("`{}` names {}, {why}", section.path("certificate_file"), path.display());
            section.faults().push(Problem::error(message, file.place).help("write the path of a certificate in PEM form"));
            None
        }
    }
}
