//! The tape in the README: its commands are run in order, after those that make the repository, and what they say is what stands there.
//!
//! `OFFERFORM_TAPE=write cargo test --test cli tape` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use crate::sealed::Sealed;

/// The line above the tape.
const MARK: &str = "<!-- the tape of tests/cli/tape.rs -->\n```text\n";

/// The weekly job. What is said on stderr while it is done is left out.
const COMMANDS: [&str; 2] = [
    "offerform image add contoso/firewall 1.11.0 --sku standard --vhd-env FIREWALL_VHD_1_11_0 --commit",
    "offerform apply --offer contoso/firewall --go-live --wait --auto-approve --quiet",
];

/// What makes the repository, after `git init`: these are lines of the README.
const SETUP: [&str; 4] = [
    "offerform init",
    "offerform import contoso/firewall",
    "git add .",
    "git commit -m 'The offer as the portal has it'",
];

/// Runs a command in the repository: offerform in the sandbox, or git as somebody.
fn run(sealed: &Sealed, command: &str) -> String {
    let variables = [
        ("OFFERFORM_SANDBOX", "1"),
        ("COLUMNS", "100"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_AUTHOR_NAME", "Robin"),
        ("GIT_AUTHOR_EMAIL", "robin@contoso.example"),
        ("GIT_COMMITTER_NAME", "Robin"),
        ("GIT_COMMITTER_EMAIL", "robin@contoso.example"),
    ];
    if let Some(arguments) = command.strip_prefix("offerform ") {
        let ran = sealed.run_with(&variables, arguments);
        assert_eq!(ran.exit, 0, "{}", ran.whole());
        return ran.stdout;
    }
    let output = std::process::Command::new("sh")
        .args(["-c", command])
        .current_dir(sealed.root())
        .env_clear()
        .envs(variables)
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::new()
}

/// A line with a fixed name in place of what differs each time: the hash of a commit, and the id of an operation.
fn steady(line: &str) -> String {
    if let Some((before, _)) = line.split_once(", committed as ") {
        return format!("{before}, committed as 3dbb5db378.");
    }
    let is_id = |word: &&str| word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let id = if line.contains("go live") {
        "2c6b1a94-0f5e-4d0a-8f0b-6f0c8d9f4e13"
    } else {
        "8f9d3f0c-5a5e-4c1b-9d53-2f1f6b0e7a61"
    };
    match line.split([' ', '(', ')']).find(is_id) {
        Some(word) => line.replace(word, id),
        None => line.to_owned(),
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether it is written is asked of the environment")]
fn the_tape_of_the_readme_is_what_the_commands_say() {
    let sealed = Sealed::empty();
    std::fs::remove_dir_all(sealed.path(".git")).unwrap();
    run(&sealed, "git init --quiet");
    for command in SETUP {
        run(&sealed, command);
    }
    let mut tape = String::new();
    for command in COMMANDS {
        let said = run(&sealed, command);
        let said: Vec<String> = said.lines().filter(|line| !line.is_empty()).map(steady).collect();
        let _ = writeln!(tape, "$ {command}\n{}", said.join("\n"));
    }
    let lines = tape.lines().count();
    assert!(lines < 25 || std::env::var_os("OFFERFORM_TAPE").is_some(), "{lines} lines:\n{tape}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    for line in SETUP {
        assert!(readme.contains(&format!("\n{line}\n")), "{line}");
    }
    let (head, rest) = readme.split_once(MARK).expect("the README has a tape");
    let (old, tail) = rest.split_once("```\n").unwrap();
    if std::env::var_os("OFFERFORM_TAPE").is_some() {
        std::fs::write(&path, format!("{head}{MARK}{tape}```\n{tail}")).unwrap();
    } else {
        assert_eq!(old, tape, "`OFFERFORM_TAPE=write cargo test --test cli tape` writes it anew");
    }
}
