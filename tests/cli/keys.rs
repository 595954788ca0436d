//! Keys that only look like a known one, and values of the wrong kind: guards cannot judge them, so a file with them is not sent.

use crate::sealed::Sealed;

/// The small changes of a file of the examples, and the code of what is said about each.
const DECOYS: [(&str, &str, &str); 7] = [
    ("      regions: [US,", "      Regions: [US,", "key-spelling"),
    ("      regions: [US,", "      decoy.regions: [US,", "key-namespace"),
    ("      regions: [US,", "      microsoft-azure-virtualmachines.regions: [US,", "key-namespace"),
    ("      regions: [US,", "      \"regions \": [US,", "key-spelling"),
    ("displayText: Contoso Firewall", "displayText: [Contoso]", "value-kind"),
    ("1.9.2: { osVhdUrl: {", "1.9.2: { osVHdUrl: {", "secret-in-public-field"),
    ("  plans: #", "  Plans: []\n  plans: #", "key-spelling"),
];

#[test]
fn a_key_that_only_looks_like_a_known_one_is_not_sent() {
    for (from, to, code) in DECOYS {
        let sealed = Sealed::with_examples();
        let text = sealed.read("offers/firewall.yaml");
        assert!(text.contains(from), "{from}\n{text}");
        sealed.write("offers/firewall.yaml", &text.replacen(from, to, 1));
        for command in ["validate", "--sandbox plan", "--sandbox apply --auto-approve"] {
            let ran = sealed.run(command);
            assert_eq!(ran.exit, 1, "{to}: {command}\n{}{}", ran.stdout, ran.stderr);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(said.contains(&format!("error[{code}]")), "{to}: {command}\n{said}");
        }
    }
}

#[test]
fn what_the_portal_has_like_this_already_is_told_and_stops_nothing() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox apply --auto-approve").exit, 0);
    let mut command = sealed.command("sandbox edit contoso/firewall /definition/offer/decoy.title");
    command.arg("Other");
    assert_eq!(sealed.finish(command).exit, 0);
    sealed.edit("offers/firewall.yaml", "  offer:\n", "  offer:\n    decoy.title: Other\n");
    let ran = sealed.run("--sandbox plan");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning[key-namespace]"), "{}", ran.stderr);
}

#[test]
fn no_silence_lets_a_value_of_the_wrong_kind_pass() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "displayText: Contoso Firewall", "displayText: [Contoso]");
    let silence = "reconcile:\n  silence: [{ rule: value-kind, reason: it is fine }]\n  ";
    sealed.edit("offers/firewall.yaml", "reconcile:\n  ", silence);
    for command in ["validate", "--sandbox plan", "--sandbox apply --auto-approve"] {
        let ran = sealed.run(command);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.exit, 1, "{command}\n{said}");
        assert!(said.contains("error[unused-silence]: `value-kind` cannot be silenced"), "{command}\n{said}");
    }
}
