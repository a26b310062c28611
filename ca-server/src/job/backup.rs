//! Backups by themselves.

use crate::service::backup::Schedule;

/// Makes a backup where one is due. A failure is logged and counted, and tried again at the next turn.
pub fn back_up(schedule: &Schedule) {
    match schedule.run() {
        Ok(None) => {}
        Ok(Some(made)) => {
            tracing::info!(
                rows = made.rows,
                audit_sequence = made.contents.audit_sequence,
                outcome = "backed-up",
                "backed up"
            );
        }
        Err(error) => {
            metrics::counter!("cityca_backup_failures_total").increment(1);
            tracing::error!(folder = %schedule.folder.display(), outcome = error.code(), %error, "no backup was made");
        }
    }
    // Where the folder cannot be read the failure above says so.
    if let Ok(Some(newest)) = schedule.newest() {
        metrics::gauge!("cityca_backup_newest_timestamp_seconds").set(newest.as_second() as f64);
    }
}
