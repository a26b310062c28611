//! OCSP, kept answers and CRLs agree, whatever happens to certificates, over two processes and past their end.

use std::collections::BTreeMap;

use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, OcspResponse};
use ca_core::revocation::Reason;
use ca_core::x509::serial::SerialNumber;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::{Instance, Services, profiles};
use crate::port::Clock as _;
use crate::service::status::Look;

/// One step; numbers choose among the certificates, `there` whether another process over the same store acts.
#[derive(Clone, Debug)]
enum Step {
    Issue,
    Change { which: usize, there: bool, change: Change },
    Publish { scheduled: bool },
    WaitHours(i64),
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Hold,
    Release,
    Revoke(Reason),
}

fn step() -> impl Strategy<Value = Step> {
    let reasons =
        [Reason::Unspecified, Reason::KeyCompromise, Reason::Superseded, Reason::CessationOfOperation];
    let change = prop_oneof![
        3 => Just(Change::Hold),
        3 => Just(Change::Release),
        1 => prop::sample::select(reasons.to_vec()).prop_map(Change::Revoke),
    ];
    prop_oneof![
        3 => Just(Step::Issue),
        8 => (any::<usize>(), any::<bool>(), change)
            .prop_map(|(which, there, change)| Step::Change { which, there, change }),
        2 => any::<bool>().prop_map(|scheduled| Step::Publish { scheduled }),
        1 => (0_i64..24).prop_map(Step::WaitHours),
        1 => (24_i64..250 * 24).prop_map(Step::WaitHours),
    ]
}

/// What is known of a certificate: its end, and the status by OCSP with what tells whether it still stands.
struct Known {
    ends: Timestamp,
    kept: Option<(CertStatus, Look)>,
}

struct City {
    here: Instance,
    there: Services,
    certificates: BTreeMap<SerialNumber, Known>,
}

impl City {
    fn new() -> Self {
        let here = Instance::new();
        let there = Services::start(here.ports.clone(), here.settings().clone(), profiles())
            .expect("another process");
        Self { here, there, certificates: BTreeMap::new() }
    }

    fn apply(&mut self, step: &Step) {
        let authority = "issuing".parse().unwrap();
        let act = self.here.act();
        match step {
            Step::Issue => {
                let issued = self.here.issue("camera");
                self.certificates.insert(issued.serial, Known { ends: issued.not_after, kept: None });
            }
            Step::Change { which, there, change } => {
                let count = self.certificates.len().max(1);
                let Some(serial) = self.certificates.keys().nth(which % count) else { return };
                let services = if *there { &self.there } else { &self.here.services };
                // What the rules refuse, such as releasing what is not held, changes nothing.
                let _ = match change {
                    Change::Hold => services.certificates.hold(&act, &authority, serial),
                    Change::Release => services.certificates.release(&act, &authority, serial),
                    Change::Revoke(reason) => {
                        services.certificates.revoke(&act, &authority, serial, *reason, None)
                    }
                };
            }
            Step::Publish { scheduled } => {
                self.here.services.crl.publish(&act, &authority, *scheduled).unwrap();
            }
            Step::WaitHours(hours) => {
                self.here.clock.advance(SignedDuration::from_hours(*hours));
                self.here.renew();
            }
        }
    }

    /// The status and what tells whether it still stands.
    fn ask(&self, serial: &SerialNumber) -> (CertStatus, Look) {
        let authority = self.here.services.authorities.get("issuing").unwrap();
        let id = CertId::new(DigestAlgorithm::Sm3, authority.certificate(), serial).unwrap();
        let answer = self.here.services.status.ocsp(&OcspRequest::new(vec![id], None).unwrap());
        assert_eq!(answer.code, None);
        let response = OcspResponse::from_der(&answer.der).unwrap();
        let basic = response.basic().unwrap();
        basic.verify(authority.certificate(), self.here.clock.now()).unwrap();
        (basic.answers()[0].status, answer.look.unwrap())
    }

    /// All sources say the same of every certificate.
    fn agree(&mut self) {
        // A second's turn, after which changes of the other process are known here.
        self.here.clock.advance(SignedDuration::from_secs(1));
        self.here.services.status.feed().follow().unwrap();
        let now = self.here.clock.now();
        let serials: Vec<_> = self.certificates.keys().cloned().collect();
        for serial in &serials {
            let (status, look) = self.ask(serial);
            let known = self.certificates.get_mut(serial).unwrap();
            if let Some((kept, since)) = known.kept
                && self.here.services.status.changes().stands(since, now)
            {
                assert_eq!(kept, status, "a kept answer about {serial} stands and is wrong");
            }
            known.kept = Some((status, look));
        }
        let authority = "issuing".parse().unwrap();
        self.here.services.crl.publish(&self.here.act(), &authority, false).unwrap();
        let crl = self.here.crl("issuing");
        for (serial, Known { ends, kept }) in &self.certificates {
            let (told, _) = kept.expect("it was asked");
            let listed = crl.find(serial).map(|entry| CertStatus::Revoked {
                at: entry.revocation_date,
                reason: entry.reason.unwrap_or(Reason::Unspecified),
            });
            match listed {
                Some(listed) => assert_eq!(listed, told, "{serial}"),
                // What ended may have left the list; OCSP goes on telling it.
                None => {
                    assert!(told == CertStatus::Good || *ends < now, "{serial} is {told:?} and not listed")
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 6, max_shrink_iters: 60, failure_persistence: None, ..Config::default() })]

    #[test]
    fn all_sources_of_status_agree_after_every_step(steps in prop::collection::vec(step(), 10..40)) {
        let mut city = City::new();
        for step in &steps {
            city.apply(step);
            city.agree();
        }
        city.here.observe();
    }
}
