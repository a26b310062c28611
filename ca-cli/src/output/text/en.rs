//! English.

use schemas::rest::CertificateStatus;

use super::{Label, Phrase, Unit, Words};
use crate::input::Kind;
use crate::report::Change;

pub(super) struct English;

impl Words for English {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Subject => "Subject",
            Label::AlternativeNames => "Also named",
            Label::Issuer => "Issuer",
            Label::Serial => "Serial",
            Label::Validity => "Valid",
            Label::Key => "Key",
            Label::KeyProblem => "Key unusable",
            Label::PublicKey => "Public key",
            Label::SignedWith => "Signed with",
            Label::Authority => "Authority",
            Label::KeyUsage => "Key may",
            Label::ExtendedKeyUsage => "Made for",
            Label::Policies => "Policies",
            Label::CrlAt => "CRL at",
            Label::OcspAt => "OCSP at",
            Label::IssuerAt => "Issuer at",
            Label::SubjectKeyIdentifier => "Key identifier",
            Label::AuthorityKeyIdentifier => "Issuer's key",
            Label::OtherExtensions => "Also carries",
            Label::Sha256 => "SHA-256",
            Label::Sm3 => "SM3",
            Label::Status => "Status",
            Label::Reason => "Reason",
            Label::InvalidityDate => "Invalid since",
            Label::Profile => "Profile",
            Label::IssuedBy => "Issued by",
            Label::IssuedAt => "Issued at",
            Label::Possession => "Possession",
            Label::Number => "Number",
            Label::ThisUpdate => "This update",
            Label::NextUpdate => "Next update",
            Label::Revoked => "Revoked",
            Label::Responder => "Responder",
            Label::Produced => "Produced",
            Label::Answers => "Answers",
            Label::Fingerprint => "Fingerprint",
            Label::Protection => "Protection",
            Label::File => "File",
            Label::Path => "Path",
            Label::JudgedAt => "Judged at",
            Label::Constraints => "Names",
            Label::Tried => "Also tried",
            Label::Critical => "critical",
            Label::ExpiresColumn => "Ends",
            Label::Signature => "Signature",
            Label::Odd => "Odd",
            Label::Found => "Found",
            Label::Encryption => "Encryption",
            Label::AsksAbout => "Asks about",
            Label::Nonce => "Nonce",
            Label::LookedUp => "Looked up",
            Label::Blank => "",
            Label::Type => "Type",
            Label::Content => "Content",
            Label::SignedBy => "Signed by",
            Label::Recipients => "For",
            Label::Certificates => "Certificates",
            Label::Lists => "Revocation lists",
            Label::Stamped => "Stamped",
            Label::Time => "Time",
            Label::Format => "Format",
            Label::Objects => "Objects",
            Label::PrivateKeys => "Private keys",
            Label::Numbers => "Numbers",
            Label::Statements => "Qualified",
            Label::Logged => "Logged",
            Label::PolicyRules => "Policy rules",
            Label::KeyInUse => "Key in use",
            Label::Services => "Services at",
            Label::DeltaAt => "Delta CRL at",
            Label::Scope => "Covers",
            Label::IssuerNames => "Issuer named",
            Label::TlsFeatures => "TLS server must",
            Label::Opened => "Opened",
        }
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        match phrase {
            Phrase::SelfIssued => "itself",
            Phrase::NoName => "(no name)",
            Phrase::NotAnAuthority => "no",
            Phrase::IsAuthority => "yes",
            Phrase::Proven => "proven: the request is signed with its key",
            Phrase::EncryptedKey => "encrypted with a password",
            Phrase::PlainKey => "not encrypted: whoever reads the file has the key",
            Phrase::KeyMade => "Private key made",
            Phrase::RequestMade => "Certification request made",
            Phrase::Issued => "Certificate issued",
            Phrase::Accepted => "Accepted",
            Phrase::Rejected => "Rejected",
            Phrase::NothingRevoked => "nothing",
            Phrase::NoCertificates => "No certificates.",
            Phrase::MoreCertificates => "There are more: add --all, or go on with --cursor",
            Phrase::Error => "error",
            Phrase::Warning => "warning",
            Phrase::Hint => "hint",
            Phrase::GoOn => "Go on?",
            Phrase::Password => "Password: ",
            Phrase::PasswordAgain => "The same password again: ",
            Phrase::Now => "now",
            Phrase::StatusNeverAvailable => "its issuer never answers for it",
            Phrase::StatusUnknown => "nothing answers for it",
            Phrase::Permitted => "only",
            Phrase::Excluded => "not",
            Phrase::SignatureValid => "valid: its issuer is shown here",
            Phrase::SignatureUnchecked => "not checked: its issuer is not shown here",
            Phrase::NothingFound => "no findings",
            Phrase::NotOnTheList => "not on the list",
            Phrase::NotOpened => "not opened: give --password-file",
            Phrase::MoreElements => "more elements (--asn1 lists them)",
            Phrase::IssuerUnknown => "rules about the issuer were left out: give --issuer",
            Phrase::Elsewhere => "which stands elsewhere",
            Phrase::SignerValid => "the signature is valid; whether to trust the signer, ask ca verify",
            Phrase::SignerUnchecked => "the signature is not checked: the content is encrypted",
            Phrase::Converted => "Converted",
            Phrase::KeyOfCertificate => "opened: it is the certificate's",
        }
    }

    fn hint(&self, code: &str) -> Option<&'static str> {
        super::hint::english(code)
    }

    fn key_usage(&self, name: &'static str) -> &'static str {
        match name {
            "digitalSignature" => "sign",
            "nonRepudiation" => "sign what binds",
            "keyEncipherment" => "encrypt keys",
            "dataEncipherment" => "encrypt data",
            "keyAgreement" => "agree on keys",
            "keyCertSign" => "sign certificates",
            "cRLSign" => "sign revocation lists",
            "encipherOnly" => "only encrypt, when agreeing",
            "decipherOnly" => "only decrypt, when agreeing",
            other => other,
        }
    }

    fn extended_key_usage(&self, name: &'static str) -> &'static str {
        match name {
            "anyExtendedKeyUsage" => "any purpose",
            "serverAuth" => "TLS servers",
            "clientAuth" => "TLS clients",
            "codeSigning" => "signing programs",
            "emailProtection" => "e-mail",
            "timeStamping" => "time stamps",
            "OCSPSigning" => "OCSP responses",
            "documentSigning" => "signing documents",
            other => other,
        }
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Certificate => "Certificate",
            Kind::Request => "Certification request",
            Kind::Crl => "Revocation list",
            Kind::PrivateKey | Kind::EncryptedPrivateKey | Kind::Sec1PrivateKey | Kind::Pkcs1PrivateKey => {
                "Private key"
            }
            Kind::PublicKey => "Public key",
            Kind::OcspRequest => "OCSP request",
            Kind::OcspResponse => "OCSP response",
            Kind::Cms => "Cryptographic message (PKCS #7, CMS, GM/T 0010)",
            Kind::Pkcs12 => "PKCS #12 container",
            Kind::CfcaContainer => "CFCA key container (.sm2)",
            Kind::TimeStampRequest => "Time-stamp request",
            Kind::TimeStampResponse => "Time-stamp response",
            Kind::Seal => "Electronic seal (GB/T 38540)",
            Kind::OldSeal => "Electronic seal (GM/T 0031)",
            Kind::SealSignature => "Signature with an electronic seal (GB/T 38540)",
            Kind::Asn1 => "ASN.1",
        }
    }

    fn oddity(&self, code: &'static str, value: &str) -> String {
        match code {
            "sm2-parameters-null" => {
                "the identifier of SM2-SM3 has NULL parameters, as the national authorities write it"
                    .to_owned()
            }
            "key-algorithm-is-curve" => {
                "the key's algorithm is the curve of SM2 itself, not id-ecPublicKey".to_owned()
            }
            "key-weak" => format!("the key is weak: {value}"),
            "signature-algorithms-differ" => {
                "the algorithm that is signed and the one beside the signature differ".to_owned()
            }
            "unique-identifiers" => "it carries unique identifiers, which RFC 5280 forbids".to_owned(),
            "ends-before-it-begins" => "it ends before it begins".to_owned(),
            "key-identifier-length" => {
                format!("its key identifier has {value} bytes; usual are the 20 of SHA-1")
            }
            "authority-not-critical" => {
                "it says in an extension that is not critical that it is an authority".to_owned()
            }
            "attributes-without-set" => "the values of its attributes do not stand in a SET, as CFCA writes them: no certificate is issued on it".to_owned(),
            "temporary-key" => format!("it brings a temporary key for the delivery of an encryption key, fingerprint {value}"),
            "challenge-password" => "it carries a challenge password in clear text".to_owned(),
            "extensions-unreadable" => format!("the extensions asked for cannot be read: {value}"),
            "extension-repeated" => format!("the extension {value} stands more than once"),
            "extension-unreadable" => format!("the extension {value}"),
            "extension-critical-unknown" => {
                format!("the critical extension {value} is not known here: it must be refused")
            }
            "extension-not-der" => format!("the content of the extension {value} is no DER"),
            "entry-extension-critical-unknown" => {
                format!("an entry has the critical extension {value}, which is not known here")
            }
            "next-update-missing" => "it does not say when the next one comes".to_owned(),
            "list-empty" => "the list of entries is there and empty, which RFC 5280 forbids".to_owned(),
            other => format!("{other} {value}").trim_end().to_owned(),
        }
    }

    fn revoked(&self, count: usize) -> String {
        match count {
            0 => "nothing revoked".to_owned(),
            1 => "1 certificate revoked".to_owned(),
            _ => format!("{count} certificates revoked"),
        }
    }

    fn iterations(&self, algorithm: &str, count: u32) -> String {
        format!("MAC with {algorithm}, {count} iterations")
    }

    fn bytes(&self, count: usize) -> String {
        match count {
            1 => "1 byte".to_owned(),
            _ => format!("{count} bytes"),
        }
    }

    fn place(&self, path: &str, offset: usize) -> String {
        format!("in {path}, at byte {offset}")
    }

    fn counts(&self, errors: usize, warnings: usize, notices: usize) -> String {
        let count =
            |number: usize, name: &str| format!("{number} {name}{}", if number == 1 { "" } else { "s" });
        format!("{}, {}, {}", count(errors, "error"), count(warnings, "warning"), count(notices, "notice"))
    }

    fn severity(&self, name: &str) -> &'static str {
        match name {
            "error" => "error",
            "warning" => "warning",
            _ => "notice",
        }
    }

    fn status(&self, status: CertificateStatus) -> &'static str {
        match status {
            CertificateStatus::Good => "good",
            CertificateStatus::Held => "held",
            CertificateStatus::Revoked => "revoked",
        }
    }

    fn bits(&self, count: u32) -> String {
        format!("{count} bits")
    }

    fn path_length(&self, count: u32) -> String {
        match count {
            0 => "yes, with no authorities below it".to_owned(),
            1 => "yes, with one level of authorities below it".to_owned(),
            _ => format!("yes, with {count} levels of authorities below it"),
        }
    }

    fn span(&self, count: u64, unit: Unit) -> String {
        let name = match unit {
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Year => "year",
        };
        format!("{count} {name}{}", if count == 1 { "" } else { "s" })
    }

    fn ahead(&self, span: &str) -> String {
        format!("in {span}")
    }

    fn ago(&self, span: &str) -> String {
        format!("{span} ago")
    }

    fn begins(&self, when: &str) -> String {
        format!("begins {when}")
    }

    fn ends(&self, when: &str) -> String {
        format!("ends {when}")
    }

    fn ended(&self, when: &str) -> String {
        format!("ended {when}")
    }

    fn more(&self, count: usize) -> String {
        format!("and {count} more (--format json lists all)")
    }

    fn more_entries(&self, count: usize) -> String {
        format!("and {count} more (--serial looks one up)")
    }

    fn intention(&self, change: &Change) -> String {
        match change {
            Change::Revoke { reason, .. } => format!("Revoke for good ({reason}):"),
            Change::Hold => "Hold until released:".to_owned(),
            Change::Release => "Release from hold:".to_owned(),
        }
    }

    fn done(&self, change: &Change) -> String {
        match change {
            Change::Revoke { .. } => "Revoked",
            Change::Hold => "Held",
            Change::Release => "Released",
        }
        .to_owned()
    }

    fn would(&self, change: &Change) -> String {
        let what = match change {
            Change::Revoke { reason, .. } => format!("revoked ({reason})"),
            Change::Hold => "held".to_owned(),
            Change::Release => "released".to_owned(),
        };
        format!("Would be {what}; nothing was changed")
    }
}
