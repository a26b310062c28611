//! Shares as words that can be spoken, written by hand and typed.
//!
//! Two octets are one word of five letters, consonant and vowel in turn (the "proquints" of D. Wilkerson): no list of words is
//! needed to read them in twenty years, and no two look alike. A line has its number, four words of data and one check word,
//! so that a mistake is found in its line.

use super::splitting::MAX_SHARE;
use super::{Share, ShareError};
use crate::ceremony::Digest;

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";
/// Octets of data in a line.
const LINE: usize = 8;
/// Most lines: the longest share and its length.
const MAX_LINES: usize = (MAX_SHARE + 2).div_ceil(LINE);

/// How words are laid out, for whoever prints them.
pub const LINES_HINT: &str = "number, four words, check word";

fn word(value: u16) -> String {
    let consonant = |shift: u32| char::from(CONSONANTS[usize::from(value >> shift & 0xf)]);
    let vowel = |shift: u32| char::from(VOWELS[usize::from(value >> shift & 3)]);
    [consonant(12), vowel(10), consonant(6), vowel(4), consonant(0)].iter().collect()
}

fn value(word: &str) -> Option<u16> {
    let letters: &[u8; 5] = word.as_bytes().try_into().ok()?;
    let mut value = 0u16;
    for (at, letter) in letters.iter().enumerate() {
        let letter = letter.to_ascii_lowercase();
        let (alphabet, bits): (&[u8], u32) = if at % 2 == 0 { (CONSONANTS, 4) } else { (VOWELS, 2) };
        let digit = alphabet.iter().position(|other| *other == letter)?;
        value = value << bits | digit as u16;
    }
    Some(value)
}

fn check(line: usize, data: &[u8]) -> u16 {
    let digest = Digest::of_parts("cityca-share-line-1", &[&(line as u64).to_be_bytes(), data]);
    u16::from_be_bytes([digest.0[0], digest.0[1]])
}

/// The share in lines of words, each with its number in front.
#[must_use]
pub fn write_words(share: &Share) -> Vec<String> {
    let octets = share.to_bytes();
    let mut data = (octets.len() as u16).to_be_bytes().to_vec();
    data.extend_from_slice(&octets);
    data.resize(data.len().next_multiple_of(LINE), 0);
    let line = |(at, chunk): (usize, &[u8])| {
        let words: Vec<String> =
            chunk.chunks_exact(2).map(|pair| word(u16::from_be_bytes([pair[0], pair[1]]))).collect();
        format!("{:2}  {}  {}", at + 1, words.join(" "), word(check(at + 1, chunk)))
    };
    data.chunks_exact(LINE).enumerate().map(line).collect()
}

/// Reads lines of words; their numbers may be left out, empty lines are skipped.
///
/// # Errors
/// [`ShareError::WordsLine`], which names the line; [`ShareError::WordsLines`]; [`ShareError::Malformed`].
pub fn read_words(text: &str) -> Result<Share, ShareError> {
    let mut data = Vec::new();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut line = 0;
    for written in lines {
        line += 1;
        let fault = |reason| ShareError::WordsLine { line, reason };
        if line > MAX_LINES {
            return Err(ShareError::WordsLines { found: line, expected: MAX_LINES });
        }
        let mut words: Vec<&str> = written.split_whitespace().take(7).collect();
        let numbered = words.first().is_some_and(|first| first.bytes().all(|octet| octet.is_ascii_digit()));
        if numbered && words.remove(0).parse() != Ok(line) {
            return Err(fault("the lines are not in order"));
        }
        if words.len() != 5 {
            return Err(fault("a line has five words"));
        }
        let mut values = [0; 5];
        for (slot, word) in values.iter_mut().zip(&words) {
            *slot = value(word).ok_or_else(|| fault("a word is not of these letters"))?;
        }
        let chunk: Vec<u8> = values[..4].iter().flat_map(|value| value.to_be_bytes()).collect();
        if check(line, &chunk) != values[4] {
            return Err(fault("the check word does not fit"));
        }
        data.extend_from_slice(&chunk);
    }
    let malformed = |reason: &str| ShareError::Malformed { what: "share", reason: reason.to_owned() };
    let (length, octets) = data.split_first_chunk::<2>().ok_or_else(|| malformed("there are no words"))?;
    let length = usize::from(u16::from_be_bytes(*length));
    let expected = (length + 2).div_ceil(LINE);
    if line != expected {
        return Err(ShareError::WordsLines { found: line, expected });
    }
    let (octets, padding) = octets.split_at_checked(length).ok_or_else(|| malformed("it is cut"))?;
    if padding.iter().any(|octet| *octet != 0) {
        return Err(malformed("something follows the share"));
    }
    Share::from_bytes(octets)
}
