//! Words that take a position: which, towards what, and their event class in the PLOVER ontology.

use std::sync::LazyLock;

use crate::extract::cues::inflect;
use crate::model::extraction::Position;
use crate::text::hash::WordMap;

/// What a word says about its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) position: Position,
    /// The position when it is denied; `None` when a denial says nothing.
    pub(crate) denied: Option<Position>,
    pub(crate) plover: &'static str,
    pub(crate) target: Towards,
}

/// Which form of a verb a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The bare form, which is often a noun as well.
    Base,
    /// Past or third person.
    Finite,
    /// The form in -ing.
    Participle,
}

/// Where the target of a frame stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Towards {
    /// Right after the word.
    Object,
    /// After "to", "of", "for" or another small word, which is required.
    Link,
    /// After an infinitive or a clause, else right after the word.
    Any,
    /// The word needs the words of its phrase right behind it, such as "rule out".
    Phrase(&'static [&'static str]),
    /// The word says nothing without one of these nouns in its object: "launched a new investigation".
    Light(&'static [&'static str]),
}

/// The event classes of the PLOVER ontology in its version of 2016, the one its published gold records use
/// (<https://github.com/openeventdata/PLOVER>). Later versions say REQUEST for DEMAND and ACCUSE for DISAPPROVE.
#[cfg(test)]
pub(crate) const CLASSES: &[&str] = &[
    "AGREE",
    "AID",
    "ASSAULT",
    "COERCE",
    "CONCEDE",
    "CONSULT",
    "COOPERATE",
    "DEMAND",
    "DISAPPROVE",
    "FIGHT",
    "INVESTIGATE",
    "MOBILIZE",
    "PROTEST",
    "REJECT",
    "RETREAT",
    "SANCTION",
    "SUPPORT",
    "THREATEN",
];

