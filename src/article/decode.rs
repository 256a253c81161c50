//! The characters of a page.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::text::markup::{Piece, Pieces};

/// The text of a page: by byte order mark, then as the server said, then as the page says, then UTF-8 if it is that, else
/// Windows-1252. What cannot be read becomes U+FFFD.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    let (encoding, marked) = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => (encoding, true),
        None => (declared(bytes, content_type), false),
    };
    if marked {
        return encoding.decode(bytes).0;
    }
    // Many pages are UTF-8 whatever they or their servers say, and no other text of some length is valid UTF-8 by accident.
    if encoding != UTF_8
        && !bytes.is_ascii()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.into();
    }
    encoding.decode_without_bom_handling(bytes).0
}

fn declared(bytes: &[u8], content_type: Option<&str>) -> &'static Encoding {
    content_type.and_then(charset).or_else(|| in_page(bytes)).unwrap_or(if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    })
}

/// The encoding named in `text/html; charset=…`.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    let at = content_type.to_ascii_lowercase().find("charset")?;
    let value = content_type.get(at + 7..)?.trim_start().strip_prefix('=')?.trim_start_matches([' ', '"', '\'']);
    Encoding::for_label(value.split(['"', '\'', ';', ' ', ',']).next()?.as_bytes())
}

/// The encoding named in a `meta` element or an XML declaration.
fn in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(16 * 1024)).unwrap_or_default());
    let xml = || {
        let declaration = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0;
        Encoding::for_label(declaration.split_once("encoding=")?.1.trim_start_matches(['"', '\'']).split(['"', '\'']).next()?.as_bytes())
    };
    Pieces::new(&head)
        .find_map(|piece| match piece {
            Piece::Open(tag) if tag.name == "meta" => match tag.attribute("charset") {
                Some(label) => Encoding::for_label(label.trim().as_bytes()),
                None => tag.attribute("content").filter(|content| content.contains("charset")).and_then(|content| charset(&content)),
            },
            _ => None,
        })
        .or_else(xml)
        // A page whose meta element could be read byte by byte is not UTF-16, whatever it says.
        .map(Encoding::output_encoding)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn by_mark_server_page_and_guess() {
        let cyrillic = [0xCA, 0xE8, 0xE5, 0xE2];
        let page = |head: &str| [head.as_bytes(), &cyrillic].concat();
        assert_eq!(decode(&page(""), Some("text/html; charset=windows-1251")), "Киев");
        assert!(decode(&page("<meta charset='windows-1251'>"), Some("text/html")).ends_with("Киев"));
        assert!(decode(&page("<meta http-equiv=x content='text/html; charset=cp1251'>"), None).ends_with("Киев"));
        assert!(decode(&page("<?xml version='1.0' encoding='windows-1251'?>"), None).ends_with("Киев"));
        assert_eq!(decode(&page(""), None), "Êèåâ");
        assert_eq!(decode("Київ".as_bytes(), Some("text/html; charset=iso-8859-1")), "Київ");
        assert_eq!(decode(b"\xff\xfeK\0i\0", Some("text/html; charset=utf-8")), "Ki");
        assert_eq!(decode(b"\xef\xbb\xbfa\xff", None), "a\u{fffd}");
    }
}
