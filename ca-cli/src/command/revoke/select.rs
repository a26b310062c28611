//! Choosing the certificates of a plan. Nothing is changed.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use ca_core::encoding::hex;
use ca_core::x509::SerialNumber;
use ca_core::x509::extension::ExtendedKeyUsage;
use schemas::rest::{
    AuthorityState, CertificatePage, CertificateQuery, CertificateView, MAX_PAGE, MAX_REVOCATIONS,
    RevocationOutcome, RevokeManyRequest, RevokedMany,
};

use super::plan::{MAX_CERTIFICATES, OfAuthority, Plan, What};
use crate::args::ManyArgs;
use crate::client::{Body, Server};
use crate::command::{Context, Stage, authority, locate};
use crate::failure::Failure;
use crate::input::{self, Object, Passwords};
use crate::report::{Count, LeftOut, Outcome, Report};

/// Where a plan is written that has no other name.
const DEFAULT_FILE: &str = "revocation-plan.json";

/// Serials by the authority that issued them, each once.
type Chosen = BTreeMap<String, Vec<String>>;

/// Writes a plan of what the options choose.
pub(super) fn run(
    args: ManyArgs,
    authority: Option<String>,
    what: What,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let file = args.plan.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
    if file.exists() {
        return Err(Failure::usage(
            "file-exists",
            format!("{} exists and is not overwritten", file.display()),
        ));
    }
    let key = args.key.as_deref().map(|key| fingerprint(key, context)).transpose()?;
    let serials = args.serials.as_deref().map(serials).transpose()?;
    let server = Server::open(context)?;
    let selection = told(&args, authority.as_deref(), key.as_deref());
    let mut plan = Plan::new(server.address(), (context.clock)(), what, selection);
    match serials {
        Some(serials) => by_serial(serials, authority, what, &server, &mut plan, context)?,
        None => {
            let query = CertificateQuery {
                authority,
                profile: args.profile,
                subject: args.subject,
                key,
                issued_after: args.issued_after,
                issued_before: args.issued_before,
                limit: Some(MAX_PAGE),
                ..CertificateQuery::default()
            };
            let chosen = by_query(query, &server, &mut plan, context)?;
            let total = chosen.values().map(|serials| serials.len() as u64).sum();
            let mut done = 0;
            for (authority, serials) in chosen {
                let group = consider(&authority, serials, what, &server, &mut plan, context, &mut |count| {
                    done += count;
                    (done, total)
                })?;
                plan.unknown.extend(group);
            }
        }
    }
    if plan.total() == 0 {
        let detail = format!(
            "nothing is to be revoked: {} of what was chosen are revoked already, {} are not known to the server",
            plan.already_revoked,
            plan.unknown.len()
        );
        return Err(Failure::refused("nothing-to-revoke", detail));
    }
    plan.write(&file)?;
    Ok(Outcome::done(Report::Planned(plan.view(&file))))
}

/// The options that chose, for whoever reads the plan.
fn told(args: &ManyArgs, authority: Option<&str>, key: Option<&str>) -> Vec<String> {
    let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
    let options = [
        ("--serials", args.serials.as_ref().map(|file| file.display().to_string())),
        ("--authority", authority.map(str::to_owned)),
        ("--profile", args.profile.clone()),
        ("--issued-before", time(args.issued_before)),
        ("--issued-after", time(args.issued_after)),
        ("--subject", args.subject.clone()),
        ("--key", key.map(str::to_owned)),
    ];
    options.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}"))).collect()
}

/// The fingerprint of a key: given as such, or of a file with the key or a certificate of it.
fn fingerprint(text: &str, context: &Context<'_>) -> Result<String, Failure> {
    if let Some(bytes) = hex::decode(text).ok().filter(|bytes| bytes.len() == 32) {
        return Ok(hex::encode(&bytes));
    }
    let path = Path::new(text);
    let bytes = input::read(path)?;
    let found = input::objects_in(&bytes, text, &mut Passwords::new(None, context.person));
    let key = found.into_iter().find_map(|found| match found.object {
        Ok(Object::PublicKey(key)) => Some(key),
        Ok(Object::Certificate(certificate)) => certificate.public_key().ok(),
        Ok(Object::PrivateKey { public, .. }) => public,
        _ => None,
    });
    key.map(|key| key.fingerprint().to_string()).ok_or_else(|| {
        Failure::usage("no-key", format!("{text} is no fingerprint of 64 digits, nor a file with a key"))
    })
}

/// The serials in a file, one a line; what follows a `#` is for people.
fn serials(file: &Path) -> Result<Vec<String>, Failure> {
    let bytes = input::read(file)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Failure::usage("malformed-serial", format!("{} is no text with serials", file.display()))
    })?;
    let (mut seen, mut serials) = (HashSet::new(), Vec::new());
    for (number, line) in text.lines().enumerate() {
        let word = line.split('#').next().unwrap_or_default().trim();
        if word.is_empty() {
            continue;
        }
        let serial: SerialNumber = word.parse().map_err(|error| {
            let place = format!("{}, line {}", file.display(), number + 1);
            Failure::usage("malformed-serial", format!("{place}: {word:?} is no serial: {error}"))
        })?;
        let serial = serial.to_string();
        if seen.insert(serial.clone()) {
            serials.push(serial);
        }
        bounded(serials.len())?;
    }
    Ok(serials)
}

fn bounded(count: usize) -> Result<(), Failure> {
    if count <= MAX_CERTIFICATES {
        return Ok(());
    }
    let detail = format!("more than {MAX_CERTIFICATES} certificates are chosen: make several plans");
    Err(Failure::usage("plan-too-large", detail))
}

