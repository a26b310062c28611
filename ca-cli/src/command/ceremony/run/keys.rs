//! The steps in which keys are made, shared and restored.

use std::path::{Path, PathBuf};

use ca_core::ceremony::plan::{Custody, Role};
use ca_core::ceremony::session::{JournalError, StepError};
use ca_core::ceremony::share::{Passphrase, Share, ShareError, SharesMade};
use ca_core::keystore::file::{Access, FileError, destroy, read_bounded, replace, write_new};

use super::steps::Done;
use super::{SEALED_KEY, Stage, administrator};
use crate::command::ceremony::ask;
use crate::command::ceremony::folder::{SHARES, failed, files_of};
use crate::failure::Failure;
use crate::room::{Texts, fill, share_page};

/// Longest file of a share in any of its forms.
const MAX_SHARE_FILE: u64 = 64 << 10;
/// How often the file of a share is asked for.
const MAX_TRIES: usize = 20;

/// An officer with the passphrase and the folder for the share.
struct Keeper {
    officer: String,
    passphrase: Passphrase,
    folder: PathBuf,
}

impl Stage<'_> {
    pub(super) fn create_key(&mut self) -> Done {
        if self.session.checked().plan().document().custody != Custody::File {
            return self.create_in_device();
        }
        self.sealing(false)
    }

    pub(super) fn reseal(&mut self) -> Done {
        self.sealing(true)
    }

    fn sealing(&mut self, again: bool) -> Done {
        self.remove_leftovers()?;
        let keepers = self.keepers()?;
        let pairs: Vec<(&str, &Passphrase)> =
            keepers.iter().map(|keeper| (keeper.officer.as_str(), &keeper.passphrase)).collect();
        let title = self.session.checked().plan().document().title.clone();
        let (texts, sealed_key) = (self.room.texts(), self.folder.join(SEALED_KEY));
        let written = &mut self.written;
        let mut keep = |made: &SharesMade| {
            keep(made, &keepers, &sealed_key, &title, texts, written)
                .map_err(|error| JournalError { reason: error.to_string() })
        };
        let done = if again {
            self.session.reseal(&pairs, &mut keep, self.rng, &mut self.journal)
        } else {
            self.session.create_key(&pairs, &mut keep, self.rng, &mut self.journal)
        };
        ask::clear(self.room)?;
        Ok(done)
    }

    /// Shares that were written before a power failure, and whose key is on no record.
    fn remove_leftovers(&self) -> Result<(), Failure> {
        let folder = self.folder.join(SHARES);
        if folder.is_dir() {
            for file in files_of(&folder)? {
                destroy(&file)?;
            }
        }
        Ok(())
    }

    /// Each officer, alone at the keyboard, chooses a passphrase and says where the share goes.
    fn keepers(&self) -> Result<Vec<Keeper>, Failure> {
        let texts = self.room.texts();
        let document = self.session.checked().plan().document();
        let officers: Vec<&str> =
            document.with_role(Role::KeyOfficer).map(|person| person.name.as_str()).collect();
        let default = self.folder.join(SHARES);
        let mut keepers = Vec::new();
        for officer in officers {
            ask::say(self.room, &fill(texts.officer_comes, &[officer]))?;
            let passphrase = ask::new_passphrase(self.room, officer)?;
            let folder = loop {
                let answer = ask::line_or(self.room, texts.ask_share_folder, &default.display().to_string())?;
                let folder = PathBuf::from(answer);
                if folder == default || folder.is_dir() {
                    break folder;
                }
                ask::say(self.room, texts.folder_needed)?;
            };
            ask::clear(self.room)?;
            keepers.push(Keeper { officer: officer.to_owned(), passphrase, folder });
        }
        Ok(keepers)
    }

    pub(super) fn check_share(&mut self, officer: &str) -> Done {
        let (share, passphrase) = match self.share_of(officer, true)? {
            Ok(given) => given,
            Err(error) => return self.unreadable(officer, error),
        };
        let done = self.session.check_share(&share, &passphrase, &mut self.journal);
        ask::clear(self.room)?;
        Ok(done)
    }

    pub(super) fn give_share(&mut self, officers: &[String], missing: u8) -> Done {
        let texts = self.room.texts();
        if missing > 0 {
            ask::say(self.room, &fill(texts.shares_missing, &[&missing.to_string()]))?;
        }
        let officer = ask::choose(self.room, texts.ask_next_officer, officers)?;
        let (share, passphrase) = match self.share_of(&officer, false)? {
            Ok(given) => given,
            Err(error) => return self.unreadable(&officer, error),
        };
        let done = self.session.give_share(&share, &passphrase, &mut self.journal);
        ask::clear(self.room)?;
        Ok(done.map(|_| ()))
    }

    /// An officer's share, as file, words or QR text, and its passphrase. Where shares were just made, theirs is offered.
    fn share_of(&self, officer: &str, new: bool) -> Result<Result<(Share, Passphrase), ShareError>, Failure> {
        let question = fill(self.room.texts().ask_share_file, &[officer]);
        let known = self.written.iter().find(|file| new && is_share_of(file, officer));
        for _ in 0..MAX_TRIES {
            let answer = match known {
                Some(file) => ask::line_or(self.room, &question, &file.display().to_string())?,
                None => ask::line(self.room, &question)?,
            };
            match read_bounded(Path::new(&answer), MAX_SHARE_FILE) {
                Ok(bytes) => {
                    return Ok(match Share::read(&bytes) {
                        Ok(share) => Ok((share, ask::passphrase(self.room, officer)?)),
                        Err(error) => Err(error),
                    });
                }
                Err(error) => ask::say(self.room, &format!("{error} [{}]", error.code()))?,
            }
        }
        Err(Failure::refused("no-answer", "no file of a share was named"))
    }

    /// What is no share stands on the record, with whose it should be.
    fn unreadable(&mut self, officer: &str, error: ShareError) -> Done {
        let text = format!("the share of {officer} cannot be read: {error} [{}]", error.code());
        let by = administrator(&self.session);
        Ok(self.session.remark(&by, &text, &mut self.journal).and(Err(StepError::Share(error))))
    }
}

