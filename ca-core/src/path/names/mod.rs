//! Name constraints along a path, RFC 5280 §6.1.3 (b) and (c).
//!
//! The constraints of each authority are held against the names below it as they stand. That is the same as intersecting the
//! permitted and uniting the excluded subtrees of all, and needs no algebra of subtrees.

mod form;
mod host;

#[cfg(test)]
mod tests;

use super::cause::Cause;
use super::limits::Budget;
use crate::x509::Name;
use crate::x509::extension::{GeneralName, NameConstraints, Subtree};
use crate::x509::name::AttributeKind;
use form::{Form, Relation};

/// Comparisons that take as long as a step of search.
const COMPARISONS_OF_STEP: usize = 4;

/// The constraints stated by the authorities above a certificate.
#[derive(Debug, Default)]
pub(super) struct NameRules<'r> {
    stated: Vec<(&'r Name, &'r NameConstraints)>,
}

impl<'r> NameRules<'r> {
    /// From here on the constraints of this authority bind as well.
    pub(super) fn add(&mut self, authority: &'r Name, constraints: &'r NameConstraints) {
        self.stated.push((authority, constraints));
    }

    /// Holds the names of one certificate against all.
    pub(super) fn check(
        &self,
        subject: &Name,
        alternative_names: &[GeneralName],
        budget: &mut Budget,
    ) -> Result<(), Cause> {
        if self.stated.is_empty() {
            return Ok(());
        }
        let names = names_of(subject, alternative_names);
        for (authority, constraints) in &self.stated {
            for name in &names {
                // Before the comparisons, so that a product of large lists costs nothing.
                budget.spend_steps(1 + constraints.len() / COMPARISONS_OF_STEP)?;
                check_one(name, constraints, authority)?;
            }
        }
        Ok(())
    }
}

/// The subject, the alternative names, and the mailboxes in the subject where no alternative name says them.
fn names_of(subject: &Name, alternative_names: &[GeneralName]) -> Vec<GeneralName> {
    let mut names = Vec::with_capacity(alternative_names.len() + 1);
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject.clone()));
    }
    if alternative_names.is_empty() {
        let mailboxes = subject.parts().into_iter().filter(|(kind, _)| *kind == AttributeKind::EmailAddress);
        names.extend(mailboxes.map(|(_, mailbox)| GeneralName::Email(mailbox)));
    }
    names.extend_from_slice(alternative_names);
    names
}

fn check_one(name: &GeneralName, constraints: &NameConstraints, authority: &Name) -> Result<(), Cause> {
    let form = Form::of(name);
    let not_comparable = |subtree: &Subtree| Cause::NameNotComparable {
        name: Box::new(name.clone()),
        subtree: Box::new(subtree.clone()),
        authority: Box::new(authority.clone()),
    };
    let mut permitted = None;
    for subtree in constraints.permitted.iter().filter(|subtree| Form::of_subtree(subtree) == form) {
        match form::relation(name, subtree) {
            Relation::Inside => {
                permitted = Some(true);
                break;
            }
            Relation::Outside | Relation::Overlaps => permitted = Some(false),
            Relation::Unknown => return Err(not_comparable(subtree)),
        }
    }
    if permitted == Some(false) {
        return Err(Cause::NameNotPermitted {
            name: Box::new(name.clone()),
            authority: Box::new(authority.clone()),
        });
    }
    for subtree in constraints.excluded.iter().filter(|subtree| Form::of_subtree(subtree) == form) {
        match form::relation(name, subtree) {
            Relation::Outside => {}
            Relation::Inside | Relation::Overlaps => {
                return Err(Cause::NameExcluded {
                    name: Box::new(name.clone()),
                    subtree: Box::new(subtree.clone()),
                    authority: Box::new(authority.clone()),
                });
            }
            Relation::Unknown => return Err(not_comparable(subtree)),
        }
    }
    Ok(())
}
