use std::sync::OnceLock;

use proptest::prelude::*;

use crate::extract::actors::find;
use crate::extract::fixture::processor_time;
use crate::extract::lexicon::Lexicons;
use crate::extract::reading::{Reading, headed_article, plain_article};
use crate::model::article::Article;

fn lexicons() -> &'static Lexicons {
    static LEXICONS: OnceLock<Lexicons> = OnceLock::new();
    LEXICONS.get_or_init(|| Lexicons::new(&[]).0)
}

fn shown_article(article: &Article, language: &str) -> String {
    let reading = Reading::new(article, language);
    let mut lines = Vec::new();
    for actor in find(&reading, lexicons()) {
        let mentions: Vec<String> =
            actor.mentions.iter().map(|mention| format!("{}:{}", reading.of(mention.span), mention.kind.as_str())).collect();
        let roles: Vec<String> = actor
            .roles
            .iter()
            .filter(|_| !actor.known)
            .map(|role| format!(" [{} of {}]", role.title, role.of.as_deref().unwrap_or("?")))
            .collect();
        lines.push(format!(
            "{} {}{}{} = {}",
            actor.id,
            actor.kind.as_str(),
            if actor.known { "" } else { "?" },
            roles.concat(),
            mentions.join(", ")
        ));
    }
    lines.join("\n")
}

fn shown(text: &str) -> String {
    shown_article(&plain_article(text), "en")
}

fn shown_in(language: &str, text: &str) -> String {
    shown_article(&plain_article(text), language)
}

