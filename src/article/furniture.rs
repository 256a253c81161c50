//! Lines of a body that are no words of the article: pointers to other stories, credits, bylines, dates, calls to subscribe.
//!
//! Extractors keep them since they stand among the paragraphs. Only short lines are judged, by how they begin; most of them only
//! at the ends of a body, where pages put them.

use crate::article::moment::{Order, find};
use crate::article::{names, wall};
use crate::text::fold::fold;

/// Characters of a line that is judged, at most.
const LINE_MAX: usize = 120;
/// Characters of a caption or a call that is judged, at most.
const PRINTED_MAX: usize = 300;
/// Characters of a heading of what follows an article, at most.
const CLOSING_MAX: usize = 60;
const SENTENCE_ENDS: [char; 4] = ['.', '!', '?', '。'];
const QUOTATION_MARKS: [char; 8] = ['"', '“', '”', '„', '«', '»', '‘', '「'];
/// Paragraphs at either end of a body that count as its ends.
const ENDS: usize = 4;

/// Beginnings of pointers to other stories, folded; they stand anywhere.
const POINTERS: &[&str] = &[
    "read more:",
    "read more about",
    "read also",
    "read next",
    "also read",
    "see also:",
    "more on this",
    "more from",
    "related:",
    "related article",
    "related stor",
    "related content",
    "recommended:",
    "czytaj wiecej",
    "czytaj tez",
    "czytaj takze",
    "zobacz tez",
    "zobacz takze",
    "lesen sie auch",
    "lesen sie mehr",
    "lesen sie hier",
    "lesen sie dazu",
    "auch interessant",
    "mehr zum thema",
    "weitere beitrage",
    "weitere artikel",
    "weitere themen",
    "weitere informationen zum",
    "lire aussi",
    "a lire aussi",
    "a lire egalement",
    "lee tambien",
    "lea tambien",
    "leer mas:",
    "te puede interesar",
    "leggi anche",
    "leia tambem",
    "leia mais",
    "veja tambem",
    "lees ook",
    "lees meer",
    "las ocksa",
    "laes ogsa",
    "les ogsa",
    "lue myos",
    "читайте также",
    "читайте також",
    "читать также",
    "по теме:",
    "смотрите также",
    "прочетете още",
    "citeste si",
    "precitajte si",
    "ctete take",
    "olvasta mar",
    "ayrica okuyun",
    "baca juga",
    "关联阅读",
    "相关阅读",
    "あわせて読みたい",
];

/// Beginnings of credits and of labels, folded; they stand anywhere.
const LABELS: &[&str] = &[
    "image:",
    "images:",
    "photo:",
    "photos:",
    "photo by",
    "photo credit",
    "photograph:",
    "picture:",
    "pictures:",
    "image credit",
    "image source",
    "credit:",
    "foto:",
    "fotos:",
    "bild:",
    "bildquelle",
    "credits:",
    "фото:",
    "imagen:",
    "fotografia:",
    "zdjecie:",
    "kuva:",
    "foto di",
    "advertisement",
    "anzeige",
    "werbung",
    "publicidad",
    "publicite",
    "pubblicita",
    "реклама",
    "reklama",
    "article continues",
    "story continues",
    "continue reading below",
    "source:",
    "quelle:",
    "quellen:",
    "fuente:",
    "fonte:",
    "letzte anderung",
    "zuletzt geandert",
    "zuletzt aktualisiert",
    "last modified",
    "last updated",
    "derniere modification",
    "ultima modifica",
    "ultima actualizacion",
    "quellenangabe",
    "alle angaben ohne gewahr",
];

/// Beginnings of what programs of sites write below an article, folded; they stand anywhere, also in longer lines.
const PRINTED: &[&str] = &[
    "this entry was posted",
    "this entry was tagged",
    "this post was tagged",
    "dieser eintrag wurde",
    "dieser beitrag wurde",
    "esta entrada fue publicada",
    "cet article a ete publie",
    "ten wpis zostal opublikowany",
    "questo articolo e stato pubblicato",
    "запись опубликована",
    "este articulo ya fue guardado",
    "articulo guardado",
    "registrate o inicia sesion",
    "you need javascript",
    "please enable javascript",
    "bitte aktivieren sie javascript",
    "du trenger javascript",
    "your browser does not support",
    "ihr browser unterstutzt",
];

