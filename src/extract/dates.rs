//! Dates in the text, told against the day of publication.

use std::ops::Range;

use jiff::civil::{Date, Weekday};
use jiff::{Span as Days, ToSpan};

use crate::extract::reading::Reading;
use crate::model::article::{Moment, Precision};
use crate::model::extraction::DateMention;
use crate::model::span::Span;

/// All dates, in order. Words such as "on Thursday" need the day of publication and give nothing without it; dates more than a
/// century away from now-ish years (1800 to 2199) are no dates.
pub fn find(reading: &Reading<'_>) -> Vec<DateMention> {
    let anchor = reading.article.published.as_ref().map(|published| Moment::date(published.value));
    let mut found = Vec::new();
    let beginnings = Beginnings::of(reading.language);
    for paragraph in &reading.paragraphs {
        let words = reading.tokens.inside(*paragraph);
        let mut index = words.start;
        while index < words.end {
            if !beginnings.may_begin(reading.tokens.folded_bytes_at(index)) {
                index += 1;
                continue;
            }
            match read(reading, index..words.end, anchor) {
                Some((length, value, precision)) => {
                    let last = index + length - 1;
                    let span = span(reading, index, last);
                    found.push(DateMention { span, value, precision });
                    index += length;
                }
                None => index += 1,
            }
        }
    }
    found
}

/// By first letter and length, the words with which a date can begin: few words of a text need a closer look.
struct Beginnings([u32; 256]);

impl Beginnings {
    fn of(language: &str) -> Self {
        let mut lengths = [0; 256];
        let digits = (b'0'..=b'9').map(|digit| (digit, u32::MAX));
        let months = months(language).iter();
        let weekdays = WEEKDAYS.iter().filter(|(code, _)| *code == english_if_unknown(language)).flat_map(|(_, names)| names);
        let relative = RELATIVE.iter().filter(|(code, _)| *code == english_if_unknown(language)).flat_map(|(_, names)| names);
        let words = months.chain(weekdays).chain(relative).flat_map(|names| names.iter());
        for (first, bits) in words.filter_map(|word| Some((*word.as_bytes().first()?, length_bit(word.len())))).chain(digits) {
            if let Some(slot) = lengths.get_mut(usize::from(first)) {
                *slot |= bits;
            }
        }
        Self(lengths)
    }

    fn may_begin(&self, folded: &[u8]) -> bool {
        folded.first().is_some_and(|first| self.0.get(usize::from(*first)).is_some_and(|bits| bits & length_bit(folded.len()) != 0))
    }
}

fn length_bit(length: usize) -> u32 {
    1 << length.min(31)
}

fn span(reading: &Reading<'_>, first: usize, last: usize) -> Span {
    let tokens = reading.tokens.as_slice();
    match (tokens.get(first), tokens.get(last)) {
        (Some(first), Some(last)) => first.span.hull(last.span),
        _ => Span::default(),
    }
}

/// What stands between a word and the next.
fn between<'a>(reading: &Reading<'a>, index: usize) -> &'a str {
    let tokens = reading.tokens.as_slice();
    match (tokens.get(index), tokens.get(index + 1)) {
        (Some(word), Some(next)) => Span::new(word.span.end, next.span.start).of(reading.text),
        _ => "\n",
    }
}

type Read = (usize, Date, Precision);

/// The date that begins at a word, with the number of its words.
fn read(reading: &Reading<'_>, words: Range<usize>, anchor: Option<Date>) -> Option<Read> {
    let first = reading.tokens.folded_at(words.start);
    let byte = *first.as_bytes().first()?;
    if byte.is_ascii_digit() {
        return iso(reading, &words).or_else(|| dotted(reading, &words)).or_else(|| day_month(reading, &words, anchor));
    }
    if !reading.of(reading.tokens.as_slice().get(words.start)?.span).chars().next()?.is_uppercase() {
        return relative(reading, &words, anchor)
            .or_else(|| month_day(reading, &words, anchor))
            .or_else(|| weekday(reading, &words, anchor));
    }
    month_day(reading, &words, anchor).or_else(|| weekday(reading, &words, anchor)).or_else(|| relative(reading, &words, anchor))
}

/// `2025-12-18`.
fn iso(reading: &Reading<'_>, words: &Range<usize>) -> Option<Read> {
    let at = words.start;
    let hyphens = between(reading, at) == "-" && between(reading, at + 1) == "-";
    let year = year(reading.tokens.folded_at(at))?;
    let day: String = reading.tokens.folded_at(at + 2).chars().take(2).collect();
    let date = date(year, number(reading.tokens.folded_at(at + 1))?, number(&day)?)?;
    (hyphens && at + 2 < words.end && reading.tokens.folded_at(at + 1).len() == 2).then_some((3, date, Precision::Day))
}

