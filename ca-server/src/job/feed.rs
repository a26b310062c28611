//! Hears of changes of status that other processes made.

use crate::service::Services;

/// Passes on what changed. Failures are logged and tried again at the next turn; meanwhile answers are made anew.
pub fn follow(services: &Services) {
    if let Err(error) = services.safeguards.look() {
        tracing::error!(outcome = error.code(), %error, "the store could not be compared with what is known of it");
    }
    if let Err(error) = services.status.feed().follow() {
        metrics::counter!("cityca_status_feed_failures_total").increment(1);
        tracing::error!(outcome = error.code(), %error, "the changes of status could not be read");
    }
}
