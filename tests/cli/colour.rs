//! Colour is on where it is asked for, and carries no meaning.

use crate::sealed::{Sealed, whole};

const ESCAPE: char = '\u{1b}';

#[test]
fn the_flag_beats_the_variables_and_they_beat_the_terminal() {
    let sealed = Sealed::with_small_offer();
    for (variables, flag, coloured) in [
        (&[][..], "", false),
        (&[][..], "--color always", true),
        (&[][..], "--color never", false),
        (&[][..], "--color auto", false),
        (&[("CLICOLOR_FORCE", "1")], "", true),
        (&[("CLICOLOR_FORCE", "0")], "", false),
        (&[("CLICOLOR_FORCE", "1")], "--color never", false),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], "", false),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], "", true),
        (&[("NO_COLOR", "1")], "--color always", true),
        (&[("OFFERFORM_COLOR", "always")], "", true),
        (&[("OFFERFORM_COLOR", "always"), ("NO_COLOR", "1")], "", true),
        (&[("OFFERFORM_COLOR", "never"), ("CLICOLOR_FORCE", "1")], "", false),
        (&[("OFFERFORM_COLOR", "always")], "--color never", false),
        (&[("OFFERFORM_COLOR", "never")], "--color always", true),
    ] {
        let ran = sealed.run_with(variables, &format!("--sandbox {flag} plan"));
        assert_eq!(ran.stdout.contains(ESCAPE), coloured, "{variables:?} {flag}");
    }
    whole!("colour-bad-variable", sealed.run_with(&[("OFFERFORM_COLOR", "pink")], "--sandbox plan"));
}

#[test]
fn without_its_codes_a_coloured_plan_is_the_plain_one() {
    let sealed = Sealed::with_examples();
    let (plain, coloured) = (sealed.run("--sandbox plan"), sealed.run("--sandbox --color always plan"));
    let mut stripped = String::new();
    for (position, part) in coloured.stdout.split(ESCAPE).enumerate() {
        stripped.push_str(if position == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(stripped, plain.stdout);
}

#[test]
fn json_has_no_colour() {
    let ran = Sealed::with_small_offer().run("--sandbox --color always plan --format json");
    assert!(!ran.stdout.contains(ESCAPE));
}

#[test]
fn findings_are_coloured_on_standard_error() {
    let sealed = Sealed::empty();
    sealed.write("offers/a.yaml", "publisherId: [");
    assert!(sealed.run("--sandbox --color always plan").stderr.contains(ESCAPE));
    assert!(!sealed.run("--sandbox plan").stderr.contains(ESCAPE));
}
