//! A feed that a program prints: run without a shell, bounded in time and output, stopped with all that it started.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::time::timeout;

use crate::net::process::{Group, read_and_drain};
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
    let _group = Group::of(child.id());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let run = async {
        let (out, err) = tokio::join!(read(stdout, body_bytes_max), read_and_drain(stderr, STDERR_BYTES_MAX));
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
