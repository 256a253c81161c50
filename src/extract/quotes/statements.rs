//! Statements inside one sentence: who, the word of reporting, and what is reported.

use crate::extract::cues::{ABOUT, AFTER, AS, BARE, Cue, FOR, HEARER, MARKS, NOUN, THAT, TO, TOWARDS, WEAK};
use crate::extract::speaker::{Phrase, Phrases, is_day};
use crate::extract::words::{BOUNDARY, COLON, COMMA, DASH, HYPHEN, POSSESSIVE, SEMICOLON};
use crate::model::extraction::Act;
use crate::model::span::Span;

/// How far a statement may stand from its word of reporting, in pieces.
const REACH: usize = 20;
/// How many words a source before its verb has at most, in languages without grammar of their own here.
const PHRASE_WORDS: usize = 10;

/// A statement of one unit; positions count the unit's pieces.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Stretches of pieces, `start..end`.
    pub(crate) content: Vec<(usize, usize)>,
    /// The word of reporting.
    pub(crate) cue: Span,
    /// Who.
    pub(crate) source: Option<Phrase>,
    /// The rule that found the source.
    pub(crate) rule: &'static str,
    /// How often that rule is right.
    pub(crate) confidence: f32,
    /// Said or held.
    pub(crate) act: Act,
}

/// What follows a word of reporting.
enum Following {
    /// The statement, from a piece on; the flag that allowed it.
    Content(usize, u16),
    /// Nothing that could be the statement; the piece at which something else goes on.
    Nothing(usize),
}

/// Finds the statements of one unit, in order.
pub(crate) fn find(phrases: Phrases<'_>) -> Vec<Statement> {
    let mut reader = Reader { phrases, document: false, found: Vec::new(), taken: 0, subject: None };
    reader.according();
    let count = phrases.unit.pieces.len();
    for at in 0..count {
        if phrases.is_marked(at) {
            continue;
        }
        let word = phrases.folded(at);
        if let Some(cue) = phrases.words.pack.verb(word) {
            reader.verb(at, cue);
        }
        if let Some(act) = phrases.words.pack.noun(word) {
            reader.noun(at, act);
        }
    }
    reader.colon();
    reader.cut_overlaps();
    reader.found
}

struct Reader<'a> {
    phrases: Phrases<'a>,
    /// Whether a poll, a report or a picture is the subject at hand: it shows what follows it without "that".
    document: bool,
    found: Vec<Statement>,
    /// Pieces before this one belong to earlier statements that stood before their cue.
    taken: usize,
    subject: Option<Phrase>,
}

