//! A tree as text that parses back to it.

use std::fmt::{self, Display, Formatter};

use crate::watch::query::ast::{Kind, Node, Term};

impl Display for Node {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Term(term) => term.fmt(out),
            Kind::Field(field, value) => write!(out, "{}:{value}", field.as_str()),
            Kind::Zone(zone, part) => write!(out, "{}:({part})", zone.as_str()),
            Kind::And(parts) => joined(out, parts, " AND "),
            Kind::Or(parts) => joined(out, parts, " OR "),
            Kind::Not(part) => write!(out, "NOT {}", Inner(part)),
            Kind::Near { distance, ordered, left, right } => {
                let name = if *ordered { "BEFORE" } else { "NEAR" };
                write!(out, "{} {name}/{distance} {}", Inner(left), Inner(right))
            }
            Kind::Within(unit, part) => write!(out, "{}({part})", unit.as_str()),
            Kind::AtLeast(times, part) => write!(out, "ATLEAST/{times}({part})"),
            Kind::Quote(who, what) => write!(out, "QUOTE({}, {what})", Who(who)),
            Kind::Stance(who, positions, what) => {
                let named: Vec<&str> = positions.iter().map(|position| position.as_str()).collect();
                match named.as_slice() {
                    [] => write!(out, "STANCE({}, *, {what})", Who(who)),
                    [one] => write!(out, "STANCE({}, {one}, {what})", Who(who)),
                    many => write!(out, "STANCE({}, ({}), {what})", Who(who), many.join(" OR ")),
                }
            }
            Kind::About(words) => write!(out, "ABOUT(\"{words}\")"),
            Kind::Any => out.write_str("*"),
            Kind::Fault => out.write_str("…"),
        }
    }
}

impl Display for Term {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let equals = if self.exact { "=" } else { "" };
        if self.quoted { write!(out, "{equals}\"{}\"", self.text) } else { write!(out, "{equals}{}", self.text) }
    }
}

fn joined(out: &mut Formatter<'_>, parts: &[Node], by: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.write_str(by)?;
        }
        Inner(part).fmt(out)?;
    }
    Ok(())
}

/// In parentheses where it has parts beside each other.
struct Inner<'a>(&'a Node);

impl Display for Inner<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            Kind::And(_) | Kind::Or(_) | Kind::Near { .. } | Kind::Not(_) => write!(out, "({})", self.0),
            _ => self.0.fmt(out),
        }
    }
}

/// The first part of `QUOTE` and `STANCE`, where an actor needs no field.
struct Who<'a>(&'a Node);

impl Display for Who<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            Kind::Field(crate::watch::query::ast::Field::Actor, value) => value.fmt(out),
            _ => self.0.fmt(out),
        }
    }
}
