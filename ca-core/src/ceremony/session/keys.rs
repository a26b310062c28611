//! What is done with keys: made, sealed, restored.

use std::sync::Arc;

use rand_core::CryptoRng;

use super::{Journal, Session, Step, StepError};
use crate::algorithm::{KeyAlgorithm, Signer, Sm2Parameters};
use crate::ceremony::act;
use crate::ceremony::plan::{Kind, Role};
use crate::ceremony::share::{self, Passphrase, SealedKey, Share, ShareSet, SharesMade};
use crate::ceremony::transcript::{Event, Slot};
use crate::ceremony::{Digest, PinnedKey};
use crate::key::PrivateKey;

/// Brings a sealed key and its shares to durable storage.
type Keep<'a> = dyn FnMut(&SharesMade) -> Result<(), super::JournalError> + 'a;

impl Session {
    /// Makes the key that the plan says and seals it: each key officer, in the order of the plan, has chosen a passphrase.
    ///
    /// `keep` brings the sealed key and the shares to durable storage; only then the key is on the record. What it kept before
    /// a failure belongs to no key.
    ///
    /// # Errors
    /// Passphrases that are not those of the officers in their order; what `keep` returns.
    pub fn create_key(
        &mut self,
        passphrases: &[(&str, &Passphrase)],
        keep: &mut Keep<'_>,
        rng: &mut dyn CryptoRng,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::CreateKey)?;
            session.require_officers(passphrases)?;
            let Some(root) = &session.plan().root else { return Ok(()) };
            let key = PrivateKey::generate(root.key.0, rng)?;
            let public_key = PinnedKey(key.public_key().clone());
            let made = session.seal(&key, 1, passphrases, rng)?;
            session.keep_sealed(made, keep, journal, |sealed_key, shares| Event::KeyCreated {
                public_key,
                device: None,
                sealed_key: Some(sealed_key),
                shares: Some(shares),
            })?;
            session.new = Some(Arc::new(key.into_signer(Sm2Parameters::Absent)));
            Ok(())
        })
    }

    /// A device made the key. `device` describes it: maker, model, serial number, label.
    ///
    /// # Errors
    /// A key of another kind than planned.
    pub fn device_created(
        &mut self,
        signer: Arc<dyn Signer>,
        device: &str,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::CreateKey)?;
            super::check_text("device", device)?;
            let Some(root) = &session.plan().root else { return Ok(()) };
            let (found, planned) = (signer.public_key().spec(), root.key.0);
            if found != planned || session.plan().custody == crate::ceremony::plan::Custody::File {
                return Err(StepError::OtherKeyKind {
                    found: found.to_string(),
                    planned: planned.to_string(),
                });
            }
            let event = Event::KeyCreated {
                public_key: PinnedKey(signer.public_key().clone()),
                device: Some(device.to_owned()),
                sealed_key: None,
                shares: None,
            };
            session.record(&event, journal)?;
            session.new = Some(signer);
            Ok(())
        })
    }

    /// An officer opens the new share once, as it was kept: file, words or QR.
    ///
    /// # Errors
    /// [`share::ShareError`], which names the officer.
    pub fn check_share(
        &mut self,
        share: &Share,
        passphrase: &Passphrase,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::CheckShare { officer: String::new() })?;
            let Some(sealed) = &session.sealed else { return Err(StepError::SealedKeyNeeded) };
            let opened = share.open(sealed.set(), passphrase)?;
            session.record(&Event::ShareChecked { officer: opened.officer().to_owned() }, journal)
        })
    }

    /// An officer who is present gives a share. Returns whether the key is restored, which it is with the last one needed.
    ///
    /// # Errors
    /// [`share::ShareError`], which names the officer; an officer who is absent; a key that is not the root's.
    pub fn give_share(
        &mut self,
        share: &Share,
        passphrase: &Passphrase,
        journal: &mut dyn Journal,
    ) -> Result<bool, StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::GiveShare { slot: Slot::Existing, officers: vec![], missing: 0 })?;
            let Step::GiveShare { slot, missing, .. } = session.next() else { return Ok(false) };
            if missing > 0 {
                session.require_present(share.officer())?;
                let sealed = session.sealed_in(slot)?;
                let opened = share.open(sealed.set(), passphrase)?;
                let officer = opened.officer().to_owned();
                session.collections.entry(slot).or_default().add(opened)?;
                if let Err(error) = session.record(&Event::ShareGiven { slot, officer }, journal) {
                    session.collections.remove(&slot);
                    return Err(error);
                }
            }
            match session.next() {
                Step::GiveShare { slot, missing: 0, .. } => session.restore(slot, journal).map(|()| true),
                _ => Ok(false),
            }
        })
    }

    fn sealed_in(&self, slot: Slot) -> Result<&SealedKey, StepError> {
        let sealed = match slot {
            Slot::Existing => self.checked.sealed_key(),
            Slot::New => self.sealed.as_ref(),
        };
        sealed.ok_or(StepError::SealedKeyNeeded)
    }

    fn restore(&mut self, slot: Slot, journal: &mut dyn Journal) -> Result<(), StepError> {
        let collection = self.collections.remove(&slot).unwrap_or_default();
        let key = self.sealed_in(slot)?.open(&collection)?;
        drop(collection);
        let digest = Digest::of(key.public_key().spki_der());
        self.require_key(slot, digest)?;
        self.record(&Event::KeyReady { slot, key: digest, device: None }, journal)?;
        if self.plan().kind == Kind::ShareRenewal {
            self.bare = Some(key);
        } else {
            let parameters = self.parameters(slot);
            self.put(slot, Arc::new(key.into_signer(parameters)));
        }
        Ok(())
    }

    /// The device that holds a key is open.
    ///
    /// # Errors
    /// A key that is not the root's.
    pub fn device_ready(
        &mut self,
        signer: Arc<dyn Signer>,
        device: &str,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::OpenDevice { slot: Slot::Existing })?;
            super::check_text("device", device)?;
            let Step::OpenDevice { slot } = session.next() else { return Ok(()) };
            let key = Digest::of(signer.public_key().spki_der());
            session.require_key(slot, key)?;
            session.record(&Event::KeyReady { slot, key, device: Some(device.to_owned()) }, journal)?;
            session.put(slot, signer);
            Ok(())
        })
    }

    /// Puts on the record that the token or device refused what the next step asks of it.
    ///
    /// # Errors
    /// Always: [`StepError::Custody`], or that the record cannot be written.
    pub fn device_refused(
        &mut self,
        error: crate::custody::CustodyError,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |_, _| Err(error.into()))
    }

    /// The parameters with which the key that is opened next signs, where it is one of SM2.
    #[must_use]
    pub fn device_parameters(&self) -> Sm2Parameters {
        match self.next() {
            Step::OpenDevice { slot } => self.parameters(slot),
            _ => Sm2Parameters::Absent,
        }
    }

    /// Makes a throwaway root that stands in for the real one, whose key is not touched in a rehearsal.
    ///
    /// # Errors
    /// [`act::ActError`].
    pub fn make_stand_in(
        &mut self,
        rng: &mut dyn CryptoRng,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::MakeStandIn)?;
            let Some(real) = session.checked.issuer() else { return Ok(()) };
            let (certificate, signer) = act::stand_in(real, rng)?;
            session.record(&Event::StandIn { certificate: certificate.der().to_vec() }, journal)?;
            session.checked.stand_in(certificate);
            session.existing = Some(signer);
            Ok(())
        })
    }

    /// Seals the root key anew under a new random key, for the officers of the plan. `keep` as in [`Self::create_key`].
    ///
    /// # Errors
    /// As [`Self::create_key`].
    pub fn reseal(
        &mut self,
        passphrases: &[(&str, &Passphrase)],
        keep: &mut Keep<'_>,
        rng: &mut dyn CryptoRng,
        journal: &mut dyn Journal,
    ) -> Result<(), StepError> {
        self.attempt(journal, |session, journal| {
            session.require_step(&Step::Reseal)?;
            session.require_officers(passphrases)?;
            let before = session.checked.sealed_key().map_or(0, |sealed| sealed.set().generation);
            // A rehearsal of a real renewal has no root key: one is made for it.
            let throwaway = match (&session.bare, session.checked.issuer()) {
                (None, Some(root)) if session.state.stand_in.is_some() => {
                    let spec = root.public_key()?.spec();
                    Some(PrivateKey::generate(spec, rng)?)
                }
                _ => None,
            };
            let Some(key) = session.bare.as_ref().or(throwaway.as_ref()) else {
                return Err(StepError::SealedKeyNeeded);
            };
            let made = session.seal(key, before.saturating_add(1), passphrases, rng)?;
            session.keep_sealed(made, keep, journal, |sealed_key, shares| Event::Resealed {
                sealed_key,
                shares,
            })?;
            session.bare = None;
            Ok(())
        })
    }

    fn seal(
        &self,
        key: &PrivateKey,
        generation: u32,
        passphrases: &[(&str, &Passphrase)],
        rng: &mut dyn CryptoRng,
    ) -> Result<SharesMade, StepError> {
        let plan = self.checked.plan();
        let threshold = plan.document().shares.threshold;
        let mode = self.checked.mode();
        Ok(share::seal(key, mode, plan.digest(), generation, threshold, passphrases, rng)?)
    }

    /// Brings what was sealed to durable storage, and only then onto the record.
    fn keep_sealed(
        &mut self,
        made: SharesMade,
        keep: &mut Keep<'_>,
        journal: &mut dyn Journal,
        event: impl FnOnce(Digest, ShareSet) -> Event,
    ) -> Result<(), StepError> {
        keep(&made)?;
        let event = event(made.sealed.digest()?, made.sealed.set().clone());
        self.record(&event, journal)?;
        self.sealed = Some(made.sealed);
        Ok(())
    }

    fn require_officers(&self, passphrases: &[(&str, &Passphrase)]) -> Result<(), StepError> {
        let expected: Vec<&str> =
            self.plan().with_role(Role::KeyOfficer).map(|person| person.name.as_str()).collect();
        let given: Vec<&str> = passphrases.iter().map(|(officer, _)| *officer).collect();
        if given == expected {
            return Ok(());
        }
        Err(StepError::Officers { given: given.join(", "), expected: expected.join(", ") })
    }

    fn require_key(&self, slot: Slot, found: Digest) -> Result<(), StepError> {
        let expected = match slot {
            Slot::Existing => self.checked.issuer().map(|issuer| Digest::of(issuer.spki_der())),
            Slot::New => {
                let made = self.state.created.as_ref().and_then(|made| made.public_key.as_ref());
                made.map(PinnedKey::digest)
            }
        };
        match expected {
            Some(expected) if expected != found => Err(StepError::OtherKey { found, expected }),
            _ => Ok(()),
        }
    }

    /// How the algorithm of the root's signatures is written.
    fn parameters(&self, slot: Slot) -> Sm2Parameters {
        let issuer = self.checked.issuer().filter(|_| slot == Slot::Existing);
        let null = issuer.is_some_and(|issuer| {
            let sm2 = issuer.public_key().is_ok_and(|key| key.algorithm() == KeyAlgorithm::Sm2);
            sm2 && issuer.signature_algorithm().parameters.is_some()
        });
        if null { Sm2Parameters::Null } else { Sm2Parameters::Absent }
    }

    fn put(&mut self, slot: Slot, signer: Arc<dyn Signer>) {
        match slot {
            Slot::Existing => self.existing = Some(signer),
            Slot::New => self.new = Some(signer),
        }
    }
}
