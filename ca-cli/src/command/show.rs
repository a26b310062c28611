//! `ca show`.

use std::path::Path;

use ca_core::x509::{Name, SerialNumber};

use super::Context;
use super::locate::{self, Target};
use crate::args::ShowArgs;
use crate::client::Server;
use crate::failure::{Exit, Failure};
use crate::input::{Found, Kind, Object, Passwords, is_large_list, large_list, load_private_key, objects};
use crate::report::{Outcome, Report};
use crate::view::{self, Depth, Issuers, Record};

/// Shows what files hold and what the server has. What cannot be read is told beside what can.
pub(super) fn run(args: &ShowArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let serial = args.serial.as_deref().map(serial).transpose()?;
    let mut passwords = Passwords::new(args.password_file.as_deref(), context.person);
    let mut server = None;
    let mut found = Vec::new();
    let mut records = Vec::new();
    let mut large = Vec::new();
    for text in &args.targets {
        match locate::target(text) {
            Target::File if is_large_list(Path::new(text)) => large.push((found.len(), Path::new(text))),
            Target::File => found.extend(objects(Path::new(text), &mut passwords)?),
            Target::Serial(serial) => {
                let server = match &mut server {
                    Some(server) => server,
                    None => server.insert(Server::open(context)?),
                };
                let view = locate::by_serial(&serial, args.authority.as_deref(), server, context)?;
                let certificate = locate::certificate_of(&view)?;
                records.push((found.len(), Record { view }));
                found.push(Found {
                    file: server.address().to_owned(),
                    position: 1,
                    kind: Some(Kind::Certificate),
                    der: certificate.der().to_vec().into(),
                    object: Ok(Object::Certificate(Box::new(certificate))),
                });
            }
        }
    }
    for (position, path) in large.into_iter().rev() {
        let list = show_large(path, serial.as_ref(), &found);
        found.insert(position, list);
        for (after, _) in &mut records {
            *after += usize::from(*after >= position);
        }
    }
    if found.is_empty() {
        return Err(Failure::refused("no-object", format!("{} holds no object", args.targets.join(", "))));
    }
    let key = args.key.as_deref().map(|file| load_private_key(file, &mut passwords)).transpose()?;
    let depth = Depth {
        lint: args.lint,
        asn1: args.asn1,
        short: args.short,
        serial: serial.as_ref(),
        key: key.as_ref(),
    };
    let mut report = view::show(&found, depth);
    for (position, record) in records {
        // What cannot be read stands apart and takes no place among the objects.
        let before = found[..position].iter().filter(|found| found.object.is_ok()).count();
        report.objects[before].record = Some(record);
    }
    let exit = if report.unreadable.is_empty() { Exit::Done } else { Exit::Refused };
    Ok(Outcome { report: Report::Shown(report), exit, warnings: Vec::new() })
}

/// A list that is not held whole, verified with a certificate that is shown with it.
fn show_large(path: &Path, serial: Option<&SerialNumber>, others: &[Found]) -> Found {
    let issuers = Issuers::among(others);
    let key = |name: &Name| issuers.named(name).into_iter().find_map(|issuer| issuer.public_key().ok());
    Found {
        file: path.display().to_string(),
        position: 1,
        kind: Some(Kind::Crl),
        der: Vec::new().into(),
        object: large_list(path, serial, key).map(|list| Object::LargeCrl(Box::new(list))),
    }
}

fn serial(text: &str) -> Result<SerialNumber, Failure> {
    text.parse().map_err(|error| {
        Failure::usage("malformed-serial", format!("{text:?} is no serial number in hexadecimal: {error}"))
    })
}
