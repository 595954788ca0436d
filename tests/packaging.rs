//! What a release holds: `.ci/package` with the program as it was built for the tests.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

fn output(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_archive_holds_what_the_documentation_says_and_has_a_checksum() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("packages");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/package");
    let program = env!("CARGO_BIN_EXE_offerform");
    output(script, &["x86_64-unknown-linux-gnu", program, out.to_str().unwrap()], folder.path());
    let name = concat!("offerform-", env!("CARGO_PKG_VERSION"), "-x86_64-unknown-linux-gnu");
    let archive = format!("{name}.tar.gz");
    let listed = output("tar", &["-tzf", &archive], &out);
    for file in [
        "offerform",
        "completions/offerform.bash",
        "completions/offerform.fish",
        "completions/offerform.zsh",
        "completions/offerform.powershell",
        "man/offerform.1",
        "man/offerform-adopt.1",
        "schemas/offer.schema.json",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "CHANGELOG.md",
    ] {
        let path = format!("{name}/{file}");
        assert!(listed.lines().any(|line| line == path), "{path} is not in:\n{listed}");
    }
    let sum = String::from_utf8(std::fs::read(out.join(format!("{archive}.sha256"))).unwrap()).unwrap();
    assert_eq!(sum.split_whitespace().nth(1), Some(archive.as_str()));
    let checker = if cfg!(target_os = "macos") { ("shasum", "-a256") } else { ("sha256sum", "--strict") };
    output(checker.0, &[checker.1, "--check", &format!("{archive}.sha256")], &out);
}
