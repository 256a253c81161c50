//! Watches that were compiled together: what they are, and the engine that finds those that may hold.

use crate::model::alert::{AlertWatch, Severity};
use crate::model::id::ChannelId;
use crate::model::matched::{Updates, WatchFacts};
use crate::text::keys::Keys;
use crate::watch::condition::Condition;
use crate::watch::engine::{Builder, Engine};
use crate::watch::list::{CompiledTopic, WatchSource};
use crate::watch::pieces::{Pieces, PiecesBuilder};

/// Bytes that an identity or a name may have.
pub(crate) const NAME_BYTES_MAX: usize = u16::MAX as usize;

/// The query was made of the short form.
const SHORT: u8 = 1;
/// The query names actors, or plain words that may be names.
pub(crate) const NAMES: u8 = 2;
/// The query names topics.
pub(crate) const TOPICS: u8 = 4;
/// There was something to say about it, which must be said again.
pub(crate) const NOISY: u8 = 8;
/// Channels are told nothing more of a story.
const UPDATES_NEVER: u8 = 16;
/// Channels are told of each item of a story.
const UPDATES_EACH: u8 = 32;

/// Watches that were compiled together. A million of them must fit into some hundred megabytes, so their names stand in one
/// string, the words of their queries are kept once, and their trees are made when they are asked for.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    rows: Vec<Row>,
    /// The digest of each watch as it was written.
    digests: Vec<u64>,
    /// Identities and names.
    text: String,
    /// Queries, as numbers of `pieces`.
    queries: Vec<u8>,
    pieces: Pieces,
    /// Lists of channels; `None` leaves them to the severity.
    channels: Vec<Option<Vec<ChannelId>>>,
    /// Places of the rows in the order of the keys of their identities.
    by_id: Vec<u32>,
    keys: Keys,
    pub(crate) engine: Engine,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    /// Where identity and name begin, in this order.
    start: u32,
    /// Where its query begins.
    query: u32,
    id: u16,
    /// 0 where it is the identity.
    name: u16,
    channels: u16,
    severity: Severity,
    flags: u8,
}

/// One watch as it is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept<'s> {
    pub(crate) id: &'s str,
    pub(crate) name: &'s str,
    query: &'s [u8],
    pieces: &'s Pieces,
    pub(crate) severity: Severity,
    pub(crate) channels: Option<&'s [ChannelId]>,
    pub(crate) flags: u8,
}

impl Kept<'_> {
    pub(crate) fn facts(&self) -> WatchFacts {
        let watch = AlertWatch { id: self.id.into(), name: self.name.to_owned(), severity: self.severity };
        WatchFacts { watch, notify: self.channels.map(<[ChannelId]>::to_vec), updates: self.updates() }
    }

    /// As written, or what the short form became.
    pub(crate) fn query(&self) -> String {
        self.pieces.read(self.query)
    }

    const fn updates(&self) -> Updates {
        match self.flags & (UPDATES_NEVER | UPDATES_EACH) {
            UPDATES_NEVER => Updates::Never,
            UPDATES_EACH => Updates::Each,
            _ => Updates::Growth,
        }
    }

    pub(crate) const fn is_short(&self) -> bool {
        self.flags & SHORT != 0
    }
}

/// Whether a watch as the owner wrote it names these channels.
fn same_channels(kept: Option<&[ChannelId]>, source: &WatchSource) -> bool {
    match (kept, &source.notify) {
        (None, None) => true,
        (Some(kept), Some(named)) => kept.iter().eq(named.iter().map(|channel| &channel.value)),
        _ => false,
    }
}

