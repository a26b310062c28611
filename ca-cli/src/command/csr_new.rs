//! `ca csr new`.

use ca_core::algorithm::Sm2Parameters;
use ca_core::keystore::file::{Access, write_new};
use ca_core::x509::extension::{ExtensionValue as _, SubjectAlternativeName};
use ca_core::x509::{CertificationRequest, Extensions, Name};

use super::Context;
use crate::args::CsrNewArgs;
use crate::failure::Failure;
use crate::input::{Passwords, load_private_key};
use crate::report::{Outcome, Report, RequestMade};

/// Makes a certification request.
pub(super) fn run(args: &CsrNewArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if args.subject.is_empty() && args.san.is_empty() {
        return Err(Failure::usage("no-name", "a request needs a name: give --subject or --san"));
    }
    let subject = Name::from_parts(&args.subject)?;
    let mut extensions = Vec::new();
    if !args.san.is_empty() {
        // RFC 5280 §4.2.1.6: where the subject has no name, this one must be understood.
        extensions.push(SubjectAlternativeName(args.san.clone()).to_extension(subject.is_empty()));
    }
    let extensions = Extensions::new(extensions)?;
    let key =
        load_private_key(&args.key, &mut Passwords::new(args.password_file.as_deref(), context.person))?;
    let signer = key.into_signer(Sm2Parameters::Absent);
    let request = CertificationRequest::create(&subject, &extensions, &signer, context.rng)?;
    let pem = request.to_pem();
    if let Some(file) = &args.out {
        write_new(file, pem.as_bytes(), Access::Public)?;
    }
    Ok(Outcome::done(Report::RequestMade(RequestMade {
        subject: subject.to_string(),
        file: args.out.as_ref().map(|file| file.display().to_string()),
        pem,
    })))
}
