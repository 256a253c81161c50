//! Who holds a position, and whom it is directed at.

use crate::extract::speaker::Phrase;
use crate::extract::stances::read::Reader;
use crate::extract::words::{BOUNDARY, HYPHEN, Named};
use crate::model::extraction::{ActorKind, MentionKind, Stance};
use crate::model::id::ActorId;
use crate::model::span::Span;

/// Groups that act for their state or body.
const OFFICIAL: &[&str] = &["officials", "leaders", "authorities", "diplomats", "ministers", "envoys", "negotiators", "forces", "troops"];
/// Words that say that a group acts against a state, or beside it, and not for it.
const APART: &[&str] = &[
    "rebel",
    "opposition",
    "guerrilla",
    "militia",
    "militant",
    "separatist",
    "insurgent",
    "union",
    "church",
    "religious",
    "business",
    "industry",
    "community",
    "tribal",
    "student",
    "protest",
    "resistance",
    "paramilitary",
    "exile",
    "exiled",
    "party",
];

impl<'a> Reader<'a> {
    /// The actor that a phrase names, its owner when the phrase is about somebody's people or words.
    pub(super) fn actor(self, phrase: Phrase) -> Option<ActorId> {
        let named = self.phrases.apposed(phrase, self.actors).or_else(|| self.named(phrase))?;
        self.actors.get(named.actor).filter(|actor| !matches!(actor.kind, ActorKind::Media)).map(|actor| actor.id.clone())
    }

    fn named(self, phrase: Phrase) -> Option<Named> {
        let phrases = self.phrases;
        let head = phrases.piece(phrases.head(phrase))?.span;
        phrases.words.mention_over(head).or_else(|| {
            let span = phrases.span(Phrase { start: phrase.start, end: phrases.head(phrase) + 1 });
            phrases.words.mentions_in(span).iter().rev().find(|named| named.kind != MentionKind::Pronoun).copied()
        })
    }

    /// The others who hold the position with the one a phrase names: "Norland and Sudland rejected", each once.
    pub(super) fn fellows(self, phrase: Phrase, stance: &Stance) -> Vec<ActorId> {
        let span = self.phrases.span(phrase);
        let mentions: Vec<Named> = self.phrases.words.mentions_in(span).to_vec();
        let Some(own) = mentions.iter().position(|named| self.stands_for(named) == Some(stance.holder.clone())) else { return Vec::new() };
        let mut fellows: Vec<ActorId> = Vec::new();
        let mut add = |named: &Named| {
            let actor = self.stands_for(named).filter(|actor| *actor != stance.holder);
            fellows.extend(actor.filter(|actor| !fellows.contains(actor)));
        };
        for pair in mentions.windows(2).take(own).rev() {
            let [one, other] = pair else { break };
            if !self.is_joined(one.span, other.span) {
                break;
            }
            add(one);
        }
        for pair in mentions.windows(2).skip(own) {
            let [one, other] = pair else { break };
            if !self.is_joined(one.span, other.span) {
                break;
            }
            add(other);
        }
        fellows
    }

    /// Whom a mention stands for as a holder; nobody for a place and an outlet.
    fn stands_for(self, named: &Named) -> Option<ActorId> {
        let actor = self.actors.get(named.actor).filter(|actor| !matches!(actor.kind, ActorKind::Media | ActorKind::Place))?;
        (named.kind != MentionKind::Place).then(|| self.represented(&actor.id))
    }

    /// Whether nothing but "and", commas and articles stands between two mentions.
    fn is_joined(self, one: Span, other: Span) -> bool {
        let mut joined = false;
        for word in self.between(one.end, other.start) {
            match word {
                "and" | "or" | "well" | "both" => joined = true,
                "the" | "as" | "its" | "their" => {}
                _ => return false,
            }
        }
        let commas = self.phrases.words.reading.text.get(one.end..other.start).is_some_and(|text| text.trim().starts_with([',', '/', '&']));
        joined || commas
    }

