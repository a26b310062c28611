//! `ca key new`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::key::PrivateKey;
use ca_core::keystore::save_private_key;

use super::Context;
use crate::args::KeyNewArgs;
use crate::failure::Failure;
use crate::input::{new_password, password_from};
use crate::report::{KeyMade, Outcome, Report};

/// Makes a private key in a new file.
pub(super) fn run(args: &KeyNewArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let password = match &args.password_file {
        Some(file) => Some(password_from(file)?),
        None if args.encrypt => Some(new_password(context.person)?),
        None => None,
    };
    let key = PrivateKey::generate(args.algorithm, context.rng)?;
    save_private_key(&args.out, &key, password.as_ref(), context.rng)?;
    Ok(Outcome::done(Report::KeyMade(KeyMade {
        file: args.out.display().to_string(),
        algorithm: args.algorithm.to_string(),
        fingerprint: key.public_key().fingerprint().to_string(),
        public_key: STANDARD.encode(key.public_key().spki_der()),
        encrypted: password.is_some(),
    })))
}