/// `18.12.2025`, and `18/12/2025` where the day cannot be a month.
fn dotted(reading: &Reading<'_>, words: &Range<usize>) -> Option<Read> {
    let at = words.start;
    let mark = between(reading, at);
    if !(matches!(mark, "." | "/") && between(reading, at + 1) == mark && at + 2 < words.end) {
        return None;
    }
    let (one, two) = (number(reading.tokens.folded_at(at))?, number(reading.tokens.folded_at(at + 1))?);
    let year = year(reading.tokens.folded_at(at + 2))?;
    let american = mark == "/" && reading.language == "en";
    let date = match (mark, one > 12, two > 12) {
        (".", ..) | ("/", true, false) => date(year, two, one),
        ("/", false, true) => date(year, one, two),
        // 03/04/2025 is the third of April or the fourth of March: nobody can tell in English.
        _ if american => None,
        _ => date(year, two, one),
    }?;
    Some((3, date, Precision::Day))
}

/// "18 December 2025", "18 декабря", "18 de diciembre de 2025", "18. Dezember 2025", "18th of December".
fn day_month(reading: &Reading<'_>, words: &Range<usize>, anchor: Option<Date>) -> Option<Read> {
    let mut at = words.start;
    let day = ordinal(reading.tokens.folded_at(at))?;
    let separator = between(reading, at);
    if !matches!(separator, " " | "\u{a0}" | ". " | ".\u{a0}" | "º " | "° ") {
        return None;
    }
    at += 1;
    if matches!(reading.tokens.folded_at(at), "of" | "de" | "di") && at < words.end {
        at += 1;
    }
    let month = month(reading, at, words.end)?;
    let (length, year) = year_behind(reading, at, words)?;
    let (date, precision) = settle(year, month, day, anchor)?;
    Some((length - words.start, date, precision))
}

/// "December 18, 2025", "Dec. 18", "December 2025".
fn month_day(reading: &Reading<'_>, words: &Range<usize>, anchor: Option<Date>) -> Option<Read> {
    let at = words.start;
    let month = month(reading, at, words.end)?;
    let next = reading.tokens.folded_at(at + 1);
    let tight = matches!(between(reading, at), " " | "\u{a0}" | ". " | " de " | ", ");
    if at + 1 < words.end
        && tight
        && between(reading, at) != ", "
        && let Some(day) = ordinal(next)
        && matches!(reading.language, "en" | "und")
    {
        // "December 18 percent" and "May 5,000" are no days.
        if matches!(reading.tokens.folded_at(at + 2), "percent" | "per" | "million" | "billion") && between(reading, at + 1) == " "
            || is_long_number(reading, at + 1)
        {
            return None;
        }
        let (end, year) = year_behind(reading, at + 1, words)?;
        let (date, precision) = settle(year, month, day, anchor)?;
        return Some((end - words.start, date, precision));
    }
    let mut behind = at + 1;
    if matches!(reading.tokens.folded_at(behind), "of" | "de" | "del") {
        behind += 1;
    }
    let year = year(reading.tokens.folded_at(behind)).filter(|_| tight && behind < words.end)?;
    Some((behind + 1 - words.start, date(year, month, 1)?, Precision::Month))
}

fn is_long_number(reading: &Reading<'_>, at: usize) -> bool {
    matches!(between(reading, at), "," | ".") && reading.tokens.folded_at(at + 1).starts_with(|c: char| c.is_ascii_digit())
}

/// The year behind day and month, and where it ends: ", 2025", " 2025", " de 2025", " 2025 года". Years that do not follow are open.
#[expect(clippy::unnecessary_wraps, reason = "reads as the other steps of a date, which may fail")]
fn year_behind(reading: &Reading<'_>, at: usize, words: &Range<usize>) -> Option<(usize, Option<i16>)> {
    let mut next = at + 1;
    if matches!(reading.tokens.folded_at(next), "de" | "del") && next < words.end {
        next += 1;
    }
    let close = matches!(between(reading, next - 1), " " | "\u{a0}" | ", " | ". " | " , ");
    Some(match year(reading.tokens.folded_at(next)).filter(|_| close && next < words.end) {
        Some(year) => (next + 1, Some(year)),
        None => (at + 1, None),
    })
}

