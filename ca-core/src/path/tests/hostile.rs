//! Input that was made to cost much is refused in little time.

use super::*;
use crate::x509::extension::{CertificatePolicies, ExtensionValue, PolicyMapping, PolicyMappings};
use crate::x509::testing::{Draft, name, rng, sign};
use crate::x509::{Oid, SerialNumber, TbsCertificate};
use std::time::{Duration, Instant};

/// Far above what the bounds allow on a machine in use, far below what a search without them takes.
const SOON: Duration = Duration::from_secs(2);

fn refused_soon(leaf: &Certificate, anchors: &[TrustAnchor], pool: &[Certificate]) -> &'static str {
    let start = Instant::now();
    let question = Question { intermediates: pool, ..Question::new(leaf, anchors, at(NOW)) };
    let answer = judge(&question);
    let took = start.elapsed();
    assert!(took < SOON, "{took:?}");
    answer.into_result().unwrap_err().code()
}

/// `issuer`'s certificate for the name and key of `subject`.
fn cross(subject: &Party, issuer: &Party) -> Certificate {
    let tbs = TbsCertificate {
        serial: SerialNumber::generate(&mut rng()),
        issuer: issuer.certificate.subject().clone(),
        signature_algorithm: issuer.signer.identifier().clone(),
        ..subject.certificate.tbs().clone()
    };
    sign(&tbs, issuer.signer.as_ref())
}

#[test]
fn a_graph_in_which_everyone_certifies_everyone() {
    let root = Draft::authority("root").self_signed();
    let ring: Vec<_> = (0..10).map(|at| Draft::authority(&format!("ring {at}")).self_signed()).collect();
    let pool: Vec<_> =
        ring.iter().flat_map(|subject| ring.iter().map(move |issuer| cross(subject, issuer))).collect();
    let leaf = Draft::end_entity("leaf").issued_by(&ring[0]);
    assert_eq!(refused_soon(&leaf.certificate, &[anchor(&root)], &pool), "path-search-too-large");
}

#[test]
fn many_keys_of_one_name() {
    let root = Draft::authority("root").self_signed();
    let crowd: Vec<_> = (0..200).map(|_| Draft::authority("same").self_signed()).collect();
    let pool: Vec<_> = crowd.iter().map(|party| party.certificate.clone()).collect();
    let leaf = Draft::end_entity("leaf").issued_by(&Draft::authority("same").self_signed());
    assert_eq!(refused_soon(&leaf.certificate, &[anchor(&root)], &pool), "path-search-too-large");
}

#[test]
fn layers_whose_paths_multiply_and_all_fail_at_the_anchor() {
    let (real, forged) = (Draft::authority("root").self_signed(), Draft::authority("root").self_signed());
    let mut above = vec![forged];
    let mut pool = Vec::new();
    for layer in 0..8 {
        let next: Vec<_> =
            (0..3).map(|_| Draft::authority(&format!("layer {layer}")).self_signed()).collect();
        pool.extend(next.iter().flat_map(|subject| above.iter().map(|issuer| cross(subject, issuer))));
        above = next;
    }
    let leaf = Draft::end_entity("leaf").issued_by(&above[0]);
    let code = refused_soon(&leaf.certificate, &[anchor(&real)], &pool);
    assert!(["path-search-too-large", "signature-invalid"].contains(&code), "{code}");
}

#[test]
fn a_chain_of_ten_thousand() {
    let root = Draft::authority("root").self_signed();
    let party = Draft::authority("same").self_signed();
    let mut pool = Vec::new();
    for level in 0..10_000 {
        let tbs = TbsCertificate {
            issuer: name(&format!("level {}", level + 1)),
            subject: name(&format!("level {level}")),
            ..party.certificate.tbs().clone()
        };
        pool.push(sign(&tbs, party.signer.as_ref()));
    }
    let tbs = TbsCertificate { issuer: name("level 0"), ..party.certificate.tbs().clone() };
    let leaf = sign(&tbs, party.signer.as_ref());
    assert_eq!(refused_soon(&leaf, &[anchor(&root)], &pool), "path-too-long");
}

#[test]
fn mappings_that_make_a_tree_of_policies_explode() {
    let policies: Vec<Oid> = (0..10).map(|at| format!("1.2.{at}").parse().unwrap()).collect();
    let stated = CertificatePolicies::of(policies.iter().cloned()).to_extension(false);
    let pairs = policies.iter().flat_map(|issuer| {
        policies.iter().map(|subject| PolicyMapping { issuer: issuer.clone(), subject: subject.clone() })
    });
    // A tree has ten to the power of the depth of nodes, the graph ten at each depth.
    let mappings = PolicyMappings(pairs.collect()).to_extension(true);
    let mut chain = vec![Draft::authority("root").self_signed()];
    for depth in 0..Limits::default().intermediates {
        let next = Draft::authority(&format!("level {depth}"))
            .with(stated.clone())
            .with(mappings.clone())
            .issued_by(chain.last().unwrap());
        chain.push(next);
    }
    let leaf = Draft::end_entity("leaf").with(stated).issued_by(chain.last().unwrap()).certificate;
    let (anchors, pool) = ([anchor(&chain[0])], certificates(&chain.iter().skip(1).collect::<Vec<_>>()));
    let question = Question { intermediates: &pool, ..Question::new(&leaf, &anchors, at(NOW)) };
    let start = Instant::now();
    let accepted = judge(&question).into_result().unwrap();
    assert!(start.elapsed() < SOON);
    assert_eq!(accepted.policies(), policies);
}
