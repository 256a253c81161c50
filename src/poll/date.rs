//! Dates as feeds write them, which is in every way there is and in any language.

mod names;

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::Offset;

use crate::poll::date::names::{is_weekday, month};

/// The instant that a date string of a feed means; without a zone UTC is assumed. `None` when it is no date.
///
/// ```
/// use wirewatch::poll::date::parse;
/// assert_eq!(parse("Mon, 26 January 2004 16:31:00 ET").unwrap().to_string(), "2004-01-26T21:31:00Z");
/// assert_eq!(parse("2004-02-28T18:14:55-08:00").unwrap().to_string(), "2004-02-29T02:14:55Z");
/// assert_eq!(parse("yesterday"), None);
/// ```
pub fn parse(text: &str) -> Option<Timestamp> {
    if let Some(time) = of_mail(text.trim()) {
        return Some(time);
    }
    // No date is longer; what is longer is prose.
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.len() > 120 {
        return None;
    }
    let text = plain_digits(&text);
    if let Some(time) = since_1970(&text) {
        return Some(time);
    }
    iso(&text).or_else(|| words(&eastern(&text)))
}

/// The form of RFC 2822 with a zone in digits or GMT, which is that of most feeds; a wrong day of the week is let pass. All else is
/// left to the reader that forgives more.
fn of_mail(text: &str) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let (_, zone) = text.rsplit_once(' ')?;
    let is_plain = zone == "GMT" || zone.len() == 5 && zone.starts_with(['+', '-']);
    (begins && is_plain && text.len() <= 31).then(|| PARSER.parse_timestamp(text).ok()).flatten()
}

/// Seconds or milliseconds since 1970, of the years 2001 to 2036.
fn since_1970(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let seconds = match text.len() {
        10 => number,
        13 => number / 1000,
        _ => return None,
    };
    (1_000_000_000..2_100_000_000).contains(&seconds).then(|| Timestamp::from_second(seconds).ok()).flatten()
}

/// The digits of other scripts as those of ASCII.
fn plain_digits(text: &str) -> Cow<'_, str> {
    /// Where the ten digits of a script begin.
    const ZEROS: [char; 9] = ['٠', '۰', '०', '০', '๐', '໐', '၀', '០', '０'];
    if text.is_ascii() {
        return text.into();
    }
    let digit =
        |c: char| ZEROS.iter().find_map(|zero| char::from_digit((c as u32).checked_sub(*zero as u32).filter(|value| *value < 10)?, 10));
    text.chars().map(|c| digit(c).unwrap_or(c)).collect::<String>().into()
}

/// A day and a time, as far as they were found.
#[derive(Debug, Default)]
struct Found {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    /// Hour, minute, second.
    time: Option<(i8, i8, i8)>,
    afternoon: Option<bool>,
    /// Seconds east of UTC.
    offset: i32,
}