#[test]
fn states_and_their_words() {
    insta::assert_snapshot!(shown("The U.S. told us that US troops and the United States Senate would help Ukrainian forces. Tell us, said the EU."), @"
    us state = U.S.:acronym, US:acronym
    united-states-senate government? = United States Senate:name
    ukraine state = Ukrainian:demonym
    eu igo = EU:acronym
    ");
    insta::assert_snapshot!(shown("Western governments and the West differ from the west coast."), @"west bloc = Western:demonym, West:name");
}

#[test]
fn metonyms_and_places() {
    insta::assert_snapshot!(shown("Moscow rejected the plan. Talks in Moscow failed. A deal between Kyiv and Moscow is seen in Washington as unlikely."), @"
    russia state = Moscow:metonym, Moscow:metonym
    moscow place = Moscow:place
    ukraine state = Kyiv:metonym
    us state = Washington:metonym
    ");
    insta::assert_snapshot!(shown("The Kremlin said on Monday that Paris’s proposal was late. He flew to Berlin from London. The move is meant to reassure Kyiv."), @"
    russia state = Kremlin:metonym
    france state = Paris:metonym
    berlin place = Berlin:place
    london place = London:place
    ukraine state = Kyiv:metonym
    ");
    insta::assert_snapshot!(shown_article(&headed_article("Kremlin Rebuffs Brussels Over Peace Plan\n\nObservers in either Moscow or Western capitals were surprised."), "en"), @"
    russia state = Kremlin:metonym
    eu igo = Brussels:metonym
    moscow place = Moscow:place
    west bloc = Western:demonym
    western-capitals group? = Western capitals:role
    ");
}

#[test]
fn people() {
    insta::assert_snapshot!(shown("Kremlin spokesperson Dmitry Peskov spoke. Peskov’s words were clear, President Vladimir Putin said."), @"
    peskov person = Dmitry Peskov:name, Peskov:surname
    putin person = Vladimir Putin:name
    ");
    insta::assert_snapshot!(shown("Jane Example, the finance minister of France, met Ivanka Trump. Example smiled. Mr Example did not. Trump left."), @"
    jane-example person? [finance minister of france] = Jane Example:name, Example:surname, Example:surname
    france state = France:name
    ivanka-trump person? = Ivanka Trump:name, Trump:surname
    ");
    insta::assert_snapshot!(shown("Ursula von der Leyen and Mohammed bin Salman met Sir Alan Testperson. “No,” said Testperson."), @"
    von-der-leyen person = Ursula von der Leyen:name
    mbs person = Mohammed bin Salman:name
    alan-testperson person? = Alan Testperson:name, Testperson:surname
    ");
}

#[test]
fn organisations() {
    insta::assert_snapshot!(shown("The Institute for Peace Studies (IPS) wrote to the Ministry of Foreign Affairs. IPS was told to wait by the Bank of China."), @"
    institute-for-peace-studies organisation? = Institute for Peace Studies:name, IPS:acronym, IPS:acronym
    ministry-of-foreign-affairs government? = Ministry of Foreign Affairs:name
    bank-of-china organisation? = Bank of China:name
    ");
    insta::assert_snapshot!(shown("Monday was calm. However, Reuters reported that The Times of India quoted the Wagner Group."), @"
    reuters media = Reuters:name
    the-times-of-india media = The Times of India:name
    wagner armed-group = Wagner Group:name
    ");
}

#[test]
fn groups() {
    insta::assert_snapshot!(shown("Russian officials insist on it. EU leaders have agreed, analysts say. According to observers, other officials warned of it."), @"
    russia state = Russian:demonym
    russian-officials group? = Russian officials:role, other officials:role
    eu igo = EU:acronym
    eu-leaders group? = EU leaders:role
    analysts group? = analysts:role
    observers group? = observers:role
    ");
}

#[test]
fn other_languages() {
    insta::assert_snapshot!(shown_in("ru", "Пресс-секретарь президента России Дмитрий Песков заявил, что Москва готова. По словам Пескова, переговоры в Киеве с Зеленским и США не нужны."), @"
    russia state = России:name, Москва:metonym
    peskov person = Дмитрий Песков:name, Пескова:surname
    kyiv place = Киеве:place
    zelensky person = Зеленским:surname
    us state = США:acronym
    ");
    insta::assert_snapshot!(shown_in("uk", "Володимир Зеленський зустрівся з Трампом у Вашингтоні. Зеленського підтримала Україна, російські війська відступили."), @"
    zelensky person = Володимир Зеленський:name, Зеленського:surname
    trump person = Трампом:surname
    washington place = Вашингтоні:place
    ukraine state = Україна:name
    russia state = російські:demonym
    ");
    insta::assert_snapshot!(shown_in("de", "Bundeskanzler Friedrich Merz traf Putins Sprecher in Moskau. Die russische Regierung schwieg."), @"
    merz person = Friedrich Merz:name
    putin person = Putins:surname
    moscow place = Moskau:place
    russia state = russische:demonym
    ");
    insta::assert_snapshot!(shown_in("pl", "Donald Tusk rozmawiał z Zełenskim o wojnie Rosji z Ukrainą."), @"
    tusk person = Donald Tusk:name
    zelensky person = Zełenskim:surname
    russia state = Rosji:name
    ukraine state = Ukrainą:name
    ");
}

#[test]
fn names_that_nobody_listed_in_other_languages() {
    insta::assert_snapshot!(shown_in("fr", "Hier, Claire Fontanel a rencontré Mehmet Aydin en Turquie et à Toulouse."), @"
    claire-fontanel person? = Claire Fontanel:name
    mehmet-aydin person? = Mehmet Aydin:name
    turkey state = Turquie:name
    toulouse place? = Toulouse:name
    ");
    insta::assert_snapshot!(shown_in("ru", "Киевская область и Верховный суд молчат. ООО «Ромашка» и «Газмяс» спорят."), @"
    киевская-область place? = Киевская область:name
    верховный-суд organisation? = Верховный суд:name
    ооо-ромашка company? = ООО «Ромашка»:name
    газмяс organisation? = Газмяс:name
    ");
    insta::assert_snapshot!(shown_in("uk", "Уряд України схвалив план."), @"ukraine state = України:name");
}

#[test]
fn long_texts_take_linear_time() {
    for one in ["Kremlin spokesman John Smith said. ", "\"", "Trump Trump Peter ", "Aa Bb "] {
        let text = one.repeat(200_000 / one.len());
        let spent = processor_time(|| drop(shown(&text)));
        assert!(spent < std::time::Duration::from_secs(20), "{one}: {spent:?}");
    }
}

proptest! {
    #[test]
    fn mentions_lie_inside_and_apart(text in "(Kremlin |Moscow |in |the |Russian |officials |said |John |Smith |Smiths |president |U\\.S\\. |EU |[.,\"“”’] ?|\\n\\n|\\PC){0,50}") {
        let article = plain_article(&text);
        let reading = Reading::new(&article, "en");
        let actors = find(&reading, lexicons());
        for actor in &actors {
            prop_assert!(!actor.mentions.is_empty());
            prop_assert!(actor.mentions.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
            for mention in &actor.mentions {
                prop_assert!(text.get(mention.span.start..mention.span.end).is_some_and(|part| !part.is_empty()));
            }
        }
        prop_assert_eq!(actors, find(&reading, lexicons()));
    }
}
