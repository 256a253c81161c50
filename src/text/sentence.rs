//! Sentences.

use crate::model::span::Span;

/// The sentences of one paragraph, in order, trimmed; together they cover all its words.
///
/// A full stop ends no sentence after an abbreviation or an initial, before a lower-case word, or inside quotation marks
/// that are still open.
///
/// ```
/// use wirewatch::model::span::Span;
/// use wirewatch::text::sentence::sentences;
/// let text = "Mr. Smith met U.S. officials. \"We spoke. It helped,\" he said.";
/// let found: Vec<&str> = sentences(text, Span::new(0, text.len())).into_iter().map(|span| span.of(text)).collect();
/// assert_eq!(found, ["Mr. Smith met U.S. officials.", "\"We spoke. It helped,\" he said."]);
/// ```
pub fn sentences(text: &str, paragraph: Span) -> Vec<Span> {
    let inside = paragraph.of(text);
    let mut found = Vec::new();
    let mut start = 0;
    let mut marks = Marks::new(inside);
    let mut characters = inside.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character == ' ' || character.is_ascii_alphanumeric() {
            continue;
        }
        marks.read(character);
        if !is_end(character) {
            continue;
        }
        let mut end = at + character.len_utf8();
        let mut closed = false;
        let mut footnoted = false;
        while let Some((next_at, next)) = characters.peek().copied() {
            let swallowed = if is_end(next) || matches!(next, ')' | ']' | '’' | '\'') {
                true
            } else if next == '[' {
                footnote(inside.get(next_at..).unwrap_or_default())
            } else if next.is_ascii_digit() {
                footnoted
            } else {
                marks.closes(next)
            };
            if !swallowed {
                break;
            }
            footnoted = next == '[' || (footnoted && next.is_ascii_digit());
            closed |= marks.closes(next);
            marks.read(next);
            end = next_at + next.len_utf8();
            characters.next();
        }
        let after = inside.get(end..).unwrap_or_default();
        let wide = is_wide_end(character);
        if marks.open() && !closed {
            continue;
        }
        if after.is_empty() || wide || breaks(inside, at, character, after, closed) {
            push(&mut found, inside, start, end, paragraph.start);
            start = end;
        }
    }
    push(&mut found, inside, start, inside.len(), paragraph.start);
    found
}

fn push(found: &mut Vec<Span>, text: &str, start: usize, end: usize, offset: usize) {
    let Some(part) = text.get(start..end) else { return };
    let trimmed = part.trim();
    if trimmed.is_empty() {
        return;
    }
    let lead = part.len() - part.trim_start().len();
    found.push(Span::new(start + lead, start + lead + trimmed.len()).shifted(offset));
}

const fn is_end(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '｡' | '؟' | '।' | '\u{6d4}')
}

const fn is_wide_end(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '｡')
}

/// Whether a reference such as `[17]` begins here.
fn footnote(rest: &str) -> bool {
    let mut characters = rest.chars().skip(1);
    let digits = characters.by_ref().take(5).take_while(char::is_ascii_digit).count();
    digits > 0 && rest.chars().nth(digits + 1) == Some(']')
}