impl Segment {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A watch by its place.
    pub(crate) fn get(&self, place: u32) -> Option<Kept<'_>> {
        let row = self.rows.get(place as usize)?;
        let (id, rest) = self.text.get(row.start as usize..)?.split_at_checked(row.id.into())?;
        let name = rest.get(..row.name.into())?;
        let end = self.rows.get(place as usize + 1).map_or(self.queries.len(), |next| next.query as usize);
        Some(Kept {
            id,
            name: if name.is_empty() { id } else { name },
            query: self.queries.get(row.query as usize..end)?,
            pieces: &self.pieces,
            severity: row.severity,
            channels: self.channels.get(usize::from(row.channels)).and_then(Option::as_deref),
            flags: row.flags,
        })
    }

    /// Whether a watch that was written so stands at a place, and nothing of what is `stale` is part of it.
    pub(crate) fn holds(&self, place: u32, digest: u64, stale: u8) -> bool {
        self.digests.get(place as usize) == Some(&digest) && self.rows.get(place as usize).is_some_and(|row| row.flags & stale == 0)
    }

    fn id(&self, place: u32) -> &str {
        self.rows.get(place as usize).map_or("", |row| {
            let start = row.start as usize;
            self.text.get(start..start + usize::from(row.id)).unwrap_or_default()
        })
    }

    /// The place of a watch by its identity.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        let key = self.keys.of(id);
        let first = self.by_id.partition_point(|place| self.keys.of(self.id(*place)) < key);
        let same = self.by_id.get(first..)?.iter().take_while(|place| self.keys.of(self.id(**place)) == key);
        same.copied().find(|place| self.id(*place) == id)
    }
}

/// Takes watches one after the other.
#[derive(Debug, Default)]
pub(crate) struct SegmentBuilder {
    segment: Segment,
    pieces: PiecesBuilder,
    engine: Builder,
}

impl SegmentBuilder {
    /// Adds a watch; gives its place, and how many of a thousand articles it may hold for. `None` when there are too many lists of
    /// channels, or gigabytes of text.
    pub(crate) fn add(
        &mut self,
        source: &WatchSource,
        digest: u64,
        query: &str,
        condition: &Condition,
        flags: u8,
        topics: &[CompiledTopic],
    ) -> Option<(u32, f32)> {
        let segment = &mut self.segment;
        let place = u32::try_from(segment.rows.len()).ok()?;
        let is_same = |kept: &&Option<Vec<ChannelId>>| same_channels(kept.as_deref(), source);
        let channels = if segment.channels.last().as_ref().is_some_and(is_same) {
            segment.channels.len() - 1
        } else if let Some(known) = segment.channels.iter().position(|kept| is_same(&kept)) {
            known
        } else {
            let named = source.notify.as_ref().map(|named| named.iter().map(|channel| channel.value.clone()).collect());
            segment.channels.push(named);
            segment.channels.len() - 1
        };
        let id = source.id.value.as_str();
        let name = source.name.as_deref().filter(|name| *name != id).unwrap_or_default();
        let short = if source.when.is_none() { SHORT } else { 0 };
        let updates = match source.updates {
            Updates::Never => UPDATES_NEVER,
            Updates::Growth => 0,
            Updates::Each => UPDATES_EACH,
        };
        segment.rows.push(Row {
            start: u32::try_from(segment.text.len()).ok()?,
            query: u32::try_from(segment.queries.len()).ok()?,
            id: u16::try_from(id.len()).ok()?,
            name: u16::try_from(name.len()).ok()?,
            channels: u16::try_from(channels).ok()?,
            severity: source.severity,
            flags: flags | short | updates,
        });
        segment.digests.push(digest);
        segment.text.push_str(id);
        segment.text.push_str(name);
        self.pieces.write(query, &mut segment.queries);
        Some((place, self.engine.add(condition, topics)))
    }

    /// There was something to say about the watch that was added last.
    pub(crate) fn mark_noisy(&mut self) {
        if let Some(last) = self.segment.rows.last_mut() {
            last.flags |= NOISY;
        }
    }

    /// The watches, ready.
    pub(crate) fn finish(self) -> Segment {
        let Self { mut segment, pieces, engine } = self;
        segment.pieces = pieces.finish();
        segment.engine = engine.finish();
        segment.queries.shrink_to_fit();
        segment.text.shrink_to_fit();
        segment.rows.shrink_to_fit();
        segment.digests.shrink_to_fit();
        let places = 0..u32::try_from(segment.rows.len()).unwrap_or(u32::MAX);
        let mut by_id: Vec<(u64, u32)> = places.map(|place| (segment.keys.of(segment.id(place)), place)).collect();
        by_id.sort_unstable();
        segment.by_id = by_id.into_iter().map(|(_, place)| place).collect();
        segment
    }
}
