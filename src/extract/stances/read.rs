//! The stances of one sentence.

use crate::extract::cues::Pack;
use crate::extract::speaker::{Phrase, Phrases, is_day};
use crate::extract::stances::frames::{AJAR, BAD, CLOSED, CONDITION, DUTY, FORCES, Form, Frame, Frames, GOOD, Linked, Towards, announced};
use crate::extract::words::{BOUNDARY, HYPHEN, Unit, Words};
use crate::model::extraction::{Actor, ActorKind, Position, Quote, Stance, Target};
use crate::model::span::Span;

/// How long a target may be, in words.
const TARGET_MAX: usize = 24;
/// How far a denial reaches, in words.
const DENIAL_REACH: usize = 12;

/// A frame at its place.
struct Found {
    frame: Frame,
    /// The piece of the word.
    at: usize,
    holder: Holder,
    /// First piece of the target.
    target: usize,
    /// Whether the target ends before this piece instead of being read to the end of its clause.
    until: Option<usize>,
    confidence: f32,
}

/// Who holds it.
enum Holder {
    Subject(Option<Phrase>),
    Agent(Phrase),
    Owner(Option<Phrase>),
    /// Whoever says it.
    Speaker,
}

impl Holder {
    const fn phrase(&self) -> Option<Phrase> {
        match self {
            Self::Subject(phrase) | Self::Owner(phrase) => *phrase,
            Self::Agent(phrase) => Some(*phrase),
            Self::Speaker => None,
        }
    }
}

