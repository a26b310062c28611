//! Whatever is shown, nothing panics.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod support;

use proptest::prelude::*;
use support::{World, now, revoked};

/// Objects of all kinds.
fn originals() -> Vec<Vec<u8>> {
    let mut world = World::new();
    let entry = revoked(&world.device);
    let pem = world.key.to_pem(None, &mut world.rng).unwrap();
    vec![
        world.device.der().to_vec(),
        world.root.certificate().der().to_vec(),
        world.request.der().to_vec(),
        world.crl(vec![entry]).der().to_vec(),
        world.ocsp_response(),
        world.ocsp_request(),
        world.key.to_pkcs8_der().unwrap().to_vec(),
        pem.as_bytes().to_vec(),
        world.device.to_pem().into_bytes(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_shown_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = ca::inspection::show(&bytes, now());
        let _ = ca::inspection::show(&[&[0x30, 0x82, 0x01, 0x00][..], &bytes].concat(), now());
    }

    #[test]
    fn altered_objects_are_shown_or_refused(
        which in 0_usize..9,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        thread_local! {
            static ORIGINALS: Vec<Vec<u8>> = originals();
        }
        let mut bytes = ORIGINALS.with(|originals| originals[which].clone());
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        prop_assert!(ca::inspection::show(&bytes, now()) > 0 || bytes.is_empty());
    }
}
