//! Broken JSON made whole: raw line breaks in strings, escapes that are none, commas before a bracket, a missing end.

/// Brackets that stand open at one time; deeper JSON is not mended.
const DEPTH_MAX: usize = 100;

/// The text with what can be mended, and whether its end was missing: then it ends after the last whole entry.
pub(super) fn mend(text: &str) -> (String, bool) {
    let mut mender = Mender { out: String::with_capacity(text.len()), open: Vec::new(), key: String::new(), comma: None, whole: None };
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let behind = rest.get(character.len_utf8()..).unwrap_or_default();
        if character == '"' {
            let Some(behind) = mender.string(behind) else { break };
            rest = behind;
            continue;
        }
        if !mender.sign(character) {
            break;
        }
        if mender.open.is_empty() && matches!(character, '}' | ']') {
            return (mender.out, false);
        }
        rest = behind;
    }
    let Mender { mut out, whole, .. } = mender;
    match whole {
        Some(whole) => {
            out.truncate(whole);
            out.push_str("]}");
            (out, true)
        }
        None => (out, true),
    }
}

struct Mender {
    out: String,
    open: Vec<char>,
    /// The last string directly inside the outermost object.
    key: String,
    /// Where a comma stands that nothing has followed yet.
    comma: Option<usize>,
    /// Where the last whole entry ends.
    whole: Option<usize>,
}

impl Mender {
    /// Takes a sign outside of strings; `false` when the nesting is too deep.
    fn sign(&mut self, character: char) -> bool {
        match character {
            '{' | '[' => {
                if self.open.len() == DEPTH_MAX {
                    return false;
                }
                self.open.push(character);
                self.out.push(character);
                if self.open.len() == 2 && character == '[' && self.key == "items" {
                    self.whole = Some(self.out.len());
                }
                self.comma = None;
            }
            '}' | ']' => {
                if let Some(comma) = self.comma.take() {
                    self.out.truncate(comma);
                }
                self.open.pop();
                self.out.push(character);
                if self.open.len() == 2 && self.key == "items" && self.open.last() == Some(&'[') && self.whole.is_some() {
                    self.whole = Some(self.out.len());
                }
            }
            ',' => {
                self.comma = Some(self.out.len());
                self.out.push(character);
            }
            _ => {
                if !character.is_whitespace() {
                    self.comma = None;
                }
                self.out.push(character);
            }
        }
        true
    }

    /// Takes a string, after its opening mark; what follows it, or `None` when it has no end.
    fn string<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        self.comma = None;
        let begin = self.out.len();
        self.out.push('"');
        let mut rest = text;
        loop {
            let end = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ')?;
            let (plain, special) = rest.split_at(end);
            self.out.push_str(plain);
            let behind = special.get(1..).unwrap_or_default();
            rest = match special.as_bytes().first() {
                Some(b'"') => {
                    if self.open.len() == 1 {
                        self.key = self.out.get(begin + 1..).unwrap_or_default().to_owned();
                    }
                    self.out.push('"');
                    return Some(behind);
                }
                Some(b'\\') => self.escape(behind),
                _ => {
                    self.out.push(' ');
                    behind
                }
            };
        }
    }

    /// Takes an escaped code unit, or a pair of them; half a pair is no character.
    fn escaped_unit<'a>(&mut self, behind: &'a str) -> &'a str {
        let Some(first) = unit(behind) else {
            self.out.push_str("\\\\");
            return behind;
        };
        let (written, next) = behind.split_at_checked(5).unwrap_or((behind, ""));
        let is_low = |unit: &u32| (0xdc00..=0xdfff).contains(unit);
        let low = next.strip_prefix('\\').filter(|low| unit(low).as_ref().is_some_and(is_low));
        match (first, low) {
            (0xd800..=0xdbff, Some(low)) => {
                let (second, rest) = low.split_at_checked(5).unwrap_or((low, ""));
                for part in ["\\", written, "\\", second] {
                    self.out.push_str(part);
                }
                rest
            }
            (0xd800..=0xdfff, _) => {
                self.out.push(char::REPLACEMENT_CHARACTER);
                next
            }
            _ => {
                self.out.push('\\');
                self.out.push_str(written);
                next
            }
        }
    }

    /// Takes what stands behind a backslash.
    fn escape<'a>(&mut self, behind: &'a str) -> &'a str {
        match behind.as_bytes().first() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.out.push('\\');
                self.out.push_str(behind.get(..1).unwrap_or_default());
                behind.get(1..).unwrap_or_default()
            }
            Some(b'u') => self.escaped_unit(behind),
            _ => {
                self.out.push_str("\\\\");
                behind
            }
        }
    }
}

/// The code unit that `uXXXX` at the start stands for.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}
