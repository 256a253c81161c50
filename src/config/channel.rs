//! `[[channel]]`: where alerts go besides the alert log.

use std::time::Duration;

use url::Url;

use crate::config::secret::{self, Found, Surroundings};
use crate::config::section::Section;
use crate::config::value::{self, Wrong};
use crate::deliver::console::ConsoleSettings;
use crate::deliver::journald::JournaldSettings;
use crate::deliver::secret::Secret;
use crate::deliver::settings::ChannelSettings;
use crate::deliver::webhook::WebhookSettings;
use crate::model::id::ChannelId;
use crate::problem::{Located, Place, Problem};

/// A `[[channel]]` as written.
#[derive(Debug)]
pub(crate) struct ChannelTable {
    pub(crate) id: Option<Located<ChannelId>>,
    pub(crate) settings: Option<ChannelSettings>,
    /// Where it posts to, and where that stands.
    pub(crate) address: Option<Located<Url>>,
}

impl ChannelTable {
    pub(crate) fn read(mut section: Section<'_>, around: Surroundings<'_>) -> Self {
        section.require("id", r#""desk""#);
        section.require("type", r#""webhook""#);
        let id = section.parsed("id", r#""desk""#, value::identity).map(|id| id.map(ChannelId::from));
        let kind = section.parsed("type", r#""webhook""#, kind);
        let mut channel = Self { id: id.clone(), settings: None, address: None };
        // A channel without a usable name is read all the same, for the faults in it.
        let id = id.map_or_else(|| ChannelId::from(""), |id| id.value);
        match kind.map(|kind| kind.value) {
            Some("console") => channel.settings = Some(ChannelSettings::Console(ConsoleSettings { id })),
            Some("journald") => channel.settings = Some(ChannelSettings::Journald(JournaldSettings { id })),
            Some("webhook") => channel.read_webhook(id, &mut section, around),
            // The keys of an unknown type are not known, so none of them is told as a fault.
            _ => return channel,
        }
        section.finish();
        channel
    }

    fn read_webhook(&mut self, id: ChannelId, section: &mut Section<'_>, around: Surroundings<'_>) {
        let written = secret::URL;
        if ![written.inline, written.file, written.environment].into_iter().any(|key| section.key_place(key).is_some()) {
            section.require("url_file", r#""/etc/wirewatch/desk.url", or url or url_env"#);
        }
        let address = secret::find(section, secret::URL, around).and_then(|found| address(section, found));
        let secret = secret::find(section, secret::SECRET, around).and_then(|found| signing(section, found));
        let deadline =
            section.parsed("deadline", r#""15s""#, |text| value::duration(text, Duration::from_secs(1)..=Duration::from_secs(10 * 60)));
        let Some(address) = address else { return };
        let mut settings = WebhookSettings::new(id, address.value.clone());
        settings.secret = secret;
        if let Some(deadline) = deadline {
            settings.deadline = deadline.value;
        }
        self.settings = Some(ChannelSettings::Webhook(settings));
        self.address = Some(address);
    }
}

fn kind(text: &str) -> Result<&'static str, Wrong> {
    if text == "log" {
        return Err(Wrong::new("is `log`, which is there without being asked for", "remove this channel; [log] path names the alert log"));
    }
    let known = ChannelSettings::TYPES.iter().copied();
    let wrong = || Wrong::new(format!("is `{text}`, which is no type of channel"), value::suggestion(text, known.clone()));
    known.clone().find(|kind| *kind == text).ok_or_else(wrong)
}

/// The address, which is not shown when it came from a file or a variable.
fn address(section: &Section<'_>, found: Found) -> Option<Located<Url>> {
    let text = Located { value: found.value, place: found.place };
    section.understood("url", text, |text| {
        let elsewhere = || Wrong::new("is no http: or https: address there", "the file or variable must hold the address and nothing else");
        value::web_address(text).map_err(|wrong| if found.is_inline { wrong } else { elsewhere() })
    })
}

/// The secret, which must not stand in the configuration: that is shown, copied and kept under version control.
fn signing(section: &Section<'_>, found: Found) -> Option<Secret<String>> {
    if found.is_inline {
        section.faults().push(inline_secret(section, found.place));
        return None;
    }
    Some(Secret::new(found.value))
}

fn inline_secret(section: &Section<'_>, place: Place) -> Problem {
    let message = format!("`{}` stands in the configuration itself", section.path("secret"));
    Problem::error(message, place).help("put it into a file and write secret_file, or into the environment and write secret_env")
}
