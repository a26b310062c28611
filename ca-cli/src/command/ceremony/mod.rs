//! `ca ceremony`: what a room does with a plan, a machine and people.

mod accept;
mod answer;
mod ask;
mod check_device;
mod check_share;
mod due;
mod example;
mod fault;
mod folder;
mod journal;
mod kit;
mod material;
mod plan;
mod publish;
mod report;
mod request;
mod run;
mod status;
mod verify;
mod void;

use super::Context;
use crate::args::CeremonyCommand;
use crate::failure::Failure;
use crate::report::Outcome;

/// Does what the command says.
pub(super) fn run(command: CeremonyCommand, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        CeremonyCommand::Request(args) => request::run(&args, context),
        CeremonyCommand::Answer(args) => answer::run(&args, context),
        CeremonyCommand::Accept(args) => accept::run(&args, context),
        CeremonyCommand::Publish(args) => publish::run(&args, context),
        CeremonyCommand::Example(args) => example::run(&args),
        CeremonyCommand::Plan(args) => plan::run(&args, context),
        CeremonyCommand::Run(args) => run::run(&args, context),
        CeremonyCommand::Status(args) => status::run(&args, context),
        CeremonyCommand::Void(args) => void::run(&args, context),
        CeremonyCommand::CheckShare(args) => check_share::run(&args, context),
        CeremonyCommand::CheckDevice(args) => check_device::run(&args, context),
        CeremonyCommand::Verify(args) => verify::run(&args, context),
        CeremonyCommand::Due(args) => due::run(&args, context),
        CeremonyCommand::Report(args) => report::run(&args, context),
        CeremonyCommand::Kit(args) => kit::run(&args),
    }
}
