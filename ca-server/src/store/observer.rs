//! An observer of a store that shares none of the writing code: it reads all rows and says what is wrong. It holds
//! them all in memory: it is for tests and for looking into a store of moderate size.

use std::collections::{BTreeMap, BTreeSet};

use ca_core::algorithm::digest::sm3;
use ca_core::audit::{Chain, Entry};
use ca_core::crl::list::outer_header;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use diesel::prelude::*;
use serde_json::Value;

use crate::port::StoreError;

use super::access::{BlockedKeyRow, CredentialRow};
use super::administrator::AdministratorRow;
use super::audit::AuditRow;
use super::authority::AuthorityRow;
use super::authority_request::AuthorityRequestRow;
use super::backend::{self, Connection, Purpose};
use super::certificate::CertificateRow;
use super::crl::CrlRow;
use super::intent::IntentRow;
use super::ocsp_signer::OcspSignerRow;
use super::recovery::RecoveredRow;
use super::setting::SettingRow;
use super::subject::SubjectRow;
use super::transaction::Audited;
use super::{Location, schema};

/// What the observer saw.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong; empty where nothing is.
    pub violations: Vec<String>,
    /// Stored certificates.
    pub certificates: usize,
    /// Stored CRLs.
    pub crls: usize,
    /// Audit entries about refused acts.
    pub refusals: usize,
    /// Audit entries about rows.
    pub changes: usize,
}

/// Audit entries about rows: by table and id, the detail of each version.
type Versions = BTreeMap<(String, String), BTreeMap<u32, Vec<Value>>>;

/// Reads a store and checks all that must hold between its rows.
///
/// # Errors
/// Where the store cannot be read. What it holds against its rules is in the report.
pub fn observe(location: &Location) -> Result<Report, StoreError> {
    let mut connection = backend::connect(location, Purpose::Read)?;
    // One state of the store, whatever others do meanwhile.
    backend::snapshot(&mut connection, report)
}

fn report(connection: &mut Connection) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let entries = audit(connection, &mut report)?;
    let order: BTreeMap<String, u64> = entries
        .iter()
        .filter(|entry| entry.action == "crl.publish")
        .map(|entry| (entry.row_id.clone(), entry.sequence))
        .collect();
    let mut versions = versions(entries, &mut report);
    macro_rules! check_table {
        ($table:ident, $row:ty) => {{
            let rows: Vec<$row> = schema::$table::table.select(<$row>::as_select()).load(connection)?;
            for row in &rows {
                check_versions(row, &mut versions, &mut report);
            }
            rows
        }};
    }
    check_table!(authorities, AuthorityRow);
    check_table!(authority_requests, AuthorityRequestRow);
    check_table!(subjects, SubjectRow);
    check_table!(ocsp_signers, OcspSignerRow);
    check_table!(administrators, AdministratorRow);
    check_table!(enrollment_credentials, CredentialRow);
    check_table!(blocked_keys, BlockedKeyRow);
    check_table!(settings, SettingRow);
    check_table!(recovered_statuses, RecoveredRow);
    let intents = check_table!(intents, IntentRow);
    let certificates = check_table!(certificates, CertificateRow);
    let crls = check_table!(crls, CrlRow);
    for (table, id) in versions.keys() {
        report.violations.push(format!("the audit speaks of {table} {id}, which is not stored"));
    }
    let ders = lists(connection)?;
    check_intents(&intents, &certificates, &crls, &mut report);
    check_certificates(&certificates, &mut report);
    check_crls(&crls, &ders, &order, &mut report);
    report.certificates = certificates.len();
    report.crls = crls.len();
    Ok(report)
}

fn audit(connection: &mut Connection, report: &mut Report) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<AuditRow> = schema::audit_entries::table
        .order(schema::audit_entries::sequence)
        .select(AuditRow::as_select())
        .load(connection)?;
    let entries: Vec<Entry> = rows.into_iter().map(Entry::try_from).collect::<Result<_, _>>()?;
    if let Err(error) = Chain::verify(&entries) {
        report.violations.push(format!("the chain does not hold: {error}"));
    }
    Ok(entries)
}

fn versions(entries: Vec<Entry>, report: &mut Report) -> Versions {
    let mut versions = Versions::new();
    for entry in entries {
        if entry.row_version == 0 {
            report.refusals += 1;
            continue;
        }
        report.changes += 1;
        // What is no JSON has no row, and differs from any.
        let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
        let row = versions.entry((entry.table, entry.row_id)).or_default();
        row.entry(entry.row_version).or_default().push(detail["row"].clone());
    }
    versions
}

fn check_versions<R: Audited>(row: &R, versions: &mut Versions, report: &mut Report) {
    let name = format!("{} {}", R::TABLE, row.id());
    let Some(told) = versions.remove(&(R::TABLE.to_owned(), row.id().to_owned())) else {
        report.violations.push(format!("the audit does not speak of {name}"));
        return;
    };
    let newest = u32::try_from(row.version()).unwrap_or_default();
    if !told.keys().copied().eq(1..=newest) {
        report
            .violations
            .push(format!("{name} is at version {newest}, the audit tells of {:?}", told.keys()));
    }
    if told.values().any(|details| details.len() != 1) {
        report.violations.push(format!("a version of {name} has several entries"));
    }
    if told.get(&newest).and_then(|details| details.first()) != Some(&row.detail()) {
        report.violations.push(format!("{name} is not what the audit says of its newest version"));
    }
}

