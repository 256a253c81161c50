//! Which outlets an article cites, and for which statement.
//!
//! An outlet is not the speaker: "he said, according to the Daily" has "he" as speaker and the Daily as outlet. "According
//! to" a person or an office is no citation, but a source.

use std::sync::LazyLock;

use crate::extract::lexicon::Lexicons;
use crate::extract::reading::Reading;
use crate::extract::speaker::{Phrases, is_day};
use crate::extract::words::{BOUNDARY, HYPHEN, STOP, Unit, Words};
use crate::model::extraction::{Actor, ActorKind, Citation, Quote};
use crate::model::span::Span;
use crate::text::hash::WordMap;

/// Words in the names of outlets.
const OUTLET_WORDS: &[&str] = &[
    "news",
    "times",
    "post",
    "journal",
    "tribune",
    "herald",
    "gazette",
    "daily",
    "press",
    "radio",
    "tv",
    "television",
    "observer",
    "guardian",
    "telegraph",
    "chronicle",
    "reuters",
    "bloomberg",
    "magazine",
    "broadcaster",
    "newspaper",
    "newswire",
    "wire",
    "mail",
    "standard",
    "courier",
    "dispatch",
    "inquirer",
    "examiner",
    "independent",
    "economist",
    "sentinel",
    "globe",
    "mirror",
    "zeitung",
    "nachrichten",
    "spiegel",
    "presse",
    "figaro",
    "monde",
    "soir",
    "pais",
    "mundo",
    "diario",
    "periodico",
    "gazeta",
    "wyborcza",
    "corriere",
    "repubblica",
    "stampa",
    "noviny",
    "pravda",
    "gazette",
    "agency",
    "bbc",
    "cnn",
    "nbc",
    "abc",
    "cbs",
    "npr",
    "afp",
    "dpa",
    "tass",
    "ria",
    "xinhua",
    "interfax",
    "axios",
    "politico",
    "agentur",
    "agence",
    "agencia",
    "agenzia",
    "агентство",
    "агентства",
    "газета",
    "газеты",
    "телеканал",
    "телеканала",
    "издание",
    "издания",
    "новости",
    "известия",
    "тасс",
    "интерфакс",
    "видання",
    "агенція",
    "новини",
    "телеканалу",
    "media",
    "outlet",
    "weekly",
    "blog",
    "channel",
    "bulletin",
    "review",
    "insider",
    "beast",
    "hill",
    "show",
];

