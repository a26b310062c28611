use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use zeroize::Zeroizing;

use super::file::{Access, FileError, destroy, read_bounded, replace, write_new};
use super::*;
use crate::algorithm::KeySpec;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_new_file_has_its_mode_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let private = folder.path().join("a.key");
    let public = folder.path().join("a.pem");
    write_new(&private, b"secret", Access::Private).unwrap();
    write_new(&public, b"public", Access::Public).unwrap();
    assert_eq!(mode(&private), 0o600);
    assert_eq!(mode(&public) & 0o600, 0o600);
    assert_eq!(read_bounded(&private, 6).unwrap().as_slice(), b"secret");
    assert_eq!(entries(folder.path()), 2);
}

#[test]
fn an_existing_file_is_not_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    write_new(&path, b"first", Access::Private).unwrap();
    let error = write_new(&path, b"second", Access::Private).unwrap_err();
    assert!(matches!(error, FileError::Exists { .. }));
    assert_eq!(read_bounded(&path, 100).unwrap().as_slice(), b"first");
    replace(&path, b"second", Access::Private).unwrap();
    assert_eq!(read_bounded(&path, 100).unwrap().as_slice(), b"second");
    assert_eq!(entries(folder.path()), 1);
}

#[test]
fn of_many_writers_of_a_new_file_one_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    let won = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|index: u8| {
                scope.spawn({
                    let path = &path;
                    move || write_new(path, &[index; 4096], Access::Private).is_ok().then_some(index)
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let [winner] = won[..] else { panic!("winners: {won:?}") };
    assert_eq!(read_bounded(&path, 4096).unwrap().as_slice(), [winner; 4096]);
    assert_eq!(entries(folder.path()), 1);
}

#[test]
fn an_existing_link_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    assert_eq!(write_new(&link, b"secret", Access::Private).unwrap_err().code(), "file-exists");
    replace(&link, b"secret", Access::Private).unwrap();
    assert!(!target.exists());
}

#[test]
fn errors_name_the_file_and_the_condition() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none").join("a.key");
    assert_eq!(write_new(&missing, b"", Access::Public).unwrap_err().code(), "file-not-found");
    assert_eq!(read_bounded(&missing, 1).unwrap_err().code(), "file-not-found");
    assert_eq!(read_bounded(folder.path(), 1).unwrap_err().code(), "file-is-folder");
    assert_eq!(write_new(Path::new("/"), b"", Access::Public).unwrap_err().code(), "file-no-name");
    let long = folder.path().join("long");
    write_new(&long, b"12345", Access::Public).unwrap();
    let error = read_bounded(&long, 4).unwrap_err();
    assert_eq!(error.code(), "file-too-long");
    assert!(error.to_string().contains(long.to_str().unwrap()), "{error}");
}

#[test]
fn unbounded_files_are_read_to_the_bound_only() {
    assert_eq!(read_bounded(Path::new("/dev/zero"), 1000).unwrap_err().code(), "file-too-long");
}

#[test]
fn keys_come_back_from_their_files() {
    let mut rng = UnwrapErr(SysRng);
    let folder = tempfile::tempdir().unwrap();
    let key = PrivateKey::generate(KeySpec::Sm2, &mut rng).unwrap();
    let password = Password::new(Zeroizing::new("correct horse".into())).unwrap();
    let wrong = Password::new(Zeroizing::new("battery staple".into())).unwrap();
    let (plain, encrypted) = (folder.path().join("plain.key"), folder.path().join("encrypted.key"));
    save_private_key(&plain, &key, None, &mut rng).unwrap();
    save_private_key(&encrypted, &key, Some(&password), &mut rng).unwrap();
    for (path, password) in [(&plain, None), (&plain, Some(&password)), (&encrypted, Some(&password))] {
        assert_eq!(mode(path), 0o600);
        assert_eq!(load_private_key(path, password).ok().unwrap().public_key(), key.public_key());
    }
    let code = |password| load_private_key(&encrypted, password).err().unwrap().code();
    assert_eq!(code(None), "key-password-needed");
    assert_eq!(code(Some(&wrong)), "key-password-wrong");
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let mut rng = UnwrapErr(SysRng);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    save_private_key(&path, &PrivateKey::generate(KeySpec::P256, &mut rng).unwrap(), None, &mut rng).unwrap();
    for bits in [0o640, 0o604, 0o620] {
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
        assert_eq!(load_private_key(&path, None).err().unwrap().code(), "key-file-too-open");
    }
}

#[test]
fn a_password_is_the_first_line_of_a_private_file() {
    let folder = tempfile::tempdir().unwrap();
    for (index, (text, expected)) in
        [("1234", Some("1234")), ("1234\r\nmore", Some("1234")), ("ä b \n", Some("ä b ")), ("\n1234", None)]
            .into_iter()
            .enumerate()
    {
        let path = folder.path().join(index.to_string());
        write_new(&path, text.as_bytes(), Access::Private).unwrap();
        let read = load_password(&path);
        assert_eq!(read.as_ref().ok().map(|password| password.expose()), expected);
        assert_eq!(read.err().map(|error| error.code()), expected.is_none().then_some("password-file-empty"));
    }
    let open = folder.path().join("open");
    write_new(&open, b"1234", Access::Private).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(load_password(&open).err().unwrap().code(), "key-file-too-open");
}

#[test]
fn a_destroyed_file_is_overwritten_and_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    let other = folder.path().join("b.key");
    write_new(&path, &[7; 10_000], Access::Private).unwrap();
    // A second name of the same content shows what was written over it.
    fs::hard_link(&path, &other).unwrap();
    destroy(&path).unwrap();
    assert!(!path.exists());
    assert_eq!(read_bounded(&other, 10_000).unwrap().as_slice(), [0; 10_000]);
    assert!(matches!(destroy(&path), Err(FileError::NotFound { .. })));
    std::os::unix::fs::symlink(&other, &path).unwrap();
    assert!(matches!(destroy(&path), Err(FileError::NoName { .. })));
    assert!(matches!(destroy(folder.path()), Err(FileError::Folder { .. })));
    assert!(other.exists());
}
