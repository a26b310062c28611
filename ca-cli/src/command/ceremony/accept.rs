//! `ca ceremony accept`: the online side installs what a ceremony answered.

use std::path::Path;

use ca_core::ceremony::Kind;
use ca_core::ceremony::exchange::{Accepted, Content, Package};
use ca_core::encoding::pem;
use ca_core::key::PublicKey;
use ca_core::x509::Certificate;
use schemas::rest::{AuthorityView, InstallCertificate};

use super::Context;
use crate::args::CeremonyAcceptArgs;
use crate::client::{Body, Server};
use crate::failure::Failure;
use crate::input::{first_certificate, read_file};
use crate::report::{CeremonyReport, Exchanged, Outcome, Report};

/// Checks who signed the answer and what it answers, and has the server check all else and install it.
pub(super) fn run(args: &CeremonyAcceptArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let root = certificate(&args.root)?;
    let server = Server::open(context)?;
    let answer = Package::open(&read_file(&args.answer)?, &[public_key(&args.signer)?])?;
    let waiting = Package::open(&read_file(&args.request)?, &[server.signer().public_key().clone()])?;
    let (Content::Answer(said), Content::Request(asked)) = (answer.content(), waiting.content()) else {
        return Err(Failure::refused(
            "exchange-direction",
            "an answer and the request that it answers are expected",
        ));
    };
    // An answer to something else goes to the server all the same, which refuses it on the record.
    if (&said.authority, said.sequence, said.nonce) == (&asked.authority, asked.sequence, asked.nonce) {
        Accepted::check(&answer, &waiting, &root, None, (context.clock)())?;
    }
    let crl = match (&said.crl, &args.crl) {
        (Some(_), _) => None,
        (None, Some(file)) => Some(pem::write("X509 CRL", &list(file)?)),
        (None, None) if asked.kind == Kind::OcspSigner => None,
        (None, None) => {
            let detail = "the answer holds no list of the root: give its newest one with --crl";
            return Err(Failure::usage("crl-required", detail));
        }
    };
    let body = InstallCertificate {
        answer: answer.text().to_owned(),
        request: waiting.text().to_owned(),
        root_certificate: pem::write("CERTIFICATE", root.der()),
        crl,
        root: args.root_name.to_string(),
    };
    let path = format!("/api/v1/authorities/{}/certificate", asked.authority);
    let installed: AuthorityView = server.post(context, &path, Some(Body::json(&body)?), None)?;
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::Accepted(Exchanged {
        authority: installed.name,
        sequence: said.sequence,
        digest: answer.digest().to_string(),
        transcript: Some(said.transcript.to_string()),
        files: Vec::new(),
    }))))
}

/// The certificate in a file.
pub(super) fn certificate(file: &Path) -> Result<Certificate, Failure> {
    first_certificate(&read_file(file)?)
        .ok_or_else(|| Failure::usage("no-certificate", format!("{} holds no certificate", file.display())))
}

/// The public key in a file: a PUBLIC KEY, or that of a certificate.
pub(super) fn public_key(file: &Path) -> Result<PublicKey, Failure> {
    let bytes = read_file(file)?;
    if let Ok(spki) = pem::read_one_of(&bytes, &["PUBLIC KEY"]) {
        return Ok(PublicKey::from_spki_der(&spki)?);
    }
    let certificate = first_certificate(&bytes)
        .ok_or_else(|| Failure::usage("no-public-key", format!("{} holds no public key", file.display())))?;
    Ok(certificate.public_key()?)
}

/// The list in a PEM file, DER.
pub(super) fn list(file: &Path) -> Result<Vec<u8>, Failure> {
    pem::read_one_of(&read_file(file)?, &["X509 CRL"])
        .map_err(|error| Failure::usage(error.code(), format!("{}: {error}", file.display())))
}