/// Phrases that stand before an outlet, longest first; the last column says whether they cite an outlet without further signs.
const BEFORE: &[(&str, &[&str], Sign)] = &[
    ("as first reported by", &["as", "first", "reported", "by"], Sign::Sure),
    ("as reported by", &["as", "reported", "by"], Sign::Sure),
    ("as summarized by", &["as", "summarized", "by"], Sign::Sure),
    ("as summarised by", &["as", "summarised", "by"], Sign::Sure),
    ("as noted by", &["as", "noted", "by"], Sign::Likely),
    ("as quoted by", &["as", "quoted", "by"], Sign::Sure),
    ("as cited by", &["as", "cited", "by"], Sign::Sure),
    ("first reported by", &["first", "reported", "by"], Sign::Sure),
    ("reported by", &["reported", "by"], Sign::Likely),
    ("cited by", &["cited", "by"], Sign::Sure),
    ("quoted by", &["quoted", "by"], Sign::Sure),
    ("seen by", &["seen", "by"], Sign::Known),
    ("obtained by", &["obtained", "by"], Sign::Known),
    ("published by", &["published", "by"], Sign::Likely),
    ("published in", &["published", "in"], Sign::Known),
    ("carried by", &["carried", "by"], Sign::Known),
    ("interviewed by", &["interviewed", "by"], Sign::Known),
    ("summarized by", &["summarized", "by"], Sign::Likely),
    ("in an interview with", &["interview", "with"], Sign::Known),
    ("in an interview on", &["interview", "on"], Sign::Known),
    ("in an interview to", &["interview", "to"], Sign::Known),
    ("in a statement to", &["statement", "to"], Sign::Known),
    ("in comments to", &["comments", "to"], Sign::Known),
    ("in remarks to", &["remarks", "to"], Sign::Known),
    ("speaking to", &["speaking", "to"], Sign::Known),
    ("speaking on", &["speaking", "on"], Sign::Known),
    ("talking to", &["talking", "to"], Sign::Known),
    ("told", &["told"], Sign::Known),
    ("tells", &["tells"], Sign::Known),
    ("citing", &["citing"], Sign::Likely),
    ("quoting", &["quoting"], Sign::Likely),
    ("wrote in", &["wrote", "in"], Sign::Known),
    ("writing in", &["writing", "in"], Sign::Known),
    ("writes in", &["writes", "in"], Sign::Known),
    ("reported in", &["reported", "in"], Sign::Known),
    ("report in", &["report", "in"], Sign::Known),
    ("report by", &["report", "by"], Sign::Known),
    ("reports in", &["reports", "in"], Sign::Known),
    ("article in", &["article", "in"], Sign::Known),
    ("interview in", &["interview", "in"], Sign::Known),
    ("пишет", &["пишет"], Sign::Known),
    ("сообщает", &["сообщает"], Sign::Known),
    ("сообщил", &["сообщил"], Sign::Known),
    ("передает", &["передает"], Sign::Known),
    ("со ссылкой на", &["со", "ссылкои", "на"], Sign::Known),
    ("со ссылкой на", &["со", "ссылкой", "на"], Sign::Known),
    ("в интервью", &["в", "интервью"], Sign::Known),
    ("пише", &["пише"], Sign::Known),
    ("повідомляє", &["повідомляє"], Sign::Known),
    ("передає", &["передає"], Sign::Known),
    ("з посиланням на", &["з", "посиланням", "на"], Sign::Known),
    ("в інтерв'ю", &["інтервю"], Sign::Known),
    ("berichtet", &["berichtet"], Sign::Known),
    ("berichtete", &["berichtete"], Sign::Known),
    ("schreibt", &["schreibt"], Sign::Known),
    ("gegenüber", &["gegenuber"], Sign::Known),
    ("rapporte", &["rapporte"], Sign::Known),
    ("informa", &["informa"], Sign::Known),
    ("podaje", &["podaje"], Sign::Known),
    ("informuje", &["informuje"], Sign::Known),
    ("uvádí", &["uvadi"], Sign::Known),
    ("pro", &["pro"], Sign::Marked),
];

/// The places in [`BEFORE`] of the phrases that begin with a word.
static BEFORE_BY_WORD: LazyLock<WordMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut found: WordMap<&'static str, Vec<usize>> = WordMap::default();
    for (index, (_, words, _)) in BEFORE.iter().enumerate() {
        if let Some(first) = words.first() {
            found.entry(first).or_default().push(index);
        }
    }
    found
});

/// Verbs after an outlet that is the subject.
const AFTER: &[&str] = &[
    "reported",
    "reports",
    "notes",
    "noted",
    "writes",
    "wrote",
    "quoted",
    "quotes",
    "cited",
    "cites",
    "says",
    "said",
    "revealed",
    "published",
    "пишет",
    "сообщает",
    "сообщило",
    "сообщила",
    "передает",
    "писал",
    "писала",
    "писало",
    "написал",
    "написала",
    "написало",
    "сообщил",
    "сообщали",
    "передал",
    "передала",
    "передало",
    "пише",
    "писав",
    "писала",
    "писало",
    "написав",
    "написала",
    "написало",
    "повідомляє",
    "повідомив",
    "повідомила",
    "повідомило",
    "передав",
    "передає",
    "berichtet",
    "berichtete",
    "schreibt",
    "rapporte",
    "ecrit",
    "informa",
    "informo",
    "riferisce",
    "scrive",
    "podaje",
    "pisze",
    "informuje",
    "uvadi",
    "pise",
    "informoval",
];

/// How much a phrase says about what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// An outlet follows, unless it is a person or a state.
    Sure,
    /// An outlet follows when its name looks like one.
    Likely,
    /// Only an outlet known by name or by a word of outlets counts.
    Known,
    /// Only an outlet that is known by name.
    Marked,
}

/// Finds the citations and tells the quotes they are for.
pub fn find(reading: &Reading<'_>, actors: &[Actor], quotes: &mut [Quote], _lexicons: &Lexicons) -> Vec<Citation> {
    let words = Words::new(reading, actors);
    let mut found = Vec::new();
    for unit in words.units {
        let phrases = Phrases { words: &words, unit };
        let mut at = 0;
        while at < unit.pieces.len() {
            match citation(phrases, at, actors) {
                Some((citation, end)) => {
                    let quote = statement(&citation, unit, quotes);
                    found.push(Citation { quote, ..citation });
                    at = end.max(at + 1);
                }
                None => at += 1,
            }
        }
    }
    for citation in &found {
        if let Some(quote) = citation.quote.and_then(|index| quotes.get_mut(index)) {
            quote.via.get_or_insert_with(|| citation.outlet.clone());
        }
    }
    found
}