/// Headings of what follows an article: whom to call, where it is from, what others say of it; folded, and whole but for an ending.
const CLOSINGS: &[&str] = &[
    "kontakt",
    "pressekontakt",
    "ansprechpartner",
    "ihr ansprechpartner",
    "ihre ansprechpartner",
    "ruckfragen",
    "contact",
    "contacts",
    "media contact",
    "press contact",
    "contact details",
    "contact information",
    "contacto",
    "contacto de prensa",
    "contatti",
    "contact presse",
    "contacts presse",
    "kontaktperson",
    "контакты",
    "контакт",
    "kommentare",
    "keine kommentare",
    "comments",
    "no comments",
    "leave a reply",
    "leave a comment",
    "post a comment",
    "commentaires",
    "comentarios",
    "deja un comentario",
    "deja una respuesta",
    "schreibe einen kommentar",
    "kommentar schreiben",
    "laisser un commentaire",
    "commenti",
    "reacties",
    "komentarze",
    "комментарии",
    "коментарі",
    "about the author",
    "about the authors",
    "uber den autor",
    "uber die autorin",
    "zur person",
    "sobre el autor",
    "a propos de l'auteur",
    "post navigation",
    "beitragsnavigation",
    "ahnliche beitrage",
    "ahnliche artikel",
    "das konnte sie auch interessieren",
    "das konnte dich auch interessieren",
    "you may also like",
    "you might also like",
    "related posts",
    "related news",
    "related stories",
    "related articles",
    "recent posts",
    "latest news",
    "most read",
    "most popular",
    "zusatzinformationen",
];

/// Beginnings of what pages put before or behind an article, folded; only at its ends.
const ENDINGS: &[&str] = &[
    "sign up",
    "subscribe",
    "follow us",
    "follow our",
    "click here",
    "join our",
    "join the conversation",
    "have a tip",
    "got a tip",
    "share this",
    "like this",
    "listen:",
    "thank you for visiting",
    "thanks for reading",
    "log in",
    "enjoying our",
    "copyright",
    "©",
    "(c) ",
    "all rights reserved",
    "aktualisiert",
    "stand:",
    "updated",
    "last updated",
    "published",
    "publicerad",
    "uppdaterad",
    "veroffentlicht",
    "actualizado",
    "mis a jour",
    "publie le",
    "aggiornato",
    "опубликовано",
    "обновлено",
    "category",
    "categories",
    "kategorie",
    "tags",
    "tag:",
    "topics:",
    "schlagworte",
    "schlagworter",
    "filed under",
    "posted in",
    "newsletter",
    "disclaimer",
    "источник",
    "джерело",
    "zusatzinformationen",
    "weitere infos",
    "weitere informationen",
    "alle angaben ohne gewahr",
    "download",
    "save article",
    "ihre meinung",
    "noticia guardada",
    "share on",
    "teilen",
    "compartir",
    "partager",
    "leave a comment",
    "comments",
    "post navigation",
];

/// Takes such lines out. A body of nothing else is left as it is.
pub(super) fn take_out(paragraphs: &mut Vec<String>, order: Order) {
    let before = paragraphs.clone();
    cut_list(paragraphs);
    cut_closing(paragraphs);
    let count = paragraphs.len();
    let mut index = 0;
    paragraphs.retain(|paragraph| {
        let (first, last) = (index < ENDS, index + ENDS >= count);
        index += 1;
        !is_furniture(paragraph, first, last, order)
    });
    while paragraphs.len() > 1 && paragraphs.last().is_some_and(|last| wall::calls_on(last)) {
        paragraphs.pop();
    }
    // "More on the bridge:" with nothing behind it announces what is no longer there.
    while paragraphs.len() > 1 && paragraphs.last().is_some_and(|last| last.ends_with(':') && last.chars().count() <= LINE_MAX) {
        paragraphs.pop();
    }
    if paragraphs.is_empty() {
        *paragraphs = before;
    }
}

