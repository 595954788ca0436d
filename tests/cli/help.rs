//! The help of every command, and what is made from it.

use crate::sealed::{Sealed, whole};

#[test]
fn every_command_has_help_with_examples() {
    let sealed = Sealed::empty();
    for line in [
        "",
        "init",
        "doctor",
        "plan",
        "apply",
        "drift",
        "import",
        "adopt",
        "image",
        "image add",
        "image list",
        "image prune",
        "image deprecate",
        "status",
        "show",
        "publish",
        "go-live",
        "cancel",
        "operations",
        "operations list",
        "operations show",
        "operations wait",
        "operations cancel",
        "diff",
        "validate",
        "explain",
        "schema",
        "whoami",
        "record",
        "record show",
        "record prune",
        "sandbox",
        "sandbox serve",
        "sandbox reset",
        "sandbox edit",
        "sandbox log",
        "sandbox faults",
        "completions",
        "man",
    ] {
        let ran = sealed.run_with(&[("COLUMNS", "100")], &format!("{line} --help"));
        let name = if line.is_empty() { "help".to_owned() } else { format!("help-{}", line.replace(' ', "-")) };
        assert!(
            matches!(line, "sandbox" | "operations" | "record" | "image") || ran.stdout.contains("Example"),
            "{line} has no example"
        );
        whole!(name, ran);
    }
}

#[test]
fn nothing_at_all_is_answered_with_help() {
    let sealed = Sealed::empty();
    let (nothing, asked) = (sealed.run(""), sealed.run("-h"));
    assert_eq!((nothing.exit, nothing.stdout.as_str()), (1, ""));
    assert!(asked.stdout.starts_with(nothing.stderr.lines().next().unwrap()));
}

#[test]
fn the_version_is_told() {
    whole!("version", Sealed::empty().run("--version"));
}

#[test]
fn completions_know_every_command() {
    let sealed = Sealed::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = sealed.run(&format!("completions {shell}"));
        assert_eq!((ran.exit, ran.stderr.as_str()), (0, ""), "{shell}");
        for word in ["plan", "apply", "drift", "whoami", "sandbox", "faults", "detailed-exitcode", "auto-approve"] {
            assert!(ran.stdout.contains(word), "{shell}: no {word}");
        }
    }
    // The generators of other shells leave arguments without a name out.
    for shell in ["bash", "zsh"] {
        assert!(sealed.run(&format!("completions {shell}")).stdout.contains("virtual-machine"), "{shell}");
    }
    let bash = sealed.run("completions bash").stdout;
    let mut check = std::process::Command::new("bash");
    if let Ok(mut child) = check.arg("-n").stdin(std::process::Stdio::piped()).spawn() {
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), bash.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "bash cannot read its completions");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let sealed = Sealed::empty();
    whole!("man", sealed.run("man pages/man"));
    let mut pages: Vec<_> = std::fs::read_dir(sealed.path("pages/man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    assert_eq!(
        pages,
        [
            "offerform-adopt.1",
            "offerform-apply.1",
            "offerform-cancel.1",
            "offerform-completions.1",
            "offerform-diff.1",
            "offerform-doctor.1",
            "offerform-drift.1",
            "offerform-explain.1",
            "offerform-go-live.1",
            "offerform-image-add.1",
            "offerform-image-deprecate.1",
            "offerform-image-list.1",
            "offerform-image-prune.1",
            "offerform-image.1",
            "offerform-import.1",
            "offerform-init.1",
            "offerform-man.1",
            "offerform-operations-cancel.1",
            "offerform-operations-list.1",
            "offerform-operations-show.1",
            "offerform-operations-wait.1",
            "offerform-operations.1",
            "offerform-plan.1",
            "offerform-publish.1",
            "offerform-record-prune.1",
            "offerform-record-show.1",
            "offerform-record.1",
            "offerform-sandbox-edit.1",
            "offerform-sandbox-faults.1",
            "offerform-sandbox-log.1",
            "offerform-sandbox-reset.1",
            "offerform-sandbox-serve.1",
            "offerform-sandbox.1",
            "offerform-schema.1",
            "offerform-show.1",
            "offerform-status.1",
            "offerform-validate.1",
            "offerform-whoami.1",
            "offerform.1",
        ]
    );
    assert!(sealed.read("pages/man/offerform-plan.1").contains("detailed\\-exitcode"));
}

#[test]
fn manual_pages_that_cannot_be_written_are_an_error() {
    let sealed = Sealed::empty();
    sealed.write("taken", "a file");
    whole!("man-refused", sealed.run("man taken"));
}
