//! Articles to measure with: invented ones of English news as agencies write it, and real ones where the owner has some.

use std::io::{BufRead, BufReader};
use std::path::Path;

use wirewatch::article::{self, TextInput};
use wirewatch::model::article::Article;
use wirewatch::model::id::EntryId;

/// Bytes an article is to have at most; it ends with the sentence before.
pub(crate) const BYTES: usize = 7_600;
/// Real texts shorter than this are passed over.
const BYTES_MIN: usize = 7_000;

const FIRST: &[&str] = &[
    "Anna", "Tom", "Maria", "Ivan", "Leila", "Peter", "Chen", "Omar", "Julia", "Ahmed", "Sofia", "David", "Nadia", "Marek", "Ines", "Karl",
];
const LAST: &[&str] = &[
    "Okafor",
    "Lindqvist",
    "Marsh",
    "Petrenko",
    "Halloran",
    "Weiss",
    "Duarte",
    "Novak",
    "Rahimi",
    "Kessler",
    "Bianchi",
    "Toledo",
    "Svensson",
    "Obi",
    "Castellan",
    "Mwangi",
    "Hartley",
    "Zielinski",
    "Aydin",
    "Moreau",
];
const PLACES: &[&str] = &[
    "Warsaw",
    "Hartlepool",
    "Kyiv",
    "Lagos",
    "Rzeszow",
    "Brussels",
    "Ankara",
    "Lima",
    "Port Harcourt",
    "Tallinn",
    "Geneva",
    "Osaka",
    "Vilnius",
    "Nairobi",
    "Trieste",
    "Cardiff",
];
const BODIES: &[&str] = &[
    "the European Union",
    "NATO",
    "the United Nations",
    "the Northern Growers Association",
    "Russia",
    "Ukraine",
    "China",
    "the White House",
    "the Kremlin",
    "the World Bank",
    "Hartley & Sons",
    "the Transport Committee",
    "Hungary",
    "the Central Bank",
    "Germany",
    "Castellan Energy",
];
const OUTLETS: &[&str] = &["Reuters", "the Daily Bugle", "Le Monde", "the BBC", "the Harbour Times", "Der Spiegel"];
const ROLES: &[&str] =
    &["foreign minister", "spokeswoman", "chief executive", "prosecutor", "union leader", "mayor", "defence minister", "economist"];
const SUBJECTS: &[&str] = &[
    "security guarantees",
    "a ceasefire",
    "the ferry strike",
    "grain exports",
    "new sanctions",
    "the budget",
    "a peace agreement",
    "flood relief",
    "the corridor",
    "wage talks",
    "border controls",
    "an election observer mission",
    "vaccine supplies",
    "the pipeline",
    "fishing quotas",
];
const DAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "October 14", "last Friday", "the weekend", "3 November 2025"];
const ADVERBS: &[&str] =
    &["quietly", "sharply", "again", "for the first time in years", "after months of delay", "without warning", "in part"];
const THINGS: &[&str] = &[
    "harvest",
    "warehouse",
    "hospital",
    "convoy",
    "parliament",
    "contract",
    "shipyard",
    "school",
    "railway",
    "refinery",
    "district",
    "archive",
    "coalition",
    "shelter",
    "reservoir",
    "market",
    "garrison",
    "ferry",
    "satellite",
    "courtroom",
    "orchard",
    "substation",
    "motorway",
    "museum",
];
const STATES: &[&str] = &[
    "damaged",
    "crowded",
    "unfinished",
    "empty",
    "guarded",
    "flooded",
    "expensive",
    "silent",
    "reopened",
    "modern",
    "neglected",
    "disputed",
    "remote",
    "profitable",
    "dangerous",
    "public",
    "temporary",
    "enormous",
];