    /// The words that begin in a stretch of the text.
    fn between(self, from: usize, to: usize) -> impl Iterator<Item = &'a str> {
        let pieces = &self.phrases.unit.pieces;
        let start = pieces.partition_point(|piece| piece.span.start < from);
        let words = self.phrases.words;
        pieces.iter().skip(start).take_while(move |piece| piece.span.start < to).map(move |piece| words.folded(piece))
    }

    /// Whether two mentions stand in one phrase: nothing but titles, roles and adjectives between them.
    fn is_one_phrase(self, from: usize, to: usize) -> bool {
        let bounded = self.phrases.words.gap(from, to) & (BOUNDARY & !HYPHEN) != 0;
        !bounded && self.between(from, to).count() <= 5 && !self.between(from, to).any(is_small)
    }

    /// Whom a position is directed at: the first actor of the target and those who are joined to it. What only describes that
    /// one is left out: Norland in "Norland's president Jane Doe", and the place where it is or happens.
    pub(super) fn directed_at(self, target: Span, holder: &ActorId) -> Vec<ActorId> {
        let mentions: Vec<Named> =
            self.phrases.words.mentions_in(target).iter().filter(|named| named.kind != MentionKind::Pronoun).copied().collect();
        let actor = |named: &Named| self.actors.get(named.actor);
        let mut among: Vec<ActorId> = Vec::new();
        let mut last: Option<Named> = None;
        for (index, named) in mentions.iter().enumerate() {
            let Some(this) = actor(named) else { continue };
            let next = mentions.get(index + 1);
            if let Some(last) = last
                && !self.is_joined(last.span, named.span)
            {
                break;
            }
            if next.is_some_and(|next| self.describes(named, next)) {
                last = None;
                continue;
            }
            if this.id == *holder {
                continue;
            }
            last = Some(*named);
            if !among.contains(&this.id) {
                among.push(this.id.clone());
            }
        }
        among
    }

    /// Whether a state only tells whose the next actor is: "Norland's president Jane Doe", "Norland diplomats".
    fn describes(self, named: &Named, next: &Named) -> bool {
        let (Some(this), Some(next_actor)) = (self.actors.get(named.actor), self.actors.get(next.actor)) else { return false };
        let has_people =
            matches!(this.kind, ActorKind::State | ActorKind::Bloc | ActorKind::Igo | ActorKind::Organisation | ActorKind::Government);
        let belongs = matches!(
            next_actor.kind,
            ActorKind::Person | ActorKind::Group | ActorKind::Government | ActorKind::Party | ActorKind::ArmedGroup
        );
        has_people && belongs && (next.span.contains(named.span) || self.is_one_phrase(named.span.end, next.span.start))
    }

    /// A spokesperson speaks for an office, officials for their state or body.
    pub(super) fn represented(self, speaker: &ActorId) -> ActorId {
        let Some(actor) = self.actors.iter().find(|actor| actor.id == *speaker) else { return speaker.clone() };
        let role = actor.roles.iter().find(|role| role.title.to_lowercase().starts_with("spokes"));
        let official = actor.kind == ActorKind::Group
            && actor.name.rsplit(' ').next().is_some_and(|last| OFFICIAL.contains(&last))
            && !actor.name.split(' ').any(|word| APART.contains(&word));
        if role.is_none() && !official {
            return speaker.clone();
        }
        let office = role.and_then(|role| role.of.as_deref()).and_then(|office| self.actors.iter().find(|one| one.id.as_str() == office));
        let state = || self.actors.iter().find(|one| one.kind == ActorKind::State && one.country.is_some() && one.country == actor.country);
        let body = || {
            let (body, _) = actor.name.rsplit_once(' ').filter(|_| official)?;
            let text = self.phrases.words.reading;
            self.actors.iter().find(|one| one.id != actor.id && one.mentions.iter().any(|mention| text.of(mention.span) == body))
        };
        office.or_else(state).or_else(body).map_or_else(|| speaker.clone(), |one| one.id.clone())
    }
}

/// Words at which a phrase ends.
fn is_small(folded: &str) -> bool {
    matches!(
        folded,
        "and"
            | "or"
            | "to"
            | "in"
            | "at"
            | "on"
            | "by"
            | "with"
            | "from"
            | "for"
            | "against"
            | "after"
            | "before"
            | "over"
            | "about"
            | "that"
            | "who"
            | "which"
            | "as"
            | "is"
            | "was"
            | "are"
            | "were"
            | "has"
            | "have"
            | "had"
            | "will"
            | "would"
            | "the"
    )
}