impl Reader<'_> {
    fn count(&self) -> usize {
        self.phrases.unit.pieces.len()
    }

    fn verb(&mut self, at: usize, cue: Cue) {
        let phrases = self.phrases;
        let group = self.group_start(at);
        // "Declined to comment" says nothing.
        let mute =
            cue.takes(TO) && phrases.folded(at + 1) == "to" && matches!(phrases.folded(at + 2), "comment" | "elaborate" | "speculate");
        // German "so" reports only behind what was said: "“…”, so Weber".
        let mute = mute || (!phrases.words.pack.english && phrases.folded(at) == "so" && !(at > 0 && phrases.is_marked(at - 1)));
        if mute || self.is_noun_use(at, group) || self.is_part_of_name(at) {
            return;
        }
        if phrases.words.pack.verb_last {
            self.verb_last(at, cue);
            return;
        }
        if phrases.words.pack.english {
            let helper = phrases.folded(group);
            let passive = (group..at).any(|one| is_be(phrases.folded(one))) && !cue.participle;
            if passive || (at > 0 && phrases.folded(at - 1) == "to" && !self.is_serial_to(at)) {
                return;
            }
            if cue.participle && group == at && !is_be(helper) {
                self.participle(at, cue);
                return;
            }
        }
        let source = self.source(at, group, cue);
        let Some((source, rule, confidence, resume)) = source else { return };
        if cue.base && phrases.words.pack.english && group == at && (rule == "shared-subject" || !phrases.is_plural(source)) {
            return;
        }
        self.state(at, cue, source, rule, confidence, resume, group);
    }

    /// "“…” dedi Ana Vorel", "Vorel, … söyledi": a language that ends its sentences with the verb.
    fn verb_last(&mut self, at: usize, cue: Cue) {
        let phrases = self.phrases;
        let mark = (at.saturating_sub(3)..at).rev().find(|one| phrases.is_marked(*one));
        let named = phrases.is_capital(at + 1) && phrases.gap(at + 1) & BOUNDARY == 0;
        let comma = (1..at.min(PHRASE_WORDS)).find(|one| phrases.gap(*one) & COMMA != 0 && *one >= self.taken);
        let (source, rule) = if named {
            (phrases.capitals(at + 1, at + PHRASE_WORDS), "after-cue")
        } else if let Some(comma) = comma {
            (phrases.adjacent(comma), "subject-cue")
        } else {
            (phrases.subject(mark.unwrap_or(at)), "subject-cue")
        };
        let content = match (mark, comma) {
            (Some(mark), _) => Some((mark, mark + 1)),
            (None, Some(comma)) if !named => Some((comma, at)),
            _ => None,
        };
        if let Some(content) = content.filter(|(start, end)| phrases.is_marked(*start) || end - start >= 2)
            && source.is_some()
        {
            self.taken = at + 1;
            self.push(at, vec![content], source, rule, 0.8, cue.act);
        }
    }

    /// Where helping verbs and adverbs before the verb begin.
    fn group_start(&self, at: usize) -> usize {
        let phrases = self.phrases;
        let mut group = at;
        while group > 0 && at - group < 6 && !phrases.is_marked(group - 1) && phrases.gap(group) & BOUNDARY == 0 {
            let word = phrases.folded(group - 1);
            let name = phrases.words.pack.english && group > 1 && phrases.is_capital(group - 1);
            if !name && phrases.words.pack.is_between(word) && !phrases.is_pronoun(group - 1) || (phrases.words.pack.english && is_be(word))
            {
                group -= 1;
            } else if self.is_past_time(group) {
                group -= 2;
            } else {
                break;
            }
        }
        group
    }

    /// "had last month charged": a time between the helping verb and the verb.
    fn is_past_time(&self, end: usize) -> bool {
        let phrases = self.phrases;
        phrases.words.pack.english
            && end > 2
            && matches!(phrases.folded(end - 1), "week" | "month" | "year" | "night" | "fall" | "spring" | "summer" | "winter")
            && matches!(phrases.folded(end - 2), "last" | "this" | "earlier")
            && phrases.gap(end - 1) & BOUNDARY == 0
    }

    fn is_noun_use(&self, at: usize, group: usize) -> bool {
        if at == 0 || group != at || !self.phrases.words.pack.english {
            return false;
        }
        let phrases = self.phrases;
        // "Many state workers": the plural behind carries the phrase.
        let next = phrases.folded(at + 1);
        let adjunct = matches!(phrases.folded(at - 1), "many" | "some" | "most" | "both" | "those" | "several" | "all" | "other")
            && phrases.words.pack.verb(phrases.folded(at)).is_some_and(|cue| cue.base)
            && next.ends_with('s')
            && !next.ends_with("ss");
        adjunct
            || phrases.gap(at) & (POSSESSIVE | HYPHEN) != 0
            || phrases.gap(at + 1) & HYPHEN != 0
            || matches!(
                phrases.folded(at - 1),
                "the"
                    | "a"
                    | "an"
                    | "this"
                    | "that"
                    | "these"
                    | "those"
                    | "his"
                    | "her"
                    | "their"
                    | "its"
                    | "our"
                    | "my"
                    | "your"
                    | "any"
                    | "no"
                    | "some"
                    | "of"
                    | "in"
                    | "on"
                    | "for"
                    | "with"
                    | "by"
                    | "from"
                    | "at"
            ) && !(phrases.folded(at - 1) == "that" && phrases.gap(at) & BOUNDARY != 0)
    }

    /// "the United States", "Wall Street Reports": a capital inside a sentence is a name.
    fn is_part_of_name(&self, at: usize) -> bool {
        let phrases = self.phrases;
        let after_marks = at > 0 && phrases.is_marked(at - 1);
        at > 0 && !after_marks && phrases.is_capital(at) && (phrases.words.pack.english || phrases.gap(at) & BOUNDARY == 0)
    }

    /// "went on to say", "continued to insist".
    fn is_serial_to(&self, at: usize) -> bool {
        at > 1 && matches!(self.phrases.folded(at - 2), "on" | "continued" | "continues" | "wanted")
    }

    /// The subject, the rule, its confidence, and the piece from which the statement is sought.
    fn source(&mut self, at: usize, group: usize, cue: Cue) -> Option<(Phrase, &'static str, f32, usize)> {
        let phrases = self.phrases;
        let after_marks = group > 0 && phrases.is_marked(group - 1);
        let after_comma = phrases.gap(group) & (COMMA | DASH) != 0;
        if cue.takes(AFTER | MARKS)
            && (after_marks || after_comma || group == 0)
            && let Some(inverted) = self.inverted(at, group, after_marks)
        {
            return Some((inverted, "after-cue", if after_marks { 0.94 } else { 0.85 }, inverted.end));
        }
        if let Some(source) = phrases.before(group) {
            self.subject = self.subject.or(Some(source));
            return Some((source, "subject-cue", 0.88, at + 1));
        }
        // "He went there and said": the subject is that of the sentence.
        if group > 0
            && matches!(phrases.folded(group - 1), "and" | "but" | "then" | "or" | "и" | "а" | "und" | "et" | "y" | "i" | "і" | "та")
        {
            let source = self.subject.or_else(|| phrases.subject(group - 1))?;
            return Some((source, "shared-subject", 0.7, at + 1));
        }
        if after_marks && group > 0 {
            return self.subject.map(|source| (source, "shared-subject", 0.6, at + 1));
        }
        None
    }

    /// "…," said Peskov.
    fn inverted(&self, at: usize, group: usize, after_marks: bool) -> Option<Phrase> {
        let phrases = self.phrases;
        let english = phrases.words.pack.english;
        if english && (group != at || self.phrases.words.pack.verb(phrases.folded(at)).is_none_or(|cue| cue.base)) {
            return None;
        }
        let mut start = at + 1;
        if !english {
            while start < at + 6 && phrases.gap(start) & BOUNDARY == 0 && phrases.words.pack.is_between(phrases.folded(start)) {
                start += 1;
            }
        }
        if start >= self.count() || phrases.gap(start) & (BOUNDARY | crate::extract::words::STOP) != 0 || phrases.is_marked(start) {
            return None;
        }
        if !english && phrases.words.pack.is_that(phrases.folded(start)) {
            return None;
        }
        if !english && phrases.words.pack.is_stop(phrases.folded(start)) && !phrases.is_capital(start) {
            // "said yesterday in Berlin … the Russian president": the last name before the border.
            return self.last_name(start);
        }
        let phrase = phrases.after(start)?;
        if !english {
            return Some(phrase);
        }
        let starts_well = phrases.is_capital(start)
            || matches!(phrases.folded(start), "the" | "a" | "an" | "one" | "his" | "her" | "their" | "its" | "he" | "she" | "they" | "it")
            || phrases.words.mention_over(phrases.piece(start)?.span).is_some()
            || after_marks;
        if !starts_well
            || is_day(phrases.folded(start))
            || phrases.is_preposition(start)
            || phrases.words.pack.is_that(phrases.folded(start))
        {
            return None;
        }
        let ends_well = !phrases.is_verb_like(phrase.end) && !phrases.is_marked(phrase.end);
        if after_marks {
            return ends_well.then_some(phrase);
        }
        // Without marks only where no apposition explains the comma and the phrase ends the clause.
        let closed = phrases.gap(phrase.end) & (BOUNDARY) != 0 || phrases.piece(phrase.end).is_none();
        let apposition = phrases.before(at).is_some_and(|source| source.start <= 2 && source.end - source.start <= 6);
        (closed && !apposition && !phrases.is_pronoun(start) && ends_well).then_some(phrase)
    }

    fn last_name(&self, start: usize) -> Option<Phrase> {
        let phrases = self.phrases;
        let end = (start + 1..self.count().min(start + 24))
            .find(|at| phrases.gap(*at) & BOUNDARY != 0 || phrases.is_marked(*at))
            .unwrap_or(self.count().min(start + 24));
        let last = (start..end).rev().find(|at| phrases.is_capital(*at))?;
        let from = (start..=last).rev().take_while(|at| phrases.is_capital(*at)).last()?;
        (from > start && !phrases.is_preposition(from - 1)).then_some(Phrase { start: from, end: last + 1 })
    }

    /// "…, saying that", "with Peskov warning that".
    fn participle(&mut self, at: usize, cue: Cue) {
        let phrases = self.phrases;
        let after_comma = phrases.gap(at) & COMMA != 0;
        if !cue.takes(THAT | MARKS | NOUN | TOWARDS) || (cue.takes(WEAK) && !after_comma) {
            return;
        }
        let bounded = phrases.gap(at) & (COMMA | DASH) != 0
            || (at > 0 && phrases.is_marked(at - 1))
            || (at > 0 && matches!(phrases.folded(at - 1), "and" | "by" | "in" | "while" | "also" | "before" | "after"))
            || (at > 1 && (is_day(phrases.folded(at - 1)) || phrases.folded(at - 1) == "statement"));
        let found = if bounded {
            self.subject.or_else(|| phrases.subject(at)).map(|source| (source, "shared-subject", 0.75))
        } else {
            phrases
                .before(at)
                .filter(|source| phrases.is_strong(*source) || phrases.is_plural(*source))
                .map(|source| (source, "subject-cue", 0.75))
        };
        let Some((source, rule, confidence)) = found else { return };
        self.document = false;
        if let Following::Content(start, by) = self.following(at + 1, cue, true)
            && (by & (THAT | MARKS | BARE) != 0 || (by & NOUN != 0 && after_comma))
        {
            self.push(at, vec![(start, self.count())], Some(source), rule, confidence, cue.act);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one sentence, each with its own meaning")]
    fn state(&mut self, at: usize, cue: Cue, source: Phrase, rule: &'static str, confidence: f32, resume: usize, group: usize) {
        let phrases = self.phrases;
        let inverted = source.start > at;
        let clause = if inverted { group } else { source.start };
        let before = self.content_before(clause, group, inverted, source);
        let strong = phrases.is_strong(source) && !matches!(phrases.folded(source.end - 1), "it" | "which");
        self.document = phrases.words.pack.english && is_document(phrases.folded(phrases.head(source)));
        // "“…,” Vorel told the Post's Jane Doe": what was said stands before.
        let spoken = before.is_some_and(|before| phrases.is_marked(before.1 - 1)) && cue.takes(MARKS);
        match self.following(resume, cue, strong) {
            // "In a box labeled “medical”": nobody labels.
            Following::Content(start, _)
                if cue.takes(AS) && start == resume && phrases.is_marked(start) && group == at && self.is_labeled(at) => {}
            Following::Content(start, by) if !((inverted || spoken) && before.is_some() && by & (BARE | NOUN) != 0) => {
                if let Some(before) = before.filter(|_| by == MARKS && phrases.is_marked(start)) {
                    // "A," he said, "b."
                    self.taken = self.count();
                    self.push(at, vec![before, (start, self.count())], Some(source), "after-cue", 0.95, cue.act);
                    return;
                }
                if is_plural_noun(phrases.folded(at)) && by & (THAT | MARKS) == 0 && (phrases.is_plural(source) || !strong) {
                    return;
                }
                let rule = if by == MARKS && rule == "subject-cue" { "before-cue" } else { rule };
                self.push(
                    at,
                    vec![(start, self.count())],
                    Some(source),
                    rule,
                    confidence * if by & (NOUN | TO) != 0 { 0.8 } else { 1.0 },
                    cue.act,
                );
            }
            Following::Content(resume, _) | Following::Nothing(resume) => {
                let Some(before) = before.filter(|_| cue.takes(AFTER | MARKS)) else {
                    self.parenthetical(at, cue, source, clause, resume);
                    return;
                };
                let rest = self.rest(resume, (before.0..before.1).any(|one| phrases.is_marked(one)));
                let marked = (before.0..before.1).any(|one| phrases.is_marked(one));
                if before.1 - before.0 < 3 && rest.is_none() && !marked {
                    return;
                }
                if !cue.takes(AFTER) && !marked {
                    return;
                }
                let mut content = vec![before];
                if let Some(rest) = rest {
                    content.push((rest, self.count()));
                }
                self.taken = if content.len() > 1 { self.count() } else { resume };
                let sure = if rule == "shared-subject" {
                    confidence
                } else if marked {
                    0.95
                } else {
                    0.85
                };
                self.push(at, content, Some(source), if rule == "shared-subject" { rule } else { "after-cue" }, sure, cue.act);
            }
        }
    }

    /// "A box labeled “medical”": the noun before a participle is what bears the words.
    fn is_labeled(&self, at: usize) -> bool {
        let phrases = self.phrases;
        let free = (at.saturating_sub(8)..at).all(|one| !matches!(phrases.folded(one), "what" | "that" | "which" | "whom"));
        phrases.words.pack.english
            && at > 0
            && free
            && !phrases.is_marked(at - 1)
            && !phrases.is_capital(at - 1)
            && !phrases.is_pronoun(at - 1)
            && phrases.gap(at) & BOUNDARY == 0
            && phrases.folded(at).ends_with("ed")
    }

    /// "Instead, Vorel told the Post, the bridge will stay": the statement begins behind the words that tell who says so.
    fn parenthetical(&mut self, at: usize, cue: Cue, source: Phrase, clause: usize, resume: usize) {
        let phrases = self.phrases;
        // "As Vorel noted in May, the bridge is late".
        if phrases.folded(0) == "as"
            && source.start == 1
            && source.start < at
            && self.taken == 0
            && cue.takes(AFTER)
            && phrases.words.pack.english
        {
            if let Some(rest) = self.rest(resume, false) {
                self.taken = self.count();
                self.push(at, vec![(rest, self.count())], Some(source), "according-to", 0.85, cue.act);
            }
            return;
        }
        let opened = clause > 0 && clause <= 6 && self.taken == 0 && phrases.gap(clause) & COMMA != 0 && source.start >= clause;
        let opening = phrases.is_preposition(0)
            || phrases.words.pack.is_between(phrases.folded(0))
            || matches!(phrases.folded(0), "instead" | "however" | "but" | "meanwhile" | "indeed" | "moreover" | "overall" | "rather");
        if !(opened && opening && cue.takes(AFTER) && phrases.words.pack.english && source.start < at) {
            return;
        }
        if let Some(rest) = self.rest(resume, false) {
            self.taken = self.count();
            self.push(at, vec![(rest, self.count())], Some(source), "subject-cue", 0.85, cue.act);
        }
    }

    /// The stretch before the clause "S cue", when that clause hangs on a comma or a closing mark.
    fn content_before(&self, clause: usize, group: usize, inverted: bool, source: Phrase) -> Option<(usize, usize)> {
        let phrases = self.phrases;
        let clause = if inverted { group } else { clause.min(source.start) };
        let clause = self.clause_start(clause);
        if clause <= self.taken {
            return None;
        }
        let marked = phrases.is_marked(clause - 1);
        let hangs = marked || phrases.gap(clause) & (COMMA | DASH) != 0;
        let mut start = self.taken.max(self.dateline());
        while start < clause && !phrases.is_marked(start) && matches!(phrases.folded(start), "but" | "and" | "so" | "then") {
            start += 1;
        }
        let length = clause - start;
        let short = length < 2 && !(start..clause).any(|at| phrases.is_marked(at));
        let adjunct = !marked
            && phrases.words.pack.english
            && (phrases.is_preposition(start) && length < 9
                || matches!(
                    phrases.folded(start),
                    "as" | "when"
                        | "while"
                        | "if"
                        | "although"
                        | "though"
                        | "after"
                        | "before"
                        | "because"
                        | "since"
                        | "asked"
                        | "speaking"
                ));
        (hangs && !short && !adjunct).then_some((start, clause))
    }

    /// Where the text begins behind a dateline: "WARSAW, Oct 14 (Example Wire) - ", "BERLIN — ".
    fn dateline(&self) -> usize {
        let phrases = self.phrases;
        let shouted = phrases.piece(0).is_some_and(|piece| {
            let word = piece.span.of(phrases.words.reading.text);
            word.chars().count() > 2 && word.chars().all(|c| c.is_uppercase() || !c.is_alphabetic())
        });
        let limit = self.count().min(14);
        let dash = (1..limit).find(|at| phrases.gap(*at) & DASH != 0);
        dash.filter(|at| shouted && (0..*at).all(|one| !phrases.is_marked(one) && !phrases.is_verb_like(one))).unwrap_or(0)
    }

    /// Skips a conjunction before the subject: "…, but he said".
    fn clause_start(&self, at: usize) -> usize {
        let mut at = at;
        while at > 0
            && self.phrases.gap(at) & BOUNDARY & !HYPHEN == 0
            && !self.phrases.is_marked(at - 1)
            && (matches!(self.phrases.folded(at - 1), "the" | "a" | "as")
                || (!self.phrases.words.pack.english && self.phrases.words.pack.is_between(self.phrases.folded(at - 1))))
        {
            at -= 1;
        }
        at
    }

    /// What goes on after a parenthetical "S cue".
    fn rest(&self, from: usize, marked: bool) -> Option<usize> {
        let phrases = self.phrases;
        let at =
            (from..self.count().min(from + REACH)).find(|at| phrases.is_marked(*at) || phrases.gap(*at) & (BOUNDARY & !HYPHEN) != 0)?;
        if phrases.is_marked(at) {
            return (marked && phrases.gap(at) & (COMMA | COLON | DASH) != 0).then_some(at);
        }
        if marked || phrases.gap(at) & (COMMA | DASH) == 0 || self.count() - at < 3 {
            return None;
        }
        let word = phrases.folded(at);
        let other = word.ends_with("ing")
            || phrases.is_preposition(at)
            || matches!(
                word,
                "who"
                    | "which"
                    | "as"
                    | "when"
                    | "while"
                    | "where"
                    | "according"
                    | "because"
                    | "although"
                    | "though"
                    | "citing"
                    | "referring"
            )
            || phrases.words.pack.verb(word).is_some();
        (!other).then_some(at)
    }

    /// What stands after the verb, from a piece on.
    fn following(&self, from: usize, cue: Cue, strong: bool) -> Following {
        let phrases = self.phrases;
        let count = self.count();
        if from >= count {
            return Following::Nothing(count);
        }
        let mut reach = from;
        // Look for "that", marks or a colon before the next border.
        while reach < count && reach < from + REACH {
            let gap = phrases.gap(reach);
            if phrases.is_marked(reach) {
                if gap & SEMICOLON == 0 && cue.takes(MARKS | THAT) {
                    let direct = reach == from || self.is_adjunct(from) || gap & (COLON | COMMA) != 0 || cue.takes(HEARER);
                    if direct || !cue.takes(BARE | NOUN) {
                        return Following::Content(reach, MARKS);
                    }
                }
                break;
            }
            if gap & COLON != 0 && reach > from {
                return Following::Content(reach, MARKS);
            }
            if gap & (BOUNDARY & !HYPHEN) != 0 && reach > from && !(gap & COMMA != 0 && self.is_bridge(reach)) {
                break;
            }
            if gap & (BOUNDARY & !HYPHEN) != 0 && reach == from && !self.is_bridge(reach) {
                break;
            }
            let word = phrases.folded(reach);
            if phrases.words.pack.is_that(word) && (cue.takes(THAT) || cue.takes(AS)) && self.count() > reach + 2 && !cue.takes(AS) {
                return Following::Content(reach + 1, THAT);
            }
            let verb = phrases.is_verb_like(reach) || phrases.words.pack.verb(word).is_some_and(|other| !other.base && !other.participle);
            if reach > from && verb && !(is_plural_noun(word) && self.is_noun_use(reach, reach)) {
                break;
            }
            reach += 1;
        }
        if phrases.gap(from) & (BOUNDARY & !HYPHEN) != 0 {
            return Following::Nothing(from);
        }
        if cue.takes(FOR)
            && matches!(phrases.folded(from), "for" | "on" | "upon")
            && strong
            && count > from + 2
            && !is_day(phrases.folded(from + 1))
        {
            return Following::Content(from + 1, NOUN);
        }
        let next = phrases.folded(from);
        if count > from + 1
            && (cue.takes(ABOUT) && matches!(next, "of" | "about" | "against") || cue.takes(TOWARDS) && next == "to")
            && strong
        {
            return Following::Content(from + 1, NOUN);
        }
        if cue.takes(AS) {
            return self.seen_as(from, cue);
        }
        if cue.takes(TO)
            && let Some(to) = (from..count.min(from + 8)).find(|at| phrases.folded(*at) == "to")
            && (to == from || cue.takes(HEARER))
        {
            return Following::Content(to, TO);
        }
        let start = self.after_adjuncts(from, cue);
        let long = count.saturating_sub(start) >= 3 || (start + 1..count.min(start + 3)).any(|at| phrases.is_marked(at));
        let long = long && phrases.gap(start) & (BOUNDARY & !HYPHEN) == 0;
        let clause = long
            && !phrases.is_preposition(start)
            && !matches!(phrases.folded(start), "and" | "or" | "but" | "as" | "so" | "when" | "while" | "because")
            && (phrases.folded(start) != "if" || !cue.takes(WEAK));
        if cue.takes(BARE) && clause && (strong || !cue.takes(NOUN)) && (!cue.takes(WEAK) || self.begins_clause(start)) {
            return Following::Content(start, BARE);
        }
        if self.document && cue.takes(BARE) && clause && start == from {
            return Following::Content(start, BARE);
        }
        if cue.takes(NOUN) && clause && strong && start == from {
            return Following::Content(start, NOUN);
        }
        Following::Nothing(from)
    }

    /// "cast X as Y".
    fn seen_as(&self, from: usize, cue: Cue) -> Following {
        let phrases = self.phrases;
        let as_at = (from + 1..self.count().min(from + 40)).find(|at| phrases.folded(*at) == "as");
        match as_at {
            Some(_) => Following::Content(from, AS),
            None if cue.takes(MARKS) && self.phrases.is_marked(from) => Following::Content(from, MARKS),
            None => Following::Nothing(from),
        }
    }

    /// Whether a pronoun, article or name begins a clause here.
    fn begins_clause(&self, at: usize) -> bool {
        let phrases = self.phrases;
        phrases.is_pronoun(at) && !phrases.is_verb_like(at + 2) || phrases.is_verb_like(at + 1) || phrases.is_verb_like(at + 2)
    }

    /// "in a statement", "on Tuesday", "to reporters".
    fn is_adjunct(&self, at: usize) -> bool {
        self.phrases.is_preposition(at) || is_day(self.phrases.folded(at))
    }

    /// A comma after which the way to "that" or to the marks goes on: "said on Tuesday, in Rome, that".
    fn is_bridge(&self, at: usize) -> bool {
        self.is_adjunct(at)
    }

    /// Skips days, hearers and short adjuncts between verb and statement.
    fn after_adjuncts(&self, from: usize, cue: Cue) -> usize {
        let phrases = self.phrases;
        let mut at = from;
        if cue.takes(HEARER) {
            at = self.after_hearer(at);
        }
        for _ in 0..3 {
            let word = phrases.folded(at);
            if is_day(word) {
                at += 1;
            } else if matches!(word, "on" | "last" | "late" | "early" | "this")
                && (is_day(phrases.folded(at + 1)) || is_month(phrases.folded(at + 1)))
            {
                at += 2;
                while phrases.folded(at).bytes().all(|b| b.is_ascii_digit()) && !phrases.folded(at).is_empty() {
                    at += 1;
                }
            } else if phrases.is_preposition(at) {
                // The adjunct ends where a pronoun or an article begins the clause.
                let clause = (at + 2..self.count().min(at + 9)).find(|one| {
                    phrases.is_pronoun(*one) && !phrases.is_preposition(one - 1)
                        || (phrases.folded(*one) == "the" && !phrases.is_preposition(one - 1))
                });
                match clause {
                    Some(clause) => at = clause,
                    None => break,
                }
            } else {
                break;
            }
        }
        at
    }

    fn after_hearer(&self, from: usize) -> usize {
        let phrases = self.phrases;
        if phrases.is_pronoun(from)
            || matches!(
                phrases.folded(from),
                "me" | "us"
                    | "him"
                    | "her"
                    | "them"
                    | "reporters"
                    | "journalists"
                    | "supporters"
                    | "people"
                    | "viewers"
                    | "voters"
                    | "lawmakers"
            )
        {
            return from + 1;
        }
        if let Some(named) = phrases.piece(from).and_then(|piece| phrases.words.mention_over(piece.span)) {
            return (from..self.count())
                .find(|at| phrases.piece(*at).is_some_and(|piece| piece.span.start >= named.span.end))
                .unwrap_or(from);
        }
        let capitals = (from..self.count().min(from + 8))
            .take_while(|at| phrases.is_capital(*at) || phrases.folded(*at) == "the" && *at == from || phrases.folded(*at) == "of")
            .count();
        if capitals > 0 {
            return from + capitals;
        }
        (from + 1..self.count().min(from + 8))
            .find(|at| phrases.is_pronoun(*at) || phrases.is_capital(*at) || phrases.folded(*at) == "the")
            .unwrap_or(from)
    }

    /// "Russia's insistence that …", "his warning that …".
    fn noun(&mut self, at: usize, act: Act) {
        let phrases = self.phrases;
        let next = phrases.folded(at + 1);
        if !(next == "that" && phrases.gap(at + 1) & BOUNDARY == 0) || at == 0 {
            return;
        }
        let owner = (at.saturating_sub(4)..at).rev().find(|one| phrases.owns(*one));
        let source = match owner {
            Some(owner) if matches!(phrases.folded(owner), "his" | "her" | "their" | "its" | "my" | "our") => {
                Some(Phrase { start: owner, end: owner + 1 })
            }
            Some(owner) => phrases.before(owner + 1),
            None => return,
        };
        if source.is_some() && self.count() > at + 3 {
            self.push(at, vec![(at + 2, self.count())], source, "noun-cue", 0.7, act);
        }
    }

    /// "According to S, C" and "C, according to S".
    fn according(&mut self) {
        let phrases = self.phrases;
        let count = self.count();
        let pack = phrases.words.pack;
        for at in 0..count {
            if phrases.is_marked(at) {
                continue;
            }
            self.perspective(at);
            self.behind(at);
            let Some(length) = pack
                .according_from(phrases.folded(at))
                .find(|phrase| phrase.iter().enumerate().all(|(i, word)| phrases.folded(at + i) == word))
                .map(Vec::len)
            else {
                continue;
            };
            let Some(source) = phrases.after(at + length) else { continue };
            // "Podle Nováka je most…": in other languages no comma parts the source from the statement.
            let run = Some(source).filter(|_| !pack.english && at <= 1).and_then(|source| phrases.capitals(source.start, source.end));
            let verb_second = run.filter(|run| run.end < count && phrases.gap(run.end) & BOUNDARY == 0 && !phrases.is_preposition(run.end));
            let source = verb_second.unwrap_or(source);
            let first = phrases.piece(at).map(|piece| piece.span).unwrap_or_default();
            let last = phrases.piece(at + length - 1).map_or(first, |piece| piece.span);
            let ahead = at <= 2 || phrases.gap(at) & (COLON | SEMICOLON) != 0;
            let content = if verb_second.is_some() {
                Some((source.end, count)).filter(|(start, end)| end - start >= 2)
            } else if ahead {
                (source.end..count.min(source.end + REACH))
                    .find(|one| phrases.gap(*one) & COMMA != 0 || phrases.is_marked(*one))
                    .filter(|one| count - one >= 2 || phrases.is_marked(*one))
                    .map(|one| (one, count))
            } else {
                Some((0, at)).filter(|_| at >= 2 || phrases.is_marked(at - 1))
            };
            if let Some(content) = content {
                self.found.push(Statement {
                    content: vec![content],
                    cue: first.hull(last),
                    source: Some(source),
                    rule: "according-to",
                    confidence: 0.85,
                    act: Act::Said,
                });
            }
        }
    }

    /// "Weber zufolge ist die Brücke zu": a word that names its source behind it.
    fn behind(&mut self, at: usize) {
        let phrases = self.phrases;
        if at == 0 || !phrases.words.pack.is_behind(phrases.folded(at)) {
            return;
        }
        let clause = (0..at).rev().find(|one| phrases.gap(*one) & COMMA != 0).unwrap_or(0);
        let source = phrases.capitals(clause, at).filter(|source| source.end == at);
        let content = if clause > 0 { (0, clause) } else { (at + 1, self.count()) };
        if let Some(source) = source.filter(|_| content.1 >= content.0 + 2) {
            self.push(at, vec![content], Some(source), "according-to", 0.85, Act::Said);
        }
    }

    /// "…, from the EU's perspective, …".
    fn perspective(&mut self, at: usize) {
        let phrases = self.phrases;
        if phrases.folded(at) != "from" || !phrases.words.pack.english {
            return;
        }
        let Some(view) = (at + 2..self.count().min(at + 8))
            .find(|one| matches!(phrases.folded(*one), "perspective" | "viewpoint" | "view" | "standpoint"))
        else {
            return;
        };
        if !phrases.owns(view - 1) || view + 3 > self.count() {
            return;
        }
        let source = Phrase { start: at + 1, end: view };
        self.push(view, vec![(view + 1, self.count())], Some(source), "perspective", 0.7, Act::Held);
    }

    /// "Peskov: “…”" and "NAME: …" at the head of a paragraph.
    fn colon(&mut self) {
        let phrases = self.phrases;
        // Inside an interview "you say" and "I think" are the statement itself.
        if self.is_transcript() {
            self.found.retain(|one| one.source.is_none_or(|source| !matches!(phrases.folded(source.end - 1), "i" | "we" | "you")));
        } else if !self.found.is_empty() {
            return;
        }
        let Some(at) = (1..self.count().min(24)).find(|at| phrases.gap(*at) & COLON != 0) else { return };
        if (0..at).any(|one| phrases.is_marked(one)) || self.count() <= at {
            return;
        }
        let mut source = Phrase { start: 0, end: at };
        if phrases.is_marked(at) && at > 1 {
            // "Turnout falls - Jane Doe: “…”": the name right before the colon.
            source = phrases.adjacent(at).unwrap_or(source);
        }
        let near = source.start.saturating_sub(1)..source.start + 2;
        let from = near.into_iter().find(|one| phrases.folded(*one) == "from").filter(|from| from + 1 < at);
        if let Some(from) = from.filter(|_| phrases.is_marked(at) && phrases.words.pack.english) {
            // "More from the report: “…”".
            source = Phrase { start: from + 1, end: at };
        }
        let span = phrases.span(source);
        let text = span.of(phrases.words.reading.text);
        let shouted = text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase) && text.chars().count() > 2;
        let named = from.is_some()
            || (source.start > 0 || phrases.is_capital(0))
                && (phrases.is_named(source.start) || (source.start..at).all(|one| phrases.is_capital(one) || phrases.is_preposition(one)));
        let marked = phrases.is_marked(at);
        if (marked && named) || (shouted && at <= 4 && self.count() - at >= 3) {
            let (rule, confidence) = if marked { ("colon", 0.8) } else { ("transcript", 0.8) };
            self.found.push(Statement {
                content: vec![(at, self.count())],
                cue: Span::default(),
                source: Some(source),
                rule,
                confidence,
                act: Act::Said,
            });
        }
    }

    /// "LENA OSTROW: We will wait.": a name in capitals and a colon at the head of a paragraph.
    fn is_transcript(&self) -> bool {
        let phrases = self.phrases;
        let Some(at) = (1..self.count().min(5)).find(|at| phrases.gap(*at) & COLON != 0) else { return false };
        let words = phrases.span(Phrase { start: 0, end: at }).of(phrases.words.reading.text);
        let heads = phrases.words.reading.paragraphs.get(phrases.unit.paragraph).is_some_and(|one| one.start == phrases.unit.span.start);
        heads && words.chars().filter(|c| c.is_alphabetic()).count() > 2 && !words.chars().any(char::is_lowercase)
    }

    fn push(&mut self, at: usize, content: Vec<(usize, usize)>, source: Option<Phrase>, rule: &'static str, confidence: f32, act: Act) {
        let cue = self.phrases.piece(at).map(|piece| piece.span).unwrap_or_default();
        self.found.push(Statement { content, cue, source, rule, confidence, act });
    }

    /// Ends a statement where a later one of the same sentence begins beside it: "S said A, but T said B".
    fn cut_overlaps(&mut self) {
        let phrases = self.phrases;
        self.found.sort_by_key(|one| one.cue);
        for index in 0..self.found.len() {
            let Some((cue, source)) = self.found.get(index + 1).map(|next| (next.cue, next.source)) else { continue };
            let Some(this) = self.found.get_mut(index) else { continue };
            let Some((start, end)) = this.content.last().copied() else { continue };
            let cue_at = phrases.unit.pieces.partition_point(|piece| piece.span.start < cue.start);
            if cue_at <= start || cue_at >= end {
                continue;
            }
            let from = source.map_or(cue_at, |source| source.start.min(cue_at)).max(start + 1);
            let shared = source.is_some_and(|source| source.start < start);
            let with = from > 1 && phrases.folded(from - 1) == "with" && phrases.gap(from - 1) & (COMMA | DASH) != 0;
            let from = if with { from - 1 } else { from };
            let from = if shared { cue_at } else { from };
            let parts = |at: usize| matches!(phrases.folded(at), "and" | "but" | "while" | "although" | "though" | "whereas");
            // "After Vorel said A, Doe said B": the first clause only tells when the second was said.
            let subordinate = this.source.is_some_and(|source| {
                let opens = |at: usize| {
                    matches!(phrases.folded(at), "after" | "when" | "while" | "although" | "though" | "as" | "before" | "since")
                };
                source.start > 0 && source.start <= 3 && source.start < start && (0..source.start).any(opens)
            });
            let border =
                phrases.gap(from) & (COMMA | SEMICOLON | DASH) != 0 || parts(from - 1) || (subordinate && phrases.is_marked(from - 1));
            let border = border && (with || shared || subordinate || phrases.gap(from) & SEMICOLON != 0 || parts(from.saturating_sub(1)));
            if border && from > start {
                let end = if parts(from - 1) { from - 1 } else { from };
                if let Some(last) = this.content.last_mut() {
                    last.1 = end.max(start + 1);
                }
            }
        }
    }
}

