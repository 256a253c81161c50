//! The ways in which services want text written, and how text from outside is kept from meaning anything in them.

use std::fmt::Write;

/// How a service reads text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// As it stands.
    Plain,
    /// HTML.
    Html,
    /// HTML as Telegram reads it: an `@name` in it calls somebody.
    Telegram,
    /// Slack's mrkdwn.
    Slack,
    /// Markdown as Discord reads it.
    Discord,
    /// Markdown as Mattermost reads it.
    Mattermost,
}

impl Format {
    pub(super) const ALL: &[Self] = &[Self::Plain, Self::Html, Self::Telegram, Self::Slack, Self::Discord, Self::Mattermost];

    /// The end of a template's name.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Html => "html",
            Self::Telegram => "telegram",
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Mattermost => "mattermost",
        }
    }

    /// Reads what [`Self::as_str`] gives; what is unknown is plain.
    pub(super) fn of(name: &str) -> Self {
        Self::ALL.iter().copied().find(|format| format.as_str() == name).unwrap_or(Self::Plain)
    }

    /// Text that is shown as it is and does nothing: no markup, no mention, no link but to the web.
    pub(super) fn inert(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + text.len() / 8);
        for character in text.chars() {
            match (self, character) {
                (Self::Html | Self::Telegram | Self::Slack, '&') => out.push_str("&amp;"),
                (Self::Html | Self::Telegram | Self::Slack, '<') => out.push_str("&lt;"),
                (Self::Html | Self::Telegram | Self::Slack, '>') => out.push_str("&gt;"),
                (Self::Html | Self::Telegram, '"') => out.push_str("&quot;"),
                (Self::Html | Self::Telegram, '\'') => out.push_str("&#39;"),
                // A name cut from its sign calls nobody. The character in between has no width.
                (Self::Telegram | Self::Discord | Self::Mattermost, '@') => out.push_str("@\u{200b}"),
                (Self::Discord | Self::Mattermost, '\\' | '`' | '*' | '_' | '~' | '|' | '[' | ']' | '(' | ')' | '#' | '>' | '+' | '-')
                | (Self::Discord, '<' | ':') => {
                    out.push('\\');
                    out.push(character);
                }
                _ => out.push(character),
            }
        }
        out
    }

    /// As much of the text as fits when it is made inert, with `…` at its end where some is missing.
    pub(super) fn inert_within(self, text: &str, fit: Fit) -> String {
        let whole = self.inert(text);
        if fit.holds(&whole) {
            return whole;
        }
        let mut kept = String::new();
        for character in text.chars() {
            let next = self.inert(character.encode_utf8(&mut [0; 4]));
            if !fit.holds(&format!("{kept}{next}…")) {
                break;
            }
            kept.push_str(&next);
        }
        kept + "…"
    }

    /// What is read first.
    pub(super) fn strong(self, inert: &str) -> String {
        match self {
            Self::Plain => inert.to_owned(),
            Self::Html | Self::Telegram => format!("<b>{inert}</b>"),
            Self::Slack => format!("*{inert}*"),
            Self::Discord | Self::Mattermost => format!("**{inert}**"),
        }
    }

    /// Words that made a condition hold.
    pub(super) fn hit(self, inert: &str) -> String {
        match self {
            Self::Plain => format!("«{inert}»"),
            _ => self.strong(inert),
        }
    }

    /// A text that leads to an address of the web.
    pub(super) fn link(self, inert: &str, url: &str) -> String {
        let mut address = String::with_capacity(url.len());
        for character in url.chars() {
            // What would end the address early, percent-encoded: the same address.
            if matches!(character, '<' | '>' | '"' | '\'' | '(' | ')' | '|' | '\\' | '*' | '_' | '`' | '[' | ']') && self != Self::Plain {
                write!(address, "%{:02X}", u32::from(character)).expect("writing to a string cannot fail");
            } else {
                address.push(character);
            }
        }
        match self {
            Self::Plain => format!("{inert}\n{address}"),
            Self::Html | Self::Telegram => format!("<a href=\"{}\">{inert}</a>", address.replace('&', "&amp;")),
            Self::Slack => format!("<{}|{inert}>", address.replace('&', "&amp;")),
            Self::Discord | Self::Mattermost => format!("[{inert}](<{address}>)"),
        }
    }
}

