//! What is signed.

use rand_core::CryptoRng;

use super::{Journal, Session, Step, StepError};
use crate::ceremony::Digest;
use crate::ceremony::act::{self, ActError, Brief, PreparedOutput};
use crate::ceremony::transcript::{Event, Slot};
use crate::x509::{Certificate, SerialNumber};

impl Session {
    /// Builds what comes next, signs it with a throwaway key, lints it, and records the hash of what is to be signed. It is
    /// shown from what this returns, and agreed to by [`Self::confirm`].
    ///
    /// # Errors
    /// [`ActError`].
    pub fn prepare(
        &mut self,
        rng: &mut dyn CryptoRng,
        journal: &mut dyn Journal,
    ) -> Result<&PreparedOutput, StepError> {
        let prepared = self.attempt(journal, |session, journal| {
            session.require_step(&Step::Prepare { output: "" })?;
            let Step::Prepare { output } = session.next() else { return Err(StepError::Over) };
            let serial = SerialNumber::generate(rng);
            let prepared = session.build(output, serial, rng)?;
            let tbs = Digest(prepared.tbs_hash());
            let event =
                Event::Prepared { output: output.to_owned(), serial: prepared.serial().cloned(), tbs };
            session.record(&event, journal)?;
            Ok((output, prepared))
        })?;
        Ok(&self.prepared.insert(prepared).1)
    }

    /// What is to be signed, built again after an interruption: the same octets, or nothing.
    ///
    /// # Errors
    /// [`StepError::Altered`], [`ActError`].
    pub fn prepared(&mut self, rng: &mut dyn CryptoRng) -> Result<&PreparedOutput, StepError> {
        let (Step::Confirm { output } | Step::Sign { output }) = self.next() else {
            return Err(self.require_step(&Step::Sign { output: "" }).err().unwrap_or(StepError::Over));
        };
        let prepared = match self.prepared.take() {
            Some((name, prepared)) if name == output => prepared,
            _ => {
                let intent = self.state.prepared.get(output).cloned().ok_or(StepError::Over)?;
                // Lists have no serial number, and what is made here goes nowhere.
                let serial = intent.serial.unwrap_or_else(|| SerialNumber::generate(rng));
                let prepared = self.build(output, serial, rng)?;
                let found = Digest(prepared.tbs_hash());
                if found != intent.tbs {
                    return Err(StepError::Altered { output: output.to_owned(), agreed: intent.tbs, found });
                }
                prepared
            }
        };
        Ok(&self.prepared.insert((output, prepared)).1)
    }

    /// Signs what was agreed to, with the key in its slot. Returns the document in DER, which is on the record.
    ///
    /// # Errors
    /// [`crate::issuance::SigningError`], [`StepError::Altered`].
    pub fn sign(&mut self, rng: &mut dyn CryptoRng, journal: &mut dyn Journal) -> Result<Vec<u8>, StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::Sign { output: "" })?;
            let Step::Sign { output } = session.next() else { return Err(StepError::Over) };
            session.prepared(rng)?;
            let Some((_, prepared)) = session.prepared.take() else { return Err(StepError::Over) };
            // The intent is on durable storage since it was prepared; it is compared once more.
            let intent =
                session.state.prepared.get(output).map(|intent| intent.tbs).unwrap_or(Digest([0; 32]));
            let signer = match act::slot(session.plan().kind, output) {
                Slot::Existing => session.existing.clone(),
                Slot::New => session.new.clone(),
            };
            let signer = signer.ok_or(ActError::NoKey)?;
            let der = prepared.sign(intent, &*signer, rng)?;
            session.record(&Event::Issued { output: output.to_owned(), der: der.clone() }, journal)?;
            Ok(der)
        })
    }

    fn build(
        &self,
        output: &'static str,
        serial: SerialNumber,
        rng: &mut dyn CryptoRng,
    ) -> Result<PreparedOutput, StepError> {
        let signer = match act::slot(self.plan().kind, output) {
            Slot::Existing => self.existing.clone(),
            Slot::New => self.new.clone(),
        };
        let new_root = match self.state.issued.get("root") {
            Some(der) => Some(Certificate::from_der(der).map_err(ActError::from)?),
            None => None,
        };
        let brief = Brief { checked: &self.checked, new_root: new_root.as_ref() };
        Ok(act::prepare(&brief, output, signer.ok_or(ActError::NoKey)?, serial, rng)?)
    }
}
