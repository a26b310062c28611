//! Lists on their way to a signature, here or where the key is.

use ca_core::crl::list::ListKind;
use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::Shard;
use rand_core::CryptoRng;
use schemas::signer::ListAsk;

use super::build::{Committed, Signed};
use super::{CrlError, Series};
use crate::service::Settings;

/// Signs here, or has it signed where the key is.
pub(super) fn sign(
    series: Series<'_>,
    settings: &Settings,
    list: Committed,
    rng: &mut dyn CryptoRng,
) -> Result<Signed, CrlError> {
    let issuer = series.authority.issuer()?;
    let Some(remote) = series.authority.remote() else { return Ok(issuer.sign_list(list, rng)?) };
    let (prepared, lists) = (list.prepared(), settings.lists_of(series.name()));
    let facts = prepared.facts();
    let (base, full) = match facts.kind {
        ListKind::Full => (None, true),
        ListKind::Delta { base } => (Some(base), false),
    };
    let ask = ListAsk {
        authority: series.name().clone(),
        shard: series.shard.map(Shard::number),
        number: facts.number,
        base,
        this_update: facts.this_update,
        next_update: facts.next_update,
        deltas: full && lists.deltas,
        keeps_expired_since: (full && lists.keep_expired)
            .then(|| whole_seconds(series.authority.record().created_at)),
        entries: facts.entries,
        octets: prepared.entries_octets(),
        tbs_hash: prepared.tbs_hash(),
    };
    let signature = remote.list(&ask, &mut |sink| prepared.visit_entries(sink))?;
    Ok(issuer.accept_list(list, &signature)?)
}
