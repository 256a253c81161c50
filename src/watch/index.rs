//! The words by which a stored article is found, and those that a query needs.
//!
//! What a query needs is always a part of what an article that it matches has, in every script: the words of both are folded and
//! stemmed as the evaluation does it. So a store may leave out every article that lacks them, and the evaluation decides about
//! the rest. A property test over the whole grammar holds this.

use std::collections::BTreeSet;

use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::terms::{Needed, Terms};
use crate::text::stem::Stems;
use crate::text::token::Tokens;
use crate::watch::Query;
use crate::watch::compile::folded_words;
use crate::watch::condition::{Condition, Phrase, Test, Value, Who, Word};
use crate::watch::query::ast::Field;
use crate::watch::scan::Scan;

/// The rules by which the words are made. To be raised with every change of folding, stemming or of what is written here, so that
/// what was stored before is still found.
pub const VERSION: u32 = 3;

/// A query that needs more words than this is held against everything.
const NEEDED_MAX: usize = 2_000;

/// The words of an article: as they are written, folded; their stems; and what is known of it, with the name of the field before it.
pub fn terms(article: &Article, extraction: &Extraction) -> Terms {
    let scan = Scan::new(article, extraction);
    let stems = Stems::new(&scan.language());
    let mut words: BTreeSet<String> = BTreeSet::new();
    for at in scan.all() {
        let folded = scan.folded(at);
        if !folded.is_empty() && !words.contains(folded) {
            words.insert(folded.to_owned());
            words.insert(stems.stem(folded).into_owned());
        }
    }
    let mut known = |field: Field, text: &str| words.extend(folded_words(text).iter().map(|word| prefixed(field, word)));
    let text = |value: &Option<crate::model::article::Sourced<String>>| value.as_ref().map(|value| value.value.clone());
    let declared = text(&article.language);
    let language = extraction.language.as_ref().map(|language| language.code.clone()).or(declared);
    let outlet = article.outlet.clone().or_else(|| text(&article.publisher));
    let feed = article.feed.as_ref().map(|feed| feed.as_str().to_owned());
    let url = article.url.as_ref().map(ToString::to_string);
    let one = [
        (Field::Outlet, outlet),
        (Field::Feed, feed),
        (Field::Section, text(&article.section)),
        (Field::Url, url),
        (Field::Language, language),
    ];
    for (field, value) in one {
        known(field, value.as_deref().unwrap_or_default());
    }
    article.authors.iter().flat_map(|authors| &authors.value).for_each(|name| known(Field::Byline, name));
    article.categories.iter().for_each(|category| known(Field::Category, category));
    extraction.citations.iter().for_each(|citation| known(Field::Cites, &citation.outlet));
    extraction.quotes.iter().filter_map(|quote| quote.via.as_deref()).for_each(|via| known(Field::Cites, via));
    for actor in &extraction.actors {
        words.insert(prefixed(Field::Actor, actor.id.as_str()));
        words.insert(prefixed(Field::Type, actor.kind.as_str()));
        words.extend(actor.country.map(|code| prefixed(Field::Country, &String::from_utf8_lossy(&code))));
        for role in &actor.roles {
            let said = folded_words(&format!("{} {}", role.title, role.of.as_deref().unwrap_or_default()));
            words.extend(said.iter().map(|word| prefixed(Field::Role, word)));
        }
    }
    let speakers = extraction.quotes.iter().filter_map(|quote| quote.speaker.as_ref()?.actor.as_ref());
    let holders = extraction.stances.iter().map(|stance| &stance.holder);
    words.extend(speakers.chain(holders).map(|id| prefixed(Field::Actor, id.as_str())));
    Terms { version: VERSION, words: words.into_iter().collect() }
}

fn prefixed(field: Field, word: &str) -> String {
    format!("{}:{word}", field.as_str())
}

impl Query {
    /// What an article must hold so that the query may match it; `None` where nothing can be said, as of a query that is content
    /// with the absence of something.
    pub fn needed(&self) -> Option<Needed> {
        let mut needing = Needing { query: self, left: NEEDED_MAX };
        let needed = needing.of(&self.condition);
        if needing.left == 0 { None } else { needed }
    }
}

struct Needing<'q> {
    query: &'q Query,
    /// Words that may still be asked for.
    left: usize,
}

