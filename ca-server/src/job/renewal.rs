//! Renews what is due. Which is due, the services know.

use crate::service::Services;

/// Takes up authorities that were certified meanwhile, finishes intents that were left open, renews every OCSP signer and
/// CRL that is due, as far as the roles of this process go, and says how many could not be. Failures are logged and tried again at the next turn.
pub fn renew(services: &Services) -> usize {
    let mut failures = 0;
    if let Err(error) = services.refresh() {
        failures += 1;
        metrics::counter!("cityca_renewal_failures_total", "what" => "authorities").increment(1);
        tracing::error!(outcome = error.code(), %error, "a certified authority was not taken up");
    }
    let roles = services.roles();
    if roles.issue
        && let Err(error) = services.reconciler.turn()
    {
        failures += 1;
        metrics::counter!("cityca_renewal_failures_total", "what" => "intents").increment(1);
        tracing::error!(outcome = error.code(), %error, "intents that were left open were not finished");
    }
    let signers = if roles.status { services.ocsp_signer.renew_due() } else { Vec::new() };
    for (authority, error) in signers {
        failures += 1;
        metrics::counter!("cityca_renewal_failures_total", "what" => "ocsp-signer").increment(1);
        tracing::error!(%authority, outcome = error.code(), %error, "the OCSP signer was not renewed");
    }
    let lists = if roles.issue { services.crl.publish_due() } else { Vec::new() };
    for (authority, error) in lists {
        failures += 1;
        metrics::counter!("cityca_renewal_failures_total", "what" => "crl").increment(1);
        tracing::error!(%authority, outcome = error.code(), %error, "the CRL was not renewed");
    }
    failures
}
