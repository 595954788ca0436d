//! `offerform init`.

use crate::sealed::{Sealed, whole};

/// Every file of the repository but git's, with its text.
fn files(sealed: &Sealed) -> Vec<(String, String)> {
    let root = sealed.root();
    let entries = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let named = files.map(|entry| entry.path().strip_prefix(&root).unwrap().display().to_string());
    named.filter(|name| !name.starts_with(".git/")).map(|name| (name.clone(), sealed.read(&name))).collect()
}

#[test]
fn an_empty_repository_gets_what_offers_begin_with() {
    let sealed = Sealed::empty();
    whole!("init", sealed.run("init"));
    let names: Vec<_> = files(&sealed).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [".gitignore", "offer.schema.json", "offerform.yaml", "offers/.gitkeep"]);
    assert_eq!(sealed.read("offer.schema.json"), sealed.run("schema").stdout);
    // The settings are such as can be read, and what was begun can be gone on with.
    assert_eq!(sealed.run("--sandbox import --all").exit, 0);
    assert_eq!(sealed.run("--sandbox plan --detailed-exitcode").exit, 0);
}

#[test]
fn nobody_signs_in_to_the_sandbox() {
    let steps = |arguments: &str| Sealed::empty().run(arguments).stdout;
    assert!(steps("init").contains("az login"));
    let in_sandbox = steps("--sandbox init");
    assert!(!in_sandbox.contains("sign in") && in_sandbox.contains("1. `offerform doctor`"), "{in_sandbox}");
}

#[test]
fn the_chosen_pipelines_are_those_of_the_examples() {
    let sealed = Sealed::empty();
    whole!("init-github", sealed.run("init --workflows github --publisher contoso"));
    assert!(sealed.read("offerform.yaml").contains("\npublisher: \"contoso\"\nrecord: git-notes "));
    let example = |path: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        String::from_utf8(std::fs::read(path).unwrap()).unwrap()
    };
    assert_eq!(sealed.read(".github/actions/offerform/action.yml"), example("action.yml"));
    let sealed_too = Sealed::empty();
    whole!("init-azure-pipelines", sealed_too.run("init --workflows azure-pipelines"));
    for name in ["plan", "apply", "drift", "image"] {
        let ours = example(&format!("examples/workflows/github/{name}.yml"));
        assert_eq!(sealed.read(&format!(".github/workflows/offerform-{name}.yml")), ours);
        let ours = example(&format!("examples/workflows/azure-pipelines/{name}.yml"));
        assert_eq!(sealed_too.read(&format!(".azure-pipelines/offerform-{name}.yml")), ours);
    }
}

#[test]
fn nothing_that_is_there_is_touched() {
    let sealed = Sealed::empty();
    sealed.write("offerform.yaml", "record: none\n");
    sealed.write("offers/mine.yaml", "mine");
    sealed.write(".github/workflows/offerform-plan.yml", "mine");
    sealed.write(".gitignore", "*.tmp");
    whole!("init-again", sealed.run("init --workflows github"));
    assert_eq!(sealed.read("offerform.yaml"), "record: none\n");
    assert_eq!(sealed.read(".github/workflows/offerform-plan.yml"), "mine");
    assert_eq!(sealed.read(".gitignore"), "*.tmp\n/.offerform/\n");
    let before = files(&sealed);
    assert_eq!(sealed.run("init --workflows github").exit, 0);
    assert_eq!(files(&sealed), before, "a second time there is nothing to do");
}

#[test]
fn another_folder_can_be_named_and_a_publisher_must_look_like_one() {
    let sealed = Sealed::empty();
    assert_eq!(sealed.run("init --dir market").exit, 0);
    assert!(sealed.path("market/offerform.yaml").is_file() && !sealed.path("offerform.yaml").exists());
    let mut command = sealed.command("init --publisher");
    command.arg("a\nrecord: none");
    whole!("init-publisher", sealed.finish(command));
    sealed.write("taken", "a file");
    whole!("init-no-folder", sealed.run("init --dir taken"));
}
