//! From bytes to text: byte order mark, HTTP header, declaration in the document, then a look at the bytes.

mod legacy;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, ISO_2022_JP, KOI8_U, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874, WINDOWS_1252};

/// How far into a document a declaration is looked for.
const DECLARATION_BYTES: usize = 1024;
/// The same for HTML, where scripts and comments often stand before it.
const META_BYTES: usize = 16 * 1024;
/// How much of a text is looked at to guess its encoding.
const LOOK_BYTES: usize = 256 * 1024;

/// A text and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without byte order mark.
    pub text: Cow<'a, str>,
    /// Name of the encoding, as the WHATWG standard writes it; UTF-32 too, which that standard does not have.
    pub encoding: &'static str,
    /// Whether bytes had to be replaced that do not exist in the encoding.
    pub replaced: bool,
    /// The declared encoding, where it was not the one that fits.
    pub declared: Option<String>,
}

/// Reads XML. `content_type` is the HTTP header field.
///
/// ```
/// let bytes = b"<?xml version='1.0' encoding='iso-8859-2'?><t>\xb3</t>";
/// let decoded = wirewatch::net::charset::decode_xml(bytes, None);
/// assert!(decoded.text.ends_with("<t>ł</t>"));
/// ```
pub fn decode_xml<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    decode(bytes, content_type, |bytes| xml_declaration(start(bytes, DECLARATION_BYTES)))
}

/// Reads HTML. `content_type` is the HTTP header field.
///
/// ```
/// let bytes = b"<html><head><meta charset=windows-1251></head>\xcc\xee\xf1\xea\xe2\xe0";
/// let decoded = wirewatch::net::charset::decode_html(bytes, Some("text/html"));
/// assert!(decoded.text.ends_with("Москва"));
/// assert_eq!(decoded.encoding, "windows-1251");
/// ```
pub fn decode_html<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    decode(bytes, content_type, |bytes| html_meta(start(bytes, META_BYTES)).or_else(|| xml_declaration(start(bytes, DECLARATION_BYTES))))
}

fn start(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(..bytes.len().min(count)).unwrap_or_default()
}

fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, declaration: impl Fn(&[u8]) -> Option<String>) -> Decoded<'a> {
    if let Some((encoding, name)) = wide(bytes) {
        return match encoding {
            Wide::Sixteen(encoding) => in_encoding(bytes, encoding, name, None),
            Wide::ThirtyTwo(big) => thirty_two(bytes, big, name),
        };
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return in_encoding(rest, UTF_8, "UTF-8", None);
    }
    if let Some(head) = legacy::ebcdic_head(bytes) {
        let declared = declaration(head.as_bytes()).unwrap_or_default();
        if let Some((name, text, replaced)) = legacy::decode(&declared, bytes).or_else(|| legacy::decode("cp037", bytes)) {
            return Decoded { text: text.into(), encoding: name, replaced, declared: None };
        }
    }
    let http = content_type.and_then(charset_parameter);
    let declared = http.into_iter().chain(declaration(bytes));
    let mut wrong = None;
    for label in declared {
        // A document that can be read byte by byte is not in UTF-16, whatever it says.
        let fits = Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != UTF_16BE && *encoding != UTF_16LE);
        if let Some(encoding) = fits.filter(|encoding| !is_utf8_in_disguise(bytes, encoding, &label)) {
            let decoded = in_encoding(bytes, encoding, encoding.name(), wrong.clone());
            if !decoded.replaced {
                return decoded;
            }
        } else if let Some((name, text, false)) = legacy::decode(&label, bytes) {
            return Decoded { text: text.into(), encoding: name, replaced: false, declared: wrong };
        }
        wrong = wrong.or(Some(label));
    }
    let (encoding, name) = sniff(bytes, wrong.as_deref());
    in_encoding(bytes, encoding, name, wrong)
}

/// Whether a Western label stands on a text that is UTF-8: servers say so by default, whatever they send.
/// No sensible text in those encodings happens to be well-formed UTF-8.
fn is_utf8_in_disguise(bytes: &[u8], encoding: &'static Encoding, label: &str) -> bool {
    let ascii = label.to_ascii_lowercase().contains("ascii");
    encoding == WINDOWS_1252 && !bytes.is_ascii() && (ascii || std::str::from_utf8(bytes).is_ok())
}

fn in_encoding<'a>(bytes: &'a [u8], encoding: &'static Encoding, name: &'static str, declared: Option<String>) -> Decoded<'a> {
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Cow::Owned(text) => Cow::Owned(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
    };
    Decoded { text, encoding: name, replaced, declared }
}