fn is_furniture(paragraph: &str, first: bool, last: bool, order: Order) -> bool {
    // What begins with a quotation mark is somebody's words.
    if paragraph.starts_with(QUOTATION_MARKS) {
        return false;
    }
    let letters = paragraph.chars().count();
    if letters <= PRINTED_MAX && is_printed(paragraph, first || last) {
        return true;
    }
    if letters > LINE_MAX {
        return false;
    }
    let folded = fold(paragraph);
    let folded = beginning(&folded);
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    let sentence = is_sentence(paragraph);
    if begins(POINTERS) || begins(LABELS) && letters <= 100 && !sentence && !is_told(paragraph) {
        return true;
    }
    if (first || last) && begins(ENDINGS) && !sentence {
        return true;
    }
    if first
        && letters <= 80
        && names::has_by(paragraph)
        && !sentence
        && !names::people([paragraph], &[], names::Search::FullNames).is_empty()
    {
        return true;
    }
    // A line that is little more than a date.
    (first || last)
        && find(paragraph, order).is_some_and(|(_, span)| letters.saturating_sub(span.of(paragraph).chars().count()) <= 25)
        && !paragraph.ends_with(['.', '!', '?'])
}

/// Whether a line is too long for anything but a sentence, and ends as one.
fn is_sentence(paragraph: &str) -> bool {
    paragraph.chars().count() > 60 && paragraph.ends_with(SENTENCE_ENDS)
}

/// Whether a short line tells something: "Last updated figures show a loss."
fn is_told(paragraph: &str) -> bool {
    const WORDS_MIN: usize = 5;
    paragraph.ends_with(SENTENCE_ENDS)
        && !paragraph.contains(|c: char| c == ':' || c.is_ascii_digit())
        && paragraph.split_whitespace().count() >= WORDS_MIN
}

/// The folded words of a line from its first letter on, or from a sign of copyright.
fn beginning(folded: &str) -> &str {
    let start = folded.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©');
    let bracket = folded.len().checked_sub(start.len() + 1).and_then(|at| folded.get(at..));
    bracket.filter(|bracket| bracket.starts_with("(c)")).unwrap_or(start)
}

/// Whether a paragraph is the caption of a picture, a call to subscribe, or what a program writes.
fn is_printed(paragraph: &str, at_an_end: bool) -> bool {
    let folded = fold(paragraph);
    let words = beginning(&folded);
    PRINTED.iter().any(|printed| words.starts_with(printed))
        || is_numbered_picture(words)
        || is_fault(&folded)
        || !paragraph.contains(QUOTATION_MARKS)
            && (ends_with_credit(paragraph, &folded) || at_an_end && asks_for_address(&folded, is_sentence(paragraph)))
}

/// `Figure 3: The bridge`, `Abb. 2. Die Brücke`.
fn is_numbered_picture(words: &str) -> bool {
    const PICTURES: [&str; 8] = ["abbildung ", "abb. ", "figure ", "fig. ", "bild ", "foto ", "рис. ", "figura "];
    PICTURES.iter().find_map(|picture| words.strip_prefix(picture)).is_some_and(|rest| {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        digits.len() < rest.len() && digits.starts_with([':', '.', ' ']) && digits.trim_start().starts_with([':', '.', '-', '–', '|'])
    })
}

