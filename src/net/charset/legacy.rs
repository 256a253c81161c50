//! Encodings of one byte a character that browsers do not know: DOS, old Macintosh, EBCDIC and a few of single countries.

use std::sync::LazyLock;

/// How `<?xm` is written in EBCDIC.
const EBCDIC_START: &[u8] = &[0x4c, 0x6f, 0xa7, 0x94];

struct Table {
    name: &'static str,
    labels: Vec<String>,
    /// Of all bytes, or of those from 0x80 on.
    characters: Vec<char>,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let rows = include_str!("single_byte.txt").lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| {
        let (name, rest) = row.split_once('\t')?;
        let (labels, characters) = rest.split_once('\t')?;
        Some(Table { name, labels: labels.split(' ').map(bare).collect(), characters: unescaped(characters) })
    })
    .collect()
});

/// A text in an encoding of this label: its name, the text, and whether bytes stood for nothing.
pub(super) fn decode(label: &str, bytes: &[u8]) -> Option<(&'static str, String, bool)> {
    let label = bare(label);
    let table = TABLES.iter().find(|table| table.labels.contains(&label))?;
    // EBCDIC is known by its beginning alone: a document that can be read in ASCII is in none of its kinds.
    (table.characters.len() < 256 || bytes.starts_with(EBCDIC_START)).then(|| table.decode(bytes))
}

/// The beginning of a text in EBCDIC, in the letters that all its kinds share.
pub(super) fn ebcdic_head(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(400))?;
    bytes.starts_with(EBCDIC_START).then(|| decode("cp037", head)).flatten().map(|(_, text, _)| text)
}

impl Table {
    fn decode(&self, bytes: &[u8]) -> (&'static str, String, bool) {
        let first = 256 - self.characters.len();
        let mut replaced = false;
        let text = bytes
            .iter()
            .map(|byte| {
                let character = match usize::from(*byte).checked_sub(first) {
                    Some(index) => self.characters.get(index).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
                    None => char::from(*byte),
                };
                replaced |= character == char::REPLACEMENT_CHARACTER;
                character
            })
            .collect();
        (self.name, text, replaced)
    }
}

/// Labels are compared by their letters and digits.
fn bare(label: &str) -> String {
    label.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn unescaped(text: &str) -> Vec<char> {
    let mut parts = text.split("\\u");
    let mut characters: Vec<char> = parts.next().unwrap_or_default().chars().collect();
    for part in parts {
        let (code, rest) = part.split_at_checked(4).unwrap_or((part, ""));
        characters.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
        characters.extend(rest.chars());
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::{TABLES, decode};

    #[test]
    fn every_table_is_whole() {
        for table in TABLES.iter() {
            assert!(matches!(table.characters.len(), 128 | 256), "{} has {}", table.name, table.characters.len());
        }
        assert_eq!(TABLES.len(), 34);
    }

    #[test]
    fn labels_are_known_in_any_spelling() {
        assert_eq!(decode("IBM_437", b"caf\x82"), Some(("cp437", "café".to_owned(), false)));
        assert_eq!(decode("utf-8", b"x"), None);
        assert_eq!(decode("cp500", b"<?xml"), None);
    }
}
