//! Hierarchies of four certificates and their revocation lists, made of mixed algorithms and with one thing wrong.

use std::sync::Arc;

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::key::PrivateKey;
use ca_core::x509::crl::{self, RevokedCertificate, TbsCertList};
use ca_core::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, CrlNumber, ExtensionValue, KeyUsage, KeyUsages,
    SubjectKeyIdentifier,
};
use ca_core::x509::name::AttributeKind;
use ca_core::x509::{
    Certificate, CertificateList, Extension, Extensions, KeyIdentifier, Name, SerialNumber, TbsCertificate,
    Validity, certificate,
};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;

/// A kind of authority's key, and how its signatures are identified.
pub type Kind = (KeySpec, Sm2Parameters);

/// Those that authorities of one hierarchy have side by side.
pub const KINDS: [Kind; 4] = [
    (KeySpec::Sm2, Sm2Parameters::Null),
    (KeySpec::Sm2, Sm2Parameters::Absent),
    (KeySpec::P256, Sm2Parameters::Absent),
    (KeySpec::Rsa { bits: 2048 }, Sm2Parameters::Absent),
];

/// Position of the anchor.
pub const ROOT: usize = 0;
/// The authority under it.
pub const FIRST: usize = 1;
/// The authority under that one.
pub const SECOND: usize = 2;
/// The end entity.
pub const LEAF: usize = 3;

/// A time by RFC 3339.
///
/// # Panics
/// Where it is none.
#[must_use]
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// When hierarchies are judged.
#[must_use]
pub fn now() -> Timestamp {
    at("2026-06-01T00:00:00Z")
}

/// A name in one directory.
///
/// # Panics
/// Where it cannot be written.
#[must_use]
pub fn name(common_name: &str) -> Name {
    let parts = [
        (AttributeKind::Country, "CN"),
        (AttributeKind::Organization, "示范城市"),
        (AttributeKind::CommonName, common_name),
    ];
    Name::from_parts(&parts.map(|(kind, text)| (kind, text.to_owned()))).expect("a name")
}

/// Keys for a mixture, made once for all its hierarchies: root, first, second, leaf, and one that belongs to nobody.
pub struct Keys(Vec<Arc<dyn Signer>>);

impl Keys {
    /// Position of the key that belongs to nobody.
    const STRANGER: usize = 4;

    /// Makes keys of these kinds.
    ///
    /// # Panics
    /// Where a kind cannot be made.
    #[must_use]
    pub fn new(kinds: [Kind; 4]) -> Self {
        let [.., second, _] = kinds;
        let make = |(spec, parameters): Kind| -> Arc<dyn Signer> {
            let key = PrivateKey::generate(spec, &mut UnwrapErr(SysRng)).expect("a key");
            Arc::new(key.into_signer(parameters))
        };
        // The stranger's key is of the kind of the authority that it stands in for.
        Self(kinds.into_iter().chain([second]).map(make).collect())
    }

    /// The key of the certificate at a position.
    #[must_use]
    pub fn signer(&self, position: usize) -> Arc<dyn Signer> {
        Arc::clone(&self.0[position])
    }
}

/// A certificate to be made.
#[derive(Clone)]
pub struct Draft {
    /// Its name.
    pub subject: Name,
    /// Another name than the issuer's subject.
    pub issuer: Option<Name>,
    /// From when to when it is valid.
    pub validity: (&'static str, &'static str),
    /// Its extensions beside the key identifiers.
    pub extensions: Vec<Extension>,
    /// A bit of its signature is changed.
    pub broken: bool,
    /// Another key than the issuer's signed it.
    pub by_stranger: bool,
}

/// A revocation list to be made.
#[derive(Clone)]
pub struct ListDraft {
    /// Positions of the certificates that it names.
    pub revoked: Vec<usize>,
    /// By when there is to be another.
    pub next_update: &'static str,
    /// Another key than the issuer's signed it.
    pub by_stranger: bool,
}

/// A hierarchy to be made: by default everything in it is right and revocation is not asked.
#[derive(Clone)]
pub struct Plan {
    /// By position.
    pub certificates: [Draft; 4],
    /// Lists of root, first and second, none or several.
    pub lists: Vec<(usize, ListDraft)>,
}

/// A hierarchy that was made.
pub struct Hierarchy {
    /// By position.
    pub certificates: Vec<Certificate>,
    /// As they were planned.
    pub lists: Vec<CertificateList>,
}

impl Draft {
    fn new(subject: &str, authority: bool) -> Self {
        let usage = if authority {
            KeyUsages::from([KeyUsage::KeyCertSign, KeyUsage::CrlSign])
        } else {
            KeyUsages::from([KeyUsage::DigitalSignature])
        };
        let mut extensions = vec![usage.to_extension(true)];
        if authority {
            extensions.push(BasicConstraints { ca: true, path_length: None }.to_extension(true));
        }
        Self {
            subject: name(subject),
            issuer: None,
            validity: ("2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z"),
            extensions,
            broken: false,
            by_stranger: false,
        }
    }

