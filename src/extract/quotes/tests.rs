//! One invented sentence for each rule and trap.

use std::sync::LazyLock;

use crate::extract::fixture::{actor, article};
use crate::extract::lexicon::Lexicons;
use crate::extract::quotes::{find, link_pronouns};
use crate::extract::reading::Reading;
use crate::model::extraction::{ActorKind, Mention, MentionKind};
use crate::model::span::Span;

static LEXICONS: LazyLock<Lexicons> = LazyLock::new(|| Lexicons::new(&[]).0);

/// `kind rule speaker: [content] [content]`, one statement a line.
fn shown_in(language: &str, text: &str) -> String {
    let article = article(text);
    let reading = Reading::new(&article, language);
    let actors = [
        actor(text, "vorel", ActorKind::Person, &["Ana Vorel", "Vorel"]),
        actor(text, "norland", ActorKind::State, &["Norland"]),
        actor(text, "officials", ActorKind::Group, &["Norland officials"]),
    ];
    let lines: Vec<String> = find(&reading, &actors, &LEXICONS)
        .iter()
        .map(|quote| {
            let content: Vec<String> = quote.content.iter().map(|span| format!("[{}]", span.of(text))).collect();
            let speaker = quote.speaker.as_ref().map_or("?".to_owned(), |speaker| format!("{} {}", speaker.rule, speaker.name));
            format!("{} {speaker}: {}", quote.kind.as_str(), content.join(" "))
        })
        .collect();
    lines.join("\n")
}

fn shown(text: &str) -> String {
    shown_in("en", text)
}

#[test]
fn direct_speech_in_every_order() {
    insta::assert_snapshot!(shown("“The bridge will open in May,” Vorel said."), @"direct after-cue Ana Vorel: [The bridge will open in May,]");
    insta::assert_snapshot!(shown("“The bridge will open in May,” said Ana Vorel, the mayor."), @"direct after-cue Ana Vorel: [The bridge will open in May,]");
    insta::assert_snapshot!(shown("Vorel said: “The bridge will open in May.”"), @"direct before-cue Ana Vorel: [The bridge will open in May.]");
    insta::assert_snapshot!(shown("\"Will it open in May?\" Vorel asked on Monday."), @"direct after-cue Ana Vorel: [Will it open in May?]");
    insta::assert_snapshot!(shown("Vorel, who has run the town since 2010, said, “The bridge will open in May.”"), @"direct before-cue Ana Vorel: [The bridge will open in May.]");
    insta::assert_snapshot!(shown("“It opens soon,” she said."), @"direct after-cue she: [It opens soon,]");
}

