use ca_core::keystore::file::{self, Access};

use super::*;

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn stage(folder: &Folder, name: &str, text: &[u8]) -> Box<dyn Staged> {
    folder.stage(name, &mut |sink| sink(text)).unwrap()
}

fn read(document: &dyn Document) -> Vec<u8> {
    let mut octets = vec![0; document.octets() as usize];
    document.read_at(0, &mut octets).unwrap();
    octets
}

#[test]
fn a_document_takes_the_place_of_the_one_before_which_stays_for_who_holds_it() {
    let path = tempfile::tempdir().unwrap();
    let folder = Folder::open(path.path().to_owned()).unwrap();
    let first = stage(&folder, "issuing.crl", b"first").publish().unwrap();
    let staged = stage(&folder, "issuing.crl", b"the second");
    assert_eq!(fs::read(path.path().join("issuing.crl")).unwrap(), b"first");
    let second = staged.publish().unwrap();
    assert_eq!((read(&*first), read(&*second)), (b"first".to_vec(), b"the second".to_vec()));
    assert_eq!(fs::read(path.path().join("issuing.crl")).unwrap(), b"the second");
    stage(&folder, "issuing/delta.crl", b"delta").publish().unwrap();
    assert_eq!(names(path.path()), ["issuing", "issuing.crl"]);
}

#[test]
fn what_fails_or_is_given_up_leaves_the_old_one_and_nothing_else() {
    let path = tempfile::tempdir().unwrap();
    let folder = Folder::open(path.path().to_owned()).unwrap();
    stage(&folder, "issuing.crl", b"first").publish().unwrap();
    let failed = folder.stage("issuing.crl", &mut |sink| {
        sink(&[1; 1 << 20])?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert_eq!(failed.err().unwrap().kind(), io::ErrorKind::StorageFull);
    drop(stage(&folder, "issuing.crl", b"given up"));
    assert_eq!(fs::read(path.path().join("issuing.crl")).unwrap(), b"first");
    assert_eq!(names(path.path()), ["issuing.crl"]);
    file::write_new(&path.path().join(".new-4294967295-1"), b"left by a crash", Access::Public).unwrap();
    Folder::open(path.path().to_owned()).unwrap();
    assert_eq!(names(path.path()), ["issuing.crl"]);
}

#[test]
fn entries_go_to_a_file_without_a_name_when_they_are_many() {
    let path = tempfile::tempdir().unwrap();
    let folder = Folder::open(path.path().to_owned()).unwrap();
    let mut scratch = folder.scratch().unwrap();
    for number in 0..40_u8 {
        scratch.append(&[number; 64 << 10]).unwrap();
    }
    assert_eq!(scratch.octets(), 40 * (64 << 10));
    let mut buffer = [0; 2];
    for number in 0..40_u64 {
        scratch.read_at(number * (64 << 10) + (64 << 10) - 1, &mut buffer[..1]).unwrap();
        assert_eq!(u64::from(buffer[0]), number);
    }
    assert!(scratch.read_at(40 * (64 << 10) - 1, &mut buffer).is_err());
    assert_eq!(names(path.path()), Vec::<String>::new());
}
