//! The fingerprint of RSA keys made by Infineon's RSALib (CVE-2017-15361): M. Nemec, M. Sys, P. Svenda, D. Klinec, V. Matyas,
//! "The Return of Coppersmith's Attack: Practical Factorization of Widely Used RSA Moduli", ACM CCS 2017, section 3.2.
//!
//! Its primes are k · M + (65537ᵃ mod M), where M is the product of the first primes. So the modulus is, modulo each of these
//! primes, a power of 65537. A sound key is so for all of them with a probability below 2⁻²⁷.

use super::rsa::remainder;

/// The odd primes up to 167, whose product with 2 divides M for every key of 512 bits and more (section 2.1 of the paper).
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// The generator of the residues.
const GENERATOR: u32 = 65537;

pub(super) fn is_vulnerable(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| is_power_of_generator(remainder(modulus, *prime), *prime))
}

fn is_power_of_generator(residue: u32, prime: u32) -> bool {
    let mut power = 1;
    for _ in 0..prime {
        if power == residue {
            return true;
        }
        power = power * (GENERATOR % prime) % prime;
    }
    false
}
