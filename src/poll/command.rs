//! A feed that a program prints: run without a shell, bounded in time and output, stopped with all that it started.

use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::time::timeout;

use crate::poll::error::PollError;

/// Of what a program says on standard error, so much is kept for the message.
const STDERR_BYTES_MAX: usize = 2000;

/// Runs the program and gives what it prints.
pub(crate) async fn run(command: &[String], deadline: Duration, body_bytes_max: usize) -> Result<Vec<u8>, PollError> {
    let program = command.first().cloned().unwrap_or_default();
    let failed = |source| PollError::Command { program: program.clone(), source };
    let mut child = Command::new(&program)
        .args(command.iter().skip(1))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    // The group ends however this function does, also when its future is dropped.
    let _group = Group(child.id());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let run = async {
        let (out, err) = tokio::join!(read(stdout, body_bytes_max), read_and_drain(stderr));
        let out = out.map_err(failed)?;
        if out.len() > body_bytes_max {
            return Err(PollError::TooLarge { place: format!("`{program}`"), body_bytes_max });
        }
        let status = child.wait().await.map_err(failed)?;
        if status.success() {
            return Ok(out);
        }
        let stderr = String::from_utf8_lossy(&err).split_whitespace().collect::<Vec<_>>().join(" ");
        Err(PollError::CommandFailed { program: program.clone(), status: status.to_string(), stderr })
    };
    timeout(deadline, run).await.map_err(|_| PollError::CommandDeadline { program: program.clone(), deadline })?
}

/// Reads one byte more than allowed, so that the caller sees that there was more.
async fn read(pipe: Option<impl AsyncRead + Unpin>, bytes_max: usize) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut out).await?;
    }
    Ok(out)
}

/// Keeps the beginning and reads the rest away, so that the program does not wait for a reader.
async fn read_and_drain(pipe: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let Some(mut pipe) = pipe else { return Vec::new() };
    let mut kept = Vec::new();
    let mut buffer = [0_u8; 4096];
    while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
        let room = STDERR_BYTES_MAX - kept.len();
        kept.extend(buffer.iter().take(count.min(room)));
    }
    kept
}

/// Kills the process group when it is dropped.
struct Group(Option<u32>);

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
