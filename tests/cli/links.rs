//! Links that somebody committed lead nowhere: nothing outside of the repository is written because of them.

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::sealed::Sealed;

/// A file outside of the repository.
struct Outside {
    folder: tempfile::TempDir,
}

impl Outside {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("precious"), "precious").unwrap();
        Self { folder }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("precious")
    }

    fn is_as_before(&self) -> bool {
        let names: Vec<_> =
            std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names == ["precious"] && std::fs::read(self.file()).unwrap() == b"precious"
    }
}

#[test]
fn the_folder_of_the_program_and_what_is_in_it_is_never_a_link() {
    let apply = "--sandbox apply --auto-approve";
    for (link, line) in [
        (".offerform", apply),
        (".offerform/sandbox", apply),
        (".offerform/sandbox/lock", apply),
        (".offerform/sandbox/state.json", apply),
        (".offerform/sandbox/requests.jsonl", apply),
        (".offerform/sandbox/record.json", apply),
        (".offerform/sandbox/record.lock", apply),
        (".offerform/sandbox", "sandbox reset"),
    ] {
        let (sealed, outside) = (Sealed::with_small_offer(), Outside::new());
        let place = sealed.path(link);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        let is_folder = !link.contains("sandbox/");
        let target = if is_folder { outside.folder.path().to_path_buf() } else { outside.file() };
        symlink(target, &place).unwrap();
        let ran = sealed.run(line);
        assert!(outside.is_as_before(), "{link}: {}", ran.stderr);
        assert!(place.is_symlink(), "{link}");
        // The record is written only if there is something to remember.
        if ran.exit == 0 && link.contains("record") {
            continue;
        }
        let name = Path::new(link).file_name().unwrap().to_str().unwrap();
        assert!(ran.stderr.contains(name) && ran.stderr.contains("symbolic link"), "{link}: {}", ran.stderr);
    }
}

#[test]
fn no_output_goes_through_a_link() {
    for line in [
        "--sandbox plan --out report",
        "--sandbox plan --json report",
        "--sandbox plan --html report",
        "--sandbox plan --markdown report",
        "--sandbox apply --auto-approve --report report",
        "validate --sarif report",
        "validate --junit report",
        "validate --html folder/report",
        "man folder",
    ] {
        let (sealed, outside) = (Sealed::with_small_offer(), Outside::new());
        symlink(outside.file(), sealed.path("report")).unwrap();
        symlink(outside.folder.path(), sealed.path("folder")).unwrap();
        let ran = sealed.run(line);
        assert!(outside.is_as_before(), "{line}");
        assert!(ran.exit == 1 && ran.stderr.contains("symbolic link"), "{line}: {}", ran.stderr);
    }
}

#[test]
fn no_file_is_made_or_changed_through_a_link() {
    for (link, line) in [
        ("offers", "--sandbox import contoso/firewall"),
        ("offers", "--sandbox import contoso/firewall --force --dir offers"),
        ("offers", "init"),
        (".github", "init --workflows github"),
        (".gitignore", "init"),
    ] {
        let (sealed, outside) = (Sealed::empty(), Outside::new());
        let target = if link == ".gitignore" { outside.file() } else { outside.folder.path().to_path_buf() };
        symlink(target, sealed.path(link)).unwrap();
        let ran = sealed.run(line);
        assert!(outside.is_as_before(), "{line}: {}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next_one() {
    let sealed = Sealed::with_small_offer();
    let left = sealed.path(".offerform/sandbox/.offerform-abc123.tmp");
    std::fs::create_dir_all(left.parent().unwrap()).unwrap();
    let file = std::fs::File::create(&left).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(sealed.run("--sandbox plan").exit, 0);
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(sealed.path(folder)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert!(names(".offerform/sandbox").iter().all(|name| !name.starts_with(".offerform-")));
    assert!(names(".").iter().all(|name| !name.starts_with(".offerform-")));
}

/// A link to a device in the place of a file that is read would take all memory, or wait for ever.
#[test]
fn no_device_is_read_in_the_place_of_a_file() {
    for (link, line) in [
        (".gitignore", "init"),
        ("offerform.yaml", "init"),
        ("offerform.yaml", "validate"),
        (".offerform/sandbox/record.json", "--sandbox plan"),
        (".offerform/sandbox/state.json", "--sandbox plan"),
        (".offerform/sandbox/stand-ins.json", "--sandbox plan"),
        (".offerform/record.json", "record show"),
    ] {
        let sealed = Sealed::with_small_offer();
        let place = sealed.path(link);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        symlink("/dev/zero", &place).unwrap();
        sealed.run(line);
        assert!(place.is_symlink(), "{link}");
    }
}
