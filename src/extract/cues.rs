//! Words that report what somebody says or holds, by language.
//!
//! English verbs are listed once with what may stand after them and inflected by rule. Other languages list the forms that
//! reports use, because their inflection is richer and their reports use few of them.

mod languages;

use std::sync::LazyLock;

use crate::extract::cues::languages::{PLAIN, Plain};
use crate::model::extraction::Act;
use crate::text::fold::fold;
use crate::text::hash::WordMap;

/// A word of reporting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cue {
    /// What may stand after it, of the constants below.
    pub(crate) takes: u16,
    /// Whether it reports a speech act or a view.
    pub(crate) act: Act,
    /// Whether it is a form without a subject of its own, such as "saying".
    pub(crate) participle: bool,
    /// Whether it is the bare form, which needs a plural subject or a helping verb.
    pub(crate) base: bool,
}

/// A clause with "that".
pub(crate) const THAT: u16 = 1;
/// A clause without "that".
pub(crate) const BARE: u16 = 2;
/// Words in marks.
pub(crate) const MARKS: u16 = 4;
/// The statement may stand before subject and verb.
pub(crate) const AFTER: u16 = 8;
/// A hearer stands between verb and statement: "told reporters".
pub(crate) const HEARER: u16 = 16;
/// A noun is the statement: "floated the possibility".
pub(crate) const NOUN: u16 = 32;
/// An infinitive is the statement: "vowed to fight".
pub(crate) const TO: u16 = 64;
/// "cast X as Y".
pub(crate) const AS: u16 = 128;
/// "called for a ceasefire", "called on Russia to stop".
pub(crate) const FOR: u16 = 512;
/// Too many other meanings: believed only with "that", marks or a named subject.
pub(crate) const WEAK: u16 = 256;

/// "warned of a collapse", "spoke about the bridge".
pub(crate) const ABOUT: u16 = 1024;
/// "pointed to the price".
pub(crate) const TOWARDS: u16 = 2048;

impl Cue {
    /// Whether one of the given things may stand after it.
    pub(crate) const fn takes(self, what: u16) -> bool {
        self.takes & what != 0
    }
}

/// The reporting words of one language.
#[derive(Debug)]
pub(crate) struct Pack {
    verbs: WordMap<String, Cue>,
    nouns: WordMap<String, Act>,
    /// Words that open the reported clause: "that".
    that: Vec<String>,
    /// Phrases before the source: "according to".
    according: Vec<Vec<String>>,
    /// Words at which a noun phrase ends.
    stops: Vec<String>,
    /// Pronouns that can speak.
    pronouns: Vec<String>,
    /// Helping verbs and adverbs between subject and verb.
    between: Vec<String>,
    /// Words behind their source: German "zufolge".
    behind: Vec<String>,
    /// Whether the verb of reporting ends its sentence, as in Turkish.
    pub(crate) verb_last: bool,
    /// Whether the verb may stand before its subject everywhere, not only after a statement.
    pub(crate) english: bool,
}

impl Pack {
    /// The pack of a language; English where there is none.
    pub(crate) fn of(language: &str) -> &'static Self {
        let primary = language.get(..2).unwrap_or(language);
        PACKS.get(primary).unwrap_or_else(|| PACKS.get("en").expect("the English pack is in the table"))
    }

    pub(crate) fn verb(&self, folded: &str) -> Option<Cue> {
        self.verbs.get(folded).copied()
    }

    pub(crate) fn noun(&self, folded: &str) -> Option<Act> {
        self.nouns.get(folded).copied()
    }

    pub(crate) fn is_that(&self, folded: &str) -> bool {
        self.that.iter().any(|word| word == folded)
    }

    pub(crate) fn is_stop(&self, folded: &str) -> bool {
        self.stops.binary_search_by(|word| word.as_str().cmp(folded)).is_ok()
    }

    pub(crate) fn is_pronoun(&self, folded: &str) -> bool {
        self.pronouns.iter().any(|word| word == folded)
    }

    pub(crate) fn is_between(&self, folded: &str) -> bool {
        self.between.binary_search_by(|word| word.as_str().cmp(folded)).is_ok() || (self.english && is_adverb(folded))
    }

    /// Whether the word stands behind the source it names: "Weber zufolge".
    pub(crate) fn is_behind(&self, folded: &str) -> bool {
        self.behind.iter().any(|word| word == folded)
    }

    /// Phrases of several words that stand before a source, by their first word.
    pub(crate) fn according_from(&self, first: &str) -> impl Iterator<Item = &Vec<String>> {
        self.according.iter().filter(move |phrase| phrase.first().is_some_and(|word| word == first))
    }
}

fn is_adverb(folded: &str) -> bool {
    folded.len() > 4
        && folded.ends_with("ly")
        && !matches!(
            folded,
            "family" | "italy" | "kelly" | "reply" | "supply" | "assembly" | "rally" | "ally" | "july" | "billy" | "sally" | "molly"
        )
}

