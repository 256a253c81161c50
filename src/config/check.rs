//! Tables of all files held against each other, and the settings that come of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::time::Duration;

use ipnet::IpNet;
use jiff::tz::TimeZone;
use url::{Host, Url};

use crate::alert::health::OperatorSettings;
use crate::alert::rules::{ChannelRules, Rules};
use crate::config::channel::ChannelTable;
use crate::config::compile::compile;
use crate::config::environment::Environment;
use crate::config::feed::FeedTable;
use crate::config::load::Tables;
use crate::config::notify::NotifyTable;
use crate::config::path;
use crate::config::{Config, Counts, Loaded, in_file_order};
use crate::deliver::log::LogSettings;
use crate::deliver::settings::ChannelSettings;
use crate::model::feed::{Feed, FeedSource};
use crate::model::id::ChannelId;
use crate::net::address::AddressRules;
use crate::poll::settings::PollSettings;
use crate::problem::{Located, Place, Problem, nearest};
use crate::watch::list::WatchList;
use crate::watch::quality;

/// Public hosts are never asked more often: publishers block faster readers, and news is not faster.
const PUBLIC_INTERVAL_MIN: Duration = Duration::from_secs(5 * 60);

/// The alert log, which every alert goes to.
const LOG: &str = "log";

/// Settings of everything that was read, or all that is wrong with it, in file order.
///
/// Watches that stand in the `previous` list too are not compiled again.
pub(crate) fn check(mut tables: Tables, main: &Path, environment: &Environment, previous: Option<&WatchList>) -> Loaded {
    let mut problems = std::mem::take(&mut tables.problems);
    problems.extend(duplicates(&tables));
    problems.extend(addresses(&tables));
    problems.extend(intervals(&tables));
    problems.extend(notified(&mut tables));
    let (lexicons, watches, faults) = compile(&tables.actors, &tables.holders, &tables.topics, &tables.watches, previous);
    problems.extend(faults);
    if !problems.iter().any(Problem::is_error) {
        problems.extend(quality::repeated(&tables.watches));
        problems.extend(unknown_feeds(&tables));
    }
    in_file_order(&mut problems, &tables.files);
    if problems.iter().any(Problem::is_error) {
        return Loaded { config: None, problems };
    }

    let general = tables.general;
    let base = main.parent().unwrap_or(Path::new(""));
    let state = general.state.map_or_else(|| path::default_state(environment), |state| path::resolve(&state, base, environment));
    let log_path = general.log_path.map_or_else(|| "alerts.jsonl".into(), |log| path::resolve(&log, Path::new(""), environment));
    let log_path = path::log(&log_path, &state, environment);
    let poll = general.poll.over(&PollSettings::default());
    let log = ChannelSettings::Log(LogSettings::new(log_path.clone()));
    let counts = Counts {
        watch_files: tables.files.len().saturating_sub(1),
        actors: tables.actors.len(),
        holders: tables.holders.len(),
        topics: tables.topics.len(),
        watches: tables.watches.len(),
    };
    let fetch = tables.feeds.iter().filter_map(|feed| Some((feed.id.as_ref()?.value.clone(), feed.fetch?))).collect::<BTreeMap<_, _>>();
    let config = Config {
        state,
        log_path,
        net: general.net,
        article: general.article,
        retention: general.retention,
        websub: general.websub,
        operator: OperatorSettings {
            notify: general.operator_notify.into_iter().map(|channel| channel.value).collect(),
            ..general.operator
        },
        feeds: tables.feeds.into_iter().filter_map(|feed| settled(feed, &poll)).collect(),
        poll,
        fetch,
        lexicons,
        topics: tables.topics,
        watches,
        rules: rules(general.notify, &tables.channels),
        channels: std::iter::once(log).chain(tables.channels.into_iter().filter_map(|channel| channel.settings)).collect(),
        files: tables.files,
        counts,
    };
    Loaded { config: Some(config), problems }
}

/// A feed and how it is polled.
fn settled(table: FeedTable, poll: &PollSettings) -> Option<(Feed, PollSettings)> {
    let settings = table.poll.over(poll);
    let feed = Feed { id: table.id?.value, source: table.source?.value, outlet: table.outlet, language: table.language, tags: table.tags };
    Some((feed, settings))
}

/// Feeds that queries name and that are not there; nothing is said of a file of watches alone.
fn unknown_feeds(tables: &Tables) -> Vec<Problem> {
    let feeds: Vec<&str> = tables.feeds.iter().filter_map(|feed| Some(feed.id.as_ref()?.value.as_str())).collect();
    if feeds.is_empty() {
        return Vec::new();
    }
    let whens = tables.watches.iter().filter_map(|watch| watch.when.as_ref());
    quality::unknown_feeds(tables.topics.iter().map(|topic| &topic.query).chain(whens), &feeds)
}

