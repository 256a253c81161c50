//! `[notify]`, and the keys of a `[[channel]]` that say when it is told: `quiet`, `digest`, `most`.

use std::time::Duration;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

use crate::alert::rules::{ChannelRules, DAYS, Every, Most, Quiet};
use crate::config::section::Section;
use crate::config::value::Wrong;
use crate::model::alert::Severity;
use crate::model::id::ChannelId;
use crate::problem::{Located, Problem};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// When digests come that name no time: before the working day.
const DIGEST_AT: Time = Time::constant(8, 0, 0, 0);

/// `[notify]` as written.
#[derive(Debug, Default)]
pub(crate) struct NotifyTable {
    pub(crate) zone: Option<TimeZone>,
    pub(crate) by_severity: Vec<(Severity, Vec<Located<ChannelId>>)>,
}

impl NotifyTable {
    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let zone = section.parsed("zone", r#""Europe/Kyiv""#, zone).map(|zone| zone.value);
        let by_severity = Severity::ALL
            .iter()
            .filter_map(|severity| {
                let key = severity.as_str();
                section.key_place(key)?;
                let channels = section.texts(key, r#""desk""#).into_iter().map(|channel| channel.map(ChannelId::from)).collect();
                Some((*severity, channels))
            })
            .collect();
        Self { zone, by_severity }
    }
}

/// When a channel is told.
pub(crate) fn channel_rules(section: &mut Section<'_>) -> ChannelRules {
    let texts = section.texts("quiet", r#""22:00-07:00""#);
    let quiet = texts.into_iter().filter_map(|text| section.understood("quiet", text, quiet)).map(|quiet| quiet.value).collect();
    let digest = section.parsed("digest", r#""daily 08:00""#, every).map(|every| every.value);
    let most = section.parsed("most", r#""20/h""#, most).map(|most| most.value);
    if digest.is_some() {
        for key in ["quiet", "most"] {
            if let Some(place) = section.key_place(key) {
                let message = format!("`{}` does nothing here: the channel gets digests alone, at their time", section.path(key));
                section.faults().push(Problem::warning(message, place).help("leave it out, or leave out `digest`"));
            }
        }
    }
    ChannelRules { quiet, digest, most }
}

fn zone(text: &str) -> Result<TimeZone, Wrong> {
    TimeZone::get(text.trim()).map_err(|_| {
        Wrong::new(format!("is `{text}`, which is no time zone"), r#"write one such as "Europe/Kyiv" or "America/New_York", or "UTC""#)
    })
}

/// `22:00-07:00`, `sat sun`, `mon tue 12:00-13:00`.
fn quiet(text: &str) -> Result<Quiet, Wrong> {
    let help = r#"write hours such as "22:00-07:00", days such as "sat sun", or both, such as "fri 18:00-24:00""#;
    let wrong = |what: String| Wrong::new(what, help);
    let mut days = Vec::new();
    let mut hours = None;
    for word in text.split_whitespace() {
        if let Some(day) = weekday(word) {
            days.push(day);
        } else if let (Some((from, to)), None) = (word.split_once('-'), &hours) {
            let time = |part: &str| time(part).ok_or_else(|| wrong(format!("holds `{part}`, which is no time of day")));
            hours = Some((time(from)?, time(to)?));
        } else {
            return Err(wrong(format!("holds `{word}`, which is neither a day nor hours")));
        }
    }
    if days.is_empty() && hours.is_none() {
        return Err(wrong("says neither days nor hours".to_owned()));
    }
    if days.is_empty() {
        days = DAYS.iter().map(|(_, day)| *day).collect();
    }
    let (from, to) = hours.unwrap_or((Time::midnight(), Time::midnight()));
    Ok(Quiet { days, from, to })
}

/// `hourly`, `daily 08:00`, `weekly mon 08:00`.
fn every(text: &str) -> Result<Every, Wrong> {
    let wrong =
        || Wrong::new(format!("is `{text}`, which is no time for digests"), r#"write "hourly", "daily 08:00" or "weekly mon 08:00""#);
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["hourly"] => Ok(Every::Hour),
        ["daily"] => Ok(Every::Day(DIGEST_AT)),
        ["daily", at] => time(at).map(Every::Day).ok_or_else(wrong),
        ["weekly"] => Ok(Every::Week(Weekday::Monday, DIGEST_AT)),
        ["weekly", day] => weekday(day).map(|day| Every::Week(day, DIGEST_AT)).ok_or_else(wrong),
        ["weekly", day, at] => weekday(day).zip(time(at)).map(|(day, at)| Every::Week(day, at)).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// `20/h`, `5/10m`.
fn most(text: &str) -> Result<Most, Wrong> {
    let wrong = || Wrong::new(format!("is `{text}`, which is no rate"), r#"write a number and a time, such as "20/h" or "5/10m""#);
    let (count, per) = text.split_once('/').ok_or_else(wrong)?;
    let count = count.trim().parse::<u32>().ok().filter(|count| *count > 0).ok_or_else(wrong)?;
    let per = match per.trim() {
        "min" | "minute" => Duration::from_secs(60),
        "h" | "hour" => HOUR,
        "d" | "day" => DAY,
        per => humantime::parse_duration(per).map_err(|_| wrong())?,
    };
    if per < Duration::from_secs(1) || per > DAY {
        return Err(Wrong::new("is about less than a second or more than a day", r#"write a time between "1s" and "1day""#));
    }
    Ok(Most { count, per })
}

/// `08:00`; `24:00` is midnight.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let number =
        |part: &str| part.parse::<i8>().ok().filter(|_| matches!(part.len(), 1..=2) && part.bytes().all(|byte| byte.is_ascii_digit()));
    match (number(hour)?, number(minute)?) {
        (24, 0) => Some(Time::midnight()),
        (hour, minute) => Time::new(hour, minute, 0, 0).ok(),
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    DAYS.iter().find(|(name, _)| *name == text).map(|(_, day)| *day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let shown = |result: Result<String, Wrong>| result.unwrap_or_else(|wrong| wrong.what);
        let quiets = ["22:00-07:00", "sat sun", "mon 12:30-13:00", "fri 18:00-24:00", "noon", "22-7", "25:00-07:00", "", "1:0-+2:00"];
        let all: Vec<String> = quiets.iter().map(|text| format!("{text}: {}", shown(quiet(text).map(|quiet| quiet.to_string())))).collect();
        insta::assert_snapshot!(all.join("\n"), @r"
        22:00-07:00: 22:00-07:00
        sat sun: sat sun all day
        mon 12:30-13:00: mon 12:30-13:00
        fri 18:00-24:00: fri 18:00-00:00
        noon: holds `noon`, which is neither a day nor hours
        22-7: holds `22`, which is no time of day
        25:00-07:00: holds `25:00`, which is no time of day
        : says neither days nor hours
        1:0-+2:00: holds `+2:00`, which is no time of day
        ");
        let digests = ["hourly", "daily", "daily 7:30", "weekly", "weekly fri 17:00", "monthly", "daily noon"];
        let all: Vec<String> =
            digests.iter().map(|text| format!("{text}: {}", shown(every(text).map(|every| every.to_string())))).collect();
        insta::assert_snapshot!(all.join("\n"), @r"
        hourly: hourly
        daily: daily 08:00
        daily 7:30: daily 07:30
        weekly: weekly mon 08:00
        weekly fri 17:00: weekly fri 17:00
        monthly: is `monthly`, which is no time for digests
        daily noon: is `daily noon`, which is no time for digests
        ");
        let rates = ["20/h", "5/10m", "1/day", "0/h", "20", "5/week", "5/2days"];
        let all: Vec<String> = rates.iter().map(|text| format!("{text}: {}", shown(most(text).map(|most| most.to_string())))).collect();
        insta::assert_snapshot!(all.join("\n"), @r"
        20/h: 20 in 1h
        5/10m: 5 in 10m
        1/day: 1 in 1day
        0/h: is `0/h`, which is no rate
        20: is `20`, which is no rate
        5/week: is `5/week`, which is no rate
        5/2days: is about less than a second or more than a day
        ");
    }
}