/// Finds what issued each serial, and plans it there.
fn by_serial(
    serials: Vec<String>,
    authority: Option<String>,
    what: What,
    server: &Server,
    plan: &mut Plan,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let own = server.certificate().map(|certificate| certificate.serial().to_string());
    let mut left = Vec::with_capacity(serials.len());
    for serial in serials {
        if own.as_ref() == Some(&serial) {
            let authority = authority.clone().unwrap_or_default();
            plan.left_out.push(LeftOut { authority, serial, code: OWN.to_owned() });
        } else {
            left.push(serial);
        }
    }
    let authorities = match authority {
        Some(name) => vec![name],
        // Certificates of authorities are revoked under the root, which is then named.
        None => issuing(server, context)?,
    };
    let (total, mut done) = ((left.len() * authorities.len()) as u64, 0);
    let mut found = HashSet::new();
    for name in authorities {
        authority::path(&name)?;
        let missing = consider(&name, left.clone(), what, server, plan, context, &mut |count| {
            done += count;
            (done, total)
        })?;
        let missing: HashSet<String> = missing.into_iter().collect();
        for serial in left.iter().filter(|serial| !missing.contains(*serial)) {
            if !found.insert(serial.clone()) {
                let detail = format!("several authorities issued the serial {serial}");
                return Err(Failure::usage("ambiguous-serial", detail));
            }
        }
    }
    plan.unknown = left.into_iter().filter(|serial| !found.contains(serial)).collect();
    Ok(())
}

fn issuing(server: &Server, context: &mut Context<'_>) -> Result<Vec<String>, Failure> {
    let known = authority::list(server, context)?.items.into_iter();
    let issuing = known.filter(|one| one.state == AuthorityState::Certified && one.kind == "issuing");
    Ok(issuing.map(|one| one.name).collect())
}

/// Asks the server what would become of serials of an authority, and puts those into the plan that would be revoked. Gives
/// those that it does not know.
fn consider(
    authority: &str,
    serials: Vec<String>,
    what: What,
    server: &Server,
    plan: &mut Plan,
    context: &mut Context<'_>,
    count: &mut dyn FnMut(u64) -> (u64, u64),
) -> Result<Vec<String>, Failure> {
    let path = format!("/api/v1/authorities/{authority}/revocations");
    let (mut unknown, mut planned) = (Vec::new(), Vec::new());
    let mut profiles = BTreeMap::<String, u64>::new();
    for batch in serials.chunks(MAX_REVOCATIONS) {
        let request = RevokeManyRequest {
            serials: batch.to_vec(),
            reason: what.reason,
            invalidity_date: what.invalidity_date,
            dry_run: true,
        };
        let answer: RevokedMany = server.post(context, &path, Some(Body::json(&request)?), None)?;
        for (serial, outcome) in batch.iter().zip(&answer.outcomes) {
            match outcome {
                RevocationOutcome::Revoked => planned.push(serial.clone()),
                RevocationOutcome::AlreadyRevoked => plan.already_revoked += 1,
                RevocationOutcome::UnknownCertificate => unknown.push(serial.clone()),
            }
        }
        for (profile, count) in answer.profiles {
            *profiles.entry(profile).or_default() += count;
        }
        let (done, total) = count(batch.len() as u64);
        context.watcher.progress(Stage::Planning, done, Some(total));
    }
    if !planned.is_empty() {
        plan.certificates.push(OfAuthority { authority: authority.to_owned(), serials: planned });
    }
    let counts = profiles.into_iter();
    plan.counts.extend(counts.map(|(profile, count)| Count {
        authority: authority.to_owned(),
        profile,
        count,
    }));
    Ok(unknown)
}

/// Code of why the certificate of whoever asks is left out: without it nothing more could be revoked.
const OWN: &str = "own-certificate";
/// Code of why a certificate of the service is left out.
const SERVICE: &str = "certificate-of-the-service";

/// Looks up what matches. Certificates of authorities and of their responders are left out unless a profile is named.
fn by_query(
    mut query: CertificateQuery,
    server: &Server,
    plan: &mut Plan,
    context: &mut Context<'_>,
) -> Result<Chosen, Failure> {
    let own = server.signer().public_key().fingerprint().to_string();
    let any_profile = query.profile.is_none();
    let (mut chosen, mut count) = (Chosen::new(), 0_usize);
    loop {
        let path = format!("/api/v1/certificates?{}", query.to_query_string());
        let page: CertificatePage = server.get(context, &path)?;
        // A page without items ends the list even where a cursor comes with it: each round makes progress.
        let ended = page.next.is_none() || page.items.is_empty();
        for view in page.items {
            let code = if view.key_fingerprint == own {
                Some(OWN)
            } else if any_profile && serves(&view)? {
                Some(SERVICE)
            } else {
                None
            };
            match code {
                Some(code) => plan.left_out.push(LeftOut {
                    authority: view.authority,
                    serial: view.serial,
                    code: code.to_owned(),
                }),
                None => {
                    chosen.entry(view.authority).or_default().push(view.serial);
                    count += 1;
                    bounded(count)?;
                }
            }
        }
        context.watcher.progress(Stage::Selecting, count as u64, None);
        if ended {
            return Ok(chosen);
        }
        query.cursor = page.next;
    }
}

/// Whether a certificate is an authority's or its responder's.
fn serves(view: &CertificateView) -> Result<bool, Failure> {
    let certificate = locate::certificate_of(view)?;
    // What cannot be read is rather left out.
    let authority = certificate.basic_constraints().map_or(true, |it| it.is_some_and(|it| it.ca));
    let responder = certificate
        .extended_key_usages()
        .map_or(true, |it| it.is_some_and(|it| it.contains(&ExtendedKeyUsage::OCSP_SIGNING.into())));
    Ok(authority || responder)
}
