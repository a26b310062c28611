//! Between the wire's types and the services'.

use std::str::FromStr;

use ca_core::encoding::pem;
use ca_core::issuance::{AuthorityName, Choices};
use ca_core::revocation::{Reason, Status};
use ca_core::x509::extension::alternative_name::{GeneralName, GeneralNameError};
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::request::CertificationRequest;
use ca_core::x509::serial::SerialNumber;
use schemas::rest::{CertificateStatus, CertificateView, IssueRequest, NamePart, RevocationReason};

use crate::http::refusal::Refusal;
use crate::port::record::CertificateRecord;
use crate::service::IdempotencyKey;
use crate::service::certificates::Order;

/// A record as the wire shows it.
pub(crate) fn view(record: CertificateRecord) -> CertificateView {
    let (status, revoked_at, reason, invalidity_date) = match record.status {
        Status::Good => (CertificateStatus::Good, None, None, None),
        Status::Held { since } => {
            (CertificateStatus::Held, Some(since), Some(RevocationReason::CertificateHold), None)
        }
        Status::Revoked { at, reason, invalidity_date } => {
            (CertificateStatus::Revoked, Some(at), Some(wire_reason(reason)), invalidity_date)
        }
    };
    CertificateView {
        id: record.id,
        authority: record.authority.to_string(),
        serial: record.serial.to_string(),
        subject: record.subject,
        subject_id: record.subject_id,
        profile: record.profile,
        status,
        not_before: record.not_before,
        not_after: record.not_after,
        issued_at: record.issued_at,
        revoked_at,
        reason,
        invalidity_date,
        key_fingerprint: record.key_fingerprint,
        pem: pem::write("CERTIFICATE", &record.der),
    }
}

/// A status without its particulars.
pub(crate) fn status(status: &Status) -> CertificateStatus {
    match status {
        Status::Good => CertificateStatus::Good,
        Status::Held { .. } => CertificateStatus::Held,
        Status::Revoked { .. } => CertificateStatus::Revoked,
    }
}

/// Reasons have one spelling on both sides.
pub(crate) fn reason(wire: RevocationReason) -> Result<Reason, Refusal> {
    Reason::from_str(wire.as_str()).map_err(|error| Refusal::bad_request("unknown-reason", error.to_string()))
}

fn wire_reason(reason: Reason) -> RevocationReason {
    reason.to_string().parse().unwrap_or(RevocationReason::Unspecified)
}

/// The authority in a path or body.
pub(crate) fn authority(text: &str) -> Result<AuthorityName, Refusal> {
    text.parse()
        .map_err(|_| Refusal::not_found("unknown-authority", format!("there is no authority {text:?}")))
}

/// The serial in a path or query.
pub(crate) fn serial(text: &str) -> Result<SerialNumber, Refusal> {
    text.parse::<SerialNumber>()
        .map_err(|error| Refusal::bad_request("malformed-serial", format!("{text:?} is no serial: {error}")))
}

/// An order as the service takes it.
pub(crate) fn order(
    request: IssueRequest,
    idempotency_key: Option<&str>,
    body: &[u8],
) -> Result<Order, Refusal> {
    let idempotency_key = idempotency_key
        .map(|key| {
            IdempotencyKey::new(key, body).ok_or_else(|| {
                let detail = format!("an Idempotency-Key has 1 to {} characters", IdempotencyKey::MAX);
                Refusal::bad_request("malformed-idempotency-key", detail)
            })
        })
        .transpose()?;
    let der = CertificationRequest::decode(request.csr.as_bytes())
        .map_err(|error| Refusal::bad_request("malformed-csr", format!("csr: {error}")))?;
    Ok(Order {
        authority: request.authority.as_deref().map(authority).transpose()?,
        profile: request.profile,
        request: der,
        choices: Choices {
            subject: request.subject.as_deref().map(name).transpose()?,
            alternative_names: request
                .alternative_names
                .map(|names| names.iter().map(|name| alternative_name(name)).collect())
                .transpose()?,
            not_after: request.not_after,
        },
        idempotency_key,
    })
}

/// A name from its parts.
pub(crate) fn name(parts: &[NamePart]) -> Result<Name, Refusal> {
    let parts = parts
        .iter()
        .map(|part| {
            let kind = part.kind.parse::<AttributeKind>().map_err(|error| {
                Refusal::bad_request("unknown-name-part", format!("subject: {:?}: {error}", part.kind))
            })?;
            Ok((kind, part.value.clone()))
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    Name::from_parts(&parts).map_err(|error| {
        Refusal::new(
            actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
            error.code(),
            format!("subject: {error}"),
        )
    })
}

/// `kind:value`, as in `dns:meter-7.example`.
fn alternative_name(text: &str) -> Result<GeneralName, Refusal> {
    text.parse().map_err(|error: GeneralNameError| {
        Refusal::bad_request("malformed-alternative-name", format!("alternative_names: {error}"))
    })
}
