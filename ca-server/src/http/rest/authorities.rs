//! Authorities: make, list, certify by the answer of a ceremony, publish the CRL of an offline root.

use actix_web::HttpResponse;
use actix_web::web::Path;
use ca_core::algorithm::KeySpec;
use ca_core::ceremony::Kind;
use ca_core::encoding::pem;
use ca_core::issuance::AuthorityName;
use ca_core::x509::certificate::Certificate;
use schemas::rest::{
    AuthorityList, AuthorityRequestView, AuthorityState as WireState, AuthorityView, CreateAuthority,
    InstallCertificate, Problem, PublishCrl,
};

use super::call::{Call, json};
use super::convert;
use super::signed::Signed;
use crate::http::refusal::Refusal;
use crate::http::status_of;
use crate::port::record::{AuthorityKind, AuthorityRequestRecord, KeyPlace};
use crate::service::ceremony::{AuthorityState, CeremonyAnswer, CeremonyError};

/// Makes the key of an issuing authority and the request for its certificate.
#[utoipa::path(
    post, path = "/api/v1/authorities", tag = "authorities", request_body = CreateAuthority,
    responses(
        (status = 201, description = "The key is made; the request goes to a ceremony", body = AuthorityRequestView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(call: Call) -> HttpResponse {
    call.answer(
        "authority.create",
        |signed| {
            let body = json::<CreateAuthority>(signed)?;
            let spec = body.algorithm.parse::<KeySpec>().map_err(|_| {
                Refusal::bad_request("unknown-algorithm", format!("there is no key of {:?}", body.algorithm))
            })?;
            let name = body
                .name
                .parse::<AuthorityName>()
                .map_err(|error| Refusal::bad_request("authority-name-invalid", error.to_string()))?;
            Ok((name, convert::name(&body.subject)?, spec))
        },
        |api, act, (name, subject, spec)| {
            let made = api.services.ceremonies.create(act, &name, &subject, spec)?;
            Ok::<_, CeremonyError>(request_view(&name, Kind::Issuing, made))
        },
        |context, view| {
            context.set_authority(view.authority.clone());
            HttpResponse::Created().json(view)
        },
    )
    .await
}

/// Lists the authorities, oldest first.
#[utoipa::path(
    get, path = "/api/v1/authorities", tag = "authorities",
    responses(
        (status = 200, description = "All authorities", body = AuthorityList),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(call: Call) -> HttpResponse {
    call.answer(
        "authority.list",
        |_| Ok(()),
        |api, act, ()| api.services.ceremonies.list(act),
        |_, items| HttpResponse::Ok().json(AuthorityList { items: items.into_iter().map(view).collect() }),
    )
    .await
}

/// Makes another request for an authority that is not certified yet, or one for an OCSP responder of an authority whose key
/// is offline; it supersedes the one before.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/requests", tag = "authorities",
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 201, description = "The request goes to a ceremony", body = AuthorityRequestView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn request_again(call: Call, path: Path<String>) -> HttpResponse {
    call.context().set_authority(path.as_str());
    call.answer(
        "authority-request.create",
        move |_| convert::authority(&path),
        |api, act, name| {
            let made = api.services.ceremonies.request_again(act, &name, None)?;
            let offline = api.services.authorities.get(name.as_str()).is_some_and(|known| known.is_offline());
            Ok::<_, CeremonyError>(request_view(&name, kind_of(offline), made))
        },
        |_, view| HttpResponse::Created().json(view),
    )
    .await
}

/// Installs the certificate that a ceremony gave, and publishes the root's CRL. Everything is checked: who signed the answer,
/// that a request of this server is answered once and the newest one, the key, the path to the root, the rules, the CRL.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/certificate", tag = "authorities",
    request_body = InstallCertificate,
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 200, description = "The authority is at work", body = AuthorityView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn install(call: Call, path: Path<String>) -> HttpResponse {
    call.context().set_authority(path.as_str());
    call.answer(
        "authority.certify",
        move |signed| Ok((convert::authority(&path)?, answer(signed)?)),
        |api, act, (name, answer)| {
            api.services.ceremonies.install(act, &name, &answer)?;
            api.services.begin();
            api.services.ceremonies.get(&name)
        },
        |_, state| HttpResponse::Ok().json(view(state)),
    )
    .await
}

/// Publishes a CRL of an authority whose key is offline. Numbers rise, thisUpdate never falls.
#[utoipa::path(
    put, path = "/api/v1/authorities/{authority}/crl", tag = "authorities", request_body = PublishCrl,
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 200, description = "The CRL is published", body = AuthorityView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn publish_crl(call: Call, path: Path<String>) -> HttpResponse {
    call.context().set_authority(path.as_str());
    call.answer(
        "crl.publish",
        move |signed| Ok((convert::authority(&path)?, crl(&json::<PublishCrl>(signed)?.crl)?)),
        |api, act, (name, der)| api.services.ceremonies.publish_crl(act, &name, &der),
        |_, state| HttpResponse::Ok().json(view(state)),
    )
    .await
}

fn answer(signed: &Signed) -> Result<CeremonyAnswer, Refusal> {
    let body = json::<InstallCertificate>(signed)?;
    let root = pem::read_one_of(body.root_certificate.as_bytes(), &["CERTIFICATE"])
        .map_err(|error| Refusal::bad_request("answer-malformed", format!("root_certificate: {error}")))?;
    Ok(CeremonyAnswer {
        answer: body.answer.into_bytes(),
        request: body.request.into_bytes(),
        root_certificate: root,
        crl: body.crl.as_deref().map(crl).transpose()?,
        root: convert::authority(&body.root)?,
    })
}

fn crl(text: &str) -> Result<Vec<u8>, Refusal> {
    pem::read_one_of(text.as_bytes(), &["X509 CRL"])
        .map_err(|error| Refusal::bad_request("malformed-crl", format!("crl: {error}")))
}

fn request_view(name: &AuthorityName, kind: Kind, record: AuthorityRequestRecord) -> AuthorityRequestView {
    AuthorityRequestView {
        authority: name.to_string(),
        kind: kind.to_string(),
        sequence: record.request.sequence,
        nonce: hex::encode(record.request.nonce),
        csr: pem::write("CERTIFICATE REQUEST", &record.request.request),
        created_at: record.created_at,
    }
}

/// What is asked of a ceremony: of an authority whose key is offline, the certificate of its responder.
fn kind_of(offline: bool) -> Kind {
    if offline { Kind::OcspSigner } else { Kind::Issuing }
}

fn view(state: AuthorityState) -> AuthorityView {
    let AuthorityState { record, crl, request, suspended, is_default, status } = state;
    let certificate = record.certificate.as_deref().and_then(|der| Certificate::from_der(der).ok());
    AuthorityView {
        kind: match record.kind {
            AuthorityKind::Root => "root",
            AuthorityKind::Issuing => "issuing",
        }
        .to_owned(),
        state: if record.certificate.is_some() { WireState::Certified } else { WireState::Requested },
        offline: record.key == KeyPlace::Offline,
        subject: certificate.as_ref().map(|certificate| certificate.subject().to_string()),
        not_after: certificate.as_ref().map(|certificate| certificate.validity().not_after),
        pem: record.certificate.as_deref().map(|der| pem::write("CERTIFICATE", der)),
        crl_number: crl.as_ref().map(|crl| crl.number),
        crl_next_update: crl.as_ref().map(|crl| crl.next_update),
        request: request
            .map(|request| request_view(&record.name, kind_of(record.key == KeyPlace::Offline), request)),
        suspended,
        default: is_default,
        status: status.as_ref().map(convert::status),
        created_at: record.created_at,
        name: record.name.to_string(),
    }
}

impl From<CeremonyError> for Refusal {
    fn from(error: CeremonyError) -> Self {
        Self::new(status_of(error.fault()), error.code(), error.to_string())
    }
}