impl Needing<'_> {
    fn of(&mut self, condition: &Condition) -> Option<Needed> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return None;
        }
        match &condition.test {
            Test::Words(phrase) => self.phrase(phrase),
            Test::Item(field, value) => value_of(*field, value),
            Test::Cites(value) => value_of(Field::Cites, value),
            Test::Actor { who: asked, .. } | Test::Speaker(asked) => who(asked),
            Test::Zone(_, part) | Test::Within(_, part) | Test::AtLeast(_, part) => self.of(part),
            Test::All(parts) => all(parts.iter().map(|part| self.of(part)).collect()),
            Test::Any(parts) => any(parts.iter().map(|part| self.of(part)).collect()),
            Test::Not(_) => None,
            Test::Near { left, right, .. } => all(vec![self.of(left), self.of(right)]),
            Test::Quote(asked, about) | Test::Stance(asked, _, about) => {
                all(vec![who(asked), about.as_deref().and_then(|about| self.of(about))])
            }
            Test::Topic(index) => match self.query.topics.get(*index).map(|topic| topic.condition.as_ref()) {
                Some(Some(condition)) => self.of(condition),
                // A topic with a fault never holds.
                Some(None) | None => Some(Needed::Any(Vec::new())),
            },
            Test::About(about) => {
                let parts = about.required().flat_map(|part| {
                    let names = part.actors.iter().map(|id| Some(Needed::Word(prefixed(Field::Actor, id.as_str()))));
                    let words: Vec<Option<Needed>> = part.phrases.iter().chain(&part.others).map(|phrase| self.phrase(phrase)).collect();
                    names.chain(words).collect::<Vec<_>>()
                });
                any(parts.collect())
            }
        }
    }

    fn phrase(&mut self, phrase: &Phrase) -> Option<Needed> {
        all(phrase.iter().map(|word| self.word(word)).collect())
    }

    fn word(&mut self, word: &Word) -> Option<Needed> {
        let needed = match word {
            Word::Stem(folded) => forms(folded),
            Word::Prefix(prefix) => Needed::Beginning(prefix.to_string()),
            Word::Exact(exact) => {
                let tokens = Tokens::new(exact);
                let words: Vec<Option<Needed>> = tokens
                    .iter()
                    .map(|token| tokens.folded(token))
                    .filter(|folded| !folded.is_empty())
                    .map(|folded| Some(Needed::Word(folded.to_owned())))
                    .collect();
                all(words)?
            }
        };
        self.left = self.left.saturating_sub(if let Needed::Any(forms) = &needed { forms.len() } else { 1 });
        Some(needed)
    }
}

fn who(asked: &Who) -> Option<Needed> {
    let word = |field: Field, text: &str| Some(Needed::Word(prefixed(field, text)));
    match asked {
        Who::Anyone | Who::Not(_) => None,
        Who::Actor(ids) => any(ids.iter().map(|id| word(Field::Actor, id.as_str())).collect()),
        Who::Country(code) => word(Field::Country, &String::from_utf8_lossy(code)),
        Who::Kind(kind) => word(Field::Type, kind.as_str()),
        Who::Role(words) => all(words.iter().map(|text| word(Field::Role, text)).collect()),
        Who::All(parts) => all(parts.iter().map(who).collect()),
        Who::OneOf(parts) => any(parts.iter().map(who).collect()),
    }
}

/// The forms by which a word may stand among the words of an article in any language: as it is, and its stems.
fn forms(folded: &str) -> Needed {
    let stems = Stems::LANGUAGES.iter().map(|language| Stems::new(language).stem(folded).into_owned());
    let forms: BTreeSet<String> = stems.chain([folded.to_owned()]).collect();
    Needed::Any(forms.into_iter().map(Needed::Word).collect())
}

fn value_of(field: Field, value: &Value) -> Option<Needed> {
    let last = value.words.len().checked_sub(1)?;
    let words = value.words.iter().enumerate().map(|(index, word)| {
        let text = prefixed(field, word);
        Some(if value.open && index == last { Needed::Beginning(text) } else { Needed::Word(text) })
    });
    // Of a language only the first part counts: `en-GB` is English.
    let count = if field == Field::Language { 1 } else { value.words.len() };
    all(words.take(count).collect())
}

/// All that something can be said of.
fn all(parts: Vec<Option<Needed>>) -> Option<Needed> {
    let mut parts: Vec<Needed> = parts.into_iter().flatten().collect();
    if parts.len() > 1 { Some(Needed::All(parts)) } else { parts.pop() }
}

