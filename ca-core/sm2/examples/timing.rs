//! Looks for a dependence of times on secrets, in the manner of dudect (O. Reparaz, J. Balasch, I. Verbauwhede, 2017).
//!
//! `cargo run --release -p ca-sm2 --features study --example timing [COUNT]` measures COUNT signatures (default 1,000,000), sorts
//! them by properties of their nonces, and compares the two sides of each property by Welch's t-test; then the parts of
//! signing on one fixed and on random secrets. |t| above 10 is a leak, below 4.5 shows none. The same tests run on variants
//! that leak on purpose. Exit status 1 where a leak is found, or not found where there is one.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a program for the command line")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use ca_sm2::{DEFAULT_ID, PrivateKey, Signature, SigningKey, study};
use rand_core::{Rng, TryCryptoRng, TryRng, UnwrapErr};
use sm2::Scalar;
use sm2::elliptic_curve::ff::PrimeField;

/// Above this |t| the means differ for a reason.
const LEAK: f64 = 10.0;
const DEFAULT_COUNT: usize = 1_000_000;
/// Shares of the slowest measurements left out, one test each: interruptions hide small differences.
const CROPS: [f64; 4] = [0.0, 0.01, 0.1, 0.5];

/// Mean and variance of what was seen so far (Welford).
#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let delta = value - self.mean;
        self.mean += delta / self.count;
        self.squares += delta * (value - self.mean);
    }

    fn error(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

/// The largest |t| over the crops.
fn largest_t(samples: &[(f64, bool)]) -> f64 {
    let mut sorted: Vec<f64> = samples.iter().map(|sample| sample.0).collect();
    sorted.sort_by(f64::total_cmp);
    let t = |crop: f64| {
        let limit = sorted[((sorted.len() - 1) as f64 * (1.0 - crop)) as usize];
        let mut classes = [Moments::default(); 2];
        for (time, class) in samples.iter().filter(|sample| sample.0 <= limit) {
            classes[usize::from(*class)].add(*time);
        }
        let [a, b] = classes;
        (a.mean - b.mean).abs() / (a.error() + b.error()).sqrt()
    };
    CROPS.map(t).into_iter().fold(0.0, f64::max)
}

/// Whether the test finds a leak.
fn report(name: &str, samples: &[(f64, bool)]) -> bool {
    let t = largest_t(samples);
    let verdict = if t > LEAK { "leak" } else { "no leak" };
    println!("{name:58} {:>10} samples  |t| = {t:8.2}  {verdict}", samples.len());
    t > LEAK
}

fn time<T>(body: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let value = black_box(body());
    (start.elapsed().as_nanos() as f64, value)
}

/// Hands out bytes drawn beforehand, so that drawing is not measured.
struct Drawn([u8; 32]);

impl TryRng for Drawn {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.copy_from_slice(&self.0);
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

/// k = s · (1 + d) + r · d.
fn nonce(signature: &Signature, d: &Scalar) -> [u8; 32] {
    let bytes = signature.to_bytes();
    let half = |half: &[u8]| Scalar::from_repr(half.try_into().expect("32 bytes")).expect("below n");
    (half(&bytes[32..]) * (Scalar::ONE + d) + half(&bytes[..32]) * d).to_bytes().into()
}

type Property = (&'static str, fn(&[u8; 32]) -> bool);

/// Properties on which careless implementations depend.
const PROPERTIES: [Property; 4] = [
    ("nonce is odd", |k| k[31] & 1 == 1),
    ("nonce has its highest bit set", |k| k[0] & 0x80 != 0),
    ("nonce has a zero byte at the top of a limb", |k| k.iter().step_by(8).any(|byte| *byte < 4)),
    ("nonce has more than 128 bits set", |k| k.iter().map(|byte| byte.count_ones()).sum::<u32>() > 128),
];

/// Times of signatures and their nonces.
fn signatures(count: usize, sign: impl Fn(&SigningKey, &mut Drawn) -> Signature) -> Vec<(f64, [u8; 32])> {
    let mut rng = UnwrapErr(getrandom::SysRng);
    let key = SigningKey::new(PrivateKey::generate(&mut rng), DEFAULT_ID).expect("short identifier");
    let d = Scalar::from_repr((*key.private_key().to_bytes()).into()).expect("below n");
    let sample = |_| {
        let mut drawn = Drawn([0; 32]);
        rng.fill_bytes(&mut drawn.0);
        let (time, signature) = time(|| sign(&key, &mut drawn));
        (time, nonce(&signature, &d))
    };
    (0..count).map(sample).collect()
}

/// Whether a property of the nonces shows in the times.
fn by_properties(name: &str, samples: &[(f64, [u8; 32])]) -> bool {
    let check = |(property, holds): Property| {
        let classes: Vec<_> = samples.iter().map(|(time, nonce)| (*time, holds(nonce))).collect();
        report(&format!("{name}: {property}"), &classes)
    };
    // All are reported, whatever the first ones give.
    PROPERTIES.map(check).contains(&true)
}

/// One fixed secret against random ones, in random order. All are drawn beforehand: what happens just before a measurement
/// is then the same for both classes.
fn fixed_and_random(name: &str, count: usize, operation: fn(&[u8; 32]) -> [u8; 32]) -> bool {
    let mut rng = UnwrapErr(getrandom::SysRng);
    let mut fixed = [0; 32];
    fixed[31] = 3;
    let draw = |_| {
        let mut input = [0; 32];
        rng.fill_bytes(&mut input);
        let random = input[0] & 0x80 != 0;
        input[0] &= 0x7f;
        (if random { input } else { fixed }, random)
    };
    let inputs: Vec<([u8; 32], bool)> = (0..count).map(draw).collect();
    let measure = |(input, random): &([u8; 32], bool)| (time(|| operation(black_box(input))).0, *random);
    let samples: Vec<_> = inputs.iter().map(measure).collect();
    report(name, &samples)
}

fn main() -> ExitCode {
    let count =
        std::env::args().nth(1).map_or(DEFAULT_COUNT, |text| text.parse().expect("COUNT is a number"));
    let less = (count / 4).max(10_000);
    let signed = signatures(count, |key, drawn| key.sign(b"message", drawn));
    let mut leak = by_properties("sign", &signed);
    leak |= fixed_and_random("k times G, one k and random ones", count, study::nonce_abscissa);
    leak |= fixed_and_random("inverse modulo n, of one number and random ones", count, study::inverse);
    println!("-- leaking on purpose --");
    let leaking = signatures(less, |key, drawn| study::sign_leaking(key, b"message", &drawn.0));
    let mut seen = by_properties("leaking sign", &leaking);
    seen &= fixed_and_random("leaking k times G", less, study::nonce_abscissa_leaking);
    if seen && !leak { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
