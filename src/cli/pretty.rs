//! JSON for reading: indented, with the order of the fields kept and arrays of numbers on one line.

/// Indents a JSON text that is written on one line.
pub fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut rest = json;
    while let Some(character) = rest.chars().next() {
        let mut taken = character.len_utf8();
        match character {
            '"' => {
                taken = string_length(rest);
                out.push_str(rest.get(..taken).unwrap_or_default());
            }
            '[' | '{' => {
                if let Some(flat) = flat_length(rest) {
                    taken = flat;
                    out.push_str(&rest.get(..taken).unwrap_or_default().replace(',', ", "));
                } else {
                    depth += 1;
                    out.push(character);
                    line(&mut out, depth);
                }
            }
            ']' | '}' => {
                depth = usize::saturating_sub(depth, 1);
                line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push(character),
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Length of the string that begins the text, with its quotation marks.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of an empty object, or of an array that holds nothing but numbers.
fn flat_length(text: &str) -> Option<usize> {
    if text.starts_with("{}") {
        return Some(2);
    }
    let end = text.strip_prefix('[')?.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.' | '-')))?;
    text.get(end + 1..)?.starts_with(']').then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn order_and_strings_are_kept() {
        let json = r#"{"b":[1,2],"a":{"x":"a, [\"b\"]: {","y":[],"z":{}},"c":[[1,2],[3,4]]}"#;
        insta::assert_snapshot!(pretty(json), @r#"
        {
          "b": [1, 2],
          "a": {
            "x": "a, [\"b\"]: {",
            "y": [],
            "z": {}
          },
          "c": [
            [1, 2],
            [3, 4]
          ]
        }
        "#);
        let same: serde_json::Value = serde_json::from_str(&pretty(json)).unwrap();
        assert_eq!(same, serde_json::from_str::<serde_json::Value>(json).unwrap());
    }
}
