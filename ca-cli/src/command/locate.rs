//! Finding the one certificate of the server that a serial or a file means.

use std::path::Path;

use ca_core::encoding::pem;
use ca_core::x509::{Certificate, SerialNumber};
use schemas::rest::{CertificatePage, CertificateQuery, CertificateView};

use super::Context;
use crate::client::{ClientError, Server};
use crate::failure::Failure;
use crate::input;

/// What an argument that may be a serial or a file is.
pub(super) enum Target {
    /// A file, or standard input.
    File,
    /// A serial number.
    Serial(SerialNumber),
}

/// A file where there is one of that name, else a serial where it can be read as one.
pub(super) fn target(text: &str) -> Target {
    match text.parse() {
        Ok(serial) if !Path::new(text).exists() => Target::Serial(serial),
        _ => Target::File,
    }
}

/// The certificate with this serial; `authority` decides where several have it.
pub(super) fn by_serial(
    serial: &SerialNumber,
    authority: Option<&str>,
    server: &Server,
    context: &mut Context<'_>,
) -> Result<CertificateView, Failure> {
    let mut found = candidates(serial, authority, server, context)?;
    match found.len() {
        0 => Err(unknown(serial, authority)),
        1 => Ok(found.remove(0)),
        _ => {
            let authorities: Vec<String> = found.into_iter().map(|view| view.authority).collect();
            let detail =
                format!("several authorities issued the serial {serial}: {}", authorities.join(", "));
            Err(Failure::usage("ambiguous-serial", detail))
        }
    }
}

/// The server's record of the certificate in a file, by its bytes.
pub(super) fn by_file(
    file: &Path,
    authority: Option<&str>,
    server: &Server,
    context: &mut Context<'_>,
) -> Result<CertificateView, Failure> {
    let bytes = input::read(file)?;
    let certificate = input::first_certificate(&bytes).ok_or_else(|| {
        Failure::usage("no-certificate", format!("{} holds no certificate", file.display()))
    })?;
    for view in candidates(certificate.serial(), authority, server, context)? {
        if certificate_of(&view)? == certificate {
            return Ok(view);
        }
    }
    Err(unknown(certificate.serial(), authority))
}

/// The certificate in a record.
pub(super) fn certificate_of(view: &CertificateView) -> Result<Certificate, Failure> {
    let wrong = |reason: String| ClientError::Answer { server: "the server".to_owned(), reason };
    let der =
        pem::read_one_of(view.pem.as_bytes(), &["CERTIFICATE"]).map_err(|error| wrong(error.to_string()))?;
    Ok(Certificate::from_der(&der).map_err(|error| wrong(error.to_string()))?)
}

/// The path of a certificate in the interface.
pub(super) fn path_of(view: &CertificateView) -> String {
    format!("/api/v1/certificates/{}/{}", view.authority, view.serial)
}

fn candidates(
    serial: &SerialNumber,
    authority: Option<&str>,
    server: &Server,
    context: &mut Context<'_>,
) -> Result<Vec<CertificateView>, Failure> {
    let query = CertificateQuery {
        serial: Some(serial.to_string()),
        authority: authority.map(str::to_owned),
        ..CertificateQuery::default()
    };
    let page: CertificatePage =
        server.get(context, &format!("/api/v1/certificates?{}", query.to_query_string()))?;
    Ok(page.items)
}

fn unknown(serial: &SerialNumber, authority: Option<&str>) -> Failure {
    let whose = authority.map_or_else(String::new, |name| format!(" of the authority {name}"));
    Failure::refused(
        "unknown-serial",
        format!("the server has no certificate{whose} with the serial {serial}"),
    )
}
