//! The words of the output, apart from all logic: a file for each language.

mod en;
mod health;
mod hint;
mod meaning;
mod operation;
mod zh;

pub(super) use health::HealthWords;
pub(super) use meaning::{Meanings, Rule};
pub(super) use operation::{Operations, Term};

use schemas::rest::CertificateStatus;

use crate::args::Lang;
use crate::input::Kind;
use crate::report::Change;

/// Languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// The language that was named, else that of the environment (POSIX: LC_ALL, LC_MESSAGES, LANG).
    pub(crate) fn choose(named: Option<Lang>) -> Self {
        match named {
            Some(Lang::En) => Self::English,
            Some(Lang::Zh) => Self::Chinese,
            None => {
                let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
                let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
                if locale.is_some_and(|locale| locale.starts_with("zh")) {
                    Self::Chinese
                } else {
                    Self::English
                }
            }
        }
    }

    /// Its words about the content of extensions.
    pub(super) fn meanings(self) -> &'static dyn Meanings {
        match self {
            Self::English => &meaning::English,
            Self::Chinese => &meaning::Chinese,
        }
    }

    /// Its words about how the server is.
    pub(super) fn health(self) -> &'static dyn HealthWords {
        match self {
            Self::English => &health::English,
            Self::Chinese => &health::Chinese,
        }
    }

    /// Its words about authorities and many certificates.
    pub(super) fn operations(self) -> &'static dyn Operations {
        match self {
            Self::English => &operation::English,
            Self::Chinese => &operation::Chinese,
        }
    }

    /// Its words.
    pub(super) fn words(self) -> &'static dyn Words {
        match self {
            Self::English => &en::English,
            Self::Chinese => &zh::Chinese,
        }
    }
}

/// Units of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Year,
}

/// What stands before a value, or names an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Subject,
    AlternativeNames,
    Issuer,
    Serial,
    Validity,
    Key,
    KeyProblem,
    PublicKey,
    SignedWith,
    Authority,
    KeyUsage,
    ExtendedKeyUsage,
    Policies,
    CrlAt,
    OcspAt,
    IssuerAt,
    SubjectKeyIdentifier,
    AuthorityKeyIdentifier,
    OtherExtensions,
    Sha256,
    Sm3,
    Status,
    Reason,
    InvalidityDate,
    Profile,
    IssuedBy,
    IssuedAt,
    Possession,
    Number,
    ThisUpdate,
    NextUpdate,
    Revoked,
    Responder,
    Produced,
    Answers,
    Fingerprint,
    Protection,
    File,
    Path,
    JudgedAt,
    Constraints,
    Tried,
    Critical,
    ExpiresColumn,
    Signature,
    Odd,
    Found,
    Encryption,
    AsksAbout,
    Nonce,
    LookedUp,
    Blank,
    Type,
    Content,
    SignedBy,
    Recipients,
    Certificates,
    Lists,
    Stamped,
    Time,
    Format,
    Objects,
    PrivateKeys,
    Numbers,
    Statements,
    Logged,
    PolicyRules,
    KeyInUse,
    Services,
    DeltaAt,
    Scope,
    IssuerNames,
    TlsFeatures,
    Opened,
}

/// Sentences without values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phrase {
    SelfIssued,
    NoName,
    NotAnAuthority,
    IsAuthority,
    Proven,
    EncryptedKey,
    PlainKey,
    KeyMade,
    RequestMade,
    Issued,
    Accepted,
    Rejected,
    NothingRevoked,
    NoCertificates,
    MoreCertificates,
    Error,
    Warning,
    Hint,
    GoOn,
    Password,
    PasswordAgain,
    Now,
    StatusUnknown,
    StatusNeverAvailable,
    Permitted,
    Excluded,
    SignatureValid,
    SignatureUnchecked,
    NothingFound,
    NotOnTheList,
    NotOpened,
    MoreElements,
    IssuerUnknown,
    Elsewhere,
    SignerValid,
    SignerUnchecked,
    Converted,
    KeyOfCertificate,
}

/// What a language has to provide.
pub(super) trait Words: Sync {
    fn label(&self, label: Label) -> &'static str;
    fn phrase(&self, phrase: Phrase) -> &'static str;
    /// What to do next about the error with this code.
    fn hint(&self, code: &str) -> Option<&'static str>;
    /// A key usage by its name in RFC 5280.
    fn key_usage(&self, name: &'static str) -> &'static str;
    /// An extended key usage by its usual name.
    fn extended_key_usage(&self, name: &'static str) -> &'static str;
    /// What an object is.
    fn kind(&self, kind: Kind) -> &'static str;
    /// What is odd, by its code; it may be about a value.
    fn oddity(&self, code: &'static str, value: &str) -> String;
    /// How many certificates are on a list.
    fn revoked(&self, count: usize) -> String;
    /// An algorithm that is repeated.
    fn iterations(&self, algorithm: &str, count: u32) -> String;
    /// A length.
    fn bytes(&self, count: usize) -> String;
    /// Where an object is wrong.
    fn place(&self, path: &str, offset: usize) -> String;
    /// What was found: errors, warnings, notices.
    fn counts(&self, errors: usize, warnings: usize, notices: usize) -> String;
    /// How much a finding weighs.
    fn severity(&self, name: &str) -> &'static str;
    fn status(&self, status: CertificateStatus) -> &'static str;
    fn bits(&self, count: u32) -> String;
    fn path_length(&self, count: u32) -> String;
    fn span(&self, count: u64, unit: Unit) -> String;
    fn ahead(&self, span: &str) -> String;
    fn ago(&self, span: &str) -> String;
    fn begins(&self, when: &str) -> String;
    fn ends(&self, when: &str) -> String;
    fn ended(&self, when: &str) -> String;
    fn more(&self, count: usize) -> String;
    /// That many entries of a long list are left out, whatever the format.
    fn more_entries(&self, count: usize) -> String;
    /// What a change does, as a question's beginning.
    fn intention(&self, change: &Change) -> String;
    /// What was done.
    fn done(&self, change: &Change) -> String;
    /// What would have been done.
    fn would(&self, change: &Change) -> String;
}