/// English verbs by what they take; `base/past/-ing` where the rules do not give the form.
const ENGLISH: &[(&str, u16, Act)] = &[
    (
        "say/said add note affirm explain/explained/explaining argue claim acknowledge concede contend maintain assert declare reply/replied \
         respond conclude recall tweet reiterate allege remark quip/quipped/quipping lament testify/testified \
         admit/admitted/admitting retort recount opine exclaim counter caution write/wrote predict observe confirm report suggest \
         state estimate theorize surmise proclaim profess muse grumble gripe crow deadpan/deadpanned/deadpanning mutter whisper \
         shout yell/yelled/yelling reckon posit attest interject interrupt demur/demurred/demurring protest marvel vent agree \
         elaborate clarify/clarified assess charge gush continue post speculate vow swear/swore/swearing reveal",
        THAT | BARE | MARKS | AFTER,
        Act::Said,
    ),
    (
        "tell/told remind assure inform/informed advise notify/notified convince persuade instruct brief",
        THAT | BARE | MARKS | AFTER | HEARER,
        Act::Said,
    ),
    ("warn complain joke boast", THAT | BARE | MARKS | AFTER | ABOUT, Act::Said),
    ("insist", THAT | BARE | MARKS | AFTER | FOR, Act::Said),
    ("speak/spoke talk", ABOUT | WEAK, Act::Said),
    ("point", THAT | TOWARDS | WEAK, Act::Said),
    ("refer/referred/referring allude", TOWARDS | WEAK, Act::Said),
    ("reject chant deride liken disavow echo invoke", MARKS | NOUN | WEAK, Act::Said),
    ("announce stress emphasize emphasise underscore underline highlight deny/denied", THAT | BARE | MARKS | AFTER | NOUN, Act::Said),
    ("promise pledge", THAT | BARE | MARKS | AFTER | TO | NOUN, Act::Said),
    ("propose recommend demand", THAT | MARKS | AFTER | NOUN, Act::Said),
    ("float tout outline", MARKS | NOUN, Act::Said),
    ("threaten refuse decline offer/offered/offering", MARKS | TO, Act::Said),
    ("call", MARKS | FOR | WEAK, Act::Said),
    ("push press/pressed appeal", FOR | WEAK, Act::Said),
    ("ask urge", MARKS | AFTER | HEARER | TO, Act::Said),
    ("wonder", MARKS | AFTER | BARE | THAT, Act::Said),
    ("believe think/thought suspect fear hope doubt worry/worried reason imagine", THAT | BARE | MARKS | AFTER, Act::Held),
    (
        "feel/felt know/knew/knowing understand/understood assume expect realize wish presume figure guess",
        THAT | BARE | AFTER | WEAK,
        Act::Held,
    ),
    (
        "indicate signal hint imply/implied stipulate pronounce decide determine learn demonstrate show/showed find/found \
         specify/specified discover uncover",
        THAT | MARKS | BARE | WEAK,
        Act::Said,
    ),
    ("accept consider regard recognize appreciate dream/dreamed", THAT | WEAK, Act::Held),
    (
        "praise criticize criticise condemn denounce blast slam/slammed/slamming decry/decried deplore mock ridicule applaud \
         commend laud advocate hail welcome berate rebuke lambaste chide chastise attack",
        MARKS | NOUN | WEAK,
        Act::Said,
    ),
    ("dismiss question discuss mention cite defend blame accuse thank", MARKS | NOUN | WEAK, Act::Said),
    ("cast/cast view see/saw/seeing frame describe portray depict characterize characterise brand label", AS | MARKS, Act::Held),
    ("read/read/reading", MARKS | WEAK, Act::Said),
];

const ENGLISH_NOUNS: &str = "insistence warning claim refusal statement belief argument assertion suggestion allegation contention \
    admission acknowledgment announcement promise pledge vow threat demand declaration prediction view opinion fear hope conviction \
    conclusion comment remark complaint assurance charge accusation confession concern denial proposal call plea estimate assessment \
    testimony vow feeling suspicion doubt expectation";

const ENGLISH_STOPS: &str = "that but because when as if while although though whereas since until unless where why how whether than \
    in on at by with from to after before during about into over under against between through among amid upon despite without \
    and or nor so yet then is are was were be been being has have had do does did will would can could may might must shall should \
    not never which who whom whose what there here this's just even only also still once";

const ENGLISH_BETWEEN: &str = "has have had also then later again still even just once repeatedly often never always ever now soon \
    first further himself herself themselves itself both all each reportedly publicly recently already does did do will would may \
    might could can must should not to ve d ll has' today yesterday tonight long since twice";

const ENGLISH_PRONOUNS: &str = "he she they it i we you who one someone everyone everybody somebody nobody many some others those both";