/// `{p}` is a person, `{l}` a surname, `{c}` a place, `{o}` a body, `{m}` an outlet, `{r}` a role, `{s}` a subject, `{d}` a day, `{a}` an
/// adverb, `{t}` a thing, `{q}` a quality, `{n}` a number.
const SENTENCES: &[&str] = &[
    "{o} said on {d} that it would support {s}, rejecting calls by {o} to wait.",
    "\"We are not going to ask anyone about the {t},\" {l} told reporters in {c}. \"The {q} {t} will open on {d}.\"",
    "The {r}, {p}, said {c} opposed {s} and would block any money for it.",
    "“Nobody here has seen such a {q} {t},” said {p}, a {r} from {c}, who has worked there for {n} years.",
    "Officials familiar with {s} told {m} that {o} had agreed to pay for part of the {t}.",
    "According to {m}, {n} people were detained near the {t} on {d} on suspicion of filming it.",
    "{o} warned that any {t} would be {q}, and that {s} could not go on.",
    "{l} declined to comment on {s} but urged both sides to talk {a}.",
    "The {t} stood {q} for most of the night, and traffic was led around it by the police.",
    "About {n} residents had gathered in the square before the {q} {t} closed {a}.",
    "He added that the {t} had cost $ {n} million, more than {o} had planned in its budget for the year.",
    "Prices rose {a} after {o} announced a review of {s} on {d}.",
    "Analysts said the vote showed how {q} the {t} had become since {l} took office.",
    "She wrote in a letter to {o} that \"the {t} is neither {q} nor {q}\", and asked for {s} to be put off.",
    "A court in {c} is to hear the case of the {t} in {n} days, the {r} said.",
    "In {c}, where {s} began, shops near the {t} remained {q} and buses did not run.",
    "{p} and {p}, both of {o}, were not at the {t} when the decision was taken.",
    "Critics argue that {s} would leave the {t} {q}, while supporters say it is long overdue.",
    "The {r} demanded that {o} withdraw from the {t} and pay for what was {q}.",
    "It was the {n}th time this year that a {t} in the region was reported {q}.",
    "As the rain went on, families carried what they could from the {q} houses behind the {t}.",
    "{o} accused {o} of delaying {s} {a}, which {l} denied.",
    "“If the {t} stays {q}, we will leave,” {p} said. “That is not a threat. It is what everyone in {c} tells us.”",
    "The report, which was seen by {m}, lists {n} faults, among them a {q} {t} and two that were never built.",
    "Work on the {t} is expected to take until {d}, though engineers call that date {q}.",
    "Neither {l} nor {o} answered questions about {s} on {d}.",
];

fn choose<'a>(random: &mut fastrand::Rng, list: &[&'a str]) -> &'a str {
    list.get(random.usize(..list.len())).copied().unwrap_or_default()
}

/// One of its sentences with everything filled in.
fn sentence(random: &mut fastrand::Rng) -> String {
    let template = choose(random, SENTENCES);
    let mut parts = template.split('{');
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (slot, rest) = part.split_once('}').unwrap_or_default();
        match slot {
            "p" => {
                made.push_str(choose(random, FIRST));
                made.push(' ');
                made.push_str(choose(random, LAST));
            }
            "l" => made.push_str(choose(random, LAST)),
            "c" => made.push_str(choose(random, PLACES)),
            "o" => made.push_str(choose(random, BODIES)),
            "m" => made.push_str(choose(random, OUTLETS)),
            "r" => made.push_str(choose(random, ROLES)),
            "s" => made.push_str(choose(random, SUBJECTS)),
            "d" => made.push_str(choose(random, DAYS)),
            "a" => made.push_str(choose(random, ADVERBS)),
            "t" => made.push_str(choose(random, THINGS)),
            "q" => made.push_str(choose(random, STATES)),
            _ => made.push_str(&random.usize(4..400).to_string()),
        }
        made.push_str(rest);
    }
    let first = made.chars().next().map_or(0, char::len_utf8);
    let (head, tail) = made.split_at(first);
    head.to_uppercase() + tail
}

/// An invented article: a headline, then paragraphs of one to three sentences.
pub(crate) fn invented(random: &mut fastrand::Rng) -> Article {
    let (subject, body, place) = (choose(random, SUBJECTS), choose(random, BODIES), choose(random, PLACES));
    let mut text = format!("Talks on {subject} open in {place} as {body} objects\n\n{}, Oct 14 (Example Wire) - ", place.to_uppercase());
    loop {
        let paragraph: Vec<String> = (0..random.usize(1..=3)).map(|_| sentence(random)).collect();
        let paragraph = paragraph.join(" ");
        if text.len() + paragraph.len() > BYTES {
            return read(text);
        }
        text.push_str(&paragraph);
        text.push_str("\n\n");
    }
}

/// The texts of files of JSON lines with a `text`, gzipped, that are long enough; longer ones are cut.
pub(crate) fn real(paths: &str) -> Vec<Article> {
    let mut articles = Vec::new();
    for path in paths.split(':') {
        let file = std::fs::File::open(Path::new(path)).expect("WIREWATCH_ARTICLES names files that can be read");
        for line in BufReader::new(flate2::read::MultiGzDecoder::new(file)).lines() {
            let line: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("a line of JSON");
            let Some(text) = line.get("text").and_then(serde_json::Value::as_str).filter(|text| text.len() >= BYTES_MIN) else { continue };
            let head = (0..=BYTES.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default();
            let end = head.rfind(['\n', '.']).filter(|_| text.len() > BYTES).map_or(head.len(), |end| end + 1);
            articles.push(read(head.get(..end).unwrap_or_default().to_owned()));
        }
    }
    articles
}

fn read(text: String) -> Article {
    article::from_text(TextInput { id: EntryId([0; 16]), text, title: None, url: None, published: None, language: None })
}
