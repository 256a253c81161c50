use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::proptest;

use crate::model::article::Sourced;
use crate::model::extraction::{Mention, MentionKind, Position};
use crate::model::matched::Evidence;
use crate::watch::explain::Outcome;
use crate::watch::query::ast::{Field, Kind, Node, Term, Unit, Zone};
use crate::watch::query::parse::parse;
use crate::watch::samples::{Sample, known, located, sample, short, told, topic, watch};
use crate::watch::sources::WatchSources;
use crate::watch::{compile, compile_query, evaluate, explain, mark_topics};

const GUARANTEES: &str = "(ukraine OR kyiv) NEAR/40 (\"security guarantee\" OR \"multinational force\")";

/// Whether a query holds, and for what words.
fn shown(query: &str, sample: &Sample) -> String {
    match compile_query(&located(query), &known(), &[topic("guarantees", GUARANTEES)]) {
        Err(problems) => told(&problems),
        Ok(query) => match query.find(&sample.article, &sample.extraction) {
            None => "no".to_owned(),
            Some((_, why)) => format!("yes {}", why.iter().map(evidence).collect::<Vec<_>>().join(" ")).trim_end().to_owned(),
        },
    }
}

fn evidence(one: &Evidence) -> String {
    let speaker = one.speaker.as_deref().map(|speaker| format!(" by {speaker}")).unwrap_or_default();
    format!("[{} {}: {}{speaker}]", one.condition, one.field, one.text)
}

fn holds(query: &str, text: &str) -> bool {
    let shown = shown(query, &sample(text));
    assert!(shown.starts_with("yes") || shown == "no", "{query}: {shown}");
    shown != "no"
}

fn faults(query: &str) -> String {
    let (_, problems) = compile(&[topic("guarantees", GUARANTEES)], &[watch("w", query)].into_iter().collect(), &known());
    told(&problems)
}

#[test]
fn every_example_of_the_page_is_true() {
    let page = include_str!("language.md");
    let block = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mut count = 0;
    for line in block.lines() {
        let parts: Vec<&str> = line.split(" | ").collect();
        let [query, yes, no] = parts.as_slice() else { panic!("not three parts: {line}") };
        assert!(holds(query, yes), "{query} must match: {yes}");
        assert!(!holds(query, no), "{query} must not match: {no}");
        count += 1;
    }
    assert!(count > 20);
}

#[test]
fn every_form_of_the_page_can_be_asked() {
    let page = include_str!("language.md");
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| row.split("` |").next());
    let mut count = 0;
    for form in cells.flat_map(|cell| cell.split("`, `").flat_map(|forms| forms.split("` `"))).filter(|form| *form != "( )") {
        let whole = form.replace("( )", "(a)").replace("topic:ID", "topic:guarantees");
        let valued = if whole.ends_with(':') { format!("{whole}world") } else { whole };
        let told = faults(&format!("rain {valued}"));
        assert!(!told.starts_with("Error"), "{form}: {told}");
        count += 1;
    }
    assert!(count > 30, "{count}");
}

#[test]
fn whole_words_in_every_script() {
    assert!(!holds("cis", "A précis of it."));
    assert!(!holds("example", "See https://example.org/ukraine."));
    assert!(holds("equipe", "L’Équipe said so."));
    assert!(holds("\"O'Brien\"", "O’Brien’s house."));
    assert!(holds("=\"U.S.\"", "The U.S. said so."));
    assert!(holds("anti-tank", "anti-tank mines"));
    assert!(!holds("anti-tank", "tank anti"));
    assert!(holds("習近平", "習近平国家主席"));
    assert!(!holds("習平", "習近平国家主席"));
    assert!(holds("=Київ", "Київ сьогодні"));
}

#[test]
fn hard_cases_of_every_script() {
    let table: &[(&str, &str, &str, bool)] = &[
        ("en", "kremlin", "The Kremlin’s answer", true),
        ("en", "kremlin", "THE KREMLIN'S ANSWER", true),
        ("en", "\"O'Brien\"", "O’BRIEN’S house", true),
        ("fr", "equipe", "L’Équipe", true),
        ("fr", "ukraine", "l'Ukraine", true),
        ("de", "strasse", "Straße", true),
        ("de", "straße", "STRASSE", true),
        ("pl", "lodz", "Łódź", true),
        ("ru", "елка", "Ёлка", true),
        ("ru", "ёлка", "Елка", true),
        ("uk", "об'єднання", "обʼєднання", true),
        ("uk", "об'єднання", "об’єднання", true),
        ("uk", "пєсков", "слова Пєскова", true),
        ("uk", "київ", "у Києві", true),
        ("uk", "гарантія безпеки", "гарантіями безпеці", true),
        ("pl", "Ukraina", "w Ukrainie", true),
        ("pl", "gwarancja", "gwarancjami", true),
        ("pl", "Polska", "w Polsce", true),
        ("cs", "Praha", "v Praze", true),
        ("cs", "záruka", "bez záruk", true),
        ("ru", "гарантия", "гарантий", true),
        ("ru", "лавров", "Лаврову", true),
        ("de", "garantie", "Garantien", true),
        ("tr", "istanbul", "İSTANBUL", true),
        ("en", "nato", "ＮＡＴＯ", true),
        ("en", "anti-tank", "anti‑tank mines", true),
        ("en", "\"security guarantee\"", "security\nguarantees", true),
        ("zh", "普京", "俄罗斯总统普京说", true),
        ("ja", "総理", "岸田総理大臣", true),
        ("th", "ทรัมป์", "ประธานาธิบดีทรัมป์", true),
        ("zh", "京总", "普京，总统", true),
        ("zh", "京統", "普京总统", false),
        ("en", "art", "The party started.", false),
        ("en", "example", "www.example.org", false),
        ("en", "ukraine", "https://news.test/ukraine", false),
        ("ru", "рим", "римляне", false),
    ];
    for (language, query, text, wanted) in table {
        let found = shown(query, &sample(text).language(language));
        assert_eq!(found.starts_with("yes"), *wanted, "{query} in {text}: {found}");
    }
}

