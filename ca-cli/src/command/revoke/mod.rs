//! `ca revoke`: one certificate, many of them by a plan, or one's own.

mod apply;
mod own;
mod plan;
mod select;

use self::plan::What;
use super::{Context, change};
use crate::args::{ChangeArgs, RevokeArgs};
use crate::failure::Failure;
use crate::report::{Change, Outcome};

/// Revokes a certificate, plans the revocation of many, carries a plan out, or revokes whoever asks.
pub(super) fn run(args: RevokeArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if let Some(file) = &args.many.apply {
        return apply::run(file, args.yes, args.dry_run, context);
    }
    let reason =
        args.reason.ok_or_else(|| Failure::usage("reason-missing", "a revocation needs --reason"))?;
    let what = What { reason, invalidity_date: args.invalidity_date };
    if args.own.possession {
        return own::run(args.own, args.many.key, what, args.yes, context);
    }
    match args.target {
        Some(target) => {
            let change = Change::Revoke { reason, invalidity_date: args.invalidity_date };
            let args = ChangeArgs { target, authority: args.authority, yes: args.yes, dry_run: args.dry_run };
            change::run(change, &args, context)
        }
        None => select::run(args.many, args.authority, what, context),
    }
}
