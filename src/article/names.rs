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

/// The people among what a page gives as its authors, in order, each once. `outlets` are names of the site.
///
/// An outlet, a desk, an agency or a role is no person.
pub(super) fn people<'a>(raw: impl IntoIterator<Item = &'a str>, outlets: &[&str]) -> Vec<String> {
    let outlets: Vec<String> = outlets.iter().map(|outlet| squeezed(outlet)).filter(|outlet| !outlet.is_empty()).collect();
    let mut people: Vec<String> = Vec::new();
    for value in raw {
        for name in split(value) {
            let key = squeezed(&name);
            if is_person(&name) && !outlets.contains(&key) && !people.iter().any(|known| squeezed(known) == key) {
                people.push(name);
            }
        }
    }
    people
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
    let mut marked = value;
    for joint in [" and ", " und ", " et ", " y ", " e ", " i ", " и ", " та ", " och ", " og ", " en ", " & ", " with ", " mit "] {
        marked = marked.replace(joint, " | ");
    }
    for joint in [" And ", " AND "] {
        marked = marked.replace(joint, " | ");
    }
    marked
        .split(['|', ',', ';', '/', '•', '·', '\n', '(', '，', '、', '–', '—'])
        .map(|part| {
            strip_by(part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '-' | '"' | '*' | '@' | ')'))).to_owned()
        })
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
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

fn is_person(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    if words.is_empty() || words.len() > 5 || letters < 2 || name.chars().count() > 60 {
        return false;
    }
    if name.chars().any(|c| c.is_ascii_digit() || matches!(c, '@' | '<' | '>' | '{' | '}' | '=' | '#' | '!' | '?' | ':' | '_')) {
        return false;
    }
    if words.iter().any(|word| NO_PERSON.contains(&fold(word).as_str()) || word.contains(".com") || word.contains("www.")) {
        return false;
    }
    let unspaced = name.chars().any(crate::text::fold::is_unspaced);
    let cased = name.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    if unspaced || !cased {
        return true;
    }
    // One word alone is a user name, a desk or an agency far more often than a person.
    words.len() >= 2 && words.iter().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count() * 2 >= words.len()
}

#[cfg(test)]
mod tests {
    use super::people;

    fn shown(raw: &[&str]) -> String {
        people(raw.iter().copied(), &["The Daily Sample", "sample.example"]).join("; ")
    }

    #[test]
    fn only_people() {
        assert_eq!(shown(&["By Ann Lee and Bo van der Ek, Political Editor"]), "Ann Lee; Bo van der Ek");
        assert_eq!(shown(&["Staff", "The Daily Sample", "AFP", "Sample Newsroom", "https://example.org/ann"]), "");
        assert_eq!(shown(&["Ann Lee", "ANN LEE", "Ann&nbsp;Lee | The Daily Sample"]), "Ann Lee");
        assert_eq!(shown(&["Олена Коваль", "王小明", "redaktion", "admin"]), "Олена Коваль; 王小明");
        assert_eq!(shown(&["Von <a href=x>Jürgen Müller</a>"]), "Jürgen Müller");
        assert_eq!(shown(&["", " , ", "x", "12 May 2025"]), "");
    }
}
