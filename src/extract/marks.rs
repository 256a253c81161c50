//! Quotation marks: which belong together.
//!
//! Marks pair by their order and by what stands around them, because writers mix shapes. A paragraph that opens a mark
//! without closing it goes on in the next paragraph when that one begins with a mark. An odd mark is repaired inside its
//! paragraph, so it never spoils another. One pass over the text.

use crate::model::span::Span;

/// What stands between two marks. Marks inside marks are part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marked {
    /// The words without the marks and the space next to them.
    pub(crate) inner: Span,
    /// The words with their marks.
    pub(crate) outer: Span,
    /// Index of the paragraph.
    pub(crate) paragraph: usize,
    /// Whether the next paragraph's first marked words go on with this statement.
    pub(crate) continues: bool,
    /// What kind of marks these are.
    pub(crate) shape: Shape,
    /// Whether a mark was missing.
    pub(crate) repaired: bool,
}

/// What a pair of marks is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Marks of quotation.
    Double,
    /// Single marks, which headings and titles use too.
    Single,
}

/// Marks that can close one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Double,
    Angle,
    Corner,
    Single,
}

impl Family {
    const fn of(character: char) -> Option<Self> {
        match character {
            '"' | '“' | '”' | '„' | '‟' | '＂' | '〝' | '〞' => Some(Self::Double),
            '«' | '»' | '‹' | '›' => Some(Self::Angle),
            '「' | '」' | '『' | '』' => Some(Self::Corner),
            '‘' | '’' | '‚' | '‛' | '\'' | '`' => Some(Self::Single),
            _ => None,
        }
    }

    /// Whether opening and closing marks differ, so that one may stand inside another.
    const fn nests(self) -> bool {
        matches!(self, Self::Angle | Self::Corner)
    }
}

/// One mark with its neighbours.
#[derive(Debug, Clone, Copy)]
struct Mark {
    character: char,
    span: Span,
    before: Option<char>,
    after: Option<char>,
}

impl Mark {
    fn opens_by_place(self) -> bool {
        let left = self.before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–' | '-' | '/' | '…'));
        left && self.after.is_some_and(|c| !c.is_whitespace() && !matches!(c, ',' | ';' | ')' | '?' | '!'))
    }

    fn closes_by_place(self) -> bool {
        let left = self.before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '['));
        let right = self.after.is_none_or(|c| !c.is_alphanumeric());
        left && right && !self.opens_by_place()
    }

    /// Whether only the end of a quotation fits here, also for an apostrophe.
    fn closes_surely(self) -> bool {
        self.before.is_some_and(|c| matches!(c, ',' | '.' | '?' | '!' | '…'))
            || self.after.is_none_or(|c| matches!(c, ',' | '.' | ';' | ':' | '?' | '!' | ')'))
    }
}

/// A mark that waits for its partner.
#[derive(Debug, Clone, Copy)]
struct Open {
    mark: Mark,
    family: Family,
    depth: usize,
    /// Where the last inner mark closed, or where an apostrophe might have been the end.
    fallback: Option<Span>,
}

/// The marked words of a text, in order, none inside another.
pub(crate) fn find(text: &str, paragraphs: &[Span]) -> Vec<Marked> {
    let mut found = Vec::new();
    for (index, paragraph) in paragraphs.iter().enumerate() {
        let next = paragraphs.get(index + 1).map_or("", |next| next.of(text));
        Pairing { text, paragraph: *paragraph, index, next, open: None, found: &mut found, any: false }.run();
    }
    found
}

struct Pairing<'a> {
    text: &'a str,
    paragraph: Span,
    index: usize,
    next: &'a str,
    open: Option<Open>,
    found: &'a mut Vec<Marked>,
    any: bool,
}