/// Whether an outlet is named from a piece on; quotes must not take it for a speaker while a speaker is named.
pub(crate) fn is_outlet(phrases: Phrases<'_>, at: usize, actors: &[Actor]) -> bool {
    outlet(phrases, at, actors, Sign::Likely).is_some()
}

fn citation(phrases: Phrases<'_>, at: usize, actors: &[Actor]) -> Option<(Citation, usize)> {
    if phrases.is_marked(at) {
        return None;
    }
    let matches = |words: &[&str]| {
        words
            .iter()
            .enumerate()
            .all(|(index, word)| phrases.folded(at + index) == *word && (index == 0 || phrases.gap(at + index) & BOUNDARY == 0))
    };
    for (cue, words, sign) in BEFORE_BY_WORD.get(phrases.folded(at)).into_iter().flatten().filter_map(|index| BEFORE.get(*index)) {
        if matches(words)
            && let Some((outlet, span, end)) = outlet(phrases, at + words.len(), actors, *sign)
        {
            return Some((Citation { outlet, span, cue: (*cue).to_owned(), quote: None }, end));
        }
    }
    for words in phrases.words.pack.according_from(phrases.folded(at)) {
        if words.iter().enumerate().all(|(index, word)| phrases.folded(at + index) == word)
            && let Some((outlet, span, end)) = outlet(phrases, at + words.len(), actors, Sign::Likely)
        {
            return Some((Citation { outlet, span, cue: words.join(" "), quote: None }, end));
        }
    }
    subject(phrases, at, actors)
}

/// "As the Daily notes", "the Daily reported".
fn subject(phrases: Phrases<'_>, at: usize, actors: &[Actor]) -> Option<(Citation, usize)> {
    let introduced = at > 0 && matches!(phrases.folded(at - 1), "as" | "как" | "як" | "wie" | "comme" | "como" | "come" | "jak");
    let (outlet, span, end) = outlet(phrases, at, actors, if introduced { Sign::Likely } else { Sign::Marked })?;
    let verb = (end..end + 3).find(|one| AFTER.contains(&phrases.folded(*one)))?;
    let adjacent = phrases.gap(verb) & BOUNDARY == 0
        && (end..verb).all(|one| phrases.words.pack.is_between(phrases.folded(one)) || is_day(phrases.folded(one)));
    let cue = if introduced { format!("{} … {}", phrases.folded(at - 1), phrases.folded(verb)) } else { phrases.folded(verb).to_owned() };
    adjacent.then_some((Citation { outlet, span, cue, quote: None }, verb))
}

