//! Who wrote it: names of people out of bylines.

use crate::text::fold::fold;
use crate::text::html::line;

/// Words that make an author a desk, an agency or a role and no person.
const NO_PERSON: &[&str] = &[
    "staff",
    "editor",
    "editors",
    "editorial",
    "editoria",
    "newsroom",
    "desk",
    "team",
    "admin",
    "administrator",
    "correspondent",
    "reporter",
    "reporters",
    "writer",
    "writers",
    "contributor",
    "contributors",
    "bureau",
    "news",
    "newspaper",
    "magazine",
    "agency",
    "agencies",
    "press",
    "media",
    "online",
    "web",
    "webdesk",
    "redaktion",
    "redaction",
    "redaccion",
    "redazione",
    "redacao",
    "redakcja",
    "redaktor",
    "redactie",
    "редакция",
    "редакція",
    "отдел",
    "корреспондент",
    "guest",
    "user",
    "author",
    "unknown",
    "anonymous",
    "company",
    "inc",
    "ltd",
    "llc",
    "gmbh",
    "corp",
    "group",
    "university",
    "institute",
    "foundation",
    "department",
    "ministry",
    "office",
    "service",
    "services",
    "blog",
    "tv",
    "radio",
    "daily",
    "times",
    "journal",
    "herald",
    "reuters",
    "afp",
    "dpa",
    "ap",
    "tass",
    "ansa",
    "upi",
    "bloomberg",
    "photo",
    "photos",
    "video",
    "images",
    "getty",
    "com",
    "www",
    "home",
    "posted",
    "updated",
    "published",
    "read",
    "more",
    "follow",
    "subscribe",
    "comments",
    "comment",
    "share",
    "view",
    "profile",
    "twitter",
    "facebook",
    "email",
    "support",
    "official",
    "community",
    "nachrichten",
    "agentur",
    "agenturen",
    "agencias",
    "agencia",
    "agences",
    "policy",
    "privacy",
    "terms",
    "conditions",
    "cookies",
    "articles",
    "article",
    "artikel",
    "mehr",
    "posts",
    "contact",
    "about",
];

/// Words of outlets' names that people's names hardly ever hold.
const OUTLET: &[&str] = &[
    "mail",
    "post",
    "today",
    "sun",
    "star",
    "mirror",
    "guardian",
    "telegraph",
    "tribune",
    "gazette",
    "chronicle",
    "globe",
    "world",
    "life",
    "review",
    "report",
    "reports",
    "insider",
    "business",
    "tech",
    "health",
    "sport",
    "sports",
    "local",
    "national",
    "independent",
    "maverick",
    "the",
    "zeitung",
    "tagblatt",
    "tageblatt",
    "blatt",
    "kurier",
    "anzeiger",
    "monde",
    "figaro",
    "diario",
    "jornal",
    "gazeta",
    "вести",
    "новости",
    "новини",
];

/// What stands before a name in a byline.
const BY: &[&str] = &[
    "written by",
    "reported by",
    "posted by",
    "words by",
    "story by",
    "text by",
    "reporting by",
    "by",
    "von",
    "par",
    "por",
    "de",
    "di",
    "da",
    "door",
    "av",
    "af",
    "od",
    "przez",
    "автор",
    "текст",
    "author",
    "autor",
    "auteur",
    "autore",
    "text",
    "from",
];

/// Which names count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    /// Names of two words or more: one word alone is a user name, a desk or an agency far more often than a person.
    FullNames,
    /// A first name alone too, as blogs sign.
    AnyName,
    /// The name of the site too, where it can be that of its only author.
    OwnName,
}

/// The people among what a page gives as its authors, in order, each once. `outlets` are names of the site.
///
/// An outlet, a desk, an agency or a role is no person.
pub(super) fn people<'a>(raw: impl IntoIterator<Item = &'a str>, outlets: &[&str], search: Search) -> Vec<String> {
    let names = outlets;
    let outlets: Vec<String> = outlets.iter().map(|outlet| squeezed(outlet)).filter(|outlet| !outlet.is_empty()).collect();
    let mut people: Vec<String> = Vec::new();
    for value in raw {
        for name in split(value) {
            let name = without_addition(&name, names);
            let key = squeezed(&name);
            let person = is_person(&name) || search != Search::FullNames && is_first_name(&name);
            let outlet = outlets.contains(&key) && (search != Search::OwnName || !can_own(&name));
            if person && !outlet && !people.iter().any(|known| squeezed(known) == key) {
                people.push(name);
            }
        }
    }
    people
}

/// Words that begin what is said of a person.
const ROLES: &[&str] = &[
    "reviewer",
    "expert",
    "on",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "e.v",
    "verein",
    "staff",
    "senior",
    "chief",
    "editor",
    "reporter",
    "writer",
    "correspondent",
    "contributor",
    "columnist",
    "journalist",
    "founder",
    "co-founder",
    "ceo",
    "director",
    "manager",
    "producer",
    "analyst",
    "fellow",
    "professor",
    "for",
    "at",
    "von",
    "redakteur",
    "redakteurin",
    "korrespondent",
    "journaliste",
];

