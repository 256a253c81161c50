//! Whether the scheduler still comes around.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the scheduler has done so far: it touches its token each time it has come around.
///
/// A process whose scheduler stands still is not alive, however well its other tasks run.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Says that the scheduler came around. It must do so every few seconds, also when nothing is due.
    pub fn touch(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it came around.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
