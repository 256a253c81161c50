//! The owner's templates: where they stand, and what is wrong with them.

use crate::config::path;
use crate::config::secret::Surroundings;
use crate::config::section::Section;
use crate::deliver::template::{self, Templates};
use crate::problem::{Located, Problem};

/// A template is short; what is longer is the wrong file.
const TEMPLATE_BYTES_MAX: u64 = 64 * 1024;

/// Which templates a channel can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parts {
    /// None: it sends the record.
    None,
    /// Of the body.
    Body,
    /// Of subject and body.
    SubjectAndBody,
    /// Of the HTML part too.
    Html,
}

pub(super) fn read(section: &mut Section<'_>, around: Surroundings<'_>, parts: Parts) -> Templates {
    let mut templates = Templates::default();
    if parts >= Parts::SubjectAndBody {
        templates.subject = inline(section, "subject", r#""{{ watch.name }}: {{ title }}""#);
    }
    if parts >= Parts::Body {
        templates.body = either(section, around, "body", "body_file");
    }
    if parts >= Parts::Html {
        templates.html = either(section, around, "html", "html_file");
    }
    templates
}

fn inline(section: &mut Section<'_>, key: &'static str, example: &str) -> Option<String> {
    let text = section.text(key, example)?;
    checked(section, key, text)
}

/// A template in the configuration or in a file of its own.
fn either(section: &mut Section<'_>, around: Surroundings<'_>, key: &'static str, file_key: &'static str) -> Option<String> {
    if let (Some(_), Some(place)) = (section.key_place(key), section.key_place(file_key)) {
        let message = format!("`{}` and `{}` say the same thing twice", section.path(key), section.path(file_key));
        section.faults().push(Problem::error(message, place).help("keep one of them"));
    }
    let inline = section.text(key, r#""{{ title|link(item.url) }}""#);
    let file = section.text(file_key, r#""desk.jinja""#);
    if let Some(text) = inline {
        return checked(section, key, text);
    }
    let file = file?;
    let path = path::resolve(&file.value, around.base, around.environment);
    let read = match std::fs::metadata(&path) {
        Ok(metadata) if metadata.len() > TEMPLATE_BYTES_MAX => Err(format!("which is too large for a template: {} bytes", metadata.len())),
        Ok(_) => std::fs::read_to_string(&path).map_err(|error| format!("which cannot be read: {error}")),
        Err(error) => Err(format!("which cannot be read: {error}")),
    };
    match read {
        Ok(text) => checked(section, file_key, Located { value: text, place: file.place }),
        Err(why) => {
            let message = format!("`{}` names {}, {why}", section.path(file_key), path.display());
            section.faults().push(Problem::error(message, file.place).help("write the path of a file that holds the template"));
            None
        }
    }
}

fn checked(section: &Section<'_>, key: &str, text: Located<String>) -> Option<String> {
    match template::check(&text.value) {
        Ok(()) => Some(text.value),
        Err(fault) => {
            let help = fault
                .help
                .unwrap_or_else(|| "the templates are those of Jinja; the names are in the documentation of [[channel]]".to_owned());
            section.faults().push(Problem::error(format!("`{}` {}", section.path(key), fault.what), text.place).help(help));
            None
        }
    }
}
