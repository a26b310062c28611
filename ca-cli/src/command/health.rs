//! `ca health`.

use schemas::rest::{HealthState, HealthView};

use super::Context;
use crate::args::{FailAt, HealthArgs};
use crate::client::Server;
use crate::failure::{Exit, Failure};
use crate::report::{Outcome, Report};

/// Asks the server how it is.
pub(super) fn run(args: &HealthArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut view: HealthView = Server::open(context)?.get(context, "/api/v1/health")?;
    // What the checks say counts, whatever stands above them.
    view.state = view.checks.iter().map(|check| check.state).max().unwrap_or(view.state).max(view.state);
    let bad = match args.fail_on {
        FailAt::Warning => HealthState::Warning,
        FailAt::Critical => HealthState::Critical,
    };
    let exit = if view.state >= bad { Exit::Refused } else { Exit::Done };
    Ok(Outcome { report: Report::Health(view), exit, warnings: Vec::new() })
}
