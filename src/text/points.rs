//! From bytes to Unicode code points and back.

use crate::model::span::Span;

/// Translates byte spans of one text into spans of code points, which is what records count.
///
/// Costs one pass over the text, then a search in a small table for each position.
#[derive(Debug)]
pub struct CodePoints {
    /// `(byte, code point)` where the two begin to differ by more, in order.
    steps: Vec<(usize, usize)>,
    bytes: usize,
}

impl CodePoints {
    /// Reads the text once.
    pub fn new(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut points = 0;
        for (byte, character) in text.char_indices() {
            points += 1;
            if !character.is_ascii() {
                steps.push((byte + character.len_utf8(), points));
            }
        }
        Self { steps, bytes: text.len() }
    }

    /// The code point that begins at the byte.
    pub fn point(&self, byte: usize) -> usize {
        let byte = byte.min(self.bytes);
        match self.steps.partition_point(|(at, _)| *at <= byte).checked_sub(1).and_then(|index| self.steps.get(index)) {
            Some((at, point)) => point + (byte - at),
            None => byte,
        }
    }

    /// The span in code points.
    pub fn span(&self, span: Span) -> Span {
        Span::new(self.point(span.start), self.point(span.end))
    }
}

/// The byte at which the code point begins; the text's length when there are not so many.
pub fn byte_of(text: &str, point: usize) -> usize {
    text.char_indices().nth(point).map_or(text.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::{CodePoints, byte_of};

    #[test]
    fn counts_like_chars() {
        let text = "a“bé”👍z";
        let points = CodePoints::new(text);
        for (count, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(points.point(byte), count);
            assert_eq!(byte_of(text, count), byte);
        }
        assert_eq!(points.point(text.len()), text.chars().count());
    }
}
