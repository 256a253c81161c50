//! Pages that are no articles: consent walls, log-ins, error pages, checks for robots; and articles that are cut.

use crate::article::head::Head;
use crate::text::fold::fold;

/// Titles of pages that stand in for an article, folded.
const TITLES: &[(&str, &str)] = &[
    ("page not found", "error page"),
    ("not found", "error page"),
    ("404", "error page"),
    ("403 forbidden", "error page"),
    ("access denied", "error page"),
    ("forbidden", "error page"),
    ("error", "error page"),
    ("service unavailable", "error page"),
    ("internal server error", "error page"),
    ("bad gateway", "error page"),
    ("seite nicht gefunden", "error page"),
    ("page introuvable", "error page"),
    ("pagina no encontrada", "error page"),
    ("pagina non trovata", "error page"),
    ("pagina niet gevonden", "error page"),
    ("страница не найдена", "error page"),
    ("сторiнку не знайдено", "error page"),
    ("just a moment", "check for robots"),
    ("attention required", "check for robots"),
    ("are you a robot", "check for robots"),
    ("robot or human", "check for robots"),
    ("security check", "check for robots"),
    ("verify you are human", "check for robots"),
    ("ddos protection", "check for robots"),
    ("please wait", "check for robots"),
    ("before you continue", "consent wall"),
    ("privacy settings", "consent wall"),
    ("your privacy", "consent wall"),
    ("cookie consent", "consent wall"),
    ("we value your privacy", "consent wall"),
    ("datenschutzeinstellungen", "consent wall"),
    ("zustimmung", "consent wall"),
    ("log in", "log-in page"),
    ("login", "log-in page"),
    ("sign in", "log-in page"),
    ("anmelden", "log-in page"),
    ("connexion", "log-in page"),
    ("iniciar sesion", "log-in page"),
    ("вход", "log-in page"),
];

/// What sentences of consent walls and checks say, folded.
const CONSENT: &[&str] = &[
    "cookie",
    "consent",
    "privacy",
    "our partners",
    "third party",
    "third parties",
    "personal data",
    "legitimate interest",
    "accept all",
    "reject all",
    "personalised ads",
    "personalized ads",
    "personalised advert",
    "datenschutz",
    "einwilligung",
    "zustimm",
    "personenbezogen",
    "vie privee",
    "consentement",
    "partenaires",
    "donnees personnelles",
    "privacidad",
    "consentimiento",
    "datos personales",
    "consenso",
    "dati personali",
    "toestemming",
    "privacyverklaring",
    "plikow cookie",
    "danych osobowych",
    "куки",
    "персональных данных",
    "персональних даних",
];

const CHECKS: &[&str] = &[
    "enable javascript",
    "javascript is disabled",
    "verify you are human",
    "checking your browser",
    "are not a robot",
    "unusual traffic",
    "access to this page has been denied",
    "ray id",
    "captcha",
    "you don't have permission to access",
    "ad blocker",
    "adblocker",
    "page you requested could not be found",
    "page you are looking for",
    "page you're looking for",
    "page no longer exists",
    "page cannot be found",
];

/// What stands in for the article, when the page is none.
pub(super) fn instead(head: &Head, headline: Option<&str>, paragraphs: &[String], is_article: bool) -> Option<&'static str> {
    let letters: usize = paragraphs.iter().map(|paragraph| paragraph.chars().count()).sum();
    let named = [headline, head.title.as_deref()].into_iter().flatten().find_map(title_of_wall);
    if let Some(wall) = named.filter(|_| letters < 1_500 && !is_article) {
        return Some(wall);
    }
    if head.asks_password && letters < 400 && !is_article {
        return Some("log-in page");
    }
    let share = |words: &[&str]| {
        let hit: usize =
            paragraphs.iter().filter(|paragraph| mentions(paragraph, words) > 0).map(|paragraph| paragraph.chars().count()).sum();
        hit * 100 / letters.max(1)
    };
    let words: usize = paragraphs.iter().map(|paragraph| mentions(paragraph, CONSENT)).sum();
    // An article about data protection speaks of cookies too, but not in nearly all it says.
    if letters < 6_000 && words >= 3 && share(CONSENT) >= 75 && (!is_article || letters < 1_500) {
        return Some("consent wall");
    }
    if letters < 1_200 && share(CHECKS) >= 40 {
        return Some("error page or check for robots");
    }
    None
}

fn mentions(paragraph: &str, words: &[&str]) -> usize {
    let folded = fold(paragraph);
    words.iter().filter(|word| folded.contains(*word)).count()
}

fn title_of_wall(title: &str) -> Option<&'static str> {
    let folded = fold(title);
    let folded = folded.trim();
    TITLES.iter().find_map(|(words, wall)| {
        let rest = folded.strip_prefix(words)?;
        // "Error" alone is an error page; "Errors in the budget" is not.
        let ends = rest.trim_start_matches(['.', '!', '?', ' ', '…']);
        let ends = ends.is_empty()
            || ends.starts_with(['-', '|', '–', '—', ':', '·'])
            || (words.contains(' ') && !ends.starts_with(char::is_alphanumeric));
        (ends || (*words == "404" && rest.trim_start().starts_with(['-', ':', 'n', 'e', 'p']))).then_some(*wall)
    })
}

