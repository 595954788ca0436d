//! `publish`, `go-live` and `cancel` by hand, in the sandbox.

use crate::sealed::{Sealed, whole};

/// The POSTs that the sandbox got, by the last part of their path.
fn posts(sealed: &Sealed) -> Vec<String> {
    let log = sealed.run("sandbox log").stdout;
    let posts = log.lines().filter(|line| line.contains(" POST "));
    posts.map(|line| line.rsplit('/').next().unwrap().to_owned()).collect()
}

#[test]
fn each_step_is_shown_and_needs_a_yes() {
    let sealed = Sealed::with_examples();
    whole!("publish-nobody-to-ask", sealed.run("--sandbox publish contoso/firewall"));
    whole!("go-live-nothing-waits", sealed.run("--sandbox go-live contoso/data-stream --auto-approve"));
    whole!("cancel-nothing", sealed.run("--sandbox cancel contoso/firewall"));
    whole!("publish-unknown", sealed.run("--sandbox publish contoso/nowhere --auto-approve"));
    assert_eq!(posts(&sealed), Vec::<String>::new());
}

#[test]
fn an_offer_is_brought_to_customers_by_hand_and_nothing_is_done_twice() {
    let sealed = Sealed::with_examples();
    let publish = "--sandbox publish contoso/firewall --auto-approve --wait";
    assert_eq!(sealed.run(publish).exit, 0);
    let again = sealed.run(publish);
    assert_eq!((again.exit, again.stdout.as_str()), (0, "contoso/firewall: the preview already has the draft\n"));
    whole!("go-live-nobody-to-ask", sealed.run("--sandbox go-live contoso/firewall"));
    let live = "--sandbox go-live contoso/firewall --auto-approve --wait";
    assert_eq!(sealed.run(live).exit, 0);
    let again = sealed.run(live);
    assert_eq!((again.exit, again.stdout.as_str()), (0, "contoso/firewall: customers already have the preview\n"));
    assert_eq!(posts(&sealed), ["publish", "golive"]);
}

#[test]
fn what_runs_is_cancelled_once() {
    let sealed = Sealed::with_examples();
    sealed.run("--sandbox publish contoso/data-stream --auto-approve");
    let ran = sealed.run("--sandbox cancel contoso/data-stream");
    assert!(ran.exit == 1 && ran.whole().contains("is running"), "it says what runs, and asks: {}", ran.whole());
    let ran = sealed.run("--sandbox cancel contoso/data-stream --auto-approve --wait");
    assert_eq!(ran.exit, 0);
    assert!(ran.stdout.ends_with("contoso/data-stream: cancelled\n"), "{}", ran.stdout);
    assert_eq!(sealed.run("--sandbox cancel contoso/data-stream --auto-approve").exit, 0);
    assert_eq!(posts(&sealed), ["publish", "cancel"]);
}

/// A folder that waits for its first offer file is no reason to refuse: nothing is declared.
#[test]
fn a_step_by_hand_needs_no_files() {
    let sealed = Sealed::empty();
    std::fs::create_dir(sealed.path("offers")).unwrap();
    let ran = sealed.run("--sandbox publish contoso/data-stream --auto-approve");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    // Paths that somebody names in the settings are meant, and lead nowhere.
    sealed.write("offerform.yaml", "offers: [offers]\n");
    let ran = sealed.run("--sandbox publish contoso/firewall --auto-approve");
    assert!(ran.exit == 1 && ran.stderr.contains("no-match"), "{}", ran.whole());
}
