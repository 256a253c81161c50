//! An error with its causes, as one line.

use std::error::Error;

/// The message of the error and of all its causes, joined by colons.
///
/// Some libraries repeat their cause at the end of their own message; it is told once.
///
/// ```
/// use wirewatch::text::chain::chain;
/// let error = "x".parse::<u8>().unwrap_err();
/// assert_eq!(chain(&error), "invalid digit found in string");
/// ```
pub fn chain(error: &dyn Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !out.ends_with(&text) {
            out.push_str(": ");
            out.push_str(&text);
        }
        cause = error.source();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[derive(Debug, thiserror::Error)]
    enum Sample {
        #[error("no answer")]
        Inner,
        #[error("cannot read `a`")]
        Outer(#[source] Box<Sample>),
        #[error("network: {0}")]
        Repeating(#[source] Box<Sample>),
    }

    #[test]
    fn every_cause_is_told_once() {
        assert_eq!(chain(&Sample::Inner), "no answer");
        let error = Sample::Outer(Box::new(Sample::Repeating(Box::new(Sample::Inner))));
        assert_eq!(chain(&error), "cannot read `a`: network: no answer");
    }
}
