//! The certificates of ceremonies.

use std::sync::Arc;

use rand_core::CryptoRng;

use super::{ActError, Brief, PreparedOutput, issuer, profiles};
use crate::algorithm::Signer;
use crate::ceremony::plan::{CrossPlan, Mode, RootPlan, SubordinatePlan, name_constraints};
use crate::ceremony::rehearsal;
use crate::issuance::hierarchy::{self, Constraints};
use crate::issuance::{
    Choices, CommittedCertificate, IssuedCertificate, PreparedCertificate, SigningError, root as roots,
};
use crate::key::{BlockedKeys, NormalizedKey};
use crate::x509::extension::{InhibitAnyPolicy, PolicyConstraints, PolicyMapping, PolicyMappings};
use crate::x509::{Certificate, SerialNumber};

/// Keys of the people in the room certify nobody; all others are the plan's to choose.
struct PeoplesKeys(Vec<NormalizedKey>);

impl BlockedKeys for PeoplesKeys {
    fn is_blocked(&self, key: &NormalizedKey) -> bool {
        self.0.contains(key)
    }
}

/// A self-signed root.
pub(super) fn root(
    brief: &Brief<'_>,
    signer: Arc<dyn Signer>,
    serial: SerialNumber,
    rng: &mut dyn CryptoRng,
) -> Result<PreparedOutput, ActError> {
    let plan = brief.checked.plan().document();
    let table = plan.root.as_ref().ok_or(ActError::NoTable { table: "root" })?;
    self_signed(table, brief.checked.mode(), signer, serial, rng).map(PreparedOutput::Certificate)
}

/// A self-signed root as the table of a plan says it, for the key of `signer`: signed by a throwaway key and linted. What a
/// ceremony signs in the room, and what a server for trying out makes for itself.
///
/// # Errors
/// [`ActError`].
pub fn self_signed(
    table: &RootPlan,
    mode: Mode,
    signer: Arc<dyn Signer>,
    serial: SerialNumber,
    rng: &mut dyn CryptoRng,
) -> Result<PreparedCertificate, ActError> {
    let profile = profiles::root(table.path_length.0)?;
    let subject = rehearsal::name_in(mode, &table.subject.0)?;
    let (not_before, not_after) = (table.not_before, Some(table.not_after));
    Ok(roots::prepare(&profile, &subject, signer, not_after, serial, not_before, rng)?)
}

