//! From pieces to the tree, by recursive descent.
//!
//! `NOT` binds closest, then `NEAR` and `BEFORE`, then `AND` (also where nothing stands between two forms), then `OR`.
//! A fault does not end the reading: the part is replaced by [`Kind::Fault`], so that all faults are told at once.

use crate::model::extraction::Position;
use crate::model::span::Span;
use crate::problem::{Level, nearest};
use crate::watch::query::Fault;
use crate::watch::query::ast::{Field, Kind, Node, Term, Unit, Zone};
use crate::watch::query::lex::{Operator, Piece, pieces};

/// Groups and operators inside each other; more is a mistake, and would cost stack.
pub const DEPTH_MAX: u32 = 200;
/// Words, phrases and fields of one query.
pub const PARTS_MAX: usize = 10_000;

/// Reads a query. The faults may be warnings alone; where one is an error, the tree must not be used.
///
/// ```
/// use wirewatch::watch::query::parse::parse;
/// let (tree, faults) = parse("ukraine (guarantee OR \"multinational force\")");
/// assert!(faults.is_empty());
/// assert_eq!(tree.to_string(), "ukraine AND (guarantee OR \"multinational force\")");
/// ```
pub fn parse(text: &str) -> (Node, Vec<Fault>) {
    let mut faults = Vec::new();
    let pieces = pieces(text, &mut faults);
    let whole = Span::new(0, text.len());
    let mut parser = Parser { text, pieces, position: 0, depth: 0, parts: 0, given_up: false, faults };
    if parser.pieces.is_empty() {
        if !parser.faults.iter().any(|fault| fault.level == Level::Error) {
            parser.faults.push(Fault::new(whole, "query is empty", "write at least one word, such as guarantee"));
        }
        return (Node { span: whole, kind: Kind::Fault }, parser.faults);
    }
    let mut node = parser.either(None);
    while let Some((span, piece)) = parser.next() {
        match piece {
            Piece::Close => parser.fault(span, "`)` closes nothing", "remove it, or open the group with `(`"),
            Piece::Comma => parser.fault(span, "`,` has no place here", "it parts only what stands inside QUOTE( ) and STANCE( )"),
            _ => {
                parser.position -= 1;
                let more = parser.either(None);
                node = Node { span: node.span.hull(more.span), kind: Kind::And(vec![node, more]) };
            }
        }
    }
    parser.faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
    (node, parser.faults)
}