/// The encoding that fits the bytes best, and its name: UTF-8 when it fits, or nearly; else the declared one; else what the
/// bytes look like.
fn sniff(bytes: &[u8], declared: Option<&str>) -> (&'static Encoding, &'static str) {
    if bytes.is_ascii() {
        let encoding = if bytes.contains(&0x1b) && bytes.windows(3).any(|window| window == b"\x1b$B") { ISO_2022_JP } else { UTF_8 };
        return (encoding, encoding.name());
    }
    if mostly_utf8(bytes) {
        return (UTF_8, UTF_8.name());
    }
    if let Some(encoding) = declared.and_then(|label| Encoding::for_label(label.as_bytes()))
        && encoding != UTF_8
        && encoding != UTF_16BE
        && encoding != UTF_16LE
    {
        return (encoding, encoding.name());
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..bytes.len().min(LOOK_BYTES)).unwrap_or_default(), bytes.len() <= LOOK_BYTES);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    (encoding, narrowest(encoding, bytes))
}

/// The name of the oldest encoding that the bytes fit: those of browsers have grown around them.
fn narrowest(encoding: &'static Encoding, bytes: &[u8]) -> &'static str {
    let high = || bytes.iter().copied().filter(|byte| *byte >= 0x80);
    if encoding == WINDOWS_874 && high().all(|byte| byte > 0xa0) {
        "TIS-620"
    } else if encoding == KOI8_U && high().all(|byte| !matches!(byte, 0xa4 | 0xa6 | 0xa7 | 0xad | 0xb4 | 0xb6 | 0xb7 | 0xbd)) {
        "KOI8-R"
    } else if (encoding == GBK || encoding == GB18030) && high().all(|byte| byte > 0xa0) {
        "GB2312"
    } else {
        encoding.name()
    }
}

/// Whether all but a few of the sequences above ASCII are UTF-8: a cut or a foreign paste must not cost the rest.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad == 0 || good > bad * 10
}

enum Wide {
    Sixteen(&'static Encoding),
    /// Whether the high byte comes first.
    ThirtyTwo(bool),
}

/// Encodings of two or four bytes a character: by byte order mark, or by the zero bytes around the first `<`.
fn wide(bytes: &[u8]) -> Option<(Wide, &'static str)> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [b'<', 0, 0, 0, ..] => Some((Wide::ThirtyTwo(false), "UTF-32LE")),
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, b'<', ..] => Some((Wide::ThirtyTwo(true), "UTF-32BE")),
        [0xff, 0xfe, ..] | [b'<', 0, ..] => Some((Wide::Sixteen(UTF_16LE), "UTF-16LE")),
        [0xfe, 0xff, ..] | [0, b'<', ..] => Some((Wide::Sixteen(UTF_16BE), "UTF-16BE")),
        _ => None,
    }
}

