//! 256-bit integers as little-endian limbs: four of 64 bits, or eight of 32 bits where those are what the machine multiplies.
//!
//! Every function takes the same time for all values. Masks are all zeros or all ones.

#[cfg(any(feature = "limbs32", target_pointer_width = "32"))]
mod narrow;
#[cfg(any(feature = "limbs32", target_pointer_width = "32"))]
pub(crate) use narrow::*;

#[cfg(not(any(feature = "limbs32", target_pointer_width = "32")))]
mod wide;
#[cfg(not(any(feature = "limbs32", target_pointer_width = "32")))]
pub(crate) use wide::*;

/// Bits in a limb.
pub(crate) const WORD_BITS: usize = Word::BITS as usize;
/// Limbs in an integer.
pub(crate) const COUNT: usize = 256 / WORD_BITS;
/// A 256-bit integer, least significant limb first.
pub(crate) type Limbs = [Word; COUNT];

pub(crate) const ZERO: Limbs = [0; COUNT];

/// The limbs of the integer whose 64-bit words are given, least significant first.
pub(crate) const fn from_words(words: [u64; 4]) -> Limbs {
    let mut limbs = ZERO;
    let mut index = 0;
    while index < COUNT {
        limbs[index] = (words[index * WORD_BITS / 64] >> (index * WORD_BITS % 64)) as Word;
        index += 1;
    }
    limbs
}

pub(crate) const fn from_be_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut limbs = ZERO;
    let mut index = 0;
    while index < 32 {
        let position = 8 * (31 - index);
        limbs[position / WORD_BITS] |= (bytes[index] as Word) << (position % WORD_BITS);
        index += 1;
    }
    limbs
}

pub(crate) fn to_be_bytes(limbs: &Limbs) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(WORD_BITS / 8).zip(limbs.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}

/// Sum and carry (0 or 1).
#[inline(always)]
pub(crate) fn add(a: &Limbs, b: &Limbs) -> (Limbs, Word) {
    let mut sum = ZERO;
    let mut carry = 0;
    for index in 0..COUNT {
        (sum[index], carry) = add_with_carry(a[index], b[index], carry);
    }
    (sum, carry)
}

/// Difference modulo 2²⁵⁶ and borrow (0 or 1).
#[inline(always)]
pub(crate) fn sub(a: &Limbs, b: &Limbs) -> (Limbs, Word) {
    let mut difference = ZERO;
    let mut borrow = 0;
    for index in 0..COUNT {
        (difference[index], borrow) = sub_with_borrow(a[index], b[index], borrow);
    }
    (difference, borrow)
}

/// `set` where the mask is all ones, `clear` where it is zero.
#[inline(always)]
pub(crate) fn select(mask: Word, clear: &Limbs, set: &Limbs) -> Limbs {
    let mut chosen = ZERO;
    for index in 0..COUNT {
        chosen[index] = clear[index] ^ (mask & (clear[index] ^ set[index]));
    }
    chosen
}

/// All ones if the integer is zero.
#[inline(always)]
pub(crate) fn is_zero(a: &Limbs) -> Word {
    let any = a.iter().fold(0, |any, limb| any | limb);
    ((any | any.wrapping_neg()) >> (WORD_BITS - 1)).wrapping_sub(1)
}

/// A mask whose origin the compiler cannot see, where it would otherwise branch on the condition behind it. Too slow for the field.
#[inline(always)]
pub(crate) fn opaque(mask: Word) -> Word {
    core::hint::black_box(mask)
}

/// `value + carry · 2²⁵⁶` less the modulus once if that is not negative.
#[inline(always)]
pub(crate) fn reduce_once(value: &Limbs, carry: Word, modulus: &Limbs) -> Limbs {
    let (reduced, borrow) = sub(value, modulus);
    let (_, borrow) = sub_with_borrow(carry, 0, borrow);
    select(opaque(borrow.wrapping_neg()), &reduced, value)
}

/// Sum of two residues.
#[inline(always)]
pub(crate) fn add_mod(a: &Limbs, b: &Limbs, modulus: &Limbs) -> Limbs {
    let (sum, carry) = add(a, b);
    reduce_once(&sum, carry, modulus)
}

/// Difference of two residues.
#[inline(always)]
pub(crate) fn sub_mod(a: &Limbs, b: &Limbs, modulus: &Limbs) -> Limbs {
    let (difference, borrow) = sub(a, b);
    let mut correction = *modulus;
    for limb in &mut correction {
        *limb &= borrow.wrapping_neg();
    }
    add(&difference, &correction).0
}

/// The `width` bits (fewer than 32) from bit `position` on; bits above 255 read as zero.
#[allow(clippy::unnecessary_cast, reason = "a limb may have 32 bits already")]
#[inline(always)]
pub(crate) fn bits(a: &Limbs, position: usize, width: usize) -> u32 {
    let (limb, shift) = (position / WORD_BITS, position % WORD_BITS);
    let low = if limb < COUNT { a[limb] >> shift } else { 0 };
    let high = if shift != 0 && limb + 1 < COUNT { a[limb + 1] << (WORD_BITS - shift) } else { 0 };
    (low | high) as u32 & ((1 << width) - 1)
}