fn check_intents(
    intents: &[IntentRow],
    certificates: &[CertificateRow],
    crls: &[CrlRow],
    report: &mut Report,
) {
    let documents: Vec<(&str, &[u8])> = certificates
        .iter()
        .map(|row| (row.intent_id.as_str(), row.tbs_hash.as_slice()))
        .chain(
            crls.iter().filter(|row| !row.delta).map(|row| (row.intent_id.as_str(), row.tbs_hash.as_slice())),
        )
        .chain(
            crls.iter().filter(|row| row.delta).map(|row| (row.intent_id.as_str(), row.tbs_hash.as_slice())),
        )
        .collect();
    // A full list and a delta may stand under one number, the full one first.
    let mut by_intent: BTreeMap<&str, Vec<Vec<u8>>> = BTreeMap::new();
    for (intent, hash) in &documents {
        by_intent.entry(intent).or_default().push(hash.to_vec());
    }
    let both = |intent: &str| {
        let mut kinds: Vec<bool> =
            crls.iter().filter(|row| row.intent_id == intent).map(|row| row.delta).collect();
        kinds.sort_unstable();
        kinds == [false, true]
    };
    for (intent, hashes) in &by_intent {
        if hashes.len() > 1 && !both(intent) {
            report.violations.push("two documents fulfil one intent".to_owned());
        }
    }
    for intent in intents {
        // The bytes of lists may be stored in parts; then the lists themselves are looked at.
        let in_parts = intent.kind == "crl" && intent.tbs.is_empty();
        if !in_parts && sm3(&intent.tbs).as_slice() != intent.tbs_hash {
            report.violations.push(format!("intent {} has another hash than its bytes", intent.id));
        }
        match (intent.state.as_str(), by_intent.get(intent.id.as_str())) {
            ("done", Some(hashes)) if super::crl::of_intent(hashes) == intent.tbs_hash => {}
            ("open" | "failed", None) => {}
            (state, _) => {
                report
                    .violations
                    .push(format!("intent {} ({}) is {state}, against its document", intent.id, intent.kind));
            }
        }
    }
    let known: BTreeSet<&str> = intents.iter().map(|intent| intent.id.as_str()).collect();
    for (intent, _) in documents {
        if !known.contains(intent) {
            report.violations.push(format!("a document has no intent {intent}"));
        }
    }
}

fn check_certificates(certificates: &[CertificateRow], report: &mut Report) {
    let mut serials = BTreeSet::new();
    for row in certificates {
        let serial = hex::encode(&row.serial);
        if !serials.insert((&row.authority_id, &row.serial)) {
            report.violations.push(format!("serial {serial} stands twice"));
        }
        let same = Certificate::from_der(&row.der).is_ok_and(|certificate| {
            sm3(certificate.tbs_der()).as_slice() == row.tbs_hash
                && certificate.serial().to_string() == serial
        });
        if !same {
            report.violations.push(format!("certificate {serial} is not what its row says"));
        }
    }
}

/// The CRLs by id, as relying parties get them; those whose parts were dropped are left out.
fn lists(connection: &mut Connection) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let stored: Vec<(String, i64, Vec<u8>)> = schema::crls::table
        .select((schema::crls::id, schema::crls::tbs_octets, schema::crls::der))
        .load(connection)?;
    let mut lists = BTreeMap::new();
    for (id, octets, der) in stored {
        if octets == 0 {
            lists.insert(id, der);
            continue;
        }
        let parts: Vec<Vec<u8>> = schema::crl_parts::table
            .filter(schema::crl_parts::crl_id.eq(&id))
            .order(schema::crl_parts::part)
            .select(schema::crl_parts::bytes)
            .load(connection)?;
        if !parts.is_empty() {
            let octets = u64::try_from(octets).unwrap_or_default();
            lists.insert(id, [outer_header(octets, der.len() as u64), parts.concat(), der].concat());
        }
    }
    Ok(lists)
}

/// `order` is the place in the audit of each CRL's publication.
fn check_crls(
    crls: &[CrlRow],
    lists: &BTreeMap<String, Vec<u8>>,
    order: &BTreeMap<String, u64>,
    report: &mut Report,
) {
    let mut newest: BTreeMap<&str, (i64, i64, &str)> = BTreeMap::new();
    let mut sorted: Vec<&CrlRow> = crls.iter().collect();
    sorted.sort_by_key(|row| order.get(row.id()));
    for row in sorted {
        let this = (row.number, row.this_update, row.intent_id.as_str());
        if let Some((number, this_update, intent)) = newest.insert(&row.authority_id, this)
            && ((row.number <= number && row.intent_id != intent) || row.this_update < this_update)
        {
            report.violations.push(format!("CRL {} does not rise above {number}", row.number));
        }
        let same = lists.get(row.id()).is_none_or(|der| {
            CertificateList::from_der(der).is_ok_and(|crl| sm3(crl.tbs_der()).as_slice() == row.tbs_hash)
        });
        if !same {
            report.violations.push(format!("CRL {} is not what its row says", row.number));
        }
    }
}