/// `The bridge on Friday. Photo: Bo Ek/Sample`: the last words, behind a sentence or alone, name who took a picture.
fn ends_with_credit(paragraph: &str, folded: &str) -> bool {
    const CREDITS: [&str; 13] = [
        "photo:",
        "photo by ",
        "photograph:",
        "foto:",
        "foto ",
        "fotos:",
        "picture:",
        "image:",
        "bild:",
        "credit:",
        "getty images/",
        "imago/",
        "imago images/",
    ];
    let from = folded.char_indices().rev().nth(CREDIT_MAX - 1).map_or(0, |(at, _)| at);
    let tail = folded.get(from..).unwrap_or_default();
    let is_at = |at: usize, credit: &str| {
        let before = folded.get(..from + at).unwrap_or_default().trim_end();
        let bracket = before.ends_with(['(', '[']);
        let name = tail.get(at + credit.len()..).unwrap_or_default();
        (bracket || credit != "foto " && (before.is_empty() || before.ends_with(CREDIT_BEFORE))) && is_credited(name, paragraph)
    };
    CREDITS.iter().any(|credit| tail.match_indices(credit).any(|(at, _)| is_at(at, credit)))
        || tail.rfind('©').and_then(|at| tail.get(at..)).is_some_and(|name| name.len() < CREDIT_MAX && !name.contains(". "))
        || ends_with_agency(folded)
}

/// Characters of a credit, at most.
const CREDIT_MAX: usize = 60;
/// What stands before a credit.
const CREDIT_BEFORE: [char; 8] = ['.', '!', '?', '…', '。', ')', ']', '|'];

/// Whether the last words of a paragraph are a name, and no sentence: it has few words, and begins with a capital if they are more than two.
fn is_credited(name: &str, paragraph: &str) -> bool {
    const WORDS_MAX: usize = 8;
    let count = name.split_whitespace().count();
    let first = count.checked_sub(1).and_then(|last| paragraph.split_whitespace().rev().nth(last));
    let is_small = first.is_some_and(|word| word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(char::is_lowercase));
    let names = !name.trim_end_matches(['.', ')', ']']).contains(". ");
    names && (count <= 2 || count <= WORDS_MAX && !is_small)
}

/// `Ann Lee on Friday. Bo Ek/Getty Images`: behind a sentence or alone, a name and an agency of pictures without a full stop.
fn ends_with_agency(folded: &str) -> bool {
    const WORDS_MAX: usize = 4;
    let text = folded.trim_end_matches([')', ']', ' ']);
    let sentence = text
        .char_indices()
        .rev()
        .find(|(at, c)| CREDIT_BEFORE.contains(c) && text.get(at + c.len_utf8()..).is_some_and(|rest| rest.starts_with(' ')));
    let tail = sentence.map_or(text, |(at, c)| text.get(at + c.len_utf8()..).unwrap_or_default()).trim_start();
    let few = |name: &str| {
        name.chars().count() < CREDIT_MAX
            && name.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count() <= WORDS_MAX
    };
    if let Some(name) = tail.strip_suffix("getty images") {
        let name = name.trim_end();
        return few(name) && (name.is_empty() || sentence.is_some() || name.ends_with(['/', '(', '[', '|', '–']) || name.ends_with(" via"));
    }
    ["/afp", "/reuters"].iter().any(|agency| tail.strip_suffix(agency).is_some_and(few))
}

/// A message of the program that made the page: `Warning: Creating default object in /srv/a.php on line 7`.
fn is_fault(folded: &str) -> bool {
    ["warning:", "notice:", "deprecated:", "fatal error:", "parse error:"].iter().any(|fault| folded.starts_with(fault))
        && folded.contains(" on line ")
}

/// A call to leave an address for letters: "Get our stories in your inbox every week". In a long sentence it must be the reader's or
/// the site's own.
fn asks_for_address(folded: &str, is_sentence: bool) -> bool {
    const LETTERS: [&str; 11] = [
        "newsletter",
        "your inbox",
        "e-mail",
        "email",
        "posteingang",
        "boite mail",
        "bandeja de entrada",
        "correo electronico",
        "рассылк",
        "skrzynk",
        "nieuwsbrief",
    ];
    const OWN: [&str; 11] = [
        "your inbox",
        "our newsletter",
        "our free",
        "our daily",
        "our weekly",
        "unser",
        "notre newsletter",
        "nuestro",
        "nostra",
        "posteingang",
        "kostenlos",
    ];
    const CALLS: [&str; 18] = [
        "sign up",
        "subscribe",
        "get our",
        "get the best",
        "get the latest",
        "melde dich",
        "melden sie sich",
        "abonnier",
        "erhalten sie",
        "lass dir",
        "inscrivez-vous",
        "abonnez-vous",
        "recevez",
        "suscribete",
        "recibe",
        "iscriviti",
        "подпиш",
        "zapisz sie",
    ];
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    // A call begins a sentence; what is said of letters has somebody who sends them first.
    let calls = || folded.split(['.', '!', '?', ':', '|']).any(|part| CALLS.iter().any(|call| beginning(part).starts_with(call)));
    has(&LETTERS) && (!is_sentence || has(&OWN)) && calls()
}

