//! Where alerts go and when: severities and their channels, quiet hours, digests, rates.
//!
//! Times of day are those of one time zone, so that 08:00 is 08:00 in summer and in winter. An hour that the clock leaps over
//! counts as the moment after the leap; one that it repeats counts once.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::model::alert::Severity;
use crate::model::id::ChannelId;

/// Where alerts go and when.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Whose times of day hold.
    pub zone: TimeZone,
    /// Channels of watches that name none, by severity.
    pub by_severity: BTreeMap<Severity, Vec<ChannelId>>,
    /// What holds for a channel; none for channels that are told everything at once.
    pub channels: BTreeMap<ChannelId, ChannelRules>,
}

impl Default for Rules {
    /// No channel gets anything that a watch did not name it for, and everything at once.
    fn default() -> Self {
        Self { zone: TimeZone::UTC, by_severity: BTreeMap::new(), channels: BTreeMap::new() }
    }
}

impl Rules {
    /// The channels of a watch: those it names, else those of its severity.
    pub fn channels_of<'a>(&'a self, named: Option<&'a [ChannelId]>, severity: Severity) -> &'a [ChannelId] {
        named.or_else(|| self.by_severity.get(&severity).map(Vec::as_slice)).unwrap_or_default()
    }

    /// What holds for a channel.
    pub fn of(&self, channel: &ChannelId) -> &ChannelRules {
        const NONE: &ChannelRules = &ChannelRules { quiet: Vec::new(), digest: None, most: None };
        self.channels.get(channel).unwrap_or(NONE)
    }
}

/// What holds for a channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelRules {
    /// When it is told nothing but what is critical.
    pub quiet: Vec<Quiet>,
    /// When it gets what gathered; `None` when it is told at once.
    pub digest: Option<Every>,
    /// How many it gets one by one.
    pub most: Option<Most>,
}

/// Quiet hours: on some days, from one time of day to another; over midnight when the second is the earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiet {
    /// The days on which they begin.
    pub days: Vec<Weekday>,
    /// When they begin.
    pub from: Time,
    /// When they end; the same as `from` is a whole day.
    pub to: Time,
}

/// How often a digest comes, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// On the hour.
    Hour,
    /// Each day at a time of day.
    Day(Time),
    /// Each week on a day at a time of day.
    Week(Weekday, Time),
}

/// So many within any such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// How many.
    pub count: u32,
    /// Within what.
    pub per: Duration,
}

impl ChannelRules {
    /// When the quiet hours end that hold now; `None` when none do. Hours that follow upon each other are one.
    pub fn quiet_until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut end = None;
        // A week of hours that touch is the most there can be; then it is for ever, and the next look finds it again.
        for _ in 0..8 {
            let at = end.unwrap_or(now);
            let longest = self.quiet.iter().filter_map(|quiet| quiet.until(at, zone)).max();
            match longest {
                Some(later) if later > at => end = Some(later),
                _ => break,
            }
        }
        end
    }
}

impl Quiet {
    fn until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = zone.to_datetime(now).date();
        // They may have begun yesterday.
        [today, today.yesterday().ok()?].into_iter().filter(|day| self.days.contains(&day.weekday())).find_map(|day| {
            let last = if self.to <= self.from { day.tomorrow().ok()? } else { day };
            let begins = zone.to_timestamp(day.to_datetime(self.from)).ok()?;
            let ends = zone.to_timestamp(last.to_datetime(self.to)).ok()?;
            (begins <= now && now < ends).then_some(ends)
        })
    }
}

impl Every {
    /// The first time after a moment.
    pub fn after(self, moment: Timestamp, zone: &TimeZone) -> Timestamp {
        let next = match self {
            Self::Hour => next_hour(moment, zone),
            Self::Day(time) => on_days(moment, zone, time, |_| true),
            Self::Week(weekday, time) => on_days(moment, zone, time, |day| day == weekday),
        };
        next.unwrap_or(Timestamp::MAX)
    }

    /// The last time at or before a moment.
    pub fn at_or_before(self, moment: Timestamp, zone: &TimeZone) -> Timestamp {
        let back = match self {
            Self::Hour => SignedDuration::from_hours(3),
            Self::Day(_) => SignedDuration::from_hours(72),
            Self::Week(..) => SignedDuration::from_hours(24 * 15),
        };
        let mut last = Timestamp::MIN;
        let mut at = self.after(moment.saturating_sub(back).unwrap_or(Timestamp::MIN), zone);
        while at <= moment {
            last = at;
            at = self.after(at, zone);
        }
        last
    }
}

fn on_days(now: Timestamp, zone: &TimeZone, time: Time, fits: impl Fn(Weekday) -> bool) -> Option<Timestamp> {
    let mut day = zone.to_datetime(now).date();
    for _ in 0..9 {
        if fits(day.weekday())
            && let Ok(at) = zone.to_timestamp(day.to_datetime(time))
            && at > now
        {
            return Some(at);
        }
        day = day.tomorrow().ok()?;
    }
    None
}

fn next_hour(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let time = zone.to_datetime(now).time();
    let begun = SignedDuration::new(i64::from(time.minute()) * 60 + i64::from(time.second()), time.subsec_nanosecond());
    now.checked_sub(begun).ok()?.checked_add(SignedDuration::from_hours(1)).ok()
}

