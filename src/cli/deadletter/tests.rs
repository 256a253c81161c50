use std::path::Path;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::*;
use crate::clock::{Clock, ManualClock};
use crate::model::alert::Severity;
use crate::store::{Settlement, WorkDone, samples};

const LEASE: std::time::Duration = std::time::Duration::from_secs(60);

/// A store in which alerts 1 to 3 of the channel `desk` and alert 1 of `mail` were given up.
async fn fill(folder: &Path, clock: &Arc<ManualClock>) {
    let store = SqliteStore::open(folder, Arc::clone(clock) as Arc<dyn Clock>).unwrap();
    let plan = crate::store::FeedPlan::new("wire", "https://example.org/feed", clock.now());
    store.configure_feeds(vec![plan]).await.unwrap();
    let lease = store.claim_feeds(1, LEASE).await.unwrap().remove(0);
    let state = lease.state.clone();
    store.commit_visit(&lease, crate::store::VisitOutcome::new(state, samples::listed("wire", [1]))).await.unwrap();
    let work = store.claim_work(1, LEASE).await.unwrap().remove(0);
    let alert = |number: u128, notify: &[&str]| {
        let mut alert = samples::alert(number << 96, "ferry", Severity::High, clock.now(), notify);
        alert.body = format!(r#"{{"item":{{"title":"Ferry strike {number}"}}}}"#);
        alert
    };
    let alerts = vec![alert(1, &["desk", "mail"]), alert(2, &["desk"]), alert(3, &["desk"])];
    store.complete_work(&work, WorkDone::new(None, alerts)).await.unwrap();
    for channel in ["desk", "mail"] {
        let leases = store.claim_deliveries(&ChannelId::from(channel), 9, LEASE).await.unwrap();
        let dead = |lease| (lease, Settlement::Dead { error: "400: no \u{1b}[31msuch field".to_owned() });
        store.settle(leases.into_iter().map(dead).collect()).await.unwrap();
    }
    clock.advance(SignedDuration::from_hours(2));
}

fn letters(alerts: &[&str], channel: Option<&str>) -> Letters {
    let alerts: Vec<String> = alerts.iter().map(|alert| (*alert).to_owned()).collect();
    Letters { all: alerts.is_empty() && channel.is_none(), alerts, channel: channel.map(ToOwned::to_owned) }
}

fn shown(folder: &Path, clock: &Arc<ManualClock>, verb: DeadletterVerb) -> String {
    let mut out = anstream::StripStream::new(Vec::new());
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    let mut view = View { state: folder, clock, zone: TimeZone::UTC, width: None, out: &mut out };
    match run(&DeadletterArguments { verb }, &[], &mut view) {
        Ok(_) => String::from_utf8(out.into_inner()).unwrap(),
        Err(error) => format!("{error:#}"),
    }
}

fn list(folder: &Path, clock: &Arc<ManualClock>, channel: Option<&str>, format: Format) -> String {
    shown(folder, clock, DeadletterVerb::List { channel: channel.map(ToOwned::to_owned), format })
}

#[test]
fn dead_letters_are_shown_tried_again_and_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(samples::start()));
    block_on(async {
        fill(folder.path(), &clock).await;
        Ok(())
    })
    .unwrap();
    let path = folder.path();
    insta::assert_snapshot!(list(path, &clock, None, Format::Text), @"
    ALERT                                 CHANNEL  GIVEN UP  ATTEMPTS  TITLE           ERROR
    00000001-0000-0000-0000-000000000000  desk     2 h ago   1         Ferry strike 1  400: no [31msuch field
    00000001-0000-0000-0000-000000000000  mail     2 h ago   1         Ferry strike 1  400: no [31msuch field
    00000002-0000-0000-0000-000000000000  desk     2 h ago   1         Ferry strike 2  400: no [31msuch field
    00000003-0000-0000-0000-000000000000  desk     2 h ago   1         Ferry strike 3  400: no [31msuch field
    ");
    insta::assert_snapshot!(list(path, &clock, Some("mail"), Format::Jsonl), @r#"{"schema":"wirewatch.deadletter/1","alert":"00000001-0000-0000-0000-000000000000","channel":"mail","raised":"2026-03-02T08:00:00Z","given_up":"2026-03-02T08:00:00Z","attempts":1,"error":"400: no \u001b[31msuch field","title":"Ferry strike 1"}"#);
    insta::assert_snapshot!(shown(path, &clock, DeadletterVerb::Retry(letters(&["00000001"], Some("mail")))), @"1 dead letter waits to be delivered again");
    insta::assert_snapshot!(shown(path, &clock, DeadletterVerb::Drop(letters(&["00000003"], None))), @"1 dead letter dropped");
    insta::assert_snapshot!(shown(path, &clock, DeadletterVerb::Drop(letters(&["00000003"], None))), @"
    no dead letter is of the alert `00000003`
    help: `wirewatch deadletter list` shows them
    ");
    insta::assert_snapshot!(shown(path, &clock, DeadletterVerb::Drop(letters(&["0"], None))), @"
    dead letters of several alerts begin with `0`
    help: write more of it
    ");
    insta::assert_snapshot!(shown(path, &clock, DeadletterVerb::Retry(letters(&[], None))), @"2 dead letters wait to be delivered again");
    insta::assert_snapshot!(list(path, &clock, None, Format::Text), @"no dead letters");
    let waiting = block_on(async {
        let store = SqliteStore::open_read_only(path, Arc::clone(&clock) as Arc<dyn Clock>)?;
        Ok(store.status().await?.waiting)
    });
    let waiting: Vec<(String, u64)> = waiting.unwrap().into_iter().map(|(channel, number, _)| (channel.to_string(), number)).collect();
    assert_eq!(waiting, [("desk".to_owned(), 2), ("log".to_owned(), 3), ("mail".to_owned(), 1)]);
}