/// The outlet named from a piece on: name, span, the piece behind it.
fn outlet(phrases: Phrases<'_>, at: usize, actors: &[Actor], sign: Sign) -> Option<(String, Span, usize)> {
    let mut start = at;
    while matches!(
        phrases.folded(start),
        "the"
            | "a"
            | "an"
            | "by"
            | "der"
            | "die"
            | "das"
            | "le"
            | "la"
            | "el"
            | "il"
            | "газета"
            | "газете"
            | "агентство"
            | "агентства"
            | "агентству"
            | "телеканал"
            | "издание"
            | "издания"
            | "видання"
            | "newspaper"
            | "agency"
            | "broadcaster"
            | "public"
            | "local"
            | "network"
            | "magazine"
            | "website"
            | "daily"
            | "state"
            | "news"
            | "zeitung"
            | "journal"
            | "diario"
            | "deník"
            | "denik"
    ) && !phrases.is_capital(start)
        && start < at + 4
    {
        start += 1;
    }
    let first = phrases.piece(start)?;
    if let Some(mark) = first.mark {
        // «Kommersant»: a short name in marks after a word for an outlet or a verb of reporting.
        let inner = phrases.words.marks.get(mark)?.inner;
        let known = known_media(phrases, inner, actors);
        let capital = inner.of(phrases.words.reading.text).chars().next().is_some_and(char::is_uppercase);
        let fits = known.is_some() || (start > at && capital);
        return (fits && phrases.words.count(inner) <= 5)
            .then(|| (known.unwrap_or_else(|| inner.of(phrases.words.reading.text).to_owned()), inner, start + 1));
    }
    if start > at && phrases.gap(start) & BOUNDARY != 0 {
        return None;
    }
    let end = name_end(phrases, start)?;
    let last = phrases.piece(end - 1)?;
    let span = first.span.hull(last.span);
    if let Some(mention) = phrases.words.mention_over(first.span) {
        let kind = actors.get(mention.actor).map(|actor| (actor.kind, actor.known, actor.name.clone()))?;
        match kind {
            (ActorKind::Media, known, name) => {
                let whole = if mention.span.contains(span) || known { mention.span } else { span };
                let behind = phrases.unit.pieces.partition_point(|piece| piece.span.start < whole.end);
                return Some((if known { name } else { whole.of(phrases.words.reading.text).to_owned() }, whole, behind));
            }
            // A person or an office is a source of its own, unless only a part of a longer foreign name was taken for one.
            (_, true, _) if !(is_joined_name(phrases, start, end) || end - start >= 2 && has_outlet_word(phrases, start, end)) => {
                return None;
            }
            (ActorKind::Person | ActorKind::State | ActorKind::Government | ActorKind::Group | ActorKind::Igo, ..)
                if !is_joined_name(phrases, start, end) && !has_outlet_word(phrases, start, end) =>
            {
                return None;
            }
            _ => {}
        }
    }
    let fits = match sign {
        Sign::Sure => end - start >= 2 || has_outlet_word(phrases, start, end),
        Sign::Likely => has_outlet_word(phrases, start, end) || is_joined_name(phrases, start, end) || is_domain(phrases, start),
        Sign::Known => has_outlet_word(phrases, start, end) || is_domain(phrases, start),
        Sign::Marked => false,
    };
    fits.then(|| (span.of(phrases.words.reading.text).to_owned(), span, end))
}

/// The end of a capitalised name, with its small foreign words and "&".
fn name_end(phrases: Phrases<'_>, start: usize) -> Option<usize> {
    if !phrases.is_capital(start) && !is_domain(phrases, start) {
        return None;
    }
    let mut end = start + 1;
    while end < phrases.unit.pieces.len() && end < start + 9 && !phrases.is_marked(end) {
        let joined = between(phrases, end).contains('&');
        let foreign =
            phrases.piece(end).is_some_and(|piece| !piece.span.of(phrases.words.reading.text).is_ascii()) && phrases.words.pack.english;
        let small = matches!(phrases.folded(end), "of" | "de" | "des" | "and" | "der" | "du" | "la" | "le" | "della")
            && phrases.is_capital(end + 1);
        let open = phrases.gap(end) & ((BOUNDARY | STOP) & !HYPHEN) == 0 && !between(phrases, end).starts_with(['\'', '’']);
        if !open || !(phrases.is_capital(end) || joined || foreign || small) || is_day(phrases.folded(end)) {
            break;
        }
        end += 1;
    }
    Some(end)
}

/// The text between a piece and the one before it.
fn between(phrases: Phrases<'_>, at: usize) -> &str {
    let from = at.checked_sub(1).and_then(|before| phrases.piece(before)).map_or(0, |piece| piece.span.end);
    let to = phrases.piece(at).map_or(from, |piece| piece.span.start);
    phrases.words.reading.text.get(from..to).unwrap_or_default()
}

fn has_outlet_word(phrases: Phrases<'_>, start: usize, end: usize) -> bool {
    (start..end).any(|at| OUTLET_WORDS.contains(&phrases.folded(at)))
}

/// A foreign name of several words, such as one with "&" or with letters that English lacks in small words.
fn is_joined_name(phrases: Phrases<'_>, start: usize, end: usize) -> bool {
    end - start >= 3
        && (start + 1..end).any(|at| {
            between(phrases, at).contains('&')
                || (!phrases.is_capital(at)
                    && phrases.words.pack.english
                    && !matches!(phrases.folded(at), "of" | "de" | "and" | "la" | "der"))
        })
}

fn is_domain(phrases: Phrases<'_>, at: usize) -> bool {
    let Some(piece) = phrases.piece(at) else { return false };
    let rest = phrases.words.reading.text.get(piece.span.end..).filter(|rest| rest.starts_with('.')).unwrap_or_default();
    [".com", ".org", ".net", ".ru", ".ua", ".de", ".fr", ".co.uk", ".news", ".info", ".pl", ".cz"]
        .iter()
        .any(|ending| rest.starts_with(ending))
}

