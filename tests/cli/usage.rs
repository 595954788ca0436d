//! Wrong usage is 1 (clap would say 2, which means changes here), and says what would be right.

use std::io::Read as _;

use crate::sealed::{Sealed, Table, whole};

#[test]
fn wrong_usage_is_an_error_that_helps() {
    let sealed = Sealed::with_small_offer();
    let mut table = Table::default();
    for line in [
        "pln",
        "plan --detailed-exit",
        "plan --format xml",
        "plan --parallelism 0",
        "apply --allow everything",
        "--auth magic whoami",
        "sandbox edit contoso/firewall /definition/displayText",
        "--sandbox --endpoint https://portal.example plan",
        "-q -v plan",
        "--sandbox plan --offer fire[",
        "schema virtual-machin",
    ] {
        let ran = sealed.run_with(&[("COLUMNS", "100")], line);
        assert_eq!(ran.exit, 1, "{line}");
        assert_eq!(ran.stdout, "", "{line}");
        table.add(line, &ran);
    }
    whole!("usage", table);
    assert!(!sealed.path(".offerform").exists(), "nothing was begun");
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let sealed = Sealed::with_examples();
    for line in ["--sandbox plan", "--sandbox plan --format json", "--help", "completions bash", "schema"] {
        let mut child = sealed.start(line, &[]);
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{line}: {stderr}");
        assert!(!stderr.contains("error") && !stderr.contains("panic"), "{line}: {stderr}");
    }
}