/// One of them; nothing can be said where that is so of one of them.
fn any(parts: Vec<Option<Needed>>) -> Option<Needed> {
    let mut parts = parts.into_iter().collect::<Option<Vec<Needed>>>()?;
    if parts.len() == 1 { parts.pop() } else { Some(Needed::Any(parts)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::extraction::Position;
    use crate::model::terms::{Needed, Terms};
    use crate::watch::compile_query;
    use crate::watch::index::terms;
    use crate::watch::samples::{Sample, known, located, sample, topic};
    use crate::watch::tests::trees;

    /// Whether the words hold what is needed, as a store must find it.
    fn holds(needed: &Needed, terms: &Terms) -> bool {
        match needed {
            Needed::Word(word) => terms.words.contains(word),
            Needed::Beginning(word) => terms.words.iter().any(|held| held.starts_with(word.as_str())),
            Needed::All(parts) => parts.iter().all(|part| holds(part, terms)),
            Needed::Any(parts) => parts.iter().any(|part| holds(part, terms)),
        }
    }

    /// Whether the article is found by its words, and whether the query matches it.
    fn looked_up(query: &str, made: &Sample) -> Option<(bool, bool)> {
        let topics = [topic("force", "\"multinational force\" OR солдат*"), topic("both", "topic:force kyiv")];
        let query = compile_query(&located(query), &known(), &topics).ok()?;
        let found = query.needed().is_none_or(|needed| holds(&needed, &terms(&made.article, &made.extraction)));
        Some((found, query.find(&made.article, &made.extraction).is_some()))
    }

    #[test]
    fn what_matches_is_found_in_every_script() {
        let cases = [
            ("guarantee", "en", "Guarantees were guaranteed."),
            ("гарантия", "ru", "Они обсуждали гарантии безопасности."),
            ("лаврова", "ru", "Лавров ответил."),
            ("Straße", "de", "Die STRASSEN sind leer."),
            ("cafe", "fr", "Les cafés."),
            ("普京", "zh", "俄罗斯总统普京说"),
            ("=NATO", "en", "NATO’s view."),
            ("zelensk*", "en", "Zelenskyy spoke."),
            ("\"security guarantee\"", "en", "security guarantees"),
            ("url:guarantees", "en", "Nothing."),
            ("language:de", "de", "Nichts."),
            ("section:world OR byline:lukasz OR category:peace", "en", "Nothing."),
            ("role:spokesperson country:RU type:person", "en", "Peskov was there."),
            ("topic:both", "en", "A multinational force in Kyiv."),
            ("ABOUT(\"the force for Ukraine\")", "en", "A force for Kyiv, Ukraine."),
        ];
        for (query, language, text) in cases {
            assert_eq!(looked_up(query, &sample(text).language(language)), Some((true, true)), "{query}");
        }
        for query in ["guarantee", "actor:peskov", "outlet:reuters", "cites:reuters", "topic:force", "STANCE(russia, oppose, *)"] {
            assert_eq!(looked_up(query, &sample("It rained.")), Some((false, false)), "{query}");
        }
    }

    #[test]
    fn what_needs_nothing_or_too_much_is_looked_at_everywhere() {
        let needed = |query: &str| compile_query(&located(query), &known(), &[]).unwrap().needed();
        assert_eq!(needed("speaker:peskov OR (QUOTE(*, NOT rain))"), None);
        assert!(needed("rain NOT sun").is_some());
        let many: Vec<String> = (0..3000).map(|number| format!("word{number}")).collect();
        assert_eq!(needed(&many.join(" OR ")), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
        #[test]
        fn what_matches_is_found(
            tree in trees(),
            text in "(# (Moscow|guarantee|a|b)( Kyiv| ab)?\n\n)?((Moscow|Kyiv|гарантии|guarantees|ab|bc|é|習近平|Peskov|\\PC{0,4})( |\\. |\n\n)){1,20}end",
            language in "en|ru|de|xx",
        ) {
            let made = sample(&text).language(&language).quote("end", Some("peskov")).stance("russia", Position::Oppose, "end", "end");
            if let Some((found, matches)) = looked_up(&tree.to_string(), &made) {
                prop_assert!(found || !matches, "{tree}");
            }
        }

        #[test]
        fn what_matches_is_found_by_common_queries(
            one in "guarantee|гаранти*|ab|actor:(russia OR ukraine)|speaker:peskov|NOT rain|=Kyiv|QUOTE\\(\\*, end\\)|ABOUT\\(\"moscow ab rain\"\\)|STANCE\\(country:RU, \\*, end\\)",
            other in "кит|bc|moscow|headline:moscow|PARAGRAPH\\(ab bc\\)|ATLEAST/2\\(ab\\)|習近|topic:both|kyiv NEAR/5 ab|feed:kyiv-wire|language:en",
            join in " AND | OR | AND NOT | NOT ",
            text in "(# (Moscow|guarantee)( Kyiv| ab)?\n\n)?((Moscow|Kyiv|гарантии|guarantees|ab|bc|é|習近平|Peskov|rain|force|multinational)( |\\. |\n\n)){1,20}end",
        ) {
            let made = sample(&text).quote("end", Some("peskov")).stance("russia", Position::Oppose, "end", "end");
            if let Some((found, matches)) = looked_up(&format!("{one}{join}{other}"), &made) {
                prop_assert!(found || !matches);
            }
        }
    }
}
