//! Pages that are no articles: consent walls, log-ins, error pages, checks for robots; and articles that are cut.

use crate::article::head::Head;
use crate::article::signs::{CHECKS, CONSENT, ERROR, GOES_ON, LOG_IN, MISSING, TROUBLE, folded, speaks_to_nobody};
use crate::text::fold::is_unspaced;

/// Titles of pages that stand in for an article, folded.
const TITLES: &[(&str, &str)] = &[
    ("not found", "error page"),
    ("404", "error page"),
    ("403 forbidden", "error page"),
    ("access denied", "error page"),
    ("forbidden", "error page"),
    ("error", "error page"),
    ("service unavailable", "error page"),
    ("internal server error", "error page"),
    ("bad gateway", "error page"),
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

/// What stands in for the article, when the page is none.
pub(super) fn instead(head: &Head, headline: Option<&str>, paragraphs: &[String], is_article: bool) -> Option<&'static str> {
    let letters: usize = paragraphs.iter().map(|paragraph| paragraph.chars().count()).sum();
    let names = || [headline, head.title.as_deref()].into_iter().flatten().chain(head.headings.iter().map(String::as_str));
    if letters < 1_500 && !is_article {
        if let Some(wall) = [headline, head.title.as_deref()].into_iter().flatten().find_map(title_of_wall) {
            return Some(wall);
        }
        let is_message = letters < 600 && names().any(is_error_number) || letters < 300 && names().any(|name| says(name, &TROUBLE));
        if is_message || names().any(|name| says(name, &MISSING)) {
            return Some("error page");
        }
        // A page that asks for a password beside an article is no log-in page.
        let asks = head.asks_password && names().any(|name| says(name, &LOG_IN));
        if asks || head.asks_password && letters < 400 {
            return Some("log-in page");
        }
    }
    let share = |signs: &[String]| {
        let hit: usize = paragraphs.iter().filter(|paragraph| says(paragraph, signs)).map(|paragraph| paragraph.chars().count()).sum();
        hit * 100 / letters.max(1)
    };
    let words: usize = paragraphs.iter().map(|paragraph| mentions(paragraph, &CONSENT)).sum();
    let all = folded(&paragraphs.join("\n"));
    let is_wall = || CONSENT.iter().filter(|sign| all.contains(sign.as_str())).count() >= 2 && !speaks_to_nobody(&all);
    // An article about data protection speaks of cookies too, but not in nearly all it says.
    if letters < 6_000 && words >= 3 && is_wall() && share(&CONSENT) >= 75 && (!is_article || letters < 1_500) {
        return Some("consent wall");
    }
    if letters < 1_200 && share(&CHECKS) >= 40 {
        return Some("error page or check for robots");
    }
    if !is_article && (letters < 800 && share(&MISSING) >= 40 || letters < 400 && share(&TROUBLE) >= 75) {
        return Some("error page");
    }
    (!is_article && letters < 400 && mentions(&all, &LOG_IN) >= 2).then_some("log-in page")
}

/// Whether a short title is that of an error by its number: `Fehler 404`, `404 - Sample`.
fn is_error_number(title: &str) -> bool {
    const NUMBERS: [&str; 6] = ["404", "403", "410", "500", "502", "503"];
    let folded = folded(title);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().any(|(at, word)| {
        let near = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| ERROR.iter().any(|error| error == word));
        NUMBERS.contains(word) && (near(at.checked_sub(1)) || near(Some(at + 1)))
    })
}

fn says(text: &str, signs: &[String]) -> bool {
    mentions(text, signs) > 0
}

/// How many of the phrases a text has.
fn mentions(text: &str, signs: &[String]) -> usize {
    let folded = folded(text);
    signs.iter().filter(|sign| folded.contains(sign.as_str())).count()
}

fn title_of_wall(title: &str) -> Option<&'static str> {
    let folded = folded(title);
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

/// Whether a line says nothing but that the text goes on elsewhere: `Subscribe to continue reading`.
pub(super) fn calls_on(paragraph: &str) -> bool {
    paragraph.chars().count() <= 160 && points_on(&folded(paragraph))
}

/// Whether folded words say that a text goes on elsewhere. "Read more: …" points to another story, and "les mers" to none.
fn points_on(folded: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() && !is_unspaced(c);
    GOES_ON.iter().any(|words| {
        let parts = folded.split_once(words.as_str());
        parts.is_some_and(|(before, after)| !before.ends_with(is_letter) && !after.starts_with(is_letter) && !after.starts_with(':'))
    })
}

