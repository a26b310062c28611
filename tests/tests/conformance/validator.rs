//! The validator's answer to a case.

use ca_core::path::revocation::Evidence;
use ca_core::path::{
    Answer, Limits, PeerName, PolicyInputs, Purpose, Question, TrustAnchor, judge as decide,
};
use ca_core::x509::{Certificate, CertificateList};

use crate::case::{self, Case, Peer};

/// Judges a case: nothing, or the words and code of the refusal. Objects other than the end entity's certificate that do not
/// parse are left out, as `ca verify` does.
pub(crate) fn judge(case: &Case) -> Result<(), String> {
    let end_entity =
        Certificate::from_der(&case.end_entity).map_err(|error| format!("{error} [{}]", error.code()))?;
    let peer_names = case.peers.iter().map(name).collect::<Result<Vec<_>, _>>()?;
    let anchors: Vec<_> = certificates(&case.anchors)
        .iter()
        .filter_map(|certificate| TrustAnchor::from_certificate(certificate).ok())
        .collect();
    let intermediates = certificates(&case.intermediates);
    let evidence = (!case.crls.is_empty()).then(|| Evidence {
        crls: case.crls.iter().filter_map(|der| CertificateList::from_der(der).ok()).collect(),
        ..Evidence::default()
    });
    let policies = case.policies.iter().map(|policy| policy.parse().expect("an identifier"));
    let policy = PolicyInputs {
        initial: (!case.policies.is_empty()).then(|| policies.collect()),
        explicit: case.explicit_policy,
        inhibit_mapping: case.inhibit_mapping,
        inhibit_any: case.inhibit_any,
    };
    let question = Question {
        end_entity: &end_entity,
        anchors: &anchors,
        intermediates: &intermediates,
        evidence: evidence.as_ref(),
        at: case.at,
        policy: &policy,
        purpose: case.purpose.map(|purpose| match purpose {
            case::Purpose::Server => Purpose::Server,
            case::Purpose::Client => Purpose::Client,
        }),
        peer_names: &peer_names,
        max_intermediates: case.max_intermediates,
        limits: Limits::default(),
    };
    match decide(&question) {
        Answer::Accepted(_) => Ok(()),
        Answer::Refused(refused) => Err(format!("{refused} [{}]", refused.code())),
    }
}

fn name(peer: &Peer) -> Result<PeerName, String> {
    match peer {
        Peer::Dns(name) => PeerName::dns(name),
        Peer::Ip(address) => Ok(PeerName::ip(*address)),
        Peer::Email(mailbox) => PeerName::email(mailbox),
    }
    .map_err(|error| format!("{error} [{}]", error.code()))
}

fn certificates(ders: &[Vec<u8>]) -> Vec<Certificate> {
    ders.iter().filter_map(|der| Certificate::from_der(der).ok()).collect()
}