/// Cuts off what follows an article below a heading of its own: whom to call, comments, the next posts.
fn cut_closing(paragraphs: &mut Vec<String>) {
    let letters: usize = paragraphs.iter().map(String::len).sum();
    let mut before = 0;
    let found = paragraphs.iter().position(|paragraph| {
        let closes = before * 5 >= letters * 3 && is_closing(paragraph);
        before += paragraph.len();
        closes
    });
    if let Some(index) = found.filter(|index| *index > 0) {
        paragraphs.truncate(index);
    }
}

/// Whether a line is the heading of what follows an article. A number may stand before it, a few words behind.
fn is_closing(paragraph: &str) -> bool {
    if paragraph.chars().count() > CLOSING_MAX {
        return false;
    }
    let folded = fold(paragraph);
    let words = folded.trim_start_matches(|c: char| !c.is_alphabetic());
    CLOSINGS.iter().filter_map(|closing| words.strip_prefix(closing)).any(|rest| {
        let rest = rest.strip_prefix("innen").or_else(|| rest.strip_prefix("in")).unwrap_or(rest);
        if rest.starts_with(char::is_alphabetic) {
            return false;
        }
        let announces = folded.trim_end().ends_with(':') && rest.split_whitespace().filter(|word| *word != ":").count() <= 2;
        let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
        rest.is_empty() || rest.chars().all(|c| c.is_ascii_digit()) || announces
    })
}

/// Cuts a list of other stories off the end: a line that announces one, and nothing but short lines behind it.
fn cut_list(paragraphs: &mut Vec<String>) {
    let announces = |paragraph: &str| {
        let folded = fold(paragraph);
        paragraph.chars().count() <= 80 && POINTERS.iter().any(|words| folded.starts_with(words.trim_end_matches(':')))
    };
    let is_short = |paragraph: &String| paragraph.chars().count() <= LINE_MAX && !paragraph.ends_with(['.', '。']);
    let found = paragraphs
        .iter()
        .enumerate()
        .skip(1)
        .find(|(index, paragraph)| announces(paragraph) && paragraphs.get(index + 1..).is_some_and(|rest| rest.iter().all(is_short)));
    if let Some((index, _)) = found {
        paragraphs.truncate(index);
    }
}

#[cfg(test)]
mod tests {
    use super::take_out;
    use crate::article::moment::Order;

    fn shown(lines: &[&str]) -> String {
        let mut paragraphs: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        take_out(&mut paragraphs, Order::DayFirst);
        paragraphs.join(" | ")
    }

    const FIRST: &str = "The bridge over the strait was opened on Friday by the mayor, who walked across it with the oldest man of the town and a brass band.";
    const LAST: &str =
        "Ferries will go on until May, the port authority said; it wants to sell two of the three ships by the end of the year after that.";

    #[test]
    fn lines_at_the_ends() {
        assert_eq!(
            shown(&["By Ann Lee", "19 December 2025, 10:12", FIRST, LAST, "© 2025 Sample", "Tags: bridge, ferry"]),
            format!("{FIRST} | {LAST}")
        );
        assert_eq!(
            shown(&["Updated at 10:12", FIRST, LAST, "Have a tip? Write to us", "Sign up for our letter"]),
            format!("{FIRST} | {LAST}")
        );
        assert_eq!(shown(&[FIRST, LAST, "More on the bridge:"]), format!("{FIRST} | {LAST}"));
    }

