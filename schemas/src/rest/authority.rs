//! Authorities: those whose keys are here, and those whose keys are offline.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CertificateStatus, NamePart};

/// Body of `POST /authorities`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAuthority {
    /// The name in addresses and commands: `[a-z0-9-]{1,64}`.
    #[schema(example = "issuing")]
    pub name: String,
    /// The subject that the request asks for; the ceremony's plan may choose another.
    pub subject: Vec<NamePart>,
    /// The kind of key: `sm2`, `p256`, `p384`, `rsa-3072`, `rsa-4096`.
    #[serde(default = "sm2")]
    #[schema(example = "sm2")]
    pub algorithm: String,
}

fn sm2() -> String {
    "sm2".to_owned()
}

/// A request for the certificate of an authority, on its way to a ceremony.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuthorityRequestView {
    /// The authority that is to be certified, or whose OCSP responder is.
    pub authority: String,
    /// The kind of ceremony: `issuing` for an authority, `ocsp-signer` for a responder of an authority whose key is offline.
    #[schema(example = "issuing")]
    pub kind: String,
    /// Its place among all requests of this server. A newer request of the authority supersedes this one.
    pub sequence: u64,
    /// 16 random octets in lowercase hex; the answer repeats them.
    pub nonce: String,
    /// The PKCS#10 certification request in PEM.
    pub csr: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whether an authority is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorityState {
    /// It has a key and waits for its certificate.
    Requested,
    /// It is certified.
    Certified,
}

/// An authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuthorityView {
    /// The name in addresses and commands.
    pub name: String,
    /// `root` or `issuing`.
    pub kind: String,
    /// Whether it is at work.
    pub state: AuthorityState,
    /// Whether its key is on no machine with a network.
    pub offline: bool,
    /// Its name in its certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// notAfter of its certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Timestamp>,
    /// Its certificate in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pem: Option<String>,
    /// CRLNumber of its newest CRL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crl_number: Option<u64>,
    /// nextUpdate of its newest CRL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crl_next_update: Option<Timestamp>,
    /// Its request that is not answered yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<AuthorityRequestView>,
    /// Whether it issues nothing for the time being.
    #[serde(default)]
    pub suspended: bool,
    /// Whether it issues where no authority is named.
    #[serde(default)]
    pub default: bool,
    /// The status of its own certificate as it is known here; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CertificateStatus>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// All authorities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuthorityList {
    /// The authorities, oldest first.
    pub items: Vec<AuthorityView>,
}

/// Body of `POST /authorities/{name}/certificate`: what a ceremony answered to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallCertificate {
    /// The answer as the ceremony's administrator signed it.
    pub answer: String,
    /// The request that it answers, as it was signed by the administrator who asked.
    pub request: String,
    /// The root's certificate in PEM.
    pub root_certificate: String,
    /// The root's newest CRL in PEM, where the answer holds none. For a responder it may be absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crl: Option<String>,
    /// The name that the root has in addresses and commands.
    #[serde(default = "root")]
    #[schema(example = "root")]
    pub root: String,
}

fn root() -> String {
    "root".to_owned()
}

/// Body of `PUT /authorities/{name}/crl`: a CRL of an authority whose key is offline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishCrl {
    /// The CRL in PEM.
    pub crl: String,
}