#[test]
fn inflections_are_those_of_the_articles_language() {
    let russian = sample("Москва не примет гарантий безопасности, заявил Лавров. Слова Лаврова слышали.").language("ru");
    assert_eq!(shown("\"гарантии безопасности\"", &russian), "yes [\"гарантии безопасности\" body: гарантий безопасности]");
    assert_eq!(shown("лавров", &russian), "yes [лавров body: Лавров] [лавров body: Лаврова]");
    assert_eq!(shown("лаврова", &russian), "yes [лаврова body: Лавров] [лаврова body: Лаврова]");
    let german = sample("Die Garantien wurden gegeben.");
    assert_eq!(shown("garantie", &german.clone().language("de")), "yes [garantie body: Garantien]");
    assert_eq!(shown("garantie", &german.language("xx")), "no");
}

#[test]
fn places_of_the_article() {
    let made = sample("# Kremlin rejects guarantees\n\nMoscow was calm. A force was planned.\n\nUkraine waited.");
    insta::assert_snapshot!(shown("headline:guarantee", &made), @"yes [guarantee headline: guarantees]");
    insta::assert_snapshot!(shown("headline:(force OR calm)", &made), @"no");
    insta::assert_snapshot!(shown("lead:(kremlin force)", &made), @"yes [kremlin headline: Kremlin] [force body: force]");
    insta::assert_snapshot!(shown("lead:ukraine", &made), @"no");
    insta::assert_snapshot!(shown("body:kremlin", &made), @"no");
    insta::assert_snapshot!(shown("SENTENCE(moscow force)", &made), @"no");
    insta::assert_snapshot!(shown("PARAGRAPH(moscow force)", &made), @"yes [moscow body: Moscow] [force body: force]");
    insta::assert_snapshot!(shown("\"guarantee moscow\"", &made), @"no");
    insta::assert_snapshot!(shown("SENTENCE(force NOT calm)", &made), @"yes [force body: force]");
    insta::assert_snapshot!(shown("SENTENCE(moscow NOT calm)", &made), @"no");
}

#[test]
fn a_title_beside_the_text_is_its_headline() {
    let mut made = sample("Moscow was calm.");
    made.article.headline = Some(Sourced { value: "Guarantees rejected".to_owned(), span: None, from: "input" });
    insta::assert_snapshot!(shown("headline:guarantee moscow", &made), @"yes [guarantee headline: Guarantees] [moscow body: Moscow]");
    assert_eq!(shown("rejected NEAR/3 moscow", &made), "no");
    assert_eq!(shown("\"rejected moscow\"", &made), "no");
}