/// Whether the last words of a text say that it goes on elsewhere.
pub(super) fn goes_on(paragraphs: &[String]) -> bool {
    paragraphs.iter().rev().take(2).enumerate().any(|(from_end, paragraph)| {
        let folded = folded(paragraph);
        let tail_from = folded.char_indices().rev().nth(59).map_or(0, |(at, _)| at);
        let tail = folded.get(tail_from..).unwrap_or_default();
        let short = paragraph.chars().count() <= 160;
        // Only the very end counts in a long paragraph: "read more" inside a sentence is an article's own words.
        (from_end == 0 && (tail.trim_end().ends_with("[…]") || tail.trim_end().ends_with("[...]") || tail.trim_end().ends_with("(more…)")))
            || (short && points_on(&folded))
            || (from_end == 0
                && GOES_ON.iter().any(|words| tail.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with(words.as_str())))
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
    fn pages_that_are_no_articles_in_other_languages() {
        for (title, text) in [
            ("Fehler 404 | Sample", "Die Seite ist leider umgezogen."),
            ("Oups ! Cette page n’existe pas", "Revenez à la page d’accueil."),
            ("Sample", "La página que buscas no existe o ha cambiado de dirección. Puedes volver a la portada."),
            ("Strona, której szukasz", "Przejdź na stronę główną."),
            ("Помилка 404", "На жаль, сторінки, яку ви шукаєте, не існує."),
            ("ページが見つかりません", "掲載期間が終了した可能性があります。"),
            ("404 页面不存在", "请返回首页。"),
            ("الصفحة غير موجودة", "يمكنك العودة إلى الصفحة الرئيسية."),
            ("Sayfa bulunamadı", "Ana sayfaya dönebilirsiniz."),
            ("Wartungsarbeiten", "Unsere Website wird gerade gewartet. Bitte versuchen Sie es in wenigen Minuten erneut."),
        ] {
            assert_eq!(wall(title, &[text]), "error page", "{title}");
        }
        for text in [
            "My i nasi partnerzy przechowujemy pliki cookies.|Wyrażasz zgodę na przetwarzanie danych osobowych.",
            "Vi och våra partner lagrar cookies och behandlar personuppgifter.|Du samtycker till annonser.",
            "当社はCookieを使用し、個人データを処理します。|個人情報の利用に同意したことになります。",
            "نستخدم ملفات تعريف الارتباط لمعالجة البيانات الشخصية.|يمكنك سحب موافقتك من سياسة الخصوصية.",
        ] {
            assert_eq!(wall("Sample", &text.split('|').collect::<Vec<_>>()), "consent wall", "{text}");
        }
        let log_in = "Bitte melden Sie sich an. Sie haben noch kein Konto? Registrieren Sie sich jetzt.";
        assert_eq!(wall("Willkommen zurück", &[log_in]), "log-in page");
    }

    #[test]
    fn short_reports_of_what_walls_speak_of_are_articles() {
        for (title, text) in [
            (
                "Old Peugeot 404 wins the rally",
                "A Peugeot 404 of 1962 won the rally along the coast on Sunday, eleven minutes before a younger car.",
            ),
            (
                "Court fines shop over cookies",
                "A court fined the shop since it set cookies without consent.|Its privacy officer called the ruling hard.",
            ),
            ("首相、改正案に同意", "首相は改正案に同意した。|知事らも費用の負担に同意した。|通行料については同意に至らなかった。"),
            ("Вход в метро закрыли", "Вход на станцию метро в центре города закрыли в пятницу утром из-за аварии на теплотрассе."),
            ("Log-in data of staff for sale", "Log-in data of four hundred officials is for sale, the ministry said on Friday."),
        ] {
            assert_eq!(wall(title, &text.split('|').collect::<Vec<_>>()), "-", "{title}");
        }
    }

    #[test]
    fn texts_that_go_on_elsewhere() {
        let cut = |text: &str| goes_on(&[text.to_owned()]);
        assert!(cut("The minister said on Friday that the law would be […]"));
        assert!(cut("Subscribe to continue reading."));
        assert!(!cut("Read more: Ferries to be sold"));
        assert!(cut("Il vous reste 78 % de cet article à lire. La suite est réservée aux abonnés."));
        assert!(cut("Denne artikkelen er for abonnenter. Bli abonnent for å lese videre."));
        assert!(cut("この記事は有料会員限定です。") && !cut("Les marins ont l’habitude de toutes les mers du globe."));
        assert!(cut(
            "A long first paragraph that was all the feed had to give of what the minister said about the law on Friday, when she met the press in the capital. Read more »"
        ));
        assert!(!cut(
            "Children should read more, the minister said on Friday when she met the press in the capital, and parents should read to them every evening before they sleep, she said."
        ));
    }
}
