//! The walkthrough in the documentation, run from its first command to its last, in one repository.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

use std::path::Path;
use std::process::Command;

const PAGE: &str = "docs/walkthrough.md";

/// What stands in a block, and of which kind it is.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(kind) => {
                open = true;
                blocks.push((kind, Vec::new()));
            }
            None if open => blocks.last_mut().unwrap().1.push(line),
            None => {}
        }
    }
    blocks
}

/// Runs one line in a shell; variables that are exported stay, in `exported`.
fn run(line: &str, folder: &Path, exported: &mut Vec<(String, String)>) -> (i32, String) {
    if let Some((name, value)) = line.strip_prefix("export ").and_then(|rest| rest.split_once('=')) {
        exported.push((name.to_owned(), value.to_owned()));
        return (0, String::new());
    }
    let programs = Path::new(env!("CARGO_BIN_EXE_offerform")).parent().unwrap().display().to_string();
    let output = Command::new("bash")
        .args(["-c", line])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{programs}:/usr/local/bin:/usr/bin:/bin"))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Robin Counts")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "robin@contoso.example")))
        .env("HOME", folder.parent().unwrap())
        .envs(exported.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code().unwrap(), said.concat())
}

#[test]
fn the_walkthrough_goes_as_it_is_written() {
    let page = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).unwrap();
    let page = String::from_utf8(page).unwrap();
    let elsewhere = tempfile::TempDir::new().unwrap();
    let folder = elsewhere.path().join("repository");
    std::fs::create_dir(&folder).unwrap();
    let (mut exported, mut said, mut commands) = (Vec::new(), String::new(), 0);
    for (kind, lines) in blocks(&page) {
        for line in lines {
            if kind == "text" {
                assert!(said.lines().any(|one| one == line), "expected `{line}` in\n{said}");
                continue;
            }
            assert_eq!(kind, "sh", "what kind of block is that?");
            let expected = line.split_once("# exit ").map_or(0, |(_, code)| code.parse().unwrap());
            let (exit, output) = run(line, &folder, &mut exported);
            assert_eq!(exit, expected, "{line}\n{output}");
            said = output;
            commands += 1;
        }
    }
    assert!(commands > 20, "{commands}");
    assert!(folder.join("offers/firewall.yaml").is_file());
}
