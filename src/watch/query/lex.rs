//! From the text of a query to its pieces.

use crate::model::span::Span;
use crate::watch::query::Fault;
use crate::watch::query::ast::Term;

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A word or phrase.
    Term(Term),
    /// `name:`
    Field(String),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `*` alone.
    Star,
    /// A word in capitals that is an operator or begins one: `AND`, `NEAR/15`, `QUOTE`.
    Operator(Operator),
}

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `AND`
    And,
    /// `OR`
    Or,
    /// `NOT`
    Not,
    /// `NEAR/n`
    Near(u32),
    /// `BEFORE/n`
    Before(u32),
    /// `SENTENCE`
    Sentence,
    /// `PARAGRAPH`
    Paragraph,
    /// `ATLEAST/n`
    AtLeast(u32),
    /// `QUOTE`
    Quote,
    /// `STANCE`
    Stance,
    /// `ABOUT`
    About,
}

/// Most words that may lie between the sides of `NEAR` and `BEFORE`, and most times for `ATLEAST`.
const NUMBER_MAX: u32 = 1000;

/// Cuts a query into pieces. What cannot be read is told in `faults` and left out.
pub fn pieces(text: &str, faults: &mut Vec<Fault>) -> Vec<(Span, Piece)> {
    let mut lexer = Lexer { text, position: 0, found: Vec::new(), faults };
    lexer.run();
    lexer.found
}

