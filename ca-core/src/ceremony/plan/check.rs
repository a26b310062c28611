//! A plan against the files that it names.

use rand_core::CryptoRng;

use super::{Custody, Document, Kind, Mode, Plan, PlanProblem, PlanRefused, limits};
use crate::ceremony::share::SealedKey;
use crate::ceremony::transcript::{Event, NamedFile, Transcript};
use crate::ceremony::{Digest, act, rehearsal};
use crate::crl::PreviousCrl;
use crate::encoding::pem;
use crate::x509::request::RequestError;
use crate::x509::{Certificate, CertificateList, CertificationRequest, VerifiedRequest, certificate, crl};

/// The files that a plan names, as they were read: certificates, requests and lists in PEM or DER.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// The transcript of the ceremony before.
    pub previous: Option<Vec<u8>>,
    /// The certificate of the root whose key signs.
    pub issuer: Option<Vec<u8>>,
    /// The sealed key of that root.
    pub sealed_key: Option<Vec<u8>>,
    /// The request of whom is certified.
    pub request: Option<Vec<u8>>,
    /// The revocation list before.
    pub previous_crl: Option<Vec<u8>>,
}

/// A plan that agrees with its material: only [`Plan::check`] makes it.
#[derive(Debug, Clone)]
pub struct Checked {
    plan: Plan,
    mode: Mode,
    issuer: Option<Certificate>,
    sealed_key: Option<SealedKey>,
    request: Option<VerifiedRequest>,
    previous_crl: Option<CertificateList>,
    previous: Option<Transcript>,
    files: Vec<NamedFile>,
    remarks: Vec<String>,
}

impl Plan {
    /// Holds the plan against its material: each file is the one that the plan names, the request proves possession of its
    /// key, what is asked for is within the issuer's limits, and everything that will be signed can be built, is signed by a
    /// throwaway key and linted. `rehearse` makes a rehearsal of a real plan.
    ///
    /// # Errors
    /// [`PlanRefused`] with all that stands against it.
    pub fn check(
        &self,
        material: &Material,
        rehearse: bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<Checked, PlanRefused> {
        let mode = if rehearse { Mode::Rehearsal } else { self.document().mode };
        self.check_as(material, mode, Papers::All, rng)
    }

    /// As [`Plan::check`]; whoever verifies afterwards need not have the sealed key.
    pub(crate) fn check_as(
        &self,
        material: &Material,
        mode: Mode,
        papers: Papers,
        rng: &mut dyn CryptoRng,
    ) -> Result<Checked, PlanRefused> {
        let mut reading = Reading { problems: Vec::new(), files: Vec::new(), papers };
        let mut checked = reading.all(self, material, mode);
        if reading.problems.is_empty() {
            against_issuer(&checked, &mut reading.problems);
        }
        if reading.problems.is_empty() {
            match act::trial(&checked, rng) {
                Ok(remarks) => checked.remarks = remarks,
                Err((what, error)) => {
                    let (code, reason) = (error.code(), error.to_string());
                    reading.problems.push(PlanProblem::Document { what, code, reason });
                }
            }
        }
        checked.files = reading.files;
        if reading.problems.is_empty() { Ok(checked) } else { Err(PlanRefused(reading.problems)) }
    }
}

/// Which files must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Papers {
    /// All that the plan names.
    All,
    /// All but the sealed key, which only those in the room have.
    Public,
}

/// Files being read, with what was found against them.
struct Reading {
    papers: Papers,
    problems: Vec<PlanProblem>,
    files: Vec<NamedFile>,
}

