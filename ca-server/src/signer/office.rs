//! What the signer does with what it is asked: it makes the bytes itself, by the code by which the asker made them, and signs where both
//! are the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::crl::list::{ListDraft, ListKind, ListPlan, Scratch};
use ca_core::issuance::{
    AuthorityName, AuthorizedRequest, Choices, Issuer, PreparedCertificate, Shard, hierarchy,
};
use ca_core::key::{BlockedKeys, NormalizedKey};
use ca_core::profile::{Kind, ProfileSet};
use ca_core::x509::extension::{ExtensionValue as _, SubjectAlternativeName};
use ca_core::x509::name::Name;
use ca_core::x509::request::CertificationRequest;
use jiff::{SignedDuration, Timestamp};
use schemas::signer::{Answer, Ask, CertificateAsk, ListAsk, MAX_ENTRIES, RecallAsk, RefusalCode};

use super::journal::{Entry, Journal};
use super::rate::Rate;
use crate::port::{Clock, Publisher, Randomness};

/// How far the time of the asker may be from the signer's, either way: orders wait for each other at most this long.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Within what it signs.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How much it signs in a minute.
    pub per_minute: u32,
    /// For how long a CRL may be in force.
    pub crl_validity: SignedDuration,
}

/// The authorities whose keys are here, and all that signing with them needs.
pub struct Office {
    authorities: BTreeMap<AuthorityName, Issuer>,
    profiles: Arc<ProfileSet>,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    scratch: Arc<dyn Publisher>,
    journal: Journal,
    rate: Rate,
    crl_validity: SignedDuration,
}

/// A refusal on its way out.
pub(super) struct Refused(pub(super) RefusalCode, pub(super) String);

/// What the store says of keys is not known here: the asker has asked it. Keys that are weak by themselves are refused here too.
struct NoneBlocked;

impl BlockedKeys for NoneBlocked {
    fn is_blocked(&self, _key: &NormalizedKey) -> bool {
        false
    }
}

impl Office {
    /// Of the authorities given; `scratch` is where the entries of lists are kept until they are signed.
    pub fn new(
        authorities: Vec<Issuer>,
        profiles: Arc<ProfileSet>,
        (clock, randomness): (Arc<dyn Clock>, Arc<dyn Randomness>),
        scratch: Arc<dyn Publisher>,
        journal: Journal,
        terms: Terms,
    ) -> Self {
        let authorities = authorities.into_iter().map(|issuer| (issuer.name().clone(), issuer)).collect();
        let (rate, crl_validity) = (Rate::new(terms.per_minute), terms.crl_validity);
        Self { authorities, profiles, clock, randomness, scratch, journal, rate, crl_validity }
    }

    /// How many lines its record has.
    pub fn lines(&self) -> u64 {
        self.journal.lines()
    }

    /// Answers; `entries` gives the octets that follow an ask for a list.
    pub(super) fn answer(
        &self,
        ask: &Ask,
        entries: impl FnOnce(&mut dyn Scratch) -> std::io::Result<()>,
    ) -> std::io::Result<Answer> {
        let (what, authority, done) = match ask {
            Ask::Hello {} => {
                return Ok(Answer::Hello { authorities: self.authorities.keys().cloned().collect() });
            }
            Ask::Certificate(ask) => ("certificate", &ask.authority, self.certificate(ask)),
            Ask::Recall(ask) => ("recall", &ask.authority, self.recall(ask)),
            Ask::List(ask) => {
                // What follows is taken whatever is refused, so that the stream goes on with the next message.
                let mut scratch = self.scratch.scratch()?;
                entries(&mut *scratch)?;
                ("list", &ask.authority, self.list(ask, scratch))
            }
        };
        Ok(match done {
            Ok(answer) => {
                tracing::info!(what, %authority, outcome = "answered", "asked");
                answer
            }
            Err(Refused(code, detail)) => {
                tracing::warn!(what, %authority, outcome = code.as_str(), detail, "refused");
                metrics::counter!("cityca_signer_refusals_total", "code" => code.as_str()).increment(1);
                Answer::Refused { code, detail }
            }
        })
    }

