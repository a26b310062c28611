//! Distribution points and scopes that fit together in any way, in lists with good signatures.
#![no_main]

use core::convert::Infallible;
use std::sync::LazyLock;

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::key::{PrivateKey, PublicKey, SoftwareSigner};
use ca_core::path::revocation::{self, Evidence, IssuerOf, SignerRole, Validator};
use ca_core::path::{Budget, Cause, Exhausted, Limits, TrustAnchor};
use ca_core::x509::crl::{self, RevokedCertificate};
use ca_core::x509::extension::{
    CrlDistributionPoints, CrlNumber, DeltaCrlIndicator, DistributionPoint, DistributionPointName,
    ExtensionValue, IssuingDistributionPoint,
};
use ca_core::x509::name::AttributeKind;
use ca_core::x509::{
    Certificate, CertificateList, Extension, Extensions, Name, SerialNumber, TbsCertList, TbsCertificate,
    Validity, certificate,
};
use jiff::Timestamp;
use rand_core::{TryCryptoRng, TryRng};

/// What is signed here is no secret.
struct Zero;

impl TryRng for Zero {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(1);
        Ok(())
    }
}

impl TryCryptoRng for Zero {}

struct Authority {
    signer: SoftwareSigner,
    anchor: TrustAnchor,
}

static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
    let key = PrivateKey::generate(KeySpec::Ed25519, &mut Zero).expect("Ed25519 keys can be made");
    let name = Name::from_parts(&[(AttributeKind::CommonName, "root".into())]).expect("a name");
    let anchor = TrustAnchor::new(name, key.public_key().clone());
    Authority { signer: key.into_signer(Sm2Parameters::Absent), anchor }
});

struct Context(Budget);

impl<'a> Validator<'a> for Context {
    fn candidates(&self, _: &Name) -> Vec<&'a Certificate> {
        Vec::new()
    }

    fn anchor(&self) -> &'a TrustAnchor {
        &AUTHORITY.anchor
    }

    fn validate_signer(&mut self, _: &'a Certificate, _: SignerRole) -> Result<PublicKey, Cause> {
        Ok(AUTHORITY.anchor.key.clone())
    }

    fn spend_signature(&mut self) -> Result<(), Exhausted> {
        self.0.spend_signature()
    }

    fn spend_steps(&mut self, count: usize) -> Result<(), Exhausted> {
        self.0.spend_steps(count)
    }
}

/// Takes the input apart.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn octet(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// As many octets as the one before them says.
    fn value(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(self.octet()?).min(self.0.len());
        let (value, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(value)
    }
}

fn second(number: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + number).expect("in this century")
}

fn extension<T: ExtensionValue>(value: &[u8], critical: bool) -> Option<Extension> {
    (!value.is_empty()).then(|| Extension { oid: T::OID.into(), critical, value: value.to_vec() })
}

fn leaf(points: &[u8]) -> Option<Certificate> {
    let signer = &AUTHORITY.signer;
    let tbs = TbsCertificate {
        serial: SerialNumber::from_bytes(&[7]).ok()?,
        signature_algorithm: signer.identifier().clone(),
        issuer: AUTHORITY.anchor.name.clone(),
        validity: Validity::new(second(0), second(1_000)).ok()?,
        subject: Name::from_parts(&[(AttributeKind::CommonName, "leaf".into())]).ok()?,
        spki: signer.public_key().spki_der().to_vec(),
        extensions: Extensions::new(extension::<CrlDistributionPoints>(points, false).into_iter().collect())
            .ok()?,
    };
    let der = tbs.to_der().ok()?;
    let signature = signer.sign(&der, &mut Zero).ok()?;
    certificate::assemble(&der, signer.identifier(), &signature).ok()
}

fn list(input: &mut Input<'_>) -> Option<CertificateList> {
    let signer = &AUTHORITY.signer;
    let (kind, number, base) = (input.octet()?, input.octet()?, input.octet()?);
    let mut extensions = vec![CrlNumber::from(u64::from(number)).to_extension(false)];
    if kind & 1 != 0 {
        extensions.push(DeltaCrlIndicator(CrlNumber::from(u64::from(base))).to_extension(true));
    }
    extensions.extend(extension::<IssuingDistributionPoint>(input.value()?, true));
    let entry = RevokedCertificate {
        serial: SerialNumber::from_bytes(&[7]).ok()?,
        revocation_date: second(0),
        reason: None,
        invalidity_date: None,
    };
    let tbs = TbsCertList {
        signature_algorithm: signer.identifier().clone(),
        issuer: AUTHORITY.anchor.name.clone(),
        this_update: second(i64::from(kind >> 4)),
        next_update: second(if kind & 4 == 0 { 100 } else { 5 }),
        revoked: if kind & 2 == 0 { Vec::new() } else { vec![entry] },
        extensions: Extensions::new(extensions).ok()?,
    };
    let der = tbs.to_der().ok()?;
    let signature = signer.sign(&der, &mut Zero).ok()?;
    crl::assemble(&der, signer.identifier(), &signature).ok()
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut input = Input(bytes);
    let Some(certificate) = input.value().and_then(leaf) else { return };
    let crls: Vec<_> = core::iter::from_fn(|| list(&mut input)).take(8).collect();
    let at = second(20);
    let evidence = Evidence { crls, ..Evidence::default() };
    let (name, key) = (&AUTHORITY.anchor.name, &AUTHORITY.anchor.key);
    let issuer = IssuerOf { name, key, certificate: None, is_anchor: true };
    let mut context = Context(Budget::new(Limits::default()));
    let answer = revocation::check(&certificate, &issuer, &evidence, at, &mut context);
    let Ok(points) = certificate.extensions().find::<CrlDistributionPoints>() else {
        assert!(answer.is_err());
        return;
    };
    // What is below the issuer's name need not be the rest of a name.
    let is_relative =
        |point: &DistributionPoint| matches!(point.name, Some(DistributionPointName::Relative(_)));
    let has_relative = points.is_some_and(|points| points.0.iter().any(is_relative));
    // A list without a scope answers for everyone, and no newer one takes back what it says.
    let of_everyone = evidence.crls.iter().filter(|list| {
        list.extensions().len() == 1 && list.next_update().is_some_and(|next_update| next_update >= at)
    });
    let revoked = of_everyone.clone().any(|list| !list.revoked().is_empty());
    match &answer {
        Ok(_) => assert!(!revoked),
        Err(cause) if cause.code() == "certificate-revoked" => {
            assert!(evidence.crls.iter().any(|list| !list.revoked().is_empty()));
        }
        Err(cause) => assert!(cause.is_exhausted() || has_relative || of_everyone.count() == 0),
    }
});
