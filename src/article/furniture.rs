//! Lines of a body that are no words of the article: pointers to other stories, credits, bylines, dates, calls to subscribe.
//!
//! Extractors keep them since they stand among the paragraphs. Only short lines are judged, by how they begin; most of them only
//! at the ends of a body, where pages put them.

use crate::article::moment::{Order, find};
use crate::article::{names, wall};
use crate::text::fold::fold;

/// Characters of a line that is judged, at most.
const LINE_MAX: usize = 120;
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
    "source:",
    "quelle:",
    "quellen:",
    "fuente:",
    "fonte:",
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
    let letters = paragraph.chars().count();
    // What begins with a quotation mark is somebody's words.
    if letters > LINE_MAX || paragraph.starts_with(['"', '“', '”', '„', '«', '»', '‘', '「']) {
        return false;
    }
    let folded = fold(paragraph);
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '('));
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    if begins(POINTERS) || begins(LABELS) && letters <= 100 {
        return true;
    }
    let sentence = letters > 60 && paragraph.ends_with(['.', '!', '?', '。']);
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
