//! What stands in a repository reaches nothing of the machine: no file outside, no file of git, no credential; and a name cannot
//! do anything to the terminal.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::sealed::{Sealed, offer};

const PRECIOUS: &str = "precious-value-of-the-machine";

/// A virtual machine offer with a secret for leads, read from `file`.
fn with_secret(file: &str) -> String {
    format!(
        "publisherId: contoso\nid: one\nofferTypeId: microsoft-azure-virtualmachines\ndefinition:\n  offer:\n    \
         microsoft-azure-marketplace:\n      title: One\n      leadDestination: Marketo\n      \
         marketoLeadConfiguration: {{ serverId: a, munchkinId: b, formId: c, clientSecret: {{ $secret: {{ file: {file} }} }} }}\n"
    )
}

#[test]
fn a_text_is_read_from_no_file_outside_and_from_nothing_but_a_file() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("precious.txt"), PRECIOUS).unwrap();
    let sealed = Sealed::empty();
    std::fs::write(sealed.path(".git/config"), PRECIOUS).unwrap();
    sealed.write("offers/seed.txt", "");
    symlink(outside.path().join("precious.txt"), sealed.path("offers/link.txt")).unwrap();
    symlink("../.git/config", sealed.path("offers/git.txt")).unwrap();
    symlink("/dev/zero", sealed.path("offers/endless.txt")).unwrap();
    symlink("/proc/self/environ", sealed.path("offers/environment.txt")).unwrap();
    assert!(Command::new("mkfifo").arg(sealed.path("offers/pipe.txt")).status().unwrap().success());
    for file in ["link.txt", "../.git/config", "git.txt", "endless.txt", "environment.txt", "pipe.txt"] {
        sealed.write("offers/a.yaml", &offer("one", &format!("title: {{ $file: {file} }}")));
        for line in ["validate offers/a.yaml", "--sandbox plan offers/a.yaml"] {
            let ran = sealed.run(line);
            assert_eq!(ran.exit, 1, "{file}");
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(said.contains("error[unreadable-file]"), "{file}: {said}");
            assert!(!said.contains(PRECIOUS), "{file}");
        }
    }
}

/// What a secret comes from is looked at when it is needed; nothing hangs, and what must not be read is not set.
#[test]
fn a_secret_is_read_from_no_file_outside_and_from_nothing_but_a_file() {
    let outside = tempfile::tempdir().unwrap();
    let precious = outside.path().join("precious.txt");
    std::fs::write(&precious, PRECIOUS).unwrap();
    let sealed = Sealed::empty();
    sealed.write("secret.txt", "the-secret-of-the-offer\n");
    sealed.write("large.txt", &"x".repeat(100_000));
    symlink(&precious, sealed.path("link.txt")).unwrap();
    symlink("/dev/zero", sealed.path("endless.txt")).unwrap();
    symlink("secret.txt", sealed.path("inside.txt")).unwrap();
    assert!(Command::new("mkfifo").arg(sealed.path("pipe.txt")).status().unwrap().success());
    let portal = Sealed::with_examples();
    let serving = crate::sandbox::Serving::start(&portal);
    let folder = outside.path().to_str().unwrap();
    let absolute = precious.to_str().unwrap();
    for (file, folder, is_read) in [
        ("../secret.txt", "", true),
        ("../inside.txt", "", true),
        ("../large.txt", "", false),
        ("../link.txt", "", false),
        ("../endless.txt", "", false),
        ("../pipe.txt", "", false),
        (absolute, "", false),
        (absolute, "/var/empty/elsewhere", false),
        (absolute, folder, true),
    ] {
        sealed.write("offers/a.yaml", &with_secret(file));
        let variables = [
            ("OFFERFORM_TOKEN", "anything"),
            ("OFFERFORM_ENDPOINT", serving.endpoint.as_str()),
            ("OFFERFORM_SECRETS_DIR", folder),
        ];
        let ran = sealed.run_with(&variables, "plan --out plan.json");
        assert_eq!(ran.exit, 0, "{file}: {}", ran.stderr);
        let plan: serde_json::Value = serde_json::from_str(&sealed.read("plan.json")).unwrap();
        assert_eq!(plan["compared_secrets"].as_array().unwrap().len(), usize::from(is_read), "{file} {folder}");
        assert!(!plan.to_string().contains(PRECIOUS), "{file}");
    }
}

#[test]
fn no_credential_of_the_machine_gets_into_a_plan() {
    let sealed = Sealed::empty();
    for name in [
        "OFFERFORM_TOKEN",
        "GITHUB_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "AZURE_CLIENT_SECRET",
        "SYSTEM_ACCESSTOKEN",
        "GH_PAT",
        "deploy_token",
        "MY_APP_SECRET",
    ] {
        sealed.write("offers/a.yaml", &offer("one", &format!("title: {{ $env: {name} }}")));
        let ran = sealed.run_with(&[(name, PRECIOUS)], "--sandbox plan --html plan.html");
        assert_eq!(ran.exit, 1, "{name}");
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(PRECIOUS), "{name}");
        assert!(ran.stderr.contains("error[credential-variable]"), "{name}: {}", ran.stderr);
    }
}

#[test]
fn the_name_of_a_file_does_nothing_to_a_terminal() {
    let sealed = Sealed::empty();
    let name = "a\u{1b}[2J\n::error::x\u{202e}.yaml";
    sealed.write(&format!("offers/{name}"), &offer("one", "title: { $unknown: 1 }"));
    for line in [
        "validate --html page.html --markdown page.md --sarif page.sarif --junit page.xml",
        "--sandbox plan",
        "validate --format github",
    ] {
        let ran = sealed.run(line);
        assert_eq!(ran.exit, 1, "{line}");
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{line}: {text:?}");
            assert!(!text.lines().any(|line| line.starts_with("::error::x")), "{line}: {text:?}");
        }
    }
    for page in ["page.html", "page.md", "page.sarif", "page.xml"] {
        let text = sealed.read(page);
        assert!(!text.contains(['\u{1b}', '\u{202e}']) && !text.contains("\n::error::x"), "{page}: {text:?}");
    }
}

#[test]
fn a_name_that_is_no_text_is_reported() {
    let sealed = Sealed::with_small_offer();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.yaml");
    std::fs::write(sealed.path("offers").join(name), offer("two", "title: Two")).unwrap();
    let ran = sealed.run("validate");
    assert_eq!(ran.exit, 1);
    assert!(ran.stderr.contains("UTF-8") || ran.stdout.contains("UTF-8"), "{}{}", ran.stdout, ran.stderr);
}
