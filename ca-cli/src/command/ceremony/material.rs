//! Plans, and the files that they name by digests: found by what they are, not by what they are called.

use std::path::{Path, PathBuf};

use ca_core::ceremony::plan::{Checked, Material, PlanRefused};
use ca_core::ceremony::{Digest, Plan, Transcript};
use ca_core::encoding::pem;
use ca_core::keystore::file::{Access, write_new};
use ca_core::x509::CertificationRequest;
use rand_core::CryptoRng;

use super::fault;
use super::folder::{failed, files_of};
use crate::failure::Failure;
use crate::input::read_file;
use crate::room::Texts;

/// Most files that are looked into.
const MAX_FILES: usize = 1000;

/// Reads a plan.
pub(super) fn read_plan(file: &Path) -> Result<Plan, Failure> {
    Plan::from_toml(&read_file(file)?).map_err(|error| fault::unreadable(&error))
}

/// What the plan will do, one sentence a line.
pub(super) fn sentences(plan: &Plan, texts: &Texts) -> Vec<String> {
    plan.render().iter().map(|sentence| texts.sentence(sentence)).collect()
}

/// Holds a plan against the files that it names, which are looked for in `places`, or beside the plan where none is given.
pub(super) fn check(
    plan: &Plan,
    file: &Path,
    places: &[PathBuf],
    rehearse: bool,
    rng: &mut dyn CryptoRng,
) -> Result<(Checked, Material), Failure> {
    let beside =
        [file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()];
    let material = find(plan, if places.is_empty() { &beside } else { places })?;
    let checked =
        plan.check(&material, rehearse, rng).map_err(|error: PlanRefused| fault::refused(&error))?;
    Ok((checked, material))
}

/// The files that a plan names, of those in some places.
pub(super) fn find(plan: &Plan, places: &[PathBuf]) -> Result<Material, Failure> {
    let document = plan.document();
    let issuer = document.issuer.as_ref();
    let subordinate = document.issuing.as_ref().or(document.ocsp_signer.as_ref()).map(|table| table.request);
    let request = subordinate.or(document.cross.as_ref().map(|table| table.request));
    let list = document.crl.as_ref().and_then(|table| table.previous.0);
    let mut material = Material::default();
    let mut wanted = [
        (document.previous.0, &mut material.previous),
        (issuer.map(|issuer| issuer.certificate), &mut material.issuer),
        (issuer.and_then(|issuer| issuer.sealed_key), &mut material.sealed_key),
        (request, &mut material.request),
        (list, &mut material.previous_crl),
    ];
    if wanted.iter().all(|(digest, _)| digest.is_none()) {
        return Ok(material);
    }
    for file in candidates(places)? {
        // What is too long to be read is none of them.
        let Ok(bytes) = read_file(&file) else { continue };
        let digests = digests(&bytes);
        for (digest, place) in &mut wanted {
            if place.is_none() && digest.is_some_and(|digest| digests.contains(&digest)) {
                **place = Some(bytes.to_vec());
            }
        }
    }
    Ok(material)
}

fn candidates(places: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for place in places {
        if place.is_dir() {
            files.extend(files_of(place)?);
        } else {
            files.push(place.clone());
        }
    }
    if files.len() > MAX_FILES {
        let detail = format!("{} files are more than are looked into: name them one by one", files.len());
        return Err(Failure::usage("material-too-many-files", detail));
    }
    Ok(files)
}

/// By what digests a file may be named: that of its octets, of the DER in it, of the transcript that it is.
fn digests(bytes: &[u8]) -> Vec<Digest> {
    let mut digests = vec![Digest::of(bytes)];
    if let Ok(objects) = pem::read_all(bytes)
        && let [object] = objects.as_slice()
    {
        digests.push(Digest::of(&object.der));
    } else if let Ok(der) = CertificationRequest::decode(bytes) {
        digests.push(Digest::of(&der));
    }
    if bytes.starts_with(b"{") {
        digests.extend(Transcript::from_bytes(bytes).ok().and_then(|transcript| transcript.digest()));
    }
    digests
}

/// Copies what was used beside the transcript, so that the folder alone can be checked.
pub(super) fn keep(material: &Material, folder: &Path) -> Result<(), Failure> {
    let files = [
        ("previous-transcript.jsonl", &material.previous),
        ("issuer.pem", &material.issuer),
        ("sealed-key.pem", &material.sealed_key),
        ("request.pem", &material.request),
        ("previous-crl.pem", &material.previous_crl),
    ];
    for (name, bytes) in files {
        if let Some(bytes) = bytes {
            std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
            write_new(&folder.join(name), bytes, Access::Public)?;
        }
    }
    Ok(())
}
