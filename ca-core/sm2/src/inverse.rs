//! Modular inverses in constant time by division steps.
//!
//! D. J. Bernstein and B.-Y. Yang, *Fast constant-time gcd computation and modular inversion* (2019), with the steps done
//! 62 at a time on the lowest 62 bits, and δ begun at 1/2, for which 590 steps suffice for 256-bit moduli (P. Wuille,
//! <https://github.com/bitcoin-core/secp256k1/blob/master/doc/safegcd_implementation.md>).

use core::hint::black_box;

use crate::limbs::{self, Limbs};

/// Steps of a round, and bits of a limb here.
const STEPS: u32 = 62;
/// 620 steps, no fewer than the 590 that suffice; once g is 0 the rest changes nothing but the sign of δ.
const ROUNDS: usize = 10;
const MASK: u64 = (1 << STEPS) - 1;

/// A number as Σ xᵢ · 2^(62i), of which all but the highest limb are below 2⁶² and not negative.
type Signed = [i64; 5];

/// An odd modulus below 2²⁵⁶.
pub(crate) struct Modulus {
    limbs: Signed,
    /// Its inverse modulo 2⁶².
    inverse: u64,
}

/// What a round does to (f, g): 2⁶² times the new pair is (u·f + v·g, q·f + r·g).
struct Transition {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

impl Modulus {
    pub(crate) const fn new(words: [u64; 4]) -> Self {
        let mut inverse: u64 = 1;
        let mut round = 0;
        while round < 6 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(words[0].wrapping_mul(inverse)));
            round += 1;
        }
        Self { limbs: split(words), inverse: inverse & MASK }
    }

    /// 1/x for 0 < x < modulus, and 0 for 0.
    pub(crate) fn invert(&self, x: &Limbs) -> Limbs {
        let (mut f, mut g) = (self.limbs, split(limbs::to_words(x)));
        let (mut d, mut e): (Signed, Signed) = ([0; 5], [1, 0, 0, 0, 0]);
        // −(δ + 1/2).
        let mut zeta = -1;
        for _ in 0..ROUNDS {
            let transition;
            (zeta, transition) = steps(zeta, f[0] as u64, g[0] as u64);
            self.update_coefficients(&mut d, &mut e, &transition);
            update(&mut f, &mut g, &transition);
        }
        self.normalize(d, black_box(f[4] >> 63))
    }

    /// Applies a transition to d and e, which are f/x and g/x modulo the modulus, adding multiples of it to make the
    /// division by 2⁶² exact. Both stay above −2 · modulus and below the modulus.
    #[inline(always)]
    fn update_coefficients(&self, d: &mut Signed, e: &mut Signed, t: &Transition) {
        let (d_negative, e_negative) = (d[4] >> 63, e[4] >> 63);
        let lift = |u: i64, v: i64| {
            let least = (u & d_negative) + (v & e_negative);
            let low = (u.wrapping_mul(d[0])).wrapping_add(v.wrapping_mul(e[0])) as u64;
            least - (self.inverse.wrapping_mul(low).wrapping_add(least as u64) & MASK) as i64
        };
        let (d_lift, e_lift) = (lift(t.u, t.v), lift(t.q, t.r));
        let (mut d_sum, mut e_sum) = (0, 0);
        for index in 0..5 {
            d_sum += wide(t.u, d[index]) + wide(t.v, e[index]) + wide(self.limbs[index], d_lift);
            e_sum += wide(t.q, d[index]) + wide(t.r, e[index]) + wide(self.limbs[index], e_lift);
            if index > 0 {
                d[index - 1] = (d_sum as u64 & MASK) as i64;
                e[index - 1] = (e_sum as u64 & MASK) as i64;
            }
            d_sum >>= STEPS;
            e_sum >>= STEPS;
        }
        (d[4], e[4]) = (d_sum as i64, e_sum as i64);
    }

    /// The residue of d, or of −d where the mask (the sign of f, which is now ±1) is all ones. The masks are opaque to the
    /// compiler, which would otherwise branch on the signs.
    fn normalize(&self, mut d: Signed, negate: i64) -> Limbs {
        let add_if_negative = |d: &mut Signed| {
            let negative = black_box(d[4] >> 63);
            for (limb, modulus) in d.iter_mut().zip(&self.limbs) {
                *limb += modulus & negative;
            }
        };
        add_if_negative(&mut d);
        for limb in &mut d {
            *limb = (*limb ^ negate) - negate;
        }
        carry(&mut d);
        add_if_negative(&mut d);
        carry(&mut d);
        let [a, b, c, d, e] = d.map(|limb| limb as u64);
        limbs::from_words([a | b << 62, b >> 2 | c << 60, c >> 4 | d << 58, d >> 6 | e << 56])
    }
}

/// 62 division steps on the low bits of f and g.
#[inline(always)]
fn steps(mut zeta: i64, mut f: u64, mut g: u64) -> (i64, Transition) {
    let (mut u, mut v, mut q, mut r) = (1_u64, 0_u64, 0_u64, 1_u64);
    for _ in 0..STEPS {
        let odd = (g & 1).wrapping_neg();
        let swap = (zeta >> 63) as u64;
        // Add f to an odd g, or −f if the two change places (that is, δ > 0).
        g = g.wrapping_add(((f ^ swap).wrapping_sub(swap)) & odd);
        q = q.wrapping_add(((u ^ swap).wrapping_sub(swap)) & odd);
        r = r.wrapping_add(((v ^ swap).wrapping_sub(swap)) & odd);
        let swap = swap & odd;
        zeta = (zeta ^ swap as i64) - 1;
        // f − (f − g) is the old g.
        f = f.wrapping_add(g & swap);
        u = u.wrapping_add(q & swap);
        v = v.wrapping_add(r & swap);
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    (zeta, Transition { u: u as i64, v: v as i64, q: q as i64, r: r as i64 })
}

/// Applies a transition to f and g; the division by 2⁶² is exact.
#[inline(always)]
fn update(f: &mut Signed, g: &mut Signed, t: &Transition) {
    let (mut f_sum, mut g_sum) = (0, 0);
    for index in 0..5 {
        f_sum += wide(t.u, f[index]) + wide(t.v, g[index]);
        g_sum += wide(t.q, f[index]) + wide(t.r, g[index]);
        if index > 0 {
            f[index - 1] = (f_sum as u64 & MASK) as i64;
            g[index - 1] = (g_sum as u64 & MASK) as i64;
        }
        f_sum >>= STEPS;
        g_sum >>= STEPS;
    }
    (f[4], g[4]) = (f_sum as i64, g_sum as i64);
}

#[inline(always)]
fn wide(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// Carries upwards until all limbs but the highest are in range.
fn carry(d: &mut Signed) {
    for index in 0..4 {
        d[index + 1] += d[index] >> STEPS;
        d[index] = (d[index] as u64 & MASK) as i64;
    }
}

const fn split(words: [u64; 4]) -> Signed {
    [
        (words[0] & MASK) as i64,
        ((words[0] >> 62 | words[1] << 2) & MASK) as i64,
        ((words[1] >> 60 | words[2] << 4) & MASK) as i64,
        ((words[2] >> 58 | words[3] << 6) & MASK) as i64,
        (words[3] >> 56) as i64,
    ]
}
