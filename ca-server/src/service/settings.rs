//! What the services let an operator choose.

use std::collections::BTreeMap;

use ca_core::issuance::AuthorityName;
use ca_core::key::PublicKey;
use jiff::SignedDuration;

use super::authorities::Keys;

/// Whether authorities made by `dev` may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// On the developer's machine: any authority.
    Dev,
    /// In service: only authorities made in a ceremony.
    Serve,
}

/// What the services of a process do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Finish what was left open, publish CRLs, make backups.
    pub issue: bool,
    /// Answer OCSP, and give out CRLs and certificates of authorities.
    pub status: bool,
    /// Enrol over EST.
    pub enroll: bool,
    /// Let administrators work over REST.
    pub admin: bool,
}

impl Roles {
    /// All of them.
    pub const ALL: Self = Self { issue: true, status: true, enroll: true, admin: true };
}

/// How an authority publishes statuses in lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Whether changes between the full lists of the regular series are published in deltas.
    pub deltas: bool,
    /// Whether certificates stay listed after they expired, as those for signatures on documents should
    /// (expiredCertsOnCRL, ITU-T X.509 §9.5.2.8).
    pub keep_expired: bool,
    /// How many shards new certificates are put into, each with a list of its own; none where it is 0. The list of the whole
    /// stays.
    pub shards: u16,
}

/// The choices, with the defaults of [`Settings::new`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether authorities made by `dev` may be used.
    pub mode: Mode,
    /// What this process does.
    pub roles: Roles,
    /// Where keys are.
    pub keys: Keys,
    /// The base of the URLs inside certificates, without a slash at the end.
    pub public_url: String,
    /// From thisUpdate to nextUpdate of an issuing authority's CRL.
    pub crl_validity: SignedDuration,
    /// The same of a root's CRL.
    pub root_crl_validity: SignedDuration,
    /// How soon after a revocation a CRL lists it, at the latest.
    pub crl_delay: SignedDuration,
    /// Up to how many entries a list is published anew before a change of status is acknowledged. Longer ones follow within
    /// [`crl_delay`](Self::crl_delay).
    pub crl_prompt_entries: u64,
    /// How authorities publish lists, where not as by default.
    pub lists: BTreeMap<AuthorityName, Lists>,
    /// From thisUpdate to nextUpdate of an OCSP answer.
    pub ocsp_validity: SignedDuration,
    /// How long an intent is open before another server may finish it.
    pub take_over_after: SignedDuration,
    /// How far `created` of a signed request may be from now, either way. The contract says 60 seconds.
    pub request_skew: SignedDuration,
    /// How far the clock may be behind what was recorded, and from the clock of the database, before nothing is signed.
    pub clock_bound: SignedDuration,
    /// Whether the clock is compared with that of the database, where that is another machine's.
    pub compare_clocks: bool,
    /// The keys of those who sign the answers of ceremonies; answers of others are refused, and all where there is none.
    pub ceremony_signers: Vec<PublicKey>,
}

impl Settings {
    /// The defaults: CRLs for a week (of a root: 90 days), a revocation listed at once where the list has up
    /// to 1000 entries, else within 5 seconds in `dev` and 10 minutes in service, OCSP answers for 10 minutes.
    pub fn new(mode: Mode, keys: Keys, public_url: String) -> Self {
        let crl_delay = match mode {
            Mode::Dev => SignedDuration::from_secs(5),
            Mode::Serve => SignedDuration::from_mins(10),
        };
        Self {
            mode,
            roles: Roles::ALL,
            keys,
            public_url: public_url.trim_end_matches('/').to_owned(),
            crl_validity: SignedDuration::from_hours(7 * 24),
            root_crl_validity: SignedDuration::from_hours(90 * 24),
            crl_delay,
            crl_prompt_entries: 1_000,
            lists: BTreeMap::new(),
            ocsp_validity: SignedDuration::from_mins(10),
            take_over_after: SignedDuration::from_secs(30),
            request_skew: SignedDuration::from_secs(60),
            clock_bound: SignedDuration::from_mins(2),
            compare_clocks: false,
            ceremony_signers: Vec::new(),
        }
    }

    /// How an authority publishes lists.
    pub fn lists_of(&self, authority: &AuthorityName) -> Lists {
        self.lists.get(authority).copied().unwrap_or_default()
    }
}