    /// Puts an extension in the place of one of its kind, or joins it.
    pub fn set(&mut self, extension: Extension) -> &mut Self {
        self.extensions.retain(|known| known.oid != extension.oid);
        self.extensions.push(extension);
        self
    }

    /// Leaves out an extension.
    pub fn without<T: ExtensionValue>(&mut self) -> &mut Self {
        self.extensions.retain(|known| known.oid != T::OID);
        self
    }
}

impl ListDraft {
    fn new() -> Self {
        Self { revoked: Vec::new(), next_update: "2026-07-01T00:00:00Z", by_stranger: false }
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}

impl Plan {
    /// All is right.
    #[must_use]
    pub fn new() -> Self {
        let certificates = [
            Draft::new("root", true),
            Draft::new("first", true),
            Draft::new("second", true),
            Draft::new("camera-0001", false),
        ];
        Self { certificates, lists: Vec::new() }
    }

    /// A current list of each authority that names nobody.
    pub fn with_lists(&mut self) -> &mut Self {
        self.lists = [ROOT, FIRST, SECOND].map(|authority| (authority, ListDraft::new())).to_vec();
        self
    }

    /// The list of an authority.
    ///
    /// # Panics
    /// Where none is planned.
    pub fn list(&mut self, authority: usize) -> &mut ListDraft {
        let list = self.lists.iter_mut().find(|(position, _)| *position == authority);
        &mut list.expect("the plan has lists").1
    }

    /// Makes everything.
    ///
    /// # Panics
    /// Where something cannot be written or signed.
    #[must_use]
    pub fn make(&self, keys: &Keys) -> Hierarchy {
        let certificates: Vec<_> =
            (0..self.certificates.len()).map(|position| self.certificate(position, keys)).collect();
        let lists = self
            .lists
            .iter()
            .map(|(authority, list)| self.revocation_list(*authority, list, &certificates, keys));
        Hierarchy { lists: lists.collect(), certificates }
    }

    fn certificate(&self, position: usize, keys: &Keys) -> Certificate {
        let draft = &self.certificates[position];
        let above = position.saturating_sub(1);
        let (issuer, own) = (&keys.0[above], &keys.0[position]);
        let mut extensions = vec![identifier(own.as_ref()), authority(issuer.as_ref())];
        extensions.extend(draft.extensions.iter().cloned());
        let signer = if draft.by_stranger { &keys.0[Keys::STRANGER] } else { issuer };
        let tbs = TbsCertificate {
            serial: SerialNumber::generate(&mut UnwrapErr(SysRng)),
            signature_algorithm: signer.identifier().clone(),
            issuer: draft.issuer.clone().unwrap_or_else(|| self.certificates[above].subject.clone()),
            validity: Validity::new(at(draft.validity.0), at(draft.validity.1)).expect("a validity"),
            subject: draft.subject.clone(),
            spki: own.public_key().spki_der().to_vec(),
            extensions: Extensions::new(extensions).expect("extensions"),
        };
        let der = tbs.to_der().expect("DER");
        let mut signature = signer.sign(&der, &mut UnwrapErr(SysRng)).expect("a signature");
        if draft.broken {
            *signature.last_mut().expect("octets") ^= 1;
        }
        certificate::assemble(&der, signer.identifier(), &signature).expect("a certificate")
    }

    fn revocation_list(
        &self,
        position: usize,
        list: &ListDraft,
        certificates: &[Certificate],
        keys: &Keys,
    ) -> CertificateList {
        let issuer = &keys.0[position];
        let signer = if list.by_stranger { &keys.0[Keys::STRANGER] } else { issuer };
        let entry = |revoked: &usize| RevokedCertificate {
            serial: certificates[*revoked].serial().clone(),
            revocation_date: at("2026-05-20T00:00:00Z"),
            reason: None,
            invalidity_date: None,
        };
        let number = CrlNumber::from(7_u64);
        let tbs = TbsCertList {
            signature_algorithm: signer.identifier().clone(),
            issuer: self.certificates[position].subject.clone(),
            this_update: at("2026-05-25T00:00:00Z"),
            next_update: at(list.next_update),
            revoked: list.revoked.iter().map(entry).collect(),
            extensions: Extensions::new(vec![authority(issuer.as_ref()), number.to_extension(false)])
                .expect("extensions"),
        };
        let der = tbs.to_der().expect("DER");
        let signature = signer.sign(&der, &mut UnwrapErr(SysRng)).expect("a signature");
        crl::assemble(&der, signer.identifier(), &signature).expect("a list")
    }
}

fn key_identifier(signer: &dyn Signer) -> KeyIdentifier {
    KeyIdentifier::from(signer.public_key().key_identifier())
}

fn identifier(signer: &dyn Signer) -> Extension {
    SubjectKeyIdentifier(key_identifier(signer)).to_extension(false)
}

fn authority(signer: &dyn Signer) -> Extension {
    AuthorityKeyIdentifier::by_key(key_identifier(signer)).to_extension(false)
}
