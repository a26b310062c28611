//! What objects say, as data to be rendered as text or JSON. The JSON is stable: members may join, none leave.

mod asn1;
mod certificate;
mod cms;
mod container;
mod crl;
mod extension;
mod key;
mod lint;
mod meaning;
mod name;
mod ocsp;
mod oddity;
mod opened;
mod request;
mod signature;
mod timestamp;
mod verdict;

use ca_core::key::PrivateKey;
use ca_core::timestamp::TimeStampToken;
use ca_core::x509::SerialNumber;
use schemas::rest::CertificateView;
use serde::Serialize;

pub(crate) use asn1::{Asn1Details, ElementDetails};
pub(crate) use certificate::{CertificateDetails, Fingerprints};
pub(crate) use cms::{CertificateSummary, CmsDetails, SignerDetails};
pub(crate) use container::{CfcaDetails, NamedKey, Pkcs12Details};
pub(crate) use crl::{CrlDetails, CrlEntry};
pub(crate) use extension::{ExtensionDetails, Identifier, Purposes};
pub(crate) use key::{KeyDetails, PrivateKeyDetails};
pub(crate) use lint::{FindingDetails, RuleDetails, details as finding_details, findings};
pub(crate) use meaning::{
    LoggedDetails, MappingDetails, Meaning, PolicyDetails, ServiceDetails, StatementDetails,
};
pub(crate) use name::NameDetails;
pub(crate) use ocsp::{CertIdDetails, OcspDetails, OcspRequestDetails, SingleDetails};
pub(crate) use oddity::Oddity;
pub(crate) use opened::OpenedDetails;
pub(crate) use request::RequestDetails;
pub(crate) use signature::{Issuers, SignatureDetails};
pub(crate) use timestamp::{
    ImprintDetails, TimeStampDetails, TimeStampRequestDetails, TimeStampResponseDetails,
};
#[cfg(test)]
pub(crate) use verdict::{AttemptDetails, ConstraintDetails};
pub(crate) use verdict::{Findings, StatusDetails, graph_of};

use crate::input::{Found, Kind, Object};
use crate::report::{ShowReport, UnreadableObject};

/// An object and where it was found.
#[derive(Serialize)]
pub(crate) struct Shown {
    /// The file as it was named, or the server.
    pub(crate) source: String,
    /// Position among the objects of the file, from 1.
    pub(crate) position: usize,
    /// What the server says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<Record>,
    /// What it says itself.
    #[serde(flatten)]
    pub(crate) details: Details,
    /// What rules find, where they were asked and there are some for its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lint: Option<Vec<FindingDetails>>,
    /// Its elements, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asn1: Option<Asn1Details>,
}

/// What the server knows of a certificate beyond its bytes.
#[derive(Serialize)]
pub(crate) struct Record {
    /// The whole record but for the PEM, which [`Shown`] has taken apart.
    #[serde(flatten)]
    pub(crate) view: CertificateView,
}

/// What an object says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Details {
    Certificate(Box<CertificateDetails>),
    Request(Box<RequestDetails>),
    Crl(Box<CrlDetails>),
    PrivateKey(PrivateKeyDetails),
    PublicKey(KeyDetails),
    OcspRequest(Box<OcspRequestDetails>),
    OcspResponse(Box<OcspDetails>),
    Cms(Box<CmsDetails>),
    Pkcs12(Box<Pkcs12Details>),
    CfcaContainer(Box<CfcaDetails>),
    TimeStampRequest(Box<TimeStampRequestDetails>),
    TimeStampResponse(Box<TimeStampResponseDetails>),
    #[serde(rename = "asn1")]
    Asn1(Asn1ObjectDetails),
}

/// An object that is shown by its elements.
#[derive(Serialize)]
pub(crate) struct Asn1ObjectDetails {
    /// What it is.
    pub(crate) kind: Kind,
    pub(crate) elements: Asn1Details,
    pub(crate) fingerprints: Fingerprints,
}

/// How objects are shown.
#[derive(Clone, Copy, Default)]
pub(crate) struct Depth<'a> {
    /// With what rules find.
    pub(crate) lint: bool,
    /// With all elements.
    pub(crate) asn1: bool,
    /// One line each for people.
    pub(crate) short: bool,
    /// A serial number that is looked up in revocation lists.
    pub(crate) serial: Option<&'a SerialNumber>,
    /// The key with which messages are opened.
    pub(crate) key: Option<&'a PrivateKey>,
}