impl Found {
    fn timestamp(self) -> Option<Timestamp> {
        // Thailand counts from the death of the Buddha.
        let year = self.year.map(|year| if (2440..2700).contains(&year) { year - 543 } else { year })?;
        let date = Date::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?;
        let (mut hour, minute, mut second) = self.time.unwrap_or_default();
        match self.afternoon {
            Some(true) if hour < 12 => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        // Midnight at the end of the day, and leap seconds.
        let next_day = hour == 24 && minute == 0;
        if next_day {
            hour = 0;
        }
        if second == 60 {
            second = 59;
        }
        let date = if next_day { date.tomorrow().ok()? } else { date };
        let offset = Offset::from_seconds(self.offset).ok()?;
        let time = Time::new(hour, minute, second, 0).ok()?;
        offset.to_timestamp(date.to_datetime(time)).ok()
    }
}

/// A number of at most so many digits at the start, and what follows.
fn digits(text: &str, max: usize) -> Option<(i32, usize, &str)> {
    let count = text.bytes().take(max).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(count);
    Some((number.parse().ok()?, count, rest))
}

/// A number that fits a small field.
fn small(number: i32) -> Option<i8> {
    i8::try_from(number).ok()
}

/// Years of two digits belong to the century around 2000.
fn full_year(number: i32, digits: usize) -> Option<i16> {
    let year = match digits {
        1 | 2 if number < 70 => 2000 + number,
        1 | 2 => 1900 + number,
        3 if number < 200 => 1900 + number,
        _ => number,
    };
    i16::try_from(year).ok()
}

/// ISO 8601 and its profiles: `2003-12-31T10:14:55Z`, `20031231`, `2003-365`, `03-12-31`, `-03-12`, `03335`, `2003-12`, `2003`.
fn iso(text: &str) -> Option<Timestamp> {
    if let Some(short) = text.strip_prefix('-') {
        return short_month(short);
    }
    let run = text.bytes().take_while(u8::is_ascii_digit).count();
    let (found, rest) = match run {
        8 | 12 | 14 => compact(text, 4)?,
        6 => compact(text, 2)?,
        5 => {
            let (year, count, rest) = digits(text, 2)?;
            ordinal(i32::from(full_year(year, count)?), rest)?
        }
        7 => {
            let (year, _, rest) = digits(text, 4)?;
            ordinal(year, rest)?
        }
        2 | 4 => separated(text, run)?,
        _ => return None,
    };
    let mut found = found;
    let rest = rest.trim_start_matches(['T', 't', ' ', ',']);
    let rest = time(rest, &mut found)?;
    zone(rest.trim(), &mut found)?;
    found.timestamp()
}

/// A year of two digits and a month alone, which begin with a hyphen: `-0312`, `-03-12`.
fn short_month(text: &str) -> Option<Timestamp> {
    let (year, count, rest) = digits(text, 2)?;
    let (month, _, rest) = digits(rest.strip_prefix('-').unwrap_or(rest), 2)?;
    (count == 2 && rest.is_empty()).then_some(())?;
    Found { year: full_year(year, count), month: small(month), ..Found::default() }.timestamp()
}

fn compact(text: &str, year_digits: usize) -> Option<(Found, &str)> {
    let (year, count, rest) = digits(text, year_digits)?;
    let (month, _, rest) = digits(rest, 2)?;
    let (day, _, rest) = digits(rest, 2)?;
    Some((Found { year: full_year(year, count), month: small(month), day: small(day), ..Found::default() }, rest))
}

fn ordinal(year: i32, rest: &str) -> Option<(Found, &str)> {
    let (day, _, rest) = digits(rest, 3)?;
    let year = i16::try_from(year).ok()?;
    let date = Date::new(year, 1, 1).ok()?.checked_add(jiff::Span::new().try_days(i64::from(day) - 1).ok()?).ok()?;
    (date.year() == year).then(|| (Found { year: Some(year), month: Some(date.month()), day: Some(date.day()), ..Found::default() }, rest))
}

fn separated(text: &str, year_digits: usize) -> Option<(Found, &str)> {
    let (year, count, rest) = digits(text, year_digits)?;
    let mut found = Found { year: full_year(year, count), ..Found::default() };
    let Some(after) = rest.strip_prefix(['-', '/', '.']) else {
        return (count == 4).then_some((found, rest));
    };
    let (month, run, after_month) = digits(after, 3).or_else(|| named_month(after))?;
    let Some(after_day) = after_month.strip_prefix(['-', '/', '.']) else {
        if run == 3 {
            return ordinal(i32::from(found.year?), after);
        }
        found.month = small(month);
        return (count == 4).then_some((found, after_month));
    };
    found.month = small(month);
    let (day, _, rest) = digits(after_day, 2)?;
    found.day = small(day);
    Some((found, rest))
}

/// A month by name where a number is usual, as in `2004-július-13`.
fn named_month(text: &str) -> Option<(i32, usize, &str)> {
    let end = text.find(|c: char| !c.is_alphabetic())?;
    let (name, rest) = text.split_at(end);
    Some((i32::from(month(name)?), 2, rest))
}

/// `10:14:55.123`, `1014`, `10.14`, with `am` or `pm`; nothing when there is no time.
fn time<'a>(text: &'a str, found: &mut Found) -> Option<&'a str> {
    let Some((hour, count, rest)) = digits(text, 2) else { return Some(text) };
    let mut rest = rest;
    let (mut minute, mut second) = (0, 0);
    if let Some(after) = rest.strip_prefix(':') {
        (minute, _, rest) = digits(after, 2)?;
        if let Some(after) = rest.strip_prefix(':') {
            (second, _, rest) = digits(after, 2)?;
        }
    } else if count == 2 && rest.starts_with(|c: char| c.is_ascii_digit()) {
        (minute, _, rest) = digits(rest, 2)?;
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            (second, _, rest) = digits(rest, 2)?;
        }
    }
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    found.time = Some((small(hour)?, small(minute)?, small(second)?));
    Some(rest)
}

