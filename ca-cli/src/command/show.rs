//! `ca show`.

use std::path::Path;

use super::Context;
use super::locate::{self, Target};
use crate::args::ShowArgs;
use crate::client::Server;
use crate::failure::{Exit, Failure};
use crate::input::{Object, Passwords, objects};
use crate::report::{Notice, Outcome, Report, ShowReport, UnreadableObject};
use crate::view::{Details, Record, Shown};

/// Shows what files hold and what the server has. What cannot be read is told beside what can.
pub(super) fn run(args: &ShowArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut passwords = Passwords::new(args.password_file.as_deref(), context.person);
    let mut server = None;
    let mut report = ShowReport { objects: Vec::new(), unreadable: Vec::new() };
    for text in &args.targets {
        match locate::target(text) {
            Target::File => show_file(Path::new(text), &mut passwords, &mut report)?,
            Target::Serial(serial) => {
                let server = match &mut server {
                    Some(server) => server,
                    None => server.insert(Server::open(context)?),
                };
                let view = locate::by_serial(&serial, args.authority.as_deref(), server, context)?;
                let certificate = Object::Certificate(Box::new(locate::certificate_of(&view)?));
                report.objects.push(Shown {
                    source: server.address().to_owned(),
                    position: 1,
                    record: Some(Record { view }),
                    details: Details::of(&certificate),
                });
            }
        }
    }
    if report.objects.is_empty() && report.unreadable.is_empty() {
        return Err(Failure::refused("no-object", format!("{} holds no object", args.targets.join(", "))));
    }
    let exit = if report.unreadable.is_empty() { Exit::Done } else { Exit::Refused };
    Ok(Outcome { report: Report::Shown(report), exit, warnings: Vec::new() })
}

fn show_file(file: &Path, passwords: &mut Passwords<'_>, report: &mut ShowReport) -> Result<(), Failure> {
    for found in objects(file, passwords)? {
        match found.object {
            Ok(object) => report.objects.push(Shown {
                source: found.file,
                position: found.position,
                record: None,
                details: Details::of(&object),
            }),
            Err(unreadable) => report.unreadable.push(UnreadableObject {
                file: found.file,
                position: found.position,
                notice: Notice { code: unreadable.code, detail: unreadable.detail },
            }),
        }
    }
    Ok(())
}