impl Reading {
    fn all(&mut self, plan: &Plan, material: &Material, mode: Mode) -> Checked {
        let document = plan.document();
        let stand_in = mode == Mode::Rehearsal && document.mode == Mode::Real && document.kind.uses_key();
        let issuer_plan = document.issuer.as_ref();
        let request_plan = document
            .issuing
            .as_ref()
            .or(document.ocsp_signer.as_ref())
            .map(|table| table.request)
            .or(document.cross.as_ref().map(|table| table.request));
        let crl_plan = document.crl.as_ref().and_then(|table| table.previous.0);

        let issuer =
            self.file("issuer", issuer_plan.map(|issuer| issuer.certificate), &material.issuer, |bytes| {
                let der = pem::read_one_of(bytes, &[certificate::PEM_LABEL])
                    .map_err(|error| (error.code(), error.to_string()))?;
                let read = Certificate::from_der(&der).map_err(|error| (error.code(), error.to_string()))?;
                Ok((Digest::of(&der), read))
            });
        let request = self.request(request_plan, &material.request);
        let previous_crl = self.file("previous-crl", crl_plan, &material.previous_crl, |bytes| {
            let der = pem::read_one_of(bytes, &[crl::PEM_LABEL])
                .map_err(|error| (error.code(), error.to_string()))?;
            let read = CertificateList::from_der(&der).map_err(|error| (error.code(), error.to_string()))?;
            Ok((Digest::of(&der), read))
        });
        let sealed_plan = issuer_plan.and_then(|issuer| issuer.sealed_key);
        // A rehearsal with a stand-in leaves the real sealed key where it is.
        let sealed_key = if stand_in || (self.papers == Papers::Public && material.sealed_key.is_none()) {
            None
        } else {
            self.file("sealed-key", sealed_plan, &material.sealed_key, |bytes| {
                let read = SealedKey::from_pem(bytes).map_err(|error| (error.code(), error.to_string()))?;
                Ok((Digest::of(bytes), read))
            })
        };
        let previous = self.file("previous", document.previous.0, &material.previous, |bytes| {
            let read = Transcript::from_bytes(bytes).map_err(|error| (error.code(), error.to_string()))?;
            let digest = read
                .digest()
                .ok_or_else(|| ("transcript-not-closed", "it is neither closed nor voided".to_owned()))?;
            Ok((digest, read))
        });
        let checked = Checked {
            plan: plan.clone(),
            mode,
            issuer,
            sealed_key,
            request,
            previous_crl,
            previous,
            files: Vec::new(),
            remarks: Vec::new(),
        };
        self.modes(&checked, stand_in);
        checked
    }

    /// Reads a file that the plan names by its digest.
    fn file<T>(
        &mut self,
        what: &'static str,
        planned: Option<Digest>,
        given: &Option<Vec<u8>>,
        read: impl FnOnce(&[u8]) -> Result<(Digest, T), (&'static str, String)>,
    ) -> Option<T> {
        match (planned, given) {
            (None, None) => None,
            (None, Some(_)) => {
                self.problems.push(PlanProblem::NotNamed { what });
                None
            }
            (Some(digest), None) => {
                self.problems.push(PlanProblem::NotGiven { what, digest });
                None
            }
            (Some(planned), Some(bytes)) => match read(bytes) {
                Ok((found, value)) if found == planned => {
                    self.files.push(NamedFile { name: what.to_owned(), digest: found });
                    Some(value)
                }
                Ok((found, _)) => {
                    self.problems.push(PlanProblem::OtherFile { what, planned, found });
                    None
                }
                Err((code, reason)) => {
                    self.problems.push(PlanProblem::Unusable { what, code, reason });
                    None
                }
            },
        }
    }

    fn request(&mut self, planned: Option<Digest>, given: &Option<Vec<u8>>) -> Option<VerifiedRequest> {
        let request = self.file("request", planned, given, |bytes| {
            let der =
                CertificationRequest::decode(bytes).map_err(|error| (error.code(), error.to_string()))?;
            let read =
                CertificationRequest::from_der(&der).map_err(|error| (error.code(), error.to_string()))?;
            Ok((Digest::of(&der), read))
        })?;
        match request.verify() {
            Ok(verified) => Some(verified),
            Err(
                error @ (RequestError::Signature(_)
                | RequestError::EmptySm2Identifier
                | RequestError::WithoutSm2Identity),
            ) => {
                self.problems.push(PlanProblem::Possession { code: error.code(), reason: error.to_string() });
                None
            }
            Err(error) => {
                let (code, reason) = (error.code(), error.to_string());
                self.problems.push(PlanProblem::Unusable { what: "request", code, reason });
                None
            }
        }
    }

    /// Real and rehearsal do not mix.
    fn modes(&mut self, checked: &Checked, stand_in: bool) {
        let planned = checked.mode;
        let document = checked.plan.document();
        if planned == Mode::Real && document.mode == Mode::Rehearsal {
            self.problems.push(PlanProblem::Mixed { what: "the plan", found: document.mode, planned });
        }
        // A stand-in takes the place of a real root.
        let expected = if stand_in { Mode::Real } else { planned };
        let mut mixed = |what, found: Mode| {
            if found != expected {
                self.problems.push(PlanProblem::Mixed { what, found, planned: expected });
            }
        };
        if let Some(issuer) = &checked.issuer {
            mixed("the issuer", rehearsal::mode_of(issuer.subject()));
        }
        if let Some(sealed) = &checked.sealed_key {
            mixed("the sealed key", sealed.set().mode);
        }
        if let Some(request) = &checked.request
            && planned == Mode::Real
        {
            mixed("the request", rehearsal::mode_of(request.subject()));
        }
        if let Some(list) = &checked.previous_crl {
            mixed("the list before", rehearsal::mode_of(list.issuer()));
        }
        if let Some(Event::Opened { mode, sequence, .. }) =
            checked.previous.as_ref().and_then(|transcript| transcript.events().next())
        {
            mixed("the transcript before", *mode);
            let (found, planned) = (*sequence, document.sequence);
            if found.checked_add(1) != Some(planned) {
                self.problems.push(PlanProblem::NotTheNext { found, planned });
            }
        }
    }
}

/// What is asked for against what the issuer may.
fn against_issuer(checked: &Checked, problems: &mut Vec<PlanProblem>) {
    let document = checked.plan.document();
    let Some(issuer) = &checked.issuer else { return };
    if let Some(sealed) = &checked.sealed_key {
        let (found, planned) = (sealed.set().key, Digest::of(issuer.spki_der()));
        if found != planned {
            problems.push(PlanProblem::OtherFile { what: "the key in the sealed key", planned, found });
        }
    }
    let subordinate = document.issuing.as_ref().map(|table| (table, Some(table.path_length)));
    let responder = document.ocsp_signer.as_ref().map(|table| (table, None));
    if let Some((table, path_length)) = subordinate.or(responder) {
        let validity = (table.not_before, table.not_after);
        limits::within(issuer, validity, &table.subject.0, path_length, &table.policies, &[], problems);
    }
    if let Some(cross) = &document.cross
        && let Ok(names) = limits::name_constraints(cross)
    {
        let (validity, length) = ((cross.not_before, cross.not_after), Some(cross.path_length));
        limits::within(
            issuer,
            validity,
            &cross.subject.0,
            length,
            &cross.policies,
            &names.permitted,
            problems,
        );
    }
    if let (Some(list), Some(before)) = (&document.crl, &checked.previous_crl) {
        if let Err(reason) = issuer
            .public_key()
            .map_err(|error| error.to_string())
            .and_then(|key| before.verify_signed_by(&key).map_err(|error| error.to_string()))
        {
            problems.push(PlanProblem::Unusable {
                what: "previous-crl",
                code: "crl-of-another-issuer",
                reason,
            });
        }
        for entry in before.revoked() {
            if !list.revoked.iter().any(|planned| planned.serial == entry.serial) {
                problems.push(PlanProblem::CrlDrops { serial: entry.serial.to_string() });
            }
        }
    }
}

impl Checked {
    /// The plan.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether the ceremony counts.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The certificate of the root whose key signs; in a rehearsal its stand-in, once that is made.
    #[must_use]
    pub const fn issuer(&self) -> Option<&Certificate> {
        self.issuer.as_ref()
    }