static PACKS: LazyLock<WordMap<&'static str, Pack>> = LazyLock::new(|| {
    let mut packs: WordMap<&'static str, Pack> = PLAIN.iter().map(|plain| (plain.code, plain_pack(plain))).collect();
    packs.insert("en", english_pack());
    packs
});

fn list(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text.split_whitespace().map(fold).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn phrases(text: &str) -> Vec<Vec<String>> {
    text.split(';').map(|phrase| phrase.split_whitespace().map(fold).collect()).filter(|words: &Vec<String>| !words.is_empty()).collect()
}

fn plain_pack(plain: &Plain) -> Pack {
    let mut verbs = WordMap::default();
    for (words, act) in [(plain.said, Act::Said), (plain.held, Act::Held)] {
        for word in words.split_whitespace() {
            let cue = Cue { takes: THAT | MARKS | AFTER, act, participle: false, base: false };
            if plain.code == "ar" {
                // "And" is written as one word with what follows it.
                verbs.insert(fold(&format!("و{word}")), cue);
            }
            verbs.insert(fold(word), cue);
        }
    }
    Pack {
        verbs,
        nouns: WordMap::default(),
        that: list(plain.that),
        according: phrases(plain.according),
        stops: list(plain.stops),
        pronouns: list(plain.pronouns),
        between: list(plain.between),
        behind: list(plain.behind),
        verb_last: plain.code == "tr",
        english: false,
    }
}

fn english_pack() -> Pack {
    let mut verbs = WordMap::default();
    for (words, takes, act) in ENGLISH {
        for word in words.split_whitespace() {
            inflect(word, |form, participle, base| {
                verbs.entry(form).and_modify(|cue: &mut Cue| cue.base &= base).or_insert(Cue {
                    takes: *takes,
                    act: *act,
                    participle,
                    base,
                });
            });
        }
    }
    Pack {
        verbs,
        nouns: ENGLISH_NOUNS.split_whitespace().map(|word| (word.to_owned(), Act::Said)).collect(),
        that: vec!["that".to_owned()],
        according: phrases("according to;in the words of;in the opinion of;in the view of"),
        stops: list(ENGLISH_STOPS),
        pronouns: list(ENGLISH_PRONOUNS),
        between: list(ENGLISH_BETWEEN),
        behind: Vec::new(),
        verb_last: false,
        english: true,
    }
}

/// Gives every form of an English verb: the form, whether it is the participle in -ing, whether it is the bare form.
pub(crate) fn inflect(entry: &str, mut give: impl FnMut(String, bool, bool)) {
    let mut parts = entry.split('/');
    let base = parts.next().unwrap_or_default();
    let past = parts.next();
    let ing = parts.next();
    let stem = base.strip_suffix('e').filter(|stem| !stem.ends_with('e'));
    let consonant_y = base.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    give(base.to_owned(), false, true);
    let third = match consonant_y {
        Some(stem) => format!("{stem}ies"),
        None if base.ends_with(['s', 'x', 'z']) || base.ends_with("sh") || base.ends_with("ch") => format!("{base}es"),
        None => format!("{base}s"),
    };
    give(third, false, false);
    let regular = match (stem, consonant_y) {
        (_, Some(stem)) => format!("{stem}ied"),
        (Some(stem), _) => format!("{stem}ed"),
        _ if base.ends_with('e') => format!("{base}d"),
        _ => format!("{base}ed"),
    };
    give(past.map_or(regular, str::to_owned), false, false);
    give(ing.map_or_else(|| format!("{}ing", stem.unwrap_or(base)), str::to_owned), true, false);
}

#[cfg(test)]
mod tests {
    use super::{Pack, inflect};

    fn shown(entry: &str) -> String {
        let mut forms = Vec::new();
        inflect(entry, |form, _, _| forms.push(form));
        forms.join(" ")
    }

    #[test]
    fn inflection() {
        insta::assert_snapshot!(shown("say/said"), @"say says said saying");
        insta::assert_snapshot!(shown("argue"), @"argue argues argued arguing");
        insta::assert_snapshot!(shown("agree"), @"agree agrees agreed agreeing");
        insta::assert_snapshot!(shown("deny/denied"), @"deny denies denied denying");
        insta::assert_snapshot!(shown("slam/slammed/slamming"), @"slam slams slammed slamming");
        insta::assert_snapshot!(shown("stress"), @"stress stresses stressed stressing");
    }

    #[test]
    fn packs_know_their_words() {
        for (language, word) in [
            ("en", "warned"),
            ("ru", "заявил"),
            ("uk", "зазначив"),
            ("de", "sagte"),
            ("fr", "declare"),
            ("cs", "rekl"),
            ("pt", "disse"),
            ("nl", "zei"),
            ("tr", "soyledi"),
            ("ar", "قال"),
            ("ar", "وقال"),
        ] {
            assert!(Pack::of(language).verb(word).is_some(), "{language}: {word}");
        }
        assert!(Pack::of("xx").verb("said").is_some());
    }
}