impl Pairing<'_> {
    fn run(mut self) {
        let text = self.paragraph.of(self.text);
        let mut before = None;
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if character.is_ascii_alphanumeric() || character == ' ' {
                before = Some(character);
                continue;
            }
            if let Some(family) = Family::of(character) {
                let start = self.paragraph.start + at;
                let mut span = Span::new(start, start + character.len_utf8());
                let mut family = family;
                // Marks of a typewriter are two single marks ("``…''"), and tables double every mark ("\"\"…\"\""): a run of
                // the same mark is one.
                if family == Family::Single || character == '"' {
                    while characters.next_if(|(_, next)| *next == character).is_some() {
                        family = Family::Double;
                        span.end += character.len_utf8();
                    }
                }
                let after = characters.peek().map(|(_, next)| *next);
                self.mark(Mark { character, span, before, after }, family);
            }
            before = Some(character);
        }
        self.finish();
    }

    fn mark(&mut self, mark: Mark, family: Family) {
        match self.open {
            Some(open) if open.family == family => self.same_family(open, mark),
            Some(open) if open.family == Family::Single && family == Family::Double => {
                // A lone apostrophe never swallows a real quotation.
                self.give_up_single(open);
                self.outside(mark, family);
            }
            Some(_) => {}
            None => self.outside(mark, family),
        }
    }

    fn outside(&mut self, mark: Mark, family: Family) {
        let opens = match family {
            Family::Single => {
                matches!(mark.character, '‘' | '‚' | '\'' | '`') && mark.opens_by_place() && mark.after.is_some_and(char::is_alphanumeric)
            }
            Family::Double if mark.closes_by_place() => {
                // Inches ("a 6" pipe") open nothing; a first stray mark that can only close lost its partner.
                if !mark.before.is_some_and(|c| c.is_ascii_digit()) && !self.any && mark.after.is_none_or(|c| !c.is_alphanumeric()) {
                    let inner = Span::new(self.paragraph.start, mark.span.start);
                    self.push(inner, Span::new(inner.start, mark.span.end), false, true);
                }
                false
            }
            Family::Angle | Family::Corner if mark.closes_by_place() => false,
            _ => true,
        };
        if opens {
            self.open = Some(Open { mark, family, depth: 0, fallback: None });
        }
    }

    fn same_family(&mut self, mut open: Open, mark: Mark) {
        if open.family == Family::Single {
            self.single(open, mark);
        } else if mark.opens_by_place()
            && (open.family.nests() || (mark.character == open.mark.character && !matches!(mark.character, '"' | '\'')))
        {
            open.depth += 1;
            self.open = Some(open);
        } else if mark.opens_by_place() && mark.before.is_some_and(char::is_whitespace) && mark.character == open.mark.character {
            // The mark before was never closed: what it opened ends with its sentence.
            let end = self.sentence_end(open.mark.span.end, mark.span.start);
            self.push(Span::new(open.mark.span.end, end), Span::new(open.mark.span.start, end), false, true);
            self.open = Some(Open { mark, family: open.family, depth: 0, fallback: None });
        } else if open.depth > 0 {
            open.depth -= 1;
            open.fallback = Some(mark.span);
            self.open = Some(open);
        } else {
            self.close(open, mark.span, false);
        }
    }

    fn single(&mut self, mut open: Open, mark: Mark) {
        let ends = matches!(mark.character, '’' | '‘' | '\'') && mark.closes_by_place();
        let plain = !mark.before.is_some_and(|c| matches!(c, 's' | 'S')) && open.mark.character != '\'';
        if ends && (plain || mark.closes_surely()) {
            self.close(open, mark.span, false);
        } else if ends {
            open.fallback = Some(mark.span);
            self.open = Some(open);
        } else if mark.opens_by_place() && matches!(mark.character, '‘' | '\'') {
            self.give_up_single(open);
            self.outside(mark, Family::Single);
        }
    }

    /// Ends a single mark whose end was not certain.
    fn give_up_single(&mut self, open: Open) {
        self.open = None;
        if let Some(end) = open.fallback.filter(|_| open.mark.character != '\'') {
            self.close(open, end, true);
        }
    }

    fn close(&mut self, open: Open, end: Span, repaired: bool) {
        self.open = None;
        self.push(Span::new(open.mark.span.end, end.start), Span::new(open.mark.span.start, end.end), false, repaired);
    }

    fn finish(&mut self) {
        let Some(open) = self.open.take() else { return };
        if open.family == Family::Single {
            self.give_up_single(open);
            return;
        }
        let start = open.mark.span;
        let continues = self.next.trim_start().chars().next().and_then(Family::of) == Some(open.family);
        if continues && open.depth == 0 {
            self.push(Span::new(start.end, self.paragraph.end), Span::new(start.start, self.paragraph.end), true, false);
        } else if let Some(end) = open.fallback {
            // One mark closed the inner and the outer words, as Russian typography allows.
            self.close(open, end, true);
        } else {
            let leads = self.text.get(self.paragraph.start..start.start).unwrap_or_default().trim_end();
            let end = if leads.is_empty() || leads.ends_with(':') {
                self.paragraph.end
            } else {
                self.sentence_end(start.end, self.paragraph.end)
            };
            self.push(Span::new(start.end, end), Span::new(start.start, end), false, true);
        }
    }

    /// Where the first sentence after `from` ends, at most at `to`.
    fn sentence_end(&self, from: usize, to: usize) -> usize {
        let part = self.text.get(from..to).unwrap_or_default();
        let mut previous = ' ';
        for (at, character) in part.char_indices() {
            if character.is_whitespace() && matches!(previous, '.' | '!' | '?') {
                return from + at;
            }
            previous = character;
        }
        to
    }

    fn push(&mut self, inner: Span, outer: Span, continues: bool, repaired: bool) {
        self.any = true;
        let words = inner.of(self.text);
        let start = inner.start + (words.len() - words.trim_start().len());
        let inner = Span::new(start, start + words.trim().len());
        if !inner.is_empty() {
            let mut marks = outer.of(self.text).chars();
            let mark = marks.next();
            let shape =
                if mark.and_then(Family::of) == Some(Family::Single) && marks.next() != mark { Shape::Single } else { Shape::Double };
            self.found.push(Marked { inner, outer, paragraph: self.index, continues, shape, repaired });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::model::span::Span;

    /// Marked words, one a line; `+` goes on in the next paragraph, `?` was repaired.
    fn shown(text: &str) -> String {
        let mut paragraphs = Vec::new();
        let mut start = 0;
        for part in text.split("\n\n") {
            paragraphs.push(Span::new(start, start + part.len()));
            start += part.len() + 2;
        }
        let lines: Vec<String> = find(text, &paragraphs)
            .iter()
            .map(|one| format!("[{}]{}{}", one.inner.of(text), if one.continues { "+" } else { "" }, if one.repaired { "?" } else { "" }))
            .collect();
        lines.join(" ")
    }

    #[test]
    fn every_shape() {
        insta::assert_snapshot!(shown("“One,” she said. \"Two,\" he said. « Trois », dit-il. «Чотири», — сказав він."), @"[One,] [Two,] [Trois] [Чотири]");
        insta::assert_snapshot!(shown("„Fünf“, sagte er. »Sechs«, sagte sie. 「七」と言った。『八』"), @"[Fünf] [Sechs] [七] [八]");
        insta::assert_snapshot!(shown("‘We won’t go,’ said Ann. ‘It’s ours.’ The boys’ room was shut."), @"[We won’t go,] [It’s ours.]");
    }

    #[test]
    fn mixed_shapes_pair_by_order() {
        insta::assert_snapshot!(shown("“It is late\", he said. \"Very late,” he said."), @"[It is late] [Very late,]");
        insta::assert_snapshot!(shown("«Мы читали «Известия» утром», — сказал он. «Мы читали «Правду», — сказал он."), @"[Мы читали «Известия» утром] [Мы читали «Правду]?");
    }

    #[test]
    fn a_run_of_marks_is_one_mark() {
        insta::assert_snapshot!(shown("``We go,'' he said. ''We stay,'' she said. \"\"\"\" We wait, \"\"\"\" they said."), @"[We go,] [We stay,] [We wait,]");
        insta::assert_snapshot!(shown("A `small change', she said, and a 6'' pipe."), @"[small change]");
    }

    #[test]
    fn goes_on_in_the_next_paragraph() {
        insta::assert_snapshot!(shown("“One.\n\n“Two,” he said.\n\n\"Three."), @"[One.]+ [Two,] [Three.]?");
    }

    #[test]
    fn odd_marks_cost_their_own_words_only() {
        insta::assert_snapshot!(shown("He bought a 6\" pipe and said \"it fits\" twice."), @"[it fits]");
        insta::assert_snapshot!(shown("He said \"we go. They left. \"I stay,\" she said."), @"[we go.]? [I stay,]");
        insta::assert_snapshot!(shown("We are late,\" he said. Then he left.\n\n\"Fine,\" she said."), @"[We are late,]? [Fine,]");
        insta::assert_snapshot!(shown("The '90s ended 'em. O'Brien's dogs' bowls. 'tis 'Yes,' he said."), @"[Yes,]");
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_stays_inside(text in "[\"“”„«»‘’'「」 a.\\n,é]{0,60}") {
            let found = find(&text, &[Span::new(0, text.len())]);
            for pair in found.windows(2) {
                proptest::prop_assert!(pair[0].outer.end <= pair[1].outer.start);
            }
            for one in found {
                proptest::prop_assert!(text.get(one.outer.start..one.outer.end).is_some());
                proptest::prop_assert!(one.outer.contains(one.inner));
            }
        }
    }
}