/// Takes objects apart, each in the light of the others.
pub(crate) fn show(found: &[Found], depth: Depth<'_>) -> ShowReport {
    let mut report = ShowReport {
        objects: Vec::new(),
        unreadable: Vec::new(),
        form: match depth {
            Depth { asn1: true, .. } => Form::Elements,
            Depth { short: true, .. } => Form::Short,
            _ => Form::Pages,
        },
    };
    let issuers = Issuers::among(found);
    for found in found {
        let elements = || Asn1Details::of(&found.der, found.schema(), ca_core::encoding::dump::DEFAULT_LIMIT);
        let asn1 = (depth.asn1 && !found.der.is_empty()).then(elements);
        match &found.object {
            Ok(object) => report.objects.push(Shown {
                source: found.file.clone(),
                position: found.position,
                record: None,
                details: Details::of(found, object, &issuers, depth),
                lint: if depth.lint { findings(object, &issuers).map(finding_details) } else { None },
                asn1,
            }),
            Err(unreadable) => {
                report.unreadable.push(UnreadableObject { asn1, ..UnreadableObject::of(found, unreadable) });
            }
        }
    }
    report
}

/// How people read objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A page each.
    Pages,
    /// A line each.
    Short,
    /// A line for each element.
    Elements,
}

impl Details {
    /// Takes an object apart.
    pub(crate) fn of(found: &Found, object: &Object, issuers: &Issuers<'_>, depth: Depth<'_>) -> Self {
        /// Elements of an object that has no page of its own.
        const MAX_ELEMENTS: usize = 200;
        match object {
            Object::Certificate(certificate) => {
                Self::Certificate(Box::new(CertificateDetails::of(certificate, issuers)))
            }
            Object::Request(request) => Self::Request(Box::new(RequestDetails::of(request))),
            Object::Crl(crl) => Self::Crl(Box::new(CrlDetails::of(crl, issuers, depth.serial))),
            Object::LargeCrl(list) => Self::Crl(Box::new(CrlDetails::of_large(list, depth.serial))),
            Object::PrivateKey { public, encrypted } => Self::PrivateKey(PrivateKeyDetails {
                encrypted: *encrypted,
                encryption: if *encrypted { key::encryption(&found.der) } else { None },
                public_key: public.as_ref().map(KeyDetails::of),
            }),
            Object::PublicKey(key) => Self::PublicKey(KeyDetails::of(key)),
            Object::OcspRequest(request) => Self::OcspRequest(Box::new(OcspRequestDetails::of(request))),
            Object::OcspResponse(response) => Self::OcspResponse(Box::new(OcspDetails::of(response))),
            Object::Cms(message) => {
                let mut details = CmsDetails::of(message, &found.der, issuers);
                let token = TimeStampToken::from_message((**message).clone()).ok();
                details.opened = depth.key.and_then(|key| OpenedDetails::of(message, key, issuers));
                if details.opened.as_ref().is_some_and(OpenedDetails::verified) {
                    details.signers.iter_mut().for_each(SignerDetails::is_verified);
                }
                details.time_stamp = token.map(|token| TimeStampDetails::of(&token, issuers));
                Self::Cms(Box::new(details))
            }
            Object::Pkcs12 { pfx, contents } => {
                Self::Pkcs12(Box::new(Pkcs12Details::of(pfx, contents.as_deref(), &found.der)))
            }
            Object::CfcaContainer { container, opened } => {
                Self::CfcaContainer(Box::new(CfcaDetails::of(container, *opened)))
            }
            Object::TimeStampRequest(request) => {
                Self::TimeStampRequest(Box::new(TimeStampRequestDetails::of(request)))
            }
            Object::TimeStampResponse(response) => {
                Self::TimeStampResponse(Box::new(TimeStampResponseDetails::of(response, issuers)))
            }
            Object::Asn1(kind) => Self::Asn1(Asn1ObjectDetails {
                kind: *kind,
                elements: Asn1Details::of(&found.der, found.schema(), MAX_ELEMENTS),
                fingerprints: Fingerprints::of(&found.der),
            }),
        }
    }
}