struct Lexer<'a> {
    text: &'a str,
    position: usize,
    found: Vec<(Span, Piece)>,
    faults: &'a mut Vec<Fault>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(character) = self.peek() {
            let start = self.position;
            match character {
                _ if is_space(character) => self.position += character.len_utf8(),
                '(' => self.one(Piece::Open),
                ')' => self.one(Piece::Close),
                ',' => self.one(Piece::Comma),
                '=' => {
                    self.position += 1;
                    if self.peek().is_some_and(|next| is_mark(next) || is_of_word(next)) {
                        self.term(start, true);
                    } else {
                        let span = Span::new(start, self.position);
                        self.faults.push(Fault::new(span, "`=` stands alone", "write it directly before a word or phrase, such as =NATO"));
                    }
                }
                _ => self.term(start, false),
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.position..)?.chars().next()
    }

    fn one(&mut self, piece: Piece) {
        self.found.push((Span::new(self.position, self.position + 1), piece));
        self.position += 1;
    }

    fn term(&mut self, start: usize, exact: bool) {
        match self.peek() {
            Some(mark) if is_mark(mark) => self.phrase(start, mark, exact),
            _ => self.word(start, exact),
        }
    }

    fn phrase(&mut self, start: usize, mark: char, exact: bool) {
        let from = self.position + mark.len_utf8();
        let rest = self.text.get(from..).unwrap_or_default();
        // „German“ closes with the mark that opens “English”.
        let closes = |c: char| c == '"' || c == '”' || (c == '“' && mark == '„');
        let Some(length) = rest.find(closes) else {
            let span = Span::new(start, start + usize::from(exact) + mark.len_utf8());
            self.faults.push(Fault::new(span, "quotation mark is not closed", "end the phrase with \""));
            self.position = self.text.len();
            return;
        };
        let inside = Span::new(from, from + length);
        self.position = inside.end + rest.get(length..).and_then(|tail| tail.chars().next()).map_or(0, char::len_utf8);
        let span = Span::new(start, self.position);
        let text = inside.of(self.text);
        if !text.chars().any(char::is_alphanumeric) {
            self.faults.push(Fault::new(span, "phrase has no word in it", "write at least one word between the quotation marks"));
        }
        self.found.push((span, Piece::Term(Term { text: text.to_owned(), quoted: true, exact })));
        if self.peek().is_some_and(|next| is_of_word(next) && next != ':') {
            let at = Span::new(self.position, self.position + self.peek().map_or(0, char::len_utf8));
            self.faults.push(Fault::new(at, "no space after a quotation mark", "put a space between the phrase and what follows"));
        }
    }

    fn word(&mut self, start: usize, exact: bool) {
        let from = self.position;
        let rest = self.text.get(from..).unwrap_or_default();
        let after_field = matches!(self.found.last(), Some((span, Piece::Field(_))) if span.end == start);
        let length = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let run = rest.get(..length).unwrap_or_default();
        if !after_field
            && !exact
            && let Some(colon) = run.find(':')
        {
            self.position = from + colon + 1;
            self.found.push((Span::new(start, self.position), Piece::Field(run.get(..colon).unwrap_or_default().to_owned())));
            return;
        }
        self.position = from + length.max(rest.chars().next().map_or(1, char::len_utf8));
        let span = Span::new(start, self.position);
        if run == "*" && !exact {
            self.found.push((span, Piece::Star));
            return;
        }
        if !after_field && !exact && self.operator(run, span) {
            return;
        }
        self.check_word(run, span, after_field);
        self.found.push((span, Piece::Term(Term { text: run.to_owned(), quoted: false, exact })));
    }

    /// Reads an operator; `false` when the word is none.
    fn operator(&mut self, run: &str, span: Span) -> bool {
        let (name, number) = run.split_once('/').map_or((run, None), |(name, number)| (name, Some(number)));
        let operator = match (name, number) {
            ("AND", None) => Operator::And,
            ("OR", None) => Operator::Or,
            ("NOT", None) => Operator::Not,
            ("SENTENCE", None) => Operator::Sentence,
            ("PARAGRAPH", None) => Operator::Paragraph,
            ("QUOTE", None) => Operator::Quote,
            ("STANCE", None) => Operator::Stance,
            ("ABOUT", None) => Operator::About,
            ("NEAR", _) => Operator::Near(self.number(name, number, span)),
            ("BEFORE", _) => Operator::Before(self.number(name, number, span)),
            ("ATLEAST", _) => Operator::AtLeast(self.number(name, number, span)),
            _ => {
                let upper = name.to_ascii_uppercase();
                let joins = matches!(upper.as_str(), "AND" | "OR" | "NOT") && number.is_none();
                let counts = matches!(upper.as_str(), "NEAR" | "BEFORE" | "ATLEAST") && number.is_some();
                if joins || counts {
                    let right = run.to_ascii_uppercase();
                    let help = format!("write {right} for the operator, \"{run}\" for the word");
                    self.faults.push(Fault::warning(span, format!("`{run}` in small letters is a word, not an operator"), help));
                }
                return false;
            }
        };
        self.found.push((span, Piece::Operator(operator)));
        true
    }

    fn number(&mut self, name: &str, number: Option<&str>, span: Span) -> u32 {
        match number.map(str::parse::<u32>) {
            Some(Ok(value)) if (1..=NUMBER_MAX).contains(&value) => return value,
            None | Some(Err(_)) => {
                let message = format!("`{name}` has no number");
                self.faults.push(Fault::new(span, message, format!("write {name}/{}", if name == "ATLEAST" { 3 } else { 15 })));
            }
            Some(Ok(_)) => {
                let message = format!("the number of `{name}` is out of bounds");
                self.faults.push(Fault::new(span, message, format!("write a number from 1 to {NUMBER_MAX}")));
            }
        }
        1
    }

    fn check_word(&mut self, run: &str, span: Span, is_value: bool) {
        let quoted = format!("\"{}\"", run.trim_matches(|c: char| !c.is_alphanumeric()));
        let fault = if run.starts_with(['\'', '‘']) {
            Fault::new(span, "phrases stand in double quotation marks", "write \"…\"")
        } else if !is_value && run.starts_with(['-', '!', '+']) && run.len() > 1 {
            let right = if run.starts_with('+') { quoted } else { format!("NOT {quoted}") };
            Fault::new(span, format!("`{run}` begins with a sign that means nothing here"), format!("write {right}"))
        } else if !run.chars().any(char::is_alphanumeric) {
            Fault::new(span, format!("`{run}` is no word"), "leave it out, or put it into quotation marks with words beside it")
        } else if let Some(sign) = run.chars().find(|c| "~^[]{}|<>?".contains(*c) && !(is_value && *c == '?')) {
            Fault::new(span, format!("`{sign}` means nothing in `{run}`"), format!("put the word into quotation marks: {quoted}"))
        } else {
            return;
        };
        self.faults.push(fault);
    }
}

/// White space, and characters that cannot be seen and are easily pasted along.
fn is_space(character: char) -> bool {
    character.is_whitespace() || character.is_control() || matches!(character, '\u{feff}' | '\u{200b}')
}

const fn is_mark(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„')
}

fn is_of_word(character: char) -> bool {
    !is_space(character) && !is_mark(character) && !matches!(character, '(' | ')' | ',')
}
