//! `ca issue`.

use ca_core::encoding::pem;
use ca_core::keystore::file::{Access, write_new};
use schemas::rest::{CertificateView, IssueRequest, NamePart};
use uuid::Builder;

use super::Context;
use crate::args::IssueArgs;
use crate::client::{Body, Server};
use crate::failure::Failure;
use crate::input;
use crate::report::{Issued, Outcome, Report};

/// Labels of requests.
const LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// Has the server issue a certificate.
pub(super) fn run(args: IssueArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if let Some(file) = args.out.as_ref().filter(|file| file.exists()) {
        // Found out before a certificate exists that cannot be put anywhere.
        return Err(Failure::usage(
            "file-exists",
            format!("{} exists and is not overwritten", file.display()),
        ));
    }
    let bytes = input::read(&args.csr)?;
    let der = pem::read_one_of(&bytes, &LABELS)
        .map_err(|error| Failure::usage(error.code(), format!("{}: {error}", args.csr.display())))?;
    let subject: Vec<NamePart> =
        args.subject.into_iter().map(|(kind, value)| NamePart { kind: kind.to_string(), value }).collect();
    let names: Vec<String> = args.san.iter().map(ToString::to_string).collect();
    let request = IssueRequest {
        csr: pem::write(LABELS[0], &der),
        profile: args.profile,
        authority: args.authority,
        subject: Some(subject).filter(|parts| !parts.is_empty()),
        alternative_names: Some(names).filter(|names| !names.is_empty()),
        not_after: args.not_after,
    };
    let idempotency_key = args.idempotency_key.unwrap_or_else(|| random_key(context));
    let server = Server::open(context)?;
    let body = Body::json(&request)?;
    let certificate: CertificateView =
        server.post(context, "/api/v1/certificates", Some(body), Some(&idempotency_key))?;
    if let Some(file) = &args.out {
        write_new(file, certificate.pem.as_bytes(), Access::Public)?;
    }
    let file = args.out.map(|file| file.display().to_string());
    Ok(Outcome::done(Report::Issued(Issued { file, certificate })))
}

fn random_key(context: &mut Context<'_>) -> String {
    let mut random = [0; 16];
    context.rng.fill_bytes(&mut random);
    Builder::from_random_bytes(random).into_uuid().to_string()
}