/// What a class becomes when it is announced with "will" and has not happened: a promise, a threat or itself.
pub(crate) fn announced(class: &'static str, conditional: bool) -> &'static str {
    match class {
        "AID" | "CONCEDE" | "CONSULT" | "COOPERATE" | "SUPPORT" => "AGREE",
        "ASSAULT" | "COERCE" | "FIGHT" | "PROTEST" | "SANCTION" => "THREATEN",
        "RETREAT" if conditional => "THREATEN",
        other => other,
    }
}

/// Words that say that armed forces act: their assaults are fights between armed forces.
pub(crate) const FORCES: &[&str] = &[
    "forces",
    "troops",
    "army",
    "aircraft",
    "soldiers",
    "jets",
    "warplanes",
    "planes",
    "helicopters",
    "navy",
    "military",
    "drones",
    "tanks",
    "artillery",
    "marines",
    "paratroopers",
    "warships",
];

use Position::{Accuse, Agree, Conditional, Demand, Doubt, Neutral, Open, Oppose, Propose, Support, Threaten, Warn};
use Towards::{Any, Light, Link, Object, Phrase};

/// Verbs: forms as in the table of reporting verbs.
const VERBS: &[(&str, Position, Option<Position>, &str, Towards)] = &[
    ("reject rebuff spurn rebut/rebutted/rebutting veto/vetoed/vetoing repudiate renounce", Oppose, Some(Open), "REJECT", Object),
    ("oppose resist shun/shunned/shunning", Oppose, Some(Open), "REJECT", Object),
    ("refuse decline", Oppose, Some(Open), "REJECT", Any),
    ("renege", Oppose, None, "REJECT", Link),
    ("dismiss", Oppose, Some(Open), "REJECT", Object),
    ("object", Oppose, Some(Open), "REJECT", Link),
    ("rule/ruled/ruling turn vote/voted/voting", Oppose, Some(Open), "REJECT", Phrase(&["out", "down", "against"])),
    ("back support endorse favor favour champion embrace approve uphold/upheld", Support, Some(Oppose), "SUPPORT", Object),
    ("welcome praise hail applaud commend laud", Support, None, "SUPPORT", Object),
    ("apologize apologise", Support, None, "SUPPORT", Any),
    ("emphasize emphasise stress underscore underline highlight", Support, None, "SUPPORT", Phrase(&["the need", "the importance"])),
    ("insist", Demand, None, "DEMAND", Any),
    ("demand urge", Demand, None, "DEMAND", Any),
    ("press/pressed pressure", Demand, None, "DEMAND", Any),
    ("call", Demand, None, "DEMAND", Phrase(&["for", "on", "upon"])),
    ("appeal", Demand, None, "DEMAND", Link),
    ("warn caution", Warn, None, "THREATEN", Any),
    ("threaten", Threaten, None, "THREATEN", Any),
    ("accuse blame denounce criticize criticise", Accuse, None, "DISAPPROVE", Object),
    ("condemn deplore decry/decried slam/slammed/slamming blast lambaste", Accuse, None, "DISAPPROVE", Object),
    ("complain", Accuse, None, "DISAPPROVE", Link),
    ("investigate probe", Neutral, None, "INVESTIGATE", Object),
    ("propose float suggest", Propose, None, "AGREE", Object),
    ("offer/offered/offering", Propose, None, "AGREE", Any),
    ("agree accept", Agree, Some(Oppose), "AGREE", Any),
    ("sign ratify/ratified", Agree, Some(Oppose), "AGREE", Object),
    ("promise pledge vow commit/committed/committing swear/swore/sworn/swearing", Agree, None, "AGREE", Any),
    (
        "train/trained/training drill equip/equipped/equipping",
        Neutral,
        None,
        "MOBILIZE",
        Light(&[
            "troops",
            "soldiers",
            "fighters",
            "forces",
            "hackers",
            "recruits",
            "militants",
            "rebels",
            "guerrillas",
            "reservists",
            "conscripts",
            "commandos",
        ]),
    ),
    ("doubt question", Doubt, None, "REJECT", Object),
    ("concede relent", Agree, None, "CONCEDE", Any),
    ("lift ease free release pardon", Neutral, None, "CONCEDE", Object),
    ("allow permit/permitted/permitting", Neutral, Some(Oppose), "CONCEDE", Object),
    ("meet/met visit host", Neutral, None, "CONSULT", Object),
    ("confer/conferred/conferring arrive", Neutral, None, "CONSULT", Link),
    ("hold/held", Neutral, None, "CONSULT", Phrase(&["talks", "a meeting", "meetings", "consultations", "negotiations"])),
    ("cooperate collaborate", Neutral, None, "COOPERATE", Link),
    ("share extradite", Neutral, None, "COOPERATE", Object),
    ("donate grant supply/supplied evacuate", Neutral, None, "AID", Object),
    (
        "send/sent deliver provide",
        Neutral,
        None,
        "AID",
        Phrase(&["aid", "arms", "food", "medicine", "weapons", "relief", "assistance", "humanitarian", "military aid"]),
    ),
    ("withdraw/withdrew evacuate retreat surrender resign", Neutral, None, "RETREAT", Any),
    ("pull/pulled", Neutral, None, "RETREAT", Phrase(&["out", "back"])),
    ("protest", Oppose, None, "PROTEST", Any),
    ("riot march demonstrate", Oppose, None, "PROTEST", Link),
    (
        "stage rally/rallied block",
        Oppose,
        None,
        "PROTEST",
        Phrase(&[
            "a protest",
            "protests",
            "rallies",
            "a rally",
            "demonstrations",
            "roads",
            "streets",
            "traffic",
            "transport",
            "the road",
            "the street",
            "a strike",
        ]),
    ),
    (
        "impose",
        Oppose,
        None,
        "SANCTION",
        Phrase(&["sanctions", "new sanctions", "an embargo", "tariffs", "economic sanctions", "further sanctions", "fresh sanctions"]),
    ),
    (
        "launch mount begin/began/beginning start open conduct order stage hold/held resume continue",
        Neutral,
        None,
        "FIGHT",
        Light(&["invasion", "offensive", "assault", "airstrikes", "bombardment", "shelling", "fire"]),
    ),
    (
        "launch begin/began/beginning start open conduct order",
        Neutral,
        None,
        "INVESTIGATE",
        Light(&["investigation", "investigations", "inquiry", "probe"]),
    ),
    (
        "launch mount begin/began/beginning start stage hold/held join organize organise continue",
        Oppose,
        None,
        "PROTEST",
        Light(&["protest", "protests", "demonstration", "demonstrations", "rally", "rallies", "strike", "strikes", "sit-in", "boycott"]),
    ),
    (
        "begin/began/beginning start open conduct resume",
        Neutral,
        None,
        "CONSULT",
        Light(&["talks", "negotiations", "consultations", "meetings"]),
    ),
    (
        "launch begin/began/beginning start conduct order hold/held",
        Neutral,
        None,
        "MOBILIZE",
        Light(&["mobilization", "mobilisation", "patrols", "exercises", "manoeuvres", "maneuvers", "drills"]),
    ),
    (
        "hand/handed provide deliver",
        Neutral,
        None,
        "AID",
        Light(&["medicine", "medicines", "food", "relief", "supplies", "assistance", "aid"]),
    ),
    ("impose", Neutral, None, "COERCE", Object),
    ("sanction boycott expel/expelled/expelling", Oppose, None, "SANCTION", Object),
    (
        "halt suspend sever recall",
        Oppose,
        None,
        "SANCTION",
        Phrase(&[
            "aid",
            "economic aid",
            "military aid",
            "relations",
            "ties",
            "diplomatic relations",
            "cooperation",
            "its ambassador",
            "their ambassador",
            "trade",
        ]),
    ),
    ("mobilize mobilise deploy", Neutral, None, "MOBILIZE", Object),
    ("arrest detain seize confiscate ban/banned/banning deport jail raid outlaw imprison", Neutral, None, "COERCE", Object),
    (
        "attack kill bomb shell assassinate ambush wound invade shoot/shot/shooting strike/struck torture abduct kidnap/kidnapped/kidnapping",
        Neutral,
        None,
        "ASSAULT",
        Object,
    ),
];

/// Words, position, position when denied, event class, small words before the target.
type Row = (&'static str, Position, Option<Position>, &'static str, &'static [&'static str]);

