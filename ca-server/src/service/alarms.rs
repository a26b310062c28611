//! What stands against publishing and needs a person.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use ca_core::issuance::AuthorityName;

/// The alarms that stand, by what they are about: read by readiness and figures, taken back by success.
#[derive(Debug, Default)]
pub struct Alarms(RwLock<BTreeMap<AuthorityName, (&'static str, String)>>);

impl Alarms {
    /// The CRL of an authority was not published, and the one before is served on.
    pub(super) fn raise(&self, authority: &AuthorityName, code: &'static str, detail: String) {
        metrics::gauge!("cityca_crl_alarm", "authority" => authority.to_string()).set(1.0);
        tracing::error!(%authority, outcome = code, detail, "ALARM: the CRL was not published, the one before is served on");
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(authority.clone(), (code, detail));
    }

    /// What the store has is published again; another alarm stands on.
    pub(super) fn clear_if(&self, authority: &AuthorityName, code: &'static str) {
        if self.standing().iter().any(|(name, standing, _)| name == authority && *standing == code) {
            self.clear(authority);
        }
    }

    /// The CRL of an authority was published.
    pub(super) fn clear(&self, authority: &AuthorityName) {
        if self.0.write().unwrap_or_else(PoisonError::into_inner).remove(authority).is_some() {
            tracing::info!(%authority, outcome = "alarm-over", "the CRL is published again");
        }
        metrics::gauge!("cityca_crl_alarm", "authority" => authority.to_string()).set(0.0);
    }

    /// Those that stand: authority, code, words.
    pub fn standing(&self) -> Vec<(AuthorityName, &'static str, String)> {
        let alarms = self.0.read().unwrap_or_else(PoisonError::into_inner);
        alarms.iter().map(|(name, (code, detail))| (name.clone(), *code, detail.clone())).collect()
    }
}