/// A day without a year is the one nearest to the day of publication.
fn settle(year: Option<i16>, month: i8, day: i8, anchor: Option<Date>) -> Option<(Date, Precision)> {
    if let Some(year) = year {
        return Some((date(year, month, day)?, Precision::Day));
    }
    let anchor = anchor?;
    let nearest = [anchor.year() - 1, anchor.year(), anchor.year() + 1]
        .into_iter()
        .filter_map(|year| date(year, month, day))
        .min_by_key(|candidate| (candidate.duration_since(anchor).abs(), *candidate > anchor))?;
    Some((nearest, Precision::Day))
}

/// "on Thursday": the last one before publication or the day itself; after "next" the one behind it.
fn weekday(reading: &Reading<'_>, words: &Range<usize>, anchor: Option<Date>) -> Option<Read> {
    let anchor = anchor?;
    let wanted = weekday_of(reading.tokens.folded_at(words.start), reading.language)?;
    let before = words.start.checked_sub(1).map_or("", |at| reading.tokens.folded_at(at));
    // "every Thursday", "last week's Thursday", "Thursday's" are no one day that can be told.
    if matches!(before, "every" | "each" | "jeden" | "chaque" | "cada" | "ogni" | "каждый" | "каждую" | "щоп") {
        return None;
    }
    let ahead = matches!(
        before,
        "next"
            | "nächsten"
            | "nachsten"
            | "kommenden"
            | "prochain"
            | "próximo"
            | "proximo"
            | "prossimo"
            | "следующий"
            | "следующую"
            | "наступного"
            | "coming"
            | "until"
            | "till"
            | "by"
            | "bis"
            | "hasta"
            | "до"
    );
    let behind = i64::from(anchor.weekday().since(wanted));
    let offset = if ahead { 7 - behind } else { -behind };
    // "Friday 19 December" is read from its number.
    let numbered =
        ordinal(reading.tokens.folded_at(words.start + 1)).is_some() && matches!(between(reading, words.start), " " | ", " | ", der ");
    if numbered && month(reading, words.start + 2, words.end).is_some()
        || month(reading, words.start + 1, words.end).is_some() && ordinal(reading.tokens.folded_at(words.start + 2)).is_some()
    {
        return None;
    }
    let date = anchor.checked_add(Days::new().days(offset)).ok()?;
    Some((1, date, Precision::Day))
}

/// Words for the day before, the day itself and the day after, by language.
const RELATIVE: [(&str, [&[&str]; 3]); 8] = [
    ("en", [&["yesterday"], &["today", "tonight"], &["tomorrow"]]),
    ("de", [&["gestern"], &["heute"], &[]]),
    ("fr", [&["hier"], &["aujourdhui"], &["demain"]]),
    ("es", [&["ayer"], &["hoy"], &[]]),
    ("it", [&["ieri"], &["oggi"], &["domani"]]),
    ("pl", [&["wczoraj"], &["dzis", "dzisiaj"], &["jutro"]]),
    ("ru", [&["вчера"], &["сегодня"], &["завтра"]]),
    ("uk", [&["вчора", "учора"], &["сьогодні"], &["завтра"]]),
];

/// "yesterday", "today", "tomorrow".
fn relative(reading: &Reading<'_>, words: &Range<usize>, anchor: Option<Date>) -> Option<Read> {
    let (_, days) = RELATIVE.iter().find(|(code, _)| *code == english_if_unknown(reading.language))?;
    let folded = reading.tokens.folded_at(words.start);
    let place = days.iter().position(|names| names.contains(&folded))?;
    let offset = i64::try_from(place).ok()? - 1;
    Some((1, anchor?.checked_add(offset.days()).ok()?, Precision::Day))
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

fn number(word: &str) -> Option<i8> {
    word.parse().ok().filter(|_| word.len() <= 2)
}

/// `18`, `18th`, `1er`.
fn ordinal(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ending = word.get(digits.len()..)?;
    let sound = matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er" | "го");
    number(digits).filter(|day| sound && (1..=31).contains(day))
}

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|year| word.len() == 4 && (1800..2200).contains(year))
}

/// The month that a word names, from 1 to 12. English names need their capital: "may" and "march" are words.
fn month(reading: &Reading<'_>, at: usize, end: usize) -> Option<i8> {
    if at >= end {
        return None;
    }
    let folded = reading.tokens.folded_at(at);
    let table = months(reading.language);
    if std::ptr::eq(table, &raw const ENGLISH) && !reading.of(reading.tokens.as_slice().get(at)?.span).chars().next()?.is_uppercase() {
        return None;
    }
    let place = table.iter().position(|names| names.contains(&folded))?;
    i8::try_from(place + 1).ok()
}