/// Nouns with the small words that lead to their target.
const NOUNS: &[Row] = &[
    ("opposition resistance objection objections hostility", Oppose, Some(Open), "REJECT", &["to"]),
    ("rejection", Oppose, Some(Open), "REJECT", &["of"]),
    ("refusal unwillingness", Oppose, Some(Open), "REJECT", &["to"]),
    ("support backing endorsement", Support, Some(Oppose), "SUPPORT", &["for", "of"]),
    ("commitment", Support, None, "SUPPORT", &["to"]),
    ("demand demands call calls appeal insistence", Demand, None, "DEMAND", &["for", "that", "on"]),
    ("warning warnings", Warn, None, "THREATEN", &["that", "of", "about", "against"]),
    ("threat threats", Threaten, None, "THREATEN", &["to"]),
    ("condemnation criticism", Accuse, None, "DISAPPROVE", &["of"]),
    ("proposal", Propose, None, "AGREE", &["to", "for", "of"]),
    ("doubts doubt skepticism", Doubt, None, "REJECT", &["about", "over"]),
    ("willingness readiness openness", Open, Some(Oppose), "AGREE", &["to", "for"]),
    ("demonstration demonstrations protest protests rally rallies", Oppose, None, "PROTEST", &["against"]),
];

/// Adjectives after a form of "be", or alone: "is opposed to", "remains committed to".
const STATES: &[Row] = &[
    ("opposed hostile", Oppose, Some(Open), "REJECT", &["to"]),
    ("against", Oppose, Some(Open), "REJECT", &[]),
    ("unwilling", Oppose, Some(Open), "REJECT", &["to"]),
    ("committed dedicated", Support, None, "SUPPORT", &["to"]),
    ("ready willing prepared open", Open, Some(Oppose), "AGREE", &["to", "for"]),
    ("doubtful skeptical sceptical", Doubt, None, "REJECT", &["about", "of", "that"]),
];

