//! Signals of the operating system as futures.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// Returns at the first SIGTERM or SIGINT. A second one ends the process at once, with exit code 1.
///
/// # Errors
/// When the operating system does not let signals be received.
pub fn shutdown() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            leave();
        });
    })
}

#[expect(clippy::exit, reason = "who asks twice does not want to wait; the store is consistent at every moment")]
fn leave() {
    std::process::exit(1);
}

/// One message for each SIGHUP; several that come while one waits are one.
///
/// # Errors
/// When the operating system does not let signals be received.
pub fn reload() -> io::Result<mpsc::Receiver<()>> {
    let mut hang_up = signal(SignalKind::hangup())?;
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        while hang_up.recv().await.is_some() {
            match sender.try_send(()) {
                Ok(()) | Err(mpsc::error::TrySendError::Full(())) => {}
                Err(mpsc::error::TrySendError::Closed(())) => break,
            }
        }
    });
    Ok(receiver)
}
