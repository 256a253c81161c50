//! A program that is run, with all that it starts.

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Kills the process group when it is dropped. The program must have been started as the first of a group of its own.
#[derive(Debug)]
pub struct Group(Option<u32>);

impl Group {
    /// The group of a process, as [`tokio::process::Child::id`] gives it.
    pub const fn of(process: Option<u32>) -> Self {
        Self(process)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.0.and_then(|id| i32::try_from(id).ok())
            && let Err(error) = killpg(Pid::from_raw(id), Signal::SIGKILL)
        {
            // Nothing is left of the group: the usual case.
            tracing::trace!(%error, "process group has ended before");
        }
    }
}

/// Keeps the beginning of what a program says and reads the rest away, so that it does not wait for a reader.
pub async fn read_and_drain(pipe: Option<impl AsyncRead + Unpin>, kept_bytes_max: usize) -> Vec<u8> {
    let Some(mut pipe) = pipe else { return Vec::new() };
    let mut kept = Vec::new();
    let mut buffer = [0_u8; 4096];
    while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
        let room = kept_bytes_max.saturating_sub(kept.len());
        kept.extend(buffer.iter().take(count.min(room)));
    }
    kept
}
