//! `ca ceremony request`: an authority asks for its certificate.

use ca_core::ceremony::exchange::{Content, Octets, Package, Request};
use ca_core::ceremony::{Digest, Kind, rehearsal};
use ca_core::encoding::pem;
use ca_core::encoding::time::whole_seconds;
use ca_core::keystore::file::{Access, write_new};
use schemas::rest::{AuthorityRequestView, CreateAuthority, NamePart};

use super::Context;
use crate::args::CeremonyRequestArgs;
use crate::client::{Body, Server};
use crate::failure::Failure;
use crate::input::{first_certificate, read_file};
use crate::report::{CeremonyReport, Exchanged, Outcome, Report};

/// Has the server make the key and the request, or another request for a key that it has, and signs the package.
pub(super) fn run(args: &CeremonyRequestArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let csr_file = args.csr.clone().unwrap_or_else(|| args.out.with_extension("csr"));
    for file in [&args.out, &csr_file] {
        if file.exists() || csr_file == args.out {
            // Found out before a request exists that cannot be put anywhere.
            let detail = format!("{} exists and is not overwritten", file.display());
            return Err(Failure::usage("file-exists", detail));
        }
    }
    let root = first_certificate(&read_file(&args.root)?).ok_or_else(|| {
        Failure::usage("no-certificate", format!("{} holds no certificate", args.root.display()))
    })?;
    let server = Server::open(context)?;
    let made = asked(args, &server, context)?;
    let malformed =
        |what: &str| Failure::refused("server-answer", format!("the server's {what} cannot be read"));
    let csr =
        pem::read_one_of(made.csr.as_bytes(), &["CERTIFICATE REQUEST"]).map_err(|_| malformed("request"))?;
    let nonce = ca_core::encoding::hex::decode(&made.nonce).ok().and_then(|nonce| nonce.try_into().ok());
    let request = Request {
        kind: Kind::from_name(&made.kind).ok_or_else(|| malformed("kind"))?,
        mode: rehearsal::mode_of(root.subject()),
        authority: made.authority.parse().map_err(|_| malformed("authority"))?,
        sequence: made.sequence,
        nonce: nonce.ok_or_else(|| malformed("nonce"))?,
        made: whole_seconds(made.created_at),
        root: Digest::of(root.der()),
        request: Some(Octets(csr)),
        revoked: Vec::new(),
        previous_crl: None,
    };
    let package = Package::seal(Content::Request(request), server.signer(), context.rng)?;
    write_new(&csr_file, made.csr.as_bytes(), Access::Public)?;
    write_new(&args.out, package.text().as_bytes(), Access::Public)?;
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::Requested(Exchanged {
        authority: made.authority,
        sequence: made.sequence,
        digest: package.digest().to_string(),
        transcript: None,
        files: vec![args.out.display().to_string(), csr_file.display().to_string()],
    }))))
}

fn asked(
    args: &CeremonyRequestArgs,
    server: &Server,
    context: &mut Context<'_>,
) -> Result<AuthorityRequestView, Failure> {
    let subject =
        args.subject.iter().map(|(kind, value)| NamePart { kind: kind.to_string(), value: value.clone() });
    let order = CreateAuthority {
        name: args.authority.to_string(),
        subject: subject.collect(),
        algorithm: args.algorithm.to_string(),
    };
    if !order.subject.is_empty() {
        match server.post(context, "/api/v1/authorities", Some(Body::json(&order)?), None) {
            Err(failure) if failure.code == "authority-exists" => {}
            other => return other,
        }
    }
    server.post(context, &format!("/api/v1/authorities/{}/requests", args.authority), None, None)
}