/// Adds the stances of one unit. Marked words are read as words: people take positions inside quotations.
pub(super) fn unit(words: &Words<'_>, unit: &Unit, actors: &[Actor], quotes: &[Quote], out: &mut Vec<Stance>) {
    if actors.is_empty() {
        return;
    }
    let flat = words.flat(unit);
    for unit in &flat {
        let reader = Reader { phrases: Phrases { words, unit }, frames: Frames::shared(), actors, quotes };
        let mut before: Option<Found> = None;
        for at in 0..unit.pieces.len() {
            let Some(found) = reader.frame(at) else { continue };
            // "Will back it only if they are paid": the condition is told with what it is for.
            let told = before.as_ref().is_some_and(|before| reader.condition(before).is_some());
            if told && found.frame == CONDITION {
                continue;
            }
            let mut stance = reader.stance(&found);
            // "Agreed to share", "refused to meet": the infinitive is what is agreed or refused, it does not happen.
            if before.as_ref().is_some_and(|before| reader.governs(before, &found)) {
                stance = stance.filter(|stance| stance.position != Position::Neutral).map(|stance| Stance { plover: None, ..stance });
            }
            if let Some(stance) = stance {
                let fellows = found.holder.phrase().map(|phrase| reader.fellows(phrase, &stance)).unwrap_or_default();
                out.extend(fellows.into_iter().map(|holder| Stance { holder, ..stance.clone() }));
                out.push(stance);
                before = Some(found);
            }
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) phrases: Phrases<'a>,
    frames: &'static Frames,
    pub(super) actors: &'a [Actor],
    quotes: &'a [Quote],
}

impl<'a> Reader<'a> {
    /// Whether a word stands as infinitive in the target of the frame before it, with the same subject.
    fn governs(self, before: &Found, found: &Found) -> bool {
        let phrases = self.phrases;
        let infinitive = found.at > 0 && phrases.folded(found.at - 1) == "to";
        infinitive
            && !matches!(before.holder, Holder::Agent(_))
            && found.at >= before.target
            && found.at <= before.target + 6
            && (before.at + 1..found.at).all(|at| phrases.gap(at) & (BOUNDARY & !HYPHEN) == 0)
    }

    fn frame(self, at: usize) -> Option<Found> {
        let word = self.phrases.folded(at);
        let pack: &Pack = self.phrases.words.pack;
        if !pack.english {
            let frame = self.frames.other(word)?;
            return self.verb(at, frame, Form::Finite);
        }
        if let Some(found) = self.idiom(at) {
            return Some(found);
        }
        if let Some(found) = self.frames.state(word).and_then(|linked| self.state(at, linked)) {
            return Some(found);
        }
        for (frame, form) in self.frames.verb(word) {
            if let Some(found) = self.verb(at, *frame, *form) {
                return Some(found);
            }
        }
        self.frames.noun(word).and_then(|linked| self.noun(at, linked))
    }

    fn verb(self, at: usize, frame: Frame, form: Form) -> Option<Found> {
        let phrases = self.phrases;
        let participle = form == Form::Participle;
        let before = at.checked_sub(1).map_or("", |one| phrases.folded(one));
        let noun_use = at > 0
            && (phrases.gap(at) & HYPHEN != 0
                || phrases.owns(at - 1)
                || matches!(
                    before,
                    "the"
                        | "a"
                        | "an"
                        | "this"
                        | "these"
                        | "of"
                        | "any"
                        | "no"
                        | "some"
                        | "their"
                        | "its"
                        | "his"
                        | "her"
                        | "in"
                        | "for"
                        | "with"
                        | "new"
                        | "military"
                        | "under"
                ));
        if noun_use {
            return None;
        }
        let by = phrases.folded(at + 1) == "by" && phrases.gap(at + 1) & BOUNDARY == 0;
        if by {
            let agent = phrases.after(at + 2)?;
            let start = self.passive_start(at)?;
            return Some(Found { frame, at, holder: Holder::Agent(agent), target: start.0, until: Some(start.1), confidence: 0.7 });
        }
        let group = self.group_start(at);
        let passive =
            (group..at).any(|one| matches!(phrases.folded(one), "is" | "was" | "are" | "were" | "been" | "be" | "being")) && !participle;
        if passive {
            return self.authorities(at, frame, group);
        }
        let infinitive = before == "to";
        let target = self.target_start(at, frame.target)?;
        let subject =
            if infinitive || participle { self.outer_subject(at) } else { phrases.before(group).or_else(|| self.outer_subject(at)) };
        let subject = if participle && phrases.gap(at) & BOUNDARY == 0 { phrases.before(group).or(subject) } else { subject };
        let subject = subject.map(|subject| self.led(subject).unwrap_or(subject));
        if form == Form::Base && !infinitive && group == at && !subject.is_some_and(|subject| phrases.is_plural(subject)) {
            return None;
        }
        let confidence = if infinitive || participle { 0.6 } else { 0.8 };
        Some(Found { frame, at, holder: Holder::Subject(subject), target, until: None, confidence })
    }

    /// "A reporter was arrested in Norland": whoever arrests, detains or deports in a state acts for it.
    fn authorities(self, at: usize, frame: Frame, group: usize) -> Option<Found> {
        let phrases = self.phrases;
        let place = (frame.plover == "COERCE" && matches!(phrases.folded(at + 1), "in" | "from")).then(|| phrases.after(at + 2))??;
        let state = self.actor(place).and_then(|place| self.actors.iter().find(|actor| actor.id == place))?;
        let target = phrases.adjacent(group).filter(|_| matches!(state.kind, ActorKind::State))?;
        Some(Found { frame, at, holder: Holder::Agent(place), target: target.start, until: Some(target.end), confidence: 0.5 })
    }

    /// The phrase a passive stands to: "a force, supported by the U.S.".
    fn passive_start(self, at: usize) -> Option<(usize, usize)> {
        let group = self.group_start(at);
        let target = self.phrases.adjacent(group)?;
        // "floated the plan, backed by": the object of the verb before.
        let verb = (target.start..target.end).rev().find(|one| self.is_verb(*one));
        Some((verb.map_or(target.start, |verb| verb + 1).min(target.end.saturating_sub(1)), target.end))
    }

    /// "President Vorel and a group of deputies": who is named stands for those who are not.
    fn led(self, subject: Phrase) -> Option<Phrase> {
        let phrases = self.phrases;
        let and = subject.start.checked_sub(1).filter(|and| phrases.folded(*and) == "and" && phrases.gap(*and) & BOUNDARY == 0)?;
        let follows = matches!(phrases.folded(subject.start), "a" | "an" | "other" | "several" | "some" | "his" | "her" | "their" | "its");
        let leader = phrases.adjacent(and).filter(|_| follows && self.actor(subject).is_none())?;
        let clause = (leader.start..subject.start).any(|at| self.is_verb(at) || phrases.is_verb_like(at));
        (!clause && self.actor(leader).is_some()).then_some(leader)
    }

    fn is_verb(self, at: usize) -> bool {
        let word = self.phrases.folded(at);
        let finite = self.frames.verb(word).iter().any(|(_, form)| *form == Form::Finite);
        finite || self.phrases.words.pack.verb(word).is_some_and(|cue| !cue.base)
    }

    /// Where helping verbs, denials and adverbs before the verb begin.
    fn group_start(self, at: usize) -> usize {
        let phrases = self.phrases;
        let mut group = at;
        while group > 0 && at - group < 7 && phrases.gap(group) & BOUNDARY == 0 {
            let word = phrases.folded(group - 1);
            let helps = phrases.words.pack.is_between(word) && !phrases.is_pronoun(group - 1)
                || is_denial(word)
                || matches!(word, "is" | "was" | "are" | "were" | "been" | "be" | "being" | "am" | "on")
                || is_day(word);
            if !helps {
                break;
            }
            group -= 1;
        }
        group
    }

    /// The subject of the clause or sentence around an infinitive or participle.
    fn outer_subject(self, at: usize) -> Option<Phrase> {
        let phrases = self.phrases;
        let verb = (at.saturating_sub(8)..at).rev().find(|one| {
            let word = phrases.folded(*one);
            phrases.words.pack.verb(word).is_some_and(|cue| !cue.participle)
                || !self.frames.verb(word).is_empty()
                || matches!(word, "is" | "was" | "has" | "have" | "are" | "were" | "will" | "would")
        });
        verb.and_then(|verb| phrases.before(self.group_start(verb))).or_else(|| phrases.subject(at))
    }

    fn target_start(self, at: usize, towards: Towards) -> Option<usize> {
        let phrases = self.phrases;
        let mut next = at + 1;
        while is_day(phrases.folded(next)) || matches!(phrases.folded(next), "on" if is_day(phrases.folded(next + 1))) {
            next += 1;
        }
        let open = phrases.piece(next).is_some() && phrases.gap(next) & (BOUNDARY & !HYPHEN) == 0;
        match towards {
            Towards::Phrase(endings) => endings.iter().find_map(|ending| {
                let length = ending.split(' ').count();
                ending.split(' ').enumerate().all(|(index, word)| phrases.folded(next + index) == word).then(|| {
                    let link = matches!(phrases.folded(next + length), "for" | "of" | "to" | "on" | "against");
                    next + length + usize::from(link)
                })
            }),
            Towards::Light(nouns) => {
                let limit = phrases.unit.pieces.len().min(next + 7);
                let noun = (next..limit)
                    .take_while(|one| phrases.gap(*one) & (BOUNDARY & !HYPHEN) == 0)
                    .find(|one| nouns.contains(&phrases.folded(*one)))?;
                let link =
                    matches!(phrases.folded(noun + 1), "against" | "into" | "in" | "on" | "of" | "for" | "with" | "over" | "at" | "to");
                let follows = link && phrases.gap(noun + 1) & BOUNDARY == 0 && phrases.piece(noun + 2).is_some();
                Some(if follows { noun + 2 } else { next })
            }
            Towards::Object => (open
                && !(phrases.is_preposition(next)
                    || phrases.words.pack.is_stop(phrases.folded(next))
                        && phrases.words.pack.english
                        && !matches!(phrases.folded(next), "not" | "what" | "how" | "whether")))
            .then_some(next),
            Towards::Link => (open && matches!(phrases.folded(next), "to" | "with" | "in" | "on" | "over" | "about" | "for" | "against"))
                .then_some(next + 1),
            Towards::Any => open.then(|| {
                if matches!(phrases.folded(next), "that" | "to" | "on" | "against" | "of" | "about" | "upon") { next + 1 } else { next }
            }),
        }
    }

    fn noun(self, at: usize, linked: Linked) -> Option<Found> {
        let phrases = self.phrases;
        let mut link = at + 1;
        while is_day(phrases.folded(link)) || (phrases.folded(link) == "on" && is_day(phrases.folded(link + 1))) {
            link += 1;
        }
        if !linked.links.contains(&phrases.folded(link)) || (at + 1..=link).any(|one| phrases.gap(one) & BOUNDARY != 0) {
            return None;
        }
        let owner = (at.saturating_sub(4)..at).rev().find(|one| phrases.owns(*one));
        let (holder, confidence) = match owner {
            Some(owner) => (Holder::Owner(Some(Phrase { start: self.owner_start(owner), end: owner + 1 })), 0.75),
            None => (Holder::Owner(self.implied_owner(at)), 0.5),
        };
        Some(Found { frame: linked.frame, at, holder, target: link + 1, until: None, confidence })
    }

    /// Whose it is when no possessive stands right before: "its rejection" by what the pronoun means, "at the heart of
    /// Norland's position is an opposition" by the nearest possessive before.
    fn implied_owner(self, at: usize) -> Option<Phrase> {
        let phrases = self.phrases;
        let named = |phrase: &Phrase| self.actor(*phrase).is_some();
        let pronoun = (at.saturating_sub(4)..at)
            .rev()
            .find(|one| matches!(phrases.folded(*one), "its" | "their" | "his" | "her"))
            .map(|one| Phrase { start: one, end: one + 1 });
        let possessive = || {
            let owner = (at.saturating_sub(TARGET_MAX)..at).rev().find(|one| phrases.owns(*one))?;
            Some(Phrase { start: self.owner_start(owner), end: owner + 1 })
        };
        let subject = phrases.subject(at);
        pronoun.filter(named).or_else(|| subject.filter(named)).or_else(|| possessive().filter(named)).or(subject)
    }

    fn owner_start(self, owner: usize) -> usize {
        self.phrases.before(owner + 1).map_or(owner, |phrase| phrase.start.min(owner))
    }

    fn state(self, at: usize, linked: Linked) -> Option<Found> {
        let phrases = self.phrases;
        let be = (at.saturating_sub(4)..at).rev().find(|one| {
            matches!(
                phrases.folded(*one),
                "is" | "are"
                    | "was"
                    | "were"
                    | "be"
                    | "been"
                    | "remains"
                    | "remain"
                    | "remained"
                    | "stays"
                    | "stands"
                    | "says"
                    | "seems"
                    | "left"
            )
        })?;
        let target = if linked.links.is_empty() { at + 1 } else { linked.links.contains(&phrases.folded(at + 1)).then_some(at + 2)? };
        let subject = phrases.before(self.group_start(be));
        Some(Found { frame: linked.frame, at, holder: Holder::Subject(subject), target, until: None, confidence: 0.75 })
    }

    /// Doors, red lines, conditions, and views of something as good or bad.
    fn idiom(self, at: usize) -> Option<Found> {
        let phrases = self.phrases;
        let word = phrases.folded(at);
        let near = |from: usize, to: usize, list: &[&str]| {
            (from..to.min(phrases.unit.pieces.len())).find(|one| list.contains(&phrases.folded(*one)))
        };
        match word {
            "door" => {
                let shut = near(
                    at.saturating_sub(3),
                    at,
                    &["shut", "close", "closed", "closing", "closes", "slam", "slammed", "shutting", "shuts"],
                );
                let target = near(at + 1, at + 3, &["on", "to"]).map_or(at + 1, |one| one + 1);
                if let Some(shut) = shut {
                    let subject = phrases.before(self.group_start(shut)).or_else(|| self.outer_subject(shut));
                    return Some(Found { frame: CLOSED, at: shut, holder: Holder::Subject(subject), target, until: None, confidence: 0.7 });
                }
                let end = near(at + 1, at + 7, &["open", "ajar"])?;
                let subject = self.outer_subject(at);
                let target = if target > at + 1 { target } else { near(end, end + 3, &["to", "for"]).map_or(end, |one| one + 1) };
                Some(Found {
                    frame: AJAR,
                    at,
                    holder: Holder::Subject(subject),
                    target,
                    until: Some(end.max(target + 1)).filter(|_| target < end),
                    confidence: 0.65,
                })
            }
            "unacceptable" | "inadmissible" => {
                let be = near(at.saturating_sub(4), at, &["is", "are", "was", "were", "be", "would"])?;
                let start = phrases.before(be)?.start;
                Some(Found { frame: CLOSED, at, holder: Holder::Subject(None), target: start, until: Some(be), confidence: 0.65 })
            }
            "only"
                if matches!(phrases.folded(at + 1), "if" | "within" | "after" | "when" | "once" | "under")
                    || phrases.folded(at + 2) == "within"
                    || phrases.folded(at + 3) == "within" =>
            {
                let start = phrases.before(self.group_start(at)).map_or(0, |phrase| phrase.start);
                Some(Found { frame: CONDITION, at, holder: Holder::Subject(None), target: start, until: Some(at), confidence: 0.6 })
            }
            "must" if phrases.folded(at + 1) != "have" => {
                let obliged = phrases.before(at)?;
                Some(Found { frame: DUTY, at, holder: Holder::Speaker, target: obliged.start, until: None, confidence: 0.6 })
            }
            "condition" if at > 0 && phrases.folded(at - 1) == "on" && phrases.folded(at + 1) == "that" => Some(Found {
                frame: CONDITION,
                at,
                holder: Holder::Subject(phrases.subject(at)),
                target: at + 2,
                until: None,
                confidence: 0.6,
            }),
            "view" | "views" | "viewed" | "see" | "sees" | "saw" | "seen" | "cast" | "casts" | "frame" | "frames" | "framed"
            | "describe" | "describes" | "described" | "regard" | "regards" | "regarded" | "portray" | "portrays" | "portrayed"
            | "consider" | "considers" | "considered" | "called" | "calls" => self.view(at),
            _ => None,
        }
    }

    fn view(self, at: usize) -> Option<Found> {
        let phrases = self.phrases;
        let count = phrases.unit.pieces.len();
        let as_at = (at + 1..count.min(at + 28)).find(|one| phrases.folded(*one) == "as")?;
        let words = as_at + 1..count.min(as_at + 7);
        let bad = words.clone().any(|one| BAD.contains(&phrases.folded(one)));
        let good = words.clone().any(|one| GOOD.contains(&phrases.folded(one)));
        let frame = match (bad, good) {
            (true, _) => Frame { denied: None, ..CLOSED },
            (_, true) => Frame { position: Position::Support, denied: None, plover: "SUPPORT", target: Towards::Object },
            _ => return None,
        };
        let group = self.group_start(at);
        let passive = (group..at).any(|one| matches!(phrases.folded(one), "is" | "are" | "was" | "were" | "be"));
        if passive {
            let agent = (at + 1..as_at).find(|one| matches!(phrases.folded(*one), "in" | "by")).and_then(|one| phrases.after(one + 1))?;
            let target = phrases.before(group).or_else(|| phrases.subject(group));
            let (start, end) = target.map_or((as_at + 1, count), |phrase| (phrase.start, phrase.end));
            return Some(Found { frame, at, holder: Holder::Agent(agent), target: start, until: Some(end), confidence: 0.65 });
        }
        Some(Found { frame, at, holder: Holder::Subject(phrases.before(group)), target: at + 1, until: Some(as_at), confidence: 0.7 })
    }

    /// Where the condition begins under which something is backed or agreed to: "only if", "provided that", "unless".
    fn condition(self, found: &Found) -> Option<usize> {
        let phrases = self.phrases;
        if found.until.is_some() || !matches!(found.frame.position, Position::Support | Position::Agree | Position::Open) {
            return None;
        }
        let limit = phrases.unit.pieces.len().min(found.target + TARGET_MAX);
        (found.target + 1..limit).find(|at| {
            let (word, next) = (phrases.folded(*at), phrases.folded(at + 1));
            match word {
                "only" => matches!(next, "if" | "when" | "once" | "after"),
                "provided" | "providing" => next == "that" || phrases.gap(*at) & BOUNDARY != 0,
                "on" => matches!(next, "condition" | "conditions"),
                "as" => next == "long" && phrases.folded(at + 2) == "as",
                "unless" => true,
                _ => false,
            }
        })
    }

    fn stance(self, found: &Found) -> Option<Stance> {
        let phrases = self.phrases;
        let position = self.position(found)?;
        let conditional = position == found.frame.position && self.condition(found).is_some();
        let position = if conditional { Position::Conditional } else { position };
        let place = phrases.piece(found.at)?.span;
        let quote = self.quote_at(place);
        let speaker = quote.and_then(|quote| quote.speaker.as_ref()).and_then(|speaker| speaker.actor.as_ref());
        let phrase = found.holder.phrase();
        let own = phrase.and_then(|phrase| self.actor(phrase));
        let inside =
            phrase.is_some_and(|phrase| quote.is_some_and(|quote| quote.content.iter().any(|span| span.overlaps(phrases.span(phrase)))));
        let first_person = phrase.is_some_and(|phrase| matches!(phrases.folded(phrase.end.saturating_sub(1)), "i" | "we" | "our" | "my"));
        let holder = match (own.clone(), speaker) {
            (_, Some(speaker)) if first_person => self.represented(speaker),
            (Some(own), _) if quote.is_none() || inside => self.represented(&own),
            (None, Some(_)) if phrase.is_some_and(|phrase| self.is_somebody_else(phrase)) => return None,
            (_, Some(speaker)) if !matches!(found.holder, Holder::Agent(_)) => self.represented(speaker),
            (Some(own), _) => self.represented(&own),
            _ => return None,
        };
        let mute = matches!(found.frame.plover, "REJECT")
            && phrases.folded(found.target.saturating_sub(1)) == "to"
            && matches!(
                phrases.folded(found.target),
                "comment" | "say" | "answer" | "elaborate" | "be" | "give" | "name" | "confirm" | "speculate"
            );
        if mute {
            return None;
        }
        let target = self.target(found)?;
        let by = speaker
            .filter(|speaker| **speaker != holder)
            .cloned()
            .or_else(|| own.filter(|own| *own != holder && self.represented(own) == holder));
        let evidence = self.evidence(found, phrase, target);
        let among = self.directed_at(target, &holder);
        let target = Target { span: target, actors: among, topics: Vec::new() };
        // A denied rejection is no event of rejecting; a denied support is one.
        let plover = match position {
            _ if conditional || position == found.frame.position => Some(self.class(found, phrase)),
            Position::Oppose => Some("REJECT"),
            _ => None,
        };
        Some(Stance { holder, position, target, plover, evidence, by, confidence: found.confidence })
    }

    /// "Vowed to fight": a promise of violence is a threat.
    fn is_hostile_infinitive(self, at: usize) -> bool {
        let violent = |(frame, form): &(Frame, Form)| {
            *form == Form::Base && matches!(frame.plover, "ASSAULT" | "FIGHT" | "SANCTION" | "PROTEST") && frame.target == Towards::Object
        };
        let word = self.phrases.folded(at);
        at > 0
            && self.phrases.folded(at - 1) == "to"
            && (matches!(word, "fight" | "retaliate" | "destroy" | "crush" | "punish" | "avenge")
                || self.frames.verb(word).iter().any(violent))
    }

    /// Whether a subject that no list knows is somebody of its own, and not the one who speaks: "residents reject the plan".
    fn is_somebody_else(self, phrase: Phrase) -> bool {
        let head = self.phrases.head(phrase);
        !self.phrases.is_pronoun(head) && !matches!(self.phrases.folded(head), "" | "who" | "which" | "that")
    }

    /// The event class: armed forces fight, and what is only announced is promised or threatened.
    fn class(self, found: &Found, phrase: Option<Phrase>) -> &'static str {
        let phrases = self.phrases;
        let class = found.frame.plover;
        let armed = phrase.is_some_and(|phrase| (phrase.start..phrase.end).any(|at| FORCES.contains(&phrases.folded(at))));
        let class = if class == "ASSAULT" && armed { "FIGHT" } else { class };
        if found.frame.position == Position::Agree && self.is_hostile_infinitive(found.target) {
            return "THREATEN";
        }
        let will = (self.group_start(found.at)..found.at).any(|at| matches!(phrases.folded(at), "will" | "would" | "shall"));
        if !will {
            return class;
        }
        let conditional = (found.at + 1..phrases.unit.pieces.len()).any(|at| matches!(phrases.folded(at), "unless" | "if" | "until"));
        announced(class, conditional)
    }

    /// The position with denials counted.
    fn position(self, found: &Found) -> Option<Position> {
        let phrases = self.phrases;
        let from = self.group_start(found.at);
        let mut denials = (from..found.at).filter(|at| is_denial(phrases.folded(*at))).count();
        let before = from.saturating_sub(DENIAL_REACH)..from;
        // "does not mean that …", "refused to …"
        for at in before {
            let word = phrases.folded(at);
            // "Denied a report that she had met": what is denied is not done.
            if matches!(word, "denied" | "denies" | "deny" | "denying") && (at + 1..found.at).any(|one| phrases.folded(one) == "that") {
                denials += 1;
            }
            if is_denial(word) && matches!(phrases.folded(at + 1), "mean" | "signal" | "imply" | "suggest") {
                denials += 1;
            }
        }
        if from > 1
            && phrases.folded(from - 1) == "to"
            && matches!(
                phrases.folded(from - 2),
                "refused" | "refuses" | "refuse" | "refusing" | "declined" | "declines" | "refusal" | "unwilling"
            )
        {
            denials += 1;
        }
        if denials % 2 == 0 {
            return Some(found.frame.position);
        }
        // "Will not meet": what somebody will not do is refused; what did not happen says nothing.
        let refused = found.frame.denied.is_none()
            && matches!(found.frame.plover, "CONSULT" | "COOPERATE" | "CONCEDE" | "AID" | "RETREAT")
            && (from..found.at).any(|at| matches!(phrases.folded(at), "will" | "would" | "wont" | "wouldnt"));
        if refused { Some(Position::Oppose) } else { found.frame.denied }
    }

    /// The narrowest statement around a place.
    fn quote_at(self, place: Span) -> Option<&'a Quote> {
        let to = self.quotes.partition_point(|quote| quote.content.first().is_none_or(|first| first.start <= place.start));
        let near = self.quotes.get(to.saturating_sub(24)..to).unwrap_or_default();
        near.iter()
            .filter(|quote| quote.content.iter().any(|span| span.contains(place)))
            .min_by_key(|quote| quote.content.iter().map(|span| span.len()).sum::<usize>())
    }

    /// From the first word of the target to the end of its clause.
    fn target(self, found: &Found) -> Option<Span> {
        let phrases = self.phrases;
        let end = found.until.or_else(|| self.condition(found)).unwrap_or_else(|| {
            let limit = phrases.unit.pieces.len().min(found.target + TARGET_MAX);
            (found.target + 1..limit)
                .find(|at| {
                    phrases.gap(*at) & (BOUNDARY & !HYPHEN) != 0
                        || (matches!(found.holder, Holder::Owner(_)) && phrases.is_verb_like(*at))
                        || matches!(
                            phrases.folded(*at),
                            "which"
                                | "who"
                                | "while"
                                | "but"
                                | "because"
                                | "after"
                                | "although"
                                | "though"
                                | "when"
                                | "saying"
                                | "according"
                        )
                })
                .unwrap_or(limit)
        });
        let mut end = end;
        while end > found.target + 1 && matches!(phrases.folded(end - 1), "but" | "and" | "or") {
            end -= 1;
        }
        let span = phrases.span(Phrase { start: found.target, end });
        (found.target < end && !span.is_empty()).then_some(span)
    }

    /// Subject, frame and target.
    fn evidence(self, found: &Found, phrase: Option<Phrase>, target: Span) -> Span {
        let place = self.phrases.piece(found.at).map_or(target, |piece| piece.span);
        let near = phrase.map(|phrase| self.phrases.span(phrase)).filter(|span| self.phrases.unit.span.contains(*span));
        near.map_or(place, |span| span.hull(place)).hull(target)
    }
}

fn is_denial(folded: &str) -> bool {
    matches!(folded, "not" | "never" | "no" | "cannot" | "cant" | "neither" | "nor" | "without")
        || (folded.len() > 3
            && folded.ends_with("nt")
            && matches!(
                folded,
                "doesnt"
                    | "dont"
                    | "didnt"
                    | "wont"
                    | "wouldnt"
                    | "isnt"
                    | "arent"
                    | "wasnt"
                    | "werent"
                    | "hasnt"
                    | "havent"
                    | "hadnt"
                    | "shouldnt"
                    | "couldnt"
            ))
}
