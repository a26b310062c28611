//! Files and standard input, with a bound.

use std::io::Read;
use std::path::Path;

use ca_core::encoding::pem::MAX_INPUT;
use ca_core::keystore::file::read_bounded;
use zeroize::Zeroizing;

use crate::failure::{Exit, Failure, Fault};

/// The name that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// Why input cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// Standard input broke.
    #[error("standard input cannot be read: {0}")]
    StandardInput(std::io::Error),
    /// There is more than is read.
    #[error("standard input is longer than {MAX_INPUT} bytes")]
    TooLong,
}

impl Fault for InputError {
    fn code(&self) -> &str {
        match self {
            Self::StandardInput(_) => "standard-input",
            Self::TooLong => "input-too-long",
        }
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// The content of a file.
pub(crate) fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    Ok(read_bounded(path, MAX_INPUT as u64)?)
}

/// The content of a file, or of standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if path.as_os_str() != STANDARD_INPUT {
        return read_file(path);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let bound = MAX_INPUT as u64 + 1;
    std::io::stdin().lock().take(bound).read_to_end(&mut bytes).map_err(InputError::StandardInput)?;
    if bytes.len() > MAX_INPUT { Err(InputError::TooLong.into()) } else { Ok(bytes) }
}