fn thirty_two(bytes: &[u8], big: bool, name: &'static str) -> Decoded<'static> {
    let mut replaced = false;
    let text: String = bytes
        .chunks(4)
        .map(|unit| {
            let point = unit.try_into().ok().map(|unit| if big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) });
            point.and_then(char::from_u32).unwrap_or_else(|| {
                replaced = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Decoded { text: text.into(), encoding: name, replaced, declared: None }
}

/// The `charset` parameter of a media type.
fn charset_parameter(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The encoding that an XML declaration names.
fn xml_declaration(head: &[u8]) -> Option<String> {
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let declaration = head.get(start..)?.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let text = String::from_utf8_lossy(declaration.get(..end)?).into_owned();
    let (_, after) = text.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    after.get(1..)?.split(quote).next().map(|label| label.trim().to_owned()).filter(|label| !label.is_empty())
}

/// The encoding that a `<meta>` names, in either form.
fn html_meta(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    text.split("<meta").skip(1).find_map(|meta| {
        let (_, after) = meta.split('>').next()?.split_once("charset")?;
        let after = after.trim_start().strip_prefix('=')?.trim_start_matches([' ', '"', '\'']);
        let label = after.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/')).next()?;
        (!label.is_empty()).then(|| label.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{decode_html, decode_xml};

    fn shown(bytes: &[u8], content_type: Option<&str>) -> String {
        let decoded = decode_xml(bytes, content_type);
        let declared = decoded.declared.map_or(String::new(), |label| format!(", not {label}"));
        let replaced = if decoded.replaced { ", replaced" } else { "" };
        format!("{} ({}{declared}{replaced})", decoded.text, decoded.encoding)
    }

    #[test]
    fn what_is_declared_is_believed_where_it_fits() {
        insta::assert_snapshot!(shown("<t>é</t>".as_bytes(), None), @"<t>é</t> (UTF-8)");
        insta::assert_snapshot!(shown(b"<t>\xe9</t>", None), @"<t>é</t> (windows-1252)");
        insta::assert_snapshot!(shown(b"<t>\xb3</t>", Some("text/xml; charset=\"ISO-8859-2\"")), @"<t>ł</t> (ISO-8859-2)");
        insta::assert_snapshot!(shown(b"<?xml version='1.0' encoding=\"koi8-r\"?><t>\xcd</t>", None), @r#"<?xml version='1.0' encoding="koi8-r"?><t>м</t> (KOI8-R)"#);
        insta::assert_snapshot!(shown(b"\xef\xbb\xbf<?xml version='1.0' encoding='latin1'?><t>\xc3\xa9</t>", Some("a/b;charset=koi8-r")), @"<?xml version='1.0' encoding='latin1'?><t>é</t> (UTF-8)");
    }

    #[test]
    fn what_does_not_fit_is_not_believed() {
        insta::assert_snapshot!(shown(b"<?xml version='1.0' encoding='utf-8'?><t>\xe9</t>", None), @"<?xml version='1.0' encoding='utf-8'?><t>é</t> (windows-1252, not utf-8)");
        insta::assert_snapshot!(shown(b"<?xml version='1.0' encoding='klingon'?><t>\xc3\xa9</t>", None), @"<?xml version='1.0' encoding='klingon'?><t>é</t> (UTF-8, not klingon)");
        insta::assert_snapshot!(shown(b"<?xml version='1.0' encoding='utf-16'?><t>x</t>", None), @"<?xml version='1.0' encoding='utf-16'?><t>x</t> (UTF-8, not utf-16)");
        insta::assert_snapshot!(shown("<t>ёжик и заяц</t>".as_bytes(), Some("text/xml; charset=us-ascii")), @"<t>ёжик и заяц</t> (UTF-8, not us-ascii)");
    }

    #[test]
    fn wide_encodings_are_seen() {
        let sixteen = |order: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        insta::assert_snapshot!(shown(&sixteen(u16::to_be_bytes, "<t>é</t>"), None), @"<t>é</t> (UTF-16BE)");
        insta::assert_snapshot!(shown(&sixteen(u16::to_le_bytes, "\u{feff}<t>é</t>"), Some("text/xml; charset=utf-8")), @"<t>é</t> (UTF-16LE)");
        let thirty_two: Vec<u8> = "<t>é</t>".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        insta::assert_snapshot!(shown(&thirty_two, None), @"<t>é</t> (UTF-32BE)");
    }

    #[test]
    fn one_bad_byte_does_not_cost_the_rest() {
        let mut bytes = "<t>Привет, мир, привет</t>".as_bytes().to_vec();
        bytes.push(0xff);
        insta::assert_snapshot!(shown(&bytes, None), @"<t>Привет, мир, привет</t>� (UTF-8, replaced)");
    }

    #[test]
    fn html_names_its_encoding_in_two_ways() {
        for head in ["<meta charset='windows-1251'>", "<META http-equiv=Content-Type content=\"text/html; charset=windows-1251\">"] {
            let mut bytes = head.as_bytes().to_vec();
            bytes.extend(b"\xcc\xee\xf1\xea\xe2\xe0");
            let decoded = decode_html(&bytes, None);
            assert!(decoded.text.ends_with("Москва"), "{}", decoded.text);
        }
        let late = [format!("<script>{}</script><meta charset=windows-1251>", "x".repeat(5_000)).as_bytes(), b"\xca\xe8\xe5\xe2"].concat();
        assert!(decode_html(&late, Some("text/html")).text.ends_with("Киев"));
        assert_eq!(decode_html("Київ".as_bytes(), Some("text/html; charset=iso-8859-1")).text, "Київ");
        assert_eq!(decode_html(b"\xff\xfeK\0i\0", Some("text/html; charset=utf-8")).text, "Ki");
        assert_eq!(decode_html(b"\xef\xbb\xbfa\xff", None).text, "a\u{fffd}");
        // One foreign byte in a page of Cyrillic in UTF-8 costs itself.
        let mixed = ["<meta charset=utf-8>Новий міст відкрили для руху".as_bytes(), b"\xe9"].concat();
        assert!(decode_html(&mixed, None).text.ends_with("руху\u{fffd}"));
    }
}