/// Endings of a text that goes on elsewhere, folded.
const GOES_ON: &[&str] = &[
    "read more",
    "continue reading",
    "keep reading",
    "read the full story",
    "read full story",
    "read full article",
    "read the full article",
    "read the rest",
    "click here to read",
    "full story",
    "to continue reading",
    "subscribe to read",
    "subscribe to continue",
    "subscribe now",
    "log in to continue",
    "sign in to continue",
    "sign up to read",
    "already a subscriber",
    "this article is for subscribers",
    "for subscribers only",
    "subscribers only",
    "become a subscriber",
    "unlock this article",
    "the post appeared first on",
    "weiterlesen",
    "jetzt weiterlesen",
    "artikel lesen mit",
    "nur fur abonnenten",
    "lire la suite",
    "article reserve aux abonnes",
    "reserve aux abonnes",
    "seguir leyendo",
    "leer mas",
    "suscribete para",
    "continua a leggere",
    "leggi tutto",
    "riservato agli abbonati",
    "lees verder",
    "lees meer",
    "alleen voor abonnees",
    "leia mais",
    "continue lendo",
    "czytaj wiecej",
    "czytaj dalej",
    "dla prenumeratorow",
    "читать далее",
    "читать полностью",
    "читати далi",
    "читати далі",
    "подписчикам",
    "las mer",
    "les mer",
    "devamini oku",
    "続きを読む",
    "有料会員",
];

/// Whether a line says nothing but that the text goes on elsewhere: `Subscribe to continue reading`.
pub(super) fn calls_on(paragraph: &str) -> bool {
    paragraph.chars().count() <= 160 && says(&fold(paragraph))
}

/// Whether folded words say that a text goes on elsewhere. "Read more: …" points to another story.
fn says(folded: &str) -> bool {
    GOES_ON.iter().any(|words| folded.split_once(words).is_some_and(|(_, after)| !after.starts_with(':')))
}

/// Whether the last words of a text say that it goes on elsewhere.
pub(super) fn goes_on(paragraphs: &[String]) -> bool {
    paragraphs.iter().rev().take(2).enumerate().any(|(from_end, paragraph)| {
        let folded = fold(paragraph);
        let tail_from = folded.char_indices().rev().nth(59).map_or(0, |(at, _)| at);
        let tail = folded.get(tail_from..).unwrap_or_default();
        let short = paragraph.chars().count() <= 160;
        // Only the very end counts in a long paragraph: "read more" inside a sentence is an article's own words.
        (from_end == 0 && (tail.trim_end().ends_with("[…]") || tail.trim_end().ends_with("[...]") || tail.trim_end().ends_with("(more…)")))
            || (short && says(&folded))
            || (from_end == 0 && GOES_ON.iter().any(|words| tail.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with(words)))
    }) || paragraphs.last().is_some_and(|last| last.trim_end().ends_with('…') || last.trim_end().ends_with("..."))
}

#[cfg(test)]
mod tests {
    use super::{goes_on, instead};
    use crate::article::head::Head;

    fn wall(title: &str, paragraphs: &[&str]) -> String {
        let head = Head { title: Some(title.to_owned()), ..Head::default() };
        let paragraphs: Vec<String> = paragraphs.iter().map(|text| (*text).to_owned()).collect();
        instead(&head, None, &paragraphs, false).unwrap_or("-").to_owned()
    }

    #[test]
    fn pages_that_are_no_articles() {
        assert_eq!(wall("404 Not Found", &["Sorry."]), "error page");
        assert_eq!(wall("Page not found | Sample", &["Try the search."]), "error page");
        assert_eq!(wall("Error | Sample", &["Something went wrong."]), "error page");
        assert_eq!(wall("Errors in the budget cost a minister her post", &["She left."]), "-");
        assert_eq!(wall("Just a moment...", &[]), "check for robots");
        assert_eq!(
            wall("Sample", &["We and our partners use cookies.", "You can give your consent or reject all.", "See our privacy page."]),
            "consent wall"
        );
        assert_eq!(
            wall(
                "Court fines network",
                &["The court fined it over cookies.", "The network said it would appeal against the ruling next week."]
            ),
            "-"
        );
    }

    #[test]
    fn texts_that_go_on_elsewhere() {
        let cut = |text: &str| goes_on(&[text.to_owned()]);
        assert!(cut("The minister said on Friday that the law would be […]"));
        assert!(cut("Subscribe to continue reading."));
        assert!(!cut("Read more: Ferries to be sold"));
        assert!(cut(
            "A long first paragraph that was all the feed had to give of what the minister said about the law on Friday, when she met the press in the capital. Read more »"
        ));
        assert!(!cut(
            "Children should read more, the minister said on Friday when she met the press in the capital, and parents should read to them every evening before they sleep, she said."
        ));
    }
}
