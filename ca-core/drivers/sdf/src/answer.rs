//! What the functions of SDF return (GM/T 0018 annex A).

/// SDR_OK.
const OK: u32 = 0;
/// SDR_NOTSUPPORT: the function is not there.
const NOT_SUPPORTED: u32 = 0x0100_0002;
/// SDR_PARDENY: there is no access right to the private key.
const NO_RIGHT: u32 = 0x0100_0007;
/// SDR_KEYNOTEXIST: there is no such key.
const NO_KEY: u32 = 0x0100_0008;
/// SDR_PRKRERR: the access right was refused.
const RIGHT_REFUSED: u32 = 0x0100_0018;

/// The names of the errors, from 0x01000001 on.
const NAMES: [&str; 30] = [
    "SDR_UNKNOWERR",
    "SDR_NOTSUPPORT",
    "SDR_COMMFAIL",
    "SDR_HARDFAIL",
    "SDR_OPENDEVICE",
    "SDR_OPENSESSION",
    "SDR_PARDENY",
    "SDR_KEYNOTEXIST",
    "SDR_ALGNOTSUPPORT",
    "SDR_ALGMODNOTSUPPORT",
    "SDR_PKOPERR",
    "SDR_SKOPERR",
    "SDR_SIGNERR",
    "SDR_VERIFYERR",
    "SDR_SYMOPERR",
    "SDR_STEPERR",
    "SDR_FILESIZEERR",
    "SDR_FILENOEXIST",
    "SDR_FILEOFSERR",
    "SDR_KEYTYPEERR",
    "SDR_KEYERR",
    "SDR_ENCDATAERR",
    "SDR_RANDERR",
    "SDR_PRKRERR",
    "SDR_MACERR",
    "SDR_FILEEXISTS",
    "SDR_FILEWERR",
    "SDR_NOBUFFER",
    "SDR_INARGERR",
    "SDR_OUTARGERR",
];

/// An error that a function returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    NotSupported,
    NoRight,
    NoKey,
    RightRefused,
    Other(u32),
}

impl Answer {
    /// Reads what a function returned. The standard declares it signed, its values are meant unsigned.
    pub(crate) fn check(returned: i32) -> Result<(), Self> {
        match returned.cast_unsigned() {
            OK => Ok(()),
            NOT_SUPPORTED => Err(Self::NotSupported),
            NO_RIGHT => Err(Self::NoRight),
            NO_KEY => Err(Self::NoKey),
            RIGHT_REFUSED => Err(Self::RightRefused),
            code => Err(Self::Other(code)),
        }
    }

    fn code(self) -> u32 {
        match self {
            Self::NotSupported => NOT_SUPPORTED,
            Self::NoRight => NO_RIGHT,
            Self::NoKey => NO_KEY,
            Self::RightRefused => RIGHT_REFUSED,
            Self::Other(code) => code,
        }
    }

    /// The name of the standard with the number: manufacturers add numbers of their own.
    pub(crate) fn name(self) -> String {
        let code = self.code();
        let known = code.checked_sub(0x0100_0001).and_then(|index| NAMES.get(usize::try_from(index).ok()?));
        known.map_or_else(|| format!("0x{code:08x}"), |name| format!("{name} (0x{code:08x})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_the_names_of_the_standard() {
        assert_eq!(Answer::check(0), Ok(()));
        for (returned, name) in [
            (0x0100_0001, "SDR_UNKNOWERR (0x01000001)"),
            (0x0100_0002, "SDR_NOTSUPPORT (0x01000002)"),
            (0x0100_0007, "SDR_PARDENY (0x01000007)"),
            (0x0100_0008, "SDR_KEYNOTEXIST (0x01000008)"),
            (0x0100_0018, "SDR_PRKRERR (0x01000018)"),
            (0x0100_001d, "SDR_INARGERR (0x0100001d)"),
            (0x0100_001e, "SDR_OUTARGERR (0x0100001e)"),
            (0x0100_001f, "0x0100001f"),
            (1, "0x00000001"),
            (-1, "0xffffffff"),
        ] {
            assert_eq!(Answer::check(returned).unwrap_err().name(), name);
        }
    }
}
