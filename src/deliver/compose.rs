//! Subject and body of a message, by the owner's template or the one that is built in.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::tz::TimeZone;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior};
use tracing::{info, warn};

use crate::deliver::format::{Fit, Format};
use crate::deliver::template::{Part, Templates};
use crate::deliver::view::{Extent, View};
use crate::model::id::ChannelId;
use crate::text::safe::one_line;

/// Steps of a template: one that never ends is a fault and no end of the daemon.
const FUEL: u64 = 200_000;

/// The built-in subject.
const SUBJECT: &str = "{{ subject }}";
/// The built-in body of everything but the HTML part of mail.
const BODY: &str = include_str!("templates/body.jinja");
/// The built-in HTML part of mail.
const MAIL: &str = include_str!("templates/mail.html.jinja");

/// Writes the messages of one channel.
pub(super) struct Composer {
    channel: ChannelId,
    environment: Environment<'static>,
    own: Templates,
    zone: TimeZone,
    failing: AtomicBool,
}

impl Composer {
    /// For templates that were checked: one that cannot be read is left out here, and the built-in one stands for it. Times are
    /// shown in the zone.
    pub(super) fn new(channel: ChannelId, own: &Templates, zone: &TimeZone) -> Self {
        let mut environment = environment();
        for format in Format::ALL {
            for (part, source) in own.parts() {
                let name = name("own", part, *format);
                if let Err(error) = environment.add_template_owned(name, source.to_owned()) {
                    warn!(%channel, %error, "template cannot be read; the built-in message goes out");
                }
            }
        }
        Self { channel, environment, own: own.clone(), zone: zone.clone(), failing: AtomicBool::new(false) }
    }

    /// The subject: plain text on one line.
    pub(super) fn subject(&self, view: &View, fit: Fit) -> String {
        fit.cut(&one_line(&self.written(Part::Subject, view, Format::Plain, fit)))
    }

    /// The body in the format of the service, never longer than it takes.
    pub(super) fn body(&self, view: &View, format: Format, fit: Fit) -> String {
        self.fitting(Part::Body, view, format, fit)
    }

    /// The same below a subject, which says the watch and the title already.
    pub(super) fn body_below(&self, view: &View, format: Format, fit: Fit) -> String {
        self.fitting(Part::Body, &view.titled(), format, fit)
    }

    /// The HTML part of a mail.
    pub(super) fn html(&self, view: &View, fit: Fit) -> String {
        self.fitting(Part::Html, view, Format::Html, fit)
    }

    fn fitting(&self, part: Part, view: &View, format: Format, fit: Fit) -> String {
        let text = self.written(part, view, format, fit);
        if fit.holds(&text) {
            return text;
        }
        if format == Format::Plain {
            return fit.cut(&text);
        }
        // Markup cannot be cut anywhere: the owner's template asks for too much, so it is the built-in one, else the bare subject.
        match self.shrunk("default", part, view, format, fit) {
            Ok(text) if fit.holds(&text) => text,
            _ => format.inert(&Fit::characters(60).cut(&view.subject())),
        }
    }

    /// By the owner's template where there is one and it works.
    fn written(&self, part: Part, view: &View, format: Format, fit: Fit) -> String {
        if self.own.has(part) {
            match self.shrunk("own", part, view, format, fit) {
                Ok(text) => {
                    if self.failing.swap(false, Ordering::Relaxed) {
                        info!(channel = %self.channel, "template works again");
                    }
                    return text;
                }
                Err(error) => {
                    if !self.failing.swap(true, Ordering::Relaxed) {
                        warn!(channel = %self.channel, template = part.as_str(), %error, "template fails; the built-in message goes out");
                    }
                }
            }
        }
        self.shrunk("default", part, view, format, fit).unwrap_or_else(|_| view.subject())
    }

    /// With as much of the alert as fits; the shortest form where none does.
    fn shrunk(&self, whose: &str, part: Part, view: &View, format: Format, fit: Fit) -> Result<String, Error> {
        let template = self.environment.get_template(&name(whose, part, format))?;
        let mut text = String::new();
        for extent in Extent::SHRINKING {
            let mut context = view.context(*extent, &self.zone);
            context["format"] = format.as_str().into();
            template.render(Serde(context))?.trim().clone_into(&mut text);
            if fit.holds(&text) {
                break;
            }
        }
        Ok(text)
    }
}

impl fmt::Debug for Composer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Composer").field("channel", &self.channel).field("own", &self.own).finish_non_exhaustive()
    }
}

fn name(whose: &str, part: Part, format: Format) -> String {
    format!("{whose}.{}.{}", part.as_str(), format.as_str())
}

/// What every template is run in: escaping by format, strict about names, with the filters of this module.
fn environment() -> Environment<'static> {
    let mut environment = bare();
    for format in Format::ALL {
        for (part, source) in [(Part::Subject, SUBJECT), (Part::Body, BODY), (Part::Html, MAIL)] {
            environment.add_template_owned(name("default", part, *format), source).expect("the built-in templates are tested");
        }
    }
    environment
}

/// The same without templates; the checks of templates use it too.
pub(super) fn bare() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_fuel(Some(FUEL));
    let blocks = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(blocks.expect("the marks of Jinja are marks"));
    environment
        .set_auto_escape_callback(|name| AutoEscape::Custom(Format::of(name.rsplit('.').next().unwrap_or_default()).as_str().into()));
    environment.set_formatter(|out, state, value| {
        if value.is_none() {
            return Ok(());
        }
        if value.is_undefined() {
            return Err(Error::new(ErrorKind::UndefinedError, "there is no such field"));
        }
        let text = value.to_string();
        if value.is_safe() {
            out.write_str(&text)?;
        } else {
            out.write_str(&format_of(state).inert(&text))?;
        }
        Ok(())
    });
    environment.add_filter("strong", |state: &State<'_, '_>, value: Value| safe(format_of(state).strong(&inert(state, &value))));
    environment.add_filter("marked", |state: &State<'_, '_>, value: Value| marked(format_of(state), &value));
    environment.add_filter("link", |state: &State<'_, '_>, value: Value, url: Value| {
        let text = inert(state, &value);
        safe(match url.as_str() {
            Some(url) if url.starts_with("https://") || url.starts_with("http://") => format_of(state).link(&text, url),
            _ => text,
        })
    });
    environment
}

fn format_of(state: &State<'_, '_>) -> Format {
    match state.auto_escape() {
        AutoEscape::Custom(name) => Format::of(name.as_ref()),
        _ => Format::Plain,
    }
}

fn safe(text: String) -> Value {
    Value::from_safe_string(text)
}

/// A value as inert text of the format; what is marked-up already stays.
fn inert(state: &State<'_, '_>, value: &Value) -> String {
    if value.is_none() || value.is_undefined() {
        String::new()
    } else if value.is_safe() {
        value.to_string()
    } else {
        format_of(state).inert(&value.to_string())
    }
}

/// `words` of a piece of evidence as one text with its hits marked.
fn marked(format: Format, words: &Value) -> Result<Value, Error> {
    let mut out = String::new();
    for piece in words.try_iter()? {
        let text = format.inert(&piece.get_attr("text")?.to_string());
        if piece.get_attr("hit")?.is_true() { out.push_str(&format.hit(&text)) } else { out.push_str(&text) }
    }
    Ok(safe(out))
}

#[cfg(test)]
mod tests;
