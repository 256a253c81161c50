//! What the service manager is told, by the protocol of `sd_notify`, and the watchdog.
//!
//! The words are libsystemd's. The socket is opened here, because libsystemd takes its path from the process environment
//! alone, and a test cannot change that while other threads run.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use libsystemd::daemon::NotifyState;
use nix::time::{ClockId, clock_gettime};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::pipeline::progress::Progress;

/// Longest text of `STATUS=`.
const STATUS_CHARS_MAX: usize = 200;

/// The way to the service manager, where there is one. Without one every call does nothing.
#[derive(Debug, Clone, Default)]
pub struct Notifier {
    socket: Option<Arc<UnixDatagram>>,
    /// Whether the last message did not get through; told once.
    failing: Arc<AtomicBool>,
}

impl Notifier {
    /// Connects to what `$NOTIFY_SOCKET` names: a path, or `@` and a name in the abstract namespace.
    ///
    /// # Errors
    /// When there is no such socket.
    pub fn new(notify_socket: Option<&OsStr>) -> io::Result<Self> {
        let Some(name) = notify_socket.filter(|name| !name.is_empty()) else { return Ok(Self::default()) };
        let address = match name.as_bytes().strip_prefix(b"@") {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None => SocketAddr::from_pathname(name)?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        // A manager that does not read must not stop the daemon.
        socket.set_nonblocking(true)?;
        Ok(Self { socket: Some(Arc::new(socket)), failing: Arc::default() })
    }

    /// The daemon works: after the start, and after a reload.
    pub fn ready(&self, status: &str) {
        self.send(&[NotifyState::Ready, text(status)]);
    }

    /// A reload begins; [`Self::ready`] ends it, whether it changed anything or not.
    pub fn reloading(&self) {
        self.send(&[NotifyState::Reloading, NotifyState::Other(format!("MONOTONIC_USEC={}", monotonic_microseconds()))]);
    }

    /// One line for `systemctl status`.
    pub fn status(&self, status: &str) {
        self.send(&[text(status)]);
    }

    /// The daemon ends.
    pub fn stopping(&self, status: &str) {
        self.send(&[NotifyState::Stopping, text(status)]);
    }

    /// The daemon is alive.
    pub fn alive(&self) {
        self.send(&[NotifyState::Watchdog]);
    }

    fn send(&self, states: &[NotifyState]) {
        let Some(socket) = &self.socket else { return };
        let message: String = states.iter().flat_map(|state| [state.to_string(), "\n".to_owned()]).collect();
        match socket.send(message.as_bytes()) {
            Ok(_) => self.failing.store(false, Ordering::Relaxed),
            Err(error) if !self.failing.swap(true, Ordering::Relaxed) => warn!(%error, "service manager cannot be told"),
            Err(_) => {}
        }
    }
}

/// A status of one line and bounded length.
fn text(status: &str) -> NotifyState {
    NotifyState::Status(status.chars().take(STATUS_CHARS_MAX).map(|letter| if letter.is_control() { ' ' } else { letter }).collect())
}

/// Time of `CLOCK_MONOTONIC`, by which the service manager tells messages from before a reload from those after.
fn monotonic_microseconds() -> u64 {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("Linux always has this clock");
    let seconds = u64::try_from(now.tv_sec()).expect("time since the start of the machine is not negative");
    let nanoseconds = u64::try_from(now.tv_nsec()).expect("a part of a second is not negative");
    seconds * 1_000_000 + nanoseconds / 1_000
}

/// How long the service manager waits for a sign of life, from `$WATCHDOG_USEC` and `$WATCHDOG_PID`; `None` when it does not
/// watch, or watches another process than `own`.
///
/// ```
/// use std::time::Duration;
/// use wirewatch::daemon::notify::watchdog_timeout;
///
/// assert_eq!(watchdog_timeout(Some("60000000"), Some("7"), 7), Some(Duration::from_secs(60)));
/// assert_eq!(watchdog_timeout(Some("60000000"), None, 7), Some(Duration::from_secs(60)));
/// assert_eq!(watchdog_timeout(Some("60000000"), Some("8"), 7), None);
/// assert_eq!(watchdog_timeout(None, None, 7), None);
/// ```
pub fn watchdog_timeout(microseconds: Option<&str>, pid: Option<&str>, own: u32) -> Option<Duration> {
    let ours = pid.is_none_or(|pid| pid.trim().parse() == Ok(own));
    let timeout = microseconds?.trim().parse().ok().map(Duration::from_micros)?;
    (ours && !timeout.is_zero()).then_some(timeout)
}

/// Tells the service manager that the daemon is alive for as long as the scheduler comes around; never ends.
///
/// It looks four times within the timeout, so that one missed look is no end.
pub async fn watch_over(notifier: Notifier, progress: Progress, timeout: Duration) {
    let mut looks = interval((timeout / 4).max(Duration::from_millis(1)));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = None;
    loop {
        looks.tick().await;
        let count = progress.count();
        if last.replace(count) != Some(count) {
            notifier.alive();
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use tempfile::TempDir;

    use super::*;

    /// A service manager that only listens.
    struct Manager {
        socket: UnixDatagram,
        _folder: TempDir,
    }

    impl Manager {
        fn start() -> (Self, Notifier) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("notify");
            let socket = UnixDatagram::bind(&path).unwrap();
            socket.set_nonblocking(true).unwrap();
            (Self { socket, _folder: folder }, Notifier::new(Some(path.as_os_str())).unwrap())
        }

        /// Messages since the last look.
        fn shown(&self) -> Vec<String> {
            let mut bytes = [0; 4096];
            let next = || self.socket.recv(&mut bytes).ok().map(|length| String::from_utf8_lossy(&bytes[..length]).into_owned());
            std::iter::from_fn(next).collect()
        }
    }

    #[test]
    fn the_manager_is_told_start_reload_and_stop() {
        let (manager, notifier) = Manager::start();
        notifier.ready("12 feeds, 3 watches");
        notifier.reloading();
        notifier.ready("13 feeds\nREADY=0");
        notifier.status("next visit in 4 min");
        notifier.stopping("2 deliveries wait");
        let told = manager.shown().concat();
        let told: Vec<&str> =
            told.lines().map(|line| if line.starts_with("MONOTONIC_USEC=") { "MONOTONIC_USEC=…" } else { line }).collect();
        assert_snapshot!(told.join("\n"), @r"
        READY=1
        STATUS=12 feeds, 3 watches
        RELOADING=1
        MONOTONIC_USEC=…
        READY=1
        STATUS=13 feeds READY=0
        STATUS=next visit in 4 min
        STOPPING=1
        STATUS=2 deliveries wait
        ");
    }

    #[test]
    fn a_reload_carries_the_monotonic_time_in_the_same_message() {
        let (manager, notifier) = Manager::start();
        notifier.reloading();
        notifier.reloading();
        let times: Vec<u64> = manager
            .shown()
            .iter()
            .map(|message| message.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap().trim_end().parse().unwrap())
            .collect();
        assert!(times.len() == 2 && times[0] > 0 && times[0] <= times[1], "{times:?}");
    }

    #[test]
    fn an_abstract_socket_is_found() {
        let name = format!("wirewatch-test-{}", std::process::id());
        let socket = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        Notifier::new(Some(OsStr::new(&format!("@{name}")))).unwrap().alive();
        let mut bytes = [0; 64];
        let length = socket.recv(&mut bytes).unwrap();
        assert_eq!(&bytes[..length], b"WATCHDOG=1\n");
    }

    #[test]
    fn without_a_manager_nothing_happens() {
        Notifier::new(None).unwrap().ready("fine");
        Notifier::new(Some(OsStr::new(""))).unwrap().ready("fine");
        assert!(Notifier::new(Some(OsStr::new("/nowhere/notify"))).is_err());
        let (manager, notifier) = Manager::start();
        drop(manager);
        notifier.alive();
        assert!(notifier.failing.load(Ordering::Relaxed));
    }

    #[tokio::test(start_paused = true)]
    async fn the_watchdog_is_fed_only_while_the_scheduler_moves() {
        let (manager, notifier) = Manager::start();
        let progress = Progress::default();
        let timeout = Duration::from_secs(60);
        let watch = tokio::spawn(watch_over(notifier, progress.clone(), timeout));
        let mut fed = Vec::new();
        for minute in 0..4 {
            for _ in 0..12 {
                // In the third minute the scheduler hangs.
                if minute != 2 {
                    progress.touch();
                }
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
            fed.push(manager.shown().len());
        }
        watch.abort();
        assert!(fed[0] >= 4 && fed[1] >= 4 && fed[3] >= 3, "{fed:?}");
        // What the scheduler did just before it hung is seen once more, and then nothing.
        assert!(fed[2] <= 1, "{fed:?}");
    }
}