/// The name of a share's file: its number, its officer, its generation.
fn share_name(share: &Share) -> String {
    let officer: String =
        share.officer().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    format!("share-{}-{officer}-{}", share.index(), share.generation())
}

fn is_share_of(file: &Path, officer: &str) -> bool {
    let officer: String = officer.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with("share-") && name.ends_with(".pem") && name.contains(&format!("-{officer}-"))
}

/// Writes the sealed key, and each share with its page into its officer's folder.
fn keep(
    made: &SharesMade,
    keepers: &[Keeper],
    sealed_key: &Path,
    title: &str,
    texts: &Texts,
    written: &mut Vec<PathBuf>,
) -> Result<(), KeepError> {
    let sealed = made.sealed.to_pem().map_err(|error| KeepError::Share(error.to_string()))?;
    replace(sealed_key, sealed.as_bytes(), Access::Private)?;
    written
        .retain(|file| !file.extension().is_some_and(|extension| extension == "pem" || extension == "html"));
    for (share, keeper) in made.shares.iter().zip(keepers) {
        std::fs::create_dir_all(&keeper.folder)
            .map_err(|error| KeepError::Folder(failed(&keeper.folder, &error).detail))?;
        let name = share_name(share);
        let (file, page) =
            (keeper.folder.join(format!("{name}.pem")), keeper.folder.join(format!("{name}.html")));
        let markup = share_page(share, made.sealed.set(), title, texts);
        for (path, bytes) in [(file, share.to_pem().into_bytes()), (page, markup.into_bytes())] {
            write_new(&path, &bytes, Access::Private)?;
            written.push(path);
        }
    }
    Ok(())
}

/// Why a share cannot be kept.
#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{0}")]
    Share(String),
    #[error("{0}")]
    Folder(String),
}