/// Whether a label says that a name follows: `Written by`.
pub(super) fn is_by(label: &str) -> bool {
    const LABELS: [&str; 22] = [
        "written by",
        "verfasst von",
        "geschrieben von",
        "ecrit par",
        "escrito por",
        "scritto da",
        "geschreven door",
        "skrevet av",
        "skrevet af",
        "skriven av",
        "napisane przez",
        "napsal",
        "автор",
        "автор записи",
        "author",
        "autor",
        "autore",
        "auteur",
        "by",
        "von",
        "yazan",
        "kirjoittaja",
    ];
    let folded = fold(label);
    LABELS.contains(&folded.trim().trim_end_matches(':'))
}

/// Whether a byline names somebody who did not write the text: who reviewed, translated or photographed.
pub(super) fn is_of_another(byline: &str) -> bool {
    const WORK: [&str; 9] =
        ["review", "fact check", "fact-check", "edited by", "translat", "photograph", "illustrat", "ubersetz", "gepruft"];
    let folded = fold(byline);
    WORK.iter().any(|word| folded.contains(word))
}

/// Whether a line begins like a byline: `By Ann Lee`.
pub(super) fn has_by(line: &str) -> bool {
    const BEGINNINGS: [&str; 20] = [
        "by ",
        "by: ",
        "written by",
        "words by",
        "story by",
        "text by",
        "von ",
        "ein beitrag von",
        "par ",
        "por ",
        "di ",
        "av ",
        "af ",
        "door ",
        "автор",
        "text: ",
        "author: ",
        "authored by",
        "verfasst von",
        "posted by",
    ];
    let folded = fold(line);
    BEGINNINGS.iter().any(|by| folded.starts_with(by))
}

/// A name without the outlet or the role that was run into it: `Brian Ek SAMPLE NEWS`, `Ann Lee Senior Reporter`.
fn without_addition(name: &str, outlets: &[&str]) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    for (outlet, count) in outlets.iter().map(|outlet| (squeezed(outlet), outlet.split_whitespace().count())) {
        if let Some(kept) = words.len().checked_sub(count).filter(|kept| *kept >= 2)
            && let (Some(first), Some(rest)) = (words.get(..kept), words.get(kept..))
            && squeezed(&rest.concat()) == outlet
        {
            return first.join(" ");
        }
    }
    // `von` is a role's beginning only before what is no name: names have it in their middle.
    let role =
        words.iter().enumerate().skip(2).find(|(_, word)| **word != "von" && ROLES.contains(&fold(word).as_str())).map(|(index, _)| index);
    match role.and_then(|index| words.get(..index)) {
        Some(kept) => kept.join(" "),
        None => name.to_owned(),
    }
}

/// Whether a site's name can be the name of a person: two or three words with capitals, none of which outlets are called by.
fn can_own(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    (2..=3).contains(&words.len())
        && words.iter().all(|word| {
            word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase) && !OUTLET.contains(&fold(word).as_str())
        })
}

/// Whether one word can be a first name: a capital and small letters.
fn is_first_name(name: &str) -> bool {
    let letters = name.chars().count();
    !is_by(name)
        && (3..=14).contains(&letters)
        && name.starts_with(char::is_uppercase)
        && name.chars().skip(1).all(char::is_lowercase)
        && !NO_PERSON.contains(&fold(name).as_str())
}

/// Letters and digits alone, folded.
fn squeezed(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The names in a byline such as `By Ann Lee and Bo Ek, Political Editor | The Paper`.
fn split(value: &str) -> Vec<String> {
    let value = line(value);
    if value.starts_with("http://") || value.starts_with("https://") || value.len() > 400 {
        return Vec::new();
    }
    let mut marked = without_nickname(value);
    for joint in [" and ", " und ", " et ", " y ", " e ", " i ", " и ", " та ", " och ", " og ", " en ", " & ", " with ", " mit "] {
        marked = marked.replace(joint, " | ");
    }
    for joint in [" And ", " AND "] {
        marked = marked.replace(joint, " | ");
    }
    marked
        .split(['|', ',', ';', '/', '•', '·', '\n', '(', ')', '，', '、', '–', '—'])
        .map(|part| {
            strip_by(part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '-' | '"' | '*' | '@' | ')'))).to_owned()
        })
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// `Ann (Lou) Lee` names one person; other brackets part a name from what is said of it.
fn without_nickname(value: String) -> String {
    let Some((before, rest)) = value.split_once(" (") else { return value };
    let Some((inside, after)) = rest.split_once(") ") else { return value };
    let no_name = |word: &str| NO_PERSON.contains(&word) || OUTLET.contains(&word);
    let is_name = |text: &str| {
        let mut words = text.split(' ');
        text.split(' ').count() <= 3 && words.all(|word| word.starts_with(char::is_uppercase) && !no_name(&fold(word)))
    };
    if is_name(inside) && after.starts_with(char::is_uppercase) { format!("{before} {after}") } else { value }
}