/// Plain text that calls nobody where a service reads `@name` as a call. In an address of the web the sign is escaped: it leads to the
/// same place, and may have been written to look like one.
pub(super) fn uncalling(text: &str) -> String {
    let is_web = |word: &str| word.starts_with("https://") || word.starts_with("http://");
    let word = |word: &str| if is_web(word) { word.replace('@', "%40") } else { word.replace('@', "@\u{200b}") };
    text.split_inclusive(char::is_whitespace).map(word).collect()
}

/// What a service counts when it says how long a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Bytes of UTF-8.
    Bytes,
    /// Characters.
    Characters,
    /// Units of UTF-16, as services do that think in JavaScript or Java.
    Utf16,
}

/// How long a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fit {
    most: usize,
    measure: Measure,
}

impl Fit {
    pub(super) const fn bytes(most: usize) -> Self {
        Self { most, measure: Measure::Bytes }
    }

    pub(super) const fn characters(most: usize) -> Self {
        Self { most, measure: Measure::Characters }
    }

    pub(super) const fn utf16(most: usize) -> Self {
        Self { most, measure: Measure::Utf16 }
    }

    fn size(self, character: char) -> usize {
        match self.measure {
            Measure::Bytes => character.len_utf8(),
            Measure::Characters => 1,
            Measure::Utf16 => character.len_utf16(),
        }
    }

    /// Whether the text is short enough.
    pub(super) fn holds(self, text: &str) -> bool {
        text.chars().map(|character| self.size(character)).sum::<usize>() <= self.most
    }

    /// The text, or as much of it as fits with `…` at its end. Whole characters; plain text only, since markup must be closed.
    pub(super) fn cut(self, text: &str) -> String {
        if self.holds(text) {
            return text.to_owned();
        }
        let room = self.most.saturating_sub(self.size('…'));
        let mut used = 0;
        let kept = text.chars().take_while(|character| {
            used += self.size(*character);
            used <= room
        });
        let mut out = kept.collect::<String>();
        out.truncate(out.trim_end().len());
        if self.most >= self.size('…') {
            out.push('…');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_from_outside_means_anything() {
        let hostile = "<!channel> <@U123> & @everyone [x](javascript:1) **b** `c` \"q\"";
        let shown = Format::ALL.iter().map(|format| format!("{}: {}", format.as_str(), format.inert(hostile))).collect::<Vec<_>>();
        insta::assert_snapshot!(shown.join("\n").replace('\u{200b}', "⌀"), @r#"
        plain: <!channel> <@U123> & @everyone [x](javascript:1) **b** `c` "q"
        html: &lt;!channel&gt; &lt;@U123&gt; &amp; @everyone [x](javascript:1) **b** `c` &quot;q&quot;
        telegram: &lt;!channel&gt; &lt;@⌀U123&gt; &amp; @⌀everyone [x](javascript:1) **b** `c` &quot;q&quot;
        slack: &lt;!channel&gt; &lt;@U123&gt; &amp; @everyone [x](javascript:1) **b** `c` "q"
        discord: \<!channel\> \<@⌀U123\> & @⌀everyone \[x\]\(javascript\:1\) \*\*b\*\* \`c\` "q"
        mattermost: <!channel\> <@⌀U123\> & @⌀everyone \[x\]\(javascript:1\) \*\*b\*\* \`c\` "q"
        "#);
    }

    #[test]
    fn links_end_where_they_should() {
        let url = "https://example.org/a_(b)?x=1&y=\"2'|3>";
        let shown = Format::ALL.iter().map(|format| format.link("text", url)).collect::<Vec<_>>();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        text
        https://example.org/a_(b)?x=1&y="2'|3>
        <a href="https://example.org/a%5F%28b%29?x=1&amp;y=%222%27%7C3%3E">text</a>
        <a href="https://example.org/a%5F%28b%29?x=1&amp;y=%222%27%7C3%3E">text</a>
        <https://example.org/a%5F%28b%29?x=1&amp;y=%222%27%7C3%3E|text>
        [text](<https://example.org/a%5F%28b%29?x=1&y=%222%27%7C3%3E>)
        [text](<https://example.org/a%5F%28b%29?x=1&y=%222%27%7C3%3E>)
        "#);
    }

    proptest! {
        #[test]
        fn what_is_cut_fits_and_is_a_beginning(text in any::<String>(), most in 0_usize..40) {
            for fit in [Fit::bytes(most), Fit::characters(most), Fit::utf16(most)] {
                let cut = fit.cut(&text);
                prop_assert!(fit.holds(&cut), "{cut:?}");
                prop_assert!(cut == text || text.starts_with(cut.trim_end_matches('…')));
            }
        }
    }
}