fn known_media(phrases: Phrases<'_>, span: Span, actors: &[Actor]) -> Option<String> {
    phrases
        .words
        .mentions_in(span)
        .iter()
        .filter_map(|named| actors.get(named.actor))
        .find(|actor| actor.kind == ActorKind::Media)
        .map(|actor| actor.name.clone())
}

/// The quote that a citation stands with: of its sentence, the one it follows most closely, else the next one.
fn statement(citation: &Citation, unit: &Unit, quotes: &[Quote]) -> Option<usize> {
    let from = quotes.partition_point(|quote| quote.content.first().is_none_or(|first| first.end < unit.span.start.saturating_sub(1)));
    let here = |quote: &&Quote| quote.content.iter().chain(&quote.cue).any(|span| unit.span.overlaps(*span));
    let mut best: Option<(usize, usize)> = None;
    for (index, quote) in quotes.iter().enumerate().skip(from.saturating_sub(8)).take(64).filter(|(_, quote)| here(quote)) {
        let distance = quote
            .content
            .iter()
            .filter(|span| unit.span.overlaps(**span))
            .map(|span| distance(*span, citation.span))
            .min()
            .unwrap_or(usize::MAX);
        if best.is_none_or(|(_, least)| distance < least) {
            best = Some((index, distance));
        }
    }
    best.map(|(index, _)| index)
}

fn distance(one: Span, other: Span) -> usize {
    if one.overlaps(other) { 0 } else { other.start.saturating_sub(one.end).max(one.start.saturating_sub(other.end)) }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::extract::fixture::{actor, article};
    use crate::extract::lexicon::Lexicons;
    use crate::extract::quotes;
    use crate::extract::reading::Reading;
    use crate::model::extraction::ActorKind;

    /// `cue → outlet (statement by speaker)`, one a line.
    fn shown_in(language: &str, text: &str) -> String {
        let article = article(text);
        let reading = Reading::new(&article, language);
        let actors = [
            actor(text, "vorel", ActorKind::Person, &["Ana Vorel", "Vorel"]),
            actor(text, "norland", ActorKind::State, &["Norland"]),
            actor(text, "kurier", ActorKind::Media, &["Kurier"]),
        ];
        let (lexicons, _) = Lexicons::new(&[]);
        let mut quotes = quotes::find(&reading, &actors, &lexicons);
        let lines: Vec<String> = find(&reading, &actors, &mut quotes, &lexicons)
            .iter()
            .map(|one| {
                let speaker = one
                    .quote
                    .and_then(|quote| quotes.get(quote))
                    .and_then(|quote| quote.speaker.as_ref())
                    .map(|speaker| speaker.name.as_str());
                format!("{} → {} ({})", one.cue, one.outlet, speaker.unwrap_or("-"))
            })
            .collect();
        lines.join("\n")
    }

    #[test]
    fn outlets_are_cited() {
        insta::assert_snapshot!(shown_in("en", "“The bridge is late,” Vorel said, according to Kurier."), @"according to → Kurier (Ana Vorel)");
        insta::assert_snapshot!(shown_in("en", "“The bridge is late,” Vorel said, as reported by Cầu đường & Đời sống."), @"as reported by → Cầu đường & Đời sống (Ana Vorel)");
        insta::assert_snapshot!(shown_in("en", "As the Norland Daily Herald notes, Vorel views the bridge as a danger."), @"as … notes → Norland Daily Herald (Ana Vorel)");
        insta::assert_snapshot!(shown_in("en", "Vorel told Kurier that the bridge is late."), @"told → Kurier (Ana Vorel)");
        insta::assert_snapshot!(shown_in("en", "Observers cited by Kurier note that the bridge is late."), @"cited by → Kurier (Observers)");
        insta::assert_snapshot!(shown_in("ru", "Мост закрыт, сообщает Kurier со ссылкой на источники."), @"сообщает → Kurier (-)");
        insta::assert_snapshot!(shown_in("de", "Laut Kurier bleibt die Brücke gesperrt."), @"laut → Kurier (Kurier)");
    }

    #[test]
    fn people_and_states_are_sources() {
        insta::assert_snapshot!(shown_in("en", "According to Vorel, the bridge is late."), @"");
        insta::assert_snapshot!(shown_in("en", "The bridge is late, according to Norland."), @"");
        insta::assert_snapshot!(shown_in("en", "The bridge is late, according to senior officials."), @"");
    }
}
