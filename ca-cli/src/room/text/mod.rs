//! What is said in the room and stands on its papers, apart from all logic: a file for each language.
//!
//! `{}` stands for values, in their order.

mod en;
mod zh;
mod zh_plan;

use ca_core::ceremony::due::What;
use ca_core::ceremony::plan::{Role, Sentence};
use ca_core::ceremony::session::Step;

use crate::output::Language;

/// The texts of a language.
pub(crate) fn texts(language: Language) -> &'static Texts {
    match language {
        Language::English => &en::TEXTS,
        Language::Chinese => &zh::TEXTS,
    }
}

/// A text with its values.
pub(crate) fn fill(template: &str, values: &[&str]) -> String {
    let mut pieces = template.split("{}");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for (at, piece) in pieces.enumerate() {
        text.push_str(values.get(at).copied().unwrap_or_default());
        text.push_str(piece);
    }
    text
}

macro_rules! texts {
    ($($field:ident),+ $(,)?) => {
        /// The texts of the room.
        #[allow(missing_docs, reason = "each text says itself what it is")]
        pub(crate) struct Texts {
            $(pub(crate) $field: &'static str,)+
            /// The sentences of plans by their keys, where the language is not English.
            translate: fn(&str) -> Option<&'static str>,
        }

        #[cfg(test)]
        impl Texts {
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($field), self.$field)),+]
            }
        }
    };
}

texts! {
    html_language, rehearsal_mark,
    // The page of a share.
    share_of, share_number, share_needed, share_generation, ceremony, plan_digest, key_digest, share_digest, share_words,
    share_words_how, share_keep, share_keep_how,
    // The report and its lines.
    report, report_intro, report_lines, report_signatures, report_no_signatures, report_digest, report_open, value,
    kind, sequence, mode, machine, files, previous, event_opened, event_digits, event_time, event_attendance,
    event_key_created, event_stand_in, event_resealed, event_share_checked, event_share_given, event_key_ready,
    event_prepared, event_confirmed, event_issued, event_destroyed, event_refused, event_resumed, event_remark,
    event_voided, event_closed, event_signed, by, witness, time, present, output, serial, tbs, public_key, device,
    sealed_key, shares, officer, slot_existing, slot_new, document, certificate_subject, how, step, code, reason, outputs,
    signature, none,
    // What is asked and said in the room.
    held_now, resumes_at, ask_interruption, ask_time, ask_time_witness, ask_digits, ask_present, ask_agree, ask_agree_yes,
    ask_destroyed_how, ask_destroyed_witness, ask_destroyed_yes, ask_close, ask_signing_key, ask_passphrase,
    ask_new_passphrase, ask_passphrase_again, passphrases_differ, ask_share_folder, folder_needed, ask_share_file,
    ask_next_officer, shares_missing, officer_comes, step_refused, ask_after_refusal, ask_void_reason, answer_needed,
    yes_or_no, yes_or_no_needed, choice_needed, time_needed, to_be_signed, wrote,
    // Steps.
    step_confirm_digits, step_confirm_time, step_take_attendance, step_make_stand_in, step_create_key, step_check_share,
    step_give_share, step_open_device, step_prepare, step_confirm, step_sign, step_reseal, step_destroy, step_close,
    step_sign_transcript, step_finished,
    // People.
    role_administrator, role_key_officer, role_former_key_officer, role_witness, role_auditor,
    // What is destroyed.
    destroy_old_sealed_key, destroy_old_shares, destroy_sealed_key, destroy_shares, destroy_key_in_device,
    ask_key_name, ask_pin, ask_destroy_key, key_destroyed,
    // Headings of what commands print.
    plan_heading, plan_digits, plan_defaults, plan_happens, file, status_heading, status_state, status_next, status_whose,
    status_lines, state_open, state_closed, state_voided, held_heading, voided_heading, transcript, folder,
    share_checked_heading, verified_heading, verified_voided_heading, signed_by, refusals, interruptions, due_heading,
    due_nothing, package_digest, requested_heading, answered_heading, accepted_heading, authority,
    published_heading, list_number, list_until, device_checked_heading, device_key_signs, due_overdue, due_crl, due_rollover, due_share_check, due_issuing, due_ocsp_signer, due_cross,
}

impl Texts {
    /// A step, such as it is announced.
    pub(crate) fn step_in_words(&self, step: &Step) -> String {
        match step {
            Step::ConfirmDigits => self.step_confirm_digits.to_owned(),
            Step::ConfirmTime => self.step_confirm_time.to_owned(),
            Step::TakeAttendance => self.step_take_attendance.to_owned(),
            Step::MakeStandIn => self.step_make_stand_in.to_owned(),
            Step::CreateKey => self.step_create_key.to_owned(),
            Step::CheckShare { officer } => fill(self.step_check_share, &[officer]),
            Step::GiveShare { .. } => self.step_give_share.to_owned(),
            Step::OpenDevice { .. } => self.step_open_device.to_owned(),
            Step::Prepare { output } => fill(self.step_prepare, &[output]),
            Step::Confirm { output } => fill(self.step_confirm, &[output]),
            Step::Sign { output } => fill(self.step_sign, &[output]),
            Step::Reseal => self.step_reseal.to_owned(),
            Step::Destroy { what } => fill(self.step_destroy, &[what]),
            Step::Close => self.step_close.to_owned(),
            Step::SignTranscript { person } => fill(self.step_sign_transcript, &[person]),
            Step::Finished => self.step_finished.to_owned(),
        }
    }

    /// A sentence of a plan.
    pub(crate) fn sentence(&self, sentence: &Sentence) -> String {
        match (self.translate)(sentence.key) {
            Some(pattern) => sentence.fill(pattern),
            None => sentence.english(),
        }
    }

    /// What is due.
    pub(crate) fn due(&self, what: &What) -> String {
        match what {
            What::RootCrl { number } => fill(self.due_crl, &[&number.to_string()]),
            What::Rollover => self.due_rollover.to_owned(),
            What::ShareCheck { officer } => fill(self.due_share_check, &[officer]),
            What::Issuing { subject } => fill(self.due_issuing, &[subject]),
            What::OcspSigner { subject } => fill(self.due_ocsp_signer, &[subject]),
            What::Cross { subject } => fill(self.due_cross, &[subject]),
        }
    }

    /// What a person is.
    pub(crate) fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Administrator => self.role_administrator,
            Role::KeyOfficer => self.role_key_officer,
            Role::FormerKeyOfficer => self.role_former_key_officer,
            Role::Witness => self.role_witness,
            Role::Auditor => self.role_auditor,
        }
    }

    /// How something that a ceremony destroys is destroyed.
    pub(crate) fn destroy_in_words(&self, what: &str) -> &'static str {
        match what {
            "old-sealed-key" => self.destroy_old_sealed_key,
            "old-shares" => self.destroy_old_shares,
            "sealed-key" => self.destroy_sealed_key,
            "shares" => self.destroy_shares,
            _ => self.destroy_key_in_device,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_their_places() {
        assert_eq!(fill("{} of {}", &["3", "5"]), "3 of 5");
        assert_eq!(fill("none", &["3"]), "none");
    }

    #[test]
    fn both_languages_say_everything_with_as_many_values() {
        let count = |text: &str| text.matches("{}").count();
        for ((field, english), (_, chinese)) in en::TEXTS.all().into_iter().zip(zh::TEXTS.all()) {
            assert!(!english.is_empty() && !chinese.is_empty(), "{field}");
            assert_eq!(count(english), count(chinese), "{field}");
        }
    }
}
