//! Writing to the store until it is written.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tracing::{error, info};

use crate::pipeline::{Gate, Phase};
use crate::store::error::StoreError;
use crate::text::chain::chain;

/// The first pause after a store that could not write.
const PAUSE: Duration = Duration::from_millis(250);
/// The longest pause; a full disk is looked at twice a minute.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Whether the store is in trouble; reported once when it begins and once when it ends.
#[derive(Debug, Default)]
pub struct Trouble(AtomicBool);

impl Trouble {
    fn begins(&self, error: &StoreError) {
        if !self.0.swap(true, Ordering::Relaxed) {
            error!(error = %chain(error), "store cannot write; nothing is lost, it is tried again until it can");
        }
    }

    fn ends(&self) {
        if self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed) {
            info!("store writes again");
        }
    }

    /// Whether it is in trouble now.
    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Repeats an operation until the store has written it, or refuses it for good, or the loop must stop.
///
/// # Errors
/// What the store said last.
pub async fn keep<T, F>(trouble: &Trouble, gate: &Gate, mut operation: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut gate = gate.clone();
    let mut pause = PAUSE;
    loop {
        match operation().await {
            Ok(value) => {
                trouble.ends();
                return Ok(value);
            }
            Err(error) if error.is_transient() && gate.phase() != Phase::Stop => {
                trouble.begins(&error);
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = gate.changed() => {}
                }
                pause = (pause * 2).min(PAUSE_MAX);
            }
            Err(error) => return Err(error),
        }
    }
}
