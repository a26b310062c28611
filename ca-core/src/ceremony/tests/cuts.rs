//! The power fails behind any line of the transcript, or within it: the ceremony goes on from there, or is voided.

use super::flow::{City, report};
use super::kit::{Papers, ROOT, Room, check, go_on, hold, key, machine, request};
use crate::algorithm::KeySpec;
use crate::ceremony::plan::{Checked, Material};
use crate::ceremony::share::Share;
use crate::ceremony::transcript::Event;
use crate::ceremony::{Digest, Session, Transcript};

const LIST: &str = "[crl]\nnumber = 1\nthis_update = \"2026-12-01T02:00:00Z\"\nnext_update = \"2027-06-01T00:00:00Z\"\nprevious = \"none\"\n";

/// One ceremony, and the power failures that it is put through.
struct Trial<'a> {
    room: &'a Room,
    checked: Checked,
    material: Material,
    shares: &'a [Share],
    /// How it went without any.
    full: Papers,
}

impl Trial<'_> {
    fn resume(&self, cut: &[u8], journal: &mut Vec<u8>) -> Result<Session, &'static str> {
        let time = "2026-12-01T03:00:00Z".parse().unwrap();
        let sealed = self.full.sealed.as_deref();
        let why = "the power failed";
        Session::resume(self.checked.clone(), cut, sealed, why, time, "Zhao", machine(), journal)
            .map_err(|error| error.code())
    }

    /// Does what is left, and has everything checked by somebody else.
    fn finish(&self, mut session: Session, mut journal: Vec<u8>) -> crate::ceremony::verify::Report {
        let mut papers = self.full.clone();
        go_on(self.room, &mut session, &mut journal, self.shares, &mut papers);
        papers.transcript = journal;
        if session.is_voided() {
            papers.outputs.clear();
        }
        report(&papers, self.material.clone())
    }

    fn cut_everywhere(&self) {
        let lines: Vec<&[u8]> = self.full.transcript.split_inclusive(|octet| *octet == b'\n').collect();
        let whole = Transcript::from_bytes(&self.full.transcript).unwrap();
        let end = whole.events().position(|event| matches!(event, Event::Closed { .. })).unwrap();
        for at in 1..=lines.len() {
            let before = lines[..at].concat();
            // The next line was half written.
            let half = lines.get(at).map_or(&b"{\"number\":"[..], |line| &line[..line.len() / 2]);
            let torn = [&before, half].concat();
            if at > end {
                let mut journal = before.clone();
                assert_eq!(self.resume(&torn, &mut journal).err(), Some("ceremony-over"), "line {at}");
                assert_eq!(journal, before, "nothing is written behind the end");
                let session = Session::read(self.checked.clone(), &torn).unwrap();
                assert_eq!(self.finish(session, before).interruptions, 0);
                continue;
            }
            let mut journal = before.clone();
            let session = self.resume(&torn, &mut journal).unwrap_or_else(|code| panic!("line {at}: {code}"));
            let held = self.finish(session, journal);
            assert_eq!((held.interruptions, held.voided), (1, None), "line {at}");

            let mut journal = before.clone();
            let mut session = Session::read(self.checked.clone(), &torn).unwrap();
            session.void("the room was flooded", "Zhao", &mut journal).unwrap();
            assert!(self.finish(session, journal).voided.is_some(), "line {at}");
        }
    }
}

/// A ceremony of a kind, with the root of a city, cut at every line.
fn every_cut(kind: &str, tables: &str, change: impl FnOnce(&mut Material)) {
    let city = City::found();
    let mut material = city.material();
    change(&mut material);
    let text = city.plan(kind, tables);
    let full = hold(&city.room, &text, &material, false, &city.shares);
    let checked = check(&text, &material, false);
    Trial { room: &city.room, checked, material, shares: &city.shares, full }.cut_everywhere();
}

fn certified(kind: &str, more: &str) {
    let csr = request("Somebody", &*key(KeySpec::Sm2));
    let tables = format!(
        "[{kind}]\nrequest = \"{}\"\nsubject = [\"C=CN\", \"CN=Somebody\"]\nnot_before = \"2026-12-01T00:00:00Z\"\n\
         not_after = \"2026-12-31T23:59:59Z\"\n{more}",
        Digest::of(&csr)
    );
    every_cut(kind, &tables, |material| material.request = Some(csr));
}

#[test]
fn the_making_of_a_root() {
    let room = Room::new();
    let (text, material) = (room.plan("root", 1, None, ROOT), Material::default());
    let full = hold(&room, &text, &material, false, &[]);
    let checked = check(&text, &material, false);
    Trial { room: &room, checked, material, shares: &[], full }.cut_everywhere();
}

#[test]
fn the_certificate_of_an_issuing_authority() {
    certified("issuing", "");
}

#[test]
fn the_certificate_of_a_responder() {
    certified("ocsp-signer", "");
}

#[test]
fn a_cross_certificate() {
    let limits =
        "path_length = 1\npolicies = [\"1.2.3.4\"]\n[cross.permitted]\ndns = [\"elsewhere.example\"]\n";
    certified("cross", limits);
}

#[test]
fn a_list() {
    every_cut("crl", LIST, |_| {});
}

#[test]
fn a_rollover() {
    let root = ROOT.replace("City Root", "City Root 2").replace("\"root\"", "\"root-2\"");
    let links = "[rollover]\nnew_with_old_not_after = \"2031-11-30T23:59:59Z\"\nold_with_new_not_after = \"2046-11-30T23:59:59Z\"\n";
    every_cut("rollover", &(root + links), |_| {});
}

#[test]
fn a_renewal_of_shares() {
    every_cut("share-renewal", "[share-renewal]\nreason = \"a test\"\n", |_| {});
}

#[test]
fn a_termination() {
    let end = "[termination]\nreason = \"a test\"\ndestruction = \"shredded\"\n";
    every_cut("termination", &(LIST.to_owned() + end), |_| {});
}

#[test]
fn a_rehearsal_of_a_real_root_lost_its_stand_in() {
    let city = City::found();
    let (material, text) = (city.material(), city.plan("crl", LIST));
    let full = hold(&city.room, &text, &material, true, &city.shares);
    let checked = check(&text, &material, true);
    let trial = Trial { room: &city.room, checked, material, shares: &city.shares, full };
    let lines: Vec<&[u8]> = trial.full.transcript.split_inclusive(|octet| *octet == b'\n').collect();
    let made = lines.iter().position(|line| line.windows(8).any(|piece| piece == b"stand-in")).unwrap();
    let mut journal = lines[..=made].concat();
    let cut = journal.clone();
    assert_eq!(trial.resume(&cut, &mut journal).err(), Some("stand-in-gone"));
    assert_eq!(journal, cut);
    let mut session = Session::read(trial.checked.clone(), &cut).unwrap();
    session.void("the stand-in is gone", "Zhao", &mut journal).unwrap();
    assert!(session.is_voided());
}
