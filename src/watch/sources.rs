//! Watches as their owner wrote them, in order, each with a digest by which a reload tells what has not changed.

use std::sync::LazyLock;

use crate::model::matched::Updates;
use crate::text::keys::{Keys, joined};
use crate::watch::list::WatchSource;

/// The keys of digests: the same in one process, so that two readings of a watch can be held against each other, and another in the
/// next, so that nobody can write two watches with the same digest.
static KEYS: LazyLock<Keys> = LazyLock::new(Keys::default);

/// Stands between lists and for what is not there; no text has this key but by chance.
const NONE: u64 = 0x5851_f42d_4c95_7f2d;

/// All watches of a configuration, in the order in which they were read.
///
/// Of each a digest is made when it is put in, while it is still near: a reload of a million then reads some megabytes of digests
/// instead of a million texts.
#[derive(Debug, Clone, Default)]
pub struct WatchSources {
    all: Vec<WatchSource>,
    digests: Vec<u64>,
    /// Places of those that have examples.
    with_examples: Vec<u32>,
}

impl WatchSources {
    /// Puts in a further watch.
    pub fn push(&mut self, watch: WatchSource) {
        self.digests.push(digest(&watch));
        if !watch.examples.is_empty() {
            self.with_examples.extend(u32::try_from(self.all.len()));
        }
        self.all.push(watch);
    }

    /// Leaves out channels that `keep` does not want. The digests stay those of what was written: this must depend on nothing else.
    pub fn retain_channels(&mut self, keep: impl Fn(&str) -> bool) {
        let named = self.all.iter_mut().filter_map(|watch| watch.notify.as_mut());
        named.for_each(|named| named.retain(|channel| keep(channel.as_str())));
    }

    /// The digest of each.
    pub(crate) fn digests(&self) -> &[u64] {
        &self.digests
    }

    /// The places of those that have examples, in order.
    pub(crate) fn with_examples(&self) -> &[u32] {
        &self.with_examples
    }
}

impl std::ops::Deref for WatchSources {
    type Target = [WatchSource];

    fn deref(&self) -> &[WatchSource] {
        &self.all
    }
}

impl Extend<WatchSource> for WatchSources {
    fn extend<T: IntoIterator<Item = WatchSource>>(&mut self, watches: T) {
        let watches = watches.into_iter();
        let (more, _) = watches.size_hint();
        self.all.reserve(more);
        self.digests.reserve(more);
        watches.for_each(|watch| self.push(watch));
    }
}

impl FromIterator<WatchSource> for WatchSources {
    fn from_iter<T: IntoIterator<Item = WatchSource>>(watches: T) -> Self {
        let mut made = Self::default();
        made.extend(watches);
        made
    }
}

impl IntoIterator for WatchSources {
    type Item = WatchSource;
    type IntoIter = std::vec::IntoIter<WatchSource>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

/// The digest of all that a list keeps of a watch; examples and places in files are not part of it.
///
/// A watch is only ever held against its earlier self or the one that stood in its place: that two of a million that differ have the
/// same digest happens once in some ten thousand thousand million reloads in which all of them changed.
fn digest(watch: &WatchSource) -> u64 {
    let key = |text: &str| KEYS.of(text);
    let mut sum = key(watch.id.value.as_str());
    let mut put = |part: u64| sum = joined(sum, part);
    put(watch.name.as_deref().map_or(NONE, key));
    put(watch.when.as_ref().map_or(NONE, |when| key(&when.value)));
    for names in [&watch.actors, &watch.topics] {
        for name in names {
            put(key(&name.value));
        }
        put(NONE);
    }
    let updates = match watch.updates {
        Updates::Never => 0,
        Updates::Growth => 1,
        Updates::Each => 2,
    };
    put(watch.severity as u64 * 8 + updates * 2 + u64::from(watch.notify.is_some()));
    watch.notify.iter().flatten().for_each(|channel| put(key(channel.as_str())));
    sum
}

#[cfg(test)]
mod tests {
    use crate::model::alert::Severity;
    use crate::model::matched::Updates;
    use crate::watch::list::WatchSource;
    use crate::watch::samples::{located, short, watch};
    use crate::watch::sources::{WatchSources, digest};

    #[test]
    fn whatever_differs_has_another_digest() {
        let channels = |names: &[&str]| Some(names.iter().map(|name| located(name).map(|name| name.as_str().into())).collect());
        let plain = watch("w", "rain");
        let all = [
            plain.clone(),
            watch("v", "rain"),
            watch("w", "rain "),
            watch("wr", "ain"),
            WatchSource { name: Some("w".to_owned()), ..plain.clone() },
            WatchSource { name: Some(String::new()), ..plain.clone() },
            WatchSource { severity: Severity::Low, ..plain.clone() },
            WatchSource { updates: Updates::Never, ..plain.clone() },
            WatchSource { updates: Updates::Each, ..plain.clone() },
            WatchSource { notify: channels(&[]), ..plain.clone() },
            WatchSource { notify: channels(&["a"]), ..plain.clone() },
            WatchSource { notify: channels(&["a", "b"]), ..plain.clone() },
            WatchSource { notify: channels(&["b", "a"]), ..plain.clone() },
            WatchSource { notify: channels(&["a", ""]), ..plain.clone() },
            WatchSource { when: Some(located("")), ..plain.clone() },
            short("w", &["rain"], &[]),
            short("w", &[], &["rain"]),
            short("w", &["rain", "sun"], &[]),
            short("w", &["rain"], &["sun"]),
            short("w", &["rain sun"], &[]),
        ];
        for (index, one) in all.iter().enumerate() {
            assert_eq!(digest(one), digest(&one.clone()));
            for other in all.iter().skip(index + 1) {
                assert_ne!(digest(one), digest(other), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn the_log_is_taken_out_and_the_digest_stays() {
        let notify = Some(vec![located("log").map(|name| name.as_str().into()), located("desk").map(|name| name.as_str().into())]);
        let mut sources = WatchSources::from_iter([WatchSource { notify, ..watch("w", "rain") }, watch("v", "sun")]);
        let before = sources.digests().to_vec();
        sources.retain_channels(|channel| channel != "log");
        assert_eq!(sources[0].notify.as_ref().map(Vec::len), Some(1));
        assert_eq!(sources.digests(), before);
    }
}
