//! Problems as text for people: place, the line with the fault underlined, and what would be right.

use std::collections::BTreeSet;
use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode, SourceSpan,
    SpanContents,
};

use crate::problem::{Level, Place, Problem, SourceText};

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// No escape sequences.
    #[default]
    Plain,
    /// For a terminal.
    Ansi,
}

/// Every problem in the order given, then a line with the counts. `width` is that of the terminal, in columns.
///
/// Gives the empty text when there is no problem.
///
/// ```
/// use std::sync::Arc;
/// use wirewatch::model::span::Span;
/// use wirewatch::problem::render::{Colour, render};
/// use wirewatch::problem::{Place, Problem, SourceText};
///
/// let source = Arc::new(SourceText { name: "wirewatch.toml".to_owned(), text: "[pol]\n".to_owned() });
/// let problem = Problem::error("`pol` is not known", Place { source, span: Span::new(1, 4) }).help("did you mean `poll`?");
/// let text = render(&[problem], 80, Colour::Plain);
/// assert!(text.contains("[wirewatch.toml:1:2]"));
/// assert!(text.ends_with("1 error in 1 file\n"));
/// ```
pub fn render(problems: &[Problem], width: usize, colour: Colour) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let theme = match colour {
        Colour::Plain => GraphicalTheme::unicode_nocolor(),
        Colour::Ansi => GraphicalTheme::unicode(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width.max(40)).with_context_lines(1).without_syntax_highlighting();
    let mut text = String::new();
    for problem in problems {
        let report = Report { problem, source: problem.place.as_ref().map(|place| WholeLines(&place.source)) };
        if handler.render_report(&mut text, &report).is_err() {
            // Writing into memory does not fail, so the place is outside its text: the message is worth more than the lines.
            text.push_str(&problem.message);
            text.push('\n');
        }
        text.push('\n');
    }
    text.push_str(&summary(problems));
    text.push('\n');
    text
}

/// Counts of errors, warnings and files, such as `7 errors and 1 warning in 2 files`.
pub fn summary(problems: &[Problem]) -> String {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let warnings = problems.len() - errors;
    let files =
        problems.iter().filter_map(|problem| problem.place.as_ref()).map(|place| place.source.name.as_str()).collect::<BTreeSet<_>>();
    let counts = [(errors, "error"), (warnings, "warning")];
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(*count, noun)).collect::<Vec<_>>().join(" and ");
    if files.is_empty() { counts } else { format!("{counts} in {}", counted(files.len(), "file")) }
}

/// A count with its noun, such as `1 feed` or `2 watches`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = match (count, noun.ends_with("ch")) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{count} {noun}{ending}")
}

/// One problem as the renderer wants it.
struct Report<'a> {
    problem: &'a Problem,
    source: Option<WholeLines<'a>>,
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(formatter)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem.message)
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(match self.problem.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.problem.place.as_ref()?.span;
        Some(Box::new(std::iter::once(LabeledSpan::new(None, span.start, span.len()))))
    }
}

/// Shows the whole lines of a fault and no others, so that a neighbouring line never leaves the file; counts columns in
/// characters, as editors do, where the renderer's own sources count bytes.
struct WholeLines<'a>(&'a std::sync::Arc<SourceText>);

impl SourceCode for WholeLines<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.0.text.as_str();
        let (start, end) = (span.offset(), span.offset() + span.len());
        let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return Err(MietteError::OutOfBounds) };
        let place = Place { source: std::sync::Arc::clone(self.0), span: crate::model::span::Span::new(start, end) };
        let (line, column) = place.line_and_column();
        let (start, end, column) = if context_lines_before == 0 {
            (start, end, column - 1)
        } else {
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let line_end = after.find('\n').map_or(text.len(), |newline| end + newline + 1);
            (line_start, line_end, 0)
        };
        let data = text.get(start..end).unwrap_or_default();
        let lines = data.matches('\n').count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.name.clone(),
            data.as_bytes(),
            (start, end - start).into(),
            line - 1,
            column,
            lines,
        )))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::model::span::Span;
    use crate::problem::render::{Colour, render};
    use crate::problem::{Place, Problem, SourceText};

    /// Problems given as the part of the text each is about.
    fn shown(text: &str, problems: &[(&str, &str, Option<&str>)]) -> String {
        let source = Arc::new(SourceText { name: "wirewatch.toml".to_owned(), text: text.to_owned() });
        let problems = problems.iter().map(|(part, message, help)| {
            let start = text.find(part).unwrap();
            let place = Place { source: Arc::clone(&source), span: Span::new(start, start + part.len()) };
            match help {
                Some(help) => Problem::error(*message, place).help(*help),
                None => Problem::warning(*message, place),
            }
        });
        render(&problems.collect::<Vec<_>>(), 80, Colour::Plain)
    }

    #[test]
    fn one_line_is_shown_with_the_fault_underlined() {
        insta::assert_snapshot!(shown(
            "[poll]\ninterval = \"5s\"\nsecret = 1\n",
            &[("\"5s\"", "`poll.interval` is shorter than five minutes", Some("write \"5m\" or more"))],
        ), @r#"
          × `poll.interval` is shorter than five minutes
           ╭─[wirewatch.toml:2:12]
         2 │ interval = "5s"
           ·            ────
           ╰────
          help: write "5m" or more

        1 error in 1 file
        "#);
    }

    #[test]
    fn columns_count_characters_and_several_lines_are_shown_whole() {
        insta::assert_snapshot!(shown(
            "aliases = [\"Дмитрий\", \"П\"]\nwhen = '''\na\nb'''\nlast = 1",
            &[("\"П\"", "an alias is short", None), ("'''\na\nb'''", "a long one", Some("shorten")), ("1", "last", None)],
        ), @r#"
          ⚠ an alias is short
           ╭─[wirewatch.toml:1:23]
         1 │ aliases = ["Дмитрий", "П"]
           ·                       ───
           ╰────

          × a long one
           ╭─[wirewatch.toml:2:8]
         2 │ ╭─▶ when = '''
         3 │ │   a
         4 │ ╰─▶ b'''
           ╰────
          help: shorten

          ⚠ last
           ╭─[wirewatch.toml:5:8]
         5 │ last = 1
           ·        ─
           ╰────

        1 error and 2 warnings in 1 file
        "#);
    }

    #[test]
    fn a_problem_without_a_place_is_a_message() {
        let problem = Problem {
            place: None,
            ..Problem::error(
                "no file",
                Place { source: Arc::new(SourceText { name: String::new(), text: String::new() }), span: Span::default() },
            )
        };
        insta::assert_snapshot!(render(&[problem], 80, Colour::Plain), @"
          × no file

        1 error
        ");
    }

    #[test]
    fn nothing_is_said_of_nothing_and_the_end_of_a_file_is_a_place() {
        assert_eq!(render(&[], 80, Colour::Plain), "");
        assert!(render(&[at_end("a = 1\n")], 80, Colour::Plain).contains("wirewatch.toml:2:1"));
        assert!(render(&[at_end("")], 80, Colour::Plain).contains("wirewatch.toml:1:1"));
    }

    fn at_end(text: &str) -> Problem {
        let source = Arc::new(SourceText { name: "wirewatch.toml".to_owned(), text: text.to_owned() });
        Problem::error("ends early", Place { source, span: Span::new(text.len(), text.len()) })
    }
}