struct Parser<'a> {
    text: &'a str,
    pieces: Vec<(Span, Piece)>,
    position: usize,
    depth: u32,
    parts: usize,
    given_up: bool,
    faults: Vec<Fault>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.position).map(|(_, piece)| piece)
    }

    fn next(&mut self) -> Option<(Span, Piece)> {
        let found = self.pieces.get(self.position).cloned();
        self.position += usize::from(found.is_some());
        found
    }

    fn fault(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        if !self.given_up {
            self.faults.push(Fault::new(span, message, help));
        }
    }

    /// Stops reading: what follows would only give faults that follow from this one.
    fn give_up(&mut self, span: Span, message: String, help: &str) -> Node {
        self.fault(span, message, help);
        self.given_up = true;
        self.position = self.pieces.len();
        Node { span, kind: Kind::Fault }
    }

    /// Where the next piece stands, or the end of the text.
    fn here(&self) -> Span {
        let end = Span::new(self.text.len(), self.text.len());
        self.pieces
            .get(self.position)
            .map_or_else(|| self.pieces.last().map_or(end, |(span, _)| Span::new(span.end, span.end)), |(s, _)| *s)
    }

    fn deeper(&mut self, span: Span, read: impl FnOnce(&mut Self) -> Node) -> Node {
        if self.depth >= DEPTH_MAX {
            return self.give_up(
                span,
                format!("more than {DEPTH_MAX} groups or operators inside each other"),
                "split the query into topics",
            );
        }
        self.depth += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn either(&mut self, field: Option<Field>) -> Node {
        let first = self.all(field);
        let mut parts = vec![first];
        while let Some(Piece::Operator(Operator::Or)) = self.peek() {
            self.position += 1;
            parts.push(self.all(field));
        }
        group(parts, Kind::Or)
    }

    fn all(&mut self, field: Option<Field>) -> Node {
        let mut parts = vec![self.near(field)];
        loop {
            match self.peek() {
                None | Some(Piece::Close | Piece::Comma | Piece::Operator(Operator::Or)) => break,
                Some(Piece::Operator(Operator::And)) => {
                    self.position += 1;
                    parts.push(self.near(field));
                }
                Some(_) => parts.push(self.near(field)),
            }
        }
        group(parts, Kind::And)
    }

    fn near(&mut self, field: Option<Field>) -> Node {
        let mut left = self.not(field);
        let mut chain = 0;
        while let Some(Piece::Operator(operator @ (Operator::Near(distance) | Operator::Before(distance)))) = self.peek() {
            let (ordered, distance) = (matches!(operator, Operator::Before(_)), *distance);
            let at = self.here();
            self.position += 1;
            chain += 1;
            if self.depth + chain > DEPTH_MAX {
                return self.give_up(
                    at,
                    format!("more than {DEPTH_MAX} groups or operators inside each other"),
                    "split the query into topics",
                );
            }
            let right = self.not(field);
            for side in [&left, &right] {
                if let Some((span, what)) = without_place(side) {
                    let name = if ordered { "BEFORE" } else { "NEAR" };
                    self.fault(
                        span,
                        format!("{what} has no place in the text, so nothing is near it"),
                        format!("join it with AND outside {name}"),
                    );
                }
            }
            let span = left.span.hull(right.span);
            left = Node { span, kind: Kind::Near { distance, ordered, left: Box::new(left), right: Box::new(right) } };
        }
        left
    }

    fn not(&mut self, field: Option<Field>) -> Node {
        if self.peek() != Some(&Piece::Operator(Operator::Not)) {
            return self.primary(field);
        }
        let at = self.here();
        self.position += 1;
        self.deeper(at, |parser| {
            let part = parser.not(field);
            Node { span: at.hull(part.span), kind: Kind::Not(Box::new(part)) }
        })
    }

    fn primary(&mut self, field: Option<Field>) -> Node {
        let at = self.here();
        self.parts += 1;
        if self.parts > PARTS_MAX {
            return self.give_up(
                at,
                format!("more than {PARTS_MAX} words, phrases and fields in one query"),
                "split the query into topics",
            );
        }
        let Some((span, piece)) = self.next() else {
            let help = "write a word, a phrase or a group after it";
            self.fault(self.last_operator(), "something is missing at the end", help);
            return Node { span: at, kind: Kind::Fault };
        };
        match piece {
            Piece::Term(term) => match field {
                Some(field) => Node { span, kind: Kind::Field(field, term) },
                None => self.term(span, term),
            },
            Piece::Star => Node { span, kind: Kind::Any },
            Piece::Open => self.deeper(span, |parser| {
                let inner = parser.inside(span, field);
                Node { span: span.hull(parser.before()), kind: inner.kind }
            }),
            Piece::Field(name) => self.field(span, &name, field),
            Piece::Operator(operator) => self.operator(span, operator),
            Piece::Close => {
                self.position -= 1;
                self.fault(span, "something is missing before `)`", "write a word, a phrase or a group");
                Node { span, kind: Kind::Fault }
            }
            Piece::Comma => {
                self.position -= 1;
                self.fault(span, "something is missing before `,`", "write a word, a phrase or a group");
                Node { span, kind: Kind::Fault }
            }
        }
    }

    fn last_operator(&self) -> Span {
        self.pieces.last().map_or(Span::default(), |(span, _)| *span)
    }

    /// Where the piece before the current one stands.
    fn before(&self) -> Span {
        self.position.checked_sub(1).and_then(|at| self.pieces.get(at)).map_or(Span::default(), |(span, _)| *span)
    }

    /// What stands in a group whose `(` was read, and the `)`.
    fn inside(&mut self, open: Span, field: Option<Field>) -> Node {
        if self.peek() == Some(&Piece::Close) {
            let span = open.hull(self.here());
            self.position += 1;
            self.fault(span, "group is empty", "write at least one word in it, or remove it");
            return Node { span, kind: Kind::Fault };
        }
        if self.peek().is_none() {
            self.fault(open, "`(` is not closed", "end the group with `)`");
            return Node { span: open, kind: Kind::Fault };
        }
        let node = self.either(field);
        self.close(open);
        node
    }

    /// Reads the `)` of a group; what does not belong there is told and skipped.
    fn close(&mut self, open: Span) {
        let mut opened = 0_usize;
        while let Some((span, piece)) = self.next() {
            match piece {
                Piece::Close if opened == 0 => return,
                Piece::Close => opened -= 1,
                Piece::Open => opened += 1,
                Piece::Comma => {
                    self.fault(
                        span,
                        "`,` has no place here",
                        "write OR or AND between the parts; a phrase with a comma stands in quotation marks",
                    );
                }
                _ => {}
            }
        }
        self.fault(open, "`(` is not closed", "end the group with `)`");
    }

    fn term(&mut self, span: Span, term: Term) -> Node {
        for piece in term.text.split_whitespace() {
            if let Some(message) = wildcard_fault(piece) {
                self.fault(span, message, "write at least three letters, then one `*`, such as zelensk*");
                break;
            }
        }
        Node { span, kind: Kind::Term(term) }
    }

    fn field(&mut self, span: Span, name: &str, outer: Option<Field>) -> Node {
        if let Some(zone) = Zone::parse(name) {
            if outer.is_some() {
                self.fault(span, format!("`{name}:` cannot stand inside a field"), "write it outside the group");
            }
            return self.deeper(span, |parser| {
                let part = parser.value(span, name, None);
                Node { span: span.hull(parser.before()), kind: Kind::Zone(zone, Box::new(part)) }
            });
        }
        let Some(field) = Field::parse(name) else {
            let known: Vec<&str> = Field::ALL.iter().map(|f| f.as_str()).chain(Zone::ALL.iter().map(|z| z.as_str())).collect();
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}:`?"),
                None => format!("fields are {}; a word with a colon stands in quotation marks", known.join(", ")),
            };
            self.fault(span, format!("there is no field `{name}`"), help);
            let part = self.value(span, name, None);
            return Node { span: span.hull(part.span), kind: Kind::Fault };
        };
        if outer.is_some_and(|outer| !(outer.is_of_actor() && field.is_of_actor())) {
            self.fault(span, format!("`{name}:` cannot stand inside another field"), "write it outside the group");
        }
        self.deeper(span, |parser| {
            let part = parser.value(span, name, Some(field));
            let spaced = matches!(&part.kind, Kind::Field(_, term) if !term.quoted) && field.is_wordy();
            if spaced
                && let Some(Piece::Term(next)) = parser.peek()
                && !next.quoted
                && !next.exact
            {
                let (more, first) = (next.text.clone(), part.span.of(parser.text).to_owned());
                let help = format!("write {name}:\"{first} {more}\", or AND between the two");
                parser.fault(parser.here(), format!("`{more}` does not belong to `{name}:`, which takes one word"), help);
            }
            Node { span: span.hull(parser.before()), kind: part.kind }
        })
    }

    /// What stands after `name:`: a word, a phrase or a group.
    fn value(&mut self, span: Span, name: &str, field: Option<Field>) -> Node {
        let touches = self.here().start == span.end;
        match self.peek() {
            Some(Piece::Term(_)) if touches => self.primary(field),
            Some(Piece::Open) => self.primary(field),
            _ if name == "http" || name == "https" => {
                self.position += usize::from(touches && self.peek().is_some());
                Node { span, kind: Kind::Fault }
            }
            _ => {
                let help = format!("write {name}:word, {name}:\"a phrase\" or {name}:( … ), without a space after the colon");
                self.fault(span, format!("`{name}:` has no value"), help);
                Node { span, kind: Kind::Fault }
            }
        }
    }

    fn operator(&mut self, span: Span, operator: Operator) -> Node {
        let name = span.of(self.text).to_owned();
        if let Operator::And | Operator::Or | Operator::Not | Operator::Near(_) | Operator::Before(_) = operator {
            self.fault(span, format!("`{name}` has nothing before it"), format!("write a word before it, or \"{name}\" for the word"));
            if matches!(operator, Operator::Or | Operator::And) && self.peek().is_some() {
                return self.primary(None);
            }
            return Node { span, kind: Kind::Fault };
        }
        if self.peek() != Some(&Piece::Open) {
            self.fault(span, format!("`{name}` has no group after it"), format!("write {name}( … ), or \"{name}\" for the word"));
            return Node { span, kind: Kind::Fault };
        }
        let open = self.here();
        self.position += 1;
        self.deeper(span, |parser| {
            let kind = match operator {
                Operator::Sentence => Kind::Within(Unit::Sentence, Box::new(parser.inside(open, None))),
                Operator::Paragraph => Kind::Within(Unit::Paragraph, Box::new(parser.inside(open, None))),
                Operator::AtLeast(times) => {
                    let part = parser.inside(open, None);
                    if let Some((at, what)) = without_place(&part) {
                        parser.fault(at, format!("{what} has no place in the text, so it cannot be counted"), "write it outside ATLEAST");
                    }
                    Kind::AtLeast(times, Box::new(part))
                }
                Operator::Quote => parser.quote(span, open),
                Operator::Stance => parser.stance(span, open),
                _ => parser.about(span, open),
            };
            Node { span: span.hull(parser.before()), kind }
        })
    }

    fn about(&mut self, span: Span, open: Span) -> Kind {
        let kind = match self.peek() {
            Some(Piece::Term(term)) if term.quoted && !term.exact => Kind::About(term.text.clone()),
            _ => Kind::Fault,
        };
        if kind == Kind::Fault {
            self.fault(span, "ABOUT takes plain words in quotation marks", "write ABOUT(\"multinational force for Ukraine\")");
            self.inside(open, None);
        } else {
            self.position += 1;
            self.close(open);
        }
        kind
    }

    /// Reads `,`; `false` when something else is there.
    fn comma(&mut self, name: Span, help: &str) -> bool {
        if self.peek() == Some(&Piece::Comma) {
            self.position += 1;
            return true;
        }
        let message = format!("`{}` lacks a part", name.of(self.text));
        self.fault(name, message, help);
        false
    }

    fn quote(&mut self, name: Span, open: Span) -> Kind {
        let help = "write QUOTE(who, query), such as QUOTE(peskov, \"security guarantee\"); speaker:peskov asks for any quote";
        let who = self.who();
        if !self.comma(name, help) {
            self.close(open);
            return Kind::Fault;
        }
        let what = self.either(None);
        self.close(open);
        Kind::Quote(Box::new(who), Box::new(what))
    }

    fn stance(&mut self, name: Span, open: Span) -> Kind {
        let help = "write STANCE(holder, position, query), such as STANCE(russia, oppose, guarantee); * stands for any";
        let holder = self.who();
        if !self.comma(name, help) {
            self.close(open);
            return Kind::Fault;
        }
        let positions = self.positions();
        if !self.comma(name, help) {
            self.close(open);
            return Kind::Fault;
        }
        let what = self.either(None);
        self.close(open);
        Kind::Stance(Box::new(holder), positions, Box::new(what))
    }

    /// An actor, actors in a group, `country:`, `type:`, `role:`, or `*`.
    fn who(&mut self) -> Node {
        let node = self.either(Some(Field::Actor));
        if let Some(span) = not_an_actor(&node) {
            self.fault(
                span,
                "this part says who",
                "write an actor such as peskov, a group of actors, country:RU, type:state, role:spokesperson or *",
            );
        }
        node
    }

    fn positions(&mut self) -> Vec<Position> {
        let mut found = Vec::new();
        let mut open = 0_usize;
        loop {
            match self.peek() {
                Some(Piece::Open) => open += 1,
                Some(Piece::Close) if open > 0 => open -= 1,
                Some(Piece::Operator(Operator::Or)) if open > 0 => {}
                Some(Piece::Star) if open == 0 && found.is_empty() => {
                    self.position += 1;
                    return found;
                }
                Some(Piece::Term(term)) if !term.exact => {
                    let word = term.text.clone();
                    let at = self.here();
                    if let Some(position) = Position::parse(&word) {
                        found.push(position);
                    } else {
                        let names: Vec<&str> = Position::ALL.iter().map(|p| p.as_str()).collect();
                        let near = nearest(&word, names.iter().copied()).map_or_else(String::new, |near| format!("did you mean {near}? "));
                        self.fault(at, format!("there is no position `{word}`"), format!("{near}positions are {}, or *", names.join(", ")));
                        found.push(Position::Neutral);
                    }
                }
                _ => break,
            }
            self.position += 1;
        }
        if found.is_empty() || open > 0 {
            let names: Vec<&str> = Position::ALL.iter().map(|p| p.as_str()).collect();
            let help = format!("write one, or several as (oppose OR doubt); positions are {}, or *", names.join(", "));
            self.fault(self.here(), "the second part of STANCE is a position", help);
        }
        found
    }
}

fn group(mut parts: Vec<Node>, kind: impl FnOnce(Vec<Node>) -> Kind) -> Node {
    let span = parts.iter().map(|part| part.span).reduce(Span::hull).unwrap_or_default();
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            parts.push(last);
            Node { span, kind: kind(parts) }
        }
        (_, None) => Node { span, kind: Kind::Fault },
    }
}

/// Why the stars of a word are wrong.
fn wildcard_fault(word: &str) -> Option<String> {
    let stars = word.matches('*').count();
    if stars == 0 {
        return None;
    }
    if stars > 1 || !word.ends_with('*') {
        return Some(format!("`*` stands only at the end of a word, not as in `{word}`"));
    }
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphanumeric()).collect();
    let unspaced = letters.iter().copied().all(crate::text::fold::is_unspaced);
    (letters.len() < 3 && (letters.is_empty() || !unspaced)).then(|| format!("`{word}` has fewer than three letters before `*`"))
}

/// The first part that has no place in the text, and what it is.
fn without_place(node: &Node) -> Option<(Span, &'static str)> {
    match &node.kind {
        Kind::Not(_) => Some((node.span, "what is absent")),
        Kind::Field(field, _) if field.is_of_item() => Some((node.span, "a property of the item")),
        Kind::About(_) => Some((node.span, "ABOUT")),
        _ => node.parts().into_iter().find_map(without_place),
    }
}

/// The first part that does not say who.
fn not_an_actor(node: &Node) -> Option<Span> {
    match &node.kind {
        Kind::Any | Kind::Fault => None,
        Kind::Field(field, _) if field.is_of_actor() => None,
        Kind::And(parts) | Kind::Or(parts) => parts.iter().find_map(not_an_actor),
        Kind::Not(part) => not_an_actor(part),
        _ => Some(node.span),
    }
}
