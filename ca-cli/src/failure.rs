//! How a command ends when it cannot do what was asked.

use std::fmt;

/// Exit status, part of the contract with scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Refused: not valid, or the server said no.
    Refused = 1,
    /// Wrong usage, or a file that cannot be opened.
    Usage = 2,
}

/// An error of a module, with its stable code and what it means for the exit status.
pub(crate) trait Fault: fmt::Display {
    /// Stable kebab-case code; hints are looked up by it.
    fn code(&self) -> &str;
    /// Whether the answer is no, or the question was wrong.
    fn exit(&self) -> Exit;
}

/// Why a command did not do what was asked: made once from a module's error, printed once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Exit status.
    pub(crate) exit: Exit,
    /// Stable kebab-case code.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) detail: String,
    /// Single faults, code and detail, where there are several.
    pub(crate) items: Vec<(String, String)>,
    /// The identifier under which the server's logs know the request.
    pub(crate) request_id: Option<String>,
}

impl Failure {
    /// A failure of this program's own making.
    pub(crate) fn new(exit: Exit, code: &str, detail: impl Into<String>) -> Self {
        Self { exit, code: code.to_owned(), detail: detail.into(), items: Vec::new(), request_id: None }
    }

    /// The answer is no.
    pub(crate) fn refused(code: &str, detail: impl Into<String>) -> Self {
        Self::new(Exit::Refused, code, detail)
    }

    /// The question was wrong.
    pub(crate) fn usage(code: &str, detail: impl Into<String>) -> Self {
        Self::new(Exit::Usage, code, detail)
    }
}

impl<F: Fault> From<F> for Failure {
    fn from(fault: F) -> Self {
        Self::new(fault.exit(), fault.code(), fault.to_string())
    }
}

/// Errors of the core that mean one thing for the exit status wherever they happen.
macro_rules! faults {
    ($($exit:ident: $($error:ty),+;)+) => {
        $($(impl Fault for $error {
            fn code(&self) -> &str {
                <$error>::code(self)
            }

            fn exit(&self) -> Exit {
                Exit::$exit
            }
        })+)+
    };
}

faults! {
    Usage: ca_core::keystore::file::FileError, ca_core::keystore::KeystoreError, ca_core::key::KeyError,
        ca_core::x509::name::NameError, ca_core::x509::extension::ExtensionError,
        ca_core::pkcs12::Pkcs12Error;
    Refused: ca_core::custody::CustodyError, ca_core::x509::request::CreateError, schemas::message_signature::MessageSignatureError;
}
