//! What is wrong in offer files: all of it at once, each with its place, before the service is asked for anything.

use crate::sealed::{Sealed, offer, whole};

#[test]
fn every_finding_of_every_file_is_shown_with_its_place() {
    let sealed = Sealed::empty();
    sealed.write("offers/one.yaml", &offer("one", "title: One\n      title: Two\n      text: { $file: gone.html }"));
    sealed.write("offers/two.yaml", "publisherId: contoso\nid: Bad Id\ndefinition:\n  plans: !!odd [1]\n");
    sealed.write("offers/three.yaml", &offer("three", "title: { $env: NOT_SET }\nrecncile:\n  release: draft"));
    sealed.write("offers/four.yaml", "publisherId: [contoso\n");
    let ran = sealed.run("--sandbox plan");
    assert_eq!((ran.exit, ran.stdout.as_str()), (1, ""));
    whole!("files-findings", ran);
    assert!(!sealed.path(".offerform").exists(), "no service was begun");
    whole!("files-findings-80-columns", sealed.run_with(&[("COLUMNS", "80")], "--sandbox apply --auto-approve"));
}

#[test]
fn an_offer_that_is_declared_twice_is_an_error_that_names_both() {
    let sealed = Sealed::empty();
    sealed.write("offers/one.yaml", &offer("one", "title: One"));
    sealed.write("offers/two.yaml", &format!("{}---\n{}", offer("two", "title: Two"), offer("one", "title: One")));
    whole!("files-declared-twice", sealed.run("--sandbox plan"));
}

#[test]
fn a_secret_in_clear_text_is_refused_and_not_repeated() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "{ $secret: { env: MARKETO_CLIENT_SECRET } }", "hunter2");
    let ran = sealed.run("--sandbox plan");
    assert!(ran.exit == 1 && !ran.stderr.contains("hunter2"), "{}", ran.stderr);
    whole!("files-secret-in-clear-text", ran);
}

#[test]
fn paths_without_offers_are_an_error() {
    let sealed = Sealed::empty();
    whole!("files-no-offers-folder", sealed.run("--sandbox plan"));
    whole!("files-no-such-file", sealed.run("--sandbox plan offers/none.yaml"));
    sealed.write("offers/readme.txt", "nothing here");
    whole!("files-nothing-in-folder", sealed.run("--sandbox plan offers"));
    whole!("files-nothing-matches", sealed.run("--sandbox plan offers/*.yaml"));
    sealed.write("offers/empty.yaml", "");
    sealed.write("offers/binary.yaml", "\u{0}\u{1}\u{2}");
    whole!("files-empty-and-binary", sealed.run("--sandbox plan"));
}

#[test]
fn a_file_outside_the_repository_is_out_of_reach_of_a_manifest() {
    let sealed = Sealed::empty();
    std::fs::write(sealed.root().parent().unwrap().join("outside.txt"), "outside").unwrap();
    sealed.write("offers/one.yaml", &offer("one", "title: { $file: ../../outside.txt }"));
    let ran = sealed.run("--sandbox plan");
    assert_eq!(ran.exit, 1);
    whole!("files-outside", ran);
}