#[test]
fn properties_of_the_item() {
    let made = sample("Nothing here.");
    insta::assert_snapshot!(shown("outlet:\"just security\"", &made), @r#"yes [outlet:"just security" outlet: Just Security]"#);
    insta::assert_snapshot!(shown("outlet:secur*", &made), @"yes [outlet:secur* outlet: Just Security]");
    insta::assert_snapshot!(shown("outlet:=just", &made), @"no");
    insta::assert_snapshot!(shown("feed:kyiv-wire section:world byline:lukasz language:en", &made), @"yes [byline:lukasz byline: Zoë Łukasz] [feed:kyiv-wire feed: kyiv-wire] [language:en language: en] [section:world section: World news]");
    insta::assert_snapshot!(shown("feed:kyiv", &made), @"no");
    insta::assert_snapshot!(shown("feed:kyiv*", &made), @"yes [feed:kyiv* feed: kyiv-wire]");
    insta::assert_snapshot!(shown("url:example.org category:(talks OR war)", &made), @"yes [category:talks category: Peace talks] [url:example.org url: https://news.example.org/world/guarantees-2025?utm_source=rss]");
    insta::assert_snapshot!(shown("nothing NOT outlet:reuters", &made), @"yes [nothing body: Nothing]");
}

fn spoken() -> Sample {
    let text = "# Moscow rejects plan\n\n“We oppose any security guarantee for Ukraine,” Peskov said. It was cold.\n\n\
                “It snows,” Zelensky said. Russia rejects the multinational force for Ukraine, according to Pháp luật & Xã hội.";
    sample(text)
        .quote("We oppose any security guarantee for Ukraine", Some("peskov"))
        .quote("It snows", Some("zelensky"))
        .cites("Pháp luật & Xã hội", "Pháp luật & Xã hội")
        .stance("russia", Position::Oppose, "the multinational force", "Russia rejects the multinational force for Ukraine")
}

#[test]
fn who_said_what() {
    let made = spoken();
    insta::assert_snapshot!(shown("speaker:peskov", &made), @"yes [speaker:peskov body: We oppose any security guarantee for Ukraine by Dmitry Peskov]");
    insta::assert_snapshot!(shown("speaker:\"Dmitry Peskov\" speaker:zelensky", &made), @r#"yes [speaker:"Dmitry Peskov" body: We oppose any security guarantee for Ukraine by Dmitry Peskov] [speaker:zelensky body: It snows by Volodymyr Zelensky]"#);
    insta::assert_snapshot!(shown("speaker:russia", &made), @"no");
    insta::assert_snapshot!(shown("QUOTE(peskov, \"security guarantee\")", &made), @r#"yes [QUOTE(peskov, "security guarantee") body: We oppose any security guarantee for Ukraine by Dmitry Peskov] ["security guarantee" body: security guarantee]"#);
    insta::assert_snapshot!(shown("QUOTE(zelensky, guarantee)", &made), @"no");
    insta::assert_snapshot!(shown("QUOTE(country:UKR, snow NOT guarantee)", &made), @"yes [QUOTE(country:UKR, snow AND (NOT guarantee)) body: It snows by Volodymyr Zelensky] [snow body: snows]");
    insta::assert_snapshot!(shown("QUOTE(*, topic:guarantees)", &made), @r#"yes [QUOTE(*, topic:guarantees) body: We oppose any security guarantee for Ukraine by Dmitry Peskov] ["security guarantee" body: security guarantee] [ukraine body: Ukraine]"#);
    insta::assert_snapshot!(shown("QUOTE(zelensky, topic:guarantees)", &made), @"no");
    insta::assert_snapshot!(shown("QUOTE((peskov OR zelensky), snows)", &made), @"yes [QUOTE(actor:peskov OR actor:zelensky, snows) body: It snows by Volodymyr Zelensky] [snows body: snows]");
    insta::assert_snapshot!(shown("cites:\"phap luat & xa hoi\"", &made), @r#"yes [cites:"phap luat & xa hoi" body: Pháp luật & Xã hội]"#);
    insta::assert_snapshot!(shown("cites:reuters", &made), @"no");
}

#[test]
fn who_holds_what() {
    let made = spoken();
    insta::assert_snapshot!(shown("STANCE(russia, oppose, topic:guarantees)", &made), @r#"yes [STANCE(russia, oppose, topic:guarantees) body: Russia rejects the multinational force for Ukraine] ["multinational force" body: multinational force] [ukraine body: Ukraine]"#);
    insta::assert_snapshot!(shown("STANCE(russia, support, topic:guarantees)", &made), @"no");
    insta::assert_snapshot!(shown("STANCE(russia, (support OR oppose), multinational)", &made), @"yes [STANCE(russia, (support OR oppose), multinational) body: Russia rejects the multinational force for Ukraine] [multinational body: multinational]");
    insta::assert_snapshot!(shown("STANCE(*, *, snow)", &made), @"no");
    insta::assert_snapshot!(shown("STANCE(type:state, *, *)", &made), @"yes [STANCE(type:state, *, *) body: Russia rejects the multinational force for Ukraine]");
    insta::assert_snapshot!(shown("STANCE(ukraine, oppose, *)", &made), @"no");
}

#[test]
fn who_is_in_it() {
    let mut made = spoken();
    insta::assert_snapshot!(shown("actor:peskov", &made), @"yes [actor:peskov body: Peskov]");
    insta::assert_snapshot!(shown("actor/main:russia", &made), @"yes [actor/main:russia headline: Moscow] [actor/main:russia body: Russia]");
    insta::assert_snapshot!(shown("actor/main:peskov", &made), @"no");
    insta::assert_snapshot!(shown("role:\"kremlin spokesperson\" NOT type:armed-group", &made), @r#"yes [role:"kremlin spokesperson" body: Peskov]"#);
    let span = made.span("We");
    let zelensky = made.extraction.actors.iter_mut().find(|actor| actor.id.as_str() == "zelensky").unwrap();
    zelensky.mentions = vec![Mention { span, kind: MentionKind::Pronoun, confidence: Some(0.8) }];
    assert_eq!(shown("actor:zelensky", &made), "no");
}

#[test]
fn topics_are_marked_where_they_are_spoken_of() {
    let made = spoken();
    let (list, problems) =
        compile(&[topic("guarantees", GUARANTEES), topic("weather", "snow OR cold")], &WatchSources::default(), &known());
    assert!(problems.is_empty());
    let marked = mark_topics(&list, &made.article, made.extraction.clone());
    let topics: Vec<String> = marked.topics.iter().map(|topic| topic.id.to_string()).collect();
    assert_eq!(topics, ["guarantees", "weather"]);
    let quotes: Vec<String> = marked.quotes.iter().map(|quote| format!("{:?}", quote.topics)).collect();
    assert_eq!(quotes, ["[TopicId(\"guarantees\")]", "[TopicId(\"weather\")]"]);
    assert_eq!(format!("{:?}", marked.stances.first().map(|stance| &stance.target.topics)), "Some([TopicId(\"guarantees\")])");
    let again = mark_topics(&list, &made.article, marked.clone());
    assert_eq!(again, marked);
}

#[test]
fn faults_say_where_and_what_would_be_right() {
    insta::assert_snapshot!(faults(""), @"Error query is empty at [''] help: write at least one word, such as guarantee");
    insta::assert_snapshot!(faults("()"), @"Error group is empty at [()] help: write at least one word in it, or remove it");
    insta::assert_snapshot!(faults("(ukraine"), @"Error `(` is not closed at [(] help: end the group with `)`");
    insta::assert_snapshot!(faults("ukraine)"), @"Error `)` closes nothing at [)] help: remove it, or open the group with `(`");
    insta::assert_snapshot!(faults("\"ukraine"), @r#"Error quotation mark is not closed at ["] help: end the phrase with ""#);
    insta::assert_snapshot!(faults("ukraine AND"), @"Error something is missing at the end at [AND] help: write a word, a phrase or a group after it");
    insta::assert_snapshot!(faults("OR ukraine"), @r#"Error `OR` has nothing before it at [OR] help: write a word before it, or "OR" for the word"#);
    insta::assert_snapshot!(faults("ukraine NEAR russia"), @"Error `NEAR` has no number at [NEAR] help: write NEAR/15");
    insta::assert_snapshot!(faults("ukraine NEAR/0 russia"), @"Error the number of `NEAR` is out of bounds at [NEAR/0] help: write a number from 1 to 1000");
    insta::assert_snapshot!(faults("ukraine NEAR/5 (russia NOT war)"), @"Error what is absent has no place in the text, so nothing is near it at [NOT war] help: join it with AND outside NEAR");
    insta::assert_snapshot!(faults("ukraine NEAR/5 outlet:tass"), @"Error a property of the item has no place in the text, so nothing is near it at [outlet:tass] help: join it with AND outside NEAR");
    insta::assert_snapshot!(faults("speeker:peskov"), @"Error there is no field `speeker` at [speeker:] help: did you mean `speaker:`?");
    insta::assert_snapshot!(faults("speaker:pescov"), @"Error there is no actor `pescov` at [speaker:pescov] help: did you mean peskov?");
    insta::assert_snapshot!(faults("actor:Dmitry Peskov"), @"Error there is no actor `Dmitry` at [actor:Dmitry] help: did you mean peskov (Dmitry Peskov)?");
    insta::assert_snapshot!(faults("outlet:Kyiv Independent"), @r#"Error `Independent` does not belong to `outlet:`, which takes one word at [Independent] help: write outlet:"Kyiv Independent", or AND between the two"#);
    insta::assert_snapshot!(faults("outlet: reuters"), @r#"Error `outlet:` has no value at [outlet:] help: write outlet:word, outlet:"a phrase" or outlet:( … ), without a space after the colon"#);
    insta::assert_snapshot!(faults("topic:guarantee"), @"Error there is no topic `guarantee` at [topic:guarantee] help: did you mean topic:guarantees?");
    insta::assert_snapshot!(faults("country:Russia type:militia"), @"
    Error there is no country code `Russia` at [country:Russia] help: write the two or three letters of ISO 3166, such as country:UA or country:UKR
    Error there is no actor type `militia` at [type:militia] help: types are person, state, government, organisation, igo, party, armed-group, media, company, bloc, place, group
    ");
    insta::assert_snapshot!(faults("STANCE(russia, opposes, *)"), @"Error there is no position `opposes` at [opposes] help: did you mean oppose? positions are support, oppose, propose, demand, accuse, warn, threaten, agree, doubt, conditional, open, neutral, or *");
    insta::assert_snapshot!(faults("STANCE(russia, oppose)"), @"Error `STANCE` lacks a part at [STANCE] help: write STANCE(holder, position, query), such as STANCE(russia, oppose, guarantee); * stands for any");
    insta::assert_snapshot!(faults("QUOTE(\"security guarantee\")"), @r#"Error `QUOTE` lacks a part at [QUOTE] help: write QUOTE(who, query), such as QUOTE(peskov, "security guarantee"); speaker:peskov asks for any quote"#);
    insta::assert_snapshot!(faults("QUOTE(headline:a, b)"), @"
    Error `headline:` cannot stand inside a field at [headline:] help: write it outside the group
    Error this part says who at [headline:a] help: write an actor such as peskov, a group of actors, country:RU, type:state, role:spokesperson or *
    ");
    insta::assert_snapshot!(faults("ze* *sky zelen*ky *"), @"
    Error `ze*` has fewer than three letters before `*` at [ze*] help: write at least three letters, then one `*`, such as zelensk*
    Error `*` stands only at the end of a word, not as in `*sky` at [*sky] help: write at least three letters, then one `*`, such as zelensk*
    Error `*` stands only at the end of a word, not as in `zelen*ky` at [zelen*ky] help: write at least three letters, then one `*`, such as zelensk*
    Error `*` stands alone at [*] help: write it at the end of a word, or as a part of QUOTE( ) or STANCE( )
    ");
    insta::assert_snapshot!(faults("NOT ukraine"), @"Error query asks only for what is absent at [NOT ukraine] help: add what must be there, such as ukraine NOT sport");
    insta::assert_snapshot!(faults("ukraine OR NOT russia"), @"Error this alternative asks only for what is absent at [NOT russia] help: join it with AND to what must be there");
    insta::assert_snapshot!(faults("ukraine or russia"), @r#"Warning `or` in small letters is a word, not an operator at [or] help: write OR for the operator, "or" for the word"#);
    insta::assert_snapshot!(faults("-ukraine 'security x~2 & 10:30"), @r#"
    Error `-ukraine` begins with a sign that means nothing here at [-ukraine] help: write NOT "ukraine"
    Error phrases stand in double quotation marks at ['security] help: write "…"
    Error `~` means nothing in `x~2` at [x~2] help: put the word into quotation marks: "x~2"
    Error `&` is no word at [&] help: leave it out, or put it into quotation marks with words beside it
    Error there is no field `10` at [10:] help: fields are outlet, feed, section, byline, language, url, category, actor, actor/main, country, type, role, speaker, cites, topic, headline, lead, body; a word with a colon stands in quotation marks
    "#);
    insta::assert_snapshot!(faults("SENTENCE ukraine"), @r#"Error `SENTENCE` has no group after it at [SENTENCE] help: write SENTENCE( … ), or "SENTENCE" for the word"#);
    insta::assert_snapshot!(faults("ABOUT(\"of the and\")"), @r#"Error plain words hold nothing but small words at [ABOUT("of the and")] help: write at least one word that says what it is about"#);
    insta::assert_snapshot!(faults("https://example.org"), @"Error there is no field `https` at [https:] help: fields are outlet, feed, section, byline, language, url, category, actor, actor/main, country, type, role, speaker, cites, topic, headline, lead, body; a word with a colon stands in quotation marks");
}

#[test]
fn faults_of_the_list() {
    let topics = [topic("a", "x OR topic:b"), topic("b", "topic:c"), topic("c", "topic:a y"), topic("d", "topic:a"), topic("d", "z")];
    let watches = [watch("w", "ukraine"), watch("w", "russia"), short("s", &["Peskow"], &["of the"]), short("n", &[], &[])];
    let (list, problems) = compile(&topics, &watches.into_iter().collect(), &known());
    assert_eq!(list.len(), 1);
    insta::assert_snapshot!(told(&problems), @r#"
    Error topic `a` asks for itself by way of `topic:b` at [topic:b] help: take one of the topics out of the circle
    Error topic `b` asks for itself by way of `topic:c` at [topic:c] help: take one of the topics out of the circle
    Error topic `c` asks for itself by way of `topic:a` at [topic:a] help: take one of the topics out of the circle
    Error there is no actor `Peskow` at ['Peskow'] help: did you mean "Peskov"?
    Error topic `of the` holds nothing but small words at ['of the'] help: write at least one word that says what it is about
    "#);
}

#[test]
fn what_is_probably_not_meant_is_said() {
    insta::assert_snapshot!(faults("ukraine (guarantee OR force) NOT (sport OR ukraine)"), @"Warning the watch `w` can never hold: `ukraine` must be there and must be absent at [NOT (sport OR ukraine)] help: take one of the two out");
    insta::assert_snapshot!(faults("headline:(body:ukraine)"), @"Warning the watch `w` can never hold: nothing is in headline and body at once at [(body:ukraine)] help: take one of the two out");
    insta::assert_snapshot!(faults("feed:a feed:b"), @"Warning the watch `w` can never hold: an article has one feed, not two at [feed:b] help: take one of the two out");
    assert!(
        faults("the OR government").starts_with("Warning the watch `w` may hold for 1000 of a thousand articles at [the OR government]")
    );
    assert_eq!(faults("ukraine OR (force NOT force)"), "");
    assert_eq!(faults("lead:(headline:ukraine) feed:a*"), "");
    let same = [watch("a", "ukraine  AND force"), watch("b", "ukraine AND force"), watch("c", "force AND ukraine")];
    insta::assert_snapshot!(told(&crate::watch::quality::repeated(&same)), @"Warning the watch `b` asks the same as `a`: both will tell every article at ['b'] help: remove one of the two");
}

#[test]
fn feeds_that_nobody_reads_are_named() {
    let unknown = |query: &str| {
        let query = located(query);
        told(&crate::watch::quality::unknown_feeds(std::iter::once(&query), &["kyiv-wire", "baltic-courier"]))
    };
    insta::assert_snapshot!(unknown("rain feed:kiev-wire"), @"Warning there is no feed `kiev-wire` at [feed:kiev-wire] help: did you mean feed:kyiv-wire?");
    insta::assert_snapshot!(unknown("rain NOT (feed:(kyiv-wire OR times) OR feed:kyiv)"), @"
    Warning there is no feed `times` at [times] help: write the `id` of a [[feed]]
    Warning there is no feed `kyiv` at [feed:kyiv] help: write the `id` of a [[feed]]
    ");
    assert_eq!(unknown("feed:KYIV-wire OR feed:kyiv* OR feed:baltic-c* OR \"feed:\""), "");
}

#[test]
fn the_short_form_shows_what_it_becomes() {
    let sources = [short("forces", &["Russia", "Volodymyr Zelensky"], &["multinational force for Ukraine"])];
    let (list, _) = compile(&[], &sources.into_iter().collect(), &known());
    assert_eq!(
        list.query(&"forces".into()).as_deref(),
        Some("(actor:russia OR actor:zelensky) AND ABOUT(\"multinational force for Ukraine\")")
    );
    let shown = crate::watch::expand(&list);
    let parts: Vec<String> = shown.iter().flat_map(|one| &one.words).map(|word| word.word.clone()).collect();
    assert_eq!(parts, ["multinational", "force", "Ukraine"]);
}

#[test]
fn limits_hold() {
    let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
    assert!(faults(&deep).starts_with("Error more than 200 groups or operators inside each other"));
    assert!(faults(&"NOT ".repeat(5000)).contains("more than 200"));
    assert!(faults(&vec!["a"; 5000].join(" NEAR/2 ")).contains("more than 200"));
    let group = |count: usize| (0..count).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
    assert!(!faults(&format!("({}) NEAR/5 ({})", group(31), group(32))).contains("pairs"));
    assert!(
        faults(&format!("({}) NEAR/5 (a OR ({}))", group(40), group(40)))
            .starts_with("Error the groups beside NEAR/5 make 1640 pairs, more than 1000 at [")
    );
    let many = |count: usize| (0..count).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" OR ");
    assert!(faults(&many(10_000)).starts_with("Warning the watch `w` may hold for 1000 of a thousand articles"));
    assert!(faults(&many(10_001)).starts_with("Error more than 10000 words"));
}

#[test]
fn the_short_form() {
    let sources = [short("forces", &["Russia", "Volodymyr Zelensky"], &["multinational force for Ukraine"])];
    let (list, problems) = compile(&[], &sources.into_iter().collect(), &known());
    assert_eq!(told(&problems), "");
    let found = |text: &str| {
        let made = sample(text);
        evaluate(&list, &made.article, &made.extraction).first().map(|found| found.why.iter().map(evidence).collect::<Vec<_>>().join(" "))
    };
    insta::assert_debug_snapshot!(found("Moscow will not accept a multinational force in Kyiv."), @r#"
    Some(
        "[actor:russia body: Moscow] [multinational body: multinational] [force body: force] [Ukraine body: Kyiv]",
    )
    "#);
    assert_eq!(found("A multinational force for Ukraine was planned."), None);
    assert_eq!(found("Russia won a match."), None);
    assert!(holds("ABOUT(\"北京 会谈\")", "北京的会谈"));
    assert!(!holds("ABOUT(\"北京 会谈\")", "北方在京都谈话开会"));
    assert!(holds("ABOUT(\"US sanctions\")", "The US planned sanctions."));
    assert!(!holds("ABOUT(\"US sanctions\")", "Those sanctions hit them."));
}

#[test]
fn more_of_it_and_further_up_scores_higher() {
    let score = |text: &str| {
        let made = sample(text);
        let query = compile_query(&located("guarantee"), &known(), &[]).unwrap();
        query.find(&made.article, &made.extraction).map_or(0.0, |(score, _)| score)
    };
    let below = score("# Talks\n\nIt rained.\n\nA guarantee.");
    let lead = score("# Talks\n\nA guarantee.\n\nIt rained.");
    let often = score("# Talks\n\nA guarantee.\n\nGuarantees and a guarantee.");
    let head = score("# Guarantees\n\nA guarantee.\n\nGuarantees and a guarantee.");
    assert!(0.0 < below && below < lead && lead < often && often < head && head <= 1.0, "{below} {lead} {often} {head}");
}

#[test]
fn evidence_is_bounded_and_every_condition_keeps_some() {
    let text = format!("{} Kyiv.", "guarantee ".repeat(300));
    let why = shown("guarantee kyiv", &sample(&text));
    assert_eq!(why.matches('[').count(), 20);
    assert!(why.contains("[kyiv body: Kyiv]"));
}

fn tree(outcome: &Outcome, depth: usize) -> String {
    let sign = if outcome.held { '+' } else { '-' };
    let reason = outcome.why_not.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let words: Vec<&str> = outcome.evidence.iter().map(|one| one.text.as_str()).collect();
    let mut out = format!("{}{sign} {}{reason} {}", "  ".repeat(depth), outcome.condition, words.join("; ")).trim_end().to_owned();
    for part in &outcome.parts {
        out.push('\n');
        out.push_str(&tree(part, depth + 1));
    }
    out
}

#[test]
fn explanations_name_the_nearest_miss() {
    let made = sample("# Moscow rejects plan\n\n“No guarantee,” Peskov said. Zelensky was there.").quote("No guarantee", Some("peskov"));
    let queries = [
        "speaker:zelensky",
        "(guarantee OR force) AND speaker:zelensky",
        "QUOTE(peskov, force)",
        "STANCE(zelensky, oppose, *)",
        "headline:guarantee",
        "guarantee NEAR/2 zelensky",
        "peskov NOT guarantee",
        "speaker:peskov",
    ];
    let watches: Vec<_> = queries.iter().enumerate().map(|(index, query)| watch(&format!("w{index}"), query)).collect();
    let (list, problems) = compile(&[], &watches.into_iter().collect(), &known());
    assert_eq!(told(&problems), "");
    let explained = explain(&list, &made.article, &made.extraction);
    let shown: Vec<String> = explained.iter().map(|one| tree(&one.tree, 0)).collect();
    insta::assert_snapshot!(shown.join("\n\n"), @"
    - speaker:zelensky: Volodymyr Zelensky is mentioned, but not quoted; quoted in this article: Dmitry Peskov

    - AND
      + OR
        + guarantee guarantee
        - force: the words are not there
      - speaker:zelensky: Volodymyr Zelensky is mentioned, but not quoted; quoted in this article: Dmitry Peskov

    - QUOTE(peskov, force): Dmitry Peskov is quoted, but not on this: “No guarantee”
      - force: the words are not there

    - STANCE(zelensky, oppose, *): Volodymyr Zelensky is mentioned, but no position of it is reported

    - headline:
      - guarantee: the words are in the article, but not here

    - NEAR/2: guarantee and zelensky are there, 3 words apart, not within 2
      + guarantee guarantee
      + zelensky Zelensky

    - AND
      + peskov Peskov
      - NOT: it must be absent, but there is “guarantee”
        + guarantee guarantee

    + speaker:peskov No guarantee
    ");
    let missing: Vec<Option<&str>> =
        explained.iter().map(|one| one.first_missing().and_then(|outcome| outcome.why_not.as_deref())).collect();
    insta::assert_debug_snapshot!(missing, @r#"
    [
        Some(
            "Volodymyr Zelensky is mentioned, but not quoted; quoted in this article: Dmitry Peskov",
        ),
        Some(
            "Volodymyr Zelensky is mentioned, but not quoted; quoted in this article: Dmitry Peskov",
        ),
        Some(
            "Dmitry Peskov is quoted, but not on this: “No guarantee”",
        ),
        Some(
            "Volodymyr Zelensky is mentioned, but no position of it is reported",
        ),
        Some(
            "the words are in the article, but not here",
        ),
        Some(
            "guarantee and zelensky are there, 3 words apart, not within 2",
        ),
        Some(
            "it must be absent, but there is “guarantee”",
        ),
        None,
    ]
    "#);
}

fn bare(kind: Kind) -> Node {
    Node { span: crate::model::span::Span::default(), kind }
}

/// The same tree without places.
fn stripped(node: &Node) -> Node {
    let one = |part: &Node| Box::new(stripped(part));
    let all = |parts: &[Node]| parts.iter().map(stripped).collect();
    bare(match &node.kind {
        Kind::And(parts) => Kind::And(all(parts)),
        Kind::Or(parts) => Kind::Or(all(parts)),
        Kind::Not(part) => Kind::Not(one(part)),
        Kind::Zone(zone, part) => Kind::Zone(*zone, one(part)),
        Kind::Within(unit, part) => Kind::Within(*unit, one(part)),
        Kind::AtLeast(times, part) => Kind::AtLeast(*times, one(part)),
        Kind::Near { distance, ordered, left, right } => {
            Kind::Near { distance: *distance, ordered: *ordered, left: one(left), right: one(right) }
        }
        Kind::Quote(who, what) => Kind::Quote(one(who), one(what)),
        Kind::Stance(who, positions, what) => Kind::Stance(one(who), positions.clone(), one(what)),
        other => other.clone(),
    })
}

fn terms() -> impl Strategy<Value = Term> + Clone {
    let word = "[a-zé]{1,8}".prop_map(|text| Term { text, quoted: false, exact: false });
    let phrase = ("[a-z]{1,5}( [a-zü]{1,5}){0,2}", any::<bool>()).prop_map(|(text, exact)| Term { text, quoted: true, exact });
    let open = "[a-z]{3,6}".prop_map(|text| Term { text: format!("{text}*"), quoted: false, exact: false });
    prop_oneof![word, phrase, open].prop_filter("small operators give warnings", is_no_operator)
}

fn is_no_operator(term: &Term) -> bool {
    !matches!(term.text.as_str(), "and" | "or" | "not")
}

pub(crate) fn trees() -> impl Strategy<Value = Node> {
    let value = "[a-z]{1,6}"
        .prop_map(|text| Term { text, quoted: false, exact: false })
        .prop_filter("small operators give warnings", is_no_operator);
    let phrase = "[a-z]{1,6} [a-z]{1,6}".prop_map(|text| Term { text, quoted: true, exact: false });
    let field = (proptest::sample::select(Field::ALL), phrase).prop_map(|(field, value)| bare(Kind::Field(field, value)));
    let leaf = prop_oneof![
        terms().prop_map(|term| bare(Kind::Term(term))),
        field,
        "[a-z]{1,5}( [a-z]{2,5}){0,2}".prop_map(|words| bare(Kind::About(words)))
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let some = proptest::collection::vec(inner.clone(), 2..4);
        let boxed = inner.clone().prop_map(Box::new);
        let place = terms().prop_map(|term| Box::new(bare(Kind::Term(term))));
        let who =
            prop_oneof![Just(bare(Kind::Any)), value.clone().prop_map(|value| bare(Kind::Field(Field::Actor, value)))].prop_map(Box::new);
        prop_oneof![
            some.clone().prop_map(|parts| bare(Kind::And(parts))),
            some.prop_map(|parts| bare(Kind::Or(parts))),
            boxed.clone().prop_map(|part| bare(Kind::Not(part))),
            (proptest::sample::select(Zone::ALL), boxed.clone()).prop_map(|(zone, part)| bare(Kind::Zone(zone, part))),
            (proptest::sample::select(Unit::ALL), boxed.clone()).prop_map(|(unit, part)| bare(Kind::Within(unit, part))),
            (1_u32..9, place.clone()).prop_map(|(times, part)| bare(Kind::AtLeast(times, part))),
            (1_u32..99, any::<bool>(), place.clone(), place).prop_map(|(distance, ordered, left, right)| bare(Kind::Near {
                distance,
                ordered,
                left,
                right
            })),
            (who.clone(), boxed.clone()).prop_map(|(who, what)| bare(Kind::Quote(who, what))),
            (who, proptest::sample::subsequence(Position::ALL, 0..3), boxed)
                .prop_map(|(who, positions, what)| bare(Kind::Stance(who, positions, what))),
        ]
    })
}

proptest! {
    #[test]
    fn a_tree_reads_back_as_it_is_printed(tree in trees()) {
        let text = tree.to_string();
        let (read, faults) = parse(&text);
        proptest::prop_assert!(faults.is_empty(), "{}: {:?}", text, faults);
        proptest::prop_assert_eq!(stripped(&read), tree, "{}", text);
    }

    #[test]
    fn any_text_gives_a_tree_or_faults_in_place(text in "\\PC{0,40}|[()\"*=:, a-cANDORTE/0-9é“”]{0,60}") {
        let (tree, faults) = parse(&text);
        let mut open = vec![&tree];
        let fits = |span: crate::model::span::Span| text.get(span.start..span.end).is_some();
        while let Some(node) = open.pop() {
            proptest::prop_assert!(fits(node.span), "{:?}", node);
            open.extend(node.parts());
        }
        for fault in &faults {
            proptest::prop_assert!(fits(fault.span), "{:?}", fault);
        }
        if let Ok(query) = compile_query(&located(&text), &known(), &[]) {
            let made = sample(&format!("# Moscow rejects plan\n\n{text} Kyiv was calm. {text}"));
            for one in query.find(&made.article, &made.extraction).into_iter().flat_map(|(_, why)| why) {
                let span = one.span.unwrap_or_default();
                proptest::prop_assert!(made.article.text.get(span.start..span.end).is_some());
            }
        }
    }

    #[test]
    fn evaluation_never_fails(tree in trees(), text in "(# \\PC{0,30}\n\n)?(\\PC{0,30}|guarantee|Moscow|Kyiv|\n\n|\\. ){0,12}") {
        let made = sample(&text);
        let query = compile_query(&located(&tree.to_string()), &known(), &[topic("guarantees", GUARANTEES)]);
        if let Some((score, why)) = query.ok().and_then(|query| query.find(&made.article, &made.extraction)) {
            proptest::prop_assert!((0.0..=1.0).contains(&score));
            proptest::prop_assert!(why.len() <= 20);
        }
    }
}