/// Reads a zone; `None` when something stands there that is none.
fn zone(text: &str, found: &mut Found) -> Option<()> {
    let mut text = text;
    for (mark, afternoon) in [("am", false), ("pm", true)] {
        if let Some(rest) = text.get(..2).filter(|head| head.eq_ignore_ascii_case(mark)).and_then(|_| text.get(2..)) {
            found.afternoon = Some(afternoon);
            text = rest.trim_start();
        }
    }
    if text.is_empty() {
        return Some(());
    }
    found.offset = offset(text.split(' ').next().unwrap_or(text))?;
    Some(())
}

/// Seconds east of UTC of `Z`, `+02:00`, `-0500`, `GMT+1`, `EST`, `Etc/GMT`.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim_matches(['(', ')']);
    let split = text.find(['+', '-', '−']).unwrap_or(text.len());
    let (name, signed) = text.split_at(split);
    let base = match name {
        "" => 0,
        _ => named_offset(name)?,
    };
    let mut characters = signed.chars();
    let sign = match characters.next() {
        None => return Some(base),
        Some('+') => 1,
        _ => -1,
    };
    let (first, count, rest) = digits(characters.as_str(), 4)?;
    let (hours, minutes) = match (count, rest.strip_prefix(':')) {
        (1 | 2, Some(rest)) => (first, digits(rest, 2)?.0),
        (1 | 2, None) => (first, 0),
        _ => (first / 100, first % 100),
    };
    (hours <= 26 && minutes < 60).then_some(base + sign * (hours * 3600 + minutes * 60))
}

fn named_offset(name: &str) -> Option<i32> {
    let upper = name.to_ascii_uppercase();
    let hours: f32 = match upper.strip_prefix("ETC/").unwrap_or(&upper) {
        "Z" | "UT" | "UTC" | "GMT" | "WET" | "UCT" | "ZULU" => 0.0,
        "CET" | "MEZ" | "BST" | "WEST" | "MET" => 1.0,
        "CEST" | "MESZ" | "EET" | "SAST" | "IST/ISRAEL" => 2.0,
        "MSK" | "EEST" | "EAT" | "TRT" => 3.0,
        "IST" => 5.5,
        "ICT" | "WIB" => 7.0,
        "HKT" | "SGT" | "AWST" | "PHT" | "MYT" => 8.0,
        "JST" | "KST" => 9.0,
        "AEST" => 10.0,
        "AEDT" => 11.0,
        "NZST" => 12.0,
        "NZDT" => 13.0,
        "AT" | "AST" | "EDT" | "CLT" => -4.0,
        "ADT" | "BRT" | "ART" => -3.0,
        "ET" | "EST" | "CDT" | "COT" | "PET" => -5.0,
        "CT" | "CST" | "MDT" => -6.0,
        "MT" | "MST" | "PDT" => -7.0,
        "PT" | "PST" | "AKDT" => -8.0,
        "AKST" => -9.0,
        "HST" => -10.0,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "the table holds small multiples of half an hour")]
    Some((hours * 3600.0) as i32)
}

/// Words between the parts of a date.
const FILLERS: &[&str] = &["de", "of", "-", "um", "uhr", "y", "del", "i", "г", "р", "kl"];

/// Words in any order: `Mon, 26 January 2004 16:31:00 ET`, `Jan 5 2004`, `26.01.2004 16:31`, `1/26/2004 4:31 PM`.
fn words(text: &str) -> Option<Timestamp> {
    let mut found = Found::default();
    let mut numbers: Vec<(i32, usize)> = Vec::new();
    let (mut meaningful, mut strange) = (0, 0);
    for word in text.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        let lower = word.trim_end_matches('.').to_lowercase();
        if found.time.is_none() && word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) {
            let rest = time(word, &mut found)?;
            zone(rest, &mut found)?;
        } else if matches!(lower.as_str(), "am" | "pm" | "a.m" | "p.m") {
            found.afternoon = Some(lower.starts_with('p'));
        } else if word.starts_with(|c: char| c.is_ascii_digit()) {
            number(word, &mut found, &mut numbers)?;
        } else if let Some(month) = month(&lower) {
            found.month = Some(month);
        } else if is_weekday(&lower) || FILLERS.contains(&lower.as_str()) || lower == "at" && found.time.is_none() {
            continue;
        } else if let Some(offset) = offset(word) {
            found.offset = offset;
        } else if found.time.is_some() {
            // Words behind a time say its zone; a number that is none makes the time unknown.
            (!word.starts_with(['+', '-'])).then_some(())?;
        } else if strange == 0 && word.chars().all(char::is_alphabetic) {
            // The day of the week in a language that nobody listed.
            strange += 1;
            continue;
        } else {
            return None;
        }
        meaningful += 1;
    }
    assign(&mut found, &numbers)?;
    let whole = found.day.is_some() && found.month.is_some() && found.year.is_some();
    (whole || strange == 0 && (meaningful > 1 || found.day.is_some())).then_some(())?;
    found.timestamp()
}

