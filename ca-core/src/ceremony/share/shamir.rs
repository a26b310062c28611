//! Shamir's scheme over GF(256): "How to Share a Secret", Communications of the ACM 22 (1979).
//!
//! Each octet of the secret is the value at 0 of a random polynomial, whose values at 1, 2, … are the shares. All that depends
//! on secrets takes the same time whatever they are, without tables, and is wiped; the numbers of shares are public. The field
//! is that of x⁸ + x⁴ + x³ + x² + 1, as other programs have it that share secrets.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// x⁸ in the field: x⁴ + x³ + x² + 1.
const REDUCTION: u8 = 0x1d;

/// The product in the field.
const fn mul(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    let mut bit = 0;
    while bit < 8 {
        product ^= a & (b & 1).wrapping_neg();
        a = (a << 1) ^ (REDUCTION & (a >> 7).wrapping_neg());
        b >>= 1;
        bit += 1;
    }
    product
}

/// The inverse, a to the power of 254; of 0 it is 0.
const fn inverse(a: u8) -> u8 {
    // 254 is 2 + 4 + 8 + 16 + 32 + 64 + 128.
    let (mut square, mut power, mut bit) = (a, 1, 0);
    while bit < 7 {
        square = mul(square, square);
        power = mul(power, square);
        bit += 1;
    }
    power
}

/// The values of shares 1 to `count`, any `threshold` of which restore the secret.
pub(super) fn split<const N: usize>(
    secret: &[u8; N],
    threshold: u8,
    count: u8,
    rng: &mut dyn CryptoRng,
) -> Vec<Zeroizing<Vec<u8>>> {
    // Also the highest one is any value: a polynomial that may not be of a lower degree would tell something of the secret.
    let coefficients: Vec<Zeroizing<[u8; N]>> = (1..threshold)
        .map(|_| {
            let mut random = Zeroizing::new([0; N]);
            rng.fill_bytes(&mut *random);
            random
        })
        .collect();
    let value = |index: u8| {
        let mut sum = Zeroizing::new(vec![0; N]);
        for coefficient in coefficients.iter().rev() {
            for (octet, added) in sum.iter_mut().zip(coefficient.iter()) {
                *octet = mul(*octet ^ added, index);
            }
        }
        for (octet, added) in sum.iter_mut().zip(secret) {
            *octet ^= added;
        }
        sum
    };
    (1..=count).map(value).collect()
}

/// What shares, each with its number, restore: the value at 0 of the polynomial through them (Lagrange). Of fewer shares than
/// the threshold it is any value.
pub(super) fn restore<const N: usize>(shares: &[(u8, &[u8])]) -> Zeroizing<[u8; N]> {
    let mut secret = Zeroizing::new([0; N]);
    for (index, value) in shares {
        let others = shares.iter().filter(|(other, _)| other != index);
        let weight = others.fold(1, |weight, (other, _)| mul(weight, mul(*other, inverse(*other ^ *index))));
        for (octet, added) in secret.iter_mut().zip(value.iter()) {
            *octet ^= mul(*added, weight);
        }
    }
    secret
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::rng;

    #[test]
    fn every_element_has_its_inverse() {
        assert_eq!((mul(2, 0x80), mul(0, 7), inverse(0)), (REDUCTION, 0, 0));
        for a in 1..=255 {
            assert_eq!(mul(a, inverse(a)), 1, "{a}");
            assert_eq!(mul(a, 1), a);
        }
    }

    #[test]
    fn one_share_less_fits_every_secret() {
        // Two of two: whatever the secret is, there is a second share with which the first gives it.
        let shares = split(&[0x5a], 2, 2, &mut rng());
        for secret in 0..=255u8 {
            let fits =
                (0..=255u8).any(|second| *restore::<1>(&[(1, &shares[0]), (2, &[second])]) == [secret]);
            assert!(fits, "{secret}");
        }
    }

    proptest! {
        #[test]
        fn the_product_is_that_of_polynomials(a: u8, b: u8, c: u8) {
            prop_assert_eq!(mul(a, b), mul(b, a));
            prop_assert_eq!(mul(a, mul(b, c)), mul(mul(a, b), c));
            prop_assert_eq!(mul(a, b ^ c), mul(a, b) ^ mul(a, c));
        }

        /// `blahaj` is written by others, with tables.
        #[test]
        fn shares_are_those_of_another_program(secret: [u8; 32], threshold in 2u8..6, more in 0u8..3) {
            let count = threshold + more;
            let ours = split(&secret, threshold, count, &mut rng());
            let theirs: Vec<blahaj::Share> = (1..=count)
                .zip(&ours)
                .skip(more.into())
                .map(|(index, value)| {
                    blahaj::Share::try_from([&[index][..], value].concat().as_slice()).unwrap()
                })
                .collect();
            prop_assert_eq!(blahaj::Sharks(threshold).recover(&theirs).unwrap(), secret.to_vec());
            let dealt: Vec<Vec<u8>> = blahaj::Sharks(threshold)
                .dealer_rng(&secret, &mut rng())
                .take(threshold.into())
                .map(|share| Vec::from(&share))
                .collect();
            let dealt: Vec<(u8, &[u8])> = dealt.iter().map(|share| (share[0], &share[1..])).collect();
            prop_assert_eq!(*restore::<32>(&dealt), secret);
            prop_assert_ne!(*restore::<32>(&dealt[1..]), secret);
        }
    }
}