/// Whether a sentence ends at an end mark that is followed by `after`.
fn breaks(text: &str, at: usize, mark: char, after: &str, closed: bool) -> bool {
    let mut next = after.chars();
    if !next.next().is_some_and(|c| c.is_whitespace() || matches!(c, '“' | '"' | '«' | '„' | '(' | '—' | '–')) {
        return false;
    }
    let first = after.chars().find(|c| !c.is_whitespace() && !is_opener(*c) && !matches!(c, '(' | '[' | '—' | '–' | '-' | '•' | '¿' | '¡'));
    let Some(first) = first else { return true };
    if first.is_lowercase() {
        return false;
    }
    if mark != '.' {
        return true;
    }
    let before = text.get(..at).unwrap_or_default();
    // A word is short: a long run of letters is not searched to its begin again and again.
    let mut near = at.saturating_sub(48);
    while !before.is_char_boundary(near) {
        near += 1;
    }
    let before = before.get(near..).unwrap_or_default();
    let from = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '«' | '„' | '—' | '–'))
        .map_or(0, |index| index + before.get(index..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let word = before.get(from..).unwrap_or_default();
    if closed && !word.is_empty() {
        return true;
    }
    let dotted = word.contains('.');
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if dotted && letters <= 4 && word.split('.').all(|part| part.chars().count() <= 2) {
        // "the U.S. Senate" goes on; "in the U.S. The Senate" does not.
        return starts_like_a_sentence(after);
    }
    if letters == 1 && word.chars().count() == 1 {
        // "J. Smith" and "z. B." go on; "plan B. Then" is rarer than both.
        let next: Vec<char> = after.trim_start().chars().take(2).collect();
        let initials = next.get(1) == Some(&'.');
        return word == "I" || (word.chars().all(char::is_lowercase) && !initials && !is_abbreviation(word));
    }
    if word.chars().all(|c| c.is_ascii_digit()) && word.len() <= 2 && first.is_uppercase() {
        // "am 3. Oktober": an ordinal where the next word is a month is not told from an end by figures alone.
        return !is_month(after.trim_start());
    }
    !is_abbreviation(word)
}

/// Whether the words after an acronym are such that begin sentences and are written small inside them.
fn starts_like_a_sentence(after: &str) -> bool {
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    matches!(
        word.as_str(),
        "The"
            | "A"
            | "An"
            | "He"
            | "She"
            | "It"
            | "They"
            | "We"
            | "In"
            | "On"
            | "At"
            | "But"
            | "And"
            | "This"
            | "That"
            | "These"
            | "His"
            | "Her"
            | "Its"
            | "Their"
            | "There"
            | "However"
            | "Meanwhile"
            | "After"
            | "As"
            | "For"
            | "If"
            | "When"
            | "While"
            | "With"
            | "Since"
            | "I"
            | "You"
            | "What"
            | "Who"
            | "Earlier"
            | "Later"
            | "Last"
            | "According"
            | "Both"
            | "Many"
            | "Some"
            | "Yet"
            | "Still"
            | "So"
            | "Instead"
            | "By"
            | "From"
    )
}

fn is_month(after: &str) -> bool {
    const MONTHS: &[&str] =
        &["Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
    MONTHS.iter().any(|month| after.starts_with(month))
}

/// Abbreviations of several languages in small letters, sorted.
const ABBREVIATIONS: &[&str] = &[
    "a.k.a",
    "abb",
    "abg",
    "abs",
    "adm",
    "al",
    "allg",
    "apr",
    "art",
    "assn",
    "aug",
    "av",
    "ave",
    "bd",
    "bldg",
    "blvd",
    "brig",
    "bros",
    "bsp",
    "bzw",
    "ca",
    "capt",
    "cf",
    "ch",
    "chr",
    "cit",
    "cmdr",
    "co",
    "col",
    "comdr",
    "corp",
    "cpl",
    "dec",
    "del",
    "dept",
    "dipl",
    "doc",
    "dott",
    "dr",
    "dra",
    "ed",
    "eds",
    "eng",
    "ens",
    "esq",
    "est",
    "etc",
    "evtl",
    "ex",
    "exc",
    "feb",
    "ff",
    "fig",
    "fr",
    "fri",
    "frl",
    "ft",
    "gebr",
    "gen",
    "ggf",
    "godz",
    "gov",
    "hon",
    "hr",
    "hrsg",
    "id",
    "im",
    "ing",
    "inkl",
    "insp",
    "inż",
    "jan",
    "jhd",
    "jr",
    "jul",
    "jun",
    "kap",
    "kl",
    "km",
    "ks",
    "lic",
    "lt",
    "ltd",
    "maj",
    "mar",
    "max",
    "messrs",
    "mgr",
    "min",
    "mio",
    "mld",
    "mlle",
    "mln",
    "mme",
    "mmes",
    "mr",
    "mrd",
    "mrs",
    "ms",
    "msgr",
    "mt",
    "no",
    "nos",
    "nov",
    "nr",
    "oct",
    "ok",
    "okt",
    "op",
    "orig",
    "p",
    "pag",
    "par",
    "penn",
    "ph",
    "pl",
    "pp",
    "pres",
    "proc",
    "prof",
    "proff",
    "pt",
    "pvt",
    "red",
    "ref",
    "rep",
    "reps",
    "rev",
    "sec",
    "sen",
    "sens",
    "sep",
    "sept",
    "sgt",
    "sig",
    "sog",
    "sr",
    "sra",
    "sres",
    "st",
    "sta",
    "ste",
    "str",
    "supt",
    "tel",
    "tys",
    "tzw",
    "ul",
    "univ",
    "usw",
    "vd",
    "vgl",
    "vol",
    "vs",
    "zb",
    "zzt",
    "św",
    "акад",
    "вул",
    "гг",
    "грн",
    "доц",
    "им",
    "м",
    "млн",
    "млрд",
    "обл",
    "ов",
    "пл",
    "пр",
    "просп",
    "проф",
    "ред",
    "рис",
    "руб",
    "св",
    "см",
    "ст",
    "стр",
    "тис",
    "тов",
    "тыс",
    "ул",
];

/// Whether a sentence goes on after the word and its full stop.
fn is_abbreviation(word: &str) -> bool {
    let folded = word.to_lowercase();
    ABBREVIATIONS.binary_search(&folded.as_str()).is_ok()
}

fn is_opener(character: char) -> bool {
    matches!(character, '"' | '“' | '„' | '«' | '‘' | '\'' | '‹' | '「' | '『' | '”' | '»')
}

/// Which quotation marks are open. A paragraph whose marks do not pair is read as if it had none.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each kind of mark is paired or not by itself")]
struct Marks {
    depth: i32,
    straight: bool,
    straight_paired: bool,
    curly_paired: bool,
    angle_paired: bool,
    /// „ is closed by “ in German and Slavic print, by ” elsewhere.
    low: bool,
}

impl Marks {
    fn new(text: &str) -> Self {
        let (mut straight, mut open, mut close, mut low, mut left, mut right) = (0, 0, 0, 0, 0, 0);
        for character in text.chars().filter(|character| *character == '"' || !character.is_ascii()) {
            match character {
                '"' => straight += 1,
                '“' => open += 1,
                '”' => close += 1,
                '„' => low += 1,
                '«' => left += 1,
                '»' => right += 1,
                _ => {}
            }
        }
        let curly_paired = if low > 0 { open + close == low } else { open == close };
        Self { depth: 0, straight: false, straight_paired: straight % 2 == 0, curly_paired, angle_paired: left == right, low: low > 0 }
    }

    const fn open(&self) -> bool {
        self.depth > 0 || self.straight
    }

    fn closes(&self, character: char) -> bool {
        match character {
            '"' => self.straight || !self.straight_paired,
            '“' => self.low && self.depth > 0,
            '»' => !self.angle_paired || self.depth > 0,
            '”' | '」' | '』' => true,
            _ => false,
        }
    }

    fn read(&mut self, character: char) {
        match character {
            '"' if self.straight_paired => self.straight = !self.straight,
            '„' if self.curly_paired => self.depth += 1,
            '“' if self.curly_paired => self.depth += if self.low { -1 } else { 1 },
            '”' if self.curly_paired => self.depth -= 1,
            '«' if self.angle_paired => self.depth += 1,
            '»' if self.angle_paired => self.depth -= 1,
            '「' | '『' => self.depth += 1,
            '」' | '』' => self.depth -= 1,
            _ => {}
        }
        self.depth = self.depth.max(0);
    }
}

#[cfg(test)]
mod tests {
    use super::sentences;
    use crate::model::span::Span;
    use crate::text::token::Tokens;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let found: Vec<&str> = sentences(text, Span::new(0, text.len())).into_iter().map(|span| span.of(text)).collect();
        found.join(" | ")
    }

    #[test]
    fn hard_cases() {
        insta::assert_snapshot!(shown("He lives in the U.S. Senate aides left. In the U.S. The vote is near."), @"He lives in the U.S. Senate aides left. | In the U.S. | The vote is near.");
        insta::assert_snapshot!(shown("J. D. Vance spoke. Dr. No. 5 met Gen. Smith at 3.5 percent. Why? Because!"), @"J. D. Vance spoke. | Dr. No. 5 met Gen. Smith at 3.5 percent. | Why? | Because!");
        insta::assert_snapshot!(shown("It ended.[17] Then \"a war began. It was long.\" He left. \"Odd mark. Next one."), @r#"It ended.[17] | Then "a war began. | It was long." | He left. | "Odd mark. | Next one."#);
        insta::assert_snapshot!(shown("Er kam am 3. Oktober an. Die Fa. blieb, z. B. hier. „Gut. Ja.“ Ende."), @"Er kam am 3. Oktober an. | Die Fa. blieb, z. B. hier. | „Gut. Ja.“ | Ende.");
        insta::assert_snapshot!(shown("В 2020 г. он уехал. «Нет. Да.» Конец."), @"В 2020 г. он уехал. | «Нет. Да.» | Конец.");
        insta::assert_snapshot!(shown("习近平会见普京。他说：「好。」会议结束！"), @"习近平会见普京。 | 他说：「好。」 | 会议结束！");
        insta::assert_snapshot!(shown("the U.S., which left. apple did not"), @"the U.S., which left. apple did not");
    }

    #[test]
    fn is_linear() {
        for one in ["\"", "“", "a. ", "[1", "A.", "„“"] {
            let text = one.repeat(1_000_000 / one.len());
            let started = std::time::Instant::now();
            assert!(!sentences(&text, Span::new(0, text.len())).is_empty());
            assert!(started.elapsed() < std::time::Duration::from_secs(5), "{one}");
        }
    }

    proptest! {
        #[test]
        fn sentences_cover_all_words(text in "([A-Za-zäЖ中]{1,4}|[.!?。\"“”„«» \\[\\]0-9]|\\. |U\\.S\\.){0,40}") {
            let found = sentences(&text, Span::new(0, text.len()));
            prop_assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
            for span in &found {
                prop_assert!(text.get(span.start..span.end).is_some_and(|part| !part.trim().is_empty()));
            }
            for token in Tokens::new(&text).iter() {
                let touched = found.iter().any(|span| span.overlaps(token.span));
                prop_assert!(touched);
            }
        }
    }
}
