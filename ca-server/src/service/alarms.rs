//! What stands against publishing and needs a person.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use ca_core::issuance::{AuthorityName, Shard};

/// The alarms that stand, by what they are about: read by readiness and figures, taken back by success.
#[derive(Debug, Default)]
pub struct Alarms(RwLock<BTreeMap<About, (&'static str, String)>>);

/// Whose list, and of which shard.
type About = (AuthorityName, Option<Shard>);

impl Alarms {
    /// A CRL of an authority was not published, and the one before is served on.
    pub(super) fn raise(
        &self,
        authority: &AuthorityName,
        shard: Option<Shard>,
        code: &'static str,
        detail: String,
    ) {
        metrics::gauge!("cityca_crl_alarm", "authority" => authority.to_string()).set(1.0);
        let number = shard.map(Shard::number);
        tracing::error!(%authority, shard = number, outcome = code, detail, "ALARM: the CRL was not published, the one before is served on");
        let mut alarms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        alarms.insert((authority.clone(), shard), (code, detail));
    }

    /// What the store has is published again; another alarm stands on.
    pub(super) fn clear_if(&self, authority: &AuthorityName, shard: Option<Shard>, code: &'static str) {
        let about = (authority.clone(), shard);
        let standing =
            self.0.read().unwrap_or_else(PoisonError::into_inner).get(&about).map(|(code, _)| *code);
        if standing == Some(code) {
            self.clear(authority, shard);
        }
    }

    /// A CRL of an authority was published.
    pub(super) fn clear(&self, authority: &AuthorityName, shard: Option<Shard>) {
        let mut alarms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if alarms.remove(&(authority.clone(), shard)).is_some() {
            let number = shard.map(Shard::number);
            tracing::info!(%authority, shard = number, outcome = "alarm-over", "the CRL is published again");
        }
        let others = alarms.keys().any(|(name, _)| name == authority);
        metrics::gauge!("cityca_crl_alarm", "authority" => authority.to_string()).set(f64::from(others));
    }

    /// Those that stand: authority, code, words.
    pub fn standing(&self) -> Vec<(AuthorityName, &'static str, String)> {
        let alarms = self.0.read().unwrap_or_else(PoisonError::into_inner);
        alarms.iter().map(|((name, _), (code, detail))| (name.clone(), *code, detail.clone())).collect()
    }
}
