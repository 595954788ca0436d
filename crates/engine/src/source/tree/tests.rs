//! The work tree on a real file system.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;

/// A folder with these files, each holding its own path.
fn folder(files: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    folder
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap()
}

fn path(text: &str) -> RelativePath {
    RelativePath::parse(text).unwrap()
}

#[test]
fn the_root_is_the_nearest_marked_folder() {
    let folder = folder(&[".git/HEAD", "team/offerform.yaml", "team/offers/a.yaml", "docs/x.md"]);
    for (current, root) in [("team/offers", "team"), ("team", "team"), ("docs", ""), ("", "")] {
        let tree = WorkTree::discover(&folder.path().join(current)).unwrap();
        assert_eq!(tree.root(), real(&folder.path().join(root)), "{current}");
    }
    assert!(matches!(WorkTree::discover(&folder.path().join("none")), Err(Error::List { .. })));
}

#[test]
fn without_a_mark_the_root_is_where_the_person_is() {
    let folder = folder(&["here/offers/a.yaml", "there/offers/b.yaml", "there/c.yaml"]);
    let here = folder.path().join("here");
    for (selection, root) in [
        (vec![], "here"),
        (vec!["offers/a.yaml", "offers"], "here"),
        (vec!["../there/offers"], "there/offers"),
        (vec!["../there/offers/*.yaml"], "there/offers"),
        (vec!["../there/c.yaml"], "there"),
    ] {
        let selection: Vec<String> = selection.into_iter().map(str::to_owned).collect();
        let tree = WorkTree::open(&here, &selection).unwrap();
        assert_eq!(tree.root(), real(&folder.path().join(root)), "{selection:?}");
    }
    let two = ["offers".to_owned(), "../there".to_owned()];
    assert!(matches!(WorkTree::open(&here, &two), Err(Error::TwoRoots { .. })));
}

#[test]
fn paths_are_found_and_shown_as_the_person_writes_them() {
    let folder = folder(&[".git/HEAD", "offers/a.yaml", "shared/b.yaml"]);
    let tree = WorkTree::discover(&folder.path().join("offers")).unwrap();
    let absolute = folder.path().join("offers/a.yaml").to_string_lossy().into_owned();
    for (written, found, shown) in [
        ("a.yaml", "offers/a.yaml", "a.yaml"),
        ("./a.yaml", "offers/a.yaml", "a.yaml"),
        ("../shared/b.yaml", "shared/b.yaml", "../shared/b.yaml"),
        ("..", "", ".."),
        (".", "offers", "."),
        (&absolute, "offers/a.yaml", "a.yaml"),
    ] {
        let located = tree.locate(written).unwrap();
        assert_eq!((located.as_str(), tree.shown(&located).as_str()), (found, shown), "{written}");
    }
    assert!(matches!(tree.locate("../../x"), Err(Error::Outside { .. })));

    let elsewhere = TempDir::new().unwrap();
    let outside = WorkTree::open(elsewhere.path(), &[absolute]).unwrap();
    let shown = outside.shown(&path("offers/a.yaml"));
    assert_eq!(Path::new(&shown), real(folder.path()).join("offers/a.yaml"));
}

#[test]
fn reads_are_bounded_and_name_the_path() {
    let folder = folder(&[".git/HEAD", "offers/a.yaml"]);
    let tree = WorkTree::discover(folder.path()).unwrap();
    assert_eq!(tree.read(&path("offers/a.yaml"), 13).unwrap(), b"offers/a.yaml");
    for (file, limit, message) in [
        ("offers/a.yaml", 12, "`offers/a.yaml` is larger than 12 bytes"),
        ("offers", 12, "`offers` is not a file"),
        ("none", 12, "`none` does not exist"),
    ] {
        assert_eq!(tree.read(&path(file), limit).unwrap_err().to_string(), message);
    }
    assert_eq!(tree.kind(&path("offers")), Some(EntryKind::Folder));
    assert_eq!(tree.kind(&path("offers/a.yaml")), Some(EntryKind::File));
    assert_eq!(tree.kind(&path("none")), None);
}

#[test]
fn files_are_listed_sorted_and_without_hidden_ones() {
    let folder =
        folder(&["o/b.yaml", "o/a/z.yaml", "o/.git/x.yaml", "o/.offerform/y.yaml", "o/a.yaml", "other/x.yaml"]);
    let tree = WorkTree::discover(folder.path()).unwrap();
    let listed: Vec<_> = tree.files(&path("o")).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(listed, ["o/a.yaml", "o/a/z.yaml", "o/b.yaml"]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_do_not_lead_outside() {
    use std::os::unix::fs::symlink;

    let outside = folder(&["secret.yaml"]);
    let inside = folder(&[".git/HEAD", "o/a.yaml"]);
    symlink(outside.path().join("secret.yaml"), inside.path().join("o/stolen.yaml")).unwrap();
    symlink(outside.path(), inside.path().join("o/folder")).unwrap();
    symlink(inside.path().join("o/a.yaml"), inside.path().join("o/same.yaml")).unwrap();
    symlink(inside.path().join("o/loop.yaml"), inside.path().join("o/loop.yaml")).unwrap();
    let tree = WorkTree::discover(inside.path()).unwrap();
    for file in ["o/stolen.yaml", "o/folder/secret.yaml"] {
        assert!(matches!(tree.read(&path(file), 99), Err(Error::Outside { .. })), "{file}");
    }
    assert!(matches!(tree.files(&path("o/folder")), Err(Error::Outside { .. })));
    assert_eq!(tree.read(&path("o/same.yaml"), 99).unwrap(), b"o/a.yaml");
    assert!(matches!(tree.read(&path("o/loop.yaml"), 99), Err(Error::Read { .. })));
    let listed: Vec<_> = tree.files(&path("o")).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(listed, ["o/a.yaml", "o/same.yaml", "o/stolen.yaml"]);
}

#[cfg(unix)]
#[test]
fn a_device_is_not_a_file() {
    let tree = WorkTree::discover(Path::new("/dev")).unwrap();
    let null = path("null");
    let found = if tree.root() == Path::new("/dev") { tree.read(&null, 9) } else { tree.read(&path("dev/null"), 9) };
    assert!(matches!(found, Err(Error::NotAFile { .. })));
}