/// The names of the months, English ones where a language has no table.
fn months(language: &str) -> &'static [&'static [&'static str]; 12] {
    match language {
        "de" => &GERMAN,
        "fr" => &FRENCH,
        "es" => &SPANISH,
        "it" => &ITALIAN,
        "pl" => &POLISH,
        "ru" => &RUSSIAN,
        "uk" => &UKRAINIAN,
        _ => &ENGLISH,
    }
}

static ENGLISH: [&[&str]; 12] = [
    &["january", "jan"],
    &["february", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sep", "sept"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];
static GERMAN: [&[&str]; 12] = [
    &["januar", "janner", "jan"],
    &["februar", "feber", "feb"],
    &["marz", "mrz"],
    &["april", "apr"],
    &["mai"],
    &["juni", "jun"],
    &["juli", "jul"],
    &["august", "aug"],
    &["september", "sept", "sep"],
    &["oktober", "okt"],
    &["november", "nov"],
    &["dezember", "dez"],
];
static FRENCH: [&[&str]; 12] = [
    &["janvier"],
    &["fevrier"],
    &["mars"],
    &["avril"],
    &["mai"],
    &["juin"],
    &["juillet"],
    &["aout"],
    &["septembre"],
    &["octobre"],
    &["novembre"],
    &["decembre"],
];
static SPANISH: [&[&str]; 12] = [
    &["enero"],
    &["febrero"],
    &["marzo"],
    &["abril"],
    &["mayo"],
    &["junio"],
    &["julio"],
    &["agosto"],
    &["septiembre", "setiembre"],
    &["octubre"],
    &["noviembre"],
    &["diciembre"],
];
static ITALIAN: [&[&str]; 12] = [
    &["gennaio"],
    &["febbraio"],
    &["marzo"],
    &["aprile"],
    &["maggio"],
    &["giugno"],
    &["luglio"],
    &["agosto"],
    &["settembre"],
    &["ottobre"],
    &["novembre"],
    &["dicembre"],
];
static POLISH: [&[&str]; 12] = [
    &["stycznia", "styczen"],
    &["lutego", "luty"],
    &["marca", "marzec"],
    &["kwietnia", "kwiecien"],
    &["maja", "maj"],
    &["czerwca", "czerwiec"],
    &["lipca", "lipiec"],
    &["sierpnia", "sierpien"],
    &["wrzesnia", "wrzesien"],
    &["pazdziernika", "pazdziernik"],
    &["listopada", "listopad"],
    &["grudnia", "grudzien"],
];
static RUSSIAN: [&[&str]; 12] = [
    &["января", "январь", "январе"],
    &["февраля", "февраль", "феврале"],
    &["марта", "март", "марте"],
    &["апреля", "апрель", "апреле"],
    &["мая", "май", "мае"],
    &["июня", "июнь", "июне"],
    &["июля", "июль", "июле"],
    &["августа", "август", "августе"],
    &["сентября", "сентябрь", "сентябре"],
    &["октября", "октябрь", "октябре"],
    &["ноября", "ноябрь", "ноябре"],
    &["декабря", "декабрь", "декабре"],
];
static UKRAINIAN: [&[&str]; 12] = [
    &["січня", "січень", "січні"],
    &["лютого", "лютий", "лютому"],
    &["березня", "березень", "березні"],
    &["квітня", "квітень", "квітні"],
    &["травня", "травень", "травні"],
    &["червня", "червень", "червні"],
    &["липня", "липень", "липні"],
    &["серпня", "серпень", "серпні"],
    &["вересня", "вересень", "вересні"],
    &["жовтня", "жовтень", "жовтні"],
    &["листопада", "листопад", "листопаді"],
    &["грудня", "грудень", "грудні"],
];

/// The names of the days from Monday on, by language.
const WEEKDAYS: [(&str, [&[&str]; 7]); 8] = [
    ("en", [&["monday"], &["tuesday"], &["wednesday"], &["thursday"], &["friday"], &["saturday"], &["sunday"]]),
    ("de", [&["montag"], &["dienstag"], &["mittwoch"], &["donnerstag"], &["freitag"], &["samstag", "sonnabend"], &["sonntag"]]),
    ("fr", [&["lundi"], &["mardi"], &["mercredi"], &["jeudi"], &["vendredi"], &["samedi"], &["dimanche"]]),
    ("es", [&["lunes"], &["martes"], &["miercoles"], &["jueves"], &["viernes"], &["sabado"], &["domingo"]]),
    ("it", [&["lunedi"], &["martedi"], &["mercoledi"], &["giovedi"], &["venerdi"], &["sabato"], &["domenica"]]),
    (
        "pl",
        [
            &["poniedziałek", "poniedzialek"],
            &["wtorek"],
            &["sroda", "srode"],
            &["czwartek"],
            &["piatek"],
            &["sobota", "sobote"],
            &["niedziela", "niedziele"],
        ],
    ),
    (
        "ru",
        [
            &["понедельник"],
            &["вторник"],
            &["среда", "среду"],
            &["четверг"],
            &["пятница", "пятницу"],
            &["суббота", "субботу"],
            &["воскресенье"],
        ],
    ),
    (
        "uk",
        [
            &["понеділок"],
            &["вівторок"],
            &["середа", "середу"],
            &["четвер"],
            &["пятниця", "пятницю"],
            &["субота", "суботу"],
            &["неділя", "неділю"],
        ],
    ),
];

fn weekday_of(folded: &str, language: &str) -> Option<Weekday> {
    let (_, names) = WEEKDAYS.iter().find(|(code, _)| *code == english_if_unknown(language))?;
    let place = names.iter().position(|names| names.contains(&folded))?;
    Weekday::from_monday_zero_offset(i8::try_from(place).ok()?).ok()
}

/// A text whose language nobody could tell is read as English.
fn english_if_unknown(language: &str) -> &str {
    if language == "und" { "en" } else { language }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::extract::reading::{Reading, plain_article};
    use crate::model::article::{Moment, Precision, Sourced};

    /// Published on Friday, the 19th of December 2025.
    fn shown(language: &str, text: &str) -> String {
        let mut article = plain_article(text);
        article.published =
            Some(Sourced { value: Moment::Civil(jiff::civil::date(2025, 12, 19), Precision::Day), span: None, from: "input" });
        let reading = Reading::new(&article, language);
        find(&reading)
            .iter()
            .map(|date| format!("{}={}/{}", reading.of(date.span), date.value, date.precision.as_str()))
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn english() {
        insta::assert_snapshot!(shown("en", "On December 18, 2025, and 3 January, Dec. 5, the 2nd of May 2024, in March 2023, on 2025-11-30."), @"December 18, 2025=2025-12-18/day; 3 January=2026-01-03/day; Dec. 5=2025-12-05/day; 2nd of May 2024=2024-05-02/day; March 2023=2023-03-01/month; 2025-11-30=2025-11-30/day");
        insta::assert_snapshot!(shown("en", "On Thursday, yesterday, today and next Monday. Friday came. They may march 12 miles. In May 5,000 left; sun."), @"Thursday=2025-12-18/day; yesterday=2025-12-18/day; today=2025-12-19/day; Monday=2025-12-22/day; Friday=2025-12-19/day");
        insta::assert_snapshot!(shown("en", "13/01/2025 03/04/2025 1.2.2025 31 February 2025 45 December"), @"13/01/2025=2025-01-13/day; 1.2.2025=2025-02-01/day; February 2025=2025-02-01/month");
    }

    #[test]
    fn other_languages() {
        insta::assert_snapshot!(shown("de", "Am 18. Dezember 2025, am 3. März und am Donnerstag, gestern"), @"18. Dezember 2025=2025-12-18/day; 3. März=2026-03-03/day; Donnerstag=2025-12-18/day; gestern=2025-12-18/day");
        insta::assert_snapshot!(shown("fr", "le 18 décembre 2025, jeudi, hier"), @"18 décembre 2025=2025-12-18/day; jeudi=2025-12-18/day; hier=2025-12-18/day");
        insta::assert_snapshot!(shown("es", "el 18 de diciembre de 2025, el jueves, ayer"), @"18 de diciembre de 2025=2025-12-18/day; jueves=2025-12-18/day; ayer=2025-12-18/day");
        insta::assert_snapshot!(shown("it", "il 18 dicembre 2025 e giovedì"), @"18 dicembre 2025=2025-12-18/day; giovedì=2025-12-18/day");
        insta::assert_snapshot!(shown("pl", "18 grudnia 2025 r., w środę"), @"18 grudnia 2025=2025-12-18/day; środę=2025-12-17/day");
        insta::assert_snapshot!(shown("ru", "18 декабря 2025 года, в четверг, вчера"), @"18 декабря 2025=2025-12-18/day; четверг=2025-12-18/day; вчера=2025-12-18/day");
        insta::assert_snapshot!(shown("uk", "18 грудня, у четвер, сьогодні"), @"18 грудня=2025-12-18/day; четвер=2025-12-18/day; сьогодні=2025-12-19/day");
    }

    #[test]
    fn without_publication_only_whole_dates() {
        let article = plain_article("On Thursday, 18 December and 18 December 2025.");
        assert_eq!(find(&Reading::new(&article, "en")).len(), 1);
    }
}