fn duplicates(tables: &Tables) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(repeated("feed", tables.feeds.iter().filter_map(|feed| feed.id.as_ref())));
    problems.extend(repeated("actor", tables.actor_ids.iter()));
    problems.extend(repeated("topic", tables.topics.iter().map(|topic| &topic.id)));
    problems.extend(repeated("watch", tables.watches.iter().map(|watch| &watch.id)));
    problems.extend(repeated("channel", tables.channels.iter().filter_map(|channel| channel.id.as_ref())));
    for id in tables.channels.iter().filter_map(|channel| channel.id.as_ref()).filter(|id| id.as_str() == LOG) {
        problems.push(Problem::error("the channel id `log` is that of the alert log", id.place.clone()).help("choose another id"));
    }
    problems.extend(repeated_sources(&tables.feeds));
    problems
}

/// A fault for every identity but the first of its kind; names both places.
fn repeated<'a, T: Eq + Hash + Display + 'a>(noun: &str, ids: impl Iterator<Item = &'a Located<T>>) -> Vec<Problem> {
    let mut first = HashMap::new();
    let mut problems = Vec::new();
    for id in ids {
        if let Some(place) = first.get(&id.value) {
            let message = format!("the {noun} id `{}` is taken: it stands at {place}", id.value);
            problems.push(Problem::error(message, id.place.clone()).help("choose another id, or remove one of the two"));
        } else {
            first.insert(&id.value, &id.place);
        }
    }
    problems
}

/// Two feeds that read the same address would only ask its host twice.
fn repeated_sources(feeds: &[FeedTable]) -> Vec<Problem> {
    let mut first: HashMap<&FeedSource, &Place> = HashMap::with_capacity(feeds.len());
    let mut problems = Vec::new();
    for source in feeds.iter().filter_map(|feed| feed.source.as_ref()) {
        if let Some(place) = first.get(&source.value) {
            let message = format!("another feed has the same address: it stands at {place}");
            problems.push(Problem::error(message, source.place.clone()).help("remove one of the two; tags can be several"));
        } else {
            first.insert(&source.value, &source.place);
        }
    }
    problems
}

/// Addresses that would be refused at every attempt.
fn addresses(tables: &Tables) -> Vec<Problem> {
    let allowed = &tables.general.net.allow_private;
    let feeds = tables.feeds.iter().filter_map(|feed| feed.source.as_ref()).filter_map(|source| match &source.value {
        FeedSource::Http(url) => Some((url, &source.place)),
        FeedSource::File(_) | FeedSource::Command(_) => None,
    });
    let channels = tables.channels.iter().filter_map(|channel| channel.address.as_ref()).map(|address| (&address.value, &address.place));
    feeds.chain(channels).filter_map(|(url, place)| refused(url, place, allowed)).collect()
}

fn refused(url: &Url, place: &Place, allowed: &[IpNet]) -> Option<Problem> {
    let rules = AddressRules::new(allowed.to_vec());
    let written = literal_addresses(url);
    let rule = written.iter().filter_map(|address| rules.forbidden(*address)).next_back()?;
    if written.iter().any(|address| rules.forbidden(*address).is_none()) {
        return None;
    }
    let message =
        format!("`{}` is no public address ({rule}), and [net] allow_private does not list it", url.host_str().unwrap_or_default());
    let help = format!("add \"{}\" to [net] allow_private if it is meant", written[0]);
    Some(Problem::error(message, place.clone()).help(help))
}

/// The addresses that are known without asking anybody: literal ones, and those of `localhost`.
fn literal_addresses(url: &Url) -> Vec<IpAddr> {
    match url.host() {
        Some(Host::Ipv4(address)) => vec![address.into()],
        Some(Host::Ipv6(address)) => vec![address.into()],
        Some(Host::Domain(name)) if matches!(name.trim_end_matches('.'), "localhost") || name.ends_with(".localhost") => {
            vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
        }
        _ => Vec::new(),
    }
}

/// Whether the floor of the interval does not apply: nobody else's machine is asked.
fn is_own(source: &FeedSource, allowed: &[IpNet]) -> bool {
    let FeedSource::Http(url) = source else { return true };
    let (default, rules) = (AddressRules::default(), AddressRules::new(allowed.to_vec()));
    literal_addresses(url).into_iter().any(|address| default.forbidden(address).is_some() && rules.forbidden(address).is_none())
}