    fn certificate(&self, ask: &CertificateAsk) -> Result<Answer, Refused> {
        let issuer = self.issuer(&ask.authority)?;
        let now = self.clock.now();
        self.near(ask.at, now)?;
        let prepared = self.prepare(issuer, ask)?;
        if prepared.tbs_hash() != ask.tbs_hash {
            let detail = "what is made here from the request is not what was committed";
            return Err(Refused(RefusalCode::SignerHash, detail.to_owned()));
        }
        self.take()?;
        let mut rng = self.randomness.generator();
        // The asker's intent is stored; here the record is written before anything is given out.
        let committed = prepared.commit(|_| Ok::<(), Refused>(()))?;
        let issued = issuer.sign(committed, &mut *rng).map_err(refused(RefusalCode::SignerKey))?;
        let signature = issued.certificate().signature().to_vec();
        self.record(&Entry::Certificate {
            at: now,
            authority: ask.authority.to_string(),
            serial: ask.serial.to_string(),
            tbs_hash: hex::encode(ask.tbs_hash),
            signature: STANDARD.encode(&signature),
        })?;
        Ok(Answer::Signed { signature })
    }

    /// The certificate, made anew from what the asker made it from.
    fn prepare(&self, issuer: &Issuer, ask: &CertificateAsk) -> Result<PreparedCertificate, Refused> {
        let profile = self.profiles.get(&ask.profile).map_err(refused(RefusalCode::SignerProfile))?;
        if profile.hash() != ask.profile_hash {
            let detail = format!("the profile {} is another one here", ask.profile);
            return Err(Refused(RefusalCode::SignerProfile, detail));
        }
        let certificate = issuer.certificate();
        let is_root = certificate.subject().matches(certificate.issuer());
        let request = CertificationRequest::from_der(&ask.request)
            .and_then(CertificationRequest::verify)
            .map_err(refused(RefusalCode::SignerRequest))?;
        let choices = choices(ask)?;
        let authorized = match profile.kind() {
            Kind::EndEntity if !is_root => {
                AuthorizedRequest::new(Arc::clone(profile), request, choices, &NoneBlocked)
            }
            Kind::Ocsp => hierarchy::authorize(Arc::clone(profile), request, choices, &NoneBlocked),
            kind => {
                let detail = format!("{} does not issue certificates of kind {kind} here", ask.authority);
                return Err(Refused(RefusalCode::SignerProfile, detail));
            }
        }
        .map_err(refused(RefusalCode::SignerAuthorization))?;
        let mut rng = self.randomness.generator();
        issuer
            .prepare(authorized, ask.serial.clone(), ask.at, &mut *rng)
            .map_err(refused(RefusalCode::SignerRules))
    }

    fn recall(&self, ask: &RecallAsk) -> Result<Answer, Refused> {
        self.issuer(&ask.authority)?;
        let (now, hash) = (self.clock.now(), hex::encode(ask.tbs_hash));
        let found = self.journal.recall(now, ask.authority.as_str(), &hash).map_err(of_record)?;
        Ok(found.map_or(Answer::NotSigned {}, |signature| Answer::Signed { signature }))
    }

    fn list(&self, ask: &ListAsk, entries: Box<dyn Scratch>) -> Result<Answer, Refused> {
        let issuer = self.issuer(&ask.authority)?;
        let now = self.clock.now();
        self.near(ask.this_update, now)?;
        if ask.next_update.duration_since(ask.this_update) > self.crl_validity {
            let detail = format!("it would be in force for longer than {:#}", self.crl_validity);
            return Err(Refused(RefusalCode::SignerCrlValidity, detail));
        }
        let series = (ask.authority.to_string(), ask.shard, ask.base.is_some());
        let plan = self.plan(issuer, ask, &series)?;
        let mut rng = self.randomness.generator();
        let prepared = issuer
            .prepare_list(ListDraft::of_entries(plan, entries, ask.entries), &mut *rng)
            .map_err(refused(RefusalCode::SignerRules))?;
        if prepared.tbs_hash() != ask.tbs_hash {
            let detail = "the list that is made here is not the one that was committed";
            return Err(Refused(RefusalCode::SignerHash, detail.to_owned()));
        }
        self.take()?;
        let committed = prepared.commit(|_| Ok::<(), Refused>(()))?;
        let signed = issuer.sign_list(committed, &mut *rng).map_err(refused(RefusalCode::SignerKey))?;
        let (authority, shard, delta) = series;
        self.record(&Entry::List {
            at: now,
            authority,
            shard,
            delta,
            number: ask.number,
            this_update: ask.this_update,
            tbs_hash: hex::encode(ask.tbs_hash),
        })?;
        Ok(Answer::Signed { signature: signed.signature().to_vec() })
    }

