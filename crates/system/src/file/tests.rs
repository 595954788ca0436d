//! Files, links and what is left over, on a real disk.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::tempdir;

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn git_leaves_the_folder_of_this_program_alone() {
    let folder = tempdir().unwrap();
    make_folder(&folder.path().join(".offerform/sandbox"), None).unwrap();
    let ignoring = folder.path().join(".offerform/.gitignore");
    assert_eq!(fs::read(&ignoring).unwrap(), b"*\n");
    fs::remove_file(&ignoring).unwrap();
    make_folder(&folder.path().join(".offerform/other"), None).unwrap();
    assert!(!ignoring.exists(), "somebody took it away");
}

#[test]
fn a_file_is_written_whole_and_nothing_else_is_left() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("deep/er/a.json");
    assert!(write(&path, b"one").unwrap_err().is_missing(), "it does not guess that a folder is meant");
    make_folder(path.parent().unwrap(), None).unwrap();
    write(&path, b"one").unwrap();
    write(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(names(path.parent().unwrap()), ["a.json"]);
}

#[test]
fn of_a_batch_all_files_are_written_or_none() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a"), "old").unwrap();
    fs::create_dir(folder.path().join("in-the-way")).unwrap();
    let mut batch = Batch::below(folder.path());
    batch.stage(&folder.path().join("a"), b"new").unwrap();
    let refused = batch.stage(&folder.path().join("in-the-way"), b"new").unwrap_err();
    assert!(matches!(refused, Error::NotAFile(_)), "{refused:?}");
    drop(batch);
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["a", "in-the-way"]);
}

#[test]
fn what_a_killed_process_left_is_removed_and_what_is_in_use_is_not() {
    let folder = tempdir().unwrap();
    let hours_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (name, is_old) in
        [(".offerform-killed.tmp", true), (".offerform-in-use.tmp", false), (".offerform-other", true)]
    {
        let file = fs::File::create(folder.path().join(name)).unwrap();
        if is_old {
            file.set_modified(hours_ago).unwrap();
        }
    }
    write(&folder.path().join("a"), b"a").unwrap();
    assert_eq!(names(folder.path()), [".offerform-in-use.tmp", ".offerform-other", "a"]);
}

#[test]
fn a_file_that_is_too_large_or_no_file_is_not_read() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, "12345").unwrap();
    assert_eq!(read(&path, 5).unwrap(), b"12345");
    assert!(matches!(read(&path, 4), Err(Error::TooLarge { .. })));
    assert!(matches!(read(folder.path(), 4), Err(Error::NotAFile(_))));
    assert!(read(&folder.path().join("b"), 4).unwrap_err().is_missing());
    assert!(read_own(&folder.path().join("b"), 4).unwrap().is_none());
}

#[test]
fn a_lock_is_held_by_one_at_a_time_and_keeps_what_is_in_its_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("lock");
    fs::write(&path, "kept").unwrap();
    let held = Lock::take(&path).unwrap();
    assert!(held.is_some());
    assert!(Lock::take(&path).unwrap().is_none());
    drop(held);
    assert!(Lock::take(&path).unwrap().is_some());
    assert_eq!(fs::read(&path).unwrap(), b"kept");
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn nothing_is_written_through_a_link() {
        let (folder, outside) = (tempdir().unwrap(), tempdir().unwrap());
        let victim = outside.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        let link = folder.path().join("link");
        symlink(&victim, &link).unwrap();
        assert!(matches!(write(&link, b"x"), Err(Error::Link(_))));
        assert!(matches!(append(&link, b"x"), Err(Error::Link(_))));
        assert!(matches!(Lock::wait(&link), Err(Error::Link(_))));
        assert!(matches!(read_own(&link, 100), Err(Error::Link(_))));
        // Nor made where a link leads to nothing.
        let dangling = folder.path().join("dangling");
        symlink(outside.path().join("new"), &dangling).unwrap();
        assert!(write(&dangling, b"x").is_err() && append(&dangling, b"x").is_err() && Lock::take(&dangling).is_err());
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
        assert_eq!(names(outside.path()), ["victim"]);
    }

    #[test]
    fn a_folder_that_is_a_link_leads_nowhere_either() {
        let (folder, outside) = (tempdir().unwrap(), tempdir().unwrap());
        let folder = folder.path().canonicalize().unwrap();
        for name in [".offerform", "offers"] {
            symlink(outside.path(), folder.join(name)).unwrap();
        }
        assert!(matches!(write(&folder.join(".offerform/record.json"), b"x"), Err(Error::Link(_))));
        assert!(matches!(write(&folder.join(".offerform/sandbox/state.json"), b"x"), Err(Error::Link(_))));
        assert!(Lock::take(&folder.join(".offerform/sandbox/lock")).is_err());
        assert!(remove(&folder.join(".offerform/record.json")).is_err());
        assert!(matches!(Batch::below(&folder).stage(&folder.join("offers/a.yaml"), b"x"), Err(Error::Link(_))));
        assert_eq!(names(outside.path()), Vec::<String>::new());
    }

    #[test]
    fn who_may_read_a_file_stays_as_it_is() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one").unwrap();
        let usual = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        fs::write(folder.path().join("plain"), "").unwrap();
        assert_eq!(usual, fs::metadata(folder.path().join("plain")).unwrap().permissions().mode() & 0o777);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_pipe_and_a_device_are_not_read() {
        let folder = tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(matches!(read(&pipe, 10), Err(Error::NotAFile(_))));
        assert!(matches!(write(&pipe, b"x"), Err(Error::NotAFile(_))));
        assert!(matches!(read(Path::new("/dev/zero"), 10), Err(Error::NotAFile(_))));
    }
}