fn strip_by(part: &str) -> &str {
    for word in BY {
        if let Some(head) = part.get(..word.len())
            && head.to_lowercase() == *word
            && let Some(rest) = part.get(word.len()..)
            && rest.starts_with([' ', ':', '\u{a0}'])
        {
            return rest.trim_start_matches([' ', ':', '\u{a0}']);
        }
    }
    part
}

/// Whether a word is an outlet's or an agency's abbreviation, such as `NDR`: capitals without a vowel.
fn is_abbreviation(word: &str) -> bool {
    (3..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase() && !b"AEIOUY".contains(&byte))
}

fn is_person(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    if words.is_empty() || words.len() > 5 || letters < 2 || name.chars().count() > 60 {
        return false;
    }
    if name.chars().any(|c| c.is_ascii_digit() || matches!(c, '@' | '<' | '>' | '{' | '}' | '=' | '#' | '!' | '?' | ':' | '_')) {
        return false;
    }
    // "Written by" alone is a label, "Founder at" the end of a role.
    if is_by(name)
        || words.iter().any(|word| !matches!(*word, "von" | "for" | "at") && ROLES.contains(&fold(word).as_str()))
        || name.chars().any(|c| matches!(c, '→' | '›' | '»' | '…'))
    {
        return false;
    }
    if words
        .iter()
        .any(|word| is_abbreviation(word) || NO_PERSON.contains(&fold(word).as_str()) || word.contains(".com") || word.contains("www."))
    {
        return false;
    }
    let unspaced = name.chars().any(crate::text::fold::is_unspaced);
    let cased = name.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    if unspaced || !cased {
        return true;
    }
    words.len() >= 2 && words.iter().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count() * 2 >= words.len()
}

#[cfg(test)]
mod tests {
    use super::{Search, has_by, is_by, is_of_another, people};

    fn shown(raw: &[&str]) -> String {
        people(raw.iter().copied(), &["The Daily Sample", "sample.example"], Search::FullNames).join("; ")
    }

    #[test]
    fn only_people() {
        assert_eq!(shown(&["By Ann Lee and Bo van der Ek, Political Editor"]), "Ann Lee; Bo van der Ek");
        assert_eq!(shown(&["Staff", "The Daily Sample", "AFP", "Sample Newsroom", "https://example.org/ann"]), "");
        assert_eq!(shown(&["Ann Lee", "ANN LEE", "Ann&nbsp;Lee | The Daily Sample"]), "Ann Lee");
        assert_eq!(shown(&["Олена Коваль", "王小明", "redaktion", "admin"]), "Олена Коваль; 王小明");
        assert_eq!(shown(&["Von <a href=x>Jürgen Müller</a>"]), "Jürgen Müller");
        assert_eq!(shown(&["", " , ", "x", "12 May 2025"]), "");
        assert_eq!(shown(&["Ann Lee THE DAILY SAMPLE", "Bo Ek Senior Reporter", "Cy (Bob) Dale"]), "Ann Lee; Bo Ek; Cy Dale");
        assert_eq!(shown(&["Ann (Louisa Jane) Lee", "Bo Ek (Reuters Oslo) Bergen"]), "Ann Lee; Bo Ek");
        assert_eq!(shown(&["Written by", "Founder at", "Expert Reviewer", "NDR Sample", "More of Ann →", "Nachrichten"]), "");
    }

    #[test]
    fn first_names_and_own_names() {
        let found = |raw: &str, search| people([raw], &["Ann Lee", "annlee"], search).join("; ");
        assert_eq!(found("Amanda", Search::FullNames), "");
        assert_eq!(found("By Amanda", Search::AnyName), "Amanda");
        assert_eq!(found("admin", Search::AnyName) + &found("Redaktion", Search::AnyName) + &found("Von", Search::AnyName), "");
        assert_eq!(found("Ann Lee", Search::AnyName), "");
        assert_eq!(found("Written by Ann Lee", Search::OwnName), "Ann Lee");
        assert_eq!(people(["Northern Mail"], &["Northern Mail"], Search::OwnName).join("; "), "");
    }

    #[test]
    fn labels_of_names() {
        assert!(is_by("Verfasst von") && is_by("Written by:") && !is_by("Est. reading time"));
        assert!(has_by("By Ann Lee") && !has_by("Bypass opens"));
        assert!(is_of_another("Medically reviewed by Ann Lee") && !is_of_another("By Ann Lee"));
    }
}