/// Texts, counts and pictures that say something by themselves.
fn is_document(folded: &str) -> bool {
    let noun = folded.strip_suffix("ies").or_else(|| folded.strip_suffix('s')).unwrap_or(folded);
    matches!(
        noun,
        "poll"
            | "polling"
            | "survey"
            | "surve"
            | "stud"
            | "study"
            | "report"
            | "data"
            | "record"
            | "document"
            | "figure"
            | "number"
            | "statistic"
            | "result"
            | "email"
            | "video"
            | "footage"
            | "image"
            | "photo"
            | "memo"
            | "filing"
            | "analysis"
            | "analysi"
            | "evidence"
            | "research"
    )
}

fn is_be(folded: &str) -> bool {
    matches!(folded, "is" | "was" | "are" | "were" | "been" | "be" | "being" | "am" | "got" | "gets")
}

/// Third persons that are plural nouns as often: "swing states", "two reports".
fn is_plural_noun(folded: &str) -> bool {
    matches!(
        folded,
        "states"
            | "claims"
            | "reports"
            | "plans"
            | "remarks"
            | "attacks"
            | "charges"
            | "fears"
            | "hopes"
            | "protests"
            | "views"
            | "tweets"
            | "comments"
            | "demands"
            | "questions"
            | "calls"
            | "notes"
            | "posts"
            | "estimates"
            | "doubts"
            | "worries"
            | "promises"
            | "pledges"
            | "vows"
            | "offers"
            | "shows"
            | "labels"
            | "brands"
            | "frames"
            | "addresses"
            | "answers"
            | "wonders"
            | "guesses"
            | "figures"
            | "signals"
            | "hints"
    )
}

fn is_month(folded: &str) -> bool {
    matches!(
        folded,
        "january"
            | "february"
            | "march"
            | "april"
            | "may"
            | "june"
            | "july"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
            | "jan"
            | "feb"
            | "aug"
            | "sept"
            | "oct"
            | "nov"
            | "dec"
    )
}
