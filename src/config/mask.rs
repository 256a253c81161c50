//! Secrets in the text of a configuration, covered before any of it can be shown.

use std::ops::Range;

use toml::de::DeTable;

/// The text with every secret in it covered by `*`, byte for byte, so that places stay what they are.
///
/// Covered are the value of every key that names a secret, the user name and password of every address, and of the address of a
/// channel all after its host: many receivers are open to whoever knows the path.
pub(crate) fn masked(text: &str, table: &DeTable<'_>) -> String {
    let mut covered = secret_values(text);
    covered.extend(user_infos(text));
    covered.extend(channel_paths(text, table));
    cover(text, &covered)
}

fn cover(text: &str, covered: &[Range<usize>]) -> String {
    let mut covered = covered.to_vec();
    covered.sort_by_key(|range| range.start);
    let mut covered = covered.into_iter().peekable();
    // Ranges may overlap, so what counts is how far the ranges that have begun reach.
    let mut end = 0;
    let mut out = String::with_capacity(text.len());
    for (position, character) in text.char_indices() {
        while let Some(range) = covered.next_if(|range| range.start <= position) {
            end = end.max(range.end);
        }
        if position < end && !matches!(character, '\n' | '\r') {
            out.extend(std::iter::repeat_n('*', character.len_utf8()));
        } else {
            out.push(character);
        }
    }
    out
}

/// Keys whose value is a secret, or would be one if it stood there.
const SECRETS: &[&str] = &["secret", "token", "password", "user_key", "key", "urls"];

/// What stands after `secret =` and the like. Looks at the text and not at the parsed values, so that a line with a fault of
/// syntax is covered too.
fn secret_values(text: &str) -> Vec<Range<usize>> {
    // A key stands first in its line or in a table on one line; the same word elsewhere is part of a value.
    let begins =
        |before: &str| before.trim_end_matches([' ', '\t', '"', '\'']).ends_with(['\n', '\r', '{', ',']) || before.trim().is_empty();
    let named = SECRETS.iter().flat_map(|name| text.match_indices(name));
    let keys = named.filter(|(start, _)| text.get(..*start).is_some_and(begins));
    let values = keys.filter_map(|(start, key)| {
        let rest = text.get(start + key.len()..)?;
        let value = rest.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']).strip_prefix('=')?;
        let value = value.trim_start_matches([' ', '\t']);
        let start = text.len() - value.len();
        let mark = value.len() - value.trim_start_matches(['"', '\'']).len();
        Some(start + mark..start + value_len(value))
    });
    values.collect()
}

/// Length of a TOML value, however it ends.
fn value_len(value: &str) -> usize {
    for (mark, escapes) in [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)] {
        let Some(inner) = value.strip_prefix(mark) else { continue };
        let mut escaped = false;
        for (position, character) in inner.char_indices() {
            let closes = !escaped && inner.get(position..).is_some_and(|rest| rest.starts_with(mark));
            if closes || (character == '\n' && mark.len() == 1) {
                return mark.len() + position;
            }
            escaped = escapes && character == '\\' && !escaped;
        }
        return value.len();
    }
    value.find('\n').unwrap_or(value.len())
}

/// User names and passwords in addresses.
fn user_infos(text: &str) -> Vec<Range<usize>> {
    let infos = text.match_indices("://").filter_map(|(position, mark)| {
        let start = position + mark.len();
        let rest = text.get(start..)?;
        let authority = rest.get(..rest.find(['/', '?', '#', '"', '\'', '\n', ' ']).unwrap_or(rest.len()))?;
        authority.rfind('@').map(|end| start..start + end)
    });
    infos.collect()
}

/// Paths and queries of the addresses of channels.
fn channel_paths(text: &str, table: &DeTable<'_>) -> Vec<Range<usize>> {
    let channels = table.iter().filter(|(key, _)| key.get_ref() == "channel").filter_map(|(_, value)| value.get_ref().as_array());
    let tables = channels.flat_map(|list| list.iter()).filter_map(|channel| channel.get_ref().as_table());
    let spans = tables.flat_map(|channel| channel.iter()).filter(|(key, _)| key.get_ref() == "url").map(|(_, value)| value.span());
    let paths = spans.filter_map(|span| {
        let literal = text.get(span.clone())?;
        let scheme = literal.find("://").map_or(1, |position| position + 3);
        let path = literal.get(scheme..)?.find('/').map_or(literal.len(), |position| scheme + position + 1);
        Some(span.start + path..span.end.saturating_sub(1))
    });
    paths.filter(|range| range.start < range.end).collect()
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use crate::config::mask::masked;

    fn shown(text: &str) -> String {
        let (table, _) = DeTable::parse_recoverable(text);
        let masked = masked(text, table.get_ref());
        assert_eq!(masked.len(), text.len());
        masked
    }

    #[test]
    fn secrets_are_covered_whatever_the_state_of_the_text() {
        insta::assert_snapshot!(shown(r#"
[[feed]]
url = "https://user:p%40ss@example.org/rss?key=1"
contact = "desk@example.org"
[[channel]]
url = "https://hooks.example.org/services/T0/B0/xyz"
secret = "a \" b"   # kept
secret_file = "/etc/desk"
channel = [{ id = "x", "secret" = 'päss', type = "webhook" }]
secret = bare words
secret = """
one
two"""
last = "unclosed
secret = "unclosed
next = 1
token = 'unclosed
password = "x"
"#), @r#"

        [[feed]]
        url = "https://***********@example.org/rss?key=1"
        contact = "desk@example.org"
        [[channel]]
        url = "https://hooks.example.org/******************"
        secret = "******"   # kept
        secret_file = "/etc/desk"
        channel = [{ id = "x", "secret" = '*****', type = "webhook" }]
        secret = **********
        secret = """
        ***
        ***"""
        last = "unclosed
        secret = "********
        next = 1
        token = '********
        password = "*"
        "#);
    }
}
