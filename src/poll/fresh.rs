//! What becomes of the entries of a visit: read if new, or only marked as seen.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::model::entry::Entry;
use crate::model::id::EntryId;
use crate::poll::identity::{Twin, twins};
use crate::poll::settings::Initial;
use crate::text::link::canonical;

/// An entry that a feed lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Fresh {
    /// Its identity.
    pub id: EntryId,
    /// What it is known by when its identity has changed.
    pub twin: Option<Twin>,
    /// The entry, unless it is only to be marked as seen.
    pub entry: Option<Entry>,
}

/// For each entry its identity and, unless it is only to be marked as seen, the entry itself.
///
/// After the first visit every entry is given: the store knows which ones are new. At the first visit `initial` decides;
/// of an entry without a date, an age cannot be told, so it is only marked.
pub fn fresh(entries: Vec<Entry>, first_visit: bool, initial: Initial, now: Timestamp) -> Vec<Fresh> {
    let is_read = |entry: &Entry| match initial {
        _ if !first_visit => true,
        Initial::Alert => true,
        Initial::Mark => false,
        Initial::Age(age) => entry.published.or(entry.updated).is_some_and(|date| !is_older(date, age, now)),
    };
    let twins = twins(&entries);
    let shared = shared(&entries);
    entries
        .into_iter()
        .zip(twins)
        .zip(shared)
        .map(|((mut entry, twin), shares_address)| {
            entry.shares_address = shares_address;
            let id = entry.id;
            let read = is_read(&entry);
            Fresh { id, twin, entry: read.then_some(entry) }
        })
        .collect()
}

/// Which entries have an address that is not theirs alone: that of another one in the listing, as in the notes of a live page,
/// or that of the site itself.
fn shared(entries: &[Entry]) -> Vec<bool> {
    let addresses: Vec<Option<String>> = entries.iter().map(|entry| entry.url.as_ref().and_then(canonical)).collect();
    let mut times: HashMap<&str, u32> = HashMap::new();
    for address in addresses.iter().flatten() {
        *times.entry(address).or_default() += 1;
    }
    let is_site = |address: &str| !address.contains(['/', '?']);
    addresses.iter().map(|address| address.as_deref().is_some_and(|address| is_site(address) || times.get(address) > Some(&1))).collect()
}

fn is_older(date: Timestamp, age: Duration, now: Timestamp) -> bool {
    SignedDuration::try_from(age).is_ok_and(|age| now.duration_since(date) > age)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use crate::model::entry::Entry;
    use crate::model::id::EntryId;
    use crate::poll::settings::Initial;

    fn entry(number: u8, published: Option<&str>) -> Entry {
        Entry {
            id: EntryId([number; 16]),
            feed: "f".into(),
            outlet: None,
            guid: None,
            url: None,
            shares_address: false,
            title: None,
            summary: None,
            content: None,
            authors: Vec::new(),
            categories: Vec::new(),
            language: None,
            published: published.map(|date| date.parse().unwrap()),
            updated: None,
            fetched: Timestamp::UNIX_EPOCH,
        }
    }

    fn shown(first_visit: bool, initial: Initial) -> String {
        let entries = vec![entry(1, Some("2026-11-24T00:00:00Z")), entry(2, Some("2026-11-20T00:00:00Z")), entry(3, None)];
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        let listed = super::fresh(entries, first_visit, initial, now);
        listed.iter().map(|fresh| if fresh.entry.is_some() { "read " } else { "mark " }).collect()
    }

    #[test]
    fn an_address_of_several_entries_is_nobodys_own() {
        let shown = |addresses: &[&str]| {
            let at = |(number, address): (u8, &&str)| Entry { url: address.parse().ok(), ..entry(number, None) };
            let entries = (0..).zip(addresses).map(at).collect();
            let listed = super::fresh(entries, false, Initial::Mark, Timestamp::UNIX_EPOCH);
            listed.iter().map(|fresh| fresh.entry.as_ref().is_some_and(|entry| entry.shares_address)).collect::<Vec<_>>()
        };
        assert_eq!(shown(&["https://a.example/1", "https://a.example/2", "mailto:x@a.example"]), [false, false, false]);
        assert_eq!(
            shown(&["https://a.example/live?utm_source=x", "https://a.example/2", "https://www.a.example/live#7"]),
            [true, false, true]
        );
        assert_eq!(shown(&["https://a.example/"]), [true], "the site is no article");
        assert_eq!(shown(&["https://a.example/?p=7"]), [false]);
    }

    #[test]
    fn old_entries_of_a_new_feed_are_marked() {
        assert_eq!(shown(true, Initial::Mark), "mark mark mark ");
        assert_eq!(shown(true, Initial::Alert), "read read read ");
        assert_eq!(shown(true, Initial::Age(Duration::from_secs(2 * 86_400))), "read mark mark ");
    }

    #[test]
    fn later_the_store_decides() {
        assert_eq!(shown(false, Initial::Mark), "read read read ");
    }
}