/// `26`, `26th`, `2004`, `26-Jan-2004`, `26.01.2004`, `1/26/2004`, `2004/01/26:16:31`.
fn number(word: &str, found: &mut Found, numbers: &mut Vec<(i32, usize)>) -> Option<()> {
    let parts: Vec<&str> = word.split(['-', '/', '.']).filter(|part| !part.is_empty()).collect();
    if let [_, _, _] = parts.as_slice() {
        let number = |part: &str| digits(part, 4).map(|(number, count, _)| (number, count));
        if let [first, name, year] = parts.as_slice()
            && let Some(month) = month(&name.to_lowercase())
        {
            found.month = Some(month);
            numbers.push(number(first)?);
            numbers.push(number(year)?);
            return Some(());
        }
        let [(a, a_count), (b, _), (c, c_count)] = [number(parts.first()?)?, number(parts.get(1)?)?, number(parts.get(2)?)?];
        let (year, month, day) = if a_count == 4 {
            (full_year(a, a_count), b, c)
        } else if word.contains('/') && b > 12 || word.contains('/') && a <= 12 {
            // American order, which is what is written with slashes.
            (full_year(c, c_count), a, b)
        } else {
            (full_year(c, c_count), b, a)
        };
        (found.year, found.month, found.day) = (year, small(month), small(day));
        return Some(());
    }
    let (value, count, rest) = digits(word, 4)?;
    if !rest.is_empty() && !matches!(rest.to_lowercase().trim_end_matches('.'), "" | "st" | "nd" | "rd" | "th" | "º" | "er") {
        return None;
    }
    numbers.push((value, count));
    Some(())
}

/// Which number is the day and which the year.
fn assign(found: &mut Found, numbers: &[(i32, usize)]) -> Option<()> {
    match numbers {
        [] => {}
        [(year, 4)] if found.day.is_none() && found.year.is_none() => found.year = full_year(*year, 4),
        [(year, 4), (day, 1 | 2)] => {
            found.year = full_year(*year, 4);
            found.day = small(*day);
        }
        [(day, 1 | 2), (year, count), ..] => {
            found.day = small(*day);
            found.year = full_year(*year, *count);
        }
        _ => return None,
    }
    Some(())
}

