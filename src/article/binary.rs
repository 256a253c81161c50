//! Bytes that are no text, whatever the server calls them.

/// What bytes are, when they are no page and no text: a PDF, an image, an archive, or something else that nobody reads.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 13] = [
        (b"%PDF-", "a PDF"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"GIF8", "an image"),
        (b"RIFF", "an image or a sound"),
        (b"II*\0", "an image"),
        (b"MM\0*", "an image"),
        (b"\0\0\x01\0", "an image"),
        (b"PK\x03\x04", "an archive"),
        (b"\x1f\x8b", "an archive"),
        (b"OggS", "a sound"),
        (b"ID3", "a sound"),
        (b"\x1aE\xdf\xa3", "a video"),
    ];
    /// How much of the beginning is looked at.
    const LOOKED_AT: usize = 2_048;
    let known = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, kind)| *kind);
    known.or_else(|| {
        let head = bytes.get(..bytes.len().min(LOOKED_AT)).unwrap_or_default();
        // Text in two or four bytes a character is half zeros.
        let wide = matches!(
            head,
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 0, 0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..] | [0, 0, 0, b'<', ..]
        );
        let control = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
        (!wide && control * 10 > head.len()).then_some("no text")
    })
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn what_is_no_text() {
        assert_eq!(kind(b"%PDF-1.7 \xe2\xe3"), Some("a PDF"));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n"), Some("an image"));
        assert_eq!(kind(&[0; 100]), Some("no text"));
        assert_eq!(kind(b"<html>"), None);
        assert_eq!(kind(b"\x1b$B%K%e!<%9"), None);
        assert_eq!(kind(b"<\0h\0t\0m\0l\0>\0"), None);
        assert_eq!(kind("Київ".as_bytes()), None);
        assert_eq!(kind(b""), None);
    }
}
