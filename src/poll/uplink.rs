//! Whether it is the machine's own network that fails: a pure judgement on which hosts could be reached of late.
//!
//! When host after host that worked before cannot be resolved or connected to, and hardly any other answers in between, the
//! trouble is ours, and no feed is to be blamed for it. A host that failed before, or that still fails when others are back,
//! is no witness.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::net::error::NetError;
use crate::poll::error::PollError;
use crate::poll::visit::Outcome;

/// So many hosts must have failed; with fewer configured, all of them, but never a single one: that is its own trouble.
const HOSTS_MIN: usize = 3;
/// One answer among so many failures does not count: a host of the own network answers through any outage.
const ANSWERS_OUTWEIGH: usize = 20;
/// The network is back when at least one of so many hosts answers.
const BACK_AMONG: usize = 4;

/// Which hosts were reached since the last time that all was well.
#[derive(Debug, Default)]
pub struct Uplink {
    failed: HashSet<Box<str>>,
    answered: HashSet<Box<str>>,
    /// When the first of these failures was.
    begin: Option<Timestamp>,
    is_down: bool,
    /// Failed in the last outage and did not answer since.
    suspects: HashSet<Box<str>>,
}

/// A visit, as far as it says something of the network.
#[derive(Debug, Clone, Copy)]
pub struct Tried<'a> {
    /// The host.
    pub host: &'a str,
    /// Whether it answered anything at all.
    pub reached: bool,
    /// Whether the visit before went well.
    pub worked_before: bool,
    /// When the visit began.
    pub began: Timestamp,
}

/// What a visit changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The network is lost since then.
    Lost(Timestamp),
    /// It is back; it was lost since then.
    Back(Timestamp),
}

impl Uplink {
    /// Whether the network counts as lost, and since when.
    pub fn down_since(&self) -> Option<Timestamp> {
        self.begin.filter(|_| self.is_down)
    }

    /// Notes a visit; `hosts` is how many there are in all.
    pub fn note(&mut self, tried: Tried<'_>, hosts: usize) -> Option<Turn> {
        let Tried { host, reached, worked_before, began } = tried;
        if reached {
            self.failed.remove(host);
            self.suspects.remove(host);
            self.answered.insert(host.into());
        } else if !worked_before || self.suspects.contains(host) {
            return None;
        } else {
            self.answered.remove(host);
            self.failed.insert(host.into());
            self.begin = Some(self.begin.map_or(began, |begin| begin.min(began)));
        }
        let (failed, answered) = (self.failed.len(), self.answered.len());
        let is_over = if self.is_down { answered * BACK_AMONG > failed } else { answered * ANSWERS_OUTWEIGH > failed };
        if is_over {
            let Self { begin, is_down, failed, mut suspects, .. } = std::mem::take(self);
            if is_down {
                suspects.extend(failed);
            }
            self.suspects = suspects;
            return begin.filter(|_| is_down).map(Turn::Back);
        }
        let enough = HOSTS_MIN.min(hosts).max(2);
        if !self.is_down && failed >= enough {
            self.is_down = true;
            return self.begin.map(Turn::Lost);
        }
        None
    }
}

/// What the outcome of a visit says of the way to its host; `None` when it says nothing.
pub fn reached(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::Held => None,
        Outcome::Failed(PollError::Net(error)) => match error {
            NetError::Resolve { .. } | NetError::Connect { .. } | NetError::Deadline { .. } => Some(false),
            NetError::Broken { .. }
            | NetError::Coding { .. }
            | NetError::TooLarge { .. }
            | NetError::Loop { .. }
            | NetError::TooManyRedirects { .. } => Some(true),
            _ => None,
        },
        Outcome::Read { .. } | Outcome::Unchanged(_) | Outcome::Failed(_) => Some(true),
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Tried, Turn, Uplink};

    /// What is said along these visits, one a minute: a capital letter is a host that answers, a small one fails. Those that
    /// are `dead` failed before too.
    fn shown(hosts: usize, dead: &str, visits: &str) -> String {
        let mut uplink = Uplink::default();
        let mut out = Vec::new();
        for (visit, minute) in visits.chars().zip(0..) {
            let began = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
            let host = visit.to_ascii_lowercase().to_string();
            let tried = Tried { host: &host, reached: visit.is_uppercase(), worked_before: !dead.contains(visit), began };
            match uplink.note(tried, hosts) {
                Some(Turn::Lost(since)) => out.push(format!("{minute}: lost since {}", since.as_second() / 60)),
                Some(Turn::Back(since)) => out.push(format!("{minute}: back, was lost since {}", since.as_second() / 60)),
                None => {}
            }
        }
        out.join("; ")
    }

    #[test]
    fn an_outage_of_all_is_ours() {
        assert_eq!(shown(9, "", "ABCabcdefgABC"), "5: lost since 3; 11: back, was lost since 3");
        assert_eq!(shown(9, "", "ABaCbDcAdB"), "", "others answer in between");
        assert_eq!(shown(9, "", "aaaaaa"), "", "one host is its own trouble");
        assert_eq!(shown(2, "", "ABabaB"), "3: lost since 2; 5: back, was lost since 2");
        assert_eq!(shown(1, "", "aaaa"), "");
        assert_eq!(shown(9, "abc", "abcabcZabc"), "", "they failed before");
        assert_eq!(shown(9, "", "XYZxyzXxyzXYZxyz"), "5: lost since 3; 6: back, was lost since 3; 15: lost since 13");
    }

    #[test]
    fn a_host_of_the_own_network_does_not_hide_it() {
        let many = "abcdefghijklmnopqrstuvw";
        assert_eq!(shown(30, "", &format!("{many}Z{many}Z{many}")), "2: lost since 0");
    }
}