/// Verbs of other languages in the forms that reports use; the target is their object.
const OTHER: &[(&str, Position, &str)] = &[
    (
        "отверг отвергла отвергли отверг отвергает отклонил отклонила отклонили отказался отказалась отказались исключил исключила",
        Oppose,
        "REJECT",
    ),
    ("выступает против", Oppose, "REJECT"),
    ("поддержал поддержала поддержали поддерживает поддерживают", Support, "SUPPORT"),
    ("потребовал потребовала потребовали требует призвал призвала призвали призывает", Demand, "DEMAND"),
    ("обвинил обвинила обвинили обвиняет осудил осудила осудили осуждает", Accuse, "DISAPPROVE"),
    ("предупредил предупредила предупредили предупреждает", Warn, "THREATEN"),
    ("пригрозил пригрозила угрожает", Threaten, "THREATEN"),
    ("предложил предложила предложили предлагает", Propose, "AGREE"),
    ("согласился согласилась согласились подписал подписала подписали", Agree, "AGREE"),
    ("відкинув відкинула відкинули відхилив відхилила відмовився відмовилася відкидає", Oppose, "REJECT"),
    ("підтримав підтримала підтримали підтримує", Support, "SUPPORT"),
    ("закликав закликала закликали закликає вимагає", Demand, "DEMAND"),
    ("звинуватив звинуватила звинуватили звинувачує засудив засудила засудили", Accuse, "DISAPPROVE"),
    ("lehnte lehnt verweigert verweigerte", Oppose, "REJECT"),
    ("unterstutzt unterstutzte begrußt begrusst begrusste", Support, "SUPPORT"),
    ("fordert forderte fordern forderten verlangt verlangte", Demand, "DEMAND"),
    ("verurteilt verurteilte beschuldigt beschuldigte", Accuse, "DISAPPROVE"),
    ("warnt warnte warnten", Warn, "THREATEN"),
    ("rejette rejeté refuse refusé", Oppose, "REJECT"),
    ("soutient soutenu", Support, "SUPPORT"),
    ("exige appelle", Demand, "DEMAND"),
    ("condamne condamné accuse accusé", Accuse, "DISAPPROVE"),
    ("rechaza rechazo rechazaron", Oppose, "REJECT"),
    ("apoya apoyo apoyaron respalda", Support, "SUPPORT"),
    ("exige exigio pide pidio", Demand, "DEMAND"),
    ("condena condeno acusa acuso", Accuse, "DISAPPROVE"),
    ("odmítl odmítla odmítli odmítá", Oppose, "REJECT"),
    ("podporuje podpořil podpořila", Support, "SUPPORT"),
    ("odrzucił odrzuciła odrzucili", Oppose, "REJECT"),
    ("poparł poparła popiera", Support, "SUPPORT"),
];

/// Nouns and adjectives that make "views X as …" a rejection.
pub(crate) const BAD: &[&str] = &[
    "threat",
    "provocation",
    "unacceptable",
    "danger",
    "dangerous",
    "aggression",
    "violation",
    "illegal",
    "mistake",
    "betrayal",
    "escalation",
    "menace",
    "unjust",
    "hostile",
    "illegitimate",
    "insult",
    "attack",
    "crime",
    "unlawful",
    "reckless",
];