/// Dates of East Asia as numbers: `2004년 05월 28일 01:31:15`, `2004-05-25 오후 11:23:17`, `2026年1月5日 下午3時04分`, `ngày 5 tháng 1 2026`.
/// Those in Korean mean Korean time.
fn eastern(text: &str) -> Cow<'_, str> {
    let lower = text.to_lowercase();
    if let Some((before, after)) = lower.split_once("tháng ").or_else(|| lower.split_once("thg ")) {
        let day = before.trim_start_matches("ngày ").trim().trim_end_matches(',').to_owned();
        let mut parts = after.splitn(2, [' ', ',']);
        let (month, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let day = day.rsplit([' ', ',']).next().unwrap_or_default().to_owned();
        let mut rest = rest.trim_start_matches([' ', ',']).trim_start_matches("năm ").splitn(2, ' ');
        return format!("{}-{month}-{day} {}", rest.next().unwrap_or_default(), rest.next().unwrap_or_default()).into();
    }
    if !text.contains(['년', '오', '年', '午', '时', '時']) {
        return text.into();
    }
    let mut plain = text.to_owned();
    for (unit, sign) in [("년", "-"), ("월", "-"), ("年", "-"), ("月", "-"), ("일", " "), ("日", " "), ("号", " ")] {
        plain = plain.replace(&format!("{unit} "), sign).replace(unit, sign);
    }
    for (unit, sign) in [("時", ":"), ("时", ":"), ("点", ":"), ("시", ":"), ("分", ":"), ("분", ":"), ("秒", ""), ("초", "")] {
        plain = plain.replace(&format!("{unit} "), sign).replace(unit, sign);
    }
    let half = ["오후", "下午", "午後"].iter().any(|word| plain.contains(word)).then_some(" pm");
    let half = half.or_else(|| ["오전", "上午", "午前"].iter().any(|word| plain.contains(word)).then_some(" am")).unwrap_or_default();
    for word in ["오후", "오전", "下午", "午後", "上午", "午前"] {
        plain = plain.replace(word, " ");
    }
    // The weekday stands in brackets.
    let plain = plain
        .split(['(', '（'])
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split_once([')', '）']).map_or("", |(_, rest)| rest) });
    let plain = plain.collect::<Vec<_>>().join(" ");
    let plain = plain
        .split_whitespace()
        .map(|word| word.trim_end_matches([':', '-']))
        .filter(|word| !word.ends_with("曜") && !word.starts_with("星期"));
    let zone = if text.contains(['년', '오']) { " +0900" } else { "" };
    format!("{}{half}{zone}", plain.collect::<Vec<_>>().join(" ")).into()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    fn shown(dates: &str) -> String {
        dates.lines().map(str::trim).filter(|line| !line.is_empty()).fold(String::new(), |mut out, date| {
            writeln!(out, "{date} → {}", super::parse(date).map_or("no date".to_owned(), |time| time.to_string())).unwrap();
            out
        })
    }

    #[test]
    fn iso_in_all_its_forms() {
        insta::assert_snapshot!(shown("2003-12-31T10:14:55Z
            2003-12-31T10:14:55.1234+02:00
            2003-12-31 10:14
            20031231
            20031231T101455Z
            2003-365
            2003335
            031231
            03-12-31
            -03-12
            03335
            2003-12
            2003
            2003-012-31T10:14:55+00:00
            2003-12-31T24:00:00Z
            2003-13-31T10:14:55Z"), @"
        2003-12-31T10:14:55Z → 2003-12-31T10:14:55Z
        2003-12-31T10:14:55.1234+02:00 → 2003-12-31T08:14:55Z
        2003-12-31 10:14 → 2003-12-31T10:14:00Z
        20031231 → 2003-12-31T00:00:00Z
        20031231T101455Z → 2003-12-31T10:14:55Z
        2003-365 → 2003-12-31T00:00:00Z
        2003335 → 2003-12-01T00:00:00Z
        031231 → 2003-12-31T00:00:00Z
        03-12-31 → 2003-12-31T00:00:00Z
        -03-12 → 2003-12-01T00:00:00Z
        03335 → 2003-12-01T00:00:00Z
        2003-12 → 2003-12-01T00:00:00Z
        2003 → 2003-01-01T00:00:00Z
        2003-012-31T10:14:55+00:00 → 2003-12-31T10:14:55Z
        2003-12-31T24:00:00Z → 2004-01-01T00:00:00Z
        2003-13-31T10:14:55Z → no date
        ");
    }

    #[test]
    fn mail_dates_in_all_their_forms() {
        insta::assert_snapshot!(shown("Thu, 01 Jan 2004 19:48:21 GMT
            Thu,  5 Apr 2012 10:00:00 GMT
            01 Jan 2004 19:48 +0200
            Sun Jan  4 16:29:06 PST 2004
            Sun Jan 04 16:29:06 2004
            Wed, 19 Aug 2009 18:28:00 Etc/GMT
            Mon, 26 Jan 04 16:31:00 EST
            Thursday, 31-Dec-99 23:59:60 GMT
            Mon, 26 Jan 2004 4:31 PM
            January 5, 2004
            5 janvier 2004
            26.01.2004 16:31
            1/26/2004 4:31:00 PM
            Mon, 26 January 2004 16:31:00 AT
            Fri, 2006/09/15 08:19:53 EDT
            1736071200
            Thu, 30 Apr 2026 08:00:00 GMT+02:00"), @"
        Thu, 01 Jan 2004 19:48:21 GMT → 2004-01-01T19:48:21Z
        Thu,  5 Apr 2012 10:00:00 GMT → 2012-04-05T10:00:00Z
        01 Jan 2004 19:48 +0200 → 2004-01-01T17:48:00Z
        Sun Jan  4 16:29:06 PST 2004 → 2004-01-05T00:29:06Z
        Sun Jan 04 16:29:06 2004 → 2004-01-04T16:29:06Z
        Wed, 19 Aug 2009 18:28:00 Etc/GMT → 2009-08-19T18:28:00Z
        Mon, 26 Jan 04 16:31:00 EST → 2004-01-26T21:31:00Z
        Thursday, 31-Dec-99 23:59:60 GMT → 1999-12-31T23:59:59Z
        Mon, 26 Jan 2004 4:31 PM → 2004-01-26T16:31:00Z
        January 5, 2004 → 2004-01-05T00:00:00Z
        5 janvier 2004 → 2004-01-05T00:00:00Z
        26.01.2004 16:31 → 2004-01-26T16:31:00Z
        1/26/2004 4:31:00 PM → 2004-01-26T16:31:00Z
        Mon, 26 January 2004 16:31:00 AT → 2004-01-26T20:31:00Z
        Fri, 2006/09/15 08:19:53 EDT → 2006-09-15T12:19:53Z
        1736071200 → 2025-01-05T10:00:00Z
        Thu, 30 Apr 2026 08:00:00 GMT+02:00 → 2026-04-30T06:00:00Z
        ");
    }

    #[test]
    fn other_languages() {
        insta::assert_snapshot!(shown("2004년 05월 28일  01:31:15
            2004-05-25 오후 11:23:17
            2004-július-13T9:15-05:00
            Κυρ, 11 Ιούλ 2004 12:00:00 EST
            Пн, 26 янв 2004 16:31:00 +0300
            perjantai, 5 kesäkuuta 2020 10:00
            6 Ocak 2026 Salı 10:00
            5 января 2026 г. 10:15
            lun., 05 janv. 2026 10:00:00 +0100
            úterý 6. ledna 2026 10:00
            2026年1月5日(月) 15時04分
            2026年1月5日 下午3时04分
            5 มกราคม 2569
            ٥ يناير ٢٠٢٦
            १ जनवरी 2026
            ngày 5 tháng 1 năm 2026"), @"
        2004년 05월 28일  01:31:15 → 2004-05-27T16:31:15Z
        2004-05-25 오후 11:23:17 → 2004-05-25T14:23:17Z
        2004-július-13T9:15-05:00 → 2004-07-13T14:15:00Z
        Κυρ, 11 Ιούλ 2004 12:00:00 EST → 2004-07-11T17:00:00Z
        Пн, 26 янв 2004 16:31:00 +0300 → 2004-01-26T13:31:00Z
        perjantai, 5 kesäkuuta 2020 10:00 → 2020-06-05T10:00:00Z
        6 Ocak 2026 Salı 10:00 → 2026-01-06T10:00:00Z
        5 января 2026 г. 10:15 → 2026-01-05T10:15:00Z
        lun., 05 janv. 2026 10:00:00 +0100 → 2026-01-05T09:00:00Z
        úterý 6. ledna 2026 10:00 → 2026-01-06T10:00:00Z
        2026年1月5日(月) 15時04分 → 2026-01-05T15:04:00Z
        2026年1月5日 下午3时04分 → 2026-01-05T15:04:00Z
        5 มกราคม 2569 → 2026-01-05T00:00:00Z
        ٥ يناير ٢٠٢٦ → 2026-01-05T00:00:00Z
        १ जनवरी 2026 → 2026-01-01T00:00:00Z
        ngày 5 tháng 1 năm 2026 → 2026-01-05T00:00:00Z
        ");
    }

    #[test]
    fn prose_is_no_date() {
        insta::assert_snapshot!(shown("yesterday
            soon
            42
            99999
            Sun, 16 Dec 2012 1:2:3:4 GMT
            Sun, 16 zzz 2012 11:47:32 GMT
            Sun, 16 Dec 2012 11:47:32 +zz:00
            Sat, 29 Feb 2003 10:00:00 GMT
            not before May"), @"
        yesterday → no date
        soon → no date
        42 → no date
        99999 → no date
        Sun, 16 Dec 2012 1:2:3:4 GMT → no date
        Sun, 16 zzz 2012 11:47:32 GMT → no date
        Sun, 16 Dec 2012 11:47:32 +zz:00 → no date
        Sat, 29 Feb 2003 10:00:00 GMT → no date
        not before May → no date
        ");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "([0-9]{1,5}|[-/:.,+ TZ]|Jan|PM|GMT|é|년){0,12}") {
            super::parse(&text);
        }

        #[test]
        fn what_jiff_writes_is_read(second in -2_000_000_000_i64..4_000_000_000) {
            let time = jiff::Timestamp::from_second(second).unwrap();
            prop_assert_eq!(super::parse(&time.to_string()), Some(time));
            let mail = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time);
            if let Ok(mail) = mail {
                prop_assert_eq!(super::parse(&mail), Some(time));
            }
        }
    }
}
