//! A thread that does something again and again until it is stopped.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Runs until dropped; dropping waits for a turn under way.
#[derive(Debug)]
pub struct Timer {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Timer {
    /// Does `work` every `interval`, the first time after one. A turn that panics is logged by the panic hook and
    /// does not end the timer.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        name: &str,
        interval: Duration,
        mut work: impl FnMut() + Send + 'static,
    ) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                let _ = catch_unwind(AssertUnwindSafe(&mut work));
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Panics of the work were caught: there is nothing to learn from the result.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Timer;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn a_turn_that_panics_is_followed_by_the_next() {
        let (done, turns) = mpsc::channel();
        let mut first = true;
        let timer = Timer::start("test", Duration::from_millis(1), move || {
            if std::mem::take(&mut first) {
                panic!("the first turn fails");
            }
            let _ = done.send(());
        })
        .unwrap();
        turns.recv_timeout(Duration::from_secs(10)).unwrap();
        drop(timer);
    }
}
