//! Authorities: make, list, certify by the answer of a ceremony, publish the CRL of an offline root.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use ca_core::algorithm::KeySpec;
use ca_core::algorithm::digest::sm3;
use ca_core::encoding::pem;
use ca_core::issuance::AuthorityName;
use ca_core::x509::certificate::Certificate;
use schemas::rest::{
    AuthorityList, AuthorityRequestView, AuthorityState as WireState, AuthorityView, CreateAuthority,
    InstallCertificate, Problem, PublishCrl,
};

use super::certificates::{json, put_on_record};
use super::convert;
use super::signed::{self, Signed};
use crate::http::context::Context;
use crate::http::refusal::Refusal;
use crate::http::{Api, problem, status_of};
use crate::port::Act;
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
pub(crate) async fn create(
    request: HttpRequest,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let made = signed::act(request, payload, &api, &context, |api, signed, authenticated| {
        let act = authenticated.into_act();
        let asked = json::<CreateAuthority>(signed).and_then(|body| {
            let spec = body.algorithm.parse::<KeySpec>().map_err(|_| {
                Refusal::bad_request("unknown-algorithm", format!("there is no key of {:?}", body.algorithm))
            })?;
            let name = body
                .name
                .parse::<AuthorityName>()
                .map_err(|error| Refusal::bad_request("authority-name-invalid", error.to_string()))?;
            Ok((name, convert::name(&body.subject)?, spec))
        });
        let (name, subject, spec) =
            asked.inspect_err(|refusal| put_on_record(api, &act, "authority.create", refusal))?;
        let made = api.services.ceremonies.create(&act, &name, &subject, spec).map_err(refusal)?;
        Ok(request_view(&name, made))
    })
    .await;
    match made {
        Ok(view) => {
            context.set_authority(view.authority.clone());
            HttpResponse::Created().json(view)
        }
        Err(refusal) => problem::respond(&context, &refusal),
    }
}

/// Lists the authorities, oldest first.
#[utoipa::path(
    get, path = "/api/v1/authorities", tag = "authorities",
    responses(
        (status = 200, description = "All authorities", body = AuthorityList),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    request: HttpRequest,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let listed = signed::act(request, payload, &api, &context, |api, _, authenticated| {
        api.services.ceremonies.list(&authenticated.into_act()).map_err(refusal)
    })
    .await;
    match listed {
        Ok(items) => HttpResponse::Ok().json(AuthorityList { items: items.into_iter().map(view).collect() }),
        Err(refusal) => problem::respond(&context, &refusal),
    }
}

/// Makes another request for an authority that is not certified yet; it supersedes the one before.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/requests", tag = "authorities",
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 201, description = "The request goes to a ceremony", body = AuthorityRequestView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn request_again(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let done = about(
        request,
        path,
        payload,
        &api,
        &context,
        "authority-request.create",
        |_| Ok(()),
        |api, act, name, ()| {
            let made = api.services.ceremonies.request_again(act, name, None)?;
            Ok(request_view(name, made))
        },
    )
    .await;
    match done {
        Ok(view) => HttpResponse::Created().json(view),
        Err(refusal) => problem::respond(&context, &refusal),
    }
}

/// Installs the certificate that a ceremony gave, and publishes the root's CRL. Everything is checked: that a request of
/// this server is answered once and the newest one, the key, the path to the root, the rules, the CRL.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority}/certificate", tag = "authorities",
    request_body = InstallCertificate,
    params(("authority" = String, Path, description = "Name of the authority")),
    responses(
        (status = 200, description = "The authority is at work", body = AuthorityView),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn install(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let done = about(
        request,
        path,
        payload,
        &api,
        &context,
        "authority.certify",
        answer,
        |api, act, name, answer| api.services.ceremonies.install(act, name, &answer).map(view),
    )
    .await;
    respond(&context, done)
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
pub(crate) async fn publish_crl(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    api: Data<Api>,
    context: Context,
) -> HttpResponse {
    let read = |signed: &Signed| crl(&json::<PublishCrl>(signed)?.crl);
    let done = about(request, path, payload, &api, &context, "crl.publish", read, |api, act, name, der| {
        api.services.ceremonies.publish_crl(act, name, &der).map(view)
    })
    .await;
    respond(&context, done)
}

fn respond(context: &Context, done: Result<AuthorityView, Refusal>) -> HttpResponse {
    match done {
        Ok(view) => HttpResponse::Ok().json(view),
        Err(refusal) => problem::respond(context, &refusal),
    }
}

/// Does the work of a signed request about one authority.
#[expect(
    clippy::too_many_arguments,
    reason = "what the library gives a handler, and what differs between three"
)]
async fn about<B, T: Send + 'static>(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    api: &Api,
    context: &Context,
    action: &'static str,
    read: impl FnOnce(&Signed) -> Result<B, Refusal> + Send + 'static,
    apply: impl FnOnce(&Api, &Act, &AuthorityName, B) -> Result<T, CeremonyError> + Send + 'static,
) -> Result<T, Refusal> {
    let path = path.into_inner();
    context.set_authority(path.clone());
    signed::act(request, payload, api, context, move |api, signed, authenticated| {
        let act = authenticated.into_act();
        let asked = convert::authority(&path).and_then(|name| Ok((name, read(signed)?)));
        let (name, body) = asked.inspect_err(|refusal| put_on_record(api, &act, action, refusal))?;
        apply(api, &act, &name, body).map_err(refusal)
    })
    .await
}

fn answer(signed: &Signed) -> Result<CeremonyAnswer, Refusal> {
    let body = json::<InstallCertificate>(signed)?;
    let malformed =
        |what: &str, reason: String| Refusal::bad_request("answer-malformed", format!("{what}: {reason}"));
    let objects =
        pem::read_all(body.chain.as_bytes()).map_err(|error| malformed("chain", error.to_string()))?;
    let chain = objects.into_iter().filter(|object| object.label == "CERTIFICATE").map(|object| object.der);
    let transcript = hex::decode(&body.transcript).ok().and_then(|bytes| bytes.try_into().ok());
    Ok(CeremonyAnswer {
        sequence: body.sequence,
        nonce: hex::decode(&body.nonce).map_err(|error| malformed("nonce", error.to_string()))?,
        chain: chain.collect(),
        crl: crl(&body.crl)?,
        transcript: transcript
            .ok_or_else(|| malformed("transcript", "it is not 64 hexadecimal digits".to_owned()))?,
        answer: sm3(signed.body()),
        root: convert::authority(&body.root)?,
    })
}

fn crl(text: &str) -> Result<Vec<u8>, Refusal> {
    pem::read_one_of(text.as_bytes(), &["X509 CRL"])
        .map_err(|error| Refusal::bad_request("malformed-crl", format!("crl: {error}")))
}

fn request_view(name: &AuthorityName, record: AuthorityRequestRecord) -> AuthorityRequestView {
    AuthorityRequestView {
        authority: name.to_string(),
        sequence: record.request.sequence,
        nonce: hex::encode(record.request.nonce),
        csr: pem::write("CERTIFICATE REQUEST", &record.request.request),
        created_at: record.created_at,
    }
}

fn view(state: AuthorityState) -> AuthorityView {
    let AuthorityState { record, crl, request } = state;
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
        request: request.map(|request| request_view(&record.name, request)),
        created_at: record.created_at,
        name: record.name.to_string(),
    }
}

fn refusal(error: CeremonyError) -> Refusal {
    Refusal::new(status_of(error.fault()), error.code(), error.to_string())
}