/// As configurations write it.
impl fmt::Display for Every {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hour => formatter.write_str("hourly"),
            Self::Day(time) => write!(formatter, "daily {}", time.strftime("%H:%M")),
            Self::Week(day, time) => write!(formatter, "weekly {} {}", weekday(*day), time.strftime("%H:%M")),
        }
    }
}

/// As configurations write it.
impl fmt::Display for Quiet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days.len() < DAYS.len() {
            for day in &self.days {
                write!(formatter, "{} ", weekday(*day))?;
            }
            if self.from == self.to && self.from == Time::midnight() {
                return formatter.write_str("all day");
            }
        }
        write!(formatter, "{}-{}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"))
    }
}

/// As configurations write it.
impl fmt::Display for Most {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} in {}", self.count, humantime::format_duration(self.per))
    }
}

/// The days of the week with their names in configurations.
pub const DAYS: &[(&str, Weekday)] = &[
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

fn weekday(day: Weekday) -> &'static str {
    DAYS.iter().find(|(_, known)| *known == day).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn kyiv() -> TimeZone {
        TimeZone::get("Europe/Kyiv").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        kyiv().to_timestamp(text.parse().unwrap()).unwrap()
    }

    fn shown(moment: Timestamp) -> String {
        kyiv().to_datetime(moment).strftime("%a %d %b %H:%M").to_string()
    }

    fn times(every: Every, from: &str, count: usize) -> String {
        let mut moment = at(from);
        let mut out = Vec::new();
        for _ in 0..count {
            moment = every.after(moment, &kyiv());
            assert_eq!(every.at_or_before(moment, &kyiv()), moment);
            out.push(shown(moment));
        }
        out.join(", ")
    }

    #[test]
    fn digests_come_at_their_time_of_day_on_both_sides_of_a_change_of_clocks() {
        let day = Every::Day(time(8, 0, 0, 0));
        // The clocks go forward on 29 March 2026 at 03:00 and back on 25 October at 04:00.
        insta::assert_snapshot!(times(day, "2026-03-28T07:59", 3), @"Sat 28 Mar 08:00, Sun 29 Mar 08:00, Mon 30 Mar 08:00");
        insta::assert_snapshot!(times(day, "2026-10-24T08:00", 2), @"Sun 25 Oct 08:00, Mon 26 Oct 08:00");
        let leapt = Every::Day(time(3, 30, 0, 0));
        insta::assert_snapshot!(times(leapt, "2026-03-28T12:00", 2), @"Sun 29 Mar 04:30, Mon 30 Mar 03:30");
        let repeated = Every::Day(time(3, 30, 0, 0));
        insta::assert_snapshot!(times(repeated, "2026-10-24T12:00", 2), @"Sun 25 Oct 03:30, Mon 26 Oct 03:30");
        insta::assert_snapshot!(times(Every::Hour, "2026-03-29T01:20", 3), @"Sun 29 Mar 02:00, Sun 29 Mar 04:00, Sun 29 Mar 05:00");
        let week = Every::Week(Weekday::Monday, time(7, 30, 0, 0));
        insta::assert_snapshot!(times(week, "2026-03-23T07:30", 2), @"Mon 30 Mar 07:30, Mon 06 Apr 07:30");
    }

    #[test]
    fn quiet_hours_end_where_the_last_of_them_ends() {
        let all: Vec<Weekday> = DAYS.iter().map(|(_, day)| *day).collect();
        let night = Quiet { days: all, from: time(22, 0, 0, 0), to: time(7, 0, 0, 0) };
        let weekend = Quiet { days: vec![Weekday::Saturday, Weekday::Sunday], from: Time::midnight(), to: Time::midnight() };
        let rules = ChannelRules { quiet: vec![night, weekend], ..ChannelRules::default() };
        let until = |text: &str| rules.quiet_until(at(text), &kyiv()).map_or_else(|| "told".to_owned(), shown);
        insta::assert_snapshot!(until("2026-03-24T12:00"), @"told");
        insta::assert_snapshot!(until("2026-03-24T22:00"), @"Wed 25 Mar 07:00");
        insta::assert_snapshot!(until("2026-03-25T06:59"), @"Wed 25 Mar 07:00");
        insta::assert_snapshot!(until("2026-03-25T07:00"), @"told");
        // From Friday night through the weekend, over the change of clocks, to Monday morning.
        insta::assert_snapshot!(until("2026-03-27T23:00"), @"Mon 30 Mar 07:00");
    }

    #[test]
    fn a_watch_without_channels_goes_where_its_severity_goes() {
        let mut rules = Rules::default();
        rules.by_severity.insert(Severity::High, vec!["pager".into()]);
        let named: Vec<ChannelId> = vec!["desk".into()];
        assert_eq!(rules.channels_of(Some(&named), Severity::High), named);
        assert_eq!(rules.channels_of(Some(&[]), Severity::High), []);
        assert_eq!(rules.channels_of(None, Severity::High), [ChannelId::from("pager")]);
        assert_eq!(rules.channels_of(None, Severity::Low), []);
    }
}