/// Feeds of public hosts that would be asked too often. What they inherit is told once, where it stands.
fn intervals(tables: &Tables) -> Vec<Problem> {
    let general = &tables.general;
    let mut problems = Vec::new();
    let mut is_told = false;
    for feed in &tables.feeds {
        let Some(source) = feed.source.as_ref().filter(|source| !is_own(source, &general.net.allow_private)) else { continue };
        let own = [&feed.poll.interval_min, &feed.poll.interval_max].into_iter().flatten().min_by_key(|written| written.value);
        let inherited = [&general.poll.interval_min, &general.poll.interval_max].into_iter().flatten().min_by_key(|written| written.value);
        let settings = feed.poll.over(&general.poll.over(&PollSettings::default()));
        if settings.interval_min >= PUBLIC_INTERVAL_MIN {
            continue;
        }
        match (own.filter(|own| own.value < PUBLIC_INTERVAL_MIN), inherited) {
            (Some(own), _) => problems.push(too_often("feed.interval", own, source)),
            (None, Some(inherited)) if !is_told => {
                is_told = true;
                problems.push(too_often("poll.interval", inherited, source));
            }
            _ => {}
        }
    }
    problems
}

fn too_often(key: &str, interval: &Located<Duration>, source: &Located<FeedSource>) -> Problem {
    let host = match &source.value {
        FeedSource::Http(url) => url.host_str().unwrap_or_default(),
        FeedSource::File(_) | FeedSource::Command(_) => "",
    };
    let floor = humantime::format_duration(PUBLIC_INTERVAL_MIN);
    let message = format!("`{key}` is shorter than {floor}, the floor for public hosts such as {host}");
    let help = format!("write \"{floor}\" or more; only addresses listed in [net] allow_private, file: and exec: may be read more often");
    Problem::error(message, interval.place.clone()).help(help)
}

/// Holds `notify` of watches and `[notify]` against the channels, and takes out the alert log, which is always written.
fn notified(tables: &mut Tables) -> Vec<Problem> {
    let channels: Vec<Located<ChannelId>> = tables.channels.iter().filter_map(|channel| channel.id.clone()).collect();
    let known = channels.iter().map(|id| id.as_str()).collect::<Vec<_>>();
    let of_watches = tables.watches.iter().filter_map(|watch| watch.notify.as_ref()).map(|named| (Cow::Borrowed("notify"), named));
    let by_severity = tables.general.notify.by_severity.iter();
    let of_severities = by_severity.map(|(severity, named)| (Cow::Owned(format!("notify.{}", severity.as_str())), named));
    let operator = [(Cow::Borrowed("operator.notify"), &tables.general.operator_notify)];
    let mut problems = Vec::new();
    for (key, named) in of_severities.chain(of_watches).chain(operator) {
        for channel in named {
            if channel.as_str() == LOG {
                let message = format!("`{key}` names `log`, which every alert is written to anyway");
                problems.push(Problem::warning(message, channel.place.clone()).help("leave it out"));
            } else if !known.contains(&channel.as_str()) && !tables.is_partial {
                let message = format!("`{key}` names the channel `{}`, which is not configured", channel.value);
                let help = match nearest(channel.as_str(), known.iter().copied()) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None if known.is_empty() => "add a [[channel]] to wirewatch.toml; the alert log is always written".to_owned(),
                    None => format!("the channels are: {}", known.join(", ")),
                };
                problems.push(Problem::error(message, channel.place.clone()).help(help));
            }
        }
    }
    let general = &mut tables.general;
    let of_severities = general.notify.by_severity.iter_mut().map(|(_, named)| named);
    for named in of_severities.chain([&mut general.operator_notify]) {
        named.retain(|channel| channel.as_str() != LOG);
    }
    tables.watches.retain_channels(|channel| channel != LOG);
    problems
}

/// Where alerts go and when.
fn rules(notify: NotifyTable, channels: &[ChannelTable]) -> Rules {
    let plain = |channels: Vec<Located<ChannelId>>| channels.into_iter().map(|channel| channel.value).collect();
    let of_channels = channels.iter().filter_map(|channel| Some((channel.id.as_ref()?.value.clone(), channel.rules.clone())));
    Rules {
        zone: notify.zone.unwrap_or_else(TimeZone::system),
        by_severity: notify.by_severity.into_iter().map(|(severity, channels)| (severity, plain(channels))).collect(),
        channels: of_channels.filter(|(_, rules)| *rules != ChannelRules::default()).collect(),
    }
}
