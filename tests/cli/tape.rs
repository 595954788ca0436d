//! The tape in the README: its commands are run in order, and what they say is what stands there.
//!
//! `OFFERFORM_TAPE=write cargo test --test cli tape` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use crate::sealed::Sealed;

/// The line above the tape.
const MARK: &str = "<!-- the tape of tests/cli/tape.rs -->\n```text\n";

/// The weekly job. What is said on stderr while it is done is left out.
const COMMANDS: [&str; 2] = [
    "offerform image add contoso/firewall 1.11.0 --sku standard --vhd-env FIREWALL_VHD_1_11_0",
    "offerform apply --offer contoso/firewall --go-live --wait --auto-approve --quiet",
];

#[test]
#[expect(clippy::disallowed_methods, reason = "whether it is written is asked of the environment")]
fn the_tape_of_the_readme_is_what_the_commands_say() {
    let sealed = Sealed::with_examples();
    for other in ["backup-app", "data-stream", "linux-images"] {
        std::fs::remove_file(sealed.path(&format!("offers/{other}.yaml"))).unwrap();
    }
    let before = sealed.run("--sandbox apply --go-live --wait --auto-approve --poll-interval 1s");
    assert_eq!(before.exit, 0, "{}", before.whole());
    let mut tape = String::new();
    for command in COMMANDS {
        let arguments = command.strip_prefix("offerform ").unwrap();
        let ran = sealed.run_with(&[("OFFERFORM_SANDBOX", "1"), ("COLUMNS", "100")], arguments);
        assert_eq!(ran.exit, 0, "{}", ran.whole());
        let said: Vec<&str> = ran.stdout.lines().filter(|line| !line.is_empty()).collect();
        let _ = writeln!(tape, "$ {command}\n{}", said.join("\n"));
    }
    let lines = tape.lines().count();
    assert!(lines < 25 || std::env::var_os("OFFERFORM_TAPE").is_some(), "{lines} lines:\n{tape}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    let (head, rest) = readme.split_once(MARK).expect("the README has a tape");
    let (old, tail) = rest.split_once("```\n").unwrap();
    if std::env::var_os("OFFERFORM_TAPE").is_some() {
        std::fs::write(&path, format!("{head}{MARK}{tape}```\n{tail}")).unwrap();
    } else {
        assert_eq!(old, tape, "`OFFERFORM_TAPE=write cargo test --test cli tape` writes it anew");
    }
}