#[test]
fn split_quotations_are_one_statement() {
    insta::assert_snapshot!(shown("“The bridge is late,” Vorel said, as reported by the Daily. “It will open in May.”"), @"direct after-cue Ana Vorel: [The bridge is late,] [It will open in May.]");
    insta::assert_snapshot!(shown("“The bridge,” Vorel said, “will open in May.”"), @"direct after-cue Ana Vorel: [The bridge,] [will open in May.]");
    insta::assert_snapshot!(shown("“The bridge is late,” Vorel said. “It will open.\n“And it will stay open,” she said."), @"
    direct after-cue Ana Vorel: [The bridge is late,] [It will open.]
    direct after-cue she: [And it will stay open,]
    ");
}

#[test]
fn the_next_paragraph_and_the_line_before() {
    insta::assert_snapshot!(shown("“The bridge is very late,” Vorel said.\n“It will never open at all.”"), @"
    direct after-cue Ana Vorel: [The bridge is very late,]
    direct next-paragraph Ana Vorel: [It will never open at all.]
    ");
    insta::assert_snapshot!(shown("Vorel told reporters on Monday:\n“The bridge will open in May.”"), @"direct colon Ana Vorel: [The bridge will open in May.]");
    insta::assert_snapshot!(shown("Vorel spoke on Monday and said the bridge would be late.\nTranscript as follows:\n“The bridge will open in May.\n“It will then stay open for good.”"), @"
    indirect shared-subject Ana Vorel: [the bridge would be late]
    direct next-paragraph Ana Vorel: [The bridge will open in May.] [It will then stay open for good.]
    ");
    insta::assert_snapshot!(shown("The Norland Council reports:\n“The bridge will open in May.\n“It will then stay open for good.”"), @"direct colon The Norland Council: [The bridge will open in May.] [It will then stay open for good.]");
    insta::assert_snapshot!(shown("Bridge late again - Vorel: “The bridge will open in May.”"), @"direct colon Ana Vorel: [The bridge will open in May.]");
    insta::assert_snapshot!(shown("HOST: When does the bridge open again?\nVOREL: It opens in May, as planned."), @"
    indirect transcript HOST: [When does the bridge open again]
    indirect transcript Ana Vorel: [It opens in May, as planned]
    ");
    insta::assert_snapshot!(shown("“The bridge will open in May.” — Ana Vorel"), @"direct signature Ana Vorel: [The bridge will open in May.]");
}

#[test]
fn indirect_speech() {
    insta::assert_snapshot!(shown("Norland officials have repeatedly warned that the bridge could fall."), @"indirect subject-cue Norland officials: [the bridge could fall]");
    insta::assert_snapshot!(shown("The old bridge, Norland officials insist, is not at risk at all."), @"indirect after-cue Norland officials: [The old bridge,] [is not at risk at all]");
    insta::assert_snapshot!(shown("The bridge could fall, Norland officials warned on Monday."), @"indirect after-cue Norland officials: [The bridge could fall,]");
    insta::assert_snapshot!(shown("Vorel told the council on Friday that the bridge could fall."), @"indirect subject-cue Ana Vorel: [the bridge could fall]");
    insta::assert_snapshot!(shown("According to Vorel, the bridge could fall at any time."), @"indirect according-to Ana Vorel: [the bridge could fall at any time]");
    insta::assert_snapshot!(shown("Norland casts the bridge as a threat to its trade."), @"indirect subject-cue Norland: [the bridge as a threat to its trade]");
    insta::assert_snapshot!(shown("Norland left the talks, with Vorel warning that the bridge could fall."), @"indirect subject-cue Ana Vorel: [the bridge could fall]");
    insta::assert_snapshot!(shown("The aim, from Norland’s perspective, is to keep the bridge open."), @"indirect perspective Norland: [is to keep the bridge open]");
    insta::assert_snapshot!(shown("Norland’s insistence that the bridge is safe surprised many."), @"indirect noun-cue Norland: [the bridge is safe surprised many]");
    insta::assert_snapshot!(shown("Vorel said the bridge is late, but Norland officials said it is safe."), @"
    indirect subject-cue Ana Vorel: [the bridge is late,]
    indirect subject-cue Norland officials: [it is safe]
    ");
}

#[test]
fn what_stands_before_the_cue_is_what_was_said() {
    insta::assert_snapshot!(shown("Vorel “is the only one who can open the bridge,” the mayor of Norland said."), @"mixed after-cue the mayor of Norland: [Vorel “is the only one who can open the bridge,]");
    insta::assert_snapshot!(shown("“The bridge is very late,” Vorel told the Post's Jane Doe by phone."), @"direct after-cue Ana Vorel: [The bridge is very late,]");
    insta::assert_snapshot!(shown("Instead, Vorel told the Post, the bridge will stay shut until May."), @"indirect subject-cue Ana Vorel: [the bridge will stay shut until May]");
}

#[test]
fn that_may_begin_another_clause() {
    insta::assert_snapshot!(shown("Norland has said it will pay for a bridge that opens in May."), @"indirect subject-cue Norland: [it will pay for a bridge that opens in May]");
    insta::assert_snapshot!(shown("After Norland said that the bridge is late, Vorel replied: “It will open in May.”"), @"
    indirect subject-cue Norland: [the bridge is late,]
    direct before-cue Ana Vorel: [It will open in May.]
    ");
}

#[test]
fn titles_of_works_are_not_said() {
    insta::assert_snapshot!(shown("Vorel came to “The Late Show of the Year” in May."), @"");
    insta::assert_snapshot!(shown("“The bridge is late,” Vorel said on Channel Two’s “Norland Talks.”"), @"direct after-cue Ana Vorel: [The bridge is late,]");
    insta::assert_snapshot!(shown("Vorel said the crowd would “Keep the Bridge” open."), @"mixed subject-cue Ana Vorel: [the crowd would “Keep the Bridge” open]");
}

#[test]
fn who_speaks_stands_before_or_below() {
    insta::assert_snapshot!(shown("“The whole bridge has to go now.”\n- Ana Vorel, the mayor"), @"direct signature Ana Vorel: [The whole bridge has to go now.]");
    insta::assert_snapshot!(shown("According to Vorel, “the whole bridge has to go.”"), @"direct according-to Ana Vorel: [the whole bridge has to go.]");
    insta::assert_snapshot!(shown("More from the report: “The whole bridge has to go.”"), @"direct colon the report: [The whole bridge has to go.]");
    insta::assert_snapshot!(shown("Article 33 affirms: “No town shall close a bridge.”"), @"direct before-cue Article 33: [No town shall close a bridge.]");
    insta::assert_snapshot!(shown("The bridge stays shut while Norland talks to the union, Vorel said. “The other matter is the price.”"), @"
    indirect after-cue Ana Vorel: [The bridge stays shut while Norland talks to the union,]
    direct previous-subject Ana Vorel: [The other matter is the price.]
    ");
    insta::assert_snapshot!(shown("In the Norland race, Ana Vorel (R-Ohio), said, “The bridge has to go.”"), @"direct before-cue Ana Vorel: [The bridge has to go.]");
}

#[test]
fn a_subject_hangs_on_no_preposition() {
    insta::assert_snapshot!(shown("In a talk with The Example Journal, Vorel gave way and said the bridge had “a serious fault” in May."), @"mixed shared-subject Ana Vorel: [the bridge had “a serious fault” in May]");
    insta::assert_snapshot!(shown("Norland police had last month said that the bridge is late."), @"indirect subject-cue Norland police: [the bridge is late]");
    insta::assert_snapshot!(shown("“We won,” Vorel said in Lund, two hours after news outlets reported that the bridge is open."), @"
    direct after-cue Ana Vorel: [We won,]
    indirect subject-cue news outlets: [the bridge is open]
    ");
}

#[test]
fn words_on_the_way_to_the_marks() {
    insta::assert_snapshot!(shown("Ana Vorel called the mayor’s remarks on the bridge “a true wake-up call” for all."), @"mixed before-cue Ana Vorel: [a true wake-up call” for all]");
    insta::assert_snapshot!(shown("Vorel left the room, saying he’s “had more than enough of that.”"), @"mixed shared-subject Ana Vorel: [he’s “had more than enough of that.]");
    insta::assert_snapshot!(shown("She wept over a box labeled “medical papers of Norland” and went."), @"direct sentence-subject She: [medical papers of Norland]");
}

#[test]
fn mixed_speech_keeps_the_marked_part() {
    insta::assert_snapshot!(shown("Vorel said the plan was “a danger to everybody” in town."), @"mixed subject-cue Ana Vorel: [the plan was “a danger to everybody” in town]");
    insta::assert_snapshot!(shown("Vorel warned that they would cross “red lines” on trade."), @"mixed subject-cue Ana Vorel: [they would cross “red lines” on trade]");
}

#[test]
fn terms_names_and_nouns_are_no_statements() {
    insta::assert_snapshot!(shown("The so-called “red lines” were crossed again."), @"");
    insta::assert_snapshot!(shown("The United States are far away from these claims."), @"");
    insta::assert_snapshot!(shown("The states and their reports remain in dispute."), @"");
}

#[test]
fn other_languages_and_their_word_order() {
    insta::assert_snapshot!(shown_in("ru", "«Мост откроют в мае», — сказал Иванов журналистам."), @"direct after-cue Иванов: [Мост откроют в мае]");
    insta::assert_snapshot!(shown_in("uk", "«Міст відкриють у травні», — зазначив Петренко."), @"direct after-cue Петренко: [Міст відкриють у травні]");
    insta::assert_snapshot!(shown_in("de", "„Die Brücke öffnet im Mai“, sagte Schmidt am Montag."), @"direct after-cue Schmidt: [Die Brücke öffnet im Mai]");
    insta::assert_snapshot!(shown_in("fr", "« Le pont ouvrira en mai », a déclaré Dupont."), @"direct after-cue Dupont: [Le pont ouvrira en mai]");
    insta::assert_snapshot!(shown_in("cs", "Novák uvedl, že se most otevře v květnu."), @"indirect subject-cue Novák: [se most otevře v květnu]");
}

#[test]
fn verbs_with_a_preposition_and_documents() {
    insta::assert_snapshot!(shown("Norland officials warned of a fall of the bridge."), @"indirect subject-cue Norland officials: [a fall of the bridge]");
    insta::assert_snapshot!(shown("Vorel pointed to the price of the new bridge."), @"indirect subject-cue Ana Vorel: [the price of the new bridge]");
    insta::assert_snapshot!(shown("Norland polls show Vorel ahead of the mayor."), @"indirect subject-cue Norland polls: [Vorel ahead of the mayor]");
    insta::assert_snapshot!(shown("Norland halted the talks, criticizing the price of the bridge."), @"indirect shared-subject Norland: [the price of the bridge]");
    insta::assert_snapshot!(shown("Vorel spoke to reporters on Monday."), @"");
}

#[test]
fn sources_without_a_comma_behind_them() {
    insta::assert_snapshot!(shown_in("cs", "Podle Nováka je most nebezpečný."), @"indirect according-to Nováka: [je most nebezpečný]");
    insta::assert_snapshot!(shown_in("pl", "Zdaniem ministra Nowaka most jest niebezpieczny."), @"indirect according-to ministra Nowaka: [most jest niebezpieczny]");
    insta::assert_snapshot!(shown_in("nl", "Volgens Bakker is de brug onveilig."), @"indirect according-to Bakker: [is de brug onveilig]");
    insta::assert_snapshot!(shown_in("de", "Nach Angaben von Weber ist die Brücke unsicher."), @"indirect according-to Weber: [ist die Brücke unsicher]");
    insta::assert_snapshot!(shown_in("de", "Laut einem Bericht der Zeitung ist die Brücke alt."), @"indirect according-to einem Bericht der Zeitung: [ist die Brücke alt]");
    insta::assert_snapshot!(shown_in("de", "Weber zufolge ist die Brücke unsicher."), @"indirect according-to Weber: [ist die Brücke unsicher]");
    insta::assert_snapshot!(shown_in("de", "„Die Brücke öffnet bald im Mai“, so Weber."), @"direct after-cue Weber: [Die Brücke öffnet bald im Mai]");
    insta::assert_snapshot!(shown_in("fr", "« Le pont ouvrira en mai », a-t-elle ajouté."), @"direct after-cue elle: [Le pont ouvrira en mai]");
    insta::assert_snapshot!(shown_in("es", "—El puente abrirá en mayo —aseguró el ministro López."), @"indirect after-cue el ministro López: [El puente abrirá en mayo]");
}

#[test]
fn portuguese_and_dutch() {
    insta::assert_snapshot!(shown_in("pt", "\"A ponte abrirá em maio\", disse a ministra Ana Silva."), @"direct after-cue Ana Silva: [A ponte abrirá em maio]");
    insta::assert_snapshot!(shown_in("pt", "O ministro João Costa afirmou que a ponte abrirá em maio."), @"indirect subject-cue O ministro João Costa: [a ponte abrirá em maio]");
    insta::assert_snapshot!(shown_in("nl", "\"De brug gaat in mei open\", zei Anna de Vries."), @"direct after-cue Anna de Vries: [De brug gaat in mei open]");
    insta::assert_snapshot!(shown_in("nl", "Minister Jan Bakker zei dat de brug in mei opengaat."), @"indirect subject-cue Minister Jan Bakker: [de brug in mei opengaat]");
}

#[test]
fn turkish_ends_with_the_verb_and_arabic_begins_with_it() {
    insta::assert_snapshot!(shown_in("tr", "\"Köprü mayısta açılacak\" dedi Ayşe Yılmaz."), @"direct after-cue Ayşe Yılmaz: [Köprü mayısta açılacak]");
    insta::assert_snapshot!(shown_in("tr", "Bakan Mehmet Demir, köprünün mayısta açılacağını söyledi."), @"indirect subject-cue Bakan Mehmet Demir: [köprünün mayısta açılacağını]");
    insta::assert_snapshot!(shown_in("tr", "Yılmaz, \"Köprü mayısta açılacak\" diye konuştu."), @"direct subject-cue Yılmaz: [Köprü mayısta açılacak]");
    insta::assert_snapshot!(shown_in("ar", "قال أحمد علي: \"سيفتح الجسر في مايو المقبل\"."), @"direct after-cue أحمد علي: [سيفتح الجسر في مايو المقبل]");
    insta::assert_snapshot!(shown_in("ar", "قال الرئيس أحمد علي، يوم الأحد، إن الجسر سيفتح في مايو."), @"indirect after-cue الرئيس أحمد علي: [الجسر سيفتح في مايو]");
    insta::assert_snapshot!(shown_in("ar", "وأضاف علي أن الجسر سيفتح في مايو."), @"indirect after-cue علي: [الجسر سيفتح في مايو]");
    insta::assert_snapshot!(shown_in("ar", "أعلنت وزارة الخارجية أن الجسر مغلق الآن."), @"indirect after-cue وزارة الخارجية: [الجسر مغلق الآن]");
}

#[test]
fn a_pronoun_gets_the_actor_it_means() {
    let text = "“It opens soon,” she said.";
    let article = article(text);
    let reading = Reading::new(&article, "en");
    let mut vorel = actor(text, "vorel", ActorKind::Person, &["Ana Vorel"]);
    let mut quotes = find(&reading, &[], &LEXICONS);
    let at = text.find("she").unwrap();
    vorel.mentions.push(Mention { span: Span::new(at, at + 3), kind: MentionKind::Pronoun, confidence: Some(0.8) });
    link_pronouns(&reading, &[vorel], &mut quotes);
    let speaker = quotes[0].speaker.as_ref().unwrap();
    assert_eq!(speaker.actor.as_ref().unwrap().as_str(), "vorel");
    assert_eq!(speaker.name, "Ana Vorel");
    assert_eq!(speaker.span, Some(Span::new(at, at + 3)));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn spans_stay_inside(text in "(([A-Z][a-z]{2}|said|that|told|“|”|\"|«|»|'|,|\\.|:|—|\n|é|according|to) ?){0,40}") {
        let article = article(&text);
        let reading = Reading::new(&article, "en");
        for quote in find(&reading, &[], &LEXICONS) {
            proptest::prop_assert!(!quote.content.is_empty());
            for span in quote.content.iter().chain(&quote.marked).chain(&quote.cue).chain(quote.speaker.iter().filter_map(|one| one.span.as_ref())) {
                proptest::prop_assert!(!span.of(&text).is_empty());
            }
        }
    }
}