/// Signs a certificate that was committed to.
///
/// # Errors
/// [`SigningError`], also where `signer` is not the key that it was prepared for.
pub fn sign_certificate(
    committed: CommittedCertificate,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<IssuedCertificate, SigningError> {
    roots::sign(committed, signer, rng)
}

/// A certificate from a request: of an issuing authority, another domain's authority, or an OCSP responder.
pub(super) fn subordinate(
    brief: &Brief<'_>,
    signer: Arc<dyn Signer>,
    serial: SerialNumber,
    rng: &mut dyn CryptoRng,
) -> Result<PreparedOutput, ActError> {
    let plan = brief.checked.plan().document();
    let pointers = plan.issuer.as_ref().is_some_and(|issuer| issuer.public_url.is_some());
    let mut constraints = Constraints::default();
    let (profile, subject, not_before, not_after) = match (&plan.issuing, &plan.ocsp_signer, &plan.cross) {
        (Some(SubordinatePlan { subject, not_before, not_after, path_length, policies, .. }), _, _) => {
            (profiles::issuing(*path_length, policies, pointers)?, subject, not_before, not_after)
        }
        (_, Some(SubordinatePlan { subject, not_before, not_after, policies, .. }), _) => {
            (profiles::responder(policies)?, subject, not_before, not_after)
        }
        (_, _, Some(cross)) => {
            constraints = constraints_of(cross)?;
            let profile = profiles::cross(cross.path_length, &cross.policies, pointers)?;
            (profile, &cross.subject, &cross.not_before, &cross.not_after)
        }
        _ => return Err(ActError::NoTable { table: plan.kind.name() }),
    };
    let request = brief.checked.request().ok_or(ActError::NoTable { table: "request" })?.clone();
    let choices = Choices {
        subject: Some(rehearsal::name_in(brief.checked.mode(), &subject.0)?),
        alternative_names: None,
        not_after: Some(*not_after),
    };
    let people = plan.people.iter().map(|person| person.public_key.0.normalized()).collect();
    let authorized = hierarchy::authorize(profile, request, choices, &PeoplesKeys(people))?;
    let issuer = issuer(brief, signer, rng)?;
    let prepared = issuer.prepare_constrained(authorized, &constraints, serial, *not_before, rng)?;
    Ok(PreparedOutput::Certificate(prepared))
}

fn constraints_of(cross: &CrossPlan) -> Result<Constraints, ActError> {
    let names =
        name_constraints(cross).map_err(|problem| ActError::Constraints { reason: problem.to_string() })?;
    let mappings: Vec<PolicyMapping> = cross
        .mappings
        .iter()
        .map(|pair| PolicyMapping { issuer: pair.issuer.clone(), subject: pair.subject.clone() })
        .collect();
    let constrains = cross.require_explicit_policy.is_some() || cross.inhibit_policy_mapping.is_some();
    Ok(Constraints {
        names: Some(names),
        mappings: (!mappings.is_empty()).then_some(PolicyMappings(mappings)),
        policies: constrains.then_some(PolicyConstraints {
            require_explicit_policy: cross.require_explicit_policy,
            inhibit_policy_mapping: cross.inhibit_policy_mapping,
        }),
        inhibit_any_policy: cross.inhibit_any_policy.map(InhibitAnyPolicy),
    })
}

/// A certificate from one root to the other (RFC 4210 section 4.4).
///
/// Both begin with the new root. RFC 4210 lets the old key's certificate by the new one begin with the old key; here nothing
/// is valid before its issuer is.
pub(super) fn link(
    brief: &Brief<'_>,
    output: &'static str,
    signer: Arc<dyn Signer>,
    serial: SerialNumber,
    rng: &mut dyn CryptoRng,
) -> Result<PreparedOutput, ActError> {
    let plan = brief.checked.plan().document();
    let table = plan.rollover.as_ref().ok_or(ActError::NoTable { table: "rollover" })?;
    let old = brief.checked.issuer().ok_or(ActError::NoTable { table: "issuer" })?;
    let new = brief.new_root.ok_or(ActError::NoTable { table: "root" })?;
    let issuer_table = plan.issuer.as_ref().ok_or(ActError::NoTable { table: "issuer" })?;
    let pointers = issuer_table.public_url.is_some();
    let (certified, not_after) = match output {
        "new-with-old" => (new, table.new_with_old_not_after),
        _ => (old, table.old_with_new_not_after),
    };
    let above = if output == "new-with-old" { old } else { new };
    // Below a root that limits its paths, the other one is an authority like any other.
    let length = match (path_length(above).map(|above| above.checked_sub(1)), path_length(certified)) {
        (Some(None), _) => return Err(ActError::NoRoomForLink),
        (Some(Some(above)), Some(own)) => Some(above.min(own)),
        (Some(above), None) => above,
        (None, own) => own,
    };
    let profile = profiles::link(length, pointers && output == "new-with-old")?;
    let issuer = match output {
        "new-with-old" => issuer(brief, signer, rng)?,
        _ => {
            let name = plan.root.as_ref().ok_or(ActError::NoTable { table: "root" })?.authority.clone();
            let urls = crate::issuance::Urls {
                crl: String::new(),
                shards: 0,
                ocsp: String::new(),
                ca_issuers: String::new(),
            };
            crate::issuance::Issuer::new(name, new.clone(), signer, urls, rng)?
        }
    };
    let not_before = new.validity().not_before;
    let prepared = issuer.prepare_link(certified, &profile, not_after, serial, not_before, rng)?;
    Ok(PreparedOutput::Certificate(prepared))
}

fn path_length(root: &Certificate) -> Option<u8> {
    let length = root.basic_constraints().ok().flatten().and_then(|constraints| constraints.path_length);
    length.and_then(|length| u8::try_from(length).ok())
}