/// Nouns and adjectives that make it a support.
pub(crate) const GOOD: &[&str] = &[
    "essential",
    "necessary",
    "vital",
    "opportunity",
    "crucial",
    "welcome",
    "positive",
    "legitimate",
    "constructive",
    "important",
    "step",
    "key",
];

/// A frame whose target follows one of the small words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Linked {
    pub(crate) frame: Frame,
    pub(crate) links: &'static [&'static str],
}

/// All frames by folded word.
#[derive(Debug)]
pub(crate) struct Frames {
    verbs: WordMap<String, Vec<(Frame, Form)>>,
    nouns: WordMap<String, Linked>,
    states: WordMap<String, Linked>,
    other: WordMap<String, Frame>,
}

static FRAMES: LazyLock<Frames> = LazyLock::new(|| {
    let mut verbs: WordMap<String, Vec<(Frame, Form)>> = WordMap::default();
    for (words, position, denied, plover, target) in VERBS {
        let frame = Frame { position: *position, denied: *denied, plover, target: *target };
        for word in words.split_whitespace() {
            inflect(word, |form, participle, base| {
                let kind = if participle {
                    Form::Participle
                } else if base {
                    Form::Base
                } else {
                    Form::Finite
                };
                verbs.entry(form).or_default().push((frame, kind));
            });
        }
    }
    let linked = |rows: &[Row]| {
        let mut map = WordMap::default();
        for (words, position, denied, plover, links) in rows {
            let frame = Frame { position: *position, denied: *denied, plover, target: Link };
            for word in words.split_whitespace() {
                map.insert(word.to_owned(), Linked { frame, links });
            }
        }
        map
    };
    let mut other = WordMap::default();
    for (words, position, plover) in OTHER {
        for word in words.split_whitespace() {
            let frame = Frame { position: *position, denied: None, plover, target: Object };
            other.entry(crate::text::fold::fold(word)).or_insert(frame);
        }
    }
    Frames { verbs, nouns: linked(NOUNS), states: linked(STATES), other }
});

impl Frames {
    pub(crate) fn shared() -> &'static Self {
        &FRAMES
    }

    /// The frames of an English verb form, each with the kind of form.
    pub(crate) fn verb(&self, folded: &str) -> &[(Frame, Form)] {
        self.verbs.get(folded).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn noun(&self, folded: &str) -> Option<Linked> {
        self.nouns.get(folded).copied()
    }

    pub(crate) fn state(&self, folded: &str) -> Option<Linked> {
        self.states.get(folded).copied()
    }

    pub(crate) fn other(&self, folded: &str) -> Option<Frame> {
        self.other.get(folded).copied()
    }
}

/// "X must …" in somebody's words.
pub(crate) const DUTY: Frame = Frame { position: Demand, denied: None, plover: "DEMAND", target: Any };
/// "Only if", "on condition that": a frame of its own.
pub(crate) const CONDITION: Frame = Frame { position: Conditional, denied: None, plover: "AGREE", target: Any };
/// "Shut the door on", "red line", "unacceptable".
pub(crate) const CLOSED: Frame = Frame { position: Oppose, denied: Some(Open), plover: "REJECT", target: Link };
/// "Leave the door open".
pub(crate) const AJAR: Frame = Frame { position: Open, denied: Some(Oppose), plover: "AGREE", target: Link };

#[cfg(test)]
mod tests {
    use super::{AJAR, CLASSES, CLOSED, CONDITION, DUTY, NOUNS, OTHER, STATES, VERBS};

    #[test]
    fn every_frame_has_a_class_of_the_ontology() {
        let lone = [AJAR, CLOSED, CONDITION, DUTY].map(|frame| frame.plover);
        let all = VERBS.iter().map(|row| row.3).chain(NOUNS.iter().chain(STATES).map(|row| row.3)).chain(OTHER.iter().map(|row| row.2));
        for class in all.chain(lone) {
            assert!(CLASSES.contains(&class), "{class}");
        }
    }
}
