//! Who a statement's source is: the noun phrase beside a word of reporting, and the actor it means.

use crate::extract::words::{BOUNDARY, CLOSING, COMMA, HYPHEN, Named, OPENING, POSSESSIVE, Piece, Unit, Words};
use crate::model::extraction::{Actor, ActorKind, MentionKind, Speaker};
use crate::model::span::Span;
use crate::text::fold::fold;

/// How far a noun phrase reaches at most, in words.
const PHRASE_MAX: usize = 14;
/// How long an apposition between subject and verb may be, in words.
const APPOSITION_MAX: usize = 28;

/// Pieces `start..end` of a unit that name a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Reads noun phrases of one unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrases<'a> {
    pub(crate) words: &'a Words<'a>,
    pub(crate) unit: &'a Unit,
}

impl<'a> Phrases<'a> {
    pub(crate) fn piece(self, at: usize) -> Option<&'a Piece> {
        self.unit.pieces.get(at)
    }

    pub(crate) fn folded(self, at: usize) -> &'a str {
        self.piece(at).map_or("", |piece| self.words.folded(piece))
    }

    pub(crate) fn gap(self, at: usize) -> u16 {
        self.piece(at).map_or(self.unit.tail | BOUNDARY, |piece| piece.gap)
    }

    pub(crate) fn is_marked(self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| piece.mark.is_some())
    }

    pub(crate) fn is_capital(self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| self.words.is_capital(piece))
    }

    pub(crate) fn is_named(self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| piece.mark.is_none() && self.words.mention_over(piece.span).is_some())
    }

    pub(crate) fn is_pronoun(self, at: usize) -> bool {
        let word = self.folded(at);
        // Spanish "él" speaks, the article "el" does not.
        let article = word == "el" && self.piece(at).is_some_and(|piece| piece.span.of(self.words.reading.text).is_ascii());
        self.words.pack.is_pronoun(word) && !article
    }

    pub(crate) fn span(self, phrase: Phrase) -> Span {
        match (self.piece(phrase.start), phrase.end.checked_sub(1).and_then(|last| self.piece(last))) {
            (Some(first), Some(last)) => first.span.hull(last.span),
            _ => Span::default(),
        }
    }

    /// The subject that ends right before the piece `end`, where a verb group begins.
    pub(crate) fn before(self, end: usize) -> Option<Phrase> {
        if end == 0 {
            return None;
        }
        if self.gap(end) & CLOSING != 0 {
            // "Rubio (R-FL) said", "Rubio (R-FL), said"
            let open = (end.saturating_sub(8)..end).rev().find(|at| self.gap(*at) & OPENING != 0);
            if let Some(open) = open.filter(|open| self.gap(end) & COMMA == 0 || self.is_capital(open.saturating_sub(1))) {
                return self.adjacent(open);
            }
        }
        if self.gap(end) & BOUNDARY != 0 {
            return self.across_apposition(end);
        }
        self.adjacent(end)
    }

    /// The noun phrase that ends right before the piece, whatever stands between.
    pub(crate) fn adjacent(self, end: usize) -> Option<Phrase> {
        if end == 0 || self.is_marked(end - 1) {
            return None;
        }
        if matches!(self.folded(end - 1), "who" | "which") {
            return Some(Phrase { start: end - 1, end });
        }
        let mut start = end;
        while start > 0 && end - start < PHRASE_MAX {
            let at = start - 1;
            if self.is_marked(at) {
                break;
            }
            if self.is_clause_word(at)
                && !(matches!(self.folded(at), "and" | "und" | "et" | "y" | "e" | "и" | "та" | "a" | "і") && self.joins(at, start))
            {
                break;
            }
            start = at;
            if self.gap(at) & BOUNDARY != 0 {
                break;
            }
        }
        let start = self.before_brackets(start, end).unwrap_or(start);
        self.trimmed(Phrase { start, end })
    }

    /// "The Example Trade Forum (ETF) officials": an acronym in brackets does not part a phrase. Where the name before it begins.
    fn before_brackets(self, start: usize, end: usize) -> Option<usize> {
        let inside = start.checked_sub(1)?;
        let closed = self.gap(start) & BOUNDARY == CLOSING && self.gap(inside) & BOUNDARY == OPENING && !self.is_marked(inside);
        let name = inside.checked_sub(1).filter(|last| closed && start < end && self.is_capital(inside) && self.is_capital(*last))?;
        let mut first = name;
        while first > 0 && name - first < 8 && self.gap(first) & (BOUNDARY & !HYPHEN) == 0 && self.is_capital(first - 1) {
            first -= 1;
        }
        Some(first)
    }

    /// "Peskov, who has spoken for the Kremlin since 2012, said".
    fn across_apposition(self, end: usize) -> Option<Phrase> {
        if self.gap(end) & COMMA == 0 && self.gap(end) & crate::extract::words::DASH == 0 {
            return None;
        }
        let kind = self.gap(end) & (COMMA | crate::extract::words::DASH);
        let least = end.saturating_sub(APPOSITION_MAX).max(1);
        let mut found = None;
        for at in (least..end).rev() {
            if self.is_marked(at) {
                return None;
            }
            if self.gap(at) & kind != 0 {
                let phrase = self.adjacent(at)?;
                found = Some(phrase);
                // "Smith, R-Ohio, and Jones, R-Texas, said": the nearest name is enough.
                if phrase.end - phrase.start <= 8 {
                    break;
                }
            }
        }
        found.filter(|phrase| (phrase.start..phrase.end).any(|at| self.is_capital(at) || self.is_named(at)) || phrase.start == 0)
    }

    fn is_clause_word(self, at: usize) -> bool {
        let word = self.folded(at);
        if !self.words.pack.english {
            return self.words.pack.is_that(word) || self.words.pack.is_stop(word);
        }
        matches!(
            word,
            "that"
                | "but"
                | "because"
                | "when"
                | "as"
                | "if"
                | "while"
                | "although"
                | "though"
                | "whereas"
                | "whether"
                | "where"
                | "why"
                | "how"
                | "than"
                | "and"
                | "or"
                | "so"
                | "until"
                | "unless"
                | "since"
                | "after"
                | "before"
                | "who"
                | "which"
                | "what"
                | "is"
                | "are"
                | "was"
                | "were"
                | "be"
                | "been"
                | "will"
                | "would"
                | "could"
                | "can"
                | "may"
                | "might"
                | "should"
                | "has"
                | "have"
                | "had"
                | "did"
                | "does"
                | "do"
                | "not"
                | "nor"
                | "yet"
                | "once"
                | "it's"
                | "said"
                | "says"
                | "once again"
        )
    }

    /// Whether a conjunction joins two noun phrases: "Peskov and other officials".
    fn joins(self, at: usize, right: usize) -> bool {
        at > 0
            && (self.is_capital(at - 1) || self.is_named(at - 1))
            && self.gap(at) & BOUNDARY == 0
            && (self.is_capital(right)
                || self.is_named(right)
                || self.folded(right) == "other"
                || self.folded(right) == "the" && self.is_capital(right + 1))
    }

    /// Drops what does not belong to the phrase at its left, and refuses what names nobody.
    fn trimmed(self, phrase: Phrase) -> Option<Phrase> {
        let Phrase { mut start, end } = phrase;
        while start < end
            && (self.words.pack.is_between(self.folded(start))
                || matches!(self.folded(start), "but" | "and" | "so" | "yet" | "with" | "meanwhile" | "instead" | "however" | "still"))
            && start + 1 < end
        {
            start += 1;
        }
        if start >= end {
            return None;
        }
        let last = end - 1;
        if self.is_pronoun(last) {
            return Some(Phrase { start: last, end });
        }
        // "She wept over a box": a clause, whose subject begins it.
        if self.words.pack.english && matches!(self.folded(start), "he" | "she" | "they" | "i" | "we") {
            return Some(Phrase { start, end: start + 1 });
        }
        let head = self.folded(last);
        // "Vorel, who has in the past described": no one.
        let when = self.is_preposition(start)
            && matches!(
                head,
                "past" | "week" | "weeks" | "month" | "months" | "year" | "years" | "day" | "days" | "time" | "meantime" | "moment"
            );
        if when {
            return None;
        }
        if self.is_preposition(start) || end - start >= PHRASE_MAX {
            start = self.trailing(start, end)?;
        }
        let lone_participle = last == start && head.ends_with("ing") && self.words.pack.english && !self.is_capital(last);
        let refused = lone_participle
            || head.is_empty()
            || (head.chars().all(|c| c.is_ascii_digit()) && !self.is_part_of_law(last))
            || matches!(
                head,
                "there"
                    | "that"
                    | "this"
                    | "what"
                    | "to"
                    | "of"
                    | "the"
                    | "a"
                    | "in"
                    | "on"
                    | "at"
                    | "by"
                    | "for"
                    | "with"
                    | "from"
                    | "how"
                    | "why"
                    | "monday"
                    | "tuesday"
                    | "wednesday"
                    | "thursday"
                    | "friday"
                    | "saturday"
                    | "sunday"
            );
        (!refused && !self.is_marked(last)).then_some(Phrase { start, end })
    }

    /// "Article 33", "Resolution 242".
    fn is_part_of_law(self, number: usize) -> bool {
        number.checked_sub(1).is_some_and(|noun| {
            matches!(
                self.folded(noun),
                "article" | "section" | "chapter" | "rule" | "resolution" | "directive" | "amendment" | "proposition"
            )
        })
    }

    pub(crate) fn is_preposition(self, at: usize) -> bool {
        let word = self.folded(at);
        if !self.words.pack.english {
            return self.words.pack.is_stop(word) && !matches!(word, "der" | "die" | "das" | "le" | "la" | "les");
        }
        matches!(
            word,
            "in" | "on"
                | "at"
                | "by"
                | "with"
                | "from"
                | "to"
                | "after"
                | "before"
                | "during"
                | "about"
                | "into"
                | "over"
                | "under"
                | "against"
                | "between"
                | "through"
                | "among"
                | "amid"
                | "upon"
                | "despite"
                | "without"
                | "for"
                | "of"
                | "like"
                | "throughout"
                | "since"
                | "until"
                | "near"
                | "around"
                | "outside"
                | "inside"
                | "behind"
        )
    }

    /// Where the noun phrase begins that ends a longer stretch.
    fn trailing(self, start: usize, end: usize) -> Option<usize> {
        let last = end - 1;
        if let Some(named) = self.piece(last).and_then(|piece| self.words.mention_over(piece.span)) {
            return (start..end).find(|at| self.piece(*at).is_some_and(|piece| piece.span.start >= named.span.start));
        }
        let from = (start..end).rev().take_while(|at| self.is_capital(*at)).last();
        if let Some(from) = from {
            return Some(from);
        }
        (start..end)
            .rev()
            .take(6)
            .take_while(|at| !self.is_preposition(*at))
            .find(|at| {
                matches!(
                    self.folded(*at),
                    "the" | "a" | "an" | "his" | "her" | "their" | "its" | "some" | "many" | "several" | "two" | "three" | "one" | "other"
                )
            })
            .or(Some(last))
    }

    /// The first name between two pieces, with the small words before it that belong to it: "ministra Nowaka", "der EU".
    pub(crate) fn capitals(self, start: usize, end: usize) -> Option<Phrase> {
        let end = end.min(self.unit.pieces.len());
        let from = (start..end.min(start + 4)).find(|at| self.is_capital(*at) && (*at > 0 || start == 0))?;
        let open = |at: usize| self.gap(at) & (BOUNDARY & !HYPHEN) == 0 && !self.is_marked(at);
        let joins = |at: usize| matches!(self.folded(at), "der" | "des" | "von" | "van" | "de" | "del" | "della" | "du" | "da" | "do");
        let part = |at: usize| self.is_capital(at) || (joins(at) && at + 1 < end && self.is_capital(at + 1) && open(at + 1));
        let to = (from + 1..end).find(|at| !part(*at) || !open(*at)).unwrap_or(end);
        (start..from).all(|at| at == start || open(at)).then_some(Phrase { start, end: to })
    }

    /// The noun phrase that begins at the piece, as after "said" or "according to".
    pub(crate) fn after(self, start: usize) -> Option<Phrase> {
        if self.piece(start).is_none() || self.is_marked(start) {
            return None;
        }
        if self.is_pronoun(start) {
            return Some(Phrase { start, end: start + 1 });
        }
        let mut end = start;
        while end < self.unit.pieces.len() && end - start < PHRASE_MAX && !self.is_marked(end) {
            let ends = end > start
                && (self.gap(end) & (BOUNDARY | crate::extract::words::STOP) != 0 && !self.is_initial(end)
                    || self.words.pack.is_that(self.folded(end))
                    || (!self.words.pack.english && self.words.pack.is_between(self.folded(end)) && !self.is_capital(end))
                    || self.is_verb_like(end)
                    || self.ends_person(end)
                    || self.is_past_after_name(end)
                    || (self.is_preposition(end) && !matches!(self.folded(end), "of" | "for" | "with" | "from" | "in" | "at" | "by"))
                    || (self.is_preposition(end) && (start..end).any(|at| self.is_named(at)) && self.folded(end) != "of")
                    || matches!(self.folded(end), "who" | "which" | "as" | "when" | "while" | "where" | "after" | "on" | "during"));
            if ends {
                break;
            }
            end += 1;
        }
        self.trimmed_right(Phrase { start, end })
    }

    /// Whether the name of a person has just ended and a word in small letters follows, which is mostly its verb.
    fn ends_person(self, at: usize) -> bool {
        let named = at.checked_sub(1).and_then(|last| self.piece(last)).and_then(|piece| self.words.mention_over(piece.span));
        let name =
            named.is_some_and(|named| named.person && matches!(named.kind, MentionKind::Name | MentionKind::Alias | MentionKind::Surname));
        let joined = self.gap(at) & (POSSESSIVE | HYPHEN) != 0 || self.is_preposition(at) || matches!(self.folded(at), "and" | "or");
        self.words.pack.english && name && !joined && !self.is_capital(at) && !self.is_named(at)
    }

    /// "Vorel doubled down": a form in -ed right after a capital is a verb.
    fn is_past_after_name(self, at: usize) -> bool {
        let word = self.folded(at);
        let verb = word.len() > 4 && word.ends_with("ed") && self.gap(at) & HYPHEN == 0;
        self.words.pack.english && verb && !self.is_capital(at) && self.is_capital(at - 1)
    }

    fn is_initial(self, at: usize) -> bool {
        at > 0
            && self.is_capital(at)
            && self.is_capital(at - 1)
            && self.piece(at - 1).is_some_and(|piece| piece.span.len() <= 3)
            && self.gap(at) & COMMA == 0
    }

    fn trimmed_right(self, phrase: Phrase) -> Option<Phrase> {
        let Phrase { start, mut end } = phrase;
        while end > start
            && (self.is_preposition(end - 1) || is_day(self.folded(end - 1)) || matches!(self.folded(end - 1), "the" | "a" | "and"))
        {
            end -= 1;
        }
        (end > start).then_some(Phrase { start, end })
    }

    pub(crate) fn is_verb_like(self, at: usize) -> bool {
        self.words.pack.english
            && matches!(
                self.folded(at),
                "is" | "are"
                    | "was"
                    | "were"
                    | "be"
                    | "been"
                    | "will"
                    | "would"
                    | "could"
                    | "can"
                    | "may"
                    | "might"
                    | "must"
                    | "should"
                    | "has"
                    | "have"
                    | "had"
                    | "did"
                    | "does"
                    | "do"
                    | "said"
                    | "says"
                    | "not"
                    | "cannot"
                    | "cant"
                    | "dont"
                    | "wont"
            )
    }

    /// The subject of the unit: its first noun phrase outside marks that is named, capitalised or a pronoun.
    pub(crate) fn subject(self, limit: usize) -> Option<Phrase> {
        let limit = limit.min(self.unit.pieces.len()).min(40);
        let mut at = 0;
        while at < limit {
            if self.is_marked(at) {
                at += 1;
                continue;
            }
            if self.is_pronoun(at) {
                return Some(Phrase { start: at, end: at + 1 });
            }
            if at > 0 && self.is_preposition(at - 1) {
                // "In an interview with The Daily, she": what hangs on a preposition is no subject.
                at = self.behind_name(at).min(limit);
                continue;
            }
            let mute = self.piece(at).and_then(|piece| self.words.mention_over(piece.span)).is_some_and(|named| named.mute);
            let dated = is_day(self.folded(at)) || self.folded(at + 1).bytes().next().is_some_and(|byte| byte.is_ascii_digit());
            if (self.is_named(at) || (self.is_capital(at) && at > 0 && !dated)) && !mute {
                return self.after(at);
            }
            // "Attorneys for Clinton appeared": a plural that begins the sentence.
            let plural =
                at == 0 && self.words.pack.english && self.is_capital(0) && self.folded(0).len() > 4 && self.folded(0).ends_with('s');
            if plural && matches!(self.folded(1), "for" | "of" | "in" | "from" | "at" | "close" | "familiar") {
                return self.after(0);
            }
            at += 1;
        }
        None
    }

    /// The piece behind a name, with its article, that begins at a piece; the next one where no name does.
    fn behind_name(self, start: usize) -> usize {
        let mut at = start + usize::from(matches!(self.folded(start), "the" | "a" | "an"));
        while (self.is_capital(at) || self.is_named(at)) && (at == start || self.gap(at) & BOUNDARY == 0) {
            at += 1;
        }
        at.max(start + 1)
    }

    /// Whether the phrase names somebody: a pronoun, a known actor or a capital.
    pub(crate) fn is_strong(self, phrase: Phrase) -> bool {
        (phrase.start..phrase.end)
            .any(|at| self.is_pronoun(at) || self.is_named(at) || (self.is_capital(at) && (at > 0 || phrase.end - phrase.start > 1)))
    }

    pub(crate) fn is_plural(self, phrase: Phrase) -> bool {
        let head = self.head(phrase);
        let word = self.folded(head);
        matches!(
            word,
            "they"
                | "we"
                | "you"
                | "i"
                | "people"
                | "who"
                | "many"
                | "some"
                | "others"
                | "police"
                | "most"
                | "those"
                | "both"
                | "men"
                | "women"
                | "media"
        ) || (word.ends_with('s') && !word.ends_with("ss") && (!self.is_capital(head) || head == 0))
            || (phrase.start..phrase.end).any(|at| self.folded(at) == "and")
            || self.is_capital(head) && word.ends_with("ans")
            || matches!(word, "republicans" | "democrats" | "officials")
    }

    /// The word that carries the phrase: its last one before the first preposition or participle.
    pub(crate) fn head(self, phrase: Phrase) -> usize {
        let end = (phrase.start + 1..phrase.end)
            .find(|at| {
                let participle = self.words.pack.english && self.folded(*at).ends_with("ed") && self.is_preposition(at + 1);
                participle || self.is_preposition(*at) || self.gap(*at) & (BOUNDARY & !HYPHEN) != 0 || self.folded(*at) == "and"
            })
            .unwrap_or(phrase.end);
        end.saturating_sub(1).max(phrase.start)
    }

    /// The speaker a phrase names.
    pub(crate) fn speaker(self, phrase: Phrase, actors: &[Actor], rule: &'static str, confidence: f32) -> Speaker {
        // "Observers cited by the Daily": the observers.
        let last = self.head(phrase);
        let told =
            self.words.pack.english && last + 2 < phrase.end && self.folded(last + 1).ends_with("ed") && self.is_preposition(last + 2);
        let phrase = if told { Phrase { end: last + 1, ..phrase } } else { phrase };
        let span = self.span(phrase);
        let head = self.piece(last).map_or(span, |piece| piece.span);
        let mut named = self.words.mention_over(head);
        if named.is_none() && matches!(self.folded(phrase.start), "who" | "which") {
            // The one just named: "Smith, who said".
            named = phrase.start.checked_sub(1).and_then(|before| self.piece(before)).and_then(|piece| self.words.mention_over(piece.span));
        }
        if let Some(apposed) = self.apposed(phrase, actors) {
            named = Some(apposed);
        }
        if named.is_none() {
            named = self.possessor_of_text(phrase);
        }
        // A name that was taken to begin before "according to" has ended is none.
        let named = named.filter(|named| rule != "according-to" || named.span.start >= span.start || named.span.end <= span.start);
        let actor = named.and_then(|named| actors.get(named.actor).map(|actor| (named, actor)));
        if let Some(same) = actors.iter().filter(|_| actor.is_none() && rule == "transcript").find(|one| self.is_spelt(phrase, &one.name)) {
            return Speaker { actor: Some(same.id.clone()), name: same.name.clone(), span: Some(span), rule, confidence };
        }
        match actor {
            Some((named, actor)) if named.kind != MentionKind::Pronoun && !self.is_people(named, actor) => Speaker {
                actor: Some(actor.id.clone()),
                name: actor.name.clone(),
                span: Some(if span.contains(named.span) || named.span.start >= span.end { named.span } else { span }),
                rule,
                confidence,
            },
            _ => Speaker { actor: None, name: one_line(span.of(self.words.reading.text)), span: Some(span), rule, confidence },
        }
    }

    /// The person whose office a phrase tells, named behind it: "Norland's foreign minister, Ana Vorel, said".
    pub(crate) fn apposed(self, phrase: Phrase, actors: &[Actor]) -> Option<Named> {
        let head = self.head(phrase);
        if !self.words.pack.english || self.is_capital(head) && head > phrase.start || self.gap(phrase.end) & BOUNDARY != COMMA {
            return None;
        }
        let named = self.words.mention_over(self.piece(phrase.end)?.span)?;
        let behind =
            (phrase.end..self.unit.pieces.len()).find(|at| self.piece(*at).is_some_and(|piece| piece.span.start >= named.span.end))?;
        let person = actors.get(named.actor).is_some_and(|actor| actor.kind == ActorKind::Person);
        let whole = matches!(named.kind, MentionKind::Name | MentionKind::Alias) && self.gap(behind) & COMMA != 0;
        let other = self
            .words
            .mention_over(self.piece(head)?.span)
            .is_some_and(|at| actors.get(at.actor).is_some_and(|actor| actor.kind == ActorKind::Person));
        (person && whole && !other).then_some(named)
    }

    /// Whether a phrase has the words of a name, capitals aside; its last word is enough.
    fn is_spelt(self, phrase: Phrase, name: &str) -> bool {
        let words: Vec<String> = name.split_whitespace().map(fold).collect();
        let written: Vec<&str> = (phrase.start..phrase.end).map(|at| self.folded(at)).collect();
        let surname = words.len() > 1 && written.len() == 1 && words.last().map(String::as_str) == written.last().copied();
        surname || words.iter().map(String::as_str).eq(written.iter().copied())
    }

    /// "Mexicans fear": the people of a state do not speak for it.
    fn is_people(self, named: Named, actor: &Actor) -> bool {
        let word = named.span.of(self.words.reading.text);
        let plural = word.ends_with('s') && !word.ends_with("ss");
        named.kind == MentionKind::Demonym && actor.kind == ActorKind::State && self.words.pack.english && plural
    }

    /// "Recent EU statements": whose words a text is.
    fn possessor_of_text(self, phrase: Phrase) -> Option<Named> {
        let head = self.head(phrase);
        let text = matches!(
            self.folded(head),
            "statement"
                | "statements"
                | "communique"
                | "report"
                | "reports"
                | "proposal"
                | "proposals"
                | "position"
                | "response"
                | "messaging"
                | "message"
                | "rhetoric"
                | "words"
                | "stance"
                | "tweet"
                | "letter"
                | "memo"
                | "campaign"
                | "government"
        );
        if !text {
            return None;
        }
        self.words.mentions_in(self.span(Phrase { start: phrase.start, end: head + 1 })).last().copied()
    }

    /// Whether the piece owns the next one: "Russia's insistence", "his refusal".
    pub(crate) fn owns(self, at: usize) -> bool {
        self.gap(at + 1) & POSSESSIVE != 0 || matches!(self.folded(at), "his" | "her" | "their" | "its" | "my" | "our" | "your")
    }
}

/// Names of weekdays and the like, which stand between a verb and its statement.
pub(crate) fn is_day(folded: &str) -> bool {
    matches!(
        folded,
        "monday"
            | "tuesday"
            | "wednesday"
            | "thursday"
            | "friday"
            | "saturday"
            | "sunday"
            | "today"
            | "yesterday"
            | "tonight"
            | "morning"
            | "evening"
            | "afternoon"
            | "night"
            | "earlier"
            | "later"
    )
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
