//! The keys of services that take messages over HTTP.

use url::Url;

use crate::config::channel::template::{self, Parts};
use crate::config::channel::{Read, address, basics, hidden, required};
use crate::config::secret::{self, Surroundings};
use crate::config::section::Section;
use crate::config::value::{self, Wrong};
use crate::deliver::apprise::{Apprise, Target};
use crate::deliver::discord::Discord;
use crate::deliver::gotify::Gotify;
use crate::deliver::matrix::Matrix;
use crate::deliver::mattermost::Mattermost;
use crate::deliver::ntfy::Ntfy;
use crate::deliver::pushover::Pushover;
use crate::deliver::secret::Secret;
use crate::deliver::settings::{ChannelSettings, DEADLINE, ServiceSettings};
use crate::deliver::slack::Slack;
use crate::deliver::teams::Teams;
use crate::deliver::telegram::Telegram;
use crate::deliver::webhook::Webhook;
use crate::model::id::ChannelId;
use crate::problem::{Located, Problem};

pub(super) fn read(kind: &str, id: ChannelId, section: &mut Section<'_>, around: Surroundings<'_>) -> Read {
    let parts = match kind {
        "webhook" => Parts::None,
        "mattermost" | "telegram" | "matrix" => Parts::Body,
        _ => Parts::SubjectAndBody,
    };
    let templates = template::read(section, around, parts);
    let (service, address) = keys(kind, section, around);
    let rates = service.as_ref().map(ServiceSettings::rates).unwrap_or_default();
    let mut basics = basics(id, section, rates, DEADLINE);
    basics.templates = templates;
    (service.map(|service| ChannelSettings::Service(basics, service)), address)
}

fn keys(kind: &str, section: &mut Section<'_>, around: Surroundings<'_>) -> (Option<ServiceSettings>, Option<Located<Url>>) {
    let example = r#""/etc/wirewatch/desk.url", or url or url_env"#;
    match kind {
        "telegram" => return telegram(section, around),
        "pushover" => return pushover(section, around),
        _ => {}
    }
    let address = address(section, around, example);
    let url = || address.as_ref().map(|address| address.value.clone());
    let service = match kind {
        "slack" => url().map(|url| ServiceSettings::Slack(Slack { url: Secret::new(url) })),
        "discord" => url().map(|url| ServiceSettings::Discord(Discord { url: Secret::new(url) })),
        "mattermost" => url().map(|url| ServiceSettings::Mattermost(Mattermost { url: Secret::new(url) })),
        "teams" => url().map(|url| ServiceSettings::Teams(Teams { url: Secret::new(url) })),
        "matrix" => matrix(section, around, url()),
        "ntfy" => ntfy(section, around, address.as_ref()),
        "gotify" => required(section, secret::TOKEN, around).zip(url()).map(|(token, url)| ServiceSettings::Gotify(Gotify { url, token })),
        "apprise" => apprise(section, around, url()),
        _ => {
            let secret = hidden(section, secret::SECRET, around);
            url().map(|url| ServiceSettings::Webhook(Webhook { url: Secret::new(url), secret }))
        }
    };
    (service, address)
}

/// An address that is known, unless another is written.
fn usual_address(section: &mut Section<'_>, usual: &str) -> Option<Located<Url>> {
    if section.key_place("url").is_some() {
        return section.parsed("url", &format!("{usual:?}"), value::web_address);
    }
    let place = section.place().clone();
    Url::parse(usual).ok().map(|value| Located { value, place })
}

fn telegram(section: &mut Section<'_>, around: Surroundings<'_>) -> (Option<ServiceSettings>, Option<Located<Url>>) {
    section.require("chat", r#""-1001234567890", or the "@name" of a channel"#);
    let address = usual_address(section, Telegram::URL);
    let token = required(section, secret::TOKEN, around);
    let chat = section.parsed("chat", r#""-1001234567890""#, chat);
    let service = token.zip(chat).zip(address.clone());
    let service = service.map(|((token, chat), url)| ServiceSettings::Telegram(Telegram { url: url.value, token, chat: chat.value }));
    (service, address)
}

fn chat(text: &str) -> Result<String, Wrong> {
    let is_number = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit()) && text.len() > 1;
    let is_name =
        text.strip_prefix('@').is_some_and(|name| name.len() > 3 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    if is_number || is_name {
        return Ok(text.to_owned());
    }
    Err(Wrong::new("is neither the number of a chat nor the name of a channel", r#"write a number such as "-1001234567890", or "@name""#))
}

fn pushover(section: &mut Section<'_>, around: Surroundings<'_>) -> (Option<ServiceSettings>, Option<Located<Url>>) {
    let address = usual_address(section, Pushover::URL);
    let token = required(section, secret::TOKEN, around);
    let user = required(section, secret::USER_KEY, around);
    let service = token.zip(user).zip(address.clone());
    let service = service.map(|((token, user), url)| ServiceSettings::Pushover(Pushover { url: url.value, token, user }));
    (service, address)
}

fn matrix(section: &mut Section<'_>, around: Surroundings<'_>, url: Option<Url>) -> Option<ServiceSettings> {
    section.require("room", r#""!abcdef:example.org""#);
    let token = required(section, secret::TOKEN, around);
    let room = section.parsed("room", r#""!abcdef:example.org""#, |text| {
        let wrong = || Wrong::new("is no identity of a room", r#"it begins with `!`; the settings of the room show it, under "Advanced""#);
        if text.starts_with('!') && text.len() > 1 { Ok(text.to_owned()) } else { Err(wrong()) }
    });
    let service = url.zip(token).zip(room);
    service.map(|((url, token), room)| ServiceSettings::Matrix(Matrix { url, token, room: room.value }))
}

fn ntfy(section: &mut Section<'_>, around: Surroundings<'_>, address: Option<&Located<Url>>) -> Option<ServiceSettings> {
    let token = hidden(section, secret::TOKEN, around);
    let address = address?;
    let service = Ntfy::of(&address.value, token).map(ServiceSettings::Ntfy);
    if service.is_none() {
        let message = format!("`{}` names no topic", section.path("url"));
        let help = "write the server and the topic, such as \"https://ntfy.sh/my-topic\"; a topic has letters, digits, `-` and `_`";
        section.faults().push(Problem::error(message, address.place.clone()).help(help));
    }
    service
}

fn apprise(section: &mut Section<'_>, around: Surroundings<'_>, url: Option<Url>) -> Option<ServiceSettings> {
    let is_written = |section: &mut Section<'_>, forms: secret::Forms| {
        [forms.inline, forms.file, forms.environment].into_iter().find_map(|key| section.key_place(key))
    };
    let (by_key, by_addresses) = (is_written(section, secret::KEY), is_written(section, secret::URLS));
    if let (Some(_), Some(place)) = (&by_key, &by_addresses) {
        let message = format!("`{}` and `{}` cannot stand together", section.path("key"), section.path("urls"));
        section
            .faults()
            .push(Problem::error(message, place.clone()).help("keep one: what is configured at the server, or what is sent along"));
    }
    let target = match by_addresses {
        Some(_) => hidden(section, secret::URLS, around).map(Target::Addresses),
        None => required(section, secret::KEY, around).map(Target::Key),
    };
    let tag = section.text("tag", r#""urgent""#).map(|tag| tag.value);
    url.zip(target).map(|(url, target)| ServiceSettings::Apprise(Apprise { url, target, tag }))
}
