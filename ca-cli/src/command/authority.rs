//! `ca authority`.

use schemas::rest::{AuthorityList, AuthorityView, DefaultView, SuspensionView};

use super::{Context, confirm};
use crate::args::{AuthorityArgs, AuthorityCommand};
use crate::client::Server;
use crate::failure::Failure;
use crate::report::{AuthorityChange, AuthorityChanged, Outcome, Question, Report};

/// Lists authorities, or changes one.
pub(super) fn run(command: AuthorityCommand, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        AuthorityCommand::List => {
            let list = list(&Server::open(context)?, context)?;
            Ok(Outcome::done(Report::Authorities(list)))
        }
        AuthorityCommand::Suspend(args) => set(AuthorityChange::Suspend, args, context),
        AuthorityCommand::Resume(args) => set(AuthorityChange::Resume, args, context),
        AuthorityCommand::Default(args) => set(AuthorityChange::MakeDefault, args, context),
    }
}

/// Where an authority is in the interface.
pub(super) fn path(name: &str) -> Result<String, Failure> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(plain) {
        let detail = format!("{name:?} is no name of an authority: lower case letters, digits and hyphens");
        return Err(Failure::usage("authority-name-invalid", detail));
    }
    Ok(format!("/api/v1/authorities/{name}"))
}

/// All authorities, by name: those made in one moment have no other order.
pub(super) fn list(server: &Server, context: &mut Context<'_>) -> Result<AuthorityList, Failure> {
    let mut list: AuthorityList = server.get(context, "/api/v1/authorities")?;
    list.items.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(list)
}

fn set(change: AuthorityChange, args: AuthorityArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = path(&args.name)?;
    if !args.dry_run {
        confirm::possible(args.yes, context)?;
    }
    let server = Server::open(context)?;
    let mut authority = find(&args.name, &server, context)?;
    if args.dry_run {
        return Ok(Outcome::done(Report::AuthorityChanged(AuthorityChanged {
            change,
            done: false,
            authority,
        })));
    }
    if !args.yes {
        confirm::ask(&Question::Authority { change, authority: Box::new(authority.clone()) }, context)?;
    }
    match change {
        AuthorityChange::Suspend | AuthorityChange::Resume => {
            let verb = if change == AuthorityChange::Suspend { "suspend" } else { "resume" };
            let now: SuspensionView = server.post(context, &format!("{path}/{verb}"), None, None)?;
            authority.suspended = now.suspended;
        }
        AuthorityChange::MakeDefault => {
            let now: DefaultView = server.post(context, &format!("{path}/default"), None, None)?;
            authority.default = now.authority == authority.name;
        }
    }
    Ok(Outcome::done(Report::AuthorityChanged(AuthorityChanged { change, done: true, authority })))
}

fn find(name: &str, server: &Server, context: &mut Context<'_>) -> Result<AuthorityView, Failure> {
    let known = list(server, context)?.items;
    known
        .into_iter()
        .find(|authority| authority.name == name)
        .ok_or_else(|| Failure::refused("unknown-authority", format!("there is no authority {name}")))
}