    /// The sealed key of that root.
    #[must_use]
    pub const fn sealed_key(&self) -> Option<&SealedKey> {
        self.sealed_key.as_ref()
    }

    /// The request of whom is certified.
    #[must_use]
    pub const fn request(&self) -> Option<&VerifiedRequest> {
        self.request.as_ref()
    }

    /// The revocation list before.
    #[must_use]
    pub const fn previous_crl(&self) -> Option<&CertificateList> {
        self.previous_crl.as_ref()
    }

    /// Number and time of the revocation list before.
    pub(crate) fn previous_list(&self) -> Option<PreviousCrl> {
        let list = self.previous_crl.as_ref()?;
        let number = list.number().ok().flatten().and_then(|number| number.to_u64())?;
        Some(PreviousCrl { number, this_update: list.this_update() })
    }

    /// The transcript of the ceremony before.
    #[must_use]
    pub const fn previous(&self) -> Option<&Transcript> {
        self.previous.as_ref()
    }

    /// The files that were given, with their digests.
    #[must_use]
    pub fn files(&self) -> &[NamedFile] {
        &self.files
    }

    /// What the lint remarked and does not stand against signing.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Whether a throwaway root stands in for the real one.
    #[must_use]
    pub fn has_stand_in(&self) -> bool {
        let document: &Document = self.plan.document();
        self.mode == Mode::Rehearsal && document.mode == Mode::Real && document.kind.uses_key()
    }

    /// Whether shares are typed in to restore a key.
    #[must_use]
    pub fn opens_sealed_key(&self) -> bool {
        let document = self.plan.document();
        document.kind != Kind::Root && document.custody == Custody::File && !self.has_stand_in()
    }

    pub(crate) fn stand_in(&mut self, certificate: Certificate) {
        self.issuer = Some(certificate);
    }

    /// # Errors
    /// [`PlanProblem::Example`].
    pub(crate) fn refuse_example(&self) -> Result<(), PlanRefused> {
        if self.plan.is_example() { Err(PlanRefused(vec![PlanProblem::Example])) } else { Ok(()) }
    }
}
