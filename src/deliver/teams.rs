//! Microsoft Teams, by the webhook of a workflow.
//!
//! Format and limits: "Create incoming webhooks with Workflows for Microsoft Teams", "Create and send messages" and the schema of
//! Adaptive Cards. A message holds 28 KB; four requests a second. Texts go into runs of rich text, which read no Markdown, and
//! without entities of mentions nobody is called.

use serde_json::{Value, json};
use url::Url;

use crate::deliver::format::{Fit, Format};
use crate::deliver::pace::Rate;
use crate::deliver::post::{Alert, Answer, Call, Service, Verdict, usual};
use crate::deliver::secret::Secret;
use crate::model::alert::Severity;

/// The subject.
const TITLE: Fit = Fit::characters(300);
/// The body: as JSON, in runs, it stays below 28 KB whatever is in it.
const BODY: Fit = Fit::bytes(8000);
/// Lines of the body; each is a block of its own.
const LINES_MAX: usize = 60;

/// The webhook of a workflow in Teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teams {
    /// Its address, which is the key to it.
    pub url: Secret<Url>,
}

impl Teams {
    /// What Teams allows.
    pub const RATES: &[Rate] = &[Rate::new(4, 1)];
}

impl Service for Teams {
    fn call(&self, alert: &Alert<'_>) -> Call {
        let title = alert.composer.subject(alert.view, TITLE);
        let body = alert.composer.body_below(&alert.view.linked(), Format::Plain, BODY);
        let mut blocks = vec![block(
            &json!({"type": "TextRun", "text": title, "weight": "bolder", "size": "medium", "color": colour(alert.view.severity())}),
            "none",
        )];
        let mut spacing = "small";
        for line in body.lines().take(LINES_MAX) {
            if line.trim().is_empty() {
                spacing = "medium";
                continue;
            }
            blocks.push(block(&json!({"type": "TextRun", "text": line}), spacing));
            spacing = "none";
        }
        let mut card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": blocks,
            "msteams": {"width": "Full"},
        });
        if let Some(url) = alert.view.url() {
            card["actions"] = json!([{"type": "Action.OpenUrl", "title": alert.view.link_name(), "url": url}]);
        }
        let attachment = json!({"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card});
        Call::json(self.url.expose(), &json!({"type": "message", "attachments": [attachment]})).secret_address()
    }

    fn judge(&self, answer: &Answer<'_>) -> Verdict {
        // The older kind of webhook answers 200 and tells the trouble in words.
        if answer.status == 200 && answer.says("HTTP error 429") { Verdict::Away(answer.retry_after()) } else { usual(answer) }
    }
}

fn block(run: &Value, spacing: &str) -> Value {
    json!({"type": "RichTextBlock", "spacing": spacing, "inlines": [run]})
}

const fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "default",
        Severity::Medium => "accent",
        Severity::High => "warning",
        Severity::Critical => "attention",
    }
}