    fn plan(
        &self,
        issuer: &Issuer,
        ask: &ListAsk,
        series: &(String, Option<u16>, bool),
    ) -> Result<ListPlan, Refused> {
        let shard = ask.shard.map(Shard::new).transpose().map_err(refused(RefusalCode::SignerRules))?;
        let kind = ask.base.map_or(ListKind::Full, |base| ListKind::Delta { base });
        let previous = self.journal.floor(series);
        let plan = ListPlan::after(previous, ask.number, ask.this_update, ask.next_update, kind)
            .map_err(refused(RefusalCode::SignerCrlOrder))?;
        let urls = issuer.urls();
        Ok(plan
            .only_for(shard.map(|_| urls.list(shard)))
            .with_deltas_at(ask.deltas.then(|| urls.delta(shard)))
            .keeping_expired_since(ask.keeps_expired_since))
    }

    fn issuer(&self, name: &AuthorityName) -> Result<&Issuer, Refused> {
        let missing =
            || Refused(RefusalCode::SignerAuthority, format!("the key of authority {name} is not here"));
        self.authorities.get(name).ok_or_else(missing)
    }

    fn near(&self, at: Timestamp, now: Timestamp) -> Result<(), Refused> {
        if now.duration_since(at).abs() <= SKEW {
            return Ok(());
        }
        let detail = format!("the time {at} is more than {SKEW:#} from the signer's clock, which says {now}");
        Err(Refused(RefusalCode::SignerClock, detail))
    }

    fn take(&self) -> Result<(), Refused> {
        if self.rate.take() {
            return Ok(());
        }
        let detail = "more was signed in the last minute than signer.per_minute allows";
        Err(Refused(RefusalCode::SignerRate, detail.to_owned()))
    }

    fn record(&self, entry: &Entry) -> Result<(), Refused> {
        self.journal.append(entry).map_err(of_record)
    }
}

fn choices(ask: &CertificateAsk) -> Result<Choices, Refused> {
    let unreadable = |what: &str, error: &dyn std::fmt::Display| {
        Refused(RefusalCode::SignerMessage, format!("the {what} cannot be read: {error}"))
    };
    let subject = ask.subject.as_deref().map(Name::from_der).transpose();
    let names = ask.alternative_names.as_deref().map(SubjectAlternativeName::from_value).transpose();
    Ok(Choices {
        subject: subject.map_err(|error| unreadable("subject", &error))?,
        alternative_names: names
            .map_err(|error| unreadable("alternative names", &error))?
            .map(|names| names.0),
        not_after: ask.not_after,
    })
}

fn refused<E: std::fmt::Display>(code: RefusalCode) -> impl FnOnce(E) -> Refused {
    move |error| Refused(code, error.to_string())
}

fn of_record(code: RefusalCode) -> Refused {
    let detail = match code {
        RefusalCode::SignerRecalled => "it was recalled before it was signed",
        RefusalCode::SignerCrlOrder => "another list with this number or a higher one was signed meanwhile",
        _ => "what is signed cannot be put on record: see the signer's log",
    };
    Refused(code, detail.to_owned())
}

/// Whether so many octets may follow.
pub(super) fn is_bounded(ask: &Ask) -> bool {
    !matches!(ask, Ask::List(list) if list.octets > MAX_ENTRIES)
}