    #[test]
    fn lines_between_paragraphs() {
        assert_eq!(shown(&[FIRST, "Read more: Ferries to be sold", "Foto: Bo Ek", "Advertisement", LAST]), format!("{FIRST} | {LAST}"));
        assert_eq!(shown(&[FIRST, LAST, "Lesen Sie auch:", "Fähren zu verkaufen", "Brücke gesperrt"]), format!("{FIRST} | {LAST}"));
        assert_eq!(shown(&[FIRST, "Читайте также: паром продан", LAST]), format!("{FIRST} | {LAST}"));
    }

    #[test]
    fn captions_calls_and_what_programs_write() {
        for line in [
            "Figure 3: The bridge from the north",
            "Abb. 2. Die Brücke im Mai",
            "The mayor on the bridge. Photo: Bo Ek/Sample",
            "Ann Lee on Friday. © AFP / BO EK",
            "The mayor on the bridge (Foto: dpa)",
            "The mayor on the bridge. Bo Ek/Getty Images",
            "Ann Lee / AFP via Getty Images",
            "Sign up for our newsletter and get the news of the strait every Friday.",
            "Want more? Get our best stories in your inbox every week.",
            "Warning: Creating default object from empty value in /srv/a.php on line 407",
            "This entry was posted in Roads and tagged bridge, ferry by Ann Lee. Bookmark the permalink.",
            "(Alle Angaben ohne Gewähr)",
        ] {
            assert_eq!(shown(&[FIRST, LAST, line]), format!("{FIRST} | {LAST}"), "{line}");
        }
        for line in [
            "Figure 3 shows how much the bridge has cost since.",
            "The photo: that is what the mayor came for. She did not stay for the speeches.",
            "The warning: nobody took it in earnest, on line or off.",
            "She wrote an email to the port authority on Friday, and nobody answered it until the end of the week.",
            "The pictures may be shown for nothing, said a lawyer for Getty Images.",
            "Court rules against Getty Images",
            "The bank refused further credit: the firm has until Friday.",
            "The bank refused. Credit: the firm has until Friday to find some.",
            "The port authority had no comment, its speaker told AFP/Reuters.",
            "“Keep it,” he said. Photo: Bo Ek",
            "The letter was delivered by e-mail, the ministry said.",
            "Last updated figures show that traffic has doubled since the bridge was opened.",
            "Advertisement of the ferries ended in May.",
        ] {
            assert_eq!(shown(&[FIRST, line, LAST]), format!("{FIRST} | {line} | {LAST}"));
        }
    }

    #[test]
    fn what_follows_below_a_heading_of_its_own() {
        for heading in
            ["Kontakt", "Ansprechpartnerin:", "Pressekontakt:", "Media contact", "3 Kommentare", "Comments (12)", "About the author"]
        {
            assert_eq!(shown(&[FIRST, LAST, heading, "Bo Ek", "Tel. 123"]), format!("{FIRST} | {LAST}"), "{heading}");
        }
        // Not where most of the article is still to come, and not as a word of it.
        assert_eq!(shown(&["Kontakt", FIRST, LAST]), format!("Kontakt | {FIRST} | {LAST}"));
        assert_eq!(shown(&[FIRST, LAST, "Contact was lost at noon."]), format!("{FIRST} | {LAST} | Contact was lost at noon."));
        for line in ["Contacted by phone on Friday, the minister said:", "Contacted later:", "Comments from the ministry:"] {
            let told = [FIRST, LAST, FIRST, LAST, line, "“It will stay.”", "“It is paid for.”", "“It is used.”", "“It is liked.”"];
            assert_eq!(shown(&told), told.join(" | "));
        }
    }

    #[test]
    fn words_of_the_article_stay() {
        let told = [
            FIRST,
            "“Follow us,” the mayor called.",
            "By Monday the ferries had gone.",
            LAST,
            "Published figures show that traffic doubled in the year after it opened.",
        ];
        assert_eq!(shown(&told), told.join(" | "));
        assert_eq!(shown(&["Foto: Bo Ek"]), "Foto: Bo Ek");
        assert_eq!(shown(&[FIRST, "Image rights of players are the next point.", LAST]).matches(" | ").count(), 2);
    }
}
